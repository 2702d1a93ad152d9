//! An office's ledger while somebody works with it: what it is made of. What it can do stands in the modules above.

use office::entry::User;
use rusqlite::Connection;

use crate::{
    chain::DeviceKey, contents::Contents, copying::CopyGuard, folder::Folder, head::Head,
    key::DatabaseKey, keyring::Keyring, mover::Mover, witness::Witness,
};

/// An office's ledger, open for one logged-in user.
pub struct Ledger {
    /// First: a running copy is stopped before the file changes.
    pub(crate) copying: CopyGuard,
    /// Moves the log while models lag behind; before the connection it stands beside.
    pub(crate) mover: Option<Mover>,
    pub(crate) db: Connection,
    pub(crate) contents: Contents,
    pub(crate) witness: Witness,
    pub(crate) device: DeviceKey,
    pub(crate) user: User,
    pub(crate) head: Head,
    pub(crate) keyring: Keyring,
    pub(crate) key: DatabaseKey,
    /// Last: the lock is freed when all else is closed.
    pub(crate) folder: Folder,
}

/// A transaction in which entries are written.
pub struct Writing<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) contents: &'a Contents,
    pub(crate) device: &'a DeviceKey,
    pub(crate) user: &'a User,
    pub(crate) head: Head,
    /// A step failed: nothing of this transaction may stay.
    pub(crate) spoiled: bool,
}
