#![allow(clippy::unwrap_used, clippy::panic)]
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::{
    catalogue::Catalogue,
    evidence::Evidence,
    partial_date::PartialDate,
    person::{
        Century, Contact, Document, DocumentKind, Expiry, Identity, Person, PersonalNumber, Sex,
    },
};

const FILES: [&[u8]; 4] = [
    include_bytes!("../../../../assets/eforms/civil_status.json"),
    include_bytes!("../../../../assets/eforms/residence.json"),
    include_bytes!("../../../../assets/eforms/social.json"),
    include_bytes!("../../../../assets/eforms/land_business.json"),
];

fn forms() -> Forms {
    Forms::parse_all(&FILES).unwrap()
}

fn today() -> Date {
    date(2026, 11, 28)
}

fn identity(number: &str, name: &str, evidence: Evidence) -> Identity {
    Identity {
        person: Person {
            number: Some(PersonalNumber::parse(number).unwrap()),
            name: name.into(),
            birth_date: Some(date(1985, 3, 7).into()),
            sex: Some(Sex::Female),
            nationality: "Việt Nam".into(),
            ethnicity: "Tày".into(),
            origin: "Xã Mẫu, tỉnh Lào Cai".into(),
            residence: "Thôn 1, xã Mẫu, tỉnh Lào Cai".into(),
            issue_date: Some(date(2024, 8, 1)),
            expiry_date: Some(Expiry::Never),
            ..Person::default()
        },
        document: Some(Document {
            kind: DocumentKind::CanCuoc,
            number: number.into(),
            expiry: None,
        }),
        evidence,
        read: crate::person::ReadOn::Unread,
        whose: None,
        reasons: vec![],
    }
}

fn woman() -> Identity {
    identity("099185000001", "LÊ THỊ MẪU", Evidence::ChipAuthentic)
}

fn contact() -> Contact {
    Contact { phone: "0912 000 001".into(), email: "mau@example.vn".into(), address: String::new() }
}

#[test]
fn every_form_fills_what_it_should_from_a_verified_chip() {
    let expected = [
        ("birth_registration", 4, 29),
        ("birth_re_registration", 4, 33),
        ("birth_with_recognition", 4, 29),
        ("recognition", 3, 18),
        ("marriage", 0, 14),
        ("death_registration", 4, 21),
        ("civil_status_change", 1, 13),
        ("civil_status_extract", 4, 18),
        ("single_status", 4, 15),
        ("birth_residence_insurance", 0, 16),
        ("residence_change", 4, 15),
        ("temporary_residence", 4, 18),
        ("social_allowance", 4, 19),
        ("social_pension", 6, 16),
        ("funeral_support", 6, 16),
        ("funeral_support_pension", 6, 16),
        ("land_first_registration", 6, 12),
        ("land_certificate_correction", 6, 12),
        ("household_business", 4, 11),
    ];
    let forms = forms();
    assert_eq!(forms.all().len(), expected.len());
    for (id, filled, fields) in expected {
        let form = forms.find(id).unwrap();
        let data = form.fill(&woman(), &contact());
        assert_eq!((data.read(), data.fields.len()), (filled, fields), "{id}");
        for (section, field) in form.fields() {
            let value = data.fields.iter().find(|v| v.key == field.key).unwrap();
            if value.evidence.is_some_and(|e| e != Evidence::Typed) {
                assert_eq!(section.subject, Some(Who::Applicant), "{id} {}", field.key);
                assert_eq!(value.evidence, Some(Evidence::ChipAuthentic));
                let said = value::of_identity(field, field.fills_from.unwrap(), &woman());
                assert_eq!(value.value, said, "{id} {}", field.key);
                assert!(!said.is_empty());
            }
            assert_eq!(value.evidence.is_none(), value.value.is_empty());
        }
    }
}

#[test]
fn forms_serve_procedures_of_the_catalogue() {
    let catalogue =
        Catalogue::parse(include_bytes!("../../../../assets/procedures/one_stop.json")).unwrap();
    let forms = forms();
    let codes: Vec<&String> = forms.all().iter().flat_map(|form| &form.procedures).collect();
    assert_eq!(codes.len(), 42);
    for code in codes {
        let procedure = catalogue.find(code, today()).unwrap();
        let form = forms.of(code).unwrap();
        assert!(form.procedures.contains(code) && !form.checked && form.version == "2026-11-28");
        if form.number == "CT01" {
            assert!(procedure.components.iter().any(|c| c.form_no == "CT01"), "{code}");
        }
        let replaced = crate::catalogue::Means::ApplicationForm;
        assert!(procedure.components.iter().any(|c| c.satisfied_by.contains(&replaced)), "{code}");
    }
    assert!(forms.of("2.000815").is_none());
}

#[test]
fn a_relation_fills_its_person_and_leaves_nobody_behind() {
    let forms = forms();
    let form = forms.of("1.001193").unwrap();
    let names = |data: &FormData| {
        ["HoTenKS", "HoTenChaKS", "HoTenMeKS"].map(|key| data.value(key).to_owned())
    };
    let mut data = form.fill(&woman(), &contact());
    let say = |data: &mut FormData, relation: &str| {
        form.set(data, "QuanHe", relation).unwrap();
        form.relate(data, "QuanHe", &woman())
    };
    let name = || "LÊ THỊ MẪU".to_owned();
    let none = String::new;
    for (relation, expected) in [
        ("Mẹ", [none(), none(), name()]),
        ("mẹ", [none(), none(), name()]),
        ("Bà", [none(), none(), none()]),
        ("Bản thân", [name(), none(), none()]),
        ("", [none(), none(), none()]),
        ("Mẹ", [none(), none(), name()]),
    ] {
        say(&mut data, relation).unwrap();
        assert_eq!(names(&data), expected, "{relation}");
    }
    let mother = data.fields.iter().find(|v| v.key == "SoDinhDanhMe").unwrap();
    assert_eq!(mother.evidence, Some(Evidence::ChipAuthentic));
    // A woman is no father: nothing is filled, and she is no longer the mother either.
    assert_eq!(say(&mut data, "Cha").unwrap_err().code(), "OFF-76");
    assert_eq!(names(&data), [none(), none(), none()]);

    // Who stands there already stays: a hand's or another card's.
    form.set(&mut data, "HoTenMeKS", "TRẦN THỊ THỬ").unwrap();
    say(&mut data, "Mẹ").unwrap();
    assert_eq!(data.value("HoTenMeKS"), "TRẦN THỊ THỬ");
    let other = identity("099190000002", "VÀNG THỊ THỬ", Evidence::ChipAuthentic);
    form.fill_section(&mut data, "mother", &other).unwrap();
    for relation in ["Mẹ", "Dì"] {
        say(&mut data, relation).unwrap();
        assert_eq!(data.value("HoTenMeKS"), "VÀNG THỊ THỬ");
    }
}

#[test]
fn a_section_of_a_man_takes_no_womans_reading() {
    let forms = forms();
    for (code, section, fits) in [
        ("1.001193", "father", false),
        ("1.001193", "mother", true),
        ("1.000894", "groom", false),
        ("1.000894", "bride", true),
    ] {
        let form = forms.of(code).unwrap();
        let mut data = form.blank();
        let filled = form.fill_section(&mut data, section, &woman());
        assert_eq!(filled.is_ok(), fits, "{section}");
        assert_eq!(data.read() > 0, fits, "{section}");
        let mut unsaid = woman();
        unsaid.person.sex = None;
        assert!(form.fill_section(&mut data, section, &unsaid).is_ok(), "the card does not say");
    }
}

#[test]
fn another_persons_section_is_filled_only_on_demand() {
    let forms = forms();
    let form = forms.of("1.001193").unwrap();
    let mut data = form.fill(&woman(), &contact());
    assert_eq!(data.value("HoVaTenC"), "LÊ THỊ MẪU");
    assert_eq!(data.value("HoTenMeKS"), "");
    form.fill_section(&mut data, "mother", &woman()).unwrap();
    assert_eq!(data.value("HoTenMeKS"), "LÊ THỊ MẪU");
    assert_eq!(data.value("NamSinhMeKS"), "07/03/1985");
    assert_eq!(data.value("HoTenChaKS"), "");

    // A second card: nothing of the first person stays.
    let mut other = identity("099090000002", "TRẦN THỊ THỬ", Evidence::Declared);
    other.person.ethnicity.clear();
    form.set(&mut data, "NoiCapDDMe", "Bộ Công an").unwrap();
    form.fill_section(&mut data, "mother", &other).unwrap();
    assert_eq!(data.value("HoTenMeKS"), "TRẦN THỊ THỬ");
    assert_eq!(data.value("DanTocMeKS"), "");
    assert_eq!(data.value("NoiCapDDMe"), "Bộ Công an");
    let value = data.fields.iter().find(|v| v.key == "HoTenMeKS").unwrap();
    assert_eq!(value.evidence, Some(Evidence::Declared));

    // What was typed and the card does not say stays typed.
    form.set(&mut data, "DanTocMeKS", "Kinh").unwrap();
    form.fill_section(&mut data, "mother", &other).unwrap();
    assert_eq!(data.value("DanTocMeKS"), "Kinh");

    assert_eq!(form.fill_section(&mut data, "uncle", &other).unwrap_err().code(), "OFF-74");
}

#[test]
fn a_forged_chip_fills_nothing() {
    let forged = identity("099185000001", "LÊ THỊ MẪU", Evidence::ChipNotAuthentic);
    for form in forms().all() {
        let mut data = form.fill(&forged, &Contact::default());
        assert!(data.fields.iter().all(|v| v.value.is_empty() && v.evidence.is_none()));
        let section = form.sections[0].id.clone();
        let error = form.fill_section(&mut data, &section, &forged).unwrap_err();
        assert_eq!(error.code(), "OFF-75");
        assert!(!error.english().is_empty() && error.to_string().contains("vẫn còn nguyên"));
    }
}

/// A card that gives no twelve digits leaves the number to the clerk; other papers give their own.
#[test]
fn nine_digits_of_a_card_are_no_identity_number() {
    let form = sample();
    for (kind, shown, filled) in [
        (DocumentKind::Cccd, "099000123", ""),
        (DocumentKind::CanCuoc, "099000123", ""),
        (DocumentKind::Passport, "C1234567", "C1234567"),
        (DocumentKind::Other, "D23145890734", "D23145890734"),
    ] {
        let mut identity = woman();
        identity.person.number = None;
        identity.document = Some(Document { kind, number: shown.into(), expiry: None });
        let data = form.fill(&identity, &contact());
        assert_eq!(data.value("paper"), filled, "{kind:?}");
    }
}

#[test]
fn a_birth_is_filled_in_as_far_as_the_document_gives_it() {
    let forms = forms();
    let form = forms.of("1.004222").unwrap();
    let of = |iso| PartialDate::parse_iso(iso).unwrap();
    let open = Century::Open { earlier: of("1925-03-10"), later: of("2025-03-10") };
    for (born, century, value, evidence) in [
        (Some("1960"), Century::Told, "1960", Some(Evidence::ChipAuthentic)),
        (Some("1960-05"), Century::Told, "05/1960", Some(Evidence::ChipAuthentic)),
        (Some("1925-03-10"), Century::Typed, "10/03/1925", Some(Evidence::Typed)),
        // Not yet decided: left to the clerk.
        (None, open, "", None),
    ] {
        let mut identity = woman();
        identity.person.birth_date = born.map(of);
        identity.person.birth_century = century;
        let data = form.fill(&identity, &contact());
        let filled = data.fields.iter().find(|field| field.key == "birth_date").unwrap();
        assert_eq!((&*filled.value, filled.evidence), (value, evidence));
        let problems = form.problems(&data, today());
        let told = problems.iter().any(|problem| problem.key == "birth_date");
        assert_eq!(told, value.is_empty(), "{value}");
    }
}

#[test]
fn a_value_changed_by_hand_is_typed() {
    let forms = forms();
    let form = forms.of("1.004222").unwrap();
    let mut data = form.fill(&woman(), &contact());
    let evidence =
        |data: &FormData, key: &str| data.fields.iter().find(|v| v.key == key).unwrap().evidence;
    assert_eq!(data.value("phone"), "0912000001");
    assert_eq!(evidence(&data, "phone"), Some(Evidence::Typed));
    form.set(&mut data, "birth_date", "7-3-1985").unwrap();
    assert_eq!(evidence(&data, "birth_date"), Some(Evidence::ChipAuthentic), "the same day");
    form.set(&mut data, "birth_date", "8.3.1985").unwrap();
    assert_eq!(data.value("birth_date"), "08/03/1985");
    assert_eq!(evidence(&data, "birth_date"), Some(Evidence::Typed));
    form.set(&mut data, "birth_date", " ").unwrap();
    assert_eq!(evidence(&data, "birth_date"), None);
    assert_eq!(form.set(&mut data, "nothing", "x").unwrap_err().code(), "OFF-73");
    let other = forms.of("1.001193").unwrap();
    assert_eq!(other.set(&mut data, "name", "x").unwrap_err().code(), "OFF-73");
}

const SAMPLE: &str = r#"{"header":{"title":"Thử","version":"2026-11-28","source":"x","mark":"M","checked":false,"licence":"x"},
 "forms":[{"id":"sample","title":"Tờ khai thử","procedures":["1.000001"],"source":"x","certainty":"thấp","sections":[
  {"id":"a","title":"Người nộp","subject":"applicant","fields":[
   {"key":"name","label":"Họ tên","kind":"text","required":true,"fills_from":"name"},
   {"key":"born","label":"Ngày sinh","kind":"date","partial":true},
   {"key":"day","label":"Ngày","kind":"date"},
   {"key":"until","label":"Đến ngày","kind":"date","future":true},
   {"key":"count","label":"Số lượng","kind":"number"},
   {"key":"capital","label":"Vốn","kind":"money"},
   {"key":"number","label":"Số định danh","kind":"personal_number"},
   {"key":"paper","label":"Số giấy tờ","kind":"identity_number","fills_from":"number"},
   {"key":"phone","label":"Điện thoại","kind":"phone"},
   {"key":"email","label":"Thư điện tử","kind":"email"},
   {"key":"sex","label":"Giới tính","kind":"sex"},
   {"key":"who","label":"Nhận","kind":{"choice":["Cha","Mẹ"]}},
   {"key":"yes","label":"Có thẻ","kind":"yes_no"},
   {"key":"story","label":"Nội dung","kind":"long_text"},
   {"key":"place","label":"Nơi ở","kind":"address","fills_from":"address"}]}]}]}"#;

fn sample() -> Form {
    Forms::parse(SAMPLE.as_bytes()).unwrap().all()[0].clone()
}

#[test]
fn values_take_their_written_form_and_problems_are_told() {
    let form = sample();
    for (key, typed, value, problem) in [
        ("name", " Nguye\u{302}\u{303}n  A ", "Nguyễn A", ""),
        ("name", "", "", "chưa điền"),
        ("born", "1950", "1950", ""),
        ("born", "5/1950", "05/1950", ""),
        ("born", "2/9/1945", "02/09/1945", ""),
        ("born", "00/00/1950", "1950", ""),
        ("born", "00/05/1950", "05/1950", ""),
        ("born", "02091945", "02/09/1945", ""),
        ("born", "2030", "2030", "tương lai"),
        ("day", "1950", "1950", "đủ ngày"),
        ("day", "31/2/2020", "31/2/2020", "không có thật"),
        ("day", "1/1/20", "1/1/20", "không có thật"),
        ("day", "28/11/2026", "28/11/2026", ""),
        ("day", "29/11/2026", "29/11/2026", "tương lai"),
        ("day", "01/01/0085", "01/01/0085", "quá khứ"),
        ("until", "29.11.2027", "29/11/2027", ""),
        ("count", "12", "12", ""),
        ("count", "mười", "mười", "chữ số"),
        ("count", "-1", "-1", "chữ số"),
        ("capital", "50.000.000 đồng", "50000000", ""),
        ("capital", "nhiều", "nhiều", "chữ số"),
        ("number", "099 099 000 123", "099099000123", ""),
        ("number", "12345", "12345", "12 chữ số"),
        ("paper", "012345678", "012345678", ""),
        ("paper", "C1234567", "C1234567", ""),
        ("paper", "0123456789", "0123456789", "12 chữ số"),
        ("phone", "+84 912-000-001", "+84912000001", ""),
        ("phone", "113", "113", "8 đến 15"),
        ("email", "a@b.vn", "a@b.vn", ""),
        ("email", "a@b", "a@b", "thư điện tử"),
        ("sex", "nữ", "Nữ", ""),
        ("sex", "khác", "khác", "Nam hoặc Nữ"),
        ("who", "me", "Mẹ", ""),
        ("who", "ông", "ông", "lựa chọn"),
        ("yes", "co", "Có", ""),
        ("yes", "?", "?", "Có hoặc Không"),
        ("story", "dòng  một \r\n\n dòng hai \n", "dòng một\n\ndòng hai", ""),
    ] {
        let mut data = form.blank();
        form.set(&mut data, "name", "A").unwrap();
        form.set(&mut data, key, typed).unwrap();
        assert_eq!(data.value(key), value, "{key} {typed}");
        let problems = form.problems(&data, today());
        if problem.is_empty() {
            assert_eq!(problems, [], "{key} {typed}");
        } else {
            assert_eq!(problems.len(), 1, "{key} {typed} {problems:?}");
            assert_eq!(problems[0].key, key);
            assert!(problems[0].sentence.contains(problem), "{}", problems[0].sentence);
        }
    }
    let mut data = form.blank();
    form.set(&mut data, "name", &"a".repeat(600)).unwrap();
    assert!(form.problems(&data, today())[0].sentence.contains("dài quá mức"));
    data.fields[1].key = "strange".into();
    assert_eq!(form.problems(&data, today()).len(), 2);
}

#[test]
fn a_passport_gives_its_own_number_only_where_papers_are_taken() {
    let mut guest = identity("099185000001", "MAU GUEST", Evidence::ChipSigned);
    guest.person.number = None;
    guest.document =
        Some(Document { kind: DocumentKind::Passport, number: "P0000001".into(), expiry: None });
    let contact = Contact { address: "12 phố Mẫu".into(), ..Contact::default() };
    let data = sample().fill(&guest, &contact);
    assert_eq!(data.value("paper"), "P0000001");
    assert_eq!(data.value("place"), "12 phố Mẫu");
    let land = forms();
    let business = land.of("1.001612").unwrap();
    assert_eq!(business.fill(&guest, &contact).value("PERS_DOC_NO"), "");
}

/// A card without the twelve digits tells the last nine: they are nobody's number.
#[test]
fn nine_digits_of_a_card_fill_no_number() {
    for kind in [DocumentKind::Cccd, DocumentKind::CanCuoc] {
        let mut holder = identity("099185000001", "MAU", Evidence::ChipSigned);
        holder.person.number = None;
        holder.document = Some(Document { kind, number: "185000001".into(), expiry: None });
        let data = sample().fill(&holder, &Contact::default());
        assert_eq!((data.value("number"), data.value("paper")), ("", ""), "{kind:?}");
    }
}

#[test]
fn data_come_back_and_show_nobody_in_a_log() {
    let data = forms().of("1.001193").unwrap().fill(&woman(), &contact());
    let bytes = serde_json::to_vec(&data).unwrap();
    let back: FormData = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(back, data);
    let shown = format!("{data:?} {:?}", data.fields);
    assert!(!shown.contains("MẪU") && !shown.contains("099185"), "{shown}");
}

#[test]
fn wrong_files_of_forms_are_refused() {
    let with = |from: &str, to: &str| Forms::parse(SAMPLE.replacen(from, to, 1).as_bytes());
    for (from, to, code) in [
        ("\"id\":\"sample\"", "\"id\":\"\"", "OFF-72"),
        ("[\"1.000001\"]", "[\"\"]", "OFF-72"),
        ("\"key\":\"born\"", "\"key\":\"name\"", "OFF-72"),
        ("[\"Cha\",\"Mẹ\"]", "[]", "OFF-72"),
        ("Họ tên", "Họ  tên", "OFF-72"),
        ("\"kind\":\"sex\"", "\"kind\":\"gender\"", "OFF-71"),
        ("\"fills_from\":\"name\"", "\"fills_from\":\"shoe\"", "OFF-71"),
        ("\"required\":true", "\"need\":true", "OFF-71"),
    ] {
        assert_eq!(with(from, to).unwrap_err().code(), code, "{to}");
    }
    let twice = Forms::parse_all(&[SAMPLE.as_bytes(), SAMPLE.as_bytes()]).unwrap_err();
    assert_eq!(twice.code(), "OFF-72");
    assert_eq!(Forms::parse(&vec![b' '; (4 << 20) + 1]).unwrap_err().code(), "OFF-70");
    assert!(twice.english().contains("unchanged"));
}

proptest! {
    #[test]
    fn typing_anything_twice_is_typing_it_once(text in "\\PC{0,60}") {
        let form = sample();
        for (_, field) in form.fields() {
            let mut data = form.blank();
            form.set(&mut data, &field.key, &text).unwrap();
            let once = data.value(&field.key).to_owned();
            form.set(&mut data, &field.key, &once).unwrap();
            prop_assert_eq!(data.value(&field.key), once);
            form.problems(&data, today());
        }
    }
}

/// Every way of typing a day gives the same value, as in every date field.
#[test]
fn a_day_is_understood_however_it_is_typed() {
    let today = date(2026, 11, 23);
    let of = |future: bool| -> Field {
        let json = format!(r#"{{"key":"day","label":"Ngày","kind":"date","future":{future}}}"#);
        serde_json::from_str(&json).unwrap()
    };
    for typed in [
        "5/9/1990",
        "05/09/1990",
        "5-9-1990",
        "5.9.1990",
        "5 9 1990",
        "05091990",
        "1990-09-05",
        "5/9/90",
        "050990",
        "5-9-90",
        " 05/09/1990\u{200b}",
    ] {
        assert_eq!(of(false).in_full(typed, today), "05/09/1990", "{typed}");
    }
    for (future, typed, expected) in [
        (false, "5/9/27", "05/09/1927"),
        (false, "5/9/26", "05/09/2026"),
        (true, "5/9/27", "05/09/2027"),
        // Left to be told.
        (false, "31/2/1990", "31/2/1990"),
        (false, "1990", "1990"),
        (false, "9/1990", "9/1990"),
        (false, "hôm qua", "hôm qua"),
    ] {
        assert_eq!(of(future).in_full(typed, today), expected, "{typed}");
    }
}

/// What a wording will tell of a text's leaves can be.
#[test]
fn a_text_has_one_or_two_pages_on_each_sheet() {
    const TEXT: &str = r#"{"header":{"title":"Thử","version":"2026-11-23","source":"","mark":"M","checked":false,"licence":""},
"forms":[{"id":"text","title":"Văn bản","source":"thử","certainty":"thấp","leaves":{"sheets":"sheets","pages":"pages"},
 "sections":[{"id":"text","title":"Văn bản","fields":[
  {"key":"sheets","label":"Số tờ","kind":"number"},{"key":"pages","label":"Số trang","kind":"number"}]}]}]}"#;
    let forms = Forms::parse(TEXT.as_bytes()).unwrap();
    let form = forms.find("text").unwrap();
    for (sheets, pages, holds) in [
        ("1", "1", true),
        ("1", "2", true),
        ("1", "3", false),
        ("2", "1", false),
        ("2", "4", true),
        ("0", "0", false),
        ("0", "1", false),
        ("", "3", true),
        ("2", "", true),
        ("9223372036854775808", "9223372036854775809", true),
        ("1", "18446744073709551615", false),
    ] {
        let mut data = form.blank();
        form.set(&mut data, "sheets", sheets).unwrap();
        form.set(&mut data, "pages", pages).unwrap();
        let problems = form.problems(&data, today());
        assert_eq!(problems.is_empty(), holds, "{sheets} sheets, {pages} pages: {problems:?}");
    }
    let strange = TEXT.replace(r#""kind":"number"},{"#, r#""kind":"text"},{"#);
    assert!(Forms::parse(strange.as_bytes()).is_err());
}
