//! Public keys for key agreement in `ChipAuthenticationPublicKeyInfo` (ICAO 9303-11, 9.2.6).

use pki::{
    asn1,
    curve::{Curve, Point},
    signature::{KeyInfo, PublicKey},
};

use crate::domain::{
    Domain, elliptic,
    modular::{self, Group, Number},
};

/// `standardizedDomainParameters` of BSI TR-03110-3, A.2.1.1: a parameter id in the place of parameters.
const STANDARDIZED: &str = "0.4.0.127.0.7.1.2";
/// `dhKeyAgreement` of PKCS#3.
const DH_PKCS3: &str = "1.2.840.113549.1.3.1";
/// `dhpublicnumber` of X9.42.
const DH_X942: &str = "1.2.840.10046.2.1";

/// A checked public key in its group.
pub(super) enum AgreementKey {
    Elliptic(&'static Curve, Point),
    Modular(Group, Number),
}

impl AgreementKey {
    /// Reads a `SubjectPublicKeyInfo`; `None` if the group is not known or the key is no member of it.
    pub(super) fn read(spki: &[u8]) -> Option<Self> {
        let info = KeyInfo::read(spki).ok()?;
        let group = match info.algorithm.as_str() {
            STANDARDIZED => {
                let id = info.small_parameter()?;
                if let Some(curve) = elliptic::by_parameter_id(id) {
                    return Some(Self::Elliptic(curve, curve.decode(info.key)?));
                }
                modular::by_parameter_id(id)?.clone()
            }
            DH_PKCS3 => Group::by_parameters(info.parameters()?, false)?,
            DH_X942 => Group::by_parameters(info.parameters()?, true)?,
            _ => {
                return match PublicKey::read(spki)? {
                    PublicKey::Ec(curve, point) => Some(Self::Elliptic(curve, point)),
                    PublicKey::Rsa(_) => None,
                };
            }
        };
        let number = group.decode(asn1::unsigned(info.key).ok()?)?;
        Some(Self::Modular(group, number))
    }
}
