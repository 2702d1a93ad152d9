//! A synthetic dossier with everything that happened to it.

#![allow(clippy::unwrap_used, dead_code)]

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use office::{
    book::{BookId, Issued, Number, Period},
    calendar::{Deadline, TimeLimit},
    dossier::{Channel, Dossier, DossierId, Fee, PaperForm, ProcedureStamp, Proof, Submitted},
    entry::ContentHash,
    evidence::Evidence,
    money::Dong,
    payment::{FeeKind, FeeLine, Method, Payment, PaymentId},
    person::{Contact, Identity, Person, PersonalNumber},
    portal_code::Collection,
    unit::OfficeCode,
    workflow::{Course, Courses, Handover, Move, Outcome, Return, Step},
};
use sync::dvcqg::export::{Codes, Source};

pub fn time(text: &str) -> DateTime {
    DateTime::strptime("%Y-%m-%d %H:%M", text).unwrap()
}

pub fn hash(letter: &str) -> ContentHash {
    ContentHash(letter.repeat(64))
}

pub fn deadline(at: &str) -> Deadline {
    Deadline { at: time(at), counted_from: time("2026-11-23 09:00").date() }
}

pub fn dossier() -> Dossier {
    let received_at = time("2026-11-23 09:00");
    let number = |book, period: Period, value| {
        Number::Issued(Issued { series: period.series(book, received_at.date()), value, epoch: 1 })
    };
    let component = |name: &str, proof| Submitted {
        name: name.into(),
        form: PaperForm::Original,
        quantity: 2,
        proof,
    };
    Dossier {
        id: DossierId("00000000000000000000000000000007".into()),
        serial: number(BookId::DOSSIER_CODE, Period::Day, 7),
        tracking: number(BookId::TRACKING, Period::Year, 1207),
        office: OfficeCode::parse("H38.12").unwrap(),
        procedure: ProcedureStamp {
            code: "1.001193".into(),
            name: "Đăng ký khai sinh".into(),
            field: "Hộ tịch".into(),
            version: "2026-11-23".into(),
            checked: false,
        },
        applicant: Identity {
            person: Person {
                number: PersonalNumber::parse("099099000123").ok(),
                name: "Người Giả Định A".into(),
                ..Person::default()
            },
            document: None,
            evidence: Evidence::ChipAuthentic,
            read: office::person::ReadOn::Unread,
            whose: None,
            reasons: Vec::new(),
        },
        contact: Contact::default(),
        legal_basis: "Luật Hộ tịch 2014".into(),
        channel: Channel::Counter,
        components: vec![
            component("Tờ khai", Some(Proof::Scan(hash("a")))),
            component("Giấy chứng sinh", Some(Proof::Stored(hash("b")))),
            component("Văn bản ủy quyền", None),
        ],
        sets: 1,
        time_limit: TimeLimit::WorkingDays(3),
        deadline: Some(deadline("2026-11-27 17:00")),
        fee: Fee::Amount(Dong(8_000)),
        return_place: "Quầy số 1".into(),
        receiver: "Cán bộ Giả Định".into(),
        received_at,
        note: String::new(),
        form: None,
        linked: Vec::new(),
        arrival: None,
        origin_code: String::new(),
    }
}

/// Steps with their times, taken one after the other.
pub fn moves(dossier: &Dossier, steps: Vec<(&str, Step)>) -> (Course, Vec<Move>) {
    let mut courses = Courses::begin(dossier);
    let mut out = Vec::new();
    for (at, step) in steps {
        let movement = Move {
            dossier: dossier.id.clone(),
            seen: courses.now().steps,
            at: time(at),
            by: "Cán bộ Giả Định B".into(),
            step,
            notice: None,
        };
        courses.take(&movement).unwrap();
        out.push(movement);
    }
    (courses.now().clone(), out)
}

pub fn ask() -> Step {
    Step::SupplementAsked {
        items: vec!["Giấy chứng sinh".into()], reason: "bản chụp mờ".into()
    }
}

/// From the counter to the citizen, with a supplement and a step taken back.
pub fn whole_way() -> Vec<(&'static str, Step)> {
    let hand = |unit: &str| {
        Step::Transferred(Handover {
            unit: unit.into(),
            officer: "Cán bộ Giả Định B".into(),
            note: String::new(),
            until: None,
        })
    };
    vec![
        ("2026-11-23 10:00", hand("Phòng Văn hóa")),
        ("2026-11-23 10:05", Step::Undone { reason: "nhầm phòng".into() }),
        ("2026-11-23 10:10", hand("Phòng Tư pháp")),
        ("2026-11-25 08:00", ask()),
        (
            "2026-11-27 08:00",
            Step::Supplemented {
                components: vec![Submitted {
                    name: "Giấy chứng sinh".into(),
                    form: PaperForm::Original,
                    quantity: 1,
                    proof: Some(Proof::Scan(hash("c"))),
                }],
                deadline: Some(deadline("2026-12-01 17:00")),
            },
        ),
        (
            "2026-11-30 16:00",
            Step::Resolved(Outcome {
                title: "Giấy khai sinh".into(),
                number: "120/2026".into(),
                signed_on: None,
                content: Some(hash("d")),
            }),
        ),
        (
            "2026-12-01 09:00",
            Step::Returned(Return {
                receiver: "Người Giả Định A".into(),
                receiver_paper: String::new(),
                by_post: true,
            }),
        ),
    ]
}

pub fn payment(dossier: &Dossier) -> Payment {
    let at = time("2026-11-23 09:10");
    Payment {
        id: PaymentId("p1".into()),
        subject: (&dossier.id).into(),
        receipt: Number::Issued(Issued {
            series: Period::Year.series(BookId::FEE_RECEIPT, at.date()),
            value: 1,
            epoch: 1,
        }),
        series: String::new(),
        lines: vec![FeeLine {
            label: "Lệ phí hộ tịch".into(),
            kind: FeeKind::Duty,
            amount: Dong(8_000),
            origin: office::payment::Origin::Tariff,
        }],
        exempted: None,
        method: Method::Cash,
        payer: "Người Giả Định A".into(),
        collector: "Cán bộ Giả Định".into(),
        at,
    }
}

/// Codes as a province might give them; synthetic.
pub fn codes() -> Codes {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(a, b)| ((*a).into(), (*b).into())).collect()
    };
    Codes {
        field: Some("LV-GIA-DINH".into()),
        components: map(&[("Tờ khai", "TP-1"), ("Giấy chứng sinh", "TP-2")]),
        results: map(&[("Giấy khai sinh", "KQ-1")]),
        fees: map(&[("Lệ phí hộ tịch", "LP-1")]),
        collection: [(Collection::Before, "1".to_owned())].into(),
        links: ["a", "b", "c", "d"]
            .into_iter()
            .map(|letter| (hash(letter), format!("https://kho.example/{letter}")))
            .collect(),
        earlier_results: [(hash("b"), "KQ-9".to_owned())].into(),
    }
}

pub fn source<'a>(
    dossier: &'a Dossier,
    course: &'a Course,
    moves: &'a [Move],
    payments: &'a [&'a Payment],
    codes: &'a Codes,
) -> Source<'a> {
    Source {
        dossier,
        course,
        moves,
        payments,
        office: "Ủy ban nhân dân xã Giả Định",
        by_post: None,
        filed_at: None,
        codes,
    }
}
