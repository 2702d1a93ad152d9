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
