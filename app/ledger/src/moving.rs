//! Between two database keys: to whom the next one is sealed, and which of the two opens the ledger. The change itself:
//! [`crate::rekey`].

use std::{fs, io::ErrorKind};

use office::entry::UserName;
use rusqlite::Connection;

use crate::{
    LedgerError, Result, folder::Folder, key::DatabaseKey, keyring::Keyring, lock::Opened, schema,
    slot,
};

/// Seals the next key to every slot that the database vouches for: to no public key that somebody wrote into the file.
/// Returns the users whose slots went, as their rights had ended.
pub(crate) fn seal_next(
    keyring: &mut Keyring,
    next: &DatabaseKey,
    db: &Connection,
) -> Result<Vec<UserName>> {
    let ended = slot::ended(db)?;
    ended.iter().for_each(|user| keyring.remove(user));
    keyring.seal_next(next, &|name, digest| slot::is_known(db, name, digest))?;
    Ok(ended)
}

/// Notes that the next key is the key.
pub(crate) fn note_changed(db: &Connection, ended: &[UserName]) -> Result<()> {
    for user in ended {
        slot::forget(db, &user.0)?;
    }
    slot::key_changed(db)
}

/// The key that opens the ledger. A change of key that was cut off is ended, or it never was.
///
/// # Errors
/// [`LedgerError::KeyDoesNotFit`].
pub(crate) fn settle(
    folder: &Folder,
    keyring: &mut Keyring,
    Opened { key, next }: Opened,
) -> Result<DatabaseKey> {
    let file = folder.database();
    let (key, taken) = match next {
        _ if !file.is_file() || schema::opens(&file, &key)? => (key, false),
        Some(next) if schema::opens(&file, &next)? => (next, true),
        _ => return Err(LedgerError::KeyDoesNotFit),
    };
    if keyring.is_moving() {
        keyring.end_move(taken);
        keyring.keep(&folder.keys())?;
    }
    match fs::remove_file(folder.next_database()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(key),
    }
}
