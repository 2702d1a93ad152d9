//! `motcua raise`: a signed PDF to a higher level, when there is a network.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use reports::sign::raise::{Again, Wish, raise};

use super::{
    Outcome,
    network::{Network, SHORT, Wanted},
    sign,
};
use crate::{clock, failure::Failure, output::say};

/// The file cannot be raised.
const NEVER: u8 = 3;

/// Options of `raise`.
#[derive(Args)]
#[command(
    after_help = "Chữ ký đã có không bị sửa: dấu thời gian và dữ liệu kiểm tra được ghi nối vào sau tệp (bản cập \
    nhật). Tệp đã đạt mức thì tệp ra là bản sao nguyên vẹn. Mã kết thúc: 0 tệp ra đạt mức yêu cầu; 2 sai cách \
    dùng (gồm cả tệp ra đã có); 3 không nâng được, thử lại cũng vậy (tệp chưa ký, chữ ký sai, chứng thư bị thu \
    hồi…), không có tệp ra; 7 chưa lên được mức yêu cầu: dịch vụ trên mạng không trả lời hoặc trả lời sai; có \
    tệp ra khi đã thêm được một phần; thử lại sau; 1 lỗi khác."
)]
pub struct Options {
    /// Tệp PDF đã ký; tệp này không bị thay đổi.
    #[arg(value_name = "TỆP")]
    file: PathBuf,
    /// Tệp đã nâng mức; không ghi đè lên tệp đang có.
    #[arg(long, value_name = "TỆP")]
    out: PathBuf,
    /// Mức cần đạt (PAdES).
    #[arg(long, value_enum, value_name = "MỨC")]
    level: Wanted,
    #[command(flatten)]
    network: Network,
    /// Tệp đã ở mức B-LTA thì thêm dữ liệu kiểm tra mới và một dấu thời gian nữa.
    #[arg(long)]
    renew: bool,
}

/// Runs the command.
pub fn run(options: Options) -> Outcome {
    sign::refuse_existing(&options.out)?;
    let issuers = options.network.issuers()?;
    let bytes = sign::read(&options.file)?;
    let wish = Wish {
        level: options.level.into(),
        renew: options.renew,
        issuers: &issuers,
        now: clock::now(),
    };
    let raised = raise(bytes, &wish, &mut options.network.online())
        .map_err(|short| Failure::with_exit(short, NEVER))?;
    if raised.changed || raised.short.is_none() {
        sign::write(&options.out, &raised.bytes)?;
        say!("{}", options.out.display());
        say!("Mức: {}", raised.level);
    }
    match raised.short {
        None => Ok(ExitCode::SUCCESS),
        Some(short) => {
            let exit = match short.why.again() {
                Again::Never if !raised.changed => NEVER,
                Again::Never | Again::Later => SHORT,
            };
            Err(Failure::with_exit(short, exit))
        }
    }
}
