//! Time-stamp tokens (RFC 3161): an authority's word that bytes with this hash were there at that time.

use der::Tag;
use jiff::{
    Timestamp,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::{
    asn1::{Asn1Error, Parts},
    certificate::Certificate,
    cms::{SignedData, SignerInfo},
    hash::Hash,
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
        Ok(Self { time, hash, imprint, certificate, pool: data.pool(), info: info.clone() })
    }

    /// Whether the token's own certificate signed it, names itself under the signature and is one for time
    /// stamps and nothing else (RFC 3161, 2.3). `None` if algorithm or key is not supported.
    pub fn holds(&self) -> Option<bool> {
        let usage = self.certificate.extended_usage.as_deref();
        let alone = usage.is_some_and(|usage| usage.len() == 1 && usage[0] == TIME_STAMPING);
        let named = self.info.names_under_signature(&self.certificate) == Some(true);
        Some(alone && named && self.info.holds(&self.certificate)?)
    }

    /// Whether SHA-1 takes part in imprint, digest or signature.
    pub fn uses_sha1(&self) -> bool {
        self.hash == Hash::Sha1 || self.info.uses_sha1()
    }
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
