//! Read models that may lag behind.
//!
//! The tables that every act needs are made by each entry at once, see [`crate::upgrade`] for their rebuild. Two
//! models can do without some entries for a while, and cost as much as all others together: the figures and the
//! search. Each has a row in the table `model`: its version, and the place up to which it holds all entries. An
//! entry that comes in at an earlier place, or where the model holds everything, is taken in with the entry's own
//! transaction; the others are taken in by [`Ledger::tend`], in slices of a few milliseconds between which the
//! window works, and which go on where they stopped when the program was closed or killed.
//!
//! Figures are refused until they are whole; the search shows what it has.

use std::time::{Duration, Instant};

use office::entry::Event;
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Ledger, LedgerError, Result,
    project::{course, tally},
    read::{people::told_by, rows, written_at},
    search,
};

/// A read model that may lag behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// The tally.
    Figures,
    /// The search's index.
    Search,
}

/// In `model.upto`: everything is there.
const WHOLE: i64 = i64::MAX;
/// In `model.upto`: nothing is there.
const NOTHING: i64 = -1;
/// Entries that are taken in between two looks at the clock.
const STEP: i64 = if cfg!(test) { 3 } else { 32 };

/// A model that lags behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lagging {
    /// Whether it is the figures that are not whole; else the search alone.
    pub figures: bool,
    /// How much is done, of a hundred.
    pub percent: u8,
}

impl Model {
    const ALL: [Self; 2] = [Self::Figures, Self::Search];

    const fn name(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Search => "search",
        }
    }

    /// Raised where the model's tables change, so that it is made anew.
    const fn version(self) -> i64 {
        match self {
            Self::Figures | Self::Search => 1,
        }
    }

    /// Whether the entry at `n` is the business of the entry's own transaction.
    pub(crate) fn takes(self, db: &Connection, n: i64) -> Result<bool> {
        Ok(self.upto(db)? >= n)
    }

    fn upto(self, db: &Connection) -> Result<i64> {
        let sql = "SELECT upto FROM model WHERE name = ?1";
        let upto = db.prepare_cached(sql)?.query_row([self.name()], |row| row.get(0));
        Ok(upto.optional()?.unwrap_or(NOTHING))
    }

    fn set(self, db: &Connection, upto: i64) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO model (name, version, upto) VALUES (?1, ?2, ?3)";
        db.prepare_cached(sql)?.execute(params![self.name(), self.version(), upto])?;
        Ok(())
    }

    /// The next places that are still to be taken in.
    fn next(self, db: &Connection, after: i64) -> Result<Vec<i64>> {
        let sql = match self {
            Self::Figures => "SELECT n FROM dossier WHERE n > ?1 ORDER BY n LIMIT ?2",
            Self::Search => {
                "SELECT n FROM (SELECT n FROM dossier WHERE n > ?1 ORDER BY n LIMIT ?2)
                 UNION SELECT n FROM (SELECT n FROM reading WHERE n > ?1 AND strength > 0 ORDER BY n LIMIT ?2)
                 ORDER BY n LIMIT ?2"
            }
        };
        rows(db, sql, [after, STEP], |row| row.get(0))
    }

    fn take_in(self, db: &Connection, places: &[i64]) -> Result<()> {
        match self {
            Self::Figures => {
                let standings = places.iter().map(|n| course::standing_at(db, *n));
                tally::count(db, &standings.collect::<Result<Vec<_>>>()?)
            }
            Self::Search => places.iter().try_for_each(|n| match written_at(db, *n)? {
                Event::DossierReceived { dossier } => search::write_dossier(db, *n, &dossier),
                told => search::write_person(db, *n, &told_by(told)?.0),
            }),
        }
    }

    /// Takes in some entries.
    fn go_on(self, db: &Connection, upto: i64) -> Result<()> {
        let places = self.next(db, upto)?;
        self.take_in(db, &places)?;
        let last = places.last().copied().filter(|_| places.len() as i64 == STEP);
        self.set(db, last.unwrap_or(WHOLE))
    }
}

/// In `model.name`: all tables but those of the models.
const TABLES: &str = "tables";

/// Up to which place the tables hold all entries; `None` where they are whole.
pub(crate) fn tables_upto(db: &Connection) -> Result<Option<i64>> {
    let sql = "SELECT upto FROM model WHERE name = ?1";
    let upto: Option<i64> = db.query_row(sql, [TABLES], |row| row.get(0)).optional()?;
    Ok(upto.filter(|upto| *upto < WHOLE))
}

/// The tables hold all entries up to a place, or all.
pub(crate) fn tables_hold(db: &Connection, upto: Option<i64>) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO model (name, version, upto) VALUES (?1, 0, ?2)";
    db.prepare_cached(sql)?.execute(params![TABLES, upto.unwrap_or(WHOLE)])?;
    Ok(())
}

/// All models are whole: nothing was written yet, or a rebuild takes everything in as it goes.
pub(crate) fn all_whole(db: &Connection) -> Result<()> {
    Model::ALL.into_iter().try_for_each(|model| model.set(db, WHOLE))
}

/// Tables and models begin anew, after all were emptied.
pub(crate) fn begin_all(db: &Connection) -> Result<()> {
    tables_hold(db, Some(NOTHING))?;
    Model::ALL.into_iter().try_for_each(|model| model.set(db, NOTHING))
}

/// Makes those models anew that are of another version.
pub(crate) fn begin_changed(db: &Connection) -> Result<()> {
    for model in Model::ALL {
        let sql = "SELECT version FROM model WHERE name = ?1";
        let version: Option<i64> =
            db.query_row(sql, [model.name()], |row| row.get(0)).optional()?;
        if version != Some(model.version()) {
            match model {
                Model::Figures => tally::clear(db)?,
                Model::Search => search::clear(db)?,
            }
            model.set(db, NOTHING)?;
        }
    }
    Ok(())
}

/// Takes in everything that is left.
pub(crate) fn finish(db: &Connection) -> Result<()> {
    while tend(db, Duration::from_secs(1))?.is_some() {}
    Ok(())
}

/// Refuses figures that are not whole.
///
/// # Errors
/// [`LedgerError::Rebuilding`].
pub(crate) fn require_figures(db: &Connection) -> Result<()> {
    match lagging(db)? {
        Some(Lagging { figures: true, percent }) => Err(LedgerError::Rebuilding { percent }),
        _ => Ok(()),
    }
}

fn lagging(db: &Connection) -> Result<Option<Lagging>> {
    let [figures, search] = [Model::Figures.upto(db)?, Model::Search.upto(db)?];
    let (figures, at) = (figures < WHOLE, figures.min(search));
    if at == WHOLE {
        return Ok(None);
    }
    let ends: (Option<i64>, Option<i64>) = db
        .prepare_cached("SELECT min(n), max(n) FROM entry")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (first, last) = (ends.0.unwrap_or(0), ends.1.unwrap_or(0));
    let all = i128::from((last - first).max(1));
    let done = i128::from(at.max(first) - first) * 100 / all;
    Ok(Some(Lagging { figures, percent: u8::try_from(done).unwrap_or(99).min(99) }))
}

pub(crate) fn tend(db: &Connection, budget: Duration) -> Result<Option<Lagging>> {
    let started = Instant::now();
    let transaction = db.unchecked_transaction()?;
    for model in Model::ALL {
        loop {
            let upto = model.upto(db)?;
            if upto == WHOLE {
                break;
            }
            model.go_on(db, upto)?;
            if started.elapsed() >= budget {
                transaction.commit()?;
                return lagging(db);
            }
        }
    }
    transaction.commit()?;
    lagging(db)
}

impl Ledger {
    /// Which read models lag behind, if any.
    pub fn lagging(&self) -> Result<Option<Lagging>> {
        lagging(&self.db)
    }

    /// Takes entries into the read models that lag behind, for about as long as `budget`; what still lags then.
    ///
    /// # Errors
    /// [`LedgerError::DiskFull`], [`LedgerError::Damaged`]; then nothing of this slice was kept.
    pub fn tend(&mut self, budget: Duration) -> Result<Option<Lagging>> {
        tend(&self.db, budget)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::{Date, DateTime};
    use office::{
        Explain,
        evidence::Evidence,
        statistics::{GroupBy, Period, Row},
    };

    use super::*;
    use crate::{
        Scope,
        fixture::{
            PASSWORD, append_dossier, assert_clean, at, chi, found, open, read_event,
            rooms::{step, transfer},
        },
        upgrade,
    };

    /// Fifty dossiers, half of them handed over, and people who only had their cards read.
    fn filled(data: &std::path::Path) -> Ledger {
        let (mut ledger, _) = found(data);
        for i in 0..50 {
            let entry = append_dossier(&mut ledger, i, at(i as i64));
            let Event::DossierReceived { dossier } = entry.what else { continue };
            if i % 2 == 0 {
                let now = at(100 + i as i64);
                let moved = step(&dossier.id, 0, now, transfer("Người hai"));
                ledger.record(now, moved, &[]).unwrap();
            }
            ledger.record(at(200), read_event(1_000 + i, Evidence::ChipSigned), &[]).unwrap();
        }
        ledger
    }

    fn figures(ledger: &Ledger) -> Result<Vec<Row>> {
        let period = Period { from: Date::MIN, to: Date::MAX };
        ledger.figures(&period, GroupBy::Officer, DateTime::MAX)
    }

    fn found_by_search(ledger: &Ledger) -> usize {
        ledger.search("xa thu nghiem", Scope::All, None, 500).unwrap().items.len()
    }

    fn rebuild(ledger: &Ledger) {
        ledger.db.execute_batch("BEGIN").unwrap();
        upgrade::rebuild(&ledger.db).unwrap();
        ledger.db.execute_batch("COMMIT").unwrap();
    }

    #[test]
    fn what_lags_behind_says_so_and_is_whole_in_the_end() {
        let data = tempfile::tempdir().unwrap();
        let mut ledger = filled(data.path());
        let (told, hits) = (figures(&ledger).unwrap(), found_by_search(&ledger));
        assert_eq!(ledger.lagging().unwrap(), None);
        rebuild(&ledger);
        assert_eq!(figures(&ledger).unwrap_err().code(), "LED-98");
        let (mut slices, mut last) = (0, 0);
        while let Some(Lagging { figures: lacks, percent }) = ledger.tend(Duration::ZERO).unwrap() {
            assert_eq!(figures(&ledger).is_err(), lacks);
            assert!(percent < 100 && found_by_search(&ledger) <= hits);
            assert!(percent >= last || !lacks, "{percent} after {last}");
            (slices, last) = (slices + 1, if lacks { percent } else { 0 });
        }
        assert!(slices > 20, "{slices}");
        assert_eq!((figures(&ledger).unwrap(), found_by_search(&ledger)), (told, hits));
        assert_clean(&ledger);
    }

    /// What is written meanwhile is neither missing in the end nor there twice.
    #[test]
    fn work_goes_on_while_something_lags() {
        let data = tempfile::tempdir().unwrap();
        let mut ledger = filled(data.path());
        rebuild(&ledger);
        for i in 0..30 {
            let now = at(300 + i as i64);
            let entry = append_dossier(&mut ledger, 100 + i, now);
            ledger.tend(Duration::ZERO).unwrap();
            let Event::DossierReceived { dossier } = entry.what else { continue };
            ledger.record(now, step(&dossier.id, 0, now, transfer("Người ba")), &[]).unwrap();
            ledger.tend(Duration::ZERO).unwrap();
        }
        drop(ledger);
        // A login goes on where it was.
        let ledger = Ledger::open_watched(data.path(), &chi(), PASSWORD, at(400), &|_| ()).unwrap();
        assert!(ledger.lagging().unwrap().is_some());
        drop(ledger);
        let ledger = open(data.path());
        assert_eq!(ledger.lagging().unwrap(), None);
        assert_clean(&ledger);
    }

    #[test]
    fn a_model_of_another_version_is_made_anew_alone() {
        let data = tempfile::tempdir().unwrap();
        let ledger = filled(data.path());
        let hits = found_by_search(&ledger);
        ledger.db.execute("UPDATE model SET version = 0 WHERE name = 'search'", []).unwrap();
        drop(ledger);
        let mut ledger =
            Ledger::open_watched(data.path(), &chi(), PASSWORD, at(400), &|_| ()).unwrap();
        assert!(matches!(ledger.lagging().unwrap(), Some(Lagging { figures: false, .. })));
        assert!(figures(&ledger).is_ok());
        assert_eq!(found_by_search(&ledger), 0);
        while ledger.tend(Duration::ZERO).unwrap().is_some() {}
        assert_eq!(found_by_search(&ledger), hits);
        assert_clean(&ledger);
    }
}
