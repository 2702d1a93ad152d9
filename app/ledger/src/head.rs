//! Where a device's chain stands: the next entry follows on it, in order and in time.
//!
//! Entries are dated by the machine's clock. A new entry may not be dated clearly before this device's newest one,
//! nor more than a month behind it: a day's codes and deadlines hang on the date, and what was written under a wrong
//! year stands in its books for ever. Only the head can say that the clock is right all the same, and that is an
//! entry itself, see [`crate::Ledger::accept_clock`].

use jiff::{SignedDuration, Timestamp};
use office::entry::{
    ContentHash, Dated, DeviceId, Envelope, EventKind, Hash, Heads, MOST_SEEN, Moment, NO_HASH,
    OfficeId, Sealed, Seen, sha256,
};
use rusqlite::{Connection, params};

use crate::{
    LedgerError, Result,
    rows::{rows, signed, unsigned},
    witness::Known,
};

/// Where this device's chain stands; for screens and reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The office.
    pub office: OfficeId,
    /// The device.
    pub device: DeviceId,
    /// Entries in its chain.
    pub sequence: u64,
    /// SHA-256 of the newest.
    pub hash: ContentHash,
    /// Entries in the ledger, of all devices.
    pub entries: u64,
    pub(crate) raw: Hash,
    /// Other chains that came on since this device's newest entry; the next one names them.
    pub(crate) unseen: Vec<Seen>,
    /// The latest moment of all entries.
    pub(crate) moment: Moment,
    /// Time of the newest entry that follows the clock, see [`Ledger::accept_clock`].
    pub(crate) latest: Option<Timestamp>,
}

/// How far before the newest entry a new one may be dated: clocks that are set over the network take
/// small steps back.
pub(crate) const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(10);

/// How far behind the newest entry a new one may be dated: longer than any holiday, shorter than a wrong month.
pub(crate) const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(31 * 24);

impl Head {
    /// Before the first entry of an office that this device founds.
    pub(crate) fn founding(device: &DeviceId) -> Self {
        Self {
            office: OfficeId(device.0.clone()),
            device: device.clone(),
            sequence: 0,
            hash: ContentHash::from_hash(&NO_HASH),
            entries: 0,
            raw: NO_HASH,
            moment: Moment::default(),
            unseen: Vec::new(),
            latest: None,
        }
    }

    /// Refuses a time more than [`CLOCK_SLACK`] before the newest entry, or more than [`LONGEST_PAUSE`] behind it.
    pub(crate) fn require_clock(&self, at: Timestamp) -> Result<()> {
        match self.latest {
            Some(last) if last.duration_since(at) > CLOCK_SLACK => {
                Err(LedgerError::ClockBack { last })
            }
            Some(last) if at.duration_since(last) > LONGEST_PAUSE => {
                Err(LedgerError::ClockAhead { last })
            }
            _ => Ok(()),
        }
    }

    /// As a witness notes it.
    pub(crate) fn known(&self) -> Known {
        Known { sequence: self.sequence, hash: self.raw }
    }

    pub(crate) fn read(db: &Connection, device: &DeviceId) -> Result<Self> {
        let heads = heads(db)?;
        let (sequence, raw) = heads.of(device);
        let Envelope { office, moment, .. } = Envelope::parse(&last(db)?)?;
        Ok(Self {
            office,
            device: device.clone(),
            sequence,
            hash: ContentHash::from_hash(&raw),
            entries: count(db)?,
            raw,
            moment,
            unseen: unseen(db, device)?,
            latest: latest(db, device)?,
        })
    }
}

/// See [`Ledger::newest_entry`].
pub(crate) fn newest(db: &Connection) -> Result<Seen> {
    let bytes = last(db)?;
    let Envelope { device, sequence, .. } = Envelope::parse(&bytes)?;
    Ok(Seen { device, sequence, hash: ContentHash::of(&bytes) })
}

fn last(db: &Connection) -> Result<Vec<u8>> {
    rows(db, "SELECT envelope FROM entry ORDER BY n DESC LIMIT 1", [], |row| row.get(0))?
        .pop()
        .ok_or(LedgerError::Damaged { place: "mục ghi cuối cùng" })
}

/// Where every device's chain stands, without its branches.
pub(crate) fn heads(db: &Connection) -> Result<Heads> {
    let mut heads = Heads::default();
    for Standing { device, branch, sequence, hash, .. } in standing(db)? {
        if branch.is_empty() {
            heads.note(device, sequence, hash);
        }
    }
    Ok(heads)
}

/// Where a chain stands.
pub(crate) struct Standing {
    pub(crate) chain: i64,
    pub(crate) device: DeviceId,
    /// Its first entry's hash; empty where it is the device's own chain.
    pub(crate) branch: String,
    /// Up to where this device's own chain names it.
    named: u64,
    pub(crate) sequence: u64,
    pub(crate) hash: Hash,
}

/// Where every chain stands, branches too.
pub(crate) fn standing(db: &Connection) -> Result<Vec<Standing>> {
    let chains: Vec<(i64, String, String, i64)> =
        rows(db, "SELECT id, device, branch, named FROM chain", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    let newest =
        "SELECT sequence, envelope FROM entry WHERE chain = ?1 ORDER BY sequence DESC LIMIT 1";
    let mut all = Vec::new();
    for (chain, device, branch, named) in chains {
        let held = rows(db, newest, [chain], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        if let Some((sequence, envelope)) = held.into_iter().next() {
            let (sequence, hash) = (unsigned(sequence)?, sha256(&envelope));
            let (device, named) = (DeviceId(device), unsigned(named)?);
            all.push(Standing { chain, device, branch, named, sequence, hash });
        }
    }
    Ok(all)
}

/// Entries of all chains together: each is without gap.
fn count(db: &Connection) -> Result<u64> {
    let sql = "SELECT coalesce(sum(
        (SELECT max(sequence) FROM entry WHERE chain = id)
        - (SELECT min(sequence) FROM entry WHERE chain = id) + 1), 0) FROM chain";
    unsigned(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Chains that came on since this device's own chain named them.
fn unseen(db: &Connection, device: &DeviceId) -> Result<Vec<Seen>> {
    let mut unseen: Vec<Seen> = standing(db)?
        .into_iter()
        .filter(|other| other.device != *device || !other.branch.is_empty())
        .filter(|other| other.sequence > other.named)
        .map(|other| Seen {
            device: other.device,
            sequence: other.sequence,
            hash: ContentHash::from_hash(&other.hash),
        })
        .collect();
    unseen.sort_by(|one, other| (&one.device, &one.hash).cmp(&(&other.device, &other.hash)));
    unseen.truncate(MOST_SEEN);
    Ok(unseen)
}

/// The chain in which an entry stands, with its place: of a device's chains there is one at the most.
pub(crate) fn found(
    db: &Connection,
    device: &DeviceId,
    sequence: u64,
    hash: &ContentHash,
) -> Result<Option<Found>> {
    let sql = "SELECT chain, branch, n, envelope FROM entry JOIN chain ON chain.id = chain
        WHERE device = ?1 AND sequence = ?2";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![device.0, signed(sequence)?])?;
    while let Some(row) = rows.next()? {
        if ContentHash::of(row.get_ref(3)?.as_blob().unwrap_or_default()) == *hash {
            return Ok(Some(Found { chain: row.get(0)?, branch: row.get(1)?, n: row.get(2)? }));
        }
    }
    Ok(None)
}

/// Where an entry stands.
pub(crate) struct Found {
    pub(crate) chain: i64,
    /// As in [`Standing::branch`].
    pub(crate) branch: String,
    pub(crate) n: i64,
}

/// A chain's key in the tables; `branch` as in [`Standing`].
pub(crate) fn chain_key(db: &Connection, device: &DeviceId, branch: &str) -> Result<i64> {
    db.prepare_cached("INSERT INTO chain (device, branch) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute([&device.0, branch])?;
    let sql = "SELECT id FROM chain WHERE device = ?1 AND branch = ?2";
    Ok(db.prepare_cached(sql)?.query_row([&device.0, branch], |row| row.get(0))?)
}

/// Whether later entries are measured by this one's time.
pub(crate) fn sets_clock(kind: EventKind) -> bool {
    kind.facts().dated == Dated::InOrder || kind == EventKind::ClockAccepted
}

fn latest(db: &Connection, device: &DeviceId) -> Result<Option<Timestamp>> {
    let mut statement = db.prepare_cached(
        "SELECT envelope FROM entry JOIN chain ON chain.id = chain
         WHERE device = ?1 AND branch = '' ORDER BY sequence DESC",
    )?;
    let mut rows = statement.query(params![device.0])?;
    while let Some(row) = rows.next()? {
        if let Ok(envelope) = Envelope::parse(row.get_ref(0)?.as_blob().unwrap_or_default())
            && EventKind::named(&envelope.kind).is_some_and(sets_clock)
        {
            return Ok(Some(envelope.at));
        }
    }
    Ok(None)
}

/// Keeps a sealed entry in its device's chain or in a branch of it; returns its place.
pub(crate) fn insert(
    db: &Connection,
    envelope: &Envelope,
    branch: Option<&ContentHash>,
    sealed: &Sealed,
) -> Result<i64> {
    let n = signed(branch.map_or(envelope.place(), |branch| envelope.place_in(branch)))?;
    db.prepare_cached(
        "INSERT INTO entry (n, chain, sequence, kind, signature, envelope, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        n,
        chain_key(db, &envelope.device, branch.map_or("", |branch| &branch.0))?,
        signed(envelope.sequence)?,
        EventKind::named(&envelope.kind).map_or(NEWER, |kind| kind.facts().number),
        sealed.signature,
        sealed.envelope,
        sealed.payload
    ])?;
    Ok(n)
}

/// The kind of an entry that only a newer program knows.
pub(crate) const NEWER: i64 = 0;
