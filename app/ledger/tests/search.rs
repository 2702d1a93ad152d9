//! Search finds what clerks type, newest first, through unbound documents and volumes alike.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{
    append_dossier, assert_clean, at, found, identity, open, read_event, receive, reception,
};
use ledger::{Hit, Ledger, Scope, random_id};
use office::{
    dossier::DossierId,
    entry::Event,
    evidence::Evidence,
    partial_date::PartialDate,
    person::{Contact, PersonalNumber},
};
use tempfile::tempdir;

/// All pages of a search, as names with a letter for what they are.
fn names(ledger: &Ledger, query: &str, scope: Scope) -> Vec<String> {
    let mut out = Vec::new();
    let mut before = None;
    loop {
        let page = ledger.search(query, scope, before, 3).unwrap();
        out.extend(page.items.iter().map(|hit| match hit {
            Hit::Person { identity, .. } => format!("P {}", identity.person.name),
            Hit::Dossier(record) => format!("D {}", record.dossier.applicant.person.name),
            Hit::Line(record) => format!("L {}", record.place),
        }));
        before = page.next;
        if before.is_none() {
            return out;
        }
    }
}

fn add(ledger: &mut Ledger, name: &str, number: &str, phone: &str, i: i64) {
    let mut reception = reception(4, at(i));
    reception.id = DossierId(random_id().unwrap());
    reception.applicant.person.name = name.into();
    reception.applicant.person.number = PersonalNumber::parse(number).ok();
    reception.applicant.person.residence = "Thôn Đồng Tuyển, xã Hợp Thành".into();
    reception.contact = Contact { phone: phone.into(), ..Contact::default() };
    reception.procedure.name = "Thủ tục đăng ký khai sinh".into();
    reception.procedure.code = "1.001193".into();
    let identity = Box::new(reception.applicant.clone());
    let read =
        Event::IdentityRead { identity, face: None, signer: None, legal_basis: "Luật".into() };
    ledger.record(at(i), read, &[]).unwrap();
    ledger.append(at(i), receive(reception)).unwrap();
}

/// Who knows the year of their birth alone is found by it, as is who knows the day.
#[test]
fn people_are_found_by_as_much_of_their_birth_as_is_known() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let births = [("Năm", "1953"), ("Tháng", "1953-05"), ("Ngày", "1953-05-17"), ("Khác", "1954")];
    for (i, (name, born)) in births.into_iter().enumerate() {
        let mut event = read_event(i as u64, Evidence::Typed);
        if let Event::IdentityRead { identity, .. } = &mut event {
            identity.person.name = name.into();
            identity.person.residence = String::new();
            identity.person.birth_date = PartialDate::parse_iso(born);
        }
        ledger.record(at(i as i64), event, &[]).unwrap();
    }
    for (query, found) in [
        ("1953", "P Ngày|P Tháng|P Năm"),
        ("05/1953", "P Ngày|P Tháng"),
        ("17/05/1953", "P Ngày"),
        ("01/01/1953", ""),
    ] {
        assert_eq!(names(&ledger, query, Scope::People).join("|"), found, "{query}");
    }
}

#[test]
fn words_numbers_codes_and_places_are_found_before_and_after_binding() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    add(&mut ledger, "Nguyễn Văn Đệ", "099090000001", "0912 345 678", 1);
    add(&mut ledger, "Nguyễn Thị Đẹp", "099190000002", "", 2);
    add(&mut ledger, "Vàng A Nguyên", "099090123456", "", 3);
    let check = |ledger: &Ledger| {
        for (query, expected) in [
            ("nguyễn", "P Vàng A Nguyên|P Nguyễn Thị Đẹp|P Nguyễn Văn Đệ"),
            ("NGUYEN DE", "P Nguyễn Thị Đẹp|P Nguyễn Văn Đệ"),
            ("nguyen de ", "P Nguyễn Văn Đệ"),
            ("đệ nguyễn", "P Nguyễn Văn Đệ"),
            ("dem", ""),
            ("van", "P Vàng A Nguyên|P Nguyễn Văn Đệ"),
            ("van ", "P Nguyễn Văn Đệ"),
            ("vang a", "P Vàng A Nguyên"),
            ("ngu", "P Vàng A Nguyên|P Nguyễn Thị Đẹp|P Nguyễn Văn Đệ"),
            ("099090000001", "P Nguyễn Văn Đệ"),
            ("099 090 000 001", "P Nguyễn Văn Đệ"),
            ("0990900", "P Nguyễn Văn Đệ"),
            ("123456", "P Vàng A Nguyên"),
            ("23456", "P Vàng A Nguyên"),
            ("3456", "P Vàng A Nguyên"),
            ("456", ""),
            ("dong tuyen vang", "P Vàng A Nguyên"),
            ("\" OR * ( -", ""),
            ("nguyen\" NOT \"van", ""),
        ] {
            assert_eq!(names(ledger, query, Scope::People).join("|"), expected, "{query:?}");
        }
        for (query, expected) in [
            ("H38.99-261123-0002", "D Nguyễn Thị Đẹp"),
            ("261123-0002", "D Nguyễn Thị Đẹp"),
            ("0003", "D Vàng A Nguyên"),
            ("0912345678", "D Nguyễn Văn Đệ"),
            ("0912 345 678", "D Nguyễn Văn Đệ"),
            ("5678", "D Nguyễn Văn Đệ"),
            ("khai sinh vang", "D Vàng A Nguyên"),
            ("1.001193 đẹp", "D Nguyễn Thị Đẹp"),
            ("hop thanh", "D Vàng A Nguyên|D Nguyễn Thị Đẹp|D Nguyễn Văn Đệ"),
        ] {
            assert_eq!(names(ledger, query, Scope::Dossiers).join("|"), expected, "{query:?}");
        }
        let all = names(ledger, "nguyen ", Scope::All).join("|");
        assert_eq!(
            all,
            "D Vàng A Nguyên|P Vàng A Nguyên|D Nguyễn Thị Đẹp|P Nguyễn Thị Đẹp|D Nguyễn Văn Đệ|P Nguyễn Văn Đệ"
        );
    };
    check(&ledger);
    // Other people push the three into a volume.
    ledger
        .transact(|writing| {
            for i in 0..130 {
                let mut event = read_event(i, Evidence::Typed);
                if let Event::IdentityRead { identity, .. } = &mut event {
                    identity.person.name = "Trần Tất Khác".into();
                    identity.person.residence = String::new();
                    identity.person.birth_date = None;
                    identity.person.number = PersonalNumber::parse(&format!("0982777{i:05}")).ok();
                    identity.document = None;
                }
                writing.record(at(9), event, &[])?;
            }
            Ok(())
        })
        .unwrap();
    check(&ledger);
    drop(ledger);
    let ledger = open(data.path());
    check(&ledger);
    assert_eq!(names(&ledger, "tat khac", Scope::People).len(), 130);
    assert_clean(&ledger);
}

/// Names as they were typed with other layouts or pasted with signs that nobody sees, and telephone
/// numbers in every way of writing: found by plain typing, unbound, bound and in a ledger opened anew.
#[test]
fn look_alike_and_hidden_letters_hide_nobody() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let people = [
        ("Ðỗ Ðức Ðạt", "+84 912 345 601", "do duc dat", "0912345601"),
        ("Ɖỗ Đức Đạo", "0912.345.602", "do duc dao", "0912 345 602"),
        ("Nguy\u{200b}ễn Văn An", "84912345603", "nguyen van an", "+84912345603"),
        ("Nguyễn\u{ad}Thị Ba", "(0214) 3840 123", "nguyen ba", "02143840123"),
        ("\u{feff}Trần Thị Bốn", "0912\u{200b}345605", "tran thi bon", "84 912 345 605"),
        ("Lê\u{2060}Thị Cúc", "\u{202a}0912345606\u{202c}", "le thi cuc", "0912-345-606"),
        ("НОÀNG ТНỊ Dần", "0084912345607", "hoang thi dan", "0912.345.607"),
        ("ＬÒ　ＡＮＨ", "０９１２３４５６０８", "lo anh", "0912345608"),
    ];
    for (i, (name, phone, ..)) in people.iter().enumerate() {
        let number = format!("0990900000{i:02}");
        add(&mut ledger, name, &number, phone, i as i64);
    }
    let check = |ledger: &Ledger| {
        for (name, _, query, phone) in people {
            for query in [query, name] {
                let found = names(ledger, query, Scope::All);
                assert_eq!(found, [format!("D {name}"), format!("P {name}")], "{query:?}");
            }
            assert_eq!(names(ledger, phone, Scope::All), [format!("D {name}")], "{phone:?}");
        }
    };
    check(&ledger);
    for i in 0..64 {
        let mut event = read_event(i, Evidence::Typed);
        if let Event::IdentityRead { identity, .. } = &mut event {
            identity.person.name = "Phùng Khác".into();
            identity.person.residence = String::new();
        }
        ledger.record(at(9), event, &[]).unwrap();
    }
    check(&ledger);
    drop(ledger);
    let ledger = open(data.path());
    check(&ledger);
    // The check builds the index anew from the entries and compares.
    assert_clean(&ledger);
}

/// Who scans a receipt or types a whole code opens that dossier and no other.
#[test]
fn a_whole_code_means_its_dossier() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    add(&mut ledger, "Nguyễn Văn Đệ", "099090000009", "", 1);
    // The same day, and a number that ends as the first one's code does.
    add(&mut ledger, "Vàng A Nguyên", "099090000001", "", 2);
    let dossiers = ledger.search("", Scope::Dossiers, None, 9).unwrap().items;
    let Some(Hit::Dossier(first)) = dossiers.last() else { panic!("{dossiers:?}") };
    let code = first.dossier.code().unwrap();
    assert!(code.ends_with("-0001"), "{code}");
    for scope in [Scope::All, Scope::Dossiers] {
        let hits = ledger.search(&code, scope, None, 9).unwrap().items;
        let [Hit::Dossier(meant)] = hits.as_slice() else { panic!("{hits:?}") };
        assert_eq!(meant.dossier.applicant.person.name, "Nguyễn Văn Đệ");
        let found = names(&ledger, &code, scope);
        assert_eq!(found, ["D Nguyễn Văn Đệ", "D Vàng A Nguyên"], "others come after");
    }
}

#[test]
fn a_person_read_again_is_listed_once_at_their_newest_place() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let name = identity(1, Evidence::Typed).person.name;
    for i in [1, 2, 1] {
        ledger.record(at(1), read_event(i, Evidence::Typed), &[]).unwrap();
    }
    assert_eq!(names(&ledger, "", Scope::People)[0], format!("P {name}"));
    assert_eq!(names(&ledger, "", Scope::People).len(), 2);
    for i in 0..100 {
        append_dossier(&mut ledger, 50 + i, at(i as i64));
    }
    assert_eq!(names(&ledger, "", Scope::People).len(), 2, "also when bound");
    let number = identity(1, Evidence::Typed).person.number.unwrap();
    assert_eq!(names(&ledger, number.as_str(), Scope::People).len(), 1);
}

#[test]
fn paging_shows_every_row_once() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    for i in 0..150 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    for query in ["", "xa thu nghiem", "khong co ai"] {
        let expected = if query.starts_with("khong") { 0 } else { 150 };
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = ledger.search(query, Scope::Dossiers, before, 7).unwrap();
            seen.extend(page.items.iter().map(Hit::place));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), expected, "{query:?}");
        assert!(seen.is_sorted_by(|a, b| a > b), "{query:?}");
    }
}
