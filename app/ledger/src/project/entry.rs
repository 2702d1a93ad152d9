//! Entries as they stand now: with the numbers that came since, and the people that they are known to speak of.

use office::{
    book::{Issued, Number},
    entry::{Entry, Envelope, Event, UnreadableEntry, unsalted},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::people::find_people;
use crate::Result;

/// The entry at place `n`. Whether it is whole is the check's to say: asking here would double the cost of
/// every row of every list.
pub(crate) fn entry_at(db: &Connection, n: i64) -> Result<Entry> {
    let (envelope, payload) = sealed_at(db, n)?;
    read_entry(db, n, Envelope::parse(&envelope)?, &payload)
}

/// What the entry at `n` said when it was written.
pub(crate) fn written_at(db: &Connection, n: i64) -> Result<Event> {
    let (_, payload) = sealed_at(db, n)?;
    Ok(serde_json::from_slice(unsalted(&payload)).map_err(UnreadableEntry::from)?)
}

/// The entry at `n`, with the numbers that it waited for and that came since.
pub(crate) fn read_entry(
    db: &Connection,
    n: i64,
    envelope: Envelope,
    payload: &[u8],
) -> Result<Entry> {
    let mut event: Event =
        serde_json::from_slice(unsalted(payload)).map_err(UnreadableEntry::from)?;
    for number in event.numbers_mut() {
        let Number::Pending { series } = *number else { continue };
        let sql = "SELECT value, epoch FROM assigned WHERE place = ?1 AND book = ?2";
        let assigned: Option<(u32, u32)> = db
            .prepare_cached(sql)?
            .query_row(params![n, series.book.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((value, epoch)) = assigned {
            *number = Number::Issued(Issued { series, value, epoch });
        }
    }
    let mut entry = Entry { envelope, what: event };
    find_people(db, n, &mut entry)?;
    Ok(entry)
}

pub(crate) fn sealed_at(db: &Connection, n: i64) -> Result<(Vec<u8>, Vec<u8>)> {
    Ok(db
        .prepare_cached("SELECT envelope, payload FROM entry WHERE n = ?1")?
        .query_row([n], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
