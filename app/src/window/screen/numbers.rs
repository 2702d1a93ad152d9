//! After a restore: each book's last number on paper is asked once, before the book gives a number again.
//! Only paper tells what the lost machine still issued, so nothing is filled in here.

use ledger::{EventKind, LastNumber, Ledger, LedgerError};
use office::book::BookId;
use widgets::{
    Element, Icon, card, column, empty_state, field, flow, keys::Pressed, primary, quiet, row,
    secondary, space, text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
};
use crate::window::notice::Notice;

/// Width of the field for a number.
const NUMBER: f32 = 220.0;

/// A book that waits.
struct Row {
    known: LastNumber,
    typed: String,
    error: Option<String>,
    /// The number lies far beyond the known one: asked once more.
    far: bool,
}

/// The screen's state.
pub struct State {
    rows: Vec<Row>,
    may: bool,
    refused: Option<BookId>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A number was typed.
    Typed(BookId, String),
    /// The typed number is the last one on paper.
    Confirmed(BookId),
    /// Although it lies far beyond the known one.
    FarConfirmed(BookId),
    /// Nothing was issued after the backup.
    NothingIssued(BookId),
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// The book goes on after this number.
    Confirm {
        /// Which.
        book: BookId,
        /// Last number on paper; 0: none after the backup.
        last: u32,
        /// Although it lies far beyond the known one.
        far: bool,
    },
    /// Back.
    Close,
}

impl State {
    /// Asks for these; `may`: whether this user may answer.
    pub fn new(waiting: Vec<LastNumber>, may: bool) -> Self {
        let row = |known| Row { known, typed: String::new(), error: None, far: false };
        Self { rows: waiting.into_iter().map(row).collect(), may, refused: None, notice: None }
    }

    /// The field to focus.
    pub fn first_field(&self) -> &'static str {
        if self.rows.is_empty() { DONE } else { FIELD }
    }

    /// The row whose field is [`FIELD`]: the one refused last, else the first.
    fn is_first(&self, row: &Row) -> bool {
        let first = self.rows.first().map(|row| row.known.series.book);
        self.refused.or(first) == Some(row.known.series.book)
    }

    /// A book goes on after `last`.
    pub fn confirmed(&mut self, known: LastNumber) {
        self.rows.retain(|row| row.known.series.book != known.series.book);
        self.refused = None;
        let words = format!("{}: cấp tiếp sau số {}.", known.named(), known.last);
        self.notice = Some(Notice::done(words));
    }

    /// The ledger refused the number.
    pub fn refused(&mut self, book: BookId, error: &LedgerError) {
        self.refused = Some(book);
        if let Some(row) = self.row(book) {
            row.far = matches!(error, LedgerError::NumberJump { .. });
            row.error = Some(match error {
                LedgerError::NumberJump { known, given, .. } => format!(
                    "Số {given} cách xa số {known} đã biết, có thể do gõ nhầm. Nếu trên giấy đúng là số này, hãy bấm “Đúng là số này”: các số ở giữa sẽ không bao giờ được cấp."
                ),
                error => error.to_string(),
            });
        }
    }

    fn row(&mut self, book: BookId) -> Option<&mut Row> {
        self.rows.iter_mut().find(|row| row.known.series.book == book)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Closed => return Action::Close,
            Message::Typed(book, text) => {
                if let Some(row) = self.row(book) {
                    (row.typed, row.error, row.far) = (text, None, false);
                }
            }
            Message::NothingIssued(book) => return Action::Confirm { book, last: 0, far: false },
            Message::Confirmed(book) => return self.confirm(book, false),
            Message::FarConfirmed(book) => return self.confirm(book, true),
        }
        Action::None
    }

    fn confirm(&mut self, book: BookId, far: bool) -> Action {
        let Some(row) = self.row(book) else { return Action::None };
        match row.typed.trim().parse() {
            Ok(last) if last > 0 => Action::Confirm { book, last, far },
            _ => {
                row.error =
                    Some("Hãy gõ số cuối cùng trên giấy, hoặc bấm “Không cấp số nào”.".into());
                Action::None
            }
        }
    }

    fn book<'a>(&'a self, waiting: &'a Row) -> Element<'a, Message> {
        let book = waiting.known.series.book;
        let known = match waiting.known.last {
            0 => "Trong bản sao lưu chưa có số nào".to_owned(),
            last => format!("Số cuối trong bản sao lưu: {last}"),
        };
        let words = column([text::strong(waiting.known.named()).into(), text::small(known).into()])
            .spacing(0.0)
            .width(iced::Length::Fill);
        let mut line = row([words.into()]).spacing(space::M);
        if self.may {
            let number = field("", &waiting.typed)
                .plain()
                .placeholder("Số cuối trên giấy")
                .width(NUMBER)
                .on_change(move |text| Message::Typed(book, text))
                .on_submit(Message::Confirmed(book));
            let number = if self.is_first(waiting) { number.id(FIELD) } else { number };
            let confirm = match waiting.far {
                true => primary("Đúng là số này").on_press(Message::FarConfirmed(book)),
                false => primary("Xác nhận").key("Enter").on_press(Message::Confirmed(book)),
            };
            let none = secondary("Không cấp số nào").on_press(Message::NothingIssued(book));
            line = line.push(number).push(confirm).push(none);
        }
        let mut content = column([line.into()]);
        if let Some(error) = &waiting.error {
            content = content.push(text::toned(error.as_str(), widgets::Tone::Bad));
        }
        card(content).into()
    }
}

/// The field that is to have the keyboard.
const FIELD: &str = "numbers-field";
impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("numbers");
    const MENU: Option<menu::Row> = Some(menu::Row::office(Icon::Restore, "Số sau khi khôi phục"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.may(EventKind::LeaseTaken)
    }

    fn title(&self) -> &'static str {
        "Số sau khi khôi phục"
    }

    fn main_field(&self) -> Option<String> {
        Some(self.first_field().into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        (key == Pressed::Escape).then_some(Message::Closed)
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let home = quiet("Về trang chính").key("Esc").on_press(Message::Closed);
        let head =
            row([text::title("Số sau khi khôi phục").into(), flow::spring().into(), home.into()]);
        let mut screen = column([head.into()]);
        if let Some(notice) = &self.notice {
            screen = screen.push(notice.view());
        }
        if self.rows.is_empty() {
            let go = primary("Trang chính").id(DONE).on_press(Message::Closed);
            return flow::page(screen.push(empty_state(
                Icon::Check,
                "Không có sổ nào chờ xác nhận",
                "Mọi sổ cấp số bình thường.",
                Some(go.into()),
            )));
        }
        let words = if self.may {
            "Sau lần sao lưu, máy cũ có thể đã cấp thêm số mà sổ này không biết; chỉ giấy tờ đã phát ra cho biết. Hãy xem số cuối cùng trên giấy của từng sổ. Sổ chưa xác nhận thì chưa cấp số; mọi việc khác vẫn làm được."
        } else {
            "Các sổ dưới đây chưa cấp số. Hãy nhờ lãnh đạo hoặc quản trị an toàn thông tin xác nhận số cuối cùng trên giấy; mọi việc khác vẫn làm được."
        };
        screen = screen.push(text::body(words));
        flow::page(self.rows.iter().fold(screen, |screen, row| screen.push(self.book(row))))
    }
}

/// The button when nothing waits any more.
pub const DONE: &str = "numbers-done";

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use office::book::Period;

    use super::*;

    fn waiting(book: BookId) -> LastNumber {
        let series = Period::Year.series(book, date(2026, 11, 23));
        LastNumber { label: "Sổ".into(), series, last: 9 }
    }

    fn asking() -> State {
        State::new([BookId::TRACKING, BookId::NOTICE].map(waiting).to_vec(), true)
    }

    #[test]
    fn only_a_number_or_the_word_that_there_is_none_is_an_answer() {
        let book = BookId::TRACKING;
        for (typed, expected) in [
            ("", Action::None),
            ("0", Action::None),
            ("mười", Action::None),
            ("-3", Action::None),
            ("99999999999", Action::None),
            (" 12 ", Action::Confirm { book, last: 12, far: false }),
        ] {
            let mut state = asking();
            state.update(Message::Typed(book, typed.into()));
            assert_eq!(state.update(Message::Confirmed(book)), expected, "{typed:?}");
            let told = state.rows.iter().filter(|row| row.error.is_some()).count();
            assert_eq!(told, usize::from(expected == Action::None), "{typed:?}");
        }
        let none = asking().update(Message::NothingIssued(book));
        assert_eq!(none, Action::Confirm { book, last: 0, far: false });
    }

    #[test]
    fn a_far_number_is_asked_once_more() {
        let (mut state, book) = (asking(), BookId::NOTICE);
        state.update(Message::Typed(book, "5000".into()));
        let far = LedgerError::NumberJump { book: "Sổ".into(), known: 9, given: 5_000 };
        state.refused(book, &far);
        assert!(state.rows.iter().any(|row| row.far));
        let sure = state.update(Message::FarConfirmed(book));
        assert_eq!(sure, Action::Confirm { book, last: 5_000, far: true });
        state.update(Message::Typed(book, "50".into()));
        assert!(!state.rows.iter().any(|row| row.far), "another number is asked anew");
        for book in [BookId::TRACKING, BookId::NOTICE] {
            state.confirmed(waiting(book));
        }
        assert_eq!(state.first_field(), DONE);
    }
}
