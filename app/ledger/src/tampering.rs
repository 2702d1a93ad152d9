//! Tests by someone who holds the key and writes into the database behind the ledger's back, and by a
//! disk that fills up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::civil::Date;
use office::{
    Explain,
    book::{BookId, Lease, VolumeId},
    dossier::DossierId,
    entry::{Entry, Envelope, Event, PaperKind, PaperOf, Role, sha256},
    evidence::Evidence,
};
use tempfile::tempdir;

use std::path::Path;

use crate::{
    FindingKind, Ledger, LedgerError, Present, Restore, StepBack, content_hash,
    fixture::{
        self, append_dossier, assert_clean, at, confirm_numbers, found, open, read_event, receive,
        reception,
        rooms::{hand_over, resolve},
    },
};

/// An office with a bit of everything: 13 founding entries, the year's volume, then 3 dossiers (15–17), a reading
/// with a photo (18), a paper (19), an annulment (20).
fn lived_in(data: &std::path::Path) -> Ledger {
    let (mut ledger, _) = found(data);
    let entry = append_dossier(&mut ledger, 1, at(1));
    append_dossier(&mut ledger, 2, at(2));
    append_dossier(&mut ledger, 3, at(3));
    let Event::DossierReceived { dossier } = entry.what else { panic!() };
    let Event::IdentityRead { identity, legal_basis, .. } = read_event(4, Evidence::ChipAuthentic)
    else {
        panic!()
    };
    let face = Some(content_hash(b"face"));
    ledger
        .record(
            at(4),
            Event::IdentityRead { identity, face, signer: None, legal_basis },
            &[b"face"],
        )
        .unwrap();
    let content = content_hash(b"pdf");
    let paper = Event::PaperMade {
        subject: (&dossier.id).into(),
        kind: PaperKind::Receipt,
        of: PaperOf::Beginning,
        content,
    };
    ledger.record(at(5), paper, &[b"pdf"]).unwrap();
    ledger
        .record(at(6), Event::DossierAnnulled { dossier: dossier.id, reason: "nhầm".into() }, &[])
        .unwrap();
    assert_clean(&ledger);
    ledger
}

#[test]
fn every_kind_of_tampering_is_found() {
    use FindingKind::{Blob, Book, Chain, Entry, Lost, ReadModel, Signature};
    for (sql, expected) in [
        ("DELETE FROM entry WHERE sequence = 16", Chain),
        ("INSERT INTO waits VALUES ('tracking', 5)", ReadModel),
        ("UPDATE entry SET payload = x'7b7d' WHERE sequence = 16", Entry),
        ("UPDATE entry SET envelope = CAST(envelope || x'20' AS BLOB) WHERE sequence = 16", Entry),
        (
            "UPDATE entry SET payload = CAST(replace(CAST(payload AS TEXT), 'Hộ tịch', 'Hộ tich') AS BLOB) WHERE sequence = 16",
            Entry,
        ),
        (
            "UPDATE entry SET signature = (SELECT signature FROM entry WHERE sequence = 17) WHERE sequence = 16",
            Signature,
        ),
        ("UPDATE entry SET signature = x'00' WHERE sequence = 16", Signature),
        ("UPDATE entry SET kind = 9 WHERE sequence = 16", Entry),
        (
            "UPDATE entry SET envelope = CAST(replace(CAST(envelope AS TEXT), '\"chi\"', '\"chu\"') AS BLOB) WHERE sequence = 16",
            Signature,
        ),
        ("UPDATE entry SET sequence = 70 WHERE sequence = 16", Entry),
        ("UPDATE entry SET n = n + 20 WHERE sequence = 20", Entry),
        ("DELETE FROM entry WHERE sequence = 20", ReadModel),
        ("DELETE FROM entry WHERE sequence = 16", Book),
        ("UPDATE lease SET after = 9", ReadModel),
        ("DELETE FROM dossier WHERE n = (SELECT n FROM entry WHERE sequence = 16)", ReadModel),
        ("UPDATE dossier SET annulled = NULL", ReadModel),
        ("UPDATE person SET best = 6", ReadModel),
        ("UPDATE history SET part = 5", ReadModel),
        ("DELETE FROM history", ReadModel),
        ("INSERT INTO tie VALUES (10, 12, 13, 1, '099099000001', 'entry:12')", ReadModel),
        ("INSERT INTO split VALUES (13, 10, '099099000001')", ReadModel),
        ("UPDATE user SET json = replace(json, 'clerk', 'head')", ReadModel),
        ("UPDATE office SET json = replace(json, 'false', 'true')", ReadModel),
        ("UPDATE lease SET epoch = 2", ReadModel),
        ("DELETE FROM viewed; INSERT INTO viewed VALUES (10)", ReadModel),
        ("UPDATE book SET json = replace(json, 'year', 'day')", ReadModel),
        ("UPDATE volume_opened SET after = 9", ReadModel),
        ("INSERT INTO volume_closed VALUES ('tracking', 2026, 1, 10)", ReadModel),
        ("INSERT INTO line VALUES (10, 'trial', '')", ReadModel),
        ("UPDATE course SET officer = 'khac'", ReadModel),
        ("UPDATE dossier SET counted_from = '2026-01-01'", ReadModel),
        ("UPDATE tally SET count = count + 1 WHERE measure = 1", ReadModel),
        ("UPDATE slice SET officer = 'khac'", ReadModel),
        ("UPDATE day SET last = 1", ReadModel),
        ("UPDATE named SET entries = 9", ReadModel),
        ("INSERT INTO payment VALUES (10, 'x', 'y', '', 1, NULL, NULL)", ReadModel),
        ("INSERT INTO transfer VALUES ('FT1', '', '', 1, 'y', 1, 10, 0)", ReadModel),
        ("INSERT INTO ticket VALUES (10, 'x', '', '', 0, 1, 0, '', 0, NULL, 10, 10)", ReadModel),
        ("INSERT INTO document VALUES (10, 'x', '', 10, NULL, x'00', NULL)", ReadModel),
        ("INSERT INTO arrival VALUES (10, 'x', 'y', NULL)", ReadModel),
        ("INSERT INTO notice VALUES (10, '', NULL)", ReadModel),
        (
            "UPDATE find SET text = 'khac' WHERE n = (SELECT n FROM entry WHERE sequence = 16)",
            ReadModel,
        ),
        ("INSERT INTO trust VALUES (zeroblob(32), 'country_signer', 10, 0)", ReadModel),
        ("UPDATE number SET value = 9 WHERE day = ''", ReadModel),
        ("DELETE FROM confirmed", ReadModel),
        ("INSERT INTO admitted VALUES ('ab', x'00', '', 10)", ReadModel),
        ("INSERT INTO knows VALUES ('ab', 'cd', 10, 'ef')", ReadModel),
        ("INSERT INTO branch VALUES ('ef', 'ab', 2, 3, 'cd', 10)", ReadModel),
        ("INSERT INTO conflict VALUES (10, 1, '')", ReadModel),
        ("INSERT INTO settled VALUES (10, 1, 11)", ReadModel),
        ("INSERT INTO stray VALUES ('dossier x', 10)", ReadModel),
        ("UPDATE blob SET bytes = x'00' WHERE bytes = CAST('pdf' AS BLOB)", Blob),
        ("DELETE FROM blob WHERE bytes = CAST('pdf' AS BLOB)", Blob),
        ("INSERT INTO blob VALUES (zeroblob(32), x'01')", Blob),
    ] {
        let data = tempdir().unwrap();
        let ledger = lived_in(data.path());
        ledger.db.execute_batch(sql).unwrap();
        assert!(ledger.db.changes() > 0, "{sql}");
        let report = ledger.check().unwrap();
        assert!(
            report.findings.iter().any(|f| f.kind == expected),
            "{sql}: {:#?}",
            report.findings
        );
    }
    let data = tempdir().unwrap();
    let mut ledger = lived_in(data.path());
    let note = |ledger: &mut Ledger, sequence, raw| {
        let known = crate::witness::Known { sequence, hash: raw };
        ledger.witness.note(&ledger.device.id, known);
    };
    let newest = ledger.head.raw;
    note(&mut ledger, 99, newest);
    assert_eq!(ledger.check().unwrap().findings[0].kind, Lost);
    // An older witness is no loss as long as its entry still stands there.
    let older: Vec<u8> = ledger
        .db
        .query_row("SELECT envelope FROM entry WHERE sequence = 17", [], |row| row.get(0))
        .unwrap();
    note(&mut ledger, 17, sha256(&older));
    assert_clean(&ledger);
    note(&mut ledger, 17, newest);
    assert_eq!(ledger.check().unwrap().findings[0].kind, Lost, "another entry stands there");
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

/// The next entry by a clock that the append would have refused.
#[test]
fn a_step_back_that_nobody_accepted_is_found() {
    let data = tempdir().unwrap();
    let mut ledger = lived_in(data.path());
    ledger.head.latest = None;
    append_dossier(&mut ledger, 8, at(-3_600));
    let report = ledger.check().unwrap();
    let kinds: Vec<_> = report.findings.iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [FindingKind::Clock]);
    assert_eq!(
        report.steps_back,
        [StepBack {
            device: ledger.device.id.clone(),
            sequence: 21,
            from: at(6),
            to: at(-3_600),
            accepted: false
        }]
    );
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
        crate::slot::announce(&ledger.db, &name.0, &digest).unwrap();
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

/// Someone who holds the device key writes well-signed entries that break the books' rules.
#[test]
fn a_signed_entry_that_breaks_a_book_is_found() {
    type Change = fn(&mut Entry, &Ledger);
    let cases: [(&str, Change); 11] = [
        ("a year opened below the book's epoch", |entry, ledger| {
            let device = ledger.device.id.clone();
            entry.what = Event::LeaseTaken {
                lease: Lease {
                    book: BookId::TRACKING,
                    year: 2027,
                    day: None,
                    device,
                    epoch: 0,
                    after: 0,
                },
            };
        }),
        ("a number skipped", |entry, _| number(entry).value += 1),
        ("a number used again", |entry, _| number(entry).value -= 1),
        ("an epoch that was never taken", |entry, _| number(entry).epoch = 2),
        ("a year without lease", |entry, _| number(entry).series.year = 2031),
        ("a lease for somebody else", |entry, ledger| {
            let device = office::entry::DeviceId("00".repeat(16));
            let lease =
                Lease { book: BookId::TRACKING, year: 2026, day: None, device, epoch: 2, after: 0 };
            let _ = ledger;
            entry.what = Event::LeaseTaken { lease };
        }),
        ("a volume beside the open one", |entry, _| {
            let id = VolumeId { book: BookId::TRACKING, year: 2026, volume: 2 };
            entry.what = Event::VolumeOpened { id, after: 3, day: Date::constant(2026, 11, 23) };
        }),
        ("a volume of a book that has none", |entry, _| {
            let id = VolumeId { book: BookId::NOTICE, year: 2026, volume: 1 };
            entry.what = Event::VolumeOpened { id, after: 0, day: Date::constant(2026, 11, 23) };
        }),
        ("a volume closed at another number", |entry, _| {
            let id = VolumeId { book: BookId::TRACKING, year: 2026, volume: 1 };
            entry.what =
                Event::VolumeClosed { id, last: 2, count: 3, day: Date::constant(2026, 11, 23) };
        }),
        ("a volume closed with another count", |entry, _| {
            let id = VolumeId { book: BookId::TRACKING, year: 2026, volume: 1 };
            entry.what =
                Event::VolumeClosed { id, last: 3, count: 2, day: Date::constant(2026, 11, 23) };
        }),
        ("a lease in an old epoch", |entry, ledger| {
            let device = ledger.device.id.clone();
            entry.what = Event::LeaseTaken {
                lease: Lease {
                    book: BookId::TRACKING,
                    year: 2026,
                    day: None,
                    device,
                    epoch: 1,
                    after: 0,
                },
            };
        }),
    ];
    for (name, change) in cases {
        let data = tempdir().unwrap();
        let mut ledger = lived_in(data.path());
        let mut numbers = crate::number::Dispenser::new(&ledger.db, &ledger.device.id);
        let what = receive(reception(9, at(9)))(&mut numbers).unwrap();
        let mut entry = next_entry(&ledger, what);
        change(&mut entry, &ledger);
        write_signed(&mut ledger, &mut entry);
        let findings = ledger.check().unwrap().findings;
        assert!(!findings.is_empty(), "{name}");
        assert!(findings.iter().all(|f| f.kind == FindingKind::Book), "{name}: {findings:#?}");
    }
}

/// A number that was dispensed before its volume was closed.
#[test]
fn a_number_in_a_closed_volume_is_found() {
    let data = tempdir().unwrap();
    let mut ledger = lived_in(data.path());
    let mut numbers = crate::number::Dispenser::new(&ledger.db, &ledger.device.id);
    let what = receive(reception(9, at(9)))(&mut numbers).unwrap();
    drop(numbers);
    ledger.close_volume(at(8), BookId::TRACKING, 2026).unwrap();
    assert_clean(&ledger);
    let mut entry = next_entry(&ledger, what);
    write_signed(&mut ledger, &mut entry);
    let findings = ledger.check().unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].place.contains("số 4 ngoài quyển đang mở"), "{findings:#?}");
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
    let n = crate::store::insert(&ledger.db, &entry.envelope, None, &sealed).unwrap();
    crate::project::apply(&ledger.db, n, entry).unwrap();
    ledger.head = crate::Head::read(&ledger.db, &ledger.device.id).unwrap();
    ledger.witness.note(&ledger.device.id, ledger.head.known());
}

/// Someone who holds the device key decides what nobody may decide.
#[test]
fn a_signed_entry_that_breaks_a_rule_is_found() {
    let step = |dossier: &DossierId, seen, what| fixture::rooms::step(dossier, seen, at(9), what);
    type Make = Box<dyn Fn(&DossierId, &DossierId) -> Event>;
    let cases: [(&str, Make); 5] = [
        ("a step nobody could have seen", Box::new(move |open, _| step(open, 3, resolve()))),
        (
            "a result returned that is not there",
            Box::new(move |open, _| step(open, 0, hand_over())),
        ),
        ("a step of an annulled dossier", Box::new(move |_, gone| step(gone, 0, resolve()))),
        (
            "annulled twice",
            Box::new(|_, gone| Event::DossierAnnulled {
                dossier: gone.clone(),
                reason: "nhầm".into(),
            }),
        ),
        (
            "a document removed that never was",
            Box::new(|_, _| Event::DocumentRemoved {
                document: office::document::DocumentId("0".repeat(32)),
                reason: "hết hạn".into(),
            }),
        ),
    ];
    for (name, make) in cases {
        let data = tempdir().unwrap();
        let mut ledger = lived_in(data.path());
        let dossiers = ledger.dossiers(&crate::Dossiers::All, None, 9).unwrap().items;
        let what = make(&dossiers[0].dossier.id, &dossiers[2].dossier.id);
        let mut entry = next_entry(&ledger, what);
        write_signed(&mut ledger, &mut entry);
        let findings = ledger.check().unwrap().findings;
        let kinds: Vec<_> = findings.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [FindingKind::Rule], "{name}: {findings:#?}");
    }
}

/// Someone writes with the machine's key what their roles do not allow.
#[test]
fn what_an_author_was_not_allowed_is_found() {
    use office::entry::{DeviceId, User};
    let clerk = |name: &str| fixture::user(name, &[Role::Clerk]);
    let head = |name: &str| fixture::user(name, &[Role::Head]);
    type Make = Box<dyn Fn(&User) -> Event>;
    fn reason() -> String {
        "lý do".into()
    }
    let cases: [(&str, &str, Make); 14] = [
        ("a clerk makes a head", "ba", Box::new(move |_| Event::UserAdded { user: head("moi") })),
        ("a clerk makes a clerk", "ba", Box::new(move |_| Event::UserAdded { user: clerk("moi") })),
        ("a clerk becomes head", "ba", Box::new(move |_| Event::UserChanged { user: head("ba") })),
        (
            "the security administrator makes a reader",
            "an",
            Box::new(move |_| Event::UserAdded { user: clerk("moi") }),
        ),
        (
            "the security administrator becomes a reader",
            "an",
            Box::new(move |_| Event::UserChanged { user: clerk("an") }),
        ),
        (
            "a clerk shuts the head out",
            "ba",
            Box::new(move |chi| Event::UserDisabled { user: chi.name.clone(), reason: reason() }),
        ),
        (
            "a clerk sets another's password",
            "ba",
            Box::new(|chi| Event::PasswordChanged { user: chi.name.clone() }),
        ),
        (
            "a clerk lets a machine in",
            "ba",
            Box::new(|_| Event::DeviceAdmitted {
                device: DeviceId("ab".repeat(16)),
                public_key: "00".repeat(32),
                label: "lạ".into(),
            }),
        ),
        (
            "a clerk trusts a certificate",
            "ba",
            Box::new(|_| Event::TrustRemoved { fingerprint: content_hash(b"x"), reason: reason() }),
        ),
        (
            "a clerk plans the backups",
            "ba",
            Box::new(|_| Event::BackupPlanned { plan: Box::default() }),
        ),
        (
            "a clerk changes the settings",
            "ba",
            Box::new(|_| Event::SettingsChanged { settings: Box::default() }),
        ),
        ("a clerk accepts the clock", "ba", Box::new(|_| Event::ClockAccepted { last: at(1) })),
        ("whose rights ended reads a person", "cu", Box::new(|_| read_event(1, Evidence::Typed))),
        ("whoever is nobody reads a person", "ma", Box::new(|_| read_event(1, Evidence::Typed))),
    ];
    let data = tempdir().unwrap();
    let mut ledger = lived_in(data.path());
    let guard = fixture::user("an", &[Role::SecurityAdministrator]);
    for user in [clerk("ba"), clerk("cu"), guard] {
        ledger.add_user(at(7), user, fixture::PASSWORD).unwrap();
    }
    ledger.disable_user(at(8), &office::entry::UserName("cu".into()), "nghỉ").unwrap();
    assert_clean(&ledger);
    drop(ledger);
    for (name, author, make) in cases {
        let copy = tempdir().unwrap();
        std::fs::create_dir(copy.path().join("office")).unwrap();
        for file in std::fs::read_dir(data.path().join("office")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join("office").join(file.file_name())).unwrap();
        }
        let mut ledger = open(copy.path());
        let what = make(&ledger.user.clone());
        let mut entry = next_entry(&ledger, what);
        entry.envelope.user = office::entry::UserName(author.into());
        write_signed(&mut ledger, &mut entry);
        let findings = ledger.check().unwrap().findings;
        let kinds: Vec<_> = findings.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [FindingKind::Right], "{name}: {findings:#?}");
    }
}

/// A machine that nobody let in enrols itself.
#[test]
fn a_machine_that_nobody_let_in_is_found() {
    let data = tempdir().unwrap();
    let mut ledger = lived_in(data.path());
    let stranger =
        crate::chain::DeviceKey::random(&crate::take::branch::tags(&ledger.db).unwrap()).unwrap();
    let enrolment = Event::DeviceEnrolled {
        device: stranger.id.clone(),
        public_key: hex::encode(stranger.public_key()),
        label: "lạ".into(),
    };
    let mut head = crate::Head::read(&ledger.db, &stranger.id).unwrap();
    for what in [enrolment, read_event(1, Evidence::Typed)] {
        let mut entry = next_entry(&ledger, what);
        entry.envelope.device = stranger.id.clone();
        entry.envelope.sequence = head.sequence + 1;
        entry.envelope.previous = head.hash.clone();
        entry.envelope.moment = head.moment.next(at(9));
        let sealed = stranger.seal(&mut entry).unwrap();
        let n = crate::store::insert(&ledger.db, &entry.envelope, None, &sealed).unwrap();
        crate::project::apply(&ledger.db, n, &entry).unwrap();
        head = crate::Head::read(&ledger.db, &stranger.id).unwrap();
        let findings = ledger.check().unwrap().findings;
        let kinds: Vec<_> = findings.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [FindingKind::Chain], "{findings:#?}");
    }
    ledger.head = crate::Head::read(&ledger.db, &ledger.device.id).unwrap();
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
        LedgerError::CancelledAlready,
        LedgerError::NothingPaid,
        LedgerError::LineKnown,
        LedgerError::ArrivedAlready,
        LedgerError::AnsweredAlready,
        LedgerError::DocumentGone,
        LedgerError::ServedAlready,
        LedgerError::ActDoneAlready,
        LedgerError::NoWitness { found: 1 },
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
