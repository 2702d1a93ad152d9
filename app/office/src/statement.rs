//! Bank statements: which transfers pay what.
//!
//! The file is whatever the office's bank gives out as CSV. Rows that cannot be read are told one by
//! one, never dropped in silence; money that went out is not looked at. A subject is found by its code in
//! the transfer's words, however the bank has mangled them.
//!
//! A bank may give one reference to several credits (payments in a batch), so a reference alone is no
//! key: a line is known by account, reference, day, amount and subject, and by how manieth of that kind
//! it is. Reading the same file again, or one that overlaps it, counts nothing twice; two real credits
//! count twice. What is not certain is put to the clerk and never counted by itself.

mod find;
mod read;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::DateTime;

pub use find::{Codes, Found};
pub use read::read;

use crate::{Explain, money::Dong, payment::MatchedLine, spreadsheet::NotText, subject::Subject};

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
    /// The account's balance afterwards as the file writes it, or empty: it parts two equal credits from
    /// one that is written twice.
    pub balance: String,
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
    /// The office's account as the rows above the table name it, letters and figures only; or empty.
    pub account: String,
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
    /// No text that can be read for certain.
    #[error("{0} Chưa ghi gì vào sổ.")]
    NotText(#[from] NotText),
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
            Self::NotText(_) => "OFF-105",
            Self::NoHeader => "OFF-106",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The statement is unusually large (over 8 MB or 50,000 rows). Nothing was recorded. Export a shorter period.",
            Self::NotText(why) => return format!("{} Nothing was recorded.", why.english()),
            Self::NoHeader => "No row names date, reference, words and money in. Nothing was recorded. Choose the bank's CSV statement.",
        }
        .into()
    }
}

/// Why a line is put to the clerk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The code was cut, runs into other figures, or there is more than one.
    Code,
    /// It equals the line of this row in everything that the file says.
    Repeated(u64),
    /// The same reference and amount was counted for this subject with another day, or with an account
    /// that only one of the two files names.
    Counted,
}

/// Why, for the clerk who decides.
impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Doubt::Code => f.write_str("Mã hồ sơ bị cắt, dính số khác hoặc có nhiều mã"),
            Doubt::Repeated(row) => write!(f, "Giống hệt dòng {row} của tệp"),
            Doubt::Counted => f.write_str(
                "Cùng số tham chiếu và số tiền với khoản đã tính, khác ngày hoặc tài khoản",
            ),
        }
    }
}

/// What becomes of a credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// New, and it names one subject by its whole code.
    Matched(MatchedLine),
    /// The clerk has to decide: one of these subjects, at least one, or none.
    Doubtful {
        /// Which.
        subjects: Vec<Subject>,
        /// Why it is not certain.
        why: Doubt,
    },
    /// It was counted before.
    Known,
    /// It names no subject here.
    Unmatched,
}

/// A statement's credits, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// What becomes of each of [`Reading::credits`], in their order.
    pub fates: Vec<Fate>,
    /// Lines of the ledger and new ones, in which the next of a kind is counted.
    counted: Vec<MatchedLine>,
    account: String,
}

/// Sorts what came in by the subjects that it names. `known`: lines that were counted before, at least
/// those with a reference of the file.
pub fn sort(reading: &Reading, codes: &Codes, known: Vec<MatchedLine>) -> Sorted {
    let mut unseen = known.clone();
    let mut sorted = Sorted {
        fates: vec![Fate::Unmatched; reading.credits.len()],
        counted: known,
        account: reading.account.clone(),
    };
    // What was counted before is set apart first, so that the order of lines in a file decides nothing;
    // lines that name their subject take theirs before those of which the clerk decided.
    let found: Vec<Found> =
        reading.credits.iter().map(|credit| codes.find(&credit.words)).collect();
    for sure in [true, false] {
        for (place, (credit, found)) in reading.credits.iter().zip(&found).enumerate() {
            // One line that the file holds twice is counted once.
            if reading.is_written_twice(place) {
                sorted.fates[place] = Fate::Known;
                continue;
            }
            let named = match found {
                Found::One(subject) if sure => std::slice::from_ref(subject),
                Found::Perhaps(subjects) if !sure => subjects.as_slice(),
                Found::One(_) | Found::Perhaps(_) | Found::None => continue,
            };
            let same = |line: &MatchedLine| {
                line.account == reading.account
                    && line.reference == credit.reference
                    && line.at.date() == credit.at.date()
                    && line.amount == credit.amount
                    && named.contains(&line.subject)
            };
            if let Some(at) = unseen.iter().position(same) {
                unseen.swap_remove(at);
                sorted.fates[place] = Fate::Known;
            }
        }
    }
    for (place, (credit, found)) in reading.credits.iter().zip(found).enumerate() {
        if sorted.fates[place] == Fate::Known {
            continue;
        }
        let (subjects, certain) = match found {
            Found::None => continue,
            Found::One(subject) => (vec![subject], true),
            Found::Perhaps(subjects) => (subjects, false),
        };
        let told = !credit.balance.is_empty();
        let mut above = reading.credits[..place].iter().filter(|above| above.is_like(credit));
        let perhaps_twice = above.find(|above| !told || above.balance.is_empty());
        let alike = |line: &MatchedLine| {
            line.reference == credit.reference
                && line.amount == credit.amount
                && subjects.contains(&line.subject)
                && (line.account == reading.account
                    || line.account.is_empty()
                    || reading.account.is_empty())
        };
        let counted = unseen.iter().any(alike);
        sorted.fates[place] = match perhaps_twice {
            Some(above) => Fate::Doubtful { subjects, why: Doubt::Repeated(above.row) },
            None if counted => Fate::Doubtful { subjects, why: Doubt::Counted },
            None => match subjects.as_slice() {
                [subject] if certain => Fate::Matched(sorted.count(credit, subject)),
                _ => Fate::Doubtful { subjects, why: Doubt::Code },
            },
        };
    }
    sorted
}

impl Reading {
    /// Whether a line above equals this one with its balance: two real credits leave two balances.
    fn is_written_twice(&self, place: usize) -> bool {
        let (above, rest) = self.credits.split_at(place);
        rest.first().is_some_and(|credit| {
            let same = |above: &Credit| above.is_like(credit) && above.balance == credit.balance;
            !credit.balance.is_empty() && above.iter().any(same)
        })
    }
}

impl Credit {
    /// Whether everything but the balance is the same.
    fn is_like(&self, other: &Credit) -> bool {
        (&self.reference, self.at, self.amount, &self.words)
            == (&other.reference, other.at, other.amount, &other.words)
    }
}

impl Sorted {
    /// The credit as a line of this subject, the next of its kind.
    pub fn count(&mut self, credit: &Credit, subject: &Subject) -> MatchedLine {
        let mut line = MatchedLine {
            account: self.account.clone(),
            reference: credit.reference.clone(),
            subject: subject.clone(),
            amount: credit.amount,
            at: credit.at,
            occurrence: 1,
        };
        let before = self.counted.iter().filter(|known| known.is_kind_of(&line));
        line.occurrence += before.map(|known| known.occurrence).max().unwrap_or(0);
        self.counted.push(line.clone());
        line
    }

    /// New lines that name one subject by its whole code.
    pub fn matched(&self) -> impl Iterator<Item = &MatchedLine> {
        self.fates.iter().filter_map(|fate| match fate {
            Fate::Matched(line) => Some(line),
            Fate::Doubtful { .. } | Fate::Known | Fate::Unmatched => None,
        })
    }

    /// How many credits the test holds for.
    pub fn count_of(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.fates.iter().filter(|fate| is(fate)).count()
    }

    /// What the file gave, in a sentence: `Khớp 3 trong 5 khoản tiền vào …`. Nothing matched is said, too.
    pub fn summary(&self, reading: &Reading) -> String {
        let mut words = format!(
            "Khớp {} trong {} khoản tiền vào",
            self.matched().count(),
            reading.credits.len() + reading.refused.len()
        );
        for (count, what) in [
            (self.count_of(|fate| matches!(fate, Fate::Doubtful { .. })), "khoản cần xem lại"),
            (
                self.count_of(|fate| *fate == Fate::Unmatched),
                "khoản không ghi mã hồ sơ của cơ quan",
            ),
            (self.count_of(|fate| *fate == Fate::Known), "khoản đã tính trước đây"),
            (reading.refused.len(), "dòng không đọc được"),
        ] {
            if count > 0 {
                words += &format!("; {count} {what}");
            }
        }
        words + "."
    }
}
