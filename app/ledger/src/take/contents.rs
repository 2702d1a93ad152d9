//! Contents that come with entries: kept with what names them, and nothing else is.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use office::{entry::Event, evidence::Evidence};
use tempfile::tempdir;

use super::*;
use crate::{
    Frame, content_hash,
    fixture::{
        PASSWORD, append_dossier, assert_clean, at, chi, found, join, known, read_event,
        rooms::{attach, document, keep},
        teller,
    },
};

/// A file of its own.
const PHOTO: &[u8] = &[7; crate::contents::SMALL + 1];

/// All that `from` has for others, an entry a frame.
fn frames(from: &Ledger) -> Vec<Frame> {
    let (mut export, _) = from.begin_export(Path::new("")).unwrap();
    let mut frames = Vec::new();
    while let Some(Frame { entries, blobs }) = from.next_frame(&mut export).unwrap() {
        for sealed in entries {
            let Ok(Opened::Entry(entry)) = sealed.open() else { panic!() };
            let named = blob::named_blobs(&entry.what);
            let of_it = |bytes: &&Vec<u8>| named.contains(&&content_hash(bytes));
            let blobs = blobs.iter().filter(of_it).cloned().collect();
            frames.push(Frame { entries: vec![sealed], blobs });
        }
    }
    frames
}

fn photographed() -> Event {
    let Event::IdentityRead { identity, signer, legal_basis, .. } =
        read_event(1, Evidence::ChipAuthentic)
    else {
        panic!()
    };
    Event::IdentityRead { identity, face: Some(content_hash(PHOTO)), signer, legal_basis }
}

#[test]
fn what_comes_too_early_keeps_its_contents_until_it_stands() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path());
    append_dossier(&mut second, 1, at(20));
    second.record(at(21), photographed(), &[PHOTO]).unwrap();
    let mut sent = frames(&second);
    let last = sent.pop().unwrap();
    assert_eq!(last.blobs, [PHOTO]);
    let held = first.take_frame(at(30), &last).unwrap();
    assert_eq!((held.held, held.taken), (1, 0));
    assert_clean(&first);
    // A backup that is restored keeps it too.
    first.backup(&scratch.path().join("backup"), at(31)).unwrap();
    let request = crate::Restore {
        user: &chi(),
        password: PASSWORD,
        device_label: "c",
        accept_findings: false,
        present: crate::Present::Refused,
        at: at(32),
    };
    let (mut restored, _) =
        Ledger::restore(&scratch.path().join("backup"), &scratch.path().join("c"), &request)
            .unwrap();
    assert_clean(&restored);
    for ledger in [&mut first, &mut restored] {
        for frame in &sent {
            ledger.take_frame(at(40), frame).unwrap();
        }
        assert!(ledger.held().unwrap().iter().all(|(_, count)| *count == 0));
        assert_eq!(ledger.blob(&content_hash(PHOTO)).unwrap(), PHOTO);
        assert_clean(ledger);
    }
}

#[test]
fn an_entry_waits_for_its_contents_unless_its_removal_came() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path());
    let all_stand = |ledger: &Ledger| ledger.held().unwrap().iter().all(|(_, count)| *count == 0);
    let owner = known(&mut second, 1, at(20));
    let kept = second.record(at(21), keep(document(owner, b"scan")), &[b"scan"]).unwrap();
    second.record(at(22), photographed(), &[PHOTO]).unwrap();
    let with_contents = frames(&second);
    let without = with_contents.iter().map(|frame| Frame { blobs: Vec::new(), ..frame.clone() });
    let entries = first.head().entries;
    for frame in without {
        first.take_frame(at(30), &frame).unwrap();
    }
    assert!(!all_stand(&first) && first.head().entries < entries + with_contents.len() as u64);
    assert_clean(&first);
    for frame in &with_contents {
        first.take_frame(at(31), frame).unwrap();
    }
    assert!(all_stand(&first));
    assert_eq!(first.blob(&content_hash(PHOTO)).unwrap(), PHOTO);
    assert_clean(&first);

    // Another document comes with its removal only, which erased it where it was written.
    let other = second.record(at(40), keep(document(owner, b"other")), &[b"other"]).unwrap();
    for kept in [kept, other] {
        let Event::DocumentKept { document } = kept.what else { panic!() };
        let removed =
            Event::DocumentRemoved { document: document.id, reason: "trả lại".into() };
        second.record(at(41), removed, &[]).unwrap();
    }
    let entries = first.head().entries;
    for frame in frames(&second) {
        first.take_frame(at(50), &frame).unwrap();
    }
    assert!(all_stand(&first) && first.blob(&content_hash(b"scan")).is_err());
    assert_eq!(first.head().entries, entries + 3);
    assert_clean(&first);

    // So does a file of a dossier.
    let Event::DossierReceived { dossier } = append_dossier(&mut second, 1, at(60)).what else {
        panic!()
    };
    let added = attach(&"07".repeat(16), &dossier.id, b"file");
    let Event::AttachmentAdded { attachment } = &added else { panic!() };
    let id = attachment.id.clone();
    second.record(at(61), added, &[b"file"]).unwrap();
    second.remove_attachment(at(62), &id, "nhầm hồ sơ").unwrap();
    for frame in frames(&second) {
        first.take_frame(at(70), &frame).unwrap();
    }
    assert!(all_stand(&first) && first.blob(&content_hash(b"file")).is_err());
    assert_clean(&first);
}

#[test]
fn what_no_entry_of_its_frame_names_leaves_nothing() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path());
    let owner = teller(&second.record(at(21), photographed(), &[PHOTO]).unwrap());
    let kept = second.record(at(22), keep(document(owner, b"scan")), &[b"scan"]).unwrap();
    for frame in frames(&second) {
        let blobs = [frame.blobs, vec![b"unnamed".into()]].concat();
        first.take(at(30), &frame.entries, &blobs).unwrap();
    }
    let hash = content_hash(b"unnamed");
    assert_eq!(first.blob(&hash).unwrap_err().to_string(), LedgerError::Missing.to_string());
    assert_clean(&first);
    // What the document's removal erased does not come back with its entry, which is known.
    let Event::DocumentKept { document } = kept.what else { panic!() };
    let reason = String::from("trả lại");
    let removed = Event::DocumentRemoved { document: document.id, reason };
    first.record(at(31), removed, &[]).unwrap();
    for frame in frames(&second) {
        let taken = first.take_frame(at(32), &frame).unwrap();
        assert_eq!((taken.taken, taken.known), (0, 1));
    }
    assert!(first.blob(&content_hash(b"scan")).is_err());
    assert_clean(&first);
    // And it goes where the removal comes from elsewhere.
    for frame in frames(&first) {
        second.take_frame(at(40), &frame).unwrap();
    }
    assert!(second.blob(&content_hash(b"scan")).is_err());
    assert_clean(&second);
}
