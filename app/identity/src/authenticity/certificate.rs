//! X.509 certificates of document signers and country signers, as ICAO 9303-12 profiles them.

use std::time::Duration;

use der::{Decode, Encode, Reader, SliceReader};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};

use super::signature::{Algorithm, PublicKey};

/// Largest certificate that is parsed.
const MAX_CERTIFICATE: usize = 32 * 1024;

/// Extensions that a critical flag may demand (RFC 5280 and ICAO 9303-12): key usage, basic
/// constraints, key identifiers, private key usage period, alternative names, policies, revocation
/// lists, extended key usage, document type list.
const UNDERSTOOD: [&str; 11] = [
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
    "2.23.136.1.1.6.2",
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
    /// Subject's name, readable.
    pub subject_text: String,
    /// Serial number, big-endian.
    pub serial: Vec<u8>,
    /// First day of validity, UTC.
    pub not_before: Date,
    /// Last day of validity, UTC.
    pub not_after: Date,
    /// The key; `None` if its kind or curve is not supported.
    pub key: Option<PublicKey>,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
    /// Authority key identifier.
    pub authority: Option<Vec<u8>>,
    /// Subject key identifier.
    pub identifier: Option<Vec<u8>>,
    usage: Option<KeyUsage>,
    /// Basic constraints say "certification authority".
    pub is_authority: bool,
    /// All critical extensions are understood.
    pub understood: bool,
}

impl Certificate {
    /// Parses strict DER.
    pub fn parse(bytes: &[u8]) -> der::Result<Self> {
        if bytes.len() > MAX_CERTIFICATE {
            return Err(der::ErrorKind::Overflow.into());
        }
        let parsed = x509_cert::Certificate::from_der(bytes)?;
        let tbs = parsed.tbs_certificate();
        let key = tbs.subject_public_key_info();
        let mut certificate = Self {
            der: bytes.to_vec(),
            tbs: signed_part(bytes)?,
            issuer: tbs.issuer().to_der()?,
            subject: tbs.subject().to_der()?,
            subject_text: tbs.subject().to_string(),
            serial: tbs.serial_number().as_bytes().to_vec(),
            not_before: day(tbs.validity().not_before.to_unix_duration())?,
            not_after: day(tbs.validity().not_after.to_unix_duration())?,
            key: PublicKey::read(&key.to_der()?),
            algorithm: Algorithm::read(&parsed.signature_algorithm().to_der()?, None),
            signature: parsed.signature().as_bytes().unwrap_or_default().to_vec(),
            authority: None,
            identifier: None,
            usage: None,
            is_authority: false,
            understood: parsed.signature_algorithm() == tbs.signature(),
        };
        for extension in tbs.extensions().into_iter().flatten() {
            let value = extension.extn_value.as_bytes();
            match extension.extn_id.to_string().as_str() {
                "2.5.29.35" => {
                    let id = AuthorityKeyIdentifier::from_der(value)?.key_identifier;
                    certificate.authority = id.map(|id| id.as_bytes().to_vec());
                }
                "2.5.29.14" => {
                    let id = SubjectKeyIdentifier::from_der(value)?;
                    certificate.identifier = Some(id.0.as_bytes().to_vec());
                }
                "2.5.29.15" => certificate.usage = Some(KeyUsage::from_der(value)?),
                "2.5.29.19" => certificate.is_authority = BasicConstraints::from_der(value)?.ca,
                other if extension.critical && !UNDERSTOOD.contains(&other) => {
                    certificate.understood = false;
                }
                _ => {}
            }
        }
        Ok(certificate)
    }

    /// Whether the key may sign documents; a certificate without key usage does not forbid it.
    pub fn may_sign_documents(&self) -> bool {
        self.usage.is_none_or(|u| u.0.contains(KeyUsages::DigitalSignature))
    }

    /// Whether the key may sign certificates.
    pub fn may_sign_certificates(&self) -> bool {
        self.is_authority && self.usage.is_none_or(|u| u.0.contains(KeyUsages::KeyCertSign))
    }

    /// Whether this certificate names `issuer` as its issuer: by key identifier where both have one,
    /// else by name.
    pub fn names_as_issuer(&self, issuer: &Certificate) -> bool {
        match (&self.authority, &issuer.identifier) {
            (Some(authority), Some(identifier)) => authority == identifier,
            _ => self.issuer == issuer.subject,
        }
    }

    /// Whether the key of `issuer` made this certificate's signature.
    pub fn is_signed_by(&self, issuer: &Certificate) -> bool {
        match (&self.algorithm, &issuer.key) {
            (Some(algorithm), Some(key)) => key.verifies(algorithm, &self.tbs, &self.signature),
            _ => false,
        }
    }
}

/// The bytes of `tbsCertificate` as they are, not as they would be encoded again.
fn signed_part(bytes: &[u8]) -> der::Result<Vec<u8>> {
    let outer = der::AnyRef::from_der(bytes)?;
    Ok(SliceReader::new(outer.value())?.tlv_bytes()?.to_vec())
}

fn day(since_epoch: Duration) -> der::Result<Date> {
    let seconds = i64::try_from(since_epoch.as_secs()).map_err(|_| der::ErrorKind::DateTime)?;
    let time = Timestamp::from_second(seconds).map_err(|_| der::ErrorKind::DateTime)?;
    Ok(TimeZone::UTC.to_datetime(time).date())
}
