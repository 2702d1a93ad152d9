//! `motcua check`: verifies the ledger.

use std::process::ExitCode;

use clap::Args;
use ledger::CheckReport;
use serde::Serialize;

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

/// The report as JSON.
#[derive(Serialize)]
struct Told<'a> {
    intact: bool,
    #[serde(flatten)]
    report: &'a CheckReport,
}

/// Runs the command. Exit 0: clean; 1: findings.
pub fn run(context: &Context, options: Options) -> Outcome {
    let report = login::open(context)?.check()?;
    if options.json {
        let told = Told { intact: report.clean(), report: &report };
        say!("{}", serde_json::to_string_pretty(&told).map_err(|_| AppError::Json)?);
    } else {
        let devices = report.devices.len();
        say!("{} mục ghi, {devices} máy, {} tệp lưu", report.entries, report.blobs);
        if report.newer > 0 {
            say!("{} mục do phiên bản mới hơn ghi: được giữ, chưa đọc được ở đây", report.newer);
        }
        if report.conflicts > 0 {
            say!("{} mâu thuẫn giữa các máy chờ lãnh đạo xử lý", report.conflicts);
        }
        for number in &report.numbers {
            say!("{}: số cuối {}", number.named(), number.last);
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
