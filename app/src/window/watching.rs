//! The scanner's folder, looked at while somebody works: at each beat of the window, on a thread of its own, as a share
//! may never answer. One look at a time: the next begins when the last came back.

use std::path::{Path, PathBuf};

use iced::{Task, futures::channel::oneshot};

use super::{App, Message, Stage, entrance::Inside, rest};
use crate::watched::{Folder, News, WatchError};

/// Beats after which a folder does not answer: half a minute.
const PATIENCE: u8 = 6;

/// The chosen folder.
#[derive(Default)]
pub enum Watch {
    /// None is chosen.
    #[default]
    Nothing,
    /// It waits for the next look.
    Resting(Folder),
    /// It is being looked at, for so many beats.
    Looking(PathBuf, u8),
}

impl Watch {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::Nothing => None,
            Self::Resting(folder) => Some(folder.path()),
            Self::Looking(path, _) => Some(path),
        }
    }

    /// Another folder, or none, was chosen.
    fn settle(&mut self, chosen: Option<&Path>) {
        if self.path() != chosen {
            *self =
                chosen.map_or(Self::Nothing, |path| Self::Resting(Folder::new(path.to_owned())));
        }
    }

    /// A look that does not come back, told once.
    fn silent(&mut self) -> Option<WatchError> {
        let Self::Looking(path, beats) = self else { return None };
        *beats = beats.saturating_add(1);
        (*beats == PATIENCE).then(|| WatchError::Silent(path.clone()))
    }
}

impl App {
    /// Looks at the chosen folder, where somebody works at the desk.
    pub(in crate::window) fn watch(&mut self) -> Task<Message> {
        self.watch.settle(self.counter.devices.watched.as_deref());
        if !matches!(self.stage, Stage::Desk(_)) || !rest::somebody_works() {
            return Task::none();
        }
        if let (Some(error), Stage::Desk(shell)) = (self.watch.silent(), &mut self.stage) {
            shell.files_came(News { troubles: vec![error], ..News::default() });
        }
        let mut folder = match std::mem::take(&mut self.watch) {
            Watch::Resting(folder) => folder,
            other => {
                self.watch = other;
                return Task::none();
            }
        };
        self.watch = Watch::Looking(folder.path().to_owned(), 0);
        let (tell, told) = oneshot::channel();
        // Not one of the pool: a share that never answers would hold it, and the program at its end.
        std::thread::spawn(move || {
            let news = folder.look();
            let _ = tell.send((folder, news));
        });
        Task::future(told).then(|told| match told {
            Ok((folder, news)) => Task::done(Message::Watched(Box::new((folder, news)))),
            Err(_) => Task::none(),
        })
    }

    /// A look came back.
    pub(super) fn watched(&mut self, folder: Folder, news: News) -> Task<Message> {
        // Of a folder that is not chosen any more.
        if self.watch.path() != Some(folder.path()) {
            return Task::none();
        }
        // Support sees from when on files were offered, and that they were.
        if news.is_first {
            tracing::info!("the scanner's folder is watched");
        }
        if !news.arrived.is_empty() {
            tracing::info!(files = news.arrived.len(), "the scanner's folder brought files");
        }
        self.watch = Watch::Resting(folder);
        match &mut self.stage {
            Stage::Desk(shell) | Stage::Locked(Inside::Desk(shell), _) => {
                shell.files_came(news);
            }
            _ => {}
        }
        Task::none()
    }
}
