use office::{catalogue::PerPage, tariff::receipt::MOST_LINES};

use super::*;

const RATE: PerPage =
    PerPage { first: Dong(2_000), from_page: 3, then: Dong(1_000), cap: Dong(200_000) };

fn state(case: Case) -> State {
    State::new(About {
        payer: "Lò Văn Mẫu".into(),
        cases: vec![case],
        groups: vec![Exemption {
            id: "poor_household".into(),
            label: "Hộ nghèo".into(),
            basis: "Luật".into(),
            scope: None,
        }],
        account: true,
        ..About::default()
    })
}

fn case(amount: Option<Dong>, per_page: Option<PerPage>) -> Case {
    Case { label: "Lệ phí".into(), kind: FeeKind::Duty, amount, per_page, note: String::new() }
}

fn taken(state: &mut State) -> Option<Taking> {
    match state.update(Message::Submitted) {
        Action::Take(taking) => Some(taking),
        _ => None,
    }
}

#[test]
fn what_the_tariff_knows_is_filled_in() {
    let mut fixed = state(case(Some(Dong(8_000)), None));
    let taking = taken(&mut fixed).map(|taking| (taking.lines[0].amount, taking.payer));
    assert_eq!(taking, Some((Dong(8_000), "Lò Văn Mẫu".into())));
    let mut pages = state(case(None, Some(RATE)));
    pages.update(Message::PagesTyped("5".into()));
    pages.update(Message::CopiesTyped("2".into()));
    assert_eq!(pages.amount, "14.000");
    let mut unknown = state(case(None, None));
    assert_eq!(taken(&mut unknown), None, "an amount is never guessed");
    unknown.update(Message::AmountTyped("25.000".into()));
    assert_eq!(taken(&mut unknown).map(|t| t.lines[0].amount), Some(Dong(25_000)));
}

#[test]
fn nothing_is_only_taken_from_those_who_are_spared() {
    let mut state = state(case(Some(Dong(8_000)), None));
    state.update(Message::AmountTyped("0".into()));
    assert_eq!(taken(&mut state), None);
    state.update(Message::GroupChosen(Some(0)));
    let exempted = taken(&mut state).and_then(|taking| taking.exempted);
    assert_eq!(exempted.map(|e| e.label), Some("Hộ nghèo".into()));
}

#[test]
fn a_transfer_counts_once_the_bank_has_told() {
    let mut state = state(case(Some(Dong(8_000)), None));
    assert_eq!(state.update(Message::MethodChosen(Method::Transfer)), Action::Code);
    assert_eq!(state.transfer(), Some(Dong(8_000)));
    assert_eq!(taken(&mut state), None);
    state.update(Message::ArrivalTicked(true));
    assert_eq!(taken(&mut state).map(|t| t.method), Some(Method::Transfer));
}

#[test]
fn a_receipt_has_as_many_lines_as_are_added() {
    let mut state = state(case(None, Some(RATE)));
    state.update(Message::PagesTyped("2".into()));
    assert_eq!(state.update(Message::LineAdded), Action::Focus(LABEL));
    assert_eq!(state.update(Message::LineAdded), Action::Focus(LABEL), "an empty line is none");
    assert_eq!(taken(&mut state).map(|t| t.lines.len()), Some(1), "the next may stay empty");
    state.update(Message::LabelTyped("Phí thẩm định".into()));
    assert_eq!(taken(&mut state), None, "a line without an amount is none");
    state.update(Message::KindChosen(FeeKind::Charge));
    state.update(Message::AmountTyped("50.000".into()));
    let taking = taken(&mut state);
    let lines: Option<Vec<(FeeKind, Dong)>> =
        taking.map(|t| t.lines.iter().map(|line| (line.kind, line.amount)).collect());
    let wanted = vec![(FeeKind::Duty, Dong(4_000)), (FeeKind::Charge, Dong(50_000))];
    assert_eq!(lines, Some(wanted));
    assert_eq!(state.receipt().total(), Some(Dong(54_000)));
    state.update(Message::LineRemoved(0));
    assert_eq!(state.receipt().total(), Some(Dong(50_000)));
}

#[test]
fn a_receipt_has_six_lines_at_most() {
    let mut state = state(case(None, None));
    for n in 1..=MOST_LINES {
        state.update(Message::LabelTyped(format!("Khoản {n}")));
        state.update(Message::AmountTyped("1000".into()));
        let added = state.update(Message::LineAdded) == Action::Focus(LABEL);
        assert_eq!(added, n < MOST_LINES);
    }
    assert_eq!(taken(&mut state).map(|t| t.lines.len()), Some(MOST_LINES));
    assert_eq!(state.receipt().total(), Some(Dong(6_000)));
}

#[test]
fn a_cancellation_needs_its_reason() {
    let mut state = state(case(None, None));
    let id = PaymentId("p1".into());
    assert_eq!(state.update(Message::CancelAsked(id.clone())), Action::Focus(REASON));
    assert_eq!(state.update(Message::Submitted), Action::Focus(REASON));
    state.update(Message::ReasonTyped(" thu nhầm ".into()));
    assert_eq!(state.update(Message::Submitted), Action::Cancel(id, "thu nhầm".into()));
    assert_eq!(state.update(Message::Closed), Action::Focus(AMOUNT));
    assert_eq!(state.update(Message::Closed), Action::Close);
}

#[test]
fn noughts_too_many_are_asked_about_once() {
    for (known, typed, asked) in [
        (Some(Dong(8_000)), "8.000.000.000", true),
        (Some(Dong(8_000)), "16.000", false),
        (None, "50.000.000.000", false),
        (None, "500.000.000", true),
        (None, "500.000", false),
    ] {
        let mut state = state(case(known, None));
        state.update(Message::AmountTyped(typed.into()));
        let first = taken(&mut state);
        // Above what any dossier costs there is no amount at all.
        let readable = Dong::parse(typed).is_some();
        assert_eq!(first.is_some(), readable && !asked, "{typed}");
        assert_eq!(taken(&mut state).is_some(), readable, "{typed}: the same once more is meant");
    }
    let mut state = state(case(None, None));
    state.update(Message::AmountTyped("500.000.000".into()));
    assert_eq!(taken(&mut state), None);
    state.update(Message::AmountTyped("600.000.000".into()));
    assert_eq!(taken(&mut state), None, "another amount is asked about anew");
}

#[test]
fn the_keyboard_goes_to_what_is_lacking_in_order() {
    let mut state = State::new(About::default());
    for (fill, field) in [
        (None, LABEL),
        (Some(Message::LabelTyped("Bản sao trích lục".into())), AMOUNT),
        (Some(Message::AmountTyped("8.000".into())), PAYER),
        (Some(Message::MethodChosen(Method::Transfer)), PAYER),
        (Some(Message::PayerTyped("Lò Văn Mẫu".into())), ARRIVED),
    ] {
        if fill.is_none() {
            assert_eq!(state.first_field(), field);
        }
        if let Some(message) = fill {
            state.update(message);
        }
        assert_eq!(state.update(Message::Submitted), Action::Focus(field));
    }
    state.update(Message::ArrivalTicked(true));
    let lines = taken(&mut state).map(|taking| taking.lines);
    assert_eq!(lines.map(|lines| lines[0].origin), Some(Origin::ByHand));
}
