//! Taking entries of other seats: each is verified by itself, put in its place, and applied.
//!
//! An entry stands here only when everything that it rests on does: its chain up to it, what its envelope names of
//! other chains, and the contents that it names. What comes too early is *held* and tried again with everything that comes later; so is
//! what a clock dated into the future. What contradicts a chain that stands here is a *fork*: two machines write
//! with one device's key, one of them a copy or an old state of the other. It is held until the head admits it,
//! see [`branch`]; the chain that came first goes on, and nothing of either is lost. What others wrote who
//! had seen a fork stands: what they rest on is here.
//!
//! An entry whose payload was erased comes without it, and waits for the entry that erased it, see [`crate::erase`];
//! what a machine wrote that was lost and restored waits no longer than until that is known here.
//!
//! A content that comes along is kept exactly where an entry of the same frame that was taken, held or known
//! names it; what is held keeps its contents until it stands or is dropped. What an entry of a newer program's
//! kind names is not known here: its contents do not come along, and once the program is newer too the check
//! tells that they are missing.

use std::{borrow::Cow, cell::OnceCell, collections::HashMap};

use jiff::{SignedDuration, Timestamp};
use office::entry::{Branch, ContentHash, Envelope, Event, Heads, Opened, Sealed, Seen};
use rusqlite::{Connection, TransactionBehavior, params};

use crate::{
    BLOB_LIMIT, Ledger, LedgerError, Result, blob,
    contents::Contents,
    erase,
    head::{Head, chain_key, found, heads, insert},
    project::{self, Applied, entry::entry_at, ids},
    rows::{rows, signed, unsigned},
    upgrade,
};

pub(crate) mod branch;
mod judge;

use judge::Verdict;

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
    /// Held until the head admits them: they contradict the chain of their device.
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
    pub(crate) fn key(self) -> i64 {
        match self {
            Held::Early => 1,
            Held::Future => 2,
            Held::Fork => 3,
            Held::Stranger => 4,
        }
    }
}

impl Ledger {
    /// Takes entries of other seats, with contents that they name. Taking the same twice changes nothing; all
    /// that is taken is on the disk when this returns.
    ///
    /// # Errors
    /// [`LedgerError::DiskFull`] and others of the file; then nothing of these was taken.
    pub fn take(&mut self, now: Timestamp, sealed: &[Sealed], blobs: &[Vec<u8>]) -> Result<Taken> {
        let taken = take(&mut self.db, &self.contents, &self.head, now, sealed, blobs);
        self.settle_contents();
        let taken = taken?;
        self.head = Head::read(&self.db, &self.device.id)?;
        self.renew_rights()?;
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
    contents: &Contents,
    head: &Head,
    now: Timestamp,
    sealed: &[Sealed],
    blobs: &[Vec<u8>],
) -> Result<Taken> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken = take_within(&transaction, contents, head, now, sealed, blobs)?;
    transaction.commit()?;
    Ok(taken)
}

fn take_within(
    db: &Connection,
    contents: &Contents,
    head: &Head,
    now: Timestamp,
    sealed: &[Sealed],
    blobs: &[Vec<u8>],
) -> Result<Taken> {
    let offered: HashMap<ContentHash, &[u8]> = blobs
        .iter()
        .filter(|bytes| bytes.len() <= BLOB_LIMIT)
        .map(|bytes| (ContentHash::of(bytes), bytes.as_slice()))
        .collect();
    let mut lacks = false;
    for hash in offered.keys() {
        lacks |= !blob::is_kept(db, contents, hash)?;
    }
    let (heads, overtaking, erasing) = (heads(db)?, Vec::new(), OnceCell::new());
    let mut taking = Taking { db, contents, heads, head, now, offered, lacks, overtaking, erasing };
    let mut taken = Taken::default();
    for entry in sealed {
        taken += taking.take_one(entry)?;
    }
    taken += taking.try_held()?;
    taking.settle_ids()?;
    Ok(taken)
}

struct Taking<'a> {
    db: &'a Connection,
    contents: &'a Contents,
    heads: Heads,
    head: &'a Head,
    now: Timestamp,
    /// Contents that came along.
    offered: HashMap<ContentHash, &'a [u8]>,
    /// Some of them were not here before.
    lacks: bool,
    /// Entries with an id that a later one held until now.
    overtaking: Vec<Event>,
    /// What erasings that are held name, once it was asked.
    erasing: OnceCell<HashMap<ContentHash, Seen>>,
}

impl Taking<'_> {
    /// Keeps the contents that came along with the entry, as far as it rests on them.
    fn keep_contents(&self, opened: &Opened, held: bool) -> Result<()> {
        let Opened::Entry(entry) = opened else { return Ok(()) };
        for hash in blob::named_blobs(&entry.what) {
            if let Some(bytes) = self.offered.get(hash)
                && (held || blob::is_named(self.db, hash)?)
            {
                blob::keep(self.db, self.contents, bytes)?;
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
        let hash = ContentHash::from_hash(&sealed.hash());
        if found(self.db, &envelope.device, envelope.sequence, &hash)?.is_some() {
            taken.known = 1;
            if self.lacks
                && let Ok(opened) = sealed.open()
            {
                self.keep_contents(&opened, false)?;
            }
            return Ok(taken);
        }
        let mut sealed = Cow::Borrowed(sealed);
        if envelope.may_be_erased() && erase::erased_by(self.db, &hash)?.is_some() {
            // It comes from a seat that has not heard of it.
            sealed.to_mut().payload.clear();
        }
        let sealed = &*sealed;
        let Ok(opened) = sealed.open() else {
            taken.refused = 1;
            return Ok(taken);
        };
        match self.judge(sealed, &opened)? {
            Verdict::Take => {
                self.put(sealed, &opened, None)?;
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

    /// Puts an entry into its device's chain or a branch of it.
    fn put(
        &mut self,
        sealed: &Sealed,
        opened: &Opened,
        branch: Option<&ContentHash>,
    ) -> Result<()> {
        let envelope = opened.envelope();
        let n = insert(self.db, envelope, branch, sealed)?;
        match opened {
            Opened::Entry(entry) => {
                if project::apply_standing(self.db, n, entry)? == Applied::Overtaking {
                    self.overtaking.push(entry.what.clone());
                }
                if let Event::Erased { erasure } = &entry.what {
                    erase::enact(self.db, self.contents, erasure)?;
                }
            }
            Opened::Erased(envelope) => project::apply_erased(self.db, envelope)?,
            Opened::Newer(_) => {}
        }
        self.keep_contents(opened, false)?;
        if branch.is_none() {
            self.heads.note(envelope.device.clone(), envelope.sequence, sealed.hash());
        }
        self.release(sealed, opened)
    }

    /// Makes the read models anew where an id's holder is another entry than before.
    fn settle_ids(&mut self) -> Result<()> {
        if self.overtaking.is_empty() {
            return Ok(());
        }
        upgrade::rebuild(self.db)?;
        for event in std::mem::take(&mut self.overtaking) {
            for n in event.about().bears.map_or(Ok(Vec::new()), |id| ids::bearers(self.db, id))? {
                // A removal may let go of them only now.
                blob::erase_unnamed(self.db, self.contents, &entry_at(self.db, n)?.what)?;
            }
        }
        Ok(())
    }

    /// The entry is held no longer: it stands, or it never will.
    fn release(&mut self, sealed: &Sealed, opened: &Opened) -> Result<()> {
        let envelope = opened.envelope();
        if erase::explains(envelope) {
            self.erasing.take();
        }
        let sql = "DELETE FROM held WHERE device = ?1 AND sequence = ?2 AND hash = ?3";
        self.db.prepare_cached(sql)?.execute(params![
            envelope.device.0,
            signed(envelope.sequence)?,
            sealed.hash()
        ])?;
        match opened {
            Opened::Entry(entry) => blob::erase_unnamed(self.db, self.contents, &entry.what),
            Opened::Newer(_) | Opened::Erased(_) => Ok(()),
        }
    }

    /// Whether it was not held before.
    fn hold(&mut self, sealed: &Sealed, envelope: &Envelope, reason: Held) -> Result<bool> {
        let held: i64 =
            self.db.prepare_cached("SELECT count(*) FROM held")?.query_row([], |row| row.get(0))?;
        if held >= MOST_HELD {
            return Err(LedgerError::TooManyHeld);
        }
        let new = self
            .db
            .prepare_cached(
                "INSERT INTO held
                    (device, sequence, hash, previous, reason, signature, envelope, payload)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                envelope.device.0,
                signed(envelope.sequence)?,
                sealed.hash(),
                envelope.previous.0,
                reason.key(),
                sealed.signature,
                sealed.envelope,
                sealed.payload
            ])?;
        if erase::explains(envelope) {
            self.erasing.take();
        }
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
        let any = "SELECT 1 FROM held";
        while self.db.prepare_cached(any)?.exists([])? {
            let before = taken.taken;
            let next = "SELECT signature, envelope, payload FROM held
                WHERE sequence = 1 + (
                    SELECT coalesce(max(sequence), 0) FROM entry JOIN chain ON chain.id = chain
                    WHERE chain.device = held.device AND branch = '')";
            for sealed in self.sealed(next, [])? {
                let Ok(opened) = sealed.open() else { continue };
                match self.judge(&sealed, &opened)? {
                    Verdict::Take => {
                        self.put(&sealed, &opened, None)?;
                        taken.taken += 1;
                    }
                    Verdict::Refuse => self.release(&sealed, &opened)?,
                    Verdict::Hold(reason) => self.hold_for(&sealed, opened.envelope(), reason)?,
                }
            }
            self.tell_forks()?;
            taken.taken += self.take_branches()?;
            if taken.taken == before {
                break;
            }
        }
        Ok(taken)
    }

    fn sealed(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Sealed>> {
        rows(self.db, sql, params, |row| {
            Ok(Sealed { signature: row.get(0)?, envelope: row.get(1)?, payload: row.get(2)? })
        })
    }

    /// What waited for a place that another entry took is a fork, and so is what follows on a fork.
    fn tell_forks(&self) -> Result<()> {
        let (early, fork) = (Held::Early.key(), Held::Fork.key());
        let taken = "UPDATE held SET reason = ?2 WHERE reason = ?1 AND sequence <= (
            SELECT max(sequence) FROM entry JOIN chain ON chain.id = chain
            WHERE chain.device = held.device AND branch = '')";
        self.db.prepare_cached(taken)?.execute([early, fork])?;
        let waiting: Vec<(String, i64, Vec<u8>, String)> = rows(
            self.db,
            "SELECT device, sequence, hash, previous FROM held WHERE reason = ?1
                AND device IN (SELECT device FROM held WHERE reason = ?2)
             ORDER BY device, sequence",
            [early, fork],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )?;
        let follows =
            "UPDATE held SET reason = ?5 WHERE device = ?1 AND sequence = ?2 AND hash = ?3
            AND EXISTS (SELECT 1 FROM held WHERE device = ?1 AND sequence = ?2 - 1
                AND lower(hex(hash)) = ?4 AND reason = ?5)";
        for (device, sequence, hash, previous) in waiting {
            self.db
                .prepare_cached(follows)?
                .execute(params![device, sequence, hash, previous, fork])?;
        }
        Ok(())
    }

    /// Takes what the head admitted of branches; returns how many entries stand that did not.
    fn take_branches(&mut self) -> Result<u64> {
        let mut taken = 0;
        for admitted in branch::admitted(self.db)? {
            if admitted.branch.device != self.head.device
                && branch::is_misplaced(self.db, &admitted)?
            {
                self.put_aside(&admitted.branch)?;
                // What it gave way to stands next.
                taken += 1;
            }
            let Branch { device, first, .. } = &admitted.branch;
            for sealed in self.links(&admitted.branch)? {
                let Ok(opened) = sealed.open() else { break };
                let envelope = opened.envelope();
                let is_next = envelope.device == *device
                    && matches!(self.judge_content(&sealed, &opened)?, Verdict::Take)
                    && self.is_free(envelope.place_in(first))?;
                if !is_next {
                    break;
                }
                self.put(&sealed, &opened, Some(first))?;
                taken += 1;
            }
        }
        Ok(taken)
    }

    /// The held entries of a branch that do not stand yet, in their order; none as long as a link is missing.
    fn links(&self, branch: &Branch) -> Result<Vec<Sealed>> {
        let Branch { device, from, first, to, last } = branch;
        let (mut sequence, mut hash) = (*to, last.clone());
        let mut links = Vec::new();
        loop {
            match found(self.db, device, sequence, &hash)? {
                // The branch stands up to here, or its beginning does.
                Some(found) if found.branch == first.0 => break,
                Some(_) if sequence + 1 == *from => break,
                Some(_) => return Ok(Vec::new()),
                None => {}
            }
            let held = "SELECT signature, envelope, payload FROM held
                WHERE device = ?1 AND sequence = ?2 AND hash = ?3";
            let bytes = hex::decode(&hash.0).unwrap_or_default();
            let found = self.sealed(held, params![device.0, signed(sequence)?, bytes])?.pop();
            let Some(sealed) = found.filter(|_| sequence >= *from) else { return Ok(Vec::new()) };
            if sequence == *from && hash != *first {
                return Ok(Vec::new());
            }
            (sequence, hash) = (sequence - 1, Envelope::parse(&sealed.envelope)?.previous);
            links.push(sealed);
        }
        links.reverse();
        Ok(links)
    }

    /// What stands as the device's own chain from the branch's first entry on is held again: it was admitted as a
    /// branch, and another chain is the device's own.
    fn put_aside(&mut self, branch: &Branch) -> Result<()> {
        let of = "FROM entry WHERE chain = ?1 AND sequence >= ?2";
        let chain = chain_key(self.db, &branch.device, "")?;
        let from = signed(branch.from)?;
        let sql = format!("SELECT signature, envelope, payload {of} ORDER BY sequence");
        for sealed in self.sealed(&sql, params![chain, from])? {
            let envelope = Envelope::parse(&sealed.envelope)?;
            self.hold(&sealed, &envelope, Held::Fork)?;
        }
        self.db.execute(&format!("DELETE {of}"), params![chain, from])?;
        let sql = "UPDATE chain SET named = min(named, ?2) WHERE id = ?1";
        self.db.execute(sql, params![chain, from - 1])?;
        upgrade::rebuild(self.db)?;
        self.heads = heads(self.db)?;
        Ok(())
    }
}

#[cfg(test)]
mod contents;
#[cfg(test)]
mod tests;
