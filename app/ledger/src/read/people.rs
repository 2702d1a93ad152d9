//! People: the reading that stands for one, what came later and was weaker, and all that happened.

use jiff::Timestamp;
use office::{
    dossier::Dossier,
    entry::{ContentHash, Entry, Event, LOG_READERS, Part, Purpose, READERS, UserName},
    person::{Contact, Identity, PersonKey},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{LogLine, Page, dossiers::dossier_at, entry_at, log_line, page, page_size, rows};
use crate::{
    Ledger, LedgerError, Result, project::people::part_key, roles::require, search::LARGEST_PAGE,
    store::signed,
};

/// Later readings that are told beside the one that stands, at most.
const MOST_LATER: usize = 5;
/// Newest readings among which those are looked for.
const SEARCHED: i64 = 50;

/// One person as the ledger knows them.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRecord {
    /// Whose record it is.
    pub who: PersonKey,
    /// The reading that stands for the person: facts, level, time and photo of one and the same.
    pub best: Reading,
    /// Usable readings after that one, newest first: weaker, so they replace nothing.
    pub later: Vec<Reading>,
    /// Contact data of their newest dossier.
    pub contact: Contact,
}

/// One reading of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// What it said.
    pub identity: Identity,
    /// The photo that came with it.
    pub face: Option<ContentHash>,
}

impl Ledger {
    /// A person's record. Looking is an entry too: it is written before anything is shown. `None`, and
    /// nothing written, where nobody is known by this key.
    pub fn view_person(
        &mut self,
        at: Timestamp,
        who: &PersonKey,
        purpose: Purpose,
    ) -> Result<Option<PersonRecord>> {
        require(&self.user.roles, READERS)?;
        let Some(best) = best_place(&self.db, who)? else { return Ok(None) };
        self.look(at, who, purpose)?;
        record_of(&self.db, who, best).map(Some)
    }

    /// The person of one reading, as the search found it: for people known by a name alone that reading and
    /// no namesake's.
    pub fn view_found(
        &mut self,
        at: Timestamp,
        place: u64,
        purpose: Purpose,
    ) -> Result<Option<PersonRecord>> {
        require(&self.user.roles, READERS)?;
        let place = signed(place)?;
        let known: bool = self
            .db
            .prepare_cached("SELECT 1 FROM reading WHERE n = ?1 AND usable")?
            .exists([place])?;
        if !known {
            return Ok(None);
        }
        let who = reading_of(entry_at(&self.db, place)?)?.identity.key();
        if who.is_unique() {
            return self.view_person(at, &who, purpose);
        }
        self.look(at, &who, purpose)?;
        record_of(&self.db, &who, place).map(Some)
    }

    fn look(&mut self, at: Timestamp, who: &PersonKey, purpose: Purpose) -> Result<()> {
        self.record(at, Event::PersonViewed { who: who.clone(), purpose }, &[])?;
        Ok(())
    }

    /// What happened to a person, newest first, of these parts. Who looked at a record is told to those
    /// alone who read the log.
    pub fn history(
        &self,
        who: &PersonKey,
        parts: &[Part],
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<LogLine>> {
        require(&self.user.roles, READERS)?;
        let log_reader = require(&self.user.roles, LOG_READERS).is_ok();
        let wanted = |part: &Part| parts.contains(part) && (log_reader || *part != Part::Look);
        let keys = Part::ALL.map(|part| if wanted(&part) { part_key(part) } else { 0 });
        let limit = limit.clamp(1, LARGEST_PAGE);
        let before = before.map_or(Ok(i64::MAX), signed)?;
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM history WHERE who = ?1 AND n < ?2 AND part IN (?4, ?5, ?6, ?7, ?8, ?9)
             ORDER BY n DESC LIMIT ?3",
            params![
                who.text(),
                before,
                page_size(limit),
                keys[0],
                keys[1],
                keys[2],
                keys[3],
                keys[4],
                keys[5]
            ],
            |row| row.get(0),
        )?;
        page(&places, limit, |n| log_line(&self.db, n, true))
    }

    /// Who looked at a person's record, newest first: entries of [`Event::PersonViewed`] and
    /// [`Event::DocumentViewed`].
    pub fn views(&self, who: &PersonKey, before: Option<u64>, limit: usize) -> Result<Page<Entry>> {
        require(&self.user.roles, LOG_READERS)?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM history WHERE who = ?1 AND part = ?4 AND n < ?2 ORDER BY n DESC LIMIT ?3",
            params![
                who.text(),
                before.map_or(Ok(i64::MAX), signed)?,
                page_size(limit),
                part_key(Part::Look)
            ],
            |row| row.get(0),
        )?;
        page(&places, limit, |n| entry_at(&self.db, n))
    }
}

/// Where the reading is that stands for a person; of people known by a name alone the newest.
fn best_place(db: &Connection, who: &PersonKey) -> Result<Option<i64>> {
    let sql = if who.is_unique() {
        "SELECT best FROM person WHERE who = ?1"
    } else {
        "SELECT history.n FROM history LEFT JOIN reading ON reading.n = history.n
         WHERE history.who = ?1 AND (reading.usable OR EXISTS (SELECT 1 FROM dossier WHERE n = history.n))
         ORDER BY history.n DESC LIMIT 1"
    };
    Ok(db.prepare_cached(sql)?.query_row([who.text()], |row| row.get(0)).optional()?)
}

fn record_of(db: &Connection, who: &PersonKey, best: i64) -> Result<PersonRecord> {
    let best = reading_of(entry_at(db, best)?)?;
    let contact: Option<Option<i64>> = db
        .prepare_cached("SELECT contact FROM person WHERE who = ?1")?
        .query_row([who.text()], |row| row.get(0))
        .optional()?;
    let contact = contact
        .flatten()
        .map(|n| Ok::<_, LedgerError>(dossier_at(db, n)?.dossier.contact))
        .transpose()?;
    let later = if who.is_unique() { later(db, who, &best)? } else { Vec::new() };
    Ok(PersonRecord { who: who.clone(), contact: contact.unwrap_or_default(), best, later })
}

fn later(db: &Connection, who: &PersonKey, best: &Reading) -> Result<Vec<Reading>> {
    let places: Vec<i64> = rows(
        db,
        "SELECT n FROM history WHERE who = ?1 AND part = ?2 ORDER BY n DESC LIMIT ?3",
        params![who.text(), part_key(Part::Reading), SEARCHED],
        |row| row.get(0),
    )?;
    let mut readings = Vec::new();
    for n in places {
        let reading = reading_of(entry_at(db, n)?)?;
        if reading.at > best.at && reading.identity.evidence.usable() {
            readings.push(reading);
        }
    }
    readings.sort_by_key(|reading| std::cmp::Reverse(reading.at));
    readings.truncate(MOST_LATER);
    Ok(readings)
}

/// What an entry says of a person.
pub(crate) fn reading_of(entry: Entry) -> Result<Reading> {
    let (at, by) = (entry.envelope.at, entry.envelope.user);
    match entry.what {
        Event::IdentityRead { identity, face, .. } => {
            Ok(Reading { at, by, identity: *identity, face })
        }
        Event::DossierReceived { dossier } => {
            let Dossier { applicant: identity, .. } = *dossier;
            Ok(Reading { at, by, identity, face: None })
        }
        _ => Err(LedgerError::Damaged { place: "bảng công dân" }),
    }
}
