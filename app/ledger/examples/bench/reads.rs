//! What screens ask of a full ledger: searches, lists, due lists, figures.

use std::time::Instant;

use jiff::{Span, ToSpan, civil::DateTime};
use ledger::{Dossiers, Due, Filter, Ledger, Scope, Sort, SortBy, Way};
use office::{
    dossier::{Channel, Status},
    evidence::Evidence,
    statistics::{GroupBy, Period},
};

use crate::{
    fill::{COMMON_PROCEDURE, FIELD, RARE_OFFICER, RARE_PROCEDURE, officer, unit},
    fixture::identity,
    percentile, report,
};

/// Rows of a page.
const ROWS: usize = 50;
/// Pages that are turned of each list.
const PAGES: usize = 200;

/// Each filter against its floor: the newest dossiers without any condition.
pub fn lists(ledger: &Ledger, people: u64, now: DateTime) {
    let mut before = None;
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let start = Instant::now();
        let page = ledger.dossiers(&Dossiers::All, before, ROWS).unwrap();
        times.push(start.elapsed());
        before = page.next;
    }
    let floor = percentile(&times, 99.0);
    report("floor: 50 dossiers, no condition", times);
    for (name, filter) in filters(people, now) {
        let (mut times, mut rows, mut short, mut before) = (Vec::new(), 0, 0, None);
        for _ in 0..PAGES {
            let start = Instant::now();
            let page = ledger.list(&filter, before, ROWS).unwrap();
            times.push(start.elapsed());
            rows += page.items.len();
            short += usize::from(page.items.len() < ROWS && page.next.is_some());
            before = page.next;
        }
        let ratio = percentile(&times, 99.0).as_secs_f64() / floor.as_secs_f64();
        report(&format!("list {name} ({rows} rows, {short} short pages, x{ratio:.1})"), times);
    }
    let (soon, later) = (ahead(now, 1.day()), ahead(now, 2.days()));
    for (name, from, until) in
        [("due in a day", soon, later), ("due ever", DateTime::MIN, DateTime::MAX)]
    {
        let times = (0..PAGES)
            .map(|_| {
                let start = Instant::now();
                ledger.due(from, until, ROWS).unwrap();
                start.elapsed()
            })
            .collect();
        report(name, times);
    }
    let yesterday = now.date().yesterday().unwrap();
    let times = (0..PAGES)
        .map(|_| {
            let start = Instant::now();
            let (from, until) = (yesterday.at(0, 0, 0, 0), now.date().at(0, 0, 0, 0));
            ledger.received(from, until, 0, ROWS).unwrap();
            start.elapsed()
        })
        .collect();
    report("tracking book of yesterday", times);
}

fn ahead(at: DateTime, span: Span) -> DateTime {
    at.checked_add(span).unwrap()
}

fn sorted(by: SortBy, filter: Filter) -> Filter {
    Filter { sort: Sort { by, way: Way::Rising }, ..filter }
}

fn filters(people: u64, now: DateTime) -> Vec<(&'static str, Filter)> {
    use Status::{
        NotAccepted, PaymentAsked, Processing, Received, Resolved, Returned, Stopped,
        SupplementAsked, Withdrawn,
    };
    let open = vec![Received, Processing, SupplementAsked, PaymentAsked];
    let long_ago = ahead(now, -(600.days()));
    let month = |from: DateTime| Some((from.date(), ahead(from, 30.days()).date()));
    let filter = Filter::default;
    let rare = || Some(RARE_OFFICER.to_owned());
    vec![
        ("nothing asked", filter()),
        ("by name", sorted(SortBy::Name, filter())),
        ("by procedure", sorted(SortBy::Procedure, filter())),
        ("by status", sorted(SortBy::Status, filter())),
        (
            "overdue by name",
            sorted(SortBy::Name, Filter { due: Some(Due::Overdue(now)), ..filter() }),
        ),
        ("open", Filter { statuses: open.clone(), ..filter() }),
        ("received", Filter { statuses: vec![Received], ..filter() }),
        ("supplement asked", Filter { statuses: vec![SupplementAsked], ..filter() }),
        ("withdrawn or stopped", Filter { statuses: vec![Withdrawn, Stopped], ..filter() }),
        ("returned", Filter { statuses: vec![Returned], ..filter() }),
        ("annulled: none", Filter { statuses: vec![Status::Annulled], ..filter() }),
        ("common procedure", Filter { procedure: Some(COMMON_PROCEDURE.into()), ..filter() }),
        ("rare procedure", Filter { procedure: Some(RARE_PROCEDURE.into()), ..filter() }),
        ("field", Filter { field: Some(FIELD.into()), ..filter() }),
        ("officer", Filter { officer: Some(officer(3)), ..filter() }),
        ("officer who left", Filter { officer: rare(), ..filter() }),
        ("unit", Filter { unit: Some(unit(2)), ..filter() }),
        ("by post", Filter { channel: Some(Channel::Post), ..filter() }),
        ("month long ago", Filter { received: month(long_ago), ..filter() }),
        ("overdue", Filter { due: Some(Due::Overdue(now)), ..filter() }),
        ("due today", Filter { due: Some(Due::Today(now.date())), ..filter() }),
        (
            "due in three days",
            Filter { due: Some(Due::Within(now, ahead(now, 3.days()))), ..filter() },
        ),
        (
            "one person",
            Filter { number: identity(people / 2, Evidence::Typed).person.number, ..filter() },
        ),
        (
            "open of an officer",
            Filter { statuses: open.clone(), officer: Some(officer(3)), ..filter() },
        ),
        (
            "overdue of an officer",
            Filter { due: Some(Due::Overdue(now)), officer: Some(officer(3)), ..filter() },
        ),
        (
            "open of an officer who left: hardly any",
            Filter { statuses: open.clone(), officer: rare(), ..filter() },
        ),
        (
            "withdrawn in a field by post",
            Filter {
                statuses: vec![Withdrawn],
                field: Some(FIELD.into()),
                channel: Some(Channel::Post),
                ..filter()
            },
        ),
        (
            "returned of a unit by post long ago",
            Filter {
                statuses: vec![Returned],
                unit: Some(unit(2)),
                channel: Some(Channel::Post),
                received: month(long_ago),
                ..filter()
            },
        ),
        (
            "resolved or refused at the counter in a field",
            Filter {
                statuses: vec![Resolved, NotAccepted],
                field: Some(FIELD.into()),
                channel: Some(Channel::Counter),
                ..filter()
            },
        ),
        (
            "never together: due by post for an officer who left",
            Filter {
                due: Some(Due::Overdue(now)),
                channel: Some(Channel::Post),
                officer: rare(),
                ..filter()
            },
        ),
        (
            "never together: a unit's officer elsewhere",
            Filter { unit: Some(unit(2)), officer: Some(officer(3)), ..filter() },
        ),
    ]
}

/// A year's report by every group.
pub fn figures(ledger: &Ledger, now: DateTime) {
    let today = now.date();
    let year = Period { from: ahead(now, -(365.days())).date(), to: today };
    let month =
        Period { from: ahead(now, -(400.days())).date(), to: ahead(now, -(370.days())).date() };
    for (span, period) in [("a year", year), ("a month long ago", month)] {
        for by in [
            GroupBy::All,
            GroupBy::Procedure,
            GroupBy::Field,
            GroupBy::Officer,
            GroupBy::Channel,
            GroupBy::Month,
            GroupBy::Day,
        ] {
            let mut rows = 0;
            let times = (0..5)
                .map(|_| {
                    let start = Instant::now();
                    rows = ledger.figures(&period, by, now).unwrap().len();
                    start.elapsed()
                })
                .collect();
            report(&format!("figures of {span} by {by:?} ({rows} rows)"), times);
        }
    }
    for row in ledger.figures(&year, GroupBy::All, now).unwrap() {
        println!("{:?}", row.figures);
    }
}

/// What is typed at the `i`th try.
type Typed = Box<dyn Fn(u64) -> String>;

pub fn searches(ledger: &Ledger, people: u64) {
    let some = move |i: u64| identity(i * 7919 % people, Evidence::ChipSigned).person;
    // Of the oldest dossiers, which the search by words would reach last.
    let oldest = ledger.list(&sorted(SortBy::Received, Filter::default()), None, ROWS).unwrap();
    let codes: Vec<String> =
        oldest.items.iter().filter_map(|record| record.dossier.code()).collect();
    let code = move |i: u64| codes[i as usize % codes.len()].clone();
    let scanned = code.clone();
    let kinds: Vec<(&str, Typed)> = vec![
        ("one letter", Box::new(|i| char::from(b'a' + (i % 26) as u8).to_string())),
        ("nguyen", Box::new(|_| "nguyen".into())),
        ("nguyễn v", Box::new(|_| "nguyễn v".into())),
        ("nguyen van", Box::new(|_| "nguyen van".into())),
        ("nguyen van ", Box::new(|_| "nguyen van ".into())),
        ("nguyen thi thuy", Box::new(|_| "nguyen thi thuy".into())),
        ("a full name", Box::new(move |i| some(i).name)),
        (
            "a name typed so far",
            Box::new(move |i| some(i).name.chars().take(3 + i as usize % 9).collect()),
        ),
        (
            "name and hamlet",
            Box::new(move |i| {
                let p = some(i);
                format!("{} {}", p.name, &p.residence.split(',').next().unwrap_or(""))
            }),
        ),
        ("never together: khai hon", Box::new(|_| "khai hon".into())),
        ("never together: giang ho vo", Box::new(|_| "giang phan vo ".into())),
        ("rare with common: giang a nguyen", Box::new(|_| "giang huu nguyen ".into())),
        ("number", Box::new(move |i| some(i).number.map(|n| n.to_string()).unwrap_or_default())),
        (
            "number, grouped",
            Box::new(move |i| some(i).number.map(|n| n.grouped()).unwrap_or_default()),
        ),
        (
            "number typed so far",
            Box::new(move |i| {
                some(i)
                    .number
                    .map(|n| n.as_str()[..3 + i as usize % 9].to_owned())
                    .unwrap_or_default()
            }),
        ),
        (
            "last six digits",
            Box::new(move |i| {
                some(i).number.map(|n| n.as_str()[6..].to_owned()).unwrap_or_default()
            }),
        ),
        ("serial 0007", Box::new(|_| "0007".into())),
        (
            "code of a day",
            Box::new(|i| format!("H38.99-26{:02}{:02}-00{:02}", 11 + i % 2, 24 + i % 5, i % 100)),
        ),
        ("code", Box::new(code)),
        (
            "code, as a scanner may give it",
            Box::new(move |i| scanned(i).chars().filter(|c| c.is_alphanumeric()).collect()),
        ),
        ("telephone", Box::new(|i| format!("0910{:06}", i * 31 % 500_000))),
        (
            "telephone from abroad",
            Box::new(move |i| {
                let phone = i * 31 % people;
                format!("+84 910 {:03} {:03}", phone / 1_000 % 1_000, phone % 1_000)
            }),
        ),
        ("procedure", Box::new(|_| "thu tuc so 7".into())),
        ("nothing found", Box::new(|i| format!("nguyen xyz{i}"))),
    ];
    for (name, query) in &kinds {
        let mut times = Vec::new();
        let mut rows = 0;
        for i in 0..200 {
            let query = query(i);
            let start = Instant::now();
            rows += ledger.search(&query, Scope::All, None, 50).unwrap().items.len();
            times.push(start.elapsed());
        }
        report(&format!("search {name} ({} rows)", rows / 200), times);
    }
}
