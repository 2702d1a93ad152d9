//! Backups that are tried when they are made, and a restore that shows itself only when it is whole.
//!
//! A backup is a folder: `ledger.db` (SQLCipher, same key, consistent), `keys.json` and `manifest.json`
//! with digests. It holds no device key: a restored copy enrols as a new device and takes the books
//! under a new epoch, so it can never repeat an old (device, sequence) or issue under an old lease.
//!
//! What the lost machine wrote after its last backup is unknown here. The restore says which numbers
//! the backup ends with; the head compares them with paper and gives the last number on paper where it
//! is higher. That number is then part of the signed lease, and the gap is explained for ever.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use office::{
    book::{Book, Lease},
    entry::{DeviceId, Event, UserName},
};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Ledger, LedgerError, Result,
    chain::DeviceKey,
    check::check_database,
    folder::{Folder, database_file, keys_file, sync_files},
    key::DatabaseKey,
    keyring::{Keyring, write_whole},
    number::holder,
    project::last_number,
    read::LastNumber,
    roles::{EventKind, require},
    schema::{self, Durability},
    store::{Head, active_user, unsigned, write},
};

const FILES: [&str; 2] = ["ledger.db", "keys.json"];
const MANIFEST: &str = "manifest.json";
/// Pages copied at a step.
const STEP: i32 = 4096;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Form of this manifest: 1.
    pub version: u32,
    /// When the backup was made.
    pub made_at: Timestamp,
    /// The device that made it.
    pub device: DeviceId,
    /// Entries that it holds.
    pub entries: u64,
    /// Its files.
    pub files: Vec<ManifestFile>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Name.
    pub name: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256, 64 hex digits.
    pub sha256: String,
}

/// What a restore takes.
pub struct Restore<'a> {
    /// Head or security administrator of the backed-up office.
    pub user: &'a UserName,
    /// Their password at the time of the backup.
    pub password: &'a str,
    /// What users call this machine.
    pub device_label: &'a str,
    /// The last number on paper of books that went on after the backup.
    pub last_on_paper: &'a [(Book, u32)],
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
}

impl Ledger {
    /// Writes a backup into `target`, a new or empty folder, and tries it: the copy is opened and
    /// checked whole before it gets its name.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::TargetNotEmpty`], [`LedgerError::DiskFull`],
    /// [`LedgerError::BackupDamaged`] when the copy fails its check; then nothing is left in `target`.
    pub fn backup(&mut self, target: &Path, at: Timestamp) -> Result<Manifest> {
        require(&self.user.roles, EventKind::BackupMade.roles())?;
        if target.exists() && (!target.is_dir() || fs::read_dir(target)?.next().is_some()) {
            return Err(LedgerError::TargetNotEmpty);
        }
        let part = part_folder(target)?;
        let made = self.copy_and_try(&part, at);
        let published = made.and_then(|manifest| {
            if target.exists() {
                fs::remove_dir(target)?;
            }
            fs::rename(&part, target)?;
            Ok(manifest)
        });
        if published.is_err() {
            let _ = fs::remove_dir_all(&part);
        }
        let manifest = published?;
        self.write_own(at, Event::BackupMade { entries: manifest.entries })?;
        Ok(manifest)
    }

    fn copy_and_try(&self, part: &Path, at: Timestamp) -> Result<Manifest> {
        let file = database_file(part);
        {
            let mut copy = schema::connect(&file, &self.key, Durability::Scratch)?;
            let backup = Backup::new(&self.db, &mut copy)?;
            while backup.step(STEP)? == StepResult::More {}
            drop(backup);
            copy.pragma_update(None, "secure_delete", "ON")?;
            copy.execute("DELETE FROM secret", [])?;
        }
        self.keyring.write(&keys_file(part))?;
        {
            let copy = schema::connect_existing(&file, &self.key)?;
            let report =
                check_database(&copy, &self.key, &self.folder.office().join("rebuild.db"))?;
            if let Some(finding) = report.findings.first() {
                return Err(LedgerError::BackupDamaged { place: finding.sentence.clone() });
            }
        }
        let files = FILES.iter().map(|name| describe(part, name)).collect::<Result<_>>()?;
        let manifest = Manifest {
            version: 1,
            made_at: at,
            device: self.device.id.clone(),
            entries: self.head.entries,
            files,
        };
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|_| LedgerError::BackupDamaged { place: MANIFEST.into() })?;
        write_whole(&part.join(MANIFEST), &text)?;
        sync_files(part)?;
        Ok(manifest)
    }

    /// Brings a backup back into a data folder that holds no office.
    ///
    /// # Errors
    /// [`LedgerError::ExistsAlready`], [`LedgerError::BackupDamaged`], [`LedgerError::WrongPassword`],
    /// [`LedgerError::NotAllowed`], [`LedgerError::DiskFull`]; then the data folder holds no office, as
    /// before.
    pub fn restore(
        backup: &Path,
        data: &Path,
        request: &Restore<'_>,
    ) -> Result<(Ledger, RestoreReport)> {
        let manifest = read_manifest(backup)?;
        let folder = Folder::lock(data)?;
        let fresh = folder.fresh()?;
        let restored = restore_into(&fresh, backup, &manifest, request, &folder);
        if restored.is_err() {
            let _ = fs::remove_dir_all(&fresh);
        }
        let (keyring, key, numbers) = restored?;
        let ledger = Self::start(folder, keyring, key, request.user)?;
        Ok((
            ledger,
            RestoreReport { entries: manifest.entries, made_at: manifest.made_at, numbers },
        ))
    }

    /// Goes on in a book after the last number on paper, where that is higher than what the ledger
    /// knows: a new lease that says so. For the head, after a restore.
    pub fn continue_after(&mut self, at: Timestamp, book: Book, last_on_paper: u32) -> Result<()> {
        require(&self.user.roles, EventKind::LeaseTaken.roles())?;
        let day = crate::local_day(at);
        let known = last_number(&self.db, book.series(day))?;
        match holder(&self.db, book, day.year())? {
            Some((device, epoch)) if device == self.device.id && last_on_paper > known => {
                let lease = Lease {
                    book,
                    year: day.year(),
                    device,
                    epoch: epoch + 1,
                    after: last_on_paper,
                };
                self.write_own(at, Event::LeaseTaken { lease })?;
                Ok(())
            }
            _ => Err(LedgerError::WrongNumbers),
        }
    }
}

fn restore_into(
    fresh: &Path,
    backup: &Path,
    manifest: &Manifest,
    request: &Restore<'_>,
    folder: &Folder,
) -> Result<(Keyring, DatabaseKey, Vec<LastNumber>)> {
    for file in &manifest.files {
        fs::copy(backup.join(&file.name), fresh.join(&file.name))?;
        if describe(fresh, &file.name)? != *file {
            return Err(LedgerError::BackupDamaged { place: file.name.clone() });
        }
    }
    let keys = keys_file(fresh);
    let mut keyring = Keyring::read(&keys)
        .map_err(|_| LedgerError::BackupDamaged { place: "keys.json".into() })?;
    let key = keyring.unlock(&keys, request.user, request.password, request.at)?;
    let numbers = {
        let mut db = schema::connect_existing(&database_file(fresh), &key)?;
        let report = check_database(&db, &key, &fresh.join("rebuild.db"))?;
        if let Some(finding) = report.findings.first() {
            return Err(LedgerError::BackupDamaged { place: finding.sentence.clone() });
        }
        begin_anew(&mut db, request)?
    };
    folder.publish(fresh)?;
    Ok((keyring, key, numbers))
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
    let mut leases = Vec::new();
    let device = DeviceKey::random()?;
    for book in Book::ALL {
        let known = last_number(db, book.series(day))?;
        let on_paper =
            request.last_on_paper.iter().filter(|(b, _)| *b == book).map(|(_, last)| *last).max();
        let after = on_paper.filter(|last| *last > known).unwrap_or(0);
        let epoch = holder(db, book, day.year())?.map_or(0, |(_, epoch)| epoch) + 1;
        leases.push(Lease { book, year: day.year(), device: device.id.clone(), epoch, after });
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

/// A sibling of the target, empty, in which the backup is made.
fn part_folder(target: &Path) -> Result<PathBuf> {
    let mut name =
        target.file_name().ok_or(io::Error::from(io::ErrorKind::InvalidInput))?.to_owned();
    name.push(".part");
    let part = target.with_file_name(name);
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    fs::create_dir_all(&part)?;
    Ok(part)
}

fn read_manifest(backup: &Path) -> Result<Manifest> {
    let damaged = || LedgerError::BackupDamaged { place: MANIFEST.into() };
    let mut text = Vec::new();
    fs::File::open(backup.join(MANIFEST))
        .map_err(|_| damaged())?
        .take(64 * 1024)
        .read_to_end(&mut text)?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| damaged())?;
    let named = manifest.files.iter().map(|file| file.name.as_str());
    if manifest.version != 1 {
        Err(LedgerError::Newer { found: manifest.version.into(), known: 1 })
    } else if named.eq(FILES) {
        Ok(manifest)
    } else {
        Err(damaged())
    }
}

fn describe(folder: &Path, name: &str) -> Result<ManifestFile> {
    let mut file = fs::File::open(folder.join(name))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        digest.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok(ManifestFile { name: name.into(), bytes, sha256: hex::encode(digest.finalize()) })
}
