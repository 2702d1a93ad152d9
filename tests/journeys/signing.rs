//! An electronic copy at the real window: pages from SANE's test device, signed by a token of SoftHSM.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{path::Path, process::Command};

use journeys::{
    motcua, pdf_text,
    window::{Window, administrator, assert_clean, demo},
};

/// The code of a synthetic person, in plain letters: a keyboard has no others.
const CODE: &str = "001099000123||NGUYEN VAN A|02011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022";
const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const CERTIFIER: (&str, &str) = ("chungthuc", "Song-Chay-xanh-26");
const PIN: &str = "1234";

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    let made = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("SOFTHSM2_CONF", folder.join("softhsm2.conf"))
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(made.status.success(), "{program}: {}", String::from_utf8_lossy(&made.stderr));
}

/// A token with the key and the certificate of a synthetic certifier, and its issuer's certificate `root.pem`.
fn token(folder: &Path) {
    let tokens = folder.join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let settings = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    std::fs::write(folder.join("softhsm2.conf"), settings).unwrap();
    std::fs::write(
        folder.join("signer.cnf"),
        "basicConstraints = critical, CA:FALSE\nkeyUsage = critical, digitalSignature, nonRepudiation\n",
    )
    .unwrap();
    let name = "/C=VN/O=UBND xã Thử Nghiệm/CN=Vàng Thị Giả Định";
    let root = "/C=VN/O=Một Cửa/CN=Gốc thử nghiệm";
    for arguments in [
        &[
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out",
            "root.pem", "-days", "3650", "-utf8", "-subj", root,
        ][..],
        &[
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "signer.key",
            "-out",
            "signer.csr",
            "-utf8",
            "-subj",
            name,
        ],
        &[
            "x509",
            "-req",
            "-in",
            "signer.csr",
            "-CA",
            "root.pem",
            "-CAkey",
            "root.key",
            "-days",
            "365",
            "-extfile",
            "signer.cnf",
            "-out",
            "signer.pem",
        ],
        &["x509", "-in", "signer.pem", "-outform", "DER", "-out", "signer.der"],
        &["pkcs8", "-topk8", "-nocrypt", "-in", "signer.key", "-out", "signer.p8"],
    ] {
        run(folder, "openssl", arguments);
    }
    let label = ["--token", "office", "--pin", PIN];
    let init =
        ["--init-token", "--free", "--label", "office", "--pin", PIN, "--so-pin", "87654321"];
    run(folder, "softhsm2-util", &init);
    let import = [&["--import", "signer.p8", "--id", "01", "--label", "key"][..], &label].concat();
    run(folder, "softhsm2-util", &import);
    run(
        folder,
        "pkcs11-tool",
        &[
            "--module",
            MODULE,
            "--token-label",
            "office",
            "--login",
            "--pin",
            PIN,
            "--write-object",
            "signer.der",
            "--type",
            "cert",
            "--id",
            "01",
            "--label",
            "certifier",
        ],
    );
}

/// Three pages, a wrong PIN and the right one: the copy is signed, has its number, and anybody can verify it.
#[test]
fn an_electronic_copy_of_three_pages_is_signed_at_the_counter() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    token(folder.path());
    std::fs::write(folder.path().join("dll.conf"), "test\n").unwrap();
    let devices = serde_json::json!({ "token": MODULE }).to_string();
    std::fs::write(data.path().join("devices.json"), devices).unwrap();
    let settings = folder.path().join("softhsm2.conf");
    let environment = [
        ("SANE_CONFIG_DIR", &*folder.path().to_string_lossy()),
        ("SOFTHSM2_CONF", &*settings.to_string_lossy()),
    ];
    let mut window = Window::open_with(data.path(), None, &environment);
    window.log_in_as(CERTIFIER.0, CERTIFIER.1);
    window.screen.write(CODE);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Chọn việc");
    window.screen.write("ban sao dien tu");
    window.wait_until_still("signing-choice");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chứng thực");
    window.screen.write("Bang tot nghiep");
    for page in 1..=3 {
        let before = window.screen.look();
        window.screen.press(&["F8"]);
        window.settle_from(before);
        window.wait_until_still(&format!("signing-page-{page}"));
    }
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Ký số");
    window.wait_until_still("signing-dialog");
    window.screen.write("9999");
    let before = window.screen.look();
    window.screen.press(&["Return"]);
    window.settle_from(before);
    window.wait_until_still("signing-wrong-pin");
    window.screen.write(PIN);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.wait_until_still("signing-signed");
    window.screen.press(&["F8"]);
    window.screen.wait_for_title("Phiếu");
    window.wait_until_still("signing-document");
    window.screen.press(&["F8"]);
    let saved = window.saved();
    // A stamp is narrow: its lines break.
    let told = pdf_text(&saved).split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH",
        "Số chứng thực 1, quyển số 01/",
        "SCTĐT/BS",
        "Vàng Thị Giả Định",
    ] {
        assert!(told.contains(words), "no {words:?} in {told}");
    }
    let root = folder.path().join("root.pem");
    let verified = motcua(
        data.path(),
        &["verify", &saved.to_string_lossy(), "--trust", &root.to_string_lossy(), "--json"],
    );
    let verdict: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
    assert_eq!(verdict["overall"], "valid", "{verdict}");
    assert_eq!(verdict["signatures"][0]["level"], "B-B", "{verdict}");
    // The code on the copy leads back to its act.
    let (_, code) = told.split_once("Mã tra cứu: ").unwrap();
    let code = &code[..19];
    window.screen.press(&["Escape", "F12"]);
    window.screen.wait_for_title("Trang chính");
    window.settle();
    window.screen.write(code);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.kill();
    assert_clean(data.path());
    let exported = motcua(data.path(), &["export", "certificates"]);
    let listed: serde_json::Value = serde_json::from_slice(&exported.stdout).unwrap();
    assert_eq!(listed["certificates"][0]["code"], code);
    let ledger = administrator(data.path());
    let act = ledger.acts(None, 1).unwrap().items.remove(0).act;
    assert_eq!(act.number.issued().unwrap().value, 1, "a wrong PIN used no number");
    assert_eq!(
        ledger.blob(&act.document.clone().unwrap()).unwrap(),
        std::fs::read(&saved).unwrap()
    );
}

/// A counter does the same all day: after the scan a further paper copy takes five keys, and what is typed.
#[test]
fn a_paper_copy_takes_five_keys_after_the_scan() {
    let data = demo();
    let mut window = Window::open_with(data.path(), None, &[]);
    window.log_in_as(CERTIFIER.0, CERTIFIER.1);
    let scan = |code: &str| {
        window.settle();
        window.screen.write(code);
        window.screen.press(&["Return"]);
        window.screen.wait_for_title("Công dân");
    };
    scan(CODE);
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Chọn việc");
    window.screen.write("ban sao tu ban chinh");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chứng thực");
    window.screen.write("Bang tot nghiep");
    window.screen.press(&["ctrl+2"]);
    window.screen.write("2");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.screen.press(&["F12"]);
    window.screen.wait_for_title("Trang chính");

    scan("001099000124||NGUYEN VAN B|03011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022");
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Chọn việc");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chứng thực");
    window.screen.write("Hoc ba");
    window.screen.press(&["ctrl+2"]);
    window.screen.write("3");
    window.wait_until_still("signing-paper-copy");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.kill();
    assert_clean(data.path());
    let ledger = administrator(data.path());
    let acts = ledger.acts(None, 9).unwrap().items;
    let told: Vec<_> =
        acts.iter().map(|one| (one.act.pages, one.act.number.issued().unwrap().value)).collect();
    assert_eq!(told, [(3, 2), (2, 1)]);
}
