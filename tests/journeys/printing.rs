//! Papers in the real window: a printer that never answers stops nobody, and what cannot be printed is told
//! before anything is written.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use journeys::{
    pdf_text, wait_until,
    window::{Window, administrator, assert_clean, demo},
};
use ledger::{Dossiers, Ledger};
use office::entry::UserName;

/// The code of a synthetic person, in plain letters: a keyboard has no others.
const CODE: &str = "099161000123||LO THI MAU|02031961|Nu|Xa Hop Thanh, tinh Lao Cai|10052022";
const PHONE: &str = "0987654321";

/// A program in the place of the system's printing command.
fn printer(folder: &Path, script: &str) {
    // A new file takes the old one's place at once: a script that runs is not changed.
    let (new, lp) = (folder.join("new"), folder.join("lp"));
    fs::write(&new, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
    fs::rename(new, lp).unwrap();
}

/// At the form of đăng ký giám hộ, papers only, the keyboard in the telephone's field.
fn at_the_form(data: &Path, path: &str) -> Window {
    let window = Window::open_with(data, None, &[("PATH", path)]);
    window.log_in();
    window.screen.scan(CODE);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("1.004837");
    window.screen.press(&["Return"]);
    window.settle();
    window
}

#[test]
fn a_printer_that_hangs_stops_nobody_and_the_paper_is_printed_later() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let (begun, got) = (folder.path().join("begun"), folder.path().join("got"));
    printer(folder.path(), &format!("echo $$ > {}; exec sleep 600", begun.display()));
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
    let mut window = at_the_form(data.path(), &path);
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.wait_until_still("printing-received");
    window.screen.press(&["F9"]);
    let program = wait_until(Duration::from_secs(20), "the printing command", || {
        fs::read_to_string(&begun).ok().filter(|number| number.ends_with('\n'))
    });
    let running = || Path::new("/proc").join(program.trim()).exists();
    window.picture("printing-sent");
    // The next citizen is not kept waiting.
    window.screen.press(&["F12"]);
    window.screen.wait_for_title("Trang chính");
    assert!(running(), "the printer still hangs");
    window.screen.press(&["F3"]);
    window.screen.wait_for_title("Hồ sơ");
    wait_until(Duration::from_secs(60), "the end of patience", || (!running()).then_some(()));
    window.wait_until_still("printing-told");
    // The printer works again: two copies of the same paper.
    printer(folder.path(), &format!("echo \"$*\" > {0}.args; cat > {0}", got.display()));
    window.screen.write("0991 6100 0123");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.settle();
    window.screen.press(&["F9"]);
    wait_until(Duration::from_secs(20), "the printed paper", || {
        let bytes = fs::read(&got).ok()?;
        bytes.trim_ascii_end().ends_with(b"%%EOF").then_some(())
    });
    window.wait_until_still("printing-printed");
    window.kill();
    let arguments = fs::read_to_string(folder.path().join("got.args")).unwrap();
    assert!(arguments.contains("media=A5 -n 1"), "{arguments}");
    let ledger = administrator(data.path());
    let record = ledger.dossiers(&Dossiers::All, None, 1).unwrap().items.remove(0);
    let code = record.dossier.code().unwrap();
    assert!(pdf_text(&got).contains(&code), "the very receipt");
    let kept = ledger.papers(&record.dossier.id).unwrap();
    let bytes = fs::read(&got).unwrap();
    assert!(kept.iter().any(|paper| ledger.blob(&paper.content).unwrap() == bytes));
    drop(ledger);
    assert_clean(data.path());
}

#[test]
fn a_character_that_cannot_be_printed_is_told_and_nothing_is_written() {
    let data = demo();
    let before = administrator(data.path());
    let last = before.dossiers(&Dossiers::All, None, 1).unwrap().items.remove(0).place;
    let entries = before.head().sequence;
    drop(before);
    let path = std::env::var("PATH").unwrap();
    let mut window = at_the_form(data.path(), &path);
    window.screen.write(PHONE);
    // 王, which no keyboard here has.
    window.screen.press(&["U738B"]);
    window.settle();
    window.screen.press(&["F9", "F2"]);
    window.wait_until_still("printing-refused");
    assert!(window.screen.title().contains("Tiếp nhận hồ sơ"), "{}", window.screen.title());
    window.kill();
    let ledger = administrator(data.path());
    let newest = ledger.dossiers(&Dossiers::All, None, 1).unwrap().items.remove(0);
    assert_eq!(newest.place, last, "nothing was received");
    let entries_now = ledger.head().sequence;
    drop(ledger);
    let (clerk, now) = (UserName("tiepnhan".into()), jiff::Timestamp::now());
    let ledger = Ledger::open(data.path(), &clerk, "Ruong-bac-thang-26", now).unwrap();
    let drafts = ledger.drafts().unwrap();
    let typed = drafts.iter().find(|draft| String::from_utf8_lossy(&draft.bytes).contains(PHONE));
    assert!(String::from_utf8_lossy(&typed.unwrap().bytes).contains('王'), "it was typed");
    drop(ledger);
    assert!(entries_now > entries, "the visit itself is logged");
    // The clerk goes on with the form, takes the sign out, and it is received.
    window.start_again(data.path());
    window.log_in();
    window.screen.press(&["F4"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.settle();
    window.screen.press(&["End", "BackSpace", "F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.wait_until_still("printing-mended");
    window.kill();
    let ledger = administrator(data.path());
    let newest = ledger.dossiers(&Dossiers::All, None, 1).unwrap().items.remove(0);
    assert_eq!(newest.dossier.contact.phone, PHONE);
    let serial = newest.dossier.serial.issued().unwrap().value;
    assert!(newest.place > last && serial > 0);
    drop(ledger);
    assert_clean(data.path());
}
