//! `motcua backup` and `motcua restore`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use ledger::{FindingCount, Ledger, LedgerError, Restore};
use office::{book::Book, entry::UserName};

use super::{Context, Outcome, login};
use crate::{
    clock, demo,
    failure::{AppError, Failure},
};

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
    #[command(flatten)]
    paper: LastOnPaper,
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
    #[command(flatten)]
    paper: LastOnPaper,
}

/// The last numbers that stand on paper: what was issued after the backup is known only there.
#[derive(Args)]
struct LastOnPaper {
    /// Số cuối cùng của sổ theo dõi năm nay trên giấy, nếu đã cấp tiếp sau lần sao lưu.
    #[arg(long, value_name = "SỐ")]
    last_tracking: Option<u32>,
    /// Số thứ tự cuối cùng của mã hồ sơ hôm nay trên giấy, nếu hôm nay đã cấp tiếp sau lần sao lưu.
    #[arg(long, value_name = "SỐ")]
    last_code: Option<u32>,
    /// Xác nhận số trên giấy đúng dù cách số đã biết hơn 1000.
    #[arg(long)]
    accept_jump: bool,
}

impl LastOnPaper {
    fn numbers(&self) -> Vec<(Book, u32)> {
        [(Book::Tracking, self.last_tracking), (Book::DossierCode, self.last_code)]
            .into_iter()
            .filter_map(|(book, last)| Some((book, last?)))
            .collect()
    }
}

/// Makes a backup and tries it.
pub fn backup(context: &Context, options: BackupOptions) -> Outcome {
    let mut ledger = login::open(context)?;
    let manifest = ledger.backup(&options.target, clock::now())?;
    println!(
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
    let demo = &demo::LOGINS[0];
    let (user, password) = match context.user {
        Some(_) => login::credentials(context)?,
        None => (UserName(demo.user.into()), demo.password.to_owned().into()),
    };
    let restored = Ledger::restore(
        &options.backup,
        &context.folder,
        &Restore {
            user: &user,
            password: &password,
            device_label: &options.device,
            last_on_paper: &options.paper.numbers(),
            accept_jump: options.paper.accept_jump,
            accept_findings: options.accept_findings,
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
    println!(
        "Đã khôi phục {} mục ghi, sao lưu lúc {}.",
        report.entries,
        clock::local(report.made_at)
    );
    println!(
        "Trước khi tiếp nhận hồ sơ, hãy so các số cuối dưới đây với sổ và giấy tờ đã phát ra sau lần sao lưu:"
    );
    for number in &report.numbers {
        println!("{}: số cuối {}", number.series, number.last);
    }
    if options.paper.numbers().is_empty() {
        println!(
            "Nếu trên giấy có số lớn hơn, hãy chạy: motcua continue --last-tracking SỐ --last-code SỐ"
        );
    }
    if !report.findings.is_empty() {
        eprintln!("CẢNH BÁO: phần đã khôi phục còn những điểm không đúng sau:");
        list(&report.findings);
    }
    Ok(ExitCode::SUCCESS)
}

/// Goes on after the last numbers on paper.
pub fn go_on(context: &Context, options: ContinueOptions) -> Outcome {
    let numbers = options.paper.numbers();
    if numbers.is_empty() {
        return Err(Failure::with_exit(AppError::NoNumbers, 2));
    }
    let mut ledger = login::open(context)?;
    for (book, last) in numbers {
        ledger.continue_after(clock::now(), book, last, options.paper.accept_jump)?;
        println!("{}: cấp tiếp sau số {last}.", book.label());
    }
    Ok(ExitCode::SUCCESS)
}

/// Warnings go to standard error: they are no result.
fn list(findings: &[FindingCount]) {
    for found in findings {
        eprintln!("- {} ({} điểm)", found.kind.label(), found.count);
    }
}
