//! What every file of law data says of itself: where it comes from and how sure it is.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a fact was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mark {
    /// Seen in a law, agency or press text.
    V,
    /// Seen in public code or documents.
    C,
    /// From memory, unverified.
    M,
}

/// The head of every file of law data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// What the file holds.
    pub title: String,
    /// Day of this version.
    pub version: Date,
    /// Where the facts come from.
    pub source: String,
    /// How they were found.
    pub mark: Mark,
    /// Whether all of it was checked against the official text; if not, screens say "chưa đối chiếu
    /// bản chính".
    pub checked: bool,
    /// Terms under which the source may be used.
    pub licence: String,
}

/// How sure a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Certainty {
    /// From memory or by a doubtful match.
    #[serde(rename = "thấp")]
    Low,
    /// Name known, code matched by name.
    #[serde(rename = "vừa")]
    Medium,
    /// Name and code agree with the source.
    #[serde(rename = "cao")]
    High,
}

impl Certainty {
    /// `cao`, `vừa` or `thấp`.
    pub fn label(self) -> &'static str {
        match self {
            Certainty::High => "cao",
            Certainty::Medium => "vừa",
            Certainty::Low => "thấp",
        }
    }
}
