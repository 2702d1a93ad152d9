//! What a clerk hands to the home screen: a scanned code, a number, a chip's key or words to find.

use identity::{
    access::Keys,
    code::{CardCode, Scanned},
    mrz::{Mrz, typed::Typed},
};
use office::{
    Explain,
    act::LookupCode,
    date::{self, Century},
    evidence::Evidence,
    person::{Identity, Person, PersonalNumber},
    phone, text,
};

/// Scanned or typed, understood.
pub enum Handed {
    /// A card's QR code.
    Code(Box<CardCode>),
    /// The code of a receipt of this suite: words that find its dossier.
    Receipt(String),
    /// The code of a certified act, scanned or typed.
    Certificate(LookupCode),
    /// Twelve digits.
    Number(PersonalNumber),
    /// MRZ lines: they name their holder and open the chip.
    Zone(Box<Mrz>),
    /// Opens a chip and names nobody: the CAN printed on the card.
    ChipKey(Box<Keys>),
    /// A VNeID code that only the province can read.
    Opaque,
    /// Words to search for.
    Words(String),
}

impl Handed {
    /// Understands `text`, or says what is wrong with it.
    pub fn read(text: &str) -> Result<Self, Box<dyn Explain + Send + Sync>> {
        // However it is written, a telephone number finds its dossiers; no personal number looks like one.
        if let Some(phone) = phone::national(text) {
            return Ok(Self::Words(phone));
        }
        let digits = text::solid(text).replace('.', "");
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            if let Some(can) = (digits.len() == 6).then(|| Keys::can(&digits)).flatten() {
                return Ok(Self::ChipKey(Box::new(can)));
            }
            if digits.len() == 12 || is_near_number(&digits) {
                let number = PersonalNumber::parse(&digits).map_err(|e| Box::new(e) as _)?;
                return Ok(Self::Number(number));
            }
        }
        if let Some(keys) = number_and_dates(text) {
            return Ok(Self::ChipKey(Box::new(keys)));
        }
        if text.contains('<') {
            let mrz = Typed::new(text).mrz().map_err(|e| Box::new(e) as _)?;
            return Ok(Self::Zone(Box::new(mrz)));
        }
        Ok(match Scanned::read(text).map_err(|e| Box::new(e) as _)? {
            Scanned::Card(code) => Self::Code(code),
            Scanned::Receipt(tag) => Self::Receipt(tag.code()),
            Scanned::Certificate(tag) => Self::Certificate(tag.code),
            Scanned::VneidOpaque(_) => Self::Opaque,
            Scanned::Other(text) => match LookupCode::parse(&text).filter(|_| is_grouped(&text)) {
                Some(code) => Self::Certificate(code),
                None => Self::Words(text),
            },
        })
    }
}

/// Whether a text is written in four groups of four, as look-up codes are.
fn is_grouped(text: &str) -> bool {
    let groups: Vec<&str> = text.trim().split('-').collect();
    groups.len() == 4 && groups.iter().all(|group| group.len() == 4)
}

/// Whether what came at a scanner's pace into no field is words of a quick hand: no code, no number, and not
/// the one word that a label has.
pub fn is_of_a_hand(text: &str) -> bool {
    match Handed::read(text) {
        Ok(Handed::Words(words)) => {
            words.contains(char::is_whitespace) || !words.contains(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// Whether a digit is missing or too much in what begins like a personal number: zero, the rest of the
/// province's code, then century and sex of a living person (0 to 3).
fn is_near_number(digits: &str) -> bool {
    matches!(digits.len(), 11 | 13)
        && digits.starts_with('0')
        && digits.get(3..4).is_some_and(|century| "0123".contains(century))
}

/// `001099000123 02/01/1999 02/01/2039`: number, birth and expiry open a card without PACE.
fn number_and_dates(text: &str) -> Option<Keys> {
    let mut words = text.split_whitespace();
    let number = PersonalNumber::parse(words.next()?).ok()?;
    // The chip's key has two digits of each year.
    let mut day = || date::parse(words.next()?, Century::This).ok().flatten();
    let (birth, expiry) = (day()?, day()?);
    words.next().is_none().then(|| Keys::number_and_dates(&number, birth, expiry))
}

/// A person known by a typed number only.
pub fn typed(number: PersonalNumber) -> Identity {
    Identity {
        person: Person { number: Some(number), ..Person::default() },
        document: None,
        evidence: Evidence::Typed,
        read: office::person::ReadOn::Unread,
        whose: None,
        reasons: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn kind(text: &str) -> &'static str {
        match Handed::read(text) {
            Ok(Handed::Code(_)) => "code",
            Ok(Handed::Receipt(_)) => "receipt",
            Ok(Handed::Certificate(_)) => "certificate",
            Ok(Handed::Number(_)) => "number",
            Ok(Handed::Zone(_)) => "zone",
            Ok(Handed::ChipKey(_)) => "key",
            Ok(Handed::Opaque) => "opaque",
            Ok(Handed::Words(_)) => "words",
            Err(_) => "error",
        }
    }

    #[test]
    fn a_telephone_number_is_searched_in_the_form_of_the_index() {
        for text in ["0912345678", "0912 345 678", "+84 912.345.678", "84912345678"] {
            let Ok(Handed::Words(words)) = Handed::read(text) else { panic!("{text}") };
            assert_eq!(words, "0912345678", "{text}");
        }
    }

    #[test]
    fn a_quick_hand_is_no_scanner() {
        for (text, hand) in [
            ("đăng ký khai sinh", true),
            ("dangkykhaisinh", true),
            ("Thôn 12, xã Hợp Thành", true),
            ("001099000123", false),
            ("0912345678", false),
            ("H38.12-261123-0007", false),
            ("MC1|R|H38.12-261123-0007|20261123|1a2b3c4d", false),
            ("MC1|R|H38.12-261123-0007|20261124|1a2b3c4d", false),
            ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", false),
        ] {
            assert_eq!(is_of_a_hand(text), hand, "{text}");
        }
    }

    #[test]
    fn what_is_handed_over_is_recognised() {
        for (text, expected) in [
            ("001099000123", "number"),
            ("001 099 000 123", "number"),
            ("001.099.000.123", "number"),
            ("\u{202d}099099000123\u{202c}", "number"),
            ("099\u{a0}099\u{200b}000123", "number"),
            ("00109900012", "error"),
            ("0010990001234", "error"),
            ("099099000123", "number"),
            // Telephone numbers: dossiers are searched.
            ("0912345678", "words"),
            ("0912 345 678", "words"),
            ("0912.345.678", "words"),
            ("02143840123", "words"),
            ("0214 3840 123", "words"),
            ("84912345678", "words"),
            ("+84 912 345 678", "words"),
            ("842143840123", "words"),
            ("0084 912 345 678", "words"),
            ("0912\u{200b}345678", "words"),
            ("1900123456", "words"),
            ("99123456789", "words"),
            ("099000123", "words"),
            ("261123-0007", "words"),
            ("000123", "key"),
            ("001099000123 02/01/1999 02/01/2039", "key"),
            ("001099000123 2-1-99 02012039", "key"),
            ("001099000123 1999-01-02 2.1.39", "key"),
            ("001099000123 02/01/1999", "words"),
            ("001099000123 02/01/1999 31/02/2039", "words"),
            ("0007", "words"),
            ("nguyen van", "words"),
            ("H38.12-261123-0007", "words"),
            (
                "001099000123||Nguyễn Văn A|02011999|Nam|Thôn Kíp Tước, xã Hợp Thành|10052022",
                "code",
            ),
            ("001099000123||Nguyeexn Vawn A|02011999|Nam|Thoon Kisp Tuwowsc|10052022", "error"),
            ("MC1|R|H38.12-261123-0007|20261123|1a2b3c4d", "receipt"),
            ("MC1|C|H38.12|0123-4567-89AB-CDEF", "certificate"),
            ("MC1|C|H38.12|0123-4567-89AB-CDE", "error"),
            ("0123-4567-89ab-cdef", "certificate"),
            ("dang ky khai sinh", "words"),
            ("MC1|R|H38.12-261123-0007|20261124|1a2b3c4d", "error"),
            (
                "IDVNM0990001232001099000123<<3\n9901029M3901027VNM<<<<<<<<<<<2\nNGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
                "zone",
            ),
            // A passport's second line is enough to open it (ICAO 9303-4, appendix B).
            ("L898902C36UTO7408122F1204159ZE184226B<<<<<10", "zone"),
            ("L898902C36UTO7408122F1204159ZE184226B<<<<<11", "error"),
            ("IDVNM<", "error"),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
    }
}
