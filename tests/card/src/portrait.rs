//! Drawn portraits: a cartoon of head, hair and shoulders, different for each person.
//!
//! Drawn by formula, so no photograph of a real person is ever in the repository. A faint grain keeps
//! the JPEG at the size real chips carry.
//!
//! No encoder of JPEG 2000 is written in Rust: `portraits/` holds the same drawings, converted by OpenJPEG
//! 2.5.4 (by way of Pillow 13: `save("N.jp2", irreversible=True, quality_mode="rates",
//! quality_layers=[45], num_resolutions=6)` of what `virtual-card portrait --person N` writes).

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use crate::person::{PEOPLE, Person, Sex};

const WIDTH: u32 = 300;
const HEIGHT: u32 = 400;
/// Usual quality of the JPEG, of 100.
pub const QUALITY: u8 = 78;

/// Encoding of the photo on the chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Photo {
    /// Baseline JPEG.
    Jpeg,
    /// JPEG 2000 in its file format.
    Jp2,
    /// JPEG 2000 as a bare codestream.
    J2k,
}

type Colour = [f32; 3];

struct Look {
    skin: Colour,
    hair: Colour,
    shirt: Colour,
    long_hair: bool,
    glasses: bool,
    face_width: f32,
    fringe: f32,
    eye_gap: f32,
    smile: f32,
}

/// The person's portrait as a baseline JPEG, 300 by 400, about 15 KB.
pub fn jpeg(person: &Person) -> Vec<u8> {
    jpeg_of_quality(person, QUALITY)
}

/// The portrait in another quality, and so of another size.
pub fn jpeg_of_quality(person: &Person, quality: u8) -> Vec<u8> {
    let look = look(person);
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        // Four samples a pixel smooth the edges.
        let mut sum = [0.0; 3];
        for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            let sample = colour(&look, x as f32 + dx, y as f32 + dy);
            sum = std::array::from_fn(|i| sum[i] + sample[i] / 4.0);
        }
        let grain = (hash(x.wrapping_mul(7919) ^ y.wrapping_mul(104_729)) % 9) as f32 - 4.0;
        Rgb(sum.map(|channel| (channel + grain).clamp(0.0, 255.0) as u8))
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&picture)
        .expect("encoding into memory");
    bytes
}

/// The portrait in this encoding.
pub fn photo(person: &Person, kind: Photo) -> Vec<u8> {
    match kind {
        Photo::Jpeg => jpeg(person),
        Photo::Jp2 => jp2(person).to_vec(),
        Photo::J2k => {
            let file = jp2(person);
            let box_at = file.windows(4).position(|kind| kind == b"jp2c").expect("a codestream");
            file[box_at + 4..].to_vec()
        }
    }
}

/// A JPEG 2000 file whose grid is 60,000 by 60,000.
pub fn bomb(person: &Person) -> Vec<u8> {
    let mut file = jp2(person).to_vec();
    let grid =
        file.windows(2).position(|marker| marker == [0xFF, 0x51]).expect("a SIZ segment") + 6;
    let side = 60_000u32.to_be_bytes();
    // The grid, its offset and the tile; the file's header says the same.
    let size = [&side[..], &side, &[0; 8], &side, &side].concat();
    file[grid..grid + size.len()].copy_from_slice(&size);
    let header = file.windows(4).position(|kind| kind == b"ihdr").expect("an image header") + 4;
    file[header..header + 8].copy_from_slice(&size[..8]);
    file
}

fn jp2(person: &Person) -> &'static [u8] {
    const FILES: [&[u8]; 8] = [
        include_bytes!("../portraits/0.jp2"),
        include_bytes!("../portraits/1.jp2"),
        include_bytes!("../portraits/2.jp2"),
        include_bytes!("../portraits/3.jp2"),
        include_bytes!("../portraits/4.jp2"),
        include_bytes!("../portraits/5.jp2"),
        include_bytes!("../portraits/6.jp2"),
        include_bytes!("../portraits/7.jp2"),
    ];
    let place = PEOPLE.iter().position(|other| other.number == person.number);
    FILES[place.unwrap_or(0)]
}

fn look(person: &Person) -> Look {
    let seed = person.number.bytes().fold(17, |seed, digit| hash(seed ^ u32::from(digit)));
    let part = |n: u32| (hash(seed ^ n.wrapping_mul(0x9E37)) % 1000) as f32 / 1000.0;
    let born: u32 = person.born[6..].parse().expect("a year");
    let grey = ((1990.0 - born as f32) / 40.0).clamp(0.0, 1.0) * 110.0;
    let tone = part(1) * 26.0;
    const SHIRTS: [Colour; 6] = [
        [242.0, 242.0, 245.0],
        [58.0, 92.0, 140.0],
        [140.0, 58.0, 66.0],
        [70.0, 110.0, 90.0],
        [90.0, 84.0, 120.0],
        [205.0, 190.0, 150.0],
    ];
    Look {
        skin: [236.0 - tone, 196.0 - tone, 162.0 - tone],
        hair: [34.0 + grey + part(2) * 14.0, 28.0 + grey, 27.0 + grey],
        shirt: SHIRTS[(part(3) * 6.0) as usize % 6],
        long_hair: person.sex == Sex::Female,
        glasses: part(4) > 0.6,
        face_width: 62.0 + part(5) * 10.0,
        fringe: 128.0 + part(6) * 18.0,
        eye_gap: 27.0 + part(7) * 5.0,
        smile: part(8) * 7.0,
    }
}

/// Colour of one point, layers from back to front.
fn colour(look: &Look, x: f32, y: f32) -> Colour {
    let side = x - 150.0;
    let shade = |base: Colour, factor: f32| base.map(|channel| channel * factor);
    let ellipse = |cx: f32, cy: f32, rx: f32, ry: f32| {
        let (dx, dy) = ((x - cx) / rx, (y - cy) / ry);
        dx * dx + dy * dy <= 1.0
    };
    let mut pixel = [196.0 - y * 0.08, 208.0 - y * 0.08, 222.0 - y * 0.07];
    if look.long_hair && ellipse(150.0, 195.0, look.face_width + 26.0, 128.0) {
        pixel = shade(look.hair, 0.85);
    }
    if ellipse(150.0, 425.0, 138.0, 118.0) {
        pixel = shade(look.shirt, 1.0 - side.abs() / 700.0);
    }
    if side.abs() < 29.0 && (225.0..330.0).contains(&y) {
        pixel = shade(look.skin, 0.84);
    }
    if y > 300.0 && side.abs() < 44.0 - (y - 318.0).abs() && side.abs() > 14.0 - (y - 330.0) * 0.6 {
        pixel = shade(look.shirt, 0.9);
    }
    let ear = ellipse(150.0 - look.face_width, 200.0, 11.0, 21.0)
        || ellipse(150.0 + look.face_width, 200.0, 11.0, 21.0);
    if ear && !look.long_hair {
        pixel = shade(look.skin, 0.9);
    }
    if ellipse(150.0, 190.0, look.face_width, 88.0) {
        pixel = shade(look.skin, 1.0 - (side / look.face_width).powi(2) * 0.09);
    }
    for eye in [150.0 - look.eye_gap, 150.0 + look.eye_gap] {
        if ellipse(eye, 190.0, 12.0, 6.5) {
            pixel = [248.0, 247.0, 244.0];
        }
        if ellipse(eye, 190.0, 5.6, 5.9) {
            pixel = [52.0, 36.0, 28.0];
        }
        if ellipse(eye + 2.0, 188.0, 1.6, 1.6) {
            pixel = [255.0; 3];
        }
        let arch = 171.0 + ((x - eye) / 14.0).powi(2) * 4.0;
        if (x - eye).abs() < 15.0 && (y - arch).abs() < 2.4 {
            pixel = look.hair;
        }
        let rim = ((x - eye) / 20.0).powi(2) + ((y - 191.0) / 15.0).powi(2);
        if look.glasses && (0.86..1.06).contains(&rim) {
            pixel = [60.0, 60.0, 66.0];
        }
    }
    if look.glasses && side.abs() < look.eye_gap - 19.0 && (y - 187.0).abs() < 1.6 {
        pixel = [60.0, 60.0, 66.0];
    }
    if side.abs() < 9.0 && (y - 219.0 + (side / 9.0).powi(2) * 5.0).abs() < 2.0 {
        pixel = shade(look.skin, 0.76);
    }
    let lips = 243.0 - (side / 24.0).powi(2) * look.smile;
    if side.abs() < 24.0 && (y - lips).abs() < 4.2 * (1.0 - (side / 25.0).powi(2)).max(0.0).sqrt() {
        pixel = if look.long_hair { [190.0, 88.0, 88.0] } else { [182.0, 108.0, 96.0] };
    }
    let crown = ellipse(150.0, 168.0, look.face_width + 9.0, 86.0);
    let hairline =
        look.fringe + (side / look.face_width).powi(2) * 34.0 + (side * 0.09).sin() * 3.0;
    if crown && y < hairline {
        pixel = shade(look.hair, 1.0 + (side * 0.35).sin() * 0.08);
    }
    pixel
}

/// A small integer hash for grain and looks (xorshift multiply).
fn hash(mut n: u32) -> u32 {
    n = (n ^ (n >> 16)).wrapping_mul(0x7FEB_352D);
    n = (n ^ (n >> 15)).wrapping_mul(0x846C_A68B);
    n ^ (n >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::PEOPLE;

    #[test]
    fn portraits_differ_and_have_the_size_of_real_ones() {
        let portraits: std::collections::HashSet<Vec<u8>> = PEOPLE.iter().map(jpeg).collect();
        assert_eq!(portraits.len(), PEOPLE.len());
        for portrait in portraits {
            assert!((8_000..24_000).contains(&portrait.len()), "{} bytes", portrait.len());
            let picture = image::load_from_memory(&portrait).unwrap();
            assert_eq!((picture.width(), picture.height()), (WIDTH, HEIGHT));
        }
    }
}
