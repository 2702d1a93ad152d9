//! CMS SignedData (RFC 5652, 5) as EF.SOD and master lists use it (ICAO 9303-10, 4.6.2; 9303-12, 9):
//! strict DER and signed attributes. BER's indefinite lengths and constructed strings are refused: they
//! let two readers see two different objects in the same bytes. So is content that is not in the object.

use der::{
    Decode, Tag,
    asn1::{GeneralizedTime, OctetStringRef, UtcTime},
};
use jiff::civil::Date;
use x509_cert::name::Name;

use crate::{
    asn1::{Asn1Error, Part, Parts, context, oid},
    certificate::{Certificate, day, same_number},
    hash::Hash,
    signature::Algorithm,
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
        let mut info = Parts::inside(bytes)?;
        if oid(info.required(Tag::ObjectIdentifier)?.whole)? != SIGNED_DATA {
            return Err(Asn1Error::Malformed);
        }
        let mut data = Parts::inside(info.required(context(0, true))?.value)?;
        data.required(Tag::Integer)?;
        data.required(Tag::Set)?;
        let mut inner = Parts::of(data.required(Tag::Sequence)?.value)?;
        let content_type = oid(inner.required(Tag::ObjectIdentifier)?.whole)?;
        let explicit = inner.required(context(0, true))?.value;
        let content = <&OctetStringRef>::from_der(explicit)?.as_bytes();
        let certificates = data.optional(context(0, true)).map_or(&[][..], |part| part.value);
        data.optional(context(1, true));
        let signers = Parts::of(data.required(Tag::Set)?.value)?;
        if !(1..=MAX_SIGNERS).contains(&signers.len()) {
            return Err(Asn1Error::Malformed);
        }
        let signers = signers
            .map(|signer| SignerInfo::read(signer.value, &content_type, content))
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
    id: SignerId,
    attributes: Vec<u8>,
    attributes_hold: bool,
    digest: Hash,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
}

impl SignerInfo {
    fn read(signer: &[u8], content_type: &str, content: &[u8]) -> Result<Self, Asn1Error> {
        let mut signer = Parts::of(signer)?;
        signer.required(Tag::Integer)?;
        let id = signer.next().ok_or(Asn1Error::Malformed)?;
        let digest = Hash::read(signer.required(Tag::Sequence)?.whole)?;
        let attributes = signer.required(context(0, true))?;
        let algorithm = signer.required(Tag::Sequence)?.whole;
        let signature = signer.required(Tag::OctetString)?.value.to_vec();
        let found = Attributes::read(attributes.value)?;
        let attributes_hold = found.content_type.as_deref() == Some(content_type)
            && found.digest == Some(&digest.digest(content)[..]);
        // The signature is over the attributes as a SET, not as the implicit [0] (RFC 5652, 5.4).
        let mut signed = attributes.whole.to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = 0x31;
        }
        Ok(Self {
            signing_day: found.signing_day,
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
    fn read(bytes: &'a [u8]) -> Result<Self, Asn1Error> {
        let mut out = Self::default();
        for attribute in Parts::of(bytes)? {
            let mut attribute = Parts::of(attribute.value)?;
            let kind = oid(attribute.required(Tag::ObjectIdentifier)?.whole)?;
            let mut values = Parts::of(attribute.required(Tag::Set)?.value)?;
            let Part { tag, value, whole } = values.next().ok_or(Asn1Error::Malformed)?;
            let twice = match kind.as_str() {
                CONTENT_TYPE => out.content_type.replace(oid(whole)?).is_some(),
                MESSAGE_DIGEST if tag == Tag::OctetString => out.digest.replace(value).is_some(),
                SIGNING_TIME => out.signing_day.replace(day_of(tag, whole)?).is_some(),
                _ => continue,
            };
            if twice || values.next().is_some() {
                return Err(Asn1Error::Malformed);
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
