//! Two machines of one office, each a window on a data folder of its own, by keys alone: the second is let in
//! and joins, both receive, and a folder carries entries, numbers and the right to issue them between the two.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use jiff::Timestamp;
use journeys::{pdf_text, program, wait_until, window::Window};
use ledger::{Dossiers, Ledger};
use office::entry::UserName;

const HEAD: &str = "lythu";
const PASSWORD: &str = "Mot-cua-2026-thu";
const PATIENCE: Duration = Duration::from_secs(60);
/// What a slip says in place of a number.
const AWAITED: &str = "CHỜ CẤP SỐ";

/// A machine: its data folder and the window on it.
struct Machine {
    name: &'static str,
    data: PathBuf,
    window: Window,
}

impl Machine {
    /// The first start on an empty folder.
    fn begin(name: &'static str, data: PathBuf) -> Self {
        // No stick of this machine's user is offered.
        let window = Window::open_with(&data, None, &[("USER", "quay")]);
        window.screen.wait_for_title("Thiết lập");
        window.settle();
        Self { name, data, window }
    }

    fn picture(&self, station: &str) {
        self.window.picture(&format!("machines-{}-{station}", self.name));
    }

    /// Presses keys and waits for what they bring.
    fn press(&self, keys: &[&str], title: &str) {
        let before = self.window.screen.look();
        self.window.screen.press(keys);
        self.window.settle_from(before);
        self.window.screen.wait_for_title(title);
        self.window.settle();
    }

    /// Fills the field that has the keyboard.
    fn write(&self, words: &str) {
        self.window.screen.press(&["ctrl+a"]);
        self.window.screen.write(words);
    }

    /// Fills fields that follow one another.
    fn fill(&self, fields: &[&str]) {
        for (n, words) in fields.iter().enumerate() {
            if n > 0 {
                self.window.screen.press(&["Tab"]);
            }
            self.write(words);
        }
    }

    fn found(&self) {
        self.press(&["Return"], "Thiết lập");
        self.window.screen.write("hop thanh");
        self.window.screen.press(&["Return", "Tab", "Tab"]);
        self.window.screen.write("H38.12");
        self.press(&["Return"], "Thiết lập");
        self.window.screen.write("Ly Thi Thu");
        self.window.screen.press(&["Tab", "Tab"]);
        self.fill(&[HEAD, PASSWORD, PASSWORD]);
        self.window.screen.press(&["Return"]);
        wait_until(PATIENCE, "the ledger", || self.data.join("office").exists().then_some(()));
        self.press(&["space", "Return"], "Thiết lập");
        self.press(&["Return"], "Trang chính");
    }

    /// Asks to be let in; gives the file that says so.
    fn ask_to_join(&self, folder: &Path) -> PathBuf {
        // The last of the four choices.
        self.press(&["Tab", "Tab", "Tab", "Return"], "Xin vào cơ quan");
        self.write("May quay 2");
        // Past the user's own folder and the key for the next place.
        self.window.screen.press(&["Tab", "Tab", "Tab"]);
        self.write(&folder.display().to_string());
        self.press(&["Return"], "Mã của máy này");
        self.picture("code");
        let files = fs::read_dir(folder).unwrap().flatten().map(|file| file.path());
        files.into_iter().next().expect("the request is written when its code is shown")
    }

    /// The head lets a machine in; its copy is made in `folder`.
    fn let_in(&self, request: &Path, folder: &Path) {
        self.machines();
        self.press(&["F8"], "Cho máy mới vào");
        let name = request.file_name().unwrap().to_string_lossy();
        // Forty letters at a scanner's pace would be taken for a code.
        for part in [format!("{}/", request.parent().unwrap().display()), name.into_owned()] {
            self.window.screen.write(&part);
            self.window.settle();
        }
        self.press(&["Return"], "Cho máy mới vào");
        self.write(&folder.display().to_string());
        self.window.settle();
        self.picture("let-in");
        self.press(&["Return"], "Các máy");
        wait_until(PATIENCE, "the copy", || {
            let mut copies = fs::read_dir(folder).unwrap().flatten();
            copies.find(|copy| copy.path().join("manifest.json").exists())
        });
    }

    fn join(&self, copies: &Path) {
        self.press(&["Return"], "Vào cơ quan");
        self.fill(&[&copies.display().to_string(), HEAD, PASSWORD]);
        self.press(&["Return"], "Trang chính");
    }

    /// Receives a dossier of the `n`th person; gives the words of its slip.
    fn receive(&self, n: usize) -> String {
        let (name, code) = person(n);
        self.press(&["F12"], "Trang chính");
        self.window.screen.scan(&code);
        self.press(&["Return"], "Công dân");
        self.press(&["F2"], "Tiếp nhận hồ sơ");
        self.window.screen.write("khai sinh");
        self.window.screen.press(&["Return", "F6"]);
        self.press(&["F9", "F2"], "Chi tiết hồ sơ");
        self.picture(&format!("received-{n}"));
        self.window.screen.press(&["F8"]);
        wait_until(PATIENCE, "the slip", || {
            let slips = self.window.all_saved();
            slips.iter().map(|slip| pdf_text(slip)).find(|words| words.contains(name))
        })
    }

    /// Opens a dossier from the list by its applicant's name.
    fn find(&self, n: usize) {
        self.press(&["F3"], "Hồ sơ");
        self.window.screen.write(person(n).0);
        self.window.settle();
        self.picture(&format!("list-{n}"));
        self.press(&["Return"], "Chi tiết hồ sơ");
        self.picture(&format!("found-{n}"));
    }

    fn machines(&self) {
        self.press(&["ctrl+k"], "Tìm");
        self.window.screen.write("cac may");
        self.window.settle();
        self.press(&["Return"], "Các máy");
    }

    fn exchange(&self, key: &str, folder: &Path, station: &str) {
        self.machines();
        self.write(&folder.display().to_string());
        self.window.settle();
        self.press(&[key], "Các máy");
        self.picture(station);
    }

    fn gives(&self, folder: &Path, station: &str) {
        self.exchange("F2", folder, station);
    }

    fn takes(&self, folder: &Path, station: &str) {
        self.exchange("F7", folder, station);
    }

    /// Hands the first book that this machine numbers to the other one.
    /// Hands a book over: the one of this place, counted from 0, among those that this machine numbers.
    fn hands_over(&self, place: usize, station: &str) {
        self.machines();
        // Past the folder, the user's own one and the two keys of the exchange.
        let mut keys = vec!["Tab"; 4 + place];
        keys.push("Return");
        self.press(&keys, "Giao sổ");
        self.picture(&format!("{station}-asked"));
        self.press(&["Return"], "Các máy");
        self.picture(station);
    }

    /// What `check --json` says; the window must be closed.
    fn check(&self) -> serde_json::Value {
        let check = Command::new(program("motcua"))
            .args(["check", "--json", "--user", HEAD, "--password-stdin"])
            .env("MOTCUA_DATA", &self.data)
            .env("MOTCUA_STATE", self.data.join("state"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .and_then(|mut child| {
                child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes())?;
                child.wait_with_output()
            })
            .unwrap();
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
        serde_json::from_slice(&check.stdout).unwrap()
    }

    /// Applicant, code and number in the tracking book of each dossier; the window must be closed.
    fn dossiers(&self) -> BTreeSet<(String, String, u32)> {
        let now = Timestamp::now();
        let ledger = Ledger::open(&self.data, &UserName(HEAD.into()), PASSWORD, now).unwrap();
        let page = ledger.dossiers(&Dossiers::All, None, 100).unwrap();
        let dossiers = page.items.into_iter().map(|record| record.dossier);
        dossiers
            .map(|dossier| {
                let number = dossier.tracking.issued().expect("no number is awaited any more");
                let code = dossier.code().expect("nor a code");
                (dossier.applicant.person.name, code, number.value)
            })
            .collect()
    }
}

/// A synthetic person's name, and the code of their card.
fn person(n: usize) -> (&'static str, String) {
    let name = ["LO THI MOT", "LO THI HAI", "LO THI BA", "LO THI BON"][n];
    (name, format!("00119900000{n}||{name}|020319{n}0|Nu|Xa Hop Thanh, tinh Lao Cai|10052022"))
}

#[test]
fn two_machines_work_apart_and_come_together() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = |name: &str| {
        let folder = scratch.path().join(name);
        fs::create_dir(&folder).unwrap();
        folder
    };
    let (stick, copies) = (folder("usb"), folder("copies"));
    let mut first = Machine::begin("1", scratch.path().join("a"));
    first.found();
    let mut second = Machine::begin("2", scratch.path().join("b"));
    let request = second.ask_to_join(&stick);
    first.let_in(&request, &copies);
    first.picture("admitted");
    second.join(&copies);
    second.picture("joined");

    // The first one numbers, the second one's dossier waits.
    assert!(!first.receive(0).contains(AWAITED));
    assert!(second.receive(1).contains(AWAITED));
    second.gives(&stick, "given-1");
    first.takes(&stick, "taken-1");
    first.gives(&stick, "given-2");
    second.takes(&stick, "taken-2");
    first.find(1);
    second.find(0);
    second.find(1);

    // The codes and the tracking book go to the second one.
    first.hands_over(2, "codes");
    first.hands_over(7, "tracking");
    first.gives(&stick, "given-3");
    second.takes(&stick, "taken-3");
    assert!(!second.receive(2).contains(AWAITED));
    assert!(first.receive(3).contains(AWAITED));
    first.gives(&stick, "given-4");
    second.takes(&stick, "taken-4");
    second.gives(&stick, "given-5");
    first.takes(&stick, "taken-5");
    first.find(2);
    second.find(3);
    first.find(3);

    // Each look at a person is an entry too.
    second.gives(&stick, "given-6");
    first.takes(&stick, "taken-6");
    first.gives(&stick, "given-7");
    second.takes(&stick, "taken-7");
    first.window.kill();
    second.window.kill();
    let (one, other) = (first.check(), second.check());
    assert_ne!(one["read_models"], serde_json::Value::Null);
    for field in ["intact", "entries", "devices", "read_models", "conflicts", "findings"] {
        assert_eq!(one[field], other[field], "{field}");
    }
    let dossiers = first.dossiers();
    assert_eq!(dossiers, second.dossiers());
    let numbers: Vec<u32> = dossiers.iter().map(|(_, _, number)| *number).collect();
    let codes: BTreeSet<&String> = dossiers.iter().map(|(_, code, _)| code).collect();
    assert_eq!(BTreeSet::from_iter(numbers), BTreeSet::from([1, 2, 3, 4]));
    assert_eq!((dossiers.len(), codes.len()), (4, 4));
}
