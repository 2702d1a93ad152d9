//! The text in the QR code of the office's own papers.
//!
//! Short, so that the code stays coarse enough for a cheap scanner, and without any personal data: a
//! receipt that is lost tells nothing of its owner. `MC1` is the format's version; `R` is a receipt, `C` a certified
//! copy.
//! The check ties the paper to the entry in the ledger, so a receipt with an invented number is seen
//! at the counter; it is no signature.

use std::fmt;

use jiff::civil::Date;

use crate::{Explain, act::LookupCode, dossier::Dossier, unit::OfficeCode};

/// What the QR code of a receipt (mẫu 01) says: `MC1|R|H38.12-261123-0007|20261123|1a2b3c4d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptTag {
    /// The office that received.
    pub office: OfficeCode,
    /// Day of reception: the day in the dossier's code.
    pub received: Date,
    /// Serial of the day, from 1.
    pub serial: u32,
    /// Ties the paper to the ledger.
    pub check: TagCheck,
}

/// The first 8 hex digits of the SHA-256 of the dossier's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TagCheck(pub [u8; 4]);

impl fmt::Display for TagCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

/// A text that is no tag of this office's papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Mã QR giống mã của giấy tiếp nhận hồ sơ hoặc bản sao chứng thực nhưng nội dung không đúng. Chưa mở gì. Hãy quét lại hoặc nhập mã ghi trên giấy."
)]
pub struct TagError;

impl Explain for TagError {
    fn code(&self) -> &'static str {
        "OFF-46"
    }
    fn english(&self) -> String {
        "The QR code looks like a receipt's or a certified copy's but its content is wrong. Nothing was opened. Scan again or type the code from the paper.".into()
    }
}

impl ReceiptTag {
    /// How every receipt's text begins.
    pub const PREFIX: &'static str = "MC1|R|";

    /// The tag of a received dossier; `None` while its number is pending.
    pub fn of(dossier: &Dossier, check: TagCheck) -> Option<ReceiptTag> {
        let issued = dossier.serial.issued()?;
        Some(ReceiptTag {
            office: dossier.office.clone(),
            received: issued.series.day?,
            serial: issued.value,
            check,
        })
    }

    /// Reads the text of a receipt's QR code.
    pub fn parse(text: &str) -> Result<ReceiptTag, TagError> {
        let body = text.trim().strip_prefix(Self::PREFIX).ok_or(TagError)?;
        let [code, day, check] = split(body, '|').ok_or(TagError)?;
        let [office, short_day, serial] = split(code, '-').ok_or(TagError)?;
        let tag = ReceiptTag {
            office: OfficeCode::parse(office).map_err(|_| TagError)?,
            received: Date::strptime("%Y%m%d", day).map_err(|_| TagError)?,
            serial: serial.parse().map_err(|_| TagError)?,
            check: TagCheck(u32::from_str_radix(check, 16).map_err(|_| TagError)?.to_be_bytes()),
        };
        // One tag has one text: signs, short numbers and a day that differs from the code's are refused.
        let same = tag.serial > 0 && tag.received.strftime("%y%m%d").to_string() == short_day;
        if same && tag.to_string() == text.trim() { Ok(tag) } else { Err(TagError) }
    }

    /// Mã hồ sơ: `H38.12-261123-0007`.
    pub fn code(&self) -> String {
        format!("{}-{}-{:04}", self.office, self.received.strftime("%y%m%d"), self.serial)
    }
}

/// The text of the QR code.
impl fmt::Display for ReceiptTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.received.strftime("%Y%m%d");
        write!(f, "{}{}|{day}|{}", Self::PREFIX, self.code(), self.check)
    }
}

/// What the QR code of a certified copy says: `MC1|C|H38.12|7D3K-9QXA-0M2F-TT5C`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateTag {
    /// The office that certified.
    pub office: OfficeCode,
    /// The act's code.
    pub code: LookupCode,
}

impl CertificateTag {
    /// How every certified copy's text begins.
    pub const PREFIX: &'static str = "MC1|C|";

    /// Reads the text of a certified copy's QR code.
    ///
    /// # Errors
    /// [`TagError`]: one tag has one text.
    pub fn parse(text: &str) -> Result<Self, TagError> {
        let body = text.trim().strip_prefix(Self::PREFIX).ok_or(TagError)?;
        let (office, code) = body.split_once('|').ok_or(TagError)?;
        let tag = Self {
            office: OfficeCode::parse(office).map_err(|_| TagError)?,
            code: LookupCode::parse(code).ok_or(TagError)?,
        };
        if tag.to_string() == text.trim() { Ok(tag) } else { Err(TagError) }
    }
}

/// The text of the QR code.
impl fmt::Display for CertificateTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}|{}", Self::PREFIX, self.office, self.code)
    }
}

/// Exactly three parts.
fn split(text: &str, sign: char) -> Option<[&str; 3]> {
    let parts: Vec<&str> = text.split(sign).collect();
    parts.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_receipt_tells_its_dossier() {
        let tag = ReceiptTag::parse(" MC1|R|H38.12-261123-0007|20261123|1a2b3c4d\r\n").unwrap();
        assert_eq!(tag.office.as_str(), "H38.12");
        assert_eq!(tag.received, jiff::civil::date(2026, 11, 23));
        assert_eq!(tag.serial, 7);
        assert_eq!(tag.code(), "H38.12-261123-0007");
        assert_eq!(tag.check, TagCheck([0x1a, 0x2b, 0x3c, 0x4d]));
    }

    #[test]
    fn a_certified_copy_tells_its_code() {
        let text = "MC1|C|H38.12|0123-4567-89AB-CDEF";
        let tag = CertificateTag::parse(&format!(" {text}\r\n")).unwrap();
        assert_eq!((tag.office.as_str(), tag.to_string().as_str()), ("H38.12", text));
        for text in [
            "MC1|C|",
            "MC1|C|H38.12|0123456789ABCDEF",
            "MC1|C|H38.12|0123-4567-89ab-cdef",
            "MC1|C|H38.12|0123-4567-89AB-CDEU",
            "MC1|C||0123-4567-89AB-CDEF",
            "MC1|C|H38.12|0123-4567-89AB-CDEF|",
            "MC1|R|H38.12|0123-4567-89AB-CDEF",
        ] {
            assert_eq!(CertificateTag::parse(text), Err(TagError), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "MC1|R|",
            "MC2|R|H38.12-261123-0007|20261123|1a2b3c4d",
            "MC1|R|H38.12-261123-0007|20261124|1a2b3c4d",
            "MC1|R|H38.12-261123-0007|20261323|1a2b3c4d",
            "MC1|R|H38.12-261123-0007|19261123|1a2b3c4d|",
            "MC1|R|H38.12-261123-0000|20261123|1a2b3c4d",
            "MC1|R|H38.12-261123-+007|20261123|1a2b3c4d",
            "MC1|R|H38.12-261123-7|20261123|1a2b3c4d",
            "MC1|R|H38.12-261123-0007|20261123|1A2B3C4D",
            "MC1|R|H38.12-261123-0007|20261123|1a2b3c4",
            "MC1|R|H38.12-261123-0007|20261123|1a2b3c4d5",
            "MC1|R|-261123-0007|20261123|1a2b3c4d",
        ] {
            assert_eq!(ReceiptTag::parse(text), Err(TagError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read(
            office in "[A-Z][0-9]{2}(\\.[0-9]{2}){0,3}",
            days in 0i32..30_000,
            serial in 1u32..1_000_000,
            check: [u8; 4],
        ) {
            let received = jiff::civil::date(2018, 1, 1)
                .checked_add(jiff::Span::new().days(days))
                .unwrap();
            let tag = ReceiptTag {
                office: OfficeCode::parse(&office).unwrap(),
                received,
                serial,
                check: TagCheck(check),
            };
            prop_assert_eq!(ReceiptTag::parse(&tag.to_string()), Ok(tag));
        }

        #[test]
        fn no_text_breaks_it(text in "(MC1\\|R\\|)?[0-9A-Fa-f|.+-]{0,50}") {
            if let Ok(tag) = ReceiptTag::parse(&text) {
                prop_assert_eq!(tag.to_string(), text);
            }
        }
    }
}
