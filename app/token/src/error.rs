//! Why a token did not do what it was asked.

use std::path::PathBuf;

use office::Explain;

use crate::wire::PinState;

/// What failed. Nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The program that loads modules is not beside the suite.
    #[error(
        "Thiếu chương trình phụ {} để dùng thiết bị ký. Chưa ký gì. Hãy cài lại phần mềm.",
        .0.display()
    )]
    NoHelper(PathBuf),
    /// No such file.
    #[error(
        "Không tìm thấy thư viện của thiết bị ký: {}. Chưa ký gì. Hãy cài phần mềm của nơi cấp thiết bị hoặc chỉ đúng tệp thư viện.",
        .0.display()
    )]
    NoModule(PathBuf),
    /// A file that is no library for this machine.
    #[error(
        "Tệp {} không phải thư viện PKCS#11 dùng được trên máy này. Chưa ký gì. Hãy chọn đúng tệp thư viện của nơi cấp thiết bị.",
        .0.display()
    )]
    NotAModule(PathBuf),
    /// The module is silent for too long; its process was ended.
    #[error(
        "Thiết bị ký không trả lời sau {0} giây nên đã dừng chờ. Chưa ký gì; văn bản không bị thay đổi. Hãy rút thiết bị, cắm lại rồi ký lại."
    )]
    Hung(u64),
    /// The module's process died.
    #[error(
        "Phần mềm của thiết bị ký bị lỗi và đã dừng. Chưa ký gì; văn bản không bị thay đổi. Hãy ký lại; nếu vẫn vậy, cài bản mới của nơi cấp thiết bị."
    )]
    Crashed,
    /// Answers that cannot be.
    #[error(
        "Thiết bị ký trả lời không hợp lệ. Chưa ký gì; văn bản không bị thay đổi. Hãy ký lại; nếu vẫn vậy, báo nơi cấp thiết bị."
    )]
    Nonsense,
    /// Nothing is plugged in.
    #[error("Chưa cắm thiết bị ký. Chưa ký gì. Hãy cắm thiết bị rồi làm lại.")]
    NoToken,
    /// It was there.
    #[error(
        "Thiết bị ký đã bị rút ra hoặc mất kết nối. Chưa ký gì; văn bản không bị thay đổi. Hãy cắm lại thiết bị và nhập lại mã PIN."
    )]
    Gone,
    /// Wrong PIN.
    #[error("Mã PIN không đúng. Chưa ký gì. {}", tries(*.0))]
    WrongPin(PinState),
    /// Locked.
    #[error(
        "Thiết bị ký đã bị khóa vì nhập sai mã PIN nhiều lần. Chưa ký gì. Hãy liên hệ nơi cấp thiết bị để mở khóa."
    )]
    Locked,
    /// A batch never uses the last try.
    #[error(
        "Thiết bị ký chỉ còn một lần nhập mã PIN. Phần mềm không tự dùng lần cuối này; chưa ký gì. Hãy ký từng văn bản và tự nhập mã PIN thật cẩn thận."
    )]
    LastTry,
    /// A PIN that the token takes for none.
    #[error(
        "Mã PIN không đúng độ dài hoặc có ký tự mà thiết bị không nhận. Chưa ký gì. Hãy nhập lại mã PIN."
    )]
    PinForm,
    /// Never set.
    #[error(
        "Thiết bị ký chưa được đặt mã PIN. Chưa ký gì. Hãy đặt mã PIN bằng phần mềm của nơi cấp thiết bị."
    )]
    NoPin,
    /// The session with the PIN is over.
    #[error("Phiên làm việc với thiết bị ký đã hết. Chưa ký gì. Hãy nhập lại mã PIN.")]
    NotLoggedIn,
    /// A certificate alone.
    #[error(
        "Thiết bị không có khóa bí mật của chứng thư đã chọn. Chưa ký gì. Hãy chọn chứng thư khác."
    )]
    NoKey,
    /// No certificate at all.
    #[error(
        "Thiết bị ký không có chứng thư nào để ký. Chưa ký gì. Hãy cắm đúng thiết bị hoặc hỏi nơi cấp."
    )]
    NoCertificate,
    /// Anything else.
    #[error(
        "Thiết bị ký báo lỗi ({0}). Chưa ký gì; văn bản không bị thay đổi. Hãy rút thiết bị, cắm lại rồi ký lại; nếu vẫn lỗi, báo nơi cấp thiết bị."
    )]
    Module(String),
}

/// How many tries are left, as far as a token tells.
fn tries(state: PinState) -> &'static str {
    match state {
        PinState::LastTry => {
            "Chỉ còn một lần nhập: sai lần nữa thiết bị sẽ bị khóa. Hãy kiểm tra kỹ trước khi nhập lại."
        }
        PinState::Locked => "Thiết bị đã bị khóa. Hãy liên hệ nơi cấp thiết bị để mở khóa.",
        PinState::Low | PinState::Fine | PinState::Missing => {
            "Thiết bị không cho biết còn mấy lần nhập; nhiều loại bị khóa sau 3 lần sai. Hãy kiểm tra kỹ trước khi nhập lại."
        }
    }
}

impl Explain for TokenError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoHelper(_) => "TOK-01",
            Self::NoModule(_) => "TOK-02",
            Self::NotAModule(_) => "TOK-03",
            Self::Hung(_) => "TOK-04",
            Self::Crashed => "TOK-05",
            Self::Nonsense => "TOK-06",
            Self::NoToken => "TOK-07",
            Self::Gone => "TOK-08",
            Self::WrongPin(_) => "TOK-09",
            Self::Locked => "TOK-10",
            Self::LastTry => "TOK-11",
            Self::PinForm => "TOK-12",
            Self::NoPin => "TOK-13",
            Self::NotLoggedIn => "TOK-14",
            Self::NoKey => "TOK-15",
            Self::NoCertificate => "TOK-16",
            Self::Module(_) => "TOK-17",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoHelper(path) => format!("The program {} that talks to tokens is missing. Nothing was signed. Install the suite again.", path.display()),
            Self::NoModule(path) => format!("The token's library {} was not found. Nothing was signed. Install the vendor's software or name the right file.", path.display()),
            Self::NotAModule(path) => format!("{} is no PKCS#11 library for this machine. Nothing was signed. Name the vendor's library.", path.display()),
            Self::Hung(seconds) => format!("The token did not answer within {seconds} seconds and was given up. Nothing was signed; the document is unchanged. Pull the token, put it back and sign again."),
            Self::Crashed => "The token's software failed and was ended. Nothing was signed; the document is unchanged. Sign again; else install the vendor's newest version.".into(),
            Self::Nonsense => "The token's answer makes no sense. Nothing was signed; the document is unchanged. Sign again; else tell the token's issuer.".into(),
            Self::NoToken => "No token is plugged in. Nothing was signed. Plug it in and try again.".into(),
            Self::Gone => "The token was pulled out or lost its connection. Nothing was signed; the document is unchanged. Put it back and enter the PIN again.".into(),
            Self::WrongPin(state) => {
                let tries = match state {
                    PinState::LastTry => "One try is left: another wrong PIN locks the token.",
                    PinState::Locked => "The token is locked. Ask its issuer to unlock it.",
                    PinState::Low | PinState::Fine | PinState::Missing => "The token does not tell how many tries are left; many lock after 3.",
                };
                format!("The PIN is wrong. Nothing was signed. {tries}")
            }
            Self::Locked => "The token is locked by wrong PINs. Nothing was signed. Ask its issuer to unlock it.".into(),
            Self::LastTry => "The token has one PIN try left. The program does not use it by itself; nothing was signed. Sign one document and enter the PIN with care.".into(),
            Self::PinForm => "The PIN has a length or characters that the token does not take. Nothing was signed. Enter it again.".into(),
            Self::NoPin => "The token has no PIN yet. Nothing was signed. Set one with the vendor's software.".into(),
            Self::NotLoggedIn => "The session with the token is over. Nothing was signed. Enter the PIN again.".into(),
            Self::NoKey => "The token has no private key for the chosen certificate. Nothing was signed. Choose another certificate.".into(),
            Self::NoCertificate => "The token has no certificate to sign with. Nothing was signed. Plug in the right token or ask its issuer.".into(),
            Self::Module(what) => format!("The token reports an error ({what}). Nothing was signed; the document is unchanged. Pull the token, put it back and sign again; else tell its issuer."),
        }
    }
}
