//! Remote signing against a provider that behaves well and badly, by the command and in the window: what is signed is
//! valid, and nothing else is left.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use journeys::{
    motcua, program,
    provider::{Provider, SECRET, USER},
    wait_until,
    window::{Window, assert_clean, demo},
};
use ledger::Ledger;
use office::entry::UserName;
use tempfile::TempDir;

fn openssl(folder: &Path, arguments: &[&str]) {
    let made = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// A root, an issuer and two certificates of synthetic signers.
fn hierarchy(folder: &Path) {
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "authority.cnf",
        "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign, cRLSign\n",
    );
    write(
        "person.cnf",
        "basicConstraints = critical, CA:FALSE\nkeyUsage = critical, digitalSignature, nonRepudiation\n",
    );
    let root = "/C=VN/O=Một Cửa/CN=Gốc ký từ xa thử nghiệm";
    openssl(
        folder,
        &[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out",
            "root.pem", "-days", "3650", "-utf8", "-subj", root,
        ],
    );
    for (name, subject, issuer, extensions) in [
        ("issuing", "/C=VN/O=Một Cửa/CN=Nơi cấp ký từ xa thử nghiệm", "root", "authority.cnf"),
        ("signer", "/C=VN/CN=Vàng Thị Giả Định", "issuing", "person.cnf"),
        ("other", "/C=VN/CN=Lò Văn Khác", "issuing", "person.cnf"),
    ] {
        let file = |end: &str| format!("{name}.{end}");
        openssl(
            folder,
            &[
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                &file("key"),
                "-out",
                &file("csr"),
                "-utf8",
                "-subj",
                subject,
            ],
        );
        let (key, pem) = (format!("{issuer}.key"), format!("{issuer}.pem"));
        openssl(
            folder,
            &[
                "x509",
                "-req",
                "-in",
                &file("csr"),
                "-CA",
                &pem,
                "-CAkey",
                &key,
                "-CAcreateserial",
                "-days",
                "365",
                "-extfile",
                extensions,
                "-out",
                &file("pem"),
            ],
        );
        openssl(folder, &["x509", "-in", &file("pem"), "-outform", "DER", "-out", &file("der")]);
    }
}

/// A document of one empty page.
fn document() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    ];
    let (mut text, mut places) = ("%PDF-1.7\n".to_owned(), Vec::new());
    for (n, object) in objects.iter().enumerate() {
        places.push(text.len());
        text += &format!("{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let table = text.len();
    text += "xref\n0 4\n0000000000 65535 f\r\n";
    for place in places {
        text += &format!("{place:010} 00000 n\r\n");
    }
    text += &format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
    text.into_bytes()
}

/// A folder with a provider's keys, a document and contracts.
struct Desk {
    folder: TempDir,
    provider: Provider,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        hierarchy(folder.path());
        std::fs::write(folder.path().join("van-ban.pdf"), document()).unwrap();
        let provider = Provider::start(folder.path());
        Self { folder, provider }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `motcua sign`, with a secret on its standard input.
    fn start(&self, api: &str, behaviour: &str, secret: &str, arguments: &[&str]) -> Child {
        let contract = self.path(&format!("{api}-{behaviour}.json"));
        std::fs::write(&contract, self.provider.contract(api, behaviour)).unwrap();
        let mut child = Command::new(program("motcua"))
            .current_dir(self.folder.path())
            .args(["--data", "data", "sign", "--out", "da-ky.pdf", "--secret-stdin", "--remote"])
            .arg(contract)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // One that resumes may not want it.
        let _ = child.stdin.take().unwrap().write_all(secret.as_bytes());
        child
    }

    fn sign(&self, api: &str, behaviour: &str) -> Output {
        let arguments = ["van-ban.pdf", "--remote-user", USER];
        self.start(api, behaviour, SECRET, &arguments).wait_with_output().unwrap()
    }

    fn resume(&self, api: &str, behaviour: &str) -> Output {
        self.start(api, behaviour, SECRET, &["--resume"]).wait_with_output().unwrap()
    }

    fn is_there(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The signed file is valid by the root alone, and nothing else is left; it is then removed.
    fn is_signed(&self, output: &Output) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let (file, root) = (self.path("da-ky.pdf"), self.path("root.pem"));
        let verified = motcua(
            &self.path("data"),
            &["verify", &file.to_string_lossy(), "--trust", &root.to_string_lossy(), "--json"],
        );
        let verdict: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
        assert_eq!(verdict["overall"], "valid", "{verdict}");
        assert_eq!(verdict["signatures"].as_array().unwrap().len(), 1, "{verdict}");
        assert_eq!(verdict["signatures"][0]["covers_whole_file"], true, "{verdict}");
        std::fs::remove_file(&file).unwrap();
        self.nothing_is_left();
    }

    fn nothing_is_left(&self) {
        assert_eq!(std::fs::read(self.path("van-ban.pdf")).unwrap(), document());
        for entry in std::fs::read_dir(self.folder.path()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(!name.starts_with("da-ky") && !name.starts_with(".motcua"), "{name} is left");
        }
    }

    /// It is not signed, for this reason, and nothing is left.
    fn is_refused(&self, output: &Output, exit: i32, code: &str) {
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{told}");
        assert!(told.contains(code), "no {code}: {told}");
        assert!(!told.contains(SECRET), "the secret is told");
        self.nothing_is_left();
    }
}

#[test]
fn a_telephone_approves() {
    let desk = Desk::new();
    for (api, behaviour) in [
        ("smartca-sp769", "good"),
        ("smartca-sp769", "slow"),
        ("smartca-sp769", "twice"),
        ("smartca-sp769", "breaks"),
        ("smartca-sp769", "lost"),
        ("csc-v1", "good"),
        ("csc-v1", "twice"),
    ] {
        desk.is_signed(&desk.sign(api, behaviour));
    }
    assert_eq!(desk.provider.asked("slow/sca/sp769/v1/signatures/sign"), 1, "asked once");
}

#[test]
fn what_a_provider_does_wrong_leaves_nothing_half_signed() {
    let desk = Desk::new();
    let both = [
        ("refuses", 5, "SIG-47"),
        ("expires", 5, "SIG-48"),
        ("never", 5, "SIG-48"),
        ("unknown", 5, "SIG-49"),
        ("garbage", 6, "SIG-53"),
        ("differs", 6, "SIG-53"),
        ("none", 6, "SIG-53"),
        ("other-certificate", 6, "SIG-55"),
        ("other-key", 6, "SIG-56"),
        ("other-text", 6, "SIG-56"),
        ("redirects", 6, "SIG-45"),
        ("huge", 6, "SIG-45"),
        ("closed", 6, "SIG-45"),
    ];
    for api in ["smartca-sp769", "csc-v1"] {
        for (behaviour, exit, code) in both {
            desk.is_refused(&desk.sign(api, behaviour), exit, code);
        }
    }
    desk.is_refused(&desk.sign("smartca-sp769", "blocked"), 6, "SIG-50");
    desk.is_refused(&desk.sign("smartca-sp769", "fails"), 6, "SIG-52");
    desk.is_refused(&desk.sign("smartca-sp769", "nobody"), 4, "SIG-54");
    desk.is_refused(&desk.sign("csc-v1", "blocked"), 6, "SIG-51");
    desk.is_refused(&desk.sign("csc-v1", "gone"), 6, "SIG-45");
    let wrong = desk.start("smartca-sp769", "good", "sai", &["van-ban.pdf", "--remote-user", USER]);
    desk.is_refused(&wrong.wait_with_output().unwrap(), 5, "SIG-49");
    let none = desk.start("smartca-sp769", "good", "", &["van-ban.pdf", "--remote-user", USER]);
    desk.is_refused(&none.wait_with_output().unwrap(), 5, "APP-113");
    let nobody = desk.start("smartca-sp769", "good", SECRET, &["van-ban.pdf"]);
    desk.is_refused(&nobody.wait_with_output().unwrap(), 2, "APP-114");
    let key = ["van-ban.pdf", "--remote-user", USER, "--key", "nobody"];
    let nobody = desk.start("smartca-sp769", "good", SECRET, &key);
    desk.is_refused(&nobody.wait_with_output().unwrap(), 2, "APP-115");
    desk.is_refused(&desk.resume("smartca-sp769", "good"), 2, "APP-111");
}

#[test]
fn a_program_that_was_killed_goes_on() {
    for (api, rings) in [("smartca-sp769", "signatures/sign"), ("csc-v1", "credentials/authorize")]
    {
        let desk = Desk::new();
        let waits = ["van-ban.pdf", "--remote-user", USER];
        let mut child = desk.start(api, "held", SECRET, &waits);
        wait_until(Duration::from_secs(60), "the telephone to ring", || {
            (desk.provider.asked(rings) > 0).then_some(())
        });
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(desk.is_there("da-ky.pdf.cho-ky") && !desk.is_there("da-ky.pdf"));
        let kept = std::fs::read(desk.path("da-ky.pdf.cho-ky")).unwrap();
        let holds = |text: &str| kept.windows(text.len()).any(|part| part == text.as_bytes());
        assert!(holds("smartca-sp769") || holds("csc-v1"));
        assert!(!holds(SECRET), "the secret is written down");

        let again = desk.sign(api, "held");
        assert_eq!(again.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&again.stderr).contains("APP-110"));
        let other = desk.resume(api, "good");
        assert!(String::from_utf8_lossy(&other.stderr).contains("APP-112"));

        desk.provider.approve();
        let resumed = desk.resume(api, "held");
        assert!(resumed.status.success(), "{}", String::from_utf8_lossy(&resumed.stderr));
        // What was done but could not be told any more is not done twice.
        let signed = std::fs::read(desk.path("da-ky.pdf")).unwrap();
        std::fs::write(desk.path("da-ky.pdf.cho-ky"), &kept).unwrap();
        let told = desk.provider.asked("");
        desk.is_signed_already(&desk.resume(api, "held"), &signed);
        assert_eq!(desk.provider.asked(""), told, "nobody was asked");
        desk.is_signed(&resumed);

        // A request whose file was changed is none.
        let mut turned = kept.clone();
        *turned.last_mut().unwrap() ^= 1;
        std::fs::write(desk.path("da-ky.pdf.cho-ky"), &turned).unwrap();
        let damaged = desk.resume(api, "held");
        assert!(String::from_utf8_lossy(&damaged.stderr).contains("SIG-58"));
        assert!(!desk.is_there("da-ky.pdf"));
    }
}

impl Desk {
    fn is_signed_already(&self, output: &Output, signed: &[u8]) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(std::fs::read(self.path("da-ky.pdf")).unwrap(), signed);
        assert!(!self.is_there("da-ky.pdf.cho-ky"));
    }
}

/// While nobody knows whether the telephone approved, the request is kept.
#[test]
fn a_silent_provider_is_asked_after_later() {
    let desk = Desk::new();
    let silent = desk.sign("smartca-sp769", "gone");
    assert_eq!(silent.status.code(), Some(8), "{}", String::from_utf8_lossy(&silent.stderr));
    assert!(String::from_utf8_lossy(&silent.stderr).contains("SIG-46"));
    assert!(desk.is_there("da-ky.pdf.cho-ky") && !desk.is_there("da-ky.pdf"));
    let still = desk.resume("smartca-sp769", "gone");
    assert_eq!(still.status.code(), Some(8));
    assert_eq!(desk.provider.asked("gone/sca/sp769/v1/signatures/sign"), 1, "asked once");
}

const CERTIFIER: (&str, &str) = ("chungthuc", "Song-Chay-xanh-26");
/// The code of a synthetic person, in plain letters: a keyboard has no others.
const CODE: &str = "001099000123||NGUYEN VAN A|02011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022";

/// A window of the demo office whose certifier signs with the telephone.
struct Counter {
    data: TempDir,
    desk: Desk,
}

impl Counter {
    fn new() -> Self {
        let (data, desk) = (demo(), Desk::new());
        std::fs::write(desk.path("dll.conf"), "test\n").unwrap();
        Self { data, desk }
    }

    /// Opens the window, with a provider that behaves so.
    fn open(&self, api: &str, behaviour: &str) -> Window {
        let contract = self.desk.provider.contract(api, behaviour);
        let contract: serde_json::Value = serde_json::from_str(&contract).unwrap();
        let devices = serde_json::json!({ "remote": contract }).to_string();
        std::fs::write(self.data.path().join("devices.json"), devices).unwrap();
        let scanner = self.desk.folder.path().to_string_lossy().into_owned();
        Window::open_with(self.data.path(), None, &[("SANE_CONFIG_DIR", &scanner)])
    }

    /// Logs in where a document waits: that is what opens.
    fn log_in_to_what_waits(&self, window: &Window) {
        window.screen.wait_for_title("Đăng nhập");
        window.settle();
        window.screen.write(CERTIFIER.0);
        window.screen.press(&["Tab"]);
        window.screen.write(CERTIFIER.1);
        window.screen.press(&["Return"]);
        window.screen.wait_for_title("Yêu cầu ký còn chờ");
        window.settle();
    }

    /// Acts that are done, each with a file that anybody finds valid and the number that follows; and drafts.
    fn done(&self) -> (usize, usize) {
        assert_clean(self.data.path());
        let user = UserName(CERTIFIER.0.into());
        let now = jiff::Timestamp::now();
        let ledger = Ledger::open(self.data.path(), &user, CERTIFIER.1, now).unwrap();
        let mut acts = ledger.acts(None, 9).unwrap().items;
        acts.reverse();
        let files: Vec<Vec<u8>> = acts
            .iter()
            .zip(1..)
            .map(|(record, n)| {
                assert_eq!(record.act.number.issued().unwrap().value, n, "no gap, each once");
                ledger.blob(record.act.document.as_ref().unwrap()).unwrap()
            })
            .collect();
        let drafts = ledger.drafts_under("form/line:").unwrap().len();
        let waits = ledger.drafts_under("remote/").unwrap().len()
            + ledger.drafts_under("sign/").unwrap().len();
        assert_eq!(waits, 0, "nothing of a request is left");
        drop(ledger);
        for file in &files {
            std::fs::write(self.desk.path("act.pdf"), file).unwrap();
            let (file, root) = (self.desk.path("act.pdf"), self.desk.path("root.pem"));
            let (file, root) = (file.to_string_lossy(), root.to_string_lossy());
            let told = motcua(self.data.path(), &["verify", &file, "--trust", &root, "--json"]);
            let verdict: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
            assert_eq!(verdict["overall"], "valid", "{verdict}");
        }
        (files.len(), drafts)
    }
}

/// The certifier scans one page, and the dialog that signs opens.
fn ask_for_copy(window: &Window) {
    window.log_in_as(CERTIFIER.0, CERTIFIER.1);
    window.screen.write(CODE);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Chọn việc");
    window.screen.write("ban sao dien tu");
    window.settle();
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chứng thực");
    window.screen.write("Bang tot nghiep");
    let before = window.screen.look();
    window.screen.press(&["F8"]);
    window.settle_from(before);
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Ký số");
    window.settle();
}

/// Who signs types the number, once, and the secret, each time.
fn ask_telephone(window: &Window) {
    window.screen.press(&["F6"]);
    window.settle();
    window.screen.write(USER);
    window.screen.press(&["Tab"]);
    window.screen.write(SECRET);
    window.picture("remote-dialog");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chờ điện thoại");
}

/// Slow, but it comes: the copy has its number and a valid signature.
#[test]
fn a_copy_is_signed_in_the_window_with_the_telephone() {
    let counter = Counter::new();
    let mut window = counter.open("smartca-sp769", "held");
    ask_for_copy(&window);
    ask_telephone(&window);
    wait_until(Duration::from_secs(60), "the telephone to ring", || {
        (counter.desk.provider.asked("signatures/sign") > 0).then_some(())
    });
    window.picture("remote-waiting");
    counter.desk.provider.approve();
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.wait_until_still("remote-signed");
    window.kill();
    assert_eq!(counter.desk.provider.asked("signatures/sign"), 1, "asked once");
    assert_eq!(counter.done(), (1, 0));
}

/// Refused, another key's, nobody there: one sentence each, no number used, the act as it was; and what comes twice is
/// one.
#[test]
fn what_a_telephone_does_wrong_leaves_the_act_as_it_was() {
    let counter = Counter::new();
    for (n, (behaviour, ends)) in (0..).zip([
        ("refuses", Some("Chưa ký được")),
        ("other-key", Some("Chưa ký được")),
        // Nobody is there to be asked for the certificates.
        ("closed", None),
    ]) {
        let mut window = counter.open("smartca-sp769", behaviour);
        if n == 0 {
            ask_for_copy(&window);
            ask_telephone(&window);
        } else {
            window.log_in_as(CERTIFIER.0, CERTIFIER.1);
            window.screen.press(&["F4"]);
            window.screen.wait_for_title("Chứng thực");
            window.settle();
            window.screen.press(&["F2"]);
            window.screen.wait_for_title("Ký số");
            window.settle();
            // The last used way and number are offered.
            window.screen.write(SECRET);
            window.screen.press(&["Return"]);
        }
        match ends {
            Some(title) => window.screen.wait_for_title(title),
            None => wait_until(Duration::from_secs(60), "a question", || {
                (counter.desk.provider.asked_of(behaviour, "/get_certificate") > 0).then_some(())
            }),
        }
        window.wait_until_still(&format!("remote-{behaviour}"));
        window.screen.press(&["Escape"]);
        window.screen.wait_for_title("Chứng thực");
        window.kill();
        assert_eq!(counter.done(), (0, 1), "{behaviour}");
    }
    let mut window = counter.open("smartca-sp769", "twice");
    window.log_in_as(CERTIFIER.0, CERTIFIER.1);
    window.screen.press(&["F4"]);
    window.screen.wait_for_title("Chứng thực");
    window.settle();
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Ký số");
    window.settle();
    window.screen.write(SECRET);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.kill();
    assert_eq!(counter.done(), (1, 0));
}

/// The power goes while the telephone waits; after the next login it is gone on with, and given up.
#[test]
fn a_window_that_was_killed_offers_what_waits() {
    let counter = Counter::new();
    let mut window = counter.open("smartca-sp769", "held");
    ask_for_copy(&window);
    ask_telephone(&window);
    wait_until(Duration::from_secs(60), "the telephone to ring", || {
        (counter.desk.provider.asked("signatures/sign") > 0).then_some(())
    });
    window.kill();

    let mut window = counter.open("smartca-sp769", "held");
    counter.log_in_to_what_waits(&window);
    window.picture("remote-offered");
    window.screen.press(&["F2"]);
    wait_until(Duration::from_secs(60), "the provider to be asked after", || {
        (counter.desk.provider.asked_of("held", "/status") > 1).then_some(())
    });
    counter.desk.provider.approve();
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.kill();
    assert_eq!(counter.desk.provider.asked("signatures/sign"), 1, "the telephone rang once");
    assert_eq!(counter.done(), (1, 0));

    // The next one is not wanted any more: the form is there as it was.
    let mut window = counter.open("smartca-sp769", "waits");
    ask_for_copy(&window);
    window.screen.write(SECRET);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chờ điện thoại");
    wait_until(Duration::from_secs(60), "the telephone to ring", || {
        (counter.desk.provider.asked_of("waits", "/status") > 0).then_some(())
    });
    window.kill();
    let mut window = counter.open("smartca-sp769", "waits");
    counter.log_in_to_what_waits(&window);
    window.screen.press(&["F8"]);
    window.screen.wait_for_title("Chứng thực");
    window.wait_until_still("remote-given-up");
    window.kill();
    assert_eq!(counter.done(), (1, 1));
}
