#![allow(clippy::unwrap_used)]
use jiff::civil::date;
use office::{book::Period, dossier::DossierId};

use super::*;

fn machine(n: u8, here: bool) -> Machine {
    Machine { id: DeviceId(n.to_string()), label: format!("Quầy {n}"), entries: 9, here }
}

/// `others` machines beside this one, and a conflict with a dossier and one without.
fn state(others: u8) -> State {
    let here = machine(1, true);
    let conflict = |place, opens| Conflict {
        kind: ConflictKind::Annulment,
        place,
        at: date(2026, 11, 23).at(9, 0, 0, 0),
        who: "Lò Thị Chi, Quầy 2".into(),
        about: String::new(),
        opens,
    };
    let book = Book {
        id: BookId::TRACKING,
        label: "Sổ theo dõi hồ sơ".into(),
        period: Period::Year,
        number: office::book::NumberForm::new("{number}").unwrap(),
        volumes: true,
        readers: Vec::new(),
        writers: Vec::new(),
    };
    let known = Known {
        books: vec![(book, Some(here.id.clone()))],
        machines: std::iter::once(here).chain((2..2 + others).map(|n| machine(n, false))).collect(),
        conflicts: vec![
            conflict(7, Some(Opens::Subject(Subject::Dossier(DossierId("a".into()))))),
            conflict(8, None),
        ],
        ..Known::default()
    };
    State::new(known, Vec::new(), None, None)
}

#[test]
fn an_exchange_needs_a_whole_path_and_runs_alone() {
    for (folder, expected) in [
        ("", Action::Focus(FOLDER)),
        ("usb", Action::Focus(FOLDER)),
        (" /mnt/usb ", Action::Exchange(Way::In, "/mnt/usb".into())),
    ] {
        let mut state = state(1);
        state.update(Message::FolderTyped(folder.into()));
        assert_eq!(state.update(Message::ExchangeAsked(Way::In)), expected, "{folder}");
    }
    let mut state = state(1);
    state.update(Message::FolderTyped("/mnt/usb".into()));
    state.progressed(Running { way: Way::Out, entries: 3 });
    assert_eq!(state.update(Message::ExchangeAsked(Way::In)), Action::None);
    assert_eq!(state.title(), "Đang xuất mục ghi");
}

#[test]
fn a_book_goes_to_a_machine_that_was_named() {
    let book = BookId::TRACKING;
    let second = DeviceId("2".into());
    // The only other machine is named beforehand; of several one must be.
    let mut one = state(1);
    assert_eq!(one.update(Message::HandOverAsked(book)), Action::Focus(CONFIRM));
    assert_eq!(one.update(Message::Confirmed), Action::HandOver(book, second.clone()));
    let mut two = state(2);
    assert_eq!(two.update(Message::HandOverAsked(book)), Action::Focus(MACHINE));
    assert_eq!(two.update(Message::Confirmed), Action::Focus(MACHINE));
    let chosen = Message::MachineChosen(Some(second.clone()));
    assert_eq!(two.update(chosen), Action::Focus(CONFIRM));
    assert_eq!(two.update(Message::Confirmed), Action::HandOver(book, second));
}

#[test]
fn what_a_copy_wrote_is_taken_after_a_question() {
    let mut state = state(1);
    assert_eq!(state.update(Message::AdoptAsked(7)), Action::None);
    assert_eq!(state.update(Message::Forgone), Action::Focus(FOLDER));
    assert_eq!(state.update(Message::Confirmed), Action::None);
    state.update(Message::AdoptAsked(7));
    assert_eq!(state.update(Message::Confirmed), Action::Adopt);
}

#[test]
fn a_conflict_is_settled_with_a_word_and_opens_its_dossier() {
    let mut state = state(1);
    assert_eq!(
        state.update(Message::Opened(0)),
        Action::Open(Opens::Subject(Subject::Dossier(DossierId("a".into()))))
    );
    assert_eq!(state.update(Message::Opened(1)), Action::None);
    assert_eq!(state.update(Message::Opened(2)), Action::None);
    state.update(Message::Selected(1));
    state.update(Message::SettleAsked);
    state.update(Message::WordsTyped(" \n ".into()));
    assert_eq!(state.update(Message::Confirmed), Action::Focus(WORDS));
    state.update(Message::WordsTyped("Giữ kết quả\nđã báo người hủy".into()));
    let words = "Giữ kết quả\nđã báo người hủy".into();
    let settled = Action::Settle { place: 8, kind: ConflictKind::Annulment, words };
    assert_eq!(state.update(Message::Confirmed), settled);
}

#[test]
fn nobody_is_let_in_before_the_code_was_shown() {
    let scratch = tempfile::tempdir().unwrap();
    let request = SeatRequest::make(&scratch.path().join("b"), "Quầy 2").unwrap();
    let code = request.code().unwrap();
    let mut state = state(0);
    state.update(Message::AdmitAsked);
    assert_eq!(state.update(Message::Confirmed), Action::Focus(REQUEST));
    state.update(Message::RequestTyped("\"/mnt/usb/xin.json\"".into()));
    let file = "/mnt/usb/xin.json".to_owned();
    assert_eq!(state.update(Message::Confirmed), Action::Read(file.clone()));
    let read = Ok((request.clone(), code));
    state.update(Message::RequestRead("/mnt/usb/khac.json".into(), read.clone()));
    assert_eq!(state.update(Message::Confirmed), Action::Read(file.clone()), "another file's");
    assert_eq!(state.update(Message::RequestRead(file, read)), Action::Focus(COPY));
    assert_eq!(state.update(Message::Confirmed), Action::Focus(COPY), "no folder yet");
    state.update(Message::TargetTyped("/mnt/usb".into()));
    assert_eq!(state.update(Message::Confirmed), Action::Admit(request, Some("/mnt/usb".into())));
    state.update(Message::RequestTyped("/mnt/usb/khac.json".into()));
    let anew = Action::Read("/mnt/usb/khac.json".into());
    assert_eq!(state.update(Message::Confirmed), anew, "another file is another machine");
}
