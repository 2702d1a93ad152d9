//! `motcua qr`: codes in pictures, one JSON line a file.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use identity::code::Report;
use office::Explain;

use super::Outcome;
use crate::failure::AppError;
use crate::output::say;

/// Options of `qr`.
#[derive(Args)]
pub struct Options {
    /// Tệp ảnh PNG hoặc JPEG.
    #[arg(required = true, value_name = "TỆP")]
    files: Vec<PathBuf>,
    /// In JSON (luôn luôn, mỗi tệp một dòng).
    #[arg(long)]
    json: bool,
}

/// Runs the command. A file that cannot be read is told on standard error; the others are still read.
pub fn run(options: Options) -> Outcome {
    let mut failed = false;
    for file in &options.files {
        match Report::of_file(file) {
            Ok(report) => say!("{}", report.to_json().map_err(|_| AppError::Json)?),
            Err(error) => {
                eprintln!("{}: {}", file.display(), error.sentence(Default::default()));
                failed = true;
            }
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
