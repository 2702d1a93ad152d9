//! Undoes blur before a code is looked for: where a hand moved or the lens was out of focus, finder
//! patterns run into each other and no row shows them.
//!
//! How the light was smeared is told by the picture itself. Along the way of a movement of length L a
//! picture's slope is (f(x + L/2) − f(x − L/2)) / L, whatever it shows: the direction is that in which
//! the picture changes least, and contrast over steepest slope is the length. A lens smears all ways
//! alike, and its width follows from the steepest slope too. The picture is then the one between the
//! paper's and the ink's light that, smeared so, comes nearest to what was seen (least squares with
//! bounds by accelerated projected gradients): the bounds bring back what the smear took altogether.
//! Every step has a fixed count, so the work is bounded by the pixels.

use std::f32::consts::{PI, TAU};

use super::{finder::Point, level::Level};

/// Pictures of more pixels are first made smaller.
const MAX_PIXELS: usize = 500_000;
/// Blocks for the light of paper and ink, in pixels.
const BLOCK: usize = 8;
/// Blocks to each side in which paper and ink are looked for.
const AROUND: usize = 6;
/// The least contrast that slopes are measured by, in grey levels.
const LEAST_CONTRAST: f32 = 24.0;
/// Steps from what was seen to what was there.
const STEPS: usize = 12;
/// Share of the places that may be steeper than the steepest slope: noise, and what lies before the code.
const STEEPER: f32 = 0.005;
/// Ways and widths shorter than these are no blur that keeps a code from being found.
const LEAST_LENGTH: f32 = 3.0;
const LEAST_WIDTH: f32 = 1.2;
/// Longer ones are left: they are flat pictures, or codes smeared beyond hope.
const MAX_LENGTH: f32 = 30.0;
const MAX_WIDTH: f32 = 10.0;
/// Slopes along and across (their squares' ratio): below the first the picture moved, above the second
/// the lens was out of focus, between them it may be either.
const MOVED: f32 = 0.85;
const UNFOCUSED: f32 = 0.6;
/// Shares of the measured smear that are tried: edges of a dense code are less steep than lone ones.
const LENGTHS: [f32; 3] = [1.0, 0.8, 1.2];
const WIDTHS: [f32; 2] = [0.9, 0.7];

/// How light was smeared, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) enum Smear {
    /// Evenly along a way.
    Motion { angle: f32, length: f32 },
    /// Like a bell of this deviation.
    Focus { width: f32 },
}

/// A part of a smear: where light comes from, and how much of it.
type Tap = (isize, isize, f32);

impl Smear {
    /// A smear of the same kind, so much wider.
    pub(super) fn times(self, part: f32) -> Smear {
        match self {
            Smear::Motion { angle, length } => Smear::Motion { angle, length: length * part },
            Smear::Focus { width } => Smear::Focus { width: width * part },
        }
    }

    /// The sides of modules, in pixels, that such a smear spoils and leaves legible.
    pub(super) fn modules(self) -> (f32, f32) {
        match self {
            Smear::Motion { length, .. } => (0.25 * length, 2.0 * length),
            Smear::Focus { width } => (0.6 * width, 3.5 * width),
        }
    }

    /// The smear as passes of taps; each pass is its own mirror image.
    fn passes(self) -> Vec<Vec<Tap>> {
        match self {
            Smear::Motion { angle, length } => vec![line(angle, length)],
            Smear::Focus { width } => {
                let reach = (2.5 * width).ceil() as isize;
                let weight = |d: isize| (-((d * d) as f32) / (2.0 * width * width)).exp();
                let all: f32 = (-reach..=reach).map(weight).sum();
                let pass = |place: fn(isize) -> (isize, isize)| {
                    (-reach..=reach).map(|d| (place(d).0, place(d).1, weight(d) / all)).collect()
                };
                vec![pass(|d| (d, 0)), pass(|d| (0, d))]
            }
        }
    }
}

/// Points of a way, each shared out among the four pixels around it.
fn line(angle: f32, length: f32) -> Vec<Tap> {
    let points = (length * 4.0).ceil().max(1.0) as usize;
    let mut taps: Vec<Tap> = Vec::new();
    for i in 0..points {
        let far = ((i as f32 + 0.5) / points as f32 - 0.5) * length;
        let (x, y) = (far * angle.cos(), far * angle.sin());
        let (left, top) = (x.floor(), y.floor());
        let (dx, dy) = (x - left, y - top);
        for (column, row, share) in [
            (0, 0, (1.0 - dx) * (1.0 - dy)),
            (1, 0, dx * (1.0 - dy)),
            (0, 1, (1.0 - dx) * dy),
            (1, 1, dx * dy),
        ] {
            let (column, row) = (left as isize + column, top as isize + row);
            let share = share / points as f32;
            match taps.iter_mut().find(|tap| (tap.0, tap.1) == (column, row)) {
                Some(tap) => tap.2 += share,
                None => taps.push((column, row, share)),
            }
        }
    }
    taps.retain(|tap| tap.2 > 1e-4);
    taps
}

/// Light, pixel by pixel.
#[derive(Clone)]
struct Light {
    width: usize,
    height: usize,
    pixels: Vec<f32>,
}

impl Light {
    fn of(level: &Level) -> Light {
        let pixels = level.pixels.iter().map(|&light| f32::from(light)).collect();
        Light { width: level.width, height: level.height, pixels }
    }

    fn smeared(&self, passes: &[Vec<Tap>]) -> Light {
        let mut out = self.clone();
        for taps in passes {
            out = out.pass(taps);
        }
        out
    }

    fn pass(&self, taps: &[Tap]) -> Light {
        let (width, height) = (self.width, self.height);
        let margin = taps.iter().map(|tap| tap.0.unsigned_abs()).max().unwrap_or(0);
        let padded = width + 2 * margin;
        let mut source = vec![0.0; padded * height];
        for (line, target) in self.pixels.chunks_exact(width).zip(source.chunks_exact_mut(padded)) {
            target[..margin].fill(line[0]);
            target[margin..margin + width].copy_from_slice(line);
            target[margin + width..].fill(line[width - 1]);
        }
        let mut pixels = vec![0.0; width * height];
        for (y, target) in pixels.chunks_exact_mut(width).enumerate() {
            for &(dx, dy, share) in taps {
                let row = y.saturating_add_signed(dy).min(height - 1);
                let from = row * padded + margin.saturating_add_signed(dx);
                for (sum, light) in target.iter_mut().zip(&source[from..from + width]) {
                    *sum += share * light;
                }
            }
        }
        Light { width, height, pixels }
    }
}

/// A picture that may be smeared, small enough for the work, and what is known of its light.
pub(super) struct Smeared {
    light: Light,
    /// How many pixels of the picture's side one of this one is.
    pub scale: f32,
    /// For each block the darkest and lightest light around.
    bounds: Vec<(f32, f32)>,
    columns: usize,
}

impl Smeared {
    /// The picture, halved until it is small enough.
    pub(super) fn new(level: &Level) -> Smeared {
        let mut scale = 1.0;
        let mut smaller = None;
        loop {
            let now = smaller.as_ref().unwrap_or(level);
            if now.width * now.height <= MAX_PIXELS {
                break;
            }
            smaller = Some(now.half());
            scale *= 2.0;
        }
        let level = smaller.as_ref().unwrap_or(level);
        let calm = level.smooth();
        let columns = level.width.div_ceil(BLOCK);
        let rows = level.height.div_ceil(BLOCK);
        let mut own = vec![(255.0_f32, 0.0_f32); columns * rows];
        for (i, &light) in calm.pixels.iter().enumerate() {
            let block = &mut own[i / level.width / BLOCK * columns + i % level.width / BLOCK];
            *block = (block.0.min(f32::from(light)), block.1.max(f32::from(light)));
        }
        let wide = |from: &[(f32, f32)], across: bool| -> Vec<(f32, f32)> {
            (0..from.len())
                .map(|i| {
                    let (x, y) = (i % columns, i / columns);
                    let (at, end) = if across { (x, columns) } else { (y, rows) };
                    (at.saturating_sub(AROUND)..(at + AROUND + 1).min(end))
                        .map(|j| from[if across { y * columns + j } else { j * columns + x }])
                        .fold((255.0_f32, 0.0_f32), |a, b| (a.0.min(b.0), a.1.max(b.1)))
                })
                .collect()
        };
        let bounds = wide(&wide(&own, true), false);
        Smeared { light: Light::of(level), scale, bounds, columns }
    }

    /// The light of a place, between pixels linearly; pixel middles lie at halves.
    pub(super) fn light(&self, x: f32, y: f32) -> f32 {
        let (width, height) = (self.light.width, self.light.height);
        let x = (x - 0.5).clamp(0.0, (width as f32 - 1.001).max(0.0));
        let y = (y - 0.5).clamp(0.0, (height as f32 - 1.001).max(0.0));
        let (left, top) = (x as usize, y as usize);
        let (dx, dy) = (x - left as f32, y - top as f32);
        let at = |place: usize| self.light.pixels.get(place).copied().unwrap_or(0.0);
        let place = top * width + left;
        let upper = at(place) * (1.0 - dx) + at(place + 1) * dx;
        let lower = at(place + width) * (1.0 - dx) + at(place + width + 1) * dx;
        upper * (1.0 - dy) + lower * dy
    }

    fn bounds(&self, x: usize, y: usize) -> (f32, f32) {
        self.bounds[y / BLOCK * self.columns + x / BLOCK]
    }

    /// What the smear may have been, the most likely first; nothing where the picture is sharp.
    pub(super) fn guesses(&self) -> Vec<Smear> {
        let slopes = self.slopes();
        let sum = |part: fn(&Point) -> f32| slopes.iter().map(part).sum::<f32>();
        let (xx, xy, yy) = (sum(|s| s.0 * s.0), sum(|s| s.0 * s.1), sum(|s| s.1 * s.1));
        // The direction of the least change, and how much less it is than across.
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy) + PI / 2.0;
        let spread = ((xx - yy).powi(2) + 4.0 * xy * xy).sqrt();
        let ratio = (xx + yy - spread) / (xx + yy + spread).max(f32::MIN_POSITIVE);
        let along = steepest(&slopes, angle).recip();
        let across = steepest(&slopes, angle + PI / 2.0).recip();
        // The steepest slope of a bell curve's edge.
        let width = along.min(across) / TAU.sqrt();
        let mut out = Vec::new();
        if ratio < MOVED && along > LEAST_LENGTH {
            out.extend(LENGTHS.map(|part| Smear::Motion { angle, length: along * part }));
        }
        if ratio > UNFOCUSED && width > LEAST_WIDTH {
            out.extend(WIDTHS.map(|part| Smear::Focus { width: width * part }));
        }
        out.retain(|smear| match smear {
            Smear::Motion { length, .. } => *length < MAX_LENGTH,
            Smear::Focus { width } => *width < MAX_WIDTH,
        });
        out
    }

    /// How fast light changes across and down at each pixel, in parts of the contrast around it.
    fn slopes(&self) -> Vec<Point> {
        let calm = self.light.smeared(&Smear::Focus { width: 0.7 }.passes());
        let (width, height) = (calm.width, calm.height);
        let at = |x: usize, y: usize| calm.pixels[y * width + x];
        (1..height - 1)
            .flat_map(|y| (1..width - 1).map(move |x| (x, y)))
            .map(|(x, y)| {
                let (ink, paper) = self.bounds(x, y);
                let twice = 2.0 * (paper - ink).max(LEAST_CONTRAST);
                ((at(x + 1, y) - at(x - 1, y)) / twice, (at(x, y + 1) - at(x, y - 1)) / twice)
            })
            .collect()
    }

    /// The picture as it was before the smear.
    pub(super) fn restored(&self, smear: Smear) -> Level {
        let passes = smear.passes();
        let (width, height) = (self.light.width, self.light.height);
        let mut best = self.light.clone();
        let mut ahead = self.light.clone();
        let mut pace = 1.0_f32;
        for _ in 0..STEPS {
            let mut miss = ahead.smeared(&passes);
            for (miss, seen) in miss.pixels.iter_mut().zip(&self.light.pixels) {
                *miss -= seen;
            }
            let slope = miss.smeared(&passes);
            let push = hurry(&mut pace);
            for (i, slope) in slope.pixels.iter().enumerate() {
                let (ink, paper) = self.bounds(i % width, i / width);
                let now = (ahead.pixels[i] - slope).clamp(ink, paper);
                ahead.pixels[i] = now + push * (now - best.pixels[i]);
                best.pixels[i] = now;
            }
        }
        let pixels = best.pixels.iter().map(|&light| light as u8).collect();
        Level::new(width, height, pixels, 2)
    }
}

/// How far to go on in the direction of the last step (Nesterov's sequence).
pub(super) fn hurry(pace: &mut f32) -> f32 {
    let next = (1.0 + (1.0 + 4.0 * *pace * *pace).sqrt()) / 2.0;
    let push = (*pace - 1.0) / next;
    *pace = next;
    push
}

/// The steepest slope in a direction but for a few.
fn steepest(slopes: &[Point], angle: f32) -> f32 {
    const BINS: f32 = 1_000.0;
    let (sin, cos) = angle.sin_cos();
    let mut counts = [0_usize; BINS as usize];
    for (dx, dy) in slopes {
        let slope = (dx * cos + dy * sin).abs() * BINS;
        counts[(slope as usize).min(BINS as usize - 1)] += 1;
    }
    let most = (slopes.len() as f32 * STEEPER) as usize;
    let mut seen = 0;
    let bin = counts.iter().rposition(|count| {
        seen += count;
        seen > most
    });
    (bin.unwrap_or(0) as f32 + 0.5) / BINS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::image::tests::draw;
    use image::{GrayImage, Luma};

    #[test]
    fn a_movement_is_measured_and_a_sharp_picture_is_left() {
        let sharp = draw(b"099185000001||A|29021984|", 5);
        assert!(Smeared::new(&Level::of(&sharp)).guesses().is_empty());
        // Nine pixels to the right, and nine down.
        for (across, down, degrees) in [(1, 0, 0.0), (0, 1, 90.0)] {
            let moved = GrayImage::from_fn(sharp.width() - 9, sharp.height() - 9, |x, y| {
                let way = (0..9).map(|i| sharp.get_pixel(x + i * across, y + i * down).0[0]);
                Luma([(way.map(u32::from).sum::<u32>() / 9) as u8])
            });
            let guesses = Smeared::new(&Level::of(&moved)).guesses();
            let Some(Smear::Motion { angle, length }) = guesses.first() else {
                unreachable!("{guesses:?}");
            };
            // A way and its opposite are the same.
            let off = (angle.to_degrees() - degrees).rem_euclid(180.0);
            assert!(off.min(180.0 - off) < 6.0, "{angle}");
            assert!((7.5..11.0).contains(length), "{length}");
        }
    }
}
