//! Payments, tickets, kept documents, arrivals and notices: the rows that their lists are made of.

use office::{
    arrival::{Arrival, CounterNotice, NoticeKind},
    conflict::ConflictKind,
    document::{DocumentId, KeptDocument},
    entry::Entry,
    payment::{Payment, PaymentId, Statement},
    ticket::{Ticket, TicketId, TicketStep},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    conflict::{self, missing_document, missing_payment},
    hash_key, ids,
    people::place_before,
};
use crate::{LedgerError, Result, blob, rows::rows};

pub(super) fn pay(db: &Connection, n: i64, payment: &Payment) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO payment (n, id, subject, at, total) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        n,
        payment.id.0,
        payment.subject.to_string(),
        payment.at.to_string(),
        amount(payment.total().0)?
    ])?;
    super::welcome(db, &missing_payment(&payment.id), n)
}

/// Of two who cancelled a payment the first did.
pub(super) fn cancel(db: &Connection, n: i64, entry: &Entry, payment: &PaymentId) -> Result<()> {
    db.prepare_cached(
        "UPDATE payment SET cancelled = ?2, cancelled_at = ?3
         WHERE id = ?1 AND n < ?2 AND (cancelled IS NULL OR cancelled > ?2)",
    )?
    .execute(params![payment.0, n, local(entry.envelope.at)])?;
    Ok(())
}

/// An entry's time at the counter (UTC+7), as texts of times are compared.
fn local(at: jiff::Timestamp) -> String {
    jiff::tz::offset(7).to_datetime(at).to_string()
}

/// A line that two seats read in counts once.
pub(super) fn import(db: &Connection, n: i64, statement: &Statement) -> Result<()> {
    for (place, line) in (0i64..).zip(&statement.matched) {
        db.prepare_cached(
            "INSERT INTO transfer (reference, account, day, amount, subject, occurrence, n, line)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT DO UPDATE SET n = excluded.n, line = excluded.line WHERE excluded.n < n",
        )?
        .execute(params![
            line.reference,
            line.account,
            line.at.date().to_string(),
            amount(line.amount.0)?,
            line.subject.to_string(),
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
        "INSERT INTO ticket (n, id, day, queue, first, number, state, counter, times, moved, called)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', 0, ?1, ?1)",
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
    super::welcome(db, &ticket_name(&ticket.id), n)
}

fn ticket_name(ticket: &TicketId) -> String {
    format!("ticket:{}", ticket.0)
}

/// The newest of a ticket's moves tells where it stands.
pub(super) fn move_ticket(
    db: &Connection,
    n: i64,
    entry: &Entry,
    ticket: &TicketId,
    step: &TicketStep,
) -> Result<()> {
    let drawn = "SELECT 1 FROM ticket WHERE id = ?1 AND n < ?2";
    if !db.prepare_cached(drawn)?.exists(params![ticket.0, n])? {
        return conflict::stray(db, &ticket_name(ticket), n);
    }
    if let TicketStep::Called(counter) = step {
        db.prepare_cached("UPDATE ticket SET times = times + 1 WHERE id = ?1")?
            .execute([&ticket.0])?;
        db.prepare_cached(
            "UPDATE ticket SET counter = ?2, at = ?3, called = ?4 WHERE id = ?1 AND called < ?4",
        )?
        .execute(params![ticket.0, counter, local(entry.envelope.at), n])?;
    }
    let state = match step {
        TicketStep::Called(_) => CALLED,
        TicketStep::Served => SERVED,
        TicketStep::Absent => ABSENT,
    };
    db.prepare_cached("UPDATE ticket SET state = ?2, moved = ?3 WHERE id = ?1 AND moved < ?3")?
        .execute(params![ticket.0, state, n])?;
    Ok(())
}

pub(super) fn keep(db: &Connection, n: i64, document: &KeptDocument) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO document (n, id, owner, telling, keep_until, content)
         VALUES (?1, ?2, '', ?3, ?4, ?5)",
    )?
    .execute(params![
        n,
        document.id.0,
        place_before(n, document.owner).unwrap_or(n),
        document.keep_until.map(|day| day.to_string()),
        hash_key(&document.content)?
    ])?;
    super::welcome(db, &missing_document(&document.id), n)
}

pub(super) fn remove(db: &Connection, n: i64, document: &DocumentId) -> Result<()> {
    leave(db, "document", n, &document.0)
}

/// The entry that brought a row of this table no longer rests on its content. Of two who removed it the first
/// did.
pub(super) fn leave(db: &Connection, table: &str, n: i64, id: &str) -> Result<()> {
    let content: Option<Vec<u8>> = db
        .prepare_cached(&format!(
            "UPDATE {table} SET removed = ?2
             WHERE id = ?1 AND n < ?2 AND removed IS NULL RETURNING content"
        ))?
        .query_row(params![id, n], |row| row.get(0))
        .optional()?;
    match content {
        Some(content) => {
            blob::unname(db, &content)?;
            ids::let_go(db, table, id)
        }
        None => {
            let earlier = format!(
                "UPDATE {table} SET removed = ?2 WHERE id = ?1 AND n < ?2 AND removed > ?2"
            );
            db.prepare_cached(&earlier)?.execute(params![id, n])?;
            Ok(())
        }
    }
}

pub(super) fn arrive(db: &Connection, n: i64, arrival: &Arrival) -> Result<()> {
    db.prepare_cached("INSERT INTO arrival (n, id, code) VALUES (?1, ?2, ?3)")?
        .execute(params![n, arrival.id.0, arrival.code])?;
    settle(db, &arrival.id.0)
}

/// Says what became of an online dossier: the first answer that was not taken back. The same code read in by
/// two seats is one dossier; who received it twice has a conflict.
pub(super) fn settle(db: &Connection, arrival: &str) -> Result<()> {
    let Some(code): Option<String> = db
        .prepare_cached("SELECT code FROM arrival WHERE id = ?1")?
        .query_row([arrival], |row| row.get(0))
        .optional()?
    else {
        return Ok(());
    };
    let received: Vec<i64> = rows(
        db,
        "SELECT dossier.n FROM arrival JOIN dossier ON dossier.arrival = arrival.id
         WHERE code = ?1 AND annulled IS NULL ORDER BY dossier.n",
        [&code],
        |row| row.get(0),
    )?;
    let refused: Option<i64> = db
        .prepare_cached(
            "SELECT min(notice.n) FROM arrival JOIN notice ON notice.refused = arrival.id
             WHERE code = ?1",
        )?
        .query_row([&code], |row| row.get(0))?;
    let annulled: Vec<i64> = rows(
        db,
        "SELECT dossier.n FROM arrival JOIN dossier ON dossier.arrival = arrival.id
         WHERE code = ?1 AND annulled IS NOT NULL",
        [&code],
        |row| row.get(0),
    )?;
    let answer = received.first().copied().into_iter().chain(refused).min();
    db.prepare_cached("UPDATE arrival SET answer = ?2 WHERE code = ?1")?
        .execute(params![code, answer])?;
    for n in annulled.iter().chain(&received) {
        conflict::forget(db, *n, ConflictKind::Arrival)?;
    }
    for n in received.iter().filter(|n| Some(**n) != answer) {
        conflict::note(db, *n, ConflictKind::Arrival, None)?;
    }
    Ok(())
}

pub(super) fn notify(db: &Connection, n: i64, notice: &CounterNotice) -> Result<()> {
    let refused = match notice.kind {
        NoticeKind::Refused => notice.arrival.as_ref(),
        // What was asked for may still come.
        NoticeKind::Incomplete(_) => None,
    };
    db.prepare_cached("INSERT INTO notice (n, at, refused) VALUES (?1, ?2, ?3)")?
        .execute(params![n, notice.at.to_string(), refused.map(|arrival| &arrival.0)])?;
    match refused {
        Some(arrival) => settle(db, &arrival.0),
        None => Ok(()),
    }
}
