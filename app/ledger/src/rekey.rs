//! Changing the database key.
//!
//! Whoever once had the key (an old `keys.json` and a password of that time, an old recovery sheet) keeps it. So the
//! key changes after a user's rights ended, after a new recovery sheet, and when the head suspects that somebody
//! has it. It is noted in the database that it is *due*, and the next login on this machine changes it, whoever logs
//! in: a year's ledger takes seconds to minutes to copy, nothing else may have it open meanwhile, and the login is
//! where people wait anyway. Each machine has a key of its own; a machine on which somebody's slot outlived their
//! rights (another machine ended them) finds that out by itself. A restored or joined copy begins with a new key.
//!
//! ```text
//! 1  keys.json   the next key is sealed beside the key, to every slot that stands in the database
//! 2  ledger.next the database, page by page, under the next key; pressed to the disk
//! 3  ledger.db   closed, so that it has no log; ledger.next takes its name
//! 4  keys.json   the next key is the key
//! 5  an entry tells it, and it is no longer due
//! ```
//!
//! A program that is killed before 3 leaves the old key, afterwards the next one; between 1 and 4 every password opens
//! both, and the key that opens the file decides. What is cut off is begun anew or ended by the next login.
//!
//! What an old key opens still: every copy of that time (backups, seats' copies, an image of the disk) with all that was
//! written until then. Who has such a copy and its key also has what does not change with the key: the keys of the
//! contents that were kept by then ([`crate::contents`]), this machine's signing key, and the key of exchange
//! files. Against a stolen signing key helps a new device (restore), against the others nothing here.
//!
//! A demo office's key is public and never changes.

use std::{
    fs::{self, File},
    path::Path,
};

use jiff::Timestamp;
use office::entry::{Event, EventKind, UserName};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};

use crate::{
    Ledger, LedgerError, Rebuilding, Rebuilt, Result,
    key::DatabaseKey,
    keyring::sync_folder,
    lock::Opened,
    moving::{note_changed, seal_next, settle},
    roles::require,
    schema::{self, Durability},
    slot,
};

/// Pages that are copied between two tellings of how far it is: 256 KB.
const STEP: i32 = 128;

impl Ledger {
    /// Whether the next login on this machine changes the database key.
    pub fn key_is_due(&self) -> Result<bool> {
        Ok(!self.keyring.is_demo()
            && (slot::is_key_due(&self.db)? || !slot::ended(&self.db)?.is_empty()))
    }

    /// The head suspects that somebody has the database key: the next login on this machine changes it.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::ClockBack`], [`LedgerError::DiskFull`].
    pub fn demand_new_key(&mut self, at: Timestamp) -> Result<()> {
        require(&self.user.roles, EventKind::KeyDemanded.roles())?;
        self.transact(|writing| {
            slot::demand_key(writing.db)?;
            writing.write(at, Event::KeyDemanded).map(drop)
        })
    }

    /// Changes the key where it is due. Where the disk has no room for it, or refuses it, the old one stays and nobody
    /// is kept out: the next login tries again.
    pub(crate) fn change_due_key(
        &mut self,
        at: Timestamp,
        watch: &dyn Fn(Rebuilding),
    ) -> Result<()> {
        // Who has no role writes nothing.
        if self.user.roles.is_empty() || !self.key_is_due()? {
            return Ok(());
        }
        let Some(ended) = self.change_key(watch)? else { return Ok(()) };
        let told = self.transact(|writing| {
            note_changed(writing.db, &ended)?;
            writing.write(at, Event::KeyChanged).map(drop)
        });
        match told {
            Err(LedgerError::DiskFull) => Ok(()),
            told => told,
        }
    }

    /// Steps 1 to 4; returns the users whose slots went, or none where the key stays.
    fn change_key(&mut self, watch: &dyn Fn(Rebuilding)) -> Result<Option<Vec<UserName>>> {
        let next = self.key.next()?;
        let ended = seal_next(&mut self.keyring, &next, &self.db)?;
        let (file, fresh) = (self.folder.database(), self.folder.next_database());
        let keys = self.folder.keys();
        let copied =
            self.keyring.write(&keys).and_then(|()| copy_under(&self.db, &fresh, &next, watch));
        if copied.is_err() {
            self.keyring.end_move(false);
            // What is left of it the next login removes.
            let _ = fs::remove_file(&fresh);
            let _ = self.keyring.write(&keys);
            return Ok(None);
        }
        self.mover = None;
        // Closing writes the log into the file and removes it.
        drop(std::mem::replace(&mut self.db, Connection::open_in_memory()?));
        let moved = put(&fresh, &file);
        let opened = Opened { key: self.key.clone(), next: Some(next) };
        self.key = settle(&self.folder, &mut self.keyring, opened)?;
        self.db = schema::connect_existing(&file, &self.key)?;
        Ok(moved.is_ok().then_some(ended))
    }
}

/// Copies the database as it stands, its log too, into a new file under another key.
fn copy_under(
    db: &Connection,
    fresh: &Path,
    key: &DatabaseKey,
    watch: &dyn Fn(Rebuilding),
) -> Result<()> {
    let _ = fs::remove_file(fresh);
    let mut copy = schema::connect(fresh, key, Durability::Scratch)?;
    let backup = Backup::new(db, &mut copy)?;
    loop {
        match backup.step(STEP)? {
            StepResult::Done => break,
            StepResult::More => {}
            // Busy or locked: nobody else has either file.
            _ => return Err(LedgerError::InUse),
        }
        let progress = backup.progress();
        let pages = |count: i32| u64::try_from(count).unwrap_or_default();
        watch(Rebuilding {
            what: Rebuilt::Key,
            done: pages(progress.pagecount - progress.remaining),
            all: pages(progress.pagecount),
        });
    }
    drop(backup);
    copy.close().map_err(|(_, error)| error)?;
    // Windows syncs only files opened for writing.
    File::options().read(true).write(true).open(fresh)?.sync_all()?;
    Ok(())
}

/// The copy becomes the database.
fn put(fresh: &Path, file: &Path) -> Result<()> {
    if schema::log_of(file).exists() {
        // It could not be written into the file: the copy holds what it says, and the file stays.
        return Err(LedgerError::DiskFull);
    }
    sync_folder(file.parent())?;
    fs::rename(fresh, file)?;
    sync_folder(file.parent())
}
