//! Backups that are tried when they are made.
//!
//! A backup is a folder: `ledger.db` (SQLCipher, same key, consistent), `keys.json`, the sealed files of
//! `contents` as they are, `contents.txt` with the digest, length and name of each of them, and
//! `manifest.json` with the digests of the other three. It holds no device key, see [`crate::restore`].
//!
//! A large ledger takes minutes to copy to a stick, and the counter works meanwhile: see [`BackupJob`].

use std::{
    fs,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use jiff::Timestamp;
use office::{
    backup::BackupPlan,
    entry::{ContentHash, DeviceId, Event, EventKind, Seen},
};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Ledger, LedgerError, Result, blob,
    carry::carry_over,
    chain::content_hash,
    check::{check_database, check_pages},
    contents::{Contents, LARGEST_FILE, Name, read_at_most},
    copying::{CopyGuard, Copying},
    findings::{CheckReport, FindingCount, FindingKind},
    folder::{database_file, keys_file, sync_files},
    head::newest,
    key::DatabaseKey,
    keyring::{Keyring, sync_folder, write_whole},
    private,
    roles::require,
    schema::{self, AUTOCHECKPOINT, Durability, log_of},
    walk::{Source, Watch},
};

const FILES: [&str; 3] = ["ledger.db", "keys.json", CONTENTS];
const CONTENTS: &str = "contents.txt";
const MANIFEST: &str = "manifest.json";

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
    /// The newest of them.
    pub head: Seen,
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

    fn bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
            .map_err(|_| LedgerError::BackupDamaged { place: MANIFEST.into() })
    }

    /// SHA-256 of its file.
    fn content_hash(&self) -> Result<ContentHash> {
        Ok(content_hash(&self.bytes()?))
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

/// How far a backup or a restore is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupProgress {
    /// Bytes copied, of all.
    Copying(u64, u64),
    /// Entries of the copy checked, of all.
    Trying(u64, u64),
}

/// A backup that is to be made, on any thread, while the ledger goes on.
///
/// Commits go to the log alone until [`Ledger::end_backup`]: the database file stands still and is copied
/// as it is. A ledger that is closed meanwhile stops the copying first, as closing writes the log into the
/// file.
pub struct BackupJob {
    /// The office's folder.
    live: PathBuf,
    target: PathBuf,
    at: Timestamp,
    device: DeviceId,
    entries: u64,
    key: DatabaseKey,
    keyring: Keyring,
    copying: Arc<Copying>,
    log: Log,
}

/// What became of the log before the copying.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Log {
    /// The file holds all of it.
    Written,
    /// There was no room for it in the file: it is copied beside.
    Beside,
    /// It is damaged; what can be read of it is copied beside.
    Damaged,
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
        let made = self.begin_backup(target, at)?.run(&|_| ControlFlow::Continue(()));
        self.end_backup(at, &made)?;
        made
    }

    /// Begins a backup that [`BackupJob::run`] makes elsewhere; [`Ledger::end_backup`] ends it. Into the
    /// folder that the office's plan names it may go in anybody's session: whoever made the plan decided so.
    ///
    /// # Errors
    /// [`LedgerError::BackupRuns`], [`LedgerError::NotAllowed`], [`LedgerError::ClockBack`].
    pub fn begin_backup(&mut self, target: &Path, at: Timestamp) -> Result<BackupJob> {
        self.copying.require_rest()?;
        let plan = self.backup_plan()?.folder;
        if plan.is_empty() || target.parent() != Some(Path::new(&plan)) {
            require(&self.user.roles, EventKind::BackupMade.roles())?;
        }
        self.head.require_clock(at)?;
        // The file must not change while it is copied.
        self.mover = None;
        let written = self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        let log = match written.map_err(LedgerError::from) {
            Err(LedgerError::Damaged { .. }) => Log::Damaged,
            Err(LedgerError::DiskFull) => Log::Beside,
            done => {
                done?;
                Log::Written
            }
        };
        self.db.query_row("PRAGMA wal_autocheckpoint = 0", [], |_| Ok(()))?;
        self.settle_contents();
        let copying = Arc::<Copying>::default();
        self.copying = CopyGuard(Some(copying.clone()));
        Ok(BackupJob {
            live: self.folder.office(),
            target: target.to_owned(),
            at,
            device: self.device.id.clone(),
            entries: self.head.entries,
            key: self.key.clone(),
            keyring: self.keyring.clone(),
            copying,
            log,
        })
    }

    /// Ends a backup: the ledger writes its log into its file again, and an entry tells of what was made.
    pub fn end_backup(&mut self, at: Timestamp, made: &Result<Manifest>) -> Result<()> {
        self.copying = CopyGuard::default();
        self.db.query_row(AUTOCHECKPOINT, [], |_| Ok(()))?;
        self.settle_contents();
        let Ok(manifest) = made else { return Ok(()) };
        let event = Event::BackupMade {
            entries: manifest.entries,
            head: manifest.head.clone(),
            manifest: manifest.content_hash()?,
        };
        let told = self.write_own(at, event);
        // A damaged ledger may refuse the entry, and so may a full disk; the backup counts more.
        match told {
            Err(LedgerError::DiskFull) => Ok(()),
            Err(error) if manifest.findings.is_empty() => Err(error),
            _ => Ok(()),
        }
    }

    /// When and how old the newest backup is that this ledger knows of.
    pub fn last_backup(&self) -> Result<Option<Timestamp>> {
        Ok(self.newest_of(EventKind::BackupMade, 1)?.pop().map(|(_, entry)| entry.envelope.at))
    }

    /// The office's plan for backups.
    pub fn backup_plan(&self) -> Result<BackupPlan> {
        match self.newest_of(EventKind::BackupPlanned, 1)?.pop().map(|(_, entry)| entry.what) {
            Some(Event::BackupPlanned { plan }) => Ok(*plan),
            _ => Ok(BackupPlan::default()),
        }
    }
}

impl BackupJob {
    /// Makes the backup and tries it. `watch` hears how far it is and may end it.
    ///
    /// # Errors
    /// Those of [`Ledger::backup`], [`LedgerError::NoTarget`] and [`LedgerError::Stopped`]; then nothing is
    /// left of it.
    pub fn run(self, watch: &dyn Fn(BackupProgress) -> ControlFlow<()>) -> Result<Manifest> {
        require_free(&self.target)?;
        let part = part_folder(&self.target)?;
        let made = self.copy_and_try(&part, watch);
        let published = made.and_then(|manifest| {
            require_free(&self.target)?;
            if self.target.exists() {
                fs::remove_dir(&self.target)?;
            }
            fs::rename(&part, &self.target)?;
            sync_folder(Some(above(&self.target)))?;
            Ok(manifest)
        });
        if published.is_err() {
            let _ = fs::remove_dir_all(&part);
        }
        published
    }

    fn copy_and_try(
        &self,
        part: &Path,
        watch: &dyn Fn(BackupProgress) -> ControlFlow<()>,
    ) -> Result<Manifest> {
        let told = |progress| match watch(progress) {
            ControlFlow::Continue(()) if !self.copying.stop.load(Ordering::Relaxed) => Ok(()),
            _ => Err(LedgerError::Stopped),
        };
        let trying = |entries| told(BackupProgress::Trying(entries, self.entries));
        let (live, file) = (database_file(&self.live), database_file(part));
        {
            let _reading = self.copying.reading.lock();
            copy_watched(&live, &file, &told)?;
            if self.log != Log::Written && log_of(&live).exists() {
                copy_watched(&log_of(&live), &log_of(&file), &told)?;
            }
        }
        let mut findings = self.settle(part, &file, &trying)?;
        self.keyring.write(&keys_file(part))?;
        let copy = schema::connect_existing(&file, &self.key)?;
        let contents = Contents::of(part);
        copy_contents(&copy, &Contents::of(&self.live), &contents, part, &told)?;
        let scratch = part.join("rebuild.db");
        let (report, _) = check_database(&copy, &contents, &self.key, &scratch, &trying)?;
        let head = newest(&copy)?;
        drop(copy);
        for found in report.counts {
            if findings.iter().all(|known: &FindingCount| known.kind != found.kind) {
                findings.push(found);
            }
        }
        let files = FILES.iter().map(|name| describe(part, name)).collect::<Result<_>>()?;
        let manifest = Manifest {
            version: 1,
            made_at: self.at,
            device: self.device.clone(),
            entries: report.entries,
            head,
            files,
            findings,
        };
        write_whole(&part.join(MANIFEST), &manifest.bytes()?)?;
        sync_files(part)?;
        Ok(manifest)
    }

    /// Takes the device's key out of the copy. Where its pages are damaged, what can be read of it is carried
    /// over into a new file: a connection reads nothing beyond a damaged page.
    fn settle(&self, part: &Path, file: &Path, watch: Watch<'_>) -> Result<Vec<FindingCount>> {
        let mut seen = CheckReport::default();
        if self.log == Log::Damaged {
            seen.find(FindingKind::File, "nhật ký chưa ghép vào tệp".into());
        }
        match schema::connect(file, &self.key, Durability::Durable) {
            Ok(copy) => {
                check_pages(&copy, &mut seen)?;
                if seen.counts.is_empty() {
                    blob::erase(&copy, "DELETE FROM secret", [])?;
                    blob::erase(&copy, "DELETE FROM file WHERE gone", [])?;
                    return Ok(Vec::new());
                }
            }
            Err(LedgerError::Damaged { .. }) => {
                seen.find(FindingKind::File, "tệp không mở được".into());
            }
            Err(error) => return Err(error),
        }
        let damaged = part.join("damaged.db");
        fs::rename(file, &damaged)?;
        if log_of(file).exists() {
            fs::rename(log_of(file), log_of(&damaged))?;
        }
        let report = {
            let copy = schema::connect(file, &self.key, Durability::Scratch)?;
            schema::create(&copy)?;
            let contents = Contents::of(&self.live);
            carry_over(&mut Source::open(&damaged, &self.key)?, &contents, &copy, watch)?
        };
        for gone in [log_of(&damaged), damaged] {
            match fs::remove_file(gone) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        seen.counts.extend(report.counts);
        Ok(seen.counts)
    }
}

/// The folder in which a path lies; a bare name lies in the working folder.
fn above(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn require_free(target: &Path) -> Result<()> {
    let taken = target.exists() && (!target.is_dir() || fs::read_dir(target)?.next().is_some());
    if taken { Err(LedgerError::TargetNotEmpty) } else { Ok(()) }
}

/// Bytes copied at a step.
const STEP: u64 = 1024 * 1024;

/// Copies bytes alone: a read-only medium would make a read-only copy.
pub(crate) fn copy_watched(
    from: &Path,
    to: &Path,
    told: &dyn Fn(BackupProgress) -> Result<()>,
) -> Result<()> {
    let (mut source, mut copy) = (fs::File::open(from)?, private::create(to)?);
    let all = source.metadata()?.len();
    let mut done = 0;
    loop {
        told(BackupProgress::Copying(done, all.max(done)))?;
        match io::copy(&mut (&mut source).take(STEP), &mut copy)? {
            0 => return Ok(()),
            more => done += more,
        }
    }
}

/// Copies the files of contents into a backup and lists them. One that cannot be read is left out: the trial of
/// the copy tells that it is missing.
fn copy_contents(
    db: &Connection,
    live: &Contents,
    copy: &Contents,
    part: &Path,
    told: &dyn Fn(BackupProgress) -> Result<()>,
) -> Result<()> {
    let all = "SELECT coalesce(sum(size), 0) FROM file WHERE NOT gone";
    let all: i64 = db.query_row(all, [], |row| row.get(0)).unwrap_or_default();
    let (mut done, all) = (0, u64::try_from(all).unwrap_or_default());
    let mut list = BufWriter::new(private::create(&contents_list(part))?);
    blob::each_filed(db, |filed| {
        told(BackupProgress::Copying(done, all.max(done)))?;
        done += filed.size as u64;
        let Ok(sealed) = live.sealed(&filed) else { return Ok(()) };
        let name = filed.name();
        copy.copy_in(name, &sealed)?;
        let digest = content_hash(&sealed).0;
        Ok(writeln!(list, "{digest} {} {name}", sealed.len())?)
    })?;
    Ok(list.flush()?)
}

/// Brings the files that a backup lists. One that is missing or not as it was listed is left out: whoever carries
/// the database over finds that its content is lost.
pub(crate) fn bring_contents(
    list: &Path,
    backup: &Contents,
    fresh: &Contents,
    told: &dyn Fn(BackupProgress) -> Result<()>,
) -> Result<()> {
    let (mut done, mut all) = (0, 0);
    read_list(list, |listed| {
        all += listed.bytes as u64;
        Ok(())
    })?;
    read_list(list, |listed| {
        told(BackupProgress::Copying(done, all))?;
        done += listed.bytes as u64;
        match read_at_most(&backup.place(listed.name), listed.bytes) {
            Ok(sealed) if content_hash(&sealed).0 == listed.digest => {
                fresh.copy_in(listed.name, &sealed)
            }
            _ => Ok(()),
        }
    })
}

/// A line of the list of contents.
struct Listed<'a> {
    digest: &'a str,
    bytes: usize,
    name: Name,
}

fn read_list(list: &Path, mut with: impl FnMut(Listed<'_>) -> Result<()>) -> Result<()> {
    let damaged = || LedgerError::BackupDamaged { place: CONTENTS.into() };
    let mut list = BufReader::new(fs::File::open(list)?);
    let mut line = String::new();
    while (&mut list).take(LONGEST_LINE).read_line(&mut line).map_err(|_| damaged())? > 0 {
        let mut words = line.trim_end().split(' ');
        let (Some(digest), Some(bytes), Some(name), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(damaged());
        };
        let bytes = bytes.parse().ok().filter(|bytes| *bytes <= LARGEST_FILE);
        let name = Name::parse(name).ok_or_else(damaged)?;
        with(Listed { digest, bytes: bytes.ok_or_else(damaged)?, name })?;
        line.clear();
    }
    Ok(())
}

/// Longest line of the list of contents.
const LONGEST_LINE: u64 = 200;

/// The list of a backup's contents.
pub(crate) fn contents_list(backup: &Path) -> PathBuf {
    backup.join(CONTENTS)
}

/// A sibling of the target, empty, in which the backup is made. The folder above must be there: a stick
/// that was pulled out must not become a folder on the disk.
fn part_folder(target: &Path) -> Result<PathBuf> {
    if !above(target).is_dir() {
        return Err(LedgerError::NoTarget { place: above(target).display().to_string() });
    }
    let mut name =
        target.file_name().ok_or(io::Error::from(io::ErrorKind::InvalidInput))?.to_owned();
    name.push(".part");
    let part = target.with_file_name(name);
    if part.exists() {
        fs::remove_dir_all(&part)?;
    }
    private::make_folder(&part)?;
    Ok(part)
}

pub(crate) fn read_manifest(backup: &Path) -> Result<Manifest> {
    let damaged = || LedgerError::BackupDamaged { place: MANIFEST.into() };
    let mut text = Vec::new();
    let file = fs::File::open(backup.join(MANIFEST)).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            LedgerError::NoBackup { place: backup.display().to_string() }
        }
        kind => LedgerError::Files(kind),
    })?;
    file.take(64 * 1024).read_to_end(&mut text)?;
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
