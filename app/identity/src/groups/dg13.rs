//! DG13 of the Vietnamese card: what the chip adds to the MRZ.
//!
//! Each field is a SEQUENCE that begins with its number as an INTEGER. How deep these sequences lie is
//! not published, so the tree is walked and fields are known by their form; nothing depends on offsets.
//! What begins with an INTEGER and holds fields is no field but all of them behind a version.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use office::{
    partial_date::PartialDate,
    person::{Expiry, Person, PersonalNumber, Sex},
    text,
};
use pki::tlv::{self, Tlv, TlvError};

use crate::error::{Fault, ReadError};

/// Longest text of one field, in bytes.
const MAX_TEXT: usize = 2048;

/// Numbers of the fields that say who it is.
const NUMBER: u8 = 1;
const BIRTH: u8 = 3;
/// Numbers of the fields that list relatives.
const PARENTS: u8 = 13;
const SPOUSE: u8 = 14;

/// What each field tells, by its number, for the clerk.
const LABELS: [&str; 16] = [
    "số định danh",
    "họ tên",
    "ngày sinh",
    "giới tính",
    "quốc tịch",
    "dân tộc",
    "tôn giáo",
    "quê quán",
    "nơi thường trú",
    "đặc điểm nhận dạng",
    "ngày cấp",
    "ngày hết hạn",
    "cha, mẹ",
    "vợ, chồng",
    "số giấy tờ cũ",
    "số của chip",
];

/// What is doubtful about a field, with its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It is there more than once, and the card speaks of two people.
    Contradiction(&'static str),
    /// It is there more than once, and differs.
    Discrepancy(&'static str),
    /// It is filled, and not in a form that is known here.
    Unread(&'static str),
}

/// What DG13 says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The facts; the first of a repeated field counts.
    pub person: Person,
    /// Fields that are there more than once and differ, and fields whose content is not understood.
    pub doubts: Vec<Doubt>,
}

/// Reads the fields. Those that the card leaves out, and those whose content is broken, stay empty.
///
/// Errors: broken TLV around the fields, nesting too deep.
pub fn read(dg13: &[u8]) -> Result<Content, ReadError> {
    let outer = tlv::single(dg13)?;
    let mut fields: BTreeMap<u8, &[u8]> = BTreeMap::new();
    let mut doubled = BTreeSet::new();
    tlv::walk(outer.value, &mut |element| {
        let Some((number, content)) = field(element) else { return true };
        if *fields.entry(number).or_insert(content) != content {
            doubled.insert(number);
        }
        false
    })?;
    let mut person = Person::default();
    let mut doubts: Vec<Doubt> = doubled.into_iter().filter_map(differing).collect();
    for (number, content) in fields {
        let mut texts = Vec::new();
        let is_told = match collect(content, 0, &mut texts) {
            Ok(()) => {
                let is_empty = texts.iter().all(String::is_empty);
                set(&mut person, number, texts);
                is_empty || is_understood(&person, number)
            }
            Err(error) if error == TlvError::Depth.into() => return Err(error),
            Err(_) => false,
        };
        if !is_told && let Some(label) = label(number) {
            doubts.push(Doubt::Unread(label));
        }
    }
    Ok(Content { person, doubts })
}

/// Whether a field that is not empty gave what it stands for. Texts say what they say; numbers, dates and
/// the sex have a form.
fn is_understood(person: &Person, number: u8) -> bool {
    match number {
        NUMBER => person.number.is_some(),
        BIRTH => person.birth_date.is_some(),
        4 => person.sex.is_some(),
        11 => person.issue_date.is_some(),
        12 => person.expiry_date.is_some(),
        _ => true,
    }
}

fn label(number: u8) -> Option<&'static str> {
    LABELS.get(usize::from(number).checked_sub(1)?).copied()
}

/// A field that is there twice: with two numbers or two births the card speaks of two people.
fn differing(number: u8) -> Option<Doubt> {
    let label = label(number)?;
    Some(match number {
        NUMBER | BIRTH => Doubt::Contradiction(label),
        _ => Doubt::Discrepancy(label),
    })
}

/// Whether the error in this group is an attack on parsers. Anything else may be content that only the
/// issuer can open: enciphered bytes begin by chance with all sorts of broken elements. They do not nest
/// deep, nor are they a row of sequences around an indefinite length with a sequence, number or end in it:
/// that is one in two million.
pub fn is_hostile(error: &ReadError, group: &[u8]) -> bool {
    match error {
        ReadError::Unreadable(Fault::Tlv(TlvError::Depth)) => true,
        ReadError::Unreadable(Fault::Tlv(TlvError::Indefinite)) => {
            let mut rest = tlv::single(group).map_or(group, |group| group.value);
            while let Ok(Tlv { tag: 0x30 | 0x31, value, .. }) = tlv::single(rest) {
                rest = value;
            }
            matches!(rest, [0x30 | 0x31, 0x80, 0x00 | 0x02 | 0x30 | 0x31, ..])
        }
        _ => false,
    }
}

/// `30 LL 02 01 nn …`: the field's number and what follows it.
fn field(element: Tlv<'_>) -> Option<(u8, &[u8])> {
    let (number, content) = numbered(element)?;
    // Relatives are lists, and may be numbered themselves.
    let is_list = matches!(number, PARENTS | SPOUSE);
    (is_list || !holds_fields(content)).then_some((number, content))
}

/// A SEQUENCE that begins with a field's number.
fn numbered(element: Tlv<'_>) -> Option<(u8, &[u8])> {
    if element.tag != 0x30 {
        return None;
    }
    let (number, content) = tlv::split(element.value).ok()?;
    match (number.tag, number.value) {
        (0x02, [n @ 1..=16]) => Some((*n, content)),
        _ => None,
    }
}

fn holds_fields(content: &[u8]) -> bool {
    let mut found = false;
    // Where the tree breaks off, what was found before counts.
    let _ = tlv::walk(content, &mut |element| {
        found |= numbered(element).is_some();
        !found
    });
    found
}

/// All texts in order; an empty SEQUENCE keeps its place as an empty text.
fn collect(content: &[u8], depth: usize, texts: &mut Vec<String>) -> Result<(), ReadError> {
    if depth > 4 {
        return Err(TlvError::Depth.into());
    }
    for element in tlv::elements(content) {
        let element = element?;
        match element.tag {
            0x0C | 0x13 | 0x16 => {
                if element.value.len() > MAX_TEXT {
                    return Err(Fault::TooLarge.into());
                }
                let value = std::str::from_utf8(element.value).map_err(|_| Fault::Format)?;
                texts.push(text::clean(value));
            }
            0x30 if element.value.is_empty() => texts.push(String::new()),
            _ if element.constructed() => collect(element.value, depth + 1, texts)?,
            _ => {}
        }
    }
    Ok(())
}

fn set(person: &mut Person, number: u8, texts: Vec<String>) {
    let mut texts = texts.into_iter();
    let mut next = || texts.next().unwrap_or_default();
    match number {
        1 => person.number = PersonalNumber::parse(&next()).ok(),
        2 => person.name = next(),
        3 => person.birth_date = PartialDate::parse(&next()),
        4 => person.sex = Sex::parse(&next()),
        5 => person.nationality = next(),
        6 => person.ethnicity = next(),
        7 => person.religion = next(),
        8 => person.origin = next(),
        9 => person.residence = next(),
        10 => person.features = next(),
        11 => person.issue_date = date(&next()),
        12 => person.expiry_date = expiry(&next()),
        13 => (person.father, person.mother) = (next(), next()),
        14 => person.spouses = texts.filter(|name| !name.is_empty()).collect(),
        // Cards differ in which of the two is the old number; the other is the chip's serial. Both may
        // look like numbers: the old one had nine digits, and it is not the present one.
        _ => {
            let value = next();
            let current = person.number.as_ref().is_some_and(|n| n.as_str() == value);
            let known = person.old_number.len();
            let is_old = (value.len() == 9 && known != 9) || (value.len() == 12 && known == 0);
            if is_old && !current && value.bytes().all(|b| b.is_ascii_digit()) {
                person.old_number = value;
            }
        }
    }
}

/// `dd/mm/yyyy`.
fn date(text: &str) -> Option<Date> {
    PartialDate::parse(text)?.day()
}

/// Words for an end that does not come, folded and without spaces.
const NO_END: [&str; 15] = [
    "khongthoihan",
    "vothoihan",
    "khongcothoihan",
    "khongxacdinhthoihan",
    "khonggioihan",
    "khonghanche",
    "khongkyhan",
    "vokyhan",
    "khonghan",
    "vohan",
    "suotdoi",
    "trondoi",
    "vinhvien",
    "laudai",
    "unlimited",
];

/// A date, or the words for none. Days that stand for none are those that no card reaches: cards end by the
/// sixtieth birthday.
fn expiry(value: &str) -> Option<Expiry> {
    match date(value) {
        Some(day) if day >= LAST_OF_ALL => Some(Expiry::Never),
        Some(day) => Some(Expiry::On(day)),
        None => {
            let words = text::fold(value).replace(' ', "");
            NO_END.iter().any(|end| words.contains(end)).then_some(Expiry::Never)
        }
    }
}

/// 31/12/2099 and whatever is later, 31/12/9999.
const LAST_OF_ALL: Date = Date::constant(2099, 12, 31);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;
    use pki::tlv::encode;
    use proptest::prelude::*;

    fn entry(number: u8, content: &[u8]) -> Vec<u8> {
        encode(0x30, &[&[0x02, 0x01, number], content].concat())
    }

    fn utf8(text: &str) -> Vec<u8> {
        encode(0x0C, text.as_bytes())
    }

    fn names(names: &[&str]) -> Vec<u8> {
        let one = |n: &&str| if n.is_empty() { encode(0x30, &[]) } else { encode(0x30, &utf8(n)) };
        names.iter().flat_map(one).collect()
    }

    /// A long address needs the two-byte length form, which breaks parsers with fixed offsets.
    const ADDRESS: &str = "Số nhà 99, ngõ 9/99 đường Trần Hưng Đạo, Khu phố 9, phường Đông Hồ, thành phố Ví Dụ, tỉnh Ví Dụ Thượng";

    fn content() -> Vec<u8> {
        [
            entry(1, &encode(0x13, b"001099000123")),
            entry(2, &utf8("Nguyễn Văn A")),
            entry(3, &encode(0x13, b"02/01/1999")),
            entry(4, &utf8("Nam")),
            entry(5, &utf8("Việt Nam")),
            entry(6, &utf8("Kinh")),
            entry(7, &utf8("Không")),
            entry(8, &utf8(ADDRESS)),
            entry(9, &utf8("e\u{302}\u{301}")),
            entry(10, &utf8("Sẹo chấm C:1cm trên đuôi mắt trái")),
            entry(11, &encode(0x13, b"03/02/2022")),
            entry(12, &utf8("02/01/2039")),
            entry(13, &names(&["", "Trần Thị B"])),
            entry(14, &names(&["Lê Thị C", "Phạm Thị D"])),
            entry(15, &encode(0x13, b"0123456789ABCDEF")),
            entry(16, &encode(0x13, b"099000456")),
        ]
        .concat()
    }

    #[test]
    fn the_fields_are_found_at_any_depth() {
        let content = content();
        for dg13 in [
            encode(0x6D, &content),
            encode(0x6D, &encode(0x30, &encode(0x31, &content))),
            encode(0x6D, &encode(0x31, &encode(0x30, &encode(0x30, &encode(0x31, &content))))),
            // Behind a version, which looks like a field's number.
            encode(0x6D, &entry(1, &encode(0x31, &content))),
            encode(0x6D, &entry(1, &content)),
            encode(0x6D, &entry(2, &encode(0x30, &encode(0x31, &content)))),
            encode(0x6D, &encode(0x30, &entry(0, &encode(0x31, &content)))),
            encode(0x6D, &entry(1, &encode(0xA0, &entry(1, &encode(0x31, &content))))),
            encode(0x6D, &[&[2, 1, 1], &encode(0x31, &content)[..]].concat()),
        ] {
            let person = read(&dg13).unwrap().person;
            assert_eq!(person.number.unwrap().as_str(), "001099000123");
            assert_eq!(person.name, "Nguyễn Văn A");
            assert_eq!(person.birth_date, Some(date(1999, 1, 2).into()));
            assert_eq!(person.sex, Some(Sex::Male));
            assert_eq!(person.origin, ADDRESS);
            assert_eq!(person.residence, "ế");
            assert_eq!(person.issue_date, Some(date(2022, 2, 3)));
            assert_eq!(person.expiry_date, Some(Expiry::On(date(2039, 1, 2))));
            assert_eq!((person.father.as_str(), person.mother.as_str()), ("", "Trần Thị B"));
            assert_eq!(person.spouses, ["Lê Thị C", "Phạm Thị D"]);
            assert_eq!(person.old_number, "099000456");
        }
    }

    #[test]
    fn sparse_cards_and_other_forms() {
        let with = |content: Vec<u8>| read(&encode(0x6D, &encode(0x30, &content))).unwrap().person;
        assert_eq!(with(vec![]), Person::default());
        assert_eq!(with(entry(14, &[])).spouses, Vec::<String>::new());
        let numbered = [entry(1, &utf8("Lê Thị C")), entry(2, &utf8("Phạm Thị D"))].concat();
        assert_eq!(with(entry(14, &numbered)).spouses, ["Lê Thị C", "Phạm Thị D"]);
        assert_eq!(with(entry(2, &encode(0xA0, &utf8("Nguyễn Văn A")))).name, "Nguyễn Văn A");
        for words in [
            "Không thời hạn",
            "KHÔNG THỜI HẠN",
            "Kho\u{302}ng tho\u{31b}\u{300}i ha\u{323}n",
            "KHONG THOI HAN",
            "không-thời-hạn.",
            "Vô thời hạn",
            "VÔ THỜI HẠN",
            "Vô hạn",
            "Không có thời hạn",
            "Không xác định thời hạn",
            "Không giới hạn",
            "Không kỳ hạn",
            "Giá trị suốt đời",
            "Vĩnh viễn",
            "Lâu dài",
            "31/12/9999",
            "31/12/2099",
        ] {
            assert_eq!(with(entry(12, &utf8(words))).expiry_date, Some(Expiry::Never), "{words}");
        }
        for words in ["?", "", "-", "Không", "Không ghi", "Không rõ", "thời hạn", "00/00/0000"]
        {
            assert_eq!(with(entry(12, &utf8(words))).expiry_date, None, "{words}");
        }
        for (text, born) in [
            ("1960", "1960"),
            ("00/00/1960", "1960"),
            ("00/07/1960", "07/1960"),
            ("07/1960", "07/1960"),
            ("01/01/1960", "01/01/1960"),
            ("30/02/1960", ""),
            ("01/01/60", ""),
            ("01/01/1960/", ""),
            ("+1/01/1960", ""),
            ("۰1/01/1960", ""),
        ] {
            let read = with(entry(3, &utf8(text))).birth_date;
            assert_eq!(read.map(|born| born.to_string()).unwrap_or_default(), born, "{text}");
        }
        assert_eq!(with(entry(15, &encode(0x16, b"099000456"))).old_number, "099000456");
        let nested = entry(13, &encode(0x30, &names(&["Ông E", ""])));
        assert_eq!(with(nested).father, "Ông E");
        // The bytes 02 01 02 inside a value are a text, no field.
        let decoy = entry(9, &utf8("\u{2}\u{1}\u{2} phố"));
        assert_eq!(with(decoy).name, "");
    }

    #[test]
    fn the_old_number_is_known_by_its_form() {
        let (nine, twelve, current, serial) =
            ("099000456", "099099000456", "001099000123", "0123456789ABCDEF");
        for (fifteen, sixteen, old) in [
            (nine, serial, nine),
            (serial, nine, nine),
            (twelve, serial, twelve),
            (serial, twelve, twelve),
            (nine, twelve, nine),
            (twelve, nine, nine),
            (current, nine, nine),
            (nine, current, nine),
            (current, serial, ""),
            ("09900045X", "", ""),
            ("", "", ""),
        ] {
            let fields = [(1, current), (15, fifteen), (16, sixteen)];
            let content: Vec<u8> = fields
                .iter()
                .flat_map(|(n, text)| entry(*n, &encode(0x13, text.as_bytes())))
                .collect();
            let read = read(&encode(0x6D, &content)).unwrap();
            assert_eq!(read.person.old_number, old, "{fifteen} {sixteen}");
        }
    }

    #[test]
    fn fields_that_are_there_twice_must_be_the_same() {
        let other = entry(1, &encode(0x13, b"001099000124"));
        let number = Doubt::Contradiction("số định danh");
        for (more, doubled) in [
            (vec![], vec![]),
            (entry(1, &encode(0x13, b"001099000123")), vec![]),
            (other.clone(), vec![number]),
            (encode(0x30, &encode(0x31, &other)), vec![number]),
            ([other, entry(13, &[])].concat(), vec![number, Doubt::Discrepancy("cha, mẹ")]),
            (entry(3, &encode(0x13, b"03/01/1999")), vec![Doubt::Contradiction("ngày sinh")]),
            (entry(5, &utf8("VN")), vec![Doubt::Discrepancy("quốc tịch")]),
        ] {
            let read = read(&encode(0x6D, &[content(), more].concat())).unwrap();
            assert_eq!(read.doubts, doubled);
            assert_eq!(read.person.number.unwrap().as_str(), "001099000123");
        }
    }

    #[test]
    fn what_is_written_and_not_understood_is_told() {
        for (number, written, told) in [
            (1, "00109900012", Some("số định danh")),
            (3, "31/02/1999", Some("ngày sinh")),
            (3, "1999", None),
            (3, "", None),
            (4, "X?", Some("giới tính")),
            (11, "ngày 3", Some("ngày cấp")),
            (12, "40/01/2039", Some("ngày hết hạn")),
            (12, "Không thời hạn", None),
            (15, "?", None),
        ] {
            let read = read(&encode(0x6D, &entry(number, &utf8(written)))).unwrap();
            let doubts: Vec<Doubt> = told.map(Doubt::Unread).into_iter().collect();
            assert_eq!(read.doubts, doubts, "{number} {written}");
        }
        let broken = entry(9, &encode(0x0C, &[0xFF, 0xFE]));
        let read = read(&encode(0x6D, &[content(), broken].concat())).unwrap();
        assert_eq!(read.doubts, [Doubt::Discrepancy("nơi thường trú")]);
    }

    #[test]
    fn a_broken_field_stays_empty() {
        for broken in [
            entry(2, &encode(0x0C, &[0xFF, 0xFE])),
            entry(2, &encode(0x0C, &vec![b'a'; MAX_TEXT + 1])),
            entry(2, &[0x0C, 0x80, 0x41, 0, 0]),
            entry(2, &[0x0C, 0x05, 0x41]),
        ] {
            let content = [entry(1, &encode(0x13, b"001099000123")), broken.clone()].concat();
            let person = read(&encode(0x6D, &encode(0x31, &content))).unwrap().person;
            assert_eq!(person.name, "", "{}", hex::encode(broken));
            assert_eq!(person.number.unwrap().as_str(), "001099000123");
        }
    }

    #[test]
    fn attacks_are_told_from_enciphered_content() {
        let deep =
            |inner: Vec<u8>, levels| (0..levels).fold(inner, |inner, _| encode(0x30, &inner));
        for (name, content, hostile) in [
            ("deep", deep(entry(2, &utf8("A")), 10_000), true),
            ("deep inside a field", entry(2, &deep(utf8("A"), 10_000)), true),
            ("indefinite", vec![0x30, 0x80, 0x30, 5, 2, 1, 2, 0x0C, 0, 0, 0], true),
            ("indefinite fields", vec![0x30, 0x80, 0x02, 0x01, 0x02, 0x00, 0x00], true),
            ("indefinite inside", encode(0x30, &encode(0x31, &[0x30, 0x80, 0, 0])), true),
            ("a cut", vec![0x30, 0x05, 0x02], false),
            ("an indefinite text", vec![0x0C, 0x80, 0x41, 0, 0], false),
            ("by chance", vec![0x30, 0x80, 0x9A, 0x31, 0xE7], false),
            ("by chance, later", vec![0x77, 0x01, 0xEE, 0x30, 0x80, 0x30], false),
        ] {
            let group = encode(0x6D, &content);
            let error = read(&group).unwrap_err();
            assert_eq!(is_hostile(&error, &group), hostile, "{name}");
        }
    }

    /// Enciphered content is bytes without a form: none of it may end the reading of a card.
    #[test]
    fn random_content_is_opaque() {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        };
        for _ in 0..50_000 {
            let body: Vec<u8> = (0..64).flat_map(|_| random()).collect();
            let group = encode(0x6D, &body);
            if let Err(error) = read(&group) {
                assert!(!is_hostile(&error, &group), "{}", hex::encode(body));
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&encode(0x6D, &bytes));
        }

        #[test]
        fn texts_are_read_back(name in "[a-zA-ZĐđắễự]{1,40}", place in "[A-Za-zÂ-ỹ]{0,300}", depth in 0usize..8) {
            let fields = [entry(2, &utf8(&name)), entry(9, &utf8(&place))].concat();
            let nested = (0..depth).fold(fields, |inner, n| encode(0x30 + (n as u32 & 1), &inner));
            let person = read(&encode(0x6D, &nested)).unwrap().person;
            prop_assert_eq!(person.name, text::clean(&name));
            prop_assert_eq!(person.residence, text::clean(&place));
        }

        #[test]
        fn altered_fields_are_survived(at in 0usize..700, byte in any::<u8>()) {
            let mut dg13 = encode(0x6D, &encode(0x30, &content()));
            if let Some(slot) = dg13.get_mut(at) {
                *slot = byte;
            }
            let _ = read(&dg13);
        }
    }
}
