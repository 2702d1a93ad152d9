//! The machine readable zone in a photo or scan of a document.
//!
//! First the lines: dark spots in rows of equal steps ([`blob`], [`line`]). Then their cells: two or three
//! parallel rows of 30, 36 or 44, each cell cut out along the row's curve and compared with OCR-B
//! ([`glyph`]). At last the text, which counts only when every check digit agrees ([`decode`]). Nothing
//! here is trained, fetched or guessed: a zone that cannot be read surely is not read at all, for the
//! clerk can always type it.
//!
//! A picture proves nothing: what it says is evidence [`Typed`](office::evidence::Evidence::Typed), as if typed by hand.

mod blob;
mod decode;
mod glyph;
mod line;
#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use image::{GrayImage, imageops};
use jiff::civil::Date;
use office::{Explain, person::Identity};

use crate::{
    access::Keys,
    code::{CodeError, image::open},
    mrz::Mrz,
};
use decode::{Decoded, Miss, decode};
use glyph::{CELL, MARGIN, PATCH_HEIGHT, PATCH_WIDTH, Patch, Scores, Shapes};
use line::{Line, lines};

/// The side to which a picture is scaled before lines are looked for, in pixels.
const SEARCH_SIDE: u32 = 1_600;
/// Ways to look for spots: how dark they must be in percent of the light around them, and how far noise
/// is smoothed before, in pixels. The first suits print on a pattern, the second noise, the third parts
/// characters that blur has joined.
const WAYS: [(u64, f32); 3] = [(82, 0.0), (85, 1.0), (62, 0.0)];
/// Zones that are compared in one picture, most characters first.
const MAX_ZONES: usize = 6;
/// Lines of one picture that are combined.
const MAX_LINES: usize = 60;
/// How long one picture may be searched: a clerk waits no longer.
const PATIENCE: Duration = Duration::from_secs(6);
/// Distance of two lines in cells; ICAO 9303-4 to -6 print them 2.5 cells apart.
const SPACING: std::ops::RangeInclusive<f32> = 1.2..=3.8;
/// Cells before and after those in which something was seen.
const BESIDE: i32 = 3;

/// One character's place, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line from the top.
    pub line: usize,
    /// Character from the left.
    pub column: usize,
}

/// A zone read from a picture; all its check digits agree.
pub struct Photographed {
    /// What the zone says.
    pub mrz: Mrz,
    /// Its lines as they are printed.
    pub lines: Vec<String>,
    /// Characters that are not sure: such as no check digit watches (names, states, sex), and such as were
    /// exchanged so that the check digits agree.
    pub doubtful: Vec<Place>,
}

/// Personal data stays out of logs.
impl std::fmt::Debug for Photographed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Photographed({:?}, {} doubtful, …)", self.mrz.layout, self.doubtful.len())
    }
}

impl Photographed {
    /// The text of all lines: what [`Keys::mrz`] and [`Mrz::parse_typed`] take.
    pub fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// The key that opens the document's chip.
    pub fn keys(&self) -> Option<Keys> {
        Keys::mrz(&self.text()).ok()
    }

    /// The person that the zone names, with the evidence of a typed one and what the clerk must compare.
    pub fn identity(&self, today: Date) -> Identity {
        let mut identity = self.mrz.identity(today);
        identity.reasons.extend(self.doubt());
        identity
    }

    /// Which characters are not sure, as a sentence for the clerk.
    pub fn doubt(&self) -> Option<String> {
        let place = |place: &Place| format!("dòng {} ký tự {}", place.line + 1, place.column + 1);
        let places: Vec<String> = self.doubtful.iter().map(place).collect();
        (!places.is_empty()).then(|| {
            format!(
                "Ảnh không rõ ở {}: hãy so từng chữ của họ tên, giới tính, quốc tịch với giấy tờ.",
                places.join(", ")
            )
        })
    }
}

/// Why a picture gives no zone. Holds nothing of what was read.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// No lines of a zone.
    #[error(
        "Không thấy dòng MRZ (các dòng chữ và dấu < ở mép dưới hộ chiếu hoặc mặt sau thẻ) trong ảnh. Chưa điền gì vào biểu mẫu. Hãy chụp đủ mép dưới của trang, gần hơn, thẳng, không lóa; hoặc gõ các dòng đó."
    )]
    NotFound,
    /// Lines, but some characters cannot be told surely.
    #[error(
        "Có dòng MRZ trong ảnh nhưng một số ký tự không rõ. Chưa điền gì vào biểu mẫu. Hãy chụp gần hơn, nét hơn, tránh lóa và bóng; hoặc gõ các dòng đó."
    )]
    Unclear,
    /// Clear lines whose check digits disagree.
    #[error(
        "Đã đọc dòng MRZ trong ảnh nhưng số kiểm tra không khớp. Chưa điền gì vào biểu mẫu. Hãy chụp lại; nếu vẫn không khớp, hãy so từng ký tự trên giấy tờ và kiểm tra giấy tờ có bị sửa không."
    )]
    CheckDigit,
    /// The file is no picture, or too large.
    #[error(transparent)]
    Picture(#[from] CodeError),
}

impl Explain for PhotoError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "IDN-24",
            Self::Unclear => "IDN-25",
            Self::CheckDigit => "IDN-26",
            Self::Picture(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotFound => "No MRZ lines (letters and < at the foot of a passport's page or the back of a card) in the picture. Nothing was filled in. Take the whole foot of the page, nearer, straight, without glare; or type the lines.".into(),
            Self::Unclear => "There are MRZ lines, but some characters are unclear. Nothing was filled in. Take the picture nearer, sharper, without glare and shadow; or type the lines.".into(),
            Self::CheckDigit => "The MRZ was read but its check digits do not agree. Nothing was filled in. Take the picture again; if they still disagree, compare every character with the document and see whether it was altered.".into(),
            Self::Picture(error) => error.english(),
        }
    }
}

impl From<Miss> for PhotoError {
    fn from(miss: Miss) -> Self {
        match miss {
            Miss::NoZone => Self::NotFound,
            Miss::Unclear => Self::Unclear,
            Miss::CheckDigit => Self::CheckDigit,
        }
    }
}

/// The zone in a PNG or JPEG file's bytes.
pub fn read_image(file: &[u8]) -> Result<Photographed, PhotoError> {
    read_frame(&open(file)?)
}

/// The zone in a grey picture, such as a camera's frame: upright or turned by quarters, up to 15° askew.
pub fn read_frame(picture: &GrayImage) -> Result<Photographed, PhotoError> {
    let deadline = Instant::now() + PATIENCE;
    let longest = picture.width().max(picture.height()).max(1);
    let small = if longest > SEARCH_SIDE {
        let side = |length: u32| (length * SEARCH_SIDE / longest).max(1);
        imageops::thumbnail(picture, side(picture.width()), side(picture.height()))
    } else {
        picture.clone()
    };
    let factor = longest as f32 / small.width().max(small.height()).max(1) as f32;
    let mut nearest = Miss::NoZone;
    for (percent, smooth) in WAYS {
        let smoothed = (smooth > 0.0).then(|| imageops::fast_blur(&small, smooth));
        for zone in zones(smoothed.as_ref().unwrap_or(&small), percent).iter().take(MAX_ZONES) {
            if Instant::now() > deadline {
                return Err(nearest.into());
            }
            match zone.scaled(factor).read(picture) {
                Ok(decoded) => return Ok(decoded.into()),
                Err(miss) => nearest = nearest.max(miss),
            }
        }
    }
    Err(nearest.into())
}

impl From<Decoded> for Photographed {
    fn from(decoded: Decoded) -> Self {
        let Decoded { mrz, text, doubtful } = decoded;
        let width = width_of(text.len());
        let line = |line: &[u8]| String::from_utf8_lossy(line).into_owned();
        Self { mrz, lines: text.as_bytes().chunks(width).map(line).collect(), doubtful }
    }
}

fn width_of(characters: usize) -> usize {
    match characters {
        90 => 30,
        72 => 36,
        _ => 44,
    }
}

/// Parallel lines whose cells of one number lie below each other, first line first.
struct Zone {
    lines: Vec<Line>,
}

/// What may be a zone, most characters first.
fn zones(picture: &GrayImage, percent: u64) -> Vec<Zone> {
    let blobs = blob::blobs(picture, percent);
    let mut zones = Vec::new();
    for upright in [false, true] {
        let mut found = lines(&blobs, upright);
        found.sort_by_key(|line| std::cmp::Reverse(line.seen));
        found.truncate(MAX_LINES);
        for (at, line) in found.iter().enumerate() {
            let rest = |skip: usize| found.iter().enumerate().filter(move |(i, _)| *i != skip);
            let Some(second) = below(line, rest(at).map(|(_, l)| l)) else { continue };
            let third = below(&second, rest(at).map(|(_, l)| l));
            let above = found.iter().any(|l| below(l, [line].into_iter()).is_some());
            if let Some(third) = third {
                zones.push(Zone { lines: vec![*line, second, third] });
            } else if !above && line.cells().max(second.cells()) < 36 {
                // A card of which one line was not found: before, between or after these.
                let (before, after) = (second.beyond(line), line.beyond(&second));
                zones.push(Zone { lines: vec![*line, second, after] });
                zones.push(Zone { lines: vec![before, *line, second] });
                zones.push(Zone { lines: vec![*line, line.between(&second), second] });
            }
            zones.push(Zone { lines: vec![*line, second] });
        }
    }
    zones.sort_by_key(|zone| std::cmp::Reverse(zone.seen()));
    zones
}

/// The nearest line below, with its cells numbered as those above them.
fn below<'a>(line: &Line, others: impl Iterator<Item = &'a Line>) -> Option<Line> {
    let middle = ((line.first + line.last) / 2) as f32;
    let ([x, y], [right, down], pitch) = (line.centre(middle), line.step(middle), line.pitch());
    let candidates = others.filter_map(|other| {
        // The cell of the other line that lies straight below the middle.
        let mut cell = (other.first + other.last) as f32 / 2.0;
        for _ in 0..3 {
            let [ox, oy] = other.centre(cell);
            let along = ((ox - x) * right + (oy - y) * down) / pitch;
            cell -= along / other.pitch();
        }
        let ([ox, oy], [r, d]) = (other.centre(cell), other.step(cell));
        let distance = ((oy - y) * right - (ox - x) * down) / (pitch * pitch);
        let parallel = (right * d - down * r).abs() < 0.12 * pitch * other.pitch();
        let alike = (0.85..1.18).contains(&(other.pitch() / pitch));
        let shift = (cell - middle).round() as i32;
        let shifted = other.counted_from(shift);
        let overlap = shifted.last.min(line.last) - shifted.first.max(line.first);
        (SPACING.contains(&distance) && parallel && alike && overlap > 12)
            .then_some((distance, shifted))
    });
    candidates.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, line)| line)
}

/// How a zone's cells are cut out.
#[derive(Clone, Copy)]
struct Frame<'a> {
    shapes: &'a Shapes,
    /// Height of the characters against the pitch, 1 as in the font.
    stretch: f32,
    /// How far each line's characters lie lower than the spots say, in points.
    lower: [f32; 3],
}

impl Zone {
    fn seen(&self) -> usize {
        self.lines.iter().map(|line| line.seen).sum()
    }

    fn scaled(&self, factor: f32) -> Zone {
        Zone { lines: self.lines.iter().map(|line| line.scaled(factor)).collect() }
    }

    /// Upside down.
    fn turned(&self) -> Zone {
        Zone { lines: self.lines.iter().rev().map(Line::reversed).collect() }
    }

    /// With each line's cells numbered `by` further on than those above: perspective may move the cell
    /// straight below another one to its neighbour's place.
    fn slanted(&self, by: i32) -> Zone {
        let lines = self.lines.iter().zip(0..);
        Zone { lines: lines.map(|(line, k)| line.counted_from(by * k)).collect() }
    }

    fn read(&self, picture: &GrayImage) -> Result<Decoded, Miss> {
        let [first, ..] = glyph::shapes() else { return Err(Miss::NoZone) };
        let plain = |shapes| Frame { shapes, stretch: 1.0, lower: [0.0; 3] };
        let mut tries: Vec<(f32, Zone)> = [-1, 0, 1]
            .into_iter()
            .map(|slant| self.slanted(slant))
            .flat_map(|zone| [zone.turned(), zone])
            .map(|zone| (zone.fit(picture, &plain(first)), zone))
            .collect();
        tries.sort_by(|a, b| b.0.total_cmp(&a.0));
        let Some((fit, zone)) = tries.first() else { return Err(Miss::NoZone) };
        let mut best = (*fit, plain(first));
        let mut improve = |frames: &mut dyn Iterator<Item = Frame<'static>>| {
            for frame in frames {
                let fit = zone.fit(picture, &frame);
                if fit > best.0 {
                    best = (fit, frame);
                }
            }
            best
        };
        let (fit, frame) = improve(
            &mut [0.86, 0.93, 1.07, 1.15]
                .into_iter()
                .map(|stretch| Frame { stretch, ..plain(first) }),
        );
        if fit < 0.5 {
            return Err(Miss::NoZone);
        }
        let (_, mut frame) =
            improve(&mut glyph::shapes().iter().skip(1).map(|shapes| Frame { shapes, ..frame }));
        for line in 0..zone.lines.len() {
            (_, frame) = improve(&mut [-2.5, -1.2, 1.2, 2.5].into_iter().map(|lower| {
                let mut frame = frame;
                if let Some(of_line) = frame.lower.get_mut(line) {
                    *of_line += lower;
                }
                frame
            }));
        }
        zone.decode(picture, &frame)
    }

    /// Mean score of some cells of each line.
    fn fit(&self, picture: &GrayImage, frame: &Frame<'_>) -> f32 {
        let mut scores = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            for k in 0..8 {
                let cell =
                    line.first as f32 + (line.last - line.first) as f32 * (k as f32 + 0.5) / 8.0;
                let patch = self.patch(picture, frame, at, cell.round());
                scores.push(best_of(&frame.shapes.scores(&patch, 1)));
            }
        }
        // Glare may hide some of them.
        scores.sort_by(|a, b| b.total_cmp(a));
        scores.truncate(scores.len() * 3 / 4);
        scores.iter().sum::<f32>() / scores.len().max(1) as f32
    }

    /// Tries every place in which a zone may begin.
    fn decode(&self, picture: &GrayImage, frame: &Frame<'_>) -> Result<Decoded, Miss> {
        let first = self.lines.iter().map(|line| line.first).min().unwrap_or(0) - BESIDE;
        let last = self.lines.iter().map(|line| line.last).max().unwrap_or(0) + BESIDE;
        let widths: &[i32] = if self.lines.len() == 3 { &[30] } else { &[44, 36] };
        let mut ink = vec![0.0_f32; usize::try_from(last - first + 1).unwrap_or(0).min(128)];
        let cells: Vec<Vec<Scores>> = (0..self.lines.len())
            .map(|line| {
                ink.iter_mut()
                    .zip(first..)
                    .map(|(ink, cell)| {
                        let patch = self.patch(picture, frame, line, cell as f32);
                        *ink += glyph::contrast(&patch);
                        frame.shapes.scores(&patch, MARGIN)
                    })
                    .collect()
            })
            .collect();
        let mut sorted = ink.clone();
        sorted.sort_by(f32::total_cmp);
        let printed = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0) * 0.45;
        let filled = |from: usize, width: usize| {
            ink.iter().skip(from).take(width).filter(|ink| **ink > printed).count()
        };
        let mut nearest = Miss::NoZone;
        for width in widths.iter().filter_map(|w| usize::try_from(*w).ok()) {
            let mut starts: Vec<usize> = (0..(ink.len() + 1).saturating_sub(width)).collect();
            // Where most cells hold something; the dark table beside the page seems to, too.
            let seen = self.lines.iter().map(|line| line.first).min().unwrap_or(0) - first;
            let seen = usize::try_from(seen).unwrap_or(0);
            starts.sort_by_key(|start| (width - filled(*start, width), start.abs_diff(seen)));
            for start in starts.into_iter().take(4) {
                // Glare may hide some.
                if filled(start, width) + width / 8 < width {
                    continue;
                }
                let window: Vec<Scores> = cells
                    .iter()
                    .flat_map(|line| line.iter().skip(start).take(width))
                    .copied()
                    .collect();
                match decode(&window, width) {
                    Ok(decoded) => return Ok(decoded),
                    Err(miss) => nearest = nearest.max(miss),
                }
            }
        }
        Err(nearest)
    }

    /// Ink of a cell: along the line to the right, towards the next line downwards.
    fn patch(&self, picture: &GrayImage, frame: &Frame<'_>, line: usize, cell: f32) -> Patch {
        let mut patch = [0.0; PATCH_WIDTH * PATCH_HEIGHT];
        let Some(own) = self.lines.get(line) else { return patch };
        let [x, y] = own.centre(cell);
        let right = own.step(cell);
        let pitch = right[0].hypot(right[1]);
        let down = self.downwards(line, cell, right);
        let point = 1.0 / CELL as f32;
        let lower = frame.lower.get(line).copied().unwrap_or(0.0);
        // Several samples a point where the picture is finer than the patch.
        let fine = (pitch * point).round().clamp(1.0, 4.0) as usize;
        for (row, points) in patch.chunks_exact_mut(PATCH_WIDTH).enumerate() {
            for (column, ink) in points.iter_mut().enumerate() {
                for sample in 0..fine * fine {
                    let inside = |k: usize| (k as f32 + 0.5) / fine as f32;
                    let u =
                        (column as f32 + inside(sample % fine) - PATCH_WIDTH as f32 / 2.0) * point;
                    let v = (row as f32 + inside(sample / fine) - PATCH_HEIGHT as f32 / 2.0
                        + lower)
                        * point
                        * frame.stretch;
                    let place = [x + right[0] * u + down[0] * v, y + right[1] * u + down[1] * v];
                    *ink += 255.0 - light(picture, place);
                }
                *ink /= (fine * fine) as f32;
            }
        }
        patch
    }

    /// One cell's pitch towards the next line, which perspective may make slant.
    fn downwards(&self, line: usize, cell: f32, right: [f32; 2]) -> [f32; 2] {
        let pitch = right[0].hypot(right[1]);
        let (from, to) = if line + 1 < self.lines.len() {
            (line, line + 1)
        } else {
            (line.saturating_sub(1), line)
        };
        let straight = [-right[1], right[0]];
        let Some((from, to)) = self.lines.get(from).zip(self.lines.get(to)) else {
            return straight;
        };
        let ([ax, ay], [bx, by]) = (from.centre(cell), to.centre(cell));
        let length = (bx - ax).hypot(by - ay).max(1.0);
        [(bx - ax) / length * pitch, (by - ay) / length * pitch]
    }
}

fn best_of(scores: &Scores) -> f32 {
    scores.iter().copied().fold(0.0, f32::max)
}

/// Light at a place between pixels; beyond the edge that of the edge.
fn light(picture: &GrayImage, [x, y]: [f32; 2]) -> f32 {
    let (width, height) = picture.dimensions();
    let x = x.clamp(0.0, width as f32 - 1.001);
    let y = y.clamp(0.0, height as f32 - 1.001);
    let (column, row) = (x as usize, y as usize);
    let (dx, dy) = (x - column as f32, y - row as f32);
    let pixels = picture.as_raw();
    let at = |column: usize, row: usize| {
        pixels.get(row * width as usize + column).copied().map_or(255.0, f32::from)
    };
    let upper = at(column, row) * (1.0 - dx) + at(column + 1, row) * dx;
    let lower = at(column, row + 1) * (1.0 - dx) + at(column + 1, row + 1) * dx;
    upper * (1.0 - dy) + lower * dy
}
