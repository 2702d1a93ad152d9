//! The curves of the standardised domain parameters, by their ids.

use pki::curve::{self, Curve};

/// By ICAO 9303-11, table 6, from parameter id 10 on.
const NAMES: [&str; 9] = [
    "P-224",
    "brainpoolP224r1",
    "P-256",
    "brainpoolP256r1",
    "brainpoolP320r1",
    "P-384",
    "brainpoolP384r1",
    "brainpoolP512r1",
    "P-521",
];

/// The curve of an ICAO parameter id (10 to 18).
pub fn by_parameter_id(id: u8) -> Option<&'static Curve> {
    NAMES.get(usize::from(id).checked_sub(10)?).and_then(|name| curve::named(name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::Domain;

    /// Each known curve has one parameter id, and 8 and 9 (192 bits) lead nowhere.
    #[test]
    fn parameter_ids_name_all_curves() {
        let ids: Vec<u8> = (0..=u8::MAX).filter(|id| by_parameter_id(*id).is_some()).collect();
        assert_eq!(ids, Vec::from_iter(10..=18));
        for curve in curve::all() {
            assert_eq!(NAMES.iter().filter(|name| **name == curve.name).count(), 1);
        }
    }

    #[test]
    fn key_agreement_is_symmetric() {
        for curve in curve::all() {
            let (a, b) = (curve.random_secret().unwrap(), curve.random_secret().unwrap());
            let left = curve.multiply(&a, &curve.multiply(&b, curve.generator()));
            let right = curve.multiply(&b, &curve.multiply(&a, curve.generator()));
            assert_eq!(curve.x_coordinate(&left), curve.x_coordinate(&right), "{}", curve.name);
        }
    }
}
