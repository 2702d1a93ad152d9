//! Search over people, dossiers and lines of books: words without diacritics, all of them, newest first.
//!
//! A new document first lies in the plain table `find`, where one row costs a commit little; when 64 lie there
//! they are bound into FTS5 volumes. A volume spans a stretch of places, opened anew when the newest one holds
//! 32,768 documents, so that neither a merge of the index nor a search in one volume can take long, however
//! large the ledger; a document that comes late from another device goes into the volume of its place. A
//! search looks through `find`, then through the volumes from the newest, until its page is full or its
//! time is up: then the page is short and [`Page::next`] goes on. A query that is one whole number is looked up
//! first ([`exact`]), and the search goes on from there. Where volumes begin depends on when documents
//! came in, so it is written down in `volume`, and a rebuild for the check takes it over.
//!
//! FTS5 rowid = place of the entry; `detail=none`, because words need only be found together; prefix
//! indexes up to six letters, because a prefix of another length is collected whole before the first
//! hit. Each reading of a person has its document; those that do not stand for the person are passed over by
//! comparing with `person.best` (see [`crate::project::people`]), so the index is only ever appended to and
//! what a weaker chip or code claims hides nobody.
//!
//! A line of a book, an act or what was written there, is found by those alone who may look at the book.
//!
//! Numbers are found by their beginning and, as clerks do, by their last four to six digits. The
//! office's own code is in no document: it would stand in all of them.

pub(crate) mod alike;
mod exact;
mod hits;
mod query;

use std::time::{Duration, Instant};

use office::{
    entry::READERS,
    person::{Identity, PersonId},
};
use rusqlite::{Params, params};

use crate::{
    Ledger, Result, book,
    book::LineRecord,
    index::Kind,
    read::dossiers::DossierRecord,
    roles::require,
    rows::{LARGEST_PAGE, Page, page_size, rows, signed},
};

use exact::Exact;
use hits::Sought;
use query::Query;

/// After this no further volume is opened: with the rows' own time a page stays within a frame.
const PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 0 } else { 5 });
/// In [`Page::next`]: the rest of what was looked up comes first. No place is so large.
const LOOKED_UP: u64 = 1 << 63;

/// Where to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// People, dossiers and lines of books, by time.
    All,
    /// People: each once, by the reading that stands for them.
    People,
    /// Dossiers.
    Dossiers,
}

/// One row of a search result.
#[derive(Clone, Debug, PartialEq)]
pub enum Hit {
    /// A person, by the reading that stands for them.
    Person {
        /// Place of what was found: of a merged person's earlier passport, an earlier reading.
        place: u64,
        /// The person.
        who: PersonId,
        /// What was read.
        identity: Box<Identity>,
    },
    /// A dossier.
    Dossier(Box<DossierRecord>),
    /// A line of a book: an act, or what was written there.
    Line(Box<LineRecord>),
}

impl Scope {
    fn holds(self, kind: Kind) -> bool {
        match self {
            Scope::All => true,
            Scope::People => kind == Kind::Person,
            Scope::Dossiers => kind == Kind::Dossier,
        }
    }
}

impl Hit {
    /// Place of the entry that it rests on.
    pub fn place(&self) -> u64 {
        match self {
            Hit::Person { place, .. } => *place,
            Hit::Dossier(record) => record.place,
            Hit::Line(record) => record.place,
        }
    }
}

impl Ledger {
    /// Finds what holds every word of `query`; the last word may be unfinished unless a space follows.
    /// Newest first; but where the query is a whole number (of a person or a document, a telephone, a dossier's
    /// code, a line of a book with its year), what has that number comes before all others, in pages of its own. An empty
    /// query finds everything. `before` is [`Page::next`] of the page before; a page may hold
    /// fewer rows than `limit`, even none, and still have a next.
    ///
    /// # Errors
    /// [`crate::LedgerError::NotAllowed`] for roles that see no people.
    pub fn search(
        &self,
        query: &str,
        scope: Scope,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<Hit>> {
        require(&self.user.roles, READERS)?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let (looking_up, before) = match before {
            None => (true, i64::MAX),
            Some(before) => (before & LOOKED_UP > 0, signed(before & !LOOKED_UP)?),
        };
        let office = self.office()?.code;
        let Some(words) = Query::parse(query, office.as_str()) else {
            return self.newest(scope, before, limit);
        };
        let exact = Exact::parse(query, office.as_str());
        let mut before = before;
        if looking_up {
            let found = exact.as_ref().map(|exact| self.look_up(exact, scope, before, limit));
            if let Some(page) = found.transpose()?.flatten() {
                return Ok(page);
            }
            before = i64::MAX;
        }
        let (places, next) = self.find(&words, scope, before, limit)?;
        self.hits(places, next, &Sought::Words(&words, exact.as_ref()))
    }

    /// What has the number, with the page after it; `None` where nothing has it before here.
    fn look_up(
        &self,
        exact: &Exact,
        scope: Scope,
        before: i64,
        limit: usize,
    ) -> Result<Option<Page<Hit>>> {
        let mut places: Vec<Place> = Vec::new();
        for kind in Kind::ALL.into_iter().filter(|kind| scope.holds(*kind)) {
            let found = match kind {
                Kind::Person => exact.people(&self.db, before, limit)?,
                Kind::Dossier => exact.dossiers(&self.db, before, limit)?,
                Kind::Line => exact.lines(&self.db, &self.books_to_read()?, before, limit)?,
            };
            places.extend(found.into_iter().map(|n| (n, kind)));
        }
        places.sort_unstable();
        places.dedup();
        let next = cut(&mut places, limit);
        let mut page = self.hits(places, next, &Sought::Exact(exact))?;
        let nothing = page.items.is_empty() && page.next.is_none();
        page.next = Some(LOOKED_UP | page.next.unwrap_or(0));
        Ok(Some(page).filter(|_| !nothing))
    }

    /// The list without words.
    fn newest(&self, scope: Scope, before: i64, limit: usize) -> Result<Page<Hit>> {
        let mut places = Vec::new();
        let wanted = params![before, page_size(limit)];
        for kind in Kind::ALL.into_iter().filter(|kind| scope.holds(*kind)) {
            places.extend(match kind {
                Kind::Person => self.places(ALL_PEOPLE, kind, wanted)?,
                Kind::Dossier => self.places(ALL_DOSSIERS, kind, wanted)?,
                Kind::Line => {
                    let books = self.books_to_read()?;
                    self.places(ALL_LINES, kind, params![before, page_size(limit), books])?
                }
            });
        }
        let next = cut(&mut places, limit);
        self.hits(places, next, &Sought::All)
    }

    fn find(
        &self,
        query: &Query,
        scope: Scope,
        before: i64,
        limit: usize,
    ) -> Result<(Vec<Place>, Option<i64>)> {
        let started = Instant::now();
        let books = self.books_to_read()?;
        let mut places = self.find_unbound(query, scope, &books, before)?;
        let volumes: Vec<i64> = rows(
            &self.db,
            "SELECT first FROM volume WHERE first < ?1 AND documents > 0 ORDER BY first DESC",
            [before],
            |row| row.get(0),
        )?;
        // All documents from here on have been looked through.
        let mut reached = i64::MAX;
        for first in volumes {
            if places.iter().filter(|(n, _)| *n >= reached).count() >= limit {
                break;
            }
            // At least one volume a page, or pages would not move on.
            if reached < i64::MAX && started.elapsed() > PATIENCE {
                places.retain(|(n, _)| *n >= reached);
                cut(&mut places, limit);
                return Ok((places, Some(reached)));
            }
            reached = first;
            for kind in Kind::ALL.into_iter().filter(|kind| scope.holds(*kind)) {
                let (sql, limit) = (in_volume(kind, first), page_size(limit));
                let words = params![query.expression, before, limit];
                let in_books = params![query.expression, before, limit, books];
                places.extend(match kind {
                    Kind::Person | Kind::Dossier => self.places(&sql, kind, words)?,
                    Kind::Line => self.places(&sql, kind, in_books)?,
                });
            }
        }
        let next = cut(&mut places, limit);
        Ok((places, next))
    }

    /// Looks through the documents that are in no volume yet: fewer than [`BATCH`].
    fn find_unbound(
        &self,
        query: &Query,
        scope: Scope,
        books: &str,
        before: i64,
    ) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        for kind in Kind::ALL.into_iter().filter(|kind| scope.holds(*kind)) {
            let sql = match kind {
                Kind::Dossier => "SELECT n, text FROM find WHERE kind = ?1 AND n < ?2",
                Kind::Person => {
                    "SELECT find.n, text FROM find JOIN reading ON reading.n = find.n
                     JOIN person ON person.who = reading.who
                     WHERE kind = ?1 AND find.n < ?2 AND person.best = find.n"
                }
                Kind::Line => UNBOUND_LINES,
            };
            let mut statement = self.db.prepare_cached(sql)?;
            let key = kind.key();
            let mut rows = match kind {
                Kind::Dossier | Kind::Person => statement.query(params![key, before])?,
                Kind::Line => statement.query(params![key, before, books])?,
            };
            while let Some(row) = rows.next()? {
                if query.matches(row.get_ref(1)?.as_str().unwrap_or_default()) {
                    places.push((row.get(0)?, kind));
                }
            }
        }
        Ok(places)
    }

    /// The books that the logged-in user may look at, as a list in JSON.
    fn books_to_read(&self) -> Result<String> {
        let books = book::all(&self.db)?.into_iter();
        let mine = books.filter(|book| require(&self.user.roles, &book.readers).is_ok());
        let ids: Vec<_> = mine.map(|book| book.id).collect();
        Ok(serde_json::json!(ids).to_string())
    }

    fn places(&self, sql: &str, kind: Kind, params: impl Params) -> Result<Vec<Place>> {
        let mut statement = self.db.prepare_cached(sql)?;
        let rows = statement.query_map(params, |row| Ok((row.get(0)?, kind)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Place of an entry, and what was found there.
type Place = (i64, Kind);

/// Keeps the newest `limit` places; the last of them where there may be more.
fn cut(places: &mut Vec<Place>, limit: usize) -> Option<i64> {
    places.sort_unstable_by(|a, b| b.cmp(a));
    let more = places.len() >= limit;
    places.truncate(limit);
    places.last().filter(|_| more).map(|(n, _)| *n)
}

const ALL_PEOPLE: &str = "SELECT reading.n FROM reading JOIN person ON person.who = reading.who
    WHERE reading.n < ?1 AND person.best = reading.n ORDER BY reading.n DESC LIMIT ?2";

const ALL_DOSSIERS: &str = "SELECT n FROM dossier WHERE n < ?1 ORDER BY n DESC LIMIT ?2";

/// From the newest on: the `+` keeps the index of books out, by which all lines would be read and sorted.
const ALL_LINES: &str = "SELECT n FROM line
    WHERE n < ?1 AND +book IN (SELECT value FROM json_each(?3)) ORDER BY n DESC LIMIT ?2";

/// From the few unbound documents to their lines, never the other way.
const UNBOUND_LINES: &str = "SELECT find.n, text FROM find CROSS JOIN line ON line.n = find.n
    WHERE kind = ?1 AND find.n < ?2 AND +book IN (SELECT value FROM json_each(?3))";

/// The question to a volume of the search.
fn in_volume(kind: Kind, volume: i64) -> String {
    let found = format!("{}_{volume}", kind.volumes());
    let (joined, holds) = match kind {
        Kind::Dossier => (String::new(), ""),
        Kind::Person => (
            format!(
                "CROSS JOIN reading ON reading.n = {found}.rowid
                 CROSS JOIN person ON person.who = reading.who"
            ),
            "AND person.best = reading.n",
        ),
        Kind::Line => (
            format!("CROSS JOIN line ON line.n = {found}.rowid"),
            "AND line.book IN (SELECT value FROM json_each(?4))",
        ),
    };
    format!(
        "SELECT {found}.rowid FROM {found} {joined}
         WHERE {found} MATCH ?1 AND {found}.rowid < ?2 {holds}
         ORDER BY {found}.rowid DESC LIMIT ?3"
    )
}

#[cfg(test)]
mod lines;
#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use office::{entry::Event, evidence::Evidence};

    use super::{Hit, Scope};
    use crate::fixture::{assert_clean, at, found, identity, read_event, receive, reception};
    use crate::index::volumes;

    #[test]
    fn short_pages_lead_through_all_volumes() {
        let data = tempfile::tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        ledger
            .transact(|writing| {
                for i in 0..500 {
                    let mut event = read_event(i, Evidence::ChipSigned);
                    if let (Event::IdentityRead { identity, .. }, true) = (&mut event, i % 100 == 7)
                    {
                        identity.person.name = "Lò Thị Hiếm".into();
                    }
                    writing.record(at(0), event, &[])?;
                    writing.append(at(0), receive(reception(i, at(0))))?;
                }
                Ok(())
            })
            .unwrap();
        assert_eq!(
            volumes(&ledger.db).unwrap().len(),
            12,
            "four volumes, each with people, dossiers and lines"
        );
        assert_clean(&ledger);
        let hamlet = identity(7, Evidence::Typed).person.residence;
        for (query, scope, expected) in [
            ("lo thi hiem", Scope::People, 5),
            ("lo thi hiem", Scope::Dossiers, 0),
            ("xa thu nghiem", Scope::All, 1000),
            ("xa thu nghiem ", Scope::Dossiers, 500),
            (&format!("hiem {hamlet}"), Scope::All, 1),
            ("khong ai", Scope::All, 0),
        ] {
            for limit in [3, 100] {
                let (mut seen, mut before, mut short) = (Vec::new(), None, 0);
                loop {
                    let page = ledger.search(query, scope, before, limit).unwrap();
                    short += usize::from(page.items.len() < limit && page.next.is_some());
                    seen.extend(page.items.iter().map(Hit::place));
                    before = page.next;
                    if before.is_none() {
                        break;
                    }
                }
                assert_eq!(seen.len(), expected, "{query}");
                assert!(seen.is_sorted_by(|a, b| a > b), "{query}");
                assert!(expected > 100 || short > 1, "{query}: without patience pages are short");
            }
        }
    }
}
