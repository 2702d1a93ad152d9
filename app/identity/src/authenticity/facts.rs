//! Whether the MRZ and what a state signed beside it tell of the same person.
//!
//! Each group may be truly signed and yet belong to another card: only together do they tell. What one
//! of them leaves open cannot disagree. Another number, another birth, another state or a name that has
//! little in common is another person. Beyond that, under one signature, a difference is how the issuer
//! wrote: it is told and forges nothing.

use office::{
    partial_date::PartialDate,
    person::{Expiry, Person},
    text,
};

use super::{Finding, country};
use crate::mrz::{Layout, Mrz, ShortDate};

/// States as Vietnamese documents name them, folded and without spaces, beside codes of ISO 3166-1.
const NATIONS: [(&str, &str); 28] = [
    ("khongquoctich", "XXA"),
    ("campuchia", "KHM"),
    ("trungquoc", "CHN"),
    ("dailoan", "TWN"),
    ("hongkong", "HKG"),
    ("thailan", "THA"),
    ("mianma", "MMR"),
    ("malaysia", "MYS"),
    ("singapore", "SGP"),
    ("indonesia", "IDN"),
    ("philippines", "PHL"),
    ("nhatban", "JPN"),
    ("hanquoc", "KOR"),
    ("trieutien", "PRK"),
    ("ando", "IND"),
    ("lienbangnga", "RUS"),
    ("nga", "RUS"),
    ("ucraina", "UKR"),
    ("hoaky", "USA"),
    ("my", "USA"),
    ("canada", "CAN"),
    ("phap", "FRA"),
    ("duc", "DEU"),
    ("vuongquocanh", "GBR"),
    ("anh", "GBR"),
    ("balan", "POL"),
    ("sec", "CZE"),
    ("uc", "AUS"),
];

/// The state that a nationality names, by its code of three letters; `None` for words unknown here.
fn nation(words: &str) -> Option<&'static str> {
    let words = text::fold(words).replace(' ', "");
    if words.contains("vietnam") {
        return Some("VNM");
    }
    let named = NATIONS.iter().find(|(name, _)| *name == words).map(|(_, code)| *code);
    // Germany's documents write one letter.
    named.or_else(|| if words == "d" { Some("DEU") } else { country::state(&words) })
}

/// What the MRZ tells against itself: a card's document number is the end of its holder's number. That sex
/// and birth differ from the number's digits is a warning to the clerk and no more.
pub fn contradicts_itself(mrz: &Mrz) -> Option<Finding> {
    const NUMBER: &str = "số định danh";
    mrz.contradictions().contains(&NUMBER).then_some(Finding::Contradiction(NUMBER))
}

/// The facts in which the MRZ and what a state signed beside it disagree.
pub fn contradictions(mrz: &Mrz, person: &Person) -> Vec<Finding> {
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
    let other_name = mrz.name_agrees(&person.name) == Some(false);
    let (told, in_zone) = (nation(&person.nationality), nation(&mrz.nationality));
    let unclear_nation = !person.nationality.is_empty() && told.is_none() && in_zone == Some("VNM");
    let facts = [
        (Finding::Contradiction("số định danh"), other_number),
        (Finding::Contradiction("ngày sinh"), differ(mrz.birth, person.birth_date)),
        (Finding::Contradiction("họ tên"), other_name && !is_alike(&mrz.name, &person.name)),
        (Finding::Discrepancy("họ tên"), other_name && is_alike(&mrz.name, &person.name)),
        (Finding::Contradiction("quốc tịch"), told.zip(in_zone).is_some_and(|(a, b)| a != b)),
        (Finding::Discrepancy("quốc tịch"), unclear_nation),
        (Finding::Discrepancy("giới tính"), mrz.sex.zip(person.sex).is_some_and(|(a, b)| a != b)),
        (Finding::Discrepancy("ngày hết hạn"), differ(mrz.expiry, expires)),
    ];
    facts.into_iter().filter_map(|(finding, differs)| differs.then_some(finding)).collect()
}

/// Whether the names have at least half of the shorter one's words in common.
fn is_alike(zone: &str, name: &str) -> bool {
    let (zone, name) = (text::fold(zone), text::fold(name));
    let (zone, name): (Vec<&str>, Vec<&str>) =
        (zone.split(' ').collect(), name.split(' ').collect());
    let common = name.iter().filter(|word| zone.contains(word)).count();
    2 * common >= zone.len().min(name.len())
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
        use Finding::{Contradiction, Discrepancy};
        let of = |number: &str| PersonalNumber::parse(number).ok();
        type Change = Box<dyn Fn(&mut Person)>;
        let nation = |words: &'static str| -> Change {
            Box::new(move |p: &mut Person| p.nationality = words.into())
        };
        let name = |words: &'static str| -> Change {
            Box::new(move |p: &mut Person| p.name = words.into())
        };
        let changes: Vec<(Change, &[Finding])> = vec![
            (Box::new(|_| {}), &[]),
            (Box::new(|p| *p = Person::default()), &[]),
            (Box::new(move |p| p.number = of("001099000124")), &[Contradiction("số định danh")]),
            (name("NGUYỄN VĂN A"), &[]),
            (name("Nguyễn Văn Ba"), &[Discrepancy("họ tên")]),
            (name("Văn A Nguyễn"), &[Discrepancy("họ tên")]),
            (name("Trần Văn Khác"), &[Contradiction("họ tên")]),
            (
                Box::new(|p| p.birth_date = Some(date(1999, 1, 3).into())),
                &[Contradiction("ngày sinh")],
            ),
            // The zone does not know the century.
            (Box::new(|p| p.birth_date = Some(date(1899, 1, 2).into())), &[]),
            (Box::new(|p| p.sex = Some(Sex::Female)), &[Discrepancy("giới tính")]),
            (nation("VNM"), &[]),
            (nation("VN"), &[]),
            (nation("VIET NAM"), &[]),
            (nation("Việt-Nam"), &[]),
            (nation("Cộng hòa xã hội chủ nghĩa Việt Nam"), &[]),
            (nation("Kinh"), &[Discrepancy("quốc tịch")]),
            (nation("Lào"), &[Contradiction("quốc tịch")]),
            (nation("LA"), &[Contradiction("quốc tịch")]),
            (nation("Trung Quốc"), &[Contradiction("quốc tịch")]),
            (
                Box::new(|p| p.expiry_date = Some(Expiry::On(date(2049, 1, 2)))),
                &[Discrepancy("ngày hết hạn")],
            ),
            (Box::new(|p| p.expiry_date = Some(Expiry::Never)), &[]),
            (
                Box::new(|p| (p.name, p.sex) = ("Trần Thị B".into(), Some(Sex::Female))),
                &[Contradiction("họ tên"), Discrepancy("giới tính")],
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
    fn a_zone_with_two_numbers_contradicts_itself() {
        let two = "IDVNM0990001232001099000999<<69901029M3901027VNM<<<<<<<<<<<6NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";
        for (zone, contradicts) in [(CARD, false), (BARE, false), (two, true)] {
            let mrz = Mrz::parse(zone).unwrap();
            assert!(mrz.checked, "{zone}");
            assert_eq!(contradicts_itself(&mrz).is_some(), contradicts, "{zone}");
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
        assert_eq!(with("001099000124"), [Finding::Contradiction("số định danh")]);
    }
}
