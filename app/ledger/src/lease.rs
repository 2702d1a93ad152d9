//! The right to number a book moves from machine to machine, and numbers that were awaited come.
//!
//! Whoever holds a book hands it over by an entry that names its last number, and issues nothing from then on:
//! so no number is ever issued twice, however long the others do not hear of it. The machine that gets it goes on
//! when the entry reached it. A machine that was lost hands nothing over; its book is taken by the head after a
//! restore, see [`crate::restore`].

use jiff::Timestamp;
use office::{
    book::{BookId, Lease, Number, Series},
    entry::{DeviceId, Event, EventKind},
};
use rusqlite::{Connection, params};

use crate::{
    Ledger, LedgerError, Result, Writing, book,
    number::Dispenser,
    roles::require,
    rows::{rows, unsigned},
    series::{last_number, leased_years, successor, waits},
    volume,
};

/// Most awaited numbers that are issued at once.
const MOST: i64 = 1_000;

impl Ledger {
    /// Whether this device holds a book.
    pub fn holds_book(&self, book: BookId) -> Result<bool> {
        Ok(successor(&self.db, book)?.is_some_and(|(holder, _)| holder == self.device.id))
    }

    /// Hands a book over to another machine of the office, which goes on after its last number.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NoLease`] where this machine does not hold it,
    /// [`LedgerError::BookWaits`] after a restore, [`LedgerError::Missing`] where there is no such machine.
    pub fn hand_over(&mut self, at: Timestamp, book: BookId, to: &DeviceId) -> Result<()> {
        require(&self.user.roles, EventKind::LeaseTaken.roles())?;
        self.transact(|writing| writing.hand_over(at, book, to))
    }

    /// Issues the numbers that entries wait for, in the order of these, in the books that this machine holds.
    /// Returns how many.
    ///
    /// # Errors
    /// [`LedgerError::ClockBack`], [`LedgerError::DiskFull`].
    pub fn assign_numbers(&mut self, at: Timestamp) -> Result<u64> {
        let mut assigned = 0;
        loop {
            let count = self.transact(|writing| writing.assign_numbers(at))?;
            assigned += count;
            if count < MOST.unsigned_abs() {
                return Ok(assigned);
            }
        }
    }

    /// How many entries wait for a number.
    pub fn pending_numbers(&self) -> Result<u64> {
        let sql = "SELECT count(*) FROM pending WHERE NOT EXISTS (
            SELECT 1 FROM assigned WHERE place = pending.n AND assigned.book = pending.book)";
        unsigned(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
    }
}

impl Writing<'_> {
    pub(crate) fn hand_over(&mut self, at: Timestamp, book: BookId, to: &DeviceId) -> Result<()> {
        let day = crate::local_day(at);
        let kept = book::book(self.db, book)?;
        let series = kept.series(day);
        let known = "SELECT 1 FROM device WHERE id = ?1";
        if *to == self.device.id || !self.db.prepare_cached(known)?.exists([&to.0])? {
            return Err(LedgerError::Missing);
        }
        let epoch = match successor(self.db, book)? {
            Some((holder, epoch)) if holder == self.device.id => next_epoch(epoch)?,
            _ => return Err(LedgerError::NoLease { book: kept.label }),
        };
        if waits(self.db, series)? {
            return Err(LedgerError::BookWaits { book, label: kept.label });
        }
        let after = last_number(self.db, series)?;
        let later = leased_years(self.db, book)?.into_iter().filter(|year| *year > day.year());
        for (year, after) in std::iter::once((day.year(), after)).chain(later.map(|year| (year, 0)))
        {
            let lease = Lease { book, year, day: series.day, device: to.clone(), epoch, after };
            self.write(at, Event::LeaseTaken { lease })?;
        }
        Ok(())
    }

    /// At most [`MOST`] numbers.
    pub(crate) fn assign_numbers(&mut self, at: Timestamp) -> Result<u64> {
        let mut count = 0;
        for (n, series) in awaited(self.db, &self.device.id)? {
            let book = book::book(self.db, series.book)?;
            let mut numbers = Dispenser::new(self.db, &self.device.id);
            let number = numbers.next_in(&book, series, crate::local_day(at))?;
            for event in numbers.before().collect::<Vec<_>>() {
                self.write(at, event)?;
            }
            if let Number::Issued(number) = number {
                self.write(at, Event::NumberAssigned { place: unsigned(n)?, number })?;
                count += 1;
            }
        }
        Ok(count)
    }
}

/// The epoch after one that entries tell.
pub(crate) fn next_epoch(epoch: u32) -> Result<u32> {
    epoch.checked_add(1).ok_or(LedgerError::Damaged { place: "bảng quyền cấp số" })
}

/// Entries that wait for a number that the device may give now, by their places: of books that it holds, but for
/// series that wait for paper after a restore, or for a new volume.
fn awaited(db: &Connection, device: &DeviceId) -> Result<Vec<(i64, Series)>> {
    let mut awaited = Vec::new();
    for book in book::all(db)? {
        let id = book.id;
        if successor(db, id)?.is_none_or(|(holder, _)| holder != *device) {
            continue;
        }
        let series: Vec<(i16, String)> = rows(
            db,
            "SELECT DISTINCT year, day FROM pending WHERE book = ?1 AND NOT EXISTS (
                SELECT 1 FROM assigned WHERE place = pending.n AND assigned.book = ?1)
             ORDER BY year, day",
            [id.as_str()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        for (year, key) in series {
            let damaged = |_| LedgerError::Damaged { place: "số còn chờ" };
            let day = match key.as_str() {
                "" => None,
                day => Some(day.parse().map_err(damaged)?),
            };
            let series = Series { book: id, year, day };
            let is_closed = book.volumes && volume::newest(db, id, year)?.is_some_and(|v| v.closed);
            if is_closed || waits(db, series)? {
                continue;
            }
            let places: Vec<i64> = rows(
                db,
                "SELECT n FROM pending WHERE book = ?1 AND year = ?2 AND day = ?3 AND NOT EXISTS (
                    SELECT 1 FROM assigned WHERE place = pending.n AND assigned.book = ?1)
                 ORDER BY n LIMIT ?4",
                params![id.as_str(), year, key, MOST],
                |row| row.get(0),
            )?;
            awaited.extend(places.into_iter().map(|n| (n, series)));
        }
    }
    awaited.sort_by_key(|(n, _)| *n);
    awaited.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(awaited)
}
