//! Dossiers that citizens filed online, as the portal hands them over: `DongBoHoSoMC` items with channel 2
//! and status 1.
//!
//! What comes in is somebody's word: the applicant's data is declared, whatever the message says about
//! VNeID, and the code is kept as it is. Each item is taken or refused by itself, with its sentence; what
//! the tables do not know and what does not fit them is listed beside it. A file of which nothing was
//! taken says so.

use std::{collections::BTreeSet, fmt};

use jiff::civil::DateTime;
use office::{
    Explain,
    arrival::{Arrival, ArrivalId},
    dossier::{PaperForm, Submitted},
    entry::ContentHash,
    evidence::Evidence,
    person::{Contact, Identity, Person, PersonalNumber},
    text::{self, TEXT_LIMIT},
};
use serde_json::Value;

use super::{
    Service,
    schema::{Fault, FaultKind, Schema},
};

/// A larger file is refused whole.
pub const MAX_BYTES: usize = 32 << 20;
/// Most dossiers of a file.
pub const MAX_ITEMS: usize = 2_000;
/// Deeper than any dossier.
const MAX_DEPTH: usize = 12;
/// Most characters of a code.
const MAX_CODE: usize = 100;
/// Most components of a dossier.
const MAX_COMPONENTS: usize = 300;

/// Why a file is refused whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Too many bytes, dossiers or levels.
    #[error(
        "Tệp hồ sơ trực tuyến lớn hoặc lồng nhau bất thường. Chưa nhận hồ sơ nào. Hãy xuất tệp theo khoảng ngày ngắn hơn."
    )]
    TooLarge,
    /// Not JSON.
    #[error(
        "Tệp hồ sơ trực tuyến không phải JSON (dòng {line}, cột {column}). Chưa nhận hồ sơ nào. Hãy tải lại tệp từ Cổng."
    )]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON of something else.
    #[error(
        "Tệp không phải thông điệp DongBoHoSoMC. Chưa nhận hồ sơ nào. Hãy chọn đúng tệp hồ sơ trực tuyến."
    )]
    OtherMessage,
}

impl Explain for ImportError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "SYN-05",
            Self::NotJson { .. } => "SYN-06",
            Self::OtherMessage => "SYN-07",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The file of online dossiers is unusually large or deep. No dossier was taken. Export a shorter period.".into(),
            Self::NotJson { line, column } => format!("The file of online dossiers is no JSON (line {line}, column {column}). No dossier was taken. Download it again."),
            Self::OtherMessage => "The file is no DongBoHoSoMC message. No dossier was taken. Choose the right file.".into(),
        }
    }
}

/// Why one dossier is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// Not an object.
    #[error("không phải một hồ sơ")]
    NotADossier,
    /// Something that a dossier cannot do without.
    #[error("thiếu hoặc sai {0}")]
    Missing(&'static str),
    /// Not filed online.
    #[error("kênh thực hiện không phải trực tuyến (KenhThucHien khác 2)")]
    NotOnline,
    /// Received already.
    #[error("không ở trạng thái mới đăng ký (TrangThaiHoSo khác 1)")]
    NotNew,
    /// Known here.
    #[error("mã hồ sơ đã có, không nhận hai lần")]
    Known,
    /// A text or list that is too long.
    #[error("{0} dài bất thường")]
    TooLong(&'static str),
}

/// A dossier that was taken.
#[derive(Clone, PartialEq, Eq)]
pub struct Taken {
    /// The dossier.
    pub arrival: Arrival,
    /// The item's own bytes, of which [`Arrival::content`] is the hash: the blob to keep.
    pub message: Vec<u8>,
    /// Fields that the tables do not know.
    pub unknown: Vec<String>,
    /// Fields that do not fit the tables; they were not used or not needed.
    pub faults: Vec<Fault>,
}

/// Debug output may reach a log: the message holds personal data.
impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Taken({} faults, …)", self.faults.len())
    }
}

/// A dossier that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its place in the file, from 1.
    pub place: usize,
    /// Its code as far as it has one; opaque.
    pub code: String,
    /// Why.
    pub why: ItemError,
}

impl Refused {
    /// The refusal in a sentence.
    pub fn sentence(&self) -> String {
        let name = if self.code.is_empty() { String::new() } else { format!(" ({})", self.code) };
        format!("Hồ sơ thứ {}{name}: {}.", self.place, self.why)
    }
}

/// What a file gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Taken, in the file's order.
    pub taken: Vec<Taken>,
    /// Not taken, in the file's order.
    pub refused: Vec<Refused>,
}

impl Import {
    /// The outcome in a sentence: `Nhận 0 trong 40 hồ sơ …`.
    pub fn summary(&self) -> String {
        let (taken, all) = (self.taken.len(), self.taken.len() + self.refused.len());
        let mut words = format!("Nhận {taken} trong {all} hồ sơ trực tuyến");
        if !self.refused.is_empty() {
            words += &format!("; {} hồ sơ không nhận, có lý do từng hồ sơ", self.refused.len());
        }
        if taken == 0 {
            words += ". Chưa có gì thay đổi";
        }
        words + "."
    }
}

/// Reads a file: a whole message (`data`), a list of dossiers, or one. `known`: codes that are here
/// already. `keep` gives each taken dossier an id and the hash of its bytes.
pub fn import(
    json: &[u8],
    schema: &Schema,
    known: &BTreeSet<String>,
    mut keep: impl FnMut(&[u8]) -> (ArrivalId, ContentHash),
) -> Result<Import, ImportError> {
    if json.len() > MAX_BYTES {
        return Err(ImportError::TooLarge);
    }
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    let file: Value = serde_json::from_slice(json)
        .map_err(|e| ImportError::NotJson { line: e.line(), column: e.column() })?;
    let items = items(file)?;
    if items.len() > MAX_ITEMS || items.iter().any(|item| depth(item) > MAX_DEPTH) {
        return Err(ImportError::TooLarge);
    }
    let mut out = Import { taken: Vec::new(), refused: Vec::new() };
    let mut seen = known.clone();
    for (i, item) in items.iter().enumerate() {
        let code = string(item, "MaHoSo");
        match read(item, &code, &seen) {
            Ok(facts) => {
                // Written again: the bytes of one item of a file that may hold many.
                let message = item.to_string().into_bytes();
                let (id, content) = keep(&message);
                seen.insert(code.clone());
                let (unknown, faults): (Vec<Fault>, Vec<Fault>) = schema
                    .check(Service::Dossier, item)
                    .into_iter()
                    .partition(|fault| fault.kind == FaultKind::Unknown);
                out.taken.push(Taken {
                    arrival: facts.arrival(id, code, content),
                    message,
                    unknown: unknown.into_iter().map(|fault| fault.path).collect(),
                    faults,
                });
            }
            Err(why) => {
                let code = code.chars().take(MAX_CODE).collect();
                out.refused.push(Refused { place: i + 1, code, why });
            }
        }
    }
    Ok(out)
}

fn items(file: Value) -> Result<Vec<Value>, ImportError> {
    match file {
        Value::Array(items) => Ok(items),
        Value::Object(mut object) => {
            let service = object.get("service").and_then(Value::as_str);
            if service.is_some_and(|name| name != Service::Dossier.name()) {
                return Err(ImportError::OtherMessage);
            }
            match object.remove("data") {
                Some(Value::Array(items)) => Ok(items),
                Some(_) => Err(ImportError::OtherMessage),
                None if object.contains_key("MaHoSo") => Ok(vec![Value::Object(object)]),
                None => Err(ImportError::OtherMessage),
            }
        }
        _ => Err(ImportError::OtherMessage),
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(object) => 1 + object.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// A field as clean text; empty where it is missing or no text.
fn string(item: &Value, field: &str) -> String {
    item.get(field).and_then(Value::as_str).map(text::clean).unwrap_or_default()
}

fn list<'a>(item: &'a Value, field: &str) -> &'a [Value] {
    item.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What an arrival is made of.
struct Facts {
    procedure: String,
    procedure_name: String,
    person: Person,
    contact: Contact,
    components: Vec<Submitted>,
    filed_at: DateTime,
}

impl Facts {
    fn arrival(self, id: ArrivalId, code: String, content: ContentHash) -> Arrival {
        Arrival {
            id,
            code,
            procedure: self.procedure,
            procedure_name: self.procedure_name,
            applicant: Identity {
                person: self.person,
                document: None,
                evidence: Evidence::Declared,
                read: office::person::ReadOn::Unread,
                whose: None,
                reasons: vec![
                    "Thông tin do người nộp khai khi nộp trực tuyến, chưa được xác thực tại đây."
                        .into(),
                ],
            },
            contact: self.contact,
            components: self.components,
            filed_at: self.filed_at,
            content,
        }
    }
}

fn read(item: &Value, code: &str, known: &BTreeSet<String>) -> Result<Facts, ItemError> {
    if !item.is_object() {
        return Err(ItemError::NotADossier);
    }
    if code.is_empty() {
        return Err(ItemError::Missing("mã hồ sơ (MaHoSo)"));
    }
    if code.chars().nth(MAX_CODE).is_some() {
        return Err(ItemError::TooLong("mã hồ sơ (MaHoSo)"));
    }
    if known.contains(code) {
        return Err(ItemError::Known);
    }
    if string(item, "KenhThucHien") != "2" {
        return Err(ItemError::NotOnline);
    }
    if string(item, "TrangThaiHoSo") != "1" {
        return Err(ItemError::NotNew);
    }
    let date = |field: &str| super::read(&string(item, field));
    let facts = Facts {
        procedure: string(item, "MaTTHC"),
        procedure_name: string(item, "TenTTHC"),
        person: person(item),
        contact: Contact {
            phone: string(item, "SoDienThoai"),
            email: string(item, "Email"),
            address: String::new(),
        },
        components: components(item)?,
        filed_at: date("NgayNopHoSo")
            .or_else(|| date("NgayTiepNhan"))
            .ok_or(ItemError::Missing("ngày nộp hồ sơ (NgayNopHoSo)"))?,
    };
    let texts = [
        ("mã thủ tục (MaTTHC)", &facts.procedure, true),
        ("tên thủ tục (TenTTHC)", &facts.procedure_name, false),
        ("tên chủ hồ sơ (ChuHoSo)", &facts.person.name, true),
        ("số điện thoại (SoDienThoai)", &facts.contact.phone, false),
        ("thư điện tử (Email)", &facts.contact.email, false),
    ];
    for (field, value, needed) in texts {
        if needed && value.is_empty() {
            return Err(ItemError::Missing(field));
        }
        if value.chars().nth(TEXT_LIMIT).is_some() {
            return Err(ItemError::TooLong(field));
        }
    }
    Ok(facts)
}

/// The applicant as far as the numbers are what they should be: a filler such as `000000001` has no kind
/// of its own, so only a twelve-digit number becomes one; nine digits stay the old number that they are.
fn person(item: &Value) -> Person {
    let declared: Vec<(String, String)> = list(item, "DinhDanhCHS")
        .iter()
        .map(|number| (string(number, "LoaiDinhDanh"), string(number, "SoDinhDanh")))
        .collect();
    let paper = string(item, "SoGiayToChuHoSo");
    let twelve = |number: &str| {
        let filler = number.bytes().all(|b| b == b'0');
        (!filler).then(|| PersonalNumber::parse(number).ok()).flatten()
    };
    let of_kind = |kind: &'static str| {
        declared.iter().filter(move |(k, _)| k == kind).map(|(_, number)| number.as_str())
    };
    let nine = |number: &&str| {
        number.len() == 9
            && number.bytes().all(|b| b.is_ascii_digit())
            && !number.starts_with("00000000")
    };
    Person {
        number: of_kind("1").chain([paper.as_str()]).find_map(twelve),
        name: string(item, "ChuHoSo"),
        old_number: of_kind("2").chain([paper.as_str()]).find(nine).unwrap_or_default().to_owned(),
        ..Person::default()
    }
}

/// Papers as they are named: files are copies until a clerk has seen the original.
fn components(item: &Value) -> Result<Vec<Submitted>, ItemError> {
    let deleted = |file: &&Value| {
        matches!(file.get("IsDeleted").and_then(Value::as_str), Some("1" | "True" | "true"))
    };
    let paper = |name: String, quantity: u16| Submitted {
        name,
        form: PaperForm::Photocopy,
        quantity,
        proof: None,
    };
    let files = list(item, "TaiLieuNop")
        .iter()
        .filter(|file| !deleted(file))
        .map(|file| paper(string(file, "TenTepDinhKem"), 1));
    let others = list(item, "DanhSachTepDinhKemKhac").iter().map(|file| {
        let count = file.get("SoLuong").and_then(|n| match n {
            Value::Number(n) => n.as_u64(),
            Value::String(n) => n.trim().parse().ok(),
            _ => None,
        });
        let quantity = count.and_then(|n| u16::try_from(n).ok()).unwrap_or(1).max(1);
        paper(string(file, "TenGiayTo"), quantity)
    });
    let all: Vec<Submitted> = files
        .chain(others)
        .filter(|paper| !paper.name.is_empty())
        .take(MAX_COMPONENTS + 1)
        .collect();
    if all.len() > MAX_COMPONENTS {
        return Err(ItemError::TooLong("thành phần hồ sơ"));
    }
    if all.iter().any(|paper| paper.name.chars().nth(TEXT_LIMIT).is_some()) {
        return Err(ItemError::TooLong("tên giấy tờ (TenTepDinhKem)"));
    }
    Ok(all)
}
