//! Ids that meet: of entries that bear the same id the one with the smallest place holds.
//!
//! Whoever writes an entry chooses its id, so another seat's entry may bear it too. The one that holds is the
//! dossier, the payment, the ticket that others name. Another one is a conflict and brings nothing; its numbers
//! were issued all the same, and its content is kept, until an entry removes what the id names.
//!
//! Where the one that holds comes last, everything hangs on another entry than before. That is so rare that the
//! read models are made anew then ([`Applied::Overtaking`]).

use office::{
    conflict::ConflictKind,
    entry::{Bears, Event},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Applied, conflict};
use crate::{
    Result,
    blob::{self, blob_key, named_blobs},
    rows::rows,
};

/// The table of what bears such an id, and the id.
fn table(bears: Bears<'_>) -> (&'static str, &str) {
    match bears {
        Bears::Dossier(id) => ("dossier", &id.0),
        Bears::Act(id) => ("act", &id.0),
        Bears::Prepared(id) => ("prepared", &id.0),
        Bears::Attachment(id) => ("attachment", &id.0),
        Bears::Payment(id) => ("payment", &id.0),
        Bears::Ticket(id) => ("ticket", &id.0),
        Bears::Document(id) => ("document", &id.0),
        Bears::Arrival(id) => ("arrival", &id.0),
    }
}

/// An id's name among those of all tables.
fn name(table: &str, id: &str) -> String {
    format!("{table}:{id}")
}

/// The place of the entry that holds the id.
pub(crate) fn holder(db: &Connection, bears: Bears<'_>) -> Result<Option<i64>> {
    let (table, id) = table(bears);
    let sql = format!("SELECT n FROM {table} WHERE id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([id], |row| row.get(0)).optional()?)
}

/// Whether the entry at `n`, which is not applied yet, holds its id; if not, what becomes of it.
pub(super) fn behind(db: &Connection, n: i64, event: &Event) -> Result<Option<Applied>> {
    let Some(bears) = event.about().bears else { return Ok(None) };
    match holder(db, bears)? {
        None => Ok(None),
        Some(held) if n < held => Ok(Some(Applied::Overtaking)),
        Some(_) => {
            stand_behind(db, n, event, bears)?;
            Ok(Some(Applied::Whole))
        }
    }
}

fn stand_behind(db: &Connection, n: i64, event: &Event, bears: Bears<'_>) -> Result<()> {
    let (table, id) = table(bears);
    let content = match bears {
        Bears::Attachment(_) | Bears::Document(_) => named_blobs(event).first().copied(),
        Bears::Dossier(_)
        | Bears::Act(_)
        | Bears::Prepared(_)
        | Bears::Payment(_)
        | Bears::Ticket(_)
        | Bears::Arrival(_) => None,
    };
    let content = content.map(blob_key).transpose()?;
    db.prepare_cached("INSERT INTO namesake (name, n, content) VALUES (?1, ?2, ?3)")?
        .execute(params![name(table, id), n, content])?;
    if let Some(content) = &content
        && is_removed(db, bears)?
    {
        blob::unname(db, content)?;
    }
    conflict::note(db, n, ConflictKind::Id, None)
}

/// Whether an entry removed the document or the attachment with this id.
pub(crate) fn is_removed(db: &Connection, bears: Bears<'_>) -> Result<bool> {
    let (table, id) = table(bears);
    let sql = match bears {
        Bears::Attachment(_) | Bears::Document(_) => {
            format!("SELECT 1 FROM {table} WHERE id = ?1 AND removed IS NOT NULL")
        }
        Bears::Dossier(_)
        | Bears::Act(_)
        | Bears::Prepared(_)
        | Bears::Payment(_)
        | Bears::Ticket(_)
        | Bears::Arrival(_) => return Ok(false),
    };
    Ok(db.prepare_cached(&sql)?.exists([id])?)
}

/// The row of `table` with this id was removed: those behind it let go of their contents too.
pub(super) fn let_go(db: &Connection, table: &str, id: &str) -> Result<()> {
    let sql = "SELECT content FROM namesake WHERE name = ?1";
    for content in rows(db, sql, [name(table, id)], |row| row.get::<_, Vec<u8>>(0))? {
        blob::unname(db, &content)?;
    }
    Ok(())
}

/// The places of all entries that bear the id.
pub(crate) fn bearers(db: &Connection, bears: Bears<'_>) -> Result<Vec<i64>> {
    let (table, id) = table(bears);
    let mut places: Vec<i64> = holder(db, bears)?.into_iter().collect();
    let sql = "SELECT n FROM namesake WHERE name = ?1";
    places.extend(rows(db, sql, [name(table, id)], |row| row.get::<_, i64>(0))?);
    Ok(places)
}
