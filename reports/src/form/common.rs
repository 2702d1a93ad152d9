//! Words that every paper of the counter shares: the letterhead's lines, dates, the block that says who
//! the applicant is, the demo stamp. They stand in one file, so that a corrected wording reaches every
//! form at once.

use serde::Deserialize;

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
    /// Blanks `{label}`, `{meaning}`.
    pub evidence_words: String,
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
    pub demo: String,
}

/// The file that comes with the program.
pub(super) const BUNDLED: &str = include_str!("../../../assets/forms/common.json");
