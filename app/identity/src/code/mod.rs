//! QR codes of cards and of the office's own papers, from scanners and from pictures.
//!
//! A card's QR code is unsigned text: anyone can print one, so whatever is read here is evidence
//! [`Declared`](office::evidence::Evidence::Declared), never more. Text reaches the suite three ways:
//! typed by a scanner that plays a keyboard ([`wedge`]), over a serial port ([`port`]), or decoded
//! from a picture ([`image`]); all three end in [`Scanned::read`]. What a scanner is set up to put around a
//! code falls away first ([`bare`]). Vietnamese that an input method garbled on the way is refused, not
//! repaired: a wrong name on a receipt costs more than a second scan. So are digits that a keyboard layout
//! turned into letters. Letters of the other case (CapsLock) are certain, and set right with a word.

mod capslock;
mod card;
mod error;
mod garble;
pub mod image;
pub mod port;
mod report;
pub mod serial;
pub mod wedge;
pub mod zone;

use std::fmt;

pub use card::{CardCode, Extra, ExtraKind};
pub use error::CodeError;
pub use report::{Kind, Report};

use office::tag::{CertificateTag, ReceiptTag};

/// The longest text a code may hold, in bytes: the largest QR code (version 40-L) holds 2,953 bytes or
/// 7,089 digits.
pub const MAX_TEXT: usize = 7_089;

/// What to tell the clerk of a VNeID code that only the province can read.
pub const VNEID_OPAQUE: &str =
    "Mã VNeID không đọc được ngoại tuyến. Mã được giữ nguyên để gửi tỉnh xác nhận khi có mạng.";

/// What a code turned out to be.
pub enum Scanned {
    /// A citizen's card, or VNeID in the card's form.
    Card(Box<CardCode>),
    /// A receipt of this suite (mẫu 01).
    Receipt(ReceiptTag),
    /// A certified copy of this suite.
    Certificate(CertificateTag),
    /// Most likely VNeID's own form, which is not published: kept as it is.
    VneidOpaque(String),
    /// Any other text.
    Other(String),
}

impl Scanned {
    /// Recognises the text of a code. What begins like a card or a receipt and is broken is an error,
    /// never [`Scanned::Other`].
    pub fn read(text: &str) -> Result<Scanned, CodeError> {
        if text.len() > MAX_TEXT {
            return Err(CodeError::TooLong);
        }
        let text = without_prefix(bare(text));
        if text.starts_with(ReceiptTag::PREFIX) {
            Ok(Scanned::Receipt(ReceiptTag::parse(text)?))
        } else if text.starts_with(&capslock::swapped(ReceiptTag::PREFIX)) {
            Ok(Scanned::Receipt(ReceiptTag::parse(&capslock::swapped(text))?))
        } else if text.starts_with(CertificateTag::PREFIX) {
            Ok(Scanned::Certificate(CertificateTag::parse(text)?))
        } else if text.starts_with(&capslock::swapped(CertificateTag::PREFIX)) {
            Ok(Scanned::Certificate(CertificateTag::parse(&capslock::swapped(text))?))
        } else if looks_like_card(text) {
            CardCode::parse(text).map(|card| Scanned::Card(Box::new(card)))
        } else if hides_a_number(text) {
            Err(CodeError::Prefix)
        } else if garble::is_of_another_layout(text) {
            Err(CodeError::Layout)
        } else if looks_like_vneid(text) {
            Ok(Scanned::VneidOpaque(text.into()))
        } else {
            Ok(Scanned::Other(text.into()))
        }
    }
}

/// Whether `text`, typed at a scanner's pace, is a code or what an input method left of one, so that no
/// field of a form may keep it. Any other text may have been scanned into the field on purpose.
pub fn is_code(text: &str) -> bool {
    is_zone(text) || !matches!(Scanned::read(text), Ok(Scanned::Other(_)))
}

/// Whether `rest` can be what a scanner still had to type when it stopped after `scan`.
pub fn goes_on(scan: &str, rest: &str) -> bool {
    let is_wordless = !rest.contains(char::is_alphabetic);
    if is_zone(scan) {
        return rest.contains('<') || !matches!(bare(scan).len(), 30 | 36 | 44 | 72 | 88 | 90);
    }
    match Scanned::read(scan) {
        // Fields may follow those of the older card.
        Ok(Scanned::Card(card)) if card.is_whole() => rest.contains('|') || is_wordless,
        Ok(Scanned::Card(_)) | Err(_) => true,
        Ok(Scanned::Receipt(_) | Scanned::Certificate(_)) => false,
        Ok(Scanned::VneidOpaque(_) | Scanned::Other(_)) => is_wordless,
    }
}

/// Whether `text` is a line of a machine readable zone, or several.
pub fn is_zone(text: &str) -> bool {
    let text = bare(text);
    text.len() >= SHORTEST_LINE && text.contains('<') && !text.contains('|')
}

/// A line of a card's zone has 30 characters; a reader may leave out fillers at its end.
const SHORTEST_LINE: usize = 25;

/// Debug output may reach a log: it never shows what was read.
impl fmt::Debug for Scanned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Scanned::Card(_) => "Card(…)",
            Scanned::Receipt(_) => "Receipt(…)",
            Scanned::Certificate(_) => "Certificate(…)",
            Scanned::VneidOpaque(_) => "VneidOpaque(…)",
            Scanned::Other(_) => "Other(…)",
        })
    }
}

/// A scan without what scanners put around codes: line ends, control characters (STX, ETX), a byte order
/// mark, the symbology identifier (`]Q1`, ISO/IEC 15424) and the escape of a character set (`\\000026`).
pub fn bare(text: &str) -> &str {
    let edge = |c: char| c == '\u{feff}' || c.is_control() || c.is_whitespace();
    let mut text = text.trim_matches(edge);
    if let [b']', symbology, modifier, ..] = text.as_bytes()
        && symbology.is_ascii_alphabetic()
        && modifier.is_ascii_alphanumeric()
    {
        text = text.get(3..).unwrap_or_default();
    }
    if let Some(escape) = text.strip_prefix('\\').and_then(|rest| rest.get(..6))
        && is_digits(escape)
    {
        text = text.get(7..).unwrap_or_default();
    }
    text.trim_matches(edge)
}

/// The longest prefix of an office's own that is cut off, in bytes.
const MOST_PREFIX: usize = 16;

/// A card's or receipt's text behind a prefix that somebody set up in the scanner (`QR:`, `*`, `scan#`). One
/// that ends in a digit cannot be told from the number, see [`hides_a_number`].
fn without_prefix(text: &str) -> &str {
    let receipt = text.find(ReceiptTag::PREFIX).or_else(|| text.find(CertificateTag::PREFIX));
    let number = head(text).and_then(|head| {
        let before = head.trim_end_matches(|c: char| c.is_ascii_digit());
        (head.len() - before.len() == NUMBER).then_some(before.len())
    });
    let start = receipt.or(number).filter(|start| *start <= MOST_PREFIX);
    start.and_then(|start| text.get(start..)).unwrap_or(text)
}

/// What stands before the first bar of a text that has as many bars as a card's.
fn head(text: &str) -> Option<&str> {
    let (head, rest) = text.split_once('|')?;
    (rest.matches('|').count() + 2 >= card::LEAST_FIELDS).then_some(head)
}

/// A prefix that ends in digits (`Q1`) and a number run into one another.
fn hides_a_number(text: &str) -> bool {
    head(text).is_some_and(|head| {
        let before = head.trim_end_matches(|c: char| c.is_ascii_digit());
        !before.is_empty() && before.len() <= MOST_PREFIX && head.len() - before.len() > NUMBER
    })
}

/// Digits of a personal number.
const NUMBER: usize = 12;

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A run of digits about as long as a personal number, and then more than a number.
fn looks_like_card(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text.as_bytes().get(digits) {
        Some(b'|') => digits >= 9,
        Some(_) => digits == 12 && text.chars().any(char::is_alphabetic),
        None => false,
    }
}

/// One long token of an encoding's alphabet, or an address of VNeID. Payment codes (EMV, `000201…`)
/// are no VNeID.
fn looks_like_vneid(text: &str) -> bool {
    let token = text.len() >= 40
        && !text.starts_with("000201")
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-.".contains(&b));
    token || text.to_ascii_lowercase().contains("vneid")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use office::Explain;
    use proptest::prelude::*;

    #[test]
    fn codes_are_told_apart() {
        for (text, kind) in [
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Xã Hợp Thành, Lào Cai|01012022", "Card(…)"),
            ("\u{feff}099099000123||NGUYỄN VĂN A|01011999|Nam||01012022\r\n", "Card(…)"),
            ("mc1|r|h38.12-261123-0007|20261123|1A2B3C4D", "Receipt(…)"),
            ("]Q1MC1|R|H38.12-261123-0007|20261123|1a2b3c4d", "Receipt(…)"),
            ("QR:MC1|R|H38.12-261123-0007|20261123|1a2b3c4d", "Receipt(…)"),
            ("MC1|R|H38.12-261123-0007|20261123|1a2b3c4d\r\n", "Receipt(…)"),
            ("MC1|C|H38.12|0123-4567-89AB-CDEF\r\n", "Certificate(…)"),
            ("mc1|c|h38.12|0123-4567-89ab-cdef", "Certificate(…)"),
            ("QR:MC1|C|H38.12|0123-4567-89AB-CDEF", "Certificate(…)"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJkYXRhIjoic3ludGhldGljIn0.c2lnbmF0dXJl", "VneidOpaque(…)"),
            ("https://vneid.gov.vn/qr?x=1", "VneidOpaque(…)"),
            (
                "00020101021138540010A00000072701240006970436011012345678905802VN6304ABCD",
                "Other(…)",
            ),
            ("https://dichvucong.gov.vn", "Other(…)"),
            ("099099000123", "Other(…)"),
            ("xin chào", "Other(…)"),
            ("", "Other(…)"),
        ] {
            assert_eq!(format!("{:?}", Scanned::read(text).unwrap()), kind, "{text}");
        }
    }

    /// Symbology identifiers, frames of control characters and prefixes of an office's own.
    #[test]
    fn what_a_scanner_puts_around_a_code_falls_away() {
        const CODE: &str = "099099000123|099000123|Nguyễn Văn A|01011999|Nam|Thôn 1, Xã Hợp Thành, Lào Cai|15082025";
        for text in [
            format!("]Q1{CODE}\r"),
            format!("]Q3{CODE}\r"),
            format!("]q1{CODE}"),
            format!("]Q2\\000026{CODE}\r\n"),
            format!("\u{2}{CODE}\u{3}\r"),
            format!("\u{2}]Q1{CODE}\u{3}"),
            format!("\u{1d}{CODE}\u{1e}\u{4}"),
            format!("\u{feff}]Q1{CODE}\t"),
            format!("QR:{CODE}"),
            format!("*{CODE}*"),
            format!("scan#{CODE}#"),
        ] {
            let Scanned::Card(card) = Scanned::read(&text).unwrap() else { panic!("{text:?}") };
            let person = card.identity.person;
            assert_eq!(person.number.unwrap().as_str(), "099099000123", "{text:?}");
            assert_eq!(person.issue_date, Some(jiff::civil::date(2025, 8, 15)), "{text:?}");
            assert!(is_code(&text), "{text:?}");
        }
        // A digit before the number might be the number's.
        assert_eq!(Scanned::read(&format!("Q1{CODE}")).unwrap_err().code(), "IDN-59");
        assert!(is_zone("]o0P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"));
        // What merely holds such signs is none of it.
        for text in ["]Q1", "\\000026", "Mã ]Q1 | 099099000123", "a|b|c|d|e", "]["] {
            assert!(matches!(Scanned::read(text), Ok(Scanned::Other(_))), "{text:?}");
            assert!(!is_code(text), "{text:?}");
        }
    }

    /// The "Vietnamese" layout of Windows and X11 types ă â ê ô, tone marks and đ with the digits' keys.
    #[test]
    fn digits_that_a_keyboard_layout_made_letters_are_told() {
        for text in [
            "đ\u{323}\u{323}đ\u{323}\u{323}đđđăâê|đ\u{323}\u{323}đđđăâê|Nguyễn Văn A|đăđăă\u{323}\u{323}\u{323}|Nam|Thôn ă, Xã Hợp Thành, Lào Cai|ằđ\u{301}âđầ",
            // In composed form.
            "đ\u{323}\u{323}đ\u{323}\u{323}đđđăậ|đ|Nguyễn Văn A|đăđă\u{1eb7}\u{323}\u{323}|Nam|Hà Nội|ằđ\u{301}âđầ",
            // X11's dead keys swallow the tone marks.
            "đđđđđăâê|đđđđăâê|Nguyễn Văn A|đăđăă|Nam|Lào Cai|ăđâđâ",
            "ĐĐĐĐĐĂÂÊ|ĐĐĐĐĂÂÊ|NGUYỄN VĂN A|ĐĂĐĂĂ|NAM|LÀO CAI|ĂĐÂĐÂ",
            // A bare number, and a receipt.
            "đ\u{323}\u{323}đ\u{323}\u{323}đđđăâê",
            "MCă|R|Hê\u{309}.ăâ-â\u{309}ăăâê-đđđ\u{303}|âđâ\u{309}ăăâê|ăaâbêcôd",
            // A French layout.
            "à__à__ààà&é'|à__ààà&é'|Nguyễn Văn A|à&à&&___|Nam|Lào Cai|&(à_éàé(",
        ] {
            assert_eq!(Scanned::read(text).unwrap_err().code(), "IDN-58", "{text}");
            assert!(is_code(text), "{text}");
        }
        for text in [
            "đá",
            "đâu đó",
            "Đăk Đoa",
            "a|b|c|d|e|f|g",
            "đ|ă|â",
            "ê ê ê ê ê ê ê ê ê ê",
            "Nguyễn Văn A|Nam",
        ] {
            assert!(!is_code(text), "{text}");
        }
    }

    /// A scan may stop and go on; what a hand types after it is no rest.
    #[test]
    fn only_what_can_follow_a_scan_is_its_rest() {
        const WHOLE: &str = "099099000123||NGUYỄN VĂN A|01011999|Nam|Lào Cai|15082025";
        for (scan, rest, goes_on) in [
            (WHOLE, "khai sinh", false),
            (WHOLE, "|Nguyễn Văn B|", true),
            (WHOLE, "|", true),
            ("099099000123||NGUYỄN VĂN A|0101", "1999|Nam", true),
            ("099099000123||NGUY", "ỄN VĂN A|01011999", true),
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Lào C", "ai|15082025", true),
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Lào Cai|1508", "2025", true),
            (&format!("{WHOLE}|Nguyễn Văn B"), "khai sinh", false),
            ("MC1|R|H38.12-261123-0007|20261123|1a2b3c4d", "khai", false),
            ("099099000123", "khai", false),
            ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F<<", true),
            ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "khai", false),
            ("P<UTOERIKSSON<<ANNA<MARIA", "<<<", true),
        ] {
            assert_eq!(super::goes_on(scan, rest), goes_on, "{scan} + {rest}");
        }
    }

    #[test]
    fn broken_codes_are_errors() {
        for (text, code) in [
            ("MC1|R|H38.12-261123-0007|20261124|1a2b3c4d", "OFF-46"),
            ("09909900012||NGUYỄN VĂN A|01011999|Nam|Lào Cai|01012022", "IDN-50"),
            ("0990990001234||NGUYỄN VĂN A|01011999|Nam|Lào Cai|01012022", "IDN-50"),
            ("099099000123~~NGUYỄN VĂN A~01011999~Nam~Lào Cai~01012022", "IDN-51"),
            ("099099000123|", "IDN-51"),
            (&"1".repeat(MAX_TEXT + 1), "IDN-53"),
        ] {
            assert_eq!(Scanned::read(text).unwrap_err().code(), code, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_reading(text in "([0-9]{9,13}\\||MC1\\|R\\|)?[\\PC|]{0,120}") {
            let _ = Scanned::read(&text);
        }
    }
}
