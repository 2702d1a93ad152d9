//! Electronic acts that one prepares and another signs: at one seat and at two that exchange by a folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{fs, ops::ControlFlow, path::Path};

use fixture::{
    PASSWORD, assert_clean, at, chi, found, identity, known,
    rooms::{PAGE, complete, give_back, prepare, random_act},
    user,
};
use ledger::{Joining, Ledger, LedgerError, Part, SeatRequest, content_hash};
use office::{
    Explain,
    act::{ActId, Prepared},
    book::BookId,
    conflict::ConflictKind,
    entry::{Event, Role, UserName},
    evidence::Evidence,
};
use tempfile::tempdir;

/// Another machine of the office, on which this user works.
fn join(first: &mut Ledger, scratch: &Path, who: &UserName, now: i64) -> Ledger {
    let (data, file) = (scratch.join("b"), scratch.join("b.json"));
    SeatRequest::make(&data, "Quầy 2").unwrap().write(&file).unwrap();
    let copy = scratch.join("copy");
    first.admit_seat(&SeatRequest::read(&file).unwrap(), &copy, at(now)).unwrap();
    let joining = Joining { user: who, password: PASSWORD, at: at(now) };
    Ledger::join_office(&copy, &data, &joining, &|_| ControlFlow::Continue(())).unwrap()
}

/// Everything that `from` has for `to`.
fn exchange(from: &Ledger, to: &mut Ledger, now: i64) {
    let stick = tempdir().unwrap();
    if from.export_entries(stick.path(), &|_| Ok(())).unwrap().file.is_some() {
        to.import_entries(stick.path(), at(now), &|_| Ok(())).unwrap();
    }
}

fn waits(ledger: &mut Ledger, asked: Option<&str>, now: i64) -> Prepared {
    let by = ledger.user().name.0.clone();
    let asker = vec![identity(1, Evidence::ChipSigned)];
    let event = prepare(random_act(), &by, asked, BookId::NOTICE, asker, at(now));
    let entry = ledger.record(at(now), event, &[PAGE]).unwrap();
    let Event::ActPrepared { prepared } = entry.what else { panic!() };
    *prepared
}

fn signs(ledger: &mut Ledger, prepared: &Prepared, now: i64) -> Result<u32, LedgerError> {
    let by = ledger.user().name.0.clone();
    let file = format!("{by} {now}").into_bytes();
    let done = complete(prepared, &by, &file, at(now));
    let entry = ledger.append_with(at(now), &[&file], done)?;
    Ok(entry.what.numbers()[0].value)
}

fn waiting(ledger: &Ledger) -> Vec<ActId> {
    ledger.prepared().unwrap().into_iter().map(|record| record.prepared.act.id).collect()
}

fn code<T>(done: Result<T, LedgerError>) -> &'static str {
    done.err().map_or("", |error| error.code())
}

#[test]
fn it_waits_until_it_is_signed_or_returned_and_ends_once() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let all = [1, 2, 3].map(|now| waits(&mut ledger, (now == 1).then_some("chi"), now));
    assert_eq!(waiting(&ledger), all.each_ref().map(|one| one.act.id.clone()), "oldest first");
    assert_eq!(ledger.prepared_for_user().unwrap(), 3);
    assert_eq!(ledger.blob(&all[0].pages[0]).unwrap(), PAGE);
    assert!(ledger.acts(None, 9).unwrap().items.is_empty(), "nothing is done");
    let last = |ledger: &Ledger| {
        ledger.last_number(BookId::NOTICE, ledger::local_day(at(9))).unwrap().last
    };
    assert_eq!(last(&ledger), 0, "no number before it is done");

    // In any order, each with the number that comes next.
    assert_eq!(signs(&mut ledger, &all[1], 10).unwrap(), 1);
    ledger.return_prepared(at(11), &all[0].act.id, " thiếu\ntrang 2 ").unwrap();
    assert_eq!(waiting(&ledger), [all[2].act.id.clone()]);
    for done in [
        code(signs(&mut ledger, &all[1], 12)),
        code(ledger.return_prepared(at(12), &all[1].act.id, "muộn")),
    ] {
        assert_eq!(done, "LED-92");
    }
    assert_eq!(code(signs(&mut ledger, &all[0], 12)), "LED-107");
    assert_eq!(code(ledger.return_prepared(at(12), &all[0].act.id, "nữa")), "LED-107");
    assert_eq!(code(ledger.return_prepared(at(12), &all[2].act.id, " ")), "LED-33");
    assert_eq!(code(ledger.return_prepared(at(12), &random_act(), "gì")), "LED-16");
    assert_eq!(last(&ledger), 1);
    let back = ledger.returned_to_user(9).unwrap();
    let reason = back[0].returned.as_ref().map(|removal| removal.reason.as_str());
    assert_eq!((back.len(), reason), (1, Some("thiếu\ntrang 2")));
    assert_eq!(signs(&mut ledger, &all[2], 13).unwrap(), 2);
    assert!(waiting(&ledger).is_empty());
    // It stands in the history of whoever asked.
    let who = known(&mut ledger, 1, at(14));
    let history = ledger.history(who, &[Part::Act], None, 20).unwrap().items.len();
    assert_eq!(history, 5, "three preparations, two acts");
    assert_clean(&ledger);
    drop(ledger);
    assert_clean(&fixture::open(data.path()));
}

#[test]
fn what_differs_from_what_was_prepared_is_refused() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let prepared = waits(&mut ledger, None, 1);
    type Change = fn(&mut Prepared);
    for change in [
        (|one| one.act.pages = 9) as Change,
        |one| one.act.copies = 9,
        |one| one.act.people = vec![identity(2, Evidence::ChipSigned).into()],
        |one| one.act.legal_basis = "khác".into(),
    ] {
        let mut changed = prepared.clone();
        change(&mut changed);
        assert_eq!(code(signs(&mut ledger, &changed, 2)), "OFF-184");
    }
    // Nor is it done on paper, nor prepared a second time, nor in another's name.
    let on_paper = fixture::rooms::do_act(prepared.act.id.clone(), BookId::NOTICE, &[1], at(3));
    assert_eq!(code(ledger.append(at(3), on_paper)), "OFF-184");
    let again = Event::ActPrepared { prepared: Box::new(prepared.clone()) };
    assert_eq!(code(ledger.record(at(3), again, &[])), "LED-95");
    let asker = vec![identity(1, Evidence::ChipSigned)];
    let others = prepare(random_act(), "ba", None, BookId::NOTICE, asker.clone(), at(3));
    assert_eq!(code(ledger.record(at(3), others, &[PAGE])), "OFF-182");
    let without = prepare(random_act(), "chi", None, BookId::NOTICE, asker, at(3));
    let Event::ActPrepared { mut prepared } = without else { panic!() };
    prepared.pages = vec![content_hash(b"nowhere")];
    assert_eq!(code(ledger.record(at(3), Event::ActPrepared { prepared }, &[])), "LED-16");
    assert_clean(&ledger);
}

#[test]
fn a_clerk_prepares_at_one_seat_and_the_certifier_signs_at_another() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    for (name, role) in [("ba", Role::Clerk), ("cu", Role::Clerk), ("an", Role::Certifier)] {
        first.add_user(at(1), user(name, &[role]), PASSWORD).unwrap();
    }
    let mut counter = join(&mut first, scratch.path(), &UserName("ba".into()), 10);
    exchange(&counter, &mut first, 11);
    let all = [20, 21, 22].map(|now| waits(&mut counter, Some("chi"), now));
    assert_eq!(counter.prepared_for_user().unwrap(), 0, "they ask somebody else");
    assert_eq!(code(signs(&mut counter, &all[0], 23)), "OFF-168");
    exchange(&counter, &mut first, 30);
    assert_eq!((waiting(&first).len(), first.prepared_for_user().unwrap()), (3, 3));
    assert_eq!(first.blob(&all[0].pages[0]).unwrap(), PAGE, "the pages come along");
    assert_eq!(signs(&mut first, &all[0], 31).unwrap(), 1);
    // Returned at both seats: the first holds. Signed at one and taken back at the other: it is done.
    for ledger in [&mut counter, &mut first] {
        ledger.record(at(40), give_back(&all[1].act.id), &[]).unwrap();
    }
    counter.record(at(41), give_back(&all[2].act.id), &[]).unwrap();
    assert_eq!(signs(&mut first, &all[2], 50).unwrap(), 2);
    exchange(&first, &mut counter, 60);
    exchange(&counter, &mut first, 61);
    for ledger in [&first, &counter] {
        assert!(waiting(ledger).is_empty());
        assert_eq!(ledger.acts(None, 9).unwrap().items.len(), 2);
        assert_eq!(ledger.open_conflicts().unwrap(), 1);
    }
    assert_eq!(first.conflicts().unwrap()[0].kind, ConflictKind::Returned);
    let returned: Vec<ActId> = counter
        .returned_to_user(9)
        .unwrap()
        .into_iter()
        .map(|record| record.prepared.act.id)
        .collect();
    assert_eq!(returned, [all[1].act.id.clone()], "what was signed is not among what came back");
    let (one, other) = (first.check().unwrap(), counter.check().unwrap());
    assert!(one.clean() && other.clean(), "{:#?} {:#?}", one.findings, other.findings);
    assert_eq!(one.read_models, other.read_models);
    // Whoever has nothing to do with it returns nothing.
    let waiting = waits(&mut counter, Some("chi"), 70).act.id;
    exchange(&counter, &mut first, 71);
    drop(first);
    let enter = |name: &str| {
        Ledger::open(&scratch.path().join("a"), &UserName(name.into()), PASSWORD, at(80)).unwrap()
    };
    for (name, refused) in [("cu", "LED-108"), ("an", "LED-108"), (&chi().0, "")] {
        let mut ledger = enter(name);
        assert_eq!(code(ledger.return_prepared(at(81), &waiting, "nhầm")), refused, "{name}");
    }
}

/// The right to number goes over with everything before it: whoever gets it knows what was signed.
#[test]
fn whoever_takes_the_book_over_knows_what_was_signed() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut counter = join(&mut first, scratch.path(), &chi(), 10);
    exchange(&counter, &mut first, 11);
    let prepared = waits(&mut first, None, 20);
    exchange(&first, &mut counter, 21);
    assert_eq!(signs(&mut first, &prepared, 30).unwrap(), 1);
    // The book goes over to the other machine, which has not heard that it was signed.
    first.hand_over(at(31), BookId::NOTICE, &counter.head().device.clone()).unwrap();
    exchange(&first, &mut counter, 32);
    assert_eq!(code(signs(&mut counter, &prepared, 33)), "LED-92", "what hands over tells it");
    assert_clean(&counter);
}

/// Two machines may number one book only where a folder was copied. Both complete it: one act stands, the other is a
/// conflict that leaves its number used.
#[test]
fn completed_at_two_machines_the_first_stands() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut counter = join(&mut first, scratch.path(), &chi(), 10);
    exchange(&counter, &mut first, 11);
    let prepared = waits(&mut first, None, 20);
    drop(first);
    let (office, copy) = (scratch.path().join("a/office"), scratch.path().join("c"));
    fs::create_dir_all(copy.join("office")).unwrap();
    for file in fs::read_dir(&office).unwrap().map(|file| file.unwrap().path()) {
        if file.is_file() {
            fs::copy(&file, copy.join("office").join(file.file_name().unwrap())).unwrap();
        }
    }
    let open = |data: &Path| Ledger::open(data, &chi(), PASSWORD, at(20)).unwrap();
    let (mut first, mut copy) = (open(&scratch.path().join("a")), open(&copy));
    assert_eq!(signs(&mut first, &prepared, 30).unwrap(), 1);
    assert_eq!(signs(&mut copy, &prepared, 40).unwrap(), 1, "it has not heard of the other");
    exchange(&first, &mut counter, 50);
    exchange(&copy, &mut counter, 51);
    assert!(counter.admit_branches(at(60)).unwrap() > 0);
    exchange(&counter, &mut first, 61);
    for ledger in [&counter, &first] {
        let acts = ledger.acts(None, 9).unwrap().items;
        assert_eq!(acts.len(), 1);
        assert_eq!(ledger.blob(acts[0].act.document.as_ref().unwrap()).unwrap(), b"chi 30");
        let kinds: Vec<ConflictKind> =
            ledger.conflicts().unwrap().iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [ConflictKind::Number, ConflictKind::Id]);
        assert_clean(ledger);
    }
}
