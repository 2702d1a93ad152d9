//! Acts, one and many: as they were done, and whether they stand.

use jiff::Timestamp;
use office::{
    act::{Act, ActId, LookupCode, Name},
    book::{BookId, Series},
    eform::FormData,
    entry::{Entry, Envelope, Event, READERS, UserName},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::dossiers::Annulment;
use crate::{
    Ledger, LedgerError, Result,
    roles::require,
    rows::{LARGEST_PAGE, signed, unsigned},
    series::day_key,
};
use crate::{
    project::{assets::unseen, entry::entry_at},
    rows::{Page, page, page_size, rows},
};

/// An act.
#[derive(Clone, Debug, PartialEq)]
pub struct ActRecord {
    /// Place of its entry.
    pub place: u64,
    /// When its entry was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: UserName,
    /// The act, with the number that came for it later.
    pub act: Act,
    /// How it was annulled, if it was.
    pub annulled: Option<Annulment>,
}

impl Ledger {
    /// An act by its id.
    pub fn act(&self, id: &ActId) -> Result<Option<ActRecord>> {
        require(&self.user.roles, READERS)?;
        let place: Option<i64> = self
            .db
            .prepare_cached("SELECT n FROM act WHERE id = ?1")?
            .query_row([&id.0], |row| row.get(0))
            .optional()?;
        place.map(|n| self.act_at(n)).transpose()
    }

    /// The act that a look-up code leads to.
    pub fn act_of_code(&self, code: LookupCode) -> Result<Option<ActRecord>> {
        require(&self.user.roles, READERS)?;
        let begins = code.begins();
        let place: Option<i64> = self
            .db
            .prepare_cached(
                "SELECT n FROM act WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 1",
            )?
            .query_row([begins], |row| row.get(0))
            .optional()?;
        place.map(|n| self.act_at(n)).transpose()
    }

    /// The acts that stand and are about an asset that this form names, but for those that were `seen`, oldest first.
    ///
    /// # Errors
    /// [`LedgerError::Forbidden`], and those of reading.
    pub fn acts_of_assets(&self, data: &FormData, seen: &[ActId]) -> Result<Vec<Act>> {
        require(&self.user.roles, READERS)?;
        unseen(&self.db, data, seen)
    }

    /// Acts, newest first. `before` is [`Page::next`] of the page before.
    pub fn acts(&self, before: Option<u64>, limit: usize) -> Result<Page<ActRecord>> {
        require(&self.user.roles, READERS)?;
        let (before, limit) = (before.map_or(Ok(i64::MAX), signed)?, limit.clamp(1, LARGEST_PAGE));
        let sql = "SELECT n FROM act WHERE n < ?1 ORDER BY n DESC LIMIT ?2";
        let places: Vec<i64> =
            rows(&self.db, sql, params![before, page_size(limit)], |row| row.get(0))?;
        page(&places, limit, |n| self.act_at(n))
    }

    /// The acts of a kind in a book that stand, oldest first.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], and those of reading.
    pub fn acts_of_kind(&self, book: BookId, kind: &Name) -> Result<Vec<ActRecord>> {
        require(&self.user.roles, READERS)?;
        // By the book's lines: other books may hold a thousand times as many acts.
        let sql = "SELECT act.n FROM line JOIN act ON act.n = line.n
            WHERE line.book = ?1 AND act.kind = ?2 AND act.annulled IS NULL ORDER BY act.n";
        let of = params![book.as_str(), kind.as_str()];
        let places: Vec<i64> = rows(&self.db, sql, of, |row| row.get(0))?;
        places.into_iter().map(|n| self.act_at(n)).collect()
    }

    /// The acts that got a number of a series, at once or later; more than one where machines gave it twice.
    pub fn acts_numbered(&self, series: Series, value: u32) -> Result<Vec<ActRecord>> {
        require(&self.user.roles, READERS)?;
        let issued: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM number WHERE book = ?1 AND year = ?2 AND day = ?3 AND value = ?4",
            params![series.book.as_str(), series.year, day_key(series), value],
            |row| row.get(0),
        )?;
        let mut acts = Vec::new();
        for n in issued {
            let place = match entry_at(&self.db, n)?.what {
                Event::ActDone { .. } => n,
                Event::NumberAssigned { place, .. } => signed(place)?,
                _ => continue,
            };
            let known = "SELECT 1 FROM act WHERE n = ?1";
            if self.db.prepare_cached(known)?.exists([place])? {
                acts.push(self.act_at(place)?);
            }
        }
        Ok(acts)
    }

    fn act_at(&self, n: i64) -> Result<ActRecord> {
        let annulled = annulment(&self.db, n)?;
        match entry_at(&self.db, n)? {
            Entry { envelope: Envelope { at, user: by, .. }, what: Event::ActDone { act } } => {
                Ok(ActRecord { place: unsigned(n)?, at, by, act: *act, annulled })
            }
            _ => Err(LedgerError::Damaged { place: "bảng việc chứng thực" }),
        }
    }
}

/// How the act at a place was annulled; `None` where it stands, or where no act is.
pub(crate) fn annulment(db: &Connection, n: i64) -> Result<Option<Annulment>> {
    let annulled: Option<Option<i64>> = db
        .prepare_cached("SELECT annulled FROM act WHERE n = ?1")?
        .query_row([n], |row| row.get(0))
        .optional()?;
    Ok(match annulled.flatten().map(|n| entry_at(db, n)).transpose()? {
        Some(Entry {
            envelope: Envelope { at, user: by, .. },
            what: Event::ActAnnulled { reason, .. },
        }) => Some(Annulment { at, by, reason }),
        _ => None,
    })
}
