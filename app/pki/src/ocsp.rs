//! OCSP answers (RFC 6960) that a document carries for a certificate of its signer, and the question that
//! brings one.
//!
//! An answer counts only for the certificate that it names by issuer and number, and only when it was
//! signed by that certificate's issuer or by somebody whom this issuer certified for OCSP (RFC 6960,
//! 4.2.2.2). Answers by third parties are no answers.

use der::{Decode, Tag, asn1::BitStringRef};
use jiff::Timestamp;

use crate::{
    asn1::{Asn1Error, Part, Parts, context, oid},
    certificate::{Certificate, same_number},
    encode::{NULL, OCTET_STRING, SEQUENCE, hash_identifier, integer, tlv},
    hash::Hash,
    signature::{Algorithm, KeyInfo},
    stamp,
};

const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";
/// `id-kp-OCSPSigning`
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";
/// Most single answers and certificates that are looked at.
const MOST: usize = 16;

/// The `OCSPRequest` for one certificate. The certificate is named by SHA-1, which every responder knows (RFC
/// 6960, 4.3; RFC 5019, 2.1.1) and on which nothing rests here: what the answer says is signed. There is no
/// nonce, as few responders heed one; how new an answer is its own times say.
pub fn request(certificate: &Certificate, issuer: &Certificate) -> Result<Vec<u8>, Asn1Error> {
    let hash = Hash::Sha1;
    let key = KeyInfo::read(issuer.key_info())?.key;
    let id = tlv(
        SEQUENCE,
        &[
            &hash_identifier(hash, &NULL),
            &tlv(OCTET_STRING, &[&hash.digest(&certificate.issuer)]),
            &tlv(OCTET_STRING, &[&hash.digest(key)]),
            &integer(&certificate.serial),
        ],
    );
    let list = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&id])]);
    Ok(tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&list])]))
}

/// Whether the certificate of a responder is, by its issuer's word, not to be asked after (RFC 6960, 4.2.2.2.1,
/// `id-pkix-ocsp-nocheck`).
pub fn needs_no_check(responder: &Certificate) -> bool {
    responder.extension("1.3.6.1.5.5.7.48.1.5").is_some()
}

/// What an answer says of one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not revoked.
    Good,
    /// Revoked at that time.
    Revoked(Timestamp),
    /// The responder does not know it.
    Unknown,
}

/// One certificate's answer.
#[derive(Clone, Debug)]
struct Single {
    hash: Hash,
    name_hash: Vec<u8>,
    key_hash: Vec<u8>,
    serial: Vec<u8>,
    standing: Standing,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
}

/// A basic answer. Nothing in it counts before [`Answer::about`] found who signed it.
#[derive(Clone, Debug)]
pub struct Answer {
    tbs: Vec<u8>,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
    singles: Vec<Single>,
    certificates: Vec<Certificate>,
}

/// What a proven answer says.
#[derive(Clone, Debug)]
pub struct Said {
    /// The certificate's standing.
    pub standing: Standing,
    /// From when.
    pub this_update: Timestamp,
    /// Until when a newer answer was promised.
    pub next_update: Option<Timestamp>,
    /// Who signed it, where that is not the issuer itself.
    pub responder: Option<Certificate>,
}

impl Answer {
    /// Reads an `OCSPResponse` or the `BasicOCSPResponse` in it.
    pub fn read(bytes: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Parts::inside(bytes)?;
        if outer.optional(Tag::Enumerated).is_none() {
            return Self::basic(bytes);
        }
        let mut inner = Parts::inside(outer.required(context(0, true))?.value)?;
        if oid(inner.required(Tag::ObjectIdentifier)?.whole)? != BASIC {
            return Err(Asn1Error::Malformed);
        }
        Self::basic(inner.required(Tag::OctetString)?.value)
    }

    fn basic(bytes: &[u8]) -> Result<Self, Asn1Error> {
        let mut basic = Parts::inside(bytes)?;
        let tbs = basic.required(Tag::Sequence)?;
        let algorithm = Algorithm::read(basic.required(Tag::Sequence)?.whole, None);
        let signature = BitStringRef::from_der(basic.required(Tag::BitString)?.whole)?;
        let signature = signature.as_bytes().ok_or(Asn1Error::Malformed)?.to_vec();
        let certificates = match basic.optional(context(0, true)) {
            None => Vec::new(),
            Some(part) => {
                let list = Parts::inside(part.value)?.take(MOST);
                list.filter_map(|part| Certificate::parse(part.whole).ok()).collect()
            }
        };
        let mut data = Parts::of(tbs.value)?;
        data.optional(context(0, true));
        // Who answers is found by trying the keys: the name in the answer proves nothing.
        data.next().ok_or(Asn1Error::Malformed)?;
        data.required(Tag::GeneralizedTime)?;
        let singles = Parts::of(data.required(Tag::Sequence)?.value)?;
        if singles.len() > MOST {
            return Err(Asn1Error::Malformed);
        }
        let singles = singles.map(|part| Single::read(part.value)).collect::<Result<_, _>>()?;
        Ok(Self { tbs: tbs.whole.to_vec(), algorithm, signature, singles, certificates })
    }

    /// What the answer says of `certificate`, which `issuer` issued, if it says something and is signed by
    /// somebody who may. Whether the responder's certificate is valid at a time is for the caller to ask.
    pub fn about(&self, certificate: &Certificate, issuer: &Certificate) -> Option<Said> {
        let single = self.singles.iter().find(|single| single.names(certificate, issuer))?;
        let algorithm = self.algorithm.as_ref().filter(|algorithm| algorithm.hash != Hash::Sha1)?;
        let signs = |one: &Certificate| {
            one.key().is_some_and(|key| key.verifies(algorithm, &self.tbs, &self.signature))
        };
        let responder = if signs(issuer) {
            None
        } else {
            let may = |one: &&Certificate| {
                let usage = one.extended_usage.as_ref();
                usage.is_some_and(|usage| usage.iter().any(|one| one == OCSP_SIGNING))
                    && one.names_as_issuer(issuer)
                    && one.is_signed_by(issuer) == Some(true)
                    && signs(one)
            };
            Some(self.certificates.iter().find(may)?.clone())
        };
        Some(Said {
            standing: single.standing,
            this_update: single.this_update,
            next_update: single.next_update,
            responder,
        })
    }
}

impl Single {
    fn read(bytes: &[u8]) -> Result<Self, Asn1Error> {
        let mut parts = Parts::of(bytes)?;
        let mut id = Parts::of(parts.required(Tag::Sequence)?.value)?;
        let hash = Hash::read(id.required(Tag::Sequence)?.whole)?;
        let name_hash = id.required(Tag::OctetString)?.value.to_vec();
        let key_hash = id.required(Tag::OctetString)?.value.to_vec();
        let serial = id.required(Tag::Integer)?.value.to_vec();
        let status = parts.next().ok_or(Asn1Error::Malformed)?;
        let standing = match status.tag {
            tag if tag == context(0, false) => Standing::Good,
            tag if tag == context(1, true) => {
                let mut info = Parts::of(status.value)?;
                Standing::Revoked(time(info.required(Tag::GeneralizedTime)?)?)
            }
            tag if tag == context(2, false) => Standing::Unknown,
            _ => return Err(Asn1Error::Malformed),
        };
        let this_update = time(parts.required(Tag::GeneralizedTime)?)?;
        let next_update = match parts.optional(context(0, true)) {
            None => None,
            Some(part) => Some(time(Parts::of(part.value)?.required(Tag::GeneralizedTime)?)?),
        };
        Ok(Self { hash, name_hash, key_hash, serial, standing, this_update, next_update })
    }

    fn names(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        let key = KeyInfo::read(issuer.key_info()).map(|info| self.hash.digest(info.key));
        same_number(&self.serial, &certificate.serial)
            && self.hash.digest(&certificate.issuer) == self.name_hash
            && key.is_ok_and(|key| key == self.key_hash)
    }
}

/// A time, of which some responders write fractions of a second.
fn time(part: Part<'_>) -> Result<Timestamp, Asn1Error> {
    stamp::time(part.value)
}

/// What stands in `adbe-revocationInfoArchival` (ISO 32000-2, 12.8.3.3.2), each in DER.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    /// Revocation lists.
    pub lists: Vec<Vec<u8>>,
    /// OCSP answers.
    pub answers: Vec<Vec<u8>>,
}

impl Archive {
    /// Reads the attribute's value.
    pub fn read(bytes: &[u8]) -> Result<Self, Asn1Error> {
        let mut parts = Parts::inside(bytes)?;
        let mut list = |number| -> Result<Vec<Vec<u8>>, Asn1Error> {
            let Some(part) = parts.optional(context(number, true)) else { return Ok(Vec::new()) };
            Ok(Parts::inside(part.value)?.take(MOST).map(|part| part.whole.to_vec()).collect())
        };
        Ok(Self { lists: list(0)?, answers: list(1)? })
    }
}
