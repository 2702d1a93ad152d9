//! Where the sheet ends in its scan, and whether anything stands on it.
//!
//! A sheet on a dark or grey lid ends where the ground begins. On a white lid nobody can tell, and nothing is cut: only
//! the corners that turning adds are taken off again, where nothing stands in them. What is cut is the evenly coloured
//! ground alone, and a little of it stays, so that the copy shows the sheet's own edge.

use super::{Angle, Edges, picture::Grey, turn::Frame};

/// How much lighter than the ground paper is at least.
const CONTRAST: u8 = 40;
/// How far the ground's points lie from its middle at most.
const EVEN: u8 = 24;
/// Share of a side's points that must be the ground's.
const MOSTLY: f64 = 0.85;
/// Share of the sheet's width in which a row must be no ground to belong to the sheet: a dark picture at the edge of a
/// sheet is the sheet's.
const SHEET: f64 = 0.15;
/// Smallest part of the scan that is a sheet: an identity card on A4 is 7 %.
const LEAST: f64 = 0.04;
/// Ground left around the sheet, in measured points: half a millimetre.
const KEPT: usize = 2;
/// What is less than this part of the longer side is no border.
const SLIGHT: u32 = 100;
/// Darker than the paper by this: ink.
const INK: u8 = 40;
/// Share of a page that ink may cover for it to be empty: a number alone covers more.
const SPECKS: f64 = 0.000_04;
/// Part of each side in which holes and shadows do not count as ink.
const RIM: usize = 25;

/// The evenly coloured ground beside the sheet, or the paper's colour where none is to be seen.
pub(super) fn ground(grey: &Grey) -> u8 {
    match (sides(grey), paper(grey)) {
        (Some((ground, false)), _) => ground,
        (Some((_, true)) | None, paper) => paper,
    }
}

/// What lies beside the sheet once the page is turned back by `skew`, in points of the scan of this size.
pub(super) fn around(grey: &Grey, skew: Angle, size: (u32, u32)) -> Edges {
    let frame = Frame::of((grey.width as u32, grey.height as u32), skew);
    let turned = frame.whole(grey);
    let (width, height) = (frame.width as usize, frame.height as usize);
    let found = match sides(grey) {
        Some((ground, _)) => {
            let is_sheet = |point: Option<u8>| point.is_some_and(|it| it.abs_diff(ground) > EVEN);
            sheet(&turned, width, height, is_sheet)
        }
        None => None,
    };
    let (left, top, right, bottom) = match found {
        Some(found) => found,
        None => added(&turned, (width, height), (grey.width, grey.height), paper(grey)),
    };
    // In the scan's own points; the straightened scan is not exactly so many times larger.
    let full = Frame::of(size, skew);
    let scale = |part: usize, of: usize, full: u32| {
        (part as u64 * u64::from(full) / (of as u64).max(1)) as u32
    };
    let edges = Edges {
        left: scale(left, width, full.width),
        top: scale(top, height, full.height),
        right: scale(right, width, full.width),
        bottom: scale(bottom, height, full.height),
    };
    let slight = full.width.max(full.height) / SLIGHT;
    let is_slight =
        [edges.left, edges.top, edges.right, edges.bottom].iter().all(|it| *it < slight);
    if skew.0 == 0 && is_slight { Edges::default() } else { edges }
}

/// Whether nothing stands on the page.
pub(super) fn is_blank(grey: &Grey) -> bool {
    let paper = paper(grey);
    if paper < 128 {
        return false;
    }
    let (rim, ring) = (grey.width / RIM, grey.height / RIM);
    let rows = ring..grey.height.saturating_sub(ring);
    let inside = rows.flat_map(|y| (rim..grey.width.saturating_sub(rim)).map(move |x| (x, y)));
    let (mut all, mut ink) = (0_usize, 0_usize);
    for (x, y) in inside {
        all += 1;
        ink += usize::from(grey.at(x, y).abs_diff(paper) > INK);
    }
    all > 0 && (ink as f64) <= all as f64 * SPECKS
}

/// The paper's brightness: most of a page is paper.
fn paper(grey: &Grey) -> u8 {
    Grey::level(grey.points.iter().copied(), 0.9)
}

/// The ground beside the sheet, and whether the sheet reaches a side; `None` where no side shows one.
fn sides(grey: &Grey) -> Option<(u8, bool)> {
    // A card covers little of the glass.
    let paper = Grey::level(grey.points.iter().copied(), 0.97);
    let strip = (grey.width.max(grey.height) / 150).max(2);
    let (width, height) = (grey.width, grey.height);
    let part = |xs: std::ops::Range<usize>, ys: std::ops::Range<usize>| {
        ys.flat_map(move |y| xs.clone().map(move |x| grey.at(x, y))).collect::<Vec<u8>>()
    };
    let strips = [
        part(0..width, 0..strip.min(height)),
        part(0..width, height.saturating_sub(strip)..height),
        part(0..strip.min(width), 0..height),
        part(width.saturating_sub(strip)..width, 0..height),
    ];
    let mut grounds: Vec<u8> = Vec::new();
    for strip in &strips {
        let middle = Grey::level(strip.iter().copied(), 0.5);
        let even = strip.iter().filter(|point| point.abs_diff(middle) <= EVEN).count();
        let is_even = even as f64 >= strip.len() as f64 * MOSTLY;
        if is_even && paper.saturating_sub(middle) >= CONTRAST {
            grounds.push(middle);
        }
    }
    let reaches = grounds.len() < strips.len();
    let darkest = grounds.iter().min().copied()?;
    // Two sides of different ground are no lid.
    let same = grounds.iter().all(|ground| ground.abs_diff(darkest) <= EVEN);
    same.then_some((darkest, reaches))
}

/// What lies left of, above, right of and below the sheet.
fn sheet(
    turned: &[Option<u8>],
    width: usize,
    height: usize,
    is_sheet: impl Fn(Option<u8>) -> bool,
) -> Option<(usize, usize, usize, usize)> {
    let (mut rows, mut columns) = (vec![0_usize; height], vec![0_usize; width]);
    for (y, row) in turned.chunks(width.max(1)).enumerate() {
        for (x, point) in row.iter().enumerate() {
            if is_sheet(*point) {
                rows[y] += 1;
                columns[x] += 1;
            }
        }
    }
    let ends = |counts: &[usize]| {
        let most = counts.iter().max().copied().unwrap_or_default();
        let least = ((most as f64 * SHEET) as usize).max(1);
        let first = counts.iter().position(|count| *count >= least)?;
        let last = counts.iter().rposition(|count| *count >= least)?;
        let after = counts.len() - 1 - last;
        Some((first.saturating_sub(KEPT), after.saturating_sub(KEPT)))
    };
    let ((top, bottom), (left, right)) = (ends(&rows)?, ends(&columns)?);
    let sheet = (width - left - right) as f64 * (height - top - bottom) as f64;
    (sheet >= LEAST * (width * height) as f64).then_some((left, top, right, bottom))
}

/// What turning added at the sides, where nothing stands in it.
fn added(
    turned: &[Option<u8>],
    (width, height): (usize, usize),
    (before_x, before_y): (usize, usize),
    paper: u8,
) -> (usize, usize, usize, usize) {
    let (x, y) = (width.saturating_sub(before_x) / 2, height.saturating_sub(before_y) / 2);
    let is_ink = |point: Option<u8>| point.is_some_and(|it| it.abs_diff(paper) > INK);
    let clear = |xs: std::ops::Range<usize>, ys: std::ops::Range<usize>| {
        let mut points = ys.flat_map(|y| xs.clone().map(move |x| y * width + x));
        !points.any(|at| is_ink(turned.get(at).copied().flatten()))
    };
    let side = |is_clear: bool, cut: usize| if is_clear { cut } else { 0 };
    (
        side(clear(0..x, 0..height), x),
        side(clear(0..width, 0..y), y),
        side(clear(width - x..width, 0..height), x),
        side(clear(0..width, height - y..height), y),
    )
}
