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
    assert_eq!(open(&ba, "Mật-khẩu-3-ần"), Err("LED-100"), "the key changed too");
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
                let log = ledger.log(&[], ledger::Way::Falling, None, 3).unwrap().items;
                log.iter().rev().filter_map(|line| line.kind).collect::<Vec<_>>()
            })
            .map_err(|error| error.code())
    };
    assert_eq!(recover(&first.code(), "Mật-khẩu-mới-1"), Err("LED-07"));
    assert_eq!(recover(&second.code(), "yếu"), Err("LED-08"));
    assert_eq!(
        recover(&second.code(), "Mật-khẩu-mới-1"),
        Ok(vec![EventKind::RecoveryUsed, EventKind::PasswordChanged, EventKind::KeyChanged])
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
    assert_eq!(recover(&first.code(), "Mật-khẩu-mới-2"), Err("LED-100"), "not with the old file");
}

/// Thresholds below the floors count as the floors, and above the ceilings as the ceilings, whatever stands in the file.
#[test]
fn a_changed_key_file_makes_no_password_cheap_and_no_try_dear() {
    const GIB: u64 = 1024 * 1024;
    let data = tempdir().unwrap();
    let (ledger, sheet) = found(data.path());
    drop(ledger);
    let open = |password| Ledger::open(data.path(), &chi(), password, at(1));
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let sound = fs::read(data.path().join("office/keys.json")).unwrap();
        fixture::doctor(data.path(), |keys| change(keys));
        let code = open(PASSWORD).map(drop).map_err(|error| error.code());
        fs::write(data.path().join("office/keys.json"), sound).unwrap();
        code
    };
    for (field, value) in [("memory_kib", 64 * GIB), ("passes", 4_000), ("lanes", 200)] {
        let slot = |keys: &mut serde_json::Value| {
            keys["slots"]["chi"]["password"]["cost"][field] = value.into();
        };
        assert_eq!(changed(&slot), Err("LED-99"), "{field} of a slot");
        let next = |keys: &mut serde_json::Value| keys["security"]["cost"][field] = value.into();
        assert_eq!(changed(&next), Err("LED-93"), "{field} of the next slots");
    }
    let long =
        |keys: &mut serde_json::Value| keys["security"]["password"]["min_length"] = 60.into();
    assert_eq!(changed(&long), Err("LED-93"));
    let short =
        |keys: &mut serde_json::Value| keys["security"]["password"]["min_length"] = 1.into();
    assert_eq!(changed(&short), Err("LED-93"));
    // What the office itself was founded with lies below the floor.
    let mut ledger = open(PASSWORD).unwrap();
    for weak in ["ab", "Mậtk-1", "mật-khẩu-mới"] {
        assert_eq!(ledger.change_password(at(2), PASSWORD, weak).unwrap_err().code(), "LED-08");
    }
    ledger.change_password(at(2), PASSWORD, "Mật-khẩu-mới-1").unwrap();
    drop(ledger);
    let keys = fixture::doctor(data.path(), |_| ());
    assert_eq!(
        keys["slots"]["chi"]["password"]["cost"],
        serde_json::json!({"memory_kib": 19_456, "passes": 2, "lanes": 1})
    );
    drop(open("Mật-khẩu-mới-1").unwrap());

    fixture::doctor(data.path(), |keys| {
        keys["slots"]["chi"]["password"]["cost"]["memory_kib"] = (64 * GIB).into();
    });
    assert_eq!(open("Mật-khẩu-mới-1").map(drop).unwrap_err().code(), "LED-99");
    let new = "Mật-khẩu-mới-2";
    drop(
        Ledger::open_with_recovery(data.path(), &sheet.code(), &chi(), new, at(3), &|_| ())
            .unwrap(),
    );
    assert_clean(&open(new).unwrap());
}
