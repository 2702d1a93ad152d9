//! Pictures as files: codes and screens.

use std::path::Path;

use image::{DynamicImage, GrayImage, ImageDecoder, Luma};

use crate::failure::AppError;

/// Pixels a module of the code.
const MODULE: u32 = 8;

/// Writes `text` as a QR code in a PNG file.
pub fn qr(text: &str, path: &Path) -> Result<(), AppError> {
    let code = qrcode::QrCode::new(text).map_err(|_| AppError::Assets("qr".into()))?;
    let side = code.width() as u32;
    let quiet = 4;
    let picture =
        GrayImage::from_fn((side + 2 * quiet) * MODULE, (side + 2 * quiet) * MODULE, |x, y| {
            let place =
                |pixel: u32| (pixel / MODULE).checked_sub(quiet).filter(|module| *module < side);
            let dark = match (place(x), place(y)) {
                (Some(x), Some(y)) => code[(x as usize, y as usize)] == qrcode::Color::Dark,
                _ => false,
            };
            Luma([if dark { 0 } else { 255 }])
        });
    save(path, picture.save_with_format(path, image::ImageFormat::Png))
}

/// `text` as a QR code: the side in pixels, one a module, and the pixels (four bytes each). Around it is
/// the quiet zone that readers need.
pub fn qr_pixels(text: &str) -> Result<(u32, Vec<u8>), AppError> {
    let code = qrcode::QrCode::new(text).map_err(|_| AppError::Assets("qr".into()))?;
    let (width, quiet) = (code.width(), 4);
    let side = width + 2 * quiet;
    let mut pixels = vec![255; side * side * 4];
    for (n, module) in code.to_colors().into_iter().enumerate() {
        let (x, y) = (n % width + quiet, n / width + quiet);
        if module == qrcode::Color::Dark
            && let Some(pixel) = pixels.get_mut((y * side + x) * 4..(y * side + x) * 4 + 3)
        {
            pixel.fill(0);
        }
    }
    Ok((u32::try_from(side).unwrap_or_default(), pixels))
}

/// Writes pixels (four bytes each) as a PNG file.
pub fn png(path: &Path, width: u32, height: u32, rgba: &[u8]) -> Result<(), AppError> {
    save(
        path,
        image::save_buffer_with_format(
            path,
            rgba,
            width,
            height,
            image::ColorType::Rgba8,
            image::ImageFormat::Png,
        ),
    )
}

/// The longest side, in pixels, of a picture that is decoded: an A3 page at 400 dpi.
const LONGEST: u32 = 12_000;

/// A JPEG or PNG as pixels (four bytes each), no side longer than `side`; `None` for what is neither, is
/// damaged or is too large to be a page.
pub fn scaled(bytes: &[u8], side: u32) -> Option<(u32, u32, Vec<u8>)> {
    let mut reader = image::ImageReader::new(std::io::Cursor::new(bytes));
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    reader.limits(limits.clone());
    let mut decoder = reader.with_guessed_format().ok()?.into_decoder().ok()?;
    decoder.set_limits(limits).ok()?;
    // A telephone writes the picture as its sensor lay, and beside it how it was held.
    let held = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    if let Some(held) = held {
        picture.apply_orientation(held);
    }
    let picture = if picture.width().max(picture.height()) > side {
        picture.thumbnail(side, side)
    } else {
        picture
    };
    let rgba = picture.to_rgba8();
    Some((rgba.width(), rgba.height(), rgba.into_raw()))
}

fn save(path: &Path, result: image::ImageResult<()>) -> Result<(), AppError> {
    result.map_err(|error| AppError::Write {
        path: path.display().to_string(),
        source: match error {
            image::ImageError::IoError(source) => source,
            other => std::io::Error::other(other),
        },
    })
}
