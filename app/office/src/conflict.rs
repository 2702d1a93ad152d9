//! What contradicts when several seats worked apart: each entry was right by what its seat knew, and not all
//! can hold. The first in the order of all seats holds; a person decides what becomes of the others.

use serde::{Deserialize, Serialize};

/// What kind of contradiction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// A step of a dossier that had gone on elsewhere.
    Step,
    /// An annulment of a dossier that had gone on elsewhere.
    Annulment,
    /// A payment for a dossier that had been annulled elsewhere.
    Payment,
    /// An online dossier received twice.
    Arrival,
    /// A number that was issued twice.
    Number,
    /// The right to number a book taken by two machines.
    Lease,
    /// A volume opened or closed by two machines, or by one that does not hold the book.
    Volume,
    /// Two people with different personal numbers made one.
    Person,
    /// A login name given by two machines.
    User,
    /// An id that an earlier entry bears.
    Id,
    /// An electronic act returned at one machine and signed at another.
    Returned,
}

impl ConflictKind {
    /// Every kind.
    pub const ALL: [ConflictKind; 11] = [
        Self::Step,
        Self::Annulment,
        Self::Payment,
        Self::Arrival,
        Self::Number,
        Self::Lease,
        Self::Volume,
        Self::Person,
        Self::User,
        Self::Id,
        Self::Returned,
    ];

    /// What contradicts, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Step => "Hai máy cùng giải quyết một hồ sơ",
            Self::Annulment => "Hồ sơ bị hủy tiếp nhận khi máy khác đã giải quyết",
            Self::Payment => "Thu tiền của hồ sơ đã bị hủy ở máy khác",
            Self::Arrival => "Một hồ sơ trực tuyến được tiếp nhận hai lần",
            Self::Number => "Một số được cấp hai lần",
            Self::Lease => "Hai máy cùng nhận quyền cấp số",
            Self::Volume => {
                "Quyển sổ được mở hoặc khóa ở hai máy, hoặc ở máy không giữ quyền cấp số"
            }
            Self::Person => "Hai người có số định danh khác nhau bị coi là một",
            Self::User => "Hai máy cùng đặt một tên đăng nhập; người được đặt trước giữ tên",
            Self::Id => {
                "Hai mục ghi trùng mã nội bộ; mục ghi trước giữ mã, mục này chưa có hiệu lực"
            }
            Self::Returned => {
                "Bản chờ ký số bị trả lại khi máy khác đã ký; việc đã ký vẫn có hiệu lực"
            }
        }
    }
}

/// How a conflict was decided: the entry that does not hold, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Place of the entry that contradicts, see [`crate::entry::Envelope::place`].
    pub place: u64,
    /// What it contradicts in.
    pub kind: ConflictKind,
    /// What was decided, in the words of who decided.
    pub words: String,
}
