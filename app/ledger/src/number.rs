//! Numbers of books, dispensed inside the transaction that commits them.
//!
//! The device that holds a book's newest lease also opens the next year: the first number asked for in
//! a year without a lease takes it, in the same transaction. Nobody else's book is ever touched: without
//! a lease the answer is "chờ cấp số".

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
        if newest_holder(self.db, book)?.as_ref() != Some(self.device) {
            return Ok(None);
        }
        self.leases.push(Lease { book, year, device: self.device.clone(), epoch: 1, after: 0 });
        Ok(Some(1))
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

fn newest_holder(db: &Connection, book: Book) -> Result<Option<DeviceId>> {
    let held = db
        .prepare_cached("SELECT device FROM lease WHERE book = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([book_key(book)], |row| Ok(DeviceId(row.get(0)?)))
        .optional()?;
    Ok(held)
}
