//! A clock that goes back: nothing is written by it, and nobody is shut out for ever.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{PASSWORD, append_dossier, assert_clean, at, chi, found, receive, reception, user};
use ledger::{EventKind, Ledger, LedgerError};
use office::{
    Explain,
    entry::{Event, Role, UserName},
};
use tempfile::tempdir;

const DAY: i64 = 86_400;

#[test]
fn an_entry_before_the_newest_is_refused_until_the_head_accepts_the_clock() {
    let scratch = tempdir().unwrap();
    let (data, target) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let (mut ledger, sheet) = found(&data);
    ledger.add_user(at(1), user("ba", &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap();
    append_dossier(&mut ledger, 1, at(DAY));
    append_dossier(&mut ledger, 2, at(DAY - 600));
    let last = at(DAY - 600);
    let before = ledger.head().clone();
    match ledger.append(at(0), receive(reception(3, at(0)))) {
        Err(error @ LedgerError::ClockBack { last: told }) => {
            assert_eq!(told, last);
            assert!(error.to_string().contains("07:50 ngày 24/11/2026"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.backup(&target, at(0)).unwrap_err().code(), "LED-31");
    assert!(!target.exists(), "no backup that the log does not tell of");
    let new = user("tu", &[Role::Clerk]);
    assert_eq!(ledger.add_user(at(0), new, "Mật-khẩu-3-ần").unwrap_err().code(), "LED-31");
    assert_eq!(ledger.head(), &before);
    drop(ledger);

    // The way back in stays open: logging in after wrong passwords, the recovery sheet.
    let wrong = Ledger::open(&data, &chi(), "Sai-mật-khẩu-1", at(0)).err().unwrap();
    assert_eq!(wrong.code(), "LED-05");
    let mut clerk = Ledger::open(&data, &UserName("ba".into()), "Mật-khẩu-3-ần", at(1)).unwrap();
    assert_eq!(clerk.accept_clock(at(1)).unwrap_err().code(), "LED-09");
    drop(clerk);
    let mut ledger =
        Ledger::open_with_recovery(&data, &sheet.code(), &chi(), "Mật-khẩu-mới-1", at(2), &|_| ())
            .unwrap();
    let refused = ledger.append(at(3), receive(reception(3, at(3)))).unwrap_err();
    assert_eq!(refused.code(), "LED-31", "what was let in does not move the clock");
    drop(ledger);
    let mut ledger = Ledger::open(&data, &chi(), "Mật-khẩu-mới-1", at(4)).unwrap();
    ledger.accept_clock(at(5)).unwrap();
    append_dossier(&mut ledger, 3, at(6));
    ledger.accept_clock(at(7)).unwrap();
    let accepted =
        ledger.log(&[EventKind::ClockAccepted], ledger::Way::Falling, None, 9).unwrap().items;
    assert_eq!(accepted.len(), 1, "a clock that is not behind needs no acceptance");
    assert_eq!(accepted[0].entry.as_ref().unwrap().what, Event::ClockAccepted { last });
    assert_clean(&ledger);
    let steps = ledger.check().unwrap().clock_jumps;
    assert_eq!(steps.len(), 1);
    assert!(steps[0].accepted && steps[0].from == last && steps[0].to == at(5));
}

#[test]
fn a_clock_once_far_ahead_locks_nobody_out_for_long() {
    let data = tempdir().unwrap();
    drop(found(data.path()));
    let ahead = 3_650 * DAY;
    for i in 0..4 {
        assert!(Ledger::open(data.path(), &chi(), "Sai-mật-khẩu-1", at(ahead + 40 * i)).is_err());
    }
    let tried = |seconds| Ledger::open(data.path(), &chi(), PASSWORD, at(seconds)).err();
    let Some(LedgerError::LockedOut { wait }) = tried(10) else { panic!() };
    assert_eq!(wait.as_secs(), 60, "setting the clock back wins no guess");
    assert!(matches!(tried(69), Some(LedgerError::LockedOut { .. })));
    assert!(tried(70).is_none());
}

/// A wrong month or year would stand in the books for ever; a long pause closes nobody out.
#[test]
fn a_far_jump_of_the_clock_is_confirmed_by_the_head() {
    let scratch = tempdir().unwrap();
    let (data, target) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let (mut ledger, _) = found(&data);
    ledger.add_user(at(1), user("ba", &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap();
    append_dossier(&mut ledger, 1, at(31 * DAY));
    let (last, far) = (at(31 * DAY), 62 * DAY + 1);
    let before = ledger.head().clone();
    match ledger.append(at(far), receive(reception(2, at(far)))) {
        Err(error @ LedgerError::ClockAhead { last: told }) => {
            assert_eq!(told, last);
            assert!(error.to_string().contains("08:00 ngày 24/12/2026"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(ledger.backup(&target, at(far)).unwrap_err().code(), "LED-101");
    let new = user("tu", &[Role::Clerk]);
    assert_eq!(ledger.add_user(at(far), new, "Mật-khẩu-3-ần").unwrap_err().code(), "LED-101");
    assert_eq!(ledger.head(), &before);
    drop(ledger);

    let ba = UserName("ba".into());
    let mut clerk = Ledger::open(&data, &ba, "Mật-khẩu-3-ần", at(far)).unwrap();
    assert_eq!(clerk.accept_clock(at(far)).unwrap_err().code(), "LED-09");
    drop(clerk);
    let mut ledger = Ledger::open(&data, &chi(), PASSWORD, at(far)).unwrap();
    ledger.accept_clock(at(far)).unwrap();
    append_dossier(&mut ledger, 2, at(far));
    ledger.accept_clock(at(far + 31 * DAY)).unwrap();
    append_dossier(&mut ledger, 3, at(far + 31 * DAY));
    let accepted =
        ledger.log(&[EventKind::ClockAccepted], ledger::Way::Falling, None, 9).unwrap().items;
    assert_eq!(accepted.len(), 1, "a month is no jump");
    assert_eq!(accepted[0].entry.as_ref().unwrap().what, Event::ClockAccepted { last });
    assert_clean(&ledger);
}
