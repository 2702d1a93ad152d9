//! A code on a card on a desk, and the camera.

use std::{f64::consts::TAU, io::Cursor};

use image::{GrayImage, ImageFormat, Luma, codecs::jpeg::JpegEncoder};
use qrcode::{Color, EcLevel, QrCode};

use crate::{Chance, text};

/// A picture and what its code says.
pub struct Sample {
    /// The picture.
    pub picture: GrayImage,
    /// The code's text.
    pub text: String,
}

/// How a code is photographed.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Pixels a module in the middle of the code.
    pub module: f64,
    /// Rotation, in radians.
    pub angle: f64,
    /// How much nearer one side is than the other, as a share of the distance.
    pub tilt: f64,
    /// Height of the card's wave, in modules.
    pub bend: f64,
    /// Standard deviation of the blur, in pixels.
    pub blur: f64,
    /// Way of the camera during the exposure, in pixels.
    pub motion: f64,
    /// Standard deviation of the noise, in grey levels.
    pub noise: f64,
    /// Size and strength of a mirrored lamp; 1 whitens about a quarter of the code.
    pub glare: f64,
    /// How much darker the far side is.
    pub shadow: f64,
    /// Distance of ink and paper as a share of the full range.
    pub contrast: f64,
    /// Share of the code that is covered.
    pub dirt: f64,
    /// Quality of the compression.
    pub jpeg: Option<u8>,
}

impl Scene {
    /// A good photo: a little of everything.
    pub fn everyday(chance: &mut Chance) -> Scene {
        Scene {
            module: chance.within(3.0, 6.0),
            angle: chance.within(-0.12, 0.12),
            tilt: chance.within(0.0, 0.1),
            bend: 0.0,
            blur: 0.5,
            motion: 0.0,
            noise: chance.within(1.0, 4.0),
            glare: 0.0,
            shadow: chance.within(0.0, 0.25),
            contrast: chance.within(0.6, 0.85),
            dirt: 0.0,
            jpeg: Some(88),
        }
    }

    /// Takes the picture.
    pub fn shoot(&self, chance: &mut Chance) -> Sample {
        let text = text(chance);
        let level = *chance.pick(&[EcLevel::L, EcLevel::M, EcLevel::M]);
        let code = QrCode::with_error_correction_level(&text, level).expect("fits a code");
        let plane = Plane::new(&code, self.dirt, chance);
        let side = code.width() as f64 * self.module;
        let (width, height) = (side * chance.within(1.5, 2.1) + 80.0, side * 1.25 + 80.0);
        let mut light = self.expose(&plane, side, width as usize, height as usize, chance);
        light.blur(self.blur);
        light.move_by(self.motion, chance.within(0.0, TAU));
        let picture = light.develop(self.noise, chance);
        Sample {
            picture: self.jpeg.map_or_else(|| picture.clone(), |q| compress(&picture, q)),
            text,
        }
    }

    /// The light that falls on the sensor: each pixel is the mean of several points.
    fn expose(
        &self,
        plane: &Plane,
        side: f64,
        width: usize,
        height: usize,
        chance: &mut Chance,
    ) -> Light {
        let points = if self.module < 4.0 { 4 } else { 3 };
        let middle = plane.modules as f64 / 2.0;
        let (sin, cos) = self.angle.sin_cos();
        let toward = chance.within(0.0, TAU);
        let tilt = (self.tilt * toward.cos(), self.tilt * toward.sin());
        let reach = side * 0.5 * (sin.abs() + cos.abs()) + 4.0 * self.module;
        let place = |length: f64, chance: &mut Chance| {
            let slack = (length / 2.0 - reach).max(0.0) * (1.0 - self.tilt);
            length / 2.0 + chance.within(-slack, slack)
        };
        let (cx, cy) = (place(width as f64, chance), place(height as f64, chance));
        let (wave, phase) = (TAU / (plane.modules as f64 * 1.6), chance.within(0.0, TAU));
        let lamp = (chance.within(-0.4, 0.4) * side + cx, chance.within(-0.4, 0.4) * side + cy);
        let lamp_size = side * 0.22 * self.glare.sqrt().max(0.01);
        let shade = chance.within(0.0, TAU);
        let (black, white) = (128.0 - 118.0 * self.contrast, 128.0 + 112.0 * self.contrast);
        let mut light = Light::new(width, height);
        for y in 0..height {
            for x in 0..width {
                let mut sum = 0.0;
                for i in 0..points * points {
                    let px = x as f64 + ((i % points) as f64 + 0.5) / points as f64 - cx;
                    let py = y as f64 + ((i / points) as f64 + 0.5) / points as f64 - cy;
                    let w = (1.0 + (px * tilt.0 + py * tilt.1) / side).max(0.05) * self.module;
                    let u = (px * cos + py * sin) / w + middle;
                    let v = (py * cos - px * sin) / w + middle;
                    let u = u + self.bend * (wave * v + phase).sin();
                    let v = v + 0.5 * self.bend * (wave * u + 2.0 * phase).sin();
                    sum += plane.at(u, v);
                }
                let paper = sum / (points * points) as f64;
                let far = ((x as f64 - cx) * shade.cos() + (y as f64 - cy) * shade.sin()) / side;
                let shadow = 1.0 - self.shadow * (0.5 + far * 0.7).clamp(0.0, 1.0);
                let (lx, ly) = ((x as f64 - lamp.0) / lamp_size, (y as f64 - lamp.1) / lamp_size);
                let glare = if self.glare > 0.0 {
                    330.0 * (-(lx * lx + ly * ly).powf(1.5)).exp()
                } else {
                    0.0
                };
                light.pixels[y * width + x] = (black + (white - black) * paper) * shadow + glare;
            }
        }
        light
    }
}

/// What lies before the camera, in modules from the code's upper left corner; 0 is ink, 1 paper.
struct Plane {
    modules: usize,
    dark: Vec<bool>,
    /// Ink that spreads, in modules.
    gain: f64,
    quiet: f64,
    desk: f64,
    print: u64,
    /// Place, size and shade of dirt.
    spots: Vec<(f64, f64, f64, f64)>,
}

impl Plane {
    fn new(code: &QrCode, dirt: f64, chance: &mut Chance) -> Plane {
        let modules = code.width();
        let area = (modules * modules) as f64;
        let mut spots = Vec::new();
        let mut covered = 0.0;
        while covered < dirt * area {
            let radius = chance.within(0.6, 2.6);
            let (x, y) = (chance.within(0.0, modules as f64), chance.within(0.0, modules as f64));
            // A finder pattern that is gone is gone for every reader.
            let middle = |v: f64| v > 8.0 && v < modules as f64 - 8.0;
            if radius < 1.0 || middle(x) || middle(y) {
                spots.push((x, y, radius, if chance.odds(0.5) { 0.05 } else { 0.95 }));
                covered += radius * radius * 3.1;
            }
        }
        Plane {
            modules,
            dark: code.to_colors().into_iter().map(|c| c == Color::Dark).collect(),
            gain: chance.within(-0.06, 0.1),
            quiet: chance.within(2.5, 4.5),
            desk: chance.within(0.15, 0.75),
            print: chance.bits(),
            spots,
        }
    }

    fn at(&self, u: f64, v: f64) -> f64 {
        for (x, y, radius, shade) in &self.spots {
            if (u - x).powi(2) + (v - y).powi(2) < radius * radius {
                return *shade;
            }
        }
        let side = self.modules as f64;
        let beyond = (-u).max(u - side).max((-v).max(v - side));
        if beyond < self.gain.max(0.0) {
            return if self.ink(u, v) { 0.0 } else { 1.0 };
        }
        if beyond < self.quiet {
            return 1.0;
        }
        // The card: guilloche, lines of print on the left, then the desk.
        if beyond < side * 0.3 {
            let line = (v / 2.6).floor();
            let letter = self.hash((u / 1.3).floor(), line);
            let printed = v / 2.6 - line < 0.55 && u < 0.0 && !letter.is_multiple_of(4);
            let stroke =
                printed && !self.hash((u / 0.4).floor(), (v / 0.4).floor()).is_multiple_of(3);
            let wave = 0.06 * ((u * 0.9).sin() + (v * 0.7 + (u * 0.3).sin()).sin());
            return if stroke { 0.15 } else { 0.82 + wave };
        }
        let grain = (self.hash((u * 1.5).floor(), (v * 0.25).floor()) % 64) as f64 / 64.0;
        self.desk + 0.12 * grain
    }

    fn ink(&self, u: f64, v: f64) -> bool {
        if self.gain < 0.0 {
            let e = -self.gain;
            return [(-e, -e), (e, -e), (-e, e), (e, e)]
                .iter()
                .all(|(du, dv)| self.module(u + du, v + dv));
        }
        let e = self.gain;
        [(-e, -e), (e, -e), (-e, e), (e, e)].iter().any(|(du, dv)| self.module(u + du, v + dv))
    }

    fn module(&self, u: f64, v: f64) -> bool {
        let side = self.modules as f64;
        (0.0..side).contains(&u)
            && (0.0..side).contains(&v)
            && self.dark[v as usize * self.modules + u as usize]
    }

    fn hash(&self, x: f64, y: f64) -> u64 {
        Chance::new(self.print ^ ((x as i64 as u64) << 32) ^ (y as i64 as u64 & 0xffff_ffff)).bits()
            >> 8
    }
}

struct Light {
    width: usize,
    height: usize,
    pixels: Vec<f64>,
}

impl Light {
    fn new(width: usize, height: usize) -> Light {
        Light { width, height, pixels: vec![0.0; width * height] }
    }

    fn get(&self, x: i64, y: i64) -> f64 {
        let x = x.clamp(0, self.width as i64 - 1) as usize;
        let y = y.clamp(0, self.height as i64 - 1) as usize;
        self.pixels[y * self.width + x]
    }

    fn blur(&mut self, sigma: f64) {
        let reach = (sigma * 3.0).ceil() as i64;
        let weights: Vec<f64> =
            (-reach..=reach).map(|d| (-(d * d) as f64 / (2.0 * sigma * sigma)).exp()).collect();
        let way = |dx, dy| -> Vec<_> { (-reach..=reach).map(|d| (d * dx, d * dy)).collect() };
        self.spread(&way(1, 0), &weights);
        self.spread(&way(0, 1), &weights);
    }

    fn move_by(&mut self, length: f64, angle: f64) {
        if length < 0.5 {
            return;
        }
        let steps = (length * 2.0).ceil() as i64;
        let way: Vec<_> = (0..=steps)
            .map(|i| (i as f64 / steps as f64 - 0.5) * length)
            .map(|d| ((d * angle.cos()).round() as i64, (d * angle.sin()).round() as i64))
            .collect();
        self.spread(&way, &vec![1.0; way.len()]);
    }

    fn spread(&mut self, way: &[(i64, i64)], weights: &[f64]) {
        let all: f64 = weights.iter().sum();
        let mut out = Light::new(self.width, self.height);
        for y in 0..self.height {
            for x in 0..self.width {
                let sum: f64 = way
                    .iter()
                    .zip(weights)
                    .map(|((dx, dy), weight)| self.get(x as i64 + dx, y as i64 + dy) * weight)
                    .sum();
                out.pixels[y * self.width + x] = sum / all;
            }
        }
        *self = out;
    }

    fn develop(&self, noise: f64, chance: &mut Chance) -> GrayImage {
        GrayImage::from_fn(self.width as u32, self.height as u32, |x, y| {
            let light = self.pixels[y as usize * self.width + x as usize].min(255.0);
            Luma([(light + noise * chance.normal()).clamp(0.0, 255.0) as u8])
        })
    }
}

fn compress(picture: &GrayImage, quality: u8) -> GrayImage {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).expect("encodes");
    let picture = image::load_from_memory_with_format(bytes.get_ref(), ImageFormat::Jpeg);
    picture.expect("what was encoded decodes").into_luma8()
}
