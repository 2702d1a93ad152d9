//! QR codes in pictures: photos of cards, scans of papers.
//!
//! The code of a card is dense and photos of it are poor, so the reader is the suite's own and made for
//! them: `finder` sees finder patterns, `grid` lays the symbol's grid over the picture, `equalise`
//! undoes blur, `symbol` reads soft modules with `reed_solomon` and `content`, and `seek` orders
//! the tries: the picture as it is, smaller, larger, calmer, inverted. The first way that finds codes
//! wins. A still picture in which none does is taken for a smeared one: `restore` measures how and puts
//! its light back, so that the finder patterns are seen, and `unmix` reads all modules at once. `last` asks
//! another reader where all of this found nothing. `examples/qr.rs` measures the reader against others.
//!
//! A file goes to [`decode_image`]; a camera's frames go one after the other to [`Seeker::frame`], which
//! takes at most about [`FRAME_TIME`] for each and tries another way on the next.

mod content;
mod equalise;
mod finder;
mod grid;
mod last;
mod level;
mod reed_solomon;
mod restore;
mod seek;
mod symbol;
#[cfg(test)]
pub(crate) mod tests;
mod unmix;

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Luma};

use super::CodeError;
pub use last::is_guarded;
use seek::Search;

/// Largest file taken.
pub const MAX_FILE: u64 = 32 << 20;
/// Largest width and height taken, in pixels.
pub const MAX_SIDE: u32 = 12_000;
/// Largest picture taken, in pixels.
const MAX_PIXELS: u64 = 100_000_000;
/// Memory that decoding may take, in bytes: four bytes a pixel and some work space.
const MAX_MEMORY: u64 = 512 << 20;
/// How long one picture may be searched: a clerk waits no longer.
const PATIENCE: Duration = Duration::from_secs(6);

/// How long one frame of a camera may be searched: the preview stays fluid.
pub const FRAME_TIME: Duration = Duration::from_millis(40);

/// What one code holds. QR codes say nothing of their encoding: what is no UTF-8 stays bytes.
#[derive(Clone, PartialEq, Eq)]
pub enum Payload {
    /// UTF-8 text.
    Text(String),
    /// Anything else.
    Bytes(Vec<u8>),
}

impl Payload {
    fn new(bytes: Vec<u8>) -> Payload {
        match String::from_utf8(bytes) {
            Ok(text) => Payload::Text(text),
            Err(e) => Payload::Bytes(e.into_bytes()),
        }
    }

    /// What the code holds, byte by byte.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Payload::Text(text) => text.as_bytes(),
            Payload::Bytes(bytes) => bytes,
        }
    }

    /// The text, or the bytes as `hex:` and digits, so that nothing is lost.
    pub fn raw(&self) -> String {
        match self {
            Payload::Text(text) => text.clone(),
            Payload::Bytes(bytes) => format!("hex:{}", hex::encode(bytes)),
        }
    }
}

/// Debug output may reach a log: it never shows what was read.
impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Payload::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Payload::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
        }
    }
}

/// The codes in a PNG or JPEG file's bytes; empty when there is none.
pub fn decode_image(file: &[u8]) -> Result<Vec<Payload>, CodeError> {
    Ok(decode_grey(&open(file)?))
}

/// The codes in a grey picture; empty when there is none.
pub fn decode_grey(picture: &GrayImage) -> Vec<Payload> {
    let codes = Search::new(picture, Instant::now() + PATIENCE).all();
    if codes.is_empty() { last::read(picture) } else { codes }
}

/// Looks for a code in the frames of a camera. Each frame gets a short time, and the ways take turns from
/// frame to frame: a hand that holds a card before a camera gives many tries.
#[derive(Debug, Default)]
pub struct Seeker {
    frames: u32,
}

impl Seeker {
    /// A seeker that has seen no frame.
    pub fn new() -> Seeker {
        Seeker::default()
    }

    /// The first code of one grey frame, after at most about [`FRAME_TIME`].
    pub fn frame(&mut self, frame: &GrayImage) -> Option<Payload> {
        let turn = self.frames;
        self.frames = self.frames.wrapping_add(1);
        Search::new(frame, Instant::now() + FRAME_TIME).turn(turn).into_iter().next()
    }
}

/// Decodes within limits and flattens to grey on white paper.
pub(crate) fn open(file: &[u8]) -> Result<GrayImage, CodeError> {
    if file.len() as u64 > MAX_FILE {
        return Err(CodeError::PictureTooLarge);
    }
    let format = image::guess_format(file).map_err(|_| CodeError::NotAPicture)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg) {
        return Err(CodeError::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let refused = |e| match e {
        image::ImageError::Limits(_) => CodeError::PictureTooLarge,
        _ => CodeError::NotAPicture,
    };
    let decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(CodeError::PictureTooLarge);
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    Ok(if picture.color().has_alpha() {
        let grey = picture.into_luma_alpha8();
        GrayImage::from_fn(width, height, |x, y| {
            let [light, alpha] = grey.get_pixel(x, y).0.map(u16::from);
            let light = (light * alpha + 255 * (255 - alpha)) / 255;
            Luma([u8::try_from(light).unwrap_or(255)])
        })
    } else {
        picture.into_luma8()
    })
}
