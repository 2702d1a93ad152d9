//! Working days, holidays and deadlines.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// A time limit as the catalogue states it. What the source left unclear stays unclear: a number that
/// lost its unit is never taken for days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeLimit {
    /// Working days.
    WorkingDays(u16),
    /// Calendar days.
    Days(u16),
    /// Working hours.
    WorkingHours(u16),
    /// On the day of reception; the next working day if received after 15:00.
    SameDay,
    /// The source's words, which no rule here can count.
    Unclear(String),
}

/// When a result is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Due at this local time.
    pub at: DateTime,
    /// Day from which the limit was counted.
    pub counted_from: Date,
}
