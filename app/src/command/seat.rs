//! `motcua seat` and the exchange of entries by a folder: several machines of one office.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};
use ledger::{Joining, Ledger, SeatRequest, Taken};

use super::{Context, Outcome, login};
use crate::{clock, failure::AppError, output::say};

/// Options of `seat`.
#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Trên máy mới, hoặc máy vừa khôi phục từ bản sao lưu bên cạnh các máy khác: tạo tệp xin vào cơ quan.
    Request {
        /// Tệp ghi ra, để mang sang máy của lãnh đạo.
        #[arg(long, value_name = "TỆP")]
        out: PathBuf,
        /// Tên gọi của máy này.
        #[arg(long, default_value = "Máy thứ hai", value_name = "TÊN")]
        device: String,
    },
    /// Trên máy đang dùng, do lãnh đạo: cho máy vào và tạo bản sao để máy mới mở.
    Admit {
        /// Tệp xin vào.
        #[arg(value_name = "TỆP")]
        request: PathBuf,
        /// Thư mục ghi bản sao, phải trống hoặc chưa có; máy vừa khôi phục không cần bản sao.
        #[arg(long, value_name = "THƯ-MỤC")]
        out: Option<PathBuf>,
    },
    /// Do lãnh đạo: nhận các mục ghi mà bản sao của một máy đã viết bằng khóa của máy ấy và đang được giữ riêng.
    Adopt,
    /// Trên máy mới: vào cơ quan bằng bản sao đã nhận.
    Join {
        /// Thư mục bản sao.
        #[arg(value_name = "THƯ-MỤC")]
        copy: PathBuf,
    },
}

/// Runs a step of a machine's joining.
pub fn run(context: &Context, options: Options) -> Outcome {
    match options.step {
        Step::Request { out, device } => {
            let request = match Ledger::exists(&context.folder) {
                true => login::open(context)?.seat_request()?,
                false => SeatRequest::make(&context.folder, &device)?,
            };
            request.write(&out)?;
            say!("Đã tạo tệp xin vào: {}", out.display());
            say!("Mã của máy này: {}", request.code()?);
            say!("Lãnh đạo so mã này với mã trên máy đang dùng rồi mới cho vào.");
        }
        Step::Admit { request, out } => {
            let request = SeatRequest::read(&request)?;
            say!("Máy xin vào: {} – mã {}", request.label, request.code()?);
            if request.has_ledger() {
                login::open(context)?.let_in(&request, clock::now())?;
                say!(
                    "Đã cho vào. Hãy trao đổi mục ghi với máy ấy bằng export entries, import entries."
                );
            } else {
                let out = out.ok_or(AppError::NoOut)?;
                let manifest = login::open(context)?.admit_seat(&request, &out, clock::now())?;
                say!("Đã cho vào. Bản sao {} mục ghi ở {}", manifest.entries, out.display());
            }
        }
        Step::Adopt => {
            let mut ledger = login::open(context)?;
            let taken = ledger.admit_branches(clock::now())?;
            say!("Đã nhận {taken} mục ghi; {} mâu thuẫn chờ xử lý.", ledger.open_conflicts()?);
        }
        Step::Join { copy } => {
            let (user, password) = login::credentials_or_demo(context)?;
            let joining = Joining { user: &user, password: &password, at: clock::now() };
            let watch = |_| ControlFlow::Continue(());
            let ledger = Ledger::join_office(&copy, context.home(), &joining, &watch)?;
            say!("Máy này đã vào {}: {} mục ghi.", ledger.office()?.name, ledger.head().entries);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `motcua export entries`: what other machines may lack, into a folder.
pub fn export(context: &Context, folder: Option<&Path>) -> Outcome {
    let folder = folder.ok_or(AppError::NoOut)?;
    let sent = login::open(context)?.export_entries(folder, &|_| Ok(()))?;
    match sent.file {
        Some(file) => {
            say!("{} mục ghi, {} tệp lưu: {}", sent.entries, sent.blobs, file.display());
        }
        None => say!("Các máy khác đã có đủ; không có gì để xuất."),
    }
    Ok(ExitCode::SUCCESS)
}

/// `motcua import entries`: what other machines exported. Exit 1 where something was broken or contradicts its
/// own chain.
pub fn import(context: &Context, folder: &Path) -> Outcome {
    let mut ledger = login::open(context)?;
    let received = ledger.import_entries(folder, clock::now(), &|_| Ok(()))?;
    let numbered = ledger.assign_numbers(clock::now())?;
    let Taken { taken, known, held, forked, refused } = received.entries;
    let conflicts = ledger.open_conflicts()?;
    say!("{taken} mục mới, {known} mục đã có, {conflicts} mâu thuẫn chờ xử lý.");
    if numbered > 0 {
        say!("Đã cấp {numbered} số mà máy khác đang chờ; hãy xuất lại để máy ấy nhận.");
    }
    if held > 0 {
        say!("{held} mục đang chờ: mục trước của chúng, hoặc máy viết chúng chưa được cho vào.");
    }
    if received.foreign > 0 {
        say!("Bỏ qua {} tệp của cơ quan khác.", received.foreign);
    }
    let mut exit = ExitCode::SUCCESS;
    for (count, words) in [
        (
            received.broken,
            "tệp bị cắt hoặc bị sửa; phần đọc được đã nhập. Hãy xuất lại từ máy kia.",
        ),
        (
            forked,
            "mục trái với chuỗi của chính máy viết chúng: có hai máy dùng một khóa. Các mục này được giữ riêng; lãnh đạo nhận bằng seat adopt.",
        ),
        (refused, "mục không đúng chữ ký hoặc không đọc được đã bị từ chối."),
    ] {
        if count > 0 {
            eprintln!("CẢNH BÁO: {count} {words}");
            exit = ExitCode::FAILURE;
        }
    }
    Ok(exit)
}
