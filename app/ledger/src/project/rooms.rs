//! Payments, tickets, kept documents, arrivals and notices: the rows that their lists are made of.

use office::{
    arrival::{Arrival, ArrivalId, CounterNotice, NoticeKind},
    document::{DocumentId, KeptDocument},
    entry::Entry,
    payment::{Payment, PaymentId, Statement},
    ticket::{Ticket, TicketId, TicketStep},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::hash_key;
use crate::{LedgerError, Result, blob};

pub(super) fn pay(db: &Connection, n: i64, payment: &Payment) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO payment (n, id, dossier, at, total) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        n,
        payment.id.0,
        payment.dossier.0,
        payment.at.to_string(),
        amount(payment.total().0)?
    ])?;
    Ok(())
}

pub(super) fn cancel(db: &Connection, n: i64, entry: &Entry, payment: &PaymentId) -> Result<()> {
    db.prepare_cached("UPDATE payment SET cancelled = ?2, cancelled_at = ?3 WHERE id = ?1")?
        .execute(params![payment.0, n, local(entry.at)])?;
    Ok(())
}

/// An entry's time at the counter (UTC+7), as texts of times are compared.
fn local(at: jiff::Timestamp) -> String {
    jiff::tz::offset(7).to_datetime(at).to_string()
}

pub(super) fn import(db: &Connection, n: i64, statement: &Statement) -> Result<()> {
    for (place, line) in (0i64..).zip(&statement.matched) {
        db.prepare_cached(
            "INSERT INTO transfer (reference, account, day, amount, dossier, occurrence, n, line)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            line.reference,
            line.account,
            line.at.date().to_string(),
            amount(line.amount.0)?,
            line.dossier.0,
            line.occurrence,
            n,
            place
        ])?;
    }
    Ok(())
}

/// An amount as SQLite stores it.
pub(crate) fn amount(dong: u64) -> Result<i64> {
    i64::try_from(dong).map_err(|_| LedgerError::Damaged { place: "số tiền" })
}

/// A ticket's state in the tables.
pub(crate) const WAITING: i64 = 0;
pub(crate) const CALLED: i64 = 1;
pub(crate) const SERVED: i64 = 2;
pub(crate) const ABSENT: i64 = 3;

pub(super) fn draw(db: &Connection, n: i64, ticket: &Ticket) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO ticket (n, id, day, queue, first, number, state, counter, times)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', 0)",
    )?
    .execute(params![
        n,
        ticket.id.0,
        ticket.at.date().to_string(),
        ticket.queue,
        ticket.first,
        ticket.number.issued().map(|issued| issued.value),
        WAITING
    ])?;
    Ok(())
}

pub(super) fn move_ticket(
    db: &Connection,
    entry: &Entry,
    ticket: &TicketId,
    step: &TicketStep,
) -> Result<()> {
    let state = match step {
        TicketStep::Called(counter) => {
            db.prepare_cached(
                "UPDATE ticket SET state = ?2, counter = ?3, times = times + 1, at = ?4 WHERE id = ?1",
            )?
            .execute(params![
                ticket.0,
                CALLED,
                counter,
                local(entry.at)
            ])?;
            return Ok(());
        }
        TicketStep::Served => SERVED,
        TicketStep::Absent => ABSENT,
    };
    db.prepare_cached("UPDATE ticket SET state = ?2 WHERE id = ?1")?
        .execute(params![ticket.0, state])?;
    Ok(())
}

pub(super) fn keep(db: &Connection, n: i64, document: &KeptDocument) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO document (n, id, owner, keep_until, content) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        n,
        document.id.0,
        document.owner.as_str(),
        document.keep_until.map(|day| day.to_string()),
        hash_key(&document.content)?
    ])?;
    Ok(())
}

/// The entry that kept the document no longer rests on its content.
pub(super) fn remove(db: &Connection, n: i64, document: &DocumentId) -> Result<()> {
    let content: Option<Vec<u8>> = db
        .prepare_cached(
            "UPDATE document SET removed = ?2 WHERE id = ?1 AND removed IS NULL RETURNING content",
        )?
        .query_row(params![document.0, n], |row| row.get(0))
        .optional()?;
    match content {
        Some(content) => blob::unname(db, &content),
        None => Ok(()),
    }
}

pub(super) fn arrive(db: &Connection, n: i64, arrival: &Arrival) -> Result<()> {
    db.prepare_cached("INSERT INTO arrival (n, id, code) VALUES (?1, ?2, ?3)")?
        .execute(params![n, arrival.id.0, arrival.code])?;
    Ok(())
}

/// An online dossier was accepted or refused by the entry at `n`.
pub(super) fn answer(db: &Connection, n: i64, arrival: Option<&ArrivalId>) -> Result<()> {
    if let Some(arrival) = arrival {
        db.prepare_cached("UPDATE arrival SET answer = ?2 WHERE id = ?1 AND answer IS NULL")?
            .execute(params![arrival.0, n])?;
    }
    Ok(())
}

pub(super) fn notify(db: &Connection, n: i64, notice: &CounterNotice) -> Result<()> {
    db.prepare_cached("INSERT INTO notice (n, at) VALUES (?1, ?2)")?
        .execute(params![n, notice.at.to_string()])?;
    match notice.kind {
        NoticeKind::Refused => answer(db, n, notice.arrival.as_ref()),
        // What was asked for may still come.
        NoticeKind::Incomplete(_) => Ok(()),
    }
}
