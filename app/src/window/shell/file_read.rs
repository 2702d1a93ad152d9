//! Files that dialogs of lists ask for are read off the window's thread: a share or a stick may not answer.

use std::path::Path;

use iced::Task;
use tokio::task::spawn_blocking;

use super::{Message, Shell};
use crate::{
    failure::AppError,
    window::{
        notice::Notice,
        screen::{catalogue, codes},
    },
};

/// Largest file taken, in bytes.
const LARGEST: u64 = 64 << 20;

/// Which dialog asked, and for which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A bank statement.
    Statement(String),
    /// A list of law.
    Law(catalogue::import::Handed),
    /// The portal's codes.
    Codes(codes::import::Handed),
}

impl Asked {
    fn path(&self) -> &str {
        match self {
            Self::Statement(path) => path,
            Self::Law(handed) => &handed.path,
            Self::Codes(handed) => &handed.path,
        }
    }
}

/// Reads the file; [`Message::FileRead`] brings it.
pub(super) fn read(asked: Asked) -> Task<Message> {
    let path = asked.path().to_owned();
    let work = async move { spawn_blocking(move || bytes(&path)).await };
    Task::future(work).then(move |read| match read {
        Ok(read) => Task::done(Message::FileRead(asked.clone(), read)),
        Err(_) => Task::none(),
    })
}

impl Shell {
    /// Gives the file to the dialog that asked, if it is still open.
    pub(super) fn file_read(
        &mut self,
        asked: Asked,
        read: Result<Vec<u8>, Notice>,
    ) -> Task<Message> {
        match asked {
            Asked::Statement(path) => {
                self.statement_read(&path, read);
                Task::none()
            }
            Asked::Law(handed) => self.law_read(&handed, read),
            Asked::Codes(handed) => self.codes_read(&handed, read),
        }
    }
}

/// A file's bytes, unless it is larger than any that is read here.
pub fn bytes(path: &str) -> Result<Vec<u8>, Notice> {
    let failed = |source| Notice::error(&AppError::Read { path: path.to_owned(), source });
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > LARGEST {
        return Err(failed(std::io::ErrorKind::FileTooLarge.into()));
    }
    std::fs::read(path).map_err(failed)
}

/// The name of a file without its folders.
pub(super) fn name(path: &str) -> String {
    Path::new(path)
        .file_name()
        .map_or_else(|| path.to_owned(), |name| name.to_string_lossy().into_owned())
}
