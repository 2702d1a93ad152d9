//! Payments, tickets, kept documents, online dossiers, notices, settings, law: each rule that a clerk or
//! a court would ask about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{
    append_dossier, assert_clean, at, found, known, open, receive, reception,
    rooms::{
        arrival, arrive, document, draw, give_notice, id, keep, law, local, pay, portal_codes,
        statement, step, transfer,
    },
};
use jiff::civil::Date;
use ledger::{Answer, EventKind, Ledger, Made, MadePaper, Scope, TicketPhase, content_hash};
use office::{
    Explain,
    book::BookId,
    document::{DocumentId, KeptDocument},
    dossier::{DossierId, PaperForm, Proof, Submitted},
    entry::{Entry, Event, Numbering, PaperKind, PaperOf, Purpose},
    money::Dong,
    payment::PaymentId,
    portal_code::Coded,
    settings::{LawKind, Settings},
    ticket::{TicketId, TicketStep},
};
use tempfile::tempdir;

const DAY: i64 = 86_400;

fn received(ledger: &mut Ledger, i: u64, seconds: i64) -> DossierId {
    let entry = append_dossier(ledger, i, at(seconds));
    let Event::DossierReceived { dossier } = entry.what else { panic!() };
    dossier.id
}

fn code<T>(done: Result<T, ledger::LedgerError>) -> &'static str {
    done.err().map_or("", |error| error.code())
}

fn cancel(payment: &PaymentId) -> Event {
    Event::PaymentCancelled { payment: payment.clone(), reason: "thu nhầm".into() }
}

#[test]
fn a_payment_is_cancelled_once_and_its_number_stays_used() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let dossier = received(&mut ledger, 1, 0);
    let other = received(&mut ledger, 2, 0);
    for (dossier, amount, seconds) in
        [(&dossier, 8_000, 10), (&dossier, 5_000, 20), (&other, 7_000, DAY)]
    {
        ledger.append(at(seconds), pay(dossier, amount, at(seconds))).unwrap();
    }
    let payments = ledger.payments(&dossier).unwrap();
    let first = &payments[0].payment;
    assert_eq!((first.total(), payments[1].payment.total()), (Dong(8_000), Dong(5_000)));
    assert_eq!(ledger.paid(&dossier).unwrap().receipts, Dong(13_000));

    let no_reason = Event::PaymentCancelled { payment: first.id.clone(), reason: " ".into() };
    assert_eq!(code(ledger.record(at(DAY), no_reason, &[])), "LED-33");
    ledger.record(at(DAY), cancel(&first.id), &[]).unwrap();
    assert_eq!(code(ledger.record(at(DAY), cancel(&first.id), &[])), "LED-36");
    assert_eq!(code(ledger.record(at(DAY), cancel(&PaymentId(id())), &[])), "LED-16");
    assert_eq!(ledger.paid(&dossier).unwrap().receipts, Dong(5_000));
    let cancelled = ledger.payment(&first.id).unwrap().unwrap().cancelled.unwrap();
    assert_eq!((cancelled.by.0.as_str(), cancelled.reason.as_str()), ("chi", "thu nhầm"));

    ledger.append(at(DAY), pay(&dossier, 8_000, at(DAY))).unwrap();
    let day = local(at(0)).date().at(0, 0, 0, 0);
    let tomorrow = local(at(DAY)).date().at(0, 0, 0, 0);
    let book = ledger.payments_between(day, tomorrow).unwrap();
    let lines: Vec<_> = book
        .iter()
        .map(|p| (p.payment.receipt.issued().unwrap().value, p.cancelled.is_some()))
        .collect();
    assert_eq!(lines, [(1, true), (2, false)]);
    let undone = |from, until| -> Vec<u32> {
        let undone = ledger.payments_undone(from, until).unwrap();
        undone.iter().map(|p| p.payment.receipt.issued().unwrap().value).collect()
    };
    assert_eq!(undone(day, tomorrow), [] as [u32; 0], "cancelled on a later day");
    assert_eq!(undone(tomorrow, local(at(2 * DAY))), [1]);
    assert_eq!(undone(day, local(at(2 * DAY))), [] as [u32; 0], "taken within these days");
    let next = ledger.payments_between(tomorrow, local(at(9 * DAY))).unwrap();
    let numbers: Vec<_> = next.iter().map(|p| p.payment.receipt.issued().unwrap().value).collect();
    assert_eq!(numbers, [3, 4], "the cancelled receipt's number is not used again");
    assert_clean(&ledger);
}

#[test]
fn money_is_taken_for_a_dossier_that_counts_and_for_something() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let dossier = received(&mut ledger, 1, 0);
    let nothing = ledger.append(at(1), |numbers| {
        let mut event = pay(&dossier, 1, at(1))(numbers)?;
        if let Event::FeePaid { payment } = &mut event {
            payment.lines.clear();
        }
        Ok::<_, office::dossier::ReceptionError>(event)
    });
    assert_eq!(code(nothing), "LED-37");
    let nobody = DossierId(id());
    assert_eq!(code(ledger.append(at(1), pay(&nobody, 8_000, at(1)))), "LED-16");
    for amount in [10_000_000_001, u64::MAX] {
        assert_eq!(code(ledger.append(at(1), pay(&dossier, amount, at(1)))), "OFF-95", "{amount}");
        let line = statement(&[("FT1", &dossier, amount)], at(1));
        assert_eq!(code(ledger.record(at(1), line, &[])), "OFF-95", "{amount}");
    }
    let annul = Event::DossierAnnulled { dossier: dossier.clone(), reason: "nhầm".into() };
    ledger.record(at(2), annul, &[]).unwrap();
    let refused = ledger.append(at(3), pay(&dossier, 8_000, at(3))).unwrap_err();
    assert!(refused.to_string().contains("Đã hủy tiếp nhận"), "{refused}");
    assert_eq!(ledger.last_number(BookId::FEE_RECEIPT, local(at(3)).date()).unwrap().last, 0);
    assert_clean(&ledger);
}

#[test]
fn a_line_of_a_bank_statement_counts_once_for_ever() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let dossier = received(&mut ledger, 1, 0);
    let event = statement(&[("FT001", &dossier, 8_000), ("FT002", &dossier, 2_000)], at(1));
    ledger.record(at(1), event.clone(), &[]).unwrap();
    let known = |reference| ledger.transfers_referenced(reference).unwrap();
    assert_eq!((known("FT001").len(), known("FT003").len()), (1, 0));
    assert_eq!(
        (&known("FT001")[0].subject, known("FT001")[0].amount),
        (&(&dossier).into(), Dong(8_000))
    );
    drop(ledger);
    let mut ledger = open(data.path());
    let again = ledger.record(at(DAY), event, &[]).unwrap_err();
    assert_eq!(again.code(), "LED-38");
    assert!(again.to_string().contains("không tính hai lần"));
    let twice = statement(&[("FT003", &dossier, 1), ("FT003", &dossier, 1)], at(DAY));
    assert_eq!(code(ledger.record(at(DAY), twice, &[])), "LED-38");
    let Event::StatementImported { mut statement } =
        self::statement(&[("FT003", &dossier, 1), ("FT003", &dossier, 1)], at(DAY))
    else {
        panic!()
    };
    statement.matched[1].occurrence = 3;
    let gap = Event::StatementImported { statement: statement.clone() };
    assert_eq!(code(ledger.record(at(DAY), gap, &[])), "LED-38", "the second is missing");
    statement.matched[1].occurrence = 2;
    let two = Event::StatementImported { statement };
    ledger.record(at(DAY), two.clone(), &[]).unwrap();
    assert_eq!(code(ledger.record(at(DAY), two, &[])), "LED-38");
    let nobody = self::statement(&[("FT004", &DossierId(id()), 1)], at(DAY));
    assert_eq!(code(ledger.record(at(DAY), nobody, &[])), "LED-16");
    let paid = ledger.paid(&dossier).unwrap();
    assert_eq!((paid.receipts, paid.transferred), (Dong(0), Dong(10_002)));
    let references: Vec<_> =
        ledger.transfers(&dossier).unwrap().into_iter().map(|line| line.reference).collect();
    assert_eq!(references, ["FT001", "FT002", "FT003", "FT003"]);
    assert_clean(&ledger);
}

fn drawn(ledger: &mut Ledger, queue: &str, first: bool, seconds: i64) -> TicketId {
    let entry = ledger.append(at(seconds), draw(queue, first, at(seconds))).unwrap();
    let Event::TicketDrawn { ticket } = entry.what else { panic!() };
    ticket.id
}

fn moved(ledger: &mut Ledger, ticket: &TicketId, seconds: i64, step: TicketStep) -> &'static str {
    code(ledger.record(at(seconds), Event::TicketMoved { ticket: ticket.clone(), step }, &[]))
}

#[test]
fn the_waiting_line_of_a_day() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let day = local(at(0)).date();
    let plain = drawn(&mut ledger, "Hộ tịch", false, 0);
    let other = drawn(&mut ledger, "Chứng thực", false, 1);
    let old = drawn(&mut ledger, "Hộ tịch", true, 2);
    let any = drawn(&mut ledger, "", false, 3);
    let next = |ledger: &Ledger, queue| {
        ledger.next_ticket(day, queue).unwrap().map(|state| state.ticket.id)
    };
    assert_eq!(next(&ledger, None), Some(old.clone()), "who goes ahead by law");
    assert_eq!(next(&ledger, Some("Chứng thực")), Some(other.clone()));
    let call = |counter: &str| TicketStep::Called(counter.into());
    assert_eq!(moved(&mut ledger, &old, 10, call("Quầy 1")), "");
    assert_eq!(moved(&mut ledger, &old, 70, call("Quầy 2")), "");
    assert_eq!(next(&ledger, None), Some(plain.clone()));
    assert_eq!(moved(&mut ledger, &other, 80, call("Quầy 1")), "");
    assert_eq!(moved(&mut ledger, &other, 90, TicketStep::Served), "");
    assert_eq!(next(&ledger, Some("Chứng thực")), Some(any.clone()), "or who comes for anything");
    assert_eq!(moved(&mut ledger, &plain, 95, TicketStep::Absent), "");
    assert_eq!(next(&ledger, None), Some(any.clone()));
    let states: Vec<_> =
        ledger.tickets(day).unwrap().into_iter().map(|t| (t.ticket.id, t.state)).collect();
    let counter = "Quầy 2".to_owned();
    assert_eq!(
        states,
        [
            (plain.clone(), TicketPhase::Absent),
            (other.clone(), TicketPhase::Served),
            (old, TicketPhase::Called { counter, times: 2, at: local(at(70)) }),
            (any, TicketPhase::Waiting),
        ]
    );
    // Who was absent may be called again; who was served has gone.
    assert_eq!(moved(&mut ledger, &plain, 100, call("Quầy 1")), "");
    assert_eq!(moved(&mut ledger, &other, 100, call("Quầy 1")), "LED-42");
    assert_eq!(moved(&mut ledger, &TicketId(id()), 100, call("Quầy 1")), "LED-16");
    // The next day begins with number 1 and an empty line.
    let tomorrow = drawn(&mut ledger, "", false, DAY);
    let state = ledger.ticket(&tomorrow).unwrap().unwrap();
    assert_eq!(state.ticket.number.issued().map(|i| i.value), Some(1));
    assert_eq!(ledger.tickets(local(at(DAY)).date()).unwrap(), [state]);
    assert_eq!(
        ledger.log(&[EventKind::TicketDrawn], ledger::Way::Falling, None, 9).unwrap().items.len(),
        5
    );
    assert_eq!(
        ledger.log(&[EventKind::TicketMoved], ledger::Way::Falling, None, 9).unwrap().items.len(),
        6
    );
    assert_clean(&ledger);
}

fn removed(document: &DocumentId) -> Event {
    Event::DocumentRemoved { document: document.clone(), reason: "hết thời hạn lưu".into() }
}

fn views(ledger: &Ledger) -> Vec<Entry> {
    let lines =
        ledger.log(&[EventKind::DocumentViewed], ledger::Way::Falling, None, 50).unwrap().items;
    lines.into_iter().filter_map(|line| line.entry).collect()
}

#[test]
fn a_document_is_looked_at_by_an_entry_and_leaves_without_its_content() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let owner = known(&mut ledger, 1, at(0));
    let bytes = b"%PDF- khai sinh".as_slice();
    let kept = document(owner, bytes);
    assert_eq!(code(ledger.record(at(0), keep(kept.clone()), &[])), "LED-16", "no content");
    ledger.record(at(0), keep(kept.clone()), &[bytes]).unwrap();
    let newer = document(owner, b"anh");
    ledger.record(at(1), keep(newer.clone()), &[b"anh"]).unwrap();
    let titles = |ledger: &Ledger| -> Vec<DocumentId> {
        ledger.documents(owner).unwrap().into_iter().map(|d| d.document.id).collect()
    };
    assert_eq!(titles(&ledger), [newer.id.clone(), kept.id.clone()]);
    assert_eq!(ledger.open_document(at(2), &kept.id, Purpose::Reception).unwrap(), bytes);
    assert_eq!(views(&ledger).len(), 1);

    ledger.record(at(3), removed(&kept.id), &[]).unwrap();
    assert_eq!(titles(&ledger), [newer.id]);
    let gone = ledger.open_document(at(4), &kept.id, Purpose::Reception).unwrap_err();
    assert_eq!(gone.code(), "LED-41");
    assert_eq!(views(&ledger).len(), 1, "a refused look is no look");
    assert_eq!(code(ledger.record(at(4), removed(&kept.id), &[])), "LED-41");
    assert!(ledger.blob(&kept.content).is_err(), "its bytes are gone");
    assert_clean(&ledger);
    // The same paper may come in again.
    let again = KeptDocument { id: DocumentId(id()), ..kept };
    ledger.record(at(5), keep(again), &[bytes]).unwrap();
    assert_clean(&ledger);
}

#[test]
fn a_content_stays_as_long_as_another_entry_rests_on_it() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let bytes = b"%PDF- ban sao".as_slice();
    let content = content_hash(bytes);
    let [one, two, four] = [1, 2, 4].map(|i| known(&mut ledger, i, at(0)));
    let (first, second) = (document(one, bytes), document(two, bytes));
    ledger.record(at(0), keep(first.clone()), &[bytes]).unwrap();
    ledger.record(at(0), keep(second.clone()), &[]).unwrap();
    ledger.record(at(1), removed(&first.id), &[]).unwrap();
    assert_eq!(ledger.blob(&content).unwrap(), bytes, "another document has it");
    let mut with_proof = reception(3, at(2));
    with_proof.components.push(Submitted {
        name: "Giấy khai sinh".into(),
        form: PaperForm::Data,
        quantity: 1,
        proof: Some(Proof::Stored(content.clone())),
    });
    let entry = ledger.append(at(2), receive(with_proof)).unwrap();
    ledger.record(at(3), removed(&second.id), &[]).unwrap();
    assert_eq!(ledger.blob(&content).unwrap(), bytes, "a dossier rests on it");
    assert_clean(&ledger);
    // So does a paper; and a backup brings back what is there, no more and no less.
    let paper = document(four, b"giay");
    ledger.record(at(4), keep(paper.clone()), &[b"giay"]).unwrap();
    let Event::DossierReceived { dossier } = entry.what else { panic!() };
    let made = Event::PaperMade {
        subject: (&dossier.id).into(),
        kind: PaperKind::Application,
        of: PaperOf::Beginning,
        content: content_hash(b"giay"),
        numbers: Numbering::Issued,
    };
    ledger.record(at(5), made, &[]).unwrap();
    ledger.record(at(6), removed(&paper.id), &[]).unwrap();
    let gone = document(four, b"xoa");
    ledger.record(at(7), keep(gone.clone()), &[b"xoa"]).unwrap();
    ledger.record(at(8), removed(&gone.id), &[]).unwrap();
    assert!(ledger.blob(&content_hash(b"giay")).is_ok());
    assert!(ledger.blob(&content_hash(b"xoa")).is_err());
    assert_clean(&ledger);
    let backup = data.path().join("sao lưu");
    assert!(ledger.backup(&backup, at(9)).unwrap().findings.is_empty());
    let request = ledger::Restore {
        user: &fixture::chi(),
        password: fixture::PASSWORD,
        device_label: "Máy mới",
        accept_findings: false,
        present: ledger::Present::Refused,
        at: at(10),
    };
    let (restored, _) = Ledger::restore(&backup, &data.path().join("b"), &request).unwrap();
    assert_eq!(restored.check().unwrap().blobs, 2);
    assert_clean(&restored);
}

#[test]
fn papers_are_listed_in_the_order_in_which_they_were_made() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let dossier = received(&mut ledger, 1, 0);
    let made = |bytes: &[u8]| Event::PaperMade {
        subject: (&dossier).into(),
        kind: PaperKind::Receipt,
        of: PaperOf::Beginning,
        content: content_hash(bytes),
        numbers: Numbering::Issued,
    };
    // What the program keeps by itself is nobody's, and fills no page of the list.
    let own = |ledger: &mut Ledger, n: u8| {
        let mut event = made(&[n]);
        if let Event::PaperMade { kind, .. } = &mut event {
            *kind = PaperKind::Stamped;
        }
        ledger.record(at(1), event, &[&[n]]).unwrap();
    };
    own(&mut ledger, 10);
    ledger.record(at(1), made(b"1"), &[b"1"]).unwrap();
    own(&mut ledger, 11);
    own(&mut ledger, 12);
    ledger.append(at(2), give_notice(2, at(2), None)).unwrap();
    ledger.record(at(DAY), made(b"2"), &[b"2"]).unwrap();
    let of = |page: &ledger::Page<MadePaper>| -> Vec<bool> {
        page.items.iter().map(|paper| matches!(paper.what, Made::Notice(_))).collect()
    };
    assert_eq!(
        of(&ledger.made(ledger::Way::Falling, None, None, 10).unwrap()),
        [false, true, false]
    );
    let first = ledger.made(ledger::Way::Falling, None, None, 2).unwrap();
    assert_eq!(of(&first), [false, true]);
    assert_eq!(of(&ledger.made(ledger::Way::Falling, None, first.next, 2).unwrap()), [false]);
    let way = ledger::Way::Rising;
    let first = ledger.made(way, None, None, 1).unwrap();
    assert_eq!(of(&first), [false]);
    assert_eq!(of(&ledger.made(way, None, first.next, 9).unwrap()), [true, false]);
    let until = ledger.place_after(local(at(0)).date()).unwrap();
    assert_eq!(of(&ledger.made(way, Some(until), first.next, 9).unwrap()), [true]);
    let days = [-1, 0, 1].map(|n| local(at(n * DAY)).date());
    for (day, count) in days.into_iter().zip([0, 2, 3]) {
        let place = ledger.place_after(day).unwrap();
        assert_eq!(
            ledger.made(ledger::Way::Falling, Some(place), None, 10).unwrap().items.len(),
            count,
            "{day}"
        );
    }
    assert_clean(&ledger);
}

/// A paper carries the number that is issued with it; where it cannot be drawn no number is used.
#[test]
fn a_paper_is_drawn_with_its_number() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let mut give = |drawn: bool| {
        ledger.transact(|writing| {
            writing.append_drawn(at(1), |numbers| {
                let Event::NoticeGiven { mut notice } = give_notice(1, at(1), None)(numbers)?
                else {
                    panic!()
                };
                let pdf = format!("số {}", notice.number.issued().unwrap().value).into_bytes();
                notice.content = Some(content_hash(&pdf));
                let blobs = if drawn { vec![pdf.into()] } else { Vec::new() };
                Ok::<_, office::dossier::ReceptionError>((Event::NoticeGiven { notice }, blobs))
            })
        })
    };
    assert!(give(false).is_err());
    assert!(give(true).is_ok());
    assert_eq!(ledger.blob(&content_hash("số 1".as_bytes())).unwrap(), "số 1".as_bytes());
    assert_clean(&ledger);
}

#[test]
fn what_was_to_be_kept_until_a_day_is_listed_after_it() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let day = local(at(0)).date();
    let owner = known(&mut ledger, 1, at(0));
    for (i, keep_until) in [(1, Some(day)), (2, day.tomorrow().ok()), (3, None)] {
        let bytes = [i];
        let kept = KeptDocument { keep_until, ..document(owner, &bytes) };
        ledger.record(at(0), keep(kept), &[&bytes]).unwrap();
    }
    let expired = |day| ledger.expired(day).unwrap().len();
    assert_eq!(expired(day), 0, "the last day counts");
    assert_eq!(expired(day.tomorrow().unwrap()), 1);
    assert_eq!(expired(local(at(99 * DAY)).date()), 2);
}

#[test]
fn an_online_dossier_comes_in_once_and_is_answered_once() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let mut arrivals = Vec::new();
    for code in ["G22.1-0001", "G22.1-0002"] {
        let arrival = arrival(code, at(0));
        ledger.record(at(0), arrive(arrival.clone()), &[b"message"]).unwrap();
        arrivals.push(arrival);
    }
    let again = ledger.record(at(1), arrive(arrival("G22.1-0001", at(1))), &[b"message"]);
    let again = again.unwrap_err();
    assert_eq!(again.code(), "LED-39");
    assert!(again.to_string().contains("đã nhận"), "{again}");
    assert_eq!(ledger.arrivals(true).unwrap().len(), 2);

    let accept = |ledger: &mut Ledger, i: u64, seconds: i64| {
        let mut reception = reception(i, at(seconds));
        reception.arrival = Some(arrivals[0].id.clone());
        reception.origin_code = arrivals[0].code.clone();
        ledger.append(at(seconds), receive(reception))
    };
    let entry = accept(&mut ledger, 1, 2).unwrap();
    let Event::DossierReceived { dossier } = entry.what else { panic!() };
    assert_eq!(code(accept(&mut ledger, 2, 3)), "LED-40");
    let answer = ledger.arrival("G22.1-0001").unwrap().unwrap().answer;
    assert_eq!(answer, Some(Answer::Accepted(dossier.id.clone())));
    let refusal = |seconds, i: usize| give_notice(4, at(seconds), Some(arrivals[i].id.clone()));
    assert_eq!(code(ledger.append(at(4), refusal(4, 0))), "LED-40");
    ledger.append(at(5), refusal(5, 1)).unwrap();
    assert!(ledger.arrivals(true).unwrap().is_empty());
    let all = ledger.arrivals(false).unwrap();
    assert!(matches!(all[1].answer, Some(Answer::Refused(_))));
    assert_eq!(code(ledger.append(at(6), refusal(6, 1))), "LED-40");

    // Found by the code under which it was filed, and by telephone as ever.
    for query in ["G22.1-0001", "g22 1 0001", "0910000001"] {
        let hits = ledger.search(query, Scope::Dossiers, None, 9).unwrap().items;
        assert_eq!(hits.len(), 1, "{query}");
    }
    // A reception by mistake lets the online dossier wait again.
    let annul = Event::DossierAnnulled { dossier: dossier.id, reason: "nhầm".into() };
    ledger.record(at(7), annul, &[]).unwrap();
    assert_eq!(ledger.arrivals(true).unwrap().len(), 1);
    accept(&mut ledger, 3, 8).unwrap();
    assert!(ledger.arrivals(true).unwrap().is_empty());
    let unknown = give_notice(4, at(9), Some(arrival("x", at(9)).id));
    assert_eq!(code(ledger.append(at(9), unknown)), "LED-16");
    assert_clean(&ledger);
}

#[test]
fn notices_settings_and_law() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let dossier = received(&mut ledger, 1, 0);
    let refusal = office::workflow::Step::Refused { reason: "trùng".into() };
    ledger.append(at(0), fixture::rooms::told(&dossier, 0, at(0), refusal)).unwrap();
    for seconds in [1, DAY] {
        ledger.append(at(seconds), give_notice(1, at(seconds), None)).unwrap();
    }
    let numbers = |from, until| -> Vec<u32> {
        let notices = ledger.notices_between(local(at(from)), local(at(until))).unwrap();
        notices.iter().map(|n| n.notice.number.issued().unwrap().value).collect()
    };
    assert_eq!(numbers(0, DAY), [2], "one book with the notices of steps");
    assert_eq!(numbers(0, DAY + 1), [2, 3]);

    assert_eq!(ledger.settings().unwrap(), Settings::default());
    for counter in ["Quầy 1", "Quầy 2"] {
        let settings = Settings { counters: vec![counter.into()], ..Settings::default() };
        let event = Event::SettingsChanged { settings: Box::new(settings) };
        ledger.record(at(DAY), event, &[]).unwrap();
    }
    assert_eq!(ledger.settings().unwrap().counters, ["Quầy 2"]);

    assert_eq!(ledger.law_content(LawKind::Catalogue).unwrap(), None);
    assert_eq!(code(ledger.record(at(DAY), law(b"cu"), &[])), "LED-16");
    ledger.record(at(DAY), law(b"cu"), &[b"cu"]).unwrap();
    ledger.record(at(DAY), law(b"moi"), &[b"moi"]).unwrap();
    assert_eq!(ledger.law_updates().unwrap().len(), 1, "the newest of each kind");
    assert_eq!(ledger.law_content(LawKind::Catalogue).unwrap().unwrap(), b"moi");
    assert_clean(&ledger);
}

#[test]
fn codes_of_the_portal_are_kept_with_who_and_when_and_a_correction_is_another_entry() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let day = |text: &str| text.parse::<Date>().unwrap();
    let field = |name: &str| Coded::Field { name: name.into() };
    for (seconds, code, from) in [
        (1, "GIA-1", None),
        (DAY, "GIA-2", Some(day("2026-12-01"))),
        // The same day anew: the later entry holds.
        (DAY + 1, "GIA-3", Some(day("2026-12-01"))),
    ] {
        let event = portal_codes(&[("Hộ tịch", code)], from);
        ledger.record(at(seconds), event, &[]).unwrap();
    }
    let table = ledger.portal_codes().unwrap();
    let on = |text: &str| table.on(&field("HỘ TỊCH"), day(text)).unwrap().code.code.to_string();
    assert_eq!((on("2026-11-30"), on("2026-12-01")), ("GIA-1".into(), "GIA-3".into()));
    let history = table.history(&field("Hộ tịch"));
    assert_eq!(
        history.iter().map(|held| held.entered.at).collect::<Vec<_>>(),
        [at(1), at(DAY), at(DAY + 1)]
    );
    assert_eq!(history[0].entered.words, "Mã giả định");
    assert_eq!(table.on(&field("Đất đai"), day("2026-12-01")), None);
    assert_eq!(code(ledger.record(at(DAY), portal_codes(&[], None), &[])), "OFF-134");
    assert_clean(&ledger);
}

#[test]
fn every_kind_has_its_log() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let dossier = received(&mut ledger, 1, 0);
    ledger.record(at(1), step(&dossier, 0, at(1), transfer("Người hai")), &[]).unwrap();
    ledger.append(at(1), pay(&dossier, 8_000, at(1))).unwrap();
    ledger.append(at(1), draw("", false, at(1))).unwrap();
    let whole = ledger.log(&[], ledger::Way::Falling, None, 100).unwrap().items;
    for &kind in EventKind::ALL {
        let expected: Vec<_> =
            whole.iter().filter(|line| line.kind == Some(kind)).map(|line| line.place).collect();
        let listed = ledger.log(&[kind], ledger::Way::Falling, None, 100).unwrap().items;
        assert_eq!(listed.iter().map(|l| l.place).collect::<Vec<_>>(), expected, "{kind:?}");
    }
}
