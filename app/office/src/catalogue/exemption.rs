//! Groups of people from whom a fee may not be taken (Luật Phí và lệ phí 2015, điều 10), and waivers that hold
//! for some procedures and days only.
//!
//! The law names the groups; which fee each is spared is decided fee by fee, often by the province. So
//! the list only lets a clerk say why nothing was taken; it never decides an amount. A waiver with a scope is
//! offered within it alone, and its condition is the clerk's to look at: no program can.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CatalogueError, MAX_BYTES};
use crate::{
    dossier::Channel,
    header::{Header, Mark},
    payment::Exempted,
};

/// A group that may be spared fees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Short name that dossiers keep (`poor_household`).
    pub id: String,
    /// The group as the law words it.
    pub label: String,
    /// Article of law.
    pub basis: String,
    /// For what and when it holds; `None`: everywhere and always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
}

/// What a waiver is limited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// National codes of the procedures.
    pub codes: Vec<String>,
    /// How it must have been handed in.
    pub channel: Channel,
    /// The first day of handing in.
    pub from: Date,
    /// The last.
    pub until: Date,
    /// What the clerk has to look at, for people.
    pub condition: String,
    /// The copy that was read.
    pub source: String,
    /// How it was found.
    pub mark: Mark,
    /// Whether it was checked against the official text.
    pub checked: bool,
}

impl Exemption {
    /// What the clerk has to look at first, or empty.
    pub fn condition(&self) -> &str {
        self.scope.as_ref().map_or("", |scope| &scope.condition)
    }

    /// As a receipt names it.
    pub fn exempted(&self) -> Exempted {
        Exempted { label: self.label.clone(), basis: self.basis.clone() }
    }
}

impl Scope {
    /// Whether a dossier handed in on `day` falls under it.
    pub fn holds(&self, code: &str, channel: Channel, day: Date) -> bool {
        self.channel == channel
            && (self.from..=self.until).contains(&day)
            && self.codes.iter().any(|of| of == code)
    }
}

/// The groups, with where they come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemptions {
    /// Title, version and source.
    pub header: Header,
    /// The groups in the law's order.
    pub groups: Vec<Exemption>,
}

impl Exemptions {
    /// Reads `assets/procedures/exemptions.json`.
    pub fn parse(json: &[u8]) -> Result<Self, CatalogueError> {
        if json.len() > MAX_BYTES {
            return Err(CatalogueError::TooLarge);
        }
        Ok(serde_json::from_slice(json)?)
    }

    /// The groups that may be spared the fees of a dossier handed in on `day`.
    pub fn offered<'a>(
        &'a self,
        code: &'a str,
        channel: Channel,
        day: Date,
    ) -> impl Iterator<Item = &'a Exemption> {
        self.groups.iter().filter(move |group| {
            group.scope.as_ref().is_none_or(|scope| scope.holds(code, channel, day))
        })
    }

    /// The group of this id.
    pub fn find(&self, id: &str) -> Option<&Exemption> {
        self.groups.iter().find(|group| group.id == id)
    }
}
