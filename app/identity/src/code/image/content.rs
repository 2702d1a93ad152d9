//! What the data codewords say: segments of digits, letters, bytes and kanji (ISO/IEC 18004 section 7.4).
//!
//! Text whose encoding a code names (ECI) becomes UTF-8 where it is Latin or UTF-16; everything else
//! stays as the bytes it is. A part of a structured append is returned as the code it is.

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/// ECI numbers (AIM ITS/04-023).
const LATIN: [u32; 2] = [1, 3];
const UTF_16: u32 = 25;

struct Bits<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl Bits<'_> {
    fn left(&self) -> usize {
        self.bytes.len() * 8 - self.place
    }

    /// The next bits, at most 24 of them.
    fn take(&mut self, count: usize) -> Option<u32> {
        if count > self.left() {
            return None;
        }
        let bits = (self.place..self.place + count)
            .fold(0, |bits, i| bits << 1 | u32::from(self.bytes[i / 8] >> (7 - i % 8) & 1));
        self.place += count;
        Some(bits)
    }
}

/// The content of a code of `version`; nothing when the data contradicts itself or is empty.
pub(super) fn content(data: &[u8], version: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { bytes: data, place: 0 };
    let group = usize::from(version > 9) + usize::from(version > 26);
    let mut out = Vec::new();
    let mut encoding = None;
    while bits.left() >= 4 {
        match bits.take(4)? {
            0 => break,
            1 => digits(&mut bits, [10, 12, 14][group], &mut out)?,
            2 => alphanumeric(&mut bits, [9, 11, 13][group], &mut out)?,
            // Structured append: which part it is, and a parity.
            3 => drop(bits.take(16)?),
            4 => bytes(&mut bits, [8, 16, 16][group], encoding, &mut out)?,
            // FNC1: the content is as it is, the second kind has an application number.
            5 => {}
            9 => drop(bits.take(8)?),
            7 => encoding = Some(designator(&mut bits)?),
            8 => kanji(&mut bits, [8, 10, 12][group], &mut out)?,
            _ => return None,
        }
    }
    (!out.is_empty()).then_some(out)
}

fn digits(bits: &mut Bits, length: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut left = bits.take(length)? as usize;
    while left > 0 {
        let count = left.min(3);
        let number = bits.take([0, 4, 7, 10][count])?;
        if number >= 10_u32.pow(count as u32) {
            return None;
        }
        out.extend(format!("{number:0count$}").bytes());
        left -= count;
    }
    Some(())
}

fn alphanumeric(bits: &mut Bits, length: usize, out: &mut Vec<u8>) -> Option<()> {
    let mut left = bits.take(length)? as usize;
    while left > 0 {
        let pair = if left > 1 { bits.take(11)? } else { bits.take(6)? } as usize;
        if left > 1 {
            out.push(*ALPHANUMERIC.get(pair / 45)?);
        }
        out.push(*ALPHANUMERIC.get(if left > 1 { pair % 45 } else { pair })?);
        left = left.saturating_sub(2);
    }
    Some(())
}

fn bytes(bits: &mut Bits, length: usize, encoding: Option<u32>, out: &mut Vec<u8>) -> Option<()> {
    let count = bits.take(length)? as usize;
    if count * 8 > bits.left() {
        return None;
    }
    let raw: Vec<u8> = (0..count).filter_map(|_| bits.take(8)).map(|byte| byte as u8).collect();
    match encoding {
        Some(eci) if LATIN.contains(&eci) => {
            out.extend(raw.iter().map(|&byte| char::from(byte)).collect::<String>().bytes());
        }
        Some(UTF_16) => {
            let units = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            let text: Result<String, _> = char::decode_utf16(units).collect();
            out.extend(text.ok()?.bytes());
        }
        _ => out.extend(raw),
    }
    Some(())
}

/// Two bytes of Shift JIS a character.
fn kanji(bits: &mut Bits, length: usize, out: &mut Vec<u8>) -> Option<()> {
    for _ in 0..bits.take(length)? {
        let packed = bits.take(13)?;
        let code = ((packed / 0xc0) << 8) | (packed % 0xc0);
        let code = code + if code < 0x1f00 { 0x8140 } else { 0xc140 };
        out.extend((code as u16).to_be_bytes());
    }
    Some(())
}

/// The number of an encoding, in one to three bytes.
fn designator(bits: &mut Bits) -> Option<u32> {
    let first = bits.take(8)?;
    match first {
        0..0x80 => Some(first),
        0x80..0xc0 => Some((first & 0x3f) << 8 | bits.take(8)?),
        0xc0..0xe0 => Some((first & 0x1f) << 16 | bits.take(16)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bits given as text, filled up with zeros.
    fn packed(bits: &str) -> Vec<u8> {
        let bits: Vec<u8> = bits.bytes().filter(|b| *b != b' ').map(|b| b - b'0').collect();
        bits.chunks(8)
            .map(|c| (0..8).fold(0, |byte, i| byte << 1 | c.get(i).unwrap_or(&0)))
            .collect()
    }

    #[test]
    fn segments_are_read_as_the_standard_writes_them() {
        for (bits, text) in [
            // ISO/IEC 18004 sections 7.4.3, 7.4.4 and 7.4.6: the examples.
            ("0001 0000001000 0000001100 0101011001 1000011 0000", Some(&b"01234567"[..])),
            ("0010 000000101 00111001110 11100111001 000010 0000", Some(b"AC-42")),
            ("1000 00000010 0110110011111 1101010101010 0000", Some(b"\x93\x5f\xe4\xaa")),
            ("0100 00000010 01000001 11000011 0000", Some(b"A\xc3")),
            ("0111 00000011 0100 00000001 11101001 0000", Some("é".as_bytes())),
            ("0111 00011001 0100 00000010 00000001 00010000 0000", Some("Đ".as_bytes())),
            ("0111 00011010 0100 00000010 11000100 10010000 0000", Some("Đ".as_bytes())),
            ("0011 0001 0010 10101010 0100 00000001 01000001 0000", Some(b"A")),
            ("0100 00000010 01000001", None),
            ("0001 0000000011 1111111111 0000", None),
            ("0010 000000001 111111 0000", None),
            ("0110", None),
            ("0000", None),
            ("", None),
        ] {
            assert_eq!(content(&packed(bits), 1).as_deref(), text, "{bits}");
        }
    }

    proptest! {
        #[test]
        fn any_data_ends(data in proptest::collection::vec(any::<u8>(), 0..300), version in 1..=40_usize) {
            let _ = content(&data, version);
        }
    }
}
