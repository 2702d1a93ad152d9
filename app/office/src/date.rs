//! Dates as people type them: one reading for every field, list, form and command; and the civil time of an instant.
//!
//! `3/2/90`, `03.02.1990`, `3-2-1990`, `3 2 1990`, `03021990`, `030290`, and `1990-02-03` as computers write
//! it. Day comes before month, always. Papers that give only a month or a year are another matter:
//! [`PartialDate`](crate::partial_date::PartialDate).

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz,
};

use crate::{Explain, text};

/// The civil time of an instant: offices keep Vietnam's time, UTC+7 all year.
pub fn local(at: Timestamp) -> DateTime {
    tz::offset(7).to_datetime(at)
}

/// The instant of a civil time in Vietnam.
pub fn instant(local: DateTime) -> Timestamp {
    tz::offset(7).to_timestamp(local).unwrap_or(Timestamp::MAX)
}

/// How a year of two digits is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Century {
    /// 2000 to 2099.
    #[default]
    This,
    /// The last year that ended so, on or before the year of this date: birth dates.
    Before(Date),
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not of the form day/month/year.
    #[error("Gõ ngày theo dạng ngày/tháng/năm, ví dụ 05/09/1990.")]
    Form,
    /// A month below 1 or above 12.
    #[error("Không có tháng {0}.")]
    Month(i8),
    /// A day that the month does not have.
    #[error("Tháng {month} không có ngày {day}.")]
    Day {
        /// The day as typed.
        day: i8,
        /// The month as typed.
        month: i8,
    },
    /// A year before 1800 or after 2199, which is a typing error.
    #[error("Năm {0}, kiểm tra lại năm.")]
    Year(i16),
}

impl Explain for DateError {
    fn code(&self) -> &'static str {
        match self {
            Self::Form => "OFF-03",
            Self::Month(_) => "OFF-04",
            Self::Day { .. } => "OFF-05",
            Self::Year(_) => "OFF-06",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Form => "Type the date as day/month/year, like 05/09/1990.".into(),
            Self::Month(month) => format!("There is no month {month}."),
            Self::Day { day, month } => format!("Month {month} has no day {day}."),
            Self::Year(year) => format!("The year {year}, please check it."),
        }
    }
}

/// Understands a typed date. An empty text is no date and no error.
///
/// # Errors
/// [`DateError`] says which part is wrong.
pub fn parse(text: &str, century: Century) -> Result<Option<Date>, DateError> {
    let text = text::clean(text);
    if text.is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> =
        text.split(['/', '.', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => [*day, *month, *year],
        [day, month, year] => [*day, *month, *year],
        [digits] if digits.is_ascii() && matches!(digits.len(), 6 | 8) => {
            [&digits[..2], &digits[2..4], &digits[4..]]
        }
        _ => return Err(DateError::Form),
    };
    let number = |part: &str, lengths: &[usize]| {
        let plain = part.bytes().all(|b| b.is_ascii_digit()) && lengths.contains(&part.len());
        part.parse::<i16>().ok().filter(|_| plain).ok_or(DateError::Form)
    };
    let small = |part| number(part, &[1, 2]).map(|n| n as i8);
    let (day, month) = (small(day)?, small(month)?);
    let year = match (number(year, &[2, 4])?, year.len(), century) {
        (year, 2, Century::This) => 2000 + year,
        (year, 2, Century::Before(latest)) => {
            let year = latest.year().div_euclid(100) * 100 + year;
            if year > latest.year() { year - 100 } else { year }
        }
        (year, ..) => year,
    };
    if !(1800..2200).contains(&year) {
        return Err(DateError::Year(year));
    }
    if !(1..=12).contains(&month) {
        return Err(DateError::Month(month));
    }
    Date::new(year, month, day).map(Some).map_err(|_| DateError::Day { day, month })
}

/// Writes a date as dd/mm/yyyy.
pub fn format(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn dates_are_understood_as_clerks_type_them() {
        let born = Century::Before(date(2025, 6, 1));
        for (text, century, expected) in [
            ("", Century::This, Ok(None)),
            ("  ", Century::This, Ok(None)),
            ("05/09/1990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("5/9/1990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("5.9.1990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("5-9-1990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("5 9 1990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("05091990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("050990", born, Ok(Some(date(1990, 9, 5)))),
            ("5/9/90", born, Ok(Some(date(1990, 9, 5)))),
            ("5/9/24", born, Ok(Some(date(2024, 9, 5)))),
            ("5/9/25", born, Ok(Some(date(2025, 9, 5)))),
            ("5/9/26", born, Ok(Some(date(1926, 9, 5)))),
            ("1990-09-05", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("1990/9/5", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("5/9/90", Century::This, Ok(Some(date(2090, 9, 5)))),
            ("5\u{a0}9\u{202f}1990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("\u{202d}05/09/\u{200b}1990\u{202c}", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("1990-13-05", Century::This, Err(DateError::Month(13))),
            ("1990-02-30", Century::This, Err(DateError::Day { day: 30, month: 2 })),
            ("19900905", Century::This, Err(DateError::Year(905))),
            ("5/9/26", Century::This, Ok(Some(date(2026, 9, 5)))),
            ("29/2/2024", Century::This, Ok(Some(date(2024, 2, 29)))),
            ("29/2/2023", Century::This, Err(DateError::Day { day: 29, month: 2 })),
            ("31/4/2023", Century::This, Err(DateError::Day { day: 31, month: 4 })),
            ("0/4/2023", Century::This, Err(DateError::Day { day: 0, month: 4 })),
            ("5/13/2023", Century::This, Err(DateError::Month(13))),
            ("5/9/0199", Century::This, Err(DateError::Year(199))),
            ("5/9/2990", Century::This, Err(DateError::Year(2990))),
            ("1990", Century::This, Err(DateError::Form)),
            ("5/9", Century::This, Err(DateError::Form)),
            ("5/9/199", Century::This, Err(DateError::Form)),
            ("005/9/1990", Century::This, Err(DateError::Form)),
            ("-5/9/1990", Century::This, Ok(Some(date(1990, 9, 5)))),
            ("+5/9/1990", Century::This, Err(DateError::Form)),
            ("năm chín mươi", Century::This, Err(DateError::Form)),
            ("5/9/1990/1", Century::This, Err(DateError::Form)),
            ("ế1990", Century::This, Err(DateError::Form)),
        ] {
            assert_eq!(parse(text, century), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_written_date_is_read_back(days in 0..146_000i32) {
            let date = date(1800, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            prop_assert_eq!(parse(&format(date), Century::This), Ok(Some(date)));
        }

        #[test]
        fn no_text_breaks_the_reading(text in "[0-9/. ếA-]{0,12}") {
            let _ = parse(&text, Century::This);
        }
    }
}
