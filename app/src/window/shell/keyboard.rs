//! What the keys mean that no control took: on each screen, and over it.

use iced::Task;
use widgets::keys::Pressed;

use super::{Action, Bar, Counter, Door, Message, Shell};
use crate::window::screen::grid;

impl Shell {
    /// A key that no control took.
    pub fn key(&mut self, key: Pressed, counter: &Counter) -> Action {
        if key == Pressed::Ctrl('l') {
            return Action::Lock;
        }
        if let Some(message) = self.outgoing.key(key) {
            return self.update(Message::Outgoing(message), counter);
        }
        if key == Pressed::F(4) && self.over.is_none() && self.waits_for_file() {
            return Action::Run(self.choose_file(counter));
        }
        let message = match &self.over {
            Some(over) => over.key(key),
            None => self.key_on_screen(key),
        };
        match message {
            Some(message) => self.update(message, counter),
            None => Action::Run(Task::none()),
        }
    }

    fn key_on_screen(&self, key: Pressed) -> Option<Message> {
        // A question that is open is answered or dropped first.
        if !self.screen.asks() {
            let bar = match key {
                Pressed::Escape if self.dropped.waits() => Some(Bar::StopPictures),
                Pressed::Ctrl('k') => Some(Bar::Find),
                Pressed::F(12) => Some(Bar::Open(Door::Home)),
                Pressed::F(3) => Some(Bar::Open(Door::Dossiers)),
                Pressed::F(10) => Some(Bar::Menu),
                Pressed::Ctrl('o') => Some(Bar::Open(Door::Arrivals)),
                _ => None,
            };
            if let Some(bar) = bar.filter(|bar| self.may_open(*bar)) {
                return Some(Message::Bar(bar));
            }
        }
        if self.newcomer.is_some() && !self.screen.asks() {
            match key {
                Pressed::F(5) => return Some(Message::Bar(Bar::TakeNewcomer)),
                Pressed::F(6) => return Some(Message::Bar(Bar::IgnoreNewcomer)),
                _ => {}
            }
        }
        if !self.came.is_empty() {
            match key {
                Pressed::Ctrl('g') if self.takes_papers() => {
                    return Some(Message::Bar(Bar::TakeFiles));
                }
                Pressed::Ctrl('u') => return Some(Message::Bar(Bar::LeaveFiles)),
                _ => {}
            }
        }
        match key {
            Pressed::F(6) if !self.screen.asks() && self.screen.grid().is_some() => {
                Some(Message::Columns(grid::Message::ColumnsAsked))
            }
            key => self.screen.key(key),
        }
    }
}
