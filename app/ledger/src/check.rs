//! The integrity check: is everything that was written still there, whole, signed, and in order?
//!
//! It trusts nothing but the entries' own signatures. Read models are rebuilt from the entries into a
//! scratch file with the same encryption and compared; nothing is repaired here, because whoever repairs
//! should first know what happened.

use std::{collections::HashSet, fs, path::Path};

use office::entry::{ContentHash, sha256};
use rusqlite::{Connection, types::ValueRef};
use sha2::{Digest, Sha256};

use crate::{
    Ledger, LedgerError, Result,
    blob::{self, held, named},
    contents::{Contents, Name},
    findings::{CheckReport, FindingKind},
    head::found,
    key::DatabaseKey,
    read::conflicts::open_conflicts,
    schema::{self, Durability, read_models},
    search::{Layout, index_digest, volumes},
    tend,
    walk::{Records, Source, Walk, Watch, walk_entries},
    witness::Known,
};

impl Ledger {
    /// Checks everything. Takes minutes for a ledger of a million entries.
    ///
    /// # Errors
    /// Only when the check itself cannot run ([`LedgerError::DiskFull`], [`LedgerError::BackupRuns`]);
    /// damage is a finding.
    pub fn check(&self) -> Result<CheckReport> {
        self.copying.require_rest()?;
        tend::finish(&self.db)?;
        let scratch = self.folder.office().join("rebuild.db");
        self.settle_contents();
        let mut report =
            check_database(&self.db, &self.contents, &self.key, &scratch, &|_| Ok(()))?;
        let witnesses = self.folder.witnesses(&self.device.id).known(&self.device.id);
        if witnesses.is_empty() {
            report.find(FindingKind::Lost, "tệp head không đọc được".into());
        }
        for Known { sequence, hash } in witnesses {
            if sequence > self.head.sequence {
                let found = self.head.sequence;
                report.find(FindingKind::Lost, format!("đã ghi {sequence}, nay có {found}"));
            } else if !found(&self.db, &self.device.id, sequence, &ContentHash::from_hash(&hash))
                .is_ok_and(|found| found.is_some_and(|found| found.branch.is_empty()))
            {
                // A witness is not synced: after a power cut it may be older than the ledger.
                report.find(FindingKind::Lost, format!("mục thứ {sequence} của máy đã bị thay"));
            }
        }
        Ok(report)
    }
}

/// Checks a database and its contents; `scratch` is a file name that this may use and remove.
pub(crate) fn check_database(
    db: &Connection,
    contents: &Contents,
    key: &DatabaseKey,
    scratch: &Path,
    watch: Watch<'_>,
) -> Result<CheckReport> {
    let mut report = CheckReport::default();
    check_file(db, &mut report)?;
    remove_scratch(scratch)?;
    let rebuilt = schema::connect(scratch, key, Durability::Scratch)?;
    schema::create_scratch(&rebuilt)?;
    let done = walk_and_compare(db, contents, &rebuilt, &mut report, watch);
    drop(rebuilt);
    remove_scratch(scratch)?;
    done?;
    Ok(report)
}

fn remove_scratch(scratch: &Path) -> Result<()> {
    match fs::remove_file(scratch) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// SQLCipher's and SQLite's own checks.
fn check_file(db: &Connection, report: &mut CheckReport) -> Result<()> {
    check_pages(db, report)?;
    examine(db, "PRAGMA integrity_check", FindingKind::Structure, report);
    Ok(())
}

/// SQLCipher's check of every page. It looks at the file alone: what the log still holds is written
/// there first.
pub(crate) fn check_pages(db: &Connection, report: &mut CheckReport) -> Result<()> {
    let written = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    match written.map_err(LedgerError::from) {
        Err(LedgerError::Damaged { .. }) => {
            report.find(FindingKind::File, "không ghép được nhật ký vào tệp".into());
        }
        done => done?,
    }
    examine(db, "PRAGMA cipher_integrity_check", FindingKind::File, report);
    Ok(())
}

fn examine(db: &Connection, pragma: &str, kind: FindingKind, report: &mut CheckReport) {
    let lines = db.prepare(pragma).and_then(|mut statement| {
        statement
            .query_map([], |row| row.get::<_, String>(0))?
            .take(20)
            .collect::<rusqlite::Result<Vec<_>>>()
    });
    match lines {
        // The engine's own lines are English and name pages, which help nobody at a counter.
        Ok(lines) => match lines.iter().filter(|line| *line != "ok").count() {
            0 => {}
            count => report.find(kind, format!("{count} chỗ")),
        },
        Err(_) => report.find(kind, "kiểm tra bị dừng giữa chừng".into()),
    }
}

/// Compares a database with its rebuild; `rebuilt` has empty read models, and no volume of the search.
pub(crate) fn walk_and_compare(
    db: &Connection,
    contents: &Contents,
    rebuilt: &Connection,
    report: &mut CheckReport,
    watch: Watch<'_>,
) -> Result<()> {
    rebuilt.execute_batch("BEGIN")?;
    let mut walk = Walk::default();
    let layout = Layout::read(db).unwrap_or_default();
    let bound = |entries| {
        layout.bind(rebuilt)?;
        watch(entries)
    };
    walk_entries(&mut Source::Open(db), rebuilt, Records::Compare, &mut walk, report, &bound)?;
    layout.bind(rebuilt)?;
    rebuilt.execute_batch("COMMIT")?;
    let mut all = Sha256::new();
    for (table, select) in read_models() {
        let stored = table_digest(db, &select);
        all.update(stored.as_deref().unwrap_or_default());
        compare(table, stored, table_digest(rebuilt, &select), report);
    }
    report.conflicts = open_conflicts(rebuilt)?;
    report.read_models = Some(ContentHash(hex::encode(all.finalize())));
    compare("find", table_digest(db, FIND), table_digest(rebuilt, FIND), report);
    let mut tables = volumes(db).unwrap_or_default();
    tables.extend(volumes(rebuilt)?);
    tables.sort_unstable();
    tables.dedup();
    for table in tables {
        compare(&table, index_digest(db, &table), index_digest(rebuilt, &table), report);
    }
    if check_blobs(db, contents, named(rebuilt)?.into_iter().collect(), report).is_err() {
        report.find(FindingKind::Structure, "bảng tệp đính kèm không đọc hết được".into());
    }
    Ok(())
}

fn compare(
    table: &str,
    stored: Result<Vec<u8>>,
    rebuilt: Result<Vec<u8>>,
    report: &mut CheckReport,
) {
    match (stored, rebuilt) {
        (Ok(stored), Ok(rebuilt)) if stored == rebuilt => {}
        _ => report.find(FindingKind::ReadModel, format!("bảng {table}")),
    }
}

fn check_blobs(
    db: &Connection,
    contents: &Contents,
    mut named: HashSet<Vec<u8>>,
    report: &mut CheckReport,
) -> Result<()> {
    let held: HashSet<Vec<u8>> = held(db)?.into_iter().collect();
    let mut statement = db.prepare("SELECT hash, bytes FROM blob")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        report.blobs += 1;
        let name: Vec<u8> = row.get(0)?;
        let whole = sha256(row.get_ref(1)?.as_blob().unwrap_or_default()).as_slice() == name;
        let wanted = named.remove(&name) || held.contains(&name);
        if !whole || !wanted {
            report.find(FindingKind::Blob, hex::encode(name));
        }
    }
    let mut names = HashSet::<Name>::new();
    let unreadable = blob::each_filed(db, |filed| {
        report.blobs += 1;
        let name = filed.name();
        names.insert(name);
        let wanted = named.remove(filed.hash.as_slice()) || held.contains(filed.hash.as_slice());
        if !wanted || contents.read(&filed).is_err() {
            report.find(FindingKind::Blob, contents.called(&contents.place(name)));
        }
        Ok(())
    })?;
    for _ in 0..unreadable {
        report.find(FindingKind::Blob, "hàng không đọc được".into());
    }
    for missing in named {
        report.find(FindingKind::Blob, hex::encode(missing));
    }
    for file in contents.unnamed(&names)? {
        report.find(FindingKind::Blob, contents.called(&file));
    }
    Ok(())
}

/// The documents that are in no volume yet.
const FIND: &str = "SELECT * FROM find ORDER BY n";

/// SHA-256 of a table's rows in their order, each value with its type and length.
pub(crate) fn table_digest(db: &Connection, select: &str) -> Result<Vec<u8>> {
    let mut statement = db.prepare_cached(select)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut digest = Sha256::new();
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            let (tag, bytes): (u8, Vec<u8>) = match row.get_ref(column)? {
                ValueRef::Null => (0, Vec::new()),
                ValueRef::Integer(i) => (1, i.to_be_bytes().into()),
                ValueRef::Real(r) => (2, r.to_be_bytes().into()),
                ValueRef::Text(text) => (3, text.into()),
                ValueRef::Blob(blob) => (4, blob.into()),
            };
            digest.update([tag]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        }
    }
    Ok(digest.finalize().to_vec())
}
