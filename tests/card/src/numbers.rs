//! Plain arithmetic modulo an odd number, for what the curve library does not offer: Diffie-Hellman
//! modulo a prime, and the formulas of integrated and chip authentication mapping.

use crypto_bigint::{BoxedUint, Odd};

/// An odd modulus.
pub struct Modulus(Odd<BoxedUint>);

impl Modulus {
    /// From big-endian octets.
    pub fn new(octets: &[u8]) -> Modulus {
        let octets = &octets[octets.iter().take_while(|&&b| b == 0).count()..];
        let bits = (octets.len() as u32 * 8).next_multiple_of(64);
        let number = BoxedUint::from_be_slice(octets, bits).expect("room for every octet");
        Modulus(number.into_odd().expect("an odd modulus"))
    }

    /// Bits of the modulus.
    pub fn bits(&self) -> u32 {
        self.0.bit_width()
    }

    /// Octets of a number below the modulus.
    pub fn length(&self) -> usize {
        self.bits().div_ceil(8) as usize
    }

    /// A number of any length, reduced.
    pub fn number(&self, octets: &[u8]) -> BoxedUint {
        let bits = (octets.len() as u32 * 8).next_multiple_of(64).max(self.0.bits_precision());
        BoxedUint::from_be_slice(octets, bits).expect("room").rem(self.0.as_nz_ref())
    }

    /// The modulus less `n`, which is small.
    pub fn less(&self, n: u8) -> BoxedUint {
        self.0.wrapping_sub(BoxedUint::from(n))
    }

    /// Fixed-length big-endian octets.
    pub fn octets(&self, number: &BoxedUint) -> Vec<u8> {
        let octets = number.to_be_bytes();
        octets[octets.len() - self.length()..].to_vec()
    }

    /// Product.
    pub fn times(&self, left: &BoxedUint, right: &BoxedUint) -> BoxedUint {
        left.mul_mod(right, self.0.as_nz_ref())
    }

    /// Sum.
    pub fn plus(&self, left: &BoxedUint, right: &BoxedUint) -> BoxedUint {
        left.add_mod(right, self.0.as_nz_ref())
    }

    /// The number with the other sign.
    pub fn minus(&self, number: &BoxedUint) -> BoxedUint {
        self.number(&[0]).sub_mod(number, self.0.as_nz_ref())
    }

    /// Power.
    pub fn power(&self, base: &BoxedUint, exponent: &BoxedUint) -> BoxedUint {
        base.pow_mod(exponent, &self.0)
    }

    /// Inverse modulo a prime, by Fermat.
    pub fn inverse(&self, number: &BoxedUint) -> BoxedUint {
        self.power(number, &self.less(2))
    }
}

/// The octets as a number.
pub fn plain(octets: &[u8]) -> BoxedUint {
    let bits = (octets.len() as u32 * 8).next_multiple_of(64).max(64);
    BoxedUint::from_be_slice(octets, bits).expect("room for every octet")
}
