//! `keys.json`, the recovery sheet, and who puts an old copy of either back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::fs;

use fixture::{PASSWORD, assert_clean, at, chi, found, user};
use ledger::{EventKind, Ledger};
use office::{
    Explain,
    entry::{Role, UserName},
};
use tempfile::tempdir;

#[test]
fn an_old_key_file_revives_no_old_password() {
    let data = tempdir().unwrap();
    let keys = data.path().join("office/keys.json");
    let ba = UserName("ba".into());
    let (mut ledger, _) = found(data.path());
    ledger.add_user(at(1), user("ba", &[Role::Clerk]), "Mật-khẩu-3-ần").unwrap();
    let old = fs::read(&keys).unwrap();
    ledger.change_password(at(2), PASSWORD, "Mật-khẩu-mới-1").unwrap();
    drop(ledger);
    let new = fs::read(&keys).unwrap();
    let open = |user: &UserName, password| {
        Ledger::open(data.path(), user, password, at(3)).map(drop).map_err(|e| e.code())
    };
    assert_eq!(open(&chi(), "Mật-khẩu-mới-1"), Ok(()));
    fs::write(&keys, &old).unwrap();
    assert_eq!(open(&chi(), PASSWORD), Err("LED-25"));
    assert_eq!(open(&ba, "Mật-khẩu-3-ần"), Ok(()), "her slot is the same in both");
    fs::write(&keys, &new).unwrap();
    assert_eq!(open(&chi(), "Mật-khẩu-mới-1"), Ok(()));

    // A user who comes again has a new slot; the old one stays dead.
    let mut ledger = Ledger::open(data.path(), &chi(), "Mật-khẩu-mới-1", at(4)).unwrap();
    ledger.disable_user(at(5), &ba, "nghỉ").unwrap();
    ledger.add_user(at(6), user("ba", &[Role::Clerk]), "Mật-khẩu-4-ần").unwrap();
    drop(ledger);
    assert_eq!(open(&ba, "Mật-khẩu-4-ần"), Ok(()));
    fs::write(&keys, &old).unwrap();
    assert_eq!(open(&ba, "Mật-khẩu-3-ần"), Err("LED-25"));
}

#[test]
fn a_new_recovery_sheet_ends_the_old_one_and_each_use_is_told() {
    let data = tempdir().unwrap();
    let keys = data.path().join("office/keys.json");
    let (mut ledger, first) = found(data.path());
    let old = fs::read(&keys).unwrap();
    let second = ledger.renew_recovery(at(1)).unwrap();
    assert_ne!(*first.code(), *second.code());
    drop(ledger);
    let recover = |code: &str, password: &str| {
        Ledger::open_with_recovery(data.path(), code, &chi(), password, at(2), &|_| ())
            .map(|ledger| {
                let log = ledger.log(&[], ledger::Way::Falling, None, 2).unwrap().items;
                log.iter().rev().filter_map(|line| line.kind).collect::<Vec<_>>()
            })
            .map_err(|error| error.code())
    };
    assert_eq!(recover(&first.code(), "Mật-khẩu-mới-1"), Err("LED-07"));
    assert_eq!(recover(&second.code(), "yếu"), Err("LED-08"));
    assert_eq!(
        recover(&second.code(), "Mật-khẩu-mới-1"),
        Ok(vec![EventKind::RecoveryUsed, EventKind::PasswordChanged])
    );
    let ledger = Ledger::open(data.path(), &chi(), "Mật-khẩu-mới-1", at(3)).unwrap();
    let renewed =
        ledger.log(&[EventKind::RecoveryRenewed], ledger::Way::Falling, None, 9).unwrap().items;
    assert_eq!((renewed.len(), renewed[0].at), (1, at(1)));
    let used = ledger.log(&[EventKind::RecoveryUsed], ledger::Way::Falling, None, 9).unwrap().items;
    assert_eq!(used.len(), 1, "a refused password is no use");
    assert_clean(&ledger);
    drop(ledger);
    fs::write(&keys, old).unwrap();
    assert_eq!(recover(&first.code(), "Mật-khẩu-mới-2"), Err("LED-25"), "not with the old file");
}
