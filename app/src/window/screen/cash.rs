//! Money of a day (or of other days): every receipt in the order of its number, cancelled ones too, with
//! sums by way of paying and by collector. The bank's statement is read in here.

use std::collections::BTreeMap;

use office::{dossier::DossierId, money::Dong, payment::Method};
use widgets::{
    Element, Icon, Tone, card, column, empty_state, flow, modal, quiet, row, secondary, section,
    space, table,
    table::{Cell, Column},
    text,
};

use super::{
    outlet::{self, Out},
    period, statement,
};
use crate::{desk::money::Standing, window::notice::Notice};

/// The list.
pub const TABLE: &str = "cash-table";
/// Width of the sums.
const SUMS: f32 = 272.0;

/// One receipt.
#[derive(Clone, Debug)]
pub struct Row {
    /// Number of the receipt.
    pub number: String,
    /// When, in words.
    pub at: String,
    /// Mã hồ sơ.
    pub code: String,
    /// The dossier.
    pub dossier: DossierId,
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
    selected: Option<u64>,
    may_import: bool,
    statement: Option<statement::State>,
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
            selected: None,
            may_import,
            statement: None,
            notice: None,
        }
    }

    /// The receipts of the chosen days, in the order of their numbers.
    pub fn show(&mut self, rows: Vec<Row>) {
        self.selected = (!rows.is_empty()).then_some(0);
        self.rows = rows;
    }

    /// Says how it went.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// Whether a question is open.
    pub fn asks(&self) -> bool {
        self.statement.is_some()
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
            Message::Opened(place) => match usize::try_from(place).map(|n| self.rows.get(n)) {
                Ok(Some(row)) => Action::Open(row.dossier.clone()),
                _ => Action::None,
            },
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

    /// Draws the screen.
    pub fn view(&self) -> Element<'_, Message> {
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

    fn list(&self) -> Element<'_, Message> {
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
        table(
            [
                Column::fixed("Số", 48.0).end(),
                Column::fixed("Lúc", 104.0),
                Column::fixed("Mã hồ sơ", 176.0),
                Column::share("Người nộp", 3),
                Column::fixed("Cách nộp", 120.0),
                Column::share("Người thu", 2),
                Column::fixed("Số tiền (đồng)", 112.0).end(),
                Column::share("Ghi chú", 2),
            ],
            self.rows.len() as u64,
            |place, column| self.cell(place, column),
        )
        .id(TABLE)
        .selected(self.selected)
        .on_select(Message::Selected)
        .on_open(Message::Opened)
        .into()
    }

    fn cell(&self, place: u64, column: usize) -> Option<Cell> {
        let row = self.rows.get(usize::try_from(place).ok()?)?;
        Some(match column {
            0 => row.number.as_str().into(),
            1 => row.at.as_str().into(),
            2 => row.code.as_str().into(),
            3 => row.payer.as_str().into(),
            4 => row.method.label().into(),
            5 => row.collector.as_str().into(),
            6 => row.figures().into(),
            _ => match row.why() {
                Some(why) => Cell::toned(why, Tone::Bad),
                None if row.amount == Dong(0) => Cell::toned("Miễn thu", Tone::Info),
                None => "".into(),
            },
        })
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(usize::try_from(self.selected?).ok()?)
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
