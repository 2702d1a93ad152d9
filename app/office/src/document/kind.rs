//! The kinds of papers that a person keeps and that the office can keep for them.
//!
//! Only the names are here: the catalogue says which kind may stand in a component's place, and the
//! person's store of papers files by the same list, so that the two can be matched without words.

use serde::{Deserialize, Serialize};

/// What a paper is. Released names are never changed: dossiers and stores keep them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Giấy khai sinh, trích lục khai sinh.
    BirthCertificate,
    /// Giấy chứng sinh.
    BirthNotice,
    /// Giấy chứng nhận kết hôn, trích lục kết hôn.
    MarriageCertificate,
    /// Giấy xác nhận tình trạng hôn nhân.
    SingleStatus,
    /// Giấy báo tử, giấy chứng tử, trích lục khai tử.
    DeathNotice,
    /// Văn bản ủy quyền.
    PowerOfAttorney,
    /// Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất.
    LandCertificate,
    /// Giấy chứng nhận đăng ký hộ kinh doanh.
    HouseholdBusiness,
    /// Thẻ bảo hiểm y tế.
    HealthInsurance,
    /// Giấy chứng nhận hộ nghèo, hộ cận nghèo.
    PoorHousehold,
    /// Giấy xác nhận khuyết tật.
    Disability,
    /// Giấy tờ người có công với cách mạng.
    Merit,
    /// Ảnh.
    Photo,
    /// Any other paper; its name says which.
    Other,
}

impl Kind {
    /// Every kind, in the order of lists.
    pub const ALL: [Kind; 14] = [
        Kind::BirthCertificate,
        Kind::BirthNotice,
        Kind::MarriageCertificate,
        Kind::SingleStatus,
        Kind::DeathNotice,
        Kind::PowerOfAttorney,
        Kind::LandCertificate,
        Kind::HouseholdBusiness,
        Kind::HealthInsurance,
        Kind::PoorHousehold,
        Kind::Disability,
        Kind::Merit,
        Kind::Photo,
        Kind::Other,
    ];

    /// The paper's name.
    pub fn label(self) -> &'static str {
        match self {
            Kind::BirthCertificate => "Giấy khai sinh",
            Kind::BirthNotice => "Giấy chứng sinh",
            Kind::MarriageCertificate => "Giấy chứng nhận kết hôn",
            Kind::SingleStatus => "Giấy xác nhận tình trạng hôn nhân",
            Kind::DeathNotice => "Giấy báo tử, trích lục khai tử",
            Kind::PowerOfAttorney => "Văn bản ủy quyền",
            Kind::LandCertificate => {
                "Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất"
            }
            Kind::HouseholdBusiness => "Giấy chứng nhận đăng ký hộ kinh doanh",
            Kind::HealthInsurance => "Thẻ bảo hiểm y tế",
            Kind::PoorHousehold => "Giấy chứng nhận hộ nghèo, hộ cận nghèo",
            Kind::Disability => "Giấy xác nhận khuyết tật",
            Kind::Merit => "Giấy tờ người có công với cách mạng",
            Kind::Photo => "Ảnh chân dung",
            Kind::Other => "Giấy tờ khác",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_kind_is_listed_once_and_keeps_its_name() {
        let names: Vec<String> =
            Kind::ALL.iter().map(|kind| serde_json::to_string(kind).unwrap()).collect();
        for (i, name) in names.iter().enumerate() {
            assert!(!names[..i].contains(name), "{name}");
            let back: Kind = serde_json::from_str(name).unwrap();
            assert_eq!(back, Kind::ALL[i]);
        }
        assert_eq!(names[0], "\"birth_certificate\"");
        assert_eq!(names[12], "\"photo\"");
    }
}
