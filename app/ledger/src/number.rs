//! Numbers of books, dispensed inside the transaction that commits them.
//!
//! The device that holds a book's newest lease also opens the next year: the first number asked for in
//! a year without a lease takes it, in the same transaction and in the same epoch. Nobody else's book is
//! ever touched: without a lease the answer is "chờ cấp số". A book that came after the office was
//! founded goes the way of the tracking book: who may number dossiers may number it too.

use std::collections::HashMap;

use office::{
    book::{Book, Issued, Lease, Number, Numbers, Series},
    entry::DeviceId,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    LedgerError, Result,
    project::{book_key, last_number},
};

/// The numbers of one event in the making.
pub(crate) struct Dispenser<'a> {
    db: &'a Connection,
    device: &'a DeviceId,
    /// Issued so far, to be compared with what the event holds.
    pub(crate) issued: Vec<Issued>,
    /// Leases taken for a new year, to be written before the event.
    pub(crate) leases: Vec<Lease>,
    /// Rules cannot see a database error; it stops the append afterwards.
    pub(crate) failure: Option<LedgerError>,
    last: HashMap<Series, u32>,
}

impl<'a> Dispenser<'a> {
    pub(crate) fn new(db: &'a Connection, device: &'a DeviceId) -> Self {
        Self {
            db,
            device,
            issued: Vec::new(),
            leases: Vec::new(),
            failure: None,
            last: HashMap::new(),
        }
    }

    fn try_next(&mut self, series: Series) -> Result<Number> {
        let Some(epoch) = self.epoch(series)? else {
            return Ok(Number::Pending { series });
        };
        let last = match self.last.get(&series) {
            Some(last) => *last,
            None => last_number(self.db, series)?,
        };
        let Some(value) = last.checked_add(1) else {
            return Ok(Number::Pending { series });
        };
        self.last.insert(series, value);
        let issued = Issued { series, value, epoch };
        self.issued.push(issued);
        Ok(Number::Issued(issued))
    }

    /// The epoch under which this device may issue in the series.
    fn epoch(&mut self, series: Series) -> Result<Option<u32>> {
        let (book, year) = (series.book, series.year);
        if let Some(taken) = self.leases.iter().find(|l| l.book == book && l.year == year) {
            return Ok(Some(taken.epoch));
        }
        if let Some((holder, epoch)) = holder(self.db, book, year)? {
            return Ok((holder == *self.device).then_some(epoch));
        }
        match successor(self.db, book)? {
            Some((device, epoch)) if device == *self.device => {
                self.leases.push(Lease { book, year, device, epoch, after: 0 });
                Ok(Some(epoch))
            }
            _ => Ok(None),
        }
    }
}

impl Numbers for Dispenser<'_> {
    fn next(&mut self, series: Series) -> Number {
        self.try_next(series).unwrap_or_else(|error| {
            self.failure.get_or_insert(error);
            Number::Pending { series }
        })
    }
}

/// Who holds a book's year, and in which epoch.
pub(crate) fn holder(db: &Connection, book: Book, year: i16) -> Result<Option<(DeviceId, u32)>> {
    let held = db
        .prepare_cached("SELECT device, epoch FROM lease WHERE book = ?1 AND year = ?2")?
        .query_row(params![book_key(book), year], |row| Ok((DeviceId(row.get(0)?), row.get(1)?)))
        .optional()?;
    Ok(held)
}

/// Who holds a book's highest epoch, over all years.
fn newest_holder(db: &Connection, book: Book) -> Result<Option<(DeviceId, u32)>> {
    let held = db
        .prepare_cached(
            "SELECT device, epoch FROM lease WHERE book = ?1 ORDER BY epoch DESC, n DESC LIMIT 1",
        )?
        .query_row([book_key(book)], |row| Ok((DeviceId(row.get(0)?), row.get(1)?)))
        .optional()?;
    Ok(held)
}

/// Who may open a book's next year: the holder of its highest epoch, or of the tracking book's where
/// nobody has opened this book yet.
pub(crate) fn successor(db: &Connection, book: Book) -> Result<Option<(DeviceId, u32)>> {
    match newest_holder(db, book)? {
        None => newest_holder(db, Book::Tracking),
        held => Ok(held),
    }
}

/// The years of a book that have a lease.
pub(crate) fn leased_years(db: &Connection, book: Book) -> Result<Vec<i16>> {
    let mut statement =
        db.prepare_cached("SELECT year FROM lease WHERE book = ?1 ORDER BY year")?;
    let years = statement.query_map([book_key(book)], |row| row.get(0))?;
    Ok(years.collect::<rusqlite::Result<_>>()?)
}

/// Judges the last number that a book shows on paper against `known`, the last in the ledger; gives the
/// number to go on after, 0 where the ledger's own holds.
///
/// # Errors
/// [`LedgerError::NumberBelowKnown`], and [`LedgerError::NumberJump`] beyond [`LARGEST_JUMP`] unless
/// `accept_jump`.
pub(crate) fn after_paper(book: Book, known: u32, on_paper: u32, accept_jump: bool) -> Result<u32> {
    let (book, given) = (book.label(), on_paper);
    if on_paper == 0 || on_paper == known {
        Ok(0)
    } else if on_paper < known {
        Err(LedgerError::NumberBelowKnown { book, known, given })
    } else if on_paper - known > LARGEST_JUMP && !accept_jump {
        Err(LedgerError::NumberJump { book, known, given })
    } else {
        Ok(on_paper)
    }
}

/// Most numbers that are left out without being confirmed: a typing error must not end a book.
const LARGEST_JUMP: u32 = 1_000;
