//! Revocation lists (RFC 5280, 5), each of them whole and of one issuer.
//!
//! Indirect and partial lists are refused: they speak for other issuers or leave entries out. What a
//! revocation means for what was signed before it, and what it means to have no list or an old one, is the
//! business of whoever trusts.

use std::{collections::HashMap, fmt};

use der::Decode;
use jiff::civil::Date;
use x509_cert::{crl::CertificateList, ext::Extension};

use crate::{
    asn1::{Asn1Error, Parts, context},
    certificate::{
        AnySerial, Certificate, Fingerprint, authority_key, country, day, full_names, signed_part,
    },
    number::trimmed,
    signature::Algorithm,
};

/// Largest list that is parsed: those of authorities with millions of certificates have some megabytes.
pub const MAX_LIST: usize = 20 * 1024 * 1024;

const AUTHORITY_KEY: &str = "2.5.29.35";
const NUMBER: &str = "2.5.29.20";
const DELTA: &str = "2.5.29.27";
const DISTRIBUTION_POINT: &str = "2.5.29.28";
const REASON: &str = "2.5.29.21";
const ENTRY_ISSUER: &str = "2.5.29.29";

/// One revoked certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// When it was revoked, UTC.
    pub day: Date,
    /// Why.
    pub reason: Reason,
}

/// Why a certificate was revoked (RFC 5280, 5.3.1). `Display` gives the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// `unspecified`, none, or one that the standard does not know.
    Unspecified,
    /// `keyCompromise`
    KeyCompromise,
    /// `cACompromise`, `aACompromise`
    AuthorityCompromise,
    /// `affiliationChanged`
    AffiliationChanged,
    /// `superseded`
    Superseded,
    /// `cessationOfOperation`
    CessationOfOperation,
    /// `certificateHold`
    Hold,
    /// `privilegeWithdrawn`
    PrivilegeWithdrawn,
}

impl Reason {
    fn from_code(code: u8) -> Self {
        match code {
            1 => Self::KeyCompromise,
            2 | 10 => Self::AuthorityCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::Hold,
            9 => Self::PrivilegeWithdrawn,
            _ => Self::Unspecified,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "không nêu lý do",
            Self::KeyCompromise => "khóa bị lộ",
            Self::AuthorityCompromise => "khóa của nơi cấp bị lộ",
            Self::AffiliationChanged => "đổi đơn vị",
            Self::Superseded => "đã có chứng thư thay thế",
            Self::CessationOfOperation => "ngừng hoạt động",
            Self::Hold => "tạm đình chỉ",
            Self::PrivilegeWithdrawn => "bị rút quyền ký",
        })
    }
}

/// Why a list is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// No revocation list, or without the dates that it must have.
    Unreadable,
    /// Indirect, partial, or with a critical extension that is not understood.
    NotPlain,
}

impl From<der::Error> for Unusable {
    fn from(_: der::Error) -> Self {
        Self::Unreadable
    }
}

impl From<Asn1Error> for Unusable {
    fn from(_: Asn1Error) -> Self {
        Self::Unreadable
    }
}

/// A revocation list. Nothing in it counts before [`RevocationList::is_signed_by`].
#[derive(Clone)]
pub struct RevocationList {
    /// The whole list.
    pub der: Vec<u8>,
    /// Issuer's name, readable.
    pub issuer_text: String,
    /// The one country in the issuer's name.
    pub country: Option<String>,
    /// First day, UTC.
    pub this_update: Date,
    /// Day by which the issuer promised a newer one, UTC.
    pub next_update: Date,
    issuer_folded: String,
    /// The distribution point whose certificates the list is for, by its names.
    points: Option<Vec<Vec<u8>>>,
    tbs: Vec<u8>,
    authority: Option<Vec<u8>>,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
    revoked: HashMap<Vec<u8>, Revoked>,
}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({}, {})", self.issuer_text, self.this_update)
    }
}

impl RevocationList {
    /// Parses strict DER. A list for the certificates of one distribution point counts as partial.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unusable> {
        let list = Self::parse_of_point(bytes)?;
        if list.points.is_some() { Err(Unusable::NotPlain) } else { Ok(list) }
    }

    /// The same, and also a list for the certificates of one distribution point (RFC 5280, 5.2.5) that leaves
    /// out none of them: it [covers](Self::covers) those that name this point.
    pub fn parse_of_point(bytes: &[u8]) -> Result<Self, Unusable> {
        if bytes.len() > MAX_LIST {
            return Err(Unusable::Unreadable);
        }
        let parsed: CertificateList<AnySerial> = CertificateList::from_der(bytes)?;
        let tbs = parsed.tbs_cert_list;
        let extensions = tbs.crl_extensions.unwrap_or_default();
        let plain = extensions.iter().all(|extension| {
            let id = extension.extn_id.to_string();
            let known = [AUTHORITY_KEY, NUMBER].contains(&id.as_str());
            id != DELTA && (known || id == DISTRIBUTION_POINT || !extension.critical)
        });
        if !plain || parsed.signature_algorithm != tbs.signature {
            return Err(Unusable::NotPlain);
        }
        let point = extensions.iter().find(|e| e.extn_id.to_string() == DISTRIBUTION_POINT);
        let points = point.map(|point| points(point.extn_value.as_bytes())).transpose()?;
        let mut revoked = HashMap::new();
        for entry in tbs.revoked_certificates.unwrap_or_default() {
            let day = day(entry.revocation_date.to_unix_duration())?;
            let reason = reason(&entry.crl_entry_extensions.unwrap_or_default())?;
            revoked
                .insert(trimmed(entry.serial_number.as_bytes()).to_vec(), Revoked { day, reason });
        }
        let issuer_text = tbs.issuer.to_string();
        // RFC 5280, 5.1.2.5: the next update must be told, else a list would stay new for ever.
        let next_update = tbs.next_update.ok_or(Unusable::Unreadable)?;
        Ok(Self {
            der: bytes.to_vec(),
            issuer_folded: issuer_text.to_lowercase(),
            issuer_text,
            country: country(&tbs.issuer),
            points,
            this_update: day(tbs.this_update.to_unix_duration())?,
            next_update: day(next_update.to_unix_duration())?,
            tbs: signed_part(bytes)?,
            authority: authority(&extensions)?,
            algorithm: Algorithm::read(&der::Encode::to_der(&tbs.signature)?, None),
            signature: parsed.signature.as_bytes().unwrap_or_default().to_vec(),
            revoked,
        })
    }

    /// SHA-256 of the list.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.der)
    }

    /// Revoked certificates.
    pub fn count(&self) -> usize {
        self.revoked.len()
    }

    /// Whether the list speaks of certificates with this one's issuer and, where it is one of a distribution
    /// point, of this point.
    pub fn covers(&self, certificate: &Certificate) -> bool {
        let names = || certificate.distribution_points();
        self.issuer_folded == certificate.issuer_folded
            && self.points.as_ref().is_none_or(|own| names().iter().any(|name| own.contains(name)))
    }

    /// What the list says of a certificate that it [covers](Self::covers).
    pub fn find(&self, certificate: &Certificate) -> Option<Revoked> {
        self.revoked.get(trimmed(&certificate.serial)).copied()
    }

    /// Whether the certificate's subject is the list's issuer, by name.
    pub fn names_as_issuer(&self, authority: &Certificate) -> bool {
        self.issuer_folded == authority.subject_folded
    }

    /// Whether the key identifiers name this key; `None` where one of them is missing.
    pub fn names_key_of(&self, authority: &Certificate) -> Option<bool> {
        Some(self.authority.as_ref()? == authority.identifier.as_ref()?)
    }

    /// Whether the key of `authority` signed the list and may sign such lists; `None` if the algorithm or
    /// key is not supported. Whether all of the certificate is understood is for the caller to ask.
    pub fn is_signed_by(&self, authority: &Certificate) -> Option<bool> {
        let (algorithm, key) = (self.algorithm.as_ref()?, authority.key()?);
        let allowed = authority.may_sign_revocations();
        Some(allowed && key.verifies(algorithm, &self.tbs, &self.signature))
    }
}

/// The names of the one distribution point of an `IssuingDistributionPoint`. What it says besides is that
/// entries are left out or are another issuer's.
fn points(value: &[u8]) -> Result<Vec<Vec<u8>>, Unusable> {
    let mut fields = Parts::inside(value)?;
    let name = fields.required(context(0, true)).map_err(|_| Unusable::NotPlain)?;
    if fields.next().is_some() {
        return Err(Unusable::NotPlain);
    }
    full_names(name.value).map_err(|_| Unusable::NotPlain)
}

fn authority(extensions: &[Extension]) -> der::Result<Option<Vec<u8>>> {
    let Some(extension) = extensions.iter().find(|e| e.extn_id.to_string() == AUTHORITY_KEY) else {
        return Ok(None);
    };
    authority_key(extension.extn_value.as_bytes())
}

fn reason(extensions: &[Extension]) -> Result<Reason, Unusable> {
    let mut reason = Reason::Unspecified;
    for extension in extensions {
        match extension.extn_id.to_string().as_str() {
            // `0A 01 code`
            REASON => match extension.extn_value.as_bytes() {
                [0x0A, 0x01, code] => reason = Reason::from_code(*code),
                _ => return Err(Unusable::Unreadable),
            },
            ENTRY_ISSUER => return Err(Unusable::NotPlain),
            _ if extension.critical => return Err(Unusable::NotPlain),
            _ => {}
        }
    }
    Ok(reason)
}
