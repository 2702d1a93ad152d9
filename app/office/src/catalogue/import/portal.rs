//! The national portal's answer to `LayThuTuc`: `{"error_code": …, "result": […]}`, the bare array, or
//! one procedure.
//!
//! Systems on the way turn a list of one into the bare object and numbers into texts; both are
//! understood. The answer tells no quantities and not which papers are obligatory: quantities stay 0
//! ("not said"), and what is obligatory is inferred and flagged.

use serde_json::{Map, Value};

use super::{
    Amount, Candidate, Import, ImportError, Origin, fee, flags, is_conditional, shortened,
};
use crate::{
    calendar::TimeLimit,
    catalogue::{ChannelRule, Component, FeeRule, Flag, Procedure, procedure::words_of},
    dossier::Channel,
    text,
};

/// Fields of a procedure that are read, and those that are known and not kept.
const KNOWN: [&str; 15] = [
    "MATTHC",
    "MATTHCDP",
    "TENTTHC",
    "MACOQUANCONGBO",
    "TRANGTHAI",
    "LINHVUCTHUCHIEN",
    "TRINHTUTHUCHIEN",
    "CACHTHUCTHUCHIEN",
    "THANHPHANHOSO",
    "KETQUATHUCHIEN",
    "DOITUONGTHUCHIEN",
    "MOTADOITUONGTHUCHIEN",
    "COQUANTHUCHIEN",
    "CANCUPHAPLY",
    "YEUCAU",
];

type Fields = Map<String, Value>;

/// Reads the portal's answer. Rows that cannot be right are refused one by one.
pub fn portal(bytes: &[u8], origin: &Origin) -> Result<Import, ImportError> {
    let text = super::text_of(bytes)?;
    let answer: Value = serde_json::from_str(&text).map_err(ImportError::json)?;
    let result = match answer {
        Value::Object(mut answer)
            if answer.contains_key("result") || answer.contains_key("error_code") =>
        {
            let error = answer.get("error_code").map(scalar).unwrap_or_default();
            if error.bytes().any(|b| b != b'0') {
                return Err(ImportError::PortalError(shortened(&error, 20)));
            }
            answer.remove("result").unwrap_or_default()
        }
        other => other,
    };
    let rows: Vec<Value> = match result {
        Value::Array(rows) => rows,
        Value::Object(row) => vec![Value::Object(row)],
        _ => return Err(ImportError::NotAnAnswer),
    };
    if !rows.is_empty() && !rows.iter().any(|row| row.get("MATTHC").is_some()) {
        return Err(ImportError::NotAnAnswer);
    }
    let mut unknown = Unknown(Vec::new());
    let rows = rows
        .iter()
        .enumerate()
        .map(|(i, row)| {
            let place = format!("thủ tục thứ {}", i + 1);
            match row {
                Value::Object(row) => Candidate {
                    place,
                    name: name_of(row),
                    procedure: Ok(Box::new(procedure(row, origin, &mut unknown))),
                },
                _ => Candidate {
                    place,
                    name: String::new(),
                    procedure: Err("Không nhận: đây không phải một thủ tục.".into()),
                },
            }
        })
        .collect();
    Import::sifted(rows, unknown.0)
}

fn name_of(row: &Fields) -> String {
    let code = text_in(row, "MATTHC");
    shortened(&if code.is_empty() { text_in(row, "TENTTHC") } else { code }, 100)
}

/// Names of fields that nobody here knows, each once.
struct Unknown(Vec<String>);

impl Unknown {
    const MOST: usize = 100;

    fn note(&mut self, row: &Fields, known: &[&str]) {
        for key in row.keys().filter(|key| !known.contains(&key.as_str())) {
            let key = shortened(key, 60);
            if self.0.len() < Self::MOST && !self.0.contains(&key) {
                self.0.push(key);
            }
        }
    }
}

fn procedure(row: &Fields, origin: &Origin, unknown: &mut Unknown) -> Procedure {
    unknown.note(row, &KNOWN);
    let fields = objects(row, "LINHVUCTHUCHIEN");
    let field = |key| fields.first().map(|field| text_in(field, key)).unwrap_or_default();
    for field in &fields {
        unknown.note(field, &["MALINHVUC", "TENLINHVUC", "MANGANH"]);
    }
    let mut results = Vec::new();
    let mut result_codes = Vec::new();
    for result in objects(row, "KETQUATHUCHIEN") {
        unknown.note(result, &["MAKETQUA", "TENKETQUA"]);
        let name = text_in(result, "TENKETQUA");
        if !name.is_empty() {
            results.push(name);
            result_codes.push(text_in(result, "MAKETQUA"));
        }
    }
    let requirements = text_in(row, "YEUCAU");
    let mut procedure = Procedure {
        code: text_in(row, "MATTHC"),
        name: text_in(row, "TENTTHC"),
        short_name: String::new(),
        field: field("TENLINHVUC"),
        field_code: field("MALINHVUC"),
        level: String::new(),
        common: false,
        components: components(row, unknown),
        notes: if requirements.is_empty() { Vec::new() } else { vec![requirements] },
        channels: channels(row, unknown),
        results,
        result_codes: none_if_empty(result_codes),
        legal_basis: objects(row, "CANCUPHAPLY")
            .into_iter()
            .inspect(|law| unknown.note(law, &["SOVANBAN", "TENVANBAN"]))
            .map(|law| text_in(law, "SOVANBAN"))
            .filter(|number| !number.is_empty())
            .collect(),
        from: None,
        until: None,
        source: text::clean(&origin.source),
        source_date: origin.date.to_string(),
        mark: origin.mark,
        checked: false,
        flags: Vec::new(),
    };
    procedure.flags = flags(&procedure);
    procedure.flags.push(Flag::ObligatoryInferred);
    procedure
}

fn components(row: &Fields, unknown: &mut Unknown) -> Vec<Component> {
    let mut components = Vec::new();
    for case in objects(row, "THANHPHANHOSO") {
        unknown.note(case, &["TRUONGHOP", "GIAYTO"]);
        let group = text_in(case, "TRUONGHOP");
        for paper in objects(case, "GIAYTO") {
            unknown.note(paper, &["MAGIAYTO", "TENGIAYTO", "TENMAUDON", "URL"]);
            let mut component = Component {
                name: text_in(paper, "TENGIAYTO"),
                code: text_in(paper, "MAGIAYTO"),
                group: group.clone(),
                when: String::new(),
                originals: 0,
                copies: 0,
                obligatory: false,
                shown_only: false,
                form_no: text_in(paper, "TENMAUDON"),
                satisfied_by: Vec::new(),
            };
            component.obligatory = !is_conditional(&component);
            components.push(component);
        }
    }
    components
}

fn channels(row: &Fields, unknown: &mut Unknown) -> Vec<ChannelRule> {
    let mut rules = Vec::new();
    for way in objects(row, "CACHTHUCTHUCHIEN") {
        unknown.note(way, &["KENH", "THOIGIAN"]);
        let kind = match text_in(way, "KENH").as_str() {
            "1" => Channel::Counter,
            "2" => Channel::Online,
            "3" => Channel::Post,
            _ => continue,
        };
        let times = objects(way, "THOIGIAN");
        let is_case = times.len() > 1;
        let cases: Vec<ChannelRule> = times
            .into_iter()
            .map(|time| {
                unknown.note(time, &["THOIGIANGIAIQUYET", "DONVITINH", "MOTA", "PHILEPHI"]);
                rule(kind, time, is_case, unknown)
            })
            .collect();
        if is_case {
            rules.push(by_case(kind, &cases));
        }
        rules.extend(cases);
    }
    rules
}

/// The head of several cases: which is the ordinary one is not said, so no limit of theirs is counted.
fn by_case(kind: Channel, cases: &[ChannelRule]) -> ChannelRule {
    let limits: Vec<String> = cases.iter().map(|rule| words_of(&rule.time_limit)).collect();
    let fees = match cases {
        [first, rest @ ..] if rest.iter().all(|rule| rule.fees == first.fees) => first.fees.clone(),
        _ => vec![FeeRule::Unknown("Mức thu khác nhau theo trường hợp".into())],
    };
    ChannelRule {
        kind,
        case: String::new(),
        time_limit: TimeLimit::Unclear(format!("tùy trường hợp: {}", limits.join(", "))),
        fees,
        fee_names: Vec::new(),
        fee_codes: Vec::new(),
        fee_note: String::new(),
        fee_source: None,
        later_fees: Vec::new(),
    }
}

fn rule(kind: Channel, time: &Fields, is_case: bool, unknown: &mut Unknown) -> ChannelRule {
    let words = format!("{} {}", text_in(time, "THOIGIANGIAIQUYET"), text_in(time, "DONVITINH"));
    let words = text::clean(&words);
    let (mut fees, mut fee_codes, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for stated in objects(time, "PHILEPHI") {
        unknown.note(stated, &["MAPHILEPHI", "SOTIEN", "DONVI", "MOTA"]);
        let note = text_in(stated, "MOTA");
        if let Some(fee) = fee(amount(stated), &note) {
            fees.push(fee);
            fee_codes.push(text_in(stated, "MAPHILEPHI"));
        }
        if !note.is_empty() && !notes.contains(&note) {
            notes.push(note);
        }
    }
    let case = match text_in(time, "MOTA") {
        _ if !is_case => String::new(),
        case if case.is_empty() => format!("Trường hợp có thời hạn {words}"),
        case => case,
    };
    ChannelRule {
        kind,
        case: text::clean(&case),
        time_limit: TimeLimit::read(&words),
        fees,
        fee_names: Vec::new(),
        fee_codes: none_if_empty(fee_codes),
        fee_note: notes.join(" "),
        fee_source: None,
        later_fees: Vec::new(),
    }
}

/// Codes of which at least one is known; else none at all.
fn none_if_empty(codes: Vec<String>) -> Vec<String> {
    if codes.iter().all(String::is_empty) { Vec::new() } else { codes }
}

/// The amount, which may come as a whole number, as `8000.0` or as a text. A fraction of a đồng does
/// not exist and is told as it stands.
fn amount(stated: &Fields) -> Option<Amount> {
    let words = text_in(stated, "SOTIEN");
    if words.is_empty() {
        return None;
    }
    let unit = text_in(stated, "DONVI");
    let whole = match words.split_once('.') {
        Some((whole, fraction)) if fraction == "0" || fraction == "00" => whole,
        _ => &words,
    };
    let is_dong = matches!(text::fold(&unit).as_str(), "" | "dong" | "vnd" | "viet nam dong" | "d");
    Some(match whole.parse() {
        Ok(n) if is_dong => Amount::Dong(n),
        _ => Amount::Other(text::clean(&format!("{words} {unit}"))),
    })
}

/// A scalar as clean text; anything else is empty.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text::clean(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

fn text_in(row: &Fields, key: &str) -> String {
    row.get(key).map(scalar).unwrap_or_default()
}

/// The objects of a list, or the one object in its place.
fn objects<'a>(row: &'a Fields, key: &str) -> Vec<&'a Fields> {
    match row.get(key) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(one)) => vec![one],
        _ => Vec::new(),
    }
}
