//! Words that every paper of the counter shares: the letterhead's lines, dates, the block that says who
//! the applicant is, the demo stamp. They stand in one file, so that a corrected wording reaches every
//! form at once.

use office::{
    evidence::Evidence,
    person::{Identity, ReadOn},
};
use serde::Deserialize;

use super::words::{fill, short};

/// The shared words. Blanks: `{name}`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its place on the form")]
pub struct CommonWords {
    pub nation: String,
    pub motto: String,
    /// Blanks `{place}`, `{date}`.
    pub place_date: String,
    /// Blanks `{day}`, `{month}`, `{year}`.
    pub date: String,
    /// Blanks `{hour}`, `{minute}`, `{date}`.
    pub moment: String,
    pub pending: String,
    pub number_pending: String,
    pub code: String,
    pub pending_note: String,
    pub personal_number: String,
    /// Blank `{document}`.
    pub document_number: String,
    pub evidence: String,
    pub evidence_words: EvidenceWords,
    /// Blank `{day}`: the document was over on the paper's day.
    pub evidence_expired: String,
    pub address: String,
    pub residence: String,
    pub contact_address: String,
    pub phone: String,
    pub email: String,
    pub procedure: String,
    pub procedure_code: String,
    pub enquiries: String,
    pub sign_here: String,
    /// How names that letterheads write in capitals are written in running text.
    pub names: Vec<String>,
    /// Blanks `{moment}`, `{device}`, `{mark}`.
    pub mark: String,
    pub demo: String,
}

/// How a paper says what proves the applicant's identity: for the citizen and whoever reads it later. What
/// the clerk has to do about it stays on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each field is named after its level")]
pub struct EvidenceWords {
    pub chip_authentic: String,
    pub chip_signed: String,
    pub chip_issuer_unknown: String,
    pub chip_not_authentic: String,
    pub vneid_confirmed: String,
    pub declared: String,
    pub typed: String,
    /// Of a reading of an earlier day. Blanks `{day}`, `{words}`.
    pub earlier: String,
}

impl EvidenceWords {
    /// How an identity was proven.
    pub fn of(&self, identity: &Identity) -> String {
        match identity.read {
            ReadOn::Earlier { day, level } => {
                fill(&self.earlier, &[("day", &short(day)), ("words", self.level(level))])
            }
            ReadOn::Unread | ReadOn::Day(_) => self.level(identity.evidence).to_owned(),
        }
    }

    fn level(&self, evidence: Evidence) -> &str {
        match evidence {
            Evidence::ChipAuthentic => &self.chip_authentic,
            Evidence::ChipSigned => &self.chip_signed,
            Evidence::ChipIssuerUnknown => &self.chip_issuer_unknown,
            Evidence::ChipNotAuthentic => &self.chip_not_authentic,
            Evidence::VneidConfirmed => &self.vneid_confirmed,
            Evidence::Declared => &self.declared,
            Evidence::Typed => &self.typed,
        }
    }
}

/// The file that comes with the program.
pub(super) const BUNDLED: &str = include_str!("../../../assets/forms/common.json");
