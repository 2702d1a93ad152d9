//! A chip's photo as pixels, for whoever shows it: one way for JPEG and JPEG 2000.
//!
//! The ledger keeps the chip's own bytes; they are decoded when somebody looks. The bytes are signed at
//! best and forged at worst, so what a decoder would need is known from the headers before it runs.

mod jpeg2000;

use std::{io::Cursor, panic};

use image::{ImageFormat, ImageReader, Limits};

use crate::groups::face::Format;

/// Longest side in pixels. ICAO 9303-9 asks for 90 pixels between the eyes: portraits have some hundred.
const MAX_SIDE: u32 = 4000;
/// Most pixels: 1600 by 1600.
const MAX_PIXELS: u32 = 2_560_000;

/// A photo as pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue, alpha of each pixel, row by row.
    pub rgba: Vec<u8>,
}

/// The photo stays out of logs.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}

/// Decodes a photo as the chip holds it; `None` for other formats, broken photos and those beyond the
/// limits. Octets after the photo do not matter.
pub fn decode(bytes: &[u8]) -> Option<Picture> {
    match Format::of(bytes)? {
        Format::Jpeg => {
            let pixels = jpeg(bytes)?.decode().ok()?.into_rgba8();
            let (width, height) = pixels.dimensions();
            Some(Picture { width, height, rgba: pixels.into_raw() })
        }
        // The decoder asserts what a hostile codestream may break; a photo must not end the program.
        Format::Jpeg2000 => panic::catch_unwind(|| jpeg2000::decode(bytes)).ok()?,
    }
}

/// Whether the headers promise a photo within the limits.
pub(crate) fn is_drawable(bytes: &[u8]) -> bool {
    match Format::of(bytes) {
        Some(Format::Jpeg) => jpeg(bytes).is_some(),
        Some(Format::Jpeg2000) => jpeg2000::affordable(bytes).is_some(),
        None => false,
    }
}

fn jpeg(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let reader = || ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg);
    let (width, height) = reader().into_dimensions().ok()?;
    let mut reader = reader();
    let mut limits = Limits::default();
    limits.max_alloc = Some(u64::from(MAX_PIXELS) * 8);
    reader.limits(limits);
    fits(width, height).then_some(reader)
}

fn fits(width: u32, height: u32) -> bool {
    (1..=MAX_SIDE).contains(&width)
        && (1..=MAX_SIDE).contains(&height)
        && width * height <= MAX_PIXELS
}

#[cfg(test)]
mod tests;
