//! Three machines of one office, as the screen shows them after they worked apart.

use jiff::civil::date;
use ledger::{Held, SeatRequest};
use office::{
    book::{Book, BookId},
    conflict::ConflictKind,
    entry::DeviceId,
};

use crate::{
    browse::Place,
    failure::{AppError, Failure},
    window::screen::seats::{Conflict, Known, Machine, Message, State},
};

fn known(books: Vec<Book>, conflicts: Vec<Conflict>) -> Known {
    let machines = [("Quầy 1", 3_412), ("Quầy 2", 1_208), ("Máy lưu động – thôn Kíp Tước", 96)];
    let machines: Vec<Machine> = machines
        .into_iter()
        .zip(1..)
        .map(|((label, entries), n)| Machine {
            id: DeviceId(n.to_string()),
            label: label.into(),
            entries,
            here: n == 1,
        })
        .collect();
    let holder = |book| {
        let n = if book == BookId::TICKET { 1 } else { 0 };
        machines.get(n).filter(|_| book != BookId::FEE_RECEIPT).map(|machine| machine.id.clone())
    };
    Known {
        books: books.into_iter().map(|book| (book.clone(), holder(book.id))).collect(),
        machines,
        pending: 4,
        held: vec![(Held::Early, 12), (Held::Future, 0), (Held::Fork, 0), (Held::Stranger, 1)],
        conflicts,
        stranger: None,
        set_aside: false,
    }
}

fn conflicts() -> Vec<Conflict> {
    let conflict = |place, kind, hour, who: &str, about: &str| Conflict {
        kind,
        place,
        at: date(2026, 11, 23).at(hour, 15, 0, 0),
        who: who.into(),
        about: about.into(),
        opens: None,
    };
    vec![
        conflict(901, ConflictKind::Annulment, 9, "Lò Thị Mẫu, Quầy 2", "H38.99-261123-0004"),
        conflict(
            955,
            ConflictKind::Step,
            14,
            "Giàng Văn Mẫu, Máy lưu động – thôn Kíp Tước",
            "H38.99-261120-0017",
        ),
        conflict(
            1_002,
            ConflictKind::Lease,
            15,
            "Lý Thị Mẫu, Quầy 2",
            "Sổ theo dõi hồ sơ, năm 2026",
        ),
        conflict(
            1_017,
            ConflictKind::Person,
            16,
            "Lò Thị Mẫu, Quầy 2",
            "C1234567 và 099 099 000 124. Lý do: đổi hộ chiếu",
        ),
    ]
}

/// The screen as `screen` names it.
pub fn state(screen: &str, books: Vec<Book>) -> Result<State, Failure> {
    let conflicts = match screen {
        "seats-conflict" | "seats-settle" => conflicts(),
        _ => Vec::new(),
    };
    let places = vec![Place { label: "Ổ USB".into(), folder: "/media/usb".into() }];
    let mut known = known(books, conflicts);
    if matches!(screen, "seats-fork" | "seats-adopt") {
        known.held = vec![(Held::Fork, 7)];
    }
    known.set_aside = screen == "seats-copy";
    known.stranger = (screen == "seats-restored").then(|| "3FA2-91B0-77CD".into());
    let mut state = State::new(known, places, None, None);
    match screen {
        "seats-settle" => drop(state.update(Message::SettleAsked)),
        "seats-adopt" => drop(state.update(Message::AdoptAsked(7))),
        "seats-hand-over" => drop(state.update(Message::HandOverAsked(BookId::TRACKING))),
        "seats-admit" => {
            let failed = |source| AppError::Write {
                path: std::env::temp_dir().display().to_string(),
                source,
            };
            let scratch = tempfile::tempdir().map_err(failed)?;
            let request = SeatRequest::make(scratch.path(), "Quầy 3")?;
            let code = request.code()?;
            let file = "/media/usb/xin-vao.json".to_owned();
            for message in [
                Message::AdmitAsked,
                Message::RequestTyped(file.clone()),
                Message::RequestRead(file, Ok((request, code))),
            ] {
                drop(state.update(message));
            }
        }
        _ => {}
    }
    Ok(state)
}
