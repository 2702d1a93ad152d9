//! The books of the office: who numbers each, its volumes, printing them to be bound, and those that it does not keep
//! yet.

use std::sync::Arc;

use iced::Task;
use ledger::{EventKind, LedgerError};
use office::{
    book::{Binding, Book, BookDefinition, BookId},
    export::ExportFormat,
};
use reports::PaperSize;
use tokio::task::spawn_blocking;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    window::{
        notice::Notice,
        outgoing::Document,
        screen::{
            books::{self, Deed, Known, Offered, Set},
            outlet::Out,
        },
    },
};

impl Shell {
    /// Opens the books.
    pub(super) fn go_books(&mut self, counter: &Counter) -> Task<Message> {
        let may = self.desk.ledger.may(EventKind::VolumeOpened);
        let today = clock::local(clock::now()).date();
        let known = self.books_known();
        let state = known.map(|(books, new)| books::State::new(books, new, may, today));
        self.enter(state, counter)
    }

    /// The books that the office keeps, and those that it could.
    fn books_known(&self) -> Result<(Vec<Known>, Vec<Offered>), LedgerError> {
        let volumes = self.desk.ledger.volumes()?;
        let devices = self.desk.ledger.devices()?;
        let own = &self.desk.ledger.head().device;
        let printable: Vec<BookId> = self.desk.registers()?.iter().map(|book| book.id).collect();
        let known = |book: Book| {
            let holder = self.holder(book.id)?;
            let machine = devices.iter().find(|device| Some(&device.id) == holder.as_ref());
            let last = self.desk.ledger.last_number(book.id, clock::local(clock::now()).date())?;
            let definition = self.desk.definition(book.id).ok();
            Ok(Known {
                checked: definition.is_some_and(|known| known.header.checked),
                in_lines: definition.is_some_and(|known| !known.columns.is_empty()),
                printable: printable.contains(&book.id),
                holder: machine.map(|machine| machine.label.clone()),
                here: holder.as_ref() == Some(own),
                last: last.last,
                volumes: volumes.iter().filter(|of| of.id.book == book.id).cloned().collect(),
                book,
            })
        };
        let kept = self.desk.ledger.books()?;
        let mut new = self.desk.law.books.of(self.desk.office.profile);
        new.retain(|book| kept.iter().all(|kept| kept.id != book.id));
        let new = new.into_iter().map(|book| (book.id, book.label)).collect();
        Ok((kept.into_iter().map(known).collect::<Result<_, LedgerError>>()?, new))
    }

    pub(super) fn books(&mut self, message: books::Message, counter: &Counter) -> Task<Message> {
        // A book that was set goes out whatever is on the screen by then.
        if let books::Message::Set(set) = message {
            return self.let_out(&set);
        }
        let Screen::Books(state) = &mut self.screen else { return Task::none() };
        let deed = match state.update(message) {
            books::Action::Bind(book, binding, out) => return self.bind(book, binding, out),
            books::Action::None => return Task::none(),
            books::Action::Close => return self.go_home(counter),
            books::Action::Do(deed) => deed,
        };
        let (now, ledger) = (clock::now(), &mut self.desk.ledger);
        let (done, words) = match deed {
            Deed::Begin(id) => {
                let book = self.desk.law.books.find(id).map(BookDefinition::book);
                let open = |book| ledger.open_book(now, book);
                (
                    book.map_or(Err(LedgerError::NoBook { book: id }), open),
                    "Đã mở sổ và ghi vào sổ cái.",
                )
            }
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
            Ok((known, new)) => state.know(known, new, Notice::done(words)),
            Err(error) => state.refused(Notice::error(&error)),
        }
        Task::none()
    }

    /// Gathers a book's lines and has them set on a worker.
    fn bind(&mut self, book: BookId, binding: Binding, out: Out) -> Task<Message> {
        let of = match self.desk.to_bind(clock::now(), book, binding) {
            Ok(of) => of,
            Err(error) => {
                self.screen.tell(Notice::error(&error));
                return Task::none();
            }
        };
        self.outgoing.wait("Đang lập sổ…");
        let work = async move {
            spawn_blocking(move || {
                let document = of.document();
                Arc::new(Set { of, document, out })
            })
            .await
        };
        Task::future(work).then(|set| match set {
            Ok(set) => Task::done(books::Message::Set(set).into()),
            Err(_) => Task::none(),
        })
    }

    /// Prints or saves a book that was set, once the entry of it is written.
    fn let_out(&mut self, set: &Set) -> Task<Message> {
        let Set { of, document, out } = set;
        let bytes = match document {
            Ok(bytes) => bytes,
            Err(error) => {
                self.outgoing.failed(Notice::error(error));
                return Task::none();
            }
        };
        let format = match out {
            Out::Print => ExportFormat::Paper,
            Out::Pdf | Out::Xlsx => ExportFormat::Pdf,
        };
        if let Err(error) = self.desk.record_bound(clock::now(), of, bytes, format) {
            self.outgoing.failed(Notice::error(&error));
            return Task::none();
        }
        let (name, size) = (of.name(), PaperSize::A4Landscape);
        let document = Document { name, ending: "pdf", bytes: bytes.clone(), size };
        match out {
            Out::Print => self.print(document, 1),
            Out::Pdf | Out::Xlsx => self.save(document),
        }
    }
}
