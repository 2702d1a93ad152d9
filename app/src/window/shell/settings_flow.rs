//! What the office sets for itself.

use iced::Task;
use ledger::EventKind;

use super::{Counter, Message, Shell, rooms::Room};
use crate::{
    clock,
    window::{notice::Notice, screen::settings},
};

impl Shell {
    pub(super) fn settings_room(&self) -> settings::State {
        let may = self.desk.ledger.may(EventKind::SettingsChanged);
        settings::State::new(&self.desk.settings, may)
    }

    pub(super) fn settings(
        &mut self,
        message: settings::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Some(Room::Settings(state)) = self.in_room() else { return Task::none() };
        match state.update(message) {
            settings::Action::None => Task::none(),
            settings::Action::Close => self.go_home(counter, None),
            settings::Action::Save(new) => {
                let saved = self.desk.change_settings(clock::now(), *new);
                let notice = match saved {
                    Ok(()) => Notice::done("Đã ghi cài đặt vào sổ. Có hiệu lực ngay."),
                    Err(error) => Notice::error(&error),
                };
                if let Some(Room::Settings(state)) = self.in_room() {
                    state.tell(notice);
                }
                Task::none()
            }
        }
    }
}
