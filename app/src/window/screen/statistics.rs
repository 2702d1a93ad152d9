//! Figures of a period: what came in, what went out and how punctually, what is still open; as a table,
//! and as bars. A row opens the dossiers it counts.

use jiff::civil::Date;
use office::statistics::{Figures, GroupBy, Row};
use widgets::{
    Element, Icon, Tone, bars,
    chart::Bar,
    empty_state, flow, pick, row, section, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    outlet::{self, Out},
    period,
};
use crate::window::notice::Notice;

/// The rows.
pub const TABLE: &str = "statistics-table";

/// Bars drawn; the table has them all.
const BARS: usize = 8;
const CHART_HEIGHT: f32 = 232.0;
const GROUP_WIDTH: f32 = 176.0;

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
    total: Figures,
    selected: Option<u64>,
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
            total: Figures::default(),
            selected: None,
            notice: None,
        }
    }

    /// The rows and the figures of all of them.
    pub fn show(&mut self, rows: Vec<Row>, total: Figures) {
        self.selected = (!rows.is_empty()).then_some(0);
        (self.rows, self.total) = (rows, total);
    }

    /// Says how it went.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
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
            Message::Opened(place) => {
                let row = usize::try_from(place).ok().and_then(|place| self.rows.get(place));
                row.cloned().map_or(Action::None, Action::List)
            }
            Message::Taken(out) => Action::Take(out),
            Message::Closed => Action::Close,
        }
    }

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
        let head = row([
            text::title("Thống kê").into(),
            self.period.view().map(Message::Period),
            pick("", GROUPS, Some(&self.group))
                .width(GROUP_WIDTH)
                .on_pick(Message::GroupChosen)
                .into(),
            flow::spring().into(),
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
                    iced::widget::container(flow::scroll(self.chart())).height(CHART_HEIGHT),
                )
                .width(iced::Length::Fill),
            );
        }
        iced::widget::container(screen).padding(space::L).height(iced::Length::Fill).into()
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
        if self.rows.is_empty() {
            return empty_state(
                Icon::Folder,
                "Kỳ này không có hồ sơ nào",
                "Hãy chọn kỳ khác.",
                None,
            );
        }
        let number = |head: &'static str| Column::fixed(head, 80.0).end();
        table(
            [
                Column::share(self.about(), 1),
                number("Kỳ trước"),
                number("Tiếp nhận"),
                number("Trước hạn"),
                number("Đúng hạn"),
                number("Quá hạn"),
                number("Không hẹn"),
                number("Khác"),
                number("Đã trả"),
                number("Đang làm"),
                number("Đang trễ"),
            ],
            self.rows.len() as u64 + 1,
            |place, column| self.cell(place, column),
        )
        .id(TABLE)
        .selected(self.selected)
        .on_select(Message::Selected)
        .on_open(Message::Opened)
        .into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let place = usize::try_from(place).ok()?;
        let (name, f) = match self.rows.get(place) {
            Some(row) => (named(row), &row.figures),
            None => ("Cộng".to_owned(), &self.total),
        };
        let bad = |count: u64| match count {
            0 => Cell::from("0"),
            count => Cell::toned(count.to_string(), Tone::Bad),
        };
        Some(match column {
            0 => name.into(),
            1 => f.carried_over.to_string().into(),
            2 => f.received.to_string().into(),
            3 => f.resolved_early.to_string().into(),
            4 => f.resolved_on_time.to_string().into(),
            5 => bad(f.resolved_late),
            6 => f.resolved_undated.to_string().into(),
            // Refused, stopped, withdrawn.
            7 => (f.refused + f.stopped + f.withdrawn).to_string().into(),
            8 => f.returned.to_string().into(),
            9 => f.open_in_time.to_string().into(),
            _ => bad(f.open_late),
        })
    }
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
}
