//! Undoes blur: what a lens or a hand smeared over neighbouring modules is put back.
//!
//! The finder, timing and alignment patterns are known, so the linear filter that turns ink around a
//! module into this module's value can be learned from them by least squares, as a modem learns its
//! line. Decisions that are sure, and blocks that were corrected, then teach it better.

use std::time::Instant;

use super::{
    grid::Grid,
    level::Level,
    symbol::{Decoded, Layout, Modules, decode, side},
};

/// Taps to each side, in half modules.
const REACH: usize = 3;
/// Taps, and one for the mean.
const TAPS: usize = (2 * REACH + 1) * (2 * REACH + 1) + 1;
/// How often the filter is learned anew.
const ROUNDS: usize = 4;
/// Modules a filter learns from: more cost time and teach no more.
const MAX_TEACHERS: usize = 1_500;
/// Modules to each side over which the light is evened out.
const EVEN: usize = 5;

/// Reads a blurred symbol.
pub(super) fn read(level: &Level, grid: &Grid, deadline: Instant) -> Option<Vec<u8>> {
    let side = side(grid.version);
    let (width, halves) = grid.halves(level, REACH);
    let halves = even(width, &halves);
    let features = |x: usize, y: usize| {
        let (left, top) = (2 * x + 1, 2 * y + 1);
        let mut taps = [1.0; TAPS];
        for (row, taps) in taps.chunks_exact_mut(2 * REACH + 1).enumerate() {
            let from = (top + row) * width + left;
            taps.copy_from_slice(&halves[from..from + 2 * REACH + 1]);
        }
        taps
    };
    let mut teachers: Vec<f32> = Layout::of(grid.version)
        .function
        .iter()
        .map(|dark| dark.map_or(0.0, |dark| if dark { 1.0 } else { -1.0 }))
        .collect();
    let mut certain = 0;
    for round in 0..ROUNDS {
        let filter = learn(side, &teachers, &features)?;
        let values: Vec<f32> = (0..side * side)
            .map(|i| features(i % side, i / side).iter().zip(&filter).map(|(a, b)| a * b).sum())
            .collect();
        let modules = Modules { side, values };
        let (known, count) = match decode(&modules, true) {
            Decoded::Content(content) => return Some(content),
            Decoded::Partly(known, count) => (known, count),
            Decoded::Nothing => return None,
        };
        if Instant::now() > deadline || round > 0 && count <= certain {
            return None;
        }
        certain = count;
        teachers = known
            .iter()
            .zip(&modules.values)
            .map(|(known, value)| match known {
                Some(dark) => {
                    if *dark {
                        1.0
                    } else {
                        -1.0
                    }
                }
                None if value.abs() > 0.3 => value.clamp(-0.7, 0.7),
                None => 0.0,
            })
            .collect();
    }
    None
}

/// Without the mean of the neighbourhood, and of unit size.
fn even(width: usize, halves: &[f32]) -> Vec<f32> {
    let across: Vec<f32> = halves.chunks(width).flat_map(|line| means(line, 2 * EVEN)).collect();
    let mut out = halves.to_vec();
    for x in 0..width {
        let column: Vec<f32> = (0..width).map(|y| across[y * width + x]).collect();
        for (y, mean) in means(&column, 2 * EVEN).into_iter().enumerate() {
            out[y * width + x] -= mean;
        }
    }
    let size = (out.iter().map(|v| v * v).sum::<f32>() / out.len() as f32).sqrt().max(0.1);
    out.iter_mut().for_each(|v| *v /= size);
    out
}

/// For each place the mean of those up to `reach` away.
fn means(line: &[f32], reach: usize) -> Vec<f32> {
    let mut sums = vec![0.0];
    for value in line {
        sums.push(sums.last().copied().unwrap_or(0.0) + value);
    }
    (0..line.len())
        .map(|i| {
            let (from, to) = (i.saturating_sub(reach), (i + reach + 1).min(line.len()));
            (sums[to] - sums[from]) / (to - from) as f32
        })
        .collect()
}

/// The filter that best turns the ink around a module into its teacher's sign, weighted by its size.
fn learn(
    side: usize,
    teachers: &[f32],
    features: &impl Fn(usize, usize) -> [f32; TAPS],
) -> Option<Vec<f32>> {
    let mut rows = vec![vec![0.0; TAPS + 1]; TAPS];
    let mut weights = 0.0;
    let taught = || teachers.iter().enumerate().filter(|(_, teacher)| **teacher != 0.0);
    let every = taught().count().div_ceil(MAX_TEACHERS).max(1);
    // Four at a time: the sums are fetched and stored a quarter as often.
    let mut lessons = taught().step_by(every).map(|(i, &teacher)| {
        weights += teacher.abs();
        (features(i % side, i / side), teacher)
    });
    while let Some(first) = lessons.next() {
        let mut next = || lessons.next().unwrap_or(([0.0; TAPS], 0.0));
        let [(a, s), (b, t), (c, u), (d, v)] = [first, next(), next(), next()];
        for (j, row) in rows.iter_mut().enumerate() {
            let by = [a[j] * s.abs(), b[j] * t.abs(), c[j] * u.abs(), d[j] * v.abs()];
            let taps = a[j..].iter().zip(&b[j..]).zip(c[j..].iter().zip(&d[j..]));
            for (sum, ((a, b), (c, d))) in row[j..TAPS].iter_mut().zip(taps) {
                *sum += by[0] * a + by[1] * b + by[2] * c + by[3] * d;
            }
            row[TAPS] += a[j] * s + b[j] * t + c[j] * u + d[j] * v;
        }
    }
    // Only the upper half was summed.
    let upper = rows.clone();
    for (j, row) in rows.iter_mut().enumerate() {
        row.iter_mut().zip(&upper).take(j).for_each(|(value, mirror)| *value = mirror[j]);
        row[j] += weights * 0.01 + 0.5;
    }
    solve(rows)
}

/// Solves linear equations, each row with its right side last, by Gauss's elimination.
pub(super) fn solve(mut rows: Vec<Vec<f32>>) -> Option<Vec<f32>> {
    let count = rows.len();
    for column in 0..count {
        let pivot = (column..count)
            .max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        rows.swap(column, pivot);
        let (done, rest) = rows.split_at_mut(column + 1);
        let top = done.last()?;
        if top[column].abs() < 1e-9 {
            return None;
        }
        for row in rest {
            let factor = row[column] / top[column];
            if factor != 0.0 {
                for (value, above) in row.iter_mut().zip(top).skip(column) {
                    *value -= factor * above;
                }
            }
        }
    }
    let mut out = vec![0.0; count];
    for i in (0..count).rev() {
        let known: f32 = (i + 1..count).map(|j| rows[i][j] * out[j]).sum();
        out[i] = (rows[i][count] - known) / rows[i][i];
    }
    out.iter().all(|value| value.is_finite()).then_some(out)
}
