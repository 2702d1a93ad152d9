//! People as identity documents tell of them.
//!
//! An [`Identity`] is one reading: a person's facts, the document they came from, and the one
//! [`Evidence`] that all of these facts share. Facts from another source are another `Identity`;
//! contact data that the clerk types is [`Contact`] and is typed evidence by its type.

mod claim;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Explain, evidence::Evidence, partial_date::PartialDate, text};

pub use claim::{Claim, PersonId};

/// A 12-digit personal identification number (số định danh cá nhân).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonalNumber(String);

/// Why a text is no personal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonalNumberError {
    /// Not twelve characters.
    #[error("Số định danh phải có đúng 12 chữ số, ở đây có {0}. Hãy kiểm tra lại số trên thẻ.")]
    Length(usize),
    /// A character that is no digit.
    #[error("Số định danh chỉ gồm chữ số. Hãy kiểm tra lại số trên thẻ.")]
    NotDigits,
}

impl Explain for PersonalNumberError {
    fn code(&self) -> &'static str {
        match self {
            Self::Length(_) => "OFF-01",
            Self::NotDigits => "OFF-02",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Length(n) => {
                format!("A personal number has exactly 12 digits, this has {n}. Check the card.")
            }
            Self::NotDigits => "A personal number has digits only. Check the card.".into(),
        }
    }
}

impl PersonalNumber {
    /// Parses twelve digits; spaces between digits, and signs that nobody sees, are forgiven.
    pub fn parse(text: &str) -> Result<Self, PersonalNumberError> {
        let digits = text::solid(text);
        if !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(PersonalNumberError::NotDigits);
        }
        if digits.len() != 12 {
            return Err(PersonalNumberError::Length(digits.len()));
        }
        Ok(Self(digits))
    }

    /// All twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last nine digits: the document number of the card's BAC key and MRZ.
    pub fn document_part(&self) -> &str {
        &self.0[3..]
    }

    /// The last six digits: the card's CAN.
    pub fn can(&self) -> &str {
        &self.0[6..]
    }

    /// Grouped by three for the eye and for paper: `099 099 000 123`.
    pub fn grouped(&self) -> String {
        format!("{} {} {} {}", &self.0[..3], &self.0[3..6], &self.0[6..9], &self.0[9..])
    }

    /// Sex and birth year that the number encodes (3 digits place, 1 digit century and sex, 2 digits
    /// year, 6 random). A cross-check that warns, never a gate.
    pub fn encoded_birth(&self) -> (Sex, i16) {
        let digits = self.0.as_bytes();
        let century_and_sex = i16::from(digits[3] - b'0');
        let year = i16::from(digits[4] - b'0') * 10 + i16::from(digits[5] - b'0');
        let sex = if century_and_sex % 2 == 0 { Sex::Male } else { Sex::Female };
        (sex, 1900 + 100 * (century_and_sex / 2) + year)
    }
}

impl fmt::Display for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Debug output may reach a log: it never shows the number.
impl fmt::Debug for PersonalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalNumber(…)")
    }
}

impl TryFrom<String> for PersonalNumber {
    type Error = PersonalNumberError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<PersonalNumber> for String {
    fn from(number: PersonalNumber) -> String {
        number.0
    }
}

/// Sex as documents state it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Nam
    Male,
    /// Nữ
    Female,
}

impl Sex {
    /// `Nam` or `Nữ`.
    pub fn label(self) -> &'static str {
        match self {
            Sex::Male => "Nam",
            Sex::Female => "Nữ",
        }
    }

    /// Reads `Nam`/`Nữ` in any case or form, and the MRZ's `M`/`F`.
    pub fn parse(text: &str) -> Option<Sex> {
        match text::fold(text).as_str() {
            "nam" | "m" => Some(Sex::Male),
            "nu" | "f" => Some(Sex::Female),
            _ => None,
        }
    }
}

/// When a document ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// On this day.
    On(Date),
    /// Không thời hạn.
    Never,
    /// The document has a place for it and states no day there.
    NotStated,
}

/// As papers write it.
impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expiry::On(day) => write!(f, "{}", PartialDate::from(*day)),
            Expiry::Never => f.write_str("Không thời hạn"),
            Expiry::NotStated => f.write_str("Không ghi"),
        }
    }
}

/// Who says in which century somebody was born. Machine readable zones have two digits of the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Century {
    /// The document, in full or by its other facts.
    #[default]
    Told,
    /// Nobody yet: [`Person::birth_date`] is empty until the clerk chooses one of the two.
    Open {
        /// In the last century.
        earlier: PartialDate,
        /// In this one.
        later: PartialDate,
    },
    /// The clerk, who was asked.
    Typed,
}

/// What a document says of its holder. Texts are clean (NFC, single spaces); what the document does
/// not say is `None` or empty.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// 12-digit number; foreign passports have none.
    pub number: Option<PersonalNumber>,
    /// Full name as the document writes it: with diacritics from DG13 or QR, else MRZ letters.
    pub name: String,
    /// Date of birth, as far as the document gives it.
    pub birth_date: Option<PartialDate>,
    /// Who says in which century that is.
    pub birth_century: Century,
    /// Sex.
    pub sex: Option<Sex>,
    /// Nationality in words (`Việt Nam`) or as the MRZ's three letters.
    pub nationality: String,
    /// Dân tộc.
    pub ethnicity: String,
    /// Tôn giáo.
    pub religion: String,
    /// Quê quán or nơi đăng ký khai sinh, with the units of the issue date; from a passport's chip the
    /// place of birth.
    pub origin: String,
    /// Nơi thường trú, with the units of the issue date.
    pub residence: String,
    /// Đặc điểm nhận dạng.
    pub features: String,
    /// Date of issue.
    pub issue_date: Option<Date>,
    /// End of validity.
    pub expiry_date: Option<Expiry>,
    /// Father's name.
    pub father: String,
    /// Mother's name.
    pub mother: String,
    /// Spouses' names.
    pub spouses: Vec<String>,
    /// Old 9-digit CMND number (12 digits possible).
    pub old_number: String,
}

/// Debug output may reach a log: it never shows personal data.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

impl Person {
    /// Names of the facts that both tell and tell differently; letters are compared without accents, for a
    /// machine readable zone has none.
    pub fn differences(&self, other: &Person) -> Vec<&'static str> {
        let apart = |a: &str, b: &str| {
            let (a, b) = (text::fold(a), text::fold(b));
            !a.is_empty() && !b.is_empty() && a != b
        };
        let births = self.birth_date.zip(other.birth_date).is_some_and(differ);
        let sexes = self.sex.zip(other.sex).is_some_and(|(a, b)| a != b);
        let facts = [
            ("họ tên", apart(&self.name, &other.name)),
            ("ngày sinh", births),
            ("giới tính", sexes),
            ("nơi thường trú", apart(&self.residence, &other.residence)),
            ("quê quán", apart(&self.origin, &other.origin)),
        ];
        facts.into_iter().filter(|(_, differ)| *differ).map(|(name, _)| name).collect()
    }
}

/// Whether two births cannot be one; what is told less exactly is no other birth.
fn differ((one, other): (PartialDate, PartialDate)) -> bool {
    one.year() != other.year() || (one.day().is_some() && other.day().is_some() && one != other)
}

/// Kind of identity document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Thẻ căn cước công dân, from 2021.
    Cccd,
    /// Thẻ căn cước, from 1 July 2024.
    CanCuoc,
    /// Hộ chiếu.
    Passport,
    /// Anything else that opened.
    Other,
}

impl DocumentKind {
    /// The document's name in running text.
    pub fn label(self) -> &'static str {
        match self {
            DocumentKind::Cccd => "Thẻ căn cước công dân",
            DocumentKind::CanCuoc => "Thẻ căn cước",
            DocumentKind::Passport => "Hộ chiếu",
            DocumentKind::Other => "Giấy tờ khác",
        }
    }

    /// Whether it is a Vietnamese card, whose number is its holder's.
    pub fn is_card(self) -> bool {
        match self {
            DocumentKind::Cccd | DocumentKind::CanCuoc => true,
            DocumentKind::Passport | DocumentKind::Other => false,
        }
    }

    /// What its [`Person::origin`] is called.
    pub fn origin_label(self) -> &'static str {
        match self {
            DocumentKind::Cccd | DocumentKind::CanCuoc => "Quê quán",
            DocumentKind::Passport | DocumentKind::Other => "Nơi sinh",
        }
    }
}

/// The document that was shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its kind.
    pub kind: DocumentKind,
    /// Its number: for cards the 12-digit number, for passports the passport number.
    pub number: String,
    /// Its end of validity.
    pub expiry: Option<Expiry>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({:?}, …)", self.kind)
    }
}

/// When an identity was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadOn {
    /// Not here: typed by hand, or declared elsewhere.
    #[default]
    Unread,
    /// On this day.
    Day(Date),
    /// On an earlier day than today; the facts are kept, the proof was of that day.
    Earlier {
        /// The day.
        day: Date,
        /// The level that the reading had then.
        level: Evidence,
    },
}

impl ReadOn {
    fn is_unread(&self) -> bool {
        *self == Self::Unread
    }
}

/// One reading of one person: facts that share one evidence and one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The facts.
    pub person: Person,
    /// The document they were read from; `None` when typed without one.
    pub document: Option<Document>,
    /// How strong the proof is.
    pub evidence: Evidence,
    /// When they were read.
    #[serde(default, skip_serializing_if = "ReadOn::is_unread")]
    pub read: ReadOn,
    /// Whose it is where no number says so: the clerk went on with this person. See [`Claim`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<PersonId>,
    /// Why it is no stronger, in Vietnamese sentences for the clerk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}

/// Contact data: always typed by hand, never read from a document.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// Telephone.
    pub phone: String,
    /// Email.
    pub email: String,
    /// Present address where it differs from the document's.
    pub address: String,
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(…)")
    }
}

impl Person {
    /// The clerk says which of the two births that the document leaves open is theirs.
    pub fn choose_birth(&mut self, born: PartialDate) {
        if let Century::Open { earlier, later } = self.birth_century
            && [earlier, later].contains(&born)
        {
            self.birth_date = Some(born);
            self.birth_century = Century::Typed;
        }
    }
}

impl Identity {
    /// Nobody: no fact, no paper.
    pub fn nobody() -> Self {
        Self {
            person: Person::default(),
            document: None,
            evidence: Evidence::Typed,
            read: ReadOn::Unread,
            whose: None,
            reasons: Vec::new(),
        }
    }

    /// How strong the proof of the birth date is: a century that the clerk chose is typed.
    pub fn birth_evidence(&self) -> Evidence {
        match self.person.birth_century {
            Century::Typed => Evidence::Typed,
            Century::Told | Century::Open { .. } => self.evidence,
        }
    }

    /// What a reading counts as on `day`: on a later day than its own the facts are only kept from an
    /// earlier time, as [`Evidence::Typed`] says. What may not be used stays what it is.
    pub fn as_of(&self, day: Date) -> Identity {
        match self.read {
            ReadOn::Day(read) if read != day && self.evidence.usable() => Identity {
                evidence: Evidence::Typed,
                read: ReadOn::Earlier { day: read, level: self.evidence },
                ..self.clone()
            },
            _ => self.clone(),
        }
    }

    /// The proof in words: the level, or what it was on which earlier day.
    pub fn proof(&self) -> String {
        match self.read {
            ReadOn::Earlier { day, level } => format!(
                "Lưu từ lần đọc ngày {} (khi đó: {})",
                day.strftime("%d/%m/%Y"),
                level.label()
            ),
            ReadOn::Unread | ReadOn::Day(_) => self.evidence.label().into(),
        }
    }

    /// What the proof means, for the clerk and for the printed wording.
    pub fn proof_meaning(&self) -> &'static str {
        match self.read {
            ReadOn::Earlier { .. } => {
                "Thông tin lấy từ lần đọc trước; hôm nay chưa đọc lại giấy tờ nên không coi là đã xác thực."
            }
            ReadOn::Unread | ReadOn::Day(_) => self.evidence.meaning(),
        }
    }

    /// Sentences about a birth date that is not whole, and about facts that do not fit together (number
    /// against sex, birth year and document number). They warn; they never refuse.
    pub fn warnings(&self) -> Vec<String> {
        let mut out = Vec::new();
        match self.person.birth_century {
            Century::Told => {}
            Century::Open { earlier, later } => out.push(format!(
                "Giấy tờ chỉ ghi hai chữ số của năm sinh: có thể sinh {earlier} hoặc {later}. Hãy hỏi người này rồi chọn."
            )),
            Century::Typed => out.push(
                "Giấy tờ chỉ ghi hai chữ số của năm sinh: thế kỷ do cán bộ chọn, không phải do giấy tờ ghi.".into(),
            ),
        }
        if let Some(born) = self.person.birth_date.filter(|born| born.day().is_none()) {
            out.push(format!(
                "Giấy tờ không ghi ngày sinh, chỉ ghi {born}: hãy giữ đúng như vậy, không tự thêm ngày, tháng."
            ));
        }
        let Some(number) = &self.person.number else {
            return out;
        };
        let (sex, year) = number.encoded_birth();
        if self.person.sex.is_some_and(|s| s != sex) {
            out.push("Giới tính trên giấy tờ khác với giới tính mã hóa trong số định danh.".into());
        }
        if self.person.birth_date.is_some_and(|d| d.year() != year) {
            out.push("Năm sinh trên giấy tờ khác với năm sinh mã hóa trong số định danh.".into());
        }
        let other_number = self.document.as_ref().is_some_and(|document| {
            let short = document.number.len() == number.document_part().len();
            document.kind.is_card() && short && document.number != number.document_part()
        });
        if other_number {
            out.push(
                "Số giấy tờ không phải chín chữ số cuối của số định danh: hãy so cả hai với thẻ."
                    .into(),
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn personal_numbers_parse() {
        let number = PersonalNumber::parse(" 099 099 000123 ").unwrap();
        assert_eq!(number.as_str(), "099099000123");
        assert_eq!(number.document_part(), "099000123");
        assert_eq!(number.can(), "000123");
        assert_eq!(number.grouped(), "099 099 000 123");
        for (text, error) in [
            ("", PersonalNumberError::Length(0)),
            ("09909900012", PersonalNumberError::Length(11)),
            ("0990990001234", PersonalNumberError::Length(13)),
            ("09909900012a", PersonalNumberError::NotDigits),
            ("０９９０９９０００１２３", PersonalNumberError::NotDigits),
        ] {
            assert_eq!(PersonalNumber::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn the_number_tells_sex_and_century() {
        for (number, sex, year) in [
            ("099099000123", Sex::Male, 1999),
            ("099185000001", Sex::Female, 1985),
            ("015203004567", Sex::Male, 2003),
            ("015312004567", Sex::Female, 2012),
            ("015401004567", Sex::Male, 2101),
        ] {
            assert_eq!(
                PersonalNumber::parse(number).unwrap().encoded_birth(),
                (sex, year),
                "{number}"
            );
        }
    }

    #[test]
    fn a_century_is_chosen_between_the_two_and_is_typed() {
        let of = |iso| PartialDate::parse_iso(iso).unwrap();
        let (earlier, later) = (of("1925-03-10"), of("2025-03-10"));
        let asked = Person { birth_century: Century::Open { earlier, later }, ..Person::default() };
        let identity = |person| Identity {
            person,
            document: None,
            evidence: Evidence::ChipAuthentic,
            read: ReadOn::Unread,
            whose: None,
            reasons: vec![],
        };
        assert!(identity(asked.clone()).warnings()[0].contains("10/03/1925 hoặc 10/03/2025"));
        for (chosen, born, evidence) in [
            (earlier, Some(earlier), Evidence::Typed),
            (later, Some(later), Evidence::Typed),
            (of("1999-01-01"), None, Evidence::ChipAuthentic),
        ] {
            let mut person = asked.clone();
            person.choose_birth(chosen);
            assert_eq!(person.birth_date, born);
            assert_eq!(identity(person).birth_evidence(), evidence);
        }
        // What the document told itself is not for choosing.
        let mut told = Person { birth_date: Some(later), ..Person::default() };
        told.choose_birth(earlier);
        assert_eq!(told.birth_date, Some(later));
    }

    #[test]
    fn what_a_document_tells_twice_is_compared() {
        let card = |kind, shown: &str| Identity {
            person: Person {
                number: PersonalNumber::parse("099099000123").ok(),
                sex: Some(Sex::Male),
                birth_date: PartialDate::of_year(1999),
                ..Person::default()
            },
            document: Some(Document { kind, number: shown.into(), expiry: None }),
            evidence: Evidence::Typed,
            read: ReadOn::Unread,
            whose: None,
            reasons: vec![],
        };
        for (kind, shown, told) in [
            (DocumentKind::Cccd, "099099000123", false),
            (DocumentKind::Cccd, "099000123", false),
            (DocumentKind::Cccd, "099000999", true),
            (DocumentKind::CanCuoc, "099000999", true),
            // Passports are numbered otherwise.
            (DocumentKind::Passport, "C12345678", false),
        ] {
            let said = card(kind, shown).warnings().join(" ");
            assert_eq!(said.contains("chín chữ số cuối"), told, "{shown}: {said}");
            assert!(said.contains("chỉ ghi 1999"), "{said}");
        }
    }

    #[test]
    fn debug_output_holds_no_personal_data() {
        let identity = Identity {
            person: Person {
                number: PersonalNumber::parse("099099000123").ok(),
                name: "NGUYỄN VĂN A".into(),
                ..Person::default()
            },
            document: Some(Document {
                kind: DocumentKind::Cccd,
                number: "099099000123".into(),
                expiry: None,
            }),
            evidence: Evidence::Typed,
            read: ReadOn::Unread,
            whose: None,
            reasons: vec![],
        };
        let shown = format!("{identity:?}");
        assert!(!shown.contains("099099") && !shown.contains("NGUY"), "{shown}");
    }
}
