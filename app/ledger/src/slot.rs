//! What the database knows of `keys.json`: a digest of each slot, without its counters.
//!
//! The file lies outside the database, so whoever keeps an old copy could put it back and an old
//! password would open the ledger again. A slot whose digest is unknown here is therefore refused.
//! File and database are no single transaction: before the file is written the coming digest is noted
//! beside the present one, and until both are written either is accepted.
//!
//! The office's thresholds stand in the file too, as they are needed before anybody is in; a digest of them is kept
//! here like a slot's, so that a file in which somebody lowered them opens nothing.
//!
//! A slot is *lent* where another user gave its password: its owner sets an own one before any work. Passwords are
//! each machine's own, so this is said here and goes with the slots into a copy of the ledger, and by no entry: what
//! another machine's users did to their passwords changes nothing.

use office::entry::{Hash, UserName};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{LedgerError, Result};

/// The name under which the recovery slot's digest is kept; no login name is empty.
pub(crate) const RECOVERY: &str = "";

/// The name under which the thresholds' digest is kept; no login name holds a star.
pub(crate) const SECURITY: &str = "*";

/// The name under which it stands that the database key is to change; no login name holds a number sign.
const KEY: &str = "#";

/// Notes that the database key is to change, see [`crate::rekey`].
pub(crate) fn demand_key(db: &Connection) -> Result<()> {
    db.execute("INSERT INTO slot (name) VALUES (?1) ON CONFLICT DO NOTHING", [KEY])?;
    Ok(())
}

/// Whether the database key is to change.
pub(crate) fn is_key_due(db: &Connection) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM slot WHERE name = ?1")?.exists([KEY])?)
}

/// The database key was changed.
pub(crate) fn key_changed(db: &Connection) -> Result<()> {
    forget(db, KEY)
}

/// Whether a slot of this digest is the present or the announced one.
pub(crate) fn is_known(db: &Connection, name: &str, digest: &Hash) -> Result<bool> {
    let sql = "SELECT 1 FROM slot WHERE name = ?1 AND (digest = ?2 OR coming = ?2)";
    Ok(db.prepare_cached(sql)?.exists(params![name, digest])?)
}

/// Users whose slots outlived their rights: another machine may have ended them.
pub(crate) fn ended(db: &Connection) -> Result<Vec<UserName>> {
    let sql = "SELECT name FROM slot WHERE name NOT IN (?1, ?2, ?3)
        AND NOT EXISTS (SELECT 1 FROM user WHERE user.name = slot.name AND active AND json_n > 0)";
    let mut statement = db.prepare_cached(sql)?;
    let names = statement.query_map([RECOVERY, SECURITY, KEY], |row| Ok(UserName(row.get(0)?)))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

/// Notes the digest that `keys.json` is about to hold, and whether that slot is lent.
pub(crate) fn announce(db: &Connection, name: &str, coming: &Hash, lent: bool) -> Result<()> {
    db.execute(
        "INSERT INTO slot (name, coming, coming_lent) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET coming = excluded.coming, coming_lent = excluded.coming_lent",
        params![name, coming, lent],
    )?;
    Ok(())
}

/// Notes that `keys.json` holds this digest: no other is accepted from now on.
pub(crate) fn settle(db: &Connection, name: &str, digest: &Hash) -> Result<()> {
    db.execute(
        "INSERT INTO slot (name, digest) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET digest = excluded.digest, coming = NULL,
            lent = iif(coming IS excluded.digest, coming_lent, lent)",
        params![name, digest],
    )?;
    Ok(())
}

/// Whether another user gave the password of a user's slot.
pub(crate) fn is_lent(db: &Connection, name: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM slot WHERE name = ?1 AND lent";
    Ok(db.prepare_cached(sql)?.exists([name])?)
}

/// Forgets a user's slot.
pub(crate) fn forget(db: &Connection, name: &str) -> Result<()> {
    db.execute("DELETE FROM slot WHERE name = ?1", [name])?;
    Ok(())
}

/// Refuses a slot that is neither the present nor the announced one; an announced one that arrived, or
/// did not, is settled.
///
/// # Errors
/// [`LedgerError::StaleKeys`].
pub(crate) fn require_current(db: &Connection, name: &str, found: &Hash) -> Result<()> {
    let known: Option<(Option<Hash>, Option<Hash>)> = db
        .query_row("SELECT digest, coming FROM slot WHERE name = ?1", [name], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    match known {
        Some((Some(present), None)) if present == *found => Ok(()),
        Some((present, coming)) if present == Some(*found) || coming == Some(*found) => {
            settle(db, name, found)
        }
        _ => Err(LedgerError::StaleKeys),
    }
}
