//! A chip card on a real card service, read by the program as a user runs it.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

use journeys::{
    motcua,
    pcscd::{Pcscd, READER, SECOND},
    pdf_text, program,
    readers::{Watching, placed, plugged},
};
use serde_json::Value;
use virtual_card::{
    Access, Card, Cipher, Curve, Fault, KeyKind, Mapping, Modular, Nature, Options, PEOPLE, Pace,
    csca_der, publish::Revocations, vpcd::InsertedCard,
};

fn read(service: &Pcscd, data: &Path, arguments: &[&str]) -> Output {
    let (name, socket) = service.environment();
    Command::new(program("motcua"))
        .args(["read", "--json"])
        .args(arguments)
        .env("MOTCUA_DATA", data)
        .env(name, socket)
        .output()
        .unwrap()
}

fn person(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A reader of its own for every card: a service notices a card that was swapped only at its next look.
fn on_reader(options: Options) -> (Pcscd, InsertedCard) {
    let service = Pcscd::start();
    let card = service.insert(Card::new(options));
    (service, card)
}

fn trusting() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let csca = folder.path().join("csca.der");
    std::fs::write(&csca, csca_der(KeyKind::Named(Curve::P384))).unwrap();
    let csca = csca.to_string_lossy().into_owned();
    (folder, csca)
}

#[test]
fn every_way_in_gives_the_person() {
    let (folder, csca) = trusting();
    let pace = |curve, cipher| Access::Pace(Pace { curve, cipher });
    let holder = &PEOPLE[0];
    let mrz = holder.mrz();
    let plain = |access| Options { access, ..Options::default() };
    let mapped = |mapping, group| {
        let access = pace(Curve::P256, Cipher::Aes128);
        Options { access, mapping, group, ..Options::default() }
    };
    let modp = Options {
        chip_group: Some(Modular::Modp1024),
        ..mapped(Mapping::Generic, Some(Modular::Modp1024))
    };
    let number = ["--number", holder.number];
    let cases: [(Options, &[&str], &str, &str); 9] = [
        (plain(Access::Bac), &["--mrz", &mrz], "bac", "chip_auth"),
        (plain(pace(Curve::P256, Cipher::Aes128)), &number, "pace", "chip_auth"),
        (
            plain(pace(Curve::Brainpool256, Cipher::Aes256)),
            &["--can", holder.can()],
            "pace",
            "chip_auth",
        ),
        (plain(pace(Curve::P384, Cipher::Tdes)), &["--mrz", &mrz], "pace", "chip_auth"),
        (plain(pace(Curve::Brainpool512, Cipher::Aes192)), &number, "pace", "chip_auth"),
        (
            plain(Access::Both(Pace { curve: Curve::P521, cipher: Cipher::Aes256 })),
            &number,
            "pace",
            "chip_auth",
        ),
        (mapped(Mapping::Integrated, None), &number, "pace", "chip_auth"),
        (mapped(Mapping::ChipAuthentication, None), &number, "pace", "pace_cam"),
        (modp, &number, "pace", "chip_auth"),
    ];
    for (options, key, way, proof) in cases {
        let case = format!("{:?} {:?} {:?}", options.access, options.mapping, options.group);
        let (service, _card) = on_reader(options);
        let output = read(&service, folder.path(), &[key, &["--csca", &csca]].concat());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{case}: {stderr}");
        let read = person(&output);
        assert_eq!(read["person"]["number"], holder.number, "{case}");
        assert_eq!(read["person"]["residence"], holder.residence, "{case}");
        assert_eq!(read["checks"]["access"], way, "{case}");
        assert_eq!(read["checks"]["chain"], "ok", "{case}");
        assert_eq!(read["checks"]["chip"], proof, "{case}");
        assert_eq!(read["evidence"], "chip_authentic", "{case}");
        assert!(read["face"]["bytes"].as_str().unwrap().len() > 10_000, "{case}");
    }
}

#[test]
fn everybody_is_read_as_their_card_says() {
    let folder = tempfile::tempdir().unwrap();
    for holder in PEOPLE {
        let (service, _card) = on_reader(Options { person: holder, ..Options::default() });
        let mrz = holder.mrz().replace('\n', "");
        let output = read(&service, folder.path(), &["--mrz", &mrz]);
        assert_eq!(output.status.code(), Some(0), "{}", holder.number);
        let read = person(&output);
        let told = &read["person"];
        for (key, value) in [
            ("number", holder.number),
            ("origin", holder.origin),
            ("residence", holder.residence),
            ("ethnicity", holder.ethnicity),
            ("father", holder.father.unwrap_or_default()),
            ("mother", holder.mother.unwrap_or_default()),
            ("old_number", holder.former.unwrap_or_default()),
        ] {
            assert_eq!(told[key].as_str().unwrap_or_default(), value, "{} {key}", holder.number);
        }
        let spouses: Vec<&str> =
            told["spouses"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(spouses, holder.spouses, "{}", holder.number);
        // Nobody here vouches for the signer.
        assert_eq!(read["evidence"], "chip_issuer_unknown", "{}", holder.number);
    }
}

/// A row of `forgeries.tsv`.
struct Row<'t> {
    fault: &'t str,
    nature: Nature,
    exit: i32,
    evidence: &'t str,
    words: &'t str,
}

fn table(text: &str) -> Vec<Row<'_>> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    lines
        .map(|line| {
            let [fault, nature, exit, evidence, words] =
                line.split('\t').collect::<Vec<_>>().try_into().expect("five columns");
            let nature = match nature {
                "forgery" => Nature::Forgery,
                "malfunction" => Nature::Malfunction,
                "quirk" => Nature::Quirk,
                other => panic!("{other} is no nature"),
            };
            Row { fault, nature, exit: exit.parse().expect("a code"), evidence, words }
        })
        .collect()
}

/// Every false, broken or odd card ends as the table states: in time, in words, and no false one as a
/// person whose chip is authentic.
#[test]
fn every_forgery_and_fault_ends_as_the_table_states() {
    let rows = table(include_str!("forgeries.tsv"));
    let named: Vec<&str> = rows.iter().map(|row| row.fault).collect();
    let known: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    assert_eq!(named, known, "the table has each fault once");
    let (folder, csca) = trusting();
    let crl = folder.path().join("crl.der");
    let curves = [Curve::P384, Curve::P256].map(KeyKind::Named);
    std::fs::write(&crl, Revocations::usual(curves[0], curves[1]).der()).unwrap();
    let crl = crl.to_string_lossy().into_owned();
    let mut wrong = Vec::new();
    for (row, fault) in rows.iter().zip(Fault::ALL) {
        assert_eq!(row.nature, fault.nature(), "{}", row.fault);
        assert!(row.nature == Nature::Quirk || row.evidence != "chip_authentic", "{}", row.fault);
        let options = Options::with_fault(*fault);
        let mrz = options.mrz();
        let (service, _card) = on_reader(options);
        let start = Instant::now();
        let keys = ["--mrz", &mrz, "--csca", &csca, "--csca", &crl];
        let output = read(&service, folder.path(), &keys);
        let took = start.elapsed();
        let told: Option<Value> = serde_json::from_slice(&output.stdout).ok();
        let evidence = told.as_ref().and_then(|told| told["evidence"].as_str()).unwrap_or("-");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let reasons = told.as_ref().map_or(Value::Null, |told| told["reasons"].clone());
        let said = row.words == "-" || format!("{reasons}{stderr}").contains(row.words);
        let holds = output.status.code() == Some(row.exit) && evidence == row.evidence && said;
        if !holds || took > Duration::from_secs(20) || stderr.contains("panicked") {
            let code = output.status.code();
            wrong.push(format!("{}: {code:?} {evidence} {took:?} {reasons} {stderr}", row.fault));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn a_wrong_key_is_tried_once() {
    let folder = tempfile::tempdir().unwrap();
    for access in [Access::Bac, Access::Pace(Pace { curve: Curve::P256, cipher: Cipher::Aes128 })] {
        let (service, card) = on_reader(Options { access, ..Options::default() });
        let stranger = PEOPLE[1].mrz();
        let output = read(&service, folder.path(), &["--mrz", &stranger]);
        assert_eq!(output.status.code(), Some(5), "{access:?}");
        assert!(output.stdout.is_empty(), "{access:?}");
        let sentence = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(sentence.contains("từ chối khóa") && sentence.contains("IDN-"), "{sentence}");
        assert_eq!(card.card().log().wrong_keys, 1, "{access:?}");
    }
}

#[test]
fn no_card_and_no_reader_say_so() {
    let service = Pcscd::start();
    let folder = tempfile::tempdir().unwrap();
    let number = PEOPLE[0].number;
    let output = read(&service, folder.path(), &["--number", number]);
    assert_eq!(output.status.code(), Some(4));
    let output = read(&service, folder.path(), &["--number", number, "--reader", "No such reader"]);
    assert_eq!(output.status.code(), Some(4));
    let output = read(&service, folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2), "a key is needed");
}

/// The main job: a card on the reader, network down, ends in a receipt that holds the card's name.
#[test]
fn from_card_to_receipt() {
    let service = Pcscd::start();
    let (folder, csca) = trusting();
    let data = folder.path().join("office");
    let out = folder.path().join("papers");
    let holder = &PEOPLE[0];
    let access = Access::Both(Pace { curve: Curve::P256, cipher: Cipher::Aes128 });
    let watching = Watching::of(&service);
    watching.tells(&[plugged(&[READER, SECOND])]);
    let _card = service.insert(Card::new(Options { access, ..Options::default() }));
    // The day waits half a second for a card, and a busy service notices one later than that.
    watching.tells(&[placed(READER)]);
    let (name, socket) = service.environment();
    let output = Command::new(program("motcua"))
        .args(["day", "--number", holder.number, "--csca", &csca, "--out", &out.to_string_lossy()])
        .env("MOTCUA_DATA", &data)
        .env(name, socket)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("Đã đọc chip"), "{told}");
    let receipt = pdf_text(&out.join("giay-tiep-nhan.pdf"));
    assert!(
        receipt.contains(&holder.name.to_uppercase()) || receipt.contains(holder.name),
        "{receipt}"
    );
    for words in
        ["GIẤY TIẾP NHẬN HỒ SƠ", "VÀ HẸN TRẢ KẾT QUẢ", "đã đọc và xác thực dữ liệu trên chip"]
    {
        assert!(receipt.contains(words), "{words}: {receipt}");
    }
    let check = motcua(&data, &["check", "--json"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}

/// Without a card the day goes on with the QR picture, and says so.
#[test]
fn the_day_without_a_card_uses_the_code() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("office");
    let out = folder.path().join("papers");
    let output = motcua(&data, &["day", "--out", &out.to_string_lossy()]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("Dùng ảnh mã QR") && told.contains("Mã QR – tự khai"), "{told}");
    let receipt = pdf_text(&out.join("giay-tiep-nhan.pdf"));
    assert!(receipt.contains("NGUYỄN VĂN A"), "{receipt}");
    assert!(receipt.contains("theo mã QR trên giấy tờ"), "the paper shows the evidence: {receipt}");
    assert!(told.contains("Chứng thực bản sao từ bản chính số 1/"), "{told}");
    let wording = pdf_text(&out.join("loi-chung-ban-sao.pdf"));
    assert!(wording.contains("Số chứng thực 1, quyển số 01/"), "{wording}");
    assert!(told.contains("Công chứng giao dịch chuyển nhượng, mua bán số 1/"), "{told}");
    assert!(told.contains("phí 1.600.000"), "{told}");
    let notarised = pdf_text(&out.join("loi-chung-cong-chung.pdf"));
    for words in [
        "LỜI CHỨNG CỦA CÔNG CHỨNG VIÊN",
        "Bên chuyển nhượng, bên bán: ",
        "Bên nhận chuyển nhượng, bên mua: ",
        "2.000.000.000 đồng (bằng chữ: hai tỷ đồng)",
    ] {
        assert!(notarised.contains(words), "{words}: {notarised}");
    }
}
