//! Reads the modules of a smeared symbol all at once: each point of the picture shows a mixture of the
//! modules around it, and how they mix follows from the smear.
//!
//! The function patterns tell how light paper and ink are and how wide the smear is; the modules are then
//! those between ink and paper whose mixture comes nearest to the picture (least squares with bounds, as
//! in `restore`, but with a few thousand unknowns instead of a hundred thousand). Blocks that could be
//! corrected are known from then on and leave fewer unknowns.

use std::time::Instant;

use super::{
    equalise::solve,
    finder::{Point, difference},
    grid::Grid,
    level::Level,
    restore::{Smear, Smeared, hurry},
    symbol::{Decoded, Layout, Modules, decode, side},
};

/// Points looked at along a module's side.
const POINTS: usize = 3;
/// Modules to each side that a point's light may come from, at most.
const MAX_REACH: usize = 4;
/// How often the unknown modules are worked out, with more of them known each time.
const ROUNDS: usize = 4;
/// Steps of one working out.
const STEPS: usize = 250;
/// Modules that meet less than so in the points are taken as apart; a module meets itself at most in all
/// its nine points.
const LEAST_OVERLAP: f32 = 1e-4;
/// Larger symbols, which nobody photographs by hand, are left.
const MAX_VERSION: usize = 20;
/// The smear of lens and pixels in a picture that is blurred by movement alone, in pixels.
const SHARP: f32 = 0.8;
/// Half of the contrast of ink and paper below which there is no symbol, in grey levels.
const LEAST_CONTRAST: f32 = 2.0;
/// Width of the smear that is tried first, as a share of what it was guessed.
const FIRST_PART: f32 = 0.85;
/// Other widths, likewise.
const PARTS: [f32; 8] = [0.55, 0.65, 0.75, 0.95, 1.05, 1.2, 1.35, 1.5];
/// How far an anchor is moved, in modules, ever finer.
const MOVES: [f32; 4] = [0.6, 0.3, 0.15, 0.08];
/// Share of the variance below which other widths are not tried.
const FIRST_FIT: f32 = 0.5;
/// Share of the light's variance around the function patterns that the mixture must explain.
const LEAST_FIT: f32 = 0.8;

/// How the modules around a point mix: for each place of the point in its module the shares of the
/// modules within reach, row by row.
struct Mixture {
    reach: usize,
    shares: Vec<Vec<f32>>,
}

impl Mixture {
    fn of(smear: Smear, grid: &Grid) -> Option<Mixture> {
        let middle = side(grid.version) as f32 / 2.0;
        let here = grid.at(middle, middle);
        let across = difference(here, grid.at(middle + 1.0, middle));
        let down = difference(here, grid.at(middle, middle + 1.0));
        let area = across.0 * down.1 - across.1 * down.0;
        if area.abs() < 0.5 {
            return None;
        }
        let (way, width): (Point, f32) = match smear {
            Smear::Motion { angle, length } => {
                ((angle.cos() * length, angle.sin() * length), SHARP)
            }
            Smear::Focus { width } => ((0.0, 0.0), width),
        };
        // In modules.
        let way = (
            (way.0 * down.1 - way.1 * down.0) / area,
            (way.1 * across.0 - way.0 * across.1) / area,
        );
        let (wide, high) = (width / across.0.hypot(across.1), width / down.0.hypot(down.1));
        let far = (way.0.abs() / 2.0 + 2.2 * wide).max(way.1.abs() / 2.0 + 2.2 * high);
        let reach = ((far + 0.5).ceil() as usize).min(MAX_REACH);
        let points = if way == (0.0, 0.0) { 1 } else { 12 };
        let span = 2 * reach + 1;
        let shares = (0..POINTS * POINTS)
            .map(|phase| {
                let place = |i: usize| (i as f32 + 0.5) / POINTS as f32 - 0.5;
                let (u, v) = (place(phase % POINTS), place(phase / POINTS));
                let mut shares = vec![0.0; span * span];
                for i in 0..points {
                    let far = (i as f32 + 0.5) / points as f32 - 0.5;
                    let part = |at: f32, width: f32| -> Vec<f32> {
                        let edge = |i: usize| bell((i as f32 - reach as f32 - 0.5 - at) / width);
                        (0..span).map(|i| edge(i + 1) - edge(i)).collect()
                    };
                    let columns = part(u - far * way.0, wide);
                    let rows = part(v - far * way.1, high);
                    for (shares, row) in shares.chunks_exact_mut(span).zip(rows) {
                        for (share, column) in shares.iter_mut().zip(&columns) {
                            *share += row * column / points as f32;
                        }
                    }
                }
                shares
            })
            .collect();
        Some(Mixture { reach, shares })
    }

    /// How much two modules meet in the same points, by their distance.
    fn overlap(&self) -> Vec<f32> {
        let (reach, span) = (self.reach, 2 * self.reach + 1);
        let wide = 4 * reach + 1;
        let mut out = vec![0.0; wide * wide];
        for shares in &self.shares {
            for (i, a) in shares.iter().enumerate() {
                for (j, b) in shares.iter().enumerate() {
                    let row = j / span + 2 * reach - i / span;
                    let column = j % span + 2 * reach - i % span;
                    out[row * wide + column] += a * b;
                }
            }
        }
        out
    }
}

/// The share of a bell curve before a place.
fn bell(z: f32) -> f32 {
    1.0 / (1.0 + (-1.5976 * z - 0.07056 * z * z * z).exp())
}

/// The points of a symbol and its margin.
struct Points {
    side: usize,
    /// Modules around the symbol that are light.
    margin: usize,
    light: Vec<f32>,
}

impl Points {
    fn new(picture: &Smeared, grid: &Grid) -> Points {
        let side = side(grid.version);
        let margin = MAX_REACH;
        let width = (side + 2 * margin) * POINTS;
        let place = |i: usize| (i as f32 + 0.5) / POINTS as f32 - margin as f32;
        let light = (0..width * width)
            .map(|i| {
                let (x, y) = grid.at(place(i % width), place(i / width));
                picture.light(x, y)
            })
            .collect();
        Points { side, margin, light }
    }

    /// Modules along the side of what is looked at, with margins.
    fn modules(&self) -> usize {
        self.side + 2 * self.margin
    }

    /// The light of a point of a module (with margins).
    fn at(&self, column: usize, row: usize, phase: usize) -> f32 {
        let width = self.modules() * POINTS;
        self.light[(row * POINTS + phase / POINTS) * width + column * POINTS + phase % POINTS]
    }
}

/// Ink from −1, light, to 1, dark, of all modules and two margins around.
struct Ink {
    side: usize,
    margin: usize,
    values: Vec<f32>,
}

impl Ink {
    fn new(side: usize, known: &[Option<bool>]) -> Ink {
        let margin = 2 * MAX_REACH;
        let width = side + 2 * margin;
        let mut ink = Ink { side, margin, values: vec![-1.0; width * width] };
        for (i, known) in known.iter().enumerate() {
            let place = ink.place(i % side, i / side);
            ink.values[place] = known.map_or(0.0, |dark| if dark { 1.0 } else { -1.0 });
        }
        ink
    }

    fn width(&self) -> usize {
        self.side + 2 * self.margin
    }

    fn place(&self, column: usize, row: usize) -> usize {
        (row + self.margin) * self.width() + column + self.margin
    }

    /// The mixture at a point of a module (with the points' margins).
    fn mixed(&self, mixture: &Mixture, column: usize, row: usize, phase: usize) -> f32 {
        let reach = mixture.reach;
        let (left, top) = (column + MAX_REACH - reach, row + MAX_REACH - reach);
        let span = 2 * reach + 1;
        let shares = mixture.shares[phase].chunks_exact(span);
        shares
            .enumerate()
            .map(|(i, shares)| {
                let from = (top + i) * self.width() + left;
                let line = &self.values[from..from + span];
                shares.iter().zip(line).map(|(share, ink)| share * ink).sum::<f32>()
            })
            .sum()
    }

    /// Works out the modules that are not known.
    fn settle(&mut self, points: &Points, mixture: &Mixture, lamp: Lamp, known: &[Option<bool>]) {
        let side = self.side;
        let reach = mixture.reach;
        let span = 2 * reach + 1;
        let modules = points.modules();
        let middle = modules as f32 / 2.0;
        let place = |i: usize| (i as f32 - middle) / middle;
        // What the points say of each module.
        let mut said = vec![0.0; side * side];
        for (row, column) in
            (0..modules).flat_map(|row| (0..modules).map(move |column| (row, column)))
        {
            for phase in 0..POINTS * POINTS {
                let light = points.at(column, row, phase);
                let ink = lamp.ink(place(column), place(row), light).clamp(-1.3, 1.3);
                for (i, share) in mixture.shares[phase].iter().enumerate() {
                    let x = (column + i % span).wrapping_sub(reach + points.margin);
                    let y = (row + i / span).wrapping_sub(reach + points.margin);
                    if x < side && y < side {
                        said[y * side + x] += share * ink;
                    }
                }
            }
        }
        let wide = 4 * reach + 1;
        let overlap: Vec<(usize, usize, f32)> = mixture
            .overlap()
            .into_iter()
            .enumerate()
            .filter(|(_, weight)| *weight > LEAST_OVERLAP)
            .map(|(i, weight)| (i / wide, i % wide, weight))
            .collect();
        for (i, known) in known.iter().enumerate() {
            if let Some(dark) = known {
                let at = self.place(i % side, i / side);
                self.values[at] = if *dark { 1.0 } else { -1.0 };
            }
        }
        let width = self.width();
        let mut ahead = self.values.clone();
        let mut pace = 1.0;
        let mut slope = vec![0.0; side];
        for _ in 0..STEPS {
            let push = hurry(&mut pace);
            let mut moved = ahead.clone();
            for y in 0..side {
                slope.fill(0.0);
                for (row, column, weight) in &overlap {
                    let row = y + self.margin + row - 2 * reach;
                    let from = row * width + self.margin + column - 2 * reach;
                    for (slope, ink) in slope.iter_mut().zip(&ahead[from..from + side]) {
                        *slope += weight * ink;
                    }
                }
                for x in 0..side {
                    if known[y * side + x].is_some() {
                        continue;
                    }
                    let at = self.place(x, y);
                    let slope = slope[x] - said[y * side + x];
                    let now = (ahead[at] - slope / (POINTS * POINTS) as f32).clamp(-1.0, 1.0);
                    moved[at] = now + push * (now - self.values[at]);
                    self.values[at] = now;
                }
            }
            ahead = moved;
        }
    }
}

/// The light of a mixture: paper and ink, each evenly changing over the symbol.
#[derive(Clone, Copy)]
struct Lamp([f32; 6]);

impl Lamp {
    fn terms(u: f32, v: f32, mixed: f32) -> [f32; 6] {
        [1.0, u, v, mixed, mixed * u, mixed * v]
    }

    /// The ink that a light stands for.
    fn ink(&self, u: f32, v: f32, light: f32) -> f32 {
        let [a, b, c, d, e, f] = self.0;
        let gain = (d + e * u + f * v).min(0.3 * d);
        (light - a - b * u - c * v) / gain
    }
}

/// The lamp that fits best at these modules (the points on their diagonals suffice), and the share of the
/// light's variance that it explains.
fn lamp(
    modules: usize,
    light: &impl Fn(usize, usize, usize) -> f32,
    ink: &Ink,
    mixture: &Mixture,
    at: &[(usize, usize)],
) -> Option<(Lamp, f32)> {
    let mut rows = vec![vec![0.0_f32; 7]; 6];
    let middle = modules as f32 / 2.0;
    let place = |i: usize| (i as f32 - middle) / middle;
    let mut pairs = Vec::with_capacity(at.len() * POINTS * POINTS);
    for &(column, row) in at {
        for phase in (0..POINTS * POINTS).step_by(POINTS + 1) {
            let terms =
                Lamp::terms(place(column), place(row), ink.mixed(mixture, column, row, phase));
            let light = light(column, row, phase);
            for (i, sums) in rows.iter_mut().enumerate() {
                for (sum, term) in sums.iter_mut().zip(terms.iter().chain([&light])) {
                    *sum += terms[i] * term;
                }
            }
            pairs.push((terms, light));
        }
    }
    // A change of light over the symbol must be worth it.
    for (i, row) in rows.iter_mut().enumerate() {
        row[i] += if matches!(i, 0 | 3) { 1e-3 } else { 0.02 * pairs.len() as f32 };
    }
    let terms: [f32; 6] = solve(rows)?.try_into().ok()?;
    let mean = pairs.iter().map(|pair| pair.1).sum::<f32>() / pairs.len().max(1) as f32;
    let (mut miss, mut all) = (0.0, f32::MIN_POSITIVE);
    for (own, light) in &pairs {
        let told: f32 = own.iter().zip(&terms).map(|(a, b)| a * b).sum();
        miss += (light - told).powi(2);
        all += (light - mean).powi(2);
    }
    // Ink is darker than paper.
    (terms[3] < -LEAST_CONTRAST).then_some((Lamp(terms), 1.0 - miss / all))
}

/// A grid with the smear that fits its function patterns best.
pub(super) struct Fitted {
    pub fit: f32,
    grid: Grid,
    mixture: Mixture,
    lamp: Lamp,
}

impl Fitted {
    /// The grid's fit to the picture; nothing where it has none.
    pub(super) fn new(picture: &Smeared, grid: &Grid, smear: Smear) -> Option<Fitted> {
        if grid.version > MAX_VERSION {
            return None;
        }
        let (ink, at) = patterns(grid);
        let tried = |part: f32| {
            let mixture = Mixture::of(smear.times(part), grid)?;
            let (lamp, fit) = known_light(picture, grid, &ink, &mixture, &at)?;
            Some(Fitted { fit, grid: grid.clone(), mixture, lamp })
        };
        let first = tried(FIRST_PART).filter(|first| first.fit >= FIRST_FIT)?;
        let others = PARTS.iter().filter_map(|part| tried(*part));
        others
            .chain([first])
            .max_by(|a, b| a.fit.total_cmp(&b.fit))
            .filter(|best| best.fit >= LEAST_FIT)
    }

    /// The symbol's version.
    pub(super) fn version(&self) -> usize {
        self.grid.version
    }

    /// Moves the anchors until the function patterns fit best.
    pub(super) fn refine(&mut self, picture: &Smeared, level: &Level) {
        let start = self.grid.clone();
        let (ink, at) = patterns(&start);
        let mut take = |grid: Grid| {
            let now = known_light(picture, &grid, &ink, &self.mixture, &at);
            if let Some((lamp, fit)) = now.filter(|(_, fit)| *fit > self.fit) {
                (self.grid, self.lamp, self.fit) = (grid, lamp, fit);
            }
            self.grid.clone()
        };
        let mut grid = take(start);
        for step in MOVES {
            // The fourth corner is the least known.
            for anchor in [3, 1, 2, 0, 3] {
                for by in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                    if let Some(moved) = grid.moved(anchor, by) {
                        grid = take(moved);
                    }
                }
            }
        }
        grid.bend(level);
        take(grid);
    }

    /// The content of the symbol.
    pub(super) fn read(&self, picture: &Smeared, deadline: Instant) -> Option<Vec<u8>> {
        let Fitted { grid, mixture, .. } = self;
        let mut light = self.lamp;
        let side = side(grid.version);
        let points = Points::new(picture, grid);
        let mut known = Layout::of(grid.version).function.clone();
        let mut ink = Ink::new(side, &known);
        let everywhere: Vec<(usize, usize)> = (MAX_REACH..side + MAX_REACH)
            .flat_map(|row| (MAX_REACH..side + MAX_REACH).map(move |column| (column, row)))
            .collect();
        let mut certain = 0;
        for round in 0..ROUNDS {
            if Instant::now() > deadline {
                return None;
            }
            ink.settle(&points, mixture, light, &known);
            let values: Vec<f32> =
                (0..side * side).map(|i| ink.values[ink.place(i % side, i / side)]).collect();
            match decode(&Modules { side, values }, true) {
                Decoded::Content(content) => return Some(content),
                Decoded::Partly(now, count) => {
                    if round > 1 && count <= certain {
                        return None;
                    }
                    certain = count;
                    known = now;
                }
                Decoded::Nothing => return None,
            }
            // The modules themselves now tell more of the light.
            let at = |column: usize, row: usize, phase: usize| points.at(column, row, phase);
            if let Some((better, _)) = lamp(points.modules(), &at, &ink, mixture, &everywhere) {
                light = better;
            }
        }
        None
    }
}

/// The ink of a version's function patterns, and the modules (with the points' margin) all of whose
/// neighbours are known too; what is outside is light.
fn patterns(grid: &Grid) -> (Ink, Vec<(usize, usize)>) {
    let side = side(grid.version);
    let known = &Layout::of(grid.version).function;
    let sure = |x: usize, y: usize| {
        let (x, y) = (x.wrapping_sub(MAX_REACH), y.wrapping_sub(MAX_REACH));
        x >= side || y >= side || known[y * side + x].is_some()
    };
    // Up to two modules outside.
    let places = MAX_REACH - 2..side + MAX_REACH + 2;
    let at = places.clone().flat_map(|row| places.clone().map(move |column| (column, row)));
    let at = at.filter(|&(column, row)| {
        (row - 1..=row + 1).all(|y| (column - 1..=column + 1).all(|x| sure(x, y)))
    });
    (Ink::new(side, known), at.collect())
}

/// The lamp, and how well it fits, by the function patterns.
fn known_light(
    picture: &Smeared,
    grid: &Grid,
    ink: &Ink,
    mixture: &Mixture,
    at: &[(usize, usize)],
) -> Option<(Lamp, f32)> {
    let light = |column: usize, row: usize, phase: usize| {
        let place = |module: usize, i: usize| {
            module as f32 + (i as f32 + 0.5) / POINTS as f32 - MAX_REACH as f32
        };
        let (x, y) = grid.at(place(column, phase % POINTS), place(row, phase / POINTS));
        picture.light(x, y)
    };
    lamp(ink.side + 2 * MAX_REACH, &light, ink, mixture, at)
}
