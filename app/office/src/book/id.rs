//! The name of a book in entries, tables, files and on the command line. It never changes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Longest id.
const MAX: usize = 32;

/// A book's id: at most 32 of `a`–`z`, `0`–`9` and `_`; as cheap to copy as a number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BookId([u8; MAX]);

/// Not a book's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mã sổ chỉ gồm chữ thường a–z, chữ số và dấu gạch dưới, dài không quá 32 ký tự")]
pub struct NoBookId;

impl BookId {
    /// Serial of the day in dossier codes (mã hồ sơ).
    pub const DOSSIER_CODE: BookId = BookId::known("dossier_code");
    /// Sổ theo dõi hồ sơ (mẫu 07): one line a dossier.
    pub const TRACKING: BookId = BookId::known("tracking");
    /// Papers that tell a citizen of a step (forms 02–05).
    pub const NOTICE: BookId = BookId::known("notice");
    /// Biên lai thu phí, lệ phí.
    pub const FEE_RECEIPT: BookId = BookId::known("fee_receipt");
    /// Sổ theo dõi ngăn chặn: what may not be disposed of, see [`crate::asset`].
    pub const BLOCKS: BookId = BookId::known("blocks");
    /// Tickets of the waiting line.
    pub const TICKET: BookId = BookId::known("ticket");

    /// # Errors
    /// [`NoBookId`].
    pub fn new(id: &str) -> Result<Self, NoBookId> {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
        match (1..=MAX).contains(&id.len()) && id.bytes().all(plain) {
            true => Ok(Self::known(id)),
            false => Err(NoBookId),
        }
    }

    /// An id that is known to be one; padded with zeros, which sort before every character.
    const fn known(id: &str) -> Self {
        let (from, mut bytes, mut i) = (id.as_bytes(), [0; MAX], 0);
        while i < from.len() {
            bytes[i] = from[i];
            i += 1;
        }
        Self(bytes)
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(MAX);
        std::str::from_utf8(&self.0[..end]).unwrap_or_default()
    }
}

impl TryFrom<String> for BookId {
    type Error = NoBookId;

    fn try_from(id: String) -> Result<Self, NoBookId> {
        Self::new(&id)
    }
}

impl From<BookId> for String {
    fn from(id: BookId) -> String {
        id.as_str().to_owned()
    }
}

impl fmt::Display for BookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_id_is_plain_and_short() {
        let longest = "a".repeat(MAX);
        for id in ["tracking", "sct_bs", "a1", "0", &longest] {
            let known = BookId::new(id).unwrap();
            assert_eq!((known.as_str(), known.to_string().as_str()), (id, id));
            let json = serde_json::to_string(&known).unwrap();
            assert_eq!(json, format!("\"{id}\""));
            assert_eq!(serde_json::from_str::<BookId>(&json).unwrap(), known);
        }
        let longer = "a".repeat(MAX + 1);
        for wrong in ["", "Tracking", "sct-bs", "sổ", "a b", "a\0b", "a\0", &longer] {
            assert_eq!(BookId::new(wrong), Err(NoBookId), "{wrong:?}");
            assert!(serde_json::from_value::<BookId>(wrong.into()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn ids_sort_as_their_text() {
        let mut ids = ["b", "a_1", "a", "ab", "a1"].map(|id| BookId::new(id).unwrap());
        ids.sort_unstable();
        assert_eq!(ids.map(|id| id.to_string()), ["a", "a1", "a_1", "ab", "b"]);
        assert_eq!(BookId::new("tracking"), Ok(BookId::TRACKING));
        assert_eq!(BookId::new("dossier_code"), Ok(BookId::DOSSIER_CODE));
    }
}
