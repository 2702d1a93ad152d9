//! Whatever happens in an office, the tables equal their rebuild and every entry has one form.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::collections::HashSet;

use fixture::{
    assert_clean, at, found, identity, open, read_event, receive, reception, trust_item,
    trust_source,
};
use ledger::content_hash;
use office::{
    dossier::DossierId,
    entry::{Entry, Event, PaperKind, Purpose},
    evidence::Evidence,
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
        1 => Just(Act::Reopen),
        1 => Just(Act::Crowd),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn tables_equal_their_rebuild(acts in prop::collection::vec(act(), 1..40)) {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        let mut received: Vec<DossierId> = Vec::new();
        let mut annulled = Vec::new();
        let mut trusted = HashSet::new();
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
                    let number = identity(i, Evidence::Typed).person.number.unwrap();
                    ledger.view_person(at(clock), &number, Purpose::Search).unwrap();
                }
                Act::Annul(i) => if let Some(dossier) = received.get(i).filter(|id| !annulled.contains(*id)).cloned() {
                    annulled.push(dossier.clone());
                    ledger.record(at(clock), Event::DossierAnnulled { dossier, reason: "nhầm".into() }, &[]).unwrap();
                },
                Act::Paper(i) => if let Some(dossier) = received.get(i).cloned() {
                    let content = content_hash(dossier.0.as_bytes());
                    let pdf = dossier.0.clone();
                    let paper = Event::PaperMade { dossier, kind: PaperKind::Receipt, content };
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
            let page = ledger.log(None, before, 100).unwrap();
            for entry in page.items.into_iter().filter_map(|line| line.entry) {
                prop_assert_eq!(&Entry::parse(&entry.canonical().unwrap()).unwrap(), &entry);
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
    }
}
