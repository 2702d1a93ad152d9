//! Dossiers, one and many: as they were received, and where they stand.

use std::collections::HashSet;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
};
use office::{
    dossier::{Dossier, DossierId, Status},
    entry::{Entry, Envelope, Event, READERS, UserName},
    person::PersonId,
    workflow::{Course, Move},
};
use rusqlite::{Connection, OptionalExtension, params};

use super::people::newest_of;
use crate::{
    Ledger, LedgerError, Result,
    project::course::top,
    roles::require,
    rows::{LARGEST_PAGE, signed, unsigned},
};
use crate::{
    project::entry::entry_at,
    rows::{Page, page, page_size, rows},
};

/// A dossier as lists and screens show it.
#[derive(Clone, Debug, PartialEq)]
pub struct DossierRecord {
    /// Place of its reception in the ledger.
    pub place: u64,
    /// When its entry was written.
    pub at: Timestamp,
    /// Who received it.
    pub by: UserName,
    /// The dossier as it was received.
    pub dossier: Dossier,
    /// Where it stands, by the steps that count.
    pub course: Course,
    /// How the reception was annulled, if it was.
    pub annulled: Option<Annulment>,
}

/// Why a reception no longer counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Annulment {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// Why.
    pub reason: String,
}

impl DossierRecord {
    /// Its status.
    pub fn status(&self) -> Status {
        if self.annulled.is_some() { Status::Annulled } else { self.course.status }
    }
}

/// Which dossiers a list shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Dossiers {
    /// All, newest first.
    All,
    /// Of one applicant, newest first.
    Of(PersonId),
}

/// A step of a dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveRecord {
    /// Place of the entry.
    pub place: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: UserName,
    /// The step.
    pub movement: Move,
    /// Whether it still counts: it was not taken back, and takes nothing back itself.
    pub counts: bool,
}

/// Places of the dossiers of a person's key.
pub(crate) const OF_PERSON: &str =
    "SELECT n FROM history CROSS JOIN dossier USING (n) WHERE history.who = ?1 AND via = n";

impl Ledger {
    /// A dossier by its id.
    pub fn dossier(&self, id: &DossierId) -> Result<Option<DossierRecord>> {
        require(&self.user.roles, READERS)?;
        dossier_place(&self.db, id)?.map(|n| dossier_at(&self.db, n)).transpose()
    }

    /// Dossiers, newest first.
    pub fn dossiers(
        &self,
        which: &Dossiers,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<DossierRecord>> {
        require(&self.user.roles, READERS)?;
        let before = before.map_or(Ok(i64::MAX), signed)?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let places: Vec<i64> = match which {
            Dossiers::All => rows(
                &self.db,
                "SELECT n FROM dossier WHERE n < ?1 ORDER BY n DESC LIMIT ?2",
                params![before, page_size(limit)],
                |row| row.get(0),
            )?,
            Dossiers::Of(who) => newest_of(&self.db, *who, limit, |key| {
                rows(
                    &self.db,
                    &format!("{OF_PERSON} AND n < ?2 ORDER BY n DESC LIMIT ?3"),
                    params![key, before, page_size(limit)],
                    |row| row.get(0),
                )
            })?,
        };
        page(&places, limit, |n| dossier_at(&self.db, n))
    }

    /// Dossiers that are due from `from` until before `until`, soonest first. What
    /// has ended, is annulled or waits for a supplement is not due.
    pub fn due(&self, from: DateTime, until: DateTime, limit: usize) -> Result<Vec<DossierRecord>> {
        require(&self.user.roles, READERS)?;
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM dossier WHERE due_at >= ?1 AND due_at < ?2 ORDER BY due_at, n LIMIT ?3",
            params![from.to_string(), until.to_string(), page_size(limit.clamp(1, LARGEST_PAGE))],
            |row| row.get(0),
        )?;
        places.into_iter().map(|n| dossier_at(&self.db, n)).collect()
    }

    /// Dossiers received from `from` until before `until`, in order: the lines of the tracking book.
    /// Continue with `after`, the place of the last row.
    pub fn received(
        &self,
        from: DateTime,
        until: DateTime,
        after: u64,
        limit: usize,
    ) -> Result<Vec<DossierRecord>> {
        require(&self.user.roles, READERS)?;
        let Some((first, last)) = places_of_days(&self.db, from.date(), until.date())? else {
            return Ok(Vec::new());
        };
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM dossier WHERE n BETWEEN ?3 AND ?4 AND received_at >= ?1 AND received_at < ?2
             ORDER BY n LIMIT ?5",
            params![
                from.to_string(),
                until.to_string(),
                first.max(signed(after)?.saturating_add(1)),
                last,
                page_size(limit.clamp(1, LARGEST_PAGE))
            ],
            |row| row.get(0),
        )?;
        places.into_iter().map(|n| dossier_at(&self.db, n)).collect()
    }

    /// A dossier's steps, oldest first, those taken back included.
    pub fn moves(&self, id: &DossierId) -> Result<Vec<MoveRecord>> {
        require(&self.user.roles, READERS)?;
        let Some(place) = dossier_place(&self.db, id)? else { return Ok(Vec::new()) };
        type Taken = (u32, i64, u32, Option<u32>);
        let taken: Vec<Taken> = rows(
            &self.db,
            "SELECT steps, n, step, below FROM course WHERE dossier = ?1 ORDER BY steps",
            [place],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )?;
        let mut counting = HashSet::new();
        let mut row = taken.last();
        while let Some((_, _, step, below)) = row {
            counting.insert(*step);
            row = taken.iter().find(|(steps, ..)| Some(*steps) == *below);
        }
        // The first row is the reception.
        taken
            .iter()
            .skip(1)
            .map(|(steps, n, ..)| match entry_at(&self.db, *n)? {
                Entry {
                    envelope: Envelope { at, user: by, .. },
                    what: Event::DossierMoved { movement },
                } => {
                    let (place, counts) = (unsigned(*n)?, counting.contains(steps));
                    Ok(MoveRecord { place, at, by, movement: *movement, counts })
                }
                _ => Err(LedgerError::Damaged { place: "bảng quá trình giải quyết" }),
            })
            .collect()
    }
}

/// Place of a dossier's reception.
pub(crate) fn dossier_place(db: &Connection, id: &DossierId) -> Result<Option<i64>> {
    Ok(db
        .prepare_cached("SELECT n FROM dossier WHERE id = ?1")?
        .query_row([&id.0], |row| row.get(0))
        .optional()?)
}

/// Between which places the dossiers lie that were received on these days, both included.
pub(crate) fn places_of_days(db: &Connection, from: Date, to: Date) -> Result<Option<(i64, i64)>> {
    let found: (Option<i64>, Option<i64>) = db
        .prepare_cached("SELECT min(first), max(last) FROM day WHERE day BETWEEN ?1 AND ?2")?
        .query_row([from.to_string(), to.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.0.zip(found.1))
}

/// The dossier that was received at place `n`.
pub(crate) fn dossier_at(db: &Connection, n: i64) -> Result<DossierRecord> {
    let annulled: Option<i64> = db
        .prepare_cached("SELECT annulled FROM dossier WHERE n = ?1")?
        .query_row([n], |row| row.get(0))?;
    let annulled = match annulled.map(|n| entry_at(db, n)).transpose()? {
        Some(Entry {
            envelope: Envelope { at, user: by, .. },
            what: Event::DossierAnnulled { reason, .. },
        }) => Some(Annulment { at, by, reason }),
        _ => None,
    };
    match entry_at(db, n)? {
        Entry {
            envelope: Envelope { at, user: by, .. },
            what: Event::DossierReceived { dossier },
        } => {
            let course = top(db, n)?.course;
            Ok(DossierRecord { place: unsigned(n)?, at, by, dossier: *dossier, course, annulled })
        }
        _ => Err(LedgerError::Damaged { place: "bảng hồ sơ" }),
    }
}
