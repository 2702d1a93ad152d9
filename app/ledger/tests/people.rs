//! Who is known and by what: one reading stands for a person, looks and histories of people with and
//! without a number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{
    append_dossier, assert_clean, at, found, identity, receive, reception,
    rooms::{ask, document, keep, pay, random_act, remark},
    teller,
};
use jiff::Timestamp;
use ledger::{EventKind, Hit, Ledger, LedgerError, Part, Scope, content_hash};
use office::{
    Explain,
    book::BookId,
    dossier::ReceptionError,
    entry::{Event, Purpose, Role},
    evidence::Evidence,
    person::{Document, DocumentKind, Identity, Person, PersonId, ReadOn},
};
use tempfile::tempdir;

fn read(ledger: &mut Ledger, at: Timestamp, identity: &Identity, face: Option<&[u8]>) -> PersonId {
    let event = Event::IdentityRead {
        identity: Box::new(identity.clone()),
        face: face.map(content_hash),
        signer: None,
        legal_basis: "Luật Căn cước".into(),
    };
    let blobs: Vec<&[u8]> = face.into_iter().collect();
    teller(&ledger.record(at, event, &blobs).unwrap())
}

/// A citizen whose card was authentic; then somebody with a chip of their own making and the same number.
fn impersonated(ledger: &mut Ledger) -> (Identity, Identity, PersonId) {
    let citizen = identity(1, Evidence::ChipAuthentic);
    let mut stranger = identity(1, Evidence::ChipIssuerUnknown);
    stranger.person.name = "Kẻ Mạo Danh".into();
    stranger.person.residence = "Nơi khác".into();
    read(ledger, at(1), &citizen, Some(b"portrait of the citizen"));
    let who = read(ledger, at(2), &stranger, Some(b"portrait of the stranger"));
    (citizen, stranger, who)
}

#[test]
fn a_weaker_chip_replaces_neither_photo_nor_facts_and_hides_nobody() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let (citizen, stranger, who) = impersonated(&mut ledger);
    let person = ledger.view_person(at(3), who, Purpose::Search).unwrap().unwrap();
    assert_eq!(person.best.identity, citizen);
    assert_eq!(person.best.at, at(1));
    assert_eq!(person.best.face, Some(content_hash(b"portrait of the citizen")));
    let later: Vec<_> = person.later.iter().map(|reading| &reading.identity).collect();
    assert_eq!(later, [&stranger], "kept, and told");

    for (query, expected) in [
        (citizen.person.number.as_ref().unwrap().as_str(), vec![citizen.person.name.as_str()]),
        (citizen.person.name.as_str(), vec![citizen.person.name.as_str()]),
        ("mao danh", vec![]),
        ("", vec![citizen.person.name.as_str()]),
    ] {
        let hits = ledger.search(query, Scope::People, None, 10).unwrap().items;
        let names: Vec<_> = hits
            .iter()
            .map(|hit| match hit {
                Hit::Person { identity, .. } => identity.person.name.as_str(),
                Hit::Dossier(_) | Hit::Line(_) => panic!("people only"),
            })
            .collect();
        assert_eq!(names, expected, "{query}");
    }
    // The same card again, or as strong a one: the newest.
    let mut renewed = citizen.clone();
    renewed.person.residence = "Thôn mới".into();
    read(&mut ledger, at(4), &renewed, Some(b"a newer portrait"));
    let person = ledger.view_person(at(5), who, Purpose::Search).unwrap().unwrap();
    assert_eq!(person.best.identity, renewed);
    assert_eq!(person.best.face, Some(content_hash(b"a newer portrait")));
    assert_eq!(person.later, []);
    assert_clean(&ledger);
}

fn foreigner(number: &str, evidence: Evidence) -> Identity {
    Identity {
        person: Person {
            name: "DUPONT MARIE".into(),
            nationality: "FRA".into(),
            ..Person::default()
        },
        document: Some(Document {
            kind: DocumentKind::Passport,
            number: number.into(),
            expiry: None,
        }),
        evidence,
        read: ReadOn::Unread,
        whose: None,
        reasons: Vec::new(),
    }
}

fn child(born: &str, place: &str) -> Identity {
    Identity {
        person: Person {
            name: "Nguyễn Thị Bé".into(),
            birth_date: born.parse::<jiff::civil::Date>().ok().map(Into::into),
            origin: place.into(),
            ..Person::default()
        },
        document: None,
        evidence: Evidence::Typed,
        read: ReadOn::Unread,
        whose: None,
        reasons: Vec::new(),
    }
}

/// Each person that a query finds, oldest first.
fn found_by(ledger: &Ledger, query: &str) -> Vec<PersonId> {
    let hits = ledger.search(query, Scope::People, None, 20).unwrap().items;
    let who = |hit: &Hit| match hit {
        Hit::Person { who, .. } => *who,
        Hit::Dossier(_) | Hit::Line(_) => panic!("people only"),
    };
    hits.iter().rev().map(who).collect()
}

#[test]
fn people_without_a_number_are_known_apart_and_each_look_is_written() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let passport = foreigner("24AA00001", Evidence::Typed);
    let typed = read(&mut ledger, at(1), &passport, None);
    let chip = foreigner("24AA00001", Evidence::ChipAuthentic);
    let chip = read(&mut ledger, at(2), &chip, Some(b"her portrait"));
    let other = read(&mut ledger, at(3), &foreigner("24AA00002", Evidence::Typed), None);
    // Namesakes, born on one day: not one person.
    let one = read(&mut ledger, at(4), &child("2024-03-05", "Thôn Một"), None);
    let two = read(&mut ledger, at(5), &child("2024-03-05", "Thôn Hai"), None);
    assert_eq!(found_by(&ledger, "dupont"), [chip, other], "one for each passport");
    assert_eq!(found_by(&ledger, "be 2024"), [one, two]);

    let person = ledger.view_person(at(6), typed, Purpose::Reception).unwrap().unwrap();
    assert_eq!(person.who(), chip);
    assert_eq!(person.best.identity.evidence, Evidence::ChipAuthentic);
    assert_eq!(person.best.face, Some(content_hash(b"her portrait")));
    for (who, origin) in [(one, "Thôn Một"), (two, "Thôn Hai")] {
        let found = ledger.view_person(at(7), who, Purpose::Search).unwrap().unwrap();
        assert_eq!(found.best.identity.person.origin, origin, "that child, not a namesake");
    }
    assert_eq!(ledger.whose(&foreigner("24AA99999", Evidence::Typed)).unwrap(), None);
    assert_eq!(ledger.whose(&child("2024-03-05", "Thôn Một")).unwrap(), None, "a name is no proof");
    let nobody = ledger.view_person(at(8), PersonId(1), Purpose::Search).unwrap();
    assert_eq!(nobody, None, "no person's entry");

    let looks = |who| ledger.views(who, None, 10).unwrap().items.len();
    assert_eq!([typed, chip, other, one, two].map(looks), [1, 1, 0, 1, 1]);
    assert_clean(&ledger);
}

#[test]
fn a_child_without_papers_has_a_history_and_a_store_of_their_own() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let one = read(&mut ledger, at(1), &child("2024-03-05", "Thôn Một"), None);
    let two = read(&mut ledger, at(2), &child("2024-03-05", "Thôn Hai"), None);
    let shown = ledger.view_person(at(3), one, Purpose::Search).unwrap().unwrap();
    let mut reception = reception(1, at(4));
    reception.applicant = shown.best.identity;
    assert_eq!(ledger.whose(&reception.applicant).unwrap(), Some(one));
    let dossier = teller(&ledger.append(at(4), receive(reception)).unwrap());
    ledger.record(at(5), keep(document(dossier, b"khai sinh")), &[b"khai sinh"]).unwrap();

    let kinds = |who| -> Vec<EventKind> {
        let page = ledger.history(who, &Part::ALL, None, 10).unwrap();
        page.items.iter().filter_map(|line| line.kind).collect()
    };
    assert_eq!(
        kinds(one),
        [
            EventKind::DocumentKept,
            EventKind::DossierReceived,
            EventKind::PersonViewed,
            EventKind::IdentityRead
        ]
    );
    assert_eq!(kinds(two), [EventKind::IdentityRead]);
    assert_eq!(ledger.documents(one).unwrap().len(), 1);
    assert_eq!(ledger.documents(two).unwrap(), []);
    assert_clean(&ledger);
}

fn merge(one: PersonId, other: PersonId) -> Event {
    Event::PeopleMerged { one, other, reason: "đổi hộ chiếu".into() }
}

fn part(one: PersonId, other: PersonId) -> Event {
    Event::PeopleParted { one, other, reason: "gộp nhầm".into() }
}

fn split(who: PersonId) -> Event {
    Event::PersonSplit { who, reason: "gõ nhầm số".into() }
}

#[test]
fn who_was_merged_is_one_row_found_by_either_passport_until_they_are_parted() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let old = read(&mut ledger, at(1), &foreigner("24AA00001", Evidence::ChipAuthentic), None);
    let new = read(&mut ledger, at(2), &foreigner("24BB00002", Evidence::Typed), None);
    let queries = ["24AA00001", "24BB00002", "dupont", ""];
    let found = |ledger: &Ledger| queries.map(|query| found_by(ledger, query));
    let apart = [vec![old], vec![new], vec![old, new], vec![old, new]];
    assert_eq!(found(&ledger), apart);
    ledger.record(at(3), merge(new, old), &[]).unwrap();
    let together = queries.map(|_| vec![old]);
    assert_eq!(found(&ledger), together, "one row, by the strongest reading");
    let person = ledger.view_person(at(4), new, Purpose::Search).unwrap().unwrap();
    assert_eq!(person.who(), old);
    assert_eq!(person.later.iter().map(|reading| reading.who).collect::<Vec<_>>(), [new]);
    assert_eq!(ledger.history(new, &[Part::Reading], None, 10).unwrap().items.len(), 3);
    let again = ledger.record(at(4), merge(old, new), &[]);
    assert!(matches!(again, Err(LedgerError::OneAlready)));

    ledger.record(at(5), part(old, new), &[]).unwrap();
    assert_eq!(found(&ledger), apart);
    ledger.record(at(6), merge(old, new), &[]).unwrap();
    assert_eq!(found(&ledger), together);
    assert_clean(&ledger);
}

#[test]
fn what_is_split_off_takes_along_what_came_with_it() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let right = read(&mut ledger, at(1), &identity(1, Evidence::ChipIssuerUnknown), None);
    let alone = ledger.record(at(1), split(right), &[]);
    assert!(matches!(alone, Err(LedgerError::NothingLeft)));
    // A stranger's card with the citizen's number, typed, and a dossier on it.
    let mut stranger = identity(1, Evidence::ChipAuthentic);
    stranger.person.name = "Kẻ Mạo Danh".into();
    let wrong = read(&mut ledger, at(2), &stranger, None);
    let dossier = teller(&append_dossier(&mut ledger, 1, at(3)));
    ledger.record(at(4), keep(document(wrong, b"scan")), &[b"scan"]).unwrap();
    assert_eq!(found_by(&ledger, "mao danh"), [wrong], "the strongest stands");

    ledger.record(at(5), split(wrong), &[]).unwrap();
    let best = |ledger: &mut Ledger, who| {
        ledger.view_person(at(9), who, Purpose::Search).unwrap().unwrap().who()
    };
    assert_eq!([right, dossier, wrong].map(|who| best(&mut ledger, who)), [right, right, wrong]);
    assert_eq!(found_by(&ledger, "mao danh"), [wrong]);
    assert_eq!(ledger.whose(&stranger).unwrap(), Some(right), "a new reading is the citizen's");
    assert_eq!(ledger.documents(right).unwrap(), []);
    assert_eq!(ledger.documents(wrong).unwrap().len(), 1);
    // It was theirs after all.
    ledger.record(at(10), merge(wrong, right), &[]).unwrap();
    assert_eq!(best(&mut ledger, right), wrong);
    assert_clean(&ledger);
}

#[test]
fn different_numbers_are_different_people() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let one = read(&mut ledger, at(1), &identity(1, Evidence::ChipAuthentic), None);
    let two = read(&mut ledger, at(2), &identity(2, Evidence::ChipAuthentic), None);
    let foreign = read(&mut ledger, at(3), &foreigner("24AA00001", Evidence::Typed), None);
    let refused = |done: Result<_, LedgerError>| matches!(done, Err(LedgerError::TwoNumbers));
    assert!(refused(ledger.record(at(4), merge(one, two), &[])));
    ledger.record(at(4), merge(one, foreign), &[]).unwrap();
    assert!(refused(ledger.record(at(5), merge(foreign, two), &[])));
    let unsaid = Event::PeopleMerged { one, other: foreign, reason: " ".into() };
    assert!(matches!(ledger.record(at(5), unsaid, &[]), Err(LedgerError::NoReason)));
    let unknown = ledger.record(at(5), merge(one, PersonId(1)), &[]);
    assert!(matches!(unknown, Err(LedgerError::Missing)));
    assert_clean(&ledger);
}

/// Whoever may be the same is offered, and nobody is joined by it.
#[test]
fn who_looks_alike_is_offered_until_somebody_says_that_they_are_two() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let born = |number: &str, born: &str| Identity {
        document: foreigner(number, Evidence::Typed).document,
        ..child(born, "")
    };
    let old = read(&mut ledger, at(1), &born("24AA00001", "2001-02-03"), None);
    let new = read(&mut ledger, at(2), &born("24BB00002", "2001-02-03"), None);
    read(&mut ledger, at(3), &born("24CC00003", "2001-02-04"), None);
    // An old number alone, as an online dossier may bring it, and the chip that tells whose it was.
    let mut by_old_number = child("2001-02-05", "");
    by_old_number.person.name = "Trần Thị Khác".into();
    by_old_number.person.old_number = "099000456".into();
    let declared = read(&mut ledger, at(4), &by_old_number, None);
    let mut citizen = identity(1, Evidence::ChipAuthentic);
    citizen.person.old_number = "099000456".into();
    let chip = read(&mut ledger, at(5), &citizen, None);
    let mut other = identity(2, Evidence::ChipAuthentic);
    other.person.name = citizen.person.name.clone();
    other.person.birth_date = citizen.person.birth_date;
    read(&mut ledger, at(6), &other, None);

    let alike = |ledger: &Ledger, who| -> Vec<PersonId> {
        ledger.alike(who).unwrap().iter().map(|reading| reading.who).collect()
    };
    for (one, two) in [(old, new), (declared, chip)] {
        assert_eq!((alike(&ledger, one), alike(&ledger, two)), (vec![two], vec![one]));
        assert_eq!(ledger.tellings(one).unwrap().len(), 1);
    }
    ledger.record(at(7), merge(old, new), &[]).unwrap();
    assert_eq!(alike(&ledger, old), []);
    let tells = ledger.tellings(new).unwrap();
    assert_eq!(tells.iter().map(|told| told.reading.who).collect::<Vec<_>>(), [new, old]);
    let merges = ledger.merges(new).unwrap();
    let [merged] = merges.as_slice() else { panic!() };
    assert_eq!((merged.one, merged.other, merged.at), (old, new, at(7)));
    ledger.record(at(8), part(merged.other, merged.one), &[]).unwrap();
    assert_eq!(ledger.merges(new).unwrap(), []);
    assert_eq!(alike(&ledger, old), [], "somebody said that they are two");
}

/// A passport's chip that holds the personal number too: both numbers are the citizen's.
#[test]
fn a_chip_ties_its_two_numbers() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let passport =
        Document { kind: DocumentKind::Passport, number: "C1234567".into(), expiry: None };
    let without = Identity { document: Some(passport.clone()), ..child("1990-01-02", "") };
    let typed = read(&mut ledger, at(1), &without, None);
    let card = read(&mut ledger, at(2), &identity(1, Evidence::ChipAuthentic), None);
    for (evidence, tied) in [(Evidence::Declared, false), (Evidence::ChipSigned, true)] {
        let mut both = identity(1, evidence);
        both.document = Some(passport.clone());
        both.person.nationality = String::new();
        read(&mut ledger, at(3), &both, None);
        let whose =
            [typed, card].map(|who| ledger.history(who, &[Part::Reading], None, 9).unwrap());
        assert_eq!(whose[0] == whose[1], tied, "{evidence:?}");
    }
    assert_clean(&ledger);
}

/// Who asks for an act is known by their number, or is the person whom the clerk named; what happens to the act is
/// in the history of both, wherever they go.
#[test]
fn who_asks_for_an_act_is_a_person_like_anybody() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let parent = read(&mut ledger, at(1), &identity(1, Evidence::ChipAuthentic), None);
    let little = read(&mut ledger, at(1), &child("2024-03-05", "Thôn Một"), None);
    let namesake = read(&mut ledger, at(1), &child("2024-03-05", "Thôn Hai"), None);
    let named = |who| Identity { whose: who, ..child("2024-03-05", "Thôn Một") };
    let asked = |ledger: &mut Ledger, who| {
        let act = random_act();
        let askers = vec![identity(1, Evidence::ChipAuthentic), named(who)];
        ledger.append(at(2), ask(act.clone(), BookId::NOTICE, askers, at(2))).map(|_| act)
    };
    let refused = asked(&mut ledger, None).err().map(|error| error.code());
    assert_eq!(refused, Some("OFF-159"), "who is that");
    assert!(matches!(asked(&mut ledger, Some(PersonId(1))), Err(LedgerError::Missing)));
    let act = asked(&mut ledger, Some(little)).unwrap();
    ledger.record(at(3), remark(&act, "trả sau"), &[]).unwrap();

    let kinds = |ledger: &Ledger, who| -> Vec<EventKind> {
        let page = ledger.history(who, &[Part::Act, Part::Work], None, 10).unwrap();
        page.items.iter().filter_map(|line| line.kind).collect()
    };
    let both = [EventKind::RemarkMade, EventKind::ActDone];
    assert_eq!((kinds(&ledger, parent), kinds(&ledger, little)), (both.into(), both.into()));
    assert!(kinds(&ledger, namesake).is_empty());
    // The child was read wrongly as another: the act goes along, and what follows it.
    let again = Identity { whose: Some(namesake), ..child("2024-03-05", "Thôn Một") };
    let again = read(&mut ledger, at(4), &again, None);
    let second = asked(&mut ledger, Some(again)).unwrap();
    assert_eq!(kinds(&ledger, namesake), [EventKind::ActDone]);
    ledger.record(at(5), split(again), &[]).unwrap();
    ledger.record(at(5), merge(again, little), &[]).unwrap();
    ledger.record(at(6), remark(&second, "trả sau"), &[]).unwrap();
    assert!(kinds(&ledger, namesake).is_empty());
    assert_eq!(kinds(&ledger, little), [both, both].concat());
    assert_eq!(kinds(&ledger, parent), [both, both].concat());
    assert_clean(&ledger);
}

/// A line of a book is in the history of those whom it names, and stands only if it is known who they are.
#[test]
fn who_stands_in_a_book_is_a_person_like_anybody() {
    let data = tempdir().unwrap();
    let mut founding = fixture::founding(&Role::ALL);
    founding.books.push(fixture::trial().book());
    let (mut ledger, _) = Ledger::create(data.path(), founding).unwrap();
    let parent = read(&mut ledger, at(1), &identity(1, Evidence::ChipAuthentic), None);
    let little = read(&mut ledger, at(1), &child("2024-03-05", "Thôn Một"), None);
    let came = |ledger: &mut Ledger, whose, evidence| {
        let child = Identity { whose, evidence, ..child("2024-03-05", "Thôn Một") };
        let people = vec![identity(1, Evidence::ChipAuthentic), child];
        ledger.append(at(2), |numbers| match fixture::write_line(at(2), "Thăm")(numbers)? {
            Event::LineWritten { mut line } => {
                line.people = people;
                Ok::<_, ReceptionError>(Event::LineWritten { line })
            }
            other => Ok(other),
        })
    };
    for (whose, evidence, code) in [
        (None, Evidence::Typed, "OFF-159"),
        (Some(PersonId(1)), Evidence::Typed, "LED-16"),
        (Some(little), Evidence::ChipNotAuthentic, "OFF-153"),
    ] {
        assert_eq!(came(&mut ledger, whose, evidence).unwrap_err().code(), code);
    }
    came(&mut ledger, Some(little), Evidence::Typed).unwrap();
    for who in [parent, little] {
        let page = ledger.history(who, &[Part::Act], None, 10).unwrap();
        let kinds: Vec<_> = page.items.iter().filter_map(|line| line.kind).collect();
        assert_eq!(kinds, [EventKind::LineWritten]);
    }
    assert_clean(&ledger);
}

#[test]
fn a_history_tells_everything_of_one_person_page_by_page() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let citizen = identity(1, Evidence::ChipAuthentic);
    read(&mut ledger, at(1), &citizen, None);
    let entry = append_dossier(&mut ledger, 1, at(2));
    append_dossier(&mut ledger, 2, at(3));
    let Event::DossierReceived { dossier } = entry.what else { panic!() };
    ledger.append(at(4), pay(&dossier.id, 8_000, at(4))).unwrap();
    let who = ledger.whose(&citizen).unwrap().unwrap();
    ledger.view_person(at(5), who, Purpose::Search).unwrap();
    let (reason, dossier) = (String::from("nhầm"), dossier.id);
    let cancelled =
        ledger.payments(&dossier).unwrap().into_iter().map(|paid| paid.payment.id).next().unwrap();
    let cancel = Event::PaymentCancelled { payment: cancelled, reason: reason.clone() };
    ledger.record(at(6), cancel, &[]).unwrap();
    ledger.record(at(7), Event::DossierAnnulled { dossier, reason }, &[]).unwrap();

    let kinds = |parts: &[Part], size| {
        let (mut kinds, mut before) = (Vec::new(), None);
        loop {
            let page = ledger.history(who, parts, before, size).unwrap();
            kinds.extend(page.items.iter().filter_map(|line| line.kind));
            before = page.next;
            if before.is_none() {
                return kinds;
            }
        }
    };
    let all = [
        EventKind::DossierAnnulled,
        EventKind::PaymentCancelled,
        EventKind::PersonViewed,
        EventKind::FeePaid,
        EventKind::DossierReceived,
        EventKind::IdentityRead,
    ];
    for size in [1, 2, 50] {
        assert_eq!(kinds(&Part::ALL, size), all);
    }
    for (part, expected) in [
        (Part::Dossier, vec![EventKind::DossierReceived]),
        (
            Part::Work,
            vec![EventKind::DossierAnnulled, EventKind::PaymentCancelled, EventKind::FeePaid],
        ),
        (Part::Reading, vec![EventKind::IdentityRead]),
        (Part::Store, vec![]),
        (Part::Look, vec![EventKind::PersonViewed]),
    ] {
        assert_eq!(kinds(&[part], 50), expected, "{part:?}");
    }
    assert_clean(&ledger);
}
