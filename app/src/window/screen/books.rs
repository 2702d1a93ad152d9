//! The books of the office: who numbers each, its volumes, opening and closing these, printing them to be bound, and
//! the books that it could keep and does not yet.

mod bind;

use std::sync::Arc;

use jiff::civil::Date;
use ledger::{Ledger, VolumeRecord};
use office::book::{Binding, Book, BookId, Period, VolumeId};
use reports::ReportError;
use widgets::{
    Dialog, Element, Icon, Tone, badge, card, column, flow, keys::Pressed, modal, primary, quiet,
    row, secondary, space, text,
};

use super::{
    Shown,
    help::{Help, help},
    menu,
    outlet::Out,
};
use crate::{
    desk::binding::ToBind,
    window::{layout, notice::Notice},
};
use bind::Bind;

/// The button that leads back; the keyboard is there until Tab takes it to the volumes.
const BACK: &str = "books-back";
const DIALOG_WIDTH: f32 = 600.0;
/// So many digits of a seal are enough to compare two by eye.
const SEAL: usize = 16;

/// A book as the screen shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The book.
    pub book: Book,
    /// Whether its definition was checked against the official text.
    pub checked: bool,
    /// Whether it has lines that the law gives it; the others only count.
    pub in_lines: bool,
    /// Whether this user may print its lines.
    pub printable: bool,
    /// The machine that numbers it; `None` before its first number.
    pub holder: Option<String>,
    /// Whether that is this machine.
    pub here: bool,
    /// Its last number in the series that runs now; 0 before the first.
    pub last: u32,
    /// Its volumes, the newest first.
    pub volumes: Vec<VolumeRecord>,
}

/// A book that such an office keeps and this one does not yet, with its name.
pub type Offered = (BookId, String);

/// What is done with a book or a volume once it is confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Keep this book from now on.
    Begin(BookId),
    /// Open the next one of a book's year.
    Open(BookId, i16),
    /// Close this one.
    Close(VolumeId),
}

/// The screen's state.
pub struct State {
    books: Vec<Known>,
    /// Books that it could keep.
    new: Vec<Offered>,
    /// Whether this user may open and close volumes.
    may: bool,
    asked: Option<Deed>,
    /// What is to be bound, while it is chosen.
    bind: Option<Bind>,
    today: Date,
    notice: Option<Notice>,
}

/// A book that was set to be bound.
#[derive(Debug)]
pub struct Set {
    /// What was to be set.
    pub of: ToBind,
    /// The document, or why there is none.
    pub document: Result<Vec<u8>, ReportError>,
    /// Where it goes.
    pub out: Out,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A volume is to be opened or closed.
    Asked(Deed),
    /// A book is to be printed to be bound.
    BindAsked(BookId),
    /// Another period of it.
    PeriodChosen(Binding),
    /// Print or save it.
    Taken(Out),
    /// A book was set. The shell lets it out, whatever screen is open by then.
    Set(Arc<Set>),
    /// Yes.
    Confirmed,
    /// No.
    Forgone,
    /// Back.
    Closed,
}

/// What the shell has to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// Do it.
    Do(Deed),
    /// Set a book to be bound.
    Bind(BookId, Binding, Out),
    /// Back.
    Close,
}

impl State {
    /// These books.
    pub fn new(books: Vec<Known>, new: Vec<Offered>, may: bool, today: Date) -> Self {
        Self { books, new, may, asked: None, bind: None, today, notice: None }
    }

    /// What is known now, after something was done or not.
    pub fn know(&mut self, books: Vec<Known>, new: Vec<Offered>, told: Notice) {
        (self.books, self.new, self.notice) = (books, new, Some(told));
    }

    /// It was not done.
    pub fn refused(&mut self, told: Notice) {
        self.notice = Some(told);
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Asked(deed) => {
                (self.asked, self.notice) = (Some(deed), None);
                Action::None
            }
            Message::BindAsked(book) => {
                let bind = Bind::new(book, self.label(book), self.today);
                (self.bind, self.notice) = (Some(bind), None);
                Action::None
            }
            Message::PeriodChosen(binding) => {
                if let Some(bind) = &mut self.bind {
                    bind.chosen = binding;
                }
                Action::None
            }
            Message::Taken(out) => {
                let chosen = self.bind.take();
                chosen.map_or(Action::None, |bind| Action::Bind(bind.book, bind.chosen, out))
            }
            Message::Set(_) => Action::None,
            Message::Confirmed => self.asked.take().map_or(Action::None, Action::Do),
            Message::Forgone => {
                (self.asked, self.bind) = (None, None);
                Action::None
            }
            Message::Closed => Action::Close,
        }
    }

    fn book<'a>(&self, book: &'a Known) -> Element<'a, Message> {
        let holder = match (&book.holder, book.here) {
            (_, true) => "Máy này cấp số".to_owned(),
            (Some(label), _) => format!("{label} cấp số"),
            (None, _) => "Chưa máy nào cấp số".to_owned(),
        };
        let last = match (book.last, book.book.period) {
            (0, Period::Year) => "năm nay chưa có số nào".to_owned(),
            (0, Period::Day) => "hôm nay chưa có số nào".to_owned(),
            (last, Period::Year) => format!("số cuối năm nay: {last}"),
            (last, Period::Day) => format!("số cuối hôm nay: {last}"),
        };
        let head =
            iced::widget::Row::new()
                .push(text::strong(book.book.label.as_str()))
                .push(
                    (!book.checked && book.in_lines)
                        .then(|| badge("Chưa đối chiếu bản chính", Tone::Caution)),
                )
                .push(flow::spring())
                .push(text::body(format!("{holder} · {last}")))
                .push(book.printable.then(|| {
                    secondary("In để đóng tập…").on_press(Message::BindAsked(book.book.id))
                }))
                .spacing(space::M);
        let mut content = column([head.into()]);
        for volume in &book.volumes {
            let may = self.may && book.here;
            let deed = match &volume.closed {
                None => Some(("Khóa sổ…", Deed::Close(volume.id))),
                // A year's next volume follows on its newest.
                Some(_) if !book.volumes.iter().any(|other| follows(other, volume)) => {
                    Some(("Mở quyển mới…", Deed::Open(book.book.id, volume.id.year)))
                }
                Some(_) => None,
            };
            let button = deed
                .filter(|_| may)
                .map(|(words, deed)| secondary(words).on_press(Message::Asked(deed)));
            let line = iced::widget::Row::new()
                .push(text::body(in_words(volume)).width(iced::Length::Fill))
                .push(button)
                .spacing(space::M);
            content = content.push(line);
        }
        if book.book.volumes && book.volumes.is_empty() {
            content =
                content.push(text::small("Chưa mở quyển nào: quyển đầu mở cùng số đầu tiên."));
        }
        card(content).into()
    }

    /// A book that the office does not keep yet.
    fn offer<'a>(&self, (id, label): &'a Offered) -> Element<'a, Message> {
        let button = secondary("Mở sổ…").on_press(Message::Asked(Deed::Begin(*id)));
        let line = iced::widget::Row::new()
            .push(text::strong(label.as_str()))
            .push(flow::spring())
            .push(text::body("Cơ quan chưa mở sổ này"))
            .push(self.may.then_some(button))
            .spacing(space::M);
        card(column([line.into()])).into()
    }

    fn label(&self, id: BookId) -> &str {
        let kept = self.books.iter().map(|of| (of.book.id, of.book.label.as_str()));
        let mut all = kept.chain(self.new.iter().map(|(id, label)| (*id, label.as_str())));
        all.find(|(of, _)| *of == id).map_or("", |(_, label)| label)
    }

    fn question(&self, deed: Deed) -> Dialog<'_, Message> {
        let (title, what, words, done) = match deed {
            Deed::Begin(book) => (
                "Mở sổ?",
                self.label(book).to_owned(),
                "Cơ quan giữ sổ này từ nay; máy này cấp số trong sổ, cho đến khi giao cho máy khác.",
                "Mở sổ",
            ),
            Deed::Open(book, year) => (
                "Mở quyển mới?",
                format!("{} năm {year}", self.label(book)),
                "Số tiếp tục từ quyển trước, không bắt đầu lại.",
                "Mở quyển",
            ),
            Deed::Close(volume) => (
                "Khóa sổ?",
                volume.named(self.label(volume.book)),
                "Số cuối, tổng số và mã xác nhận khóa sổ được ghi lại. Quyển đã khóa không mở lại được và không cấp số nữa; muốn cấp tiếp trong năm phải mở quyển mới.",
                "Khóa sổ",
            ),
        };
        let content = column([text::strong(what).into(), text::body(words).into()]);
        Dialog::new(title, content)
            .action(layout::cancel(Message::Forgone))
            .action(primary(done).key("Enter").on_press(Message::Confirmed))
            .width(DIALOG_WIDTH)
            .on_close(Message::Forgone)
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("books");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Shelf, "Sổ và quyển sổ"));

    fn may_open(ledger: &Ledger) -> bool {
        ledger.sees_people()
    }

    fn title(&self) -> &'static str {
        "Sổ và quyển sổ"
    }

    fn asks(&self) -> bool {
        self.asked.is_some() || self.bind.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(BACK.into())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.bind.is_some() {
            return match Out::key(key) {
                Some(out @ (Out::Print | Out::Pdf)) => Some(Message::Taken(out)),
                Some(Out::Xlsx) => None,
                None => (key == Pressed::Escape).then_some(Message::Forgone),
            };
        }
        match (key, self.asked.is_some()) {
            (Pressed::Enter, true) => Some(Message::Confirmed),
            (Pressed::Escape, true) => Some(Message::Forgone),
            (Pressed::Escape, false) => Some(Message::Closed),
            _ => None,
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let head = row([
            text::title("Sổ và quyển sổ").into(),
            flow::spring().into(),
            quiet("Về trang chính").key("Esc").id(BACK).on_press(Message::Closed).into(),
        ]);
        let words = "Mỗi sổ chỉ một máy cấp số; máy đó mở và khóa quyển. Quyển đầu của năm mở cùng số đầu tiên; quyển đã khóa không cấp số nữa.";
        let screen = iced::widget::Column::new()
            .push(head)
            .push(self.notice.as_ref().map(Notice::view))
            .push(text::body(words))
            .extend(self.books.iter().map(|book| self.book(book)))
            .extend(self.new.iter().map(|book| self.offer(book)))
            .spacing(space::M);
        let asked = self.asked.map(|deed| self.question(deed));
        modal(flow::page(screen), asked.or_else(|| self.bind.as_ref().map(Bind::dialog)))
    }
}

/// Whether a volume is a later one of the same year.
fn follows(other: &VolumeRecord, volume: &VolumeRecord) -> bool {
    other.id.year == volume.id.year && other.id.volume > volume.id.volume
}

/// `Quyển số 01 năm 2026, mở 02/01/2026: số 1–24 …`
fn in_words(volume: &VolumeRecord) -> String {
    let day = office::date::format;
    let VolumeRecord { id, after, opened, last, closed } = volume;
    let numbers = match last > after {
        true => format!("số {}–{last}", after.saturating_add(1)),
        false => "chưa có số nào".to_owned(),
    };
    let head = format!("Quyển số {:02} năm {}, mở {}: {numbers}", id.volume, id.year, day(*opened));
    match closed {
        None => format!("{head}; đang mở"),
        Some(closed) => {
            let seal: String = closed.seal.0.chars().take(SEAL).collect();
            format!("{head}, {} số; khóa {}, mã xác nhận {seal}…", closed.count, day(closed.day))
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_volume_is_closed_once_it_is_confirmed() {
        let id = VolumeId { book: BookId::TRACKING, year: 2026, volume: 1 };
        let mut state = State::new(Vec::new(), Vec::new(), true, date(2026, 11, 30));
        assert_eq!(state.update(Message::Confirmed), Action::None);
        state.update(Message::Asked(Deed::Close(id)));
        assert!(Shown::asks(&state));
        state.update(Message::Forgone);
        assert_eq!(state.update(Message::Confirmed), Action::None, "it was forgone");
        state.update(Message::Asked(Deed::Close(id)));
        assert_eq!(state.update(Message::Confirmed), Action::Do(Deed::Close(id)));
        assert_eq!(state.update(Message::Confirmed), Action::None, "once");
    }

    #[test]
    fn a_book_is_bound_for_the_period_that_was_chosen() {
        let book = BookId::TRACKING;
        let mut state = State::new(Vec::new(), Vec::new(), true, date(2026, 11, 30));
        assert_eq!(state.update(Message::Taken(Out::Print)), Action::None);
        for chosen in [None, Some(Binding::year_of(date(2025, 5, 5)))] {
            state.update(Message::BindAsked(book));
            assert!(Shown::asks(&state));
            if let Some(binding) = chosen {
                state.update(Message::PeriodChosen(binding));
            }
            let wanted = chosen.unwrap_or(Binding::month_of(date(2026, 11, 1)));
            let taken = Shown::key(&state, Pressed::F(8)).map(|message| state.update(message));
            assert_eq!(taken, Some(Action::Bind(book, wanted, Out::Pdf)));
            assert!(!Shown::asks(&state));
        }
        state.update(Message::BindAsked(book));
        state.update(Message::Forgone);
        assert_eq!(state.update(Message::Taken(Out::Pdf)), Action::None, "it was forgone");
    }

    #[test]
    fn a_volume_says_its_numbers() {
        let id = VolumeId { book: BookId::TRACKING, year: 2026, volume: 2 };
        let volume =
            VolumeRecord { id, after: 24, opened: date(2026, 7, 1), last: 24, closed: None };
        let words = "Quyển số 02 năm 2026, mở 01/07/2026: chưa có số nào; đang mở";
        assert_eq!(in_words(&volume), words);
        let words = "Quyển số 02 năm 2026, mở 01/07/2026: số 25–30; đang mở";
        assert_eq!(in_words(&VolumeRecord { last: 30, ..volume }), words);
    }
}
