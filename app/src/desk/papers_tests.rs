//! Papers at the desk: what cannot be printed is not written, and every paper can be made again from the
//! act that it tells.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{ops::ControlFlow, path::Path};

use jiff::{ToSpan, civil::date};
use ledger::{Joining, Ledger, LedgerError, SeatRequest};
use office::{
    arrival::NoticeKind,
    book::BookId,
    calendar::Deadline,
    dossier::{Dossier, DossierId, LinkedPart, PaperForm, Reception, Submitted},
    entry::{Event, Numbering, PaperKind, PaperOf},
    money::Dong,
    payment::{FeeKind, FeeLine, Method},
    settings::Settings,
    tariff::receipt::Taking,
    workflow::{Handover, Outcome, Return, Step},
};

use super::{
    Desk, draft_key,
    intake::{Intake, ToTell},
    papers::Paper,
    tests::desk,
};
use crate::{clock, demo};

/// Monday, 23 November 2026, half past nine.
fn at() -> jiff::Timestamp {
    clock::instant(date(2026, 11, 23).at(9, 30, 0, 0))
}

fn day() -> jiff::civil::Date {
    clock::local(at()).date()
}

/// A reception of a procedure with an electronic form, complete.
fn reception(desk: &Desk) -> Reception {
    let (law, people) = (desk.law.clone(), demo::people());
    let person = &people[0];
    let procedure = law.catalogue.find("1.001193", day()).unwrap();
    let now = clock::local(at());
    let mut reception =
        demo::reception(&law, procedure, person.identity(), &person.phone, now).unwrap();
    let form = law.forms.of("1.001193").unwrap();
    reception.form = Some(form.fill(&person.identity(), &reception.contact));
    reception.id = DossierId(ledger::random_id().unwrap());
    reception
}

fn received(desk: &mut Desk) -> Dossier {
    let reception = reception(desk);
    desk.receive(at(), reception).unwrap()
}

fn text(words: &str) -> String {
    words.into()
}

fn taking(label: &str, payer: &str) -> Taking {
    let (kind, amount) = (FeeKind::Duty, Dong(8_000));
    let lines = vec![FeeLine { label: text(label), kind, amount, origin: Default::default() }];
    Taking { lines, exempted: None, method: Method::Cash, payer: text(payer) }
}

fn transfer(unit: &str, officer: &str, note: &str) -> Step {
    let (unit, officer, note) = (text(unit), text(officer), text(note));
    Step::Transferred(Handover { unit, officer, note, until: None })
}

fn result(title: &str, number: &str) -> Step {
    let (title, number) = (text(title), text(number));
    Step::Resolved(Outcome { title, number, signed_on: None, content: None })
}

fn back(receiver: &str, receiver_paper: &str) -> Step {
    let (receiver, receiver_paper) = (text(receiver), text(receiver_paper));
    Step::Returned(Return { receiver, receiver_paper, by_post: false })
}

fn asks(items: &[&str], reason: &str) -> Step {
    let items = items.iter().map(|item| text(item)).collect();
    Step::SupplementAsked { items, reason: text(reason) }
}

fn later() -> Deadline {
    Deadline { at: date(2028, 12, 29).at(17, 0, 0, 0), counted_from: day() }
}

fn soon() -> Deadline {
    Deadline { at: date(2027, 6, 30).at(17, 0, 0, 0), counted_from: day() }
}

/// What no paper shows: other scripts, a picture.
const UNPRINTABLE: [&str; 3] = ["王", "ສົມໃຈ", "📞"];

/// Refused with the character and the field by its name; nothing was written and no number is used up.
fn assert_refused<T: std::fmt::Debug>(
    desk: &Desk,
    before: (u64, [u32; 4]),
    done: Result<T, LedgerError>,
    field: &str,
    sign: &str,
) {
    let error = done.unwrap_err();
    assert_eq!(office::Explain::code(&error), "REP-10", "{field}: {error}");
    let words = error.to_string();
    let first = sign.chars().next().unwrap();
    assert!(words.contains(&format!("“{field}”")), "{field}: {words}");
    assert!(words.contains(first), "{sign}: {words}");
    assert_eq!(written(desk), before, "{field} {sign}");
}

/// Entries, and the last number of each book.
fn written(desk: &Desk) -> (u64, [u32; 4]) {
    let last = |book| desk.ledger.last_number(book, day()).unwrap().last;
    let books =
        [BookId::DOSSIER_CODE, BookId::TRACKING, BookId::NOTICE, BookId::FEE_RECEIPT].map(last);
    (desk.ledger.outbox_len(), books)
}

#[test]
fn no_reception_is_written_whose_papers_cannot_be_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    type Put = fn(&mut Reception, String);
    let fields: [(&str, Put); 8] = [
        ("Điện thoại", |r, sign| r.contact.phone = sign),
        ("Thư điện tử", |r, sign| r.contact.email = format!("lan.tran{sign}@vidu.vn")),
        ("Nơi ở hiện nay", |r, sign| r.contact.address = format!("Số 5 {sign}")),
        ("Ghi chú", |r, sign| r.note = sign),
        ("Thành phần hồ sơ", |r, sign| r.components[0].name = format!("đã nộp {sign}")),
        ("Họ và tên", |r, sign| r.applicant.person.name.push_str(&sign)),
        ("Cơ quan thực hiện", |r, agency| {
            r.linked = vec![LinkedPart {
                procedure: r.procedure.clone(),
                agency,
                time_limit: r.time_limit.clone(),
                deadline: None,
            }];
        }),
        ("Mối quan hệ", |r, sign| {
            let form = r.form.as_mut().unwrap();
            form.fields[0].label = "Mối quan hệ".into();
            form.fields[0].value = sign;
        }),
    ];
    for sign in UNPRINTABLE {
        for (field, put) in &fields {
            let mut reception = reception(&desk);
            put(&mut reception, sign.into());
            let draft = draft_key(&reception.id);
            desk.ledger.save_draft(&draft, b"typed").unwrap();
            let before = written(&desk);
            let done = desk.take_in(at(), Intake::from(reception));
            assert_refused(&desk, before, done, field, sign);
            let kept = desk.ledger.drafts_under(&draft).unwrap();
            assert_eq!(kept.len(), 1, "{field}: what was typed stays");
        }
    }
    received(&mut desk);
    assert_eq!(written(&desk).1[..2], [1, 1], "the numbers begin without a gap");
}

#[test]
fn no_step_is_written_whose_papers_cannot_be_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let dossier = received(&mut desk);
    let reason = |sign: &str| text(sign);
    for sign in UNPRINTABLE {
        let brought =
            Submitted { name: text(sign), form: PaperForm::Original, quantity: 1, proof: None };
        let steps = [
            ("Đơn vị nhận", transfer(sign, "", "")),
            ("Người nhận", transfer("Phòng Kinh tế", sign, "")),
            ("Ghi chú", transfer("Phòng Kinh tế", "", sign)),
            ("Nội dung cần bổ sung", asks(&["Ảnh", sign], "Thiếu")),
            ("Lý do", asks(&["Ảnh"], sign)),
            ("Giấy tờ đã nộp", Step::Supplemented { components: vec![brought], deadline: None }),
            ("Lý do", Step::PaymentAsked { amount: Dong(1), reason: reason(sign) }),
            ("Lý do", Step::Extended { deadline: later(), reason: reason(sign) }),
            ("Lý do", Step::DueCorrected { deadline: later(), reason: reason(sign) }),
            ("Tên giấy tờ kết quả", result(sign, "")),
            ("Số, ký hiệu", result("Giấy khai sinh", sign)),
            ("Người nhận kết quả", back(sign, "")),
            ("Giấy tờ của người nhận thay", back("Vàng Thị Mẫu", sign)),
            ("Lý do", Step::Refused { reason: reason(sign) }),
            ("Lý do", Step::Stopped { reason: reason(sign), fees: String::new() }),
            ("Xử lý phí, lệ phí", Step::Stopped { reason: reason("Thôi"), fees: reason(sign) }),
            ("Lý do", Step::Withdrawn { reason: reason(sign) }),
            ("Lý do", Step::Undone { reason: reason(sign) }),
        ];
        for (field, step) in steps {
            let before = written(&desk);
            let done = desk.step(at(), &dossier.id, 0, step, None);
            assert_refused(&desk, before, done, field, sign);
        }
    }
    desk.step(at(), &dossier.id, 0, transfer("Phòng Kinh tế", "", ""), None).unwrap();
}

#[test]
fn no_money_is_taken_and_no_notice_given_whose_paper_cannot_be_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let dossier = received(&mut desk);
    for sign in UNPRINTABLE {
        let before = written(&desk);
        for (field, taking) in [
            ("Nội dung ghi trên biên lai", taking(sign, "Vàng Thị Mẫu")),
            ("Người nộp tiền", taking("Lệ phí", sign)),
        ] {
            let done = desk.pay(at(), &dossier.id, taking);
            assert_refused(&desk, before, done, field, sign);
        }
        let missing = NoticeKind::Incomplete(vec![text(sign)]);
        for (field, kind, reason) in
            [("Lý do", NoticeKind::Refused, sign), ("Nội dung cần bổ sung", missing, "Thiếu")]
        {
            let what = ToTell {
                kind,
                reason: text(reason),
                applicant: dossier.applicant.clone(),
                contact: dossier.contact.clone(),
                procedure: dossier.procedure.clone(),
                arrival: None,
            };
            let done = desk.tell(at(), what, None);
            assert_refused(&desk, before, done, field, sign);
        }
        let settings = Settings { units: vec![text(sign)], ..Settings::default() };
        let done = desk.change_settings(at(), settings);
        assert_refused(&desk, before, done, "Đơn vị, công chức chuyên môn", sign);
    }
}

/// Signs that people do write are printed.
#[test]
fn ticks_and_telephones_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut reception = reception(&desk);
    reception.contact.email = "lan.tran☎@vidu.vn".into();
    reception.note = "☑ đã nộp ✓ ☐ chưa nộp → hẹn".into();
    let dossier = desk.receive(at(), reception).unwrap();
    assert!(!desk.receipt(at(), &dossier).unwrap().is_empty());
}

/// Whatever keeps a paper from being drawn keeps its act from being written.
#[test]
fn an_act_is_written_with_its_paper_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let dossier = received(&mut desk);
    let before = written(&desk);
    let good = std::mem::replace(&mut desk.office.place, "Hợp Thành 王".into());
    let reception = reception(&desk);
    let refused = [
        desk.receive(at(), reception).map(drop),
        desk.step(at(), &dossier.id, 0, transfer("Phòng Kinh tế", "", ""), None).map(drop),
        desk.step(at(), &dossier.id, 0, asks(&["Ảnh"], "Thiếu"), None).map(drop),
        desk.pay(at(), &dossier.id, taking("Lệ phí", "Vàng Thị Mẫu")).map(drop),
    ];
    for done in refused {
        assert_eq!(office::Explain::code(&done.unwrap_err()), "REP-01");
        assert_eq!(written(&desk), before);
    }
    desk.office.place = good;
    desk.pay(at(), &dossier.id, taking("Lệ phí", "Vàng Thị Mẫu")).unwrap();
    assert!(desk.ledger.check().unwrap().clean());
}

/// Two acts of each kind that can happen twice: each paper is that of its own act, kept as it was handed
/// over, and drawn from the entries alone it is the same, byte for byte.
#[test]
fn every_paper_can_be_made_again_from_its_own_act() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut papers = Vec::new();
    let mut seen = Vec::new();
    let mut now = at();
    let mut life = |desk: &mut Desk, steps: Vec<Step>| {
        let reception = reception(desk);
        let dossier = desk.receive(now, reception).unwrap();
        for (n, step) in steps.into_iter().enumerate() {
            now = now.checked_add(1.minute()).unwrap();
            desk.step(now, &dossier.id, u32::try_from(n).unwrap(), step, None).unwrap();
        }
        papers.push(dossier.id.clone());
        dossier.id
    };
    let undone = || Step::Undone { reason: text("Ghi nhầm") };
    let long = life(
        &mut desk,
        vec![
            transfer("Phòng Kinh tế", "Giàng A Mẫu", "lần một"),
            transfer("Phòng Văn hóa – Xã hội", "", "lần hai"),
            asks(&["Ảnh 3 × 4"], "Thiếu ảnh"),
            Step::Supplemented { components: Vec::new(), deadline: Some(soon()) },
            Step::Extended { deadline: later(), reason: text("Chờ ý kiến") },
            result("Giấy khai sinh", "01/2026"),
            back("Vàng Thị Mẫu", ""),
            undone(),
            undone(),
            result("Giấy khai sinh", "02/2026"),
            back("Sùng A Mẫu", "Căn cước của người nhận thay"),
        ],
    );
    let stop = |reason: &str| Step::Stopped { reason: text(reason), fees: String::new() };
    life(&mut desk, vec![stop("lần một"), undone(), stop("lần hai")]);
    let refuse = |reason: &str| Step::Refused { reason: text(reason) };
    life(&mut desk, vec![refuse("lần một"), undone(), refuse("lần hai")]);
    for n in 1..=2 {
        desk.pay(now, &long, taking(&format!("Lệ phí lần {n}"), "Vàng Thị Mẫu")).unwrap();
    }
    for id in &papers {
        for paper in desk.papers_to_make(id).unwrap() {
            desk.paper(now, id, &paper).unwrap();
        }
        assert!(desk.papers_to_make(id).unwrap().is_empty());
        let made = desk.ledger.papers(id).unwrap();
        for (n, one) in made.iter().enumerate() {
            let paper = Paper { kind: one.kind, of: one.of.clone() };
            let again = desk.draw_again(id, &paper).unwrap();
            assert_eq!(ledger::content_hash(&again.bytes), one.content, "{paper:?}");
            assert_eq!(desk.paper(now, id, &paper).unwrap(), one.content, "{paper:?}");
            let twin = made.iter().skip(n + 1).find(|other| other.content == one.content);
            assert!(twin.is_none(), "{paper:?} is the same paper as another: {twin:?}");
            seen.push(one.kind);
        }
    }
    let of_acts = [PaperKind::Wording, PaperKind::Stamped, PaperKind::LongTerm];
    for kind in PaperKind::ALL.into_iter().filter(|kind| !of_acts.contains(kind)) {
        let made = seen.iter().filter(|other| **other == kind).count();
        assert!(made >= 1, "{kind:?} was never made");
    }
    // The first result's receipt tells the first result.
    let titles: Vec<String> = desk
        .ledger
        .papers(&long)
        .unwrap()
        .into_iter()
        .map(|made| desk.title(&long, &Paper { kind: made.kind, of: made.of }).unwrap())
        .collect();
    for title in ["Biên lai thu phí, lệ phí số 01", "Biên lai thu phí, lệ phí số 02"]
    {
        assert!(titles.iter().any(|other| other == title), "{titles:?}");
    }
    assert!(desk.ledger.check().unwrap().clean());
}

/// No paper is made of an act that never was, and none is kept that has no content.
#[test]
fn a_paper_of_no_such_act_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let dossier = received(&mut desk);
    desk.step(at(), &dossier.id, 0, transfer("Phòng Kinh tế", "", ""), None).unwrap();
    let before = written(&desk);
    for kind in PaperKind::ALL {
        for of in [PaperOf::Step(7), PaperOf::Payment(office::payment::PaymentId(text("00")))] {
            let paper = Paper { kind, of };
            assert!(desk.paper(at(), &dossier.id, &paper).is_err(), "{paper:?}");
        }
    }
    assert_eq!(written(&desk), before);
    let lost = Event::PaperMade {
        subject: (&dossier.id).into(),
        kind: PaperKind::FeeReceipt,
        of: PaperOf::Step(0),
        content: ledger::content_hash(b"nowhere"),
        numbers: Numbering::Issued,
    };
    assert!(desk.ledger.record(at(), lost, &[]).is_err());
}

/// Everything that `to` may lack.
fn send(from: &Desk, to: &mut Desk) {
    let (mut export, _) = from.ledger.begin_export(Path::new("")).unwrap();
    while let Some(frame) = from.ledger.next_frame(&mut export).unwrap() {
        to.ledger.take_frame(at(), &frame).unwrap();
    }
}

/// A receipt that was handed over while its numbers were awaited is made anew once they have come, and the old one
/// is kept as it was.
#[test]
fn a_paper_follows_its_number_when_that_has_come() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let mut first = desk(&place("a"));
    let request = SeatRequest::make(&place("b"), "Quầy 2").unwrap();
    first.ledger.admit_seat(&request, &place("copy"), at()).unwrap();
    let user = first.ledger.user().name.clone();
    let joining = Joining { user: &user, password: "Mật-khẩu-7", at: at() };
    let ledger =
        Ledger::join_office(&place("copy"), &place("b"), &joining, &|_| ControlFlow::Continue(()));
    let mut second = Desk::new(ledger.unwrap(), first.law.clone()).unwrap();

    let dossier = received(&mut second);
    assert_eq!(dossier.code(), None);
    let handed_over = second.paper(at(), &dossier.id, &Paper::RECEIPT).unwrap();
    let waits = |desk: &Desk| !desk.papers_to_make(&dossier.id).unwrap().contains(&Paper::RECEIPT);
    send(&second, &mut first);
    assert!(waits(&second));
    assert_eq!(second.paper(at(), &dossier.id, &Paper::RECEIPT).unwrap(), handed_over);

    first.ledger.assign_numbers(at()).unwrap();
    send(&first, &mut second);
    assert!(second.dossier(&dossier.id).unwrap().dossier.code().is_some());
    assert!(!waits(&second));
    let anew = second.paper(at(), &dossier.id, &Paper::RECEIPT).unwrap();
    assert_ne!(anew, handed_over);
    assert!(waits(&second));
    assert_eq!(second.paper(at(), &dossier.id, &Paper::RECEIPT).unwrap(), anew, "once");
    let made = second.ledger.papers(&dossier.id).unwrap();
    let receipts: Vec<_> = made
        .iter()
        .filter(|made| made.kind == PaperKind::Receipt)
        .map(|made| (&made.content, made.numbers))
        .collect();
    assert_eq!(receipts, [(&anew, Numbering::Issued), (&handed_over, Numbering::Awaited)]);
    assert!(second.ledger.check().unwrap().clean());
}
