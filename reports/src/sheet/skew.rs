//! How far a page lies turned.
//!
//! Where light follows on dark (the feet of letters, the lower side of a rule, the upper edge of a sheet on a dark
//! ground) a point is noted, to a part of a pixel. At each angle the points are counted in rows that run at that angle;
//! at the angle of the text most of them fall into few rows, and the sum of the squared counts is largest (the
//! projection profile of H. S. Baird, 1987). The same is done with columns, for pages that lie on their side. An angle
//! is only told where it stands out: of a photograph or an empty page nothing is told.

use super::{Angle, picture::Grey};

/// Angles looked at, in degrees: some more than are acted on, so that a peak at the end is seen as one.
const WIDEST: f64 = 10.5;
/// Steps of the three searches, in degrees, and how far the later two go to either side.
const COARSE: f64 = 0.25;
const FINE: (f64, f64) = (0.05, 0.3);
const FINEST: (f64, f64) = (0.01, 0.05);
/// Points of the first search.
const MOST_POINTS: usize = 40_000;
/// Fewer points are no text.
const LEAST_POINTS: usize = 200;
/// Steps of brightness from dark to light.
const STEP: i16 = 48;
/// How many times the usual sum the largest must be.
const STANDS_OUT: f64 = 1.6;
/// Parts of a row.
const PARTS: usize = 4;
/// Part of each side that is not looked at: the glass ends there.
const BORDER: usize = 50;

/// A step from dark to light: along the rows, and across them to a part of a point.
type Mark = (f32, f32);

/// How far the page lies turned, clockwise; `None` where nothing tells.
pub(super) fn measure(grey: &Grey) -> Option<Angle> {
    let rows = marks(grey.height, grey.width, |across, along| grey.at(along, across));
    let columns = marks(grey.width, grey.height, |across, along| grey.at(across, along));
    let rows = peak(&rows, grey.height, grey.width);
    // A line that goes down to the right goes to the left as it goes down on its side.
    let columns = peak(&columns, grey.width, grey.height).map(|(angle, sure)| (-angle, sure));
    let (degrees, _) = [rows, columns].into_iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let angle = Angle::of_degrees(degrees);
    (angle.0.abs() <= Angle::MOST.0).then_some(angle)
}

/// Where light follows on dark across the rows.
fn marks(across: usize, along: usize, at: impl Fn(usize, usize) -> u8) -> Vec<Mark> {
    let mut marks = Vec::new();
    let (border, rim) = ((across / BORDER).max(2), along / BORDER);
    for place in rim..along.saturating_sub(rim) {
        let step = |row: usize| i16::from(at(row + 1, place)) - i16::from(at(row - 1, place));
        for row in border..across.saturating_sub(border) {
            let here = step(row);
            if here < STEP {
                continue;
            }
            let (before, after) = (step(row - 1), step(row + 1));
            if here < before || here <= after {
                continue;
            }
            // The top of the parabola through the three.
            let bend = f32::from(before - 2 * here + after);
            let part = if bend < 0.0 { f32::from(before - after) / (2.0 * bend) } else { 0.0 };
            marks.push((place as f32 - along as f32 / 2.0, row as f32 + part));
        }
    }
    marks
}

/// The angle in degrees at which rows hold most, and how far it stands out.
fn peak(marks: &[Mark], across: usize, along: usize) -> Option<(f64, f64)> {
    if marks.len() < LEAST_POINTS {
        return None;
    }
    let some: Vec<Mark> =
        marks.iter().step_by(marks.len().div_ceil(MOST_POINTS)).copied().collect();
    let rows = across + along;
    let best = |marks: &[Mark], middle: f64, (step, reach): (f64, f64)| {
        let steps = (reach / step).round() as i32;
        let angles = (-steps..=steps).map(|n| middle + f64::from(n) * step);
        let sums: Vec<(f64, f64)> =
            angles.map(|angle| (angle, crowding(marks, angle, across, rows))).collect();
        let top = sums.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
        (top.unwrap_or_default(), sums)
    };
    let ((coarse, highest), sums) = best(&some, 0.0, (COARSE, WIDEST));
    let mut usual: Vec<f64> = sums.into_iter().map(|(_, sum)| sum).collect();
    usual.sort_by(f64::total_cmp);
    let usual = usual.get(usual.len() / 2).copied().unwrap_or(f64::MAX);
    let stands_out = highest / usual.max(f64::MIN_POSITIVE);
    if stands_out < STANDS_OUT {
        return None;
    }
    let ((fine, _), _) = best(marks, coarse, FINE);
    let ((finest, _), _) = best(marks, fine, FINEST);
    Some((finest, stands_out))
}

/// Sum of the squared counts in rows at an angle. The rows overlap, a part of a point apart, and a mark between two
/// parts counts for both by how near it is: else lines that happen to lie on a boundary would seem to be worth less
/// than lines a little askew.
fn crowding(marks: &[Mark], degrees: f64, across: usize, rows: usize) -> f64 {
    let slope = degrees.to_radians().tan() as f32;
    let first = ((rows - across) / 2) as f32;
    let mut parts = vec![0.0_f32; rows * PARTS + 2];
    for (along, row) in marks {
        let place = (row - along * slope + first).clamp(0.0, rows as f32) * PARTS as f32;
        let (whole, part) = (place as usize, place.fract());
        if let Some([here, next]) = parts.get_mut(whole..whole + 2) {
            *here += 1.0 - part;
            *next += part;
        }
    }
    let row = |parts: &[f32]| f64::from(parts.iter().sum::<f32>());
    parts.windows(PARTS).map(|parts| row(parts).powi(2)).sum()
}
