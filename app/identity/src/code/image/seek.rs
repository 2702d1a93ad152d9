//! The order in which a picture is searched: cheap and fruitful ways first.

use std::time::Instant;

use image::GrayImage;

use super::{
    Payload, equalise,
    finder::{Corners, Pattern, Point, corners, distance, likely_corners},
    grid::Grid,
    level::Level,
    restore::{Smear, Smeared},
    symbol::{Decoded, decode, format_fit},
    unmix::Fitted,
};

/// Codes taken from one picture.
const MAX_CODES: usize = 16;
/// The side of the smallest code, in pixels.
const SMALLEST: u32 = 21;
/// Threes of finder patterns looked at in each way.
const QUICK: usize = 40;
/// Of these so many whose perspective is sought along the timing patterns.
const SETTLED: usize = 4;
/// Thorough tries of one picture, all ways together.
const THOROUGH: usize = 4;
/// Thorough tries of one place: what two ways could not read, no other will.
const SAME_PLACE: usize = 2;
/// A picture of up to so many pixels is also searched at twice its size.
const SMALL: usize = 2_000_000;
/// Agreement with the function patterns below which there is no symbol, from −1 to 1. Symbols that can
/// be read have 0.9 and more, other things hardly more than chance.
const LIKELY: f32 = 0.5;
/// Agreement below which the modules are not worth a thorough try.
const PROMISING: f32 = 0.8;

/// Threes of places like finder patterns whose fit to a smeared picture is worked out.
const LIKELY_THREES: usize = 12;
/// How much less a symbol of another size may fit to be tried too.
const LIKELY_LOSS: f32 = 0.05;

/// A picture, made larger, calmer or smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Plain,
    Smooth,
    Double,
    Half,
    Quarter,
    Inverted,
}

/// The search of one picture.
pub(super) struct Search {
    level: Option<Level>,
    deadline: Instant,
    /// Places of thorough tries and how near is the same, in pixels of the picture.
    tried: Vec<(Point, f32)>,
}

impl Search {
    pub(super) fn new(picture: &GrayImage, deadline: Instant) -> Search {
        let small = picture.width() < SMALLEST || picture.height() < SMALLEST;
        Search { level: (!small).then(|| Level::of(picture)), deadline, tried: Vec::new() }
    }

    /// All codes, by the first way that finds any.
    pub(super) fn all(&mut self) -> Vec<Payload> {
        [Way::Plain, Way::Half, Way::Double, Way::Smooth, Way::Quarter, Way::Inverted]
            .iter()
            .map(|way| self.by(*way))
            .find(|codes| !codes.is_empty())
            .unwrap_or_else(|| self.restored())
    }

    /// The codes of a smeared picture, by the first guess of the smear that shows any.
    fn restored(&mut self) -> Vec<Payload> {
        let Some(plain) = self.level.take() else { return Vec::new() };
        let picture = Smeared::new(&plain);
        self.level = Some(plain);
        let guesses = picture.guesses();
        guesses
            .into_iter()
            .map(|smear| self.smeared(&picture, smear))
            .find(|codes| !codes.is_empty())
            .unwrap_or_default()
    }

    /// The codes of a picture that may be smeared so.
    fn smeared(&mut self, picture: &Smeared, smear: Smear) -> Vec<Payload> {
        if Instant::now() > self.deadline {
            return Vec::new();
        }
        let level = picture.restored(smear);
        let codes = self.search(&level, picture.scale, 2, false);
        if !codes.is_empty() {
            return codes;
        }
        let mut fitted: Vec<Fitted> = likely_corners(&level, smear.modules())
            .iter()
            .take(LIKELY_THREES)
            .flat_map(|three| Grid::possible(&level, three))
            .filter_map(|grid| Fitted::new(picture, &grid, smear))
            .collect();
        fitted.sort_by(|a, b| b.fit.total_cmp(&a.fit));
        let Some((first, others)) = fitted.split_first_mut() else { return Vec::new() };
        let other = others.iter_mut().find(|other| other.version() != first.version());
        let other = other.filter(|other| other.fit > first.fit - LIKELY_LOSS);
        let content = [Some(first), other].into_iter().flatten().find_map(|fitted| {
            fitted.refine(picture, &level);
            fitted.read(picture, self.deadline)
        });
        content.map(Payload::new).into_iter().collect()
    }

    /// The codes of a camera's frame: every other frame as it is, those between by ways that take turns.
    /// One way a frame, for the dearest alone takes most of the time there is.
    pub(super) fn turn(&mut self, frame: u32) -> Vec<Payload> {
        let others = [Way::Half, Way::Double, Way::Smooth, Way::Inverted];
        let way = if frame.is_multiple_of(2) {
            Way::Plain
        } else {
            others[frame as usize / 2 % others.len()]
        };
        self.by(way)
    }

    fn by(&mut self, way: Way) -> Vec<Payload> {
        let Some(plain) = self.level.take() else { return Vec::new() };
        if Instant::now() > self.deadline {
            return Vec::new();
        }
        let large_enough = |part: usize| plain.width.min(plain.height) / part >= SMALLEST as usize;
        let codes = match way {
            Way::Plain => self.search(&plain, 1.0, 3, true),
            Way::Smooth => self.search(&plain.smooth(), 1.0, 2, true),
            Way::Double if plain.width * plain.height <= SMALL => {
                self.search(&plain.double(), 0.5, 2, true)
            }
            Way::Half if large_enough(2) => self.search(&plain.half(), 2.0, 2, true),
            Way::Quarter if large_enough(4) => self.search(&plain.half().half(), 4.0, 2, true),
            Way::Inverted => self.search(&plain.inverted(), 1.0, 2, true),
            _ => Vec::new(),
        };
        self.level = Some(plain);
        codes
    }

    /// Looks for finder patterns in every `rows`th row of the picture, whose pixels are `scale` of the
    /// original's wide. `thoroughly`: what looks like a symbol and cannot be read is equalised.
    fn search(&mut self, level: &Level, scale: f32, rows: usize, thoroughly: bool) -> Vec<Payload> {
        let mut codes = Vec::new();
        let mut used: Vec<Pattern> = Vec::new();
        let mut promising = Vec::new();
        for (rank, three) in corners(level, rows).iter().take(QUICK).enumerate() {
            if Instant::now() > self.deadline || codes.len() >= MAX_CODES {
                break;
            }
            if uses(&used, three) {
                continue;
            }
            let Some(mut grid) = Grid::fit(level, three, rank < SETTLED) else { continue };
            grid.align(level);
            if grid.agreement(level) < LIKELY {
                continue;
            }
            let content = quick(level, &grid, false).or_else(|| {
                grid.bend(level);
                quick(level, &grid, true)
            });
            if let Some(content) = content {
                codes.push(Payload::new(content));
                used.extend(three);
                continue;
            }
            if thoroughly {
                promising.push((grid.agreement(level), *three, grid));
            }
        }
        promising.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (agreement, three, grid) in promising {
            // A pattern belongs to one symbol: of several threes the best is the one.
            if uses(&used, &three) {
                continue;
            }
            used.extend(three);
            let place = middle(&three, scale);
            let near = |known: &&(Point, f32)| distance(known.0, place) < known.1;
            if self.tried.len() >= THOROUGH || self.tried.iter().filter(near).count() >= SAME_PLACE
            {
                continue;
            }
            self.tried.push((place, 4.0 * three[0].module * scale));
            codes.extend(thorough(level, grid, agreement, self.deadline).map(Payload::new));
        }
        codes.dedup();
        codes
    }
}

/// The middle of a symbol, in pixels of the original.
fn middle([_, right, below]: &Corners, scale: f32) -> Point {
    let between = |a: f32, b: f32| (a + b) / 2.0 * scale;
    (between(right.middle.0, below.middle.0), between(right.middle.1, below.middle.1))
}

/// Whether a three has a pattern of a code that was read.
fn uses(used: &[Pattern], three: &Corners) -> bool {
    three.iter().any(|p| used.iter().any(|q| distance(p.middle, q.middle) < 2.0 * q.module))
}

/// `calm`: each module from several points, against noise.
fn quick(level: &Level, grid: &Grid, calm: bool) -> Option<Vec<u8>> {
    let modules = grid.sample(level, calm);
    let mirrored = modules.transposed();
    // Where a mirror shows the format information better, it is a mirror.
    let modules = if format_fit(&mirrored) > format_fit(&modules) { mirrored } else { modules };
    match decode(&modules, false) {
        Decoded::Content(content) => Some(content),
        _ => None,
    }
}

fn thorough(level: &Level, mut grid: Grid, agreement: f32, deadline: Instant) -> Option<Vec<u8>> {
    if agreement < PROMISING {
        grid.refine(level);
        grid.bend(level);
        if grid.agreement(level) < PROMISING {
            return None;
        }
    }
    if Instant::now() > deadline {
        return None;
    }
    if let Decoded::Content(content) = decode(&grid.sample(level, true), true) {
        return Some(content);
    }
    if let Some(content) = equalise::read(level, &grid, deadline) {
        return Some(content);
    }
    if Instant::now() > deadline {
        return None;
    }
    grid.refine(level);
    grid.bend(level);
    equalise::read(level, &grid, deadline)
}
