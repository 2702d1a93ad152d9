//! The machines of the office: who they are, what they exchange by a folder, which of them numbers which book, and
//! what contradicts after they worked apart.

use std::path::PathBuf;

use jiff::civil::DateTime;
use ledger::{Held, SeatRequest};
use office::{
    book::{Book, BookId},
    conflict::ConflictKind,
    dossier::DossierId,
    entry::DeviceId,
    text::{clean, clean_lines},
};
use widgets::{
    Dialog, Element, Tone, badge, column, field, flow, modal, pick, primary,
    progress::dotted,
    quiet, row, secondary, section, space, table,
    table::{Cell, Column},
    text,
};

use crate::{
    browse::Place,
    window::{
        exchange::{Running, Way},
        layout,
        notice::Notice,
    },
};

/// The field for the folder.
pub const FOLDER: &str = "seats-folder";
/// The field for a new machine's file.
const REQUEST: &str = "seats-request";
/// The choice of the machine that gets a book.
const MACHINE: &str = "seats-machine";
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
    /// The dossier, with its code as far as it has one.
    pub dossier: Option<(DossierId, String)>,
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
    Open(DossierId),
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

    /// Whether a question is open.
    pub fn asks(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether the dialog waits for a new machine's file.
    pub fn takes_file(&self) -> bool {
        matches!(self.asked, Some(Asked::Admit { .. }))
    }

    /// The window's title.
    pub fn title(&self) -> &'static str {
        match self.asked {
            None => "Các máy",
            Some(Asked::Admit { .. }) => "Cho máy mới vào",
            Some(Asked::HandOver { .. }) => "Giao sổ",
            Some(Asked::Adopt(_)) => "Nhận mục ghi của bản sao máy",
            Some(Asked::Settle { .. }) => "Xử lý mâu thuẫn",
        }
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
            Message::AdoptAsked(entries) => self.ask(Asked::Adopt(entries)),
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
                        Ok(read) => (*request, self.notice) = (Some(read), None),
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
                self.ask(Asked::HandOver { book, to });
                return Action::Focus(MACHINE);
            }
            Message::MachineChosen(machine) => {
                if let Some(Asked::HandOver { to, .. }) = &mut self.asked {
                    *to = machine;
                }
            }
            Message::Selected(n) => self.selected = n,
            Message::Opened(n) => {
                if let Some(Conflict { dossier: Some((id, _)), .. }) = self.conflict(n) {
                    return Action::Open(id.clone());
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
                    None => (NO_FOLDER, REQUEST),
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

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let head = row([
            text::title("Các máy").into(),
            flow::spring().into(),
            secondary("Cho máy mới vào").key("F8").on_press(Message::AdmitAsked).into(),
            quiet("Về trang chính").key("Esc").on_press(Message::Closed).into(),
        ])
        .spacing(space::M);
        let notice = self.notice.as_ref().filter(|_| self.asked.is_none()).map(Notice::view);
        let left = column([self.machines(), self.exchange()]).width(iced::Length::FillPortion(1));
        let right = column([self.books()]).width(iced::Length::FillPortion(1));
        let screen = iced::widget::Column::new()
            .push(head)
            .push(notice)
            .push((!self.known.conflicts.is_empty()).then(|| self.conflicts()))
            .push(iced::widget::Row::new().push(left).push(right).spacing(space::L))
            .spacing(space::M);
        modal(flow::page(screen), self.asked.as_ref().map(|asked| self.question(asked)))
    }

    fn machines(&self) -> Element<'_, Message> {
        let mut content = column(self.known.machines.iter().map(|machine| {
            row([text::strong(machine.label.as_str()).into()])
                .push(machine.here.then(|| badge("Máy này", Tone::Info)))
                .push(flow::spring())
                .push(text::body(format!("{} mục ghi", dotted(machine.entries))))
                .spacing(space::M)
                .into()
        }));
        if self.others().next().is_none() {
            content = content.push(text::small(
                "Cơ quan chỉ có máy này. Trên máy mới, tạo tệp xin vào rồi bấm “Cho máy mới vào”.",
            ));
        }
        if self.known.pending > 0 {
            content = content.push(text::toned(
                format!(
                    "{} mục ghi chờ cấp số. Máy giữ sổ cấp số khi nhập mục ghi của máy này.",
                    self.known.pending
                ),
                Tone::Caution,
            ));
        }
        for (why, count) in self.known.held.iter().filter(|(_, count)| *count > 0) {
            content =
                content.push(text::toned(format!("{count} mục ghi {}", held(*why)), Tone::Caution));
            if *why == Held::Fork {
                let adopt = secondary("Nhận các mục này…").on_press(Message::AdoptAsked(*count));
                content = content.push(row([flow::spring().into(), adopt.into()]));
            }
        }
        if self.known.set_aside {
            content = content.push(text::toned(
                "Máy này là bản sao: lãnh đạo đã nhận các mục ghi của nó trên máy khác và ở đây không ghi việc mới nữa. Hãy xuất mục ghi ra thư mục, rồi vào lại cơ quan trong một thư mục dữ liệu trống.",
                Tone::Caution,
            ));
        }
        if let Some(code) = &self.known.stranger {
            content = content
                .push(text::toned(
                    "Máy này được khôi phục từ bản sao lưu: các máy khác chưa nhận mục ghi của nó. Ghi tệp xin vào ra thư mục trao đổi, rồi để lãnh đạo cho vào trên máy khác.",
                    Tone::Caution,
                ))
                .push(
                    row([text::body("Mã của máy này").into(), text::strong(code.as_str()).into()])
                        .push(flow::spring())
                        .push(secondary("Ghi tệp xin vào").on_press(Message::RequestAsked))
                        .spacing(space::M),
                );
        }
        section("Máy của cơ quan", None, content).into()
    }

    fn exchange(&self) -> Element<'_, Message> {
        let places = self.places.iter().enumerate().map(|(n, place)| -> Element<'_, Message> {
            quiet(place.label.as_str()).on_press(Message::PlaceChosen(n)).into()
        });
        let content = column([
            field("Thư mục trao đổi", &self.folder)
                .id(FOLDER)
                .plain()
                .hint("USB hoặc thư mục dùng chung. Tệp xuất ra đã mã hóa, chỉ máy của cơ quan đọc được.")
                .on_change(Message::FolderTyped)
                .into(),
            iced::widget::Row::with_children(places).spacing(space::XS).wrap().into(),
        ]);
        let content = match self.running {
            Some(Running { way, entries }) => content.push(text::body(match way {
                Way::Out => format!("Đang xuất: {entries} mục ghi. Vẫn làm việc khác được."),
                Way::In => format!("Đang nhập: {entries} mục ghi mới. Vẫn làm việc khác được."),
            })),
            None => content.push(
                row([
                    primary("Xuất ra thư mục")
                        .key("F2")
                        .on_press(Message::ExchangeAsked(Way::Out))
                        .into(),
                    secondary("Nhập từ thư mục")
                        .key("F7")
                        .on_press(Message::ExchangeAsked(Way::In))
                        .into(),
                ])
                .spacing(space::M),
            ),
        };
        section("Trao đổi mục ghi", None, content).into()
    }

    fn label(&self, id: BookId) -> &str {
        let book = self.known.books.iter().find(|(book, _)| book.id == id);
        book.map_or("", |(book, _)| book.label.as_str())
    }

    fn books(&self) -> Element<'_, Message> {
        let alone = self.others().next().is_none();
        let books = self.known.books.iter().map(|(book, holder)| {
            let holder = holder.as_ref().map(|id| (self.machine(id), id));
            let (words, here) = match holder {
                None => ("Chưa cấp số nào".to_owned(), false),
                Some((Some(machine), _)) if machine.here => ("Máy này cấp số".into(), true),
                Some((Some(machine), _)) => (format!("{} cấp số", machine.label), false),
                Some((None, _)) => ("Máy khác cấp số".into(), false),
            };
            let name =
                column([text::strong(book.label.as_str()).into(), text::small(words).into()])
                    .spacing(0.0)
                    .width(iced::Length::Fill);
            let give = quiet("Giao sổ cho máy…").on_press(Message::HandOverAsked(book.id));
            row([name.into()]).push((here && !alone).then_some(give)).spacing(space::M).into()
        });
        let words = "Mỗi sổ chỉ một máy cấp số. Máy không giữ sổ ghi “chờ cấp số”.";
        let content = column([text::small(words).into()]).extend(books);
        section("Sổ và quyền cấp số", None, content).into()
    }

    fn conflicts(&self) -> Element<'_, Message> {
        let list = table(
            [
                Column::share("Mâu thuẫn", 3),
                Column::fixed("Lúc", 152.0),
                Column::share("Người ghi, máy", 2),
                Column::fixed("Hồ sơ", 200.0),
            ],
            self.known.conflicts.len() as u64,
            |place, column| {
                let conflict = self.conflict(place)?;
                Some(match column {
                    0 => Cell::toned(conflict.kind.label(), Tone::Caution),
                    1 => moment(conflict.at).into(),
                    2 => conflict.who.as_str().into(),
                    _ => conflict.dossier.as_ref().map_or("", |(_, code)| code.as_str()).into(),
                })
            },
        )
        .id(CONFLICTS)
        .height(LIST_HEIGHT)
        .selected(Some(self.selected))
        .on_select(Message::Selected)
        .on_open(Message::Opened);
        let settle = primary("Đã xử lý").key("F9").on_press(Message::SettleAsked);
        let words = "Mục ghi nêu ở đây không có hiệu lực; mục ghi có trước vẫn giữ. Mở hồ sơ (Enter), làm lại việc còn thiếu nếu cần, rồi ghi đã xử lý thế nào.";
        let content = column([text::body(words).into(), list.into()]);
        section(
            format!("{} mâu thuẫn chờ xử lý", self.known.conflicts.len()),
            Some(settle.into()),
            content,
        )
        .into()
    }

    fn question<'a>(&'a self, asked: &'a Asked) -> Dialog<'a, Message> {
        let notice = self.notice.as_ref().map(Notice::view);
        let main = |words| primary(words).key("Enter").on_press(Message::Confirmed);
        match asked {
            Asked::Admit { path, request, folder } => {
                let content = iced::widget::Column::new()
                    .push(
                        field("Tệp xin vào của máy mới", path)
                            .id(REQUEST)
                            .required()
                            .hint("Máy mới tạo tệp này khi mở lần đầu: chọn “Máy thứ hai của cơ quan”.")
                            .on_change(Message::RequestTyped)
                            .on_submit(Message::Confirmed),
                    )
                    .push(request.as_ref().map(|(request, code)| {
                        let copy = (!request.has_ledger()).then(|| {
                            field("Thư mục ghi bản sao cho máy mới", folder)
                                .plain()
                                .required()
                                .hint("Bản sao là một thư mục mới ở trong, đã mã hóa. Máy mới mở bằng mật khẩu của người dùng.")
                                .on_change(Message::TargetTyped)
                                .on_submit(Message::Confirmed)
                        });
                        column([
                            text::body(format!("Máy xin vào: {}", request.label)).into(),
                            text::title(code.as_str()).into(),
                            text::toned(
                                "Mã trên máy ấy phải đúng như thế này. Nếu khác, đừng cho vào.",
                                Tone::Caution,
                            )
                            .into(),
                        ])
                        .push(request.has_ledger().then(|| text::body(
                            "Máy này được khôi phục từ bản sao lưu và đã có sổ cái: không cần bản sao, chỉ cần trao đổi mục ghi.",
                        )))
                        .push(copy)
                    }))
                    .push(notice)
                    .spacing(space::M);
                let confirm = match request {
                    None => main("Xem tệp"),
                    Some(_) => main("Mã đúng, cho máy vào"),
                };
                Dialog::new("Cho máy mới vào", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(secondary("Chọn tệp…").key("F4").on_press(Message::FileAsked))
                    .action(confirm)
            }
            Asked::HandOver { book, to } => {
                let machines =
                    self.others().map(|machine| (Some(machine.id.clone()), machine.label.as_str()));
                let content = iced::widget::Column::new()
                    .push(text::strong(self.label(*book)))
                    .push(
                        pick("Máy nhận sổ", machines, Some(to))
                            .id(MACHINE)
                            .required()
                            .on_pick(Message::MachineChosen),
                    )
                    .push(text::body(
                        "Từ lúc này máy này không cấp số của sổ nữa mà ghi “chờ cấp số”. Máy nhận cấp tiếp sau số cuối cùng khi đã nhập mục ghi của máy này: hãy xuất ngay sau khi giao. Số không bao giờ bị cấp hai lần.",
                    ))
                    .push(notice)
                    .spacing(space::M);
                Dialog::new("Giao sổ cho máy khác?", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(main("Giao sổ"))
            }
            Asked::Adopt(entries) => {
                let content = iced::widget::Column::new()
                    .push(text::strong(format!("{} mục ghi đang được giữ riêng", dotted(*entries))))
                    .push(text::body(
                        "Hai máy đã ghi bằng cùng một khóa: một thư mục dữ liệu bị sao chép, hoặc bị đưa về trạng thái cũ. Nhận vào thì mọi máy có đủ các mục ấy, đúng người ghi và giờ ghi. Số mà cả hai cùng cấp thành mâu thuẫn chờ xử lý.",
                    ))
                    .push(text::body(
                        "Máy là bản sao từ đó không ghi việc mới; người dùng vào lại cơ quan trong thư mục dữ liệu trống.",
                    ))
                    .push(text::toned(
                        "Hãy hỏi người dùng các máy trước. Không ai biết bản sao ấy thì đừng nhận.",
                        Tone::Caution,
                    ))
                    .push(notice)
                    .spacing(space::M);
                Dialog::new("Nhận mục ghi của bản sao máy?", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(main("Nhận vào sổ"))
            }
            Asked::Settle { conflict, words } => {
                let title = match &conflict.dossier {
                    Some((_, code)) => format!("{} – {code}", conflict.kind.label()),
                    None => conflict.kind.label().to_owned(),
                };
                let content = iced::widget::Column::new()
                    .push(text::strong(title))
                    .push(text::small(format!("{}, {}", moment(conflict.at), conflict.who)))
                    .push(
                        field("Đã xử lý thế nào", words)
                            .id(WORDS)
                            .lines(layout::REASON_LINES)
                            .required()
                            .placeholder("Giữ kết quả đã trả; báo lại người hủy")
                            .on_change(Message::WordsTyped)
                            .on_submit(Message::Confirmed),
                    )
                    .push(notice)
                    .spacing(space::M);
                Dialog::new("Mâu thuẫn đã xử lý", content)
                    .action(layout::cancel(Message::Forgone))
                    .action(main("Ghi vào sổ"))
            }
        }
        .width(DIALOG_WIDTH)
        .on_close(Message::Forgone)
    }
}

const NO_FOLDER: &str =
    "Chưa chọn thư mục. Hãy cắm USB rồi chọn ổ, hoặc gõ đường dẫn đầy đủ của thư mục. Chưa làm gì.";

fn absolute(folder: &str) -> Option<PathBuf> {
    Some(PathBuf::from(clean(folder))).filter(|folder| folder.is_absolute())
}

/// A path that was copied from a file manager may stand in quotes.
fn unquoted(path: &str) -> &str {
    path.trim().trim_matches(['"', '\''])
}

fn held(why: Held) -> &'static str {
    match why {
        Held::Early => {
            "chờ mục ghi đứng trước hoặc tệp kèm theo: hãy nhập tệp xuất từ máy còn thiếu."
        }
        Held::Future => "đề ngày trong tương lai: hãy xem lại giờ của máy đã viết.",
        Held::Fork => {
            "trái với chuỗi của máy viết chúng: có hai máy dùng một khóa. Chúng được giữ riêng, không mất."
        }
        Held::Stranger => "của máy chưa được cho vào.",
    }
}

fn moment(at: DateTime) -> String {
    at.strftime("%H:%M %d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests;
