//! Backups by the plan, and the numbers after a restore.

use jiff::civil::Time;
use office::{backup::BackupPlan, entry::Event};

use super::*;
use crate::{desk::tests::desk, window::screen::numbers};

/// Books that wait after a restore are asked for at once of whoever may tell, and the foot says so to all.
#[test]
fn after_a_restore_the_numbers_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (origin, backup) = (folder.path().join("a"), folder.path().join("sao lưu"));
    let mut lost = desk(&origin);
    let law = lost.law.clone();
    lost.ledger.backup(&backup, clock::now()).unwrap();
    let user = lost.ledger.user().name.clone();
    let request = ledger::Restore {
        user: &user,
        password: "Mật-khẩu-7",
        device_label: "Máy mới",
        accept_findings: false,
        present: ledger::Present::Refused,
        at: clock::now(),
    };
    let (restored, _) =
        ledger::Ledger::restore(&backup, &folder.path().join("b"), &request).unwrap();
    let counter = Counter::default();
    let (mut shell, _) = Shell::new(Desk::new(restored, law).unwrap(), &counter);
    assert_eq!(shell.title(), "Số sau khi khôi phục");
    let books = shell.desk.ledger.books().unwrap();
    for (n, book) in books.iter().enumerate() {
        let (words, _) = shell.backups.status().unwrap();
        assert_eq!(words, format!("{} sổ chờ xác nhận số", books.len() - n));
        drop(shell.update(numbers::Message::NothingIssued(book.id).into(), &counter));
    }
    assert!(shell.desk.ledger.waiting_books(clock::now()).unwrap().is_empty());
    let (words, _) = shell.backups.status().unwrap();
    assert_eq!(words, "Chưa sao lưu lần nào", "the restored ledger knows of no backup of its own");
}

/// The plan makes one backup a day, and a stick that is not there is told and tried again later.
#[test]
fn a_planned_backup_is_due_once_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(&folder.path().join("a"));
    let stick = folder.path().join("usb");
    let at = Time::midnight();
    let plan = BackupPlan { folder: stick.display().to_string(), at, ..BackupPlan::default() };
    desk.ledger.record(clock::now(), Event::BackupPlanned { plan: Box::new(plan) }, &[]).unwrap();
    let (mut shell, _) = Shell::new(desk, &Counter::default());
    let now = clock::local(clock::now());
    assert_eq!(shell.backups.due(now), Some(stick.clone()));
    assert_eq!(shell.backups.due_today(now), Some(stick.clone()), "before the window closes too");
    let gone = ledger::LedgerError::NoTarget { place: String::new() };
    shell.backup_ended(Err(gone), true);
    assert_eq!(shell.backups.status().unwrap().0, "Chưa tự sao lưu được");
    let now = clock::local(clock::now());
    assert_eq!(shell.backups.due(now), None);
    assert_eq!(shell.backups.due(now.saturating_add(11.minutes())), Some(stick.clone()));
    std::fs::create_dir(&stick).unwrap();
    let made = shell.desk.ledger.backup(&stick.join("m"), clock::now());
    shell.backup_ended(made, true);
    let now = clock::local(clock::now());
    assert_eq!((shell.backups.due(now), shell.backups.status()), (None, None));
    assert_eq!(shell.backups.due_today(now), None, "today's was made");
    assert_eq!(shell.backups.due(now.saturating_add(1.day())), Some(stick));
}
