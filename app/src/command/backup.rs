//! `motcua backup`, `motcua restore` and `motcua continue`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use ledger::{FindingCount, LastNumber, Ledger, LedgerError, Present, Restore};
use office::book::BookId;

use super::{
    Context, Outcome,
    login::{self, Older},
};
use crate::{clock, failure::AppError, output::say};

/// Options of `backup`.
#[derive(Args)]
pub struct BackupOptions {
    /// Thư mục sao lưu, phải trống hoặc chưa có.
    #[arg(value_name = "THƯ-MỤC")]
    target: PathBuf,
}

/// Options of `restore`.
#[derive(Args)]
pub struct RestoreOptions {
    /// Thư mục chứa bản sao lưu.
    #[arg(value_name = "THƯ-MỤC")]
    backup: PathBuf,
    /// Khôi phục phần còn đọc được dù sổ cái đã có điểm không đúng từ khi sao lưu.
    #[arg(long)]
    accept_findings: bool,
    /// Tên gọi của máy này.
    #[arg(long, default_value = "Máy khôi phục", value_name = "TÊN")]
    device: String,
}

/// Options of `continue`.
#[derive(Args)]
pub struct ContinueOptions {
    /// Sổ nào: dossier_code (mã hồ sơ trong ngày), tracking (sổ theo dõi hồ sơ), notice (phiếu, thông báo),
    /// fee_receipt (biên lai), ticket (số thứ tự chờ). Không ghi: liệt kê các sổ đang chờ xác nhận.
    #[arg(long, value_name = "SỔ", value_parser = BookId::new, requires = "paper")]
    book: Option<BookId>,
    #[command(flatten)]
    paper: LastOnPaper,
    /// Xác nhận số trên giấy đúng dù cách số đã biết hơn 1000.
    #[arg(long)]
    accept_jump: bool,
    /// Lãnh đạo xác nhận dùng sổ cái này dù nó cũ hơn dấu mốc hoặc không có dấu mốc: mọi sổ chờ xác nhận số cuối.
    #[arg(long)]
    accept_older: bool,
}

/// What stands on paper: what was issued after the backup is known only there.
#[derive(Args)]
#[group(id = "paper", multiple = false)]
struct LastOnPaper {
    /// Số cuối cùng của sổ trên giấy (mã hồ sơ và số chờ: của hôm nay).
    #[arg(long, value_name = "SỐ", requires = "book")]
    last: Option<u32>,
    /// Sau lần sao lưu không cấp số nào của sổ này.
    #[arg(long, requires = "book")]
    none: bool,
}

/// Makes a backup and tries it.
pub fn backup(context: &Context, options: BackupOptions) -> Outcome {
    let mut ledger = login::open(context)?;
    let manifest = ledger.backup(&options.target, clock::now())?;
    say!(
        "Đã sao lưu {} mục ghi vào {} và đã thử mở lại bản sao.",
        manifest.entries,
        options.target.display()
    );
    if !manifest.findings.is_empty() {
        eprintln!(
            "CẢNH BÁO: sổ cái đang dùng có {} điểm không đúng; bản sao lưu chép đúng nguyên trạng:",
            manifest.finding_count()
        );
        list(&manifest.findings);
        eprintln!(
            "Hãy giữ bản sao lưu này và các bản cũ hơn, chạy motcua check và báo bộ phận hỗ trợ."
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup into an empty data folder. A demo office's backup opens by its public login.
pub fn restore(context: &Context, options: RestoreOptions) -> Outcome {
    let (user, password) = login::credentials_or_demo(context)?;
    let restored = Ledger::restore(
        &options.backup,
        context.home(),
        &Restore {
            user: &user,
            password: &password,
            device_label: &options.device,
            accept_findings: options.accept_findings,
            present: Present::Refused,
            at: clock::now(),
        },
    );
    let (_, report) = match restored {
        // Nobody was named and it is no demo office's backup.
        Err(LedgerError::UnknownUser | LedgerError::WrongPassword { .. })
            if context.user.is_none() =>
        {
            return Err(AppError::NoUser.into());
        }
        restored => restored?,
    };
    say!(
        "Đã khôi phục {} mục ghi, sao lưu lúc {}.",
        report.entries,
        clock::local(report.made_at).strftime("%Y-%m-%d %H:%M")
    );
    tell_waiting(&report.numbers);
    if !report.findings.is_empty() {
        eprintln!("CẢNH BÁO: phần đã khôi phục còn những điểm không đúng sau:");
        list(&report.findings);
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes on in a book after its last number on paper, or tells which books wait.
pub fn go_on(context: &Context, options: ContinueOptions) -> Outcome {
    let older = if options.accept_older { Older::Accepted } else { Older::Refused };
    let mut ledger = login::open_or_accept(context, older)?;
    let now = clock::now();
    if let Some(book) = options.book {
        ledger.continue_after(now, book, options.paper.last.unwrap_or(0), options.accept_jump)?;
        let known = ledger.last_number(book, clock::local(now).date())?;
        say!("{}: cấp tiếp sau số {}.", known.named(), known.last);
    }
    match ledger.waiting_books(now)?.as_slice() {
        [] => say!("Không có sổ nào chờ xác nhận số."),
        waiting => tell_waiting(waiting),
    }
    Ok(ExitCode::SUCCESS)
}

fn tell_waiting(waiting: &[LastNumber]) {
    say!(
        "Các sổ dưới đây chưa cấp số mới. Hãy so với sổ và giấy tờ đã phát ra sau lần sao lưu, rồi xác nhận từng sổ:"
    );
    for known in waiting {
        let (id, series) = (known.series.book, known.named());
        say!("  {id}: {series}, số cuối đã biết {}", known.last);
    }
    say!("Lệnh: motcua continue --book SỔ --last SỐ (hoặc --none nếu không cấp số nào)");
}

/// Warnings go to standard error: they are no result.
fn list(findings: &[FindingCount]) {
    for found in findings {
        eprintln!("- {} ({} điểm)", found.kind.label(), found.count);
    }
}
