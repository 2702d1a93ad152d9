//! Tests by someone who holds the key and writes into the database behind the ledger's back, and by a
//! disk that fills up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use office::{
    Explain,
    book::BookId,
    entry::{Event, Numbering, PaperKind, PaperOf, Role, sha256},
    evidence::Evidence,
};
use tempfile::tempdir;

mod insider;

use std::path::Path;

use crate::{
    ClockJump, FindingKind, Home, Ledger, LedgerError, Present, Restore, content_hash,
    fixture::{
        self, append_dossier, assert_clean, at, confirm_numbers, found, open, read_event, receive,
        reception,
    },
};

/// A photo that is a file of its own.
const FACE: &[u8] = &[7; crate::contents::SMALL + 1];

/// An office with a bit of everything: 13 founding entries, the year's volume, then 3 dossiers (15–17), a reading
/// with a photo (18), a paper (19), an annulment (20).
fn lived_in<'a>(home: impl Into<Home<'a>>) -> Ledger {
    let (mut ledger, _) = Ledger::create(home, fixture::founding(&Role::ALL)).unwrap();
    let entry = append_dossier(&mut ledger, 1, at(1));
    append_dossier(&mut ledger, 2, at(2));
    append_dossier(&mut ledger, 3, at(3));
    let Event::DossierReceived { dossier } = entry.what else { panic!() };
    let Event::IdentityRead { identity, legal_basis, .. } = read_event(4, Evidence::ChipAuthentic)
    else {
        panic!()
    };
    let face = Some(content_hash(FACE));
    ledger
        .record(at(4), Event::IdentityRead { identity, face, signer: None, legal_basis }, &[FACE])
        .unwrap();
    let content = content_hash(b"pdf");
    let paper = Event::PaperMade {
        subject: (&dossier.id).into(),
        kind: PaperKind::Receipt,
        of: PaperOf::Beginning,
        content,
        numbers: Numbering::Issued,
    };
    ledger.record(at(5), paper, &[b"pdf"]).unwrap();
    ledger
        .record(at(6), Event::DossierAnnulled { dossier: dossier.id, reason: "nhầm".into() }, &[])
        .unwrap();
    assert_clean(&ledger);
    ledger
}

fn restore(backup: &Path, data: &Path, accept_findings: bool) -> Result<Ledger, LedgerError> {
    let request = Restore {
        user: &crate::fixture::chi(),
        password: crate::fixture::PASSWORD,
        device_label: "Máy mới",
        accept_findings,
        present: Present::Refused,
        at: at(200),
    };
    Ledger::restore(backup, data, &request).map(|(ledger, _)| ledger)
}

#[test]
fn a_damaged_ledger_is_backed_up_and_comes_back_as_far_as_it_can_be_read() {
    use FindingKind::{Blob, Entry, ReadModel, Signature};
    for (sql, kind, left) in [
        ("UPDATE lease SET after = 9", ReadModel, 0),
        ("DELETE FROM dossier; DELETE FROM person; DELETE FROM find", ReadModel, 0),
        ("UPDATE entry SET signature = x'00' WHERE sequence = 16", Signature, 1),
        ("UPDATE entry SET payload = x'7b7d' WHERE sequence = 18", Entry, 1),
        ("DELETE FROM blob WHERE bytes = CAST('pdf' AS BLOB)", Blob, 1),
        ("DELETE FROM file", Blob, 1),
        ("UPDATE file SET key = zeroblob(32)", Blob, 1),
        ("UPDATE file SET key = zeroblob(3)", Blob, 1),
        ("UPDATE file SET size = -1", Blob, 1),
    ] {
        let scratch = tempdir().unwrap();
        let (backup, again) = (scratch.path().join("sao lưu"), scratch.path().join("b"));
        let mut ledger = lived_in(&scratch.path().join("a"));
        ledger.db.execute_batch(sql).unwrap();
        let manifest = ledger.backup(&backup, at(100)).unwrap();
        assert!(manifest.findings.iter().any(|f| f.kind == kind), "{sql}: {manifest:?}");
        let refused = restore(&backup, &again, false).err().unwrap();
        assert_eq!(refused.code(), "LED-26", "{sql}");
        assert!(refused.to_string().contains("các tệp của nó còn nguyên vẹn"));
        assert!(!Ledger::exists(&again), "{sql}");
        let mut restored = restore(&backup, &again, true).unwrap();
        let report = restored.check().unwrap();
        let sum: u64 = report.counts.iter().map(|found| found.count).sum();
        assert_eq!(sum, left, "{sql}: {:#?}", report.findings);
        confirm_numbers(&mut restored, at(205));
        let entry = append_dossier(&mut restored, 9, at(210));
        let Event::DossierReceived { dossier } = entry.what else { panic!() };
        assert_eq!(dossier.tracking.issued().map(|i| (i.value, i.epoch)), Some((4, 2)), "{sql}");
    }
}

/// Someone with the key changes a backup and its manifest: read models are made anew anyway, entries
/// must hold.
#[test]
fn a_restore_believes_the_entries_and_nothing_else() {
    for (sql, expected) in [
        ("UPDATE lease SET after = 9; DELETE FROM person", None),
        ("UPDATE user SET json = replace(json, 'clerk', 'head')", None),
        ("UPDATE entry SET signature = x'00' WHERE sequence = 16", Some("LED-19")),
        ("DELETE FROM entry WHERE sequence = 16", Some("LED-19")),
    ] {
        let scratch = tempdir().unwrap();
        let (backup, again) = (scratch.path().join("sao lưu"), scratch.path().join("b"));
        let mut ledger = lived_in(&scratch.path().join("a"));
        let mut manifest = ledger.backup(&backup, at(100)).unwrap();
        let copy = crate::schema::connect_existing(&backup.join("ledger.db"), &ledger.key).unwrap();
        copy.execute_batch(sql).unwrap();
        drop(copy);
        manifest.files[0] = crate::backup::describe(&backup, "ledger.db").unwrap();
        std::fs::write(backup.join("manifest.json"), serde_json::to_vec(&manifest).unwrap())
            .unwrap();
        match (restore(&backup, &again, false), expected) {
            (Ok(restored), None) => assert_clean(&restored),
            (restored, expected) => {
                assert_eq!(restored.err().map(|error| error.code()), expected, "{sql}");
            }
        }
    }
}

#[test]
fn a_witness_may_be_older_than_the_ledger_but_knows_no_other() {
    let data = tempdir().unwrap();
    let mut ledger = lived_in(data.path());
    let note = |ledger: &mut Ledger, sequence, raw| {
        let known = crate::witness::Known { sequence, hash: raw };
        ledger.witness.note(&ledger.device.id, known);
    };
    let newest = ledger.head.raw;
    note(&mut ledger, 99, newest);
    assert_eq!(ledger.check().unwrap().findings[0].kind, FindingKind::Lost);
    // An older witness is no loss as long as its entry still stands there.
    let older: Vec<u8> = ledger
        .db
        .query_row("SELECT envelope FROM entry WHERE sequence = 17", [], |row| row.get(0))
        .unwrap();
    note(&mut ledger, 17, sha256(&older));
    assert_clean(&ledger);
    note(&mut ledger, 17, newest);
    assert_eq!(
        ledger.check().unwrap().findings[0].kind,
        FindingKind::Lost,
        "another entry stands there"
    );
}

/// The next entry by a clock that the append would have refused.
#[test]
fn a_jump_of_the_clock_that_nobody_accepted_is_found() {
    for to in [at(-3_600), at(6 + 31 * 86_400 + 1)] {
        let data = tempdir().unwrap();
        let mut ledger = lived_in(data.path());
        ledger.head.latest = None;
        append_dossier(&mut ledger, 8, to);
        let report = ledger.check().unwrap();
        let kinds: Vec<_> = report.findings.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [FindingKind::Clock], "{to}");
        let device = ledger.device.id.clone();
        let jump = ClockJump { device, sequence: 21, from: at(6), to, accepted: false };
        assert_eq!(report.clock_jumps, [jump]);
    }
}

#[test]
fn a_password_change_that_was_cut_short_leaves_one_password_that_opens() {
    let new = "Mật-khẩu-mới-8";
    let name = crate::fixture::chi();
    for file_written in [false, true] {
        let data = tempdir().unwrap();
        let (ledger, _) = found(data.path());
        let mut keyring = ledger.keyring.clone();
        keyring.set_password(&ledger.key, &name, new).unwrap();
        let digest = keyring.slot_digest(&name).unwrap();
        crate::slot::announce(&ledger.db, &name.0, &digest, false).unwrap();
        if file_written {
            keyring.write(&ledger.folder.keys()).unwrap();
        }
        let keys = ledger.folder.keys();
        let before = std::fs::read(&keys).unwrap();
        drop(ledger);
        let (opens, not) = if file_written {
            (new, crate::fixture::PASSWORD)
        } else {
            (crate::fixture::PASSWORD, new)
        };
        let tried = |password| Ledger::open(data.path(), &name, password, at(1)).err();
        assert!(matches!(tried(not), Some(LedgerError::WrongPassword { .. })));
        assert!(tried(opens).is_none(), "written: {file_written}");
        std::fs::write(&keys, before).unwrap();
        assert!(tried(opens).is_none(), "the same slot, only its counters differ");
    }
}

#[test]
fn a_search_volume_that_misses_a_word_is_found() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    for i in 0..70 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    assert_clean(&ledger);
    ledger.db.execute("INSERT INTO find_dossier_0 (rowid, text) VALUES (3, 'them')", []).unwrap();
    let findings = ledger.check().unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].place, "bảng find_dossier_0");
}

#[test]
fn a_device_without_the_lease_waits_for_its_number() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    // Another device took the tracking book.
    ledger
        .db
        .execute("UPDATE lease SET device = 'other', epoch = 2 WHERE book = 'tracking'", [])
        .unwrap();
    for seconds in [0, 39 * 86_400] {
        ledger.accept_clock(at(seconds)).unwrap();
        let entry = append_dossier(&mut ledger, 1, at(seconds));
        let Event::DossierReceived { dossier } = &entry.what else { panic!() };
        assert_eq!(dossier.tracking.issued(), None, "not even in a new year");
        assert_eq!(dossier.serial.issued().map(|i| i.value), Some(1));
    }
}

#[test]
fn a_full_disk_is_a_sentence_and_loses_nothing() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    append_dossier(&mut ledger, 0, at(0));
    let pages: i64 = ledger.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let limit = format!("PRAGMA max_page_count = {}", pages + 20);
    ledger.db.query_row(&limit, [], |_| Ok(())).unwrap();
    let mut written = 1;
    let error = loop {
        match ledger.append(at(written), receive(reception(written as u64, at(written)))) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, LedgerError::DiskFull), "{error:?}");
    assert_eq!(error.code(), "LED-12");
    assert!(written > 5);
    let big = vec![7; 300_000];
    let face = Some(content_hash(&big));
    let Event::IdentityRead { identity, legal_basis, .. } = read_event(4, Evidence::ChipAuthentic)
    else {
        panic!()
    };
    let photo = Event::IdentityRead { identity, face, signer: None, legal_basis };
    assert!(matches!(ledger.record(at(0), photo.clone(), &[&big]), Err(LedgerError::DiskFull)));
    assert_eq!(ledger.head().sequence, 14 + written as u64);
    ledger.db.query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(())).unwrap();
    ledger.record(at(0), photo, &[&big]).unwrap();
    let entry = append_dossier(&mut ledger, 999, at(written));
    let Event::DossierReceived { dossier } = &entry.what else { panic!() };
    assert_eq!(dossier.tracking.issued().map(|i| i64::from(i.value)), Some(written + 1), "no gap");
    assert_clean(&ledger);
    drop(ledger);
    assert_clean(&open(data.path()));
}

#[test]
fn a_newer_structure_is_refused_untouched() {
    let data = tempdir().unwrap();
    let ledger = lived_in(data.path());
    ledger.db.pragma_update(None, "user_version", crate::schema::VERSION + 1).unwrap();
    drop(ledger);
    let error = Ledger::open(data.path(), &crate::fixture::chi(), crate::fixture::PASSWORD, at(0))
        .err()
        .unwrap();
    let known = crate::schema::VERSION;
    let newer =
        matches!(error, LedgerError::Newer { found, known: k } if found == known + 1 && k == known);
    assert!(newer, "{error:?}");
}

#[test]
fn every_sentence_tells_what_to_do_and_every_code_is_its_own() {
    let errors = [
        LedgerError::NoOffice,
        LedgerError::ExistsAlready,
        LedgerError::InUse,
        LedgerError::UnknownUser,
        LedgerError::WrongPassword { wait: std::time::Duration::from_secs(30) },
        LedgerError::LockedOut { wait: std::time::Duration::from_secs(150) },
        LedgerError::WrongRecoveryCode,
        LedgerError::WeakPassword(crate::PasswordWeakness::TooShort { min: 8 }),
        LedgerError::NotAllowed { needed: vec![office::entry::Role::Head] },
        LedgerError::Damaged { place: "x" },
        LedgerError::EntriesLost { known: 2, found: 1 },
        LedgerError::DiskFull,
        LedgerError::Files(std::io::ErrorKind::PermissionDenied),
        LedgerError::Newer { found: 2, known: 1 },
        LedgerError::WrongNumbers,
        LedgerError::Missing,
        LedgerError::ContentLost,
        LedgerError::TooLarge { limit: 1 },
        LedgerError::TargetNotEmpty,
        LedgerError::BackupDamaged { place: "x".into() },
        LedgerError::NotDemo,
        LedgerError::BadUserName,
        LedgerError::NoAdministrator,
        LedgerError::NoRandomness,
        LedgerError::Database(1),
        LedgerError::StaleKeys,
        LedgerError::BackupHasFindings { count: 3 },
        LedgerError::NumberBelowKnown { book: "Sổ".into(), known: 9, given: 7 },
        LedgerError::NumberJump { book: "Sổ".into(), known: 9, given: 7_000 },
        LedgerError::NoLease { book: "Sổ".into() },
        LedgerError::NoBook { book: BookId::TICKET },
        LedgerError::BookOpenAlready { book: "Sổ".into() },
        LedgerError::NoVolumes { book: "Sổ".into() },
        LedgerError::VolumeClosed { volume: "Quyển số 01".into() },
        LedgerError::VolumeOpen { volume: "Quyển số 01".into() },
        LedgerError::NumbersAwaited { book: "Sổ".into(), count: 2 },
        LedgerError::ClockBeforeBackup { made_at: at(0) },
        LedgerError::ClockBack { last: at(0) },
        LedgerError::AnnulledAlready,
        LedgerError::NoReason,
        LedgerError::OwnRights,
        LedgerError::TooManyDrafts { limit: 200 },
        LedgerError::NotErasable,
        LedgerError::ErasedAlready,
        LedgerError::CancelledAlready,
        LedgerError::NothingPaid,
        LedgerError::LineKnown,
        LedgerError::ArrivedAlready,
        LedgerError::AnsweredAlready,
        LedgerError::DocumentGone,
        LedgerError::ServedAlready,
        LedgerError::ActDoneAlready,
        LedgerError::ReturnedAlready,
        LedgerError::NotReturnable,
        LedgerError::NoWitness { found: 1 },
        LedgerError::ThresholdsChanged,
        LedgerError::IdKnown,
        LedgerError::RightsEnded,
        LedgerError::OthersName,
        LedgerError::ClockAhead { last: at(0) },
        LedgerError::KeysTooCostly,
        LedgerError::KeyDoesNotFit,
    ];
    let mut codes: Vec<_> = errors.iter().map(Explain::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), errors.len());
    for error in &errors {
        let sentence = error.to_string();
        assert!(sentence.ends_with('.') && sentence.len() > 40, "{sentence}");
        assert!(error.english().is_ascii(), "{}", error.english());
        // A word without a Vietnamese sign that is no Vietnamese word.
        for english in ["permission", "denied", "backup", "error", "Clerk", "UTC"] {
            assert!(!sentence.contains(english), "{sentence}");
        }
    }
    assert!(
        errors[4].to_string().contains("chờ 30 giây")
            && errors[5].to_string().contains("chờ 3 phút")
    );
}

/// A ledger from before trust was kept opens, and keeps it from then on.
#[test]
fn an_older_structure_is_brought_up_to_date() {
    let data = tempdir().unwrap();
    let ledger = lived_in(data.path());
    ledger.db.execute_batch("DROP TABLE trust").unwrap();
    ledger.db.pragma_update(None, "user_version", crate::schema::OLDEST).unwrap();
    drop(ledger);
    let mut ledger = open(data.path());
    let item = crate::fixture::trust_item(1);
    assert_eq!(ledger.add_trust(at(7), &crate::fixture::trust_source(), &[item]).unwrap(), 1);
    assert_clean(&ledger);
    drop(ledger);
    assert_eq!(open(data.path()).trusted().unwrap().certificates.len(), 1);
}
