//! What a clerk hands to the home screen: a scanned code, a number, a chip's key or words to find.

use identity::{
    access::Keys,
    code::{CardCode, Scanned},
    mrz::{Mrz, typed::Typed},
};
use jiff::civil::Date;
use office::{
    Explain,
    evidence::Evidence,
    person::{Identity, Person, PersonalNumber},
};

/// Scanned or typed, understood.
pub enum Handed {
    /// A card's QR code.
    Code(Box<CardCode>),
    /// The code of a receipt of this suite: words that find its dossier.
    Receipt(String),
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
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            if let Some(can) = (digits.len() == 6).then(|| Keys::can(&digits)).flatten() {
                return Ok(Self::ChipKey(Box::new(can)));
            }
            if digits.len() > 9 {
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
            Scanned::VneidOpaque(_) => Self::Opaque,
            Scanned::Other(text) => Self::Words(text),
        })
    }
}

/// `001099000123 02/01/1999 02/01/2039`: number, birth and expiry open a card without PACE.
fn number_and_dates(text: &str) -> Option<Keys> {
    let mut words = text.split_whitespace();
    let number = PersonalNumber::parse(words.next()?).ok()?;
    let mut day = || Date::strptime("%d/%m/%Y", words.next()?).ok();
    let (birth, expiry) = (day()?, day()?);
    words.next().is_none().then(|| Keys::number_and_dates(&number, birth, expiry))
}

/// A person known by a typed number only.
pub fn typed(number: PersonalNumber) -> Identity {
    Identity {
        person: Person { number: Some(number), ..Person::default() },
        document: None,
        evidence: Evidence::Typed,
        reasons: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> &'static str {
        match Handed::read(text) {
            Ok(Handed::Code(_)) => "code",
            Ok(Handed::Receipt(_)) => "receipt",
            Ok(Handed::Number(_)) => "number",
            Ok(Handed::Zone(_)) => "zone",
            Ok(Handed::ChipKey(_)) => "key",
            Ok(Handed::Opaque) => "opaque",
            Ok(Handed::Words(_)) => "words",
            Err(_) => "error",
        }
    }

    #[test]
    fn what_is_handed_over_is_recognised() {
        for (text, expected) in [
            ("001099000123", "number"),
            ("001 099 000 123", "number"),
            ("00109900012", "error"),
            ("000123", "key"),
            ("001099000123 02/01/1999 02/01/2039", "key"),
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
