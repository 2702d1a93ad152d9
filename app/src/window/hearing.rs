//! What the window does with each message, whatever stands in it.

use std::{path::PathBuf, sync::Arc, time::Instant};

use iced::Task;
use widgets::{Mode, keys::Pressed};

use super::{
    App, Message, Stage, blocking, drop,
    entrance::Inside,
    notice::Notice,
    rest,
    screen::{join, restore},
    shell,
};
use crate::{assets::Law, clock, crash, devices::Devices};

impl App {
    /// Takes a message in.
    pub(super) fn take_in(&mut self, message: Message) -> Task<Message> {
        match message {
            Message::Setup(message) => self.setup(message),
            Message::Login(message) => self.login(message),
            Message::Help(message) => {
                self.help.take_if(|help| !help.update(message));
                Task::none()
            }
            Message::First(message) => self.first_password(message),
            Message::Drawn => {
                self.law.begin();
                Task::none()
            }
            Message::Concern(words) => {
                self.concerned(words);
                Task::none()
            }
            Message::Desk(message) => self.desk(message),
            Message::Opened(result) => self.opened(*result),
            Message::Rebuilding(rebuilding) => {
                if let Stage::Login(login) = &mut self.stage {
                    login.rebuilding(rebuilding);
                }
                Task::none()
            }
            Message::DemoMade(result) => match *result {
                Ok(desk) => self.sit_down(desk),
                Err(error) => {
                    self.setup_failed(&error);
                    Task::none()
                }
            },
            Message::Founded(result) => self.founded(*result),
            Message::Restore(message) => self.restore(message),
            Message::Restoring(progress) => {
                if let Stage::Restore(state) = &mut self.stage {
                    state.progressed(progress);
                }
                Task::none()
            }
            Message::Restored(result) => self.restored(*result),
            Message::Join(message) => self.join(message),
            Message::JoinAsked(result) => self.join_asked(result),
            Message::Joining(progress) => {
                if let Stage::Join(state) = &mut self.stage {
                    state.progressed(progress);
                }
                Task::none()
            }
            Message::Joined(result) => self.joined(*result),
            Message::CloseAsked => self.close(),
            Message::CloseDropped => {
                self.closing = false;
                Task::none()
            }
            Message::Backup(told) => self.backup_told(told),
            Message::Exchange(told) => self.exchange_told(told),
            Message::SheetOut(told) => {
                self.sheet_went(&told);
                Task::none()
            }
            Message::Keyboard(event, taken) => {
                // What is pressed after a key for a control is meant, even if it is what was pressed before that.
                if taken != std::mem::replace(&mut self.taken, taken) {
                    self.again.typed();
                }
                if self.again.takes(&event, self.place(), Instant::now()) {
                    return Task::none();
                }
                self.keyboard(&event)
            }
            Message::Digit(digit, scans) => match &mut self.stage {
                Stage::Desk(shell) if rest::keys_rest() && scans == self.scans => {
                    let action = shell.key(Pressed::Digit(digit), &self.counter);
                    self.act(action)
                }
                _ => Task::none(),
            },
            Message::Reader(change) => {
                self.counter.note(&change);
                match &mut self.stage {
                    Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                        if !self.counter.cards.is_empty() {
                            wizard.devices.card_seen();
                        }
                        Task::none()
                    }
                    Stage::Desk(shell) => {
                        shell.reader_changed(&change, &self.counter).map(Message::Desk)
                    }
                    Stage::Login(_)
                    | Stage::First(..)
                    | Stage::Locked(..)
                    | Stage::Restore(_)
                    | Stage::Join(_) => Task::none(),
                }
            }
            Message::Link(link) => {
                self.link = link;
                Task::none()
            }
            Message::Tick => self.tick(),
            Message::Tended => self.tended(),
            Message::Watched(told) => {
                let (folder, news) = *told;
                self.watched(folder, news)
            }
            Message::Stamped(number, outcome) => self.stamped(number, outcome),
            Message::Scanned(text) => self.typed_quickly(text),
            Message::Serial(heard) => self.serial(heard),
            Message::ZoneWaits => match self.zone.left_over(rest::moment()) {
                Some(text) => self.scanned_whole(text.into()),
                None => Task::none(),
            },
            Message::Dropped(path) => match &mut self.stage {
                Stage::Desk(shell) => match shell.file_dropped(path) {
                    Ok(message) => self.desk(message),
                    Err(path) => search(shell.picture_dropped(path)),
                },
                _ => Task::none(),
            },
            Message::Searched(result) => match &mut self.stage {
                Stage::Desk(shell) => match shell.picture_searched(result, &self.counter) {
                    Ok(next) => search(Some(next)),
                    Err(task) => task.map(Message::Desk),
                },
                _ => Task::none(),
            },
            Message::WorkFell => {
                let fell = Notice::caution(crash::work_fell());
                match &mut self.stage {
                    Stage::Login(login) | Stage::Locked(_, login) => login.failed(fell),
                    Stage::Restore(state) => state.failed(fell, false),
                    Stage::Join(state) => state.failed(fell),
                    Stage::Setup(_) | Stage::Founded(..) | Stage::First(..) | Stage::Desk(_) => {}
                }
                Task::none()
            }
            Message::ModeSwitched => {
                self.mode = match self.mode {
                    Mode::Light => Mode::Dark,
                    Mode::Dark => Mode::Light,
                };
                Task::none()
            }
        }
    }

    pub(super) fn tick(&mut self) -> Task<Message> {
        let overdue = rest::overdue();
        if overdue {
            rest::begin();
        }
        self.beat(overdue)
    }

    /// Time passed; `overdue`: nobody was there for too long.
    pub(super) fn beat(&mut self, overdue: bool) -> Task<Message> {
        let work = Task::batch([self.back_up_by_plan(), self.tend(), self.stamp(), self.watch()]);
        let done = match &mut self.stage {
            Stage::Desk(shell) => {
                shell.tick(clock::now());
                match (overdue, shell.in_hall()) {
                    (false, _) => Task::none(),
                    (true, true) => {
                        shell.hall_left_alone();
                        Task::none()
                    }
                    (true, false) => self.lock(),
                }
            }
            Stage::Founded(..) if overdue => self.lock(),
            Stage::First(..) if overdue => self.leave_first(),
            Stage::Restore(_) if overdue => self.restore(restore::Message::Closed),
            Stage::Join(_) if overdue => self.join(join::Message::Left),
            _ => Task::none(),
        };
        Task::batch([work, done])
    }

    /// Keeps the choice of devices; what cannot be kept is not used either.
    pub(super) fn keep(&mut self, choice: Devices) -> Task<Message> {
        match choice.save(&self.folder) {
            Ok(()) => {
                if choice.scanner != self.counter.devices.scanner {
                    self.counter.scanner = None;
                }
                self.counter.devices = choice;
            }
            Err(error) => match &mut self.stage {
                Stage::Setup(wizard) | Stage::Founded(wizard, _) => {
                    wizard.devices.tell(Notice::error(&error));
                }
                Stage::Desk(shell) => shell.devices_refused(Notice::error(&error)),
                Stage::Login(_)
                | Stage::First(..)
                | Stage::Locked(..)
                | Stage::Restore(_)
                | Stage::Join(_) => {}
            },
        }
        Task::none()
    }

    /// The law; without it says so.
    pub(super) fn law(&mut self) -> Option<Arc<Law>> {
        let error = match self.law.law() {
            Ok(law) => return Some(law),
            Err(error) => Notice::error(&error),
        };
        match &mut self.stage {
            Stage::Login(login) | Stage::Locked(_, login) => login.failed(error),
            Stage::Setup(wizard) | Stage::Founded(wizard, _) => wizard.failed(error),
            Stage::Desk(shell) => shell.tell(Some(error)),
            Stage::Restore(state) => state.failed(error, false),
            Stage::Join(state) => state.failed(error),
            Stage::First(_, state) => state.refused(error),
        }
        None
    }

    pub(super) fn desk(&mut self, message: shell::Message) -> Task<Message> {
        match (&mut self.stage, message) {
            (Stage::Desk(shell), message) => {
                let action = shell.update(message, &self.counter);
                self.act(action)
            }
            (Stage::Locked(Inside::Desk(shell), _), shell::Message::Outgoing(told)) => {
                shell.told_outgoing(told).map(Message::Desk)
            }
            (Stage::Locked(Inside::Desk(shell), _), shell::Message::Remote(told)) => {
                shell.told_remote(told, &self.counter).map(Message::Desk)
            }
            _ => Task::none(),
        }
    }

    pub(super) fn act(&mut self, action: shell::Action) -> Task<Message> {
        match action {
            shell::Action::Run(task) => task.map(Message::Desk),
            shell::Action::Lock => self.lock(),
            shell::Action::LogIn => self.log_in_again(),
            shell::Action::BackUp(folder) => self.back_up(folder, false),
            shell::Action::Exchange(way, folder) => self.exchange(way, &folder),
            shell::Action::Restore => self.ask_restore(),
            shell::Action::SwitchMode => self.update(Message::ModeSwitched),
            shell::Action::Help => self.open_help(),
            shell::Action::Keep(choice) => self.keep(choice),
            shell::Action::NextReader => {
                self.counter.choose_next();
                if let Stage::Desk(shell) = &mut self.stage {
                    shell.counter_changed(&self.counter);
                }
                Task::none()
            }
            shell::Action::KeepAndRun(choice, task) => {
                Task::batch([self.keep(choice), task.map(Message::Desk)])
            }
        }
    }
}

/// Searches a picture, off the window's thread.
fn search(path: Option<PathBuf>) -> Task<Message> {
    match path {
        Some(path) => blocking(move || drop::search(&path), Message::Searched),
        None => Task::none(),
    }
}
