//! EF.SOD, the document security object: CMS SignedData (RFC 5652) over the hashes of all data groups
//! (ICAO 9303-10, 4.6.2). Read as strict DER, with exactly one signer and signed attributes.

use std::collections::BTreeMap;

use der::{
    AnyRef, Decode, Reader, SliceReader, Tag, TagNumber, Tagged,
    asn1::{GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use x509_cert::spki::AlgorithmIdentifierRef;

use super::{
    certificate::Certificate,
    signature::{Algorithm, hash_of},
};
use crate::{cipher::Hash, groups::Group};

const SIGNED_DATA: &str = "1.2.840.113549.1.7.2";
/// `id-icao-ldsSecurityObject`, and its identifier before ICAO had an arc of its own.
const SECURITY_OBJECT: [&str; 2] = ["2.23.136.1.1.1", "1.3.27.1.1.1"];
const CONTENT_TYPE: &str = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
/// Most certificates that are looked at for the signer's.
const MAX_CERTIFICATES: usize = 8;

/// A parsed security object. Nothing in it is trusted before [`SecurityObject::signature_holds`].
pub struct SecurityObject {
    /// Hash algorithm of the groups.
    pub hash: Hash,
    /// Hash of each data group.
    pub groups: BTreeMap<Group, Vec<u8>>,
    /// The document signer's certificate, if the object carries it.
    pub signer: Option<Certificate>,
    /// When the object was signed, if it says.
    pub signing_day: Option<Date>,
    attributes: Vec<u8>,
    attributes_hold: bool,
    digest: Hash,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
}

/// One element: tag, value and whole encoding.
type Part<'a> = (Tag, &'a [u8], &'a [u8]);

fn parts(bytes: &[u8]) -> der::Result<Vec<Part<'_>>> {
    let mut reader = SliceReader::new(bytes)?;
    let mut out = Vec::new();
    while !reader.is_finished() {
        let whole = reader.tlv_bytes()?;
        let any = AnyRef::from_der(whole)?;
        out.push((any.tag(), any.value(), whole));
    }
    Ok(out)
}

fn context(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

fn wrong(tag: Tag) -> der::Error {
    tag.value_error().into()
}

/// The value of the next part, which must have that tag.
fn take<'a>(parts: &mut std::vec::IntoIter<Part<'a>>, tag: Tag) -> der::Result<Part<'a>> {
    parts.next().filter(|(found, _, _)| *found == tag).ok_or_else(|| wrong(tag))
}

/// The next part if it has that tag.
fn take_if<'a>(parts: &mut std::vec::IntoIter<Part<'a>>, tag: Tag) -> Option<Part<'a>> {
    let next = parts.as_slice().first().is_some_and(|(found, _, _)| *found == tag);
    if next { parts.next() } else { None }
}

fn oid(bytes: &[u8]) -> der::Result<String> {
    let oid: ObjectIdentifier = Decode::from_der(bytes)?;
    Ok(oid.to_string())
}

/// The content, certificates and signers of a CMS SignedData.
pub(crate) struct SignedData<'a> {
    pub content_type: String,
    pub content: &'a [u8],
    pub certificates: &'a [u8],
    signers: &'a [u8],
}

impl<'a> SignedData<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> der::Result<Self> {
        let mut info = parts(AnyRef::from_der(bytes)?.value())?.into_iter();
        if oid(take(&mut info, Tag::ObjectIdentifier)?.2)? != SIGNED_DATA {
            return Err(wrong(Tag::ObjectIdentifier));
        }
        let (_, explicit, _) = take(&mut info, context(0))?;
        let mut data = parts(AnyRef::from_der(explicit)?.value())?.into_iter();
        take(&mut data, Tag::Integer)?;
        take(&mut data, Tag::Set)?;
        let mut content = parts(take(&mut data, Tag::Sequence)?.1)?.into_iter();
        let content_type = oid(take(&mut content, Tag::ObjectIdentifier)?.2)?;
        let (_, explicit, _) = take(&mut content, context(0))?;
        let content = <&OctetStringRef>::from_der(explicit)?.as_bytes();
        let certificates = take_if(&mut data, context(0)).map_or(&[][..], |(_, value, _)| value);
        take_if(&mut data, context(1));
        let (_, signers, _) = take(&mut data, Tag::Set)?;
        Ok(Self { content_type, content, certificates, signers })
    }
}

impl SecurityObject {
    /// Reads EF.SOD, with or without its outer tag 77.
    pub fn parse(file: &[u8]) -> der::Result<Self> {
        let bytes = match crate::tlv::split(file) {
            Ok((outer, _)) if outer.tag == 0x77 => outer.value,
            _ => file,
        };
        let data = SignedData::read(bytes)?;
        if !SECURITY_OBJECT.contains(&data.content_type.as_str()) {
            return Err(wrong(Tag::ObjectIdentifier));
        }
        let (hash, groups) = group_hashes(data.content)?;
        Self::signed(&data, hash, groups)
    }

    /// The signature over some content, whatever it is. EF.CardSecurity is signed in the same way and has
    /// no groups.
    pub(super) fn signed(
        data: &SignedData<'_>,
        hash: Hash,
        groups: BTreeMap<Group, Vec<u8>>,
    ) -> der::Result<Self> {
        let mut signers = parts(data.signers)?.into_iter();
        let mut signer = parts(take(&mut signers, Tag::Sequence)?.1)?.into_iter();
        if signers.next().is_some() {
            return Err(wrong(Tag::Set));
        }
        take(&mut signer, Tag::Integer)?;
        let (id_tag, id, _) = signer.next().ok_or_else(|| wrong(Tag::Sequence))?;
        let digest = take(&mut signer, Tag::Sequence)?.2;
        let digest = hash_of(AlgorithmIdentifierRef::from_der(digest)?)
            .ok_or_else(|| wrong(Tag::ObjectIdentifier))?;
        let (_, attributes, whole) = take(&mut signer, context(0))?;
        let algorithm = take(&mut signer, Tag::Sequence)?.2;
        let (_, signature, _) = take(&mut signer, Tag::OctetString)?;

        let found = Attributes::read(attributes)?;
        let attributes_hold = found.content_type.as_deref() == Some(&data.content_type)
            && found.digest == Some(&digest.digest(data.content)[..]);
        // The signature is over the attributes as a SET, not as the implicit [0] (RFC 5652, 5.4).
        let mut signed = whole.to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = 0x31;
        }
        Ok(Self {
            hash,
            groups,
            signer: signer_certificate(data.certificates, id_tag, id)?,
            signing_day: found.signing_day,
            attributes: signed,
            attributes_hold,
            digest,
            algorithm: Algorithm::read(algorithm, Some(digest)),
            signature: signature.to_vec(),
        })
    }

    /// Whether SHA-1 takes part: in the groups' hashes, the signature or the signer's certificate.
    pub fn uses_sha1(&self) -> bool {
        let signature = self.algorithm.map(|algorithm| algorithm.hash);
        let certificate = self.signer.as_ref().and_then(Certificate::hash);
        [Some(self.hash), Some(self.digest), signature, certificate].contains(&Some(Hash::Sha1))
    }

    /// Whether the signer's key made the signature over attributes that fit the content. `None` if the
    /// algorithm or key is not supported.
    pub fn signature_holds(&self) -> Option<bool> {
        let key = self.signer.as_ref()?.key.as_ref()?;
        let algorithm = self.algorithm.as_ref()?;
        Some(self.attributes_hold && key.verifies(algorithm, &self.attributes, &self.signature))
    }
}

/// `LDSSecurityObject`.
fn group_hashes(content: &[u8]) -> der::Result<(Hash, BTreeMap<Group, Vec<u8>>)> {
    let mut object = parts(AnyRef::from_der(content)?.value())?.into_iter();
    take(&mut object, Tag::Integer)?;
    let algorithm = AlgorithmIdentifierRef::from_der(take(&mut object, Tag::Sequence)?.2)?;
    let hash = hash_of(algorithm).ok_or_else(|| wrong(Tag::ObjectIdentifier))?;
    let mut groups = BTreeMap::new();
    for (_, entry, _) in parts(take(&mut object, Tag::Sequence)?.1)? {
        let mut entry = parts(entry)?.into_iter();
        let number = u8::from_der(take(&mut entry, Tag::Integer)?.2)?;
        let group = Group::from_number(number).ok_or_else(|| wrong(Tag::Integer))?;
        let value = take(&mut entry, Tag::OctetString)?.1.to_vec();
        if groups.insert(group, value).is_some() {
            return Err(wrong(Tag::Sequence));
        }
    }
    Ok((hash, groups))
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
                SIGNING_TIME => out.signing_day.replace(day(tag, whole)?).is_some(),
                _ => false,
            };
            if twice || values.next().is_some() {
                return Err(wrong(Tag::Set));
            }
        }
        Ok(out)
    }
}

fn day(tag: Tag, whole: &[u8]) -> der::Result<Date> {
    let since_epoch = match tag {
        Tag::UtcTime => UtcTime::from_der(whole)?.to_unix_duration(),
        _ => GeneralizedTime::from_der(whole)?.to_unix_duration(),
    };
    let time =
        i64::try_from(since_epoch.as_secs()).ok().and_then(|s| Timestamp::from_second(s).ok());
    Ok(TimeZone::UTC.to_datetime(time.ok_or_else(|| wrong(tag))?).date())
}

fn unsigned(integer: &[u8]) -> &[u8] {
    integer.strip_prefix(&[0]).unwrap_or(integer)
}

/// The certificate that the signer identifier names: issuer and serial number, or key identifier.
fn signer_certificate(
    certificates: &[u8],
    tag: Tag,
    id: &[u8],
) -> der::Result<Option<Certificate>> {
    let mut id_parts = if tag == Tag::Sequence { parts(id)? } else { Vec::new() }.into_iter();
    let by_issuer = (id_parts.next(), id_parts.next());
    for (_, _, whole) in parts(certificates)?.into_iter().take(MAX_CERTIFICATES) {
        let certificate = Certificate::parse(whole)?;
        let named = match by_issuer {
            (Some((_, _, issuer)), Some((Tag::Integer, serial, _))) => {
                certificate.issuer == issuer && unsigned(&certificate.serial) == unsigned(serial)
            }
            _ => certificate.identifier.as_deref() == Some(id),
        };
        if named {
            return Ok(Some(certificate));
        }
    }
    Ok(None)
}
