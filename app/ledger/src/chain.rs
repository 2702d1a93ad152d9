//! The chain: each device signs its entries and links each to the one before.
//!
//! The signature (Ed25519) is over the canonical bytes; the link is their SHA-256. Only the device's
//! own key can write its chain, and a restored copy gets a new key: (device, sequence) never repeats.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use office::entry::{ContentHash, DeviceId, Entry};
use sha2::{Digest, Sha256};

use crate::{Result, key::random};

/// SHA-256.
pub(crate) type Hash = [u8; 32];

/// What the first entry of a chain names as its predecessor.
pub(crate) const NO_HASH: Hash = [0; 32];

/// SHA-256 of content, as entries name it.
pub fn content_hash(bytes: &[u8]) -> ContentHash {
    ContentHash(hex::encode(Sha256::digest(bytes)))
}

pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

pub(crate) fn as_content_hash(hash: &Hash) -> ContentHash {
    ContentHash(hex::encode(hash))
}

/// This machine's signing key.
pub(crate) struct DeviceKey {
    signing: SigningKey,
    pub(crate) id: DeviceId,
}

impl DeviceKey {
    pub(crate) fn random() -> Result<Self> {
        Ok(Self::from_seed(&random()?))
    }

    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        let id = device_id(signing.verifying_key().as_bytes());
        Self { signing, id }
    }

    pub(crate) fn seed(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.signing.to_bytes())
    }

    pub(crate) fn public_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    pub(crate) fn seal(&self, entry: &Entry) -> Result<Sealed> {
        let bytes = entry.canonical()?;
        let signature = self.signing.sign(&bytes).to_bytes();
        Ok(Sealed { hash: sha256(&bytes), bytes, signature })
    }
}

/// An entry as it is stored and sent.
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) hash: Hash,
    pub(crate) signature: [u8; 64],
}

/// A device's id: the first 16 bytes of the SHA-256 of its public key.
pub fn device_id(public_key: &[u8; 32]) -> DeviceId {
    DeviceId(hex::encode(&sha256(public_key)[..16]))
}

/// Whether `signature` is this device's over `bytes`.
pub(crate) fn verify(public_key: &[u8; 32], bytes: &[u8], signature: &[u8; 64]) -> bool {
    VerifyingKey::from_bytes(public_key)
        .is_ok_and(|key| key.verify_strict(bytes, &Signature::from_bytes(signature)).is_ok())
}
