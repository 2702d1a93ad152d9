//! Where the modules of a symbol lie in the picture.
//!
//! Three finder patterns and their widths give a first projection; the timing patterns tell the number of
//! modules; alignment patterns give the fourth corner and, in larger symbols, how the paper is bent.

use super::{
    equalise::solve,
    finder::{Corners, Pattern, Point, difference, distance},
    level::Level,
    symbol::{Layout, Modules, alignments, side},
};

/// Agreement with the timing patterns below which there is no symbol, from −1 to 1.
const LEAST_TIMING: f32 = 0.25;
/// Agreement with the timing patterns that leaves no doubt about version and perspective.
const SURE_TIMING: f32 = 0.7;
/// Agreement of a place with the alignment pattern that counts as one.
const LEAST_ALIGNMENT: f32 = 0.45;

/// Steps to each side in which the perspective along a side is sought.
const SETTLE_STEPS: i32 = 8;
/// Rounds in which the corners are moved.
const REFINEMENTS: usize = 12;

/// A projection from modules to pixels.
#[derive(Clone, Debug)]
struct Projection([f32; 8]);

impl Projection {
    /// From four places in modules and the same four in pixels.
    fn between(modules: [Point; 4], pixels: [Point; 4]) -> Option<Projection> {
        let mut rows = Vec::with_capacity(8);
        for ((u, v), (x, y)) in modules.into_iter().zip(pixels) {
            rows.push(vec![u, v, 1.0, 0.0, 0.0, 0.0, -u * x, -v * x, x]);
            rows.push(vec![0.0, 0.0, 0.0, u, v, 1.0, -u * y, -v * y, y]);
        }
        Some(Projection(solve(rows)?.try_into().ok()?))
    }

    fn at(&self, u: f32, v: f32) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let w = (g * u + h * v + 1.0).max(1e-3);
        ((a * u + b * v + c) / w, (d * u + e * v + f) / w)
    }
}

/// The grid of a symbol: a projection and, at the alignment patterns, how far they lie off it.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub version: usize,
    /// Agreement with the timing patterns, from −1 to 1.
    pub timing: f32,
    anchors: [Point; 4],
    pixels: [Point; 4],
    projection: Projection,
    lines: Vec<f32>,
    shifts: Vec<Point>,
}

impl Grid {
    /// The grid that three finder patterns belong to most likely. `thorough`: where the finder patterns
    /// do not tell the perspective, the timing patterns are asked.
    pub(super) fn fit(level: &Level, corners: &Corners, thorough: bool) -> Option<Grid> {
        let (versions, nearer) = measured(level, corners);
        let best = |grids: &mut dyn Iterator<Item = Grid>| {
            grids.max_by(|a, b| a.timing.total_cmp(&b.timing))
        };
        let mut grid =
            best(&mut versions.clone().filter_map(|v| Grid::first(level, corners, nearer, v)));
        if thorough && grid.as_ref().is_none_or(|grid| grid.timing < SURE_TIMING) {
            let settled = versions.filter_map(|version| {
                let nearer = settle(level, corners, nearer, version);
                Grid::first(level, corners, nearer, version)
            });
            grid = best(&mut grid.into_iter().chain(settled));
        }
        grid.filter(|grid| grid.timing >= LEAST_TIMING)
    }

    /// All grids that three finder patterns may belong to, where timing patterns cannot be seen.
    pub(super) fn possible(level: &Level, corners: &Corners) -> Vec<Grid> {
        let (versions, nearer) = measured(level, corners);
        let grids = versions.filter_map(|version| Grid::first(level, corners, nearer, version));
        let aligned = |grid: Grid| {
            let mut aligned = grid.clone();
            aligned.align(level);
            [grid, aligned]
        };
        grids.flat_map(aligned).collect()
    }

    /// With one of the four anchors moved by so many modules.
    pub(super) fn moved(&self, anchor: usize, (u, v): Point) -> Option<Grid> {
        let size = self.module();
        let mut pixels = self.pixels;
        pixels[anchor].0 += u * size;
        pixels[anchor].1 += v * size;
        let projection = Projection::between(self.anchors, pixels)?;
        Some(Grid { pixels, projection, ..self.clone() })
    }

    /// `nearer`: how much larger w is at the right and lower pattern than at the corner.
    fn first(level: &Level, corners: &Corners, nearer: [f32; 2], version: usize) -> Option<Grid> {
        let [corner, right, below] = corners.map(|pattern| pattern.middle);
        let [a, b] = nearer;
        let w = (a + b - 1.0).max(0.3);
        let fourth = (
            (a * right.0 + b * below.0 - corner.0) / w,
            (a * right.1 + b * below.1 - corner.1) / w,
        );
        let far = side(version) as f32 - 3.5;
        let anchors = [(3.5, 3.5), (far, 3.5), (3.5, far), (far, far)];
        let pixels = [corner, right, below, fourth];
        let mut grid = Grid {
            version,
            timing: 0.0,
            anchors,
            pixels,
            projection: Projection::between(anchors, pixels)?,
            lines: Vec::new(),
            shifts: Vec::new(),
        };
        grid.timing = grid.timing(level);
        Some(grid)
    }

    fn timing(&self, level: &Level) -> f32 {
        let (mut fit, mut size) = (0.0, f32::MIN_POSITIVE);
        for i in 8..side(self.version) - 8 {
            let at = i as f32 + 0.5;
            for (u, v) in [(at, 6.5), (6.5, at)] {
                let (x, y) = self.projection.at(u, v);
                let ink = level.ink(x, y);
                fit += if i % 2 == 0 { ink } else { -ink };
                size += ink.abs();
            }
        }
        fit / size
    }

    /// The place of a point in modules.
    pub(super) fn at(&self, u: f32, v: f32) -> Point {
        let (x, y) = self.projection.at(u, v);
        if self.shifts.is_empty() {
            return (x, y);
        }
        let (column, across) = cell(&self.lines, u);
        let (row, down) = cell(&self.lines, v);
        let count = self.lines.len();
        let shift = |row: usize, column: usize| self.shifts[row * count + column];
        let mix = |part: fn(Point) -> f32| {
            let upper =
                part(shift(row, column)) * (1.0 - across) + part(shift(row, column + 1)) * across;
            let lower = part(shift(row + 1, column)) * (1.0 - across)
                + part(shift(row + 1, column + 1)) * across;
            upper * (1.0 - down) + lower * down
        };
        (x + mix(|p| p.0), y + mix(|p| p.1))
    }

    /// Pixels a module, in the middle.
    pub(super) fn module(&self) -> f32 {
        let middle = side(self.version) as f32 / 2.0;
        let here = self.projection.at(middle, middle);
        (distance(here, self.projection.at(middle + 1.0, middle))
            + distance(here, self.projection.at(middle, middle + 1.0)))
            / 2.0
    }

    /// Puts the fourth corner where the last alignment pattern is.
    pub(super) fn align(&mut self, level: &Level) {
        let Some(&last) = alignments(self.version).last() else { return };
        let at = last as f32 + 0.5;
        let reach = (side(self.version) as f32 * 0.09).clamp(2.0, 6.0);
        let Some((u, v)) = self
            .alignment(level, at, at, reach, 2)
            .and_then(|(u, v)| self.alignment(level, u, v, 0.5, 4))
        else {
            return;
        };
        let mut anchors = self.anchors;
        let mut pixels = self.pixels;
        anchors[3] = (at, at);
        pixels[3] = self.projection.at(u, v);
        if let Some(projection) = Projection::between(anchors, pixels) {
            *self = Grid { anchors, pixels, projection, ..self.clone() };
        }
    }

    /// The function patterns' modules and their colours.
    fn known(&self) -> impl Iterator<Item = (f32, f32, bool)> + use<> {
        Layout::of(self.version).known(side(self.version))
    }

    /// Agreement with all function patterns, from −1 to 1.
    pub(super) fn agreement(&self, level: &Level) -> f32 {
        let (mut fit, mut size) = (0.0, f32::MIN_POSITIVE);
        for (u, v, dark) in self.known() {
            let (x, y) = self.at(u, v);
            let ink = level.ink(x, y);
            fit += if dark { ink } else { -ink };
            size += ink.abs();
        }
        fit / size
    }

    /// Moves the four anchors until the function patterns fit best.
    pub(super) fn refine(&mut self, level: &Level) {
        let known: Vec<_> = self.known().collect();
        let fit = |projection: &Projection| -> f32 {
            let signed = known.iter().map(|&(u, v, dark)| {
                let (x, y) = projection.at(u, v);
                let ink = level.ink(x, y);
                if dark { ink } else { -ink }
            });
            signed.sum()
        };
        let mut best = fit(&self.projection);
        let mut step = self.module() * 0.4;
        for _ in 0..REFINEMENTS {
            let mut better = false;
            for (anchor, (dx, dy)) in (0..4).flat_map(|anchor| {
                [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)].map(|by| (anchor, by))
            }) {
                let mut pixels = self.pixels;
                pixels[anchor].0 += dx;
                pixels[anchor].1 += dy;
                let Some(projection) = Projection::between(self.anchors, pixels) else { continue };
                let now = fit(&projection);
                if now > best {
                    (best, better) = (now, true);
                    self.pixels = pixels;
                    self.projection = projection;
                }
            }
            if !better {
                step /= 2.0;
            }
        }
    }

    /// Finds how far the alignment patterns lie off the projection.
    pub(super) fn bend(&mut self, level: &Level) {
        let lines = alignments(self.version);
        let (count, last) = (lines.len(), lines.len().saturating_sub(1));
        if count < 3 {
            return;
        }
        let mut shifts: Vec<Option<Point>> = Vec::with_capacity(count * count);
        for (row, &v) in lines.iter().enumerate() {
            for (column, &u) in lines.iter().enumerate() {
                let finder = matches!((row, column), (0, 0))
                    || (row, column) == (0, last)
                    || (row, column) == (last, 0);
                let (u, v) = (u as f32 + 0.5, v as f32 + 0.5);
                shifts.push(if finder {
                    Some((0.0, 0.0))
                } else {
                    self.alignment(level, u, v, 1.5, 4).map(|(a, b)| {
                        difference(self.projection.at(u, v), self.projection.at(a, b))
                    })
                });
            }
        }
        // What is not seen lies as its neighbours do.
        for i in 0..count * count {
            if shifts[i].is_some() {
                continue;
            }
            let (row, column) = (i / count, i % count);
            let near = (0..count * count)
                .filter(|j| (j / count).abs_diff(row) + (j % count).abs_diff(column) == 1)
                .filter_map(|j| shifts[j]);
            let (mut sum, mut n) = ((0.0, 0.0), 0.0);
            for (x, y) in near {
                sum = (sum.0 + x, sum.1 + y);
                n += 1.0;
            }
            shifts[i] = Some(if n > 0.0 { (sum.0 / n, sum.1 / n) } else { (0.0, 0.0) });
        }
        self.shifts = shifts.into_iter().flatten().collect();
        self.lines = lines.into_iter().map(|line| line as f32 + 0.5).collect();
    }

    /// The alignment pattern nearest to (u, v), at most `reach` modules away, in steps of a module's
    /// `parts`.
    fn alignment(&self, level: &Level, u: f32, v: f32, reach: f32, parts: usize) -> Option<Point> {
        let here = self.projection.at(u, v);
        let across = difference(here, self.projection.at(u + 1.0, v));
        let down = difference(here, self.projection.at(u, v + 1.0));
        let steps = (reach * parts as f32).round() as usize;
        let width = 2 * steps + 4 * parts + 1;
        let offset = |i: usize| (i as f32 - (width / 2) as f32) / parts as f32;
        let mut patch = Vec::with_capacity(width * width);
        for (row, column) in (0..width).flat_map(|row| (0..width).map(move |column| (row, column)))
        {
            let (a, b) = (offset(column), offset(row));
            patch.push(
                level.ink(here.0 + a * across.0 + b * down.0, here.1 + a * across.1 + b * down.1),
            );
        }
        let size = patch.iter().map(|ink| ink.abs()).sum::<f32>() / patch.len() as f32;
        let mut best = (LEAST_ALIGNMENT, None);
        for (row, column) in
            (0..=2 * steps).flat_map(|row| (0..=2 * steps).map(move |column| (row, column)))
        {
            let at = |i: usize, j: usize| patch[(row + j * parts) * width + column + i * parts];
            let square = |from: usize, to: usize| -> f32 {
                (from..=to).map(|j| (from..=to).map(|i| at(i, j)).sum::<f32>()).sum()
            };
            let (whole, inner, middle) = (square(0, 4), square(1, 3), at(2, 2));
            let dark = (whole - inner + middle) / 17.0;
            let light = (inner - middle) / 8.0;
            let (a, b) = (offset(column + 2 * parts), offset(row + 2 * parts));
            let fit = (dark - light) / (2.0 * size).max(1.0) - 0.03 * a.hypot(b) / reach;
            if fit > best.0 {
                best = (fit, Some((u + a, v + b)));
            }
        }
        best.1
    }

    /// The modules' ink: in their middles, or calmer the mean of a few points of each.
    pub(super) fn sample(&self, level: &Level, calm: bool) -> Modules {
        let side = side(self.version);
        let spread = if calm && self.module() > 2.5 { 0.22 } else { 0.0 };
        let mut values = Vec::with_capacity(side * side);
        for (row, column) in (0..side).flat_map(|row| (0..side).map(move |column| (row, column))) {
            let (u, v) = (column as f32 + 0.5, row as f32 + 0.5);
            let (x, y) = self.at(u, v);
            let mut ink = level.ink(x, y);
            if spread > 0.0 {
                let (ax, ay) =
                    difference((x, y), self.projection_shifted(u + spread, v, (u, v), (x, y)));
                for (dx, dy) in [(ax, ay), (-ax, -ay), (-ay, ax), (ay, -ax)] {
                    ink += level.ink(x + dx, y + dy);
                }
            }
            values.push(ink);
        }
        Modules { side, values }
    }

    /// A place near a known one, with the same shift.
    fn projection_shifted(&self, u: f32, v: f32, near: Point, at: Point) -> Point {
        let (from, to) = (self.projection.at(near.0, near.1), self.projection.at(u, v));
        (at.0 + to.0 - from.0, at.1 + to.1 - from.1)
    }

    /// Ink at every half module, from `margin` half modules before the first module's edge to as many
    /// behind the last one's: width and values.
    pub(super) fn halves(&self, level: &Level, margin: usize) -> (usize, Vec<f32>) {
        let width = 2 * side(self.version) + 1 + 2 * margin;
        let place = |i: usize| (i as f32 - margin as f32) / 2.0;
        let values = (0..width * width)
            .map(|i| {
                let (x, y) = self.at(place(i % width), place(i / width));
                level.ink(x, y)
            })
            .collect();
        (width, values)
    }
}

/// The versions that three finder patterns may belong to, and how much larger w is at the right and
/// lower pattern, by their widths.
fn measured(
    level: &Level,
    corners: &Corners,
) -> (impl Iterator<Item = usize> + Clone + use<>, [f32; 2]) {
    let [corner, right, below] = corners;
    let measure = |from: &Pattern, to: &Pattern| {
        let own = module_along(level, from, to.middle)?;
        let other = module_along(level, to, from.middle)?;
        let count = distance(from.middle, to.middle) / (own * other).sqrt();
        Some((count, (own / other).sqrt().clamp(0.4, 2.5)))
    };
    let mut sides = Vec::new();
    let mut nearer = [1.0, 1.0];
    for (to, nearer) in [right, below].into_iter().zip(&mut nearer) {
        let Some((count, ratio)) = measure(corner, to) else { continue };
        sides.push(count + 7.0);
        *nearer = ratio;
    }
    if sides.is_empty() {
        let across = distance(corner.middle, right.middle) + distance(corner.middle, below.middle);
        sides.push(across / 2.0 / corner.module + 7.0);
    }
    let mean = sides.iter().sum::<f32>() / sides.len() as f32;
    let guess = ((mean - 17.0) / 4.0).round().clamp(0.0, 41.0) as i32;
    let reach = if guess > 8 { 2 } else { 1 };
    let versions = (guess - reach..=guess + reach).filter(|version| (1..=40).contains(version));
    (versions.map(|version| version as usize), nearer)
}

/// How much larger w is at the right and lower pattern, by the timing patterns: along a side seen from
/// an angle the modules shrink, and w alone decides where each one lies between the two known ends.
/// `nearer` is what the finder patterns' widths say; they are short, so it is only near the truth.
fn settle(level: &Level, corners: &Corners, nearer: [f32; 2], version: usize) -> [f32; 2] {
    let [corner, right, below] = corners.map(|pattern| pattern.middle);
    let side = side(version);
    let between = side as f32 - 7.0;
    let at = |s: f32, t: f32, [a, b]: [f32; 2]| {
        let parts = [1.0 - s - t, s * a, t * b];
        let w = parts.iter().sum::<f32>().max(0.1);
        let mix = |c: f32, r: f32, l: f32| (parts[0] * c + parts[1] * r + parts[2] * l) / w;
        (mix(corner.0, right.0, below.0), mix(corner.1, right.1, below.1))
    };
    let mut settled = nearer;
    for axis in 0..2 {
        let fit = |nearer: [f32; 2]| -> f32 {
            (8..side - 8)
                .map(|i| {
                    let (along, across) = ((i as f32 - 3.0) / between, 3.0 / between);
                    let (s, t) = if axis == 0 { (along, across) } else { (across, along) };
                    let (x, y) = at(s, t, nearer);
                    let ink = level.ink(x, y);
                    if i % 2 == 0 { ink } else { -ink }
                })
                .sum()
        };
        let mut best = f32::MIN;
        // A step moves the middle of the side by two fifths of a module.
        for step in -SETTLE_STEPS..=SETTLE_STEPS {
            let mut tried = settled;
            tried[axis] = nearer[axis] * (step as f32 * 1.6 / between).exp();
            let now = fit(tried);
            if now > best {
                best = now;
                settled[axis] = tried[axis];
            }
        }
    }
    settled
}

/// The cell of a coordinate between lines, and how far in it, from 0 to 1.
fn cell(lines: &[f32], at: f32) -> (usize, f32) {
    let index = lines
        .iter()
        .skip(1)
        .take(lines.len().saturating_sub(2))
        .filter(|line| at >= **line)
        .count();
    let (from, to) = (lines[index], lines[index + 1]);
    (index, ((at - from) / (to - from)).clamp(0.0, 1.0))
}

/// The side of a module of a finder pattern along the line to a point. Ink that spread makes dark parts
/// wider and light parts narrower; the edges at 2.5 and 3.5 modules together do not know of it.
fn module_along(level: &Level, pattern: &Pattern, to: Point) -> Option<f32> {
    let (dx, dy) = difference(pattern.middle, to);
    let length = dx.hypot(dy);
    if length < 1.0 {
        return None;
    }
    let (dx, dy) = (dx / length, dy / length);
    let step = (pattern.module * 0.2).max(0.25);
    let most = (pattern.module * 7.0 / step) as usize + 8;
    let arm = |sign: f32| {
        let mut edges = [0.0; 3];
        let mut found = 0;
        let mut before = level.ink(pattern.middle.0, pattern.middle.1);
        for i in 1..most {
            let far = i as f32 * step;
            let ink =
                level.ink(pattern.middle.0 + sign * far * dx, pattern.middle.1 + sign * far * dy);
            if (ink < 0.0) == (found % 2 == 0) && ink != before {
                edges[found] = far - step * ink / (ink - before);
                found += 1;
                if found == 3 {
                    return Some((edges[1] + edges[2]) / 6.0);
                }
            }
            before = ink;
        }
        None
    };
    Some((arm(1.0)? + arm(-1.0)?) / 2.0)
}
