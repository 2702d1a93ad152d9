//! Signed PDFs verified: files are dropped or chosen, several at once, and each gets one outcome in plain words.
//! Enter shows what was found of each signature.
//!
//! Who decides by a paper reads the outcome first, so that nothing here softens it: what is not proven is not
//! called valid, and what was not looked at yet is not called anything.

mod details;
pub mod words;

use std::path::{Path, PathBuf};

use office::entry::ContentHash;
use widgets::{
    Element, Icon, Tone, card, empty_state, flow,
    keys::Pressed,
    primary, progress, quiet, row, secondary, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
    outlet::Out,
};
use crate::{
    browse::Wanted,
    verifying::{Examined, MOST_FILES},
    window::notice::Notice,
};
use words::{EMPTY, NO_AUTHORITY, outcome, outcome_in_full, summary, title};

/// The list.
pub const TABLE: &str = "verify-table";

/// A file and what is known of it.
#[derive(Clone, Debug)]
pub struct Item {
    path: PathBuf,
    examined: Option<Examined>,
}

/// The screen's state.
#[derive(Default)]
pub struct State {
    items: Vec<Item>,
    selected: usize,
    /// The file that is being verified, and in which run: what an earlier run tells counts no more.
    running: Option<usize>,
    run: u64,
    /// One file's signatures are shown.
    open: bool,
    /// Authorities that the office trusts.
    authorities: usize,
    /// Whether the user may see who they are.
    may_see_authorities: bool,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A file is to be chosen.
    FileAsked,
    /// A file was chosen or dropped.
    FileGiven(PathBuf),
    /// A file was verified, in this run.
    Examined(u64, PathBuf, Examined),
    /// No further files.
    Stopped,
    /// All files anew.
    AgainAsked,
    /// A row was selected.
    Selected(u64),
    /// The signatures of the selected file.
    Opened,
    /// The file before or after.
    Moved(i8),
    /// What was signed, as a file: up to this byte.
    SaveAsked(usize),
    /// What was found of the selected file, on paper.
    SheetAsked(Out),
    /// The file in the program that the system has for it.
    ShowAsked,
    /// Whom the office trusts.
    AuthoritiesAsked,
    /// Back: from the signatures to the list, from the list to the home screen.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Give the keyboard to the list.
    FocusList,
    /// Verify this file, off the window's thread.
    Examine(u64, PathBuf),
    /// Save what was signed of a file.
    Save {
        /// The file.
        path: PathBuf,
        /// As it was verified.
        sha256: ContentHash,
        /// Bytes.
        length: usize,
    },
    /// Print what was found of a file, or save it.
    Sheet {
        /// Name of the file.
        name: String,
        /// What was found.
        examined: Examined,
        /// The way out.
        out: Out,
    },
    /// Show a file in another program.
    Show(PathBuf),
    /// Show whom the office trusts; these files are verified anew afterwards.
    Authorities(Vec<PathBuf>),
    /// Back.
    Close,
}

impl Item {
    /// A file that waits for its turn.
    pub fn waiting(path: PathBuf) -> Self {
        Self { path, examined: None }
    }

    fn name(&self) -> String {
        name_of(&self.path)
    }
}

/// Name of a file without its folders.
pub fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl State {
    /// An empty list; `authorities`: how many the office trusts.
    pub fn new(authorities: usize, may_see_authorities: bool) -> Self {
        Self { authorities, may_see_authorities, ..Self::default() }
    }

    /// Puts files into the list and begins.
    pub fn take(&mut self, paths: Vec<PathBuf>) -> Action {
        self.notice = None;
        let mut too_many = false;
        for path in paths {
            if let Some(place) = self.items.iter().position(|item| item.path == path) {
                // The same file once more: it may have been changed since.
                self.selected = place;
                if self.running != Some(place) {
                    self.items[place].examined = None;
                }
            } else if self.items.len() < MOST_FILES {
                self.items.push(Item::waiting(path));
                if self.items.len() == 1 {
                    self.selected = 0;
                }
            } else {
                too_many = true;
            }
        }
        if too_many {
            self.notice = Some(Notice::caution(format!(
                "Mỗi lần kiểm tra nhiều nhất {MOST_FILES} tệp; các tệp sau đã bỏ qua. Hãy đóng màn hình này rồi kiểm tra tiếp."
            )));
        }
        self.begin()
    }

    /// Begins with the next file that waits, if none is being verified.
    fn begin(&mut self) -> Action {
        if self.running.is_some() {
            return Action::None;
        }
        self.running = self.items.iter().position(|item| item.examined.is_none());
        match self.running {
            Some(place) => Action::Examine(self.run, self.items[place].path.clone()),
            None => Action::None,
        }
    }

    fn chosen(&self) -> Option<&Item> {
        self.items.get(self.selected)
    }

    /// How many are verified, of how many.
    fn done(&self) -> (usize, usize) {
        (self.items.iter().filter(|item| item.examined.is_some()).count(), self.items.len())
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::FileAsked => {}
            Message::FileGiven(path) => {
                self.open = false;
                return self.take(vec![path]);
            }
            Message::Examined(run, path, examined) => {
                let place = self.running.filter(|place| {
                    run == self.run && self.items.get(*place).is_some_and(|item| item.path == path)
                });
                if let Some(place) = place {
                    self.items[place].examined = Some(examined);
                    self.running = None;
                    return self.begin();
                }
            }
            Message::Stopped => self.stop(),
            Message::AgainAsked => {
                self.stop();
                for item in &mut self.items {
                    item.examined = None;
                }
                return self.begin();
            }
            Message::Selected(place) => {
                self.selected = usize::try_from(place).unwrap_or_default();
            }
            Message::Opened => {
                self.open = self.chosen().is_some_and(|item| item.examined.is_some());
            }
            Message::Moved(by) => {
                let last = self.items.len().saturating_sub(1);
                self.selected = self.selected.saturating_add_signed(by.into()).min(last);
            }
            Message::SaveAsked(length) => {
                if let Some(Item { path, examined: Some(examined) }) = self.chosen()
                    && let Some(sha256) = examined.sha256.clone()
                {
                    return Action::Save { path: path.clone(), sha256, length };
                }
            }
            Message::SheetAsked(out) => {
                if let Some(item) = self.chosen()
                    && let Some(examined) = item.examined.clone()
                {
                    return Action::Sheet { name: item.name(), examined, out };
                }
            }
            Message::ShowAsked => {
                if let Some(item) = self.chosen() {
                    return Action::Show(item.path.clone());
                }
            }
            Message::AuthoritiesAsked if self.may_see_authorities => {
                let paths = self.items.iter().map(|item| item.path.clone());
                return Action::Authorities(paths.collect());
            }
            Message::AuthoritiesAsked => {}
            Message::Closed if self.open => {
                self.open = false;
                return Action::FocusList;
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    /// The file that is being verified ends by itself, and nobody listens to it any more.
    fn stop(&mut self) {
        self.run += 1;
        self.running = None;
    }

    fn head(&self) -> Element<'_, Message> {
        let trust = secondary("Nơi cấp được tin cậy").key("F8");
        let mut head = row([text::title("Kiểm tra chữ ký số").into(), flow::spring().into()])
            .push(primary("Chọn tệp PDF…").icon(Icon::Plus).key("F2").on_press(Message::FileAsked));
        if !self.items.is_empty() && self.running.is_none() {
            head = head.push(secondary("Kiểm tra lại").key("F5").on_press(Message::AgainAsked));
        }
        if self.may_see_authorities {
            head = head.push(trust.on_press(Message::AuthoritiesAsked));
        }
        let back = match self.running {
            Some(_) => quiet("Dừng").key("Esc").on_press(Message::Stopped),
            None => quiet("Về trang chính").key("Esc").on_press(Message::Closed),
        };
        head.push(back).spacing(space::S).into()
    }

    fn progress(&self) -> Option<Element<'_, Message>> {
        let place = self.running?;
        let (done, all) = self.done();
        let words = format!("Đang kiểm tra {}", self.items.get(place)?.name());
        Some(progress(words, done as u64, all as u64))
    }

    fn list(&self) -> Element<'_, Message> {
        if self.items.is_empty() {
            let choose = secondary("Chọn tệp PDF…").key("F2").on_press(Message::FileAsked);
            return empty_state(
                Icon::Seal,
                "Thả tệp PDF đã ký vào đây",
                EMPTY,
                Some(choose.into()),
            );
        }
        table(
            [
                Column::share("Tệp", 4),
                Column::fixed("Kết quả", 312.0),
                Column::share("Lý do chính", 5),
                Column::fixed("Chữ ký", 72.0).end(),
            ],
            self.items.len() as u64,
            |place, column| self.cell(place, column),
        )
        .id(TABLE)
        .selected(Some(self.selected as u64))
        .on_select(Message::Selected)
        .on_open(|_| Message::Opened)
        .into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let place = usize::try_from(place).ok()?;
        let item = self.items.get(place)?;
        Some(match (column, &item.examined) {
            (0, _) => item.name().into(),
            (1, Some(examined)) => {
                let (words, tone) = outcome(examined);
                Cell::toned(words, tone)
            }
            (1, None) if self.running == Some(place) => "Đang kiểm tra…".into(),
            (1, None) if self.running.is_some() => "Chờ kiểm tra".into(),
            (1, None) => Cell::toned("Chưa kiểm tra", Tone::Caution),
            (2, Some(examined)) => summary(examined).into(),
            (3, Some(Examined { verdict: Ok(verdict), .. })) => {
                verdict.signatures.len().to_string().into()
            }
            _ => "".into(),
        })
    }

    /// The selected file in a sentence.
    fn about(&self) -> Option<Element<'_, Message>> {
        let item = self.chosen()?;
        let examined = item.examined.as_ref()?;
        let (words, tone) = outcome_in_full(examined);
        let lines = iced::widget::Column::new()
            .push(text::strong(item.name()))
            .push(text::toned(words, tone))
            .push(text::small(item.path.display().to_string()))
            .spacing(space::XS)
            .width(iced::Length::Fill);
        let open = secondary("Xem từng chữ ký").key("Enter").on_press(Message::Opened);
        Some(card(row([lines.into(), open.into()])).into())
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("verify");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Seal, "Kiểm tra chữ ký số"));

    fn title(&self) -> &'static str {
        let examined = self.chosen().and_then(|item| item.examined.as_ref());
        match (examined.filter(|_| self.open), self.running) {
            (Some(examined), _) => title(examined),
            (None, Some(_)) => "Đang kiểm tra chữ ký số",
            (None, None) => "Kiểm tra chữ ký số",
        }
    }

    fn subject(&self) -> String {
        match self.chosen() {
            Some(item) if self.open => item.path.display().to_string(),
            _ => String::new(),
        }
    }

    fn main_field(&self) -> Option<String> {
        (!self.open && !self.items.is_empty()).then(|| TABLE.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::F(2) => Message::FileAsked,
            Pressed::F(5) if !self.open => Message::AgainAsked,
            Pressed::F(6) if self.open => Message::SaveAsked(self.signed_length()?),
            Pressed::F(7) if self.open => Message::ShowAsked,
            Pressed::F(8) if !self.open => Message::AuthoritiesAsked,
            _ if self.open && Out::key(key).is_some_and(|out| out != Out::Xlsx) => {
                Message::SheetAsked(Out::key(key)?)
            }
            Pressed::Up | Pressed::Left => Message::Moved(-1),
            Pressed::Down | Pressed::Right => Message::Moved(1),
            Pressed::Enter if !self.open => Message::Opened,
            Pressed::Escape if self.running.is_some() && !self.open => Message::Stopped,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        Some(Wanted::Signed)
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::FileGiven(path))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::FileAsked)
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        if self.open
            && let Some(item) = self.chosen()
            && let Some(examined) = &item.examined
        {
            return self.details(item, examined);
        }
        let no_authority =
            (self.authorities == 0).then(|| text::toned(NO_AUTHORITY, Tone::Caution));
        let base = iced::widget::Column::new()
            .push(self.head())
            .push(self.notice.as_ref().map(Notice::view))
            .push(self.progress())
            .push(no_authority)
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .push(self.about())
            .spacing(space::M);
        iced::widget::container(base).padding(space::L).height(iced::Length::Fill).into()
    }
}

#[cfg(test)]
mod tests;
