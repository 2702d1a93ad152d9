//! Numbers of books, dispensed inside the transaction that commits them.
//!
//! The device that holds a book's newest lease also opens the next year: the first number asked for in
//! a year without a lease takes it, in the same transaction and in the same epoch. Nobody else's book is
//! ever touched: without a lease the answer is "chờ cấp số". A book that nobody opened gives no number.
//!
//! A restored ledger does not know what the lost machine still wrote. The restore names the books that
//! existed then, and each of them waits: nothing is numbered in it, not even "chờ cấp số", before a lease of
//! the restored copy tells its last number on paper. What was confirmed holds for the series that ran at that
//! moment and for all that begin later. Only a clock that is set back leads to an earlier series; that one
//! waits again.

use std::collections::HashMap;

use jiff::civil::Date;
use office::{
    book::{Book, BookId, Issued, Lease, Number, Numbers, Period, Series},
    entry::{DeviceId, Event},
};
use rusqlite::Connection;

use crate::{
    LedgerError, Result, book,
    series::last_number,
    series::{holder, successor},
    volume,
};

/// The numbers of one event in the making.
pub(crate) struct Dispenser<'a> {
    db: &'a Connection,
    device: &'a DeviceId,
    /// Issued so far, to be compared with what the event holds.
    pub(crate) issued: Vec<Issued>,
    /// Leases taken for a new year, to be written before the event.
    leases: Vec<Lease>,
    /// First volumes of a year, to be written before the event too.
    volumes: Vec<(Series, Event)>,
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
            volumes: Vec::new(),
            failure: None,
            last: HashMap::new(),
        }
    }

    /// The next number of a series, given on `day`.
    pub(crate) fn next_in(&mut self, book: &Book, series: Series, day: Date) -> Result<Number> {
        let Some(epoch) = self.epoch(series)? else {
            return Ok(Number::Pending { series });
        };
        if !self.volumes.iter().any(|(opened, _)| *opened == series)
            && let Some(opening) = volume::before_number(self.db, book, series, day, epoch)?
        {
            self.volumes.push((series, opening));
        }
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

    /// What must be written before the event.
    pub(crate) fn before(self) -> impl Iterator<Item = Event> {
        let leases = self.leases.into_iter().map(|lease| Event::LeaseTaken { lease });
        leases.chain(self.volumes.into_iter().map(|(_, opening)| opening))
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
                self.leases.push(Lease { book, year, day: series.day, device, epoch, after: 0 });
                Ok(Some(epoch))
            }
            _ => Ok(None),
        }
    }
}

impl Numbers for Dispenser<'_> {
    fn next(&mut self, book: BookId, day: Date) -> Number {
        let next =
            book::book(self.db, book).and_then(|book| self.next_in(&book, book.series(day), day));
        next.unwrap_or_else(|error| {
            self.failure.get_or_insert(error);
            // Never written: the failure stops the append.
            Number::Pending { series: Period::Year.series(book, day) }
        })
    }
}

/// Judges the last number that a book shows on paper against `known`, the last in the ledger; gives the
/// number to go on after, 0 where the ledger's own holds.
///
/// # Errors
/// [`LedgerError::NumberBelowKnown`], and [`LedgerError::NumberJump`] beyond [`LARGEST_JUMP`] unless
/// `accept_jump`.
pub(crate) fn after_paper(
    label: &str,
    known: u32,
    on_paper: u32,
    accept_jump: bool,
) -> Result<u32> {
    let (book, given) = (label.to_owned(), on_paper);
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use office::{
        Explain,
        book::{Book, BookId},
        entry::{Entry, Event, Role},
    };

    use crate::{
        Ledger, Present, Restore,
        fixture::{
            PASSWORD, append_dossier, assert_clean, at, chi, found, founding, open,
            rooms::{draw, pay},
        },
    };

    const DAY: i64 = 86_400;

    fn ticket(entry: &Entry) -> (u32, u32) {
        let issued: Vec<_> = entry.what.numbers();
        (issued[0].value, issued[0].epoch)
    }

    fn leases(ledger: &Ledger, book: BookId) -> Vec<(i16, u32)> {
        let held = ledger.leases().unwrap();
        held.iter().filter(|l| l.book == book).map(|l| (l.year, l.epoch)).collect()
    }

    /// An office that draws no tickets yet, and the book of them.
    fn without_tickets(data: &std::path::Path) -> (Ledger, Book) {
        let mut founding = founding(&Role::ALL);
        let ticket = founding.books.pop().unwrap();
        assert_eq!(ticket.id, BookId::TICKET);
        (Ledger::create(data, founding).unwrap().0, ticket)
    }

    #[test]
    fn a_book_gives_numbers_from_its_opening_on() {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, tickets) = without_tickets(data.path());
        let before = ledger.head().clone();
        let none = ledger.append(at(1), draw("", false, at(1))).unwrap_err();
        assert_eq!((none.code(), ledger.head()), ("LED-80", &before));
        ledger.open_book(at(2), tickets.clone()).unwrap();
        assert_eq!(ledger.books().unwrap().last(), Some(&tickets));
        let again = ledger.open_book(at(2), tickets).unwrap_err();
        assert_eq!(again.code(), "LED-81");
        for n in 1..=2 {
            let drawn = ledger.append(at(3), draw("", false, at(3))).unwrap();
            assert_eq!(ticket(&drawn), (n, 1));
        }
        assert_eq!(leases(&ledger, BookId::TICKET), [(2026, 1)]);
        // In the new year by its own lease.
        let later = at(40 * DAY);
        ledger.accept_clock(later).unwrap();
        assert_eq!(ticket(&ledger.append(later, draw("", false, later)).unwrap()), (1, 1));
        assert_eq!(leases(&ledger, BookId::TICKET).len(), 2);
        assert_clean(&ledger);
        drop(ledger);
        assert_clean(&open(data.path()));
    }

    #[test]
    fn whoever_does_not_hold_a_book_numbers_nothing_in_it() {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        let lost = "UPDATE lease SET device = 'other', epoch = 2 WHERE book = 'ticket'";
        ledger.db.execute(lost, []).unwrap();
        for at in [at(1), at(40 * DAY)] {
            ledger.accept_clock(at).unwrap();
            let drawn = ledger.append(at, draw("", false, at)).unwrap();
            assert_eq!(drawn.what.numbers(), []);
        }
    }

    #[test]
    fn a_restore_takes_every_book_and_paper_may_be_ahead_of_it() {
        let scratch = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(&scratch.path().join("a"));
        append_dossier(&mut ledger, 1, at(1));
        ledger.continue_after(at(2), BookId::FEE_RECEIPT, 12, false).unwrap();
        let Event::DossierReceived { dossier } = append_dossier(&mut ledger, 2, at(3)).what else {
            panic!()
        };
        let paid = ledger.append(at(4), pay(&dossier.id, 8_000, at(4))).unwrap();
        assert_eq!(ticket(&paid), (13, 2), "after the last number on paper");
        let backup = scratch.path().join("sao lưu");
        ledger.backup(&backup, at(5)).unwrap();
        let request = Restore {
            user: &chi(),
            password: PASSWORD,
            device_label: "Máy mới",
            accept_findings: false,
            present: Present::Refused,
            at: at(6),
        };
        let data = scratch.path().join("b");
        let (mut restored, report) = Ledger::restore(&backup, &data, &request).unwrap();
        let last: Vec<_> = report.numbers.iter().map(|n| (n.series.book, n.last)).collect();
        assert!(last.contains(&(BookId::FEE_RECEIPT, 13)) && last.contains(&(BookId::TICKET, 0)));
        restored.continue_after(at(6), BookId::FEE_RECEIPT, 20, false).unwrap();
        restored.continue_after(at(6), BookId::TICKET, 5, false).unwrap();
        let last = |book| restored.last_number(book, crate::local_day(at(6))).unwrap().last;
        assert_eq!((last(BookId::FEE_RECEIPT), last(BookId::TICKET)), (20, 5));
        assert_eq!(
            leases(&restored, BookId::TICKET),
            [(2026, 2)],
            "beyond the lost machine's epoch"
        );
        assert_eq!(leases(&restored, BookId::FEE_RECEIPT), [(2026, 3)]);
        let drawn = restored.append(at(7), draw("", false, at(7))).unwrap();
        assert_eq!(ticket(&drawn), (6, 2));
        assert_clean(&restored);
    }
}
