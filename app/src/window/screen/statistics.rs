//! Figures of a period: what came in, what went out and how punctually, what is still open; as a table,
//! and as bars. A row opens the dossiers it counts.

use jiff::civil::Date;
use ledger::{Filter as Which, LedgerError, Page};
use office::{
    dossier::Channel,
    statistics::{Figures, GroupBy, Period, Row},
};
use widgets::{
    Element, Icon, Tone, bars,
    chart::Bar,
    flow, pick, section,
    table::{Cell, Column},
    text,
};

use super::{
    dossiers::Only,
    grid::Key,
    help::{Help, help},
    list::{self, Action, Asked, Content, Empty, Filter, List},
    menu,
    period::Length,
};
use crate::{
    clock,
    desk::{Desk, books::Paper},
};

/// Bars drawn; the table has them all.
const BARS: usize = 8;
const CHART_HEIGHT: f32 = 232.0;
const GROUP_WIDTH: f32 = 168.0;

/// The figures' columns.
const COUNTS: [&str; 10] = [
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

/// Figures.
pub struct Statistics {
    /// What the rows are about.
    pub group: GroupBy,
}

/// The screen's state.
pub type State = List<Statistics>;
/// What happened on the screen.
pub type Message = list::Message<Own>;

/// What happens on no other list.
#[derive(Clone, Debug)]
pub enum Own {
    /// Other rows.
    GroupChosen(GroupBy),
}

/// What the shell has to do for no other list.
#[derive(Debug, PartialEq, Eq)]
pub enum Ask {
    /// Show the dossiers of a row.
    List(Row),
}

impl Default for Statistics {
    fn default() -> Self {
        Self { group: GroupBy::Field }
    }
}

impl Statistics {
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
}

fn figures(desk: &Desk, by: GroupBy, days: (Date, Date)) -> Result<Vec<Row>, LedgerError> {
    desk.ledger.figures(&Period { from: days.0, to: days.1 }, by, clock::local(clock::now()))
}

fn chart<'a>(rows: &[Row]) -> Element<'a, Message> {
    bars(
        LEGEND,
        rows.iter().take(BARS).map(|row| {
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

/// A figure as it is shown.
fn counted(figures: &Figures, column: usize) -> Option<Cell> {
    Some(match count(figures, column)? {
        // Late.
        late if late > 0 && matches!(column, 5 | 10) => Cell::toned(late.to_string(), Tone::Bad),
        count => count.to_string().into(),
    })
}

impl Content for Statistics {
    type Row = Row;
    type Total = Figures;
    type Own = Own;
    type Ask = Ask;

    const TABLE: &'static str = "statistics-table";
    const HELP: Help = help!("statistics");
    const MENU: menu::Row = menu::Row::work(Icon::Chart, "Thống kê");
    const PERIOD: Option<Length> = Some(Length::Month);
    const FILTER: Option<Filter> = None;
    const EMPTY: Empty = Empty {
        icon: Icon::Folder,
        nothing: "Kỳ này không có hồ sơ nào",
        advice: "Hãy chọn kỳ khác.",
    };

    fn title(&self) -> &'static str {
        "Thống kê"
    }

    fn columns(&self) -> Vec<Column<'_>> {
        let counts = COUNTS.map(|head| {
            let count = Column::fixed(head, 84.0).end().sortable();
            match head {
                "Kỳ trước" | "Không hẹn" | "Khác" => count.spare(),
                _ => count,
            }
        });
        std::iter::once(Column::share(self.about(), 4).sortable()).chain(counts).collect()
    }

    fn cell(&self, row: &Row, column: usize) -> Cell {
        counted(&row.figures, column).unwrap_or_else(|| named(row).into())
    }

    fn key(&self, row: &Row, column: usize) -> Key {
        match count(&row.figures, column) {
            Some(count) => Key::Number(count.try_into().unwrap_or(i64::MAX)),
            None => Key::words(&named(row)),
        }
    }

    fn sum(&self, total: &Figures, column: usize) -> Option<Cell> {
        Some(counted(total, column).unwrap_or_else(|| "Cộng".into()))
    }

    fn read(&self, desk: &Desk, asked: &Asked) -> Result<Page<Row>, LedgerError> {
        Ok(Page { items: figures(desk, self.group, asked.days)?, next: None })
    }

    fn count(&self, desk: &Desk, days: (Date, Date), _: &[Row]) -> Result<Figures, LedgerError> {
        let all = figures(desk, GroupBy::All, days)?;
        Ok(all.first().map(|row| row.figures).unwrap_or_default())
    }

    fn open(&self, row: &Row) -> Option<Ask> {
        Some(Ask::List(row.clone()))
    }

    fn own(&mut self, Own::GroupChosen(group): Own) -> Action<Ask> {
        self.group = group;
        Action::Fetch(None)
    }

    fn paper(&self) -> Option<Paper> {
        Some(Paper::Statistics(self.group))
    }

    fn choice(&self) -> Option<Element<'_, Message>> {
        let groups = pick("", GROUPS, Some(&self.group)).width(GROUP_WIDTH);
        Some(groups.on_pick(|group| Message::Own(Own::GroupChosen(group))).into())
    }

    fn below<'a>(&'a self, list: &'a State) -> Option<Element<'a, Message>> {
        if list.rows().is_empty() {
            return None;
        }
        let words = list.period.as_ref().map(|period| text::small(period.words()).into());
        let chart = flow::scroll_if_needed(chart(list.rows()));
        let chart = iced::widget::container(chart).max_height(CHART_HEIGHT);
        Some(section("Kết quả giải quyết", words, chart).width(iced::Length::Fill).into())
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

/// The dossiers of a row that were received in the period.
pub fn only(group: GroupBy, row: &Row, (from, to): (Date, Date)) -> Only {
    let mut filter = Which { received: Some((from, to)), ..Which::default() };
    match group {
        GroupBy::Procedure => filter.procedure = Some(row.key.clone()),
        GroupBy::Field => filter.field = Some(row.key.clone()),
        GroupBy::Officer => filter.officer = Some(row.key.clone()),
        GroupBy::Channel => {
            filter.channel = [Channel::Counter, Channel::Online, Channel::Post]
                .into_iter()
                .find(|channel| channel.label() == row.label);
        }
        GroupBy::Month => {
            if let Ok(first) = format!("{}-01", row.key).parse::<Date>() {
                filter.received = Some((first.max(from), first.last_of_month().min(to)));
            }
        }
        GroupBy::Day => {
            if let Ok(day) = row.key.parse::<Date>() {
                filter.received = Some((day, day));
            }
        }
        GroupBy::All => {}
    }
    let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
    Only { words: format!("{}, nhận từ {} đến {}", row.label, day(from), day(to)), filter }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::screen::grid;

    #[test]
    fn a_row_opens_its_dossiers_and_the_sum_does_not() {
        let mut state = State::new(Statistics::default(), jiff::civil::date(2026, 11, 28));
        let row =
            Row { key: "1.001193".into(), label: "Khai sinh".into(), figures: Figures::default() };
        state.show(Page { items: vec![row.clone()], next: None }, Figures::default());
        assert_eq!(state.update(Message::Opened(0)), Action::Own(Ask::List(row)));
        assert_eq!(state.update(Message::Opened(1)), Action::None);
    }

    #[test]
    fn rows_are_sorted_by_their_figures_and_the_sum_stays_below() {
        let mut state = State::new(Statistics::default(), jiff::civil::date(2026, 11, 28));
        let row = |label: &str, received| Row {
            key: label.into(),
            label: label.into(),
            figures: Figures { received, ..Figures::default() },
        };
        let total = Figures { received: 112, ..Figures::default() };
        let rows = vec![row("Đất đai", 9), row("Chứng thực", 100), row("Bảo trợ", 3)];
        state.show(Page { items: rows, next: None }, total);
        for (column, expected) in [
            (2, ["Bảo trợ", "Đất đai", "Chứng thực", "Cộng"]),
            (2, ["Chứng thực", "Đất đai", "Bảo trợ", "Cộng"]),
            (0, ["Bảo trợ", "Chứng thực", "Đất đai", "Cộng"]),
        ] {
            state.update(Message::Grid(grid::Message::Sorted(column)));
            let shown = (0..4).filter_map(|place| state.cell(place, 0));
            let shown: Vec<String> = shown.map(|cell| cell.words().to_owned()).collect();
            assert_eq!(shown, expected, "{column}");
        }
        state.update(Message::Selected(1));
        let opened = state.update(Message::Opened(1));
        assert_eq!(
            opened,
            Action::Own(Ask::List(row("Chứng thực", 100))),
            "what is shown is opened"
        );
    }
}
