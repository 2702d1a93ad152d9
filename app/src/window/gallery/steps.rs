//! Pictures of a dossier's steps: what may follow, the form of each, and the lists by deadline.

use ledger::Filter;
use office::dossier::Status;

use super::{Counter, Shell};
use crate::{
    failure::Failure,
    window::screen::{
        dossier::{self, steps::Kind},
        dossiers,
    },
};

/// Names of these screens.
pub const SCREENS: [&str; 14] = [
    "dossiers-soon",
    "step-choice",
    "step-transfer",
    "step-supplement",
    "step-supplemented",
    "step-payment",
    "step-extend",
    "step-correct",
    "step-resolve",
    "step-return",
    "step-refuse",
    "step-stop",
    "step-withdraw",
    "step-undo",
];

/// Opens the screen of this name.
pub fn open(shell: &mut Shell, screen: &str, counter: &Counter) -> Result<(), Failure> {
    let (status, kind) = match screen {
        "step-choice" => (Status::Processing, None),
        "step-transfer" => (Status::Received, Some(Kind::Transfer)),
        "step-supplement" => (Status::Processing, Some(Kind::Supplement)),
        "step-supplemented" => (Status::SupplementAsked, Some(Kind::Supplemented)),
        "step-payment" => (Status::Processing, Some(Kind::Payment)),
        "step-extend" => (Status::Processing, Some(Kind::Extend)),
        "step-correct" => (Status::Received, Some(Kind::CorrectDue)),
        "step-resolve" => (Status::Processing, Some(Kind::Resolve)),
        "step-return" => (Status::Resolved, Some(Kind::Return)),
        "step-refuse" => (Status::Processing, Some(Kind::Refuse)),
        "step-stop" => (Status::Processing, Some(Kind::Stop)),
        "step-withdraw" => (Status::Processing, Some(Kind::Withdraw)),
        "step-undo" => (Status::Resolved, Some(Kind::Undo)),
        _ => {
            drop(shell.go_dossiers(counter));
            drop(shell.update(dossiers::Message::Viewed(SOON).into(), counter));
            return Ok(());
        }
    };
    let wanted = Filter { statuses: vec![status], ..Filter::default() };
    let found = shell.desk.ledger.list(&wanted, None, 1)?;
    let Some(record) = found.items.first() else { return Ok(()) };
    drop(shell.open_dossier(&record.dossier.id.clone(), counter));
    let message = kind.map_or(dossier::Message::ChoiceAsked, dossier::Message::Chosen);
    drop(shell.update(message.into(), counter));
    Ok(())
}

/// The list's view of near deadlines.
const SOON: usize = 4;
