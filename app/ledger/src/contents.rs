//! Contents in files: scans, photos and papers, each sealed by itself, beside the database.
//!
//! ```text
//! DATA/office/contents/new/ID      written and on the disk; the entry that rests on it may not be
//! DATA/office/contents/ab/NAME     named by a row of `file`
//! ```
//!
//! **Which.** Contents of more than [`SMALL`] bytes are files, all others are rows of `blob`.
//!
//! **What a stolen disk tells.** A file is a line with its form and AES-256-GCM over the content. Each
//! content has a random key of its own, which lies in its row of `file` in the encrypted database: so it
//! goes where the database goes (a backup, another seat), a new key of the database changes no file, one
//! damaged page costs one content, and when the row is gone nobody reads what a disk may still hold of the
//! file. NAME is drawn from key and content hash, so it cannot be computed from a known document; nor does
//! the length tell which one it is, as it is padded by Padmé (at most 12 % more; Nikitin and others,
//! “Reducing Metadata Leakage from Encrypted Files”, PETS 2019). The content hash is associated data.
//! A key seals one content only, so the nonce is fixed and the same content gives the same file again.
//!
//! **When.** A file is on the disk, and its name too, before the entry that rests on it commits. Until
//! then it is called by its row's id in `new`; after the commit it moves to its place, which needs no sync,
//! as it is read from either. What is left in `new` when a transaction failed, or at the next login, is
//! moved or, without a row, removed: that looks at `new` alone, however many contents there are. Nothing
//! half is ever named, as the row comes last.
//!
//! **Erasing.** A row is marked `gone` in the transaction that lets go of the content; after the commit
//! the file is removed, then the row with the key. What a kill leaves is done at the next login. While a
//! backup runs the files stay, as it copies what was named when it began.

use std::{
    cell::Cell,
    collections::HashSet,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use office::{
    entry::{Hash, sha256},
    text,
};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{BLOB_LIMIT, LedgerError, Result, keyring::sync_folder, private};

/// Largest content that is a row: a chip's photo is, a scan or a paper is not. Up to here a row, which needs no
/// sync beyond its entry's, takes about half the time of a file (5 ms against 11 where it was measured); from
/// 128 KB on they take the same, and rows would make the database large.
pub(crate) const SMALL: usize = 32 * 1024;

/// How a file begins.
const FORM: &[u8] = b"MOTCUA-CONTENT 1\n";

/// AES-GCM's tag.
const TAG: usize = 16;

/// Largest file.
pub(crate) const LARGEST_FILE: usize = FORM.len() + padded(BLOB_LIMIT) + TAG;

/// The folder of files whose entries may not be committed.
const NEW: &str = "new";

/// The files of an office, or of a backup.
pub(crate) struct Contents {
    folder: PathBuf,
    /// Files may lie in `new`, or have rows that are marked as gone.
    pub(crate) unsettled: Cell<bool>,
    /// The database's log may hold bytes that were erased, see [`crate::erase`].
    pub(crate) linger: Cell<bool>,
}

/// A row of `file`.
pub(crate) struct Filed {
    pub(crate) id: i64,
    pub(crate) hash: Hash,
    pub(crate) size: usize,
    pub(crate) key: Zeroizing<Hash>,
}

impl Filed {
    /// What its file is called.
    pub(crate) fn name(&self) -> Name {
        Name(*self.derive(b"motcua content name 1"))
    }

    fn derive(&self, label: &[u8]) -> Zeroizing<Hash> {
        let mut derived = Zeroizing::new([0; 32]);
        // 32 bytes are within what HKDF-SHA256 gives: no other length fails.
        let _ = Hkdf::<Sha256>::new(Some(&self.hash), &*self.key).expand(label, &mut *derived);
        derived
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new((&*self.derive(b"motcua content key 1")).into())
    }

    fn bound_to(&self) -> Vec<u8> {
        [FORM, &self.hash].concat()
    }

    /// The length of its file.
    fn length(&self) -> usize {
        FORM.len() + padded(self.size) + TAG
    }

    pub(crate) fn seal(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        let mut plain = Vec::with_capacity(padded(self.size));
        plain.extend_from_slice(bytes);
        plain.resize(padded(self.size), 0);
        let payload = Payload { msg: &plain, aad: &self.bound_to() };
        let sealed = self
            .cipher()
            .encrypt(&[0; 12].into(), payload)
            .map_err(|_| LedgerError::TooLarge { limit: BLOB_LIMIT })?;
        Ok([FORM, &sealed].concat())
    }

    fn open(&self, file: &[u8]) -> Option<Vec<u8>> {
        let payload = Payload { msg: file.strip_prefix(FORM)?, aad: &self.bound_to() };
        let mut plain = self.cipher().decrypt(&[0; 12].into(), payload).ok()?;
        plain.truncate(self.size);
        (sha256(&plain) == self.hash).then_some(plain)
    }
}

/// The name of a file: 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Name(Hash);

impl Name {
    pub(crate) fn parse(digits: &str) -> Option<Self> {
        let mut name = [0; 32];
        hex::decode_to_slice(digits, &mut name).ok()?;
        // One name has one form: hex digits may be capitals too.
        (hex::encode(name) == digits).then_some(Self(name))
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Contents {
    /// The contents in an office's folder or a backup's.
    pub(crate) fn of(folder: &Path) -> Self {
        Self {
            folder: folder.join("contents"),
            unsettled: Cell::new(true),
            linger: Cell::new(true),
        }
    }

    /// The same where their folder itself is known.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self { folder, unsettled: Cell::new(false), linger: Cell::new(false) }
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Seals a content into `new`, and presses it to the disk.
    pub(crate) fn put(&self, filed: &Filed, bytes: &[u8]) -> Result<()> {
        self.unsettled.set(true);
        let new = self.make_new()?;
        let file = self.new_file(filed.id);
        write_file(&file, &filed.seal(bytes)?)?.sync_all()?;
        sync_folder(Some(&new))
    }

    /// Takes a file that was sealed elsewhere into `new`.
    pub(crate) fn adopt(&self, filed: &Filed, sealed: &Path) -> Result<()> {
        self.unsettled.set(true);
        let new = self.make_new()?;
        fs::rename(sealed, self.new_file(filed.id))?;
        sync_folder(Some(&new))
    }

    fn make_new(&self) -> Result<PathBuf> {
        let new = self.folder.join(NEW);
        for folder in [&self.folder, &new] {
            if !folder.is_dir() {
                private::make_folder(folder)?;
                sync_folder(folder.parent())?;
            }
        }
        Ok(new)
    }

    /// Whether its file is there, as long as it must be.
    pub(crate) fn is_there(&self, filed: &Filed) -> bool {
        [self.place(filed.name()), self.new_file(filed.id)]
            .iter()
            .any(|file| fs::metadata(file).is_ok_and(|it| it.len() == filed.length() as u64))
    }

    /// A content, if its file is whole.
    ///
    /// # Errors
    /// [`LedgerError::ContentLost`].
    pub(crate) fn read(&self, filed: &Filed) -> Result<Vec<u8>> {
        let file = self.sealed(filed).map_err(|_| LedgerError::ContentLost)?;
        filed.open(&file).ok_or(LedgerError::ContentLost)
    }

    /// The bytes of its file as they are.
    pub(crate) fn sealed(&self, filed: &Filed) -> io::Result<Vec<u8>> {
        if filed.size > BLOB_LIMIT {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let place = self.place(filed.name());
        // It may move from `new` to its place between two looks of a backup.
        for file in [&place, &self.new_file(filed.id), &place] {
            match read_at_most(file, filed.length()) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                read => return read,
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }

    /// Writes a file at its place, in a folder that is synced as a whole later.
    pub(crate) fn copy_in(&self, name: Name, sealed: &[u8]) -> Result<()> {
        let place = self.place(name);
        place.parent().map_or(Ok(()), private::make_folder)?;
        write_file(&place, sealed)?;
        Ok(())
    }

    /// The files in `new`, with the ids of their rows.
    pub(crate) fn new_files(&self) -> Result<Vec<(PathBuf, Option<i64>)>> {
        let new = listed(&self.folder.join(NEW))?;
        Ok(new
            .into_iter()
            .map(|file| {
                let name = file.file_name().and_then(|name| name.to_str());
                let id = name.and_then(|name| name.parse().ok());
                (file, id)
            })
            .collect())
    }

    /// Moves a file of `new` to its place.
    pub(crate) fn settle(&self, new: &Path, filed: &Filed) -> Result<()> {
        let place = self.place(filed.name());
        place.parent().map_or(Ok(()), private::make_folder)?;
        Ok(fs::rename(new, place)?)
    }

    /// Removes a file for good.
    pub(crate) fn remove(&self, filed: &Filed) -> Result<()> {
        let place = self.place(filed.name());
        match fs::remove_file(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
            Ok(()) => sync_folder(place.parent()),
        }
    }

    /// Everything that lies there under none of the names.
    pub(crate) fn unnamed(&self, names: &HashSet<Name>) -> Result<Vec<PathBuf>> {
        let mut unnamed = Vec::new();
        for folder in listed(&self.folder)? {
            if !folder.is_dir() {
                unnamed.push(folder);
                continue;
            }
            unnamed.extend(listed(&folder)?.into_iter().filter(|file| {
                let name = file.file_name().and_then(|name| name.to_str()).and_then(Name::parse);
                !name.is_some_and(|name| names.contains(&name) && self.place(name) == *file)
            }));
        }
        Ok(unnamed)
    }

    /// A file in a finding's words: its path from the folder of the office or backup on.
    pub(crate) fn called(&self, file: &Path) -> String {
        let path = self.folder.parent().and_then(|office| file.strip_prefix(office).ok());
        text::clean(&path.unwrap_or(file).display().to_string())
    }

    /// Where a file lies.
    pub(crate) fn place(&self, name: Name) -> PathBuf {
        let digits = name.to_string();
        self.folder.join(digits.get(..2).unwrap_or_default()).join(digits)
    }

    fn new_file(&self, id: i64) -> PathBuf {
        self.folder.join(NEW).join(id.to_string())
    }
}

/// What lies in a folder; nothing where there is none.
fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
        Ok(files) => Ok(files.map(|file| Ok(file?.path())).collect::<io::Result<_>>()?),
    }
}

/// Writes a file, or leaves none.
pub(crate) fn write_file(file: &Path, bytes: &[u8]) -> Result<File> {
    let mut out = private::create(file)?;
    if let Err(error) = out.write_all(bytes) {
        let _ = fs::remove_file(file);
        return Err(error.into());
    }
    Ok(out)
}

/// A file's bytes; one that is longer is not the one that is meant.
pub(crate) fn read_at_most(file: &Path, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length.min(LARGEST_FILE));
    File::open(file)?.take(length as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > length { Err(io::ErrorKind::InvalidData.into()) } else { Ok(bytes) }
}

/// Padmé: a length keeps as many of its first bits as its number of bits has bits.
const fn padded(length: usize) -> usize {
    if length < 2 {
        return length;
    }
    let bits = length.ilog2();
    let mask = (1 << (bits - bits.ilog2() - 1)) - 1;
    (length + mask) & !mask
}

#[cfg(test)]
mod tests;
