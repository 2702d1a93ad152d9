//! What works beside the one connection that writes, each on a thread and a connection of its own, for as long as read
//! models are made anew: a reader that is ahead of the search with its entries, and one that moves the log into the
//! database, so that no commit of a clerk's waits for that.
//!
//! The connections only read, or move what is committed already. What the reader has in hand is from before a change:
//! whoever changes the ledger meanwhile begins another one ([`Ahead::is_of`]).

use std::{
    path::PathBuf,
    sync::mpsc::{self, Receiver, SyncSender},
    thread::{self, JoinHandle},
    time::Instant,
};

use office::entry::Event;
use rusqlite::Connection;

use crate::{Result, key::DatabaseKey, schema};

/// Batches that wait for the writer.
const WAITING: usize = 16;

/// Entries by their places, and whether there are none behind them.
pub(crate) struct Batch {
    pub entries: Vec<(i64, Event)>,
    pub last: bool,
}

/// Reads entries ahead.
pub(crate) struct Ahead {
    batches: Option<Receiver<Result<Batch>>>,
    thread: Option<JoinHandle<()>>,
    /// [`Connection::total_changes`] of the writing connection when it wrote for the last time on its behalf.
    changes: u64,
}

impl Ahead {
    /// Reads by `read` from behind a place on: it gives a batch and the place of its last entry.
    pub(crate) fn begin(
        db: &Connection,
        key: &DatabaseKey,
        after: i64,
        read: fn(&Connection, i64) -> Result<(Batch, i64)>,
    ) -> Self {
        let (sending, batches) = mpsc::sync_channel(WAITING);
        let (file, key) = (file_of(db), key.clone());
        let thread = thread::spawn(move || {
            let send_all = || -> Result<()> {
                let beside = schema::connect_beside(&file, &key)?;
                let mut after = after;
                loop {
                    let (batch, to) = read(&beside, after)?;
                    let last = batch.last;
                    if sending.send(Ok(batch)).is_err() || last {
                        return Ok(());
                    }
                    after = to;
                }
            };
            if let Err(error) = send_all() {
                // Nobody may be there any more who wants to know.
                let _ = sending.send(Err(error));
            }
        });
        Self { batches: Some(batches), thread: Some(thread), changes: db.total_changes() }
    }

    /// Whether nobody else has written meanwhile.
    pub(crate) fn is_of(&self, db: &Connection) -> bool {
        self.changes == db.total_changes()
    }

    /// What was written since was written on its behalf.
    pub(crate) fn wrote(&mut self, db: &Connection) {
        self.changes = db.total_changes();
    }

    /// The next batch, if it comes until then; after the last none.
    pub(crate) fn next(&self, until: Instant) -> Result<Option<Batch>> {
        let Some(batches) = &self.batches else { return Ok(None) };
        match batches.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(batch) => batch.map(Some),
            Err(_) => Ok(None),
        }
    }
}

impl Drop for Ahead {
    /// Its connection is closed before the ledger's: nothing holds the file after that.
    fn drop(&mut self) {
        self.batches = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Moves the log into the database.
pub(crate) struct Checkpointer {
    asking: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    pub(crate) fn begin(db: &Connection, key: &DatabaseKey) -> Self {
        let (asking, asked) = mpsc::sync_channel(1);
        let (file, key) = (file_of(db), key.clone());
        let thread = thread::spawn(move || {
            // Where it cannot be done here, the writer's own commits do it.
            let Ok(beside) = schema::connect_beside(&file, &key) else { return };
            while let Ok(()) = asked.recv() {
                let _ = beside.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            }
        });
        Self { asking: Some(asking), thread: Some(thread) }
    }

    /// What is committed is moved soon.
    pub(crate) fn ask(&self) {
        if let Some(asking) = &self.asking {
            let _ = asking.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.asking = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn file_of(db: &Connection) -> PathBuf {
    db.path().map(PathBuf::from).unwrap_or_default()
}
