//! Assets and people that acts dispose of or that are barred (ngăn chặn), known by their numbers.
//!
//! A form names an asset by the number of its paper in fields whose key is [`ASSET`] or begins with it and `_`
//! (`asset_number_2`); numbers are compared by letters and digits alone, as papers and people write them in many ways.
//! Whatever is written about an asset stands in its history: earlier acts, and lines of the block list
//! ([`BookId::BLOCKS`]), a book like others whose form bars or lifts.
//!
//! A line that bars holds until a later one lifts it: the same document of the same agency, about the same asset or
//! person. An act about an asset that is barred is refused, and one in which somebody disposes ([`crate::act::Side`])
//! who is barred; one about an asset of earlier acts is done only when whoever does it was shown them.

use crate::{
    act::ActError,
    book::BookId,
    eform::{Form, FormData},
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
/// The document that lifts.
const LIFTING: &str = "lifting";
/// Fewest letters and digits that say which asset is meant.
const FEWEST: usize = 4;
/// Most that are kept of one.
const MOST: usize = 60;

/// What is known by a number: an asset (`a:BC123456`) or a person (`p:001099000123`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

impl Form {
    /// Whether it has a place for an asset's number.
    pub fn names_assets(&self) -> bool {
        self.sections
            .iter()
            .flat_map(|section| &section.fields)
            .any(|field| names_asset(&field.key))
    }
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

/// What a line of a book bars or lifts, of the block list alone: the asset that it names, else the person. Where both
/// stand, the person is only whose asset it is.
pub fn in_line(line: &BookLine) -> Option<Matter> {
    if line.book != BookId::BLOCKS {
        return None;
    }
    Matter::asset(text(line, ASSET)).or_else(|| Matter::person(text(line, PERSON)))
}

/// Whether a line of the block list lifts what another one bars.
pub fn lifts(line: &BookLine) -> bool {
    line.book == BookId::BLOCKS && text(line, DOES) == LIFTS
}

/// Whether a line lifts what another one bars: the same document of the same agency, about the same.
pub fn lifts_this(line: &BookLine, barring: &BookLine) -> bool {
    let same = |key: &str| fold(text(line, key)) == fold(text(barring, key));
    lifts(line) && same(DOCUMENT) && same(AGENCY) && in_line(line) == in_line(barring)
}

/// Whether a line of the block list names what it is about, and by which document it was lifted.
///
/// # Errors
/// [`ActError::NoMatter`], [`ActError::NotFilled`].
pub fn check_line(line: &BookLine) -> Result<(), ActError> {
    if line.book != BookId::BLOCKS {
        return Ok(());
    }
    if in_line(line).is_none() {
        return Err(ActError::NoMatter);
    }
    if lifts(line) && text(line, LIFTING).is_empty() {
        return Err(ActError::NotFilled("“Giải tỏa theo văn bản”: chưa điền.".into()));
    }
    Ok(())
}

/// The lines of the block list that still bar, of `lines` in the order in which they were written.
pub fn barring<'l>(lines: impl IntoIterator<Item = &'l BookLine>) -> Vec<&'l BookLine> {
    let mut standing: Vec<&BookLine> = Vec::new();
    for line in lines {
        if lifts(line) {
            standing.retain(|other| !lifts_this(line, other));
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
    use crate::{
        Explain,
        book::{Number, Period},
    };

    const BARS: &str = "Ngăn chặn";

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
        let of = |does, [document, agency]: [&str; 2], [asset, person]: [&str; 2]| {
            line(&[
                (DOES, does),
                (DOCUMENT, document),
                (AGENCY, agency),
                (ASSET, asset),
                (PERSON, person),
                (LIFTING, "9/CV ngày 30/11/2026"),
            ])
        };
        let bars = |asset, document| of(BARS, [document, "Cơ quan A"], [asset, ""]);
        let lifts = |asset, document| of(LIFTS, [document, "Cơ quan A"], [asset, ""]);
        let number = "001099000111";
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
            // Two agencies with one number of a document.
            (
                &[
                    of(BARS, ["1/CV", "A"], ["BC 123456", ""]),
                    of(LIFTS, ["1/CV", "B"], ["BC 123456", ""]),
                ],
                &[0],
            ),
            // Whose asset it is does not matter; a person without an asset does.
            (
                &[
                    of(BARS, ["1/CV", "A"], ["BC 123456", number]),
                    of(LIFTS, ["1/CV", "A"], ["BC 123456", ""]),
                ],
                &[],
            ),
            (
                &[
                    of(BARS, ["1/CV", "A"], ["", number]),
                    of(LIFTS, ["1/CV", "A"], ["BC 123456", number]),
                ],
                &[0],
            ),
            (
                &[
                    of(BARS, ["1/CV", "A"], ["", number]),
                    of(LIFTS, ["1/CV", "A"], ["", "001 099 000 111"]),
                ],
                &[],
            ),
        ];
        for (lines, expected) in cases {
            let standing: Vec<&BookLine> = expected.iter().map(|i| &lines[*i]).collect();
            assert_eq!(barring(lines.iter()), standing);
        }
        let unsaid = line(&[(DOES, LIFTS), (ASSET, "BC 123456"), (DOCUMENT, "1/CV")]);
        for (line, code) in [
            (of(BARS, ["1/CV", "A"], ["", ""]), Err("OFF-179")),
            (of(BARS, ["1/CV", "A"], ["A1", ""]), Err("OFF-179")),
            (of(BARS, ["1/CV", "A"], ["", number]), Ok(())),
            (of(LIFTS, ["1/CV", "A"], ["BC 123456", ""]), Ok(())),
            (unsaid, Err("OFF-154")),
        ] {
            assert_eq!(check_line(&line).map_err(|error| error.code()), code);
        }
        let told = words(&bars("BC 123456", "12/CV-THA"));
        assert_eq!(
            told,
            "Ngăn chặn tài sản có giấy tờ số BC 123456, theo văn bản 12/CV-THA của Cơ quan A."
        );
    }
}
