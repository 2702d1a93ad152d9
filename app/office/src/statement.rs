//! Bank statements: which transfers pay which dossiers.
//!
//! The file is whatever the office's bank gives out as CSV. Rows that cannot be read are told one by
//! one, never dropped in silence; money that went out is not looked at; a bank's reference counts once
//! for ever, so reading the same file twice counts nothing twice. A dossier is found by its code in the
//! transfer's words, however the bank has mangled them; what is not certain is proposed to the clerk and
//! never counted by itself.

mod find;
mod read;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use jiff::civil::DateTime;

pub use find::{Codes, Found};
pub use read::read;

use crate::{Explain, dossier::DossierId, money::Dong, payment::MatchedLine};

/// A larger file is no statement of an office.
pub const MAX_BYTES: usize = 8 << 20;
/// Most rows of a file.
pub const MAX_ROWS: usize = 50_000;
/// Most columns of a row.
pub const MAX_COLUMNS: usize = 64;
/// Most characters of a cell that is kept.
pub const MAX_CELL: usize = 1_000;

/// Money that came in.
#[derive(Clone, PartialEq, Eq)]
pub struct Credit {
    /// Line of the file, from 1.
    pub row: u64,
    /// The bank's reference.
    pub reference: String,
    /// When, as the statement says; midnight where it gives no hour.
    pub at: DateTime,
    /// How much, more than nothing.
    pub amount: Dong,
    /// The transfer's words.
    pub words: String,
}

/// Debug output may reach a log: a transfer's words name people.
impl fmt::Debug for Credit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credit(row {}, …)", self.row)
    }
}

/// A row that cannot be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Line of the file, from 1.
    pub row: u64,
    /// Why.
    pub why: RowFault,
}

/// Why a row cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// No reference.
    #[error("thiếu số tham chiếu nên không biết dòng này đã được tính hay chưa")]
    NoReference,
    /// A date that is none.
    #[error("ngày giao dịch không đọc được")]
    Date,
    /// An amount that is none, or both money in and out.
    #[error("số tiền không đọc được")]
    Amount,
    /// More columns than a statement has, or a cell that is too long.
    #[error("dòng dài bất thường")]
    TooLong,
}

/// The row and what is wrong, in a sentence.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dòng {}: {}. Hãy đối chiếu dòng này bằng tay.", self.row, self.why)
    }
}

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Money that came in, in the file's order.
    pub credits: Vec<Credit>,
    /// Rows in which money went out.
    pub debits: u32,
    /// Rows that cannot be counted.
    pub refused: Vec<Refused>,
}

/// Why a file is refused whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// Too many bytes or rows.
    #[error(
        "Tệp sao kê lớn bất thường (quá 8 MB hoặc {MAX_ROWS} dòng). Chưa ghi gì vào sổ. Hãy xuất sao kê theo khoảng ngày ngắn hơn."
    )]
    TooLarge,
    /// Not UTF-8.
    #[error(
        "Tệp sao kê không ở dạng chữ UTF-8. Chưa ghi gì vào sổ. Hãy lưu tệp dạng “CSV UTF-8” rồi nhập lại."
    )]
    NotUtf8,
    /// No row that names the columns.
    #[error(
        "Không tìm thấy dòng tiêu đề có ngày, số tham chiếu, nội dung và số tiền ghi có. Chưa ghi gì vào sổ. Hãy chọn đúng tệp sao kê CSV của ngân hàng."
    )]
    NoHeader,
}

impl Explain for StatementError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-104",
            Self::NotUtf8 => "OFF-105",
            Self::NoHeader => "OFF-106",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The statement is unusually large (over 8 MB or 50,000 rows). Nothing was recorded. Export a shorter period.",
            Self::NotUtf8 => "The statement is not UTF-8 text. Nothing was recorded. Save it as “CSV UTF-8” and try again.",
            Self::NoHeader => "No row names date, reference, words and money in. Nothing was recorded. Choose the bank's CSV statement.",
        }
        .into()
    }
}

/// A credit that may be a dossier's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubtful {
    /// The line.
    pub credit: Credit,
    /// Dossiers that it may mean, at least one.
    pub dossiers: Vec<DossierId>,
}

/// A statement's credits, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// New lines that name one dossier by its whole code.
    pub matched: Vec<MatchedLine>,
    /// New lines that the clerk has to decide on: a code that was cut, runs into other figures, or more
    /// than one.
    pub doubtful: Vec<Doubtful>,
    /// New lines that name no dossier here.
    pub unmatched: Vec<Credit>,
    /// Lines that were counted before: by reference, of an earlier statement or higher up in this file.
    pub known: u32,
}

/// Sorts what came in by the dossiers that it names. `known`: references that were counted before.
pub fn sort(credits: &[Credit], codes: &Codes, known: &BTreeSet<String>) -> Sorted {
    let mut seen: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    let mut out = Sorted::default();
    for credit in credits {
        if !seen.insert(&credit.reference) {
            out.known += 1;
            continue;
        }
        match codes.find(&credit.words) {
            Found::One(dossier) => out.matched.push(MatchedLine {
                reference: credit.reference.clone(),
                dossier,
                amount: credit.amount,
                at: credit.at,
            }),
            Found::Perhaps(dossiers) => {
                out.doubtful.push(Doubtful { credit: credit.clone(), dossiers });
            }
            Found::None => out.unmatched.push(credit.clone()),
        }
    }
    out
}

impl Sorted {
    /// What the file gave, in a sentence: `Khớp 3 trong 5 khoản tiền vào …`. Nothing matched is said, too.
    pub fn summary(&self, reading: &Reading) -> String {
        let mut words = format!(
            "Khớp {} trong {} khoản tiền vào",
            self.matched.len(),
            reading.credits.len() + reading.refused.len()
        );
        for (count, what) in [
            (self.doubtful.len(), "khoản cần xem lại"),
            (self.unmatched.len(), "khoản không ghi mã hồ sơ của cơ quan"),
            (usize::try_from(self.known).unwrap_or(usize::MAX), "khoản đã tính trước đây"),
            (reading.refused.len(), "dòng không đọc được"),
        ] {
            if count > 0 {
                words += &format!("; {count} {what}");
            }
        }
        words + "."
    }
}
