//! Strict DER, written part by part.

use der::asn1::ObjectIdentifier;

use crate::{hash::Hash, number::trimmed};

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: [u8; 2] = [0x05, 0x00];
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// The `AlgorithmIdentifier` of a hash: with parameters absent (RFC 5754, 2) or NULL, as RSA padding has them.
pub(crate) fn hash_identifier(hash: Hash, parameters: &[u8]) -> Vec<u8> {
    let oid = ObjectIdentifier::new_unwrap(match hash {
        Hash::Sha1 => "1.3.14.3.2.26",
        Hash::Sha224 => "2.16.840.1.101.3.4.2.4",
        Hash::Sha256 => "2.16.840.1.101.3.4.2.1",
        Hash::Sha384 => "2.16.840.1.101.3.4.2.2",
        Hash::Sha512 => "2.16.840.1.101.3.4.2.3",
    });
    tlv(SEQUENCE, &[&identifier(oid), parameters])
}

pub(crate) fn attribute(kind: ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&identifier(kind), &tlv(SET, &[value])])
}

/// DER sorts the members of a SET OF by their bytes (X.690, 11.6).
pub(crate) fn set_of(mut members: Vec<Vec<u8>>) -> Vec<u8> {
    members.sort();
    tlv(SET, &members.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

pub(crate) fn identifier(oid: ObjectIdentifier) -> Vec<u8> {
    tlv(OID, &[oid.as_bytes()])
}

/// A number that is not negative, big-endian.
pub(crate) fn integer(number: &[u8]) -> Vec<u8> {
    let digits = trimmed(number);
    let sign: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    tlv(INTEGER, &[sign, digits])
}

/// One element with its definite, shortest length.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let digits = trimmed(&bytes);
        out.push(0x80 | digits.len() as u8);
        out.extend_from_slice(digits);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::asn1;

    #[test]
    fn lengths_are_the_shortest() {
        for (length, head) in
            [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100")]
        {
            let element = tlv(OCTET_STRING, &[&vec![7; length]]);
            assert_eq!(hex::encode(&element[..head.len() / 2]), head);
            assert_eq!(asn1::value(&element).unwrap().len(), length);
        }
    }

    #[test]
    fn numbers_are_positive() {
        for (number, der) in [(&[0u8][..], "020100"), (&[0, 0x7F], "02017f"), (&[0x80], "02020080")]
        {
            assert_eq!(hex::encode(integer(number)), der);
        }
    }
}
