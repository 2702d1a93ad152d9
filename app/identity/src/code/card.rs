//! The text of a card's QR code.
//!
//! 2021 card: `number|old number|NAME|ddmmyyyy|sex|address|ddmmyyyy`. 2024 card: the same start, then
//! fields whose order is not published: they are kept as they are and told apart by content alone, so
//! that nobody's father is guessed. The issue date tells the two cards apart; where it is missing, the
//! number of fields does. Some scanners write dates as `dd/mm/yyyy` or cut the tail: what is left is used, with a warning.

use std::fmt;

use jiff::civil::{Date, date};
use office::{
    evidence::Evidence,
    partial_date::PartialDate,
    person::{Document, DocumentKind, Identity, Person, PersonalNumber, ReadOn, Sex},
    text::clean,
};

use super::{CodeError, bare, capslock, garble::is_garbled, is_digits};
use crate::person::card_of;

/// Fields of the 2021 card; the 2024 card has more.
const FIELDS: usize = 7;
/// Number, old number, name and birth date: with fewer there is no person.
pub(super) const LEAST_FIELDS: usize = 4;
/// More fields than any card.
const MOST_FIELDS: usize = 32;

/// What holds of every code.
const UNSIGNED: [&str; 2] = [
    "Mã QR không có chữ ký, ai cũng in được: hãy đọc chip để xác thực.",
    "Mã QR không phân biệt chắc chắn thẻ căn cước công dân với thẻ căn cước.",
];

/// What a card's QR code says.
pub struct CardCode {
    /// The person, as evidence [`Evidence::Declared`].
    pub identity: Identity,
    /// Fields after the seventh, in the code's order.
    pub extras: Vec<Extra>,
    /// What the clerk should know about this code beyond what holds of all, in sentences; they stand among
    /// the identity's reasons too.
    pub warnings: Vec<String>,
}

/// A field of the 2024 card whose meaning its place does not tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Extra {
    /// What its content looks like.
    pub kind: ExtraKind,
    /// The field, clean.
    pub text: String,
}

/// What an extra field's content looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtraKind {
    /// Nothing.
    Empty,
    /// Nine digits: an old CMND number.
    OldNumber,
    /// Twelve digits: a personal number.
    PersonalNumber,
    /// A date.
    Date,
    /// Words of letters only: a person's name, perhaps a parent's.
    Name,
    /// Anything else.
    Other,
}

impl CardCode {
    /// Reads the text of a card's code; BOM, line ends and decomposed letters are forgiven.
    pub fn parse(text: &str) -> Result<CardCode, CodeError> {
        let text = bare(text);
        // Bytes of UTF-8 that were taken for letters one by one; cleaning would hide them.
        if text.contains(|c| matches!(c, '\u{80}'..='\u{9f}')) {
            return Err(CodeError::Garbled);
        }
        let mut fields: Vec<String> = text.split('|').take(MOST_FIELDS + 1).map(clean).collect();
        if !(LEAST_FIELDS..=MOST_FIELDS).contains(&fields.len()) {
            return Err(CodeError::BrokenFields(fields.len()));
        }
        // Empty fields at the end say nothing, not even which card it is.
        while fields.len() > FIELDS && fields.last().is_some_and(String::is_empty) {
            fields.pop();
        }
        // A sign that the scanner adds at the end.
        if let Some(last) = fields.last_mut() {
            let end = last.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
            if last.get(..end).is_some_and(|date| date.len() == 8 && is_digits(date)) {
                last.truncate(end);
            }
        }
        let mut warnings = Vec::new();
        let of = |place: usize| fields.get(place).map_or("", String::as_str);
        if capslock::was_on(of(4), of(2)) {
            capslock::set_right(&mut fields);
            warnings.push(
                "Phím CapsLock đang bật khi quét: chữ hoa, chữ thường trong mã bị đảo và đã được đổi lại. Hãy so họ tên, địa chỉ với thẻ và tắt CapsLock."
                    .into(),
            );
        }
        let count = fields.len();
        let field = |place: usize| fields.get(place).map_or("", String::as_str);
        let number = PersonalNumber::parse(field(0)).map_err(|_| CodeError::WrongNumber)?;
        let (old_number, name) = (field(1), field(2));
        let (sex_word, residence) = (field(4), field(5));
        let misplaced = has_letters(old_number)
            || has_letters(field(3))
            || has_letters(field(6))
            || !has_letters(name)
            || sex_word.contains(|c: char| c.is_ascii_digit());
        if misplaced {
            return Err(CodeError::BrokenFields(count));
        }
        let cut = count < FIELDS;
        let sex = Sex::parse(sex_word);
        let sex_was_cut = cut && count == 5;
        if is_garbled(name, residence) || (sex.is_none() && !sex_word.is_empty() && !sex_was_cut) {
            return Err(CodeError::Garbled);
        }

        if cut {
            warnings.push(format!(
                "Mã bị cắt phần cuối (đọc được {count} trong 7 trường): những mục còn thiếu phải nhập tay, địa chỉ có thể chưa trọn."
            ));
        }
        let birth_date = birth(field(3));
        if birth_date.is_none() {
            warnings.push("Ngày sinh trong mã không đọc được: hãy nhập theo thẻ.".into());
        }
        let issue_date = card_date(field(6));
        if issue_date.is_none() && !cut {
            warnings.push("Ngày cấp trong mã không đọc được: hãy nhập theo thẻ.".into());
        }
        if birth_date.zip(issue_date).is_some_and(|(birth, issue)| issue < birth.earliest()) {
            warnings
                .push("Ngày cấp đứng trước ngày sinh: mã có thể không phải của thẻ thật.".into());
        }
        let old_number = match old_number.len() {
            0 | 9 | 12 if old_number.bytes().all(|b| b.is_ascii_digit()) => old_number.to_owned(),
            _ => {
                warnings.push("Số CMND cũ trong mã không phải 9 chữ số nên không được lấy.".into());
                String::new()
            }
        };
        if sex_word.eq_ignore_ascii_case("nu") {
            warnings
                .push("Máy quét đã bỏ dấu tiếng Việt: hãy sửa họ tên và địa chỉ theo thẻ.".into());
        }
        let before_the_merger = issue_date.is_some_and(|day| day < date(2025, 7, 1));
        if before_the_merger && !residence.is_empty() {
            warnings.push(
                "Địa chỉ ghi theo đơn vị hành chính lúc cấp thẻ, trước ngày 01/7/2025: tên xã, huyện, tỉnh có thể đã thay đổi."
                    .into(),
            );
        }

        let by_count = if count > FIELDS { DocumentKind::CanCuoc } else { DocumentKind::Cccd };
        let kind = issue_date.map_or(by_count, card_of);
        let identity = Identity {
            document: Some(Document { kind, number: number.as_str().to_owned(), expiry: None }),
            person: Person {
                number: Some(number),
                name: name.to_owned(),
                birth_date,
                sex,
                residence: residence.to_owned(),
                issue_date,
                old_number,
                ..Person::default()
            },
            evidence: Evidence::Declared,
            read: ReadOn::Unread,
            // What is particular to this code comes first: it is what the clerk has to act on.
            whose: None,
            reasons: warnings.iter().cloned().chain(UNSIGNED.map(String::from)).collect(),
        };
        let extras = fields.into_iter().skip(FIELDS).map(Extra::new).collect();
        Ok(CardCode { identity, extras, warnings })
    }
}

impl CardCode {
    /// Whether the scan has all that every card's code has.
    pub(super) fn is_whole(&self) -> bool {
        self.identity.person.issue_date.is_some()
    }
}

/// Debug output may reach a log: it never shows the person.
impl fmt::Debug for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardCode({} extras, …)", self.extras.len())
    }
}

/// Debug output may reach a log: it shows the kind alone.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Extra({:?}, …)", self.kind)
    }
}

impl Extra {
    fn new(text: String) -> Extra {
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let letters = text.chars().all(|c| c.is_alphabetic() || " '’".contains(c));
        let kind = match text.len() {
            0 => ExtraKind::Empty,
            9 if digits => ExtraKind::OldNumber,
            12 if digits => ExtraKind::PersonalNumber,
            _ if card_date(&text).is_some() => ExtraKind::Date,
            _ if letters && text.contains(' ') => ExtraKind::Name,
            _ => ExtraKind::Other,
        };
        Extra { kind, text }
    }
}

fn has_letters(text: &str) -> bool {
    text.contains(char::is_alphabetic)
}

/// `ddmmyyyy` or `dd/mm/yyyy` (`-` and `.` too), of the years 1850 to 2199; a birth may be a month or year.
fn birth(text: &str) -> Option<PartialDate> {
    PartialDate::parse(text).filter(|date| (1850..2200).contains(&date.year()))
}

fn card_date(text: &str) -> Option<Date> {
    birth(text)?.day()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use office::Explain;
    use proptest::prelude::*;

    const CARD_2021: &str =
        "099099000123|099000123|NGUYỄN VĂN A|01011999|Nam|Thôn 1, Xã Hợp Thành, Lào Cai|15082025";

    #[test]
    fn the_issue_date_tells_the_cards_apart() {
        for (issued, more, kind) in [
            ("30062024", "", DocumentKind::Cccd),
            ("30062024", "|Trần Thị C", DocumentKind::Cccd),
            ("01072024", "", DocumentKind::CanCuoc),
            ("01072024", "|Trần Thị C", DocumentKind::CanCuoc),
            ("", "", DocumentKind::Cccd),
            ("", "|||", DocumentKind::Cccd),
            ("", "|Trần Thị C|", DocumentKind::CanCuoc),
        ] {
            let text = format!("{}{more}", CARD_2021.replace("15082025", issued));
            let card = CardCode::parse(&text).unwrap();
            assert_eq!(card.identity.document.unwrap().kind, kind, "{text}");
            assert!(card.extras.last().is_none_or(|extra| extra.kind != ExtraKind::Empty));
        }
    }

    #[test]
    fn the_2021_card_is_read_whole() {
        let card = CardCode::parse(CARD_2021).unwrap();
        let Identity { person, document, evidence, reasons, .. } = card.identity;
        assert_eq!(person.number.unwrap().as_str(), "099099000123");
        assert_eq!(person.old_number, "099000123");
        assert_eq!(person.name, "NGUYỄN VĂN A");
        assert_eq!(person.birth_date, Some(date(1999, 1, 1).into()));
        assert_eq!(person.sex, Some(Sex::Male));
        assert_eq!(person.residence, "Thôn 1, Xã Hợp Thành, Lào Cai");
        assert_eq!(person.issue_date, Some(date(2025, 8, 15)));
        assert_eq!(document.unwrap().kind, DocumentKind::CanCuoc);
        assert_eq!(evidence, Evidence::Declared);
        assert_eq!(reasons, UNSIGNED);
        assert_eq!(card.warnings, Vec::<String>::new());
    }

    #[test]
    fn what_scanners_do_to_a_code_is_forgiven() {
        let plain = CardCode::parse(CARD_2021).unwrap().identity;
        for text in [
            format!("\u{feff}{CARD_2021}\r\n"),
            format!(" {CARD_2021}\n"),
            CARD_2021.replace("01011999", "01/01/1999").replace("15082025", "15-08-2025"),
            CARD_2021.replace('Ễ', "E\u{302}\u{303}").replace('Ă', "A\u{306}"),
            CARD_2021.replace(" VĂN", "  VĂN").replace('|', " | "),
        ] {
            assert!(CardCode::parse(&text).unwrap().identity == plain, "{text}");
        }
    }

    #[test]
    fn extra_fields_are_told_apart_by_content() {
        let text =
            format!("{CARD_2021}|099000124|Nguyễn Văn B|Trần Thị C||01/07/2025|099099000124|x1");
        let card = CardCode::parse(&text).unwrap();
        assert_eq!(card.identity.document.unwrap().kind, DocumentKind::CanCuoc);
        let kinds: Vec<ExtraKind> = card.extras.iter().map(|e| e.kind).collect();
        use ExtraKind::*;
        assert_eq!(kinds, [OldNumber, Name, Name, Empty, Date, PersonalNumber, Other]);
        assert_eq!(card.extras.get(1).unwrap().text, "Nguyễn Văn B");
        assert_eq!(card.identity.person.father, "");
    }

    #[test]
    fn doubts_become_warnings() {
        for (text, warning) in [
            ("099099000123||NGUYỄN VĂN A|01011999", "đọc được 4 trong 7"),
            ("099099000123||NGUYỄN VĂN A|01011999|N", "đọc được 5 trong 7"),
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Thôn 1, Xã Hợ", "địa chỉ có thể chưa trọn"),
            (
                "099099000123||NGUYỄN VĂN A|1999|Nam|Hà Nội|15082025",
                "không ghi ngày sinh, chỉ ghi 1999",
            ),
            ("099099000123||NGUYỄN VĂN A|00001999|Nam|Hà Nội|15082025", "chỉ ghi 1999"),
            ("099099000123||NGUYỄN VĂN A|00051999|Nam|Hà Nội|15082025", "chỉ ghi 05/1999"),
            ("099099000123||NGUYỄN VĂN A|31021999|Nam|Hà Nội|15082025", "Ngày sinh"),
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|", "Ngày cấp trong mã"),
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|15081998", "trước ngày sinh"),
            ("099099000123|09900012-|NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025", "CMND"),
            ("099099000123|12345|NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025", "CMND"),
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|30062025", "01/7/2025"),
            ("099199000123||TRAN THI B|01011999|Nu|Ha Noi|15082025", "bỏ dấu"),
            ("099099000123||NGUYỄN THỊ A|01011999|Nữ|Hà Nội|15082025", "Giới tính"),
            ("099099000123||NGUYỄN VĂN A|01012001|Nam|Hà Nội|15082025", "Năm sinh"),
            ("099199000123||tRAN tHI b|01011999|nU|hA nOI|15082025", "CapsLock"),
            (
                "062095000123||A THUẬN|01011995|Nam|Kroong Klah, Kroong, Thành phố Kon Tum, Kon Tum|10052022",
                "01/7/2025",
            ),
        ] {
            let card = CardCode::parse(text).unwrap();
            // The screen shows what the facts say of each other beside the code's own warnings.
            let told = [card.warnings.clone(), card.identity.warnings()].concat();
            assert!(told.iter().any(|w| w.contains(warning)), "{text}: {told:?}");
            let reasons = card.identity.reasons;
            assert!(card.warnings.iter().all(|warning| reasons.contains(warning)), "{reasons:?}");
        }
    }

    /// Names of one letter, as in the Central Highlands.
    #[test]
    fn short_names_are_read() {
        for name in ["A THUẬN", "Y", "A", "A U", "Y BLƠ", "Ê BAN"] {
            let text = format!("062095000123||{name}|01011995|Nam|Kroong, Kon Tum|10052022");
            let card = CardCode::parse(&text).unwrap();
            assert_eq!(card.identity.person.name, name);
            assert!(card.warnings.iter().any(|warning| warning.contains("01/7/2025")));
        }
    }

    #[test]
    fn letters_of_the_other_case_are_set_right() {
        let text = "099099000123|099000123|nGUYỄN vĂN a|01011999|nAM|tHÔN 1, xÃ hỢP tHÀNH, lÀO cAI|15082025";
        let card = CardCode::parse(text).unwrap();
        let person = card.identity.person;
        assert_eq!(person.name, "Nguyễn Văn A");
        assert_eq!(person.residence, "Thôn 1, Xã Hợp Thành, Lào Cai");
        assert_eq!(person.sex, Some(Sex::Male));
        assert_eq!(card.warnings.len(), 1, "{:?}", card.warnings);
    }

    #[test]
    fn broken_and_garbled_codes_are_refused() {
        for (text, code) in [
            ("", "IDN-51"),
            ("099099000123", "IDN-51"),
            ("099099000123||NGUYỄN VĂN A", "IDN-51"),
            ("099099000123|NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025", "IDN-51"),
            ("099099000123|||01011999|Nam|Hà Nội|15082025", "IDN-51"),
            ("099099000123||NGUYỄN VĂN A|Nam|01011999|Hà Nội|15082025", "IDN-51"),
            ("099099000123||NGUYỄN VĂN A|01011999|15082025|Hà Nội|Nam", "IDN-51"),
            ("99099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025", "IDN-50"),
            ("099O99000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025", "IDN-50"),
            ("099199000123||NGUYEENX THIJ B|01011999|Nuwx|Hà Nội|15082025", "IDN-52"),
            ("099199000123||LE THI B|01011999|Nuwx|Ha Noi|15082025", "IDN-52"),
            ("099199000123||LE THI B|01011999|N|Ha Noi|15082025", "IDN-52"),
            ("099199000123||LE THI B|01011999|N?|Ha Noi|15082025", "IDN-52"),
            ("099099000123||NGUYE64N VA8N A|01011999|Nam|Ha2 No65i|15082025", "IDN-52"),
            ("099099000123||Nguyá»…n VÄƒn A|01011999|Nam|HÃ  Ná»™i|15082025", "IDN-52"),
            (&format!("{CARD_2021}{}", "|".repeat(40)), "IDN-51"),
        ] {
            assert_eq!(CardCode::parse(text).unwrap_err().code(), code, "{text}");
        }
    }

    #[test]
    fn nothing_personal_is_in_debug_output() {
        let card = CardCode::parse(&format!("{CARD_2021}|Trần Thị C")).unwrap();
        let shown = format!("{card:?} {:?}", card.extras);
        assert!(!shown.contains("099") && !shown.contains("Trần"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_text_breaks_parsing(text in "[0-9]{10,13}(\\|[\\PC]{0,20}){0,12}") {
            let _ = CardCode::parse(&text);
        }

        #[test]
        fn every_cut_of_a_card_is_read_or_refused(end in 0usize..CARD_2021.len()) {
            let text: String = CARD_2021.chars().take(end).collect();
            if let Ok(card) = CardCode::parse(&text) {
                let number = card.identity.person.number.unwrap();
                prop_assert_eq!(number.as_str(), "099099000123");
                prop_assert!(card.identity.evidence == Evidence::Declared);
                prop_assert!(!card.warnings.is_empty() || text.chars().count() == CARD_2021.chars().count());
            }
        }
    }
}
