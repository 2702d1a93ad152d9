//! `motcua export`: books and reports of days as files.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use office::{
    book::{Binding, BookId},
    export::ExportFormat,
    statistics::GroupBy,
};

use super::{Context, Outcome, dvcqg, login, seat};
use crate::{
    assets::Law,
    clock,
    desk::{
        Desk,
        books::{Format, Paper},
    },
    failure::{AppError, Failure},
    output::say,
};

/// Options of `export`.
#[derive(Args)]
pub struct Options {
    /// Loại: register (sổ theo dõi hồ sơ, mẫu 07), statistics (thống kê), cash (bảng kê thu phí, lệ phí của
    /// một ngày), entries (mục ghi mà máy khác của cơ quan có thể chưa có, vào thư mục --out), dvcqg (hồ sơ và tiến độ theo thông điệp của Cổng Dịch vụ công quốc gia, JSON), book (sổ in đóng tập của một tháng hoặc sổ gộp cả năm, PDF/A: --book, --period), certificates (việc chứng thực để tra cứu: mã, số, ngày, tình trạng, mã băm tệp đã ký; không có dữ liệu cá nhân, JSON).
    #[arg(value_name = "LOẠI", hide_possible_values = true)]
    kind: Kind,
    /// Từ ngày, ví dụ 01/11/2026 hoặc 2026-11-01; không ghi: từ đầu tháng (dvcqg, certificates: từ đầu; cash: ngày cuối).
    #[arg(long, value_name = "NGÀY", value_parser = super::day)]
    from: Option<Date>,
    /// Đến hết ngày; không ghi: hôm nay.
    #[arg(long, value_name = "NGÀY", value_parser = super::day)]
    to: Option<Date>,
    /// Của book: sổ nào, ví dụ certified_copy, signature, translator_signature, tracking.
    #[arg(long, value_name = "SỔ", value_parser = BookId::new, required_if_eq("kind", "book"))]
    book: Option<BookId>,
    /// Của book: tháng, ví dụ 11/2026, hoặc năm, ví dụ 2026; không ghi: tháng này.
    #[arg(long, value_name = "KỲ")]
    period: Option<Binding>,
    /// Thống kê theo: procedure, field, officer, channel, month, day.
    #[arg(long, default_value = "procedure", value_name = "THEO")]
    by: By,
    /// Dạng tệp: pdf (PDF/A) hoặc xlsx.
    #[arg(long, default_value = "pdf", value_name = "pdf|xlsx")]
    format: Form,
    /// Tệp ghi ra; không ghi: ra đầu ra chuẩn.
    #[arg(long, value_name = "TỆP")]
    out: Option<PathBuf>,
    /// Của dvcqg: viết cả hồ sơ còn thiếu trường bắt buộc (bỏ trống trường ấy), để người nhận bổ sung.
    #[arg(long)]
    incomplete: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Register,
    Statistics,
    Cash,
    Dvcqg,
    /// A book that is bound.
    Book,
    /// Acts for the province's look-up.
    Certificates,
    /// What other machines of the office may lack.
    Entries,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Procedure,
    Field,
    Officer,
    Channel,
    Month,
    Day,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Pdf,
    Xlsx,
}

impl From<By> for GroupBy {
    fn from(by: By) -> GroupBy {
        match by {
            By::Procedure => GroupBy::Procedure,
            By::Field => GroupBy::Field,
            By::Officer => GroupBy::Officer,
            By::Channel => GroupBy::Channel,
            By::Month => GroupBy::Month,
            By::Day => GroupBy::Day,
        }
    }
}

/// Runs the command. Exit 2: days that are no period.
pub fn run(context: &Context, options: Options) -> Outcome {
    let today = clock::local(clock::now()).date();
    let to = options.to.unwrap_or(today);
    let from = options.from.unwrap_or(match options.kind {
        Kind::Cash => to,
        _ => to.first_of_month(),
    });
    if from > to {
        return Err(Failure::with_exit(AppError::Period, 2));
    }
    let paper = match options.kind {
        Kind::Register => Paper::Register(BookId::TRACKING),
        Kind::Statistics => Paper::Statistics(options.by.into()),
        Kind::Cash => Paper::Cash,
        Kind::Book => return bound(context, &options, today),
        Kind::Certificates => return certificates(context, &options, to),
        Kind::Entries => return seat::export(context, options.out.as_deref()),
        Kind::Dvcqg => {
            let wanted = dvcqg::Wanted {
                from: options.from,
                to: options.to,
                out: options.out,
                lacking: options.incomplete,
            };
            return dvcqg::export(context, wanted);
        }
    };
    let format = match options.format {
        Form::Pdf => Format::Pdf,
        Form::Xlsx => Format::Xlsx,
    };
    let mut desk = Desk::new(login::open(context)?, Arc::new(Law::load()?))?;
    let bytes = desk.take_out(clock::now(), paper, from, to, Some(format))?;
    if let Some(out) = write(&bytes, options.out.as_deref())? {
        say!("{}, {from} – {to}: {out}", desk.paper_name(paper));
    }
    Ok(ExitCode::SUCCESS)
}

/// A book that is bound.
fn bound(context: &Context, options: &Options, today: Date) -> Outcome {
    let mut desk = Desk::new(login::open(context)?, Arc::new(Law::load()?))?;
    let book = options.book.unwrap_or(BookId::TRACKING);
    let binding = options.period.unwrap_or(Binding::month_of(today));
    let of = desk.to_bind(clock::now(), book, binding)?;
    let bytes = of.document()?;
    desk.record_bound(clock::now(), &of, &bytes, ExportFormat::Pdf)?;
    if let Some(out) = write(&bytes, options.out.as_deref())? {
        say!("{}, {} dòng: {out}", of.name(), of.lines());
    }
    Ok(ExitCode::SUCCESS)
}

/// Acts for the province's look-up.
fn certificates(context: &Context, options: &Options, to: Date) -> Outcome {
    let mut desk = Desk::new(login::open(context)?, Arc::new(Law::load()?))?;
    let (file, bytes) = desk.certificates(clock::now(), options.from, to)?;
    if let Some(out) = write(&bytes, options.out.as_deref())? {
        say!("Đưa ra {} việc: {out}", file.certificates.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a file, or to standard output; the file's name.
fn write(bytes: &[u8], out: Option<&Path>) -> Result<Option<String>, AppError> {
    let Some(out) = out else {
        let failed = |source| AppError::Write { path: "-".into(), source };
        std::io::stdout().write_all(bytes).map_err(failed)?;
        return Ok(None);
    };
    let failed = |source| AppError::Write { path: out.display().to_string(), source };
    std::fs::write(out, bytes).map_err(failed)?;
    Ok(Some(out.display().to_string()))
}
