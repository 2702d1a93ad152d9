//! Volumes of books: opened with a year's first number or by hand, closed with their last number, sealed.
#![allow(clippy::unwrap_used, clippy::panic)]

mod fixture;

use fixture::{append_dossier, assert_clean, at, chi, found, open};
use ledger::{EventKind, Ledger, VolumeRecord, Way, content_hash};
use office::{
    Explain,
    book::{BookId, VolumeId},
    entry::{Entry, Event},
};
use tempfile::tempdir;

const DAY: i64 = 86_400;
const TRACKING: BookId = BookId::TRACKING;

fn tracking(entry: &Entry) -> u32 {
    let Event::DossierReceived { dossier } = &entry.what else { panic!() };
    dossier.tracking.issued().unwrap().value
}

/// Year, volume, the number before its first, its last one, how many where it is closed.
fn standing(ledger: &Ledger) -> Vec<(i16, u16, u32, u32, Option<u32>)> {
    let of = |volume: VolumeRecord| {
        assert_eq!(volume.id.book, TRACKING);
        let count = volume.closed.map(|closed| closed.count);
        (volume.id.year, volume.id.volume, volume.after, volume.last, count)
    };
    ledger.volumes().unwrap().into_iter().map(of).collect()
}

#[test]
fn numbers_go_on_from_volume_to_volume_and_begin_anew_with_the_year() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    assert_eq!(standing(&ledger), []);
    for n in 1..=3 {
        assert_eq!(tracking(&append_dossier(&mut ledger, n, at(n as i64))), n as u32);
    }
    assert_eq!(standing(&ledger), [(2026, 1, 0, 3, None)]);
    let code = |done: ledger::Result<()>| done.unwrap_err().code();
    assert_eq!(code(ledger.open_volume(at(4), TRACKING, 2026)), "LED-84", "one is open");
    assert_eq!(code(ledger.close_volume(at(4), BookId::NOTICE, 2026)), "LED-82");
    assert_eq!(code(ledger.close_volume(at(4), TRACKING, 2027)), "LED-83", "none was opened");

    ledger.close_volume(at(5), TRACKING, 2026).unwrap();
    assert_eq!(standing(&ledger), [(2026, 1, 0, 3, Some(3))]);
    assert_eq!(code(ledger.close_volume(at(6), TRACKING, 2026)), "LED-83");
    let before = ledger.head().clone();
    let refused = ledger.append(at(6), fixture::receive(fixture::reception(4, at(6))));
    assert_eq!(refused.unwrap_err().code(), "LED-83");
    assert_eq!(ledger.head(), &before, "nothing was written");

    ledger.open_volume(at(7), TRACKING, 2026).unwrap();
    assert_eq!(tracking(&append_dossier(&mut ledger, 4, at(8))), 4);
    assert_eq!(standing(&ledger), [(2026, 2, 3, 4, None), (2026, 1, 0, 3, Some(3))]);
    // The year's first number opens its first volume.
    let later = 40 * DAY;
    ledger.accept_clock(at(later)).unwrap();
    assert_eq!(tracking(&append_dossier(&mut ledger, 5, at(later))), 1);
    ledger.close_volume(at(later), TRACKING, 2026).unwrap();
    let all = [(2027, 1, 0, 1, None), (2026, 2, 3, 4, Some(1)), (2026, 1, 0, 3, Some(3))];
    assert_eq!(standing(&ledger), all);
    assert_clean(&ledger);
    drop(ledger);
    let ledger = open(data.path());
    assert_eq!(standing(&ledger), all);
    assert_clean(&ledger);
}

#[test]
fn the_entry_that_closes_a_volume_seals_it() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    append_dossier(&mut ledger, 1, at(1));
    // Numbers left out on paper are none of the volume's.
    ledger.continue_after(at(2), TRACKING, 9, false).unwrap();
    append_dossier(&mut ledger, 2, at(3));
    ledger.close_volume(at(4), TRACKING, 2026).unwrap();
    let log = ledger.log(&[EventKind::VolumeClosed], Way::Falling, None, 1).unwrap();
    let entry = log.items[0].entry.clone().unwrap();
    let id = VolumeId { book: TRACKING, year: 2026, volume: 1 };
    let day = ledger::local_day(at(4));
    assert_eq!(entry.what, Event::VolumeClosed { id, last: 10, count: 2, day, epoch: 2 });
    let closed = ledger.volumes().unwrap().remove(0).closed.unwrap();
    assert_eq!(closed.seal, content_hash(&serde_json::to_vec(&entry.envelope).unwrap()));
    assert_eq!((closed.by, closed.day, closed.count), (chi(), day, 2));
    assert_clean(&ledger);
}
