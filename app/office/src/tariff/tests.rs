#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::{
    book::{BookId, Issued, Number, Period},
    catalogue::PerPage,
    fixture::{self, time},
    payment::{Exempted, FeeKind, FeeLine, PaymentId},
};

const COPY: PerPage =
    PerPage { first: Dong(2_000), from_page: 3, then: Dong(1_000), cap: Dong(200_000) };

fn group() -> Exempted {
    Exempted {
        label: "Người có công".into(), basis: "Luật Phí và lệ phí 2015, điều 10".into()
    }
}

pub(super) fn payment(amount: u64, method: Method, exempted: Option<Exempted>) -> Payment {
    let at = time("2026-11-23 09:10");
    Payment {
        id: PaymentId("p".into()),
        subject: (&fixture::dossier().id).into(),
        receipt: Number::Issued(Issued {
            series: Period::Year.series(BookId::FEE_RECEIPT, at.date()),
            value: 1,
            epoch: 1,
        }),
        series: String::new(),
        lines: vec![FeeLine {
            label: "Lệ phí".into(),
            kind: FeeKind::Duty,
            amount: Dong(amount),
            origin: Origin::Tariff,
        }],
        exempted,
        method,
        payer: "Người Giả Định A".into(),
        collector: "Cán bộ Giả Định".into(),
        at,
    }
}

pub(super) fn transfer(amount: u64) -> MatchedLine {
    MatchedLine {
        account: String::new(),
        reference: "FT1".into(),
        subject: (&fixture::dossier().id).into(),
        amount: Dong(amount),
        at: time("2026-11-23 09:10"),
        occurrence: 1,
    }
}

#[test]
fn states_by_hand() {
    use Method::{Cash, Transfer};
    for (asked, paid, banked, due_now, words) in [
        (0, vec![], vec![], Due::Nothing, "Hồ sơ không phải nộp phí, lệ phí."),
        (8_000, vec![], vec![], Due::Owed(Dong(8_000)), "Hồ sơ còn phải nộp 8.000 đồng."),
        (8_000, vec![(8_000, Cash, false)], vec![], Due::Paid, "Hồ sơ đã nộp đủ phí, lệ phí."),
        (8_000, vec![], vec![8_000], Due::Paid, "Hồ sơ đã nộp đủ phí, lệ phí."),
        // The receipt of a transfer and its line in the statement are one payment.
        (8_000, vec![(8_000, Transfer, false)], vec![8_000], Due::Paid, "đủ"),
        (8_000, vec![(8_000, Cash, false)], vec![8_000], Due::Overpaid(Dong(8_000)), "thừa"),
        (8_000, vec![(3_000, Cash, false)], vec![3_000], Due::Owed(Dong(2_000)), "còn"),
        (0, vec![], vec![5_000], Due::Overpaid(Dong(5_000)), "thừa 5.000 đồng"),
        (0, vec![(0, Cash, true)], vec![], Due::Paid, "đủ"),
        (4_000, vec![(4_000, Transfer, true)], vec![8_000], Due::Overpaid(Dong(4_000)), "thừa"),
    ] {
        let payments: Vec<Payment> =
            paid.into_iter().map(|(n, m, e)| payment(n, m, e.then(group))).collect();
        let lines: Vec<MatchedLine> = banked.into_iter().map(transfer).collect();
        let got = due(Some(Dong(asked)), &payments.iter().collect::<Vec<_>>(), &lines).unwrap();
        assert_eq!(got, due_now);
        assert!(got.to_string().contains(words), "{got}");
    }
}

#[test]
fn what_was_wanted_besides_is_not_too_much() {
    for (fee, by_tariff, by_hand, expected) in [
        (Fee::Free, 0, 8_000, Due::Paid),
        (Fee::Amount(Dong(8_000)), 8_000, 5_000, Due::Paid),
        (Fee::Amount(Dong(8_000)), 0, 8_000, Due::Paid),
        (Fee::Amount(Dong(8_000)), 0, 3_000, Due::Owed(Dong(5_000))),
        (Fee::Amount(Dong(8_000)), 9_000, 0, Due::Overpaid(Dong(1_000))),
        (Fee::Amount(Dong(8_000)), 9_000, 5_000, Due::Overpaid(Dong(1_000))),
        (Fee::Unknown(String::new()), 0, 8_000, Due::Paid),
    ] {
        let dossier = Dossier { fee: fee.clone(), ..fixture::dossier() };
        let mut paid = payment(by_tariff, Method::Cash, None);
        let line =
            FeeLine { amount: Dong(by_hand), origin: Origin::ByHand, ..paid.lines[0].clone() };
        paid.lines.push(line);
        let asked = asked(&dossier, &[], &[&paid]).unwrap();
        assert_eq!(due(asked, &[&paid], &[]).unwrap(), expected, "{fee:?} {by_tariff} {by_hand}");
    }
}

#[test]
fn what_was_asked_follows_the_dossier() {
    let ask = |at: &str, amount| Move {
        dossier: fixture::dossier().id,
        seen: 0,
        at: time(at),
        by: "Cán bộ Giả Định".into(),
        step: Step::PaymentAsked { amount: Dong(amount), reason: "đo đạc".into() },
        notice: None,
    };
    let undo = |at: &str| Move { step: Step::Undone { reason: "nhầm".into() }, ..ask(at, 0) };
    let paid = |at: &str, amount, exempted: bool| Payment {
        at: time(at),
        ..payment(amount, Method::Cash, exempted.then(group))
    };
    let unknown = || Fee::Unknown("tỉnh quy định".into());
    let (early, late) = ("2026-11-23 09:10", "2026-11-25 09:10");
    for (fee, moves, payments, total) in [
        (Fee::Free, vec![], vec![], Some(0)),
        (Fee::Amount(Dong(8_000)), vec![], vec![], Some(8_000)),
        (Fee::Amount(Dong(8_000)), vec![ask(early, 20_000)], vec![], Some(28_000)),
        (Fee::Amount(Dong(8_000)), vec![ask(early, 20_000), undo(late)], vec![], Some(8_000)),
        // An exemption settles what was asked before it, and nothing that comes later.
        (Fee::Amount(Dong(8_000)), vec![], vec![paid(early, 0, true)], Some(0)),
        (Fee::Amount(Dong(8_000)), vec![], vec![paid(early, 4_000, true)], Some(4_000)),
        (
            Fee::Amount(Dong(8_000)),
            vec![ask(late, 20_000)],
            vec![paid(early, 0, true)],
            Some(20_000),
        ),
        (Fee::Amount(Dong(8_000)), vec![ask(early, 20_000)], vec![paid(late, 0, true)], Some(0)),
        // An exemption never asks for more than the tariff.
        (Fee::Amount(Dong(8_000)), vec![], vec![paid(early, 9_000, true)], Some(8_000)),
        // What the catalogue does not know, the receipts tell.
        (unknown(), vec![], vec![], None),
        (unknown(), vec![], vec![paid(early, 5_000, false)], Some(5_000)),
        (unknown(), vec![], vec![paid(early, 0, true)], Some(0)),
        (unknown(), vec![ask(late, 20_000)], vec![paid(early, 0, true)], Some(20_000)),
        (unknown(), vec![ask(late, 20_000)], vec![paid(early, 5_000, false)], Some(20_000)),
    ] {
        let dossier = Dossier { fee, ..fixture::dossier() };
        let payments: Vec<&Payment> = payments.iter().collect();
        let got = asked(&dossier, &moves, &payments).unwrap();
        assert_eq!(got, total.map(Dong), "{:?} {moves:?}", dossier.fee);
    }
    let huge = Dossier { fee: Fee::Amount(MOST), ..fixture::dossier() };
    assert_eq!(asked(&huge, &[ask(late, 1)], &[]), Err(TariffError::TooMuch));
    assert_eq!(due(None, &[], &[transfer(5)]).unwrap(), Due::Unknown);
    assert!(Due::Unknown.to_string().contains("Chưa rõ"));
}

proptest! {
    #[test]
    fn sums_equal_or_are_refused(amounts in prop::collection::vec(any::<u64>(), 0..6), cut in 0u64..40) {
        let amounts: Vec<Dong> = amounts.into_iter().map(|n| Dong(n >> cut)).collect();
        let exact: u128 = amounts.iter().map(|n| u128::from(n.0)).sum();
        match sum(amounts) {
            Ok(total) => prop_assert_eq!(u128::from(total.0), exact),
            Err(error) => {
                prop_assert_eq!(error, TariffError::TooMuch);
                prop_assert!(exact > u128::from(MOST.0));
            }
        }
    }

    #[test]
    fn pages_cost_what_the_law_says(pages in 1u32..400, copies in 1u32..200) {
        let one: u64 = (1..=pages).map(|page| if page < 3 { 2_000 } else { 1_000 }).sum();
        let expected = one.min(200_000) * u64::from(copies);
        prop_assert_eq!(COPY.amount(pages, copies).0, expected);
    }

    #[test]
    fn what_is_due_and_what_came_balance(
        asked in 0u64..1_000_000, cash in 0u64..1_000_000, banked in prop::collection::vec(0u64..1_000_000, 0..4),
    ) {
        let paid = payment(cash, Method::Cash, None);
        let lines: Vec<MatchedLine> = banked.iter().copied().map(transfer).collect();
        let came = cash + banked.iter().sum::<u64>();
        match due(Some(Dong(asked)), &[&paid], &lines).unwrap() {
            Due::Unknown | Due::Nothing => prop_assert!(false, "a receipt was given"),
            Due::Owed(rest) => prop_assert_eq!(came + rest.0, asked),
            Due::Paid => prop_assert_eq!(came, asked),
            Due::Overpaid(rest) => prop_assert_eq!(came, asked + rest.0),
        }
    }
}

#[test]
fn noughts_too_many_are_seen() {
    for (amount, tariff, unusual) in [
        (8_000, Some(8_000), false),
        (80_000, Some(8_000), false),
        (80_001, Some(8_000), true),
        (8_000_000_000, Some(8_000), true),
        (70_000_000, Some(70_000_000), false),
        (20_000_000, None, false),
        (20_000_001, None, true),
        (50_000, Some(0), false),
        (50_000_000_000, Some(0), true),
    ] {
        assert_eq!(is_unusual(Dong(amount), tariff.map(Dong)), unusual, "{amount} {tariff:?}");
    }
}

/// Certified copies by TT 226/2016/TT-BTC art. 4, as the catalogue that ships has it: 2.000 đồng a page, from the
/// third 1.000, at most 200.000 a copy.
#[test]
fn a_certified_copy_costs_by_pages_and_copies() {
    let rows = include_bytes!("../../../../assets/procedures/one_stop.json");
    let catalogue = crate::catalogue::Catalogue::parse(rows).unwrap();
    let day = time("2026-11-23 09:00").date();
    let find = |code| catalogue.find(code, day).unwrap();
    for (pages, copies, amount) in [
        (1, 1, 2_000),
        (2, 1, 4_000),
        (3, 1, 5_000),
        (5, 3, 21_000),
        (10, 2, 24_000),
        (197, 1, 199_000),
        (198, 1, 200_000),
        (199, 1, 200_000),
        (10_000, 2, 400_000),
        (10_000, 10_000, 2_000_000_000),
    ] {
        let fee = counted(find("2.000815"), day, pages, copies);
        assert_eq!(fee, Ok(Fee::Amount(Dong(amount))), "{pages} {copies}");
    }
    // What does not go by pages is what the catalogue says.
    assert_eq!(counted(find("1.001193"), day, 9, 9), Ok(Fee::Free));
    assert!(matches!(counted(find("1.004873"), day, 1, 1), Ok(Fee::Unknown(_))));
}
