//! Public keys and signature algorithms of certificates and signed data (RFC 3279, 4055, 5480, 5758 and,
//! for what travel documents add, ICAO 9303-12, 4.4): RSA PKCS#1 v1.5 and PSS, ECDSA in DER and plain
//! form, SHA-1 to SHA-512.

use der::{AnyRef, Decode, Sequence, asn1::UintRef};
use rsa::{BoxedUint, Pkcs1v15Sign, traits::PublicKeyParts};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use x509_cert::{
    der::asn1::BitStringRef,
    spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef},
};

use crate::{
    asn1::Asn1Error,
    curve::{self, Curve, Point, ecdsa},
    hash::Hash,
};

/// A public key that can verify.
#[derive(Clone)]
pub enum PublicKey {
    /// RSA.
    Rsa(RsaKey),
    /// A point of a known curve.
    Ec(&'static Curve, Point),
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PublicKey::Rsa(_) => f.write_str("Rsa"),
            PublicKey::Ec(curve, _) => f.write_str(curve.name),
        }
    }
}

/// An RSA key of 1024 to 8192 bits.
#[derive(Clone)]
pub struct RsaKey(Box<rsa::PublicKey>);

impl RsaKey {
    /// Bytes of the modulus, and so of a signature.
    pub fn length(&self) -> usize {
        self.0.size()
    }

    /// What an RSA signature opens to, as long as the modulus; `None` for a signature of another length or
    /// beyond the modulus.
    pub fn open(&self, signature: &[u8]) -> Option<Vec<u8>> {
        let key = &self.0;
        if signature.len() != key.size() {
            return None;
        }
        let number = BoxedUint::from_be_slice(signature, key.n().bits_precision()).ok()?;
        if number >= *key.n().as_ref() {
            return None;
        }
        let opened = rsa::hazmat::rsa_encrypt(key.as_ref(), &number).ok()?.to_be_bytes();
        Some(opened.get(opened.len().checked_sub(key.size())?..)?.to_vec())
    }
}

/// A `SubjectPublicKeyInfo` whose key is not looked at yet.
pub struct KeyInfo<'a> {
    /// The kind of key, dotted.
    pub algorithm: String,
    /// The key's bits, in whole bytes.
    pub key: &'a [u8],
    parameters: Option<AnyRef<'a>>,
}

impl<'a> KeyInfo<'a> {
    /// Reads the structure.
    pub fn read(spki: &'a [u8]) -> Result<Self, Asn1Error> {
        let info = SubjectPublicKeyInfoRef::from_der(spki)?;
        let bits: BitStringRef<'_> = info.subject_public_key;
        Ok(Self {
            algorithm: info.algorithm.oid.to_string(),
            key: bits.as_bytes().ok_or(Asn1Error::Malformed)?,
            parameters: info.algorithm.parameters,
        })
    }

    /// The parameters as a number from 0 to 255.
    pub fn small_parameter(&self) -> Option<u8> {
        self.parameters?.decode_as().ok()
    }

    /// The value of the parameters, whatever they are.
    pub fn parameters(&self) -> Option<&'a [u8]> {
        self.parameters.map(AnyRef::value)
    }
}

/// `RSAPublicKey` (RFC 8017, A.1.1).
#[derive(Sequence)]
struct RsaNumbers<'a> {
    modulus: UintRef<'a>,
    exponent: UintRef<'a>,
}

impl PublicKey {
    /// Whether the key is shorter than is asked of signers today (ICAO 9303-12, 4.4): RSA below 2048 bits.
    /// Below 1024 bits, which has been factored in public, a key is not read at all.
    pub fn is_weak(&self) -> bool {
        matches!(self, PublicKey::Rsa(RsaKey(key)) if key.n().bit_width() < 2048)
    }

    /// Bits of the modulus or of the curve's order.
    pub fn bits(&self) -> u32 {
        match self {
            PublicKey::Rsa(RsaKey(key)) => key.n().bit_width(),
            PublicKey::Ec(curve, _) => curve.order_bits(),
        }
    }

    /// Reads a `SubjectPublicKeyInfo`; `None` if the kind, size or curve is not supported or the point
    /// is not on the curve.
    pub fn read(spki: &[u8]) -> Option<Self> {
        let info = KeyInfo::read(spki).ok()?;
        match info.algorithm.as_str() {
            "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
                let RsaNumbers { modulus, exponent } = RsaNumbers::from_der(info.key).ok()?;
                let number = BoxedUint::from_be_slice_vartime;
                let key =
                    rsa::PublicKey::new(number(modulus.as_bytes()), number(exponent.as_bytes()));
                key.ok().map(|key| PublicKey::Rsa(RsaKey(Box::new(key))))
            }
            // id-ecPublicKey, and ecDH which some signers write.
            "1.2.840.10045.2.1" | "1.3.132.1.12" => {
                let curve = curve::by_parameters(info.parameters?)?;
                Some(PublicKey::Ec(curve, curve.decode(info.key)?))
            }
            _ => None,
        }
    }

    /// Whether `signature` over `message` verifies.
    pub fn verifies(&self, algorithm: &Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let hash = algorithm.hash.digest(message);
        match (self, algorithm.scheme) {
            (PublicKey::Rsa(RsaKey(key)), Scheme::Pkcs1) => {
                let scheme = match algorithm.hash {
                    Hash::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
                    Hash::Sha224 => Pkcs1v15Sign::new::<Sha224>(),
                    Hash::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
                    Hash::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
                    Hash::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
                };
                key.verify(scheme, &hash, signature).is_ok()
            }
            (PublicKey::Rsa(key), Scheme::Pss { mask, salt }) => {
                let opened = key.open(signature);
                opened.is_some_and(|opened| {
                    let bits = key.0.n().bit_width() as usize - 1;
                    pss_holds(&opened, bits, algorithm.hash, mask, salt, &hash).unwrap_or(false)
                })
            }
            (PublicKey::Ec(curve, point), Scheme::Ecdsa | Scheme::PlainEcdsa) => {
                let parsed = if algorithm.scheme == Scheme::Ecdsa {
                    ecdsa::Signature::from_der(signature)
                } else {
                    ecdsa::Signature::from_plain(signature)
                };
                parsed.is_some_and(|s| ecdsa::verify(curve, point, &hash, &s))
            }
            _ => false,
        }
    }
}

/// How a message was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// Hash of the message.
    pub hash: Hash,
    /// Padding or encoding.
    pub scheme: Scheme,
}

/// Padding or encoding of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// RSASSA-PKCS1-v1_5.
    Pkcs1,
    /// RSASSA-PSS with MGF1.
    Pss {
        /// Hash of the mask; many signers left it at SHA-1.
        mask: Hash,
        /// Salt length in bytes.
        salt: usize,
    },
    /// ECDSA, DER encoded.
    Ecdsa,
    /// ECDSA as `r ‖ s` (TR-03111).
    PlainEcdsa,
}

/// `RSASSA-PSS-params` (RFC 4055); what is left out means SHA-1 and 20.
#[derive(Sequence)]
struct PssParameters<'a> {
    #[asn1(context_specific = "0", optional = "true")]
    hash: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "1", optional = "true")]
    mask: Option<AlgorithmIdentifierRef<'a>>,
    #[asn1(context_specific = "2", optional = "true")]
    salt: Option<u8>,
    #[asn1(context_specific = "3", optional = "true")]
    trailer: Option<u8>,
}

impl Algorithm {
    /// Reads an `AlgorithmIdentifier`. `digest` is the message digest algorithm named beside it, for
    /// identifiers that name only the kind of key.
    pub fn read(identifier: &[u8], digest: Option<Hash>) -> Option<Self> {
        let identifier = AlgorithmIdentifierRef::from_der(identifier).ok()?;
        let oid = identifier.oid.to_string();
        let plain = |hash, scheme| Some(Self { hash, scheme });
        match oid.as_str() {
            "1.2.840.113549.1.1.1" => plain(digest?, Scheme::Pkcs1),
            "1.2.840.113549.1.1.5" => plain(Hash::Sha1, Scheme::Pkcs1),
            "1.2.840.113549.1.1.14" => plain(Hash::Sha224, Scheme::Pkcs1),
            "1.2.840.113549.1.1.11" => plain(Hash::Sha256, Scheme::Pkcs1),
            "1.2.840.113549.1.1.12" => plain(Hash::Sha384, Scheme::Pkcs1),
            "1.2.840.113549.1.1.13" => plain(Hash::Sha512, Scheme::Pkcs1),
            "1.2.840.113549.1.1.10" => Self::pss(identifier.parameters),
            "1.2.840.10045.2.1" => plain(digest?, Scheme::Ecdsa),
            "1.2.840.10045.4.1" => plain(Hash::Sha1, Scheme::Ecdsa),
            "1.2.840.10045.4.3.1" => plain(Hash::Sha224, Scheme::Ecdsa),
            "1.2.840.10045.4.3.2" => plain(Hash::Sha256, Scheme::Ecdsa),
            "1.2.840.10045.4.3.3" => plain(Hash::Sha384, Scheme::Ecdsa),
            "1.2.840.10045.4.3.4" => plain(Hash::Sha512, Scheme::Ecdsa),
            _ => plain(Hash::of_plain_ecdsa(&oid)?, Scheme::PlainEcdsa),
        }
    }

    fn pss(parameters: Option<AnyRef<'_>>) -> Option<Self> {
        let parameters: PssParameters<'_> = parameters?.decode_as().ok()?;
        let hash = parameters.hash.map_or(Some(Hash::Sha1), Hash::of)?;
        let mask = match parameters.mask {
            None => Hash::Sha1,
            Some(mgf) if mgf.oid.to_string() == "1.2.840.113549.1.1.8" => {
                Hash::of(mgf.parameters?.decode_as().ok()?)?
            }
            Some(_) => return None,
        };
        let salt = usize::from(parameters.salt.unwrap_or(20));
        let supported = parameters.trailer.is_none_or(|trailer| trailer == 1);
        supported.then_some(Self { hash, scheme: Scheme::Pss { mask, salt } })
    }
}

/// EMSA-PSS-VERIFY (RFC 8017, 9.1.2) of a message of `bits` bits. The rsa crate takes one hash for both
/// message and mask, and certificates name two.
fn pss_holds(
    opened: &[u8],
    bits: usize,
    hash: Hash,
    mask: Hash,
    salt: usize,
    digest: &[u8],
) -> Option<bool> {
    let length = bits.div_ceil(8);
    let (lead, encoded) = opened.split_at_checked(opened.len().checked_sub(length)?)?;
    let (&trailer, body) = encoded.split_last()?;
    let (masked, proof) = body.split_at_checked(body.len().checked_sub(digest.len())?)?;
    let mut block: Vec<u8> =
        masked.iter().zip(mask_of(mask, proof, masked.len())).map(|(a, b)| a ^ b).collect();
    let used = 0xFF >> (8 * length - bits);
    let first = block.first_mut()?;
    *first &= used;
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(salt)?)?;
    let (&one, zeros) = padding.split_last()?;
    let whole = lead.iter().all(|b| *b == 0)
        && trailer == 0xBC
        && masked.first()? & !used == 0
        && zeros.iter().all(|b| *b == 0)
        && one == 1;
    Some(whole && hash.digest(&[&[0; 8], digest, salt].concat()) == proof)
}

/// MGF1 (RFC 8017, B.2.1).
fn mask_of(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0u32..).map(|n| hash.digest(&[seed, &n.to_be_bytes()].concat()));
    blocks.flatten().take(length).collect()
}
