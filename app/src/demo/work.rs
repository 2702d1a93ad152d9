//! What the demo office does with its dossiers and its day: settings, steps, money, the waiting line. Every
//! name and number is made up and says so.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use ledger::{Ledger, LedgerError};
use office::{
    dossier::{Dossier, Fee},
    entry::Event,
    money::Dong,
    payment::{Exempted, FeeKind, FeeLine, Method},
    portal_code::{CHUNK, Code, Coded, Collection, PortalCode, PortalCodes},
    settings::{BankAccount, Settings},
    tariff::receipt::Taking,
    ticket::TicketStep,
    workflow::{Handover, Outcome, Return, Step},
};

use crate::{assets::Law, clock, desk::Desk};

/// The receipt that was a mistake and was taken anew.
const MISTAKEN: u32 = 4;

/// A dossier of the demo, with the place of its day among the demo's days.
pub struct Made {
    /// The dossier.
    pub dossier: Dossier,
    /// Its day, from 0.
    pub day: usize,
}

/// Đăng ký khai sinh: done in a day.
pub const QUICK: &str = "1.001193";

/// What the demo office set for itself. The bank's number is of no bank, so no transfer can go anywhere.
pub fn settings(ledger: &mut Ledger, at: Timestamp) -> Result<(), LedgerError> {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let settings = Settings {
        account: Some(BankAccount {
            bin: "999999".into(),
            bank: "Ngân hàng mẫu (không có thật)".into(),
            number: "MAU000001".into(),
            holder: "UBND XA MAU - KHONG CHUYEN TIEN".into(),
        }),
        receipt_series: "MẪU-00/BL".into(),
        queues: names(&["Hộ tịch – chứng thực", "Đất đai", "Lao động – xã hội"]),
        counters: names(&["Quầy 1", "Quầy 2", "Quầy 3"]),
        units: names(&[
            "Văn phòng HĐND và UBND",
            "Phòng Kinh tế",
            "Phòng Văn hóa – Xã hội",
            "Công chức tư pháp – hộ tịch",
            "Công an xã Hợp Thành",
            "Bảo hiểm xã hội cơ sở",
        ]),
    };
    ledger.record(at, Event::SettingsChanged { settings: Box::new(settings) }, &[])?;
    Ok(())
}

/// An afternoon: each dossier goes on as its place in the demo has it. `today` counts from 0.
pub fn afternoon(
    desk: &mut Desk,
    made: &[Made],
    today: usize,
    date: Date,
    now: Timestamp,
) -> Result<(), LedgerError> {
    for (n, one) in made.iter().enumerate() {
        let age = today - one.day;
        let minute = (n % 60) as i8;
        let at = clock::instant(date.at(14, minute, 0, 0)).min(now);
        if age == 0 {
            money(desk, one, n, at)?;
        }
        let steps: Vec<Step> = match (n % 8, age) {
            // Done in good time and fetched.
            (0, 1) => vec![transfer(1)],
            (0, 2) => vec![resolved(one)],
            (0, 3) => vec![returned(one, false)],
            // Done on the same day.
            (1, 0) => vec![resolved(one), returned(one, false)],
            // The citizen has to bring something.
            (2, 1) => vec![transfer(3), supplement()],
            // Brought and done.
            (3, 1) => vec![transfer(0), supplement()],
            (3, 3) => {
                let record = desk.dossier(&one.dossier.id)?;
                let deadline = desk.resumed(&record, at);
                vec![Step::Supplemented { components: Vec::new(), deadline }]
            }
            (3, 5) => vec![resolved(one)],
            // Waits to be fetched.
            (4, 1) => vec![transfer(2)],
            (4, 2) => vec![resolved(one)],
            // Too late.
            (5, 1) => vec![transfer(1)],
            (5, 4) => vec![resolved(one), returned(one, true)],
            // Still being worked on.
            (6, 0) => vec![transfer(2)],
            // Does not go on.
            (7, 1) if n % 16 == 7 => {
                vec![Step::Withdrawn { reason: "Công dân đổi ý, xin rút hồ sơ".into() }]
            }
            (7, 1) => vec![Step::Stopped {
                reason: "Hồ sơ không thuộc thẩm quyền của cấp xã".into(),
                fees: String::new(),
            }],
            _ => Vec::new(),
        };
        for step in steps {
            let seen = desk.dossier(&one.dossier.id)?.course.steps;
            desk.step(at, &one.dossier.id, seen, step, None)?;
        }
    }
    Ok(())
}

/// Codes of the portal for what the demo receives. None is the portal's, and each says so.
pub fn codes(ledger: &mut Ledger, law: &Law, at: Timestamp) -> Result<(), LedgerError> {
    let day = clock::local(at).date();
    let common = || law.catalogue.in_force(day).filter(|one| one.common);
    let fields: BTreeSet<&String> = common().map(|one| &one.field).collect();
    let mut made: Vec<(Coded, String)> = Vec::new();
    for (n, name) in fields.into_iter().enumerate() {
        made.push((Coded::Field { name: name.clone() }, format!("MAU-LV-{:02}", n + 1)));
    }
    for one in common() {
        let subject = Coded::Fee { procedure: one.code.clone(), line: String::new() };
        made.push((subject, format!("MAU-PHI-{}", one.code)));
    }
    for (n, way) in Collection::ALL.into_iter().enumerate() {
        made.push((Coded::Collection { way }, format!("MAU-THU-{}", n + 1)));
    }
    let codes: Vec<PortalCode> = made
        .into_iter()
        .filter_map(|(subject, code)| {
            Some(PortalCode { subject, code: Code::parse(&code).ok()?, from: None })
        })
        .collect();
    for codes in codes.chunks(CHUNK) {
        let codes = Box::new(PortalCodes {
            codes: codes.to_vec(),
            file: String::new(),
            words: "Mã giả định của cơ quan mẫu, không phải mã của Cổng".into(),
        });
        ledger.record(at, Event::PortalCodesEntered { codes }, &[])?;
    }
    Ok(())
}

fn transfer(unit: usize) -> Step {
    let unit = match unit {
        0 => "Văn phòng HĐND và UBND",
        1 => "Công chức tư pháp – hộ tịch",
        2 => "Phòng Kinh tế",
        _ => "Phòng Văn hóa – Xã hội",
    };
    Step::Transferred(Handover {
        unit: unit.into(),
        officer: String::new(),
        note: String::new(),
        until: None,
    })
}

fn supplement() -> Step {
    Step::SupplementAsked {
        items: vec!["Bản chính giấy tờ đã nộp bản photo".into()],
        reason: "Bản photo mờ, không đọc được số".into(),
    }
}

fn resolved(one: &Made) -> Step {
    Step::Resolved(Outcome {
        title: "Kết quả giải quyết (mẫu)".into(),
        number: format!("{}/MẪU", one.day + 1),
        signed_on: None,
        content: None,
    })
}

fn returned(one: &Made, by_post: bool) -> Step {
    Step::Returned(Return {
        receiver: one.dossier.applicant.person.name.clone(),
        receiver_paper: String::new(),
        by_post,
    })
}

/// Some pay in cash, some by transfer, one is spared, one receipt was a mistake.
fn money(desk: &mut Desk, one: &Made, n: usize, at: Timestamp) -> Result<(), LedgerError> {
    let amount = match &one.dossier.fee {
        Fee::Amount(amount) => *amount,
        Fee::Unknown(_) => Dong(8_000 + 2_000 * (n as u64 % 4)),
        Fee::Free => return Ok(()),
    };
    let spared = n % 6 == 4;
    if n % 3 == 2 {
        return Ok(());
    }
    let taking = Taking {
        lines: vec![FeeLine {
            label: "Lệ phí giải quyết thủ tục".into(),
            kind: FeeKind::Duty,
            amount: if spared { Dong(0) } else { amount },
            origin: office::payment::Origin::Tariff,
        }],
        exempted: spared.then(|| Exempted {
            label: "Hộ nghèo".into(),
            basis: "Luật Phí và lệ phí 2015 (số 97/2015/QH13), Điều 10".into(),
        }),
        method: if n % 6 == 1 { Method::Transfer } else { Method::Cash },
        payer: one.dossier.applicant.person.name.clone(),
    };
    let paid = desk.pay(at, &one.dossier.id, taking.clone())?;
    if paid.receipt.issued().is_some_and(|issued| issued.value == MISTAKEN) {
        desk.cancel_payment(at, &paid.id, "Ghi nhầm số tiền".into())?;
        desk.pay(at, &one.dossier.id, taking)?;
    }
    Ok(())
}

/// This morning's waiting line.
pub fn line(desk: &mut Desk, now: Timestamp) -> Result<(), LedgerError> {
    let queues = desk.settings.queues.clone();
    let counters = desk.settings.counters.clone();
    let (Some(one), Some(two)) = (counters.first(), counters.get(1)) else { return Ok(()) };
    let mut drawn = Vec::new();
    for n in 0..11 {
        let queue = queues.get(n % 3).cloned().unwrap_or_default();
        drawn.push(desk.draw_ticket(now, queue, n == 8)?.id);
    }
    for (ticket, counter) in drawn.iter().zip([one, two, one, two]) {
        desk.call_ticket(now, ticket, counter)?;
    }
    if let Some(missed) = drawn.get(4) {
        desk.call_ticket(now, missed, one)?;
        desk.move_ticket(now, missed, TicketStep::Absent)?;
    }
    if let Some(next) = drawn.get(5) {
        desk.call_ticket(now, next, one)?;
    }
    Ok(())
}
