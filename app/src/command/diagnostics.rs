//! `motcua diagnostics`: the page for support, where no window opens.

use std::process::ExitCode;

use super::{Context, Outcome};
use crate::{devices::Devices, diagnostics, output::say};

/// Runs the command; no ledger is opened, so that no password is needed.
pub fn run(context: &Context) -> Outcome {
    let devices = Devices::load(&context.folder);
    say!("{}", diagnostics::text(&diagnostics::look(&context.folder, &devices, None)));
    Ok(ExitCode::SUCCESS)
}
