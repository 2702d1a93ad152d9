//! Who is one and the same person.
//!
//! Every entry that brings an [`Identity`] (a reading, a dossier's applicant, a notice, an online dossier) is a
//! *telling*: it tells of a person. A [`PersonId`] is the place of a telling, and any telling's place names its
//! person, so an id needs neither luck nor a registration.
//!
//! - **Tellings with a claim in common are one person's.** A claim is a number that one person alone has: the
//!   personal number; else kind, state and number of the document. Who has both is known by the personal number,
//!   and the document's number ties as well only where a chip that proved its data says both.
//! - **A name ties nobody**, nor does an old nine-digit number: they were given twice, and are typed. Namesakes
//!   are people of their own; that two may be one is offered to the clerk, who decides.
//! - **Who has no claim** (a child without papers) is known by the telling itself; a later one names the person
//!   whom the clerk went on with ([`Identity::whose`]).
//! - **An act** tells of nobody: who asks for it is whoever has the same claim, or the person named.
//! - **Merging** says that two tellings are one person's, **parting** that they are not: of a pair the newest
//!   holds. **Splitting** says that a telling is not of the person whom it names: from then on it stands, with
//!   what came with it, for a person of its own until it is merged.
//! - Two people with different personal numbers are never one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DocumentKind, Identity, Person, PersonalNumber, differ};
use crate::{evidence::Evidence, text};

/// A person of the office: the place ([`crate::entry::Envelope::place`]) of any entry that tells of them.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct PersonId(pub u64);

/// A number that one person alone has.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Claim {
    /// The 12-digit number.
    Number(PersonalNumber),
    /// A document's: of a foreigner's passport, of a card of whose holder no more is known.
    Document {
        /// Kind of document.
        kind: DocumentKind,
        /// The holder's nationality, folded: two states may use one number.
        state: String,
        /// Its number.
        number: String,
    },
}

impl Claim {
    /// One text for each claim: a personal number's digits, else parts that no such number looks like.
    pub fn text(&self) -> String {
        match self {
            Claim::Number(number) => number.as_str().to_owned(),
            Claim::Document { kind, state, number } => {
                let kind = match kind {
                    DocumentKind::Cccd => "cccd",
                    DocumentKind::CanCuoc => "can_cuoc",
                    DocumentKind::Passport => "passport",
                    DocumentKind::Other => "other",
                };
                format!("{kind}:{state}:{number}")
            }
        }
    }

    /// For the eye: the number in groups, or the document.
    pub fn label(&self) -> String {
        match self {
            Claim::Number(number) => number.grouped(),
            Claim::Document { kind, number, .. } => format!("{} {number}", kind.label()),
        }
    }
}

impl From<PersonalNumber> for Claim {
    fn from(number: PersonalNumber) -> Self {
        Self::Number(number)
    }
}

/// Debug output may reach a log: it shows nobody.
impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Claim::Number(_) => "Claim::Number(…)",
            Claim::Document { .. } => "Claim::Document(…)",
        })
    }
}

impl Person {
    /// Whether two may be one person by what is told of them: name and birth, or an old number. It proves
    /// nothing.
    pub fn resembles(&self, other: &Person) -> bool {
        let born = self.birth_date.zip(other.birth_date).is_some_and(|births| !differ(births));
        let named = text::fold(&self.name) == text::fold(&other.name);
        let old = !self.old_number.is_empty() && self.old_number == other.old_number;
        old || (named && born)
    }
}

impl Identity {
    /// What the person is known by; `None` for who has a name alone.
    pub fn claim(&self) -> Option<Claim> {
        match &self.person.number {
            Some(number) => Some(Claim::Number(number.clone())),
            None => self.document_claim(),
        }
    }

    /// The person whom it names, where it has no claim.
    pub fn named(&self) -> Option<PersonId> {
        self.whose.filter(|_| self.claim().is_none())
    }

    /// A document's number that ties beside the personal one.
    pub fn second_claim(&self) -> Option<Claim> {
        let proven = match self.evidence {
            Evidence::ChipAuthentic | Evidence::ChipSigned => true,
            Evidence::ChipIssuerUnknown
            | Evidence::ChipNotAuthentic
            | Evidence::VneidConfirmed
            | Evidence::Declared
            | Evidence::Typed => false,
        };
        // A card's number is its holder's.
        let own = self.document.as_ref().is_some_and(|document| !document.kind.is_card());
        self.document_claim().filter(|_| proven && own && self.person.number.is_some())
    }

    fn document_claim(&self) -> Option<Claim> {
        let document = self.document.as_ref().filter(|document| !document.number.is_empty())?;
        Some(Claim::Document {
            kind: document.kind,
            state: text::fold(&self.person.nationality),
            number: document.number.clone(),
        })
    }

    /// Who has no claim is named by this telling from here on.
    pub fn be_named(&mut self, by: PersonId) {
        self.whose = self.claim().is_none().then_some(by);
    }

    /// What the person is known by, for the eye.
    pub fn claim_label(&self) -> String {
        self.claim().map_or_else(|| "Người không có số định danh".into(), |claim| claim.label())
    }
}
