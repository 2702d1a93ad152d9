//! Contents that are read away from the ledger: scans of many megabytes are read and decrypted on a worker, not by the
//! thread that owns the ledger.

use std::path::PathBuf;

use office::entry::{ContentHash, READERS};
use rusqlite::OptionalExtension;

use crate::{
    Ledger, LedgerError, Result,
    blob::{blob_key, filed},
    contents::{Contents, Filed},
    roles::require,
};

/// A content that is kept, to be read once it is wanted. It can be sent to another thread. What it holds of the key
/// is wiped with it.
pub struct Kept {
    hash: ContentHash,
    at: Place,
}

enum Place {
    /// Small ones come with it.
    Row(Vec<u8>),
    File(PathBuf, Filed),
}

/// Debug output may reach a log: it shows no content.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({:.8})", self.hash.0)
    }
}

impl Kept {
    /// Its bytes, checked against its hash.
    ///
    /// # Errors
    /// [`LedgerError::ContentLost`].
    pub fn read(&self) -> Result<Vec<u8>> {
        match &self.at {
            Place::Row(bytes) if ContentHash::of(bytes) == self.hash => Ok(bytes.clone()),
            Place::Row(_) => Err(LedgerError::ContentLost),
            Place::File(folder, filed) => Contents::in_folder(folder.clone()).read(filed),
        }
    }
}

impl Ledger {
    /// A content, to be read elsewhere.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::Missing`].
    pub fn kept(&self, hash: &ContentHash) -> Result<Kept> {
        require(&self.user.roles, READERS)?;
        let key = blob_key(hash)?;
        let row: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT bytes FROM blob WHERE hash = ?1")?
            .query_row([&key], |row| row.get(0))
            .optional()?;
        let at = match row {
            Some(bytes) => Place::Row(bytes),
            None => {
                let filed = filed(&self.db, &key)?.ok_or(LedgerError::Missing)?;
                Place::File(self.contents.folder().to_owned(), filed)
            }
        };
        Ok(Kept { hash: hash.clone(), at })
    }
}
