//! A dossier's way: who decided what, what still counts, and what the rules do not let through.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use fixture::{
    append_dossier, assert_clean, at, found,
    life::{Life, act},
    open, receive, reception,
    rooms::{due, hand_over, local, movement, resolve, step, told, transfer, undo},
};
use ledger::{Dossiers, EventKind, Ledger, LedgerError};
use office::{
    Explain,
    book::{BookId, Number, Numbers, Period},
    dossier::{DossierId, PaperForm, Proof, ReceptionError, Status, Submitted},
    entry::{Entry, Event},
    workflow::{Outcome, Step},
};
use proptest::prelude::*;
use tempfile::tempdir;

const DAY: i64 = 86_400;

fn dossier_id(entry: &Entry) -> DossierId {
    let Event::DossierReceived { dossier } = &entry.what else { panic!() };
    dossier.id.clone()
}

fn status(ledger: &Ledger, id: &DossierId) -> Status {
    ledger.dossier(id).unwrap().unwrap().status()
}

fn take(
    ledger: &mut Ledger,
    id: &DossierId,
    seconds: i64,
    what: Step,
) -> Result<Entry, LedgerError> {
    let seen = ledger.dossier(id).unwrap().unwrap().course.steps;
    ledger.append(at(seconds), told(id, seen, at(seconds), what))
}

fn asked() -> Step {
    Step::SupplementAsked {
        items: vec!["Giấy chứng sinh".into()], reason: "còn thiếu".into()
    }
}

#[test]
fn a_dossier_goes_its_way_and_the_lists_follow() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let id = dossier_id(&append_dossier(&mut ledger, 1, at(0)));
    let (from, until) = (local(at(0)), local(at(30 * DAY)));
    let is_due = |ledger: &Ledger| !ledger.due(from, until, 9).unwrap().is_empty();
    assert!(is_due(&ledger));

    take(&mut ledger, &id, 10, transfer("Người hai")).unwrap();
    let record = ledger.dossier(&id).unwrap().unwrap();
    assert_eq!(record.status(), Status::Processing);
    assert_eq!(record.course.officer, "Người hai");
    assert_eq!(record.dossier.receiver, "Người chi", "what was received stays as it was");

    take(&mut ledger, &id, DAY, asked()).unwrap();
    assert_eq!(status(&ledger, &id), Status::SupplementAsked);
    assert!(!is_due(&ledger), "the clock stands still");
    let deadline = due(local(at(9 * DAY)));
    let brought = Step::Supplemented { components: vec![], deadline: Some(deadline.clone()) };
    take(&mut ledger, &id, 2 * DAY, brought).unwrap();
    let listed = ledger.due(from, until, 9).unwrap();
    assert_eq!(listed[0].course.deadline, Some(deadline), "the new deadline");

    take(&mut ledger, &id, 3 * DAY, resolve()).unwrap();
    assert!(!is_due(&ledger), "what is done is not due");
    take(&mut ledger, &id, 3 * DAY + 60, hand_over()).unwrap();
    assert_eq!(status(&ledger, &id), Status::Returned);
    assert_eq!(ledger.dossiers(&Dossiers::All, None, 9).unwrap().items[0].course.steps, 5);

    let moves = ledger.moves(&id).unwrap();
    let labels: Vec<_> = moves.iter().map(|m| m.movement.step.label()).collect();
    assert_eq!(
        labels,
        ["Chuyển xử lý", "Yêu cầu bổ sung", "Nhận bổ sung", "Có kết quả", "Trả kết quả"]
    );
    assert!(moves.iter().all(|m| m.counts && m.by.0 == "chi"));
    let notice = moves[1].movement.notice.and_then(|n| n.issued().copied()).unwrap();
    assert_eq!((notice.series.book, notice.value), (BookId::NOTICE, 1));
    assert_eq!(
        ledger.log(&[EventKind::DossierMoved], ledger::Way::Falling, None, 9).unwrap().items.len(),
        5
    );
    assert_clean(&ledger);
    let again = open_at(data.path(), ledger);
    assert_eq!(again.moves(&id).unwrap(), moves);
}

fn open_at(data: &std::path::Path, ledger: Ledger) -> Ledger {
    drop(ledger);
    open(data)
}

#[test]
fn two_officers_never_decide_over_each_other() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let id = dossier_id(&append_dossier(&mut ledger, 1, at(0)));
    take(&mut ledger, &id, 1, transfer("Người hai")).unwrap();
    let before = ledger.head().clone();
    let refusal = Step::Refused { reason: "không đủ điều kiện".into() };
    let late = ledger.append(at(2), told(&id, 0, at(2), refusal.clone())).unwrap_err();
    assert!(late.to_string().contains("Người khác vừa xử lý"), "{late}");
    assert_eq!(*ledger.head(), before);
    // The refused step used up no number.
    take(&mut ledger, &id, 3, refusal).unwrap();
    let told = ledger.moves(&id).unwrap()[1].movement.notice;
    assert_eq!(told.and_then(|n| n.issued().map(|i| i.value)), Some(1));
    assert_clean(&ledger);
}

#[test]
fn a_step_that_was_taken_back_no_longer_counts_but_stays_written() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let id = dossier_id(&append_dossier(&mut ledger, 1, at(0)));
    let nothing = take(&mut ledger, &id, 1, undo()).unwrap_err();
    assert!(nothing.to_string().contains("Được tiếp nhận"), "{nothing}");
    take(&mut ledger, &id, 1, transfer("Người hai")).unwrap();
    take(&mut ledger, &id, 2, resolve()).unwrap();
    take(&mut ledger, &id, 3, undo()).unwrap();
    let record = ledger.dossier(&id).unwrap().unwrap();
    assert_eq!((record.status(), record.course.steps), (Status::Processing, 3));
    assert_eq!(record.course.ended, None);
    take(&mut ledger, &id, 4, transfer("Người ba")).unwrap();
    take(&mut ledger, &id, 5, undo()).unwrap();
    take(&mut ledger, &id, 6, undo()).unwrap();
    let record = ledger.dossier(&id).unwrap().unwrap();
    assert_eq!((record.status(), record.course.steps), (Status::Received, 6));
    assert_eq!(record.course.officer, "Người chi");
    let counting: Vec<bool> = ledger.moves(&id).unwrap().iter().map(|m| m.counts).collect();
    assert_eq!(counting, [false; 6]);
    assert!(take(&mut ledger, &id, 7, undo()).is_err());
    assert_clean(&ledger);
}

#[test]
fn only_a_dossier_nobody_works_on_can_be_annulled() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let id = dossier_id(&append_dossier(&mut ledger, 1, at(0)));
    let annul = || Event::DossierAnnulled { dossier: id.clone(), reason: "nhầm người".into() };
    take(&mut ledger, &id, 1, transfer("Người hai")).unwrap();
    let refused = ledger.record(at(2), annul(), &[]).unwrap_err();
    assert!(refused.to_string().contains("Đang xử lý"), "{refused}");
    take(&mut ledger, &id, 3, undo()).unwrap();
    ledger.record(at(4), annul(), &[]).unwrap();
    assert_eq!(status(&ledger, &id), Status::Annulled);
    for what in [transfer("Người hai"), undo(), Step::Withdrawn { reason: "đổi ý".into() }] {
        let refused = take(&mut ledger, &id, 5, what).unwrap_err();
        assert!(refused.to_string().contains("Đã hủy tiếp nhận"), "{refused}");
    }
    assert_clean(&ledger);
}

#[test]
fn a_notice_has_its_number_exactly_where_a_paper_tells_of_the_step() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let id = dossier_id(&append_dossier(&mut ledger, 1, at(0)));
    let untold = ledger.record(at(1), step(&id, 0, at(1), asked()), &[]).unwrap_err();
    assert!(matches!(untold, LedgerError::WrongNumbers));
    for book in [BookId::NOTICE, BookId::FEE_RECEIPT] {
        for what in [asked(), transfer("Người hai")] {
            let mut taken = movement(&id, 0, at(1), what);
            let right = book == BookId::NOTICE && taken.step.is_notified();
            let done = ledger.append(at(1), |numbers: &mut dyn Numbers| {
                taken.notice = Some(numbers.next(book, taken.at.date()));
                // A right one would go through: it is made wrong at the last moment.
                if right {
                    taken.notice = Some(Number::Pending {
                        series: Period::Day.series(BookId::TICKET, taken.at.date()),
                    });
                }
                Ok::<_, ReceptionError>(Event::DossierMoved { movement: Box::new(taken) })
            });
            assert!(matches!(done, Err(LedgerError::WrongNumbers)), "{book:?}");
        }
    }
    assert_eq!(status(&ledger, &id), Status::Received);
    assert_clean(&ledger);
}

#[test]
fn scans_and_results_are_kept_with_the_step_that_names_them() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let (scan, result) = (b"scan".as_slice(), b"%PDF- result".as_slice());
    let mut with_scan = reception(1, at(0));
    let proof = Proof::Scan(ledger::content_hash(scan));
    with_scan.components.push(Submitted {
        name: "Giấy chứng sinh".into(),
        form: PaperForm::Original,
        quantity: 1,
        proof: Some(proof),
    });
    let missing = ledger.append(at(0), receive(with_scan.clone())).unwrap_err();
    assert!(matches!(missing, LedgerError::Missing), "the scan is not there");
    let entry = ledger.append_with(at(0), &[scan, b"other"], receive(with_scan)).unwrap();
    let id = dossier_id(&entry);
    assert_eq!(ledger.blob(&ledger::content_hash(scan)).unwrap(), scan);
    assert!(ledger.blob(&ledger::content_hash(b"other")).is_err(), "nobody names it");

    let content = Some(ledger::content_hash(result));
    let outcome =
        Outcome { title: "Kết quả".into(), number: String::new(), signed_on: None, content };
    let resolved = step(&id, 0, at(1), Step::Resolved(outcome));
    assert!(matches!(ledger.record(at(1), resolved.clone(), &[]), Err(LedgerError::Missing)));
    ledger.record(at(1), resolved, &[result]).unwrap();
    assert!(ledger.dossier(&id).unwrap().unwrap().course.electronic_result);
    assert_eq!(ledger.check().unwrap().blobs, 2);
    assert_clean(&ledger);
}

#[test]
fn a_step_of_an_unknown_dossier_is_refused() {
    let data = tempdir().unwrap();
    let (mut ledger, _) = found(data.path());
    let nobody = DossierId("0".repeat(32));
    let refused = ledger.record(at(1), step(&nobody, 0, at(1), transfer("Ai")), &[]).unwrap_err();
    assert_eq!(refused.code(), "LED-16");
    assert_eq!(ledger.moves(&nobody).unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is tried, the ledger stands where the fold over the steps stands.
    #[test]
    fn the_course_is_the_fold_over_the_steps(acts in prop::collection::vec(act(), 1..90)) {
        let data = tempdir().unwrap();
        let (mut ledger, _) = found(data.path());
        let mut life = Life::default();
        life.live(&mut ledger, &acts);
        assert_clean(&ledger);
        let ledger = open_at(data.path(), ledger);
        for known in &life.dossiers {
            let record = ledger.dossier(&known.dossier.id).unwrap().unwrap();
            prop_assert_eq!(&record.course, known.course());
            prop_assert_eq!(record.status(), known.status());
            let moves = ledger.moves(&known.dossier.id).unwrap();
            prop_assert_eq!(moves.len(), known.course().steps as usize);
            prop_assert_eq!(moves.iter().filter(|m| m.counts).count(), known.counting);
        }
    }
}
