//! Books (sổ) and the numbers in them.
//!
//! Which books an office keeps is data: a [`BookDefinition`] says all of a book, and the entry that opens it
//! in an office carries the [`Book`], what numbering needs, so that a ledger and its check need no other data.
//!
//! A number exists only inside a committed entry. A book is numbered from 1 without gap or reuse, in a
//! series that starts anew with the year (NĐ 23/2015) or, for dossier codes, with the day
//! (TT 01/2018/TT-VPCP art. 19). One device holds the lease for (office, book, year) with an epoch;
//! any other device writes [`Number::Pending`] ("chờ cấp số") and never guesses.
//!
//! Rules ask for numbers through [`Numbers`]; the ledger implements it inside the transaction that
//! writes the entry, so that a failed write takes its numbers with it.

mod binding;
mod definition;
mod form;
mod id;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::role::Role;

pub use binding::{Binding, NoBinding};
pub use definition::{BookDefinition, BookShelf, Column, ColumnKind, Retention, ShelfError};
pub use form::{NoNumberForm, NumberForm};
pub use id::{BookId, NoBookId};

/// When a book begins again with 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// With the year.
    Year,
    /// With the day.
    Day,
}

impl Period {
    /// The series that a number taken on `day` belongs to.
    pub fn series(self, book: BookId, day: Date) -> Series {
        Series {
            book,
            year: day.year(),
            day: match self {
                Period::Year => None,
                Period::Day => Some(day),
            },
        }
    }
}

/// A numbered book, as the entry that opened it in the office says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Its id.
    pub id: BookId,
    /// Its name on screens and covers.
    pub label: String,
    /// When it begins again with 1.
    pub period: Period,
    /// How its numbers are written.
    pub number: NumberForm,
    /// Whether it is kept in volumes.
    pub volumes: bool,
    /// Roles that see it.
    pub readers: Vec<Role>,
    /// Roles that write into it.
    pub writers: Vec<Role>,
}

impl Book {
    /// The series that a number taken on `day` belongs to.
    pub fn series(&self, day: Date) -> Series {
        self.period.series(self.id, day)
    }

    /// Whether a series can be one of this book.
    pub fn has(&self, series: Series) -> bool {
        series.book == self.id
            && match (self.period, series.day) {
                (Period::Year, day) => day.is_none(),
                (Period::Day, day) => day.is_some(),
            }
    }
}

/// A run of numbers 1, 2, 3 … in a book: of one year or of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Series {
    /// The book.
    pub book: BookId,
    /// The year; leases are held by it.
    pub year: i16,
    /// The day, for books that restart daily.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
}

impl Series {
    /// Its first day.
    pub fn begins(self) -> Date {
        self.day.unwrap_or_else(|| Date::new(self.year, 1, 1).unwrap_or(Date::MIN))
    }

    /// In words, with the book's name: `Sổ theo dõi hồ sơ năm 2026`.
    pub fn named(self, label: &str) -> String {
        match self.day {
            Some(day) => format!("{label} {}", day.strftime("%d/%m/%Y")),
            None => format!("{label} năm {}", self.year),
        }
    }
}

/// A volume (quyển) of a book: in each year they are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VolumeId {
    /// The book.
    pub book: BookId,
    /// The year.
    pub year: i16,
    /// From 1.
    pub volume: u16,
}

impl VolumeId {
    /// In words, with the book's name: `Sổ theo dõi hồ sơ năm 2026, quyển số 01`.
    pub fn named(self, label: &str) -> String {
        format!("{label} năm {}, quyển số {:02}", self.year, self.volume)
    }
}

/// A number that was issued: it stands in exactly one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Issued {
    /// Where it was issued.
    pub series: Series,
    /// From 1.
    pub value: u32,
    /// Epoch of the lease under which it was issued.
    pub epoch: u32,
}

/// What a rule gets when it asks for a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// Issued under this device's lease.
    Issued(Issued),
    /// Chờ cấp số: this device holds no lease for the book and year.
    Pending {
        /// The series that the number is awaited from.
        series: Series,
    },
}

impl Number {
    /// The series that it is of.
    pub fn series(&self) -> Series {
        match self {
            Number::Issued(issued) => issued.series,
            Number::Pending { series } => *series,
        }
    }

    /// The issued number, if there is one.
    pub fn issued(&self) -> Option<&Issued> {
        match self {
            Number::Issued(issued) => Some(issued),
            Number::Pending { .. } => None,
        }
    }
}

/// Gives the next number of a series, inside the transaction that commits it.
pub trait Numbers {
    /// The next number of a book on this day, or [`Number::Pending`] where this device holds no lease.
    fn next(&mut self, book: BookId, day: Date) -> Number;
}

/// The right of one device to issue numbers of a book and year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The book.
    pub book: BookId,
    /// The year.
    pub year: i16,
    /// The day on which it was taken, in books that restart daily.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// The device that may issue.
    pub device: crate::id::DeviceId,
    /// Grows each time the right moves to another device or a restored copy: greater than every earlier
    /// epoch of the book, whatever the year. Opening a new year keeps it.
    pub epoch: u32,
    /// Numbers up to this one were issued before, as the paper book shows, although their entries
    /// were lost with a machine: the next is greater. 0: none beyond those that the ledger holds. In books
    /// that restart daily it speaks of [`Lease::day`].
    #[serde(default, skip_serializing_if = "is_zero")]
    pub after: u32,
}

impl Lease {
    /// The series that ran when it was taken.
    pub fn series(&self) -> Series {
        Series { book: self.book, year: self.year, day: self.day }
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::{Book, BookId, NumberForm, Period};

    fn book(id: BookId, period: Period) -> Book {
        Book {
            id,
            label: "Sổ".into(),
            period,
            number: NumberForm::new("{number}").unwrap(),
            volumes: false,
            readers: Vec::new(),
            writers: Vec::new(),
        }
    }

    #[test]
    fn a_series_begins_with_its_day_or_its_year() {
        let day = date(2026, 11, 23);
        for (period, other, first, words) in [
            (Period::Day, Period::Year, day, "Sổ 23/11/2026"),
            (Period::Year, Period::Day, date(2026, 1, 1), "Sổ năm 2026"),
        ] {
            let kept = book(BookId::TICKET, period);
            let series = kept.series(day);
            assert_eq!((series.begins(), series.named(&kept.label).as_str()), (first, words));
            assert!(kept.has(series));
            assert!(!book(BookId::NOTICE, period).has(series));
            assert!(!book(BookId::TICKET, other).has(series));
        }
    }
}
