//! The walk along all entries: form, chain, signature, time, leases and numbers, each entry applied to
//! read models made anew. The check compares these, a restore keeps them.

use std::{collections::HashMap, path::Path};

use jiff::Timestamp;
use office::{
    Explain,
    book::{Book, Issued, Lease, Series},
    entry::{DeviceId, Entry, Event, EventKind},
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    LedgerError, Result, admit,
    chain::{Hash, NO_HASH, as_content_hash, device_id, sha256, verify},
    check::{CheckReport, FindingKind, MOST_FINDINGS, StepBack},
    head::{CLOCK_SLACK, sets_clock},
    key::DatabaseKey,
    project,
    read::LastNumber,
    schema,
};

/// What a walk does with the records themselves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Records {
    Compare,
    Carry,
}

/// A row of `entry`.
struct Row {
    n: i64,
    device: String,
    sequence: i64,
    kind: i64,
    hash: Vec<u8>,
    signature: Vec<u8>,
    bytes: Vec<u8>,
}

/// Places that are tried beyond a damaged page before a walk ends.
const MOST_UNREADABLE: i64 = 1_000;

#[derive(Default)]
pub(crate) struct Walk {
    chains: HashMap<DeviceId, Chain>,
    books: Books,
}

struct Chain {
    public_key: [u8; 32],
    sequence: u64,
    hash: Hash,
    /// Time that the next entry is measured by.
    latest: Option<Timestamp>,
}

/// Where a walk reads.
pub(crate) enum Source<'a> {
    /// The open ledger.
    Open(&'a Connection),
    /// A file of its own, which can be opened anew.
    File {
        /// Its connection.
        db: Connection,
        /// The file.
        file: &'a Path,
        /// Its key.
        key: &'a DatabaseKey,
    },
}

impl<'a> Source<'a> {
    /// Opens a file that may be damaged.
    pub(crate) fn open(file: &'a Path, key: &'a DatabaseKey) -> Result<Self> {
        Ok(Self::File { db: schema::connect_existing(file, key)?, file, key })
    }

    pub(crate) fn db(&self) -> &Connection {
        match self {
            Self::Open(db) => db,
            Self::File { db, .. } => db,
        }
    }

    /// After a damaged page SQLCipher lets a connection read nothing more.
    pub(crate) fn recover(&mut self) {
        if let Self::File { db, file, key } = self
            && let Ok(none) = Connection::open_in_memory()
        {
            // The file's lock is freed first.
            drop(std::mem::replace(db, none));
            if let Ok(anew) = schema::connect_existing(file, key) {
                *db = anew;
            }
        }
    }
}

/// Asked now and then during a walk with the entries walked so far.
///
/// # Errors
/// What ends the walk.
pub(crate) type Watch<'a> = &'a dyn Fn(u64) -> Result<()>;

/// A walk is asked after so many entries.
const ASKED_EVERY: u64 = 200;

/// Follows every entry that can be read, and applies it to `rebuilt`.
pub(crate) fn walk_entries(
    source: &mut Source<'_>,
    rebuilt: &Connection,
    records: Records,
    walk: &mut Walk,
    report: &mut CheckReport,
    watch: Watch<'_>,
) -> Result<()> {
    let (mut next, mut unreadable) = (1, 0);
    while unreadable < MOST_UNREADABLE {
        match entry_from(source.db(), next) {
            Ok(None) => break,
            Ok(Some(row)) => {
                if row.n != next && unreadable == 0 {
                    report.find(FindingKind::Chain, format!("mục {next} bị thiếu"));
                }
                (next, unreadable) = (row.n + 1, 0);
                walk.follow(row, rebuilt, records, report)?;
                if report.entries.is_multiple_of(ASKED_EVERY) {
                    watch(report.entries)?;
                }
            }
            Err(_) => {
                if unreadable == 0 {
                    report.find(FindingKind::Structure, format!("mục {next} không đọc được"));
                }
                (next, unreadable) = (next + 1, unreadable + 1);
                source.recover();
            }
        }
    }
    report.devices = walk.chains.len();
    report.numbers = walk
        .books
        .last
        .iter()
        .map(|(series, last)| LastNumber { series: *series, last: *last })
        .collect();
    report.numbers.sort_by_key(|number| number.series);
    Ok(())
}

/// The first entry from place `n` on.
fn entry_from(db: &Connection, n: i64) -> rusqlite::Result<Option<Row>> {
    db.prepare_cached(
        "SELECT n, device, sequence, kind, hash, signature, bytes FROM entry
         WHERE n >= ?1 ORDER BY n LIMIT 1",
    )?
    .query_row([n], |row| {
        Ok(Row {
            n: row.get(0)?,
            device: row.get(1)?,
            sequence: row.get(2)?,
            kind: row.get(3)?,
            hash: row.get(4)?,
            signature: row.get(5)?,
            bytes: row.get(6)?,
        })
    })
    .optional()
}

impl Walk {
    fn follow(
        &mut self,
        row: Row,
        rebuilt: &Connection,
        records: Records,
        report: &mut CheckReport,
    ) -> Result<()> {
        report.entries += 1;
        let n = row.n;
        if records == Records::Carry {
            rebuilt
                .prepare_cached(
                    "INSERT INTO entry (n, device, sequence, kind, hash, signature, bytes)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    n,
                    row.device,
                    row.sequence,
                    row.kind,
                    row.hash,
                    row.signature,
                    row.bytes
                ])?;
        }
        let Ok(entry) = Entry::parse(&row.bytes) else {
            report.find(FindingKind::Entry, format!("mục {n}"));
            return Ok(());
        };
        let hash = sha256(&row.bytes);
        let columns_fit = row.device == entry.device.0
            && Ok(row.sequence) == i64::try_from(entry.sequence)
            && row.kind == EventKind::of(&entry.what).facts().number
            && row.hash == hash;
        if !columns_fit {
            report.find(FindingKind::Entry, format!("mục {n}: cột không khớp nội dung"));
        }
        self.follow_chain(&entry, hash, &row, report);
        self.books.follow(n, &entry, report);
        if let Err(refusal) = admit::admit(rebuilt, &entry.what)
            && !matches!(refusal, LedgerError::Database(_) | LedgerError::Damaged { .. })
        {
            report.find(FindingKind::Rule, format!("mục {n} ({})", refusal.code()));
        }
        match project::apply(rebuilt, n, &entry) {
            Err(error @ (LedgerError::DiskFull | LedgerError::Files(_))) => return Err(error),
            Err(_) => {
                report
                    .find(FindingKind::Entry, format!("mục {n}: không dựng lại được bảng tra cứu"));
            }
            Ok(()) => {}
        }
        Ok(())
    }

    fn follow_chain(&mut self, entry: &Entry, hash: Hash, row: &Row, report: &mut CheckReport) {
        let n = row.n;
        if let Event::DeviceEnrolled { device, public_key, .. } = &entry.what {
            let mut key = [0; 32];
            let known =
                hex::decode_to_slice(public_key, &mut key).is_ok() && device_id(&key) == *device;
            if known && *device == entry.device && !self.chains.contains_key(device) {
                let chain = Chain { public_key: key, sequence: 0, hash: NO_HASH, latest: None };
                self.chains.insert(device.clone(), chain);
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
        let signature: Option<[u8; 64]> = row.signature.as_slice().try_into().ok();
        if !signature.is_some_and(|signature| verify(&chain.public_key, &row.bytes, &signature)) {
            report.find(FindingKind::Signature, format!("mục {n}"));
        }
        (chain.sequence, chain.hash) = (entry.sequence, hash);
        let kind = EventKind::of(&entry.what);
        if !sets_clock(kind) {
            return;
        }
        let before = chain.latest.replace(entry.at);
        if let Some(from) = before.filter(|from| from.duration_since(entry.at) > CLOCK_SLACK) {
            let accepted = kind == EventKind::ClockAccepted;
            if !accepted {
                report.find(FindingKind::Clock, format!("mục {n}"));
            }
            if report.steps_back.len() < MOST_FINDINGS {
                let place = u64::try_from(n).unwrap_or_default();
                report.steps_back.push(StepBack { place, from, to: entry.at, accepted });
            }
        }
    }
}

/// Follows leases and numbers as the entries tell of them.
#[derive(Default)]
struct Books {
    leases: HashMap<(Book, i16), (DeviceId, u32)>,
    /// Who took a book's highest epoch.
    newest: HashMap<Book, (DeviceId, u32)>,
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
        let held = (lease.device.clone(), lease.epoch);
        let before = self.leases.insert((lease.book, lease.year), held.clone());
        let newest = self.newest.get(&lease.book);
        let rises = newest.is_none_or(|(_, epoch)| lease.epoch > *epoch);
        // A new epoch of the book; or a further year in the epoch that the same device took.
        let in_order =
            rises || (newest == Some(&held) && before.is_none_or(|(_, epoch)| epoch < lease.epoch));
        if rises {
            self.newest.insert(lease.book, held);
        }
        if lease.device != entry.device || lease.epoch == 0 || !in_order {
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
