//! Administrative units and the office that the suite works for.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Explain;

/// The agency's code in dossier codes, for example `H38.12` (H38 = Lào Cai). It is configuration:
/// the province assigns it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OfficeCode(String);

/// A text that is no office code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Mã cơ quan chỉ gồm chữ cái không dấu, chữ số và dấu chấm, dài 2–20 ký tự, ví dụ H38.12. Hãy xem mã do tỉnh cấp."
)]
pub struct OfficeCodeError;

impl Explain for OfficeCodeError {
    fn code(&self) -> &'static str {
        "OFF-20"
    }
    fn english(&self) -> String {
        "An office code has 2–20 letters, digits and dots, such as H38.12. See the code given by the province.".into()
    }
}

impl OfficeCode {
    /// Parses a code: ASCII letters, digits and single dots, 2–20 characters.
    pub fn parse(text: &str) -> Result<Self, OfficeCodeError> {
        let text = text.trim();
        let parts_hold = text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if (2..=20).contains(&text.len()) && parts_hold {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(OfficeCodeError)
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OfficeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for OfficeCode {
    type Error = OfficeCodeError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<OfficeCode> for String {
    fn from(code: OfficeCode) -> String {
        code.0
    }
}

/// What the office does; later profiles find their place here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Bộ phận Một cửa / Trung tâm Phục vụ hành chính công of a commune or ward.
    OneStop,
}

/// The office that keeps this ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    /// Code in dossier codes.
    pub code: OfficeCode,
    /// Name as letterheads write it: `ỦY BAN NHÂN DÂN XÃ …`.
    pub name: String,
    /// The counter's name: `TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG`.
    pub counter: String,
    /// GSO code of the unit (5 digits) in the list of 2025-07-01.
    pub unit_code: String,
    /// The unit's name for "place and date" lines: `Hợp Thành`.
    pub place: String,
    /// Telephone on the receipt.
    pub phone: String,
    /// What it does.
    pub profile: Profile,
    /// A demo office: synthetic people, public logins; its papers say so.
    pub demo: bool,
}
