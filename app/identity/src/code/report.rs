//! What `motcua qr --json` says of one picture.

use std::{fs::File, io::Read, path::Path, time::Instant};

use office::{
    Explain,
    explain::Language,
    person::{DocumentKind, Person},
};
use serde::{Serialize, Serializer};

use super::{
    CodeError, Scanned, VNEID_OPAQUE,
    image::{MAX_FILE, Payload, decode_image},
};

/// Kinds of codes, as scripts see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A card's code of seven fields.
    Cccd,
    /// A card's code of more fields.
    CanCuoc,
    /// A receipt of this suite.
    Receipt,
    /// A certified copy of this suite.
    Certificate,
    /// VNeID's own form.
    VneidOpaque,
    /// Any other code, also a card's that is broken: the warnings tell.
    Other,
    /// No code in the picture.
    None,
}

/// One picture's reading; [`Report::to_json`] is the contract of `qr --json`.
#[derive(Serialize)]
pub struct Report {
    /// The file as it was named.
    pub file: String,
    /// The code's text, or `hex:` and its bytes.
    pub raw: String,
    /// What it is.
    pub kind: Kind,
    /// The person of a card's code.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_read_tells")]
    pub person: Option<Person>,
    /// Sentences for the clerk.
    pub warnings: Vec<String>,
    /// Those among the warnings that are of the picture and not of the code.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// How long it took.
    pub milliseconds: u64,
}

/// One form of a person for `read --json` and `qr --json`.
fn as_read_tells<S: Serializer>(person: &Option<Person>, to: S) -> Result<S::Ok, S::Error> {
    person.as_ref().map(crate::person::person_json).serialize(to)
}

impl Report {
    /// Reads a picture. Of several codes the most telling is reported: a card before a receipt before
    /// the rest.
    pub fn of_file(path: &Path) -> Result<Report, CodeError> {
        let start = Instant::now();
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
            .map_err(CodeError::File)?;
        let codes = decode_image(&bytes)?;
        let count = codes.len();
        let mut report =
            codes.iter().map(Report::of_code).min_by_key(|report| report.kind).unwrap_or_else(
                || {
                    let advice =
                        "Không tìm thấy mã QR trong ảnh. Hãy chụp gần hơn, đủ sáng, không lóa.";
                    Report::new(String::new(), Kind::None, vec![advice.into()])
                },
            );
        if count > 1 {
            let note = format!("Ảnh có {count} mã QR; chỉ lấy một mã.");
            report.warnings.push(note.clone());
            report.notes.push(note);
        }
        report.file = path.display().to_string();
        report.milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(report)
    }

    /// Reads one code.
    fn of_code(code: &Payload) -> Report {
        let raw = code.raw();
        let Payload::Text(text) = code else {
            let note = "Nội dung mã không phải chữ UTF-8; đã giữ nguyên dạng byte.";
            return Report::new(raw, Kind::Other, vec![note.into()]);
        };
        match Scanned::read(text) {
            Ok(Scanned::Card(card)) => {
                let kind = match card.identity.document.as_ref().map(|d| d.kind) {
                    Some(DocumentKind::CanCuoc) => Kind::CanCuoc,
                    _ => Kind::Cccd,
                };
                let mut warnings = card.identity.warnings();
                warnings.extend(card.identity.reasons);
                Report { person: Some(card.identity.person), ..Report::new(raw, kind, warnings) }
            }
            Ok(Scanned::Receipt(_)) => Report::new(raw, Kind::Receipt, Vec::new()),
            Ok(Scanned::Certificate(_)) => Report::new(raw, Kind::Certificate, Vec::new()),
            Ok(Scanned::VneidOpaque(_)) => {
                Report::new(raw, Kind::VneidOpaque, vec![VNEID_OPAQUE.into()])
            }
            Ok(Scanned::Other(_)) => Report::new(raw, Kind::Other, Vec::new()),
            Err(e) => Report::new(raw, Kind::Other, vec![e.sentence(Language::Vietnamese)]),
        }
    }

    fn new(raw: String, kind: Kind, warnings: Vec<String>) -> Report {
        let notes = Vec::new();
        Report { file: String::new(), raw, kind, person: None, warnings, notes, milliseconds: 0 }
    }

    /// `{file, raw, kind, person?, warnings, milliseconds}`; the person has the keys of `read --json`,
    /// dates as ISO 8601.
    pub fn to_json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(self)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn kind_and_warnings(text: &str) -> (Kind, Vec<String>) {
        let report = Report::of_code(&Payload::Text(text.into()));
        assert_eq!(report.raw, text);
        (report.kind, report.warnings)
    }

    #[test]
    fn every_code_has_its_kind() {
        let card = "099099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025";
        for (text, kind, warning) in [
            (card, Kind::CanCuoc, "không có chữ ký"),
            (&format!("{card}|Nguyễn Văn B"), Kind::CanCuoc, "không có chữ ký"),
            (
                &card.replace("Hà Nội", "Hà Nội, trước").replace("15082025", "30062025"),
                Kind::CanCuoc,
                "01/7/2025",
            ),
            // What number and facts say of each other.
            (&card.replace("099099", "099199"), Kind::CanCuoc, "Giới tính"),
            (&card.replace("01011999", "01012001"), Kind::CanCuoc, "Năm sinh"),
            ("https://vneid.gov.vn/x", Kind::VneidOpaque, "ngoại tuyến"),
            ("099099000123||NGUYE64N VA8N A|01011999|Nam||15082025", Kind::Other, "IDN-52"),
        ] {
            let (found, warnings) = kind_and_warnings(text);
            assert_eq!(found, kind, "{text}");
            assert!(warnings.iter().any(|w| w.contains(warning)), "{text}: {warnings:?}");
        }
        for (text, kind) in [
            ("MC1|R|H38.12-261123-0007|20261123|1a2b3c4d", Kind::Receipt),
            ("MC1|C|H38.12|0123-4567-89AB-CDEF", Kind::Certificate),
            ("https://dichvucong.gov.vn", Kind::Other),
        ] {
            assert_eq!(kind_and_warnings(text), (kind, Vec::new()), "{text}");
        }
        let bytes = Report::of_code(&Payload::Bytes(vec![0xff, 0x00]));
        assert_eq!((bytes.raw.as_str(), bytes.kind), ("hex:ff00", Kind::Other));
    }

    #[test]
    fn the_json_keeps_its_contract() {
        let code = Payload::Text("099099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025".into());
        let json = Report::of_code(&code).to_json().unwrap();
        let keys: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["file", "kind", "milliseconds", "person", "raw", "warnings"]);
        assert_eq!(json["kind"], "can_cuoc");
        assert_eq!(json["person"]["number"], "099099000123");
        assert_eq!(json["person"]["birth_date"], "1999-01-01");
        assert_eq!(json["person"]["issue_date"], "2025-08-15");
        let none = Report::new(String::new(), Kind::None, Vec::new()).to_json().unwrap();
        assert_eq!(none["kind"], "none");
        assert!(none.get("person").is_none());
    }

    #[test]
    fn a_picture_file_is_reported() {
        use crate::code::image::tests::{draw, on_paper, png};
        let folder = tempfile::tempdir().unwrap();
        let report = |picture: &::image::GrayImage| {
            let path = folder.path().join("ảnh.png");
            std::fs::write(&path, png(picture)).unwrap();
            let report = Report::of_file(&path).ok().unwrap();
            assert_eq!(report.file, path.display().to_string());
            report
        };
        let card = "099099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025";
        let code = draw(card.as_bytes(), 3);

        let alone = report(&code);
        assert_eq!((alone.kind, alone.raw.as_str()), (Kind::CanCuoc, card));
        assert_eq!(alone.person.unwrap().name, "NGUYỄN VĂN A");

        let mut two = on_paper(&draw(b"https://dichvucong.gov.vn", 4), 700, 400, 20, 20);
        ::image::imageops::replace(&mut two, &code, 400, 100);
        let two = report(&two);
        assert_eq!((two.kind, two.raw.as_str()), (Kind::CanCuoc, card));
        assert!(two.warnings.iter().any(|w| w.contains("2 mã QR")), "{:?}", two.warnings);

        let blank = report(&::image::GrayImage::from_pixel(200, 200, ::image::Luma([255])));
        assert_eq!((blank.kind, blank.raw.as_str()), (Kind::None, ""));
        assert!(blank.person.is_none() && !blank.warnings.is_empty());
    }

    #[test]
    fn a_missing_file_says_so() {
        let error = Report::of_file(Path::new("no/such/picture.png")).err().unwrap();
        assert_eq!(error.code(), "IDN-55");
    }
}
