//! `motcua verify`: the signatures of a PDF.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use reports::verify::{
    Checked, Overall, Reason, Status, TimeSource, Trust, Verdict, VerifyError, verify,
};
use serde::Serialize;

use super::Outcome;
use crate::{
    clock,
    failure::{AppError, Failure},
    output::say,
};

/// Exit codes of the contract.
const CHANGED: u8 = 1;
const INVALID: u8 = 3;
const UNSIGNED: u8 = 4;
const UNREADABLE: u8 = 6;
/// A trust path that gives no certificate: a mistake of the call, never one of the file's verdicts.
const USAGE: u8 = 2;

/// Most files taken from one folder.
const MOST_FILES: usize = 1024;

/// Options of `verify`.
#[derive(Args)]
pub struct Options {
    /// Tệp PDF.
    #[arg(value_name = "TỆP")]
    file: PathBuf,
    /// Chứng thư tin cậy: tệp DER, PEM, P7B hoặc thư mục; dùng được nhiều lần.
    #[arg(long, value_name = "ĐƯỜNG-DẪN")]
    trust: Vec<PathBuf>,
    /// In JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    overall: Overall,
    signatures: Vec<Row<'a>>,
    reasons: Vec<String>,
    codes: Vec<&'static str>,
    revisions: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    signer: Option<&'a str>,
    issuer: Option<&'a str>,
    level: reports::verify::Level,
    time: Option<String>,
    time_source: Option<TimeSource>,
    covers_whole_file: bool,
    status: Status,
    reasons: Vec<String>,
    codes: Vec<&'static str>,
    field: &'a str,
    revision: Option<usize>,
}

/// Runs the command.
pub fn run(options: Options) -> Outcome {
    let trust = read_trust(&options.trust)?;
    let bytes = read(&options.file).map_err(|error| Failure::with_exit(error, UNREADABLE))?;
    let verdict = verify(&bytes, &trust, clock::now())
        .map_err(|error| Failure::with_exit(error, UNREADABLE))?;
    if options.json {
        let report = Report::of(&verdict);
        say!(
            "{}",
            serde_json::to_string(&report)
                .map_err(|_| Failure::with_exit(AppError::Json, UNREADABLE))?
        );
    } else {
        tell(&verdict);
    }
    Ok(match verdict.overall {
        Overall::Valid => ExitCode::SUCCESS,
        Overall::ValidChangedLater => ExitCode::from(CHANGED),
        Overall::Invalid => ExitCode::from(INVALID),
        Overall::Unsigned => ExitCode::from(UNSIGNED),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    fs::read(path).map_err(|source| AppError::Read { path: path.display().to_string(), source })
}

/// Trusted certificates of files, and of folders one level deep. In a folder other files may lie too; a file
/// that was named must have one.
fn read_trust(paths: &[PathBuf]) -> Result<Trust, Failure> {
    let mut files = Vec::new();
    for path in paths {
        let Ok(entries) = fs::read_dir(path) else {
            let bytes = read(path).map_err(|error| Failure::with_exit(error, USAGE))?;
            Trust::read([bytes.as_slice()]).map_err(|error| Failure::with_exit(error, USAGE))?;
            files.push(bytes);
            continue;
        };
        let mut inside: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
        inside.sort();
        for path in inside.iter().take(MOST_FILES) {
            let bytes = read(path).map_err(|error| Failure::with_exit(error, USAGE))?;
            if Trust::read([bytes.as_slice()]).is_ok() {
                files.push(bytes);
            }
        }
    }
    if !paths.is_empty() && files.is_empty() {
        return Err(Failure::with_exit(VerifyError::Trust, USAGE));
    }
    Trust::read(files.iter().map(Vec::as_slice)).map_err(|error| Failure::with_exit(error, USAGE))
}

fn sentences(reasons: &[Reason]) -> (Vec<String>, Vec<&'static str>) {
    reasons.iter().map(|reason| (reason.to_string(), reason.code())).unzip()
}

impl<'a> Report<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        let (reasons, codes) = sentences(&verdict.reasons);
        Self {
            overall: verdict.overall,
            signatures: verdict.signatures.iter().map(Row::of).collect(),
            reasons,
            codes,
            revisions: verdict.revisions,
        }
    }
}

impl<'a> Row<'a> {
    fn of(one: &'a Checked) -> Self {
        let (reasons, codes) = sentences(&one.reasons);
        Self {
            signer: one.signer.as_deref(),
            issuer: one.issuer.as_deref(),
            level: one.level,
            time: one.time.map(|(time, _)| time.to_string()),
            time_source: one.time.map(|(_, source)| source),
            covers_whole_file: one.covers_whole_file,
            status: one.status,
            reasons,
            codes,
            field: &one.field,
            revision: one.revision,
        }
    }
}

/// The verdict in words, the file's first.
fn tell(verdict: &Verdict) {
    say!(
        "{}",
        match verdict.overall {
            Overall::Valid => "HỢP LỆ: mọi chữ ký đều đúng và tệp không bị thay đổi sau khi ký.",
            Overall::ValidChangedLater =>
                "HỢP LỆ NHƯNG TỆP BỊ THAY ĐỔI SAU KHI KÝ: chỉ phần đã ký được bảo đảm.",
            Overall::Invalid => "KHÔNG HỢP LỆ: không được dựa vào tệp này.",
            Overall::Unsigned => "CHƯA KÝ: tệp không có chữ ký số.",
        }
    );
    for reason in &verdict.reasons {
        say!("- {reason} ({})", reason.code());
    }
    for (place, one) in verdict.signatures.iter().enumerate() {
        let status = match one.status {
            Status::Valid => "hợp lệ",
            Status::ValidChangedLater => "hợp lệ nhưng tệp bị thay đổi sau khi ký",
            Status::Invalid => "không hợp lệ",
        };
        say!("Chữ ký {}: {status}", place + 1);
        say!("  Người ký: {}", one.signer.as_deref().unwrap_or("không đọc được"));
        if let Some(issuer) = &one.issuer {
            say!("  Nơi cấp chứng thư: {issuer}");
        }
        if let Some((time, source)) = one.time {
            let when = clock::local(time).strftime("%Y-%m-%d %H:%M:%S +07:00").to_string();
            let by = match source {
                TimeSource::Timestamp => "theo dấu thời gian",
                TimeSource::Signer => "theo máy của người ký",
            };
            say!("  Thời điểm ký: {when} ({by})");
        }
        say!("  Mức: {}", one.level);
        if let Some(revision) = one.revision {
            say!("  Phần được ký: lần lưu {revision} trong {}", verdict.revisions);
        }
        for reason in &one.reasons {
            say!("  - {reason} ({})", reason.code());
        }
    }
}

#[cfg(test)]
mod tests {
    use office::Explain;

    use super::*;

    #[test]
    fn every_sentence_has_a_code_of_its_room() {
        let error = VerifyError::Broken;
        assert!(error.code().starts_with("VER-") && !error.english().is_empty());
        let (sentences, codes) = sentences(&[Reason::Gap, Reason::ClaimedTime]);
        assert_eq!(codes, ["VER-14", "VER-62"]);
        assert!(sentences.iter().all(|sentence| !sentence.is_empty()));
    }
}
