//! Attachments (tệp đính kèm): files that are put to a subject at any time, besides those that its own acts name
//! (components, results). A file that was put to a wrong subject leaves it by an entry with its reason, and its
//! content with it.

use serde::{Deserialize, Serialize};

use crate::{Explain, document::Media, id::ContentHash, subject::Subject, text};

/// Most characters of a name.
pub const LONGEST_NAME: usize = 200;
/// Most files of one subject.
pub const MOST: usize = 100;

/// Random id of an attachment, 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttachmentId(pub String);

/// A file that was put to a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Key.
    pub id: AttachmentId,
    /// To what.
    pub subject: Subject,
    /// What it shows, as a clerk reads it.
    pub name: String,
    /// Form of the file.
    pub media: Media,
    /// The file, as a blob.
    pub content: ContentHash,
}

/// Why a file is not put to a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// It has no name.
    #[error("Chưa ghi tên giấy tờ. Chưa đính kèm gì. Hãy ghi tên rồi làm lại.")]
    NoName,
    /// Its name is too long.
    #[error("Tên giấy tờ dài quá {LONGEST_NAME} ký tự. Chưa đính kèm gì. Hãy ghi ngắn lại.")]
    NameTooLong,
    /// There are as many as there may be.
    #[error(
        "Đã có {MOST} tệp đính kèm, không thêm được nữa. Chưa đính kèm gì. Hãy gộp các trang thành một tệp PDF."
    )]
    TooMany,
}

impl Explain for AttachmentError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoName => "OFF-142",
            Self::NameTooLong => "OFF-143",
            Self::TooMany => "OFF-144",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoName => "The paper has no name. Nothing was attached. Name it.".into(),
            Self::NameTooLong => format!(
                "The name has more than {LONGEST_NAME} characters. Nothing was attached. Shorten it."
            ),
            Self::TooMany => format!(
                "There are {MOST} attachments already. Nothing was attached. Join the pages in one PDF."
            ),
        }
    }
}

impl Attachment {
    /// Whether it may be put beside so many others of its subject.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub fn check(&self, others: usize) -> Result<(), AttachmentError> {
        if text::clean(&self.name).is_empty() {
            Err(AttachmentError::NoName)
        } else if self.name.chars().nth(LONGEST_NAME).is_some() {
            Err(AttachmentError::NameTooLong)
        } else if others >= MOST {
            Err(AttachmentError::TooMany)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_has_a_name_and_its_subject_room_for_it() {
        for (name, others, expected) in [
            ("Trích lục".to_owned(), 0, Ok(())),
            ("Trích lục".to_owned(), MOST - 1, Ok(())),
            ("Trích lục".to_owned(), MOST, Err(AttachmentError::TooMany)),
            (" ".to_owned(), 0, Err(AttachmentError::NoName)),
            ("ă".repeat(LONGEST_NAME), 0, Ok(())),
            ("ă".repeat(LONGEST_NAME + 1), 0, Err(AttachmentError::NameTooLong)),
        ] {
            let attachment = Attachment {
                id: AttachmentId("1".into()),
                subject: "dossier:1".parse().unwrap(),
                name,
                media: Media::Pdf,
                content: ContentHash::of(b"pdf"),
            };
            assert_eq!(attachment.check(others), expected, "{} {others}", attachment.name);
        }
    }
}
