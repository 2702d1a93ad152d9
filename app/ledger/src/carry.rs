//! A damaged database's way out: what can be read is carried over into a new file, the read models are
//! rebuilt from the entries, and what could not be read is told.

use office::entry::{ContentHash, sha256};
use rusqlite::{Connection, params, params_from_iter, types::Value};

use crate::{
    Result,
    blob::named,
    check::{CheckReport, FindingKind},
    walk::{Records, Source, Walk, Watch, walk_entries},
};

/// Carries a database over into an empty one: the records as they stand, the read models rebuilt from
/// the entries. What cannot be read is a finding and is left out.
///
/// # Errors
/// Only where `fresh` cannot be written, or `watch` ends it.
pub(crate) fn carry_over(
    source: &mut Source<'_>,
    fresh: &Connection,
    watch: Watch<'_>,
) -> Result<CheckReport> {
    let mut report = CheckReport::default();
    fresh.execute_batch("BEGIN")?;
    let mut walk = Walk::default();
    walk_entries(source, fresh, Records::Carry, &mut walk, &mut report, watch)?;
    for name in named(fresh)? {
        let hash = ContentHash(hex::encode(&name));
        let bytes: rusqlite::Result<Vec<u8>> = source
            .db()
            .prepare_cached("SELECT bytes FROM blob WHERE hash = ?1")
            .and_then(|mut statement| statement.query_row([&name], |row| row.get(0)));
        match bytes {
            Ok(bytes) if crate::content_hash(&bytes) == hash => {
                report.blobs += 1;
                fresh
                    .prepare_cached("INSERT INTO blob (hash, bytes) VALUES (?1, ?2)")?
                    .execute(params![sha256(&bytes), bytes])?;
            }
            _ => {
                report.find(FindingKind::Blob, hash.0);
                source.recover();
            }
        }
    }
    for (select, write) in [
        (
            "SELECT user, key, bytes FROM draft",
            "INSERT INTO draft (user, key, bytes) VALUES (?1, ?2, ?3)",
        ),
        (
            "SELECT name, digest, coming FROM slot",
            "INSERT INTO slot (name, digest, coming) VALUES (?1, ?2, ?3)",
        ),
        ("SELECT name, key FROM shared", "INSERT INTO shared (name, key) VALUES (?1, ?2)"),
        (
            "SELECT device, sequence, hash, reason, signature, envelope, payload FROM held",
            "INSERT INTO held (device, sequence, hash, reason, signature, envelope, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        ),
    ] {
        carry_rows(source, fresh, &mut report, select, write)?;
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
