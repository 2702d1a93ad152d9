//! Why a signature was not raised, in words that stand inside a sentence, and whether trying again helps.

use office::Explain;
use pki::stamp::{Denial, Fault};

use crate::{sign::SignError, verify::Level};

/// Why a service gave nothing. Whoever carries the questions says it; `Display` gives the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// No network, no such name, nobody who listens.
    #[error("không kết nối được")]
    Unreachable,
    /// Nothing within the time.
    #[error("không trả lời kịp trong thời hạn")]
    TooSlow,
    /// An HTTP status that is no answer.
    #[error("báo lỗi HTTP {0}")]
    Status(u16),
    /// More than any such answer has.
    #[error("gửi về quá nhiều dữ liệu")]
    TooLarge,
    /// The connection ended early, or what came was no HTTP.
    #[error("ngắt kết nối giữa chừng hoặc trả lời sai giao thức")]
    BrokeOff,
    /// TLS did not prove who it is.
    #[error("không chứng minh được danh tính (TLS)")]
    Unproven,
    /// No address of the web, or one that leads to another kind of place.
    #[error("có địa chỉ không dùng được hoặc bị chuyển hướng")]
    Address,
    /// Nobody said where it is.
    #[error("chưa được cho biết địa chỉ")]
    Unset,
}

/// Who was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Service {
    /// The time-stamping authority.
    #[error("dịch vụ cấp dấu thời gian")]
    TimeStamp,
    /// OCSP and lists for this certificate.
    #[error("nơi cho biết tình trạng chứng thư “{0}”")]
    Status(String),
    /// Who has the certificate of this one's issuer.
    #[error("nơi giữ chứng thư của nơi cấp “{0}”")]
    Issuer(String),
}

/// Why a signature stands lower than was wished. `Display` gives the words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Nobody signed the file.
    #[error("tệp không có chữ ký số nào")]
    Unsigned,
    /// The file's last signature is not valid by itself.
    #[error("chữ ký cuối trong tệp không hợp lệ: {0}")]
    NotSound(String),
    /// Nothing can be added to the file.
    #[error("không ghi thêm được vào tệp PDF này (mã {})", .0.code())]
    Document(SignError),
    /// The time-stamping authority's answer is not one.
    #[error("{}", fault(*.0))]
    Stamp(Fault),
    /// A service gave nothing.
    #[error("{0} {1}")]
    Silent(Service, Silence),
    /// The issuer of this certificate is not at hand and was not found.
    #[error("thiếu chứng thư của nơi cấp “{0}”")]
    NoIssuer(String),
    /// A certificate that names no place where its standing is told.
    #[error("chứng thư “{0}” không nêu nơi kiểm tra thu hồi")]
    NoPlace(String),
    /// What came about this certificate proves nothing.
    #[error("câu trả lời về tình trạng chứng thư “{0}” không dùng được")]
    Standing(String),
    /// The certificate was revoked before anything proves that it signed.
    #[error("chứng thư “{0}” đã bị thu hồi")]
    Revoked(String),
    /// What was added does not make the level.
    #[error("những gì lấy được chưa đủ cho mức này")]
    NotReached,
}

fn fault(fault: Fault) -> String {
    match fault {
        Fault::Unreadable => "dịch vụ cấp dấu thời gian trả lời không đọc được".into(),
        Fault::Denied(denial) => format!("dịch vụ cấp dấu thời gian từ chối: {denial}"),
        Fault::Nonce => "dịch vụ cấp dấu thời gian trả lời cho một yêu cầu khác".into(),
        Fault::Imprint => "dấu thời gian nhận về không phải cho tệp này".into(),
        Fault::Authority => {
            "dấu thời gian nhận về không phải do chứng thư của dịch vụ cấp dấu thời gian ký".into()
        }
        Fault::Signature => "dấu thời gian nhận về có chữ ký sai".into(),
        Fault::Weak => "dấu thời gian nhận về dùng thuật toán yếu hoặc không được hỗ trợ".into(),
    }
}

/// Whether the same request may succeed another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Later, without anybody's help: a worker may try again.
    Later,
    /// Not before a person has changed something.
    Never,
}

impl Why {
    /// Whether trying again helps.
    pub fn again(&self) -> Again {
        match self {
            // What stands between here and a service, such as a hotel's log-in page, answers anything at all.
            Self::Silent(
                _,
                Silence::Unreachable
                | Silence::TooSlow
                | Silence::TooLarge
                | Silence::BrokeOff
                | Silence::Unproven
                | Silence::Status(408 | 429 | 500..),
            )
            | Self::Stamp(
                Fault::Unreadable
                | Fault::Nonce
                | Fault::Imprint
                | Fault::Denied(Denial::NoTime | Denial::Failure | Denial::Unspecified),
            )
            | Self::Standing(_) => Again::Later,
            Self::Silent(_, Silence::Status(_) | Silence::Address | Silence::Unset)
            | Self::Stamp(
                Fault::Denied(Denial::Algorithm | Denial::Request)
                | Fault::Authority
                | Fault::Signature
                | Fault::Weak,
            )
            | Self::Unsigned
            | Self::NotSound(_)
            | Self::Document(_)
            | Self::NoIssuer(_)
            | Self::NoPlace(_)
            | Self::Revoked(_)
            | Self::NotReached => Again::Never,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "SIG-16",
            Self::NotSound(_) => "SIG-17",
            Self::Document(_) => "SIG-18",
            Self::Stamp(Fault::Unreadable) => "SIG-20",
            Self::Stamp(Fault::Denied(_)) => "SIG-21",
            Self::Stamp(Fault::Nonce) => "SIG-22",
            Self::Stamp(Fault::Imprint) => "SIG-23",
            Self::Stamp(Fault::Authority) => "SIG-24",
            Self::Stamp(Fault::Signature) => "SIG-25",
            Self::Stamp(Fault::Weak) => "SIG-26",
            Self::Silent(_, Silence::Unreachable) => "SIG-30",
            Self::Silent(_, Silence::TooSlow) => "SIG-31",
            Self::Silent(_, Silence::Status(_)) => "SIG-32",
            Self::Silent(_, Silence::TooLarge) => "SIG-33",
            Self::Silent(_, Silence::BrokeOff) => "SIG-34",
            Self::Silent(_, Silence::Unproven) => "SIG-35",
            Self::Silent(_, Silence::Address) => "SIG-36",
            Self::Silent(_, Silence::Unset) => "SIG-37",
            Self::NoIssuer(_) => "SIG-40",
            Self::NoPlace(_) => "SIG-41",
            Self::Standing(_) => "SIG-42",
            Self::Revoked(_) => "SIG-43",
            Self::NotReached => "SIG-44",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Unsigned => "the file has no signature".into(),
            Self::NotSound(why) => format!("the file's last signature is not valid ({why})"),
            Self::Document(error) => {
                format!("nothing can be added to this PDF (code {})", error.code())
            }
            Self::Stamp(Fault::Unreadable) => {
                "the time-stamping service's answer cannot be read".into()
            }
            Self::Stamp(Fault::Denied(denial)) => {
                format!("the time-stamping service refused ({denial:?})")
            }
            Self::Stamp(Fault::Nonce) => {
                "the time-stamping service answered another request".into()
            }
            Self::Stamp(Fault::Imprint) => "the time stamp is not for this file".into(),
            Self::Stamp(Fault::Authority) => {
                "the time stamp was not signed by a time-stamping authority's certificate".into()
            }
            Self::Stamp(Fault::Signature) => "the time stamp's signature is wrong".into(),
            Self::Stamp(Fault::Weak) => {
                "the time stamp uses a weak or unsupported algorithm".into()
            }
            Self::Silent(service, why) => {
                let service = match service {
                    Service::TimeStamp => "the time-stamping service".to_owned(),
                    Service::Status(name) => {
                        format!("the service for the standing of certificate “{name}”")
                    }
                    Service::Issuer(name) => {
                        format!("the place of the certificate of the issuer of “{name}”")
                    }
                };
                let why = match why {
                    Silence::Unreachable => "could not be reached".into(),
                    Silence::TooSlow => "did not answer in time".into(),
                    Silence::Status(status) => format!("answered HTTP {status}"),
                    Silence::TooLarge => "sent too much".into(),
                    Silence::BrokeOff => "broke off or spoke no HTTP".into(),
                    Silence::Unproven => "did not prove who it is (TLS)".into(),
                    Silence::Address => "has an unusable address or redirects".into(),
                    Silence::Unset => "has no address given".into(),
                };
                format!("{service} {why}")
            }
            Self::NoIssuer(name) => format!("the certificate of the issuer of “{name}” is missing"),
            Self::NoPlace(name) => {
                format!("certificate “{name}” names no place that tells whether it is revoked")
            }
            Self::Standing(name) => {
                format!("what came about the standing of certificate “{name}” is of no use")
            }
            Self::Revoked(name) => format!("certificate “{name}” is revoked"),
            Self::NotReached => "what was obtained does not make this level".into(),
        }
    }
}

impl From<SignError> for Why {
    fn from(error: SignError) -> Self {
        Self::Document(error)
    }
}

impl From<Fault> for Why {
    fn from(fault: Fault) -> Self {
        Self::Stamp(fault)
    }
}

/// A signature that did not come to the level that was wished. What it stood at it stands at still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The level that was wished.
    pub wished: Level,
    /// The level that the file has now; `None` where it has none.
    pub reached: Option<Level>,
    /// Why.
    pub why: Why,
}

impl std::error::Error for Shortfall {}

/// The sentence.
impl std::fmt::Display for Shortfall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { wished, reached, why } = self;
        match (reached, why.again()) {
            (None, _) => write!(
                f,
                "Không nâng được tệp lên mức {wished}: {why}. Tệp không bị thay đổi. Hãy chọn đúng tệp PDF đã ký."
            ),
            (Some(reached), Again::Later) => write!(
                f,
                "Chưa lên được mức {wished}: {why}. Chữ ký đang ở mức {reached} và vẫn dùng được ở mức ấy. Hãy nâng mức lại sau (motcua raise)."
            ),
            (Some(reached), Again::Never) => write!(
                f,
                "Không lên được mức {wished}: {why}. Chữ ký đang ở mức {reached}. Thử lại như cũ sẽ không khác; hãy báo bộ phận hỗ trợ hoặc nơi cấp chứng thư, dịch vụ."
            ),
        }
    }
}

impl Explain for Shortfall {
    fn code(&self) -> &'static str {
        self.why.code()
    }

    fn english(&self) -> String {
        let Self { wished, reached, why } = self;
        let reason = why.english();
        match (reached, why.again()) {
            (None, _) => format!(
                "The file was not raised to {wished}: {reason}. It is unchanged. Choose the signed PDF."
            ),
            (Some(reached), Again::Later) => format!(
                "Not raised to {wished} yet: {reason}. The signature stands at {reached} and is good for that. Raise it again later (motcua raise)."
            ),
            (Some(reached), Again::Never) => format!(
                "Not raised to {wished}: {reason}. The signature stands at {reached}. Trying again as it is will not help; tell support or whoever runs the service."
            ),
        }
    }
}
