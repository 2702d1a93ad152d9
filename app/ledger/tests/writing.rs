//! Appending: chains, numbers and leases, blobs, drafts, what is refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{
    BOOKS, append_dossier, assert_clean, at, found, identity, office, open, read_event, receive,
    reception, teller,
};
use jiff::civil::date;
use ledger::{Dossiers, EventKind, Ledger, LedgerError, Part, content_hash};
use office::{
    Explain,
    book::{BookId, Number, Numbers},
    dossier::{DossierId, ReceptionError, Status},
    entry::{Entry, Event, Numbering, PaperKind, PaperOf, Purpose},
    evidence::{DocumentSigner, Evidence},
};
use tempfile::tempdir;

fn dossier(entry: &Entry) -> &office::dossier::Dossier {
    match &entry.what {
        Event::DossierReceived { dossier } => dossier,
        other => panic!("{}", other.label()),
    }
}

fn issued(number: Number) -> (u32, u32) {
    number.issued().map(|i| (i.value, i.epoch)).unwrap()
}

#[test]
fn entries_form_one_chain_over_sessions() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let founding: Vec<_> = ledger
        .log(&[], ledger::Way::Falling, None, 50)
        .unwrap()
        .items
        .iter()
        .rev()
        .filter_map(|line| line.kind)
        .collect();
    let (first, leases) = founding.split_at(3);
    assert_eq!(first, [EventKind::DeviceEnrolled, EventKind::OfficeFounded, EventKind::UserAdded]);
    assert_eq!(leases, [EventKind::BookOpened, EventKind::LeaseTaken].repeat(BOOKS.len()));
    let first = append_dossier(&mut ledger, 1, at(1));
    drop(ledger);
    let mut ledger = open(data.path());
    let second = append_dossier(&mut ledger, 2, at(2));
    let (first, second) = (first.envelope, second.envelope);
    let hash = |envelope| content_hash(&serde_json::to_vec(envelope).unwrap());
    assert_eq!((first.sequence, second.sequence), (15, 16));
    assert_eq!(second.previous, hash(&first));
    assert_eq!(second.device, first.device);
    assert_eq!(second.office.0, first.device.0, "the office bears its founder's id");
    let head = ledger.head();
    assert_eq!((head.sequence, &head.hash), (16, &hash(&second)));
    assert_eq!(ledger.outbox_len(), 16);
    assert_eq!(ledger.outbox_oldest().unwrap(), Some(at(0)));
    assert_clean(&ledger);
}

#[test]
fn books_run_on_through_the_day_and_start_anew_with_day_and_year() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let day = 86_400;
    let new_year = 39 * day;
    for (i, (seconds, code, tracking)) in [
        (0, "H38.99-261123-0001", 1),
        (60, "H38.99-261123-0002", 2),
        (day, "H38.99-261124-0001", 3),
        (new_year, "H38.99-270101-0001", 1),
        (new_year + 1, "H38.99-270101-0002", 2),
    ]
    .into_iter()
    .enumerate()
    {
        ledger.accept_clock(at(seconds)).unwrap();
        let entry = append_dossier(&mut ledger, i as u64, at(seconds));
        assert_eq!(dossier(&entry).code().unwrap(), code);
        assert_eq!(issued(dossier(&entry).tracking), (tracking, 1));
    }
    let years: Vec<_> =
        ledger.leases().unwrap().iter().map(|l| (l.book, l.year, l.epoch)).collect();
    assert_eq!(
        years.len(),
        BOOKS.len() + 2,
        "the new year's leases were taken with its first dossier: {years:?}"
    );
    assert_eq!(ledger.last_number(BookId::TRACKING, date(2026, 11, 30)).unwrap().last, 3);
    assert_eq!(ledger.last_number(BookId::DOSSIER_CODE, date(2026, 11, 30)).unwrap().last, 0);
    assert_clean(&ledger);
}

#[test]
fn a_refused_event_uses_up_no_number() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let before = ledger.head().clone();
    let refused = ledger.append(at(1), |numbers| {
        numbers.next(BookId::TRACKING, date(2026, 11, 23));
        Err::<Event, _>(ReceptionError::NoComponents)
    });
    assert_eq!(refused.unwrap_err().code(), "OFF-12");
    let mut forged = reception(1, at(1));
    forged.applicant.evidence = Evidence::ChipNotAuthentic;
    assert_eq!(ledger.append(at(1), receive(forged)).unwrap_err().code(), "OFF-10");

    let taken = |ledger: &mut Ledger, event: Event| {
        ledger.append(at(1), |numbers| {
            numbers.next(BookId::TRACKING, date(2026, 11, 23));
            Ok::<_, ReceptionError>(event)
        })
    };
    let error = taken(&mut ledger, read_event(1, Evidence::Typed)).unwrap_err();
    assert!(
        matches!(error, LedgerError::WrongNumbers),
        "a number that no entry holds would be a gap"
    );
    assert_eq!(ledger.head(), &before);

    let received = append_dossier(&mut ledger, 1, at(2));
    let again = ledger.record(at(3), received.what.clone(), &[]).unwrap_err();
    assert!(matches!(again, LedgerError::WrongNumbers), "a number cannot be written twice");
    assert_eq!(issued(dossier(&received).tracking), (1, 1));
}

#[test]
fn several_entries_are_written_together_or_not_at_all() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let before = ledger.head().clone();
    let half = ledger.transact(|writing| {
        writing.record(at(1), read_event(1, Evidence::ChipSigned), &[])?;
        writing.append(at(1), receive(reception(1, at(1))))?;
        writing.append(at(1), |_: &mut dyn Numbers| Err::<Event, _>(ReceptionError::NoApplicant))
    });
    assert_eq!(half.unwrap_err().code(), "OFF-11");
    assert_eq!(ledger.head(), &before);
    let swallowed = ledger.transact(|writing| {
        writing.append(at(1), receive(reception(1, at(1))))?;
        let _ = writing
            .append(at(1), |_: &mut dyn Numbers| Err::<Event, _>(ReceptionError::NoApplicant));
        Ok(())
    });
    assert!(swallowed.is_err(), "a swallowed failure still undoes all");
    assert_eq!(ledger.head(), &before);
    let whole = ledger.transact(|writing| {
        writing.record(at(1), read_event(1, Evidence::ChipSigned), &[])?;
        writing.append(at(1), receive(reception(1, at(1))))
    });
    assert_eq!(issued(dossier(&whole.unwrap()).serial), (1, 1));
    assert_clean(&ledger);
}

/// A step that failed and was swallowed is not made good by a later one that succeeds.
#[test]
fn a_success_does_not_excuse_an_earlier_failure() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let before = ledger.head().clone();
    let swallowed = ledger.transact(|writing| {
        let _ = writing
            .append(at(1), |_: &mut dyn Numbers| Err::<Event, _>(ReceptionError::NoApplicant));
        writing.append(at(1), receive(reception(1, at(1))))?;
        writing.record(at(1), read_event(1, Evidence::ChipSigned), &[])
    });
    assert!(swallowed.is_err());
    assert_eq!(ledger.head(), &before);
}

#[test]
fn a_draft_goes_with_the_entry_that_it_became_or_stays() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    ledger.save_draft("tiếp nhận", b"1").unwrap();
    ledger.save_draft("khác", b"2").unwrap();
    let keys = |ledger: &Ledger| -> Vec<String> {
        ledger.drafts().unwrap().into_iter().map(|draft| draft.key).collect()
    };
    let refused = ledger.transact(|writing| {
        writing.delete_draft("tiếp nhận")?;
        writing.append(at(1), |_: &mut dyn Numbers| Err::<Event, _>(ReceptionError::NoApplicant))
    });
    assert_eq!(refused.unwrap_err().code(), "OFF-11");
    assert_eq!(keys(&ledger), ["khác", "tiếp nhận"], "nothing was recorded: the draft stays");
    ledger
        .transact(|writing| {
            writing.append(at(1), receive(reception(1, at(1))))?;
            writing.delete_draft("tiếp nhận")
        })
        .unwrap();
    assert_eq!(keys(&ledger), ["khác"]);
    for i in 1..200 {
        ledger.save_draft(&format!("nháp {i}"), b"x").unwrap();
    }
    assert_eq!(ledger.save_draft("một nữa", b"x").unwrap_err().code(), "LED-35");
    ledger.save_draft("khác", b"3").unwrap();
}

#[test]
fn what_is_too_long_or_says_nothing_is_refused() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let before = ledger.head().clone();
    let long = "ệ".repeat(2_001);
    type Change = fn(&mut office::dossier::Reception, String);
    let cases: [Change; 5] = [
        |r, text| r.note = text,
        |r, text| r.legal_basis = text,
        |r, text| r.contact.address = text,
        |r, text| r.applicant.person.name = text,
        |r, text| r.components[1].name = text,
    ];
    for change in cases {
        let mut reception = reception(1, at(1));
        change(&mut reception, long.clone());
        assert_eq!(ledger.append(at(1), receive(reception)).unwrap_err().code(), "OFF-15");
    }
    let mut many = reception(1, at(1));
    let line = many.components[0].clone();
    many.components = vec![line; 6_000];
    let error = ledger.append(at(1), receive(many)).unwrap_err();
    assert!(matches!(error, LedgerError::TooLarge { limit: ledger::ENTRY_LIMIT }), "{error:?}");
    assert_eq!(ledger.head(), &before);

    let mut longest = reception(1, at(1));
    longest.note = "ệ".repeat(2_000);
    let received = ledger.append(at(1), receive(longest)).unwrap();
    let id = dossier(&received).id.clone();
    assert_eq!(dossier(&received).serial.issued().map(|i| i.value), Some(1));
    let annul = |ledger: &mut Ledger, reason: &str| {
        let event = Event::DossierAnnulled { dossier: id.clone(), reason: reason.into() };
        ledger.record(at(2), event, &[]).map(drop).map_err(|error| error.code())
    };
    assert_eq!(annul(&mut ledger, " \n"), Err("LED-33"));
    assert_eq!(annul(&mut ledger, "nhầm"), Ok(()));
    assert_eq!(annul(&mut ledger, "lại nhầm"), Err("LED-32"));
    let annulment = ledger.dossier(&id).unwrap().unwrap().annulled.unwrap();
    assert_eq!(annulment.reason, "nhầm");
    assert_clean(&ledger);
}

#[test]
fn papers_and_photos_are_kept_with_their_entry() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let entry = append_dossier(&mut ledger, 1, at(1));
    let id = dossier(&entry).id.clone();
    let pdf = b"%PDF-1.7 made up".to_vec();
    let paper = |content| Event::PaperMade {
        subject: (&id).into(),
        kind: PaperKind::Receipt,
        of: PaperOf::Beginning,
        content,
        numbers: Numbering::Issued,
    };
    let absent = ledger.record(at(2), paper(content_hash(&pdf)), &[b"something else"]).unwrap_err();
    assert!(matches!(absent, LedgerError::Missing));
    let nowhere = Event::PaperMade {
        subject: (&DossierId("00".into())).into(),
        kind: PaperKind::Receipt,
        of: PaperOf::Beginning,
        content: content_hash(&pdf),
        numbers: Numbering::Issued,
    };
    assert!(matches!(ledger.record(at(2), nowhere, &[&pdf]).unwrap_err(), LedgerError::Missing));
    ledger.record(at(2), paper(content_hash(&pdf)), &[&pdf]).unwrap();
    ledger.record(at(3), paper(content_hash(&pdf)), &[]).unwrap();
    let papers = ledger.papers(&id).unwrap();
    assert_eq!(papers.len(), 2);
    assert_eq!(ledger.blob(&papers[0].content).unwrap(), pdf);
    let large = vec![0; ledger::BLOB_LIMIT + 1];
    let error = ledger.record(at(4), paper(content_hash(&large)), &[&large]).unwrap_err();
    assert!(matches!(error, LedgerError::TooLarge { .. }));

    let face = b"made up JPEG".to_vec();
    let Event::IdentityRead { identity, legal_basis, .. } = read_event(1, Evidence::ChipAuthentic)
    else {
        panic!()
    };
    let read = Event::IdentityRead {
        identity,
        face: Some(content_hash(&face)),
        signer: None,
        legal_basis,
    };
    let read = ledger.record(at(5), read, &[&face]).unwrap();
    let person = ledger.view_person(at(6), teller(&read), Purpose::Reception).unwrap().unwrap();
    assert_eq!(person.best.face, Some(content_hash(&face)));
    let report = ledger.check().unwrap();
    assert!(report.clean(), "{:?}", report.findings);
    assert_eq!(report.blobs, 2);
}

#[test]
fn a_person_is_known_by_the_strongest_reading_and_each_look_is_written() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    assert_eq!(ledger.whose(&identity(1, Evidence::Typed)).unwrap(), None);
    let before = ledger.head().sequence;
    for evidence in
        [Evidence::Typed, Evidence::ChipAuthentic, Evidence::Declared, Evidence::ChipNotAuthentic]
    {
        ledger.record(at(1), read_event(1, evidence), &[]).unwrap();
    }
    let who = teller(&append_dossier(&mut ledger, 1, at(2)));
    let person = ledger.view_person(at(3), who, Purpose::Search).unwrap().unwrap();
    assert_eq!(person.best.identity.evidence, Evidence::ChipAuthentic);
    assert_eq!(person.contact.phone, "0910000001");
    let history = ledger.history(who, &Part::ALL, None, 10).unwrap().items;
    let kinds: Vec<_> = history
        .iter()
        .map(|line| {
            (line.kind.unwrap(), line.entry.as_ref().and_then(|entry| entry.what.about().evidence))
        })
        .collect();
    let read = |evidence| (EventKind::IdentityRead, Some(evidence));
    assert_eq!(
        kinds,
        [
            (EventKind::PersonViewed, None),
            (EventKind::DossierReceived, Some(Evidence::ChipSigned)),
            read(Evidence::ChipNotAuthentic),
            read(Evidence::Declared),
            read(Evidence::ChipAuthentic),
            read(Evidence::Typed),
        ],
        "a forged reading is kept as what happened"
    );
    // The book's volume opens with its first number.
    assert_eq!(ledger.head().sequence, before + 7);
    let views = ledger.views(who, None, 10).unwrap().items;
    assert_eq!(views.len(), 1);
    assert_eq!(views[0].envelope.at, at(3));
}

#[test]
fn a_forged_reading_makes_nobody_known() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let identity = identity(5, Evidence::ChipNotAuthentic);
    let read = ledger.record(at(1), read_event(5, Evidence::ChipNotAuthentic), &[]).unwrap();
    assert_eq!(ledger.view_person(at(2), teller(&read), Purpose::Search).unwrap(), None);
    assert_eq!(ledger.whose(&identity).unwrap(), None);
    let number = identity.person.number.unwrap();
    for query in [identity.person.name.as_str(), number.as_str(), ""] {
        assert_eq!(ledger.search(query, ledger::Scope::All, None, 10).unwrap().items, []);
    }
}

#[test]
fn lists_are_paged_and_annulment_is_a_new_entry() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let entries: Vec<_> =
        (0..7).map(|i| append_dossier(&mut ledger, i % 3, at(i as i64))).collect();
    let mut seen = Vec::new();
    let mut before = None;
    loop {
        let page = ledger.dossiers(&Dossiers::All, before, 3).unwrap();
        seen.extend(page.items.iter().map(|r| r.dossier.id.clone()));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let newest_first: Vec<_> = entries.iter().rev().map(|e| dossier(e).id.clone()).collect();
    assert_eq!(seen, newest_first);
    let who = teller(&entries[0]);
    assert_eq!(ledger.dossiers(&Dossiers::Of(who), None, 10).unwrap().items.len(), 3);

    let id = dossier(&entries[3]).id.clone();
    ledger
        .record(
            at(9),
            Event::DossierAnnulled { dossier: id.clone(), reason: "nhầm người".into() },
            &[],
        )
        .unwrap();
    let record = ledger.dossier(&id).unwrap().unwrap();
    assert_eq!(record.status(), Status::Annulled);
    assert_eq!(record.annulled.unwrap().reason, "nhầm người");
    assert_eq!(record.dossier, *dossier(&entries[3]), "what was received stays");
    let from = date(2026, 11, 26).at(0, 0, 0, 0);
    let due = ledger.due(from, date(2026, 11, 27).at(0, 0, 0, 0), 50).unwrap();
    assert_eq!(due.len(), 6, "an annulled dossier is not due");
    let day = date(2026, 11, 23).at(0, 0, 0, 0);
    let register = ledger.received(day, date(2026, 11, 24).at(0, 0, 0, 0), 0, 50).unwrap();
    let lines: Vec<_> = register.iter().map(|r| issued(r.dossier.tracking).0).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7], "the annulled number stays used");
    assert_clean(&ledger);
}

#[test]
fn a_large_day_goes_on_past_the_fourth_digit() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let last = ledger
        .transact(|writing| {
            let mut last = None;
            for i in 0..120 {
                last = Some(writing.append(at(i), receive(reception(i as u64, at(i))))?);
            }
            Ok(last)
        })
        .unwrap()
        .unwrap();
    assert_eq!(issued(dossier(&last).serial), (120, 1));
    assert_clean(&ledger);
}

#[test]
fn drafts_survive_and_belong_to_their_user() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    ledger.save_draft("tiếp nhận", b"1").unwrap();
    ledger.save_draft("tiếp nhận", b"2").unwrap();
    ledger.save_draft("khác", b"3").unwrap();
    ledger
        .add_user(at(0), fixture::user("ba", &[office::entry::Role::Clerk]), "Mật-khẩu-3-ần")
        .unwrap();
    let too_large = vec![0; ledger::DRAFT_LIMIT + 1];
    assert!(matches!(ledger.save_draft("x", &too_large), Err(LedgerError::TooLarge { .. })));
    let entries = ledger.head().entries;
    drop(ledger);
    let mut ledger = open(data.path());
    assert_eq!(ledger.head().entries, entries, "a draft is nothing that happened");
    let drafts: Vec<_> = ledger.drafts().unwrap().into_iter().map(|d| (d.key, d.bytes)).collect();
    assert_eq!(
        drafts,
        [("khác".to_owned(), b"3".to_vec()), ("tiếp nhận".to_owned(), b"2".to_vec())]
    );
    ledger.delete_draft("khác").unwrap();
    ledger.delete_draft("khác").unwrap();
    assert_eq!(ledger.drafts().unwrap().len(), 1);
    drop(ledger);
    let other =
        Ledger::open(data.path(), &office::entry::UserName("ba".into()), "Mật-khẩu-3-ần", at(1))
            .unwrap();
    assert_eq!(other.drafts().unwrap(), []);
}

/// The window's tasks run on other threads.
#[test]
fn a_ledger_may_move_to_another_thread() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let sequence =
        std::thread::spawn(move || append_dossier(&mut ledger, 1, at(1)).envelope.sequence)
            .join()
            .unwrap();
    assert_eq!(sequence, 15);
}

#[test]
fn the_log_tells_each_kind_from_newest_to_oldest() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let entry = append_dossier(&mut ledger, 1, at(1));
    let id = dossier(&entry).id.clone();
    ledger.record(at(2), read_event(2, Evidence::Typed), &[]).unwrap();
    ledger.view_person(at(3), teller(&entry), Purpose::Reprint).unwrap();
    let content = content_hash(b"x");
    ledger
        .record(
            at(4),
            Event::PaperMade {
                subject: (&id).into(),
                kind: PaperKind::Receipt,
                of: PaperOf::Beginning,
                content,
                numbers: Numbering::Issued,
            },
            &[b"x"],
        )
        .unwrap();
    ledger
        .record(at(5), Event::DossierAnnulled { dossier: id, reason: "nhầm".into() }, &[])
        .unwrap();
    let all = ledger.log(&[], ledger::Way::Falling, None, 100).unwrap().items;
    assert_eq!(all.len() as u64, ledger.head().entries);
    for &kind in EventKind::ALL {
        let expected: Vec<_> = all.iter().filter(|line| line.kind == Some(kind)).cloned().collect();
        assert_eq!(
            ledger.log(&[kind], ledger::Way::Falling, None, 100).unwrap().items,
            expected,
            "{kind:?}"
        );
    }
    // Oldest first; one kind after the other: page by page the same lines in another order.
    let turned = |kinds: &[EventKind], way, limit| {
        let (mut listed, mut after) = (Vec::new(), None);
        loop {
            let page = ledger.log(kinds, way, after, limit).unwrap();
            listed.extend(page.items.into_iter().map(|line| (line.kind.unwrap(), line.place)));
            after = page.next;
            if after.is_none() {
                return listed;
            }
        }
    };
    let places: Vec<(EventKind, u64)> =
        all.iter().map(|line| (line.kind.unwrap(), line.place)).collect();
    let rising: Vec<(EventKind, u64)> = places.iter().rev().copied().collect();
    let kinds = [EventKind::PaperMade, EventKind::OfficeFounded, EventKind::DossierAnnulled];
    for limit in [1, 2, 100] {
        assert_eq!(turned(&[], ledger::Way::Rising, limit), rising, "{limit}");
        for (way, lines) in [(ledger::Way::Falling, &places), (ledger::Way::Rising, &rising)] {
            let of = |kind| lines.iter().filter(move |line| line.0 == kind).copied();
            let expected: Vec<_> = kinds.into_iter().flat_map(of).collect();
            assert!(expected.len() >= 3);
            assert_eq!(turned(&kinds, way, limit), expected, "{way:?}, {limit}");
        }
    }
    assert_eq!(office(false), ledger.office().unwrap());
    assert_eq!(ledger.devices().unwrap()[0].label, "Quầy 1");
}

/// On how many other documents a signer was met; a chip that failed its checks says nothing of it.
#[test]
fn signers_are_counted_by_the_documents_they_signed() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let read = |i: u64, key: u64, evidence| {
        let mut event = read_event(i, evidence);
        if let Event::IdentityRead { signer, .. } = &mut event {
            *signer = Some(fixture::signer(key));
        }
        event
    };
    let number = |i: u64| fixture::identity(i, Evidence::Typed).document.unwrap().number;
    for (i, key, evidence) in [
        (1, 7, Evidence::ChipIssuerUnknown),
        (1, 7, Evidence::ChipIssuerUnknown),
        (2, 7, Evidence::ChipAuthentic),
        (3, 7, Evidence::ChipNotAuthentic),
        (4, 8, Evidence::ChipSigned),
    ] {
        ledger.record(at(1), read(i, key, evidence), &[]).unwrap();
    }
    for (key, document, met) in [
        (7, number(1), 1),
        (7, number(9), 2),
        (8, number(4), 0),
        (8, number(1), 1),
        (9, number(1), 0),
    ] {
        assert_eq!(ledger.met_signer(&fixture::signer(key), &document).unwrap(), met, "{key}");
    }
    let other = DocumentSigner { state: "LA".into(), ..fixture::signer(7) };
    assert_eq!(ledger.met_signer(&other, &number(9)).unwrap(), 0, "another state's key");
    assert_clean(&ledger);
}
