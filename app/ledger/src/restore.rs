//! A restore that shows itself only when it is whole.
//!
//! The records are carried over into a new file and the read models rebuilt from the entries, so that
//! damage to tables that only repeat what entries say never stands in the way. The restored copy enrols
//! as a new device and takes every book and year under a new epoch: it can never repeat an old
//! (device, sequence) or issue under an old lease.
//!
//! What the lost machine wrote after its last backup is unknown here. The restore says which numbers
//! the backup ends with; whoever restores compares them with paper and gives the last number on paper
//! where it is higher. That number is then part of the signed lease, and the gap is explained for ever.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use jiff::Timestamp;
use office::{
    book::{Book, Lease},
    entry::{DeviceId, Event, UserName},
};
use rusqlite::Connection;
use serde::Serialize;

use crate::{
    Ledger, LedgerError, Result,
    backup::{Manifest, describe, read_manifest},
    carry::carry_over,
    chain::DeviceKey,
    check::FindingCount,
    folder::{Folder, database_file, keys_file},
    head::Head,
    key::DatabaseKey,
    keyring::Keyring,
    number::{after_paper, leased_years, successor},
    project::last_number,
    read::LastNumber,
    roles::{EventKind, require},
    schema::{self, Durability},
    slot,
    store::{active_user, settle_keys, unsigned, write},
    walk::Source,
};

/// What a restore takes.
pub struct Restore<'a> {
    /// Head or security administrator of the backed-up office.
    pub user: &'a UserName,
    /// Their password at the time of the backup.
    pub password: &'a str,
    /// What users call this machine.
    pub device_label: &'a str,
    /// The last number on paper of books that went on after the backup; 0 or absent: none was issued.
    pub last_on_paper: &'a [(Book, u32)],
    /// Take numbers on paper that are more than 1,000 beyond the known ones.
    pub accept_jump: bool,
    /// Restore what can be read although something is wrong with it.
    pub accept_findings: bool,
    /// Now.
    pub at: Timestamp,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RestoreReport {
    /// Entries that came back.
    pub entries: u64,
    /// When the backup was made: what was written later is lost.
    pub made_at: Timestamp,
    /// The numbers from which the books now go on, to be compared with paper.
    pub numbers: Vec<LastNumber>,
    /// What is wrong with what came back, by kind; only where findings were accepted.
    pub findings: Vec<FindingCount>,
}

/// A restored folder before it is opened.
struct Restored {
    keyring: Keyring,
    key: DatabaseKey,
    report: RestoreReport,
}

impl Ledger {
    /// Brings a backup back into a data folder that holds no office.
    ///
    /// # Errors
    /// [`LedgerError::ExistsAlready`], [`LedgerError::BackupDamaged`],
    /// [`LedgerError::BackupHasFindings`], [`LedgerError::ClockBeforeBackup`],
    /// [`LedgerError::NumberBelowKnown`], [`LedgerError::NumberJump`], [`LedgerError::WrongPassword`],
    /// [`LedgerError::StaleKeys`], [`LedgerError::NotAllowed`], [`LedgerError::DiskFull`]; then the data
    /// folder holds no office, as before.
    pub fn restore(
        backup: &Path,
        data: &Path,
        request: &Restore<'_>,
    ) -> Result<(Ledger, RestoreReport)> {
        let manifest = read_manifest(backup)?;
        if request.at < manifest.made_at {
            return Err(LedgerError::ClockBeforeBackup { made_at: manifest.made_at });
        }
        if !manifest.findings.is_empty() && !request.accept_findings {
            return Err(LedgerError::BackupHasFindings { count: manifest.finding_count() });
        }
        let folder = Folder::lock(data)?;
        let fresh = folder.fresh()?;
        let restored = restore_into(&fresh, backup, &manifest, request).and_then(|restored| {
            folder.publish(&fresh)?;
            Ok(restored)
        });
        if restored.is_err() {
            let _ = fs::remove_dir_all(&fresh);
        }
        let Restored { keyring, key, report } = restored?;
        let ledger = Self::start(folder, keyring, key, request.user)?;
        Ok((ledger, report))
    }

    /// Goes on in a book after the last number on paper, where that is higher than what the ledger
    /// knows: a new lease that says so. For the head; after a restore also for the security
    /// administrator, until the first dossier is received. `accept_jump`: see [`Restore::accept_jump`].
    ///
    /// # Errors
    /// [`LedgerError::NumberBelowKnown`], [`LedgerError::NumberJump`], [`LedgerError::NoLease`],
    /// [`LedgerError::NotAllowed`], [`LedgerError::ClockBack`].
    pub fn continue_after(
        &mut self,
        at: Timestamp,
        book: Book,
        last_on_paper: u32,
        accept_jump: bool,
    ) -> Result<()> {
        if !self.just_restored()? || require(&self.user.roles, EventKind::Restored.roles()).is_err()
        {
            require(&self.user.roles, EventKind::LeaseTaken.roles())?;
        }
        let day = crate::local_day(at);
        let known = last_number(&self.db, book.series(day))?;
        let after = after_paper(book, known, last_on_paper, accept_jump)?;
        if after == 0 {
            let (book, given) = (book.label(), last_on_paper);
            return Err(LedgerError::NumberBelowKnown { book, known, given });
        }
        match successor(&self.db, book)? {
            Some((device, epoch)) if device == self.device.id => {
                let lease = Lease { book, year: day.year(), device, epoch: epoch + 1, after };
                self.write_own(at, Event::LeaseTaken { lease })?;
                Ok(())
            }
            _ => Err(LedgerError::NoLease { book: book.label() }),
        }
    }

    /// Whether this device was made by a restore and has received no dossier yet.
    fn just_restored(&self) -> Result<bool> {
        let newest = EventKind::Restored.number();
        let restored: Option<i64> = self.db.query_row(
            &format!(
                "SELECT max(n) FROM entry WHERE kind = {newest} AND kind NOT IN (8, 9, 10, 12) AND device = ?1"
            ),
            [&self.device.id.0],
            |row| row.get(0),
        )?;
        let Some(restored) = restored else { return Ok(false) };
        Ok(!self.db.prepare_cached("SELECT 1 FROM dossier WHERE n > ?1")?.exists([restored])?)
    }
}

fn restore_into(
    fresh: &Path,
    backup: &Path,
    manifest: &Manifest,
    request: &Restore<'_>,
) -> Result<Restored> {
    let copy = fresh.join("copy");
    fs::create_dir(&copy)?;
    for file in &manifest.files {
        copy_bytes(&backup.join(&file.name), &copy.join(&file.name))?;
        if describe(&copy, &file.name)? != *file {
            return Err(LedgerError::BackupDamaged { place: file.name.clone() });
        }
    }
    let damaged = |place: &str| LedgerError::BackupDamaged { place: place.into() };
    let mut keyring = Keyring::read(&keys_file(&copy)).map_err(|_| damaged("keys.json"))?;
    let key = keyring.unlock(&keys_file(&copy), request.user, request.password, request.at)?;
    keyring.write(&keys_file(fresh))?;
    let found = {
        let db = schema::connect(&database_file(fresh), &key, Durability::Scratch)?;
        schema::create(&db)?;
        carry_over(&mut Source::open(&database_file(&copy), &key)?, &db)?
    };
    fs::remove_dir_all(&copy)?;
    if let Some(finding) = found.findings.first()
        && !request.accept_findings
    {
        return Err(damaged(&finding.sentence));
    }
    let mut db = schema::connect_existing(&database_file(fresh), &key)?;
    if request.accept_findings && !db.prepare("SELECT 1 FROM slot")?.exists([])? {
        // The table was beyond reading: the manifest's digest vouches for the file.
        settle_keys(&db, &keyring)?;
    }
    let digest = keyring.slot_digest(request.user).ok_or(LedgerError::UnknownUser)?;
    slot::require_current(&db, &request.user.0, &digest)?;
    let numbers = begin_anew(&mut db, request)?;
    let report = RestoreReport {
        entries: found.entries,
        made_at: manifest.made_at,
        numbers,
        findings: found.counts,
    };
    Ok(Restored { keyring, key, report })
}

/// Copies bytes alone: a read-only medium would make a read-only copy.
pub(crate) fn copy_bytes(from: &Path, to: &Path) -> Result<()> {
    io::copy(&mut File::open(from)?, &mut File::create(to)?)?;
    Ok(())
}

/// The restored copy becomes a new device that takes the books.
fn begin_anew(db: &mut Connection, request: &Restore<'_>) -> Result<Vec<LastNumber>> {
    let user = active_user(db, request.user)?.ok_or(LedgerError::UnknownUser)?;
    require(&user.roles, EventKind::Restored.roles())?;
    let from: String =
        db.query_row("SELECT device FROM entry ORDER BY n DESC LIMIT 1", [], |row| row.get(0))?;
    let from = DeviceId(from);
    let length: i64 =
        db.query_row("SELECT max(sequence) FROM entry WHERE device = ?1", [&from.0], |row| {
            row.get(0)
        })?;
    let entries: i64 = db.query_row("SELECT max(n) FROM entry", [], |row| row.get(0))?;
    let day = crate::local_day(request.at);
    let device = DeviceKey::random()?;
    let mut leases = Vec::new();
    for book in Book::ALL {
        let known = last_number(db, book.series(day))?;
        let on_paper =
            request.last_on_paper.iter().filter(|(b, _)| *b == book).map(|(_, last)| *last).max();
        let last = after_paper(book, known, on_paper.unwrap_or(0), request.accept_jump)?;
        let epoch = successor(db, book)?.map_or(0, |(_, epoch)| epoch) + 1;
        let mut years = leased_years(db, book)?;
        if !years.contains(&day.year()) {
            years.push(day.year());
        }
        leases.extend(years.into_iter().map(|year| {
            let after = if year == day.year() { last } else { 0 };
            Lease { book, year, device: device.id.clone(), epoch, after }
        }));
    }
    let mut head = Head::none(&device.id, unsigned(entries)?);
    write(db, &device, &user, &mut head, |writing| {
        writing.enrol_device(request.at, request.device_label)?;
        writing.write(request.at, Event::Restored { from, entries: unsigned(length)? })?;
        for lease in leases {
            writing.write(request.at, Event::LeaseTaken { lease })?;
        }
        Ok(())
    })?;
    Book::ALL
        .iter()
        .map(|book| {
            let series = book.series(day);
            Ok(LastNumber { series, last: last_number(db, series)? })
        })
        .collect()
}
