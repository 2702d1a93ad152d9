//! The person and document that DG1 and DG13 add up to, and their form in JSON.

use jiff::civil::{Date, date};
use office::person::{Document, DocumentKind, Expiry, Person};
use serde_json::{Value, json};

use crate::mrz::{Layout, Mrz};

/// The Law on Identification came into force: cards issued from here on are "thẻ căn cước".
const LAW_ON_IDENTIFICATION: Date = date(2024, 7, 1);

/// Which Vietnamese card was issued on that day.
pub(crate) fn card_of(issued: Date) -> DocumentKind {
    if issued >= LAW_ON_IDENTIFICATION { DocumentKind::CanCuoc } else { DocumentKind::Cccd }
}

/// DG13 where it speaks, else the MRZ.
pub fn person(mrz: &Mrz, dg13: Option<&Person>, today: Date) -> Person {
    let mut person = dg13.cloned().unwrap_or_default();
    let fill = |field: &mut String, value: &str| {
        if field.is_empty() {
            *field = value.into();
        }
    };
    fill(&mut person.name, &mrz.name);
    fill(&mut person.nationality, &mrz.nationality);
    if person.number.is_none() {
        person.number = mrz.personal_number.clone();
    }
    if person.birth_date.is_none() {
        // The personal number knows the century; without it a birth lies in the last hundred years.
        let century = person.number.as_ref().map(|n| n.encoded_birth().1 / 100 * 100);
        person.birth_date = mrz.birth.and_then(|birth| {
            century.and_then(|c| birth.in_century(c)).filter(|d| *d <= today).or(birth.born(today))
        });
    }
    person.sex = person.sex.or(mrz.sex);
    if person.expiry_date.is_none() {
        person.expiry_date = mrz.expiry.and_then(|e| e.in_century(2000)).map(Expiry::On);
    }
    person
}

/// Which document the chip belongs to.
pub fn document(mrz: &Mrz, dg13: Option<&Person>) -> Document {
    let issued = dg13.and_then(|p| p.issue_date);
    let kind = match (mrz.layout, mrz.issuer.as_str()) {
        (Layout::Td3, _) if mrz.code.starts_with('P') => DocumentKind::Passport,
        (Layout::Td1, "VNM") => issued.map_or(DocumentKind::Cccd, card_of),
        _ => DocumentKind::Other,
    };
    let number = match (&mrz.personal_number, mrz.layout) {
        (Some(number), Layout::Td1) => number.to_string(),
        _ => mrz.number.clone(),
    };
    let from_mrz = || mrz.expiry.and_then(|e| e.in_century(2000)).map(Expiry::On);
    Document { kind, number, expiry: dg13.and_then(|p| p.expiry_date.clone()).or_else(from_mrz) }
}

fn expiry_json(expiry: Option<&Expiry>) -> Value {
    match expiry {
        Some(Expiry::On(date)) => json!(date),
        Some(Expiry::Never) => json!("never"),
        None => Value::Null,
    }
}

pub fn person_json(person: &Person) -> Value {
    json!({
        "number": person.number,
        "name": person.name,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "nationality": person.nationality,
        "ethnicity": person.ethnicity,
        "religion": person.religion,
        "origin": person.origin,
        "residence": person.residence,
        "features": person.features,
        "issue_date": person.issue_date,
        "expiry_date": expiry_json(person.expiry_date.as_ref()),
        "father": person.father,
        "mother": person.mother,
        "spouses": person.spouses,
        "old_number": person.old_number,
    })
}

pub fn document_json(document: &Document) -> Value {
    json!({
        "kind": document.kind,
        "number": document.number,
        "expiry": expiry_json(document.expiry.as_ref()),
    })
}
