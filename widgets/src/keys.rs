//! The keyboard of the whole window: what no control has taken.
//!
//! The application wires it once: `keys::listen().map(Message::Key)`, and gives the keys to the open
//! screen. Next and Previous do not come so far where [`crate::swallowed::keys`] moves the focus.

use iced::Subscription;
use iced::keyboard::{self, Event, Key, Modifiers, key::Named};

/// A key that concerns the window as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed {
    /// Tab: to the next control.
    Next,
    /// Shift+Tab: to the control before.
    Previous,
    /// Enter outside of a button: go on.
    Enter,
    /// Go back or close.
    Escape,
    /// F1 to F12.
    F(u8),
    /// A digit, with nothing held.
    Digit(u8),
    /// Ctrl with a letter, in lower case: 'k' finds anything.
    Ctrl(char),
    /// Up, where no list has the focus.
    Up,
    /// Down, where no list has the focus.
    Down,
    /// Left, where no field has the focus.
    Left,
    /// Right, where no field has the focus.
    Right,
}

/// The number of a function key.
pub(crate) fn function_number(named: Named) -> Option<u8> {
    use Named::*;
    let keys = [F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12];
    let place = keys.iter().position(|key| *key == named)?;
    u8::try_from(place + 1).ok()
}

/// Whether a key event with text is meant as typing and not as a shortcut. AltGr is Ctrl+Alt.
pub(crate) fn is_typing(modifiers: Modifiers) -> bool {
    !modifiers.logo()
        && (modifiers.control() == modifiers.alt()
            || (cfg!(target_os = "macos") && !modifiers.control()))
}

impl Pressed {
    /// Reads a keyboard event; `None` if it does not concern the window.
    pub fn of(event: &Event) -> Option<Self> {
        let Event::KeyPressed { key, physical_key, modifiers, .. } = event else {
            return None;
        };
        if modifiers.alt() || modifiers.logo() {
            return None;
        }
        match key {
            Key::Named(Named::Tab) if modifiers.control() => None,
            Key::Named(Named::Tab) if modifiers.shift() => Some(Self::Previous),
            Key::Named(Named::Tab) => Some(Self::Next),
            Key::Named(Named::Enter) => Some(Self::Enter),
            Key::Named(Named::Escape) => Some(Self::Escape),
            Key::Named(Named::ArrowUp) => Some(Self::Up),
            Key::Named(Named::ArrowDown) => Some(Self::Down),
            Key::Named(Named::ArrowLeft) => Some(Self::Left),
            Key::Named(Named::ArrowRight) => Some(Self::Right),
            Key::Named(named) => function_number(*named).map(Self::F),
            Key::Character(_) if modifiers.command() => {
                key.to_latin(*physical_key).map(|letter| Self::Ctrl(letter.to_ascii_lowercase()))
            }
            Key::Character(text) => {
                text.parse::<u8>().ok().filter(|digit| *digit <= 9).map(Self::Digit)
            }
            _ => None,
        }
    }
}

/// The keys of the window that no control has taken.
pub fn listen() -> Subscription<Pressed> {
    keyboard::listen().filter_map(|event| Pressed::of(&event))
}
