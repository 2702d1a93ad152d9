//! The field tables as data, and the check of a message against them, on the way out and in.

use std::fmt;

use office::{Explain, header::Header};
use serde::Deserialize;
use serde_json::Value;

use super::Service;

/// Most faults that one item reports: a file that is something else altogether has one in every field.
const MAX_FAULTS: usize = 200;

/// Why the tables cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "Bảng trường dữ liệu của Cổng Dịch vụ công không đọc được: {0}. Chưa gửi gì. Hãy cài lại chương trình hoặc dùng tệp gốc."
)]
pub struct SchemaError(#[from] serde_json::Error);

impl Explain for SchemaError {
    fn code(&self) -> &'static str {
        "SYN-01"
    }
    fn english(&self) -> String {
        format!(
            "The portal's field tables cannot be read: {}. Nothing was sent. Install the program again or use the original file.",
            self.0
        )
    }
}

/// `assets/exchange/dvcqg.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct Schema {
    header: Header,
    lists: Vec<List>,
    fields: Vec<Field>,
}

/// A field that holds items of another level.
#[derive(Clone, Debug, Deserialize)]
struct List {
    level: String,
    field: String,
    items: String,
}

/// A row of the tables; its other columns are for their reader.
#[derive(Clone, Debug, Deserialize)]
struct Field {
    level: String,
    field: String,
    #[serde(rename = "type")]
    kind: Kind,
    required: bool,
    #[serde(default)]
    max: Option<usize>,
    #[serde(default)]
    form: Option<Form>,
    #[serde(default)]
    codes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    String,
    Datetime,
    Int,
    Bool,
    Array,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    DateTime,
    Digits,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Obligatory and not there.
    Missing,
    /// Not the type of the tables.
    Type,
    /// No code of its list.
    Code,
    /// Not `yyyyMMddHHmmss`.
    Date,
    /// Not an amount in figures.
    Digits,
    /// Longer than this.
    TooLong(usize),
    /// The tables do not know it.
    Unknown,
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's place: `TaiLieuNop[0].MaThanhPhanHoSo`.
    pub path: String,
    /// What.
    pub kind: FaultKind,
}

/// The fault in words; never the value, which may be personal data.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            FaultKind::Missing => write!(f, "thiếu trường bắt buộc {path}"),
            FaultKind::Type => write!(f, "trường {path} sai kiểu dữ liệu"),
            FaultKind::Code => write!(f, "trường {path} có mã ngoài danh mục"),
            FaultKind::Date => write!(f, "trường {path} không phải ngày giờ yyyyMMddHHmmss"),
            FaultKind::Digits => write!(f, "trường {path} không phải số tiền"),
            FaultKind::TooLong(max) => write!(f, "trường {path} dài quá {max} ký tự"),
            FaultKind::Unknown => write!(f, "trường {path} không có trong bảng trường dữ liệu"),
        }
    }
}

impl Schema {
    /// The tables that ship with the suite.
    pub fn bundled() -> Result<Schema, SchemaError> {
        Schema::parse(include_bytes!("../../../../assets/exchange/dvcqg.json"))
    }

    /// Reads tables.
    pub fn parse(json: &[u8]) -> Result<Schema, SchemaError> {
        Ok(serde_json::from_slice(json)?)
    }

    /// Title, version, source and mark.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Everything that is wrong with one item of a message, in the tables' order.
    pub fn check(&self, service: Service, item: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.level(service.level(), item, "", &mut faults);
        faults.truncate(MAX_FAULTS);
        faults
    }

    fn level(&self, level: &str, item: &Value, at: &str, faults: &mut Vec<Fault>) {
        if faults.len() >= MAX_FAULTS {
            return;
        }
        let Value::Object(object) = item else {
            let path = at.trim_end_matches('.').to_owned();
            return faults.push(Fault { path, kind: FaultKind::Type });
        };
        let mut fault =
            |field: &str, kind| faults.push(Fault { path: format!("{at}{field}"), kind });
        for field in self.fields.iter().filter(|field| field.level == level) {
            if let Some(kind) = field.fault(object.get(&field.field)) {
                fault(&field.field, kind);
            }
        }
        let lists = || self.lists.iter().filter(|list| list.level == level);
        for name in object.keys() {
            let known =
                self.fields.iter().any(|field| field.level == level && field.field == *name);
            if !known && lists().all(|list| list.field != *name) {
                fault(name, FaultKind::Unknown);
            }
        }
        for list in lists() {
            match object.get(&list.field) {
                None | Some(Value::Null) => {}
                Some(Value::Array(items)) => {
                    for (i, item) in items.iter().enumerate() {
                        self.level(&list.items, item, &format!("{at}{}[{i}].", list.field), faults);
                    }
                }
                Some(_) => faults
                    .push(Fault { path: format!("{at}{}", list.field), kind: FaultKind::Type }),
            }
        }
    }
}

impl Field {
    fn fault(&self, value: Option<&Value>) -> Option<FaultKind> {
        let text = match (value, self.kind) {
            (None | Some(Value::Null), _) => return self.required.then_some(FaultKind::Missing),
            (Some(Value::Array(_)), Kind::Array) => return None,
            (Some(Value::Bool(_)), Kind::Bool) => return None,
            (Some(Value::Number(n)), Kind::Int) if n.is_u64() => return None,
            (Some(Value::String(text)), Kind::String | Kind::Datetime) => text,
            _ => return Some(FaultKind::Type),
        };
        if text.trim().is_empty() {
            return self.required.then_some(FaultKind::Missing);
        }
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        if let Some(max) = self.max.filter(|max| text.chars().nth(*max).is_some()) {
            Some(FaultKind::TooLong(max))
        } else if !self.codes.is_empty() && !self.codes.contains(text) {
            Some(FaultKind::Code)
        } else if self.form == Some(Form::DateTime) && super::read(text).is_none() {
            Some(FaultKind::Date)
        } else if self.form == Some(Form::Digits) && !digits {
            Some(FaultKind::Digits)
        } else {
            None
        }
    }
}
