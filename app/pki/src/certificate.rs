//! X.509 certificates (RFC 5280): what stands in one, and whether a key signed it.
//!
//! Who may do what with a certificate of which kind is the business of whoever trusts: this module reads
//! the standard's extensions, keeps the others as they are, and tells which of them are critical.

use std::{fmt, time::Duration};

use der::{Decode, Encode, Reader, SliceReader, Tag, Tagged};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sha2::{Digest, Sha256};
use x509_cert::{
    attr::AttributeTypeAndValue,
    certificate::{CertificateInner, Profile},
    ext::pkix::{
        BasicConstraints, ExtendedKeyUsage, KeyUsage, PrivateKeyUsagePeriod, SubjectKeyIdentifier,
    },
    name::Name,
    serial_number::SerialNumber,
};

use crate::{
    asn1::{Asn1Error, Parts, context},
    hash::Hash,
    number::trimmed,
    signature::{Algorithm, PublicKey},
    tlv,
};
pub use x509_cert::ext::pkix::KeyUsages;

/// Largest certificate that is parsed.
const MAX_CERTIFICATE: usize = 32 * 1024;
/// Attributes of a name (RFC 4519, 2.3 and 2.19).
const COMMON_NAME: &str = "2.5.4.3";
const ORGANISATION: &str = "2.5.4.10";

/// Extensions that a critical flag may demand of everybody (RFC 5280): key usage, basic constraints, key
/// identifiers, private key usage period, alternative names, policies, revocation lists, extended key
/// usage.
const UNDERSTOOD: [&str; 10] = [
    "2.5.29.15",
    "2.5.29.19",
    "2.5.29.35",
    "2.5.29.14",
    "2.5.29.16",
    "2.5.29.17",
    "2.5.29.18",
    "2.5.29.31",
    "2.5.29.32",
    "2.5.29.37",
];

/// What the checks need of one certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// The whole certificate.
    pub der: Vec<u8>,
    /// The signed part, as it was signed.
    tbs: Vec<u8>,
    /// Issuer's name, DER.
    pub issuer: Vec<u8>,
    /// Subject's name, DER.
    pub subject: Vec<u8>,
    /// Issuer's name, readable.
    pub issuer_text: String,
    /// Subject's name, readable.
    pub subject_text: String,
    /// The one country in the issuer's name.
    pub issuer_country: Option<String>,
    /// The one country in the subject's name.
    pub country: Option<String>,
    /// Serial number, big-endian.
    pub serial: Vec<u8>,
    /// First day of validity, UTC.
    pub not_before: Date,
    /// Last day of validity, UTC.
    pub not_after: Date,
    /// First and last second of validity.
    pub valid: (Timestamp, Timestamp),
    /// Most authorities that may follow this one, not counting those of its own name (RFC 5280, 4.2.1.9).
    pub path_length: Option<u8>,
    pub(crate) issuer_folded: String,
    pub(crate) subject_folded: String,
    common_name: Option<String>,
    issuer_name: Option<String>,
    organisation: Option<String>,
    /// The value of the extension that says where revocation lists lie.
    distribution: Option<Vec<u8>>,
    key_info: Vec<u8>,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
    /// Authority key identifier.
    pub authority: Option<Vec<u8>>,
    /// Subject key identifier.
    pub identifier: Option<Vec<u8>>,
    usage: Option<KeyUsage>,
    /// Extended key usage, where it is there: dotted identifiers.
    pub extended_usage: Option<Vec<String>>,
    /// The extended key usage is marked critical.
    pub extended_usage_is_critical: bool,
    /// First and last day on which the private key may sign, where the certificate tells.
    pub key_days: (Option<Date>, Option<Date>),
    /// Basic constraints say "certification authority".
    pub is_authority: bool,
    /// Both places name one signature algorithm, and no extension stands there twice.
    is_coherent: bool,
    /// Extensions that are of no interest to everybody.
    others: Vec<Other>,
}

/// An extension outside [`UNDERSTOOD`].
#[derive(Clone, Debug)]
struct Other {
    oid: String,
    critical: bool,
    value: Vec<u8>,
}

impl Certificate {
    /// Parses strict DER.
    pub fn parse(bytes: &[u8]) -> Result<Self, Asn1Error> {
        if bytes.len() > MAX_CERTIFICATE {
            return Err(Asn1Error::Malformed);
        }
        let parsed: CertificateInner<AnySerial> = CertificateInner::from_der(bytes)?;
        let tbs = parsed.tbs_certificate();
        let key = tbs.subject_public_key_info();
        let (issuer_text, subject_text) = (tbs.issuer().to_string(), tbs.subject().to_string());
        let mut certificate = Self {
            der: bytes.to_vec(),
            tbs: signed_part(bytes)?,
            issuer: tbs.issuer().to_der()?,
            subject: tbs.subject().to_der()?,
            issuer_folded: issuer_text.to_lowercase(),
            subject_folded: subject_text.to_lowercase(),
            issuer_text,
            subject_text,
            issuer_country: country(tbs.issuer()),
            country: country(tbs.subject()),
            serial: tbs.serial_number().as_bytes().to_vec(),
            not_before: day(tbs.validity().not_before.to_unix_duration())?,
            not_after: day(tbs.validity().not_after.to_unix_duration())?,
            valid: (
                instant(tbs.validity().not_before.to_unix_duration())?,
                instant(tbs.validity().not_after.to_unix_duration())?,
            ),
            path_length: None,
            common_name: attribute(tbs.subject(), COMMON_NAME),
            issuer_name: attribute(tbs.issuer(), COMMON_NAME),
            organisation: attribute(tbs.subject(), ORGANISATION),
            distribution: None,
            key_info: key.to_der()?,
            algorithm: Algorithm::read(&parsed.signature_algorithm().to_der()?, None),
            signature: parsed.signature().as_bytes().unwrap_or_default().to_vec(),
            authority: None,
            identifier: None,
            usage: None,
            extended_usage: None,
            extended_usage_is_critical: false,
            key_days: (None, None),
            is_authority: false,
            is_coherent: parsed.signature_algorithm() == tbs.signature(),
            others: Vec::new(),
        };
        let mut seen = Vec::new();
        for extension in tbs.extensions().into_iter().flatten() {
            let value = extension.extn_value.as_bytes();
            // RFC 5280, 4.2: no extension twice. Two readers could heed different ones.
            certificate.is_coherent &= !seen.contains(&extension.extn_id);
            seen.push(extension.extn_id);
            match extension.extn_id.to_string().as_str() {
                "2.5.29.35" => {
                    certificate.authority = authority_key(value)?;
                }
                "2.5.29.14" => {
                    let id = SubjectKeyIdentifier::from_der(value)?;
                    certificate.identifier = Some(id.0.as_bytes().to_vec());
                }
                "2.5.29.15" => certificate.usage = Some(KeyUsage::from_der(value)?),
                "2.5.29.19" => {
                    let constraints = BasicConstraints::from_der(value)?;
                    certificate.is_authority = constraints.ca;
                    certificate.path_length = constraints.path_len_constraint;
                }
                "2.5.29.31" => certificate.distribution = Some(value.to_vec()),
                "2.5.29.16" => {
                    let period = PrivateKeyUsagePeriod::from_der(value)?;
                    let bound = |time: Option<der::asn1::GeneralizedTime>| {
                        time.map(|time| day(time.to_unix_duration())).transpose()
                    };
                    certificate.key_days = (bound(period.not_before)?, bound(period.not_after)?);
                }
                "2.5.29.37" => {
                    let usages = ExtendedKeyUsage::from_der(value)?.0;
                    certificate.extended_usage_is_critical = extension.critical;
                    certificate.extended_usage =
                        Some(usages.iter().map(ToString::to_string).collect());
                }
                other if !UNDERSTOOD.contains(&other) => certificate.others.push(Other {
                    oid: other.to_owned(),
                    critical: extension.critical,
                    value: value.to_vec(),
                }),
                _ => {}
            }
        }
        Ok(certificate)
    }

    /// Whether all critical extensions are understood: those that this crate reads, and the `further` ones
    /// that whoever asks heeds himself. A certificate that contradicts itself is not understood.
    pub fn is_understood(&self, further: &[&str]) -> bool {
        let heeded = |other: &Other| !other.critical || further.contains(&other.oid.as_str());
        self.is_coherent && self.others.iter().all(heeded)
    }

    /// The value of an extension that this crate does not read, by its dotted identifier.
    pub fn extension(&self, oid: &str) -> Option<&[u8]> {
        self.others.iter().find(|other| other.oid == oid).map(|other| other.value.as_slice())
    }

    /// Whether the key usage names this use; `None` where the certificate has no key usage.
    pub fn is_for(&self, usage: KeyUsages) -> Option<bool> {
        self.usage.as_ref().map(|listed| listed.0.contains(usage))
    }

    /// Whether the key may sign certificates.
    pub fn may_sign_certificates(&self) -> bool {
        self.is_authority && self.is_for(KeyUsages::KeyCertSign) != Some(false)
    }

    /// Whether the key may sign revocation lists; unlike the right to sign certificates it must be
    /// written down (RFC 5280, 4.2.1.3).
    pub fn may_sign_revocations(&self) -> bool {
        self.is_authority && self.is_for(KeyUsages::CRLSign) == Some(true)
    }

    /// Whether the certificate is its own issuer's: one of a root. `None` if it says so and its algorithm
    /// or key is not supported. A link certificate of an unchanged name is none: another key signed it.
    pub fn is_self_signed(&self) -> Option<bool> {
        if !self.names_as_issuer(self) || self.names_key_of(self) == Some(false) {
            return Some(false);
        }
        self.is_signed_by(self)
    }

    /// SHA-256 of the certificate.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.der)
    }

    /// SHA-256 of the key with its kind, by which a signer is known again under a new certificate.
    pub fn key_fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.key_info)
    }

    /// The subject as people call it: the last common name, else the whole name.
    pub fn title(&self) -> &str {
        self.common_name.as_deref().unwrap_or(&self.subject_text)
    }

    /// The issuer as people call it: the last common name, else the whole name.
    pub fn issuer_title(&self) -> &str {
        self.issuer_name.as_deref().unwrap_or(&self.issuer_text)
    }

    /// The subject's organisation, where the certificate names one.
    pub fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// The whole names of the places where revocation lists for this certificate lie, each a `GeneralName` in
    /// DER; lists of some reasons only and of other issuers are left out (RFC 5280, 4.2.1.13).
    pub fn distribution_points(&self) -> Vec<Vec<u8>> {
        let read = || -> Result<Vec<Vec<u8>>, Asn1Error> {
            let mut names = Vec::new();
            for point in Parts::inside(self.distribution.as_deref().unwrap_or(&[0x30, 0]))? {
                let mut point = Parts::of(point.value)?;
                let name = point.optional(context(0, true));
                if let (Some(name), None) = (name, point.next()) {
                    names.extend(full_names(name.value)?);
                }
            }
            Ok(names)
        };
        read().unwrap_or_default()
    }

    /// The key's `SubjectPublicKeyInfo`, DER.
    pub fn key_info(&self) -> &[u8] {
        &self.key_info
    }

    /// Whether the subject is its own issuer by name.
    pub fn is_self_issued(&self) -> bool {
        self.names_as_issuer(self)
    }

    /// The key; `None` if its kind, size or curve is not supported. Decoded when asked for, as a store of
    /// hundreds of certificates is asked for few keys.
    pub fn key(&self) -> Option<PublicKey> {
        PublicKey::read(&self.key_info)
    }

    /// Whether the names are the same: as they are encoded, or as text where issuer and signer chose
    /// other string types or cases.
    pub fn names_as_issuer(&self, issuer: &Certificate) -> bool {
        self.issuer == issuer.subject || self.issuer_folded == issuer.subject_folded
    }

    /// Whether the key identifiers name this key; `None` where one of them is missing.
    pub fn names_key_of(&self, issuer: &Certificate) -> Option<bool> {
        Some(self.authority.as_ref()? == issuer.identifier.as_ref()?)
    }

    /// Whether the key of `issuer` made this certificate's signature; `None` if the algorithm or key is
    /// not supported.
    pub fn is_signed_by(&self, issuer: &Certificate) -> Option<bool> {
        let (algorithm, key) = (self.algorithm.as_ref()?, issuer.key()?);
        Some(key.verifies(algorithm, &self.tbs, &self.signature))
    }

    /// Hash of the signature on this certificate.
    pub fn hash(&self) -> Option<Hash> {
        self.algorithm.map(|algorithm| algorithm.hash)
    }
}

/// SHA-256 of a whole certificate, key or revocation list, as people compare them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Of DER bytes.
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }
}

/// 64 hex digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// RFC 5280, 4.1.2.2 allows serial numbers of twenty octets; some issuers take a few more. A number that
/// is compared and never computed with may have any length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct AnySerial;

impl Profile for AnySerial {
    fn check_serial_number(_: &SerialNumber<Self>) -> der::Result<()> {
        Ok(())
    }
}

/// The key in an `AuthorityKeyIdentifier`, whose issuer's serial number may be longer than is allowed.
pub(crate) fn authority_key(value: &[u8]) -> der::Result<Option<Vec<u8>>> {
    let fields = der::AnyRef::from_der(value)?;
    fields.tag().assert_eq(der::Tag::Sequence)?;
    Ok(tlv::find(fields.value(), 0x80).ok().map(|key| key.value.to_vec()))
}

/// Whether two serial numbers are the same; some signers leave the sign octet out.
pub(crate) fn same_number(one: &[u8], other: &[u8]) -> bool {
    trimmed(one) == trimmed(other)
}

/// The country of a name, if it names exactly one.
pub(crate) fn country(name: &Name) -> Option<String> {
    let mut found = name.iter().filter(|part| part.oid.to_string() == "2.5.4.6");
    let AttributeTypeAndValue { value, .. } = found.next()?;
    let code = std::str::from_utf8(value.value()).ok()?;
    found.next().is_none().then(|| code.to_owned())
}

/// The whole names of a `DistributionPointName`, each in DER.
pub(crate) fn full_names(point: &[u8]) -> Result<Vec<Vec<u8>>, Asn1Error> {
    let mut choice = Parts::of(point)?;
    let names = choice.required(context(0, true))?;
    Ok(Parts::of(names.value)?.map(|name| name.whole.to_vec()).collect())
}

/// The last value of an attribute of a name, in whichever string type it stands.
fn attribute(name: &Name, oid: &str) -> Option<String> {
    let part = name.iter().filter(|part| part.oid.to_string() == oid).last()?;
    let bytes = part.value.value();
    match part.value.tag() {
        Tag::BmpString => {
            let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()
        }
        // T.61 as everybody uses it: Latin-1.
        Tag::TeletexString => Some(bytes.iter().map(|byte| char::from(*byte)).collect()),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

/// The bytes of `tbsCertificate` as they are, not as they would be encoded again.
pub(crate) fn signed_part(bytes: &[u8]) -> der::Result<Vec<u8>> {
    let outer = der::AnyRef::from_der(bytes)?;
    Ok(SliceReader::new(outer.value())?.tlv_bytes()?.to_vec())
}

pub(crate) fn day(since_epoch: Duration) -> der::Result<Date> {
    Ok(TimeZone::UTC.to_datetime(instant(since_epoch)?).date())
}

pub(crate) fn instant(since_epoch: Duration) -> der::Result<Timestamp> {
    let seconds = i64::try_from(since_epoch.as_secs()).map_err(|_| der::ErrorKind::DateTime)?;
    Timestamp::from_second(seconds).map_err(|_| der::ErrorKind::DateTime.into())
}
