//! Time stamps (RFC 3161): an authority's word that bytes with this hash were there at that time.
//!
//! [`Token`] is what documents carry. [`Request`] asks for one and judges the answer: an answer is taken only
//! if it is exactly what was asked for, as whoever answers may be anybody between here and the authority.

use der::{Decode, Tag, asn1::BitStringRef};
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::{
    asn1::{self, Asn1Error, Parts},
    certificate::Certificate,
    cms::{SignedData, SignerInfo},
    encode::{NULL, OCTET_STRING, SEQUENCE, hash_identifier, integer, tlv},
    hash::Hash,
    number::trimmed,
};

/// `id-ct-TSTInfo`
const TOKEN_INFO: &str = "1.2.840.113549.1.9.16.1.4";
/// `id-kp-timeStamping`
const TIME_STAMPING: &str = "1.3.6.1.5.5.7.3.8";

/// A token. Nothing in it counts before [`Token::holds`].
pub struct Token {
    /// The time, UTC.
    pub time: Timestamp,
    /// Hash of the stamped bytes.
    pub hash: Hash,
    /// Their digest.
    pub imprint: Vec<u8>,
    /// The authority's certificate.
    pub certificate: Certificate,
    /// All certificates in the token.
    pub pool: Vec<Certificate>,
    /// The number that whoever asked chose, big-endian without leading zeros.
    pub nonce: Option<Vec<u8>>,
    info: SignerInfo,
}

impl Token {
    /// Reads a token with its authority's certificate in it.
    ///
    /// Errors: [`Asn1Error::UnknownHash`] for a hash that is not known here; [`Asn1Error::Malformed`] also
    /// for another content, several signers or a missing certificate.
    pub fn read(bytes: &[u8]) -> Result<Self, Asn1Error> {
        let data = SignedData::read(bytes)?;
        let [info] = &data.signers[..] else { return Err(Asn1Error::Malformed) };
        if data.content_type != TOKEN_INFO {
            return Err(Asn1Error::Malformed);
        }
        let certificate = data.certificate(info)?.ok_or(Asn1Error::Malformed)?;
        let mut content = Parts::inside(data.content)?;
        content.required(Tag::Integer)?;
        content.required(Tag::ObjectIdentifier)?;
        let mut imprint = Parts::of(content.required(Tag::Sequence)?.value)?;
        let hash = Hash::read(imprint.required(Tag::Sequence)?.whole)?;
        let imprint = imprint.required(Tag::OctetString)?.value.to_vec();
        content.required(Tag::Integer)?;
        let time = time(content.required(Tag::GeneralizedTime)?.value)?;
        // Accuracy and ordering stand between the time and the nonce.
        content.optional(Tag::Sequence);
        content.optional(Tag::Boolean);
        let nonce = content.optional(Tag::Integer).map(|part| trimmed(part.value).to_vec());
        let (pool, info) = (data.pool(), info.clone());
        Ok(Self { time, hash, imprint, certificate, pool, nonce, info })
    }

    /// Whether the token's own certificate signed it, names itself under the signature and is one for time
    /// stamps and nothing else (RFC 3161, 2.3). `None` if algorithm or key is not supported.
    pub fn holds(&self) -> Option<bool> {
        let alone = self.is_for_stamps();
        let named = self.info.names_under_signature(&self.certificate) == Some(true);
        Some(alone && named && self.info.holds(&self.certificate)?)
    }

    /// Whether the authority's certificate is one for time stamps and nothing else.
    fn is_for_stamps(&self) -> bool {
        let usage = self.certificate.extended_usage.as_deref();
        usage.is_some_and(|usage| usage.len() == 1 && usage[0] == TIME_STAMPING)
    }

    /// Whether SHA-1 takes part in imprint, digest or signature.
    pub fn uses_sha1(&self) -> bool {
        self.hash == Hash::Sha1 || self.info.uses_sha1()
    }
}

/// Why an authority gives no stamp (RFC 3161, 2.4.2, `PKIFailureInfo`). `Display` gives the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// It does not take this hash.
    #[error("không nhận thuật toán băm")]
    Algorithm,
    /// It does not understand what was asked, or does not allow it to whoever asks.
    #[error("không chấp nhận yêu cầu")]
    Request,
    /// It has no time now.
    #[error("tạm thời không có nguồn thời gian")]
    NoTime,
    /// It is out of order.
    #[error("hệ thống gặp lỗi")]
    Failure,
    /// It says nothing that is known here.
    #[error("không nêu lý do")]
    Unspecified,
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No `TimeStampResp` in strict DER, or without a token, or one without the authority's certificate.
    Unreadable,
    /// The authority gives none.
    Denied(Denial),
    /// A token for somebody else's question, or an old one.
    Nonce,
    /// A token for other bytes or of another hash.
    Imprint,
    /// Signed by a certificate that is not one for time stamps alone and marked so (RFC 3161, 2.3), was not
    /// valid at that time, or is not named under the signature (RFC 5816).
    Authority,
    /// The certificate's key did not sign it.
    Signature,
    /// SHA-1, or a key that is too short or of a kind that is not known here.
    Weak,
}

/// A question for a stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    imprint: Vec<u8>,
    nonce: Vec<u8>,
}

impl Request {
    /// For bytes whose SHA-256 is `digest`; `nonce` is random.
    pub fn new(digest: Vec<u8>, nonce: [u8; 16]) -> Self {
        Self { imprint: digest, nonce: trimmed(&nonce).to_vec() }
    }

    /// The `TimeStampReq`: with nonce, and asking for the authority's certificate, without which a document
    /// could not be verified later.
    pub fn der(&self) -> Vec<u8> {
        const TRUE: [u8; 3] = [0x01, 0x01, 0xFF];
        let hash = hash_identifier(Hash::Sha256, &NULL);
        let imprint = tlv(SEQUENCE, &[&hash, &tlv(OCTET_STRING, &[&self.imprint])]);
        tlv(SEQUENCE, &[&integer(&[1]), &imprint, &integer(&self.nonce), &TRUE])
    }

    /// The token of a `TimeStampResp`, in DER and read, if it is one for this question and holds. Whether the
    /// authority is trusted is for the caller to ask.
    ///
    /// # Errors
    /// [`Fault`]: what is wrong with the answer.
    pub fn accept(&self, answer: &[u8]) -> Result<(Vec<u8>, Token), Fault> {
        let der = granted(answer)?;
        let token = Token::read(&der).map_err(|error| match error {
            Asn1Error::Malformed => Fault::Unreadable,
            Asn1Error::UnknownHash => Fault::Weak,
        })?;
        if token.hash != Hash::Sha256 || token.imprint != self.imprint {
            return Err(Fault::Imprint);
        }
        if token.nonce.as_ref() != Some(&self.nonce) {
            return Err(Fault::Nonce);
        }
        let signer = &token.certificate;
        let in_time = signer.valid.0 <= token.time && token.time <= signer.valid.1;
        let named = token.info.names_under_signature(signer) == Some(true);
        let marked = signer.extended_usage_is_critical && token.is_for_stamps();
        if !(in_time && named && marked) {
            return Err(Fault::Authority);
        }
        if token.uses_sha1() || signer.key().is_none_or(|key| key.is_weak()) {
            return Err(Fault::Weak);
        }
        match token.holds() {
            Some(true) => Ok((der, token)),
            Some(false) => Err(Fault::Signature),
            None => Err(Fault::Weak),
        }
    }
}

/// The token of an answer that gives one.
fn granted(answer: &[u8]) -> Result<Vec<u8>, Fault> {
    /// Granted, and granted with modifications: what was modified is seen in the token.
    const GRANTED: [u8; 2] = [0, 1];
    let read = || -> Result<_, Asn1Error> {
        let mut parts = Parts::inside(answer)?;
        let mut info = Parts::of(parts.required(Tag::Sequence)?.value)?;
        let status = asn1::small(info.required(Tag::Integer)?.whole)?;
        info.optional(Tag::Sequence);
        let failure = info.optional(Tag::BitString).map(|part| denial(part.whole)).transpose()?;
        let token = parts.optional(Tag::Sequence).map(|part| part.whole.to_vec());
        let rest = info.next().is_some() || parts.next().is_some();
        if rest { Err(Asn1Error::Malformed) } else { Ok((status, failure, token)) }
    };
    match read().map_err(|_| Fault::Unreadable)? {
        (status, _, token) if GRANTED.contains(&status) => token.ok_or(Fault::Unreadable),
        (_, failure, _) => Err(Fault::Denied(failure.unwrap_or(Denial::Unspecified))),
    }
}

/// The first reason that is set.
fn denial(bits: &[u8]) -> Result<Denial, Asn1Error> {
    let bits = BitStringRef::from_der(bits)?;
    let first = bits.bits().position(|bit| bit);
    Ok(match first {
        Some(0) => Denial::Algorithm,
        Some(2 | 5 | 15 | 16) => Denial::Request,
        Some(14 | 17) => Denial::NoTime,
        Some(25) => Denial::Failure,
        _ => Denial::Unspecified,
    })
}

/// `YYYYMMDDhhmmss[.s…]Z` (RFC 3161, 2.4.2); fractions of a second are dropped.
pub(crate) fn time(text: &[u8]) -> Result<Timestamp, Asn1Error> {
    let text = std::str::from_utf8(text).map_err(|_| Asn1Error::Malformed)?;
    let digits = text.strip_suffix('Z').ok_or(Asn1Error::Malformed)?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !plain(whole) || !plain(fraction) {
        return Err(Asn1Error::Malformed);
    }
    let number = |from: usize, to: usize| whole[from..to].parse::<i8>();
    let read = || -> Option<Timestamp> {
        let date = Date::new(whole[..4].parse().ok()?, number(4, 6).ok()?, number(6, 8).ok()?);
        let time = Time::new(number(8, 10).ok()?, number(10, 12).ok()?, number(12, 14).ok()?, 0);
        let civil = date.ok()?.to_datetime(time.ok()?);
        TimeZone::UTC.to_timestamp(civil).ok()
    };
    read().ok_or(Asn1Error::Malformed)
}
