//! The waiting line: tickets of the day, called one after the other to a counter.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::book::Number;

/// Random id of a ticket, 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketId(pub String);

/// A ticket that was drawn. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Key.
    pub id: TicketId,
    /// Number of the day.
    pub number: Number,
    /// What the person comes for: a queue of the office (`Hộ tịch`, `Chứng thực`), or empty for any.
    pub queue: String,
    /// Ahead of others by law (the old, the disabled, the pregnant).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
    /// When, local time.
    pub at: DateTime,
}

/// How a ticket went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStep {
    /// Called to this counter; calling again is another call.
    Called(String),
    /// The person was served.
    Served,
    /// Nobody came.
    Absent,
}
