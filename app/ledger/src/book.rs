//! The books of the office, as the entries that opened them say.
//!
//! A book is opened once, at the founding or later, and the machine that opens it holds it. Two machines that
//! open the same one apart both hold its first epoch, which is a conflict like any lease taken twice; what the
//! book is like the first of the two says.

use jiff::{Timestamp, civil::DateTime};
use office::{
    book::{Book, BookId, Lease},
    entry::{Event, EventKind, Role},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    Ledger, LedgerError, Result, Writing,
    project::entry::entry_at,
    read::{acts::annulment, dossiers::Annulment},
    roles::require,
    rows::{rows, unsigned},
};

/// A line of a book.
#[derive(Clone, Debug, PartialEq)]
pub struct LineRecord {
    /// Place of its entry.
    pub place: u64,
    /// What stands there, see [`Event::told`]; with the number that came for it later.
    pub event: Event,
    /// How it was annulled, if it was.
    pub annulled: Option<Annulment>,
}

impl Ledger {
    /// The office's books, in the order of their opening.
    pub fn books(&self) -> Result<Vec<Book>> {
        all(&self.db)
    }

    /// A book of the office.
    ///
    /// # Errors
    /// [`LedgerError::NoBook`].
    pub fn book(&self, id: BookId) -> Result<Book> {
        book(&self.db, id)
    }

    /// That the logged-in user may look at a book.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NoBook`].
    pub fn require_reader(&self, book: BookId) -> Result<()> {
        require(&self.user.roles, &self.book(book)?.readers)
    }

    /// The lines of a book from one local time until before another, in their order; of dossiers it has none.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`].
    pub fn lines(&self, book: BookId, from: DateTime, until: DateTime) -> Result<Vec<LineRecord>> {
        self.require_reader(book)?;
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM line WHERE book = ?1 AND at >= ?2 AND at < ?3 ORDER BY n",
            params![book.as_str(), from.to_string(), until.to_string()],
            |row| row.get(0),
        )?;
        places.into_iter().map(|n| line_at(&self.db, n)).collect()
    }

    /// Opens a book, which this machine numbers from then on.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::BookOpenAlready`], [`LedgerError::ClockBack`],
    /// [`LedgerError::DiskFull`].
    pub fn open_book(&mut self, at: Timestamp, book: Book) -> Result<()> {
        require(&self.user.roles, EventKind::BookOpened.roles())?;
        self.transact(|writing| {
            if find(writing.db, book.id)?.is_some() {
                return Err(LedgerError::BookOpenAlready { book: book.label });
            }
            writing.open_book(at, book)
        })
    }
}

impl Writing<'_> {
    /// Opens a book and takes its first lease.
    pub(crate) fn open_book(&mut self, at: Timestamp, book: Book) -> Result<()> {
        let series = book.series(crate::local_day(at));
        let lease = Lease {
            book: book.id,
            year: series.year,
            day: series.day,
            device: self.device.id.clone(),
            epoch: 1,
            after: 0,
        };
        self.write(at, Event::BookOpened { book: Box::new(book) })?;
        self.write(at, Event::LeaseTaken { lease })?;
        Ok(())
    }
}

/// The line at a place.
pub(crate) fn line_at(db: &Connection, n: i64) -> Result<LineRecord> {
    let annulled = annulment(db, n)?;
    Ok(LineRecord { place: unsigned(n)?, event: entry_at(db, n)?.what, annulled })
}

/// The books of the office, in the order of their opening.
pub(crate) fn all(db: &Connection) -> Result<Vec<Book>> {
    let mut statement = db.prepare_cached("SELECT json FROM book ORDER BY n, id")?;
    let books = statement.query_map([], json)?.collect::<rusqlite::Result<Vec<_>>>()?;
    books.iter().map(|json| parse(json)).collect()
}

/// A book of the office; `None` where nobody opened it.
pub(crate) fn find(db: &Connection, id: BookId) -> Result<Option<Book>> {
    let found = db
        .prepare_cached("SELECT json FROM book WHERE id = ?1")?
        .query_row([id.as_str()], json)
        .optional()?;
    found.map(|json| parse(&json)).transpose()
}

/// Whether these roles may write into the books that the event takes numbers from. What gives a number that was
/// awaited writes nothing. That a book is open at all is asked elsewhere.
pub(crate) fn require_writer(db: &Connection, roles: &[Role], event: &Event) -> Result<()> {
    if matches!(event, Event::NumberAssigned { .. }) {
        return Ok(());
    }
    for (_, id) in event.about().numbers {
        if let Some(book) = find(db, id)? {
            require(roles, &book.writers)?;
        }
    }
    Ok(())
}

/// A book of the office.
pub(crate) fn book(db: &Connection, id: BookId) -> Result<Book> {
    find(db, id)?.ok_or(LedgerError::NoBook { book: id })
}

fn json(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn parse(json: &str) -> Result<Book> {
    serde_json::from_str(json).map_err(|_| LedgerError::Damaged { place: "bảng các sổ" })
}
