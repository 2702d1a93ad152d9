//! Contents that are sealed and pressed to the disk by a worker: what a service brought is many megabytes, and the thread
//! that owns the ledger writes only the entry.
//!
//! ```text
//! DATA/office/sealed/NAME   sealed under a key that only its [`Sealed`] holds; no row and no entry knows it
//! ```
//!
//! With the entry it becomes a content like any other: its row gets the key, and the file moves to `contents/new`, from
//! where it goes on as [`crate::contents`] tells. What is left when the program ended can be read by nobody, and is
//! removed at the next login.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use office::entry::{ContentHash, Entry, Event, Hash, sha256};
use zeroize::Zeroizing;

use crate::{
    BLOB_LIMIT, Ledger, LedgerError, Result, Writing, blob,
    contents::{Filed, SMALL, write_file},
    key::random,
    private,
};

/// Where sealed contents lie before an entry rests on them.
fn folder(office: &Path) -> PathBuf {
    office.join("sealed")
}

/// Seals contents on a worker; it can be sent there.
#[derive(Clone, Debug)]
pub struct Sealer(PathBuf);

/// A content that is on the disk already. Dropping it removes its file, unless an entry rests on it.
pub struct Sealed {
    hash: ContentHash,
    at: At,
}

enum At {
    /// Small ones are rows.
    Row(Vec<u8>),
    File {
        file: PathBuf,
        size: usize,
        key: Zeroizing<Hash>,
    },
}

/// Debug output may reach a log: it shows neither content nor key.
impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({:.8})", self.hash.0)
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        if let At::File { file, .. } = &self.at {
            // It has moved, or goes at the next login.
            let _ = fs::remove_file(file);
        }
    }
}

impl Sealed {
    /// Its hash.
    pub fn hash(&self) -> &ContentHash {
        &self.hash
    }
}

impl Sealer {
    /// Seals a content and presses it to the disk.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`], [`LedgerError::DiskFull`], [`LedgerError::Files`].
    pub fn seal(&self, bytes: Vec<u8>) -> Result<Sealed> {
        if bytes.len() > BLOB_LIMIT {
            return Err(LedgerError::TooLarge { limit: BLOB_LIMIT });
        }
        let digest = sha256(&bytes);
        let hash = ContentHash::from_hash(&digest);
        if bytes.len() <= SMALL {
            return Ok(Sealed { hash, at: At::Row(bytes) });
        }
        let (key, name) = (Zeroizing::new(random()?), hex::encode(random::<16>()?));
        // Its row's id is no part of what is sealed.
        let filed = Filed { id: 0, hash: digest, size: bytes.len(), key: key.clone() };
        private::make_folder(&self.0)?;
        let file = self.0.join(name);
        let sealed = Sealed { hash, at: At::File { file, size: bytes.len(), key } };
        if let At::File { file, .. } = &sealed.at {
            write_file(file, &filed.seal(&bytes)?)?.sync_all()?;
        }
        Ok(sealed)
    }
}

impl Ledger {
    /// Seals contents elsewhere, for [`Ledger::record_sealed`].
    pub fn sealer(&self) -> Sealer {
        Sealer(folder(&self.folder.office()))
    }

    /// Writes an event that names a content which a worker sealed.
    ///
    /// # Errors
    /// [`LedgerError::Missing`] where the event does not name it, [`LedgerError::ContentLost`], and those of
    /// [`Ledger::record`]; then nothing is written, and what was sealed may be gone.
    pub fn record_sealed(&mut self, at: Timestamp, event: Event, sealed: &Sealed) -> Result<Entry> {
        self.transact(|writing| {
            writing.adopt(&event, sealed)?;
            writing.record(at, event, &[])
        })
    }

    /// Removes what was sealed for entries that never came.
    pub(crate) fn clear_sealed(&self) {
        // What cannot be removed now is removed at a later login.
        let _ = fs::remove_dir_all(folder(&self.folder.office()));
    }
}

impl Writing<'_> {
    /// Makes a sealed content one that an entry rests on.
    fn adopt(&mut self, event: &Event, sealed: &Sealed) -> Result<()> {
        if !blob::named_blobs(event).contains(&&sealed.hash) {
            return Err(LedgerError::Missing);
        }
        match &sealed.at {
            At::Row(bytes) => blob::keep(self.db, self.contents, bytes),
            At::File { file, size, key } => {
                blob::keep_sealed(self.db, self.contents, &sealed.hash, file, (*size, key))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use office::{
        dossier::DossierId,
        entry::{Numbering, PaperKind, PaperOf},
    };

    use super::*;
    use crate::fixture::{append_dossier, assert_clean, at, found, open};

    fn dossier(ledger: &mut Ledger) -> Option<DossierId> {
        match append_dossier(ledger, 1, at(0)).what {
            Event::DossierReceived { dossier } => Some(dossier.id),
            _ => None,
        }
    }

    fn paper(dossier: &DossierId, hash: &ContentHash) -> Event {
        Event::PaperMade {
            subject: dossier.into(),
            kind: PaperKind::Stamped,
            of: PaperOf::Beginning,
            content: hash.clone(),
            numbers: Numbering::Issued,
        }
    }

    fn files(ledger: &Ledger) -> usize {
        let folder = folder(&ledger.folder.office());
        fs::read_dir(folder).map_or(0, |files| files.flatten().count())
    }

    /// Sealed on another thread, small and large, it is a content like any other; and nothing is left of what no entry
    /// came for, whether it was let go of or the program ended.
    #[test]
    fn what_a_worker_sealed_is_kept_with_its_entry_or_not_at_all() {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        let dossier = dossier(&mut ledger).unwrap();
        let [small, large] = [vec![1; 10], vec![2; SMALL + 1]];
        for (n, bytes) in (1..).zip([&small, &large, &large]) {
            let (sealer, content) = (ledger.sealer(), bytes.clone());
            let sealed = std::thread::spawn(move || sealer.seal(content)).join().unwrap().unwrap();
            ledger.record_sealed(at(n), paper(&dossier, sealed.hash()), &sealed).unwrap();
            assert_eq!(ledger.blob(sealed.hash()).unwrap(), *bytes);
            drop(sealed);
            assert_eq!(ledger.blob(&ContentHash::of(bytes)).unwrap(), *bytes);
            assert_eq!(files(&ledger), 0, "it moved, or was there already");
        }
        let other = ledger.sealer().seal(vec![3; SMALL + 1]).unwrap();
        let wrong = ledger.record_sealed(at(4), paper(&dossier, &ContentHash::of(&large)), &other);
        assert!(matches!(wrong, Err(LedgerError::Missing)));
        assert_eq!(files(&ledger), 1);
        drop(other);
        assert_eq!(files(&ledger), 0);
        std::mem::forget(ledger.sealer().seal(vec![4; SMALL + 1]).unwrap());
        drop(ledger);
        let ledger = open(data.path());
        assert_eq!(files(&ledger), 0, "the program ended");
        assert_clean(&ledger);
    }

    #[test]
    fn what_is_too_large_is_told_before_anything_is_written() {
        let data = tempfile::tempdir().unwrap();
        let (ledger, _) = found(data.path());
        let sealed = ledger.sealer().seal(vec![0; BLOB_LIMIT + 1]);
        assert!(matches!(sealed, Err(LedgerError::TooLarge { .. })));
        assert_eq!(files(&ledger), 0);
    }
}
