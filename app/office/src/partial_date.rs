//! Dates as far as papers give them: a day, a month or a year alone.
//!
//! Many older people's papers state a year of birth and no more. Such a date stays what it is on screen,
//! on paper and in the ledger: a day that no paper states (01/01) is never written.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A day, a month of a year, or a year. Ordered by time; what is less precise comes first.
///
/// Shown `01/05/1960`, `05/1960`, `1960`; kept and exchanged as ISO 8601 has it: `1960-05-01`,
/// `1960-05`, `1960`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: i16,
    /// 1 to 12.
    month: Option<i8>,
    /// Only with a month, which has such a day.
    day: Option<i8>,
}

/// A text that is no date of ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date, month or year")]
pub struct NoPartialDate;

impl PartialDate {
    /// `None` where there is no such day or month; a day without a month is not known.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        let day = day.filter(|_| month.is_some());
        let is_real = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).is_ok();
        (is_real && year >= 1).then_some(Self { year, month, day })
    }

    /// A year alone.
    pub fn of_year(year: i16) -> Option<Self> {
        Self::new(year, None, None)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, if it is known.
    pub fn month(self) -> Option<i8> {
        self.month
    }

    /// The number of the day in its month, if it is known.
    pub fn day_of_month(self) -> Option<i8> {
        self.day
    }

    /// The day, if all of it is known.
    pub fn day(self) -> Option<Date> {
        Date::new(self.year, self.month?, self.day?).ok()
    }

    /// The first day that it can be.
    pub fn earliest(self) -> Date {
        let first = Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        first.unwrap_or(Date::MIN)
    }

    /// The last day that it can be.
    pub fn latest(self) -> Date {
        let last = self.earliest();
        match (self.month, self.day) {
            (None, _) => last.last_of_year(),
            (Some(_), None) => last.last_of_month(),
            (Some(_), Some(_)) => last,
        }
    }

    /// Reads what papers and people write: `1/5/1960`, `01-05-1960`, `01.05.1960`, `01051960`, `05/1960`,
    /// `1960`; zeros, and signs for "not known", leave day and month open: `00/00/1960`, `00001960`,
    /// `__/05/1960`. Years have four digits.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let solid = text.len() == 8 && text.is_ascii() && !text.contains(SEPARATORS);
        let parts: Vec<&str> = match solid {
            true => vec![&text[..2], &text[2..4], &text[4..]],
            false => text.split(SEPARATORS).map(str::trim).collect(),
        };
        let (day, month, year) = match parts.as_slice() {
            [day, month, year] => (*day, *month, *year),
            [month, year] => ("", *month, *year),
            [year] => ("", "", *year),
            _ => return None,
        };
        let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
            let plain = digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| text.parse::<i16>().ok()).flatten()
        };
        // The outer `None`: neither a number nor open.
        let part = |text: &str| match is_open(text) {
            true => Some(None),
            false => Some(Some(i8::try_from(number(text, 1..=2)?).ok()?)),
        };
        Self::new(number(year, 4..=4)?, part(month)?, part(day)?)
    }

    /// Reads `1960-05-01`, `1960-05` or `1960`.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let date = Self::parse(&text.split('-').rev().collect::<Vec<_>>().join("/"))?;
        (date.iso() == text).then_some(date)
    }

    /// `1960-05-01`, `1960-05` or `1960`.
    pub fn iso(self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            (None, _) => format!("{:04}", self.year),
        }
    }
}

const SEPARATORS: [char; 3] = ['/', '-', '.'];

/// What stands for a day or month that is not known.
fn is_open(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '0' | '_' | '?' | '*' | 'x' | 'X'))
}

/// As papers have it: `01/05/1960`, `05/1960`, `1960`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.month, self.day) {
            (Some(month), Some(day)) => write!(f, "{day:02}/{month:02}/{:04}", self.year),
            (Some(month), None) => write!(f, "{month:02}/{:04}", self.year),
            (None, _) => write!(f, "{:04}", self.year),
        }
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }
}

impl TryFrom<String> for PartialDate {
    type Error = NoPartialDate;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse_iso(&text).ok_or(NoPartialDate)
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.iso()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn a_date_stays_as_precise_as_the_paper() {
        for (text, shown, iso) in [
            ("1/5/1960", "01/05/1960", "1960-05-01"),
            ("01-05-1960", "01/05/1960", "1960-05-01"),
            ("01.05.1960", "01/05/1960", "1960-05-01"),
            ("01051960", "01/05/1960", "1960-05-01"),
            (" 01 / 05 / 1960 ", "01/05/1960", "1960-05-01"),
            ("05/1960", "05/1960", "1960-05"),
            ("00/05/1960", "05/1960", "1960-05"),
            ("00051960", "05/1960", "1960-05"),
            ("__/05/1960", "05/1960", "1960-05"),
            ("1960", "1960", "1960"),
            ("00/00/1960", "1960", "1960"),
            ("00001960", "1960", "1960"),
            ("0/0/1960", "1960", "1960"),
            ("xx/xx/1960", "1960", "1960"),
            ("//1960", "1960", "1960"),
            // A day of no month is no day.
            ("17/00/1960", "1960", "1960"),
            ("29/02/2000", "29/02/2000", "2000-02-29"),
        ] {
            let read = PartialDate::parse(text).unwrap();
            assert_eq!((&*read.to_string(), &*read.iso()), (shown, iso), "{text}");
            assert_eq!(serde_json::to_string(&read).unwrap(), format!("\"{iso}\""));
            assert_eq!(serde_json::from_str::<PartialDate>(&format!("\"{iso}\"")).unwrap(), read);
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "0000",
            "00/00/0000",
            "30/02/1960",
            "29/02/1900",
            "01/13/1960",
            "13/1960",
            "01/01/60",
            "60",
            "19600",
            "01/01/1960/",
            "+1/01/1960",
            "۰1/01/1960",
            "001/01/1960",
            "1/1/1/1960",
            "năm 1960",
            "01 01 1960",
            "31021999",
        ] {
            assert_eq!(PartialDate::parse(text), None, "{text}");
        }
        for text in ["1960-5", "1960-00", "1960-05-32", "05/1960", "60", "1960-", "", "0000"] {
            assert_eq!(PartialDate::parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn dates_are_ordered_by_time() {
        let ordered =
            ["1959-12-31", "1960", "1960-05", "1960-05-01", "1960-05-02", "1960-06", "1961"];
        let dates: Vec<_> = ordered.map(|iso| PartialDate::parse_iso(iso).unwrap()).into();
        assert!(dates.is_sorted());
        for (iso, earliest, latest, day) in [
            ("1960", date(1960, 1, 1), date(1960, 12, 31), None),
            ("1960-02", date(1960, 2, 1), date(1960, 2, 29), None),
            ("1960-02-03", date(1960, 2, 3), date(1960, 2, 3), Some(date(1960, 2, 3))),
        ] {
            let read = PartialDate::parse_iso(iso).unwrap();
            assert_eq!((read.earliest(), read.latest(), read.day()), (earliest, latest, day));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived_and_what_is_shown_is_read_again(text in "[0-9/.x-]{0,11}|\\PC{0,12}") {
            if let Some(read) = PartialDate::parse(&text) {
                prop_assert_eq!(PartialDate::parse(&read.to_string()), Some(read));
                prop_assert_eq!(PartialDate::parse_iso(&read.iso()), Some(read));
            }
        }
    }
}
