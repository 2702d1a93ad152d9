//! Sổ theo dõi hồ sơ (mẫu 07, TT 03/2025/TT-VPCP): a line for each dossier received in a period, in the
//! order of the book.

use jiff::civil::Date;
use ledger::Ledger;
use office::dossier::DossierId;
use widgets::{
    Element, Icon, Tone, card, column, empty_state, flow,
    keys::Pressed,
    row, space, table,
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

const HEADS: [&str; 12] = [
    "STT",
    "Mã hồ sơ",
    "Tên thủ tục",
    "Số bộ",
    "Cá nhân, tổ chức",
    "Địa chỉ, điện thoại",
    "Cơ quan",
    "Nhận",
    "Hẹn trả",
    "Trả",
    "Cách nhận",
    "Ghi chú",
];

/// A line of the book.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The dossier.
    pub id: Option<DossierId>,
    /// Number in the book.
    pub number: String,
    /// Mã hồ sơ.
    pub code: String,
    /// Thủ tục.
    pub procedure: String,
    /// Số bộ.
    pub sets: String,
    /// Tên cá nhân, tổ chức.
    pub name: String,
    /// Địa chỉ, số điện thoại.
    pub contact: String,
    /// Cơ quan chủ trì giải quyết.
    pub agency: String,
    /// Nhận hồ sơ.
    pub received: String,
    /// Hẹn trả.
    pub due: String,
    /// Trả kết quả.
    pub returned: String,
    /// Phương thức nhận kết quả.
    pub way: String,
    /// Ghi chú, with its tone.
    pub note: (String, Tone),
}

/// The screen's state.
pub struct State {
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
    /// Open a dossier.
    Open(DossierId),
    /// Print the book or save it.
    Take(Out),
    /// Back.
    Close,
}

impl State {
    /// The book of this month.
    pub fn new(today: Date) -> Self {
        Self {
            period: period::State::new(period::Length::Month, today),
            rows: Paged::default(),
            grid: Grid::new(TABLE, &HEADS),
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

    /// Whether a line holds the words of the filter.
    pub fn holds(&self, row: &Row) -> bool {
        let Row { number, code, procedure, name, contact, agency, .. } = row;
        let Row { received, due, returned, way, note: (note, _), .. } = row;
        let words =
            [number, code, procedure, name, contact, agency, received, due, returned, way, note];
        self.grid.holds(|| words.map(String::as_str).join(" "))
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
                "Không có hồ sơ nào có những chữ này",
                "Hãy gõ ít chữ hơn, hoặc chọn kỳ khác.",
                None,
            );
        }
        if self.rows.is_empty() {
            return empty_state(
                Icon::Folder,
                "Không có hồ sơ nào trong kỳ này",
                "Hãy chọn kỳ khác. Hồ sơ hiện theo ngày tiếp nhận.",
                None,
            );
        }
        let [
            number,
            code,
            procedure,
            sets,
            name,
            contact,
            agency,
            received,
            due,
            returned,
            way,
            note,
        ] = HEADS;
        let list = table(
            [
                Column::fixed(number, 48.0).end(),
                Column::fixed(code, 176.0),
                Column::share(procedure, 4),
                Column::fixed(sets, 56.0).end().spare(),
                Column::share(name, 3),
                Column::share(contact, 3).spare(),
                Column::share(agency, 2).spare(),
                Column::fixed(received, 104.0),
                Column::fixed(due, 104.0),
                Column::fixed(returned, 104.0),
                Column::share(way, 2).spare(),
                Column::share(note, 3),
            ],
            self.rows.table_rows(),
            |place, column| self.cell(place, column),
        )
        .id(TABLE)
        .selected(self.rows.selected())
        .on_select(Message::Selected)
        .on_open(Message::Opened)
        .on_range(Message::Ranged);
        self.grid.dress(list, Message::Grid).into()
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(self.rows.selected()?)
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let row = self.rows.get(place)?;
        Some(match column {
            0 => row.number.as_str().into(),
            1 => row.code.as_str().into(),
            2 => row.procedure.as_str().into(),
            3 => row.sets.as_str().into(),
            4 => row.name.as_str().into(),
            5 => row.contact.as_str().into(),
            6 => row.agency.as_str().into(),
            7 => row.received.as_str().into(),
            8 => row.due.as_str().into(),
            9 => row.returned.as_str().into(),
            10 => row.way.as_str().into(),
            _ => Cell::toned(row.note.0.as_str(), row.note.1),
        })
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
        "Sổ theo dõi hồ sơ"
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
            text::title("Sổ theo dõi hồ sơ").into(),
            self.period.view().map(Message::Period),
            flow::spring().into(),
            text::small(format!("{} hồ sơ", self.total)).into(),
            Grid::button(Message::Grid),
            outlet::buttons(Message::Taken),
        ])
        .spacing(space::S);
        let screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push((self.total > 0).then(|| {
                self.grid.filter(
                    "Lọc theo tên, mã hồ sơ, thủ tục, địa chỉ, cơ quan, ngày – không cần gõ dấu",
                    Message::Grid,
                )
            }))
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .push(self.chosen().map(about))
            .spacing(space::M);
        iced::widget::container(screen).padding(space::L).height(iced::Length::Fill).into()
    }
}

/// The selected line whole: its cells may be cut.
fn about(row: &Row) -> Element<'_, Message> {
    let mut rest = format!("{} – {}", row.name, row.contact);
    for part in [&row.agency, &row.way, &row.note.0] {
        if !part.is_empty() {
            rest += &format!(" · {part}");
        }
    }
    card(
        column([
            text::strong(format!("{} – {}", row.code, row.procedure)).into(),
            text::body(rest).into(),
        ])
        .spacing(0.0),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_goes_on_while_there_is_more() {
        let mut state = State::new(jiff::civil::date(2026, 11, 28));
        state.show(vec![Row::default(); 3], Some(3), 5);
        assert_eq!(state.update(Message::Ranged(0..2)), Action::None);
        assert_eq!(state.update(Message::Ranged(0..4)), Action::More(3));
        state.extend(vec![Row::default(); 2], None);
        assert_eq!(state.update(Message::Ranged(0..5)), Action::None);
        assert_eq!(state.update(Message::Period(period::Message::Earlier)), Action::Fetch);
    }

    #[test]
    fn words_narrow_the_book_and_its_order_stays() {
        let row = Row {
            number: "7".into(),
            code: "H38.12-261128-0003".into(),
            procedure: "Thủ tục đăng ký khai sinh".into(),
            name: "Vàng A Thử".into(),
            contact: "Thôn Nậm Lúc, 0912345678".into(),
            note: ("Đã rút".into(), Tone::Plain),
            ..Row::default()
        };
        let mut state = State::new(jiff::civil::date(2026, 11, 28));
        for (words, holds) in [
            ("", true),
            ("khai sinh thu", true),
            ("nam luc 0912", true),
            ("rut", true),
            ("ket hon", false),
        ] {
            let typed = Message::Grid(grid::Message::Filtered(words.into()));
            assert_eq!(state.update(typed), Action::Fetch);
            assert_eq!(state.holds(&row), holds, "{words}");
        }
    }
}
