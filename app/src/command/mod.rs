//! The command line. One file a command; what a command prints on standard output is its result,
//! everything else goes to standard error.

mod backup;
mod bring;
mod check;
mod day;
mod demo;
mod diagnostics;
mod dvcqg;
mod export;
mod import;
mod login;
mod network;
mod qr;
mod raise;
mod read;
mod remote;
mod seat;
mod shot;
mod sign;
mod verify;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use office::{
    date::{self, Century, DateError},
    explain::Language,
};

pub use crate::failure::Outcome;
use crate::{folder, program_log, window};

/// Một Cửa – phần mềm bộ phận một cửa, làm việc được khi không có mạng. Không có lệnh thì mở cửa sổ.
#[derive(Parser)]
#[command(name = "motcua", version, about, long_about = None)]
pub struct Arguments {
    /// Thư mục dữ liệu.
    #[arg(long, global = true, env = "MOTCUA_DATA", value_name = "THƯ-MỤC")]
    data: Option<PathBuf>,
    /// Thư mục giữ dấu mốc thứ hai của sổ cái, ngoài thư mục dữ liệu.
    #[arg(long, global = true, env = "MOTCUA_STATE", value_name = "THƯ-MỤC")]
    state: Option<PathBuf>,
    /// Tên đăng nhập.
    #[arg(long, global = true, value_name = "TÊN")]
    user: Option<String>,
    /// Đọc mật khẩu từ đầu vào chuẩn.
    #[arg(long, global = true)]
    password_stdin: bool,
    /// Ngôn ngữ của thông báo lỗi.
    #[arg(long, global = true, default_value = "vi", value_name = "vi|en")]
    lang: Lang,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum)]
enum Lang {
    Vi,
    En,
}

#[derive(Subcommand)]
enum Command {
    /// Lập cơ quan mẫu với người và hồ sơ giả định trong thư mục dữ liệu.
    Demo,
    /// Chạy một ngày làm việc mẫu: đọc thẻ, tiếp nhận hồ sơ, in giấy tiếp nhận.
    Day(day::Options),
    /// Đọc chip của một thẻ hoặc hộ chiếu.
    Read(read::Options),
    /// Đọc mã QR từ tệp ảnh (mỗi tệp một dòng JSON).
    Qr(qr::Options),
    /// Kiểm tra chữ ký số của một tệp PDF.
    Verify(verify::Options),
    /// Kiểm tra sổ cái: chuỗi, chữ ký, số sổ, dữ liệu hiển thị, tệp lưu.
    Check(check::Options),
    /// Nhập tệp vào sổ cái: mục ghi của máy khác, chứng thư tin cậy, hồ sơ trực tuyến, danh mục thủ tục, sao kê ngân hàng.
    Import(import::Options),
    /// Xuất ra tệp: sổ theo dõi hồ sơ, thống kê, bảng kê thu phí; mục ghi cho máy khác của cơ quan; thông điệp của Cổng Dịch vụ công quốc gia.
    Export(export::Options),
    /// Sao lưu đã mã hóa vào một thư mục mới và thử mở lại.
    Backup(backup::BackupOptions),
    /// Khôi phục từ thư mục sao lưu vào thư mục dữ liệu còn trống.
    Restore(backup::RestoreOptions),
    /// Cấp số tiếp sau số cuối cùng trên giấy, sau khi khôi phục.
    Continue(backup::ContinueOptions),
    /// Thêm máy cho cơ quan: xin vào, cho vào, vào.
    Seat(seat::Options),
    /// In thông tin chẩn đoán: phiên bản, thiết bị, phông chữ, tình trạng sổ cái; không có dữ liệu cá nhân.
    Diagnostics,
    /// Ký một tệp PDF bằng thiết bị ký (PKCS#11) hoặc ký số từ xa.
    Sign(sign::Options),
    /// Nâng mức chữ ký của một tệp PDF đã ký: thêm dấu thời gian, dữ liệu kiểm tra.
    Raise(raise::Options),
    /// Vẽ một màn hình của cơ quan mẫu ra tệp PNG, không cần màn hình thật.
    Shot(shot::Options),
}

/// What every command knows.
pub struct Context {
    /// Data folder.
    pub folder: PathBuf,
    /// Folder of the ledger's second witness.
    pub state: Option<PathBuf>,
    /// Login name from the command line.
    pub user: Option<String>,
    /// Whether the password is on standard input.
    pub password_stdin: bool,
}

/// A day on the command line, read as in every field of the window.
fn day(text: &str) -> Result<Date, DateError> {
    date::parse(text, Century::This)?.ok_or(DateError::Form)
}

impl Context {
    /// Where the ledger lies.
    pub fn home(&self) -> ledger::Home<'_> {
        ledger::Home::new(&self.folder, self.state.as_deref())
    }
}

impl Arguments {
    /// What the command line says.
    pub fn read() -> Self {
        let given = if std::env::args_os().len() > 1 { None } else { Self::without_words() };
        given.unwrap_or_else(Self::parse)
    }

    /// What holds where no word stands on the command line: the window comes up without the parser being built, which
    /// takes half a millisecond. `None` where the environment holds what the parser must refuse.
    fn without_words() -> Option<Self> {
        let folder = |name| std::env::var_os(name).map(PathBuf::from);
        let (data, state) = (folder("MOTCUA_DATA"), folder("MOTCUA_STATE"));
        let refused = [&data, &state].into_iter().flatten().any(|path| path.as_os_str().is_empty());
        let words =
            Self { data, state, user: None, password_stdin: false, lang: Lang::Vi, command: None };
        (!refused).then_some(words)
    }

    /// Language of error sentences.
    pub fn language(&self) -> Language {
        match self.lang {
            Lang::Vi => Language::Vietnamese,
            Lang::En => Language::English,
        }
    }
}

/// Runs what the arguments say.
pub fn run(arguments: Arguments) -> Outcome {
    let context = Context {
        folder: folder::data(arguments.data)?,
        state: folder::state(arguments.state),
        user: arguments.user,
        password_stdin: arguments.password_stdin,
    };
    program_log::start(&context.folder);
    let Some(command) = arguments.command else {
        return window::run(context.folder, context.state);
    };
    program_log::begun();
    match command {
        Command::Demo => demo::run(&context),
        Command::Day(options) => day::run(&context, options),
        Command::Read(options) => read::run(&context, options),
        Command::Qr(options) => qr::run(options),
        Command::Verify(options) => verify::run(options),
        Command::Check(options) => check::run(&context, options),
        Command::Import(options) => import::run(&context, options),
        Command::Export(options) => export::run(&context, options),
        Command::Backup(options) => backup::backup(&context, options),
        Command::Restore(options) => backup::restore(&context, options),
        Command::Continue(options) => backup::go_on(&context, options),
        Command::Seat(options) => seat::run(&context, options),
        Command::Diagnostics => diagnostics::run(&context),
        Command::Sign(options) => sign::run(options),
        Command::Raise(options) => raise::run(options),
        Command::Shot(options) => shot::run(&context, options),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn no_word_means_what_the_parser_makes_of_no_word() {
        let parsed = Arguments::try_parse_from(["motcua"]).unwrap();
        let short = Arguments::without_words().unwrap();
        assert_eq!(
            (&parsed.data, &parsed.state, &parsed.user, parsed.password_stdin, parsed.lang),
            (&short.data, &short.state, &short.user, short.password_stdin, short.lang)
        );
        assert!(parsed.command.is_none() && short.command.is_none());
    }
}
