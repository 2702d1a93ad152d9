//! How a book's numbers are written: `{number:7}`, `{office}-{yymmdd}-{number:4}`, `{number}/{year}`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Issued;

/// Longest form, in bytes.
const MAX: usize = 80;
/// Most digits of a number.
const MOST_DIGITS: usize = 10;

/// A number's form: text with blanks. `{number}` or `{number:4}`, filled up with noughts to four digits,
/// comes exactly once; `{year}`, `{yymmdd}` (only in books that begin again with the day) and `{office}`, the
/// office's code, may come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumberForm(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Number(usize),
    Year,
    Day,
    Office,
}

/// Not a form of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cách viết số không đúng: cần đúng một chỗ trống {{number}}, có thể có {{year}}, {{yymmdd}}, {{office}}"
)]
pub struct NoNumberForm;

impl NumberForm {
    /// # Errors
    /// [`NoNumberForm`].
    pub fn new(form: &str) -> Result<Self, NoNumberForm> {
        if form.len() > MAX {
            return Err(NoNumberForm);
        }
        let (mut parts, mut rest) = (Vec::new(), form);
        while let Some((text, after)) = rest.split_once('{') {
            let (blank, tail) = after.split_once('}').ok_or(NoNumberForm)?;
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            parts.push(match blank {
                "number" => Part::Number(1),
                "year" => Part::Year,
                "yymmdd" => Part::Day,
                "office" => Part::Office,
                other => {
                    let digits = other.strip_prefix("number:").and_then(|n| n.parse().ok());
                    let digits = digits.filter(|n| (1..=MOST_DIGITS).contains(n));
                    Part::Number(digits.ok_or(NoNumberForm)?)
                }
            });
            rest = tail;
        }
        if rest.contains('}') {
            return Err(NoNumberForm);
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        let numbers = parts.iter().filter(|part| matches!(part, Part::Number(_))).count();
        if numbers == 1 { Ok(Self(parts)) } else { Err(NoNumberForm) }
    }

    /// A number of the office with this code as papers and registers write it.
    pub fn write(&self, issued: &Issued, office: &str) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Number(digits) => format!("{:0digits$}", issued.value),
            Part::Year => issued.series.year.to_string(),
            Part::Day => {
                issued.series.day.map_or_else(String::new, |day| day.strftime("%y%m%d").to_string())
            }
            Part::Office => office.to_owned(),
        };
        self.0.iter().map(part).collect()
    }

    /// Whether it tells the day.
    pub(super) fn tells_day(&self) -> bool {
        self.0.contains(&Part::Day)
    }
}

impl fmt::Display for NumberForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Number(1) => f.write_str("{number}"),
            Part::Number(digits) => write!(f, "{{number:{digits}}}"),
            Part::Year => f.write_str("{year}"),
            Part::Day => f.write_str("{yymmdd}"),
            Part::Office => f.write_str("{office}"),
        })
    }
}

impl TryFrom<String> for NumberForm {
    type Error = NoNumberForm;

    fn try_from(form: String) -> Result<Self, NoNumberForm> {
        Self::new(&form)
    }
}

impl From<NumberForm> for String {
    fn from(form: NumberForm) -> String {
        form.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;
    use crate::book::{BookId, Period};

    #[test]
    fn numbers_are_written_as_the_form_says() {
        let day = date(2026, 1, 5);
        for (form, period, written) in [
            ("{number}", Period::Year, "47"),
            ("{number:7}", Period::Year, "0000047"),
            ("{number:2}/{year}-SCT/BS", Period::Year, "47/2026-SCT/BS"),
            ("{office}-{yymmdd}-{number:4}", Period::Day, "H38.12-260105-0047"),
        ] {
            let read = NumberForm::new(form).unwrap();
            let series = period.series(BookId::TRACKING, day);
            let issued = Issued { series, value: 47, epoch: 1 };
            assert_eq!(read.write(&issued, "H38.12"), written);
            assert_eq!(read.to_string(), form);
            assert_eq!(serde_json::to_value(&read).unwrap(), form);
        }
        let long = format!("{{number}}{}", "x".repeat(MAX));
        for wrong in [
            "",
            "x",
            "{number",
            "number}",
            "{number}{number}",
            "{n}",
            "{number:0}",
            "{number:11}",
            "{number:x}",
            "{number}}",
            &long,
        ] {
            assert_eq!(NumberForm::new(wrong), Err(NoNumberForm), "{wrong}");
        }
    }
}
