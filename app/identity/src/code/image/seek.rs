//! The order in which a picture is searched: cheap and fruitful ways first.

use std::time::Instant;

use image::GrayImage;

use super::{
    Payload, equalise,
    finder::{Corners, Pattern, corners, distance},
    grid::Grid,
    level::Level,
    symbol::{Decoded, decode},
};

/// Codes taken from one picture.
const MAX_CODES: usize = 16;
/// The side of the smallest code, in pixels.
const SMALLEST: u32 = 21;
/// Threes of finder patterns tried in one picture: quickly, and thoroughly.
const QUICK: usize = 40;
const THOROUGH: usize = 3;
/// A picture of up to so many pixels is also searched at twice its size.
const SMALL: usize = 2_000_000;
/// Agreement with the function patterns that deserves a thorough try.
const PROMISING: f32 = 0.35;

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
}

impl Search {
    pub(super) fn new(picture: &GrayImage, deadline: Instant) -> Search {
        let small = picture.width() < SMALLEST || picture.height() < SMALLEST;
        Search { level: (!small).then(|| Level::of(picture)), deadline }
    }

    /// All codes, by the first way that finds any.
    pub(super) fn all(&self) -> Vec<Payload> {
        [Way::Plain, Way::Half, Way::Double, Way::Smooth, Way::Quarter, Way::Inverted]
            .iter()
            .map(|way| self.by(*way))
            .find(|codes| !codes.is_empty())
            .unwrap_or_default()
    }

    /// The codes of a camera's frame: as it is, and by one more way that changes from frame to frame.
    pub(super) fn turn(&self, frame: u32) -> Vec<Payload> {
        let codes = self.by(Way::Plain);
        if !codes.is_empty() {
            return codes;
        }
        let ways = [Way::Half, Way::Double, Way::Smooth, Way::Inverted];
        ways.get(frame as usize % ways.len()).map(|way| self.by(*way)).unwrap_or_default()
    }

    fn by(&self, way: Way) -> Vec<Payload> {
        let Some(plain) = &self.level else { return Vec::new() };
        if Instant::now() > self.deadline {
            return Vec::new();
        }
        let large_enough = |part: usize| plain.width.min(plain.height) / part >= SMALLEST as usize;
        match way {
            Way::Plain => self.search(plain, 3),
            Way::Smooth => self.search(&plain.smooth(), 2),
            Way::Double if plain.width * plain.height <= SMALL => self.search(&plain.double(), 2),
            Way::Half if large_enough(2) => self.search(&plain.half(), 2),
            Way::Quarter if large_enough(4) => self.search(&plain.half().half(), 2),
            Way::Inverted => self.search(&plain.inverted(), 2),
            _ => Vec::new(),
        }
    }

    /// Looks for finder patterns in every `rows`th row.
    fn search(&self, level: &Level, rows: usize) -> Vec<Payload> {
        let threes = corners(level, rows);
        let mut codes = Vec::new();
        let mut used: Vec<Pattern> = Vec::new();
        let mut promising = Vec::new();
        for three in threes.iter().take(QUICK) {
            if Instant::now() > self.deadline || codes.len() >= MAX_CODES {
                break;
            }
            if uses(&used, three) {
                continue;
            }
            let mut grids = Grid::fit(level, three).into_iter();
            let Some(mut grid) = grids.next() else { continue };
            grid.align(level);
            let content = quick(level, &grid, false).or_else(|| {
                grid.bend(level);
                quick(level, &grid, true)
            });
            if let Some(content) = content {
                codes.push(Payload::new(content));
                used.extend(three);
                continue;
            }
            let agreement = grid.agreement(level);
            if agreement > PROMISING {
                promising.push((agreement, *three, grid, grids.next()));
            }
        }
        promising.retain(|(_, three, ..)| !uses(&used, three));
        promising.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (_, three, grid, other) in promising.into_iter().take(THOROUGH) {
            if uses(&used, &three) {
                continue;
            }
            let found = [Some(grid), other]
                .into_iter()
                .flatten()
                .find_map(|grid| thorough(level, grid, self.deadline));
            if let Some(content) = found {
                codes.push(Payload::new(content));
                used.extend(three);
            }
        }
        codes.dedup();
        codes
    }
}

/// Whether a three has a pattern of a code that was read.
fn uses(used: &[Pattern], three: &Corners) -> bool {
    three.iter().any(|p| used.iter().any(|q| distance(p.middle, q.middle) < 2.0 * q.module))
}

/// `calm`: each module from several points, against noise.
fn quick(level: &Level, grid: &Grid, calm: bool) -> Option<Vec<u8>> {
    let modules = grid.sample(level, calm);
    match decode(&modules, false) {
        Decoded::Content(content) => Some(content),
        _ => match decode(&modules.transposed(), false) {
            Decoded::Content(content) => Some(content),
            _ => None,
        },
    }
}

fn thorough(level: &Level, mut grid: Grid, deadline: Instant) -> Option<Vec<u8>> {
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
