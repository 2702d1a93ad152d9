//! `motcua check`: verifies the ledger.

use std::{
    io::{self, IsTerminal},
    process::ExitCode,
};

use clap::Args;
use jiff::Timestamp;
use ledger::CheckReport;
use office::entry::ContentHash;
use serde::Serialize;

use super::{Context, Outcome, login};
use crate::{
    clock,
    failure::AppError,
    output::{self, say},
};

/// Entries after which somebody who waits is told how far the check is.
const TOLD_EVERY: u64 = 50_000;

/// Options of `check`.
#[derive(Args)]
pub struct Options {
    /// In kết quả dạng JSON.
    #[arg(long)]
    json: bool,
    /// Kiểm tra toàn bộ từ mục đầu tiên; không có thì chỉ kiểm tra phần mới từ lần kiểm tra trước.
    #[arg(long)]
    full: bool,
    /// Mốc sổ cái in trên sổ hoặc bảng kê (SỐ-MỤC:SHA-256): chỉ kiểm tra mốc ấy còn trong sổ cái không.
    #[arg(long, value_name = "MỐC", value_parser = mark, conflicts_with_all = ["json", "full"])]
    printed: Option<Printed>,
}

/// A mark as a book bears it.
#[derive(Clone)]
struct Printed {
    sequence: u64,
    hash: ContentHash,
}

/// Reads a typed mark; spaces and capitals do not matter.
fn mark(typed: &str) -> Result<Printed, &'static str> {
    const FORM: &str = "mốc có dạng 120:1f…, số mục rồi 64 chữ số thập lục phân";
    let plain: String = typed.split_whitespace().collect::<String>().to_lowercase();
    let (sequence, hash) = plain.split_once(':').ok_or(FORM)?;
    let sequence = sequence.parse().map_err(|_| FORM)?;
    if hash.len() != 64 || !hash.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(FORM);
    }
    Ok(Printed { sequence, hash: ContentHash(hash.to_owned()) })
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
    let ledger = login::open(context)?;
    if let Some(Printed { sequence, hash }) = options.printed {
        if !ledger.holds(sequence, &hash)? {
            return Err(AppError::MarkGone.into());
        }
        say!("Mốc in trên giấy còn trong sổ cái: mục {sequence} và mọi mục trước nó chưa bị thay.");
        return Ok(ExitCode::SUCCESS);
    }
    let (now, all) = (clock::now(), ledger.head().entries);
    let is_watched = io::stderr().is_terminal();
    let watch = |done: u64| {
        if is_watched && done.is_multiple_of(TOLD_EVERY) {
            output::error(&format!("Đã kiểm tra {done} / {all} mục ghi"));
        }
    };
    let report = if options.full {
        ledger.check_marking(now, &watch)
    } else {
        ledger.check_daily(now, &watch)
    }?;
    if options.json {
        let told = Told { intact: report.clean(), report: &report };
        say!("{}", serde_json::to_string_pretty(&told).map_err(|_| AppError::Json)?);
    } else {
        let devices = report.devices.len();
        say!("{} mục ghi, {devices} máy, {} tệp lưu", report.entries, report.blobs);
        if let Some(since) = &report.since {
            say!(
                "Chỉ kiểm tra {} mục mới từ lần kiểm tra {}; kiểm tra toàn bộ lần cuối {} (--full để làm lại).",
                report.entries - since.entries,
                written(since.at),
                written(since.whole_at)
            );
        }
        if report.newer > 0 {
            say!("{} mục do phiên bản mới hơn ghi: được giữ, chưa đọc được ở đây", report.newer);
        }
        if report.conflicts > 0 {
            say!("{} mâu thuẫn giữa các máy chờ lãnh đạo xử lý", report.conflicts);
        }
        for erased in &report.erased {
            say!(
                "{} nội dung đã xóa theo quy định, bởi mục {} của máy {:.8}",
                erased.payloads,
                erased.sequence,
                erased.device.0
            );
        }
        if report.lost_contents > 0 {
            say!(
                "{} tệp không còn ở máy nào: mất cùng máy đã được thay bằng bản sao lưu",
                report.lost_contents
            );
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

/// A time as people here write it.
fn written(at: Timestamp) -> String {
    clock::local(at).strftime("%H:%M ngày %d/%m/%Y").to_string()
}
