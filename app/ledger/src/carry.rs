//! A damaged database's way out: what can be read is carried over into a new file, the read models are
//! rebuilt from the entries, and what could not be read is told.

use office::entry::{ContentHash, sha256};
use rusqlite::{Connection, params_from_iter, types::Value};

use crate::{
    LedgerError, Result,
    blob::{self, add_filed, add_row, filed, held, named},
    contents::Contents,
    findings::{CheckReport, FindingKind},
    walk::{Records, Source, Walk, Watch, walk_entries},
};

/// Carries a database over into an empty one: the records as they stand, the read models rebuilt from
/// the entries. What cannot be read is a finding and is left out, contents that are files too: `contents`
/// has the source's, and whoever carries brings those that stand in the new database.
///
/// # Errors
/// Only where `fresh` cannot be written, or `watch` ends it.
pub(crate) fn carry_over(
    source: &mut Source<'_>,
    contents: &Contents,
    fresh: &Connection,
    watch: Watch<'_>,
) -> Result<CheckReport> {
    let mut report = CheckReport::default();
    fresh.execute_batch("BEGIN")?;
    let mut walk = Walk::default();
    walk_entries(source, fresh, Records::Carry, &mut walk, &mut report, watch)?;
    for (select, write) in [
        (
            "SELECT user, key, bytes FROM draft",
            "INSERT INTO draft (user, key, bytes) VALUES (?1, ?2, ?3)",
        ),
        (
            "SELECT name, digest, lent, coming, coming_lent FROM slot",
            "INSERT INTO slot (name, digest, lent, coming, coming_lent) VALUES (?1, ?2, ?3, ?4, ?5)",
        ),
        ("SELECT name, key FROM shared", "INSERT INTO shared (name, key) VALUES (?1, ?2)"),
        (
            "SELECT device, sequence, hash, previous, reason, signature, envelope, payload FROM held",
            "INSERT INTO held
                (device, sequence, hash, previous, reason, signature, envelope, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        ),
    ] {
        carry_rows(source, fresh, &mut report, select, write)?;
    }
    let needed = named(fresh)?;
    let mut names = held(fresh)?;
    names.retain(|name| !needed.contains(name));
    for (name, is_needed) in
        needed.iter().map(|name| (name, true)).chain(names.iter().map(|name| (name, false)))
    {
        let hash = ContentHash(hex::encode(name));
        let known = filed(source.db(), name);
        match known.and_then(|known| Ok((blob::read(source.db(), contents, &hash)?, known))) {
            Ok((bytes, known)) => {
                report.blobs += 1;
                match known {
                    Some(known) => add_filed(fresh, &known.hash, known.size, &known.key)?,
                    None => add_row(fresh, &sha256(&bytes), &bytes)?,
                }
            }
            // What is held may have come without its contents.
            Err(LedgerError::Missing) if !is_needed => {}
            Err(_) => {
                report.find(FindingKind::Blob, hash.0);
                source.recover();
            }
        }
    }
    fresh.execute_batch("COMMIT")?;
    Ok(report)
}

fn carry_rows(
    source: &mut Source<'_>,
    fresh: &Connection,
    report: &mut CheckReport,
    select: &str,
    write: &str,
) -> Result<()> {
    let rows = source.db().prepare(select).and_then(|mut statement| {
        let columns = statement.column_count();
        statement
            .query_map([], |row| {
                (0..columns).map(|i| row.get::<_, Value>(i)).collect::<rusqlite::Result<Vec<_>>>()
            })?
            .collect::<rusqlite::Result<Vec<_>>>()
    });
    match rows {
        Ok(rows) => {
            let mut statement = fresh.prepare(write)?;
            for row in rows {
                statement.execute(params_from_iter(row))?;
            }
        }
        Err(_) => {
            report.find(FindingKind::Structure, "bảng phụ không đọc được".into());
            source.recover();
        }
    }
    Ok(())
}
