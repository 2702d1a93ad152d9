//! A machine is lost: numbers from paper, clocks, years and epochs at a restore; damaged pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{collections::HashMap, fs, path::Path};

use fixture::{
    BOOKS, PASSWORD, append_dossier, assert_clean, at, chi, confirm_numbers, found, receive,
    reception,
    rooms::{draw, give_notice, pay, step, transfer},
    series, user,
};
use jiff::{Timestamp, ToSpan};
use ledger::{Dossiers, Ledger, LedgerError, Present, Restore, RestoreReport, Scope};
use office::{
    Explain,
    book::{BookId, Series},
    entry::{Entry, Event, Purpose, Role, UserName},
};
use proptest::prelude::*;
use tempfile::tempdir;

const DAY: i64 = 86_400;

fn request<'a>(user: &'a UserName, seconds: i64) -> Restore<'a> {
    Restore {
        user,
        password: PASSWORD,
        device_label: "Máy mới",
        accept_findings: false,
        present: Present::Refused,
        at: at(seconds),
    }
}

fn tracking(entry: &Entry) -> (u32, u32) {
    let Event::DossierReceived { dossier } = &entry.what else { panic!() };
    let issued = dossier.tracking.issued().unwrap();
    (issued.value, issued.epoch)
}

fn leases(ledger: &Ledger, book: BookId) -> Vec<(i16, u32)> {
    let mut leases: Vec<_> = ledger
        .leases()
        .unwrap()
        .iter()
        .filter(|lease| lease.book == book)
        .map(|lease| (lease.year, lease.epoch))
        .collect();
    leases.sort_unstable();
    leases
}

#[test]
fn the_last_number_on_paper_is_neither_lower_nor_far_beyond() {
    let scratch = tempdir().unwrap();
    let backup = scratch.path().join("sao lưu");
    let (mut ledger, _) = found(&scratch.path().join("a"));
    for i in 0..9 {
        append_dossier(&mut ledger, i, at(1));
    }
    ledger.backup(&backup, at(2)).unwrap();
    for (on_paper, accept_jump, expected) in [
        (0, false, Ok(10)),
        (9, false, Ok(10)),
        (10, false, Ok(11)),
        (1_009, false, Ok(1_010)),
        (8, false, Err("LED-27")),
        (1, true, Err("LED-27")),
        (1_010, false, Err("LED-28")),
        (u32::MAX, false, Err("LED-28")),
        (1_010, true, Ok(1_011)),
    ] {
        let data = tempdir().unwrap();
        let (mut ledger, _) = Ledger::restore(&backup, data.path(), &request(&chi(), 3)).unwrap();
        let told = ledger.continue_after(at(4), BookId::TRACKING, on_paper, accept_jump);
        let waits =
            ledger.waiting_books(at(4)).unwrap().iter().any(|w| w.series.book == BookId::TRACKING);
        assert_eq!(waits, told.is_err(), "{on_paper}");
        confirm_numbers(&mut ledger, at(4));
        let next = told.map(|()| tracking(&append_dossier(&mut ledger, 10, at(4))).0);
        assert_eq!(next.map_err(|error| error.code()), expected, "{on_paper}");
        assert_clean(&ledger);
    }
}

#[test]
fn whoever_restored_tells_each_number_once_and_later_only_the_head_moves_on() {
    let scratch = tempdir().unwrap();
    let (origin, backup) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let (keeper, clerk) = (UserName("bao".into()), UserName("an".into()));
    let (mut ledger, _) = found(&origin);
    ledger.add_user(at(1), user("bao", &[Role::SecurityAdministrator]), PASSWORD).unwrap();
    ledger.add_user(at(1), user("an", &[Role::Clerk]), PASSWORD).unwrap();
    append_dossier(&mut ledger, 1, at(1));
    ledger.backup(&backup, at(2)).unwrap();
    drop(ledger);
    let mut as_keeper = Ledger::open(&origin, &keeper, PASSWORD, at(3)).unwrap();
    let refused = as_keeper.continue_after(at(3), BookId::TRACKING, 5, false).unwrap_err();
    assert_eq!(refused.code(), "LED-09", "nothing was restored here");
    drop(as_keeper);

    let data = scratch.path().join("b");
    drop(Ledger::restore(&backup, &data, &request(&keeper, 3)).unwrap());
    let mut as_clerk = Ledger::open(&data, &clerk, PASSWORD, at(3)).unwrap();
    let refused = as_clerk.continue_after(at(3), BookId::TRACKING, 0, false).unwrap_err();
    assert_eq!(refused.code(), "LED-09", "a clerk waits");
    assert!(!as_clerk.may_confirm_numbers());
    drop(as_clerk);
    let mut restored = Ledger::open(&data, &keeper, PASSWORD, at(4)).unwrap();
    let far = restored.continue_after(at(4), BookId::TRACKING, 5_000, false).unwrap_err();
    assert_eq!(far.code(), "LED-28");
    restored.continue_after(at(4), BookId::TRACKING, 5, false).unwrap();
    let again = restored.continue_after(at(4), BookId::TRACKING, 9, false).unwrap_err();
    assert_eq!(again.code(), "LED-09", "it was told");
    confirm_numbers(&mut restored, at(4));
    drop(restored);
    let mut head = Ledger::open(&data, &chi(), PASSWORD, at(5)).unwrap();
    assert_eq!(tracking(&append_dossier(&mut head, 2, at(5))), (6, 2));
    head.continue_after(at(6), BookId::TRACKING, 9, false).unwrap();
    assert_eq!(tracking(&append_dossier(&mut head, 3, at(6))), (10, 3));
    assert_clean(&head);
}

/// What a book gives in `ledger`, or why not.
fn take(ledger: &mut Ledger, book: BookId, n: u64, at: Timestamp) -> Result<u32, &'static str> {
    let number = |entry: &Entry| {
        let numbers = entry.what.numbers();
        numbers.iter().find(|issued| issued.series.book == book).unwrap().value
    };
    let written = match book {
        BookId::DOSSIER_CODE | BookId::TRACKING => ledger.append(at, receive(reception(n, at))),
        BookId::NOTICE => ledger.append(at, give_notice(n, at, None)),
        BookId::TICKET => ledger.append(at, draw("", false, at)),
        _ => {
            let known = ledger.dossiers(&Dossiers::All, None, 1).unwrap().items;
            ledger.append(at, pay(&known[0].dossier.id, 8_000, at))
        }
    };
    written.map(|entry| number(&entry)).map_err(|error| error.code())
}

/// Whatever was issued before and after the backup, and whichever books are confirmed when: no number that
/// stands on paper is given again, a waiting book gives none, and every other goes on without a gap.
#[test]
fn no_book_repeats_a_number_after_a_restore() {
    let config = ProptestConfig { cases: 24, ..ProptestConfig::default() };
    let issued = || prop::collection::vec(prop::sample::select(&BOOKS[..]), 0..6);
    let order = || Just(BOOKS.to_vec()).prop_shuffle();
    proptest!(config, |(before in issued(), after in issued(), order in order(), told in 0..6usize,
                        days in 0..3i64, wait in 0..2i64)| {
        let scratch = tempdir().unwrap();
        let backup = scratch.path().join("sao lưu");
        let (mut lost, _) = found(&scratch.path().join("a"));
        let mut n = 0;
        let mut on_paper: HashMap<Series, u32> = HashMap::new();
        let mut issue = |ledger: &mut Ledger, book: BookId, when: Timestamp| {
            n += 1;
            // A dossier takes two numbers; a fee needs a dossier.
            take(ledger, book, n, when).unwrap();
            let log = ledger.log(&[], ledger::Way::Falling, None, 1).unwrap().items;
            for issued in log[0].entry.as_ref().unwrap().what.numbers() {
                on_paper.insert(issued.series, issued.value);
            }
        };
        issue(&mut lost, BookId::TRACKING, at(0));
        before.iter().for_each(|book| issue(&mut lost, *book, at(1)));
        lost.backup(&backup, at(2)).unwrap();
        after.iter().for_each(|book| issue(&mut lost, *book, at(3 + days * DAY)));

        let now = at(10 + days * DAY);
        let chi = chi();
        let request = Restore { at: now, ..request(&chi, 0) };
        let (mut back, report) = Ledger::restore(&backup, &scratch.path().join("b"), &request).unwrap();
        prop_assert_eq!(report.numbers.len(), BOOKS.len(), "every book waits");
        // Some books are told at once, some a day later, in any order.
        let now = at(20 + (days + wait) * DAY);
        let confirm = |back: &mut Ledger, on_paper: &HashMap<Series, u32>, book: BookId| {
            let series = series(book, ledger::local_day(now));
            let last = on_paper.get(&series).copied().unwrap_or(0);
            back.continue_after(now, book, last, false).unwrap();
        };
        let mut free = Vec::new();
        for book in order.iter().take(told) {
            confirm(&mut back, &on_paper, *book);
            free.push(*book);
        }
        for round in 0..2 {
            for book in BOOKS {
                // A reception takes a code and a line of the tracking book.
                let needs: &[BookId] = match book {
                    BookId::DOSSIER_CODE | BookId::TRACKING => &[BookId::DOSSIER_CODE, BookId::TRACKING],
                    _ => &[book],
                };
                let given = take(&mut back, book, 100, now.checked_add(1.second()).unwrap());
                if needs.iter().any(|book| !free.contains(book)) {
                    prop_assert_eq!(given, Err("LED-60"), "{:?} waits", book);
                    continue;
                }
                let log = back.log(&[], ledger::Way::Falling, None, 1).unwrap().items;
                for issued in log[0].entry.as_ref().unwrap().what.numbers() {
                    let last = on_paper.insert(issued.series, issued.value).unwrap_or(0);
                    prop_assert_eq!(issued.value, last + 1, "{:?}", issued);
                }
            }
            if round == 0 {
                for book in order.iter().skip(told) {
                    confirm(&mut back, &on_paper, *book);
                }
                free = BOOKS.to_vec();
                prop_assert!(back.waiting_books(now).unwrap().is_empty());
            }
        }
        assert_clean(&back);
    });
}

/// A waiting office reads, searches and lists; steps that need no number go on.
#[test]
fn all_but_numbers_works_while_books_wait() {
    let scratch = tempdir().unwrap();
    let backup = scratch.path().join("sao lưu");
    let (mut lost, _) = found(&scratch.path().join("a"));
    let Event::DossierReceived { dossier } = append_dossier(&mut lost, 1, at(0)).what else {
        panic!()
    };
    lost.backup(&backup, at(2)).unwrap();
    let (mut back, _) =
        Ledger::restore(&backup, &scratch.path().join("b"), &request(&chi(), 3)).unwrap();
    let who = back.whose(&dossier.applicant).unwrap().unwrap();
    assert!(back.view_person(at(4), who, Purpose::Search).unwrap().is_some());
    let name = &dossier.applicant.person.name;
    assert!(!back.search(name, Scope::All, None, 9).unwrap().items.is_empty());
    assert_eq!(back.dossiers(&Dossiers::All, None, 9).unwrap().items.len(), 1);
    back.record(at(4), step(&dossier.id, 0, at(4), transfer("Người hai")), &[]).unwrap();
    back.save_draft("nháp", b"x").unwrap();
    let head = back.head().sequence;
    let refused = back.append(at(5), receive(reception(2, at(5)))).unwrap_err();
    assert!(matches!(refused, LedgerError::BookWaits { .. }));
    assert!(refused.to_string().contains("F10"), "{refused}");
    assert_eq!(back.head().sequence, head, "nothing was written");
    back.backup(&scratch.path().join("sao lưu 2"), at(6)).unwrap();
    assert_clean(&back);
}

/// The numbers of a series that ran before the confirmation stay in doubt: only a clock that is set back
/// leads there.
#[test]
fn a_clock_set_back_does_not_lead_behind_the_confirmation() {
    let scratch = tempdir().unwrap();
    let backup = scratch.path().join("sao lưu");
    let (mut lost, _) = found(&scratch.path().join("a"));
    append_dossier(&mut lost, 1, at(0));
    lost.backup(&backup, at(2)).unwrap();
    append_dossier(&mut lost, 2, at(3));
    // The machine's clock is wrong by forty days, into the next year.
    let ahead = 40 * DAY;
    let (mut back, _) =
        Ledger::restore(&backup, &scratch.path().join("b"), &request(&chi(), ahead)).unwrap();
    confirm_numbers(&mut back, at(ahead));
    assert_eq!(tracking(&append_dossier(&mut back, 3, at(ahead))), (1, 2));
    let today = 3_600;
    back.accept_clock(at(today)).unwrap();
    assert_eq!(take(&mut back, BookId::TRACKING, 4, at(today)), Err("LED-60"));
    assert_eq!(take(&mut back, BookId::TICKET, 4, at(today)), Err("LED-60"));
    back.continue_after(at(today), BookId::TRACKING, 2, false).unwrap();
    back.continue_after(at(today), BookId::DOSSIER_CODE, 2, false).unwrap();
    assert_eq!(take(&mut back, BookId::TRACKING, 5, at(today)), Ok(3));
    assert_clean(&back);
}

#[test]
fn a_clock_behind_the_backup_is_refused() {
    let scratch = tempdir().unwrap();
    let (backup, data) = (scratch.path().join("sao lưu"), scratch.path().join("b"));
    let (mut ledger, _) = found(&scratch.path().join("a"));
    ledger.backup(&backup, at(60)).unwrap();
    match Ledger::restore(&backup, &data, &request(&chi(), 59)).map(drop) {
        Err(error @ LedgerError::ClockBeforeBackup { .. }) => {
            assert!(error.to_string().contains("08:01 ngày 23/11/2026"), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert!(!Ledger::exists(&data));
    Ledger::restore(&backup, &data, &request(&chi(), 60)).unwrap();
}

/// Years are opened in the epoch that runs; a confirmation after a restore begins a higher one.
#[test]
fn epochs_only_rise_and_years_follow_them() {
    let scratch = tempdir().unwrap();
    let path = |name: &str| scratch.path().join(name);
    let (mut ledger, _) = found(&path("a"));
    append_dossier(&mut ledger, 1, at(0));
    // 1 January 2027.
    let new_year = 39 * DAY;
    ledger.accept_clock(at(new_year)).unwrap();
    assert_eq!(tracking(&append_dossier(&mut ledger, 2, at(new_year))), (1, 1));
    ledger.backup(&path("sao lưu 1"), at(new_year + 1)).unwrap();
    let chi = chi();
    let restore = |backup: &Path, data: &Path, seconds| -> (Ledger, RestoreReport) {
        Ledger::restore(backup, data, &request(&chi, seconds)).unwrap()
    };
    let (mut second, _) = restore(&path("sao lưu 1"), &path("b"), new_year + 2);
    assert_eq!(leases(&second, BookId::TRACKING), [(2026, 1), (2027, 1)], "the lost machine's");
    confirm_numbers(&mut second, at(new_year + 2));
    assert_eq!(leases(&second, BookId::TRACKING), [(2026, 1), (2027, 2)]);
    assert_eq!(tracking(&append_dossier(&mut second, 3, at(new_year + 3))), (2, 2));
    // 1 January 2028 opens in epoch 2, not in 1 again.
    second.accept_clock(at(new_year + 365 * DAY)).unwrap();
    assert_eq!(tracking(&append_dossier(&mut second, 4, at(new_year + 365 * DAY))), (1, 2));
    assert_clean(&second);
    second.backup(&path("sao lưu 2"), at(new_year + 366 * DAY)).unwrap();
    // Restored in a year that has no lease yet.
    let (mut third, _) = restore(&path("sao lưu 2"), &path("c"), new_year + 800 * DAY);
    confirm_numbers(&mut third, at(new_year + 800 * DAY));
    assert_eq!(leases(&third, BookId::TRACKING), [(2026, 1), (2027, 2), (2028, 2), (2029, 3)]);
    assert_eq!(leases(&third, BookId::DOSSIER_CODE), leases(&third, BookId::TRACKING));
    assert_eq!(tracking(&append_dossier(&mut third, 5, at(new_year + 801 * DAY))), (1, 3));
    assert_clean(&third);
}

/// A restore may take the place of an office that is there: it is kept beside.
#[test]
fn an_office_that_is_replaced_is_kept() {
    let scratch = tempdir().unwrap();
    let (backup, data) = (scratch.path().join("sao lưu"), scratch.path().join("a"));
    let (mut ledger, _) = found(&data);
    ledger.backup(&backup, at(1)).unwrap();
    append_dossier(&mut ledger, 1, at(2));
    drop(ledger);
    let chi = chi();
    assert_eq!(Ledger::restore(&backup, &data, &request(&chi, 3)).err().unwrap().code(), "LED-02");
    let replacing = Restore { present: Present::SetAside, ..request(&chi, 3) };
    let wrong = Restore { password: "sai", ..replacing };
    assert_eq!(Ledger::restore(&backup, &data, &wrong).err().unwrap().code(), "LED-05");
    assert_eq!(fixture::open(&data).dossiers(&Dossiers::All, None, 9).unwrap().items.len(), 1);
    let replacing = Restore { present: Present::SetAside, ..request(&chi, 3) };
    let (restored, _) = Ledger::restore(&backup, &data, &replacing).unwrap();
    assert!(restored.dossiers(&Dossiers::All, None, 9).unwrap().items.is_empty());
    drop(restored);
    let kept = data.join("office.before-20261123-080003");
    fs::rename(data.join("office"), data.join("restored")).unwrap();
    fs::rename(kept, data.join("office")).unwrap();
    assert_eq!(fixture::open(&data).dossiers(&Dossiers::All, None, 9).unwrap().items.len(), 1);
}

#[test]
fn a_backup_that_is_not_there_is_told_as_that() {
    let scratch = tempdir().unwrap();
    let (empty, file) = (scratch.path().join("trống"), scratch.path().join("tệp"));
    fs::create_dir(&empty).unwrap();
    fs::write(&file, b"x").unwrap();
    for nothing in [scratch.path().join("không có"), empty, file] {
        let error = Ledger::restore(&nothing, &scratch.path().join("b"), &request(&chi(), 1))
            .err()
            .unwrap();
        assert_eq!(error.code(), "LED-64", "{}", nothing.display());
        assert!(error.to_string().contains(&nothing.display().to_string()), "{error}");
        let (vi, en) = (error.sentence(Default::default()), error.english());
        assert!(vi.contains("cắm lại USB") && en.contains("plug the stick"), "{vi} {en}");
    }
}

/// Moments in sentences are those of the counter's clock, to the minute.
#[test]
fn no_sentence_tells_fractions_of_seconds() {
    let at = "2026-11-23T01:02:03.456789Z".parse().unwrap();
    for error in
        [LedgerError::ClockBeforeBackup { made_at: at }, LedgerError::ClockBack { last: at }]
    {
        assert!(error.to_string().contains("08:02 ngày 23/11/2026"), "{error}");
        assert!(error.english().contains("2026-11-23 08:02"), "{}", error.english());
        assert!(!error.english().contains(".456"), "{}", error.english());
    }
}

#[test]
fn a_backup_on_a_read_only_medium_comes_back_writable() {
    let scratch = tempdir().unwrap();
    let (backup, data) = (scratch.path().join("sao lưu"), scratch.path().join("b"));
    let (mut ledger, _) = found(&scratch.path().join("a"));
    ledger.backup(&backup, at(1)).unwrap();
    for file in fs::read_dir(&backup).unwrap() {
        let file = file.unwrap().path();
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).unwrap();
    }
    let (mut restored, _) = Ledger::restore(&backup, &data, &request(&chi(), 2)).unwrap();
    confirm_numbers(&mut restored, at(3));
    append_dossier(&mut restored, 1, at(3));
    drop(restored);
    for file in fs::read_dir(data.join("office")).unwrap() {
        let file = file.unwrap();
        assert!(!file.metadata().unwrap().permissions().readonly(), "{:?}", file.file_name());
    }
    assert_clean(&Ledger::open(&data, &chi(), PASSWORD, at(4)).unwrap());
}

/// Wherever a page is damaged: if the ledger opens at all it can be backed up, and the backup says so.
#[test]
fn a_ledger_with_a_damaged_page_is_backed_up_and_restored() {
    let scratch = tempdir().unwrap();
    let origin = scratch.path().join("a");
    let (mut ledger, _) = found(&origin);
    for i in 0..150 {
        append_dossier(&mut ledger, i, at(i as i64));
    }
    let entries = ledger.head().entries;
    drop(ledger);
    let file = origin.join("office/ledger.db");
    let whole = fs::read(&file).unwrap();
    let head = fs::read(origin.join("office/head")).unwrap();
    let pages = whole.len() / 4096;
    let (mut opened, mut nobody, mut inner, mut most) = (0, 0, 0, 0);
    for page in (1..pages).step_by(pages / 30) {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 99] ^= 8;
        fs::write(&file, bytes).unwrap();
        fs::write(origin.join("office/head"), &head).unwrap();
        let _ = fs::remove_file(origin.join("office/ledger.db-wal"));
        let Ok(mut ledger) = Ledger::open(&origin, &chi(), PASSWORD, at(200)) else { continue };
        opened += 1;
        let (backup, data) =
            (scratch.path().join(format!("s{page}")), scratch.path().join(format!("b{page}")));
        let manifest = ledger.backup(&backup, at(200)).unwrap();
        assert!(!manifest.findings.is_empty(), "page {page}");
        let refused = Ledger::restore(&backup, &data, &request(&chi(), 201)).err().unwrap();
        assert_eq!(refused.code(), "LED-26");
        let chi = chi();
        let accepting = Restore { accept_findings: true, ..request(&chi, 201) };
        let report = match Ledger::restore(&backup, &data, &accepting) {
            Ok((_, report)) => report,
            // The page that says who the users are: nobody's right to restore can be shown.
            Err(LedgerError::UnknownUser) => {
                nobody += 1;
                continue;
            }
            Err(error) => panic!("page {page}: {error:?}"),
        };
        // An inner page of the table leads to many entries; a leaf holds a few.
        inner += usize::from(report.entries + 20 < entries);
        most = most.max(report.entries);
    }
    assert!(opened > 5 && nobody < 3 && inner < 4, "{opened} {nobody} {inner}");
    assert_eq!(most, entries, "damage to read models alone costs no entry");
}
