//! What contradicts, and how it was settled.

use jiff::Timestamp;
use office::{
    conflict::{ConflictKind, Settlement},
    entry::{Event, EventKind},
    subject::Subject,
};
use rusqlite::{Connection, params};

use super::{LogLine, log_line};
use crate::rows::rows;
use crate::{
    Ledger, LedgerError, Result,
    project::conflict::conflict_key,
    roles::require,
    rows::{signed, unsigned},
};

/// An entry that contradicts an earlier one, and that nobody settled yet.
#[derive(Clone, Debug, PartialEq)]
pub struct ConflictRecord {
    /// In what.
    pub kind: ConflictKind,
    /// The entry that does not hold.
    pub line: LogLine,
    /// What it is about.
    pub subject: Option<Subject>,
}

const DAMAGED: LedgerError = LedgerError::Damaged { place: "bảng mâu thuẫn" };

/// Most conflicts that are listed at once.
const MOST: i64 = 500;

impl Ledger {
    /// Conflicts that wait for a decision, oldest first, at most 500.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`] for whoever may not settle them.
    pub fn conflicts(&self) -> Result<Vec<ConflictRecord>> {
        require(&self.user.roles, EventKind::ConflictSettled.roles())?;
        let found: Vec<(i64, i64, String)> = rows(
            &self.db,
            "SELECT n, kind, subject FROM conflict
             WHERE NOT EXISTS (SELECT 1 FROM settled
                WHERE settled.n = conflict.n AND settled.kind = conflict.kind)
             ORDER BY n, kind LIMIT ?1",
            [MOST],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        found
            .into_iter()
            .map(|(n, kind, subject)| {
                let kind = ConflictKind::ALL
                    .into_iter()
                    .find(|known| conflict_key(*known) == kind)
                    .ok_or(DAMAGED)?;
                let subject = match subject.as_str() {
                    "" => None,
                    text => Some(text.parse().map_err(|_| DAMAGED)?),
                };
                Ok(ConflictRecord { kind, line: log_line(&self.db, n, true)?, subject })
            })
            .collect()
    }

    /// How many conflicts wait for a decision.
    pub fn open_conflicts(&self) -> Result<u64> {
        open_conflicts(&self.db)
    }

    /// Says what was decided about a conflict. The entry that contradicts stays without effect; what is to hold
    /// in its place is done anew, as any work.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NoReason`], [`LedgerError::Missing`] where there is no such
    /// conflict or it was settled before.
    pub fn settle_conflict(
        &mut self,
        at: Timestamp,
        place: u64,
        kind: ConflictKind,
        words: &str,
    ) -> Result<()> {
        let words = office::text::clean(words);
        if words.is_empty() {
            return Err(LedgerError::NoReason);
        }
        let open = "SELECT 1 FROM conflict WHERE n = ?1 AND kind = ?2 AND NOT EXISTS (
            SELECT 1 FROM settled WHERE n = ?1 AND kind = ?2)";
        if !self.db.prepare_cached(open)?.exists(params![signed(place)?, conflict_key(kind)])? {
            return Err(LedgerError::Missing);
        }
        let settlement = Box::new(Settlement { place, kind, words });
        self.record(at, Event::ConflictSettled { settlement }, &[]).map(drop)
    }
}

pub(crate) fn open_conflicts(db: &Connection) -> Result<u64> {
    let sql = "SELECT count(*) FROM conflict WHERE NOT EXISTS (SELECT 1 FROM settled
        WHERE settled.n = conflict.n AND settled.kind = conflict.kind)";
    unsigned(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}
