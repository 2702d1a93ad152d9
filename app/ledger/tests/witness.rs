//! A ledger that is older than its witnesses, or that has none, opens only when the head says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{fs, path::Path};

use fixture::{
    PASSWORD, append_dossier, assert_clean, at, chi, confirm_numbers, found, founding, open, user,
};
use ledger::{EventKind, Home, Ledger, LedgerError, Way};
use office::{
    Explain,
    backup::WhyRestored,
    entry::{Event, Role},
};
use tempfile::tempdir;

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn refusal(opened: Result<Ledger, LedgerError>) -> &'static str {
    opened.map_or_else(|error| error.code(), |_| "ok")
}

fn why(ledger: &Ledger) -> WhyRestored {
    match ledger.log(&[EventKind::Restored], Way::Falling, None, 9).unwrap().items.as_slice() {
        [line] => match &line.entry.as_ref().unwrap().what {
            Event::Restored { why, .. } => *why,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn made(ledger: &Ledger) -> usize {
    ledger.log(&[EventKind::WitnessMade], Way::Falling, None, 9).unwrap().items.len()
}

#[test]
fn what_no_witness_vouches_for_opens_when_the_head_says_so() {
    type Harm = fn(&Path, &Path);
    let cases: [(&str, Harm, &str, WhyRestored); 3] = [
        (
            "an old database beside the witness",
            |old, office| {
                fs::copy(old.join("ledger.db"), office.join("ledger.db")).map(drop).unwrap()
            },
            "LED-11",
            WhyRestored::Older { known: 17 },
        ),
        (
            "no witness",
            |_, office| fs::remove_file(office.join("head")).unwrap(),
            "LED-91",
            WhyRestored::Unwitnessed,
        ),
        (
            "another machine's witness",
            |_, office| {
                let other = tempdir().unwrap();
                drop(found(other.path()));
                fs::copy(other.path().join("office/head"), office.join("head")).unwrap();
            },
            "LED-91",
            WhyRestored::Unwitnessed,
        ),
    ];
    for (name, harm, code, expected) in cases {
        let (data, old) = (tempdir().unwrap(), tempdir().unwrap());
        let office = data.path().join("office");
        let (mut ledger, _) = found(data.path());
        ledger.add_user(at(1), user("ba", &[Role::Clerk]), PASSWORD).unwrap();
        append_dossier(&mut ledger, 1, at(2));
        let device = ledger.head().device.clone();
        drop(ledger);
        copy(&office, old.path());
        drop({
            let mut ledger = open(data.path());
            append_dossier(&mut ledger, 2, at(3));
            ledger
        });
        harm(old.path(), &office);

        let (chi, ba, now) = (chi(), user("ba", &[]).name, at(10));
        for user in [&chi, &ba] {
            assert_eq!(refusal(Ledger::open(data.path(), user, PASSWORD, now)), code, "{name}");
        }
        let older = |user, password| Ledger::open_older(data.path(), user, password, now, &|_| ());
        assert_eq!(refusal(older(&ba, PASSWORD)), "LED-09", "{name}");
        assert_eq!(refusal(older(&chi, "Sai-mật-khẩu-1")), "LED-05", "{name}");
        assert_eq!(refusal(Ledger::open(data.path(), &chi, PASSWORD, now)), code, "{name}");
        let mut ledger = older(&chi, PASSWORD).unwrap();
        assert_ne!(ledger.head().device, device, "{name}: a new device");
        assert_eq!(why(&ledger), expected, "{name}");
        assert_eq!(ledger.waiting_books(now).unwrap().len(), 5, "{name}: every book waits");
        assert_clean(&ledger);
        confirm_numbers(&mut ledger, now);
        append_dossier(&mut ledger, 3, at(20));
        let head = ledger.head().clone();
        drop(ledger);
        // What a witness vouches for stays as it is, whoever asks.
        let ledger = older(&chi, PASSWORD).unwrap();
        assert_eq!(*ledger.head(), head, "{name}");
        assert_clean(&ledger);
    }
}

#[test]
fn an_old_state_of_the_whole_folder_is_told_by_the_second_witness() {
    let (data, outside, old) = (tempdir().unwrap(), tempdir().unwrap(), tempdir().unwrap());
    let outside = outside.path().join("state");
    let home = Home::new(data.path(), Some(&outside));
    let (ledger, _) = Ledger::create(home, founding(&Role::ALL)).unwrap();
    drop(ledger);
    let office = data.path().join("office");
    let again = || Ledger::open(home, &chi(), PASSWORD, at(5));
    copy(&office, old.path());
    drop({
        let mut ledger = again().unwrap();
        append_dossier(&mut ledger, 1, at(3));
        assert_eq!(made(&ledger), 0);
        ledger
    });
    let whole = tempdir().unwrap();
    copy(&office, whole.path());
    copy(old.path(), &office);
    assert_eq!(refusal(again()), "LED-11");
    // The first witness alone knows nothing of it.
    assert_eq!(refusal(Ledger::open(data.path(), &chi(), PASSWORD, at(5))), "ok");

    copy(whole.path(), &office);
    for file in fs::read_dir(&outside).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    for _ in 0..2 {
        let ledger = again().unwrap();
        assert_eq!(made(&ledger), 1, "told once");
        assert_clean(&ledger);
    }
    // One of the two is enough.
    fs::remove_file(office.join("head")).unwrap();
    drop(again().unwrap());
    assert_eq!(refusal(Ledger::open(data.path(), &chi(), PASSWORD, at(5))), "ok");
}

#[test]
fn work_goes_on_where_the_second_witness_cannot_be_kept() {
    let (data, outside) = (tempdir().unwrap(), tempdir().unwrap());
    let blocked = outside.path().join("state");
    fs::write(&blocked, b"a file where the folder should be").unwrap();
    assert!(!ledger::can_witness(&blocked));
    let free = outside.path().join("free");
    assert!(ledger::can_witness(&free));
    assert_eq!(fs::read_dir(&free).unwrap().count(), 0, "nothing is left of the trial");
    let home = Home::new(data.path(), Some(&blocked));
    let (mut ledger, _) = Ledger::create(home, founding(&Role::ALL)).unwrap();
    append_dossier(&mut ledger, 1, at(1));
    drop(ledger);
    let ledger = Ledger::open(home, &chi(), PASSWORD, at(2)).unwrap();
    assert_eq!(made(&ledger), 0);
    assert_clean(&ledger);
}
