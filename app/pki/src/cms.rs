//! CMS SignedData (RFC 5652, 5) as EF.SOD and master lists use it (ICAO 9303-10, 4.6.2; 9303-12, 9):
//! strict DER and signed attributes. BER's indefinite lengths and constructed strings are refused: they
//! let two readers see two different objects in the same bytes. [`SignedData::read`] refuses content that is
//! not in the object, and [`SignedData::read_detached`], for signatures of documents (ISO 32000-2, 12.8.3.3;
//! ETSI EN 319 142-1), content that is: nobody chooses which of two contents is meant.

use der::{
    Decode, Tag,
    asn1::{GeneralizedTime, OctetStringRef, UtcTime},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use x509_cert::name::Name;

use crate::{
    asn1::{self, Asn1Error, Part, Parts, context, oid},
    certificate::{Certificate, instant, same_number},
    hash::Hash,
    signature::Algorithm,
    tlv::{self, TlvError},
};

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
/// ESS signing certificate, by SHA-1 (RFC 2634, 5.4) and by any hash (RFC 5035, 3).
const SIGNING_CERTIFICATE: &str = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2: &str = "1.2.840.113549.1.9.16.2.47";
/// Signature time stamp (RFC 3161, appendix A), an unsigned attribute.
const SIGNATURE_TIME_STAMP: &str = "1.2.840.113549.1.9.16.2.14";
/// The algorithms once more, under the signature (RFC 6211).
const ALGORITHM_PROTECTION: &str = "1.2.840.113549.1.9.52";
/// Revocation lists and answers under the signature (ISO 32000-2, 12.8.3.3.2).
const REVOCATION_ARCHIVE: &str = "1.2.840.113583.1.1.8";
/// Most certificates that are looked at for the signer's.
const MAX_CERTIFICATES: usize = 8;
/// Most signers of one object; ICAO 9303-10 recommends one.
const MAX_SIGNERS: usize = 4;
/// Most certificates that are handed out for building a chain.
const MAX_POOL: usize = 32;

/// The content, certificates and signers of a SignedData. Nothing in it is trusted before
/// [`SignerInfo::holds`].
pub struct SignedData<'a> {
    /// What the content is, dotted.
    pub content_type: String,
    /// The content.
    pub content: &'a [u8],
    /// Who signed: at least one.
    pub signers: Vec<SignerInfo>,
    certificates: &'a [u8],
}

impl<'a> SignedData<'a> {
    /// Reads the structure, with its `ContentInfo` around it.
    ///
    /// Errors: [`Asn1Error::UnknownHash`] if a signer's digest is not known here.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Asn1Error> {
        Self::read_with(bytes, None)
    }

    /// Reads a structure whose content lies elsewhere; `digest` is asked for the hash of that content.
    ///
    /// Errors: [`Asn1Error::UnknownHash`] if a signer's digest is not known here;
    /// [`Asn1Error::Malformed`] also where the object has content of its own.
    pub fn read_detached(
        bytes: &'a [u8],
        digest: &dyn Fn(Hash) -> Vec<u8>,
    ) -> Result<Self, Asn1Error> {
        Self::read_with(bytes, Some(digest))
    }

    fn read_with(
        bytes: &'a [u8],
        detached: Option<&dyn Fn(Hash) -> Vec<u8>>,
    ) -> Result<Self, Asn1Error> {
        let mut data = opened(bytes)?;
        let mut inner = Parts::of(data.required(Tag::Sequence)?.value)?;
        let content_type = oid(inner.required(Tag::ObjectIdentifier)?.whole)?;
        let content = match detached {
            None => {
                let explicit = inner.required(context(0, true))?.value;
                <&OctetStringRef>::from_der(explicit)?.as_bytes()
            }
            Some(_) if inner.len() > 0 => return Err(Asn1Error::Malformed),
            Some(_) => &[],
        };
        let certificates = data.optional(context(0, true)).map_or(&[][..], |part| part.value);
        data.optional(context(1, true));
        let signers = Parts::of(data.required(Tag::Set)?.value)?;
        if !(1..=MAX_SIGNERS).contains(&signers.len()) {
            return Err(Asn1Error::Malformed);
        }
        let signers = signers
            .map(|signer| {
                let inside = |hash: Hash| hash.digest(content);
                SignerInfo::read(signer.value, &content_type, detached.unwrap_or(&inside))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { content_type, content, signers, certificates })
    }

    /// The certificate in the object that the signer names. What else lies there, foreign or broken, is
    /// passed over; only an attack on parsers is not.
    pub fn certificate(&self, signer: &SignerInfo) -> Result<Option<Certificate>, Asn1Error> {
        // Attribute certificates and other choices have context tags.
        let certificates = Parts::of(self.certificates)?.filter(|part| part.tag == Tag::Sequence);
        for part in certificates.take(MAX_CERTIFICATES) {
            if tlv::walk(part.whole, &mut |_| true) == Err(TlvError::Depth) {
                return Err(Asn1Error::Malformed);
            }
            if let Ok(certificate) = Certificate::parse(part.whole)
                && signer.names(&certificate)
            {
                return Ok(Some(certificate));
            }
        }
        Ok(None)
    }

    /// The certificates in the object that can be read, whoever they are: for building chains.
    pub fn pool(&self) -> Vec<Certificate> {
        let parts = Parts::of(self.certificates).into_iter().flatten();
        let parts = parts.filter(|part| part.tag == Tag::Sequence).take(MAX_POOL);
        let sound =
            parts.filter(|part| tlv::walk(part.whole, &mut |_| true) != Err(TlvError::Depth));
        sound.filter_map(|part| Certificate::parse(part.whole).ok()).collect()
    }

    /// The signers with their certificates, where the object carries them.
    pub fn signed_by(&mut self) -> Result<Vec<Signer>, Asn1Error> {
        std::mem::take(&mut self.signers)
            .into_iter()
            .map(|info| Ok(Signer { certificate: self.certificate(&info)?, info }))
            .collect()
    }
}

/// One signer and its certificate, if the object carries it.
pub struct Signer {
    /// Its signature.
    pub info: SignerInfo,
    /// Its certificate.
    pub certificate: Option<Certificate>,
}

/// How a signer names its certificate.
#[derive(Clone, Debug)]
enum SignerId {
    Issued { issuer: Vec<u8>, issuer_text: String, serial: Vec<u8> },
    Key(Vec<u8>),
}

impl SignerId {
    fn read(id: Part<'_>) -> Result<Self, Asn1Error> {
        if id.tag == context(0, false) {
            return Ok(Self::Key(id.value.to_vec()));
        }
        id.tag.assert_eq(Tag::Sequence)?;
        let mut parts = Parts::of(id.value)?;
        let issuer = parts.required(Tag::Sequence)?.whole;
        let serial = parts.required(Tag::Integer)?.value.to_vec();
        let issuer_text = Name::from_der(issuer)?.to_string().to_lowercase();
        Ok(Self::Issued { issuer: issuer.to_vec(), issuer_text, serial })
    }
}

/// One signer's word on the content.
#[derive(Clone, Debug)]
pub struct SignerInfo {
    /// When it was signed, if it says.
    pub signing_day: Option<Date>,
    /// The same to the second.
    pub signing_time: Option<Timestamp>,
    /// The time-stamp token of an unsigned attribute, DER; what it says is for the caller to check.
    pub time_stamp: Option<Vec<u8>>,
    /// The value of `adbe-revocationInfoArchival` among the signed attributes, DER.
    pub revocation_archive: Option<Vec<u8>>,
    ess: Option<Vec<EssCertificate>>,
    id: SignerId,
    attributes: Vec<u8>,
    attributes_hold: bool,
    digest: Hash,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
}

impl SignerInfo {
    fn read(
        signer: &[u8],
        content_type: &str,
        content: &dyn Fn(Hash) -> Vec<u8>,
    ) -> Result<Self, Asn1Error> {
        let mut signer = Parts::of(signer)?;
        signer.required(Tag::Integer)?;
        let id = signer.next().ok_or(Asn1Error::Malformed)?;
        let digest_identifier = signer.required(Tag::Sequence)?;
        let digest = Hash::read(digest_identifier.whole)?;
        let attributes = signer.required(context(0, true))?;
        let algorithm = signer.required(Tag::Sequence)?.whole;
        let signature = signer.required(Tag::OctetString)?.value.to_vec();
        let unsigned = signer.optional(context(1, true));
        let found = Attributes::read(attributes.value)?;
        let protected = found.protection.is_none_or(|named| {
            let named = Parts::of(named).into_iter().flatten();
            let values: Vec<&[u8]> = named.map(|part| part.value).collect();
            values.len() == 2
                && values[0] == digest_identifier.value
                && asn1::value(algorithm) == Ok(values[1])
        });
        let attributes_hold = found.content_type.as_deref() == Some(content_type)
            && found.digest == Some(&content(digest)[..])
            && protected;
        // The signature is over the attributes as a SET, not as the implicit [0] (RFC 5652, 5.4).
        let mut signed = attributes.whole.to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = 0x31;
        }
        Ok(Self {
            signing_day: found.signing_time.map(|time| TimeZone::UTC.to_datetime(time).date()),
            signing_time: found.signing_time,
            time_stamp: unsigned.map(|part| time_stamp(part.value)).transpose()?.flatten(),
            revocation_archive: found.revocation_archive.map(<[u8]>::to_vec),
            ess: found.ess,
            id: SignerId::read(id)?,
            attributes: signed,
            attributes_hold,
            digest,
            algorithm: Algorithm::read(algorithm, Some(digest)),
            signature,
        })
    }

    /// Whether this is the signer's certificate: by issuer and serial number, or by key identifier.
    pub fn names(&self, certificate: &Certificate) -> bool {
        match &self.id {
            SignerId::Key(id) => certificate.identifier.as_ref() == Some(id),
            SignerId::Issued { issuer, issuer_text, serial } => {
                same_number(&certificate.serial, serial)
                    && (certificate.issuer == *issuer || certificate.issuer_folded == *issuer_text)
            }
        }
    }

    /// Whether the signed attributes fit the content: its hash, its type and the algorithms. Says nothing of
    /// who signed them.
    pub fn fits_content(&self) -> bool {
        self.attributes_hold
    }

    /// Whether the certificate's key made the signature over attributes that fit the content. `None` if
    /// the algorithm or key is not supported.
    pub fn holds(&self, certificate: &Certificate) -> Option<bool> {
        let (key, algorithm) = (certificate.key()?, self.algorithm.as_ref()?);
        Some(self.attributes_hold && key.verifies(algorithm, &self.attributes, &self.signature))
    }

    /// Whether the signed attributes name this certificate as the signer's (RFC 5035, 5.4), by hash and,
    /// where it stands there, by serial number; `None` where they name none.
    pub fn names_under_signature(&self, certificate: &Certificate) -> Option<bool> {
        let all = self.ess.as_ref()?;
        // The first one is the signer's; of several attributes each must name it.
        Some(!all.is_empty() && all.iter().all(|one| one.is(certificate)))
    }

    /// The signature, over which a time stamp is made.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The algorithm, if it is known here.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Whether SHA-1 takes part in the digest or the signature.
    pub fn uses_sha1(&self) -> bool {
        let signature = self.algorithm.map(|algorithm| algorithm.hash);
        [Some(self.digest), signature].contains(&Some(Hash::Sha1))
    }
}

/// How signed attributes name the signer's certificate.
#[derive(Clone, Debug)]
struct EssCertificate {
    hash: Hash,
    value: Vec<u8>,
    serial: Option<Vec<u8>>,
}

impl EssCertificate {
    /// The first `ESSCertID` or `ESSCertIDv2` of the attribute.
    fn read(whole: &[u8], version: u8) -> Result<Self, Asn1Error> {
        let mut value = Parts::inside(whole)?;
        let mut list = Parts::of(value.required(Tag::Sequence)?.value)?;
        let mut id = Parts::of(list.required(Tag::Sequence)?.value)?;
        let hash = match version {
            1 => Hash::Sha1,
            _ => id
                .optional(Tag::Sequence)
                .map_or(Ok(Hash::Sha256), |part| Hash::read(part.whole))?,
        };
        let value = id.required(Tag::OctetString)?.value.to_vec();
        let serial = id
            .optional(Tag::Sequence)
            .map(|part| {
                let mut both = Parts::of(part.value)?;
                both.required(Tag::Sequence)?;
                Ok::<_, Asn1Error>(both.required(Tag::Integer)?.value.to_vec())
            })
            .transpose()?;
        Ok(Self { hash, value, serial })
    }

    fn is(&self, certificate: &Certificate) -> bool {
        self.hash.digest(&certificate.der) == self.value
            && self.serial.as_ref().is_none_or(|serial| same_number(serial, &certificate.serial))
    }
}

#[derive(Default)]
struct Attributes<'a> {
    content_type: Option<String>,
    digest: Option<&'a [u8]>,
    signing_time: Option<Timestamp>,
    protection: Option<&'a [u8]>,
    revocation_archive: Option<&'a [u8]>,
    ess: Option<Vec<EssCertificate>>,
}

impl<'a> Attributes<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Asn1Error> {
        let mut out = Self::default();
        let (mut first, mut second) = (None, None);
        for attribute in Parts::of(bytes)? {
            let mut attribute = Parts::of(attribute.value)?;
            let kind = oid(attribute.required(Tag::ObjectIdentifier)?.whole)?;
            let mut values = Parts::of(attribute.required(Tag::Set)?.value)?;
            let Part { tag, value, whole } = values.next().ok_or(Asn1Error::Malformed)?;
            let twice = match kind.as_str() {
                CONTENT_TYPE => out.content_type.replace(oid(whole)?).is_some(),
                MESSAGE_DIGEST if tag == Tag::OctetString => out.digest.replace(value).is_some(),
                SIGNING_TIME => out.signing_time.replace(time_of(tag, whole)?).is_some(),
                SIGNING_CERTIFICATE => first.replace(EssCertificate::read(whole, 1)?).is_some(),
                SIGNING_CERTIFICATE_V2 => second.replace(EssCertificate::read(whole, 2)?).is_some(),
                ALGORITHM_PROTECTION => out.protection.replace(value).is_some(),
                REVOCATION_ARCHIVE => out.revocation_archive.replace(whole).is_some(),
                _ => continue,
            };
            if twice || values.next().is_some() {
                return Err(Asn1Error::Malformed);
            }
        }
        let ess: Vec<EssCertificate> = first.into_iter().chain(second).collect();
        out.ess = (!ess.is_empty()).then_some(ess);
        Ok(out)
    }
}

/// The one signature time stamp among unsigned attributes.
fn time_stamp(attributes: &[u8]) -> Result<Option<Vec<u8>>, Asn1Error> {
    let mut found = None;
    for attribute in Parts::of(attributes)? {
        let mut attribute = Parts::of(attribute.value)?;
        let kind = oid(attribute.required(Tag::ObjectIdentifier)?.whole)?;
        if kind != SIGNATURE_TIME_STAMP {
            continue;
        }
        let mut values = Parts::of(attribute.required(Tag::Set)?.value)?;
        let token = values.required(Tag::Sequence)?.whole.to_vec();
        if found.replace(token).is_some() || values.next().is_some() {
            return Err(Asn1Error::Malformed);
        }
    }
    Ok(found)
}

fn time_of(tag: Tag, whole: &[u8]) -> der::Result<Timestamp> {
    instant(match tag {
        Tag::UtcTime => UtcTime::from_der(whole)?.to_unix_duration(),
        _ => GeneralizedTime::from_der(whole)?.to_unix_duration(),
    })
}

/// A SignedData out of its `ContentInfo`, past its version and digests.
fn opened(bytes: &[u8]) -> Result<Parts<'_>, Asn1Error> {
    let mut info = Parts::inside(bytes)?;
    if oid(info.required(Tag::ObjectIdentifier)?.whole)? != SIGNED_DATA {
        return Err(Asn1Error::Malformed);
    }
    let mut data = Parts::inside(info.required(context(0, true))?.value)?;
    data.required(Tag::Integer)?;
    data.required(Tag::Set)?;
    Ok(data)
}

/// The certificates of a SignedData that signs nothing, as `.p7b` files carry them.
///
/// Errors: [`Asn1Error::Malformed`] for another structure.
pub fn bundle(bytes: &[u8]) -> Result<Vec<Certificate>, Asn1Error> {
    let mut data = opened(bytes)?;
    data.required(Tag::Sequence)?;
    let certificates = data.required(context(0, true))?;
    let parts = Parts::of(certificates.value)?.filter(|part| part.tag == Tag::Sequence);
    parts.map(|part| Certificate::parse(part.whole)).collect()
}
