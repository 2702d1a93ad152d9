//! The waiting line of a day.

use jiff::civil::{Date, DateTime};
use office::{
    entry::Event,
    ticket::{Ticket, TicketId},
};
use rusqlite::{OptionalExtension, Row, params};

use crate::{
    Ledger, LedgerError, Result,
    project::{
        course::moment,
        rooms::{ABSENT, CALLED, SERVED, WAITING},
    },
};
use crate::{project::entry::entry_at, rows::rows};

/// A ticket and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct TicketState {
    /// The ticket as it was drawn.
    pub ticket: Ticket,
    /// How far it is.
    pub state: TicketPhase,
}

/// How far a ticket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketPhase {
    /// Not called yet.
    Waiting,
    /// Called.
    Called {
        /// To which counter.
        counter: String,
        /// How often.
        times: u32,
        /// When last, local time.
        at: DateTime,
    },
    /// The person was served.
    Served,
    /// Nobody came.
    Absent,
}

/// A row of `ticket`.
type Found = (i64, i64, String, u32, Option<String>);

const TICKET: &str = "SELECT n, state, counter, times, at FROM ticket";

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
}

impl Ledger {
    /// The tickets of a day, in the order in which they were drawn. They name nobody: every user sees
    /// them.
    pub fn tickets(&self, day: Date) -> Result<Vec<TicketState>> {
        let sql = format!("{TICKET} WHERE day = ?1 ORDER BY n");
        let places = rows(&self.db, &sql, [day.to_string()], found)?;
        places.into_iter().map(|found| self.ticket_at(found)).collect()
    }

    /// A ticket by its id.
    pub fn ticket(&self, id: &TicketId) -> Result<Option<TicketState>> {
        self.db
            .prepare_cached(&format!("{TICKET} WHERE id = ?1"))?
            .query_row([&id.0], found)
            .optional()?
            .map(|found| self.ticket_at(found))
            .transpose()
    }

    /// Whom to call next: who goes ahead by law, then by number. `queue` narrows to those who come for
    /// that or for anything.
    pub fn next_ticket(&self, day: Date, queue: Option<&str>) -> Result<Option<TicketState>> {
        let sql = format!(
            "{TICKET} WHERE day = ?1 AND state = ?3 AND (?2 IS NULL OR queue IN (?2, ''))
             ORDER BY first DESC, number IS NULL, number, n LIMIT 1"
        );
        self.db
            .prepare_cached(&sql)?
            .query_row(params![day.to_string(), queue, WAITING], found)
            .optional()?
            .map(|found| self.ticket_at(found))
            .transpose()
    }

    fn ticket_at(&self, (n, state, counter, times, at): Found) -> Result<TicketState> {
        let damaged = || LedgerError::Damaged { place: "bảng số thứ tự" };
        let state = match (state, at) {
            (WAITING, _) => TicketPhase::Waiting,
            (CALLED, Some(at)) => TicketPhase::Called { counter, times, at: moment(&at)? },
            (SERVED, _) => TicketPhase::Served,
            (ABSENT, _) => TicketPhase::Absent,
            _ => return Err(damaged()),
        };
        match entry_at(&self.db, n)?.what {
            Event::TicketDrawn { ticket } => Ok(TicketState { ticket, state }),
            _ => Err(damaged()),
        }
    }
}
