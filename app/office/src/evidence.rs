//! How strong the proof of an identity is. Every fact about a person carries one of these; the
//! screen, the entry and the printed wording all show it. A forged chip never looks like a person.

use serde::{Deserialize, Serialize};

/// Where a fact about a person comes from, and how far that proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Signed by an issuer known here, and the chip proved that it is no copy
    /// (ICAO 9303-11: passive authentication with chip or active authentication).
    ChipAuthentic,
    /// Signed by an issuer known here; by all that it signed this card has no proof against copying.
    ChipSigned,
    /// Hashes and signature hold, and something could not be confirmed here: no CSCA certificate vouches
    /// for the signer, the signer's time is over, or the card's proof against copying was not given.
    ChipIssuerUnknown,
    /// A check failed: the chip's data may not be used as a person's.
    ChipNotAuthentic,
    /// Confirmed by the province against the population database or VNeID.
    VneidConfirmed,
    /// Taken from an unsigned QR code: anyone can print one.
    Declared,
    /// Nothing electronic proves it: typed by hand, read from the printed machine readable zone, or kept
    /// in the ledger from an earlier time.
    Typed,
}

/// Who signed a chip's data: the state that the signer's certificate names, and its key. A key is known
/// again wherever it signed, whether or not anybody vouches for it here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DocumentSigner {
    /// Country of the certificate, two letters; empty if it names none.
    pub state: String,
    /// SHA-256 of the public key with its algorithm (SubjectPublicKeyInfo), 64 hexadecimal digits.
    pub key: String,
}

/// How a badge of this evidence should feel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Proven.
    Good,
    /// Usable; the clerk must know what is not proven.
    Caution,
    /// Said by somebody, proven by nothing.
    Plain,
    /// Must not be used.
    Bad,
}

impl Evidence {
    /// Every level, strongest first.
    pub const ALL: [Evidence; 7] = [
        Evidence::ChipAuthentic,
        Evidence::VneidConfirmed,
        Evidence::ChipSigned,
        Evidence::ChipIssuerUnknown,
        Evidence::Declared,
        Evidence::Typed,
        Evidence::ChipNotAuthentic,
    ];

    /// The short words of the badge.
    pub fn label(self) -> &'static str {
        match self {
            Evidence::ChipAuthentic => "Chip đã xác thực",
            Evidence::ChipSigned => "Chip có chữ ký hợp lệ",
            Evidence::ChipIssuerUnknown => "Chip – chưa xác nhận đủ",
            Evidence::ChipNotAuthentic => "CHIP KHÔNG XÁC THỰC",
            Evidence::VneidConfirmed => "VNeID – tỉnh đã xác nhận",
            Evidence::Declared => "Mã QR – tự khai",
            Evidence::Typed => "Chưa xác thực",
        }
    }

    /// What the level means, for the clerk and for the printed wording.
    pub fn meaning(self) -> &'static str {
        match self {
            Evidence::ChipAuthentic => {
                "Dữ liệu trên chip được cơ quan cấp ký số và chip đã chứng minh không phải bản sao."
            }
            Evidence::ChipSigned => {
                "Dữ liệu trên chip được cơ quan cấp ký số; chip này không có cách chứng minh không phải bản sao."
            }
            Evidence::ChipIssuerUnknown => {
                "Dữ liệu trên chip nguyên vẹn và có chữ ký, nhưng máy này chưa xác nhận được nơi cấp, người ký hoặc chip gốc: xem lý do."
            }
            Evidence::ChipNotAuthentic => {
                "Dữ liệu trên chip không vượt qua kiểm tra: không được dùng làm căn cứ, hãy kiểm tra giấy tờ bằng cách khác."
            }
            Evidence::VneidConfirmed => "Thông tin đã được hệ thống của tỉnh xác nhận.",
            Evidence::Declared => {
                "Thông tin lấy từ mã QR không có chữ ký: ai cũng in được, chỉ coi như lời khai."
            }
            Evidence::Typed => {
                "Thông tin do cán bộ nhập tay, lấy từ dòng MRZ in trên giấy tờ hoặc lưu từ lần trước; chưa được xác thực điện tử."
            }
        }
    }

    /// The badge's tone.
    pub fn tone(self) -> Tone {
        match self {
            Evidence::ChipAuthentic | Evidence::VneidConfirmed | Evidence::ChipSigned => Tone::Good,
            Evidence::ChipIssuerUnknown => Tone::Caution,
            Evidence::Declared | Evidence::Typed => Tone::Plain,
            Evidence::ChipNotAuthentic => Tone::Bad,
        }
    }

    /// Whether an act may rest on data of this level. False only for a chip that failed its checks.
    pub fn usable(self) -> bool {
        self != Evidence::ChipNotAuthentic
    }

    /// Whether it was read from a chip.
    pub fn is_of_chip(self) -> bool {
        match self {
            Evidence::ChipAuthentic
            | Evidence::ChipSigned
            | Evidence::ChipIssuerUnknown
            | Evidence::ChipNotAuthentic => true,
            Evidence::VneidConfirmed | Evidence::Declared | Evidence::Typed => false,
        }
    }

    /// Place in [`Evidence::ALL`]; smaller is stronger.
    pub fn rank(self) -> usize {
        Evidence::ALL.iter().position(|e| *e == self).unwrap_or(Evidence::ALL.len())
    }
}
