//! Payloads that were erased: what the law says must be forgotten, see [`office::entry::Erasure`].
//!
//! An erasing is an entry. As soon as it stands at a seat, the payloads of the entries that it names are overwritten
//! there in the same transaction, in the chain as among what is held, and the tables become what they would be had
//! these entries said nothing: whatever comes later, a rebuild gives the same. Envelopes stay and are relayed without
//! payload. A payload that comes after its erasing is not kept; an entry that comes without payload waits until its
//! erasing is here too, signed by a device of the office, so that nobody on the way can take a payload out unseen. Where
//! its machine was lost before the erasing reached anybody, and came back from a backup, it stands without.
//!
//! Bytes are zeroed in the pages that held them (`secure_delete`), and then the log, which still has the pages of
//! before, is written into the file and emptied. What a disk keeps of it below the file system, and what stands in
//! backups made before, is beyond this program; both are encrypted.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use office::{
    entry::{
        ContentHash, DeviceId, Entry, Envelope, Erasure, Event, EventKind, Opened, Sealed, Seen,
    },
    subject::Subject,
    text,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Ledger, LedgerError, Result, Writing,
    blob::erase,
    contents::Contents,
    findings::{CheckReport, ErasedCount, FindingKind},
    head::found,
    lost,
    project::{self, entry::sealed_at},
    roles::require,
    rows::{rows, signed},
};

impl Ledger {
    /// Erases what the entries at these places say, here and at every other seat.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NotErasable`], [`LedgerError::ErasedAlready`],
    /// [`LedgerError::Refused`] with an [`office::entry::ErasureError`].
    pub fn erase(
        &mut self,
        at: Timestamp,
        places: &[u64],
        legal_basis: &str,
        reason: &str,
    ) -> Result<()> {
        require(&self.user.roles, EventKind::Erased.roles())?;
        self.transact(|writing| writing.erase(at, places, legal_basis, reason))
    }
}

impl Writing<'_> {
    pub(crate) fn erase(
        &mut self,
        at: Timestamp,
        places: &[u64],
        legal_basis: &str,
        reason: &str,
    ) -> Result<()> {
        let mut entries = Vec::new();
        let mut subjects: Vec<Option<Subject>> = Vec::new();
        for place in places {
            let (hash, opened) = open_at(self.db, signed(*place)?)?;
            let Envelope { device, sequence, .. } = opened.envelope();
            entries.push(Seen { device: device.clone(), sequence: *sequence, hash });
            match opened {
                Opened::Entry(entry) if entry.envelope.may_be_erased() => {
                    subjects.push(entry.what.about().subject);
                }
                Opened::Erased(_) => return Err(LedgerError::ErasedAlready),
                Opened::Entry(_) | Opened::Newer(_) => return Err(LedgerError::NotErasable),
            }
        }
        subjects.dedup();
        let erasure = Erasure {
            entries,
            subject: subjects.pop().filter(|_| subjects.is_empty()).flatten(),
            legal_basis: text::clean(legal_basis),
            reason: text::clean_lines(reason),
        };
        erasure.check().map_err(|error| LedgerError::Refused(Box::new(error)))?;
        self.write(at, Event::Erased { erasure: Box::new(erasure) }).map(drop)
    }
}

fn open_at(db: &Connection, n: i64) -> Result<(ContentHash, Opened)> {
    let found: Option<(Vec<u8>, Vec<u8>)> = db
        .prepare_cached("SELECT envelope, payload FROM entry WHERE n = ?1")?
        .query_row([n], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (envelope, payload) = found.ok_or(LedgerError::Missing)?;
    let hash = ContentHash::of(&envelope);
    Ok((hash, Sealed { envelope, payload, signature: [0; 64] }.open()?))
}

/// After the erasing entry was applied: destroys what it erases.
pub(crate) fn enact(db: &Connection, contents: &Contents, erasure: &Erasure) -> Result<()> {
    for Seen { device, sequence, hash } in &erasure.entries {
        if let Some(found) = found(db, device, *sequence, hash)? {
            let (envelope, payload) = sealed_at(db, found.n)?;
            let may = Envelope::parse(&envelope)?.may_be_erased();
            let opened = Sealed { envelope, payload, signature: [0; 64] }.open();
            if let Ok(Opened::Entry(entry)) = &opened
                && may
            {
                project::forget(db, found.n, &entry.what)?;
            }
            if may {
                erase(db, "UPDATE entry SET payload = x'' WHERE n = ?1", [found.n])?;
                contents.linger.set(true);
            }
        }
        let Ok(hash) = hex::decode(&hash.0) else { continue };
        let held = "SELECT envelope FROM held WHERE device = ?1 AND sequence = ?2 AND hash = ?3";
        let which = params![device.0, signed(*sequence)?, hash];
        let envelope: Option<Vec<u8>> =
            db.prepare_cached(held)?.query_row(which, |row| row.get(0)).optional()?;
        if let Some(envelope) = envelope
            && Envelope::parse(&envelope)?.may_be_erased()
        {
            let sql =
                "UPDATE held SET payload = x'' WHERE device = ?1 AND sequence = ?2 AND hash = ?3";
            erase(db, sql, which)?;
            contents.linger.set(true);
        }
    }
    Ok(())
}

/// After the transaction: the log keeps nothing of what was erased. As long as a backup reads the file, the next
/// time.
pub(crate) fn clear_log(db: &Connection, contents: &Contents) -> Result<()> {
    if contents.linger.get() {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let busy: i64 = db.query_row(sql, [], |row| row.get(0))?;
        contents.linger.set(busy != 0);
    }
    Ok(())
}

/// The place of the entry that erased the one with this hash.
pub(crate) fn erased_by(db: &Connection, hash: &ContentHash) -> Result<Option<i64>> {
    let sql = "SELECT n FROM erased WHERE hash = ?1";
    Ok(db.prepare_cached(sql)?.query_row([&hash.0], |row| row.get(0)).optional()?)
}

/// What erasings that are held name, each with the erasing.
///
/// Nobody judged these yet, and whoever has the office's key can send anything: one counts only where the device that
/// it claims signed it. `known` has the tables that tell which devices are the office's. What lets a device in may be
/// held too, as it may rest on the very entry that waits for its erasing: it counts by the same rule.
pub(crate) fn held(db: &Connection, known: &Connection) -> Result<HashMap<ContentHash, Seen>> {
    let sql = "SELECT signature, envelope, payload FROM held
        WHERE instr(envelope, CAST(?1 AS BLOB)) > 0 OR instr(envelope, CAST(?2 AS BLOB)) > 0";
    let kinds = [EventKind::Erased.name(), EventKind::DeviceAdmitted.name()];
    let mut waiting: Vec<(Sealed, Entry)> = rows(db, sql, kinds, |row| {
        Ok(Sealed { signature: row.get(0)?, envelope: row.get(1)?, payload: row.get(2)? })
    })?
    .into_iter()
    .filter_map(|sealed| match sealed.open() {
        Ok(Opened::Entry(entry)) if explains(&entry.envelope) => Some((sealed, entry)),
        _ => None,
    })
    .collect();
    let mut named = HashMap::new();
    if waiting.is_empty() {
        return Ok(named);
    }
    let mut keys = keys(known)?;
    loop {
        let (signed, unsigned): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|(sealed, entry)| {
                keys.get(&entry.envelope.device).is_some_and(|key| sealed.is_signed_by(key))
            });
        if signed.is_empty() {
            return Ok(named);
        }
        for (sealed, entry) in signed {
            let Envelope { device, sequence, .. } = entry.envelope;
            match entry.what {
                Event::Erased { erasure } => {
                    let by = Seen { device, sequence, hash: ContentHash::of(&sealed.envelope) };
                    named.extend(erasure.entries.into_iter().map(|it| (it.hash, by.clone())));
                }
                Event::DeviceAdmitted { device, public_key, .. } => {
                    keys.extend(own_key(&device, hex::decode(public_key).ok()));
                }
                _ => {}
            }
        }
        waiting = unsigned;
    }
}

/// Whether an entry that is held may explain why a payload is missing, see [`held`].
pub(crate) fn explains(envelope: &Envelope) -> bool {
    let kind = EventKind::named(&envelope.kind);
    matches!(kind, Some(EventKind::Erased | EventKind::DeviceAdmitted))
}

/// The keys of the office's devices.
fn keys(known: &Connection) -> Result<HashMap<DeviceId, [u8; 32]>> {
    let sql = "SELECT id, public_key FROM device UNION SELECT device, public_key FROM admitted";
    let all: Vec<(String, Vec<u8>)> = rows(known, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(all.into_iter().filter_map(|(id, key)| own_key(&DeviceId(id), Some(key))).collect())
}

/// A device is named by its key.
fn own_key(device: &DeviceId, key: Option<Vec<u8>>) -> Option<(DeviceId, [u8; 32])> {
    let key = <[u8; 32]>::try_from(key?).ok()?;
    (DeviceId::of_key(&key) == *device).then(|| (device.clone(), key))
}

/// Of what the entry erases, how many payloads are there still.
pub(crate) fn left(db: &Connection, erasure: &Erasure) -> Result<usize> {
    let mut left = 0;
    for Seen { device, sequence, hash } in &erasure.entries {
        if let Some(found) = found(db, device, *sequence, hash)? {
            let (envelope, payload) = sealed_at(db, found.n)?;
            let may = Envelope::parse(&envelope).is_ok_and(|envelope| envelope.may_be_erased());
            left += usize::from(may && !payload.is_empty());
        }
    }
    Ok(left)
}

/// Tells who erased the entries at these places, which have no payload, be it by an erasing that is held; that nobody did
/// is a finding. `rebuilt` has the tables of all entries.
pub(crate) fn tell(
    db: &Connection,
    rebuilt: &Connection,
    places: &[i64],
    report: &mut CheckReport,
) -> Result<()> {
    let mut counts = BTreeMap::<(DeviceId, u64), u64>::new();
    let mut waiting = None;
    for n in places {
        let (envelope, _) = sealed_at(db, *n)?;
        let hash = ContentHash::of(&envelope);
        let by = match erased_by(rebuilt, &hash)? {
            Some(by) => {
                let Envelope { device, sequence, .. } = Envelope::parse(&sealed_at(db, by)?.0)?;
                Some((device, sequence))
            }
            None => {
                let held = match &mut waiting {
                    Some(held) => held,
                    none => none.insert(held(db, rebuilt)?),
                };
                held.get(&hash).map(|by| (by.device.clone(), by.sequence))
            }
        };
        if let Some(by) = by {
            *counts.entry(by).or_default() += 1;
            continue;
        }
        let envelope = Envelope::parse(&envelope)?;
        if lost::is_lost(db, &envelope)? {
            continue;
        }
        let Envelope { device, sequence, .. } = envelope;
        let place =
            format!("mục {sequence} của máy {:.8}: nội dung đã mất mà không ai xóa", device.0);
        report.find(FindingKind::Entry, place);
    }
    report.erased.extend(counts.into_iter().map(|((device, sequence), payloads)| ErasedCount {
        device,
        sequence,
        payloads,
    }));
    Ok(())
}

#[cfg(test)]
mod tests;
