//! Drafts: what a user is typing, kept as it is typed, so that no power cut loses it. They are no
//! entries: nothing has happened yet. Each user sees their own.

use office::entry::UserName;
use rusqlite::{Connection, params};

use crate::{Ledger, LedgerError, Result, Writing};

/// Largest draft in bytes.
pub const DRAFT_LIMIT: usize = 1024 * 1024;
/// Most drafts of a user.
const MOST_DRAFTS: u32 = 200;
/// Most pieces of scans and of documents that lie beside a user's drafts. The 200 pages of an electronic copy, as they
/// came and as they became, are 800 at two MiB each; other drafts wait beside it.
const MOST_PIECES: u32 = 4_000;
/// What the keys of such pieces begin with: five bytes each.
const PIECES: [&str; 3] = ["scan/", "page/", "sign/"];

/// A kept draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The screen's own key.
    pub key: String,
    /// The screen's own bytes.
    pub bytes: Vec<u8>,
}

impl Ledger {
    /// Keeps a draft under `key`, replacing an earlier one.
    pub fn save_draft(&mut self, key: &str, bytes: &[u8]) -> Result<()> {
        if bytes.len() > DRAFT_LIMIT {
            return Err(LedgerError::TooLarge { limit: DRAFT_LIMIT });
        }
        self.folder.reserve()?;
        let is_piece = PIECES.iter().any(|begins| key.starts_with(begins));
        let limit = if is_piece { MOST_PIECES } else { MOST_DRAFTS };
        let [scans, pages, documents] = PIECES;
        let others: u32 = self
            .db
            .prepare_cached(
                "SELECT count(*) FROM draft
                 WHERE user = ?1 AND key <> ?2 AND (substr(key, 1, 5) IN (?3, ?4, ?5)) = ?6",
            )?
            .query_row(
                params![self.user.name.0, key, scans, pages, documents, is_piece],
                |row| row.get(0),
            )?;
        if others >= limit {
            return Err(LedgerError::TooManyDrafts { limit });
        }
        self.db
            .prepare_cached(
                "INSERT INTO draft (user, key, bytes) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET bytes = excluded.bytes",
            )?
            .execute(params![self.user.name.0, key, bytes])?;
        Ok(())
    }

    /// The logged-in user's drafts, by key.
    pub fn drafts(&self) -> Result<Vec<Draft>> {
        let mut statement =
            self.db.prepare_cached("SELECT key, bytes FROM draft WHERE user = ?1 ORDER BY key")?;
        let rows = statement.query_map([&self.user.name.0], |row| {
            Ok(Draft { key: row.get(0)?, bytes: row.get(1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The logged-in user's drafts whose keys begin with `prefix`, by key.
    pub fn drafts_under(&self, prefix: &str) -> Result<Vec<Draft>> {
        let mut statement = self.db.prepare_cached(
            "SELECT key, bytes FROM draft WHERE user = ?1 AND substr(key, 1, length(?2)) = ?2
             ORDER BY key",
        )?;
        let rows = statement.query_map([self.user.name.0.as_str(), prefix], |row| {
            Ok(Draft { key: row.get(0)?, bytes: row.get(1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Forgets a draft; one that is not there is no error.
    pub fn delete_draft(&mut self, key: &str) -> Result<()> {
        delete(&self.db, &self.user.name, key)
    }
}

impl Writing<'_> {
    /// Forgets a draft together with the entries that it became: both or neither.
    pub fn delete_draft(&mut self, key: &str) -> Result<()> {
        delete(self.db, &self.user.name, key)
    }

    /// Forgets every draft whose key begins with `prefix`.
    pub fn delete_drafts_under(&mut self, prefix: &str) -> Result<()> {
        self.db
            .prepare_cached(
                "DELETE FROM draft WHERE user = ?1 AND substr(key, 1, length(?2)) = ?2",
            )?
            .execute([self.user.name.0.as_str(), prefix])?;
        Ok(())
    }
}

fn delete(db: &Connection, user: &UserName, key: &str) -> Result<()> {
    db.prepare_cached("DELETE FROM draft WHERE user = ?1 AND key = ?2")?
        .execute([user.0.as_str(), key])?;
    Ok(())
}
