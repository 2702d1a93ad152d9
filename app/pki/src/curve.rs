//! Short Weierstrass curves, for signature verification and for a chip's key agreement.
//!
//! One generic implementation serves every curve that a document may use; the ready-made curve crates
//! lack brainpoolP512r1, the curve of Vietnam's own country signer. Points are projective and added
//! with one complete formula (Renes, Costello, Batina 2016, algorithm 1), which is right for doubling,
//! for opposite points and for infinity alike, so there is no special case to get wrong. All known
//! curves have prime order: a point on the curve is a point of the group.
//!
//! # Timing
//! Field arithmetic is constant-time and a multiplication always does the same number of additions,
//! but the window table is indexed by the scalar. The only secrets that come here are ephemeral keys that
//! live for one card; do not use this module to sign.

pub mod ecdsa;
mod known;

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use der::asn1::ObjectIdentifier;

use crate::number::{modulus, residue};
pub(crate) use known::by_parameters;
pub use known::{all, named};

/// A curve `y² = x³ + ax + b` over a prime field, of prime order.
pub struct Curve {
    /// The standard's name.
    pub name: &'static str,
    oid: ObjectIdentifier,
    field: BoxedMontyParams,
    order: BoxedMontyParams,
    a: BoxedMontyForm,
    b: BoxedMontyForm,
    b3: BoxedMontyForm,
    g: Point,
}

/// A point of some curve, in projective coordinates; infinity has `z = 0`.
#[derive(Clone, Debug)]
pub struct Point {
    x: BoxedMontyForm,
    y: BoxedMontyForm,
    z: BoxedMontyForm,
}

impl Curve {
    fn new(known: &known::Known) -> Option<Self> {
        let field = modulus(&hex::decode(known.p).ok()?)?;
        let order = modulus(&hex::decode(known.n).ok()?)?;
        let element = |hex: &str| residue(&hex::decode(hex).ok()?, &field);
        let (a, b) = (element(known.a)?, element(known.b)?);
        let b3 = &(&b + &b) + &b;
        let g =
            Point { x: element(known.x)?, y: element(known.y)?, z: BoxedMontyForm::one(&field) };
        Some(Self { name: known.name, oid: known.oid, field, order, a, b, b3, g })
    }

    /// Bits of the order.
    pub fn order_bits(&self) -> u32 {
        self.order.modulus().as_ref().bit_width()
    }

    fn order_length(&self) -> usize {
        self.order_bits().div_ceil(8) as usize
    }

    /// Bytes of one coordinate.
    pub fn field_length(&self) -> usize {
        self.field.modulus().as_ref().bit_width().div_ceil(8) as usize
    }

    fn prime_bytes(&self) -> Vec<u8> {
        self.field.modulus().as_ref().to_be_bytes_trimmed_vartime().into_vec()
    }

    fn order_bytes(&self) -> Vec<u8> {
        self.order.modulus().as_ref().to_be_bytes_trimmed_vartime().into_vec()
    }

    /// The base point.
    pub fn generator(&self) -> &Point {
        &self.g
    }

    fn infinity(&self) -> Point {
        let zero = BoxedMontyForm::zero(&self.field);
        Point { x: zero.clone(), y: BoxedMontyForm::one(&self.field), z: zero }
    }

    /// Whether the point is the neutral element.
    pub fn is_infinity(&self, point: &Point) -> bool {
        bool::from(point.z.is_zero())
    }

    /// Whether two points are equal.
    pub fn same(&self, left: &Point, right: &Point) -> bool {
        &left.x * &right.z == &right.x * &left.z && &left.y * &right.z == &right.y * &left.z
    }

    /// Complete addition (formula in the module's documentation).
    pub fn add(&self, l: &Point, r: &Point) -> Point {
        let xx = &l.x * &r.x;
        let yy = &l.y * &r.y;
        let zz = &l.z * &r.z;
        let xy = &(&(&l.x + &l.y) * &(&r.x + &r.y)) - &(&xx + &yy);
        let xz = &(&(&l.x + &l.z) * &(&r.x + &r.z)) - &(&xx + &zz);
        let yz = &(&(&l.y + &l.z) * &(&r.y + &r.z)) - &(&yy + &zz);
        let azz = &self.a * &zz;
        let u = &(&self.a * &xz) + &(&self.b3 * &zz);
        let v = &(&self.b3 * &xz) + &(&self.a * &(&xx - &azz));
        let w = &(&(&xx + &xx) + &xx) + &azz;
        let (minus, plus) = (&yy - &u, &yy + &u);
        Point {
            x: &(&xy * &minus) - &(&yz * &v),
            y: &(&minus * &plus) + &(&w * &v),
            z: &(&yz * &plus) + &(&xy * &w),
        }
    }

    /// `scalar · point`; the scalar is big-endian and may be longer or shorter than the order.
    pub fn multiply(&self, scalar: &[u8], point: &Point) -> Point {
        self.combine(&[(scalar, point)])
    }

    /// The sum of `scalar · point` over all pairs, with windows of four bits and shared doublings.
    pub fn combine(&self, pairs: &[(&[u8], &Point)]) -> Point {
        let length = pairs.iter().map(|(s, _)| s.len()).max().unwrap_or(0);
        let tables: Vec<Vec<Point>> =
            pairs.iter().map(|(_, point)| self.multiples(point)).collect();
        let mut sum = self.infinity();
        for position in 0..length * 2 {
            for _ in 0..4 {
                sum = self.add(&sum, &sum);
            }
            for ((scalar, _), table) in pairs.iter().zip(&tables) {
                let offset = length - scalar.len();
                let byte = (position / 2).checked_sub(offset).map_or(0, |i| scalar[i]);
                let digit = if position % 2 == 0 { byte >> 4 } else { byte & 15 };
                sum = self.add(&sum, &table[usize::from(digit)]);
            }
        }
        sum
    }

    /// The first sixteen multiples of a point, from zero.
    fn multiples(&self, point: &Point) -> Vec<Point> {
        let mut table = vec![self.infinity()];
        for i in 0..15 {
            table.push(self.add(&table[i], point));
        }
        table
    }

    fn encode_field(&self, value: &BoxedMontyForm) -> Vec<u8> {
        let bytes = value.retrieve().to_be_bytes();
        bytes[bytes.len() - self.field_length()..].to_vec()
    }

    fn affine(&self, point: &Point) -> Option<(BoxedMontyForm, BoxedMontyForm)> {
        let inverse = point.z.invert().into_option()?;
        Some((&point.x * &inverse, &point.y * &inverse))
    }

    /// The x coordinate, as long as the field; `None` for infinity.
    pub fn x_coordinate(&self, point: &Point) -> Option<Vec<u8>> {
        self.affine(point).map(|(x, _)| self.encode_field(&x))
    }

    /// Uncompressed encoding `04 ‖ x ‖ y`; `None` for infinity.
    pub fn encode(&self, point: &Point) -> Option<Vec<u8>> {
        let (x, y) = self.affine(point)?;
        let mut out = vec![4];
        out.extend(self.encode_field(&x));
        out.extend(self.encode_field(&y));
        Some(out)
    }

    /// Reads an uncompressed point and checks that it lies on the curve. Infinity has no such encoding.
    pub fn decode(&self, bytes: &[u8]) -> Option<Point> {
        let (&form, coordinates) = bytes.split_first()?;
        if form != 4 || coordinates.len() != 2 * self.field_length() {
            return None;
        }
        let (x, y) = coordinates.split_at(self.field_length());
        self.point(residue(x, &self.field)?, residue(y, &self.field)?)
    }

    /// The point with these coordinates, if it lies on the curve.
    pub fn point(&self, x: BoxedMontyForm, y: BoxedMontyForm) -> Option<Point> {
        let on_curve = y.square() == self.right_side(&x);
        on_curve.then(|| Point { x, y, z: BoxedMontyForm::one(&self.field) })
    }

    /// Reads an uncompressed point, or a compressed one if it is the generator's: the only compressed
    /// point that explicit parameters hold.
    fn decode_any(&self, bytes: &[u8]) -> Option<Point> {
        let (x, y) = self.affine(&self.g)?;
        let mut compressed = vec![2 + (self.encode_field(&y).last()? & 1)];
        compressed.extend(self.encode_field(&x));
        if bytes == compressed { Some(self.g.clone()) } else { self.decode(bytes) }
    }

    /// `x³ + ax + b`, which is `y²` where a point has this x coordinate.
    pub fn right_side(&self, x: &BoxedMontyForm) -> BoxedMontyForm {
        &(&(&x.square() + &self.a) * x) + &self.b
    }

    /// The prime field of the coordinates.
    pub fn field(&self) -> &BoxedMontyParams {
        &self.field
    }

    /// The order of the group.
    pub fn order(&self) -> &BoxedMontyParams {
        &self.order
    }

    /// `a` and `b` of the equation.
    pub fn coefficients(&self) -> [&BoxedMontyForm; 2] {
        [&self.a, &self.b]
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn generators_lie_on_their_curves_and_have_the_stated_order() {
        assert_eq!(all().len(), 9);
        for curve in all() {
            let g = curve.encode(curve.generator()).unwrap();
            assert!(curve.decode(&g).is_some(), "{}", curve.name);
            let nothing = curve.multiply(&curve.order_bytes(), curve.generator());
            assert!(curve.is_infinity(&nothing), "{}", curve.name);
            assert!(curve.encode(&nothing).is_none());
        }
    }

    #[test]
    fn points_off_the_curve_are_refused() {
        for curve in all() {
            let good = curve.encode(curve.generator()).unwrap();
            let mut off = good.clone();
            *off.last_mut().unwrap() ^= 1;
            let mut compressed = good[..=curve.field_length()].to_vec();
            compressed[0] = 2;
            let zero = vec![4].into_iter().chain(vec![0; 2 * curve.field_length()]).collect();
            let unreduced =
                [&[4][..], &curve.prime_bytes(), &good[1 + curve.field_length()..]].concat();
            for bad in
                [vec![], vec![0], off, compressed, zero, unreduced, good[..good.len() - 1].to_vec()]
            {
                assert!(curve.decode(&bad).is_none(), "{} {}", curve.name, hex::encode(bad));
            }
        }
    }

    /// ICAO 9303-11 appendix G.1: public keys of the worked example on brainpoolP256r1.
    #[test]
    fn public_keys_of_the_icao_example() {
        let curve = named("brainpoolP256r1").unwrap();
        for (private, public) in [
            (
                "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
                "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E\
                 544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D",
            ),
            (
                "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
                "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57\
                 30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54",
            ),
        ] {
            let point = curve.multiply(&hex::decode(private).unwrap(), curve.generator());
            assert_eq!(hex::encode_upper(curve.encode(&point).unwrap()), public);
        }
    }
}
