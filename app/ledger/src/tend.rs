//! Read models that lag behind are brought on, see [`crate::model`].

use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension};

use crate::{
    Ledger, Result,
    index::{self, Found},
    model::{Lagging, Model, NOTHING, WHOLE, lagging},
    mover::Mover,
    project::{DAMAGED, course, entry::written_at, tally},
    rows::rows,
};

/// Entries that are taken in between two looks at the clock.
const STEP: i64 = if cfg!(test) { 3 } else { 16 };

/// The next places that are still to be taken in.
fn next(model: Model, db: &Connection, after: i64) -> Result<Vec<i64>> {
    let sql = match model {
        Model::Figures => "SELECT n FROM dossier WHERE n > ?1 ORDER BY n LIMIT ?2",
        Model::Search => {
            "SELECT n FROM (SELECT n FROM dossier WHERE n > ?1 ORDER BY n LIMIT ?2)
             UNION SELECT n FROM (SELECT n FROM reading WHERE n > ?1 AND strength > 0 ORDER BY n LIMIT ?2)
             UNION SELECT n FROM (SELECT n FROM line WHERE n > ?1 ORDER BY n LIMIT ?2)
             ORDER BY n LIMIT ?2"
        }
    };
    rows(db, sql, [after, STEP], |row| row.get(0))
}

fn take_in(model: Model, db: &Connection, places: &[i64]) -> Result<()> {
    match model {
        Model::Figures => {
            let standings = places.iter().map(|n| course::standing_at(db, *n));
            tally::count(db, &standings.collect::<Result<Vec<_>>>()?)
        }
        Model::Search => places.iter().try_for_each(|n| {
            let found = Found::of(*n, &written_at(db, *n)?);
            index::write(db, found.ok_or(DAMAGED)?)
        }),
    }
}

/// Takes in some entries.
fn go_on(model: Model, db: &Connection, upto: i64) -> Result<()> {
    let places = next(model, db, upto)?;
    take_in(model, db, &places)?;
    let last = places.last().copied().filter(|_| places.len() as i64 == STEP);
    model.set(db, last.unwrap_or(WHOLE))
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
                Model::Search => index::clear(db)?,
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

/// Takes in entries for about as long as `budget`. What is lost with the power is taken in anew, so that nobody waits
/// for the disk: the next entry's commit takes it along.
pub(crate) fn tend(db: &Connection, budget: Duration) -> Result<Option<Lagging>> {
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let lagging = slice(db, budget);
    db.pragma_update(None, "synchronous", "FULL")?;
    lagging
}

fn slice(db: &Connection, budget: Duration) -> Result<Option<Lagging>> {
    let started = Instant::now();
    let transaction = db.unchecked_transaction()?;
    for model in Model::ALL {
        loop {
            let upto = model.upto(db)?;
            if upto == WHOLE {
                break;
            }
            go_on(model, db, upto)?;
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
    /// [`crate::LedgerError::DiskFull`], [`crate::LedgerError::Damaged`]; then nothing of this slice was kept.
    pub fn tend(&mut self, budget: Duration) -> Result<Option<Lagging>> {
        if self.lagging()?.is_none() {
            self.mover = None;
            return Ok(None);
        }
        // A backup copies the file as it stands: what is committed stays in the log meanwhile.
        if self.mover.is_none() && self.copying.require_rest().is_ok() {
            self.mover = Mover::beside(&self.db, &self.key);
        }
        let left = tend(&self.db, budget)?;
        if let Some(mover) = &mut self.mover {
            mover.slice_done();
        }
        if left.is_none() {
            self.mover = None;
        }
        Ok(left)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::{Date, DateTime};
    use office::{
        Explain,
        entry::Event,
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

    /// Both models begin anew.
    fn rebuild(ledger: &Ledger) {
        ledger
            .db
            .execute_batch("BEGIN; UPDATE model SET version = 0 WHERE name <> 'tables'")
            .unwrap();
        begin_changed(&ledger.db).unwrap();
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
