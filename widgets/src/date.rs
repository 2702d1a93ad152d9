//! Dates as clerks type them: 3/2/90, 03.02.1990, 03021990. The text stays as typed until the
//! focus leaves; then it is understood, written out as dd/mm/yyyy or answered with an error.

use iced::Length;
use iced::advanced::widget::Id;
use iced::widget::text::IntoFragment;
use jiff::civil::Date;

use crate::Element;
use crate::field::{Field, field};
use crate::words::say;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateError {
    /// Not of the form day/month/year.
    Form,
    /// A month below 1 or above 12.
    Month(i8),
    /// A day that the month does not have.
    Day {
        /// The day as typed.
        day: i8,
        /// The month as typed.
        month: i8,
    },
    /// A year before 1800 or after 2199, which is a typing error.
    Year(i16),
}

impl std::error::Error for DateError {}

impl std::fmt::Display for DateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Form => f.write_str(say(
                "Gõ ngày theo dạng ngày/tháng/năm, ví dụ 05/09/1990.",
                "Type the date as day/month/year, like 05/09/1990.",
            )),
            Self::Month(month) => {
                write!(f, "{} {month}.", say("Không có tháng", "There is no month"))
            }
            Self::Day { day, month } => write!(
                f,
                "{} {month} {} {day}.",
                say("Tháng", "Month"),
                say("không có ngày", "has no day")
            ),
            Self::Year(year) => write!(
                f,
                "{} {year}, {}.",
                say("Năm", "The year"),
                say("kiểm tra lại năm", "please check it")
            ),
        }
    }
}

/// Understands a typed date. An empty text is no date and no error.
///
/// # Errors
/// [`DateError`] says which part is wrong.
pub fn parse(text: &str, century: Century) -> Result<Option<Date>, DateError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let is_gap = |c: char| matches!(c, '/' | '.' | '-' | ' ' | '\u{202f}' | '\u{a0}');
    let parts: Vec<&str> = text.split(is_gap).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = match parts.as_slice() {
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

/// The content of a date field, kept by the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DateInput {
    text: String,
    century: Century,
    left: bool,
}

impl DateInput {
    /// A field that shows a date, or is empty.
    pub fn new(date: Option<Date>, century: Century) -> Self {
        Self { text: date.map(format).unwrap_or_default(), century, left: false }
    }

    /// The text as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The date, if the text is one.
    pub fn date(&self) -> Option<Date> {
        parse(&self.text, self.century).ok().flatten()
    }

    /// What is wrong, once the focus has left the field.
    pub fn error(&self) -> Option<DateError> {
        parse(&self.text, self.century).err().filter(|_| self.left)
    }

    /// Shows an error from now on even if the focus never left: called before a form is sent.
    pub fn check(&mut self) -> Result<Option<Date>, DateError> {
        self.left = true;
        parse(&self.text, self.century)
    }

    fn typed(&self, text: String) -> Self {
        Self { text, century: self.century, left: false }
    }

    fn left(&self, text: String) -> Self {
        let date = parse(&text, self.century).ok().flatten();
        Self { text: date.map_or(text, format), century: self.century, left: true }
    }
}

/// A field for a date.
pub struct DateField<'a, Message> {
    field: Field<'a, Message>,
    input: &'a DateInput,
    error: Option<String>,
}

/// A field for a date under its label.
pub fn date_field<'a, Message>(
    label: impl IntoFragment<'a>,
    input: &'a DateInput,
) -> DateField<'a, Message> {
    let example = say("ngày/tháng/năm", "day/month/year");
    DateField {
        field: field(label, &input.text).placeholder(example),
        input,
        error: input.error().map(|error| error.to_string()),
    }
}

impl<'a, Message: 'a> DateField<'a, Message> {
    /// The name by which operations and tests find it.
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.field = self.field.id(id);
        self
    }

    /// Marks the field as one that must be filled.
    pub fn required(mut self) -> Self {
        self.field = self.field.required();
        self
    }

    /// The line below the field while there is no error.
    pub fn hint(mut self, words: impl IntoFragment<'a>) -> Self {
        self.field = self.field.hint(words);
        self
    }

    /// An error of the screen's own, shown unless the date itself is wrong.
    pub fn error(mut self, words: Option<impl Into<String>>) -> Self {
        self.error = self.error.or(words.map(Into::into));
        self
    }

    /// The width; it fills its room unless said.
    pub fn width(mut self, width: impl Into<Length>) -> Self {
        self.field = self.field.width(width);
        self
    }

    /// The message of the new content. Without one the field is disabled.
    pub fn on_change(mut self, message: impl Fn(DateInput) -> Message + Clone + 'a) -> Self {
        let input = self.input;
        let leave = message.clone();
        self.field = self
            .field
            .on_change(move |text| message(input.typed(text)))
            .on_leave(move |text| leave(input.left(text)));
        self
    }

    /// The message of Enter. Without one Enter is left to the screen.
    pub fn on_submit(mut self, message: Message) -> Self {
        self.field = self.field.on_submit(message);
        self
    }
}

impl<'a, Message: Clone + 'a> From<DateField<'a, Message>> for Element<'a, Message> {
    fn from(date: DateField<'a, Message>) -> Self {
        date.field.error(date.error).into()
    }
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
