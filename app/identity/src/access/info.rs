//! EF.CardAccess: which PACE variants the chip offers (ICAO 9303-11, 9.2).

use crate::{
    cipher::Cipher,
    curve::{self, Curve},
    tlv,
};

/// `id-PACE-ECDH-GM` (0.4.0.127.0.7.2.2.4.2), without the last arc, which names the cipher.
const ECDH_GENERIC_MAPPING: [u8; 9] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04, 0x02];
/// `id-PACE` (0.4.0.127.0.7.2.2.4).
const PACE: [u8; 8] = [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x04];

/// One `PACEInfo`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaceInfo {
    /// Content bytes of the protocol's object identifier.
    pub oid: Vec<u8>,
    /// Standardised domain parameters, where given.
    pub parameter_id: Option<u8>,
}

impl PaceInfo {
    /// Cipher and curve, if this is a variant that is spoken here (ECDH, generic mapping).
    pub fn suite(&self) -> Option<(Cipher, &'static Curve)> {
        let cipher = match self.oid.strip_prefix(&ECDH_GENERIC_MAPPING)? {
            [1] => Cipher::TripleDes,
            [2] => Cipher::Aes128,
            [3] => Cipher::Aes192,
            [4] => Cipher::Aes256,
            _ => return None,
        };
        Some((cipher, curve::by_parameter_id(self.parameter_id?)?))
    }

    /// The variant to use: the strongest cipher, then the chip's own order.
    pub fn best(infos: &[PaceInfo]) -> Option<&PaceInfo> {
        infos.iter().rev().filter(|i| i.suite().is_some()).max_by_key(|i| i.oid.last().copied())
    }
}

/// The PACE variants of an EF.CardAccess; empty if there is none or the file is broken.
pub fn pace_infos(card_access: &[u8]) -> Vec<PaceInfo> {
    let Ok((set, _)) = tlv::split(card_access) else { return Vec::new() };
    set.children()
        .map_while(Result::ok)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn infos(hex: &str) -> Vec<PaceInfo> {
        pace_infos(&hex::decode(hex).unwrap())
    }

    #[test]
    fn the_icao_example() {
        // ICAO 9303-11 appendix G.1.
        let infos = infos("31143012060A04007F0007020204020202010202010D");
        assert_eq!(infos.len(), 1);
        let (cipher, curve) = infos[0].suite().unwrap();
        assert_eq!((cipher, curve.name), (Cipher::Aes128, "brainpoolP256r1"));
    }

    #[test]
    fn the_strongest_spoken_variant_is_taken() {
        // 3DES on P-256, AES-256 on P-384, AES-256 integrated mapping, and an unrelated info.
        let infos = infos(
            "31493012060A04007F0007020204020102010202010C3012060A04007F0007020204020402010202010F\
             3012060A04007F0007020204040402010202010F300D060804007F0007020202020101",
        );
        assert_eq!(infos.len(), 3);
        let best = PaceInfo::best(&infos).unwrap();
        assert_eq!(best.suite().unwrap().1.name, "P-384");
    }

    #[test]
    fn garbage_offers_nothing() {
        for hex in
            ["", "31", "3100", "31803012", "30FF", "31143012060A04007F0007020204020202010102010D"]
        {
            assert!(PaceInfo::best(&infos(hex)).is_none(), "{hex}");
        }
    }
}
