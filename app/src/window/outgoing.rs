//! Documents on their way out of the machine: to the printer, into a file, into the program that shows it.
//! None of these is waited for: a queue, a share or a viewer may never answer. What came of it stands in a
//! bar at the window's foot, whichever screen is open by then.

use std::path::{Path, PathBuf};

use iced::{Length, Task, widget::container};
use jiff::{SignedDuration, Timestamp};
use office::{
    Explain,
    text::{MOST_NAME, file_name},
};
use reports::PaperSize;
use widgets::{Element, flow, keys::Pressed, quiet, row};

use super::notice::Notice;
use crate::{clock, failure::AppError, open};

/// How long good news stays.
const STAY: SignedDuration = SignedDuration::from_secs(60);

/// A document that is to go out.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is called; it holds a number, no person.
    pub name: String,
    /// Ending of its file.
    pub ending: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its sheet.
    pub size: PaperSize,
}

/// Debug output may reach a log: it never shows the document.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({}, {} bytes)", self.ending, self.bytes.len())
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Told {
    /// The printer took so many copies.
    Printed(u16),
    /// It lies here now.
    Saved(PathBuf),
    /// Another program shows it.
    Opened,
    /// It did not go.
    Failed(Notice),
}

impl Told {
    /// In words.
    pub fn notice(&self) -> Notice {
        match self {
            Told::Printed(1) => Notice::done("Đã gửi tới máy in."),
            Told::Printed(copies) => Notice::done(format!("Đã gửi {copies} bản tới máy in.")),
            Told::Saved(path) => Notice::done(format!("Đã lưu: {}", path.display())),
            Told::Opened => Notice::done("Đã mở bằng chương trình khác."),
            Told::Failed(notice) => notice.clone(),
        }
    }
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// A document went out, or did not.
    Told(Told),
    /// Show the file that was saved.
    FileOpened,
    /// Show the folder in which it lies.
    FolderOpened,
    /// Put the bar away.
    Closed,
}

/// What is told at the window's foot.
#[derive(Default)]
pub struct State(Option<Shown>);

struct Shown {
    notice: Notice,
    saved: Option<PathBuf>,
    /// When it may go by itself.
    until: Option<Timestamp>,
}

impl State {
    /// Prints a document.
    pub fn print(&mut self, document: Document, copies: u16) -> Task<Message> {
        self.wait("Đang gửi tới máy in…");
        printed(document, copies).map(Message::Told)
    }

    /// Saves a document.
    pub fn save(&mut self, document: Document) -> Task<Message> {
        self.wait("Đang lưu tệp…");
        saved(document).map(Message::Told)
    }

    /// Says what is under way.
    pub fn wait(&mut self, words: &str) {
        self.0 = Some(Shown { notice: Notice::info(words), saved: None, until: None });
    }

    /// Says why a document was not made.
    pub fn failed(&mut self, notice: Notice) {
        self.0 = Some(Shown { notice, saved: None, until: None });
    }

    /// Time passed.
    pub fn tick(&mut self, now: Timestamp) {
        self.0.take_if(|shown| shown.until.is_some_and(|until| until <= now));
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Task<Message> {
        let file = self.0.as_ref().and_then(|shown| shown.saved.clone());
        match (message, file) {
            (Message::Told(told), file) => {
                let saved = match &told {
                    Told::Saved(path) => Some(path.clone()),
                    Told::Opened => file,
                    Told::Printed(_) | Told::Failed(_) => None,
                };
                let until = clock::now().checked_add(STAY).ok();
                let until = until.filter(|_| !matches!(told, Told::Failed(_)));
                self.0 = Some(Shown { notice: told.notice(), saved, until });
                Task::none()
            }
            (Message::FileOpened, Some(file)) => opened(file).map(Message::Told),
            (Message::FolderOpened, Some(file)) => {
                opened(file.parent().map(Path::to_path_buf).unwrap_or(file)).map(Message::Told)
            }
            (Message::FileOpened | Message::FolderOpened, None) => Task::none(),
            (Message::Closed, _) => {
                self.0 = None;
                Task::none()
            }
        }
    }

    /// What a key means while a saved file is told.
    pub fn key(&self, key: Pressed) -> Option<Message> {
        self.0.as_ref()?.saved.as_ref()?;
        match key {
            Pressed::Ctrl('e') => Some(Message::FileOpened),
            Pressed::Ctrl('d') => Some(Message::FolderOpened),
            _ => None,
        }
    }

    /// The bar, while there is something to tell.
    pub fn view(&self) -> Option<Element<'_, Message>> {
        let shown = self.0.as_ref()?;
        let mut bar = row([container(shown.notice.view()).width(Length::Fill).into()]);
        if shown.saved.is_some() {
            bar = bar
                .push(quiet("Mở tệp").key("Ctrl+E").on_press(Message::FileOpened))
                .push(quiet("Mở thư mục").key("Ctrl+D").on_press(Message::FolderOpened));
        }
        Some(flow::bar(bar.push(quiet("Đóng").on_press(Message::Closed))).into())
    }
}

/// Prints; the print service has the patience of [`reports::print::PATIENCE`].
pub fn printed(document: Document, copies: u16) -> Task<Told> {
    let copies = copies.clamp(1, reports::print::MOST_COPIES);
    off_thread(move || match reports::print::print(&document.bytes, document.size, copies, None) {
        Ok(()) => Told::Printed(copies),
        Err(error) => Told::Failed(Notice::error(&error)),
    })
}

/// Saves among the user's documents, which may lie on a share.
pub fn saved(document: Document) -> Task<Told> {
    off_thread(move || match save(&document) {
        Ok(path) => Told::Saved(path),
        Err(error) => Told::Failed(Notice::error(&error)),
    })
}

/// Makes a document off the window's thread, which may refuse, and saves it.
pub fn made<E: Explain>(make: impl FnOnce() -> Result<Document, E> + Send + 'static) -> Task<Told> {
    off_thread(move || {
        let document = match make() {
            Ok(document) => document,
            Err(error) => return Told::Failed(Notice::error(&error)),
        };
        save(&document).map_or_else(|error| Told::Failed(Notice::error(&error)), Told::Saved)
    })
}

fn opened(path: PathBuf) -> Task<Told> {
    off_thread(move || match open::open(&path) {
        Ok(()) => Told::Opened,
        Err(error) => Told::Failed(Notice::error(&error)),
    })
}

fn off_thread(work: impl FnOnce() -> Told + Send + 'static) -> Task<Told> {
    let work = async move { tokio::task::spawn_blocking(work).await };
    Task::future(work).then(|told| told.map_or_else(|_| Task::none(), Task::done))
}

fn save(document: &Document) -> Result<PathBuf, AppError> {
    let dirs = directories::UserDirs::new().ok_or(AppError::NoFolder)?;
    let folder = dirs
        .document_dir()
        .map_or_else(|| dirs.home_dir().to_path_buf(), |d| d.to_path_buf())
        .join("Một Cửa");
    save_in(&folder, document)
}

/// Most units of a whole path that every Windows program takes, without its end mark.
const MOST_PATH: usize = 259;
/// Names that are tried beside one that is taken.
const MOST_TRIES: usize = 100;

/// Writes a document into a folder. What lies there under its name and is another document stays: the new
/// one is numbered.
fn save_in(folder: &Path, document: &Document) -> Result<PathBuf, AppError> {
    let Document { name, ending, bytes, .. } = document;
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |source| AppError::Write { path, source }
    };
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    let room = match cfg!(windows) {
        // A byte of UTF-8 is never less than one of Windows' units.
        true => MOST_PATH.saturating_sub(folder.to_string_lossy().len() + 1),
        false => MOST_NAME,
    };
    let mut path = folder.join(file_name(name, ending, room));
    for n in 2..MOST_TRIES {
        match std::fs::read(&path) {
            Ok(there) if there == *bytes => return Ok(path),
            Ok(_) => {
                let number = format!(" ({n})");
                let stem = file_name(name, ending, room.saturating_sub(number.len()));
                let stem = stem.strip_suffix(&format!(".{ending}")).unwrap_or(&stem);
                path = folder.join(format!("{stem}{number}.{ending}"));
            }
            Err(_) => break,
        }
    }
    std::fs::write(&path, bytes).map_err(failed(&path))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn document(name: &str, bytes: &[u8]) -> Document {
        Document { name: name.into(), ending: "pdf", bytes: bytes.to_vec(), size: PaperSize::A5 }
    }

    #[test]
    fn no_saved_paper_takes_the_place_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let save = |bytes: &[u8]| {
            let path = save_in(folder.path(), &document("Biên lai số 01/2026", bytes)).unwrap();
            path.file_name().unwrap().to_str().unwrap().to_owned()
        };
        assert_eq!(save(b"one"), "Biên lai số 01-2026.pdf");
        assert_eq!(save(b"one"), "Biên lai số 01-2026.pdf", "the same paper once more");
        assert_eq!(save(b"two"), "Biên lai số 01-2026 (2).pdf");
        assert_eq!(save(b"three"), "Biên lai số 01-2026 (3).pdf");
        assert_eq!(std::fs::read(folder.path().join("Biên lai số 01-2026.pdf")).unwrap(), b"one");
    }

    #[test]
    fn a_title_of_any_length_is_saved() {
        let folder = tempfile::tempdir().unwrap();
        let long = "Thủ tục ".repeat(60);
        for bytes in [b"one", b"two"] {
            let path = save_in(folder.path(), &document(&long, bytes)).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
            assert!(path.file_name().unwrap().len() <= MOST_NAME);
        }
    }

    #[test]
    fn good_news_goes_by_itself_and_bad_news_stays() {
        let later = clock::now().checked_add(STAY * 2).unwrap();
        let failed = Told::Failed(Notice::error(&reports::print::PrintError::NoPrinter));
        for (told, stays) in [
            (Told::Printed(1), false),
            (Told::Saved("/nowhere/a.pdf".into()), false),
            (failed, true),
        ] {
            let mut state = State::default();
            drop(state.update(Message::Told(told)));
            assert!(state.view().is_some());
            state.tick(later);
            assert_eq!(state.view().is_some(), stays);
        }
    }
}
