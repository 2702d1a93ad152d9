//! Files of an older structure: their read models are made anew from the entries, whole, in one
//! transaction. The entries are the truth and stay as they are.
//!
//! | version | what came |
//! |---|---|
//! | 2 | trusted certificates |
//! | 3 | steps, figures, payments, tickets, kept documents, arrivals |
//! | 4 | books that wait after a restore, signers of chips |
//! | 5 | one reading stands for a person; histories |
//! | 6 | passwords that another user gave |
//! | 7 | dossiers by name and by where they stand |

use office::entry::Entry;
use rusqlite::Connection;

use crate::{
    LedgerError, Result, project,
    schema::{self, OLDEST, READ_MODEL_TABLES, VERSION},
    search::volumes,
    store::unsigned,
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

fn rebuild(db: &Connection, watch: &dyn Fn(Rebuilding)) -> Result<()> {
    let last = db.query_row("SELECT coalesce(max(n), 0) FROM entry", [], |row| row.get(0))?;
    let all = unsigned(last)?;
    watch(Rebuilding { done: 0, all });
    for table in volumes(db)? {
        db.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    for (table, _) in READ_MODEL_TABLES {
        db.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    schema::create_read_models(db)?;
    let mut statement = db.prepare("SELECT n, bytes FROM entry ORDER BY n")?;
    let mut rows = statement.query([])?;
    let mut done = 0;
    while let Some(row) = rows.next()? {
        done += 1;
        if done % TOLD_EVERY == 0 {
            watch(Rebuilding { done, all });
        }
        // What cannot be read is no reason to close the office: the check tells of it.
        let Ok(entry) = Entry::parse(row.get_ref(1)?.as_blob().unwrap_or_default()) else {
            continue;
        };
        let applied = project::apply(db, row.get(0)?, &entry);
        if let Err(error @ (LedgerError::DiskFull | LedgerError::Files(_))) = applied {
            return Err(error);
        }
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

    /// The read models of version 2, as they were released.
    const OLD_MODELS: &str = "
CREATE TABLE office (n INTEGER PRIMARY KEY, json TEXT NOT NULL) STRICT;
CREATE TABLE device (
    id TEXT PRIMARY KEY, public_key BLOB NOT NULL, label TEXT NOT NULL, n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE user (
    name TEXT PRIMARY KEY, json TEXT NOT NULL, active INTEGER NOT NULL, n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lease (
    book TEXT NOT NULL, year INTEGER NOT NULL, device TEXT NOT NULL, epoch INTEGER NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (book, year)
) STRICT, WITHOUT ROWID;
CREATE TABLE counter (
    book TEXT NOT NULL, year INTEGER NOT NULL, day TEXT NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (book, year, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE reading (n INTEGER PRIMARY KEY, number TEXT, usable INTEGER NOT NULL) STRICT;
CREATE INDEX reading_number ON reading (number) WHERE number IS NOT NULL;
CREATE TABLE person (
    number TEXT PRIMARY KEY,
    latest INTEGER NOT NULL,
    strongest INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    listed INTEGER,
    contact INTEGER,
    face BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE dossier (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    number TEXT,
    received_at TEXT NOT NULL,
    due_at TEXT,
    annulled INTEGER
) STRICT;
CREATE UNIQUE INDEX dossier_id ON dossier (id);
CREATE INDEX dossier_number ON dossier (number) WHERE number IS NOT NULL;
CREATE INDEX dossier_due ON dossier (due_at) WHERE due_at IS NOT NULL AND annulled IS NULL;
CREATE TABLE paper (n INTEGER PRIMARY KEY, dossier TEXT NOT NULL) STRICT;
CREATE INDEX paper_dossier ON paper (dossier);
CREATE TABLE viewed (n INTEGER PRIMARY KEY, number TEXT NOT NULL) STRICT;
CREATE INDEX viewed_number ON viewed (number);
CREATE TABLE find (n INTEGER PRIMARY KEY, person INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE trust (
    n INTEGER PRIMARY KEY, fingerprint BLOB NOT NULL UNIQUE, kind TEXT NOT NULL
) STRICT;
";

    /// A file of version 2 with seventy dossiers, the first of them annulled.
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
        db.execute_batch("CREATE TEMP TABLE kept AS SELECT * FROM dossier").unwrap();
        for (table, _) in READ_MODEL_TABLES {
            db.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        }
        db.execute_batch(OLD_MODELS).unwrap();
        db.execute_batch(
            "INSERT INTO dossier SELECT n, id, who, received_at, due_at, annulled FROM kept;
             PRAGMA user_version = 2;",
        )
        .unwrap();
    }

    #[test]
    fn a_file_of_version_2_is_brought_up_to_date() {
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
        ledger.db.execute("UPDATE entry SET bytes = x'7b7d' WHERE n = 20", []).unwrap();
        ledger.db.pragma_update(None, "user_version", 2).unwrap();
        drop(ledger);
        let ledger = open(data.path());
        assert_eq!(ledger.dossiers(&Dossiers::All, None, 500).unwrap().items.len(), 69);
        assert!(!ledger.check().unwrap().clean());
    }
}
