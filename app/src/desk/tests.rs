//! A counter's whole day at the desk: every status that the law knows, every form, and the books after it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{collections::BTreeMap, io::Write, process::Command, sync::Arc};

use identity::{
    access::Access,
    authenticity::{Chain, Checks, Chip, Outcome as Checked},
    reading::Reading,
};
use jiff::{
    Timestamp, ToSpan,
    civil::{DateTime, date},
};
use ledger::{Filter, Founding, Ledger, Lockout, PasswordCost, PasswordRule, Security};
use office::{
    book::BookId,
    calendar::Deadline,
    dossier::{Dossier, DossierId, Status},
    entry::{Event, PaperKind, PaperOf, Role, User, UserName},
    evidence::DocumentSigner,
    export::{Export, ExportFormat, ExportKind},
    money::Dong,
    person::{Document, DocumentKind, Identity},
    unit::{Office, OfficeCode, Profile},
    workflow::{Handover, Move, Outcome, Return, Step},
};

use super::{
    Desk,
    books::{self, Format},
    papers::Paper,
    steps::paper_of,
};
use crate::{assets::Law, clock, demo};

/// Monday, 23 November 2026; the Tuesday after it is a holiday.
fn morning() -> DateTime {
    date(2026, 11, 23).at(8, 0, 0, 0)
}

/// A desk whose one user may do everything.
pub fn desk(folder: &std::path::Path) -> Desk {
    let law = Law::load().unwrap();
    let founding = Founding {
        office: Office {
            code: OfficeCode::parse("H38.99").unwrap(),
            name: "ỦY BAN NHÂN DÂN XÃ THỬ NGHIỆM".into(),
            counter: "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG".into(),
            unit_code: "00000".into(),
            place: "Thử Nghiệm".into(),
            phone: "0214 000 000".into(),
            profile: Profile::OneStop,
            demo: false,
        },
        device_label: "Quầy 1".into(),
        first_user: User {
            name: UserName("chi".into()),
            full_name: "Lò Thị Chi".into(),
            title: "Công chức".into(),
            roles: Role::ALL.to_vec(),
        },
        password: "Mật-khẩu-7".to_string().into(),
        security: Security {
            password: PasswordRule::default(),
            cost: PasswordCost { memory_kib: 8, passes: 1, lanes: 1 },
            lockout: Lockout { free_attempts: 3, first_wait: 30, longest_wait: 300 },
        },
        books: law.books.of(Profile::OneStop),
        at: clock::instant(morning()),
    };
    let (ledger, _) = Ledger::create(folder, founding).unwrap();
    Desk::new(ledger, Arc::new(law)).unwrap()
}

/// Receives the `n`th dossier of the day: twenty procedures, all synthetic people in turn.
fn receive(desk: &mut Desk, n: usize, at: Timestamp) -> Dossier {
    let people = demo::people();
    let person = &people[n % people.len()];
    let law = desk.law.clone();
    let now = clock::local(at);
    // Of some only the name is known: what is handed in for them, the clerk says.
    let procedures = law.catalogue.in_force(now.date());
    let procedures: Vec<_> = procedures.filter(|p| !p.components.is_empty()).collect();
    let procedure = procedures[n % 20 * procedures.len() / 20];
    let reception =
        demo::reception(&law, procedure, person.identity(), &person.phone, now).unwrap();
    desk.receive(at, reception).unwrap()
}

fn transfer() -> Step {
    let (unit, officer) = ("Phòng Văn hóa – Xã hội".into(), "Giàng A Mẫu".into());
    Step::Transferred(Handover { unit, officer, note: String::new(), until: None })
}

fn supplement() -> Step {
    let items = vec!["Giấy chứng sinh".into(), "Ảnh 3 × 4".into()];
    Step::SupplementAsked { items, reason: "Thành phần hồ sơ chưa đủ".into() }
}

fn resolve() -> Step {
    Step::Resolved(Outcome {
        title: "Giấy khai sinh".into(),
        number: "12/2026".into(),
        signed_on: Some(date(2026, 11, 23)),
        content: None,
    })
}

fn hand_over() -> Step {
    let (receiver, receiver_paper) = ("Vàng Thị Mẫu".into(), String::new());
    Step::Returned(Return { receiver, receiver_paper, by_post: false })
}

fn why(words: &str) -> String {
    words.into()
}

/// What happens to a dossier, and where it must stand then.
fn script(n: usize) -> (Vec<Step>, Status) {
    // Later than any limit of the law counts to.
    let later =
        Deadline { at: date(2028, 12, 29).at(17, 0, 0, 0), counted_from: date(2026, 11, 23) };
    let supplemented = Step::Supplemented { components: vec![], deadline: None };
    let undo = Step::Undone { reason: why("Ghi nhầm hồ sơ") };
    match n % 12 {
        0 => (vec![], Status::Received),
        1 => (vec![transfer()], Status::Processing),
        2 => (vec![transfer(), resolve()], Status::Resolved),
        3 => (vec![transfer(), resolve(), hand_over()], Status::Returned),
        4 => {
            (vec![supplement(), supplemented, transfer(), resolve(), hand_over()], Status::Returned)
        }
        5 => (vec![supplement()], Status::SupplementAsked),
        6 => {
            let asked = Step::PaymentAsked {
                amount: Dong(120_000),
                reason: why("Lệ phí trước bạ"),
            };
            (vec![transfer(), asked], Status::PaymentAsked)
        }
        7 => {
            let extended =
                Step::Extended { deadline: later, reason: why("Chờ ý kiến cấp trên") };
            (vec![transfer(), extended], Status::Processing)
        }
        8 => (vec![Step::Refused { reason: why("Không thuộc thẩm quyền") }], Status::NotAccepted),
        9 => {
            let (reason, fees) = (why("Người nộp không còn nhu cầu"), why("Hoàn trả 8.000 đồng"));
            (vec![transfer(), Step::Stopped { reason, fees }], Status::Stopped)
        }
        10 => (vec![transfer(), Step::Withdrawn { reason: why("Nộp nhầm") }], Status::Withdrawn),
        _ => (vec![transfer(), resolve(), undo], Status::Processing),
    }
}

/// What a PDF says, by poppler.
pub fn words_of(pdf: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    let read = Command::new("pdftotext").arg("-raw").arg(file.path()).arg("-").output().unwrap();
    String::from_utf8(read.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_day_of_sixty_dossiers_goes_through_every_status_and_form() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut now = morning();
    let mut dossiers = Vec::new();
    for n in 0..60 {
        now = now.checked_add(2.minutes()).unwrap();
        let dossier = receive(&mut desk, n, clock::instant(now));
        desk.receipt(clock::instant(now), &dossier).unwrap();
        dossiers.push(dossier.id);
    }
    let (mut statuses, mut notices) = (BTreeMap::new(), 0);
    let mut forms = std::collections::BTreeSet::new();
    for (n, id) in dossiers.iter().enumerate() {
        let (steps, status) = script(n);
        for (seen, step) in steps.into_iter().enumerate() {
            now = now.checked_add(1.minute()).unwrap();
            let at = clock::instant(now);
            let step = match step {
                Step::Supplemented { components, .. } => {
                    let deadline = desk.resumed(&desk.dossier(id).unwrap(), at);
                    Step::Supplemented { components, deadline }
                }
                other => other,
            };
            notices += u32::from(step.is_notified());
            let seen = u32::try_from(seen).unwrap();
            let movement = desk.step(at, id, seen, step, None).unwrap();
            if let Some(Paper { kind, of }) = paper_of(&movement) {
                forms.insert(format!("{kind:?}"));
                let papers = desk.ledger.papers(id).unwrap();
                assert!(papers.iter().any(|made| made.kind == kind && made.of == of));
            }
        }
        assert_eq!(desk.dossier(id).unwrap().status(), status, "dossier {n}");
        *statuses.entry(status.label()).or_insert(0usize) += 1;
    }
    assert_eq!(forms.len(), 6, "forms 02 to 06 and the result's receipt: {forms:?}");
    let last = desk.ledger.last_number(BookId::NOTICE, now.date()).unwrap().last;
    assert_eq!(last, notices, "every notice has its own number, without gap");
    for status in Status::ALL {
        let filter = Filter { statuses: vec![status], ..Filter::default() };
        // A page that takes long ends early and goes on.
        let (mut listed, mut after) = (0, None);
        loop {
            let page = desk.ledger.list(&filter, after, 100).unwrap();
            listed += page.items.len();
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(listed, statuses.get(status.label()).copied().unwrap_or(0), "{status:?}");
    }
    let report = desk.ledger.check().unwrap();
    assert!(report.clean(), "{:#?}", report.findings);
}

#[test]
fn the_clock_stands_still_while_the_citizen_completes() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let at = clock::instant(morning());
    let dossier = receive(&mut desk, 0, at);
    let due = dossier.deadline.clone().unwrap().at;
    desk.step(at, &dossier.id, 0, supplement(), None).unwrap();
    let back = clock::instant(date(2026, 11, 26).at(9, 0, 0, 0));
    let resumed = desk.resumed(&desk.dossier(&dossier.id).unwrap(), back).unwrap();
    // The 24th is a holiday: the 25th and the 26th were lost.
    let next = |day| desk.law.calendar.next_working_day(day).unwrap();
    assert_eq!(resumed.at.date(), next(next(due.date())));
}

/// A second officer who has not seen the first one's step decides nothing.
#[test]
fn two_officers_never_decide_over_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let at = clock::instant(morning());
    let dossier = receive(&mut desk, 0, at);
    desk.step(at, &dossier.id, 0, transfer(), None).unwrap();
    let refused = desk.step(at, &dossier.id, 0, resolve(), None).unwrap_err();
    assert!(refused.to_string().starts_with("Người khác vừa xử lý"), "{refused}");
    assert_eq!(moves(&desk, &dossier.id), ["Chuyển xử lý"]);
}

fn moves(desk: &Desk, id: &DossierId) -> Vec<&'static str> {
    desk.moves(id).unwrap().iter().map(|made| made.movement.step.label()).collect()
}

/// A receipt of the wrong procedure is annulled with its reason and can be printed again as it was;
/// the right one has a number of its own.
#[test]
fn complaint_4_a_mistake_is_corrected_and_never_locked() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let at = clock::instant(morning());
    let wrong = receive(&mut desk, 0, at);
    let first = desk.receipt(at, &wrong).unwrap();
    let later =
        Deadline { at: date(2026, 12, 1).at(17, 0, 0, 0), counted_from: date(2026, 11, 23) };
    let right = Step::DueCorrected { deadline: later.clone(), reason: why("Ghi nhầm ngày") };
    desk.step(at, &wrong.id, 0, right, None).unwrap();
    assert_eq!(desk.dossier(&wrong.id).unwrap().course.deadline, Some(later));
    desk.annul(at, &wrong.id, why("Chọn nhầm thủ tục")).unwrap();
    assert_eq!(desk.receipt(at, &wrong).unwrap(), first, "a reprint is the paper as it was");
    let again = receive(&mut desk, 1, at);
    assert_ne!(again.code(), wrong.code());
    assert!(desk.ledger.check().unwrap().clean());
}

/// What the province counts is told while it can still be mended: with the result as a file the gap goes.
#[test]
fn what_the_province_will_miss_is_told_before_closing() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let at = clock::instant(morning());
    let dossier = receive(&mut desk, 0, at);
    let missing = |desk: &Desk| -> Vec<&'static str> {
        let record = desk.dossier(&dossier.id).unwrap();
        let moves = desk.moves(&dossier.id).unwrap();
        let money = desk.money(&record, &moves).unwrap();
        desk.gaps(&record, &moves, &money, at).iter().map(|gap| gap.indicator).collect()
    };
    assert!(missing(&desk).contains(&"4.1"));
    let result = b"%PDF-1.7 the signed result";
    let outcome = Outcome {
        title: "Giấy khai sinh".into(),
        number: String::new(),
        signed_on: None,
        content: Some(ledger::content_hash(result)),
    };
    desk.step(at, &dossier.id, 0, Step::Resolved(outcome), Some(result)).unwrap();
    assert!(!missing(&desk).contains(&"4.1"));
    desk.step(at, &dossier.id, 1, hand_over(), None).unwrap();
    assert!(missing(&desk).is_empty(), "what is closed is told no more");
    assert!(desk.ledger.check().unwrap().clean());
}

/// Papers of every kind that a step makes are told apart.
#[test]
fn each_notified_step_has_its_paper() {
    for n in 0..12 {
        for step in script(n).0 {
            let (notified, label) = (step.is_notified(), step.label());
            let (dossier, at, by) = (DossierId(String::new()), morning(), String::new());
            let movement = Move { dossier, seen: 3, at, by, step, notice: None };
            let paper = paper_of(&movement);
            assert!(!notified || paper.is_some(), "{label}");
            assert!(paper.is_none_or(|paper| paper.of == PaperOf::Step(3)), "{label}");
        }
    }
}

/// Who hands a dossier over keeps a slip that both sign; without a handover there is none.
#[test]
fn a_handover_has_its_slip() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let at = clock::instant(morning());
    let dossier = receive(&mut desk, 0, at);
    let slip = Paper { kind: PaperKind::Handover, of: PaperOf::Step(0) };
    assert!(desk.paper(at, &dossier.id, &slip).is_err());
    desk.step(at, &dossier.id, 0, transfer(), None).unwrap();
    assert!(desk.papers_to_make(&dossier.id).unwrap().contains(&slip));
    let slip = desk.paper(at, &dossier.id, &slip).unwrap();
    let papers = desk.ledger.papers(&dossier.id).unwrap();
    assert!(papers.iter().any(|paper| paper.kind == PaperKind::Handover && paper.content == slip));
    assert!(desk.ledger.check().unwrap().clean());
}

/// Keys that bounce: one form is one dossier with one number, and a paper printed twice is kept once.
#[test]
fn one_form_is_one_dossier_and_a_paper_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let at = clock::instant(morning());
    let law = desk.law.clone();
    let procedure = law.catalogue.in_force(morning().date()).next().unwrap();
    let identity = demo::people()[0].identity();
    let form = demo::reception(&law, procedure, identity, "", morning()).unwrap();
    let dossier = desk.receive(at, form.clone()).unwrap();
    for _ in 0..2 {
        assert!(desk.receive(at, form.clone()).is_err());
    }
    let first = desk.receipt(at, &dossier).unwrap();
    let again = desk.receipt(at, &dossier).unwrap();
    assert_eq!(first, again);
    assert_eq!(desk.ledger.list(&Filter::default(), None, 9).unwrap().items.len(), 1);
    assert_eq!(desk.ledger.papers(&dossier.id).unwrap().len(), 1);
    let last = desk.ledger.last_number(BookId::TRACKING, morning().date()).unwrap();
    assert_eq!(last.last, 1, "no number is used up by what was refused");
    assert!(desk.ledger.check().unwrap().clean());
}

/// Whatever goes out of the house is an entry with the hash of the very file; printing too.
#[test]
fn every_export_is_an_entry() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let day = morning().date();
    let at = clock::instant(morning());
    for n in 0..3 {
        receive(&mut desk, n, at);
    }
    let tracking = books::Paper::Register(BookId::TRACKING);
    for (paper, format, kind, form, rows) in [
        (tracking, Some(Format::Pdf), ExportKind::Register, ExportFormat::Pdf, 3),
        (tracking, Some(Format::Xlsx), ExportKind::Register, ExportFormat::Xlsx, 3),
        (tracking, None, ExportKind::Register, ExportFormat::Paper, 3),
        (books::Paper::Cash, Some(Format::Xlsx), ExportKind::Cash, ExportFormat::Xlsx, 0),
    ] {
        let bytes = desk.take_out(at, paper, day, day, format).unwrap();
        let newest = desk.ledger.log(&[], ledger::Way::Falling, None, 1).unwrap().items.remove(0);
        let Some(Event::Exported { export }) = newest.entry.map(|entry| entry.what) else {
            panic!("{paper:?}")
        };
        let expected = Export {
            kind,
            from: Some(day),
            to: day,
            format: form,
            rows,
            content: ledger::content_hash(&bytes),
        };
        assert_eq!(*export, expected);
    }
    // What was not made is no entry.
    let entries = desk.ledger.head().entries;
    let two_days = desk.take_out(at, books::Paper::Cash, day, day.tomorrow().unwrap(), None);
    assert!(two_days.is_err());
    assert_eq!(desk.ledger.head().entries, entries);
}

/// What a chip told, without its groups.
pub fn reading(identity: Identity, chain: Chain, signer: DocumentSigner) -> Reading {
    Reading {
        identity,
        checks: Checks {
            access: Access::Pace,
            hashes: Checked::Ok,
            signature: Checked::Ok,
            chain,
            chip: Chip::Active,
            consistent: true,
        },
        signer: Some(signer),
        findings: Vec::new(),
        face: None,
        holder: None,
        issue: None,
        apdus: 0,
        bytes: 0,
        milliseconds: 0,
        groups: BTreeMap::new(),
        sod: None,
    }
}

/// A signer whom nobody vouches for is remembered: a forger's key is new on each card, an issuer's is not.
#[test]
fn a_signer_that_was_met_on_other_cards_is_told_with_how_many() {
    const FIRST: &str = "Lần đầu gặp người ký này: chưa thấy trên giấy tờ nào khác đã đọc tại đây.";
    const ONE: &str = "Người ký này đã gặp ở 1 thẻ, giấy tờ khác đã đọc tại đây; điều đó chưa chứng minh giấy tờ là thật.";
    const TWO: &str = "Người ký này đã gặp ở 2 thẻ, giấy tờ khác đã đọc tại đây; điều đó chưa chứng minh giấy tờ là thật.";
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let at = clock::instant(morning());
    let people = demo::people();
    for (person, state, key, chain, told) in [
        (0, "VN", "a", Chain::Unknown, Some(FIRST)),
        // The same card again is no other card.
        (0, "VN", "a", Chain::Unknown, Some(FIRST)),
        (1, "VN", "a", Chain::Unknown, Some(ONE)),
        (2, "VN", "a", Chain::Unknown, Some(TWO)),
        (3, "VN", "b", Chain::Unknown, Some(FIRST)),
        (3, "UT", "a", Chain::Unknown, Some(FIRST)),
        (4, "VN", "a", Chain::Ok, None),
    ] {
        let mut identity = people[person].identity();
        identity.document = Some(Document {
            kind: DocumentKind::CanCuoc,
            number: people[person].number.as_str().to_string(),
            expiry: None,
        });
        let signer = DocumentSigner { state: state.into(), key: key.repeat(64) };
        let reading = reading(identity, chain, signer);
        let (identity, _) = desk.record_chip(at, &reading).unwrap();
        let reasons: Vec<&str> = identity.reasons.iter().map(String::as_str).collect();
        assert_eq!(reasons, told.into_iter().collect::<Vec<_>>(), "{person} {state} {key}");
    }
}
