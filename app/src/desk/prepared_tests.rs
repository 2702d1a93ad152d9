//! Electronic copies at desks with a real ledger: a clerk hands them on, the certifier signs them one after the other,
//! and what cuts this short leaves neither gap nor half an act.
#![allow(clippy::unwrap_used, clippy::panic)]

use ledger::Ledger;
use office::{
    Explain,
    act::{Act, ActId},
    entry::{ContentHash, Event, Role, User, UserName},
};

use super::{
    Desk,
    electronic_tests::{asked, at, draft, kept, last, number, page},
    tests::desk,
};

const PASSWORD: &str = "Mật-khẩu-8";

fn colleague(name: &str, role: Role) -> User {
    User {
        name: UserName(name.into()),
        full_name: format!("Người {name}"),
        title: "Công chức".into(),
        roles: vec![role],
    }
}

/// The same office for another of its people.
fn enter(folder: &std::path::Path, desk: Desk, name: &str) -> Desk {
    let Desk { ledger, law, .. } = desk;
    drop(ledger);
    let name = UserName(name.into());
    Desk::new(Ledger::open(folder, &name, PASSWORD, at(10)).unwrap(), law).unwrap()
}

/// A desk at which `lan`, a clerk, works, and `binh` certifies; `chi` may do everything.
fn counter(folder: &std::path::Path) -> Desk {
    let mut desk = desk(folder);
    for (name, role) in [("lan", Role::Clerk), ("binh", Role::Certifier)] {
        desk.ledger.add_user(at(8), colleague(name, role), PASSWORD).unwrap();
    }
    enter(folder, desk, "lan")
}

/// A copy of one page, for this certifier or whoever may.
fn hands_on(desk: &mut Desk, n: u8, whom: Option<&str>) -> ActId {
    let pages = kept(desk, &draft(n), 1);
    let mut todo = asked(desk, 1);
    todo.certifier = UserName("binh".into());
    let whom = whom.map(|name| UserName(name.into()));
    desk.hand_on(at(10), todo, &draft(n), &pages, whom).unwrap().act.id
}

fn signs(desk: &mut Desk, id: &ActId) -> Act {
    let unsigned = desk.ready(at(11), id).unwrap();
    let file = unsigned.document().unwrap();
    desk.finish_copy(unsigned, &file).unwrap()
}

#[test]
fn what_a_clerk_hands_on_is_signed_with_consecutive_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let mut clerk = counter(folder.path());
    let ids: Vec<ActId> = (1..=5).map(|n| hands_on(&mut clerk, n, None)).collect();
    assert_eq!(last(&clerk), 0, "no number before anything is signed");
    assert!(clerk.ledger.drafts().unwrap().is_empty(), "drafts and pages ended with it");
    // Whoever prepares may not sign.
    let refused = clerk.ready(at(11), &ids[0]).unwrap_err();
    assert_eq!(refused.code(), "OFF-157");

    let mut desk = enter(folder.path(), clerk, "binh");
    assert_eq!(desk.ledger.prepared_for_user().unwrap(), 5);
    let unsigned = desk.ready(at(11), &ids[0]).unwrap();
    assert!(unsigned.stamp.contains("Số chứng thực 1,"), "{}", unsigned.stamp);
    assert_eq!(reports::preview::render(&unsigned.document().unwrap(), 0.2).unwrap().len(), 1);
    drop(unsigned);
    let numbers: Vec<u32> = ids.iter().map(|id| number(&signs(&mut desk, id))).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5], "what was only looked at used none");
    let record = desk.ledger.act(&ids[0]).unwrap().unwrap();
    let signers: Vec<&str> =
        record.act.signers.iter().map(|signer| signer.user.0.as_str()).collect();
    assert_eq!((signers, record.by.0.as_str()), (vec!["lan", "binh"], "binh"));
    assert_eq!(desk.ready(at(12), &ids[0]).unwrap_err().code(), "LED-92");
    assert!(desk.ledger.check().unwrap().clean());
}

/// A token that goes, a kill, a window that is locked: whatever is between two copies.
#[test]
fn what_is_cut_short_leaves_the_rest_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let mut clerk = counter(folder.path());
    let ids: Vec<ActId> = (1..=4).map(|n| hands_on(&mut clerk, n, Some("binh"))).collect();
    let mut desk = enter(folder.path(), clerk, "binh");
    signs(&mut desk, &ids[0]);
    // The second was signed on the token, and is not written any more.
    drop(desk.ready(at(11), &ids[1]).unwrap());
    let mut desk = enter(folder.path(), desk, "binh");
    assert_eq!((last(&desk), desk.ledger.prepared_for_user().unwrap()), (1, 3));
    let numbers: Vec<u32> = ids[1..].iter().map(|id| number(&signs(&mut desk, id))).collect();
    assert_eq!(numbers, [2, 3, 4]);
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn what_cannot_be_signed_is_told_before_it_is_handed_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = counter(folder.path());
    let pages = kept(&mut desk, &draft(1), 1);
    type Change = fn(&mut super::lines::ToDo);
    let tried = |desk: &mut Desk, change: Change, pages: &[ContentHash]| {
        let mut todo = asked(desk, 1);
        todo.certifier = UserName("binh".into());
        change(&mut todo);
        desk.hand_on(at(9), todo, &draft(1), pages, None).unwrap_err().code()
    };
    for (change, code) in [
        ((|todo| todo.people.clear()) as Change, "OFF-151"),
        (|todo| todo.certifier = UserName("lan".into()), "OFF-157"),
        (|todo| todo.wording = office::act::Name::parse("copy_23").unwrap(), "OFF-158"),
    ] {
        assert_eq!(tried(&mut desk, change, &pages), code);
    }
    assert_eq!(tried(&mut desk, |_| {}, &[]), "OFF-181");
    assert_eq!(desk.page(&draft(1), &pages[0]).unwrap(), page(0).bytes, "the draft stands");
    // Handed on to one it is not another's; returned, nobody's.
    let id = hands_on(&mut desk, 2, Some("chi"));
    let mut desk = enter(folder.path(), desk, "binh");
    assert_eq!(desk.ready(at(11), &id).unwrap_err().code(), "OFF-183");
    let mut clerk = enter(folder.path(), desk, "lan");
    clerk.ledger.return_prepared(at(12), &id, "nhầm người ký").unwrap();
    let mut desk = enter(folder.path(), clerk, "binh");
    assert_eq!(desk.ready(at(13), &id).unwrap_err().code(), "LED-107");
    assert!(desk.ledger.check().unwrap().clean());
}

/// What waits is read anew when it is signed: content that is gone is told, and uses no number.
#[test]
fn a_lost_page_is_told_when_the_document_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut clerk = counter(folder.path());
    // Larger than what lies in the database itself.
    let pages = kept(&mut clerk, &draft(1), 1);
    assert_eq!(pages.len(), 1);
    let scan = crate::scan::Scan { bytes: noise(), ..page(1) };
    let content = clerk.keep_page(&draft(1), &scan).unwrap();
    let mut todo = asked(&clerk, 1);
    todo.certifier = UserName("binh".into());
    let id = clerk.hand_on(at(10), todo, &draft(1), &[content], None).unwrap().act.id;
    let mut desk = enter(folder.path(), clerk, "binh");
    let unsigned = desk.ready(at(11), &id).unwrap();
    std::fs::remove_dir_all(folder.path().join("office/contents")).unwrap();
    assert_eq!(unsigned.document().unwrap_err().code(), "LED-97");
    let event = Event::ActReturned { act: id, reason: "mất trang".into() };
    desk.ledger.record(at(12), event, &[]).unwrap();
    assert_eq!(last(&desk), 0);
}

fn noise() -> Vec<u8> {
    (0..80_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}
