//! Exchange by a stick: what this seat has that others may lack goes into a file, see [`file`]; a seat takes
//! every file of its office that lies in the folder.
//!
//! Entries go in the order of their places: so whatever a file is cut to, what an entry rests on stands before
//! it. A file is written under another name and gets its own when it is whole and on the disk. Taking is in
//! steps of one frame; cut off anywhere, it goes on where it was.
//!
//! Only one connection holds the ledger's file. So an exchange can be had in steps: the ledger reads or takes one
//! frame, and the folder, which may be slow or not answer at all, is read or written elsewhere meanwhile.

mod file;

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{BufReader, BufWriter, ErrorKind},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use office::entry::{ContentHash, DeviceId, OfficeId, Opened, Sealed};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::{
    Ledger, LedgerError, Result, Taken, blob,
    exchange::file::{FRAME, Opening, Part, Reader, Writer},
    head::{Standing, found, standing},
    key::random,
    keyring::sync_folder,
    private,
    rows::{rows, unsigned},
    tend,
};

pub use file::Frame;

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

fn key(db: &Connection) -> Result<Zeroizing<[u8; 32]>> {
    let sql = "SELECT key FROM shared WHERE name = ?1";
    let key: Option<[u8; 32]> =
        db.prepare_cached(sql)?.query_row([EXCHANGE], |row| row.get(0)).optional()?;
    Ok(Zeroizing::new(key.ok_or(LedgerError::Damaged { place: "khóa trao đổi" })?))
}

/// An export that is under way: what of the ledger is read next.
pub struct Export {
    next: i64,
    /// Of each chain: up to where every other seat is known to hold it.
    lacked: Vec<(i64, i64)>,
}

/// The file of an export, written away from the ledger. Dropped before its end it leaves nothing.
pub struct ExportFile {
    folder: PathBuf,
    name: String,
    office: OfficeId,
    key: Zeroizing<[u8; 32]>,
    writer: Option<Writer<BufWriter<File>>>,
    entries: u64,
    blobs: u64,
}

impl ExportFile {
    /// Writes the next frame; the first makes the file.
    ///
    /// # Errors
    /// [`LedgerError::NoStick`], [`LedgerError::DiskFull`].
    pub fn write(&mut self, frame: &Frame) -> Result<()> {
        let part = self.part();
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                if !self.folder.is_dir() {
                    return Err(LedgerError::NoStick { place: self.folder.display().to_string() });
                }
                let out = BufWriter::new(private::create(&part)?);
                none.insert(Writer::begin(out, &self.office, &self.key)?)
            }
        };
        writer.frame(frame)?;
        self.entries += frame.entries.len() as u64;
        self.blobs += frame.blobs.len() as u64;
        Ok(())
    }

    /// The file gets its name when it is whole and on the disk.
    ///
    /// # Errors
    /// [`LedgerError::DiskFull`]; then no file is left.
    pub fn end(mut self) -> Result<Sent> {
        let Some(writer) = self.writer.take() else {
            return Ok(Sent { file: None, entries: 0, blobs: 0 });
        };
        let (file, part) = (self.folder.join(&self.name), self.part());
        let written = writer.end().and_then(|out| {
            out.into_inner().map_err(|error| error.into_error())?.sync_all()?;
            fs::rename(&part, &file)?;
            sync_folder(Some(&self.folder))
        });
        match written {
            Ok(()) => Ok(Sent { file: Some(file), entries: self.entries, blobs: self.blobs }),
            Err(error) => {
                let _ = fs::remove_file(&part);
                Err(error)
            }
        }
    }

    /// Entries that were written so far.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    fn part(&self) -> PathBuf {
        self.folder.join(format!("{}.part", self.name))
    }
}

impl Drop for ExportFile {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            let _ = fs::remove_file(self.part());
        }
    }
}

/// The files of a folder as they are read, away from the ledger.
pub struct Import {
    folder: PathBuf,
    /// Those that are still to be read; none before the folder was listed.
    files: Option<std::vec::IntoIter<PathBuf>>,
    reader: Option<Box<Reader<BufReader<File>>>>,
    office: OfficeId,
    key: Zeroizing<[u8; 32]>,
    received: Received,
}

impl Import {
    /// The next frame, for [`Ledger::take_frame`]; none after the last file.
    ///
    /// # Errors
    /// Those of [`Ledger::import_entries`].
    pub fn read(&mut self) -> Result<Option<Frame>> {
        loop {
            match self.reader.as_mut().map(|reader| reader.next()) {
                Some(Part::Frame(frame)) => return Ok(Some(frame)),
                Some(Part::Broken) => self.received.broken += 1,
                Some(Part::End) | None => {}
            }
            self.reader = None;
            let files = match &mut self.files {
                Some(files) => files,
                none => none.insert(files(&self.folder)?.into_iter()),
            };
            let Some(file) = files.next() else { break };
            let source = BufReader::new(File::open(&file)?);
            match Reader::begin(source, &self.office, &self.key) {
                Opening::Ours(reader) => {
                    self.received.files += 1;
                    self.reader = Some(reader);
                }
                Opening::Foreign => self.received.foreign += 1,
                Opening::Broken => {
                    self.received.files += 1;
                    self.received.broken += 1;
                }
            }
        }
        if self.received.files == 0 {
            return Err(LedgerError::ForeignOffice { place: self.folder.display().to_string() });
        }
        Ok(None)
    }

    /// What was read in all; `entries`: what became of them.
    pub fn received(self, entries: Taken) -> Received {
        Received { entries, ..self.received }
    }
}

impl Ledger {
    /// Writes what other seats may lack into a file in `folder`. `watch` hears how many entries are written, and
    /// may end it.
    ///
    /// # Errors
    /// [`LedgerError::NoStick`], [`LedgerError::DiskFull`], [`LedgerError::Stopped`]; then no file is left.
    pub fn export_entries(&self, folder: &Path, watch: &dyn Fn(u64) -> Result<()>) -> Result<Sent> {
        let (mut export, mut file) = self.begin_export(folder)?;
        while let Some(frame) = self.next_frame(&mut export)? {
            file.write(&frame)?;
            watch(file.entries)?;
        }
        file.end()
    }

    /// Begins an export in steps: frames of [`Ledger::next_frame`] go into the file.
    pub fn begin_export(&self, folder: &Path) -> Result<(Export, ExportFile)> {
        let missing = self.lacked()?;
        // Where the others lack nothing, no entry follows.
        let next = missing.iter().filter_map(|(_, _, place)| *place).min().unwrap_or(i64::MAX);
        let lacked = missing.into_iter().map(|(chain, known, _)| (chain, known)).collect();
        let device: String = self.device.id.0.chars().take(8).collect();
        let name = format!("{device}-{:012}.{EXTENSION}", self.head.moment.timestamp().as_second());
        let file = ExportFile {
            folder: folder.to_owned(),
            name,
            office: self.head.office.clone(),
            key: key(&self.db)?,
            writer: None,
            entries: 0,
            blobs: 0,
        };
        Ok((Export { next, lacked }, file))
    }

    /// The entries that are exported next, with all contents that they name, as each frame is taken by itself;
    /// none after the last.
    pub fn next_frame(&self, export: &mut Export) -> Result<Option<Frame>> {
        let (mut frame, mut size) = (Frame::default(), 0);
        let mut sent = HashSet::new();
        let mut statement = self.db.prepare_cached(
            "SELECT chain, sequence, signature, envelope, payload, n FROM entry
             WHERE n >= ?1 ORDER BY n",
        )?;
        let mut rows = statement.query([export.next])?;
        while size < FRAME
            && let Some(row) = rows.next()?
        {
            let (chain, sequence): (i64, i64) = (row.get(0)?, row.get(1)?);
            export.next = row.get::<_, i64>(5)?.saturating_add(1);
            if !export.lacked.iter().any(|(of, known)| *of == chain && sequence > *known) {
                continue;
            }
            let sealed =
                Sealed { signature: row.get(2)?, envelope: row.get(3)?, payload: row.get(4)? };
            size += sealed.envelope.len() + sealed.payload.len();
            for hash in named(&sealed) {
                if sent.insert(hash.clone())
                    && let Some(bytes) = self.content(&hash)?
                {
                    size += bytes.len();
                    frame.blobs.push(bytes);
                }
            }
            frame.entries.push(sealed);
        }
        Ok((!frame.entries.is_empty()).then_some(frame))
    }

    /// A content that is here whole; what a damaged disk lost holds nothing up.
    fn content(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>> {
        match blob::read(&self.db, &self.contents, hash) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(LedgerError::Missing | LedgerError::ContentLost) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Of each chain: up to where every other seat is known to hold it, and the place of the entry after.
    fn lacked(&self) -> Result<Vec<(i64, i64, Option<i64>)>> {
        let others: Vec<DeviceId> = rows(
            &self.db,
            "SELECT device FROM admitted WHERE device <> ?1 UNION SELECT id FROM device WHERE id <> ?1",
            [&self.device.id.0],
            |row| Ok(DeviceId(row.get(0)?)),
        )?;
        let mut lacked = Vec::new();
        for Standing { chain, device, branch, .. } in standing(&self.db)? {
            let mut known = if others.is_empty() { 0 } else { i64::MAX };
            for other in &others {
                known = known.min(match *other == device && branch.is_empty() {
                    // Nobody lacks their own entries but a copy, from where it parts.
                    true => self.parts(&device)?,
                    false => self.knows(other, &device, &branch)?,
                });
            }
            if known == i64::MAX {
                continue;
            }
            let next =
                "SELECT n FROM entry WHERE chain = ?1 AND sequence > ?2 ORDER BY sequence LIMIT 1";
            let place = self
                .db
                .prepare_cached(next)?
                .query_row([chain, known], |row| row.get(0))
                .optional()?;
            lacked.push((chain, known, place));
        }
        Ok(lacked)
    }

    /// Up to where all branches of a device's chain hold it.
    fn parts(&self, device: &DeviceId) -> Result<i64> {
        let sql = "SELECT min(starts) - 1 FROM branch WHERE device = ?1";
        let parts: Option<i64> =
            self.db.prepare_cached(sql)?.query_row([&device.0], |row| row.get(0))?;
        Ok(parts.unwrap_or(i64::MAX))
    }

    /// Up to where `other` holds a chain of `device`, as far as its own entries say.
    fn knows(&self, other: &DeviceId, device: &DeviceId, branch: &str) -> Result<i64> {
        let sql = "SELECT sequence, hash FROM knows WHERE device = ?1 AND of = ?2";
        let told: Option<(i64, String)> = self
            .db
            .prepare_cached(sql)?
            .query_row([&other.0, &device.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((sequence, hash)) = told else { return Ok(0) };
        Ok(match found(&self.db, device, unsigned(sequence)?, &ContentHash(hash))? {
            Some(found) if found.branch == branch => sequence,
            // It names a branch, so it holds what that parts from.
            Some(found) if branch.is_empty() => {
                let sql = "SELECT starts - 1 FROM branch WHERE first = ?1";
                let mut parts = self.db.prepare_cached(sql)?;
                parts.query_row([&found.branch], |row| row.get(0)).optional()?.unwrap_or(0)
            }
            // It holds another chain of the device than this seat.
            _ => 0,
        })
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
        let mut import = self.begin_import(folder)?;
        let (mut entries, mut came) = (Taken::default(), 0);
        while let Some(frame) = import.read()? {
            entries += self.take_frame(now, &frame)?;
            came += frame.entries.len() as u64;
            watch(came)?;
        }
        tend::finish(&self.db)?;
        Ok(import.received(entries))
    }

    /// Begins an import in steps: [`Ledger::take_frame`] takes what it reads.
    pub fn begin_import(&self, folder: &Path) -> Result<Import> {
        Ok(Import {
            folder: folder.to_owned(),
            files: None,
            reader: None,
            office: self.head.office.clone(),
            key: key(&self.db)?,
            received: Received::default(),
        })
    }

    /// [`Ledger::take`] of what a file holds next.
    pub fn take_frame(&mut self, now: Timestamp, frame: &Frame) -> Result<Taken> {
        self.take(now, &frame.entries, &frame.blobs)
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
    if files.is_empty() {
        return Err(LedgerError::NoExchange { place: folder.display().to_string() });
    }
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
