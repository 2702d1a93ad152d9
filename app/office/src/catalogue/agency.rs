//! Who carries out which procedure (cơ quan thực hiện), where the national portal names one agency.
//!
//! The portal names it by its level; in a unit it has the unit's name. What the portal leaves empty, or leaves
//! to several agencies, is unknown here: nothing is offered for it.

use serde::Deserialize;

use super::{CatalogueError, MAX_BYTES};
use crate::{header::Header, unit::Unit};

/// The level at whose place the unit's own name stands.
const LEVEL: &str = "cấp xã";

/// The agencies, with where they come from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agencies {
    /// Title, version and source.
    pub header: Header,
    agencies: Vec<Agency>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Agency {
    /// By level: `Công an cấp xã`.
    name: String,
    /// National codes of its procedures.
    codes: Vec<String>,
}

impl Agencies {
    /// Reads `assets/procedures/agencies.json`.
    pub fn parse(json: &[u8]) -> Result<Self, CatalogueError> {
        if json.len() > MAX_BYTES {
            return Err(CatalogueError::TooLarge);
        }
        Ok(serde_json::from_slice(json)?)
    }

    /// Each procedure's code with its agency in a unit: `Công an xã Hợp Thành`.
    pub fn within(&self, unit: &Unit) -> impl Iterator<Item = (&str, String)> {
        let unit = format!("{} {}", unit.kind.label().to_lowercase(), unit.name);
        self.agencies.iter().flat_map(move |agency| {
            let name = agency.name.replace(LEVEL, &unit);
            agency.codes.iter().map(move |code| (code.as_str(), name.clone()))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use super::*;
    use crate::{catalogue::Catalogue, unit::UnitKind};

    fn bundled() -> Agencies {
        Agencies::parse(include_bytes!("../../../../assets/procedures/agencies.json")).unwrap()
    }

    fn unit(kind: UnitKind, name: &str) -> Unit {
        Unit { code: "02680".into(), name: name.into(), kind }
    }

    /// The values are those of the national portal's "Cơ quan thực hiện" (June and July 2026).
    #[test]
    fn an_agency_has_the_units_name() {
        let agencies = bundled();
        for (code, commune, ward, zone) in [
            // Đăng ký thường trú, after a birth.
            (
                "1.004222",
                Some("Công an xã Hợp Thành"),
                Some("Công an phường Cam Đường"),
                Some("Công an đặc khu Vân Đồn"),
            ),
            // Xóa đăng ký thường trú, after a death.
            (
                "1.003197",
                Some("Công an xã Hợp Thành"),
                Some("Công an phường Cam Đường"),
                Some("Công an đặc khu Vân Đồn"),
            ),
            // Điều chỉnh thông tin về cư trú, after a marriage.
            (
                "1.010039",
                Some("Công an xã Hợp Thành"),
                Some("Công an phường Cam Đường"),
                Some("Công an đặc khu Vân Đồn"),
            ),
            // Đăng ký kết hôn; đăng ký khai tử.
            (
                "1.000894",
                Some("Ủy ban nhân dân xã Hợp Thành"),
                Some("Ủy ban nhân dân phường Cam Đường"),
                Some("Ủy ban nhân dân đặc khu Vân Đồn"),
            ),
            (
                "1.000656",
                Some("Ủy ban nhân dân xã Hợp Thành"),
                Some("Ủy ban nhân dân phường Cam Đường"),
                Some("Ủy ban nhân dân đặc khu Vân Đồn"),
            ),
            // The portal names nobody: hỗ trợ chi phí mai táng; liên thông khai sinh, thường trú, thẻ BHYT.
            ("1.001731", None, None, None),
            ("2.000986", None, None, None),
            // It names several, one of a level that is no more: bảo hiểm xã hội một lần.
            ("1.001613", None, None, None),
            ("9.999999", None, None, None),
        ] {
            for (unit, expected) in [
                (unit(UnitKind::Commune, "Hợp Thành"), commune),
                (unit(UnitKind::Ward, "Cam Đường"), ward),
                (unit(UnitKind::SpecialZone, "Vân Đồn"), zone),
            ] {
                let found: BTreeMap<&str, String> = agencies.within(&unit).collect();
                assert_eq!(found.get(code).map(String::as_str), expected, "{code}");
            }
        }
    }

    #[test]
    fn every_code_is_a_procedure_of_the_catalogue_and_has_one_agency() {
        let agencies = bundled();
        let catalogue =
            Catalogue::parse(include_bytes!("../../../../assets/procedures/one_stop.json"))
                .unwrap();
        let unit = unit(UnitKind::Commune, "Hợp Thành");
        let mut codes: Vec<&str> = agencies.within(&unit).map(|(code, _)| code).collect();
        for code in &codes {
            assert!(catalogue.find(code, agencies.header.version).is_some(), "{code}");
        }
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!((codes.len(), all), (70, 70));
        assert!(agencies.within(&unit).all(|(_, name)| !name.contains(LEVEL)));
    }
}
