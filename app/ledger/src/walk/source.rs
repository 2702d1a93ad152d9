//! Where a walk reads: the records of an open ledger, or of a file of its own that may be damaged.

use std::{collections::VecDeque, path::Path};

use office::entry::Sealed;
use rusqlite::{Connection, OptionalExtension};

use crate::{Result, key::DatabaseKey, schema};

/// Where a walk reads.
pub(crate) enum Source<'a> {
    /// The open ledger.
    Open(&'a Connection),
    /// A file of its own, which can be opened anew.
    File {
        /// Its connection.
        db: Connection,
        /// The file.
        file: &'a Path,
        /// Its key.
        key: &'a DatabaseKey,
    },
}

impl<'a> Source<'a> {
    /// Opens a file that may be damaged.
    pub(crate) fn open(file: &'a Path, key: &'a DatabaseKey) -> Result<Self> {
        Ok(Self::File { db: schema::connect_existing(file, key)?, file, key })
    }

    pub(crate) fn db(&self) -> &Connection {
        match self {
            Self::Open(db) => db,
            Self::File { db, .. } => db,
        }
    }

    /// After a damaged page SQLCipher lets a connection read nothing more.
    pub(crate) fn recover(&mut self) {
        if let Self::File { db, file, key } = self
            && let Ok(none) = Connection::open_in_memory()
        {
            // The file's lock is freed first.
            drop(std::mem::replace(db, none));
            if let Ok(anew) = schema::connect_existing(file, key) {
                *db = anew;
            }
        }
    }
}

/// A row of `entry`.
pub(super) struct Row {
    pub(super) n: i64,
    pub(super) device: String,
    /// As in [`Standing::branch`](crate::head::Standing).
    pub(super) branch: String,
    pub(super) sequence: i64,
    pub(super) kind: i64,
    pub(super) signature: Vec<u8>,
    pub(super) envelope: Vec<u8>,
    pub(super) payload: Vec<u8>,
}

/// The first entry from place `n` on.
pub(super) fn entry_from(db: &Connection, n: i64) -> rusqlite::Result<Option<Row>> {
    db.prepare_cached(
        "SELECT n, coalesce(device, ''), coalesce(branch, ''), sequence, kind, signature, envelope,
            payload FROM entry
         LEFT JOIN chain ON chain.id = chain WHERE n >= ?1 ORDER BY n LIMIT 1",
    )?
    .query_row([n], |row| {
        Ok(Row {
            n: row.get(0)?,
            device: row.get(1)?,
            branch: row.get(2)?,
            sequence: row.get(3)?,
            kind: row.get(4)?,
            signature: row.get(5)?,
            envelope: row.get(6)?,
            payload: row.get(7)?,
        })
    })
    .optional()
}

/// Every place from `n` on, read from an index alone.
pub(super) fn places_from(db: &Connection, n: i64) -> rusqlite::Result<VecDeque<i64>> {
    let mut statement =
        db.prepare("SELECT n FROM entry INDEXED BY entry_chain WHERE n >= ?1 ORDER BY n")?;
    let places = statement.query_map([n], |row| row.get(0))?;
    places.collect()
}

impl Row {
    /// The entry as it was sealed. What is not signed has no signature that could hold.
    pub(super) fn sealed(&self) -> Sealed {
        Sealed {
            signature: self.signature.as_slice().try_into().unwrap_or([0; 64]),
            envelope: self.envelope.clone(),
            payload: self.payload.clone(),
        }
    }
}
