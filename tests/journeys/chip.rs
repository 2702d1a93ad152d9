//! Cards and readers that come and go under the open window.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use journeys::{
    pcscd::{Pcscd, READER, SECOND},
    readers::{Watching, placed, plugged, removed},
    wait_until,
    window::{Window, assert_clean, demo},
};
use virtual_card::{Access, Card, Cipher, Curve, Fault, Options, PEOPLE, Pace};

/// How long a reading may take to begin.
const PATIENCE: Duration = Duration::from_secs(20);

/// A card that its CAN opens.
fn card(holder: usize) -> Options {
    let access = Access::Pace(Pace { curve: Curve::Brainpool256, cipher: Cipher::Aes256 });
    Options { person: PEOPLE[holder], access, ..Options::default() }
}

/// The CAN names nobody: only a chip that was read opens the person.
fn give_key(window: &Window, holder: usize) {
    window.screen.write(PEOPLE[holder].can());
    window.screen.press(&["Return"]);
}

/// Pulled in the middle, the window says so; placed again, the card is read without another key.
#[test]
fn a_card_that_was_lost_is_read_when_it_is_placed_again() {
    let data = demo();
    let service = Pcscd::start();
    let mut window = Window::open(data.path(), Some(&service));
    window.log_in();
    let watching = Watching::of(&service);
    watching.tells(&[plugged(&[READER, SECOND])]);
    let pulled = Options { fault: Some(Fault::Pulled), pulled_after: 20, ..card(0) };
    let lost = service.insert(Card::new(pulled));
    // A card that comes and goes between two looks of the service is no event: it is seen first, and
    // its reading, which loses it, begins with the key.
    watching.tells(&[placed(READER)]);
    give_key(&window, 0);
    wait_until(PATIENCE, "the card to be lost", || (!lost.card().present()).then_some(()));
    window.wait_until_still("chip-lost");
    assert!(window.screen.title().contains("Trang chính"));
    lost.remove();
    watching.tells(&[removed(READER)]);
    let _card = service.insert(Card::new(card(0)));
    window.screen.wait_for_title("Công dân");
    window.picture("chip-placed-again");
    window.kill();
    assert_clean(data.path());
}

/// Cards on two readers: the clerk sees which is read and chooses the other.
#[test]
fn of_two_readers_the_clerk_chooses() {
    let data = demo();
    let service = Pcscd::start();
    let window = Window::open(data.path(), Some(&service));
    window.log_in();
    let watching = Watching::of(&service);
    watching.tells(&[plugged(&[READER, SECOND])]);
    let first = service.insert(Card::new(card(0)));
    watching.tells(&[placed(READER)]);
    let second = service.reader().second().insert(Card::new(card(1)));
    watching.tells(&[placed(SECOND)]);
    window.wait_until_still("chip-two-readers");
    // The first card's key does not open the second one.
    give_key(&window, 0);
    wait_until(PATIENCE, "a refused key", || (second.card().log().wrong_keys == 1).then_some(()));
    assert_eq!(first.card().log().commands, 0);
    window.wait_until_still("chip-other-reader");
    assert!(window.screen.title().contains("Trang chính"));
    window.screen.press(&["F8"]);
    give_key(&window, 0);
    window.screen.wait_for_title("Công dân");
    window.picture("chip-chosen-reader");
}

/// The service ends and comes back while the window is open.
#[test]
fn a_service_that_comes_back_is_used_again() {
    let data = demo();
    let mut service = Pcscd::start();
    let window = Window::open(data.path(), Some(&service));
    window.log_in();
    service.stop();
    window.wait_until_still("chip-no-service");
    service.start_again(true);
    give_key(&window, 0);
    let _card = service.insert(Card::new(card(0)));
    window.screen.wait_for_title("Công dân");
    window.picture("chip-service-back");
}
