//! Turning by a small angle, cutting, and quarters of a turn.

use image::{DynamicImage, GrayImage, RgbImage};

use super::{Angle, Quarters, Treatment, picture::Grey};

/// Parts of a point that the sampling tells apart.
const PHASES: usize = 64;

/// The smallest upright picture that holds a turned one, and how its points lie in that.
pub(super) struct Frame {
    pub width: u32,
    pub height: u32,
    before: (f64, f64),
    sine: f64,
    cosine: f64,
}

impl Frame {
    /// Of a picture in which the page lies turned by `skew`.
    pub fn of((width, height): (u32, u32), skew: Angle) -> Self {
        let (sine, cosine) = skew.radians().sin_cos();
        let before = (f64::from(width), f64::from(height));
        let side = |a: f64, b: f64| (a * cosine + b * sine.abs()).round().max(1.0) as u32;
        Self {
            width: if skew.0 == 0 { width } else { side(before.0, before.1) },
            height: if skew.0 == 0 { height } else { side(before.1, before.0) },
            before,
            sine,
            cosine,
        }
    }

    /// Where a point of the upright picture lies in the turned one; both are counted from the corner of the first.
    fn source(&self, x: u32, y: u32) -> (f64, f64) {
        let u = f64::from(x) + 0.5 - f64::from(self.width) / 2.0;
        let v = f64::from(y) + 0.5 - f64::from(self.height) / 2.0;
        (
            u * self.cosine - v * self.sine + self.before.0 / 2.0 - 0.5,
            u * self.sine + v * self.cosine + self.before.1 / 2.0 - 0.5,
        )
    }

    /// The upright picture of a small one; `None` where the turned one has nothing.
    pub fn whole(&self, grey: &Grey) -> Vec<Option<u8>> {
        let mut turned = Vec::with_capacity((self.width * self.height) as usize);
        let inside = |at: f64, size: usize| {
            let at = at.round();
            (at >= 0.0 && at < size as f64).then_some(at as usize)
        };
        for y in 0..self.height {
            for x in 0..self.width {
                let (across, down) = self.source(x, y);
                let place = inside(across, grey.width).zip(inside(down, grey.height));
                turned.push(place.map(|(x, y)| grey.at(x, y)));
            }
        }
        turned
    }
}

/// The page after its treatment; what turning adds is filled with `ground`.
pub(super) fn treat(picture: &DynamicImage, treatment: &Treatment, ground: u8) -> DynamicImage {
    let upright = match picture.color().has_color() {
        false => {
            let grey = picture.to_luma8();
            let size = (grey.width(), grey.height());
            let (width, height, points) = straight::<1>(grey.as_raw(), size, treatment, ground);
            GrayImage::from_raw(width, height, points).map(DynamicImage::ImageLuma8)
        }
        true => {
            let colour = super::picture::on_white(picture.clone());
            let size = (colour.width(), colour.height());
            let (width, height, points) = straight::<3>(colour.as_raw(), size, treatment, ground);
            RgbImage::from_raw(width, height, points).map(DynamicImage::ImageRgb8)
        }
    };
    // The size is that of its points.
    let upright = upright.unwrap_or_else(|| picture.clone());
    match treatment.quarters {
        Quarters::None => upright,
        Quarters::Right => upright.rotate90(),
        Quarters::Half => upright.rotate180(),
        Quarters::Left => upright.rotate270(),
    }
}

/// Width, height and points of what is left after turning and cutting; `N` colours a point.
fn straight<const N: usize>(
    points: &[u8],
    size: (u32, u32),
    treatment: &Treatment,
    ground: u8,
) -> (u32, u32, Vec<u8>) {
    let frame = Frame::of(size, treatment.skew);
    let cut = treatment.cut;
    // However much is cut, a point stays.
    let left = cut.left.min(frame.width - 1);
    let top = cut.top.min(frame.height - 1);
    let width = frame.width.saturating_sub(left + cut.right.min(frame.width)).max(1);
    let height = frame.height.saturating_sub(top + cut.bottom.min(frame.height)).max(1);
    let mut kept = Vec::with_capacity(width as usize * height as usize * N);
    if treatment.skew.0 == 0 {
        let row = size.0 as usize * N;
        for line in points.chunks(row.max(1)).skip(top as usize).take(height as usize) {
            let from = left as usize * N;
            kept.extend_from_slice(line.get(from..from + width as usize * N).unwrap_or_default());
        }
        return (width, height, kept);
    }
    let source = Source::<N> { points, width: size.0 as i64, height: size.1 as i64, ground };
    let weights = weights();
    for y in top..top + height {
        for x in left..left + width {
            kept.extend_from_slice(&source.sample(frame.source(x, y), &weights));
        }
    }
    (width, height, kept)
}

/// A picture that is sampled between its points.
struct Source<'a, const N: usize> {
    points: &'a [u8],
    width: i64,
    height: i64,
    ground: u8,
}

impl<const N: usize> Source<'_, N> {
    fn at(&self, x: i64, y: i64) -> [u8; N] {
        if !(0..self.width).contains(&x) || !(0..self.height).contains(&y) {
            return [self.ground; N];
        }
        let from = (y * self.width + x) as usize * N;
        let point = self.points.get(from..from + N);
        point.and_then(|point| point.try_into().ok()).unwrap_or([self.ground; N])
    }

    /// The colours at a place, from the sixteen points around it.
    fn sample(&self, (x, y): (f64, f64), weights: &[[f32; 4]; PHASES + 1]) -> [u8; N] {
        let (left, top) = (x.floor(), y.floor());
        let phase = |part: f64| weights[((part * PHASES as f64).round() as usize).min(PHASES)];
        let (across, down) = (phase(x - left), phase(y - top));
        let (left, top) = (left as i64 - 1, top as i64 - 1);
        let mut sums = [0.0_f32; N];
        for (row, weight) in (top..).zip(down) {
            for (column, part) in (left..).zip(across) {
                for (sum, colour) in sums.iter_mut().zip(self.at(column, row)) {
                    *sum += weight * part * f32::from(colour);
                }
            }
        }
        sums.map(|sum| sum.round().clamp(0.0, 255.0) as u8)
    }
}

/// Weights of the four points around a place, for each part of a point: Catmull and Rom's cubic, which keeps letters
/// sharper than a linear one.
fn weights() -> [[f32; 4]; PHASES + 1] {
    std::array::from_fn(|phase| {
        let t = phase as f32 / PHASES as f32;
        let (t2, t3) = (t * t, t * t * t);
        [
            0.5 * (2.0 * t2 - t3 - t),
            0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
            0.5 * (4.0 * t2 - 3.0 * t3 + t),
            0.5 * (t3 - t2),
        ]
    })
}
