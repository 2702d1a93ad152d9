//! Transactions: their sides, those who help, the block list, earlier acts about the same asset, fees by value.
#![allow(clippy::unwrap_used, clippy::panic)]

use jiff::{Timestamp, civil::date};
use ledger::{LedgerError, Part};
use office::{
    Explain,
    act::{Act, Circumstances, Hindrance, Name, Participant, Place, Standing},
    book::BookId,
    dossier::Fee,
    eform::{Filling, FormData},
    entry::{Event, UserName},
    money::Dong,
    person::{Contact, Identity},
    register::{BookLine, Value},
};

use super::{
    Desk,
    lines::{DraftId, Known, ToDo, ToWrite, Work, fee},
    tests::{desk, words_of},
};
use crate::{clock, demo};

/// Monday, 23 November 2026, at a minute after eight.
fn at(minute: i8) -> Timestamp {
    clock::instant(date(2026, 11, 23).at(8, minute, 0, 0))
}

fn draft() -> DraftId {
    DraftId("0".repeat(32))
}

fn person(n: usize) -> Identity {
    demo::people()[n].identity()
}

fn filled(desk: &Desk, work: &Work, values: &[(&str, &str)]) -> FormData {
    let day = date(2026, 11, 23);
    let form = work.known(&desk.law, day).unwrap().form();
    Filling::new(form, &Identity::nobody(), &Contact::default(), values).finished(form, day)
}

const LAND: [(&str, &str); 7] = [
    ("name", "chuyển nhượng quyền sử dụng đất"),
    ("signed", "Ký"),
    ("sheets", "2"),
    ("text_pages", "4"),
    ("asset_number", "BC 123456"),
    ("land", "Có"),
    ("commune", "xã Thử Nghiệm"),
];

/// A transaction of two parties; each change makes it another one.
fn asked(desk: &Desk, kind: &str, values: &[(&str, &str)]) -> ToDo {
    let name = Name::parse(kind).unwrap();
    let day = date(2026, 11, 23);
    let work = Work::Act(name.clone());
    let Some(Known::Act(definition, _)) = work.known(&desk.law, day) else { panic!() };
    let mut people: Vec<Participant> = Vec::new();
    for n in 0..2 {
        let standing = definition.usual(&people);
        people.push(Participant { standing, ..person(n).into() });
    }
    let data = filled(desk, &work, values);
    let circumstances = Circumstances::of(Place::Office, &people);
    let fitting = desk.law.wordings.fitting(&name, day, circumstances, |key| data.value(key));
    let value = Dong::parse(data.value("value"));
    ToDo {
        wording: fitting[0].id.clone(),
        kind: name,
        people,
        legal_basis: "Luật thử".into(),
        data,
        copies: 3,
        pages: 1,
        fee: fee(&desk.law, definition, day, (1, 3), value).unwrap(),
        certifier: UserName("chi".into()),
        seen: Vec::new(),
        is_cleared: true,
    }
}

fn block(desk: &mut Desk, minute: i8, values: &[(&str, &str)]) -> Result<BookLine, LedgerError> {
    let book = BookId::BLOCKS;
    let mut all = vec![("agency", "Chi cục Thi hành án Thử"), ("document_day", "20/11/2026")];
    all.extend(values);
    let data = filled(desk, &Work::Line(book), &all);
    let asked = ToWrite { book, people: Vec::new(), legal_basis: String::new(), data };
    desk.write_line(at(minute), asked, &draft())
}

fn code(done: Result<Act, LedgerError>) -> Result<u32, String> {
    done.map(|act| act.number.issued().unwrap().value).map_err(|error| error.code().to_owned())
}

#[test]
fn a_transaction_tells_its_sides_its_helpers_and_stands_in_its_book() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut witness = person(2);
    let owner = desk.record_reading(at(0), &mut witness).unwrap();
    let mut asked = asked(&desk, "transaction", &LAND);
    assert_eq!(asked.fee, Fee::Amount(Dong(50_000)));
    asked.people[0].hindrance = Some(Hindrance::Reading);
    asked.people[1].acts_for = "Công ty Thử Nghiệm, mã số 5300000001".into();
    let refused = desk.do_act(at(1), asked.clone(), &draft());
    assert_eq!(code(refused), Err("OFF-173".into()), "two witnesses are needed");
    for n in 2..4 {
        asked.people.push(Participant { standing: Standing::Witness, ..person(n).into() });
    }
    let act = desk.do_act(at(2), asked, &draft()).unwrap();
    assert_eq!(code(Ok(act.clone())), Ok(1), "what was refused took no number");

    let names: Vec<String> = (0..4).map(|n| person(n).person.name).collect();
    let paper = desk.wording(at(3), &act.id).unwrap();
    let words = words_of(&desk.ledger.blob(&paper).unwrap());
    for told in [
        "Giao dịch chuyển nhượng quyền sử dụng đất được giao kết giữa:",
        "đại diện cho Công ty Thử Nghiệm, mã số 5300000001",
        "Bên A: ",
        "Bên B: ",
        "thành 03 (ba) bản gốc (mỗi bản gốc gồm 02 (hai) tờ, 04 (bốn) trang",
        "Việc chứng thực có người làm chứng: ",
        "đã ký vào giao dịch này trước mặt tôi",
        "Số chứng thực 1, quyển số 01/2026 - SCT/GD.",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    for name in &names {
        assert!(words.contains(name.as_str()), "{name}: {words}");
    }
    assert!(!words.contains("Cấp cho") && !words.contains("phiên dịch"), "{words}");

    let book = desk.definition(BookId::new("transaction").unwrap()).unwrap().clone();
    let lines = desk.written(&book, date(2026, 11, 23), date(2026, 11, 23)).unwrap();
    let cells: Vec<String> = book.line(&lines[0].values).iter().map(ToString::to_string).collect();
    assert_eq!(cells[0], "1");
    assert!(cells[2].contains(&names[0]) && cells[2].contains(&names[1]), "{cells:?}");
    assert!(!cells[2].contains(&names[2]), "a witness asks for nothing: {cells:?}");
    assert_eq!(cells[3], "chuyển nhượng quyền sử dụng đất");
    // Who helped has it in their history as well.
    let history = desk.ledger.history(owner, &[Part::Act], None, 9).unwrap().items;
    assert_eq!(history.len(), 1);
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn what_is_barred_is_not_disposed_of_until_the_same_document_lifts_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let land = |desk: &Desk| asked(desk, "transaction", &LAND);
    let of_asset = |does, document, number| {
        [("does", does), ("document", document), ("asset_number", number), ("lifting", "9/CV")]
    };
    block(&mut desk, 1, &of_asset("Ngăn chặn", "12/CV-THA", "bc-123456")).unwrap();
    let asks = land(&desk);
    let refused = desk.do_act(at(2), asks, &draft()).unwrap_err();
    assert_eq!(refused.code(), "OFF-176");
    assert!(refused.to_string().contains("12/CV-THA của Chi cục Thi hành án Thử"), "{refused}");
    // Another asset.
    let mut other = LAND;
    other[4].1 = "BC 999999";
    let asks = asked(&desk, "transaction", &other);
    assert_eq!(code(desk.do_act(at(3), asks, &draft())), Ok(1));
    // What lifts nothing is told, and so is what bars nothing.
    let lifts = |document, number| of_asset("Giải tỏa", document, number);
    for (values, refused) in [
        (lifts("13/CV-THA", "BC 123456"), "OFF-185"),
        (lifts("12/CV-THA", "BC 999999"), "OFF-185"),
        (of_asset("Ngăn chặn", "1/CV", "A1"), "OFF-179"),
    ] {
        assert_eq!(block(&mut desk, 4, &values).unwrap_err().code(), refused, "{values:?}");
    }
    let asks = land(&desk);
    assert_eq!(code(desk.do_act(at(5), asks, &draft())), Err("OFF-176".into()));
    block(&mut desk, 6, &lifts("12/CV-THA", "BC 123456")).unwrap();
    let again = block(&mut desk, 6, &lifts("12/CV-THA", "BC 123456"));
    assert_eq!(again.unwrap_err().code(), "OFF-185", "lifted already");
    let asks = land(&desk);
    assert_eq!(code(desk.do_act(at(7), asks, &draft())), Ok(2));

    // A person who is barred disposes of nothing, even without a number of an asset, but gets copies.
    let number = person(1).person.number.unwrap();
    let bars = [("does", "Ngăn chặn"), ("document", "7/QĐ-TA"), ("person_number", number.as_str())];
    block(&mut desk, 8, &bars).unwrap();
    let movable = [&LAND[..4], &[("land", "Không")]].concat();
    let movable = asked(&desk, "transaction", &movable);
    assert_eq!(code(desk.do_act(at(9), movable, &draft())), Err("OFF-176".into()));
    let copy = asked(&desk, "certified_copy", &[("original", "Bằng tốt nghiệp")]);
    assert_eq!(code(desk.do_act(at(10), copy, &draft())), Ok(1));
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn an_asset_that_was_sold_before_is_told_of_once_and_what_was_shown_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let asks = asked(&desk, "transaction", &LAND);
    let first = desk.do_act(at(1), asks.clone(), &draft()).unwrap();
    let refused = desk.do_act(at(2), asks.clone(), &draft()).unwrap_err();
    assert_eq!(refused.code(), "OFF-177");
    let told =
        format!("Chứng thực giao dịch số 1/2026 ngày 23/11/2026 của {}", person(0).person.name);
    assert!(refused.to_string().contains(&told), "{refused}");
    let shown = ToDo { seen: vec![first.id.clone()], ..asks.clone() };
    let second = desk.do_act(at(3), shown, &draft()).unwrap();
    assert_eq!(desk.act(&second.id).unwrap().act.seen, std::slice::from_ref(&first.id));
    // The second is new to the third; one that was annulled is none.
    let shown = ToDo { seen: vec![first.id.clone()], ..asks.clone() };
    assert_eq!(code(desk.do_act(at(4), shown.clone(), &draft())), Err("OFF-177".into()));
    let annulled = Event::ActAnnulled { act: second.id, reason: "nhập nhầm".into() };
    desk.ledger.record(at(5), annulled, &[]).unwrap();
    assert_eq!(code(desk.do_act(at(6), shown, &draft())), Ok(3));
    assert_eq!(desk.ledger.acts_of_assets(&asks.data, &[]).unwrap().len(), 2);
    assert!(desk.ledger.check().unwrap().clean());
}

/// An amendment is told on the earlier act's line and the earlier act on its own, on screens, in the printed volume and
/// in the workbook, as all of these are made of the same lines.
#[test]
fn an_act_that_amends_another_stands_in_both_notes() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let movable = [&LAND[..5], &[("land", "Không")]].concat();
    let movable = asked(&desk, "transaction", &movable);
    let first = desk.do_act(at(1), movable, &draft()).unwrap();
    let amend = |desk: &Desk, does, number, day| {
        let values = [
            ("does", does),
            ("name", "Hợp đồng mua bán"),
            ("old_number", number),
            ("old_day", day),
            ("signed", "Ký"),
            ("sheets", "1"),
            ("text_pages", "2"),
            ("note", "theo đề nghị"),
        ];
        asked(desk, "amendment", &values)
    };
    let mut minute = 2;
    let mut amended = |desk: &mut Desk, does, number, day| {
        let asks = amend(desk, does, number, day);
        minute += 1;
        desk.do_act(at(minute), asks, &draft()).unwrap()
    };
    let second = amended(&mut desk, "Sửa đổi, bổ sung", "1 quyển số 01/2026", "23/11/2026");
    // Another day, another number, no number: none of these names the act.
    for (number, day) in [("1", "22/11/2026"), ("9", "23/11/2026"), ("không rõ", "23/11/2026")] {
        amended(&mut desk, "Hủy bỏ", number, day);
    }
    let cancelled = amended(&mut desk, "Hủy bỏ", "01", "23/11/2026");
    let book = desk.definition(first.number.series().book).unwrap().clone();
    let notes = |desk: &Desk| -> Vec<String> {
        let day = date(2026, 11, 23);
        let lines = desk.written(&book, day, day).unwrap();
        lines
            .iter()
            .map(|line| line.values.get("note").map(Value::to_string).unwrap_or_default())
            .collect()
    };
    let all = notes(&desk);
    let by = "Sửa đổi, bổ sung theo số 2, quyển số 01/2026, ngày 23/11/2026";
    assert_eq!(all[0], format!("{by}; Hủy bỏ theo số 6, quyển số 01/2026, ngày 23/11/2026"));
    assert_eq!(all[1], "Sửa đổi, bổ sung số 1, quyển số 01/2026, ngày 23/11/2026; theo đề nghị");
    assert_eq!(all[2..5], ["theo đề nghị"; 3]);
    let relations = desk.relations(book.id).unwrap();
    let ids = |id| relations.of(id).iter().map(|one| one.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first.id), [second.id.clone(), cancelled.id.clone()]);
    assert_eq!(ids(&second.id), std::slice::from_ref(&first.id));
    // What was annulled amends nothing.
    let annulled = Event::ActAnnulled { act: cancelled.id, reason: "nhập nhầm".into() };
    desk.ledger.record(at(20), annulled, &[]).unwrap();
    assert_eq!(notes(&desk)[0], by);
}

#[test]
fn land_is_certified_only_where_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut elsewhere = LAND;
    elsewhere[6].1 = "xã Nơi Khác";
    let asks = asked(&desk, "transaction", &elsewhere);
    assert_eq!(code(desk.do_act(at(1), asks, &draft())), Err("OFF-178".into()));
    // What it is about is said, and land lies somewhere.
    for unsaid in [&LAND[..5], &LAND[..6]] {
        let asks = asked(&desk, "transaction", unsaid);
        assert_eq!(code(desk.do_act(at(1), asks, &draft())), Err("OFF-154".into()));
    }
    // Movables lie nowhere, and who only authorises somebody may do so anywhere.
    for (number, about) in [(1_u32, "Không"), (2, "Chỉ ủy quyền thực hiện quyền về đất, nhà ở")]
    {
        let mut movable = elsewhere;
        (movable[4].1, movable[5].1) = (["24B1-111.11", "24B1-222.22"][number as usize - 1], about);
        let asks = asked(&desk, "transaction", &movable);
        assert_eq!(code(desk.do_act(at(2), asks, &draft())), Ok(number));
    }
}

#[test]
fn a_notary_takes_a_fee_by_value() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path());
    let sale = |value| {
        let values = [
            ("name", "chuyển nhượng"),
            ("signed", "Ký"),
            ("sheets", "2"),
            ("text_pages", "4"),
            ("value", value),
            ("asset", "Thửa đất số 1"),
            ("asset_number", "BC 123456"),
            ("asset_owner", "Người Thử"),
        ];
        asked(&desk, "notary_sale", &values).fee
    };
    assert_eq!(sale("2000000000"), Fee::Amount(Dong(1_600_000)));
    assert_eq!(sale("0"), Fee::Unknown("Phí tính theo giá trị: chưa nhập giá trị".into()));
}
