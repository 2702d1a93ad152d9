//! Figures of a period: what came in, what went out and how punctually, what is still open; as a table,
//! and as bars. A row opens the dossiers it counts.

use jiff::civil::Date;
use ledger::Ledger;
use office::statistics::{Figures, GroupBy, Row};
use widgets::{
    Element, Icon, Tone, bars,
    chart::Bar,
    empty_state, flow,
    keys::Pressed,
    pick, row, section, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    grid::{self, Grid, Key},
    help::{Help, help},
    menu,
    outlet::{self, Out},
    period,
};
use crate::window::{layout, notice::Notice};

/// The rows.
pub const TABLE: &str = "statistics-table";

/// Bars drawn; the table has them all.
const BARS: usize = 8;
const CHART_HEIGHT: f32 = 232.0;
const GROUP_WIDTH: f32 = 168.0;

const HEADS: [&str; 11] = [
    "Nhóm",
    "Kỳ trước",
    "Tiếp nhận",
    "Trước hạn",
    "Đúng hạn",
    "Quá hạn",
    "Không hẹn",
    "Khác",
    "Đã trả",
    "Đang làm",
    "Đang trễ",
];

/// What the rows are about.
const GROUPS: [(GroupBy, &str); 6] = [
    (GroupBy::Procedure, "Theo thủ tục"),
    (GroupBy::Field, "Theo lĩnh vực"),
    (GroupBy::Officer, "Theo người giải quyết"),
    (GroupBy::Channel, "Theo cách nộp"),
    (GroupBy::Month, "Theo tháng"),
    (GroupBy::Day, "Theo ngày"),
];

const LEGEND: [(&str, Tone); 5] = [
    ("trước hạn", Tone::Good),
    ("đúng hạn", Tone::Info),
    ("quá hạn", Tone::Bad),
    ("đang giải quyết", Tone::Plain),
    ("đang giải quyết, quá hạn", Tone::Caution),
];

/// The screen's state.
pub struct State {
    /// Which days.
    pub period: period::State,
    /// What the rows are about.
    pub group: GroupBy,
    rows: Vec<Row>,
    /// Places in `rows`, as they are shown.
    shown: Vec<usize>,
    /// Order and columns of the list.
    pub grid: Grid,
    total: Figures,
    selected: Option<u64>,
    /// The rows could not be read.
    unread: bool,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Other days.
    Period(period::Message),
    /// Other rows.
    GroupChosen(GroupBy),
    /// A row was selected.
    Selected(u64),
    /// A row was opened.
    Opened(u64),
    /// With the list itself.
    Grid(grid::Message),
    /// Print the report or save it.
    Taken(Out),
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Count anew.
    Fetch,
    /// Show the dossiers of a row.
    List(Row),
    /// Print the report or save it.
    Take(Out),
    /// Back.
    Close,
}

impl State {
    /// The figures of this month.
    pub fn new(today: Date) -> Self {
        Self {
            period: period::State::new(period::Length::Month, today),
            group: GroupBy::Field,
            rows: Vec::new(),
            shown: Vec::new(),
            grid: Grid::new(TABLE, &HEADS),
            total: Figures::default(),
            selected: None,
            unread: false,
            notice: None,
        }
    }

    /// The rows and the figures of all of them.
    pub fn show(&mut self, rows: Vec<Row>, total: Figures) {
        (self.rows, self.total) = (rows, total);
        self.arrange();
    }

    fn arrange(&mut self) {
        let key = |row: &Row, column| match count(&row.figures, column) {
            Some(count) => Key::Number(count.try_into().unwrap_or(i64::MAX)),
            None => Key::words(&named(row)),
        };
        self.shown = self.grid.order(&self.rows, key, named);
        self.selected = (!self.shown.is_empty()).then_some(0);
    }

    fn row(&self, place: u64) -> Option<&Row> {
        self.rows.get(*self.shown.get(usize::try_from(place).ok()?)?)
    }

    /// The rows of the chosen days could not be read.
    pub fn failed(&mut self, notice: Notice) {
        (self.unread, self.notice) = (true, Some(notice));
        self.rows.clear();
        self.arrange();
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Period(message) => {
                self.period.update(message);
                self.notice = None;
                Action::Fetch
            }
            Message::GroupChosen(group) => {
                self.group = group;
                Action::Fetch
            }
            Message::Selected(place) => {
                self.selected = Some(place);
                Action::None
            }
            Message::Opened(place) => self.row(place).cloned().map_or(Action::None, Action::List),
            Message::Grid(message) => {
                if self.grid.update(message) {
                    self.arrange();
                }
                Action::None
            }
            Message::Taken(out) => Action::Take(out),
            Message::Closed => Action::Close,
        }
    }

    /// What a row is about.
    fn about(&self) -> &'static str {
        match self.group {
            GroupBy::Procedure => "Thủ tục",
            GroupBy::Field => "Lĩnh vực",
            GroupBy::Officer => "Người giải quyết",
            GroupBy::Channel => "Cách nộp",
            GroupBy::Month => "Tháng",
            GroupBy::Day => "Ngày",
            GroupBy::All => "",
        }
    }

    fn chart(&self) -> Element<'_, Message> {
        bars(
            LEGEND,
            self.rows.iter().take(BARS).map(|row| {
                let f = &row.figures;
                Bar {
                    name: named(row),
                    parts: vec![
                        f.resolved_early,
                        f.resolved_on_time,
                        f.resolved_late,
                        f.open_in_time,
                        f.open_late,
                    ],
                }
            }),
        )
    }

    fn list(&self) -> Element<'_, Message> {
        if self.unread {
            return layout::unread();
        }
        if self.rows.is_empty() {
            return empty_state(
                Icon::Folder,
                "Kỳ này không có hồ sơ nào",
                "Hãy chọn kỳ khác.",
                None,
            );
        }
        let [_, counts @ ..] = HEADS;
        let counts = counts.map(|head| {
            let count = Column::fixed(head, 84.0).end().sortable();
            if matches!(head, "Kỳ trước" | "Không hẹn" | "Khác") {
                count.spare()
            } else {
                count
            }
        });
        let about = Column::share(self.about(), 4).sortable();
        let sums = self.rows.len() as u64;
        let list = table(std::iter::once(about).chain(counts), sums + 1, |place, column| {
            self.cell(place, column)
        })
        .id(TABLE)
        .sums(sums)
        .selected(self.selected)
        .on_select(Message::Selected)
        .on_open(Message::Opened);
        self.grid.dress(list, Message::Grid).into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let (name, figures) = match self.row(place) {
            Some(row) => (named(row), &row.figures),
            None => ("Cộng".to_owned(), &self.total),
        };
        Some(match count(figures, column) {
            None => name.into(),
            // Late.
            Some(late) if late > 0 && matches!(column, 5 | 10) => {
                Cell::toned(late.to_string(), Tone::Bad)
            }
            Some(count) => count.to_string().into(),
        })
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("statistics");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Chart, "Thống kê"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        "Thống kê"
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
            text::title("Thống kê").into(),
            self.period.view().map(Message::Period),
            pick("", GROUPS, Some(&self.group))
                .width(GROUP_WIDTH)
                .on_pick(Message::GroupChosen)
                .into(),
            flow::spring().into(),
            Grid::button(Message::Grid),
            outlet::buttons(Message::Taken),
        ])
        .spacing(space::S);
        let mut screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(iced::widget::container(self.list()).height(iced::Length::Fill))
            .spacing(space::M);
        if !self.rows.is_empty() {
            screen = screen.push(
                section(
                    "Kết quả giải quyết",
                    Some(text::small(self.period.words()).into()),
                    iced::widget::container(flow::scroll_if_needed(self.chart()))
                        .max_height(CHART_HEIGHT),
                )
                .width(iced::Length::Fill),
            );
        }
        iced::widget::container(screen).padding(space::L).height(iced::Length::Fill).into()
    }
}

/// The figure of a column; `None` for the one that says what is counted.
fn count(f: &Figures, column: usize) -> Option<u64> {
    Some(match column {
        0 => return None,
        1 => f.carried_over,
        2 => f.received,
        3 => f.resolved_early,
        4 => f.resolved_on_time,
        5 => f.resolved_late,
        6 => f.resolved_undated,
        // Refused, stopped, withdrawn.
        7 => f.refused + f.stopped + f.withdrawn,
        8 => f.returned,
        9 => f.open_in_time,
        _ => f.open_late,
    })
}

fn named(row: &Row) -> String {
    if row.label.is_empty() { "Chưa rõ".into() } else { row.label.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_opens_its_dossiers_and_the_sum_does_not() {
        let mut state = State::new(jiff::civil::date(2026, 11, 28));
        let row =
            Row { key: "1.001193".into(), label: "Khai sinh".into(), figures: Figures::default() };
        state.show(vec![row.clone()], Figures::default());
        assert_eq!(state.update(Message::Opened(0)), Action::List(row));
        assert_eq!(state.update(Message::Opened(1)), Action::None);
    }

    #[test]
    fn rows_are_sorted_by_their_figures_and_the_sum_stays_below() {
        let mut state = State::new(jiff::civil::date(2026, 11, 28));
        let row = |label: &str, received| Row {
            key: label.into(),
            label: label.into(),
            figures: Figures { received, ..Figures::default() },
        };
        let total = Figures { received: 112, ..Figures::default() };
        state.show(vec![row("Đất đai", 9), row("Chứng thực", 100), row("Bảo trợ", 3)], total);
        let shown = |state: &State| -> Vec<String> {
            (0..4).filter_map(|place| Some(format!("{:?}", state.cell(place, 0)?))).collect()
        };
        for (column, expected) in [
            (2, ["Bảo trợ", "Đất đai", "Chứng thực", "Cộng"]),
            (2, ["Chứng thực", "Đất đai", "Bảo trợ", "Cộng"]),
            (0, ["Bảo trợ", "Chứng thực", "Đất đai", "Cộng"]),
        ] {
            state.update(Message::Grid(grid::Message::Sorted(column)));
            for (cell, name) in shown(&state).iter().zip(expected) {
                assert!(cell.contains(name), "{column}: {:?}", shown(&state));
            }
        }
        state.update(Message::Selected(1));
        let opened = state.update(Message::Opened(1));
        assert_eq!(opened, Action::List(row("Chứng thực", 100)), "what is shown is opened");
    }
}
