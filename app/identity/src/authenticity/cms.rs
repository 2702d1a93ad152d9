//! CMS SignedData (RFC 5652) as EF.SOD and master lists use it (ICAO 9303-10, 4.6.2; 9303-12, 9):
//! strict DER and signed attributes. BER's indefinite lengths and constructed strings are refused: they
//! let two readers see two different objects in the same bytes.

use der::{
    AnyRef, Decode, ErrorKind, Reader, SliceReader, Tag, TagNumber, Tagged,
    asn1::{GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime},
};
use jiff::civil::Date;
use x509_cert::{name::Name, spki::AlgorithmIdentifierRef};

use super::{
    certificate::{Certificate, day, same_number},
    signature::{Algorithm, hash_of},
};
use crate::{
    cipher::Hash,
    tlv::{self, TlvError},
};

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
/// Most certificates that are looked at for the signer's.
const MAX_CERTIFICATES: usize = 8;
/// Most signers of one object; ICAO 9303-10 recommends one.
const MAX_SIGNERS: usize = 4;

/// One element: tag, value and whole encoding.
pub(super) type Part<'a> = (Tag, &'a [u8], &'a [u8]);

/// The elements that follow each other in `bytes`.
pub(super) fn parts(bytes: &[u8]) -> der::Result<Vec<Part<'_>>> {
    let mut reader = SliceReader::new(bytes)?;
    let mut out = Vec::new();
    while !reader.is_finished() {
        let whole = reader.tlv_bytes()?;
        let any = AnyRef::from_der(whole)?;
        out.push((any.tag(), any.value(), whole));
    }
    Ok(out)
}

fn context(number: u32, constructed: bool) -> Tag {
    Tag::ContextSpecific { constructed, number: TagNumber(number) }
}

pub(super) fn wrong(tag: Tag) -> der::Error {
    tag.value_error().into()
}

/// The hash of an `AlgorithmIdentifier`; [`ErrorKind::OidUnknown`] for one that is not known here.
pub(super) fn known_hash(identifier: &[u8]) -> der::Result<Hash> {
    let algorithm = AlgorithmIdentifierRef::from_der(identifier)?;
    hash_of(algorithm).ok_or_else(|| ErrorKind::OidUnknown { oid: algorithm.oid }.into())
}

/// The value of the next part, which must have that tag.
pub(super) fn take<'a>(
    parts: &mut std::vec::IntoIter<Part<'a>>,
    tag: Tag,
) -> der::Result<Part<'a>> {
    parts.next().filter(|(found, _, _)| *found == tag).ok_or_else(|| wrong(tag))
}

/// The next part if it has that tag.
pub(super) fn take_if<'a>(parts: &mut std::vec::IntoIter<Part<'a>>, tag: Tag) -> Option<Part<'a>> {
    let next = parts.as_slice().first().is_some_and(|(found, _, _)| *found == tag);
    if next { parts.next() } else { None }
}

fn oid(bytes: &[u8]) -> der::Result<String> {
    let oid: ObjectIdentifier = Decode::from_der(bytes)?;
    Ok(oid.to_string())
}

/// The content, certificates and signers of a SignedData. Nothing in it is trusted before
/// [`SignerInfo::holds`].
pub(crate) struct SignedData<'a> {
    pub content_type: String,
    pub content: &'a [u8],
    pub signers: Vec<SignerInfo>,
    certificates: &'a [u8],
}

impl<'a> SignedData<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> der::Result<Self> {
        let mut info = parts(AnyRef::from_der(bytes)?.value())?.into_iter();
        if oid(take(&mut info, Tag::ObjectIdentifier)?.2)? != SIGNED_DATA {
            return Err(wrong(Tag::ObjectIdentifier));
        }
        let (_, explicit, _) = take(&mut info, context(0, true))?;
        let mut data = parts(AnyRef::from_der(explicit)?.value())?.into_iter();
        take(&mut data, Tag::Integer)?;
        take(&mut data, Tag::Set)?;
        let mut inner = parts(take(&mut data, Tag::Sequence)?.1)?.into_iter();
        let content_type = oid(take(&mut inner, Tag::ObjectIdentifier)?.2)?;
        let (_, explicit, _) = take(&mut inner, context(0, true))?;
        let content = <&OctetStringRef>::from_der(explicit)?.as_bytes();
        let certificates =
            take_if(&mut data, context(0, true)).map_or(&[][..], |(_, value, _)| value);
        take_if(&mut data, context(1, true));
        let signers = parts(take(&mut data, Tag::Set)?.1)?;
        if signers.is_empty() || signers.len() > MAX_SIGNERS {
            return Err(wrong(Tag::Set));
        }
        let signers = signers
            .into_iter()
            .map(|(_, signer, _)| SignerInfo::read(signer, &content_type, content))
            .collect::<der::Result<_>>()?;
        Ok(Self { content_type, content, signers, certificates })
    }

    /// The certificate in the object that the signer names. What else lies there, foreign or broken, is
    /// passed over; only an attack on parsers is not.
    pub(crate) fn certificate(&self, signer: &SignerInfo) -> der::Result<Option<Certificate>> {
        // Attribute certificates and other choices have context tags.
        let certificates = parts(self.certificates)?.into_iter().filter(|p| p.0 == Tag::Sequence);
        for (_, _, whole) in certificates.take(MAX_CERTIFICATES) {
            if tlv::walk(whole, &mut |_| true) == Err(TlvError::Depth) {
                return Err(wrong(Tag::Sequence));
            }
            if let Ok(certificate) = Certificate::parse(whole)
                && signer.names(&certificate)
            {
                return Ok(Some(certificate));
            }
        }
        Ok(None)
    }

    /// The signers with their certificates, where the object carries them.
    pub(super) fn signed_by(&mut self) -> der::Result<Vec<Signer>> {
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
    fn read(tag: Tag, id: &[u8]) -> der::Result<Self> {
        if tag == context(0, false) {
            return Ok(Self::Key(id.to_vec()));
        }
        tag.assert_eq(Tag::Sequence)?;
        let mut id = parts(id)?.into_iter();
        let (_, _, issuer) = take(&mut id, Tag::Sequence)?;
        let (_, serial, _) = take(&mut id, Tag::Integer)?;
        let issuer_text = Name::from_der(issuer)?.to_string().to_lowercase();
        Ok(Self::Issued { issuer: issuer.to_vec(), issuer_text, serial: serial.to_vec() })
    }
}

/// One signer's word on the content.
#[derive(Clone, Debug)]
pub struct SignerInfo {
    /// When it was signed, if it says.
    pub signing_day: Option<Date>,
    id: SignerId,
    attributes: Vec<u8>,
    attributes_hold: bool,
    digest: Hash,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
}

impl SignerInfo {
    fn read(signer: &[u8], content_type: &str, content: &[u8]) -> der::Result<Self> {
        let mut signer = parts(signer)?.into_iter();
        take(&mut signer, Tag::Integer)?;
        let (tag, id, _) = signer.next().ok_or_else(|| wrong(Tag::Sequence))?;
        let digest = take(&mut signer, Tag::Sequence)?.2;
        let digest = known_hash(digest)?;
        let (_, attributes, whole) = take(&mut signer, context(0, true))?;
        let algorithm = take(&mut signer, Tag::Sequence)?.2;
        let (_, signature, _) = take(&mut signer, Tag::OctetString)?;
        let found = Attributes::read(attributes)?;
        let attributes_hold = found.content_type.as_deref() == Some(content_type)
            && found.digest == Some(&digest.digest(content)[..]);
        // The signature is over the attributes as a SET, not as the implicit [0] (RFC 5652, 5.4).
        let mut signed = whole.to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = 0x31;
        }
        Ok(Self {
            signing_day: found.signing_day,
            id: SignerId::read(tag, id)?,
            attributes: signed,
            attributes_hold,
            digest,
            algorithm: Algorithm::read(algorithm, Some(digest)),
            signature: signature.to_vec(),
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

    /// Whether the certificate's key made the signature over attributes that fit the content. `None` if
    /// the algorithm or key is not supported.
    pub fn holds(&self, certificate: &Certificate) -> Option<bool> {
        let (key, algorithm) = (certificate.key()?, self.algorithm.as_ref()?);
        Some(self.attributes_hold && key.verifies(algorithm, &self.attributes, &self.signature))
    }

    /// Whether SHA-1 takes part in the digest or the signature.
    pub fn uses_sha1(&self) -> bool {
        let signature = self.algorithm.map(|algorithm| algorithm.hash);
        [Some(self.digest), signature].contains(&Some(Hash::Sha1))
    }
}

#[derive(Default)]
struct Attributes<'a> {
    content_type: Option<String>,
    digest: Option<&'a [u8]>,
    signing_day: Option<Date>,
}

impl<'a> Attributes<'a> {
    fn read(bytes: &'a [u8]) -> der::Result<Self> {
        let mut out = Self::default();
        for (_, attribute, _) in parts(bytes)? {
            let mut attribute = parts(attribute)?.into_iter();
            let kind = oid(take(&mut attribute, Tag::ObjectIdentifier)?.2)?;
            let mut values = parts(take(&mut attribute, Tag::Set)?.1)?.into_iter();
            let (tag, value, whole) = values.next().ok_or_else(|| wrong(Tag::Set))?;
            let twice = match kind.as_str() {
                CONTENT_TYPE => out.content_type.replace(oid(whole)?).is_some(),
                MESSAGE_DIGEST if tag == Tag::OctetString => out.digest.replace(value).is_some(),
                SIGNING_TIME => out.signing_day.replace(day_of(tag, whole)?).is_some(),
                _ => continue,
            };
            if twice || values.next().is_some() {
                return Err(wrong(Tag::Set));
            }
        }
        Ok(out)
    }
}

fn day_of(tag: Tag, whole: &[u8]) -> der::Result<Date> {
    day(match tag {
        Tag::UtcTime => UtcTime::from_der(whole)?.to_unix_duration(),
        _ => GeneralizedTime::from_der(whole)?.to_unix_duration(),
    })
}
