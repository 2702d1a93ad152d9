//! Assets and people that acts dispose of or that are barred (ngăn chặn), known by their numbers.
//!
//! A form names an asset by the number of its paper in fields whose key is [`ASSET`] or begins with it and `_`
//! (`asset_number_2`); numbers are compared by letters and digits alone, as papers and people write them in many ways.
//! Whatever is written about an asset stands in its history: earlier acts, and lines of the block list
//! ([`BookId::BLOCKS`]), a book like others whose form bars or lifts.
//!
//! A line that bars holds until a later one lifts it: the same document of the same asset or person. An act about what
//! is barred is refused; one about an asset of earlier acts is done only when whoever does it was shown them.

use serde::{Deserialize, Serialize};

use crate::{
    book::BookId,
    eform::FormData,
    person::Identity,
    register::{BookLine, Value},
    text::fold,
};

/// Key of the field with the number of an asset's paper (số giấy chứng nhận, biển số, số khung).
pub const ASSET: &str = "asset_number";
/// Of the block list: the number of somebody who may dispose of nothing.
const PERSON: &str = "person_number";
/// What a line of the block list does.
const DOES: &str = "does";
/// The word that lifts; all others bar.
const LIFTS: &str = "Giải tỏa";
/// The document that bars, or that was lifted.
const DOCUMENT: &str = "document";
/// Who bars.
const AGENCY: &str = "agency";
/// Fewest letters and digits that say which asset is meant.
const FEWEST: usize = 4;
/// Most that are kept of one.
const MOST: usize = 60;

/// What is known by a number: an asset (`a:BC123456`) or a person (`p:001099000123`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Matter(String);

impl Matter {
    /// The asset of this number; `None` where it says too little.
    pub fn asset(number: &str) -> Option<Self> {
        plain(number).map(|number| Self(format!("a:{number}")))
    }

    /// The person of this number of a paper.
    pub fn person(number: &str) -> Option<Self> {
        plain(number).map(|number| Self(format!("p:{number}")))
    }

    /// The numbers of somebody's papers.
    pub fn of(who: &Identity) -> Vec<Self> {
        let document = who.document.as_ref().map(|document| document.number.as_str());
        let own = who.person.number.as_ref().map(|number| number.as_str());
        let old = Some(who.person.old_number.as_str());
        let mut all: Vec<Self> =
            [own, document, old].into_iter().flatten().filter_map(Self::person).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// As it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn plain(number: &str) -> Option<String> {
    let folded = fold(number);
    let plain: String =
        folded.chars().filter(char::is_ascii_alphanumeric).take(MOST).collect::<String>();
    (plain.len() >= FEWEST).then(|| plain.to_ascii_uppercase())
}

fn names_asset(key: &str) -> bool {
    key.strip_prefix(ASSET).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// The assets that a form names.
pub fn in_form(data: &FormData) -> Vec<Matter> {
    let named = data.fields.iter().filter(|field| names_asset(&field.key));
    named.filter_map(|field| Matter::asset(&field.value)).collect()
}

/// What a form says of its asset, in one piece: what it is, whose, its paper.
pub fn told(data: &FormData) -> String {
    let parts = [
        ("asset", ""),
        ("asset_owner", "chủ sở hữu: "),
        (ASSET, "số giấy chứng nhận: "),
        ("asset_issued", "ngày cấp: "),
        ("asset_issuer", "nơi cấp: "),
    ];
    let told = parts.into_iter().filter_map(|(key, word)| match data.value(key) {
        "" => None,
        value => Some(format!("{word}{value}")),
    });
    told.collect::<Vec<_>>().join("; ")
}

fn text<'l>(line: &'l BookLine, key: &str) -> &'l str {
    match line.values.get(key) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// What a line of a book names: of the block list alone.
pub fn in_line(line: &BookLine) -> Vec<Matter> {
    if line.book != BookId::BLOCKS {
        return Vec::new();
    }
    let asset = Matter::asset(text(line, ASSET));
    asset.into_iter().chain(Matter::person(text(line, PERSON))).collect()
}

/// The lines of the block list that still bar, of `lines` in the order in which they were written.
pub fn barring<'l>(lines: impl IntoIterator<Item = &'l BookLine>) -> Vec<&'l BookLine> {
    let mut standing: Vec<&BookLine> = Vec::new();
    for line in lines {
        if text(line, DOES) == LIFTS {
            let lifted = |other: &&BookLine| {
                let same = fold(text(other, DOCUMENT)) == fold(text(line, DOCUMENT));
                same && in_line(other).iter().any(|matter| in_line(line).contains(matter))
            };
            standing.retain(|other| !lifted(other));
        } else {
            standing.push(line);
        }
    }
    standing
}

/// What a line that bars says, in a sentence.
pub fn words(line: &BookLine) -> String {
    let what = match text(line, ASSET) {
        "" => format!("người có số giấy tờ {}", text(line, PERSON)),
        asset => format!("tài sản có giấy tờ số {asset}"),
    };
    format!(
        "{} {what}, theo văn bản {} của {}.",
        text(line, DOES),
        text(line, DOCUMENT),
        text(line, AGENCY)
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;
    use crate::book::{Number, Period};

    fn line(values: &[(&str, &str)]) -> BookLine {
        let at = date(2026, 11, 30).at(8, 0, 0, 0);
        BookLine {
            book: BookId::BLOCKS,
            number: Number::Pending { series: Period::Year.series(BookId::BLOCKS, at.date()) },
            at,
            values: values
                .iter()
                .map(|(key, value)| ((*key).to_owned(), Value::text(*value)))
                .collect(),
            people: Vec::new(),
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        for (one, other) in [
            ("BC 123456", "bc123456"),
            ("CĐ-012.345", "cd 012345"),
            ("24A-123.45", "24a12345"),
            ("Số: 00456/QSDĐ", "so 00456 qsdd"),
        ] {
            assert_eq!(Matter::asset(one).unwrap(), Matter::asset(other).unwrap(), "{one}");
        }
        for none in ["", "  ", "---", "A1", "số"] {
            assert_eq!(Matter::asset(none), None, "{none}");
        }
        assert_ne!(Matter::asset("001099000123"), Matter::person("001099000123"));
        assert_ne!(Matter::asset("BC 123456"), Matter::asset("BC 123465"));
        assert_eq!(Matter::asset(&"9".repeat(500)).unwrap().as_str().len(), MOST + 2);
    }

    #[test]
    fn only_the_same_document_lifts() {
        let bars = |asset, document| {
            line(&[
                (DOES, "Ngăn chặn"),
                (ASSET, asset),
                (DOCUMENT, document),
                (AGENCY, "Cơ quan A"),
            ])
        };
        let lifts = |asset, document| line(&[(DOES, LIFTS), (ASSET, asset), (DOCUMENT, document)]);
        let cases: &[(&[BookLine], &[usize])] = &[
            (&[], &[]),
            (&[bars("BC 123456", "12/CV-THA")], &[0]),
            (&[bars("BC 123456", "12/CV-THA"), lifts("bc123456", "12/cv-tha")], &[]),
            // Another document, another asset, lifted before it was barred.
            (&[bars("BC 123456", "12/CV-THA"), lifts("BC 123456", "13/CV-THA")], &[0]),
            (&[bars("BC 123456", "12/CV-THA"), lifts("BC 123457", "12/CV-THA")], &[0]),
            (&[lifts("BC 123456", "12/CV-THA"), bars("BC 123456", "12/CV-THA")], &[1]),
            // Two agencies: what one lifts the other still bars.
            (
                &[
                    bars("BC 123456", "12/CV-THA"),
                    bars("BC 123456", "7/QĐ-TA"),
                    lifts("BC 123456", "12/CV-THA"),
                ],
                &[1],
            ),
        ];
        for (lines, expected) in cases {
            let standing: Vec<&BookLine> = expected.iter().map(|i| &lines[*i]).collect();
            assert_eq!(barring(lines.iter()), standing);
        }
        let told = words(&bars("BC 123456", "12/CV-THA"));
        assert_eq!(
            told,
            "Ngăn chặn tài sản có giấy tờ số BC 123456, theo văn bản 12/CV-THA của Cơ quan A."
        );
    }
}
