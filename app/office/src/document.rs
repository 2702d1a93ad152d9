//! Documents of a person's store: scans, certified copies and results that later dossiers reuse, so that
//! nobody is asked twice for a paper the office has already seen (NQ 66.7/2025).
//!
//! The store keeps content by its hash; who put it in, who looked at it and when it left are entries. A
//! document that is removed leaves its entry and loses its content.

mod kind;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use kind::Kind;

use crate::{
    id::{ContentHash, DossierId},
    person::PersonId,
};

/// Random id of a kept document, 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub String);

/// How a document came into the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Scanned or photographed at the counter from the paper that was shown.
    Scanned,
    /// Handed in as a file.
    Brought,
    /// A certified copy made by this office.
    CertifiedCopy,
    /// The result of a dossier of this office.
    Result(DossierId),
}

/// Bytes within which a PDF's header stands.
const PDF_HEAD: usize = 1024;
const PDF_MARK: &[u8] = b"%PDF-";

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// PDF
    Pdf,
    /// JPEG
    Jpeg,
    /// PNG
    Png,
}

impl Media {
    /// Told by the first bytes; `None` for anything else. A PDF's header may stand anywhere in its first
    /// [`PDF_HEAD`] bytes (ISO 32000-1, annex H.3.4.1): mail programs and web forms leave bytes before it,
    /// and every viewer passes over them.
    pub fn detect(bytes: &[u8]) -> Option<Media> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Media::Jpeg),
            [0x89, b'P', b'N', b'G', ..] => Some(Media::Png),
            _ => {
                let head = bytes.get(..PDF_HEAD).unwrap_or(bytes);
                head.windows(PDF_MARK.len()).any(|at| at == PDF_MARK).then_some(Media::Pdf)
            }
        }
    }

    /// The usual ending of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            Media::Pdf => "pdf",
            Media::Jpeg => "jpg",
            Media::Png => "png",
        }
    }
}

/// A document of a person's store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDocument {
    /// Key.
    pub id: DocumentId,
    /// Whose.
    pub owner: PersonId,
    /// What it is.
    pub kind: Kind,
    /// Its name as a clerk reads it.
    pub title: String,
    /// Its own number, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    /// Who issued it, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issuer: String,
    /// When it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<Date>,
    /// Last day on which it is valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// How it came in.
    pub origin: Origin,
    /// Form of the file.
    pub media: Media,
    /// The file, as a blob.
    pub content: ContentHash,
    /// Legal basis or consent for keeping it (Luật 91/2025).
    pub legal_basis: String,
    /// Day after which it is to be removed; `None`: as long as its dossier's law says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_until: Option<Date>,
}

impl KeptDocument {
    /// Whether it may stand for a paper on `day`.
    pub fn is_valid(&self, day: Date) -> bool {
        self.valid_until.is_none_or(|last| day <= last)
            && self.keep_until.is_none_or(|last| day <= last)
    }
}
