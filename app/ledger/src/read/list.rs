//! Lists of dossiers by any combination of conditions, in the order of reception or of deadlines.
//!
//! A list in the order of reception follows the index that promises the fewest dossiers and tries each of them against all
//! conditions. When its time is up before its page is full, the page is short and [`Page::next`] goes on:
//! a rare combination makes many short pages, never a slow one. A list in the order of deadlines follows
//! theirs.

use std::{
    collections::{BinaryHeap, HashSet, VecDeque},
    time::{Duration, Instant},
};

use jiff::{
    ToSpan,
    civil::{Date, DateTime},
};
use office::{
    dossier::{Channel, Status},
    person::PersonalNumber,
};
use rusqlite::{Connection, params, types::Value};

use super::{
    Page,
    dossiers::{DossierRecord, dossier_at, places_of_days},
    page_size, rows,
};
use crate::{
    Ledger, Result,
    project::course::{channel_key, status_key},
    roles::{READERS, require},
    search::LARGEST_PAGE,
    store::{signed, unsigned},
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The last received first.
    #[default]
    Newest,
    /// The first received first.
    Oldest,
    /// The most pressing deadline first; dossiers that are not due are left out.
    DueFirst,
    /// The same, the most distant deadline first.
    DueLast,
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
        let (mut before, mut from) = match (filter.sort, after) {
            (Sort::Newest, Some(after)) => (after, 0),
            (Sort::Oldest, Some(after)) => (i64::MAX, after.saturating_add(1)),
            (Sort::DueFirst | Sort::DueLast, _) | (_, None) => (i64::MAX, 0),
        };
        if let Some((first, last)) = filter.received {
            let Some((first, last)) = places_of_days(db, first, last)? else { return Ok(None) };
            (before, from) = (before.min(last.saturating_add(1)), from.max(first));
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

    /// Follows the index that promises the fewest.
    fn candidates(&self, db: &Connection) -> Result<Candidates> {
        if matches!(self.sort, Sort::DueFirst | Sort::DueLast) {
            let mut candidates = Candidates::new(self.sort);
            candidates.add(db, Cursor::by_due(db, self.sort, self.after)?)?;
            return Ok(candidates);
        }
        if let Some(number) = &self.number {
            return self.follow(db, OF_NUMBER, [Value::Text(number.clone())]);
        }
        if let Some(few) = self.few_due(db)? {
            return Ok(few);
        }
        // Most dossiers end as returned; the index of statuses leaves them out.
        let returned = status_key(Status::Returned);
        let statuses = self.statuses.as_ref().filter(|statuses| !statuses.contains(&returned));
        let slices = self.slices.as_ref().filter(|slices| slices.len() <= MOST_SLICES);
        match (statuses, slices) {
            (Some(statuses), Some(slices)) if !is_few(db, statuses)? => {
                self.follow(db, OF_SLICE, slices.iter().copied().map(Value::Integer))
            }
            (Some(statuses), _) => {
                self.follow(db, OF_STATUS, statuses.iter().copied().map(Value::Integer))
            }
            (None, Some(slices)) => {
                self.follow(db, OF_SLICE, slices.iter().copied().map(Value::Integer))
            }
            (None, None) => self.follow(db, OF_ALL, [Value::Null]),
        }
    }

    fn follow(
        &self,
        db: &Connection,
        sql: &'static str,
        keys: impl IntoIterator<Item = Value>,
    ) -> Result<Candidates> {
        let mut candidates = Candidates::new(self.sort);
        for key in keys {
            candidates.add(db, Cursor::new(sql, key, self.from, self.before, self.sort))?;
        }
        Ok(candidates)
    }

    /// Those that are due, if they are few.
    fn few_due(&self, db: &Connection) -> Result<Option<Candidates>> {
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
        places.retain(|n| (self.from..self.before).contains(n));
        places.sort_unstable();
        if self.sort == Sort::Newest {
            places.reverse();
        }
        let mut candidates = Candidates::new(self.sort);
        candidates.add(db, Cursor::of(places))?;
        Ok(Some(candidates))
    }
}

/// Whether few dossiers are in these statuses.
fn is_few(db: &Connection, statuses: &[i64]) -> Result<bool> {
    let mut count = 0;
    for status in statuses {
        let sql = "SELECT count(*) FROM (
            SELECT 1 FROM dossier WHERE status = ?1 AND status <> 10 LIMIT ?2)";
        count += db
            .prepare_cached(sql)?
            .query_row(params![status, page_size(FEW + 1)], |row| row.get::<_, i64>(0))?;
    }
    Ok(count <= page_size(FEW))
}

/// The slices that meet the filter and hold dossiers; `None` where it does not speak of any.
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
        "SELECT id FROM slice WHERE dossiers > 0
            AND procedure = coalesce(?1, procedure) AND field = coalesce(?2, field)
            AND officer = coalesce(?3, officer) AND unit = coalesce(?4, unit)
            AND channel = coalesce(?5, channel)",
        params![procedure, field, officer, unit, channel],
        |row| row.get(0),
    )?;
    Ok(Some(found))
}

const OF_NUMBER: &str = "SELECT n FROM dossier WHERE who = ?1";
const OF_SLICE: &str = "SELECT n FROM dossier WHERE slice = ?1";
const OF_STATUS: &str = "SELECT n FROM dossier WHERE status = ?1 AND status <> 10";
const OF_ALL: &str = "SELECT n FROM dossier WHERE ?1 IS NULL";

/// Places in one index in the order of a list, fetched a few at a time and more each time.
struct Cursor {
    sql: String,
    sort: Sort,
    /// What the rows have in common; by deadlines: that of the last row.
    key: Value,
    from: i64,
    before: i64,
    fetch: usize,
    ahead: VecDeque<i64>,
    ended: bool,
}

impl Cursor {
    fn new(rows: &str, key: Value, from: i64, before: i64, sort: Sort) -> Self {
        let order = if sort == Sort::Oldest { "ASC" } else { "DESC" };
        let sql = format!("{rows} AND n >= ?2 AND n < ?3 ORDER BY n {order} LIMIT ?4");
        Self { sql, sort, key, from, before, fetch: 4, ahead: VecDeque::new(), ended: false }
    }

    /// All that are due, behind the row at place `after`.
    fn by_due(db: &Connection, sort: Sort, after: Option<i64>) -> Result<Self> {
        let (sign, order, first) = match sort {
            Sort::DueLast => ("<", "DESC", ("~", i64::MAX)),
            Sort::Newest | Sort::Oldest | Sort::DueFirst => (">", "ASC", ("", 0)),
        };
        let sql = format!(
            "SELECT n FROM dossier WHERE due_at IS NOT NULL AND (due_at, n) {sign} (?1, ?2) AND n < ?3
             ORDER BY due_at {order}, n {order} LIMIT ?4"
        );
        let (key, from) = match after {
            Some(after) => (due_at(db, after)?, after),
            None => (Value::Text(first.0.into()), first.1),
        };
        let (ahead, before) = (VecDeque::new(), i64::MAX);
        Ok(Self { sql, sort, key, from, before, fetch: 4, ahead, ended: false })
    }

    /// Places that were collected and sorted already.
    fn of(places: Vec<i64>) -> Self {
        Self {
            sql: String::new(),
            sort: Sort::Newest,
            key: Value::Null,
            from: 0,
            before: 0,
            fetch: 0,
            ahead: places.into(),
            ended: true,
        }
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
                match self.sort {
                    Sort::Newest => self.before = *last,
                    Sort::Oldest => self.from = last.saturating_add(1),
                    Sort::DueFirst | Sort::DueLast => {
                        (self.key, self.from) = (due_at(db, *last)?, *last);
                    }
                }
            }
            self.fetch = (self.fetch * 4).min(256);
            self.ahead = fetched.into();
        }
        Ok(self.ahead.pop_front())
    }
}

fn due_at(db: &Connection, place: i64) -> Result<Value> {
    let sql = "SELECT due_at FROM dossier WHERE n = ?1";
    Ok(db.prepare_cached(sql)?.query_row([place], |row| row.get(0))?)
}

/// Several cursors merged. A dossier is in one of them only; by deadlines there is one cursor.
struct Candidates {
    sort: Sort,
    cursors: Vec<Cursor>,
    /// The next place of each cursor that has one, by its rank.
    heads: BinaryHeap<(i64, usize)>,
}

impl Candidates {
    fn new(sort: Sort) -> Self {
        Self { sort, cursors: Vec::new(), heads: BinaryHeap::new() }
    }

    /// The greatest comes first: from a place to its rank and back.
    fn rank(&self, place: i64) -> i64 {
        if self.sort == Sort::Oldest { -place } else { place }
    }

    fn add(&mut self, db: &Connection, mut cursor: Cursor) -> Result<()> {
        if let Some(place) = cursor.next(db)? {
            self.heads.push((self.rank(place), self.cursors.len()));
            self.cursors.push(cursor);
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
        Ok(Some(self.rank(rank)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{
        at, found, identity,
        life::{Life, OFFICERS, act},
        rooms::local,
    };

    /// The conditions, one dossier after the other.
    fn meets(filter: &Filter, record: &DossierRecord) -> bool {
        let (dossier, course) = (&record.dossier, &record.course);
        let due = office::statistics::due_at(course).filter(|_| record.annulled.is_none());
        (filter.statuses.is_empty() || filter.statuses.contains(&record.status()))
            && filter.procedure.as_ref().is_none_or(|code| *code == dossier.procedure.code)
            && filter.field.as_ref().is_none_or(|field| *field == dossier.procedure.field)
            && filter.officer.as_ref().is_none_or(|officer| *officer == course.officer)
            && filter.unit.as_ref().is_none_or(|unit| *unit == course.unit)
            && filter.channel.is_none_or(|channel| channel == dossier.channel)
            && filter
                .received
                .is_none_or(|(from, to)| (from..=to).contains(&dossier.received_at.date()))
            && filter.due.is_none_or(|wanted| {
                due.is_some_and(|due| match wanted {
                    Due::Overdue(now) => due < now,
                    Due::Today(day) => due.date() == day,
                    Due::Within(from, until) => from <= due && due < until,
                })
            })
            && filter
                .number
                .as_ref()
                .is_none_or(|number| dossier.applicant.person.number.as_ref() == Some(number))
    }

    prop_compose! {
        fn filter()(
            statuses in prop::sample::subsequence(Status::ALL.to_vec(), 0..10),
            any in prop::bool::ANY,
            procedure in prop::option::weighted(0.2, 0..2_usize),
            field in prop::option::weighted(0.2, 0..2_usize),
            officer in prop::option::weighted(0.3, 0..4_usize),
            unit in prop::option::weighted(0.2, prop::bool::ANY),
            channel in prop::option::weighted(0.2, 0..3_usize),
            received in prop::option::weighted(0.3, (0..40_i64, 0..20_i64)),
            due in prop::option::weighted(0.3, (0..40_i64, 0..3_u8)),
            number in prop::option::weighted(0.1, 0..9_u64),
            sort in prop::sample::select(vec![Sort::Newest, Sort::Oldest, Sort::DueFirst, Sort::DueLast]),
        ) -> Filter {
            let day = |days: i64| local(at(0)).date().checked_add(days.days()).unwrap();
            Filter {
                statuses: if any { Vec::new() } else { statuses },
                procedure: procedure.map(|i| ["1.001193", "2.000815"][i].into()),
                field: field.map(|i| ["Hộ tịch", "Chứng thực"][i].into()),
                officer: officer.map(|i| OFFICERS.get(i).copied().unwrap_or("Không ai").into()),
                unit: unit.map(|away| if away { "Phòng Văn hóa – Xã hội".into() } else { String::new() }),
                channel: channel.map(|i| [Channel::Counter, Channel::Online, Channel::Post][i]),
                received: received.map(|(from, days)| (day(from), day(from + days))),
                due: due.map(|(days, what)| match what {
                    0 => Due::Overdue(day(days).at(12, 0, 0, 0)),
                    1 => Due::Today(day(days)),
                    _ => Due::Within(day(days).at(8, 0, 0, 0), day(days + 3).at(8, 0, 0, 0)),
                }),
                sort,
                number: number.and_then(|i| identity(i, office::evidence::Evidence::Typed).person.number),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        /// Without patience, with short fetches: pages are short and lead through all that meet the
        /// filter, in its order, whichever index is followed.
        #[test]
        fn pages_lead_through_all_that_meet_the_filter(
            acts in prop::collection::vec(act(), 20..160),
            filters in prop::collection::vec(filter(), 24),
            limit in 1..7_usize,
        ) {
            let data = tempfile::tempdir().unwrap();
            let (mut ledger, _) = found(data.path());
            Life::default().live(&mut ledger, &acts);
            let all = ledger.dossiers(&crate::Dossiers::All, None, 500).unwrap().items;
            for filter in filters {
                let mut expected: Vec<&DossierRecord> =
                    all.iter().filter(|record| meets(&filter, record)).collect();
                let due = |record: &DossierRecord| {
                    office::statistics::due_at(&record.course).filter(|_| record.annulled.is_none())
                };
                match filter.sort {
                    Sort::Newest => {}
                    Sort::Oldest => expected.reverse(),
                    Sort::DueFirst | Sort::DueLast => {
                        expected.retain(|record| due(record).is_some());
                        expected.sort_by_key(|record| (due(record), record.place));
                        if filter.sort == Sort::DueLast {
                            expected.reverse();
                        }
                    }
                }
                let expected: Vec<u64> = expected.iter().map(|record| record.place).collect();
                let (mut listed, mut before) = (Vec::new(), None);
                loop {
                    let page = ledger.list(&filter, before, limit).unwrap();
                    prop_assert!(page.items.len() <= limit);
                    listed.extend(page.items.iter().map(|record| record.place));
                    before = page.next;
                    if before.is_none() {
                        break;
                    }
                }
                prop_assert_eq!(listed, expected, "{:?}", filter);
            }
        }
    }
}
