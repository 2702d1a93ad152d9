//! A book that no screen was written for: its lines stand in the window as its columns say.

use office::{
    book::{BookId, BookShelf},
    dossier::ReceptionError,
    entry::Event,
    register::{BookLine, Value},
};

use super::*;
use crate::{
    assets::Law,
    desk::tests::desk,
    window::screen::{books, find, list::Content, period, register},
};

const TRIAL: &str = r#"{
    "header": {
        "title": "Sổ công văn đến", "version": "2026-11-29", "source": "sổ thử, chỉ để kiểm thử",
        "mark": "M", "checked": false, "licence": "MIT OR Apache-2.0"
    },
    "id": "trial", "label": "Sổ công văn đến", "period": "year", "number": "{number:2}/{year}-CV",
    "volumes": true, "readers": ["clerk"], "writers": ["clerk"], "retention": null, "profiles": [],
    "columns": [
        {"key": "number", "heading": "Số đến", "kind": "number", "weight": 10},
        {"key": "sender", "heading": "Nơi gửi", "kind": "text", "weight": 40},
        {"key": "signed", "heading": "Ký nhận", "kind": "text", "weight": 15, "paper_only": true},
        {"key": "pages", "heading": "Số tờ", "kind": "count", "weight": 10}
    ],
    "total": "{lines} công văn"
}"#;

#[test]
fn any_book_is_looked_at_by_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let tracking = include_bytes!("../../../../../assets/books/tracking.json");
    let shelf = BookShelf::parse_all(&[tracking, TRIAL.as_bytes()]).unwrap();
    let book = shelf.all()[1].book();
    let now = clock::now();
    desk.law = std::sync::Arc::new(Law { books: shelf, ..Law::load().unwrap() });
    desk.ledger.open_book(now, book.clone()).unwrap();
    for sender in ["Bưu điện xã", "Công an xã"] {
        let at = clock::local(now);
        let write = |numbers: &mut dyn office::book::Numbers| {
            let number = numbers.next(book.id, at.date());
            let values = [("sender", Value::text(sender)), ("pages", Value::Count(3))];
            let values = values.map(|(key, value)| (key.to_owned(), value)).into();
            let line = Box::new(BookLine { book: book.id, number, at, values, people: Vec::new() });
            Ok::<_, ReceptionError>(Event::LineWritten { line })
        };
        desk.ledger.append(now, write).unwrap();
    }
    let counter = Counter::default();
    let (mut shell, _) = Shell::new(desk, &counter);
    drop(shell.go(Door::Register, &counter));
    let shown = |shell: &Shell| -> (BookId, Vec<Vec<String>>) {
        match &shell.screen {
            Screen::Register(state) => {
                let columns = state.content.columns().len();
                let cells = |place| -> Option<Vec<String>> {
                    let cell = |column| Some(state.cell(place, column)?.words().to_owned());
                    (0..columns).map(cell).collect()
                };
                (state.content.book, (0..9).map_while(cells).collect())
            }
            _ => panic!("no book"),
        }
    };
    assert_eq!(shown(&shell), (BookId::TRACKING, Vec::new()));
    drop(shell.update(register::Message::Own(register::Own::BookChosen(book.id)).into(), &counter));
    let year = clock::local(now).year();
    let lines = ["01", "02"].map(|number| format!("{number}/{year}-CV"));
    let expected = vec![
        vec![lines[0].clone(), "Bưu điện xã".into(), "03".into()],
        vec![lines[1].clone(), "Công an xã".into(), "03".into()],
    ];
    assert_eq!(shown(&shell), (book.id, expected.clone()));
    let typed = crate::window::screen::grid::Message::Filtered("buu dien".into());
    drop(shell.update(register::Message::Grid(typed).into(), &counter));
    assert_eq!(shown(&shell).1, expected[..1]);
    let earlier = register::Message::Period(period::Message::Earlier);
    drop(shell.update(earlier.into(), &counter));
    assert_eq!(shown(&shell), (book.id, Vec::new()));
    let day = clock::local(now).date();
    let paper = crate::desk::books::Paper::Register(book.id);
    let pdf = shell.desk.take_out(now, paper, day, day, None).unwrap();
    assert!(pdf.starts_with(b"%PDF"));

    // The search leads to a line.
    for (typed, sender) in [
        ("cong an", "Công an xã"),
        (&*format!("1/{year}"), "Bưu điện xã"),
        ("buu dien", "Bưu điện xã"),
    ] {
        drop(shell.go_home(&counter));
        drop(shell.update(Message::Bar(Bar::Find), &counter));
        let messages = [find::Message::Typed(typed.into()), find::Message::Entered];
        for message in messages {
            drop(shell.update(Message::Find(message), &counter));
        }
        let view = shell.view(&counter, sync::Link::Offline);
        let words = widgets::shot::words(view, iced::Size::new(1366.0, 2000.0));
        assert!(shell.over.is_none() && matches!(shell.screen, Screen::Written(_)), "{typed}");
        assert!(words.iter().any(|shown| shown.contains(sender)), "{typed}: {words:?}");
    }
}

/// A book that came with an update is opened by hand; from then on it is one of the office's.
#[test]
fn a_book_that_the_office_does_not_keep_yet_is_opened_in_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let trial = TRIAL.replace("\"profiles\": []", "\"profiles\": [\"one_stop\"]");
    let shelf = BookShelf::parse_all(&[trial.as_bytes()]).unwrap();
    let id = shelf.all()[0].id;
    desk.law = std::sync::Arc::new(Law { books: shelf, ..Law::load().unwrap() });
    let counter = Counter::default();
    let (mut shell, _) = Shell::new(desk, &counter);
    let offered = |shell: &Shell| {
        let view = shell.view(&counter, sync::Link::Offline);
        let words = widgets::shot::words(view, iced::Size::new(1366.0, 2000.0));
        words.iter().any(|words| words == "Mở sổ…")
    };
    drop(shell.go(Door::Books, &counter));
    assert!(offered(&shell) && shell.desk.ledger.book(id).is_err());
    for message in [books::Message::Asked(books::Deed::Begin(id)), books::Message::Confirmed] {
        drop(shell.update(message.into(), &counter));
    }
    assert_eq!(shell.desk.ledger.book(id).unwrap().label, "Sổ công văn đến");
    assert!(!offered(&shell));
}
