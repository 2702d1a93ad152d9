//! Proof that the chip is no copy: the static key that opened it (PACE with chip authentication
//! mapping), else Chip Authentication (ICAO 9303-11, 6.2) with the keys of DG14, else Active
//! Authentication (6.1) with the key of DG15.
//!
//! These keys are signed by the issuer, so the proof is worth as much as passive authentication says of
//! these groups. A chip that has such a key and refuses to use it is treated as a copy.

pub mod card_security;
mod key;

use pki::{
    asn1,
    curve::ecdsa,
    hash::Hash,
    signature::{PublicKey, RsaKey},
    tlv::{self, Tlv},
};
use zeroize::Zeroizing;

use crate::{
    access::{MappingProof, pace_infos, proves_key},
    apdu::Command,
    card::Channel,
    cipher::{Cipher, Purpose},
    domain::Domain,
    error::{Fault, ReadError},
    messaging::SecureMessaging,
};
use key::AgreementKey;

/// `id-CA` (0.4.0.127.0.7.2.2.3): two more arcs name the kind of key and the cipher.
const CHIP_AUTHENTICATION: [u8; 8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x03];
/// `id-PK` (0.4.0.127.0.7.2.2.1): one more arc names the kind of key.
const PUBLIC_KEY: [u8; 8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x01];
/// Most keys that are looked at.
const MAX_KEYS: usize = 4;
/// Most objects of one set that are looked at; chips have fewer than ten.
const MAX_INFOS: usize = 64;
/// `id-icao-mrtd-security-aaProtocolObject` (2.23.136.1.1.5).
const ACTIVE_AUTHENTICATION: &str = "2.23.136.1.1.5";

/// A `SecurityInfo`: identifier, second field, third field.
pub type SecurityInfo<'a> = (Tlv<'a>, Tlv<'a>, Option<Tlv<'a>>);

/// The objects of a `SecurityInfos` set, as EF.CardSecurity and DG14 hold it.
pub fn security_infos(set: &[u8]) -> Vec<SecurityInfo<'_>> {
    let Ok(set) = tlv::single(set) else { return Vec::new() };
    set.children()
        .map_while(Result::ok)
        .take(MAX_INFOS)
        .filter_map(|info| {
            let mut fields = info.children().map_while(Result::ok);
            let oid = fields.next().filter(|f| f.tag == 0x06)?;
            Some((oid, fields.next()?, fields.next()))
        })
        .collect()
}

/// The objects in DG14.
fn infos(dg14: &[u8]) -> Vec<SecurityInfo<'_>> {
    tlv::single(dg14).map(|outer| security_infos(outer.value)).unwrap_or_default()
}

/// Whether DG14 promises a proof against copying, spoken here or not: it may hold PACE alone. One that
/// cannot be understood may promise anything.
pub fn offers_proof(dg14: &[u8]) -> bool {
    let infos = infos(dg14);
    let prefixes = [CHIP_AUTHENTICATION, PUBLIC_KEY];
    let is_proof = |oid: &Tlv<'_>| {
        prefixes.iter().any(|prefix| oid.value.starts_with(prefix))
            || dotted(oid).as_deref() == Some(ACTIVE_AUTHENTICATION)
    };
    let variants = tlv::single(dg14).map(|group| pace_infos(group.value)).unwrap_or_default();
    infos.is_empty() || infos.iter().any(|(oid, ..)| is_proof(oid)) || proves_key(&variants)
}

/// A static key of the chip, and how to use it in Chip Authentication.
pub struct ChipKey {
    key: AgreementKey,
    cipher: Cipher,
    /// Content bytes of the protocol's identifier.
    oid: Vec<u8>,
    /// Key id, where the chip has several keys.
    id: Option<Vec<u8>>,
}

impl ChipKey {
    /// The keys of DG14, the best first.
    pub fn of_dg14(dg14: &[u8]) -> Vec<Self> {
        Self::all(&infos(dg14))
    }

    /// All keys in known groups: curves first, then the stronger cipher.
    pub fn all(infos: &[SecurityInfo<'_>]) -> Vec<Self> {
        let public = infos.iter().filter(|(oid, ..)| {
            oid.value.strip_prefix(&PUBLIC_KEY).is_some_and(|arcs| arcs.len() == 1)
        });
        let mut keys: Vec<Self> = public
            .take(MAX_KEYS)
            .filter_map(|(_, key, id)| {
                let key = AgreementKey::read(key.whole)?;
                let id = id.map(|id| id.value.to_vec());
                let (cipher, oid) = protocol(infos, &key, id.as_deref())?;
                Some(Self { key, cipher, oid, id })
            })
            .collect();
        keys.sort_by_key(|k| {
            let elliptic = matches!(k.key, AgreementKey::Elliptic(..));
            std::cmp::Reverse((elliptic, k.oid.last().copied()))
        });
        keys
    }

    /// Whether chip authentication mapping has proven that the chip has this key.
    pub fn is_proven_by(&self, proof: &MappingProof) -> bool {
        match &self.key {
            AgreementKey::Elliptic(curve, point) => proof.is_of(curve, point),
            AgreementKey::Modular(..) => false,
        }
    }

    /// Whether the commands are longer than this channel takes.
    pub fn overflows(&self, channel: &Channel<'_>) -> bool {
        match &self.key {
            // 255 bytes of a short command hold some 220 of data and its protection.
            AgreementKey::Modular(group, _) => {
                group.length() > 200 && !channel.takes_extended_length()
            }
            AgreementKey::Elliptic(..) => false,
        }
    }

    /// Agrees on new keys. The chip has proven itself once it answers under them.
    pub fn agree(&self, channel: &mut Channel<'_>) -> Result<SecureMessaging, ReadError> {
        match &self.key {
            AgreementKey::Elliptic(curve, point) => self.agree_in(channel, *curve, point),
            AgreementKey::Modular(group, number) => self.agree_in(channel, group, number),
        }
    }

    fn agree_in<D: Domain>(
        &self,
        channel: &mut Channel<'_>,
        domain: &D,
        chip: &D::Element,
    ) -> Result<SecureMessaging, ReadError> {
        let secret = domain.random_secret().map_err(|_| Fault::Random)?;
        let own = domain.multiply(&secret, &domain.generator());
        let own = domain.encode(&own).ok_or(Fault::Point)?;
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
        let shared = domain.multiply(&secret, chip);
        if domain.is_neutral(&shared) {
            return Err(Fault::Point.into());
        }
        let shared = Zeroizing::new(domain.shared_secret(&shared).ok_or(Fault::Point)?);
        Ok(SecureMessaging::new(
            self.cipher,
            self.cipher.derive(&shared, Purpose::Encryption),
            self.cipher.derive(&shared, Purpose::Mac),
            vec![0; self.cipher.block()],
        ))
    }
}

/// Cipher and identifier of the strongest `ChipAuthenticationInfo` for this key. Key ids only tell several
/// keys apart, and some issuers write one into half of a pair. Where no info speaks of this kind of key the
/// cipher is 3DES (9303-11, 9.2.5); where none speaks of this key it cannot be used.
fn protocol(
    infos: &[SecurityInfo<'_>],
    key: &AgreementKey,
    id: Option<&[u8]>,
) -> Option<(Cipher, Vec<u8>)> {
    let kind = match key {
        AgreementKey::Modular(..) => 1,
        AgreementKey::Elliptic(..) => 2,
    };
    let is_key =
        |(oid, ..): &&SecurityInfo<'_>| oid.value.strip_prefix(&PUBLIC_KEY) == Some(&[kind]);
    let alone = infos.iter().filter(is_key).count() == 1;
    let of_kind: Vec<_> = infos
        .iter()
        .filter(|(_, version, _)| version.tag == 0x02)
        .filter_map(|(oid, _, other)| {
            let (&found, arc) = oid.value.strip_prefix(&CHIP_AUTHENTICATION)?.split_first()?;
            (found == kind).then(|| (cipher(arc), oid.value, other.map(|o| o.value)))
        })
        .collect();
    if of_kind.is_empty() {
        return Some((Cipher::TripleDes, Vec::new()));
    }
    of_kind
        .into_iter()
        .filter(|(.., other)| alone || *other == id)
        .filter_map(|(cipher, oid, _)| Some((cipher?, oid.to_vec())))
        .max_by_key(|(_, oid)| oid.last().copied())
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
            Hash::of_plain_ecdsa(&dotted(algorithm.as_ref()?)?)
        });
        Some(Self { key, hash })
    }

    /// Largest length of the chip's answer.
    pub fn answer_length(&self) -> u32 {
        match &self.key {
            PublicKey::Rsa(key) => key.length() as u32,
            // Two numbers, and up to nine bytes of DER around them.
            PublicKey::Ec(curve, _) => 2 * curve.field_length() as u32 + 9,
        }
    }

    /// Whether the answer does not fit short length, whose 256 bytes hold some 230 of protected data.
    pub fn is_long(&self) -> bool {
        self.answer_length() > 200
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
            && signature.len() != key.length()
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
    asn1::oid(oid.whole).ok()
}

/// ISO 9796-2 scheme 1: the signature opens to `6A ‖ M1 ‖ hash(M1 ‖ challenge) ‖ trailer`.
fn recovers(key: &RsaKey, challenge: &[u8], signature: &[u8]) -> Option<bool> {
    let message = key.open(signature)?;
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use virtual_card::{Card, Options, data_group};

    /// Key ids tell several keys apart, and nothing else.
    #[test]
    fn a_key_finds_its_cipher() {
        let card = Card::new(Options::default());
        let dg14 = card.file(data_group(14)).unwrap();
        let (_, spki, _) =
            *infos(dg14).iter().find(|(oid, ..)| oid.value.starts_with(&PUBLIC_KEY)).unwrap();
        let object = |prefix: &[u8], arcs: &[u8], second: &[u8], id: Option<u8>| {
            let oid = tlv::encode(0x06, &[prefix, arcs].concat());
            let id = id.map(|id| tlv::encode(0x02, &[id])).unwrap_or_default();
            tlv::encode(0x30, &[&oid, second, &id].concat())
        };
        let key = |id| object(&PUBLIC_KEY, &[2], spki.whole, id);
        let info = |kind, cipher, id| object(&CHIP_AUTHENTICATION, &[kind, cipher], &[2, 1, 1], id);
        let (aes, triple) = (Cipher::Aes256, Cipher::TripleDes);
        for (name, objects, expected) in [
            ("no ids", vec![key(None), info(2, 4, None)], vec![aes]),
            ("one id each", vec![key(Some(1)), info(2, 4, Some(1))], vec![aes]),
            ("an id in the info alone", vec![key(None), info(2, 4, Some(1))], vec![aes]),
            ("an id in the key alone", vec![key(Some(1)), info(2, 4, None)], vec![aes]),
            ("no info", vec![key(None)], vec![triple]),
            ("an info of another kind", vec![key(None), info(1, 4, None)], vec![triple]),
            ("a cipher unknown here", vec![key(None), info(2, 9, None)], vec![]),
            (
                "two keys",
                vec![key(Some(1)), key(Some(2)), info(2, 1, Some(1)), info(2, 4, Some(2))],
                vec![aes, triple],
            ),
            (
                "two keys, one info",
                vec![key(Some(1)), key(Some(2)), info(2, 4, Some(2))],
                vec![aes],
            ),
        ] {
            let dg14 = tlv::encode(0x6E, &tlv::encode(0x31, &objects.concat()));
            let found: Vec<Cipher> = ChipKey::of_dg14(&dg14).iter().map(|key| key.cipher).collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
