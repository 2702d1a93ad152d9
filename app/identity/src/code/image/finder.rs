//! rqrr, kept within bounds.
//!
//! rqrr compares every three finder patterns it sees, copies the picture for each try, and asserts its
//! own geometry: a picture full of finder patterns would hold the counter for hours, some damaged ones
//! make it panic. So pictures with more pattern-like runs than any photo of codes are left out, the
//! search ends at its deadline, and a panic inside means: no code here.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::Instant,
};

use image::{GenericImage, GenericImageView, GrayImage, Luma};

use super::Payload;

/// Codes taken from one picture.
const MAX_CODES: usize = 16;
/// Runs of the finder pattern's 1:1:3:1:1 in all rows. A code of the largest size that is searched has
/// about 1,500, a page of dense print some thousands.
const MAX_PATTERNS: usize = 20_000;
/// The side of the smallest code, in pixels.
const SMALLEST: u32 = 21;

/// The codes in a grey picture, dark on light, as far as the deadline lets them be found.
pub(super) fn find(picture: &GrayImage, deadline: Instant) -> Vec<Payload> {
    let (width, height) = picture.dimensions();
    if width < SMALLEST || height < SMALLEST || Instant::now() > deadline {
        return Vec::new();
    }
    let canvas = Canvas { picture: picture.clone(), deadline, writes: 0 };
    let codes = catch_unwind(AssertUnwindSafe(|| {
        let mut prepared = rqrr::PreparedImage::prepare(canvas);
        let dark = |x, y| prepared.get_pixel_at(x, y) != 0;
        if patterns(width as usize, height as usize, dark) > MAX_PATTERNS {
            return Vec::new();
        }
        let mut codes = Vec::new();
        for grid in prepared.detect_grids().iter().take(MAX_CODES) {
            let mut bytes = Vec::new();
            if grid.decode_to(&mut bytes).is_ok() {
                codes.push(Payload::new(bytes));
            }
        }
        codes
    }));
    let mut codes = codes.unwrap_or_default();
    codes.dedup();
    codes
}

/// How often a row shows dark, light, dark, light, dark in the widths 1:1:3:1:1, each within three
/// quarters, as rqrr looks for them.
fn patterns(width: usize, height: usize, dark: impl Fn(usize, usize) -> bool) -> usize {
    let mut count = 0;
    for y in 0..height {
        let mut runs = [0; 5];
        let mut run = 0;
        let mut was_dark = false;
        for x in 0..=width {
            let is_dark = x < width && dark(x, y);
            if is_dark != was_dark {
                runs = [runs[1], runs[2], runs[3], runs[4], run];
                count += usize::from(was_dark && is_pattern(runs));
                run = 0;
                was_dark = is_dark;
            }
            run += 1;
        }
    }
    count
}

fn is_pattern(runs: [usize; 5]) -> bool {
    let module = (runs[0] + runs[1] + runs[3] + runs[4]) / 4;
    let slack = module * 3 / 4;
    module > 0
        && runs.iter().zip([1, 1, 3, 1, 1]).all(|(run, modules)| {
            (modules * module - slack..=modules * module + slack).contains(run)
        })
}

/// A picture that gives up when time is out, at the two things rqrr does most: painting and copying.
struct Canvas {
    picture: GrayImage,
    deadline: Instant,
    writes: u32,
}

/// Carried through rqrr's frames to [`find`]; `resume_unwind` calls no panic hook and prints nothing.
struct OutOfTime;

impl Canvas {
    fn check_time(&self) {
        if Instant::now() > self.deadline {
            resume_unwind(Box::new(OutOfTime));
        }
    }
}

impl Clone for Canvas {
    fn clone(&self) -> Self {
        self.check_time();
        Self { picture: self.picture.clone(), ..*self }
    }
}

impl GenericImageView for Canvas {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.picture.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        *self.picture.get_pixel(x, y)
    }
}

impl GenericImage for Canvas {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.picture.get_pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.writes = self.writes.wrapping_add(1);
        if self.writes.is_multiple_of(1 << 16) {
            self.check_time();
        }
        self.picture.put_pixel(x, y, pixel);
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}
