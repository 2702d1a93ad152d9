//! The list of what waits: what is marked, seen, signed and stopped.
#![allow(clippy::unwrap_used, clippy::panic)]

use ledger::LedgerError;

use super::*;

fn id(n: usize) -> ActId {
    ActId(format!("{n:032x}"))
}

/// So many that the user may sign, and one of another certifier.
fn state(count: usize) -> State {
    let row = |n: usize| Row {
        id: id(n),
        label: "Bản sao".into(),
        what: format!("Bản chính {n}"),
        askers: "Lò Văn Mẫu".into(),
        pages: 1,
        by: "Lò Thị Mẫu".into(),
        at: String::new(),
        asked: String::new(),
        stand: if n == count { Stand::Others } else { Stand::Mine },
        returnable: n != count,
    };
    State::new((0..=count).map(row).collect())
}

fn asked(state: &mut State) -> Option<Vec<ActId>> {
    match state.update(Message::SignAsked) {
        Action::Ask(ids) => Some(ids),
        Action::None => None,
        _ => panic!("neither asked nor refused"),
    }
}

#[test]
fn the_chosen_one_or_the_marked_ones_are_signed_in_the_order_of_the_list() {
    let mut state = state(5);
    assert_eq!(asked(&mut state), Some(vec![id(0)]));
    for n in [4, 2] {
        state.update(Message::Marked(n, true));
    }
    // What is somebody else's is not marked.
    state.update(Message::Marked(5, true));
    assert_eq!(asked(&mut state), Some(vec![id(2), id(4)]));
    state.update(Message::AllAsked);
    assert_eq!(asked(&mut state).unwrap().len(), 5);
    state.update(Message::AllAsked);
    state.update(Message::Chosen(5));
    assert_eq!(asked(&mut state), None, "nothing that the user may sign");
}

#[test]
fn one_pin_is_for_so_many_and_no_more() {
    for (count, fits) in [(MOST_AT_ONCE, true), (MOST_AT_ONCE + 1, false)] {
        let mut state = state(count);
        state.update(Message::AllAsked);
        assert_eq!(asked(&mut state).is_some(), fits, "{count}");
    }
}

#[test]
fn while_a_batch_runs_it_can_only_be_stopped() {
    let mut state = state(3);
    state.update(Message::AllAsked);
    state.begin(0, 3);
    for message in [Message::SignAsked, Message::ReturnAsked, Message::Moved(1), Message::AllAsked]
    {
        assert!(matches!(state.update(message), Action::None));
    }
    assert!(matches!(state.update(Message::StopAsked), Action::Stop));
    let left = State::new(state.rows.split_off(1)).rows;
    state.went_on(left);
    state.ended(Notice::caution("Đã dừng."));
    assert_eq!(asked(&mut state).unwrap(), [id(1), id(2)], "what waits stays marked");
}

#[test]
fn pages_come_to_the_one_that_was_asked_for_and_make_it_seen() {
    let mut state = state(2);
    let pages = || Ok(Pages { pages: Vec::new(), stamp: String::new() });
    assert!(matches!(state.update(Message::LookAsked), Action::Look(of) if of == id(0)));
    state.update(Message::Drawn(id(1), pages()));
    assert!(state.asked.is_none() && state.seen.is_empty());
    state.update(Message::Drawn(id(0), pages()));
    assert!(state.asked.is_some() && state.seen.contains(&id(0)));
}

#[test]
fn a_refused_return_keeps_its_reason() {
    let mut state = state(1);
    state.update(Message::ReturnAsked);
    state.update(Message::ReasonTyped("thiếu trang".into()));
    assert!(
        matches!(state.update(Message::Returned), Action::Return(_, reason) if reason == "thiếu trang")
    );
    state.tell(Notice::error(&LedgerError::ReturnedAlready));
    assert!(
        matches!(&state.asked, Some(Asked::Return(reason, Some(_))) if reason == "thiếu trang")
    );
    // What is somebody else's is not returned.
    state.update(Message::Dismissed);
    state.update(Message::Chosen(1));
    state.update(Message::ReturnAsked);
    assert!(state.asked.is_none());
}

/// A batch says which of its copies nobody looked at.
#[test]
fn what_was_not_looked_at_is_named_before_it_is_signed() {
    let mut state = state(8);
    let pages = || Ok(Pages { pages: Vec::new(), stamp: String::new() });
    let ids: Vec<ActId> = (0..8).map(id).collect();
    let told = state.not_seen(&ids);
    assert!(told.contains("chưa mở xem 8/8 bản") && told.contains("“Bản chính 4”"), "{told}");
    assert!(told.contains("và 3 bản khác") && !told.contains("“Bản chính 5”"), "{told}");
    for n in 0..7 {
        state.update(Message::Chosen(n));
        state.update(Message::LookAsked);
        state.update(Message::Drawn(id(n), pages()));
        state.update(Message::Dismissed);
    }
    let told = state.not_seen(&ids);
    assert!(told.contains("1/8 bản: “Bản chính 7” (Lò Văn Mẫu)."), "{told}");
    assert_eq!(state.not_seen(&ids[..7]), "");
}
