//! Another seat of the office: it asks, the head's machine lets it in, it joins.
//!
//! ```text
//! new machine          head's machine                       new machine
//! request ──(file)──▶  admit: an entry names its key,  ──▶  join: the copy becomes this machine's ledger,
//! own key, kept here   a copy of the ledger (a backup)      which writes with the key that was let in
//! ```
//!
//! A machine restored from a backup has its ledger already and a key that no other machine knows: it asks with that
//! key, is let in without a copy, and what it wrote since stands everywhere once the head's entry came.
//!
//! The key never leaves its machine. The copy is protected as every backup is: by the passwords. Both machines
//! show the request's code, so that nobody slips a machine of their own in between.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    slice,
};

use ed25519_dalek::{Signature, VerifyingKey};
use jiff::Timestamp;
use office::{
    entry::{DeviceId, Event, EventKind, OfficeId, UserName},
    text,
};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    Ledger, LedgerError, Manifest, Present, Result,
    backup::{BackupProgress, read_manifest},
    chain::DeviceKey,
    folder::{Folder, Home, office_folder},
    head::Head,
    private,
    restore::{Source, bring_back},
    roles::require,
    store::{active_user, write},
    take::branch,
};

/// The form of requests.
const FORM: u32 = 1;
/// Largest request that is read.
const LARGEST: u64 = 16 * 1024;
/// Keys that a request offers: two machines of an office have tags apart ([`DeviceId::tag`]), and the machine that
/// asks knows none of theirs.
const KEYS: usize = 4;
/// Longest name of a machine, in characters.
const LONGEST_LABEL: usize = 100;

/// What a machine asks with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatRequest {
    form: u32,
    /// Ed25519 public keys, 64 hex digits each, of which the office takes one.
    public_keys: Vec<String>,
    /// Name of the machine as its users gave it.
    pub label: String,
    /// The office whose ledger the machine holds already, restored from a backup.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    office: Option<OfficeId>,
    /// Ed25519 over all of it under the first key, 128 hex digits.
    signature: String,
}

/// What joining takes.
pub struct Joining<'a> {
    /// A user of the office.
    pub user: &'a UserName,
    /// Their password.
    pub password: &'a str,
    /// Now.
    pub at: Timestamp,
}

/// The keys of a machine that asked and has not joined yet.
#[derive(Serialize, Deserialize)]
struct Pending {
    seeds: Vec<String>,
    label: String,
}

fn pending_file(data: &Path) -> PathBuf {
    data.join("seat.json")
}

impl SeatRequest {
    /// Makes the keys of a machine that is to join an office, and its request. Asked again, the same machine asks
    /// with the same keys.
    ///
    /// # Errors
    /// [`LedgerError::ExistsAlready`] where the data folder holds an office already.
    pub fn make(data: &Path, label: &str) -> Result<Self> {
        if Ledger::exists(data) {
            return Err(LedgerError::ExistsAlready);
        }
        private::make_folder(data)?;
        let keys = match pending(data)? {
            Some(pending) => keys_of(&pending)?,
            None => new_keys()?,
        };
        let request = Self::signed(&keys, label, None)?;
        let seeds = keys.iter().map(|key| hex::encode(*key.seed())).collect();
        let pending = Pending { seeds, label: request.label.clone() };
        let bytes = Zeroizing::new(serde_json::to_vec(&pending).map_err(|_| BROKEN)?);
        let mut file = private::create(&pending_file(data))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        Ok(request)
    }

    fn signed(keys: &[DeviceKey], label: &str, office: Option<OfficeId>) -> Result<Self> {
        let label: String = text::clean(label).chars().take(LONGEST_LABEL).collect();
        let public_keys = keys.iter().map(|key| hex::encode(key.public_key())).collect();
        let mut request = Self { form: FORM, public_keys, label, office, signature: String::new() };
        let first = keys.first().ok_or(BROKEN)?;
        request.signature = hex::encode(first.sign(&request.signed_part()));
        Ok(request)
    }

    fn signed_part(&self) -> Vec<u8> {
        let office = self.office.as_ref().map_or("", |office| &office.0);
        let keys = self.public_keys.join(",");
        format!("motcua seat request 1|{keys}|{office}|{}", self.label).into_bytes()
    }

    /// Whether the machine holds its ledger already, so that it needs no copy.
    pub fn has_ledger(&self) -> bool {
        self.office.is_some()
    }

    /// Writes it into a file.
    ///
    /// # Errors
    /// [`LedgerError::Files`].
    pub fn write(&self, file: &Path) -> Result<()> {
        Ok(fs::write(file, serde_json::to_vec_pretty(self).map_err(|_| BROKEN)?)?)
    }

    /// Reads one, if the machine that asks holds the key.
    ///
    /// # Errors
    /// [`LedgerError::BrokenRequest`], [`LedgerError::Files`].
    pub fn read(file: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        fs::File::open(file)?.take(LARGEST).read_to_end(&mut bytes)?;
        let request: Self =
            serde_json::from_slice(&bytes).map_err(|_| LedgerError::BrokenRequest)?;
        request.devices().map(|_| request)
    }

    /// The devices that the machine which asks may become, at least one.
    pub fn devices(&self) -> Result<Vec<DeviceId>> {
        Ok(self.keys()?.iter().map(DeviceId::of_key).collect())
    }

    /// What both machines show: `3FA2-91B0-77CD`.
    pub fn code(&self) -> Result<String> {
        let first = self.devices()?.swap_remove(0);
        let digits: Vec<char> = first.0.to_uppercase().chars().take(12).collect();
        let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
        Ok(groups.join("-"))
    }

    /// The keys, if the machine that asks holds the first and signed the others with it.
    fn keys(&self) -> Result<Vec<[u8; 32]>> {
        let whole = self.form == FORM
            && (1..=KEYS).contains(&self.public_keys.len())
            && self.label.chars().count() <= LONGEST_LABEL;
        if !whole {
            return Err(BROKEN);
        }
        let bytes = |digits: &String| {
            let mut key = [0; 32];
            let read = hex::decode_to_slice(digits, &mut key).is_ok();
            if read && VerifyingKey::from_bytes(&key).is_ok() { Ok(key) } else { Err(BROKEN) }
        };
        let keys = self.public_keys.iter().map(bytes).collect::<Result<Vec<_>>>()?;
        let mut signature = [0; 64];
        hex::decode_to_slice(&self.signature, &mut signature).map_err(|_| BROKEN)?;
        let first = VerifyingKey::from_bytes(&keys[0]).map_err(|_| BROKEN)?;
        first
            .verify_strict(&self.signed_part(), &Signature::from_bytes(&signature))
            .map_err(|_| BROKEN)?;
        Ok(keys)
    }
}

const BROKEN: LedgerError = LedgerError::BrokenRequest;

fn pending(data: &Path) -> Result<Option<Pending>> {
    match fs::read(pending_file(data)) {
        Ok(bytes) => {
            let bytes = Zeroizing::new(bytes);
            serde_json::from_slice(&bytes).map(Some).map_err(|_| BROKEN)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn keys_of(pending: &Pending) -> Result<Vec<DeviceKey>> {
    let key = |digits: &String| {
        let mut seed = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, &mut *seed).map_err(|_| BROKEN)?;
        Ok(DeviceKey::from_seed(&seed))
    };
    pending.seeds.iter().map(key).collect()
}

/// Keys whose tags differ.
fn new_keys() -> Result<Vec<DeviceKey>> {
    let (mut keys, mut tags) = (Vec::new(), BTreeSet::new());
    for _ in 0..KEYS {
        let key = DeviceKey::random(&tags)?;
        tags.insert(key.id.tag());
        keys.push(key);
    }
    Ok(keys)
}

impl Ledger {
    /// Lets a machine in: an entry names its key, and `target` gets the copy of the ledger that it joins with.
    /// A machine that was let in before only gets a new copy.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::BrokenRequest`], [`LedgerError::TagTaken`] (the machine asks
    /// anew), and those of [`Ledger::backup`].
    pub fn admit_seat(
        &mut self,
        request: &SeatRequest,
        target: &Path,
        at: Timestamp,
    ) -> Result<Manifest> {
        self.let_in(request, at)?;
        self.backup(target, at)
    }

    /// Lets a machine in without making its copy: any backup that is made from now on is one. What a restored
    /// machine sent before stands from now on.
    ///
    /// # Errors
    /// Those of [`Ledger::admit_seat`], [`LedgerError::OtherOffice`] where the machine holds another office's
    /// ledger.
    pub fn let_in(&mut self, request: &SeatRequest, at: Timestamp) -> Result<()> {
        require(&self.user.roles, EventKind::DeviceAdmitted.roles())?;
        let devices = request.devices()?;
        if request.office.as_ref().is_some_and(|office| *office != self.head.office) {
            return Err(LedgerError::OtherOffice);
        }
        let (heads, admitted) = (self.heads()?, self.admitted()?);
        if devices.iter().any(|device| heads.of(device).0 > 0 || admitted.contains(device)) {
            return Ok(());
        }
        let taken = branch::tags(&self.db)?;
        let (device, public_key) = devices
            .into_iter()
            .zip(&request.public_keys)
            .find(|(device, _)| !taken.contains(&device.tag()))
            .ok_or(LedgerError::TagTaken)?;
        let (public_key, label) = (public_key.clone(), request.label.clone());
        self.write_own(at, Event::DeviceAdmitted { device, public_key, label })?;
        self.take(at, &[], &[])?;
        Ok(())
    }

    /// Whether this machine was restored from a backup and the office's other machines do not know its key, as far
    /// as is known here.
    pub fn is_stranger(&self) -> Result<bool> {
        let admitted = self.admitted()?;
        let founder = self.device.id.0 == self.head.office.0;
        Ok(!founder && !admitted.is_empty() && !admitted.contains(&self.device.id))
    }

    /// The request of a machine that was restored, to be let in by the head on another one.
    ///
    /// # Errors
    /// [`LedgerError::ExistsAlready`] where this machine is no stranger.
    pub fn seat_request(&self) -> Result<SeatRequest> {
        if !self.is_stranger()? {
            return Err(LedgerError::ExistsAlready);
        }
        let sql = "SELECT label FROM device WHERE id = ?1";
        let label: String =
            self.db.prepare_cached(sql)?.query_row([&self.device.id.0], |row| row.get(0))?;
        SeatRequest::signed(slice::from_ref(&self.device), &label, Some(self.head.office.clone()))
    }

    /// Machines that were let in.
    fn admitted(&self) -> Result<Vec<DeviceId>> {
        crate::rows::rows(&self.db, "SELECT device FROM admitted", [], |row| {
            Ok(DeviceId(row.get(0)?))
        })
    }

    /// Joins the office whose copy lies in `source`, with the key that this machine asked with.
    ///
    /// # Errors
    /// [`LedgerError::NoRequest`] where it never asked, [`LedgerError::NotAdmitted`] where the copy does not let
    /// it in, [`LedgerError::ExistsAlready`], [`LedgerError::NoBackup`], [`LedgerError::BackupDamaged`],
    /// [`LedgerError::WrongPassword`], [`LedgerError::DiskFull`]; then the data folder is as before.
    pub fn join_office<'a>(
        source: &Path,
        home: impl Into<Home<'a>>,
        joining: &Joining<'_>,
        watch: &dyn Fn(BackupProgress) -> ControlFlow<()>,
    ) -> Result<Ledger> {
        let home = home.into();
        let data = home.data();
        let pending = pending(data)?.ok_or(LedgerError::NoRequest)?;
        let keys = keys_of(&pending)?;
        let manifest = read_manifest(source)?;
        let folder = Folder::lock(home)?;
        let fresh = folder.fresh(Present::Refused)?;
        let source = Source {
            folder: source,
            manifest: &manifest,
            user: joining.user,
            password: joining.password,
            at: joining.at,
            accept_findings: false,
        };
        let joined = bring_back(&fresh, &source, watch).and_then(|mut back| {
            let known = "SELECT label FROM admitted WHERE device = ?1 AND public_key = ?2";
            let mut let_in = None;
            for key in keys {
                let asked = params![key.id.0, key.public_key()];
                let label: Option<String> =
                    back.db.query_row(known, asked, |row| row.get(0)).optional()?;
                let_in = let_in.or(label.map(|label| (key, label)));
            }
            let (device, label) = let_in.ok_or(LedgerError::NotAdmitted)?;
            let user = active_user(&back.db, joining.user)?.ok_or(LedgerError::UnknownUser)?;
            let mut head = Head::read(&back.db, &device.id)?;
            if head.sequence > 0 {
                // This machine joined before: a second one with its key would be a fork.
                return Err(LedgerError::NotAdmitted);
            }
            write(&mut back.db, &back.contents, &device, &user, &mut head, |writing| {
                writing.enrol_device(joining.at, &label)
            })?;
            let (keyring, key) = (back.keyring, back.key);
            drop(back.db);
            folder.publish(&fresh, &device.id, head.known(), joining.at)?;
            Ok((keyring, key))
        });
        if joined.is_err() {
            let _ = fs::remove_dir_all(&fresh);
        }
        let (keyring, key) = joined?;
        let ledger = Self::start(folder, keyring, key, joining.user)?;
        // The key lies in the ledger now.
        let _ = fs::remove_file(pending_file(data));
        Ok(ledger)
    }

    /// Whether this data folder's machine asked to join an office and waits for the answer.
    pub fn asked_to_join(data: &Path) -> bool {
        pending_file(data).exists() && !office_folder(data).exists()
    }
}
