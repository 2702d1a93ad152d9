//! A ledger's tables in memory, given back and used again.

use std::{
    cell::RefCell,
    ops::{Deref, DerefMut},
};

use rusqlite::{Connection, params_from_iter, types::Value};

use super::*;

thread_local! {
    /// Connections that were given back.
    static FREE: RefCell<Vec<Connection>> = const { RefCell::new(Vec::new()) };
}

/// A ledger's tables without a file. They are given back and emptied: SQLite reads the schema and each statement
/// once, which costs more than a schedule.
pub(super) struct Tables(Option<Connection>);

impl Deref for Tables {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.0.as_ref().unwrap()
    }
}

impl DerefMut for Tables {
    fn deref_mut(&mut self) -> &mut Connection {
        self.0.as_mut().unwrap()
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        FREE.with_borrow_mut(|free| free.extend(self.0.take()));
    }
}

/// Every table.
pub(super) fn tables(db: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    rows(db, sql, [], |row| row.get(0)).unwrap()
}

pub(super) fn empty() -> Tables {
    if let Some(db) = FREE.with_borrow_mut(Vec::pop) {
        for table in tables(&db) {
            db.prepare_cached(&format!("DELETE FROM {table}")).unwrap().execute([]).unwrap();
        }
        db.prepare_cached(schema::FIRST_VOLUME).unwrap().execute([]).unwrap();
        model::all_whole(&db).unwrap();
        return Tables(Some(db));
    }
    let db = Connection::open_in_memory().unwrap();
    db.set_prepared_statement_cache_capacity(1_024);
    schema::create(&db).unwrap();
    Tables(Some(db))
}

/// The same tables once more, as a copied file or a backup has them.
pub(super) fn copied(from: &Connection) -> Tables {
    let to = empty();
    for table in ["volume", "model"] {
        to.prepare_cached(&format!("DELETE FROM {table}")).unwrap().execute([]).unwrap();
    }
    for table in tables(from) {
        let mut read = from.prepare_cached(&format!("SELECT * FROM {table}")).unwrap();
        let columns = read.column_count();
        let places = vec!["?"; columns].join(", ");
        let insert = format!("INSERT INTO {table} VALUES ({places})");
        let mut write = to.prepare_cached(&insert).unwrap();
        let mut lines = read.query([]).unwrap();
        while let Some(line) = lines.next().unwrap() {
            let values = (0..columns).map(|i| line.get::<_, Value>(i).unwrap());
            write.execute(params_from_iter(values)).unwrap();
        }
    }
    to
}
