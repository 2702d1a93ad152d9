//! Books and reports of days as documents: the tracking book (mẫu 07), the figures, the cash sheet.

use jiff::civil::Date;
use office::statistics::GroupBy;
use reports::PaperSize;

use super::{Desk, DeskError};

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Sổ theo dõi hồ sơ.
    Register,
    /// The figures, grouped.
    Statistics(GroupBy),
    /// Receipts with their sums.
    Cash,
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// PDF/A.
    Pdf,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// End of the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Xlsx => "xlsx",
        }
    }
}

impl Paper {
    /// Beginning of the file's name.
    pub fn file(self) -> &'static str {
        match self {
            Paper::Register => "Sổ theo dõi hồ sơ",
            Paper::Statistics(_) => "Thống kê hồ sơ",
            Paper::Cash => "Bảng kê thu phí, lệ phí",
        }
    }

    /// Its sheet.
    pub fn sheet(self) -> PaperSize {
        PaperSize::A4
    }
}

impl Desk {
    /// Makes a document of days.
    pub fn paper_of_days(
        &self,
        _paper: Paper,
        _from: Date,
        _to: Date,
        _format: Format,
    ) -> Result<Vec<u8>, DeskError> {
        Err(DeskError::Ledger(ledger::LedgerError::Missing))
    }
}
