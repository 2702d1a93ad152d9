//! A stream's data: where its bytes lie, and what they unpack to (ISO 32000-2, 7.3.8 and 7.4).

use std::{io::Read, ops::Range};

use flate2::read::ZlibDecoder;

use super::object::{Dictionary, Flaw, Object, Reader, Stream};

/// Most bytes that one packed stream may grow to.
const MAX_UNPACKED: usize = 64 << 20;

/// Whether a stream follows a dictionary.
pub(super) fn starts_stream(reader: &Reader<'_>) -> bool {
    reader.clone().keyword(b"stream").is_ok()
}

/// The bytes of a stream's data; the reader goes behind `endstream`.
pub(super) fn stream_data(reader: &mut Reader<'_>, length: i64) -> Result<Range<usize>, Flaw> {
    reader.keyword(b"stream")?;
    if !(reader.takes(b"\r\n") || reader.takes(b"\n")) {
        return Err(Flaw::Syntax);
    }
    let from = reader.at;
    let length = usize::try_from(length).map_err(|_| Flaw::Syntax)?;
    let to = from.checked_add(length).filter(|to| *to <= reader.bytes.len()).ok_or(Flaw::Syntax)?;
    reader.at = to;
    reader.end_of_line();
    reader.keyword(b"endstream")?;
    Ok(from..to)
}

/// A stream's data, unpacked: no filter, or Flate alone with at most a PNG predictor.
pub(super) fn unpacked(bytes: &[u8], stream: &Stream) -> Result<Vec<u8>, Flaw> {
    let data = bytes.get(stream.data.clone()).ok_or(Flaw::Syntax)?;
    let dictionary = &stream.dictionary;
    let single = |object: &Object| -> Result<Object, Flaw> {
        match object {
            Object::Array(items) if items.len() == 1 => Ok(items[0].clone()),
            Object::Array(_) => Err(Flaw::Filter),
            other => Ok(other.clone()),
        }
    };
    match dictionary.get(b"Filter").map(single).transpose()? {
        None => {
            return if data.len() > MAX_UNPACKED { Err(Flaw::Limit) } else { Ok(data.to_vec()) };
        }
        Some(Object::Name(name)) if name == b"FlateDecode" => {}
        Some(_) => return Err(Flaw::Filter),
    }
    let mut out = Vec::new();
    let mut decoder = ZlibDecoder::new(data).take(MAX_UNPACKED as u64 + 1);
    decoder.read_to_end(&mut out).map_err(|_| Flaw::Syntax)?;
    if out.len() > MAX_UNPACKED {
        return Err(Flaw::Limit);
    }
    match dictionary.get(b"DecodeParms").map(single).transpose()? {
        None | Some(Object::Null) => Ok(out),
        Some(Object::Dictionary(parameters)) => unpredicted(out, &parameters),
        Some(_) => Err(Flaw::Filter),
    }
}

/// Undoes PNG prediction (ISO/IEC 15948, 9.2) of rows of bytes.
fn unpredicted(data: Vec<u8>, parameters: &Dictionary) -> Result<Vec<u8>, Flaw> {
    let number = |key: &[u8], default| parameters.integer(key).unwrap_or(default);
    match number(b"Predictor", 1) {
        1 => return Ok(data),
        10..=15 => {}
        _ => return Err(Flaw::Filter),
    }
    if number(b"Colors", 1) != 1 || number(b"BitsPerComponent", 8) != 8 {
        return Err(Flaw::Filter);
    }
    let columns = usize::try_from(number(b"Columns", 1)).map_err(|_| Flaw::Filter)?;
    if !(1..=4096).contains(&columns) || !data.len().is_multiple_of(columns + 1) {
        return Err(Flaw::Filter);
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0; columns];
    for row in data.chunks_exact(columns + 1) {
        let mut line = row[1..].to_vec();
        for at in 0..columns {
            let left = if at > 0 { line[at - 1] } else { 0 };
            let corner = if at > 0 { above[at - 1] } else { 0 };
            let guess = match row[0] {
                0 => 0,
                1 => left,
                2 => above[at],
                3 => ((u16::from(left) + u16::from(above[at])) / 2) as u8,
                4 => paeth(left, above[at], corner),
                _ => return Err(Flaw::Syntax),
            };
            line[at] = line[at].wrapping_add(guess);
        }
        out.extend_from_slice(&line);
        above = line;
    }
    Ok(out)
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, above, corner].map(i16::from);
    let guess = a + b - c;
    let [pa, pb, pc] = [a, b, c].map(|one| (guess - one).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        above
    } else {
        corner
    }
}
