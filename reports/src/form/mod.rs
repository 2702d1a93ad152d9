//! Official forms. Their words are law data: they come from `assets/forms/*.json` with source, mark
//! and date in force, so that the office corrects a wording without a new program; only the layout is
//! code. The mark is for the catalogue screen and never printed. The suite's own forms are kept the same
//! way; their source says that no law prescribes them.

mod letterhead;
pub mod receipt;
pub mod recovery;
mod words;

use jiff::civil::Date;
use office::catalogue::Header;
use serde::{Deserialize, de::DeserializeOwned};

use crate::ReportError;

/// A form's words and where they come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormTexts<Words> {
    /// The form's name, the version of its words and where they come from.
    pub header: Header,
    /// Key of the form, for example `mot-cua-01`.
    pub id: String,
    /// In force from this day.
    pub in_force: Date,
    /// The words.
    pub texts: Words,
}

/// The words of one form.
pub trait FormWords: DeserializeOwned {
    /// The form file (JSON) that comes with the program; an office may hold a newer one.
    const BUNDLED: &str;
}

impl<Words: FormWords> FormTexts<Words> {
    /// The words that come with the program.
    ///
    /// # Errors
    /// [`ReportError::FormTexts`].
    pub fn bundled() -> Result<Self, ReportError> {
        Self::parse(Words::BUNDLED)
    }

    /// Reads a form file (JSON). A file that lacks a text or has an unknown one is refused: a form with
    /// a hole is no form.
    ///
    /// # Errors
    /// [`ReportError::FormTexts`].
    pub fn parse(json: &str) -> Result<Self, ReportError> {
        serde_json::from_str(json).map_err(|error| ReportError::FormTexts(error.to_string()))
    }
}
