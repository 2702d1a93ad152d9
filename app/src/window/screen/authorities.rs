//! Whom the office trusts to issue certificates for signing documents: apart from the list for chips. Who took
//! each, when, from which file and how it was compared stands beside it; only the head removes one.

mod add;

use std::path::PathBuf;

use jiff::civil::Date;
use ledger::{Ledger, LedgerError, TrustRecord};
use office::entry::ContentHash;
use widgets::{
    Dialog, Element, Icon, card, empty_state, flow,
    keys::Pressed,
    modal, primary, quiet, row, secondary, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
    trust::{
        Row,
        removal::{REASON, Removal, Words},
        words::{day, grouped, until, validity},
    },
};
use crate::{authorities::Offer, browse::Wanted, clock, window::notice::Notice};
pub use add::Add;

/// The list.
pub const TABLE: &str = "authorities-table";

/// What an empty list says. Which roots there are the authorities publish, not the program.
const EMPTY: &str = "Chương trình không kèm sẵn chứng thư gốc nào: cơ quan tự nhận, tự đối chiếu rồi thêm.\n\
    Chữ ký số chuyên dùng công vụ: chứng thư gốc do Cục Chứng thực số và Bảo mật thông tin, Ban Cơ yếu Chính phủ cấp.\n\
    Chữ ký số công cộng, kể cả ký từ xa: chứng thư gốc do Trung tâm Chứng thực điện tử quốc gia (NEAC), Bộ Khoa học và Công nghệ công bố.\n\
    Trước khi thêm, hãy đối chiếu dấu SHA-256 với nơi cấp qua một đường khác, ví dụ văn bản hoặc điện thoại.";

/// What this user may do with the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Add.
    pub add: bool,
    /// Remove.
    pub remove: bool,
}

/// The screen's state.
pub struct State {
    rows: Vec<Row>,
    selected: usize,
    today: Date,
    rights: Rights,
    /// Signed files that are verified anew on the way back.
    back: Vec<PathBuf>,
    asked: Option<Asked>,
    notice: Option<Notice>,
    refused: Option<String>,
}

/// The question that is open.
enum Asked {
    /// A file is added.
    Add(Add),
    /// Why one is trusted no longer.
    Remove(Removal),
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A row was selected.
    Selected(u64),
    /// A file is to be added.
    AddAsked,
    /// A file is to be chosen.
    FileAsked,
    /// A file was chosen or dropped.
    FileGiven(PathBuf),
    /// A file was read.
    Read(PathBuf, Result<Offer, Notice>),
    /// In the dialog: the path.
    PathTyped(String),
    /// In the dialog: how the file was compared.
    WordsTyped(String),
    /// The selected one is to be removed.
    RemoveAsked,
    /// Why.
    ReasonTyped(String),
    /// Enter or the question's main button.
    Confirmed,
    /// Rather not.
    Forgone,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Focus a field.
    Focus(&'static str),
    /// Read this file, off the window's thread.
    Read(PathBuf),
    /// Trust what a file offers.
    Take {
        /// The file.
        offer: Offer,
        /// How it was compared.
        words: String,
    },
    /// Trust one no longer.
    Remove {
        /// Which.
        fingerprint: ContentHash,
        /// Why.
        reason: String,
    },
    /// Back: to these signed files, or to the home screen.
    Close(Vec<PathBuf>),
}

impl State {
    /// The list; `back`: the signed files from which the user came.
    pub fn new(today: Date, rights: Rights, back: Vec<PathBuf>) -> Self {
        Self {
            rows: Vec::new(),
            selected: 0,
            today,
            rights,
            back,
            asked: None,
            notice: None,
            refused: None,
        }
    }

    /// What is trusted now, the newest first.
    pub fn show(&mut self, rows: Vec<Row>) {
        self.selected = self.selected.min(rows.len().saturating_sub(1));
        self.rows = rows;
    }

    /// The ledger does not show it to this user, or cannot.
    pub fn closed_to(&mut self, error: &LedgerError) {
        self.refused = Some(error.to_string());
    }

    /// The question was carried out.
    pub fn done(&mut self, notice: Notice) {
        self.asked = None;
        self.notice = Some(notice);
    }

    /// The ledger refused; gives the field to correct.
    pub fn refused(&mut self, error: Notice) -> &'static str {
        match &mut self.asked {
            Some(Asked::Add(add)) => {
                add.refused(error);
                add.field()
            }
            Some(Asked::Remove(removal)) => {
                removal.refused(error);
                REASON
            }
            None => {
                self.notice = Some(error);
                TABLE
            }
        }
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Selected(place) => {
                self.selected = usize::try_from(place).unwrap_or_default();
            }
            Message::AddAsked if self.rights.add => {
                self.notice = None;
                self.asked = Some(Asked::Add(Add::default()));
                return Action::Focus(add::PATH);
            }
            Message::FileGiven(path) if self.rights.add => {
                let add = match &mut self.asked {
                    Some(Asked::Add(add)) => add,
                    Some(Asked::Remove(_)) => return Action::None,
                    asked => {
                        *asked = Some(Asked::Add(Add::default()));
                        return self.update(Message::FileGiven(path));
                    }
                };
                self.notice = None;
                add.read(path.clone());
                return Action::Read(path);
            }
            Message::AddAsked | Message::FileGiven(_) | Message::FileAsked => {}
            Message::Read(path, offer) => {
                let known: Vec<ContentHash> =
                    self.rows.iter().map(|row| row.record.item.fingerprint.clone()).collect();
                if let Some(Asked::Add(add)) = &mut self.asked
                    && add.awaits(&path)
                {
                    add.offered(offer, &known);
                    return Action::Focus(add.field());
                }
            }
            Message::PathTyped(path) => {
                if let Some(Asked::Add(add)) = &mut self.asked {
                    add.path = path;
                }
            }
            Message::WordsTyped(words) => {
                if let Some(Asked::Add(add)) = &mut self.asked {
                    add.words = words;
                }
            }
            Message::RemoveAsked if self.rights.remove => {
                if let Some(row) = self.chosen() {
                    self.asked = Some(Asked::Remove(Removal::of(row.record.item.clone())));
                    self.notice = None;
                    return Action::Focus(REASON);
                }
            }
            Message::RemoveAsked => {}
            Message::ReasonTyped(text) => {
                if let Some(Asked::Remove(removal)) = &mut self.asked {
                    removal.type_reason(text);
                }
            }
            Message::Confirmed => return self.confirm(),
            Message::Forgone => {
                self.asked = None;
                return Action::Focus(TABLE);
            }
            Message::Closed => return Action::Close(std::mem::take(&mut self.back)),
        }
        Action::None
    }

    fn confirm(&mut self) -> Action {
        match &mut self.asked {
            None => Action::None,
            Some(Asked::Add(add)) => add.confirm(),
            Some(Asked::Remove(removal)) => match removal.confirm() {
                Some((fingerprint, reason)) => Action::Remove { fingerprint, reason },
                None => Action::Focus(REASON),
            },
        }
    }

    fn head(&self) -> Element<'_, Message> {
        let mut head = row([text::title("Nơi cấp chữ ký số").into()]);
        if !self.rows.is_empty() {
            head = head.push(text::small(format!("{} nơi cấp được tin cậy", self.rows.len())));
        }
        head = head.push(flow::spring());
        if self.rights.add {
            let add = primary("Thêm chứng thư").icon(Icon::Plus).key("F2");
            head = head.push(add.on_press(Message::AddAsked));
        }
        let back = match self.back.is_empty() {
            true => "Về trang chính",
            false => "Về kiểm tra chữ ký",
        };
        head.push(quiet(back).key("Esc").on_press(Message::Closed)).spacing(space::M).into()
    }

    fn list(&self) -> Element<'_, Message> {
        if self.rows.is_empty() {
            let add = secondary("Thêm chứng thư").key("F2").on_press(Message::AddAsked);
            return empty_state(
                Icon::Shield,
                "Chưa tin cậy nơi cấp chữ ký số nào",
                EMPTY,
                self.rights.add.then(|| add.into()),
            );
        }
        table(
            [
                Column::share("Nơi cấp", 5),
                Column::fixed("Hiệu lực đến", 120.0),
                Column::share("Người thêm", 3),
                Column::fixed("Ngày thêm", 112.0),
            ],
            self.rows.len() as u64,
            |place, column| self.cell(place, column),
        )
        .id(TABLE)
        .selected(Some(self.selected as u64))
        .on_select(Message::Selected)
        .into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let row = self.rows.get(usize::try_from(place).ok()?)?;
        let item = &row.record.item;
        Some(match column {
            0 => item.name.as_str().into(),
            1 => until(item.until, self.today),
            2 => row.by.as_str().into(),
            _ => day(clock::local(row.record.at).date()).into(),
        })
    }

    fn about<'a>(&'a self, row: &'a Row) -> Element<'a, Message> {
        let TrustRecord { item, source, at, .. } = &row.record;
        let lines = iced::widget::Column::new()
            .push(text::strong(item.name.as_str()))
            .push(text::body(format!(
                "Số {}. {}.",
                item.serial,
                validity(item.kind, item.from, item.until)
            )))
            .push(text::number(format!("SHA-256 {}", grouped(&item.fingerprint))))
            .push(text::body(format!(
                "{} thêm lúc {}.",
                row.by,
                clock::local(*at).strftime("%H:%M ngày %d/%m/%Y")
            )))
            .push(text::body(format!("Nguồn và cách kiểm tra: {}", source.words)))
            .push(text::small(format!("Tệp {}, SHA-256 {}", source.file, source.sha256.0)))
            .spacing(space::XS)
            .width(iced::Length::Fill);
        let mut line = iced::widget::Row::new().push(lines).spacing(space::M);
        if self.rights.remove {
            let remove = quiet("Bỏ nơi cấp này").key("F9");
            line = line.push(remove.on_press(Message::RemoveAsked));
        }
        card(line).into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("authorities");
    const MENU: Option<menu::Row> = Some(menu::Row::office(Icon::Signature, "Nơi cấp chữ ký số"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_log()
    }

    fn title(&self) -> &'static str {
        match self.asked {
            None => "Nơi cấp chữ ký số",
            Some(Asked::Add(_)) => "Thêm nơi cấp chữ ký số",
            Some(Asked::Remove(_)) => "Bỏ nơi cấp chữ ký số",
        }
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn main_field(&self) -> Option<String> {
        (!self.rows.is_empty()).then(|| TABLE.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match (key, self.asks()) {
            (Pressed::Escape, true) => Message::Forgone,
            (Pressed::Enter, true) => Message::Confirmed,
            (Pressed::F(2), false) => Message::AddAsked,
            (Pressed::F(9), false) => Message::RemoveAsked,
            (Pressed::Escape, false) => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        matches!(&self.asked, Some(Asked::Add(add)) if add.waits()).then_some(Wanted::Authority)
    }

    fn takes_drop(&self) -> bool {
        self.rights.add && !matches!(self.asked, Some(Asked::Remove(_)))
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::FileGiven(path))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::FileAsked)
    }

    fn tell(&mut self, notice: Notice) {
        let _ = self.refused(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        if let Some(sentence) = &self.refused {
            let back = quiet("Về trang chính").key("Esc").on_press(Message::Closed);
            return iced::widget::container(empty_state(
                Icon::Lock,
                "Chưa xem được nơi cấp chữ ký số",
                sentence.as_str(),
                Some(back.into()),
            ))
            .center_y(iced::Length::Fill)
            .into();
        }
        let base = iced::widget::Column::new()
            .push(self.head())
            .push(self.notice.as_ref().map(Notice::view))
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .push(self.chosen().map(|row| self.about(row)))
            .spacing(space::M);
        let base = iced::widget::container(base).padding(space::L).height(iced::Length::Fill);
        modal(base, self.asked.as_ref().map(|asked| asked.dialog(self.today)))
    }
}

impl Asked {
    fn dialog(&self, today: Date) -> Dialog<'_, Message> {
        match self {
            Self::Add(add) => add.dialog(today),
            Self::Remove(removal) => removal.dialog(
                &Words {
                    title: "Bỏ nơi cấp chữ ký số này?",
                    meaning: "Từ nay chữ ký của người có chứng thư do nơi này cấp không còn được coi là hợp lệ. Bản chứng thư vẫn nằm trong sổ cái.",
                    example: "Nơi cấp đã ngừng hoạt động",
                    button: "Bỏ nơi cấp",
                },
                Message::ReasonTyped,
                [Message::Confirmed, Message::Forgone],
            ),
        }
    }
}

#[cfg(test)]
mod tests;
