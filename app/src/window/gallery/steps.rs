//! Pictures of a dossier's steps: what may follow, the form of each, and the lists by deadline.

use ledger::Filter;
use office::{dossier::Status, workflow::StepKind};

use super::{Counter, Shell};
use crate::{
    failure::Failure,
    window::screen::{dossier, dossiers},
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
        "step-transfer" => (Status::Received, Some(StepKind::Transferred)),
        "step-supplement" => (Status::Processing, Some(StepKind::SupplementAsked)),
        "step-supplemented" => (Status::SupplementAsked, Some(StepKind::Supplemented)),
        "step-payment" => (Status::Processing, Some(StepKind::PaymentAsked)),
        "step-extend" => (Status::Processing, Some(StepKind::Extended)),
        "step-correct" => (Status::Received, Some(StepKind::DueCorrected)),
        "step-resolve" => (Status::Processing, Some(StepKind::Resolved)),
        "step-return" => (Status::Resolved, Some(StepKind::Returned)),
        "step-refuse" => (Status::Processing, Some(StepKind::Refused)),
        "step-stop" => (Status::Processing, Some(StepKind::Stopped)),
        "step-withdraw" => (Status::Processing, Some(StepKind::Withdrawn)),
        "step-undo" => (Status::Resolved, Some(StepKind::Undone)),
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
