//! One synthetic dossier for tests.

#![allow(clippy::unwrap_used)]

use jiff::civil::{DateTime, date};

use crate::{
    book::{BookId, Issued, Number, Period},
    calendar::{Deadline, TimeLimit, WorkingCalendar},
    dossier::{Channel, Dossier, DossierId, Fee, PaperForm, ProcedureStamp, Submitted},
    evidence::Evidence,
    money::Dong,
    person::{Contact, Identity, Person},
    unit::OfficeCode,
};

/// The calendar that ships with the suite.
pub fn calendar() -> WorkingCalendar {
    WorkingCalendar::parse(include_bytes!("../../../assets/calendar/vn.json")).unwrap()
}

/// `2026-11-23 09:00`.
pub fn time(text: &str) -> DateTime {
    DateTime::strptime("%Y-%m-%d %H:%M", text).unwrap()
}

/// A procedure.
pub fn stamp(code: &str) -> ProcedureStamp {
    ProcedureStamp {
        code: code.into(),
        name: "Đăng ký khai sinh".into(),
        field: "Hộ tịch".into(),
        version: "2026-11-23".into(),
        checked: false,
    }
}

/// Received on Monday, 23/11/2026 at nine, due three working days later; fee 8.000 đồng.
pub fn dossier() -> Dossier {
    let received_at = time("2026-11-23 09:00");
    let number = |book, period: Period, value| {
        Number::Issued(Issued { series: period.series(book, received_at.date()), value, epoch: 1 })
    };
    Dossier {
        id: DossierId("00000000000000000000000000000007".into()),
        serial: number(BookId::DOSSIER_CODE, Period::Day, 7),
        tracking: number(BookId::TRACKING, Period::Year, 1207),
        office: OfficeCode::parse("H38.12").unwrap(),
        procedure: stamp("1.001193"),
        applicant: Identity {
            person: Person { name: "Người Giả Định A".into(), ..Person::default() },
            document: None,
            evidence: Evidence::Typed,
            read: crate::person::ReadOn::Unread,
            whose: None,
            reasons: Vec::new(),
        },
        contact: Contact::default(),
        legal_basis: "Luật Hộ tịch 2014".into(),
        channel: Channel::Counter,
        components: vec![Submitted {
            name: "Tờ khai".into(),
            form: PaperForm::Original,
            quantity: 1,
            proof: None,
        }],
        sets: 1,
        time_limit: TimeLimit::WorkingDays(3),
        deadline: Some(Deadline { at: time("2026-11-27 17:00"), counted_from: date(2026, 11, 23) }),
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
