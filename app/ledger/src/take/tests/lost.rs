//! What a machine that was lost had not handed on, and what its backup held.

use super::*;
use crate::findings::FindingKind;

#[test]
fn what_went_with_a_lost_machine_is_waited_for_no_longer() {
    let mut dice = Dice(11);
    let mut seats = office(&mut dice);
    let world = World { clock: 200_000, ..World::default() };
    let keep_of = |seat: &mut Seat, who, content: &[u8]| {
        let now = seat.now(&world);
        seat.write(|writing| writing.record(now, keep(document(who, content)), &[content]))
            .unwrap();
    };
    let now = seats[1].now(&world);
    let read = read_event(1, Evidence::Typed);
    let read = seats[1].write(|writing| writing.record(now, read, &[])).unwrap();
    let who = PersonId(read.envelope.place());
    keep_of(&mut seats[1], who, b"in the backup");
    let backup = copied(&seats[1].db);
    keep_of(&mut seats[1], who, b"never handed on");

    let sent = entries(&seats[1].db);
    let taken = seats[0].take_from(&world, &sent, &[b"in the backup".to_vec()]);
    assert_eq!((taken.held, taken.refused), (1, 0));

    let key = loop {
        let key = DeviceKey::from_seed(&seed_of(&mut dice));
        if seats.iter().all(|seat| seat.device.id.tag() != key.id.tag()) {
            break key;
        }
    };
    let lost = seats.remove(1);
    let back = lost.restored(backup, &mut seats[0], &world, key);
    seats.push(back);
    meet(&mut seats, &world, &mut dice, &mut Came::default());
    for seat in &seats {
        let report = checked(&seat.db);
        assert!(report.clean(), "{:?}", report.findings);
        assert_eq!(report.lost_contents, 1);
        assert_eq!(entries(&seat.db), entries(&seats[0].db));
    }

    // What the backup held is here, or somebody took it away.
    let gone = "DELETE FROM blob WHERE bytes = CAST('in the backup' AS BLOB)";
    assert_eq!(seats[0].db.execute(gone, []).unwrap(), 1);
    let report = checked(&seats[0].db);
    assert_eq!(report.lost_contents, 1);
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert_eq!(report.findings[0].kind, FindingKind::Blob);
}
