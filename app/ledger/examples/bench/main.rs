//! Measures what the ledger promises: a durable append costs at most twice a bare durable INSERT into
//! the same kind of file; over a million dossiers a page of a search or of a list comes within one frame
//! (16 ms), and a year's figures within a second.
//!
//! `cargo run --release -p ledger --example bench [DOSSIERS] [APPENDS] [EXCHANGED]` (1,000,000, 2,000 and
//! 100,000); with 0 dossiers no full ledger, with 0 exchanged entries no exchange.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fill;
#[path = "../../tests/fixture/mod.rs"]
mod fixture;
mod growth;
mod reads;

use std::time::{Duration, Instant};

use fixture::{
    at, found, receive, reception,
    rooms::{local, step, transfer},
};
use office::entry::Event;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|a| a.parse::<u64>().expect("a number"));
    let dossiers = arguments.next().unwrap_or(1_000_000);
    let appends = arguments.next().unwrap_or(2_000);
    let folder = tempfile::tempdir_in("target").unwrap();
    appends_against_inserts(&folder.path().join("append"), appends);
    let exchanged = arguments.next().unwrap_or(100_000);
    if exchanged > 0 {
        growth::exchange(&folder.path().join("exchange"), exchanged);
    }
    if dossiers == 0 {
        return;
    }
    let mut ledger = fill::fill(&folder.path().join("full"), dossiers);
    // The clock stands where the filling ended, and goes on from there.
    let mut clock = (dossiers as i64 + 10_000) * fill::SPACING;
    let now = local(at(dossiers as i64 * fill::SPACING));
    reads::lists(&ledger, dossiers, now);
    reads::figures(&ledger, now);
    reads::searches(&ledger, dossiers);
    let (mut received, mut moved) = (Vec::new(), Vec::new());
    for i in 0..500 {
        clock += 60;
        let now = at(clock);
        let start = Instant::now();
        let entry = ledger.append(now, receive(reception(9_000_000 + i, now))).unwrap();
        received.push(start.elapsed());
        let Event::DossierReceived { dossier } = entry.what else { continue };
        let start = Instant::now();
        ledger.record(now, step(&dossier.id, 0, now, transfer(&fill::officer(i))), &[]).unwrap();
        moved.push(start.elapsed());
    }
    report("reception into the full ledger", received);
    report("step into the full ledger", moved);
    growth::memory("here, at work with the full ledger");
    growth::upkeep(&mut ledger, clock);
    growth::memory("the check");
    for (table, bytes) in ledger::bench::sizes(&ledger).unwrap() {
        if bytes < 1_000_000 {
            break;
        }
        println!("{table}: {:.1} MB", bytes as f64 / 1e6);
    }
}

/// Appends and bare inserts take turns, so that a slow moment of the disk falls on both.
fn appends_against_inserts(data: &std::path::Path, count: u64) {
    let (mut ledger, _) = found(data);
    let entry = ledger.append(at(0), receive(reception(0, at(0)))).unwrap();
    let envelope = serde_json::to_vec(&entry.envelope).unwrap();
    let row = vec![b'x'; envelope.len() + entry.what.canonical().unwrap().len() + 64];
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
