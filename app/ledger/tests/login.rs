//! Logging in: passwords, waits, recovery, users, demo, one program at a time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::time::Duration;

use fixture::{PASSWORD, assert_clean, at, chi, found, founding, open, security, user};
use ledger::{EventKind, Founding, Ledger, LedgerError, PasswordRule, PasswordWeakness};
use office::{
    Explain,
    entry::{Event, Role, User, UserName},
};
use tempfile::tempdir;

fn code(result: Result<Ledger, LedgerError>) -> &'static str {
    result.map(|_| "ok").unwrap_or_else(|error| error.code())
}

#[test]
fn a_founded_office_opens_with_the_password_alone() {
    let data = tempdir().unwrap();
    assert_eq!(code(Ledger::open(data.path(), &chi(), PASSWORD, at(0))), "LED-01");
    assert!(!Ledger::exists(data.path()));
    drop(found(data.path()));
    assert!(Ledger::exists(data.path()));
    assert!(!Ledger::is_demo(data.path()).unwrap());
    assert_eq!(Ledger::users(data.path()).unwrap(), [chi()]);
    for (name, password, expected) in [
        ("chi", PASSWORD, "ok"),
        ("chi", "Ma\u{323}\u{302}t-kho\u{302}\u{309}-7", "LED-05"),
        ("chi", "Mật-khẩu-8", "LED-05"),
        ("chi", "", "LED-05"),
        ("khac", PASSWORD, "LED-04"),
    ] {
        let result = Ledger::open(data.path(), &UserName(name.into()), password, at(0));
        assert_eq!(code(result), expected, "{name} {password}");
    }
}

#[test]
fn an_input_method_that_decomposes_letters_types_the_same_password() {
    let data = tempdir().unwrap();
    drop(found(data.path()));
    let decomposed = "Ma\u{323}\u{302}t-kha\u{302}\u{309}u-7";
    assert_ne!(decomposed, PASSWORD);
    Ledger::open(data.path(), &chi(), decomposed, at(0)).unwrap();
}

#[test]
fn founding_refuses_what_could_not_be_administered_or_guessed_at_once() {
    type Change = fn(&mut Founding);
    let cases: [(&str, Change); 6] = [
        ("LED-22", |f| f.first_user.roles = vec![Role::Clerk, Role::SecurityAdministrator]),
        ("LED-21", |f| f.first_user.name = UserName("có dấu".into())),
        ("LED-21", |f| f.first_user.name = UserName("x".into())),
        ("LED-08", |f| f.password = String::from("ngắn").into()),
        ("LED-08", |f| f.password = String::from("chỉ toàn chữ thường").into()),
        ("LED-08", |f| f.password = String::from("Xin-Chi-123").into()),
    ];
    for (expected, change) in cases {
        let data = tempdir().unwrap();
        let mut founding = founding(&Role::ALL);
        change(&mut founding);
        assert_eq!(Ledger::create(data.path(), founding).err().map(|e| e.code()), Some(expected));
        assert!(!Ledger::exists(data.path()));
    }
    let data = tempdir().unwrap();
    drop(found(data.path()));
    assert_eq!(
        Ledger::create(data.path(), founding(&Role::ALL)).err().map(|e| e.code()),
        Some("LED-02")
    );
    open(data.path());
}

#[test]
fn passwords_are_judged_by_the_rule() {
    let rule = PasswordRule::default();
    for (password, expected) in [
        ("Mật-khẩu-7", Ok(())),
        ("abcDEF12", Ok(())),
        ("Ab1!", Err(PasswordWeakness::TooShort { min: 8 })),
        ("abcdefgh", Err(PasswordWeakness::TooPlain { kinds: 3 })),
        ("abcdefg1", Err(PasswordWeakness::TooPlain { kinds: 3 })),
        ("xCHIx-123", Err(PasswordWeakness::HoldsName)),
        ("Aa1Aa1Aa1", Err(PasswordWeakness::Repeats)),
    ] {
        assert_eq!(rule.check(&chi(), password), expected, "{password}");
    }
    assert_eq!(rule.check(&chi(), &"Aa1-".repeat(33)), Err(PasswordWeakness::TooLong));
}

#[test]
fn wrong_passwords_wait_ever_longer_and_are_told_in_the_log() {
    let data = tempdir().unwrap();
    drop(found(data.path()));
    let attempt =
        |seconds, password| Ledger::open(data.path(), &chi(), password, at(seconds)).err();
    let wait = |error: Option<LedgerError>| match error {
        Some(LedgerError::WrongPassword { wait }) => ("wrong", wait.as_secs()),
        Some(LedgerError::LockedOut { wait }) => ("locked", wait.as_secs()),
        other => panic!("{other:?}"),
    };
    // Three free attempts, then 30 s, 60 s … at most 300 s: the fixture's thresholds.
    for (seconds, expected) in [
        (0, ("wrong", 0)),
        (1, ("wrong", 0)),
        (2, ("wrong", 30)),
        (3, ("locked", 29)),
        (31, ("locked", 1)),
        (32, ("wrong", 60)),
        (92, ("wrong", 120)),
        (212, ("wrong", 240)),
        (452, ("wrong", 300)),
        (752, ("wrong", 300)),
        // The clock is set back: the wait starts anew by the new time, and ends.
        (-9999, ("locked", 300)),
        (-9998, ("locked", 299)),
        (-9700, ("locked", 1)),
        (-9699, ("wrong", 300)),
    ] {
        assert_eq!(wait(attempt(seconds, "Sai-mật-khẩu-1")), expected, "at {seconds}");
    }
    assert_eq!(
        wait(attempt(-9698, PASSWORD)),
        ("locked", 299),
        "the right password is not tried either"
    );
    let ledger = Ledger::open(data.path(), &chi(), PASSWORD, at(1052)).unwrap();
    let log = ledger.log(&[EventKind::LoginsFailed], ledger::Way::Falling, None, 10).unwrap().items;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].entry.as_ref().unwrap().what, Event::LoginsFailed { user: chi(), count: 9 });
    drop(ledger);
    assert_eq!(
        wait(attempt(1053, "Sai-mật-khẩu-1")),
        ("wrong", 0),
        "a good login starts the count anew"
    );
}

#[test]
fn the_recovery_sheet_opens_and_sets_a_password() {
    let data = tempdir().unwrap();
    let (ledger, sheet) = found(data.path());
    drop(ledger);
    let code = sheet.code().to_string();
    assert_eq!(code.len(), 39);
    assert!(!format!("{sheet:?}").contains(&code[..4]));
    let mut mistyped = code.clone().into_bytes();
    mistyped[0] = if mistyped[0] == b'2' { b'3' } else { b'2' };
    let mistyped = String::from_utf8(mistyped).unwrap();
    let other_sheet = {
        let other = tempdir().unwrap();
        found(other.path()).1.code().to_string()
    };
    let recover = |typed: &str, password: &str| {
        Ledger::open_with_recovery(data.path(), typed, &chi(), password, at(0), &|_| ())
            .map(|_| ())
            .map_err(|e| e.code())
    };
    assert_eq!(recover(&mistyped, "Mật-khẩu-mới-1"), Err("LED-07"));
    assert_eq!(recover(&other_sheet, "Mật-khẩu-mới-1"), Err("LED-07"));
    assert_eq!(recover("", "Mật-khẩu-mới-1"), Err("LED-07"));
    assert_eq!(recover(&code, "yếu"), Err("LED-08"));
    assert_eq!(recover(&code.to_lowercase().replace('-', " "), "Mật-khẩu-mới-1"), Ok(()));
    assert_eq!(self::code(Ledger::open(data.path(), &chi(), PASSWORD, at(0))), "LED-05");
    let ledger = Ledger::open(data.path(), &chi(), "Mật-khẩu-mới-1", at(0)).unwrap();
    assert_eq!(
        ledger
            .log(&[EventKind::PasswordChanged], ledger::Way::Falling, None, 9)
            .unwrap()
            .items
            .len(),
        1
    );
}

#[test]
fn users_come_go_and_change_passwords() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let ba = user("ba", &[Role::Clerk]);
    ledger.add_user(at(1), ba.clone(), "Mật-khẩu-3-ần").unwrap();
    for taken in ["ba", "BA", "b"] {
        let error =
            ledger.add_user(at(1), user(taken, &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap_err();
        assert_eq!(error.code(), "LED-21", "{taken}");
    }
    assert_eq!(ledger.disable_user(at(2), &chi(), "nghỉ").unwrap_err().code(), "LED-34");
    drop(ledger);

    let mut as_ba = Ledger::open(data.path(), &ba.name, "Mật-khẩu-3-ần", at(3)).unwrap();
    assert_eq!(as_ba.user(), &ba);
    assert_eq!(as_ba.change_password(at(3), "sai", "Mật-khẩu-4-ần").unwrap_err().code(), "LED-05");
    as_ba.confirm_password(at(3), &ba.name, "Mật-khẩu-3-ần").unwrap();
    as_ba.confirm_password(at(3), &chi(), PASSWORD).unwrap();
    let wrong = as_ba.confirm_password(at(3), &chi(), "Mật-khẩu-3-ần");
    assert_eq!(wrong.unwrap_err().code(), "LED-05");
    as_ba.change_password(at(3), "Mật-khẩu-3-ần", "Mật-khẩu-4-ần").unwrap();
    assert_eq!(as_ba.reset_password(at(3), &chi(), "Mật-khẩu-5-ần").unwrap_err().code(), "LED-09");
    drop(as_ba);
    drop(Ledger::open(data.path(), &ba.name, "Mật-khẩu-4-ần", at(4)).unwrap());

    let mut ledger = open(data.path());
    ledger.reset_password(at(5), &ba.name, "Mật-khẩu-6-ần").unwrap();
    ledger.disable_user(at(6), &ba.name, "chuyển công tác").unwrap();
    let active: Vec<_> =
        ledger.all_users().unwrap().iter().map(|u| (u.user.name.0.clone(), u.active)).collect();
    assert_eq!(active, [("chi".to_owned(), true), ("ba".to_owned(), false)]);
    assert_clean(&ledger);
    drop(ledger);
    assert_eq!(code(Ledger::open(data.path(), &ba.name, "Mật-khẩu-6-ần", at(7))), "LED-04");
    assert_eq!(Ledger::users(data.path()).unwrap(), [chi()]);
    let mut ledger = open(data.path());
    let other = User { full_name: "Người khác".into(), ..user("ba", &[Role::Archivist]) };
    let refused = ledger.add_user(at(8), other, "Mật-khẩu-7-ần").unwrap_err();
    assert_eq!(refused.code(), "LED-94", "a name is never given to a second person");
    ledger.add_user(at(8), user("ba", &[Role::Archivist]), "Mật-khẩu-7-ần").unwrap();
    assert_clean(&ledger);
    drop(ledger);
    let back = Ledger::open(data.path(), &ba.name, "Mật-khẩu-7-ần", at(9)).unwrap();
    assert_eq!(back.user().roles, [Role::Archivist]);
}

#[test]
fn a_password_that_another_gave_is_good_for_setting_an_own_one() {
    let data = tempdir().unwrap();
    let (mut ledger, sheet) = found(data.path());
    let code = sheet.code();
    assert!(!ledger.must_set_password().unwrap(), "the founder chose it");
    let ba = UserName("ba".into());
    let lent = |ledger: &Ledger| ledger.must_set_password().unwrap();
    ledger.add_user(at(1), user("ba", &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap();
    drop(ledger);

    let mut as_ba = Ledger::open(data.path(), &ba, "Mật-khẩu-3-ần", at(2)).unwrap();
    assert!(lent(&as_ba));
    assert_eq!(as_ba.set_own_password(at(2), "Mật-khẩu-3-ần").unwrap_err().code(), "LED-08");
    assert_eq!(as_ba.set_own_password(at(2), "yếu").unwrap_err().code(), "LED-08");
    assert!(lent(&as_ba));
    as_ba.set_own_password(at(2), "Mật-khẩu-4-ần").unwrap();
    assert!(!lent(&as_ba));
    let same = as_ba.change_password(at(2), "Mật-khẩu-4-ần", "Mật-khẩu-4-ần");
    assert_eq!(same.unwrap_err().code(), "LED-08");
    drop(as_ba);

    let mut ledger = open(data.path());
    ledger.reset_password(at(3), &ba, "Mật-khẩu-5-ần").unwrap();
    let changed = User { title: "Văn thư".into(), ..user("ba", &[Role::Clerk]) };
    ledger.change_user(at(3), changed).unwrap();
    assert!(ledger.all_users().unwrap().iter().any(|known| known.user.name == ba && known.lent));
    drop(ledger);
    assert!(lent(&Ledger::open(data.path(), &ba, "Mật-khẩu-5-ần", at(4)).unwrap()));
    // The recovery sheet lets its bearer choose an own one.
    let recovered =
        Ledger::open_with_recovery(data.path(), &code, &ba, "Mật-khẩu-6-ần", at(5), &|_| ());
    assert!(!lent(&recovered.unwrap()));
    assert!(!lent(&Ledger::open(data.path(), &ba, "Mật-khẩu-6-ần", at(6)).unwrap()));
}

#[test]
fn a_slot_that_outlived_its_user_opens_nothing() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    ledger.add_user(at(1), user("ba", &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap();
    let keys = data.path().join("office/keys.json");
    let before = std::fs::read(&keys).unwrap();
    ledger.disable_user(at(2), &UserName("ba".into()), "nghỉ").unwrap();
    drop(ledger);
    std::fs::write(&keys, before).unwrap();
    assert_eq!(
        code(Ledger::open(data.path(), &UserName("ba".into()), "Mật-khẩu-3-ần", at(3))),
        "LED-04"
    );
}

#[test]
fn a_demo_office_opens_by_itself_and_a_real_one_does_not() {
    let demo = tempdir().unwrap();
    let mut founding = founding(&Role::ALL);
    founding.office.demo = true;
    drop(Ledger::create(demo.path(), founding).unwrap());
    assert!(Ledger::is_demo(demo.path()).unwrap());
    let ledger = Ledger::open_demo(demo.path()).unwrap();
    assert_eq!(ledger.user().name, chi());
    drop(ledger);
    drop(open(demo.path()));

    let real = tempdir().unwrap();
    drop(found(real.path()));
    assert_eq!(code(Ledger::open_demo(real.path())), "LED-20");
}

#[test]
fn one_program_at_a_time() {
    let data = tempdir().unwrap();
    let (ledger, _) = found(data.path());
    assert_eq!(code(Ledger::open(data.path(), &chi(), PASSWORD, at(0))), "LED-03");
    assert_eq!(code(Ledger::open_demo(data.path())), "LED-03");
    assert_eq!(Ledger::users(data.path()).unwrap(), [chi()], "the login list needs no lock");
    drop(ledger);
    open(data.path());
}

#[test]
fn the_files_outside_hold_no_name_number_or_password() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    fixture::append_dossier(&mut ledger, 1, at(1));
    ledger.save_draft("tiếp nhận", "Nguyễn Văn Nháp".as_bytes()).unwrap();
    let person = fixture::identity(1, office::evidence::Evidence::ChipSigned).person;
    let secrets = [
        person.name,
        person.number.unwrap().to_string(),
        "Nguyễn Văn Nháp".into(),
        "Người chi".into(),
        "THỬ NGHIỆM".into(),
        PASSWORD.into(),
    ];
    let mut files = 0;
    for file in std::fs::read_dir(data.path().join("office")).unwrap() {
        let file = file.unwrap().path();
        let bytes = std::fs::read(&file).unwrap();
        for secret in &secrets {
            assert!(
                !bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
                "{secret} in {file:?}"
            );
        }
        files += 1;
    }
    assert!(files >= 4, "database, log, keys and head were looked at");
}

/// The file is read before anybody is in: it makes no office wait less than the floor.
#[test]
fn lowered_thresholds_open_nothing_and_wait_all_the_same() {
    let data = tempdir().unwrap();
    let (ledger, sheet) = found(data.path());
    drop(ledger);
    fixture::doctor(data.path(), |keys| {
        keys["security"]["lockout"] = serde_json::json!(
            {"free_attempts": 4_000_000, "first_wait": 0, "longest_wait": 0}
        );
    });
    let attempt = |password, seconds| Ledger::open(data.path(), &chi(), password, at(seconds));
    assert_eq!(self::code(attempt(PASSWORD, 0)), "LED-93");
    let older = Ledger::open_older(data.path(), &chi(), PASSWORD, at(0), &|_| ());
    assert_eq!(self::code(older), "LED-93");
    for _ in 0..10 {
        assert_eq!(self::code(attempt("Sai-mật-khẩu-1", 1)), "LED-05");
    }
    assert_eq!(self::code(attempt(PASSWORD, 2)), "LED-06");
    let new = "Mật-khẩu-mới-1";
    let code = sheet.code();
    Ledger::open_with_recovery(data.path(), &code, &chi(), new, at(3), &|_| ()).unwrap();
    assert_clean(&attempt(new, 4).unwrap());
}

#[test]
fn the_wait_doubles_up_to_its_limit() {
    let lockout = security().lockout;
    let waits: Vec<_> = (0..10).map(|failed| lockout.wait(failed).as_secs()).collect();
    assert_eq!(waits, [0, 0, 0, 30, 60, 120, 240, 300, 300, 300]);
    assert_eq!(lockout.wait(u32::MAX), Duration::from_secs(300));
}
