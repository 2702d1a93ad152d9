//! Several machines of one office: how they join, exchange by a folder, and what an outsider or a copy of a
//! machine can do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use fixture::{
    PASSWORD, append_dossier, assert_clean, at, chi, found, office, read_event, receive, reception,
    rooms::{keep, resolve, step},
    teller,
};
use ledger::{
    Dossiers, Held, Joining, Ledger, LedgerError, Part, Received, Scope, SeatRequest, Taken,
    content_hash,
};
use office::{
    Explain,
    book::BookId,
    dossier::DossierId,
    entry::{Event, Purpose, Role, UserName},
    evidence::Evidence,
};
use tempfile::tempdir;

fn dossier(entry: office::entry::Entry) -> DossierId {
    match entry.what {
        Event::DossierReceived { dossier } => dossier.id,
        _ => panic!(),
    }
}

/// A second machine of `first`'s office.
fn join(first: &mut Ledger, scratch: &Path, name: &str, now: i64) -> Ledger {
    let data = scratch.join(name);
    let file = scratch.join(format!("{name}.json"));
    SeatRequest::make(&data, name).unwrap().write(&file).unwrap();
    let request = SeatRequest::read(&file).unwrap();
    let copy = scratch.join(format!("{name}-copy"));
    first.admit_seat(&request, &copy, at(now)).unwrap();
    joined(&copy, &data, now + 1).unwrap()
}

fn joined(copy: &Path, data: &Path, now: i64) -> Result<Ledger, LedgerError> {
    let joining = Joining { user: &chi(), password: PASSWORD, at: at(now) };
    Ledger::join_office(copy, data, &joining, &|_| ControlFlow::Continue(()))
}

/// Everything that `from` has for `to`, by a folder of its own.
fn exchange(from: &Ledger, to: &mut Ledger, now: i64) -> Received {
    let stick = tempdir().unwrap();
    match from.export_entries(stick.path(), &|_| Ok(())).unwrap().file {
        Some(_) => to.import_entries(stick.path(), at(now), &|_| Ok(())).unwrap(),
        None => Received::default(),
    }
}

/// An office of three machines that know each other: the first, the third, and the second with a copy of it.
fn copied_beside_two(scratch: &Path) -> (Ledger, Ledger, Ledger, Ledger) {
    let (mut first, _) = found(&scratch.join("a"));
    let second = join(&mut first, scratch, "b", 10);
    let mut third = join(&mut first, scratch, "c", 12);
    exchange(&second, &mut first, 14);
    exchange(&third, &mut first, 15);
    exchange(&first, &mut third, 16);
    let (original, copy) = copied(second, scratch, "b");
    (first, third, original, copy)
}

fn same(one: &Ledger, other: &Ledger) {
    let (one, other) = (one.check().unwrap(), other.check().unwrap());
    assert!(one.clean(), "{:#?}", one.findings);
    assert!(other.clean(), "{:#?}", other.findings);
    assert_eq!(one.devices, other.devices);
    assert_eq!(one.read_models, other.read_models);
}

#[test]
fn two_machines_receive_exchange_and_see_each_others_dossiers() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    append_dossier(&mut first, 1, at(1));
    let mut second = join(&mut first, scratch.path(), "Quầy 2", 10);
    assert_eq!(second.office().unwrap().name, office(false).name);
    assert_clean(&second);
    // Apart: the second has no right to number.
    let there = dossier(append_dossier(&mut first, 2, at(20)));
    let entry = second.append(at(21), receive(reception(3, at(21)))).unwrap();
    let Event::DossierReceived { dossier: waiting } = &entry.what else { panic!() };
    assert_eq!((waiting.serial.issued(), waiting.tracking.issued()), (None, None));
    let scan = b"scan";
    let kept = keep(fixture::rooms::document(teller(&entry), scan));
    second.record(at(22), kept, &[scan]).unwrap();
    let here = dossier(entry);

    let received = exchange(&second, &mut first, 30);
    assert_eq!((received.files, received.broken, received.foreign), (1, 0, 0));
    assert_eq!((received.entries.taken, received.entries.held), (3, 0));
    assert!(first.dossier(&here).unwrap().is_some());
    assert_eq!(first.blob(&content_hash(scan)).unwrap(), scan, "contents come along");
    let found =
        first.search(&fixture::identity(3, Evidence::Typed).person.name, Scope::Dossiers, None, 9);
    assert!(found.unwrap().items.iter().any(|hit| match hit {
        ledger::Hit::Dossier(record) => record.dossier.id == here,
        ledger::Hit::Person { .. } | ledger::Hit::Line(_) => false,
    }));
    exchange(&first, &mut second, 31);
    assert!(second.dossier(&there).unwrap().is_some());
    // What each wrote since names the other's chain.
    append_dossier(&mut first, 4, at(40));
    exchange(&first, &mut second, 41);
    same(&first, &second);
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    append_dossier(&mut second, 3, at(21));
    let stick = scratch.path().join("stick");
    fs::create_dir(&stick).unwrap();
    second.export_entries(&stick, &|_| Ok(())).unwrap();
    let once = first.import_entries(&stick, at(30), &|_| Ok(())).unwrap();
    let before = first.check().unwrap();
    let again = first.import_entries(&stick, at(31), &|_| Ok(())).unwrap();
    assert_eq!(once.entries.taken, again.entries.known);
    assert_eq!(again.entries, Taken { known: once.entries.taken, ..Taken::default() });
    assert_eq!(first.check().unwrap(), before);
}

/// The names of the files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect()
}

#[test]
fn a_file_cut_anywhere_gives_what_stands_before_and_goes_on_later() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    for i in 0..300 {
        append_dossier(&mut second, i, at(20 + i as i64));
    }
    let stick = scratch.path().join("stick");
    fs::create_dir(&stick).unwrap();
    let file = second.export_entries(&stick, &|_| Ok(())).unwrap().file.unwrap();
    let whole = fs::read(&file).unwrap();
    let mut taken = 0;
    for part in [0, 40, 120, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..part]).unwrap();
        let received = first.import_entries(&stick, at(400), &|_| Ok(())).unwrap();
        assert_eq!(received.broken, 1, "{part}");
        taken += received.entries.taken;
        assert_clean(&first);
    }
    assert!(taken > 100 && taken <= 301, "{taken}");
    fs::write(&file, &whole).unwrap();
    let received = first.import_entries(&stick, at(401), &|_| Ok(())).unwrap();
    assert_eq!((received.broken, taken + received.entries.taken), (0, 301));
    exchange(&first, &mut second, 402);
    append_dossier(&mut first, 4, at(403));
    exchange(&first, &mut second, 404);
    same(&first, &second);
}

#[test]
fn changed_and_foreign_files_get_a_sentence_and_give_nothing() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    append_dossier(&mut second, 1, at(20));
    let stick = scratch.path().join("stick");
    fs::create_dir(&stick).unwrap();
    let file = second.export_entries(&stick, &|_| Ok(())).unwrap().file.unwrap();
    let whole = fs::read(&file).unwrap();
    let name = fixture::identity(1, Evidence::Typed).person.name;
    let in_clear = whole.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(!in_clear, "nobody reads a stick that was found");
    for at_byte in [60, 100, whole.len() / 2, whole.len() - 3] {
        let mut changed = whole.clone();
        changed[at_byte] ^= 1;
        fs::write(&file, &changed).unwrap();
        let received = first.import_entries(&stick, at(30), &|_| Ok(())).unwrap();
        assert_eq!(received.broken, 1, "byte {at_byte}");
    }
    // Another office's machine.
    let (foreign, _) = found(&scratch.path().join("c"));
    fs::remove_file(&file).unwrap();
    let nothing = first.import_entries(&stick, at(31), &|_| Ok(())).unwrap_err();
    assert_eq!(nothing.code(), "LED-66");
    let other = foreign.export_entries(&stick, &|_| Ok(())).unwrap();
    let Some(other) = other.file else { panic!("a single machine exports all") };
    let refused = first.import_entries(&stick, at(32), &|_| Ok(())).unwrap_err();
    assert_eq!(refused.code(), "LED-67");
    assert_eq!(files(&stick), [other], "the file is untouched");
    let gone = first.export_entries(&scratch.path().join("nowhere"), &|_| Ok(())).unwrap_err();
    assert_eq!(gone.code(), "LED-69");
    assert_clean(&first);
}

#[test]
fn a_machine_that_was_not_let_in_is_held() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let backup = scratch.path().join("backup");
    first.backup(&backup, at(5)).unwrap();
    let mut second = join(&mut first, scratch.path(), "b", 10);
    // Whoever has a backup and a password makes a machine of it.
    let request = ledger::Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "lạ",
        accept_findings: false,
        present: ledger::Present::Refused,
        at: at(20),
    };
    let (mut stranger, _) = Ledger::restore(&backup, &scratch.path().join("c"), &request).unwrap();
    fixture::confirm_numbers(&mut stranger, at(21));
    append_dossier(&mut stranger, 7, at(22));
    let received = exchange(&stranger, &mut second, 30);
    assert_eq!(received.entries.taken, 0);
    let held: u64 = second.held().unwrap().iter().map(|(_, count)| count).sum();
    assert_eq!(held, received.entries.held);
    let strangers = second.held().unwrap().into_iter().find(|(why, _)| *why == Held::Stranger);
    assert_eq!(strangers, Some((Held::Stranger, 1)), "its first entry; the others wait for that");
    assert_clean(&second);
    assert!(second.search("", Scope::Dossiers, None, 9).unwrap().items.is_empty());
}

#[test]
fn a_restored_machine_asks_with_its_new_key_and_its_entries_stand_everywhere() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    let mut third = join(&mut first, scratch.path(), "c", 12);
    exchange(&second, &mut first, 14);
    exchange(&third, &mut first, 15);
    let backup = scratch.path().join("backup");
    second.backup(&backup, at(20)).unwrap();
    // What the lost machine wrote since comes back from the others.
    let late = dossier(append_dossier(&mut second, 1, at(21)));
    exchange(&second, &mut first, 22);
    drop(second);
    let request = ledger::Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "Quầy 2 mới",
        accept_findings: false,
        present: ledger::Present::Refused,
        at: at(30),
    };
    let data = scratch.path().join("b2");
    let (mut restored, _) = Ledger::restore(&backup, &data, &request).unwrap();
    assert!(restored.is_stranger().unwrap() && !third.is_stranger().unwrap());
    let early = dossier(append_dossier(&mut restored, 2, at(31)));
    let received = exchange(&restored, &mut third, 32).entries;
    assert_eq!(received.taken, 1, "what the backup held of the lost machine, and no more");
    // The head lets it in on another machine than the office's first.
    let file = scratch.path().join("request.json");
    restored.seat_request().unwrap().write(&file).unwrap();
    let request = SeatRequest::read(&file).unwrap();
    assert!(request.has_ledger());
    third.let_in(&request, at(40)).unwrap();
    assert!(third.dossier(&early).unwrap().is_some(), "what it sent before stands at once");
    assert!(third.held().unwrap().iter().all(|(_, count)| *count == 0));
    third.let_in(&request, at(41)).unwrap();
    let (mut foreign, _) = found(&scratch.path().join("d"));
    assert_eq!(foreign.let_in(&request, at(41)).unwrap_err().code(), "LED-74");

    for now in [50, 60] {
        exchange(&third, &mut first, now);
        exchange(&first, &mut third, now + 1);
        exchange(&first, &mut restored, now + 2);
        append_dossier(&mut restored, now as u64, at(now + 3));
        exchange(&restored, &mut first, now + 4);
        append_dossier(&mut third, now as u64 + 1, at(now + 5));
        append_dossier(&mut first, now as u64 + 2, at(now + 6));
    }
    exchange(&third, &mut first, 70);
    exchange(&first, &mut restored, 71);
    exchange(&first, &mut third, 71);
    assert!(!restored.is_stranger().unwrap());
    assert_eq!(restored.seat_request().unwrap_err().code(), "LED-02");
    for ledger in [&first, &third, &restored] {
        assert!(
            ledger.dossier(&late).unwrap().is_some() && ledger.dossier(&early).unwrap().is_some()
        );
        assert!(ledger.held().unwrap().iter().all(|(_, count)| *count == 0));
    }
    same(&first, &third);
    same(&first, &restored);
}

#[test]
fn a_copy_of_a_machine_is_a_fork_and_costs_no_entry() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let second = join(&mut first, scratch.path(), "b", 10);
    let (mut original, mut clone) = copied(second, scratch.path(), "b");
    append_dossier(&mut original, 1, at(30));
    append_dossier(&mut clone, 2, at(31));
    append_dossier(&mut clone, 3, at(32));
    assert_eq!(exchange(&original, &mut first, 40).entries.forked, 0);
    let received = exchange(&clone, &mut first, 41).entries;
    assert_eq!((received.taken, received.forked), (0, 2), "the chain that came first goes on");
    assert_clean(&first);
    assert_eq!(first.search("", Scope::Dossiers, None, 9).unwrap().items.len(), 1);

    // The head takes in what the copy wrote, and it stands everywhere as it was written.
    assert_eq!(first.admit_branches(at(50)).unwrap(), 2);
    assert_eq!(first.admit_branches(at(51)).unwrap(), 0);
    assert_clean(&first);
    assert_eq!(first.search("", Scope::Dossiers, None, 9).unwrap().items.len(), 3);
    // The copy that hears of it does no more work, and lets its entries out.
    exchange(&first, &mut clone, 52);
    assert!(clone.is_set_aside().unwrap());
    let refused = clone.append(at(53), receive(reception(6, at(53)))).unwrap_err();
    assert_eq!(refused.code(), "LED-75");
    exchange(&clone, &mut first, 54);
    assert_clean(&first);
    first.assign_numbers(at(55)).unwrap();
    exchange(&first, &mut original, 60);
    append_dossier(&mut original, 4, at(61));
    exchange(&original, &mut first, 62);
    append_dossier(&mut first, 5, at(63));
    exchange(&first, &mut original, 64);
    same(&first, &original);
    // A backup that is restored has it too.
    let backup = scratch.path().join("backup");
    first.backup(&backup, at(65)).unwrap();
    let request = ledger::Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "lại",
        accept_findings: false,
        present: ledger::Present::Refused,
        at: at(66),
    };
    let restored = Ledger::restore(&backup, &scratch.path().join("d"), &request).unwrap().0;
    assert_clean(&restored);
    assert!(!original.is_set_aside().unwrap());
    assert!(first.held().unwrap().iter().all(|(_, count)| *count == 0));
}

/// A machine twice: its folder is copied, and both go on.
fn copied(machine: Ledger, scratch: &Path, name: &str) -> (Ledger, Ledger) {
    drop(machine);
    let (original, copy) = (scratch.join(name), scratch.join("clone"));
    fs::create_dir_all(copy.join("office")).unwrap();
    for file in files(&original.join("office")) {
        fs::copy(&file, copy.join("office").join(file.file_name().unwrap())).unwrap();
    }
    let open = |data: &Path| Ledger::open(data, &chi(), PASSWORD, at(20)).unwrap();
    (open(&original), open(&copy))
}

#[test]
fn numbers_that_a_machine_and_its_copy_issued_are_conflicts() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    append_dossier(&mut first, 1, at(1));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    exchange(&second, &mut first, 12);
    let (mut original, mut copy) = copied(first, scratch.path(), "a");
    let here = dossier(append_dossier(&mut original, 2, at(30)));
    let there = dossier(append_dossier(&mut copy, 3, at(31)));
    let more = dossier(append_dossier(&mut copy, 4, at(32)));
    exchange(&original, &mut second, 40);
    exchange(&copy, &mut second, 41);
    assert_eq!(second.admit_branches(at(50)).unwrap(), 2);
    exchange(&second, &mut original, 60);
    assert_eq!(numbers(&original, &here).0, Some(2));
    assert_eq!(numbers(&original, &there), numbers(&original, &here), "as their papers say");
    assert_eq!(numbers(&original, &more).0, Some(3));
    let next = dossier(append_dossier(&mut original, 5, at(61)));
    assert_eq!(numbers(&original, &next).0, Some(4), "beyond what the copy issued");
    exchange(&original, &mut second, 62);
    append_dossier(&mut second, 6, at(63));
    exchange(&second, &mut original, 64);
    original.assign_numbers(at(65)).unwrap();
    exchange(&original, &mut second, 66);
    same(&original, &second);
    let kinds: Vec<_> = original.conflicts().unwrap().iter().map(|found| found.kind).collect();
    assert_eq!(kinds, [office::conflict::ConflictKind::Number; 1]);
}

#[test]
fn a_machine_that_took_the_copy_first_goes_over_to_the_chain_that_the_head_keeps() {
    let scratch = tempdir().unwrap();
    let (mut first, mut third, mut original, mut copy) = copied_beside_two(scratch.path());
    let from_original = dossier(append_dossier(&mut original, 1, at(30)));
    let from_copy = dossier(append_dossier(&mut copy, 2, at(31)));
    exchange(&original, &mut first, 40);
    exchange(&copy, &mut third, 41);
    // Each goes on by what it holds.
    append_dossier(&mut first, 3, at(42));
    append_dossier(&mut third, 4, at(43));
    for now in [50, 60] {
        exchange(&first, &mut third, now);
        exchange(&third, &mut first, now + 1);
        append_dossier(&mut first, now as u64, at(now + 2));
        append_dossier(&mut third, now as u64 + 1, at(now + 3));
    }
    assert_clean(&first);
    assert_clean(&third);
    assert!(first.dossier(&from_copy).unwrap().is_none());
    assert!(third.dossier(&from_original).unwrap().is_none());
    assert_eq!(first.admit_branches(at(70)).unwrap(), 1);
    for now in [80, 90] {
        exchange(&first, &mut third, now);
        exchange(&third, &mut first, now + 1);
        append_dossier(&mut third, now as u64, at(now + 2));
        exchange(&third, &mut first, now + 3);
        first.assign_numbers(at(now + 4)).unwrap();
    }
    exchange(&first, &mut third, 100);
    for ledger in [&first, &third] {
        assert!(ledger.dossier(&from_copy).unwrap().is_some());
        assert!(ledger.dossier(&from_original).unwrap().is_some());
        assert!(ledger.held().unwrap().iter().all(|(_, count)| *count == 0));
    }
    same(&first, &third);
}

#[test]
fn two_seats_that_contradict_leave_a_conflict_that_the_head_settles() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let id = dossier(append_dossier(&mut first, 1, at(1)));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    first.record(at(20), step(&id, 0, at(20), resolve()), &[]).unwrap();
    let reason = String::from("nộp nhầm nơi");
    let annulled = Event::DossierAnnulled { dossier: id.clone(), reason };
    second.record(at(21), annulled, &[]).unwrap();
    exchange(&second, &mut first, 30);
    exchange(&first, &mut second, 31);
    append_dossier(&mut second, 2, at(32));
    exchange(&second, &mut first, 33);
    for ledger in [&first, &second] {
        let conflicts = ledger.conflicts().unwrap();
        assert_eq!(conflicts.len(), 1);
        assert_eq!(conflicts[0].subject, Some((&id).into()));
        assert_eq!(conflicts[0].kind, office::conflict::ConflictKind::Annulment);
        assert_eq!(ledger.check().unwrap().conflicts, 1);
    }
    let conflict = first.conflicts().unwrap().remove(0);
    let (place, kind) = (conflict.line.place, conflict.kind);
    assert_eq!(first.settle_conflict(at(40), place, kind, " ").unwrap_err().code(), "LED-33");
    first.settle_conflict(at(40), place, kind, "Giữ kết quả, không hủy").unwrap();
    assert_eq!(first.settle_conflict(at(41), place, kind, "x").unwrap_err().code(), "LED-16");
    exchange(&first, &mut second, 42);
    assert_eq!(second.open_conflicts().unwrap(), 0);
    append_dossier(&mut first, 3, at(43));
    exchange(&first, &mut second, 44);
    same(&first, &second);
}

/// Two machines of an office have tags apart; a machine that asks offers several keys, and another one is taken where
/// the first's tag is another machine's.
#[test]
fn a_key_whose_tag_is_taken_gives_way_to_the_next() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let tag = append_dossier(&mut first, 0, at(1)).envelope.device.tag();
    let (request, data) = (0..)
        .map(|i| {
            let data = scratch.path().join(format!("b{i}"));
            (SeatRequest::make(&data, "Quầy 2").unwrap(), data)
        })
        .find(|(request, _)| request.devices().unwrap()[0].tag() == tag)
        .unwrap();
    let copy = scratch.path().join("copy");
    first.admit_seat(&request, &copy, at(10)).unwrap();
    // The same request again lets in no other of its keys.
    first.let_in(&request, at(11)).unwrap();
    let mut second = joined(&copy, &data, 12).unwrap();
    exchange(&second, &mut first, 13);
    let own = append_dossier(&mut second, 1, at(14)).envelope.device;
    assert_eq!(own, request.devices().unwrap()[1]);
    assert_clean(&first);
}

#[test]
fn a_request_is_bound_to_its_key_and_joins_once() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let data = scratch.path().join("b");
    let request = SeatRequest::make(&data, "Quầy 2").unwrap();
    assert_eq!(
        SeatRequest::make(&data, "Quầy 2").unwrap().devices().unwrap(),
        request.devices().unwrap()
    );
    assert_eq!(request.code().unwrap().len(), 14);
    let file = scratch.path().join("request.json");
    request.write(&file).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    let mut fewer: serde_json::Value = serde_json::from_str(&text).unwrap();
    fewer["public_keys"].as_array_mut().unwrap().pop();
    for changed in [
        text.replace("Quầy 2", "Quầy 3"),
        text[..text.len() / 2].into(),
        fewer.to_string(),
        String::new(),
    ] {
        fs::write(&file, changed).unwrap();
        assert_eq!(SeatRequest::read(&file).unwrap_err().code(), "LED-70");
    }
    let copy = scratch.path().join("copy");
    first.backup(&copy, at(5)).unwrap();
    assert_eq!(joined(&copy, &data, 6).err().unwrap().code(), "LED-72", "a backup lets nobody in");
    assert!(!Ledger::exists(&data));
    let copy = scratch.path().join("copy 2");
    first.admit_seat(&request, &copy, at(7)).unwrap();
    assert_eq!(joined(&copy, &scratch.path().join("c"), 8).err().unwrap().code(), "LED-71");
    drop(joined(&copy, &data, 8).unwrap());
    assert_eq!(joined(&copy, &data, 9).err().unwrap().code(), "LED-71", "the request is used up");
    assert_eq!(SeatRequest::make(&data, "Quầy 2").unwrap_err().code(), "LED-02");
}

#[test]
fn an_entry_dated_into_the_future_waits_for_its_day() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    let month = 30 * 86_400;
    second.record(at(month), read_event(1, Evidence::Typed), &[]).unwrap();
    let received = exchange(&second, &mut first, 60).entries;
    assert_eq!((received.taken, received.held), (1, 1), "its first entry, and not the second");
    append_dossier(&mut first, 2, at(70));
    assert_clean(&first);
    let again = exchange(&second, &mut first, month).entries;
    assert_eq!(again.taken, 1);
    assert_clean(&first);
}

/// The number of the tracking book, and the dossier's code.
fn numbers(ledger: &Ledger, id: &DossierId) -> (Option<u32>, Option<String>) {
    let dossier = ledger.dossier(id).unwrap().unwrap().dossier;
    (dossier.tracking.issued().map(|issued| issued.value), dossier.code())
}

#[test]
fn awaited_numbers_come_from_whoever_holds_the_book_and_go_back() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    append_dossier(&mut first, 1, at(1));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    let here = dossier(append_dossier(&mut second, 2, at(20)));
    let there = dossier(append_dossier(&mut first, 3, at(21)));
    assert_eq!(numbers(&second, &here), (None, None));
    assert_eq!(second.assign_numbers(at(22)).unwrap(), 0, "it holds no book");
    exchange(&second, &mut first, 30);
    assert_eq!(first.pending_numbers().unwrap(), 2, "the code and the tracking book");
    assert_eq!(first.assign_numbers(at(31)).unwrap(), 2);
    assert_eq!(first.assign_numbers(at(32)).unwrap(), 0, "each once");
    exchange(&first, &mut second, 40);
    let (tracking, code) = numbers(&second, &here);
    assert_eq!(tracking, Some(3), "after the number that was issued meanwhile");
    assert!(code.is_some());
    assert_eq!(numbers(&first, &here), numbers(&second, &here));
    assert_eq!(numbers(&second, &there).0, Some(2));
    assert_eq!(second.pending_numbers().unwrap(), 0);
    append_dossier(&mut second, 4, at(50));
    exchange(&second, &mut first, 51);
    exchange(&first, &mut second, 52);
    append_dossier(&mut first, 5, at(53));
    exchange(&first, &mut second, 54);
    same(&first, &second);
}

#[test]
fn a_book_is_handed_over_and_goes_on_without_gap_or_reuse() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    append_dossier(&mut first, 1, at(1));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    exchange(&second, &mut first, 15);
    let (to, back) = (second.head().device.clone(), first.head().device.clone());
    let refused = second.hand_over(at(16), BookId::TRACKING, &back).unwrap_err();
    assert_eq!(refused.code(), "LED-29", "only its holder hands it over");
    first.hand_over(at(20), BookId::TRACKING, &to).unwrap();
    let waits = dossier(append_dossier(&mut first, 2, at(21)));
    assert_eq!(numbers(&first, &waits).0, None, "from then on it issues nothing");
    let early = dossier(append_dossier(&mut second, 3, at(22)));
    assert_eq!(numbers(&second, &early).0, None, "before it heard of it it issues nothing");
    exchange(&first, &mut second, 30);
    let late = dossier(append_dossier(&mut second, 4, at(31)));
    assert_eq!(numbers(&second, &late).0, Some(2));
    assert_eq!(second.assign_numbers(at(32)).unwrap(), 2);
    exchange(&second, &mut first, 40);
    // The codes are still the first machine's.
    assert_eq!(first.assign_numbers(at(41)).unwrap(), 2);
    exchange(&first, &mut second, 42);
    let all: Vec<_> = [&waits, &early, &late].map(|id| numbers(&first, id).0.unwrap()).into();
    assert_eq!(all, [3, 4, 2], "awaited ones by their places");
    for id in [&waits, &early, &late] {
        assert_eq!(numbers(&first, id), numbers(&second, id));
        assert!(numbers(&first, id).1.is_some());
    }
    append_dossier(&mut second, 5, at(50));
    exchange(&second, &mut first, 51);
    exchange(&first, &mut second, 52);
    assert_clean(&first);
    assert_clean(&second);
}

#[test]
fn of_two_entries_with_one_id_the_first_holds_on_every_machine_and_the_other_is_a_conflict() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path(), "b", 10);
    let other = dossier(append_dossier(&mut first, 1, at(20)));
    let scans: [&[u8]; 2] = [b"early", b"late"];
    // The second machine writes first, and the first one has its own entries already when they come.
    let mut late = reception(2, at(40));
    late.id = DossierId("0a".repeat(16));
    let mut early = reception(3, at(30));
    early.id = late.id.clone();
    let id = late.id.clone();
    let attached = |scan| fixture::rooms::attach(&"0b".repeat(16), &other, scan);
    exchange(&first, &mut second, 25);
    second.append(at(30), receive(early)).unwrap();
    second.record(at(31), attached(scans[0]), &[scans[0]]).unwrap();
    let received = first.append(at(40), receive(late.clone())).unwrap();
    first.record(at(41), attached(scans[1]), &[scans[1]]).unwrap();
    let issued = received.what.numbers();
    assert_eq!(issued.len(), 2);
    exchange(&second, &mut first, 50);
    exchange(&first, &mut second, 51);
    for machine in [&first, &second] {
        let held = machine.dossier(&id).unwrap().unwrap();
        let name = &fixture::identity(3, Evidence::Typed).person.name;
        assert_eq!(held.dossier.applicant.person.name, *name);
        let conflicts = machine.conflicts().unwrap();
        let kinds: Vec<_> = conflicts.iter().map(|conflict| conflict.kind).collect();
        assert_eq!(kinds, [office::conflict::ConflictKind::Id; 2]);
        let last = machine.last_number(BookId::TRACKING, ledger::local_day(at(50))).unwrap().last;
        assert_eq!(last, issued[1].value, "its number was issued all the same");
        for scan in scans {
            assert_eq!(machine.blob(&content_hash(scan)).unwrap(), scan);
        }
    }
    same(&first, &second);
    // Who knows the id is refused with a sentence.
    let again = first.append(at(60), receive(late)).unwrap_err();
    assert_eq!(again.code(), "LED-95");
    let again = second.record(at(60), attached(scans[0]), &[scans[0]]).unwrap_err();
    assert_eq!(again.code(), "LED-95");
    // A removal lets go of what either of them brought.
    let attachment = office::attachment::AttachmentId("0b".repeat(16));
    first.remove_attachment(at(61), &attachment, "nhầm").unwrap();
    exchange(&first, &mut second, 62);
    for machine in [&first, &second] {
        assert!(scans.iter().all(|scan| machine.blob(&content_hash(scan)).is_err()));
    }
    same(&first, &second);
}

#[test]
fn rights_that_ended_on_one_machine_end_in_an_open_session_of_another() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let ba = fixture::user("ba", &[Role::Clerk]);
    first.add_user(at(1), ba.clone(), PASSWORD).unwrap();
    drop(join(&mut first, scratch.path(), "b", 10));
    let mut second = Ledger::open(&*scratch.path().join("b"), &ba.name, PASSWORD, at(12)).unwrap();
    second.set_own_password(at(12), "Mật-khẩu-4-ần").unwrap();
    append_dossier(&mut second, 1, at(13));

    first.change_user(at(20), fixture::user("ba", &[Role::SecurityAdministrator])).unwrap();
    exchange(&first, &mut second, 21);
    let refused = |ledger: &mut Ledger, now| {
        ledger.append(at(now), receive(reception(2, at(now)))).unwrap_err().code()
    };
    assert_eq!(refused(&mut second, 22), "LED-09");
    assert_eq!(second.dossiers(&Dossiers::All, None, 9).unwrap_err().code(), "LED-09");
    second.confirm_password(at(22), &ba.name, "Mật-khẩu-4-ần").unwrap();

    first.disable_user(at(30), &ba.name, "nghỉ việc").unwrap();
    assert!(!second.key_is_due().unwrap());
    exchange(&first, &mut second, 31);
    assert!(second.key_is_due().unwrap(), "ba has this machine's key");
    let entries = second.head().entries;
    assert_eq!(refused(&mut second, 32), "LED-96");
    assert_eq!(second.dossiers(&Dossiers::All, None, 9).unwrap_err().code(), "LED-96");
    let own = second.set_own_password(at(32), "Mật-khẩu-5-ần").unwrap_err();
    assert_eq!(own.code(), "LED-96");
    let confirmed = second.confirm_password(at(32), &ba.name, "Mật-khẩu-4-ần").unwrap_err();
    assert_eq!(confirmed.code(), "LED-04");
    assert_eq!(second.head().entries, entries);
    second.save_draft("nháp", b"1").unwrap();
    exchange(&second, &mut first, 33);
    same(&first, &second);
}

#[test]
fn a_password_that_another_gave_on_one_machine_is_lent_there_alone() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let ba = fixture::user("ba", &[Role::Clerk]).name;
    first.add_user(at(1), fixture::user("ba", &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap();
    // The slots go along with the copy that the second machine joins with.
    let mut second = join(&mut first, scratch.path(), "b", 10);
    drop((first, second));
    let open = |name: &str, user: &UserName, password, now| {
        Ledger::open(&*scratch.path().join(name), user, password, at(now)).unwrap()
    };
    let mut there = open("b", &ba, "Mật-khẩu-3-ần", 20);
    assert!(there.must_set_password().unwrap(), "lent before the copy was made");
    there.set_own_password(at(21), "Mật-khẩu-4-ần").unwrap();
    assert!(!there.must_set_password().unwrap());
    let mut here = open("a", &ba, "Mật-khẩu-3-ần", 22);
    exchange(&there, &mut here, 23);
    assert!(here.must_set_password().unwrap(), "here it is still the one that another gave");
    here.set_own_password(at(24), "Mật-khẩu-5-ần").unwrap();
    drop((here, there));

    first = open("a", &chi(), PASSWORD, 30);
    first.reset_password(at(31), &ba, "Mật-khẩu-6-ần").unwrap();
    let lent = |ledger: &Ledger| {
        ledger.all_users().unwrap().into_iter().any(|known| known.user.name == ba && known.lent)
    };
    second = open("b", &chi(), PASSWORD, 32);
    exchange(&first, &mut second, 33);
    assert!(lent(&first) && !lent(&second));
    drop(second);
    let there = open("b", &ba, "Mật-khẩu-4-ần", 34);
    assert!(!there.must_set_password().unwrap());
    exchange(&there, &mut first, 35);
    same(&first, &there);
}

#[test]
fn whom_a_machine_named_in_a_copys_chain_is_found_after_that_was_put_aside() {
    let scratch = tempdir().unwrap();
    let (mut first, mut third, mut original, mut copy) = copied_beside_two(scratch.path());
    append_dossier(&mut original, 1, at(30));
    let told = fixture::known(&mut copy, 7, at(31));
    exchange(&original, &mut first, 40);
    exchange(&copy, &mut third, 41);
    // The third machine takes the copy for the original and keeps a document of a person who is known from there.
    let kept = keep(fixture::rooms::document(told, b"scan"));
    third.record(at(42), kept, &[b"scan"]).unwrap();
    third.view_person(at(43), told, Purpose::Search).unwrap().unwrap();
    exchange(&first, &mut third, 50);
    exchange(&third, &mut first, 51);
    assert_eq!(first.admit_branches(at(70)).unwrap(), 1);
    for now in [80, 90] {
        exchange(&first, &mut third, now);
        exchange(&third, &mut first, now + 1);
    }
    for machine in [&first, &third] {
        let who = machine.whose(&fixture::identity(7, Evidence::Typed)).unwrap().unwrap();
        assert_ne!(who, told, "the telling stands elsewhere now");
        assert_eq!(machine.documents(who).unwrap().len(), 1);
        let looks = machine.history(who, &[Part::Look], None, 9).unwrap();
        assert_eq!(looks.items.len(), 1);
    }
    same(&first, &third);
    // Whoever was named by the old place is the same person.
    let mut named = fixture::identity(8, Evidence::Typed);
    (named.whose, named.person.number, named.document) = (Some(told), None, None);
    assert!(first.whose(&named).unwrap().is_some());
}
