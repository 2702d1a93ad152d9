//! Roles of users; what each may bring about stands with the kinds of events.

use serde::{Deserialize, Serialize};

/// What a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Receives and returns dossiers.
    Clerk,
    /// Certifies copies and signatures.
    Certifier,
    /// Notary.
    Notary,
    /// Head of the office.
    Head,
    /// Keeps books and archive.
    Archivist,
    /// Users, backup, trust; sees no dossier content.
    SecurityAdministrator,
    /// Declares guests.
    LodgingOwner,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 7] = [
        Role::Clerk,
        Role::Certifier,
        Role::Notary,
        Role::Head,
        Role::Archivist,
        Role::SecurityAdministrator,
        Role::LodgingOwner,
    ];

    /// The role's name.
    pub fn label(self) -> &'static str {
        match self {
            Role::Clerk => "Cán bộ tiếp nhận",
            Role::Certifier => "Người thực hiện chứng thực",
            Role::Notary => "Công chứng viên",
            Role::Head => "Lãnh đạo",
            Role::Archivist => "Văn thư, lưu trữ",
            Role::SecurityAdministrator => "Quản trị an toàn thông tin",
            Role::LodgingOwner => "Chủ cơ sở lưu trú",
        }
    }
}
