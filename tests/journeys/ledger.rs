//! The ledger as a user meets it on the command line: checks, backups, and everything that may go wrong
//! around it. Each mishap ends in a sentence with a code, and what was acknowledged is still there.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use journeys::{motcua, pdf_text, program};

const CLERK: &str = "tiepnhan";
const PASSWORD: &str = "Ruong-bac-thang-26";

fn demo() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let made = motcua(data.path(), &["demo"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    data
}

fn with_password(data: &Path, arguments: &[&str], password: &str) -> Output {
    let mut child = Command::new(program("motcua"))
        .args(arguments)
        .arg("--password-stdin")
        .env("MOTCUA_DATA", data)
        .env("MOTCUA_STATE", data.join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may have refused before it reads.
    let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
    child.wait_with_output().unwrap()
}

fn sentence(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!text.contains("panicked"), "{text}");
    text
}

fn database(data: &Path) -> PathBuf {
    let mut folders = vec![data.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap().flatten() {
            let path = file.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name == "ledger.db") {
                return path;
            }
        }
    }
    panic!("no ledger.db")
}

/// Runs a command whose reader goes away before it says a word (`motcua … | head -0`).
fn unheard(data: &Path, arguments: &[&str]) -> Output {
    let mut child = Command::new(program("motcua"))
        .args(arguments)
        .env("MOTCUA_DATA", data)
        .env("MOTCUA_STATE", data.join("state"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

#[test]
fn a_reader_that_goes_away_stops_no_work() {
    let data = tempfile::tempdir().unwrap();
    let table = data.path().join("danh-muc.csv");
    std::fs::write(
        &table,
        "sep=;\nma_thu_tuc;ten_thu_tuc;linh_vuc;thoi_han;muc_thu\n\
         9.999001;Thủ tục thử;Hộ tịch;3 ngày làm việc;0\n",
    )
    .unwrap();
    let table = table.display().to_string();
    let import = ["import", "catalogue", table.as_str(), "--words", "văn thư trao, đã so"];
    for arguments in [&["demo"][..], &import, &["check"], &["day", "--help"]] {
        let output = unheard(data.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", sentence(&output));
    }
    let again = motcua(data.path(), &import);
    let told = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(told.contains("Không có gì thay đổi"), "the unheard import was taken: {told}");
}

#[test]
fn every_command_explains_itself() {
    for command in
        ["", "demo", "day", "read", "qr", "check", "backup", "restore", "continue", "shot"]
    {
        let arguments: Vec<&str> =
            [command, "--help"].into_iter().filter(|a| !a.is_empty()).collect();
        let help = motcua(Path::new("/nonexistent"), &arguments);
        assert!(help.status.success(), "{command}");
        assert!(help.stdout.len() > 100, "{command}");
    }
}

#[test]
fn a_folder_without_an_office_says_so_in_both_languages() {
    let data = tempfile::tempdir().unwrap();
    let vietnamese = sentence(&motcua(data.path(), &["check"]));
    assert!(
        vietnamese.contains("chưa có cơ quan") && vietnamese.contains("LED-01"),
        "{vietnamese}"
    );
    let english = sentence(&motcua(data.path(), &["check", "--lang", "en"]));
    assert!(english.contains("office") && english.contains("LED-01"), "{english}");
}

/// One flipped bit anywhere in the file is found, at opening or by the check.
#[test]
fn a_flipped_bit_is_found() {
    let data = demo();
    let path = database(data.path());
    let whole = std::fs::read(&path).unwrap();
    let step = whole.len() / 12;
    for place in (100..whole.len()).step_by(step) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        std::fs::write(&path, &bytes).unwrap();
        let check = motcua(data.path(), &["check"]);
        assert_eq!(check.status.code(), Some(1), "bit {place}");
        let told = sentence(&check);
        assert!(told.contains("LED-") || told.contains("APP-12"), "bit {place}: {told}");
    }
    std::fs::write(&path, &whole).unwrap();
    assert!(motcua(data.path(), &["check"]).status.success());
}

#[test]
fn wrong_passwords_wait_longer_and_lose_nothing() {
    let data = demo();
    let check = ["check", "--user", CLERK];
    let mut locked = false;
    for _ in 0..7 {
        let refused = with_password(data.path(), &check, "khong-phai-mat-khau");
        assert!(!refused.status.success());
        let told = sentence(&refused);
        assert!(told.contains("LED-05") || told.contains("LED-06"), "{told}");
        locked |= told.contains("LED-06");
    }
    assert!(locked, "many wrong passwords lock the account for a while");
    let still = with_password(data.path(), &check, PASSWORD);
    assert!(sentence(&still).contains("LED-06"), "the right password waits too");
    assert!(motcua(data.path(), &["check"]).status.success(), "nothing is lost");
}

#[test]
fn a_backup_comes_back_whole() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("backup");
    let made = motcua(data.path(), &["backup", &target.to_string_lossy()]);
    assert!(made.status.success(), "{}", sentence(&made));
    // A folder that holds something is never written over.
    let again = motcua(data.path(), &["backup", &target.to_string_lossy()]);
    assert!(!again.status.success());

    let restored = folder.path().join("restored");
    let arguments = ["restore", &target.to_string_lossy(), "--user", "quantri"].map(String::from);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let wrong = with_password(&restored, &arguments, "khong-phai-mat-khau");
    assert!(!wrong.status.success());
    let back = with_password(&restored, &arguments, "Hoa-ban-trang-26");
    assert!(back.status.success(), "{}", sentence(&back));
    let check = motcua(&restored, &["check", "--json"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    // Where an office stands already nothing is restored.
    let over = with_password(data.path(), &arguments, "Hoa-ban-trang-26");
    assert!(sentence(&over).contains("LED-02"));
    // Every book waits; nothing is received before, and everything can be read.
    let out = folder.path().join("papers");
    let too_early = motcua(&restored, &["day", "--out", &out.to_string_lossy()]);
    assert!(sentence(&too_early).contains("LED-60"), "{}", sentence(&too_early));
    let listed = String::from_utf8_lossy(&motcua(&restored, &["continue"]).stdout).into_owned();
    let books: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_once(": "))
        .map(|(book, _)| book)
        .collect();
    for book in ["dossier_code", "tracking", "notice", "fee_receipt", "ticket", "certified_copy"] {
        assert!(books.contains(&book), "{listed}");
    }
    // What was issued on paper after the backup is skipped; a number below the known one is refused.
    let go_on = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["continue"].iter().chain(arguments).copied().collect();
        motcua(&restored, &arguments)
    };
    assert!(sentence(&go_on(&["--book", "tracking", "--last", "3"])).contains("LED-27"));
    assert_eq!(go_on(&["--book", "so-la", "--none"]).status.code(), Some(2));
    assert_eq!(go_on(&["--book", "tracking"]).status.code(), Some(2));
    assert_eq!(go_on(&["--book", "tracking", "--last", "40", "--none"]).status.code(), Some(2));
    let went_on = go_on(&["--book", "tracking", "--last", "40"]);
    assert!(went_on.status.success(), "{}", sentence(&went_on));
    let half = motcua(&restored, &["day", "--out", &out.to_string_lossy()]);
    assert!(sentence(&half).contains("dossier_code"), "{}", sentence(&half));
    for book in books.iter().filter(|book| **book != "tracking") {
        let told = go_on(&["--book", book, "--none"]);
        assert!(told.status.success(), "{}", sentence(&told));
    }
    assert!(sentence(&go_on(&["--book", "ticket", "--none"])).contains("LED-61"));
    // The restored office goes on with its numbers.
    let day = motcua(&restored, &["day", "--out", &out.to_string_lossy()]);
    assert!(day.status.success(), "{}", sentence(&day));
    let check = motcua(&restored, &["check"]);
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success() && told.contains("số cuối 41"), "{told}");
    // A demo office's backup comes back by its public login.
    let alone = folder.path().join("alone");
    let back = motcua(&alone, &["restore", &target.to_string_lossy()]);
    assert!(back.status.success(), "{}", sentence(&back));

    // A folder that is not there, and one that holds no backup, are told as that.
    let nowhere = folder.path().join("không có");
    let fresh = folder.path().join("mới");
    let lost = sentence(&motcua(&fresh, &["restore", &nowhere.to_string_lossy()]));
    assert!(lost.contains("LED-64") && lost.contains("không có"), "{lost}");

    // A backup with one changed byte is refused before anything is made.
    let path = database(&target);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let damaged = folder.path().join("damaged");
    let refused = with_password(&damaged, &arguments, "Hoa-ban-trang-26");
    assert!(!refused.status.success());
    assert!(sentence(&refused).contains("LED-"), "{}", sentence(&refused));
    assert!(sentence(&motcua(&damaged, &["check"])).contains("LED-01"), "nothing was made");
}

#[test]
fn codes_in_pictures_are_told_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("papers");
    let day = motcua(&folder.path().join("office"), &["day", "--out", &out.to_string_lossy()]);
    assert!(day.status.success(), "{}", sentence(&day));
    let receipt = out.join("giay-tiep-nhan.pdf");
    let drawn = Command::new("pdftoppm")
        .args(["-r", "150", "-png", "-f", "1", "-l", "1", &receipt.to_string_lossy()])
        .arg(out.join("receipt"))
        .status()
        .unwrap();
    assert!(drawn.success());
    let picture = std::fs::read_dir(&out)
        .unwrap()
        .flatten()
        .map(|file| file.path())
        .find(|path| path.to_string_lossy().contains("receipt-"))
        .unwrap();
    let broken = folder.path().join("broken.png");
    std::fs::write(&broken, b"\x89PNG not really").unwrap();
    let output = Command::new(program("motcua"))
        .arg("qr")
        .args([&out.join("the-mau-qr.png"), &broken, &picture])
        .arg("--json")
        .env("MOTCUA_DATA", folder.path())
        .env("MOTCUA_STATE", folder.path().join("state"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "one file is broken");
    assert!(sentence(&output).contains("IDN-"));
    let lines: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["kind"], "cccd");
    assert_eq!(lines[0]["person"]["number"], "001099000123");
    assert_eq!(lines[0]["person"]["birth_date"], "1999-01-02");
    assert_eq!(lines[1]["kind"], "receipt", "the receipt's own code reads back: {}", lines[1]);
    let code = lines[1]["raw"].as_str().unwrap().split('|').nth(2).unwrap().to_owned();
    assert!(pdf_text(&receipt).contains(&code), "the code on the paper is the code in the picture");
}

#[test]
fn every_screen_is_drawn_in_both_themes() {
    let data = demo();
    let list = motcua(data.path(), &["shot", "--list"]);
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.lines().count() > 8);
    for screen in list.lines() {
        let mut pictures = Vec::new();
        for theme in ["light", "dark"] {
            let path = data.path().join(format!("{screen}-{theme}.png"));
            let drawn = motcua(
                data.path(),
                &["shot", screen, &path.to_string_lossy(), "--size", "1366x768", "--theme", theme],
            );
            assert!(drawn.status.success(), "{screen}: {}", sentence(&drawn));
            let bytes = std::fs::read(&path).unwrap();
            // Width and height stand in the PNG header.
            assert_eq!(bytes[16..24], [0, 0, 0x05, 0x56, 0, 0, 0x03, 0], "{screen}");
            pictures.push(bytes);
        }
        assert_ne!(pictures[0], pictures[1], "{screen} looks the same in light and dark");
    }
    let unknown = motcua(data.path(), &["shot", "no-such-screen", "/nonexistent/x.png"]);
    assert!(sentence(&unknown).contains("APP-09"));
}

/// The witness that is not the ledger's newest state shuts it; the head opens it and confirms the numbers.
#[test]
fn a_ledger_without_its_witness_opens_when_the_head_says_so() {
    let (data, scratch) = (demo(), tempfile::tempdir().unwrap());
    let sheet = scratch.path().join("sheet.pdf").display().to_string();
    let made = motcua(data.path(), &["export", "cash", "--out", &sheet]);
    assert!(made.status.success(), "{}", sentence(&made));
    let text: String = pdf_text(Path::new(&sheet)).split_whitespace().collect();
    let mark = text.split("SHA-256):").nth(1).unwrap().split_once(':').unwrap();
    let mark = format!("{}:{}", mark.0, &mark.1[..64]);
    let check = |mark: &str| motcua(data.path(), &["check", "--printed", mark]);
    assert!(check(&mark).status.success(), "{}", sentence(&check(&mark)));
    let other = format!("{}0", &mark[..mark.len() - 1]);
    let other = if other == mark { format!("{}1", &mark[..mark.len() - 1]) } else { other };
    assert!(sentence(&check(&other)).contains("APP-80"));

    std::fs::remove_file(data.path().join("office/head")).unwrap();
    assert!(motcua(data.path(), &["check"]).status.success(), "the second witness vouches");
    std::fs::remove_file(data.path().join("office/head")).unwrap();
    std::fs::remove_dir_all(data.path().join("state")).unwrap();
    assert!(sentence(&motcua(data.path(), &["check"])).contains("LED-91"));
    let accept = ["--user", "quantri", "continue", "--accept-older"];
    let accepted = with_password(data.path(), &accept, "Hoa-ban-trang-26");
    assert!(accepted.status.success(), "{}", sentence(&accepted));
    assert!(String::from_utf8_lossy(&accepted.stdout).contains("tracking"));
    checked(data.path());
}

/// What `check --json` says of a data folder.
fn checked(data: &Path) -> serde_json::Value {
    let check = motcua(data, &["check", "--json"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    serde_json::from_slice(&check.stdout).unwrap()
}

#[test]
fn two_machines_of_one_office_exchange_by_a_folder() {
    let (first, scratch) = (demo(), tempfile::tempdir().unwrap());
    let second = scratch.path().join("second");
    let path = |name: &str| scratch.path().join(name).display().to_string();
    let run = |data: &Path, arguments: &[&str]| {
        let output = motcua(data, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", sentence(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let (request, copy, stick) = (path("xin-vao.json"), path("ban-sao"), path("usb"));
    let early = motcua(&second, &["seat", "join", &copy]);
    assert!(sentence(&early).contains("LED-71"));
    let asked = run(&second, &["seat", "request", "--out", &request, "--device", "Quầy 2"]);
    let admitted = run(first.path(), &["seat", "admit", &request, "--out", &copy]);
    let code = asked.lines().find_map(|line| line.strip_prefix("Mã của máy này: ")).unwrap();
    assert!(admitted.contains(code), "both show the code: {admitted}");
    run(&second, &["seat", "join", &copy]);

    // Both work apart; the second has no right to number.
    run(first.path(), &["day", "--out", &path("giay-1")]);
    run(&second, &["day", "--out", &path("giay-2")]);
    std::fs::create_dir(&stick).unwrap();
    assert!(sentence(&motcua(first.path(), &["import", "entries", &stick])).contains("LED-66"));
    run(&second, &["export", "entries", "--out", &stick]);
    let taken = run(first.path(), &["import", "entries", &stick]);
    assert!(taken.contains("0 mâu thuẫn") && taken.contains("Đã cấp"), "{taken}");
    let again = run(first.path(), &["import", "entries", &stick]);
    assert!(again.starts_with("0 mục mới"), "{again}");
    std::fs::remove_dir_all(&stick).unwrap();
    std::fs::create_dir(&stick).unwrap();
    run(first.path(), &["export", "entries", "--out", &stick]);
    run(&second, &["import", "entries", &stick]);
    let (one, other) = (checked(first.path()), checked(&second));
    for field in ["intact", "entries", "devices", "read_models", "conflicts", "findings"] {
        assert_eq!(one[field], other[field], "{field}");
    }
    assert_eq!((&one["intact"], one["devices"].as_array().unwrap().len()), (&true.into(), 2));
    assert_eq!(one["read_models"].as_str().unwrap().len(), 64);
}
