//! Lists of dossiers by any combination of conditions, in one of several orders.
//!
//! A list in the order of reception follows the index that promises the fewest dossiers and tries each of them against all
//! conditions. When its time is up before its page is full, the page is short and [`Page::next`] goes on:
//! a rare combination makes many short pages, never a slow one. A list by deadlines or names follows their index. One
//! by procedures or by where dossiers stand goes from group to group, each by the index of its group, the newest
//! first in each. A dossier that moves to another group between two pages is met again or not at all.

use std::{
    collections::{BTreeMap, BinaryHeap, HashSet, VecDeque},
    time::{Duration, Instant},
};

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use office::{
    collate,
    dossier::{Channel, Status},
    entry::READERS,
    person::PersonalNumber,
};
use rusqlite::{Connection, Row, params, types::Value};

use super::dossiers::{DossierRecord, OF_PERSON, dossier_at, places_of_days};
use crate::rows::{Page, Way, page_size, rows};
use crate::{
    Ledger, Result,
    project::course::{channel_key, status_key},
    roles::require,
    rows::{LARGEST_PAGE, signed, unsigned},
};

/// After this a page ends as it is, so that it stays within a frame.
const PATIENCE: Duration = Duration::from_millis(if cfg!(test) { 0 } else { 10 });
/// Dossiers that are tried between two looks at the clock.
const BATCH: usize = 4;
/// Up to so many dossiers are collected and sorted at once.
const FEW: usize = if cfg!(test) { 2 } else { 2_000 };
/// Most slices that are followed side by side.
const MOST_SLICES: usize = if cfg!(test) { 3 } else { 500 };

/// Which dossiers a list shows: those that meet every condition that is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// In one of these statuses; empty: in any.
    pub statuses: Vec<Status>,
    /// Procedure code.
    pub procedure: Option<String>,
    /// Field (lĩnh vực).
    pub field: Option<String>,
    /// Full name of the officer who has it, or had it last.
    pub officer: Option<String>,
    /// Unit that has it; empty: the counter.
    pub unit: Option<String>,
    /// How it came in.
    pub channel: Option<Channel>,
    /// Received on these days, both included.
    pub received: Option<(Date, Date)>,
    /// When it is due.
    pub due: Option<Due>,
    /// The applicant's number.
    pub number: Option<PersonalNumber>,
    /// In which order.
    pub sort: Sort,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Which way.
    pub way: Way,
}

/// The last received first.
impl Default for Sort {
    fn default() -> Self {
        Self { by: SortBy::Received, way: Way::Falling }
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortBy {
    /// Reception; that is the order of the dossiers' numbers too, as a number is issued in it.
    Received,
    /// The deadline, the most pressing first; dossiers that are not due are left out.
    Due,
    /// The applicant's name, by [`office::collate::name`].
    Name,
    /// The procedure's name.
    Procedure,
    /// Where it stands, in the order of the national list.
    Status,
}

/// When an open dossier is due. One whose clock stands still is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Before now.
    Overdue(DateTime),
    /// On this day.
    Today(Date),
    /// From the first until before the second.
    Within(DateTime, DateTime),
}

impl Due {
    /// From, until before: as the tables keep times.
    fn span(self) -> (String, String) {
        match self {
            Due::Overdue(now) => (String::new(), now.to_string()),
            Due::Today(day) => (day_start(day), day_after(day)),
            Due::Within(from, until) => (from.to_string(), until.to_string()),
        }
    }
}

fn day_start(day: Date) -> String {
    day.at(0, 0, 0, 0).to_string()
}

/// When the day is over.
fn day_after(day: Date) -> String {
    day_start(day.checked_add(1.day()).unwrap_or(Date::MAX))
}

impl Ledger {
    /// Dossiers that meet every condition, in the filter's order. `after` is [`Page::next`] of the page
    /// before; a page may hold fewer rows than `limit`, even none, and still have a next.
    ///
    /// # Errors
    /// [`crate::LedgerError::NotAllowed`] for roles that see no people.
    pub fn list(
        &self,
        filter: &Filter,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Page<DossierRecord>> {
        require(&self.user.roles, READERS)?;
        let started = Instant::now();
        let limit = limit.clamp(1, LARGEST_PAGE);
        let after = after.map(signed).transpose()?;
        let Some(test) = Test::of(&self.db, filter, after)? else {
            return Ok(Page { items: Vec::new(), next: None });
        };
        let mut candidates = test.candidates(&self.db)?;
        let (mut items, mut next) = (Vec::new(), None);
        for tried in 1.. {
            next = candidates.next(&self.db)?;
            let Some(place) = next else { break };
            if test.passes(&self.db, place)? {
                items.push(dossier_at(&self.db, place)?);
            }
            if items.len() == limit || (tried % BATCH == 0 && started.elapsed() > PATIENCE) {
                break;
            }
        }
        Ok(Page { items, next: next.map(unsigned).transpose()? })
    }
}

/// A filter in the tables' terms.
struct Test {
    statuses: Option<Vec<i64>>,
    slices: Option<Vec<i64>>,
    chosen: HashSet<i64>,
    received: Option<(String, String)>,
    due: Option<(String, String)>,
    number: Option<String>,
    /// Places before this.
    before: i64,
    /// Places from this on.
    from: i64,
    sort: Sort,
    /// The last row of the page before.
    after: Option<i64>,
}

impl Test {
    /// `None` where nothing can pass.
    fn of(db: &Connection, filter: &Filter, after: Option<i64>) -> Result<Option<Test>> {
        let (mut from, mut before) = (0, i64::MAX);
        if let Some((first, last)) = filter.received {
            let Some((first, last)) = places_of_days(db, first, last)? else { return Ok(None) };
            (from, before) = (first, last.saturating_add(1));
        }
        let slices = slices(db, filter)?;
        if slices.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let mut statuses: Vec<i64> = filter.statuses.iter().copied().map(status_key).collect();
        statuses.sort_unstable();
        statuses.dedup();
        Ok(Some(Test {
            statuses: (!statuses.is_empty()).then_some(statuses),
            chosen: slices.iter().flatten().copied().collect(),
            slices,
            received: filter.received.map(|(from, to)| (day_start(from), day_after(to))),
            due: filter.due.map(Due::span),
            number: filter.number.as_ref().map(|number| number.as_str().to_owned()),
            before,
            from,
            sort: filter.sort,
            after,
        }))
    }

    fn passes(&self, db: &Connection, place: i64) -> Result<bool> {
        let within = |span: &Option<(String, String)>, at: Option<&str>| {
            span.as_ref().is_none_or(|(from, until)| {
                at.is_some_and(|at| from.as_str() <= at && at < until.as_str())
            })
        };
        let sql = "SELECT status, slice, received_at, due_at, who FROM dossier WHERE n = ?1";
        let passes = db.prepare_cached(sql)?.query_row([place], |row| {
            let status: i64 = row.get(0)?;
            let slice: i64 = row.get(1)?;
            let text = |i: usize| -> rusqlite::Result<Option<&str>> {
                Ok(row.get_ref(i)?.as_str_or_null()?)
            };
            Ok(self.statuses.as_ref().is_none_or(|wanted| wanted.contains(&status))
                && (self.slices.is_none() || self.chosen.contains(&slice))
                && within(&self.received, text(2)?)
                && within(&self.due, text(3)?)
                && (self.number.is_none() || self.number.as_deref() == text(4)?))
        })?;
        Ok(passes)
    }

    /// Follows the list's order; by reception, the index that promises the fewest.
    fn candidates(&self, db: &Connection) -> Result<Candidates> {
        let Sort { by, way } = self.sort;
        match by {
            SortBy::Due => self.keyed(db, way, "due_at"),
            SortBy::Name => self.keyed(db, way, "name"),
            SortBy::Procedure => self.by_procedure(db, way),
            SortBy::Status => self.by_status(db, way),
            SortBy::Received => self.by_reception(db, way),
        }
    }

    fn keyed(&self, db: &Connection, way: Way, column: &'static str) -> Result<Candidates> {
        let mut candidates = Candidates::new(way, true);
        candidates.add(db, Cursor::keyed(db, column, way, self.after)?)?;
        Ok(candidates)
    }

    fn by_procedure(&self, db: &Connection, way: Way) -> Result<Candidates> {
        let known: Vec<(i64, String, String)> = rows(
            db,
            "SELECT slice.id, slice.procedure, procedure.name FROM slice
             JOIN procedure ON procedure.code = slice.procedure",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let mut groups: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
        for (slice, code, name) in known {
            if self.slices.is_none() || self.chosen.contains(&slice) {
                let group = groups.entry((collate::words(&name), code)).or_default();
                group.push(Value::Integer(slice));
            }
        }
        let of = "SELECT procedure.name, code FROM dossier JOIN slice ON slice.id = slice
            JOIN procedure ON code = procedure WHERE n = ?1";
        let reached = self
            .reached(db, of, |row| Ok((collate::words(row.get_ref(0)?.as_str()?), row.get(1)?)))?;
        self.groups(db, way, OF_SLICE, groups.into_iter().collect(), reached)
    }

    fn by_status(&self, db: &Connection, way: Way) -> Result<Candidates> {
        let all = || Status::ALL.into_iter().map(status_key).collect();
        let mut statuses = self.statuses.clone().unwrap_or_else(all);
        // What was annulled has no code of its own and comes last.
        let rank = |key: i64| (key == 0, key);
        statuses.sort_by_key(|key| rank(*key));
        let of = "SELECT status FROM dossier WHERE n = ?1";
        let reached = self.reached(db, of, |row| Ok(rank(row.get(0)?)))?;
        let group = |key| (rank(key), vec![Value::Integer(key)]);
        self.groups(db, way, OF_STATUS, statuses.into_iter().map(group).collect(), reached)
    }

    /// The group of the last row of the page before.
    fn reached<K>(
        &self,
        db: &Connection,
        sql: &str,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<K>,
    ) -> Result<Option<K>> {
        let Some(after) = self.after else { return Ok(None) };
        Ok(Some(db.prepare_cached(sql)?.query_row([after], read)?))
    }

    /// One group after the other, from the one that was reached, in each the newest first.
    fn groups<K: Ord>(
        &self,
        db: &Connection,
        way: Way,
        sql: &'static str,
        mut groups: Vec<(K, Vec<Value>)>,
        reached: Option<K>,
    ) -> Result<Candidates> {
        if way == Way::Falling {
            groups.reverse();
        }
        let done = |key: &K| match (&reached, way) {
            (None, _) => false,
            (Some(reached), Way::Rising) => key < reached,
            (Some(reached), Way::Falling) => key > reached,
        };
        let mut candidates = Candidates::new(Way::Falling, false);
        for (key, keys) in groups.into_iter().skip_while(|(key, _)| done(key)) {
            let before = match self.after {
                Some(after) if reached.as_ref() == Some(&key) => self.before.min(after),
                _ => self.before,
            };
            let cursor = |key| Cursor::new(sql, key, self.from, before, Way::Falling);
            candidates.later.push_back(keys.into_iter().map(cursor).collect());
        }
        candidates.go_on(db)?;
        Ok(candidates)
    }

    fn by_reception(&self, db: &Connection, way: Way) -> Result<Candidates> {
        if let Some(number) = &self.number {
            return self.follow(db, way, OF_PERSON, [Value::Text(number.clone())]);
        }
        if let Some(few) = self.few_due(db, way)? {
            return Ok(few);
        }
        // Most dossiers end as returned: their index is no shorter way.
        let returned = status_key(Status::Returned);
        let statuses = self.statuses.as_ref().filter(|statuses| !statuses.contains(&returned));
        let slices = self.slices.as_ref().filter(|slices| slices.len() <= MOST_SLICES);
        match (statuses, slices) {
            (Some(statuses), Some(slices)) if !is_few(db, statuses)? => {
                self.follow(db, way, OF_SLICE, slices.iter().copied().map(Value::Integer))
            }
            (Some(statuses), _) => {
                self.follow(db, way, OF_STATUS, statuses.iter().copied().map(Value::Integer))
            }
            (None, Some(slices)) => {
                self.follow(db, way, OF_SLICE, slices.iter().copied().map(Value::Integer))
            }
            (None, None) => self.follow(db, way, OF_ALL, [Value::Null]),
        }
    }

    /// Between which places the rest of a list by reception lies.
    fn rest(&self, way: Way) -> (i64, i64) {
        match (way, self.after) {
            (_, None) => (self.from, self.before),
            (Way::Rising, Some(after)) => (self.from.max(after.saturating_add(1)), self.before),
            (Way::Falling, Some(after)) => (self.from, self.before.min(after)),
        }
    }

    fn follow(
        &self,
        db: &Connection,
        way: Way,
        sql: &'static str,
        keys: impl IntoIterator<Item = Value>,
    ) -> Result<Candidates> {
        let mut candidates = Candidates::new(way, false);
        let (from, before) = self.rest(way);
        for key in keys {
            candidates.add(db, Cursor::new(sql, key, from, before, way))?;
        }
        Ok(candidates)
    }

    /// Those that are due, if they are few.
    fn few_due(&self, db: &Connection, way: Way) -> Result<Option<Candidates>> {
        let Some((from, until)) = &self.due else { return Ok(None) };
        let mut places: Vec<i64> = rows(
            db,
            "SELECT n FROM dossier WHERE due_at >= ?1 AND due_at < ?2 LIMIT ?3",
            params![from, until, page_size(FEW + 1)],
            |row| row.get(0),
        )?;
        if places.len() > FEW {
            return Ok(None);
        }
        let (from, before) = self.rest(way);
        places.retain(|n| (from..before).contains(n));
        places.sort_unstable();
        if way == Way::Falling {
            places.reverse();
        }
        let mut candidates = Candidates::new(way, false);
        candidates.add(db, Cursor::of(places))?;
        Ok(Some(candidates))
    }
}

/// Whether few dossiers are in these statuses.
fn is_few(db: &Connection, statuses: &[i64]) -> Result<bool> {
    let mut count = 0;
    for status in statuses {
        let sql = "SELECT count(*) FROM (
            SELECT 1 FROM dossier WHERE status = ?1 LIMIT ?2)";
        count += db
            .prepare_cached(sql)?
            .query_row(params![status, page_size(FEW + 1)], |row| row.get::<_, i64>(0))?;
    }
    Ok(count <= page_size(FEW))
}

/// The slices that meet the filter; `None` where it does not speak of any.
fn slices(db: &Connection, filter: &Filter) -> Result<Option<Vec<i64>>> {
    let Filter { procedure, field, officer, unit, channel, .. } = filter;
    let channel = channel.map(channel_key);
    if procedure.is_none()
        && field.is_none()
        && officer.is_none()
        && unit.is_none()
        && channel.is_none()
    {
        return Ok(None);
    }
    let found = rows(
        db,
        "SELECT id FROM slice WHERE procedure = coalesce(?1, procedure) AND field = coalesce(?2, field)
            AND officer = coalesce(?3, officer) AND unit = coalesce(?4, unit)
            AND channel = coalesce(?5, channel)",
        params![procedure, field, officer, unit, channel],
        |row| row.get(0),
    )?;
    Ok(Some(found))
}

const OF_SLICE: &str = "SELECT n FROM dossier WHERE slice = ?1";
const OF_STATUS: &str = "SELECT n FROM dossier WHERE status = ?1";
const OF_ALL: &str = "SELECT n FROM dossier WHERE ?1 IS NULL";

/// Places in one index in the order of a list, fetched a few at a time and more each time.
struct Cursor {
    sql: String,
    way: Way,
    /// The column whose order it follows; `None`: that of the places.
    column: Option<&'static str>,
    /// What the rows have in common; by a column: what stands in it in the last row.
    key: Value,
    from: i64,
    before: i64,
    fetch: usize,
    ahead: VecDeque<i64>,
    ended: bool,
}

impl Cursor {
    fn new(rows: &str, key: Value, from: i64, before: i64, way: Way) -> Self {
        let sql = format!("{rows} AND n >= ?2 AND n < ?3 ORDER BY n {} LIMIT ?4", way.sql());
        let ahead = VecDeque::new();
        Self { sql, way, column: None, key, from, before, fetch: 4, ahead, ended: false }
    }

    /// All that have something in a column, in its order, behind the row at place `after`.
    fn keyed(db: &Connection, column: &'static str, way: Way, after: Option<i64>) -> Result<Self> {
        // Keys are times or letters and begin before `~` and beyond nothing.
        let (sign, first) = match way {
            Way::Falling => ("<", ("\u{10ffff}", i64::MAX)),
            Way::Rising => (">", ("", -1)),
        };
        let order = way.sql();
        let sql = format!(
            "SELECT n FROM dossier WHERE {column} IS NOT NULL AND ({column}, n) {sign} (?1, ?2) AND n < ?3
             ORDER BY {column} {order}, n {order} LIMIT ?4"
        );
        let (key, from) = match after {
            Some(after) => (key_at(db, column, after)?, after),
            None => (Value::Text(first.0.into()), first.1),
        };
        let (ahead, before) = (VecDeque::new(), i64::MAX);
        let column = Some(column);
        Ok(Self { sql, way, column, key, from, before, fetch: 4, ahead, ended: false })
    }

    /// Places that were collected and sorted already.
    fn of(places: Vec<i64>) -> Self {
        Self { ahead: places.into(), ended: true, ..Self::new("", Value::Null, 0, 0, Way::Falling) }
    }

    fn next(&mut self, db: &Connection) -> Result<Option<i64>> {
        if self.ahead.is_empty() && !self.ended {
            let fetched: Vec<i64> = rows(
                db,
                &self.sql,
                params![self.key, self.from, self.before, page_size(self.fetch)],
                |row| row.get(0),
            )?;
            self.ended = fetched.len() < self.fetch;
            if let Some(last) = fetched.last() {
                match (self.column, self.way) {
                    (Some(column), _) => {
                        (self.key, self.from) = (key_at(db, column, *last)?, *last);
                    }
                    (None, Way::Falling) => self.before = *last,
                    (None, Way::Rising) => self.from = last.saturating_add(1),
                }
            }
            self.fetch = (self.fetch * 4).min(256);
            self.ahead = fetched.into();
        }
        Ok(self.ahead.pop_front())
    }
}

fn key_at(db: &Connection, column: &str, place: i64) -> Result<Value> {
    let sql = format!("SELECT {column} FROM dossier WHERE n = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([place], |row| row.get(0))?)
}

/// Several cursors merged, then those of the groups that follow. A dossier is in one of them only.
struct Candidates {
    way: Way,
    /// One cursor that has an order of its own: nothing to rank.
    keyed: bool,
    cursors: Vec<Cursor>,
    /// The next place of each cursor that has one, by its rank.
    heads: BinaryHeap<(i64, usize)>,
    later: VecDeque<Vec<Cursor>>,
}

impl Candidates {
    fn new(way: Way, keyed: bool) -> Self {
        let (heads, later) = (BinaryHeap::new(), VecDeque::new());
        Self { way, keyed, cursors: Vec::new(), heads, later }
    }

    /// The greatest comes first: from a place to its rank and back.
    fn rank(&self, place: i64) -> i64 {
        if self.way == Way::Rising && !self.keyed { -place } else { place }
    }

    fn add(&mut self, db: &Connection, mut cursor: Cursor) -> Result<()> {
        if let Some(place) = cursor.next(db)? {
            self.heads.push((self.rank(place), self.cursors.len()));
            self.cursors.push(cursor);
        }
        Ok(())
    }

    /// To the next group that has any.
    fn go_on(&mut self, db: &Connection) -> Result<()> {
        while self.heads.is_empty()
            && let Some(group) = self.later.pop_front()
        {
            self.cursors.clear();
            for cursor in group {
                self.add(db, cursor)?;
            }
        }
        Ok(())
    }

    fn next(&mut self, db: &Connection) -> Result<Option<i64>> {
        let Some((rank, from)) = self.heads.pop() else { return Ok(None) };
        if let Some(cursor) = self.cursors.get_mut(from)
            && let Some(following) = cursor.next(db)?
        {
            self.heads.push((self.rank(following), from));
        }
        self.go_on(db)?;
        Ok(Some(self.rank(rank)))
    }
}

#[cfg(test)]
mod tests;
