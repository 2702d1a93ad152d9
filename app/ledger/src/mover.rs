//! Moving the log into the database beside the one connection that writes, while read models are made anew.
//!
//! They change pages all over a file of some gigabytes. What is committed goes into the log first, and moving some
//! megabytes from there to their places takes a disk tens of milliseconds: too long for a clerk whose reception's
//! commit happens to do it. So a thread with a connection of its own moves it.
//!
//! Two connections share the log's index, a file beside the database. That is asked for only while something is made
//! anew ([`share`]); where such a file cannot be made (a full disk) the connection stays alone, and its own commits
//! move the log as ever.

use std::{
    path::Path,
    sync::mpsc::{self, SyncSender},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

use crate::{
    Result,
    key::DatabaseKey,
    model::{lagging, tables_upto},
    schema,
};

/// Slices of work between two movings.
const AFTER: u32 = 4;

/// The same ledger on a connection beside which another may work, where tables are to be made anew or models lag
/// behind; else, and where that is not to be had, alone as before.
pub(crate) fn share(db: Connection, file: &Path, key: &DatabaseKey) -> Result<Connection> {
    if schema::is_shared(&db) || (!are_tables_due(&db)? && lagging(&db)?.is_none()) {
        return Ok(db);
    }
    // Closing writes the log into the file and removes it.
    drop(db);
    writable(file, key).or_else(|_| schema::connect_existing(file, key))
}

/// Whether the tables are of an older structure, or not whole.
fn are_tables_due(db: &Connection) -> Result<bool> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(version < schema::VERSION || tables_upto(db)?.is_some())
}

/// A connection that shares its log. Where the log's index can only be read, reading works and no writing does.
fn writable(file: &Path, key: &DatabaseKey) -> Result<Connection> {
    let db = schema::connect_shared(file, key)?;
    db.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
    Ok(db)
}

/// A thread that moves the log.
pub(crate) struct Mover {
    asking: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    slices: u32,
}

impl Mover {
    /// Beside a connection that shares its log; `None` beside one that does not.
    pub(crate) fn beside(db: &Connection, key: &DatabaseKey) -> Option<Self> {
        // Where it cannot be done here, the writer's own commits do it.
        let beside = schema::beside(db, key)?;
        let (asking, asked) = mpsc::sync_channel(1);
        let thread = thread::spawn(move || {
            while let Ok(()) = asked.recv() {
                let _ = beside.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            }
        });
        Some(Self { asking: Some(asking), thread: Some(thread), slices: 0 })
    }

    /// A slice was committed: now and then the log is moved.
    pub(crate) fn slice_done(&mut self) {
        self.slices += 1;
        if self.slices.is_multiple_of(AFTER) {
            self.go();
        }
    }

    /// Moves what was committed.
    pub(crate) fn go(&self) {
        if let Some(asking) = &self.asking {
            // Where it is still moving, it moves all of it.
            let _ = asking.try_send(());
        }
    }
}

impl Drop for Mover {
    /// Its connection is closed before the ledger's: nothing holds the file after that.
    fn drop(&mut self) {
        self.asking = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use jiff::Timestamp;

    use crate::{
        Ledger, Scope,
        fixture::{PASSWORD, append_dossier, assert_clean, at, chi, found},
        model::{Model, NOTHING},
        schema,
    };

    /// A ledger of thirty dossiers whose search lags behind, closed.
    fn lagging(data: &std::path::Path) {
        let (mut ledger, _) = found(data);
        for i in 0..30 {
            append_dossier(&mut ledger, i, at(i as i64));
        }
        crate::index::clear(&ledger.db).unwrap();
        Model::Search.set(&ledger.db, NOTHING).unwrap();
    }

    /// Opens it as the window does, which takes in what lags later.
    fn open(data: &std::path::Path, now: Timestamp) -> Ledger {
        Ledger::open_watched(data, &chi(), PASSWORD, now, &|_| ()).unwrap()
    }

    fn file(ledger: &Ledger) -> Vec<u8> {
        std::fs::read(ledger.folder.database()).unwrap()
    }

    /// Takes everything in, with a reception after each slice; how many are found then.
    fn take_in(ledger: &mut Ledger) -> usize {
        let mut i = 100;
        while ledger.tend(Duration::ZERO).unwrap().is_some() {
            append_dossier(ledger, i, at(i as i64));
            i += 1;
        }
        assert!(ledger.mover.is_none(), "nothing is open beside");
        let found = ledger.search("xa thu nghiem", Scope::All, None, 500).unwrap().items.len();
        assert_eq!(found as u64, 30 + i - 100);
        found
    }

    #[test]
    fn the_log_is_moved_beside_while_models_lag() {
        let data = tempfile::tempdir().unwrap();
        lagging(data.path());
        let mut ledger = open(data.path(), at(50));
        assert!(schema::is_shared(&ledger.db));
        ledger.tend(Duration::ZERO).unwrap();
        assert!(ledger.mover.is_some());
        let before = file(&ledger);
        assert!(take_in(&mut ledger) > 30);
        assert_ne!(
            file(&ledger),
            before,
            "the log, far too short to be moved by a commit, was moved"
        );
        assert_clean(&ledger);
        drop(ledger);
        // Whoever opens it next is alone again.
        let ledger = open(data.path(), at(5_000));
        assert!(!schema::is_shared(&ledger.db));
    }

    /// On a full disk the log's index cannot be made: here something else stands in its place.
    #[test]
    fn without_the_logs_index_the_ledger_works_alone() {
        let data = tempfile::tempdir().unwrap();
        lagging(data.path());
        std::fs::create_dir(data.path().join("office/ledger.db-shm")).unwrap();
        let mut ledger = open(data.path(), at(50));
        assert!(!schema::is_shared(&ledger.db));
        ledger.tend(Duration::ZERO).unwrap();
        assert!(ledger.mover.is_none());
        let before = file(&ledger);
        assert!(take_in(&mut ledger) > 30);
        assert_eq!(file(&ledger), before);
        assert_clean(&ledger);
    }

    /// A backup copies the file while it goes on: nothing changes it meanwhile.
    #[test]
    fn nothing_is_moved_while_a_backup_copies() {
        let (data, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        lagging(data.path());
        let mut ledger = open(data.path(), at(50));
        ledger.tend(Duration::ZERO).unwrap();
        let job = ledger.begin_backup(&target.path().join("copy"), at(60)).unwrap();
        let before = file(&ledger);
        assert!(take_in(&mut ledger) > 30);
        assert_eq!(file(&ledger), before);
        drop(job);
    }
}
