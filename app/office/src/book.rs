//! Books (sổ) and the numbers in them.
//!
//! A number exists only inside a committed entry. A book is numbered from 1 without gap or reuse, in a
//! series that starts anew with the year (NĐ 23/2015) or, for dossier codes, with the day
//! (TT 01/2018/TT-VPCP art. 19). One device holds the lease for (office, book, year) with an epoch;
//! any other device writes [`Number::Pending`] ("chờ cấp số") and never guesses.
//!
//! Rules ask for numbers through [`Numbers`]; the ledger implements it inside the transaction that
//! writes the entry, so that a failed write takes its numbers with it.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A numbered book of the office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Book {
    /// Serial of the day in dossier codes (mã hồ sơ).
    DossierCode,
    /// Sổ theo dõi hồ sơ (mẫu 07): one line a dossier, numbered through the year.
    Tracking,
    /// Papers that tell a citizen of a step (forms 02–05), numbered through the year.
    Notice,
    /// Biên lai thu phí, lệ phí, numbered through the year.
    FeeReceipt,
    /// Tickets of the waiting line, numbered anew each day.
    Ticket,
}

impl Book {
    /// Every book a one-stop office keeps.
    pub const ALL: [Book; 5] =
        [Book::DossierCode, Book::Tracking, Book::Notice, Book::FeeReceipt, Book::Ticket];

    /// The book's name on screens and covers.
    pub fn label(self) -> &'static str {
        match self {
            Book::DossierCode => "Mã hồ sơ trong ngày",
            Book::Tracking => "Sổ theo dõi hồ sơ",
            Book::Notice => "Phiếu, thông báo",
            Book::FeeReceipt => "Biên lai thu phí, lệ phí",
            Book::Ticket => "Số thứ tự chờ",
        }
    }

    /// The book's name in entries, tables and on the command line; it never changes.
    pub fn id(self) -> &'static str {
        match self {
            Book::DossierCode => "dossier_code",
            Book::Tracking => "tracking",
            Book::Notice => "notice",
            Book::FeeReceipt => "fee_receipt",
            Book::Ticket => "ticket",
        }
    }

    /// The book with this id.
    pub fn of_id(id: &str) -> Option<Book> {
        Book::ALL.into_iter().find(|book| book.id() == id)
    }

    /// The series that a number taken on `day` belongs to.
    pub fn series(self, day: Date) -> Series {
        match self {
            Book::DossierCode | Book::Ticket => {
                Series { book: self, year: day.year(), day: Some(day) }
            }
            Book::Tracking | Book::Notice | Book::FeeReceipt => {
                Series { book: self, year: day.year(), day: None }
            }
        }
    }
}

/// A run of numbers 1, 2, 3 … in a book: of one year or of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Series {
    /// The book.
    pub book: Book,
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
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Some(day) => write!(f, "{} {}", self.book.label(), day.strftime("%d/%m/%Y")),
            None => write!(f, "{} năm {}", self.book.label(), self.year),
        }
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
    /// The next number, or [`Number::Pending`] where this device holds no lease.
    fn next(&mut self, series: Series) -> Number;
}

/// The right of one device to issue numbers of a book and year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The book.
    pub book: Book,
    /// The year.
    pub year: i16,
    /// The device that may issue.
    pub device: crate::entry::DeviceId,
    /// Grows each time the right moves to another device or a restored copy: greater than every earlier
    /// epoch of the book, whatever the year. Opening a new year keeps it.
    pub epoch: u32,
    /// Numbers up to this one were issued before, as the paper book shows, although their entries
    /// were lost with a machine: the next is greater. 0: none beyond those that the ledger holds. In books
    /// that restart daily it speaks of the day on which the lease was taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub after: u32,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::Book;

    #[test]
    fn a_book_has_one_id_everywhere() {
        for book in Book::ALL {
            assert_eq!(serde_json::to_value(book).unwrap(), book.id());
            assert_eq!(Book::of_id(book.id()), Some(book));
        }
        assert_eq!(Book::of_id("Tracking"), None);
    }

    #[test]
    fn a_series_begins_with_its_day_or_its_year() {
        let day = date(2026, 11, 23);
        for book in Book::ALL {
            let first = match book {
                Book::DossierCode | Book::Ticket => day,
                Book::Tracking | Book::Notice | Book::FeeReceipt => date(2026, 1, 1),
            };
            assert_eq!(book.series(day).begins(), first, "{book:?}");
        }
    }
}
