//! PACE (ICAO 9303-11, 4.4) in all its variants: on curves and modulo primes, with generic, integrated
//! and chip authentication mapping.
//!
//! Chip authentication mapping gives a [`MappingProof`]: numbers that only the holder of the chip's
//! static key can have made. Whose key that is, the chip's signed files say later; until then the proof
//! proves nothing.

use pki::{
    curve::{Curve, Point},
    hash::Hash,
    tlv,
};
use zeroize::Zeroizing;

use super::{
    PaceInfo,
    info::{Mapping, Parameters, Suite},
};
use crate::{
    apdu::{Command, Response},
    card::Channel,
    cipher::{Cipher, Misfit, Purpose, unpad},
    domain::{Domain, Scalar, elliptic, mapping::pseudo_random},
    error::{Fault, ReadError},
    messaging::SecureMessaging,
};

/// Which password proves that the card was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Password {
    /// The MRZ information.
    Mrz = 1,
    /// The card access number.
    Can = 2,
}

impl Password {
    /// `f(π)` of ICAO 9303-11, 9.7.3.
    fn secret(self, text: &str) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Password::Mrz => Hash::Sha1.digest(text.as_bytes()),
            Password::Can => text.as_bytes().to_vec(),
        })
    }
}

/// The terminal's random numbers; a test gives the published ones.
struct Ephemeral {
    /// Private key of the mapping, or the terminal's nonce of integrated mapping.
    mapping: Scalar,
    /// Private key of the agreement.
    agreement: Scalar,
}

impl Ephemeral {
    fn fresh(domain: &impl Domain, suite: Suite) -> Result<Self, Fault> {
        let secret = || domain.random_secret().map_err(|_| Fault::Random);
        let mapping = if suite.mapping == Mapping::Integrated {
            let mut nonce = Zeroizing::new(vec![0; suite.cipher.key_length()]);
            getrandom::fill(&mut nonce).map_err(|_| Fault::Random)?;
            nonce
        } else {
            secret()?
        };
        Ok(Self { mapping, agreement: secret()? })
    }
}

/// An opened chip.
pub struct Established {
    /// The protected channel.
    pub secure: SecureMessaging,
    /// What chip authentication mapping gave, if it was used and gave something.
    pub proof: Option<MappingProof>,
}

/// The chip's side of chip authentication mapping (ICAO 9303-11, 4.4.3.5): it holds for the static key
/// whose multiple by `data` is the ephemeral mapping key.
#[derive(Clone, PartialEq, Eq)]
pub struct MappingProof {
    parameter_id: u8,
    mapping_key: Vec<u8>,
    data: Vec<u8>,
}

impl std::fmt::Debug for MappingProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MappingProof(…)")
    }
}

impl MappingProof {
    /// Whether the chip has the private half of this static key.
    pub fn is_of(&self, curve: &Curve, key: &Point) -> bool {
        elliptic::by_parameter_id(self.parameter_id).is_some_and(|own| own.name == curve.name)
            && curve
                .decode(&self.mapping_key)
                .is_some_and(|mapped| curve.same(&curve.multiply(&self.data, key), &mapped))
    }

    /// Opens the encrypted chip authentication data; its initial vector is the encrypted −1.
    fn open(
        cipher: Cipher,
        encryption: &[u8],
        encrypted: &[u8],
        parameter_id: u8,
        mapping_key: Vec<u8>,
    ) -> Option<Self> {
        let block = cipher.block();
        let iv = cipher.encrypt(encryption, &vec![0; block], vec![0xFF; block]).ok()?;
        let padded = cipher.decrypt(encryption, &iv, encrypted.to_vec()).ok()?;
        let data = unpad(padded).ok()?;
        let length = elliptic::by_parameter_id(parameter_id)?.field_length();
        (data.len() <= length).then_some(Self { parameter_id, mapping_key, data })
    }
}

/// Runs PACE.
///
/// Errors: [`ReadError::AccessDenied`] if the password is wrong, [`ReadError::Unreadable`] if the chip
/// fails in any other way.
pub fn run(
    channel: &mut Channel<'_>,
    info: &PaceInfo,
    ambiguous: bool,
    password: Password,
    text: &str,
) -> Result<Established, ReadError> {
    let suite = info.suite().ok_or(Fault::Format)?;
    choose(channel, info, ambiguous, password)?;
    match suite.parameters {
        Parameters::Modular(group) => {
            let ephemeral = Ephemeral::fresh(group, suite)?;
            run_in(channel, group, info, suite, &password.secret(text), &ephemeral)
        }
        Parameters::Elliptic(curve) => {
            let ephemeral = Ephemeral::fresh(curve, suite)?;
            run_in(channel, curve, info, suite, &password.secret(text), &ephemeral)
        }
    }
}

/// What follows MSE:Set AT.
fn run_in<D: Domain>(
    channel: &mut Channel<'_>,
    domain: &D,
    info: &PaceInfo,
    suite: Suite,
    secret: &[u8],
    ephemeral: &Ephemeral,
) -> Result<Established, ReadError> {
    let cipher = suite.cipher;
    let encrypted = step(channel, &[], 0x80)?;
    let blocks = encrypted.len() / cipher.block();
    if encrypted.is_empty() || encrypted.len() % cipher.block() != 0 || blocks > 4 {
        return Err(Fault::Format.into());
    }
    let key = cipher.derive(secret, Purpose::Password);
    let nonce = Zeroizing::new(cipher.decrypt(&key, &vec![0; cipher.block()], encrypted)?);

    let mapped = if suite.mapping == Mapping::Integrated {
        let own = &ephemeral.mapping;
        // The chip has nothing to answer; some leave the empty data object out.
        authenticate(channel, &tlv::encode(0x81, own), false)?.ok()?;
        let number = pseudo_random(cipher, &nonce, own, domain.prime_bits())?;
        Mapped { generator: domain.member_of(&number).ok_or(Fault::Point)?, chip: None }
    } else {
        let own = domain.multiply(&ephemeral.mapping, &domain.generator());
        let own = domain.encode(&own).ok_or(Fault::Point)?;
        let chip = step(channel, &tlv::encode(0x81, &own), 0x82)?;
        let key = chip_key(domain, &chip, &own)?;
        let shared = domain.multiply(&ephemeral.mapping, &key);
        if domain.is_neutral(&shared) {
            return Err(Fault::Point.into());
        }
        let nonce = domain.multiply(&nonce, &domain.generator());
        Mapped { generator: domain.add(&nonce, &shared), chip: Some(chip) }
    };
    if domain.is_neutral(&mapped.generator) {
        return Err(Fault::Point.into());
    }

    let own = domain.multiply(&ephemeral.agreement, &mapped.generator);
    let own = domain.encode(&own).ok_or(Fault::Point)?;
    let chip = step(channel, &tlv::encode(0x83, &own), 0x84)?;
    let key = chip_key(domain, &chip, &own)?;
    let shared = domain.multiply(&ephemeral.agreement, &key);
    if domain.is_neutral(&shared) {
        return Err(Fault::Point.into());
    }
    let shared = Zeroizing::new(domain.shared_secret(&shared).ok_or(Fault::Point)?);
    let encryption = cipher.derive(&shared, Purpose::Encryption);
    let mac = cipher.derive(&shared, Purpose::Mac);

    let token = |key: &[u8]| token(cipher, &mac, token_input(&info.oid, D::TOKEN_TAG, key));
    let answer = authenticate(channel, &tlv::encode(0x85, &token(&chip)?), true)?;
    // The token is all that the chip can object to now: the password was wrong.
    if !answer.status.is_ok() {
        return Err(ReadError::AccessDenied);
    }
    if dynamic(&answer.data, 0x86)? != token(&own)? {
        return Err(ReadError::AccessDenied);
    }
    let proof = match (suite.mapping, info.parameter_id, mapped.chip) {
        (Mapping::ChipAuthentication, Some(id), Some(key)) => dynamic(&answer.data, 0x8A)
            .ok()
            .and_then(|encrypted| MappingProof::open(cipher, &encryption, encrypted, id, key)),
        _ => None,
    };
    let secure = SecureMessaging::new(cipher, encryption, mac, vec![0; cipher.block()]);
    Ok(Established { secure, proof })
}

/// The generator of the agreement, and the chip's key that led to it.
struct Mapped<E> {
    generator: E,
    chip: Option<Vec<u8>>,
}

/// MSE:Set AT. The parameter id is sent when the chip offers several, or asks for it.
fn choose(
    channel: &mut Channel<'_>,
    info: &PaceInfo,
    ambiguous: bool,
    password: Password,
) -> Result<(), ReadError> {
    let mut data = tlv::encode(0x80, &info.oid);
    data.extend(tlv::encode(0x83, &[password as u8]));
    let with_parameters = || {
        let mut longer = data.clone();
        longer.extend(info.parameter_id.map(|id| tlv::encode(0x84, &[id])).unwrap_or_default());
        longer
    };
    let mut set = |data: Vec<u8>| channel.send(&Command::new(0, 0x22, 0xC1, 0xA4).with(data));
    let mut status = set(if ambiguous { with_parameters() } else { data.clone() })?.status.0;
    if !ambiguous && (0x6A80..=0x6AFF).contains(&status) {
        status = set(with_parameters())?.status.0;
    }
    match status {
        // 63Cx warns that few tries are left; the choice itself is done.
        0x9000 | 0x63C1..=0x63CF => Ok(()),
        other => Err(Fault::Status(other).into()),
    }
}

/// GENERAL AUTHENTICATE; all but the last are chained. A key that needs a long command gets a long answer.
fn authenticate(
    channel: &mut Channel<'_>,
    content: &[u8],
    last: bool,
) -> Result<Response, ReadError> {
    let cla = if last { 0x00 } else { 0x10 };
    let data = tlv::encode(0x7C, content);
    let expected = if data.len() > 255 { channel.largest_response() } else { 256 };
    channel.send(&Command::new(cla, 0x86, 0, 0).with(data).expect(expected))
}

fn step(channel: &mut Channel<'_>, content: &[u8], wanted: u32) -> Result<Vec<u8>, ReadError> {
    let data = authenticate(channel, content, false)?.ok()?;
    Ok(dynamic(&data, wanted)?.to_vec())
}

/// The value of one dynamic authentication data object.
fn dynamic(data: &[u8], wanted: u32) -> Result<&[u8], ReadError> {
    let outer = tlv::find(data, 0x7C)?;
    Ok(tlv::find(outer.value, wanted)?.value)
}

/// The chip's ephemeral key: a member of the group, and not the terminal's own come back.
fn chip_key<D: Domain>(domain: &D, chip: &[u8], own: &[u8]) -> Result<D::Element, Fault> {
    let key = domain.decode(chip).ok_or(Fault::Point)?;
    if domain.encode(&key).as_deref() == Some(own) { Err(Fault::Point) } else { Ok(key) }
}

/// The public key data object over which tokens are made (ICAO 9303-11, 9.4.5).
fn token_input(oid: &[u8], tag: u32, key: &[u8]) -> Vec<u8> {
    let mut content = tlv::encode(0x06, oid);
    content.extend(tlv::encode(tag, key));
    tlv::encode(0x7F49, &content)
}

fn token(cipher: Cipher, mac: &[u8], input: Vec<u8>) -> Result<[u8; 8], Misfit> {
    let input = if cipher == Cipher::TripleDes { cipher.pad(input) } else { input };
    cipher.mac(mac, &input)
}

#[cfg(test)]
mod tests;
