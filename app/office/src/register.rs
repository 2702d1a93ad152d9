//! A book drawn from its columns: one line builder for the screen, the printed volume and the workbook.
//!
//! Whatever stands in a book, a dossier, an act or a line that was written into it, is first told as [`Values`], by the
//! names that columns have; [`BookDefinition::line`] puts them into the order of the columns. What a definition
//! has no column for is left out, and a column that nobody fills stays empty for a hand to write in.

mod typed;

use std::{collections::BTreeMap, fmt};

pub use typed::{LineError, LineRequest};

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::{
    act::{self, ActError},
    book::{Book, BookDefinition, BookId, ColumnKind, Number},
    date,
    dossier::{Dossier, Status},
    money::Dong,
    person::Identity,
    workflow::Course,
};

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// A number of a book, as it is written.
    Number(String),
    /// A number that is awaited.
    Awaited,
    /// Words.
    Text(String),
    /// How many.
    Count(u32),
    /// A day.
    Day(Date),
    /// A local time.
    Time(DateTime),
    /// An amount.
    Money(Dong),
}

impl Value {
    /// Words; nothing where there are none.
    pub fn text(words: impl Into<String>) -> Self {
        let words = words.into();
        if words.is_empty() { Self::Empty } else { Self::Text(words) }
    }

    /// A number of this book in the office with this code.
    pub fn number(number: &Number, book: &Book, office: &str) -> Self {
        match number {
            Number::Issued(issued) => Self::Number(book.number.write(issued, office)),
            Number::Pending { .. } => Self::Awaited,
        }
    }

    /// What a form keeps in words, as a column of this kind has it; left as words where they are none such.
    fn in_column(self, kind: ColumnKind) -> Self {
        let Self::Text(words) = &self else { return self };
        let value = match kind {
            ColumnKind::Day => Date::strptime("%d/%m/%Y", words).ok().map(Self::Day),
            ColumnKind::Count => words.parse().ok().map(Self::Count),
            ColumnKind::Money => Dong::parse(words).map(Self::Money),
            ColumnKind::Number | ColumnKind::Code | ColumnKind::Text | ColumnKind::Time => None,
        };
        value.unwrap_or(self)
    }

    pub(crate) fn day(day: Option<Date>) -> Self {
        day.map_or(Self::Empty, Self::Day)
    }
}

/// As it is read on screens and on paper: counts with two digits at least, amounts with dots.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Empty => Ok(()),
            Value::Awaited => f.write_str("chờ cấp số"),
            Value::Number(words) | Value::Text(words) => f.write_str(words),
            Value::Count(count) => write!(f, "{count:02}"),
            Value::Day(day) => f.write_str(&date::format(*day)),
            Value::Time(at) => write!(f, "{} {}", at.strftime("%H:%M"), date::format(at.date())),
            Value::Money(amount) => f.write_str(&amount.digits()),
        }
    }
}

/// A line as it was written into a book that has no other events of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookLine {
    /// The book.
    pub book: BookId,
    /// Its number there.
    pub number: Number,
    /// When it was written, local time.
    pub at: DateTime,
    /// What was written, by the names of columns.
    pub values: Values,
    /// Whom it speaks of, each with the evidence of who they are: it stands in their histories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Identity>,
}

impl BookLine {
    /// Whether it may be written, as far as it tells by itself.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn check(&self) -> Result<(), ActError> {
        act::check_people(&self.people)
    }
}

/// What is known of one line, by the names of columns.
pub type Values = BTreeMap<String, Value>;

/// A line of a book: a value for each column.
pub type Line = Vec<Value>;

/// What the tracking book tells of a dossier that stands so; `counter` is its agency where no other has it.
pub fn dossier(
    dossier: &Dossier,
    course: &Course,
    annulled: bool,
    book: &Book,
    counter: &str,
) -> Values {
    let person = &dossier.applicant.person;
    let address = match dossier.contact.address.as_str() {
        "" => person.residence.as_str(),
        address => address,
    };
    let contact = [address, dossier.contact.phone.as_str()];
    let contact: Vec<&str> = contact.into_iter().filter(|part| !part.is_empty()).collect();
    let status = if annulled { Status::Annulled } else { course.status };
    let note = match status {
        Status::Received | Status::Processing | Status::Resolved | Status::Returned => {
            &dossier.note
        }
        other => other.label(),
    };
    [
        ("number", Value::number(&dossier.tracking, book, &dossier.office.to_string())),
        ("code", dossier.code().map_or(Value::Awaited, Value::Number)),
        ("procedure", Value::text(&*dossier.procedure.name)),
        ("sets", Value::Count(dossier.sets.into())),
        ("applicant", Value::text(&person.name)),
        ("contact", Value::text(contact.join("; "))),
        ("agency", Value::text(if course.unit.is_empty() { counter } else { &course.unit })),
        ("received", Value::Day(dossier.received_at.date())),
        ("due", Value::day(course.deadline.as_ref().map(|due| due.at.date()))),
        ("returned", Value::day(course.returned.map(|at| at.date()))),
        ("method", Value::text(dossier.channel.label())),
        ("note", Value::text(note)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

impl BookDefinition {
    /// The same values, each as its column has it.
    pub fn typed(&self, mut values: Values) -> Values {
        for column in &self.columns {
            if let Some(value) = values.get_mut(&column.key) {
                *value = std::mem::take(value).in_column(column.kind);
            }
        }
        values
    }

    /// A line of the book.
    pub fn line(&self, values: &Values) -> Line {
        let cell = |key: &str| values.get(key).cloned().unwrap_or_default();
        self.columns.iter().map(|column| cell(&column.key)).collect()
    }

    /// The same in words, in the order of [`BookDefinition::on_screens`].
    pub fn line_on_screens(&self, values: &Values) -> Vec<String> {
        let cell = |key: &str| values.get(key).map(Value::to_string).unwrap_or_default();
        self.on_screens().map(|column| cell(&column.key)).collect()
    }

    /// The sentence below the lines, see [`BookDefinition::total`].
    pub fn totals(&self, lines: &[Line]) -> String {
        let mut words = self.total.replace("{lines}", &lines.len().to_string());
        for (i, column) in self.columns.iter().enumerate() {
            let cells = || lines.iter().filter_map(|line| line.get(i));
            let filled = cells().filter(|value| **value != Value::Empty).count();
            let sum: u64 = cells()
                .map(|value| match value {
                    Value::Count(count) => u64::from(*count),
                    Value::Money(amount) => amount.0,
                    _ => 0,
                })
                .fold(0, u64::saturating_add);
            let sum = match column.kind {
                ColumnKind::Money => Dong(sum).digits(),
                _ => sum.to_string(),
            };
            for (blank, number) in [
                ("sum", sum),
                ("filled", filled.to_string()),
                ("empty", lines.len().saturating_sub(filled).to_string()),
            ] {
                words = words.replace(&format!("{{{blank}:{}}}", column.key), &number);
            }
        }
        words
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    /// A form keeps words; a book sorts and adds them up as what they are.
    #[test]
    fn what_a_form_keeps_in_words_stands_as_its_column_has_it() {
        for (kind, words, value) in [
            (ColumnKind::Day, "05/03/2026", Value::Day(date(2026, 3, 5))),
            (ColumnKind::Day, "3/2026", Value::Text("3/2026".into())),
            (ColumnKind::Count, "12", Value::Count(12)),
            (ColumnKind::Count, "mười hai", Value::Text("mười hai".into())),
            (ColumnKind::Money, "12000", Value::Money(Dong(12_000))),
            (ColumnKind::Text, "12", Value::Text("12".into())),
            (ColumnKind::Number, "12", Value::Text("12".into())),
        ] {
            assert_eq!(Value::Text(words.into()).in_column(kind), value, "{kind:?} {words}");
        }
        assert_eq!(Value::Count(3).in_column(ColumnKind::Day), Value::Count(3));
    }
}
