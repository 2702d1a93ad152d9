//! The integrity check: is everything that was written still there, whole, signed, and in order?
//!
//! It trusts nothing but the entries' own signatures. Read models are rebuilt from the entries into a
//! scratch file with the same encryption and compared; nothing is repaired here, because whoever repairs
//! should first know what happened.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
};

use office::{
    book::{Book, Issued, Lease, Series},
    entry::{ContentHash, DeviceId, Entry, Event},
};
use rusqlite::{Connection, types::ValueRef};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    Ledger, Result,
    chain::{Hash, NO_HASH, as_content_hash, device_id, sha256, verify},
    folder::Witness,
    key::DatabaseKey,
    project,
    read::LastNumber,
    roles::EventKind,
    schema::{self, Durability, READ_MODEL_TABLES},
    search::{index_digest, volumes},
    store::{named_blob, signed},
};

/// Most findings that a report lists; the others are counted.
const MOST_FINDINGS: usize = 100;

/// What the check found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckReport {
    /// Entries seen.
    pub entries: u64,
    /// Devices that wrote them.
    pub devices: usize,
    /// Blobs seen.
    pub blobs: u64,
    /// Last number of each series.
    pub numbers: Vec<LastNumber>,
    /// What is wrong, in the order of finding; empty when all is well.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub more_findings: u64,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, kind: FindingKind, place: String) {
        if self.findings.len() < MOST_FINDINGS {
            let sentence = format!("{}: {place}.", kind.label());
            self.findings.push(Finding { kind, place, sentence });
        } else {
            self.more_findings += 1;
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Where.
    pub place: String,
    /// Both, as a sentence.
    pub sentence: String,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// A page of the file fails its encryption's check.
    File,
    /// The database's structure is damaged.
    Structure,
    /// An entry is unreadable or not in its one form.
    Entry,
    /// A chain has a gap, or a link does not fit.
    Chain,
    /// A signature does not hold.
    Signature,
    /// A book has a gap, a reuse, or a number without lease.
    Book,
    /// A read model differs from its rebuild.
    ReadModel,
    /// A blob is missing, changed, or named by no entry.
    Blob,
    /// An entry has no outbox row, or a row no entry.
    Outbox,
    /// Acknowledged entries are gone.
    Lost,
}

impl FindingKind {
    /// What is wrong, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::File => "Trang dữ liệu không vượt qua kiểm tra mã hóa",
            Self::Structure => "Cấu trúc cơ sở dữ liệu bị hỏng",
            Self::Entry => "Mục ghi không đọc được hoặc không đúng dạng chuẩn",
            Self::Chain => "Chuỗi mục ghi bị đứt hoặc không khớp",
            Self::Signature => "Chữ ký của mục ghi không đúng",
            Self::Book => "Số trong sổ bị thiếu, trùng hoặc không có quyền cấp",
            Self::ReadModel => "Bảng tra cứu khác với mục ghi gốc",
            Self::Blob => "Tệp đính kèm bị thiếu, bị sửa hoặc không thuộc mục ghi nào",
            Self::Outbox => "Hàng chờ gửi không khớp với mục ghi",
            Self::Lost => "Mất mục ghi đã được xác nhận",
        }
    }
}

impl Ledger {
    /// Checks everything. Takes minutes for a ledger of a million entries.
    ///
    /// # Errors
    /// Only when the check itself cannot run (disk full); damage is a finding.
    pub fn check(&self) -> Result<CheckReport> {
        let scratch = self.folder.office().join("rebuild.db");
        let mut report = check_database(&self.db, &self.key, &scratch)?;
        match Witness::known(&self.folder.office(), &self.device.id) {
            Some(known) if known == self.head.sequence => {}
            Some(known) => report
                .find(FindingKind::Lost, format!("đã ghi {known}, nay có {}", self.head.sequence)),
            None => report.find(FindingKind::Lost, "tệp head không đọc được".into()),
        }
        Ok(report)
    }
}

/// Checks a database; `scratch` is a file name that this may use and remove.
pub(crate) fn check_database(
    db: &Connection,
    key: &DatabaseKey,
    scratch: &Path,
) -> Result<CheckReport> {
    let mut report = CheckReport {
        entries: 0,
        devices: 0,
        blobs: 0,
        numbers: vec![],
        findings: vec![],
        more_findings: 0,
    };
    check_file(db, &mut report)?;
    remove_scratch(scratch)?;
    let rebuilt = schema::connect(scratch, key, Durability::Scratch)?;
    let done = walk_and_compare(db, &rebuilt, &mut report);
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

/// SQLCipher's and SQLite's own checks. SQLCipher looks at the file alone: what the log still holds is
/// written there first.
fn check_file(db: &Connection, report: &mut CheckReport) -> Result<()> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    for (sql, kind) in [
        ("PRAGMA cipher_integrity_check", FindingKind::File),
        ("PRAGMA integrity_check", FindingKind::Structure),
    ] {
        let lines = db.prepare(sql).and_then(|mut statement| {
            statement
                .query_map([], |row| row.get::<_, String>(0))?
                .take(20)
                .collect::<rusqlite::Result<Vec<_>>>()
        });
        match lines {
            Ok(lines) => lines
                .into_iter()
                .filter(|line| line != "ok")
                .for_each(|line| report.find(kind, line)),
            Err(_) => report.find(kind, "kiểm tra bị dừng giữa chừng".into()),
        }
    }
    Ok(())
}

fn walk_and_compare(db: &Connection, rebuilt: &Connection, report: &mut CheckReport) -> Result<()> {
    schema::create_read_models(rebuilt)?;
    rebuilt.execute_batch("BEGIN")?;
    let mut walk = Walk::default();
    if walk_entries(db, rebuilt, &mut walk, report).is_err() {
        report.find(FindingKind::Structure, "bảng mục ghi không đọc hết được".into());
    }
    rebuilt.execute_batch("COMMIT")?;
    report.devices = walk.chains.len();
    report.numbers = walk
        .books
        .last
        .iter()
        .map(|(series, last)| LastNumber { series: *series, last: *last })
        .collect();
    report.numbers.sort_by_key(|number| number.series);
    for (table, order) in READ_MODEL_TABLES {
        compare(table, table_digest(db, table, order), table_digest(rebuilt, table, order), report);
    }
    let mut tables = volumes(db).unwrap_or_default();
    tables.extend(volumes(rebuilt)?);
    tables.sort_unstable();
    tables.dedup();
    for table in tables {
        compare(&table, index_digest(db, &table), index_digest(rebuilt, &table), report);
    }
    if check_blobs(db, &walk.named, report).is_err() {
        report.find(FindingKind::Structure, "bảng tệp đính kèm không đọc hết được".into());
    }
    if check_outbox(db, report).is_err() {
        report.find(FindingKind::Structure, "hàng chờ gửi không đọc hết được".into());
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

#[derive(Default)]
struct Walk {
    chains: HashMap<DeviceId, Chain>,
    books: Books,
    /// Blobs that entries name.
    named: HashSet<ContentHash>,
}

struct Chain {
    public_key: [u8; 32],
    sequence: u64,
    hash: Hash,
}

fn walk_entries(
    db: &Connection,
    rebuilt: &Connection,
    walk: &mut Walk,
    report: &mut CheckReport,
) -> Result<()> {
    let mut statement = db.prepare(
        "SELECT n, device, sequence, kind, hash, signature, bytes FROM entry ORDER BY n",
    )?;
    let mut rows = statement.query([])?;
    let mut expected = 0;
    while let Some(row) = rows.next()? {
        let n: i64 = row.get(0)?;
        expected += 1;
        report.entries += 1;
        if n != expected {
            report.find(FindingKind::Chain, format!("mục {expected} bị thiếu"));
            expected = n;
        }
        let bytes: Vec<u8> = row.get(6)?;
        let Ok(entry) = Entry::parse(&bytes) else {
            report.find(FindingKind::Entry, format!("mục {n}"));
            continue;
        };
        let hash = sha256(&bytes);
        let (device, sequence): (String, i64) = (row.get(1)?, row.get(2)?);
        let columns_fit = device == entry.device.0
            && Ok(sequence) == i64::try_from(entry.sequence)
            && row.get::<_, i64>(3)? == EventKind::of(&entry.what).number()
            && row.get::<_, Vec<u8>>(4)? == hash;
        if !columns_fit {
            report.find(FindingKind::Entry, format!("mục {n}: cột không khớp nội dung"));
        }
        walk.follow_chain(n, &entry, hash, &bytes, row.get(5).ok(), report);
        walk.books.follow(n, &entry, report);
        walk.named.extend(named_blob(&entry.what).cloned());
        if project::apply(rebuilt, n, &entry).is_err() {
            report.find(FindingKind::Entry, format!("mục {n}: không dựng lại được bảng tra cứu"));
        }
    }
    Ok(())
}

impl Walk {
    fn follow_chain(
        &mut self,
        n: i64,
        entry: &Entry,
        hash: Hash,
        bytes: &[u8],
        signature: Option<[u8; 64]>,
        report: &mut CheckReport,
    ) {
        if let Event::DeviceEnrolled { device, public_key, .. } = &entry.what {
            let mut key = [0; 32];
            let known =
                hex::decode_to_slice(public_key, &mut key).is_ok() && device_id(&key) == *device;
            if known && *device == entry.device && !self.chains.contains_key(device) {
                self.chains
                    .insert(device.clone(), Chain { public_key: key, sequence: 0, hash: NO_HASH });
            } else {
                report.find(FindingKind::Chain, format!("mục {n}: máy không hợp lệ"));
            }
        }
        let Some(chain) = self.chains.get_mut(&entry.device) else {
            report.find(FindingKind::Chain, format!("mục {n}: máy chưa được thêm"));
            return;
        };
        if entry.sequence != chain.sequence + 1 || entry.previous != as_content_hash(&chain.hash) {
            report
                .find(FindingKind::Chain, format!("mục {n}, số thứ tự {} của máy", entry.sequence));
        }
        if !signature.is_some_and(|signature| verify(&chain.public_key, bytes, &signature)) {
            report.find(FindingKind::Signature, format!("mục {n}"));
        }
        (chain.sequence, chain.hash) = (entry.sequence, hash);
    }
}

/// Follows leases and numbers as the entries tell of them.
#[derive(Default)]
struct Books {
    leases: HashMap<(Book, i16), (DeviceId, u32)>,
    last: HashMap<Series, u32>,
}

impl Books {
    fn follow(&mut self, n: i64, entry: &Entry, report: &mut CheckReport) {
        if let Event::LeaseTaken { lease } = &entry.what {
            self.take(n, entry, lease, report);
        }
        for issued in entry.what.numbers() {
            self.issue(n, &entry.device, issued, report);
        }
    }

    fn take(&mut self, n: i64, entry: &Entry, lease: &Lease, report: &mut CheckReport) {
        let before =
            self.leases.insert((lease.book, lease.year), (lease.device.clone(), lease.epoch));
        if lease.device != entry.device || lease.epoch <= before.map_or(0, |(_, epoch)| epoch) {
            report.find(
                FindingKind::Book,
                format!("mục {n}: quyền cấp số {} năm {}", lease.book.label(), lease.year),
            );
        }
        if lease.after > 0 {
            let last = self.last.entry(lease.book.series(crate::local_day(entry.at))).or_default();
            *last = lease.after.max(*last);
        }
    }

    fn issue(&mut self, n: i64, device: &DeviceId, issued: Issued, report: &mut CheckReport) {
        let series = issued.series;
        let held = self.leases.get(&(series.book, series.year));
        if held != Some(&(device.clone(), issued.epoch)) {
            report.find(
                FindingKind::Book,
                format!("mục {n}: {series}, số {} cấp khi không giữ quyền", issued.value),
            );
        }
        let last = self.last.entry(series).or_default();
        if issued.value != last.saturating_add(1) {
            report.find(
                FindingKind::Book,
                format!("mục {n}: {series}, sau số {last} là số {}", issued.value),
            );
        }
        *last = issued.value.max(*last);
    }
}

fn check_blobs(
    db: &Connection,
    named: &HashSet<ContentHash>,
    report: &mut CheckReport,
) -> Result<()> {
    let mut statement = db.prepare("SELECT hash, bytes FROM blob")?;
    let mut rows = statement.query([])?;
    let mut seen = HashSet::new();
    while let Some(row) = rows.next()? {
        report.blobs += 1;
        let name = ContentHash(hex::encode(row.get::<_, Vec<u8>>(0)?));
        let whole = crate::content_hash(row.get_ref(1)?.as_blob().unwrap_or_default()) == name;
        if !whole || !named.contains(&name) {
            report.find(FindingKind::Blob, name.0.clone());
        }
        seen.insert(name);
    }
    for missing in named.difference(&seen) {
        report.find(FindingKind::Blob, missing.0.clone());
    }
    Ok(())
}

fn check_outbox(db: &Connection, report: &mut CheckReport) -> Result<()> {
    let mut statement = db.prepare("SELECT n FROM outbox ORDER BY n")?;
    let mut rows = statement.query([])?;
    let mut expected = 0;
    while let Some(row) = rows.next()? {
        expected += 1;
        let n: i64 = row.get(0)?;
        if n != expected {
            report.find(FindingKind::Outbox, format!("mục {expected}"));
            expected = n;
        }
    }
    if expected != signed(report.entries)? {
        report.find(FindingKind::Outbox, format!("{expected} dòng cho {} mục ghi", report.entries));
    }
    Ok(())
}

/// SHA-256 of a table's rows in their order, each value with its type and length.
fn table_digest(db: &Connection, table: &str, order: &str) -> Result<Vec<u8>> {
    let mut statement = db.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
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
