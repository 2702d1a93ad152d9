//! Taking entries of other seats: each is verified by itself, put in its place, and applied.
//!
//! An entry stands here only when everything that it rests on does: its chain up to it, and what its envelope
//! names of other chains. What comes too early is *held* and tried again with everything that comes later; so is
//! what a clock dated into the future. What contradicts a chain that stands here is a *fork*: two machines write
//! with one device's key, one of them a copy or an old state of the other. It is held for good, the chain that
//! came first goes on, and nothing of either is lost.
//!
//! A content that comes along is kept exactly where an entry of the same frame that was taken, held or known
//! names it; what is held keeps its contents until it stands or is dropped. What an entry of a newer program's
//! kind names is not known here: its contents do not come along, and once the program is newer too the check
//! tells that they are missing.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use office::entry::{
    ContentHash, DeviceId, Envelope, Event, Hash, Heads, NO_HASH, Opened, Sealed, sha256,
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::{
    BLOB_LIMIT, ENTRY_LIMIT, Ledger, LedgerError, Result, blob,
    head::{Head, heads},
    project,
    read::rows,
    store::{insert, signed, unsigned},
};

/// How far ahead of this machine's clock an entry may be dated before it is held.
pub(crate) const FUTURE: SignedDuration = SignedDuration::from_hours(24);

/// Most entries that are held: who sends more sends nonsense.
const MOST_HELD: i64 = 200_000;

/// What became of entries that came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Taken {
    /// New here.
    pub taken: u64,
    /// Here already.
    pub known: u64,
    /// Held: what they rest on is not here yet, or their time has not come.
    pub held: u64,
    /// Held for good: they contradict the chain of their device.
    pub forked: u64,
    /// Refused: not an entry of this office, or not signed by its device.
    pub refused: u64,
}

impl std::ops::AddAssign for Taken {
    fn add_assign(&mut self, other: Self) {
        self.taken += other.taken;
        self.known += other.known;
        self.held += other.held;
        self.forked += other.forked;
        self.refused += other.refused;
    }
}

/// Why an entry is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// What it rests on is not here yet.
    Early,
    /// It is dated beyond this machine's clock.
    Future,
    /// It contradicts the chain of its device.
    Fork,
    /// Its device was not let in by the head, as far as is known here.
    Stranger,
}

impl Held {
    /// Every reason.
    pub const ALL: [Held; 4] = [Held::Early, Held::Future, Held::Fork, Held::Stranger];

    /// A reason in the table: never changed, never reused.
    fn key(self) -> i64 {
        match self {
            Held::Early => 1,
            Held::Future => 2,
            Held::Fork => 3,
            Held::Stranger => 4,
        }
    }
}

/// What is to become of an entry.
enum Verdict {
    Take,
    Hold(Held),
    Refuse,
}

impl Ledger {
    /// Takes entries of other seats, with contents that they name. Taking the same twice changes nothing; all
    /// that is taken is on the disk when this returns.
    ///
    /// # Errors
    /// [`LedgerError::DiskFull`] and others of the file; then nothing of these was taken.
    pub fn take(&mut self, now: Timestamp, sealed: &[Sealed], blobs: &[Vec<u8>]) -> Result<Taken> {
        let taken = take(&mut self.db, &self.head, now, sealed, blobs)?;
        self.head = Head::read(&self.db, &self.device.id)?;
        Ok(taken)
    }

    /// How many entries are held, by reason.
    pub fn held(&self) -> Result<Vec<(Held, u64)>> {
        let mut held = Vec::new();
        for reason in Held::ALL {
            let sql = "SELECT count(*) FROM held WHERE reason = ?1";
            let count = self.db.prepare_cached(sql)?.query_row([reason.key()], |row| row.get(0))?;
            held.push((reason, unsigned(count)?));
        }
        Ok(held)
    }

    /// Where every chain of this ledger stands.
    pub fn heads(&self) -> Result<Heads> {
        heads(&self.db)
    }
}

/// See [`Ledger::take`].
pub(crate) fn take(
    db: &mut Connection,
    head: &Head,
    now: Timestamp,
    sealed: &[Sealed],
    blobs: &[Vec<u8>],
) -> Result<Taken> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let offered = blobs
        .iter()
        .filter(|bytes| bytes.len() <= BLOB_LIMIT)
        .map(|bytes| (ContentHash::of(bytes), bytes.as_slice()))
        .collect();
    let mut taking = Taking { db: &transaction, heads: heads(&transaction)?, head, now, offered };
    let mut taken = Taken::default();
    for entry in sealed {
        taken += taking.take_one(entry)?;
    }
    taken += taking.try_held()?;
    transaction.commit()?;
    Ok(taken)
}

struct Taking<'a> {
    db: &'a Connection,
    heads: Heads,
    head: &'a Head,
    now: Timestamp,
    /// Contents that came along.
    offered: HashMap<ContentHash, &'a [u8]>,
}

impl Taking<'_> {
    /// Keeps the contents that came along with the entry, as far as it rests on them.
    fn keep_contents(&self, opened: &Opened, held: bool) -> Result<()> {
        let Opened::Entry(entry) = opened else { return Ok(()) };
        for hash in blob::named_blobs(&entry.what) {
            if let Some(bytes) = self.offered.get(hash)
                && (held || blob::is_named(self.db, hash)?)
            {
                blob::keep(self.db, bytes)?;
            }
        }
        Ok(())
    }

    fn take_one(&mut self, sealed: &Sealed) -> Result<Taken> {
        let mut taken = Taken::default();
        let Ok(envelope) = Envelope::parse(&sealed.envelope) else {
            taken.refused = 1;
            return Ok(taken);
        };
        // Most of what comes is known: that costs no look at its payload.
        let (length, _) = self.heads.of(&envelope.device);
        if (1..=length).contains(&envelope.sequence)
            && hash_of(self.db, &envelope.device, envelope.sequence)? == Some(sealed.hash())
        {
            taken.known = 1;
            if !self.offered.is_empty()
                && let Ok(opened) = sealed.open()
            {
                self.keep_contents(&opened, false)?;
            }
            return Ok(taken);
        }
        let Ok(opened) = sealed.open() else {
            taken.refused = 1;
            return Ok(taken);
        };
        match self.judge(sealed, &opened)? {
            Verdict::Take => {
                self.put(sealed, &opened)?;
                taken.taken = 1;
            }
            Verdict::Refuse => taken.refused = 1,
            Verdict::Hold(reason) => {
                self.keep_contents(&opened, true)?;
                if self.hold(sealed, opened.envelope(), reason)? {
                    match reason {
                        Held::Early | Held::Future | Held::Stranger => taken.held = 1,
                        Held::Fork => taken.forked = 1,
                    }
                } else {
                    taken.known = 1;
                }
            }
        }
        Ok(taken)
    }

    fn judge(&self, sealed: &Sealed, opened: &Opened) -> Result<Verdict> {
        let envelope = opened.envelope();
        if envelope.office != self.head.office || sealed.payload.len() > ENTRY_LIMIT {
            return Ok(Verdict::Refuse);
        }
        let (length, newest) = self.heads.of(&envelope.device);
        if envelope.sequence == 0 {
            return Ok(Verdict::Refuse);
        }
        if envelope.sequence <= length {
            // Another entry stands there.
            return Ok(Verdict::Hold(Held::Fork));
        }
        if envelope.sequence > length + 1 {
            return Ok(Verdict::Hold(Held::Early));
        }
        if envelope.previous != ContentHash::from_hash(&newest) {
            return Ok(Verdict::Hold(Held::Fork));
        }
        for seen in &envelope.seen {
            match hash_of(self.db, &seen.device, seen.sequence)? {
                None => return Ok(Verdict::Hold(Held::Early)),
                // It rests on another chain than the one that stands here.
                Some(hash) if ContentHash::from_hash(&hash) != seen.hash => {
                    return Ok(Verdict::Hold(Held::Fork));
                }
                Some(_) => {}
            }
        }
        let Some(key) = self.key_of(opened)? else { return Ok(Verdict::Refuse) };
        if envelope.sequence == 1 && !self.is_admitted(&envelope.device, &key)? {
            return Ok(Verdict::Hold(Held::Stranger));
        }
        if !sealed.is_signed_by(&key) || !self.stands_after(envelope, &newest)? {
            return Ok(Verdict::Refuse);
        }
        let latest = self.now.saturating_add(FUTURE).unwrap_or(Timestamp::MAX);
        if envelope.moment.timestamp() > latest {
            return Ok(Verdict::Hold(Held::Future));
        }
        Ok(Verdict::Take)
    }

    /// The place grows along a chain and beyond all that was seen, and is nobody else's.
    fn stands_after(&self, envelope: &Envelope, newest: &Hash) -> Result<bool> {
        let place = signed(envelope.place())?;
        if *newest != NO_HASH {
            let sql = "SELECT max(n) FROM entry JOIN chain ON chain.id = chain
                WHERE device = ?1 AND sequence = ?2";
            let before: Option<i64> =
                self.db.prepare_cached(sql)?.query_row(
                    params![envelope.device.0, signed(envelope.sequence - 1)?],
                    |row| row.get(0),
                )?;
            if before.is_some_and(|before| before >= place) {
                return Ok(false);
            }
        }
        Ok(!self.db.prepare_cached("SELECT 1 FROM entry WHERE n = ?1")?.exists([place])?)
    }

    /// The key of the entry's device: known by its first entry, which holds only where the office let it in.
    fn key_of(&self, opened: &Opened) -> Result<Option<[u8; 32]>> {
        let envelope = opened.envelope();
        if envelope.sequence > 1 {
            let sql = "SELECT public_key FROM device WHERE id = ?1";
            return Ok(self
                .db
                .prepare_cached(sql)?
                .query_row([&envelope.device.0], |row| row.get(0))
                .optional()?);
        }
        let Opened::Entry(entry) = opened else { return Ok(None) };
        let Event::DeviceEnrolled { device, public_key, .. } = &entry.what else {
            return Ok(None);
        };
        let mut key = [0; 32];
        let own = *device == envelope.device
            && hex::decode_to_slice(public_key, &mut key).is_ok()
            && DeviceId::of_key(&key) == *device;
        let taken = self.heads.iter().any(|(other, ..)| other.tag() == device.tag());
        Ok((own && !taken).then_some(key))
    }

    fn is_admitted(&self, device: &DeviceId, key: &[u8; 32]) -> Result<bool> {
        let sql = "SELECT 1 FROM admitted WHERE device = ?1 AND public_key = ?2";
        Ok(self.db.prepare_cached(sql)?.exists(params![device.0, key])?)
    }

    fn put(&mut self, sealed: &Sealed, opened: &Opened) -> Result<()> {
        let envelope = opened.envelope();
        let n = insert(self.db, envelope, sealed)?;
        if let Opened::Entry(entry) = opened {
            project::apply(self.db, n, entry)?;
        }
        self.keep_contents(opened, false)?;
        self.heads.note(envelope.device.clone(), envelope.sequence, sealed.hash());
        self.release(sealed, opened)
    }

    /// The entry is held no longer: it stands, or it never will.
    fn release(&self, sealed: &Sealed, opened: &Opened) -> Result<()> {
        let envelope = opened.envelope();
        let sql = "DELETE FROM held WHERE device = ?1 AND sequence = ?2 AND hash = ?3";
        self.db.prepare_cached(sql)?.execute(params![
            envelope.device.0,
            signed(envelope.sequence)?,
            sealed.hash()
        ])?;
        match opened {
            Opened::Entry(entry) => blob::erase_unnamed(self.db, &entry.what),
            Opened::Newer(_) => Ok(()),
        }
    }

    /// Whether it was not held before.
    fn hold(&self, sealed: &Sealed, envelope: &Envelope, reason: Held) -> Result<bool> {
        let held: i64 =
            self.db.prepare_cached("SELECT count(*) FROM held")?.query_row([], |row| row.get(0))?;
        if held >= MOST_HELD {
            return Err(LedgerError::TooManyHeld);
        }
        let new = self
            .db
            .prepare_cached(
                "INSERT INTO held (device, sequence, hash, reason, signature, envelope, payload)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                envelope.device.0,
                signed(envelope.sequence)?,
                sealed.hash(),
                reason.key(),
                sealed.signature,
                sealed.envelope,
                sealed.payload
            ])?;
        Ok(new > 0)
    }

    /// It is held for another reason than before.
    fn hold_for(&self, sealed: &Sealed, envelope: &Envelope, reason: Held) -> Result<()> {
        let sql = "UPDATE held SET reason = ?4
            WHERE device = ?1 AND sequence = ?2 AND hash = ?3 AND reason <> ?4";
        self.db.prepare_cached(sql)?.execute(params![
            envelope.device.0,
            signed(envelope.sequence)?,
            sealed.hash(),
            reason.key()
        ])?;
        Ok(())
    }

    /// What was held may stand now. Again as long as something moves.
    fn try_held(&mut self) -> Result<Taken> {
        let mut taken = Taken::default();
        loop {
            let next = "SELECT held.signature, held.envelope, held.payload FROM held
                WHERE reason <> ?1 AND sequence = 1 + (
                    SELECT coalesce(max(sequence), 0) FROM entry JOIN chain ON chain.id = chain
                    WHERE chain.device = held.device)";
            let candidates: Vec<Sealed> = rows(self.db, next, [Held::Fork.key()], |row| {
                Ok(Sealed { signature: row.get(0)?, envelope: row.get(1)?, payload: row.get(2)? })
            })?;
            let before = taken.taken;
            for sealed in candidates {
                let Ok(opened) = sealed.open() else { continue };
                match self.judge(&sealed, &opened)? {
                    Verdict::Take => {
                        self.put(&sealed, &opened)?;
                        taken.taken += 1;
                    }
                    Verdict::Refuse => self.release(&sealed, &opened)?,
                    Verdict::Hold(reason) => self.hold_for(&sealed, opened.envelope(), reason)?,
                }
            }
            if taken.taken == before {
                return Ok(taken);
            }
        }
    }
}

/// The hash of a chain's entry.
fn hash_of(db: &Connection, device: &DeviceId, sequence: u64) -> Result<Option<Hash>> {
    let sql = "SELECT envelope FROM entry JOIN chain ON chain.id = chain
        WHERE device = ?1 AND sequence = ?2";
    Ok(db
        .prepare_cached(sql)?
        .query_row(params![device.0, signed(sequence)?], |row| {
            Ok(sha256(row.get_ref(0)?.as_blob()?))
        })
        .optional()?)
}

#[cfg(test)]
mod contents;
#[cfg(test)]
mod tests;
