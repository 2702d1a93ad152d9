//! Books that are bound have exactly the lines that the ledger has.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use office::{
    Explain,
    act::ActError,
    book::{Binding, Book, BookId, BookShelf, Issued, Number, Series},
    entry::Event,
    export::ExportFormat,
    register::{BookLine, Value},
};

use super::{Desk, tests::desk};
use crate::{assets::Law, clock};

const TRIAL: &str = r#"{
    "header": {
        "title": "Sổ thử", "version": "2026-11-29", "source": "sổ thử, chỉ để kiểm thử",
        "mark": "M", "checked": false, "licence": "MIT OR Apache-2.0"
    },
    "id": "trial", "label": "Sổ thử", "period": "year", "number": "{number}",
    "volumes": true, "readers": ["clerk"], "writers": ["clerk"], "retention": null, "profiles": [],
    "columns": [
        {"key": "number", "heading": "Số", "kind": "number", "weight": 10},
        {"key": "sender", "heading": "Nơi gửi", "kind": "text", "weight": 40},
        {"key": "pages", "heading": "Số tờ", "kind": "count", "weight": 10}
    ],
    "total": "{lines} dòng, {sum:pages} tờ"
}"#;

fn at(day: Date) -> Timestamp {
    clock::instant(day.at(9, 0, 0, 0))
}

fn write(desk: &mut Desk, book: &Book, day: Date, sender: &str) {
    let write = |numbers: &mut dyn office::book::Numbers| {
        let number = numbers.next(book.id, day);
        let values = [("sender", Value::text(sender)), ("pages", Value::Count(3))];
        let values = values.map(|(key, value)| (key.to_owned(), value)).into();
        let at = day.at(9, 0, 0, 0);
        let line = Box::new(BookLine { book: book.id, number, at, values, people: Vec::new() });
        Ok::<_, ActError>(Event::LineWritten { line })
    };
    desk.ledger.append(at(day), write).unwrap();
}

/// A year in two volumes: three lines in November, two in December.
fn kept(folder: &std::path::Path) -> (Desk, Book) {
    let mut desk = desk(folder);
    let shelf = BookShelf::parse_all(&[TRIAL.as_bytes()]).unwrap();
    let book = shelf.all()[0].book();
    desk.law = std::sync::Arc::new(Law { books: shelf, ..Law::load().unwrap() });
    desk.ledger.open_book(at(date(2026, 11, 23)), book.clone()).unwrap();
    for (day, sender) in [
        (date(2026, 11, 23), "Bưu điện xã"),
        (date(2026, 11, 24), "Công an xã"),
        (date(2026, 11, 30), "Trạm y tế xã"),
    ] {
        write(&mut desk, &book, day, sender);
    }
    desk.ledger.close_volume(at(date(2026, 11, 30)), book.id, 2026).unwrap();
    desk.ledger.open_volume(at(date(2026, 12, 1)), book.id, 2026).unwrap();
    for day in [date(2026, 12, 1), date(2026, 12, 31)] {
        write(&mut desk, &book, day, "Trường tiểu học");
    }
    (desk, book)
}

#[test]
fn months_and_year_have_the_lines_of_the_ledger_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut desk, book) = kept(folder.path());
    let now = at(date(2026, 12, 31));
    let bound = |binding: Binding| desk.to_bind(now, book.id, binding).unwrap();
    let year = bound(Binding::year_of(date(2026, 12, 31)));
    let months: Vec<_> =
        (1..=12).map(|month| bound(Binding::month_of(date(2026, month, 1)))).collect();
    // Every number that the ledger gave is on a line, and every line in one month.
    let last = desk.ledger.last_number(book.id, date(2026, 12, 31)).unwrap().last;
    let series = Series { book: book.id, year: 2026, day: None };
    for value in 1..=last {
        let number = Issued { series, value, epoch: 1 };
        assert!(desk.ledger.volume_of(number).unwrap().is_some());
    }
    let from = date(2026, 1, 1).at(0, 0, 0, 0);
    let lines = desk.ledger.lines(book.id, from, date(2027, 1, 1).at(0, 0, 0, 0)).unwrap();
    let numbers: BTreeSet<u32> = lines
        .iter()
        .flat_map(|line| line.event.about().numbers)
        .filter_map(|(number, _): (Number, BookId)| Some(number.issued()?.value))
        .collect();
    assert_eq!(numbers, (1..=last).collect());
    assert_eq!((year.lines(), last), (lines.len(), 5));
    let counted: Vec<usize> = months.iter().map(super::binding::ToBind::lines).collect();
    assert_eq!(counted, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 2]);

    // Going out is an entry with the lines and the very document.
    let document = year.document().unwrap();
    desk.record_bound(now, &year, &document, ExportFormat::Pdf).unwrap();
    let newest = desk.ledger.log(&[], ledger::Way::Falling, None, 1).unwrap().items.remove(0);
    let Some(Event::Exported { export }) = newest.entry.map(|entry| entry.what) else { panic!() };
    assert_eq!((export.from, export.to), (Some(date(2026, 1, 1)), date(2026, 12, 31)));
    assert_eq!((export.rows, export.content), (5, ledger::content_hash(&document)));
    assert_eq!(year.name(), "Sổ thử năm 2026");
}

#[test]
fn a_period_that_has_not_begun_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, book) = kept(folder.path());
    let now = at(date(2026, 12, 31));
    for day in [date(2027, 1, 1), date(2028, 5, 5)] {
        let refused = desk.to_bind(now, book.id, Binding::month_of(day)).unwrap_err();
        assert_eq!(refused.code(), "OFF-196");
    }
    // The year runs: what there is can be printed.
    assert_eq!(
        desk.to_bind(at(date(2026, 12, 1)), book.id, Binding::year_of(date(2026, 1, 1)))
            .unwrap()
            .lines(),
        5
    );
}
