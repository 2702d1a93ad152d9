//! Files of an older structure: their read models are made anew from the entries. The entries are the truth and
//! stay as they are. So are the read models of a file with entries whose kinds only the present program knows.
//!
//! The tables come first, before anybody is logged in, in stretches that are kept: a rebuild that is cut off goes on
//! where it was. Entries are read and parsed on a thread beside the one that writes, by a connection of its own (where
//! there can be none, by the writer), and since they go by, another one makes the search of them, see [`whole`]. The
//! figures follow while the office works, see [`crate::model`].
//!
//! | version | what came |
//! |---|---|
//! | 8 | envelopes apart from payloads |
//! | 9 | preparations of electronic acts |
//! | 10 | who takes part in an act and as what; what acts and the block list are about |

use std::{sync::mpsc, thread};

use office::entry::{Envelope, EventKind, Opened, Sealed};
use rusqlite::Connection;

use crate::{
    LedgerError, Result,
    head::{NEWER, heads},
    index::{Found, volumes, whole},
    key::DatabaseKey,
    model::{self, Model},
    mover::Mover,
    project::{self, Applied},
    rows::rows,
    schema::{self, OLDEST, VERSION, read_models},
    tend,
};

/// What a login makes anew before anybody is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rebuilt {
    /// The read models of an older file; counted in entries.
    ReadModels,
    /// The whole file under another key, see [`crate::rekey`]; counted in pages.
    Key,
}

/// How far that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilding {
    /// What is made anew.
    pub what: Rebuilt,
    /// How many so far.
    pub done: u64,
    /// All of them.
    pub all: u64,
}

/// Entries that are read, parsed and written together.
const BATCH: usize = if cfg!(test) { 20 } else { 1_000 };
/// Batches after which what was written is kept.
const KEPT_AFTER: usize = if cfg!(test) { 2 } else { 60 };

/// 256 MB of log. Then the writer itself moves what the [`Mover`] has not moved yet, so that the log begins anew.
const MOVED_AFTER: &str = "PRAGMA wal_autocheckpoint = 128000";

/// Brings an older file up to date and tells `watch` how far it is; a file of the present structure is
/// left alone.
pub(crate) fn upgrade(
    db: &Connection,
    key: &DatabaseKey,
    watch: &dyn Fn(Rebuilding),
) -> Result<()> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let transaction = db.unchecked_transaction()?;
    let learnt = learn_kinds(db)?;
    if learnt || (OLDEST..VERSION).contains(&version) {
        begin(db)?;
    }
    tend::begin_changed(db)?;
    transaction.commit()?;
    match go_on(db, key, Undo::Transaction, watch) {
        Err(LedgerError::Stopped) => go_on(db, key, Undo::Savepoint, watch),
        done => done,
    }
}

/// Gives entries of kinds that an older program did not know the kinds that this one knows. It had left them out of the
/// read models, where what follows may rest on them: these are made anew. Whether there were any.
fn learn_kinds(db: &Connection) -> Result<bool> {
    // The second term is the index's own.
    let sql = "SELECT n, envelope FROM entry WHERE kind = ?1 AND kind NOT IN (8, 9, 10, 12)";
    let unknown: Vec<(i64, Vec<u8>)> =
        rows(db, sql, [NEWER], |row| Ok((row.get(0)?, row.get(1).unwrap_or_default())))?;
    let mut learnt = false;
    for (n, envelope) in unknown {
        let Ok(envelope) = Envelope::parse(&envelope) else { continue };
        let Some(kind) = EventKind::named(&envelope.kind) else { continue };
        db.prepare_cached("UPDATE entry SET kind = ?2 WHERE n = ?1")?
            .execute((n, kind.facts().number))?;
        learnt = true;
    }
    Ok(learnt)
}

/// Makes those tables that are not whole, from where they stand. What is lost with the power is made anew, so that
/// no stretch waits for the disk, and a [`Mover`] moves it while the next one is written.
fn go_on(db: &Connection, key: &DatabaseKey, undo: Undo, watch: &dyn Fn(Rebuilding)) -> Result<()> {
    let Some(after) = model::tables_upto(db)? else { return Ok(()) };
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let made = make(db, key, after, undo, watch);
    db.query_row(schema::AUTOCHECKPOINT, [], |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    made
}

fn make(
    db: &Connection,
    key: &DatabaseKey,
    after: i64,
    undo: Undo,
    watch: &dyn Fn(Rebuilding),
) -> Result<()> {
    let (reading, mover) = (schema::beside(db, key), Mover::beside(db, key));
    if mover.is_some() {
        db.query_row(MOVED_AFTER, [], |_| Ok(()))?;
    }
    let mut transaction = Some(db.unchecked_transaction()?);
    replay(db, reading, after, undo, SearchBy::Replay, watch, &mut |upto| {
        model::tables_hold(db, Some(upto))?;
        if let Some(kept) = transaction.take() {
            kept.commit()?;
        }
        if let Some(mover) = &mover {
            mover.go();
        }
        transaction = Some(db.unchecked_transaction()?);
        Ok(())
    })?;
    end(db)?;
    transaction.map_or(Ok(()), |last| Ok(last.commit()?))
}

/// The tables of the read models.
fn tables() -> impl Iterator<Item = &'static str> {
    read_models().into_iter().map(|(table, _)| table).chain(["find", "volume"])
}

/// Makes the tables anew from the entries, within the transaction that is open. What [`crate::model`] holds follows
/// later.
pub(crate) fn rebuild(db: &Connection) -> Result<()> {
    begin(db)?;
    replay(db, None, i64::MIN, Undo::Savepoint, SearchBy::Tending, &|_| (), &mut |_| Ok(()))?;
    end(db)
}

/// Empties all read models.
pub(crate) fn begin(db: &Connection) -> Result<()> {
    for table in volumes(db)? {
        db.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    for table in tables() {
        db.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    db.execute_batch(schema::MODEL)?;
    schema::create_read_models(db)?;
    db.execute(schema::FIRST_VOLUME, [])?;
    model::begin_all(db)?;
    Ok(db.pragma_update(None, "user_version", VERSION)?)
}

fn end(db: &Connection) -> Result<()> {
    // A list's index is sorted in memory, in the room that the cache has until then.
    let cache: i64 = db.pragma_query_value(None, "cache_size", |row| row.get(0))?;
    db.execute_batch("PRAGMA cache_size = -2048; PRAGMA shrink_memory")?;
    db.execute_batch(schema::LIST_INDEXES)?;
    db.pragma_update(None, "cache_size", cache)?;
    model::tables_hold(db, None)
}

/// Stored entries, opened, each with what it is found by; without what no table holds.
type Parsed = Vec<(i64, Opened, Option<Found>)>;

/// Entries that are read together.
struct Batch {
    /// Place of the last one.
    last: i64,
    /// How many were read.
    read: u64,
    entries: Parsed,
}

/// What takes a batch back in which an entry cannot be applied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// The transaction, down to what was kept: replay stops with [`LedgerError::Stopped`]. That is so rare that no
    /// batch pays for a savepoint, which copies every page that it changes.
    Transaction,
    /// A savepoint of the batch, whose entries are then applied one by one.
    Savepoint,
}

/// Who makes the search of the entries that are replayed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SearchBy {
    /// The replay itself: nobody is logged in yet.
    Replay,
    /// [`tend`], in slices, as somebody waits at a window.
    Tending,
}

/// Applies all entries behind a place, and may take into the search those behind the place up to which it holds all.
/// They are read `beside`, or here where nothing is beside. `keep` is called with the place of the last one now and
/// then.
fn replay(
    db: &Connection,
    beside: Option<Connection>,
    after: i64,
    undo: Undo,
    search: SearchBy,
    watch: &dyn Fn(Rebuilding),
    keep: &mut dyn FnMut(i64) -> Result<()>,
) -> Result<()> {
    let searched = match search {
        SearchBy::Replay => Model::Search.upto(db)?,
        SearchBy::Tending => i64::MAX,
    };
    let all = heads(db)?.entries();
    // The index is a fraction of the table.
    let left = "SELECT count(*) FROM entry INDEXED BY entry_chain WHERE n > ?1";
    let left: u64 =
        db.query_row(left, [after], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))?;
    let mut done = all.saturating_sub(left);
    watch(Rebuilding { what: Rebuilt::ReadModels, done, all });
    thread::scope(|scope| {
        let (mut binding, making) = whole::pair();
        scope.spawn(move || making.run());
        // What is on this side of the channels is dropped at this block's end, so that the threads end.
        let (spend, spent) = mpsc::channel::<Parsed>();
        let mut next: Box<dyn FnMut() -> Result<Option<Batch>>> = match beside {
            Some(beside) => {
                let (sending, sent) = mpsc::sync_channel(1);
                scope.spawn(move || {
                    batches(&beside, after, searched, |batch| {
                        spent.try_iter().for_each(drop);
                        sending.send(batch).is_ok()
                    });
                });
                Box::new(move || sent.recv().map_err(|_| LedgerError::Stopped)?)
            }
            None => {
                drop(spent);
                let mut read_to = after.min(searched);
                Box::new(move || {
                    let batch = batch_after(db, read_to, searched)?;
                    read_to = batch.as_ref().map_or(read_to, |batch| batch.last);
                    Ok(batch)
                })
            }
        };
        let mut batches = 0;
        while let Some(Batch { last, read, mut entries }) = next()? {
            let found: Vec<Found> =
                entries.iter_mut().filter_map(|(.., found)| found.take()).collect();
            entries.retain(|(n, ..)| *n > after);
            apply_all(db, &entries, undo)?;
            // Memory is given back by the thread that took it, which has time for it.
            let _ = spend.send(entries);
            found.into_iter().try_for_each(|found| binding.take(db, found))?;
            done += if last > after { read } else { 0 };
            batches += 1;
            watch(Rebuilding { what: Rebuilt::ReadModels, done, all });
            if batches % KEPT_AFTER == 0 {
                keep(last.max(after))?;
            }
        }
        match search {
            SearchBy::Replay => binding.end(db),
            SearchBy::Tending => Ok(()),
        }
    })
}

/// Gives all batches behind a place, `None` at their end, as long as somebody takes them.
fn batches(
    db: &Connection,
    after: i64,
    searched: i64,
    mut give: impl FnMut(Result<Option<Batch>>) -> bool,
) {
    let mut read_to = Some(after.min(searched));
    while let Some(place) = read_to {
        let batch = batch_after(db, place, searched);
        read_to = batch.as_ref().ok().and_then(Option::as_ref).map(|batch| batch.last);
        if !give(batch) {
            return;
        }
    }
}

/// The next stored entries. What cannot be read is no reason to close the office, nor rows whose columns are not even
/// of the right kind: the check tells of them.
fn batch_after(db: &Connection, after: i64, searched: i64) -> Result<Option<Batch>> {
    let sql = "SELECT n, signature, envelope, payload FROM entry WHERE n > ?1 ORDER BY n LIMIT ?2";
    let batch = rows(db, sql, (after, BATCH as i64), |row| {
        let n: i64 = row.get(0)?;
        let (signature, envelope, payload) = (row.get(1), row.get(2), row.get(3));
        Ok(match (signature, envelope, payload) {
            (Ok(signature), Ok(envelope), Ok(payload)) => {
                (n, Some(Sealed { signature, envelope, payload }))
            }
            _ => (n, None),
        })
    })?;
    let Some((last, _)) = batch.last() else { return Ok(None) };
    let (last, read) = (*last, batch.len() as u64);
    let entries = batch.into_iter().filter_map(|(n, sealed)| match sealed?.open() {
        Ok(Opened::Entry(entry)) => {
            let found = (n > searched).then(|| Found::of(n, &entry.what)).flatten();
            Some((n, Opened::Entry(entry), found))
        }
        Ok(opened @ Opened::Erased(_)) => Some((n, opened, None)),
        Ok(Opened::Newer(_)) | Err(_) => None,
    });
    Ok(Some(Batch { last, read, entries: entries.collect() }))
}

/// Applies entries, each wholly or not at all.
fn apply_all(db: &Connection, entries: &Parsed, undo: Undo) -> Result<()> {
    if undo == Undo::Savepoint {
        db.prepare_cached("SAVEPOINT batch")?.execute([])?;
    }
    let together: Result<()> = entries.iter().try_for_each(|(n, opened, _)| match opened {
        Opened::Entry(entry) => match project::apply(db, *n, entry)? {
            Applied::Whole => Ok(()),
            Applied::Overtaking | Applied::Not => Err(LedgerError::Stopped),
        },
        Opened::Erased(envelope) => project::apply_erased(db, envelope),
        Opened::Newer(_) => Ok(()),
    });
    match (together, undo) {
        (Ok(()), Undo::Transaction) => return Ok(()),
        (Ok(()), Undo::Savepoint) => {}
        (Err(error @ (LedgerError::DiskFull | LedgerError::Files(_))), _) => return Err(error),
        (Err(_), Undo::Transaction) => return Err(LedgerError::Stopped),
        (Err(_), Undo::Savepoint) => {
            db.prepare_cached("ROLLBACK TO batch")?.execute([])?;
            for (n, opened, _) in entries {
                match opened {
                    Opened::Entry(entry) => drop(project::apply_standing(db, *n, entry)?),
                    Opened::Erased(envelope) => project::apply_erased(db, envelope)?,
                    Opened::Newer(_) => {}
                }
            }
        }
    }
    db.prepare_cached("RELEASE batch")?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use office::{dossier::Status, entry::Event};

    use super::*;
    use crate::{
        Dossiers, Ledger, Scope,
        fixture::{
            append_dossier, assert_clean, at, found, open,
            rooms::{step, transfer},
        },
    };

    /// A file of the version before with seventy dossiers, the first of them annulled.
    fn old_file(data: &std::path::Path) {
        let (mut ledger, _) = found(data);
        for i in 0..70 {
            append_dossier(&mut ledger, i, at(i as i64));
        }
        let first = ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.pop().unwrap();
        let annulled =
            Event::DossierAnnulled { dossier: first.dossier.id, reason: "nhầm".into() };
        ledger.record(at(100), annulled, &[]).unwrap();
        let db = &ledger.db;
        for table in tables() {
            db.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        }
        // Something of an older form, and no table of the present one.
        db.execute_batch("CREATE TABLE dossier (n INTEGER PRIMARY KEY, number TEXT)").unwrap();
        db.pragma_update(None, "user_version", VERSION - 1).unwrap();
    }

    #[test]
    fn an_older_file_is_brought_up_to_date() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        // The users' table went with the others: a login reads it after the upgrade.
        let mut ledger = open(data.path());
        assert_clean(&ledger);
        let items = ledger.dossiers(&Dossiers::All, None, 500).unwrap().items;
        let annulled = items.iter().filter(|record| record.status() == Status::Annulled).count();
        assert_eq!((items.len(), annulled), (70, 1));
        assert_eq!(ledger.search("nguyen", Scope::Dossiers, None, 500).unwrap().items.len(), {
            let named = |name: &str| office::text::fold(name).contains("nguyen");
            items.iter().filter(|r| named(&r.dossier.applicant.person.name)).count()
        });
        let id = &items[0].dossier.id;
        ledger.record(at(200), step(id, 0, at(200), transfer("Người hai")), &[]).unwrap();
        assert_clean(&ledger);
        drop(ledger);
        assert_clean(&open(data.path()));
    }

    /// An entry came from a seat with a newer program, before this one was updated too.
    #[test]
    fn what_an_older_program_did_not_know_is_known_after_the_update() {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        for i in 0..3 {
            append_dossier(&mut ledger, i, at(i as i64));
        }
        let first = ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.pop().unwrap();
        let dossier = first.dossier.id.clone();
        let annulled = Event::DossierAnnulled { dossier, reason: "nhầm".into() };
        let entry = ledger.record(at(100), annulled, &[]).unwrap();
        let place = i64::try_from(entry.envelope.place()).unwrap();
        let kind = |db: &Connection| -> i64 {
            db.query_row("SELECT kind FROM entry WHERE n = ?1", [place], |row| row.get(0)).unwrap()
        };
        let known = kind(&ledger.db);
        let old = "UPDATE entry SET kind = 0 WHERE n = ?1";
        ledger.db.execute(old, [place]).unwrap();
        ledger.db.execute_batch("UPDATE dossier SET annulled = NULL, status = 1").unwrap();
        drop(ledger);

        let ledger = open(data.path());
        assert_eq!(kind(&ledger.db), known);
        assert_clean(&ledger);
        let items = ledger.dossiers(&Dossiers::All, None, 500).unwrap().items;
        let annulled = items.iter().filter(|record| record.status() == Status::Annulled).count();
        assert_eq!((items.len(), annulled), (3, 1));
        assert!(!learn_kinds(&ledger.db).unwrap(), "done once");
    }

    #[test]
    fn a_rebuild_tells_how_far_it_is() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        let told = std::cell::RefCell::new(Vec::new());
        let watch = |rebuilding| told.borrow_mut().push(rebuilding);
        let login = || {
            let (user, password) = (crate::fixture::chi(), crate::fixture::PASSWORD);
            Ledger::open_watched(data.path(), &user, password, at(300), &watch).unwrap()
        };
        let all = login().head().entries;
        let at = |done| Rebuilding { what: Rebuilt::ReadModels, done, all };
        let steps = told.take();
        assert_eq!((steps.first(), steps.last()), (Some(&at(0)), Some(&at(all))));
        assert!(steps.len() > 3 && steps.is_sorted_by_key(|step| step.done), "{steps:?}");
        drop(login());
        assert_eq!(told.take(), [], "a present file is left alone");
    }

    /// On a full disk the log's index cannot be made: here something else stands in its place. Then the connection that
    /// writes reads too.
    #[test]
    fn a_rebuild_without_the_logs_index_does_all_by_itself() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        std::fs::create_dir(data.path().join("office/ledger.db-shm")).unwrap();
        let ledger = open(data.path());
        assert!(!schema::is_shared(&ledger.db));
        assert_clean(&ledger);
        assert_eq!(ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.len(), 70);
    }

    /// The program ends in the middle: what was kept stays, and the next login goes on from there.
    #[test]
    fn a_rebuild_that_is_cut_off_goes_on_where_it_was() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        let (user, password) = (crate::fixture::chi(), crate::fixture::PASSWORD);
        let dying = |rebuilding: Rebuilding| assert!(rebuilding.done < 60, "cut off");
        let login =
            || Ledger::open_watched(data.path(), &user, password, at(300), &dying).map(drop);
        let cut = std::panic::catch_unwind(std::panic::AssertUnwindSafe(login));
        assert!(cut.is_err());
        let begun = std::cell::Cell::new(None);
        let watch = |rebuilding: Rebuilding| {
            begun.set(begun.get().or(Some(rebuilding.done)));
        };
        let ledger = Ledger::open_watched(data.path(), &user, password, at(300), &watch).unwrap();
        assert_eq!(begun.get(), Some(40), "two batches of twenty were kept");
        assert_clean(&ledger);
        assert_eq!(ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.len(), 70);
    }

    /// An entry that cannot be read does not close the office: the check tells of it.
    #[test]
    fn an_unreadable_entry_is_left_to_the_check() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        let ledger = open(data.path());
        ledger.db.execute("UPDATE entry SET payload = x'7b7d' WHERE sequence = 20", []).unwrap();
        ledger.db.pragma_update(None, "user_version", VERSION - 1).unwrap();
        drop(ledger);
        let ledger = open(data.path());
        assert_eq!(ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.len(), 69);
        assert!(!ledger.check().unwrap().clean());
    }

    /// What the tables cannot hold stands in its chain alone, and all others are there.
    #[test]
    fn an_entry_that_the_tables_cannot_hold_stops_no_upgrade() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        let ledger = open(data.path());
        let refused = ledger.dossiers(&Dossiers::All, None, 500).unwrap().items[30].place;
        let db = &ledger.db;
        db.pragma_update(None, "user_version", VERSION - 1).unwrap();
        let refuse = format!(
            "CREATE TRIGGER IF NOT EXISTS refuse BEFORE INSERT ON dossier WHEN NEW.n = {refused}
             BEGIN SELECT RAISE(ABORT, 'refused'); END"
        );
        upgrade(db, &ledger.key, &|_| db.execute_batch(&refuse).unwrap()).unwrap();
        assert_eq!(model::tables_upto(db).unwrap(), None);
        let places: Vec<u64> = ledger
            .dossiers(&Dossiers::All, None, 500)
            .unwrap()
            .items
            .into_iter()
            .map(|r| r.place)
            .collect();
        assert_eq!((places.len(), places.contains(&refused)), (69, false));
    }
}
