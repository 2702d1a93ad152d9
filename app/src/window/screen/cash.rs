//! Money of a day (or of other days): every receipt in the order of its number, cancelled ones too, with
//! sums by way of paying and by collector. The bank's statement is read in here.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::civil::DateTime;
use ledger::Ledger;
use office::{dossier::DossierId, money::Dong, payment::Method};
use widgets::{
    Element, Icon, Tone, card, column, empty_state, flow,
    keys::Pressed,
    modal, quiet, row, secondary, section, space, table,
    table::{Cell, Column},
    text,
};

use super::{
    Shown,
    grid::{self, Grid, Key},
    help::{Help, help},
    menu,
    outlet::{self, Out},
    period, statement,
};
use crate::{
    browse::Wanted,
    desk::money::Standing,
    window::{layout, notice::Notice},
};

/// The list.
pub const TABLE: &str = "cash-table";
const HEADS: [&str; 8] =
    ["Số", "Lúc", "Mã hồ sơ", "Người nộp", "Cách nộp", "Người thu", "Số tiền (đồng)", "Ghi chú"];
/// Width of the sums.
const SUMS: f32 = 272.0;

/// One receipt.
#[derive(Clone, Debug)]
pub struct Row {
    /// Number of the receipt.
    pub number: String,
    /// When.
    pub at: DateTime,
    /// Mã hồ sơ.
    pub code: String,
    /// The dossier that it opens.
    pub dossier: Option<DossierId>,
    /// Who paid.
    pub payer: String,
    /// How.
    pub method: Method,
    /// Who took it.
    pub collector: String,
    /// How much.
    pub amount: Dong,
    /// Whether it counts in these days.
    pub standing: Standing,
    /// What it adds to the days, in đồng.
    pub change: i64,
}

impl Row {
    /// Why it does not count as it is, if so.
    fn why(&self) -> Option<String> {
        match &self.standing {
            Standing::Counts => None,
            Standing::Cancelled(cancelled) => Some(format!("Đã hủy: {}", cancelled.reason)),
            Standing::Undone(cancelled) => {
                Some(format!("Hủy biên lai ngày trước: {}", cancelled.reason))
            }
        }
    }

    /// The amount as its column shows it, in đồng.
    fn signed_amount(&self) -> i64 {
        let amount = i64::try_from(self.amount.0).unwrap_or(i64::MAX);
        match self.standing {
            Standing::Counts | Standing::Cancelled(_) => amount,
            Standing::Undone(_) => -amount,
        }
    }

    /// The amount for its column, with a minus where it is given back.
    fn figures(&self) -> String {
        match self.standing {
            Standing::Counts | Standing::Cancelled(_) => self.amount.digits(),
            Standing::Undone(_) => format!("-{}", self.amount.digits()),
        }
    }
}

/// The screen's state.
pub struct State {
    /// Which days.
    pub period: period::State,
    rows: Vec<Row>,
    /// Places in `rows`, as they are shown.
    shown: Vec<usize>,
    /// Order, filter and columns of the list.
    pub grid: Grid,
    selected: Option<u64>,
    may_import: bool,
    statement: Option<statement::State>,
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
    /// Print the sheet or save it.
    Taken(Out),
    /// Read a statement in.
    StatementAsked,
    /// In the statement's dialog.
    Statement(statement::Message),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Fetch the receipts of the chosen days.
    Fetch,
    /// Open a dossier.
    Open(DossierId),
    /// Print the sheet or save it.
    TakeOut(Out),
    /// Read this statement and show what is in it.
    Read(String),
    /// Count this doubtful line of the statement for the next of its dossiers, or for none.
    Decide(usize),
    /// Write the statement that is shown.
    Take,
    /// Move the keyboard to this field.
    Focus(&'static str),
    /// Back.
    Close,
}

impl State {
    /// The sheet of a day.
    pub fn new(today: jiff::civil::Date, may_import: bool) -> Self {
        Self {
            period: period::State::new(period::Length::Day, today),
            rows: Vec::new(),
            shown: Vec::new(),
            grid: Grid::new(TABLE, &HEADS),
            selected: None,
            may_import,
            statement: None,
            unread: false,
            notice: None,
        }
    }

    /// The receipts of the chosen days, in the order of their numbers.
    pub fn show(&mut self, rows: Vec<Row>) {
        (self.rows, self.unread) = (rows, false);
        self.arrange();
    }

    fn arrange(&mut self) {
        let key = |row: &Row, column| match column {
            0 => Key::Number(row.number.parse().unwrap_or(i64::MAX)),
            6 => Key::Number(row.signed_amount()),
            1 => Key::time(Some(row.at)),
            3 | 5 => Key::name(&cell(row, column).0),
            column => Key::words(&cell(row, column).0),
        };
        let words = |row: &Row| (0..HEADS.len()).map(|n| cell(row, n).0 + " ").collect();
        self.shown = self.grid.order(&self.rows, key, words);
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

    /// The statement's dialog.
    pub fn statement(&mut self) -> Option<&mut statement::State> {
        self.statement.as_mut()
    }

    /// The statement was written.
    pub fn taken(&mut self, notice: Notice) {
        (self.statement, self.notice) = (None, Some(notice));
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
                self.selected = Some(place);
                Action::None
            }
            Message::Opened(place) => {
                let dossier = self.row(place).and_then(|row| row.dossier.clone());
                dossier.map_or(Action::None, Action::Open)
            }
            Message::Grid(message) => {
                if self.grid.update(message) {
                    self.arrange();
                }
                Action::None
            }
            Message::Taken(out) => Action::TakeOut(out),
            Message::StatementAsked if self.may_import => {
                self.statement = Some(statement::State::default());
                self.notice = None;
                Action::Focus(statement::PATH)
            }
            Message::StatementAsked => Action::None,
            Message::Statement(message) => match self.statement.as_mut().map(|s| s.update(message))
            {
                None | Some(statement::Action::None) => Action::None,
                Some(statement::Action::Read(path)) => Action::Read(path),
                Some(statement::Action::Decide(place)) => Action::Decide(place),
                Some(statement::Action::Take) => Action::Take,
                Some(statement::Action::Close) => {
                    self.statement = None;
                    Action::None
                }
            },
            Message::Closed => Action::Close,
        }
    }

    fn list(&self) -> Element<'_, Message> {
        if self.unread {
            return layout::unread();
        }
        if self.rows.is_empty() {
            return empty_state(
                Icon::Document,
                "Chưa thu khoản nào trong kỳ này",
                "Khoản thu lập trong hồ sơ (F6 Thu phí, lệ phí) sẽ hiện ở đây.",
                Some(
                    quiet("Ngày trước").on_press(Message::Period(period::Message::Earlier)).into(),
                ),
            );
        }
        if self.shown.is_empty() {
            return empty_state(
                Icon::Search,
                "Không có biên lai nào chứa các chữ này",
                "Hãy gõ ít chữ hơn. Các tổng bên phải vẫn là của cả kỳ.",
                None,
            );
        }
        let [number, at, code, payer, method, collector, amount, note] = HEADS;
        let list = table(
            [
                Column::fixed(number, 56.0).end().sortable(),
                Column::fixed(at, 104.0).spare(),
                Column::fixed(code, 176.0).sortable(),
                Column::share(payer, 3).sortable(),
                Column::fixed(method, 120.0).sortable().spare(),
                Column::share(collector, 2).sortable().spare(),
                Column::fixed(amount, 120.0).end().sortable(),
                // That a receipt was cancelled is told here.
                Column::share(note, 2).sortable(),
            ],
            self.shown.len() as u64,
            |place, column| {
                let (words, tone) = cell(self.row(place)?, column);
                Some(tone.map_or_else(|| words.as_str().into(), |tone| Cell::toned(&words, tone)))
            },
        )
        .id(TABLE)
        .selected(self.selected)
        .on_select(Message::Selected)
        .on_open(Message::Opened);
        self.grid.dress(list, Message::Grid).into()
    }

    fn chosen(&self) -> Option<&Row> {
        self.row(self.selected?)
    }

    fn by_method(&self) -> Element<'_, Message> {
        let sum = |method: Method| -> i64 {
            self.rows.iter().filter(|row| row.method == method).map(|row| row.change).sum()
        };
        let mut lines = column([]).spacing(space::XS);
        for method in [Method::Cash, Method::Transfer] {
            lines = lines.push(line(method.label().to_owned(), signed(sum(method))));
        }
        lines = lines.push(row([
            text::strong("Cộng").into(),
            flow::spring().into(),
            text::number(signed(self.rows.iter().map(|row| row.change).sum())).into(),
        ]));
        let cancelled = |row: &&Row| matches!(row.standing, Standing::Cancelled(_));
        let cancelled: Vec<Dong> =
            self.rows.iter().filter(cancelled).map(|row| row.amount).collect();
        if !cancelled.is_empty() {
            let words = format!("Đã hủy {} biên lai, không tính", cancelled.len());
            lines = lines.push(line(words, cancelled.into_iter().sum::<Dong>().to_string()));
        }
        let undone: Vec<i64> =
            self.rows.iter().map(|row| row.change).filter(|change| *change < 0).collect();
        if !undone.is_empty() {
            let words = format!("Trong đó hủy {} biên lai của ngày trước", undone.len());
            lines = lines.push(line(words, signed(undone.into_iter().sum())));
        }
        lines.into()
    }

    fn by_collector(&self) -> Element<'_, Message> {
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.change != 0) {
            *sums.entry(row.collector.as_str()).or_default() += row.change;
        }
        if sums.is_empty() {
            return text::small("Chưa có").into();
        }
        column(sums.into_iter().map(|(name, sum)| line(name.to_owned(), signed(sum))))
            .spacing(space::XS)
            .into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("cash");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Money, "Thu phí, lệ phí"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        if self.asks() { "Nhập sao kê" } else { "Thu phí, lệ phí" }
    }

    fn asks(&self) -> bool {
        self.statement.is_some()
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
        if self.asks() {
            return Some(Message::Statement(match key {
                Pressed::Escape => statement::Message::Dropped,
                Pressed::Enter => statement::Message::Confirmed,
                Pressed::F(3) => statement::Message::Decided,
                _ => return None,
            }));
        }
        Some(match key {
            Pressed::F(2) => Message::StatementAsked,
            Pressed::Escape => Message::Closed,
            key => Message::Taken(Out::key(key)?),
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.asks().then_some(Wanted::Statement)
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::Statement(statement::Message::FileGiven(path)))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::Statement(statement::Message::FileAsked))
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let mut head = row([
            text::title("Thu phí, lệ phí").into(),
            iced::widget::Space::new().width(space::S).into(),
            self.period.view().map(Message::Period),
            flow::spring().into(),
        ]);
        if self.may_import {
            head = head.push(secondary("Nhập sao kê").key("F2").on_press(Message::StatementAsked));
        }
        let head = head.push(outlet::buttons(Message::Taken)).spacing(space::S);
        let body = iced::widget::Row::new()
            .push(
                iced::widget::Column::new()
                    .push((!self.rows.is_empty()).then(|| {
                        let words = "Lọc theo tên, mã hồ sơ, người thu, ghi chú – không cần gõ dấu";
                        row([self.grid.filter(words, Message::Grid), Grid::button(Message::Grid)])
                    }))
                    .push(iced::widget::container(self.list()).height(iced::Length::Fill))
                    .push(self.chosen().map(about))
                    .spacing(space::M)
                    .width(iced::Length::Fill),
            )
            .push(
                iced::widget::container(flow::scroll(column([
                    section("Theo cách nộp", None, self.by_method()).into(),
                    section("Theo người thu", None, self.by_collector()).into(),
                ])))
                .width(SUMS),
            )
            .spacing(space::L)
            .height(iced::Length::Fill);
        let screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(body)
            .spacing(space::M);
        modal(
            iced::widget::container(screen).padding(space::L).height(iced::Length::Fill),
            self.statement.as_ref().map(|dialog| dialog.dialog(Message::Statement)),
        )
    }
}

fn cell(row: &Row, column: usize) -> (String, Option<Tone>) {
    let words = match column {
        0 => row.number.clone(),
        1 => row.at.strftime("%H:%M %d/%m").to_string(),
        2 => row.code.clone(),
        3 => row.payer.clone(),
        4 => row.method.label().to_owned(),
        5 => row.collector.clone(),
        6 => row.figures(),
        _ => match row.why() {
            Some(why) => return (why, Some(Tone::Bad)),
            None if row.amount == Dong(0) => return ("Miễn thu".into(), Some(Tone::Info)),
            None => String::new(),
        },
    };
    (words, None)
}

/// What the columns of a row have no room for.
fn about(row: &Row) -> Element<'_, Message> {
    let words = format!(
        "Biên lai số {} – {} · {} · {} · {}",
        row.number, row.payer, row.code, row.amount, row.collector
    );
    let why = row.why().map(|why| text::toned(why, Tone::Bad));
    let lines = iced::widget::Column::new().push(text::body(words)).push(why);
    card(lines.width(iced::Length::Fill)).into()
}

/// `-8.000 đồng`.
fn signed(amount: i64) -> String {
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}{}", Dong(amount.unsigned_abs()))
}

fn line<'a>(name: String, sum: String) -> Element<'a, Message> {
    row([text::body(name).width(iced::Length::Fill).into(), text::number(sum).into()]).into()
}

#[cfg(test)]
mod tests {
    use ledger::Cancellation;
    use office::entry::UserName;

    use super::*;

    fn row(number: &str, payer: &str, amount: u64, cancelled: bool) -> Row {
        Row {
            number: number.into(),
            at: jiff::civil::date(2026, 11, 28).at(8, 0, 0, 0),
            code: format!("H38.99-261128-{number}"),
            dossier: Some(DossierId(number.into())),
            payer: payer.into(),
            method: Method::Cash,
            collector: "Hoàng Văn Thử".into(),
            amount: Dong(amount),
            standing: match cancelled {
                true => Standing::Cancelled(Cancellation {
                    at: jiff::Timestamp::UNIX_EPOCH,
                    by: UserName("an".into()),
                    reason: "thu nhầm".into(),
                }),
                false => Standing::Counts,
            },
            change: if cancelled { 0 } else { amount.cast_signed() },
        }
    }

    fn shown(state: &State) -> Vec<&str> {
        (0..9).filter_map(|place| state.row(place)).map(|row| row.number.as_str()).collect()
    }

    fn says(state: &State, words: &str) -> bool {
        let size = iced::Size::new(1366.0, 768.0);
        widgets::shot::words(state.view(), size).iter().any(|shown| shown.contains(words))
    }

    #[test]
    fn receipts_are_sorted_and_filtered_and_the_sums_are_of_all() {
        let mut state = State::new(jiff::civil::date(2026, 11, 28), false);
        state.show(vec![
            row("9", "Đặng Thị An", 20_000, false),
            row("10", "Bùi Văn Cũ", 8_000, false),
            row("11", "Vàng A Thử", 150_000, true),
        ]);
        for (message, expected) in [
            (grid::Message::Sorted(6), &["10", "9", "11"][..]),
            (grid::Message::Sorted(6), &["11", "9", "10"]),
            (grid::Message::Sorted(0), &["9", "10", "11"]),
            (grid::Message::Filtered("dang an".into()), &["9"]),
            (grid::Message::Filtered("thu nham".into()), &["11"]),
            (grid::Message::Filtered("hoang thu".into()), &["9", "10", "11"]),
            (grid::Message::Filtered("zz".into()), &[]),
        ] {
            state.update(Message::Grid(message.clone()));
            assert_eq!(shown(&state), expected, "{message:?}");
            assert!(says(&state, "28.000"), "{message:?}");
        }
        assert!(says(&state, "Không có biên lai nào chứa các chữ này"));
        state.update(Message::Grid(grid::Message::Filtered("bui".into())));
        assert!(matches!(state.update(Message::Opened(0)), Action::Open(id) if id.0 == "10"));
    }

    #[test]
    fn what_could_not_be_read_does_not_look_like_a_day_without_money() {
        let empty = "Chưa thu khoản nào trong kỳ này";
        let mut state = State::new(jiff::civil::date(2026, 11, 28), false);
        state.show(Vec::new());
        assert!(says(&state, empty));
        state.failed(Notice::caution("Không đọc được sổ cái."));
        assert!(!says(&state, empty) && says(&state, "Chưa đọc được danh sách này"));
        state.show(Vec::new());
        assert!(says(&state, empty));
    }
}
