//! The data folder on disk.
//!
//! ```text
//! DATA/lock             held while a program has the ledger open
//! DATA/office.before-…  an office that a restore replaced
//! DATA/office/          appears whole, by one rename, when founding or restoring is done
//!   ledger.db           SQLCipher: everything that happened
//!   keys.json           who can open it
//!   head                how long the chain was at the last acknowledged entry
//!   reserve             nothing but room on the disk
//! ```
//!
//! On a full disk people still log in and read. A look at a person is an entry too, and the room for it
//! comes from `reserve`, which is given up then. Until there is room for a new one, nothing else is written.
//!
//! `head` holds no secret and no name. SQLite takes a damaged log for a log that ends early; the
//! witness outside the database notices that acknowledged entries are gone before their numbers are
//! given out a second time. It is not synced: after a power cut it may be older than the ledger, never
//! newer.

use std::{
    cell::Cell,
    fs::{self, File, TryLockError},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use office::entry::{DeviceId, Hash, NO_HASH, sha256};

use crate::{LedgerError, Result, keyring::sync_folder, private};

/// A locked data folder.
pub(crate) struct Folder {
    data: PathBuf,
    /// Whether the reserve is there.
    reserved: Cell<bool>,
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
        private::make_folder(data)?;
        let lock = private::options().open(data.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {
                let folder =
                    Self { data: data.to_owned(), reserved: Cell::new(false), _lock: lock };
                private::close_folder(&folder.office());
                Ok(folder)
            }
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
    pub(crate) fn fresh(&self, present: Present) -> Result<PathBuf> {
        if present == Present::Refused && self.office().exists() {
            return Err(LedgerError::ExistsAlready);
        }
        let fresh = self.data.join("office.new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh)?;
        }
        private::make_folder(&fresh)?;
        Ok(fresh)
    }

    /// Makes the prepared office the office; the present one is kept beside it. All files are closed.
    pub(crate) fn publish(&self, fresh: &Path, at: Timestamp) -> Result<()> {
        sync_files(fresh)?;
        if self.office().exists() {
            let moment = jiff::tz::offset(7).to_datetime(at).strftime("%Y%m%d-%H%M%S");
            fs::rename(self.office(), self.data.join(format!("office.before-{moment}")))?;
        }
        fs::rename(fresh, self.office())?;
        sync_folder(Some(&self.data))
    }

    /// Makes the reserve if it is not there.
    ///
    /// # Errors
    /// [`LedgerError::DiskFull`] where there is no room for it.
    pub(crate) fn reserve(&self) -> Result<()> {
        if self.reserved.get() {
            return Ok(());
        }
        let file = self.office().join("reserve");
        if !fs::metadata(&file).is_ok_and(|known| known.len() == RESERVE as u64) {
            let written = private::create(&file).and_then(|mut out| out.write_all(&[0; RESERVE]));
            if let Err(error) = written {
                let _ = fs::remove_file(&file);
                return Err(error.into());
            }
        }
        self.reserved.set(true);
        Ok(())
    }

    /// Gives the reserve up; whether there was one.
    pub(crate) fn free_reserve(&self) -> bool {
        self.reserved.set(false);
        fs::remove_file(self.office().join("reserve")).is_ok()
    }
}

/// Room for some hundred looks at people.
const RESERVE: usize = 2 * 1024 * 1024;

/// What becomes of an office that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Present {
    /// It is in the way.
    Refused,
    /// It is kept beside the new one, under another name.
    SetAside,
}

/// Names of files in the office's folder that look like the ledger's and are none of them: a program that
/// synchronises folders made them when two machines wrote, and what they hold is in no other file.
pub fn copies_of_ledger(data: &Path) -> Vec<String> {
    const OWN: [&str; 9] = [
        "ledger.db",
        "ledger.db-wal",
        "ledger.db-shm",
        "ledger.db-journal",
        "keys.json",
        "keys.new",
        "head",
        "rebuild.db",
        "reserve",
    ];
    let files = fs::read_dir(office_folder(data)).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let mut copies: Vec<String> = names
        .filter(|name| !OWN.contains(&name.as_str()))
        .filter(|name| ["ledger", "keys", "head"].iter().any(|own| name.starts_with(own)))
        .take(MOST_COPIES)
        .collect();
    copies.sort_unstable();
    copies
}

/// Most copies that are named.
const MOST_COPIES: usize = 20;

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
        Ok(Self(private::options().read(true).open(office.join("head"))?))
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
