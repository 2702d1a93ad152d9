//! Vietnamese typed into the real window with a real input method: IBus with Unikey, Telex, by XIM.
//!
//! IBus hands a key that ends a word back either before or after the word itself, by its version and
//! setting. winit loses keys in the first order, so each journey is made in both.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use journeys::{motcua, pdf_text, program, screen::Screen, wait_until};

const PATIENCE: Duration = Duration::from_secs(20);

/// Milliseconds between two letters; quicker than any hand.
const QUICK: &str = "5";

/// In which order IBus hands over a word and the key that ended it.
#[derive(Clone, Copy)]
enum Order {
    KeyFirst,
    WordFirst,
}

/// A screen with an input method and the program on it. The last field ends last.
struct Typist {
    order: Order,
    program: Child,
    ibus: Child,
    home: tempfile::TempDir,
    screen: Screen,
}

impl Typist {
    fn sit_down(data: &Path, order: Order) -> Self {
        let screen = Screen::start();
        let home = tempfile::tempdir().unwrap();
        let command = |name: &str| {
            let mut command = Command::new(name);
            command
                .env("DISPLAY", &screen.display)
                .env("HOME", home.path())
                .env("XDG_RUNTIME_DIR", home.path())
                // XIM needs a locale of UTF-8, IBus no session.
                .env("LC_ALL", "C.UTF-8")
                .env("XMODIFIERS", "@im=ibus")
                .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
                .env("GSETTINGS_BACKEND", "memory")
                .env_remove("XDG_CONFIG_HOME")
                .env_remove("XDG_CACHE_HOME")
                .env_remove("WAYLAND_DISPLAY")
                .stdin(Stdio::null())
                .stderr(Stdio::null());
            command
        };
        let key_first = matches!(order, Order::KeyFirst);
        let ibus = command("ibus-daemon")
            .args(["--replace", "--xim", "--panel=disable", "--emoji-extension=disable"])
            .env("IBUS_ENABLE_SYNC_MODE", if key_first { "1" } else { "0" })
            .stdout(Stdio::null())
            .spawn()
            .expect("ibus is installed");
        let said = |output: Output| String::from_utf8_lossy(&output.stdout).trim().to_owned();
        wait_until(PATIENCE, "Unikey", || {
            command("ibus").args(["engine", "Unikey"]).output().unwrap();
            let engine = said(command("ibus").arg("engine").output().unwrap());
            let servers = command("xprop").args(["-root", "XIM_SERVERS"]).output().unwrap();
            (engine == "Unikey" && said(servers).contains("ibus")).then_some(())
        });
        let program = command(&program("motcua").to_string_lossy())
            .env("MOTCUA_DATA", data)
            .env("ICED_BACKEND", "tiny-skia")
            .env("PCSCLITE_CSOCK_NAME", home.path().join("no-service"))
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { order, program, ibus, home, screen }
    }

    /// Types ASCII letters; what Unikey makes of them is its own affair.
    fn write(&self, letters: &str) {
        self.by_hand(&["type", "--delay", QUICK, letters]);
    }

    /// Presses keys and holds each as long as a finger does. Of a key that winit loses the release
    /// is all that tells, and a release ahead of the word is lost too.
    fn press(&self, keys: &[&str]) {
        // In this order IBus shows a burst of letters only when it is over.
        if matches!(self.order, Order::KeyFirst) {
            self.settle();
        }
        self.by_hand(&[&["key", "--delay", "160"], keys].concat());
    }

    fn by_hand(&self, arguments: &[&str]) {
        let display = &self.screen.display;
        let done = Command::new("xdotool").args(arguments).env("DISPLAY", display).status();
        assert!(done.unwrap().success());
    }

    fn wait_for(&self, title: &str) {
        self.screen.wait_for_title(title);
        self.settle();
    }

    /// Waits until the window stands still, seen thrice. A field that takes or gives up the keyboard
    /// switches the input method, and a key that is under way just then is lost, as it would be in any
    /// program; no hand is that quick.
    fn settle(&self) {
        let (mut seen, mut last) = (0, Vec::new());
        wait_until(PATIENCE, "a still window", || {
            let look = Command::new("import")
                .args(["-silent", "-window", "root", "rgb:-"])
                .env("DISPLAY", &self.screen.display)
                .output();
            let now = look.unwrap().stdout;
            seen = if now == last { seen + 1 } else { 1 };
            last = now;
            (seen == 3).then_some(())
        });
    }

    fn picture(&self, name: &str) {
        let folder = program("motcua").parent().unwrap().join("../pictures");
        std::fs::create_dir_all(&folder).unwrap();
        self.screen.picture(&folder.join(format!("{name}.png")));
    }

    /// Text of the PDF that was saved last; the file is taken away.
    fn take_saved(&self) -> String {
        let is_whole = |path: &PathBuf| {
            path.extension().is_some_and(|extension| extension == "pdf")
                && std::fs::read(path).is_ok_and(|pdf| pdf.trim_ascii_end().ends_with(b"%%EOF"))
        };
        let path = wait_until(PATIENCE, "a saved PDF", || {
            let folder = std::fs::read_dir(self.home.path().join("Một Cửa")).ok()?;
            folder.flatten().map(|file| file.path()).find(is_whole)
        });
        let text = pdf_text(&path);
        std::fs::remove_file(path).unwrap();
        text
    }
}

impl Drop for Typist {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let test = std::thread::current().name().unwrap_or_default().to_owned();
            self.picture(&format!("failed-{test}"));
        }
        for child in [&mut self.program, &mut self.ibus] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// What the clerk does with the keyboard.
enum Act {
    Write(&'static str),
    Press(&'static [&'static str]),
}
use Act::{Press, Write};

struct Case {
    what: &'static str,
    name: &'static [Act],
    /// In the form, from the telephone on.
    contact: &'static [Act],
    /// What the receipt says.
    receipt: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        what: "F2 in mid-word",
        name: &[Write("Nguyeenx Thij Huowngf"), Press(&["F2"])],
        contact: &[],
        receipt: &["Tiếp nhận hồ sơ của: Nguyễn Thị Hường\n"],
    },
    Case {
        what: "Enter in mid-word",
        name: &[Write("DDawngj Quoocs Khanhs"), Press(&["Return"])],
        contact: &[],
        receipt: &["Tiếp nhận hồ sơ của: Đặng Quốc Khánh\n"],
    },
    Case {
        what: "Backspace in mid-word",
        name: &[Write("Traanf Vawn Hoangf"), Press(&["BackSpace", "F2"])],
        contact: &[],
        receipt: &["Tiếp nhận hồ sơ của: Trần Văn Hoàn\n"],
    },
    Case {
        what: "Backspace over a finished word",
        name: &[
            Write("Lee Thuj "),
            Press(&["BackSpace", "BackSpace"]),
            Write("ij Maf"),
            Press(&["F2"]),
        ],
        contact: &[],
        receipt: &["Tiếp nhận hồ sơ của: Lê Thị Mà\n"],
    },
    Case {
        what: "back into the word by an arrow",
        name: &[Write("Phamj Vawn Nm"), Press(&["Left"]), Write("a"), Press(&["F2"])],
        contact: &[],
        receipt: &["Tiếp nhận hồ sơ của: Phạm Văn Nam\n"],
    },
    Case {
        what: "Tab in mid-word",
        name: &[Write("Vuf A Pasu"), Press(&["F2"])],
        contact: &[
            Write("0912345678"),
            Press(&["Tab", "Tab"]),
            Write("Thoon Kisp Tuwowsc"),
            Press(&["shift+Tab"]),
            Write("vu@hopthanh.vn"),
            Press(&["Tab", "Tab"]),
        ],
        receipt: &[
            "Tiếp nhận hồ sơ của: Vù A Páu\n",
            "0912345678",
            "Thôn Kíp Tước",
            "vu@hopthanh.vn",
        ],
    },
    Case {
        what: "a long name in one go",
        name: &[Write("Hoangf Nguyeenx Phuowng Thaor Quynhf Trang Uyeen Nhi"), Press(&["F2"])],
        contact: &[],
        receipt: &["Tiếp nhận hồ sơ của: Hoàng Nguyễn Phương Thảo Quỳnh Trang Uyên Nhi\n"],
    },
];

fn receive_by_telex(order: Order) {
    let data = tempfile::tempdir().unwrap();
    assert!(motcua(data.path(), &["demo"]).status.success());
    let typist = Typist::sit_down(data.path(), order);
    typist.wait_for("Đăng nhập");
    typist.write("tiepnhan");
    typist.press(&["Tab"]);
    typist.settle();
    typist.write("Ruong-bac-thang-26");
    typist.press(&["Return"]);
    typist.wait_for("Trang chính");
    let act = |acts: &[Act]| {
        for act in acts {
            match act {
                Write(letters) => typist.write(letters),
                Press(keys) => typist.press(keys),
            }
        }
    };
    for (n, case) in CASES.iter().enumerate() {
        println!("{}", case.what);
        typist.write(&format!("0990990007{n:02}"));
        typist.press(&["Return"]);
        typist.wait_for("Công dân");
        act(case.name);
        typist.wait_for("Tiếp nhận hồ sơ");
        typist.write("khai sinh");
        typist.press(&["Return", "F6"]);
        typist.settle();
        act(case.contact);
        typist.picture(&format!("typing-{n}"));
        typist.press(&["F9", "F2"]);
        typist.wait_for("Chi tiết hồ sơ");
        typist.press(&["F8"]);
        let receipt = typist.take_saved();
        for words in case.receipt {
            assert!(receipt.contains(words), "{}: {words} not in\n{receipt}", case.what);
        }
        typist.press(&["Escape"]);
        typist.wait_for("Trang chính");
    }
}

#[test]
fn names_in_telex_key_first() {
    receive_by_telex(Order::KeyFirst);
}

#[test]
fn names_in_telex_word_first() {
    receive_by_telex(Order::WordFirst);
}

/// A scanner in keyboard mode while Telex is on: what it makes of the code is refused, no letter of it stays
/// in the field, and the name that was being composed there is whole.
fn a_scan_into_telex(order: Order) {
    let data = tempfile::tempdir().unwrap();
    assert!(motcua(data.path(), &["demo"]).status.success());
    let typist = Typist::sit_down(data.path(), order);
    typist.wait_for("Đăng nhập");
    typist.write("tiepnhan");
    typist.press(&["Tab"]);
    typist.settle();
    typist.write("Ruong-bac-thang-26");
    typist.press(&["Return"]);
    typist.wait_for("Trang chính");
    typist.write("099099000777");
    typist.press(&["Return"]);
    typist.wait_for("Công dân");
    typist.write("Vuf A Pasu");
    typist.settle();
    typist.write("001099000123||NGUYEN VAN ASS|02011999|Nam|Xax Hopwj Thanhf, Lao Cai|10052022");
    typist.press(&["Return"]);
    typist.settle();
    typist.picture("typing-scan");
    assert!(typist.screen.title().contains("Công dân"), "the form asks first");
    // Stay with the name, and go on with it.
    typist.press(&["F6", "F2"]);
    typist.wait_for("Tiếp nhận hồ sơ");
    typist.write("khai sinh");
    typist.press(&["Return", "F6"]);
    typist.settle();
    typist.press(&["F9", "F2"]);
    typist.wait_for("Chi tiết hồ sơ");
    typist.press(&["F8"]);
    let receipt = typist.take_saved();
    assert!(receipt.contains("Tiếp nhận hồ sơ của: Vù A Páu\n"), "{receipt}");
}

#[test]
fn a_scan_into_telex_key_first() {
    a_scan_into_telex(Order::KeyFirst);
}

#[test]
fn a_scan_into_telex_word_first() {
    a_scan_into_telex(Order::WordFirst);
}

/// A password is what was typed, letter by letter, while names around it are composed.
fn found_by_telex(order: Order) {
    // In Telex this would read "Một-cửa-2026".
    const PASSWORD: &str = "Mootj-cuwar-2026";
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    let mut typist = Typist::sit_down(&data, order);
    typist.wait_for("Thiết lập");
    typist.press(&["Return"]);
    typist.settle();
    typist.write("hop thanh");
    typist.press(&["Return", "Tab", "Tab"]);
    typist.write("H38.12");
    typist.press(&["Return"]);
    typist.settle();
    typist.write("Lys Thij Thu");
    typist.press(&["Tab", "Tab"]);
    typist.write("lythu");
    for _ in 0..2 {
        typist.press(&["Tab"]);
        typist.settle();
        typist.write(PASSWORD);
    }
    typist.picture("typing-user");
    typist.press(&["Return"]);
    wait_until(PATIENCE, "the ledger", || data.join("office").exists().then_some(()));
    // Founded, and the page that follows is there.
    typist.settle();
    typist.press(&["space", "Return"]);
    // The same key within 400 ms of the new page would be the same press.
    typist.settle();
    std::thread::park_timeout(Duration::from_millis(500));
    typist.press(&["Return"]);
    typist.wait_for("Trang chính");
    typist.press(&["ctrl+l"]);
    typist.wait_for("Đã khóa");
    typist.write(PASSWORD);
    typist.press(&["Return"]);
    typist.wait_for("Trang chính");
    typist.program.kill().unwrap();
    typist.program.wait().unwrap();
    let check = Command::new(program("motcua"))
        .args(["check", "--user", "lythu", "--password-stdin"])
        .env("MOTCUA_DATA", &data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write;
            writeln!(child.stdin.take().unwrap(), "{PASSWORD}")?;
            child.wait_with_output()
        })
        .unwrap();
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

#[test]
fn an_office_is_founded_key_first() {
    found_by_telex(Order::KeyFirst);
}

#[test]
fn an_office_is_founded_word_first() {
    found_by_telex(Order::WordFirst);
}
