//! Why a chip could not be read. Findings about authenticity are no errors: they are in
//! [`crate::authenticity`], and the person is still shown, marked.

use office::Explain;
use pki::tlv::TlvError;

/// Why reading stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The PC/SC service does not run.
    #[error(
        "Dịch vụ đầu đọc thẻ (PC/SC) không chạy. Hãy khởi động lại dịch vụ hoặc máy tính rồi thử lại."
    )]
    NoService,
    /// No reader is plugged in, or not the named one.
    #[error("Không thấy đầu đọc thẻ. Hãy cắm đầu đọc rồi thử lại.")]
    NoReader,
    /// No card appeared in time.
    #[error("Không có thẻ trên đầu đọc. Hãy đặt thẻ lên đầu đọc rồi thử lại.")]
    NoCard,
    /// Another program holds the card.
    #[error("Chương trình khác đang dùng thẻ. Hãy đóng chương trình đó rồi thử lại.")]
    ReaderBusy,
    /// An earlier reading of this program still holds the reader.
    #[error("Đầu đọc đang bị thẻ trước giữ. Hãy nhấc thẻ ra hoặc rút đầu đọc rồi cắm lại.")]
    ReaderStuck,
    /// The card left the field or the reader was unplugged.
    #[error("Mất liên lạc với thẻ khi đang đọc. Hãy đặt lại thẻ, giữ yên đến khi đọc xong.")]
    CardLost,
    /// The chip refused the key.
    #[error(
        "Chip từ chối khóa đọc. Hãy kiểm tra lại số, ngày sinh, ngày hết hạn trên thẻ; chỉ thử lại khi đã chắc chắn đúng."
    )]
    AccessDenied,
    /// The chip offers no protocol that the given key opens.
    #[error(
        "Chỉ với số đã nhập thì không mở được chip này. Hãy nhập thêm ngày sinh và ngày hết hạn, hoặc quét các dòng MRZ."
    )]
    NeedMore,
    /// No identity application on the chip.
    #[error("Chip này không phải thẻ căn cước hoặc hộ chiếu điện tử. Hãy dùng đúng giấy tờ.")]
    NotIdentity,
    /// The chip answers what it must not.
    #[error(
        "Không đọc được dữ liệu trên chip ({0}). Hãy đặt lại thẻ và thử lại; nếu vẫn lỗi, hãy dùng mã QR hoặc nhập tay."
    )]
    Unreadable(Fault),
    /// The time for one card is over.
    #[error("Đọc chip quá lâu nên đã dừng. Hãy đặt lại thẻ sát đầu đọc và thử lại.")]
    Timeout,
    /// The user stopped it.
    #[error("Đã dừng đọc chip theo yêu cầu.")]
    Cancelled,
}

/// What exactly was unreadable; holds no personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A status word that is no success.
    #[error("mã trạng thái {0:04X}")]
    Status(u16),
    /// Broken TLV.
    #[error(transparent)]
    Tlv(#[from] TlvError),
    /// A protected answer whose MAC is wrong.
    #[error("sai mã xác thực của kênh bảo mật")]
    Mac,
    /// An answer without protection inside the protected channel.
    #[error("chip trả lời ngoài kênh bảo mật, mã {0:04X}")]
    Unprotected(u16),
    /// A file with another tag than its own, or an element of wrong form.
    #[error("dữ liệu không đúng cấu trúc")]
    Format,
    /// A file beyond the limit.
    #[error("tệp quá lớn")]
    TooLarge,
    /// A public key that is no point of the curve.
    #[error("khóa công khai của chip không hợp lệ")]
    Point,
    /// The operating system gave no random numbers.
    #[error("máy không tạo được số ngẫu nhiên")]
    Random,
    /// The reader did not carry a command, and the card is still there.
    #[error("đầu đọc không chuyển được lệnh")]
    NotTransacted,
    /// The reader, or its driver, carries no command of extended length though it promised to.
    #[error("đầu đọc không chuyển được lệnh dài")]
    LongRefused,
    /// The reader or its driver failed.
    #[error("lỗi đầu đọc")]
    Reader,
}

impl ReadError {
    /// The chip answered wrongly; the reader, the driver and this machine are not to blame.
    pub(crate) fn is_of_the_chip(&self) -> bool {
        match self {
            ReadError::Unreadable(fault) => !matches!(
                fault,
                Fault::Reader | Fault::NotTransacted | Fault::LongRefused | Fault::Random
            ),
            _ => false,
        }
    }

    /// The reader carries no extended length.
    pub(crate) fn is_long_refused(&self) -> bool {
        *self == ReadError::Unreadable(Fault::LongRefused)
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        ReadError::Unreadable(fault)
    }
}

impl From<TlvError> for ReadError {
    fn from(error: TlvError) -> Self {
        ReadError::Unreadable(Fault::Tlv(error))
    }
}

impl Explain for ReadError {
    fn code(&self) -> &'static str {
        match self {
            ReadError::NoService => "IDN-01",
            ReadError::NoReader => "IDN-02",
            ReadError::NoCard => "IDN-03",
            ReadError::ReaderBusy => "IDN-04",
            ReadError::CardLost => "IDN-05",
            ReadError::AccessDenied => "IDN-06",
            ReadError::NeedMore => "IDN-07",
            ReadError::NotIdentity => "IDN-08",
            ReadError::Unreadable(_) => "IDN-09",
            ReadError::Timeout => "IDN-10",
            ReadError::Cancelled => "IDN-11",
            ReadError::ReaderStuck => "IDN-12",
        }
    }

    fn english(&self) -> String {
        match self {
            ReadError::NoService => {
                "The card reader service (PC/SC) does not run. Restart the service or the computer."
            }
            ReadError::NoReader => "No card reader was found. Plug in the reader and try again.",
            ReadError::NoCard => "There is no card on the reader. Put the card on the reader and try again.",
            ReadError::ReaderBusy => "Another program uses the card. Close it and try again.",
            ReadError::ReaderStuck => "The card before still holds the reader. Take it off, or plug the reader in again.",
            ReadError::CardLost => "The card was lost while reading. Put it back and hold it still.",
            ReadError::AccessDenied => {
                "The chip refused the key. Check number, birth date and expiry date before another try."
            }
            ReadError::NeedMore => {
                "The number alone does not open this chip. Enter birth date and expiry date, or scan the MRZ."
            }
            ReadError::NotIdentity => "This chip is no identity card or passport.",
            ReadError::Unreadable(fault) => {
                return format!(
                    "The chip's data cannot be read ({}). Try again, else use the QR code or type.",
                    fault.english()
                );
            }
            ReadError::Timeout => "Reading took too long and was stopped. Put the card back and try again.",
            ReadError::Cancelled => "Reading was stopped on request.",
        }
        .into()
    }
}

impl Fault {
    fn english(self) -> String {
        match self {
            Fault::Status(sw) => return format!("status word {sw:04X}"),
            Fault::Unprotected(sw) => return format!("answer outside secure messaging, {sw:04X}"),
            Fault::Tlv(_) => "broken TLV",
            Fault::Mac => "wrong MAC",
            Fault::Format => "wrong structure",
            Fault::TooLarge => "file too large",
            Fault::Point => "invalid public key",
            Fault::Random => "no random numbers",
            Fault::NotTransacted => "command not carried",
            Fault::LongRefused => "long command not carried",
            Fault::Reader => "reader failure",
        }
        .into()
    }
}
