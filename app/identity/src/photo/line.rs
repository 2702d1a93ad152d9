//! Lines of equally pitched characters, followed from spot to spot.
//!
//! Every cell of a machine readable zone holds a character, fillers included. So its lines are the
//! longest rows of spots at one distance on any document, and following that distance step by step goes
//! along with slant, perspective and a bent page, and over spots that glare has swallowed.

use super::blob::Blob;

/// Fewest characters that must be seen of a line of at least 30.
const MIN_SEEN: usize = 18;
/// A longer line is no line of a zone, in cells.
const MAX_CELLS: i32 = 60;
/// Cells that may be missing between two that are seen.
const MAX_GAP: i32 = 5;
/// How many seen characters the next step is reckoned from.
const MEMORY: usize = 10;
/// Side of the squares in which spots are looked up, in pixels.
const SQUARE: f32 = 32.0;

/// `a + b·i + c·i²` of the cell's number.
#[derive(Clone, Copy, Debug, Default)]
struct Curve([f32; 3]);

impl Curve {
    fn at(self, i: f32) -> f32 {
        self.0[0] + i * (self.0[1] + i * self.0[2])
    }

    fn slope(self, i: f32) -> f32 {
        self.0[1] + 2.0 * i * self.0[2]
    }

    /// The curve with its cells counted from `start` in steps of `step` (1 or −1).
    fn counted(self, start: f32, step: f32) -> Self {
        Self([self.at(start), step * self.slope(start), self.0[2]])
    }
}

/// One line: where the centre of each cell lies in the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    x: Curve,
    y: Curve,
    /// First and last cell in which something was seen.
    pub first: i32,
    pub last: i32,
    /// Characters seen.
    pub seen: usize,
}

impl Line {
    /// Centre of a cell.
    pub fn centre(&self, cell: f32) -> [f32; 2] {
        [self.x.at(cell), self.y.at(cell)]
    }

    /// From one cell to the next.
    pub fn step(&self, cell: f32) -> [f32; 2] {
        [self.x.slope(cell), self.y.slope(cell)]
    }

    /// Mean distance of the cells.
    pub fn pitch(&self) -> f32 {
        let [x, y] = self.step((self.first + self.last) as f32 / 2.0);
        x.hypot(y)
    }

    /// From the first cell seen to the last.
    pub fn cells(&self) -> i32 {
        self.last - self.first + 1
    }

    /// The same line with cell `start` as number 0.
    pub fn counted_from(&self, start: i32) -> Self {
        let curve = |c: Curve| c.counted(start as f32, 1.0);
        let (first, last) = (self.first - start, self.last - start);
        Self { x: curve(self.x), y: curve(self.y), first, last, ..*self }
    }

    /// Read from the other end.
    pub fn reversed(&self) -> Self {
        let curve = |c: Curve| c.counted(0.0, -1.0);
        let (first, last) = (-self.last, -self.first);
        Self { x: curve(self.x), y: curve(self.y), first, last, ..*self }
    }

    /// In a picture that is `factor` times as large.
    pub fn scaled(&self, factor: f32) -> Self {
        let curve = |c: Curve| {
            let Curve([a, b, c]) = c;
            Curve([(a + 0.5) * factor - 0.5, b * factor, c * factor])
        };
        Self { x: curve(self.x), y: curve(self.y), ..*self }
    }

    /// As far from `other` as that is from this one, on its far side.
    pub fn beyond(&self, other: &Self) -> Self {
        let curve =
            |from: Curve, over: Curve| Curve(std::array::from_fn(|i| 2.0 * over.0[i] - from.0[i]));
        Self { x: curve(self.x, other.x), y: curve(self.y, other.y), ..*other }
    }

    /// Half way between this and `other`.
    pub fn between(&self, other: &Self) -> Self {
        let curve =
            |from: Curve, to: Curve| Curve(std::array::from_fn(|i| (from.0[i] + to.0[i]) / 2.0));
        Self { x: curve(self.x, other.x), y: curve(self.y, other.y), ..*self }
    }

    fn transposed(self) -> Self {
        Self { x: self.y, y: self.x, ..self }
    }
}

/// The lines that run from left to right or, `upright`, from top to bottom, up to 20° askew.
pub(super) fn lines(blobs: &[Blob], upright: bool) -> Vec<Line> {
    let turned: Vec<Blob> = if upright {
        let turn = |b: &Blob| Blob { x: b.y, y: b.x, width: b.height, height: b.width };
        blobs.iter().map(turn).collect()
    } else {
        blobs.to_vec()
    };
    let map = Map::new(&turned);
    let mut used = vec![false; turned.len()];
    let mut lines = Vec::new();
    for (seed, blob) in turned.iter().enumerate() {
        if used.get(seed) == Some(&true) || blob.height < 5.0 {
            continue;
        }
        let Some(row) = map.seed(seed).map(|seeds| map.follow(&seeds)) else { continue };
        let span = row.last().map_or(0, |s| s.cell) - row.first().map_or(0, |s| s.cell);
        if row.len() < MIN_SEEN || span > MAX_CELLS || 2 * row.len() < span as usize {
            continue;
        }
        for seen in &row {
            if let Some(used) = used.get_mut(seen.blob) {
                *used = true;
            }
        }
        if let Some(line) = fit(&row) {
            lines.push(if upright { line.transposed() } else { line });
        }
    }
    lines
}

#[derive(Clone, Copy)]
struct Seen {
    cell: i32,
    x: f32,
    y: f32,
    blob: usize,
}

/// Spots by where they are.
struct Map<'a> {
    blobs: &'a [Blob],
    columns: usize,
    squares: Vec<Vec<usize>>,
}

impl<'a> Map<'a> {
    fn new(blobs: &'a [Blob]) -> Self {
        let far = |side: fn(&Blob) -> f32| {
            blobs.iter().map(side).fold(0.0, f32::max).min(20_000.0) / SQUARE
        };
        let columns = far(|b| b.x) as usize + 1;
        let mut squares = vec![Vec::new(); columns * (far(|b| b.y) as usize + 1)];
        for (at, blob) in blobs.iter().enumerate() {
            let square = (blob.y / SQUARE) as usize * columns + (blob.x / SQUARE) as usize;
            if let Some(square) = squares.get_mut(square) {
                square.push(at);
            }
        }
        Self { blobs, columns, squares }
    }

    /// Spots whose centre lies in the rectangle.
    fn within(&self, x: [f32; 2], y: [f32; 2]) -> impl Iterator<Item = (usize, &Blob)> {
        let square = |v: f32| (v.max(0.0) / SQUARE) as usize;
        let columns = square(x[0])..=square(x[1]).min(self.columns - 1);
        (square(y[0])..=square(y[1]))
            .flat_map(move |row| columns.clone().map(move |column| row * self.columns + column))
            .filter_map(|at| self.squares.get(at))
            .flatten()
            .filter_map(|at| Some((*at, self.blobs.get(*at)?)))
            .filter(move |(_, b)| x[0] <= b.x && b.x <= x[1] && y[0] <= b.y && b.y <= y[1])
    }

    /// The spot nearest to a place, as high as `height` within reason.
    fn near(&self, [x, y]: [f32; 2], reach: f32, height: f32) -> Option<(usize, &Blob)> {
        let away = |b: &Blob| (b.x - x).powi(2) + (b.y - y).powi(2);
        self.within([x - reach, x + reach], [y - reach, y + reach])
            .filter(|(_, b)| similar(b.height, height))
            .min_by(|(_, a), (_, b)| away(a).total_cmp(&away(b)))
    }

    /// Four spots at one distance, beginning with `start`.
    fn seed(&self, start: usize) -> Option<Vec<Seen>> {
        let a = self.blobs.get(start)?;
        let h = a.height;
        let mut next: Vec<_> = self
            .within([a.x + 0.6 * h, a.x + 2.1 * h], [a.y - 0.8 * h, a.y + 0.8 * h])
            .filter(|(_, b)| similar(b.height, h) && (b.y - a.y).abs() < 0.4 * (b.x - a.x))
            .collect();
        next.sort_by(|(_, b), (_, c)| b.x.total_cmp(&c.x));
        next.iter().take(3).find_map(|&(second, b)| {
            let reach = 0.28 * (b.x - a.x);
            let (third, c) = self.near([2.0 * b.x - a.x, 2.0 * b.y - a.y], reach, h)?;
            let (fourth, d) = self.near([2.0 * c.x - b.x, 2.0 * c.y - b.y], reach, h)?;
            let spots = [(start, a), (second, b), (third, c), (fourth, d)];
            let seen =
                |(cell, (blob, b)): (i32, (usize, &Blob))| Seen { cell, x: b.x, y: b.y, blob };
            Some((0..).zip(spots).map(seen).collect())
        })
    }

    /// Goes on from four spots to both sides.
    fn follow(&self, seeds: &[Seen]) -> Vec<Seen> {
        let mut row = seeds.to_vec();
        self.extend(&mut row);
        row.reverse();
        self.extend(&mut row);
        row.reverse();
        row
    }

    /// Follows the row beyond its last spot as long as spots come in step.
    fn extend(&self, row: &mut Vec<Seen>) {
        while row.len() <= MAX_CELLS as usize {
            let Some((&last, &early)) = row.last().zip(row.get(row.len().saturating_sub(MEMORY)))
            else {
                return;
            };
            let cells = last.cell - early.cell;
            let mut heights: Vec<f32> = row
                .iter()
                .rev()
                .take(MEMORY)
                .filter_map(|s| self.blobs.get(s.blob))
                .map(|b| b.height)
                .collect();
            heights.sort_by(f32::total_cmp);
            let Some(&height) = heights.get(heights.len() / 2) else { return };
            let steps = cells.abs() as f32;
            let step = [(last.x - early.x) / steps, (last.y - early.y) / steps];
            let pitch = step[0].hypot(step[1]);
            let found = (1..=MAX_GAP).find_map(|ahead| {
                let place = [last.x + step[0] * ahead as f32, last.y + step[1] * ahead as f32];
                let (blob, b) = self.near(place, pitch * 0.34, height)?;
                Some(Seen { cell: last.cell + ahead * cells.signum(), x: b.x, y: b.y, blob })
            });
            let Some(found) = found else { return };
            row.push(found);
        }
    }
}

fn similar(height: f32, other: f32) -> bool {
    height < 1.8 * other && other < 1.8 * height
}

/// The curves through what was seen, once without the places that lie off.
fn fit(row: &[Seen]) -> Option<Line> {
    let middle = row.first()?.cell.midpoint(row.last()?.cell);
    let curves = |row: &[Seen]| {
        let points = |side: fn(&Seen) -> f32| {
            parabola(row.iter().map(|s| ((s.cell - middle) as f32, side(s))))
        };
        Some((points(|s| s.x)?, points(|s| s.y)?))
    };
    let (x, y) = curves(row)?;
    let off = |s: &Seen| {
        let cell = (s.cell - middle) as f32;
        (s.x - x.at(cell)).hypot(s.y - y.at(cell))
    };
    let pitch = x.slope(0.0).hypot(y.slope(0.0));
    let close: Vec<Seen> = row.iter().copied().filter(|s| off(s) < 0.2 * pitch).collect();
    let (x, y) = if close.len() >= MIN_SEEN / 2 { curves(&close)? } else { (x, y) };
    let (first, last) = (row.first()?.cell - middle, row.last()?.cell - middle);
    Some(Line { x, y, first, last, seen: row.len() })
}

/// Least squares.
fn parabola(points: impl Iterator<Item = (f32, f32)>) -> Option<Curve> {
    let mut powers = [0.0_f64; 5];
    let mut right = [0.0_f64; 3];
    for (i, v) in points {
        let (i, v) = (f64::from(i), f64::from(v));
        let mut power = 1.0;
        for (k, sum) in powers.iter_mut().enumerate() {
            *sum += power;
            if let Some(right) = right.get_mut(k) {
                *right += power * v;
            }
            power *= i;
        }
    }
    let [s0, s1, s2, s3, s4] = powers;
    let det = |[a, b, c]: [[f64; 3]; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
            + a[2] * (b[0] * c[1] - b[1] * c[0])
    };
    // Cramer's rule on the symmetric normal equations.
    let columns = [[s0, s1, s2], [s1, s2, s3], [s2, s3, s4]];
    let whole = det(columns);
    if whole.abs() < 1e-6 {
        return None;
    }
    Some(Curve(std::array::from_fn(|k| {
        let mut replaced = columns;
        replaced[k] = right;
        (det(replaced) / whole) as f32
    })))
}
