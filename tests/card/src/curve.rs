//! Elliptic curves of the chip: PACE, chip and active authentication, ECDSA certificates.
//!
//! Points and scalars cross this module's border as bytes (uncompressed SEC1, big endian), so that
//! one enum chooses among six concrete curve types and nothing else is generic.

use elliptic_curve::group::{Curve as _, Group as _};
use elliptic_curve::ops::Reduce;
use elliptic_curve::sec1::{FromSec1Point, ModulusSize, ToSec1Point};
use elliptic_curve::{
    AffinePoint, CurveArithmetic, FieldBytes, FieldBytesSize, NonZeroScalar, PrimeCurve,
    ProjectivePoint, Scalar,
};
use sha2::Sha256;

use crate::tlv::{integer, objects, oid, sequence, take};

/// A named curve the virtual chip can calculate on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Curve {
    /// NIST P-256 (secp256r1).
    P256,
    /// NIST P-384 (secp384r1).
    P384,
    /// NIST P-521 (secp521r1).
    P521,
    /// brainpoolP256r1 (RFC 5639).
    #[value(name = "brainpool256")]
    Brainpool256,
    /// brainpoolP384r1 (RFC 5639).
    #[value(name = "brainpool384")]
    Brainpool384,
    /// brainpoolP512r1 (RFC 5639), the curve of the published Vietnamese CSCA.
    #[value(name = "brainpool512")]
    Brainpool512,
}

macro_rules! on {
    ($curve:expr, $function:ident($($argument:expr),*)) => {
        match $curve {
            Curve::P256 => $function::<p256::NistP256>($($argument),*),
            Curve::P384 => $function::<p384::NistP384>($($argument),*),
            Curve::P521 => $function::<p521::NistP521>($($argument),*),
            Curve::Brainpool256 => $function::<bp256::BrainpoolP256r1>($($argument),*),
            Curve::Brainpool384 => $function::<bp384::BrainpoolP384r1>($($argument),*),
            Curve::Brainpool512 => $function::<crate::bp512::BrainpoolP512r1>($($argument),*),
        }
    };
}

impl Curve {
    /// Every curve, in order of its standardised domain parameter number.
    pub const ALL: [Curve; 6] = [
        Curve::P256,
        Curve::Brainpool256,
        Curve::P384,
        Curve::Brainpool384,
        Curve::Brainpool512,
        Curve::P521,
    ];

    /// Standardised domain parameter number (ICAO 9303-11, table 6).
    pub fn parameter_id(self) -> u8 {
        match self {
            Curve::P256 => 12,
            Curve::Brainpool256 => 13,
            Curve::P384 => 15,
            Curve::Brainpool384 => 16,
            Curve::Brainpool512 => 17,
            Curve::P521 => 18,
        }
    }

    /// Object identifier of the named curve.
    pub fn oid(self) -> &'static str {
        match self {
            Curve::P256 => "1.2.840.10045.3.1.7",
            Curve::P384 => "1.3.132.0.34",
            Curve::P521 => "1.3.132.0.35",
            Curve::Brainpool256 => "1.3.36.3.3.2.8.1.1.7",
            Curve::Brainpool384 => "1.3.36.3.3.2.8.1.1.11",
            Curve::Brainpool512 => "1.3.36.3.3.2.8.1.1.13",
        }
    }

    /// Octets of one coordinate.
    pub fn field_length(self) -> usize {
        match self {
            Curve::P256 | Curve::Brainpool256 => 32,
            Curve::P384 | Curve::Brainpool384 => 48,
            Curve::Brainpool512 => 64,
            Curve::P521 => 66,
        }
    }

    /// DER ECParameters written out (X9.62 SpecifiedECDomain), as ICAO 9303-12 asks of certificates.
    pub fn explicit_parameters(self) -> &'static [u8] {
        match self {
            Curve::P256 => include_bytes!("../curves/p256.der"),
            Curve::P384 => include_bytes!("../curves/p384.der"),
            Curve::P521 => include_bytes!("../curves/p521.der"),
            Curve::Brainpool256 => include_bytes!("../curves/brainpool256.der"),
            Curve::Brainpool384 => include_bytes!("../curves/brainpool384.der"),
            Curve::Brainpool512 => include_bytes!("../curves/brainpool512.der"),
        }
    }

    /// Prime, a and b of the curve's equation, as written out in its parameters.
    pub fn equation(self) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
        let fields = self.parameter_fields();
        let field = objects(fields[1].1).expect("a field");
        let curve = objects(fields[2].1).expect("a curve");
        (field[1].1.to_vec(), curve[0].1.to_vec(), curve[1].1.to_vec())
    }

    /// Order of the generator.
    pub fn order(self) -> Vec<u8> {
        self.parameter_fields()[4].1.to_vec()
    }

    /// Version, field, equation, generator, order.
    fn parameter_fields(self) -> Vec<(u32, &'static [u8])> {
        let (_, fields, _) = take(self.explicit_parameters()).expect("a sequence");
        objects(fields).expect("the sequence's fields")
    }

    /// DER SubjectPublicKeyInfo of `point` whose curve is a standardised domain parameter number (BSI
    /// TR-03110-3, A.2.1.1), as EF.CardSecurity has it.
    pub fn standardised_key_info(self, point: &[u8]) -> Vec<u8> {
        let algorithm = sequence(&[oid("0.4.0.127.0.7.1.2"), integer(&[self.parameter_id()])]);
        sequence(&[algorithm, crate::tlv::bit_string(point)])
    }

    /// DER SubjectPublicKeyInfo of `point`, with the curve named or `explicit`.
    pub fn public_key_info(self, point: &[u8], explicit: bool) -> Vec<u8> {
        let parameters =
            if explicit { self.explicit_parameters().to_vec() } else { oid(self.oid()) };
        sequence(&[
            sequence(&[oid("1.2.840.10045.2.1"), parameters]),
            crate::tlv::bit_string(point),
        ])
    }

    /// `secret` times the curve's own generator.
    pub fn public_key(self, secret: &[u8]) -> Vec<u8> {
        on!(self, multiply(secret, None)).expect("a secret is never a multiple of the order")
    }

    /// `secret` times `point`; `None` if the point is not on the curve or the product is infinity.
    pub fn multiply(self, secret: &[u8], point: &[u8]) -> Option<Vec<u8>> {
        on!(self, multiply(secret, Some(point)))
    }

    /// PACE generic mapping: `nonce` times the generator plus `shared` (ICAO 9303-11, 4.4.3.3.1).
    pub fn map(self, nonce: &[u8], shared: &[u8]) -> Option<Vec<u8>> {
        on!(self, map(nonce, shared))
    }

    /// Deterministic ECDSA over a finished digest: r and s, each of the order's length.
    pub fn sign(self, secret: &[u8], digest: &[u8]) -> Vec<u8> {
        on!(self, sign(secret, digest))
    }
}

/// The DER form of a plain `r || s` signature.
pub fn der_signature(plain: &[u8]) -> Vec<u8> {
    let (r, s) = plain.split_at(plain.len() / 2);
    sequence(&[integer(r), integer(s)])
}

fn scalar<C: CurveArithmetic>(bytes: &[u8]) -> Scalar<C> {
    let mut field = FieldBytes::<C>::default();
    let start = field.len() - bytes.len();
    field[start..].copy_from_slice(bytes);
    <Scalar<C> as Reduce<FieldBytes<C>>>::reduce(&field)
}

fn encode<C>(point: ProjectivePoint<C>) -> Option<Vec<u8>>
where
    C: CurveArithmetic,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: ToSec1Point<C>,
{
    let encoded = point.to_affine().to_sec1_point(false);
    (encoded.as_bytes().len() > 1).then(|| encoded.as_bytes().to_vec())
}

fn multiply<C>(secret: &[u8], point: Option<&[u8]>) -> Option<Vec<u8>>
where
    C: CurveArithmetic + PrimeCurve,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
{
    let base = match point {
        Some(bytes) => ProjectivePoint::<C>::from(AffinePoint::<C>::from_sec1_bytes(bytes).ok()?),
        None => ProjectivePoint::<C>::generator(),
    };
    encode::<C>(base * scalar::<C>(secret))
}

fn map<C>(nonce: &[u8], shared: &[u8]) -> Option<Vec<u8>>
where
    C: CurveArithmetic + PrimeCurve,
    FieldBytesSize<C>: ModulusSize,
    AffinePoint<C>: FromSec1Point<C> + ToSec1Point<C>,
{
    let shared = ProjectivePoint::<C>::from(AffinePoint::<C>::from_sec1_bytes(shared).ok()?);
    encode::<C>(ProjectivePoint::<C>::generator() * scalar::<C>(nonce) + shared)
}

fn sign<C>(secret: &[u8], digest: &[u8]) -> Vec<u8>
where
    C: CurveArithmetic + ecdsa::EcdsaCurve,
    ecdsa::SignatureSize<C>: elliptic_curve::array::ArraySize,
{
    let secret = NonZeroScalar::<C>::new(scalar::<C>(secret)).expect("a secret is not zero");
    let (signature, _) = ecdsa::hazmat::sign_prehashed_rfc6979::<C, Sha256>(&secret, digest, &[]);
    signature.to_bytes().to_vec()
}
