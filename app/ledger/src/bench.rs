//! The yardstick of the benchmark: a table with one row per insert in a file of the ledger's kind.

use std::path::Path;

use rusqlite::Connection;

use crate::{
    Result,
    key::DatabaseKey,
    schema::{self, Durability},
};

/// A file with the ledger's encryption and durability, and one plain table.
pub struct BareFile(Connection);

impl BareFile {
    /// Makes the file.
    pub fn create(file: &Path) -> Result<Self> {
        let db = schema::connect(file, &DatabaseKey::random()?, Durability::Durable)?;
        db.execute_batch("CREATE TABLE bare (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")?;
        Ok(Self(db))
    }

    /// One durable insert.
    pub fn insert(&self, bytes: &[u8]) -> Result<()> {
        self.0.prepare_cached("INSERT INTO bare (bytes) VALUES (?1)")?.execute([bytes])?;
        Ok(())
    }
}
