//! Finder patterns: rows with runs of 1:1:3:1:1 that hold upright as well, and the threes of them that
//! may be the corners of a symbol.

use std::f32::consts::FRAC_PI_8;

use super::level::Level;

/// Patterns that are looked at in threes: the most often seen ones.
const MAX_PATTERNS: usize = 14;
/// How much larger a near pattern may look than a far one: seen from the side, with the near edge at
/// twice the distance of the far one, about 2 for widths across and 4 for widths along.
const MAX_RATIO: f32 = 3.2;
/// Pattern-like runs taken from one picture.
const MAX_RUNS: usize = 4_000;

/// A point of the picture, in pixels.
pub(super) type Point = (f32, f32);

/// A finder pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    pub middle: Point,
    /// Side of a module, in pixels.
    pub module: f32,
    /// Rows that showed it.
    seen: u32,
}

/// Three finder patterns: the corner between the other two, then right and below of it.
pub(super) type Corners = [Pattern; 3];

/// Threes of finder patterns, the most likely first.
pub(super) fn corners(level: &Level, step: usize) -> Vec<Corners> {
    threes(&patterns(level, step))
}

/// Threes of places that look like finder patterns, whatever their runs: for pictures in which rings are
/// round, broken or grown together. `modules`: the least and the most side of a module.
pub(super) fn likely_corners(level: &Level, modules: (f32, f32)) -> Vec<Corners> {
    threes(&alike(level, modules))
}

/// The rings of a finder pattern: how far from the middle, whether dark, and points along one side. The
/// light ring comes first, for most places are none of it.
const RINGS: [(f32, bool, &[f32]); 4] = [
    (2.0, false, &[-1.0, 1.0]),
    (0.9, true, &[0.0]),
    (3.0, true, &[-2.0, 0.0, 2.0]),
    (4.0, false, &[-2.5, 0.0, 2.5]),
];
/// Likeness, from −1 to 1, below which the light ring is none, and the whole is no finder pattern.
const LEAST_RING: f32 = 0.4;
const LEAST_LIKENESS: f32 = 0.6;
/// How sides of modules follow each other in the search, and how far the places are apart, in modules.
const WIDER: f32 = 1.2;
const APART: f32 = 0.6;
/// The least side of a module that the search begins with, in pixels.
const LEAST_MODULE: f32 = 1.8;
/// Places that are moved to where the pattern is, at most.
const MAX_SETTLED: usize = 40;
/// Rounds in which a place is moved to where the pattern is.
const SETTLING: usize = 8;

/// A place that looks like a finder pattern.
#[derive(Clone, Copy)]
struct Likeness {
    middle: Point,
    module: f32,
    angle: f32,
    /// How much darker the dark points are than the light ones.
    fit: f32,
    /// The same as a share of their size.
    share: f32,
}

impl Likeness {
    fn of(level: &Level, middle: Point, module: f32, angle: f32) -> Option<Likeness> {
        let (sin, cos) = angle.sin_cos();
        let mut fit = level.ink(middle.0, middle.1);
        let mut size = fit.abs() + 1.0;
        for (far, dark, aside) in RINGS {
            for &t in aside {
                for (u, v) in [(far, t), (-far, t), (t, far), (t, -far)] {
                    let (dx, dy) = ((u * cos - v * sin) * module, (u * sin + v * cos) * module);
                    let ink = level.ink(middle.0 + dx, middle.1 + dy);
                    fit += if dark { ink } else { -ink };
                    size += ink.abs();
                }
            }
            if fit < LEAST_RING * size {
                return None;
            }
        }
        Some(Likeness { middle, module, angle, fit, share: fit / size })
    }

    /// Moved, widened and turned to where the pattern is clearest.
    fn settled(self, level: &Level) -> Likeness {
        let mut best = self;
        let mut step = 0.4;
        for _ in 0..SETTLING {
            let before = best.fit;
            for (dx, dy, wider, turn) in [
                (1.0, 0.0, 0.0, 0.0),
                (-1.0, 0.0, 0.0, 0.0),
                (0.0, 1.0, 0.0, 0.0),
                (0.0, -1.0, 0.0, 0.0),
                (0.0, 0.0, 0.2, 0.0),
                (0.0, 0.0, -0.2, 0.0),
                (0.0, 0.0, 0.0, 0.4),
                (0.0, 0.0, 0.0, -0.4),
            ] {
                let by = step * best.module;
                let middle = (best.middle.0 + dx * by, best.middle.1 + dy * by);
                let (module, angle) =
                    (best.module * (1.0 + wider * step), best.angle + turn * step);
                let tried = Likeness::of(level, middle, module, angle);
                best = tried.filter(|tried| tried.fit > best.fit).unwrap_or(best);
            }
            if best.fit <= before {
                step /= 2.0;
            }
        }
        best
    }
}

/// Whether a circle is light on the whole.
fn is_ringed(level: &Level, (x, y): Point, radius: f32) -> bool {
    let (near, far) = (radius * FRAC_PI_8.sin(), radius * FRAC_PI_8.cos());
    let places = [(near, far), (far, near), (-near, far), (-far, near)];
    let inks = places.map(|(dx, dy)| level.ink(x + dx, y + dy) + level.ink(x - dx, y - dy));
    inks.iter().sum::<f32>() < 0.0
}

fn alike(level: &Level, (least, most): (f32, f32)) -> Vec<Pattern> {
    let mut seen: Vec<Likeness> = Vec::new();
    let mut module = least.max(LEAST_MODULE);
    // The smallest symbol must have room.
    while module < most.min(level.width.min(level.height) as f32 / 21.0) {
        let step = module * APART;
        let (columns, rows) = (level.width as f32 / step, level.height as f32 / step);
        let columns = 1..columns as usize;
        let places = (1..rows as usize).flat_map(|row| columns.clone().map(move |x| (x, row)));
        for middle in places.map(|(column, row)| (column as f32 * step, row as f32 * step)) {
            if level.ink(middle.0, middle.1) <= 0.0 || !is_ringed(level, middle, 2.1 * module) {
                continue;
            }
            let turns = (0..4).map(|i| i as f32 * FRAC_PI_8);
            seen.extend(
                turns
                    .filter_map(|angle| Likeness::of(level, middle, module, angle))
                    .filter(|likeness| likeness.share > LEAST_LIKENESS),
            );
        }
        module *= WIDER;
    }
    seen.sort_by(|a, b| b.share.total_cmp(&a.share));
    let mut found: Vec<Pattern> = Vec::new();
    let mut settled = 0;
    for likeness in seen {
        if found.len() >= MAX_PATTERNS || settled >= MAX_SETTLED {
            break;
        }
        let taken = |place: &Likeness| {
            let near = |known: &Pattern| 3.5 * known.module.max(place.module);
            found.iter().any(|known| distance(known.middle, place.middle) < near(known))
        };
        if taken(&likeness) {
            continue;
        }
        settled += 1;
        let Likeness { middle, module, share, .. } = likeness.settled(level);
        if !taken(&Likeness { middle, module, ..likeness }) {
            // As many rows as would show a pattern that looks so.
            found.push(Pattern { middle, module, seen: (3.0 * module * share) as u32 });
        }
    }
    found
}

fn patterns(level: &Level, step: usize) -> Vec<Pattern> {
    let mut found: Vec<Pattern> = Vec::new();
    let mut edges = Vec::new();
    let mut looked = 0;
    'rows: for y in (step / 2..level.height).step_by(step) {
        level.edges(y, &mut edges);
        // Edges alternate: an even one begins a dark run.
        for runs in edges.windows(6).step_by(2) {
            let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(|i| runs[i]);
            if !is_pattern([b - a, c - b, d - c, e - d, f - e]) {
                continue;
            }
            looked += 1;
            if looked > MAX_RUNS {
                break 'rows;
            }
            let Some(pattern) =
                cross(level, (c + d) as f32 / 2.0, y as f32 + 0.5, (f - a) as f32 / 7.0)
            else {
                continue;
            };
            let near = found.iter_mut().find(|known| {
                let (dx, dy) = difference(known.middle, pattern.middle);
                dx.abs().max(dy.abs()) < 1.5 * known.module.max(pattern.module)
            });
            match near {
                Some(known) => {
                    let n = known.seen as f32;
                    let mean = |a: f32, b: f32| (a * n + b) / (n + 1.0);
                    known.middle = (
                        mean(known.middle.0, pattern.middle.0),
                        mean(known.middle.1, pattern.middle.1),
                    );
                    known.module = mean(known.module, pattern.module);
                    known.seen += 1;
                }
                None => found.push(pattern),
            }
        }
    }
    found.sort_by_key(|pattern| std::cmp::Reverse(pattern.seen));
    found.truncate(MAX_PATTERNS);
    found
}

/// Widths about 1:1:3:1:1; a pixel more or less is forgiven, for blur moves edges.
fn is_pattern([a, b, c, d, e]: [u32; 5]) -> bool {
    let total = a + b + c + d + e;
    if total < 7 || c < a.max(e) || c < b.max(d) {
        return false;
    }
    let module = total as f32 / 7.0;
    let slack = module * 0.5 + 0.5;
    let one = |run: u32| (run as f32 - module).abs() < slack;
    one(a) && one(b) && one(d) && one(e) && (c as f32 - 3.0 * module).abs() < 2.0 * slack
}

/// The pattern seen in a row, if it is one upright as well.
fn cross(level: &Level, x: f32, y: f32, module: f32) -> Option<Pattern> {
    let (top, bottom, height) = through(level, x, y, module, |line, along| (line, along))?;
    let middle = (top + bottom) / 2.0;
    let (left, right, width) = through(level, middle, x, module, |line, along| (along, line))?;
    let ratio = width / height;
    (0.4..2.5).contains(&ratio).then_some(Pattern {
        middle: ((left + right) / 2.0, middle),
        module: (width + height) / 14.0,
        seen: 1,
    })
}

/// Runs 1:1:3:1:1 along a line through the middle: where the inner square begins and ends, and the
/// whole length. `place` turns (line, along) into (x, y).
fn through(
    level: &Level,
    line: f32,
    along: f32,
    module: f32,
    place: impl Fn(isize, isize) -> (isize, isize),
) -> Option<(f32, f32, f32)> {
    let line = line.floor() as isize;
    let start = along.floor() as isize;
    let most = (module * 5.0).ceil() as u32 + 2;
    let dark = |along| {
        let (x, y) = place(line, along);
        level.dark(x, y)
    };
    if !dark(start) {
        return None;
    }
    // From the middle each way: dark, light, dark.
    let arm = |step: isize| {
        let mut runs = [0_u32; 3];
        let mut at = start + step;
        for (i, run) in runs.iter_mut().enumerate() {
            while dark(at) == (i % 2 == 0) {
                *run += 1;
                at += step;
                if *run > most {
                    return None;
                }
            }
        }
        Some(runs)
    };
    let (before, behind) = (arm(-1)?, arm(1)?);
    let runs = [before[2], before[1], before[0] + 1 + behind[0], behind[1], behind[2]];
    let length: u32 = runs.iter().sum();
    is_pattern(runs).then(|| {
        let first = (start - before[0] as isize) as f32;
        (first, first + runs[2] as f32, length as f32)
    })
}

/// Orders each likely three: the corner opposite the longest side first, then right, then below.
fn threes(patterns: &[Pattern]) -> Vec<Corners> {
    let mut out = Vec::new();
    for (i, a) in patterns.iter().enumerate() {
        for (j, b) in patterns.iter().enumerate().skip(i + 1) {
            for c in patterns.iter().skip(j + 1) {
                let sizes = [a.module, b.module, c.module];
                let (least, most) = (
                    sizes.iter().copied().fold(f32::MAX, f32::min),
                    sizes.iter().copied().fold(0.0, f32::max),
                );
                if most > MAX_RATIO * least {
                    continue;
                }
                let [ab, bc, ca] =
                    [(a, b), (b, c), (c, a)].map(|(p, q)| distance(p.middle, q.middle));
                let (corner, p, q, longest, one, other) = match () {
                    () if bc >= ab && bc >= ca => (a, b, c, bc, ab, ca),
                    () if ca >= ab => (b, c, a, ca, bc, ab),
                    () => (c, a, b, ab, ca, bc),
                };
                let (short, long) = (one.min(other), one.max(other));
                let module = (sizes[0] + sizes[1] + sizes[2]) / 3.0;
                // The smallest symbol has 14 modules between the middles, the largest 170.
                if short < 9.0 * least || long > 200.0 * most || long > 2.6 * short {
                    continue;
                }
                let square = (one * one + other * other).sqrt();
                let skew = (longest / square).ln().abs()
                    + 0.5 * (long / short).ln()
                    + 0.5 * (most / least).ln();
                let seen = (a.seen.min(b.seen).min(c.seen) as f32 / module).min(3.0);
                let (u, v) =
                    (difference(corner.middle, p.middle), difference(corner.middle, q.middle));
                let turn = u.0 * v.1 - u.1 * v.0;
                if turn.abs() < 0.3 * one * other {
                    continue;
                }
                let (right, below) = if turn > 0.0 { (p, q) } else { (q, p) };
                out.push((skew - 0.15 * seen, [*corner, *right, *below]));
            }
        }
    }
    out.sort_by(|a, b| a.0.total_cmp(&b.0));
    out.into_iter().map(|(_, corners)| corners).collect()
}

pub(super) fn difference(from: Point, to: Point) -> Point {
    (to.0 - from.0, to.1 - from.1)
}

pub(super) fn distance(a: Point, b: Point) -> f32 {
    let (dx, dy) = difference(a, b);
    dx.hypot(dy)
}
