//! The QR code printed on a card, as a picture.

use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

use crate::person::Person;

/// The card's QR code in black on white, `module` pixels a module, with the quiet zone of four.
pub fn picture(person: &Person, module: u32) -> GrayImage {
    let code = QrCode::with_error_correction_level(person.qr(), EcLevel::M)
        .expect("seven fields fit a code");
    let width = code.width() as u32;
    GrayImage::from_fn((width + 8) * module, (width + 8) * module, |x, y| {
        let (x, y) = ((x / module).wrapping_sub(4), (y / module).wrapping_sub(4));
        let dark = x < width && y < width && code[(x as usize, y as usize)] == Color::Dark;
        Luma([if dark { 0 } else { 255 }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::PEOPLE;

    #[test]
    fn the_picture_decodes_to_the_seven_fields() {
        for person in &PEOPLE {
            let picture = picture(person, 4);
            let (width, height) = (picture.width() as usize, picture.height() as usize);
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| {
                picture.get_pixel(x as u32, y as u32).0[0]
            });
            let (_, text) = image.detect_grids()[0].decode().unwrap();
            assert_eq!(text, person.qr());
            assert_eq!(text.split('|').count(), 7);
        }
    }
}
