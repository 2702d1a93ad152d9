//! What is to become of an entry that came: whether all that it rests on is here, and whether it is its device's.

use std::collections::HashMap;

use office::entry::{ContentHash, DeviceId, Envelope, Event, Opened, Sealed, Seen};
use rusqlite::{OptionalExtension, params};

use jiff::Timestamp;

use super::{FUTURE, Held, Taking};
use crate::{
    ENTRY_LIMIT, Result,
    blob::{self, Item},
    erase,
    head::found,
    lost,
    project::{conflict, ids},
    rows::signed,
};

/// What is to become of an entry.
pub(super) enum Verdict {
    Take,
    Hold(Held),
    Refuse,
}

impl Taking<'_> {
    pub(super) fn judge(&self, sealed: &Sealed, opened: &Opened) -> Result<Verdict> {
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
        let verdict = self.judge_content(sealed, opened)?;
        Ok(match verdict {
            Verdict::Take if !self.is_free(envelope.place())? => Verdict::Refuse,
            verdict => verdict,
        })
    }

    /// What does not hang on the chain that the entry goes into.
    pub(super) fn judge_content(&self, sealed: &Sealed, opened: &Opened) -> Result<Verdict> {
        let envelope = opened.envelope();
        for seen in &envelope.seen {
            if !self.is_here(seen)? {
                return Ok(Verdict::Hold(Held::Early));
            }
        }
        let Some(key) = self.key_of(opened)? else { return Ok(Verdict::Refuse) };
        if envelope.sequence == 1 && !self.is_admitted(&envelope.device, &key)? {
            return Ok(Verdict::Hold(Held::Stranger));
        }
        if !sealed.is_signed_by(&key) || !self.rises(envelope)? {
            return Ok(Verdict::Refuse);
        }
        let latest = self.now.saturating_add(FUTURE).unwrap_or(Timestamp::MAX);
        if envelope.moment.timestamp() > latest {
            return Ok(Verdict::Hold(Held::Future));
        }
        if self.lacks_payload(sealed, opened)? || self.lacks_contents(opened)? {
            return Ok(Verdict::Hold(Held::Early));
        }
        Ok(Verdict::Take)
    }

    /// Whether the payload is not here, and nothing that erased it either.
    fn lacks_payload(&self, sealed: &Sealed, opened: &Opened) -> Result<bool> {
        let Opened::Erased(_) = opened else { return Ok(false) };
        let hash = ContentHash::from_hash(&sealed.hash());
        Ok(erase::erased_by(self.db, &hash)?.is_none()
            && !self.erasing()?.contains_key(&hash)
            && !lost::is_lost(self.db, opened.envelope())?)
    }

    fn erasing(&self) -> Result<&HashMap<ContentHash, Seen>> {
        if let Some(erasing) = self.erasing.get() {
            return Ok(erasing);
        }
        let erasing = erase::held(self.db, self.db)?;
        Ok(self.erasing.get_or_init(|| erasing))
    }

    /// Whether a content that the entry names is neither here nor came along. One that left its store is gone
    /// for good: its removal is held, as it rests on this entry, or stands already where this one stood and was put
    /// aside; or it went with a machine that was lost.
    fn lacks_contents(&self, opened: &Opened) -> Result<bool> {
        let Opened::Entry(entry) = opened else { return Ok(false) };
        for hash in blob::named_blobs(&entry.what) {
            if self.offered.contains_key(hash) || blob::is_kept(self.db, self.contents, hash)? {
                continue;
            }
            // What another one with its id brought may have been removed.
            let is_removed = match entry.what.about().bears {
                Some(bears) => ids::is_removed(self.db, bears)?,
                None => false,
            };
            match Item::kept(&entry.what) {
                Some(_) if is_removed => {}
                Some(item) if self.removal_is_here(&item)? => {}
                _ if lost::is_lost(self.db, &entry.envelope)? => {}
                _ => return Ok(true),
            }
        }
        Ok(false)
    }

    fn removal_is_here(&self, item: &Item) -> Result<bool> {
        let held = "SELECT signature, envelope, payload FROM held
            WHERE instr(payload, CAST(?1 AS BLOB)) > 0";
        let standing = "SELECT signature, envelope, payload FROM stray JOIN entry USING (n)
            WHERE missing = ?1";
        let missing = match item {
            Item::Document(id) => conflict::missing_document(id),
            Item::Attachment(id) => conflict::missing_attachment(id),
        };
        let known = [self.sealed(held, [item.id()])?, self.sealed(standing, [missing])?].concat();
        Ok(known.iter().any(|sealed| match sealed.open() {
            Ok(Opened::Entry(entry)) => Item::removed(&entry.what).as_ref() == Some(item),
            _ => false,
        }))
    }

    /// Whether an entry stands, or is held as a fork.
    fn is_here(&self, seen: &Seen) -> Result<bool> {
        if found(self.db, &seen.device, seen.sequence, &seen.hash)?.is_some() {
            return Ok(true);
        }
        let Ok(hash) = hex::decode(&seen.hash.0) else { return Ok(false) };
        let sql =
            "SELECT 1 FROM held WHERE device = ?1 AND sequence = ?2 AND hash = ?3 AND reason = ?4";
        let (device, sequence) = (&seen.device.0, signed(seen.sequence)?);
        let fork = Held::Fork.key();
        Ok(self.db.prepare_cached(sql)?.exists(params![device, sequence, hash, fork])?)
    }

    /// The moment grows along a chain.
    fn rises(&self, envelope: &Envelope) -> Result<bool> {
        let Some(before) = envelope.sequence.checked_sub(1).filter(|before| *before > 0) else {
            return Ok(true);
        };
        let found = found(self.db, &envelope.device, before, &envelope.previous)?;
        Ok(found.is_some_and(|found| found.n >> 10 < signed(envelope.place()).unwrap_or(0) >> 10))
    }

    /// A place is one entry's: devices and branches differ in their tags.
    pub(super) fn is_free(&self, n: u64) -> Result<bool> {
        Ok(!self.db.prepare_cached("SELECT 1 FROM entry WHERE n = ?1")?.exists([signed(n)?])?)
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
}
