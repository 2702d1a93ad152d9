//! The integrity check: is everything that was written still there, whole, signed, and in order?
//!
//! The whole check walks along all entries. The daily one goes on from where the last clean check stood
//! ([`crate::checkpoint`]): its cost is what is new. It does not read again what came before, nor compare the read
//! models; whatever looks wrong to it, a whole check looks at, whose findings are told.
//!
//! It trusts nothing but the entries' own signatures. Read models are rebuilt from the entries into a
//! scratch file with the same encryption and compared; nothing is repaired here, because whoever repairs
//! should first know what happened.

use std::{collections::HashSet, fs, path::Path};

use jiff::Timestamp;
use office::entry::{ContentHash, sha256};
use rusqlite::{Connection, types::ValueRef};
use sha2::{Digest, Sha256};

use crate::{
    Ledger, LedgerError, Result,
    blob::{self, held, named},
    checkpoint::Checkpoint,
    contents::{Contents, Name},
    findings::{CheckReport, FindingKind, Since},
    head::found,
    index::{Layout, index_digest, volumes},
    key::DatabaseKey,
    lost,
    read::conflicts::open_conflicts,
    schema::{self, Durability, read_models},
    tend,
    walk::{Records, Source, Walk, Watch, walk_entries, walk_onward},
    witness::Known,
};

/// Up to so many entries a whole check is a matter of seconds.
const SMALL: u64 = if cfg!(test) { 1 } else { 10_000 };

impl Ledger {
    /// Checks everything. Takes minutes for a ledger of a million entries.
    ///
    /// # Errors
    /// Only when the check itself cannot run ([`LedgerError::DiskFull`], [`LedgerError::BackupRuns`]);
    /// damage is a finding.
    pub fn check(&self) -> Result<CheckReport> {
        Ok(self.check_whole(&|_| ())?.0)
    }

    /// Checks everything, and keeps how far it came where all is well. `watch` is told now and then how many entries
    /// were walked along.
    ///
    /// # Errors
    /// As [`Ledger::check`].
    pub fn check_marking(&self, at: Timestamp, watch: &dyn Fn(u64)) -> Result<CheckReport> {
        let (report, walk) = self.check_whole(watch)?;
        if report.clean() {
            self.mark((at, at), &report, walk)?;
        }
        Ok(report)
    }

    /// Checks what came since the last clean check; everything where there was none, where the ledger is small, or
    /// where something looks wrong. `watch`: as in [`Ledger::check_marking`].
    ///
    /// # Errors
    /// As [`Ledger::check`].
    pub fn check_daily(&self, at: Timestamp, watch: &dyn Fn(u64)) -> Result<CheckReport> {
        self.copying.require_rest()?;
        if self.head.entries <= SMALL {
            return self.check_marking(at, watch);
        }
        let kept = Checkpoint::read(&self.db, &self.device).ok().flatten();
        if let Some(kept) = kept {
            let whole_at = kept.whole_at;
            // What cannot be read is the whole check's business too.
            if let Ok((report, walk)) = self.check_since(kept)
                && report.clean()
            {
                self.mark((at, whole_at), &report, walk)?;
                return Ok(report);
            }
        }
        self.check_marking(at, watch)
    }

    fn mark(&self, at: (Timestamp, Timestamp), report: &CheckReport, walk: Walk) -> Result<()> {
        let seen = (report.entries, report.newer);
        Checkpoint::new(&self.device, at, seen, walk).keep(&self.db, &self.device)
    }

    fn check_since(&self, kept: Checkpoint) -> Result<(CheckReport, Walk)> {
        let Checkpoint { at, whole_at, entries, newer, own, mut walk, .. } = kept;
        let mut report = CheckReport { entries, newer, ..CheckReport::default() };
        report.since = Some(Since { at, entries, whole_at });
        let rebuilt = Connection::open_in_memory()?;
        schema::create_scratch(&rebuilt)?;
        walk_onward(&self.db, &rebuilt, &mut walk, &own, &mut report)?;
        report.conflicts = open_conflicts(&self.db)?;
        let mut missing = HashSet::new();
        for hash in &walk.named {
            report.blobs += 1;
            if !blob::is_named(&self.db, hash)? {
                continue;
            }
            match blob::read(&self.db, &self.contents, hash) {
                Ok(_) => {}
                Err(LedgerError::Missing) => drop(missing.insert(blob::blob_key(hash)?)),
                Err(_) => report.find(FindingKind::Blob, hash.0.clone()),
            }
        }
        tell_missing(&self.db, &missing, &mut report);
        self.compare_witnesses(&mut report);
        Ok((report, walk))
    }

    fn check_whole(&self, watch: &dyn Fn(u64)) -> Result<(CheckReport, Walk)> {
        self.copying.require_rest()?;
        tend::finish(&self.db)?;
        let scratch = self.folder.office().join("rebuild.db");
        self.settle_contents();
        let (mut report, walk) =
            check_database(&self.db, &self.contents, &self.key, &scratch, &|entries| {
                watch(entries);
                Ok(())
            })?;
        self.compare_witnesses(&mut report);
        Ok((report, walk))
    }

    /// Whether what was acknowledged is still there.
    fn compare_witnesses(&self, report: &mut CheckReport) {
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
    }
}

/// Checks a database and its contents; `scratch` is a file name that this may use and remove.
pub(crate) fn check_database(
    db: &Connection,
    contents: &Contents,
    key: &DatabaseKey,
    scratch: &Path,
    watch: Watch<'_>,
) -> Result<(CheckReport, Walk)> {
    let mut report = CheckReport::default();
    check_file(db, &mut report)?;
    remove_scratch(scratch)?;
    let rebuilt = schema::connect(scratch, key, Durability::Scratch)?;
    schema::create_scratch(&rebuilt)?;
    let done = walk_and_compare(db, contents, &rebuilt, &mut report, watch);
    drop(rebuilt);
    remove_scratch(scratch)?;
    Ok((report, done?))
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
) -> Result<Walk> {
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
    Ok(walk)
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
    tell_missing(db, &named, report);
    for file in contents.unnamed(&names)? {
        report.find(FindingKind::Blob, contents.called(&file));
    }
    Ok(())
}

/// Contents that entries rest on and that are not here: those that went with a machine that was lost are counted.
/// Where that cannot be told nothing is excused.
fn tell_missing(db: &Connection, missing: &HashSet<Vec<u8>>, report: &mut CheckReport) {
    let lost = lost::contents(db, missing).unwrap_or_default();
    report.lost_contents = lost.len() as u64;
    for name in missing.difference(&lost) {
        report.find(FindingKind::Blob, hex::encode(name));
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use office::entry::{Event, Role};
    use rusqlite::params;
    use tempfile::tempdir;

    use super::*;
    use crate::fixture::{
        append_dossier, at, found, open,
        rooms::{attach, step, transfer},
        user,
    };

    fn daily(ledger: &Ledger, seconds: i64) -> (CheckReport, Option<u64>) {
        let report = ledger.check_daily(at(seconds), &|_| ()).unwrap();
        let before = report.since.as_ref().map(|since| since.entries);
        (report, before)
    }

    /// Work of all kinds that the walk measures: numbers, rights, contents, a new user's entries.
    fn work(ledger: &mut Ledger, i: u64) {
        let second = i64::try_from(i).unwrap();
        let entry = append_dossier(ledger, i, at(second));
        let Event::DossierReceived { dossier } = entry.what else { panic!() };
        ledger.record(at(second), step(&dossier.id, 0, at(second), transfer("Hà")), &[]).unwrap();
        let scan = vec![i as u8; crate::contents::SMALL + 1];
        let attached = attach(&format!("{i:032x}"), &dossier.id, &scan);
        ledger.record(at(second), attached, &[&scan]).unwrap();
        let name = format!("nguoi{i}");
        ledger.add_user(at(second), user(&name, &[Role::Clerk]), "Một-mật-khẩu-1").unwrap();
    }

    #[test]
    fn the_daily_check_goes_on_from_the_one_before_and_tells_the_same() {
        let data = tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        work(&mut ledger, 1);
        let (report, before) = daily(&ledger, 10);
        assert!(report.clean() && report.read_models.is_some());
        assert_eq!(before, None, "the first one walks along everything");
        let mut seen = report.entries;
        for i in [20, 30, 40] {
            work(&mut ledger, i);
            drop(ledger);
            ledger = open(data.path());
            let (report, before) = daily(&ledger, 10 * i as i64);
            let whole = ledger.check().unwrap();
            assert!(report.clean(), "{report:#?}");
            assert_eq!((before, report.read_models), (Some(seen), None));
            assert_eq!(report.blobs, 1, "new contents are read");
            assert_eq!(report.since.unwrap().whole_at, at(10));
            assert_eq!(
                (report.entries, report.devices, report.numbers, report.conflicts),
                (whole.entries, whole.devices, whole.numbers, whole.conflicts)
            );
            seen = report.entries;
        }
    }

    /// What the daily check cannot vouch for is walked along whole, and what is wrong there is told.
    #[test]
    fn what_looks_wrong_is_checked_whole() {
        let newest = "(SELECT max(sequence) FROM entry)";
        let new_reception = "(SELECT max(sequence) FROM entry WHERE kind = 10)";
        let user_before = "(SELECT max(sequence) FROM entry WHERE kind = 3 AND sequence < 20)";
        for (harm, kind) in [
            // The checkpoint itself: another one is made.
            ("UPDATE checkpoint SET json = CAST(replace(CAST(json AS TEXT), '\"newer\":0', '\"newer\":1') AS BLOB)".into(), None),
            ("UPDATE checkpoint SET signature = zeroblob(64)".into(), None),
            ("UPDATE checkpoint SET signature = x'00'".into(), None),
            ("DELETE FROM checkpoint".into(), None),
            // New entries.
            (format!("UPDATE entry SET signature = zeroblob(64) WHERE sequence = {newest}"), Some(FindingKind::Signature)),
            (format!("UPDATE entry SET payload = x'7b7d' WHERE sequence = {new_reception}"), Some(FindingKind::Entry)),
            (format!("DELETE FROM entry WHERE sequence = {new_reception}"), Some(FindingKind::Chain)),
            (format!("DELETE FROM entry WHERE sequence = {newest}"), Some(FindingKind::Lost)),
            // What rights hang on, although it is old.
            (format!("UPDATE entry SET payload = x'7b7d' WHERE sequence = {user_before}"), Some(FindingKind::Entry)),
            (format!("DELETE FROM entry WHERE sequence = {user_before}"), Some(FindingKind::Chain)),
            // New contents.
            ("UPDATE file SET key = zeroblob(32) WHERE id = (SELECT max(id) FROM file)".into(), Some(FindingKind::Blob)),
        ] {
            let data = tempdir().unwrap();
            let (mut ledger, _) = found(data.path());
            work(&mut ledger, 1);
            assert!(daily(&ledger, 10).0.clean());
            work(&mut ledger, 20);
            assert_ne!(ledger.db.execute(&harm, []).unwrap(), 0, "{harm}");
            let (report, before) = daily(&ledger, 30);
            assert_eq!(before, None, "{harm}");
            match kind {
                None => assert!(report.clean(), "{harm}: {report:#?}"),
                Some(kind) => {
                    assert!(report.findings.iter().any(|found| found.kind == kind), "{harm}: {report:#?}");
                    let (again, before) = daily(&ledger, 40);
                    assert_eq!((again.findings, before), (report.findings, None), "told again");
                }
            }
        }
    }

    /// A checkpoint of another machine, brought with its database, is none.
    #[test]
    fn a_checkpoint_is_the_machines_own() {
        let data = tempdir().unwrap();
        let (ledger, _) = found(data.path());
        assert!(daily(&ledger, 10).0.clean());
        assert_eq!(daily(&ledger, 11).1, Some(ledger.head().entries));
        let other = crate::chain::DeviceKey::from_seed(&[7; 32]);
        let json: Vec<u8> =
            ledger.db.query_row("SELECT json FROM checkpoint", [], |row| row.get(0)).unwrap();
        let signature = other.sign(&json);
        ledger.db.execute("UPDATE checkpoint SET signature = ?1", params![signature]).unwrap();
        assert_eq!(daily(&ledger, 12).1, None);
    }
}
