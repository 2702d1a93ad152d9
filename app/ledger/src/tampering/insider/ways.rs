//! The ways, and what comes of each.

use super::*;

pub(super) fn ways() -> Vec<Attempt> {
    let mut ways: Vec<Attempt> = TABLES
        .iter()
        .map(|(sql, kind)| Attempt { name: (*sql).into(), how: Sql(sql), end: Found(*kind) })
        .collect();
    let mut add = |name: &str, how, end| ways.push(Attempt { name: name.into(), how, end });

    // A password, and the program.
    add(
        "a clerk adds a user",
        Asks("ba", |l| l.add_user(at(9), clerk("moi"), PASSWORD)),
        Refused("LED-09"),
    );
    add(
        "a clerk takes a role",
        Asks("ba", |l| l.change_user(at(9), head("ba"))),
        Refused("LED-09"),
    );
    add(
        "the security administrator takes a role",
        Asks("an", |l| l.change_user(at(9), clerk("an"))),
        Refused("LED-34"),
    );
    add(
        "the security administrator makes a head",
        Asks("an", |l| l.add_user(at(9), head("moi"), PASSWORD)),
        Refused("LED-09"),
    );
    add(
        "a clerk sets the head's password",
        Asks("ba", |l| l.reset_password(at(9), &chi(), OTHER)),
        Refused("LED-09"),
    );
    add(
        "a clerk moves a book on",
        Asks("ba", |l| l.continue_after(at(9), BookId::TRACKING, 50, false)),
        Refused("LED-09"),
    );
    add(
        "a clerk dates an entry back",
        Asks("ba", |l| l.append(at(-9_000), receive(reception(9, at(-9_000)))).map(drop)),
        Refused("LED-31"),
    );
    add(
        "a clerk hands in an entry that only the ledger writes",
        Asks("ba", |l| l.record(at(9), Event::UserAdded { user: head("ba") }, &[]).map(drop)),
        Refused("LED-09"),
    );
    add("whose rights ended logs in", Files("cu", |_| ()), Refused("LED-04"));
    add("whoever restores is no clerk", Backup("ba", |_, _| ()), Refused("LED-09"));

    // Old and foreign files.
    add("an old database", Files("chi", |f| f.put(&f.old, "ledger.db")), Refused("LED-11"));
    add(
        "an old database and its witness",
        Files("chi", |f| copy(&f.old, &f.office)),
        Refused("LED-11"),
    );
    add(
        "an old database, no witness",
        Files("chi", |f| {
            f.put(&f.old, "ledger.db");
            fs::remove_file(f.office.join("head")).unwrap();
            f.forget_state();
        }),
        Refused("LED-91"),
    );
    add(
        "both witnesses removed",
        Files("chi", |f| {
            fs::remove_file(f.office.join("head")).unwrap();
            f.forget_state();
        }),
        Refused("LED-91"),
    );
    add(
        "a witness of another machine, the second removed",
        Files("chi", |f| {
            f.put(&f.other, "head");
            f.forget_state();
        }),
        Refused("LED-91"),
    );
    add(
        "a witness in which one digit was changed, the second removed",
        Files("chi", |f| {
            let file = f.office.join("head");
            let mut line = fs::read(&file).unwrap();
            line[40] ^= 1;
            fs::write(file, line).unwrap();
            f.forget_state();
        }),
        Refused("LED-91"),
    );
    add(
        "the log removed",
        Files("chi", |f| {
            copy(&f.running, &f.office);
            fs::remove_file(f.office.join("ledger.db-wal")).unwrap();
        }),
        Refused("LED-11"),
    );
    add(
        "the log cut",
        Files("chi", |f| {
            copy(&f.running, &f.office);
            let file = f.office.join("ledger.db-wal");
            let bytes = fs::read(&file).unwrap();
            fs::write(file, &bytes[..bytes.len() / 3]).unwrap();
        }),
        Refused("LED-11"),
    );
    add(
        "the second witness removed",
        Files("chi", Folders::forget_state),
        Told(EventKind::WitnessMade),
    );
    add(
        "an old state of the folder, the second witness removed",
        Files("chi", |f| {
            copy(&f.old, &f.office);
            f.forget_state();
        }),
        Told(EventKind::WitnessMade),
    );
    add(
        "another office's files",
        Files("chi", |f| copy(&f.other, &f.office)),
        Told(EventKind::WitnessMade),
    );
    add(
        "another office's database",
        Files("chi", |f| f.put(&f.other, "ledger.db")),
        Refused("LED-100"),
    );
    add(
        "another office's keys",
        Files("chi", |f| f.put(&f.other, "keys.json")),
        Refused("LED-100"),
    );
    add(
        "old keys, for an old password",
        Files("ba", |f| f.put(&f.old, "keys.json")),
        Refused("LED-25"),
    );
    add(
        "old keys, for whose rights ended",
        Files("cu", |f| f.put(&f.old, "keys.json")),
        Refused("LED-04"),
    );
    add(
        "two users' slots exchanged",
        Files("chi", |f| {
            f.change_keys(|keys| {
                let slots = &mut keys["slots"];
                let (chi, an) = (slots["chi"].clone(), slots["an"].clone());
                (slots["chi"], slots["an"]) = (an, chi);
            })
        }),
        Refused("LED-05"),
    );
    add(
        "a clerk's slot for the head",
        Files("chi", |f| {
            f.change_keys(|keys| {
                keys["slots"]["chi"] = keys["slots"]["an"].clone();
            })
        }),
        Refused("LED-05"),
    );
    add(
        "a slot for a user that nobody added",
        Files("moi", |f| {
            f.change_keys(|keys| {
                keys["slots"]["moi"] = keys["slots"]["an"].clone();
            })
        }),
        Refused("LED-05"),
    );
    add(
        "more attempts and no wait",
        Files("chi", |f| {
            f.change_keys(|keys| {
                keys["security"]["lockout"] = serde_json::json!({
                    "free_attempts": 4_000_000, "first_wait": 0, "longest_wait": 0
                });
            })
        }),
        Refused("LED-93"),
    );
    add(
        "shorter passwords",
        Files("chi", |f| {
            f.change_keys(|keys| {
                keys["security"]["password"]["min_length"] = 1.into();
            })
        }),
        Refused("LED-93"),
    );
    add(
        "cheaper guesses of later passwords",
        Files("chi", |f| {
            f.change_keys(|keys| {
                keys["security"]["cost"]["passes"] = 2.into();
            })
        }),
        Refused("LED-93"),
    );
    add(
        "cheaper guesses of this password",
        Files("chi", |f| {
            f.change_keys(|keys| {
                keys["slots"]["chi"]["password"]["cost"]["passes"] = 2.into();
            })
        }),
        Refused("LED-05"),
    );
    add(
        "keys that do not fit their digest",
        Files("chi", |f| {
            let file = f.office.join("keys.json");
            let text = fs::read_to_string(&file).unwrap();
            fs::write(file, text.replace("\"failed\":0", "\"failed\":1")).unwrap();
        }),
        Refused("LED-10"),
    );

    add("a scan taken away", Files("chi", |f| fs::remove_file(f.scan()).unwrap()), Found(Blob));
    add("a scan emptied", Files("chi", |f| fs::write(f.scan(), b"").unwrap()), Found(Blob));
    add(
        "a file put among the scans",
        Files("chi", |f| fs::write(f.scan().with_extension("pdf"), b"x").unwrap()),
        Found(Blob),
    );
    add(
        "the folder of the scans taken away",
        Files("chi", |f| fs::remove_dir_all(f.office.join("contents")).unwrap()),
        Found(Blob),
    );

    // An old backup.
    add(
        "a backup whose read models give rights",
        Backup("chi", |b, l| {
            change_backup(b, l, "UPDATE user SET json = replace(json, 'clerk', 'head')")
        }),
        Told(EventKind::Restored),
    );
    add("a backup restored for its old state", Backup("an", |_, _| ()), Told(EventKind::Restored));
    add(
        "a backup with an entry less",
        Backup("chi", |b, l| change_backup(b, l, "DELETE FROM entry WHERE sequence = 16")),
        Refused("LED-19"),
    );
    add(
        "a backup with a signature less",
        Backup("chi", |b, l| {
            change_backup(b, l, "UPDATE entry SET signature = x'00' WHERE sequence = 16")
        }),
        Refused("LED-19"),
    );
    add(
        "a backup that its manifest does not fit",
        Backup("chi", |b, _| {
            let mut bytes = fs::read(b.join("ledger.db")).unwrap();
            bytes[5_000] ^= 1;
            fs::write(b.join("ledger.db"), bytes).unwrap();
        }),
        Refused("LED-19"),
    );

    add(
        "a backup with a scan less",
        Backup("chi", |b, _| fs::remove_dir_all(b.join("contents")).unwrap()),
        Refused("LED-19"),
    );

    // All keys.
    add(
        "the machine's key exchanged",
        Does(|l| {
            let key = DeviceKey::random(&tags(&l.db).unwrap()).unwrap();
            l.db.execute(
                "UPDATE secret SET device = ?1, seed = ?2",
                params![key.id.0, *key.seed()],
            )
            .unwrap();
        }),
        Refused("LED-91"),
    );
    add(
        "the slots' digests removed",
        Does(|l| l.db.execute_batch("DELETE FROM slot").unwrap()),
        Refused("LED-25"),
    );
    add(
        "a machine that nobody let in",
        Does(|l| another_machine(l, false, |_| read_event(1, Evidence::Typed))),
        Found(Chain),
    );
    add(
        "a machine that takes a book itself",
        Does(|l| {
            another_machine(l, true, |id| {
                let device = id.clone();
                let lease = Lease {
                    book: BookId::TRACKING,
                    year: 2026,
                    day: None,
                    device,
                    epoch: 2,
                    after: 0,
                };
                Event::LeaseTaken { lease }
            })
        }),
        Found(Book),
    );
    add(
        "a remark taken out, and an erasing of it that nobody signed",
        Does(take_out_remark),
        Found(Entry),
    );
    add(
        "an old entry sealed anew with all after it",
        Does(|l| reseal(l, 20, other_reason)),
        Found(Lost),
    );
    add(
        "the same, and both witnesses",
        Does(|l| {
            reseal(l, 20, other_reason);
            note_witnesses(l);
        }),
        Found(Lost),
    );
    add(
        "a number in a closed volume",
        Does(|l| {
            let mut numbers = crate::number::Dispenser::new(&l.db, &l.device.id);
            let what = receive(reception(9, at(9)))(&mut numbers).unwrap();
            drop(numbers);
            l.close_volume(at(9), BookId::TRACKING, 2026).unwrap();
            let mut entry = next_entry(l, what);
            write_signed(l, &mut entry);
        }),
        Found(Book),
    );
    add(
        "an entry dated before the one before it",
        Does(|l| {
            let mut entry = next_entry(l, read_event(1, Evidence::Typed));
            entry.envelope.at = at(-9_000);
            write_signed(l, &mut entry);
        }),
        Found(Clock),
    );
    // Preparations of electronic acts.
    add("a preparation in another's name", Writes("ba", |_| waiting("chi", None)), Found(Right));
    add(
        "a preparation returned by somebody who has nothing to do with it",
        Does(|l| {
            let act = prepared(l, Some("chi")).act.id;
            let mut entry = next_entry(l, rooms::give_back(&act));
            entry.envelope.user = name("ba");
            write_signed(l, &mut entry);
        }),
        Found(Right),
    );
    add(
        "a preparation completed by somebody who was not asked",
        Does(|l| {
            let prepared = prepared(l, Some("an"));
            sign(l, &prepared, "chi", |_| ());
        }),
        Found(Rule),
    );
    add(
        "a preparation completed in the name of whoever was asked",
        Does(|l| {
            let prepared = prepared(l, Some("an"));
            sign(l, &prepared, "an", |_| ());
        }),
        Found(Right),
    );
    add(
        "a preparation completed otherwise than it was prepared",
        Does(|l| {
            let prepared = prepared(l, None);
            sign(l, &prepared, "chi", |act| act.pages += 1);
        }),
        Found(Rule),
    );
    add(
        "a preparation completed twice",
        Does(|l| {
            let prepared = prepared(l, None);
            sign(l, &prepared, "chi", |_| ());
            sign(l, &prepared, "chi", |_| ());
        }),
        Found(Rule),
    );
    add(
        "a preparation completed after it was returned",
        Does(|l| {
            let prepared = prepared(l, None);
            l.return_prepared(at(9), &prepared.act.id, "nhầm").unwrap();
            sign(l, &prepared, "chi", |_| ());
        }),
        Found(Rule),
    );
    // Delegations.
    add(
        "a delegation in the head's name",
        Writes("ba", |_| rooms::delegate("07", "chi", "ba")),
        Found(Right),
    );
    add(
        "a delegation by somebody who may not give one",
        Writes("ba", |_| rooms::delegate("07", "ba", "an")),
        Found(Right),
    );
    add(
        "a clerk delegates",
        Asks("ba", |l| l.record(at(9), rooms::delegate("07", "ba", "an"), &[]).map(drop)),
        Refused("LED-09"),
    );
    add(
        "who certifies by delegation passes it on",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "ba"));
            write_as(l, "ba", rooms::delegate("08", "ba", "an"));
        }),
        Found(Right),
    );
    add(
        "a delegation to oneself",
        Writes("chi", |_| rooms::delegate("07", "chi", "chi")),
        Found(Rule),
    );
    add(
        "a delegation to whose rights ended",
        Writes("chi", |_| rooms::delegate("07", "chi", "cu")),
        Found(Rule),
    );
    add(
        "a delegation under another's id",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "ba"));
            write_as(l, "chi", rooms::delegate("07", "chi", "an"));
        }),
        Found(Right),
    );
    add(
        "the same, by the program",
        Asks("chi", |l| {
            l.record(at(9), rooms::delegate("07", "chi", "ba"), &[])?;
            l.record(at(9), rooms::delegate("07", "chi", "ba"), &[]).map(drop)
        }),
        Refused("OFF-205"),
    );
    add(
        "a clerk's entry ends a delegation",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "ba"));
            let delegation = office::act::DelegationId("07".repeat(16));
            write_as(l, "ba", Event::DelegationEnded { delegation, reason: reason() });
        }),
        Found(Right),
    );
    add("an act by a delegation that nobody gave", Does(|l| delegated(l, |_| ())), Found(Right));
    add(
        "an act by a delegation that a clerk's entry gave",
        Does(|l| {
            write_as(l, "ba", rooms::delegate("07", "ba", "an"));
            delegated(l, |_| ());
        }),
        Found(Right),
    );
    add(
        "an act by a delegation for other kinds",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "ba"));
            delegated(l, |act| act.kind = office::act::Name::parse("sale").unwrap());
        }),
        Found(Right),
    );
    add(
        "an act by another decision than the delegation's",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "ba"));
            delegated(l, |act| {
                let by = act.signers[0].delegated.as_mut().unwrap();
                by.decision = "13/QĐ-UBND".into();
            });
        }),
        Found(Right),
    );
    add(
        "an act by a delegation to somebody else",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "an"));
            delegated(l, |_| ());
        }),
        Found(Right),
    );
    add(
        "an act after a delegation's last day",
        Does(|l| {
            let mut given = rooms::delegate("07", "chi", "ba");
            if let Event::DelegationGiven { delegation } = &mut given {
                delegation.until = day().yesterday().unwrap();
            }
            write_as(l, "chi", given);
            delegated(l, |_| ());
        }),
        Found(Right),
    );
    add(
        "an act by a delegation that was ended",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "ba"));
            let delegation = office::act::DelegationId("07".repeat(16));
            write_as(l, "chi", Event::DelegationEnded { delegation, reason: reason() });
            delegated(l, |_| ());
        }),
        Found(Right),
    );
    add(
        "an act by a delegation to who left and came back",
        Does(|l| {
            write_as(l, "chi", rooms::delegate("07", "chi", "ba"));
            write_as(l, "chi", Event::UserDisabled { user: name("ba"), reason: reason() });
            write_as(l, "chi", Event::UserEnabled { user: clerk("ba") });
            delegated(l, |_| ());
        }),
        Found(Right),
    );
    add(
        "an act by a delegation from who is head no longer",
        Does(|l| {
            let with = |roles: &[Role]| Event::UserChanged { user: fixture::user("an", roles) };
            write_as(l, "chi", with(&[Role::SecurityAdministrator, Role::Head]));
            write_as(l, "an", rooms::delegate("07", "an", "ba"));
            write_as(l, "chi", with(&[Role::SecurityAdministrator]));
            delegated(l, |_| ());
        }),
        Found(Right),
    );
    add(
        "an entry of another office",
        Does(|l| {
            let mut entry = next_entry(l, read_event(1, Evidence::Typed));
            entry.envelope.office = office::entry::OfficeId("00".repeat(16));
            write_signed(l, &mut entry);
        }),
        Found(Chain),
    );

    // Signed entries that the author's roles do not allow.
    for (name, author, make) in AUTHORS {
        add(name, Writes(author, *make), Found(Right));
    }
    // Signed entries that break a rule or a book.
    for (name, make) in RULES {
        add(name, Writes("chi", *make), Found(Rule));
    }
    for (name, change) in BOOKS {
        add(name, Receives(*change), Found(Book));
    }

    // What is not noticed.
    add(
        "the newest entries sealed anew, both witnesses too",
        Does(|l| {
            append_dossier(l, 5, at(9));
            let before = l.head.sequence - 1;
            reseal(l, before, |entry| match &mut entry.what {
                Event::DossierReceived { dossier } => dossier.note = "khác".into(),
                other => panic!("{other:?}"),
            });
            note_witnesses(l);
        }),
        OnPaper,
    );
    add(
        "an old state of the folder and of both witnesses",
        Files("chi", |f| {
            copy(&f.old, &f.office);
            copy(&f.old_state, &f.state);
        }),
        OnPaper,
    );
    add(
        "an entry in the name of somebody who may",
        Writes("chi", |_| read_event(1, Evidence::Typed)),
        Unseen,
    );
    ways
}

/// Writes in somebody's name, past every rule.
fn write_as(ledger: &mut Ledger, author: &str, what: Event) {
    let mut entry = next_entry(ledger, what);
    entry.envelope.user = name(author);
    write_signed(ledger, &mut entry);
}

/// ba certifies an act, by the decision of [`rooms::delegate`] as they say.
fn delegated(ledger: &mut Ledger, change: fn(&mut office::act::Act)) {
    let Event::DelegationGiven { delegation } = rooms::delegate("07", "chi", "ba") else {
        panic!()
    };
    let asker = vec![fixture::identity(1, Evidence::ChipSigned)];
    let made = rooms::ask(rooms::random_act(), BookId::NOTICE, asker, at(9));
    let mut numbers = crate::number::Dispenser::new(&ledger.db, &ledger.device.id);
    let mut what = made(&mut numbers).unwrap();
    let before: Vec<Event> = numbers.before().collect();
    for event in before {
        write_as(ledger, "chi", event);
    }
    if let Event::ActDone { act } = &mut what {
        let by = Some(delegation.kept());
        let signer = &act.signers[0];
        act.signers =
            vec![office::act::Signer { user: name("ba"), delegated: by, ..signer.clone() }];
        change(act);
    }
    write_as(ledger, "ba", what);
}

fn waiting(by: &str, asked: Option<&str>) -> Event {
    let asker = vec![fixture::identity(1, Evidence::ChipSigned)];
    rooms::prepare(rooms::random_act(), by, asked, BookId::NOTICE, asker, at(9))
}

/// The head prepares an act.
fn prepared(ledger: &mut Ledger, asked: Option<&str>) -> office::act::Prepared {
    let event = waiting("chi", asked);
    let entry = ledger.record(at(9), event, &[rooms::PAGE]).unwrap();
    let Event::ActPrepared { prepared } = entry.what else { panic!() };
    *prepared
}

/// The head completes a preparation past every rule, in somebody's name.
fn sign(
    ledger: &mut Ledger,
    prepared: &office::act::Prepared,
    certifier: &str,
    change: fn(&mut office::act::Act),
) {
    let mut numbers = crate::number::Dispenser::new(&ledger.db, &ledger.device.id);
    let mut what = rooms::complete(prepared, certifier, rooms::PAGE, at(9))(&mut numbers).unwrap();
    let before: Vec<Event> = numbers.before().collect();
    for event in before {
        let mut entry = next_entry(ledger, event);
        write_signed(ledger, &mut entry);
    }
    if let Event::ActDone { act } = &mut what {
        change(act);
    }
    let mut entry = next_entry(ledger, what);
    write_signed(ledger, &mut entry);
}

type Change = fn(&mut Entry, &Ledger);
type Make = fn(&Ledger) -> Event;

const BOOKS: &[(&str, Change)] = &[
    ("a year opened below the book's epoch", |entry, ledger| entry.what = lease(ledger, 2027, 0)),
    ("a number skipped", |entry, _| number(entry).value += 1),
    ("a number used again", |entry, _| number(entry).value -= 1),
    ("an epoch that was never taken", |entry, _| number(entry).epoch = 2),
    ("a year without lease", |entry, _| number(entry).series.year = 2031),
    ("a lease for somebody else", |entry, ledger| {
        entry.what = lease(ledger, 2026, 2);
        if let Event::LeaseTaken { lease } = &mut entry.what {
            lease.device = DeviceId("00".repeat(16));
        }
    }),
    ("a lease in an old epoch", |entry, ledger| entry.what = lease(ledger, 2026, 1)),
    ("a volume beside the open one", |entry, _| {
        entry.what =
            Event::VolumeOpened { id: volume(BookId::TRACKING, 2), after: 4, day: day(), epoch: 1 };
    }),
    ("a volume of a book that has none", |entry, _| {
        entry.what =
            Event::VolumeOpened { id: volume(BookId::NOTICE, 1), after: 0, day: day(), epoch: 1 };
    }),
    ("a volume closed at another number", |entry, _| {
        let id = volume(BookId::TRACKING, 1);
        entry.what = Event::VolumeClosed { id, last: 3, count: 4, day: day(), epoch: 1 };
    }),
    ("a volume closed with another count", |entry, _| {
        let id = volume(BookId::TRACKING, 1);
        entry.what = Event::VolumeClosed { id, last: 4, count: 3, day: day(), epoch: 1 };
    }),
];

const RULES: &[(&str, Make)] = &[
    ("a login name given to a second person", |_| Event::UserAdded { user: clerk("cu") }),
    ("whose rights ended comes back as another person", |_| {
        let user = User { full_name: "Người khác".into(), ..clerk("cu") };
        Event::UserEnabled { user }
    }),
    ("a step nobody could have seen", |l| step(&dossiers(l)[0], 3, at(9), resolve())),
    ("a result returned that is not there", |l| step(&dossiers(l)[0], 0, at(9), hand_over())),
    ("a step of an annulled dossier", |l| step(&dossiers(l)[1], 0, at(9), resolve())),
    ("annulled twice", |l| {
        let [_, dossier] = dossiers(l);
        Event::DossierAnnulled { dossier, reason: reason() }
    }),
    ("a document removed that never was", |_| Event::DocumentRemoved {
        document: office::document::DocumentId("0".repeat(32)),
        reason: reason(),
    }),
];

/// What is written, by whom, past the rights.
const AUTHORS: &[(&str, &str, Make)] = &[
    ("a clerk's entry brings a clerk back", "ba", |_| Event::UserEnabled { user: clerk("cu") }),
    ("a clerk's entry makes a head", "ba", |_| Event::UserAdded { user: head("moi") }),
    ("a clerk's entry makes a clerk", "ba", |_| Event::UserAdded { user: clerk("moi") }),
    ("a clerk's entry makes them head", "ba", |_| Event::UserChanged { user: head("ba") }),
    ("the security administrator's entry makes a reader", "an", |_| Event::UserAdded {
        user: clerk("moi"),
    }),
    ("the security administrator's entry makes them a reader", "an", |_| Event::UserChanged {
        user: clerk("an"),
    }),
    ("a clerk's entry shuts the head out", "ba", |_| Event::UserDisabled {
        user: chi(),
        reason: reason(),
    }),
    ("a clerk's entry sets another's password", "ba", |_| Event::PasswordChanged { user: chi() }),
    ("a clerk's entry lets a machine in", "ba", |_| Event::DeviceAdmitted {
        device: DeviceId("ab".repeat(16)),
        public_key: "00".repeat(32),
        label: "lạ".into(),
    }),
    ("a clerk's entry trusts no certificate", "ba", |_| Event::TrustRemoved {
        fingerprint: content_hash(b"x"),
        reason: reason(),
    }),
    ("a clerk's entry plans the backups", "ba", |_| Event::BackupPlanned { plan: Box::default() }),
    ("a clerk's entry changes the settings", "ba", |_| Event::SettingsChanged {
        settings: Box::default(),
    }),
    ("a clerk's entry accepts the clock", "ba", |_| Event::ClockAccepted { last: at(1) }),
    ("the security administrator's entry accepts an old ledger", "an", |l| Event::Restored {
        lost: l.head.device.clone(),
        from: l.newest_entry().unwrap(),
        why: office::backup::WhyRestored::Unwitnessed,
        books: Vec::new(),
    }),
    ("whose rights ended reads a person", "cu", |_| read_event(1, Evidence::Typed)),
    ("whoever is nobody reads a person", "ma", |_| read_event(1, Evidence::Typed)),
];

/// With the database's key: what is done to which table, and what the check finds.
const TABLES: &[(&str, FindingKind)] = &[
    ("UPDATE account SET n = n + 1", ReadModel),
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
    ("INSERT INTO volume_closed VALUES ('tracking', 2026, 1, 10, '', 1, 1)", ReadModel),
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
    ("INSERT INTO erased VALUES ('ab', 10)", ReadModel),
    ("UPDATE entry SET payload = x'' WHERE sequence = 16", Entry),
    ("INSERT INTO stray VALUES ('dossier x', 10)", ReadModel),
    ("UPDATE blob SET bytes = x'00' WHERE bytes = CAST('pdf' AS BLOB)", Blob),
    ("DELETE FROM blob WHERE bytes = CAST('pdf' AS BLOB)", Blob),
    ("INSERT INTO blob VALUES (zeroblob(32), x'01')", Blob),
    ("UPDATE file SET key = zeroblob(32)", Blob),
    ("UPDATE file SET hash = zeroblob(32)", Blob),
    ("UPDATE file SET size = size - 1", Blob),
    ("UPDATE file SET gone = 1", Blob),
    ("DELETE FROM file", Blob),
    ("INSERT INTO file (hash, size, key) VALUES (zeroblob(32), 40000, zeroblob(32))", Blob),
];
