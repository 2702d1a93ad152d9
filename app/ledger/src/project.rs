//! From entries to read models: the only code that writes them, at append, at exchange and at rebuild alike.
//!
//! **Entries converge.** The read models are what the entries give in the order of their places, whatever the
//! order in which they came in. So each table is one of these: a set of rows that entries only add to; a value
//! of which the newest, the oldest or the greatest holds; a count of such rows; or a dossier's course, which is
//! gone through again from its beginning when a step comes late ([`course`]). What contradicts never fails: it
//! becomes a row of [`conflict`].

use office::{
    book::{BookId, Issued, Lease, Number},
    conflict::ConflictKind,
    dossier::Dossier,
    entry::{ContentHash, Entry, Envelope, Erasure, Event, Part, User, UserName, Whom},
    evidence::DocumentSigner,
    person::{Identity, PersonId},
    subject::Subject,
    trust::TrustKind,
};
use rusqlite::{Connection, params};

use crate::{
    LedgerError, Result, blob,
    index::{self, Found},
    project::entry::entry_at,
    rows::{rows, signed, unsigned},
    series::day_key,
};

mod acts;
pub(crate) mod assets;
mod attachments;
pub(crate) mod conflict;
pub(crate) mod course;
pub(crate) mod entry;
pub(crate) mod history;
pub(crate) mod ids;
pub(crate) mod people;
mod prepared;
pub(crate) mod rooms;
pub(crate) mod tally;
mod volumes;

use people::Source;
use volumes::Turn;

pub(crate) const DAMAGED: LedgerError = LedgerError::Damaged { place: "mục ghi" };

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// The tables hold what it says.
    Whole,
    /// Other entries mean another one by an id ([`ids`]) or a person's place ([`people::find_people`]) than they did
    /// until now: the read models are to be made anew.
    Overtaking,
    /// The tables cannot hold it.
    Not,
}

/// Applies the entry at place `n`. Reads nothing but read models, and entries at later places.
pub(crate) fn apply(db: &Connection, n: i64, entry: &Entry) -> Result<Applied> {
    let names = |(whom, _): &(Whom<'_>, Part)| match whom {
        Whom::Told(identity) | Whom::Asker(identity) => identity.whose.is_some(),
        Whom::Person(_) => true,
        Whom::Subject(_) | Whom::Payment(_) | Whom::Attachment(_) | Whom::Document(_) => false,
    };
    if entry.what.about().concerns.iter().any(names) {
        let mut entry = entry.clone();
        people::find_people(db, n, &mut entry)?;
        return apply_found(db, n, &entry);
    }
    apply_found(db, n, entry)
}

/// Applies an entry that stands in a chain, wholly or not at all. What the tables cannot hold stops neither the
/// entries of others nor a rebuild: it stands in its chain, is relayed, and the check tells of it. No program of
/// ours writes such an entry, and no honest ones together make it: what contradicts is a conflict.
///
/// # Errors
/// Those of the disk.
pub(crate) fn apply_standing(db: &Connection, n: i64, entry: &Entry) -> Result<Applied> {
    db.prepare_cached("SAVEPOINT standing")?.execute([])?;
    let applied = match apply(db, n, entry) {
        Ok(applied) => applied,
        Err(error @ (LedgerError::DiskFull | LedgerError::Files(_))) => return Err(error),
        Err(_) => {
            db.prepare_cached("ROLLBACK TO standing")?.execute([])?;
            Applied::Not
        }
    };
    db.prepare_cached("RELEASE standing")?.execute([])?;
    Ok(applied)
}

/// Applies an entry whose payload was erased: what its envelope says.
pub(crate) fn apply_erased(db: &Connection, envelope: &Envelope) -> Result<()> {
    for seen in &envelope.seen {
        db.prepare_cached(
            "INSERT INTO knows (device, of, sequence, hash) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
             WHERE (excluded.sequence, excluded.hash) > (sequence, hash)",
        )?
        .execute(params![
            envelope.device.0,
            seen.device.0,
            signed(seen.sequence)?,
            seen.hash.0
        ])?;
    }
    Ok(())
}

/// The entry at `n` was applied and is erased now: the tables become what they are without what it said. Its
/// kind may be erased, so there is little, see [`office::entry::Erasure`].
pub(crate) fn forget(db: &Connection, n: i64, event: &Event) -> Result<()> {
    if let Event::RemarkMade { .. } = event {
        db.prepare_cached("DELETE FROM remark WHERE n = ?1")?.execute([n])?;
    }
    history::forget(db, n, event)
}

fn apply_found(db: &Connection, n: i64, entry: &Entry) -> Result<Applied> {
    for (number, _) in entry.what.about().numbers {
        match number {
            Number::Issued(issued) => issue(db, n, issued)?,
            Number::Pending { series } => {
                db.prepare_cached(
                    "INSERT OR IGNORE INTO pending (n, book, year, day) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![
                    n,
                    series.book.as_str(),
                    series.year,
                    day_key(series)
                ])?;
            }
        }
    }
    blob::name(db, &entry.what)?;
    apply_erased(db, &entry.envelope)?;
    if let Some(behind) = ids::behind(db, n, &entry.what)? {
        return Ok(behind);
    }
    match &entry.what {
        Event::OfficeFounded { office } => {
            db.prepare_cached("INSERT INTO office (n, json) VALUES (?1, ?2)")?
                .execute(params![n, json(office)?])?;
        }
        // Only the first entry of a chain tells whose it is.
        Event::DeviceEnrolled { device, .. }
            if entry.envelope.sequence != 1 || *device != entry.envelope.device => {}
        Event::DeviceEnrolled { device, public_key, label } => {
            let key = hex::decode(public_key).map_err(|_| DAMAGED)?;
            db.prepare_cached(
                "INSERT INTO device (id, public_key, label, n) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET
                    public_key = excluded.public_key, label = excluded.label, n = excluded.n
                 WHERE excluded.n < n",
            )?
            .execute(params![device.0, key, label, n])?;
        }
        Event::DeviceAdmitted { device, public_key, label } => {
            // A key that is none admits nobody.
            let key = hex::decode(public_key).unwrap_or_default();
            db.prepare_cached(
                "INSERT INTO admitted (device, public_key, label, n) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET
                    public_key = excluded.public_key, label = excluded.label, n = excluded.n
                 WHERE excluded.n < n",
            )?
            .execute(params![device.0, key, label, n])?;
        }
        Event::BranchAdmitted { branch } => {
            db.prepare_cached(
                "INSERT INTO branch (first, device, starts, ends, last, n)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET
                    ends = max(ends, excluded.ends),
                    last = CASE WHEN (excluded.ends, excluded.last) > (ends, last)
                        THEN excluded.last ELSE last END,
                    n = min(n, excluded.n)",
            )?
            .execute(params![
                branch.first.0,
                branch.device.0,
                signed(branch.from)?,
                signed(branch.to)?,
                branch.last.0,
                n
            ])?;
        }
        Event::UserAdded { user } => add_user(db, n, user)?,
        Event::UserEnabled { user } => {
            describe(db, n, user)?;
            activate(db, n, &user.name, true)?;
        }
        Event::UserChanged { user } => describe(db, n, user)?,
        Event::UserDisabled { user, .. } => activate(db, n, user, false)?,
        Event::NumberAssigned { place, number } => assign(db, n, *place, *number)?,
        Event::BookOpened { book } => {
            db.prepare_cached(
                "INSERT INTO book (id, n, json) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET n = excluded.n, json = excluded.json
                 WHERE excluded.n < n",
            )?
            .execute(params![book.id.as_str(), n, json(book)?])?;
        }
        Event::VolumeOpened { id, after, epoch, .. } => {
            let device = &entry.envelope.device;
            volumes::opened(db, &Turn { n, id: *id, device, epoch: *epoch }, *after)?;
        }
        Event::VolumeClosed { id, epoch, .. } => {
            let device = &entry.envelope.device;
            volumes::closed(db, &Turn { n, id: *id, device, epoch: *epoch })?;
        }
        Event::LeaseTaken { lease } => take_lease(db, n, lease)?,
        Event::IdentityRead { identity, signer, .. } => {
            people::tell(db, n, identity, Source::Reading)?;
            if let Some(signer) = signer {
                meet_signer(db, identity, signer)?;
            }
        }
        Event::PersonViewed { .. } => {
            db.prepare_cached("INSERT INTO viewed (n) VALUES (?1)")?.execute([n])?;
        }
        Event::DossierReceived { dossier } => receive_dossier(db, n, dossier)?,
        Event::PaperMade { subject, kind, .. } => {
            db.prepare_cached("INSERT INTO paper (n, subject, own) VALUES (?1, ?2, ?3)")?
                .execute(params![n, subject.to_string(), kind.is_own()])?;
        }
        Event::ActDone { act } => acts::finish(db, n, act)?,
        Event::ActPrepared { prepared } => prepared::add(db, n, prepared)?,
        Event::RemarkMade { remark } => {
            db.prepare_cached("INSERT INTO remark (n, subject) VALUES (?1, ?2)")?
                .execute(params![n, remark.subject.to_string()])?;
        }
        Event::Erased { erasure } => erase(db, n, erasure)?,
        Event::AttachmentAdded { attachment } => attachments::add(db, n, attachment)?,
        Event::TrustAdded { item, .. } => {
            let fingerprint = hash_key(&item.fingerprint)?;
            trust(db, n, &fingerprint, &trust_kind_key(item.kind), false)?;
        }
        Event::TrustRemoved { fingerprint, .. } => {
            trust(db, n, &hash_key(fingerprint)?, "", true)?;
        }
        Event::NoticeGiven { notice } => {
            people::tell(db, n, &notice.applicant, Source::Paper)?;
            rooms::notify(db, n, notice)?;
        }
        Event::DossierArrived { arrival } => {
            people::tell(db, n, &arrival.applicant, Source::Paper)?;
            rooms::arrive(db, n, arrival)?;
        }
        Event::FeePaid { payment } => rooms::pay(db, n, payment)?,
        Event::StatementImported { statement } => rooms::import(db, n, statement)?,
        Event::TicketDrawn { ticket } => rooms::draw(db, n, ticket)?,
        Event::DocumentKept { document } => rooms::keep(db, n, document)?,
        Event::Restored { books, .. } => {
            for book in books {
                db.prepare_cached(
                    "INSERT INTO waits (book, n) VALUES (?1, ?2)
                     ON CONFLICT DO UPDATE SET n = max(n, excluded.n)",
                )?
                .execute(params![book.as_str(), n])?;
            }
        }
        Event::ConflictSettled { settlement } => {
            let place = i64::try_from(settlement.place).map_err(|_| DAMAGED)?;
            db.prepare_cached(
                "INSERT INTO settled (n, kind, by) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET by = min(by, excluded.by)",
            )?
            .execute(params![place, conflict::conflict_key(settlement.kind), n])?;
        }
        Event::LineWritten { .. }
        | Event::PeopleMerged { .. }
        | Event::PeopleParted { .. }
        | Event::PersonSplit { .. }
        | Event::DossierAnnulled { .. }
        | Event::DossierMoved { .. }
        | Event::PaymentCancelled { .. }
        | Event::TicketMoved { .. }
        | Event::DocumentRemoved { .. }
        | Event::AttachmentRemoved { .. }
        | Event::ActAnnulled { .. }
        | Event::ActReturned { .. }
        | Event::DelegationGiven { .. }
        | Event::DelegationEnded { .. }
        | Event::PasswordChanged { .. }
        | Event::LoginsFailed { .. }
        | Event::BackupMade { .. }
        | Event::WitnessMade
        | Event::KeyDemanded
        | Event::KeyChanged
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
    if let Some((book, at)) = entry.what.about().line {
        db.prepare_cached("INSERT INTO line (n, book, at) VALUES (?1, ?2, ?3)")?
            .execute(params![n, book.as_str(), at.to_string()])?;
        index::index(db, n, || Found::of(n, &entry.what))?;
        assets::note(db, n, &entry.what)?;
    }
    affect(db, n, entry)?;
    let tells = |(whom, _): &(Whom<'_>, Part)| matches!(whom, Whom::Told(_));
    if entry.what.about().concerns.iter().any(tells) {
        welcome(db, &conflict::missing_person(PersonId(unsigned(n)?)), n)?;
        if people::arrive(db, n, entry)? {
            return Ok(Applied::Overtaking);
        }
    }
    Ok(Applied::Whole)
}

/// What the entry at `n` does to what earlier entries brought: a person, a dossier, a payment, a ticket, a
/// document. Where that is not there, the entry is kept aside, and this is done when it comes.
fn affect(db: &Connection, n: i64, entry: &Entry) -> Result<()> {
    match &entry.what {
        Event::DossierMoved { movement } => course::go_on(db, n, &movement.dossier, &entry.what)?,
        Event::DossierAnnulled { dossier, .. } => course::go_on(db, n, dossier, &entry.what)?,
        Event::FeePaid { payment } => course::check_payment(db, n, &payment.subject)?,
        Event::PaymentCancelled { payment, .. } => rooms::cancel(db, n, entry, payment)?,
        Event::TicketMoved { ticket, step } => rooms::move_ticket(db, n, entry, ticket, step)?,
        Event::DocumentRemoved { document, .. } => rooms::remove(db, n, document)?,
        Event::AttachmentRemoved { attachment, .. } => attachments::remove(db, n, attachment)?,
        Event::ActAnnulled { act, .. } => acts::annul(db, n, act)?,
        Event::ActReturned { act, .. } => prepared::give_back(db, n, act)?,
        _ => {}
    }
    history::remember(db, n, &entry.what)?;
    match &entry.what {
        Event::PeopleMerged { one, other, .. } => people::pair(db, n, [*one, *other], true),
        Event::PeopleParted { one, other, .. } => people::pair(db, n, [*one, *other], false),
        Event::PersonSplit { who, .. } => people::split(db, n, *who),
        Event::DocumentKept { document } => people::own(db, n, document.owner),
        what => {
            for (whom, _) in what.about().concerns {
                match whom {
                    Whom::Told(identity) => people::join(db, n, identity)?,
                    Whom::Asker(identity) => {
                        if let Some(whose) = identity.named() {
                            people::own(db, n, whose)?;
                        }
                    }
                    Whom::Person(_)
                    | Whom::Subject(_)
                    | Whom::Payment(_)
                    | Whom::Attachment(_)
                    | Whom::Document(_) => {}
                }
            }
            Ok(())
        }
    }
}

/// What was missing came at `n`: what waited for it takes effect.
fn welcome(db: &Connection, missing: &str, n: i64) -> Result<()> {
    for waited in conflict::found(db, missing, n)? {
        affect(db, waited, &entry_at(db, waited)?)?;
    }
    Ok(())
}

/// A number that the entry at `n` issues. The same number twice: the first holds.
fn issue(db: &Connection, n: i64, issued: Issued) -> Result<()> {
    let Issued { series, value, .. } = issued;
    let (book, day) = (series.book.as_str(), day_key(series));
    db.prepare_cached(
        "INSERT OR IGNORE INTO number (book, year, day, value, n) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![book, series.year, day, value, n])?;
    let places: Vec<i64> = rows(
        db,
        "SELECT n FROM number WHERE book = ?1 AND year = ?2 AND day = ?3 AND value = ?4 ORDER BY n",
        params![book, series.year, day, value],
        |row| row.get(0),
    )?;
    if let [first, others @ ..] = places.as_slice()
        && !others.is_empty()
    {
        // The first here may have another number that was issued before.
        let again = "SELECT 1 FROM number AS own WHERE n = ?1 AND EXISTS (
            SELECT 1 FROM number AS other
            WHERE (other.book, other.year, other.day, other.value)
                = (own.book, own.year, own.day, own.value) AND other.n < own.n)";
        if !db.prepare_cached(again)?.exists([first])? {
            conflict::forget(db, *first, ConflictKind::Number)?;
        }
        for other in others {
            conflict::note(db, *other, ConflictKind::Number, None)?;
        }
    }
    Ok(())
}

/// The number that the entry at `place` waited for. Of two the first holds.
fn assign(db: &Connection, n: i64, place: u64, number: Issued) -> Result<()> {
    let Issued { series, value, epoch } = number;
    let place = signed(place)?;
    db.prepare_cached(
        "INSERT INTO assigned (place, book, year, day, value, epoch, n)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET year = excluded.year, day = excluded.day,
            value = excluded.value, epoch = excluded.epoch, n = excluded.n WHERE excluded.n < n",
    )?
    .execute(params![
        place,
        series.book.as_str(),
        series.year,
        day_key(series),
        value,
        epoch,
        n
    ])?;
    if series.book == BookId::TICKET {
        let sql = "UPDATE ticket SET number = (
            SELECT value FROM assigned WHERE place = ?1 AND book = ?2) WHERE n = ?1";
        db.prepare_cached(sql)?.execute(params![place, series.book.as_str()])?;
    }
    Ok(())
}

/// Two machines that took one book in one epoch are a conflict: the first holds it.
fn take_lease(db: &Connection, n: i64, lease: &Lease) -> Result<()> {
    let (book, series) = (lease.book.as_str(), lease.series());
    db.prepare_cached(
        "INSERT INTO lease (book, year, epoch, device, day, after, n)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        book,
        lease.year,
        lease.epoch,
        lease.device.0,
        day_key(series),
        lease.after,
        n
    ])?;
    let same: Vec<(i64, String)> = rows(
        db,
        "SELECT n, device FROM lease WHERE book = ?1 AND year = ?2 AND epoch = ?3 ORDER BY n",
        params![book, lease.year, lease.epoch],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if let [(first, holder), others @ ..] = same.as_slice() {
        for (place, device) in others {
            if device == holder {
                conflict::forget(db, *place, ConflictKind::Lease)?;
            } else {
                conflict::note(db, *place, ConflictKind::Lease, None)?;
            }
        }
        conflict::forget(db, *first, ConflictKind::Lease)?;
    }
    volumes::settle(db, lease.book, lease.year)?;
    db.prepare_cached(
        "INSERT INTO confirmed (book, begins, n) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET n = max(n, excluded.n)",
    )?
    .execute(params![book, series.begins().to_string(), n])?;
    Ok(())
}

/// Of two that erase the same the first did. What was erased is listed with what its subject has.
fn erase(db: &Connection, n: i64, erasure: &Erasure) -> Result<()> {
    for seen in &erasure.entries {
        db.prepare_cached(
            "INSERT INTO erased (hash, n) VALUES (?1, ?2)
             ON CONFLICT DO UPDATE SET n = min(n, excluded.n)",
        )?
        .execute(params![seen.hash.0, n])?;
    }
    if let Some(subject) = &erasure.subject {
        db.prepare_cached("INSERT INTO remark (n, subject) VALUES (?1, ?2)")?
            .execute(params![n, subject.to_string()])?;
    }
    Ok(())
}

fn known_user(db: &Connection, name: &UserName) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO user (name, json, json_n, active, active_n)
         VALUES (?1, '', 0, 0, 0) ON CONFLICT DO NOTHING",
    )?
    .execute([&name.0])?;
    Ok(())
}

/// Of two people who were added under one name the first holds; what was said of the name since holds over both.
fn add_user(db: &Connection, n: i64, user: &User) -> Result<()> {
    let name = &user.name.0;
    known_user(db, &user.name)?;
    db.prepare_cached("INSERT INTO account (name, n, json) VALUES (?1, ?2, ?3)")?
        .execute(params![name, n, json(user)?])?;
    db.prepare_cached(
        "UPDATE user SET
            json = iif(json_n = 0 OR json_n IN (SELECT n FROM account WHERE name = ?1),
                first.json, user.json),
            json_n = iif(json_n = 0 OR json_n IN (SELECT n FROM account WHERE name = ?1),
                first.n, json_n),
            active = iif(active_n = 0 OR active_n IN (SELECT n FROM account WHERE name = ?1),
                1, active),
            active_n = iif(active_n = 0 OR active_n IN (SELECT n FROM account WHERE name = ?1),
                first.n, active_n)
         FROM (SELECT n, json FROM account WHERE name = ?1 ORDER BY n LIMIT 1) AS first
         WHERE user.name = ?1",
    )?
    .execute([name])?;
    let sql = "SELECT n FROM account WHERE name = ?1 ORDER BY n";
    let places: Vec<i64> = rows(db, sql, [name], |row| row.get(0))?;
    for (i, place) in places.into_iter().enumerate() {
        match i {
            0 => conflict::forget(db, place, ConflictKind::User)?,
            _ => conflict::note(db, place, ConflictKind::User, None)?,
        }
    }
    Ok(())
}

fn describe(db: &Connection, n: i64, user: &User) -> Result<()> {
    known_user(db, &user.name)?;
    db.prepare_cached("UPDATE user SET json = ?2, json_n = ?3 WHERE name = ?1 AND (json_n < ?3 OR json_n IN (SELECT n FROM account WHERE name = ?1))")?
        .execute(params![user.name.0, json(user)?, n])?;
    Ok(())
}

fn activate(db: &Connection, n: i64, name: &UserName, active: bool) -> Result<()> {
    known_user(db, name)?;
    db.prepare_cached(
        "UPDATE user SET active = ?2, active_n = ?3 WHERE name = ?1 AND (active_n < ?3 OR active_n IN (SELECT n FROM account WHERE name = ?1))",
    )?
    .execute(params![name.0, active, n])?;
    Ok(())
}

fn trust(db: &Connection, n: i64, fingerprint: &[u8], kind: &str, removed: bool) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO trust (fingerprint, kind, n, removed) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET kind = excluded.kind, n = excluded.n, removed = excluded.removed
         WHERE excluded.n > n",
    )?
    .execute(params![fingerprint, kind, n, removed])?;
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
    if let Some(arrival) = &dossier.arrival {
        rooms::settle(db, &arrival.0)?;
    }
    people::apply(db, n, dossier)?;
    index::index(db, n, || Some(Found::of_dossier(n, dossier)))?;
    welcome(db, &Subject::from(&dossier.id).to_string(), n)
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
