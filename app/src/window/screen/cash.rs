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
use crate::window::notice::Notice;

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
    /// Why it was cancelled, if it was.
    pub cancelled: Option<String>,
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
            6 => row.amount.digits().into(),
            _ => match &row.cancelled {
                Some(reason) => Cell::toned(format!("Đã hủy: {reason}"), Tone::Bad),
                None if row.amount == Dong(0) => Cell::toned("Miễn thu", Tone::Info),
                None => "".into(),
            },
        })
    }

    fn chosen(&self) -> Option<&Row> {
        self.rows.get(usize::try_from(self.selected?).ok()?)
    }

    fn good(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.cancelled.is_none())
    }

    fn by_method(&self) -> Element<'_, Message> {
        let sum = |method: Method| -> Dong {
            self.good().filter(|row| row.method == method).map(|row| row.amount).sum()
        };
        let mut lines = column([]).spacing(space::XS);
        for method in [Method::Cash, Method::Transfer] {
            lines = lines.push(line(method.label().to_owned(), sum(method).to_string()));
        }
        let all = self.good().map(|row| row.amount).sum::<Dong>();
        let cancelled: Vec<Dong> =
            self.rows.iter().filter(|r| r.cancelled.is_some()).map(|r| r.amount).collect();
        lines = lines.push(row([
            text::strong("Cộng").into(),
            flow::spring().into(),
            text::number(all.to_string()).into(),
        ]));
        if !cancelled.is_empty() {
            let words = format!("Đã hủy {} biên lai, không tính", cancelled.len());
            lines = lines.push(line(words, cancelled.into_iter().sum::<Dong>().to_string()));
        }
        lines.into()
    }

    fn by_collector(&self) -> Element<'_, Message> {
        let mut sums: BTreeMap<&str, Dong> = BTreeMap::new();
        for row in self.good() {
            let sum = sums.entry(row.collector.as_str()).or_default();
            *sum = *sum + row.amount;
        }
        if sums.is_empty() {
            return text::small("Chưa có").into();
        }
        column(sums.into_iter().map(|(name, sum)| line(name.to_owned(), sum.to_string())))
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
    let cancelled = row.cancelled.as_ref();
    let cancelled = cancelled.map(|why| text::toned(format!("Đã hủy: {why}"), Tone::Bad));
    let lines = iced::widget::Column::new().push(text::body(words)).push(cancelled);
    card(lines.width(iced::Length::Fill)).into()
}

fn line<'a>(name: String, sum: String) -> Element<'a, Message> {
    row([text::body(name).width(iced::Length::Fill).into(), text::number(sum).into()]).into()
}
