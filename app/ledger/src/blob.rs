//! Contents that entries name by their hash: photos, papers, scans, results, messages.
//!
//! A content is kept once, however many entries name it, and as long as one of them rests on it. Only a
//! document that leaves a person's store, or an attachment that leaves its subject, lets go of its content; an
//! entry that names it otherwise (a paper, a component of a dossier) holds it still. Entries that are held, see
//! [`crate::take`], rest on what they name too.

use office::{
    attachment::AttachmentId,
    document::DocumentId,
    entry::{ContentHash, Event, Opened, Sealed, sha256},
};
use rusqlite::{Connection, params};

use crate::{BLOB_LIMIT, LedgerError, Result, Writing, read::rows};

/// The contents that an event names, each once.
pub(crate) fn named_blobs(event: &Event) -> Vec<&ContentHash> {
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

/// Every content that an entry that stands rests on.
pub(crate) fn named(db: &Connection) -> Result<Vec<Vec<u8>>> {
    let mut statement = db.prepare("SELECT hash FROM named WHERE entries > 0 ORDER BY hash")?;
    let hashes = statement.query_map([], |row| row.get(0))?;
    Ok(hashes.collect::<rusqlite::Result<_>>()?)
}

/// Whether an entry that stands rests on a content.
pub(crate) fn is_named(db: &Connection, hash: &ContentHash) -> Result<bool> {
    let sql = "SELECT 1 FROM named WHERE hash = ?1 AND entries > 0";
    Ok(db.prepare_cached(sql)?.exists([blob_key(hash)?])?)
}

/// Whether a content is here.
pub(crate) fn is_kept(db: &Connection, hash: &ContentHash) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM blob WHERE hash = ?1")?.exists([blob_key(hash)?])?)
}

/// Every content that an entry rests on that is held.
pub(crate) fn held(db: &Connection) -> Result<Vec<Vec<u8>>> {
    let held: Vec<Sealed> = rows(db, "SELECT signature, envelope, payload FROM held", [], |row| {
        Ok(Sealed { signature: row.get(0)?, envelope: row.get(1)?, payload: row.get(2)? })
    })?;
    let mut hashes = Vec::new();
    for sealed in held {
        if let Ok(Opened::Entry(entry)) = sealed.open() {
            for hash in named_blobs(&entry.what) {
                hashes.push(blob_key(hash)?);
            }
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
    Ok(hashes)
}

/// Keeps a content.
pub(crate) fn keep(db: &Connection, bytes: &[u8]) -> Result<()> {
    db.prepare_cached("INSERT INTO blob (hash, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![sha256(bytes), bytes])?;
    Ok(())
}

/// What an entry keeps together with a content, until another entry removes it and lets go of the content.
#[derive(PartialEq, Eq)]
pub(crate) enum Item<'a> {
    /// Of a person's store.
    Document(&'a DocumentId),
    /// Of a subject.
    Attachment(&'a AttachmentId),
}

impl Item<'_> {
    pub(crate) fn kept(event: &Event) -> Option<Item<'_>> {
        match event {
            Event::DocumentKept { document } => Some(Item::Document(&document.id)),
            Event::AttachmentAdded { attachment } => Some(Item::Attachment(&attachment.id)),
            _ => None,
        }
    }

    pub(crate) fn removed(event: &Event) -> Option<Item<'_>> {
        match event {
            Event::DocumentRemoved { document, .. } => Some(Item::Document(document)),
            Event::AttachmentRemoved { attachment, .. } => Some(Item::Attachment(attachment)),
            _ => None,
        }
    }

    pub(crate) fn id(&self) -> &str {
        match self {
            Item::Document(id) => &id.0,
            Item::Attachment(id) => &id.0,
        }
    }
}

/// After the event was applied, or is held no longer: of the contents that it names or removed, those go on which
/// no entry rests. The pages that held them are overwritten.
pub(crate) fn erase_unnamed(db: &Connection, event: &Event) -> Result<()> {
    let mut left = Vec::new();
    for hash in named_blobs(event) {
        left.push(blob_key(hash)?);
    }
    if let Some(item) = Item::removed(event) {
        let sql = match item {
            Item::Document(_) => {
                "SELECT content FROM document WHERE id = ?1
                 UNION SELECT content FROM namesake WHERE name = 'document:' || ?1"
            }
            Item::Attachment(_) => {
                "SELECT content FROM attachment WHERE id = ?1
                 UNION SELECT content FROM namesake WHERE name = 'attachment:' || ?1"
            }
        };
        left.extend(rows(db, sql, [item.id()], |row| row.get::<_, Vec<u8>>(0))?);
    }
    let unnamed = "SELECT 1 FROM blob WHERE hash = ?1
        AND NOT EXISTS (SELECT 1 FROM named WHERE named.hash = ?1 AND entries > 0)";
    for hash in left {
        if db.prepare_cached(unnamed)?.exists([&hash])? && !held(db)?.contains(&hash) {
            db.pragma_update(None, "secure_delete", "ON")?;
            let erased = db.execute("DELETE FROM blob WHERE hash = ?1", [&hash]);
            db.pragma_update(None, "secure_delete", "OFF")?;
            erased?;
        }
    }
    Ok(())
}

impl Writing<'_> {
    /// Keeps the bytes if the event names them.
    pub(crate) fn keep_blobs(&mut self, event: &Event, blobs: &[&[u8]]) -> Result<()> {
        let named = named_blobs(event);
        for bytes in blobs {
            if bytes.len() > BLOB_LIMIT {
                return Err(LedgerError::TooLarge { limit: BLOB_LIMIT });
            }
            if named.contains(&&ContentHash::of(bytes)) {
                keep(self.db, bytes)?;
            }
        }
        Ok(())
    }

    /// Every content that the event names must be kept already.
    pub(crate) fn require_blobs(&self, event: &Event) -> Result<()> {
        for hash in named_blobs(event) {
            if !is_kept(self.db, hash)? {
                return Err(LedgerError::Missing);
            }
        }
        Ok(())
    }
}

pub(crate) fn blob_key(hash: &ContentHash) -> Result<Vec<u8>> {
    hex::decode(&hash.0).map_err(|_| LedgerError::Missing)
}
