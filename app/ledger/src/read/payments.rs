//! Fees: what was taken for a subject or in a span of time, and what a bank says came in.

use jiff::{Timestamp, civil::DateTime};
use office::{
    entry::{Entry, Envelope, Event, READERS, UserName},
    money::Dong,
    payment::{MatchedLine, Payment, PaymentId},
    subject::Subject,
};
use rusqlite::{OptionalExtension, Row, params};

use crate::{Ledger, LedgerError, Result, roles::require, rows::unsigned};
use crate::{project::entry::entry_at, rows::rows};

/// A fee receipt.
#[derive(Clone, Debug, PartialEq)]
pub struct PaymentRecord {
    /// Place of the entry.
    pub place: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Who took the money.
    pub by: UserName,
    /// The payment.
    pub payment: Payment,
    /// How it was cancelled, if it was.
    pub cancelled: Option<Cancellation>,
}

/// Why a payment no longer counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Cancellation {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// Why.
    pub reason: String,
}

/// What came in for a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// Sum of the receipts that are not cancelled.
    pub receipts: Dong,
    /// Sum of the bank's lines that name it; a receipt is still to be given for them.
    pub transferred: Dong,
}

/// Place of a payment and of its cancellation.
type Found = (i64, Option<i64>);

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok((row.get(0)?, row.get(1)?))
}

/// Place of a statement's entry and of the line in it.
fn place(row: &Row<'_>) -> rusqlite::Result<(i64, i64)> {
    Ok((row.get(0)?, row.get(1)?))
}

impl Ledger {
    /// A payment by its id.
    pub fn payment(&self, id: &PaymentId) -> Result<Option<PaymentRecord>> {
        require(&self.user.roles, READERS)?;
        self.db
            .prepare_cached("SELECT n, cancelled FROM payment WHERE id = ?1")?
            .query_row([&id.0], found)
            .optional()?
            .map(|found| self.payment_at(found))
            .transpose()
    }

    /// Payments for a subject, oldest first, cancelled ones included.
    pub fn payments(&self, subject: impl Into<Subject>) -> Result<Vec<PaymentRecord>> {
        require(&self.user.roles, READERS)?;
        let sql = "SELECT n, cancelled FROM payment WHERE subject = ?1 ORDER BY n";
        let places = rows(&self.db, sql, [subject.into().to_string()], found)?;
        places.into_iter().map(|found| self.payment_at(found)).collect()
    }

    /// Payments taken from `from` until before `until`, in order, cancelled ones included: the lines of
    /// the cash book.
    pub fn payments_between(&self, from: DateTime, until: DateTime) -> Result<Vec<PaymentRecord>> {
        require(&self.user.roles, READERS)?;
        let places = rows(
            &self.db,
            "SELECT n, cancelled FROM payment WHERE at >= ?1 AND at < ?2 ORDER BY at, n",
            params![from.to_string(), until.to_string()],
            found,
        )?;
        places.into_iter().map(|found| self.payment_at(found)).collect()
    }

    /// Payments that were cancelled from `from` until before `until` and taken before `from`, in the order
    /// of their cancelling: what a cash book of these days takes back.
    pub fn payments_undone(&self, from: DateTime, until: DateTime) -> Result<Vec<PaymentRecord>> {
        require(&self.user.roles, READERS)?;
        let places = rows(
            &self.db,
            "SELECT n, cancelled FROM payment
             WHERE cancelled_at >= ?1 AND cancelled_at < ?2 AND at < ?1 ORDER BY cancelled_at, n",
            params![from.to_string(), until.to_string()],
            found,
        )?;
        places.into_iter().map(|found| self.payment_at(found)).collect()
    }

    /// What came in for a subject.
    pub fn paid(&self, subject: impl Into<Subject>) -> Result<Paid> {
        require(&self.user.roles, READERS)?;
        let subject = subject.into().to_string();
        let sum = |sql: &str| -> Result<Dong> {
            let sum: i64 = self.db.prepare_cached(sql)?.query_row([&subject], |row| row.get(0))?;
            Ok(Dong(unsigned(sum)?))
        };
        Ok(Paid {
            receipts: sum(
                "SELECT coalesce(sum(total), 0) FROM payment WHERE subject = ?1 AND cancelled IS NULL",
            )?,
            transferred: sum("SELECT coalesce(sum(amount), 0) FROM transfer WHERE subject = ?1")?,
        })
    }

    /// The bank's lines that name a subject, oldest first.
    pub fn transfers(&self, subject: impl Into<Subject>) -> Result<Vec<MatchedLine>> {
        require(&self.user.roles, READERS)?;
        let lines = rows(
            &self.db,
            "SELECT n, line FROM transfer WHERE subject = ?1 ORDER BY day, n, line",
            [subject.into().to_string()],
            place,
        )?;
        lines.into_iter().map(|place| self.line_at(place)).collect()
    }

    /// The bank's lines with this reference that were counted before, whichever their subject.
    pub fn transfers_referenced(&self, reference: &str) -> Result<Vec<MatchedLine>> {
        require(&self.user.roles, READERS)?;
        let sql = "SELECT n, line FROM transfer WHERE reference = ?1 ORDER BY n, line";
        let lines = rows(&self.db, sql, [reference], place)?;
        lines.into_iter().map(|place| self.line_at(place)).collect()
    }

    fn line_at(&self, (n, line): (i64, i64)) -> Result<MatchedLine> {
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let found = match entry_at(&self.db, n)?.what {
            Event::StatementImported { statement } => statement.matched.into_iter().nth(line),
            _ => None,
        };
        found.ok_or(LedgerError::Damaged { place: "bảng sao kê" })
    }

    fn payment_at(&self, (n, cancelled): Found) -> Result<PaymentRecord> {
        let cancelled = match cancelled.map(|n| entry_at(&self.db, n)).transpose()? {
            Some(Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::PaymentCancelled { reason, .. },
            }) => Some(Cancellation { at, by, reason }),
            _ => None,
        };
        match entry_at(&self.db, n)? {
            Entry { envelope: Envelope { at, user: by, .. }, what: Event::FeePaid { payment } } => {
                Ok(PaymentRecord { place: unsigned(n)?, at, by, payment: *payment, cancelled })
            }
            _ => Err(LedgerError::Damaged { place: "bảng biên lai" }),
        }
    }
}
