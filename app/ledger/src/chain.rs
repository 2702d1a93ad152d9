//! The chain: each device signs its entries and links each to the one before, see [`office::entry::Sealed`].
//!
//! Only the device's own key can write its chain, and a restored copy gets a new key: (device, sequence)
//! never repeats.

use std::collections::BTreeSet;

use ed25519_dalek::{Signer, SigningKey};
use office::entry::{ContentHash, DeviceId, Entry, Salt, Sealed};

use crate::{Result, key::random};

/// SHA-256 of content, as entries name it.
pub fn content_hash(bytes: &[u8]) -> ContentHash {
    ContentHash::of(bytes)
}

/// This machine's signing key.
pub(crate) struct DeviceKey {
    signing: SigningKey,
    pub(crate) id: DeviceId,
}

impl DeviceKey {
    /// A new key with another tag than these: places of entries never coincide, see
    /// [`office::entry::Envelope::place`].
    pub(crate) fn random(taken: &BTreeSet<u64>) -> Result<Self> {
        loop {
            let key = Self::from_seed(&random()?);
            if !taken.contains(&key.id.tag()) {
                return Ok(key);
            }
        }
    }

    pub(crate) fn from_seed(seed: &[u8; 32]) -> Self {
        let signing = SigningKey::from_bytes(seed);
        let id = DeviceId::of_key(signing.verifying_key().as_bytes());
        Self { signing, id }
    }

    pub(crate) fn seed(&self) -> zeroize::Zeroizing<[u8; 32]> {
        zeroize::Zeroizing::new(self.signing.to_bytes())
    }

    pub(crate) fn public_key(&self) -> [u8; 32] {
        self.signing.verifying_key().to_bytes()
    }

    pub(crate) fn seal(&self, entry: &mut Entry) -> Result<Sealed> {
        // A test's schedule is the same each time.
        let salt = if cfg!(test) { self.repeated_salt(entry) } else { random()? };
        Ok(Sealed::seal(entry, &self.signing, salt)?)
    }

    /// The same for the same entry.
    fn repeated_salt(&self, entry: &Entry) -> Salt {
        let before = format!("{} {}", entry.envelope.previous.0, entry.envelope.at);
        let signed = self.sign(before.as_bytes());
        std::array::from_fn(|i| signed[i])
    }

    pub(crate) fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }

    /// Seals what this program has no event for.
    #[cfg(test)]
    pub(crate) fn seal_newer(
        &self,
        envelope: &office::entry::Envelope,
        payload: Vec<u8>,
    ) -> Sealed {
        let envelope = serde_json::to_vec(envelope).unwrap_or_default();
        let signature = self.sign(&envelope);
        Sealed { envelope, payload, signature }
    }
}
