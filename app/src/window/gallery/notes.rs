//! Pictures of remarks: in the dossier's way, while one is erased, and what is left of it.

use super::{Counter, Shell};
use crate::{
    clock,
    failure::Failure,
    window::screen::dossier::{self, erase},
};

/// Names of these screens.
pub const SCREENS: [&str; 5] =
    ["remarks", "remark-erase", "remark-erase-sure", "remark-erased", "log-erased"];

/// Opens the screen of this name.
pub fn open(shell: &mut Shell, screen: &str, counter: &Counter) -> Result<(), Failure> {
    let latest = shell.desk.ledger.dossiers(&ledger::Dossiers::All, None, 1)?;
    let Some(record) = latest.items.first() else { return Ok(()) };
    let id = record.dossier.id.clone();
    for text in ["Người nộp đang điều trị ở bệnh viện tỉnh", "Hẹn gọi lại chiều thứ năm"]
    {
        shell.desk.remark(clock::now(), (&id).into(), text)?;
    }
    let remarks = shell.desk.ledger.remarks(&id)?;
    drop(shell.open_dossier(&id, counter));
    if screen == "remarks" {
        return Ok(());
    }
    let mut say = |message: dossier::Message| drop(shell.update(message.into(), counter));
    if let Some(remark) = remarks.iter().rev().nth(1) {
        say(dossier::Message::EraseAsked(remark.place));
    }
    let mut messages = vec![
        erase::Message::GroundChosen(0),
        erase::Message::ReasonTyped("Đơn yêu cầu xóa ngày 27/11/2026 của người nộp hồ sơ".into()),
    ];
    match screen {
        "remark-erase" => {}
        "remark-erase-sure" => messages.push(erase::Message::Submitted),
        _ => messages.extend([erase::Message::Submitted, erase::Message::Submitted]),
    }
    for message in messages {
        say(dossier::Message::Erase(message));
    }
    if screen == "log-erased" {
        drop(shell.go_log(counter));
    }
    Ok(())
}
