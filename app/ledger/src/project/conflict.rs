//! What contradicts: entries of several seats, each right by what its seat knew, that cannot all hold.
//!
//! Entries come in late from other seats. Whatever the order in which they come, the read models are what
//! they would be in the order of places: the first holds, and what cannot follow on it changes nothing and is
//! a row here until the head settles it by an entry. What speaks of something that is not there is kept aside
//! ([`stray`]) and takes effect when that comes, if it stands before it.

use office::{
    attachment::AttachmentId, conflict::ConflictKind, document::DocumentId, payment::PaymentId,
    person::PersonId, subject::Subject,
};
use rusqlite::{Connection, params};

use crate::{Result, rows::rows};

/// A kind of conflict in the table: never changed, never reused.
pub(crate) fn conflict_key(kind: ConflictKind) -> i64 {
    match kind {
        ConflictKind::Step => 1,
        ConflictKind::Annulment => 2,
        ConflictKind::Payment => 3,
        ConflictKind::Arrival => 4,
        ConflictKind::Number => 5,
        ConflictKind::Lease => 6,
        ConflictKind::Volume => 7,
        ConflictKind::Person => 8,
        ConflictKind::User => 9,
        ConflictKind::Id => 10,
        ConflictKind::Returned => 11,
    }
}

/// Notes that the entry at `n` contradicts an earlier one.
pub(crate) fn note(
    db: &Connection,
    n: i64,
    kind: ConflictKind,
    subject: Option<&Subject>,
) -> Result<()> {
    let subject = subject.map(Subject::to_string).unwrap_or_default();
    db.prepare_cached("INSERT OR IGNORE INTO conflict (n, kind, subject) VALUES (?1, ?2, ?3)")?
        .execute(params![n, conflict_key(kind), subject])?;
    Ok(())
}

/// Forgets a conflict of the entry at `n`: what stands before it changed.
pub(crate) fn forget(db: &Connection, n: i64, kind: ConflictKind) -> Result<()> {
    db.prepare_cached("DELETE FROM conflict WHERE n = ?1 AND kind = ?2")?
        .execute(params![n, conflict_key(kind)])?;
    Ok(())
}

/// A person's name in `stray`.
pub(super) fn missing_person(who: PersonId) -> String {
    format!("person:{}", who.0)
}

/// A payment's name in `stray`.
pub(super) fn missing_payment(id: &PaymentId) -> String {
    format!("payment:{}", id.0)
}

/// An attachment's name in `stray`.
pub(crate) fn missing_attachment(id: &AttachmentId) -> String {
    format!("attachment:{}", id.0)
}

/// A kept document's name in `stray`.
pub(crate) fn missing_document(id: &DocumentId) -> String {
    format!("document:{}", id.0)
}

/// Keeps the entry at `n` aside, as what it speaks of is not there.
pub(super) fn stray(db: &Connection, missing: &str, n: i64) -> Result<()> {
    db.prepare_cached("INSERT OR IGNORE INTO stray (missing, n) VALUES (?1, ?2)")?
        .execute(params![missing, n])?;
    Ok(())
}

/// The entry at `n` waits no longer, as it says nothing any more.
pub(super) fn forget_stray(db: &Connection, missing: &str, n: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM stray WHERE missing = ?1 AND n = ?2")?
        .execute(params![missing, n])?;
    Ok(())
}

/// Places after `n` of entries that waited for this; they wait no longer.
pub(super) fn found(db: &Connection, missing: &str, n: i64) -> Result<Vec<i64>> {
    let waiting = rows(
        db,
        "SELECT n FROM stray WHERE missing = ?1 AND n > ?2 ORDER BY n",
        params![missing, n],
        |row| row.get(0),
    )?;
    if !waiting.is_empty() {
        db.prepare_cached("DELETE FROM stray WHERE missing = ?1 AND n > ?2")?
            .execute(params![missing, n])?;
    }
    Ok(waiting)
}
