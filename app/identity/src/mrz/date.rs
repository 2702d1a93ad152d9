//! Dates of the zone: `YYMMDD`, and what two digits of a year can mean.
//!
//! **Birth.** The digits may mean a child or somebody a hundred years older. The document decides where
//! it can: by its number, because nobody is born after it was issued or has ended, and because Vietnamese
//! cards end on a birthday up to the sixtieth or, later, never. Where nothing decides, the clerk is
//! asked: a century is never guessed.
//!
//! **End.** Some documents have none: fillers, or the last year of the century. Such an end is no day in
//! 2099.

use jiff::{ToSpan, civil::Date};
use office::{
    partial_date::PartialDate,
    person::{Expiry, PersonalNumber},
};

use super::{Layout, Mrz};

/// Nobody alive is older; the longest life that is proven was 122 years.
const LONGEST_LIFE: i16 = 120;
/// No document is valid for longer, in years: a later end is one of the last century.
const LONGEST_VALIDITY: i16 = 50;
/// The last birthday on which a Vietnamese card ends (Law on Identification 26/2023/QH15, article 21).
const LAST_RENEWAL: i16 = 60;
/// A card of the last two years before such a birthday is good beyond it (the same article).
const EARLY_RENEWAL: i16 = 2;

/// A date of the zone: two digits of the year, month and day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShortDate {
    year: i8,
    /// `None`, like the day: zeros or fillers, for not known.
    month: Option<i8>,
    day: Option<i8>,
}

/// What the document makes of the two digits of a birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Birth {
    /// The zone leaves the birth open, or has no such day.
    Unknown,
    /// One date is left.
    Known(PartialDate),
    /// Two are.
    Open {
        /// In the last century.
        earlier: PartialDate,
        /// In this one.
        later: PartialDate,
    },
}

/// What the rest of the document tells of its holder's birth.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// The holder's personal number.
    pub number: Option<&'a PersonalNumber>,
    /// When the document was issued.
    pub issued: Option<Date>,
    /// When it ends.
    pub ends: Option<&'a Expiry>,
}

impl ShortDate {
    /// `None` without digits of a year, or with anything but digits and whole fillers behind them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str| {
            let plain = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse::<i8>().ok()).flatten()
        };
        // The outer `None`: neither a number nor open.
        let part = |part: &str| match part {
            "<<" | "00" => Some(None),
            _ => digits(part).map(Some),
        };
        Some(Self {
            year: digits(text.get(..2)?)?,
            month: part(text.get(2..4)?)?,
            day: part(text.get(4..)?)?,
        })
    }

    /// The two digits of the year.
    pub(super) fn year(self) -> i16 {
        i16::from(self.year)
    }

    /// The date in that century, such as 1900 or 2000; `None` if there is no such day.
    fn in_century(self, century: i16) -> Option<PartialDate> {
        PartialDate::new(century + self.year(), self.month, self.day)
    }

    /// The births that it can be on the day `today`, the earlier first: no later, and no longer ago than a
    /// life takes.
    pub fn births(self, today: Date) -> Vec<PartialDate> {
        let this = today.year() / 100 * 100;
        let first = today.saturating_sub(LONGEST_LIFE.years());
        [this - 100, this]
            .into_iter()
            .filter_map(|century| self.in_century(century))
            .filter(|born| born.latest() >= first && born.earliest() <= today)
            .collect()
    }

    /// Whether it can be this date. What one of them leaves open cannot disagree, nor can a month or day
    /// that no calendar has.
    pub fn agrees(self, date: PartialDate) -> bool {
        let part = |written: Option<i8>, known: Option<i8>, largest: i8| {
            let pair = written.zip(known);
            pair.is_none_or(|(written, known)| written == known || written > largest)
        };
        self.year() == date.year().rem_euclid(100)
            && part(self.month, date.month(), 12)
            && part(self.day, date.day_of_month(), 31)
    }
}

impl Mrz {
    /// When its holder was born, as far as the zone and `hints` decide.
    pub fn born(&self, hints: Hints<'_>, today: Date) -> Birth {
        let mut births = self.birth.map(|short| short.births(today)).unwrap_or_default();
        // A document that contradicts itself decides nothing.
        let mut keep = |fits: &dyn Fn(&PartialDate) -> bool| {
            if births.iter().any(fits) {
                births.retain(fits);
            }
        };
        if let Some(number) = hints.number {
            let century = number.encoded_birth().1 / 100;
            keep(&|born| born.year() / 100 == century);
        }
        if let Some(issued) = hints.issued {
            keep(&|born| born.earliest() <= issued);
        }
        match hints.ends {
            Some(Expiry::On(end)) => {
                keep(&|born| born.earliest() <= *end);
                if self.is_vietnamese_card() {
                    keep(&|born| end.year() - born.year() <= LAST_RENEWAL);
                }
            }
            Some(Expiry::Never) if self.is_vietnamese_card() => {
                keep(&|born| today.year() - born.year() >= LAST_RENEWAL - EARLY_RENEWAL);
            }
            Some(Expiry::Never | Expiry::NotStated) | None => {}
        }
        match births.as_slice() {
            [] => Birth::Unknown,
            [born] => Birth::Known(*born),
            [earlier, .., later] => Birth::Open { earlier: *earlier, later: *later },
        }
    }

    /// When the document ends, by the zone alone.
    pub fn ends(&self, today: Date) -> Expiry {
        let is_card = self.layout != Layout::Td3;
        // States that write 9999 for "never" leave 99 here.
        let written = self.expiry.filter(|end| !(is_card && end.year() == 99));
        let day = written.and_then(|end| {
            let day = end.in_century(2000)?.day()?;
            let last = today.saturating_add(LONGEST_VALIDITY.years());
            if day <= last { Some(day) } else { end.in_century(1900)?.day() }
        });
        match day {
            Some(day) => Expiry::On(day),
            None if self.is_vietnamese_card() => Expiry::Never,
            None => Expiry::NotStated,
        }
    }

    fn is_vietnamese_card(&self) -> bool {
        self.layout == Layout::Td1 && self.is_vietnamese()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    /// A zone of that layout and state with these dates and perhaps a number; check digits do not count.
    fn zone(layout: Layout, state: &str, born: &str, ends: &str) -> Mrz {
        let text = match layout {
            Layout::Td1 => {
                format!("ID{state}{:<<25}{born}0M{ends}0{state}{:<<42}", "0990001230", "")
            }
            Layout::Td2 => {
                format!("I<{state}{:<<31}D231458907{state}{born}0M{ends}0{:<<8}", "A<<B", "")
            }
            Layout::Td3 => {
                format!("P<{state}{:<<39}L898902C36{state}{born}0M{ends}0{:<<16}", "A<<B", "")
            }
        };
        Mrz::parse(&text).unwrap()
    }

    fn iso(birth: Birth) -> String {
        match birth {
            Birth::Unknown => String::new(),
            Birth::Known(born) => born.iso(),
            Birth::Open { earlier, later } => format!("{} {}", earlier.iso(), later.iso()),
        }
    }

    #[test]
    fn dates_agree_in_what_they_tell() {
        for (short, known, agrees) in [
            ("600412", "1960-04-12", true),
            ("600412", "2060-04-12", true),
            ("600412", "1960-04-13", false),
            ("600412", "1960-05-12", false),
            ("600412", "1961-04-12", false),
            ("600000", "1960-04-12", true),
            ("600000", "1961-04-12", false),
            ("600400", "1960-04-12", true),
            ("600400", "1960-05-12", false),
            ("600230", "1960-02-28", false),
            ("600101", "1960", true),
            ("600101", "1961", false),
            ("60<<<<", "1960-04", true),
            ("600412", "1960-05", false),
        ] {
            let date = PartialDate::parse_iso(known).unwrap();
            assert_eq!(ShortDate::parse(short).unwrap().agrees(date), agrees, "{short} {known}");
        }
    }

    #[test]
    fn a_birth_is_of_this_century_or_the_last_and_nobody_guesses_which() {
        for (text, births) in [
            ("250310", "1925-03-10 2025-03-10"),
            ("200105", "1920-01-05 2020-01-05"),
            ("261123", "1926-11-23 2026-11-23"),
            // Not born yet.
            ("261124", "1926-11-24"),
            ("990102", "1999-01-02"),
            ("700101", "1970-01-01"),
            // Nobody is that old.
            ("061122", "2006-11-22"),
            ("061123", "1906-11-23 2006-11-23"),
            // 1900 had no such day.
            ("000229", "2000-02-29"),
            ("991301", ""),
            // Zones of people who know no more of their birth.
            ("70<<<<", "1970"),
            ("700000", "1970"),
            ("7005<<", "1970-05"),
            ("700500", "1970-05"),
            ("24<<<<", "1924 2024"),
            ("<<<<<<", ""),
        ] {
            let mrz = zone(Layout::Td3, "UTO", text, "331202");
            assert_eq!(iso(mrz.born(Hints::default(), TODAY)), births, "{text}");
        }
        for text in ["<<<<<<", "9<<<<<", "99<102", "99O102", "99010", "99ế2"] {
            assert!(ShortDate::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn the_document_decides_the_century_where_it_can() {
        let number = |text: &str| PersonalNumber::parse(text).ok();
        let (td1, td3) = (Layout::Td1, Layout::Td3);
        for (layout, state, digits, issued, ends, births) in [
            (td3, "VNM", "001125000123", None, None, "1925-03-10"),
            (td3, "VNM", "001325000123", None, None, "2025-03-10"),
            // A number that knows neither.
            (td3, "VNM", "001425000123", None, None, "1925-03-10 2025-03-10"),
            // Nobody is born after the document was issued or has ended.
            (td3, "UTO", "", Some(date(2025, 3, 9)), None, "1925-03-10"),
            (td3, "UTO", "", Some(date(2025, 3, 10)), None, "1925-03-10 2025-03-10"),
            (td3, "UTO", "", None, Some(Expiry::On(date(2024, 1, 1))), "1925-03-10"),
            (td3, "UTO", "", None, Some(Expiry::On(date(2030, 1, 1))), "1925-03-10 2025-03-10"),
            (td3, "UTO", "", None, Some(Expiry::Never), "1925-03-10 2025-03-10"),
            // A Vietnamese card ends by the sixtieth birthday or never.
            (td1, "VNM", "", None, Some(Expiry::On(date(2039, 3, 10))), "2025-03-10"),
            (td1, "VNM", "", None, Some(Expiry::Never), "1925-03-10"),
            (td1, "UTO", "", None, Some(Expiry::On(date(2039, 3, 10))), "1925-03-10 2025-03-10"),
            (td1, "UTO", "", None, Some(Expiry::NotStated), "1925-03-10 2025-03-10"),
        ] {
            let mrz = zone(layout, state, "250310", "<<<<<<");
            let number = number(digits);
            let hints = Hints { number: number.as_ref(), issued, ends: ends.as_ref() };
            assert_eq!(iso(mrz.born(hints, TODAY)), births, "{state} {digits} {issued:?}");
        }
    }

    #[test]
    fn an_end_that_is_none_is_no_day() {
        let on = |year, month, day| Expiry::On(date(year, month, day));
        for (layout, state, written, ends) in [
            (Layout::Td1, "VNM", "390102", on(2039, 1, 2)),
            (Layout::Td1, "VNM", "<<<<<<", Expiry::Never),
            (Layout::Td1, "VNM", "991231", Expiry::Never),
            (Layout::Td1, "UTO", "<<<<<<", Expiry::NotStated),
            (Layout::Td1, "UTO", "991231", Expiry::NotStated),
            (Layout::Td1, "ESP", "990101", Expiry::NotStated),
            (Layout::Td2, "UTO", "<<<<<<", Expiry::NotStated),
            (Layout::Td2, "UTO", "991231", Expiry::NotStated),
            (Layout::Td3, "UTO", "<<<<<<", Expiry::NotStated),
            (Layout::Td3, "VNM", "<<<<<<", Expiry::NotStated),
            // A passport of the last century.
            (Layout::Td3, "UTO", "991231", on(1999, 12, 31)),
            (Layout::Td3, "UTO", "940623", on(1994, 6, 23)),
            (Layout::Td3, "UTO", "120415", on(2012, 4, 15)),
            (Layout::Td3, "UTO", "761123", on(2076, 11, 23)),
            (Layout::Td3, "UTO", "761124", on(1976, 11, 24)),
            (Layout::Td3, "UTO", "3300<<", Expiry::NotStated),
            (Layout::Td3, "UTO", "331301", Expiry::NotStated),
        ] {
            assert_eq!(
                zone(layout, state, "850312", written).ends(TODAY),
                ends,
                "{state} {written}"
            );
        }
    }
}
