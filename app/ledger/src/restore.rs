//! A restore that shows itself only when it is whole.
//!
//! The records are carried over into a new file and the read models rebuilt from the entries, so that
//! damage to tables that only repeat what entries say never stands in the way. The restored copy enrols
//! as a new device: it can never repeat an old (device, sequence).
//!
//! What the lost machine wrote after its last backup is unknown here; only paper tells its last numbers. So
//! every book waits, see [`crate::number`], until somebody compared it with paper: then the copy takes the
//! book under a new epoch, after that number. It is part of the signed lease, and the gap is explained for
//! ever. Everything else works at once.

use std::{fs, ops::ControlFlow, path::Path};

use jiff::{Timestamp, civil::Date};
use office::{
    backup::WhyRestored,
    book::{Book, BookId, Lease},
    entry::{DeviceId, Event, EventKind, OfficeId, User, UserName},
};
use rusqlite::Connection;
use serde::Serialize;

use crate::{
    Ledger, LedgerError, Result,
    backup::{
        BackupProgress, Manifest, bring_contents, contents_list, copy_watched, describe,
        read_manifest,
    },
    blob, book,
    carry::carry_over,
    chain::DeviceKey,
    contents::Contents,
    findings::{CheckReport, FindingCount, LastNumber},
    folder::{Folder, Home, Present, database_file, keys_file},
    head::{Head, newest},
    key::DatabaseKey,
    keyring::Keyring,
    lease::next_epoch,
    lock::Opened,
    moving,
    number::after_paper,
    private,
    roles::{HEADS, require},
    schema::{self, Durability},
    series::{last_number, leased_years, successor, waits},
    store::{active_user, lock_existing, own_device, require_keys, settle_keys, write},
    take::branch::tags,
    upgrade::{self, Rebuilding},
    walk,
};

/// What a restore takes.
pub struct Restore<'a> {
    /// Head or security administrator of the backed-up office.
    pub user: &'a UserName,
    /// Their password at the time of the backup.
    pub password: &'a str,
    /// What users call this machine.
    pub device_label: &'a str,
    /// Restore what can be read although something is wrong with it.
    pub accept_findings: bool,
    /// What becomes of the office that the data folder holds.
    pub present: Present,
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
    /// The books that wait, with the last numbers that the backup knows.
    pub numbers: Vec<LastNumber>,
    /// What is wrong with what came back, by kind; only where findings were accepted.
    pub findings: Vec<FindingCount>,
}

/// A restored folder before it is opened.
struct Restored {
    keyring: Keyring,
    key: DatabaseKey,
    head: Head,
    report: RestoreReport,
}

impl Ledger {
    /// Brings a backup back into a data folder. An office that is there already is in the way, or is kept
    /// beside the restored one.
    ///
    /// # Errors
    /// [`LedgerError::ExistsAlready`], [`LedgerError::NoBackup`], [`LedgerError::BackupDamaged`],
    /// [`LedgerError::BackupHasFindings`], [`LedgerError::ClockBeforeBackup`],
    /// [`LedgerError::WrongPassword`], [`LedgerError::StaleKeys`], [`LedgerError::NotAllowed`],
    /// [`LedgerError::DiskFull`]; then the data folder is as before.
    pub fn restore<'a>(
        backup: &Path,
        home: impl Into<Home<'a>>,
        request: &Restore<'_>,
    ) -> Result<(Ledger, RestoreReport)> {
        Self::restore_watched(backup, home, request, &|_| ControlFlow::Continue(()))
    }

    /// [`Ledger::restore`], which tells `watch` how far it is and may be ended by it.
    pub fn restore_watched<'a>(
        backup: &Path,
        home: impl Into<Home<'a>>,
        request: &Restore<'_>,
        watch: &dyn Fn(BackupProgress) -> ControlFlow<()>,
    ) -> Result<(Ledger, RestoreReport)> {
        let manifest = read_manifest(backup)?;
        if request.at < manifest.made_at {
            return Err(LedgerError::ClockBeforeBackup { made_at: manifest.made_at });
        }
        if !manifest.findings.is_empty() && !request.accept_findings {
            return Err(LedgerError::BackupHasFindings { count: manifest.finding_count() });
        }
        let folder = Folder::lock(home.into())?;
        let fresh = folder.fresh(request.present)?;
        let source = Source {
            folder: backup,
            manifest: &manifest,
            user: request.user,
            password: request.password,
            at: request.at,
            accept_findings: request.accept_findings,
        };
        let restored =
            restore_into(&fresh, &source, request.device_label, watch).and_then(|restored| {
                folder.publish(&fresh, &restored.head.device, restored.head.known(), request.at)?;
                Ok(restored)
            });
        if restored.is_err() {
            let _ = fs::remove_dir_all(&fresh);
        }
        let Restored { keyring, key, report, .. } = restored?;
        let ledger = Self::start(folder, keyring, key, request.user)?;
        Ok((ledger, report))
    }

    /// Opens a ledger that no witness vouches for ([`LedgerError::EntriesLost`], [`LedgerError::NoWitness`]): the
    /// head says in an entry that the office goes on with it. Nobody knows what is missing, so it goes on as a
    /// restored copy does: with a new device, and every book waits.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`] for whoever is not head, and the others of [`Ledger::open`].
    pub fn open_older<'a>(
        home: impl Into<Home<'a>>,
        user: &UserName,
        password: &str,
        at: Timestamp,
        watch: &dyn Fn(Rebuilding),
    ) -> Result<Ledger> {
        let folder = lock_existing(home.into())?;
        let mut keyring = Keyring::read(&folder.keys())?;
        let opened = keyring.unlock(&folder.keys(), user, password, at)?;
        let key = moving::settle(&folder, &mut keyring, opened)?;
        begin_older(&folder, &keyring, &key, user, at, watch)?;
        Self::enter(folder, keyring, key, user, at, watch)
    }

    /// The books that wait for their last number on paper, with the last number that the ledger knows of the
    /// series that runs now.
    pub fn waiting_books(&self, at: Timestamp) -> Result<Vec<LastNumber>> {
        let mut waiting = Vec::new();
        for book in self.books()? {
            let series = book.series(crate::local_day(at));
            if waits(&self.db, series)? {
                let last = last_number(&self.db, series)?;
                waiting.push(LastNumber { label: book.label, series, last });
            }
        }
        Ok(waiting)
    }

    /// Whether the logged-in user may say what stands on paper: see [`Ledger::continue_after`].
    pub fn may_confirm_numbers(&self) -> bool {
        require(&self.user.roles, EventKind::Restored.roles()).is_ok()
    }

    /// Goes on in a book after the last number on paper, in the series that runs now: a new lease that says
    /// so. A book that waits after a restore is free from then on; there 0 says that nothing was issued beyond
    /// what the ledger knows, and whoever may restore may tell it. Any other book only the head moves on, and
    /// only forward. Numbers more than 1,000 beyond the known ones are taken only with `accept_jump`.
    ///
    /// # Errors
    /// [`LedgerError::NumberBelowKnown`], [`LedgerError::NumberJump`], [`LedgerError::BookNotWaiting`],
    /// [`LedgerError::NoLease`], [`LedgerError::NotAllowed`], [`LedgerError::ClockBack`].
    pub fn continue_after(
        &mut self,
        at: Timestamp,
        book: BookId,
        last_on_paper: u32,
        accept_jump: bool,
    ) -> Result<()> {
        let day = crate::local_day(at);
        let kept = self.book(book)?;
        let series = kept.series(day);
        let waits = waits(&self.db, series)?;
        let kind = if waits { EventKind::Restored } else { EventKind::LeaseTaken };
        require(&self.user.roles, kind.roles())?;
        let known = last_number(&self.db, series)?;
        let after = after_paper(&kept.label, known, last_on_paper, accept_jump)?;
        if after == 0 && !waits {
            return Err(match last_on_paper {
                0 => LedgerError::BookNotWaiting { book, label: kept.label },
                given => LedgerError::NumberBelowKnown { book: kept.label, known, given },
            });
        }
        let epoch = match successor(&self.db, book)? {
            Some((device, epoch)) if waits || device == self.device.id => next_epoch(epoch)?,
            None if waits => 1,
            _ => return Err(LedgerError::NoLease { book: kept.label }),
        };
        // Years that a clock ahead of time opened go along.
        let later = leased_years(&self.db, book)?.into_iter().filter(|year| *year > day.year());
        let leases: Vec<Lease> = std::iter::once((day.year(), after))
            .chain(later.map(|year| (year, 0)))
            .map(|(year, after)| {
                let device = self.device.id.clone();
                Lease { book, year, day: series.day, device, epoch, after }
            })
            .collect();
        self.transact(|writing| {
            for lease in leases {
                writing.write(at, Event::LeaseTaken { lease })?;
            }
            Ok(())
        })
    }
}

/// What is brought back, and for whom.
pub(crate) struct Source<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) manifest: &'a Manifest,
    pub(crate) user: &'a UserName,
    pub(crate) password: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) accept_findings: bool,
}

/// A copy that was brought back and that no device writes in yet.
pub(crate) struct Back {
    pub(crate) db: Connection,
    pub(crate) contents: Contents,
    pub(crate) keyring: Keyring,
    pub(crate) key: DatabaseKey,
    /// What the walk through it found.
    found: CheckReport,
}

/// Brings a backup into the empty folder `fresh`: its files are copied and compared, its records carried over
/// into a new database, which has a key of its own.
pub(crate) fn bring_back(
    fresh: &Path,
    source: &Source<'_>,
    watch: &dyn Fn(BackupProgress) -> ControlFlow<()>,
) -> Result<Back> {
    let told = |progress| match watch(progress) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(LedgerError::Stopped),
    };
    let copy = fresh.join("copy");
    private::make_folder(&copy)?;
    for file in &source.manifest.files {
        copy_watched(&source.folder.join(&file.name), &copy.join(&file.name), &told)?;
        if describe(&copy, &file.name)? != *file {
            return Err(LedgerError::BackupDamaged { place: file.name.clone() });
        }
    }
    let damaged = |place: &str| LedgerError::BackupDamaged { place: place.into() };
    let mut keyring = Keyring::read(&keys_file(&copy)).map_err(|_| damaged("keys.json"))?;
    let Opened { key: copied_key, .. } =
        keyring.unlock(&keys_file(&copy), source.user, source.password, source.at)?;
    // A demo office's key is public.
    let key = if keyring.is_demo() { copied_key.clone() } else { copied_key.next()? };
    let contents = Contents::of(fresh);
    bring_contents(&contents_list(&copy), &Contents::of(source.folder), &contents, &told)?;
    let found = {
        let db = schema::connect(&database_file(fresh), &key, Durability::Scratch)?;
        schema::create(&db)?;
        let entries = source.manifest.entries;
        let copied = database_file(&copy);
        let mut walked = walk::Source::open(&copied, &copied_key)?;
        let found = carry_over(&mut walked, &contents, &db, &|walked| {
            told(BackupProgress::Trying(walked, entries))
        })?;
        blob::remove_unnamed(&db, &contents)?;
        found
    };
    fs::remove_dir_all(&copy)?;
    if let Some(finding) = found.findings.first()
        && !source.accept_findings
    {
        return Err(damaged(&finding.sentence));
    }
    let db = schema::connect_existing(&database_file(fresh), &key)?;
    if source.accept_findings && !db.prepare("SELECT 1 FROM slot")?.exists([])? {
        // The table was beyond reading: the manifest's digest vouches for the file.
        settle_keys(&db, &keyring)?;
    }
    require_keys(&db, &keyring, source.user)?;
    if !keyring.is_demo() {
        let ended = moving::seal_next(&mut keyring, &key, &db)?;
        keyring.end_move(true);
        moving::note_changed(&db, &ended)?;
    }
    keyring.write(&keys_file(fresh))?;
    Ok(Back { db, contents, keyring, key, found })
}

fn restore_into(
    fresh: &Path,
    source: &Source<'_>,
    device_label: &str,
    watch: &dyn Fn(BackupProgress) -> ControlFlow<()>,
) -> Result<Restored> {
    let Back { mut db, contents, keyring, key, found } = bring_back(fresh, source, watch)?;
    let user = active_user(&db, source.user)?.ok_or(LedgerError::UnknownUser)?;
    require(&user.roles, EventKind::Restored.roles())?;
    let device = DeviceKey::random(&tags(&db)?)?;
    let lost = &source.manifest.device;
    let beginning =
        Beginning { user: &user, at: source.at, why: WhyRestored::Backup, lost, device_label };
    let (head, numbers) = begin_anew(&mut db, &contents, &device, &beginning)?;
    let report = RestoreReport {
        entries: found.entries,
        made_at: source.manifest.made_at,
        numbers,
        findings: found.counts,
    };
    Ok(Restored { keyring, key, head, report })
}

/// Who begins anew, and why.
pub(crate) struct Beginning<'a> {
    pub(crate) user: &'a User,
    pub(crate) at: Timestamp,
    pub(crate) why: WhyRestored,
    /// The machine whose later entries are unknown.
    pub(crate) lost: &'a DeviceId,
    pub(crate) device_label: &'a str,
}

/// The restored copy becomes a new device; every book waits.
pub(crate) fn begin_anew(
    db: &mut Connection,
    contents: &Contents,
    device: &DeviceKey,
    beginning: &Beginning<'_>,
) -> Result<(Head, Vec<LastNumber>)> {
    let Beginning { user, at, why, lost, device_label } = *beginning;
    let from = newest(db)?;
    let day = crate::local_day(at);
    let mut head = Head::read(db, &device.id)?;
    let office = head.office.clone();
    write(db, contents, device, user, &mut head, |writing| {
        writing.enrol_device(at, device_label)?;
        let books = doubtful(writing.db, &office, lost, day)?;
        let books = books.iter().map(|book| book.id).collect();
        writing.write(at, Event::Restored { lost: lost.clone(), from, why, books })
    })?;
    let waiting = doubtful(db, &office, lost, day)?
        .into_iter()
        .map(|book| {
            let series = book.series(day);
            Ok(LastNumber { label: book.label, series, last: last_number(db, series)? })
        })
        .collect::<Result<_>>()?;
    Ok((head, waiting))
}

/// A ledger that may not be its newest state begins anew where it lies; one that a witness vouches for stays as it
/// is. When this is cut short the next login asks again.
fn begin_older(
    folder: &Folder,
    keyring: &Keyring,
    key: &DatabaseKey,
    user: &UserName,
    at: Timestamp,
    watch: &dyn Fn(Rebuilding),
) -> Result<()> {
    let mut db = schema::connect_existing(&folder.database(), key)?;
    upgrade::upgrade(&db, key, watch)?;
    let lost = own_device(&db)?.id;
    let Some(why) = folder.witnesses(&lost).doubt(&lost, Head::read(&db, &lost)?.sequence) else {
        return Ok(());
    };
    require_keys(&db, keyring, user)?;
    let user = active_user(&db, user)?.ok_or(LedgerError::UnknownUser)?;
    require(&user.roles, HEADS)?;
    let sql = "SELECT label FROM device WHERE id = ?1";
    let label: String = db.query_row(sql, [&lost.0], |row| row.get(0))?;
    let device = DeviceKey::random(&tags(&db)?)?;
    let beginning = Beginning { user: &user, at, why, lost: &lost, device_label: &label };
    let contents = Contents::of(&folder.office());
    let (head, _) = begin_anew(&mut db, &contents, &device, &beginning)?;
    folder.witnesses(&device.id).open(&device.id)?.renew(&device.id, head.known());
    Ok(())
}

/// The books in which the lost machine may have issued numbers: all but those that another machine of the office
/// holds, and those that waited already.
fn doubtful(db: &Connection, office: &OfficeId, lost: &DeviceId, day: Date) -> Result<Vec<Book>> {
    let mut doubtful = Vec::new();
    for book in book::all(db)? {
        let admitted = "SELECT 1 FROM admitted WHERE device = ?1";
        let elsewhere = match successor(db, book.id)? {
            Some((holder, _)) => {
                holder != *lost
                    && (holder.0 == office.0 || db.prepare_cached(admitted)?.exists([&holder.0])?)
            }
            None => false,
        };
        if !elsewhere || waits(db, book.series(day))? {
            doubtful.push(book);
        }
    }
    Ok(doubtful)
}
