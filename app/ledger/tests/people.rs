//! Who is known and by what: one reading stands for a person, looks and histories of people with and
//! without a number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{append_dossier, assert_clean, at, found, identity, rooms::pay};
use jiff::Timestamp;
use ledger::{EventKind, Hit, Ledger, Part, Scope, content_hash};
use office::{
    entry::{Event, Purpose},
    evidence::Evidence,
    person::{Document, DocumentKind, Identity, Person, PersonKey, ReadOn},
};
use tempfile::tempdir;

fn read(ledger: &mut Ledger, at: Timestamp, identity: &Identity, face: Option<&[u8]>) {
    let event = Event::IdentityRead {
        identity: Box::new(identity.clone()),
        face: face.map(content_hash),
        signer: None,
        legal_basis: "Luật Căn cước".into(),
    };
    let blobs: Vec<&[u8]> = face.into_iter().collect();
    ledger.record(at, event, &blobs).unwrap();
}

/// A citizen whose card was authentic; then somebody with a chip of their own making and the same number.
fn impersonated(ledger: &mut Ledger) -> (Identity, Identity) {
    let citizen = identity(1, Evidence::ChipAuthentic);
    let mut stranger = identity(1, Evidence::ChipIssuerUnknown);
    stranger.person.name = "Kẻ Mạo Danh".into();
    stranger.person.residence = "Nơi khác".into();
    read(ledger, at(1), &citizen, Some(b"portrait of the citizen"));
    read(ledger, at(2), &stranger, Some(b"portrait of the stranger"));
    (citizen, stranger)
}

#[test]
fn a_weaker_chip_replaces_neither_photo_nor_facts_and_hides_nobody() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let (citizen, stranger) = impersonated(&mut ledger);
    let person = ledger.view_person(at(3), &citizen.key(), Purpose::Search).unwrap().unwrap();
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
                Hit::Dossier(_) => panic!("people only"),
            })
            .collect();
        assert_eq!(names, expected, "{query}");
    }
    // The same card again, or as strong a one: the newest.
    let mut renewed = citizen.clone();
    renewed.person.residence = "Thôn mới".into();
    read(&mut ledger, at(4), &renewed, Some(b"a newer portrait"));
    let person = ledger.view_person(at(5), &citizen.key(), Purpose::Search).unwrap().unwrap();
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
        reasons: Vec::new(),
    }
}

/// The place of each person that a query finds, oldest first.
fn places(ledger: &Ledger, query: &str) -> Vec<u64> {
    let hits = ledger.search(query, Scope::People, None, 20).unwrap().items;
    hits.iter().rev().map(Hit::place).collect()
}

#[test]
fn people_without_a_number_are_looked_at_and_each_look_is_written() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let passport = foreigner("24AA00001", Evidence::Typed);
    read(&mut ledger, at(1), &passport, None);
    read(
        &mut ledger,
        at(2),
        &foreigner("24AA00001", Evidence::ChipAuthentic),
        Some(b"her portrait"),
    );
    read(&mut ledger, at(3), &foreigner("24AA00002", Evidence::Typed), None);
    // Namesakes, born on one day: not one person.
    read(&mut ledger, at(4), &child("2024-03-05", "Thôn Một"), None);
    read(&mut ledger, at(5), &child("2024-03-05", "Thôn Hai"), None);
    assert_eq!(places(&ledger, "dupont").len(), 2, "one for each passport");
    let children = places(&ledger, "be");
    assert_eq!(children.len(), 2);

    let person = ledger.view_person(at(6), &passport.key(), Purpose::Reception).unwrap().unwrap();
    assert_eq!(person.best.identity.evidence, Evidence::ChipAuthentic);
    assert_eq!(person.best.face, Some(content_hash(b"her portrait")));
    for (place, origin) in children.iter().zip(["Thôn Một", "Thôn Hai"]) {
        let found = ledger.view_found(at(7), *place, Purpose::Search).unwrap().unwrap();
        assert_eq!(found.best.identity.person.origin, origin, "that child, not a namesake");
    }
    let unknown = foreigner("24AA99999", Evidence::Typed).key();
    assert_eq!(ledger.view_person(at(8), &unknown, Purpose::Search).unwrap(), None);
    assert_eq!(ledger.view_found(at(8), 1, Purpose::Search).unwrap(), None, "no person's entry");

    let looks =
        ledger.log(&[EventKind::PersonViewed], ledger::Way::Falling, None, 10).unwrap().items;
    let who: Vec<PersonKey> = looks
        .into_iter()
        .rev()
        .map(|line| match line.entry.unwrap().what {
            Event::PersonViewed { who, .. } => who,
            other => panic!("{}", other.label()),
        })
        .collect();
    let of_child = child("2024-03-05", "").key();
    assert_eq!(who, [passport.key(), of_child.clone(), of_child.clone()]);
    assert_eq!(ledger.views(&of_child, None, 10).unwrap().items.len(), 2);
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
    let who = citizen.key();
    ledger.view_person(at(5), &who, Purpose::Search).unwrap();
    let (reason, dossier) = (String::from("nhầm"), dossier.id);
    let cancelled =
        ledger.payments(&dossier).unwrap().into_iter().map(|paid| paid.payment.id).next().unwrap();
    let cancel = Event::PaymentCancelled { payment: cancelled, reason: reason.clone() };
    ledger.record(at(6), cancel, &[]).unwrap();
    ledger.record(at(7), Event::DossierAnnulled { dossier, reason }, &[]).unwrap();

    let kinds = |parts: &[Part], size| {
        let (mut kinds, mut before) = (Vec::new(), None);
        loop {
            let page = ledger.history(&who, parts, before, size).unwrap();
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
