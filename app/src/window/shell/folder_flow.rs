//! Files that came into the scanner's folder: offered over the open screen, and given to the one that waits for papers.

use std::{collections::VecDeque, path::PathBuf};

use iced::Task;
use widgets::{Element, column, flow, primary, quiet, row, space, text};

use super::{Action, Bar, Counter, Shell};
use crate::{
    browse::Wanted,
    watched::{Arrived, News},
    window::notice::Notice,
};

/// Files that wait at once: whoever lets more lie takes them by hand.
const MOST: usize = 200;
/// Troubles that are told at once.
const TOLD: usize = 3;
/// Names that are told.
const NAMED: usize = 3;

/// What waits to be taken, and what was told.
#[derive(Default)]
pub struct Came {
    files: VecDeque<Arrived>,
    /// What cannot be taken, the newest last.
    troubles: VecDeque<Notice>,
}

impl Came {
    /// Whether there is anything to say.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.troubles.is_empty()
    }

    fn words(&self) -> String {
        let names: Vec<&str> = self.files.iter().take(NAMED).map(|file| &*file.name).collect();
        let more = match self.files.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" và {more} tệp nữa"),
        };
        format!("Tệp mới trong thư mục máy quét: {}{more}.", names.join(", "))
    }
}

impl Shell {
    /// A look at the folder brought something.
    pub fn files_came(&mut self, news: News) {
        for file in news.arrived {
            // Written anew before it was taken it is the same file.
            self.came.files.retain(|waiting| waiting.path != file.path);
            self.came.files.push_back(file);
        }
        while self.came.files.len() > MOST {
            self.came.files.pop_front();
        }
        self.came.troubles.extend(news.troubles.iter().map(|trouble| Notice::error(trouble)));
        while self.came.troubles.len() > TOLD {
            self.came.troubles.pop_front();
        }
    }

    /// Whether the open screen takes papers.
    pub(super) fn takes_papers(&self) -> bool {
        self.over.is_none() && self.screen.waits_for() == Some(Wanted::Paper)
    }

    /// Gives the files to the open screen: all to one that takes several, else the oldest.
    pub(super) fn take_files(&mut self, counter: &Counter) -> Action {
        if !self.takes_papers() {
            return Task::none().into();
        }
        let several = self.screen.takes_several();
        let count = if several { self.came.files.len() } else { 1 };
        let paths: Vec<PathBuf> = self
            .came
            .files
            .drain(..count.min(self.came.files.len()))
            .map(|file| file.path)
            .collect();
        self.came.troubles.clear();
        let mut tasks = Vec::new();
        for path in paths {
            let Some(given) = self.screen.given(path) else { continue };
            match self.update(given, counter) {
                Action::Run(task) => tasks.push(task),
                other => return other,
            }
        }
        Task::batch(tasks).into()
    }

    /// They are not wanted, and nothing more is said of them. They stay where they lie.
    pub(super) fn leave_files(&mut self) {
        self.came = Came::default();
    }

    /// Draws what waits.
    pub(super) fn files_bar(&self) -> Option<Element<'_, Bar>> {
        if self.came.is_empty() {
            return None;
        }
        let mut line = row([]);
        if !self.came.files.is_empty() {
            let words = match self.takes_papers() {
                true => self.came.words(),
                false => format!(
                    "{} Mở bản điện tử hoặc hộp Đính kèm giấy tờ để lấy.",
                    self.came.words()
                ),
            };
            line = line.push(text::body(words).width(iced::Length::Fill));
            let take = match (self.screen.takes_several(), self.came.files.len()) {
                (true, 2..) => "Lấy cả",
                _ => "Lấy vào đây",
            };
            let takes = self.takes_papers();
            line = line.push(takes.then(|| primary(take).key("Ctrl+G").on_press(Bar::TakeFiles)));
        }
        let line = line.push(quiet("Bỏ qua").key("Ctrl+U").on_press(Bar::LeaveFiles));
        let troubles = self.came.troubles.iter().map(Notice::view);
        Some(flow::bar(column(troubles).push(line).spacing(space::XS)).into())
    }
}
