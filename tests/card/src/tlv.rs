//! Writing and reading BER-TLV and DER.
//!
//! The card writes its own bytes with these few functions instead of sharing an ASN.1 library with
//! the reader: a mistake in a common encoder would cancel out and no test would see it.

/// One TLV object: `tag` as it stands in the bytes (`0x30`, `0x7F61`), shortest definite length.
pub fn tlv(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = tag.to_be_bytes().into_iter().skip_while(|&b| b == 0).collect();
    match value.len() {
        n @ 0..=0x7F => out.push(n as u8),
        n @ 0x80..=0xFF => out.extend([0x81, n as u8]),
        n @ 0x100..=0xFFFF => out.extend([0x82, (n >> 8) as u8, n as u8]),
        n => out.extend([0x83, (n >> 16) as u8, (n >> 8) as u8, n as u8]),
    }
    out.extend_from_slice(value);
    out
}

/// A constructed object out of finished parts.
pub fn group(tag: u32, parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(tag, &parts.concat())
}

/// DER SEQUENCE.
pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    group(0x30, parts)
}

/// DER SET OF: the parts are sorted, as DER demands.
pub fn set(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    group(0x31, &parts)
}

/// DER INTEGER from an unsigned big-endian number.
pub fn integer(number: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = number.iter().copied().skip_while(|&b| b == 0).collect();
    let mut value = Vec::new();
    if digits.first().is_none_or(|&b| b >= 0x80) {
        value.push(0);
    }
    value.extend(digits);
    tlv(0x02, &value)
}

/// DER BIT STRING with no unused bits.
pub fn bit_string(bits: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], bits].concat())
}

/// The content octets of a dotted object identifier.
pub fn oid_content(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u32> = dotted.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut out = Vec::new();
    for arc in std::iter::once(arcs[0] * 40 + arcs[1]).chain(arcs[2..].iter().copied()) {
        let groups = (1..5).rev().filter(|i| arc >> (7 * i) != 0);
        out.extend(groups.map(|i| (arc >> (7 * i)) as u8 | 0x80));
        out.push(arc as u8 & 0x7F);
    }
    out
}

/// DER OBJECT IDENTIFIER.
pub fn oid(dotted: &str) -> Vec<u8> {
    tlv(0x06, &oid_content(dotted))
}

/// Takes the first object off `bytes`: tag, value, rest. `None` if it is cut short, of indefinite
/// length or of a length beyond three octets.
pub fn take(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let mut at = 1;
    let mut tag = u32::from(*bytes.first()?);
    if tag & 0x1F == 0x1F {
        loop {
            let octet = *bytes.get(at)?;
            tag = tag.checked_mul(256)? | u32::from(octet);
            at += 1;
            if octet < 0x80 {
                break;
            }
        }
    }
    let first = usize::from(*bytes.get(at)?);
    at += 1;
    let length = if first < 0x80 {
        first
    } else {
        let octets = bytes.get(at..at + (first & 0x7F))?;
        at += octets.len();
        if !(1..=3).contains(&octets.len()) {
            return None;
        }
        octets.iter().fold(0, |n, &b| n << 8 | usize::from(b))
    };
    Some((tag, bytes.get(at..at + length)?, &bytes[at + length..]))
}

/// The objects of `bytes` in a row; `None` if a part of it is no object.
pub fn objects(mut bytes: &[u8]) -> Option<Vec<(u32, &[u8])>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (tag, value, rest) = take(bytes)?;
        found.push((tag, value));
        bytes = rest;
    }
    Some(found)
}

/// The value of the first object with `tag` in a row of objects.
pub fn find(bytes: &[u8], tag: u32) -> Option<&[u8]> {
    objects(bytes)?.into_iter().find(|o| o.0 == tag).map(|o| o.1)
}
