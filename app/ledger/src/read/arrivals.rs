//! Online dossiers that came in, papers given without a dossier, and what the office set for itself.

use jiff::{Timestamp, civil::DateTime};
use office::{
    arrival::{Arrival, CounterNotice},
    dossier::DossierId,
    entry::{Entry, Envelope, Event, EventKind, READERS, UserName},
    person::PersonId,
    portal_code::{Entered, PortalCodes, Table},
    settings::{LawKind, LawUpdate, Settings},
};
use rusqlite::{Row, params};

use crate::{Ledger, LedgerError, Result, blob, roles::require, rows::unsigned};
use crate::{project::entry::entry_at, rows::rows};

/// An online dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrivalRecord {
    /// Place of the entry.
    pub place: u64,
    /// When it came in.
    pub at: Timestamp,
    /// Who took it in.
    pub by: UserName,
    /// What came.
    pub arrival: Arrival,
    /// What became of it; `None` while it waits.
    pub answer: Option<Answer>,
}

/// What became of an online dossier.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Received as this dossier.
    Accepted(DossierId),
    /// Refused with this paper.
    Refused(Box<CounterNotice>),
}

/// A paper that a counter gave without a dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeRecord {
    /// Place of the entry.
    pub place: u64,
    /// When it was written.
    pub at: Timestamp,
    /// Who gave it.
    pub by: UserName,
    /// The paper.
    pub notice: CounterNotice,
}

/// An update of law data.
#[derive(Clone, Debug, PartialEq)]
pub struct LawUpdateRecord {
    /// Place of the entry.
    pub place: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// The update.
    pub update: LawUpdate,
}

/// Place of an arrival and of its answer.
type Found = (i64, Option<i64>);

fn found(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok((row.get(0)?, row.get(1)?))
}

impl Ledger {
    /// Online dossiers, oldest first; `open_only`: those that wait.
    pub fn arrivals(&self, open_only: bool) -> Result<Vec<ArrivalRecord>> {
        require(&self.user.roles, READERS)?;
        let sql = if open_only {
            "SELECT n, answer FROM arrival WHERE answer IS NULL ORDER BY n"
        } else {
            "SELECT n, answer FROM arrival ORDER BY n"
        };
        rows(&self.db, sql, [], found)?.into_iter().map(|found| self.arrival_at(found)).collect()
    }

    /// An online dossier by its code where it was filed.
    pub fn arrival(&self, code: &str) -> Result<Option<ArrivalRecord>> {
        require(&self.user.roles, READERS)?;
        let sql = "SELECT n, answer FROM arrival WHERE code = ?1";
        let found = rows(&self.db, sql, [code], found)?.into_iter().next();
        found.map(|found| self.arrival_at(found)).transpose()
    }

    /// Papers given without a dossier from `from` until before `until`, in order.
    pub fn notices_between(&self, from: DateTime, until: DateTime) -> Result<Vec<NoticeRecord>> {
        require(&self.user.roles, READERS)?;
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM notice WHERE at >= ?1 AND at < ?2 ORDER BY at, n",
            params![from.to_string(), until.to_string()],
            |row| row.get(0),
        )?;
        places
            .into_iter()
            .map(|n| match entry_at(&self.db, n)? {
                Entry {
                    envelope: Envelope { at, user: by, .. },
                    what: Event::NoticeGiven { notice },
                } => Ok(NoticeRecord { place: unsigned(n)?, at, by, notice: *notice }),
                _ => Err(LedgerError::Damaged { place: "bảng phiếu tại quầy" }),
            })
            .collect()
    }

    /// What the office set for itself; nothing where it set nothing.
    pub fn settings(&self) -> Result<Settings> {
        match self.newest_of(EventKind::SettingsChanged, 1)?.pop().map(|(_, entry)| entry.what) {
            Some(Event::SettingsChanged { settings }) => Ok(*settings),
            _ => Ok(Settings::default()),
        }
    }

    /// The newest update of each kind of law data, newest first.
    pub fn law_updates(&self) -> Result<Vec<LawUpdateRecord>> {
        let mut updates: Vec<LawUpdateRecord> = Vec::new();
        for (n, entry) in self.newest_of(EventKind::LawUpdated, i64::MAX)? {
            if let Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::LawUpdated { update },
            } = entry
                && updates.iter().all(|newer| newer.update.kind != update.kind)
            {
                updates.push(LawUpdateRecord { place: unsigned(n)?, at, by, update: *update });
            }
        }
        Ok(updates)
    }

    /// The law data in force over what was bundled. Law is no secret: every user may read it.
    pub fn law_content(&self, kind: LawKind) -> Result<Option<Vec<u8>>> {
        let update = self.law_updates()?.into_iter().find(|known| known.update.kind == kind);
        update.map(|known| blob::read(&self.db, &self.contents, &known.update.content)).transpose()
    }

    /// The portal's codes that the office entered. They are no secret: every user may read them.
    pub fn portal_codes(&self) -> Result<Table> {
        let mut table = Table::default();
        for (_, entry) in self.newest_of(EventKind::PortalCodesEntered, i64::MAX)?.into_iter().rev()
        {
            if let Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::PortalCodesEntered { codes },
            } = entry
            {
                let PortalCodes { codes, file, words } = *codes;
                table.enter(&Entered { at, by, file, words }, codes);
            }
        }
        Ok(table)
    }

    /// The newest entries of a rare kind.
    pub(crate) fn newest_of(&self, kind: EventKind, limit: i64) -> Result<Vec<(i64, Entry)>> {
        let sql = format!(
            "SELECT n FROM entry WHERE kind = {} AND kind NOT IN (8, 9, 10, 12) ORDER BY n DESC LIMIT ?1",
            kind.facts().number
        );
        let places: Vec<i64> = rows(&self.db, &sql, [limit], |row| row.get(0))?;
        places.into_iter().map(|n| Ok((n, entry_at(&self.db, n)?))).collect()
    }

    fn arrival_at(&self, (n, answer): Found) -> Result<ArrivalRecord> {
        let damaged = || LedgerError::Damaged { place: "bảng hồ sơ trực tuyến" };
        let answer = match answer.map(|n| entry_at(&self.db, n)).transpose()?.map(|e| e.what) {
            None => None,
            Some(Event::DossierReceived { dossier }) => Some(Answer::Accepted(dossier.id)),
            Some(Event::NoticeGiven { notice }) => Some(Answer::Refused(notice)),
            Some(_) => return Err(damaged()),
        };
        match entry_at(&self.db, n)? {
            Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::DossierArrived { arrival },
            } => {
                let (place, mut arrival) = (unsigned(n)?, *arrival);
                arrival.applicant.be_named(PersonId(place));
                Ok(ArrivalRecord { place, at, by, arrival, answer })
            }
            _ => Err(damaged()),
        }
    }
}
