//! Every dossier of the office, newest first, with a search that ignores diacritics.

use jiff::civil::DateTime;
use ledger::{DossierRecord, Page};
use office::{
    calendar::due_state,
    dossier::{DossierId, Status},
};
use widgets::{
    Element, Icon, Tone, column, empty_state, field, row, table,
    table::{Cell, Column},
    text,
};

use crate::window::layout;

/// The search's field.
pub const SEARCH: &str = "dossiers-search";

/// The screen's state.
pub struct State {
    query: String,
    rows: Vec<DossierRecord>,
    next: Option<u64>,
    selected: Option<u64>,
    now: DateTime,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The search changed.
    QueryTyped(String),
    /// A row was selected.
    Selected(u64),
    /// A row was opened.
    Opened(u64),
    /// Enter in the search.
    FirstOpened,
    /// The rows in sight.
    Ranged(std::ops::Range<u64>),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Search anew.
    Search,
    /// Fetch the page after the last row.
    More,
    /// Open a dossier.
    Open(DossierId),
    /// Back.
    Close,
}

impl State {
    /// An empty list; the shell fills it.
    pub fn new(now: DateTime) -> Self {
        Self { query: String::new(), rows: Vec::new(), next: None, selected: None, now }
    }

    /// What to search for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// Where the next page begins.
    pub fn next(&self) -> Option<u64> {
        self.next
    }

    /// The first page of an answer.
    pub fn show(&mut self, page: Page<DossierRecord>) {
        self.selected = (!page.items.is_empty()).then_some(0);
        (self.rows, self.next) = (page.items, page.next);
    }

    /// The next page.
    pub fn extend(&mut self, page: Page<DossierRecord>) {
        self.rows.extend(page.items);
        self.next = page.next;
    }

    fn open(&self, place: u64) -> Action {
        let row = usize::try_from(place).ok().and_then(|place| self.rows.get(place));
        row.map_or(Action::None, |row| Action::Open(row.dossier.id.clone()))
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::QueryTyped(query) => {
                self.query = query;
                Action::Search
            }
            Message::Selected(place) => {
                self.selected = Some(place);
                Action::None
            }
            Message::Opened(place) => self.open(place),
            Message::FirstOpened => self.open(self.selected.unwrap_or(0)),
            Message::Ranged(range)
                if self.next.is_some() && range.end >= self.rows.len() as u64 =>
            {
                Action::More
            }
            Message::Ranged(_) => Action::None,
            Message::Closed => Action::Close,
        }
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let search = field("Tìm hồ sơ", &self.query)
            .id(SEARCH)
            .icon(Icon::Search)
            .placeholder("Tên, số định danh, mã hồ sơ, thủ tục – không cần gõ dấu")
            .on_change(Message::QueryTyped)
            .on_submit(Message::FirstOpened);
        let list: Element<'_, Message> = if self.rows.is_empty() && self.next.is_none() {
            if self.query.trim().is_empty() {
                empty_state(
                    Icon::Folder,
                    "Chưa có hồ sơ nào",
                    "Hồ sơ tiếp nhận sẽ hiện ở đây.",
                    None,
                )
            } else {
                empty_state(
                    Icon::Search,
                    "Không tìm thấy hồ sơ nào",
                    "Hãy gõ ít chữ hơn, hoặc tìm theo số định danh hay mã hồ sơ.",
                    None,
                )
            }
        } else {
            // One row past the loaded ones asks for the next page when it comes into sight.
            let rows = self.rows.len() as u64 + u64::from(self.next.is_some());
            table(
                [
                    Column::fixed("Mã hồ sơ", 184.0),
                    Column::share("Người nộp", 3),
                    Column::share("Thủ tục", 4),
                    Column::fixed("Nhận lúc", 156.0),
                    Column::fixed("Hẹn trả", 104.0),
                    Column::fixed("Thời hạn", 144.0),
                    Column::fixed("Trạng thái", 136.0),
                ],
                rows,
                |place, column| self.cell(place, column),
            )
            .selected(self.selected)
            .on_select(Message::Selected)
            .on_open(Message::Opened)
            .on_range(Message::Ranged)
            .into()
        };
        let shown =
            format!("{}{} hồ sơ", self.rows.len(), if self.next.is_some() { "+" } else { "" });
        iced::widget::container(
            column([
                row([
                    text::title("Hồ sơ").into(),
                    widgets::flow::spring().into(),
                    text::small(shown).into(),
                ])
                .into(),
                search.into(),
                list,
            ])
            .height(iced::Length::Fill),
        )
        .padding(widgets::space::L)
        .into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let record = self.rows.get(usize::try_from(place).ok()?)?;
        let (dossier, status) = (&record.dossier, record.status());
        let due = record.course.deadline.as_ref();
        Some(match column {
            0 => dossier.code_label().into(),
            1 => dossier.applicant.person.name.as_str().into(),
            2 => dossier.procedure.name.as_str().into(),
            3 => dossier.received_at.strftime("%H:%M %d/%m/%Y").to_string().into(),
            4 => due.map(|d| d.at.strftime("%d/%m/%Y").to_string()).unwrap_or_default().into(),
            5 => match (due.map(|d| due_state(d, self.now)), status) {
                (Some(due), status) if status.is_open() => {
                    Cell::toned(due.to_string(), layout::due_tone(due))
                }
                _ => "".into(),
            },
            _ => match status {
                Status::Annulled => Cell::toned(status.label(), Tone::Bad),
                _ => status.label().into(),
            },
        })
    }
}
