//! What papers, money, remarks, attachments and conflicts hang on: they belong to a subject, whatever kind of work it is, so that a
//! new kind of work adds a subject and none of these again.
//!
//! A subject has one text, `dossier:0123…`: it stands so in entries and in the ledger's columns, and is parsed
//! where it comes in.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    Explain,
    id::{ActId, DossierId},
};

/// Most characters of a subject's id.
const LONGEST: usize = 64;

/// What a paper, a payment, a remark, an attachment or a conflict belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// Hồ sơ.
    Dossier(DossierId),
    /// Việc chứng thực, công chứng.
    Act(ActId),
}

impl From<&DossierId> for Subject {
    fn from(id: &DossierId) -> Self {
        Subject::Dossier(id.clone())
    }
}

impl From<&ActId> for Subject {
    fn from(id: &ActId) -> Self {
        Subject::Act(id.clone())
    }
}

impl From<&Subject> for Subject {
    fn from(subject: &Subject) -> Self {
        subject.clone()
    }
}

/// The subject's one text.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Dossier(id) => write!(f, "dossier:{}", id.0),
            Subject::Act(id) => write!(f, "act:{}", id.0),
        }
    }
}

/// A text that names no subject which this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Mục ghi nói về một loại việc mà phiên bản này không biết. Không có gì bị thay đổi. Hãy cập nhật chương trình."
)]
pub struct UnknownSubject;

impl Explain for UnknownSubject {
    fn code(&self) -> &'static str {
        "OFF-31"
    }

    fn english(&self) -> String {
        "An entry speaks of a kind of work that this version does not know. Nothing was changed. Update the program.".into()
    }
}

impl FromStr for Subject {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, UnknownSubject> {
        let (kind, id) = text.split_once(':').ok_or(UnknownSubject)?;
        let plain = |b: u8| b.is_ascii_digit() || b.is_ascii_lowercase();
        if !(1..=LONGEST).contains(&id.len()) || !id.bytes().all(plain) {
            return Err(UnknownSubject);
        }
        match kind {
            "dossier" => Ok(Subject::Dossier(DossierId(id.into()))),
            "act" => Ok(Subject::Act(ActId(id.into()))),
            _ => Err(UnknownSubject),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = UnknownSubject;

    fn try_from(text: String) -> Result<Self, UnknownSubject> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// These texts stand in signed entries.
    #[test]
    fn a_subject_has_one_text() {
        let id = "5f0c1e2d3b4a59687786958493a2b1c0";
        for (subject, text) in [
            (Subject::Dossier(DossierId(id.into())), format!("dossier:{id}")),
            (Subject::Act(ActId(id.into())), format!("act:{id}")),
        ] {
            assert_eq!(subject.to_string(), text);
            assert_eq!(text.parse(), Ok(subject.clone()));
            assert_eq!(serde_json::to_value(&subject).unwrap(), text);
            assert_eq!(serde_json::from_value::<Subject>(text.into()).unwrap(), subject);
        }
    }

    #[test]
    fn what_names_no_subject_is_refused() {
        let long = format!("dossier:{}", "0".repeat(LONGEST + 1));
        for text in [
            "",
            "dossier",
            "dossier:",
            "Dossier:0",
            "stay:0",
            "dossier:0:1",
            "dossier:À",
            "dossier: 0",
            &long,
        ] {
            assert_eq!(text.parse::<Subject>(), Err(UnknownSubject), "{text}");
            assert!(serde_json::from_value::<Subject>(text.into()).is_err());
        }
    }
}
