//! The database key changes: what an old key opens and what not, and what a cut leaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
};

use fixture::{PASSWORD, append_dossier, assert_clean, at, chi, found, user};
use ledger::{EventKind, Ledger, Present, Rebuilt, Restore, Way};
use office::{
    Explain,
    entry::{Role, UserName},
};
use tempfile::tempdir;

const BAS: &str = "Mật-khẩu-3-ần";
const CUS: &str = "Mật-khẩu-4-ần";

fn ba() -> UserName {
    UserName("ba".into())
}

fn cu() -> UserName {
    UserName("cu".into())
}

fn code(data: &Path, user: &UserName, password: &str) -> Result<(), &'static str> {
    Ledger::open(data, user, password, at(500)).map(drop).map_err(|error| error.code())
}

fn changes(ledger: &Ledger) -> usize {
    ledger.log(&[EventKind::KeyChanged], Way::Falling, None, 99).unwrap().items.len()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap().path();
        let target = to.join(file.file_name().unwrap());
        if file.is_dir() {
            copy(&file, &target);
        } else {
            fs::copy(&file, target).unwrap();
        }
    }
}

fn keys(data: &Path) -> PathBuf {
    data.join("office/keys.json")
}

/// An office of a head, a clerk and one who is to go, closed.
fn three(data: &Path) -> ledger::RecoverySheet {
    let (mut ledger, sheet) = found(data);
    ledger.add_user(at(1), user("ba", &[Role::Clerk]), BAS).unwrap();
    ledger.add_user(at(1), user("cu", &[Role::Clerk]), CUS).unwrap();
    for i in 0..60 {
        append_dossier(&mut ledger, i, at(2 + i as i64));
    }
    sheet
}

#[test]
fn whose_rights_ended_opens_what_they_had_and_nothing_later() {
    let scratch = tempdir().unwrap();
    let (data, old) = (scratch.path().join("a"), scratch.path().join("old"));
    let sheet = three(&data);
    copy(&data, &old);
    let mut ledger = fixture::open(&data);
    ledger.disable_user(at(100), &cu(), "nghỉ").unwrap();
    assert!(ledger.key_is_due().unwrap());
    drop(ledger);
    // Whoever logs in next changes the key.
    let ledger = Ledger::open(&*data, &ba(), BAS, at(101)).unwrap();
    assert!(!ledger.key_is_due().unwrap());
    drop(ledger);
    let mut ledger = fixture::open(&data);
    assert_eq!(changes(&ledger), 1, "once");
    append_dossier(&mut ledger, 70, at(110));
    assert_clean(&ledger);
    drop(ledger);

    assert_eq!(code(&old, &cu(), CUS), Ok(()), "the copy is theirs");
    let new_keys = fs::read(keys(&data)).unwrap();
    fs::copy(keys(&old), keys(&data)).unwrap();
    for (user, password) in [(cu(), CUS), (ba(), BAS), (chi(), PASSWORD)] {
        assert_eq!(code(&data, &user, password), Err("LED-100"), "{}", user.0);
    }
    let recover = |data: &Path| {
        let new = "Mật-khẩu-mới-1";
        Ledger::open_with_recovery(data, &sheet.code(), &chi(), new, at(500), &|_| ())
            .map(drop)
            .map_err(|error| error.code())
    };
    assert_eq!(recover(&data), Err("LED-100"));
    fs::write(keys(&data), &new_keys).unwrap();
    assert_eq!(code(&data, &cu(), CUS), Err("LED-04"));
    assert_eq!(code(&data, &ba(), BAS), Ok(()));
    assert_eq!(code(&data, &chi(), PASSWORD), Ok(()));
    assert_eq!(recover(&data), Ok(()), "the sheet is as good as before");
    // The old file with the new database is no way either.
    fs::copy(old.join("office/ledger.db"), data.join("office/ledger.db")).unwrap();
    assert_eq!(code(&data, &ba(), BAS), Err("LED-100"));
}

#[test]
fn an_old_sheet_opens_nothing_that_is_written_after_it_was_renewed() {
    let data = tempdir().unwrap();
    let old = three(data.path());
    let old_keys = fs::read(keys(data.path())).unwrap();
    let mut ledger = fixture::open(data.path());
    let sheet = ledger.renew_recovery(at(100)).unwrap();
    drop(ledger);
    drop(fixture::open(data.path()));
    let new_keys = fs::read(keys(data.path())).unwrap();
    let recover = |sheet: &ledger::RecoverySheet| {
        Ledger::open_with_recovery(
            data.path(),
            &sheet.code(),
            &ba(),
            "Mật-khẩu-mới-1",
            at(101),
            &|_| (),
        )
        .map(drop)
        .map_err(|error| error.code())
    };
    fs::write(keys(data.path()), old_keys).unwrap();
    assert_eq!(recover(&old), Err("LED-100"));
    fs::write(keys(data.path()), new_keys).unwrap();
    assert_eq!(recover(&old), Err("LED-07"));
    assert_eq!(recover(&sheet), Ok(()));
}

#[test]
fn the_head_demands_a_new_key_and_a_clerk_does_not() {
    let data = tempdir().unwrap();
    let _ = three(data.path());
    let mut clerk = Ledger::open(data.path(), &ba(), BAS, at(100)).unwrap();
    clerk.set_own_password(at(100), "Mật-khẩu-5-ần").unwrap();
    assert_eq!(clerk.demand_new_key(at(101)).unwrap_err().code(), "LED-09");
    assert!(!clerk.key_is_due().unwrap());
    drop(clerk);
    let mut head = fixture::open(data.path());
    head.demand_new_key(at(102)).unwrap();
    head.demand_new_key(at(103)).unwrap();
    drop(head);
    let head = fixture::open(data.path());
    assert_eq!(changes(&head), 1);
    assert_clean(&head);
}

/// Whoever can write the file, and has an old password, writes a public key of their own into another's slot.
#[test]
fn the_key_is_sealed_to_no_public_key_that_somebody_wrote_into_the_file() {
    let data = tempdir().unwrap();
    let _ = three(data.path());
    let mut ledger = fixture::open(data.path());
    ledger.demand_new_key(at(100)).unwrap();
    drop(ledger);
    let own = |keys: &serde_json::Value, user: &str| {
        keys["slots"][user]["password"]["lock"]["key"].clone()
    };
    let before = fixture::doctor(data.path(), |keys| {
        let cus = keys["slots"]["cu"]["password"]["lock"]["public"].clone();
        keys["slots"]["ba"]["password"]["lock"]["public"] = cus;
    });
    drop(fixture::open(data.path()));
    let after = fixture::doctor(data.path(), |_| ());
    assert_eq!(own(&after, "ba"), own(&before, "ba"));
    for user in ["chi", "cu"] {
        assert_ne!(own(&after, user), own(&before, user), "{user}");
    }
    assert_eq!(code(data.path(), &ba(), BAS), Err("LED-05"));
    let mut ledger = fixture::open(data.path());
    ledger.reset_password(at(200), &ba(), "Mật-khẩu-6-ần").unwrap();
    drop(ledger);
    assert_eq!(code(data.path(), &ba(), "Mật-khẩu-6-ần"), Ok(()));
}

/// The folder as it is while the copy is made, and what a cut at each later step leaves, put together by hand.
#[test]
fn wherever_the_change_is_cut_every_password_opens() {
    let scratch = tempdir().unwrap();
    let data = scratch.path().join("a");
    let sheet = three(&data);
    let before = scratch.path().join("before");
    let mut ledger = fixture::open(&data);
    ledger.demand_new_key(at(100)).unwrap();
    drop(ledger);
    copy(&data, &before);
    let during = RefCell::new(Vec::new());
    let watch = |rebuilding: ledger::Rebuilding| {
        assert_eq!(rebuilding.what, Rebuilt::Key);
        assert!(rebuilding.done < rebuilding.all, "{rebuilding:?}");
        let target = scratch.path().join(format!("during-{}", rebuilding.done));
        copy(&data, &target);
        during.borrow_mut().push(target);
    };
    drop(Ledger::open_watched(&*data, &chi(), PASSWORD, at(101), &watch).unwrap());
    let during = during.into_inner();
    assert!(!during.is_empty(), "the copy took steps");

    let put_together = |name: &str, database: &Path, keys_of: &Path, next: Option<&Path>| {
        let cut = scratch.path().join(name);
        copy(&before, &cut);
        fs::copy(database.join("office/ledger.db"), cut.join("office/ledger.db")).unwrap();
        fs::copy(keys(keys_of), keys(&cut)).unwrap();
        fs::copy(data.join("office/head"), cut.join("office/head")).unwrap();
        if let Some(next) = next {
            fs::copy(next.join("office/ledger.db"), cut.join("office/ledger.next")).unwrap();
        }
        cut
    };
    let moving = during.last().unwrap();
    let mut cuts = during.clone();
    cuts.push(put_together("renamed", &data, moving, None));
    let told = scratch.path().join("told");
    copy(&data, &told);
    cuts.push(told);
    for cut in &cuts {
        for (user, password) in [(ba(), BAS), (cu(), CUS), (chi(), PASSWORD)] {
            let alone = scratch.path().join("alone");
            copy(cut, &alone);
            assert_eq!(code(&alone, &user, password), Ok(()), "{} {cut:?}", user.0);
            let ledger = fixture::open(&alone);
            assert!(!ledger.key_is_due().unwrap());
            assert!(!alone.join("office/ledger.next").exists());
            assert_clean(&ledger);
            drop(ledger);
            fs::remove_dir_all(alone).unwrap();
        }
        let new = "Mật-khẩu-mới-1";
        Ledger::open_with_recovery(&**cut, &sheet.code(), &ba(), new, at(600), &|_| ()).unwrap();
        // From then on the key of before is no key.
        fs::copy(keys(&before), keys(cut)).unwrap();
        assert_eq!(code(cut, &chi(), PASSWORD), Err("LED-100"), "{cut:?}");
    }
}

#[test]
fn a_restored_copy_has_a_key_of_its_own() {
    let scratch = tempdir().unwrap();
    let (data, backup) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let _ = three(&data);
    fixture::open(&data).backup(&backup, at(100)).unwrap();
    let restored = scratch.path().join("b");
    let request = Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "Máy mới",
        accept_findings: false,
        present: Present::Refused,
        at: at(101),
    };
    drop(Ledger::restore(&backup, &*restored, &request).unwrap());
    assert_eq!(code(&restored, &ba(), BAS), Ok(()));
    assert_eq!(code(&data, &ba(), BAS), Ok(()));
    fs::copy(keys(&data), keys(&restored)).unwrap();
    assert_eq!(code(&restored, &ba(), BAS), Err("LED-100"));
}
