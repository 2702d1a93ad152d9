//! From entries to read models: the only code that writes them, at append and at rebuild alike.

use office::{
    book::{Book, Series},
    dossier::Dossier,
    entry::{ContentHash, Entry, Event},
    evidence::{DocumentSigner, Evidence},
    person::{Identity, PersonalNumber},
    trust::TrustKind,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{LedgerError, Result, blob, search};

pub(crate) mod course;
pub(crate) mod rooms;
pub(crate) mod tally;

const DAMAGED: LedgerError = LedgerError::Damaged { place: "mục ghi" };

/// Applies the entry at place `n`. Reads nothing but read models.
pub(crate) fn apply(db: &Connection, n: i64, entry: &Entry) -> Result<()> {
    for issued in entry.what.numbers() {
        db.prepare_cached(
            "INSERT INTO counter (book, year, day, last) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET last = excluded.last",
        )?
        .execute(params![
            book_key(issued.series.book),
            issued.series.year,
            day_key(issued.series),
            issued.value
        ])?;
    }
    blob::name(db, &entry.what)?;
    match &entry.what {
        Event::OfficeFounded { office } => {
            db.prepare_cached("INSERT INTO office (n, json) VALUES (?1, ?2)")?
                .execute(params![n, json(office)?])?;
        }
        Event::DeviceEnrolled { device, public_key, label } => {
            let key = hex::decode(public_key).map_err(|_| DAMAGED)?;
            db.prepare_cached(
                "INSERT INTO device (id, public_key, label, n) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![device.0, key, label, n])?;
        }
        Event::UserAdded { user } => {
            db.prepare_cached(
                "INSERT INTO user (name, json, active, n) VALUES (?1, ?2, 1, ?3)
                 ON CONFLICT DO UPDATE SET json = excluded.json, active = 1, n = excluded.n",
            )?
            .execute(params![user.name.0, json(user)?, n])?;
        }
        Event::UserDisabled { user, .. } => {
            db.prepare_cached("UPDATE user SET active = 0, n = ?2 WHERE name = ?1")?
                .execute(params![user.0, n])?;
        }
        Event::LeaseTaken { lease } => {
            db.prepare_cached(
                "INSERT INTO lease (book, year, device, epoch, n) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET device = excluded.device, epoch = excluded.epoch, n = excluded.n",
            )?
            .execute(params![book_key(lease.book), lease.year, lease.device.0, lease.epoch, n])?;
            let series = lease.book.series(crate::local_day(entry.at));
            db.prepare_cached(
                "UPDATE waits SET since = ?2 WHERE book = ?1 AND (since IS NULL OR since > ?2)",
            )?
            .execute(params![book_key(lease.book), series.begins().to_string()])?;
            if lease.after > 0 {
                db.prepare_cached(
                    "INSERT INTO counter (book, year, day, last) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
                )?
                .execute(params![
                    book_key(lease.book),
                    lease.year,
                    day_key(series),
                    lease.after
                ])?;
            }
        }
        Event::IdentityRead { identity, face, signer, .. } => {
            read_identity(db, n, identity, face.as_ref())?;
            if let Some(signer) = signer {
                meet_signer(db, identity, signer)?;
            }
        }
        Event::PersonViewed { number, .. } => {
            db.prepare_cached("INSERT INTO viewed (n, number) VALUES (?1, ?2)")?
                .execute(params![n, number.as_str()])?;
        }
        Event::DossierReceived { dossier } => receive_dossier(db, n, dossier)?,
        Event::DossierAnnulled { dossier, .. } => course::annul(db, n, dossier)?,
        Event::PaperMade { dossier, .. } => {
            db.prepare_cached("INSERT INTO paper (n, dossier) VALUES (?1, ?2)")?
                .execute(params![n, dossier.0])?;
        }
        Event::TrustAdded { item, .. } => {
            db.prepare_cached("INSERT INTO trust (n, fingerprint, kind) VALUES (?1, ?2, ?3)")?
                .execute(params![n, hash_key(&item.fingerprint)?, trust_kind_key(item.kind)])?;
        }
        Event::TrustRemoved { fingerprint, .. } => {
            db.prepare_cached("DELETE FROM trust WHERE fingerprint = ?1")?
                .execute([hash_key(fingerprint)?])?;
        }
        Event::DossierMoved { movement } => course::take(db, n, movement)?,
        Event::NoticeGiven { notice } => rooms::notify(db, n, notice)?,
        Event::DossierArrived { arrival } => rooms::arrive(db, n, arrival)?,
        Event::FeePaid { payment } => rooms::pay(db, n, payment)?,
        Event::PaymentCancelled { payment, .. } => rooms::cancel(db, n, entry, payment)?,
        Event::StatementImported { statement } => rooms::import(db, n, statement)?,
        Event::TicketDrawn { ticket } => rooms::draw(db, n, ticket)?,
        Event::TicketMoved { ticket, step } => rooms::move_ticket(db, entry, ticket, step)?,
        Event::DocumentKept { document } => rooms::keep(db, n, document)?,
        Event::DocumentRemoved { document, .. } => rooms::remove(db, n, document)?,
        Event::Restored { books, .. } => {
            for book in books {
                db.prepare_cached("INSERT OR REPLACE INTO waits (book, since) VALUES (?1, NULL)")?
                    .execute([book_key(*book)])?;
            }
        }
        Event::PasswordChanged { .. }
        | Event::LoginsFailed { .. }
        | Event::BackupMade { .. }
        | Event::BackupPlanned { .. }
        | Event::Exported { .. }
        | Event::ClockAccepted { .. }
        | Event::RecoveryUsed { .. }
        | Event::RecoveryRenewed
        | Event::DocumentViewed { .. }
        | Event::SettingsChanged { .. }
        | Event::LawUpdated { .. } => {}
    }
    search::bind(db, n)
}

/// A reading that failed its checks is kept, but it is nobody's record and no search finds it.
fn read_identity(
    db: &Connection,
    n: i64,
    identity: &Identity,
    face: Option<&ContentHash>,
) -> Result<()> {
    let usable = identity.evidence.usable();
    let number = identity.person.number.as_ref();
    db.prepare_cached("INSERT INTO reading (n, number, usable) VALUES (?1, ?2, ?3)")?
        .execute(params![n, number.map(PersonalNumber::as_str), usable])?;
    if usable {
        if let Some(number) = number {
            know_person(db, n, number, identity.evidence)?;
            db.prepare_cached(
                "UPDATE person SET listed = ?2, face = coalesce(?3, face) WHERE number = ?1",
            )?
            .execute(params![
                number.as_str(),
                n,
                face.and_then(|hash| hex::decode(&hash.0).ok())
            ])?;
        }
        search::index_person(db, n, identity)?;
    }
    Ok(())
}

/// Notes on which document the signer was met. A chip that failed its checks says nothing of its signer.
fn meet_signer(db: &Connection, identity: &Identity, signer: &DocumentSigner) -> Result<()> {
    let document = identity.document.as_ref().filter(|_| identity.evidence.usable());
    if let Some(document) = document {
        db.prepare_cached("INSERT OR IGNORE INTO met (state, key, document) VALUES (?1, ?2, ?3)")?
            .execute(params![signer.state, signer.key, document.number])?;
    }
    Ok(())
}

fn receive_dossier(db: &Connection, n: i64, dossier: &Dossier) -> Result<()> {
    course::receive(db, n, dossier)?;
    rooms::answer(db, n, dossier.arrival.as_ref())?;
    let number = dossier.applicant.person.number.as_ref();
    if let Some(number) = number {
        know_person(db, n, number, dossier.applicant.evidence)?;
        db.prepare_cached("UPDATE person SET contact = ?2 WHERE number = ?1")?
            .execute(params![number.as_str(), n])?;
    }
    search::index_dossier(db, n, dossier)
}

/// Keeps the newest and the strongest reading; of equally strong ones the newest.
fn know_person(db: &Connection, n: i64, number: &PersonalNumber, evidence: Evidence) -> Result<()> {
    let rank = i64::try_from(evidence.rank()).map_err(|_| DAMAGED)?;
    db.prepare_cached(
        "INSERT INTO person (number, latest, strongest, rank) VALUES (?1, ?2, ?2, ?3)
         ON CONFLICT DO UPDATE SET
            latest = excluded.latest,
            strongest = CASE WHEN excluded.rank <= rank THEN excluded.strongest ELSE strongest END,
            rank = min(rank, excluded.rank)",
    )?
    .execute(params![number.as_str(), n, rank])?;
    Ok(())
}

/// The last number issued in a series; 0 where there is none.
pub(crate) fn last_number(db: &Connection, series: Series) -> Result<u32> {
    let last = db
        .prepare_cached("SELECT last FROM counter WHERE book = ?1 AND year = ?2 AND day = ?3")?
        .query_row(params![book_key(series.book), series.year, day_key(series)], |row| row.get(0))
        .optional()?;
    Ok(last.unwrap_or(0))
}

/// A book's name in the tables: the name that entries use.
pub(crate) fn book_key(book: Book) -> &'static str {
    book.id()
}

/// A series' day; books of a year have none.
pub(crate) fn day_key(series: Series) -> String {
    series.day.map(|day| day.to_string()).unwrap_or_default()
}

/// A kind's name in the tables: the name that entries use.
pub(crate) fn trust_kind_key(kind: TrustKind) -> String {
    json(&kind).unwrap_or_default().trim_matches('"').into()
}

fn hash_key(hash: &ContentHash) -> Result<Vec<u8>> {
    hex::decode(&hash.0).map_err(|_| DAMAGED)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| DAMAGED)
}
