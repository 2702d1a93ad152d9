//! The pages of an original as they were scanned or photographed, as an archive document (PDF/A-2b).
//!
//! A scan keeps its own points: a JPEG of a scanner goes in byte for byte. A page is as large as its resolution says.
//! Where the picture tells none it fills A4, or less of it where that would be coarser than the law allows. The first
//! page has a white band above the picture: the stamp's room, so that it covers nothing of the original, with a QR
//! code at its left.

use image::{ImageFormat, codecs::jpeg::JpegEncoder, metadata::Orientation};
use lopdf::{
    Document, Object, Stream,
    content::{Content, Operation},
    dictionary,
};

use crate::{
    Pdf, ReportError,
    error::{LEAST_DPI, MAX_PAGES},
    page::qr::Code,
    pdfa::{self, Facts},
    sheet::{decode, on_white},
};

/// Of pictures that are written anew.
const QUALITY: u8 = 88;
/// A4 in points.
const A4: (f32, f32) = (595.28, 841.89);
/// Smallest side of a page in points: an inch. An identity card has two.
const SMALLEST: f32 = 72.0;
/// Height of the band above the first page's picture, in points: nine lines of a stamp.
const BAND: f32 = 132.0;
/// Side of the QR code's modules in points, 0.6 mm, and its distance from the page's edges.
const MODULE: f32 = 1.7;
const MARGIN: f32 = 20.0;
/// Least width of the first page, for code and stamp side by side.
const WIDTH: f32 = 290.0;
/// Largest side of a page in points (ISO 32000-1 annex C).
const LARGEST: f32 = 14_400.0;

/// A page as it stands in the file.
struct Page {
    /// A baseline or progressive JPEG.
    jpeg: Vec<u8>,
    width: u32,
    height: u32,
    grey: bool,
    /// Points per inch, where the picture tells.
    dpi: Option<u32>,
}

/// Puts pages together, in their order; `code` is the text of the QR code on the first.
///
/// # Errors
/// [`ReportError::QrTooLong`], [`ReportError::NoPicture`], [`ReportError::PictureTooLarge`], [`ReportError::TooCoarse`], [`ReportError::TooLong`].
pub fn scanned(pages: &[&[u8]], code: &str, facts: &Facts) -> Result<Pdf, ReportError> {
    if pages.len() > MAX_PAGES {
        return Err(ReportError::TooLong);
    }
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let mut kids = Vec::new();
    for (at, bytes) in pages.iter().enumerate() {
        let page = read(bytes, at + 1)?;
        let code = if at == 0 { Some(Code::of(code)?) } else { None };
        kids.push(Object::Reference(put(&mut document, tree, page, code.as_ref())?));
    }
    let count = i64::try_from(kids.len()).map_err(|_| ReportError::TooLong)?;
    document.objects.insert(
        tree,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    Ok(Pdf { bytes: pdfa::archive(document, facts)?, pages: pages.len() })
}

/// A picture as it goes into a page.
fn read(bytes: &[u8], page: usize) -> Result<Page, ReportError> {
    let mut decoded = decode(bytes, page)?;
    let (format, dpi) = (decoded.format, decoded.dpi);
    let colours = if format == ImageFormat::Jpeg { colours(bytes) } else { None };
    let found = match colours {
        Some(colours) if decoded.turned == Orientation::NoTransforms => {
            let (width, height) = (decoded.picture.width(), decoded.picture.height());
            Page { jpeg: bytes.to_vec(), width, height, grey: colours == 1, dpi }
        }
        _ => {
            decoded.stand_up();
            let rgb = on_white(decoded.picture);
            let mut jpeg = Vec::new();
            JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
                .encode_image(&rgb)
                .map_err(|_| ReportError::NoPicture { page })?;
            Page { jpeg, width: rgb.width(), height: rgb.height(), grey: false, dpi }
        }
    };
    let (across, down) = size(&found);
    if across.min(down) < SMALLEST {
        return Err(ReportError::PictureTooSmall { page });
    }
    Ok(found)
}

/// Colours of a JPEG that readers of PDF/A show as it is: 1 (grey) or 3, eight bits each; none of print's four.
fn colours(jpeg: &[u8]) -> Option<u8> {
    let mut at = 2;
    loop {
        let marker = *jpeg.get(at + 1)?;
        if jpeg.get(at) != Some(&0xFF) {
            return None;
        }
        // Baseline, extended and progressive frames (ISO 10918-1, table B.1).
        if matches!(marker, 0xC0..=0xC2) {
            let (bits, colours) = (*jpeg.get(at + 4)?, *jpeg.get(at + 9)?);
            return (bits == 8 && matches!(colours, 1 | 3)).then_some(colours);
        }
        if marker == 0xDA {
            return None;
        }
        at += 2 + usize::from(u16::from_be_bytes([*jpeg.get(at + 2)?, *jpeg.get(at + 3)?]));
    }
}

/// Width and height of a page in points.
fn size(page: &Page) -> (f32, f32) {
    let (width, height) = (page.width as f32, page.height as f32);
    match page.dpi {
        Some(dpi) => {
            let side = |points: f32| (points * 72.0 / dpi as f32).min(LARGEST - BAND);
            (side(width), side(height))
        }
        None => {
            let (across, down) = if width > height { (A4.1, A4.0) } else { A4 };
            let scale = (across / width).min(down / height).min(72.0 / LEAST_DPI as f32);
            (width * scale, height * scale)
        }
    }
}

fn put(
    document: &mut Document,
    tree: lopdf::ObjectId,
    page: Page,
    code: Option<&Code>,
) -> Result<lopdf::ObjectId, ReportError> {
    let (across, down) = size(&page);
    let (wide, top) = match code {
        Some(_) => (across.max(WIDTH), down + BAND),
        None => (across, down),
    };
    let colours = if page.grey { "DeviceGray" } else { "DeviceRGB" };
    let picture = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Filter" => "DCTDecode",
            "Width" => i64::from(page.width), "Height" => i64::from(page.height),
            "ColorSpace" => colours, "BitsPerComponent" => 8,
        },
        page.jpeg,
    )
    .with_compression(false);
    let picture = document.add_object(picture);
    let place = [across, 0.0, 0.0, down, (wide - across) / 2.0, 0.0].map(Object::Real);
    let mut operations = vec![
        Operation::new("q", vec![]),
        Operation::new("cm", place.into()),
        Operation::new("Do", vec!["Picture".into()]),
        Operation::new("Q", vec![]),
    ];
    for (row, column, length) in code.into_iter().flat_map(|code| &code.dark) {
        let (left, below) = (MARGIN + MODULE * *column as f32, MODULE * (*row + 1) as f32);
        let run = [left, top - MARGIN - below, MODULE * *length as f32, MODULE];
        operations.push(Operation::new("re", run.map(Object::Real).into()));
    }
    if code.is_some() {
        operations.push(Operation::new("f", vec![]));
    }
    let content = Content { operations }.encode().map_err(|_| ReportError::Assembly)?;
    let content = document.add_object(Stream::new(dictionary! {}, content));
    Ok(document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content,
        "MediaBox" => [0.0, 0.0, wide, top].map(Object::Real).to_vec(),
        "Resources" => dictionary! { "XObject" => dictionary! { "Picture" => picture } },
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, RgbaImage};
    use jiff::civil::date;

    use super::*;

    const CODE: &str = "MC1|C|H38.12|0123-4567-89AB-CDEF";

    fn facts() -> Facts {
        Facts { title: "Thử".into(), at: date(2026, 11, 23).at(9, 0, 0, 0), id: "1".into() }
    }

    /// A JPEG with this density; `None`: as the encoder writes it, without one.
    fn jpeg(width: u32, height: u32, dpi: Option<u16>) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 99]));
        let mut bytes = Vec::new();
        JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
        if let Some(dpi) = dpi {
            bytes[13] = 1;
            bytes[14..16].copy_from_slice(&dpi.to_be_bytes());
            bytes[16..18].copy_from_slice(&dpi.to_be_bytes());
        }
        bytes
    }

    fn png(picture: &RgbaImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bytes)
            .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgba8)
            .unwrap();
        bytes
    }

    /// Width and height of the first page in points, as a reader of PDF has them.
    fn paper(pages: &[&[u8]]) -> Result<(u32, u32), &'static str> {
        use office::Explain;
        let pdf = scanned(pages, CODE, &facts()).map_err(|error| error.code())?;
        let image = crate::preview::render(&pdf.bytes, 1.0).unwrap().remove(0);
        Ok((image.width, image.height - BAND as u32))
    }

    #[test]
    fn a_page_is_as_large_as_its_scan_says() {
        let cases = [
            // A4 at 200 dpi.
            (jpeg(1_654, 2_339, Some(200)), Ok((596, 842))),
            (jpeg(2_339, 1_654, Some(200)), Ok((842, 596))),
            // Half of it at 400.
            (jpeg(1_654, 2_339, Some(400)), Ok((298, 421))),
            (jpeg(1_654, 2_339, Some(150)), Err("REP-13")),
            // A narrow paper stands on a page that has room for code and stamp.
            (jpeg(640, 1_000, Some(200)), Ok((290, 360))),
            // What a camera writes is none: it fills A4.
            (jpeg(2_000, 3_000, Some(72)), Ok((562, 842))),
            (jpeg(2_000, 3_000, None), Ok((562, 842))),
            (jpeg(2_000, 3_000, Some(u16::MAX)), Ok((562, 842))),
            // A card of few points is no whole sheet.
            (jpeg(1_000, 630, None), Ok((360, 227))),
            // An identity card at 300 dpi.
            (jpeg(1_012, 638, Some(300)), Ok((290, 153))),
            (jpeg(300, 199, None), Err("REP-14")),
            (jpeg(300, 199, Some(200)), Err("REP-14")),
        ];
        for (i, (bytes, wanted)) in cases.into_iter().enumerate() {
            let found = paper(&[&bytes]);
            let close =
                |(a, b): (u32, u32), (c, d): (u32, u32)| a.abs_diff(c) < 2 && b.abs_diff(d) < 2;
            match (found, wanted) {
                (Ok(found), Ok(wanted)) => assert!(close(found, wanted), "{i}: {found:?}"),
                (found, wanted) => assert_eq!(found, wanted, "{i}"),
            }
        }
    }

    #[test]
    fn a_scan_goes_in_byte_for_byte_and_what_is_broken_is_refused() {
        let whole = jpeg(1_654, 2_339, Some(200));
        let holds = |pdf: &[u8], bytes: &[u8]| pdf.windows(bytes.len()).any(|part| part == bytes);
        let pdf = scanned(&[&whole, &whole], CODE, &facts()).unwrap();
        assert_eq!(pdf.pages, 2);
        assert!(holds(&pdf.bytes, &whole));
        let filled = [&whole[..], &[0; 64]].concat();
        assert!(scanned(&[&filled], CODE, &facts()).is_ok());
        let refused = |bytes: &[u8]| paper(&[&whole, bytes]);
        for cut in [0, 3, 20, 700, whole.len() / 2, whole.len() - 2] {
            assert_eq!(refused(&whole[..cut]), Err("REP-11"), "{cut}");
        }
        assert_eq!(refused(b"%PDF-1.7"), Err("REP-11"));
        assert_eq!(scanned(&[&whole], CODE, &facts()), scanned(&[&whole], CODE, &facts()));
    }

    /// Print's four colours and turned photographs are written anew; nothing shines through.
    #[test]
    fn what_readers_would_show_wrongly_is_written_anew() {
        let whole = jpeg(1_654, 2_339, None);
        assert_eq!(colours(&whole), Some(3));
        let frame = whole.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
        let mut four = whole.clone();
        four[frame + 9] = 4;
        assert_eq!(colours(&four), None);
        let clear = RgbaImage::from_pixel(1_200, 1_200, image::Rgba([0, 0, 0, 0]));
        let pdf = scanned(&[&png(&clear)], CODE, &facts()).unwrap();
        let image = crate::preview::render(&pdf.bytes, 0.2).unwrap().remove(0);
        let below = &image.rgba[image.rgba.len() / 2..];
        assert!(below.iter().all(|byte| *byte > 250), "white, not black");
    }

    #[test]
    fn the_first_page_tells_its_code() {
        let white = jpeg(1_654, 2_339, Some(200));
        let pdf = scanned(&[&white, &white], CODE, &facts()).unwrap();
        let pages = crate::preview::render(&pdf.bytes, 3.0).unwrap();
        let read = |page: &crate::preview::PageImage| {
            let (width, height) = (page.width as usize, page.height as usize);
            let grey = |x, y| page.rgba[(y * width + x) * 4];
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
            let codes: Vec<String> =
                image.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
            codes
        };
        assert_eq!(read(&pages[0]), [CODE]);
        assert!(read(&pages[1]).is_empty());
    }

    #[test]
    fn a_picture_that_claims_a_huge_size_is_refused_before_it_is_drawn() {
        let mut huge = png(&RgbaImage::new(4, 4));
        // The PNG's header: width and height; its checksum is not looked at by whoever only measures.
        huge[16..24].copy_from_slice(&[0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]);
        assert!(paper(&[&huge]).is_err());
    }
}
