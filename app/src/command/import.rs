//! `motcua import`: files from outside into the ledger.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use identity::trust::{Kind, ListVoucher, OfferedCertificate};
use jiff::civil::Date;
use office::{settings::LawKind, text::clean, trust::TrustItem};

use super::{Context, Outcome, bring, dvcqg, login, seat};
use crate::{
    clock,
    failure::{AppError, Failure},
    output::say,
    trust::{self, Parcel, Parcels},
};

/// Options of `import`.
#[derive(Args)]
pub struct Options {
    /// Loại dữ liệu: entries (mục ghi do máy khác của cơ quan xuất; thư mục), trust (chứng thư gốc CSCA, danh sách gốc, danh sách thu hồi; DER, PEM, LDIF),
    /// dvcqg (hồ sơ nộp trực tuyến, thông điệp DongBoHoSoMC; JSON), catalogue (danh mục thủ tục; JSON của
    /// LayThuTuc hoặc CSV), services (dịch vụ công thiết yếu; JSON hoặc CSV), statement (sao kê ngân hàng;
    /// CSV), portal-codes (mã lĩnh vực, mã phí, hình thức thu trên Cổng; CSV hoặc JSON với các cột loai, ten,
    /// ma_thu_tuc, ma, tu_ngay).
    #[arg(value_name = "LOẠI", hide_possible_values = true)]
    kind: What,
    /// Các tệp, hoặc thư mục chứa tệp.
    #[arg(required = true, value_name = "TỆP")]
    files: Vec<PathBuf>,
    /// Ai trao tệp và đã đối chiếu thế nào; bắt buộc, trừ khi người đã được tin cậy ký danh sách.
    #[arg(long, default_value = "", hide_default_value = true, value_name = "LỜI")]
    words: String,
    /// Lấy cả chứng thư của người ký giấy tờ (danh bạ các nước có hàng chục nghìn).
    #[arg(long)]
    signers: bool,
    /// Danh mục có hiệu lực từ ngày, ví dụ 01/12/2026 hoặc 2026-12-01; mặc định là hôm nay. Với portal-codes: mã
    /// dùng cho hồ sơ nhận từ ngày, khi dòng không ghi ngày; mặc định là từ đầu.
    #[arg(long, value_name = "NGÀY", value_parser = super::day)]
    from: Option<Date>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// What another machine of the office exported.
    Entries,
    /// Whom to trust; the file itself tells which kind it is.
    #[value(aliases = ["master-list", "csca", "crl"])]
    Trust,
    /// Procedures.
    Catalogue,
    /// Essential services.
    Services,
    /// A bank statement.
    Statement,
    /// Dossiers that were filed online.
    Dvcqg,
    /// The national portal's codes.
    PortalCodes,
}

/// Runs the command. Exit 0 also where nothing is new; 2: the words are missing; 1: a file is refused,
/// then nothing of any file is taken.
pub fn run(context: &Context, options: Options) -> Outcome {
    if let What::Dvcqg = options.kind {
        return dvcqg::import(context, &options.files);
    }
    if let What::Entries = options.kind {
        return seat::import(context, one(&options.files)?);
    }
    let mut ledger = login::open(context)?;
    let law = match options.kind {
        What::Trust | What::Dvcqg | What::Entries => None,
        What::Catalogue => Some(LawKind::Catalogue),
        What::Services => Some(LawKind::EssentialServices),
        What::Statement => return bring::statement(ledger, one(&options.files)?),
        What::PortalCodes => {
            return bring::codes(ledger, one(&options.files)?, options.from, &options.words);
        }
    };
    if let Some(kind) = law {
        return bring::law(ledger, kind, one(&options.files)?, options.from, &options.words);
    }
    let mut handed = Parcels::read(&options.files, &trust::of(&ledger)?);
    for parcel in &handed.parcels {
        show(parcel, options.signers);
    }
    if let Some(error) = handed.refused.pop() {
        return Err(error.into());
    }
    if handed.parcels.is_empty() {
        return Err(AppError::NoFiles.into());
    }
    if handed.needs_words(options.signers) && clean(&options.words).is_empty() {
        return Err(Failure::with_exit(AppError::NoWords, 2));
    }
    let taken = handed.take(&mut ledger, clock::now(), &options.words, options.signers)?;
    say!("Đã thêm {}, đã có từ trước {}.", taken.added, taken.known);
    if taken.replaced > 0 {
        say!("Đã bỏ {} danh sách thu hồi cũ, vì đã có bản mới hơn.", taken.replaced);
    }
    Ok(ExitCode::SUCCESS)
}

/// The one file that these kinds take.
fn one(files: &[PathBuf]) -> Result<&PathBuf, Failure> {
    match files {
        [file] => Ok(file),
        _ => Err(Failure::with_exit(AppError::OneFile, 2)),
    }
}

fn show(parcel: &Parcel, signers: bool) {
    say!("{}", parcel.file);
    say!("  SHA-256 của tệp: {}", parcel.sha256.0);
    for list in &parcel.offer.lists {
        let made = list.made.map(|day| format!(" ngày {day}")).unwrap_or_default();
        let voucher = match list.voucher {
            ListVoucher::Known => "người ký do một chứng thư gốc đã được tin cậy cấp",
            ListVoucher::Listed => "người ký chỉ được chính danh sách này xác nhận",
        };
        say!("  Danh sách gốc, {} ký{made}: {voucher}", list.signer);
    }
    let is_signer = |one: &&OfferedCertificate| one.kind == Kind::DocumentSigner;
    let certificates = parcel.offer.certificates.iter().filter(|one| !is_signer(one));
    certificates.for_each(|one| line(one.known, &one.item()));
    parcel.offer.revocations.iter().for_each(|one| line(one.known, &one.item()));
    let found = parcel.offer.certificates.iter().filter(is_signer).count();
    match (found, signers) {
        (0, _) => {}
        (_, true) => say!("  {found} chứng thư người ký giấy tờ"),
        (_, false) => say!(
            "  Bỏ qua {found}: chứng thư người ký giấy tờ (thêm --signers để lấy cả các chứng thư này)"
        ),
    }
    for skipped in &parcel.offer.skipped {
        say!("  Bỏ qua {}: {}", skipped.count, skipped.reason);
    }
}

fn line(known: bool, item: &TrustItem) {
    let state = if known { "Đã có" } else { "Mới" };
    say!(
        "  {state}: {}, {}, {}, {} – {}\n    SHA-256 {}",
        item.kind.label(),
        item.country,
        item.name,
        item.from,
        item.until,
        item.fingerprint.0
    );
}
