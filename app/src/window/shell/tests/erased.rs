//! What a remark says is erased from the window: asked twice, and told in its place.

use super::*;
use crate::window::screen::dossier::{self, erase};

fn past(shell: &Shell) -> Vec<(&str, Option<u64>)> {
    let Screen::Dossier(state) = &shell.screen else { panic!("no dossier") };
    let notes = state.record.also.iter().filter(|past| past.label == "Ghi chú");
    notes.map(|past| (past.detail.as_str(), past.remark)).collect()
}

#[test]
fn a_remark_is_erased_by_the_keyboard_and_says_so_in_its_place() {
    let mut counted = Counted::at_person("1.001193");
    let (shell, counter) = (&mut counted.shell, &counted.counter);
    let latest = shell.desk.ledger.dossiers(&ledger::Dossiers::All, None, 1).unwrap();
    let id = latest.items[0].dossier.id.clone();
    for text in ["đang lánh ở nhà mẹ", "hẹn chiều"] {
        shell.desk.remark(clock::now(), (&id).into(), text).unwrap();
    }
    drop(shell.open_dossier(&id, counter));
    let place = match past(shell).as_slice() {
        [("đang lánh ở nhà mẹ", Some(place)), ("hẹn chiều", Some(_))] => *place,
        other => panic!("{other:?}"),
    };
    let entries = shell.desk.ledger.head().entries;
    let enter = |shell: &mut Shell| {
        let message = Shown::key(screen(shell), Pressed::Enter).unwrap();
        drop(shell.update(message.into(), counter));
    };
    drop(shell.update(dossier::Message::EraseAsked(place).into(), counter));
    enter(shell);
    for message in [
        erase::Message::GroundChosen(0),
        erase::Message::ReasonTyped("theo đơn ngày 27/11/2026".into()),
    ] {
        drop(shell.update(dossier::Message::Erase(message).into(), counter));
    }
    enter(shell);
    assert_eq!(shell.desk.ledger.head().entries, entries, "it was not meant yet");
    enter(shell);
    assert_eq!(shell.desk.ledger.head().entries, entries + 1);
    let day = clock::local(clock::now()).strftime("%d/%m/%Y").to_string();
    let [(erased, None), ("hẹn chiều", Some(_))] = past(shell)[..] else {
        panic!("{:?}", past(shell))
    };
    let begins =
        format!("Nội dung đã xóa ngày {day} theo Luật 91/2025/QH15, Điều 14 khoản 1 điểm a");
    assert!(erased.starts_with(&begins) && erased.contains("theo đơn ngày"), "{erased}");
    // Escape leaves it as it was.
    let kept = past(shell)[1].1.unwrap();
    drop(shell.update(dossier::Message::EraseAsked(kept).into(), counter));
    let message = Shown::key(screen(shell), Pressed::Escape).unwrap();
    drop(shell.update(message.into(), counter));
    assert_eq!(shell.desk.ledger.head().entries, entries + 1);
    assert!(!Shown::asks(screen(shell)));
}

fn screen(shell: &Shell) -> &dossier::State {
    match &shell.screen {
        Screen::Dossier(state) => state,
        _ => panic!("no dossier"),
    }
}
