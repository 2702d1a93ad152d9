//! Read models that may lag behind.
//!
//! The tables that every act needs are made by each entry at once, see [`crate::upgrade`] for their rebuild. Two
//! models can do without some entries for a while: the figures, and the search (a login that makes all tables anew
//! makes it as the entries go by, see [`crate::index::whole`]). Each has a row in the table `model`: its version, and
//! the place up to which it holds all entries. An entry that comes in at an earlier place, or where the model holds everything, is taken in with the entry's own
//! transaction; the others are taken in later, see [`crate::Ledger::tend`], in slices of a few milliseconds between
//! which the window works, and which go on where they stopped when the program was closed or killed.
//!
//! Figures are refused until they are whole; the search shows what it has.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{LedgerError, Result};

/// A read model that may lag behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// The tally.
    Figures,
    /// The search's index.
    Search,
}

/// In `model.upto`: everything is there.
pub(crate) const WHOLE: i64 = i64::MAX;
/// In `model.upto`: nothing is there.
pub(crate) const NOTHING: i64 = -1;

/// A model that lags behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lagging {
    /// Whether it is the figures that are not whole; else the search alone.
    pub figures: bool,
    /// How much is done, of a hundred.
    pub percent: u8,
}

impl Model {
    pub(crate) const ALL: [Self; 2] = [Self::Figures, Self::Search];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Search => "search",
        }
    }

    /// Raised where the model's tables change, so that it is made anew.
    pub(crate) const fn version(self) -> i64 {
        match self {
            Self::Figures => 1,
            Self::Search => 2,
        }
    }

    /// Whether the entry at `n` is the business of the entry's own transaction.
    pub(crate) fn takes(self, db: &Connection, n: i64) -> Result<bool> {
        Ok(self.upto(db)? >= n)
    }

    /// Up to which place it holds all entries.
    pub(crate) fn upto(self, db: &Connection) -> Result<i64> {
        let sql = "SELECT upto FROM model WHERE name = ?1";
        let upto = db.prepare_cached(sql)?.query_row([self.name()], |row| row.get(0));
        Ok(upto.optional()?.unwrap_or(NOTHING))
    }

    /// It holds all entries up to a place.
    pub(crate) fn set(self, db: &Connection, upto: i64) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO model (name, version, upto) VALUES (?1, ?2, ?3)";
        db.prepare_cached(sql)?.execute(params![self.name(), self.version(), upto])?;
        Ok(())
    }
}

/// In `model.name`: all tables but those of the models.
const TABLES: &str = "tables";

/// Up to which place the tables hold all entries; `None` where they are whole.
pub(crate) fn tables_upto(db: &Connection) -> Result<Option<i64>> {
    let sql = "SELECT upto FROM model WHERE name = ?1";
    let upto: Option<i64> = db.query_row(sql, [TABLES], |row| row.get(0)).optional()?;
    Ok(upto.filter(|upto| *upto < WHOLE))
}

/// The tables hold all entries up to a place, or all.
pub(crate) fn tables_hold(db: &Connection, upto: Option<i64>) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO model (name, version, upto) VALUES (?1, 0, ?2)";
    db.prepare_cached(sql)?.execute(params![TABLES, upto.unwrap_or(WHOLE)])?;
    Ok(())
}

/// All models are whole: nothing was written yet, or a rebuild takes everything in as it goes.
pub(crate) fn all_whole(db: &Connection) -> Result<()> {
    Model::ALL.into_iter().try_for_each(|model| model.set(db, WHOLE))
}

/// Tables and models begin anew, after all were emptied.
pub(crate) fn begin_all(db: &Connection) -> Result<()> {
    tables_hold(db, Some(NOTHING))?;
    Model::ALL.into_iter().try_for_each(|model| model.set(db, NOTHING))
}

/// Refuses figures that are not whole.
///
/// # Errors
/// [`LedgerError::Rebuilding`].
pub(crate) fn require_figures(db: &Connection) -> Result<()> {
    match lagging(db)? {
        Some(Lagging { figures: true, percent }) => Err(LedgerError::Rebuilding { percent }),
        _ => Ok(()),
    }
}

/// Which models lag behind, if any.
pub(crate) fn lagging(db: &Connection) -> Result<Option<Lagging>> {
    let [figures, search] = [Model::Figures.upto(db)?, Model::Search.upto(db)?];
    let (figures, at) = (figures < WHOLE, figures.min(search));
    if at == WHOLE {
        return Ok(None);
    }
    let ends: (Option<i64>, Option<i64>) = db
        // Asked for together, the two would be looked for in all rows.
        .prepare_cached("SELECT (SELECT min(n) FROM entry), (SELECT max(n) FROM entry)")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (first, last) = (ends.0.unwrap_or(0), ends.1.unwrap_or(0));
    let all = i128::from((last - first).max(1));
    let done = i128::from(at.max(first) - first) * 100 / all;
    Ok(Some(Lagging { figures, percent: u8::try_from(done).unwrap_or(99).min(99) }))
}
