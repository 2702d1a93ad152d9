//! What must hold before an entry is written: what it speaks of is there, and the rules let it follow.
//!
//! Asked inside the transaction that writes, so that no other entry comes in between. Only read models
//! are looked at.

use office::{
    act::{Act, ActId, PreparedError},
    arrival::{ArrivalId, CounterNotice},
    attachment::Attachment,
    book::Number,
    document::{DocumentId, KeptDocument, Origin},
    dossier::{DossierId, Fee, Status},
    entry::{Bears, Event, UserName},
    money::Dong,
    payment::{Payment, Statement},
    person::{Identity, PersonId},
    subject::Subject,
    tariff,
    ticket::TicketId,
    workflow::{Move, Step, WorkflowError},
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    LedgerError, Result, book,
    project::{
        assets,
        course::{Standing, standing},
        ids,
        people::{have_two_numbers, is_severable, keys_at},
        rooms::{SERVED, amount},
    },
    series::waits,
};

/// Whether the event may be written now; the reason if not.
pub(crate) fn admit(db: &Connection, event: &Event) -> Result<()> {
    require_books(db, event)?;
    require_own_id(db, event)?;
    match event {
        Event::DossierReceived { dossier } => {
            if let Fee::Amount(amount) = &dossier.fee {
                limited([*amount])?;
            }
            match &dossier.arrival {
                Some(arrival) => require_unanswered(db, arrival),
                None => Ok(()),
            }
        }
        Event::DossierAnnulled { dossier, reason } => annul(db, dossier, reason),
        Event::PersonViewed { who, .. } => require_person(db, *who).map(drop),
        Event::PeopleMerged { one, other, reason } => {
            require_reason(reason)?;
            let (one, other) = (require_person(db, *one)?, require_person(db, *other)?);
            if one == other {
                Err(LedgerError::OneAlready)
            } else if have_two_numbers(&one, &other) {
                Err(LedgerError::TwoNumbers)
            } else {
                Ok(())
            }
        }
        Event::PeopleParted { one, other, reason } => {
            require_reason(reason)?;
            require_person(db, *one)?;
            require_person(db, *other).map(drop)
        }
        Event::PersonSplit { who, reason } => {
            require_reason(reason)?;
            require_person(db, *who)?;
            if is_severable(db, *who)? { Ok(()) } else { Err(LedgerError::NothingLeft) }
        }
        Event::PaperMade { subject, .. } => known_subject(db, subject),
        Event::DossierMoved { movement } => take(db, movement),
        Event::NoticeGiven { notice } => notify(db, notice),
        Event::DossierArrived { arrival } => {
            match known(db, "SELECT 1 FROM arrival WHERE code = ?1", &arrival.code)? {
                true => Err(LedgerError::ArrivedAlready),
                false => Ok(()),
            }
        }
        Event::FeePaid { payment } => pay(db, payment),
        Event::PaymentCancelled { payment, reason } => {
            require_reason(reason)?;
            match column(db, "SELECT cancelled FROM payment WHERE id = ?1", &payment.0)? {
                None => Err(LedgerError::Missing),
                Some(Some(_)) => Err(LedgerError::CancelledAlready),
                Some(None) => Ok(()),
            }
        }
        Event::StatementImported { statement } => import(db, statement),
        Event::TicketMoved { ticket, .. } => move_ticket(db, ticket),
        Event::DocumentKept { document } => keep(db, document),
        Event::DocumentViewed { document, .. } => require_document(db, document),
        Event::DocumentRemoved { document, reason } => {
            require_reason(reason)?;
            require_document(db, document)
        }
        Event::ActDone { act } => {
            act.check().map_err(|error| LedgerError::Refused(Box::new(error)))?;
            require_as_prepared(db, act)?;
            require_people(db, act.identities())?;
            assets::require_free(db, act)
        }
        Event::ActPrepared { prepared } => {
            prepared.check().map_err(|error| LedgerError::Refused(Box::new(error)))?;
            if known(db, "SELECT 1 FROM act WHERE id = ?1", &prepared.act.id.0)? {
                return Err(LedgerError::ActDoneAlready);
            }
            require_people(db, prepared.act.identities())
        }
        Event::ActReturned { act, reason } => {
            require_reason(reason)?;
            if known(db, "SELECT 1 FROM act WHERE id = ?1", &act.0)? {
                return Err(LedgerError::ActDoneAlready);
            }
            match column(db, "SELECT returned FROM prepared WHERE id = ?1", &act.0)? {
                None => Err(LedgerError::Missing),
                Some(Some(_)) => Err(LedgerError::ReturnedAlready),
                Some(None) => Ok(()),
            }
        }
        Event::LineWritten { line } => {
            line.check().map_err(|error| LedgerError::Refused(Box::new(error)))?;
            require_people(db, line.people.iter())?;
            assets::require_barred(db, line)
        }
        Event::ActAnnulled { act, reason } => {
            require_reason(reason)?;
            standing_act(db, act)
        }
        Event::RemarkMade { remark } => {
            remark.check().map_err(|error| LedgerError::Refused(Box::new(error)))?;
            known_subject(db, &remark.subject)
        }
        Event::Erased { erasure } => {
            erasure.check().map_err(|error| LedgerError::Refused(Box::new(error)))
        }
        Event::AttachmentAdded { attachment } => attach(db, attachment),
        Event::AttachmentRemoved { attachment, reason } => {
            require_reason(reason)?;
            match column(db, "SELECT removed FROM attachment WHERE id = ?1", &attachment.0)? {
                None => Err(LedgerError::Missing),
                Some(Some(_)) => Err(LedgerError::DocumentGone),
                Some(None) => Ok(()),
            }
        }
        Event::UserAdded { user } => {
            match known(db, "SELECT 1 FROM user WHERE name = ?1 AND json_n > 0", &user.name.0)? {
                true => Err(LedgerError::BadUserName),
                false => Ok(()),
            }
        }
        Event::UserEnabled { user } => {
            let ended = "SELECT 1 FROM user WHERE name = ?1 AND json_n > 0 AND NOT active
                AND json_extract(json, '$.full_name') = ?2";
            match db.prepare_cached(ended)?.exists([&user.name.0, &user.full_name])? {
                true => Ok(()),
                false => Err(LedgerError::OthersName),
            }
        }
        Event::DelegationGiven { delegation } => {
            delegation.check().map_err(|error| LedgerError::Refused(Box::new(error)))?;
            match known(db, "SELECT 1 FROM user WHERE name = ?1 AND active", &delegation.to.0)? {
                true => Ok(()),
                false => Err(LedgerError::UnknownUser),
            }
        }
        Event::DelegationEnded { reason, .. } => require_reason(reason),
        Event::PortalCodesEntered { codes } => {
            codes.check().map_err(|error| LedgerError::Refused(Box::new(error)))
        }
        _ => Ok(()),
    }
}

/// An act that was prepared says what was prepared, is signed by whoever was asked, and was not returned.
fn require_as_prepared(db: &Connection, act: &Act) -> Result<()> {
    let prepared: Option<(Option<String>, String, bool)> = db
        .prepare_cached("SELECT asked, settled, returned IS NOT NULL FROM prepared WHERE id = ?1")?
        .query_row([&act.id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((asked, settled, is_returned)) = prepared else { return Ok(()) };
    if is_returned {
        return Err(LedgerError::ReturnedAlready);
    }
    let refused = |error: PreparedError| Err(LedgerError::Refused(Box::new(error)));
    if asked.is_some_and(|asked| !act.is_certified_by(&UserName(asked))) {
        return refused(PreparedError::OthersTurn);
    }
    if act.document.is_none() || act.settled()?.0 != settled {
        return refused(PreparedError::Differs);
    }
    Ok(())
}

/// Who has no number is somebody who is known.
fn require_people<'a>(db: &Connection, people: impl Iterator<Item = &'a Identity>) -> Result<()> {
    for who in people.filter(|who| who.claim().is_none()) {
        require_person(db, who.whose.ok_or(LedgerError::Missing)?)?;
    }
    Ok(())
}

/// No entry bears an id that another one holds.
fn require_own_id(db: &Connection, event: &Event) -> Result<()> {
    let Some(bears) = event.about().bears else { return Ok(()) };
    match (ids::holder(db, bears)?, bears) {
        (None, _) => Ok(()),
        (Some(_), Bears::Act(_)) => Err(LedgerError::ActDoneAlready),
        (Some(_), _) => Err(LedgerError::IdKnown),
    }
}

/// Every number, issued or awaited, is of the event's own book and of a series that this book has; a step has a
/// notice's number exactly where it is told to the citizen. No number is taken from a book that waits after a
/// restore.
fn require_books(db: &Connection, event: &Event) -> Result<()> {
    if let Event::DossierMoved { movement } = event
        && movement.notice.is_some() != movement.step.is_notified()
    {
        return Err(LedgerError::WrongNumbers);
    }
    for (number, book) in event.about().numbers {
        let series = match number {
            Number::Issued(issued) => issued.series,
            Number::Pending { series } => series,
        };
        let kept = book::book(db, book)?;
        if !kept.has(series) {
            return Err(LedgerError::WrongNumbers);
        }
        if waits(db, series)? {
            return Err(LedgerError::BookWaits { book, label: kept.label });
        }
    }
    Ok(())
}

/// A dossier on which somebody has worked is no mistake of the reception: its steps are taken back first.
fn annul(db: &Connection, dossier: &DossierId, reason: &str) -> Result<()> {
    require_reason(reason)?;
    let standing = existing(db, dossier)?;
    let status = standing.top.course.status;
    if standing.annulled.is_some() {
        Err(LedgerError::AnnulledAlready)
    } else if status != Status::Received {
        Err(refused(WorkflowError::Impossible { status }))
    } else {
        Ok(())
    }
}

fn take(db: &Connection, movement: &Move) -> Result<()> {
    if let Step::PaymentAsked { amount, .. } = &movement.step {
        limited([*amount])?;
    }
    let standing = counting(db, &movement.dossier)?;
    standing.top.course.check(movement, standing.top.below.is_some()).map_err(refused)
}

fn pay(db: &Connection, payment: &Payment) -> Result<()> {
    if payment.lines.is_empty() {
        return Err(LedgerError::NothingPaid);
    }
    limited(payment.lines.iter().map(|line| line.amount))?;
    match &payment.subject {
        Subject::Dossier(id) => counting(db, id).map(drop),
        Subject::Act(id) => standing_act(db, id),
    }
}

/// No entry holds an amount that only a slip of the hand or a damaged file makes.
fn limited(amounts: impl IntoIterator<Item = Dong>) -> Result<()> {
    tariff::sum(amounts).map(drop).map_err(|error| LedgerError::Refused(Box::new(error)))
}

/// A line of a bank statement counts once for ever, whichever file it comes in; lines of one kind are
/// counted from 1 without a gap.
fn import(db: &Connection, statement: &Statement) -> Result<()> {
    for (i, line) in statement.matched.iter().enumerate() {
        limited([line.amount])?;
        let above = statement.matched[..i].iter().filter(|above| above.is_kind_of(line)).count();
        let before: i64 = db
            .prepare_cached(
                "SELECT count(*) FROM transfer WHERE reference = ?1 AND account = ?2 AND day = ?3
                 AND amount = ?4 AND subject = ?5",
            )?
            .query_row(
                params![
                    line.reference,
                    line.account,
                    line.at.date().to_string(),
                    amount(line.amount.0)?,
                    line.subject.to_string()
                ],
                |row| row.get(0),
            )?;
        let next = before.saturating_add(i64::try_from(above).unwrap_or(i64::MAX));
        if i64::from(line.occurrence) != next.saturating_add(1) {
            return Err(LedgerError::LineKnown);
        }
        known_subject(db, &line.subject)?;
    }
    Ok(())
}

fn notify(db: &Connection, notice: &CounterNotice) -> Result<()> {
    match &notice.arrival {
        Some(arrival) => require_unanswered(db, arrival),
        None => Ok(()),
    }
}

fn require_unanswered(db: &Connection, arrival: &ArrivalId) -> Result<()> {
    match column(db, "SELECT answer FROM arrival WHERE id = ?1", &arrival.0)? {
        None => Err(LedgerError::Missing),
        Some(Some(_)) => Err(LedgerError::AnsweredAlready),
        Some(None) => Ok(()),
    }
}

/// Who was served has gone; who was absent may be called again.
fn move_ticket(db: &Connection, ticket: &TicketId) -> Result<()> {
    match column(db, "SELECT state FROM ticket WHERE id = ?1", &ticket.0)? {
        None => Err(LedgerError::Missing),
        Some(Some(SERVED)) => Err(LedgerError::ServedAlready),
        Some(_) => Ok(()),
    }
}

fn keep(db: &Connection, document: &KeptDocument) -> Result<()> {
    require_person(db, document.owner)?;
    match &document.origin {
        Origin::Result(dossier) => existing(db, dossier).map(drop),
        Origin::Scanned | Origin::Brought | Origin::CertifiedCopy => Ok(()),
    }
}

fn require_document(db: &Connection, document: &DocumentId) -> Result<()> {
    match column(db, "SELECT removed FROM document WHERE id = ?1", &document.0)? {
        None => Err(LedgerError::Missing),
        Some(Some(_)) => Err(LedgerError::DocumentGone),
        Some(None) => Ok(()),
    }
}

fn attach(db: &Connection, attachment: &Attachment) -> Result<()> {
    let subject = &attachment.subject;
    let others: i64 = db
        .prepare_cached("SELECT count(*) FROM attachment WHERE subject = ?1 AND removed IS NULL")?
        .query_row([subject.to_string()], |row| row.get(0))?;
    attachment
        .check(usize::try_from(others).unwrap_or(usize::MAX))
        .map_err(|error| LedgerError::Refused(Box::new(error)))?;
    known_subject(db, subject)
}

fn known_subject(db: &Connection, subject: &Subject) -> Result<()> {
    match subject {
        Subject::Dossier(id) => existing(db, id).map(drop),
        Subject::Act(id) => match known(db, "SELECT 1 FROM act WHERE id = ?1", &id.0)? {
            true => Ok(()),
            false => Err(LedgerError::Missing),
        },
    }
}

/// An act that was not annulled.
fn standing_act(db: &Connection, act: &ActId) -> Result<()> {
    match column(db, "SELECT annulled FROM act WHERE id = ?1", &act.0)? {
        None => Err(LedgerError::Missing),
        Some(Some(_)) => Err(LedgerError::AnnulledAlready),
        Some(None) => Ok(()),
    }
}

fn existing(db: &Connection, dossier: &DossierId) -> Result<Standing> {
    standing(db, dossier)?.ok_or(LedgerError::Missing)
}

/// A dossier whose reception was not annulled.
fn counting(db: &Connection, dossier: &DossierId) -> Result<Standing> {
    let standing = existing(db, dossier)?;
    match standing.annulled {
        Some(_) => Err(refused(WorkflowError::Impossible { status: Status::Annulled })),
        None => Ok(standing),
    }
}

/// All that a person is known by.
fn require_person(db: &Connection, who: PersonId) -> Result<Vec<String>> {
    keys_at(db, who)?.ok_or(LedgerError::Missing)
}

fn require_reason(reason: &str) -> Result<()> {
    if office::text::clean(reason).is_empty() { Err(LedgerError::NoReason) } else { Ok(()) }
}

fn refused(error: WorkflowError) -> LedgerError {
    LedgerError::Refused(Box::new(error))
}

fn known(db: &Connection, sql: &str, key: &str) -> Result<bool> {
    Ok(db.prepare_cached(sql)?.exists([key])?)
}

/// A number in the row with this key; the row, and the number, may be missing.
fn column(db: &Connection, sql: &str, key: &str) -> Result<Option<Option<i64>>> {
    Ok(db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
}
