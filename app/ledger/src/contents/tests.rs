//! A writing that is cut short between the file and its entry, or between the entry and the file: at the next
//! login every file has its entry and no other is left.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use office::entry::Event;
use tempfile::tempdir;

use super::*;
use crate::{
    Ledger, Writing, content_hash,
    fixture::{
        append_dossier, assert_clean, at, found, known, open,
        rooms::{document, keep},
    },
    store::write,
};

#[test]
fn lengths_are_padded_as_in_the_paper() {
    let lengths =
        [(1, 1), (9, 10), (100, 104), (1_000, 1_024), (20_000, 20_480), (100_000, 100_352)];
    for (length, expected) in lengths {
        assert_eq!(padded(length), expected, "{length}");
    }
    for length in 1..200_000 {
        let padded = padded(length);
        assert!(padded >= length && padded * 100 <= length * 112, "{length}: {padded}");
    }
}

/// Writes, and is killed as soon as the transaction ended: nothing is settled.
fn write_and_die<T>(
    ledger: &mut Ledger,
    work: impl FnOnce(&mut Writing<'_>) -> Result<T>,
) -> Result<T> {
    write(&mut ledger.db, &ledger.contents, &ledger.device, &ledger.user, &mut ledger.head, work)
}

/// Files in `new` and at their places.
fn files(data: &Path) -> (usize, usize) {
    let folder = data.join("office/contents");
    let below = |folder: PathBuf| listed(&folder).unwrap();
    let at_places =
        below(folder.clone()).into_iter().filter(|folder| !folder.ends_with(NEW)).flat_map(below);
    (below(folder.join(NEW)).len(), at_places.count())
}

/// An office with a scan in somebody's store; the event that keeps another one, and the one that removes the first.
fn office(data: &Path, bytes: [&[u8]; 2]) -> (Ledger, Event, Event) {
    let (mut ledger, _) = found(data);
    let owner = known(&mut ledger, 1, at(0));
    let first = document(owner, bytes[0]);
    let removed =
        Event::DocumentRemoved { document: first.id.clone(), reason: "trả lại".into() };
    ledger.record(at(1), keep(first), &[bytes[0]]).unwrap();
    assert_eq!(files(data), (0, 1));
    (ledger, keep(document(owner, bytes[1])), removed)
}

const ONE: &[u8] = &[1; SMALL + 1];
const TWO: &[u8] = &[2; SMALL + 1];

#[test]
fn the_file_is_written_and_its_entry_is_not() {
    let data = tempdir().unwrap();
    let (mut ledger, kept, _) = office(data.path(), [ONE, TWO]);
    let killed = write_and_die(&mut ledger, |writing| {
        writing.record(at(2), kept.clone(), &[TWO])?;
        Err::<(), _>(LedgerError::Stopped)
    });
    assert!(matches!(killed, Err(LedgerError::Stopped)));
    assert_eq!(files(data.path()), (1, 1));
    drop(ledger);
    let mut ledger = open(data.path());
    assert_eq!(files(data.path()), (0, 1));
    assert!(matches!(ledger.blob(&content_hash(TWO)), Err(LedgerError::Missing)));
    assert_clean(&ledger);
    // Without a kill what was refused is taken back at once.
    let refused = ledger.transact(|writing| {
        writing.record(at(2), kept.clone(), &[TWO])?;
        Err::<(), _>(LedgerError::Stopped)
    });
    assert!(refused.is_err());
    assert_eq!(files(data.path()), (0, 1));
    ledger.record(at(2), kept, &[TWO]).unwrap();
    assert_eq!(ledger.blob(&content_hash(TWO)).unwrap(), TWO);
    assert_clean(&ledger);
}

/// The next row takes the place of one that was refused, while its file still lies in `new`.
#[test]
fn a_file_that_a_refused_entry_left_is_never_taken_for_another() {
    let data = tempdir().unwrap();
    let (mut ledger, kept, removed) = office(data.path(), [ONE, TWO]);
    for next in [TWO, &[3; SMALL + 1], &[4; 9]] {
        let _ = write_and_die(&mut ledger, |writing| {
            writing.record(at(2), kept.clone(), &[TWO])?;
            Err::<(), _>(LedgerError::Stopped)
        });
        let Event::DocumentKept { document: of } = &kept else { panic!() };
        let event = keep(document(of.owner, next));
        write_and_die(&mut ledger, |writing| writing.record(at(2), event, &[next])).unwrap();
        assert_eq!(ledger.blob(&content_hash(next)).unwrap(), next);
        drop(ledger);
        ledger = open(data.path());
        assert_eq!(ledger.blob(&content_hash(next)).unwrap(), next);
        assert_clean(&ledger);
    }
    ledger.record(at(3), removed, &[]).unwrap();
    assert_clean(&ledger);
}

#[test]
fn the_entry_is_written_and_the_file_not_at_its_place() {
    let data = tempdir().unwrap();
    let (mut ledger, kept, _) = office(data.path(), [ONE, TWO]);
    write_and_die(&mut ledger, |writing| writing.record(at(2), kept, &[TWO])).unwrap();
    assert_eq!(files(data.path()), (1, 1));
    assert_eq!(ledger.blob(&content_hash(TWO)).unwrap(), TWO, "it is read where it is");
    drop(ledger);
    let ledger = open(data.path());
    assert_eq!(files(data.path()), (0, 2));
    assert_eq!(ledger.blob(&content_hash(TWO)).unwrap(), TWO);
    assert_clean(&ledger);
}

#[test]
fn the_removal_is_written_and_the_file_still_there() {
    let data = tempdir().unwrap();
    let (mut ledger, _, removed) = office(data.path(), [ONE, TWO]);
    write_and_die(&mut ledger, |writing| writing.record(at(2), removed, &[])).unwrap();
    assert_eq!(files(data.path()), (0, 1));
    assert!(matches!(ledger.blob(&content_hash(ONE)), Err(LedgerError::Missing)));
    drop(ledger);
    let ledger = open(data.path());
    assert_eq!(files(data.path()), (0, 0));
    let keys: i64 = ledger.db.query_row("SELECT count(*) FROM file", [], |row| row.get(0)).unwrap();
    assert_eq!(keys, 0, "its key is gone too");
    assert_clean(&ledger);
}

#[test]
fn what_was_let_go_of_and_came_again_before_it_was_removed_stays() {
    let data = tempdir().unwrap();
    let (mut ledger, kept, removed) = office(data.path(), [ONE, ONE]);
    write_and_die(&mut ledger, |writing| writing.record(at(2), removed, &[])).unwrap();
    write_and_die(&mut ledger, |writing| writing.record(at(3), kept, &[ONE])).unwrap();
    assert_eq!(files(data.path()), (0, 1), "it was not written anew");
    drop(ledger);
    let ledger = open(data.path());
    assert_eq!(ledger.blob(&content_hash(ONE)).unwrap(), ONE);
    assert_eq!(files(data.path()), (0, 1));
    assert_clean(&ledger);
}

/// Whoever has the key can seal anything: what is read is what its entry names.
#[test]
fn another_content_under_the_same_key_is_lost() {
    let data = tempdir().unwrap();
    let (ledger, ..) = office(data.path(), [ONE, TWO]);
    let hash = sha256(ONE);
    let filed = crate::blob::filed(&ledger.db, &hash).unwrap().unwrap();
    ledger.contents.copy_in(filed.name(), &filed.seal(TWO).unwrap()).unwrap();
    assert!(matches!(ledger.blob(&content_hash(ONE)), Err(LedgerError::ContentLost)));
    assert_eq!(ledger.check().unwrap().findings.len(), 1);
    ledger.contents.copy_in(filed.name(), &filed.seal(ONE).unwrap()).unwrap();
    assert_eq!(ledger.blob(&content_hash(ONE)).unwrap(), ONE);
}

/// What stands in the way of one file stops neither the work nor the others, and is told.
#[test]
fn a_folder_where_a_file_should_be_is_found() {
    let data = tempdir().unwrap();
    let (mut ledger, kept, removed) = office(data.path(), [ONE, TWO]);
    let new = data.path().join("office/contents/new");
    fs::create_dir(new.join("x")).unwrap();
    ledger.record(at(2), kept, &[TWO]).unwrap();
    ledger.record(at(3), removed, &[]).unwrap();
    append_dossier(&mut ledger, 1, at(4));
    assert_eq!(files(data.path()), (1, 1));
    let findings = ledger.check().unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].place, "contents/new/x");
    fs::remove_dir(new.join("x")).unwrap();
    assert_clean(&ledger);
}
