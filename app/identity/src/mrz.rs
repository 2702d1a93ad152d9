//! The machine readable zone (ICAO 9303-3 to -6): three lines of a card (TD1), two of a larger card (TD2)
//! or of a passport (TD3). DG1 holds it, and its number, birth date and expiry are the key of BAC and
//! PACE.
//!
//! Only these three layouts have chips. Zones of a state's own making, such as those of the French card
//! before 2021, fail their check digits here.

mod date;
mod name;
mod part;
pub mod typed;

use jiff::civil::Date;
use office::{
    Explain,
    person::{PersonalNumber, Sex},
};

pub use date::{Birth, Hints, ShortDate};
pub use part::check_digit;
use part::{is_vietnamese, long_number, parts, twelve_digits, whole_fits};

/// Which layout the zone has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Cards: three lines of 30.
    Td1,
    /// Larger cards: two lines of 36.
    Td2,
    /// Passports: two lines of 44.
    Td3,
}

/// What the zone says.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    /// Card, larger card or passport.
    pub layout: Layout,
    /// Document code: `ID`, `P`.
    pub code: String,
    /// Issuing state: `VNM`.
    pub issuer: String,
    /// Document number; on Vietnamese cards the last nine digits of the personal number.
    pub number: String,
    /// Nationality: `VNM`.
    pub nationality: String,
    /// Date of birth; `None` where the zone leaves it open.
    pub birth: Option<ShortDate>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Expiry.
    pub expiry: Option<ShortDate>,
    /// Surname and given names with single spaces, as the zone transliterates them.
    pub name: String,
    /// Personal number: the twelve digits of Vietnamese documents, where present.
    pub personal_number: Option<PersonalNumber>,
    /// Whether all check digits are right.
    pub checked: bool,
    key: String,
    /// The name's field as it stands, fillers and all.
    name_field: String,
}

/// Personal data stays out of logs.
impl std::fmt::Debug for Mrz {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mrz({:?}, …)", self.layout)
    }
}

/// Why a text is no machine readable zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// Neither 3 × 30 nor 2 × 36 nor 2 × 44 characters.
    #[error(
        "Dòng MRZ phải có 90 ký tự (thẻ), 72 ký tự (thẻ khổ lớn) hoặc 88 ký tự (hộ chiếu), ở đây có {0}. Hãy quét lại đủ các dòng."
    )]
    Length(usize),
    /// A character that is no letter, digit or `<`.
    #[error("Dòng MRZ chỉ gồm chữ cái không dấu, chữ số và dấu <. Hãy quét lại.")]
    Character,
    /// A typed zone is wrong in a place that is known.
    #[error("{0} Chưa nhận dòng MRZ này: hãy so với giấy tờ rồi sửa lại, hoặc quét lại.")]
    Place(typed::Remark),
    /// A check digit does not fit.
    #[error("Số kiểm tra trong dòng MRZ không khớp. Hãy quét lại hoặc kiểm tra từng ký tự.")]
    CheckDigit,
}

impl Explain for MrzError {
    fn code(&self) -> &'static str {
        match self {
            MrzError::Length(_) => "IDN-21",
            MrzError::Character => "IDN-22",
            MrzError::CheckDigit => "IDN-23",
            MrzError::Place(_) => "IDN-27",
        }
    }

    fn english(&self) -> String {
        match self {
            MrzError::Length(n) => {
                return format!(
                    "The MRZ has 90 characters (card), 72 (larger card) or 88 (passport), this has {n}."
                );
            }
            MrzError::Place(_) => {
                "The MRZ is wrong in one place. Compare it with the document and correct it, or scan it again."
            }
            MrzError::Character => "The MRZ has only plain letters, digits and <.",
            MrzError::CheckDigit => "A check digit of the MRZ does not fit. Scan it again.",
        }
        .into()
    }
}

/// The "MRZ information" of BAC and PACE: number (padded with `<` to nine), birth and expiry, each with
/// its check digit (ICAO 9303-11, 9.7.2). The result is secret: it opens the chip.
pub fn key_information(number: &str, birth: Date, expiry: Date) -> String {
    let short = |d: Date| format!("{:02}{:02}{:02}", d.year().rem_euclid(100), d.month(), d.day());
    key_of(&format!("{number:<<9}"), &short(birth), &short(expiry))
}

fn key_of(number: &str, birth: &str, expiry: &str) -> String {
    [number, birth, expiry].iter().flat_map(|f| f.chars().chain([check_digit(f)])).collect()
}

impl Mrz {
    /// Reads the zone with or without line breaks and spaces, and refuses wrong check digits.
    pub fn parse_typed(text: &str) -> Result<Self, MrzError> {
        let mrz = Self::parse(text)?;
        if mrz.checked { Ok(mrz) } else { Err(MrzError::CheckDigit) }
    }

    /// Reads the zone; wrong check digits only clear [`Mrz::checked`].
    pub fn parse(text: &str) -> Result<Self, MrzError> {
        let zone: String =
            text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
        Self::laid_out(&zone)
    }

    /// Reads the zone of a chip, which holds its characters and nothing else.
    pub fn parse_exact(zone: &[u8]) -> Result<Self, MrzError> {
        let text = str::from_utf8(zone).map_err(|_| MrzError::Character)?;
        Self::laid_out(text)
    }

    fn laid_out(zone: &str) -> Result<Self, MrzError> {
        if !zone.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'<') {
            return Err(MrzError::Character);
        }
        match zone.len() {
            90 => Ok(Self::td1(zone)),
            72 => Ok(Self::td2(zone)),
            88 => Ok(Self::td3(zone)),
            n => Err(MrzError::Length(n)),
        }
    }

    /// The facts in which a Vietnamese document's zone contradicts its own twelve digits: they hold sex and
    /// year of birth, and their last nine are a card's document number.
    pub fn contradictions(&self) -> Vec<&'static str> {
        let Some(number) = &self.personal_number else { return Vec::new() };
        let (sex, year) = number.encoded_birth();
        let is_card = self.layout == Layout::Td1;
        [
            ("số định danh", is_card && number.document_part() != self.number),
            ("giới tính", self.sex.is_some_and(|written| written != sex)),
            ("ngày sinh", self.birth.is_some_and(|born| born.year() != year.rem_euclid(100))),
        ]
        .into_iter()
        .filter_map(|(fact, differs)| differs.then_some(fact))
        .collect()
    }

    /// What no check digit sees, in sentences for the clerk.
    pub fn doubts(&self) -> Vec<String> {
        let contradictions = self.contradictions().into_iter().map(|fact| {
            format!(
                "Dòng MRZ tự mâu thuẫn về {fact}: hãy so từng ký tự với giấy tờ; nếu giấy tờ ghi đúng như vậy, hãy kiểm tra giấy tờ bằng cách khác."
            )
        });
        let fillers = name::mistaken_fillers(&self.name_field).map(|rest| {
            format!(
                "Cuối họ tên có “{rest}”, có thể là dấu < bị đọc nhầm thành chữ: hãy so họ tên với giấy tờ."
            )
        });
        contradictions.chain(fillers).collect()
    }

    /// Whether Viet Nam issued the document.
    pub fn is_vietnamese(&self) -> bool {
        self.issuer == "VNM"
    }

    /// The "MRZ information" of this zone. Secret.
    pub fn key_information(&self) -> &str {
        &self.key
    }

    fn td1(zone: &str) -> Self {
        let (one, two, three) = (&zone[..30], &zone[30..60], &zone[60..]);
        let (number, _, optional) = long_number(&one[5..14], &one[14..15], &one[15..30]);
        let personal_number = vietnamese_number(one, optional);
        Self {
            layout: Layout::Td1,
            code: filled(&one[..2]),
            issuer: filled(&one[2..5]),
            key: key_of(&number, &two[..6], &two[8..14]),
            number: filled(&number),
            nationality: filled(&two[15..18]),
            birth: ShortDate::parse(&two[..6]),
            sex: sex(&two[7..8]),
            expiry: ShortDate::parse(&two[8..14]),
            name: filled(three),
            personal_number,
            checked: is_checked(Layout::Td1, &[one, two]),
            name_field: three.into(),
        }
    }

    fn td2(zone: &str) -> Self {
        let (one, two) = (&zone[..36], &zone[36..]);
        let (number, ..) = long_number(&two[..9], &two[9..10], &two[28..35]);
        Self {
            layout: Layout::Td2,
            code: filled(&one[..2]),
            issuer: filled(&one[2..5]),
            key: key_of(&number, &two[13..19], &two[21..27]),
            number: filled(&number),
            nationality: filled(&two[10..13]),
            birth: ShortDate::parse(&two[13..19]),
            sex: sex(&two[20..21]),
            expiry: ShortDate::parse(&two[21..27]),
            name: filled(&one[5..]),
            personal_number: None,
            checked: is_checked(Layout::Td2, &[one, two]),
            name_field: one[5..].into(),
        }
    }

    fn td3(zone: &str) -> Self {
        let (one, two) = (&zone[..44], &zone[44..]);
        Self {
            layout: Layout::Td3,
            code: filled(&one[..2]),
            issuer: filled(&one[2..5]),
            key: key_of(&two[..9], &two[13..19], &two[21..27]),
            number: filled(&two[..9]),
            nationality: filled(&two[10..13]),
            birth: ShortDate::parse(&two[13..19]),
            sex: sex(&two[20..21]),
            expiry: ShortDate::parse(&two[21..27]),
            name: filled(&one[5..]),
            personal_number: vietnamese_number(one, &two[28..42]),
            checked: is_checked(Layout::Td3, &[one, two]),
            name_field: one[5..].into(),
        }
    }
}

/// Whether every check digit fits.
fn is_checked(layout: Layout, lines: &[&str]) -> bool {
    parts(layout, lines).iter().all(|part| part.fits) && whole_fits(layout, lines) == Some(true)
}

/// The personal number in the optional field: `digits<<check` on cards, `digits<<` in passports. What
/// other states write there is no Vietnamese number, whatever it looks like.
fn vietnamese_number(first_line: &str, field: &str) -> Option<PersonalNumber> {
    let number = twelve_digits(field).filter(|_| is_vietnamese(first_line))?;
    PersonalNumber::parse(number).ok()
}

fn sex(field: &str) -> Option<Sex> {
    match field {
        "M" => Some(Sex::Male),
        "F" => Some(Sex::Female),
        _ => None,
    }
}

/// The field without fillers; inner fillers become single spaces.
fn filled(field: &str) -> String {
    field.split('<').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;
    use office::person::Expiry;
    use proptest::prelude::*;

    const CARD: &str = "IDVNM0990001232001099000123<<3\n9901029M3901027VNM<<<<<<<<<<<2\nNGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";
    /// ICAO 9303-4 appendix B.
    const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

    /// ICAO 9303-6 appendix B.
    const LARGER: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6";

    #[test]
    fn a_card_with_and_without_line_breaks() {
        for text in
            [CARD.to_string(), CARD.replace('\n', ""), CARD.to_lowercase(), format!(" {CARD}\r\n")]
        {
            let mrz = Mrz::parse_typed(&text).unwrap();
            assert_eq!(mrz.layout, Layout::Td1);
            assert_eq!(
                (mrz.code.as_str(), mrz.issuer.as_str(), mrz.nationality.as_str()),
                ("ID", "VNM", "VNM")
            );
            assert_eq!((mrz.number.as_str(), mrz.name.as_str()), ("099000123", "NGUYEN VAN A"));
            assert_eq!(mrz.personal_number.as_ref().unwrap().as_str(), "001099000123");
            assert_eq!(mrz.sex, Some(Sex::Male));
            let (born, today) = (date(1999, 1, 2), date(2026, 1, 1));
            assert_eq!(mrz.born(Hints::default(), today), Birth::Known(born.into()));
            assert_eq!(mrz.ends(today), Expiry::On(date(2039, 1, 2)));
            assert_eq!(mrz.key_information(), "0990001232".to_owned() + "9901029" + "3901027");
        }
    }

    #[test]
    fn a_passport() {
        let mrz = Mrz::parse_typed(PASSPORT).unwrap();
        assert_eq!(mrz.layout, Layout::Td3);
        assert_eq!((mrz.number.as_str(), mrz.name.as_str()), ("L898902C3", "ERIKSSON ANNA MARIA"));
        assert_eq!(mrz.personal_number, None);
        assert_eq!(mrz.key_information(), "L898902C3674081221204159");
    }

    #[test]
    fn only_vietnamese_fields_hold_a_personal_number() {
        let card = |state: &str, optional: &str| {
            let one = format!("ID{state}0990001232{optional}");
            let two = "9901029M3901027XXX<<<<<<<<<<<";
            let composite = [&one[5..30], &two[..7], &two[8..15], &two[18..29]].concat();
            format!("{one}{two}{}{:<<30}", check_digit(&composite), "A<<B")
        };
        let passport = |state: &str, optional: &str| {
            let one = format!("P<{state}{:<<39}", "A<<B");
            let two = format!("L898902C36XXX7408122F1204159{optional}{}", check_digit(optional));
            let composite = [&two[..10], &two[13..20], &two[21..43]].concat();
            format!("{one}{two}{}", check_digit(&composite))
        };
        for (zone, number) in [
            (card("VNM", "001099000123<<3"), true),
            (card("VNM", "001099000123<<<"), true),
            (card("VNM", "001099000123456"), false),
            (card("VNM", "001099000123<AB"), false),
            (card("LAO", "001099000123<<3"), false),
            // Their own use of the field has no check digit of ours.
            (card("LAO", "001099000123<<9"), false),
            (card("D<<", "001099000123<<<"), false),
            (passport("VNM", "001099000123<<"), true),
            (passport("VNM", "00109900012345"), false),
            (passport("LAO", "001099000123<<"), false),
        ] {
            let mrz = Mrz::parse_typed(&zone).unwrap();
            let expected = number.then_some("001099000123");
            assert_eq!(mrz.personal_number.as_ref().map(|n| n.as_str()), expected, "{zone}");
        }
        let wrong = card("VNM", "001099000123<<9");
        assert_eq!(Mrz::parse_typed(&wrong).unwrap_err(), MrzError::CheckDigit);
    }

    /// Twelve digits hold sex, year and the card's number; a zone that says otherwise was not issued so.
    #[test]
    fn a_vietnamese_zone_must_agree_with_its_own_number() {
        let card = |optional: &str, born: &str, sex: &str| {
            let one = format!("IDVNM0990001232{optional}<<{}", check_digit(optional));
            let two = format!("{born}{}{sex}3901027VNM<<<<<<<<<<<", check_digit(born));
            let composite = [&one[5..30], &two[..7], &two[8..15], &two[18..29]].concat();
            format!("{one}{two}{}{:<<30}", check_digit(&composite), "NGUYEN<<VAN<A")
        };
        for (number, born, sex, facts) in [
            ("001099000123", "990102", "M", vec![]),
            ("001099000123", "99<<<<", "<", vec![]),
            ("001099000999", "990102", "M", vec!["số định danh"]),
            ("001099000123", "980102", "M", vec!["ngày sinh"]),
            ("001099000123", "990102", "F", vec!["giới tính"]),
            ("001188000123", "990102", "M", vec!["số định danh", "giới tính", "ngày sinh"]),
        ] {
            let mrz = Mrz::parse_typed(&card(number, born, sex)).unwrap();
            assert_eq!(mrz.contradictions(), facts, "{number} {born} {sex}");
            let identity = mrz.identity(date(2026, 11, 23));
            assert_eq!(identity.reasons.len(), 1 + facts.len());
            for fact in &facts {
                assert!(identity.reasons.iter().any(|reason| reason.contains(fact)), "{fact}");
            }
            // The window warns of it too.
            assert_eq!(identity.warnings().is_empty(), facts.is_empty() && born == "990102");
        }
        let foreign = card("001099000999", "990102", "M").replace("VNM", "LAO");
        assert_eq!(Mrz::parse(&foreign).unwrap().contradictions(), Vec::<&str>::new());
    }

    #[test]
    fn a_name_that_ends_in_fillers_read_as_letters_is_doubted() {
        let two = "E001002009UTO8503127F3303115S0000012E<<<<<34";
        for (one, doubted) in [
            ("P<UTOMUSTER<<ANNA<<<KKKKKKKKKKKKKKKKKKKKKKKK", true),
            ("P<UTOMUSTER<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<", false),
        ] {
            let mrz = Mrz::parse_typed(&format!("{one}{two}")).unwrap();
            let reasons = mrz.identity(date(2026, 11, 23)).reasons.join(" ");
            assert_eq!(reasons.contains("bị đọc nhầm thành chữ"), doubted, "{reasons}");
        }
    }

    #[test]
    fn every_single_wrong_digit_is_found() {
        for (text, fields) in [
            (CARD, [5..30, 31..38, 39..46, 60..61]),
            (PASSPORT, [45..55, 58..65, 66..73, 73..89]),
            (LARGER, [36..46, 49..56, 57..64, 64..72]),
        ] {
            for at in fields.into_iter().flatten() {
                let old = text.as_bytes()[at];
                if !old.is_ascii_digit() {
                    continue;
                }
                let mut changed = text.to_string();
                let new = char::from(b'0' + (old - b'0' + 1) % 10).to_string();
                changed.replace_range(at..=at, &new);
                assert_eq!(Mrz::parse_typed(&changed).unwrap_err(), MrzError::CheckDigit, "{at}");
            }
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for (text, error) in [
            ("", MrzError::Length(0)),
            ("IDVNM", MrzError::Length(5)),
            (&"é".repeat(90), MrzError::Character),
            (&CARD.replace('V', "-"), MrzError::Character),
        ] {
            assert_eq!(Mrz::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn long_numbers_go_on_in_the_optional_field() {
        // ICAO 9303-5 appendix: number D23145890734, nine characters, filler, rest and check digit.
        let one = "I<UTOD23145890<7349<<<<<<<<<<<";
        let two = "3407127M9507122UTO<<<<<<<<<<<";
        let composite = [&one[5..30], &two[..7], &two[8..15], &two[18..29]].concat();
        let text = format!("{one}{two}{}STEVENSON<<PETER<JOHN<<<<<<<<<", check_digit(&composite));
        let mrz = Mrz::parse_typed(&text).unwrap();
        assert_eq!(mrz.number, "D23145890734");
        assert_eq!(mrz.key_information(), "D23145890734934071279507122");
    }

    #[test]
    fn larger_cards() {
        // ICAO 9303-6 appendix B, its long number of the same document, and one with empty dates.
        let composite = |two: &str| check_digit(&[&two[..10], &two[13..20], &two[21..35]].concat());
        let zone = |two: &str| format!("{:<<36}{two}{}", "I<UTOSTEVENSON<<PETER", composite(two));
        for (zone, number, key) in [
            (LARGER.into(), "D23145890", "D23145890774081221204159"),
            (
                zone("D23145890<UTO3407127M95071227349<<<"),
                "D23145890734",
                "D23145890734934071279507122",
            ),
            (zone("D231458907UTO<<<<<<0<<<<<<<0<<<<<<<"), "D23145890", "D231458907<<<<<<0<<<<<<0"),
            (zone("AB<<<<<<<3UTO7408122X1204159ZE184<<"), "AB", "AB<<<<<<<374081221204159"),
        ] {
            let mrz = Mrz::parse_typed(&zone).unwrap();
            assert_eq!((mrz.layout, mrz.number.as_str()), (Layout::Td2, number));
            assert_eq!(mrz.key_information(), key);
            assert_eq!((mrz.issuer.as_str(), &mrz.personal_number), ("UTO", &None));
            assert_eq!(mrz.birth.is_none(), zone.contains("UTO<<<"), "{zone}");
        }
        // The filler in place of a check digit needs nine characters before and more behind.
        for two in ["D2314589<<UTO3407127M95071227349<<<", "D23145890<UTO3407127M95071229<<<<<<"] {
            assert_eq!(Mrz::parse_typed(&zone(two)).unwrap_err(), MrzError::CheckDigit);
        }
    }

    #[test]
    fn a_chip_holds_the_zone_and_nothing_else() {
        let exact = CARD.replace('\n', "");
        assert!(Mrz::parse_exact(exact.as_bytes()).is_ok());
        for zone in [
            CARD.to_owned(),
            exact.to_lowercase(),
            format!("{exact}\0"),
            exact.replace("<A<", "\t\u{b}<"),
            exact.replace("<A<", "\0\u{1b}<"),
            exact.replace("VAN", "V\u{c2}N"),
        ] {
            assert!(Mrz::parse_exact(zone.as_bytes()).is_err(), "{zone:?}");
        }
        assert_eq!(Mrz::parse_exact(&[0xFF; 90]).unwrap_err(), MrzError::Character);
    }

    #[test]
    fn key_information_pads_short_numbers() {
        let key = key_information("L898902C", date(1969, 8, 6), date(1994, 6, 23));
        assert_eq!(key, "L898902C<369080619406236");
    }

    proptest! {
        #[test]
        fn numbers_of_any_length_are_read_back(number in "[A-Z0-9]{1,15}", other in "[A-Z0-9]{1,22}") {
            let split = |number: &str, room: usize| {
                let (field, rest) = number.split_at(number.len().min(9));
                let check = check_digit(number);
                match rest {
                    "" => format!("{field:<<9}{check}{:<<room$}", ""),
                    rest => format!("{field}<{:<<room$}", format!("{rest}{check}")),
                }
            };
            let one = format!("I<UTO{}", split(&other, 15));
            let two = "3407127M9507122UTO<<<<<<<<<<<";
            let composite = [&one[5..30], &two[..7], &two[8..15], &two[18..29]].concat();
            let card = format!("{one}{two}{}{:<<30}", check_digit(&composite), "A<<B");
            let halves = split(&number, 7);
            let two = format!("{}UTO3407127M9507122{}", &halves[..10], &halves[10..]);
            let composite = [&two[..10], &two[13..20], &two[21..35]].concat();
            let larger = format!("{:<<36}{two}{}", "I<UTOA<<B", check_digit(&composite));
            for (zone, number) in [(card, &other), (larger, &number)] {
                let mrz = Mrz::parse_typed(&zone).unwrap();
                prop_assert_eq!(&mrz.number, number);
                prop_assert!(mrz.key_information().ends_with("34071279507122"));
            }
        }


        #[test]
        fn any_text_is_survived(text in "[A-Z0-9<]{70,92}") {
            if let Ok(mrz) = Mrz::parse(&text) {
                let _ = mrz.name_agrees(&text);
            }
        }
    }
}
