//! What a field suggests while it is typed in: the entries of a list, found without diacritics. The text
//! stays free: Tab and a press elsewhere keep what was typed, with an entry's own spelling where only
//! marks and case differ; Enter takes the marked entry; Escape puts the list away.

use iced::advanced::Shell;
use iced::keyboard::key::Named;

use super::input::Input;
use super::state::State;
use crate::edit::Edit;
use crate::menu::{Host, LINES, List};
use office::text::fold;

impl<Message: Clone> Input<'_, Message> {
    fn search(&self, state: &mut State, query: &str) {
        state.list.search(self.suggestions.iter().map(String::as_str), query);
        // What is already written whole is no suggestion, and stands before what only begins like it.
        let whole = fold(query);
        state.list.found.sort_by_key(|n| {
            let entry = self.suggestions.get(*n).map(|entry| fold(entry)).unwrap_or_default();
            (entry != whole, !entry.starts_with(&whole))
        });
        state.list.mark(0);
    }

    /// Shows what matches the text after it changed.
    pub(super) fn suggest(&self, state: &mut State) {
        if self.suggestions.is_empty() {
            return;
        }
        let query = state.shown().concat();
        self.search(state, &query);
        let only = match state.list.found.as_slice() {
            [only] => self.suggestions.get(*only),
            _ => None,
        };
        state.list.open =
            !query.trim().is_empty() && !state.list.found.is_empty() && only != Some(&query);
    }

    /// Shows the whole list, at the entry that the field holds.
    pub(super) fn open_list(&self, state: &mut State) {
        self.search(state, "");
        let held = fold(state.edit.text());
        state.list.found.sort_unstable();
        let place = self.suggestions.iter().position(|entry| fold(entry) == held);
        state.list.top = 0;
        state.list.mark(place.unwrap_or(0));
        state.list.open = true;
    }

    /// Answers a key for the list; whether it was for it.
    pub(super) fn list_key(
        &self,
        state: &mut State,
        named: Option<Named>,
        shell: &mut Shell<'_, Message>,
    ) -> bool {
        if self.suggestions.is_empty() {
            return false;
        }
        let marked = state.list.marked;
        match named {
            Some(Named::ArrowDown | Named::ArrowUp) if !state.list.open => self.open_list(state),
            _ if !state.list.open => return false,
            Some(Named::ArrowDown) => state.list.mark(marked + 1),
            Some(Named::ArrowUp) => state.list.mark(marked.saturating_sub(1)),
            Some(Named::PageDown) => state.list.mark(marked + LINES - 1),
            Some(Named::PageUp) => state.list.mark(marked.saturating_sub(LINES - 1)),
            Some(Named::Escape) => state.list.open = false,
            Some(Named::Enter) => self.take(state, shell),
            _ => return false,
        }
        true
    }

    /// What was typed takes the spelling of the entry that it names.
    pub(super) fn spell(&self, state: &mut State, shell: &mut Shell<'_, Message>) {
        state.list.open = false;
        let typed = fold(state.edit.text().trim());
        let entry = self.suggestions.iter().find(|entry| fold(entry) == typed);
        if let Some(entry) = entry.filter(|entry| **entry != state.edit.text()) {
            state.edit = Edit::new(entry);
            self.publish(state, shell);
        }
    }
}

impl<Message: Clone> Host<Message> for Input<'_, Message> {
    type State = State;

    fn label(&self, option: usize) -> Option<&str> {
        self.suggestions.get(option).map(String::as_str)
    }

    fn selected(&self) -> Option<usize> {
        self.suggestions.iter().position(|entry| entry == self.value)
    }

    fn list(state: &mut State) -> &mut List {
        &mut state.list
    }

    fn shown(state: &State) -> &List {
        &state.list
    }

    fn take(&self, state: &mut State, shell: &mut Shell<'_, Message>) {
        if let Some(entry) = state.list.option().and_then(|n| self.suggestions.get(n)) {
            state.composition.take();
            state.edit.select_all();
            state.edit.paste(entry, false);
            self.publish(state, shell);
            if let Some(message) = &self.on_choose {
                shell.publish(message.clone());
            }
        }
        state.list.open = false;
        shell.request_redraw();
    }
}
