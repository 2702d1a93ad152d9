//! Volumes (quyển) of books: opened and closed by entries.
//!
//! The machine that holds a book opens its volumes and closes them. The first volume of a year opens with its
//! first number; any further one somebody opens. A closed volume takes no number any more: closing it (khóa sổ)
//! tells its last number and how many there are, and the hash of that entry seals it, as it holds the hash of all
//! that this machine wrote before.
//!
//! The entry names the lease's epoch, and it counts only where its machine holds the lease of that epoch. Of two
//! that opened or closed the same volume apart the first did; the other is a conflict, and so is what another
//! machine than the holder wrote.

use jiff::{Timestamp, civil::Date};
use office::{
    book::{Book, BookId, Issued, Lease, Series, VolumeId},
    entry::{ContentHash, Event, EventKind, UserName, sha256},
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Ledger, LedgerError, Result, Writing, book,
    project::entry::{entry_at, sealed_at},
    roles::require,
    rows::rows,
    series::{holder, last_number, successor, waits},
};

/// A volume as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeRecord {
    /// Which.
    pub id: VolumeId,
    /// Its first number is the next after this one.
    pub after: u32,
    /// Day of its opening.
    pub opened: Date,
    /// Its last number so far.
    pub last: u32,
    /// How it was closed, if it was.
    pub closed: Option<Closing>,
}

/// How a volume was closed.
#[derive(Clone, Debug, PartialEq)]
pub struct Closing {
    /// Day.
    pub day: Date,
    /// By whom.
    pub by: UserName,
    /// How many numbers stand in it.
    pub count: u32,
    /// Hash of the entry that closed it.
    pub seal: ContentHash,
}

/// The newest volume of a book's year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Newest {
    pub(crate) volume: u16,
    pub(crate) after: u32,
    pub(crate) closed: bool,
}

/// The newest volume of a book's year; `None` before the first.
pub(crate) fn newest(db: &Connection, book: BookId, year: i16) -> Result<Option<Newest>> {
    let sql = "SELECT volume, after, EXISTS (SELECT 1 FROM volume_closed AS closed
            WHERE closed.book = ?1 AND closed.year = ?2 AND closed.volume = opened.volume AND counts)
        FROM volume_opened AS opened WHERE book = ?1 AND year = ?2 AND counts
        ORDER BY volume DESC LIMIT 1";
    let newest = db.prepare_cached(sql)?.query_row(params![book.as_str(), year], |row| {
        Ok(Newest { volume: row.get(0)?, after: row.get(1)?, closed: row.get(2)? })
    });
    Ok(newest.optional()?)
}

/// What must be written before a number of the series is given on `day` under the lease of `epoch`: the year's
/// first volume, or nothing.
///
/// # Errors
/// [`LedgerError::VolumeClosed`].
pub(crate) fn before_number(
    db: &Connection,
    book: &Book,
    series: Series,
    day: Date,
    epoch: u32,
) -> Result<Option<Event>> {
    if !book.volumes {
        return Ok(None);
    }
    let id = VolumeId { book: book.id, year: series.year, volume: 1 };
    match newest(db, book.id, series.year)? {
        None => Ok(Some(Event::VolumeOpened { id, after: last_number(db, series)?, day, epoch })),
        Some(Newest { closed: false, .. }) => Ok(None),
        Some(Newest { volume, .. }) => {
            Err(LedgerError::VolumeClosed { volume: VolumeId { volume, ..id }.named(&book.label) })
        }
    }
}

/// The volume that holds a number: the last that begins before it, closed since or not.
fn holding(db: &Connection, issued: Issued) -> Result<Option<VolumeId>> {
    let Series { book, year, .. } = issued.series;
    let sql = "SELECT max(volume) FROM volume_opened
        WHERE book = ?1 AND year = ?2 AND counts AND after < ?3";
    let volume: Option<u16> = db
        .prepare_cached(sql)?
        .query_row(params![book.as_str(), year, issued.value], |row| row.get(0))?;
    Ok(volume.map(|volume| VolumeId { book, year, volume }))
}

impl Writing<'_> {
    /// See [`Ledger::volume_of`]; what this transaction opened counts.
    pub fn volume_of(&self, issued: Issued) -> Result<Option<VolumeId>> {
        holding(self.db, issued)
    }
}

impl Ledger {
    /// The volume that holds a number; `None` where the book has no volumes.
    pub fn volume_of(&self, issued: Issued) -> Result<Option<VolumeId>> {
        holding(&self.db, issued)
    }

    /// Every volume, the newest first.
    pub fn volumes(&self) -> Result<Vec<VolumeRecord>> {
        let sql = "SELECT n FROM volume_opened WHERE counts ORDER BY year DESC, volume DESC, book";
        let places: Vec<i64> = rows(&self.db, sql, [], |row| row.get(0))?;
        places.into_iter().map(|n| self.volume_at(n)).collect()
    }

    fn volume_at(&self, n: i64) -> Result<VolumeRecord> {
        const DAMAGED: LedgerError = LedgerError::Damaged { place: "bảng các quyển sổ" };
        let Event::VolumeOpened { id, after, day, .. } = entry_at(&self.db, n)?.what else {
            return Err(DAMAGED);
        };
        let sql = "SELECT n FROM volume_closed
            WHERE book = ?1 AND year = ?2 AND volume = ?3 AND counts";
        let key = params![id.book.as_str(), id.year, id.volume];
        let closed: Option<i64> =
            self.db.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?;
        let series = Series { book: id.book, year: id.year, day: None };
        let mut volume = VolumeRecord {
            id,
            after,
            opened: day,
            last: last_number(&self.db, series)?,
            closed: None,
        };
        if let Some(place) = closed {
            let entry = entry_at(&self.db, place)?;
            let Event::VolumeClosed { last, count, day, .. } = entry.what else {
                return Err(DAMAGED);
            };
            let seal = ContentHash::from_hash(&sha256(&sealed_at(&self.db, place)?.0));
            volume.last = last;
            volume.closed = Some(Closing { day, by: entry.envelope.user, count, seal });
        }
        Ok(volume)
    }

    /// Opens the next volume of a book's year.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NoVolumes`], [`LedgerError::NoLease`],
    /// [`LedgerError::BookWaits`], [`LedgerError::VolumeOpen`].
    pub fn open_volume(&mut self, at: Timestamp, book: BookId, year: i16) -> Result<()> {
        require(&self.user.roles, EventKind::VolumeOpened.roles())?;
        self.transact(|writing| writing.open_volume(at, book, year))
    }

    /// Closes the open volume of a book's year (khóa sổ).
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NoVolumes`], [`LedgerError::NoLease`],
    /// [`LedgerError::BookWaits`], [`LedgerError::VolumeClosed`], [`LedgerError::NumbersAwaited`].
    pub fn close_volume(&mut self, at: Timestamp, book: BookId, year: i16) -> Result<()> {
        require(&self.user.roles, EventKind::VolumeClosed.roles())?;
        self.transact(|writing| writing.close_volume(at, book, year))
    }
}

impl Writing<'_> {
    pub(crate) fn open_volume(&mut self, at: Timestamp, book: BookId, year: i16) -> Result<()> {
        let day = crate::local_day(at);
        let Held { book, series, epoch } = self.held(book, year)?;
        let newest = newest(self.db, book.id, year)?;
        let id = |volume| VolumeId { book: book.id, year, volume };
        let volume = match newest {
            None => 1,
            Some(Newest { volume, closed: true, .. }) => {
                volume.checked_add(1).ok_or(LedgerError::Damaged { place: "số quyển" })?
            }
            Some(Newest { volume, .. }) => {
                return Err(LedgerError::VolumeOpen { volume: id(volume).named(&book.label) });
            }
        };
        if holder(self.db, book.id, year)?.is_none()
            && let Some((device, epoch)) = successor(self.db, book.id)?
        {
            let lease = Lease { book: book.id, year, day: None, device, epoch, after: 0 };
            self.write(at, Event::LeaseTaken { lease })?;
        }
        let after = last_number(self.db, series)?;
        self.write(at, Event::VolumeOpened { id: id(volume), after, day, epoch }).map(drop)
    }

    pub(crate) fn close_volume(&mut self, at: Timestamp, book: BookId, year: i16) -> Result<()> {
        let day = crate::local_day(at);
        let Held { book, series, epoch } = self.held(book, year)?;
        let db = self.db;
        let newest = newest(db, book.id, year)?;
        let volume = newest.map_or(1, |newest| newest.volume);
        let id = VolumeId { book: book.id, year, volume };
        let Some(Newest { after, closed: false, .. }) = newest else {
            return Err(LedgerError::VolumeClosed { volume: id.named(&book.label) });
        };
        let awaited: u32 = db
            .prepare_cached(
                "SELECT count(*) FROM pending WHERE book = ?1 AND year = ?2 AND NOT EXISTS (
                    SELECT 1 FROM assigned WHERE place = pending.n AND assigned.book = ?1)",
            )?
            .query_row(params![book.id.as_str(), year], |row| row.get(0))?;
        if awaited > 0 {
            return Err(LedgerError::NumbersAwaited { book: book.label, count: awaited });
        }
        let last = last_number(db, series)?;
        let count: u32 = db
            .prepare_cached(
                "SELECT count(DISTINCT value) FROM number
                 WHERE book = ?1 AND year = ?2 AND day = '' AND value > ?3",
            )?
            .query_row(params![book.id.as_str(), year, after], |row| row.get(0))?;
        self.write(at, Event::VolumeClosed { id, last, count, day, epoch }).map(drop)
    }

    fn held(&self, id: BookId, year: i16) -> Result<Held> {
        let book = book::book(self.db, id)?;
        if !book.volumes {
            return Err(LedgerError::NoVolumes { book: book.label });
        }
        let held = match holder(self.db, id, year)? {
            None => successor(self.db, id)?,
            held => held,
        };
        let Some((_, epoch)) = held.filter(|(holder, _)| *holder == self.device.id) else {
            return Err(LedgerError::NoLease { book: book.label });
        };
        let series = Series { book: id, year, day: None };
        if waits(self.db, series)? {
            return Err(LedgerError::BookWaits { book: id, label: book.label });
        }
        Ok(Held { book, series, epoch })
    }
}

/// A book in volumes whose year this machine numbers, its series, and the lease's epoch.
struct Held {
    book: Book,
    series: Series,
    epoch: u32,
}
