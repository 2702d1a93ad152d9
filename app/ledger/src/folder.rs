//! The data folder on disk.
//!
//! ```text
//! DATA/lock             held while a program has the ledger open
//! DATA/office.before-…  an office that a restore replaced
//! DATA/office/          appears whole, by one rename, when founding or restoring is done
//!   ledger.db           SQLCipher: everything that happened
//!   keys.json           who can open it
//!   head                how long the chain was at the last acknowledged entry
//!   contents/           scans, photos and papers, sealed one by one, see [`crate::contents`]
//!   reserve             nothing but room on the disk
//! ```
//!
//! On a full disk people still log in and read. A look at a person is an entry too, and the room for it
//! comes from `reserve`, which is given up then. Until there is room for a new one, nothing else is written.
//!
//! `head`: see [`crate::witness`].

use std::{
    cell::Cell,
    fs::{self, File, TryLockError},
    io::Write,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use office::entry::DeviceId;

use crate::{
    LedgerError, Result,
    keyring::sync_folder,
    private,
    witness::{Known, Witnesses},
};

/// Where an office's ledger lies: its data folder, and the folder of the second witness, if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Home<'a> {
    data: &'a Path,
    outside: Option<&'a Path>,
}

impl<'a, P: AsRef<Path> + ?Sized> From<&'a P> for Home<'a> {
    fn from(data: &'a P) -> Self {
        Self { data: data.as_ref(), outside: None }
    }
}

impl<'a> Home<'a> {
    /// A data folder, with a second witness in a folder that lies outside it, or without one.
    pub fn new(data: &'a Path, outside: Option<&'a Path>) -> Self {
        Self { data, outside }
    }

    /// The data folder.
    pub fn data(&self) -> &'a Path {
        self.data
    }

    /// The folder of the second witness.
    pub fn outside(&self) -> Option<&'a Path> {
        self.outside
    }
}

/// Whether a second witness can be kept in this folder.
pub fn can_witness(outside: &Path) -> bool {
    let probe = outside.join("probe");
    let can = private::make_folder(outside).and_then(|()| private::create(&probe)).is_ok();
    let _ = fs::remove_file(probe);
    can
}

/// A locked data folder.
pub(crate) struct Folder {
    data: PathBuf,
    outside: Option<PathBuf>,
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
    pub(crate) fn lock(home: Home<'_>) -> Result<Self> {
        let data = home.data;
        private::make_folder(data)?;
        let lock = private::options().open(data.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {
                let folder = Self {
                    data: data.to_owned(),
                    outside: home.outside.map(Path::to_owned),
                    reserved: Cell::new(false),
                    _lock: lock,
                };
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

    /// The database under its next key, while it is being made, see [`crate::rekey`].
    pub(crate) fn next_database(&self) -> PathBuf {
        self.office().join("ledger.next")
    }

    /// The witnesses of a device's chain.
    pub(crate) fn witnesses(&self, device: &DeviceId) -> Witnesses {
        Witnesses::of(&self.office(), self.outside.as_deref(), device)
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

    /// Makes the prepared office the office; the present one is kept beside it. All files are closed. `newest`: of
    /// the device that writes in it.
    pub(crate) fn publish(
        &self,
        fresh: &Path,
        device: &DeviceId,
        newest: Known,
        at: Timestamp,
    ) -> Result<()> {
        let witnesses = Witnesses::of(fresh, self.outside.as_deref(), device);
        witnesses.open(device)?.renew(device, newest);
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
    const OWN: [&str; 10] = [
        "ledger.db",
        "ledger.db-wal",
        "ledger.db-shm",
        "ledger.db-journal",
        "ledger.next",
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

/// Presses every file of a folder, those in folders below it too, and the folder to the disk.
pub(crate) fn sync_files(folder: &Path) -> Result<()> {
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.is_dir() {
            sync_files(&path)?;
        } else {
            // Windows syncs only files opened for writing.
            File::options().read(true).write(true).open(path)?.sync_all()?;
        }
    }
    sync_folder(Some(folder))
}
