//! Volumes of the search that are bound whole, while all entries go by: by a rebuild.
//!
//! Bound as they come, a few documents at a time, a volume's pieces are written and merged several times. Here a
//! thread beside the one that writes makes each volume at once, in memory, and only its rows are copied into the
//! ledger. FTS5 keeps them in tables of its own, `…_data` and `…_idx`, whose form is part of SQLite's file format.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::{Connection, params, types::ToSqlOutput};

use super::{Found, Kind, VOLUME, begin_table, is_held, numbers};
use crate::{
    LedgerError, Result,
    model::{Model, WHOLE},
    rows::rows,
    schema,
};

/// Volumes that are in the making or wait to be copied. Each takes some tens of megabytes.
const AHEAD: usize = 1;

/// Documents of which FTS5 writes a piece.
const PIECE: usize = if cfg!(test) { 100 } else { 4_096 };

/// A volume that is made.
struct Made {
    /// Place of its first document.
    first: i64,
    /// Place of its last document.
    last: i64,
    documents: i64,
    /// Rows of `exact`, in their order.
    numbers: Vec<(i32, i64)>,
    /// Its tables, in memory.
    tables: Connection,
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
            if self.made.send(make(documents)).is_err() {
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

/// Makes a volume of documents in their order, merged into one piece.
fn make(mut documents: Vec<Found>) -> Result<Made> {
    let ends = documents.first().zip(documents.last());
    let (first, last) = ends.map_or((0, 0), |(first, last)| (first.n, last.n));
    let count = documents.len() as i64;
    let numbers =
        documents.iter().flat_map(|found| found.numbers.iter().map(|hash| (*hash, found.n)));
    let mut numbers: Vec<(i32, i64)> = numbers.collect();
    numbers.sort_unstable();
    let tables = Connection::open_in_memory()?;
    tables.execute_batch(schema::FIND)?;
    tables.execute_batch("BEGIN")?;
    for kind in Kind::ALL {
        begin_table(&tables, kind.volumes())?;
    }
    while !documents.is_empty() {
        for Found { n, kind, text, .. } in documents.drain(..documents.len().min(PIECE)) {
            tables
                .prepare_cached("INSERT INTO find (n, kind, text) VALUES (?1, ?2, ?3)")?
                .execute(params![n, kind.key(), text])?;
        }
        for kind in Kind::ALL {
            let table = kind.volumes();
            let insert = format!(
                "INSERT INTO {table} (rowid, text) SELECT n, text FROM find WHERE kind = ?1 ORDER BY n"
            );
            tables.prepare_cached(&insert)?.execute([kind.key()])?;
        }
        tables.execute_batch("DELETE FROM find")?;
    }
    // With it FTS5 writes down what it still holds.
    tables.execute_batch("COMMIT")?;
    // A word is looked for once in a single piece, and not in each of several.
    for kind in Kind::ALL {
        let table = kind.volumes();
        tables.execute_batch(&format!("INSERT INTO {table} ({table}) VALUES ('optimize')"))?;
    }
    Ok(Made { first, last, documents: count, numbers, tables })
}

/// Copies a volume into the ledger, whose index ends before it.
fn copy(db: &Connection, made: &Made) -> Result<()> {
    // The ledger's first volume is there from the beginning, and begins at no document.
    let empty = "SELECT first FROM volume WHERE documents = 0 ORDER BY first DESC LIMIT 1";
    let begin = rows(db, empty, [], |row| row.get(0))?.pop().unwrap_or(made.first);
    for kind in Kind::ALL {
        let (from, to) = (kind.volumes(), format!("{}_{begin}", kind.volumes()));
        begin_table(db, &to)?;
        for (part, columns) in [("data", "id, block"), ("idx", "segid, term, pgno")] {
            db.execute_batch(&format!("DELETE FROM {to}_{part}"))?;
            let mut read = made
                .tables
                .prepare(&format!("SELECT {columns} FROM {from}_{part} ORDER BY {columns}"))?;
            let places = vec!["?"; read.column_count()].join(", ");
            let mut write =
                db.prepare(&format!("INSERT INTO {to}_{part} ({columns}) VALUES ({places})"))?;
            let mut lines = read.query([])?;
            while let Some(line) = lines.next()? {
                for column in 0..line.as_ref().column_count() {
                    write.raw_bind_parameter(
                        column + 1,
                        ToSqlOutput::Borrowed(line.get_ref(column)?),
                    )?;
                }
                write.raw_execute()?;
            }
        }
    }
    // FTS5 has read already how its tables were laid out. After something was taken back it reads that anew. (Outside
    // of a transaction nothing would be taken back.)
    debug_assert!(!db.is_autocommit());
    db.execute_batch("SAVEPOINT volume; ROLLBACK TO volume; RELEASE volume")?;
    for (hash, n) in &made.numbers {
        numbers::write(db, *n, &[*hash])?;
    }
    let volume = "INSERT OR REPLACE INTO volume (first, documents, last) VALUES (?1, ?2, ?3)";
    db.prepare_cached(volume)?.execute(params![begin, made.documents, made.last])?;
    Model::Search.set(db, made.last)
}
