//! A file on its way to the dialog that waits for one: chosen in this window or dropped on it.

use std::path::{Path, PathBuf};

use iced::Task;
use tokio::task::spawn_blocking;
use widgets::{preview::Page, travel};

use super::{Action, Counter, Message, Over, Screen, Shell, rooms, rooms::Room};
use crate::{
    browse::{self, Wanted},
    devices::Devices,
    scan::Scan,
    window::{
        notice::Notice,
        papers,
        screen::{
            arrivals, cash, catalogue, chooser, codes, dossier, reception, seats, statement, store,
            trust,
        },
    },
};

/// Who waits for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taker {
    /// A component of the dossier that is being received.
    Component,
    /// A person's store.
    Store,
    /// The result of a dossier.
    Result,
    /// The books, for a bank's statement.
    Statement,
    /// The catalogue.
    Catalogue,
    /// The portal's codes.
    Codes,
    /// What the office trusts.
    Trust,
    /// Online dossiers.
    Arrivals,
    /// A new machine.
    Request,
}

impl Taker {
    fn wanted(self) -> Wanted {
        match self {
            Self::Component | Self::Store | Self::Result => Wanted::Paper,
            Self::Statement => Wanted::Statement,
            Self::Catalogue | Self::Codes => Wanted::Catalogue,
            Self::Trust => Wanted::Trust,
            Self::Arrivals => Wanted::Arrivals,
            Self::Request => Wanted::Request,
        }
    }

    fn given(self, path: PathBuf) -> Message {
        match self {
            Self::Component => Message::Reception(reception::Message::Attach(
                reception::AttachMessage::FileGiven(path),
            )),
            Self::Store => {
                Message::Store(store::Message::Form(store::FormMessage::FileGiven(path)))
            }
            Self::Result => {
                let path = path.display().to_string();
                Message::Dossier(dossier::Message::Step(dossier::steps::Message::Third(path)))
            }
            Self::Statement => Message::Room(rooms::Message::Cash(cash::Message::Statement(
                statement::Message::FileGiven(path),
            ))),
            Self::Catalogue => Message::Room(rooms::Message::Catalogue(
                catalogue::Message::Import(catalogue::import::Message::FileGiven(path)),
            )),
            Self::Codes => Message::Room(rooms::Message::Codes(codes::Message::Import(
                codes::import::Message::FileGiven(path),
            ))),
            Self::Trust => Message::Trust(trust::Message::FileGiven(path)),
            Self::Arrivals => Message::Arrivals(arrivals::Message::Import(
                arrivals::import::Message::FileGiven(path),
            )),
            Self::Request => Message::Room(rooms::Message::Seats(seats::Message::FileGiven(path))),
        }
    }
}

impl Shell {
    /// Whose dialog waits for a file now.
    fn taker(&self) -> Option<Taker> {
        let (waits, taker) = match &self.screen {
            Screen::Reception(form) => (form.attaches(), Taker::Component),
            Screen::Store(state) => (state.adds(), Taker::Store),
            Screen::Dossier(state) => (state.takes_result(), Taker::Result),
            Screen::Trust(state) => (state.asks_for_files(), Taker::Trust),
            Screen::Arrivals(state) => (state.takes_file(), Taker::Arrivals),
            Screen::Room(room) => match &**room {
                Room::Cash(state) => (state.asks(), Taker::Statement),
                Room::Catalogue(state) => (state.asks(), Taker::Catalogue),
                Room::Codes(state) => (state.takes_file(), Taker::Codes),
                Room::Seats(state) => (state.takes_file(), Taker::Request),
                _ => return None,
            },
            _ => return None,
        };
        waits.then_some(taker)
    }

    /// Whether a dialog waits for a file that can be chosen.
    pub(super) fn waits_for_file(&self) -> bool {
        self.taker().is_some()
    }

    /// What a file that is dropped now means to the open screen, if the screen takes one.
    pub fn file_dropped(&self, path: PathBuf) -> Result<Message, PathBuf> {
        if self.over.is_some() {
            return Err(path);
        }
        let taker = self.taker().or(match &self.screen {
            Screen::Reception(form) if form.takes_files() => Some(Taker::Component),
            Screen::Store(state) if state.takes_files() => Some(Taker::Store),
            Screen::Trust(state) if state.takes_files() => Some(Taker::Trust),
            _ => None,
        });
        match taker {
            Some(taker) => Ok(taker.given(path)),
            None => Err(path),
        }
    }

    /// Lets the clerk look for a file, where a dialog waits for one.
    pub(super) fn choose_file(&mut self, counter: &Counter) -> Task<Message> {
        let Some(taker) = self.taker() else { return Task::none() };
        let places = browse::places();
        let first = || places.first().map(|place| place.folder.clone());
        // Whether it is still there is found out off the window's thread.
        let folder = counter.devices.files.clone().or_else(first);
        let folder = folder.unwrap_or_else(|| PathBuf::from(std::path::MAIN_SEPARATOR_STR));
        let wanted = taker.wanted();
        self.show_chooser(chooser::State::new(wanted, folder.clone(), places));
        Task::batch([list(folder, wanted), travel::focus(chooser::QUERY)])
    }

    /// Lays the choice of a file over the screen.
    pub fn show_chooser(&mut self, state: chooser::State) {
        self.over = Some(Over::Chooser(state));
    }

    pub(super) fn chooser(&mut self, message: chooser::Message, counter: &Counter) -> Action {
        let Some(Over::Chooser(state)) = &mut self.over else { return Action::Run(Task::none()) };
        let wanted = state.wanted();
        Action::Run(match state.update(message) {
            chooser::Action::None => Task::none(),
            chooser::Action::List(folder) => {
                Task::batch([list(folder, wanted), travel::focus(chooser::QUERY)])
            }
            chooser::Action::Draw(path) => draw(path),
            chooser::Action::Close => {
                self.over = None;
                Task::none()
            }
            chooser::Action::Pick(path) => {
                self.over = None;
                return self.picked(path, counter);
            }
        })
    }

    fn picked(&mut self, path: PathBuf, counter: &Counter) -> Action {
        let Some(taker) = self.taker() else { return Action::Run(Task::none()) };
        let files = path.parent().map(Path::to_path_buf);
        let action = self.update(taker.given(path), counter);
        match action {
            Action::Run(task) if files != counter.devices.files => {
                Action::KeepAndRun(Devices { files, ..counter.devices.clone() }, task)
            }
            other => other,
        }
    }
}

/// Reads a folder off the window's thread: a share may not answer.
fn list(folder: PathBuf, wanted: Wanted) -> Task<Message> {
    let read = folder.clone();
    let work = async move { spawn_blocking(move || browse::list(&read, wanted)).await };
    Task::future(work).then(move |listed| match listed {
        Ok(listed) => {
            let listed = listed.map_err(|error| Notice::error(&error));
            Task::done(Message::Chooser(chooser::Message::Listed(folder.clone(), listed)))
        }
        Err(_) => Task::none(),
    })
}

/// Draws a file's first page off the window's thread.
fn draw(path: PathBuf) -> Task<Message> {
    let drawn = path.clone();
    let work = async move { spawn_blocking(move || first_page(&drawn)).await };
    Task::future(work).then(move |pages| {
        let pages = pages.ok().flatten();
        Task::done(Message::Chooser(chooser::Message::Drawn(path.clone(), pages)))
    })
}

fn first_page(path: &Path) -> Option<Vec<Page>> {
    let scan = Scan::read(path).ok()?;
    papers::look(&scan.bytes, scan.media)
}

/// Whether a dialog asks for the choice of a file.
pub(super) fn asks_for_file(message: &Message) -> bool {
    match message {
        Message::Reception(reception::Message::Attach(message)) => {
            matches!(message, reception::AttachMessage::FileAsked)
        }
        Message::Store(store::Message::Form(message)) => {
            matches!(message, store::FormMessage::FileAsked)
        }
        Message::Dossier(dossier::Message::Step(message)) => {
            matches!(message, dossier::steps::Message::FileAsked)
        }
        Message::Trust(message) => matches!(message, trust::Message::FileAsked),
        Message::Arrivals(arrivals::Message::Import(message)) => {
            matches!(message, arrivals::import::Message::FileAsked)
        }
        Message::Room(rooms::Message::Cash(cash::Message::Statement(message))) => {
            matches!(message, statement::Message::FileAsked)
        }
        Message::Room(rooms::Message::Catalogue(catalogue::Message::Import(message))) => {
            matches!(message, catalogue::import::Message::FileAsked)
        }
        Message::Room(rooms::Message::Codes(codes::Message::Import(message))) => {
            matches!(message, codes::import::Message::FileAsked)
        }
        Message::Room(rooms::Message::Seats(message)) => {
            matches!(message, seats::Message::FileAsked)
        }
        _ => false,
    }
}
