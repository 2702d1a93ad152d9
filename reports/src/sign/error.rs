//! Why a document was not signed.

use office::Explain;
use pki::signing::Unfit;

use super::{MAX_BYTES, MAX_ROOM};

/// A document that was not signed. The file that was handed over is as it was; no half-signed file exists.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// No PDF at all.
    #[error("Tệp này không phải PDF nên không ký được. Tệp không bị thay đổi. Hãy chọn tệp PDF.")]
    NoPdf,
    /// Bytes before `%PDF-`: offsets in the file would count from two places.
    #[error(
        "Tệp PDF có dữ liệu lạ đứng trước phần đầu nên chữ ký có thể bị phần mềm khác hiểu sai. Chưa ký; tệp không bị thay đổi. Hãy mở tệp, lưu hoặc in lại thành PDF mới rồi ký tệp mới."
    )]
    Leading,
    /// Cross-reference data that do not lead to the objects.
    #[error(
        "Tệp PDF bị hỏng (bảng tham chiếu sai) nên không ký được: mỗi phần mềm có thể đọc ra một nội dung khác. Tệp không bị thay đổi. Hãy mở tệp, lưu hoặc in lại thành PDF mới rồi ký tệp mới."
    )]
    Broken,
    /// A document with a password or with rights.
    #[error(
        "Tệp PDF có đặt mật khẩu hoặc hạn chế quyền nên không ký được. Tệp không bị thay đổi. Hãy xin bản không đặt mật khẩu rồi ký bản đó."
    )]
    Encrypted,
    /// Certified with "no changes allowed" (DocMDP, P 1).
    #[error(
        "Tệp PDF đã được người lập chứng nhận và cấm mọi thay đổi, kể cả ký thêm. Chưa ký; tệp không bị thay đổi. Hãy xin người lập bản cho phép ký thêm."
    )]
    Certified,
    /// A dynamic form, whose words no PDF reader shows in one way.
    #[error(
        "Tệp PDF là biểu mẫu động (XFA) nên không ký được: nội dung hiển thị có thể thay đổi. Tệp không bị thay đổi. Hãy in biểu mẫu thành PDF thường rồi ký tệp đó."
    )]
    DynamicForm,
    /// A document without pages.
    #[error("Tệp PDF không có trang nào nên không ký được. Tệp không bị thay đổi.")]
    NoPages,
    /// Longer than [`MAX_BYTES`].
    #[error(
        "Tệp PDF lớn quá {} MB nên không ký được. Tệp không bị thay đổi. Hãy tách hoặc nén nhỏ tệp rồi ký.",
        MAX_BYTES >> 20
    )]
    TooLarge,
    /// The certificate signs nothing today.
    #[error(
        "Không ký được bằng chứng thư đã chọn: {0}. Tệp không bị thay đổi. Hãy chọn chứng thư khác."
    )]
    Unfit(Unfit),
    /// What came back from the token is not this certificate's signature over this document.
    #[error(
        "Thiết bị trả về chữ ký không khớp với chứng thư đã chọn. Chưa ghi gì; tệp không bị thay đổi. Hãy ký lại; nếu vẫn vậy, chọn chứng thư khác hoặc báo nơi cấp thiết bị."
    )]
    NotTheSigners,
    /// More than was set aside; [`super::prepare`] again with this much room and sign anew.
    #[error(
        "Chỗ dành cho chữ ký không đủ ({0} byte). Chưa ghi gì; tệp không bị thay đổi. Hãy ký lại."
    )]
    NoRoom(usize),
    /// Certificates and time stamp beyond [`MAX_ROOM`].
    #[error(
        "Chữ ký cùng chứng thư và dấu thời gian dài quá {} KB nên không ghi vào tệp được. Tệp không bị thay đổi. Hãy báo bộ phận hỗ trợ.",
        MAX_ROOM.div_ceil(1024)
    )]
    TooMuch,
    /// What was kept between preparing and signing is not what was prepared.
    #[error(
        "Dữ liệu chờ ký không còn nguyên vẹn nên không ghép được chữ ký. Tệp gốc không bị thay đổi. Hãy ký lại từ đầu."
    )]
    Altered,
    /// The stamp has a character that the paper's font lacks.
    #[error(
        "Khung chữ ký có ký tự “{0}” không in được. Chưa ký; tệp không bị thay đổi. Hãy viết lại bằng chữ Việt hoặc chữ La-tinh."
    )]
    MissingGlyph(char),
    /// The stamp could not be drawn.
    #[error(
        "Không vẽ được khung chữ ký. Chưa ký; tệp không bị thay đổi. Hãy thử lại; nếu vẫn lỗi, báo bộ phận hỗ trợ."
    )]
    Stamp,
}

impl From<Unfit> for SignError {
    fn from(why: Unfit) -> Self {
        Self::Unfit(why)
    }
}

impl Explain for SignError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoPdf => "SIG-01",
            Self::Leading => "SIG-02",
            Self::Broken => "SIG-03",
            Self::Encrypted => "SIG-04",
            Self::Certified => "SIG-05",
            Self::DynamicForm => "SIG-06",
            Self::NoPages => "SIG-07",
            Self::TooLarge => "SIG-08",
            Self::Unfit(_) => "SIG-09",
            Self::NotTheSigners => "SIG-10",
            Self::NoRoom(_) => "SIG-11",
            Self::TooMuch => "SIG-12",
            Self::Altered => "SIG-13",
            Self::MissingGlyph(_) => "SIG-14",
            Self::Stamp => "SIG-15",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoPdf => "The file is no PDF and cannot be signed. It is unchanged. Choose a PDF.".into(),
            Self::Leading => "The PDF has strange data before its head, so other programs could misread a signature. Not signed; the file is unchanged. Save or print it as a new PDF and sign that.".into(),
            Self::Broken => "The PDF is damaged (its cross-references are wrong) and cannot be signed. It is unchanged. Save or print it as a new PDF and sign that.".into(),
            Self::Encrypted => "The PDF has a password or restricted rights and cannot be signed. It is unchanged. Ask for a copy without.".into(),
            Self::Certified => "The PDF is certified and forbids every change, further signatures too. Not signed; the file is unchanged. Ask its author for one that allows signing.".into(),
            Self::DynamicForm => "The PDF is a dynamic form (XFA) and cannot be signed. It is unchanged. Print it as a plain PDF and sign that.".into(),
            Self::NoPages => "The PDF has no page and cannot be signed. It is unchanged.".into(),
            Self::TooLarge => format!("The PDF is larger than {} MB and cannot be signed. It is unchanged. Split it or make it smaller.", MAX_BYTES >> 20),
            Self::Unfit(why) => {
                let why = match why {
                    Unfit::TooEarly => "it is not valid yet",
                    Unfit::Expired => "it has expired",
                    Unfit::Usage => "it is not for signing documents",
                    Unfit::Weak => "its key is too short",
                    Unfit::Unknown => "its kind is not supported",
                };
                format!("The chosen certificate cannot sign: {why}. The file is unchanged. Choose another certificate.")
            }
            Self::NotTheSigners => "The token gave a signature that is not the chosen certificate's. Nothing was written; the file is unchanged. Sign again; else choose another certificate or tell the token's issuer.".into(),
            Self::NoRoom(needed) => format!("The room for the signature is too small ({needed} bytes). Nothing was written; the file is unchanged. Sign again."),
            Self::TooMuch => format!("Signature, certificates and time stamp are longer than {} KB. The file is unchanged. Tell support.", MAX_ROOM.div_ceil(1024)),
            Self::Altered => "What was waiting for the signature is no longer what was prepared. The original file is unchanged. Sign again from the start.".into(),
            Self::MissingGlyph(c) => format!("The stamp has the character “{c}”, which cannot be printed. Not signed; the file is unchanged. Rewrite it in Vietnamese or Latin letters."),
            Self::Stamp => "The stamp could not be drawn. Not signed; the file is unchanged. Try again; else tell support.".into(),
        }
    }
}
