//! Where a device's chain stands: the next entry follows on it, in order and in time.
//!
//! Entries are dated by the machine's clock. A new entry may not be dated clearly before the newest one:
//! a day's codes and deadlines hang on the date. Only the head can say that the clock is right all the
//! same, and that is an entry itself, see [`crate::Ledger::accept_clock`].

use jiff::{SignedDuration, Timestamp};
use office::entry::{ContentHash, Dated, DeviceId, Entry, EventKind};
use rusqlite::{Connection, OptionalExtension};

use crate::{
    LedgerError, Result,
    chain::{Hash, NO_HASH, as_content_hash, sha256},
    store::unsigned,
};

/// Where this device's chain stands; for screens and reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The device.
    pub device: DeviceId,
    /// Entries in its chain.
    pub sequence: u64,
    /// SHA-256 of the newest.
    pub hash: ContentHash,
    /// Entries in the ledger, of all devices.
    pub entries: u64,
    pub(crate) raw: Hash,
    /// Time of the newest entry that follows the clock, see [`Ledger::accept_clock`].
    pub(crate) latest: Option<Timestamp>,
}

/// How far before the newest entry a new one may be dated: clocks that are set over the network take
/// small steps back.
pub(crate) const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(10);

impl Head {
    pub(crate) fn none(device: &DeviceId, entries: u64) -> Self {
        Self {
            device: device.clone(),
            sequence: 0,
            hash: as_content_hash(&NO_HASH),
            entries,
            raw: NO_HASH,
            latest: None,
        }
    }

    /// Refuses a time more than [`CLOCK_SLACK`] before the newest entry.
    pub(crate) fn require_clock(&self, at: Timestamp) -> Result<()> {
        match self.latest {
            Some(last) if last.duration_since(at) > CLOCK_SLACK => {
                Err(LedgerError::ClockBack { last })
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn read(db: &Connection, device: &DeviceId) -> Result<Self> {
        let entries =
            unsigned(db.query_row("SELECT coalesce(max(n), 0) FROM entry", [], |row| row.get(0))?)?;
        let newest = db
            .query_row(
                "SELECT sequence, hash, bytes FROM entry WHERE device = ?1 ORDER BY n DESC LIMIT 1",
                [&device.0],
                |row| Ok((row.get(0)?, row.get::<_, Hash>(1)?, row.get::<_, Vec<u8>>(2)?)),
            )
            .optional()?;
        let Some((sequence, raw, bytes)) = newest else {
            return Ok(Self::none(device, entries));
        };
        if sha256(&bytes) != raw {
            return Err(LedgerError::Damaged { place: "mục ghi cuối cùng" });
        }
        Ok(Self {
            device: device.clone(),
            sequence: unsigned(sequence)?,
            hash: as_content_hash(&raw),
            entries,
            raw,
            latest: latest(db, device)?,
        })
    }
}

/// Whether later entries are measured by this one's time.
pub(crate) fn sets_clock(kind: EventKind) -> bool {
    kind.facts().dated == Dated::InOrder || kind == EventKind::ClockAccepted
}

fn latest(db: &Connection, device: &DeviceId) -> Result<Option<Timestamp>> {
    let mut statement =
        db.prepare_cached("SELECT bytes FROM entry WHERE device = ?1 ORDER BY n DESC")?;
    let mut rows = statement.query([&device.0])?;
    while let Some(row) = rows.next()? {
        match Entry::parse(row.get_ref(0)?.as_blob().unwrap_or_default()) {
            Ok(entry) if sets_clock(EventKind::of(&entry.what)) => return Ok(Some(entry.at)),
            _ => {}
        }
    }
    Ok(None)
}
