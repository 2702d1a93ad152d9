//! QR codes in pictures: photos of cards, scans of papers.
//!
//! The code of a card is dense and photos of it are poor, so one picture is tried several ways, cheapest
//! first: as it is, smaller (averages noise away), with local threshold, twice as large, inverted, and in
//! tiles when the code is a small part of a large scan. The first way that finds codes wins.
//!
//! A file goes to [`decode_image`]; a camera's frames go one after the other to [`Seeker::frame`], which
//! takes at most about [`FRAME_TIME`] for each and tries other ways on the next.

mod finder;
#[cfg(test)]
pub(super) mod tests;

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Luma,
    imageops::{self, FilterType},
};

use super::CodeError;
use finder::find;

/// Largest file taken.
pub const MAX_FILE: u64 = 32 << 20;
/// Largest width and height taken, in pixels.
pub const MAX_SIDE: u32 = 12_000;
/// Largest picture taken, in pixels.
const MAX_PIXELS: u64 = 100_000_000;
/// Memory that decoding may take, in bytes: four bytes a pixel and some work space.
const MAX_MEMORY: u64 = 512 << 20;
/// The side to which a picture is scaled before the whole is searched.
const SEARCH_SIDE: u32 = 3_000;
/// A picture up to this side is also searched at twice its size.
const SMALL_SIDE: u32 = 1_600;
/// At most this side when noise is averaged away; half the picture's own side if that is less.
const CALM_SIDE: u32 = 1_000;
/// Side of a tile, and how far the next one starts: a code half a tile wide lies whole in one of them.
const TILE: u32 = 1_600;
const TILE_STEP: u32 = 800;
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
    Ok(search(&open(file)?, Instant::now() + PATIENCE))
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
        let deadline = Instant::now() + FRAME_TIME;
        let prepared = match turn % 3 {
            0 => within(frame, SEARCH_SIDE),
            1 => within(frame, CALM_SIDE.min(frame.width().max(frame.height()) / 2)),
            _ => local_threshold(&within(frame, SEARCH_SIDE)),
        };
        find(&prepared, deadline).into_iter().next()
    }
}

/// Decodes within limits and flattens to grey on white paper.
fn open(file: &[u8]) -> Result<GrayImage, CodeError> {
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

/// Tries the ways one after the other.
fn search(picture: &GrayImage, deadline: Instant) -> Vec<Payload> {
    let find = |picture: &GrayImage| find(picture, deadline);
    let side = picture.width().max(picture.height());
    let whole = within(picture, SEARCH_SIDE);
    let ways: [&dyn Fn() -> Vec<Payload>; 6] = [
        &|| find(&whole),
        &|| find(&within(picture, CALM_SIDE.min(side / 2))),
        &|| find(&local_threshold(&whole)),
        &|| if side <= SMALL_SIDE { find(&twice(picture)) } else { Vec::new() },
        &|| {
            let mut inverted = whole.clone();
            imageops::invert(&mut inverted);
            find(&inverted)
        },
        &|| if side > TILE { in_tiles(picture, deadline) } else { Vec::new() },
    ];
    ways.iter().map(|way| way()).find(|codes| !codes.is_empty()).unwrap_or_default()
}

/// The picture, scaled down to fit a square of `side`.
fn within(picture: &GrayImage, side: u32) -> GrayImage {
    let longest = picture.width().max(picture.height());
    if longest <= side {
        return picture.clone();
    }
    let scaled = |length: u32| {
        let length = u64::from(length) * u64::from(side) / u64::from(longest);
        u32::try_from(length).unwrap_or(side).max(1)
    };
    imageops::thumbnail(picture, scaled(picture.width()), scaled(picture.height()))
}

fn twice(picture: &GrayImage) -> GrayImage {
    imageops::resize(picture, picture.width() * 2, picture.height() * 2, FilterType::CatmullRom)
}

/// Codes of the first tile that has any.
fn in_tiles(picture: &GrayImage, deadline: Instant) -> Vec<Payload> {
    let starts =
        |length: u32| (0..length.saturating_sub(TILE_STEP).max(1)).step_by(TILE_STEP as usize);
    starts(picture.height())
        .flat_map(|y| starts(picture.width()).map(move |x| (x, y)))
        .map(|(x, y)| {
            let width = TILE.min(picture.width() - x);
            let height = TILE.min(picture.height() - y);
            find(&imageops::crop_imm(picture, x, y, width, height).to_image(), deadline)
        })
        .find(|codes| !codes.is_empty())
        .unwrap_or_default()
}

/// Black where a pixel is clearly darker than its neighbourhood: undoes shadow and glare.
fn local_threshold(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let radius = (width.min(height) / 16).max(8);
    let sums = Sums::new(picture);
    GrayImage::from_fn(width, height, |x, y| {
        let (left, top) = (x.saturating_sub(radius), y.saturating_sub(radius));
        let (right, bottom) = ((x + radius).min(width), (y + radius).min(height));
        let area = u64::from(right - left) * u64::from(bottom - top);
        let light = u64::from(picture.get_pixel(x, y).0[0]);
        let dark = light * area * 100 < sums.of(left, top, right, bottom) * 92;
        Luma([if dark { 0 } else { 255 }])
    })
}

/// Sums over any rectangle in four look-ups.
struct Sums {
    stride: usize,
    sums: Vec<u64>,
}

impl Sums {
    fn new(picture: &GrayImage) -> Sums {
        let stride = picture.width() as usize + 1;
        let mut sums = vec![0; stride];
        for row in picture.rows() {
            let mut line = 0;
            let above = sums.len() - stride;
            sums.push(0);
            for (x, pixel) in row.enumerate() {
                line += u64::from(pixel.0[0]);
                let sum = sums.get(above + x + 1).copied().unwrap_or(0) + line;
                sums.push(sum);
            }
        }
        Sums { stride, sums }
    }

    fn of(&self, left: u32, top: u32, right: u32, bottom: u32) -> u64 {
        let at = |x: u32, y: u32| {
            let place = y as usize * self.stride + x as usize;
            self.sums.get(place).copied().unwrap_or(0)
        };
        at(right, bottom) + at(left, top) - at(left, bottom) - at(right, top)
    }
}
