//! What a copy of a machine wrote: entries of one device that part from its chain.
//!
//! Two machines write with one key where a data folder was copied, or an old state of it was brought back. A seat
//! goes on with the chain that came first and holds the other, see [`crate::take`]. Nothing of it is lost: the head
//! admits it as a *branch*, by an entry that names its first and its last entry. From then on its entries stand
//! everywhere as they were written, by whom and when, in a chain of their own beside the device's. Numbers that
//! both chains issued are conflicts, as those papers were handed out.
//!
//! - A branch is taken whole as far as its links reach, so that all seats hold the same entries of it.
//! - Its places have a tag of their own ([`ContentHash::tag`]): the two chains may hold the same moment.
//! - A seat that took the admitted branch for the device's own chain puts it aside and goes on with the other. Of
//!   two that were both admitted the one that was admitted last is the device's own.
//! - The machine whose own chain was admitted as a branch is the copy. It takes up no more work, lets its entries
//!   out, and its users join anew in an empty folder.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use office::entry::{Branch, ContentHash, DeviceId, Envelope, Event, EventKind};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Ledger, LedgerError, Result, Writing,
    head::{Standing, found, standing},
    roles::require,
    rows::{rows, signed, unsigned},
};

impl Ledger {
    /// Admits what copies of machines wrote, as far as it came here; returns how many entries stand that did not.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::BranchTagTaken`].
    pub fn admit_branches(&mut self, at: Timestamp) -> Result<u64> {
        require(&self.user.roles, EventKind::BranchAdmitted.roles())?;
        self.transact(|writing| writing.admit_branches(at))?;
        Ok(self.take(at, &[], &[])?.taken)
    }

    /// Whether this machine is a copy whose entries were admitted elsewhere, see [`LedgerError::SetAside`].
    pub fn is_set_aside(&self) -> Result<bool> {
        is_set_aside(&self.db, &self.device.id)
    }
}

impl Writing<'_> {
    pub(crate) fn admit_branches(&mut self, at: Timestamp) -> Result<()> {
        let known = admitted(self.db)?;
        let mut tags = tags(self.db)?;
        for branch in held_branches(self.db)? {
            if known.iter().any(|known| known.branch == branch) {
                continue;
            }
            let goes_on = known.iter().any(|known| known.branch.first == branch.first);
            if !goes_on && !tags.insert(branch.first.tag()) {
                return Err(LedgerError::BranchTagTaken);
            }
            self.write(at, Event::BranchAdmitted { branch })?;
        }
        Ok(())
    }
}

/// See [`Ledger::is_set_aside`].
pub(crate) fn is_set_aside(db: &Connection, device: &DeviceId) -> Result<bool> {
    for admitted in admitted(db)? {
        if admitted.branch.device == *device && is_misplaced(db, &admitted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A branch as the head admitted it.
pub(crate) struct Admitted {
    pub(crate) branch: Branch,
    /// Place of the entry that did.
    n: i64,
}

/// Every branch that was admitted, in the order of that.
pub(crate) fn admitted(db: &Connection) -> Result<Vec<Admitted>> {
    let found: Vec<(String, String, i64, i64, String, i64)> = rows(
        db,
        "SELECT first, device, starts, ends, last, n FROM branch ORDER BY n",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?)),
    )?;
    found
        .into_iter()
        .map(|(first, device, from, to, last, n)| {
            let branch = Branch {
                device: DeviceId(device),
                from: unsigned(from)?,
                first: ContentHash(first),
                to: unsigned(to)?,
                last: ContentHash(last),
            };
            Ok(Admitted { branch, n })
        })
        .collect()
}

/// Whether the branch stands here as the device's own chain although another chain that parts from the same entry
/// is here: one that was not admitted as a branch, or later.
pub(crate) fn is_misplaced(db: &Connection, admitted: &Admitted) -> Result<bool> {
    let Branch { device, from, first, .. } = &admitted.branch;
    let Some(found) = found(db, device, *from, first)?.filter(|found| found.branch.is_empty())
    else {
        return Ok(false);
    };
    let envelope: Vec<u8> = db
        .prepare_cached("SELECT envelope FROM entry WHERE n = ?1")?
        .query_row([found.n], |row| row.get(0))?;
    let previous = Envelope::parse(&envelope)?.previous;
    let rival = "SELECT 1 FROM held LEFT JOIN branch ON first = lower(hex(hash))
        WHERE held.device = ?1 AND sequence = ?2 AND previous = ?3 AND (n IS NULL OR n > ?4)";
    Ok(db.prepare_cached(rival)?.exists(params![
        device.0,
        signed(*from)?,
        previous.0,
        admitted.n
    ])?)
}

/// Tags of places that are in use.
pub(crate) fn tags(db: &Connection) -> Result<BTreeSet<u64>> {
    let devices: Vec<String> =
        rows(db, "SELECT device FROM chain UNION SELECT device FROM admitted", [], |row| {
            row.get(0)
        })?;
    let branches = admitted(db)?.into_iter().map(|admitted| admitted.branch.first.tag());
    Ok(devices.into_iter().map(|device| DeviceId(device).tag()).chain(branches).collect())
}

/// A held entry by its links.
struct Link {
    sequence: u64,
    hash: ContentHash,
    previous: ContentHash,
}

/// The branches that held entries make: from one that parts from a chain that stands, along its links to the last.
/// Where a branch parts again, each part is one. A branch that stands already and goes on is named by its first.
fn held_branches(db: &Connection) -> Result<Vec<Branch>> {
    let held: Vec<(String, Vec<u8>)> =
        rows(db, "SELECT device, envelope FROM held ORDER BY device, sequence, hash", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let mut links: BTreeMap<DeviceId, Vec<Link>> = BTreeMap::new();
    for (device, bytes) in held {
        let Ok(Envelope { sequence, previous, .. }) = Envelope::parse(&bytes) else { continue };
        let link = Link { sequence, hash: ContentHash::of(&bytes), previous };
        links.entry(DeviceId(device)).or_default().push(link);
    }
    let chains = standing(db)?;
    let mut branches = Vec::new();
    for (device, links) in links {
        let mut used: BTreeSet<&ContentHash> = BTreeSet::new();
        // In the order of the chain: what a link follows on was met before it.
        for start in &links {
            let parts = used.contains(&start.previous);
            let begun = match parent(db, &chains, &device, start)? {
                _ if used.contains(&start.hash) => None,
                Parent::Chain => Some((start.sequence, start.hash.clone())),
                Parent::Branch(from, first) => Some((from, first)),
                Parent::None if parts => Some((start.sequence, start.hash.clone())),
                Parent::None => None,
            };
            let Some((from, first)) = begun else { continue };
            let mut last = start;
            used.insert(&start.hash);
            while let Some(next) = links.iter().find(|link| link.previous == last.hash) {
                used.insert(&next.hash);
                last = next;
            }
            let (to, last) = (last.sequence, last.hash.clone());
            branches.push(Branch { device: device.clone(), from, first, to, last });
        }
    }
    Ok(branches)
}

/// What a held entry follows on.
enum Parent {
    /// An entry of a chain that goes on otherwise.
    Chain,
    /// The end of a branch that stands: where that begins.
    Branch(u64, ContentHash),
    /// Nothing that stands; or the end of the device's own chain, which may go on with it.
    None,
}

fn parent(db: &Connection, chains: &[Standing], device: &DeviceId, link: &Link) -> Result<Parent> {
    // A chain's first entry is what its device joined with: it has no branches.
    let Some(before) = link.sequence.checked_sub(1).filter(|before| *before > 0) else {
        return Ok(Parent::None);
    };
    let Some(found) = found(db, device, before, &link.previous)? else { return Ok(Parent::None) };
    let is_end = chains.iter().any(|chain| chain.chain == found.chain && chain.sequence == before);
    Ok(match (is_end, found.branch.is_empty()) {
        (false, _) => Parent::Chain,
        (true, true) => Parent::None,
        (true, false) => {
            let sql = "SELECT starts FROM branch WHERE first = ?1";
            let from: Option<i64> =
                db.prepare_cached(sql)?.query_row([&found.branch], |row| row.get(0)).optional()?;
            match from {
                Some(from) => Parent::Branch(unsigned(from)?, ContentHash(found.branch)),
                None => Parent::None,
            }
        }
    })
}
