//! What somebody inside the office can tamper with, and what comes of it: a finding of the check, a refusal, or an
//! entry that tells. What comes of it stands here as a literal; what is not noticed stands here too, with why, and
//! in the README.
//!
//! The insider is one of: a user with a password and the program; whoever can read and write the files while the
//! program is closed, and kept old states of them; whoever has the database's key and this machine's key (a program
//! of their own, run by somebody logged in).

mod ways;

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use office::{
    book::{BookId, Lease, VolumeId},
    dossier::DossierId,
    entry::{
        DeviceId, Entry, Envelope, Erasure, Event, EventKind, Opened, Role, Sealed, Seen, User,
        UserName,
    },
    evidence::Evidence,
};
use rusqlite::params;
use tempfile::tempdir;

use super::lived_in;
use crate::{
    FindingKind::{self, *},
    Home, Ledger, Present, Restore, Result, Way,
    chain::DeviceKey,
    content_hash,
    fixture::{
        self, PASSWORD, append_dossier, assert_clean, at, chi, found, read_event, receive,
        reception,
        rooms::{self, hand_over, remark, resolve, step},
    },
    take::branch::tags,
};

/// A way to tamper.
struct Attempt {
    name: String,
    how: How,
    end: End,
}

/// How.
enum How {
    /// With a password: what the program is asked to do.
    Asks(&'static str, fn(&mut Ledger) -> Result<()>),
    /// With the database's key.
    Sql(&'static str),
    /// With the machine's key: an entry of this author, well signed, past every rule.
    Writes(&'static str, fn(&Ledger) -> Event),
    /// With the machine's key: an honest reception, changed before it is signed.
    Receives(fn(&mut Entry, &Ledger)),
    /// With all keys.
    Does(fn(&mut Ledger)),
    /// With the files, the program closed; then this user logs in.
    Files(&'static str, fn(&Folders)),
    /// With a backup, which this user restores in the end.
    Backup(&'static str, fn(&Path, &Ledger)),
}

/// What comes of it.
enum End {
    /// The check finds it, and nothing of another kind where entries are signed.
    Found(FindingKind),
    /// The program refuses, at login or later.
    Refused(&'static str),
    /// An entry tells of it.
    Told(EventKind),
    /// Only what was printed contradicts it.
    OnPaper,
    /// Nothing contradicts it, as the check sees nothing but entries.
    Unseen,
}

use End::{Found, OnPaper, Refused, Told, Unseen};
use How::{Asks, Backup, Does, Files, Receives, Sql, Writes};

/// What whoever can copy files has.
struct Folders {
    /// The office's files.
    office: PathBuf,
    /// The second witness.
    state: PathBuf,
    /// The office's files as they were.
    old: PathBuf,
    /// The second witness as it was.
    old_state: PathBuf,
    /// The office's files while the program ran.
    running: PathBuf,
    /// Another office's.
    other: PathBuf,
}

impl Folders {
    fn in_folder(folder: &Path) -> Self {
        let part = |name: &str| folder.join(name);
        Self {
            office: part("data/office"),
            state: part("state"),
            old: part("old"),
            old_state: part("old-state"),
            running: part("running"),
            other: part("other/office"),
        }
    }

    fn put(&self, from: &Path, name: &str) {
        fs::copy(from.join(name), self.office.join(name)).unwrap();
    }

    /// The one file of a content.
    fn scan(&self) -> PathBuf {
        let below =
            |folder: PathBuf| fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        below(self.office.join("contents"))
            .filter(|folder| !folder.ends_with("new"))
            .flat_map(below)
            .next()
            .unwrap()
    }

    fn forget_state(&self) {
        fs::remove_dir_all(&self.state).unwrap();
    }

    /// `keys.json` changed as its owner would write it.
    fn change_keys(&self, change: fn(&mut serde_json::Value)) {
        let file = self.office.join("keys.json");
        let whole: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let mut keys = whole["keys"].clone();
        change(&mut keys);
        let keys = serde_json::value::to_raw_value(&keys).unwrap();
        let sha256 = content_hash(keys.get().as_bytes()).0;
        let whole = format!("{{\"keys\":{},\"sha256\":\"{sha256}\"}}", keys.get());
        fs::write(file, whole).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &to.join(file.file_name()));
        } else {
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}

/// The newest entry, as the cash sheet printed it last.
struct Printed(u64, office::entry::ContentHash);

/// An office that lived: entries 1–20 of [`lived_in`], then users, an old state of its files, and what came after
/// it: ba has another password, a backup, a fourth dossier.
fn office(folder: &Path) -> Printed {
    let folders = Folders::in_folder(folder);
    let data = folder.join("data");
    let home = Home::new(&data, Some(&folders.state));
    let mut ledger = lived_in(home);
    for (name, role) in
        [("ba", Role::Clerk), ("cu", Role::Clerk), ("an", Role::SecurityAdministrator)]
    {
        ledger.add_user(at(7), fixture::user(name, &[role]), PASSWORD).unwrap();
    }
    ledger.disable_user(at(8), &UserName("cu".into()), "nghỉ").unwrap();
    drop(ledger);
    // The key changes: the old state below is one of the present key.
    drop(Ledger::open(home, &chi(), PASSWORD, at(8)).unwrap());
    copy(&folders.office, &folders.old);
    copy(&folders.state, &folders.old_state);
    let mut ledger = Ledger::open(home, &chi(), PASSWORD, at(8)).unwrap();
    ledger.reset_password(at(8), &UserName("ba".into()), OTHER).unwrap();
    ledger.backup(&folder.join("backup"), at(8)).unwrap();
    assert_clean(&ledger);
    assert!(ledger.check_marking(at(8), &|_| ()).unwrap().clean());
    append_dossier(&mut ledger, 4, at(8));
    copy(&folders.office, &folders.running);
    let newest = ledger.newest_entry().unwrap();
    drop(ledger);
    drop(found(&folder.join("other")));
    Printed(newest.sequence, newest.hash)
}

/// ba's new password.
const OTHER: &str = "Mật-khẩu-8-ần";

fn name(user: &str) -> UserName {
    UserName(user.into())
}

fn clerk(user: &str) -> User {
    fixture::user(user, &[Role::Clerk])
}

fn head(user: &str) -> User {
    fixture::user(user, &[Role::Head])
}

fn reason() -> String {
    "lý do".into()
}

fn day() -> Date {
    Date::constant(2026, 11, 23)
}

fn volume(book: BookId, volume: u16) -> VolumeId {
    VolumeId { book, year: 2026, volume }
}

fn lease(ledger: &Ledger, year: i16, epoch: u32) -> Event {
    let device = ledger.device.id.clone();
    let lease = Lease { book: BookId::TRACKING, year, day: None, device, epoch, after: 0 };
    Event::LeaseTaken { lease }
}

/// A dossier that is open, and one that was annulled.
fn dossiers(ledger: &Ledger) -> [DossierId; 2] {
    let all = ledger.dossiers(&crate::Dossiers::All, None, 9).unwrap().items;
    let annulled = all.iter().find(|record| record.annulled.is_some()).unwrap();
    [all[0].dossier.id.clone(), annulled.dossier.id.clone()]
}

fn next_entry(ledger: &Ledger, what: Event) -> Entry {
    Entry {
        envelope: Envelope {
            office: ledger.head.office.clone(),
            device: ledger.device.id.clone(),
            sequence: ledger.head.sequence + 1,
            previous: ledger.head.hash.clone(),
            seen: Vec::new(),
            at: at(9),
            moment: ledger.head.moment.next(at(9)),
            user: ledger.user.name.clone(),
            kind: String::new(),
            payload: content_hash(b""),
        },
        what,
    }
}

/// Writes a well-signed entry with all that belongs to it, past every rule.
fn write_signed(ledger: &mut Ledger, entry: &mut Entry) {
    let sealed = ledger.device.seal(entry).unwrap();
    let n = crate::head::insert(&ledger.db, &entry.envelope, None, &sealed).unwrap();
    crate::project::apply(&ledger.db, n, entry).unwrap();
    ledger.head = crate::Head::read(&ledger.db, &ledger.device.id).unwrap();
    ledger.witness.note(&ledger.device.id, ledger.head.known());
}

fn number(entry: &mut Entry) -> &mut office::book::Issued {
    match &mut entry.what {
        Event::DossierReceived { dossier } => match &mut dossier.tracking {
            office::book::Number::Issued(issued) => issued,
            office::book::Number::Pending { .. } => panic!(),
        },
        _ => panic!(),
    }
}

/// Changes an old entry of this machine and signs it and all that follow it anew, so that every link holds.
fn reseal(ledger: &mut Ledger, sequence: u64, change: fn(&mut Entry)) {
    let sql =
        "SELECT n, signature, envelope, payload FROM entry WHERE sequence >= ?1 ORDER BY sequence";
    let mut statement = ledger.db.prepare(sql).unwrap();
    let rows = statement.query_map([i64::try_from(sequence).unwrap()], |row| {
        let sealed = Sealed { signature: row.get(1)?, envelope: row.get(2)?, payload: row.get(3)? };
        Ok((row.get::<_, i64>(0)?, sealed))
    });
    let rows: Vec<(i64, Sealed)> = rows.unwrap().collect::<rusqlite::Result<_>>().unwrap();
    drop(statement);
    let mut before = None;
    for (n, sealed) in rows {
        let Opened::Entry(mut entry) = sealed.open().unwrap() else { panic!() };
        match before {
            None => change(&mut entry),
            Some(hash) => entry.envelope.previous = hash,
        }
        let sealed = ledger.device.seal(&mut entry).unwrap();
        before = Some(office::entry::ContentHash::from_hash(&sealed.hash()));
        let sql = "UPDATE entry SET signature = ?2, envelope = ?3, payload = ?4 WHERE n = ?1";
        let row = params![n, sealed.signature, sealed.envelope, sealed.payload];
        ledger.db.execute(sql, row).unwrap();
    }
    ledger.head = crate::Head::read(&ledger.db, &ledger.device.id).unwrap();
}

fn note_witnesses(ledger: &mut Ledger) {
    ledger.witness.note(&ledger.device.id, ledger.head.known());
}

/// Another reason where one was given.
fn other_reason(entry: &mut Entry) {
    match &mut entry.what {
        Event::DossierAnnulled { reason, .. } | Event::UserDisabled { reason, .. } => {
            *reason = "khác".into();
        }
        other => panic!("{other:?}"),
    }
}

/// Another machine enrols itself and writes something; the head lets it in before, or nobody does.
fn another_machine(ledger: &mut Ledger, is_let_in: bool, what: fn(&DeviceId) -> Event) {
    let device = DeviceKey::random(&tags(&ledger.db).unwrap()).unwrap();
    let (public_key, label) = (hex::encode(device.public_key()), String::from("Quầy 2"));
    let id = device.id.clone();
    if is_let_in {
        let (device, public_key, label) = (id.clone(), public_key.clone(), label.clone());
        ledger.write_own(at(9), Event::DeviceAdmitted { device, public_key, label }).unwrap();
    }
    let written = what(&id);
    let enrolment = Event::DeviceEnrolled { device: id, public_key, label };
    for what in [enrolment, written] {
        let head = crate::Head::read(&ledger.db, &device.id).unwrap();
        let mut entry = next_entry(ledger, what);
        entry.envelope.device = device.id.clone();
        entry.envelope.sequence = head.sequence + 1;
        entry.envelope.previous = head.hash.clone();
        entry.envelope.seen = head.unseen.clone();
        entry.envelope.moment = head.moment.next(at(9));
        let sealed = device.seal(&mut entry).unwrap();
        let n = crate::head::insert(&ledger.db, &entry.envelope, None, &sealed).unwrap();
        crate::project::apply(&ledger.db, n, &entry).unwrap();
        ledger.head = crate::Head::read(&ledger.db, &ledger.device.id).unwrap();
    }
}

/// A remark loses its payload; an erasing of it, which claims this machine but has no signature, is held.
fn take_out_remark(ledger: &mut Ledger) {
    let [open, _] = dossiers(ledger);
    let made = ledger.record(at(9), remark(&open, "thu thiếu"), &[]).unwrap();
    let (n, sequence) = (i64::try_from(made.envelope.place()).unwrap(), ledger.head.sequence);
    let entries =
        vec![Seen { device: ledger.device.id.clone(), sequence, hash: ledger.head.hash.clone() }];
    let erasure = Erasure {
        entries,
        subject: None,
        legal_basis: "Luật".into(),
        reason: "theo yêu cầu".into(),
    };
    let mut entry = next_entry(ledger, Event::Erased { erasure: Box::new(erasure) });
    entry.envelope.sequence = sequence + 900;
    let sealed = ledger.device.seal(&mut entry).unwrap();
    let forged = Sealed { signature: [0; 64], ..sealed };
    assert_eq!(ledger.take(at(9), &[forged], &[]).unwrap().held, 1);
    crate::project::forget(&ledger.db, n, &made.what).unwrap();
    ledger.db.execute("UPDATE entry SET payload = x'' WHERE n = ?1", [n]).unwrap();
}

/// A backup's manifest fits what was done to its database.
fn fit_manifest(backup: &Path) {
    let file = backup.join("manifest.json");
    let mut manifest: crate::Manifest = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    manifest.files[0] = crate::backup::describe(backup, "ledger.db").unwrap();
    fs::write(file, serde_json::to_vec(&manifest).unwrap()).unwrap();
}

fn change_backup(backup: &Path, ledger: &Ledger, sql: &str) {
    let copy = crate::schema::connect_existing(&backup.join("ledger.db"), &ledger.key).unwrap();
    copy.execute_batch(sql).unwrap();
    drop(copy);
    fit_manifest(backup);
}

fn tries(folder: &Path, attempt: &Attempt) -> Result<Ledger> {
    let folders = Folders::in_folder(folder);
    let data = folder.join("data");
    let home = Home::new(&data, Some(&folders.state));
    let enter = |user: &str| match user {
        "ba" => Ledger::open(home, &name("ba"), OTHER, at(9)),
        user => Ledger::open(home, &name(user), PASSWORD, at(9)),
    };
    match attempt.how {
        Asks(user, asks) => {
            let mut ledger = enter(user)?;
            asks(&mut ledger)?;
            Ok(ledger)
        }
        Sql(sql) => {
            let ledger = enter("chi")?;
            ledger.db.execute_batch(sql)?;
            assert!(ledger.db.changes() > 0, "{}", attempt.name);
            Ok(ledger)
        }
        Writes(author, make) => {
            let mut ledger = enter("chi")?;
            let mut entry = next_entry(&ledger, make(&ledger));
            entry.envelope.user = name(author);
            write_signed(&mut ledger, &mut entry);
            Ok(ledger)
        }
        Receives(change) => {
            let mut ledger = enter("chi")?;
            let mut numbers = crate::number::Dispenser::new(&ledger.db, &ledger.device.id);
            let what = receive(reception(9, at(9)))(&mut numbers).unwrap();
            drop(numbers);
            let mut entry = next_entry(&ledger, what);
            change(&mut entry, &ledger);
            write_signed(&mut ledger, &mut entry);
            Ok(ledger)
        }
        Does(does) => {
            let mut ledger = enter("chi")?;
            does(&mut ledger);
            drop(ledger);
            enter("chi")
        }
        // The password is the one of the old keys.
        Files(user, harm) => {
            harm(&folders);
            Ledger::open(home, &name(user), PASSWORD, at(9))
        }
        Backup(user, harm) => {
            let backup = folder.join("backup");
            harm(&backup, &enter("chi")?);
            let request = Restore {
                user: &name(user),
                password: if user == "ba" { OTHER } else { PASSWORD },
                device_label: "Máy khác",
                accept_findings: false,
                present: Present::SetAside,
                at: at(200),
            };
            Ok(Ledger::restore(&backup, home, &request)?.0)
        }
    }
}

#[test]
fn every_way_to_tamper_ends_as_the_table_says() {
    let origin = tempdir().unwrap();
    let printed = office(origin.path());
    let ways = ways::ways();
    assert!(ways.len() >= 40);
    let wrong: Vec<String> = ways
        .iter()
        .filter_map(|attempt| {
            let scratch = tempdir().unwrap();
            copy(origin.path(), scratch.path());
            let tried = tries(scratch.path(), attempt);
            if let (Ok(ledger), Found(kind)) = (&tried, &attempt.end)
                && ledger.check_daily(at(10), &|_| ()).unwrap().clean()
                && !is_left_to_the_whole_check(attempt, *kind)
            {
                return Some(format!("{}: the daily check is clean", attempt.name));
            }
            let came = outcome(tried, attempt, &printed);
            (!came.0).then(|| format!("{}: {}", attempt.name, came.1))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The daily check reads no tables, no old entries and no old contents, and asks no rules of office work: new entries
/// are the same for it as for the whole check in everything else.
fn is_left_to_the_whole_check(attempt: &Attempt, kind: FindingKind) -> bool {
    // Who may return a preparation stands in that, and it is none of the entries about the ledger itself.
    let returned = attempt.name.starts_with("a preparation returned");
    matches!(attempt.how, Sql(_)) || matches!(kind, Blob | Rule) || returned
}

/// Whether it ended as the table says; what came.
fn outcome(tried: Result<Ledger>, attempt: &Attempt, printed: &Printed) -> (bool, String) {
    let ledger = match tried {
        Ok(ledger) => ledger,
        Err(error) => {
            let code = office::Explain::code(&error);
            return (matches!(attempt.end, Refused(expected) if expected == code), code.into());
        }
    };
    let findings = ledger.check().unwrap().findings;
    let signed = matches!(attempt.how, Writes(..) | Receives(_));
    let is_clean = findings.is_empty();
    let holds = ledger.holds(printed.0, &printed.1).unwrap();
    let as_told = match attempt.end {
        Found(kind) if signed => !is_clean && findings.iter().all(|found| found.kind == kind),
        Found(kind) => findings.iter().any(|found| found.kind == kind),
        Refused(_) => false,
        Told(kind) => {
            is_clean && ledger.log(&[kind], Way::Falling, None, 9).unwrap().items.len() == 1
        }
        OnPaper => is_clean && !holds,
        Unseen => is_clean && holds,
    };
    (as_told, format!("{findings:#?}, holds what was printed: {holds}"))
}
