//! JPEG 2000 (ISO/IEC 15444-1), from a JP2 file or bare.
//!
//! A few octets can ask a decoder for gigabytes: by the grid, by tiny tiles, by precincts of one sample,
//! by layers. [`affordable`] counts all of it from the headers first, and takes no header that could
//! change the count later. ICAO portraits are grey or sRGB, which the codestream tells by itself: the
//! boxes around it, with their palettes, never reach the decoder.

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};

use super::{Picture, fits};

const START: u16 = 0xFF4F;
const SIZE: u16 = 0xFF51;
const CODING: u16 = 0xFF52;
const COMPONENT_CODING: u16 = 0xFF53;
const TILE_LENGTHS: u16 = 0xFF55;
const PACKET_LENGTHS: u16 = 0xFF58;
const QUANTIZATION: u16 = 0xFF5C;
const COMPONENT_QUANTIZATION: u16 = 0xFF5D;
const REGISTRATION: u16 = 0xFF63;
const COMMENT: u16 = 0xFF64;
const TILE_PART: u16 = 0xFF90;
const DATA: u16 = 0xFF93;

/// Most tiles. Portraits have one.
const MAX_TILES: u64 = 256;
/// Most precincts and code-blocks with their layers, of some hundred octets each in the decoder.
const MAX_PARTS: u64 = 1 << 20;

/// Decodes it; `None` if it is broken or not [`affordable`].
pub fn decode(bytes: &[u8]) -> Option<Picture> {
    let stream = affordable(bytes)?;
    let image = Image::new(stream, &DecodeSettings::default()).ok()?;
    let (width, height) = (image.width(), image.height());
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).ok()?;
    let samples = decoded.data_u8();
    let rgba: Vec<u8> = match decoded.components().len() {
        1 => samples.iter().flat_map(|grey| [*grey, *grey, *grey, 0xFF]).collect(),
        3 => samples.as_chunks::<3>().0.iter().flat_map(|[r, g, b]| [*r, *g, *b, 0xFF]).collect(),
        _ => return None,
    };
    (rgba.len() == width as usize * height as usize * 4).then_some(Picture { width, height, rgba })
}

/// The codestream, if its headers are whole and what they ask for is within the limits.
pub fn affordable(bytes: &[u8]) -> Option<&[u8]> {
    let stream = codestream(bytes)?;
    let rest = after_main_header(stream)?;
    tile_parts(rest).then_some(stream)
}

/// The first codestream box of a JP2 file; a bare codestream is its own.
fn codestream(bytes: &[u8]) -> Option<&[u8]> {
    if u16_at(bytes, 0)? == START {
        return Some(bytes);
    }
    let mut rest = bytes;
    loop {
        let kind = rest.get(4..8)?;
        let (header, length) = match u32_at(rest, 0)? {
            0 => (8, rest.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(*rest.get(8..)?.first_chunk()?)).ok()?),
            length => (8, length as usize),
        };
        // A cut file still shows what there is of it.
        let whole = rest.get(..length).unwrap_or(rest);
        if kind == b"jp2c" {
            return whole.get(header..);
        }
        rest = rest.get(length.max(header)..)?;
    }
}

/// Checks the main header (annex A.4 to A.6) and returns what begins with the first tile-part.
fn after_main_header(stream: &[u8]) -> Option<&[u8]> {
    let rest = stream.get(2..).filter(|_| u16_at(stream, 0) == Some(START))?;
    let (marker, body, mut rest) = segment(rest)?;
    let size = Size::parse(body).filter(|_| marker == SIZE)?;
    let mut layers = 1;
    let mut parts = 0;
    while u16_at(rest, 0)? != TILE_PART {
        let (marker, body, after) = segment(rest)?;
        match marker {
            CODING => {
                layers = u64::from(u16_at(body, 2)?).max(layers);
                parts += size.components * size.parts(*body.first()?, body.get(5..)?)?;
            }
            COMPONENT_CODING => parts += size.parts(*body.get(1)?, body.get(2..)?)?,
            QUANTIZATION => quantization(body)?,
            COMPONENT_QUANTIZATION => quantization(body.get(1..)?)?,
            COMMENT | TILE_LENGTHS | REGISTRATION => {}
            _ => return None,
        }
        rest = after;
    }
    (parts.checked_mul(layers)? <= MAX_PARTS).then_some(rest)
}

/// Whether the tile-parts begin with nothing that changes what the main header said.
fn tile_parts(mut rest: &[u8]) -> bool {
    while u16_at(rest, 0) == Some(TILE_PART) {
        let Some(length) = tile_part(rest) else { return false };
        // Length 0: up to the end.
        rest = rest.get(length..).filter(|_| length != 0).unwrap_or(&[]);
    }
    true
}

fn tile_part(bytes: &[u8]) -> Option<usize> {
    let (_, body, mut rest) = segment(bytes)?;
    let length = u32_at(body, 2).filter(|_| body.len() == 8)? as usize;
    while u16_at(rest, 0)? != DATA {
        let (marker, _, after) = segment(rest)?;
        if !matches!(marker, PACKET_LENGTHS | COMMENT) {
            return None;
        }
        rest = after;
    }
    let header = bytes.len() - rest.len() + 2;
    (length == 0 || length >= header).then_some(length)
}

/// The grid and the components (A.5.1).
struct Size {
    components: u64,
    tiles: u64,
    tile: (u64, u64),
}

impl Size {
    fn parse(body: &[u8]) -> Option<Self> {
        let field = |n: usize| u32_at(body, 2 + 4 * n);
        let (width, height) = (field(0)?, field(1)?);
        let (across, down) = (field(4)?, field(5)?);
        let (left, top) = (field(6)?, field(7)?);
        let components = u16_at(body, 34)?;
        let each = body.get(36..)?;
        let sound = fits(width, height)
            && across > 0
            && down > 0
            && left < width
            && top < height
            && matches!(components, 1 | 3)
            && each.len() == 3 * usize::from(components)
            && each.as_chunks::<3>().0.iter().all(|[depth, x, y]| {
                (depth & 0x7F) < 16 && (1..=4).contains(x) && (1..=4).contains(y)
            });
        let tiles = u64::from((width - left.min(width)).div_ceil(across.max(1)))
            * u64::from((height - top.min(height)).div_ceil(down.max(1)));
        (sound && tiles <= MAX_TILES).then(|| Self {
            components: u64::from(components),
            tiles,
            tile: (u64::from(across.min(width)), u64::from(down.min(height))),
        })
    }

    /// Precincts and code-blocks of one component, at most, by the parameters of table A.15: levels,
    /// code-block width and height, style, transformation, and precincts if the style has them.
    fn parts(&self, style: u8, parameters: &[u8]) -> Option<u64> {
        let (&[levels, width, height, _, _], precincts) = parameters.split_first_chunk()?;
        let resolutions = usize::from(levels) + 1;
        let expected = if style & 1 == 1 { resolutions } else { 0 };
        if levels > 32 || width > 8 || height > 8 || precincts.len() != expected {
            return None;
        }
        let mut parts = 0;
        for resolution in 0..resolutions {
            let [x, y] =
                precincts.get(resolution).map_or([15, 15], |both| [both & 0x0F, both >> 4]);
            // Above the lowest resolution each precinct is cut in four for the sub-bands (B.6).
            let cut = u8::from(resolution > 0);
            let (inner_x, inner_y) = (x.checked_sub(cut)?, y.checked_sub(cut)?);
            let shrink = u32::from(levels) - resolution as u32;
            let across = self.tile.0.div_ceil(1 << shrink);
            let down = self.tile.1.div_ceil(1 << shrink);
            let count = |x: u8, y: u8| ((across >> x) + 2) * ((down >> y) + 2);
            parts += 3 * count(x, y) + count(inner_x.min(width + 2), inner_y.min(height + 2));
        }
        parts.checked_mul(self.tiles)
    }
}

/// A quantization segment must be as long as its style says (A.6.4): decoders differ over others.
fn quantization(body: &[u8]) -> Option<()> {
    let (style, steps) = body.split_first()?;
    let sound = match style & 0x1F {
        0 => true,
        1 => steps.len() == 2,
        2 => steps.len() % 2 == 0,
        _ => false,
    };
    sound.then_some(())
}

/// A marker with its segment, and what follows.
fn segment(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let length = usize::from(u16_at(bytes, 2)?);
    let (whole, rest) = bytes.split_at_checked(2 + length)?;
    Some((u16_at(bytes, 0)?, whole.get(4..)?, rest))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}
