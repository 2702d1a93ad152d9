//! How long the chain was at the last acknowledged entry, told by two small files outside the database.
//!
//! SQLite takes a damaged log for a log that ends early, and whoever can copy files can put an old database back.
//! Each commit therefore notes the length of this machine's chain and the hash of its newest entry in
//!
//! - `head` beside the database: notices that acknowledged entries are gone before their numbers are given out a
//!   second time;
//! - a file named after the device in a folder outside the data folder, where the program names one
//!   ([`crate::Home`]): notices an old state of the whole data folder too.
//!
//! They hold no secret and no name. Neither is synced: after a power cut one may be older than the ledger, never
//! newer. A ledger that is shorter than either of them says, or that has none of them, opens only for a head who
//! says so in an entry, see [`crate::Ledger::open_older`]; then it goes on as a restored copy does, with a new
//! device and every book waiting, as nobody knows which numbers were issued. Where only the second file is missing
//! (the data folder was moved, or another person uses this computer), it is made anew, and an entry tells that.
//! Where it cannot be written work goes on without it; [`crate::can_witness`] tells it beforehand.
//!
//! Whoever puts an old state of all three back, of the data folder and of both files, is not noticed here: other
//! machines that saw the end contradict that, and the mark that every printed book bears.

use std::{
    fs::{self, File},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use office::{
    backup::WhyRestored,
    entry::{DeviceId, Hash, NO_HASH, sha256},
};

use crate::{Result, private};

/// Where the two files of a device lie.
pub(crate) struct Witnesses {
    beside: PathBuf,
    second: Option<PathBuf>,
}

/// What a witness tells of a device's chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// Length of the device's chain.
    pub(crate) sequence: u64,
    /// Hash of its newest entry.
    pub(crate) hash: Hash,
}

impl Witnesses {
    pub(crate) fn of(office: &Path, outside: Option<&Path>, device: &DeviceId) -> Self {
        Self {
            beside: office.join("head"),
            second: outside.map(|folder| folder.join(format!("{}.head", device.0))),
        }
    }

    /// What each of them knows of the device; none where it speaks of another or cannot be read.
    pub(crate) fn known(&self, device: &DeviceId) -> Vec<Known> {
        [Some(&self.beside), self.second.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|file| read(file, device))
            .collect()
    }

    /// Why a chain of this length may not be the newest state; none where a witness vouches for it.
    pub(crate) fn doubt(&self, device: &DeviceId, length: u64) -> Option<WhyRestored> {
        match self.known(device).iter().map(|known| known.sequence).max() {
            None => Some(WhyRestored::Unwitnessed),
            Some(known) if known > length => Some(WhyRestored::Older { known }),
            Some(_) => None,
        }
    }

    /// Whether the second one is to be there and is not.
    fn lacks_second(&self, device: &DeviceId) -> bool {
        self.second.as_ref().is_some_and(|file| read(file, device).is_none())
    }

    /// Opens both for notes. The second may fail.
    pub(crate) fn open(&self, device: &DeviceId) -> Result<Witness> {
        let lacks = self.lacks_second(device);
        let second = self.second.as_ref().and_then(|file| {
            private::make_folder(file.parent()?).ok()?;
            private::options().read(true).open(file).ok()
        });
        let is_renewed = lacks && second.is_some();
        let beside = private::options().read(true).open(&self.beside)?;
        Ok(Witness { beside, second, is_renewed })
    }
}

/// The open files.
pub(crate) struct Witness {
    beside: File,
    second: Option<File>,
    /// The second one was not there. It is written from the entry on that tells this: were it there before, a kill
    /// or a full disk in between would leave it renewed and nobody told.
    pub(crate) is_renewed: bool,
}

impl Witness {
    /// The entry that tells that the second one was made anew is on the disk.
    pub(crate) fn renew(&mut self, device: &DeviceId, newest: Known) {
        self.is_renewed = false;
        self.note(device, newest);
    }

    /// Notes the head after a commit. One small write in place each; a failure costs the witness, never the
    /// entry, which is already safe.
    pub(crate) fn note(&mut self, device: &DeviceId, newest: Known) {
        let Known { sequence, hash } = newest;
        let line = line(&format!("{} {sequence} {}", device.0, hex::encode(hash)));
        let second = self.second.as_mut().filter(|_| !self.is_renewed);
        for file in [Some(&mut self.beside), second].into_iter().flatten() {
            let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(line.as_bytes()));
        }
    }
}

fn read(file: &Path, device: &DeviceId) -> Option<Known> {
    let text = fs::read_to_string(file).ok()?;
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
    Some(Known { sequence, hash })
}

/// The body with its digest, padded so that a longer line never leaves a rest.
fn line(body: &str) -> String {
    let digest = hex::encode(&sha256(body.as_bytes())[..8]);
    format!("{body:<140} {digest}\n")
}
