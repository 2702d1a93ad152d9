//! The machines of the office: who they are, what they exchange by a folder, which of them numbers which book, and
//! what contradicts after they worked apart.

mod view;

use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use ledger::{EventKind, Held, Ledger, SeatRequest};
use office::{
    book::{Book, BookId},
    conflict::ConflictKind,
    entry::DeviceId,
    person::PersonId,
    subject::Subject,
    text::{clean, clean_lines},
};
use widgets::{Element, Icon, keys::Pressed};

use super::{
    Shown,
    help::{Help, help},
    menu,
};
use crate::{
    browse::{Place, Wanted, unquoted},
    window::{
        exchange::{Running, Way},
        notice::Notice,
    },
};

/// The field for the folder.
pub const FOLDER: &str = "seats-folder";
/// The field for a new machine's file.
const REQUEST: &str = "seats-request";
/// The field for the folder of its copy.
const COPY: &str = "seats-copy";
/// The choice of the machine that gets a book.
const MACHINE: &str = "seats-machine";
/// The main button of a question that begins elsewhere, where it is answered already.
const CONFIRM: &str = "seats-confirm";
/// The field for what was decided.
const WORDS: &str = "seats-words";
/// The list of conflicts.
const CONFLICTS: &str = "seats-conflicts";

const LIST_HEIGHT: f32 = 168.0;
const DIALOG_WIDTH: f32 = 600.0;

/// A machine of the office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its device.
    pub id: DeviceId,
    /// What its users call it.
    pub label: String,
    /// Entries of its own that are here.
    pub entries: u64,
    /// Whether it is this one.
    pub here: bool,
}

/// A conflict that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// In what.
    pub kind: ConflictKind,
    /// Place of the entry that does not hold.
    pub place: u64,
    /// When it was written.
    pub at: DateTime,
    /// Who wrote it, and on which machine.
    pub who: String,
    /// What it is about.
    pub about: String,
    /// What the head may look at.
    pub opens: Option<Opens>,
}

/// What a conflict is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opens {
    /// A dossier, an act.
    Subject(Subject),
    /// A person.
    Person(PersonId),
}

/// What the ledger knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The machines.
    pub machines: Vec<Machine>,
    /// Who holds which book; none where nobody issued a number yet.
    pub books: Vec<(Book, Option<DeviceId>)>,
    /// Numbers that are awaited.
    pub pending: u64,
    /// Entries that are held, by reason.
    pub held: Vec<(Held, u64)>,
    /// Conflicts, oldest first.
    pub conflicts: Vec<Conflict>,
    /// This machine was restored, and the others do not know its key: the code of its request.
    pub stranger: Option<String>,
    /// This machine is a copy whose entries were admitted elsewhere.
    pub set_aside: bool,
}

/// The screen's state.
pub struct State {
    known: Known,
    folder: String,
    places: Vec<Place>,
    running: Option<Running>,
    /// A copy for a machine that was let in is being made.
    copying: bool,
    selected: u64,
    asked: Option<Asked>,
    notice: Option<Notice>,
}

/// The question that is open.
enum Asked {
    /// A new machine wants in.
    Admit { path: String, request: Option<(SeatRequest, String)>, folder: String },
    /// A book goes to another machine.
    HandOver { book: BookId, to: Option<DeviceId> },
    /// What a copy of a machine wrote is to count.
    Adopt(u64),
    /// A conflict was decided.
    Settle { conflict: Conflict, words: String },
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The folder.
    FolderTyped(String),
    /// One of the places.
    PlaceChosen(usize),
    /// Entries are to go out or to come in.
    ExchangeAsked(Way),
    /// This machine, restored, asks to be let in.
    RequestAsked,
    /// What a copy of a machine wrote, so many entries, is to count.
    AdoptAsked(u64),
    /// A new machine is to be let in.
    AdmitAsked,
    /// The path of its file.
    RequestTyped(String),
    /// A file is to be chosen.
    FileAsked,
    /// This file it is.
    FileGiven(PathBuf),
    /// The file was read: the request and its code.
    RequestRead(String, Result<(SeatRequest, String), Notice>),
    /// Where its copy goes.
    TargetTyped(String),
    /// A book is to go to another machine.
    HandOverAsked(BookId),
    /// To this one.
    MachineChosen(Option<DeviceId>),
    /// A conflict was selected.
    Selected(u64),
    /// The dossier of a conflict is to be opened.
    Opened(u64),
    /// The selected conflict was decided.
    SettleAsked,
    /// What was decided.
    WordsTyped(String),
    /// Enter or the question's main button.
    Confirmed,
    /// Rather not.
    Forgone,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Focus a field.
    Focus(&'static str),
    /// Exchange by this folder.
    Exchange(Way, PathBuf),
    /// Read a new machine's file, off the window's thread.
    Read(String),
    /// Write this machine's request into this folder.
    Request(PathBuf),
    /// Let it in, and make its copy in this folder if it needs one.
    Admit(SeatRequest, Option<PathBuf>),
    /// Let what a copy of a machine wrote count.
    Adopt,
    /// Give a book to a machine.
    HandOver(BookId, DeviceId),
    /// Open a dossier.
    Open(Opens),
    /// Write down what was decided about a conflict.
    Settle {
        /// Place of the entry that does not hold.
        place: u64,
        /// In what.
        kind: ConflictKind,
        /// What was decided.
        words: String,
    },
    /// Back.
    Close,
}

impl State {
    /// Shows what is known; `notice`: of an exchange that ended elsewhere.
    pub fn new(
        known: Known,
        places: Vec<Place>,
        running: Option<Running>,
        notice: Option<Notice>,
    ) -> Self {
        let stick = places.iter().find(|place| place.label.starts_with("Ổ "));
        Self {
            known,
            folder: stick.map(|stick| stick.folder.display().to_string()).unwrap_or_default(),
            places,
            running,
            copying: false,
            selected: 0,
            asked: None,
            notice,
        }
    }

    /// Goes on with the folder of the exchange before.
    pub fn in_folder(self, folder: &Path) -> Self {
        Self { folder: folder.display().to_string(), ..self }
    }

    /// What is known now.
    pub fn know(&mut self, known: Known, running: Option<Running>) {
        self.selected = self.selected.min((known.conflicts.len() as u64).saturating_sub(1));
        (self.known, self.running) = (known, running);
    }

    /// How far a running exchange is.
    pub fn progressed(&mut self, running: Running) {
        self.running = Some(running);
    }

    /// The question was carried out, or something ended.
    pub fn done(&mut self, notice: Notice) {
        self.asked = None;
        self.notice = Some(notice);
    }

    /// The ledger refused; the question stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The machine was let in; its copy is being made.
    pub fn let_in(&mut self) {
        self.asked = None;
        self.copying = true;
        self.notice =
            Some(Notice::info("Đã cho máy mới vào. Đang ghi bản sao để máy ấy mở, xin chờ…"));
    }

    /// A backup ended; gives whether it was the copy for a new machine.
    pub fn copied(&mut self) -> bool {
        std::mem::take(&mut self.copying)
    }

    /// Whether the dialog waits for a new machine's file.
    pub fn takes_file(&self) -> bool {
        matches!(self.asked, Some(Asked::Admit { .. }))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::FolderTyped(text) => {
                self.folder = text;
                self.notice = None;
            }
            Message::PlaceChosen(n) => {
                if let Some(place) = self.places.get(n) {
                    self.folder = place.folder.display().to_string();
                }
            }
            Message::ExchangeAsked(way) if self.running.is_none() => match absolute(&self.folder) {
                Some(folder) => {
                    self.notice = None;
                    return Action::Exchange(way, folder);
                }
                None => {
                    self.notice = Some(Notice::caution(NO_FOLDER));
                    return Action::Focus(FOLDER);
                }
            },
            Message::ExchangeAsked(_) => {}
            Message::RequestAsked => match absolute(&self.folder) {
                Some(folder) => return Action::Request(folder),
                None => {
                    self.notice = Some(Notice::caution(NO_FOLDER));
                    return Action::Focus(FOLDER);
                }
            },
            Message::AdoptAsked(entries) => {
                self.ask(Asked::Adopt(entries));
            }
            Message::AdmitAsked => {
                let folder = self.folder.clone();
                self.ask(Asked::Admit { path: String::new(), request: None, folder });
                return Action::Focus(REQUEST);
            }
            Message::RequestTyped(text) => {
                if let Some(Asked::Admit { path, request, .. }) = &mut self.asked {
                    (*path, *request) = (text, None);
                }
            }
            Message::FileAsked => {}
            Message::FileGiven(file) => {
                if let Some(Asked::Admit { path, request, .. }) = &mut self.asked {
                    (*path, *request) = (file.display().to_string(), None);
                    return Action::Read(path.clone());
                }
            }
            Message::RequestRead(file, read) => {
                if let Some(Asked::Admit { path, request, .. }) = &mut self.asked
                    && unquoted(path) == file
                {
                    match read {
                        Ok(read) => {
                            let needs_copy = !read.0.has_ledger();
                            (*request, self.notice) = (Some(read), None);
                            if needs_copy {
                                return Action::Focus(COPY);
                            }
                        }
                        Err(notice) => self.notice = Some(notice),
                    }
                }
            }
            Message::TargetTyped(text) => {
                if let Some(Asked::Admit { folder, .. }) = &mut self.asked {
                    *folder = text;
                }
            }
            Message::HandOverAsked(book) => {
                let mut others = self.others();
                let to = others.next().map(|machine| machine.id.clone());
                let to = if others.next().is_none() { to } else { None };
                drop(others);
                let focus = if to.is_some() { CONFIRM } else { MACHINE };
                self.ask(Asked::HandOver { book, to });
                return Action::Focus(focus);
            }
            Message::MachineChosen(machine) => {
                if let Some(Asked::HandOver { to, .. }) = &mut self.asked {
                    *to = machine;
                    return Action::Focus(CONFIRM);
                }
            }
            Message::Selected(n) => self.selected = n,
            Message::Opened(n) => {
                if let Some(Conflict { opens: Some(opens), .. }) = self.conflict(n) {
                    return Action::Open(opens.clone());
                }
            }
            Message::SettleAsked => {
                if let Some(conflict) = self.conflict(self.selected).cloned() {
                    self.ask(Asked::Settle { conflict, words: String::new() });
                    return Action::Focus(WORDS);
                }
            }
            Message::WordsTyped(text) => {
                if let Some(Asked::Settle { words, .. }) = &mut self.asked {
                    *words = text;
                }
            }
            Message::Confirmed => return self.confirm(),
            Message::Forgone => {
                (self.asked, self.notice) = (None, None);
                return Action::Focus(FOLDER);
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn ask(&mut self, asked: Asked) {
        (self.asked, self.notice) = (Some(asked), None);
    }

    fn confirm(&mut self) -> Action {
        let (words, field) = match &self.asked {
            None => return Action::None,
            Some(Asked::Admit { path, request: None, .. }) => match unquoted(path) {
                "" => ("Chưa có tệp xin vào. Hãy chọn tệp mà máy mới đã tạo.", REQUEST),
                path => return Action::Read(path.to_owned()),
            },
            Some(Asked::Admit { request: Some((request, _)), .. }) if request.has_ledger() => {
                return Action::Admit(request.clone(), None);
            }
            Some(Asked::Admit { request: Some((request, _)), folder, .. }) => {
                match absolute(folder) {
                    Some(folder) => return Action::Admit(request.clone(), Some(folder)),
                    None => (NO_FOLDER, COPY),
                }
            }
            Some(Asked::HandOver { book, to }) => match to {
                Some(to) => return Action::HandOver(*book, to.clone()),
                None => ("Chưa chọn máy nhận sổ. Chưa giao gì.", MACHINE),
            },
            Some(Asked::Adopt(_)) => return Action::Adopt,
            Some(Asked::Settle { conflict, words }) => match clean_lines(words) {
                words if words.is_empty() => {
                    ("Chưa ghi đã xử lý thế nào: lời này được ghi vào sổ cùng mâu thuẫn.", WORDS)
                }
                words => {
                    return Action::Settle { place: conflict.place, kind: conflict.kind, words };
                }
            },
        };
        self.notice = Some(Notice::caution(words));
        Action::Focus(field)
    }

    fn conflict(&self, n: u64) -> Option<&Conflict> {
        self.known.conflicts.get(usize::try_from(n).ok()?)
    }

    fn others(&self) -> impl Iterator<Item = &Machine> {
        self.known.machines.iter().filter(|machine| !machine.here)
    }

    fn machine(&self, id: &DeviceId) -> Option<&Machine> {
        self.known.machines.iter().find(|machine| machine.id == *id)
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("seats");
    const MENU: Option<menu::Row> = Some(menu::Row::office(Icon::Machines, "Các máy"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.may(EventKind::DeviceAdmitted)
    }

    fn title(&self) -> &'static str {
        match self.asked {
            None => match self.running {
                None => "Các máy",
                Some(Running { way: Way::Out, .. }) => "Đang xuất mục ghi",
                Some(Running { way: Way::In, .. }) => "Đang nhập mục ghi",
            },
            Some(Asked::Admit { .. }) => "Cho máy mới vào",
            Some(Asked::HandOver { .. }) => "Giao sổ",
            Some(Asked::Adopt(_)) => "Nhận mục ghi của bản sao máy",
            Some(Asked::Settle { .. }) => "Xử lý mâu thuẫn",
        }
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(FOLDER.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.asks() {
            return Some(match key {
                Pressed::Escape => Message::Forgone,
                Pressed::Enter => Message::Confirmed,
                _ => return None,
            });
        }
        Some(match key {
            Pressed::F(2) => Message::ExchangeAsked(Way::Out),
            Pressed::F(7) => Message::ExchangeAsked(Way::In),
            Pressed::F(8) => Message::AdmitAsked,
            Pressed::F(9) => Message::SettleAsked,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.takes_file().then_some(Wanted::Request)
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::FileGiven(path))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::FileAsked)
    }

    fn tell(&mut self, notice: Notice) {
        self.refused(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        self.draw()
    }
}

const NO_FOLDER: &str =
    "Chưa chọn thư mục. Hãy cắm USB rồi chọn ổ, hoặc gõ đường dẫn đầy đủ của thư mục. Chưa làm gì.";

fn absolute(folder: &str) -> Option<PathBuf> {
    Some(PathBuf::from(clean(folder))).filter(|folder| folder.is_absolute())
}

#[cfg(test)]
mod tests;
