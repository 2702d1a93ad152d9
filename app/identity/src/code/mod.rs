//! QR codes of cards and of the office's own papers, from scanners and from pictures.
//!
//! A card's QR code is unsigned text: anyone can print one, so whatever is read here is evidence
//! [`Declared`](office::evidence::Evidence::Declared), never more. Text reaches the suite three ways:
//! typed by a scanner that plays a keyboard ([`wedge`]), over a serial port ([`port`]), or decoded
//! from a picture ([`image`]); all three end in [`Scanned::read`]. Vietnamese that an input method
//! garbled on the way is refused, not repaired: a wrong name on a receipt costs more than a second scan.

mod card;
mod error;
mod garble;
pub mod image;
pub mod port;
mod report;
pub mod serial;
pub mod wedge;

use std::fmt;

pub use card::{CardCode, Extra, ExtraKind};
pub use error::CodeError;
pub use report::{Kind, Report};

use office::tag::ReceiptTag;

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
        let text = strip(text);
        if text.starts_with(ReceiptTag::PREFIX) {
            Ok(Scanned::Receipt(ReceiptTag::parse(text)?))
        } else if looks_like_card(text) {
            CardCode::parse(text).map(|card| Scanned::Card(Box::new(card)))
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

/// Whether `text` is a line of a machine readable zone, or several.
pub fn is_zone(text: &str) -> bool {
    let text = strip(text);
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
            Scanned::VneidOpaque(_) => "VneidOpaque(…)",
            Scanned::Other(_) => "Other(…)",
        })
    }
}

/// Without byte order mark, line ends and outer spaces.
fn strip(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || c == '\0' || c.is_whitespace())
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
    #![allow(clippy::unwrap_used)]
    use super::*;
    use office::Explain;
    use proptest::prelude::*;

    #[test]
    fn codes_are_told_apart() {
        for (text, kind) in [
            ("099099000123||NGUYỄN VĂN A|01011999|Nam|Xã Hợp Thành, Lào Cai|01012022", "Card(…)"),
            ("\u{feff}099099000123||NGUYỄN VĂN A|01011999|Nam||01012022\r\n", "Card(…)"),
            ("MC1|R|H38.12-261123-0007|20261123|1a2b3c4d\r\n", "Receipt(…)"),
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
