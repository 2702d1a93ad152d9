//! The rows of a page, from the places where they were found.

use rusqlite::OptionalExtension;

use super::{Hit, Place, exact::Exact, query::Query};
use crate::{
    Ledger, Result,
    book::line_at,
    index::{Kind, person_text},
    project::people::keys_of,
    read::{
        dossiers::dossier_at,
        people::{best_of, reading_of},
    },
    rows::{Page, unsigned},
};

/// What rows hold.
pub(super) enum Sought<'a> {
    /// Anything.
    All,
    /// The number that is looked up.
    Exact(&'a Exact),
    /// The words, but not the number that was looked up before.
    Words(&'a Query, Option<&'a Exact>),
}

impl Ledger {
    pub(super) fn hits(
        &self,
        places: Vec<Place>,
        next: Option<i64>,
        sought: &Sought<'_>,
    ) -> Result<Page<Hit>> {
        let next = next.map(unsigned).transpose()?;
        let mut items = Vec::new();
        for (n, kind) in places {
            items.extend(match kind {
                Kind::Person => self.person_found(n, sought)?,
                Kind::Dossier => self.dossier_found(n, sought)?,
                Kind::Line => self.line_found(n, sought)?,
            });
        }
        Ok(Page { items, next })
    }

    fn dossier_found(&self, n: i64, sought: &Sought<'_>) -> Result<Option<Hit>> {
        let record = dossier_at(&self.db, n)?;
        let has = |exact: &Exact| -> Result<bool> {
            let sql = "SELECT who FROM dossier WHERE n = ?1";
            let key: String = self.db.prepare_cached(sql)?.query_row([n], |row| row.get(0))?;
            Ok(exact.is_dossier(&key, &record.dossier))
        };
        let shown = match sought {
            Sought::All | Sought::Words(_, None) => true,
            Sought::Exact(exact) => has(exact)?,
            Sought::Words(_, Some(exact)) => !has(exact)?,
        };
        Ok(shown.then(|| Hit::Dossier(Box::new(record))))
    }

    fn line_found(&self, n: i64, sought: &Sought<'_>) -> Result<Option<Hit>> {
        let record = line_at(&self.db, n)?;
        let shown = match sought {
            Sought::All | Sought::Words(_, None) => true,
            Sought::Exact(exact) => exact.is_line(&record.event),
            Sought::Words(_, Some(exact)) => !exact.is_line(&record.event),
        };
        Ok(shown.then(|| Hit::Line(Box::new(record))))
    }

    /// The person of the reading at `n`. Somebody who was merged is known by several keys, each with its
    /// reading: they are one row, where the newest of those stands that hold what is sought.
    fn person_found(&self, n: i64, sought: &Sought<'_>) -> Result<Option<Hit>> {
        let key: String = self
            .db
            .prepare_cached("SELECT who FROM reading WHERE n = ?1")?
            .query_row([n], |row| row.get(0))?;
        let keys = keys_of(&self.db, &key)?;
        for other in &keys {
            let sql = "SELECT best FROM person JOIN reading ON reading.n = best
                WHERE person.who = ?1";
            let best: Option<i64> =
                self.db.prepare_cached(sql)?.query_row([other], |row| row.get(0)).optional()?;
            let Some(best) = best else { continue };
            let later = best > n;
            if !later && matches!(sought, Sought::All | Sought::Words(_, None)) {
                continue;
            }
            let identity = reading_of(&self.db, best)?.identity;
            let has = |exact: &Exact| exact.is_person(other, &identity);
            let elsewhere = match sought {
                Sought::All => true,
                Sought::Exact(exact) if best == n => !has(exact),
                Sought::Exact(exact) => later && has(exact),
                Sought::Words(words, exact) => {
                    let holds = || words.matches(&person_text(&identity));
                    exact.is_some_and(has) || (later && holds())
                }
            };
            if elsewhere {
                return Ok(None);
            }
        }
        let best = reading_of(&self.db, best_of(&self.db, &keys)?.unwrap_or(n))?;
        let (place, identity) = (unsigned(n)?, Box::new(best.identity));
        Ok(Some(Hit::Person { place, who: best.who, identity }))
    }
}
