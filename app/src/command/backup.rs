//! `motcua backup` and `motcua restore`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use ledger::{Ledger, Restore};
use office::book::Book;

use super::{Context, Outcome, login};
use crate::clock;

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
    /// Số cuối cùng của sổ theo dõi năm nay trên giấy, nếu sổ đã ghi tiếp sau lần sao lưu.
    #[arg(long, value_name = "SỐ")]
    last_tracking: Option<u32>,
    /// Số thứ tự cuối cùng của mã hồ sơ hôm nay trên giấy, nếu đã cấp sau lần sao lưu.
    #[arg(long, value_name = "SỐ")]
    last_code: Option<u32>,
    /// Tên gọi của máy này.
    #[arg(long, default_value = "Máy khôi phục", value_name = "TÊN")]
    device: String,
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
    Ok(ExitCode::SUCCESS)
}

/// Restores a backup into an empty data folder.
pub fn restore(context: &Context, options: RestoreOptions) -> Outcome {
    let (user, password) = login::credentials(context)?;
    let last_on_paper: Vec<(Book, u32)> =
        [(Book::Tracking, options.last_tracking), (Book::DossierCode, options.last_code)]
            .into_iter()
            .filter_map(|(book, last)| Some((book, last?)))
            .collect();
    let (_, report) = Ledger::restore(
        &options.backup,
        &context.folder,
        &Restore {
            user: &user,
            password: &password,
            device_label: &options.device,
            last_on_paper: &last_on_paper,
            at: clock::now(),
        },
    )?;
    println!(
        "Đã khôi phục {} mục ghi, sao lưu lúc {}.",
        report.entries,
        clock::local(report.made_at)
    );
    println!("Hãy so các số cuối dưới đây với sổ và giấy tờ đã phát ra sau lần sao lưu:");
    for number in &report.numbers {
        println!("{}: số cuối {}", number.series, number.last);
    }
    Ok(ExitCode::SUCCESS)
}
