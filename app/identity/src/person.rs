//! The person and document that the groups add up to, and their form in JSON.

use jiff::civil::{Date, date};
use office::{
    evidence::Evidence,
    person::{Century, Document, DocumentKind, Expiry, Identity, Person, PersonalNumber, ReadOn},
};
use serde_json::{Value, json};

use crate::{
    groups::details::{Holder, Issue},
    mrz::{Birth, Hints, Layout, Mrz},
};

/// The Law on Identification came into force: cards issued from here on are "thẻ căn cước".
const LAW_ON_IDENTIFICATION: Date = date(2024, 7, 1);

/// What the clerk reads of a document whose time is over.
pub(crate) const EXPIRED: &str = "Giấy tờ đã hết hạn.";

/// Which Vietnamese card was issued on that day.
pub(crate) fn card_of(issued: Date) -> DocumentKind {
    if issued >= LAW_ON_IDENTIFICATION { DocumentKind::CanCuoc } else { DocumentKind::Cccd }
}

/// What a chip says beyond the MRZ.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extras<'a> {
    /// DG13 of a Vietnamese card.
    pub dg13: Option<&'a Person>,
    /// DG11.
    pub holder: Option<&'a Holder>,
    /// DG12.
    pub issue: Option<&'a Issue>,
}

impl Mrz {
    /// Its holder, with the evidence of a typed one: whoever read the zone, nobody signed it. The reasons
    /// say what the clerk must compare.
    pub fn identity(&self, today: Date) -> Identity {
        let mut reasons = vec![
            "Lấy từ dòng MRZ trên giấy tờ, không có chữ ký: hãy so với giấy tờ gốc. Họ tên không có dấu.".into(),
        ];
        reasons.extend(self.doubts());
        if matches!(self.ends(today), Expiry::On(last) if last < today) {
            reasons.push(EXPIRED.to_owned());
        }
        Identity {
            person: person(self, Extras::default(), today),
            document: Some(document(self, None, today)),
            evidence: Evidence::Typed,
            read: ReadOn::Day(today),
            whose: None,
            reasons,
        }
    }
}

/// DG13 where it speaks; on documents without it DG11 and DG12; else the MRZ.
pub fn person(mrz: &Mrz, extras: Extras<'_>, today: Date) -> Person {
    let mut person = match extras.dg13 {
        Some(person) => person.clone(),
        None => from_details(mrz, extras),
    };
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
    person.sex = person.sex.or(mrz.sex);
    person.expiry_date = Some(expiry(mrz, extras.dg13, today));
    if person.birth_date.is_none() {
        let hints = Hints {
            number: person.number.as_ref(),
            issued: person.issue_date,
            ends: person.expiry_date.as_ref(),
        };
        match mrz.born(hints, today) {
            Birth::Unknown => {}
            Birth::Known(born) => person.birth_date = Some(born),
            Birth::Open { earlier, later } => {
                person.birth_century = Century::Open { earlier, later };
            }
        }
    }
    person
}

/// When the document ends: DG13's words go before the MRZ's date.
pub fn expiry(mrz: &Mrz, dg13: Option<&Person>, today: Date) -> Expiry {
    dg13.and_then(|person| person.expiry_date.clone()).unwrap_or_else(|| mrz.ends(today))
}

/// The facts of DG11 and DG12. A name in another script, or written otherwise than in the MRZ, is no help
/// at a counter here.
fn from_details(mrz: &Mrz, extras: Extras<'_>) -> Person {
    let mut person = Person::default();
    if let Some(holder) = extras.holder {
        if mrz.name_agrees(&holder.name) == Some(true) {
            person.name.clone_from(&holder.name);
        }
        person.number = personal_number(mrz, holder);
        person.birth_date =
            holder.birth_date.filter(|date| mrz.birth.is_none_or(|short| short.agrees(*date)));
        person.origin.clone_from(&holder.birth_place);
        person.residence.clone_from(&holder.residence);
    }
    person.issue_date = extras.issue.and_then(|issue| issue.date);
    person
}

/// The number of a Vietnamese document's DG11. What another state writes there is no Vietnamese number,
/// whatever it looks like.
pub fn personal_number(mrz: &Mrz, holder: &Holder) -> Option<PersonalNumber> {
    PersonalNumber::parse(&holder.number).ok().filter(|_| mrz.is_vietnamese())
}

/// Which document the chip belongs to.
pub fn document(mrz: &Mrz, dg13: Option<&Person>, today: Date) -> Document {
    let issued = dg13.and_then(|p| p.issue_date);
    let kind = match (mrz.layout, mrz.issuer.as_str()) {
        (Layout::Td3, _) if mrz.code.starts_with('P') => DocumentKind::Passport,
        (Layout::Td1, "VNM") => issued.map_or(DocumentKind::Cccd, card_of),
        _ => DocumentKind::Other,
    };
    // A card that writes two numbers is shown with the one that its holder's number does not tell.
    let own = mrz
        .personal_number
        .as_ref()
        .filter(|number| mrz.layout == Layout::Td1 && number.document_part() == mrz.number);
    let number = own.map_or_else(|| mrz.number.clone(), ToString::to_string);
    Document { kind, number, expiry: Some(expiry(mrz, dg13, today)) }
}

fn expiry_json(expiry: Option<&Expiry>) -> Value {
    match expiry {
        Some(Expiry::On(date)) => json!(date),
        Some(Expiry::Never) => json!("never"),
        Some(Expiry::NotStated) => json!("not_stated"),
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::groups::dg13;
    use pki::tlv::encode;

    const TODAY: Date = date(2026, 11, 23);
    /// A card of somebody born in 1960, whose zone was given a day.
    const ZONE: &str = "IDVNM0600001234001060000123<<56001010M<<<<<<<VNM<<<<<<<<<<<4LO<<A<PAO<<<<<<<<<<<<<<<<<<<<<";

    /// DG13 with a number and these fields.
    fn dg13(fields: &[(u8, &str)]) -> Person {
        let fields = [&[(1, "001060000123")][..], fields].concat();
        let entries = fields.iter().flat_map(|(number, text)| {
            let content = [vec![0x02, 0x01, *number], encode(0x0C, text.as_bytes())].concat();
            encode(0x30, &content)
        });
        let set = encode(0x31, &entries.collect::<Vec<_>>());
        dg13::read(&encode(0x6D, &encode(0x30, &set))).unwrap().person
    }

    /// A typed zone and a chip's follow one rule; the number and DG13 decide before it.
    #[test]
    fn a_century_and_an_end_are_never_guessed() {
        for (zone, fields, born, century, expiry) in [
            (
                "P<FRADUPONT<<MARIE<<<<<<<<<<<<<<<<<<<<<<<<<<24AA000017FRA2503103F3001019<<<<<<<<<<<<<<<2",
                None,
                json!(null),
                "10/03/1925 hoặc 10/03/2025",
                json!("2030-01-01"),
            ),
            (
                "P<UTOMUSTER<<OPA<<<<<<<<<<<<<<<<<<<<<<<<<<<<L123456781UTO2001056M3303115<<<<<<<<<<<<<<02",
                None,
                json!(null),
                "05/01/1920 hoặc 05/01/2020",
                json!("2033-03-11"),
            ),
            // The number tells 1942 and 1960, whatever the end says.
            (
                "IDVNM0420001230099042000123<<64205124F9912315VNM<<<<<<<<<<<0TRAN<<THI<B<<<<<<<<<<<<<<<<<<<",
                None,
                json!("1942-05-12"),
                "",
                json!("never"),
            ),
            (ZONE, None, json!("1960-01-01"), "", json!("never")),
            (ZONE, Some((12, "Vô thời hạn")), json!("1960-01-01"), "", json!("never")),
            (ZONE, Some((12, "01/01/2035")), json!("1960-01-01"), "", json!("2035-01-01")),
            (ZONE, Some((3, "1960")), json!("1960"), "", json!("never")),
        ] {
            let mrz = Mrz::parse_typed(zone).unwrap();
            let dg13 = fields.map(|field| dg13(&[field]));
            let person = person(&mrz, Extras { dg13: dg13.as_ref(), ..Extras::default() }, TODAY);
            let json = person_json(&person);
            assert_eq!((&json["birth_date"], &json["expiry_date"]), (&born, &expiry), "{zone}");
            let asked = matches!(person.birth_century, Century::Open { .. });
            assert_eq!(asked, !century.is_empty(), "{zone}");
            if dg13.is_none() {
                let typed = mrz.identity(TODAY);
                assert_eq!(typed.person, person);
                assert!(typed.warnings().join(" ").contains(century));
                let document = document_json(&typed.document.unwrap());
                assert_eq!(document["expiry"], expiry);
            }
        }
    }

    #[test]
    fn a_year_in_dg13_is_not_made_a_day_by_the_zone() {
        let mrz = Mrz::parse(ZONE).unwrap();
        for (written, iso, told) in [
            ("1960", "1960", true),
            ("00/00/1960", "1960", true),
            ("00/07/1960", "1960-07", true),
            ("01/01/1960", "1960-01-01", false),
        ] {
            let dg13 = dg13(&[(3, written)]);
            let person = person(&mrz, Extras { dg13: Some(&dg13), ..Extras::default() }, TODAY);
            assert_eq!(person_json(&person)["birth_date"], iso, "{written}");
            let identity = Identity {
                person,
                document: None,
                evidence: Evidence::ChipAuthentic,
                read: ReadOn::Unread,
                whose: None,
                reasons: vec![],
            };
            let said = identity.warnings().join(" ");
            assert_eq!(said.contains("không ghi ngày sinh"), told, "{said}");
        }
    }
}
