//! The codes under which the national portal knows what an office's messages name: fields (mã lĩnh vực), fees
//! (mã phí, lệ phí) and ways of collecting (hình thức thu).
//!
//! Nobody publishes them, so none is bundled and none is ever made up: the office gets them from its province
//! and enters them once. What was entered is an entry of the ledger ([`PortalCodes`]) and never changes; a
//! correction is a later entry. A code holds from a day on, and a dossier is told under the codes of the day
//! on which it was received: a correction from a later day leaves what is told of earlier days as it is. The
//! first code of a name may hold from the beginning; every further one says from which day, so that no empty
//! cell changes what was sent.
//!
//! A fee belongs to a procedure, as in the portal's own list. Its code stands for all that the procedure
//! takes, or for one line of its receipts. Two fields never have one code at the same time; fees may, as one
//! fee is taken for several procedures. The three ways of collecting are those of public code; they were not
//! checked against the portal's guide.

pub mod import;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt};

use jiff::{Timestamp, civil::Date, civil::DateTime};
use serde::{Deserialize, Serialize};

use crate::{
    Explain,
    catalogue::Catalogue,
    id::UserName,
    money::Dong,
    payment::Payment,
    spreadsheet::NotText,
    text::{clean, fold},
};

/// Most characters of a code.
const LONGEST_CODE: usize = 50;
/// Most characters of a name or a receipt's line, and of what is said about the source.
const LONGEST_TEXT: usize = 500;
/// Most codes in one entry; more take several.
pub const CHUNK: usize = 100;

/// A code of the portal: letters without marks (and Đ), figures, and `.`, `-`, `_`, `/` between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Nothing.
    #[error("chưa ghi mã")]
    Empty,
    /// Too long.
    #[error("mã dài quá {LONGEST_CODE} ký tự")]
    TooLong,
    /// Other signs.
    #[error(
        "mã chỉ gồm chữ cái không dấu, chữ số và các dấu . - _ / ở giữa, không có khoảng trắng"
    )]
    Shape,
}

impl Code {
    /// Reads a code.
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        let code = clean(text);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, 'Đ' | 'đ');
        if code.is_empty() {
            Err(CodeFault::Empty)
        } else if code.chars().count() > LONGEST_CODE {
            Err(CodeFault::TooLong)
        } else if code.starts_with(plain)
            && code.ends_with(plain)
            && code.chars().all(|c| plain(c) || matches!(c, '.' | '-' | '_' | '/'))
        {
            Ok(Self(code))
        } else {
            Err(CodeFault::Shape)
        }
    }

    /// The code as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = CodeFault;

    fn try_from(text: String) -> Result<Self, CodeFault> {
        Self::parse(&text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> String {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a fee was collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Collection {
    /// Before the dossier was decided.
    Before,
    /// After it.
    After,
    /// Nothing was taken.
    Exempt,
}

impl Collection {
    /// Every way.
    pub const ALL: [Collection; 3] = [Self::Before, Self::After, Self::Exempt];

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Before => "Thu trước",
            Self::After => "Thu sau",
            Self::Exempt => "Đối tượng miễn phí",
        }
    }

    /// How a payment was collected for a dossier that was decided at `ended`, if it is.
    pub fn of(payment: &Payment, ended: Option<DateTime>) -> Self {
        if payment.total() == Dong(0) {
            Self::Exempt
        } else if ended.is_some_and(|ended| payment.at >= ended) {
            Self::After
        } else {
            Self::Before
        }
    }
}

/// What a code is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Coded {
    /// A field, as the catalogue names it.
    Field {
        /// Its name.
        name: String,
    },
    /// What a procedure takes.
    Fee {
        /// Code of the procedure.
        procedure: String,
        /// The receipt's line; empty: every line.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        line: String,
    },
    /// A way of collecting.
    Collection {
        /// Which.
        way: Collection,
    },
}

impl Coded {
    /// What it is, in words.
    pub fn label(&self) -> String {
        match self {
            Self::Field { name } => format!("Lĩnh vực “{name}”"),
            Self::Fee { procedure, line } if line.is_empty() => {
                format!("Phí, lệ phí của thủ tục {procedure}")
            }
            Self::Fee { procedure, line } => {
                format!("Khoản thu “{line}” của thủ tục {procedure}")
            }
            Self::Collection { way } => format!("Hình thức thu “{}”", way.label()),
        }
    }

    /// The same for the same thing, however its name is written.
    pub fn key(&self) -> String {
        match self {
            Self::Field { name } => format!("field/{}", fold(name)),
            Self::Fee { procedure, line } => format!("fee/{procedure}/{}", fold(line)),
            Self::Collection { way } => format!("collection/{way:?}"),
        }
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let (one, two) = match self {
            Self::Field { name } => (Some(name), None),
            Self::Fee { procedure, line } => (Some(procedure), Some(line)),
            Self::Collection { .. } => (None, None),
        };
        one.into_iter().chain(two)
    }
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalCode {
    /// Of what.
    pub subject: Coded,
    /// The code.
    pub code: Code,
    /// For dossiers received from this day on; `None`: from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
}

/// Codes that were entered together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalCodes {
    /// The codes, at most [`CHUNK`].
    pub codes: Vec<PortalCode>,
    /// Name of the file they came from; empty where they were typed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Who gave them and how they were checked.
    pub words: String,
}

impl PortalCodes {
    /// Whether the ledger may keep them.
    pub fn check(&self) -> Result<(), PortalCodeError> {
        let long = |text: &String| text.chars().nth(LONGEST_TEXT).is_some();
        let texts = || self.codes.iter().flat_map(|code| code.subject.texts());
        if self.codes.is_empty() {
            Err(PortalCodeError::Empty)
        } else if clean(&self.words).is_empty() {
            Err(PortalCodeError::NoWords)
        } else if self.codes.len() > CHUNK || texts().chain([&self.file, &self.words]).any(long) {
            Err(PortalCodeError::TooLarge)
        } else {
            Ok(())
        }
    }
}

/// Why codes were not taken at all.
#[derive(Debug, thiserror::Error)]
pub enum PortalCodeError {
    /// Larger than any list of codes.
    #[error(
        "Tệp hoặc nội dung lớn bất thường nên không được nhận. Các mã đang dùng không thay đổi. Hãy chọn đúng tệp hoặc chia nhỏ tệp."
    )]
    TooLarge,
    /// No text that can be read for certain.
    #[error("{0} Các mã đang dùng không thay đổi.")]
    NotText(#[from] NotText),
    /// Not JSON, or not a table.
    #[error(
        "Tệp không đúng định dạng, dòng {line}. Các mã đang dùng không thay đổi. Hãy sửa dòng này rồi nhập lại."
    )]
    Unreadable {
        /// Line, from 1; 0 where it is not known.
        line: u64,
    },
    /// A table without a column that must be there.
    #[error(
        "Bảng thiếu cột “{0}”. Các mã đang dùng không thay đổi. Hãy đặt tên cột ở dòng đầu: loai; ten; ma_thu_tuc; ma; tu_ngay."
    )]
    MissingColumn(&'static str),
    /// No row at all.
    #[error("Không có mã nào để ghi. Các mã đang dùng không thay đổi. Hãy kiểm tra tệp.")]
    Empty,
    /// Nobody vouches for them.
    #[error(
        "Chưa ghi mã do ai cấp và đã đối chiếu thế nào. Các mã đang dùng không thay đổi. Hãy ghi nguồn của mã."
    )]
    NoWords,
}

impl Explain for PortalCodeError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-130",
            Self::NotText(_) => "OFF-131",
            Self::Unreadable { .. } => "OFF-132",
            Self::MissingColumn(_) => "OFF-133",
            Self::Empty => "OFF-134",
            Self::NoWords => "OFF-135",
        }
    }

    fn english(&self) -> String {
        let what = match self {
            Self::TooLarge => {
                "The file or a text in it is unusually large. Choose the right file or split it"
                    .into()
            }
            Self::NotText(why) => why.english().trim_end_matches('.').to_owned(),
            Self::Unreadable { line } => {
                format!("The file has a wrong format at line {line}. Correct it and import again")
            }
            Self::MissingColumn(column) => format!(
                "The table has no column “{column}”. Name the columns in the first line: loai; ten; ma_thu_tuc; ma; tu_ngay"
            ),
            Self::Empty => "There is no code to record. Check the file".into(),
            Self::NoWords => {
                "Nothing tells who gave the codes and how they were checked. Say so".into()
            }
        };
        format!("{what}. The codes in use are unchanged.")
    }
}

/// When, by whom and from what codes were entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// From which file; empty where they were typed.
    pub file: String,
    /// Who gave them.
    pub words: String,
}

/// A code with where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The code.
    pub code: PortalCode,
    /// Its entry.
    pub entered: Entered,
}

/// Every code that the office entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// By [`Coded::key`], in the order of the entries.
    held: BTreeMap<String, Vec<Held>>,
}

impl Table {
    /// Takes an entry in; entries come in their order.
    pub fn enter(&mut self, entered: &Entered, codes: Vec<PortalCode>) {
        for code in codes {
            let of = self.held.entry(code.subject.key()).or_default();
            of.push(Held { code, entered: entered.clone() });
        }
    }

    /// The code for what was received on `day`: of those that had begun the one that began last, and of two
    /// from one day the later entry.
    pub fn on(&self, subject: &Coded, day: Date) -> Option<&Held> {
        let begun = |held: &&Held| held.code.from.is_none_or(|from| from <= day);
        self.history(subject).iter().filter(begun).max_by_key(|held| held.code.from)
    }

    /// The code of a line of a receipt: its own, else that of its procedure.
    pub fn fee(&self, procedure: &str, line: &str, day: Date) -> Option<&Held> {
        let of = |line: &str| {
            let subject = Coded::Fee { procedure: procedure.into(), line: line.into() };
            self.on(&subject, day)
        };
        of(line).or_else(|| of(""))
    }

    /// Every code of a subject that was ever entered, in order.
    pub fn history(&self, subject: &Coded) -> &[Held] {
        self.held.get(&subject.key()).map_or(&[], Vec::as_slice)
    }

    /// What codes were entered for.
    pub fn subjects(&self) -> impl Iterator<Item = &Coded> {
        self.held.values().filter_map(|of| Some(&of.first()?.code.subject))
    }
}

/// The names that codes may be of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Fields, by their folded names.
    fields: BTreeMap<String, String>,
    /// Procedures by code.
    procedures: BTreeMap<String, String>,
}

impl Names {
    /// The names of a catalogue, those no longer in force too: dossiers of their time still go out.
    pub fn of(catalogue: &Catalogue) -> Self {
        let mut names = Self::default();
        for procedure in catalogue.all() {
            if !procedure.field.is_empty() {
                names.fields.insert(fold(&procedure.field), procedure.field.clone());
            }
            let name = procedure.short_name().to_owned();
            names.procedures.insert(procedure.code.clone(), name);
        }
        names
    }

    /// The name of a procedure.
    pub fn procedure(&self, code: &str) -> Option<&str> {
        self.procedures.get(code).map(String::as_str)
    }
}
