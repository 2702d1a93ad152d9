//! An electronic copy at the real window: pages from SANE's test device, signed by a token of SoftHSM.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{path::Path, process::Command, time::Duration};

use journeys::{
    motcua, pdf_text,
    services::Services,
    wait_until,
    window::{Window, administrator, assert_clean, demo},
};
use ledger::{Ledger, PreparedRecord, random_id};
use office::{
    act::{ActId, Prepared},
    entry::{Event, PaperKind, UserName},
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
    put(folder, "signer.p8", "signer.der");
}

/// Puts a key (PKCS#8, PEM) and its certificate (DER) on a new token.
fn put(folder: &Path, key: &str, certificate: &str) {
    let tokens = folder.join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let settings = format!("directories.tokendir = {}\nlog.level = ERROR\n", tokens.display());
    std::fs::write(folder.join("softhsm2.conf"), settings).unwrap();
    let label = ["--token", "office", "--pin", PIN];
    let init =
        ["--init-token", "--free", "--label", "office", "--pin", PIN, "--so-pin", "87654321"];
    run(folder, "softhsm2-util", &init);
    let import = [&["--import", key, "--id", "01", "--label", "key"][..], &label].concat();
    run(folder, "softhsm2-util", &import);
    write_certificate(folder, certificate, "01", "certifier");
}

/// Puts a certificate (DER) on the token.
fn write_certificate(folder: &Path, file: &str, id: &str, label: &str) {
    let open = ["--module", MODULE, "--token-label", "office", "--login", "--pin", PIN];
    let write = ["--write-object", file, "--type", "cert", "--id", id, "--label", label];
    run(folder, "pkcs11-tool", &[&open[..], &write].concat());
}

/// A token and a scanner of the tests in `folder`, for the office in `data`; where the window finds them.
fn devices(data: &Path, folder: &Path) -> [(&'static str, String); 2] {
    token(folder);
    choose(data, None);
    places(folder)
}

/// The office's token, and its time-stamping service.
fn choose(data: &Path, tsa: Option<&str>) {
    let devices = serde_json::json!({ "token": MODULE, "tsa": tsa }).to_string();
    std::fs::write(data.join("devices.json"), devices).unwrap();
}

fn places(folder: &Path) -> [(&'static str, String); 2] {
    std::fs::write(folder.join("dll.conf"), "test\n").unwrap();
    let path = |path: &Path| path.to_string_lossy().into_owned();
    [("SANE_CONFIG_DIR", path(folder)), ("SOFTHSM2_CONF", path(&folder.join("softhsm2.conf")))]
}

fn open(data: &Path, environment: &[(&str, String)]) -> Window {
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Window::open_with(data, None, &environment)
}

/// The certifier begins an electronic copy for somebody.
fn begin_copy(window: &Window) {
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
}

/// The certifier scans a copy of so many pages and is asked for the PIN.
fn ask_for_copy(window: &Window, pages: usize) {
    begin_copy(window);
    for page in 1..=pages {
        let before = window.screen.look();
        window.screen.press(&["F8"]);
        window.settle_from(before);
        window.wait_until_still(&format!("signing-page-{page}"));
    }
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Ký số");
    window.wait_until_still("signing-dialog");
}

/// Three pages, a wrong PIN and the right one: the copy is signed, has its number, and anybody can verify it.
#[test]
fn an_electronic_copy_of_three_pages_is_signed_at_the_counter() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let environment = devices(data.path(), folder.path());
    let mut window = open(data.path(), &environment);
    ask_for_copy(&window, 3);
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
    window.settle();
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Kho giấy tờ");
    window.wait_until_still("signing-store");
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

/// A stack in the feeder of SANE's test device, twice: ten pages each, then it is empty. White ones are told, stay until
/// the clerk says that they go, and the others stand in the draft after a power cut.
#[test]
fn a_stack_in_the_feeder_becomes_pages_and_blank_ones_go_when_asked() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dll.conf"), "test\n").unwrap();
    let picture = |name: &str| {
        let settings = format!("test-picture \"{name}\"\n");
        std::fs::write(folder.path().join("test.conf"), settings).unwrap();
    };
    picture("Grid");
    let sane = folder.path().to_string_lossy().into_owned();
    let mut window = Window::open_with(data.path(), None, &[("SANE_CONFIG_DIR", &sane)]);
    begin_copy(&window);
    let feed = |name: &str| {
        let before = window.screen.look();
        window.screen.press(&["ctrl+n"]);
        window.settle_from(before);
        window.screen.wait_for_title("Chứng thực");
        window.wait_until_still(name);
    };
    feed("signing-stack-grid");
    picture("Solid white");
    feed("signing-stack-white");
    window.kill();
    assert_eq!(waiting_pages(data.path()), [10, 10], "nothing goes by itself");
    window.start_again(data.path());
    window.log_in_as(CERTIFIER.0, CERTIFIER.1);
    window.settle();
    window.screen.press(&["F4"]);
    window.screen.wait_for_title("Chứng thực");
    window.wait_until_still("signing-stack-again");
    let before = window.screen.look();
    window.screen.press(&["ctrl+b"]);
    window.settle_from(before);
    window.wait_until_still("signing-stack-dropped");
    window.kill();
    assert_eq!(waiting_pages(data.path()), [10, 0]);
    assert_clean(data.path());
}

/// A scanner that lays its files into a folder: what was there before is nobody's business, a new file is offered and
/// taken by a key, and stays where it lies.
#[test]
fn what_a_scanner_lays_into_its_folder_is_taken_by_a_key() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("dll.conf"), "test\n").unwrap();
    let scans = folder.path().join("scans");
    std::fs::create_dir(&scans).unwrap();
    let scan = |name: &str| {
        let made = Command::new("scanimage")
            .args(["-d", "test:0", "--resolution", "200", "--format=png", "-o"])
            .arg(scans.join(name))
            .env("SANE_CONFIG_DIR", folder.path())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        std::fs::read(scans.join(name)).unwrap()
    };
    scan("hom-qua.png");
    let devices = serde_json::json!({ "watched": scans }).to_string();
    std::fs::write(data.path().join("devices.json"), devices).unwrap();
    let mut window = Window::open(data.path(), None);
    begin_copy(&window);
    let log = || {
        let days = std::fs::read_dir(data.path().join("log")).unwrap();
        days.map(|day| std::fs::read_to_string(day.unwrap().path()).unwrap()).collect::<String>()
    };
    let logged = |words: &str| {
        wait_until(Duration::from_secs(60), words, || log().contains(words).then_some(()));
    };
    logged("folder is watched");
    let bytes = scan("trang-1.png");
    logged("folder brought files");
    window.wait_until_still("signing-folder-offers");
    let before = window.screen.look();
    window.screen.press(&["ctrl+g"]);
    window.settle_from(before);
    window.wait_until_still("signing-folder-taken");
    window.kill();
    assert_eq!(waiting_pages(data.path()), [1, 0], "the one that came, not the one that lay there");
    assert_eq!(std::fs::read(scans.join("trang-1.png")).unwrap(), bytes);
    assert_eq!(std::fs::read_dir(&scans).unwrap().count(), 2);
    assert_clean(data.path());
}

/// Pages of the certifier's draft on which something stands, and on which nothing seems to.
fn waiting_pages(data: &Path) -> [usize; 2] {
    let drafts = enter(data, CERTIFIER).drafts().unwrap();
    let drafts = drafts.iter().filter_map(|draft| serde_json::from_slice(&draft.bytes).ok());
    let pages: Vec<serde_json::Value> = drafts
        .filter_map(|draft: serde_json::Value| Some(draft.get("scans")?.as_array()?.clone()))
        .flatten()
        .collect();
    let blank = pages.iter().filter(|page| page["blank"] == true).count();
    [pages.len() - blank, blank]
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
    // Faster than any hand, the next key would come before the field has the focus.
    window.settle();
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
    // Faster than any hand, the next key would come before the field has the focus.
    window.settle();
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

const CLERK: (&str, &str) = ("tiepnhan", "Ruong-bac-thang-26");

fn enter(data: &Path, (user, password): (&str, &str)) -> Ledger {
    let now = jiff::Timestamp::now();
    Ledger::open(data, &UserName(user.into()), password, now).unwrap()
}

/// More copies like one that was handed on, as the clerk's own entries.
fn hand_on_more(data: &Path, count: usize, like: Option<Prepared>) -> Prepared {
    let mut ledger = enter(data, CLERK);
    let waiting = |ledger: &Ledger| -> Vec<PreparedRecord> { ledger.prepared().unwrap() };
    let like = like.unwrap_or_else(|| waiting(&ledger).remove(0).prepared);
    for _ in 0..count {
        let mut more = like.clone();
        more.act.id = ActId(random_id().unwrap());
        let event = Event::ActPrepared { prepared: Box::new(more) };
        ledger.record(jiff::Timestamp::now(), event, &[]).unwrap();
    }
    like
}

/// How many copies are done, each with its number and a file that anybody finds valid; and how many wait.
fn verified(data: &Path, root: &Path) -> (u32, usize) {
    assert_clean(data);
    let ledger = enter(data, CERTIFIER);
    let mut acts = ledger.acts(None, 100).unwrap().items;
    acts.reverse();
    let files = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (n, record) in (1..).zip(&acts) {
        assert_eq!(record.act.number.issued().unwrap().value, n, "no gap, each once");
        let path = files.path().join(format!("{n}.pdf"));
        std::fs::write(&path, ledger.blob(record.act.document.as_ref().unwrap()).unwrap()).unwrap();
        paths.push(path);
    }
    let waiting = ledger.prepared().unwrap().len();
    drop(ledger);
    for path in &paths {
        let arguments =
            ["verify", &path.to_string_lossy(), "--trust", &root.to_string_lossy(), "--json"];
        let told = motcua(data, &arguments);
        let verdict: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(verdict["overall"], "valid", "{verdict}");
    }
    (u32::try_from(paths.len()).unwrap(), waiting)
}

/// Waits for the end of a batch: twenty documents are made and signed.
fn ends(window: &Window) {
    wait_until(Duration::from_secs(180), "the end of the batch", || {
        window.screen.title().contains("Chờ ký số").then_some(())
    });
}

/// A clerk hands copies on; the certifier signs twenty of them with one PIN. Then the token goes in the middle of
/// twenty more: what was signed is done, the rest waits.
#[test]
fn a_batch_is_signed_with_one_pin_and_outlives_a_token_that_goes() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let environment = devices(data.path(), folder.path());
    let root = folder.path().join("root.pem");

    let mut window = open(data.path(), &environment);
    window.log_in_as(CLERK.0, CLERK.1);
    window.settle();
    window.screen.write(CODE);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Chọn việc");
    window.screen.write("ban sao dien tu");
    window.wait_until_still("batch-choice");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chứng thực");
    window.screen.write("Bang tot nghiep");
    let before = window.screen.look();
    window.screen.press(&["F8"]);
    window.settle_from(before);
    window.wait_until_still("batch-page");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Trang chính");
    window.wait_until_still("batch-handed-on");
    window.kill();
    let like = hand_on_more(data.path(), 19, None);

    let open = || {
        let window = open(data.path(), &environment);
        window.log_in_as(CERTIFIER.0, CERTIFIER.1);
        window.settle();
        window.screen.press(&["ctrl+k"]);
        window.screen.wait_for_title("Tìm");
        window.screen.write("cho ky so");
        window.settle();
        window.screen.press(&["Return"]);
        window.screen.wait_for_title("Chờ ký số");
        window.wait_until_still("batch-list");
        window
    };
    let mut window = open();
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Các trang như sẽ ký");
    window.wait_until_still("batch-look");
    window.screen.press(&["Escape", "F7", "F2"]);
    window.screen.wait_for_title("Ký số");
    window.wait_until_still("batch-dialog");
    window.screen.write("9999");
    let before = window.screen.look();
    window.screen.press(&["Return"]);
    window.settle_from(before);
    window.wait_until_still("batch-wrong-pin");
    window.screen.write(PIN);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Đang ký số");
    ends(&window);
    window.wait_until_still("batch-done");
    window.kill();
    assert_eq!(verified(data.path(), &root), (20, 0));

    hand_on_more(data.path(), 20, Some(like));
    let mut window = open();
    window.screen.press(&["F7", "F2"]);
    window.screen.wait_for_title("Ký số");
    window.wait_until_still("batch-again");
    window.screen.write(PIN);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Đang ký số");
    std::fs::remove_dir_all(folder.path().join("tokens")).unwrap();
    ends(&window);
    window.wait_until_still("batch-token-gone");
    window.kill();
    let (done, waiting) = verified(data.path(), &root);
    assert_eq!(done as usize + waiting, 40, "each is done or waits");
    assert!(waiting > 0, "the token was gone before the last");
}

/// The contents that lie in files.
fn contents(data: &Path) -> usize {
    let mut folders = vec![data.join("office/contents")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                files += 1;
            }
        }
    }
    files
}

/// What was signed without a network gets its time stamp and all that proves it when there is one, and nothing from a
/// service that is silent or lies. The signed file stays as it is.
#[test]
fn a_signed_copy_gets_its_time_stamp_when_there_is_a_network() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let services = Services::start(folder.path());
    put(folder.path(), "signer.key", "signer.der");
    write_certificate(folder.path(), "interm.der", "98", "issuer");
    let environment = places(folder.path());
    let root = folder.path().join("root.pem");
    let open = |tsa: &str| {
        choose(data.path(), Some(tsa));
        open(data.path(), &environment)
    };
    // Its file, and what that became: the level of each.
    let levels = || {
        let ledger = enter(data.path(), CERTIFIER);
        let act = ledger.acts(None, 9).unwrap().items.remove(0).act;
        let papers = ledger.papers(&act.id).unwrap();
        let kinds: Vec<PaperKind> = papers.iter().map(|paper| paper.kind).collect();
        let hashes = papers.iter().rev().map(|paper| &paper.content);
        let hashes = act.document.iter().chain(hashes);
        let files: Vec<Vec<u8>> = hashes.map(|hash| ledger.blob(hash).unwrap()).collect();
        drop(ledger);
        let level = |bytes: &Vec<u8>| {
            assert!(bytes.starts_with(&files[0]), "what was signed stays as it is");
            let path = folder.path().join("level.pdf");
            std::fs::write(&path, bytes).unwrap();
            let (path, root) = (path.to_string_lossy(), root.to_string_lossy());
            let told = motcua(data.path(), &["verify", &path, "--trust", &root, "--json"]);
            let verdict: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
            assert_eq!(verdict["overall"], "valid", "{verdict}");
            verdict["signatures"][0]["level"].as_str().unwrap().to_owned()
        };
        (files.iter().map(level).collect::<Vec<_>>(), kinds)
    };

    // Nobody listens there.
    let mut window = open("http://127.0.0.1:1/tsa");
    ask_for_copy(&window, 1);
    window.screen.write(PIN);
    // The certificate has another name than the certifier: that is meant.
    let before = window.screen.look();
    window.screen.press(&["Return"]);
    window.settle_from(before);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Đã ghi vào sổ");
    window.wait_until_still("stamping-signed");
    window.kill();
    assert_eq!(levels(), (vec!["B-B".to_owned()], Vec::new()));

    for fault in ["late", "stranger"] {
        let kept = contents(data.path());
        let address = format!("bad/{fault}");
        let mut window = open(&format!("{}/{address}", services.address));
        window.log_in_as(CERTIFIER.0, CERTIFIER.1);
        wait_until(Duration::from_secs(60), "the service to be asked", || {
            (services.asked(&address) > 0).then_some(())
        });
        // The window goes on meanwhile.
        window.screen.press(&["F12"]);
        window.screen.wait_for_title("Trang chính");
        window.settle();
        window.screen.press(&["ctrl+k"]);
        window.screen.wait_for_title("Tìm");
        window.screen.write("thiet bi");
        window.settle();
        let before = window.screen.look();
        window.screen.press(&["Return"]);
        window.settle_from(before);
        window.screen.wait_for_title("Thiết bị");
        window.picture(&format!("stamping-{fault}"));
        window.kill();
        assert_eq!(services.asked(&address), 1, "not again and again");
        assert_eq!(contents(data.path()), kept);
        assert_eq!(levels(), (vec!["B-B".to_owned()], Vec::new()));
    }

    let kept = contents(data.path());
    let mut window = open(&format!("{}/docs/tsa/tsa", services.address));
    window.log_in_as(CERTIFIER.0, CERTIFIER.1);
    wait_until(Duration::from_secs(120), "the raised file", || {
        (contents(data.path()) > kept).then_some(())
    });
    // Whatever it answers to was done after the file was kept.
    window.screen.press(&["ctrl+k"]);
    window.screen.wait_for_title("Tìm");
    window.kill();
    let (levels, kinds) = levels();
    assert_eq!((levels, kinds), (vec!["B-B".into(), "B-LTA".into()], vec![PaperKind::LongTerm]));
    assert_eq!(services.asked("docs/tsa/tsa"), 2, "once for the time, once for the proof");
    assert_clean(data.path());
}
