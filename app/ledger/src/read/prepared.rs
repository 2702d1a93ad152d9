//! Electronic acts that were prepared: those that wait for a signature, and those that were returned.

use jiff::Timestamp;
use office::{
    act::{ActId, Prepared},
    entry::{Entry, Envelope, Event, READERS, UserName},
};
use rusqlite::{OptionalExtension, params};

use super::noted::Removal;
use crate::{
    Ledger, LedgerError, Result,
    project::entry::entry_at,
    roles::require,
    rows::{LARGEST_PAGE, page_size, rows, unsigned},
};

/// A preparation.
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedRecord {
    /// Place of its entry.
    pub place: u64,
    /// When it was prepared.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// What.
    pub prepared: Prepared,
    /// How it was returned, if it was.
    pub returned: Option<Removal>,
}

/// Those that wait for a signature.
const WAITING: &str =
    "returned IS NULL AND NOT EXISTS (SELECT 1 FROM act WHERE act.id = prepared.id)";

impl Ledger {
    /// What waits for a signature, oldest first, at most a page.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`].
    pub fn prepared(&self) -> Result<Vec<PreparedRecord>> {
        require(&self.user.roles, READERS)?;
        let sql = format!("SELECT n, returned FROM prepared WHERE {WAITING} ORDER BY n LIMIT ?1");
        let found: Vec<(i64, Option<i64>)> =
            rows(&self.db, &sql, [page_size(LARGEST_PAGE)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        found.into_iter().map(|found| self.prepared_at(found)).collect()
    }

    /// How many preparations wait that the logged-in user may be asked to sign.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`].
    pub fn prepared_for_user(&self) -> Result<u64> {
        require(&self.user.roles, READERS)?;
        let sql = format!(
            "SELECT count(*) FROM prepared WHERE {WAITING} AND (asked IS NULL OR asked = ?1)"
        );
        let count = self.db.prepare_cached(&sql)?.query_row([&self.user.name.0], |r| r.get(0))?;
        unsigned(count)
    }

    /// What the logged-in user prepared and got back, newest first.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`].
    pub fn returned_to_user(&self, limit: usize) -> Result<Vec<PreparedRecord>> {
        require(&self.user.roles, READERS)?;
        let sql = "SELECT n, returned FROM prepared WHERE by = ?1 AND returned IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM act WHERE act.id = prepared.id)
             ORDER BY returned DESC LIMIT ?2";
        let limit = page_size(limit.clamp(1, LARGEST_PAGE));
        let found: Vec<(i64, Option<i64>)> =
            rows(&self.db, sql, params![self.user.name.0, limit], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        found.into_iter().map(|found| self.prepared_at(found)).collect()
    }

    /// A preparation by the id of its act, whatever became of it.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`].
    pub fn preparation(&self, id: &ActId) -> Result<Option<PreparedRecord>> {
        require(&self.user.roles, READERS)?;
        let found: Option<(i64, Option<i64>)> = self
            .db
            .prepare_cached("SELECT n, returned FROM prepared WHERE id = ?1")?
            .query_row([&id.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found.map(|found| self.prepared_at(found)).transpose()
    }

    /// Returns what waits for a signature to whoever prepared it, or takes it back.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NotReturnable`], [`LedgerError::NoReason`],
    /// [`LedgerError::Missing`], [`LedgerError::ReturnedAlready`], [`LedgerError::ActDoneAlready`].
    pub fn return_prepared(&mut self, at: Timestamp, act: &ActId, reason: &str) -> Result<()> {
        let (act, reason) = (act.clone(), office::text::clean_lines(reason));
        self.record(at, Event::ActReturned { act, reason }, &[]).map(drop)
    }

    fn prepared_at(&self, (n, returned): (i64, Option<i64>)) -> Result<PreparedRecord> {
        let returned = match returned.map(|n| entry_at(&self.db, n)).transpose()? {
            Some(Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::ActReturned { reason, .. },
            }) => Some(Removal { at, by, reason }),
            _ => None,
        };
        match entry_at(&self.db, n)? {
            Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::ActPrepared { prepared },
            } => Ok(PreparedRecord { place: unsigned(n)?, at, by, prepared: *prepared, returned }),
            _ => Err(LedgerError::Damaged { place: "bảng bản chờ ký số" }),
        }
    }
}
