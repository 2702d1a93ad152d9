//! Who certifies by a decision, at a desk with a real ledger.
#![allow(clippy::unwrap_used, clippy::panic)]

use jiff::{Timestamp, civil::date};
use ledger::{DelegationRecord, Ledger, WhyEnded};
use office::{
    Explain,
    act::{Delegation, Name, Part, delegation::Terms},
    entry::{Role, User, UserName},
};

use super::{
    Desk,
    electronic_tests::{asked, draft, kept},
    tests::{desk, words_of},
};
use crate::clock;

const PASSWORD: &str = "Mật-khẩu-8";

/// A day of November 2026, at nine.
fn on(day: i8) -> Timestamp {
    clock::instant(date(2026, 11, day).at(9, 0, 0, 0))
}

/// The same office for another of its people.
fn enter(folder: &std::path::Path, desk: Desk, name: &str, password: &str, at: Timestamp) -> Desk {
    let Desk { ledger, law, .. } = desk;
    drop(ledger);
    Desk::new(Ledger::open(folder, &UserName(name.into()), password, at).unwrap(), law).unwrap()
}

fn lan() -> User {
    User {
        name: UserName("lan".into()),
        full_name: "Người Lan".into(),
        title: "Công chức tư pháp – hộ tịch".into(),
        roles: vec![Role::Clerk],
    }
}

fn terms() -> Terms {
    Terms {
        decision: "12/QĐ-UBND".into(),
        decided: Some(date(2026, 11, 20)),
        signs_as: "TUQ. CHỦ TỊCH".into(),
        kinds: vec![Name::parse("electronic_copy").unwrap()],
        from: Some(date(2026, 11, 23)),
        until: Some(date(2026, 11, 24)),
    }
}

/// A desk at which the clerk `lan` may sign electronic copies on two days.
fn delegated(folder: &std::path::Path) -> (Desk, Delegation) {
    let mut desk = desk(folder);
    desk.ledger.add_user(on(23), lan(), PASSWORD).unwrap();
    let given = desk.delegate(on(23), &lan(), &terms()).unwrap();
    (desk, given)
}

/// Signs a copy as whoever is logged in.
fn sign(desk: &mut Desk, n: u8, at: Timestamp) -> Result<office::act::Act, String> {
    let pages = kept(desk, &draft(n), 1);
    let mut todo = asked(desk, 1);
    todo.certifier = desk.ledger.user().name.clone();
    let told = |code: &str| code.to_owned();
    let unsigned = desk.prepare_copy(at, todo, &draft(n), &pages).map_err(|e| told(e.code()))?;
    let file = unsigned.document().unwrap();
    desk.finish_copy(unsigned, &file).map_err(|e| told(e.code()))
}

#[test]
fn a_clerk_certifies_by_delegation_on_its_days_and_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, _) = delegated(folder.path());
    let mut desk = enter(folder.path(), desk, "lan", PASSWORD, on(23));
    let act = sign(&mut desk, 1, on(23)).unwrap();
    let certifier = act.signers.iter().find(|one| one.part == Part::Certifies).unwrap();
    let by = certifier.delegated.as_ref().unwrap();
    assert_eq!(by.words(), "Quyết định số 12/QĐ-UBND ngày 20/11/2026");
    sign(&mut desk, 2, on(24)).unwrap();
    assert_eq!(sign(&mut desk, 3, on(25)).unwrap_err(), "OFF-187");
    // It is no role: nothing else of it may be done, and nothing is passed on.
    let refused = desk.delegate(on(24), &lan(), &terms());
    assert_eq!(refused.unwrap_err().code(), "OFF-200");
    let other = User { name: UserName("binh".into()), ..lan() };
    let refused = desk.delegate(on(24), &other, &terms());
    assert_eq!(refused.unwrap_err().code(), "OFF-201");
    // What was written is what its author was allowed, from the first entry on.
    assert!(desk.ledger.check().unwrap().findings.is_empty());
}

#[test]
fn what_was_ended_covers_nothing_and_what_was_done_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, given) = delegated(folder.path());
    let mut desk = enter(folder.path(), desk, "lan", PASSWORD, on(23));
    let done = sign(&mut desk, 1, on(23)).unwrap();
    assert_eq!(desk.ledger.end_delegation(on(23), &given.id, "x").unwrap_err().code(), "LED-09");
    let mut desk = enter(folder.path(), desk, "chi", "Mật-khẩu-7", on(23));
    assert_eq!(desk.ledger.end_delegation(on(23), &given.id, "  ").unwrap_err().code(), "LED-33");
    desk.ledger.end_delegation(on(23), &given.id, "thu hồi").unwrap();
    let again = desk.ledger.end_delegation(on(23), &given.id, "thu hồi");
    assert_eq!(again.unwrap_err().code(), "OFF-204");
    let [record] = &desk.ledger.delegations().unwrap()[..] else { panic!() };
    let why = |record: &DelegationRecord| record.ended.clone().map(|(_, why)| why);
    assert_eq!(why(record), Some(WhyEnded::Said(Some("thu hồi".into()))));

    let mut desk = enter(folder.path(), desk, "lan", PASSWORD, on(23));
    // That it is over concerns everybody, why it is only who may end it.
    assert_eq!(why(&desk.ledger.delegations().unwrap()[0]), Some(WhyEnded::Said(None)));
    assert_eq!(sign(&mut desk, 2, on(23)).unwrap_err(), "OFF-157");
    assert!(desk.act(&done.id).unwrap().annulled.is_none());
    assert!(desk.ledger.check().unwrap().findings.is_empty());
}

/// Whoever comes back begins without what they had: what is delegated to them is delegated anew.
#[test]
fn who_left_certifies_by_nothing_when_they_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, _) = delegated(folder.path());
    desk.ledger.disable_user(on(23), &lan().name, "nghỉ thai sản").unwrap();
    desk.ledger.add_user(on(23), lan(), PASSWORD).unwrap();
    let [record] = &desk.ledger.delegations().unwrap()[..] else { panic!() };
    assert_eq!(record.ended.clone().map(|(_, why)| why), Some(WhyEnded::ReceiverLeft));
    let mut desk = enter(folder.path(), desk, "lan", PASSWORD, on(23));
    assert_eq!(sign(&mut desk, 1, on(23)).unwrap_err(), "OFF-157");
    let mut desk = enter(folder.path(), desk, "chi", "Mật-khẩu-7", on(23));
    desk.delegate(on(23), &lan(), &terms()).unwrap();
    let mut desk = enter(folder.path(), desk, "lan", PASSWORD, on(23));
    sign(&mut desk, 1, on(23)).unwrap();
    assert!(desk.ledger.check().unwrap().findings.is_empty());
}

/// Whoever may do no acts any more certifies none by a delegation either, also after they may again.
#[test]
fn a_delegation_ends_with_the_role_that_it_rests_on() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, _) = delegated(folder.path());
    let other = |role| User { roles: vec![role], ..lan() };
    desk.ledger.change_user(on(23), other(Role::Certifier)).unwrap();
    let ended = |desk: &Desk| desk.ledger.delegations().unwrap()[0].ended.is_some();
    assert!(!ended(&desk), "a role that does acts for another");
    desk.ledger.change_user(on(23), other(Role::Archivist)).unwrap();
    assert!(ended(&desk));
    desk.ledger.change_user(on(23), lan()).unwrap();
    assert!(ended(&desk));
    assert!(desk.ledger.standing_delegations().unwrap().is_empty());
}

/// A paper copy that the delegate certifies has the decision's line above the signature.
#[test]
fn the_wording_has_the_line_of_the_decision() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    desk.ledger.add_user(on(23), lan(), PASSWORD).unwrap();
    let kind = Name::parse("certified_copy").unwrap();
    let terms = Terms { kinds: vec![kind.clone()], ..terms() };
    desk.delegate(on(23), &lan(), &terms).unwrap();
    let circumstances = office::act::Circumstances::of(office::act::Place::OneStop, &[]);
    let mut todo = asked(&desk, 1);
    let fitting = desk.law.wordings.fitting(&kind, date(2026, 11, 23), circumstances, |_| "");
    (todo.wording, todo.kind) = (fitting[0].id.clone(), kind);
    todo.certifier = lan().name;
    let act = desk.do_act(on(23), todo, &draft(1)).unwrap();
    let paper = desk.wording(on(23), &act.id).unwrap();
    let words = words_of(&desk.ledger.blob(&paper).unwrap());
    for told in ["TUQ. CHỦ TỊCH", "CÔNG CHỨC TƯ PHÁP – HỘ TỊCH", "Người Lan"] {
        assert!(words.contains(told), "no {told:?} in {words}");
    }
}
