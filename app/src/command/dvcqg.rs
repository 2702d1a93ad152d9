//! `motcua import dvcqg` and `motcua export dvcqg`: the national portal's messages as files. What is told
//! names dossiers by their codes and fields by their names, never a person.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use jiff::civil::Date;

use super::{Context, Outcome, login};
use crate::{
    assets::Law,
    clock,
    desk::{
        Desk,
        exchange::{self, Lacking},
    },
    failure::{AppError, Failure},
    output::say,
};

/// What is exported.
pub struct Wanted {
    /// First day of reception; none: from the beginning.
    pub from: Option<Date>,
    /// Last day of reception; none: until today.
    pub to: Option<Date>,
    /// The file; none: standard output.
    pub out: Option<PathBuf>,
    /// Write also dossiers of which something is missing.
    pub lacking: bool,
}

/// Takes in the online dossiers of `files`. Exit 1 where no dossier of a file was taken.
pub fn import(context: &Context, files: &[PathBuf]) -> Outcome {
    let mut desk = Desk::new(login::open(context)?, Arc::new(Law::load()?))?;
    let mut every = true;
    for file in files {
        let read = desk.take_arrivals(clock::now(), &read(file)?)?;
        say!("{}: {}", file.display(), read.summary());
        for taken in &read.taken {
            say!("  Đã nhận {}", taken.arrival.code);
            for fault in &taken.faults {
                say!("    Lưu ý: {fault}");
            }
            for field in &taken.unknown {
                say!("    Trường lạ, không dùng: {field}");
            }
        }
        for refused in &read.refused {
            say!("  {}", refused.sentence());
        }
        every &= !read.taken.is_empty();
    }
    if every { Ok(ExitCode::SUCCESS) } else { Err(AppError::NothingTaken.into()) }
}

fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    use std::io::Read;
    let most = sync::dvcqg::import::MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .map_err(|source| AppError::Read { path: path.display().to_string(), source })?;
    Ok(bytes)
}

/// Writes the messages. Exit 1 where no dossier can be sent; what keeps one back is told on standard
/// error.
pub fn export(context: &Context, options: Wanted) -> Outcome {
    let mut desk = Desk::new(login::open(context)?, Arc::new(Law::load()?))?;
    let today = clock::local(clock::now()).date();
    let from = options.from.unwrap_or(Date::constant(1, 1, 1));
    let to = options.to.unwrap_or(today);
    let out = desk.outgoing(from, to, options.lacking)?;
    for Lacking { code, gaps, .. } in &out.lacking {
        let state = if options.lacking { "còn thiếu" } else { "chưa gửi được" };
        eprintln!("{code}: {state}");
        for gap in gaps {
            eprintln!("  {}: {}", gap.path, gap.sentence);
        }
    }
    let missing = out.missing_codes();
    if !missing.is_empty() {
        eprintln!(
            "Mã còn thiếu (ghi ở F10 → Mã trên Cổng Dịch vụ công, hoặc motcua import portal-codes TỆP):"
        );
    }
    for (subject, count) in missing {
        eprintln!("  {}: {count} hồ sơ", subject.label());
    }
    let summary = format!("Đưa ra {} trong {} hồ sơ.", out.dossiers.len(), out.all);
    if out.dossiers.is_empty() {
        eprintln!("{summary}");
        return Err(AppError::NothingExported.into());
    }
    let json = out.json(&desk.office.code.to_string())?;
    // Never out of this house what the portal's own tables would refuse, unless it was asked for.
    let faults = exchange::faults(&json)?;
    if let Some(first) = faults.first().filter(|_| !options.lacking) {
        eprintln!("{first}");
        return Err(AppError::NothingExported.into());
    }
    desk.note_outgoing(clock::now(), options.from, to, &out, &json)?;
    match options.out {
        Some(path) => {
            std::fs::write(&path, &json)
                .map_err(|source| AppError::Write { path: path.display().to_string(), source })?;
            say!("{summary} {}", path.display());
        }
        None => {
            std::io::stdout()
                .write_all(&json)
                .map_err(|source| Failure::from(AppError::Write { path: "-".into(), source }))?;
            eprintln!("{summary}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
