//! A register that no code knows: opened, numbered and drawn from its definition alone.
#![allow(clippy::unwrap_used, clippy::panic)]

mod fixture;

use fixture::{
    PASSWORD, assert_clean, at, chi, founding, identity, open,
    rooms::{annul_act, ask, local, random_act},
    trial, user, write_line,
};
use jiff::ToSpan;
use ledger::{Ledger, READERS};
use office::{
    Explain,
    book::{BookId, BookShelf},
    entry::{Role, UserName},
    evidence::Evidence,
    register::{Line, Value},
};
use tempfile::tempdir;

fn drawn(ledger: &Ledger) -> Vec<Line> {
    let book = trial();
    let (from, until) = (local(at(0)), local(at(0)).checked_add(2.days()).unwrap());
    let lines = ledger.lines(book.id, from, until).unwrap();
    lines.iter().map(|line| book.line(&line.event.told(&book.book(), "H38.99"))).collect()
}

#[test]
fn a_book_defined_in_data_alone_is_founded_numbered_and_drawn() {
    let data = tempdir().unwrap();
    let mut founding = founding(&Role::ALL);
    founding.books.push(trial().book());
    let (mut ledger, _) = Ledger::create(data.path(), founding).unwrap();
    for (n, sender) in ["Sở Nội vụ", "UBND tỉnh"].into_iter().enumerate() {
        ledger.append(at(n as i64), write_line(at(n as i64), sender)).unwrap();
    }
    let volumes = ledger.volumes().unwrap();
    assert_eq!((volumes[0].id.book, volumes[0].last), (trial().id, 2));
    let lines = drawn(&ledger);
    let words: Vec<Vec<String>> =
        lines.iter().map(|line| line.iter().map(Value::to_string).collect()).collect();
    assert_eq!(
        words,
        [
            ["01/2026-CV", "08:00 23/11/2026", "Sở Nội vụ", "", "03", "12.000"],
            ["02/2026-CV", "08:00 23/11/2026", "UBND tỉnh", "", "03", "12.000"],
        ]
    );
    assert_eq!(trial().totals(&lines), "2 công văn, 6 tờ, cước 24.000; chưa ký 2.");
    assert_clean(&ledger);
    drop(ledger);
    let mut ledger = open(data.path());
    assert_eq!(drawn(&ledger), lines);

    // A machine that does not number the book writes its line all the same.
    let other = office::entry::DeviceId("00".repeat(16));
    assert_eq!(ledger.hand_over(at(5), trial().id, &other).unwrap_err().code(), "LED-16");
    ledger.close_volume(at(6), trial().id, 2026).unwrap();
    let closed = ledger.append(at(7), write_line(at(7), "Sở Tư pháp")).unwrap_err();
    assert_eq!(closed.code(), "LED-83");
    assert_eq!(drawn(&ledger).len(), 2);
    assert_clean(&ledger);
}

#[test]
fn who_may_write_and_read_a_book_its_definition_says() {
    let data = tempdir().unwrap();
    let mut founding = founding(&Role::ALL);
    let mut book = trial().book();
    (book.readers, book.writers) = (vec![Role::Archivist], vec![Role::Head]);
    founding.books.push(book);
    let (mut ledger, _) = Ledger::create(data.path(), founding).unwrap();
    for role in READERS {
        ledger.add_user(at(1), user(&format!("u{}", *role as u8), &[*role]), PASSWORD).unwrap();
    }
    drop(ledger);
    for role in READERS {
        let name = UserName(format!("u{}", *role as u8));
        let mut ledger = Ledger::open(data.path(), &name, PASSWORD, at(2)).unwrap();
        let written = ledger.append(at(3), write_line(at(3), "Sở Nội vụ"));
        let written = written.map(drop).map_err(|error| error.code());
        let expected = if *role == Role::Head { Ok(()) } else { Err("LED-09") };
        assert_eq!(written, expected, "{role:?}");
        let read = ledger.lines(trial().id, local(at(0)), local(at(9))).is_ok();
        assert_eq!(read, *role == Role::Archivist, "{role:?}");
    }
    let ledger = Ledger::open(data.path(), &chi(), PASSWORD, at(4)).unwrap();
    assert_clean(&ledger);
}

/// An act that takes a number of a book stands there as its line, annulled or not.
#[test]
fn acts_are_lines_of_the_book_that_numbers_them() {
    let data = tempdir().unwrap();
    let mut founding = founding(&Role::ALL);
    founding.books.push(trial().book());
    let (mut ledger, _) = Ledger::create(data.path(), founding).unwrap();
    let acts = [random_act(), random_act()];
    for act in &acts {
        let asks = vec![identity(1, Evidence::ChipAuthentic)];
        ledger.append(at(1), ask(act.clone(), trial().id, asks, at(1))).unwrap();
    }
    ledger.record(at(2), annul_act(&acts[0]), &[]).unwrap();
    let lines = ledger.lines(trial().id, local(at(0)), local(at(9))).unwrap();
    let annulled: Vec<bool> = lines.iter().map(|line| line.annulled.is_some()).collect();
    assert_eq!(annulled, [true, false]);
    let told = lines[1].event.told(&trial().book(), "H38.99");
    let words = |key: &str| told.get(key).map(Value::to_string).unwrap_or_default();
    for (key, expected) in [
        ("number", "02/2026-CV"),
        ("act", "Chứng thực bản sao"),
        ("copies", "02"),
        ("pages", "03"),
        ("fee", "6.000"),
        ("certifies", "Người chi, Phó Chủ tịch"),
        ("receives", ""),
    ] {
        assert_eq!(words(key), expected, "{key}");
    }
    assert!(!words("people").is_empty() && !words("numbers").is_empty());
    assert_clean(&ledger);
    drop(ledger);
    assert_eq!(open(data.path()).lines(trial().id, local(at(0)), local(at(9))).unwrap(), lines);
}

#[test]
fn a_definition_that_contradicts_itself_is_refused() {
    let parse = |from: &str, to: &str| {
        assert!(fixture::TRIAL.contains(from), "{from}");
        BookShelf::parse_all(&[fixture::TRIAL.replace(from, to).as_bytes()])
    };
    assert!(parse("trial", "trial").is_ok());
    for (from, to) in [
        ("\"id\": \"trial\"", "\"id\": \"Trial\""),
        ("\"profiles\": []", "\"profiles\": [], \"colour\": 1"),
        ("{number:2}/{year}-CV", "{year}"),
        ("{number:2}/{year}-CV", "{yymmdd}-{number}"),
        ("\"period\": \"year\"", "\"period\": \"day\""),
        ("\"label\": \"Sổ công văn đến\"", "\"label\": \" \""),
        ("\"readers\": [\"clerk\", \"head\", \"archivist\"]", "\"readers\": []"),
        ("\"weight\": 40", "\"weight\": 0"),
        ("\"key\": \"pages\"", "\"key\": \"sender\""),
        ("{sum:pages}", "{sum:page}"),
        ("{lines}", "{line}"),
        ("{lines}", "{lines"),
        ("\"kind\": \"money\"", "\"kind\": \"gold\""),
    ] {
        assert!(parse(from, to).is_err(), "{from} → {to}");
    }
    let file = fixture::TRIAL.as_bytes();
    assert!(BookShelf::parse_all(&[file, file]).is_err(), "twice");
    let huge = format!("{}{}", fixture::TRIAL, " ".repeat(300_000));
    assert!(BookShelf::parse_all(&[huge.as_bytes()]).is_err());
    assert!(BookId::new("trial").is_ok());
}
