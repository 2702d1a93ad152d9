//! A grey picture with its local thresholds, and the pictures made from it.
//!
//! The threshold of a block of 8 × 8 pixels is the mean of the blocks around it: half of a code's
//! modules are dark, so the mean lies between ink and paper, also in shadow.

use image::GrayImage;

/// Side of a block, in pixels.
const BLOCK: usize = 8;

/// A picture ready to be searched.
pub(super) struct Level {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
    columns: usize,
    thresholds: Vec<u8>,
}

impl Level {
    pub(super) fn of(picture: &GrayImage) -> Level {
        Level::new(picture.width() as usize, picture.height() as usize, picture.as_raw().clone(), 2)
    }

    /// `reach`: how many blocks to each side the threshold's mean covers.
    pub(super) fn new(width: usize, height: usize, pixels: Vec<u8>, reach: usize) -> Level {
        let columns = width.div_ceil(BLOCK);
        let rows = height.div_ceil(BLOCK);
        let mut means = Vec::with_capacity(columns * rows);
        let mut sums = vec![0_u16; width];
        for band in pixels.chunks(width * BLOCK) {
            sums.fill(0);
            let lines = band.len() / width.max(1);
            for line in band.chunks_exact(width) {
                for (sum, &light) in sums.iter_mut().zip(line) {
                    *sum += u16::from(light);
                }
            }
            for block in sums.chunks(BLOCK) {
                let sum: u32 = block.iter().map(|&s| u32::from(s)).sum();
                means.push(sum / (block.len() * lines) as u32);
            }
        }
        let across = spread(&means, columns, reach);
        let turned = turn(&across, columns, rows);
        let thresholds = turn(&spread(&turned, rows, reach), rows, columns);
        let thresholds = thresholds.into_iter().map(|t| t.min(255) as u8).collect();
        Level { width, height, pixels, columns, thresholds }
    }

    /// The thresholds of the row's blocks.
    fn thresholds(&self, y: usize) -> &[u8] {
        self.thresholds.chunks(self.columns).nth(y / BLOCK).unwrap_or(&[])
    }

    /// Whether a pixel is dark; what is outside is light.
    #[inline]
    pub(super) fn dark(&self, x: isize, y: isize) -> bool {
        if x < 0 || y < 0 || x as usize >= self.width || y as usize >= self.height {
            return false;
        }
        let (x, y) = (x as usize, y as usize);
        self.pixels[y * self.width + x] < self.thresholds[y / BLOCK * self.columns + x / BLOCK]
    }

    /// Places where a row turns from light to dark and back, in order; the row begins and ends light.
    pub(super) fn edges(&self, y: usize, edges: &mut Vec<u32>) {
        edges.clear();
        let Some(row) = self.pixels.chunks_exact(self.width).nth(y) else { return };
        let mut last = 0;
        let mut place = 0_u32;
        for (block, &threshold) in row.chunks(BLOCK).zip(self.thresholds(y)) {
            let mut bytes = [0; BLOCK];
            for (byte, &light) in bytes.iter_mut().zip(block) {
                *byte = u8::from(light < threshold);
            }
            // The lowest bit of each byte, gathered: bit i is pixel i.
            let bits = (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32;
            let mut turns = bits ^ (bits << 1 | last);
            turns &= 0xff;
            last = bits >> 7;
            while turns != 0 {
                edges.push(place + turns.trailing_zeros());
                turns &= turns - 1;
            }
            place += BLOCK as u32;
        }
        if last == 1 {
            edges.push(self.width as u32);
        }
    }

    /// How much darker than the local threshold a place is, between pixels linearly; pixel middles lie at
    /// halves.
    #[inline]
    pub(super) fn ink(&self, x: f32, y: f32) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        let right = (self.width as f32 - 1.001).max(0.0);
        let below = (self.height as f32 - 1.001).max(0.0);
        let (x, y) = (x.clamp(0.0, right), y.clamp(0.0, below));
        let (left, top) = (x as usize, y as usize);
        let (dx, dy) = (x - left as f32, y - top as f32);
        let place = top * self.width + left;
        let at = |place: usize| f32::from(self.pixels.get(place).copied().unwrap_or(0));
        let upper = at(place) * (1.0 - dx) + at(place + 1) * dx;
        let lower = at(place + self.width) * (1.0 - dx) + at(place + self.width + 1) * dx;
        let light = upper * (1.0 - dy) + lower * dy;
        f32::from(self.thresholds[top / BLOCK * self.columns + left / BLOCK]) - light
    }

    /// Half as large: each pixel the mean of four.
    pub(super) fn half(&self) -> Level {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut pixels = Vec::with_capacity(width * height);
        for pair in self.pixels.chunks_exact(self.width * 2) {
            let (upper, lower) = pair.split_at(self.width);
            pixels.extend(upper.chunks_exact(2).zip(lower.chunks_exact(2)).map(|(a, b)| {
                let sum = u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]);
                ((sum + 2) / 4) as u8
            }));
        }
        Level::new(width, height, pixels, 2)
    }

    /// Twice as large and sharper, for modules of one or two pixels.
    pub(super) fn double(&self) -> Level {
        let sharp = self.weighted(32, -4, 0);
        let (width, height) = (self.width * 2, self.height * 2);
        let line =
            |y: usize| sharp.chunks_exact(self.width).nth(y.min(self.height - 1)).unwrap_or(&[]);
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            // Pixel middles lie a quarter before and behind those of the source.
            let near = line(y / 2);
            let far = line(if y % 2 == 0 { (y / 2).saturating_sub(1) } else { y / 2 + 1 });
            let mixed = |x: usize| 3 * u16::from(near[x]) + u16::from(far[x]);
            for x in 0..self.width {
                let here = 3 * mixed(x);
                let sides = (mixed(x.saturating_sub(1)), mixed((x + 1).min(self.width - 1)));
                pixels.push(((here + sides.0 + 8) / 16) as u8);
                pixels.push(((here + sides.1 + 8) / 16) as u8);
            }
        }
        Level::new(width, height, pixels, 3)
    }

    /// Calmer: each pixel with its neighbours.
    pub(super) fn smooth(&self) -> Level {
        Level::new(self.width, self.height, self.weighted(4, 2, 1), 2)
    }

    /// Light and dark exchanged.
    pub(super) fn inverted(&self) -> Level {
        let pixels = self.pixels.iter().map(|light| 255 - light).collect();
        Level::new(self.width, self.height, pixels, 2)
    }

    /// Each pixel with its neighbours: weights of the middle, each side and each corner, in sixteenths.
    fn weighted(&self, middle: i32, side: i32, corner: i32) -> Vec<u8> {
        let (width, height) = (self.width, self.height);
        let mut out = self.pixels.clone();
        if width < 3 || height < 3 {
            return out;
        }
        for y in 1..height - 1 {
            let rows = &self.pixels[(y - 1) * width..(y + 2) * width];
            let (above, rest) = rows.split_at(width);
            let (here, below) = rest.split_at(width);
            let target = &mut out[y * width + 1..(y + 1) * width - 1];
            let lines = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
            for (target, ((a, b), c)) in target.iter_mut().zip(lines) {
                let sides = [a[1], b[0], b[2], c[1]].map(i32::from).iter().sum::<i32>();
                let corners = [a[0], a[2], c[0], c[2]].map(i32::from).iter().sum::<i32>();
                let sum = middle * i32::from(b[1]) + side * sides + corner * corners;
                *target = (sum / 16).clamp(0, 255) as u8;
            }
        }
        out
    }
}

/// Each value the mean of those up to `reach` away in its line.
fn spread(values: &[u32], width: usize, reach: usize) -> Vec<u32> {
    let mut out = Vec::with_capacity(values.len());
    for line in values.chunks(width.max(1)) {
        for x in 0..line.len() {
            let near = &line[x.saturating_sub(reach)..(x + reach + 1).min(line.len())];
            out.push(near.iter().sum::<u32>() / near.len() as u32);
        }
    }
    out
}

/// Rows become columns.
fn turn(values: &[u32], columns: usize, rows: usize) -> Vec<u32> {
    (0..values.len()).map(|i| values[i % rows * columns + i / rows]).collect()
}
