//! Files take their turn, what an earlier run tells is not heard, and every outcome has its words.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use jiff::Timestamp;
use reports::verify::{Overall, Trust, Verdict, VerifyError};

use super::*;

const ROOT: &[u8] = include_bytes!("../../../../../reports/tests/signed/root.crt");
const SIGNED: &[u8] = include_bytes!("../../../../../reports/tests/signed/certified-two.pdf");

fn now() -> Timestamp {
    "2027-06-01T00:00:00Z".parse().unwrap()
}

fn verdict(overall: Overall) -> Examined {
    let verdict = Verdict { overall, signatures: Vec::new(), reasons: Vec::new(), revisions: 1 };
    Examined { sha256: None, at: now(), verdict: Ok(Arc::new(verdict)) }
}

fn examines(action: &Action, name: &str) -> bool {
    matches!(action, Action::Examine(_, path) if path == Path::new(name))
}

#[test]
fn files_are_verified_one_after_the_other() {
    let mut state = State::new(1, true);
    assert!(examines(&state.take(vec!["a.pdf".into()]), "a.pdf"));
    assert!(matches!(state.update(Message::FileGiven("b.pdf".into())), Action::None));
    let told = Message::Examined(0, "a.pdf".into(), verdict(Overall::Valid));
    assert!(examines(&state.update(told), "b.pdf"));
    assert_eq!(state.done(), (1, 2));
    // A file that was not asked for, and an earlier run.
    let stray = Message::Examined(0, "c.pdf".into(), verdict(Overall::Valid));
    assert!(matches!(state.update(stray), Action::None));
    state.update(Message::Stopped);
    let late = Message::Examined(0, "b.pdf".into(), verdict(Overall::Valid));
    state.update(late);
    assert_eq!(state.done(), (1, 2));
    assert!(examines(&state.update(Message::AgainAsked), "a.pdf"));
    assert_eq!(state.done(), (0, 2));
}

#[test]
fn no_more_files_than_the_limit_are_taken() {
    let mut state = State::new(1, true);
    let many = (0..MOST_FILES + 5).map(|n| PathBuf::from(format!("{n}.pdf")));
    state.take(many.collect());
    assert_eq!(state.done(), (0, MOST_FILES));
    assert!(state.notice.is_some());
}

#[test]
fn the_signatures_of_a_file_are_opened_and_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pdf");
    std::fs::write(&path, SIGNED).unwrap();
    let trust = Trust::read([ROOT]).unwrap();
    let mut state = State::new(trust.anchors(), true);
    state.take(vec![path.clone()]);
    let examined = Examined::of(&path, &trust, now());
    assert_eq!(words::outcome(&examined), ("Hợp lệ", Tone::Good));
    state.update(Message::Examined(0, path.clone(), examined));
    state.update(Message::Opened);
    assert_eq!(state.title(), "Chữ ký hợp lệ");
    // Nothing was changed, so that there is no other version.
    assert!(state.key(Pressed::F(6)).is_none());
    let length = 100;
    let save = state.update(Message::SaveAsked(length));
    assert!(matches!(save, Action::Save { length: 100, .. }));
    assert!(matches!(state.update(Message::Closed), Action::FocusList));
    assert!(matches!(state.update(Message::Closed), Action::Close));
}

#[test]
fn every_outcome_is_told_in_words_of_its_own() {
    let unreadable =
        Examined { sha256: None, at: now(), verdict: Err(Arc::new(VerifyError::NotPdf.into())) };
    let all = [Overall::Valid, Overall::ValidChangedLater, Overall::Invalid, Overall::Unsigned];
    let mut told: Vec<_> = all.into_iter().map(verdict).chain([unreadable]).collect();
    let broken = {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        std::fs::write(&path, SIGNED).unwrap();
        Examined::of(&path, &Trust::default(), now())
    };
    told.push(broken);
    let words: std::collections::BTreeSet<_> =
        told.iter().map(|one| words::outcome(one).0).collect();
    assert_eq!(words.len(), told.len(), "{words:?}");
    assert!(told.iter().all(|one| !words::outcome_in_full(one).0.is_empty()));
}
