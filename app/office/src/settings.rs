//! What an office sets for itself: its bank account, its series of fee receipts, its counters and units.

use serde::{Deserialize, Serialize};

/// An account into which fees are paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// The bank's six digits (BIN) in VietQR.
    pub bin: String,
    /// Name of the bank, for the eye.
    pub bank: String,
    /// Account number.
    pub number: String,
    /// Its holder, as the bank writes it.
    pub holder: String,
}

/// The office's own settings; the newest entry holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where transfers go; without it no VietQR code is shown.
    pub account: Option<BankAccount>,
    /// Mẫu số and ký hiệu of the fee receipts; empty until the office sets them.
    pub receipt_series: String,
    /// Queues of the waiting line.
    pub queues: Vec<String>,
    /// Counters that call tickets.
    pub counters: Vec<String>,
    /// Units and specialists that dossiers are handed to.
    pub units: Vec<String>,
}

impl Settings {
    /// What papers show of it, by its names on the screen.
    pub fn texts(&self) -> Vec<(&str, &str)> {
        let mut texts = vec![("Mẫu số, ký hiệu", self.receipt_series.as_str())];
        if let Some(account) = &self.account {
            texts.push(("Ngân hàng", &account.bank));
            texts.push(("Số tài khoản", &account.number));
            texts.push(("Chủ tài khoản", &account.holder));
        }
        for (field, names) in [
            ("Hàng chờ", &self.queues),
            ("Quầy", &self.counters),
            ("Đơn vị, công chức chuyên môn", &self.units),
        ] {
            texts.extend(names.iter().map(|name| (field, name.as_str())));
        }
        texts
    }
}

/// Law data that an office may bring up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LawKind {
    /// Danh mục thủ tục
    Catalogue,
    /// Danh mục dịch vụ công thiết yếu
    EssentialServices,
    /// Lịch làm việc, ngày nghỉ
    Calendar,
}

impl LawKind {
    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            LawKind::Catalogue => "Danh mục thủ tục",
            LawKind::EssentialServices => "Danh mục dịch vụ công thiết yếu",
            LawKind::Calendar => "Lịch làm việc và ngày nghỉ",
        }
    }
}

/// An update of law data; its content is a blob. The newest of a kind holds, over what was bundled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawUpdate {
    /// Which data.
    pub kind: LawKind,
    /// The whole new data in the suite's own form, as a blob.
    pub content: crate::id::ContentHash,
    /// Version, as the data says.
    pub version: String,
    /// Name of the file it came from, or empty where it was edited here.
    pub file: String,
    /// Who handed it over and how it was checked.
    pub words: String,
    /// How many rows changed.
    pub changes: u32,
}
