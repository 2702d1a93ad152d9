//! Codes from a file: a table with the columns of [`COLUMNS`], or a JSON list with the same names. Every line
//! has its own fate: one that cannot be right is refused with a reason, the others are taken. Of two lines
//! that contradict each other both are refused, as nobody can tell which is right.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use serde::Deserialize;

use super::{
    Code, CodeFault, Coded, Collection, LONGEST_TEXT, Names, PortalCode, PortalCodeError, Table,
};
use crate::{
    date::{self, Century, DateError},
    spreadsheet,
    text::{clean, fold},
};

/// A larger file is no list of codes.
pub const MAX_BYTES: usize = 2 << 20;
/// Most lines.
const MAX_LINES: usize = 2_000;
/// No code holds from a day before this year, which is a typing error.
const FIRST_YEAR: i16 = 2_000;

/// The columns, with what stands in them. Only `loai` and `ma` must be there.
pub const COLUMNS: [(&str, &str); 6] = [
    ("loai", "Lĩnh vực; Phí, lệ phí; hoặc Hình thức thu"),
    (
        "ten",
        "Tên lĩnh vực, tên hình thức thu; với phí: khoản ghi trên biên lai, trống là mọi khoản",
    ),
    ("ma_thu_tuc", "Mã thủ tục, chỉ với phí, lệ phí"),
    ("ten_thu_tuc", "Tên thủ tục, chỉ để đọc"),
    ("ma", "Mã của Cổng"),
    ("tu_ngay", "Dùng cho hồ sơ nhận từ ngày, dd/mm/yyyy; trống là từ đầu"),
];

/// One line of a file, or what was typed for one code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Line {
    /// Which kind.
    pub loai: String,
    /// Name.
    pub ten: String,
    /// Procedure.
    pub ma_thu_tuc: String,
    /// Code.
    pub ma: String,
    /// From when.
    pub tu_ngay: String,
}

/// Why a line is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not one of the kinds.
    #[error("loại phải là Lĩnh vực; Phí, lệ phí; hoặc Hình thức thu")]
    Kind,
    /// A field that the catalogue does not have.
    #[error("danh mục thủ tục không có lĩnh vực “{0}”")]
    Field(String),
    /// A procedure that the catalogue does not have.
    #[error("danh mục không có thủ tục “{0}”")]
    Procedure(String),
    /// A fee of no procedure.
    #[error("mã phí, lệ phí phải ghi kèm mã thủ tục")]
    NoProcedure,
    /// Another way of collecting.
    #[error("hình thức thu phải là Thu trước, Thu sau hoặc Đối tượng miễn phí")]
    Collection,
    /// The code.
    #[error("{0}")]
    Code(#[from] CodeFault),
    /// A name that is too long.
    #[error("tên dài quá {LONGEST_TEXT} ký tự")]
    TooLong,
    /// The day.
    #[error("{}", day(*.0))]
    Day(DateError),
    /// A day that is a slip of the hand.
    #[error("ngày {} quá xa, hãy kiểm tra lại năm", date::format(*.0))]
    FarDay(Date),
    /// There is a code already, and the line does not say from when the new one holds.
    #[error("đã có mã {0}; hãy ghi mã mới dùng cho hồ sơ nhận từ ngày nào")]
    NoDay(Code),
    /// The same name and day stands elsewhere in the file with another code.
    #[error("{0} ghi mã khác cho cùng tên và cùng ngày")]
    Contradicted(String),
    /// The same line again.
    #[error("{0} đã ghi như vậy")]
    Repeated(String),
    /// The code is another field's.
    #[error("mã này đang là của {0}")]
    Taken(String),
}

/// Its sentence as part of another.
fn day(error: DateError) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect::<String>().trim_end_matches('.').to_owned()
}

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A first code.
    New(PortalCode),
    /// Another code than before.
    Corrected {
        /// The code from now on.
        code: PortalCode,
        /// The one before.
        before: Code,
    },
    /// What holds already.
    Unchanged,
    /// Nothing.
    Refused(Refusal),
}

/// A line with its fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Where: `dòng 7`, `mục thứ 3`.
    pub place: String,
    /// What it is about, as far as it could be read.
    pub what: String,
    /// Its code as written.
    pub code: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Its lines, in order.
    pub lines: Vec<Judged>,
    /// Columns that mean nothing here; they were passed over.
    pub unknown_columns: Vec<String>,
}

impl Reading {
    /// The codes that are taken.
    pub fn taken(&self) -> impl Iterator<Item = &PortalCode> {
        self.lines.iter().filter_map(|line| match &line.fate {
            Fate::New(code) | Fate::Corrected { code, .. } => Some(code),
            Fate::Unchanged | Fate::Refused(_) => None,
        })
    }

    /// The outcome in one sentence.
    pub fn summary(&self) -> String {
        let count =
            |wanted: fn(&Fate) -> bool| self.lines.iter().filter(|line| wanted(&line.fate)).count();
        format!(
            "Nhận {} trong {} dòng của tệp, {} dòng đã có, {} dòng bị từ chối.",
            self.taken().count(),
            self.lines.len(),
            count(|fate| matches!(fate, Fate::Unchanged)),
            count(|fate| matches!(fate, Fate::Refused(_))),
        )
    }
}

/// Reads a file. `from`: the day of lines that say none.
pub fn read(
    bytes: &[u8],
    table: &Table,
    names: &Names,
    from: Option<Date>,
    today: Date,
) -> Result<Reading, PortalCodeError> {
    if bytes.len() > MAX_BYTES {
        return Err(PortalCodeError::TooLarge);
    }
    let text = spreadsheet::text(bytes)?;
    let mut unknown_columns = Vec::new();
    let lines = match text.trim_start().starts_with('[') {
        true => list(&text)?,
        false => rows(&text, &mut unknown_columns)?,
    };
    if lines.is_empty() {
        return Err(PortalCodeError::Empty);
    }
    Ok(Reading { lines: judge(lines, table, names, from, today), unknown_columns })
}

fn list(text: &str) -> Result<Vec<(String, Line)>, PortalCodeError> {
    let lines: Vec<Line> = serde_json::from_str(text).map_err(|error| {
        PortalCodeError::Unreadable { line: u64::try_from(error.line()).unwrap_or_default() }
    })?;
    if lines.len() > MAX_LINES {
        return Err(PortalCodeError::TooLarge);
    }
    Ok(lines
        .into_iter()
        .enumerate()
        .map(|(n, line)| (format!("mục thứ {}", n + 1), line))
        .collect())
}

fn rows(text: &str, unknown: &mut Vec<String>) -> Result<Vec<(String, Line)>, PortalCodeError> {
    let wrong = |error: &csv::Error| PortalCodeError::Unreadable {
        line: error.position().map_or(0, csv::Position::line),
    };
    let mut reader = spreadsheet::reader(text);
    let head = reader.headers().map_err(|error| wrong(&error))?.clone();
    let (columns, others) = spreadsheet::Columns::of(&head, &COLUMNS, &["loai", "ma"])
        .map_err(PortalCodeError::MissingColumn)?;
    unknown.extend(others);
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(&error))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if lines.len() == MAX_LINES {
            return Err(PortalCodeError::TooLarge);
        }
        let cell = |column: &str| columns.cell(&record, column).to_owned();
        let place = format!("dòng {}", record.position().map_or(0, csv::Position::line));
        let line = Line {
            loai: cell("loai"),
            ten: cell("ten"),
            ma_thu_tuc: cell("ma_thu_tuc"),
            ma: cell("ma"),
            tu_ngay: cell("tu_ngay"),
        };
        lines.push((place, line));
    }
    Ok(lines)
}

/// What a line is of, as [`Coded::key`], and from when.
type NameAndDay = (String, Option<Date>);

/// What becomes of each of `lines`, of which each has its place, over what was entered before.
pub fn judge(
    lines: Vec<(String, Line)>,
    table: &Table,
    names: &Names,
    from: Option<Date>,
    today: Date,
) -> Vec<Judged> {
    let read: Vec<_> = lines
        .into_iter()
        .map(|(place, line)| (place, line.subject(names), line.code(names, from, today), line))
        .collect();
    // What stands at one name and day, and who has a code in this file.
    let mut same: BTreeMap<NameAndDay, Vec<(&str, &Code)>> = BTreeMap::new();
    for (place, _, code, _) in &read {
        if let Ok(code) = code {
            let all = same.entry((code.subject.key(), code.from)).or_default();
            all.push((place, &code.code));
        }
    }
    let codes = || read.iter().filter_map(|(_, _, code, _)| code.as_ref().ok());
    let fate = |place: &str, code: &PortalCode| -> Fate {
        let key = (code.subject.key(), code.from);
        let others = same.get(&key).map_or(&[][..], Vec::as_slice);
        if let Some((other, _)) = others.iter().find(|(_, other)| **other != code.code) {
            return Fate::Refused(Refusal::Contradicted((*other).to_owned()));
        }
        match others.first() {
            Some((first, _)) if *first != place => {
                return Fate::Refused(Refusal::Repeated((*first).to_owned()));
            }
            _ => {}
        }
        if let Some(owner) = owner(code, table, codes) {
            return Fate::Refused(Refusal::Taken(owner));
        }
        let before = match code.from {
            Some(day) => table.on(&code.subject, day),
            None => table.history(&code.subject).last(),
        };
        match before {
            None => Fate::New(code.clone()),
            Some(held) if held.code.code == code.code => Fate::Unchanged,
            Some(held) if code.from.is_none() => {
                Fate::Refused(Refusal::NoDay(held.code.code.clone()))
            }
            Some(held) => Fate::Corrected { code: code.clone(), before: held.code.code.clone() },
        }
    };
    let judged = read.iter().map(|(place, subject, code, line)| Judged {
        place: place.clone(),
        what: match subject {
            Ok(subject) => subject.label(),
            Err(_) => line.words(),
        },
        code: shortened(&clean(&line.ma)),
        fate: match code {
            Ok(code) => fate(place, code),
            Err(refusal) => Fate::Refused(refusal.clone()),
        },
    });
    judged.collect()
}

/// The other field that has the code on the first day of `code` or gets it later, in the table as the file
/// leaves it.
fn owner<'a, I: Iterator<Item = &'a PortalCode>>(
    code: &PortalCode,
    table: &'a Table,
    file: impl Fn() -> I,
) -> Option<String> {
    let Coded::Field { .. } = code.subject else { return None };
    let day = code.from.unwrap_or(Date::MIN);
    let entered = table.subjects().flat_map(|subject| table.history(subject));
    let held: Vec<&PortalCode> = entered.map(|held| &held.code).chain(file()).collect();
    let begins = |code: &PortalCode| code.from.unwrap_or(Date::MIN);
    let key = code.subject.key();
    let has = |n: usize, other: &PortalCode| {
        let (of, began) = (other.subject.key(), begins(other));
        let is_field = matches!(other.subject, Coded::Field { .. });
        // Something newer of the other field stands in its place by then.
        let replaced = || {
            held.iter().enumerate().any(|(place, newer)| {
                let follows = (begins(newer), place) > (began, n);
                follows && begins(newer) <= day.max(began) && newer.subject.key() == of
            })
        };
        is_field && of != key && alike(&other.code, &code.code) && !replaced()
    };
    let other = held.iter().enumerate().find(|(n, other)| has(*n, other));
    other.map(|(_, other)| other.subject.label())
}

/// Whether a person would take two codes for one.
fn alike(one: &Code, other: &Code) -> bool {
    one.as_str().to_uppercase() == other.as_str().to_uppercase()
}

/// A table of what `wanted` names, each with its name for people: whoever knows the codes fills them in, and
/// [`read`] takes it back.
pub fn to_fill_in<'a>(wanted: impl Iterator<Item = (&'a Coded, &'a str)>) -> Vec<u8> {
    let mut out = String::from("\u{feff}");
    let mut push = |cells: [&str; 6]| {
        let cells = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        out.push_str(&cells.join(";"));
        out.push_str("\r\n");
    };
    push(COLUMNS.map(|(column, _)| column));
    for (subject, name) in wanted {
        let line = Line::of(subject);
        let name = if line.ma_thu_tuc.is_empty() { "" } else { name };
        push([&line.loai, &line.ten, &line.ma_thu_tuc, name, "", ""]);
    }
    out.into_bytes()
}

impl Line {
    /// The line of `subject`, without code and day.
    pub fn of(subject: &Coded) -> Self {
        let (loai, ten, ma_thu_tuc) = match subject {
            Coded::Field { name } => ("Lĩnh vực", name.clone(), String::new()),
            Coded::Fee { procedure, line } => ("Phí, lệ phí", line.clone(), procedure.clone()),
            Coded::Collection { way } => ("Hình thức thu", way.label().into(), String::new()),
        };
        Self { loai: loai.into(), ten, ma_thu_tuc, ..Self::default() }
    }

    /// What the line is about, as written.
    fn words(&self) -> String {
        let parts = [&self.loai, &self.ten, &self.ma_thu_tuc].map(|part| clean(part));
        let said: Vec<&str> =
            parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        shortened(&said.join(", "))
    }

    fn subject(&self, names: &Names) -> Result<Coded, Refusal> {
        let name = clean(&self.ten);
        if name.chars().nth(LONGEST_TEXT).is_some() {
            return Err(Refusal::TooLong);
        }
        match fold(&self.loai).as_str() {
            "linh vuc" => match names.fields.get(&fold(&name)) {
                Some(known) => Ok(Coded::Field { name: known.clone() }),
                None => Err(Refusal::Field(shortened(&name))),
            },
            "phi" | "le phi" | "phi le phi" => {
                let procedure = clean(&self.ma_thu_tuc);
                if procedure.is_empty() {
                    Err(Refusal::NoProcedure)
                } else if names.procedures.contains_key(&procedure) {
                    Ok(Coded::Fee { procedure, line: name })
                } else {
                    Err(Refusal::Procedure(shortened(&procedure)))
                }
            }
            "hinh thuc thu" => Collection::ALL
                .into_iter()
                .find(|way| fold(way.label()) == fold(&name))
                .map(|way| Coded::Collection { way })
                .ok_or(Refusal::Collection),
            _ => Err(Refusal::Kind),
        }
    }

    fn code(&self, names: &Names, from: Option<Date>, today: Date) -> Result<PortalCode, Refusal> {
        let subject = self.subject(names)?;
        let code = Code::parse(&self.ma)?;
        let from = date::parse(&self.tu_ngay, Century::This).map_err(Refusal::Day)?.or(from);
        if let Some(day) = from {
            let far = today.saturating_add(1.year());
            if day.year() < FIRST_YEAR || day > far {
                return Err(Refusal::FarDay(day));
            }
        }
        Ok(PortalCode { subject, code, from })
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}
