//! How far a clean check came: what the next one need not walk along again.
//!
//! A row of `checkpoint`, signed by this machine, holds where the walk stood. It is no entry, so that seats which
//! hold the same entries stay equal; it is not copied, restored or exchanged. Whoever has the machine's key can sign
//! one: a daily check trusts its machine, and the whole check nobody.

use jiff::Timestamp;
use office::entry::{ContentHash, DeviceId};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::{LedgerError, Result, chain::DeviceKey, walk::Walk};

/// Raised where a walk finds what it did not before: older checkpoints are then worth nothing.
const VERSION: u32 = 1;

const DAMAGED: LedgerError = LedgerError::Damaged { place: "mốc kiểm tra" };

/// Before what is signed: no entry begins so.
const SIGNED: &[u8] = b"motcua checkpoint\n";

/// Where a clean check stood.
#[derive(Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    version: u32,
    /// The machine that checked.
    device: DeviceId,
    /// When.
    pub(crate) at: Timestamp,
    /// When all entries were walked along for the last time.
    pub(crate) whole_at: Timestamp,
    /// Entries up to here.
    pub(crate) entries: u64,
    /// Of these, entries of kinds that only a newer program knows.
    pub(crate) newer: u64,
    /// As [`Walk::own`] gave it.
    pub(crate) own: ContentHash,
    pub(crate) walk: Walk,
}

impl Checkpoint {
    pub(crate) fn new(
        device: &DeviceKey,
        (at, whole_at): (Timestamp, Timestamp),
        (entries, newer): (u64, u64),
        walk: Walk,
    ) -> Self {
        let (device, own) = (device.id.clone(), walk.own());
        Self { version: VERSION, device, at, whole_at, entries, newer, own, walk }
    }

    /// Keeps it in place of the one before.
    pub(crate) fn keep(&self, db: &Connection, device: &DeviceKey) -> Result<()> {
        let json = serde_json::to_vec(self).map_err(|_| DAMAGED)?;
        let signature = device.sign(&signed(&json));
        db.prepare_cached(
            "INSERT OR REPLACE INTO checkpoint (id, json, signature) VALUES (1, ?1, ?2)",
        )?
        .execute((json, signature))?;
        Ok(())
    }

    /// The one that is kept; none where this machine signed none that this program can use.
    pub(crate) fn read(db: &Connection, device: &DeviceKey) -> Result<Option<Self>> {
        let kept: Option<(Vec<u8>, [u8; 64])> = db
            .prepare_cached("SELECT json, signature FROM checkpoint WHERE id = 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        Ok(kept
            .filter(|(json, signature)| device.sign(&signed(json)) == *signature)
            .and_then(|(json, _)| serde_json::from_slice::<Self>(&json).ok())
            .filter(|kept| kept.version == VERSION && kept.device == device.id))
    }
}

fn signed(json: &[u8]) -> Vec<u8> {
    [SIGNED, json].concat()
}
