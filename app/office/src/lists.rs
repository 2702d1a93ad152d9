//! Lists that a field suggests instead of waiting for free text: ethnic groups, nationalities, relations,
//! offices that issue papers, grounds of erasing. Names only: two official code lists of the ethnic groups contradict each
//! other, so that a code would say less than the name.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::{header::Header, text};

/// A file of a list larger than this is none.
const MAX_BYTES: usize = 1 << 20;
/// Most entries of a list.
const MAX_ENTRIES: usize = 1_000;

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListName {
    /// Dân tộc.
    EthnicGroups,
    /// Quốc tịch.
    Nationalities,
    /// Quan hệ giữa người yêu cầu và người trong tờ khai.
    Relations,
    /// Cơ quan cấp giấy tờ tùy thân.
    IssuingAuthorities,
    /// Căn cứ xóa dữ liệu cá nhân.
    ErasureGrounds,
}

/// Why a file of a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// Larger than a list can be.
    #[error("Tệp danh sách lớn bất thường nên không được nạp. Hãy dùng bản gốc.")]
    TooLarge,
    /// Not the format.
    #[error("Tệp danh sách không đúng định dạng: {0}. Hãy dùng bản gốc.")]
    Unreadable(#[from] serde_json::Error),
    /// A list that cannot be right.
    #[error("Tệp danh sách có chỗ sai: {0}. Hãy dùng bản gốc.")]
    Wrong(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    header: Header,
    list: ListName,
    entries: Vec<String>,
    /// Codes that papers have in place of an entry.
    #[serde(default)]
    codes: BTreeMap<String, String>,
}

/// All lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    ethnic_groups: Vec<String>,
    nationalities: Vec<String>,
    relations: Vec<String>,
    issuing_authorities: Vec<String>,
    erasure_grounds: Vec<String>,
    nations: BTreeMap<String, String>,
    headers: HashMap<ListName, Header>,
}

impl Lists {
    /// Reads the files of `assets/lists`.
    pub fn parse_all(files: &[&[u8]]) -> Result<Self, ListError> {
        let mut lists = Self::default();
        for json in files {
            if json.len() > MAX_BYTES {
                return Err(ListError::TooLarge);
            }
            let file: File = serde_json::from_slice(json)?;
            let clean = |entry: &String| !entry.is_empty() && text::clean(entry) == *entry;
            if file.entries.is_empty() || file.entries.len() > MAX_ENTRIES {
                return Err(ListError::Wrong("không có mục nào hoặc quá nhiều mục"));
            } else if !file.entries.iter().all(clean) {
                return Err(ListError::Wrong("mục trống, khoảng trắng thừa hoặc không ở dạng NFC"));
            } else if !file.codes.values().all(|name| file.entries.contains(name)) {
                return Err(ListError::Wrong("mã chỉ tới mục không có"));
            }
            let place = match file.list {
                ListName::EthnicGroups => &mut lists.ethnic_groups,
                ListName::Nationalities => {
                    lists.nations = file.codes;
                    &mut lists.nationalities
                }
                ListName::Relations => &mut lists.relations,
                ListName::IssuingAuthorities => &mut lists.issuing_authorities,
                ListName::ErasureGrounds => &mut lists.erasure_grounds,
            };
            *place = file.entries;
            lists.headers.insert(file.list, file.header);
        }
        Ok(lists)
    }

    /// The entries of a list.
    pub fn entries(&self, list: ListName) -> &[String] {
        match list {
            ListName::EthnicGroups => &self.ethnic_groups,
            ListName::Nationalities => &self.nationalities,
            ListName::Relations => &self.relations,
            ListName::IssuingAuthorities => &self.issuing_authorities,
            ListName::ErasureGrounds => &self.erasure_grounds,
        }
    }

    /// Where a list comes from.
    pub fn header(&self, list: ListName) -> Option<&Header> {
        self.headers.get(&list)
    }

    /// The name of a nation that a passport states by its code of three letters; what is no code stays.
    pub fn nation<'a>(&'a self, stated: &'a str) -> &'a str {
        self.nations.get(stated).map_or(stated, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FILES: [&[u8]; 5] = [
        include_bytes!("../../../assets/lists/ethnic_groups.json"),
        include_bytes!("../../../assets/lists/nationalities.json"),
        include_bytes!("../../../assets/lists/relations.json"),
        include_bytes!("../../../assets/lists/issuing_authorities.json"),
        include_bytes!("../../../assets/lists/erasure_grounds.json"),
    ];

    #[test]
    fn the_lists_hold_what_clerks_look_for() {
        let lists = Lists::parse_all(&FILES).unwrap();
        for (list, entries, some) in [
            (ListName::EthnicGroups, 58, &["Kinh", "Tày", "Giáy", "Mông", "Khác", "Không rõ"][..]),
            (ListName::Nationalities, 252, &["Việt Nam", "Trung Quốc", "Không quốc tịch"]),
            (ListName::Relations, 30, &["Mẹ", "Cha", "Vợ", "Chồng", "Chủ hộ", "Bản thân"]),
            (ListName::IssuingAuthorities, 5, &["Bộ Công an"]),
            (ListName::ErasureGrounds, 6, &[]),
        ] {
            assert!(lists.header(list).is_some_and(|header| !header.checked), "{list:?}");
            let held = lists.entries(list);
            assert_eq!(held.len(), entries, "{list:?}");
            for entry in some {
                assert!(held.iter().any(|other| other == entry), "{entry}");
            }
        }
        for (stated, name) in [
            ("VNM", "Việt Nam"),
            ("CHN", "Trung Quốc"),
            ("D", "Đức"),
            ("Việt Nam", "Việt Nam"),
            ("XXX", "XXX"),
        ] {
            assert_eq!(lists.nation(stated), name);
        }
    }

    #[test]
    fn a_wrong_file_is_told() {
        let header = r#""header":{"title":"t","version":"2026-11-29","source":"s","mark":"M","checked":false,"licence":"l"}"#;
        for (rest, right) in [
            (r#""list":"relations","entries":["Mẹ"]"#, true),
            (r#""list":"relations","entries":[]"#, false),
            (r#""list":"relations","entries":["Mẹ "]"#, false),
            (r#""list":"colours","entries":["Mẹ"]"#, false),
            (r#""list":"nationalities","entries":["Lào"],"codes":{"VNM":"Việt Nam"}"#, false),
        ] {
            let json = format!("{{{header},{rest}}}");
            assert_eq!(Lists::parse_all(&[json.as_bytes()]).is_ok(), right, "{rest}");
        }
        assert!(Lists::parse_all(&[&vec![b' '; MAX_BYTES + 1]]).is_err());
    }
}
