//! Contents that entries name by their hash: photos, papers, scans, results, messages. Small ones are rows of
//! `blob`, larger ones files with a row in `file`, see [`crate::contents`].
//!
//! A content is kept once, however many entries name it, and as long as one of them rests on it. Only a
//! document that leaves a person's store, or an attachment that leaves its subject, lets go of its content; an
//! entry that names it otherwise (a paper, a component of a dossier) holds it still. Entries that are held, see
//! [`crate::take`], rest on what they name too.

use std::{collections::HashSet, fs, path::Path};

use office::{
    attachment::AttachmentId,
    document::DocumentId,
    entry::{ContentHash, Event, Hash, Opened, Sealed, sha256},
};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use zeroize::Zeroizing;

use crate::{
    BLOB_LIMIT, LedgerError, Result, Writing,
    contents::{Contents, Filed, Name, SMALL},
    key::random,
    rows::{rows, signed},
};

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
pub(crate) fn is_kept(db: &Connection, contents: &Contents, hash: &ContentHash) -> Result<bool> {
    let hash = blob_key(hash)?;
    let row = db.prepare_cached("SELECT 1 FROM blob WHERE hash = ?1")?.exists([&hash])?;
    Ok(row || filed(db, &hash)?.is_some_and(|filed| contents.is_there(&filed)))
}

/// A content's bytes, checked against its hash.
///
/// # Errors
/// [`LedgerError::Missing`] where none is kept under this hash, [`LedgerError::ContentLost`].
pub(crate) fn read(db: &Connection, contents: &Contents, hash: &ContentHash) -> Result<Vec<u8>> {
    let key = blob_key(hash)?;
    let row: Option<Vec<u8>> = db
        .prepare_cached("SELECT bytes FROM blob WHERE hash = ?1")?
        .query_row([&key], |row| row.get(0))
        .optional()?;
    match row {
        Some(bytes) if ContentHash::of(&bytes) == *hash => Ok(bytes),
        Some(_) => Err(LedgerError::ContentLost),
        None => contents.read(&filed(db, &key)?.ok_or(LedgerError::Missing)?),
    }
}

/// The columns of a [`Filed`].
const FILED: &str = "id, hash, size, key";

fn read_filed(row: &Row<'_>) -> rusqlite::Result<Filed> {
    let size: u32 = row.get(2)?;
    let key = Zeroizing::new(row.get(3)?);
    Ok(Filed { id: row.get(0)?, hash: row.get(1)?, size: size as usize, key })
}

/// A content that is a file.
pub(crate) fn filed(db: &Connection, hash: &[u8]) -> Result<Option<Filed>> {
    let sql = format!("SELECT {FILED} FROM file WHERE hash = ?1 AND NOT gone");
    Ok(db.prepare_cached(&sql)?.query_row([hash], read_filed).optional()?)
}

/// Calls `with` for every content that is a file; returns how many rows cannot be read.
pub(crate) fn each_filed(
    db: &Connection,
    mut with: impl FnMut(Filed) -> Result<()>,
) -> Result<u64> {
    let mut statement =
        db.prepare(&format!("SELECT {FILED} FROM file WHERE NOT gone ORDER BY hash"))?;
    let mut rows = statement.query([])?;
    let mut unreadable = 0;
    while let Some(row) = rows.next()? {
        match read_filed(row) {
            Ok(filed) => with(filed)?,
            Err(_) => unreadable += 1,
        }
    }
    Ok(unreadable)
}

/// Removes what lies among an office's files under the name of no content.
pub(crate) fn remove_unnamed(db: &Connection, contents: &Contents) -> Result<()> {
    let mut names = HashSet::<Name>::new();
    each_filed(db, |filed| {
        names.insert(filed.name());
        Ok(())
    })?;
    for file in contents.unnamed(&names)? {
        fs::remove_file(file)?;
    }
    Ok(())
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

/// Keeps a content. One whose file was lost or damaged is written again.
pub(crate) fn keep(db: &Connection, contents: &Contents, bytes: &[u8]) -> Result<()> {
    let hash = sha256(bytes);
    if bytes.len() <= SMALL {
        return add_row(db, &hash, bytes);
    }
    // What was let go of may not be removed yet.
    db.prepare_cached("UPDATE file SET gone = 0 WHERE hash = ?1 AND gone")?.execute([hash])?;
    if let Some(known) = filed(db, &hash)? {
        return contents.read(&known).map(drop).or_else(|_| contents.put(&known, bytes));
    }
    let key = Zeroizing::new(random()?);
    add_filed(db, &hash, bytes.len(), &key)?;
    let id = db.last_insert_rowid();
    contents.put(&Filed { id, hash, size: bytes.len(), key }, bytes)
}

/// Keeps a content that was sealed elsewhere under this key, in a file that is on the disk and becomes the content's. One
/// that is kept already stays.
pub(crate) fn keep_sealed(
    db: &Connection,
    contents: &Contents,
    hash: &ContentHash,
    file: &Path,
    (size, key): (usize, &Zeroizing<Hash>),
) -> Result<()> {
    let hash: Hash = blob_key(hash)?.try_into().map_err(|_| LedgerError::Missing)?;
    db.prepare_cached("UPDATE file SET gone = 0 WHERE hash = ?1 AND gone")?.execute([hash])?;
    if let Some(known) = filed(db, &hash)? {
        // The row of a file that was lost has another key.
        return if contents.is_there(&known) { Ok(()) } else { Err(LedgerError::ContentLost) };
    }
    add_filed(db, &hash, size, key)?;
    let id = db.last_insert_rowid();
    contents.adopt(&Filed { id, hash, size, key: key.clone() }, file)
}

/// Adds a content that is a row.
pub(crate) fn add_row(db: &Connection, hash: &Hash, bytes: &[u8]) -> Result<()> {
    db.prepare_cached("INSERT INTO blob (hash, bytes) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![hash, bytes])?;
    Ok(())
}

/// Adds the row of a content that is a file.
pub(crate) fn add_filed(db: &Connection, hash: &Hash, size: usize, key: &Hash) -> Result<()> {
    db.prepare_cached("INSERT INTO file (hash, size, key) VALUES (?1, ?2, ?3)")?
        .execute(params![hash, signed(size as u64)?, key])?;
    Ok(())
}

/// After a transaction ended, or was cut short: every file comes to its place or goes. `copied`: a backup still
/// needs what was let go of.
pub(crate) fn settle(db: &Connection, contents: &Contents, copied: bool) -> Result<()> {
    if !contents.unsettled.get() {
        return Ok(());
    }
    // One that cannot be moved or removed holds up no other.
    let mut done = !copied;
    for (new, id) in contents.new_files()? {
        let sql = format!("SELECT {FILED} FROM file WHERE id = ?1");
        let settled = match db.prepare_cached(&sql)?.query_row([id], read_filed).optional()? {
            Some(filed) => contents.settle(&new, &filed),
            None => fs::remove_file(new).map_err(LedgerError::from),
        };
        done &= settled.is_ok();
    }
    let gone = format!("SELECT {FILED} FROM file WHERE gone AND NOT ?1");
    let gone = rows(db, &gone, [copied], read_filed)?;
    if !gone.is_empty() {
        let transaction = db.unchecked_transaction()?;
        for filed in gone {
            if contents.remove(&filed).is_ok() {
                erase(db, "DELETE FROM file WHERE id = ?1", [filed.id])?;
                contents.linger.set(true);
            } else {
                done = false;
            }
        }
        transaction.commit()?;
    }
    contents.unsettled.set(!done);
    Ok(())
}

/// Deletes rows, or what they hold; the pages that held it are overwritten, and freed ones too. What is deleted
/// otherwise is overwritten where that writes no page more, see [`crate::schema`].
pub(crate) fn erase(db: &Connection, sql: &str, which: impl Params) -> Result<usize> {
    db.pragma_update(None, "secure_delete", "ON")?;
    let erased = db.execute(sql, which);
    db.pragma_update(None, "secure_delete", "FAST")?;
    Ok(erased?)
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
/// no entry rests.
pub(crate) fn erase_unnamed(db: &Connection, contents: &Contents, event: &Event) -> Result<()> {
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
    let unnamed =
        "SELECT 1 FROM (SELECT hash FROM blob UNION ALL SELECT hash FROM file WHERE NOT gone)
        WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM named WHERE named.hash = ?1 AND entries > 0)";
    for hash in left {
        if db.prepare_cached(unnamed)?.exists([&hash])? && !held(db)?.contains(&hash) {
            erase(db, "DELETE FROM blob WHERE hash = ?1", [&hash])?;
            db.execute("UPDATE file SET gone = 1 WHERE hash = ?1", [&hash])?;
            contents.unsettled.set(true);
            contents.linger.set(true);
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
                keep(self.db, self.contents, bytes)?;
            }
        }
        Ok(())
    }

    /// Every content that the event names must be kept already.
    pub(crate) fn require_blobs(&self, event: &Event) -> Result<()> {
        for hash in named_blobs(event) {
            if !is_kept(self.db, self.contents, hash)? {
                return Err(LedgerError::Missing);
            }
        }
        Ok(())
    }
}

pub(crate) fn blob_key(hash: &ContentHash) -> Result<Vec<u8>> {
    hex::decode(&hash.0).map_err(|_| LedgerError::Missing)
}
