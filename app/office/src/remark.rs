//! Remarks (ghi chú): what somebody notes on a subject for those who go on with the work. A remark changes
//! nothing and is never changed; what was wrong in one is said in another.

use serde::{Deserialize, Serialize};

use crate::{Explain, subject::Subject, text::clean_lines};

/// Most characters of a remark.
pub const LONGEST: usize = 1_000;

/// A remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// On what.
    pub subject: Subject,
    /// What it says.
    pub text: String,
}

/// Why a remark is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemarkError {
    /// Nothing is written.
    #[error("Ghi chú chưa có chữ nào. Chưa ghi gì vào sổ. Hãy viết rồi lưu lại.")]
    Empty,
    /// More than [`LONGEST`] characters.
    #[error(
        "Ghi chú dài quá {LONGEST} ký tự. Chưa ghi gì vào sổ. Hãy viết ngắn lại hoặc chia thành hai ghi chú."
    )]
    TooLong,
}

impl Explain for RemarkError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "OFF-140",
            Self::TooLong => "OFF-141",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Empty => {
                "The remark is empty. Nothing was recorded. Write it and save again.".into()
            }
            Self::TooLong => format!(
                "The remark has more than {LONGEST} characters. Nothing was recorded. Shorten it or make two."
            ),
        }
    }
}

impl Remark {
    /// A remark of what was typed.
    ///
    /// # Errors
    /// [`RemarkError`].
    pub fn new(subject: Subject, typed: &str) -> Result<Self, RemarkError> {
        let remark = Self { subject, text: clean_lines(typed) };
        remark.check().map(|()| remark)
    }

    /// Whether it may be written.
    ///
    /// # Errors
    /// [`RemarkError`].
    pub fn check(&self) -> Result<(), RemarkError> {
        if clean_lines(&self.text).is_empty() {
            Err(RemarkError::Empty)
        } else if self.text.chars().nth(LONGEST).is_some() {
            Err(RemarkError::TooLong)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_remark_says_something_and_not_too_much() {
        for (typed, expected) in [
            ("  Hẹn gọi lại \n\n chiều thứ hai ".to_owned(), Ok("Hẹn gọi lại\n\nchiều thứ hai")),
            (" \n\u{200b} ".to_owned(), Err(RemarkError::Empty)),
            ("ă".repeat(LONGEST + 1), Err(RemarkError::TooLong)),
        ] {
            let subject: Subject = "dossier:1".parse().unwrap();
            let got = Remark::new(subject, &typed);
            assert_eq!(got.as_ref().map(|remark| remark.text.as_str()), expected.as_ref().copied());
        }
        let longest = "ă".repeat(LONGEST);
        assert!(Remark::new("dossier:1".parse().unwrap(), &longest).is_ok());
    }
}
