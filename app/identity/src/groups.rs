//! The files of the eMRTD application (ICAO 9303-10) that an office reads: EF.COM, EF.SOD, DG1, DG2,
//! DG11, DG12, DG13, DG14, DG15.

pub mod details;
pub mod dg13;
pub mod face;

use std::{collections::BTreeSet, fmt};

use pki::tlv;

use crate::{
    card::file::FileId,
    error::{Fault, ReadError},
    mrz::Mrz,
};

/// EF.COM
pub const COM: FileId = FileId { sfi: 0x1E, tag: 0x60, other: None };
/// EF.SOD, with its own tag or as a bare SEQUENCE.
pub const SOD: FileId = FileId { sfi: 0x1D, tag: 0x77, other: Some(0x30) };

/// Tags of DG1 to DG16 in EF.COM and before their content.
const TAGS: [u8; 16] = [
    0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70,
];

/// A data group, 1 to 16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group(u8);

#[allow(missing_docs)]
impl Group {
    pub const DG1: Group = Group(1);
    pub const DG2: Group = Group(2);
    pub const DG3: Group = Group(3);
    pub const DG4: Group = Group(4);
    pub const DG11: Group = Group(11);
    pub const DG12: Group = Group(12);
    pub const DG13: Group = Group(13);
    pub const DG14: Group = Group(14);
    pub const DG15: Group = Group(15);
}

impl Group {
    /// The groups an office reads, in reading order: facts first, photo last.
    pub const READ: [Group; 7] =
        [Group::DG1, Group::DG13, Group::DG11, Group::DG12, Group::DG14, Group::DG15, Group::DG2];

    /// From the number in the security object.
    pub fn from_number(number: u8) -> Option<Self> {
        (1..=16).contains(&number).then_some(Self(number))
    }

    /// From the tag in EF.COM.
    pub fn from_tag(tag: u8) -> Option<Self> {
        TAGS.iter().position(|t| *t == tag).map(|at| Self(at as u8 + 1))
    }

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// What it holds, in a clerk's words.
    pub fn label(self) -> &'static str {
        match self.0 {
            1 => "dòng MRZ",
            2 => "ảnh chân dung",
            11 | 13 => "thông tin bổ sung",
            12 => "thông tin cấp giấy tờ",
            14 | 15 => "khóa chống sao chép",
            _ => "nhóm dữ liệu",
        }
    }

    /// Where it lies.
    pub fn file(self) -> FileId {
        FileId { sfi: self.0, tag: u32::from(TAGS[usize::from(self.0) - 1]), other: None }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DG{}", self.0)
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The groups that EF.COM lists. EF.COM is not signed: the security object decides.
pub fn listed(com: &[u8]) -> Result<BTreeSet<Group>, ReadError> {
    let com = tlv::single(com)?;
    let list = tlv::find(com.value, 0x5C)?;
    Ok(list.value.iter().filter_map(|tag| Group::from_tag(*tag)).collect())
}

/// Versions of the data structure and of Unicode, as digits: `0107`, `040000` (ICAO 9303-10, 4.6.1).
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct LdsVersion {
    pub lds: Vec<u8>,
    pub unicode: Vec<u8>,
}

/// The versions that EF.COM tells.
pub fn version(com: &[u8]) -> Option<LdsVersion> {
    let com = tlv::single(com).ok()?;
    let text = |tag| Some(tlv::find(com.value, tag).ok()?.value.to_vec());
    Some(LdsVersion { lds: text(0x5F01)?, unicode: text(0x5F36)? })
}

/// The machine readable zone of a DG1.
pub fn mrz(dg1: &[u8]) -> Result<Mrz, ReadError> {
    let dg1 = tlv::single(dg1)?;
    let zone = tlv::find(dg1.value, 0x5F1F)?;
    Mrz::parse_exact(zone.value).map_err(|_| Fault::Format.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn com_lists_groups() {
        // ICAO 9303-10: version 0107, Unicode 040000, then the tag list.
        let com = hex::decode(
            "601A5F0104303130375F36063034303030305C08617563 6D6E6F00FF".replace(' ', ""),
        );
        let groups = listed(&com.unwrap()).unwrap();
        let numbers: Vec<u8> = groups.iter().map(|g| g.number()).collect();
        assert_eq!(numbers, [1, 2, 3, 13, 14, 15]);
        assert!(listed(&[0x60, 0x00]).is_err());
        assert!(listed(&[0x60, 0x80, 0, 0]).is_err());
    }

    #[test]
    fn tags_and_numbers_agree() {
        for number in 1..=16 {
            let group = Group::from_number(number).unwrap();
            assert_eq!(Group::from_tag(group.file().tag as u8), Some(group));
        }
        assert_eq!(Group::from_number(0), None);
        assert_eq!(Group::from_number(17), None);
        assert_eq!(Group::from_tag(0x77), None);
    }

    #[test]
    fn broken_dg1_is_an_error() {
        for hex in ["", "6100", "61035F1F00", "61045F1F0141", "61055F1F02FFFF"] {
            assert!(mrz(&hex::decode(hex).unwrap()).is_err(), "{hex}");
        }
    }
}
