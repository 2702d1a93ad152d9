//! All of a book, as its file in `assets/books` states it.

use serde::Deserialize;

use super::{Book, BookId, NumberForm, Period};
use crate::{Explain, eform::Forms, header::Header, role::Role, unit::Profile};

/// Larger is no book's file.
const MAX_BYTES: usize = 256 << 10;
/// More books keeps no office.
const MAX_BOOKS: usize = 200;
const MAX_LABEL: usize = 120;
const MAX_COLUMNS: usize = 40;
/// Longest sentence below the lines.
const MAX_TOTAL: usize = 400;

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
    /// How its numbers are written.
    pub number: NumberForm,
    /// Whether it is kept in volumes (quyển), which are opened and closed.
    pub volumes: bool,
    /// Roles that see it.
    pub readers: Vec<Role>,
    /// Roles that write into it.
    pub writers: Vec<Role>,
    /// How long it is kept; `None` where that is not known.
    pub retention: Option<Retention>,
    /// Id of the form in which a line is typed; `None` where its lines come from other events.
    #[serde(default)]
    pub form: Option<String>,
    /// What kinds of office keep it.
    pub profiles: Vec<Profile>,
    /// Its columns; none where it is no register.
    pub columns: Vec<Column>,
    /// The sentence below its lines. Blanks: `{lines}`; of a column `{sum:key}`, `{filled:key}`, `{empty:key}`.
    pub total: String,
}

/// How long a book is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// For ever (vĩnh viễn).
    Forever,
    /// So many years after it was closed.
    Years(u16),
}

/// A column of a book.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The name of what stands in it, see [`crate::register::Values`].
    pub key: String,
    /// Its heading, as the book prints it.
    pub heading: String,
    /// Its heading on screens, where that is shorter.
    #[serde(default)]
    pub short: Option<String>,
    /// What stands in it.
    pub kind: ColumnKind,
    /// Its share of the width, beside those of the others.
    pub weight: u16,
    /// The heading above it and its neighbours of the same group.
    #[serde(default)]
    pub group: Option<String>,
    /// Whether only paper has it, for a hand to sign in.
    #[serde(default)]
    pub paper_only: bool,
    /// Whether a narrow screen may leave it out.
    #[serde(default)]
    pub spare: bool,
}

impl Column {
    /// Its heading on screens.
    pub fn title(&self) -> &str {
        self.short.as_deref().unwrap_or(&self.heading)
    }
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// The number in the book.
    Number,
    /// A code, shown whole.
    Code,
    /// Words.
    Text,
    /// How many.
    Count,
    /// A day.
    Day,
    /// A local time.
    Time,
    /// An amount in đồng.
    Money,
}

impl BookDefinition {
    /// What the entry that opens it carries.
    pub fn book(&self) -> Book {
        Book {
            id: self.id,
            label: self.label.clone(),
            period: self.period,
            number: self.number.clone(),
            volumes: self.volumes,
            readers: self.readers.clone(),
            writers: self.writers.clone(),
        }
    }

    /// The columns that screens show.
    pub fn on_screens(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.paper_only)
    }

    /// Groups of neighbouring columns: heading, first column, how many.
    pub fn groups(&self) -> Vec<(&str, usize, usize)> {
        let mut groups: Vec<(&str, usize, usize)> = Vec::new();
        for (i, column) in self.columns.iter().enumerate() {
            let Some(group) = &column.group else { continue };
            match groups.last_mut() {
                Some((heading, first, count)) if *heading == group && *first + *count == i => {
                    *count += 1;
                }
                _ => groups.push((group, i, 1)),
            }
        }
        groups
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.label.trim().is_empty() || self.label.chars().count() > MAX_LABEL {
            return Err("tên sổ trống hoặc quá dài");
        }
        if self.number.tells_day() && self.period != Period::Day {
            return Err("cách viết số có ngày nhưng sổ đánh số theo năm");
        }
        if self.volumes && self.period == Period::Day {
            return Err("sổ đánh số theo ngày không chia quyển");
        }
        if self.readers.is_empty() || self.writers.is_empty() {
            return Err("chưa nói ai xem, ai ghi");
        }
        if self.columns.len() > MAX_COLUMNS || self.total.chars().count() > MAX_TOTAL {
            return Err("quá nhiều cột hoặc câu tổng quá dài");
        }
        for (i, column) in self.columns.iter().enumerate() {
            let texts = [Some(&column.key), Some(&column.heading), column.short.as_ref()];
            let wrong = |text: &String| text.trim().is_empty() || text.chars().count() > MAX_LABEL;
            if texts.into_iter().flatten().any(wrong) || column.weight == 0 {
                return Err("cột thiếu tên, tiêu đề hoặc độ rộng");
            }
            if self.columns[..i].iter().any(|other| other.key == column.key) {
                return Err("hai cột cùng tên");
            }
        }
        self.check_total()
    }

    /// Every blank of the sentence is one that will be filled.
    fn check_total(&self) -> Result<(), &'static str> {
        for blank in self.total.split('{').skip(1) {
            let (blank, _) = blank.split_once('}').ok_or("câu tổng có chỗ trống không đóng")?;
            let known = match blank.split_once(':') {
                Some(("sum" | "filled" | "empty", key)) => {
                    self.columns.iter().any(|column| column.key == key)
                }
                _ => blank == "lines",
            };
            if !known {
                return Err("câu tổng có chỗ trống không biết điền gì");
            }
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

    /// Whether the form that a book's lines are typed in is one of these.
    ///
    /// # Errors
    /// [`ShelfError::Wrong`].
    pub fn check_forms(&self, forms: &Forms) -> Result<(), ShelfError> {
        let unknown = |book: &&BookDefinition| {
            book.form.as_ref().is_some_and(|form| forms.find(form).is_none())
        };
        match self.books.iter().find(unknown) {
            Some(book) => {
                Err(ShelfError::Wrong { book: book.id, what: "không có biểu mẫu này" })
            }
            None => Ok(()),
        }
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
