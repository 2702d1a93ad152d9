//! The waiting line: tickets of the day, called one after the other to a counter.
//!
//! Who comes next is a rule and no choice of a counter: those whom the law puts ahead (the old, the
//! disabled, the pregnant), then the numbers in their order. Everybody can check it on the screen.

#[cfg(test)]
mod tests;

use std::cmp::Ordering;

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

/// Whose turn comes first: those ahead by law, then by number, then (where numbers are still awaited) by
/// the time of drawing. A total order, the same on every screen.
pub fn order(a: &Ticket, b: &Ticket) -> Ordering {
    let place = |ticket: &Ticket| {
        let number = ticket.number.issued().map_or(u32::MAX, |issued| issued.value);
        (!ticket.first, number, ticket.at)
    };
    place(a).cmp(&place(b)).then_with(|| a.id.0.cmp(&b.id.0))
}

/// Whether a counter that serves `queue` may call the ticket. An empty queue on either side means any.
pub fn serves(queue: &str, ticket: &Ticket) -> bool {
    queue.is_empty() || ticket.queue.is_empty() || queue == ticket.queue
}

/// Whether a ticket with these steps still waits: nobody has called it.
pub fn waits(steps: &[TicketStep]) -> bool {
    steps.is_empty()
}

/// The ticket that a counter for `queue` calls next.
pub fn next<'a>(waiting: &'a [Ticket], queue: &str) -> Option<&'a Ticket> {
    waiting.iter().filter(|ticket| serves(queue, ticket)).min_by(|a, b| order(a, b))
}

/// How many people are called before `ticket` as the line stands, at most: those of other queues are not
/// counted, those who come for anything are. Someone ahead by law may still come in between.
pub fn ahead(waiting: &[Ticket], ticket: &Ticket) -> usize {
    let before = |other: &&Ticket| order(other, ticket) == Ordering::Less;
    waiting.iter().filter(|other| serves(&ticket.queue, other)).filter(before).count()
}

/// About how many minutes `ahead` people take at `counters` counters, at `minutes` a person; `None`
/// where no counter is open. An estimate for the eye, never a promise.
pub fn minutes_to_wait(ahead: usize, counters: usize, minutes: u32) -> Option<u32> {
    let rounds = ahead.checked_div(counters)? + usize::from(!ahead.is_multiple_of(counters));
    u32::try_from(rounds).ok()?.checked_mul(minutes)
}
