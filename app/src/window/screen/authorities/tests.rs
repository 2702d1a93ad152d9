//! Nothing is taken unseen or without words, and only who may removes.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use office::trust::{TrustKind, TrustSource, Voucher};

use office::trust::TrustItem;

use super::*;
use crate::authorities::Offered;

const ALL: Rights = Rights { add: true, remove: true };

fn item(n: u8) -> TrustItem {
    TrustItem {
        kind: TrustKind::SignatureAuthority,
        fingerprint: ContentHash(format!("{n:064x}")),
        country: "VN".into(),
        name: format!("CN=CA mẫu {n}"),
        serial: "01".into(),
        from: jiff::civil::date(2020, 1, 1),
        until: jiff::civil::date(2040, 1, 1),
    }
}

fn state(rights: Rights) -> State {
    let mut state = State::new(jiff::civil::date(2026, 11, 30), rights, Vec::new());
    let source = TrustSource {
        file: "a.crt".into(),
        sha256: ContentHash("00".repeat(32)),
        voucher: Voucher::Person,
        words: "đã đối chiếu".into(),
    };
    let by = office::entry::UserName("thu".into());
    let record = TrustRecord { place: 1, at: clock::now(), by, item: item(1), source };
    state.show(vec![Row { record, by: "Lò Thị Mẫu".into() }]);
    state
}

fn offer(numbers: &[u8]) -> Offer {
    let authorities =
        numbers
            .iter()
            .map(|n| Offered { item: item(*n), issuer: "CA mẫu".into(), der: vec![*n] });
    Offer {
        file: "a.crt".into(),
        sha256: ContentHash("00".repeat(32)),
        authorities: authorities.collect(),
        left_out: 0,
    }
}

/// A file is given and read, then Enter is pressed.
fn confirmed(state: &mut State, numbers: &[u8], words: &str) -> Action {
    let path = Path::new("a.crt");
    assert!(matches!(state.update(Message::FileGiven(path.into())), Action::Read(_)));
    // What another file told is not this file.
    state.update(Message::Read("b.crt".into(), Ok(offer(&[9]))));
    state.update(Message::Read(path.into(), Ok(offer(numbers))));
    state.update(Message::WordsTyped(words.into()));
    state.update(Message::Confirmed)
}

#[test]
fn a_file_is_taken_with_words_and_only_if_it_is_new() {
    let taken = confirmed(&mut state(ALL), &[1, 2], " công văn 12 ");
    let Action::Take { offer, words } = taken else { panic!("{taken:?}") };
    assert_eq!((offer.authorities.len(), words.as_str()), (2, "công văn 12"));
    assert!(matches!(confirmed(&mut state(ALL), &[2], "  "), Action::Focus(_)));
    assert!(matches!(confirmed(&mut state(ALL), &[1], "công văn"), Action::None));
}

#[test]
fn who_may_not_is_not_asked() {
    let mut state = state(Rights { add: true, remove: false });
    state.update(Message::RemoveAsked);
    assert!(!state.asks());
    let mut state = super::tests::state(ALL);
    state.update(Message::RemoveAsked);
    assert!(state.asks() && matches!(state.update(Message::Confirmed), Action::Focus(_)));
    state.update(Message::ReasonTyped("ngừng hoạt động".into()));
    assert!(matches!(state.update(Message::Confirmed), Action::Remove { .. }));
    let mut state = super::tests::state(Rights { add: false, remove: false });
    state.update(Message::AddAsked);
    state.update(Message::FileGiven("a.crt".into()));
    assert!(!state.asks() && !state.takes_drop());
}
