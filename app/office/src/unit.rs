//! Administrative units and the office that the suite works for.

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{Explain, header::Header, text};

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
    /// Phòng công chứng, văn phòng công chứng.
    Notary,
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

/// Whether a text names this commune or ward, by its name with the word for its kind and what follows a comma or without
/// (`xã Hợp Thành, tỉnh Lào Cai`, `Hợp Thành`). Marks count: Tân Thanh is not Tân Thành.
pub fn names_commune(text: &str, commune: &str) -> bool {
    let small = |text: &str| text::clean(text).to_lowercase();
    let (named, commune) = (small(text.split(',').next().unwrap_or_default()), small(commune));
    let kinds = ["xã ", "phường ", "đặc khu "].into_iter();
    named == commune
        || kinds.filter_map(|kind| named.strip_prefix(kind)).any(|bare| bare == commune)
}

/// Kind of an administrative unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// Tỉnh
    Province,
    /// Thành phố trực thuộc Trung ương
    City,
    /// Phường
    Ward,
    /// Xã
    Commune,
    /// Đặc khu
    SpecialZone,
}

impl UnitKind {
    /// The word before the unit's name.
    pub fn label(self) -> &'static str {
        match self {
            UnitKind::Province => "Tỉnh",
            UnitKind::City => "Thành phố",
            UnitKind::Ward => "Phường",
            UnitKind::Commune => "Xã",
            UnitKind::SpecialZone => "Đặc khu",
        }
    }
}

/// A unit of a list. Codes were reused in 2025 under other names: a code means something only
/// together with the version of its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// GSO code: 2 digits for provinces, 5 for communes and wards.
    pub code: String,
    /// Name without its kind: `Hợp Thành`.
    pub name: String,
    /// Kind.
    pub kind: UnitKind,
}

impl Unit {
    /// `Xã Hợp Thành`.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind.label(), self.name)
    }
}

/// Why a list of units cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnitListError {
    /// Larger than a list of units can be.
    #[error(
        "Tệp danh sách đơn vị hành chính lớn bất thường nên không được nạp. Danh sách đang dùng không thay đổi. Hãy chọn đúng tệp."
    )]
    TooLarge,
    /// Not the format.
    #[error(
        "Tệp danh sách đơn vị hành chính không đúng định dạng: {0}. Danh sách đang dùng không thay đổi. Hãy sửa tệp hoặc dùng bản gốc."
    )]
    Unreadable(#[from] serde_json::Error),
    /// A code that is no code, or stands twice.
    #[error(
        "Danh sách đơn vị hành chính có mã sai hoặc trùng: {0}. Danh sách đang dùng không thay đổi. Hãy sửa tệp rồi nạp lại."
    )]
    WrongCode(String),
}

impl Explain for UnitListError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-21",
            Self::Unreadable(_) => "OFF-22",
            Self::WrongCode(_) => "OFF-23",
        }
    }
    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The list of administrative units is unusually large and was not loaded. The list in use is unchanged. Choose the right file.".into(),
            Self::Unreadable(e) => format!("The list of administrative units has a wrong format: {e}. The list in use is unchanged. Correct the file or use the original."),
            Self::WrongCode(code) => format!("The list of administrative units has a wrong or repeated code: {code}. The list in use is unchanged. Correct the file and load it again."),
        }
    }
}

/// A dated list of administrative units (`assets/units`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitList {
    /// Title, version (the day from which the codes hold) and source.
    pub header: Header,
    units: Vec<Unit>,
}

impl UnitList {
    /// Reads the JSON of `assets/units`: `header` and `units`.
    pub fn parse(json: &[u8]) -> Result<Self, UnitListError> {
        const MAX_BYTES: usize = 8 << 20;
        if json.len() > MAX_BYTES {
            return Err(UnitListError::TooLarge);
        }
        let list: UnitList = serde_json::from_slice(json)?;
        let mut seen = HashSet::new();
        for unit in &list.units {
            let code_holds = matches!(unit.code.len(), 2 | 5)
                && unit.code.bytes().all(|b| b.is_ascii_digit())
                && seen.insert(&unit.code);
            if !code_holds {
                return Err(UnitListError::WrongCode(unit.code.clone()));
            }
        }
        Ok(list)
    }

    /// Every unit, by code.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The unit of this code.
    pub fn find(&self, code: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.code == code)
    }

    /// Units whose full name holds every word of `query`, without diacritics; names that begin with
    /// the query come first. An empty query finds all.
    pub fn search(&self, query: &str) -> Vec<&Unit> {
        let query = text::fold(query);
        let words: Vec<&str> = query.split(' ').filter(|w| !w.is_empty()).collect();
        let mut found: Vec<(bool, &Unit)> = self
            .units
            .iter()
            .filter_map(|unit| {
                let folded = text::fold(&unit.full_name());
                words
                    .iter()
                    .all(|word| folded.contains(word))
                    .then(|| (!text::fold(&unit.name).starts_with(&query), unit))
            })
            .collect();
        found.sort_by_key(|(later, _)| *later);
        found.into_iter().map(|(_, unit)| unit).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lao_cai() -> UnitList {
        UnitList::parse(include_bytes!("../../../assets/units/laocai.json")).unwrap()
    }

    #[test]
    fn lao_cai_has_89_communes_and_10_wards() {
        let list = lao_cai();
        let of = |kind| list.units().iter().filter(|u| u.kind == kind).count();
        assert_eq!((of(UnitKind::Commune), of(UnitKind::Ward)), (89, 10));
        assert_eq!(list.units().len(), 99);
        assert_eq!(list.header.version.to_string(), "2025-07-01");
        assert_eq!(list.find("02680").unwrap().full_name(), "Xã Hợp Thành");
        assert!(list.units().iter().all(|u| text::clean(&u.name) == u.name));
    }

    #[test]
    fn there_are_34_provinces_and_cities() {
        let list = UnitList::parse(include_bytes!("../../../assets/units/provinces.json")).unwrap();
        assert_eq!(list.units().len(), 34);
        assert_eq!(list.find("15").unwrap().full_name(), "Tỉnh Lào Cai");
        assert_eq!(list.find("46").unwrap().full_name(), "Thành phố Huế");
    }

    #[test]
    fn units_are_found_without_diacritics() {
        let list = lao_cai();
        for (query, first) in [
            ("lao cai", "Phường Lào Cai"),
            ("Cam Đường", "Phường Cam Đường"),
            ("xa hop thanh", "Xã Hợp Thành"),
            ("HOP", "Xã Hợp Thành"),
        ] {
            assert_eq!(list.search(query).first().unwrap().full_name(), first, "{query}");
        }
        assert!(list.search("ha noi").is_empty());
        assert_eq!(list.search(" ").len(), 99);
    }

    #[test]
    fn wrong_lists_are_refused() {
        let with = |units: &str| {
            let header = r#"{"title":"t","version":"2025-07-01","source":"s","mark":"C","checked":false,"licence":"MIT"}"#;
            UnitList::parse(format!(r#"{{"header":{header},"units":[{units}]}}"#).as_bytes())
        };
        let unit = |code: &str| format!(r#"{{"code":"{code}","name":"A","kind":"commune"}}"#);
        assert!(with(&unit("00001")).is_ok());
        for units in [unit("1"), unit("0000a"), [unit("00001"), unit("00001")].join(",")] {
            assert_eq!(with(&units).unwrap_err().code(), "OFF-23", "{units}");
        }
        assert_eq!(with("{}").unwrap_err().code(), "OFF-22");
    }
}
