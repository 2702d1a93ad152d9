//! How this machine shows its tables: which columns, how wide. Its own affair, so a small file beside the
//! ledger and no entry in it; it holds nothing of people, and without it every table is as it was made.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use widgets::table::Layout;

/// Name of the file in the data folder.
const FILE: &str = "tables.json";
/// Longer is no such file.
const LIMIT: u64 = 64 << 10;
/// Widths beyond this are no user's, in px.
const WIDEST: f32 = 4_000.0;

/// The tables, by their names.
#[derive(Default)]
pub struct Tables {
    file: Option<PathBuf>,
    kept: BTreeMap<String, Kept>,
}

/// One of them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
struct Kept {
    #[serde(default)]
    hidden: BTreeSet<String>,
    #[serde(default)]
    widths: BTreeMap<String, f32>,
}

impl Tables {
    /// What was chosen; nothing, if the file is missing or broken: the choice is quickly made again.
    pub fn load(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let fits = std::fs::metadata(&file).is_ok_and(|file| file.len() <= LIMIT);
        let text = if fits { std::fs::read(&file).unwrap_or_default() } else { Vec::new() };
        let mut kept: BTreeMap<String, Kept> = serde_json::from_slice(&text).unwrap_or_default();
        for table in kept.values_mut() {
            table.widths.retain(|_, width| (0.0..=WIDEST).contains(width));
        }
        Self { file: Some(file), kept }
    }

    /// How a table is wanted.
    pub fn layout(&self, name: &str) -> Layout {
        let kept = self.kept.get(name).cloned().unwrap_or_default();
        Layout { hidden: kept.hidden, widths: kept.widths }
    }

    /// Keeps how a table is wanted, if that is news. A choice that cannot be written holds until the window
    /// is closed.
    pub fn keep(&mut self, name: &str, layout: &Layout) {
        let kept = Kept { hidden: layout.hidden.clone(), widths: layout.widths.clone() };
        if self.kept.get(name).cloned().unwrap_or_default() == kept {
            return;
        }
        self.kept.insert(name.to_owned(), kept);
        if let (Some(file), Ok(text)) = (&self.file, serde_json::to_vec_pretty(&self.kept)) {
            let _ = crate::devices::write_whole(file, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_choice_is_kept_and_a_broken_file_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut tables = Tables::load(folder.path());
        assert_eq!(tables.layout("cash-table"), Layout::default());
        let wanted = Layout {
            hidden: ["Ghi chú".to_owned()].into(),
            widths: [("Người nộp".to_owned(), 240.0)].into(),
        };
        tables.keep("cash-table", &wanted);
        let again = Tables::load(folder.path());
        assert_eq!(again.layout("cash-table"), wanted);
        assert_eq!(again.layout("register-table"), Layout::default());
        let file = folder.path().join(FILE);
        for broken in ["", "{", "[]", "{\"cash-table\": 7}", &"x".repeat(1 << 20)] {
            std::fs::write(&file, broken).unwrap();
            assert_eq!(Tables::load(folder.path()).layout("cash-table"), Layout::default());
        }
        std::fs::write(&file, "{\"a\":{\"widths\":{\"b\":-1.0,\"c\":9e9,\"d\":50.0}}}").unwrap();
        let widths = Tables::load(folder.path()).layout("a").widths;
        assert_eq!(widths.into_keys().collect::<Vec<_>>(), ["d"]);
    }
}
