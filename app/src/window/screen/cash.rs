//! Money of a day (or of other days): every receipt in the order of its number, cancelled ones too, with
//! sums by way of paying and by collector. The bank's statement is read in here.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::civil::DateTime;
use ledger::{LedgerError, Page};
use office::{money::Dong, payment::Method, subject::Subject};
use widgets::{
    Dialog, Element, Icon, Tone, card, column, flow,
    keys::Pressed,
    row, secondary, section, space,
    table::{Cell, Column},
    text,
};

use super::{
    grid::Key,
    help::{Help, help},
    list::{self, Asked, Content, Empty, Filter, List},
    menu,
    period::Length,
    statement,
};
use crate::{
    browse::Wanted,
    desk::{
        Desk,
        books::Paper,
        money::{self, CashLine, Standing},
    },
};

/// Width of the sums.
const SUMS: f32 = 272.0;

/// One receipt.
#[derive(Clone, Debug)]
pub struct Row {
    /// Number of the receipt.
    pub number: String,
    /// When.
    pub at: DateTime,
    /// Mã hồ sơ; of an act its kind and number.
    pub code: String,
    /// What was paid for, to open it.
    pub subject: Subject,
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

/// Receipts of days.
pub struct Receipts {
    may_import: bool,
    /// The statement's dialog.
    pub statement: Option<statement::State>,
}

/// The screen's state.
pub type State = List<Receipts>;
/// What happened on the screen.
pub type Message = list::Message<Own>;

/// What happens on no other list.
#[derive(Clone, Debug)]
pub enum Own {
    /// Read a statement in.
    StatementAsked,
    /// In the statement's dialog.
    Statement(statement::Message),
}

/// What the shell has to do for no other list.
pub enum Ask {
    /// Open what was paid for.
    Open(Subject),
    /// Read this statement and show what is in it.
    Read(String),
    /// Count this doubtful line of the statement for the next of its dossiers, or for none.
    Decide(usize),
    /// Write the statement that is shown.
    Take,
    /// Move the keyboard to this field.
    Focus(&'static str),
}

impl Receipts {
    /// Receipts; whether statements may be read in beside them.
    pub fn new(may_import: bool) -> Self {
        Self { may_import, statement: None }
    }
}

fn row_of(desk: &Desk, line: CashLine) -> Result<Row, LedgerError> {
    let change = line.change();
    let CashLine { payment, standing } = line;
    Ok(Row {
        number: money::receipt_number(&payment),
        at: payment.at,
        code: desk.name_if_here(&payment.subject)?,
        amount: payment.total(),
        subject: payment.subject.clone(),
        payer: payment.payer,
        method: payment.method,
        collector: match &standing {
            Standing::Counts | Standing::Cancelled(_) => payment.collector,
            Standing::Undone(cancelled) => desk.full_name(&cancelled.by)?,
        },
        standing,
        change,
    })
}

impl Content for Receipts {
    type Row = Row;
    type Total = ();
    type Own = Own;
    type Ask = Ask;

    const TABLE: &'static str = "cash-table";
    const HELP: Help = help!("cash");
    const MENU: menu::Row = menu::Row::work(Icon::Money, "Thu phí, lệ phí");
    const PERIOD: Option<Length> = Some(Length::Day);
    const FILTER: Option<Filter> = Some(Filter {
        over: "Lọc theo tên, mã hồ sơ, người thu, ghi chú – không cần gõ dấu",
        nothing: "Không có biên lai nào chứa các chữ này",
        advice: "Hãy gõ ít chữ hơn. Các tổng bên phải vẫn là của cả kỳ.",
    });
    const EMPTY: Empty = Empty {
        icon: Icon::Document,
        nothing: "Chưa thu khoản nào trong kỳ này",
        advice: "Khoản thu lập trong hồ sơ (F6 Thu phí, lệ phí) sẽ hiện ở đây.",
    };

    fn title(&self) -> &'static str {
        if self.statement.is_some() { "Nhập sao kê" } else { "Thu phí, lệ phí" }
    }

    fn columns(&self) -> Vec<Column<'_>> {
        vec![
            Column::fixed("Số", 56.0).end().sortable(),
            Column::fixed("Lúc", 104.0).sortable().spare(),
            Column::fixed("Mã hồ sơ", 176.0).sortable(),
            Column::share("Người nộp", 3).sortable(),
            Column::fixed("Cách nộp", 120.0).sortable().spare(),
            Column::share("Người thu", 2).sortable().spare(),
            Column::fixed("Số tiền (đồng)", 120.0).end().sortable(),
            // That a receipt was cancelled is told here.
            Column::share("Ghi chú", 2).sortable(),
        ]
    }

    fn cell(&self, row: &Row, column: usize) -> Cell {
        match column {
            0 => row.number.as_str().into(),
            1 => row.at.strftime("%H:%M %d/%m").to_string().into(),
            2 => row.code.as_str().into(),
            3 => row.payer.as_str().into(),
            4 => row.method.label().into(),
            5 => row.collector.as_str().into(),
            6 => row.figures().into(),
            _ => match row.why() {
                Some(why) => Cell::toned(why, Tone::Bad),
                None if row.amount == Dong(0) => Cell::toned("Miễn thu", Tone::Info),
                None => Cell::default(),
            },
        }
    }

    fn key(&self, row: &Row, column: usize) -> Key {
        match column {
            0 => Key::Number(row.number.parse().unwrap_or(i64::MAX)),
            1 => Key::time(Some(row.at)),
            3 => Key::name(&row.payer),
            5 => Key::name(&row.collector),
            6 => Key::Number(row.signed_amount()),
            column => Key::words(self.cell(row, column).words()),
        }
    }

    fn read(&self, desk: &Desk, asked: &Asked) -> Result<Page<Row>, LedgerError> {
        let (from, to) = asked.days;
        let lines = desk.cash_book(from, to)?.into_iter();
        let items = lines.map(|line| row_of(desk, line)).collect::<Result<_, _>>()?;
        Ok(Page { items, next: None })
    }

    fn open(&self, row: &Row) -> Option<Ask> {
        Some(Ask::Open(row.subject.clone()))
    }

    fn own(&mut self, own: Own) -> list::Action<Ask> {
        match (own, &mut self.statement) {
            (Own::StatementAsked, _) if self.may_import => {
                self.statement = Some(statement::State::default());
                list::Action::Own(Ask::Focus(statement::PATH))
            }
            (Own::StatementAsked, _) | (Own::Statement(_), None) => list::Action::None,
            (Own::Statement(message), Some(dialog)) => match dialog.update(message) {
                statement::Action::None => list::Action::None,
                statement::Action::Read(path) => list::Action::Own(Ask::Read(path)),
                statement::Action::Decide(place) => list::Action::Own(Ask::Decide(place)),
                statement::Action::Take => list::Action::Own(Ask::Take),
                statement::Action::Close => {
                    self.statement = None;
                    list::Action::None
                }
            },
        }
    }

    fn key_of_own(&self, key: Pressed) -> Option<Own> {
        match (key, self.statement.is_some()) {
            (Pressed::F(2), false) => Some(Own::StatementAsked),
            (Pressed::Escape, true) => Some(Own::Statement(statement::Message::Dropped)),
            (Pressed::Enter, true) => Some(Own::Statement(statement::Message::Confirmed)),
            (Pressed::F(3), true) => Some(Own::Statement(statement::Message::Decided)),
            _ => None,
        }
    }

    fn paper(&self) -> Option<Paper> {
        Some(Paper::Cash)
    }

    fn head(&self) -> Element<'_, Message> {
        text::title("Thu phí, lệ phí").into()
    }

    fn action<'a>(&'a self, _: &'a State) -> Option<Element<'a, Message>> {
        let button = secondary("Nhập sao kê").key("F2");
        self.may_import.then(|| button.on_press(Message::Own(Own::StatementAsked)).into())
    }

    /// What the columns of the selected row have no room for.
    fn below<'a>(&'a self, list: &'a State) -> Option<Element<'a, Message>> {
        let row = list.chosen()?;
        let words = format!(
            "Biên lai số {} – {} · {} · {} · {}",
            row.number, row.payer, row.code, row.amount, row.collector
        );
        let why = row.why().map(|why| text::toned(why, Tone::Bad));
        let lines = iced::widget::Column::new().push(text::body(words)).push(why);
        Some(card(lines.width(iced::Length::Fill)).into())
    }

    fn side<'a>(&'a self, list: &'a State) -> Option<Element<'a, Message>> {
        let sums = flow::scroll(column([
            section("Theo cách nộp", None, by_method(list.rows())).into(),
            section("Theo người thu", None, by_collector(list.rows())).into(),
        ]));
        Some(iced::widget::container(sums).width(SUMS).into())
    }

    fn dialog(&self) -> Option<Dialog<'_, Message>> {
        let dialog = self.statement.as_ref()?;
        Some(dialog.dialog(|message| Message::Own(Own::Statement(message))))
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.statement.is_some().then_some(Wanted::Statement)
    }

    fn given(&self, path: PathBuf) -> Option<Own> {
        Some(Own::Statement(statement::Message::FileGiven(path)))
    }

    fn asks_for_file(own: &Own) -> bool {
        matches!(own, Own::Statement(statement::Message::FileAsked))
    }
}

fn by_method<'a>(rows: &[Row]) -> Element<'a, Message> {
    let sum = |method: Method| -> i64 {
        rows.iter().filter(|row| row.method == method).map(|row| row.change).sum()
    };
    let mut lines = column([]).spacing(space::XS);
    for method in [Method::Cash, Method::Transfer] {
        lines = lines.push(line(method.label().to_owned(), signed(sum(method))));
    }
    lines = lines.push(row([
        text::strong("Cộng").into(),
        flow::spring().into(),
        text::number(signed(rows.iter().map(|row| row.change).sum())).into(),
    ]));
    let cancelled = |row: &&Row| matches!(row.standing, Standing::Cancelled(_));
    let cancelled: Vec<Dong> = rows.iter().filter(cancelled).map(|row| row.amount).collect();
    if !cancelled.is_empty() {
        let words = format!("Đã hủy {} biên lai, không tính", cancelled.len());
        lines = lines.push(line(words, cancelled.into_iter().sum::<Dong>().to_string()));
    }
    let undone: Vec<i64> = rows.iter().map(|row| row.change).filter(|change| *change < 0).collect();
    if !undone.is_empty() {
        let words = format!("Trong đó hủy {} biên lai của ngày trước", undone.len());
        lines = lines.push(line(words, signed(undone.into_iter().sum())));
    }
    lines.into()
}

fn by_collector<'a>(rows: &'a [Row]) -> Element<'a, Message> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.change != 0) {
        *sums.entry(row.collector.as_str()).or_default() += row.change;
    }
    if sums.is_empty() {
        return text::small("Chưa có").into();
    }
    column(sums.into_iter().map(|(name, sum)| line(name.to_owned(), signed(sum))))
        .spacing(space::XS)
        .into()
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
    use office::{dossier::DossierId, entry::UserName};

    use super::*;
    use crate::window::{
        notice::Notice,
        screen::{Shown, grid},
    };

    fn row(number: &str, payer: &str, amount: u64, cancelled: bool) -> Row {
        Row {
            number: number.into(),
            at: jiff::civil::date(2026, 11, 28).at(8, 0, 0, 0),
            code: format!("H38.99-261128-{number}"),
            subject: Subject::Dossier(DossierId(number.into())),
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
        let mut state = State::new(Receipts::new(false), jiff::civil::date(2026, 11, 28));
        let rows = vec![
            row("9", "Đặng Thị An", 20_000, false),
            row("10", "Bùi Văn Cũ", 8_000, false),
            row("11", "Vàng A Thử", 150_000, true),
        ];
        state.show(Page { items: rows, next: None }, ());
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
        assert!(
            matches!(state.update(Message::Opened(0)), list::Action::Own(Ask::Open(subject)) if subject.to_string() == "dossier:10")
        );
    }

    #[test]
    fn what_could_not_be_read_does_not_look_like_a_day_without_money() {
        let empty = "Chưa thu khoản nào trong kỳ này";
        let mut state = State::new(Receipts::new(false), jiff::civil::date(2026, 11, 28));
        state.show(Page { items: Vec::new(), next: None }, ());
        assert!(says(&state, empty));
        state.failed(Notice::caution("Không đọc được sổ cái."));
        assert!(!says(&state, empty) && says(&state, "Chưa đọc được danh sách này"));
        state.show(Page { items: Vec::new(), next: None }, ());
        assert!(says(&state, empty));
    }
}
