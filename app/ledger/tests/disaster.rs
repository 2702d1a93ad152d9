//! A machine is lost: numbers from paper, clocks, years and epochs at a restore; damaged pages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{fs, path::Path};

use fixture::{PASSWORD, append_dossier, assert_clean, at, chi, found, user};
use ledger::{Ledger, LedgerError, Restore, RestoreReport};
use office::{
    Explain,
    book::Book,
    entry::{Entry, Event, Role, UserName},
};
use tempfile::tempdir;

const DAY: i64 = 86_400;

fn request<'a>(user: &'a UserName, seconds: i64) -> Restore<'a> {
    Restore {
        user,
        password: PASSWORD,
        device_label: "Máy mới",
        last_on_paper: &[],
        accept_jump: false,
        accept_findings: false,
        at: at(seconds),
    }
}

fn tracking(entry: &Entry) -> (u32, u32) {
    let Event::DossierReceived { dossier } = &entry.what else { panic!() };
    let issued = dossier.tracking.issued().unwrap();
    (issued.value, issued.epoch)
}

fn leases(ledger: &Ledger, book: Book) -> Vec<(i16, u32)> {
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
        let data = data.path().join("b");
        let last_on_paper = &[(Book::Tracking, on_paper)];
        let chi = chi();
        let restore = Restore { last_on_paper, accept_jump, ..request(&chi, 3) };
        let next = Ledger::restore(&backup, &data, &restore)
            .map(|(mut ledger, _)| tracking(&append_dossier(&mut ledger, 10, at(4))).0)
            .map_err(|error| error.code());
        assert_eq!(next, expected, "{on_paper}");
        assert_eq!(Ledger::exists(&data), expected.is_ok());
    }
}

#[test]
fn whoever_restored_may_still_correct_the_numbers_until_the_first_dossier() {
    let scratch = tempdir().unwrap();
    let (origin, backup) = (scratch.path().join("a"), scratch.path().join("sao lưu"));
    let keeper = UserName("bao".into());
    let (mut ledger, _) = found(&origin);
    ledger.add_user(at(1), user("bao", &[Role::SecurityAdministrator]), PASSWORD).unwrap();
    append_dossier(&mut ledger, 1, at(1));
    ledger.backup(&backup, at(2)).unwrap();
    drop(ledger);
    let mut as_keeper = Ledger::open(&origin, &keeper, PASSWORD, at(3)).unwrap();
    let refused = as_keeper.continue_after(at(3), Book::Tracking, 5, false).unwrap_err();
    assert_eq!(refused.code(), "LED-09", "nothing was restored here");
    drop(as_keeper);

    let data = scratch.path().join("b");
    let (mut restored, _) = Ledger::restore(&backup, &data, &request(&keeper, 3)).unwrap();
    restored.continue_after(at(4), Book::Tracking, 5, false).unwrap();
    let far = restored.continue_after(at(4), Book::Tracking, 5_000, false).unwrap_err();
    assert_eq!(far.code(), "LED-28");
    drop(restored);
    let mut head = Ledger::open(&data, &chi(), PASSWORD, at(5)).unwrap();
    assert_eq!(tracking(&append_dossier(&mut head, 2, at(5))), (6, 3));
    drop(head);
    let mut restored = Ledger::open(&data, &keeper, PASSWORD, at(6)).unwrap();
    let refused = restored.continue_after(at(6), Book::Tracking, 9, false).unwrap_err();
    assert_eq!(refused.code(), "LED-09");
    assert_clean(&restored);
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

/// Years are opened in the epoch that runs; a restore takes them all in a higher one.
#[test]
fn a_restore_takes_every_year_and_epochs_only_rise() {
    let scratch = tempdir().unwrap();
    let path = |name: &str| scratch.path().join(name);
    let (mut ledger, _) = found(&path("a"));
    append_dossier(&mut ledger, 1, at(0));
    // 1 January 2027.
    let new_year = 39 * DAY;
    assert_eq!(tracking(&append_dossier(&mut ledger, 2, at(new_year))), (1, 1));
    ledger.backup(&path("sao lưu 1"), at(new_year + 1)).unwrap();
    let chi = chi();
    let restore = |backup: &Path, data: &Path, seconds| -> (Ledger, RestoreReport) {
        Ledger::restore(backup, data, &request(&chi, seconds)).unwrap()
    };
    let (mut second, _) = restore(&path("sao lưu 1"), &path("b"), new_year + 2);
    assert_eq!(leases(&second, Book::Tracking), [(2026, 2), (2027, 2)]);
    assert_eq!(tracking(&append_dossier(&mut second, 3, at(new_year + 3))), (2, 2));
    // 1 January 2028 opens in epoch 2, not in 1 again.
    assert_eq!(tracking(&append_dossier(&mut second, 4, at(new_year + 365 * DAY))), (1, 2));
    assert_clean(&second);
    second.backup(&path("sao lưu 2"), at(new_year + 366 * DAY)).unwrap();
    // Restored in a year that has no lease yet.
    let (mut third, _) = restore(&path("sao lưu 2"), &path("c"), new_year + 800 * DAY);
    assert_eq!(leases(&third, Book::Tracking), [(2026, 3), (2027, 3), (2028, 3), (2029, 3)]);
    assert_eq!(leases(&third, Book::DossierCode), leases(&third, Book::Tracking));
    assert_eq!(tracking(&append_dossier(&mut third, 5, at(new_year + 801 * DAY))), (1, 3));
    assert_clean(&third);
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
