//! All of a book, as its file in `assets/books` states it.

use serde::Deserialize;

use super::{Book, BookId, Period};
use crate::{Explain, catalogue::Header, unit::Profile};

/// Larger is no book's file.
const MAX_BYTES: usize = 256 << 10;
/// More books keeps no office.
const MAX_BOOKS: usize = 200;
const MAX_LABEL: usize = 120;

/// A book.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookDefinition {
    /// Source and mark.
    pub header: Header,
    /// Its id.
    pub id: BookId,
    /// Its name on screens and covers.
    pub label: String,
    /// When it begins again with 1.
    pub period: Period,
    /// What kinds of office keep it.
    pub profiles: Vec<Profile>,
}

impl BookDefinition {
    /// What the entry that opens it carries.
    pub fn book(&self) -> Book {
        Book { id: self.id, label: self.label.clone(), period: self.period }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.label.trim().is_empty() || self.label.chars().count() > MAX_LABEL {
            return Err("tên sổ trống hoặc quá dài");
        }
        Ok(())
    }
}

/// Why the definitions of books cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShelfError {
    /// Larger than a definition can be.
    #[error(
        "Tệp định nghĩa sổ lớn bất thường nên không được nạp. Các sổ đang dùng không thay đổi. Hãy chọn đúng tệp."
    )]
    TooLarge,
    /// Not the format.
    #[error(
        "Tệp định nghĩa sổ sai định dạng ({0}). Các sổ đang dùng không thay đổi. Hãy sửa tệp hoặc dùng bản gốc."
    )]
    Unreadable(#[from] serde_json::Error),
    /// A definition that contradicts itself or another one.
    #[error(
        "Định nghĩa sổ “{book}” không đúng: {what}. Các sổ đang dùng không thay đổi. Hãy sửa tệp rồi nạp lại."
    )]
    Wrong {
        /// Which book.
        book: BookId,
        /// What is wrong.
        what: &'static str,
    },
}

impl Explain for ShelfError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "OFF-140",
            Self::Unreadable(_) => "OFF-141",
            Self::Wrong { .. } => "OFF-142",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooLarge => "The file of a book's definition is unusually large and was not loaded. The books in use are unchanged. Choose the right file.".into(),
            Self::Unreadable(error) => format!("The file of a book's definition has a wrong format: {error}. The books in use are unchanged. Correct the file or use the original."),
            Self::Wrong { book, .. } => format!("The definition of the book “{book}” is wrong. The books in use are unchanged. Correct the file and load it again."),
        }
    }
}

/// The definitions of all books.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookShelf {
    books: Vec<BookDefinition>,
}

impl BookShelf {
    /// Reads the files of `assets/books`, one a book; ids may not come twice.
    ///
    /// # Errors
    /// [`ShelfError`].
    pub fn parse_all(files: &[&[u8]]) -> Result<Self, ShelfError> {
        if files.len() > MAX_BOOKS {
            return Err(ShelfError::TooLarge);
        }
        let mut books: Vec<BookDefinition> = Vec::new();
        for json in files {
            if json.len() > MAX_BYTES {
                return Err(ShelfError::TooLarge);
            }
            let book: BookDefinition = serde_json::from_slice(json)?;
            let wrong = |what| ShelfError::Wrong { book: book.id, what };
            book.check().map_err(wrong)?;
            if books.iter().any(|other| other.id == book.id) {
                return Err(wrong("mã sổ đã có ở định nghĩa khác"));
            }
            books.push(book);
        }
        Ok(Self { books })
    }

    /// Every definition.
    pub fn all(&self) -> &[BookDefinition] {
        &self.books
    }

    /// The definition of this book.
    pub fn find(&self, id: BookId) -> Option<&BookDefinition> {
        self.books.iter().find(|book| book.id == id)
    }

    /// The books that such an office keeps from its founding on.
    pub fn of(&self, profile: Profile) -> Vec<Book> {
        let kept = self.books.iter().filter(|book| book.profiles.contains(&profile));
        kept.map(BookDefinition::book).collect()
    }
}
