//! Exchange by a stick: what this seat has that others may lack goes into a file, see [`file`]; a seat takes
//! every file of its office that lies in the folder.
//!
//! Entries go in the order of their places: so whatever a file is cut to, what an entry rests on stands before
//! it. A file is written under another name and gets its own when it is whole and on the disk. Taking is in
//! steps of one frame; cut off anywhere, it goes on where it was.

mod file;

use std::{
    fs::{self, File},
    io::{BufReader, BufWriter, ErrorKind},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use office::entry::{ContentHash, Opened, Sealed};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::{
    Ledger, LedgerError, Result, Taken,
    blob::blob_key,
    exchange::file::{FRAME, Frame, Opening, Part, Reader, Writer},
    key::random,
    keyring::sync_folder,
    private,
    read::rows,
};

/// How the files' names end.
pub const EXTENSION: &str = "motcua";

/// Most files of a folder that are looked at.
const MOST_FILES: usize = 1_000;

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// The file; none where the others lack nothing.
    pub file: Option<PathBuf>,
    /// Entries in it.
    pub entries: u64,
    /// Contents in it.
    pub blobs: u64,
}

/// What an import took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Received {
    /// Files of this office that were read.
    pub files: u64,
    /// Of these, files that were cut off or changed: what stands before the place was taken.
    pub broken: u64,
    /// Files of other offices, which were left alone.
    pub foreign: u64,
    /// What became of the entries.
    #[serde(flatten)]
    pub entries: Taken,
}

/// The office's exchange key.
pub(crate) const EXCHANGE: &str = "exchange";

/// Makes the key at the founding.
pub(crate) fn make_key(db: &Connection) -> Result<()> {
    let key: [u8; 32] = random()?;
    db.execute("INSERT INTO shared (name, key) VALUES (?1, ?2)", params![EXCHANGE, key])?;
    Ok(())
}

fn key(db: &Connection) -> Result<zeroize::Zeroizing<[u8; 32]>> {
    let sql = "SELECT key FROM shared WHERE name = ?1";
    let key: Option<[u8; 32]> =
        db.prepare_cached(sql)?.query_row([EXCHANGE], |row| row.get(0)).optional()?;
    Ok(zeroize::Zeroizing::new(key.ok_or(LedgerError::Damaged { place: "khóa trao đổi" })?))
}

impl Ledger {
    /// Writes what other seats may lack into a file in `folder`. `watch` hears how many entries are written, and
    /// may end it.
    ///
    /// # Errors
    /// [`LedgerError::NoStick`], [`LedgerError::DiskFull`], [`LedgerError::Stopped`]; then no file is left.
    pub fn export_entries(&self, folder: &Path, watch: &dyn Fn(u64) -> Result<()>) -> Result<Sent> {
        if !folder.is_dir() {
            return Err(LedgerError::NoStick { place: folder.display().to_string() });
        }
        let missing = self.lacked()?;
        let Some(begin) = missing.iter().filter_map(|(_, _, place)| *place).min() else {
            return Ok(Sent { file: None, entries: 0, blobs: 0 });
        };
        let device: String = self.device.id.0.chars().take(8).collect();
        let name = format!("{device}-{:012}.{EXTENSION}", self.head.moment.timestamp().as_second());
        let (file, part) = (folder.join(&name), folder.join(format!("{name}.part")));
        let written = private::create(&part)
            .map_err(LedgerError::from)
            .and_then(|out| self.write_file(out, begin, &missing, watch))
            .and_then(|sent| {
                fs::rename(&part, &file)?;
                sync_folder(Some(folder))?;
                Ok(sent)
            });
        match written {
            Ok((entries, blobs)) => Ok(Sent { file: Some(file), entries, blobs }),
            Err(error) => {
                let _ = fs::remove_file(&part);
                Err(error)
            }
        }
    }

    /// Of each chain: up to where every other seat is known to hold it, and the place of the entry after.
    fn lacked(&self) -> Result<Vec<(i64, i64, Option<i64>)>> {
        let others: Vec<String> = rows(
            &self.db,
            "SELECT device FROM admitted WHERE device <> ?1 UNION SELECT id FROM device WHERE id <> ?1",
            [&self.device.id.0],
            |row| row.get(0),
        )?;
        let chains: Vec<(i64, String)> =
            rows(&self.db, "SELECT id, device FROM chain", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let mut lacked = Vec::new();
        for (chain, device) in chains {
            let mut known = if others.is_empty() { 0 } else { i64::MAX };
            for other in others.iter().filter(|other| **other != device) {
                let sql = "SELECT sequence FROM knows WHERE device = ?1 AND of = ?2";
                let knows: Option<i64> = self
                    .db
                    .prepare_cached(sql)?
                    .query_row([other, &device], |row| row.get(0))
                    .optional()?;
                known = known.min(knows.unwrap_or(0));
            }
            if known == i64::MAX {
                // Nobody but its own device could lack it.
                continue;
            }
            let next = "SELECT n FROM entry WHERE chain = ?1 AND sequence = ?2";
            let place = self
                .db
                .prepare_cached(next)?
                .query_row([chain, known.saturating_add(1)], |row| row.get(0))
                .optional()?;
            lacked.push((chain, known, place));
        }
        Ok(lacked)
    }

    fn write_file(
        &self,
        out: File,
        begin: i64,
        lacked: &[(i64, i64, Option<i64>)],
        watch: &dyn Fn(u64) -> Result<()>,
    ) -> Result<(u64, u64)> {
        let key = key(&self.db)?;
        let mut writer = Writer::begin(BufWriter::new(out), &self.head.office, &key)?;
        let (mut frame, mut size) = (Frame::default(), 0);
        let (mut entries, mut blobs) = (0, 0);
        let mut sent = std::collections::HashSet::new();
        let mut statement = self.db.prepare(
            "SELECT chain, sequence, signature, envelope, payload FROM entry
             WHERE n >= ?1 ORDER BY n",
        )?;
        let mut rows = statement.query([begin])?;
        while let Some(row) = rows.next()? {
            let (chain, sequence): (i64, i64) = (row.get(0)?, row.get(1)?);
            if !lacked.iter().any(|(of, known, _)| *of == chain && sequence > *known) {
                continue;
            }
            let sealed =
                Sealed { signature: row.get(2)?, envelope: row.get(3)?, payload: row.get(4)? };
            size += sealed.envelope.len() + sealed.payload.len();
            for hash in named(&sealed) {
                if sent.insert(hash.clone())
                    && let Some(bytes) = blob(&self.db, &hash)?
                {
                    size += bytes.len();
                    blobs += 1;
                    frame.blobs.push(bytes);
                }
            }
            frame.entries.push(sealed);
            entries += 1;
            if size >= FRAME {
                writer.frame(&std::mem::take(&mut frame))?;
                size = 0;
                watch(entries)?;
            }
        }
        if !frame.entries.is_empty() {
            writer.frame(&frame)?;
        }
        let out = writer.end()?;
        out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        Ok((entries, blobs))
    }

    /// Takes what lies in `folder` from other seats of the office. `watch` hears how many entries came, and may
    /// end it: what was taken stays.
    ///
    /// # Errors
    /// [`LedgerError::NoExchange`] where there is no such file, [`LedgerError::ForeignOffice`] where all are of
    /// other offices, [`LedgerError::DiskFull`], [`LedgerError::Stopped`].
    pub fn import_entries(
        &mut self,
        folder: &Path,
        now: Timestamp,
        watch: &dyn Fn(u64) -> Result<()>,
    ) -> Result<Received> {
        let files = files(folder)?;
        if files.is_empty() {
            return Err(LedgerError::NoExchange { place: folder.display().to_string() });
        }
        let key = key(&self.db)?;
        let mut received = Received::default();
        let mut came = 0;
        for file in files {
            let source = BufReader::new(File::open(&file)?);
            let mut reader = match Reader::begin(source, &self.head.office, &key) {
                Opening::Ours(reader) => reader,
                Opening::Foreign => {
                    received.foreign += 1;
                    continue;
                }
                Opening::Broken => {
                    received.files += 1;
                    received.broken += 1;
                    continue;
                }
            };
            received.files += 1;
            loop {
                match reader.next() {
                    Part::Frame(frame) => {
                        received.entries += self.take(now, &frame.entries, &frame.blobs)?;
                        came += frame.entries.len() as u64;
                        watch(came)?;
                    }
                    Part::End => break,
                    Part::Broken => {
                        received.broken += 1;
                        break;
                    }
                }
            }
        }
        if received.files == 0 {
            return Err(LedgerError::ForeignOffice { place: folder.display().to_string() });
        }
        Ok(received)
    }
}

/// The exchange files of a folder, by name; or the one that is named.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    let listed = fs::read_dir(folder).map_err(|error| match error.kind() {
        ErrorKind::NotFound => LedgerError::NoExchange { place: folder.display().to_string() },
        kind => LedgerError::Files(kind),
    })?;
    let mut files: Vec<PathBuf> = listed
        .take(MOST_FILES)
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|end| end == EXTENSION))
        .collect();
    files.sort_unstable();
    Ok(files)
}

/// Contents that an entry names.
fn named(sealed: &Sealed) -> Vec<ContentHash> {
    match sealed.open() {
        Ok(Opened::Entry(entry)) => entry.what.about().blobs.into_iter().cloned().collect(),
        _ => Vec::new(),
    }
}

fn blob(db: &Connection, hash: &ContentHash) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM blob WHERE hash = ?1";
    Ok(db.prepare_cached(sql)?.query_row([blob_key(hash)?], |row| row.get(0)).optional()?)
}
