//! The real window under a real X server, by keys alone: what a clerk does, seen in what the ledger and
//! the paper hold afterwards. Pictures of each step stay in `target/pictures`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use journeys::{
    motcua,
    pcscd::Pcscd,
    pdf_text, program, wait_until,
    window::{Window, assert_clean, demo},
};
use virtual_card::{Access, Card, Cipher, Curve, Options, PEOPLE, Pace};

/// The main job in the real window: card, person, dossier, receipt; no key types what the chip told.
#[test]
fn from_card_to_receipt_by_keys() {
    let data = demo();
    let service = Pcscd::start();
    let holder = &PEOPLE[0];
    let access = Access::Pace(Pace { curve: Curve::Brainpool256, cipher: Cipher::Aes256 });
    let _card = service.insert(Card::new(Options { access, ..Options::default() }));
    let mut window = Window::open(data.path(), Some(&service));
    window.log_in();
    window.screen.write(holder.number);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.picture("window-person");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("khai sinh");
    window.screen.press(&["Return", "F6"]);
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.picture("window-receipt");
    window.screen.press(&["F8"]);
    let receipt = pdf_text(&window.saved());
    assert!(receipt.to_uppercase().contains(&holder.name.to_uppercase()), "{receipt}");
    window.kill();
    assert_clean(data.path());
}

/// kill -9 in the middle of a form: what was typed is offered again.
#[test]
fn a_killed_window_keeps_the_draft() {
    let data = demo();
    let mut window = Window::open(data.path(), None);
    window.log_in();
    // The code of a synthetic person, as a scanner in keyboard mode types it.
    window
        .screen
        .write("001099000123||NGUYEN VAN A|02011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("khai sinh");
    window.screen.press(&["Return", "F6"]);
    window.wait_until_still("window-chosen");
    window.screen.write("0912345678");
    window.wait_until_still("window-draft");
    window.kill();
    window.start_again(data.path());
    window.log_in();
    window.picture("window-draft-offered");
    window.screen.press(&["F4"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.screen.press(&["F8"]);
    let receipt = pdf_text(&window.saved());
    assert!(receipt.contains("0912345678"), "{receipt}");
    window.kill();
    assert_clean(data.path());
}

/// A program that is wrong inside: the window falls, opens again and says so, and the form is still there.
/// The log tells the place and no word of what was typed.
#[test]
fn a_window_that_falls_opens_again_with_the_draft() {
    let data = demo();
    let fall = data.path().join("fall");
    let begun = Instant::now();
    let mut window =
        Window::open_with(data.path(), None, &[("MOTCUA_FALL", &fall.to_string_lossy())]);
    window.log_in();
    window
        .screen
        .scan("001099000123||NGUYEN VAN A|02011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("khai sinh");
    window.screen.press(&["Return", "F6"]);
    window.settle();
    window.screen.write("0912345678");
    window.settle();
    // One that falls at once would fall again, and is not opened.
    let long_enough = Duration::from_secs(16);
    wait_until(2 * long_enough, "the first moments to be over", || {
        (begun.elapsed() > long_enough).then_some(())
    });
    std::fs::write(&fall, "").unwrap();
    window.screen.press(&["F12"]);
    window.screen.wait_for_title("Đăng nhập");
    window.settle();
    window.picture("window-fell");
    window.log_in();
    window.screen.press(&["F4"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.picture("window-fell-draft");
    let log = std::fs::read_dir(data.path().join("log")).unwrap().flatten();
    let log: String =
        log.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect::<Vec<_>>().concat();
    assert!(log.contains("APP-90") && log.contains("crash.rs:"), "{log}");
    for typed in ["0912345678", "NGUYEN", "001099000123", "tiepnhan"] {
        assert!(!log.contains(typed), "{typed}: {log}");
    }
    window.kill();
}

/// First start by keys: wizard, recovery sheet, devices, home.
#[test]
fn the_first_start_founds_an_office() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    let mut window = Window::open(&data, None);
    let screen = &window.screen;
    screen.wait_for_title("Thiết lập");
    window.picture("window-setup");
    screen.press(&["Return"]);
    // The list of units is searched by typing, without diacritics.
    screen.write("hop thanh");
    screen.press(&["Return", "Tab", "Tab"]);
    screen.write("H38.12");
    screen.press(&["Return"]);
    screen.write("Ly Thi Thu");
    screen.press(&["Tab", "Tab"]);
    screen.write("lythu");
    screen.press(&["Tab"]);
    screen.write("Mot-cua-2026-thu");
    screen.press(&["Tab"]);
    screen.write("Mot-cua-2026-thu");
    window.picture("window-setup-user");
    screen.press(&["Return"]);
    wait_until(Duration::from_secs(30), "the ledger", || {
        data.join("office").exists().then_some(())
    });
    window.picture("window-setup-recovery");
    screen.press(&["space", "Return"]);
    screen.press(&["Return"]);
    screen.wait_for_title("Trang chính");
    window.picture("window-first-home");
    // Locked by key, opened by password.
    screen.press(&["ctrl+l"]);
    screen.wait_for_title("Đã khóa");
    screen.write("Mot-cua-2026-thu");
    screen.press(&["Return"]);
    screen.wait_for_title("Trang chính");
    window.kill();
    let check = Command::new(program("motcua"))
        .args(["check", "--user", "lythu", "--password-stdin"])
        .env("MOTCUA_DATA", &data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write;
            child.stdin.take().unwrap().write_all(b"Mot-cua-2026-thu\n")?;
            child.wait_with_output()
        })
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    // A real office is never mixed with synthetic people.
    for command in ["demo", "day"] {
        let refused = motcua(&data, &[command]);
        let sentence = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && sentence.contains("cơ quan thật"), "{sentence}");
    }
}

/// A second window on the same ledger is refused with a sentence; the first one is not disturbed.
#[test]
fn a_second_instance_is_refused() {
    let data = demo();
    let window = Window::open(data.path(), None);
    window.log_in();
    let check = motcua(data.path(), &["check"]);
    assert!(!check.status.success());
    let sentence = String::from_utf8_lossy(&check.stderr).into_owned();
    assert!(sentence.contains("đang được") && sentence.contains("LED-03"), "{sentence}");
    assert!(window.screen.title().contains("Trang chính"));
}

/// A window that nobody touches locks itself and keeps what was being typed.
#[test]
fn an_idle_window_locks_and_keeps_its_state() {
    let data = demo();
    let window = Window::open_with(data.path(), None, &[("MOTCUA_IDLE_SECONDS", "2")]);
    window.log_in();
    window.screen.write("099099000777");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.wait_for_title("Đã khóa");
    window.picture("window-locked");
    window.screen.write("Ruong-bac-thang-26");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
}
