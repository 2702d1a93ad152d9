//! The open ledger: founding, logging in, and the one transaction that writes.
//!
//! An append is one IMMEDIATE transaction with one fsync: the signed entry, its read models, its
//! numbers and the search index appear together or not at all.

use std::{borrow::Cow, collections::BTreeSet, path::Path};

use jiff::Timestamp;
use office::{
    Explain,
    act::{ActError, DelegationError, PreparedError},
    backup::WhyRestored,
    book::{Book, Numbers},
    entry::{ContentHash, Dated, Door, Entry, Envelope, Event, EventKind, NO_HASH, User, UserName},
    unit::Office,
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::{
    ENTRY_LIMIT, Ledger, LedgerError, Result, Writing, admit, blob, book,
    chain::DeviceKey,
    contents::Contents,
    copying::CopyGuard,
    delegation, entitled, erase, exchange,
    folder::{Folder, Home, Present, database_file, keys_file, office_folder},
    head::{Head, found, insert, sets_clock},
    key::{DatabaseKey, RecoverySheet},
    keyring::{Keyring, Security},
    mover, moving,
    number::Dispenser,
    project,
    read::read_users,
    roles::{HEADS, require, require_any},
    rows::signed,
    schema::{self, Durability},
    slot,
    take::branch,
    tend,
    upgrade::{self, Rebuilding},
};

/// What founding an office takes.
pub struct Founding {
    /// The office.
    pub office: Office,
    /// What users call this machine.
    pub device_label: String,
    /// The first user; must be head.
    pub first_user: User,
    /// Their password.
    pub password: zeroize::Zeroizing<String>,
    /// The office's thresholds.
    pub security: Security,
    /// The books that it keeps, see [`office::book::BookShelf::of`].
    pub books: Vec<Book>,
    /// Now.
    pub at: Timestamp,
}

impl Ledger {
    /// Whether the data folder holds an office.
    pub fn exists(data: &Path) -> bool {
        office_folder(data).exists()
    }

    /// Whether the office is a demo office, which opens without a password.
    pub fn is_demo(data: &Path) -> Result<bool> {
        Ok(read_keys(data)?.is_demo())
    }

    /// Login names, for the login screen.
    pub fn users(data: &Path) -> Result<Vec<UserName>> {
        Ok(read_keys(data)?.users())
    }

    /// Founds an office: new key, new device, first user, and its books with their leases. The sheet
    /// is shown and printed once; nothing here can show it again.
    ///
    /// # Errors
    /// [`LedgerError::ExistsAlready`], [`LedgerError::WeakPassword`], [`LedgerError::NoAdministrator`],
    /// [`LedgerError::BadUserName`], [`LedgerError::DiskFull`]; then the folder is as it was.
    pub fn create<'a>(
        home: impl Into<Home<'a>>,
        founding: Founding,
    ) -> Result<(Ledger, RecoverySheet)> {
        let user = &founding.first_user;
        require(&user.roles, HEADS).map_err(|_| LedgerError::NoAdministrator)?;
        check_user_name(&user.name)?;
        let folder = Folder::lock(home.into())?;
        let fresh = folder.fresh(Present::Refused)?;
        let key = DatabaseKey::random()?;
        let (mut keyring, sheet) = Keyring::new(&key, founding.security, founding.office.demo)?;
        keyring.set_password(&key, &user.name, &founding.password)?;
        keyring.write(&keys_file(&fresh))?;
        let device = DeviceKey::random(&BTreeSet::new())?;
        let mut head = Head::founding(&device.id);
        {
            let mut db = schema::connect(&database_file(&fresh), &key, Durability::Durable)?;
            schema::create(&db)?;
            let contents = Contents::of(&fresh);
            write(&mut db, &contents, &device, user, &mut head, |writing| {
                writing.enrol_device(founding.at, &founding.device_label)?;
                writing
                    .write(founding.at, Event::OfficeFounded { office: founding.office.clone() })?;
                writing.write(founding.at, Event::UserAdded { user: user.clone() })?;
                for book in founding.books {
                    writing.open_book(founding.at, book)?;
                }
                exchange::make_key(writing.db)?;
                settle_keys(writing.db, &keyring)
            })?;
        }
        folder.publish(&fresh, &device.id, head.known(), founding.at)?;
        let ledger = Self::start(folder, keyring, key, &founding.first_user.name)?;
        Ok((ledger, sheet))
    }

    /// Logs in.
    ///
    /// # Errors
    /// [`LedgerError::WrongPassword`], [`LedgerError::LockedOut`], [`LedgerError::UnknownUser`],
    /// [`LedgerError::InUse`], [`LedgerError::Damaged`], [`LedgerError::EntriesLost`],
    /// [`LedgerError::NoWitness`], [`LedgerError::Newer`], [`LedgerError::StaleKeys`],
    /// [`LedgerError::ThresholdsChanged`].
    pub fn open<'a>(
        home: impl Into<Home<'a>>,
        user: &UserName,
        password: &str,
        at: Timestamp,
    ) -> Result<Ledger> {
        let ledger = Self::open_watched(home, user, password, at, &|_| ())?;
        tend::finish(&ledger.db)?;
        Ok(ledger)
    }

    /// [`Ledger::open`], which tells `watch` how far it is where an older file is rebuilt first. Read models may lag
    /// behind afterwards, see [`Ledger::tend`].
    pub fn open_watched<'a>(
        home: impl Into<Home<'a>>,
        user: &UserName,
        password: &str,
        at: Timestamp,
        watch: &dyn Fn(Rebuilding),
    ) -> Result<Ledger> {
        let folder = lock_existing(home.into())?;
        let mut keyring = Keyring::read(&folder.keys())?;
        let opened = keyring.unlock(&folder.keys(), user, password, at)?;
        let key = moving::settle(&folder, &mut keyring, opened)?;
        Self::enter(folder, keyring, key, user, at, watch)
    }

    /// Opens with a key that a password opened.
    pub(crate) fn enter(
        folder: Folder,
        keyring: Keyring,
        key: DatabaseKey,
        user: &UserName,
        at: Timestamp,
        watch: &dyn Fn(Rebuilding),
    ) -> Result<Ledger> {
        let mut ledger = Self::start_watched(folder, keyring, key, user, watch)?;
        require_keys(&ledger.db, &ledger.keyring, user)?;
        ledger.report_login(at)?;
        ledger.change_due_key(at, watch)?;
        Ok(ledger)
    }

    /// Opens with the printed recovery code and gives `user` a new password; logged in as that user.
    /// That the sheet was used is written before the password takes effect. Thresholds that somebody changed in the
    /// file become the usual ones. `watch`: as in
    /// [`Ledger::open_watched`].
    ///
    /// # Errors
    /// [`LedgerError::WrongRecoveryCode`], [`LedgerError::WeakPassword`], and those of
    /// [`Ledger::open`].
    pub fn open_with_recovery<'a>(
        home: impl Into<Home<'a>>,
        code: &str,
        user: &UserName,
        new_password: &str,
        at: Timestamp,
        watch: &dyn Fn(Rebuilding),
    ) -> Result<Ledger> {
        let folder = lock_existing(home.into())?;
        let mut keyring = Keyring::read(&folder.keys())?;
        let opened = keyring.recover(&RecoverySheet::parse(code)?)?;
        let key = moving::settle(&folder, &mut keyring, opened)?;
        let mut ledger = Self::start_watched(folder, keyring, key, user, watch)?;
        slot::require_current(&ledger.db, slot::RECOVERY, &ledger.keyring.recovery_digest())?;
        if require_thresholds(&ledger.db, &ledger.keyring).is_err() {
            ledger.keyring.reset_security();
        }
        ledger.recover_password(at, new_password)?;
        slot::settle(&ledger.db, slot::SECURITY, &ledger.keyring.security_digest())?;
        ledger.report_login(at)?;
        ledger.change_due_key(at, watch)?;
        Ok(ledger)
    }

    /// Opens a demo office as its administrator, without a password.
    pub fn open_demo<'a>(home: impl Into<Home<'a>>) -> Result<Ledger> {
        let folder = lock_existing(home.into())?;
        let keyring = Keyring::read(&folder.keys())?;
        let key = keyring.demo_key()?;
        let users = read_users(&schema::connect_existing(&folder.database(), &key)?)?;
        let administrator = users
            .into_iter()
            .find(|known| known.active && require(&known.user.roles, HEADS).is_ok())
            .ok_or(LedgerError::UnknownUser)?;
        let ledger = Self::start(folder, keyring, key, &administrator.user.name)?;
        if ledger.office()?.demo { Ok(ledger) } else { Err(LedgerError::NotDemo) }
    }

    pub(crate) fn start(
        folder: Folder,
        keyring: Keyring,
        key: DatabaseKey,
        user: &UserName,
    ) -> Result<Ledger> {
        Self::start_watched(folder, keyring, key, user, &|_| ())
    }

    fn start_watched(
        folder: Folder,
        keyring: Keyring,
        key: DatabaseKey,
        user: &UserName,
        watch: &dyn Fn(Rebuilding),
    ) -> Result<Ledger> {
        let file = folder.database();
        let db = mover::share(schema::connect_existing(&file, &key)?, &file, &key)?;
        upgrade::upgrade(&db, &key, watch)?;
        let db = mover::share(db, &file, &key)?;
        let device = own_device(&db)?;
        let head = Head::read(&db, &device.id)?;
        let witnesses = folder.witnesses(&device.id);
        match witnesses.doubt(&device.id, head.sequence) {
            Some(WhyRestored::Older { known }) => {
                return Err(LedgerError::EntriesLost { known, found: head.sequence });
            }
            Some(WhyRestored::Unwitnessed | WhyRestored::Backup) => {
                return Err(LedgerError::NoWitness { found: head.sequence });
            }
            None => {}
        }
        let user = active_user(&db, user)?.ok_or(LedgerError::UnknownUser)?;
        let mut witness = witnesses.open(&device.id)?;
        witness.note(&device.id, head.known());
        // Without the reserve there are no new entries until there is room for it.
        let _ = folder.reserve();
        let contents = Contents::of(&folder.office());
        let copying = CopyGuard::default();
        let mover = None;
        let ledger = Ledger {
            copying,
            mover,
            db,
            contents,
            witness,
            device,
            user,
            head,
            keyring,
            key,
            folder,
        };
        ledger.settle_contents();
        ledger.clear_sealed();
        Ok(ledger)
    }

    /// Brings every file of a content to its place, or removes it, and the log's traces of what was erased. What cannot be moved now is read where it is;
    /// what is left is tried again after the next writing, and the check tells of it.
    pub(crate) fn settle_contents(&self) {
        let copied = self.copying.require_rest().is_err();
        let _ = blob::settle(&self.db, &self.contents, copied);
        if !copied {
            let _ = erase::clear_log(&self.db, &self.contents);
        }
    }

    /// Who is logged in.
    pub fn user(&self) -> &User {
        &self.user
    }

    /// Whether the logged-in user's roles allow an event of this kind.
    pub fn may(&self, kind: EventKind) -> bool {
        require(&self.user.roles, kind.roles()).is_ok()
    }

    /// Where this device's chain stands.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Writes what `make` returns as an entry; numbers it asks for are issued with it.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::Refused`] with `make`'s own error,
    /// [`LedgerError::WrongNumbers`], [`LedgerError::Missing`], [`LedgerError::DiskFull`]; then nothing
    /// was written and no number is used up.
    pub fn append<F, E>(&mut self, at: Timestamp, make: F) -> Result<Entry>
    where
        F: FnOnce(&mut dyn Numbers) -> std::result::Result<Event, E>,
        E: Explain + Send + Sync + 'static,
    {
        self.append_with(at, &[], make)
    }

    /// [`Ledger::append`] with the blobs that the event names (scans of what was handed in).
    pub fn append_with<F, E>(&mut self, at: Timestamp, blobs: &[&[u8]], make: F) -> Result<Entry>
    where
        F: FnOnce(&mut dyn Numbers) -> std::result::Result<Event, E>,
        E: Explain + Send + Sync + 'static,
    {
        self.transact(|writing| writing.append_with(at, blobs, make))
    }

    /// Writes an event that takes no numbers, with the blobs that it names (a photo, a PDF). A look is written
    /// even on a full disk, as long as there is a reserve.
    pub fn record(&mut self, at: Timestamp, event: Event, blobs: &[&[u8]]) -> Result<Entry> {
        if EventKind::of(&event).facts().door != Door::Look {
            return self.transact(|writing| writing.record(at, event, blobs));
        }
        match self.write_now(|writing| writing.record(at, event.clone(), blobs)) {
            Err(LedgerError::DiskFull) if self.folder.free_reserve() => {
                self.write_now(|writing| writing.record(at, event, blobs))
            }
            done => done,
        }
    }

    /// Confirms that the clock is right although it tells an earlier time than the newest entry, which
    /// [`LedgerError::ClockBack`] refuses, or a far later one ([`LedgerError::ClockAhead`]): neither a clock that once
    /// was too far ahead nor a long pause must close the office. For the head; nothing is written where nothing is
    /// refused.
    pub fn accept_clock(&mut self, at: Timestamp) -> Result<()> {
        require(&self.user.roles, EventKind::ClockAccepted.roles())?;
        if let Err(LedgerError::ClockBack { last } | LedgerError::ClockAhead { last }) =
            self.head.require_clock(at)
        {
            self.write_own(at, Event::ClockAccepted { last })?;
        }
        Ok(())
    }

    /// Writes several entries at once: all or none.
    pub fn transact<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        self.folder.reserve()?;
        self.write_now(work)
    }

    /// Writes and takes it back: what the ledger would refuse is told before somebody signs for it, and with which
    /// number it would be written.
    ///
    /// # Errors
    /// Those of writing it.
    pub fn rehearse<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        let mut made = None;
        let taken_back: Result<()> = self.transact(|writing| {
            made = Some(work(writing)?);
            Err(LedgerError::Stopped)
        });
        match (made, taken_back) {
            (Some(made), _) => Ok(made),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(LedgerError::Stopped),
        }
    }

    fn write_now<T>(&mut self, work: impl FnOnce(&mut Writing<'_>) -> Result<T>) -> Result<T> {
        require_any(&self.user.roles)?;
        let before = self.head.sequence;
        let (contents, device) = (&self.contents, &self.device);
        let done = write(&mut self.db, contents, device, &self.user, &mut self.head, work);
        if self.head.sequence > before {
            self.witness.note(&self.device.id, self.head.known());
        }
        self.settle_contents();
        done
    }

    /// Writes what the ledger itself has to say.
    pub(crate) fn write_own(&mut self, at: Timestamp, event: Event) -> Result<Entry> {
        self.transact(|writing| writing.write(at, event))
    }

    /// Writes what nobody could write before somebody was logged in.
    fn report_login(&mut self, at: Timestamp) -> Result<()> {
        if self.witness.is_renewed {
            match self.write_own(at, Event::WitnessMade) {
                Ok(_) => self.witness.renew(&self.device.id, self.head.known()),
                // The next login tells it.
                Err(LedgerError::DiskFull) => {}
                Err(error) => return Err(error),
            }
        }
        let failed = self.keyring.unreported();
        if failed.is_empty() {
            return Ok(());
        }
        let told = self.transact(|writing| {
            for (user, count) in failed {
                writing.write(at, Event::LoginsFailed { user, count })?;
            }
            Ok(())
        });
        match told {
            // They are told once there is room.
            Err(LedgerError::DiskFull) => return Ok(()),
            told => told?,
        }
        self.keyring.reported();
        self.keyring.write(&self.folder.keys())
    }
}

pub(crate) fn write<T>(
    db: &mut Connection,
    contents: &Contents,
    device: &DeviceKey,
    user: &User,
    head: &mut Head,
    work: impl FnOnce(&mut Writing<'_>) -> Result<T>,
) -> Result<T> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut writing =
        Writing { db: &transaction, contents, device, user, head: head.clone(), spoiled: false };
    let out = work(&mut writing)?;
    if writing.spoiled {
        return Err(LedgerError::Database(rusqlite::ffi::SQLITE_ABORT));
    }
    let written = writing.head;
    if let Err(error) = transaction.commit() {
        // A commit may fail after the log was written: believe the file, not the error.
        *head = Head::read(db, &device.id)?;
        return Err(error.into());
    }
    *head = written;
    Ok(out)
}

impl Writing<'_> {
    /// See [`Ledger::append`].
    pub fn append<F, E>(&mut self, at: Timestamp, make: F) -> Result<Entry>
    where
        F: FnOnce(&mut dyn Numbers) -> std::result::Result<Event, E>,
        E: Explain + Send + Sync + 'static,
    {
        self.append_with(at, &[], make)
    }

    /// See [`Ledger::append_with`].
    pub fn append_with<F, E>(&mut self, at: Timestamp, blobs: &[&[u8]], make: F) -> Result<Entry>
    where
        F: FnOnce(&mut dyn Numbers) -> std::result::Result<Event, E>,
        E: Explain + Send + Sync + 'static,
    {
        let blobs = blobs.iter().map(|bytes| Cow::Borrowed(*bytes)).collect();
        self.append_drawn(at, |numbers| Ok::<_, E>((make(numbers)?, blobs)))
    }

    /// See [`Ledger::append`], with blobs that tell the numbers that are issued: a paper carries its own.
    pub fn append_drawn<'b, F, E>(&mut self, at: Timestamp, make: F) -> Result<Entry>
    where
        F: FnOnce(&mut dyn Numbers) -> std::result::Result<(Event, Vec<Cow<'b, [u8]>>), E>,
        E: Explain + Send + Sync + 'static,
    {
        let spoiled = std::mem::replace(&mut self.spoiled, true);
        let mut numbers = Dispenser::new(self.db, &self.device.id);
        let (event, blobs) =
            make(&mut numbers).map_err(|error| LedgerError::Refused(Box::new(error)))?;
        if let Some(error) = numbers.failure.take() {
            return Err(error);
        }
        if event.numbers() != numbers.issued {
            return Err(LedgerError::WrongNumbers);
        }
        let before: Vec<Event> = numbers.before().collect();
        self.require_allowed(at, &event)?;
        admit::admit(self.db, &event)?;
        let blobs: Vec<&[u8]> = blobs.iter().map(AsRef::as_ref).collect();
        self.keep_blobs(&event, &blobs)?;
        self.require_blobs(&event)?;
        for event in before {
            self.write(at, event)?;
        }
        let entry = self.write(at, event)?;
        self.spoiled = spoiled;
        Ok(entry)
    }

    /// See [`Ledger::record`].
    pub fn record(&mut self, at: Timestamp, event: Event, blobs: &[&[u8]]) -> Result<Entry> {
        let spoiled = std::mem::replace(&mut self.spoiled, true);
        self.require_allowed(at, &event)?;
        if !event.numbers().is_empty() {
            return Err(LedgerError::WrongNumbers);
        }
        admit::admit(self.db, &event)?;
        self.keep_blobs(&event, blobs)?;
        self.require_blobs(&event)?;
        let entry = self.write(at, event)?;
        self.spoiled = spoiled;
        Ok(entry)
    }

    /// This device's first entry, and its key.
    pub(crate) fn enrol_device(&mut self, at: Timestamp, label: &str) -> Result<()> {
        self.db.execute("DELETE FROM secret", [])?;
        self.db.execute(
            "INSERT INTO secret (device, seed) VALUES (?1, ?2)",
            params![self.device.id.0, *self.device.seed()],
        )?;
        let event = Event::DeviceEnrolled {
            device: self.device.id.clone(),
            public_key: hex::encode(self.device.public_key()),
            label: office::text::clean(label),
        };
        self.write(at, event)?;
        Ok(())
    }

    pub(crate) fn write(&mut self, at: Timestamp, what: Event) -> Result<Entry> {
        let kind = EventKind::of(&what);
        if kind.facts().dated == Dated::InOrder {
            self.head.require_clock(at)?;
        }
        let mut entry = Entry {
            envelope: Envelope {
                office: self.head.office.clone(),
                device: self.device.id.clone(),
                sequence: self.head.sequence + 1,
                previous: self.head.hash.clone(),
                seen: std::mem::take(&mut self.head.unseen),
                at,
                moment: self.head.moment.next(at),
                user: self.user.name.clone(),
                kind: String::new(),
                payload: ContentHash::from_hash(&NO_HASH),
            },
            what,
        };
        let sealed = self.device.seal(&mut entry)?;
        if sealed.payload.len() > ENTRY_LIMIT {
            return Err(LedgerError::TooLarge { limit: ENTRY_LIMIT });
        }
        let n = insert(self.db, &entry.envelope, None, &sealed)?;
        for seen in &entry.envelope.seen {
            if let Some(found) = found(self.db, &seen.device, seen.sequence, &seen.hash)? {
                self.db
                    .prepare_cached("UPDATE chain SET named = ?2 WHERE id = ?1")?
                    .execute(params![found.chain, signed(seen.sequence)?])?;
            }
        }
        // Its place is the greatest: it overtakes nothing.
        project::apply(self.db, n, &entry)?;
        // What is written here names only what it rests on: nothing but a removal lets go of a content.
        if blob::Item::removed(&entry.what).is_some() {
            blob::erase_unnamed(self.db, self.contents, &entry.what)?;
        }
        if let Event::Erased { erasure } = &entry.what {
            erase::enact(self.db, self.contents, erasure)?;
        }
        self.head.entries += 1;
        self.head.sequence = entry.envelope.sequence;
        self.head.raw = sealed.hash();
        self.head.hash = ContentHash::from_hash(&self.head.raw);
        self.head.moment = entry.envelope.moment;
        if sets_clock(kind) {
            self.head.latest = Some(at);
        }
        Ok(entry)
    }

    fn require_allowed(&self, at: Timestamp, event: &Event) -> Result<()> {
        let kind = EventKind::of(event);
        if kind.facts().door == Door::Kept {
            return Err(LedgerError::NotAllowed { needed: Vec::new() });
        }
        if branch::is_set_aside(self.db, &self.device.id)? {
            return Err(LedgerError::SetAside);
        }
        require(&self.user.roles, kind.roles())?;
        if let Event::ActDone { act } = event
            && !entitled::is_certified(act, &self.user.name)
        {
            return Err(LedgerError::Refused(Box::new(ActError::NotTheCertifier)));
        }
        if let Event::ActPrepared { prepared } = event
            && prepared.by().is_none_or(|by| by.user != self.user.name)
        {
            return Err(LedgerError::Refused(Box::new(PreparedError::NotComing)));
        }
        if let Event::ActReturned { act, .. } = event {
            entitled::require_returner(self.db, &self.user.name, &self.user.roles, act)?;
        }
        if let Event::DelegationGiven { delegation } = event
            && delegation.by != self.user.name
        {
            return Err(LedgerError::NotAllowed { needed: kind.roles().to_vec() });
        }
        if let Event::DelegationGiven { delegation } = event
            && delegation::repeats(self.db, i64::MAX, delegation)?
        {
            return Err(LedgerError::Refused(Box::new(DelegationError::GivenAlready)));
        }
        if let Event::ActDone { act } = event
            && !delegation::holds(self.db, i64::MAX, act, at)?
        {
            return Err(LedgerError::Refused(Box::new(ActError::NotCompetent)));
        }
        match (book::require_writer(self.db, &self.user.roles, event), event) {
            // Who certifies by delegation writes what they signed.
            (Err(LedgerError::NotAllowed { .. }), Event::ActDone { act })
                if delegation::signs(self.db, i64::MAX, &self.user.name, act, at)? =>
            {
                Ok(())
            }
            (written, _) => written,
        }
    }
}

/// Notes every slot of a keyring whose file is in place.
pub(crate) fn settle_keys(db: &Connection, keyring: &Keyring) -> Result<()> {
    for user in keyring.users() {
        if let Some(digest) = keyring.slot_digest(&user) {
            slot::settle(db, &user.0, &digest)?;
        }
    }
    slot::settle(db, slot::SECURITY, &keyring.security_digest())?;
    slot::settle(db, slot::RECOVERY, &keyring.recovery_digest())
}

/// Refuses a key file that is not the present one for this user.
///
/// # Errors
/// [`LedgerError::StaleKeys`], [`LedgerError::ThresholdsChanged`], [`LedgerError::UnknownUser`].
pub(crate) fn require_keys(db: &Connection, keyring: &Keyring, user: &UserName) -> Result<()> {
    let digest = keyring.slot_digest(user).ok_or(LedgerError::UnknownUser)?;
    slot::require_current(db, &user.0, &digest)?;
    require_thresholds(db, keyring)
}

fn require_thresholds(db: &Connection, keyring: &Keyring) -> Result<()> {
    match slot::require_current(db, slot::SECURITY, &keyring.security_digest()) {
        Err(LedgerError::StaleKeys) => Err(LedgerError::ThresholdsChanged),
        done => done,
    }
}

pub(crate) fn active_user(db: &Connection, name: &UserName) -> Result<Option<User>> {
    let json: Option<String> = db
        .query_row(
            "SELECT json FROM user WHERE name = ?1 AND active AND json_n > 0",
            [&name.0],
            |row| row.get(0),
        )
        .optional()?;
    json.map(|json| {
        serde_json::from_str(&json)
            .map_err(|_| LedgerError::Damaged { place: "bảng người dùng" })
    })
    .transpose()
}

pub(crate) fn check_user_name(name: &UserName) -> Result<()> {
    let plain =
        name.0.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if plain && (2..=40).contains(&name.0.len()) { Ok(()) } else { Err(LedgerError::BadUserName) }
}

pub(crate) fn lock_existing(home: Home<'_>) -> Result<Folder> {
    if Ledger::exists(home.data()) { Folder::lock(home) } else { Err(LedgerError::NoOffice) }
}

/// This machine's key.
pub(crate) fn own_device(db: &Connection) -> Result<DeviceKey> {
    let seed =
        db.query_row("SELECT seed FROM secret", [], |row| row.get(0).map(zeroize::Zeroizing::new))?;
    Ok(DeviceKey::from_seed(&seed))
}

fn read_keys(data: &Path) -> Result<Keyring> {
    if !Ledger::exists(data) {
        return Err(LedgerError::NoOffice);
    }
    Keyring::read(&keys_file(&office_folder(data)))
}
