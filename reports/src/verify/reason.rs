//! What a check says: one sentence for each thing that was found, and what it means for the signature.

use jiff::{Timestamp, tz::TimeZone};
use office::Explain;

use super::change::Change;

/// Why a file could not be judged at all. Nothing in it counts as signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// No PDF header within the first 1,024 bytes.
    #[error("Tệp này không phải PDF. Chưa kiểm tra chữ ký. Hãy xin lại đúng tệp PDF đã ký.")]
    NotPdf,
    /// Sections or objects that cannot be read without guessing.
    #[error(
        "Tệp PDF bị hỏng hoặc đọc được theo hai cách khác nhau nên không kiểm tra được chữ ký. Đừng dùng tệp này; hãy xin lại bản gốc từ người gửi."
    )]
    Broken,
    /// The file needs a password.
    #[error(
        "Tệp PDF bị mã hóa bằng mật khẩu nên chưa kiểm tra được chữ ký. Hãy xin bản không đặt mật khẩu."
    )]
    Encrypted,
    /// More bytes, objects or saves than are read.
    #[error(
        "Tệp PDF vượt quá giới hạn kiểm tra (2 GB, 256 lần lưu, 4 triệu đối tượng). Chưa kiểm tra chữ ký."
    )]
    TooLarge,
    /// A file of trusted certificates without one.
    #[error(
        "Tệp tin cậy không có chứng thư nào đọc được. Chưa kiểm tra chữ ký. Hãy dùng tệp DER, PEM hoặc P7B."
    )]
    Trust,
}

impl Explain for VerifyError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotPdf => "VER-01",
            Self::Broken => "VER-02",
            Self::Encrypted => "VER-03",
            Self::TooLarge => "VER-04",
            Self::Trust => "VER-05",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotPdf => "This is no PDF. No signature was checked. Ask for the signed PDF.",
            Self::Broken => {
                "The PDF is damaged or can be read in two ways, so that no signature can be checked. Do not use it; ask the sender for the original."
            }
            Self::Encrypted => {
                "The PDF is encrypted, so that no signature was checked. Ask for a file without a password."
            }
            Self::TooLarge => {
                "The PDF is beyond the limits (2 GB, 256 saves, 4 million objects). No signature was checked."
            }
            Self::Trust => {
                "The trust file has no readable certificate. No signature was checked. Use DER, PEM or P7B."
            }
        }
        .into()
    }
}

/// What a finding means for a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It is told and changes nothing.
    Note,
    /// What was signed is not what the file shows now.
    Changed,
    /// The signature is not valid.
    Invalid,
}

/// One finding. `Display` gives the sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The file can be read in two ways, or not at all where it must be.
    #[error("cấu trúc tệp bị hỏng hoặc đọc được theo hai cách khác nhau")]
    Structure,
    /// Bytes after the last revision that belong to none.
    #[error("có {0} byte lạ nối vào sau phần cuối của tệp")]
    TrailingBytes(usize),
    /// Bytes before `%PDF-`.
    #[error("có byte lạ đứng trước phần đầu của tệp PDF")]
    LeadingBytes,
    /// No ByteRange of four numbers that starts at 0 and stays within the file.
    #[error("vùng byte được ký (ByteRange) bị thiếu hoặc sai")]
    ByteRange,
    /// What the range leaves out is not exactly this signature's Contents in hex digits.
    #[error("phần không được ký không khớp với ô chứa chữ ký, có thể che nội dung bị sửa")]
    Gap,
    /// Contents is missing, zero, cut, or has something behind the signature.
    #[error("ô chứa chữ ký trống, bị cắt hoặc có dữ liệu lạ")]
    Contents,
    /// The range does not end where a revision ends, or another revision wrote the signature.
    #[error("vùng byte được ký không kết thúc ở cuối một lần lưu của tệp")]
    Coverage,
    /// A kind of signature that proves too little or is not known.
    #[error("kiểu chữ ký {0} không được chấp nhận")]
    Kind(String),
    /// A signature stands in the bytes, and the document does not show it.
    #[error("trong tệp có một chữ ký bị che hoặc bị cắt, tài liệu không còn thể hiện chữ ký đó")]
    Hidden,
    /// No CMS signature in strict DER with one signer and signed attributes.
    #[error("dữ liệu chữ ký không đúng cấu trúc")]
    Cms,
    /// The bytes are not those that were signed.
    #[error("nội dung được ký đã bị sửa")]
    Digest,
    /// The key did not make this signature.
    #[error("giá trị chữ ký sai, không do khóa của chứng thư này ký")]
    Signature,
    /// The signer's certificate is not in the signature.
    #[error("chữ ký không kèm chứng thư của người ký")]
    NoCertificate,
    /// The signed attributes name another certificate.
    #[error("chứng thư kèm theo không phải chứng thư đã dùng khi ký")]
    OtherCertificate,
    /// A CAdES signature that does not name its certificate under the signature.
    #[error("chữ ký không ràng buộc với chứng thư của người ký (thiếu signing-certificate)")]
    NoCertificateName,
    /// An algorithm, key or curve that is not known here.
    #[error("thuật toán hoặc loại khóa của chữ ký không được hỗ trợ")]
    UnknownAlgorithm,
    /// SHA-1.
    #[error("chữ ký dùng thuật toán băm SHA-1 đã lỗi thời")]
    WeakHash,
    /// RSA below 2048 bits, curves below 256.
    #[error("khóa ký {0} bit quá ngắn (yêu cầu RSA từ 2048 bit, ECDSA từ 256 bit)")]
    WeakKey(u32),
    /// No chain to a trusted certificate.
    #[error("người cấp chứng thư chưa có trong danh sách tin cậy ở máy này: {0}")]
    UnknownIssuer(String),
    /// A certificate in the chain that may not issue, or a broken chain.
    #[error("chuỗi chứng thư sai: {0} không được phép cấp chứng thư này")]
    Chain(String),
    /// Key usage or extended key usage does not allow it.
    #[error("chứng thư không dùng để ký văn bản")]
    Usage,
    /// A critical extension that is not understood, or one that stands there twice.
    #[error("chứng thư có điều kiện bắt buộc mà phần mềm không hiểu")]
    NotUnderstood,
    /// Expired at the trusted time.
    #[error("chứng thư {0} đã hết hạn vào lúc ký")]
    Expired(String),
    /// Expired now, and nothing proves when it was signed.
    #[error(
        "chứng thư {0} nay đã hết hạn và chữ ký không có dấu thời gian, nên không biết được có ký khi còn hạn hay không"
    )]
    ExpiredSince(String),
    /// Not valid yet.
    #[error("chứng thư {0} chưa có hiệu lực vào lúc ký")]
    NotYet(String),
    /// Revoked before the trusted time.
    #[error("chứng thư {who} đã bị thu hồi ngày {day}")]
    Revoked {
        /// Whose certificate.
        who: String,
        /// When.
        day: jiff::civil::Date,
    },
    /// The signature time stamp is not one, or not over this signature.
    #[error("dấu thời gian kèm chữ ký sai hoặc không thuộc về chữ ký này")]
    TimeStamp,
    /// The time stamp's authority is not trusted, so that its time is not counted.
    #[error("dấu thời gian không được tính vì nơi cấp chưa được tin cậy ở máy này")]
    UntrustedTimeStamp,
    /// A time stamp over the document that is broken.
    #[error("dấu thời gian của tệp bị sai")]
    DocumentTimeStamp,
    /// The signature is no longer in the file's newest revision.
    #[error("chữ ký đã bị gỡ hoặc bị thay trong lần lưu sau")]
    Removed,
    /// A change that the certifying signer forbade.
    #[error("tệp bị thay đổi sau khi ký dù người ký không cho phép: {0}")]
    Forbidden(Change),
    /// A field that the signer locked was changed.
    #[error("ô “{0}” bị thay đổi dù đã được khóa khi ký")]
    Locked(String),
    /// A change after signing.
    #[error("sau khi ký, tệp bị thay đổi: {0}")]
    Changed(Change),
    /// A change after signing that adds proof and changes nothing.
    #[error("sau khi ký có thêm: {0}")]
    Added(Change),
    /// Which save the signature covers.
    #[error("chữ ký chỉ bảo vệ lần lưu thứ {signed} trong {all} lần lưu của tệp")]
    Covers {
        /// From 1.
        signed: usize,
        /// Saves of the file.
        all: usize,
    },
    /// No revocation list or answer that counts.
    #[error("chưa kiểm tra được chứng thư có bị thu hồi hay không (ngoại tuyến)")]
    RevocationUnknown,
    /// Revoked after the proven time.
    #[error("chứng thư {who} bị thu hồi ngày {day}, sau khi ký")]
    RevokedLater {
        /// Whose certificate.
        who: String,
        /// When.
        day: jiff::civil::Date,
    },
    /// Only the signer says when it was signed.
    #[error("thời điểm ký do máy của người ký ghi, không có dấu thời gian chứng thực")]
    ClaimedTime,
    /// An XFA form.
    #[error("tệp có biểu mẫu XFA, phần mềm khác có thể hiển thị khác nội dung được ký")]
    Xfa,
    /// JavaScript or another action on opening.
    #[error("tệp có mã lệnh chạy khi mở, nội dung hiển thị có thể khác nội dung được ký")]
    Script,
    /// Only a time stamp, no signature.
    #[error("tệp chỉ có dấu thời gian ngày {}, không có chữ ký", TimeZone::UTC.to_datetime(*.0).date())]
    OnlyTimeStamp(Timestamp),
}

impl Reason {
    /// What it means for the signature.
    pub fn effect(&self) -> Effect {
        match self {
            Self::Changed(_) => Effect::Changed,
            Self::UntrustedTimeStamp
            | Self::Added(_)
            | Self::Covers { .. }
            | Self::RevocationUnknown
            | Self::RevokedLater { .. }
            | Self::ClaimedTime
            | Self::Xfa
            | Self::Script
            | Self::OnlyTimeStamp(_) => Effect::Note,
            Self::Structure
            | Self::TrailingBytes(_)
            | Self::LeadingBytes
            | Self::ByteRange
            | Self::Gap
            | Self::Contents
            | Self::Coverage
            | Self::Kind(_)
            | Self::Hidden
            | Self::Cms
            | Self::Digest
            | Self::Signature
            | Self::NoCertificate
            | Self::OtherCertificate
            | Self::NoCertificateName
            | Self::UnknownAlgorithm
            | Self::WeakHash
            | Self::WeakKey(_)
            | Self::UnknownIssuer(_)
            | Self::Chain(_)
            | Self::Usage
            | Self::NotUnderstood
            | Self::Expired(_)
            | Self::ExpiredSince(_)
            | Self::NotYet(_)
            | Self::Revoked { .. }
            | Self::TimeStamp
            | Self::DocumentTimeStamp
            | Self::Removed
            | Self::Forbidden(_)
            | Self::Locked(_) => Effect::Invalid,
        }
    }

    /// Whether it says only that something could not be proven here: it stands neither for nor against the
    /// signature, and another place or a network may tell.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::UntrustedTimeStamp | Self::RevocationUnknown | Self::ClaimedTime)
    }

    /// Stable code for support and for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Structure => "VER-10",
            Self::TrailingBytes(_) => "VER-11",
            Self::LeadingBytes => "VER-12",
            Self::ByteRange => "VER-13",
            Self::Gap => "VER-14",
            Self::Contents => "VER-15",
            Self::Coverage => "VER-16",
            Self::Kind(_) => "VER-17",
            Self::Hidden => "VER-18",
            Self::Cms => "VER-20",
            Self::Digest => "VER-21",
            Self::Signature => "VER-22",
            Self::NoCertificate => "VER-23",
            Self::OtherCertificate => "VER-24",
            Self::NoCertificateName => "VER-25",
            Self::UnknownAlgorithm => "VER-26",
            Self::WeakHash => "VER-27",
            Self::WeakKey(_) => "VER-28",
            Self::UnknownIssuer(_) => "VER-30",
            Self::Chain(_) => "VER-31",
            Self::Usage => "VER-32",
            Self::NotUnderstood => "VER-33",
            Self::Expired(_) => "VER-34",
            Self::ExpiredSince(_) => "VER-35",
            Self::NotYet(_) => "VER-36",
            Self::Revoked { .. } => "VER-37",
            Self::TimeStamp => "VER-40",
            Self::UntrustedTimeStamp => "VER-41",
            Self::DocumentTimeStamp => "VER-42",
            Self::Removed => "VER-50",
            Self::Forbidden(_) => "VER-51",
            Self::Locked(_) => "VER-52",
            Self::Changed(_) => "VER-53",
            Self::Added(_) => "VER-54",
            Self::Covers { .. } => "VER-55",
            Self::RevocationUnknown => "VER-60",
            Self::RevokedLater { .. } => "VER-61",
            Self::ClaimedTime => "VER-62",
            Self::Xfa => "VER-63",
            Self::Script => "VER-64",
            Self::OnlyTimeStamp(_) => "VER-65",
        }
    }
}
