//! What went with a machine that was lost.
//!
//! Another machine went on in its place from a backup, and says so ([`Event::Restored`]). That entry stands only where
//! everything does that the backup held. What the lost machine wrote after the backup and others got stands; what
//! nobody got never comes: neither an erasing or a removal that it wrote, nor a content that it had not handed on. Such
//! an entry of it waits for neither.

use std::collections::{BTreeMap, HashMap, HashSet};

use office::entry::{DeviceId, Envelope, Event, EventKind, Opened, Sealed};
use rusqlite::{Connection, params};

use crate::{
    Result, blob,
    head::found,
    project::{entry::written_at, ids},
    rows::{rows, signed},
};

/// The machines that were lost, with the place of the newest entry that their backups held.
fn machines(db: &Connection) -> Result<BTreeMap<DeviceId, i64>> {
    // The last term is the index's own.
    let sql = "SELECT n FROM entry WHERE kind = ?1 AND kind NOT IN (8, 9, 10, 12)";
    let restores: Vec<i64> = rows(db, sql, [EventKind::Restored.facts().number], |row| row.get(0))?;
    let mut machines = BTreeMap::new();
    for n in restores {
        if let Event::Restored { lost, from, .. } = written_at(db, n)?
            && let Some(from) = found(db, &from.device, from.sequence, &from.hash)?
        {
            let earliest = machines.entry(lost).or_insert(from.n);
            *earliest = from.n.min(*earliest);
        }
    }
    Ok(machines)
}

/// Whether a machine that was lost wrote it after its backup.
pub(crate) fn is_lost(db: &Connection, envelope: &Envelope) -> Result<bool> {
    let place = signed(envelope.place())?;
    Ok(machines(db)?.get(&envelope.device).is_some_and(|from| place > *from))
}

/// Those of these contents, which are not here, that nothing rests on but what lost machines wrote after their backups.
pub(crate) fn contents(db: &Connection, missing: &HashSet<Vec<u8>>) -> Result<HashSet<Vec<u8>>> {
    if missing.is_empty() {
        return Ok(HashSet::new());
    }
    let mut resting = HashMap::<Vec<u8>, i64>::new();
    for (device, from) in machines(db)? {
        let mut statement = db.prepare_cached(
            "SELECT signature, envelope, payload FROM entry
             WHERE chain IN (SELECT id FROM chain WHERE device = ?1) AND n > ?2",
        )?;
        let mut rows = statement.query(params![device.0, from])?;
        while let Some(row) = rows.next()? {
            let sealed =
                Sealed { signature: row.get(0)?, envelope: row.get(1)?, payload: row.get(2)? };
            let Ok(Opened::Entry(entry)) = sealed.open() else { continue };
            if let Some(bears) = entry.what.about().bears
                && ids::is_removed(db, bears)?
            {
                continue;
            }
            for hash in blob::named_blobs(&entry.what) {
                let name = blob::blob_key(hash)?;
                if missing.contains(&name) {
                    *resting.entry(name).or_default() += 1;
                }
            }
        }
    }
    let mut lost = HashSet::new();
    for (name, count) in resting {
        let sql = "SELECT 1 FROM named WHERE hash = ?1 AND entries <= ?2";
        if db.prepare_cached(sql)?.exists(params![name, count])? {
            lost.insert(name);
        }
    }
    Ok(lost)
}
