#![allow(clippy::unwrap_used)]
use image::{
    RgbaImage,
    imageops::{self, FilterType},
};
use office::Explain;
use pictures::{Damage, Series};
use proptest::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

use super::*;

const PEOPLE: [&str; 5] = [
    "099099000123|099000123|NGUYỄN VĂN A|01011999|Nam|Thôn 1, Xã Hợp Thành, Lào Cai|15082025",
    "099185000001||ĐẶNG THỊ ƯỚC|29021984|Nữ|Tổ 5, Phường Cam Đường, Tỉnh Lào Cai|01072021",
    "099203004567||LÒ A PHỬ|31122003|Nam|Bản Xèo, Bát Xát, Lào Cai|01012022",
    "099312004567||H'WEN NIÊ KĐĂM|05052012|Nữ|Buôn Kwang, Đắk Lắk|02072024|||Y JUT MLÔ|H'NGUÔT NIÊ",
    "MC1|R|H38.12-261123-0007|20261123|1a2b3c4d",
];

/// How many of eight pictures of each kind of damage are read at least: one less than are read, for the
/// arithmetic of another platform may lose one.
const FLOORS: [(Damage, usize); 12] = [
    (Damage::Blur, 6),
    (Damage::Noise, 5),
    (Damage::Glare, 6),
    (Damage::Light, 7),
    (Damage::Rotation, 7),
    (Damage::Perspective, 5),
    (Damage::Small, 6),
    (Damage::Jpeg, 6),
    (Damage::Worn, 3),
    (Damage::Mixed, 4),
    (Damage::Motion, 6),
    (Damage::Focus, 5),
];

/// A code drawn with `scale` pixels a module and a quiet zone of four modules.
pub(crate) fn draw(content: &[u8], scale: u32) -> GrayImage {
    let code = QrCode::with_error_correction_level(content, EcLevel::M).unwrap();
    let modules = code.width() as u32;
    let side = (modules + 8) * scale;
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x / scale, y / scale);
        let inside = (4..modules + 4).contains(&x) && (4..modules + 4).contains(&y);
        let dark = inside && code[((x - 4) as usize, (y - 4) as usize)] == Color::Dark;
        Luma([if dark { 20 } else { 235 }])
    })
}

pub(in crate::code) fn on_paper(
    code: &GrayImage,
    width: u32,
    height: u32,
    x: i64,
    y: i64,
) -> GrayImage {
    let mut paper = GrayImage::from_pixel(width, height, Luma([235]));
    imageops::replace(&mut paper, code, x, y);
    paper
}

fn noisy(picture: &GrayImage, strength: i32) -> GrayImage {
    let mut state = 0x2545_f491_u32;
    let mut noisy = picture.clone();
    for pixel in noisy.pixels_mut() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let shift = (state >> 8) as i32 % (2 * strength + 1) - strength;
        pixel.0[0] = (i32::from(pixel.0[0]) + shift).clamp(0, 255) as u8;
    }
    noisy
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub(in crate::code) fn png(picture: &GrayImage) -> Vec<u8> {
    file(&DynamicImage::ImageLuma8(picture.clone()), ImageFormat::Png)
}

fn texts(picture: &GrayImage) -> Vec<String> {
    decode_image(&png(picture)).unwrap().iter().map(Payload::raw).collect()
}

#[test]
fn every_person_is_read_letter_by_letter() {
    for person in PEOPLE {
        for scale in [2, 3, 5, 9] {
            assert_eq!(texts(&draw(person.as_bytes(), scale)), [person], "scale {scale}");
        }
    }
}

#[test]
fn poor_pictures_are_read() {
    let [_, person, ..] = PEOPLE;
    let code = draw(person.as_bytes(), 4);
    let shadow = GrayImage::from_fn(code.width(), code.height(), |x, y| {
        let light = f64::from(code.get_pixel(x, y).0[0]);
        let share = 0.25 + 0.75 * f64::from(x) / f64::from(code.width());
        Luma([(light * share) as u8])
    });
    let mut inverted = code.clone();
    imageops::invert(&mut inverted);
    let size = code.width();
    for (name, picture) in [
        ("turned right", imageops::rotate90(&code)),
        ("upside down", imageops::rotate180(&code)),
        ("turned left", imageops::rotate270(&code)),
        ("scaled up", imageops::resize(&code, size * 7 / 4, size * 7 / 4, FilterType::Triangle)),
        ("scaled down", imageops::resize(&code, size * 3 / 4, size * 3 / 4, FilterType::Triangle)),
        ("stretched", imageops::resize(&code, size, size * 6 / 5, FilterType::Triangle)),
        ("blurred", imageops::blur(&code, 1.2)),
        ("light noise", noisy(&code, 60)),
        ("noise at double size", noisy(&draw(person.as_bytes(), 8), 110)),
        ("shadow", shadow),
        ("inverted", inverted),
        ("on an A4 scan", on_paper(&draw(person.as_bytes(), 3), 2480, 3508, 1900, 240)),
        (
            "in a corner of a large photo",
            on_paper(&draw(person.as_bytes(), 3), 5000, 4000, 4600, 3600),
        ),
    ] {
        assert_eq!(texts(&picture), [person], "{name}");
    }
}

#[test]
fn colour_transparency_and_jpeg_are_read() {
    let [person, ..] = PEOPLE;
    let code = draw(person.as_bytes(), 4);
    let transparent = RgbaImage::from_fn(code.width(), code.height(), |x, y| {
        let dark = code.get_pixel(x, y).0[0] < 128;
        image::Rgba([0, 0, 0, if dark { 255 } else { 0 }])
    });
    let colour = DynamicImage::ImageLuma8(code).into_rgb8();
    for bytes in [
        file(&DynamicImage::ImageRgba8(transparent), ImageFormat::Png),
        file(&DynamicImage::ImageRgb8(colour.clone()), ImageFormat::Png),
        file(&DynamicImage::ImageRgb8(colour), ImageFormat::Jpeg),
    ] {
        let codes = decode_image(&bytes).unwrap();
        assert_eq!(codes, [Payload::Text(person.into())]);
    }
}

#[test]
fn several_codes_in_one_picture_are_all_read() {
    let [first, second, ..] = PEOPLE;
    let (first_code, second_code) = (draw(first.as_bytes(), 4), draw(second.as_bytes(), 4));
    let mut paper = on_paper(&first_code, 900, 700, 20, 30);
    imageops::replace(&mut paper, &second_code, 450, 320);
    let mut found = texts(&paper);
    found.sort();
    let mut both = [first, second];
    both.sort_unstable();
    assert_eq!(found, both);
}

#[test]
fn a_camera_reads_within_a_few_frames() {
    let [person, ..] = PEOPLE;
    let frame = on_paper(&draw(person.as_bytes(), 4), 640, 480, 150, 90);
    let mut seeker = Seeker::new();
    let read = (0..6).find_map(|_| seeker.frame(&frame));
    assert_eq!(read, Some(Payload::Text(person.into())));
    assert_eq!(seeker.frame(&GrayImage::from_pixel(640, 480, Luma([200]))), None);
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    let code = draw(&[0xff, 0x00, 0xc3, 0x28], 4);
    assert_eq!(texts(&code), ["hex:ff00c328"]);
}

#[test]
fn pictures_without_code_have_none() {
    let white = GrayImage::from_pixel(400, 300, Luma([255]));
    let noise = noisy(&GrayImage::from_pixel(300, 300, Luma([128])), 120);
    let stripes = GrayImage::from_fn(300, 300, |x, _| Luma([if x / 7 % 2 == 0 { 0 } else { 255 }]));
    let tiny = GrayImage::from_pixel(1, 1, Luma([0]));
    let thin = GrayImage::from_pixel(2_000, 1, Luma([0]));
    for picture in [white, noise, stripes, tiny, thin] {
        assert_eq!(texts(&picture), Vec::<String>::new());
    }
}

#[test]
fn a_picture_full_of_finder_patterns_ends_in_time() {
    let pattern = |x: u32, y: u32| {
        let ring = |v: u32| (v % 18 / 2).abs_diff(3);
        let ring = ring(x).max(ring(y));
        Luma([if ring == 2 || ring > 3 { 255 } else { 0 }])
    };
    for (side, patience) in [(600, 0), (300, 200), (2_000, 200)] {
        let picture = GrayImage::from_fn(side, side, pattern);
        let start = Instant::now();
        let codes = Search::new(&picture, start + Duration::from_millis(patience)).all();
        assert_eq!(codes, []);
        // Each of the few ways may overrun by one copy of the picture.
        assert!(start.elapsed() < PATIENCE, "{side}: {:?}", start.elapsed());
    }
}

#[test]
fn of_damaged_codes_as_many_as_ever_are_read() {
    for (damage, least) in FLOORS {
        let read = (0..8)
            .map(|index| damage.sample(Series::MAKING, index, 8))
            .filter(|sample| {
                let codes = decode_grey(&sample.picture);
                assert!(
                    codes.iter().all(|code| code.raw() == sample.text),
                    "{damage:?}: a wrong text"
                );
                !codes.is_empty()
            })
            .count();
        assert!(read >= least, "{damage:?}: {read} of 8, not {least}");
    }
}

/// In this picture one of two blocks is whole and the other is covered so that another text would satisfy
/// its check words by chance.
#[test]
fn a_whole_block_does_not_vouch_for_another() {
    let sample = Damage::Worn.sample(Series(2), 13, 20);
    assert_eq!(decode_grey(&sample.picture), []);
}

#[test]
fn nothing_is_read_where_no_code_is() {
    for index in 0..100 {
        let codes = decode_grey(&pictures::without_code(Series::MAKING, index));
        assert_eq!(codes, [], "picture {index}");
    }
}

/// A PNG whose header claims `width` × `height` and whose data is a few bytes.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&GrayImage::from_pixel(8, 8, Luma([255])));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// A JPEG whose frame header claims 65,535 pixels each way.
fn claiming_jpeg() -> Vec<u8> {
    let picture = DynamicImage::ImageLuma8(draw(b"x", 4));
    let mut bytes = file(&picture, ImageFormat::Jpeg);
    let frame = bytes.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 9].fill(0xff);
    bytes
}

/// CRC-32 of PNG chunks (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1)))
    })
}

#[test]
fn bombs_and_broken_files_are_refused() {
    let whole = png(&draw(PEOPLE[0].as_bytes(), 4));
    let half = &whole[..whole.len() / 2];
    for (name, bytes, code) in [
        ("empty", vec![], "IDN-57"),
        ("text", b"099099000123||NGUYEN".to_vec(), "IDN-57"),
        ("another format", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec(), "IDN-57"),
        ("truncated", half.to_vec(), "IDN-57"),
        ("wide", claiming(12_001, 10), "IDN-56"),
        ("high", claiming(10, 12_001), "IDN-56"),
        ("huge", claiming(u32::MAX >> 1, u32::MAX >> 1), "IDN-56"),
        ("many pixels", claiming(12_000, 12_000), "IDN-56"),
        ("huge JPEG", claiming_jpeg(), "IDN-56"),
        ("claims more than it holds", claiming(4_000, 4_000), "IDN-57"),
        ("heavy", vec![0; MAX_FILE as usize + 1], "IDN-56"),
    ] {
        assert_eq!(decode_image(&bytes).unwrap_err().code(), code, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn damaged_pictures_never_break_it(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = png(&draw(PEOPLE[4].as_bytes(), 2));
        for (place, value) in damage {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let _ = decode_image(&bytes);
    }

    #[test]
    fn scribbled_codes_never_break_it(
        marks in proptest::collection::vec((0u32..120, 0u32..120, 1u32..40, 1u32..40, any::<u8>()), 0..12),
    ) {
        let mut picture = draw(PEOPLE[4].as_bytes(), 3);
        for (x, y, width, height, light) in marks {
            for (dx, dy) in (0..width).flat_map(|dx| (0..height).map(move |dy| (dx, dy))) {
                if let Some(pixel) = picture.get_pixel_mut_checked(x + dx, y + dy) {
                    pixel.0[0] = light;
                }
            }
        }
        for code in decode_grey(&picture) {
            prop_assert_eq!(code.raw(), PEOPLE[4]);
        }
    }
}
