//! `motcua check`: verifies the ledger.

use std::process::ExitCode;

use clap::Args;

use super::{Context, Outcome, login};
use crate::failure::AppError;

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
        println!("{}", serde_json::to_string_pretty(&report).map_err(|_| AppError::Json)?);
    } else {
        println!("{} mục ghi, {} máy, {} tệp lưu", report.entries, report.devices, report.blobs);
        for number in &report.numbers {
            println!("{}: số cuối {}", number.series, number.last);
        }
        for finding in &report.findings {
            println!("- {}", finding.sentence);
        }
        if report.clean() {
            println!("Sổ cái nguyên vẹn.");
        }
    }
    if report.clean() {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(AppError::CheckFailed(report.findings.len()).into())
    }
}
