//! The picture of a page: read with limits, made small and grey to be measured, and written again.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage,
    codecs::jpeg::{JpegEncoder, PixelDensity},
    metadata::Orientation,
};

use crate::{
    ReportError,
    error::{LEAST_DPI, MOST_POINTS},
};

/// Bytes that decoding one page may take.
const MEMORY: u64 = 4 * MOST_POINTS;
/// Most points per inch that are believed.
const FINEST_DPI: u32 = 1_200;
/// Of pages that are written anew: what is lost is below what a scanner's own compression loses.
const QUALITY: u8 = 92;
/// Longest side of the picture that is measured: A4 at a hundred points an inch.
const MEASURED: u32 = 1_200;

/// A picture that may become a page.
pub(crate) struct Decoded {
    pub picture: DynamicImage,
    pub format: ImageFormat,
    /// How a camera says that it is to be turned.
    pub turned: Orientation,
    /// Points per inch, where the picture tells.
    pub dpi: Option<u32>,
}

impl Decoded {
    /// Turns it as its camera says.
    pub fn stand_up(&mut self) {
        self.picture.apply_orientation(self.turned);
        self.turned = Orientation::NoTransforms;
    }
}

/// Reads a picture; a size that is only claimed is refused before it takes memory.
///
/// # Errors
/// [`ReportError::NoPicture`], [`ReportError::PictureTooLarge`], [`ReportError::TooCoarse`].
pub(crate) fn decode(bytes: &[u8], page: usize) -> Result<Decoded, ReportError> {
    let bad = |_| ReportError::NoPicture { page };
    let format = image::guess_format(bytes).map_err(bad)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(ReportError::NoPicture { page });
    }
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MEMORY);
    let mut reader = ImageReader::with_format(std::io::Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(bad)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err(ReportError::PictureTooLarge { page });
    }
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let dpi = match format {
        ImageFormat::Jpeg => density(bytes),
        _ => png_density(bytes),
    };
    if let Some(dpi) = dpi.filter(|dpi| *dpi < LEAST_DPI) {
        return Err(ReportError::TooCoarse { page, dpi });
    }
    // A decoder fills what is broken off with grey: a certified page must be whole.
    if format == ImageFormat::Jpeg && !is_ended(bytes) {
        return Err(ReportError::NoPicture { page });
    }
    let picture = DynamicImage::from_decoder(decoder).map_err(bad)?;
    Ok(Decoded { picture, format, turned, dpi })
}

/// What a picture shows on paper where it shows nothing: white.
pub(crate) fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    let mut rgb = RgbImage::new(rgba.width(), rgba.height());
    for (to, from) in rgb.pixels_mut().zip(rgba.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u32::from);
        let mixed = [red, green, blue].map(|colour| (colour * alpha + 255 * (255 - alpha)) / 255);
        to.0 = mixed.map(|colour| u8::try_from(colour).unwrap_or(u8::MAX));
    }
    rgb
}

/// Writes a page with its points per inch.
pub(super) fn encode(picture: &DynamicImage, dpi: Option<u32>) -> Result<Vec<u8>, ReportError> {
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    if let Some(dpi) = dpi.and_then(|dpi| u16::try_from(dpi).ok()) {
        encoder.set_pixel_density(PixelDensity::dpi(dpi));
    }
    let written = match picture {
        DynamicImage::ImageLuma8(grey) => encoder.encode_image(grey),
        colour => encoder.encode_image(&colour.to_rgb8()),
    };
    written.map_err(|_| ReportError::Assembly)?;
    Ok(jpeg)
}

/// Whether a JPEG is whole to its end mark; some scanners fill up with zeros.
fn is_ended(jpeg: &[u8]) -> bool {
    let end = jpeg.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    jpeg[..end].ends_with(&[0xFF, 0xD9])
}

/// Points per inch that a JPEG's JFIF header tells.
fn density(jpeg: &[u8]) -> Option<u32> {
    let header = jpeg.get(..18)?;
    if header.get(..4)? != [0xFF, 0xD8, 0xFF, 0xE0] || header.get(6..11)? != b"JFIF\0" {
        return None;
    }
    let across = u32::from(u16::from_be_bytes([*header.get(14)?, *header.get(15)?]));
    match header.get(13)? {
        1 => believed(across),
        2 => believed(across * 254 / 100),
        _ => None,
    }
}

/// Points per inch that a PNG's `pHYs` tells (PNG, 11.3.4.3); it stands before the first picture data.
fn png_density(png: &[u8]) -> Option<u32> {
    let mut rest = png.get(8..)?;
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?);
        let (kind, body) = (rest.get(4..8)?, rest.get(8..)?);
        match kind {
            b"IDAT" => return None,
            b"pHYs" if body.get(8)? == &1 => {
                let metre = u32::from_be_bytes(body.get(..4)?.try_into().ok()?);
                let inch = (f64::from(metre) * 0.0254).round();
                return believed(inch as u32);
            }
            // The body and its checksum.
            _ => rest = body.get(usize::try_from(length).ok()?.checked_add(4)?..)?,
        }
    }
}

/// 72 and 96 are what cameras and screens write, which know nothing of paper; more than 1,200 no scanner has.
fn believed(dpi: u32) -> Option<u32> {
    Some(dpi).filter(|dpi| !matches!(dpi, 0..=72 | 96) && *dpi <= FINEST_DPI)
}

/// A small grey picture: every point is the mean of a square of the scan's.
pub(super) struct Grey {
    pub width: usize,
    pub height: usize,
    pub points: Vec<u8>,
}

impl Grey {
    pub fn of(picture: &DynamicImage) -> Self {
        let factor = picture.width().max(picture.height()).div_ceil(MEASURED).max(1);
        let (width, height) = (picture.width() / factor, picture.height() / factor);
        let small = match factor {
            1 => picture.to_luma8(),
            // A thread, no page.
            _ if width == 0 || height == 0 => picture.thumbnail(MEASURED, MEASURED).to_luma8(),
            // Whole squares only: what is over at the right and below is less than a point.
            _ => {
                let whole = picture.crop_imm(0, 0, width * factor, height * factor);
                whole.thumbnail_exact(width, height).to_luma8()
            }
        };
        Self {
            width: small.width() as usize,
            height: small.height() as usize,
            points: small.into_raw(),
        }
    }

    pub fn at(&self, x: usize, y: usize) -> u8 {
        self.points.get(y * self.width + x).copied().unwrap_or(u8::MAX)
    }

    /// The value below which this share of the points of a part lies.
    pub fn level(part: impl Iterator<Item = u8>, share: f64) -> u8 {
        let mut counts = [0_u32; 256];
        for point in part {
            counts[usize::from(point)] += 1;
        }
        let all: u32 = counts.iter().sum();
        let mut left = f64::from(all) * share;
        for (value, count) in (0..=u8::MAX).zip(counts) {
            left -= f64::from(count);
            if left <= 0.0 && count > 0 {
                return value;
            }
        }
        u8::MAX
    }
}
