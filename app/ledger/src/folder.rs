//! The data folder on disk.
//!
//! ```text
//! DATA/lock             held while a program has the ledger open
//! DATA/office/          appears whole, by one rename, when founding or restoring is done
//!   ledger.db           SQLCipher: everything that happened
//!   keys.json           who can open it
//!   head                how long the chain was at the last acknowledged entry
//! ```
//!
//! `head` holds no secret and no name. SQLite takes a damaged log for a log that ends early; the
//! witness outside the database notices that acknowledged entries are gone before their numbers are
//! given out a second time. It is not synced: after a power cut it may be older than the ledger, never
//! newer.

use std::{
    fs::{self, File, TryLockError},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use office::entry::DeviceId;

use crate::{
    LedgerError, Result,
    chain::{Hash, NO_HASH, sha256},
    keyring::sync_folder,
};

/// A locked data folder.
pub(crate) struct Folder {
    data: PathBuf,
    /// Closing the file frees the lock.
    _lock: File,
}

pub(crate) fn office_folder(data: &Path) -> PathBuf {
    data.join("office")
}

pub(crate) fn keys_file(office: &Path) -> PathBuf {
    office.join("keys.json")
}

pub(crate) fn database_file(office: &Path) -> PathBuf {
    office.join("ledger.db")
}

impl Folder {
    /// Takes the folder for this process, making it if need be.
    pub(crate) fn lock(data: &Path) -> Result<Self> {
        fs::create_dir_all(data)?;
        let lock =
            File::options().create(true).truncate(false).write(true).open(data.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { data: data.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(LedgerError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    pub(crate) fn office(&self) -> PathBuf {
        office_folder(&self.data)
    }

    pub(crate) fn keys(&self) -> PathBuf {
        keys_file(&self.office())
    }

    pub(crate) fn database(&self) -> PathBuf {
        database_file(&self.office())
    }

    /// An empty folder in which an office is prepared; what an interrupted attempt left is removed.
    pub(crate) fn fresh(&self) -> Result<PathBuf> {
        if self.office().exists() {
            return Err(LedgerError::ExistsAlready);
        }
        let fresh = self.data.join("office.new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh)?;
        }
        fs::create_dir(&fresh)?;
        Ok(fresh)
    }

    /// Makes the prepared office the office. All its files are closed.
    pub(crate) fn publish(&self, fresh: &Path) -> Result<()> {
        sync_files(fresh)?;
        fs::rename(fresh, self.office())?;
        sync_folder(Some(&self.data))
    }
}

/// Presses every file of a folder, and the folder, to the disk.
pub(crate) fn sync_files(folder: &Path) -> Result<()> {
    for file in fs::read_dir(folder)? {
        // Windows syncs only files opened for writing.
        File::options().read(true).write(true).open(file?.path())?.sync_all()?;
    }
    sync_folder(Some(folder))
}

/// The file `head`.
pub(crate) struct Witness(File);

impl Witness {
    pub(crate) fn open(office: &Path) -> Result<Self> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(office.join("head"))?;
        Ok(Self(file))
    }

    /// Notes the head after a commit. One small write in place; a failure costs the witness, never the
    /// entry, which is already safe.
    pub(crate) fn note(&mut self, device: &DeviceId, sequence: u64, hash: &Hash) {
        let line = line(&format!("{} {sequence} {}", device.0, hex::encode(hash)));
        let _ = self.0.seek(SeekFrom::Start(0)).and_then(|_| self.0.write_all(line.as_bytes()));
    }

    /// Length of the device's chain and hash of its newest entry that the witness knows; `None` if it
    /// speaks of another device or cannot be read.
    pub(crate) fn known(office: &Path, device: &DeviceId) -> Option<(u64, Hash)> {
        let text = fs::read_to_string(office.join("head")).ok()?;
        let text = text.get(..text.find('\n')? + 1)?;
        let (body, _) = text.rsplit_once(' ')?;
        let body = body.trim_end();
        if line(body) != text {
            return None;
        }
        let mut words = body.split(' ');
        (words.next()? == device.0).then_some(())?;
        let sequence = words.next()?.parse().ok()?;
        let mut hash = NO_HASH;
        hex::decode_to_slice(words.next()?, &mut hash).ok()?;
        Some((sequence, hash))
    }
}

/// The body with its digest, padded so that a longer line never leaves a rest.
fn line(body: &str) -> String {
    let digest = hex::encode(&sha256(body.as_bytes())[..8]);
    format!("{body:<140} {digest}\n")
}
