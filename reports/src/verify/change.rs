//! What may have been changed after signing, in the words in which it is told.

use std::fmt;

/// One change after signing. `Display` gives the words.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Certificates, revocation lists and answers (DSS).
    Proof,
    /// A time stamp over the document.
    TimeStamp,
    /// A further signature, by the name of its field.
    Signature(String),
    /// A further signature that is broken or whose picture takes much of a page.
    DoubtfulSignature(String),
    /// A field was filled in or emptied.
    Filled(String),
    /// A field looks otherwise, and its value is what it was.
    Appearance(String),
    /// Fields or settings of the form.
    Form,
    /// Annotations of a page, from 1.
    Annotation(usize),
    /// A page's words, pictures or settings, from 1.
    Page(usize),
    /// Pages were added, removed or moved.
    Pages,
    /// Title, author or other facts about the document.
    Information,
    /// An entry of the catalog.
    Catalog(String),
    /// Objects that the document does not use.
    Unused,
    /// What could not be compared.
    Unreadable,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Proof => f.write_str("dữ liệu chứng thực chữ ký (DSS)"),
            Self::TimeStamp => f.write_str("dấu thời gian của tệp"),
            Self::Signature(name) => write!(f, "chữ ký khác ở ô “{name}”"),
            Self::DoubtfulSignature(name) => {
                write!(f, "chữ ký khác ở ô “{name}” bị sai hoặc che nhiều phần trang")
            }
            Self::Filled(name) => write!(f, "nội dung ô “{name}”"),
            Self::Appearance(name) => {
                write!(f, "hình hiển thị của ô “{name}” trong khi giá trị giữ nguyên")
            }
            Self::Form => f.write_str("biểu mẫu"),
            Self::Annotation(page) => write!(f, "chú thích ở trang {page}"),
            Self::Page(page) => write!(f, "nội dung trang {page}"),
            Self::Pages => f.write_str("số trang hoặc thứ tự trang"),
            Self::Information => f.write_str("thông tin tài liệu (tiêu đề, tác giả)"),
            Self::Catalog(key) => write!(f, "thiết lập tài liệu ({key})"),
            Self::Unused => f.write_str("dữ liệu không dùng đến"),
            Self::Unreadable => f.write_str("phần không so sánh được"),
        }
    }
}
