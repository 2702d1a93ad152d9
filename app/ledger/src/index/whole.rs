//! Volumes of the search that are bound whole, while all entries go by: by a rebuild.
//!
//! Bound as they come, a few documents at a time, a volume's pieces are written and merged several times. Here a
//! thread beside the one that writes makes each volume at once, in memory, and only its rows are copied into the
//! ledger. FTS5 keeps them in tables of its own, `…_data` and `…_idx`, whose form is part of SQLite's file format.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::{Connection, params};

use super::{Found, Kind, VOLUME, begin_table, is_held};
use crate::{
    LedgerError, Result,
    model::{Model, WHOLE},
    rows::rows,
    schema,
};

/// Volumes that are in the making or wait to be copied. Each takes some tens of megabytes.
const AHEAD: usize = if cfg!(test) { 2 } else { 1 };

/// What FTS5 may hold back before it writes a piece, in bytes.
const HELD_BACK: usize = 8 << 20;

/// A volume that is made.
struct Made {
    /// Place of its first document.
    first: i64,
    /// Place of its last document.
    last: i64,
    documents: i64,
    /// Rows of `exact`, in their order.
    numbers: Vec<(i32, i64)>,
    tables: Vec<Table>,
}

/// The tables of one kind of documents, row by row.
struct Table {
    kind: Kind,
    data: Vec<(i64, Vec<u8>)>,
    idx: Vec<(i64, Vec<u8>, i64)>,
}

/// The side of the thread that writes.
pub(crate) struct Binding {
    documents: Vec<Found>,
    filled: SyncSender<Vec<Found>>,
    made: Receiver<Result<Made>>,
    ahead: usize,
}

/// The side of the thread beside it.
pub(crate) struct Making {
    filled: Receiver<Vec<Found>>,
    made: SyncSender<Result<Made>>,
}

/// The two sides.
pub(crate) fn pair() -> (Binding, Making) {
    let (filled, filling) = sync_channel(AHEAD);
    let (making, made) = sync_channel(AHEAD);
    let binding = Binding { documents: Vec::new(), filled, made, ahead: 0 };
    (binding, Making { filled: filling, made: making })
}

impl Making {
    /// Makes volumes until the other side is gone.
    pub(crate) fn run(self) {
        for documents in self.filled {
            if self.made.send(make(&documents)).is_err() {
                return;
            }
        }
    }
}

impl Binding {
    /// Takes in what an entry is found by that was applied just now.
    pub(crate) fn take(&mut self, db: &Connection, found: Found) -> Result<()> {
        if is_held(db, &found)? {
            self.documents.push(found);
        }
        match self.documents.len() as i64 >= VOLUME {
            true => self.close(db),
            false => Ok(()),
        }
    }

    fn close(&mut self, db: &Connection) -> Result<()> {
        if self.ahead == AHEAD {
            self.copy_next(db)?;
        }
        let documents = std::mem::take(&mut self.documents);
        self.filled.send(documents).map_err(|_| LedgerError::Stopped)?;
        self.ahead += 1;
        Ok(())
    }

    fn copy_next(&mut self, db: &Connection) -> Result<()> {
        let made = self.made.recv().map_err(|_| LedgerError::Stopped)??;
        self.ahead -= 1;
        copy(db, &made)
    }

    /// No entry is left: what lies here becomes the last volume, which goes on as it grows.
    pub(crate) fn end(mut self, db: &Connection) -> Result<()> {
        if !self.documents.is_empty() {
            self.close(db)?;
        }
        while self.ahead > 0 {
            self.copy_next(db)?;
        }
        Model::Search.set(db, WHOLE)
    }
}

/// Makes a volume of documents in their order.
fn make(documents: &[Found]) -> Result<Made> {
    let ends = documents.first().zip(documents.last());
    let (first, last) = ends.map_or((0, 0), |(first, last)| (first.n, last.n));
    let db = Connection::open_in_memory()?;
    db.execute_batch(schema::FIND)?;
    db.execute_batch("BEGIN")?;
    for Found { n, kind, text, .. } in documents {
        db.prepare_cached("INSERT INTO find (n, kind, text) VALUES (?1, ?2, ?3)")?
            .execute(params![n, kind.key(), text])?;
    }
    let mut tables = Vec::new();
    for kind in Kind::ALL {
        let table = kind.volumes();
        begin_table(&db, table)?;
        db.execute_batch(&format!(
            "INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {HELD_BACK});
             INSERT INTO {table} (rowid, text) SELECT n, text FROM find WHERE kind = {} ORDER BY n;
             INSERT INTO {table} ({table}) VALUES ('optimize')",
            kind.key()
        ))?;
        let data = format!("SELECT id, block FROM {table}_data ORDER BY id");
        let idx = format!("SELECT segid, term, pgno FROM {table}_idx ORDER BY segid, term");
        tables.push(Table {
            kind,
            data: rows(&db, &data, [], |row| Ok((row.get(0)?, row.get(1)?)))?,
            idx: rows(&db, &idx, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?,
        });
    }
    let numbers =
        documents.iter().flat_map(|found| found.numbers.iter().map(|hash| (*hash, found.n)));
    let mut numbers: Vec<(i32, i64)> = numbers.collect();
    numbers.sort_unstable();
    Ok(Made { first, last, documents: documents.len() as i64, numbers, tables })
}

/// Copies a volume into the ledger, whose index ends before it.
fn copy(db: &Connection, made: &Made) -> Result<()> {
    // The ledger's first volume is there from the beginning, and begins at no document.
    let empty = "SELECT first FROM volume WHERE documents = 0 ORDER BY first DESC LIMIT 1";
    let begin = rows(db, empty, [], |row| row.get(0))?.pop().unwrap_or(made.first);
    for Table { kind, data, idx } in &made.tables {
        let table = format!("{}_{begin}", kind.volumes());
        begin_table(db, &table)?;
        db.execute_batch(&format!("DELETE FROM {table}_data; DELETE FROM {table}_idx"))?;
        let mut insert =
            db.prepare(&format!("INSERT INTO {table}_data (id, block) VALUES (?1, ?2)"))?;
        for (id, block) in data {
            insert.execute(params![id, block])?;
        }
        let mut insert = db
            .prepare(&format!("INSERT INTO {table}_idx (segid, term, pgno) VALUES (?1, ?2, ?3)"))?;
        for (segment, term, page) in idx {
            insert.execute(params![segment, term, page])?;
        }
    }
    // FTS5 has read already how its tables were laid out. After something was taken back it reads that anew.
    db.execute_batch("SAVEPOINT volume; ROLLBACK TO volume; RELEASE volume")?;
    for (hash, n) in &made.numbers {
        db.prepare_cached("INSERT OR IGNORE INTO exact (hash, n) VALUES (?1, ?2)")?
            .execute(params![hash, n])?;
    }
    let volume = "INSERT OR REPLACE INTO volume (first, documents, last) VALUES (?1, ?2, ?3)";
    db.prepare_cached(volume)?.execute(params![begin, made.documents, made.last])?;
    Model::Search.set(db, made.last)
}
