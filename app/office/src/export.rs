//! What left the ledger as a file: each export is an entry, so that it is known for ever who took
//! whose data out, and a file found later can be told from its hash.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::ContentHash;

/// An export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// What.
    pub kind: ExportKind,
    /// First day of its period; `None`: from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day.
    pub to: Date,
    /// In which form.
    pub format: ExportFormat,
    /// Lines or dossiers in it.
    pub rows: u64,
    /// SHA-256 of the file.
    pub content: ContentHash,
}

/// What can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// Sổ theo dõi hồ sơ.
    Register,
    /// The figures of a period.
    Statistics,
    /// Receipts of one day.
    Cash,
    /// Messages of the national portal.
    Dvcqg,
    /// What the province looks certified acts up in.
    Certificates,
}

impl ExportKind {
    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            ExportKind::Register => "Sổ theo dõi hồ sơ",
            ExportKind::Statistics => "Thống kê hồ sơ",
            ExportKind::Cash => "Bảng kê thu phí, lệ phí",
            ExportKind::Certificates => "Danh sách tra cứu việc chứng thực",
            ExportKind::Dvcqg => "Thông điệp của Cổng Dịch vụ công quốc gia",
        }
    }
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// PDF/A.
    Pdf,
    /// A workbook.
    Xlsx,
    /// JSON messages.
    Json,
    /// Printed.
    Paper,
}

impl ExportFormat {
    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            ExportFormat::Pdf => "PDF",
            ExportFormat::Xlsx => "XLSX",
            ExportFormat::Json => "JSON",
            ExportFormat::Paper => "bản in",
        }
    }
}
