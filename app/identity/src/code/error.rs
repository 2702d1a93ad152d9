//! Why a code cannot be used, in sentences for the clerk.

use office::{Explain, tag::TagError};

/// What is wrong with a code, a scan or a picture. Holds nothing of what was read.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The first field is no 12-digit number.
    #[error(
        "Số định danh trong mã QR không đủ 12 chữ số. Chưa điền gì vào biểu mẫu. Hãy quét lại; nếu vẫn lỗi, hãy chuyển máy quét sang chế độ USB-COM hoặc nhập tay."
    )]
    WrongNumber,
    /// Fields are missing or out of place.
    #[error(
        "Mã QR của thẻ thiếu hoặc lẫn trường thông tin (đọc được {0} trường, cần 7). Chưa điền gì vào biểu mẫu. Hãy quét lại; nếu vẫn lỗi, hãy chuyển máy quét sang chế độ USB-COM hoặc tắt bộ gõ tiếng Việt."
    )]
    BrokenFields(usize),
    /// An input method or a wrong encoding changed the Vietnamese letters.
    #[error(
        "Chữ tiếng Việt trong mã QR đã bị bộ gõ (Unikey, EVKey…) hoặc bàn phím của máy quét làm sai. Chưa điền gì vào biểu mẫu. Hãy chuyển máy quét sang chế độ USB-COM hoặc tắt bộ gõ tiếng Việt rồi quét lại."
    )]
    Garbled,
    /// A keyboard layout typed letters where the code has digits.
    #[error(
        "Bàn phím của máy tính đang ở bố cục khác (ví dụ “Vietnamese”): hàng phím số gõ ra ă, â, ê, đ nên mã quét được mất hết chữ số. Chưa điền gì vào biểu mẫu. Hãy chuyển bố cục bàn phím của máy tính sang US, hoặc chuyển máy quét sang chế độ USB-COM, rồi quét lại."
    )]
    Layout,
    /// The scanner puts characters before the code that cannot be told from it.
    #[error(
        "Máy quét thêm ký tự vào trước mã QR nên không tách được số định danh. Chưa điền gì vào biểu mẫu. Hãy tắt phần thêm trước mã (prefix, AIM ID, Code ID) theo sách hướng dẫn của máy quét rồi quét lại."
    )]
    Prefix,
    /// Longer than any code.
    #[error(
        "Dữ liệu quét được dài hơn mọi mã QR. Chưa điền gì vào biểu mẫu. Hãy quét lại từng mã một."
    )]
    TooLong,
    /// Bytes of a serial scanner that are no UTF-8.
    #[error(
        "Máy quét gửi chữ không theo bảng mã UTF-8. Chưa điền gì vào biểu mẫu. Hãy đặt máy quét về bảng mã UTF-8 theo sách hướng dẫn rồi quét lại."
    )]
    NotUtf8,
    /// The file cannot be opened or read.
    #[error(
        "Không mở được tệp ảnh: {}. Không có gì thay đổi. Hãy kiểm tra tên tệp và quyền đọc.",
        office::explain::trouble(.0.kind())
    )]
    File(#[source] std::io::Error),
    /// The file or the picture is larger than any scan of a card.
    #[error(
        "Ảnh lớn quá mức cho phép (tệp 32 MB, mỗi cạnh 12.000 điểm, cả ảnh 100 triệu điểm). Không có gì thay đổi. Hãy chụp hoặc quét lại ở độ phân giải thấp hơn."
    )]
    PictureTooLarge,
    /// Neither a whole PNG nor a whole JPEG.
    #[error(
        "Tệp không phải ảnh PNG hay JPEG nguyên vẹn. Không có gì thay đổi. Hãy chụp hoặc quét lại rồi thử ảnh mới."
    )]
    NotAPicture,
    /// A receipt's code with wrong content.
    #[error(transparent)]
    Tag(#[from] TagError),
}

impl Explain for CodeError {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongNumber => "IDN-50",
            Self::BrokenFields(_) => "IDN-51",
            Self::Garbled => "IDN-52",
            Self::TooLong => "IDN-53",
            Self::NotUtf8 => "IDN-54",
            Self::File(_) => "IDN-55",
            Self::PictureTooLarge => "IDN-56",
            Self::NotAPicture => "IDN-57",
            Self::Layout => "IDN-58",
            Self::Prefix => "IDN-59",
            Self::Tag(tag) => tag.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::WrongNumber => "The personal number in the QR code does not have 12 digits. Nothing was filled in. Scan again; if that fails, switch the scanner to USB-COM or type the data.".into(),
            Self::BrokenFields(n) => format!("The card's QR code has missing or misplaced fields ({n} read, 7 needed). Nothing was filled in. Scan again; if that fails, switch the scanner to USB-COM or the input method off."),
            Self::Garbled => "An input method or the scanner's keyboard mode garbled the Vietnamese letters. Nothing was filled in. Switch the scanner to USB-COM or the input method off and scan again.".into(),
            Self::Layout => "The computer's keyboard layout (such as “Vietnamese”) typed letters for the code's digits. Nothing was filled in. Switch the layout to US, or the scanner to USB-COM, and scan again.".into(),
            Self::Prefix => "The scanner puts characters before the code that run into the personal number. Nothing was filled in. Switch its prefix (AIM ID, code ID) off and scan again.".into(),
            Self::TooLong => "The scan is longer than any QR code. Nothing was filled in. Scan one code at a time.".into(),
            Self::NotUtf8 => "The scanner does not send UTF-8. Nothing was filled in. Set the scanner to UTF-8 by its manual and scan again.".into(),
            Self::File(e) => format!("The picture cannot be opened: {e}. Nothing was changed. Check the file's name and permissions."),
            Self::PictureTooLarge => "The picture is too large (file 32 MB, side 12,000 pixels, picture 100 million pixels). Nothing was changed. Take it again at a lower resolution.".into(),
            Self::NotAPicture => "The file is no whole PNG or JPEG picture. Nothing was changed. Take the picture again.".into(),
            Self::Tag(tag) => tag.english(),
        }
    }
}
