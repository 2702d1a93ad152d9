//! A flipped bit anywhere ends in a sentence, never in a panic or in silence.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{fs, path::Path};

use fixture::{PASSWORD, append_dossier, at, chi, found, open, read_event};
use ledger::{Ledger, LedgerError, content_hash};
use office::{
    Explain,
    entry::{Event, Numbering, PaperKind, PaperOf},
    evidence::Evidence,
};
use tempfile::tempdir;

fn lived_in(data: &Path) -> Ledger {
    let (mut ledger, _) = found(data);
    for i in 0..80 {
        ledger.record(at(i), read_event(i as u64, Evidence::ChipSigned), &[]).unwrap();
        let entry = append_dossier(&mut ledger, i as u64, at(i));
        if i % 20 == 0 {
            let Event::DossierReceived { dossier } = entry.what else { panic!() };
            let pdf = vec![i as u8; 9_000];
            let content = content_hash(&pdf);
            let paper = Event::PaperMade {
                subject: (&dossier.id).into(),
                kind: PaperKind::Receipt,
                of: PaperOf::Beginning,
                content,
                numbers: Numbering::Issued,
            };
            ledger.record(at(i), paper, &[&pdf]).unwrap();
        }
    }
    ledger.save_draft("nháp", b"...").unwrap();
    ledger
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to.join("office")).unwrap();
    for file in fs::read_dir(from.join("office")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join("office").join(file.file_name())).unwrap();
    }
}

fn flip(file: &Path, bit: u64) {
    let mut bytes = fs::read(file).unwrap();
    bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
    fs::write(file, bytes).unwrap();
}

/// What the damaged copy says: an error's code, findings, or that all entries are there and sound.
#[derive(Debug, PartialEq)]
enum Outcome {
    Refused(&'static str),
    Found(usize),
    Sound(u64),
}

fn outcome(data: &Path) -> Outcome {
    let said = Ledger::open(data, &chi(), PASSWORD, at(0)).and_then(|ledger| {
        let report = ledger.check()?;
        Ok(if report.clean() {
            Outcome::Sound(report.entries)
        } else {
            Outcome::Found(report.findings.len())
        })
    });
    said.unwrap_or_else(|error| {
        assert!(error.to_string().ends_with('.'));
        Outcome::Refused(error.code())
    })
}

/// Bits spread over a file, always with those of its first bytes.
fn bits(file: &Path, count: u64) -> Vec<u64> {
    let all = fs::metadata(file).unwrap().len() * 8;
    let mut dice = fixture::Dice(7);
    let mut out: Vec<u64> =
        [0, 8 * 15, 8 * 16, 8 * 18, 8 * 28, 8 * 100].into_iter().filter(|b| *b < all).collect();
    // One in each stretch, so that every page kind has its turn.
    out.extend((0..count).map(|i| all * i / count + dice.below(all / count)));
    out
}

#[test]
fn a_flipped_bit_in_the_database_is_told() {
    let origin = tempdir().unwrap();
    drop(lived_in(origin.path()));
    assert!(!origin.path().join("office/ledger.db-wal").exists());
    let scratch = tempdir().unwrap();
    for bit in bits(&origin.path().join("office/ledger.db"), 160) {
        copy(origin.path(), scratch.path());
        flip(&scratch.path().join("office/ledger.db"), bit);
        let said = outcome(scratch.path());
        assert!(!matches!(said, Outcome::Sound(_)), "bit {bit}: {said:?}");
    }
}

#[test]
fn a_flipped_bit_in_the_key_file_is_told() {
    let origin = tempdir().unwrap();
    let entries = lived_in(origin.path()).head().entries;
    let scratch = tempdir().unwrap();
    let mut told = 0;
    for bit in bits(&origin.path().join("office/keys.json"), 160) {
        copy(origin.path(), scratch.path());
        flip(&scratch.path().join("office/keys.json"), bit);
        match outcome(scratch.path()) {
            Outcome::Refused("LED-10") => told += 1,
            // White space for white space: nothing was changed.
            Outcome::Sound(found) => assert_eq!(found, entries),
            other => panic!("bit {bit}: {other:?}"),
        }
    }
    assert!(told > 120, "{told}");
}

#[test]
fn a_flipped_bit_in_the_log_never_loses_an_entry_silently() {
    let origin = tempdir().unwrap();
    let scratch = tempdir().unwrap();
    let crashed = tempdir().unwrap();
    let ledger = lived_in(origin.path());
    let entries = ledger.head().entries;
    // As after kill -9: the log holds what the database does not.
    copy(origin.path(), crashed.path());
    drop(ledger);
    copy(crashed.path(), scratch.path());
    assert_eq!(outcome(scratch.path()), Outcome::Sound(entries));
    let mut lost = 0;
    for bit in bits(&crashed.path().join("office/ledger.db-wal"), 120) {
        copy(crashed.path(), scratch.path());
        flip(&scratch.path().join("office/ledger.db-wal"), bit);
        match outcome(scratch.path()) {
            Outcome::Refused("LED-11") => lost += 1,
            Outcome::Sound(found) => assert_eq!(found, entries, "bit {bit}"),
            _ => {}
        }
    }
    assert!(lost > 60, "the witness noticed {lost}");
}

#[test]
fn an_older_database_put_back_is_told_before_numbers_repeat() {
    let origin = tempdir().unwrap();
    drop(lived_in(origin.path()));
    let older = fs::read(origin.path().join("office/ledger.db")).unwrap();
    let mut ledger = open(origin.path());
    append_dossier(&mut ledger, 500, at(500));
    let known = ledger.head().sequence;
    drop(ledger);
    fs::write(origin.path().join("office/ledger.db"), older).unwrap();
    match Ledger::open(origin.path(), &chi(), PASSWORD, at(0)).err() {
        Some(LedgerError::EntriesLost { known: k, found }) => {
            assert_eq!((k, found), (known, known - 1))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn missing_short_and_foreign_files_are_told() {
    type Harm = fn(&Path);
    let origin = tempdir().unwrap();
    drop(lived_in(origin.path()));
    let cases: [(&str, Harm); 10] = [
        ("no witness", |office| fs::remove_file(office.join("head")).unwrap()),
        ("no database", |office| fs::remove_file(office.join("ledger.db")).unwrap()),
        ("an empty database", |office| fs::write(office.join("ledger.db"), b"").unwrap()),
        ("half a database", |office| {
            let bytes = fs::read(office.join("ledger.db")).unwrap();
            fs::write(office.join("ledger.db"), &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("a cut page", |office| {
            let bytes = fs::read(office.join("ledger.db")).unwrap();
            fs::write(office.join("ledger.db"), &bytes[..bytes.len() - 1000]).unwrap();
        }),
        ("text for a database", |office| {
            fs::write(office.join("ledger.db"), "xin chào".repeat(5000)).unwrap()
        }),
        ("no keys", |office| fs::remove_file(office.join("keys.json")).unwrap()),
        ("empty keys", |office| fs::write(office.join("keys.json"), b"").unwrap()),
        ("endless keys", |office| {
            fs::write(office.join("keys.json"), vec![b' '; 5_000_000]).unwrap()
        }),
        ("the keys of another office", |office| {
            let other = tempdir().unwrap();
            drop(found(other.path()));
            fs::copy(other.path().join("office/keys.json"), office.join("keys.json")).unwrap();
        }),
    ];
    let scratch = tempdir().unwrap();
    for (name, harm) in cases {
        copy(origin.path(), scratch.path());
        harm(&scratch.path().join("office"));
        let said = outcome(scratch.path());
        assert!(!matches!(said, Outcome::Sound(_)), "{name}: {said:?}");
    }
}
