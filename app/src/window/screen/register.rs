//! A book of a period, drawn from the columns of its definition, in the order of the book: the tracking book
//! (sổ theo dõi hồ sơ) has a line for each dossier, any other one a line for what was written into it.

use jiff::civil::Date;
use ledger::Ledger;
use office::{
    book::{BookDefinition, BookId, Column as BookColumn, ColumnKind},
    dossier::DossierId,
};
use widgets::{
    Element, Icon, Tone, card, empty_state, flow,
    keys::Pressed,
    pick, row, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    grid::{self, Grid},
    help::{Help, help},
    menu,
    outlet::{self, Out},
    paged::Paged,
    period,
};
use crate::window::{layout, notice::Notice};

/// The book's lines.
pub const TABLE: &str = "register-table";
/// The choice of the book.
const BOOK: &str = "register-book";
const BOOK_WIDTH: f32 = 280.0;

/// Width in px of what stands in a cell; words share the rest.
fn width(kind: ColumnKind) -> Option<f32> {
    match kind {
        ColumnKind::Number => Some(64.0),
        ColumnKind::Code => Some(176.0),
        ColumnKind::Count => Some(56.0),
        ColumnKind::Day => Some(104.0),
        ColumnKind::Time => Some(144.0),
        ColumnKind::Money => Some(120.0),
        ColumnKind::Text => None,
    }
}

/// The share of a column of words in a book like this: as on paper, but none as narrow as there, where lines break.
fn share(column: &BookColumn, columns: &[BookColumn]) -> u16 {
    let words = columns.iter().filter(|column| width(column.kind).is_none());
    let (count, all) =
        words.fold((0, 0), |(count, all), column| (count + 1, all + u32::from(column.weight)));
    let share = u32::from(column.weight) * 3 * count / all.max(1);
    u16::try_from(share).unwrap_or(u16::MAX).clamp(3, 6)
}

/// A line of the book.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The dossier, where it is one.
    pub id: Option<DossierId>,
    /// A cell for each column that screens have.
    pub cells: Vec<String>,
    /// How the last one is meant.
    pub tone: Tone,
}

/// The screen's state.
pub struct State {
    /// Which book.
    pub book: BookId,
    label: String,
    columns: Vec<BookColumn>,
    /// The books that this user may look at, with their names.
    books: Vec<(BookId, String)>,
    /// Which days.
    pub period: period::State,
    rows: Paged<Row>,
    /// Columns of the list; its order is the book's.
    pub grid: Grid,
    total: u64,
    /// The rows could not be read.
    unread: bool,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Another book.
    BookChosen(BookId),
    /// Other days.
    Period(period::Message),
    /// A row was selected.
    Selected(u64),
    /// A row was opened.
    Opened(u64),
    /// With the list itself.
    Grid(grid::Message),
    /// The rows in sight.
    Ranged(std::ops::Range<u64>),
    /// Print the book or save it.
    Taken(Out),
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Fetch the first lines of the period.
    Fetch,
    /// Fetch the lines after this place.
    More(u64),
    /// Show another book.
    Show(BookId),
    /// Open a dossier.
    Open(DossierId),
    /// Print the book or save it.
    Take(Out),
    /// Back.
    Close,
}

impl State {
    /// A book of this month, one of those that may be looked at.
    pub fn new(today: Date, book: &BookDefinition, books: Vec<(BookId, String)>) -> Self {
        let columns: Vec<BookColumn> = book.on_screens().cloned().collect();
        let heads: Vec<&str> = columns.iter().map(BookColumn::title).collect();
        Self {
            book: book.id,
            label: book.label.clone(),
            grid: Grid::new(TABLE, &heads),
            columns,
            books,
            period: period::State::new(period::Length::Month, today),
            rows: Paged::default(),
            total: 0,
            unread: false,
            notice: None,
        }
    }

    /// The first lines; `total` in the whole period.
    pub fn show(&mut self, rows: Vec<Row>, next: Option<u64>, total: u64) {
        self.rows.show(rows, next);
        self.total = total;
    }

    /// The next lines.
    pub fn extend(&mut self, rows: Vec<Row>, next: Option<u64>) {
        self.rows.extend(rows, next);
    }

    /// The lines that are here, in words.
    #[cfg(test)]
    pub fn words(&self) -> Vec<Vec<String>> {
        let row = |place| self.rows.get(place).map(|row| row.cells.clone());
        (0..).map_while(row).collect()
    }

    /// Whether a line holds the words of the filter.
    pub fn holds(&self, row: &Row) -> bool {
        self.grid.holds(|| row.cells.join(" "))
    }

    /// Whether to ask for the next lines at once.
    pub fn goes_on(&self) -> bool {
        self.rows.goes_on()
    }

    /// The rows of the chosen days could not be read.
    pub fn failed(&mut self, notice: Notice) {
        (self.unread, self.notice) = (true, Some(notice));
        self.rows = Paged::default();
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::BookChosen(book) if book == self.book => Action::None,
            Message::BookChosen(book) => Action::Show(book),
            Message::Period(message) => {
                self.period.update(message);
                self.notice = None;
                Action::Fetch
            }
            Message::Selected(place) => {
                self.rows.select(place);
                Action::None
            }
            Message::Opened(place) => {
                let row = self.rows.get(place);
                row.and_then(|row| row.id.clone()).map_or(Action::None, Action::Open)
            }
            Message::Grid(message) => match self.grid.update(message) {
                true => Action::Fetch,
                false => Action::None,
            },
            Message::Ranged(range) => self.rows.wanted(&range).map_or(Action::None, Action::More),
            Message::Taken(out) => Action::Take(out),
            Message::Closed => Action::Close,
        }
    }

    fn list(&self) -> Element<'_, Message> {
        if self.unread {
            return layout::unread();
        }
        if self.rows.is_empty() && self.grid.filters() {
            return empty_state(
                Icon::Search,
                "Không có dòng nào có những chữ này",
                "Hãy gõ ít chữ hơn, hoặc chọn kỳ khác.",
                None,
            );
        }
        if self.rows.is_empty() {
            return empty_state(
                Icon::Folder,
                "Không có dòng nào trong kỳ này",
                "Hãy chọn kỳ khác. Mỗi dòng hiện theo ngày vào sổ.",
                None,
            );
        }
        let columns = self.columns.iter().map(|column| {
            let mut shown = match width(column.kind) {
                Some(width) => Column::fixed(column.title(), width),
                None => Column::share(column.title(), share(column, &self.columns)),
            };
            if let ColumnKind::Number | ColumnKind::Count | ColumnKind::Money = column.kind {
                shown = shown.end();
            }
            if column.spare { shown.spare() } else { shown }
        });
        let list = table(columns, self.rows.table_rows(), |place, column| self.cell(place, column))
            .id(TABLE)
            .selected(self.rows.selected())
            .on_select(Message::Selected)
            .on_open(Message::Opened)
            .on_range(Message::Ranged);
        self.grid.dress(list, Message::Grid).into()
    }

    /// The book's name, to choose another where there is one.
    fn choice(&self) -> Element<'_, Message> {
        match self.books.len() {
            0 | 1 => text::title(self.label.as_str()).into(),
            _ => {
                let books = self.books.iter().map(|(id, label)| (*id, label.as_str()));
                pick("", books, Some(&self.book))
                    .id(BOOK)
                    .width(BOOK_WIDTH)
                    .on_pick(Message::BookChosen)
                    .into()
            }
        }
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(self.rows.selected()?)
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let row = self.rows.get(place)?;
        let words = row.cells.get(column)?.as_str();
        match column + 1 == self.columns.len() {
            true => Some(Cell::toned(words, row.tone)),
            false => Some(words.into()),
        }
    }

    /// The selected line whole: its cells may be cut.
    fn about<'a>(&'a self, row: &'a Row) -> Element<'a, Message> {
        let filled = self.columns.iter().zip(&row.cells).filter(|(_, words)| !words.is_empty());
        let words: Vec<String> =
            filled.map(|(column, words)| format!("{}: {words}", column.title())).collect();
        card(text::body(words.join(" · "))).into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("register");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Book, "Sổ theo dõi hồ sơ"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        if self.book == BookId::TRACKING { "Sổ theo dõi hồ sơ" } else { "Xem sổ" }
    }

    fn subject(&self) -> String {
        self.book.to_string()
    }

    fn main_field(&self) -> Option<String> {
        Some(TABLE.into())
    }

    fn grid(&self) -> Option<&Grid> {
        Some(&self.grid)
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        Some(&mut self.grid)
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::Escape => Message::Closed,
            key => Message::Taken(Out::key(key)?),
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let head = row([
            self.choice(),
            self.period.view().map(Message::Period),
            flow::spring().into(),
            text::small(format!("{} dòng", self.total)).into(),
            Grid::button(Message::Grid),
            outlet::buttons(Message::Taken),
        ])
        .spacing(space::S);
        let screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push((self.total > 0 || self.grid.filters()).then(|| {
                self.grid.filter(
                    "Lọc theo chữ, số, ngày có trong dòng – không cần gõ dấu",
                    Message::Grid,
                )
            }))
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .push(self.chosen().map(|row| self.about(row)))
            .spacing(space::M);
        iced::widget::container(screen).padding(space::L).height(iced::Length::Fill).into()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use office::book::BookShelf;

    use super::*;

    const BOOK: &str = r#"{
        "header": {
            "title": "Sổ thử", "version": "2026-11-29", "source": "sổ thử", "mark": "M",
            "checked": false, "licence": "MIT OR Apache-2.0"
        },
        "id": "trial", "label": "Sổ thử", "period": "year", "number": "{number}", "volumes": false,
        "readers": ["clerk"], "writers": ["clerk"], "retention": null, "profiles": [],
        "columns": [
            {"key": "number", "heading": "Số", "kind": "number", "weight": 10},
            {"key": "signed", "heading": "Ký nhận", "kind": "text", "weight": 15, "paper_only": true},
            {"key": "sender", "heading": "Nơi gửi", "kind": "text", "weight": 40}
        ],
        "total": ""
    }"#;

    fn state() -> State {
        let shelf = BookShelf::parse_all(&[BOOK.as_bytes()]).unwrap();
        let trial = &shelf.all()[0];
        let books = vec![(trial.id, "Sổ thử".into()), (BookId::TRACKING, "Sổ theo dõi".into())];
        State::new(jiff::civil::date(2026, 11, 28), trial, books)
    }

    fn row(number: &str, sender: &str) -> Row {
        Row { cells: vec![number.into(), sender.into()], ..Row::default() }
    }

    #[test]
    fn the_book_goes_on_while_there_is_more() {
        let mut state = state();
        state.show(vec![Row::default(); 3], Some(3), 5);
        assert_eq!(state.update(Message::Ranged(0..2)), Action::None);
        assert_eq!(state.update(Message::Ranged(0..4)), Action::More(3));
        state.extend(vec![Row::default(); 2], None);
        assert_eq!(state.update(Message::Ranged(0..5)), Action::None);
        assert_eq!(state.update(Message::Period(period::Message::Earlier)), Action::Fetch);
    }

    #[test]
    fn a_line_has_the_columns_of_screens_and_another_book_is_chosen_by_its_name() {
        let mut state = state();
        let heads: Vec<&str> = state.columns.iter().map(BookColumn::title).collect();
        assert_eq!(heads, ["Số", "Nơi gửi"]);
        state.show(vec![row("1", "Bưu điện xã")], None, 1);
        assert!(state.cell(0, 1).is_some() && state.cell(0, 2).is_none());
        assert_eq!(state.update(Message::BookChosen(BookId::new("trial").unwrap())), Action::None);
        let chosen = state.update(Message::BookChosen(BookId::TRACKING));
        assert_eq!(chosen, Action::Show(BookId::TRACKING));
    }

    #[test]
    fn words_narrow_the_book_and_its_order_stays() {
        let row = row("7", "Bưu điện xã Nậm Lúc, 0912345678");
        let mut state = state();
        for (words, holds) in
            [("", true), ("buu dien", true), ("nam luc 0912", true), ("ket hon", false)]
        {
            let typed = Message::Grid(grid::Message::Filtered(words.into()));
            assert_eq!(state.update(typed), Action::Fetch);
            assert_eq!(state.holds(&row), holds, "{words}");
        }
    }
}
