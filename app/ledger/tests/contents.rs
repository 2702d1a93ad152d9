//! Scans and papers in files of their own: what lies on the disk, what becomes of a file that is lost, and that
//! what was let go of is gone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use fixture::{
    PASSWORD, assert_clean, at, chi, found, known, open,
    rooms::{document, keep},
};
use ledger::{
    FindingKind, Joining, Ledger, LedgerError, Present, Restore, SeatRequest, content_hash,
};
use office::{
    Explain,
    entry::{Event, Purpose},
    person::PersonId,
};
use tempfile::tempdir;

/// A scan of some pages, unlike any other.
fn scan(which: u8) -> Vec<u8> {
    let mut dice = fixture::Dice(which.into());
    let size = 60_000 + usize::from(which) * 1_000;
    (0..size).map(|_| dice.below(256) as u8).collect()
}

/// Keeps a scan in a person's store.
fn keep_scan(ledger: &mut Ledger, owner: PersonId, bytes: &[u8], seconds: i64) -> Event {
    let kept = keep(document(owner, bytes));
    ledger.record(at(seconds), kept.clone(), &[bytes]).unwrap();
    let Event::DocumentKept { document } = kept else { panic!() };
    Event::DocumentRemoved { document: document.id, reason: "trả lại".into() }
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for file in fs::read_dir(folder).into_iter().flatten() {
        let path = file.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort_unstable();
    files
}

fn contents(data: &Path) -> PathBuf {
    data.join("office/contents")
}

fn restore(backup: &Path, data: &Path, accept_findings: bool) -> Result<Ledger, LedgerError> {
    let request = Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "Máy mới",
        accept_findings,
        present: Present::Refused,
        at: at(10_000),
    };
    Ledger::restore(backup, data, &request).map(|(ledger, _)| ledger)
}

#[test]
fn a_scan_is_a_file_that_tells_nothing() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let owner = known(&mut ledger, 1, at(0));
    let (large, small) = (scan(1), vec![7; 32 * 1024]);
    keep_scan(&mut ledger, owner, &large, 1);
    keep_scan(&mut ledger, owner, &small, 2);
    keep_scan(&mut ledger, owner, &large, 3);
    let lies = files(&contents(data.path()));
    assert_eq!(lies.len(), 1, "once, and what is small is a row: {lies:?}");
    let name = lies[0].file_name().unwrap().to_str().unwrap();
    assert_eq!(lies[0].parent().unwrap(), contents(data.path()).join(&name[..2]));
    assert!(name.len() == 64 && name != content_hash(&large).0, "{name}");
    // 61,000 bytes are padded to 61,440; the form's line and the tag are beside.
    assert_eq!(fs::metadata(&lies[0]).unwrap().len(), 61_440 + 17 + 16);
    for file in files(data.path()) {
        let bytes = fs::read(&file).unwrap();
        let told = bytes.windows(32).any(|part| part == &large[..32]);
        assert!(!told, "{}", file.display());
    }
    for bytes in [&large, &small] {
        assert_eq!(ledger.blob(&content_hash(bytes)).unwrap(), *bytes);
    }
    assert_eq!(ledger.check().unwrap().blobs, 2);
    assert_clean(&ledger);
    drop(ledger);
    let ledger = open(data.path());
    assert_eq!(ledger.blob(&content_hash(&large)).unwrap(), large);
    // The same scan in another office lies there under another name and other bytes.
    let other = tempdir().unwrap();
    let (mut ledger, _) = found(other.path());
    let owner = known(&mut ledger, 1, at(0));
    keep_scan(&mut ledger, owner, &large, 1);
    let there = files(&contents(other.path()));
    assert_ne!(there[0].file_name(), lies[0].file_name());
    assert_ne!(fs::read(&there[0]).unwrap()[17..], fs::read(&lies[0]).unwrap()[17..]);
}

/// What somebody or a bad disk does to a file: this one, and another one of the office.
type Harm = fn(&Path, &Path);

const HARMS: [(&str, Harm); 10] = [
    ("missing", |file, _| fs::remove_file(file).unwrap()),
    ("empty", |file, _| fs::write(file, b"").unwrap()),
    ("cut", |file, _| cut(file, |length| length - 1)),
    ("cut in its first line", |file, _| cut(file, |_| 9)),
    ("longer", |file, _| fs::write(file, [fs::read(file).unwrap(), vec![0]].concat()).unwrap()),
    ("another form", |file, _| flip(file, 15)),
    ("a bit", |file, _| flip(file, 30_000)),
    ("a bit of the tag", |file, _| flip(file, 61_472)),
    ("another file", |file, other| fs::copy(other, file).map(drop).unwrap()),
    ("a folder", |file, _| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    }),
];

fn cut(file: &Path, to: fn(usize) -> usize) {
    let bytes = fs::read(file).unwrap();
    fs::write(file, &bytes[..to(bytes.len())]).unwrap();
}

fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[at] ^= 4;
    fs::write(file, bytes).unwrap();
}

/// Whatever happens to one file: a sentence where it is asked for, a finding with its name, and everything else
/// goes on, into a backup too. From an older backup it is put back by hand.
#[test]
fn a_file_that_is_lost_is_told_and_costs_nothing_else() {
    let scratch = tempdir().unwrap();
    let (data, whole) = (scratch.path().join("a"), scratch.path().join("trước"));
    let (mut ledger, _) = found(&data);
    let owner = known(&mut ledger, 1, at(0));
    let (lost, other) = (scan(1), scan(2));
    let kept = document(owner, &lost);
    ledger.record(at(1), keep(kept.clone()), &[&lost]).unwrap();
    let file = files(&contents(&data)).pop().unwrap();
    keep_scan(&mut ledger, owner, &other, 2);
    let second = files(&contents(&data)).into_iter().find(|path| *path != file).unwrap();
    ledger.backup(&whole, at(3)).unwrap();
    let below = file.strip_prefix(data.join("office")).unwrap().to_owned();
    for (n, (name, harm)) in HARMS.into_iter().enumerate() {
        harm(&file, &second);
        let error = ledger.blob(&content_hash(&lost)).unwrap_err();
        assert_eq!(error.code(), "LED-97", "{name}");
        let shown = ledger.open_document(at(4), &kept.id, Purpose::Reception).unwrap_err();
        assert_eq!(shown.code(), "LED-97", "{name}");
        let findings = ledger.check().unwrap().findings;
        let told: Vec<_> =
            findings.iter().map(|found| (found.kind, found.place.as_str())).collect();
        assert_eq!(told, [(FindingKind::Blob, below.to_str().unwrap())], "{name}");
        assert_eq!(ledger.blob(&content_hash(&other)).unwrap(), other, "{name}");
        let sent = ledger.export_entries(scratch.path(), &|_| Ok(())).unwrap();
        assert_eq!(sent.blobs, 1, "{name}: an export goes on without it");
        fs::remove_file(sent.file.unwrap()).unwrap();

        let (backup, again) =
            (scratch.path().join(format!("s{n}")), scratch.path().join(format!("b{n}")));
        let manifest = ledger.backup(&backup, at(5)).unwrap();
        assert_eq!(manifest.finding_count(), 1, "{name}");
        assert_eq!(restore(&backup, &again, false).err().unwrap().code(), "LED-26", "{name}");
        let back = restore(&backup, &again, true).unwrap();
        assert_eq!(back.blob(&content_hash(&other)).unwrap(), other, "{name}");
        assert_eq!(back.check().unwrap().counts.len(), 1, "{name}");
        assert_eq!(files(&contents(&again)).len(), 1, "{name}: nothing without a name");

        if file.is_dir() {
            fs::remove_dir(&file).unwrap();
        }
        fs::copy(whole.join(&below), &file).unwrap();
        assert_clean(&ledger);
        assert_eq!(ledger.blob(&content_hash(&lost)).unwrap(), lost, "{name}");
    }
    // Or the paper is scanned again and gives the same bytes.
    fs::remove_file(&file).unwrap();
    let refused = ledger.record(at(6), keep(document(owner, &lost)), &[]).unwrap_err();
    assert_eq!(refused.code(), "LED-16", "nothing new rests on what is lost");
    keep_scan(&mut ledger, owner, &lost, 6);
    assert_eq!(ledger.blob(&content_hash(&lost)).unwrap(), lost);
    flip(&file, 30_000);
    keep_scan(&mut ledger, owner, &lost, 7);
    assert_eq!(ledger.blob(&content_hash(&lost)).unwrap(), lost);
    assert_clean(&ledger);
}

/// A backup is tried against its own list: one file that the stick lost is not restored in silence.
#[test]
fn a_backup_whose_files_are_not_those_that_it_lists_is_refused() {
    let scratch = tempdir().unwrap();
    let (data, backup, again) =
        (scratch.path().join("a"), scratch.path().join("sao lưu"), scratch.path().join("b"));
    let (mut ledger, _) = found(&data);
    let owner = known(&mut ledger, 1, at(0));
    keep_scan(&mut ledger, owner, &scan(1), 1);
    keep_scan(&mut ledger, owner, &scan(2), 2);
    let manifest = ledger.backup(&backup, at(3)).unwrap();
    assert!(manifest.findings.is_empty());
    // Any tool can tell whether the backup's files are whole.
    let list = fs::read_to_string(backup.join("contents.txt")).unwrap();
    let listed: Vec<Vec<&str>> =
        list.lines().map(|line| line.split(' ').collect::<Vec<_>>()).collect();
    assert_eq!(listed.len(), 2);
    for line in &listed {
        let bytes = fs::read(backup.join("contents").join(&line[2][..2]).join(line[2])).unwrap();
        assert_eq!((line[0], line[1]), (&*content_hash(&bytes).0, &*bytes.len().to_string()));
    }
    let lies = files(&backup.join("contents"));
    for (name, harm) in HARMS {
        let before = fs::read(&lies[0]).unwrap();
        harm(&lies[0], &lies[1]);
        assert_eq!(restore(&backup, &again, false).err().unwrap().code(), "LED-19", "{name}");
        assert!(!Ledger::exists(&again) && !again.join("office.new").exists(), "{name}");
        if lies[0].is_dir() {
            fs::remove_dir(&lies[0]).unwrap();
        }
        fs::write(&lies[0], before).unwrap();
    }
    // What no entry names does not come along, whatever the folder or the list holds.
    fs::write(backup.join("contents/x"), b"x").unwrap();
    fs::create_dir(backup.join("contents/new")).unwrap();
    fs::write(backup.join("contents/new/1"), b"x").unwrap();
    let back = restore(&backup, &again, false).unwrap();
    assert_clean(&back);
    assert_eq!(files(&contents(&again)).len(), 2);
    // A list that leads elsewhere is none, even where the manifest was made to fit it.
    for line in [
        format!("{} 9 ../../keys.json", "ab".repeat(32)),
        format!("{} 99999999999 {}", "ab".repeat(32), "cd".repeat(32)),
        format!("{} 9 {}", "ab".repeat(32), "CD".repeat(32)),
        "ab".repeat(4_000),
    ] {
        let list = format!("{line}\n");
        fs::write(backup.join("contents.txt"), &list).unwrap();
        let mut manifest = manifest.clone();
        manifest.files[2].bytes = list.len() as u64;
        manifest.files[2].sha256 = content_hash(list.as_bytes()).0;
        fs::write(backup.join("manifest.json"), serde_json::to_vec(&manifest).unwrap()).unwrap();
        let nowhere = scratch.path().join("c");
        assert_eq!(restore(&backup, &nowhere, true).err().unwrap().code(), "LED-19", "{line}");
    }
}

#[test]
fn what_lies_there_without_a_name_is_found() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let owner = known(&mut ledger, 1, at(0));
    keep_scan(&mut ledger, owner, &scan(1), 1);
    let own = files(&contents(data.path())).pop().unwrap();
    let name = own.file_name().unwrap().to_str().unwrap();
    let unnamed = [
        "x.pdf".to_owned(),
        format!("{}/{name} (1)", &name[..2]),
        format!("zz/{name}"),
        format!("ab/{}", "ab".repeat(32)),
    ];
    for other in &unnamed {
        let file = contents(data.path()).join(other);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, b"x").unwrap();
    }
    let mut told: Vec<_> =
        ledger.check().unwrap().findings.into_iter().map(|found| found.place).collect();
    told.sort_unstable();
    let mut expected: Vec<_> = unnamed.iter().map(|name| format!("contents/{name}")).collect();
    expected.sort_unstable();
    assert_eq!(told, expected);
    for other in &unnamed {
        fs::remove_file(contents(data.path()).join(other)).unwrap();
    }
    assert_clean(&ledger);
    // What a writing left that was cut short goes at the next login.
    for left in ["7", "-1", "x", "99999999999999999999"] {
        fs::write(contents(data.path()).join("new").join(left), b"half").unwrap();
    }
    drop(ledger);
    let ledger = open(data.path());
    assert_eq!(files(&contents(data.path())), [own]);
    assert_clean(&ledger);
}

/// A document that leaves its store takes its file along; a backup that runs still has it.
#[test]
fn what_was_let_go_of_is_gone_from_the_disk() {
    let scratch = tempdir().unwrap();
    let (data, backup, again) =
        (scratch.path().join("a"), scratch.path().join("sao lưu"), scratch.path().join("b"));
    let (mut ledger, _) = found(&data);
    let owner = known(&mut ledger, 1, at(0));
    let bytes = scan(1);
    let removed = keep_scan(&mut ledger, owner, &bytes, 1);
    ledger.record(at(2), removed, &[]).unwrap();
    assert_eq!(files(&contents(&data)), [] as [PathBuf; 0]);
    assert_eq!(ledger.blob(&content_hash(&bytes)).unwrap_err().code(), "LED-16");
    assert_clean(&ledger);
    // The same paper may come in again.
    let removed = keep_scan(&mut ledger, owner, &bytes, 3);
    let kept = scan(2);
    let other = keep_scan(&mut ledger, owner, &kept, 3);
    assert_clean(&ledger);

    let job = ledger.begin_backup(&backup, at(4)).unwrap();
    ledger.record(at(5), removed, &[]).unwrap();
    ledger.record(at(5), other, &[]).unwrap();
    keep_scan(&mut ledger, owner, &kept, 6);
    keep_scan(&mut ledger, owner, &scan(3), 6);
    assert_eq!(ledger.blob(&content_hash(&bytes)).unwrap_err().code(), "LED-16", "at once");
    let made = job.run(&|_| ControlFlow::Continue(()));
    ledger.end_backup(at(7), &made).unwrap();
    assert!(made.unwrap().findings.is_empty());
    assert_eq!(files(&contents(&data)).len(), 2, "one was kept anew, one is new");
    for there in [&kept, &scan(3)] {
        assert_eq!(ledger.blob(&content_hash(there)).unwrap(), *there);
    }
    assert_clean(&ledger);
    let back = restore(&backup, &again, false).unwrap();
    for there in [&bytes, &kept] {
        assert_eq!(back.blob(&content_hash(there)).unwrap(), *there, "as it was when it began");
    }
    assert_eq!(files(&contents(&again)).len(), 2);
    assert_clean(&back);
}

/// A second seat joins with the files, and takes and gives others by a stick.
#[test]
fn scans_go_to_another_seat() {
    let scratch = tempdir().unwrap();
    let path = |name: &str| scratch.path().join(name);
    let (mut first, _) = found(&path("a"));
    let owner = known(&mut first, 1, at(0));
    let (one, two, three) = (scan(1), scan(2), scan(3));
    keep_scan(&mut first, owner, &one, 1);
    first
        .admit_seat(&SeatRequest::make(&path("b"), "b").unwrap(), &path("bản sao"), at(2))
        .unwrap();
    let joining = Joining { user: &chi(), password: PASSWORD, at: at(3) };
    let mut second = Ledger::join_office(&path("bản sao"), &path("b"), &joining, &|_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(second.blob(&content_hash(&one)).unwrap(), one);
    assert_clean(&second);
    let removed = keep_scan(&mut first, owner, &two, 4);
    keep_scan(&mut second, owner, &three, 4);
    let stick = path("usb");
    fs::create_dir(&stick).unwrap();
    let exchange = |from: &mut Ledger, to: &mut Ledger, seconds| {
        from.export_entries(&stick, &|_| Ok(())).unwrap();
        to.import_entries(&stick, at(seconds), &|_| Ok(())).unwrap();
        for file in files(&stick) {
            fs::remove_file(file).unwrap();
        }
    };
    exchange(&mut first, &mut second, 5);
    exchange(&mut second, &mut first, 6);
    for ledger in [&first, &second] {
        for bytes in [&one, &two, &three] {
            assert_eq!(ledger.blob(&content_hash(bytes)).unwrap(), *bytes);
        }
        assert_clean(ledger);
    }
    let name = |data: &str| -> Vec<PathBuf> {
        let folder = contents(&path(data));
        files(&folder).iter().map(|file| file.strip_prefix(&folder).unwrap().into()).collect()
    };
    let common = name("a").iter().filter(|file| name("b").contains(file)).count();
    assert_eq!(common, 1, "the copy's file is the same, what came by the stick has its own key");
    first.record(at(7), removed, &[]).unwrap();
    exchange(&mut first, &mut second, 8);
    assert_eq!((name("a").len(), name("b").len()), (2, 2), "it goes wherever its removal comes");
    assert_clean(&first);
    assert_clean(&second);
}
