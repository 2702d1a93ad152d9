//! CMS SignedData for a document whose bytes lie elsewhere (RFC 5652; ETSI EN 319 122-1, level B-B), built
//! around a signature that a token makes.
//!
//! Two steps: [`attributes`] are what the token signs; [`signed_data`] puts them, the signature and the
//! certificates together. The signed attributes are exactly content type, message digest and
//! signing-certificate-v2 (RFC 5035): a PDF says its time in the signature dictionary (ETSI EN 319 142-1,
//! 6.3), so there is no signing-time.

use der::asn1::ObjectIdentifier;
use jiff::Timestamp;

use crate::{
    asn1::{self, Asn1Error},
    certificate::{Certificate, KeyUsages},
    curve::ecdsa,
    encode::{
        NULL, OCTET_STRING, SEQUENCE, SET, attribute, hash_identifier, identifier, integer, set_of,
        tlv,
    },
    hash::Hash,
    signature::{Algorithm, KeyInfo, PublicKey, Scheme},
};

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SIGNATURE_TIME_STAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.8");

/// Why nothing is signed by a certificate today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Its first second is still to come.
    #[error("chứng thư chưa có hiệu lực")]
    TooEarly,
    /// Its last second is over.
    #[error("chứng thư đã hết hạn")]
    Expired,
    /// The key is for something else.
    #[error("chứng thư không dùng để ký văn bản")]
    Usage,
    /// RSA below 2048 bits, a curve below 256 bits (TT 15/2025/TT-BKHCN).
    #[error("khóa của chứng thư quá ngắn")]
    Weak,
    /// A kind of key, curve or a critical extension that is not known here.
    #[error("loại khóa hoặc loại chứng thư không được hỗ trợ")]
    Unknown,
}

/// How this certificate's key signs: RSA keys with the padding that the certificate demands, else
/// PKCS#1 v1.5, which every token knows; curves with a hash of their length.
///
/// # Errors
/// [`Unfit`]: what forbids signing at `now`.
pub fn algorithm(certificate: &Certificate, now: Timestamp) -> Result<Algorithm, Unfit> {
    let key = certificate.key().ok_or(Unfit::Unknown)?;
    if now < certificate.valid.0 {
        return Err(Unfit::TooEarly);
    }
    if now > certificate.valid.1 {
        return Err(Unfit::Expired);
    }
    if !certificate.is_understood(&[]) {
        return Err(Unfit::Unknown);
    }
    let is_for = |usage| certificate.is_for(usage) != Some(false);
    if !is_for(KeyUsages::DigitalSignature) && !is_for(KeyUsages::NonRepudiation) {
        return Err(Unfit::Usage);
    }
    let info = KeyInfo::read(certificate.key_info()).map_err(|_| Unfit::Unknown)?;
    let (hash, scheme) = match &key {
        PublicKey::Rsa(_) if key.is_weak() => return Err(Unfit::Weak),
        PublicKey::Rsa(_) if info.algorithm == RSA_PSS.to_string() => {
            (Hash::Sha256, Scheme::Pss { mask: Hash::Sha256, salt: 32 })
        }
        PublicKey::Rsa(_) => (Hash::Sha256, Scheme::Pkcs1),
        PublicKey::Ec(..) => match key.bits() {
            ..256 => return Err(Unfit::Weak),
            256..384 => (Hash::Sha256, Scheme::Ecdsa),
            384..512 => (Hash::Sha384, Scheme::Ecdsa),
            512.. => (Hash::Sha512, Scheme::Ecdsa),
        },
    };
    Ok(Algorithm { hash, scheme })
}

/// The signed attributes of a document with this `digest`, as the SET that is signed (RFC 5652, 5.4).
pub fn attributes(digest: &[u8], certificate: &Certificate) -> Vec<u8> {
    // ESSCertIDv2 with its default hash, SHA-256, and without the issuer, which the signer info names.
    let id = tlv(SEQUENCE, &[&tlv(OCTET_STRING, &[&certificate.fingerprint().0])]);
    let signing = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&id])]);
    set_of(vec![
        attribute(CONTENT_TYPE, &identifier(DATA)),
        attribute(MESSAGE_DIGEST, &tlv(OCTET_STRING, &[digest])),
        attribute(SIGNING_CERTIFICATE_V2, &signing),
    ])
}

/// What goes into a PDF's `/Contents`.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The signer's.
    pub certificate: &'a Certificate,
    /// Its issuers, as far as they are at hand.
    pub chain: &'a [Certificate],
    /// How it was signed.
    pub algorithm: Algorithm,
    /// What was signed: [`attributes`].
    pub attributes: &'a [u8],
    /// The signature.
    pub signature: &'a [u8],
    /// A time-stamp token over the signature (RFC 3161), DER; with it the level is B-T.
    pub time_stamp: Option<&'a [u8]>,
}

/// The `ContentInfo`.
///
/// # Errors
/// [`Asn1Error::Malformed`] if the signature is not the certificate's over these attributes: what a token
/// gave is looked at before anybody else sees it.
pub fn signed_data(parts: &Parts<'_>) -> Result<Vec<u8>, Asn1Error> {
    let Parts { certificate, chain, algorithm, attributes, signature, time_stamp } = *parts;
    let key = certificate.key().ok_or(Asn1Error::Malformed)?;
    if !key.verifies(&algorithm, attributes, signature) {
        return Err(Asn1Error::Malformed);
    }
    let digest = hash_identifier(algorithm.hash, &[]);
    let issuer = tlv(SEQUENCE, &[&certificate.issuer, &integer(&certificate.serial)]);
    let mut implicit = attributes.to_vec();
    if let Some(tag) = implicit.first_mut() {
        *tag = 0xA0;
    }
    let unsigned = time_stamp.map(|token| tlv(0xA1, &[&attribute(SIGNATURE_TIME_STAMP, token)]));
    let signer = tlv(
        SEQUENCE,
        &[
            &integer(&[1]),
            &issuer,
            &digest,
            &implicit,
            &signature_identifier(algorithm),
            &tlv(OCTET_STRING, &[signature]),
            &unsigned.unwrap_or_default(),
        ],
    );
    let certificates: Vec<&[u8]> =
        std::iter::once(certificate).chain(chain).map(|one| one.der.as_slice()).collect();
    let data = tlv(
        SEQUENCE,
        &[
            &integer(&[1]),
            &tlv(SET, &[&digest]),
            &tlv(SEQUENCE, &[&identifier(DATA)]),
            &tlv(0xA0, &certificates),
            &tlv(SET, &[&signer]),
        ],
    );
    Ok(tlv(SEQUENCE, &[&identifier(SIGNED_DATA), &tlv(0xA0, &[&data])]))
}

/// The issuers of a certificate that are among `others`, nearest first. The root is left out: whoever trusts
/// it has it.
pub fn chain(certificate: &Certificate, others: &[Certificate]) -> Vec<Certificate> {
    /// No chain of the two national hierarchies is longer.
    const LONGEST: usize = 4;
    let mut chain: Vec<Certificate> = Vec::new();
    while chain.len() < LONGEST {
        let last = chain.last().unwrap_or(certificate);
        let is_issuer = |one: &&Certificate| {
            last.names_as_issuer(one)
                && one.may_sign_certificates()
                && one.is_self_signed() == Some(false)
                && last.is_signed_by(one) == Some(true)
        };
        match others.iter().find(is_issuer) {
            Some(issuer) => chain.push(issuer.clone()),
            None => break,
        }
    }
    chain
}

/// `DigestInfo` (RFC 8017, 9.2), which a token pads for RSA PKCS#1 v1.5.
pub fn digest_info(hash: Hash, digest: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&hash_identifier(hash, &NULL), &tlv(OCTET_STRING, &[digest])])
}

/// An ECDSA signature `r ‖ s`, as tokens give it, in the DER form of CMS; `None` for another length.
pub fn ecdsa_signature(plain: &[u8]) -> Option<Vec<u8>> {
    ecdsa::Signature::from_plain(plain)?;
    let (r, s) = plain.split_at(plain.len() / 2);
    Some(tlv(SEQUENCE, &[&integer(r), &integer(s)]))
}

/// The first RSA modulus or EC point of a `SubjectPublicKeyInfo`, as tokens tell it of their keys: the
/// modulus big-endian without leading zeros, the point as `04 ‖ x ‖ y`.
pub fn key_number(certificate: &Certificate) -> Option<Vec<u8>> {
    let info = KeyInfo::read(certificate.key_info()).ok()?;
    match certificate.key()? {
        PublicKey::Rsa(_) => {
            let inside = asn1::value(info.key).ok()?;
            let [modulus] = asn1::first_unsigned(inside).ok()?;
            Some(modulus.to_vec())
        }
        PublicKey::Ec(..) => Some(info.key.to_vec()),
    }
}

fn signature_identifier(algorithm: Algorithm) -> Vec<u8> {
    let rsa = |last: &str| {
        let oid = ObjectIdentifier::new_unwrap(&format!("1.2.840.113549.1.1.{last}"));
        tlv(SEQUENCE, &[&identifier(oid), &NULL])
    };
    let plain = |oid: &str| tlv(SEQUENCE, &[&identifier(ObjectIdentifier::new_unwrap(oid))]);
    match (algorithm.scheme, algorithm.hash) {
        (Scheme::Pkcs1, Hash::Sha1) => rsa("5"),
        (Scheme::Pkcs1, Hash::Sha224) => rsa("14"),
        (Scheme::Pkcs1, Hash::Sha256) => rsa("11"),
        (Scheme::Pkcs1, Hash::Sha384) => rsa("12"),
        (Scheme::Pkcs1, Hash::Sha512) => rsa("13"),
        (Scheme::Pss { mask, salt }, hash) => {
            let mask = tlv(SEQUENCE, &[&identifier(MGF1), &hash_identifier(mask, &NULL)]);
            let parameters = tlv(
                SEQUENCE,
                &[
                    &tlv(0xA0, &[&hash_identifier(hash, &NULL)]),
                    &tlv(0xA1, &[&mask]),
                    &tlv(0xA2, &[&integer(&[salt as u8])]),
                ],
            );
            tlv(SEQUENCE, &[&identifier(RSA_PSS), &parameters])
        }
        (Scheme::Ecdsa, Hash::Sha1) => plain("1.2.840.10045.4.1"),
        (Scheme::Ecdsa, Hash::Sha224) => plain("1.2.840.10045.4.3.1"),
        (Scheme::Ecdsa, Hash::Sha256) => plain("1.2.840.10045.4.3.2"),
        (Scheme::Ecdsa, Hash::Sha384) => plain("1.2.840.10045.4.3.3"),
        (Scheme::Ecdsa, Hash::Sha512) => plain("1.2.840.10045.4.3.4"),
        // BSI TR-03111: only chips sign so.
        (Scheme::PlainEcdsa, Hash::Sha1) => plain("0.4.0.127.0.7.1.1.4.1.1"),
        (Scheme::PlainEcdsa, Hash::Sha224) => plain("0.4.0.127.0.7.1.1.4.1.2"),
        (Scheme::PlainEcdsa, Hash::Sha256) => plain("0.4.0.127.0.7.1.1.4.1.3"),
        (Scheme::PlainEcdsa, Hash::Sha384) => plain("0.4.0.127.0.7.1.1.4.1.4"),
        (Scheme::PlainEcdsa, Hash::Sha512) => plain("0.4.0.127.0.7.1.1.4.1.5"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The prefix that RFC 8017, 9.2, note 1 prints for SHA-256.
    #[test]
    fn digest_info_is_the_standards() {
        let digest = Hash::Sha256.digest(b"abc");
        let prefix = hex::decode("3031300d060960864801650304020105000420").unwrap();
        assert_eq!(digest_info(Hash::Sha256, &digest), [prefix, digest].concat());
    }

    #[test]
    fn plain_ecdsa_becomes_der_that_is_read_back() {
        let mut plain = vec![0; 64];
        plain[0] = 0x80;
        plain[63] = 1;
        let der = ecdsa_signature(&plain).unwrap();
        assert!(ecdsa::Signature::from_der(&der).is_some());
        // r keeps its sign octet, s loses its zeros.
        let r = format!("022100{}{}", "80", "00".repeat(31));
        assert_eq!(hex::encode(&der), format!("3026{r}020101"));
        assert_eq!(ecdsa_signature(&plain[..63]), None);
        assert_eq!(ecdsa_signature(&[]), None);
    }

    /// Every algorithm that is written is read again as the same one.
    #[test]
    fn algorithms_are_read_back() {
        let pss = Scheme::Pss { mask: Hash::Sha256, salt: 32 };
        for scheme in [Scheme::Pkcs1, pss, Scheme::Ecdsa] {
            for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
                let algorithm = Algorithm { hash, scheme };
                let written = signature_identifier(algorithm);
                assert_eq!(Algorithm::read(&written, None), Some(algorithm));
            }
        }
    }
}
