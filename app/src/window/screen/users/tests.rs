//! Who reaches which question on the users' screen, and what comes of it.

use super::*;

fn known(name: &str, full_name: &str, active: bool) -> UserState {
    let user = User {
        name: UserName(name.into()),
        full_name: full_name.into(),
        title: String::new(),
        roles: vec![Role::Clerk],
    };
    UserState { user, active, lent: false }
}

/// Đặng Thị An and, by name after her, Vàng A Thử; Bùi Văn Cũ's rights ended.
fn screen(me: &str, may: bool) -> State {
    let users = vec![
        known("thu", "Vàng A Thử", true),
        known("cu", "Bùi Văn Cũ", false),
        known("an", "Đặng Thị An", true),
    ];
    let grant = Role::ALL.to_vec();
    let may = May { add: may, change: may, grant, end: may, set_password: may, delegate: may };
    State::new(users, UserName(me.into()), may, Delegations::default())
}

fn said(action: &Action) -> String {
    match action {
        Action::None => "none".into(),
        Action::Focus(field) => format!("focus {field}"),
        Action::Add { user, .. } => format!("add {}", user.name.0),
        Action::Change(user) => format!("change {}", user.name.0),
        Action::End { user, reason } => format!("end {}: {reason}", user.name.0),
        Action::Delegate { to, terms } => format!("delegate {} {}", to.name.0, terms.decision),
        Action::EndDelegation { id, reason } => format!("end {}: {reason}", id.0),
        Action::SetPassword(user) => format!("password {}", user.name.0),
        Action::OwnPassword => "own password".into(),
        Action::Close => "close".into(),
    }
}

#[test]
fn only_who_may_reaches_a_question() {
    for (me, may, place, message, expected) in [
        ("an", true, 1, Message::AddAsked, "focus user-full-name"),
        ("an", false, 1, Message::AddAsked, "none"),
        ("an", true, 1, Message::ChangeAsked, "focus user-full-name"),
        ("an", true, 0, Message::ChangeAsked, "focus user-full-name"),
        ("an", true, 2, Message::ChangeAsked, "none"),
        ("an", false, 1, Message::ChangeAsked, "none"),
        ("an", true, 0, Message::EndAsked, "none"),
        ("an", true, 1, Message::EndAsked, "focus users-reason"),
        ("an", false, 1, Message::EndAsked, "none"),
        ("an", true, 2, Message::EndAsked, "none"),
        ("an", true, 0, Message::DelegateAsked, "none"),
        ("an", true, 1, Message::DelegateAsked, "focus delegation-decision"),
        ("an", false, 1, Message::DelegateAsked, "none"),
        ("an", true, 2, Message::DelegateAsked, "none"),
        ("an", true, 2, Message::ReturnAsked, "focus user-password"),
        ("an", false, 2, Message::ReturnAsked, "none"),
        ("an", true, 1, Message::ReturnAsked, "none"),
        ("an", true, 1, Message::PasswordAsked, "password thu"),
        ("an", false, 1, Message::PasswordAsked, "none"),
        ("an", false, 0, Message::PasswordAsked, "own password"),
        ("an", true, 2, Message::PasswordAsked, "none"),
        ("an", true, 9, Message::PasswordAsked, "none"),
    ] {
        let mut state = screen(me, may);
        state.update(Message::Selected(place));
        assert_eq!(said(&state.update(message)), expected, "{me} {may} {place}");
    }
}

#[test]
fn rights_end_only_with_a_reason() {
    for (typed, expected) in [
        ("", "focus users-reason"),
        (" \t ", "focus users-reason"),
        ("  chuyển   công tác ", "end thu: chuyển công tác"),
    ] {
        let mut state = screen("an", true);
        state.update(Message::Selected(1));
        state.update(Message::EndAsked);
        state.update(Message::ReasonTyped(typed.into()));
        assert_eq!(said(&state.update(Message::Confirmed)), expected, "{typed:?}");
        assert!(state.asks(), "the question stays until the ledger has answered");
        state.update(Message::Dropped);
        assert_eq!(said(&state.update(Message::Confirmed)), "none");
    }
}

#[test]
fn whoever_was_touched_is_selected_afterwards() {
    let mut state = screen("an", true);
    state.update(Message::Selected(1));
    state.update(Message::EndAsked);
    let users = vec![
        known("thu", "Vàng A Thử", false),
        known("cu", "Bùi Văn Cũ", false),
        known("an", "Đặng Thị An", true),
    ];
    state.done(users, Vec::new(), Notice::done(""));
    assert_eq!(state.chosen().map(|known| known.user.name.0.as_str()), Some("thu"));
}
