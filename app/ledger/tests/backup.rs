//! Backups come back whole; the restored copy is a new device and repeats nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{collections::HashMap, fs, ops::ControlFlow, path::Path};

use fixture::{
    PASSWORD, append_dossier, assert_clean, at, chi, confirm_numbers, found, identity, read_event,
};
use ledger::{
    BackupProgress, Dossiers, EventKind, Ledger, LedgerError, Present, Restore, RestoreReport,
    Scope, content_hash, copies_of_ledger,
};
use office::{
    Explain,
    backup::BackupPlan,
    book::BookId,
    entry::{Entry, Event, Role, UserName},
    evidence::Evidence,
};
use tempfile::tempdir;

fn restore(
    backup: &Path,
    data: &Path,
    seconds: i64,
) -> Result<(Ledger, RestoreReport), LedgerError> {
    let request = Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "Máy mới",
        accept_findings: false,
        present: Present::Refused,
        at: at(seconds),
    };
    Ledger::restore(backup, data, &request)
}

fn numbers(entry: &Entry) -> (u32, u32, u32) {
    let Event::DossierReceived { dossier } = &entry.what else { panic!() };
    let tracking = dossier.tracking.issued().unwrap();
    (dossier.serial.issued().unwrap().value, tracking.value, tracking.epoch)
}

fn all(ledger: &Ledger) -> Vec<Entry> {
    ledger
        .log(&[], ledger::Way::Falling, None, 500)
        .unwrap()
        .items
        .into_iter()
        .filter_map(|line| line.entry)
        .collect()
}

#[test]
fn what_was_backed_up_comes_back_and_goes_on() {
    let scratch = tempdir().unwrap();
    let (data, backup, again) =
        (scratch.path().join("a"), scratch.path().join("sao lưu"), scratch.path().join("b"));
    let (mut ledger, _) = found(&data);
    for i in 0..40 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    let Event::IdentityRead { identity: read, legal_basis, .. } =
        read_event(1, Evidence::ChipSigned)
    else {
        panic!()
    };
    let face = Some(content_hash(b"face"));
    ledger
        .record(
            at(50),
            Event::IdentityRead { identity: read, face, signer: None, legal_basis },
            &[b"face"],
        )
        .unwrap();
    ledger.save_draft("nháp", "dở dang".as_bytes()).unwrap();
    let manifest = ledger.backup(&backup, at(60)).unwrap();
    assert_eq!(manifest.entries, 55);
    let old = ledger.head().device.clone();
    let after_backup = append_dossier(&mut ledger, 41, at(61));
    assert_eq!(numbers(&after_backup), (41, 41, 1));
    assert_eq!(
        ledger.log(&[EventKind::BackupMade], ledger::Way::Falling, None, 9).unwrap().items.len(),
        1
    );
    let listed: Vec<_> = fs::read_dir(&backup).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(listed.len(), 4, "{listed:?}");

    let (mut restored, report) = restore(&backup, &again, 120).unwrap();
    assert_eq!(report.entries, 55);
    assert_eq!(report.made_at, at(60));
    let last: Vec<_> = report.numbers.iter().map(|n| (n.series.book, n.last)).collect();
    assert_eq!(
        last,
        [
            (BookId::DOSSIER_CODE, 40),
            (BookId::TRACKING, 40),
            (BookId::NOTICE, 0),
            (BookId::FEE_RECEIPT, 0),
            (BookId::TICKET, 0)
        ]
    );
    assert_eq!(restored.dossiers(&Dossiers::All, None, 100).unwrap().items.len(), 40);
    assert_eq!(restored.blob(&content_hash(b"face")).unwrap(), b"face");
    assert_eq!(restored.drafts().unwrap()[0].bytes, "dở dang".as_bytes());
    let name = identity(7, Evidence::Typed).person.name;
    assert!(!restored.search(&name, Scope::All, None, 9).unwrap().items.is_empty());

    assert_ne!(restored.head().device, old);
    let events: Vec<_> = restored
        .log(&[], ledger::Way::Falling, None, 2)
        .unwrap()
        .items
        .iter()
        .rev()
        .filter_map(|line| line.kind)
        .collect();
    assert_eq!(events, [EventKind::DeviceEnrolled, EventKind::Restored]);
    restored.continue_after(at(125), BookId::TRACKING, 41, false).unwrap();
    confirm_numbers(&mut restored, at(126));
    let next = append_dossier(&mut restored, 50, at(130));
    assert_eq!(numbers(&next), (41, 42, 2), "after the last number on paper, in a new epoch");
    restored.continue_after(at(131), BookId::DOSSIER_CODE, 60, false).unwrap();
    assert_eq!(numbers(&append_dossier(&mut restored, 51, at(132))), (61, 43, 2));
    for (wrong, code) in [(61, "LED-27"), (43, "LED-27"), (0, "LED-61")] {
        let error =
            restored.continue_after(at(133), BookId::DOSSIER_CODE, wrong, true).unwrap_err();
        assert_eq!(error.code(), code, "{wrong}: the book goes on already");
    }
    assert_clean(&restored);

    // The lost machine's chain and the restored one: no (device, sequence) means two entries.
    let mut places = HashMap::new();
    for line in all(&ledger).into_iter().chain(all(&restored)) {
        let envelope = &line.envelope;
        let id = places
            .entry((envelope.device.clone(), envelope.sequence))
            .or_insert(envelope.payload.clone());
        assert_eq!(*id, envelope.payload);
    }
    // A backup of the restored copy, restored again.
    let second = scratch.path().join("sao lưu 2");
    restored.backup(&second, at(140)).unwrap();
    drop(restored);
    let (mut third, _) = restore(&second, &scratch.path().join("c"), 150).unwrap();
    confirm_numbers(&mut third, at(155));
    assert_eq!(numbers(&append_dossier(&mut third, 60, at(160))), (62, 44, 3));
    assert_eq!(third.devices().unwrap().len(), 3);
    assert_clean(&third);
}

#[test]
fn nothing_is_overwritten() {
    let scratch = tempdir().unwrap();
    let (data, backup) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let (mut ledger, _) = found(&data);
    fs::create_dir(&backup).unwrap();
    ledger.backup(&backup, at(1)).unwrap();
    assert_eq!(ledger.backup(&backup, at(2)).unwrap_err().code(), "LED-18");
    let file = scratch.path().join("tệp");
    fs::write(&file, b"x").unwrap();
    assert_eq!(ledger.backup(&file, at(2)).unwrap_err().code(), "LED-18");
    drop(ledger);
    assert_eq!(restore(&backup, &data, 3).err().unwrap().code(), "LED-02");
    assert_clean(&fixture::open(&data));
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_no_office() {
    let scratch = tempdir().unwrap();
    let backup = scratch.path().join("sao lưu");
    let (mut ledger, _) = found(&scratch.path().join("a"));
    for i in 0..10 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    ledger.backup(&backup, at(60)).unwrap();
    let harmed = scratch.path().join("hỏng");
    type Harm = fn(&Path);
    let cases: [(&str, Harm); 7] = [
        ("no manifest", |b| fs::remove_file(b.join("manifest.json")).unwrap()),
        ("text manifest", |b| fs::write(b.join("manifest.json"), b"{}").unwrap()),
        ("a path in the manifest", |b| {
            let text = fs::read_to_string(b.join("manifest.json")).unwrap();
            fs::write(b.join("manifest.json"), text.replace("keys.json", "../keys.json")).unwrap();
        }),
        ("a flipped bit in the database", |b| {
            let mut bytes = fs::read(b.join("ledger.db")).unwrap();
            bytes[20_000] ^= 4;
            fs::write(b.join("ledger.db"), bytes).unwrap();
        }),
        ("a short database", |b| {
            let bytes = fs::read(b.join("ledger.db")).unwrap();
            fs::write(b.join("ledger.db"), &bytes[..8192]).unwrap();
        }),
        ("a flipped bit in the keys", |b| {
            let mut bytes = fs::read(b.join("keys.json")).unwrap();
            bytes[300] ^= 4;
            fs::write(b.join("keys.json"), bytes).unwrap();
        }),
        ("no database", |b| fs::remove_file(b.join("ledger.db")).unwrap()),
    ];
    let data = scratch.path().join("b");
    for (name, harm) in cases {
        let _ = fs::remove_dir_all(&harmed);
        fs::create_dir(&harmed).unwrap();
        for file in fs::read_dir(&backup).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), harmed.join(file.file_name())).unwrap();
        }
        harm(&harmed);
        let error = restore(&harmed, &data, 90).err().unwrap();
        assert!(matches!(error.code(), "LED-19" | "LED-13" | "LED-64"), "{name}: {error:?}");
        assert!(!Ledger::exists(&data), "{name}");
    }
    let request = Restore {
        user: &chi(),
        password: "sai",
        device_label: "Máy mới",
        accept_findings: false,
        present: Present::Refused,
        at: at(90),
    };
    assert_eq!(Ledger::restore(&backup, &data, &request).err().unwrap().code(), "LED-05");
    let nobody = UserName("khac".into());
    let request = Restore { user: &nobody, ..request };
    assert_eq!(Ledger::restore(&backup, &data, &request).err().unwrap().code(), "LED-04");
    assert!(!Ledger::exists(&data));
    assert_clean(&restore(&backup, &data, 95).unwrap().0);
}

#[test]
fn a_backup_put_in_place_by_hand_cannot_write_as_the_old_device() {
    let scratch = tempdir().unwrap();
    let (mut ledger, _) = found(&scratch.path().join("a"));
    let copy = scratch.path().join("b");
    ledger.backup(&scratch.path().join("sao lưu"), at(1)).unwrap();
    fs::create_dir(&copy).unwrap();
    fs::rename(scratch.path().join("sao lưu"), copy.join("office")).unwrap();
    assert_eq!(Ledger::open(&copy, &chi(), PASSWORD, at(2)).err().unwrap().code(), "LED-10");
}

/// The counter works while the copy is made: the backup holds what was there when it began.
#[test]
fn a_backup_is_made_while_the_ledger_goes_on() {
    let scratch = tempdir().unwrap();
    let (backup, again) = (scratch.path().join("sao lưu"), scratch.path().join("b"));
    let (mut ledger, _) = found(&scratch.path().join("a"));
    for i in 0..30 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    let job = ledger.begin_backup(&backup, at(60)).unwrap();
    assert_eq!(ledger.begin_backup(&backup, at(60)).err().unwrap().code(), "LED-63");
    assert_eq!(ledger.check().err().unwrap().code(), "LED-63");
    let entries = ledger.head().entries;
    let (tell, heard) = std::sync::mpsc::channel();
    let made = std::thread::scope(|scope| {
        let run = scope.spawn(move || {
            job.run(&|progress| {
                tell.send(progress).unwrap();
                ControlFlow::Continue(())
            })
        });
        for i in 30..300 {
            append_dossier(&mut ledger, i, at(61 + i as i64));
        }
        run.join().unwrap()
    });
    ledger.end_backup(at(900), &made).unwrap();
    assert_eq!(made.unwrap().entries, entries);
    let told: Vec<_> = heard.iter().collect();
    assert!(matches!(told[0], BackupProgress::Copying(0, all) if all > 0), "{told:?}");
    assert_clean(&ledger);
    assert_eq!(ledger.last_backup().unwrap(), Some(at(900)));
    let (restored, report) = restore(&backup, &again, 1_000).unwrap();
    assert_eq!(report.entries, entries);
    assert_eq!(restored.dossiers(&Dossiers::All, None, 500).unwrap().items.len(), 30);
    assert_clean(&restored);
}

/// Whoever stops it, and however: nothing half is left and the next one goes well.
#[test]
fn a_stopped_backup_leaves_nothing() {
    let scratch = tempdir().unwrap();
    let (data, backup) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let (mut ledger, _) = found(&data);
    append_dossier(&mut ledger, 1, at(1));
    let job = ledger.begin_backup(&backup, at(2)).unwrap();
    let made = job.run(&|_| ControlFlow::Break(()));
    ledger.end_backup(at(3), &made).unwrap();
    assert_eq!(made.unwrap_err().code(), "LED-62");
    let job = ledger.begin_backup(&backup, at(4)).unwrap();
    drop(ledger);
    let closed = job.run(&|_| ControlFlow::Continue(()));
    assert_eq!(closed.unwrap_err().code(), "LED-62", "closing the ledger ends its backup");
    let left: Vec<_> =
        fs::read_dir(scratch.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(left, ["a"]);
    let mut ledger = fixture::open(&data);
    assert_eq!(ledger.last_backup().unwrap(), None);
    ledger.backup(&backup, at(5)).unwrap();
    assert_clean(&ledger);
}

#[test]
fn the_plan_lets_anybody_make_a_backup_where_it_says() {
    let scratch = tempdir().unwrap();
    let (data, stick) = (scratch.path().join("a"), scratch.path().join("usb"));
    fs::create_dir(&stick).unwrap();
    let (mut ledger, _) = found(&data);
    ledger.add_user(at(1), fixture::user("an", &[Role::Clerk]), PASSWORD).unwrap();
    assert_eq!(ledger.backup_plan().unwrap(), BackupPlan::default());
    let plan = BackupPlan { folder: stick.display().to_string(), keep: 3, ..BackupPlan::default() };
    ledger.record(at(2), Event::BackupPlanned { plan: Box::new(plan.clone()) }, &[]).unwrap();
    drop(ledger);
    let mut clerk = Ledger::open(&data, &UserName("an".into()), PASSWORD, at(3)).unwrap();
    assert_eq!(clerk.backup_plan().unwrap(), plan);
    assert_eq!(clerk.backup(&scratch.path().join("x"), at(4)).unwrap_err().code(), "LED-09");
    clerk.backup(&stick.join("hôm nay"), at(4)).unwrap();
    assert_eq!(clerk.last_backup().unwrap(), Some(at(4)));
    fs::remove_dir_all(&stick).unwrap();
    let gone = clerk.backup(&stick.join("mai"), at(5)).unwrap_err();
    assert_eq!(gone.code(), "LED-65");
    assert!(!stick.exists(), "a stick that is gone does not become a folder");
}

/// Whatever the ledger writes, its owner alone can open, backups too.
#[cfg(unix)]
#[test]
fn files_are_private_to_their_owner() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = tempdir().unwrap();
    let (data, backup) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let (mut ledger, _) = found(&data);
    let Event::IdentityRead { identity, signer, legal_basis, .. } =
        read_event(1, Evidence::ChipSigned)
    else {
        panic!()
    };
    let photo = [7; 40_000];
    let face = Some(content_hash(&photo));
    let read = Event::IdentityRead { identity, face, signer, legal_basis };
    ledger.record(at(1), read, &[&photo]).unwrap();
    ledger.backup(&backup, at(2)).unwrap();
    let again = scratch.path().join("b");
    let restored = restore(&backup, &again, 3).unwrap();
    let mut seen = 0;
    let mut folders = vec![data.clone(), backup, again];
    while let Some(folder) = folders.pop() {
        let rights = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(rights(&folder), 0o700, "{}", folder.display());
        for file in fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert_eq!(rights(&path), 0o600, "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(
        seen >= 19,
        "{seen}: lock, database, log, keys, head, reserve and photo twice, a backup"
    );
    drop((ledger, restored));
    // An office from before is closed when it is opened.
    let office = data.join("office");
    fs::set_permissions(&office, fs::Permissions::from_mode(0o755)).unwrap();
    drop(fixture::open(&data));
    assert_eq!(fs::metadata(&office).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn copies_that_a_synchronised_folder_made_are_told() {
    let scratch = tempdir().unwrap();
    let (mut ledger, _) = found(scratch.path());
    append_dossier(&mut ledger, 1, at(1));
    assert_eq!(copies_of_ledger(scratch.path()), Vec::<String>::new());
    let copies = [
        "keys-QUAY2.json",
        "ledger (Bản sao xung đột của QUAY2 2026-11-23).db",
        "ledger (conflicted copy 2026-11-23 090807).db",
        "ledger-DESKTOP-4F2A.db",
        "ledger.db-DESKTOP-4F2A",
        "ledger.sync-conflict-20261123-090807-ABCDEFG.db",
    ];
    for name in copies {
        fs::write(scratch.path().join("office").join(name), b"x").unwrap();
    }
    let mut expected = copies.to_vec();
    expected.sort_unstable();
    assert_eq!(copies_of_ledger(scratch.path()), expected);
    drop(ledger);
    assert_clean(&fixture::open(scratch.path()));
}
