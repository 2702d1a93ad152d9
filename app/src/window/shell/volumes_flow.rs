//! The books of the office: who numbers each, and its volumes.

use iced::Task;
use ledger::{EventKind, LedgerError};
use office::book::Book;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    window::{
        notice::Notice,
        screen::books::{self, Deed, Known},
    },
};

impl Shell {
    /// Opens the books.
    pub(super) fn go_books(&mut self, counter: &Counter) -> Task<Message> {
        let may = self.desk.ledger.may(EventKind::VolumeOpened);
        let state = self.books_known().map(|books| books::State::new(books, may));
        self.enter(state, counter)
    }

    fn books_known(&self) -> Result<Vec<Known>, LedgerError> {
        let volumes = self.desk.ledger.volumes()?;
        let devices = self.desk.ledger.devices()?;
        let own = &self.desk.ledger.head().device;
        let known = |book: Book| {
            let holder = self.holder(book.id)?;
            let machine = devices.iter().find(|device| Some(&device.id) == holder.as_ref());
            let last = self.desk.ledger.last_number(book.id, clock::local(clock::now()).date())?;
            let definition = self.desk.definition(book.id).ok();
            Ok(Known {
                checked: definition.is_some_and(|known| known.header.checked),
                in_lines: definition.is_some_and(|known| !known.columns.is_empty()),
                holder: machine.map(|machine| machine.label.clone()),
                here: holder.as_ref() == Some(own),
                last: last.last,
                volumes: volumes.iter().filter(|of| of.id.book == book.id).cloned().collect(),
                book,
            })
        };
        self.desk.ledger.books()?.into_iter().map(known).collect()
    }

    pub(super) fn books(&mut self, message: books::Message, counter: &Counter) -> Task<Message> {
        let Screen::Books(state) = &mut self.screen else { return Task::none() };
        let deed = match state.update(message) {
            books::Action::None => return Task::none(),
            books::Action::Close => return self.go_home(counter),
            books::Action::Do(deed) => deed,
        };
        let (now, ledger) = (clock::now(), &mut self.desk.ledger);
        let (done, words) = match deed {
            Deed::Open(book, year) => {
                (ledger.open_volume(now, book, year), "Đã mở quyển mới và ghi vào sổ cái.")
            }
            Deed::Close(volume) => (
                ledger.close_volume(now, volume.book, volume.year),
                "Đã khóa sổ; số cuối, tổng số và mã xác nhận đã ghi vào sổ cái.",
            ),
        };
        let known = done.and_then(|()| self.books_known());
        let Screen::Books(state) = &mut self.screen else { return Task::none() };
        match known {
            Ok(known) => state.know(known, Notice::done(words)),
            Err(error) => state.refused(Notice::error(&error)),
        }
        Task::none()
    }
}
