//! Acts and typed lines at a desk with a real ledger, from the data files that ship.
#![allow(clippy::unwrap_used, clippy::panic)]

use jiff::{Timestamp, civil::date};
use ledger::{LedgerError, Part};
use office::{
    Explain,
    act::{Act, Circumstances, Name, Place},
    book::BookId,
    dossier::Fee,
    eform::{Filling, FormData},
    entry::{Role, User, UserName},
    evidence::Evidence,
    money::Dong,
    payment::{FeeKind, Method},
    person::{Contact, Identity, Sex},
    register::Value,
    tariff::receipt::Taking,
};

use super::{
    Desk,
    lines::{DraftId, Known, ToDo, ToWrite, Work, fee},
    tests::{desk, words_of},
};
use crate::{clock, demo};

const COPY: &str = "Chứng thực bản sao từ bản chính";
const ELECTRONIC: &str = "Chứng thực bản sao điện tử từ bản chính";
const SIGNATURE: &str = "Chứng thực chữ ký, điểm chỉ";
const TRANSLATOR: &str = "Chứng thực chữ ký người dịch";
const TRANSACTIONS: [&str; 6] = [
    "Chứng thực giao dịch",
    "Chứng thực di chúc",
    "Chứng thực văn bản từ chối nhận di sản",
    "Chứng thực văn bản phân chia di sản",
    "Chứng thực việc sửa đổi, bổ sung, hủy bỏ giao dịch",
    "Cấp bản sao có chứng thực từ bản chính giao dịch đã được chứng thực",
];
const BLOCKS: &str = "Sổ theo dõi ngăn chặn";
const VISITORS: &str = "Sổ theo dõi khách đến cơ quan";
const PASSWORD: &str = "Mật-khẩu-8";

/// Monday, 23 November 2026, at an hour.
fn at(hour: i8) -> Timestamp {
    clock::instant(date(2026, 11, 23).at(hour, 0, 0, 0))
}

fn copy() -> Name {
    Name::parse("certified_copy").unwrap()
}

fn visitors() -> BookId {
    BookId::new("visitors").unwrap()
}

fn draft() -> DraftId {
    DraftId("0".repeat(32))
}

fn filled(desk: &Desk, work: &Work, who: Option<&Identity>, values: &[(&str, &str)]) -> FormData {
    let day = date(2026, 11, 23);
    let known = work.known(&desk.law, day).unwrap();
    let form = known.form();
    let filling = match who {
        Some(who) => Filling::new(form, who, &Contact::default(), values),
        None => Filling::new(form, &Identity::nobody(), &Contact::default(), values),
    };
    filling.finished(form, day)
}

/// A certified copy as a clerk asks for it; the desk's only user certifies.
fn asked(desk: &Desk, requesters: Vec<Identity>, pages: u32, copies: u32) -> ToDo {
    let work = Work::Act(copy());
    let day = date(2026, 11, 23);
    let Some(Known::Act(kind, _)) = work.known(&desk.law, day) else { panic!() };
    ToDo {
        kind: copy(),
        people: requesters.into_iter().map(Into::into).collect(),
        seen: Vec::new(),
        is_cleared: true,
        legal_basis: "Luật thử".into(),
        data: filled(desk, &work, None, &[("original", "Bằng tốt nghiệp")]),
        copies,
        pages,
        fee: fee(&desk.law, kind, day, (pages, copies), None).unwrap(),
        certifier: UserName("chi".into()),
        wording: Name::parse("copy_23").unwrap(),
    }
}

fn person(n: usize) -> Identity {
    demo::people()[n].identity()
}

fn number(act: &Act) -> u32 {
    act.number.issued().unwrap().value
}

#[test]
fn a_certified_copy_stands_in_its_book_its_history_and_the_cash_sheet() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut who = person(0);
    let owner = desk.record_reading(at(8), &mut who).unwrap();
    desk.ledger.save_draft(&draft().key(), b"{}").unwrap();
    let act = desk.do_act(at(9), asked(&desk, vec![who.clone()], 3, 2), &draft()).unwrap();
    assert_eq!(number(&act), 1);
    assert_eq!(act.fee, Fee::Amount(Dong(10_000)));
    assert!(desk.ledger.drafts().unwrap().is_empty(), "the draft ended with it");

    let book = desk.definition(BookId::new("certified_copy").unwrap()).unwrap().clone();
    let lines = desk.written(&book, date(2026, 11, 23), date(2026, 11, 23)).unwrap();
    let cells: Vec<String> = book.line(&lines[0].values).iter().map(ToString::to_string).collect();
    let name = who.person.name.clone();
    let expected =
        ["1", "23/11/2026", &name, "Bằng tốt nghiệp", "Lò Thị Chi, Công chức", "02", "10.000", ""];
    assert_eq!(cells, expected);

    let history = desk.ledger.history(owner, &[Part::Act], None, 9).unwrap().items;
    assert_eq!(history.len(), 1, "under its own part");

    let record = desk.act(&act.id).unwrap();
    let words = |desk: &Desk| desk.act_money(&record).unwrap().words(&act.fee);
    assert_eq!(words(&desk), "Còn phải thu 10.000 đồng.");
    let procedure = desk.law.catalogue.find("2.000815", date(2026, 11, 23));
    let case = act.case(procedure).unwrap();
    assert_eq!(
        (case.label.as_str(), case.kind, case.amount),
        ("Phí chứng thực bản sao từ bản chính", FeeKind::Charge, Some(Dong(10_000)))
    );
    let line = office::payment::FeeLine {
        label: case.label,
        kind: case.kind,
        amount: Dong(10_000),
        origin: office::payment::Origin::Tariff,
    };
    let taking = Taking { lines: vec![line], exempted: None, method: Method::Cash, payer: name };
    let paid = desk.pay(at(10), &act.id, taking).unwrap();
    assert_eq!(words(&desk), "Đã thu 10.000 đồng.");
    let named = "Chứng thực bản sao từ bản chính số 1/2026";
    assert_eq!(desk.name_if_here(&paid.subject).unwrap(), named);
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn what_is_refused_takes_no_number_and_keeps_the_draft() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    desk.ledger.save_draft(&draft().key(), b"{}").unwrap();
    type Change = fn(&mut ToDo);
    let forged = Identity { evidence: Evidence::ChipNotAuthentic, ..person(0) };
    let entries = desk.ledger.head().sequence;
    let refused: [(Change, &str); 8] = [
        (|a| a.people.clear(), "OFF-151"),
        (
            |a| {
                let unread = Identity { evidence: Evidence::Declared, ..Identity::nobody() };
                a.people = vec![unread.into()];
            },
            "OFF-159",
        ),
        (|a| a.data.fields[0].value.clear(), "OFF-154"),
        (|a| a.copies = 0, "OFF-155"),
        (|a| a.pages = 10_001, "OFF-155"),
        (|a| a.certifier = UserName("ai".into()), "OFF-157"),
        (|a| a.wording = Name::parse("other").unwrap(), "OFF-158"),
        (|a| a.kind = Name::parse("other").unwrap(), "OFF-150"),
    ];
    for (change, code) in refused {
        let mut what = asked(&desk, vec![person(0)], 1, 1);
        change(&mut what);
        let error = desk.do_act(at(9), what, &draft()).unwrap_err();
        assert_eq!(error.code(), code);
    }
    let error = desk.do_act(at(9), asked(&desk, vec![forged], 1, 1), &draft()).unwrap_err();
    assert_eq!(error.code(), "OFF-153");
    assert_eq!(desk.ledger.head().sequence, entries);
    assert_eq!(desk.ledger.drafts().unwrap().len(), 1);
    let act = desk.do_act(at(9), asked(&desk, vec![person(0)], 1, 1), &draft()).unwrap();
    assert_eq!(number(&act), 1);
}

/// Two ask, and one of them came without any paper.
#[test]
fn whoever_is_only_typed_is_recorded_with_the_act_and_known_from_then_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut child = Identity::nobody();
    child.person.name = "Vàng A Trẻ".into();
    let entries = desk.ledger.head().entries;
    let asked = asked(&desk, vec![person(0), child], 2, 1);
    let act = desk.do_act(at(9), asked, &draft()).unwrap();
    let whose = act.people[1].who.whose.unwrap();
    assert_eq!(act.people[0].who.whose, None, "known by the number");
    let history = desk.ledger.history(whose, &[Part::Act, Part::Reading], None, 9).unwrap();
    assert_eq!(history.items.len(), 2, "the reading and the act");
    // The reading, the first volume of the year, the act.
    assert_eq!(desk.ledger.head().entries, entries + 3);
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn a_line_is_typed_with_or_without_a_paper() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let work = Work::Line(visitors());
    let (mut who, host) = (person(2), ("host", "Phòng Kinh tế"));
    let owner = desk.record_reading(at(8), &mut who).unwrap();
    let with = filled(&desk, &work, Some(&who), &[host, ("party", "3")]);
    let without = filled(&desk, &work, None, &[host, ("visitor", "Khách Không Giấy")]);
    for (people, data) in [(vec![who.clone()], with), (Vec::new(), without)] {
        let asked = ToWrite { book: visitors(), people, legal_basis: "Luật thử".into(), data };
        desk.write_line(at(9), asked, &draft()).unwrap();
    }
    let empty = ToWrite {
        book: visitors(),
        people: Vec::new(),
        legal_basis: String::new(),
        data: filled(&desk, &work, None, &[host]),
    };
    assert_eq!(desk.write_line(at(9), empty.clone(), &draft()).unwrap_err().code(), "OFF-166");
    let other = ToWrite { book: BookId::TRACKING, ..empty };
    let refused = desk.write_line(at(9), other, &draft());
    assert!(matches!(refused, Err(LedgerError::NoBook { book: BookId::TRACKING })));
    let book = desk.definition(visitors()).unwrap().clone();
    let lines = desk.written(&book, date(2026, 11, 23), date(2026, 11, 23)).unwrap();
    let cell = |line: usize, key: &str| lines[line].values.get(key).cloned().unwrap_or_default();
    assert_eq!(lines.len(), 2);
    assert_eq!(cell(0, "visitor"), Value::Text(who.person.name.clone()));
    assert_eq!(cell(0, "paper"), Value::Text(who.person.number.as_ref().unwrap().to_string()));
    assert_eq!(cell(0, "party"), Value::Count(3), "as its column has it");
    assert_eq!(cell(1, "visitor"), Value::Text("Khách Không Giấy".into()));
    assert_eq!(cell(1, "number"), Value::Number("2".into()));
    assert_eq!(desk.ledger.history(owner, &[Part::Act], None, 9).unwrap().items.len(), 1);
    assert!(desk.ledger.check().unwrap().clean());
}

#[test]
fn only_what_a_role_may_write_is_offered_and_a_closed_book_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let day = date(2026, 11, 23);
    for (name, role) in [
        ("mot", Role::Clerk),
        ("hai", Role::Certifier),
        ("ba", Role::Archivist),
        ("bon", Role::SecurityAdministrator),
        ("nam", Role::Notary),
    ] {
        let user = User {
            name: UserName(name.into()),
            full_name: name.to_uppercase(),
            title: String::new(),
            roles: vec![role],
        };
        desk.ledger.add_user(at(8), user, PASSWORD).unwrap();
    }
    let all = desk.offers(day).unwrap();
    assert_eq!(all.all.len(), 12);
    let Desk { ledger, law, .. } = desk;
    drop(ledger);
    for (name, offered) in [
        (
            "mot",
            [&[COPY, ELECTRONIC, SIGNATURE, TRANSLATOR], &TRANSACTIONS[..], &[BLOCKS, VISITORS]]
                .concat(),
        ),
        (
            "hai",
            [&[COPY, ELECTRONIC, SIGNATURE, TRANSLATOR], &TRANSACTIONS[..], &[BLOCKS]].concat(),
        ),
        ("ba", vec![BLOCKS, VISITORS]),
        ("bon", vec![]),
        ("nam", vec![ELECTRONIC, BLOCKS]),
    ] {
        let user = UserName(name.into());
        let ledger = ledger::Ledger::open(folder.path(), &user, PASSWORD, at(9)).unwrap();
        let desk = Desk::new(ledger, law.clone()).unwrap();
        let offers = desk.offers(day).unwrap();
        let labels: Vec<&str> = offers.all.iter().map(|offer| offer.label.as_str()).collect();
        assert_eq!(labels, offered, "{name}");
        assert!(offers.closed.is_empty());
    }
    // Before its first day a kind is none.
    let user = UserName("mot".into());
    let ledger = ledger::Ledger::open(folder.path(), &user, PASSWORD, at(9)).unwrap();
    let desk = Desk::new(ledger, law).unwrap();
    let before = desk.offers(date(2025, 10, 31)).unwrap().all;
    assert_eq!(
        before.iter().map(|offer| &offer.work).collect::<Vec<_>>(),
        [&Work::Line(BookId::BLOCKS), &Work::Line(visitors())]
    );
}

/// An act of each kind, done and printed: what stands on the paper is the wording of its case, filled in.
#[test]
fn every_kind_is_certified_on_paper_in_the_wording_of_its_case() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let (one, two) = (person(0), person(1));
    let names = (one.person.name.clone(), two.person.name.clone());
    let signature =
        |signed| vec![("document", "Giấy ủy quyền"), ("signed", signed), ("finger", "Trỏ phải")];
    let translation = vec![
        ("document", "Giấy khai sinh"),
        ("from_language", "Trung"),
        ("to_language", "Việt"),
        ("sheets", "2"),
        ("pages", "3"),
    ];
    let original = vec![("original", "Bằng tốt nghiệp")];
    let day = "Ngày 23 tháng 11 năm 2026 (Bằng chữ: ngày hai mươi ba tháng mười một năm hai nghìn \
               không trăm hai mươi sáu).";
    let cases: [(&str, Vec<Identity>, _, &str, Vec<String>); 5] = [
        (
            "certified_copy",
            vec![one.clone()],
            original,
            "copy_23",
            vec![
                "CHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH".into(),
                "Số chứng thực 1, quyển số 01/2026 - SCT/BS".into(),
            ],
        ),
        (
            "signature",
            vec![one.clone()],
            signature("Ký"),
            "signature_one",
            vec![
                day.into(),
                format!("{}, Thẻ căn cước công dân số {}", names.0, number_of(&one)),
                "đã ký vào giấy tờ, văn bản này trước mặt tôi".into(),
            ],
        ),
        (
            "signature",
            vec![one.clone(), two.clone()],
            signature("Ký"),
            "signature_many",
            vec![
                format!("1. {}", honoured(&one)),
                format!("2. {}", honoured(&two)),
                "đã cùng ký vào".into(),
                "Số chứng thực 2, quyển số 01/2026 - SCT/CK, ĐC.".into(),
            ],
        ),
        (
            "signature",
            vec![one.clone()],
            signature("Điểm chỉ"),
            "signature_finger",
            vec!["đã điểm chỉ ngón trỏ phải vào giấy tờ".into()],
        ),
        (
            "translator_signature",
            vec![two.clone()],
            translation,
            "translator_280",
            vec![
                "từ tiếng Trung sang tiếng Việt".into(),
                "thành 02 (hai) bản gốc (mỗi bản gốc gồm 2 tờ, 3 trang)".into(),
                format!("{} là người đã ký vào từng trang", honoured(&two)),
            ],
        ),
    ];
    for (kind, requesters, values, wording, sentences) in cases {
        let kind = Name::parse(kind).unwrap();
        let work = Work::Act(kind.clone());
        let data = filled(&desk, &work, None, &values);
        let fitting = desk.law.wordings.fitting(
            &kind,
            date(2026, 11, 23),
            Circumstances {
                place: Place::Office,
                asking: requesters.len(),
                witnesses: false,
                interpreter: false,
            },
            |key| data.value(key),
        );
        assert_eq!(fitting[0].id.as_str(), wording, "{kind}");
        let wording = fitting[0].id.clone();
        let fee = Fee::Amount(Dong(10_000));
        let asked = ToDo { kind, data, wording, fee, ..asked(&desk, requesters, 1, 2) };
        let act = desk.do_act(at(9), asked, &draft()).unwrap();
        let content = desk.wording(at(9), &act.id).unwrap();
        let words = words_of(&desk.ledger.blob(&content).unwrap());
        for sentence in sentences {
            assert!(words.contains(&sentence), "{sentence}: {words}");
        }
        assert!(!words.contains('{'), "{words}");
        // Printed again, it is what was handed over.
        assert_eq!(desk.wording(at(9), &act.id).unwrap(), content);
        assert_eq!(desk.ledger.papers(&act.id).unwrap().len(), 1);
    }
    assert!(desk.ledger.check().unwrap().clean());
}

/// A transfer that says an act's words is the act's, whatever the bank made of them, and no receipt.
#[test]
fn a_bank_statement_finds_the_act_that_a_transfer_is_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let asked = asked(&desk, vec![person(0)], 3, 2);
    let act = desk.do_act(at(9), asked, &draft()).unwrap();
    assert_eq!(act.transfer_words().as_deref(), Some("CTBSTBC 1/2026"));
    let file = "Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung\n\
         23/11/2026;FT1;;4000;MBVCB.77 ctbstbc 1 2026 nop phi\n\
         23/11/2026;FT2;;4000;CTBSTBC 2/2026\n\
         23/11/2026;FT3;;4000;CTCKDC 1/2026\n";
    let read = desk.read_statement("a.csv", file.as_bytes()).unwrap();
    let matched: Vec<_> = read.sorted.matched().map(|line| line.subject.clone()).collect();
    assert_eq!(matched, [(&act.id).into()]);
    assert_eq!(desk.take_statement(at(10), &read).unwrap(), 1);
    let money = desk.act_money(&desk.act(&act.id).unwrap()).unwrap();
    assert_eq!(money.arrived(), Dong(4_000));
    let told = money.words(&act.fee);
    assert!(told.ends_with("Ngân hàng đã báo có 4.000 đồng, chưa lập biên lai."), "{told}");
    assert!(desk.ledger.check().unwrap().clean());
}

fn number_of(who: &Identity) -> &str {
    who.document.as_ref().map_or("", |document| &document.number)
}

fn honoured(who: &Identity) -> String {
    let honorific = match who.person.sex {
        Some(Sex::Male) => "Ông",
        Some(Sex::Female) => "Bà",
        None => "Ông/Bà",
    };
    format!("{honorific} {}", who.person.name)
}
