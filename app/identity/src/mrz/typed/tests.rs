#![allow(clippy::unwrap_used)]
use super::*;
use proptest::prelude::*;

use crate::mrz::{check_digit, part::whole_fits};

/// ICAO 9303-4 appendix B, and a synthetic card.
const ONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const TWO: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
const CARD: &str = "IDVNM0990001232001099000123<<3\n9901029M3901027VNM<<<<<<<<<<<2\nNGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";
/// A card whose number goes on in the optional field.
const LONG: &str = "IDUTO592123456<7846<<<<<<<<<<<\n8503127F3303115UTO<<<<<<<<<<<0\nMUSTER<<ANNA<LENA<<<<<<<<<<<<<";
/// ICAO 9303-6 appendix B.
const LARGER: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";

#[test]
fn what_is_wrong_is_said_as_soon_as_it_is_known() {
    for (text, words) in [
        ("", "dòng thứ hai"),
        ("P<UTO", "Dòng 1: 5 trong 44"),
        (&format!("{ONE}L898"), "Dòng 2: 4 trong 44"),
        (&format!("{ONE} {TWO}"), "Đủ và đúng"),
        (&format!("{ONE}{TWO}").to_lowercase(), "Đủ và đúng"),
        (&format!("{}\n{TWO}", &ONE[..43]), "Dòng 1 có 43 ký tự, cần 44"),
        (&format!("{ONE}<\n{TWO}"), "Dòng 1 có 45 ký tự, cần 44"),
        (&format!("{ONE} L898902C37"), "Dòng 2, ký tự 1 đến 10: số hộ chiếu"),
        (&format!("{ONE} {}", TWO.replace("740812", "740813")), "ký tự 14 đến 20: ngày sinh"),
        (&format!("{ONE} {}", TWO.replace("120415", "120416")), "ngày hết hạn"),
        (&format!("{ONE} {}", TWO.replace("B<<<<<10", "B<<<<<20")), "ký tự 29 đến 43: số cá nhân"),
        (&format!("{ONE} {}", TWO.replace("B<<<<<10", "B<<<<<11")), "Số kiểm tra cuối"),
        ("P<UTÔ", "Dòng 1, ký tự 5"),
        // The second line alone.
        (TWO, "Đủ và đúng"),
        ("L898902", "Dòng 2: 7 trong 44"),
        ("L898902C37", "Dòng 2, ký tự 1 đến 10"),
        (&format!("{TWO}<"), "Dòng 3 có 1 ký tự"),
        (CARD, "Đủ và đúng"),
        (&CARD.replace('\n', ""), "Đủ và đúng"),
        (&CARD.replace("9901029M", "9901028M"), "Dòng 2, ký tự 1 đến 7: ngày sinh"),
        ("IDVNM0990001233", "Dòng 1, ký tự 6 đến 15: số thẻ"),
        (&CARD.replace("0123<<3", "0123<<4"), "Dòng 1, ký tự 16 đến 30: số định danh"),
        // A number that is longer than its field.
        ("IDUTO592123456<", "Dòng 1: 15 trong 30"),
        ("IDUTO592123456<7846", "Dòng 1: 19 trong 30"),
        (LONG, "Đủ và đúng"),
        (&LONG.replace('\n', ""), "Đủ và đúng"),
        ("IDUTO592123456<7847<<<<<<<<<<<", "Dòng 1, ký tự 6 đến 19: số thẻ"),
        ("IDUTO592123456<<<<<<<<<<<<<<<<", "Dòng 1, ký tự 6 đến 15: số thẻ"),
        ("IDUTO59212345<<", "Dòng 1, ký tự 6 đến 15: số thẻ"),
        (LARGER, "Đủ và đúng"),
        (&LARGER.replace('\n', ""), "Đủ và đúng"),
        (&LARGER.replace("122F", "123F"), "Dòng 2, ký tự 14 đến 20: ngày sinh"),
    ] {
        let said = Typed::new(text).remark().to_string();
        assert!(said.contains(words), "{text}: {said}");
    }
}

/// What is refused says where, also where the window shows no more than the refusal.
#[test]
fn letters_in_the_place_of_digits_are_found() {
    let scanned = "EOO1OO2OO9UTO85O3127F33O3115SOOOOO12E<<<<<34";
    for (text, words) in [
        (scanned, "Dòng 2, ký tự 16: chỗ này phải là chữ số hoặc dấu <, ở đây là chữ O"),
        (
            &scanned[..13],
            "Dòng 2, ký tự 1 đến 10: số hộ chiếu và số kiểm tra không khớp, có ký tự sai (có lẽ chữ O là số 0)",
        ),
        (
            &TWO.replace("UTO", "UT0"),
            "Dòng 2, ký tự 13: chỗ này phải là chữ cái hoặc dấu <, ở đây là số 0",
        ),
        (&TWO.replace("122F", "122K"), "Dòng 2, ký tự 21: chỗ này phải là M, F, X"),
        (&TWO.replace("C36UTO", "C3GUTO"), "Dòng 2, ký tự 10: chỗ này phải là chữ số"),
        (&CARD.replace("NGUYEN", "NGUYEN0"), "Dòng 3, ký tự 7: chỗ này phải là chữ cái"),
        (&CARD.replace("3901027", "39O1027"), "Dòng 2, ký tự 11"),
        (&format!("{ONE} {TWO}").replace("ERIKSSON", "ER1KSSON"), "Dòng 1, ký tự 8"),
    ] {
        let typed = Typed::new(text);
        assert!(typed.remark().to_string().contains(words), "{text}: {}", typed.remark());
        let refused = typed.mrz().unwrap_err().to_string();
        assert!(refused.contains(words) && refused.contains("Chưa nhận"), "{text}: {refused}");
    }
}

#[test]
fn the_second_line_is_enough_whatever_the_number() {
    let whole = Mrz::parse_typed(&format!("{ONE}{TWO}")).unwrap();
    let second = Typed::new(TWO).mrz().unwrap();
    assert_eq!(second.key_information(), whole.key_information());
    assert_eq!(second.name, "");
    for (line, number) in [
        ("XDB1234566UTO8503127F3303115<<<<<<<<<<<<<<04", "XDB123456"),
        ("NPHK1C2D34UTO8503127F3303115<<<<<<<<<<<<<<08", "NPHK1C2D3"),
        ("C3JT1K2M42UTO8503127F3303115<<<<<<<<<<<<<<02", "C3JT1K2M4"),
        ("CFGHJ12349UTO8503127F3303115<<<<<<<<<<<<<<08", "CFGHJ1234"),
        ("XDA0000011UTO8503127F3303115<<<<<<<<<<<<<<04", "XDA000001"),
    ] {
        for text in [line.to_owned(), line.to_lowercase(), format!(" {line}\r\n")] {
            let mrz = Typed::new(&text).mrz().unwrap();
            assert_eq!(mrz.number, number);
            assert_eq!(mrz.key_information(), format!("{}85031273303115", &line[..10]));
        }
        // On the way nothing is called wrong, once it cannot be a card.
        let known = match &line[..2] {
            "C3" => 2,
            "CF" => 20,
            _ => 1,
        };
        for end in known..44 {
            let said = Typed::new(&line[..end]).remark();
            assert_eq!(said, Remark::Going { line: 2, have: end, of: 44 }, "{line}");
        }
    }
}

/// Dates and ends that a document leaves open, with a filler or a zero for their check digit.
#[test]
fn what_a_zone_may_leave_open_is_no_mistake() {
    for zone in [
        "IDVNM0550001236001055000123<<75501018M<<<<<<<VNM<<<<<<<<<<<4NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
        "IDVNM0550001236001055000123<<75501018M<<<<<<0VNM<<<<<<<<<<<4NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
        "IDVNM0550001236001055000123<<75501018M9912315VNM<<<<<<<<<<<0NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
        "P<UTOMUSTER<<ADAM<<<<<<<<<<<<<<<<<<<<<<<<<<<L123456781UTO70<<<<9M3303115<<<<<<<<<<<<<<08",
        "P<UTOMUSTER<<ADAM<<<<<<<<<<<<<<<<<<<<<<<<<<<L123456781UTO7000009M3303115<<<<<<<<<<<<<<08",
    ] {
        let typed = Typed::new(zone);
        assert_eq!(typed.remark(), Remark::Right, "{zone}");
        assert!(typed.mrz().unwrap().checked);
    }
    // A filler for the check digit of something that is there.
    for (zone, words) in [
        ("IDVNM0550001236001055000123<<7550101<M", "ngày sinh"),
        ("L123456781UTO70<<<<<M3303115<<<<<<<<<<<<<<08", "ngày sinh"),
        ("L12345678<UTO", "số hộ chiếu"),
    ] {
        let said = Typed::new(zone).remark().to_string();
        assert!(said.contains(words), "{zone}: {said}");
    }
}

/// A zone of that layout with right check digits.
fn zone(layout: Layout, number: &str, name: &str, born: &str, ends: &str) -> [String; 3] {
    let dated = |date: &str| {
        let digit = if date == "<<<<<<" { '<' } else { check_digit(date) };
        format!("{date}{digit}")
    };
    let room = if layout == Layout::Td1 { 15 } else { 7 };
    let (field, rest) = number.split_at(number.len().min(9));
    let check = check_digit(number);
    let (field, optional) = match (layout, rest) {
        (Layout::Td3, _) | (_, "") => {
            (format!("{field:<<9}{}", check_digit(&format!("{field:<<9}"))), "<".repeat(room))
        }
        (_, rest) => (format!("{field}<"), format!("{:<<room$}", format!("{rest}{check}"))),
    };
    let dates = (dated(born), dated(ends));
    let [one, two, three] = match layout {
        Layout::Td1 => [
            format!("IDUTO{field}{optional}"),
            format!("{}F{}UTO{:<<11}", dates.0, dates.1, ""),
            format!("{name:<<30}"),
        ],
        Layout::Td2 => [
            format!("{:<<36}", format!("I<UTO{name}")),
            format!("{field}UTO{}F{}{optional}", dates.0, dates.1),
            String::new(),
        ],
        Layout::Td3 => [
            format!("{:<<44}", format!("P<UTO{name}")),
            format!("{field}UTO{}F{}{:<<15}", dates.0, dates.1, ""),
            String::new(),
        ],
    };
    let digits = '0'..='9';
    let fits =
        |digit: &char| whole_fits(layout, &[one.clone(), format!("{two}{digit}")]) == Some(true);
    let last = digits.into_iter().find(fits).unwrap();
    [one, format!("{two}{last}"), three]
}

fn any_zone() -> impl Strategy<Value = (Layout, [String; 3])> {
    let layout = prop_oneof![Just(Layout::Td1), Just(Layout::Td2), Just(Layout::Td3)];
    let date =
        prop_oneof!["[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])", "[0-9]{2}<<<<", "<<<<<<"];
    (layout, "[A-Z0-9]{3,15}", "[A-Z]{1,8}<<[A-Z]{1,8}", date.clone(), date).prop_map(
        |(layout, number, name, born, ends)| (layout, zone(layout, &number, &name, &born, &ends)),
    )
}

proptest! {
    #[test]
    fn any_text_is_survived_and_only_right_zones_are_called_right(text in "[A-Z0-9< \nếă]{0,120}") {
        let typed = Typed::new(&text);
        prop_assert_eq!(typed.remark() == Remark::Right, typed.mrz().is_ok());
    }

    #[test]
    fn every_right_zone_is_called_right_however_it_is_parted((layout, lines) in any_zone()) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|l| !l.is_empty()).collect();
        let expected = Mrz::parse_typed(&lines.concat()).unwrap();
        for text in [lines.join("\n"), lines.concat()] {
            let typed = Typed::new(&text);
            prop_assert_eq!(typed.remark(), Remark::Right, "{:?} {}", layout, text);
            prop_assert!(typed.mrz().unwrap() == expected);
        }
        if layout == Layout::Td3 {
            let second = Typed::new(lines[1]).mrz().unwrap();
            prop_assert_eq!(second.key_information(), expected.key_information());
        }
    }

    #[test]
    fn a_wrong_digit_in_a_right_zone_is_never_right((_, lines) in any_zone(), at in 0usize..90, by in 1u8..10) {
        let text = lines.concat();
        let digits: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let at = digits[at % digits.len()];
        let old = text.as_bytes()[at];
        let mut changed = text.clone();
        changed.replace_range(at..=at, &char::from(b'0' + (old - b'0' + by) % 10).to_string());
        let typed = Typed::new(&changed);
        prop_assert!(typed.remark() != Remark::Right && typed.mrz().is_err(), "{}", changed);
    }
}
