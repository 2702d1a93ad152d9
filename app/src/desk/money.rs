//! Money at the desk: what a dossier owes, the taking of it with its receipt, the cancelling of a
//! receipt, and bank statements, of which each line counts once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
};
use ledger::{Cancellation, DossierRecord, LedgerError, MoveRecord, PaymentRecord};
use office::{
    act::Act,
    book::{BookId, Series},
    entry::{ContentHash, Event},
    payment::{MatchedLine, Payment, PaymentId, Statement},
    statement::{self, Codes, Fate, Reading, Sorted, StatementError},
    subject::Subject,
    tariff::{self, account::Account, receipt::Taking},
    workflow::Move,
};
use reports::form::fee_receipt::Matter;

use super::{
    Desk,
    papers::{keep_fee_receipt, printable, refused},
};
use crate::clock;

/// Days back in which a transfer may name a dossier.
const STATEMENT_DAYS: i64 = 400;
/// Dossiers fetched at once.
const PAGE: usize = 500;

/// How a dossier stands with its money.
pub struct Money {
    /// Receipts, oldest first, cancelled ones too.
    pub payments: Vec<PaymentRecord>,
    /// What of them counts, and what is owed.
    pub account: Account,
}

/// A receipt's number, as lists show it.
pub fn receipt_number(payment: &Payment) -> String {
    payment.receipt.issued().map_or_else(|| "chờ".into(), |issued| issued.value.to_string())
}

/// How a receipt stands in the cash book of some days.
///
/// A sheet that was signed stays as it was: a receipt that is cancelled on a later day counts in the sheet
/// of its own day, and its cancelling stands in the sheet of the day on which it was cancelled.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It counts.
    Counts,
    /// Taken and cancelled within these days.
    Cancelled(Cancellation),
    /// Taken before these days and cancelled in them: its amount is given back.
    Undone(Cancellation),
}

/// A line of the cash book.
#[derive(Clone, Debug, PartialEq)]
pub struct CashLine {
    /// The receipt.
    pub payment: Payment,
    /// How it stands.
    pub standing: Standing,
}

impl CashLine {
    /// What it adds to the cash of the days, in đồng; less than nothing where money is given back.
    pub fn change(&self) -> i64 {
        let amount = i64::try_from(self.payment.total().0).unwrap_or(i64::MAX);
        match self.standing {
            Standing::Counts => amount,
            Standing::Cancelled(_) => 0,
            Standing::Undone(_) => -amount,
        }
    }
}

/// A statement that was read, with what would become of its lines.
pub struct Read {
    /// The file as it was read.
    pub reading: Reading,
    /// What becomes of its credits.
    pub sorted: Sorted,
    /// Codes of the subjects that are named.
    pub codes: HashMap<Subject, String>,
    /// What the clerk decided of doubtful lines, by their place among the credits.
    pub decided: BTreeMap<usize, Subject>,
    file: String,
    sha256: ContentHash,
}

impl Read {
    /// The clerk counts a doubtful line for the next of the subjects that it may mean; after the last for
    /// none. Gives whether the line is one of which the clerk decides.
    pub fn decide(&mut self, place: usize) -> bool {
        let Some(Fate::Doubtful { subjects, .. }) = self.sorted.fates.get(place) else {
            return false;
        };
        let next = match self.decided.get(&place) {
            None => 0,
            Some(now) => subjects.iter().position(|one| one == now).map_or(0, |at| at + 1),
        };
        match subjects.get(next) {
            Some(subject) => self.decided.insert(place, subject.clone()),
            None => self.decided.remove(&place),
        };
        true
    }

    /// How many lines would be written.
    pub fn count(&self) -> usize {
        self.sorted.matched().count() + self.decided.len()
    }

    /// What would be written.
    fn entry(&self) -> Statement {
        let mut sorted = self.sorted.clone();
        let mut matched: Vec<MatchedLine> = sorted.matched().cloned().collect();
        for (place, subject) in &self.decided {
            if let Some(credit) = self.reading.credits.get(*place) {
                matched.push(sorted.count(credit, subject));
            }
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let known = sorted.count_of(|fate| *fate == Fate::Known);
        Statement {
            file: self.file.clone(),
            sha256: self.sha256.clone(),
            known: count(known),
            unmatched: count(sorted.fates.len() - known - matched.len()),
            matched,
        }
    }
}

/// Why a statement was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl office::Explain for ReadError {
    fn code(&self) -> &'static str {
        match self {
            Self::Statement(error) => error.code(),
            Self::Ledger(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Statement(error) => error.english(),
            Self::Ledger(error) => error.english(),
        }
    }
}

impl Desk {
    /// How a dossier stands with its money.
    pub fn money(
        &self,
        record: &DossierRecord,
        moves: &[MoveRecord],
    ) -> Result<Money, LedgerError> {
        let id = &record.dossier.id;
        let moves: Vec<Move> = moves.iter().map(|made| made.movement.clone()).collect();
        let payments = self.ledger.payments(id)?;
        let counting = payments.iter().filter(|record| record.cancelled.is_none());
        let counting: Vec<Payment> = counting.map(|record| record.payment.clone()).collect();
        let asked = tariff::asked(&record.dossier, &moves, &counting.iter().collect::<Vec<_>>());
        let transfers = self.ledger.transfers(id)?;
        Ok(Money { payments, account: Account { asked, payments: counting, transfers } })
    }

    /// Takes money: the number of the receipt, the entry and the receipt itself, or none of them.
    pub fn pay(
        &mut self,
        at: Timestamp,
        subject: impl Into<Subject>,
        taking: Taking,
    ) -> Result<Payment, LedgerError> {
        printable(taking.texts()).map_err(refused)?;
        let subject = subject.into();
        let (dossier, act);
        let of = match &subject {
            Subject::Dossier(id) => {
                dossier = self.dossier(id)?.dossier;
                Matter::Dossier(&dossier)
            }
            Subject::Act(id) => {
                act = self.act(id)?.act;
                Matter::Act(&act)
            }
        };
        let id = PaymentId(ledger::random_id()?);
        let local = clock::local(at);
        let collector = self.ledger.user().full_name.clone();
        let series = self.settings.receipt_series.clone();
        let (office, law) = (&self.office, &self.law);
        let mut written = None;
        self.ledger.transact(|writing| {
            writing.append(at, |numbers| {
                let payment = Payment {
                    id,
                    subject,
                    receipt: numbers.next(BookId::FEE_RECEIPT, local.date()),
                    series,
                    lines: taking.lines,
                    exempted: taking.exempted,
                    method: taking.method,
                    payer: taking.payer,
                    collector,
                    at: local,
                };
                written = Some(payment.clone());
                Ok::<_, StatementError>(Event::FeePaid { payment: Box::new(payment) })
            })?;
            let payment = written.ok_or(LedgerError::Missing)?;
            keep_fee_receipt(writing, at, (office, law), &payment, of)?;
            Ok(payment)
        })
    }

    /// Cancels a receipt; its number stays used.
    pub fn cancel_payment(
        &mut self,
        at: Timestamp,
        payment: &PaymentId,
        reason: String,
    ) -> Result<(), LedgerError> {
        let event = Event::PaymentCancelled { payment: payment.clone(), reason };
        self.ledger.record(at, event, &[])?;
        Ok(())
    }

    /// The cash book of days: their receipts in order, then what is given back of earlier ones.
    pub fn cash_book(&self, from: Date, to: Date) -> Result<Vec<CashLine>, LedgerError> {
        let (from, until) = span(from, to);
        let taken = self.ledger.payments_between(from, until)?.into_iter().map(|record| {
            let within = |cancelled: &Cancellation| clock::local(cancelled.at) < until;
            let standing = match record.cancelled.filter(within) {
                None => Standing::Counts,
                Some(cancelled) => Standing::Cancelled(cancelled),
            };
            CashLine { payment: record.payment, standing }
        });
        let undone = self.ledger.payments_undone(from, until)?.into_iter().filter_map(|record| {
            let standing = Standing::Undone(record.cancelled?);
            Some(CashLine { payment: record.payment, standing })
        });
        Ok(taken.chain(undone).collect())
    }

    /// Reads a bank statement; nothing is written.
    pub fn read_statement(&self, file: &str, bytes: &[u8]) -> Result<Read, ReadError> {
        let reading = statement::read(bytes)?;
        let references: BTreeSet<&str> =
            reading.credits.iter().map(|credit| credit.reference.as_str()).collect();
        let mut known = Vec::new();
        for reference in references {
            known.extend(self.ledger.transfers_referenced(reference)?);
        }
        let mut days = BTreeSet::new();
        for credit in &reading.credits {
            days.extend(days_named(&credit.words, credit.at.date()));
        }
        let mut codes = HashMap::new();
        for day in days {
            for record in self.received_on(day, day)? {
                if let Some(code) = record.dossier.code() {
                    codes.insert(Subject::Dossier(record.dossier.id), code);
                }
            }
        }
        for credit in &reading.credits {
            for act in self.acts_named(&credit.words, credit.at.date())? {
                if let Some(code) = act.transfer_words() {
                    codes.insert(Subject::Act(act.id), code);
                }
            }
        }
        let looked = Codes::new(codes.iter().map(|(id, code)| (id, code.as_str())));
        let sorted = statement::sort(&reading, &looked, known);
        let (file, sha256) = (file.to_owned(), ledger::content_hash(bytes));
        Ok(Read { reading, sorted, codes, decided: BTreeMap::new(), file, sha256 })
    }

    /// The acts that a transfer's words may mean: by a number and its year, see [`office::act::Act::transfer_words`].
    fn acts_named(&self, words: &str, paid: Date) -> Result<Vec<Act>, LedgerError> {
        let mut acts = Vec::new();
        for (value, year) in numbers_named(words, paid) {
            let books: BTreeSet<BookId> =
                self.law.acts.kinds.iter().map(|kind| kind.book).collect();
            for book in books {
                let series = Series { book, year, day: None };
                let found = self.ledger.acts_numbered(series, value)?.into_iter();
                acts.extend(found.filter(|one| one.annulled.is_none()).map(|one| one.act));
            }
        }
        Ok(acts)
    }

    /// Writes what a statement's lines pay.
    pub fn take_statement(&mut self, at: Timestamp, read: &Read) -> Result<usize, LedgerError> {
        let statement = read.entry();
        let count = statement.matched.len();
        self.ledger.record(at, Event::StatementImported { statement: Box::new(statement) }, &[])?;
        Ok(count)
    }

    /// Dossiers received on these days, in the order of the book.
    pub fn received_on(&self, from: Date, to: Date) -> Result<Vec<DossierRecord>, LedgerError> {
        let (from, until) = span(from, to);
        let mut all: Vec<DossierRecord> = Vec::new();
        loop {
            let after = all.last().map_or(0, |record| record.place);
            let page = self.ledger.received(from, until, after, PAGE)?;
            let whole = page.len() == PAGE;
            all.extend(page);
            if !whole {
                return Ok(all);
            }
        }
    }
}

/// From the first moment of a day to the last of another.
pub fn span(from: Date, to: Date) -> (DateTime, DateTime) {
    (from.at(0, 0, 0, 0), to.saturating_add(1.day()).at(0, 0, 0, 0))
}

/// Days of reception that the figures of a transfer's words may mean: a dossier's code holds its day as
/// six figures. Only dossiers of these days need to be looked through.
fn days_named(words: &str, paid: Date) -> BTreeSet<Date> {
    let figures: Vec<u8> = words.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let earliest = paid.saturating_sub(STATEMENT_DAYS.days());
    figures
        .windows(6)
        .filter(|six| six.iter().all(u8::is_ascii_digit))
        .filter_map(|six| Date::strptime("%y%m%d", std::str::from_utf8(six).ok()?).ok())
        .filter(|day| (earliest..=paid.saturating_add(1.day())).contains(day))
        .collect()
}

/// Numbers with their years that the figures of a transfer's words may mean, however the bank has mangled what stands
/// between them: `12/2026`, `12 2026`, `122026`.
fn numbers_named(words: &str, paid: Date) -> BTreeSet<(u32, i16)> {
    let plain: String = words.chars().filter(char::is_ascii_alphanumeric).collect();
    let years = [paid.year(), paid.year() - 1];
    let mut named = BTreeSet::new();
    for run in plain.split(|c: char| !c.is_ascii_digit()) {
        for year in years {
            for (at, _) in run.match_indices(&year.to_string()) {
                named.extend(run[..at].parse::<u32>().ok().map(|value| (value, year)));
            }
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_day_of_a_code_is_found_however_it_was_mangled() {
        let paid = date(2026, 11, 28);
        for (words, days) in [
            ("H38.99-261123-0007 nop le phi", vec![date(2026, 11, 23)]),
            ("CK H38992611230007", vec![date(2026, 11, 23)]),
            ("h38 99 261123", vec![date(2026, 11, 23)]),
            ("chuyen tien", vec![]),
            ("240101 cu qua", vec![]),
        ] {
            let found = days_named(words, paid);
            assert!(days.iter().all(|day| found.contains(day)), "{words}: {found:?}");
            assert!(found.len() <= days.len() + 2, "{words}: {found:?}");
        }
    }

    #[test]
    fn the_number_of_an_act_is_found_however_it_was_mangled() {
        let paid = date(2026, 1, 5);
        for (words, named) in [
            ("CTBSTBC 12/2026", vec![(12, 2026)]),
            ("ct ctbstbc 12 2025 nop phi", vec![(12, 2025)]),
            ("CTBSTBC122026", vec![(12, 2026)]),
            ("FT99 CTBSTBC20262026", vec![(2026, 2026)]),
            ("CTBSTBC 12/2024", vec![]),
            ("2026 chuc mung", vec![]),
            ("99999999999 2026", vec![]),
        ] {
            let found: Vec<_> = numbers_named(words, paid).into_iter().collect();
            assert_eq!(found, named, "{words}");
        }
    }
}
