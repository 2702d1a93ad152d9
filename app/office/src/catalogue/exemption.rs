//! Groups of people from whom a fee may not be taken (Luật Phí và lệ phí 2015, điều 10).
//!
//! The law names the groups; which fee each is spared is decided fee by fee, often by the province. So
//! the list only lets a clerk say why nothing was taken; it never decides an amount.

use serde::{Deserialize, Serialize};

use super::{CatalogueError, Header, MAX_BYTES};

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

    /// The group of this id.
    pub fn find(&self, id: &str) -> Option<&Exemption> {
        self.groups.iter().find(|group| group.id == id)
    }
}
