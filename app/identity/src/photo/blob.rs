//! Dark spots of a picture: what may be printed characters.

use image::GrayImage;

/// A page of dense print has some thousands of spots; more are noise, in which no line is followed.
const MAX_BLOBS: usize = 20_000;
/// The smallest and largest height of a character, in pixels of the searched picture.
const HEIGHTS: std::ops::RangeInclusive<u32> = 6..=64;

/// A connected dark spot by its surrounding box: centre and size in pixels.
#[derive(Clone, Copy)]
pub(super) struct Blob {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

#[derive(Clone, Copy)]
struct Span {
    left: u32,
    right: u32,
    spot: usize,
}

#[derive(Clone, Copy)]
struct Extent {
    left: u32,
    top: u32,
    right: u32,
    bottom: u32,
}

/// The spots darker than `percent` of their neighbourhood's light, as far as they have a character's size.
pub(super) fn blobs(picture: &GrayImage, percent: u64) -> Vec<Blob> {
    let dark = Darkness::new(picture, percent);
    let mut parents: Vec<usize> = Vec::new();
    let mut extents: Vec<Extent> = Vec::new();
    let mut above: Vec<Span> = Vec::new();
    for y in 0..picture.height() {
        let mut spans = dark.spans(picture, y);
        let mut from = 0;
        for span in &mut spans {
            // Corners touching is enough: thin slanted strokes break otherwise.
            while above.get(from).is_some_and(|old| old.right + 1 < span.left) {
                from += 1;
            }
            span.spot = parents.len();
            parents.push(span.spot);
            extents.push(Extent { left: span.left, top: y, right: span.right, bottom: y });
            for old in above.iter().skip(from).take_while(|old| old.left <= span.right + 1) {
                unite(&mut parents, old.spot, span.spot);
            }
        }
        above = spans;
    }
    for spot in (0..parents.len()).rev() {
        let root = root(&mut parents, spot);
        if root == spot {
            continue;
        }
        let Some(part) = extents.get(spot).copied() else { continue };
        if let Some(whole) = extents.get_mut(root) {
            whole.left = whole.left.min(part.left);
            whole.top = whole.top.min(part.top);
            whole.right = whole.right.max(part.right);
            whole.bottom = whole.bottom.max(part.bottom);
        }
    }
    let blobs: Vec<Blob> = extents
        .iter()
        .zip(0..)
        .filter(|(_, spot)| parents.get(*spot) == Some(spot))
        .filter_map(|(extent, _)| blob(extent))
        .take(MAX_BLOBS + 1)
        .collect();
    if blobs.len() > MAX_BLOBS { Vec::new() } else { blobs }
}

fn blob(extent: &Extent) -> Option<Blob> {
    let (width, height) = (extent.right - extent.left + 1, extent.bottom - extent.top + 1);
    // In pictures turned by a quarter, width and height have changed places.
    let sized = HEIGHTS.contains(&width.max(height)) && width.min(height) >= 2;
    sized.then_some(Blob {
        x: (extent.left + extent.right) as f32 / 2.0,
        y: (extent.top + extent.bottom) as f32 / 2.0,
        width: width as f32,
        height: height as f32,
    })
}

fn root(parents: &mut [usize], mut spot: usize) -> usize {
    while let Some(&parent) = parents.get(spot).filter(|parent| **parent != spot) {
        let grandparent = parents.get(parent).copied().unwrap_or(parent);
        if let Some(shorter) = parents.get_mut(spot) {
            *shorter = grandparent;
        }
        spot = grandparent;
    }
    spot
}

/// The older spot stays the root, so that one pass backwards gathers every extent.
fn unite(parents: &mut [usize], one: usize, other: usize) {
    let (one, other) = (root(parents, one), root(parents, other));
    if let Some(parent) = parents.get_mut(one.max(other)) {
        *parent = one.min(other);
    }
}

/// Compares each pixel with the mean of a square around it.
struct Darkness {
    sums: Vec<u32>,
    stride: usize,
    radius: u32,
    percent: u64,
}

impl Darkness {
    fn new(picture: &GrayImage, percent: u64) -> Self {
        let stride = picture.width() as usize + 1;
        // At most 1,600 × 1,600 × 255: fits 32 bits.
        let mut sums = vec![0_u32; stride];
        sums.reserve(stride * picture.height() as usize);
        for row in picture.rows() {
            let above = sums.len() - stride;
            let mut line = 0;
            sums.push(0);
            for (x, pixel) in row.enumerate() {
                line += u32::from(pixel.0[0]);
                let sum = sums.get(above + x + 1).copied().unwrap_or(0) + line;
                sums.push(sum);
            }
        }
        let radius = (picture.width().max(picture.height()) / 48).max(8);
        Self { sums, stride, radius, percent }
    }

    /// Runs of dark pixels in a row, from left to right.
    fn spans(&self, picture: &GrayImage, y: u32) -> Vec<Span> {
        let (width, height) = picture.dimensions();
        let top = y.saturating_sub(self.radius);
        let bottom = (y + self.radius).min(height);
        let line = |y: u32| self.sums.get(y as usize * self.stride..).unwrap_or_default();
        let (upper, lower) = (line(top), line(bottom));
        let at = |line: &[u32], x: u32| u64::from(line.get(x as usize).copied().unwrap_or(0));
        let row = picture.as_raw().get((y * width) as usize..((y + 1) * width) as usize);
        let mut spans: Vec<Span> = Vec::new();
        for (x, light) in (0..).zip(row.unwrap_or_default()) {
            let left = u32::saturating_sub(x, self.radius);
            let right = (x + self.radius).min(width);
            let area = u64::from(right - left) * u64::from(bottom - top);
            let sum = at(lower, right) + at(upper, left) - at(lower, left) - at(upper, right);
            if u64::from(*light) * area * 100 < sum * self.percent {
                match spans.last_mut() {
                    Some(span) if span.right + 1 == x => span.right = x,
                    _ => spans.push(Span { left: x, right: x, spot: 0 }),
                }
            }
        }
        spans
    }
}
