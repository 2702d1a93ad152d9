//! Remote signing against a provider that behaves well and badly: what is signed is valid, and nothing else is left.
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
};
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
