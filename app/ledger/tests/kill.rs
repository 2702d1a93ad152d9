//! kill -9 at any instant, and a disk that refuses: no acknowledged entry and no scan is lost, no number skipped,
//! nothing half is left.
//!
//! This program is its own victim: with `MOTCUA_KILL_DATA` set it appends to that folder and prints each
//! entry once it is acknowledged; without, it starts such victims and kills them (`MOTCUA_KILLS` times).
//! `MOTCUA_KILL_ACT` lets a victim back up or restore instead, or live on a disk that is full.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use fixture::{
    PASSWORD, append_dossier, assert_clean, at, chi, found, founding, known, open, read_event,
    rooms::{document, keep},
};
use ledger::{
    Dossiers, EventKind, Home, Ledger, LedgerError, Present, Restore, Scope, Way, content_hash,
};
use office::{
    Explain,
    entry::{Event, Purpose, Role},
    evidence::Evidence,
    person::PersonId,
};

fn main() {
    if let Ok(data) = env::var("MOTCUA_KILL_DATA") {
        match env::var("MOTCUA_KILL_ACT").as_deref() {
            Ok("backup") => report(backup(Path::new(&data))),
            Ok("rekey") => report(change_keys(Path::new(&data))),
            Ok("restore") => report(restore(Path::new(&data))),
            Ok("full") => on_a_full_disk(Path::new(&data)),
            Ok("witness") => victim(home(Path::new(&data), &outside(Path::new(&data)))),
            _ => victim(Path::new(&data).into()),
        }
        return;
    }
    // Arguments that test runners hand to every test program: a filter that names another test, a list.
    if env::args().any(|argument| argument == "--list") {
        println!("kill: test");
        return;
    }
    let kills = env::var("MOTCUA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    killed_at_any_instant(kills);
    a_second_witness_is_renewed_with_its_entry(kills / 8);
    killed_while_backing_up(kills / 10);
    killed_while_the_key_changes(kills / 5);
    #[cfg(unix)]
    refused_by_the_disk();
    #[cfg(target_os = "linux")]
    full_disk_lets_people_read();
}

/// Writes until it is killed or refused.
fn victim(home: Home<'_>) {
    let mut out = std::io::stdout();
    let mut ledger = match Ledger::open(home, &chi(), PASSWORD, at(0)) {
        Ok(ledger) => ledger,
        Err(error) => {
            writeln!(out, "refused {}", error.code()).unwrap();
            return;
        }
    };
    let first = ledger.log(&[EventKind::IdentityRead], Way::Rising, None, 1).unwrap().items;
    let owner = fixture::teller(first[0].entry.as_ref().unwrap());
    for i in 0.. {
        let now = at(ledger.head().sequence as i64);
        let draft = format!("{}", ledger.head().sequence);
        let written = ledger.save_draft("nháp", draft.as_bytes()).and_then(|()| {
            writeln!(out, "draft {draft}").unwrap();
            let documents = ledger.documents(owner)?;
            match i % 4 {
                0 => ledger.record(now, read_event(i as u64, Evidence::ChipSigned), &[]),
                1 => {
                    let scan = scan(now.as_second() as u64, 33_000 + i % 7 * 9_000);
                    ledger.record(now, keep(document(owner, &scan)), &[&scan])
                }
                2 if documents.len() > 3 => {
                    let document = documents[0].document.id.clone();
                    let removed = Event::DocumentRemoved { document, reason: "trả lại".into() };
                    ledger.record(now, removed, &[])
                }
                _ => ledger.append(now, fixture::receive(fixture::reception(i as u64, now))),
            }
        });
        match written {
            Ok(entry) => {
                writeln!(out, "entry {} {}", entry.envelope.sequence, entry.envelope.payload.0)
                    .unwrap()
            }
            Err(error) => {
                writeln!(out, "refused {}", error.code()).unwrap();
                return;
            }
        }
    }
}

/// Where a victim's second witness lies: beside the data.
fn outside(data: &Path) -> PathBuf {
    data.with_extension("outside")
}

fn home<'a>(data: &'a Path, outside: &'a Path) -> Home<'a> {
    Home::new(data, Some(outside))
}

/// The second witness of the only machine, if it tells anything.
fn second_witness(outside: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(outside).ok()?;
    let mut told = files.map(|file| file.unwrap().path());
    told.find(|file| std::fs::metadata(file).unwrap().len() > 0)
}

fn witnesses_made(ledger: &Ledger) -> usize {
    ledger.log(&[EventKind::WitnessMade], Way::Falling, None, 500).unwrap().items.len()
}

/// Whoever takes the second witness away to put an old state back leaves an entry that tells it, wherever the
/// program is killed while it makes it anew.
fn a_second_witness_is_renewed_with_its_entry(kills: u64) {
    let folder = tempfile::Builder::new().prefix("witness").tempdir().unwrap();
    let data = folder.path().join("data");
    let outside = outside(&data);
    let mut founding = founding(&Role::ALL);
    founding.security.lockout.free_attempts = u32::MAX;
    known(&mut Ledger::create(home(&data, &outside), founding).unwrap().0, 1, at(0));
    let mut dice = fixture::Dice(std::process::id().into());
    let mut renewed = 0;
    for _ in 0..kills {
        if let Some(file) = second_witness(&outside) {
            std::fs::remove_file(file).unwrap();
        }
        let mut child = Command::new(env::current_exe().unwrap())
            .env("MOTCUA_KILL_DATA", &data)
            .env("MOTCUA_KILL_ACT", "witness")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moment = Instant::now() + Duration::from_micros(dice.below(60_000));
        while Instant::now() < moment {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        renewed += usize::from(second_witness(&outside).is_some());
        // Opened without the second witness, so that this makes none.
        let made = witnesses_made(&open(&data));
        assert!(made >= renewed, "{renewed} times renewed, {made} times told");
    }
    let ledger = Ledger::open(home(&data, &outside), &chi(), PASSWORD, at(0)).unwrap();
    assert_clean(&ledger);
    println!("{kills} kills, the second witness was renewed {renewed} times");
}

/// A scan unlike any other.
fn scan(which: u64, size: usize) -> Vec<u8> {
    let mut dice = fixture::Dice(which);
    (0..size).map(|_| dice.below(256) as u8).collect()
}

/// Keeps a scan in a person's store.
fn keep_scan(ledger: &mut Ledger, seconds: i64, scan: &[u8]) -> Result<(), LedgerError> {
    let owner = known(ledger, 1, at(seconds));
    ledger.record(at(seconds), keep(document(owner, scan)), &[scan]).map(drop)
}

/// A small disk of its own for the victim, in a name space of its own.
#[cfg(target_os = "linux")]
fn full_disk_lets_people_read() {
    let folder = tempfile::Builder::new().prefix("full").tempdir().unwrap();
    let script = "mount -t tmpfs -o size=16m none \"$1\" && exec \"$0\"";
    let out = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(env::current_exe().unwrap())
        .arg(folder.path())
        .env("MOTCUA_KILL_DATA", folder.path())
        .env("MOTCUA_KILL_ACT", "full")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert_eq!(said, "lived on\n", "{}", String::from_utf8_lossy(&out.stderr));
}

/// On a full disk people log in, list, search and look, each look is still an entry, and nothing else is
/// written; when there is room again all goes on.
#[cfg(target_os = "linux")]
fn on_a_full_disk(data: &Path) {
    // The second witness lies on another disk, which has room.
    let outside = outside(data);
    let home = home(data, &outside);
    let open = || Ledger::open(home, &chi(), PASSWORD, at(30)).unwrap();
    let (mut ledger, _) = Ledger::create(home, founding(&Role::ALL)).unwrap();
    for i in 0..20 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    let kept = scan(1, 50_000);
    keep_scan(&mut ledger, 20, &kept).unwrap();
    let filler = data.join("filler");
    let mut fill = std::fs::File::create(&filler).unwrap();
    // Room for entries, and not for a scan: it leaves nothing half.
    while free_space(data) > 3 << 20 {
        fill.write_all(&[7; 64 * 1024]).unwrap();
    }
    let before = free_space(data);
    let too_large = scan(2, 8 << 20);
    assert!(matches!(keep_scan(&mut ledger, 21, &too_large), Err(LedgerError::DiskFull)));
    assert!(free_space(data) + (1 << 20) > before, "the half is gone");
    assert_clean(&ledger);
    append_dossier(&mut ledger, 30, at(22));
    ledger.demand_new_key(at(22)).unwrap();
    drop(ledger);
    std::fs::remove_file(second_witness(&outside).unwrap()).unwrap();
    for size in [64 * 1024, 1024, 1] {
        while fill.write_all(&vec![7; size]).is_ok() {}
    }
    drop(fill);
    let wrong = Ledger::open(data, &chi(), "sai", at(30)).map(drop).unwrap_err();
    assert!(matches!(wrong, LedgerError::WrongPassword { .. }), "{wrong:?}");
    let mut ledger = open();
    let listed = ledger.dossiers(&Dossiers::All, None, 99).unwrap().items;
    assert_eq!(listed.len(), 21);
    assert_eq!(ledger.blob(&content_hash(&kept)).unwrap(), kept);
    let person = &listed[0].dossier.applicant.person;
    assert!(!ledger.search(&person.name, Scope::All, None, 9).unwrap().items.is_empty());
    let refused = |ledger: &mut Ledger| {
        let new = fixture::receive(fixture::reception(50, at(50)));
        assert!(matches!(ledger.append(at(50), new), Err(LedgerError::DiskFull)));
        assert!(matches!(ledger.save_draft("nháp", &[7; 9_000]), Err(LedgerError::DiskFull)));
        let scan = scan(3, 50_000);
        let kept = keep(document(PersonId(1), &scan));
        assert!(matches!(ledger.record(at(50), kept, &[&scan]), Err(LedgerError::DiskFull)));
    };
    let entries = ledger.head().entries;
    for look in 0..30 {
        let who = PersonId(listed[0].place);
        assert!(ledger.view_person(at(40 + look), who, Purpose::Search).unwrap().is_some());
        refused(&mut ledger);
    }
    assert_eq!(ledger.head().entries, entries + 30, "each look is an entry, nothing else is");
    drop(ledger);
    refused(&mut open());
    assert!(open().key_is_due().unwrap(), "no room for it");
    assert_eq!(second_witness(&outside), None, "nothing could tell that it was made anew");
    std::fs::remove_file(filler).unwrap();
    let mut ledger = open();
    assert!(second_witness(&outside).is_some() && witnesses_made(&ledger) == 1);
    assert!(!ledger.key_is_due().unwrap());
    append_dossier(&mut ledger, 60, at(90));
    assert_eq!(ledger.blob(&content_hash(&kept)).unwrap(), kept);
    ledger.save_draft("nháp", &[7; 9_000]).unwrap();
    assert_eq!(ledger.head().entries, entries + 33);
    assert_clean(&ledger);
    std::fs::remove_dir_all(&outside).unwrap();
    println!("lived on");
}

/// Where a victim's backup lies: beside the data.
fn backup_of(data: &Path) -> PathBuf {
    data.with_extension("backup")
}

fn backup(data: &Path) -> Result<(), LedgerError> {
    let mut ledger = Ledger::open(data, &chi(), PASSWORD, at(0))?;
    let now = at(ledger.head().sequence as i64);
    ledger.backup(&backup_of(data), now).map(drop)
}

/// Each login changes the key that the one before demanded.
fn change_keys(data: &Path) -> Result<(), LedgerError> {
    for _ in 0..3 {
        let mut ledger = Ledger::open(data, &chi(), PASSWORD, at(0))?;
        let now = at(ledger.head().sequence as i64);
        ledger.demand_new_key(now)?;
    }
    Ok(())
}

fn restore(data: &Path) -> Result<(), LedgerError> {
    let request = Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "Máy mới",
        accept_findings: false,
        present: Present::Refused,
        at: at(1_000_000),
    };
    Ledger::restore(&backup_of(data), &data.with_extension("restored"), &request).map(drop)
}

fn report(done: Result<(), LedgerError>) {
    match done {
        Ok(()) => println!("done"),
        Err(error) => println!("refused {}", error.code()),
    }
}

/// What victims have acknowledged.
#[derive(Default)]
struct Acknowledged {
    entries: HashMap<u64, String>,
    draft: u64,
    refused: Vec<String>,
}

impl Acknowledged {
    fn hear(&mut self, line: &str) {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["entry", sequence, id] => {
                let twice = self.entries.insert(sequence.parse().unwrap(), id.to_owned());
                assert_eq!(twice, None, "sequence {sequence} was acknowledged before");
            }
            ["draft", sequence] => self.draft = sequence.parse().unwrap(),
            ["refused", code] => self.refused.push(code.to_owned()),
            // The line that the kill cut short.
            _ => {}
        }
    }

    fn verify(&self, data: &Path) {
        let ledger = open(data);
        assert_clean(&ledger);
        let mut there = HashMap::new();
        let mut before = None;
        loop {
            let page = ledger.log(&[], ledger::Way::Falling, before, 500).unwrap();
            there.extend(
                page.items
                    .into_iter()
                    .filter_map(|line| line.entry)
                    .map(|entry| (entry.envelope.sequence, entry.envelope.payload.0)),
            );
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        for (sequence, id) in &self.entries {
            assert_eq!(there.get(sequence), Some(id), "entry {sequence}");
        }
        let draft: u64 =
            String::from_utf8(ledger.drafts().unwrap()[0].bytes.clone()).unwrap().parse().unwrap();
        assert!(draft >= self.draft, "the draft {} is gone, there is {draft}", self.draft);
    }
}

fn killed_at_any_instant(kills: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut founding = founding(&Role::ALL);
    // A program that is killed while it logs in leaves a failed attempt; locking out is tested elsewhere.
    founding.security.lockout.free_attempts = u32::MAX;
    known(&mut Ledger::create(folder.path(), founding).unwrap().0, 1, at(0));
    let mut dice = fixture::Dice(std::process::id().into());
    let mut acknowledged = Acknowledged::default();
    let started = Instant::now();
    for kill in 1..=kills {
        let mut child = Command::new(env::current_exe().unwrap())
            .env("MOTCUA_KILL_DATA", folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Some die while opening, the others after a few entries and a moment.
        let heard = dice.below(4) * dice.below(15);
        for line in lines.by_ref().take(heard as usize) {
            acknowledged.hear(&line.unwrap());
        }
        let moment = Instant::now()
            + Duration::from_micros(dice.below(if heard == 0 { 40_000 } else { 2_000 }));
        while Instant::now() < moment {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            acknowledged.hear(&line);
        }
        assert_eq!(acknowledged.refused, Vec::<String>::new());
        if kill % 50 == 0 {
            acknowledged.verify(folder.path());
        }
    }
    acknowledged.verify(folder.path());
    let entries = acknowledged.entries.len();
    assert!(entries as u64 > kills, "only {entries} entries were written");
    println!("{kills} kills, {entries} acknowledged entries, {:.0?}", started.elapsed());
}

/// A backup that is killed is none, and in the way of none; one that was published is whole.
/// Wherever the program is killed while the key changes, every password opens, and the recovery sheet in the end.
fn killed_while_the_key_changes(kills: u64) {
    let folder = tempfile::Builder::new().prefix("rekey").tempdir().unwrap();
    let data = folder.path().join("data");
    let (mut ledger, sheet) = Ledger::create(&data, founding(&Role::ALL)).unwrap();
    ledger.add_user(at(0), fixture::user("ba", &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap();
    for i in 0..40 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    ledger.demand_new_key(at(40)).unwrap();
    drop(ledger);
    let begin = || {
        let mut victim = Command::new(env::current_exe().unwrap());
        victim.env("MOTCUA_KILL_DATA", &data).env("MOTCUA_KILL_ACT", "rekey");
        victim.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let started = Instant::now();
    assert!(begin().wait().unwrap().success());
    let whole = started.elapsed();
    let mut dice = fixture::Dice(std::process::id().into());
    let (mut moving, mut moved) = (0, 0);
    for kill in 0..kills {
        let mut victim = begin();
        let moment = Instant::now() + Duration::from_micros(dice.below(whole.as_micros() as u64));
        while Instant::now() < moment {
            std::thread::yield_now();
        }
        victim.kill().unwrap();
        victim.wait().unwrap();
        let keys = std::fs::read_to_string(data.join("office/keys.json")).unwrap();
        let half = data.join("office/ledger.next").exists();
        moving += u64::from(half);
        moved += u64::from(!half && keys.contains("\"moving\":true"));
        // By turns, so that what was cut is settled in either's session.
        let (user, password) = match kill % 2 {
            0 => (chi(), PASSWORD),
            _ => (fixture::user("ba", &[]).name, "Mật-khẩu-3-ần"),
        };
        let ledger = Ledger::open(&data, &user, password, at(100)).unwrap();
        assert!(!ledger.key_is_due().unwrap() && !data.join("office/ledger.next").exists());
        drop(ledger);
        let mut ledger = open(&data);
        let now = at(ledger.head().sequence as i64);
        ledger.demand_new_key(now).unwrap();
    }
    assert!(moving + moved > 0, "no change of key was cut");
    assert_clean(&open(&data));
    let (code, new) = (sheet.code(), "Mật-khẩu-mới-1");
    drop(Ledger::open_with_recovery(&data, &code, &chi(), new, at(101), &|_| ()).unwrap());
    println!(
        "{kills} kills while the key changed: {moving} with a copy half or whole, {moved} without"
    );
}

fn killed_while_backing_up(kills: u64) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut founding = founding(&Role::ALL);
    founding.security.lockout.free_attempts = u32::MAX;
    let (mut ledger, _) = Ledger::create(&data, founding).unwrap();
    for i in 0..12 {
        keep_scan(&mut ledger, i, &scan(i as u64, 40_000 + i as usize * 9_000)).unwrap();
    }
    drop(ledger);
    let begin = || {
        let mut victim = Command::new(env::current_exe().unwrap());
        victim.env("MOTCUA_KILL_DATA", &data).env("MOTCUA_KILL_ACT", "backup");
        victim.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let started = Instant::now();
    assert!(begin().wait().unwrap().success());
    let whole = started.elapsed();
    let restored = folder.path().join("data.restored");
    let mut dice = fixture::Dice(std::process::id().into());
    let (mut cut, mut published) = (0, 0);
    for _ in 0..kills {
        if backup_of(&data).exists() {
            published += 1;
            restore(&data).unwrap();
            assert_clean(&open(&restored));
            std::fs::remove_dir_all(&restored).unwrap();
            std::fs::remove_dir_all(backup_of(&data)).unwrap();
        }
        let mut victim = begin();
        let moment =
            Instant::now() + Duration::from_micros(dice.below(whole.as_micros() as u64 * 5 / 4));
        while Instant::now() < moment {
            std::thread::yield_now();
        }
        victim.kill().unwrap();
        victim.wait().unwrap();
        cut += u64::from(data.with_extension("backup.part").exists());
    }
    let _ = std::fs::remove_dir_all(backup_of(&data));
    backup(&data).unwrap();
    assert!(!data.with_extension("backup.part").exists());
    restore(&data).unwrap();
    assert_clean(&open(&restored));
    assert_clean(&open(&data));
    assert!(cut > 0, "no backup was cut");
    println!("{kills} backups killed: {cut} in the middle, {published} when they were made");
}

/// Room on the disk, in bytes.
#[cfg(target_os = "linux")]
fn free_space(folder: &Path) -> u64 {
    let out = Command::new("df").args(["--output=avail", "-B1"]).arg(folder).output().unwrap();
    String::from_utf8(out.stdout).unwrap().lines().last().unwrap().trim().parse().unwrap()
}

/// A limit on file sizes stands for the full disk: writes fail with an error at an arbitrary page.
#[cfg(unix)]
fn refused_by_the_disk() {
    let folder = tempfile::Builder::new().prefix("disk").tempdir().unwrap();
    let (mut ledger, _) = found(folder.path());
    known(&mut ledger, 1, at(0));
    for i in 0..20 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    ledger.save_draft("nháp", b"0").unwrap();
    drop(ledger);
    let size = std::fs::metadata(folder.path().join("office/ledger.db")).unwrap().len() / 1024;
    let mut acknowledged = Acknowledged::default();
    for more in [0, 13, 57, 150, 333, 700] {
        limited(folder.path(), "write", size + more)
            .lines()
            .for_each(|line| acknowledged.hear(line));
        acknowledged.verify(folder.path());
    }
    assert_eq!(acknowledged.refused.len(), 6, "each victim ended with a sentence");
    assert!(acknowledged.refused.iter().all(|code| code == "LED-12" || code == "LED-13"));
    assert!(acknowledged.entries.len() > 20);
    println!(
        "refused by the disk: {:?} after {} entries",
        acknowledged.refused,
        acknowledged.entries.len()
    );
    half_a_backup_is_none(folder.path());
}

/// Backup and restore on a disk too small: a sentence, and nothing half is left; later all is well.
#[cfg(unix)]
fn half_a_backup_is_none(data: &Path) {
    let restored = data.with_extension("restored");
    for limit in [1, 40, 200] {
        let said = limited(data, "backup", limit);
        assert!(said.starts_with("refused LED-1"), "{limit}: {said}");
        assert!(!backup_of(data).exists() && !data.with_extension("backup.part").exists());
    }
    assert_clean(&open(data));
    assert_eq!(limited(data, "backup", 1_000_000), "done\n");
    for limit in [1, 40, 200] {
        let said = limited(data, "restore", limit);
        assert!(said.starts_with("refused LED-1"), "{limit}: {said}");
        assert!(!Ledger::exists(&restored) && !restored.join("office.new").exists());
    }
    assert_eq!(limited(data, "restore", 1_000_000), "done\n");
    assert_clean(&open(&restored));
    std::fs::remove_dir_all(restored).unwrap();
    std::fs::remove_dir_all(backup_of(data)).unwrap();
}

/// What a victim says whose files may have no more than `limit` of the shell's blocks (512 or 1024
/// bytes). Without the trap XFSZ would kill instead of refuse.
#[cfg(unix)]
fn limited(data: &Path, act: &str, limit: u64) -> String {
    let out = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f $1; exec \"$0\""])
        .arg(env::current_exe().unwrap())
        .arg(limit.to_string())
        .env("MOTCUA_KILL_DATA", data)
        .env("MOTCUA_KILL_ACT", act)
        .output()
        .unwrap();
    String::from_utf8(out.stdout).unwrap()
}
