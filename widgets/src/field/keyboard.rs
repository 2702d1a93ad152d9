//! What each key does in the field. Keys that are not for it are left to the screen.

use iced::advanced::{Clipboard, Shell, clipboard};
use iced::keyboard::{self, Key, key};

use super::input::Input;
use super::state::State;
use crate::edit::Motion;
use crate::ime;

impl<Message: Clone> Input<'_, Message> {
    /// Answers a key. Returns whether the text changed; `None` if the key is not for the field.
    pub(super) fn key(
        &self,
        state: &mut State,
        event: &keyboard::Event,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
    ) -> Option<bool> {
        let keyboard::Event::KeyPressed {
            key, modified_key, physical_key, modifiers, text, ..
        } = event
        else {
            return None;
        };
        let standard = clipboard::Kind::Standard;
        let shortcut = modifiers.command() && !modifiers.alt();
        let latin =
            key.to_latin(*physical_key).filter(|_| shortcut).map(|c| c.to_ascii_lowercase());
        let named = match modified_key {
            Key::Named(named) => Some(*named),
            _ => None,
        };
        use key::Named::{
            ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Backspace, Delete, End, Enter, Home, Insert,
            Tab,
        };

        // What leads away from the word ends its composition.
        let leads_away = latin.is_some()
            || modifiers.alt()
            || matches!(named, Some(Enter | Tab))
            || named.is_some_and(|named| crate::keys::function_number(named).is_some());
        if leads_away {
            self.take_composition(state, shell);
        }

        let copy = |state: &State, clipboard: &mut dyn Clipboard| {
            if !self.secure && !state.edit.selection().is_empty() {
                clipboard.write(standard, state.edit.selected().to_owned());
            }
        };
        let edit = &mut state.edit;
        match (latin, named) {
            (Some('c'), _) => {
                copy(state, clipboard);
                return Some(false);
            }
            (_, Some(Insert)) if shortcut => {
                copy(state, clipboard);
                return Some(false);
            }
            (Some('x'), _) => {
                copy(state, clipboard);
                return Some(!self.secure && state.edit.erase_selection());
            }
            (_, Some(Delete)) if modifiers.shift() => {
                copy(state, clipboard);
                return Some(!self.secure && state.edit.erase_selection());
            }
            (Some('v'), _) => {
                edit.paste(&clipboard.read(standard).unwrap_or_default(), self.lines > 1);
                return Some(true);
            }
            (_, Some(Insert)) if modifiers.shift() => {
                edit.paste(&clipboard.read(standard).unwrap_or_default(), self.lines > 1);
                return Some(true);
            }
            (Some('a'), _) => {
                edit.select_all();
                return Some(false);
            }
            (Some('z'), _) if modifiers.shift() => return Some(edit.redo()),
            // With nothing to take back the key is the screen's.
            (Some('z'), _) => return edit.undo().then_some(true),
            (Some('y'), _) => return Some(edit.redo()),
            _ => {}
        }

        // A hidden text has no words to jump over: that would show where they are.
        let jump = modifiers.jump();
        let motion = match named {
            Some(ArrowLeft) if jump && self.secure => Some(Motion::Start),
            Some(ArrowRight) if jump && self.secure => Some(Motion::End),
            Some(ArrowLeft) if jump => Some(Motion::WordLeft),
            Some(ArrowRight) if jump => Some(Motion::WordRight),
            Some(ArrowLeft) => Some(Motion::Left),
            Some(ArrowRight) => Some(Motion::Right),
            Some(Home) => Some(Motion::Start),
            Some(End) => Some(Motion::End),
            _ => None,
        };
        if let Some(motion) = motion {
            edit.go(motion, modifiers.shift());
            return Some(false);
        }
        match named {
            Some(ArrowUp | ArrowDown) => {
                let down = named == Some(ArrowDown);
                return state.climb(down, modifiers.shift()).then_some(false);
            }
            Some(Enter) if self.lines > 1 && (modifiers.command() || modifiers.shift()) => {
                edit.break_line();
                return Some(true);
            }
            Some(Backspace) => {
                edit.backspace(jump && !self.secure);
                return Some(true);
            }
            Some(Delete) => {
                edit.delete(jump && !self.secure);
                return Some(true);
            }
            Some(Enter) => {
                let message = self.on_submit.clone()?;
                shell.publish(message);
                return Some(false);
            }
            _ => {}
        }
        let typed = text.as_deref().filter(|_| crate::keys::is_typing(*modifiers))?;
        if typed.chars().all(char::is_control) {
            return None;
        }
        ime::forget_taken();
        edit.type_in(typed);
        Some(true)
    }
}
