//! How the suite says what went wrong.
//!
//! An error's `Display` is the Vietnamese sentence for the clerk: what happened, what is safe, what to
//! do. The code is for the telephone: it never changes meaning once released.

use std::io::ErrorKind;

/// An error that a clerk can read, act on and quote to support.
pub trait Explain: std::error::Error {
    /// Stable code such as `IDN-03`: three letters for the part, two digits.
    fn code(&self) -> &'static str;

    /// The same sentence as `Display`, in English.
    fn english(&self) -> String;

    /// The sentence in `language`, with the code for support.
    fn sentence(&self, language: Language) -> String {
        match language {
            Language::Vietnamese => format!("{self} (mã {})", self.code()),
            Language::English => format!("{} (code {})", self.english(), self.code()),
        }
    }
}

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Tiếng Việt, the suite's own language.
    #[default]
    Vietnamese,
    /// English, by switch.
    English,
}

/// What the system says of a file, a folder or a device, in words of the user's language; the system's own
/// texts are in English or in whatever its locale is.
pub fn trouble(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "không tìm thấy tệp hoặc thư mục",
        ErrorKind::PermissionDenied => "không có quyền truy cập",
        ErrorKind::AlreadyExists => "tệp đã có",
        ErrorKind::NotADirectory => "đường dẫn đi qua một tệp, không phải thư mục",
        ErrorKind::IsADirectory => "đây là thư mục, không phải tệp",
        ErrorKind::DirectoryNotEmpty => "thư mục không trống",
        ErrorKind::ReadOnlyFilesystem => "ổ đĩa chỉ cho đọc",
        ErrorKind::StorageFull => "đĩa đầy",
        ErrorKind::QuotaExceeded => "đã hết dung lượng được cấp",
        ErrorKind::FileTooLarge => "tệp quá lớn",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "tệp đang bận",
        ErrorKind::Deadlock | ErrorKind::WouldBlock => "tệp đang được dùng ở nơi khác",
        ErrorKind::CrossesDevices => "hai nơi ở hai ổ đĩa khác nhau",
        ErrorKind::TooManyLinks => "quá nhiều liên kết",
        ErrorKind::InvalidFilename | ErrorKind::InvalidInput => "đường dẫn không hợp lệ",
        ErrorKind::InvalidData => "nội dung tệp không đúng dạng",
        ErrorKind::UnexpectedEof => "tệp bị cụt",
        ErrorKind::WriteZero => "không ghi thêm được",
        ErrorKind::TimedOut => "quá lâu không trả lời",
        ErrorKind::Interrupted => "bị ngắt giữa chừng",
        ErrorKind::Unsupported => "hệ thống không hỗ trợ",
        ErrorKind::OutOfMemory => "hết bộ nhớ",
        ErrorKind::NotSeekable => "không phải tệp thường",
        ErrorKind::StaleNetworkFileHandle => "thư mục mạng đã đổi, hãy mở lại",
        ErrorKind::BrokenPipe => "chương trình kia đã dừng",
        ErrorKind::ConnectionRefused => "máy kia từ chối kết nối",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::NotConnected => {
            "mất kết nối"
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "không tới được mạng"
        }
        ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable => "địa chỉ mạng không dùng được",
        // The enum is open: kinds that the standard library adds later, and those without a name.
        _ => "lỗi của ổ đĩa hoặc thiết bị",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_own_words_are_never_shown() {
        for kind in [
            ErrorKind::NotFound,
            ErrorKind::PermissionDenied,
            ErrorKind::StorageFull,
            ErrorKind::IsADirectory,
            ErrorKind::InvalidData,
            ErrorKind::Other,
        ] {
            let (ours, system) = (trouble(kind), std::io::Error::from(kind).to_string());
            assert_ne!(ours, system);
            assert!(!ours.is_ascii(), "{ours} is Vietnamese");
        }
    }
}
