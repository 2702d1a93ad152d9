//! What was erased is nowhere in the data folder any more, at no seat, and nothing else suffers.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{fs, path::Path};

use aes_gcm::aes::{
    Aes256, Block,
    cipher::{BlockCipherDecrypt, KeyInit},
};
use office::{Explain, dossier::DossierId, entry::Role, evidence::Evidence};
use tempfile::tempdir;

use super::*;
use crate::{
    Frame, RemarkWords,
    chain::DeviceKey,
    check::table_digest,
    content_hash,
    contents::SMALL,
    fixture::{
        append_dossier, assert_clean, at, chi, found, join, open, read_event,
        rooms::{attach, remark},
    },
    schema::{PAGE_SIZE, read_models},
};

const BASIS: &str = "Luật số 91/2025/QH15";
/// In each remark that is erased.
const SECRET: &str = "bị bạo hành, đang lánh ở nhà mẹ";

/// All pages of the ledger's file and log as SQLCipher stores them (AES-256-CBC; at the end of each page 16 bytes of
/// IV and 32 of HMAC), opened with the ledger's key.
fn pages(ledger: &Ledger, data: &Path) -> Vec<u8> {
    let cipher = Aes256::new(ledger.key.bytes().into());
    let size = usize::try_from(PAGE_SIZE).unwrap();
    let mut plain = Vec::new();
    let mut open = |page: &[u8], from: usize| {
        let (bytes, end) = page.split_at(size - 48);
        let mut before = &end[..16];
        for block in bytes[from..].chunks_exact(16) {
            let mut opened = Block::try_from(block).unwrap();
            cipher.decrypt_block(&mut opened);
            plain.extend(opened.iter().zip(before).map(|(one, other)| one ^ other));
            before = block;
        }
    };
    let file = fs::read(data.join("office/ledger.db")).unwrap();
    for (i, page) in file.chunks_exact(size).enumerate() {
        // The first page begins with the salt.
        open(page, if i == 0 { 16 } else { 0 });
    }
    let log = fs::read(data.join("office/ledger.db-wal")).unwrap_or_default();
    for frame in log.get(32..).unwrap_or_default().chunks_exact(24 + size) {
        let first = frame[..4] == [0, 0, 0, 1];
        open(&frame[24..], if first { 16 } else { 0 });
    }
    plain
}

fn count(pages: &[u8], bytes: &[u8]) -> usize {
    pages.windows(bytes.len()).filter(|window| *window == bytes).count()
}

/// All that `from` has for others.
fn frames(from: &Ledger) -> Vec<Frame> {
    let (mut export, _) = from.begin_export(Path::new("")).unwrap();
    std::iter::from_fn(|| from.next_frame(&mut export).unwrap()).collect()
}

fn pass(from: &Ledger, to: &mut Ledger, second: i64) -> crate::Taken {
    let mut taken = crate::Taken::default();
    for frame in frames(from) {
        taken += to.take_frame(at(second), &frame).unwrap();
    }
    taken
}

fn dossier(ledger: &mut Ledger, second: i64) -> DossierId {
    match append_dossier(ledger, 1, at(second)).what {
        Event::DossierReceived { dossier } => dossier.id,
        _ => panic!(),
    }
}

fn found_at(db: &Connection, place: i64) -> bool {
    let sql = "SELECT 1 FROM entry WHERE n = ?1";
    db.prepare_cached(sql).unwrap().exists([place]).unwrap()
}

/// A remark; its place.
fn note(ledger: &mut Ledger, on: &DossierId, text: &str, second: i64) -> u64 {
    ledger.record(at(second), remark(on, text), &[]).unwrap().envelope.place()
}

/// What each remark says, or by which rule that is gone.
fn texts(ledger: &Ledger, on: &DossierId) -> Vec<(String, Option<String>)> {
    let remarks = ledger.remarks(on).unwrap();
    let words = remarks.into_iter().map(|remark| match remark.words {
        RemarkWords::Kept(text) => (text, None),
        RemarkWords::Erased { reason, legal_basis, .. } => (reason, Some(legal_basis)),
    });
    words.collect()
}

fn digests(db: &Connection) -> Vec<Vec<u8>> {
    read_models().iter().map(|(_, select)| table_digest(db, select).unwrap()).collect()
}

/// Remarks come between entries that stand here already, so that pages are split and rows move; none of their bytes
/// stays.
#[test]
fn nothing_of_it_is_left_in_file_and_log_at_any_seat() {
    let scratch = tempdir().unwrap();
    let (a, b) = (scratch.path().join("a"), scratch.path().join("b"));
    let (mut first, _) = found(&a);
    let mut second = join(&mut first, scratch.path());
    let on = dossier(&mut first, 20);
    pass(&first, &mut second, 21);
    let mut places = Vec::new();
    for i in 0..60 {
        first.record(at(30 + 2 * i), read_event(1, Evidence::Typed), &[]).unwrap();
        let text = format!("{i}: {SECRET} {}", "x".repeat(i as usize * 13));
        places.push(note(&mut second, &on, &text, 31 + 2 * i));
    }
    let kept = note(&mut second, &on, "hẹn chiều thứ sáu", 300);
    pass(&second, &mut first, 301);
    for (ledger, data) in [(&first, &a), (&second, &b)] {
        assert!(count(&pages(ledger, data), SECRET.as_bytes()) >= 60);
        assert_eq!(texts(ledger, &on).len(), 61);
    }
    second.erase(at(310), &places, BASIS, "theo yêu cầu").unwrap();
    // A copy that is told of it only now holds them until then.
    assert_eq!(texts(&first, &on).len(), 61);
    pass(&second, &mut first, 311);
    for (ledger, data) in [(&first, &a), (&second, &b)] {
        let pages = pages(ledger, data);
        assert_eq!(count(&pages, SECRET.as_bytes()), 0);
        assert!(count(&pages, "hẹn chiều thứ sáu".as_bytes()) > 0, "the pages are readable");
        let mut left = texts(ledger, &on);
        assert_eq!(left.pop().unwrap(), ("hẹn chiều thứ sáu".into(), None));
        assert_eq!(left, vec![("theo yêu cầu".into(), Some(BASIS.into())); 60]);
        let report = ledger.check().unwrap();
        assert!(report.clean(), "{:#?}", report.findings);
        let [by] = &report.erased[..] else { panic!("{:?}", report.erased) };
        assert_eq!((&by.device, by.payloads), (&second.head().device, 60));
    }
    pass(&first, &mut second, 312);
    assert!(digests(&first.db) == digests(&second.db));
    second.erase(at(320), &[kept], BASIS, "hết hạn").unwrap();
    drop((first, second));
    assert_clean(&open(&b));
}

/// What leaves its subject is gone with its key; a small one with its row.
#[test]
fn a_removed_attachment_is_gone_with_its_key() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let on = dossier(&mut ledger, 1);
    let (large, small) = (vec![7; SMALL + 1], b"noi dung cua mot to giay nho".to_vec());
    for (bytes, id) in [(&large, "07".repeat(16)), (&small, "08".repeat(16))] {
        ledger.record(at(2), attach(&id, &on, bytes), &[bytes]).unwrap();
    }
    let hash = hex::decode(&content_hash(&large).0).unwrap();
    let filed = crate::blob::filed(&ledger.db, &hash).unwrap().unwrap();
    let (key, file) = (*filed.key, ledger.contents.place(filed.name()));
    let before = pages(&ledger, data.path());
    assert!(count(&before, &key) > 0 && count(&before, &small) > 0 && file.is_file());
    for id in ["07", "08"] {
        let id = office::attachment::AttachmentId(id.repeat(16));
        ledger.remove_attachment(at(3), &id, "nhầm hồ sơ").unwrap();
    }
    let after = pages(&ledger, data.path());
    assert_eq!((count(&after, &key), count(&after, &small)), (0, 0));
    assert!(!file.exists());
    assert_clean(&ledger);
}

/// Only who may, only what may, and once.
#[test]
fn what_is_kept_for_ever_and_what_is_gone_are_not_erased() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let received = append_dossier(&mut ledger, 1, at(1)).envelope.place();
    let Event::DossierReceived { dossier } = append_dossier(&mut ledger, 2, at(2)).what else {
        panic!()
    };
    let place = note(&mut ledger, &dossier.id, "nhầm người", 3);
    let entries = ledger.head().entries;
    let mut code = |places: &[u64], basis: &str| {
        ledger.erase(at(4), places, basis, "theo yêu cầu").unwrap_err().code()
    };
    assert_eq!(code(&[received], BASIS), "LED-105");
    assert_eq!(code(&[place, received], BASIS), "LED-105");
    assert_eq!(code(&[7], BASIS), "LED-16");
    assert_eq!(code(&[], BASIS), "OFF-163");
    assert_eq!(code(&[place], " "), "OFF-164");
    assert_eq!(ledger.head().entries, entries);
    assert_eq!(texts(&ledger, &dossier.id).len(), 1);
    ledger.user.roles = vec![Role::Clerk];
    assert!(matches!(
        ledger.erase(at(4), &[place], BASIS, "theo yêu cầu"),
        Err(LedgerError::NotAllowed { .. })
    ));
    ledger.user.roles = vec![Role::Archivist];
    ledger.erase(at(4), &[place], BASIS, "theo yêu cầu").unwrap();
    let again = ledger.erase(at(5), &[place], BASIS, "theo yêu cầu");
    assert!(matches!(again, Err(LedgerError::ErasedAlready)));
    // The log still names the kind, and who wrote it.
    let log = ledger.log(&[EventKind::RemarkMade], crate::Way::Rising, None, 10).unwrap();
    let [line] = &log.items[..] else { panic!() };
    assert!(line.erased && line.entry.is_none() && line.user == chi());
}

/// Whoever takes a payload out without an erasing, or puts one back, is found; and others do not take it.
#[test]
fn a_payload_that_nobody_erased_is_missed() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path());
    let on = dossier(&mut first, 20);
    let place = signed(note(&mut first, &on, "nhầm người", 21)).unwrap();
    note(&mut first, &on, "hẹn chiều", 22);
    let (envelope, payload) = sealed_at(&first.db, place).unwrap();
    let set = |ledger: &Ledger, payload: &[u8]| {
        let sql = "UPDATE entry SET payload = ?2 WHERE n = ?1";
        ledger.db.execute(sql, params![place, payload]).unwrap();
    };
    let findings = |ledger: &Ledger| -> Vec<FindingKind> {
        ledger.check().unwrap().findings.into_iter().map(|finding| finding.kind).collect()
    };
    set(&first, b"");
    assert!(findings(&first).contains(&FindingKind::Entry));
    let taken = pass(&first, &mut second, 30);
    assert_eq!((taken.refused, taken.held), (0, 2), "it waits, and what follows it");
    assert_clean(&second);
    // With the erasing it stands, whichever comes first.
    set(&first, &payload);
    assert_clean(&first);
    first.erase(at(31), &[place.unsigned_abs()], BASIS, "theo yêu cầu").unwrap();
    pass(&first, &mut second, 32);
    assert_eq!(second.held().unwrap().iter().map(|(_, count)| count).sum::<u64>(), 0);
    for ledger in [&first, &second] {
        assert_clean(ledger);
        assert_eq!(ledger.check().unwrap().erased.len(), 1);
    }
    // A payload that comes from a seat that knows of nothing is not kept.
    let late = Sealed { envelope, payload: payload.clone(), signature: [0; 64] };
    assert_eq!(second.take(at(33), &[late], &[]).unwrap().known, 1);
    assert_clean(&second);
    set(&second, &payload);
    assert!(findings(&second).contains(&FindingKind::Entry));
}

/// An erasing as whoever has the office's key may send it: it claims a device, far ahead in its chain, and is signed by
/// any key.
fn sent(ledger: &Ledger, claims: &DeviceId, key: &DeviceKey, erased: Seen) -> Sealed {
    let erasure = Erasure {
        entries: vec![erased],
        subject: None,
        legal_basis: BASIS.into(),
        reason: "theo yêu cầu".into(),
    };
    let mut entry = Entry {
        envelope: Envelope {
            office: ledger.head.office.clone(),
            device: claims.clone(),
            sequence: 900,
            previous: ledger.head.hash.clone(),
            seen: Vec::new(),
            at: at(30),
            moment: ledger.head.moment.next(at(30)),
            user: chi(),
            kind: String::new(),
            payload: content_hash(b""),
        },
        what: Event::Erased { erasure: Box::new(erasure) },
    };
    key.seal(&mut entry).unwrap()
}

/// Nobody has judged an erasing that is held. Without the signature of a device of the office it explains nothing: a
/// seat does not take the entry that lacks its payload, and the check finds where one stands so.
#[test]
fn an_erasing_that_is_held_counts_by_its_signature() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path());
    let stranger = DeviceKey::from_seed(&[5; 32]);
    let own = DeviceKey::from_seed(&first.device.seed());
    let on = dossier(&mut first, 20);
    pass(&first, &mut second, 21);
    let missed = |ledger: &Ledger| {
        let findings = ledger.check().unwrap().findings;
        findings.iter().filter(|finding| finding.place.contains("mà không ai xóa")).count()
    };
    for (claims, key, explains) in [
        (&own.id, &stranger, false),
        (&stranger.id, &stranger, false),
        (&second.device.id.clone(), &own, false),
        (&own.id, &own, true),
    ] {
        let place = signed(note(&mut first, &on, "nhầm người", 22)).unwrap();
        let mut frames = frames(&first);
        let last = frames.iter_mut().flat_map(|frame| &mut frame.entries).next_back().unwrap();
        let (hash, sequence) = (ContentHash::of(&last.envelope), first.head.sequence);
        last.payload.clear();
        let named = Seen { device: own.id.clone(), sequence, hash };
        let erasing = sent(&first, claims, key, named);
        assert_eq!(second.take(at(31), &[erasing], &[]).unwrap().held, 1);
        for frame in &frames {
            second.take_frame(at(31), frame).unwrap();
        }
        let stands = found_at(&second.db, place);
        assert_eq!(stands, explains, "signed by {} for {}", key.id.0, claims.0);
        if !explains {
            assert_clean(&second);
            // As it would stand had it been believed.
            pass(&first, &mut second, 32);
            let sql = "UPDATE entry SET payload = x'' WHERE n = ?1";
            second.db.execute(sql, [place]).unwrap();
            assert_eq!(missed(&second), 1);
            let payload = sealed_at(&first.db, place).unwrap().1;
            let sql = "UPDATE entry SET payload = ?2 WHERE n = ?1";
            second.db.execute(sql, params![place, payload]).unwrap();
        }
    }
    assert_clean(&second);
    let [by] = &second.check().unwrap().erased[..] else { panic!() };
    assert_eq!((&by.device, by.sequence, by.payloads), (&own.id, 900, 1), "the check tells who");
}

/// What lets a machine in follows on an entry without payload, and that waits for what the machine erased: both come
/// at once.
#[test]
fn a_machine_that_is_let_in_later_erases_what_came_before() {
    let scratch = tempdir().unwrap();
    let (mut first, _) = found(&scratch.path().join("a"));
    let mut second = join(&mut first, scratch.path());
    let on = dossier(&mut first, 20);
    pass(&first, &mut second, 21);
    let place = note(&mut first, &on, "nhầm người", 22);
    let mut third = join(&mut first, &scratch.path().join("third"));
    third.erase(at(30), &[place], BASIS, "theo yêu cầu").unwrap();
    pass(&third, &mut first, 31);
    pass(&first, &mut second, 32);
    for ledger in [&first, &second, &third] {
        assert_eq!(ledger.held().unwrap().iter().map(|(_, count)| count).sum::<u64>(), 0);
        assert_clean(ledger);
        assert_eq!(ledger.check().unwrap().erased[0].device, third.device.id);
    }
}

/// The daily check goes on past an erasing of what it had walked along, and of what is new.
#[test]
fn the_daily_check_goes_on_past_an_erasing() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let on = dossier(&mut ledger, 1);
    let old = note(&mut ledger, &on, "nhầm người", 2);
    let daily = |ledger: &Ledger, second| ledger.check_daily(at(second), &|_| ()).unwrap();
    assert!(daily(&ledger, 3).clean());
    let new = note(&mut ledger, &on, "nhầm người nữa", 4);
    ledger.erase(at(5), &[old, new], BASIS, "theo yêu cầu").unwrap();
    let report = daily(&ledger, 6);
    assert!(report.clean() && report.since.is_some(), "{:#?}", report.findings);
    assert_eq!(report.erased.iter().map(|by| by.payloads).sum::<u64>(), 1, "of what is new");
    assert_eq!(ledger.check().unwrap().erased.iter().map(|by| by.payloads).sum::<u64>(), 2);
    assert!(daily(&ledger, 7).clean());
}
