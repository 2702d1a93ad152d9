//! The machines of the office: what the ledger knows of them, and what is done about them.

use std::path::PathBuf;

use iced::Task;
use ledger::{LedgerError, Manifest, SeatRequest};
use office::{
    book::BookId,
    conflict::ConflictKind,
    entry::{DeviceId, Event},
    person::PersonId,
};
use tokio::task::spawn_blocking;
use widgets::travel;

use super::{Action, Counter, Message, Screen, Shell};
use crate::{
    browse, clock,
    window::{exchange::Running, notice::Notice, papers, screen::seats},
};

/// An exchange of entries.
#[derive(Default)]
pub struct Exchange {
    /// The one that runs.
    pub running: Option<Running>,
    /// Where the last one went or came from.
    pub folder: Option<PathBuf>,
    /// What came of one that ended while another screen was open.
    told: Option<Notice>,
}

impl Shell {
    /// Opens the machines of the office.
    pub(super) fn go_seats(&mut self, counter: &Counter) -> Task<Message> {
        let state = self.seats_room();
        self.enter(state, counter)
    }

    fn seats_room(&mut self) -> Result<seats::State, LedgerError> {
        let known = self.seats_known()?;
        let told = self.exchange.told.take();
        let state = seats::State::new(known, browse::places(), self.exchange.running, told);
        Ok(match &self.exchange.folder {
            Some(folder) => state.in_folder(folder),
            None => state,
        })
    }

    fn seats_known(&self) -> Result<seats::Known, LedgerError> {
        let ledger = &self.desk.ledger;
        let (heads, own) = (ledger.heads()?, &ledger.head().device);
        let machines: Vec<seats::Machine> = ledger
            .devices()?
            .into_iter()
            .map(|device| seats::Machine {
                entries: heads.of(&device.id).0,
                here: device.id == *own,
                id: device.id,
                label: device.label,
            })
            .collect();
        let names = self.desk.names()?;
        let conflicts = ledger.conflicts()?.into_iter().map(|record| {
            let line = &record.line;
            let user = names.get(&line.user).unwrap_or(&line.user.0);
            let machine = machines.iter().find(|machine| machine.id == line.device);
            let machine = machine.map_or("máy khác", |machine| machine.label.as_str());
            let event = line.entry.as_ref().map(|entry| &entry.what);
            let (about, opens) = match (&record.subject, event) {
                (Some(subject), _) => {
                    let opens = Some(seats::Opens::Subject(subject.clone()));
                    (self.desk.name_if_here(subject)?, opens)
                }
                (None, Some(event)) => {
                    let who = match event {
                        Event::PeopleMerged { one, .. } => *one,
                        // A chip with two numbers.
                        _ => PersonId(line.place),
                    };
                    let is_person = record.kind == ConflictKind::Person;
                    let opens = is_person.then_some(seats::Opens::Person(who));
                    (papers::detail(&self.desk, event), opens)
                }
                (None, None) => (String::new(), None),
            };
            Ok(seats::Conflict {
                kind: record.kind,
                place: line.place,
                at: clock::local(line.at),
                who: format!("{user}, {machine}"),
                about,
                opens,
            })
        });
        let conflicts = conflicts.collect::<Result<_, LedgerError>>()?;
        let books = ledger.books()?.into_iter().map(|book| {
            let holder = self.holder(book.id)?;
            Ok((book, holder))
        });
        Ok(seats::Known {
            machines,
            books: books.collect::<Result<_, LedgerError>>()?,
            pending: ledger.pending_numbers()?,
            held: ledger.held()?,
            conflicts,
            set_aside: ledger.is_set_aside()?,
            stranger: match ledger.is_stranger()? {
                true => Some(ledger.seat_request()?.code()?),
                false => None,
            },
        })
    }

    /// The machine that issues a book's numbers.
    pub(super) fn holder(&self, book: BookId) -> Result<Option<DeviceId>, LedgerError> {
        let leases = self.desk.ledger.leases()?.into_iter().filter(|lease| lease.book == book);
        Ok(leases.max_by_key(|lease| lease.epoch).map(|lease| lease.device))
    }

    pub(super) fn seats(&mut self, message: seats::Message, counter: &Counter) -> Action {
        let Screen::Seats(state) = &mut self.screen else { return Action::Run(Task::none()) };
        let now = clock::now();
        let done = match state.update(message) {
            seats::Action::None => return Action::Run(Task::none()),
            seats::Action::Focus(field) => return Action::Run(travel::focus(field)),
            seats::Action::Close => return Action::Run(self.go_home(counter)),
            seats::Action::Exchange(way, folder) => return Action::Exchange(way, folder),
            seats::Action::Read(path) => return Action::Run(read(path)),
            seats::Action::Open(seats::Opens::Subject(subject)) => {
                return Action::Run(self.open_subject(&subject, counter));
            }
            seats::Action::Open(seats::Opens::Person(who)) => {
                return Action::Run(self.open_stored(who));
            }
            seats::Action::Admit(request, folder) => match self.desk.ledger.let_in(&request, now) {
                Ok(()) => match folder {
                    Some(folder) => {
                        self.in_seats(seats::State::let_in);
                        return Action::BackUp(folder);
                    }
                    None => Ok("Đã cho máy vào. Mục ghi của nó có hiệu lực ở đây; hãy xuất ra thư mục để các máy khác cũng nhận.".to_owned()),
                },
                Err(error) => Err(error),
            },
            seats::Action::Request(folder) => self.desk.ledger.seat_request().and_then(|request| {
                let file = folder.join(format!("xin-vao-{}.json", request.code()?));
                request.write(&file)?;
                Ok(format!("Đã ghi tệp xin vào: {}", file.display()))
            }),
            seats::Action::Adopt => self.desk.ledger.admit_branches(now).map(|entries| {
                format!("Đã nhận {entries} mục ghi. Hãy xuất ra thư mục để các máy khác cũng nhận.")
            }),
            seats::Action::HandOver(book, to) => {
                self.desk.ledger.hand_over(now, book, &to).map(|()| {
                    let label = self.desk.book_label(book);
                    format!("Đã giao {label}. Hãy xuất ra thư mục và nhập ở máy nhận.")
                })
            }
            seats::Action::Settle { place, kind, words } => {
                let settled = self.desk.ledger.settle_conflict(now, place, kind, &words);
                settled.map(|()| "Đã ghi cách xử lý vào sổ.".to_owned())
            }
        };
        self.show_seats();
        self.in_seats(|state| match done {
            Ok(words) => state.done(Notice::done(words)),
            Err(error) => state.refused(Notice::error(&error)),
        });
        Action::Run(Task::none())
    }

    /// An exchange runs, and how far it is.
    pub fn exchange_runs(&mut self, running: Running) {
        self.exchange.running = Some(running);
        self.in_seats(|state| state.progressed(running));
    }

    /// It ended.
    pub fn exchange_ended(&mut self, notice: Notice) {
        self.exchange.running = None;
        self.exchange.told = Some(notice);
        self.show_seats();
        if let Screen::Seats(_) = &self.screen
            && let Some(notice) = self.exchange.told.take()
        {
            self.in_seats(|state| state.done(notice));
        }
    }

    /// The copy for a new machine was made, or not.
    pub(super) fn seat_copied(&mut self, made: &Result<Manifest, LedgerError>) {
        self.show_seats();
        self.in_seats(|state| {
            if state.copied() {
                state.done(match made {
                    Ok(manifest) => Notice::done(format!(
                        "Đã cho máy mới vào và ghi bản sao gồm {} mục ghi. Mang thư mục bản sao sang máy mới rồi bấm “Đã có bản sao” ở đó.",
                        manifest.entries
                    )),
                    Err(error) => Notice::error(error),
                });
            }
        });
    }

    /// Shows what the ledger knows now.
    fn show_seats(&mut self) {
        if !matches!(self.screen, Screen::Seats(_)) {
            return;
        }
        let (known, running) = (self.seats_known(), self.exchange.running);
        self.in_seats(|state| match known {
            Ok(known) => state.know(known, running),
            Err(error) => state.refused(Notice::error(&error)),
        });
    }

    /// Tells the room of machines something, if it is open.
    fn in_seats(&mut self, tell: impl FnOnce(&mut seats::State)) {
        if let Screen::Seats(state) = &mut self.screen {
            tell(state);
        }
    }
}

/// Reads a new machine's file off the window's thread.
fn read(path: String) -> Task<Message> {
    let file = path.clone();
    let work = async move {
        spawn_blocking(move || {
            let request = SeatRequest::read(file.as_ref())?;
            let code = request.code()?;
            Ok::<_, LedgerError>((request, code))
        })
        .await
    };
    Task::future(work).then(move |read| match read {
        Ok(read) => {
            let read = read.map_err(|error| Notice::error(&error));
            let read = seats::Message::RequestRead(path.clone(), read);
            Task::done(read.into())
        }
        Err(_) => Task::none(),
    })
}
