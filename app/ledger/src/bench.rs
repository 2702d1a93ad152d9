//! The yardsticks of the benchmark: a table with one row per insert in a file of the ledger's kind, and
//! how much of the file each table takes.

use std::path::Path;

use rusqlite::Connection;

use crate::{
    Ledger, Result,
    key::DatabaseKey,
    mover,
    schema::{self, Durability},
    upgrade,
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

/// Bytes of each table and index, largest first.
pub fn sizes(ledger: &Ledger) -> Result<Vec<(String, u64)>> {
    let mut statement = ledger.db.prepare(
        "SELECT name, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name ORDER BY 2 DESC",
    )?;
    let sizes = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    sizes
        .map(|size| {
            let (name, bytes) = size?;
            Ok((name, crate::rows::unsigned(bytes)?))
        })
        .collect()
}

/// Makes all read models anew, as for a file of an older structure.
///
/// # Errors
/// As for a login.
pub fn rebuild(ledger: &mut Ledger) -> Result<()> {
    let transaction = ledger.db.unchecked_transaction()?;
    upgrade::begin(&ledger.db)?;
    transaction.commit()?;
    let db = std::mem::replace(&mut ledger.db, Connection::open_in_memory()?);
    ledger.db = mover::share(db, &ledger.folder.database(), &ledger.key)?;
    upgrade::upgrade(&ledger.db, &ledger.key, &|_| ())
}
