//! Backups come back whole; the restored copy is a new device and repeats nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{collections::HashMap, fs, path::Path};

use fixture::{PASSWORD, append_dossier, assert_clean, at, chi, found, identity, read_event};
use ledger::{
    Dossiers, EventKind, Ledger, LedgerError, Restore, RestoreReport, Scope, content_hash,
};
use office::{
    Explain,
    book::Book,
    entry::{Entry, Event, UserName},
    evidence::Evidence,
};
use tempfile::tempdir;

fn restore(
    backup: &Path,
    data: &Path,
    last_on_paper: &[(Book, u32)],
    seconds: i64,
) -> Result<(Ledger, RestoreReport), LedgerError> {
    let request = Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "Máy mới",
        last_on_paper,
        accept_jump: false,
        accept_findings: false,
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
    ledger.log(None, None, 500).unwrap().items.into_iter().filter_map(|line| line.entry).collect()
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
        .record(at(50), Event::IdentityRead { identity: read, face, legal_basis }, &[b"face"])
        .unwrap();
    ledger.save_draft("nháp", "dở dang".as_bytes()).unwrap();
    let manifest = ledger.backup(&backup, at(60)).unwrap();
    assert_eq!(manifest.entries, 49);
    let old = ledger.head().device.clone();
    let after_backup = append_dossier(&mut ledger, 41, at(61));
    assert_eq!(numbers(&after_backup), (41, 41, 1));
    assert_eq!(ledger.log(Some(EventKind::BackupMade), None, 9).unwrap().items.len(), 1);
    let listed: Vec<_> = fs::read_dir(&backup).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(listed.len(), 3, "{listed:?}");

    let (mut restored, report) = restore(&backup, &again, &[(Book::Tracking, 41)], 120).unwrap();
    assert_eq!(report.entries, 49);
    assert_eq!(report.made_at, at(60));
    let last: Vec<_> = report.numbers.iter().map(|n| (n.series.book, n.last)).collect();
    assert_eq!(
        last,
        [
            (Book::DossierCode, 40),
            (Book::Tracking, 41),
            (Book::Notice, 0),
            (Book::FeeReceipt, 0),
            (Book::Ticket, 0)
        ]
    );
    assert_eq!(restored.dossiers(&Dossiers::All, None, 100).unwrap().items.len(), 40);
    assert_eq!(restored.blob(&content_hash(b"face")).unwrap(), b"face");
    assert_eq!(restored.drafts().unwrap()[0].bytes, "dở dang".as_bytes());
    let name = identity(7, Evidence::Typed).person.name;
    assert!(!restored.search(&name, Scope::All, None, 9).unwrap().items.is_empty());

    assert_ne!(restored.head().device, old);
    let events: Vec<_> = restored
        .log(None, None, 2 + Book::ALL.len())
        .unwrap()
        .items
        .iter()
        .rev()
        .map(|line| line.kind)
        .collect();
    assert_eq!(events[..2], [EventKind::DeviceEnrolled, EventKind::Restored]);
    assert_eq!(events[2..], [EventKind::LeaseTaken; Book::ALL.len()]);
    let next = append_dossier(&mut restored, 50, at(130));
    assert_eq!(numbers(&next), (41, 42, 2), "after the last number on paper, in a new epoch");
    restored.continue_after(at(131), Book::DossierCode, 60, false).unwrap();
    assert_eq!(numbers(&append_dossier(&mut restored, 51, at(132))), (61, 43, 2));
    for wrong in [0, 61, 43] {
        let error = restored.continue_after(at(133), Book::DossierCode, wrong, true).unwrap_err();
        assert_eq!(error.code(), "LED-27", "{wrong} is known already");
    }
    assert_clean(&restored);

    // The lost machine's chain and the restored one: no (device, sequence) means two entries.
    let mut places = HashMap::new();
    for line in all(&ledger).into_iter().chain(all(&restored)) {
        let id = places.entry((line.device.clone(), line.sequence)).or_insert(line.id.clone());
        assert_eq!(*id, line.id);
    }
    // A backup of the restored copy, restored again.
    let second = scratch.path().join("sao lưu 2");
    restored.backup(&second, at(140)).unwrap();
    drop(restored);
    let (mut third, _) = restore(&second, &scratch.path().join("c"), &[], 150).unwrap();
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
    assert_eq!(restore(&backup, &data, &[], 3).err().unwrap().code(), "LED-02");
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
        let error = restore(&harmed, &data, &[], 90).err().unwrap();
        assert!(matches!(error.code(), "LED-19" | "LED-13"), "{name}: {error:?}");
        assert!(!Ledger::exists(&data), "{name}");
    }
    let request = Restore {
        user: &chi(),
        password: "sai",
        device_label: "Máy mới",
        last_on_paper: &[],
        accept_jump: false,
        accept_findings: false,
        at: at(90),
    };
    assert_eq!(Ledger::restore(&backup, &data, &request).err().unwrap().code(), "LED-05");
    let nobody = UserName("khac".into());
    let request = Restore { user: &nobody, ..request };
    assert_eq!(Ledger::restore(&backup, &data, &request).err().unwrap().code(), "LED-04");
    assert!(!Ledger::exists(&data));
    assert_clean(&restore(&backup, &data, &[], 95).unwrap().0);
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
