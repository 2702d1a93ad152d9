//! ECDSA verification (FIPS 186-4, BSI TR-03111) on any known curve.

use crypto_bigint::modular::BoxedMontyForm;
use der::{Decode, Sequence, asn1::UintRef};

use super::{Curve, Point};
use crate::number::{reduced, residue};

/// `Ecdsa-Sig-Value`.
#[derive(Sequence)]
struct DerSignature<'a> {
    r: UintRef<'a>,
    s: UintRef<'a>,
}

/// The two numbers of a signature, big-endian.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    r: Vec<u8>,
    s: Vec<u8>,
}

impl Signature {
    /// Reads the DER form of X.509 and CMS.
    pub fn from_der(bytes: &[u8]) -> Option<Self> {
        let DerSignature { r, s } = DerSignature::from_der(bytes).ok()?;
        Some(Self { r: r.as_bytes().to_vec(), s: s.as_bytes().to_vec() })
    }

    /// Reads the plain form `r ‖ s` of TR-03111.
    pub fn from_plain(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() || !bytes.len().is_multiple_of(2) {
            return None;
        }
        let (r, s) = bytes.split_at(bytes.len() / 2);
        Some(Self { r: r.to_vec(), s: s.to_vec() })
    }
}

/// Whether `signature` over the message digest `hash` verifies under the public point `key`.
pub fn verify(curve: &Curve, key: &Point, hash: &[u8], signature: &Signature) -> bool {
    verified(curve, key, hash, signature).unwrap_or(false)
}

fn verified(curve: &Curve, key: &Point, hash: &[u8], signature: &Signature) -> Option<bool> {
    let order = &curve.order;
    let r = residue(&signature.r, order)?;
    let s = residue(&signature.s, order)?;
    if bool::from(r.is_zero()) {
        return Some(false);
    }
    let inverse = s.invert_vartime().into_option()?;
    let u1 = (&digest_number(curve, hash)? * &inverse).retrieve().to_be_bytes();
    let u2 = (&r * &inverse).retrieve().to_be_bytes();
    let point = curve.combine(&[(&u1, curve.generator()), (&u2, key)]);
    let x = reduced(&curve.x_coordinate(&point)?, &curve.order)?;
    Some(x == r)
}

/// The leftmost bits of the digest, as many as the order has, modulo the order.
fn digest_number(curve: &Curve, hash: &[u8]) -> Option<BoxedMontyForm> {
    let length = curve.order_length();
    let surplus = length as u32 * 8 - curve.order_bits();
    if hash.len() < length {
        return reduced(hash, &curve.order);
    }
    let kept = &hash[..length];
    let mut shifted = Vec::with_capacity(length);
    let mut carry = 0u16;
    for byte in kept {
        let value = carry | (u16::from(*byte) >> surplus);
        shifted.push((value & 0xFF) as u8);
        carry = (u16::from(*byte) << (8 - surplus)) & 0xFF;
    }
    reduced(&shifted, &curve.order)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::curve;

    /// RFC 6979 A.2.5 (P-256) and A.2.7 (P-521), message "sample".
    #[test]
    fn known_signatures_verify_and_altered_ones_do_not() {
        for (name, x, y, hash, r, s) in [
            (
                "P-256",
                "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
                "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
                "AF2BDBE1AA9B6EC1E2ADE1D694F41FC71A831D0268E9891562113D8A62ADD1BF",
                "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
                "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
            ),
            (
                "P-521",
                "01894550D0785932E00EAA23B694F213F8C3121F86DC97A04E5A7167DB4E5BCD371123D46E45DB6B5D5370A7F20FB633155D38FFA16D2BD761DCAC474B9A2F5023A4",
                "00493101C962CD4D2FDDF782285E64584139C2F91B47F87FF82354D6630F746A28A0DB25741B5B34A828008B22ACC23F924FAAFBD4D33F81EA66956DFEAA2BFDFCF5",
                "39A5E04AAFF7455D9850C605364F514C11324CE64016960D23D5DC57D3FFD8F49A739468AB8049BF18EEF820CDB1AD6C9015F838556BC7FAD4138B23FDF986C7",
                "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA",
                "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A",
            ),
        ] {
            let curve = curve::named(name).unwrap();
            let key = curve.decode(&hex::decode(format!("04{x}{y}")).unwrap()).unwrap();
            let hash = hex::decode(hash).unwrap();
            let signature =
                Signature::from_plain(&hex::decode(format!("{r}{s}")).unwrap()).unwrap();
            assert!(verify(curve, &key, &hash, &signature), "{}", curve.name);
            let mut other = hash.clone();
            other[0] ^= 1;
            assert!(!verify(curve, &key, &other, &signature));
            let zero = Signature { r: vec![0], s: signature.s.clone() };
            assert!(!verify(curve, &key, &hash, &zero));
            let swapped = Signature { r: signature.s.clone(), s: signature.r.clone() };
            assert!(!verify(curve, &key, &hash, &swapped));
        }
    }
}
