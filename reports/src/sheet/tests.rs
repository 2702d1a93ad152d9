#![allow(clippy::unwrap_used, clippy::expect_used)]
use image::{GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use proptest::prelude::*;

use super::*;

/// A page that is drawn at an angle: its colour at a place, counted from the page's corner in points.
struct Drawn {
    width: u32,
    height: u32,
    /// Of the sheet within the picture, centred.
    sheet: (f64, f64),
    ground: u8,
    text: Text,
}

#[derive(Clone, Copy, PartialEq)]
enum Text {
    None,
    Lines,
    /// Lines of text of a page that lies on its side.
    Columns,
}

/// A small page of text that fills its picture.
const SMALL: Drawn =
    Drawn { width: 900, height: 1_200, sheet: (9_000.0, 9_000.0), ground: 250, text: Text::Lines };

/// A sheet of 150 × 200 mm on a dark lid of A4, at 100 points an inch.
const ON_DARK: Drawn =
    Drawn { width: 827, height: 1_169, sheet: (590.0, 787.0), ground: 40, text: Text::Lines };

/// Some value from 0 to 1 that a place always has.
fn noise(a: i64, b: i64) -> f64 {
    let mixed =
        (a.wrapping_mul(0x9E37_79B9) ^ b.wrapping_mul(0x85EB_CA6B)).wrapping_mul(0xC2B2_AE35);
    ((mixed >> 7) & 0xFFFF) as f64 / 65_535.0
}

/// Words of strokes in lines 24 points apart.
fn letter(along: f64, across: f64, length: f64) -> bool {
    let line = (across / 24.0).floor();
    let (within, end) = (across - line * 24.0, length * (0.6 + 0.4 * noise(line as i64, 7)));
    if !(0.0..end).contains(&along) || line < 0.0 {
        return false;
    }
    let stroke = (along / 5.0).floor() as i64;
    // Every sixth or so is a space; the others are of different height.
    let height = 5.0 + 6.0 * noise(stroke, line as i64);
    noise(stroke, line as i64 + 99) > 0.18
        && (16.0 - height..16.0).contains(&within)
        && along % 5.0 < 3.0
}

impl Drawn {
    fn colour(&self, u: f64, v: f64) -> f64 {
        let (half_x, half_y) = (self.sheet.0 / 2.0, self.sheet.1 / 2.0);
        if u.abs() > half_x || v.abs() > half_y {
            return f64::from(self.ground);
        }
        let (x, y) =
            (half_x.min(f64::from(self.width) / 2.0), half_y.min(f64::from(self.height) / 2.0));
        let (left, top) = (u + x * 0.8, v + y * 0.8);
        let ink = v.abs() < y * 0.8
            && u.abs() < x * 0.8
            && match self.text {
                Text::None => false,
                Text::Lines => letter(left, top, x * 1.6),
                Text::Columns => letter(top, left, y * 1.6),
            };
        if ink { 30.0 } else { 245.0 }
    }

    /// Turned clockwise by so many degrees.
    fn at(&self, degrees: f64) -> GrayImage {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let middle = (f64::from(self.width) / 2.0, f64::from(self.height) / 2.0);
        GrayImage::from_fn(self.width, self.height, |x, y| {
            let mut sum = 0.0;
            for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let (x, y) = (f64::from(x) + dx - middle.0, f64::from(y) + dy - middle.1);
                sum += self.colour(x * cosine + y * sine, y * cosine - x * sine);
            }
            Luma([(sum / 4.0) as u8])
        })
    }
}

fn jpeg(picture: &GrayImage, dpi: u32) -> Vec<u8> {
    encode(&image::DynamicImage::ImageLuma8(picture.clone()), Some(dpi)).unwrap()
}

fn open(picture: &GrayImage) -> Sheet {
    Sheet::open(&jpeg(picture, 200), 1).unwrap()
}

fn measured(picture: &GrayImage) -> Option<f64> {
    let found = skew::measure(&Grey::of(&image::DynamicImage::ImageLuma8(picture.clone())));
    found.map(|angle| f64::from(angle.0) / 100.0)
}

/// What is done to a page that somebody looked at and had cut to its sheet.
fn cut_to_sheet(sheet: &Sheet) -> Treatment {
    let found = sheet.found();
    Treatment { cut: found.cut, ..found.straightening() }
}

fn straightened(picture: &GrayImage) -> GrayImage {
    let sheet = open(picture);
    let treated = sheet.treated(&cut_to_sheet(&sheet)).unwrap().unwrap();
    image::load_from_memory(&treated).unwrap().to_luma8()
}

#[test]
fn an_angle_is_measured_to_a_tenth_of_a_degree() {
    for drawn in [&SMALL, &ON_DARK, &Drawn { text: Text::Columns, ..SMALL }] {
        for degrees in [-10.0, -7.3, -3.1, -1.0, -0.35, 0.0, 0.3, 0.75, 2.0, 4.64, 9.9] {
            let found = measured(&drawn.at(degrees)).unwrap();
            assert!((found - degrees).abs() <= 0.1, "{degrees}: {found}");
        }
    }
    // An empty sheet is seen by its edges.
    let empty = Drawn { text: Text::None, ..ON_DARK };
    let found = measured(&empty.at(3.4)).unwrap();
    assert!((found - 3.4).abs() <= 0.1, "{found}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_angle_is_found_and_undone(degrees in -10.0_f64..10.0) {
        let drawn = SMALL.at(degrees);
        let found = measured(&drawn).unwrap();
        prop_assert!((found - degrees).abs() <= 0.1, "{}: {}", degrees, found);
        if degrees.abs() > 0.3 {
            let left = measured(&straightened(&drawn)).unwrap();
            prop_assert!(left.abs() <= 0.1, "{} left of {}", left, degrees);
        }
    }
}

#[test]
fn a_page_that_lies_straight_stays_byte_for_byte() {
    for degrees in [-0.15, 0.0, 0.15] {
        let sheet = open(&SMALL.at(degrees));
        assert!(sheet.found().straightening().is_none(), "{degrees}");
        assert_eq!(sheet.treated(&sheet.found().straightening()).unwrap(), None);
    }
}

#[test]
fn what_tells_no_angle_is_left_alone() {
    let size = (900, 1_200);
    let photo = RgbImage::from_fn(size.0, size.1, |x, y| {
        let wave = |n: u32, by: f64| (127.0 + 120.0 * (f64::from(n) / by).sin()) as u8;
        let grain = (noise(i64::from(x), i64::from(y)) * 60.0) as u8;
        Rgb([wave(x + y / 2, 90.0), wave(y, 130.0).saturating_add(grain), wave(x * 2 + y, 210.0)])
    });
    let grain = RgbImage::from_fn(size.0, size.1, |x, y| {
        Rgb([(noise(i64::from(x), i64::from(y)) * 255.0) as u8; 3])
    });
    let even = |grey| RgbImage::from_pixel(size.0, size.1, Rgb([grey; 3]));
    for (name, picture) in [
        ("photo", photo),
        ("grain", grain),
        ("black", even(0)),
        ("white", even(255)),
        ("grey", even(128)),
    ] {
        let mut png = Vec::new();
        picture.write_to(&mut std::io::Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let sheet = Sheet::open(&png, 1).unwrap();
        assert!(cut_to_sheet(&sheet).is_none(), "{name}: {:?}", sheet.found());
    }
}

/// Which way up it is, nobody is asked here.
#[test]
fn a_page_upside_down_stays_so() {
    let upside = image::imageops::rotate180(&SMALL.at(0.0));
    assert!(open(&upside).found().straightening().is_none());
    let turned = image::imageops::rotate180(&SMALL.at(2.0));
    let found = open(&turned).found();
    assert!((f64::from(found.skew.0) / 100.0 - 2.0).abs() <= 0.1);
    let right = image::imageops::rotate180(&straightened(&turned));
    // Its lines begin at the left again.
    let dark = |picture: &GrayImage, from: u32| {
        let part = image::imageops::crop_imm(picture, from, 0, 120, picture.height());
        part.to_image().pixels().filter(|point| point.0[0] < 100).count()
    };
    assert!(dark(&right, 100) > 2 * dark(&right, right.width() - 220));
}

/// All ink is there afterwards, at its place.
#[test]
fn the_text_stays() {
    let straight = SMALL.at(0.0);
    let ink = |picture: &GrayImage| {
        picture.pixels().map(|point| f64::from(255 - point.0[0])).sum::<f64>()
    };
    for degrees in [-6.0, 1.5, 9.0] {
        let found = straightened(&SMALL.at(degrees));
        // The corners that turning adds hold nothing, so they are taken off again.
        let (width, height) = (found.width(), found.height());
        assert!(width.abs_diff(900) <= 6 && height.abs_diff(1_200) <= 6, "{width} × {height}");
        let share = ink(&found) / ink(&straight);
        assert!((share - 1.0).abs() < 0.02, "{degrees}: {share}");
        let (dx, dy) = ((i64::from(width) - 900) / 2, (i64::from(height) - 1_200) / 2);
        let mut off = 0_u64;
        for (x, y, point) in straight.enumerate_pixels() {
            let place = (u32::try_from(i64::from(x) + dx), u32::try_from(i64::from(y) + dy));
            let other = match place {
                (Ok(x), Ok(y)) if x < width && y < height => found.get_pixel(x, y).0[0],
                _ => 245,
            };
            off += u64::from(point.0[0].abs_diff(other));
        }
        let off = off / (900 * 1_200);
        assert!(off < 16, "{degrees}: {off}");
    }
}

#[test]
fn a_sheet_is_cut_out_of_a_dark_ground() {
    for degrees in [-4.0, 0.0, 2.5] {
        let sheet = open(&ON_DARK.at(degrees));
        let cut = sheet.treated(&cut_to_sheet(&sheet)).unwrap().unwrap();
        let cut = image::load_from_memory(&cut).unwrap();
        let (width, height) = (f64::from(cut.width()), f64::from(cut.height()));
        // Never less than the sheet, and some millimetres of ground at most.
        assert!((590.0..600.0).contains(&width), "{degrees}: {width}");
        assert!((787.0..797.0).contains(&height), "{degrees}: {height}");
    }
    // A sheet at the corner of the glass, as most lay it.
    let page = Drawn { sheet: (827.0, 1_169.0), ..ON_DARK }.at(0.0);
    let mut glass = GrayImage::from_pixel(1_100, 1_500, Luma([120]));
    image::imageops::replace(&mut glass, &page, 0, 0);
    let cut = open(&glass).found().cut;
    assert_eq!((cut.left, cut.top), (0, 0));
    assert!((260..=273).contains(&cut.right) && (318..=331).contains(&cut.bottom), "{cut:?}");
}

/// A dark band at an edge looks as a lid does: nothing but a person's word cuts it off.
#[test]
fn nothing_is_cut_off_by_itself() {
    let band = |degrees| {
        let mut page = SMALL.at(degrees);
        for y in 0..140 {
            for x in 0..900 {
                page.put_pixel(x, y, Luma([35]));
            }
        }
        page
    };
    let straight = open(&band(0.0));
    assert_ne!(straight.found().cut, Edges::default(), "it is offered");
    assert!(straight.found().straightening().is_none());
    assert_eq!(straight.treated(&straight.found().straightening()).unwrap(), None);
    for page in [band(3.0), ON_DARK.at(3.0)] {
        let sheet = open(&page);
        let treatment = sheet.found().straightening();
        assert_ne!(treatment.skew, Angle::default());
        assert_eq!(treatment.cut, Edges::default());
        let whole = sheet.treated(&treatment).unwrap().unwrap();
        let whole = image::load_from_memory(&whole).unwrap().to_luma8();
        let dark = |picture: &GrayImage| picture.pixels().filter(|it| it.0[0] < 100).count() as f64;
        assert!(whole.width() > page.width() && whole.height() > page.height());
        assert!(dark(&whole) >= 0.98 * dark(&page), "{} of {}", dark(&whole), dark(&page));
    }
}

#[test]
fn an_identity_card_on_a_large_glass_is_found_and_dust_is_none() {
    let card = Drawn { sheet: (337.0, 212.0), text: Text::Lines, ..ON_DARK };
    let sheet = open(&card.at(1.0));
    let cut = sheet.treated(&cut_to_sheet(&sheet)).unwrap().unwrap();
    let cut = image::load_from_memory(&cut).unwrap();
    assert!((337..350).contains(&cut.width()) && (212..225).contains(&cut.height()));
    let mut dust = GrayImage::from_pixel(827, 1_169, Luma([40]));
    for (x, y) in [(100, 80), (400, 900), (700, 300)] {
        dust.put_pixel(x, y, Luma([255]));
    }
    assert!(cut_to_sheet(&open(&dust)).is_none());
}

/// A picture that reaches the edge of the sheet is the sheet's, dark as it may be.
#[test]
fn a_dark_head_of_a_sheet_is_not_cut_off() {
    let mut page = ON_DARK.at(0.0);
    // From the sheet's upper edge at 191: a band of 100 points, nearly as dark as the ground but for its ends.
    for y in 191..291 {
        for x in 250..640 {
            page.put_pixel(x, y, Luma([42]));
        }
    }
    let cut = open(&page).found().cut;
    assert!(cut.top <= 191, "{cut:?}");
}

#[test]
fn a_blank_page_is_told_from_one_with_a_number() {
    let paper = || {
        GrayImage::from_fn(1_654, 2_339, |x, y| {
            Luma([(238.0 + 8.0 * noise(i64::from(x), i64::from(y))) as u8])
        })
    };
    assert!(open(&paper()).found().blank);
    // What shines through from the other side.
    let mut through = paper();
    let text = Drawn { width: 1_654, height: 2_339, ..SMALL }.at(0.0);
    for (to, from) in through.pixels_mut().zip(text.pixels()) {
        to.0[0] = to.0[0].saturating_sub((255 - from.0[0]) / 12);
    }
    assert!(open(&through).found().blank);
    let mut numbered = paper();
    for y in 2_180..2_205 {
        for x in 822..834 {
            numbered.put_pixel(x, y, Luma([60]));
        }
    }
    assert!(!open(&numbered).found().blank);
    assert!(!open(&SMALL.at(0.0)).found().blank);
    let black = GrayImage::from_pixel(900, 1_200, Luma([0]));
    assert!(!open(&black).found().blank);
}

#[test]
fn resolution_and_colours_are_kept_and_quarters_turn() {
    let bytes = jpeg(&SMALL.at(2.0), 300);
    let sheet = Sheet::open(&bytes, 1).unwrap();
    assert_eq!(sheet.dpi(), Some(300));
    let mut treatment = sheet.found().straightening();
    let upright = Sheet::open(&sheet.treated(&treatment).unwrap().unwrap(), 1).unwrap();
    assert_eq!(upright.dpi(), Some(300));
    assert!(!upright.decoded.picture.color().has_color(), "grey stays grey");
    treatment.quarters = treatment.quarters.next();
    let side = Sheet::open(&sheet.treated(&treatment).unwrap().unwrap(), 1).unwrap();
    assert_eq!(side.size(), (upright.size().1, upright.size().0));
    let four = Quarters::None.next().next().next().next();
    assert_eq!(four, Quarters::None);
    // A PNG tells its points by the metre.
    let mut png = Vec::new();
    let picture = RgbImage::from_pixel(600, 600, Rgb([250, 240, 230]));
    picture.write_to(&mut std::io::Cursor::new(&mut png), ImageFormat::Png).unwrap();
    assert_eq!(Sheet::open(&png, 1).unwrap().dpi(), None);
    let mut chunk = vec![0, 0, 0, 9];
    chunk.extend(b"pHYs");
    let physical = |metre: u32| {
        let mut chunk = chunk.clone();
        let value = metre.to_be_bytes();
        chunk.extend([&value[..], &value, &[1]].concat());
        chunk.extend(crc(&chunk[4..]).to_be_bytes());
        [&png[..33], &chunk, &png[33..]].concat()
    };
    assert_eq!(Sheet::open(&physical(11_811), 1).unwrap().dpi(), Some(300));
    assert_eq!(
        Sheet::open(&physical(5_906), 3).err(),
        Some(ReportError::TooCoarse { page: 3, dpi: 150 })
    );
}

/// The checksum of a PNG's part.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// However much is cut off, a point stays; and what only claims to be huge is refused before it is decoded.
#[test]
fn nonsense_does_no_harm() {
    let sheet = open(&SMALL.at(0.0));
    let all = Edges { left: u32::MAX, top: 5_000, right: u32::MAX, bottom: 900 };
    for skew in [0, 300, -1_000] {
        let treatment = Treatment { skew: Angle(skew), cut: all, quarters: Quarters::Left };
        let left = sheet.treated(&treatment).unwrap().unwrap();
        assert!(image::load_from_memory(&left).is_ok());
    }
    for bytes in [&b""[..], b"%PDF-1.7", &jpeg(&SMALL.at(0.0), 200)[..900]] {
        assert_eq!(Sheet::open(bytes, 2).err(), Some(ReportError::NoPicture { page: 2 }));
    }
    let mut huge = Vec::new();
    let small = RgbImage::new(4, 4);
    small.write_to(&mut std::io::Cursor::new(&mut huge), ImageFormat::Png).unwrap();
    huge[16..24].copy_from_slice(&[0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0]);
    let sum = crc(&huge[12..29]).to_be_bytes();
    huge[29..33].copy_from_slice(&sum);
    assert!(Sheet::open(&huge, 1).is_err());
    for (width, height) in [(1, 1), (1, 3_000), (3_000, 1), (7, 9)] {
        let sheet = open(&GrayImage::from_pixel(width, height, Luma([250])));
        let turned = Treatment { skew: Angle(500), ..Treatment::default() };
        assert!(sheet.found().straightening().is_none());
        assert!(sheet.treated(&turned).unwrap().is_some());
    }
}
