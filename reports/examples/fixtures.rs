//! Writes the tests' papers into a folder, for validators and for the eye:
//! `cargo run -p reports --example fixtures -- DIR`.
#![allow(clippy::unwrap_used)]

#[path = "../tests/fixtures/mod.rs"]
mod fixtures;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use reports::{FormTexts, Pdf, receipt, recovery_sheet};

fn main() {
    let folder = std::env::args().nth(1).map(std::path::PathBuf::from).unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, pdf: Pdf| {
        let path = folder.join(format!("{name}.pdf"));
        std::fs::write(&path, pdf.bytes).unwrap();
        println!("{} {}", path.display(), pdf.pages);
    };
    let form = FormTexts::bundled().unwrap();
    for (name, office, dossier, size) in fixtures::all() {
        write(name, receipt(&office, &dossier, fixtures::qr(&dossier), &form, size).unwrap());
    }
    let form = FormTexts::bundled().unwrap();
    for (name, office, code) in fixtures::sheets() {
        write(name, recovery_sheet(&office, code, fixtures::MADE_AT, &form).unwrap());
    }
    write("scanned", scanned_copy());
    let papers = fixtures::steps::papers().into_iter().chain(fixtures::tables::papers());
    for (name, pdf, _) in papers.chain(fixtures::acts::papers()).chain(fixtures::bound::papers()) {
        write(name, pdf);
    }
}

/// An electronic copy before it is signed: a grey and a coloured scan, a photograph without a resolution, a drawing
/// that is partly transparent.
fn scanned_copy() -> Pdf {
    let colour = RgbImage::from_fn(1_654, 2_339, |x, y| Rgb([(x / 7) as u8, (y / 10) as u8, 180]));
    let clear = RgbaImage::from_fn(1_200, 1_600, |x, y| Rgba([20, 60, 90, ((x + y) / 11) as u8]));
    let grey = DynamicImage::ImageLuma8(DynamicImage::ImageRgb8(colour.clone()).into_luma8());
    let encoded = |picture: &DynamicImage, format| {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    };
    let photograph = encoded(&DynamicImage::ImageRgb8(colour), ImageFormat::Jpeg);
    let mut scan = photograph.clone();
    // The density of its JFIF header: 200 points an inch.
    scan[13..18].copy_from_slice(&[1, 0, 200, 0, 200]);
    let pages = [
        scan,
        encoded(&grey, ImageFormat::Jpeg),
        photograph,
        encoded(&DynamicImage::ImageRgba8(clear), ImageFormat::Png),
    ];
    let pages: Vec<&[u8]> = pages.iter().map(Vec::as_slice).collect();
    let facts = reports::pdfa::Facts {
        title: "Chứng thực bản sao điện tử từ bản chính số 1/2026".into(),
        at: jiff::civil::date(2026, 11, 23).at(9, 0, 0, 0),
        id: "1".into(),
    };
    reports::scanned(&pages, "MC1|C|H38.12|0123-4567-89AB-CDEF", &facts).unwrap()
}
