//! Draws document pages and takes pictures of them: 16 points a millimetre, then a camera or scanner.

use std::io::Cursor;

use image::{GrayImage, Luma, codecs::jpeg::JpegEncoder, imageops};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
    outline::OutlinePen,
};

pub const POINTS_PER_MM: f32 = 16.0;
/// ICAO 9303-3, 4.2: ten characters to the inch.
const PITCH: f32 = 2.54;
const OCR_B: &[u8] = include_bytes!("../../../../../assets/fonts/ocr-b/OCRB.otf");
const OTHER_OCR_B: &[u8] = include_bytes!("../../../tests/fonts/OCRB7.ttf");
const TEXT: &[u8] = include_bytes!("../../../../../assets/fonts/tinos/Tinos-Regular.ttf");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Font {
    OcrB,
    /// Another drawing of OCR-B: capitals as high as digits, other curves.
    OtherOcrB,
    Text,
}

/// White paper, `width` × `height` millimetres.
pub struct Page(pub GrayImage);

impl Page {
    pub fn new(width: f32, height: f32) -> Page {
        let points = |mm: f32| (mm * POINTS_PER_MM) as u32;
        Page(GrayImage::from_pixel(points(width), points(height), Luma([240])))
    }

    /// Wavy lines under everything, as on security paper.
    pub fn pattern(mut self, strength: f32) -> Page {
        for (x, y, pixel) in self.0.enumerate_pixels_mut() {
            let (x, y) = (x as f32 / POINTS_PER_MM, y as f32 / POINTS_PER_MM);
            let wave = (4.0 * (y + 0.9 * (x * 0.8).sin())).sin()
                + (3.1 * (x - 0.6 * (y * 1.3).sin())).sin();
            pixel.0[0] = (f32::from(pixel.0[0]) - strength * (wave + 2.0) / 4.0) as u8;
        }
        self
    }

    /// One line of characters at one pitch (`None`: as wide as they are), `x` and base line `y` in mm,
    /// with `size` mm to 723 units of the font.
    pub fn line(
        mut self,
        font: Font,
        text: &str,
        x: f32,
        y: f32,
        size: f32,
        pitch: Option<f32>,
    ) -> Page {
        let bytes = match font {
            Font::OcrB => OCR_B,
            Font::OtherOcrB => OTHER_OCR_B,
            Font::Text => TEXT,
        };
        let face = FontRef::new(bytes).unwrap();
        let (outlines, place) = (face.outline_glyphs(), LocationRef::default());
        let advances = face.glyph_metrics(Size::unscaled(), place);
        let units = face.metrics(Size::unscaled(), place).units_per_em;
        let scale = size / (0.723 * f32::from(units)) * POINTS_PER_MM;
        let mut pen = x * POINTS_PER_MM;
        for c in text.chars() {
            let Some(glyph) = face.charmap().map(c) else { continue };
            let own = advances.advance_width(glyph).unwrap() * scale;
            let advance = pitch.map_or(own, |mm| mm * POINTS_PER_MM);
            let mut edges = Edges {
                scale,
                x: pen + (advance - own) / 2.0,
                y: y * POINTS_PER_MM,
                ..Edges::default()
            };
            outlines.get(glyph).unwrap().draw(Size::unscaled(), &mut edges).unwrap();
            edges.fill(&mut self.0);
            pen += advance;
        }
        self
    }

    /// The zone's lines at the foot of a page of that width.
    pub fn zone(self, font: Font, zone: &str, left: f32, base: f32, size: f32) -> Page {
        let width = match zone.len() {
            90 => 30,
            72 => 36,
            _ => 44,
        };
        let lines = zone.len() / width;
        (0..lines).fold(self, |page, k| {
            let y = base - 6.35 * (lines - 1 - k) as f32;
            page.line(font, &zone[k * width..(k + 1) * width], left, y, size, Some(PITCH))
        })
    }

    /// What a camera or scanner sees: `dpi` points an inch, turned by `degrees`, `tilt` of perspective
    /// (0.1: one side a tenth smaller), on a dark table.
    pub fn seen(&self, dpi: f32, degrees: f32, tilt: [f32; 2]) -> GrayImage {
        let scale = dpi / 25.4 / POINTS_PER_MM;
        let (w, h) = (self.0.width() as f32 * scale, self.0.height() as f32 * scale);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (width, height) =
            (w * cos.abs() + h * sin.abs() + 24.0, w * sin.abs() + h * cos.abs() + 24.0);
        GrayImage::from_fn(width as u32, height as u32, |x, y| {
            let mut sum = 0.0;
            for sample in 0..4 {
                let (dx, dy) = ((sample % 2) as f32 * 0.5 + 0.25, (sample / 2) as f32 * 0.5 + 0.25);
                let (x, y) = (x as f32 + dx - width / 2.0, y as f32 + dy - height / 2.0);
                let away = 1.0 + tilt[0] * x / w + tilt[1] * y / h;
                let (x, y) = (x * away, y * away);
                let (x, y) =
                    ((x * cos + y * sin + w / 2.0) / scale, (y * cos - x * sin + h / 2.0) / scale);
                sum += if x < 0.0
                    || y < 0.0
                    || x >= self.0.width() as f32 - 1.0
                    || y >= self.0.height() as f32 - 1.0
                {
                    70.0
                } else {
                    super::super::light(&self.0, [x - 0.5, y - 0.5])
                };
            }
            Luma([(sum / 4.0) as u8])
        })
    }
}

pub fn noisy(picture: &GrayImage, strength: i32) -> GrayImage {
    let mut state = 0x9e37_79b9_u32;
    let mut noisy = picture.clone();
    for pixel in noisy.pixels_mut() {
        let mut shift = 0;
        for _ in 0..2 {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            shift += (state >> 8) as i32 % (strength + 1) - strength / 2;
        }
        pixel.0[0] = (i32::from(pixel.0[0]) + shift).clamp(0, 255) as u8;
    }
    noisy
}

/// A bright spot over a part of the picture; `x`, `y` and `radius` in shares of its width.
pub fn glare(picture: &GrayImage, x: f32, y: f32, radius: f32, strength: f32) -> GrayImage {
    let side = picture.width() as f32;
    let mut bright = picture.clone();
    for (px, py, pixel) in bright.enumerate_pixels_mut() {
        let away = (px as f32 / side - x).hypot(py as f32 / side - y) / radius;
        let light = f32::from(pixel.0[0]) + strength * (-away * away).exp();
        pixel.0[0] = light.min(255.0) as u8;
    }
    bright
}

/// Darker towards one side, down to `least` of the light.
pub fn shadow(picture: &GrayImage, least: f32) -> GrayImage {
    let side = picture.width() as f32;
    let mut dark = picture.clone();
    for (x, _, pixel) in dark.enumerate_pixels_mut() {
        let share = least + (1.0 - least) * x as f32 / side;
        pixel.0[0] = (f32::from(pixel.0[0]) * share) as u8;
    }
    dark
}

pub fn blurred(picture: &GrayImage, sigma: f32) -> GrayImage {
    imageops::fast_blur(picture, sigma)
}

pub fn jpeg(picture: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
    bytes.into_inner()
}

#[derive(Default)]
struct Edges {
    scale: f32,
    x: f32,
    y: f32,
    start: [f32; 2],
    pen: [f32; 2],
    edges: Vec<[[f32; 2]; 2]>,
}

impl Edges {
    fn place(&self, x: f32, y: f32) -> [f32; 2] {
        [self.x + x * self.scale, self.y - y * self.scale]
    }

    fn to(&mut self, point: [f32; 2]) {
        self.edges.push([self.pen, point]);
        self.pen = point;
    }

    /// Dark ink wherever the outline winds around a point's middle.
    fn fill(&self, paper: &mut GrayImage) {
        let rows = |f: fn(f32, f32) -> f32, start: f32| {
            self.edges.iter().flatten().map(|p| p[1]).fold(start, f)
        };
        for y in rows(f32::min, 1e6).max(0.0) as u32
            ..(rows(f32::max, 0.0).max(0.0) as u32 + 1).min(paper.height())
        {
            let level = y as f32 + 0.5;
            let mut crossings: Vec<(f32, i32)> = self
                .edges
                .iter()
                .filter(|[a, b]| (a[1] <= level) != (b[1] <= level))
                .map(|[a, b]| {
                    (
                        a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0]),
                        if a[1] < b[1] { 1 } else { -1 },
                    )
                })
                .collect();
            crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut winding = 0;
            for pair in crossings.windows(2) {
                winding += pair[0].1;
                if winding != 0 {
                    for x in pair[0].0.round().max(0.0) as u32
                        ..(pair[1].0.round().max(0.0) as u32).min(paper.width())
                    {
                        paper.put_pixel(x, y, Luma([35]));
                    }
                }
            }
        }
    }
}

impl OutlinePen for Edges {
    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.place(x, y);
        self.pen = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to(self.place(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (a, b, c) = (self.pen, self.place(x1, y1), self.place(x, y));
        for k in 1..=6 {
            let t = k as f32 / 6.0;
            let at = |i: usize| (1.0 - t) * ((1.0 - t) * a[i] + 2.0 * t * b[i]) + t * t * c[i];
            self.to([at(0), at(1)]);
        }
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, c, d) = (self.pen, self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        for k in 1..=6 {
            let t = k as f32 / 6.0;
            let s = 1.0 - t;
            let at = |i: usize| {
                s * s * s * a[i] + 3.0 * s * t * (s * b[i] + t * c[i]) + t * t * t * d[i]
            };
            self.to([at(0), at(1)]);
        }
    }

    fn close(&mut self) {
        self.to(self.start);
    }
}
