//! The groups in which terminal and chip agree on keys, behind one trait, so that PACE and Chip
//! Authentication are written once for elliptic curves and for numbers modulo a prime.
//!
//! The trait speaks additively, as the standard does of curves: in a multiplicative group `add` is a
//! product and `multiply` a power. Elements of one group cannot be given to another kind of group.

pub mod elliptic;
pub mod encoding;
pub mod mapping;
pub mod modular;

use crypto_bigint::modular::BoxedMontyParams;
use pki::{
    curve::{Curve, Point},
    number::{reduced, residue},
};
use zeroize::Zeroizing;

/// A secret number in `1..n`, big-endian, as long as the order.
pub type Scalar = Zeroizing<Vec<u8>>;

/// Domain parameters of a key agreement.
pub trait Domain {
    /// A member of the group.
    type Element: Clone;

    /// Tag of the public key in the input of PACE's tokens (ICAO 9303-11, 9.4).
    const TOKEN_TAG: u32;

    /// The generator.
    fn generator(&self) -> Self::Element;

    /// A uniformly random secret, from the operating system.
    fn random_secret(&self) -> Result<Scalar, getrandom::Error>;

    /// `secret · element`; the secret is big-endian and of any length.
    fn multiply(&self, secret: &[u8], element: &Self::Element) -> Self::Element;

    /// The group's operation.
    fn add(&self, left: &Self::Element, right: &Self::Element) -> Self::Element;

    /// Whether it is the neutral element, which no honest agreement ends in.
    fn is_neutral(&self, element: &Self::Element) -> bool;

    /// Public key encoding; `None` for what has none.
    fn encode(&self, element: &Self::Element) -> Option<Vec<u8>>;

    /// Reads a public key and checks that it is a member of the group other than the neutral element.
    fn decode(&self, bytes: &[u8]) -> Option<Self::Element>;

    /// The shared secret that keys are derived from: the x coordinate, or the whole number.
    fn shared_secret(&self, element: &Self::Element) -> Option<Vec<u8>>;

    /// Bits of the prime.
    fn prime_bits(&self) -> u32;

    /// The member that a pseudo-random number stands for (ICAO 9303-11, 4.4.3.3.2 and appendix B), whose
    /// logarithm nobody knows. The number is big-endian and is first reduced by the prime.
    fn member_of(&self, pseudo_random: &[u8]) -> Option<Self::Element>;
}

impl Domain for Curve {
    type Element = Point;
    const TOKEN_TAG: u32 = 0x86;

    fn generator(&self) -> Point {
        Curve::generator(self).clone()
    }

    fn random_secret(&self) -> Result<Scalar, getrandom::Error> {
        random_below(self.order())
    }

    fn multiply(&self, secret: &[u8], element: &Point) -> Point {
        Curve::multiply(self, secret, element)
    }

    fn add(&self, left: &Point, right: &Point) -> Point {
        Curve::add(self, left, right)
    }

    fn is_neutral(&self, element: &Point) -> bool {
        self.is_infinity(element)
    }

    fn encode(&self, element: &Point) -> Option<Vec<u8>> {
        Curve::encode(self, element)
    }

    fn decode(&self, bytes: &[u8]) -> Option<Point> {
        Curve::decode(self, bytes)
    }

    fn shared_secret(&self, element: &Point) -> Option<Vec<u8>> {
        self.x_coordinate(element)
    }

    fn prime_bits(&self) -> u32 {
        self.field().modulus().as_ref().bit_width()
    }

    fn member_of(&self, pseudo_random: &[u8]) -> Option<Point> {
        encoding::point_of(self, &reduced(pseudo_random, self.field())?)
    }
}

/// A uniformly random number in `1..modulus`, from the operating system.
fn random_below(modulus: &BoxedMontyParams) -> Result<Scalar, getrandom::Error> {
    let bits = modulus.modulus().as_ref().bit_width();
    let length = bits.div_ceil(8);
    let mut bytes = Zeroizing::new(vec![0; length as usize]);
    loop {
        getrandom::fill(&mut bytes)?;
        if let Some(first) = bytes.first_mut() {
            *first &= 0xFF >> (length * 8 - bits);
        }
        if residue(&bytes, modulus).is_some() && bytes.iter().any(|b| *b != 0) {
            return Ok(bytes);
        }
    }
}
