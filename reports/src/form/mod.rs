//! Official forms. Their words are law data: they come from `assets/forms/*.json` with source, mark
//! and date in force, so that the office corrects a wording without a new program; only the layout is
//! code. The mark is for the catalogue screen and never printed. The suite's own forms are kept the same
//! way; their source says that no law prescribes them.

pub mod amount;
pub mod application;
pub mod bound;
pub mod cash;
pub mod certification;
pub mod common;
pub mod control;
pub mod fee_receipt;
pub mod handover;
mod letterhead;
pub mod mark;
pub mod notice;
pub mod receipt;
pub mod recovery;
pub mod register;
pub mod result;
pub mod scanned;
mod setting;
pub mod statistics;
pub mod ticket;
pub mod verification;
mod words;

use jiff::civil::Date;
use office::header::Header;
use serde::{Deserialize, de::DeserializeOwned};

use crate::ReportError;
use common::CommonWords;

/// A form file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<Words> {
    header: Header,
    id: String,
    in_force: Date,
    texts: Words,
}

/// A form's words and where they come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTexts<Words> {
    /// The form's name, the version of its words and where they come from.
    pub header: Header,
    /// Key of the form, for example `mot-cua-01`.
    pub id: String,
    /// In force from this day.
    pub in_force: Date,
    /// The words.
    pub texts: Words,
    /// The words that it shares with the other forms.
    pub common: CommonWords,
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
        let File { header, id, in_force, texts } = read(json)?;
        let File { texts: common, .. } = read(common::BUNDLED)?;
        Ok(Self { header, id, in_force, texts, common })
    }
}

fn read<Words: DeserializeOwned>(json: &str) -> Result<File<Words>, ReportError> {
    serde_json::from_str(json).map_err(|error| ReportError::FormTexts(error.to_string()))
}
