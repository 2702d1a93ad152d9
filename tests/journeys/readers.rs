//! Readers and cards that come and go, as a real service tells of them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use journeys::{
    pcscd::{Pcscd, READER, SECOND},
    readers::{Watching, placed, plugged, removed},
};
use virtual_card::{Card, Options, PEOPLE};

fn card(holder: usize) -> Card {
    Card::new(Options { person: PEOPLE[holder], ..Options::default() })
}

#[test]
fn cards_on_several_readers_are_told_apart() {
    let service = Pcscd::start();
    let watching = Watching::of(&service);
    watching.tells(&[plugged(&[READER, SECOND])]);
    let first = service.insert(card(0));
    watching.tells(&[placed(READER)]);
    let second = service.reader().second().insert(card(1));
    watching.tells(&[placed(SECOND)]);
    drop(first);
    watching.tells(&[removed(READER)]);
    drop(second);
    watching.tells(&[removed(SECOND)]);
}

#[test]
fn a_restarted_service_and_a_reader_unplugged_and_back_are_followed() {
    let mut service = Pcscd::start();
    let watching = Watching::of(&service);
    watching.tells(&[plugged(&[READER, SECOND])]);
    let lost = service.insert(card(0));
    watching.tells(&[placed(READER)]);
    service.stop();
    watching.tells(&["ServiceLost".into()]);
    drop(lost);
    service.start_again(false);
    watching.tells(&[plugged(&[])]);
    service.stop();
    watching.tells(&["ServiceLost".into()]);
    service.start_again(true);
    watching.tells(&[plugged(&[READER, SECOND])]);
    let _back = service.insert(card(0));
    watching.tells(&[placed(READER)]);
}
