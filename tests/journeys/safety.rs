//! What keeps an office when a machine is lost or left alone: a restore whose numbers come from paper, and a
//! window that locks although its machine slept.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use jiff::Timestamp;
use journeys::{
    motcua,
    window::{Window, assert_clean, demo},
};
use ledger::{Dossiers, Ledger};
use office::book::BookId;

const HEAD: (&str, &str) = ("quantri", "Hoa-ban-trang-26");

/// First start on a new machine: the backup comes back by hand, the last number of each book is asked for,
/// and the next reception takes the number after it.
#[test]
fn a_lost_machine_comes_back_and_goes_on_after_paper() {
    let lost = demo();
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("usb");
    let made = motcua(lost.path(), &["backup", &backup.to_string_lossy()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let today = ledger::local_day(Timestamp::now());
    let known = Ledger::open_demo(lost.path()).unwrap();
    let on_paper = known.last_number(BookId::TRACKING, today).unwrap().last + 3;

    let data = folder.path().join("new");
    let mut window = Window::open(&data, None);
    window.screen.wait_for_title("Thiết lập");
    window.settle();
    window.screen.press(&["Tab", "Tab", "Return"]);
    window.screen.wait_for_title("Khôi phục");
    window.settle();
    window.screen.write(&backup.to_string_lossy());
    window.screen.press(&["Tab"]);
    window.screen.write(HEAD.0);
    window.screen.press(&["Tab"]);
    window.screen.write(HEAD.1);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Số sau khi khôi phục");
    window.wait_until_still("restored-numbers");
    for book in known.books().unwrap() {
        if book.id == BookId::TRACKING {
            window.screen.write(&on_paper.to_string());
            window.screen.press(&["Return"]);
        } else {
            // Past the field and the button that confirms a number.
            window.screen.press(&["Tab", "Tab", "Return"]);
        }
        window.settle();
    }
    window.picture("restored-told");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Trang chính");
    window.kill();

    let out = folder.path().join("papers");
    let day = motcua(&data, &["day", "--out", &out.to_string_lossy()]);
    assert!(day.status.success(), "{}", String::from_utf8_lossy(&day.stderr));
    let ledger = Ledger::open_demo(&data).unwrap();
    let received = ledger.dossiers(&Dossiers::All, None, 1).unwrap().items;
    let number = received[0].dossier.tracking.issued().unwrap().value;
    assert_eq!(number, on_paper + 1);
    drop(ledger);
    assert_clean(&data);
}

/// The machine's own clock goes on while it sleeps, and the program's does not: libfaketime moves the one
/// under a running window. Set back it tells nothing, so the window locks then too.
#[test]
fn a_window_locks_after_sleep() {
    let data = demo();
    let clock = data.path().join("clock");
    std::fs::write(&clock, "+0").unwrap();
    let library = moved_clock();
    let window = Window::open_with(
        data.path(),
        None,
        &[
            ("LD_PRELOAD", &library.to_string_lossy()),
            ("FAKETIME_TIMESTAMP_FILE", &clock.to_string_lossy()),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ],
    );
    window.log_in();
    for moved in ["+20m", "-2h"] {
        std::fs::write(&clock, moved).unwrap();
        window.screen.wait_for_title("Đã khóa");
        window.settle();
        window.screen.write("Ruong-bac-thang-26");
        window.screen.press(&["Return"]);
        window.screen.wait_for_title("Trang chính");
    }
}

fn moved_clock() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").unwrap().flatten();
    let library = |folder: PathBuf| folder.join("faketime/libfaketimeMT.so.1");
    let found = folders.map(|folder| library(folder.path())).find(|path| path.exists());
    found.expect("libfaketime is installed")
}
