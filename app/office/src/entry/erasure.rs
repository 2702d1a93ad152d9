//! Erasing (xóa dữ liệu): what must be forgotten is destroyed, and that it was stays written.
//!
//! An entry's payload is destroyed at every seat as soon as the entry that erases it arrives; its envelope stays, so
//! that chains, signatures and counts hold, see [`super::Sealed`]. Each payload begins with a random salt that
//! goes with it: the hash that stays tells nothing, however few things the payload could have said.
//!
//! Only payloads of kinds that are [`super::Lasts::UntilErased`] are destroyed. Such a kind has no number, bears
//! no id, names no content, and no other kind names it: books, figures and whatever follows are the same without it.
//! What must be forgotten of something that also has a number or is counted (a guest of a stay that is a line of a
//! book) is an entry of its own that names the lasting one as its subject. Contents are let go of by the
//! entry that removes what they belong to.

use serde::{Deserialize, Serialize};

use super::Seen;
use crate::{Explain, subject::Subject, text};

/// Most entries that one entry erases.
pub const MOST_ERASED: usize = 1_000;
/// Most characters of the legal basis, and of the reason.
const LONGEST: usize = 1_000;

/// What is erased, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Which entries.
    pub entries: Vec<Seen>,
    /// On what they were, where they have one subject that lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The rule that asks for it, as it was called on that day.
    pub legal_basis: String,
    /// Why, in the words of who did it; they name no one.
    pub reason: String,
}

/// Why nothing is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErasureError {
    /// It names no entry, or too many.
    #[error(
        "Mỗi lần xóa phải có từ 1 đến {MOST_ERASED} mục. Chưa xóa gì. Hãy chọn lại hoặc chia thành nhiều lần."
    )]
    Count,
    /// The legal basis or the reason is missing or too long.
    #[error(
        "Chưa ghi căn cứ pháp lý và lý do xóa, hoặc ghi dài quá {LONGEST} ký tự. Chưa xóa gì. Hãy ghi lại rồi làm lại."
    )]
    Words,
}

impl Explain for ErasureError {
    fn code(&self) -> &'static str {
        match self {
            Self::Count => "OFF-163",
            Self::Words => "OFF-164",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Count => format!(
                "An erasing names 1 to {MOST_ERASED} entries. Nothing was erased. Choose again or erase in several parts."
            ),
            Self::Words => format!(
                "The legal basis or the reason is missing or has more than {LONGEST} characters. Nothing was erased. Enter them again."
            ),
        }
    }
}

impl Erasure {
    /// Whether it may be written.
    ///
    /// # Errors
    /// [`ErasureError`].
    pub fn check(&self) -> Result<(), ErasureError> {
        let fits =
            |words: &str| !text::clean(words).is_empty() && words.chars().nth(LONGEST).is_none();
        if !(1..=MOST_ERASED).contains(&self.entries.len()) {
            Err(ErasureError::Count)
        } else if !fits(&self.legal_basis) || !fits(&self.reason) {
            Err(ErasureError::Words)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{ContentHash, DeviceId};

    #[test]
    fn an_erasing_says_what_by_which_rule_and_why() {
        let seen = || Seen {
            device: DeviceId("0".repeat(32)),
            sequence: 1,
            hash: ContentHash::of(b"entry"),
        };
        for (count, basis, reason, expected) in [
            (1, "Luật", "theo yêu cầu", Ok(())),
            (MOST_ERASED, "Luật", "theo yêu cầu", Ok(())),
            (0, "Luật", "theo yêu cầu", Err(ErasureError::Count)),
            (MOST_ERASED + 1, "Luật", "theo yêu cầu", Err(ErasureError::Count)),
            (1, " ", "theo yêu cầu", Err(ErasureError::Words)),
            (1, "Luật", "", Err(ErasureError::Words)),
            (1, "Luật", &*"ă".repeat(LONGEST + 1), Err(ErasureError::Words)),
        ] {
            let erasure = Erasure {
                entries: (0..count).map(|_| seen()).collect(),
                subject: None,
                legal_basis: basis.into(),
                reason: reason.into(),
            };
            assert_eq!(erasure.check(), expected, "{count} {basis} {reason:.20}");
        }
    }
}
