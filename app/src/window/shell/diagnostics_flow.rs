//! The page for support: everything is looked at on a thread of its own, as devices may not answer.

use iced::Task;
use reports::PaperSize;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    diagnostics::{self, LedgerState},
    window::{
        outgoing::Document,
        screen::diagnostics::{Action, Message as OnScreen, State},
    },
};

impl Shell {
    /// Opens the page for support.
    pub(super) fn go_diagnostics(&mut self, counter: &Counter) -> Task<Message> {
        self.leave_counter();
        self.screen = State::default().into();
        self.look_at_machine(counter)
    }

    /// Looks at the machine, its devices and the ledger.
    fn look_at_machine(&self, counter: &Counter) -> Task<Message> {
        let ledger = &self.desk.ledger;
        let state = LedgerState {
            entries: ledger.head().entries,
            waiting: ledger.outbox_len(),
            devices: ledger.devices().map_or(0, |devices| devices.len()),
            demo: self.desk.office.demo,
        };
        let (data, devices) = (self.data.clone(), counter.devices.clone());
        let work = move || diagnostics::look(&data, &devices, Some(&state));
        Task::future(tokio::task::spawn_blocking(work)).then(|looked| match looked {
            Ok(parts) => Task::done(OnScreen::Looked(parts).into()),
            Err(_) => Task::none(),
        })
    }

    pub(super) fn diagnostics(&mut self, message: OnScreen, counter: &Counter) -> Task<Message> {
        let Screen::Diagnostics(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            Action::None => Task::none(),
            Action::Look => self.look_at_machine(counter),
            Action::Close => self.go_home(counter),
            Action::Copy(page) => iced::clipboard::write(page),
            Action::Save(page) => {
                let at = clock::local(clock::now()).strftime("%Y-%m-%d %H-%M-%S");
                self.save(Document {
                    name: format!("Thông tin chẩn đoán {at}"),
                    ending: "txt",
                    bytes: page.into_bytes(),
                    size: PaperSize::A4,
                })
            }
        }
    }
}
