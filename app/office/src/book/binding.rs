//! What of an electronic book is printed and bound together (NĐ 23/2015/NĐ-CP, art. 13(3), as consolidated in VBHN
//! 753/VBHN-BTP): each month its lines, and on 31 December all volumes of the year as one book of each kind.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

use crate::Explain;

/// One binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binding {
    year: i16,
    /// `None`: the whole year.
    month: Option<i8>,
}

/// Why words name no binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Kỳ đóng sổ phải là một tháng (ví dụ 11/2026) hoặc một năm (ví dụ 2026). Chưa lập gì. Hãy ghi lại kỳ."
)]
pub struct NoBinding;

impl Explain for NoBinding {
    fn code(&self) -> &'static str {
        "OFF-195"
    }

    fn english(&self) -> String {
        "What is bound is a month (such as 11/2026) or a year (such as 2026). Nothing was made. Name the period anew."
            .into()
    }
}

impl Binding {
    /// The month that holds a day.
    pub fn month_of(day: Date) -> Self {
        Self { year: day.year(), month: Some(day.month()) }
    }

    /// The year that holds a day.
    pub fn year_of(day: Date) -> Self {
        Self { year: day.year(), month: None }
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// Whether it is a whole year.
    pub fn is_year(self) -> bool {
        self.month.is_none()
    }

    /// Its first day.
    pub fn first(self) -> Date {
        Date::new(self.year, self.month.unwrap_or(1), 1).unwrap_or(Date::MIN)
    }

    /// Its last day.
    pub fn last(self) -> Date {
        let first = self.first();
        if self.is_year() { first.last_of_year() } else { first.last_of_month() }
    }
}

/// `tháng 11 năm 2026`, `năm 2026`: months 1 and 2 carry a nought (NĐ 30/2020/NĐ-CP, annex I).
impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.month {
            Some(month @ ..=2) => write!(f, "tháng {month:02} năm {}", self.year),
            Some(month) => write!(f, "tháng {month} năm {}", self.year),
            None => write!(f, "năm {}", self.year),
        }
    }
}

/// `11/2026`, `2026-11` or `2026`.
impl FromStr for Binding {
    type Err = NoBinding;

    fn from_str(words: &str) -> Result<Self, NoBinding> {
        let words = words.trim();
        let (year, month) = match (words.split_once('/'), words.split_once('-')) {
            (Some((month, year)), _) | (None, Some((year, month))) => (year, Some(month)),
            (None, None) => (words, None),
        };
        // A year of two digits could be of another century.
        let year = Some(year).filter(|year| year.len() == 4).and_then(|year| year.parse().ok());
        let month = month.map(|month| month.parse().map_err(|_| NoBinding)).transpose()?;
        let binding = Self { year: year.ok_or(NoBinding)?, month };
        match Date::new(binding.year, month.unwrap_or(1), 1) {
            Ok(_) if binding.year > 0 => Ok(binding),
            _ => Err(NoBinding),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_binding_is_a_month_or_a_year() {
        for (words, said, first, last) in [
            ("2/2024", "tháng 02 năm 2024", date(2024, 2, 1), date(2024, 2, 29)),
            ("2026-11", "tháng 11 năm 2026", date(2026, 11, 1), date(2026, 11, 30)),
            (" 2026 ", "năm 2026", date(2026, 1, 1), date(2026, 12, 31)),
        ] {
            let binding: Binding = words.parse().unwrap();
            assert_eq!((binding.to_string().as_str(), binding.first()), (said, first));
            assert_eq!(binding.last(), last);
        }
        for wrong in ["", "13/2026", "0/2026", "26", "11/26", "2026-11-01", "-2026", "tháng 11"] {
            assert_eq!(wrong.parse::<Binding>(), Err(NoBinding), "{wrong}");
        }
    }
}
