//! The 37 characters of a zone, compared with their shapes in OCR-B (ISO 1073-2, ICAO 9303-3, 4.1).
//!
//! The shapes come from a free OCR-B font, at several degrees of blur and in two designs: issuers print
//! capitals either lower than digits, as in the present standard, or as high, as in the first one. Each
//! cell's score for a character is the correlation of ink, which neither light nor contrast changes.

use std::sync::LazyLock;

use skrifa::{FontRef, MetadataProvider, instance::Size, outline::OutlinePen};

/// Every character a zone may have.
pub(super) const ALPHABET: &[u8; SIZE] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";
pub(super) const SIZE: usize = 37;
const FONT: &[u8] = include_bytes!("../../../../assets/fonts/ocr-b/OCRB.otf");

/// Points across one cell.
pub(super) const CELL: usize = 16;
const ROWS: usize = 20;
/// How far a character may lie off its place, in points.
pub(super) const MARGIN: usize = 2;
pub(super) const PATCH_WIDTH: usize = CELL + 2 * MARGIN;
pub(super) const PATCH_HEIGHT: usize = ROWS + 2 * MARGIN;
const POINTS: usize = CELL * ROWS;

/// Ink of one cell and a margin around it, row by row.
pub(super) type Patch = [f32; PATCH_WIDTH * PATCH_HEIGHT];
/// Correlation with each character of [`ALPHABET`], at most 1.
pub(super) type Scores = [f32; SIZE];

/// Blur as standard deviation in points.
const BLURS: [f32; 3] = [0.6, 1.3, 2.1];
/// The font's measures in its units: cell width, middle of the characters above the base line, capitals
/// and digits.
const ADVANCE: f32 = 723.0;
const MIDDLE: f32 = 370.0;
const CAPITALS: f32 = 706.0;
const DIGITS: f32 = 773.0;

/// All characters in one design and blur.
pub(super) struct Shapes(Vec<[f32; POINTS]>);

static ALL: LazyLock<Vec<Shapes>> = LazyLock::new(|| {
    let designs = [1.0, DIGITS / CAPITALS];
    let Ok(font) = FontRef::new(FONT) else { return Vec::new() };
    designs
        .into_iter()
        .flat_map(|tall| {
            let drawn: Vec<Canvas> = ALPHABET
                .iter()
                .map(|c| draw(&font, *c, if c.is_ascii_uppercase() { tall } else { 1.0 }))
                .collect();
            BLURS.map(|blur| Shapes(drawn.iter().map(|canvas| blurred(canvas, blur)).collect()))
        })
        .collect()
});

/// Every design and blur, the likeliest first.
pub(super) fn shapes() -> &'static [Shapes] {
    &ALL
}

impl Shapes {
    /// How well each character fits the patch when moved by up to `reach` points.
    pub fn scores(&self, patch: &Patch, reach: usize) -> Scores {
        let mut best = [0.0; SIZE];
        let reach = reach.min(MARGIN);
        for down in MARGIN - reach..=MARGIN + reach {
            for right in MARGIN - reach..=MARGIN + reach {
                let mut window = [0.0; POINTS];
                for (row, points) in window.chunks_exact_mut(CELL).enumerate() {
                    let start = (row + down) * PATCH_WIDTH + right;
                    if let Some(source) = patch.get(start..start + CELL) {
                        points.copy_from_slice(source);
                    }
                }
                if !normalise(&mut window) {
                    continue;
                }
                for (best, shape) in best.iter_mut().zip(&self.0) {
                    *best = dot(&window, shape).max(*best);
                }
            }
        }
        best
    }
}

/// How much ink varies in a patch: near 0 on blank paper.
pub(super) fn contrast(patch: &Patch) -> f32 {
    let mean = patch.iter().sum::<f32>() / patch.len() as f32;
    let variance = patch.iter().map(|p| (p - mean).powi(2)).sum::<f32>() / patch.len() as f32;
    variance.sqrt()
}

/// Mean 0 and length 1; `false` if there is next to nothing to see.
fn normalise(points: &mut [f32; POINTS]) -> bool {
    let mean = points.iter().sum::<f32>() / POINTS as f32;
    points.iter_mut().for_each(|p| *p -= mean);
    let length = dot(points, points).sqrt();
    // One grey level in each point.
    if length < (POINTS as f32).sqrt() {
        return false;
    }
    points.iter_mut().for_each(|p| *p /= length);
    true
}

/// In eight lanes, which the compiler turns into vector instructions.
fn dot(one: &[f32; POINTS], other: &[f32; POINTS]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    for (one, other) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        for ((lane, one), other) in lanes.iter_mut().zip(one).zip(other) {
            *lane += one * other;
        }
    }
    lanes.iter().sum()
}

/// Room for blur around a character's cell.
const EDGE: usize = 6;
const CANVAS_WIDTH: usize = CELL + 2 * EDGE;
const CANVAS_HEIGHT: usize = ROWS + 2 * EDGE;
/// Scan lines in one row of points.
const FINE: usize = 8;
type Canvas = [f32; CANVAS_WIDTH * CANVAS_HEIGHT];

/// A character's ink, 0 to 255, by the non-zero winding rule.
fn draw(font: &FontRef<'_>, character: u8, tall: f32) -> Canvas {
    let mut outline = Outline { tall, ..Outline::default() };
    let glyph = font.charmap().map(char::from(character));
    if let Some(glyph) = glyph.and_then(|glyph| font.outline_glyphs().get(glyph)) {
        // A glyph that cannot be drawn stays white and fits nothing.
        let _ = glyph.draw(Size::unscaled(), &mut outline);
    }
    let mut canvas = [0.0; CANVAS_WIDTH * CANVAS_HEIGHT];
    for line in 0..CANVAS_HEIGHT * FINE {
        let y = (line as f32 + 0.5) / FINE as f32;
        let mut crossings: Vec<(f32, i32)> = outline
            .edges
            .iter()
            .filter(|[a, b]| (a[1] <= y) != (b[1] <= y))
            .map(|[a, b]| {
                let x = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
                (x, if a[1] < b[1] { 1 } else { -1 })
            })
            .collect();
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut winding = 0;
        for pair in crossings.windows(2) {
            let [(from, turn), (to, _)] = pair else { continue };
            winding += turn;
            if winding == 0 {
                continue;
            }
            let row = canvas.chunks_exact_mut(CANVAS_WIDTH).nth(line / FINE);
            for (x, point) in row.into_iter().flatten().enumerate() {
                let covered = to.min(x as f32 + 1.0) - from.max(x as f32);
                *point += covered.max(0.0) * 255.0 / FINE as f32;
            }
        }
    }
    canvas
}

/// The cell cut from the blurred canvas.
fn blurred(canvas: &Canvas, blur: f32) -> [f32; POINTS] {
    let weight = |offset: usize| (-0.5 * (offset as f32 / blur).powi(2)).exp();
    let reach = EDGE as isize;
    let total: f32 = (-reach..=reach).map(|o| weight(o.unsigned_abs())).sum();
    let smear = |canvas: &Canvas, stride: isize| -> Canvas {
        std::array::from_fn(|at| {
            let of = |offset: isize| {
                let source = at.checked_add_signed(offset * stride).and_then(|i| canvas.get(i));
                source.copied().unwrap_or(0.0) * weight(offset.unsigned_abs())
            };
            (-reach..=reach).map(of).sum::<f32>() / total
        })
    };
    let smeared = smear(&smear(canvas, 1), CANVAS_WIDTH as isize);
    let mut points = [0.0; POINTS];
    let rows = smeared.chunks_exact(CANVAS_WIDTH).skip(EDGE);
    for (points, row) in points.chunks_exact_mut(CELL).zip(rows) {
        points.iter_mut().zip(row.iter().skip(EDGE)).for_each(|(to, from)| *to = *from);
    }
    normalise(&mut points);
    points
}

/// A character's outline as straight edges, in points of the canvas.
#[derive(Default)]
struct Outline {
    edges: Vec<[[f32; 2]; 2]>,
    tall: f32,
    start: [f32; 2],
    pen: [f32; 2],
}

impl Outline {
    fn place(&self, x: f32, y: f32) -> [f32; 2] {
        let scale = CELL as f32 / ADVANCE;
        // Both designs are drawn about the middle of the digits.
        let middle = if self.tall > 1.0 { CAPITALS / 2.0 * self.tall } else { MIDDLE };
        let edge = EDGE as f32;
        [x * scale + edge, (middle - y * self.tall) * scale + edge + ROWS as f32 / 2.0]
    }

    fn to(&mut self, point: [f32; 2]) {
        self.edges.push([self.pen, point]);
        self.pen = point;
    }

    fn bend(&mut self, curve: impl Fn(f32) -> [f32; 2]) {
        for step in 1..=8 {
            self.to(curve(step as f32 / 8.0));
        }
    }
}

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.place(x, y);
        self.pen = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to(self.place(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (a, b, c) = (self.pen, self.place(x1, y1), self.place(x, y));
        self.bend(|t| {
            let s = 1.0 - t;
            std::array::from_fn(|k| s * s * a[k] + 2.0 * s * t * b[k] + t * t * c[k])
        });
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, c, d) = (self.pen, self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.bend(|t| {
            let s = 1.0 - t;
            std::array::from_fn(|k| {
                s * s * s * a[k] + 3.0 * s * t * (s * b[k] + t * c[k]) + t * t * t * d[k]
            })
        });
    }

    fn close(&mut self) {
        self.to(self.start);
    }
}
