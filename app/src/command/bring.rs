//! `motcua import catalogue|services|statement|portal-codes`: law data, bank statements, codes of the portal.
//! What a file holds is told line by line; what is right of it is written together or not at all.

use std::{path::Path, process::ExitCode, sync::Arc};

use jiff::civil::Date;
use ledger::Ledger;
use office::{
    catalogue::ChangeKind,
    date,
    portal_code::{
        PortalCode,
        import::{Fate, Judged},
    },
    settings::LawKind,
    statement,
    text::clean,
};

use super::Outcome;
use crate::{
    assets::Law,
    clock,
    desk::Desk,
    failure::{AppError, Failure},
    output::say,
};

/// An updated catalogue, or list of essential services, in force from a day.
pub fn law(ledger: Ledger, kind: LawKind, file: &Path, from: Option<Date>, words: &str) -> Outcome {
    let mut desk = Desk::new(ledger, Arc::new(Law::load()?))?;
    let now = clock::now();
    let today = clock::local(now).date();
    let bytes = read(file)?;
    let offer = desk.read_law(kind, &name(file), &bytes, from.unwrap_or(today), today)?;
    say!("{}", offer.summary);
    for refused in &offer.refused {
        say!("  Không nhận: {refused}");
    }
    for change in &offer.changes {
        let (code, name) = (&change.code, &change.name);
        match &change.kind {
            ChangeKind::Unchanged => {}
            ChangeKind::Added => say!("  Thêm: {code} {name}"),
            ChangeKind::Ended(day) => say!("  Hết hiệu lực ngày {day}: {code} {name}"),
            ChangeKind::Changed(fields) => {
                say!("  Đổi: {code} {name}");
                for field in fields {
                    say!("    {}: {} → {}", field.label, field.before, field.after);
                }
            }
        }
    }
    if offer.count() == 0 {
        say!("Không có gì thay đổi. Chưa ghi gì vào sổ.");
        return Ok(ExitCode::SUCCESS);
    }
    let words = clean(words);
    if words.is_empty() {
        return Err(Failure::with_exit(AppError::NoWords, 2));
    }
    desk.take_law(now, &offer, words)?;
    say!("Đã áp dụng {} thay đổi.", offer.count());
    Ok(ExitCode::SUCCESS)
}

/// A bank statement.
pub fn statement(ledger: Ledger, file: &Path) -> Outcome {
    let mut desk = Desk::new(ledger, Arc::new(Law::load()?))?;
    let read = desk.read_statement(&name(file), &read(file)?)?;
    say!("{}", read.sorted.summary(&read.reading));
    for refused in &read.reading.refused {
        say!("  {refused}");
    }
    for (credit, fate) in read.reading.credits.iter().zip(&read.sorted.fates) {
        if let statement::Fate::Doubtful { why, .. } = fate {
            say!(
                "  Dòng {}: {why}. Hãy quyết định trong cửa sổ (Thu phí, Nhập sao kê).",
                credit.row
            );
        }
    }
    if read.count() == 0 {
        say!("Không có khoản mới nào khớp hồ sơ. Chưa ghi gì vào sổ.");
        return Ok(ExitCode::SUCCESS);
    }
    let count = desk.take_statement(clock::now(), &read)?;
    say!("Đã ghi {count} khoản vào sổ.");
    Ok(ExitCode::SUCCESS)
}

/// Codes of the national portal; `from`: the day of lines that say none.
pub fn codes(ledger: Ledger, file: &Path, from: Option<Date>, words: &str) -> Outcome {
    let mut desk = Desk::new(ledger, Arc::new(Law::load()?))?;
    let now = clock::now();
    let reading = desk.read_codes(&read(file)?, from, clock::local(now).date())?;
    say!("{}", reading.summary());
    for line in &reading.lines {
        let Judged { place, what, code, fate } = line;
        match fate {
            Fate::New(new) => say!("  Nhận {place}: {what}: {code}, {}", since(new)),
            Fate::Corrected { code: new, before } => {
                say!("  Nhận {place}: {what}: {before} → {code}, {}", since(new));
            }
            Fate::Unchanged => say!("  Đã có {place}: {what}: {code}"),
            Fate::Refused(why) => say!("  Không nhận {place} ({what}): {why}."),
        }
    }
    for column in &reading.unknown_columns {
        say!("  Cột lạ, không dùng: {column}");
    }
    let taken: Vec<_> = reading.taken().cloned().collect();
    if taken.is_empty() {
        let refused = reading.lines.iter().any(|line| matches!(line.fate, Fate::Refused(_)));
        if refused {
            return Err(AppError::NoCodes.into());
        }
        say!("Không có gì thay đổi. Chưa ghi gì vào sổ.");
        return Ok(ExitCode::SUCCESS);
    }
    let words = clean(words);
    if words.is_empty() {
        return Err(Failure::with_exit(AppError::NoWords, 2));
    }
    desk.take_codes(now, &taken, &name(file), &words)?;
    say!("Đã ghi {} mã vào sổ, dùng được ngay.", taken.len());
    Ok(ExitCode::SUCCESS)
}

fn since(code: &PortalCode) -> String {
    match code.from {
        Some(day) => format!("cho hồ sơ nhận từ {}", date::format(day)),
        None => "cho mọi hồ sơ".into(),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, AppError> {
    std::fs::read(file)
        .map_err(|source| AppError::Read { path: file.display().to_string(), source })
}

fn name(file: &Path) -> String {
    file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
