//! Dossiers that were filed elsewhere (national portal, VNeID) and wait to be accepted here, and papers
//! that a counter gives without a dossier: what is incomplete or refused at the window.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

pub use crate::id::ArrivalId;

use crate::{
    book::Number,
    dossier::{ProcedureStamp, Submitted},
    id::ContentHash,
    person::{Contact, Identity},
};

/// A dossier that came in over the network or as a file (status 1, mới đăng ký).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Key.
    pub id: ArrivalId,
    /// Its code where it was filed: opaque, kept for ever, counted once.
    pub code: String,
    /// Procedure code as it was sent.
    pub procedure: String,
    /// Procedure name as it was sent.
    pub procedure_name: String,
    /// Who files, as the message says; never stronger than declared.
    pub applicant: Identity,
    /// How to reach them.
    pub contact: Contact,
    /// What was handed in.
    pub components: Vec<Submitted>,
    /// When it was filed, local time.
    pub filed_at: DateTime,
    /// The message itself, as a blob.
    pub content: ContentHash,
}

/// What a counter tells a citizen in writing without receiving a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Mẫu 02: what has to be completed, one line each.
    Incomplete(Vec<String>),
    /// Mẫu 03: not received.
    Refused,
}

/// A paper of form 02 or 03 that was given without a dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterNotice {
    /// Random id, 32 hex digits.
    pub id: String,
    /// Its number.
    pub number: Number,
    /// Which form.
    pub kind: NoticeKind,
    /// For whom.
    pub applicant: Identity,
    /// How to reach them.
    pub contact: Contact,
    /// What they came for.
    pub procedure: ProcedureStamp,
    /// Why.
    pub reason: String,
    /// Full name of the officer.
    pub by: String,
    /// Local time.
    pub at: DateTime,
    /// The online dossier that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival: Option<ArrivalId>,
    /// The PDF as it was handed over, as a blob; papers of earlier versions are drawn from this entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
}
