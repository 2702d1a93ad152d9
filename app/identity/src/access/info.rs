//! EF.CardAccess: which PACE variants the chip offers (ICAO 9303-11, 9.2), and which one is taken.
//!
//! Chip authentication mapping goes first: it costs the chip no more than generic mapping and proves at
//! once that it is no copy, which saves the two commands and the second key agreement of Chip
//! Authentication. It is never offered with 3DES. Of the rest, AES goes before 3DES and curves before
//! numbers (the largest standardised prime is worth some 112 bits), generic before integrated mapping
//! (every issuer tests the former), then the stronger cipher and the chip's own order.
//!
//! A variant that is not spoken here leads to the next offered one. Left out on purpose: curves of 192
//! bits (parameter ids 8 and 9), integrated mapping on P-224 (the standard excludes it), and domain
//! parameters of the chip's own, which a forged EF.CardAccess could choose.

use pki::{curve::Curve, tlv};

use crate::{
    cipher::Cipher,
    domain::{
        Domain, elliptic,
        encoding::is_mappable,
        modular::{self, Group},
    },
};

/// `id-PACE` (0.4.0.127.0.7.2.2.4); two more arcs name key agreement with mapping, and cipher.
const PACE: [u8; 8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04];

/// Most objects of one file that are looked at; chips have fewer than ten.
const MAX_INFOS: usize = 64;

/// Bits of a prime whose public keys still fit commands of short length.
const SHORT_PRIME_BITS: u32 = 1024;

/// One `PACEInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaceInfo {
    /// Content bytes of the protocol's object identifier.
    pub oid: Vec<u8>,
    /// Standardised domain parameters, where given.
    pub parameter_id: Option<u8>,
}

/// How the nonce becomes a generator (ICAO 9303-11, 4.4.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// By a first key agreement.
    Generic,
    /// By a pseudo-random function.
    Integrated,
    /// By a first key agreement that proves the chip's static key.
    ChipAuthentication,
}

/// Standardised domain parameters.
#[derive(Clone, Copy)]
pub enum Parameters {
    /// A group modulo a prime.
    Modular(&'static Group),
    /// A curve.
    Elliptic(&'static Curve),
}

/// A variant that is spoken here.
#[derive(Clone, Copy)]
pub struct Suite {
    /// How the nonce becomes a generator.
    pub mapping: Mapping,
    /// Cipher of nonce, tokens and secure messaging.
    pub cipher: Cipher,
    /// Where keys are agreed.
    pub parameters: Parameters,
}

impl Suite {
    /// Whether its commands need extended length. Command chaining is no way out: PACE uses the chaining
    /// bit for its own steps (ICAO 9303-11, 4.4.4.2).
    fn is_long(&self) -> bool {
        match self.parameters {
            Parameters::Modular(group) => group.prime_bits() > SHORT_PRIME_BITS,
            Parameters::Elliptic(_) => false,
        }
    }

    /// The larger, the better (see the module).
    fn rank(&self) -> (bool, bool, bool, bool, usize) {
        (
            self.mapping == Mapping::ChipAuthentication,
            self.cipher != Cipher::TripleDes,
            matches!(self.parameters, Parameters::Elliptic(_)),
            self.mapping == Mapping::Generic,
            self.cipher.key_length(),
        )
    }
}

impl PaceInfo {
    /// The variant, if it is spoken here.
    pub fn suite(&self) -> Option<Suite> {
        let &[agreement, cipher] = self.oid.strip_prefix(&PACE)? else { return None };
        let cipher = match cipher {
            1 if agreement != 6 => Cipher::TripleDes,
            2 => Cipher::Aes128,
            3 => Cipher::Aes192,
            4 => Cipher::Aes256,
            _ => return None,
        };
        let mapping = match agreement {
            1 | 2 => Mapping::Generic,
            3 | 4 => Mapping::Integrated,
            6 => Mapping::ChipAuthentication,
            _ => return None,
        };
        let id = self.parameter_id?;
        let parameters = match agreement {
            1 | 3 => Parameters::Modular(modular::by_parameter_id(id)?),
            _ => {
                let fits = |c: &&Curve| mapping != Mapping::Integrated || is_mappable(c);
                Parameters::Elliptic(elliptic::by_parameter_id(id).filter(fits)?)
            }
        };
        Some(Suite { mapping, cipher, parameters })
    }

    /// The variant to use; `extended` if reader and chip take extended lengths.
    pub fn best(infos: &[PaceInfo], extended: bool) -> Option<&PaceInfo> {
        infos
            .iter()
            .rev()
            .filter_map(|info| Some((info, info.suite()?)))
            .filter(|(_, suite)| extended || !suite.is_long())
            .max_by_key(|(_, suite)| suite.rank())
            .map(|(info, _)| info)
    }
}

/// The PACE variants of an EF.CardAccess; empty if there is none or the file is broken.
pub fn pace_infos(card_access: &[u8]) -> Vec<PaceInfo> {
    let Ok((set, _)) = tlv::split(card_access) else { return Vec::new() };
    set.children()
        .map_while(Result::ok)
        .take(MAX_INFOS)
        .filter_map(|info| {
            let mut fields = info.children().map_while(Result::ok);
            let oid = fields.next().filter(|f| f.tag == 0x06)?.value;
            let version = fields.next().filter(|f| f.tag == 0x02)?.value;
            // PACEDomainParameterInfo has the same prefix and a SEQUENCE second.
            if !oid.starts_with(&PACE) || oid.len() != PACE.len() + 2 || version != [2] {
                return None;
            }
            let parameter_id = match fields.next().filter(|f| f.tag == 0x02).map(|f| f.value) {
                Some([id]) => Some(*id),
                _ => None,
            };
            Some(PaceInfo { oid: oid.to_vec(), parameter_id })
        })
        .collect()
}

/// Whether one of the variants proves a static key of the chip, spoken here or not.
pub fn proves_key(infos: &[PaceInfo]) -> bool {
    infos.iter().any(|info| matches!(info.oid.strip_prefix(&PACE), Some([5 | 6, _])))
}

/// Whether a signed file and the unsigned EF.CardAccess offer the same. A signed file without any variant
/// says nothing about them.
pub fn same_offer(signed: &[PaceInfo], offered: &[PaceInfo]) -> bool {
    signed.is_empty()
        || (signed.len() == offered.len() && signed.iter().all(|i| offered.contains(i)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn infos(hex: &str) -> Vec<PaceInfo> {
        pace_infos(&hex::decode(hex).unwrap())
    }

    /// An EF.CardAccess of these key agreements, ciphers and parameters.
    fn offer(variants: &[[u8; 3]]) -> Vec<PaceInfo> {
        let info = |&[agreement, cipher, parameters]: &[u8; 3]| {
            let oid = tlv::encode(0x06, &[&PACE[..], &[agreement, cipher]].concat());
            let rest = [0x02, 0x01, 0x02, 0x02, 0x01, parameters];
            tlv::encode(0x30, &[&oid[..], &rest].concat())
        };
        pace_infos(&tlv::encode(0x31, &variants.iter().flat_map(info).collect::<Vec<_>>()))
    }

    #[test]
    fn the_icao_example() {
        // ICAO 9303-11 appendix G.1.
        let infos = infos("31143012060A04007F0007020204020202010202010D");
        assert_eq!(infos.len(), 1);
        let suite = infos[0].suite().unwrap();
        assert_eq!((suite.cipher, suite.mapping), (Cipher::Aes128, Mapping::Generic));
        let Parameters::Elliptic(curve) = suite.parameters else { unreachable!() };
        assert_eq!(curve.name, "brainpoolP256r1");
    }

    /// Of each pair the first is taken, whatever the order.
    #[test]
    fn the_best_spoken_variant_is_taken() {
        for [best, other] in [
            [[2, 4, 15], [2, 1, 12]],
            [[2, 4, 15], [4, 4, 15]],
            [[2, 2, 12], [2, 1, 17]],
            [[4, 2, 12], [2, 1, 12]],
            [[6, 2, 13], [2, 4, 17]],
            [[2, 2, 12], [1, 4, 2]],
            [[4, 2, 12], [1, 4, 2]],
            [[1, 2, 2], [3, 4, 2]],
            // Not spoken: 192 bits, P-224 integrated, chip authentication mapping with 3DES or DH.
            [[2, 1, 12], [2, 4, 8]],
            [[2, 1, 12], [2, 4, 9]],
            [[2, 1, 12], [4, 4, 10]],
            [[2, 1, 12], [6, 1, 12]],
            [[2, 1, 12], [5, 4, 1]],
            [[2, 1, 12], [2, 4, 42]],
            [[2, 1, 12], [1, 4, 12]],
            [[2, 1, 12], [2, 5, 12]],
        ] {
            for offered in [[best, other], [other, best]] {
                let infos = offer(&offered);
                let taken = PaceInfo::best(&infos, true).unwrap();
                assert_eq!(*taken, offer(&[best])[0], "{offered:?}");
            }
        }
        // Equals: the chip's order.
        let infos = offer(&[[2, 4, 17], [2, 4, 12]]);
        assert_eq!(PaceInfo::best(&infos, false).unwrap().parameter_id, Some(17));
    }

    #[test]
    fn long_keys_need_long_commands() {
        let infos = offer(&[[1, 4, 1], [1, 4, 2], [1, 2, 0]]);
        assert_eq!(PaceInfo::best(&infos, true).unwrap().parameter_id, Some(1));
        assert_eq!(PaceInfo::best(&infos, false).unwrap().parameter_id, Some(0));
        assert!(PaceInfo::best(&infos[..2], false).is_none());
    }

    #[test]
    fn garbage_offers_nothing() {
        for hex in
            ["", "31", "3100", "31803012", "30FF", "31143012060A04007F0007020204020202010102010D"]
        {
            assert!(PaceInfo::best(&infos(hex), true).is_none(), "{hex}");
        }
    }
}
