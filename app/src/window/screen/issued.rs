//! Papers that were made, newest first or the other way round: of dossiers and without one. Each opens as it was handed over, to
//! be printed or saved once more.

use jiff::civil::Date;
use ledger::{Ledger, Way};
use office::{arrival::CounterNotice, entry::ContentHash, subject::Subject};
use widgets::{
    DateInput, Element, Icon, Tone,
    date::Century,
    date_field, empty_state, flow,
    keys::Pressed,
    row, secondary, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    grid::{self, Grid},
    help::{Help, help},
    menu,
    paged::Paged,
};
use crate::{desk::papers::Paper, window::notice::Notice};

/// The list.
pub const TABLE: &str = "issued-table";
/// The day.
pub const DAY: &str = "issued-day";

const HEADS: [&str; 5] = ["Lập lúc", "Giấy tờ", "Số, mã hồ sơ", "Người nộp hồ sơ", "Người lập"];
const DAY_WIDTH: f32 = 200.0;

/// Which paper a line stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// One of a subject.
    Of {
        /// What it is for.
        subject: Subject,
        /// Which paper.
        paper: Paper,
        /// The PDF.
        content: ContentHash,
    },
    /// One that was given without a dossier, with the place of its entry.
    Notice(u64, Box<CounterNotice>),
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// When, in words.
    pub at: String,
    /// Which form.
    pub kind: String,
    /// The dossier's code, the act's name or the paper's number.
    pub code: String,
    /// Whether the dossier's reception or the act was annulled.
    pub annulled: bool,
    /// For whom.
    pub name: String,
    /// Full name of who made it.
    pub by: String,
    /// What it opens.
    pub target: Target,
}

/// The screen's state.
pub struct State {
    day: DateInput,
    /// Until the end of this day; `None`: all.
    until: Option<Date>,
    rows: Paged<Row>,
    /// Columns of the list.
    pub grid: Grid,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The last day.
    DayTyped(DateInput),
    /// Show the papers until that day.
    DayEntered,
    /// A row was selected.
    Selected(u64),
    /// Open a row's paper.
    Opened(u64),
    /// With the list itself.
    Grid(grid::Message),
    /// The rows in sight.
    Ranged(std::ops::Range<u64>),
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq)]
pub enum Action {
    /// Nothing.
    None,
    /// Fetch the first page.
    Fetch,
    /// The same for a day that was entered: the keyboard goes to the list.
    Entered,
    /// Fetch the page after this place.
    More(u64),
    /// Open a paper.
    Open(Target),
    /// Back.
    Close,
}

impl State {
    /// An empty list; the shell fills it.
    pub fn new() -> Self {
        let day = DateInput::new(None, Century::This);
        let (rows, grid) = (Paged::default(), Grid::new(TABLE, &HEADS));
        Self { day, until: None, rows, grid, notice: None }
    }

    /// Until the end of which day papers are wanted, and which way.
    pub fn wanted(&self) -> (Option<Date>, Way) {
        let way = self.grid.sorted().map_or(Way::Falling, |(_, order)| grid::way(order));
        (self.until, way)
    }

    /// Whether a row holds the words of the filter.
    pub fn holds(&self, row: &Row) -> bool {
        let Row { at, kind, code, name, by, .. } = row;
        self.grid.holds(|| [at.as_str(), kind, code, name, by].join(" "))
    }

    /// Whether to ask for the next page at once.
    pub fn goes_on(&self) -> bool {
        self.rows.goes_on()
    }

    /// Other papers.
    pub fn show(&mut self, rows: Vec<Row>, next: Option<u64>) {
        self.rows.show(rows, next);
        self.notice = None;
    }

    /// Those that follow.
    pub fn extend(&mut self, rows: Vec<Row>, next: Option<u64>) {
        self.rows.extend(rows, next);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::DayTyped(day) => self.day = day,
            Message::DayEntered => match self.day.check() {
                Ok(day) => {
                    self.until = day;
                    return Action::Entered;
                }
                // The field says itself what is wrong with the day.
                Err(_) => self.notice = None,
            },
            Message::Selected(place) => self.rows.select(place),
            Message::Grid(message) => {
                if self.grid.update(message) {
                    return Action::Fetch;
                }
            }
            Message::Opened(place) => {
                let row = self.rows.get(place);
                return row.map_or(Action::None, |row| Action::Open(row.target.clone()));
            }
            Message::Ranged(range) => {
                return self.rows.wanted(&range).map_or(Action::None, Action::More);
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn list(&self) -> Element<'_, Message> {
        if self.rows.is_empty() && self.grid.filters() {
            return empty_state(
                Icon::Search,
                "Không có giấy tờ nào có những chữ này",
                "Hãy gõ ít chữ hơn, hoặc chọn ngày khác.",
                None,
            );
        }
        if self.rows.is_empty() {
            return empty_state(
                Icon::Document,
                "Chưa lập giấy tờ nào đến ngày này",
                "Hãy chọn ngày khác, hoặc để trống ngày để xem giấy mới nhất.",
                None,
            );
        }
        let [at, kind, code, name, by] = HEADS;
        let list = table(
            [
                Column::fixed(at, 144.0).sortable(),
                Column::share(kind, 6),
                Column::fixed(code, 208.0),
                Column::share(name, 3),
                Column::share(by, 2).spare(),
            ],
            self.rows.table_rows(),
            |place, column| {
                let row = self.rows.get(place)?;
                Some(match column {
                    0 => row.at.as_str().into(),
                    1 if row.annulled => {
                        Cell::toned(format!("{} (hồ sơ đã hủy)", row.kind), Tone::Bad)
                    }
                    1 => row.kind.as_str().into(),
                    2 => row.code.as_str().into(),
                    3 => row.name.as_str().into(),
                    _ => row.by.as_str().into(),
                })
            },
        )
        .id(TABLE)
        .selected(self.rows.selected())
        .on_select(Message::Selected)
        .on_open(Message::Opened)
        .on_range(Message::Ranged);
        self.grid.dress(list, Message::Grid).into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("issued");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Papers, "Giấy tờ đã lập, in lại"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        "Giấy tờ đã lập"
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
        (key == Pressed::Escape).then_some(Message::Closed)
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let open = self.rows.selected().map(Message::Opened);
        let head = row([
            text::title("Giấy tờ đã lập").into(),
            flow::spring().into(),
            Grid::button(Message::Grid),
            secondary("Xem, in lại").key("Enter").on_press_maybe(open).into(),
        ])
        .spacing(space::M);
        let which = flow::fields([
            self.grid.filter_labelled(
                "Lọc",
                "Tên giấy, số, mã hồ sơ, người nộp, người lập – không cần gõ dấu",
                Message::Grid,
            ),
            date_field("Lập đến hết ngày", &self.day)
                .id(DAY)
                .width(DAY_WIDTH)
                .on_change(Message::DayTyped)
                .on_submit(Message::DayEntered)
                .into(),
        ]);
        let screen = iced::widget::Column::new()
            .push(head)
            .push(which)
            .push(self.notice.as_ref().map(Notice::view))
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .push(text::small(
                "In lại là in đúng bản đã giao, không thay đổi. Mỗi lần xem giấy của công dân được ghi vào nhật ký.",
            ))
            .spacing(space::M);
        iced::widget::container(screen).padding(space::L).height(iced::Length::Fill).into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use office::dossier::DossierId;

    use super::*;

    fn rows(count: usize) -> Vec<Row> {
        let row = |n: usize| Row {
            at: String::new(),
            kind: String::new(),
            code: n.to_string(),
            annulled: false,
            name: String::new(),
            by: String::new(),
            target: Target::Of {
                subject: Subject::Dossier(DossierId(n.to_string())),
                paper: Paper::RECEIPT,
                content: ContentHash(String::new()),
            },
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn a_row_opens_and_the_end_of_the_list_asks_for_more() {
        let mut state = State::new();
        state.show(rows(3), Some(7));
        assert_eq!(state.update(Message::Ranged(0..3)), Action::None);
        assert_eq!(state.update(Message::Ranged(0..4)), Action::More(7));
        let target = rows(3).remove(1).target;
        assert_eq!(state.update(Message::Opened(1)), Action::Open(target));
        assert_eq!(state.update(Message::Opened(9)), Action::None);
    }

    #[test]
    fn a_day_leads_to_its_papers_and_no_day_to_the_newest() {
        let mut state = State::new();
        assert_eq!(state.update(Message::DayEntered), Action::Entered);
        assert_eq!(state.wanted(), (None, Way::Falling));
        let day = date(2026, 11, 20);
        state.update(Message::DayTyped(DateInput::new(Some(day), Century::This)));
        assert_eq!(state.wanted().0, None, "a day that is not entered yet");
        assert_eq!(state.update(Message::DayEntered), Action::Entered);
        assert_eq!(state.wanted(), (Some(day), Way::Falling));
        assert_eq!(state.update(Message::Grid(grid::Message::Sorted(0))), Action::Fetch);
        assert_eq!(state.wanted(), (Some(day), Way::Rising), "oldest first");
    }

    #[test]
    fn words_narrow_the_list() {
        let row = Row {
            at: "28/11/2026 09:00".into(),
            kind: "Giấy tiếp nhận hồ sơ và hẹn trả kết quả".into(),
            code: "H38.12-261128-0003".into(),
            name: "Vàng A Thử".into(),
            by: "Lò Thị Mẫu".into(),
            ..rows(1).remove(0)
        };
        let mut state = State::new();
        for (words, holds) in
            [("", true), ("thu 0003", true), ("giay tiep mau", true), ("bui", false), ("hu", false)]
        {
            let typed = Message::Grid(grid::Message::Filtered(words.into()));
            assert_eq!(state.update(typed), Action::Fetch);
            assert_eq!(state.holds(&row), holds, "{words}");
        }
    }
}
