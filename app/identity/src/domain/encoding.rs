//! From numbers to points: the encoding of Brier, Coron, Icart, Madore, Randriam and Tibouchi in the
//! simplified form of ICAO 9303-11, appendix B.2. PACE's integrated mapping needs points whose
//! logarithm nobody knows.

use crypto_bigint::{BoxedUint, modular::BoxedMontyForm};
use pki::curve::{Curve, Point};

/// Whether numbers can be encoded: the square root by one power needs p ≡ 3 (mod 4), which leaves
/// P-224 out (ICAO 9303-11, table 4).
pub fn is_mappable(curve: &Curve) -> bool {
    let prime = curve.field().modulus().as_ref().to_be_bytes();
    prime.last().is_some_and(|byte| byte & 3 == 3)
}

/// The point of a number; `None` for 0, ±1 and on curves that cannot encode. All known curves have
/// cofactor one, so every point is a point of the group.
pub(super) fn point_of(curve: &Curve, number: &BoxedMontyForm) -> Option<Point> {
    if !is_mappable(curve) {
        return None;
    }
    let [a, b] = curve.coefficients();
    let one = BoxedMontyForm::one(curve.field());
    let alpha = -&number.square();
    let inverse = (&alpha + &alpha.square()).invert().into_option()?;
    let first = -&(&(b * &a.invert().into_option()?) * &(&one + &inverse));
    let second = &alpha * &first;
    let square = curve.right_side(&first);
    // p − 1 − (p + 1)/4, with (p + 1)/4 = ⌊p/4⌋ + 1.
    let prime = curve.field().modulus().as_ref();
    let exponent = prime.wrapping_sub(prime.shr(2)).wrapping_sub(BoxedUint::from(2u8));
    let root = square.pow(&exponent);
    // If the first x coordinate has no y, the second has.
    let (x, y) = if &root.square() * &square == one {
        (first, &root * &square)
    } else {
        (second, &root * &(&(&number.square() * number) * &square))
    };
    curve.point(x, y)
}
