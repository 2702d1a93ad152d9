//! Pictures in which no reader may find a code.

use image::{GrayImage, Luma};
use qrcode::{Color, EcLevel, QrCode};

use crate::{Chance, Series, text};

/// What is seen instead of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without {
    /// Pure noise.
    Noise,
    /// Wood, cloth, guilloche.
    Texture,
    /// A page of print.
    Page,
    /// Checkerboards.
    Checkers,
    /// Stripes and linear bar codes.
    Stripes,
    /// Cells at random, as in other matrix codes.
    Cells,
    /// A face.
    Portrait,
    /// Finder patterns alone, three in their places or many anywhere.
    Finders,
    /// A code whose function patterns are whole and whose data is random.
    NoData,
    /// A code of which half of the data is gone.
    HalfGone,
}

impl Without {
    /// All kinds.
    pub const ALL: [Without; 10] = [
        Without::Noise,
        Without::Texture,
        Without::Page,
        Without::Checkers,
        Without::Stripes,
        Without::Cells,
        Without::Portrait,
        Without::Finders,
        Without::NoData,
        Without::HalfGone,
    ];
}

/// The `index`th picture without a code; the kinds take turns.
pub fn without_code(series: Series, index: u32) -> GrayImage {
    let chance = &mut Chance::new(series.seed() + 0x1_0000_0000 + u64::from(index));
    let (width, height) = (240 + chance.below(160) as u32, 200 + chance.below(120) as u32);
    let picture = match Without::ALL[index as usize % Without::ALL.len()] {
        Without::Noise => noise(width, height, chance),
        Without::Texture => texture(width, height, chance),
        Without::Page => page(width, height, chance),
        Without::Checkers => checkers(width, height, chance),
        Without::Stripes => stripes(width, height, chance),
        Without::Cells => cells(width, height, chance),
        Without::Portrait => portrait(width, height, chance),
        Without::Finders => finders(width, height, chance),
        Without::NoData => spoiled(1.0, chance),
        Without::HalfGone => spoiled(0.5, chance),
    };
    let (strength, lift) = (chance.within(0.0, 12.0), chance.within(-10.0, 10.0));
    let mut picture = picture;
    for pixel in picture.pixels_mut() {
        let light = f64::from(pixel.0[0]) * 0.92 + 10.0 + lift + strength * chance.normal();
        pixel.0[0] = light.clamp(0.0, 255.0) as u8;
    }
    picture
}

fn draw(width: u32, height: u32, mut light: impl FnMut(f64, f64) -> f64) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        Luma([light(f64::from(x), f64::from(y)).clamp(0.0, 255.0) as u8])
    })
}

fn shade(dark: bool) -> f64 {
    if dark { 25.0 } else { 230.0 }
}

fn noise(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let grain = 1.0 + chance.below(6) as f64;
    let seed = chance.bits();
    draw(width, height, |x, y| {
        let cell = ((x / grain) as u64) << 20 | (y / grain) as u64;
        Chance::new(seed ^ cell).within(0.0, 255.0)
    })
}

fn texture(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let waves: Vec<[f64; 4]> = (0..6)
        .map(|_| {
            let (a, b) = (chance.within(-0.8, 0.8), chance.within(-0.8, 0.8));
            [a, b, chance.within(0.0, 6.3), chance.within(10.0, 40.0)]
        })
        .collect();
    let hard = chance.odds(0.5);
    draw(width, height, |x, y| {
        let sum: f64 =
            waves.iter().map(|[a, b, phase, height]| height * (a * x + b * y + phase).sin()).sum();
        if hard { shade(sum < 0.0) } else { 128.0 + sum }
    })
}

fn page(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let (letter, line) = (chance.within(5.0, 12.0), chance.within(9.0, 22.0));
    let seed = chance.bits();
    let turn = chance.within(-0.2, 0.2);
    draw(width, height, |x, y| {
        let (x, y) = (x + turn * y, y - turn * x);
        let (column, row) = ((x / letter).floor(), (y / line).floor());
        let mut shape = Chance::new(seed ^ ((column as i64 as u64) << 24) ^ row as i64 as u64);
        let strokes = shape.bits();
        let (dx, dy) = ((x / letter - column) * 5.0, (y / line - row) * 8.0);
        let blank = shape.odds(0.18) || dx > 4.2 || dy > 5.5;
        shade(!blank && strokes >> (dx as u64 + 5 * dy as u64) & 1 == 1)
    })
}

fn checkers(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let (side, angle) = (chance.within(2.0, 24.0), chance.within(0.0, 1.6));
    let (sin, cos) = angle.sin_cos();
    draw(width, height, |x, y| {
        let (u, v) = ((x * cos + y * sin) / side, (y * cos - x * sin) / side);
        shade((u.floor() + v.floor()) as i64 & 1 == 0)
    })
}

fn stripes(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let seed = chance.bits();
    let (side, angle) = (chance.within(1.5, 7.0), chance.within(0.0, 1.6));
    let (sin, cos) = angle.sin_cos();
    // Widths 1:1:3:1:1 over and over, or bars at random.
    let finder_like = chance.odds(0.5);
    let tall = chance.within(20.0, 200.0);
    draw(width, height, |x, y| {
        let (u, v) = ((x * cos + y * sin) / side, (y * cos - x * sin) / tall);
        let bar = u.floor() as i64;
        let dark = if finder_like {
            0b0_1011_1010 >> bar.rem_euclid(9) & 1 == 1
        } else {
            Chance::new(seed ^ bar as u64 ^ ((v.floor() as i64 as u64) << 32)).odds(0.5)
        };
        shade(dark)
    })
}

fn cells(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let side = chance.within(2.0, 8.0);
    let seed = chance.bits();
    let border = chance.odds(0.5);
    draw(width, height, |x, y| {
        let (u, v) = ((x / side).floor() as i64, (y / side).floor() as i64);
        // The L and the timing of a Data Matrix code, every 24 cells.
        if border && (u % 24 == 0 || v % 24 == 23) {
            return shade(true);
        }
        shade(Chance::new(seed ^ (u as u64) << 24 ^ v as u64).odds(0.5))
    })
}

fn portrait(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let (skin, hair) = (chance.within(120.0, 220.0), chance.within(10.0, 80.0));
    let face = chance.within(0.25, 0.4) * f64::from(height);
    let eye = chance.within(0.3, 0.45);
    draw(width, height, |x, y| {
        let (u, v) = ((x - cx) / face, (y - cy) / face);
        let (eu, ev) = ((u.abs() - eye) / 0.16, (v + 0.15) / 0.08);
        let ring = eu * eu + ev * ev;
        let pupil = (u.abs() - eye).hypot(v + 0.15);
        let mouth = (u / 0.35).powi(2) + ((v - 0.5) / 0.07).powi(2);
        let light = match () {
            () if pupil < 0.04 => 15.0,
            () if ring < 1.0 => 235.0,
            () if mouth < 1.0 => 90.0,
            () if u * u + v * v * 0.65 < 1.0 && v > -0.75 => skin,
            () if u * u + (v + 0.2).powi(2) * 0.6 < 1.25 => hair,
            () if v > 1.0 && u.abs() < 1.8 => 60.0,
            () => 200.0,
        };
        light - 20.0 * u
    })
}

/// Dark and light of a finder pattern around its middle, in modules; nothing outside its light border.
fn finder(u: f64, v: f64) -> Option<bool> {
    let ring = u.abs().max(v.abs());
    (ring < 4.5).then_some(ring < 1.5 || (2.5..3.5).contains(&ring))
}

fn finders(width: u32, height: u32, chance: &mut Chance) -> GrayImage {
    let side = chance.within(2.0, 5.0);
    let modules = 17.0 + 4.0 * (1.0 + chance.below(6) as f64);
    let mut places = vec![(10.5, 10.5), (modules + 3.5, 10.5), (10.5, modules + 3.5)];
    if chance.odds(0.4) {
        places = (0..12).map(|_| (chance.within(5.0, 70.0), chance.within(5.0, 60.0))).collect();
    }
    let filled = chance.odds(0.5);
    let seed = chance.bits();
    draw(width, height, |x, y| {
        let (u, v) = (x / side, y / side);
        let pattern = places.iter().find_map(|(a, b)| finder(u - a, v - b));
        let inside = filled && u > 7.0 && v > 7.0 && u < modules + 7.0 && v < modules + 7.0;
        let cell = || Chance::new(seed ^ (u as u64) << 24 ^ v as u64).odds(0.5);
        shade(pattern.unwrap_or_else(|| inside && cell()))
    })
}

/// A code of which a share of the data modules is random.
fn spoiled(share: f64, chance: &mut Chance) -> GrayImage {
    let level = *chance.pick(&[EcLevel::L, EcLevel::M, EcLevel::Q]);
    let code = QrCode::with_error_correction_level(text(chance), level).expect("fits a code");
    let modules = code.width();
    let mut dark: Vec<bool> = code.to_colors().into_iter().map(|c| c == Color::Dark).collect();
    for (place, dark) in dark.iter_mut().enumerate() {
        let (x, y) = (place % modules, place / modules);
        let format =
            (x == 8 && (y < 9 || y + 8 >= modules)) || (y == 8 && (x < 9 || x + 8 >= modules));
        if !code.is_functional(x, y) && !format && chance.odds(share) {
            *dark = chance.odds(0.5);
        }
    }
    let side = chance.within(2.0, 5.0);
    let whole = (side * (modules + 8) as f64) as u32;
    draw(whole, whole, |x, y| {
        let (u, v) = (x / side - 4.0, y / side - 4.0);
        let inside = u >= 0.0 && v >= 0.0 && u < modules as f64 && v < modules as f64;
        shade(inside && dark[v as usize * modules + u as usize])
    })
}
