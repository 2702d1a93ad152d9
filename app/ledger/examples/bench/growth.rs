//! What grows with a ledger: the exchange with another machine, the rebuild of the read models, the check.

use std::{
    ops::ControlFlow,
    path::Path,
    time::{Duration, Instant},
};

use ledger::{Joining, Ledger, SeatRequest};
use office::entry::Event;

use crate::fixture::{
    PASSWORD, at, chi, found, receive, reception,
    rooms::{step, transfer},
};

/// As long as the window's slices.
const SLICE: Duration = Duration::from_millis(6);

/// Entries go from one machine of an office to another by a folder.
pub fn exchange(data: &Path, entries: u64) {
    let (mut first, _) = found(&data.join("first"));
    let (stick, copy, seat) = (data.join("stick"), data.join("copy"), data.join("second"));
    let request = SeatRequest::make(&seat, "Quầy 2").unwrap();
    first.admit_seat(&request, &copy, at(0)).unwrap();
    let joining = Joining { user: &chi(), password: PASSWORD, at: at(1) };
    let go_on = |_| ControlFlow::Continue(());
    let mut second = Ledger::join_office(&copy, &seat, &joining, &go_on).unwrap();
    for batch in 0..entries.div_ceil(1_000) {
        first
            .transact(|writing| {
                for i in batch * 1_000..entries.min((batch + 1) * 1_000) {
                    let now = at(10 + i as i64);
                    writing.append(now, receive(reception(i, now)))?;
                }
                Ok(())
            })
            .unwrap();
    }
    std::fs::create_dir(&stick).unwrap();
    let start = Instant::now();
    let sent = first.export_entries(&stick, &|_| Ok(())).unwrap();
    let out = start.elapsed();
    let now = at(20 + entries as i64);
    let received = second.import_entries(&stick, now, &|_| Ok(())).unwrap();
    let all = start.elapsed();
    assert!(received.entries.taken >= entries);
    println!(
        "exchange of {} entries: {all:.1?}, of it written in {out:.1?}, taken in {:.1?}",
        sent.entries,
        all - out
    );
}

/// The rebuild of all read models, with receptions while it goes on, and the whole check.
pub fn upkeep(ledger: &mut Ledger, mut clock: i64) {
    let entries = ledger.head().entries as f64;
    let rate = |took: Duration| entries / took.as_secs_f64();
    let start = Instant::now();
    ledger::bench::rebuild(ledger).unwrap();
    let tables = start.elapsed();
    println!("rebuild of the tables: {tables:.1?}, {:.0} entries/s", rate(tables));
    // What the window does: a slice, and now and then a clerk receives a dossier.
    let (mut receiving, mut received) = (Duration::ZERO, Vec::new());
    let start = Instant::now();
    for slice in 0_u64.. {
        let begun = Instant::now();
        let left = ledger.tend(SLICE).unwrap();
        if slice.is_multiple_of(20) {
            let slice_and_reception = Instant::now();
            clock += 60;
            ledger.append(at(clock), receive(reception(9_500_000 + slice, at(clock)))).unwrap();
            receiving += slice_and_reception.elapsed();
            received.push(begun.elapsed());
        }
        if left.is_none() {
            break;
        }
    }
    let models = start.elapsed() - receiving;
    println!("rebuild of figures and search: {models:.1?}, {:.0} entries/s", rate(models));
    println!("rebuild of all read models: {:.0} entries/s", rate(tables + models));
    crate::report("reception during the rebuild, with the slice before it", received);
    let start = Instant::now();
    let report = ledger.check_marking(at(clock), &|_| ()).unwrap();
    assert!(report.clean(), "{:?}", report.findings);
    let checked = start.elapsed();
    println!("whole check: {checked:.1?}, {:.0} entries/s", entries / checked.as_secs_f64());
    // A busy day's work.
    for i in 0..500 {
        clock += 60;
        let now = at(clock);
        let entry = ledger.append(now, receive(reception(9_900_000 + i, now))).unwrap();
        let Event::DossierReceived { dossier } = entry.what else { continue };
        ledger.record(now, step(&dossier.id, 0, now, transfer("Hà")), &[]).unwrap();
    }
    let start = Instant::now();
    let report = ledger.check_daily(at(clock), &|_| ()).unwrap();
    let new = report.entries - report.since.unwrap().entries;
    println!("daily check with {new} new entries of {}: {:.3?}", report.entries, start.elapsed());
}

/// The most memory that the process held so far, in MB; Linux tells it.
pub fn memory(when: &str) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    println!("most memory until {when}: {} MB", kilobytes.unwrap_or_default() / 1_000);
}
