//! Money, the waiting line and law data at a desk with a real ledger.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use jiff::{Timestamp, ToSpan, civil::date};
use ledger::{LedgerError, TicketPhase};
use office::{
    Explain,
    act::{self, Act, ActId, Name, Signer},
    arrival::{CounterNotice, NoticeKind},
    book::BookId,
    calendar::{CalendarEdit, DayHours, Holiday, Shift, TimeLimit, WeeklyHours, WorkingDay},
    dossier::{Dossier, Fee, ReceptionError},
    eform::FormData,
    entry::{Event, PaperKind, Role, UserName},
    money::Dong,
    payment::{Exempted, FeeKind, FeeLine, Method},
    settings::{LawKind, Settings},
    statement::Fate,
    tariff::receipt::Taking,
    ticket::TicketStep,
};

use super::{
    Desk,
    intake::ToTell,
    law::LawError,
    line,
    money::Standing,
    tests::{desk, words_of},
};
use crate::{assets::Law, clock, demo};

/// Day `day` of November 2026 at an hour.
fn at(day: i8, hour: i8) -> Timestamp {
    clock::instant(date(2026, 11, day).at(hour, 0, 0, 0))
}

fn receive(desk: &mut Desk, at: Timestamp, fee: Fee, limit: TimeLimit) -> Dossier {
    let people = demo::people();
    let law = desk.law.clone();
    let now = clock::local(at);
    let procedure = law.catalogue.find("1.001193", now.date()).unwrap();
    let mut reception =
        demo::reception(&law, procedure, people[0].identity(), &people[0].phone, now).unwrap();
    (reception.fee, reception.time_limit) = (fee, limit);
    desk.receive(at, reception).unwrap()
}

fn taking(amount: u64, method: Method) -> Taking {
    Taking {
        lines: vec![FeeLine {
            label: "Lệ phí đăng ký khai sinh".into(),
            kind: FeeKind::Duty,
            amount: Dong(amount),
            origin: office::payment::Origin::Tariff,
        }],
        exempted: None,
        method,
        payer: "Vàng Thị Mẫu".into(),
    }
}

fn words(desk: &Desk, dossier: &Dossier) -> String {
    let record = desk.dossier(&dossier.id).unwrap();
    let moves = desk.moves(&dossier.id).unwrap();
    desk.money(&record, &moves).unwrap().account.words(&record.dossier.fee).join(" ")
}

#[test]
fn money_is_taken_spared_cancelled_and_summed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let limit = TimeLimit::WorkingDays(3);
    let fee = || Fee::Amount(Dong(8_000));
    let one = receive(&mut desk, at(23, 9), fee(), limit.clone());
    let two = receive(&mut desk, at(23, 9), fee(), limit.clone());
    let three = receive(&mut desk, at(23, 9), Fee::Unknown("tỉnh quyết định".into()), limit);
    assert!(words(&desk, &one).contains("còn phải nộp 8.000 đồng"));

    let first = desk.pay(at(23, 10), &one.id, taking(8_000, Method::Cash)).unwrap();
    assert!(words(&desk, &one).contains("đã nộp đủ"), "{}", words(&desk, &one));
    let spared = Exempted { label: "Hộ nghèo".into(), basis: "Luật".into() };
    let nothing = Taking { exempted: Some(spared), ..taking(0, Method::Cash) };
    let second = desk.pay(at(23, 10), &two.id, nothing).unwrap();
    assert!(words(&desk, &two).contains("Hộ nghèo"));
    let third = desk.pay(at(23, 11), &three.id, taking(20_000, Method::Transfer)).unwrap();

    let numbers = [&first, &second, &third].map(|p| p.receipt.issued().unwrap().value);
    assert_eq!(numbers, [1, 2, 3]);
    desk.cancel_payment(at(23, 12), &first.id, "thu nhầm".into()).unwrap();
    assert!(words(&desk, &one).contains("còn phải nộp 8.000 đồng"));
    let again = desk.cancel_payment(at(23, 12), &first.id, "lần nữa".into());
    assert!(matches!(again, Err(LedgerError::CancelledAlready)));
    let fourth = desk.pay(at(23, 13), &one.id, taking(8_000, Method::Cash)).unwrap();
    assert_eq!(fourth.receipt.issued().unwrap().value, 4, "a cancelled number is not used again");

    let day = date(2026, 11, 23);
    let book = desk.cash_book(day, day).unwrap();
    let sum = |method| -> i64 {
        book.iter().filter(|l| l.payment.method == method).map(|line| line.change()).sum()
    };
    assert_eq!(book.len(), 4);
    assert_eq!((sum(Method::Cash), sum(Method::Transfer)), (8_000, 20_000));
    assert!(desk.cash_book(date(2026, 11, 24), date(2026, 11, 30)).unwrap().is_empty());
    assert!(desk.ledger.check().unwrap().clean());
}

/// What is asked at the counter beside dossiers is paid for like them.
#[test]
fn money_for_an_act_has_its_receipt_and_stands_in_the_cash_book() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let id = ActId("1".repeat(32));
    let requesters = vec![demo::people()[0].identity()];
    desk.ledger
        .append(at(23, 9), |numbers| {
            let act = Act {
                id: id.clone(),
                kind: Name::parse("trial").unwrap(),
                label: "Việc thử".into(),
                number: numbers.next(BookId::NOTICE, date(2026, 11, 23)),
                people: requesters.into_iter().map(Into::into).collect(),
                seen: Vec::new(),
                cleared: None,
                legal_basis: "Luật thử".into(),
                form: FormData {
                    form: "trial".into(),
                    title: "Thử".into(),
                    version: String::new(),
                    fields: Vec::new(),
                },
                copies: 2,
                pages: 3,
                fee: Fee::Amount(Dong(8_000)),
                signers: vec![Signer {
                    user: UserName("chi".into()),
                    full_name: "Người Ký".into(),
                    title: String::new(),
                    part: act::Part::Certifies,
                    delegated: None,
                }],
                wording: Name::parse("trial").unwrap(),
                at: clock::local(at(23, 9)),
                document: None,
            };
            Ok::<_, ReceptionError>(Event::ActDone { act: Box::new(act) })
        })
        .unwrap();
    let paid = desk.pay(at(23, 10), &id, taking(8_000, Method::Cash)).unwrap();
    let name = "Việc thử số 1/2026";
    assert_eq!(desk.name_of(&paid.subject).unwrap(), name);
    let cash = desk.cash_book(date(2026, 11, 23), date(2026, 11, 23)).unwrap();
    assert_eq!(cash.iter().map(|line| &line.payment).collect::<Vec<_>>(), [&paid]);
    let made = desk.ledger.papers(&id).unwrap();
    assert_eq!(made.iter().map(|paper| paper.kind).collect::<Vec<_>>(), [PaperKind::FeeReceipt]);
    assert!(words_of(&desk.ledger.blob(&made[0].content).unwrap()).contains(name));
    // Money for what was annulled is asked back by nobody but its receipt's cancelling.
    let annul = Event::ActAnnulled { act: id.clone(), reason: "nhầm".into() };
    desk.ledger.record(at(23, 11), annul, &[]).unwrap();
    assert!(desk.pay(at(23, 12), &id, taking(8_000, Method::Cash)).is_err());
}

#[test]
fn a_receipt_cancelled_later_leaves_the_signed_sheet_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let dossier =
        receive(&mut desk, at(23, 9), Fee::Amount(Dong(8_000)), TimeLimit::WorkingDays(3));
    let first = desk.pay(at(23, 10), &dossier.id, taking(8_000, Method::Cash)).unwrap();
    let (monday, tuesday) = (date(2026, 11, 23), date(2026, 11, 24));
    let sheet = |desk: &mut Desk, now, day| {
        let (paper, format) = (super::books::Paper::Cash, super::books::Format::Pdf);
        desk.take_out(now, paper, day, day, Some(format)).unwrap()
    };
    let signed = sheet(&mut desk, at(23, 17), monday);
    desk.pay(at(24, 10), &dossier.id, taking(5_000, Method::Cash)).unwrap();
    desk.cancel_payment(at(24, 11), &first.id, "thu nhầm".into()).unwrap();
    // All but how far the ledger has come since.
    let without_mark = |pdf: &[u8]| words_of(pdf).split(" Mốc sổ cái ").next().map(str::to_owned);
    let again = sheet(&mut desk, at(24, 17), monday);
    assert_ne!(words_of(&again), words_of(&signed));
    assert_eq!(without_mark(&again), without_mark(&signed));
    let sums = |from, to| -> i64 {
        desk.cash_book(from, to).unwrap().iter().map(|line| line.change()).sum()
    };
    assert_eq!(sums(monday, monday), 8_000);
    assert_eq!(sums(tuesday, tuesday), 5_000 - 8_000, "given back on the day of the cancelling");
    assert_eq!(sums(monday, tuesday), 5_000, "within one span it was taken and cancelled");
    let lines = desk.cash_book(tuesday, tuesday).unwrap();
    assert!(matches!(&lines[1].standing, Standing::Undone(why) if why.reason == "thu nhầm"));
}

#[test]
fn a_statement_counts_once_and_is_no_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let fee = Fee::Amount(Dong(8_000));
    let dossier = receive(&mut desk, at(23, 9), fee, TimeLimit::WorkingDays(3));
    let code = dossier.code().unwrap();
    let file = |reference: &str| {
        format!(
            "Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung\n\
             25/11/2026;{reference};;8000;{} NOP LE PHI\n\
             25/11/2026;X9;;70000;CHUYEN TIEN MUNG\n\
             25/11/2026;;;5000;khong tham chieu\n",
            code.replace(['.', '-'], " ")
        )
    };
    let read = desk.read_statement("a.csv", file("FT1").as_bytes()).unwrap();
    let counts = |read: &super::money::Read| {
        let unmatched = read.sorted.count_of(|fate| *fate == Fate::Unmatched);
        (read.sorted.matched().count(), unmatched, read.reading.refused.len())
    };
    assert_eq!(counts(&read), (1, 1, 1));
    assert_eq!(desk.take_statement(at(26, 8), &read).unwrap(), 1);
    assert!(words(&desk, &dossier).contains("báo có 8.000 đồng, chưa lập biên lai"));

    let second = desk.read_statement("a.csv", file("FT1").as_bytes()).unwrap();
    assert_eq!(counts(&second), (0, 1, 1), "the same file counts nothing twice");
    assert_eq!(second.sorted.fates[0], Fate::Known);
    assert!(matches!(desk.take_statement(at(26, 9), &read), Err(LedgerError::LineKnown)));

    desk.pay(at(26, 10), &dossier.id, taking(8_000, Method::Transfer)).unwrap();
    let told = words(&desk, &dossier);
    assert!(told.contains("đã nộp đủ") && !told.contains("chưa lập"), "{told}");
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn tickets_keep_their_order_and_begin_anew_each_day() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut draw = |day, first| {
        let ticket = desk.draw_ticket(at(day, 8), "Hộ tịch".into(), first).unwrap();
        (ticket.id.clone(), line::number(&ticket))
    };
    let (one, two, three) = (draw(23, false), draw(23, false), draw(23, true));
    assert_eq!([&one.1, &two.1, &three.1], ["001", "002", "003"]);
    let waiting = |desk: &Desk, day| -> Vec<String> {
        let tickets = desk.tickets(at(day, 9)).unwrap().into_iter();
        let tickets = tickets.filter(|known| known.state == TicketPhase::Waiting);
        tickets.map(|known| line::number(&known.ticket)).collect()
    };
    assert_eq!(waiting(&desk, 23), ["003", "001", "002"], "ahead by law");
    desk.call_ticket(at(23, 9), &three.0, "Quầy 1").unwrap();
    desk.call_ticket(at(23, 9), &three.0, "Quầy 1").unwrap();
    desk.call_ticket(at(23, 9), &one.0, "Quầy 1").unwrap();
    let state = |desk: &Desk, id| desk.ledger.ticket(id).unwrap().unwrap().state;
    assert_eq!(state(&desk, &three.0), TicketPhase::Served, "the next call ends the one before");
    desk.move_ticket(at(23, 10), &one.0, TicketStep::Absent).unwrap();
    desk.call_ticket(at(23, 10), &one.0, "Quầy 2").unwrap();
    assert!(matches!(state(&desk, &one.0), TicketPhase::Called { times: 2, .. }));
    assert_eq!(waiting(&desk, 23), ["002"]);

    let next = desk.draw_ticket(at(25, 8), String::new(), false).unwrap();
    assert_eq!(line::number(&next), "001");
    assert_eq!(waiting(&desk, 25), ["001"]);
    assert!(desk.ledger.check().unwrap().clean());
}

const UPDATE: &str = "ma_thu_tuc;ten_thu_tuc;linh_vuc;cap;kenh;thoi_han;muc_thu;ten_giay_to;ban_chinh;ban_sao;bat_buoc\n\
    1.001193;Đăng ký khai sinh (sửa đổi);Hộ tịch;Cấp Xã;Trực tiếp;9 ngày làm việc;12000;Tờ khai;1;0;1\n";

#[test]
fn an_updated_catalogue_changes_no_dossier_received_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let before = receive(&mut desk, at(23, 9), Fee::Free, TimeLimit::WorkingDays(3));
    let today = date(2026, 11, 25);
    let offer =
        desk.read_law(LawKind::Catalogue, "moi.csv", UPDATE.as_bytes(), today, today).unwrap();
    assert_eq!(offer.count(), 1);
    let old = desk.law.catalogue.find("1.001193", today).unwrap().name.clone();
    desk.take_law(at(25, 8), &offer, "Sở Tư pháp gửi".into()).unwrap();
    let name = |desk: &Desk, day| desk.law.catalogue.find("1.001193", day).unwrap().name.clone();
    assert_eq!(name(&desk, today), "Đăng ký khai sinh (sửa đổi)");
    assert_eq!(name(&desk, date(2026, 11, 23)), old, "the row of the day of reception stays");
    let kept = desk.dossier(&before.id).unwrap().dossier;
    assert_eq!(kept, before);
    let after = receive(&mut desk, at(25, 9), Fee::Free, TimeLimit::WorkingDays(3));
    assert_ne!(after.procedure.name, kept.procedure.name);

    // Opened again, the desk works by the office's own law.
    let Desk { ledger, .. } = desk;
    let desk = Desk::new(ledger, Arc::new(Law::load().unwrap())).unwrap();
    assert_eq!(name(&desk, today), "Đăng ký khai sinh (sửa đổi)");
    assert!(desk.law_problem.is_none());
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn a_day_off_moves_new_deadlines_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let limit = TimeLimit::WorkingDays(2);
    let before = receive(&mut desk, at(25, 9), Fee::Free, limit.clone());
    let off = Holiday {
        from: date(2026, 11, 26),
        to: date(2026, 11, 26),
        name: "Ngày hội của xã".into(),
        mark: None,
        note: String::new(),
    };
    let add = CalendarEdit::AddHoliday(off);
    desk.edit_calendar(at(25, 10), &add, "Thông báo 12".into()).unwrap();
    let after = receive(&mut desk, at(25, 11), Fee::Free, limit);
    let due = |dossier: &Dossier| dossier.deadline.as_ref().unwrap().at.date();
    assert_eq!(due(&before), date(2026, 11, 27));
    assert_eq!(due(&after), date(2026, 11, 30));
    assert_eq!(due(&desk.dossier(&before.id).unwrap().dossier), date(2026, 11, 27));

    let entries = desk.ledger.check().unwrap().entries;
    let twice = desk.edit_calendar(at(25, 12), &add, "lần nữa".into());
    assert!(matches!(twice, Err(LawError::Calendar(_))));
    assert_eq!(desk.ledger.check().unwrap().entries, entries, "what contradicts writes nothing");
    let remove = CalendarEdit::RemoveHoliday { from: date(2026, 11, 26) };
    desk.edit_calendar(at(25, 12), &remove, "bỏ".into()).unwrap();
    assert!(desk.law.calendar.is_working(date(2026, 11, 26)));
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn new_hours_hold_from_their_day_and_move_no_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let limit = TimeLimit::WorkingDays(4);
    let before = receive(&mut desk, at(25, 9), Fee::Free, limit.clone());
    let now = desk.law.calendar.week(date(2026, 11, 25)).clone();
    let mut hours = WeeklyHours { from: date(2026, 11, 28), note: "QĐ 31".into(), ..now };
    let morning = Shift::read("7:30-11:30").unwrap().unwrap();
    hours.days.push(DayHours { day: WorkingDay::Saturday, shifts: vec![morning] });
    let past = WeeklyHours { from: date(2026, 11, 24), ..hours.clone() };
    for wrong in [past, WeeklyHours { days: Vec::new(), ..hours.clone() }] {
        let refused = desk.edit_calendar(at(25, 10), &CalendarEdit::AddHours(wrong), "sai".into());
        assert!(matches!(refused, Err(LawError::Calendar(_))));
    }
    let add = CalendarEdit::AddHours(hours.clone());
    desk.edit_calendar(at(25, 10), &add, "QĐ 31".into()).unwrap();
    let after = receive(&mut desk, at(25, 11), Fee::Free, limit.clone());
    let on_saturday = receive(&mut desk, at(25, 11), Fee::Free, TimeLimit::WorkingDays(3));
    let due = |dossier: &Dossier| dossier.deadline.as_ref().unwrap().at;
    let moment = |day: i8, hour, minute| date(2026, 11, day).at(hour, minute, 0, 0);
    assert_eq!(due(&before), date(2026, 12, 1).at(17, 0, 0, 0));
    assert_eq!(due(&desk.dossier(&before.id).unwrap().dossier), due(&before));
    assert_eq!(due(&after), moment(30, 17, 0), "the Saturday counts");
    assert_eq!(due(&on_saturday), moment(28, 11, 30), "to the closing time of that day");

    // Opened again the hours hold; taken back before their day they are gone, after it they stay.
    let Desk { ledger, .. } = desk;
    let mut desk = Desk::new(ledger, Arc::new(Law::load().unwrap())).unwrap();
    assert_eq!(desk.law.calendar.week(date(2026, 11, 28)), &hours);
    let remove = CalendarEdit::RemoveHours { from: hours.from };
    let late = desk.edit_calendar(at(29, 9), &remove, "muộn".into());
    assert!(matches!(late, Err(LawError::Calendar(_))));
    desk.edit_calendar(at(27, 9), &remove, "bỏ".into()).unwrap();
    assert!(!desk.law.calendar.is_working(date(2026, 11, 28)));
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn a_paper_without_a_dossier_is_kept_as_it_was_handed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let dossier = receive(&mut desk, at(23, 9), Fee::Free, TimeLimit::SameDay);
    let told = |kind, reason: &str| ToTell {
        kind,
        applicant: dossier.applicant.clone(),
        contact: dossier.contact.clone(),
        procedure: dossier.procedure.clone(),
        reason: reason.into(),
        arrival: None,
    };
    let asked = NoticeKind::Incomplete(vec!["Giấy chứng sinh".into()]);
    let asked = desk.tell(at(23, 10), told(asked, "Chưa đủ giấy tờ"), None).unwrap();
    let refused = desk.tell(at(24, 10), told(NoticeKind::Refused, "Ngoài thẩm quyền"), None);
    let refused = refused.unwrap();
    let (kind, pdf) = desk.notice(&asked).unwrap();
    assert_eq!(kind, PaperKind::Supplement);
    assert_eq!(asked.content, Some(ledger::content_hash(&pdf)));

    // Other words on the forms of tomorrow change no paper of today.
    let drawn = desk.notice(&CounterNotice { content: None, ..asked.clone() }).unwrap();
    assert_eq!(drawn.1, pdf);
    desk.office.name = "Ủy ban nhân dân xã khác".into();
    assert_eq!(desk.notice(&asked).unwrap().1, pdf);

    // What cannot be printed is not given: no number is used.
    let strange = desk.tell(at(24, 11), told(NoticeKind::Refused, "王"), None).unwrap_err();
    assert_eq!(strange.code(), "REP-10", "the field and its sign are named");
    let next = desk.tell(at(24, 12), told(NoticeKind::Refused, "Ngoài thẩm quyền"), None).unwrap();
    let number = |notice: &CounterNotice| notice.number.issued().unwrap().value;
    assert_eq!([&asked, &refused, &next].map(number), [1, 2, 3]);
    // Three notices and the receipt of the dossier.
    assert_eq!(desk.ledger.made(ledger::Way::Falling, None, None, 10).unwrap().items.len(), 4);
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn a_slip_tells_who_waits_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let first = desk.draw_ticket(at(25, 8), "Hộ tịch".into(), false).unwrap();
    desk.draw_ticket(at(25, 8), "Đất đai".into(), false).unwrap();
    let third = desk.draw_ticket(at(25, 8), "Hộ tịch".into(), false).unwrap();
    assert_eq!(desk.ticket(at(25, 8), &third.id).unwrap(), (third.clone(), 1));
    desk.call_ticket(at(25, 9), &first.id, "Quầy 1").unwrap();
    assert_eq!(desk.ticket(at(25, 9), &third.id).unwrap().1, 0);
    desk.draw_ticket(at(25, 9), "Hộ tịch".into(), true).unwrap();
    assert_eq!(desk.ticket(at(25, 9), &third.id).unwrap().1, 1, "ahead by law");
    assert!(desk.ticket(at(26, 9), &third.id).is_err(), "a ticket is of its day");
}

#[test]
fn settings_hold_at_once_and_after_opening() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let settings = Settings { receipt_series: "01/BL".into(), ..Settings::default() };
    desk.change_settings(at(23, 9), settings.clone()).unwrap();
    let dossier = receive(&mut desk, at(23, 10), Fee::Free, TimeLimit::SameDay);
    let paid = desk.pay(at(23, 10), &dossier.id, taking(1_000, Method::Cash)).unwrap();
    assert_eq!(paid.series, "01/BL");
    let Desk { ledger, .. } = desk;
    assert_eq!(ledger.settings().unwrap(), settings);
    assert!(ledger.user().roles.contains(&Role::Head));
}

#[test]
fn the_demo_office_shows_every_state_and_its_ledger_holds() {
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    let now = at(27, 15);
    let ledger = demo::make(folder.path(), &law, now).unwrap();
    let desk = Desk::new(ledger, law).unwrap();
    let today = clock::local(now).date();
    let days = (today.saturating_sub(30.days()), today);
    let records = desk.received_on(days.0, days.1).unwrap();
    let mut labels: Vec<&str> = records.iter().map(|record| record.status().label()).collect();
    labels.sort_unstable();
    labels.dedup();
    assert!(labels.len() >= 6, "{labels:?}");
    assert!(records.iter().any(|record| {
        record.course.punctuality() == Some(office::workflow::Punctuality::Late)
    }));
    let book = desk.cash_book(days.0, days.1).unwrap();
    assert!(book.iter().any(|line| matches!(line.standing, Standing::Cancelled(_))));
    assert!(!desk.tickets(now).unwrap().is_empty());
    assert!(desk.ledger.check().unwrap().clean());
}
