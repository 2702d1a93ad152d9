#![allow(clippy::unwrap_used)]

mod page;

use image::GrayImage;
use office::{Explain, evidence::Evidence};
use virtual_card::person::{PEOPLE, Person};

use super::*;
use page::{Font, Page, blurred, glare, jpeg, noisy, shadow};

/// A passport's data page, or a card's back.
fn document(
    person: &Person,
    passport: bool,
    font: Font,
    pattern: f32,
    size: f32,
) -> (String, Page) {
    let zone = if passport { person.passport_mrz() } else { person.mrz() };
    let (width, height, left) = if passport { (125.0, 88.0, 6.5) } else { (85.6, 54.0, 4.7) };
    let page = Page::new(width, height).pattern(pattern);
    let page = page
        .line(Font::Text, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 8.0, 8.0, 2.9, None)
        .line(Font::Text, person.name, 30.0, 16.0, 2.6, None)
        .line(Font::Text, person.features, 8.0, 24.0, 1.9, None)
        .zone(font, &zone, left, height - 7.0, size);
    (zone, page)
}

/// One grade of damage and the number of its 8 pictures that must be read.
struct Grade {
    name: &'static str,
    floor: usize,
    take: fn(&Page, usize) -> GrayImage,
    pattern: f32,
    quality: u8,
}

const fn grade(
    name: &'static str,
    floor: usize,
    pattern: f32,
    quality: u8,
    take: fn(&Page, usize) -> GrayImage,
) -> Grade {
    Grade { name, floor, take, pattern, quality }
}

fn sign(k: usize) -> f32 {
    if k.is_multiple_of(2) { 1.0 } else { -1.0 }
}

const GRADES: [Grade; 12] = [
    grade("scan 300 dpi", 8, 0.0, 95, |p, _| p.seen(300.0, 0.0, [0.0; 2])),
    grade("scan 200 dpi, askew", 8, 60.0, 80, |p, k| p.seen(200.0, sign(k) * 3.0, [0.0; 2])),
    grade("scan 150 dpi", 8, 40.0, 60, |p, _| p.seen(150.0, 0.5, [0.0; 2])),
    grade("scan 100 dpi", 8, 20.0, 80, |p, _| p.seen(100.0, 0.3, [0.0; 2])),
    grade("turned by quarters", 8, 50.0, 80, |p, k| p.seen(170.0, 90.0 * (k % 4) as f32, [0.0; 2])),
    grade("turned by up to 15°", 8, 50.0, 80, |p, k| {
        p.seen(200.0, sign(k) * (4.0 + (k % 8) as f32 * 1.5), [0.0; 2])
    }),
    grade("perspective", 7, 50.0, 80, |p, k| {
        p.seen(200.0, 2.0, [0.12 * sign(k), 0.2 * sign(k / 2)])
    }),
    grade("blur", 6, 50.0, 80, |p, _| blurred(&p.seen(200.0, 1.0, [0.05, 0.1]), 1.6)),
    grade("noise", 8, 40.0, 80, |p, _| noisy(&p.seen(200.0, 1.0, [0.0; 2]), 90)),
    grade("strong pattern and shadow", 8, 110.0, 70, |p, _| {
        shadow(&p.seen(200.0, 1.0, [0.0; 2]), 0.35)
    }),
    grade("glare", 8, 50.0, 80, |p, k| {
        glare(&p.seen(200.0, 1.0, [0.0; 2]), 0.2 + 0.04 * k as f32, 0.6, 0.15, 110.0)
    }),
    grade("poor camera", 5, 70.0, 50, |p, k| {
        let seen = p.seen(150.0, sign(k) * 4.0, [0.08, 0.15]);
        shadow(&noisy(&blurred(&seen, 1.0), 40), 0.5)
    }),
];

/// Reads every second picture of each grade: 8 people, cards and passports, both designs.
fn check(grades: &[Grade]) {
    for grade in grades {
        let mut read = 0;
        for k in (0..16).filter(|k| (k / 8 + k) % 2 == 0) {
            let person = &PEOPLE[k % 8];
            let font = if k % 4 < 2 { Font::OcrB } else { Font::OtherOcrB };
            let size = 2.4 + 0.05 * (k % 3) as f32;
            let (zone, page) = document(person, (k / 4) % 2 == 0, font, grade.pattern, size);
            let Ok(photo) = read_image(&jpeg(&(grade.take)(&page, k), grade.quality)) else {
                continue;
            };
            let text = photo.lines.concat();
            let width = photo.lines[0].len();
            for (at, (read, printed)) in text.chars().zip(zone.chars()).enumerate() {
                let place = Place { line: at / width, column: at % width };
                let told = photo.doubtful.contains(&place);
                assert!(read == printed || told, "{} {k}: {text} for {zone}", grade.name);
            }
            read += usize::from(text == zone);
        }
        assert!(read >= grade.floor, "{}: {read} of 8", grade.name);
    }
}

#[test]
fn scans_are_read() {
    check(&GRADES[..6]);
}

#[test]
fn photos_are_read() {
    check(&GRADES[6..]);
}

/// The chip opens with it, and the person's facts are there as typed ones.
#[test]
fn a_zone_gives_key_and_person() {
    let (zone, page) = document(&PEOPLE[4], false, Font::OcrB, 0.0, 2.5);
    let photo = read_frame(&page.seen(200.0, 0.0, [0.0; 2])).unwrap();
    assert_eq!(photo.text().replace('\n', ""), zone);
    assert!(photo.keys().is_some());
    let identity = photo.identity(jiff::civil::date(2026, 11, 23));
    assert_eq!(identity.evidence, Evidence::Typed);
    // Nobody typed it, and its words do not say so.
    assert!(identity.evidence.meaning().contains("lấy từ dòng MRZ in trên giấy tờ"));
    assert_ne!(identity.evidence.label(), "Nhập tay");
    assert_eq!(identity.person.number.unwrap().as_str(), PEOPLE[4].number);
    assert_eq!(identity.person.birth_date, Some(jiff::civil::date(1993, 12, 31).into()));
    assert_eq!(identity.reasons.len(), 1);
}

/// Faded letters of a name are told, and the clerk is asked to compare.
#[test]
fn a_doubtful_name_is_told() {
    let (_, page) = document(&PEOPLE[0], true, Font::OcrB, 0.0, 2.5);
    let mut picture = page.seen(200.0, 0.0, [0.0; 2]);
    // Over the first letters of the name, in the upper of the two lines.
    let at = |mm: f32| (mm * 200.0 / 25.4) as u32 + 12;
    for y in at(88.0 - 7.0 - 6.35 - 1.3)..at(88.0 - 7.0 - 6.35 + 0.4) {
        for x in at(6.5 + 5.0 * 2.54)..at(6.5 + 8.0 * 2.54) {
            picture.put_pixel(x, y, image::Luma([225]));
        }
    }
    let photo = read_frame(&picture).unwrap();
    let doubtful: Vec<usize> = photo.doubtful.iter().map(|p| p.column).collect();
    assert!(photo.doubtful.iter().all(|p| p.line == 0) && !doubtful.is_empty(), "{doubtful:?}");
    assert_eq!(photo.identity(jiff::civil::date(2026, 11, 23)).reasons.len(), 2);
}

/// Any one wrong digit under a check digit, and a card whose two numbers differ.
#[test]
fn a_wrong_zone_never_comes_out() {
    for (k, (passport, at)) in [
        (false, 5),
        (false, 14),
        (false, 20),
        (false, 33),
        (false, 59),
        (true, 45),
        (true, 53),
        (true, 60),
        (true, 87),
    ]
    .into_iter()
    .enumerate()
    {
        let person = &PEOPLE[k % 8];
        let zone = if passport { person.passport_mrz() } else { person.mrz() };
        let mut wrong = zone.into_bytes();
        wrong[at] = b'0' + (wrong[at] - b'0' + 1 + k as u8 % 8) % 10;
        let wrong = String::from_utf8(wrong).unwrap();
        let page = Page::new(125.0, 88.0).zone(Font::OcrB, &wrong, 6.5, 81.0, 2.5);
        let error = read_frame(&page.seen(150.0, 0.0, [0.0; 2])).unwrap_err();
        assert!(
            matches!(error, PhotoError::CheckDigit | PhotoError::Unclear),
            "{wrong}: {error:?}"
        );
    }
}

#[test]
fn pictures_without_a_zone_have_none() {
    let text = "HỌ VÀ TÊN: NGUYỄN VĂN A, SINH NGÀY 01/02/1990, NƠI THƯỜNG TRÚ: THÔN 3";
    let spaced = "TRANG<<IN<CHU<DEU<NHAU<0123456789<ABCDEFGHIJ";
    let lines = |font, text: &str, pitch| {
        (0..12).fold(Page::new(125.0, 88.0), |page, k| {
            page.line(font, text, 5.0, 7.0 + 6.35 * k as f32, 2.5, pitch)
        })
    };
    let stripes = GrayImage::from_fn(900, 600, |x, y| {
        image::Luma([if x % 17 < 8 && y % 40 < 18 { 30 } else { 230 }])
    });
    for (name, picture) in [
        ("text", lines(Font::Text, text, None).seen(200.0, 0.0, [0.0; 2])),
        ("typewriter", lines(Font::Text, text, Some(2.54)).seen(200.0, 0.0, [0.0; 2])),
        ("OCR-B without order", lines(Font::OcrB, spaced, Some(2.54)).seen(150.0, 0.0, [0.0; 2])),
        ("QR code", crate::code::image::tests::draw(text.as_bytes(), 9)),
        ("stripes", stripes),
        ("noise", noisy(&GrayImage::from_pixel(800, 600, image::Luma([128])), 200)),
        ("pattern", Page::new(125.0, 88.0).pattern(150.0).seen(150.0, 0.0, [0.0; 2])),
        ("one point", GrayImage::from_pixel(1, 1, image::Luma([0]))),
        ("empty", GrayImage::new(0, 0)),
    ] {
        assert!(read_frame(&picture).is_err(), "{name}");
    }
    assert_eq!(read_image(b"no picture").unwrap_err().code(), "IDN-57");
}
