//! Why a provider gave no signature.

use office::Explain;
use reports::sign::{SignError, raise::Silence};

/// What failed. No signed file exists.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// The contract's file.
    #[error(
        "Tệp cấu hình ký số từ xa không dùng được: sai mẫu, địa chỉ không phải https:// hoặc có mục lạ. Mật khẩu kết nối không được ghi trong tệp. Chưa ký gì. Hãy sửa tệp theo hợp đồng với nhà cung cấp."
    )]
    Contract,
    /// Nobody was asked.
    #[error(
        "Dịch vụ ký số từ xa {0}. Chưa ký gì; văn bản không bị thay đổi. Hãy kiểm tra mạng và địa chỉ dịch vụ rồi ký lại."
    )]
    Silent(Silence),
    /// Somebody was asked, and then nobody answered to the end.
    #[error(
        "Dịch vụ ký số từ xa {0} nên chưa biết điện thoại đã xác nhận hay chưa. Chưa có tệp đã ký; yêu cầu đang chờ được giữ lại. Khi có mạng, hãy chạy tiếp yêu cầu này, đừng xác nhận yêu cầu khác."
    )]
    Unanswered(Silence),
    /// Nobody wants to wait any longer.
    #[error(
        "Đã dừng chờ điện thoại. Chưa ghi gì vào sổ; yêu cầu ký được giữ lại. Hãy chọn tiếp tục chờ, hoặc bỏ yêu cầu này."
    )]
    Stopped,
    /// Refused on the telephone.
    #[error(
        "Người ký đã từ chối trên điện thoại. Chưa ký gì; văn bản không bị thay đổi. Nếu từ chối nhầm, hãy ký lại."
    )]
    Refused,
    /// Nobody approved in time.
    #[error(
        "Yêu cầu ký đã hết hạn mà điện thoại chưa xác nhận. Chưa ký gì; văn bản không bị thay đổi. Hãy ký lại và xác nhận ngay trên ứng dụng của nhà cung cấp."
    )]
    Expired,
    /// The provider does not know the office or its secret.
    #[error(
        "Dịch vụ ký số từ xa không chấp nhận tài khoản kết nối hoặc mật khẩu kết nối. Chưa ký gì. Hãy nhập lại mật khẩu; nếu vẫn vậy, hỏi nhà cung cấp. Phần mềm không tự thử lại."
    )]
    NotKnown,
    /// The certificate may not be used there.
    #[error(
        "Nhà cung cấp cho biết chứng thư đã chọn không dùng được (hết hạn, bị khóa hoặc thu hồi). Chưa ký gì. Hãy chọn chứng thư khác hoặc liên hệ nhà cung cấp."
    )]
    Blocked,
    /// Another refusal, by its name.
    #[error(
        "Dịch vụ ký số từ xa từ chối yêu cầu (mã của nhà cung cấp: {0}). Chưa ký gì; văn bản không bị thay đổi. Hãy ký lại; nếu vẫn vậy, gửi mã này cho nhà cung cấp."
    )]
    Denied(String),
    /// Approved, and then not signed.
    #[error(
        "Nhà cung cấp báo ký không thành công sau khi điện thoại trả lời. Chưa ký gì; văn bản không bị thay đổi. Hãy ký lại."
    )]
    Failed,
    /// An answer that is none.
    #[error(
        "Dịch vụ ký số từ xa trả lời không hợp lệ. Chưa ký gì; văn bản không bị thay đổi. Hãy ký lại; nếu vẫn vậy, báo nhà cung cấp."
    )]
    Nonsense,
    /// No certificate of this signer.
    #[error(
        "Nhà cung cấp không có chứng thư nào của người ký này. Chưa ký gì. Hãy kiểm tra số định danh của người ký và gói dịch vụ."
    )]
    NoCertificate,
    /// Under the name of the chosen certificate stands another one.
    #[error(
        "Chứng thư mà dịch vụ đưa ra không phải chứng thư đã chọn. Chưa ký gì; văn bản không bị thay đổi. Hãy chọn lại chứng thư rồi ký lại."
    )]
    AnotherCertificate,
    /// What came back is not the signer's.
    #[error(
        "Dịch vụ trả về chữ ký không khớp với chứng thư đã chọn. Chữ ký ấy không được dùng; văn bản không bị thay đổi. Hãy ký lại; nếu vẫn vậy, báo nhà cung cấp."
    )]
    NotTheSigners,
    /// A kind of key that is signed with by tokens only.
    #[error(
        "Ký số từ xa chỉ dùng được chứng thư RSA với SHA-256. Chưa ký gì. Hãy chọn chứng thư khác hoặc ký bằng thiết bị."
    )]
    Unfit,
    /// What waited on disk is not whole.
    #[error(
        "Tệp yêu cầu đang chờ bị hỏng hoặc đã bị sửa. Chưa ký gì; văn bản gốc không bị thay đổi. Hãy xóa tệp chờ này và ký lại từ đầu."
    )]
    Damaged,
    /// The document.
    #[error(transparent)]
    Document(SignError),
}

impl RemoteError {
    /// Whether a service that was silent like this may be heard again soon.
    pub fn is_passing(why: Silence) -> bool {
        match why {
            Silence::Unreachable
            | Silence::TooSlow
            | Silence::BrokeOff
            | Silence::Unproven
            | Silence::Status(_) => true,
            Silence::TooLarge | Silence::Address | Silence::Unset => false,
        }
    }

    /// Whether a question may have arrived although nothing came back.
    pub fn may_be_heard(why: Silence) -> bool {
        match why {
            Silence::TooSlow | Silence::BrokeOff | Silence::Status(_) | Silence::TooLarge => true,
            Silence::Unreachable | Silence::Unproven | Silence::Address | Silence::Unset => false,
        }
    }

    /// A refusal by its name, as far as it can be shown, or by its number.
    pub fn denied(name: &str, number: u32) -> Self {
        let fits = |c: char| c.is_ascii_alphanumeric() || "_-. ".contains(c);
        let name: String = name.chars().filter(|c| fits(*c)).take(60).collect();
        Self::Denied(if name.trim().is_empty() { number.to_string() } else { name })
    }

    /// Whether the request goes on without us: it is kept.
    pub fn goes_on(&self) -> bool {
        match self {
            Self::Unanswered(_) | Self::Stopped => true,
            Self::Contract
            | Self::Silent(_)
            | Self::Refused
            | Self::Expired
            | Self::NotKnown
            | Self::Blocked
            | Self::Denied(_)
            | Self::Failed
            | Self::Nonsense
            | Self::NoCertificate
            | Self::AnotherCertificate
            | Self::NotTheSigners
            | Self::Unfit
            | Self::Damaged
            | Self::Document(_) => false,
        }
    }
}

impl From<SignError> for RemoteError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::NotTheSigners => Self::NotTheSigners,
            other => Self::Document(other),
        }
    }
}

impl Explain for RemoteError {
    fn code(&self) -> &'static str {
        match self {
            Self::Silent(_) => "SIG-45",
            Self::Unanswered(_) => "SIG-46",
            Self::Refused => "SIG-47",
            Self::Expired => "SIG-48",
            Self::NotKnown => "SIG-49",
            Self::Blocked => "SIG-50",
            Self::Denied(_) => "SIG-51",
            Self::Failed => "SIG-52",
            Self::Nonsense => "SIG-53",
            Self::NoCertificate => "SIG-54",
            Self::AnotherCertificate => "SIG-55",
            Self::NotTheSigners => "SIG-56",
            Self::Unfit => "SIG-57",
            Self::Damaged => "SIG-58",
            Self::Contract => "SIG-59",
            Self::Stopped => "SIG-60",
            Self::Document(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Contract => "The file of the remote signing contract cannot be used: wrong form, an address without https://, or an unknown field. A secret may not stand in it. Nothing was signed. Correct the file.".into(),
            Self::Silent(why) => format!("The remote signing service gave no answer ({why:?}). Nothing was signed; the document is unchanged. Check the network and the service's address and sign again."),
            Self::Unanswered(why) => format!("The remote signing service fell silent ({why:?}), so nobody knows whether the telephone approved. There is no signed file; the request is kept. Resume it when there is a network."),
            Self::Stopped => "Nobody waits for the telephone any more. Nothing was recorded; the request is kept. Go on waiting or give it up.".into(),
            Self::Refused => "The signer refused on the telephone. Nothing was signed; the document is unchanged. Sign again if that was a mistake.".into(),
            Self::Expired => "The request expired before the telephone approved. Nothing was signed; the document is unchanged. Sign again and approve at once.".into(),
            Self::NotKnown => "The remote signing service does not accept the account or its secret. Nothing was signed. Type the secret again; else ask the provider. It is not tried again by itself.".into(),
            Self::Blocked => "The provider says that the chosen certificate may not be used (expired, locked or revoked). Nothing was signed. Choose another or ask the provider.".into(),
            Self::Denied(name) => format!("The remote signing service refused the request (provider's code: {name}). Nothing was signed; the document is unchanged. Sign again; else send the provider this code."),
            Self::Failed => "The provider says that signing failed after the telephone answered. Nothing was signed; the document is unchanged. Sign again.".into(),
            Self::Nonsense => "The remote signing service's answer is none. Nothing was signed; the document is unchanged. Sign again; else tell the provider.".into(),
            Self::NoCertificate => "The provider has no certificate of this signer. Nothing was signed. Check the signer's number and the contract.".into(),
            Self::AnotherCertificate => "The service offers another certificate than the chosen one. Nothing was signed; the document is unchanged. Choose the certificate again.".into(),
            Self::NotTheSigners => "The service gave a signature that is not the chosen certificate's. It is not used; the document is unchanged. Sign again; else tell the provider.".into(),
            Self::Unfit => "Remote signing takes RSA certificates with SHA-256 only. Nothing was signed. Choose another certificate or sign by a token.".into(),
            Self::Damaged => "The file of the waiting request is damaged or was changed. Nothing was signed; the document is unchanged. Remove the waiting file and sign anew.".into(),
            Self::Document(error) => error.english(),
        }
    }
}
