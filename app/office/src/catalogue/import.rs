//! An updated catalogue from a file: what the national portal gives for `LayThuTuc`, or a table that
//! an office keeps.
//!
//! A row that cannot be right is refused by itself, with its place and a sentence, and the others are
//! taken; a file of which nothing could be taken says so. Nothing is guessed: a time limit without its
//! unit stays unclear, an amount that its own note contradicts stays unknown, codes that the portal
//! gives are kept because the exchange with it needs them. The catalogue in use changes only through
//! [`Catalogue::merged`](super::Catalogue::merged), after the clerk has seen the changes.

mod portal;
mod table;

use jiff::civil::Date;

use super::{CatalogueError, Component, FeeRule, Flag, MAX_BYTES, MAX_PROCEDURES, Procedure};
use crate::{
    Explain,
    header::Mark,
    money::Dong,
    spreadsheet::{self, NotText},
    text,
};
pub use portal::portal;
pub use table::{COLUMNS, table};

/// Where a file of procedures comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where it was got, for people (`Cổng Dịch vụ công quốc gia, tệp tải ngày 28/11/2026`).
    pub source: String,
    /// When it was read there.
    pub date: Date,
    /// How it was found.
    pub mark: Mark,
}

/// What a file held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The rows that were taken, one for each code.
    pub procedures: Vec<Procedure>,
    /// The rows that were not.
    pub refused: Vec<Refused>,
    /// Fields of the file that mean nothing here, by name; they were passed over.
    pub unknown_fields: Vec<String>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where: `dòng 7`, or `thủ tục thứ 3`.
    pub place: String,
    /// Code or name, as far as it could be read.
    pub what: String,
    /// Why, in Vietnamese.
    pub reason: String,
}

impl Import {
    /// How many rows the file held.
    pub fn rows(&self) -> usize {
        self.procedures.len() + self.refused.len()
    }

    /// The outcome in one sentence: what was taken, what was not.
    pub fn summary(&self) -> String {
        let (taken, rows) = (self.procedures.len(), self.rows());
        if taken == 0 {
            format!("Không nhận được thủ tục nào trong {rows} thủ tục của tệp.")
        } else if taken == rows {
            format!("Đã đọc đủ {rows} thủ tục của tệp.")
        } else {
            format!("Đã đọc {taken} trong {rows} thủ tục của tệp, {} bị từ chối.", rows - taken)
        }
    }
}

/// Why nothing of a file can be used.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Larger than a catalogue can be, or too many rows.
    #[error(
        "Tệp lớn hoặc nhiều dòng bất thường nên không được đọc. Danh mục đang dùng không thay đổi. Hãy chọn đúng tệp hoặc chia nhỏ tệp."
    )]
    TooLarge,
    /// No text that can be read for certain.
    #[error("{0} Danh mục đang dùng không thay đổi.")]
    NotText(#[from] NotText),
    /// Not JSON, or not a table.
    #[error(
        "Tệp không đúng định dạng, dòng {line}, cột {column}. Danh mục đang dùng không thay đổi. Hãy kiểm tra lại tệp hoặc tải lại."
    )]
    Unreadable {
        /// Line, from 1; 0 where it is not known.
        line: u64,
        /// Column, from 1; 0 where it is not known.
        column: u64,
    },
    /// JSON that is no answer of the portal.
    #[error(
        "Tệp không có danh sách thủ tục như Cổng Dịch vụ công quốc gia trả về. Danh mục đang dùng không thay đổi. Hãy chọn đúng tệp kết quả LayThuTuc."
    )]
    NotAnAnswer,
    /// The portal answered with an error.
    #[error(
        "Tệp là câu trả lời báo lỗi của Cổng Dịch vụ công quốc gia (mã lỗi {0}). Danh mục đang dùng không thay đổi. Hãy tải lại danh mục."
    )]
    PortalError(String),
    /// A table without a column that must be there.
    #[error(
        "Bảng thiếu cột “{0}”. Danh mục đang dùng không thay đổi. Hãy đặt tên cột ở dòng đầu như bảng mẫu."
    )]
    MissingColumn(&'static str),
    /// No row at all.
    #[error("Tệp không có dòng nào. Danh mục đang dùng không thay đổi. Hãy chọn đúng tệp.")]
    Empty,
    /// A row of a list that is taken whole or not at all.
    #[error(
        "Dòng thứ {row} sai: {what}. Danh sách đang dùng không thay đổi. Hãy sửa dòng này rồi nhập lại."
    )]
    WrongRow {
        /// Row, from 1, without the head.
        row: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// The rows do not fit into the catalogue.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

impl Explain for ImportError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-60",
            Self::NotText(_) => "OFF-61",
            Self::Unreadable { .. } => "OFF-62",
            Self::NotAnAnswer => "OFF-63",
            Self::PortalError(_) => "OFF-64",
            Self::MissingColumn(_) => "OFF-65",
            Self::Empty => "OFF-66",
            Self::WrongRow { .. } => "OFF-67",
            Self::Catalogue(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        let what = match self {
            Self::TooLarge => "The file or its number of rows is unusually large and was not read",
            Self::NotText(why) => {
                return format!("{} The catalogue in use is unchanged.", why.english());
            }
            Self::Unreadable { line, column } => {
                return format!(
                    "The file has a wrong format at line {line}, column {column}. The catalogue in use is unchanged. Check the file or download it again."
                );
            }
            Self::NotAnAnswer => {
                "The file has no list of procedures as the national portal gives it"
            }
            Self::PortalError(code) => {
                return format!(
                    "The file is an error answer of the national portal (error {code}). The catalogue in use is unchanged. Download the catalogue again."
                );
            }
            Self::MissingColumn(column) => {
                return format!(
                    "The table has no column “{column}”. The catalogue in use is unchanged. Name the columns in the first line as in the sample."
                );
            }
            Self::Empty => "The file has no row",
            Self::WrongRow { row, .. } => {
                return format!(
                    "Row {row} is wrong. The list in use is unchanged. Correct the row and import again."
                );
            }
            Self::Catalogue(error) => return error.english(),
        };
        format!("{what}. The catalogue in use is unchanged. Choose the right file.")
    }
}

impl ImportError {
    /// Only the place is kept: the parser's words may quote the file.
    pub(super) fn json(error: serde_json::Error) -> Self {
        let number = |n: usize| u64::try_from(n).unwrap_or_default();
        Self::Unreadable { line: number(error.line()), column: number(error.column()) }
    }

    pub(super) fn table(error: &csv::Error) -> Self {
        Self::Unreadable { line: error.position().map_or(0, csv::Position::line), column: 0 }
    }
}

/// The text of a file.
pub(super) fn text_of(bytes: &[u8]) -> Result<String, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge);
    }
    Ok(spreadsheet::text(bytes)?)
}

impl Import {
    /// Rows that are each right, one for each code; the others are refused.
    fn sifted(rows: Vec<Candidate>, unknown_fields: Vec<String>) -> Result<Self, ImportError> {
        if rows.is_empty() {
            return Err(ImportError::Empty);
        }
        if rows.len() > MAX_PROCEDURES {
            return Err(ImportError::TooLarge);
        }
        let mut import = Import { procedures: Vec::new(), refused: Vec::new(), unknown_fields };
        let mut codes = std::collections::HashSet::new();
        for row in rows {
            let refuse = |reason: String| Refused {
                place: row.place.clone(),
                what: row.name.clone(),
                reason,
            };
            match row.procedure {
                Err(reason) => import.refused.push(refuse(reason)),
                Ok(procedure) => match procedure.check() {
                    Err(what) => import.refused.push(refuse(format!("Không nhận: {what}."))),
                    Ok(()) if !codes.insert(procedure.code.clone()) => {
                        import
                            .refused
                            .push(refuse("Không nhận: mã này đã có ở phía trên trong tệp.".into()));
                    }
                    Ok(()) => import.procedures.push(*procedure),
                },
            }
        }
        import.unknown_fields.sort();
        import.unknown_fields.dedup();
        Ok(import)
    }
}

/// A row as read, not yet checked.
struct Candidate {
    place: String,
    /// Code or name, shortened, for the list of the refused.
    name: String,
    procedure: Result<Box<Procedure>, String>,
}

/// A fee as a file states it: an amount and a note. `None`: nothing is stated.
fn fee(amount: Option<Amount>, note: &str) -> Option<FeeRule> {
    let bare = note.is_empty() || note.starts_with('/');
    match amount {
        Some(Amount::Dong(0)) if bare => Some(FeeRule::Free),
        Some(Amount::Dong(0)) => Some(FeeRule::Unknown(
            "Nguồn ghi 0 đồng kèm ghi chú: hãy xem ghi chú trước khi thu".into(),
        )),
        Some(Amount::Dong(n)) if bare && n >= SMALLEST_FEE => Some(FeeRule::Fixed(Dong(n))),
        Some(Amount::Dong(n)) => Some(FeeRule::Unknown(format!(
            "Nguồn ghi {} kèm ghi chú: hãy xem ghi chú trước khi thu",
            Dong(n)
        ))),
        Some(Amount::Other(words)) => Some(FeeRule::Unknown(format!("Nguồn ghi “{words}”"))),
        None if note.is_empty() => None,
        None => Some(FeeRule::Unknown("Nguồn chỉ có ghi chú về mức thu".into())),
    }
}

/// No fee of the state is lower; a smaller number has lost its zeros.
const SMALLEST_FEE: u64 = 1_000;

/// An amount as read.
enum Amount {
    Dong(u64),
    Other(String),
}

/// What is doubtful about a row by how it reads.
fn flags(procedure: &Procedure) -> Vec<Flag> {
    use crate::{calendar::TimeLimit, dossier::Channel};
    let mut flags = Vec::new();
    let rules = || procedure.channels.iter();
    let bare = |limit: &TimeLimit| matches!(limit, TimeLimit::Unclear(words) if !words.is_empty() && words.chars().all(|c| c.is_ascii_digit()));
    if rules().any(|rule| bare(&rule.time_limit)) {
        flags.push(Flag::TimeLimitUnitMissing);
    }
    if rules().any(|rule| !rule.case.is_empty()) {
        flags.push(Flag::TimeLimitHasCases);
    }
    if rules().flat_map(|rule| &rule.fees).any(|fee| matches!(fee, FeeRule::Unknown(_))) {
        flags.push(Flag::FeeDoubtful);
    }
    if !rules().any(|rule| rule.kind == Channel::Counter) {
        flags.push(Flag::CounterNotListed);
    }
    flags
}

/// Whether a paper's wording makes it a paper of some cases only.
fn is_conditional(component: &Component) -> bool {
    let words = format!("{} {} {}", component.group, component.name, component.when);
    let words = format!(" {} ", text::fold(&words));
    [" truong hop ", " neu ", " doi voi "].iter().any(|word| words.contains(word))
}

/// At most the first `most` characters of a text.
fn shortened(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
