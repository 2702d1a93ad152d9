//! The store of people's documents. Looking at one is an entry too.

use jiff::{Timestamp, civil::Date};
use office::{
    document::{DocumentId, KeptDocument},
    entry::{Entry, Envelope, Event, Purpose, READERS, UserName},
    person::PersonId,
};
use rusqlite::OptionalExtension;

use super::people::newest_of;
use crate::{Ledger, LedgerError, Result, blob, roles::require, rows::unsigned};
use crate::{project::entry::entry_at, rows::rows};

/// A document of the store.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentRecord {
    /// Place of the entry.
    pub place: u64,
    /// When it was put in.
    pub at: Timestamp,
    /// Who put it in.
    pub by: UserName,
    /// The document.
    pub document: KeptDocument,
}

impl Ledger {
    /// A person's documents that are in the store, newest first.
    pub fn documents(&self, owner: PersonId) -> Result<Vec<DocumentRecord>> {
        require(&self.user.roles, READERS)?;
        let sql = "SELECT n FROM document WHERE owner = ?1 AND removed IS NULL ORDER BY n DESC";
        let places = newest_of(&self.db, owner, usize::MAX, |key| {
            rows(&self.db, sql, [key], |row| row.get(0))
        })?;
        places.into_iter().map(|n| self.document_at(n)).collect()
    }

    /// A document that is in the store.
    pub fn document(&self, id: &DocumentId) -> Result<Option<DocumentRecord>> {
        require(&self.user.roles, READERS)?;
        let place: Option<i64> = self
            .db
            .prepare_cached("SELECT n FROM document WHERE id = ?1 AND removed IS NULL")?
            .query_row([&id.0], |row| row.get(0))
            .optional()?;
        place.map(|n| self.document_at(n)).transpose()
    }

    /// A document's file. That it was looked at is written before anything is shown.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::Missing`], [`LedgerError::DocumentGone`]; then
    /// nothing was written.
    pub fn open_document(
        &mut self,
        at: Timestamp,
        id: &DocumentId,
        purpose: Purpose,
    ) -> Result<Vec<u8>> {
        self.record(at, Event::DocumentViewed { document: id.clone(), purpose }, &[])?;
        let kept = self.document(id)?.ok_or(LedgerError::Missing)?;
        blob::read(&self.db, &self.contents, &kept.document.content)
    }

    /// Documents whose last day in the store lies before `day`, those that should have gone first
    /// leading.
    pub fn expired(&self, day: Date) -> Result<Vec<DocumentRecord>> {
        require(&self.user.roles, READERS)?;
        let sql = "SELECT n FROM document WHERE keep_until < ?1 AND keep_until IS NOT NULL
            AND removed IS NULL ORDER BY keep_until, n";
        let places: Vec<i64> = rows(&self.db, sql, [day.to_string()], |row| row.get(0))?;
        places.into_iter().map(|n| self.document_at(n)).collect()
    }

    fn document_at(&self, n: i64) -> Result<DocumentRecord> {
        match entry_at(&self.db, n)? {
            Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::DocumentKept { document },
            } => Ok(DocumentRecord { place: unsigned(n)?, at, by, document: *document }),
            _ => Err(LedgerError::Damaged { place: "bảng giấy tờ trong kho" }),
        }
    }
}
