//! Names of things: offices, devices, users, contents, dossiers, acts. They depend on nothing, so that what only names
//! a thing need not know all of it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

/// An office: the id of the device that founded it. It is in every envelope and never changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfficeId(pub String);

/// A device: the first 16 bytes of the SHA-256 of its public key, as 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub String);

/// A user's login name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserName(pub String);

/// SHA-256 of content, 64 hex digits; the key of a blob.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash(pub String);

/// Not 64 small hex digits.
#[derive(Debug, thiserror::Error)]
#[error("not the SHA-256 of anything")]
pub struct NoHash;

impl TryFrom<String> for ContentHash {
    type Error = NoHash;

    fn try_from(text: String) -> Result<Self, NoHash> {
        let is_hex = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        if text.len() == 64 && text.as_bytes().iter().all(is_hex) {
            Ok(Self(text))
        } else {
            Err(NoHash)
        }
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.0
    }
}

/// Id of a dossier or of the form that becomes one, 32 hex digits; the key in the ledger, never shown as a number.
/// A form's is random.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DossierId(pub String);

impl DossierId {
    /// The dossier that this form becomes on a device: the first 16 bytes of the SHA-256 of both ids. The same
    /// form is one dossier on each device, and never another's.
    pub fn received_on(&self, device: &DeviceId) -> Self {
        let both = format!("{} {}", self.0, device.0);
        Self(hex::encode(&sha256(both.as_bytes())[..16]))
    }
}

/// Random id of what arrived from elsewhere, 32 hex digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ArrivalId(pub String);

/// Random id of an act, 32 hex digits; the key in the ledger, never shown as a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActId(pub String);

impl ContentHash {
    /// SHA-256 of content.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_hash(&sha256(bytes))
    }

    /// A hash as entries name it.
    pub fn from_hash(hash: &Hash) -> Self {
        Self(hex::encode(hash))
    }

    /// A branch's part of a place, 10 bits, in place of its device's. A branch is admitted only with a tag that
    /// no device and no other branch has.
    pub fn tag(&self) -> u64 {
        tag(&self.0)
    }
}

impl DeviceId {
    /// The device with this Ed25519 public key: the first 16 bytes of its SHA-256.
    pub fn of_key(public_key: &[u8; 32]) -> Self {
        Self(hex::encode(&sha256(public_key)[..16]))
    }

    /// The device's part of a place, 10 bits. A device joins only with a tag that no other has.
    pub fn tag(&self) -> u64 {
        tag(&self.0)
    }
}

fn tag(digits: &str) -> u64 {
    let digits = digits.get(..4).and_then(|digits| u64::from_str_radix(digits, 16).ok());
    digits.unwrap_or_default() >> 6
}
