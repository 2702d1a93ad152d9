//! The pages of an original as they were scanned or photographed, as an archive document (PDF/A-2b).
//!
//! A scan keeps its own points: a JPEG of a scanner goes in byte for byte. A page is as large as its resolution says,
//! and A4 where the picture does not tell one.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};
use lopdf::{
    Document, Object, Stream,
    content::{Content, Operation},
    dictionary,
};

use crate::{
    Pdf, ReportError,
    error::{LEAST_DPI, MAX_PAGES, MOST_POINTS},
    pdfa::{self, Facts},
};

/// Bytes that decoding one page may take.
const MEMORY: u64 = 4 * MOST_POINTS;
/// Of pictures that are written anew.
const QUALITY: u8 = 88;
/// A4 in points.
const A4: (f32, f32) = (595.28, 841.89);
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

/// Puts pages together, in their order.
///
/// # Errors
/// [`ReportError::NoPicture`], [`ReportError::PictureTooLarge`], [`ReportError::TooCoarse`], [`ReportError::TooLong`].
pub fn scanned(pages: &[&[u8]], facts: &Facts) -> Result<Pdf, ReportError> {
    if pages.len() > MAX_PAGES {
        return Err(ReportError::TooLong);
    }
    let mut document = Document::with_version("1.7");
    let tree = document.new_object_id();
    let mut kids = Vec::new();
    for (at, bytes) in pages.iter().enumerate() {
        let page = read(bytes, at + 1)?;
        kids.push(Object::Reference(put(&mut document, tree, page)?));
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
    let colours = decoder.original_color_type();
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let dpi = if format == ImageFormat::Jpeg { density(bytes) } else { None };
    if let Some(dpi) = dpi.filter(|dpi| *dpi < LEAST_DPI) {
        return Err(ReportError::TooCoarse { page, dpi });
    }
    let grey = colours == image::ExtendedColorType::L8;
    let as_it_is = format == ImageFormat::Jpeg
        && turned == Orientation::NoTransforms
        && (grey || colours == image::ExtendedColorType::Rgb8);
    // Decoded even where it goes in as it is: what is broken off is told before anybody signs it.
    let mut picture = DynamicImage::from_decoder(decoder).map_err(bad)?;
    if as_it_is {
        return Ok(Page { jpeg: bytes.to_vec(), width, height, grey, dpi });
    }
    picture.apply_orientation(turned);
    let rgb = picture.into_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&rgb).map_err(bad)?;
    Ok(Page { jpeg, width: rgb.width(), height: rgb.height(), grey: false, dpi })
}

/// Points per inch that a JPEG's JFIF header tells.
fn density(jpeg: &[u8]) -> Option<u32> {
    let header = jpeg.get(..18)?;
    if header.get(..4)? != [0xFF, 0xD8, 0xFF, 0xE0] || header.get(6..11)? != b"JFIF\0" {
        return None;
    }
    let across = u32::from(u16::from_be_bytes([*header.get(14)?, *header.get(15)?]));
    match header.get(13)? {
        1 => Some(across),
        2 => Some(across * 254 / 100),
        _ => None,
    }
    // 72 is what cameras write who know nothing of paper.
    .filter(|dpi| *dpi > 72)
}

/// Width and height of a page in points.
fn size(page: &Page) -> (f32, f32) {
    let (width, height) = (page.width as f32, page.height as f32);
    match page.dpi {
        Some(dpi) => {
            let side = |points: f32| (points * 72.0 / dpi as f32).clamp(1.0, LARGEST);
            (side(width), side(height))
        }
        None => {
            let (across, down) = if width > height { (A4.1, A4.0) } else { A4 };
            let scale = (across / width).min(down / height);
            (width * scale, height * scale)
        }
    }
}

fn put(
    document: &mut Document,
    tree: lopdf::ObjectId,
    page: Page,
) -> Result<lopdf::ObjectId, ReportError> {
    let (across, down) = size(&page);
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
    let place = [across, 0.0, 0.0, down, 0.0, 0.0].map(Object::Real);
    let content = Content {
        operations: vec![
            Operation::new("q", vec![]),
            Operation::new("cm", place.into()),
            Operation::new("Do", vec!["Picture".into()]),
            Operation::new("Q", vec![]),
        ],
    };
    let content = content.encode().map_err(|_| ReportError::Assembly)?;
    let content = document.add_object(Stream::new(dictionary! {}, content));
    Ok(document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content,
        "MediaBox" => [0.0, 0.0, across, down].map(Object::Real).to_vec(),
        "Resources" => dictionary! { "XObject" => dictionary! { "Picture" => picture } },
    }))
}
