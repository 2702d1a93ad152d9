//! X.509 certificates of document signers and country signers, as ICAO 9303-12 profiles them.

use std::time::Duration;

use der::{Decode, Encode, Reader, SliceReader};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use x509_cert::{
    attr::AttributeTypeAndValue,
    ext::pkix::{
        AuthorityKeyIdentifier, BasicConstraints, KeyUsage, KeyUsages, PrivateKeyUsagePeriod,
        SubjectKeyIdentifier,
    },
    name::Name,
};

use super::signature::{Algorithm, PublicKey};
use crate::{cipher::Hash, tlv};

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
    /// The key; `None` if its kind or curve is not supported.
    pub key: Option<PublicKey>,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
    /// Authority key identifier.
    pub authority: Option<Vec<u8>>,
    /// Subject key identifier.
    pub identifier: Option<Vec<u8>>,
    usage: Option<KeyUsage>,
    /// Extended key usage is there: a key for something else than documents.
    extended_usage: bool,
    /// Document type list (ICAO 9303-12, 7.1.1): the document codes that the signer may sign.
    document_types: Option<Vec<String>>,
    /// First and last day on which the private key may sign, where the certificate tells.
    pub key_days: (Option<Date>, Option<Date>),
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
            issuer_text: tbs.issuer().to_string(),
            subject_text: tbs.subject().to_string(),
            issuer_country: country(tbs.issuer()),
            country: country(tbs.subject()),
            serial: tbs.serial_number().as_bytes().to_vec(),
            not_before: day(tbs.validity().not_before.to_unix_duration())?,
            not_after: day(tbs.validity().not_after.to_unix_duration())?,
            key: PublicKey::read(&key.to_der()?),
            algorithm: Algorithm::read(&parsed.signature_algorithm().to_der()?, None),
            signature: parsed.signature().as_bytes().unwrap_or_default().to_vec(),
            authority: None,
            identifier: None,
            usage: None,
            extended_usage: false,
            document_types: None,
            key_days: (None, None),
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
                "2.5.29.16" => {
                    let period = PrivateKeyUsagePeriod::from_der(value)?;
                    let bound = |time: Option<der::asn1::GeneralizedTime>| {
                        time.map(|time| day(time.to_unix_duration())).transpose()
                    };
                    certificate.key_days = (bound(period.not_before)?, bound(period.not_after)?);
                }
                "2.5.29.37" => certificate.extended_usage = true,
                "2.23.136.1.1.6.2" => {
                    certificate.document_types = Some(document_types(value).unwrap_or_default());
                }
                other if extension.critical && !UNDERSTOOD.contains(&other) => {
                    certificate.understood = false;
                }
                _ => {}
            }
        }
        Ok(certificate)
    }

    /// Whether the key may sign documents, and this kind of document: a signer's certificate must say
    /// so (ICAO 9303-12, 7.1.1), and be no authority's and for nothing else. `code` is the MRZ's document
    /// code; a listed type stands for every code that begins with it.
    pub fn may_sign_document(&self, code: &str) -> bool {
        let listed = |types: &Vec<String>| types.iter().any(|kind| code.starts_with(kind.as_str()));
        self.usage.as_ref().is_some_and(|u| u.0.contains(KeyUsages::DigitalSignature))
            && !self.is_authority
            && !self.extended_usage
            && self.document_types.as_ref().is_none_or(listed)
    }

    /// Whether the key may sign certificates.
    pub fn may_sign_certificates(&self) -> bool {
        self.is_authority
            && self.usage.as_ref().is_none_or(|u| u.0.contains(KeyUsages::KeyCertSign))
    }

    /// Whether the names are the same: as they are encoded, or as text where issuer and signer chose
    /// other string types or cases.
    pub fn names_as_issuer(&self, issuer: &Certificate) -> bool {
        self.issuer == issuer.subject
            || self.issuer_text.to_lowercase() == issuer.subject_text.to_lowercase()
    }

    /// Whether the key identifiers name this key; `None` where one of them is missing.
    pub fn names_key_of(&self, issuer: &Certificate) -> Option<bool> {
        Some(self.authority.as_ref()? == issuer.identifier.as_ref()?)
    }

    /// Whether the key of `issuer` made this certificate's signature; `None` if the algorithm or key is
    /// not supported.
    pub fn is_signed_by(&self, issuer: &Certificate) -> Option<bool> {
        let (algorithm, key) = (self.algorithm.as_ref()?, issuer.key.as_ref()?);
        Some(key.verifies(algorithm, &self.tbs, &self.signature))
    }

    /// Hash of the signature on this certificate.
    pub fn hash(&self) -> Option<Hash> {
        self.algorithm.map(|algorithm| algorithm.hash)
    }
}

/// The country of a name, if it names exactly one.
fn country(name: &Name) -> Option<String> {
    let mut found = name.iter().filter(|part| part.oid.to_string() == "2.5.4.6");
    let AttributeTypeAndValue { value, .. } = found.next()?;
    let code = std::str::from_utf8(value.value()).ok()?;
    found.next().is_none().then(|| code.to_owned())
}

/// `DocumentTypeListSyntax`: a version and a SET OF PrintableString.
fn document_types(list: &[u8]) -> Option<Vec<String>> {
    let list = tlv::single(list).ok()?;
    let types = tlv::find(list.value, 0x31).ok()?;
    let texts = types.children().map_while(Result::ok).filter(|kind| !kind.value.is_empty());
    Some(texts.map(|kind| String::from_utf8_lossy(kind.value).into_owned()).collect())
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
