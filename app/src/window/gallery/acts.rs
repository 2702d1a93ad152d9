//! Acts and lines of books, by the window's own messages.

use office::{
    act::{Hindrance, Name},
    book::BookId,
    entry::UserName,
    person::Identity,
};

use super::{Counter, Message, Shell};
use crate::{
    demo,
    desk::lines::Work,
    failure::Failure,
    window::{
        screen::{line_form, pay, person, written},
        shell::Door,
    },
};

/// Names of these screens.
pub const SCREENS: [&str; 11] = [
    "act-choice",
    "act",
    "act-filled",
    "act-problems",
    "act-nobody",
    "act-done",
    "act-pay",
    "act-annul",
    "act-refuse",
    "transaction",
    "visitors",
];

fn typed(key: &str, words: &str) -> line_form::Message {
    line_form::Message::Form(line_form::FormMessage::Typed(key.into(), words.into()))
}

/// Stages one of [`SCREENS`].
pub fn at_desk(
    shell: &mut Shell,
    screen: &str,
    identity: Identity,
    counter: &Counter,
) -> Result<(), Failure> {
    let mut messages: Vec<line_form::Message> = Vec::new();
    let copy = Name::parse("certified_copy").ok().map(Work::Act);
    let transaction = Name::parse("transaction").ok().map(Work::Act);
    let visitors = BookId::new("visitors").ok().map(Work::Line);
    match screen {
        "visitors" | "act-nobody" => drop(shell.go(Door::LineForm, counter)),
        _ => {
            drop(shell.open_read(identity, &[], None, None));
            drop(shell.update(person::Message::OtherAsked.into(), counter));
        }
    }
    let work = match screen {
        "act-choice" => None,
        "visitors" => visitors,
        "transaction" => transaction,
        _ => copy,
    };
    messages.extend(work.map(line_form::Message::Chosen));
    match screen {
        "visitors" => messages.extend([
            typed("visitor", "Sùng Thị Mẫu"),
            typed("from", "Công ty Thử Nghiệm, phường Mẫu"),
            typed("host", "Phòng Kinh tế"),
            typed("party", "2"),
        ]),
        "transaction" => messages.extend([
            typed("name", "tặng cho xe máy"),
            typed("sheets", "2"),
            typed("text_pages", "4"),
            typed("asset_number", "24B1-123.45"),
            line_form::Message::HindranceChosen(0, Some(Hindrance::Reading)),
            line_form::Message::Submitted,
        ]),
        "act-filled" | "act-refuse" | "act-done" | "act-pay" | "act-annul" => messages.extend([
            typed("original", "Bằng tốt nghiệp trung học phổ thông"),
            line_form::Message::PagesTyped("3".into()),
            line_form::Message::CopiesTyped("2".into()),
            line_form::Message::CertifierChosen(UserName(demo::LOGINS[2].user.into())),
        ]),
        "act-problems" => messages
            .extend([line_form::Message::PagesTyped("0".into()), line_form::Message::Submitted]),
        _ => {}
    }
    if matches!(screen, "act-done" | "act-pay" | "act-annul") {
        messages.push(line_form::Message::Submitted);
    }
    if screen == "act-refuse" {
        messages.push(line_form::Message::RefusalAsked);
    }
    for message in messages {
        drop(shell.update(message.into(), counter));
    }
    if screen == "act-annul" {
        drop(shell.update(written::Message::AnnulAsked.into(), counter));
        let reason = written::Message::ReasonTyped("Nhập nhầm số trang".into());
        drop(shell.update(reason.into(), counter));
    }
    if screen == "act-pay" {
        drop(shell.update(written::Message::PaymentAsked.into(), counter));
        drop(shell.update(Message::Pay(pay::Message::PayerTyped("Lò Văn Mẫu".into())), counter));
    }
    Ok(())
}
