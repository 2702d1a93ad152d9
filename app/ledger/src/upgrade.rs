//! Files of an older structure: their read models are made anew from the entries, whole, in one
//! transaction. The entries are the truth and stay as they are.
//!
//! | version | what came |
//! |---|---|
//! | 8 | envelopes apart from payloads |

use office::entry::{Opened, Sealed};
use rusqlite::Connection;

use crate::{
    Result,
    head::heads,
    project,
    schema::{self, OLDEST, VERSION, read_models},
    search::volumes,
};

/// How far the rebuild of an older file is, in entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilding {
    /// Entries read so far.
    pub done: u64,
    /// All of them.
    pub all: u64,
}

/// After so many entries it is told how far the rebuild is: some ten times a second.
const TOLD_EVERY: u64 = 1_000;

/// Brings an older file up to date and tells `watch` how far it is; a file of the present structure is
/// left alone.
pub(crate) fn upgrade(db: &Connection, watch: &dyn Fn(Rebuilding)) -> Result<()> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if !(OLDEST..VERSION).contains(&version) {
        return Ok(());
    }
    db.execute_batch("BEGIN IMMEDIATE")?;
    let done = rebuild(db, watch).and_then(|()| Ok(db.execute_batch("COMMIT")?));
    if done.is_err() {
        let _ = db.execute_batch("ROLLBACK");
    }
    done
}

/// The tables of the read models.
fn tables() -> impl Iterator<Item = &'static str> {
    read_models().into_iter().map(|(table, _)| table).chain(["find", "volume"])
}

/// Makes the read models anew from the entries.
pub(crate) fn rebuild(db: &Connection, watch: &dyn Fn(Rebuilding)) -> Result<()> {
    let all = heads(db)?.entries();
    watch(Rebuilding { done: 0, all });
    for table in volumes(db)? {
        db.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    for table in tables() {
        db.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    schema::create_read_models(db)?;
    db.execute(schema::FIRST_VOLUME, [])?;
    let mut statement =
        db.prepare("SELECT n, signature, envelope, payload FROM entry ORDER BY n")?;
    let mut rows = statement.query([])?;
    let mut done = 0;
    while let Some(row) = rows.next()? {
        done += 1;
        if done % TOLD_EVERY == 0 {
            watch(Rebuilding { done, all });
        }
        // What cannot be read is no reason to close the office: the check tells of it.
        let (Ok(signature), Ok(envelope), Ok(payload)) = (row.get(1), row.get(2), row.get(3))
        else {
            continue;
        };
        let Ok(Opened::Entry(entry)) = (Sealed { signature, envelope, payload }).open() else {
            continue;
        };
        project::apply_standing(db, row.get(0)?, &entry)?;
    }
    db.pragma_update(None, "user_version", VERSION)?;
    watch(Rebuilding { done, all });
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use office::{dossier::Status, entry::Event};

    use super::*;
    use crate::{
        Dossiers, Ledger, Scope,
        fixture::{
            append_dossier, assert_clean, at, found, open,
            rooms::{step, transfer},
        },
    };

    /// A file of the version before with seventy dossiers, the first of them annulled.
    fn old_file(data: &std::path::Path) {
        let (mut ledger, _) = found(data);
        for i in 0..70 {
            append_dossier(&mut ledger, i, at(i as i64));
        }
        let first = ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.pop().unwrap();
        let annulled =
            Event::DossierAnnulled { dossier: first.dossier.id, reason: "nhầm".into() };
        ledger.record(at(100), annulled, &[]).unwrap();
        let db = &ledger.db;
        for table in tables() {
            db.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        }
        // Something of an older form, and no table of the present one.
        db.execute_batch("CREATE TABLE dossier (n INTEGER PRIMARY KEY, number TEXT)").unwrap();
        db.pragma_update(None, "user_version", VERSION - 1).unwrap();
    }

    #[test]
    fn an_older_file_is_brought_up_to_date() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        // The users' table went with the others: a login reads it after the upgrade.
        let mut ledger = open(data.path());
        assert_clean(&ledger);
        let items = ledger.dossiers(&Dossiers::All, None, 500).unwrap().items;
        let annulled = items.iter().filter(|record| record.status() == Status::Annulled).count();
        assert_eq!((items.len(), annulled), (70, 1));
        assert_eq!(ledger.search("nguyen", Scope::Dossiers, None, 500).unwrap().items.len(), {
            let named = |name: &str| office::text::fold(name).contains("nguyen");
            items.iter().filter(|r| named(&r.dossier.applicant.person.name)).count()
        });
        let id = &items[0].dossier.id;
        ledger.record(at(200), step(id, 0, at(200), transfer("Người hai")), &[]).unwrap();
        assert_clean(&ledger);
        drop(ledger);
        assert_clean(&open(data.path()));
    }

    #[test]
    fn a_rebuild_tells_how_far_it_is() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        let told = std::cell::RefCell::new(Vec::new());
        let watch = |rebuilding| told.borrow_mut().push(rebuilding);
        let login = || {
            let (user, password) = (crate::fixture::chi(), crate::fixture::PASSWORD);
            Ledger::open_watched(data.path(), &user, password, at(300), &watch).unwrap()
        };
        let all = login().head().entries;
        let at = |done| Rebuilding { done, all };
        assert_eq!(told.take(), [at(0), at(all)]);
        drop(login());
        assert_eq!(told.take(), [], "a present file is left alone");
    }

    /// An entry that cannot be read does not close the office: the check tells of it.
    #[test]
    fn an_unreadable_entry_is_left_to_the_check() {
        let data = tempfile::tempdir().unwrap();
        old_file(data.path());
        let ledger = open(data.path());
        ledger.db.execute("UPDATE entry SET payload = x'7b7d' WHERE sequence = 20", []).unwrap();
        ledger.db.pragma_update(None, "user_version", VERSION - 1).unwrap();
        drop(ledger);
        let ledger = open(data.path());
        assert_eq!(ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.len(), 69);
        assert!(!ledger.check().unwrap().clean());
    }
}
