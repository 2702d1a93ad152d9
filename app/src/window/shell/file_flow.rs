//! A file on its way to the dialog that waits for one: chosen in this window or dropped on it.

use std::path::{Path, PathBuf};

use iced::Task;
use tokio::task::spawn_blocking;
use widgets::{preview::Page, travel};

use super::{Action, Counter, Message, Over, Shell};
use crate::{
    browse::{self, Wanted},
    devices::Devices,
    scan::Scan,
    window::{notice::Notice, papers, screen::chooser},
};

impl Shell {
    /// Whether a dialog waits for a file that can be chosen.
    pub(super) fn waits_for_file(&self) -> bool {
        self.screen.waits_for().is_some()
    }

    /// What a file that is dropped now means to the open screen, if the screen takes one.
    pub fn file_dropped(&self, path: PathBuf) -> Result<Message, PathBuf> {
        if self.over.is_some() || !self.screen.takes_drop() {
            return Err(path);
        }
        self.screen.given(path.clone()).ok_or(path)
    }

    /// Lets the clerk look for a file, where a dialog waits for one.
    pub(super) fn choose_file(&mut self, counter: &Counter) -> Task<Message> {
        let Some(wanted) = self.screen.waits_for() else { return Task::none() };
        let places = browse::places();
        let first = || places.first().map(|place| place.folder.clone());
        // Whether it is still there is found out off the window's thread.
        let folder = counter.devices.files.clone().or_else(first);
        let folder = folder.unwrap_or_else(|| PathBuf::from(std::path::MAIN_SEPARATOR_STR));
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
            chooser::Action::PickAll(paths) => {
                self.over = None;
                return self.picked_all(paths, counter);
            }
        })
    }

    /// Each file is given to the screen that waits; the folder is kept once.
    fn picked_all(&mut self, paths: Vec<PathBuf>, counter: &Counter) -> Action {
        let (mut kept, mut tasks) = (None, Vec::new());
        for path in paths {
            match self.picked(path, counter) {
                Action::Run(task) => tasks.push(task),
                Action::KeepAndRun(devices, task) => {
                    kept = Some(devices);
                    tasks.push(task);
                }
                // No screen that takes several files asks for more than this.
                other => return other,
            }
        }
        let tasks = Task::batch(tasks);
        match kept {
            Some(devices) => Action::KeepAndRun(devices, tasks),
            None => tasks.into(),
        }
    }

    fn picked(&mut self, path: PathBuf, counter: &Counter) -> Action {
        let files = path.parent().map(Path::to_path_buf);
        let given = self.screen.waits_for().and_then(|_| self.screen.given(path));
        let Some(given) = given else { return Task::none().into() };
        let action = self.update(given, counter);
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
