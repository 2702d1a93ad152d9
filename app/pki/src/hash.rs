//! Hash functions and their identifiers.

use der::{Decode, asn1::ObjectIdentifier};
use sha1::{Digest, Sha1};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use x509_cert::spki::AlgorithmIdentifierRef;

use crate::asn1::Asn1Error;

/// A hash function that signatures may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1: read, never written, and whoever judges says that it is weak.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Hash {
    /// The digest of `data`.
    pub fn digest(self, data: &[u8]) -> Vec<u8> {
        match self {
            Hash::Sha1 => Sha1::digest(data).to_vec(),
            Hash::Sha224 => Sha224::digest(data).to_vec(),
            Hash::Sha256 => Sha256::digest(data).to_vec(),
            Hash::Sha384 => Sha384::digest(data).to_vec(),
            Hash::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    /// The digest of `parts` one after the other, which are not put together in memory.
    pub fn digest_of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn over<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            parts.iter().for_each(|part| digest.update(part));
            digest.finalize().to_vec()
        }
        match self {
            Hash::Sha1 => over::<Sha1>(parts),
            Hash::Sha224 => over::<Sha224>(parts),
            Hash::Sha256 => over::<Sha256>(parts),
            Hash::Sha384 => over::<Sha384>(parts),
            Hash::Sha512 => over::<Sha512>(parts),
        }
    }

    /// The hash of a digest `AlgorithmIdentifier` in DER.
    ///
    /// Errors: [`Asn1Error::UnknownHash`] for one that is not known here.
    pub fn read(identifier: &[u8]) -> Result<Self, Asn1Error> {
        Self::of(AlgorithmIdentifierRef::from_der(identifier)?).ok_or(Asn1Error::UnknownHash)
    }

    pub(crate) fn of(identifier: AlgorithmIdentifierRef<'_>) -> Option<Self> {
        Self::by_oid(identifier.oid)
    }

    fn by_oid(oid: ObjectIdentifier) -> Option<Self> {
        match oid.to_string().as_str() {
            "1.3.14.3.2.26" => Some(Hash::Sha1),
            "2.16.840.1.101.3.4.2.4" => Some(Hash::Sha224),
            "2.16.840.1.101.3.4.2.1" => Some(Hash::Sha256),
            "2.16.840.1.101.3.4.2.2" => Some(Hash::Sha384),
            "2.16.840.1.101.3.4.2.3" => Some(Hash::Sha512),
            _ => None,
        }
    }

    /// The hash of `ecdsa-plain-SHAx` (BSI TR-03111, 5.2.1.1), by its dotted identifier.
    pub fn of_plain_ecdsa(oid: &str) -> Option<Self> {
        match oid.strip_prefix("0.4.0.127.0.7.1.1.4.1.")? {
            "1" => Some(Hash::Sha1),
            "2" => Some(Hash::Sha224),
            "3" => Some(Hash::Sha256),
            "4" => Some(Hash::Sha384),
            "5" => Some(Hash::Sha512),
            _ => None,
        }
    }
}
