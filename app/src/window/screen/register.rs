//! A book of a period, drawn from the columns of its definition, in the order of the book or of a column: the
//! tracking book (sổ theo dõi hồ sơ) has a line for each dossier, any other one a line for each act or for what was
//! written into it.

use jiff::civil::Date;
use ledger::{DossierRecord, Filter as Which, LedgerError, Page, Sort, SortBy};
use office::{
    book::{BookDefinition, BookId, Column as BookColumn, ColumnKind},
    calendar::{DueState, due_state},
    dossier::Status,
    register::{Value, Values},
    statistics::{GroupBy, Period},
    subject::Subject,
    workflow::Punctuality,
};
use widgets::{
    Element, Icon, Tone, card, pick,
    table::{Cell, Column},
    text,
};

use super::{
    grid::{self, Key},
    help::{Help, help},
    list::{self, Action, Asked, Content, Empty, Filter, List},
    menu,
    paged::PAGE,
    period::Length,
};
use crate::{
    clock,
    desk::{Desk, books::Paper, money::span},
};

/// The choice of the book.
const BOOK: &str = "register-book";
const BOOK_WIDTH: f32 = 280.0;

/// Width in px of what stands in a cell; words share the rest.
fn width(kind: ColumnKind) -> Option<f32> {
    match kind {
        ColumnKind::Number => Some(64.0),
        ColumnKind::Code => Some(176.0),
        ColumnKind::Count => Some(56.0),
        ColumnKind::Day => Some(104.0),
        ColumnKind::Time => Some(144.0),
        ColumnKind::Money => Some(120.0),
        ColumnKind::Text => None,
    }
}

/// The share of a column of words in a book like this: as on paper, but none as narrow as there, where lines break.
fn share(column: &BookColumn, columns: &[BookColumn]) -> u16 {
    let words = columns.iter().filter(|column| width(column.kind).is_none());
    let (count, all) =
        words.fold((0, 0), |(count, all), column| (count + 1, all + u32::from(column.weight)));
    let share = u32::from(column.weight) * 3 * count / all.max(1);
    u16::try_from(share).unwrap_or(u16::MAX).clamp(3, 6)
}

/// A line of the book.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// What it is about, where that can be opened.
    pub subject: Option<Subject>,
    /// What stands in it, by the names of columns.
    pub values: Values,
    /// How the last column is meant.
    pub tone: Tone,
}

/// A book.
pub struct Register {
    /// Which one.
    pub book: BookId,
    label: String,
    columns: Vec<BookColumn>,
    /// The books that this user may look at, with their names.
    books: Vec<(BookId, String)>,
}

/// The screen's state.
pub type State = List<Register>;
/// What happened on the screen.
pub type Message = list::Message<Own>;

/// What happens on no other list.
#[derive(Clone, Debug)]
pub enum Own {
    /// Another book.
    BookChosen(BookId),
}

/// What the shell has to do for no other list.
#[derive(Debug, PartialEq, Eq)]
pub enum Ask {
    /// Show another book.
    Show(BookId),
    /// Open what a line is about.
    Open(Subject),
}

impl Register {
    /// A book, one of those that may be looked at.
    pub fn new(book: &BookDefinition, books: Vec<(BookId, String)>) -> Self {
        Self {
            book: book.id,
            label: book.label.clone(),
            columns: book.on_screens().cloned().collect(),
            books,
        }
    }

    /// A book of the desk.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn of(desk: &Desk, book: BookId) -> Result<Self, LedgerError> {
        let books = desk.registers()?.into_iter().map(|book| (book.id, book.label.clone()));
        Ok(Self::new(desk.definition(book)?, books.collect()))
    }

    /// By what the ledger sorts a column of the tracking book, if it can.
    fn sort_of(&self, column: usize) -> Option<SortBy> {
        match self.columns.get(column)?.key.as_str() {
            "number" | "code" | "received" => Some(SortBy::Received),
            "procedure" => Some(SortBy::Procedure),
            "applicant" => Some(SortBy::Name),
            _ => None,
        }
    }

    fn value(&self, row: &Row, column: usize) -> Value {
        let key = self.columns.get(column).map(|column| &column.key);
        key.and_then(|key| row.values.get(key)).cloned().unwrap_or_default()
    }

    /// The dossiers of the tracking book.
    fn tracked(&self, desk: &Desk, asked: &Asked) -> Result<Page<DossierRecord>, LedgerError> {
        let (from, to) = asked.days;
        let sorted = asked.sorted.and_then(|(column, order)| {
            Some(Sort { by: self.sort_of(column)?, way: grid::way(order) })
        });
        if let Some(sort) = sorted {
            let which = Which { received: Some((from, to)), sort, ..Which::default() };
            return desk.ledger.list(&which, asked.after, PAGE);
        }
        let (begin, until) = span(from, to);
        let items = desk.ledger.received(begin, until, asked.after.unwrap_or(0), PAGE)?;
        let next = items.last().map(|last| last.place).filter(|_| items.len() == PAGE);
        Ok(Page { items, next })
    }
}

/// A dossier's line as the book has it, but for the short name of its procedure, and how it stands now in place
/// of the note.
fn tracked_row(desk: &Desk, book: &BookDefinition, record: &DossierRecord) -> Row {
    let dossier = &record.dossier;
    let known = desk.law.catalogue.find(&dossier.procedure.code, dossier.received_at.date());
    let mut values = desk.tracked(record, &book.book());
    let (note, tone) = note(record);
    values.insert("note".into(), Value::text(note));
    if let Some(procedure) = known {
        values.insert("procedure".into(), Value::text(procedure.short_name()));
    }
    Row { subject: Some(Subject::from(&dossier.id)), values, tone }
}

/// What the book's last column says.
fn note(record: &DossierRecord) -> (String, Tone) {
    let now = clock::local(clock::now());
    let due = record.course.deadline.as_ref().map(|due| due_state(due, now));
    match record.status() {
        Status::Annulled => ("Đã hủy tiếp nhận".into(), Tone::Bad),
        status if status.is_open() => match due {
            Some(due @ DueState::Overdue(_)) => (due.to_string(), Tone::Bad),
            _ => (status.label().into(), Tone::Plain),
        },
        status => match record.course.punctuality() {
            Some(Punctuality::Late) => (format!("{}, quá hạn", status.label()), Tone::Bad),
            _ => (status.label().into(), Tone::Plain),
        },
    }
}

impl Content for Register {
    type Row = Row;
    type Total = u64;
    type Own = Own;
    type Ask = Ask;

    const TABLE: &'static str = "register-table";
    const HELP: Help = help!("register");
    const MENU: menu::Row = menu::Row::work(Icon::Book, "Sổ theo dõi hồ sơ");
    const PERIOD: Option<Length> = Some(Length::Month);
    const FILTER: Option<Filter> = Some(Filter {
        over: "Lọc theo chữ, số, ngày có trong dòng – không cần gõ dấu",
        nothing: "Không có dòng nào có những chữ này",
        advice: "Hãy gõ ít chữ hơn, hoặc chọn kỳ khác.",
    });
    const EMPTY: Empty = Empty {
        icon: Icon::Folder,
        nothing: "Không có dòng nào trong kỳ này",
        advice: "Hãy chọn kỳ khác. Mỗi dòng hiện theo ngày vào sổ.",
    };

    fn title(&self) -> &'static str {
        if self.book == BookId::TRACKING { "Sổ theo dõi hồ sơ" } else { "Xem sổ" }
    }

    fn subject(&self) -> String {
        self.book.to_string()
    }

    fn columns(&self) -> Vec<Column<'_>> {
        let column = |(n, column): (usize, &BookColumn)| {
            let mut shown = match width(column.kind) {
                Some(width) => Column::fixed(column.title().to_owned(), width),
                None => Column::share(column.title().to_owned(), share(column, &self.columns)),
            };
            if let ColumnKind::Number | ColumnKind::Count | ColumnKind::Money = column.kind {
                shown = shown.end();
            }
            if !self.in_pages() || self.sort_of(n).is_some() {
                shown = shown.sortable();
            }
            if column.spare { shown.spare() } else { shown }
        };
        self.columns.iter().enumerate().map(column).collect()
    }

    fn cell(&self, row: &Row, column: usize) -> Cell {
        let words = self.value(row, column).to_string();
        if column + 1 == self.columns.len() { Cell::toned(words, row.tone) } else { words.into() }
    }

    fn key(&self, row: &Row, column: usize) -> Key {
        match self.value(row, column) {
            Value::Empty => Key::Number(i64::MIN),
            Value::Awaited => Key::Number(i64::MAX),
            Value::Count(count) => Key::Number(count.into()),
            Value::Money(amount) => Key::Number(amount.0.try_into().unwrap_or(i64::MAX)),
            Value::Day(day) => Key::time(Some(day.into())),
            Value::Time(at) => Key::time(Some(at)),
            Value::Text(words) => Key::words(&words),
            // The figure, which stands first or behind a sign: CT-01/2026.
            Value::Number(words) => {
                let figures = words.trim_start_matches(|c: char| !c.is_ascii_digit());
                let end = figures.find(|c: char| !c.is_ascii_digit()).unwrap_or(figures.len());
                Key::Number(figures[..end].parse().unwrap_or(i64::MAX))
            }
        }
    }

    fn in_pages(&self) -> bool {
        self.book == BookId::TRACKING
    }

    fn read(&self, desk: &Desk, asked: &Asked) -> Result<Page<Row>, LedgerError> {
        desk.ledger.require_reader(self.book)?;
        let book = desk.definition(self.book)?;
        if self.in_pages() {
            let Page { items, next } = self.tracked(desk, asked)?;
            let items = items.iter().map(|record| tracked_row(desk, book, record)).collect();
            return Ok(Page { items, next });
        }
        let (from, to) = asked.days;
        let written = desk.written(book, from, to)?.into_iter();
        let items = written.map(|line| Row {
            subject: line.subject,
            values: line.values,
            tone: if line.annulled { Tone::Bad } else { Tone::Plain },
        });
        let items = items.collect();
        Ok(Page { items, next: None })
    }

    fn count(&self, desk: &Desk, days: (Date, Date), rows: &[Row]) -> Result<u64, LedgerError> {
        if !self.in_pages() {
            return Ok(rows.len() as u64);
        }
        let (period, now) = (Period { from: days.0, to: days.1 }, clock::local(clock::now()));
        let figures = desk.ledger.figures(&period, GroupBy::All, now)?;
        Ok(figures.iter().map(|row| row.figures.received + row.figures.annulled).sum())
    }

    fn open(&self, row: &Row) -> Option<Ask> {
        row.subject.clone().map(Ask::Open)
    }

    fn own(&mut self, own: Own) -> Action<Ask> {
        match own {
            Own::BookChosen(book) if book == self.book => Action::None,
            Own::BookChosen(book) => Action::Own(Ask::Show(book)),
        }
    }

    fn paper(&self) -> Option<Paper> {
        Some(Paper::Register(self.book))
    }

    /// The book's name, to choose another where there is one.
    fn head(&self) -> Element<'_, Message> {
        match self.books.len() {
            0 | 1 => text::title(self.label.as_str()).into(),
            _ => {
                let books = self.books.iter().map(|(id, label)| (*id, label.as_str()));
                pick("", books, Some(&self.book))
                    .id(BOOK)
                    .width(BOOK_WIDTH)
                    .on_pick(|book| Message::Own(Own::BookChosen(book)))
                    .into()
            }
        }
    }

    fn counted(&self, total: &u64) -> Option<String> {
        Some(format!("{total} dòng"))
    }

    /// The selected line whole: its cells may be cut.
    fn below<'a>(&'a self, list: &'a State) -> Option<Element<'a, Message>> {
        let row = list.chosen()?;
        let words = self.columns.iter().enumerate().filter_map(|(n, column)| {
            let words = self.value(row, n).to_string();
            (!words.is_empty()).then(|| format!("{}: {words}", column.title()))
        });
        Some(card(text::body(words.collect::<Vec<_>>().join(" · "))).into())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use office::book::BookShelf;

    use super::*;

    const BOOK: &str = r#"{
        "header": {
            "title": "Sổ thử", "version": "2026-11-29", "source": "sổ thử", "mark": "M",
            "checked": false, "licence": "MIT OR Apache-2.0"
        },
        "id": "trial", "label": "Sổ thử", "period": "year", "number": "{number}", "volumes": false,
        "readers": ["clerk"], "writers": ["clerk"], "retention": null, "profiles": [],
        "columns": [
            {"key": "number", "heading": "Số", "kind": "number", "weight": 10},
            {"key": "signed", "heading": "Ký nhận", "kind": "text", "weight": 15, "paper_only": true},
            {"key": "sender", "heading": "Nơi gửi", "kind": "text", "weight": 40}
        ],
        "total": ""
    }"#;

    fn state() -> State {
        let shelf = BookShelf::parse_all(&[BOOK.as_bytes()]).unwrap();
        let trial = &shelf.all()[0];
        let books = vec![(trial.id, "Sổ thử".into()), (BookId::TRACKING, "Sổ theo dõi".into())];
        State::new(Register::new(trial, books), jiff::civil::date(2026, 11, 28))
    }

    fn row(number: &str, sender: &str) -> Row {
        let number = ("number".to_owned(), Value::Number(number.into()));
        let values = [number, ("sender".to_owned(), Value::text(sender))].into();
        Row { values, ..Row::default() }
    }

    fn shown(state: &State) -> Vec<String> {
        let rows = (0..9).map_while(|place| state.row(place));
        rows.map(|row| state.content.cell(row, 0).words().to_owned()).collect()
    }

    #[test]
    fn a_line_has_the_columns_of_screens_and_another_book_is_chosen_by_its_name() {
        let mut state = state();
        let heads: Vec<String> =
            state.content.columns().iter().map(|column| column.head().to_owned()).collect();
        assert_eq!(heads, ["Số", "Nơi gửi"]);
        for (book, expected) in [
            (BookId::new("trial").unwrap(), Action::None),
            (BookId::TRACKING, Action::Own(Ask::Show(BookId::TRACKING))),
        ] {
            assert_eq!(state.update(Message::Own(Own::BookChosen(book))), expected);
        }
    }

    #[test]
    fn a_written_book_is_sorted_and_narrowed_here() {
        let mut state = state();
        let rows = vec![
            row("CV-2/2026", "Công an xã"),
            row("CV-10/2026", "Bưu điện xã"),
            row("CV-9/2026", "Ủy ban nhân dân tỉnh"),
        ];
        state.show(Page { items: rows, next: None }, 3);
        for (message, expected) in [
            (grid::Message::Sorted(0), &["CV-2/2026", "CV-9/2026", "CV-10/2026"][..]),
            (grid::Message::Sorted(0), &["CV-10/2026", "CV-9/2026", "CV-2/2026"]),
            (grid::Message::Sorted(1), &["CV-10/2026", "CV-2/2026", "CV-9/2026"]),
            (grid::Message::Filtered("buu dien".into()), &["CV-10/2026"]),
            (grid::Message::Filtered("zz".into()), &[]),
        ] {
            assert_eq!(state.update(Message::Grid(message.clone())), Action::None);
            assert_eq!(shown(&state), expected, "{message:?}");
        }
    }

    #[test]
    fn the_ledger_sorts_the_tracking_book_by_the_columns_that_it_knows() {
        let tracking = include_bytes!("../../../../assets/books/tracking.json");
        let shelf = BookShelf::parse_all(&[tracking]).unwrap();
        let register = Register::new(&shelf.all()[0], Vec::new());
        let keys = register.columns.iter().map(|column| column.key.as_str());
        let sorts: Vec<(&str, SortBy)> =
            keys.enumerate().filter_map(|(n, key)| Some((key, register.sort_of(n)?))).collect();
        let expected = [
            ("number", SortBy::Received),
            ("code", SortBy::Received),
            ("procedure", SortBy::Procedure),
            ("applicant", SortBy::Name),
            ("received", SortBy::Received),
        ];
        assert_eq!(sorts, expected);
    }
}
