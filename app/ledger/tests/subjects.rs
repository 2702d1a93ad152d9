//! What hangs on a subject, whatever kind of work it is: papers, money, remarks, files; and acts themselves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{
    assert_clean, at, found, known,
    rooms::{annul_act, attach, do_act, id, pay, random_act, remark},
};
use ledger::{Ledger, Part, RemarkWords, content_hash};
use office::{
    Explain,
    act::ActId,
    attachment::{AttachmentId, MOST},
    book::BookId,
    dossier::DossierId,
    entry::{Event, Numbering, PaperKind, PaperOf},
    money::Dong,
    remark::LONGEST,
    subject::Subject,
};
use tempfile::tempdir;

fn code<T>(done: Result<T, ledger::LedgerError>) -> &'static str {
    done.err().map_or("", |error| error.code())
}

fn received(ledger: &mut Ledger) -> DossierId {
    let entry = ledger.append(at(0), fixture::receive(fixture::reception(1, at(0)))).unwrap();
    let Event::DossierReceived { dossier } = entry.what else { panic!() };
    dossier.id
}

fn act(ledger: &mut Ledger, requesters: &[u64]) -> ActId {
    let id = random_act();
    ledger.append(at(1), do_act(id.clone(), BookId::NOTICE, requesters, at(1))).unwrap();
    id
}

#[test]
fn remarks_papers_money_and_files_belong_to_their_subject_alone() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let (dossier, act) = (received(&mut ledger), act(&mut ledger, &[2]));
    for (n, subject) in [Subject::from(&dossier), Subject::from(&act)].into_iter().enumerate() {
        let bytes = [n as u8; 9];
        ledger.record(at(2), remark(&subject, &format!("lời {n}")), &[]).unwrap();
        ledger.append(at(3), pay(&subject, 1_000 * (n as u64 + 1), at(3))).unwrap();
        ledger.record(at(4), attach(&id(), &subject, &bytes), &[&bytes]).unwrap();
        let paper = Event::PaperMade {
            subject: subject.clone(),
            kind: PaperKind::FeeReceipt,
            of: PaperOf::Beginning,
            content: content_hash(&bytes),
            numbers: Numbering::Issued,
        };
        ledger.record(at(5), paper, &[&bytes]).unwrap();

        let remarks = ledger.remarks(&subject).unwrap();
        assert_eq!(remarks.len(), 1);
        assert_eq!(
            (&remarks[0].words, remarks[0].by.0.as_str()),
            (&RemarkWords::Kept(format!("lời {n}")), "chi")
        );
        assert_eq!(ledger.paid(&subject).unwrap().receipts, Dong(1_000 * (n as u64 + 1)));
        assert_eq!(ledger.papers(&subject).unwrap()[0].content, content_hash(&bytes));
        let files = ledger.attachments(&subject).unwrap();
        assert_eq!(files.len(), 1);
        assert_eq!(files[0].attachment.content, content_hash(&bytes));
    }
    assert_clean(&ledger);
}

#[test]
fn what_names_no_subject_here_is_refused() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    for subject in [Subject::Dossier(DossierId("0".into())), Subject::Act(ActId("0".into()))] {
        assert_eq!(code(ledger.record(at(1), remark(&subject, "lời"), &[])), "LED-16");
        assert_eq!(code(ledger.record(at(1), attach(&id(), &subject, b"a"), &[b"a"])), "LED-16");
        assert!(ledger.append(at(1), pay(&subject, 1_000, at(1))).is_err());
    }
    let dossier = received(&mut ledger);
    for text in [String::new(), " ".into(), "ă".repeat(LONGEST + 1)] {
        assert!(ledger.record(at(1), remark(&dossier, &text), &[]).is_err());
    }
    // A file comes with its content.
    assert!(ledger.record(at(1), attach(&id(), &dossier, b"a"), &[]).is_err());
    assert_clean(&ledger);
}

#[test]
fn a_file_leaves_with_its_reason_and_its_content() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let dossier = received(&mut ledger);
    let (first, second) = (id(), id());
    ledger.record(at(1), attach(&first, &dossier, b"tep"), &[b"tep"]).unwrap();
    ledger.record(at(1), attach(&second, &dossier, b"tep"), &[b"tep"]).unwrap();
    let first = AttachmentId(first);
    assert_eq!(code(ledger.remove_attachment(at(2), &first, " ")), "LED-33");
    ledger.remove_attachment(at(2), &first, "nhầm hồ sơ").unwrap();
    assert_eq!(ledger.blob(&content_hash(b"tep")).unwrap(), b"tep", "another rests on it");
    assert!(ledger.remove_attachment(at(3), &first, "nhầm hồ sơ").is_err());
    ledger.remove_attachment(at(3), &AttachmentId(second), "nhầm hồ sơ").unwrap();
    assert!(ledger.blob(&content_hash(b"tep")).is_err());
    assert_eq!(code(ledger.remove_attachment(at(3), &AttachmentId(id()), "nhầm")), "LED-16");
    let files = ledger.attachments(&dossier).unwrap();
    let reason = files[0].removed.as_ref().map(|removed| removed.reason.as_str());
    assert_eq!(reason, Some("nhầm hồ sơ"));
    assert_clean(&ledger);
}

#[test]
fn a_subject_has_room_for_so_many_files() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let act = act(&mut ledger, &[1]);
    let files: Vec<AttachmentId> = (0..MOST).map(|_| AttachmentId(id())).collect();
    for file in &files {
        ledger.record(at(1), attach(&file.0, &act, b"a"), &[b"a"]).unwrap();
    }
    assert!(ledger.record(at(1), attach(&id(), &act, b"a"), &[b"a"]).is_err());
    ledger.remove_attachment(at(2), &files[0], "gộp lại").unwrap();
    ledger.record(at(2), attach(&id(), &act, b"a"), &[b"a"]).unwrap();
}

#[test]
fn an_act_is_in_the_history_of_all_who_asked_and_is_annulled_once() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let who = [1, 2, 3].map(|n| known(&mut ledger, n, at(0)));
    let id = act(&mut ledger, &[1, 2]);
    assert_eq!(
        code(ledger.append(at(2), do_act(id.clone(), BookId::NOTICE, &[1], at(2)))),
        "LED-92"
    );
    ledger.append(at(2), pay(&id, 6_000, at(2))).unwrap();
    let parts = |ledger: &Ledger, who| -> Vec<bool> {
        let lines = ledger.history(who, &[Part::Act, Part::Work], None, 9).unwrap().items;
        let done = |line: &ledger::LogLine| {
            matches!(line.entry.as_ref().map(|entry| &entry.what), Some(Event::ActDone { .. }))
        };
        lines.iter().map(done).collect()
    };
    for asked in &who[..2] {
        assert_eq!(parts(&ledger, *asked), [false, true], "the payment, then the act");
    }
    assert!(parts(&ledger, who[2]).is_empty());

    let record = ledger.act(&id).unwrap().unwrap();
    assert_eq!((record.act.people.len(), record.annulled), (2, None));
    assert!(record.act.number.issued().is_some());
    let other = act(&mut ledger, &[3]);
    let page = ledger.acts(None, 1).unwrap();
    assert_eq!(page.items[0].act.id, other);
    let page = ledger.acts(page.next, 9).unwrap();
    assert_eq!(page.items.iter().map(|record| &record.act.id).collect::<Vec<_>>(), [&id]);

    ledger.record(at(3), annul_act(&id), &[]).unwrap();
    assert_eq!(code(ledger.record(at(4), annul_act(&id), &[])), "LED-32");
    assert_eq!(code(ledger.append(at(4), pay(&id, 1_000, at(4)))), "LED-32");
    let annulled = ledger.act(&id).unwrap().unwrap().annulled.unwrap();
    assert_eq!(annulled.reason, "ghi nhầm");
    assert_clean(&ledger);
}
