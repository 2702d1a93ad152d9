//! What narrows the list, who may change it, and which files are offered.
#![allow(clippy::unwrap_used, clippy::panic)]

use office::{
    entry::UserName,
    trust::{TrustSource, Voucher},
};

use office::trust::TrustItem;

use super::*;

fn on(text: &str) -> Date {
    text.parse().unwrap()
}

fn known(place: u64, country: &str, name: &str, kind: TrustKind) -> Row {
    let hash = ContentHash(format!("{place:064x}"));
    let item = TrustItem {
        kind,
        fingerprint: hash.clone(),
        country: country.into(),
        name: name.into(),
        serial: "0a".into(),
        from: on("2020-01-01"),
        until: on("2039-12-31"),
    };
    let (voucher, words) = (Voucher::Person, "đã đối chiếu".into());
    let source = TrustSource { file: "a.ml".into(), sha256: hash, voucher, words };
    let at = clock::now();
    let record = TrustRecord { place, at, by: UserName("thu".into()), item, source };
    Row { record, by: "Lò Thị Mẫu (thu)".into() }
}

fn screen(may_change: bool) -> State {
    let mut state = State::new(on("2026-11-23"), may_change, None);
    let rows = vec![
        known(1, "VN", "CN=CSCA Việt Nam", TrustKind::CountrySigner),
        known(2, "DE", "CN=csca-germany", TrustKind::CountrySigner),
        known(3, "VN", "CN=CSCA Việt Nam", TrustKind::RevocationList),
    ];
    state.show(rows, false);
    state
}

fn names(state: &State) -> Vec<u64> {
    state.shown.iter().map(|place| state.rows[*place].record.place).collect()
}

#[test]
fn countries_kinds_and_words_narrow_the_list() {
    let country = |name: &str| Message::CountryChosen(Some(name.into()));
    for (messages, expected) in [
        (vec![], vec![2, 1, 3]),
        (vec![country("VN")], vec![1, 3]),
        (vec![Message::KindChosen(Some(TrustKind::RevocationList))], vec![3]),
        (vec![country("DE"), Message::KindChosen(Some(TrustKind::Link))], vec![]),
        (vec![Message::QueryTyped("viet nam".into())], vec![1, 3]),
        (vec![Message::QueryTyped("0002".into())], vec![2]),
    ] {
        let mut state = screen(true);
        messages.iter().cloned().for_each(|message| drop(state.update(message)));
        assert_eq!(names(&state), expected, "{messages:?}");
    }
    assert_eq!(screen(true).countries(), [("DE".into(), 1), ("VN".into(), 2)]);
}

#[test]
fn removing_wants_the_right_and_a_reason() {
    let mut state = screen(false);
    drop(state.update(Message::RemoveAsked));
    drop(state.update(Message::AddAsked));
    drop(state.update(Message::FileGiven("a.ml".into())));
    assert!(!state.asks());
    let mut state = screen(true);
    drop(state.update(Message::RemoveAsked));
    assert!(matches!(state.update(Message::Confirmed), Action::Focus(REASON)));
    drop(state.update(Message::ReasonTyped(" khóa bị lộ ".into())));
    let Action::Remove { fingerprint, reason } = state.update(Message::Confirmed) else { panic!() };
    assert_eq!((fingerprint.0, reason.as_str()), (format!("{:064x}", 2), "khóa bị lộ"));
}

#[test]
fn only_the_files_that_are_awaited_are_offered() {
    let mut state = screen(true);
    drop(state.update(Message::FileGiven("a.ml".into())));
    let Action::Read(paths) = state.update(Message::FileGiven("b.crl".into())) else { panic!() };
    assert_eq!(paths, [PathBuf::from("a.ml"), "b.crl".into()]);
    let early = Message::Read(vec!["a.ml".into()], Arc::default());
    assert!(matches!(state.update(early), Action::None));
    let all = Message::Read(paths, Arc::default());
    assert!(matches!(state.update(all), Action::Focus(_)));
}
