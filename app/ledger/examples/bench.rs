//! Measures what the ledger promises: a durable append costs at most twice a bare durable INSERT into
//! the same kind of file, and a search over a million entries answers within one frame.
//!
//! `cargo run --release -p ledger --example bench [ENTRIES] [APPENDS]` (1,000,000 and 2,000).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::time::{Duration, Instant};

use fixture::{at, found, identity, read_event, receive, reception};
use ledger::{Ledger, Scope};
use office::evidence::Evidence;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>().expect("a number"));
    let entries = arguments.next().unwrap_or(1_000_000);
    let appends = arguments.next().unwrap_or(2_000);
    let folder = tempfile::tempdir_in(std::env::current_dir().unwrap()).unwrap();
    appends_against_inserts(&folder.path().join("append"), appends);
    let mut ledger = fill(&folder.path().join("search"), entries);
    searches(&ledger);
    let mut times = Vec::new();
    for i in 0..500 {
        // A minute after each entry, as the filling went: a clock that went back would be refused.
        let now = at((entries as i64 + i) * 60);
        let start = Instant::now();
        ledger.append(now, receive(reception(9_000_000 + i as u64, now))).unwrap();
        times.push(start.elapsed());
    }
    report("append into the full ledger", times);
}

/// Appends and bare inserts take turns, so that a slow moment of the disk falls on both.
fn appends_against_inserts(data: &std::path::Path, count: u64) {
    let (mut ledger, _) = found(data);
    let entry = ledger.append(at(0), receive(reception(0, at(0)))).unwrap();
    let row = vec![b'x'; entry.canonical().unwrap().len() + 64 + 32];
    let bare = ledger::bench::BareFile::create(&data.join("bare.db")).unwrap();
    let (mut appended, mut inserted) = (Vec::new(), Vec::new());
    for i in 1..=count {
        let reception = reception(i, at(i as i64));
        let start = Instant::now();
        ledger.append(at(i as i64), receive(reception)).unwrap();
        appended.push(start.elapsed());
        let start = Instant::now();
        bare.insert(&row).unwrap();
        inserted.push(start.elapsed());
    }
    let mean =
        |times: &[Duration]| times.iter().sum::<Duration>().as_secs_f64() / times.len() as f64;
    let ratio = mean(&appended) / mean(&inserted);
    let half = |times: &[Duration]| percentile(times, 50.0).as_secs_f64();
    let middle = half(&appended) / half(&inserted);
    report("append, durable", appended);
    report("bare INSERT, durable", inserted);
    println!("append / INSERT: mean {ratio:.2}, p50 {middle:.2}");
}

/// Every person is read and hands in a dossier, as at a counter.
fn fill(data: &std::path::Path, entries: u64) -> Ledger {
    let (mut ledger, _) = found(data);
    let start = Instant::now();
    let mut i = 0;
    while ledger.head().entries < entries {
        ledger
            .transact(|writing| {
                for _ in 0..5_000 {
                    let now = at(i as i64 * 60);
                    writing.record(now, read_event(i, Evidence::ChipSigned), &[])?;
                    writing.append(now, receive(reception(i, now)))?;
                    i += 1;
                }
                Ok(())
            })
            .unwrap();
    }
    let bytes = std::fs::metadata(data.join("office/ledger.db")).unwrap().len();
    println!(
        "{} entries in {:.0?}, {} MB",
        ledger.head().entries,
        start.elapsed(),
        bytes / 1_000_000
    );
    ledger
}

/// What is typed at the `i`th try.
type Typed = Box<dyn Fn(u64) -> String>;

fn searches(ledger: &Ledger) {
    let people = ledger.head().entries / 2;
    let some = move |i: u64| identity(i * 7919 % people, Evidence::ChipSigned).person;
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
        ("telephone", Box::new(|i| format!("0910{:06}", i * 31 % 500_000))),
        ("procedure", Box::new(|_| "dang ky khai sinh".into())),
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

fn report(name: &str, times: Vec<Duration>) {
    let mean = times.iter().sum::<Duration>() / times.len() as u32;
    println!(
        "{name}: p50 {:.3?} p99 {:.3?} mean {mean:.3?} n {}",
        percentile(&times, 50.0),
        percentile(&times, 99.0),
        times.len()
    );
}

fn percentile(times: &[Duration], percent: f64) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[((sorted.len() - 1) as f64 * percent / 100.0).round() as usize]
}
