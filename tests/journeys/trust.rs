//! Whom the office trusts: taken from files by command and in the window, used by the next reading.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use journeys::{
    drop, motcua,
    pcscd::Pcscd,
    program,
    window::{ROOMS, Window, assert_clean, demo},
};
use serde_json::Value;
use virtual_card::{
    Card, Curve, Fault, KeyKind, Options, csca_der,
    publish::{self, DirectoryValue, Era, ListFlaw, Revocations},
};

const ISSUER: KeyKind = KeyKind::Named(Curve::P384);
const SIGNER: KeyKind = KeyKind::Named(Curve::P256);
const WORDS: [&str; 2] = ["--words", "Nơi cấp trao tận tay, đã đọc SHA-256 qua điện thoại"];

/// An office and files that were handed to it.
struct Case {
    data: tempfile::TempDir,
    files: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        Self { data: demo(), files: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn import(&self, file: &Path, options: &[&str]) -> (Option<i32>, String, String) {
        let file = file.to_string_lossy();
        let output = motcua(self.data.path(), &[&["import", "trust", &file], options].concat());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    }

    /// Imports and gives what was told.
    fn imports(&self, file: &Path, options: &[&str]) -> String {
        let (code, told, error) = self.import(file, options);
        assert_eq!(code, Some(0), "{told}{error}");
        told
    }

    fn evidence(&self, fault: Option<Fault>) -> (Option<i32>, String) {
        let options = fault.map_or_else(Options::default, Options::with_fault);
        let mrz = options.mrz();
        let service = Pcscd::start();
        let _card = service.insert(Card::new(options));
        let output = read(&service, self.data.path(), &mrz);
        let read: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code(), read["evidence"].as_str().unwrap().to_owned())
    }
}

fn read(service: &Pcscd, data: &Path, mrz: &str) -> Output {
    let (name, socket) = service.environment();
    Command::new(program("motcua"))
        .args(["read", "--json", "--mrz", mrz])
        .env("MOTCUA_DATA", data)
        .env(name, socket)
        .output()
        .unwrap()
}

/// The issuing state's keys, each linked to the one before.
fn certificates() -> Vec<Vec<u8>> {
    let eras = [Era::First, Era::NewKey, Era::NewName];
    let mut all: Vec<Vec<u8>> = eras.map(|era| era.certificate(ISSUER)).into();
    all.extend(eras.windows(2).map(|pair| publish::link(pair[0], pair[1], ISSUER)));
    all
}

fn authentic() -> (Option<i32>, String) {
    (Some(0), "chip_authentic".into())
}

#[test]
fn what_the_command_takes_the_next_reading_trusts() {
    let case = Case::new();
    // A file that somebody laid into the data folder is trusted by nobody.
    let folder = case.data.path().join("trust");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("csca.der"), csca_der(ISSUER)).unwrap();
    assert_eq!(case.evidence(None), (Some(0), "chip_issuer_unknown".into()));

    let list = case.file("list.ml", publish::master_list(&certificates(), ISSUER, None));
    let (code, told, error) = case.import(&list, &[]);
    assert_eq!(code, Some(2), "{told}");
    assert!(error.contains("--words") && error.contains("APP-17"), "{error}");
    let told = case.imports(&list, &WORDS);
    assert!(told.contains("người ký chỉ được chính danh sách này xác nhận"), "{told}");
    assert!(told.contains("Đã thêm 5, đã có từ trước 0."), "{told}");
    assert_eq!(case.evidence(None), authentic());
    // Nothing is new, so nobody needs to vouch.
    assert!(case.imports(&list, &[]).contains("Đã thêm 0, đã có từ trước 5."));

    assert_eq!(case.evidence(Some(Fault::RevokedSigner)), authentic());
    let revocations = Revocations::usual(ISSUER, SIGNER);
    let older = case.file("older.crl", revocations.der());
    assert!(case.imports(&older, &WORDS).contains("Đã thêm 1, đã có từ trước 0."));
    let revoked = (Some(3), "chip_not_authentic".into());
    assert_eq!(case.evidence(Some(Fault::RevokedSigner)), revoked);
    assert_eq!(case.evidence(None), authentic());

    // A newer list takes the older one's place, and the older one does not come back.
    let newer = Revocations { days: ("261001", "271001"), ..revocations };
    let newer = case.file("newer.crl", newer.der());
    let told = case.imports(&newer, &WORDS);
    assert!(told.contains("Đã thêm 1,") && told.contains("Đã bỏ 1 danh sách thu hồi"), "{told}");
    let told = case.imports(&older, &WORDS);
    assert!(told.contains("Đã thêm 0, đã có từ trước 0.") && !told.contains("Đã bỏ"), "{told}");
    assert_eq!(case.evidence(Some(Fault::RevokedSigner)), revoked);
    assert_clean(case.data.path());
}

#[test]
fn document_signers_come_only_when_they_are_wanted() {
    let case = Case::new();
    let signer = publish::signer_der(&Options::default());
    let directory = case.file(
        "directory.ldif",
        publish::ldif(&[
            DirectoryValue::MasterList(publish::master_list(&certificates(), ISSUER, None)),
            DirectoryValue::Certificate(signer),
            DirectoryValue::Revocations(Revocations::usual(ISSUER, SIGNER).der()),
        ]),
    );
    let told = case.imports(&directory, &WORDS);
    assert!(told.contains("Bỏ qua 1: chứng thư người ký giấy tờ"), "{told}");
    assert!(told.contains("Đã thêm 6, đã có từ trước 0."), "{told}");
    let told = case.imports(&directory, &[&WORDS[..], &["--signers"]].concat());
    assert!(told.contains("Đã thêm 1, đã có từ trước 6."), "{told}");
    assert_clean(case.data.path());
}

#[test]
fn a_false_list_is_refused_whole() {
    let case = Case::new();
    let good = case.file("csca.der", csca_der(ISSUER));
    for (flaw, code) in [
        (ListFlaw::Signature, "IDN-36"),
        (ListFlaw::Added, "IDN-36"),
        (ListFlaw::OtherUse, "IDN-36"),
        (ListFlaw::UnknownIssuer, "IDN-37"),
    ] {
        let list = publish::master_list(&certificates(), ISSUER, Some(flaw));
        let list = case.file("false.ml", list);
        let good = good.to_string_lossy().into_owned();
        // Beside a good file, too, nothing is taken.
        let (exit, told, error) = case.import(&list, &[&WORDS[..], &[&good]].concat());
        assert_eq!(exit, Some(1), "{flaw:?}: {told}");
        assert!(error.contains("Chưa thêm gì") && error.contains(code), "{flaw:?}: {error}");
    }
    let words = case.file("note.txt", "no certificate");
    let (exit, _, error) = case.import(&words, &WORDS);
    assert_eq!((exit, error.contains("IDN-34")), (Some(1), true), "{error}");
    assert_eq!(case.evidence(None), (Some(0), "chip_issuer_unknown".into()));
    assert_clean(case.data.path());
}

/// The administrator types one file's path, sees what is in it, says how it was checked; the next file is
/// dropped on the window.
#[test]
fn the_administrator_takes_files_in_the_window() {
    let case = Case::new();
    let list = case.file("list.ml", publish::master_list(&certificates(), ISSUER, None));
    let revoked = case.file("revoked.crl", Revocations::usual(ISSUER, SIGNER).der());
    let mut window = Window::open(case.data.path(), None);
    let screen = &window.screen;
    window.log_in_as("quantri", "Hoa-ban-trang-26");
    screen.press(&["F10"]);
    screen.wait_for_title("Khác");
    screen.press(&["Down"; ROOMS + 3]);
    screen.press(&["Return"]);
    screen.wait_for_title("Chứng thư tin cậy");
    screen.press(&["F2"]);
    screen.wait_for_title("Thêm chứng thư tin cậy");
    screen.write(&list.to_string_lossy());
    screen.press(&["Return"]);
    window.wait_until_still("trust-offered");
    screen.write("Noi cap trao tan tay");
    screen.press(&["Return"]);
    screen.wait_for_title("Một Cửa – Chứng thư tin cậy");
    window.wait_until_still("trust-taken");

    drop::files(&screen.display, &[&revoked]);
    screen.wait_for_title("Thêm chứng thư tin cậy");
    window.wait_until_still("trust-dropped");
    screen.write("Tu trang cua noi cap");
    screen.press(&["Return"]);
    screen.wait_for_title("Một Cửa – Chứng thư tin cậy");
    window.kill();
    assert_eq!(case.evidence(None), authentic());
    assert_eq!(case.evidence(Some(Fault::RevokedSigner)).1, "chip_not_authentic");
    assert_clean(case.data.path());
}
