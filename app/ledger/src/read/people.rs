//! People: the reading that stands for one, what came later and was weaker, and all that happened.

use jiff::Timestamp;
use office::{
    dossier::Dossier,
    entry::{ContentHash, Entry, Event, LOG_READERS, Part, Purpose, READERS, UserName},
    person::{Contact, Identity, PersonId},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{LogLine, dossiers::dossier_at, log_line};
use crate::{
    Ledger, LedgerError, Result,
    project::{
        history::part_key,
        people::{keys_at, keys_of},
    },
    roles::require,
    rows::{LARGEST_PAGE, signed, unsigned},
};
use crate::{
    project::entry::entry_at,
    rows::{Page, page, page_size, rows},
};

/// Later readings that are told beside the one that stands, at most.
const MOST_LATER: usize = 5;

/// One person as the ledger knows them.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRecord {
    /// The reading that stands for the person: facts, level, time and photo of one and the same.
    pub best: Reading,
    /// Usable readings after that one, newest first: weaker, so they replace nothing.
    pub later: Vec<Reading>,
    /// Contact data of their newest dossier.
    pub contact: Contact,
}

impl PersonRecord {
    /// Whose record it is: named by what was shown of them.
    pub fn who(&self) -> PersonId {
        self.best.who
    }
}

/// One reading of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The person, by this reading's place.
    pub who: PersonId,
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
    /// The person whom an identity is of; `None` where the ledger knows nobody like that.
    pub fn whose(&self, identity: &Identity) -> Result<Option<PersonId>> {
        require(&self.user.roles, READERS)?;
        let keys = match (identity.claim(), identity.whose) {
            (Some(claim), _) => Some(keys_of(&self.db, &claim.text())?),
            (None, Some(whose)) => keys_at(&self.db, whose)?,
            (None, None) => None,
        };
        let best = keys.map(|keys| best_of(&self.db, &keys)).transpose()?.flatten();
        best.map(|n| Ok(PersonId(unsigned(n)?))).transpose()
    }

    /// A person's record. Looking is an entry too: it is written before anything is shown. `None`, and nothing
    /// written, where nothing usable tells of them at this place.
    pub fn view_person(
        &mut self,
        at: Timestamp,
        who: PersonId,
        purpose: Purpose,
    ) -> Result<Option<PersonRecord>> {
        require(&self.user.roles, READERS)?;
        let Some(keys) = keys_at(&self.db, who)? else { return Ok(None) };
        let Some(best) = best_of(&self.db, &keys)? else { return Ok(None) };
        let who = PersonId(unsigned(best)?);
        self.record(at, Event::PersonViewed { who, purpose }, &[])?;
        record_of(&self.db, &keys, best).map(Some)
    }

    /// What a person is known by, for the log: the number in groups, the document, or that there is none.
    pub fn claim_label(&self, who: PersonId) -> Result<String> {
        require(&self.user.roles, READERS)?;
        Ok(reading_of(&self.db, signed(who.0)?)?.identity.claim_label())
    }

    /// What happened to a person, newest first, of these parts. Who looked at a record is told to those
    /// alone who read the log.
    pub fn history(
        &self,
        who: PersonId,
        parts: &[Part],
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<LogLine>> {
        require(&self.user.roles, READERS)?;
        let log_reader = require(&self.user.roles, LOG_READERS).is_ok();
        let wanted = |part: &Part| parts.contains(part) && (log_reader || *part != Part::Look);
        let parts: Vec<Part> = Part::ALL.into_iter().filter(wanted).collect();
        let places = self.history_places(who, &parts, before, limit)?;
        page(&places, limit.clamp(1, LARGEST_PAGE), |n| log_line(&self.db, n, true))
    }

    /// Who looked at a person's record, newest first: entries of [`Event::PersonViewed`] and
    /// [`Event::DocumentViewed`].
    pub fn views(&self, who: PersonId, before: Option<u64>, limit: usize) -> Result<Page<Entry>> {
        require(&self.user.roles, LOG_READERS)?;
        let places = self.history_places(who, &[Part::Look], before, limit)?;
        page(&places, limit.clamp(1, LARGEST_PAGE), |n| entry_at(&self.db, n))
    }

    fn history_places(
        &self,
        who: PersonId,
        parts: &[Part],
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<i64>> {
        let limit = limit.clamp(1, LARGEST_PAGE);
        let before = before.map_or(Ok(i64::MAX), signed)?;
        let wanted = Part::ALL.map(|part| if parts.contains(&part) { part_key(part) } else { 0 });
        newest_of(&self.db, who, limit, |key| {
            rows(
                &self.db,
                "SELECT DISTINCT n FROM history
                 WHERE who = ?1 AND n < ?2 AND part IN (?4, ?5, ?6, ?7, ?8, ?9)
                 ORDER BY n DESC LIMIT ?3",
                params![
                    key,
                    before,
                    page_size(limit),
                    wanted[0],
                    wanted[1],
                    wanted[2],
                    wanted[3],
                    wanted[4],
                    wanted[5]
                ],
                |row| row.get(0),
            )
        })
    }
}

/// The newest places under all keys of a person, `limit` at most.
pub(crate) fn newest_of(
    db: &Connection,
    who: PersonId,
    limit: usize,
    places: impl Fn(&str) -> Result<Vec<i64>>,
) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    for key in keys_at(db, who)?.unwrap_or_default() {
        found.extend(places(&key)?);
    }
    found.sort_unstable_by_key(|n| std::cmp::Reverse(*n));
    found.dedup();
    found.truncate(limit);
    Ok(found)
}

/// Where the telling is that stands for the person with these keys.
pub(crate) fn best_of(db: &Connection, keys: &[String]) -> Result<Option<i64>> {
    let mut best: Option<(i64, i64)> = None;
    for key in keys {
        let sql = "SELECT strength, best FROM person WHERE who = ?1";
        let found: Option<(i64, i64)> = db
            .prepare_cached(sql)?
            .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        best = best.max(found);
    }
    Ok(best.map(|(_, n)| n))
}

fn record_of(db: &Connection, keys: &[String], best: i64) -> Result<PersonRecord> {
    let (mut contact, mut later) = (None, Vec::new());
    for key in keys {
        let newest: Option<Option<i64>> = db
            .prepare_cached("SELECT contact FROM person WHERE who = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?;
        contact = contact.max(newest.flatten());
        later.extend(rows(
            db,
            "SELECT reading.n FROM history JOIN reading ON reading.n = history.n
             WHERE history.who = ?1 AND via = history.n AND history.n > ?2 AND read AND strength > 0
             ORDER BY history.n DESC LIMIT ?3",
            params![key, best, page_size(MOST_LATER)],
            |row| row.get::<_, i64>(0),
        )?);
    }
    let contact = contact.map(|n| Ok::<_, LedgerError>(dossier_at(db, n)?.dossier.contact));
    later.sort_unstable_by_key(|n| std::cmp::Reverse(*n));
    later.truncate(MOST_LATER);
    Ok(PersonRecord {
        best: reading_of(db, best)?,
        later: later.into_iter().map(|n| reading_of(db, n)).collect::<Result<_>>()?,
        contact: contact.transpose()?.unwrap_or_default(),
    })
}

/// Whom an entry tells of, with the photo.
pub(crate) fn told_by(event: Event) -> Result<(Identity, Option<ContentHash>)> {
    match event {
        Event::IdentityRead { identity, face, .. } => Ok((*identity, face)),
        Event::DossierReceived { dossier } => {
            let Dossier { applicant, .. } = *dossier;
            Ok((applicant, None))
        }
        Event::NoticeGiven { notice } => Ok((notice.applicant, None)),
        Event::DossierArrived { arrival } => Ok((arrival.applicant, None)),
        _ => Err(LedgerError::Damaged { place: "bảng công dân" }),
    }
}

/// What the entry at `n` says of a person. Who has no claim is named by it from here on.
pub(crate) fn reading_of(db: &Connection, n: i64) -> Result<Reading> {
    let entry = entry_at(db, n)?;
    let (at, by) = (entry.envelope.at, entry.envelope.user);
    let (mut identity, face) = told_by(entry.what)?;
    let who = PersonId(unsigned(n)?);
    identity.be_named(who);
    Ok(Reading { who, at, by, identity, face })
}
