//! Backups that are tried when they are made.
//!
//! A backup is a folder: `ledger.db` (SQLCipher, same key, consistent), `keys.json` and `manifest.json`
//! with digests. It holds no device key, see [`crate::restore`].

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use office::entry::{DeviceId, Event};
use rusqlite::backup::{Backup, StepResult};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Ledger, LedgerError, Result,
    carry::carry_over,
    check::{CheckReport, FindingCount, check_database, check_pages},
    folder::{database_file, keys_file, sync_files},
    keyring::{sync_folder, write_whole},
    restore::copy_bytes,
    roles::{EventKind, require},
    schema::{self, Durability},
    walk::Source,
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
    /// What was wrong with the ledger already when it was backed up, by kind; empty when all was well.
    #[serde(default)]
    pub findings: Vec<FindingCount>,
}

impl Manifest {
    /// How many findings the backup was made with.
    pub fn finding_count(&self) -> u64 {
        self.findings.iter().fold(0, |sum, found| sum.saturating_add(found.count))
    }
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

impl Ledger {
    /// Writes a backup into `target`, a new or empty folder, and tries it: the copy is opened and
    /// checked whole before it gets its name. A damaged ledger is backed up as it is, because the copy
    /// may be all that is left tomorrow: [`Manifest::findings`] then tells what is wrong, and the caller
    /// must say so.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::TargetNotEmpty`], [`LedgerError::DiskFull`],
    /// [`LedgerError::ClockBack`]; then nothing is left in `target`.
    pub fn backup(&mut self, target: &Path, at: Timestamp) -> Result<Manifest> {
        require(&self.user.roles, EventKind::BackupMade.roles())?;
        self.head.require_clock(at)?;
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
            // A bare name lies in the working folder.
            let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty());
            sync_folder(Some(parent.unwrap_or(Path::new("."))))?;
            Ok(manifest)
        });
        if published.is_err() {
            let _ = fs::remove_dir_all(&part);
        }
        let manifest = published?;
        let told = self.write_own(at, Event::BackupMade { entries: manifest.entries });
        // A damaged ledger may refuse the entry; its backup counts more.
        if manifest.findings.is_empty() {
            told?;
        }
        Ok(manifest)
    }

    fn copy_and_try(&self, part: &Path, at: Timestamp) -> Result<Manifest> {
        let file = database_file(part);
        let mut seen = CheckReport::default();
        check_pages(&self.db, &mut seen)?;
        let mut findings = seen.counts;
        // Copied by pages, all that follows a damaged page would be lost with it.
        if findings.is_empty() {
            self.copy_pages(&file)?;
        } else {
            findings.extend(self.copy_records(part, &file)?);
        }
        self.keyring.write(&keys_file(part))?;
        let report = check_database(
            &schema::connect_existing(&file, &self.key)?,
            &self.key,
            &self.folder.office().join("rebuild.db"),
        )?;
        for found in report.counts {
            if findings.iter().all(|known: &FindingCount| known.kind != found.kind) {
                findings.push(found);
            }
        }
        let files = FILES.iter().map(|name| describe(part, name)).collect::<Result<_>>()?;
        let manifest = Manifest {
            version: 1,
            made_at: at,
            device: self.device.id.clone(),
            entries: report.entries,
            files,
            findings,
        };
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|_| LedgerError::BackupDamaged { place: MANIFEST.into() })?;
        write_whole(&part.join(MANIFEST), &text)?;
        sync_files(part)?;
        Ok(manifest)
    }

    fn copy_pages(&self, file: &Path) -> Result<()> {
        let mut copy = schema::connect(file, &self.key, Durability::Scratch)?;
        let backup = Backup::new(&self.db, &mut copy)?;
        while backup.step(STEP)? == StepResult::More {}
        drop(backup);
        copy.pragma_update(None, "secure_delete", "ON")?;
        copy.execute("DELETE FROM secret", [])?;
        Ok(())
    }

    /// Carries over what can be read of a database with damaged pages.
    fn copy_records(&self, part: &Path, file: &Path) -> Result<Vec<FindingCount>> {
        let (damaged, log) = (part.join("damaged.db"), "-wal");
        let with_log = |file: &Path| {
            let mut name = file.as_os_str().to_owned();
            name.push(log);
            PathBuf::from(name)
        };
        let live = self.folder.database();
        copy_bytes(&live, &damaged)?;
        if with_log(&live).exists() {
            copy_bytes(&with_log(&live), &with_log(&damaged))?;
        }
        let report = {
            let copy = schema::connect(file, &self.key, Durability::Scratch)?;
            schema::create(&copy)?;
            carry_over(&mut Source::open(&damaged, &self.key)?, &copy)?
        };
        fs::remove_file(&damaged)?;
        Ok(report.counts)
    }
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

pub(crate) fn read_manifest(backup: &Path) -> Result<Manifest> {
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

pub(crate) fn describe(folder: &Path, name: &str) -> Result<ManifestFile> {
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
