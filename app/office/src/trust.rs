//! What the office's trust in issuers rests on, as entries keep it: certificates of country signers and
//! revocation lists for chips, authorities for the signatures of documents, where they came from and who
//! vouched for them. The two are apart: who may issue passports says nothing of who may sign a contract.
//!
//! The office trusts because a person with that right took a file, and said why; years later a court may
//! ask who, when, and which file. The bytes themselves are blobs, named by the SHA-256 that people compare
//! as the fingerprint.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::ContentHash;

/// What a trusted thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustKind {
    /// A self-signed country signer (CSCA).
    CountrySigner,
    /// A country signer's new key, signed by the old one.
    Link,
    /// A document signer, to be looked up where a chip leaves it out.
    DocumentSigner,
    /// A revocation list.
    RevocationList,
    /// An authority whose certificates sign documents (PDF); no chip is believed by it.
    SignatureAuthority,
}

impl TrustKind {
    /// What it is, in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::CountrySigner => "Chứng thư gốc (CSCA)",
            Self::Link => "Chứng thư liên kết",
            Self::DocumentSigner => "Chứng thư người ký giấy tờ",
            Self::RevocationList => "Danh sách thu hồi",
            Self::SignatureAuthority => "Nơi cấp chữ ký số",
        }
    }
}

/// One certificate or revocation list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustItem {
    /// What it is.
    pub kind: TrustKind,
    /// SHA-256 of the DER bytes: the fingerprint, and the blob.
    pub fingerprint: ContentHash,
    /// Country, as the certificate writes it.
    pub country: String,
    /// Name of the certificate's subject, or of the list's issuer.
    pub name: String,
    /// Serial number in hex; empty for a list.
    pub serial: String,
    /// First day.
    pub from: Date,
    /// Last day; of a list, when the next was due.
    pub until: Date,
}

/// The file that a trusted thing came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustSource {
    /// Name of the file, without its folders.
    pub file: String,
    /// SHA-256 of the whole file.
    pub sha256: ContentHash,
    /// Who vouched for it.
    pub voucher: Voucher,
    /// Where it came from, or with what it was compared, in the words of whoever took it; may be empty
    /// only where a signer that was trusted before vouched.
    pub words: String,
}

/// Who vouched for a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voucher {
    /// A master list's signer that a country signer trusted before had issued.
    KnownListSigner {
        /// Its name.
        signer: String,
        /// When the list was signed.
        made: Option<Date>,
    },
    /// A master list's signer that only the list's own country signer vouches for: the file is unharmed,
    /// and the person says where it came from.
    OwnListSigner {
        /// Its name.
        signer: String,
        /// When the list was signed.
        made: Option<Date>,
    },
    /// The person alone.
    Person,
}
