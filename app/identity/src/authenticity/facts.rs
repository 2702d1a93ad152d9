//! Whether what a state signed beside the MRZ tells of the same person.
//!
//! Each group may be truly signed and yet belong to another card: only together do they tell. What one
//! of them leaves open cannot disagree.

use office::{
    partial_date::PartialDate,
    person::{Expiry, Person},
    text,
};

use crate::mrz::{Layout, Mrz, ShortDate};

/// The facts in which the MRZ and what a state signed beside it disagree.
pub fn contradictions(mrz: &Mrz, person: &Person) -> Vec<&'static str> {
    let differ = |short: Option<ShortDate>, date: Option<PartialDate>| {
        short.zip(date).is_some_and(|(short, date)| !short.agrees(date))
    };
    let expires = match person.expiry_date {
        Some(Expiry::On(date)) => Some(date.into()),
        Some(Expiry::Never | Expiry::NotStated) | None => None,
    };
    // A card's document number is the end of the personal number.
    let other_number = person.number.as_ref().is_some_and(|number| match &mrz.personal_number {
        Some(in_zone) => number != in_zone,
        None => mrz.layout == Layout::Td1 && number.document_part() != mrz.number,
    });
    let is_vietnamese = |nation: &str| {
        let nation = text::fold(nation).replace(' ', "");
        nation.contains("vietnam") || nation == "vnm"
    };
    let other_nation = !person.nationality.is_empty()
        && is_vietnamese(&person.nationality) != is_vietnamese(&mrz.nationality);
    [
        ("số định danh", other_number),
        ("họ tên", mrz.name_agrees(&person.name) == Some(false)),
        ("ngày sinh", differ(mrz.birth, person.birth_date)),
        ("giới tính", mrz.sex.zip(person.sex).is_some_and(|(a, b)| a != b)),
        ("quốc tịch", other_nation),
        ("ngày hết hạn", differ(mrz.expiry, expires)),
    ]
    .into_iter()
    .filter_map(|(fact, differs)| differs.then_some(fact))
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;
    use office::person::{PersonalNumber, Sex};

    const CARD: &str = "IDVNM0990001232001099000123<<39901029M3901027VNM<<<<<<<<<<<2NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";
    /// The same without the twelve digits, as an issuer may leave them out.
    const BARE: &str = "IDVNM0990001232<<<<<<<<<<<<<<<9901029M3901027VNM<<<<<<<<<<<6NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";

    fn person() -> Person {
        Person {
            number: PersonalNumber::parse("001099000123").ok(),
            name: "Nguyễn Văn A".into(),
            birth_date: Some(date(1999, 1, 2).into()),
            sex: Some(Sex::Male),
            nationality: "Việt Nam".into(),
            expiry_date: Some(Expiry::On(date(2039, 1, 2))),
            ..Person::default()
        }
    }

    #[test]
    fn every_fact_is_compared() {
        let of = |number: &str| PersonalNumber::parse(number).ok();
        type Change = Box<dyn Fn(&mut Person)>;
        let changes: [(Change, &[&str]); 14] = [
            (Box::new(|_| {}), &[]),
            (Box::new(|p| *p = Person::default()), &[]),
            (Box::new(move |p| p.number = of("001099000124")), &["số định danh"]),
            (Box::new(|p| p.name = "NGUYỄN VĂN A".into()), &[]),
            (Box::new(|p| p.name = "Nguyễn Văn Ba".into()), &["họ tên"]),
            (Box::new(|p| p.birth_date = Some(date(1999, 1, 3).into())), &["ngày sinh"]),
            // The zone does not know the century.
            (Box::new(|p| p.birth_date = Some(date(1899, 1, 2).into())), &[]),
            (Box::new(|p| p.sex = Some(Sex::Female)), &["giới tính"]),
            (Box::new(|p| p.nationality = "VNM".into()), &[]),
            (Box::new(|p| p.nationality = "Cộng hòa xã hội chủ nghĩa Việt Nam".into()), &[]),
            (Box::new(|p| p.nationality = "Lào".into()), &["quốc tịch"]),
            (Box::new(|p| p.expiry_date = Some(Expiry::On(date(2049, 1, 2)))), &["ngày hết hạn"]),
            (Box::new(|p| p.expiry_date = Some(Expiry::Never)), &[]),
            (
                Box::new(|p| (p.name, p.sex) = ("Trần Thị B".into(), Some(Sex::Female))),
                &["họ tên", "giới tính"],
            ),
        ];
        for (at, (change, expected)) in changes.into_iter().enumerate() {
            let mut person = person();
            change(&mut person);
            for zone in [CARD, BARE] {
                let mrz = Mrz::parse_typed(zone).unwrap();
                assert_eq!(contradictions(&mrz, &person), expected, "{at}");
            }
        }
    }

    #[test]
    fn a_card_without_the_number_still_ends_with_it() {
        let mrz = Mrz::parse_typed(BARE).unwrap();
        let with = |number: &str| {
            let number = PersonalNumber::parse(number).ok();
            contradictions(&mrz, &Person { number, ..person() })
        };
        // The province is not in the zone.
        assert!(with("002099000123").is_empty());
        assert_eq!(with("001099000124"), ["số định danh"]);
    }
}
