//! Proof that the chip is no copy: Chip Authentication (ICAO 9303-11, 6.2, elliptic curves) with the
//! key of DG14, else Active Authentication (6.1) with the key of DG15.
//!
//! Both keys are signed by the issuer, so the proof is worth as much as passive authentication says of
//! these groups. A chip that has such a key and refuses to use it is treated as a copy.

use der::{Decode, asn1::ObjectIdentifier};
use rsa::traits::PublicKeyParts;
use zeroize::Zeroizing;

use super::signature::{PublicKey, open, plain_ecdsa_hash};
use crate::{
    card::{Channel, Command},
    cipher::{Cipher, Hash, Purpose},
    curve::{Curve, Point, ecdsa},
    error::{Fault, ReadError},
    messaging::SecureMessaging,
    tlv::{self, Tlv},
};

/// `id-CA-ECDH` (0.4.0.127.0.7.2.2.3.2), without the arc of the cipher.
const CHIP_AUTHENTICATION: [u8; 9] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03, 0x02];
/// `id-PK-ECDH` (0.4.0.127.0.7.2.2.1.2).
const PUBLIC_KEY: [u8; 9] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01, 0x02];
/// `id-CA` and `id-PK` (0.4.0.127.0.7.2.2.3 and .1): whatever key agreement they use.
const AGREEMENTS: [[u8; 8]; 2] = [
    [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03],
    [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01],
];
/// `id-icao-mrtd-security-aaProtocolObject` (2.23.136.1.1.5).
const ACTIVE_AUTHENTICATION: &str = "2.23.136.1.1.5";

/// The objects in DG14: identifier, second field, third field.
fn infos(dg14: &[u8]) -> Vec<(Tlv<'_>, Tlv<'_>, Option<Tlv<'_>>)> {
    let Ok(set) = tlv::single(dg14).and_then(|outer| tlv::single(outer.value)) else {
        return Vec::new();
    };
    set.children()
        .map_while(Result::ok)
        .filter_map(|info| {
            let mut fields = info.children().map_while(Result::ok);
            let oid = fields.next().filter(|f| f.tag == 0x06)?;
            Some((oid, fields.next()?, fields.next()))
        })
        .collect()
}

/// Whether DG14 has a key for Chip Authentication, spoken here or not; it may hold PACE alone.
pub fn offers_key(dg14: &[u8]) -> bool {
    let agreement = |oid: &Tlv<'_>| AGREEMENTS.iter().any(|prefix| oid.value.starts_with(prefix));
    infos(dg14).iter().any(|(oid, ..)| agreement(oid))
}

/// The chip's static key for Chip Authentication, and how to use it.
pub struct ChipKey {
    curve: &'static Curve,
    point: Point,
    cipher: Cipher,
    /// Content bytes of the protocol's identifier.
    oid: Vec<u8>,
    /// Key id, where the chip has several keys.
    id: Option<Vec<u8>>,
}

impl ChipKey {
    /// The first key of DG14 on a known curve.
    pub fn read(dg14: &[u8]) -> Option<Self> {
        let infos = infos(dg14);
        let (curve, point, id) =
            infos.iter().find_map(|(oid, key, id)| {
                match PublicKey::read(key.whole).filter(|_| oid.value == PUBLIC_KEY)? {
                    PublicKey::Ec(curve, point) => {
                        Some((curve, point, id.map(|id| id.value.to_vec())))
                    }
                    PublicKey::Rsa(_) => None,
                }
            })?;
        // Without ChipAuthenticationInfo the cipher is 3DES (9303-11, 9.2.5).
        let (cipher, oid) = infos
            .iter()
            .filter(|(_, version, other)| {
                version.tag == 0x02
                    && other.map(|o| o.value.to_vec()).unwrap_or_default()
                        == id.clone().unwrap_or_default()
            })
            .filter_map(|(oid, _, _)| {
                Some((cipher(oid.value.strip_prefix(&CHIP_AUTHENTICATION)?)?, oid.value))
            })
            .max_by_key(|(_, oid)| oid.last().copied())
            .unwrap_or((Cipher::TripleDes, &[]));
        Some(Self { curve, point, cipher, oid: oid.to_vec(), id })
    }

    /// Agrees on new keys. The chip has proven itself once it answers under them.
    pub fn agree(&self, channel: &mut Channel<'_>) -> Result<SecureMessaging, ReadError> {
        let secret = self.curve.random_scalar().map_err(|_| Fault::Random)?;
        let own = self.curve.multiply(&secret, self.curve.generator());
        let own = self.curve.encode(&own).ok_or(Fault::Point)?;
        let key_id = self.id.as_ref().map(|id| tlv::encode(0x84, id)).unwrap_or_default();
        if self.cipher == Cipher::TripleDes {
            let data = [tlv::encode(0x91, &own), key_id].concat();
            channel.send(&Command::new(0, 0x22, 0x41, 0xA6).with(data))?.ok()?;
        } else {
            let data = [tlv::encode(0x80, &self.oid), key_id].concat();
            channel.send(&Command::new(0, 0x22, 0x41, 0xA4).with(data))?.ok()?;
            let data = tlv::encode(0x7C, &tlv::encode(0x80, &own));
            channel.send(&Command::new(0, 0x86, 0, 0).with(data).expect(256))?.ok()?;
        }
        let shared = self.curve.multiply(&secret, &self.point);
        let shared = Zeroizing::new(self.curve.x_coordinate(&shared).ok_or(Fault::Point)?);
        Ok(SecureMessaging::new(
            self.cipher,
            self.cipher.derive(&shared, Purpose::Encryption),
            self.cipher.derive(&shared, Purpose::Mac),
            vec![0; self.cipher.block()],
        ))
    }
}

fn cipher(arc: &[u8]) -> Option<Cipher> {
    match arc {
        [1] => Some(Cipher::TripleDes),
        [2] => Some(Cipher::Aes128),
        [3] => Some(Cipher::Aes192),
        [4] => Some(Cipher::Aes256),
        _ => None,
    }
}

/// The chip's key for Active Authentication.
pub struct ActiveKey {
    key: PublicKey,
    /// The hash that DG14 names for ECDSA.
    hash: Option<Hash>,
}

impl ActiveKey {
    /// The key of DG15.
    pub fn read(dg15: &[u8], dg14: Option<&[u8]>) -> Option<Self> {
        let key = PublicKey::read(tlv::single(dg15).ok()?.value)?;
        let infos = dg14.map(infos).unwrap_or_default();
        let hash = infos.iter().find_map(|(oid, _, algorithm)| {
            (dotted(oid)? == ACTIVE_AUTHENTICATION).then_some(())?;
            plain_ecdsa_hash(&dotted(algorithm.as_ref()?)?)
        });
        Some(Self { key, hash })
    }

    /// Largest length of the chip's answer.
    pub fn answer_length(&self) -> u32 {
        match &self.key {
            PublicKey::Rsa(key) => key.size() as u32,
            // Two numbers, and up to nine bytes of DER around them.
            PublicKey::Ec(curve, _) => 2 * curve.field_length() as u32 + 9,
        }
    }

    /// Whether the answer is longer than one answer of this channel, so that the chip may have no way to
    /// give it: some do so in parts (61xx).
    pub fn overflows(&self, channel: &Channel<'_>) -> bool {
        self.answer_length() > channel.largest_response()
    }

    /// Lets the chip sign a random challenge. False if the signature is wrong; [`Fault::Format`] if it is
    /// only a part of one.
    pub fn challenge(&self, channel: &mut Channel<'_>) -> Result<bool, ReadError> {
        let mut challenge = [0; 8];
        getrandom::fill(&mut challenge).map_err(|_| Fault::Random)?;
        let whole = self.answer_length().max(256);
        let expected = if self.overflows(channel) { 256 } else { whole };
        let command = Command::new(0, 0x88, 0, 0).with(challenge).expect(expected);
        let signature = channel.send(&command)?.ok()?;
        if let PublicKey::Rsa(key) = &self.key
            && signature.len() != key.size()
        {
            return Err(Fault::Format.into());
        }
        Ok(self.verifies(&challenge, &signature))
    }

    fn verifies(&self, challenge: &[u8], signature: &[u8]) -> bool {
        match &self.key {
            PublicKey::Rsa(key) => recovers(key, challenge, signature).unwrap_or(false),
            PublicKey::Ec(curve, point) => {
                // Chips send `r ‖ s` or DER, and DG14 may leave the hash open.
                let all = [Hash::Sha256, Hash::Sha1, Hash::Sha224, Hash::Sha384, Hash::Sha512];
                let hashes = self.hash.map_or(all.to_vec(), |hash| vec![hash]);
                let forms = [
                    ecdsa::Signature::from_plain(signature),
                    ecdsa::Signature::from_der(signature),
                ];
                forms.iter().flatten().any(|signature| {
                    hashes
                        .iter()
                        .any(|hash| ecdsa::verify(curve, point, &hash.digest(challenge), signature))
                })
            }
        }
    }
}

fn dotted(oid: &Tlv<'_>) -> Option<String> {
    let oid: ObjectIdentifier = Decode::from_der(oid.whole).ok()?;
    Some(oid.to_string())
}

/// ISO 9796-2 scheme 1: the signature opens to `6A ‖ M1 ‖ hash(M1 ‖ challenge) ‖ trailer`.
fn recovers(key: &rsa::PublicKey, challenge: &[u8], signature: &[u8]) -> Option<bool> {
    let message = open(key, signature)?;
    let (body, hash) = match &message[..] {
        [0x6A, body @ .., 0xBC] => (body, Hash::Sha1),
        [0x6A, body @ .., trailer, 0xCC] => {
            let hash = match trailer {
                0x33 => Hash::Sha1,
                0x34 => Hash::Sha256,
                0x35 => Hash::Sha512,
                0x36 => Hash::Sha384,
                0x38 => Hash::Sha224,
                _ => return None,
            };
            (body, hash)
        }
        _ => return None,
    };
    let length = hash.digest(&[]).len();
    let (recovered, digest) = body.split_at_checked(body.len().checked_sub(length)?)?;
    Some(hash.digest(&[recovered, challenge].concat()) == digest)
}
