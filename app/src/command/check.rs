//! `motcua check`: verifies the ledger.

use std::process::ExitCode;

use clap::Args;

use super::{Context, Outcome, login};
use crate::failure::AppError;
use crate::output::say;

/// Options of `check`.
#[derive(Args)]
pub struct Options {
    /// In kết quả dạng JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command. Exit 0: clean; 1: findings.
pub fn run(context: &Context, options: Options) -> Outcome {
    let report = login::open(context)?.check()?;
    if options.json {
        say!("{}", serde_json::to_string_pretty(&report).map_err(|_| AppError::Json)?);
    } else {
        say!("{} mục ghi, {} máy, {} tệp lưu", report.entries, report.devices, report.blobs);
        for number in &report.numbers {
            say!("{}: số cuối {}", number.series, number.last);
        }
        for finding in &report.findings {
            say!("- {}", finding.sentence);
        }
        if report.clean() {
            say!("Sổ cái nguyên vẹn.");
        }
    }
    if report.clean() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(AppError::CheckFailed(report.findings.len()).into())
    }
}
