//! What the office sets for itself.

use iced::Task;
use ledger::EventKind;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    window::{
        notice::Notice,
        screen::{Shown, settings},
    },
};

impl Shell {
    /// Opens what the office set.
    pub(super) fn go_settings(&mut self, counter: &Counter) -> Task<Message> {
        let state = Ok(self.settings_room());
        self.enter(state, counter)
    }

    fn settings_room(&self) -> settings::State {
        let may = self.desk.ledger.may(EventKind::SettingsChanged);
        settings::State::new(&self.desk.settings, may)
    }

    pub(super) fn settings(
        &mut self,
        message: settings::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Settings(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            settings::Action::None => Task::none(),
            settings::Action::Close => self.go_home(counter),
            settings::Action::Save(new) => {
                let saved = self.desk.change_settings(clock::now(), *new);
                let notice = match saved {
                    Ok(()) => Notice::done("Đã ghi cài đặt vào sổ. Có hiệu lực ngay."),
                    Err(error) => Notice::error(&error),
                };
                if let Screen::Settings(state) = &mut self.screen {
                    state.tell(notice);
                }
                Task::none()
            }
        }
    }
}
