//! The file `keys.json`: who can open the ledger, and how often somebody tried in vain.
//!
//! It lies outside the encrypted database, so it holds login names but no person's name. It is
//! replaced whole (temp file, fsync, rename) and carries a digest of its own bytes as they stand, so
//! that damage is told apart from a wrong password and a later version may add fields. An attempt is counted before it is tried: pulling the plug wins no guess.

use std::{collections::BTreeMap, fs, io::Write, path::Path, time::Duration};

use jiff::Timestamp;
use office::entry::{ContentHash, Hash, UserName, sha256};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{
    LedgerError, Result,
    key::{DatabaseKey, PasswordCost, PasswordRule, RecoverySheet, random_id},
    lock::{Opened, PasswordSlot, RecoverySlot},
    private, slot,
};

/// Largest `keys.json` that is read.
const LARGEST_FILE: u64 = 4 * 1024 * 1024;

/// The office's thresholds for logging in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Security {
    /// What passwords must be like.
    pub password: PasswordRule,
    /// Price of a guess.
    pub cost: PasswordCost,
    /// What wrong passwords lead to.
    pub lockout: Lockout,
}

impl Security {
    /// What stands outside these bounds counts as the nearest bound: the file is read before anybody is in.
    fn bounded(self) -> Self {
        Self {
            password: self.password.bounded(),
            cost: self.cost.bounded(),
            lockout: self.lockout.floored(),
        }
    }
}

/// Growing delay after wrong passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// Wrong passwords before the first wait.
    pub free_attempts: u32,
    /// First wait in seconds; it doubles with each further wrong password.
    pub first_wait: u32,
    /// Longest wait in seconds.
    pub longest_wait: u32,
}

impl Default for Lockout {
    /// Five wrong passwords, then 30 s, 1 min, 2 min … up to an hour.
    fn default() -> Self {
        Self { free_attempts: 5, first_wait: 30, longest_wait: 3600 }
    }
}

impl Lockout {
    /// No office waits less than this.
    fn floored(self) -> Self {
        Self {
            free_attempts: self.free_attempts.min(10),
            first_wait: self.first_wait.max(10),
            longest_wait: self.longest_wait.max(300),
        }
    }

    /// Wait after the `failed`th wrong password in a row.
    pub fn wait(&self, failed: u32) -> Duration {
        if failed < self.free_attempts {
            return Duration::ZERO;
        }
        let doublings = (failed - self.free_attempts).min(31);
        let seconds = (u64::from(self.first_wait) << doublings).min(u64::from(self.longest_wait));
        Duration::from_secs(seconds)
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Slot {
    password: PasswordSlot,
    /// Wrong passwords in a row.
    #[serde(default)]
    failed: u32,
    /// Wrong passwords that no entry tells of yet.
    #[serde(default)]
    unreported: u32,
    /// When the last was tried.
    #[serde(default)]
    last_failure: Option<Timestamp>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Keyring {
    version: u32,
    /// Random id that binds the slots to this ledger.
    ledger: String,
    /// The thresholds as they stand in the file.
    security: Security,
    /// What counts of them.
    #[serde(skip)]
    in_force: Security,
    slots: BTreeMap<UserName, Slot>,
    recovery: RecoverySlot,
    /// A next key is sealed beside the key.
    #[serde(default)]
    moving: bool,
    /// The key of a demo office: public on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    demo: Option<String>,
}

/// Read first: what else a newer version holds may not be readable here.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// The file: the keyring, and the SHA-256 of its bytes exactly as they stand there.
#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    #[serde(borrow)]
    keys: &'a RawValue,
    sha256: String,
}

impl Keyring {
    pub(crate) fn new(
        key: &DatabaseKey,
        security: Security,
        demo: bool,
    ) -> Result<(Self, RecoverySheet)> {
        let ledger = random_id()?;
        let (recovery, sheet) = RecoverySlot::new(key, &ledger)?;
        let demo = demo.then(|| key.to_hex());
        let slots = BTreeMap::new();
        let in_force = security;
        let keyring =
            Self { version: 1, ledger, security, in_force, slots, recovery, moving: false, demo };
        Ok((keyring, sheet))
    }

    pub(crate) fn read(file: &Path) -> Result<Self> {
        let damaged = LedgerError::Damaged { place: "tệp khóa keys.json" };
        if fs::metadata(file)?.len() > LARGEST_FILE {
            return Err(damaged);
        }
        let bytes = fs::read(file)?;
        let Ok(Sealed { keys, sha256 }) = serde_json::from_slice(&bytes) else {
            return Err(damaged);
        };
        if ContentHash::of(keys.get().as_bytes()).0 != sha256 {
            return Err(damaged);
        }
        let Ok(Version { version }) = serde_json::from_str(keys.get()) else {
            return Err(damaged);
        };
        if version != 1 {
            return Err(LedgerError::Newer { found: version.into(), known: 1 });
        }
        let mut keyring: Self = serde_json::from_str(keys.get()).map_err(|_| damaged)?;
        keyring.in_force = keyring.security.bounded();
        Ok(keyring)
    }

    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        let damaged = |_| LedgerError::Damaged { place: "tệp khóa keys.json" };
        let keys = serde_json::value::to_raw_value(self).map_err(damaged)?;
        let sha256 = ContentHash::of(keys.get().as_bytes()).0;
        let bytes = serde_json::to_vec(&Sealed { keys: &keys, sha256 }).map_err(damaged)?;
        write_whole(file, &bytes)
    }

    /// Digest of a user's slot without its counters.
    pub(crate) fn slot_digest(&self, user: &UserName) -> Option<Hash> {
        Some(self.slots.get(user)?.password.digest())
    }

    /// Digest of the recovery slot.
    pub(crate) fn recovery_digest(&self) -> Hash {
        self.recovery.digest()
    }

    /// Digest of the thresholds.
    pub(crate) fn security_digest(&self) -> Hash {
        let Security {
            password: PasswordRule { min_length, kinds },
            cost: PasswordCost { memory_kib, passes, lanes },
            lockout: Lockout { free_attempts, first_wait, longest_wait },
        } = self.security;
        sha256(
            format!(
                "motcua security 1|{min_length}|{kinds}|{memory_kib}|{passes}|{lanes}|{free_attempts}|{first_wait}|{longest_wait}"
            )
            .as_bytes(),
        )
    }

    /// The thresholds become the usual ones.
    pub(crate) fn reset_security(&mut self) {
        (self.security, self.in_force) = (Security::default(), Security::default());
    }

    /// Replaces the recovery slot.
    pub(crate) fn renew_recovery(&mut self, key: &DatabaseKey) -> Result<RecoverySheet> {
        let (slot, sheet) = RecoverySlot::new(key, &self.ledger)?;
        self.recovery = slot;
        Ok(sheet)
    }

    pub(crate) fn users(&self) -> Vec<UserName> {
        self.slots.keys().cloned().collect()
    }

    pub(crate) fn is_demo(&self) -> bool {
        self.demo.is_some()
    }

    pub(crate) fn demo_key(&self) -> Result<DatabaseKey> {
        self.demo.as_deref().and_then(DatabaseKey::from_hex).ok_or(LedgerError::NotDemo)
    }

    /// Sets a user's password; the failures of the old one are forgiven but stay to be reported.
    pub(crate) fn set_password(
        &mut self,
        key: &DatabaseKey,
        user: &UserName,
        password: &str,
    ) -> Result<()> {
        self.in_force.password.check(user, password).map_err(LedgerError::WeakPassword)?;
        let unreported = self.slots.get(user).map_or(0, |slot| slot.unreported);
        let password = PasswordSlot::new(key, &self.ledger, user, password, self.in_force.cost)?;
        self.slots
            .insert(user.clone(), Slot { password, failed: 0, unreported, last_failure: None });
        Ok(())
    }

    /// Whether `password` is the user's, told to who has the key already: no failure is counted.
    pub(crate) fn is_password(&self, user: &UserName, password: &str) -> bool {
        let slot = self.slots.get(user);
        slot.is_some_and(|slot| slot.password.open(&self.ledger, user, password).is_some())
    }

    pub(crate) fn remove(&mut self, user: &UserName) {
        self.slots.remove(user);
    }

    /// Tries a password and keeps count in `file`. A full disk keeps nobody out: there the count ends with
    /// the program. Whoever can fill the disk can read the file and guess elsewhere.
    pub(crate) fn unlock(
        &mut self,
        file: &Path,
        user: &UserName,
        password: &str,
        at: Timestamp,
    ) -> Result<Opened> {
        let lockout = self.in_force.lockout;
        let slot = self.slots.get_mut(user).ok_or(LedgerError::UnknownUser)?;
        if slot.last_failure > Some(at) {
            // The clock was set back: the wait starts anew by it, so that it ends and nobody gains.
            slot.last_failure = Some(at);
            self.keep(file)?;
        }
        let slot = self.slots.get(user).ok_or(LedgerError::UnknownUser)?;
        if !slot.password.is_bearable() {
            return Err(LedgerError::KeysTooCostly);
        }
        let wait = slot.remaining(lockout, at);
        if !wait.is_zero() {
            return Err(LedgerError::LockedOut { wait });
        }
        let slot = self.slots.get_mut(user).ok_or(LedgerError::UnknownUser)?;
        slot.failed = slot.failed.saturating_add(1);
        slot.unreported = slot.unreported.saturating_add(1);
        slot.last_failure = Some(at);
        let (failed, attempt) = (slot.failed, slot.password.clone());
        self.keep(file)?;
        let opened = attempt
            .open(&self.ledger, user, password)
            .ok_or(LedgerError::WrongPassword { wait: lockout.wait(failed) })?;
        if let Some(slot) = self.slots.get_mut(user) {
            slot.failed = 0;
            slot.unreported = slot.unreported.saturating_sub(1);
            slot.last_failure = None;
        }
        self.keep(file)?;
        Ok(opened)
    }

    /// [`Self::write`], which a full disk does not stop: what stands in the file was true.
    pub(crate) fn keep(&self, file: &Path) -> Result<()> {
        match self.write(file) {
            Err(LedgerError::DiskFull) => Ok(()),
            done => done,
        }
    }

    pub(crate) fn recover(&self, sheet: &RecoverySheet) -> Result<Opened> {
        self.recovery.open(&self.ledger, sheet).ok_or(LedgerError::WrongRecoveryCode)
    }

    /// Seals a next key to every slot that `is_known` by its name and digest, see [`crate::rekey`].
    pub(crate) fn seal_next(
        &mut self,
        next: &DatabaseKey,
        is_known: &dyn Fn(&str, &Hash) -> Result<bool>,
    ) -> Result<()> {
        for (user, slot) in &mut self.slots {
            if is_known(&user.0, &slot.password.digest())? {
                slot.password.seal_next(next, &self.ledger, user)?;
            }
        }
        if is_known(slot::RECOVERY, &self.recovery.digest())? {
            self.recovery.seal_next(next, &self.ledger)?;
        }
        self.moving = true;
        Ok(())
    }

    /// Whether a next key is sealed beside the key.
    pub(crate) fn is_moving(&self) -> bool {
        self.moving
    }

    /// The next key is the key now, or it never came to be.
    pub(crate) fn end_move(&mut self, taken: bool) {
        self.moving = false;
        self.slots.values_mut().for_each(|slot| slot.password.end_move(taken));
        self.recovery.end_move(taken);
    }

    /// Wrong passwords that the next login writes into the ledger.
    pub(crate) fn unreported(&self) -> Vec<(UserName, u32)> {
        self.slots
            .iter()
            .filter(|(_, s)| s.unreported > 0)
            .map(|(u, s)| (u.clone(), s.unreported))
            .collect()
    }

    pub(crate) fn reported(&mut self) {
        self.slots.values_mut().for_each(|slot| slot.unreported = 0);
    }
}

impl Slot {
    fn remaining(&self, lockout: Lockout, at: Timestamp) -> Duration {
        let Some(last) = self.last_failure else { return Duration::ZERO };
        let wait = lockout.wait(self.failed);
        let passed = Duration::try_from(at.duration_since(last)).unwrap_or_default();
        wait.saturating_sub(passed)
    }
}

/// Writes a file so that after a crash it is either the old or the new one, whole.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> Result<()> {
    let fresh = file.with_extension("new");
    let mut out = private::create(&fresh)?;
    let written = out.write_all(bytes).and_then(|()| out.sync_all());
    if let Err(error) = written {
        let _ = fs::remove_file(&fresh);
        return Err(error.into());
    }
    fs::rename(&fresh, file)?;
    sync_folder(file.parent())
}

/// Makes renames in a folder durable.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: Option<&Path>) -> Result<()> {
    if let Some(folder) = folder {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// NTFS journals renames itself; a folder cannot be opened for syncing. Untested.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: Option<&Path>) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::Timestamp;
    use office::entry::UserName;

    use super::Keyring;
    use crate::LedgerError;

    /// Version 1 as it was released, with a field of a later version and white space of its own.
    const FROZEN: &str = include_str!("../tests/fixture/keys-v1.json");

    #[test]
    fn a_file_of_version_1_opens_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys.json");
        let user = UserName("chi".into());
        std::fs::write(&file, FROZEN).unwrap();
        let mut keyring = Keyring::read(&file).unwrap();
        let opened = keyring.unlock(&file, &user, "Mật-khẩu-7", Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(opened.key.to_hex(), "07".repeat(32) + &"08".repeat(32));
        let digest = keyring.slot_digest(&user).map(hex::encode);
        assert_eq!(digest.as_deref(), Some(DIGEST));
        Keyring::read(&file).unwrap();

        std::fs::write(&file, FROZEN.replace("\"failed\": 0", "\"failed\":  0")).unwrap();
        assert!(matches!(Keyring::read(&file), Err(LedgerError::Damaged { .. })));
    }

    const DIGEST: &str = "4dc5405586cc082bb51173cabad4587eb91a24424e43550b75b73d3f00f98dbc";
}
