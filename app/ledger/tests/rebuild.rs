//! Whatever happens in an office, the tables equal their rebuild and every entry has one form.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::collections::HashSet;

use fixture::{
    assert_clean, at, found, identity, known, open, read_event, receive, reception,
    rooms::{
        annul_act, arrival, arrive, attach, do_act, document, draw, give_notice, id, keep, pay,
        random_act, remark, resolve, statement, told, transfer, undo,
    },
    trust_item, trust_source,
};
use jiff::Timestamp;
use ledger::{Ledger, RemarkWords, content_hash};
use office::{
    act::ActId,
    arrival::ArrivalId,
    attachment::AttachmentId,
    book::BookId,
    document::DocumentId,
    dossier::{DossierId, Status},
    entry::{Event, Numbering, PaperKind, PaperOf, Purpose},
    evidence::Evidence,
    payment::PaymentId,
    subject::Subject,
    ticket::{TicketId, TicketStep},
    workflow::Step,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Receive(u64, i64),
    Read(u64, usize),
    View(u64),
    Annul(usize),
    Paper(usize),
    Trust(u8, u8),
    Distrust(u8),
    /// A step of a dossier, let through or not.
    Step(usize, u8),
    /// Something in another room, let through or not.
    Room(usize, u8),
    Reopen,
    /// Enough readings to bind a batch.
    Crowd,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (0..6_u64, 0..20_i64 * 86_400).prop_map(|(i, seconds)| Act::Receive(i, seconds)),
        4 => (0..6_u64, 0..7_usize).prop_map(|(i, evidence)| Act::Read(i, evidence)),
        1 => (0..6_u64).prop_map(Act::View),
        2 => (0..9_usize).prop_map(Act::Annul),
        2 => (0..9_usize).prop_map(Act::Paper),
        2 => (0..9_u8, 0..4_u8).prop_map(|(first, count)| Act::Trust(first, count)),
        1 => (0..9_u8).prop_map(Act::Distrust),
        6 => (0..9_usize, 0..6_u8).prop_map(|(i, what)| Act::Step(i, what)),
        6 => (0..9_usize, 0..16_u8).prop_map(|(i, what)| Act::Room(i, what)),
        1 => Just(Act::Reopen),
        1 => Just(Act::Crowd),
    ]
}

/// What came into the rooms so far.
#[derive(Default)]
struct Rooms {
    payments: Vec<PaymentId>,
    tickets: Vec<TicketId>,
    documents: Vec<DocumentId>,
    arrivals: Vec<ArrivalId>,
    attachments: Vec<AttachmentId>,
    acts: Vec<ActId>,
}

impl Rooms {
    fn live(
        &mut self,
        ledger: &mut Ledger,
        now: Timestamp,
        dossier: Option<&DossierId>,
        i: usize,
        what: u8,
    ) {
        let reason = String::from("lý do");
        let none = DossierId("0".repeat(32));
        let dossier = dossier.unwrap_or(&none);
        let content = [i as u8 % 3];
        let done = match what {
            0 => ledger.append(now, pay(dossier, 8_000, now)),
            1 => ledger.append(now, draw("Hộ tịch", i == 0, now)),
            2 => {
                let owner = known(ledger, i as u64, now);
                ledger.record(now, keep(document(owner, &content)), &[&content])
            }
            3 => ledger.record(now, arrive(arrival(&format!("G{i}"), now)), &[b"message"]),
            4 => ledger.append(now, give_notice(1, now, self.arrivals.get(i).cloned())),
            5 => ledger.record(now, statement(&[(&format!("FT{i}"), dossier, 9)], now), &[]),
            6 => match self.payments.get(i).cloned() {
                Some(payment) => {
                    ledger.record(now, Event::PaymentCancelled { payment, reason }, &[])
                }
                None => return,
            },
            7 => match self.tickets.get(i).cloned() {
                Some(ticket) => {
                    let step = [TicketStep::Called("1".into()), TicketStep::Served][i % 2].clone();
                    ledger.record(now, Event::TicketMoved { ticket, step }, &[])
                }
                None => return,
            },
            8 => ledger.record(now, remark(dossier, "hẹn chiều"), &[]),
            9 => ledger.record(now, attach(&id(), dossier, &content), &[&content]),
            11 => ledger.append(now, do_act(random_act(), BookId::NOTICE, &[i as u64 % 3, 4], now)),
            12 => match self.acts.get(i) {
                Some(act) => ledger.record(now, annul_act(act), &[]),
                None => return,
            },
            13 => match self.acts.get(i) {
                Some(act) => ledger.append(now, pay(act, 6_000, now)),
                None => return,
            },
            14 => {
                let remarks = ledger.remarks(dossier).unwrap();
                let Some(last) = remarks.iter().rfind(|r| matches!(r.words, RemarkWords::Kept(_)))
                else {
                    return;
                };
                ledger.erase(now, &[last.place], "Luật", &reason).unwrap();
                return;
            }
            10 => match self.attachments.get(i).cloned() {
                Some(attachment) => {
                    ledger.record(now, Event::AttachmentRemoved { attachment, reason }, &[])
                }
                None => return,
            },
            _ => match self.documents.get(i).cloned() {
                Some(document) => {
                    ledger.record(now, Event::DocumentRemoved { document, reason }, &[])
                }
                None => return,
            },
        };
        match done.map(|entry| entry.what) {
            Ok(Event::FeePaid { payment }) => self.payments.push(payment.id),
            Ok(Event::TicketDrawn { ticket }) => self.tickets.push(ticket.id),
            Ok(Event::DocumentKept { document }) => self.documents.push(document.id),
            Ok(Event::DossierArrived { arrival }) => self.arrivals.push(arrival.id),
            Ok(Event::ActDone { act }) => self.acts.push(act.id),
            Ok(Event::AttachmentAdded { attachment }) => self.attachments.push(attachment.id),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn tables_equal_their_rebuild(acts in prop::collection::vec(act(), 1..40)) {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        let mut received: Vec<DossierId> = Vec::new();
        let mut trusted = HashSet::new();
        let mut rooms = Rooms::default();
        let mut clock = 0;
        for act in acts {
            match act {
                Act::Receive(i, seconds) => {
                    clock += seconds;
                    let now = at(clock);
                    let reception = reception(i, now);
                    received.push(reception.id.clone());
                    ledger.append(now, receive(reception)).unwrap();
                }
                Act::Read(i, evidence) => {
                    ledger.record(at(clock), read_event(i, Evidence::ALL[evidence]), &[]).unwrap();
                }
                Act::View(i) => {
                    let who = ledger.whose(&identity(i, Evidence::Typed)).unwrap();
                    if let Some(who) = who {
                        ledger.view_person(at(clock), who, Purpose::Search).unwrap();
                    }
                }
                Act::Annul(i) => if let Some(dossier) = received.get(i).cloned() {
                    let fresh = ledger.dossier(&dossier).unwrap().unwrap().status() == Status::Received;
                    let done = ledger.record(at(clock), Event::DossierAnnulled { dossier, reason: "nhầm".into() }, &[]);
                    prop_assert_eq!(done.is_ok(), fresh);
                },
                Act::Paper(i) => if let Some(dossier) = received.get(i).cloned() {
                    let content = content_hash(dossier.0.as_bytes());
                    let pdf = dossier.0.clone();
                    let subject = Subject::from(&dossier);
                    let paper = Event::PaperMade { subject, kind: PaperKind::Receipt, of: PaperOf::Beginning, content, numbers: Numbering::Issued };
                    ledger.record(at(clock), paper, &[pdf.as_bytes()]).unwrap();
                },
                Act::Trust(first, count) => {
                    let items: Vec<_> = (first..first + count).map(trust_item).collect();
                    let new = items.iter().filter(|(item, _)| trusted.insert(item.fingerprint.clone())).count();
                    prop_assert_eq!(ledger.add_trust(at(clock), &trust_source(), &items).unwrap(), new);
                }
                Act::Distrust(i) => {
                    let fingerprint = trust_item(i).0.fingerprint;
                    let known = trusted.remove(&fingerprint);
                    let removed = ledger.remove_trust(at(clock), &[fingerprint], "hết dùng");
                    prop_assert_eq!(removed.is_ok(), known);
                }
                Act::Step(i, what) => if let Some(dossier) = received.get(i) {
                    let seen = ledger.dossier(dossier).unwrap().unwrap().course.steps;
                    let reason = String::from("lý do");
                    let step = match what {
                        0 | 1 => transfer("Người hai"),
                        2 => Step::SupplementAsked { items: vec!["Ảnh".into()], reason },
                        3 => resolve(),
                        4 => Step::Withdrawn { reason },
                        _ => undo(),
                    };
                    let _ = ledger.append(at(clock), told(dossier, seen, at(clock), step));
                },
                Act::Room(i, what) => rooms.live(&mut ledger, at(clock), received.get(i), i, what),
                Act::Reopen => {
                    drop(ledger);
                    ledger = open(data.path());
                }
                Act::Crowd => ledger.transact(|writing| {
                    for i in 100..170 {
                        writing.record(at(clock), read_event(i, Evidence::Declared), &[])?;
                    }
                    Ok(())
                }).unwrap(),
            }
        }
        assert_clean(&ledger);
        let held = ledger.trusted().unwrap();
        prop_assert_eq!(held.certificates.len() + held.revocations.len(), trusted.len());
        let mut before = None;
        loop {
            let page = ledger.log(&[], ledger::Way::Falling, before, 100).unwrap();
            for entry in page.items.into_iter().filter_map(|line| line.entry) {
                let payload = entry.what.canonical().unwrap();
                prop_assert_eq!(&serde_json::from_slice::<Event>(&payload).unwrap(), &entry.what);
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
    }
}
