//! Acts and written lines among what is found.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use jiff::civil::Date;
use office::{
    act::ActId,
    book::{BookId, BookShelf, Number, Numbers},
    entry::{Event, Role},
    evidence::Evidence,
    person::{Document, DocumentKind, Identity, PersonalNumber},
};
use tempfile::tempdir;

use super::{ALL_LINES, Hit, Scope, UNBOUND_LINES};
use crate::{
    Ledger, Rebuilding,
    fixture::{
        PASSWORD, TRIAL, assert_clean, at, chi, found, identity, open, read_event, receive,
        reception,
        rooms::{annul_act, ask},
        series, trial, write_line,
    },
    rows::rows,
    schema::OLDEST,
    tend,
};

/// No book is held here.
struct Awaited;

impl Numbers for Awaited {
    fn next(&mut self, book: BookId, day: Date) -> Number {
        Number::Pending { series: series(book, day) }
    }
}

/// Somebody with a personal number, or with a passport.
fn somebody(name: &str, number: &str) -> Identity {
    let mut who = identity(1, Evidence::Typed);
    who.person.name = name.into();
    who.person.number = PersonalNumber::parse(number).ok();
    who.person.old_number = String::new();
    who.person.residence = "Thôn Lùng Cải".into();
    who.document = who.person.number.is_none().then(|| Document {
        kind: DocumentKind::Passport,
        number: number.into(),
        expiry: None,
    });
    who
}

fn act(n: u8) -> ActId {
    ActId(format!("{n:02x}").repeat(16))
}

/// Three acts, the second annulled and the third numbered later, and two lines of a register that no certifier sees.
fn filled(ledger: &mut Ledger) {
    ledger.open_book(at(0), trial().book()).unwrap();
    let an = somebody("Lý Văn Ân", "099090000001");
    let anna = somebody("Anna Novák", "C1234567");
    ledger.append(at(1), ask(act(1), BookId::NOTICE, vec![an, anna.clone()], at(1))).unwrap();
    let bich = somebody("Đặng Thị Bích", "099190000004");
    ledger.append(at(2), ask(act(2), BookId::NOTICE, vec![bich], at(2))).unwrap();
    ledger.record(at(3), annul_act(&act(2)), &[]).unwrap();
    let later = ask(act(3), BookId::NOTICE, vec![anna], at(4));
    ledger.append(at(4), |_: &mut dyn Numbers| later(&mut Awaited)).unwrap();
    assert_eq!(ledger.assign_numbers(at(4)).unwrap(), 1);
    ledger.append(at(5), write_line(at(5), "Sở Tư pháp Lào Cai")).unwrap();
    let sung = somebody("Giàng A Sùng", "099090000009");
    let of_sung = |numbers: &mut dyn Numbers| {
        let mut event = write_line(at(6), "Công an phường")(numbers)?;
        if let Event::LineWritten { line } = &mut event {
            line.people.push(sung);
        }
        Ok::<_, office::dossier::ReceptionError>(event)
    };
    ledger.append(at(6), of_sung).unwrap();
}

/// So many that what came before is far back in the index.
fn many_after(ledger: &mut Ledger, second: i64) {
    ledger
        .transact(|writing| {
            for i in 0..400 {
                writing.record(at(second), read_event(i, Evidence::ChipSigned), &[])?;
                writing.append(at(second), receive(reception(i, at(second))))?;
            }
            Ok(())
        })
        .unwrap();
}

fn label(hit: &Hit) -> Option<String> {
    let Hit::Line(record) = hit else { return None };
    let annulled = if record.annulled.is_some() { ", annulled" } else { "" };
    Some(match &record.event {
        Event::ActDone { act } => {
            format!("act {}{annulled}", act.number.issued().map_or(0, |issued| issued.value))
        }
        Event::LineWritten { line } => format!("line {}", line.values["sender"]),
        other => panic!("{other:?}"),
    })
}

/// The lines of all pages.
fn lines(ledger: &Ledger, query: &str, scope: Scope) -> Vec<String> {
    let (mut lines, mut before) = (Vec::new(), None);
    loop {
        let page = ledger.search(query, scope, before, 3).unwrap();
        lines.extend(page.items.iter().filter_map(label));
        before = page.next;
        if before.is_none() {
            return lines;
        }
    }
}

/// What is typed, and what is found of it by whoever sees all books.
const TABLE: [(&str, &[&str]); 19] = [
    ("ly van an", &["act 1"]),
    ("Lý Văn Ân", &["act 1"]),
    ("bich", &["act 2, annulled"]),
    ("novak", &["act 3", "act 1"]),
    ("ban sao novak", &["act 3", "act 1"]),
    ("chung thuc ban sao", &["act 3", "act 2, annulled", "act 1"]),
    ("099090000001", &["act 1"]),
    ("099 090 000 001", &["act 1"]),
    ("C1234567", &["act 3", "act 1"]),
    ("c 123 4567", &["act 3", "act 1"]),
    ("1/2026", &["line Sở Tư pháp Lào Cai", "act 1"]),
    ("01/2026-CV", &["line Sở Tư pháp Lào Cai", "act 1"]),
    ("số 2/2026", &["line Công an phường", "act 2, annulled"]),
    // The number came later: it is looked up.
    ("3/2026", &["act 3"]),
    ("3/2025", &[]),
    ("lung cai", &["line Công an phường", "act 3", "act 2, annulled", "act 1"]),
    ("so tu phap", &["line Sở Tư pháp Lào Cai"]),
    ("giang a sung", &["line Công an phường"]),
    ("099090000009", &["line Công an phường"]),
];

fn assert_found(ledger: &mut Ledger) {
    for (query, expected) in TABLE {
        assert_eq!(lines(ledger, query, Scope::All), expected, "{query}");
        for scope in [Scope::People, Scope::Dossiers] {
            assert_eq!(lines(ledger, query, scope), [""; 0], "{query}");
        }
    }
    assert_eq!(lines(ledger, "", Scope::All).len(), 5);
    // A certifier may not look at the register: its lines are nowhere.
    let roles = std::mem::replace(&mut ledger.user.roles, vec![Role::Certifier]);
    for (query, expected) in TABLE {
        let acts: Vec<_> = expected.iter().filter(|found| found.starts_with("act")).collect();
        assert_eq!(lines(ledger, query, Scope::All).iter().collect::<Vec<_>>(), acts, "{query}");
    }
    assert_eq!(lines(ledger, "", Scope::All).len(), 3);
    ledger.user.roles = roles;
}

#[test]
fn lines_are_found_by_those_who_may_look_at_their_book() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    filled(&mut ledger);
    assert_found(&mut ledger);
    many_after(&mut ledger, 7);
    assert_found(&mut ledger);
    assert_clean(&ledger);
    drop(ledger);
    assert_found(&mut open(data.path()));
}

/// While the index is made anew the search shows what it has, and what is written meanwhile is there once in the end.
#[test]
fn lines_are_taken_in_slice_by_slice() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    filled(&mut ledger);
    many_after(&mut ledger, 7);
    ledger.db.execute_batch("BEGIN").unwrap();
    ledger.db.execute("UPDATE model SET version = 0 WHERE name = 'search'", []).unwrap();
    tend::begin_changed(&ledger.db).unwrap();
    ledger.db.execute_batch("COMMIT").unwrap();
    assert!(ledger.lagging().unwrap().is_some());
    assert_eq!(lines(&ledger, "novak", Scope::All), [""; 0]);
    let written = "Ủy ban nhân dân xã Bản Phố";
    ledger.append(at(8), write_line(at(8), written)).unwrap();
    let mut last = 0;
    while ledger.tend(Duration::ZERO).unwrap().is_some() {
        let found = lines(&ledger, "novak", Scope::All).len();
        assert!(found >= last && found <= 2);
        last = found;
    }
    assert_eq!(lines(&ledger, "ban pho", Scope::All), [format!("line {written}")]);
    assert_clean(&ledger);
}

/// A rebuild binds volumes whole. Cut off, it goes on with those that it has, and the last one goes on as it grows.
#[test]
fn a_rebuild_binds_volumes_whole() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    filled(&mut ledger);
    many_after(&mut ledger, 7);
    ledger.db.pragma_update(None, "user_version", OLDEST).unwrap();
    drop(ledger);
    let (user, password) = (chi(), PASSWORD);
    let dying = |rebuilding: Rebuilding| assert!(rebuilding.done < 600, "cut off");
    let login = || Ledger::open_watched(data.path(), &user, password, at(300), &dying).map(drop);
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(login)).is_err());
    let mut ledger = open(data.path());
    let volumes = "SELECT documents FROM volume ORDER BY first";
    let volumes: Vec<i64> = rows(&ledger.db, volumes, [], |row| row.get(0)).unwrap();
    assert_eq!(volumes, [256, 256, 256, 37], "800 readings and dossiers, 5 lines");
    assert_found(&mut ledger);
    assert_clean(&ledger);
    many_after(&mut ledger, 200_000);
    assert_found(&mut ledger);
    assert_clean(&ledger);
}

/// A ledger of a program before this one has no lines in its index, which is made anew alone.
#[test]
fn an_index_without_lines_is_made_anew() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    filled(&mut ledger);
    let before = "DROP TABLE find; UPDATE model SET version = 1 WHERE name = 'search';
        CREATE TABLE find (n INTEGER PRIMARY KEY, person INTEGER NOT NULL, text TEXT NOT NULL) STRICT;";
    ledger.db.execute_batch(before).unwrap();
    drop(ledger);
    let mut ledger = open(data.path());
    assert_found(&mut ledger);
    assert_clean(&ledger);
}

/// A book that restarts daily has a first line on each day: a number finds them all.
#[test]
fn lines_of_a_daily_book_are_found_by_their_number() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let daily = TRIAL
        .replace("\"period\": \"year\"", "\"period\": \"day\"")
        .replace("\"volumes\": true", "\"volumes\": false");
    let daily = BookShelf::parse_all(&[daily.as_bytes()]).unwrap().all()[0].clone();
    ledger.open_book(at(0), daily.book()).unwrap();
    for day in 0..2 {
        let now = at(1 + day * 86_400);
        ledger.append(now, write_line(now, &format!("Khách {day}"))).unwrap();
    }
    for bound in [false, true] {
        if bound {
            many_after(&mut ledger, 200_000);
        }
        assert_eq!(lines(&ledger, "1/2026", Scope::All), ["line Khách 1", "line Khách 0"]);
    }
}

/// Neither question walks all lines of a large ledger.
#[test]
fn lines_are_asked_for_by_their_places() {
    let data = tempdir().unwrap();
    let (ledger, _) = found(data.path());
    for (sql, expected) in [
        (ALL_LINES, &["SEARCH line USING INTEGER PRIMARY KEY (rowid<?)"][..]),
        (
            UNBOUND_LINES,
            &[
                "SEARCH find USING INTEGER PRIMARY KEY (rowid<?)",
                "SEARCH line USING INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
    ] {
        let plan: Vec<String> = rows(
            &ledger.db,
            &format!("EXPLAIN QUERY PLAN {sql}"),
            rusqlite::params![1, 1, "[]"],
            |row| row.get(3),
        )
        .unwrap();
        let tables: Vec<&String> =
            plan.iter().filter(|step| step.contains("line") || step.contains("find")).collect();
        assert_eq!(tables, expected, "{plan:?}");
        assert!(!plan.iter().any(|step| step.contains("ORDER BY")), "{plan:?}");
    }
}
