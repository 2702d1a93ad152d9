//! Trust in issuers: who took what from which file, twice the same, no longer, and back from a backup.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{PASSWORD, assert_clean, at, chi, found, open, trust_item, trust_source};
use jiff::civil::date;
use ledger::{EventKind, Ledger, LedgerError, Present, Restore, Trusted};
use office::{
    entry::{Event, Role, User, UserName},
    trust::{TrustItem, TrustKind, TrustSource, Voucher},
};
use tempfile::tempdir;

fn items(range: std::ops::Range<u8>) -> Vec<(TrustItem, &'static [u8])> {
    range.map(trust_item).collect()
}

fn bytes(held: &Trusted) -> (Vec<usize>, Vec<usize>) {
    let lengths = |all: &[Vec<u8>]| all.iter().map(Vec::len).collect();
    (lengths(&held.certificates), lengths(&held.revocations))
}

#[test]
fn the_same_file_twice_adds_nothing_twice() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    assert_eq!(ledger.add_trust(at(1), &trust_source(), &items(0..6)).unwrap(), 6);
    let entries = ledger.head().entries;
    assert_eq!(ledger.add_trust(at(2), &trust_source(), &items(0..6)).unwrap(), 0);
    assert_eq!(ledger.head().entries, entries);
    // A newer file with one more, which even lists it twice.
    let mut newer = items(3..7);
    newer.push(trust_item(6));
    assert_eq!(ledger.add_trust(at(3), &trust_source(), &newer).unwrap(), 1);
    assert_eq!(bytes(&ledger.trusted().unwrap()), (vec![1, 2, 3, 4, 6, 7], vec![5]));
    assert_clean(&ledger);
    drop(ledger);
    assert_eq!(bytes(&open(data.path()).trusted().unwrap()), (vec![1, 2, 3, 4, 6, 7], vec![5]));
}

#[test]
fn the_screen_tells_who_when_and_from_where() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let signed = TrustSource {
        voucher: Voucher::KnownListSigner { signer: "CN=ML".into(), made: Some(date(2026, 10, 1)) },
        words: String::new(),
        ..trust_source()
    };
    ledger.add_trust(at(1), &trust_source(), &items(0..3)).unwrap();
    ledger.add_trust(at(2), &signed, &items(3..5)).unwrap();
    let first = ledger.trust_page(None, None, 3).unwrap();
    let names: Vec<_> = first.items.iter().map(|record| record.item.serial.as_str()).collect();
    assert_eq!(names, ["04", "03", "02"]);
    let newest = &first.items[0];
    assert_eq!((newest.at, &newest.by, &newest.source), (at(2), &chi(), &signed));
    assert_eq!(first.items[2].source, trust_source());
    let rest = ledger.trust_page(None, first.next, 3).unwrap();
    assert_eq!((rest.items.len(), rest.next), (2, None));
    let lists = ledger.trust_page(Some(TrustKind::RevocationList), None, 9).unwrap();
    assert_eq!(lists.items.len(), 1);
    let log = ledger.log(&[EventKind::TrustAdded], ledger::Way::Falling, None, 9).unwrap();
    assert_eq!(log.items.len(), 5);
}

#[test]
fn what_is_trusted_no_longer_is_gone_with_its_reason_and_may_come_back() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    ledger.add_trust(at(1), &trust_source(), &items(0..3)).unwrap();
    let gone = [trust_item(1).0.fingerprint];
    ledger.remove_trust(at(2), &gone, " khóa bị lộ ").unwrap();
    assert_eq!(bytes(&ledger.trusted().unwrap()).0, [1, 3]);
    let log = ledger.log(&[EventKind::TrustRemoved], ledger::Way::Falling, None, 9).unwrap();
    let Some(Event::TrustRemoved { reason, .. }) = log.items[0].entry.as_ref().map(|e| &e.what)
    else {
        panic!()
    };
    assert_eq!(reason, "khóa bị lộ");
    let again = ledger.remove_trust(at(3), &gone, "khóa bị lộ").unwrap_err();
    assert!(matches!(again, LedgerError::Missing));
    assert_clean(&ledger);
    assert_eq!(ledger.add_trust(at(4), &trust_source(), &items(0..3)).unwrap(), 1);
    assert_eq!(bytes(&ledger.trusted().unwrap()).0, [1, 3, 2]);
    assert_clean(&ledger);
}

#[test]
fn trust_without_a_word_or_with_other_bytes_is_refused_whole() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let own = Voucher::OwnListSigner { signer: "CN=ML".into(), made: None };
    for voucher in [Voucher::Person, own] {
        let silent = TrustSource { voucher, words: " ".into(), ..trust_source() };
        let refused = ledger.add_trust(at(1), &silent, &items(0..1)).unwrap_err();
        assert!(matches!(refused, LedgerError::NoReason));
    }
    let mut other = items(0..2);
    other[1].1 = b"other bytes";
    let refused = ledger.add_trust(at(1), &trust_source(), &other).unwrap_err();
    assert!(matches!(refused, LedgerError::Missing));
    let silent = ledger.remove_trust(at(1), &[], "").unwrap_err();
    assert!(matches!(silent, LedgerError::NoReason));
    assert_eq!(ledger.trusted().unwrap(), Trusted::default());
    assert_clean(&ledger);
    // Nobody hands such entries in by the way of all others, past these rules.
    let (item, bytes) = trust_item(0);
    let event = Event::TrustAdded { item, source: Box::new(trust_source()) };
    let refused = ledger.record(at(1), event, &[bytes]).unwrap_err();
    assert!(matches!(refused, LedgerError::NotAllowed { .. }));
}

/// The two purposes are apart, and only the head removes an authority of signatures.
#[test]
fn an_authority_of_signatures_vouches_for_no_chip() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let (mut item, bytes) = trust_item(0);
    item.kind = TrustKind::SignatureAuthority;
    ledger.add_trust(at(1), &trust_source(), &[(item.clone(), bytes), trust_item(1)]).unwrap();
    assert_eq!(ledger.signature_authorities().unwrap(), [bytes]);
    assert_eq!(ledger.trusted().unwrap().certificates.len(), 1);
    let page = ledger.trust_page(Some(TrustKind::SignatureAuthority), None, 9).unwrap();
    assert_eq!(page.items[0].item, item);
    let keeper = User {
        name: UserName("antoan".into()),
        full_name: "Giàng Văn Mẫu".into(),
        title: String::new(),
        roles: vec![Role::SecurityAdministrator],
    };
    ledger.add_user(at(2), keeper.clone(), PASSWORD).unwrap();
    drop(ledger);
    let mut ledger = Ledger::open(data.path(), &keeper.name, PASSWORD, at(3)).unwrap();
    let gone = [item.fingerprint];
    let refused = ledger.remove_trust(at(4), &gone, "hết dùng").unwrap_err();
    assert!(matches!(refused, LedgerError::NotAllowed { .. }));
    ledger.remove_trust(at(4), &[trust_item(1).0.fingerprint], "hết dùng").unwrap();
    drop(ledger);
    let mut ledger = open(data.path());
    ledger.remove_trust(at(5), &gone, "hết dùng").unwrap();
    assert!(ledger.signature_authorities().unwrap().is_empty());
    assert_clean(&ledger);
}

#[test]
fn trust_comes_back_from_a_backup() {
    let scratch = tempdir().unwrap();
    let (backup, new) = (scratch.path().join("backup"), scratch.path().join("new"));
    let (mut ledger, _) = found(&scratch.path().join("old"));
    ledger.add_trust(at(1), &trust_source(), &items(0..6)).unwrap();
    ledger.remove_trust(at(2), &[trust_item(2).0.fingerprint], "nhầm").unwrap();
    let trusted = ledger.trusted().unwrap();
    ledger.backup(&backup, at(3)).unwrap();
    drop(ledger);
    let request = Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "Máy mới",
        accept_findings: false,
        present: Present::Refused,
        at: at(4),
    };
    let (restored, _) = Ledger::restore(&backup, &new, &request).unwrap();
    assert_eq!(restored.trusted().unwrap(), trusted);
    assert_clean(&restored);
}
