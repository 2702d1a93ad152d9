//! Files of an older structure: their read models are made anew from the entries, whole, in one
//! transaction. The entries are the truth and stay as they are.
//!
//! | version | what came |
//! |---|---|
//! | 2 | trusted certificates |
//! | 3 | steps, figures, payments, tickets, kept documents, arrivals |

use office::entry::Entry;
use rusqlite::Connection;

use crate::{
    LedgerError, Result, project,
    schema::{self, OLDEST, READ_MODEL_TABLES, VERSION},
    search::volumes,
};

/// Brings an older file up to date; a file of the present structure is left alone.
pub(crate) fn upgrade(db: &Connection) -> Result<()> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if !(OLDEST..VERSION).contains(&version) {
        return Ok(());
    }
    db.execute_batch("BEGIN IMMEDIATE")?;
    let done = rebuild(db).and_then(|()| Ok(db.execute_batch("COMMIT")?));
    if done.is_err() {
        let _ = db.execute_batch("ROLLBACK");
    }
    done
}

fn rebuild(db: &Connection) -> Result<()> {
    for table in volumes(db)? {
        db.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    for (table, _) in READ_MODEL_TABLES {
        db.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    schema::create_read_models(db)?;
    let mut statement = db.prepare("SELECT n, bytes FROM entry ORDER BY n")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // What cannot be read is no reason to close the office: the check tells of it.
        let Ok(entry) = Entry::parse(row.get_ref(1)?.as_blob().unwrap_or_default()) else {
            continue;
        };
        match project::apply(db, row.get(0)?, &entry) {
            Err(error @ (LedgerError::DiskFull | LedgerError::Files(_))) => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    db.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}
