//! Contents that entries name by their hash: photos, papers, scans, results, messages.
//!
//! A content is kept once, however many entries name it, and as long as one of them rests on it. Only a
//! document that leaves a person's store lets go of its content; an entry that names it otherwise (a
//! paper, a component of a dossier) holds it still.

use office::entry::{ContentHash, Event, sha256};
use rusqlite::{Connection, params};

use crate::{BLOB_LIMIT, LedgerError, Result, Writing};

/// The contents that an event names, each once.
fn named_blobs(event: &Event) -> Vec<&ContentHash> {
    let mut named = event.about().blobs;
    named.sort_unstable();
    named.dedup();
    named
}

/// Counts the entry among those that rest on what it names.
pub(crate) fn name(db: &Connection, event: &Event) -> Result<()> {
    for hash in named_blobs(event) {
        db.prepare_cached(
            "INSERT INTO named (hash, entries) VALUES (?1, 1)
             ON CONFLICT DO UPDATE SET entries = entries + 1",
        )?
        .execute([blob_key(hash)?])?;
    }
    Ok(())
}

/// One entry less rests on a content.
pub(crate) fn unname(db: &Connection, hash: &[u8]) -> Result<()> {
    db.prepare_cached("UPDATE named SET entries = entries - 1 WHERE hash = ?1")?.execute([hash])?;
    Ok(())
}

/// Every content that an entry rests on.
pub(crate) fn named(db: &Connection) -> Result<Vec<Vec<u8>>> {
    let mut statement = db.prepare("SELECT hash FROM named WHERE entries > 0 ORDER BY hash")?;
    let hashes = statement.query_map([], |row| row.get(0))?;
    Ok(hashes.collect::<rusqlite::Result<_>>()?)
}

impl Writing<'_> {
    /// Keeps the bytes if the event names them.
    pub(crate) fn keep_blobs(&mut self, event: &Event, blobs: &[&[u8]]) -> Result<()> {
        let named = named_blobs(event);
        for bytes in blobs {
            if bytes.len() > BLOB_LIMIT {
                return Err(LedgerError::TooLarge { limit: BLOB_LIMIT });
            }
            let hash = sha256(bytes);
            if named.contains(&&ContentHash::from_hash(&hash)) {
                self.db
                    .prepare_cached(
                        "INSERT INTO blob (hash, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                    )?
                    .execute(params![hash, bytes])?;
            }
        }
        Ok(())
    }

    /// Every content that the event names must be kept already.
    pub(crate) fn require_blobs(&self, event: &Event) -> Result<()> {
        let mut kept = self.db.prepare_cached("SELECT 1 FROM blob WHERE hash = ?1")?;
        for hash in named_blobs(event) {
            if !kept.exists([blob_key(hash)?])? {
                return Err(LedgerError::Missing);
            }
        }
        Ok(())
    }

    /// After a document left the store: its content goes where no entry rests on it. The pages that
    /// held it are overwritten.
    pub(crate) fn erase_unnamed(&self, event: &Event) -> Result<()> {
        let Event::DocumentRemoved { document, .. } = event else { return Ok(()) };
        self.db.pragma_update(None, "secure_delete", "ON")?;
        let erased = self.db.execute(
            "DELETE FROM blob WHERE hash = (
                SELECT content FROM document JOIN named ON named.hash = content
                WHERE id = ?1 AND entries = 0)",
            [&document.0],
        );
        self.db.pragma_update(None, "secure_delete", "OFF")?;
        erased?;
        Ok(())
    }
}

pub(crate) fn blob_key(hash: &ContentHash) -> Result<Vec<u8>> {
    hex::decode(&hash.0).map_err(|_| LedgerError::Missing)
}
