//! From entries to read models: the only code that writes them, at append and at rebuild alike.

use office::{
    book::{Book, Series},
    dossier::Dossier,
    entry::{ContentHash, Entry, Event},
    evidence::DocumentSigner,
    person::Identity,
    trust::TrustKind,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{LedgerError, Result, blob, search};

pub(crate) mod course;
pub(crate) mod people;
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
                "INSERT INTO user (name, json, active, lent, n) VALUES (?1, ?2, 1, ?4, ?3)
                 ON CONFLICT DO UPDATE SET
                    json = excluded.json, active = 1, lent = excluded.lent, n = excluded.n",
            )?
            .execute(params![user.name.0, json(user)?, n, entry.user != user.name])?;
        }
        Event::UserChanged { user } => {
            db.prepare_cached("UPDATE user SET json = ?2 WHERE name = ?1")?
                .execute(params![user.name.0, json(user)?])?;
        }
        Event::PasswordChanged { user } => {
            db.prepare_cached("UPDATE user SET lent = ?2 WHERE name = ?1")?
                .execute(params![user.0, entry.user != *user])?;
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
        Event::IdentityRead { identity, signer, .. } => {
            people::read(db, n, entry, identity)?;
            if let Some(signer) = signer {
                meet_signer(db, identity, signer)?;
            }
        }
        Event::PersonViewed { .. } => {
            db.prepare_cached("INSERT INTO viewed (n) VALUES (?1)")?.execute([n])?;
        }
        Event::DossierReceived { dossier } => receive_dossier(db, n, entry, dossier)?,
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
        Event::LoginsFailed { .. }
        | Event::BackupMade { .. }
        | Event::BackupPlanned { .. }
        | Event::Exported { .. }
        | Event::ClockAccepted { .. }
        | Event::RecoveryUsed { .. }
        | Event::RecoveryRenewed
        | Event::DocumentViewed { .. }
        | Event::SettingsChanged { .. }
        | Event::LawUpdated { .. }
        | Event::PortalCodesEntered { .. } => {}
    }
    people::remember(db, n, &entry.what)?;
    search::bind(db, n)
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

fn receive_dossier(db: &Connection, n: i64, entry: &Entry, dossier: &Dossier) -> Result<()> {
    course::receive(db, n, dossier)?;
    rooms::answer(db, n, dossier.arrival.as_ref())?;
    people::apply(db, n, entry, dossier)?;
    search::index_dossier(db, n, dossier)
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
