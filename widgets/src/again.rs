//! Keys that are pressed again, or held down, when their act is already done.
//!
//! A hand that presses F2 or Enter twice means it once. The first press may have opened another screen or a
//! dialog, in which the same key does something else: the second would confirm what nobody has read. So for
//! a moment a key that changed what is open ([`crate::swallowed::Net::place`]) is not taken again, and a key
//! that is held down acts once.
//!
//! The net stops such keys ahead of the controls. Two presses may come within one frame, though, when nothing
//! new is open yet: the application asks once more as it takes in the key.

use std::time::{Duration, Instant};

use iced::keyboard::{Event, Key, key::Named};

/// Within so long after a press, or after what it opened came up, the same key is the same press.
const MOMENT: Duration = Duration::from_millis(400);

/// What was pressed last, and where.
#[derive(Debug, Default)]
pub struct Again {
    last: Option<(Named, u64)>,
    at: Option<Instant>,
    place: Option<u64>,
}

impl Again {
    /// Something is open at `now`.
    pub fn sees(&mut self, place: u64, now: Instant) {
        if self.place.replace(place) != Some(place) {
            self.at = Some(now);
        }
    }

    /// Something was typed through an input method: the next key is meant.
    pub fn typed(&mut self) {
        self.last = None;
    }

    /// Follows an event of the keyboard at `now`, while `place` is open. Returns whether it is a key that was
    /// pressed already.
    pub fn takes(&mut self, event: &Event, place: u64, now: Instant) -> bool {
        self.sees(place, now);
        let Event::KeyPressed { key, repeat, .. } = event else { return false };
        let named = match key {
            Key::Named(named) if acts(*named) => *named,
            // Shift and its like are no keys of their own.
            Key::Named(Named::Shift | Named::Control | Named::Alt | Named::AltGraph) => {
                return false;
            }
            _ => {
                self.last = None;
                return false;
            }
        };
        if let Some((last, there)) = self.last
            && last == named
        {
            let at_once = self.at.is_some_and(|at| now.saturating_duration_since(at) < MOMENT);
            if *repeat || (there != place && at_once) {
                self.at = Some(now);
                return true;
            }
        }
        self.last = Some((named, place));
        self.at = Some(now);
        false
    }
}

/// Whether a key does something that must not be done twice.
fn acts(named: Named) -> bool {
    named == Named::Enter || crate::keys::function_number(named).is_some()
}

#[cfg(test)]
mod tests {
    use iced::keyboard::{Location, Modifiers, key};

    use super::*;

    fn press(key: Key, repeat: bool) -> Event {
        Event::KeyPressed {
            key: key.clone(),
            modified_key: key,
            physical_key: key::Physical::Unidentified(key::NativeCode::Unidentified),
            location: Location::Standard,
            modifiers: Modifiers::NONE,
            text: None,
            repeat,
        }
    }

    #[test]
    fn a_key_acts_once_where_it_was_pressed_first() {
        const F2: Key = Key::Named(Named::F2);
        const ENTER: Key = Key::Named(Named::Enter);
        let letter = Key::Character("a".into());
        // (key, milliseconds after the one before, what is open, held down, taken)
        for (keys, words) in [
            // Three times quickly: the form, then the dossier, then its dialog.
            (
                vec![
                    (&F2, 0, 1, false, false),
                    (&F2, 120, 2, false, true),
                    (&F2, 120, 2, false, true),
                ],
                "thrice",
            ),
            (vec![(&ENTER, 0, 1, false, false), (&ENTER, 120, 2, false, true)], "twice"),
            // The second key waited while the first one's act kept the window busy.
            (vec![(&F2, 0, 1, false, false), (&F2, 1_500, 2, false, true)], "a slow act"),
            (vec![(&F2, 0, 1, false, false), (&F2, 120, 1, false, false)], "nothing opened"),
            (vec![(&F2, 0, 1, false, false), (&ENTER, 50, 2, false, false)], "another key"),
            (
                vec![
                    (&F2, 0, 1, false, false),
                    (&letter, 50, 2, false, false),
                    (&F2, 50, 2, false, false),
                ],
                "typed between",
            ),
            // Held down.
            (
                vec![
                    (&F2, 0, 1, false, false),
                    (&F2, 500, 1, true, true),
                    (&F2, 900, 2, true, true),
                ],
                "held",
            ),
        ] {
            let (mut again, mut now) = (Again::default(), Instant::now());
            for (n, (key, after, place, held, taken)) in keys.into_iter().enumerate() {
                now += Duration::from_millis(after);
                let event = press(key.clone(), held);
                assert_eq!(again.takes(&event, place, now), taken, "{words}: key {n}");
            }
        }
    }

    #[test]
    fn a_key_after_a_composed_word_is_meant() {
        let mut again = Again::default();
        let (enter, start) = (press(Key::Named(Named::Enter), false), Instant::now());
        assert!(!again.takes(&enter, 1, start));
        again.typed();
        assert!(!again.takes(&enter, 2, start + Duration::from_millis(120)));
    }

    #[test]
    fn after_the_moment_the_key_is_meant() {
        let mut again = Again::default();
        let start = Instant::now();
        let f2 = press(Key::Named(Named::F2), false);
        let seen = Event::ModifiersChanged(Modifiers::NONE);
        assert!(!again.takes(&f2, 1, start));
        assert!(!again.takes(&seen, 2, start + Duration::from_millis(30)));
        assert!(again.takes(&f2, 2, start + Duration::from_millis(300)));
        assert!(again.takes(&f2, 2, start + Duration::from_millis(600)), "still the same drumming");
        assert!(!again.takes(&f2, 2, start + Duration::from_millis(1_100)));
    }
}
