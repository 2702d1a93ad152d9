//! What users of today's systems complain about (the list of user complaints, by its numbers), as far as
//! the office's rules answer it. The exchange's answers stand in the tests of `sync`.

#![allow(clippy::unwrap_used)]

use jiff::civil::{Date, DateTime};
use office::{
    book::{BookId, Issued, Number, Numbers, Period},
    calendar::{Deadline, TimeLimit, WorkingCalendar},
    dossier::{
        Channel, Dossier, DossierId, Fee, LinkedPart, PaperForm, ProcedureStamp, Reception, Status,
        Submitted,
    },
    evidence::Evidence,
    linked::{self, Part},
    person::{Contact, Identity, Person},
    unit::OfficeCode,
    workflow::{Course, Courses, Handover, Move, Step, WorkflowError, waits_longer},
};

fn time(text: &str) -> DateTime {
    DateTime::strptime("%Y-%m-%d %H:%M", text).unwrap()
}

fn calendar() -> WorkingCalendar {
    WorkingCalendar::parse(include_bytes!("../../../assets/calendar/vn.json")).unwrap()
}

fn stamp(code: &str, name: &str) -> ProcedureStamp {
    ProcedureStamp {
        code: code.into(),
        name: name.into(),
        field: "Hộ tịch".into(),
        version: "2026-11-23".into(),
        checked: false,
    }
}

fn reception(deadline: Option<Deadline>, linked: Vec<LinkedPart>) -> Reception {
    Reception {
        id: DossierId("00000000000000000000000000000001".into()),
        procedure: stamp("1.001193", "Đăng ký khai sinh"),
        applicant: Identity {
            person: Person { name: "Người Giả Định A".into(), ..Person::default() },
            document: None,
            evidence: Evidence::Typed,
            read: office::person::ReadOn::Unread,
            whose: None,
            reasons: Vec::new(),
        },
        contact: Contact::default(),
        legal_basis: "Luật Hộ tịch 2014".into(),
        channel: Channel::Online,
        components: vec![Submitted {
            name: "Tờ khai".into(),
            form: PaperForm::Original,
            quantity: 1,
            proof: None,
        }],
        sets: 1,
        time_limit: TimeLimit::WorkingDays(1),
        deadline,
        fee: Fee::Free,
        return_place: "Quầy số 1".into(),
        receiver: "Cán bộ Giả Định".into(),
        received_at: time("2026-11-23 09:00"),
        note: String::new(),
        form: None,
        linked,
        arrival: None,
        origin_code: "000.00.19.H38-261122-0042".into(),
    }
}

/// Issues 7, 8, 9 … and remembers how often it was asked.
struct Ledger(u32);

impl Numbers for Ledger {
    fn next(&mut self, book: BookId, day: Date) -> Number {
        self.0 += 1;
        let daily = book == BookId::DOSSIER_CODE;
        let period = if daily { Period::Day } else { Period::Year };
        let series = period.series(book, day);
        Number::Issued(Issued { series, value: self.0, epoch: 1 })
    }
}

fn received() -> Dossier {
    let calendar = calendar();
    let own = calendar.deadline(time("2026-11-23 09:00"), &TimeLimit::WorkingDays(3));
    let office = OfficeCode::parse("H38.12").unwrap();
    reception(own, Vec::new()).receive(&office, &mut Ledger(6)).unwrap()
}

fn take(courses: &mut Courses, at: &str, step: Step) -> Result<(), WorkflowError> {
    let movement = Move {
        dossier: DossierId("00000000000000000000000000000001".into()),
        seen: courses.now().steps,
        at: time(at),
        by: "Cán bộ Giả Định".into(),
        step,
        notice: None,
    };
    courses.take(&movement)
}

fn ask() -> Step {
    Step::SupplementAsked { items: vec!["Giấy chứng sinh".into()], reason: "thiếu".into() }
}

#[test]
fn complaint_4_a_wrong_due_date_is_corrected_before_work_begins() {
    let dossier = received();
    let mut courses = Courses::begin(&dossier);
    let right =
        Deadline { at: time("2026-12-04 17:00"), counted_from: time("2026-11-23 09:00").date() };
    let correct = Step::DueCorrected { deadline: right.clone(), reason: "chọn nhầm".into() };
    take(&mut courses, "2026-11-23 09:20", correct).unwrap();
    assert_eq!(courses.now().deadline, Some(right));
    assert_eq!(courses.now().status, Status::Received);
}

#[test]
fn complaint_5_linked_dossiers_have_their_own_date_and_a_total_date() {
    let calendar = calendar();
    let own = calendar.deadline(time("2026-11-23 09:00"), &TimeLimit::WorkingDays(1));
    let part = |code: &str, name: &str, agency: &str, days| Part {
        procedure: stamp(code, name),
        agency: agency.into(),
        time_limit: TimeLimit::WorkingDays(days),
    };
    let parts = linked::link(
        &calendar,
        own.as_ref(),
        [
            part("1.004222", "Đăng ký thường trú", "Công an xã", 7),
            part("", "Cấp thẻ bảo hiểm y tế cho trẻ em", "Bảo hiểm xã hội", 5),
        ],
    );
    let office = OfficeCode::parse("H38.12").unwrap();
    let dossier = reception(own, parts).receive(&office, &mut Ledger(6)).unwrap();
    let date = |deadline: Option<&Deadline>| deadline.map(|d| d.at.to_string());
    assert_eq!(date(dossier.deadline.as_ref()).as_deref(), Some("2026-11-25T17:00:00"));
    let parts: Vec<_> = dossier.linked.iter().map(|p| date(p.deadline.as_ref()).unwrap()).collect();
    assert_eq!(parts, ["2026-12-04T17:00:00", "2026-12-11T17:00:00"]);
    assert_eq!(date(dossier.total_deadline()).as_deref(), Some("2026-12-11T17:00:00"));
}

#[test]
fn complaint_7_the_number_is_given_at_reception_and_never_changes() {
    let dossier = received();
    assert_eq!(dossier.code().as_deref(), Some("H38.12-261123-0007"));
    let mut courses = Courses::begin(&dossier);
    take(&mut courses, "2026-11-24 10:00", ask()).unwrap();
    let back = Step::Supplemented { components: Vec::new(), deadline: dossier.deadline.clone() };
    take(&mut courses, "2026-11-30 10:00", back).unwrap();
    // No step carries a dossier or a number of one: the reception's entry is the only place of the code.
    assert_eq!(dossier.code().as_deref(), Some("H38.12-261123-0007"));
    assert_eq!(dossier.serial.issued().map(|n| n.series.book), Some(BookId::DOSSIER_CODE));
    // What is refused at reception takes no number.
    let mut ledger = Ledger(6);
    let nameless = Reception { components: Vec::new(), ..reception(None, Vec::new()) };
    assert!(nameless.receive(&dossier.office, &mut ledger).is_err());
    assert_eq!(ledger.0, 6);
}

#[test]
fn complaint_9_a_linked_dossier_is_one_dossier_with_a_reference_to_its_origin() {
    let mut ledger = Ledger(6);
    let office = OfficeCode::parse("H38.12").unwrap();
    let own = calendar().deadline(time("2026-11-23 09:00"), &TimeLimit::WorkingDays(1));
    let part = Part {
        procedure: stamp("1.004222", "Đăng ký thường trú"),
        agency: "Công an xã".into(),
        time_limit: TimeLimit::WorkingDays(7),
    };
    let parts = linked::link(&calendar(), own.as_ref(), [part]);
    let dossier = reception(own, parts).receive(&office, &mut ledger).unwrap();
    assert_eq!(ledger.0, 8, "one code and one line in the book, whatever is linked");
    assert_eq!(dossier.origin_code, "000.00.19.H38-261122-0042");
}

#[test]
fn complaint_12_dossiers_that_wait_too_long_for_a_supplement_can_be_listed() {
    let dossier = received();
    let mut courses = Courses::begin(&dossier);
    let waits = |course: &Course, now: &str| waits_longer(course, time(now), 30);
    assert!(!waits(courses.now(), "2027-06-01 08:00"), "nothing was asked for");
    take(&mut courses, "2026-11-24 16:00", ask()).unwrap();
    assert!(!waits(courses.now(), "2026-12-24 17:00"), "thirty days are not longer than thirty");
    assert!(waits(courses.now(), "2026-12-25 00:00"));
    assert!(!waits(courses.now(), "2026-11-01 00:00"), "a clock that was set back");
    let back = Step::Supplemented { components: Vec::new(), deadline: dossier.deadline.clone() };
    take(&mut courses, "2026-12-26 08:00", back).unwrap();
    assert!(!waits(courses.now(), "2027-06-01 08:00"));
}

#[test]
fn complaint_12_no_dossier_moves_by_itself() {
    let dossier = received();
    let mut courses = Courses::begin(&dossier);
    take(&mut courses, "2026-11-24 16:00", ask()).unwrap();
    let handover =
        Handover {
            unit: "Phòng".into(), officer: String::new(), note: String::new(), until: None
        };
    assert!(take(&mut courses, "2027-11-24 16:00", Step::Transferred(handover)).is_err());
    assert_eq!(courses.now().status, Status::SupplementAsked);
}
