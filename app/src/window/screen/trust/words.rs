//! The words of what is trusted: days, fingerprints, who vouched, what removing means.

use jiff::civil::Date;
use office::{
    entry::ContentHash,
    trust::{TrustKind, Voucher},
};
use widgets::{Tone, table::Cell};

/// What an empty list says. Which documents a certificate is for, its issuer tells; nothing is promised
/// that nobody publishes.
pub const EMPTY: &str = "Khi chưa có chứng thư gốc (CSCA) của nơi cấp, thẻ và hộ chiếu tốt vẫn hiện “Chip – chưa xác nhận đủ”.\n\
    Thẻ căn cước và hộ chiếu Việt Nam: hỏi cơ quan Công an cấp giấy tờ để nhận tệp chứng thư.\n\
    Hộ chiếu: danh sách gốc (master list, tệp .ml hoặc .ldif) do ICAO hoặc cơ quan cấp hộ chiếu các nước công bố.\n\
    Trước khi thêm, hãy đối chiếu dấu SHA-256 với nơi cấp qua một đường khác, ví dụ điện thoại.";

/// A day as forms write it.
pub fn day(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// The last day; one that is over shows it.
pub fn until(until: Date, today: Date) -> Cell {
    if until < today { Cell::toned(day(until), Tone::Caution) } else { day(until).into() }
}

/// From when to when it holds.
pub fn validity(kind: TrustKind, from: Date, until: Date) -> String {
    let (from, until) = (day(from), day(until));
    match kind {
        TrustKind::RevocationList => format!("Lập ngày {from}, bản sau chậm nhất ngày {until}"),
        _ => format!("Hiệu lực từ {from} đến {until}"),
    }
}

/// What removing means.
pub fn removal(kind: TrustKind) -> &'static str {
    match kind {
        TrustKind::RevocationList => {
            "Từ nay giấy tờ do người ký bị thu hồi trong danh sách này ký không còn bị từ chối vì nó. Những lần đọc trước giữ nguyên kết quả."
        }
        _ => {
            "Từ nay giấy tờ chỉ nhờ nó mà tin được sẽ hiện “chưa xác nhận đủ”. Những lần đọc trước giữ nguyên kết quả; bản chứng thư vẫn nằm trong sổ cái."
        }
    }
}

/// Who vouched for a file.
pub fn voucher(voucher: &Voucher) -> String {
    let on =
        |made: &Option<Date>| made.map(|made| format!(" ngày {}", day(made))).unwrap_or_default();
    match voucher {
        Voucher::KnownListSigner { signer, made } => format!(
            "Danh sách gốc do {signer} ký{}; người ký đã được một chứng thư tin cậy từ trước xác nhận.",
            on(made)
        ),
        Voucher::OwnListSigner { signer, made } => format!(
            "Danh sách gốc do {signer} ký{}; người ký chỉ được chính danh sách ấy xác nhận, người thêm chịu trách nhiệm về tệp.",
            on(made)
        ),
        Voucher::Person => {
            "Tệp lẻ, không nằm trong danh sách gốc nào; người thêm chịu trách nhiệm về tệp.".into()
        }
    }
}

/// A fingerprint as people read it out to each other: in fours.
pub fn grouped(fingerprint: &ContentHash) -> String {
    let digits: Vec<char> = fingerprint.0.chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join(" ")
}
