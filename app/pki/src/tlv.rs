//! BER-TLV (ISO 7816-4, 5.2.2) as cards write it, and a walk over trees of any make, DER among them.
//!
//! Everything here was written by a stranger, so everything is limited: tags of three bytes, lengths of
//! three bytes that must fit the input, a depth and a number of nodes for whole trees. Indefinite
//! lengths are refused. Values are slices of the input; nothing depends on fixed offsets.

/// Deepest nesting that [`walk`] follows.
pub const MAX_DEPTH: usize = 12;
/// Most nodes that [`walk`] visits.
pub const MAX_NODES: usize = 4096;

/// What is wrong with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    /// The value or the header ends after the input.
    #[error("dữ liệu bị cắt cụt")]
    Truncated,
    /// A tag of more than three bytes.
    #[error("thẻ TLV quá dài")]
    Tag,
    /// A length of more than three bytes.
    #[error("độ dài TLV không hợp lệ")]
    Length,
    /// An indefinite length, which cards may not use.
    #[error("độ dài TLV không xác định")]
    Indefinite,
    /// Nested more than [`MAX_DEPTH`] deep.
    #[error("dữ liệu lồng quá sâu")]
    Depth,
    /// More than [`MAX_NODES`] elements.
    #[error("dữ liệu có quá nhiều phần tử")]
    Nodes,
    /// An expected element is missing.
    #[error("thiếu phần tử bắt buộc")]
    Missing,
    /// Bytes follow where the element should end.
    #[error("có byte thừa")]
    Trailing,
}

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag's bytes as a big-endian number: `0x6D`, `0x5F1F`, `0x7F61`.
    pub tag: u32,
    /// The value.
    pub value: &'a [u8],
    /// Header and value.
    pub whole: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// Whether the value is itself a row of elements (bit 6 of the tag's first byte).
    pub fn constructed(&self) -> bool {
        self.whole.first().is_some_and(|b| b & 0x20 != 0)
    }

    /// The elements of the value.
    pub fn children(&self) -> Elements<'a> {
        elements(self.value)
    }
}

/// Tag, length of the header and length of the value, from the first bytes of an element; the value
/// itself need not be there. This is how the size of a file is known from its first bytes.
pub fn header(bytes: &[u8]) -> Result<(u32, usize, usize), TlvError> {
    let byte = |i: usize| bytes.get(i).copied().ok_or(TlvError::Truncated);
    let mut tag = u32::from(byte(0)?);
    let mut at = 1;
    if tag & 0x1F == 0x1F {
        loop {
            let next = byte(at)?;
            at += 1;
            tag = tag << 8 | u32::from(next);
            if next & 0x80 == 0 {
                break;
            }
            if at == 3 {
                return Err(TlvError::Tag);
            }
        }
    }
    let first = byte(at)?;
    at += 1;
    let length = match first {
        0..=0x7F => usize::from(first),
        0x81..=0x83 => {
            let mut length = 0;
            for _ in 0..first & 0x0F {
                length = length << 8 | usize::from(byte(at)?);
                at += 1;
            }
            length
        }
        0x80 => return Err(TlvError::Indefinite),
        _ => return Err(TlvError::Length),
    };
    Ok((tag, at, length))
}

/// Reads the first element and returns the bytes after it.
pub fn split(bytes: &[u8]) -> Result<(Tlv<'_>, &[u8]), TlvError> {
    let (tag, header, length) = header(bytes)?;
    let whole = bytes.get(..header + length).ok_or(TlvError::Truncated)?;
    Ok((Tlv { tag, value: &whole[header..], whole }, &bytes[whole.len()..]))
}

/// Reads exactly one element.
pub fn single(bytes: &[u8]) -> Result<Tlv<'_>, TlvError> {
    match split(bytes)? {
        (tlv, []) => Ok(tlv),
        _ => Err(TlvError::Trailing),
    }
}

/// The elements that follow each other in `bytes`; ends after the first error.
pub fn elements(bytes: &[u8]) -> Elements<'_> {
    Elements { rest: bytes }
}

/// Iterator of [`elements`].
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Tlv<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let result = split(self.rest);
        self.rest = result.map_or(&[], |(_, rest)| rest);
        Some(result.map(|(tlv, _)| tlv))
    }
}

/// The first direct element of that tag.
pub fn find(bytes: &[u8], tag: u32) -> Result<Tlv<'_>, TlvError> {
    for tlv in elements(bytes) {
        let tlv = tlv?;
        if tlv.tag == tag {
            return Ok(tlv);
        }
    }
    Err(TlvError::Missing)
}

/// Visits every element of a tree, outer before inner, within the limits. `visit` says whether to go
/// into a constructed element.
pub fn walk<'a>(bytes: &'a [u8], visit: &mut dyn FnMut(Tlv<'a>) -> bool) -> Result<(), TlvError> {
    let mut nodes = 0;
    walk_level(bytes, 0, &mut nodes, visit)
}

fn walk_level<'a>(
    bytes: &'a [u8],
    depth: usize,
    nodes: &mut usize,
    visit: &mut dyn FnMut(Tlv<'a>) -> bool,
) -> Result<(), TlvError> {
    if depth > MAX_DEPTH {
        return Err(TlvError::Depth);
    }
    for tlv in elements(bytes) {
        let tlv = tlv?;
        *nodes += 1;
        if *nodes > MAX_NODES {
            return Err(TlvError::Nodes);
        }
        if visit(tlv) && tlv.constructed() {
            walk_level(tlv.value, depth + 1, nodes, visit)?;
        }
    }
    Ok(())
}

/// Encodes one element in the shortest form. Values beyond 16 MB do not occur in commands.
pub fn encode(tag: u32, value: &[u8]) -> Vec<u8> {
    let significant = |bytes: &[u8; 4]| bytes.iter().position(|b| *b != 0).unwrap_or(3);
    let tag = tag.to_be_bytes();
    let mut out = tag[significant(&tag)..].to_vec();
    let length = (value.len() as u32).to_be_bytes();
    let length = &length[significant(&length)..];
    if value.len() >= 0x80 {
        out.push(0x80 | length.len() as u8);
    }
    out.extend(length);
    out.extend(value);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headers_are_read_and_bad_ones_refused() {
        for (bytes, expected) in [
            ("6D03", Ok((0x6D, 2, 3))),
            ("5F1F5A", Ok((0x5F1F, 3, 0x5A))),
            ("7F6182453A", Ok((0x7F61, 5, 0x453A))),
            ("758180", Ok((0x75, 3, 0x80))),
            ("7583010000", Ok((0x75, 5, 0x10000))),
            ("", Err(TlvError::Truncated)),
            ("6D", Err(TlvError::Truncated)),
            ("6D82", Err(TlvError::Truncated)),
            ("6D80", Err(TlvError::Indefinite)),
            ("6D8400000001", Err(TlvError::Length)),
            ("6DFF", Err(TlvError::Length)),
            ("1F8181", Err(TlvError::Tag)),
            ("1F8182830100", Err(TlvError::Tag)),
        ] {
            assert_eq!(header(&hex::decode(bytes).unwrap()), expected, "{bytes}");
        }
    }

    #[test]
    fn trees_are_limited() {
        let mut deep = vec![];
        for _ in 0..=MAX_DEPTH + 1 {
            deep = encode(0x30, &deep);
        }
        assert_eq!(walk(&deep, &mut |_| true), Err(TlvError::Depth));
        let wide = [0x04, 0x00].repeat(MAX_NODES + 1);
        assert_eq!(walk(&wide, &mut |_| true), Err(TlvError::Nodes));
        assert_eq!(walk(&wide[2..], &mut |_| true), Ok(()));
    }

    #[test]
    fn inner_lengths_may_not_pass_the_outer() {
        let mut seen = 0;
        let result = walk(&[0x30, 0x02, 0x04, 0x05], &mut |_| {
            seen += 1;
            true
        });
        assert_eq!((result, seen), (Err(TlvError::Truncated), 1));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut total = 0;
            let _ = walk(&bytes, &mut |tlv| { total += tlv.whole.len(); true });
            prop_assert!(total <= bytes.len() * (MAX_DEPTH + 1));
        }

        #[test]
        fn encoding_is_read_back(tag in prop_oneof![Just(0x6Du32), Just(0x5F1F), Just(0x87)], size in 0usize..70_000) {
            let value = vec![7; size];
            let encoded = encode(tag, &value);
            let tlv = single(&encoded).unwrap();
            prop_assert_eq!((tlv.tag, tlv.value.len()), (tag, size));
        }
    }
}
