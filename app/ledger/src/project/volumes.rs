//! Which openings and closings of volumes count, see [`crate::volume`].

use office::{
    book::{BookId, VolumeId},
    conflict::ConflictKind,
    entry::DeviceId,
};
use rusqlite::{Connection, params};

use super::conflict;
use crate::{Result, rows::rows};

/// A machine opens or closes a volume under the lease of `epoch`.
pub(super) struct Turn<'a> {
    /// Place of the entry.
    pub(super) n: i64,
    pub(super) id: VolumeId,
    pub(super) device: &'a DeviceId,
    pub(super) epoch: u32,
}

pub(super) fn opened(db: &Connection, turn: &Turn<'_>, after: u32) -> Result<()> {
    let Turn { n, id, device, epoch } = turn;
    db.prepare_cached(
        "INSERT INTO volume_opened (book, year, volume, n, device, epoch, counts, after)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
    )?
    .execute(params![id.book.as_str(), id.year, id.volume, n, device.0, epoch, after])?;
    settle(db, id.book, id.year)
}

pub(super) fn closed(db: &Connection, turn: &Turn<'_>) -> Result<()> {
    let Turn { n, id, device, epoch } = turn;
    db.prepare_cached(
        "INSERT INTO volume_closed (book, year, volume, n, device, epoch, counts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
    )?
    .execute(params![id.book.as_str(), id.year, id.volume, n, device.0, epoch])?;
    settle(db, id.book, id.year)
}

/// Says which openings and closings of a book's year count: of each volume the first by a machine that holds the
/// lease that it names.
pub(super) fn settle(db: &Connection, book: BookId, year: i16) -> Result<()> {
    for table in ["volume_opened", "volume_closed"] {
        let sql = format!(
            "SELECT n, volume, device IS (
                SELECT device FROM lease WHERE lease.book = ?1 AND lease.year = ?2
                    AND lease.epoch = turn.epoch ORDER BY lease.n LIMIT 1)
             FROM {table} AS turn WHERE book = ?1 AND year = ?2 ORDER BY volume, n"
        );
        let turns: Vec<(i64, u16, bool)> = rows(db, &sql, params![book.as_str(), year], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        let mut done = None;
        for (n, volume, holds) in turns {
            let counts = holds && done != Some(volume);
            if counts {
                done = Some(volume);
                conflict::forget(db, n, ConflictKind::Volume)?;
            } else {
                conflict::note(db, n, ConflictKind::Volume, None)?;
            }
            db.prepare_cached(&format!(
                "UPDATE {table} SET counts = ?5
                 WHERE book = ?1 AND year = ?2 AND volume = ?3 AND n = ?4"
            ))?
            .execute(params![book.as_str(), year, volume, n, counts])?;
        }
    }
    Ok(())
}
