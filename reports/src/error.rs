//! Why a document could not be made.

use office::Explain;

/// No form of a counter is longer; a damaged record must not fill the memory.
pub const MAX_PAGES: usize = 200;
/// Least points per inch of a scan (NĐ 30/2020/NĐ-CP, annex I).
pub const LEAST_DPI: u32 = 200;
/// Most points of a scanned page: A3 at 600 dpi.
pub const MOST_POINTS: u64 = 70_000_000;

/// A document that was not made. Nothing was printed and nothing was saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// The paper's font has no glyph for this character.
    #[error(
        "Giấy tờ có ký tự “{c}” (U+{:04X}) không in được. Chưa in và chưa ghi gì vào sổ. Hãy viết lại chỗ đó bằng chữ Việt hoặc chữ La-tinh rồi làm lại.",
        u32::from(*c)
    )]
    MissingGlyph {
        /// The character.
        c: char,
    },
    /// The same, found before the paper is drawn, in what was entered here.
    #[error(
        "Ô “{field}”: không in được ký tự “{c}” (U+{:04X}) trên giấy tờ. Chưa ghi gì vào sổ; nội dung đã nhập vẫn còn nguyên. Hãy viết lại ô này bằng chữ Việt hoặc chữ La-tinh rồi làm lại.",
        u32::from(*c)
    )]
    Unprintable {
        /// Which field, as the screen calls it.
        field: String,
        /// The character.
        c: char,
    },
    /// More pages than [`MAX_PAGES`].
    #[error(
        "Văn bản dài quá {max} trang nên không lập được. Chưa in gì. Hãy rút gọn hoặc tách hồ sơ.",
        max = MAX_PAGES
    )]
    TooLong,
    /// The QR text is longer than a code of the form's size can carry.
    #[error("Nội dung mã QR dài quá nên không in được. Chưa in gì. Hãy báo bộ phận hỗ trợ.")]
    QrTooLong,
    /// The form's text file is damaged or of another version.
    #[error(
        "Tệp câu chữ của mẫu giấy tờ bị hỏng: {0}. Chưa in gì. Hãy cập nhật lại danh mục biểu mẫu."
    )]
    FormTexts(String),
    /// The font file inside the program could not be read or cut.
    #[error("Không đọc được phông chữ in đi kèm phần mềm. Chưa in gì. Hãy cài lại phần mềm.")]
    Font,
    /// The PDF could not be put together.
    #[error("Không ghép được tệp PDF. Chưa in gì. Hãy thử lại; nếu vẫn lỗi, báo bộ phận hỗ trợ.")]
    Assembly,
    /// The step is not the one that this paper tells, or is none of the dossier's.
    #[error(
        "Bước xử lý này không lập loại giấy tờ đang chọn. Chưa in gì. Hãy mở lại hồ sơ và chọn đúng giấy tờ."
    )]
    WrongStep,
    /// The workbook could not be put together.
    #[error(
        "Không ghép được bảng tính. Chưa lưu gì. Hãy thử lại; nếu vẫn lỗi, báo bộ phận hỗ trợ."
    )]
    Workbook,
    /// The file is no PDF that can be shown.
    #[error("Không vẽ được bản xem trước của tệp PDF này. Tệp không bị thay đổi.")]
    Preview,
    /// A scanned page is no JPEG or PNG picture, or a damaged one.
    #[error(
        "Trang {page} không phải ảnh JPEG hoặc PNG đọc được. Chưa lập bản điện tử. Hãy quét hoặc chụp lại trang này."
    )]
    NoPicture {
        /// From 1.
        page: usize,
    },
    /// A scanned page has more points than a paper of A3 at 600 dpi.
    #[error(
        "Trang {page} lớn quá (tối đa {max} triệu điểm ảnh). Chưa lập bản điện tử. Hãy quét lại trang này ở 200 đến 300 dpi.",
        max = MOST_POINTS / 1_000_000
    )]
    PictureTooLarge {
        /// From 1.
        page: usize,
    },
    /// A scanned page is smaller than an inch at its resolution.
    #[error(
        "Trang {page} có quá ít điểm ảnh: ở {least} dpi nó nhỏ hơn 2,5 cm. Chưa lập bản điện tử. Hãy quét lại cả trang này.",
        least = LEAST_DPI
    )]
    PictureTooSmall {
        /// From 1.
        page: usize,
    },
    /// A scanned page is coarser than the law allows (NĐ 30/2020/NĐ-CP: at least 200 dpi).
    #[error(
        "Trang {page} chỉ quét ở {dpi} dpi; bản điện tử phải từ {least} dpi trở lên. Chưa lập bản điện tử. Hãy quét lại trang này.",
        least = LEAST_DPI
    )]
    TooCoarse {
        /// From 1.
        page: usize,
        /// Points per inch.
        dpi: u32,
    },
}

impl Explain for ReportError {
    fn code(&self) -> &'static str {
        match self {
            Self::MissingGlyph { .. } => "REP-01",
            Self::Unprintable { .. } => "REP-10",
            Self::TooLong => "REP-02",
            Self::QrTooLong => "REP-03",
            Self::FormTexts(_) => "REP-04",
            Self::Font => "REP-05",
            Self::Assembly => "REP-06",
            Self::Preview => "REP-07",
            Self::WrongStep => "REP-08",
            Self::Workbook => "REP-09",
            Self::NoPicture { .. } => "REP-11",
            Self::PictureTooLarge { .. } => "REP-12",
            Self::TooCoarse { .. } => "REP-13",
            Self::PictureTooSmall { .. } => "REP-14",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::MissingGlyph { c } => format!(
                "The paper has the character “{c}” (U+{:04X}), which cannot be printed. Nothing was printed or recorded. Rewrite it in Vietnamese or Latin letters and try again.",
                u32::from(*c)
            ),
            Self::Unprintable { field, c } => format!(
                "{field}: the character “{c}” (U+{:04X}) cannot be printed on a paper. Nothing was recorded; what was entered is kept. Rewrite it in Vietnamese or Latin letters and try again.",
                u32::from(*c)
            ),
            Self::TooLong => format!(
                "The document is longer than {} pages. Nothing was printed. Shorten or split the dossier.",
                MAX_PAGES
            ),
            Self::QrTooLong => "The QR text is too long. Nothing was printed. Tell support.".into(),
            Self::FormTexts(why) => format!(
                "The form's text file is damaged: {why}. Nothing was printed. Update the form catalogue."
            ),
            Self::Font => "The paper's font could not be read. Nothing was printed. Reinstall the program.".into(),
            Self::Assembly => "The PDF could not be put together. Nothing was printed. Try again; else tell support.".into(),
            Self::WrongStep => "This step does not make this paper. Nothing was printed. Open the dossier again and choose the right paper.".into(),
            Self::Workbook => "The workbook could not be put together. Nothing was saved. Try again; else tell support.".into(),
            Self::Preview => "This PDF cannot be shown. The file is unchanged.".into(),
            Self::NoPicture { page } => format!("Page {page} is no JPEG or PNG picture that can be read. Nothing was made. Scan it again."),
            Self::PictureTooLarge { page } => format!("Page {page} has too many points. Nothing was made. Scan it again at 200 to 300 dpi."),
            Self::PictureTooSmall { page } => format!("Page {page} has too few points: it would be smaller than an inch. Nothing was made. Scan the whole page again."),
            Self::TooCoarse { page, dpi } => format!("Page {page} was scanned at {dpi} dpi, which is too coarse. Nothing was made. Scan it again."),
        }
    }
}
