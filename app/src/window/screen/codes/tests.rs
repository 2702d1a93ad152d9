#![allow(clippy::unwrap_used, clippy::panic)]
use std::{collections::HashMap, sync::Arc};

use jiff::{Timestamp, civil::date};
use office::{
    entry::UserName,
    portal_code::{Code, Entered, Names, PortalCode},
};

use super::*;
use crate::assets::Law;

fn state(may: bool, codes: &[(Coded, &str)]) -> State {
    let law = Arc::new(Law::load().unwrap());
    let mut table = Table::default();
    let entered = Entered {
        at: Timestamp::UNIX_EPOCH,
        by: UserName("chi".into()),
        file: String::new(),
        words: "Mã giả định".into(),
    };
    for (subject, code) in codes {
        let (subject, code) = (subject.clone(), Code::parse(code).unwrap());
        table.enter(&entered, vec![PortalCode { subject, code, from: None }]);
    }
    let about = About {
        names: Names::of(&law.catalogue),
        law,
        codes: table,
        users: HashMap::new(),
        today: date(2026, 11, 28),
        may,
    };
    State::new(about, None)
}

fn names(state: &State) -> Vec<&str> {
    state.shown.iter().map(|place| state.rows[*place].name.as_str()).collect()
}

#[test]
fn what_is_missing_is_counted_found_and_narrowed() {
    let field = Coded::Field { name: "Hộ tịch".into() };
    let mut state = state(true, &[(field, "GIA-HT")]);
    let all = state.rows.len();
    assert_eq!(state.open, all - 1);
    assert!(all > 60, "fields, fees and ways of collecting");
    state.update(Message::KindChosen(Some(Kind::Field)));
    state.update(Message::QueryTyped("ho tich".into()));
    assert_eq!(names(&state), ["Hộ tịch"]);
    state.update(Message::MissingToggled);
    assert!(names(&state).is_empty() && state.selected.is_none());
    assert!(matches!(state.update(Message::CodeAsked), Action::None), "no row, no form");
    state.update(Message::QueryTyped(String::new()));
    state.update(Message::KindChosen(Some(Kind::Collection)));
    assert_eq!(names(&state), ["Thu trước", "Thu sau", "Đối tượng miễn phí"]);
    // By its code.
    state.update(Message::MissingToggled);
    state.update(Message::KindChosen(None));
    state.update(Message::QueryTyped("gia-ht".into()));
    assert_eq!(names(&state), ["Hộ tịch"]);
}

#[test]
fn a_correction_says_from_when_and_a_source_is_kept_for_the_next_code() {
    let field = Coded::Field { name: "Hộ tịch".into() };
    let mut state = state(true, &[(field, "GIA-HT")]);
    state.update(Message::QueryTyped("ho tich".into()));
    state.update(Message::KindChosen(Some(Kind::Field)));
    assert!(matches!(state.update(Message::CodeAsked), Action::Focus(form::CODE)));
    state.update(Message::Form(form::Message::CodeTyped(" GIA-2 ".into())));
    state.update(Message::Form(form::Message::WordsTyped("Sở gửi".into())));
    let Action::Write(typed) = state.update(Message::Form(form::Message::Confirmed)) else {
        panic!("nothing to write")
    };
    let line = &typed.line;
    assert_eq!((line.loai.as_str(), line.ten.as_str()), ("Lĩnh vực", "Hộ tịch"));
    assert_eq!((line.ma.as_str(), line.tu_ngay.as_str()), ("GIA-2", "28/11/2026"));
    assert_eq!(state.words, "Sở gửi");
}
