//! Read models that lag behind are brought on, see [`crate::model`].

use std::time::{Duration, Instant};

use office::entry::Event;
use rusqlite::{Connection, OptionalExtension};

use crate::{
    Ledger, Result,
    beside::{Ahead, Batch, Checkpointer},
    index,
    model::{Lagging, Model, NOTHING, WHOLE, lagging},
    project::{course, entry::written_at, tally},
    read::people::told_by,
    rows::rows,
};

/// Entries that are taken in between two looks at the clock.
const STEP: i64 = if cfg!(test) { 3 } else { 8 };

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

/// What the search takes in of these entries.
fn read(db: &Connection, places: &[i64]) -> Result<Vec<(i64, Event)>> {
    places.iter().map(|n| Ok((*n, written_at(db, *n)?))).collect()
}

/// The next entries of the search, and the place of the last.
fn read_ahead(db: &Connection, after: i64) -> Result<(Batch, i64)> {
    let places = next(Model::Search, db, after)?;
    let to = places.last().copied().unwrap_or(after);
    Ok((Batch { entries: read(db, &places)?, last: (places.len() as i64) < STEP }, to))
}

fn count(db: &Connection, places: &[i64]) -> Result<()> {
    let standings = places.iter().map(|n| course::standing_at(db, *n));
    tally::count(db, &standings.collect::<Result<Vec<_>>>()?)
}

fn index(db: &Connection, entries: Vec<(i64, Event)>) -> Result<()> {
    entries.into_iter().try_for_each(|(n, event)| match event {
        Event::DossierReceived { dossier } => index::write_dossier(db, n, &dossier),
        line @ (Event::ActDone { .. } | Event::LineWritten { .. }) => {
            index::write_line(db, n, &line)
        }
        told => index::write_person(db, n, &told_by(told)?.0),
    })
}

/// Takes in some entries of a model.
fn go_on(model: Model, db: &Connection, upto: i64) -> Result<()> {
    let places = next(model, db, upto)?;
    match model {
        Model::Figures => count(db, &places)?,
        Model::Search => index(db, read(db, &places)?)?,
    }
    let last = places.last().copied().filter(|_| places.len() as i64 == STEP);
    model.set(db, last.unwrap_or(WHOLE))
}

/// Takes in some entries of the search that were read ahead. Gives whether any were there by then.
fn go_on_ahead(ahead: &Ahead, db: &Connection, until: Instant) -> Result<bool> {
    let Some(Batch { entries, last }) = ahead.next(until)? else { return Ok(false) };
    let upto = entries.last().map(|(n, _)| *n).filter(|_| !last);
    index(db, entries)?;
    Model::Search.set(db, upto.unwrap_or(WHOLE))?;
    Ok(true)
}

/// What works beside while models lag behind.
pub(crate) struct Tending {
    ahead: Option<Ahead>,
    checkpointer: Checkpointer,
    slices: u32,
}

/// Slices after which the log is moved into the database.
const MOVED_AFTER: u32 = 4;

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

/// Takes in entries for about as long as `budget`, in a transaction of its own.
pub(crate) fn tend(db: &Connection, budget: Duration) -> Result<Option<Lagging>> {
    slice(db, &mut None, budget)
}

fn slice(db: &Connection, ahead: &mut Option<Ahead>, budget: Duration) -> Result<Option<Lagging>> {
    let (started, until) = (Instant::now(), Instant::now() + budget);
    let transaction = db.unchecked_transaction()?;
    'models: for model in Model::ALL {
        loop {
            let upto = model.upto(db)?;
            if upto == WHOLE {
                break;
            }
            match (model, &ahead) {
                (Model::Search, Some(ahead)) => {
                    if !go_on_ahead(ahead, db, until)? {
                        break 'models;
                    }
                }
                (Model::Figures | Model::Search, _) => go_on(model, db, upto)?,
            }
            if started.elapsed() >= budget {
                break 'models;
            }
        }
    }
    transaction.commit()?;
    if let Some(ahead) = ahead {
        ahead.wrote(db);
    }
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
            self.tending = None;
            return Ok(None);
        }
        let (db, key) = (&self.db, &self.key);
        let tending = self.tending.get_or_insert_with(|| Tending {
            ahead: None,
            checkpointer: Checkpointer::begin(db, key),
            slices: 0,
        });
        // What was read before somebody wrote is read again.
        let upto = Model::Search.upto(db)?;
        if tending.ahead.as_ref().is_none_or(|ahead| !ahead.is_of(db)) {
            let begun = (upto < WHOLE).then(|| Ahead::begin(db, key, upto, read_ahead));
            tending.ahead = begun;
        }
        // What is lost with the power is taken in anew, so that nobody waits for the disk: the next entry's commit
        // takes it along.
        db.pragma_update(None, "synchronous", "NORMAL")?;
        let left = slice(db, &mut tending.ahead, budget);
        db.pragma_update(None, "synchronous", "FULL")?;
        tending.slices += 1;
        if tending.slices.is_multiple_of(MOVED_AFTER) {
            tending.checkpointer.ask();
        }
        if !matches!(left, Ok(Some(_))) {
            self.tending = None;
        }
        left
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

    /// The search is read ahead on another thread: what somebody writes meanwhile is found, and nothing twice.
    #[test]
    fn what_was_read_ahead_is_read_again_after_somebody_wrote() {
        let data = tempfile::tempdir().unwrap();
        let mut ledger = filled(data.path());
        let hits = found_by_search(&ledger);
        rebuild(&ledger);
        while figures(&ledger).is_err() {
            ledger.tend(Duration::ZERO).unwrap();
        }
        let (mut before, mut written) = (Model::Search.upto(&ledger.db).unwrap(), 0);
        while ledger.lagging().unwrap().is_some() {
            ledger.tend(Duration::ZERO).unwrap();
            let upto = Model::Search.upto(&ledger.db).unwrap();
            if upto > before && upto < WHOLE {
                append_dossier(&mut ledger, 200 + written, at(300 + written as i64));
                written += 1;
            }
            before = upto;
        }
        assert!(written > 5, "{written}");
        assert!(ledger.tending.is_none(), "nothing is open beside");
        let all = found_by_search(&ledger);
        assert_eq!(all, hits + usize::try_from(written).unwrap());
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
