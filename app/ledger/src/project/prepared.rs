//! Preparations of electronic acts: they wait, were returned, or became the act with their id. The last stands in the
//! table of acts and is nowhere repeated.

use office::{
    act::{ActId, Prepared},
    conflict::ConflictKind,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::conflict;
use crate::Result;

/// A preparation's name in `stray`.
fn missing(id: &ActId) -> String {
    format!("prepared:{}", id.0)
}

pub(super) fn add(db: &Connection, n: i64, prepared: &Prepared) -> Result<()> {
    let by = prepared.by().map(|by| &by.user.0);
    db.prepare_cached(
        "INSERT INTO prepared (n, id, by, asked, settled) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        n,
        prepared.act.id.0,
        by,
        prepared.asked.as_ref().map(|asked| &asked.0),
        prepared.act.settled()?.0
    ])?;
    super::welcome(db, &missing(&prepared.act.id), n)
}

/// Of two who returned it the first did.
pub(super) fn give_back(db: &Connection, n: i64, id: &ActId) -> Result<()> {
    let sql = "SELECT returned FROM prepared WHERE id = ?1 AND n < ?2";
    let before: Option<Option<i64>> =
        db.prepare_cached(sql)?.query_row(params![id.0, n], |row| row.get(0)).optional()?;
    match before {
        None => return conflict::stray(db, &missing(id), n),
        Some(Some(earlier)) if earlier < n => return Ok(()),
        Some(Some(later)) => conflict::forget(db, later, ConflictKind::Returned)?,
        Some(None) => {}
    }
    db.prepare_cached("UPDATE prepared SET returned = ?2 WHERE id = ?1")?
        .execute(params![id.0, n])?;
    contradict(db, id)
}

/// What was returned at one machine and signed at another is done, wherever the return stands.
pub(super) fn contradict(db: &Connection, id: &ActId) -> Result<()> {
    let sql = "SELECT returned FROM prepared JOIN act USING (id)
        WHERE id = ?1 AND returned IS NOT NULL";
    let returned: Option<i64> =
        db.prepare_cached(sql)?.query_row([&id.0], |row| row.get(0)).optional()?;
    match returned {
        Some(n) => conflict::note(db, n, ConflictKind::Returned, Some(&id.into())),
        None => Ok(()),
    }
}
