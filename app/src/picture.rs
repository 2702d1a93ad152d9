//! Pictures as files: codes and screens.

use std::path::Path;

use image::{GrayImage, Luma};

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

fn save(path: &Path, result: image::ImageResult<()>) -> Result<(), AppError> {
    result.map_err(|error| AppError::Write {
        path: path.display().to_string(),
        source: match error {
            image::ImageError::IoError(source) => source,
            other => std::io::Error::other(other),
        },
    })
}
