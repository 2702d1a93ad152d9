//! From modules to data: format, mask, codewords, blocks and their correction (ISO/IEC 18004 section 7).
//!
//! Modules are soft: the sign says dark or light, the size how sure. Format information is the nearest
//! of its 32 words; codewords whose weakest module is least sure are given up first (generalised minimum
//! distance). Chance could satisfy a correction that used all its check words, so what the check words
//! leave over is counted in bits and must suffice.

use std::sync::OnceLock;

use super::{content::content, reed_solomon::correct};

/// Check words of each block, for versions 1 to 40 and the levels L, M, Q, H (table 9).
const CHECK: [[u8; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30,
        30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30,
        30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];

/// Number of blocks, likewise.
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13,
        14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
        25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29,
        34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35,
        37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

/// Bits that must be left over in every block for a reading to count: one in a thousand millions by
/// chance. A whole block says nothing of another.
const EVIDENCE: f32 = 30.0;

/// Soft modules of a symbol: positive is dark, row by row.
#[derive(Clone)]
pub(super) struct Modules {
    pub side: usize,
    pub values: Vec<f32>,
}

impl Modules {
    fn at(&self, x: usize, y: usize) -> f32 {
        self.values[y * self.side + x]
    }

    /// As seen in a mirror.
    pub(super) fn transposed(&self) -> Modules {
        let side = self.side;
        let values = (0..side * side).map(|i| self.at(i / side, i % side)).collect();
        Modules { side, values }
    }
}

/// Version and side of a symbol.
pub(super) fn side(version: usize) -> usize {
    17 + 4 * version
}

/// Rows (and columns) of the middles of alignment patterns (annex E).
pub(super) fn alignments(version: usize) -> Vec<usize> {
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let step = if version == 32 { 26 } else { (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2 };
    let last = side(version) - 7;
    std::iter::once(6).chain((0..count - 1).rev().map(|i| last - i * step)).collect()
}

/// The middles of the alignment patterns there are: not where a finder pattern is.
pub(super) fn alignment_places(version: usize) -> Vec<(usize, usize)> {
    let lines = alignments(version);
    let last = lines.last().copied().unwrap_or(0);
    let free = |x, y| !matches!((x, y), (6, 6)) && (x, y) != (6, last) && (x, y) != (last, 6);
    lines
        .iter()
        .flat_map(|&y| lines.iter().map(move |&x| (x, y)))
        .filter(|&(x, y)| free(x, y))
        .collect()
}

/// What all symbols of a version have in common.
pub(super) struct Layout {
    /// Modules of function patterns, row by row: dark, light, or none of them.
    pub function: Vec<Option<bool>>,
    /// Data modules in the order of the codewords' bits.
    data: Vec<(usize, usize)>,
}

impl Layout {
    /// The layout of a version from 1 to 40, worked out once.
    pub(super) fn of(version: usize) -> &'static Layout {
        static LAYOUTS: [OnceLock<Layout>; 40] = [const { OnceLock::new() }; 40];
        LAYOUTS[version - 1].get_or_init(|| {
            let function = function_patterns(version);
            let data = data_places(version, &function);
            Layout { function, data }
        })
    }

    /// The function patterns' modules, their middles and whether they are dark.
    pub(super) fn known(&self, side: usize) -> impl Iterator<Item = (f32, f32, bool)> {
        let middle = |i: usize| i as f32 + 0.5;
        let modules = self.function.iter().enumerate();
        modules.filter_map(move |(i, dark)| Some((middle(i % side), middle(i / side), (*dark)?)))
    }
}

fn function_patterns(version: usize) -> Vec<Option<bool>> {
    let side = side(version);
    let mut modules = vec![None; side * side];
    let mut set = |x: isize, y: isize, dark| {
        if (0..side as isize).contains(&x) && (0..side as isize).contains(&y) {
            modules[y as usize * side + x as usize] = Some(dark);
        }
    };
    for i in 8..side as isize - 8 {
        set(i, 6, i % 2 == 0);
        set(6, i, i % 2 == 0);
    }
    for (x, y) in alignment_places(version) {
        for (dx, dy) in (-2..=2).flat_map(|dy| (-2..=2).map(move |dx: isize| (dx, dy))) {
            set(x as isize + dx, y as isize + dy, dx.abs().max(isize::abs(dy)) != 1);
        }
    }
    let far = side as isize - 4;
    for (x, y) in [(3, 3), (far, 3), (3, far)] {
        for (dx, dy) in (-4..=4).flat_map(|dy| (-4..=4).map(move |dx: isize| (dx, dy))) {
            set(x + dx, y + dy, !matches!(dx.abs().max(isize::abs(dy)), 2 | 4));
        }
    }
    set(8, side as isize - 8, true);
    modules
}

/// Places of the 15 bits of format information, both copies, highest bit first (figure 25).
fn format_places(side: usize) -> [[(usize, usize); 15]; 2] {
    let near = [0, 1, 2, 3, 4, 5, 7, 8];
    let first = std::array::from_fn(|i| if i < 8 { (near[i], 8) } else { (8, near[14 - i]) });
    let second =
        std::array::from_fn(|i| if i < 7 { (8, side - 1 - i) } else { (side - 15 + i, 8) });
    [first, second]
}

fn bch(value: u32, bits: u32, generator: u32) -> u32 {
    let degree = generator.ilog2();
    let mut rest = value << degree;
    for i in (degree..degree + bits).rev() {
        if rest >> i & 1 == 1 {
            rest ^= generator << (i - degree);
        }
    }
    value << degree | rest
}

/// How well the format information fits one of its words, from −1 to 1.
pub(super) fn format_fit(modules: &Modules) -> f32 {
    format(modules).2
}

/// Level (as a row of the tables) and mask that fit best, and how well, from −1 to 1.
fn format(modules: &Modules) -> (usize, u32, f32) {
    let places = format_places(modules.side);
    let soft: [f32; 15] =
        std::array::from_fn(|i| places.iter().map(|copy| modules.at(copy[i].0, copy[i].1)).sum());
    let size: f32 = soft.iter().map(|v| v.abs()).sum();
    let fit = |word: u32| -> f32 {
        (0..15).map(|i| if word >> (14 - i) & 1 == 1 { soft[i] } else { -soft[i] }).sum()
    };
    let best = (0..32_u32)
        .map(|value| (value, fit(bch(value, 5, 0b101_0011_0111) ^ 0b101_0100_0001_0010)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let (value, fit) = best.unwrap_or((0, 0.0));
    let level = [1, 0, 3, 2][(value >> 3) as usize];
    (level, value & 7, fit / size.max(f32::MIN_POSITIVE))
}

fn masked(mask: u32, x: usize, y: usize) -> bool {
    0 == match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (x / 3 + y / 2) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    }
}

/// Data modules in the order of the codewords' bits (section 7.7.3).
fn data_places(version: usize, function: &[Option<bool>]) -> Vec<(usize, usize)> {
    let side = side(version);
    let reserved = |x: usize, y: usize| {
        let format = (x == 8 && (y < 9 || y + 8 >= side)) || (y == 8 && (x < 9 || x + 8 >= side));
        let version_block = version >= 7 && (x < 6 && y + 11 >= side || y < 6 && x + 11 >= side);
        format || version_block || function[y * side + x].is_some()
    };
    let mut places = Vec::with_capacity(side * side);
    let columns = (0..side).rev().filter(|x| *x != 6).collect::<Vec<_>>();
    for (i, pair) in columns.chunks(2).enumerate() {
        for row in 0..side {
            let y = if i % 2 == 0 { side - 1 - row } else { row };
            places.extend(pair.iter().map(|&x| (x, y)).filter(|&(x, y)| !reserved(x, y)));
        }
    }
    places
}

/// What became of a try.
pub(super) enum Decoded {
    /// The content.
    Content(Vec<u8>),
    /// Modules that are certain: function patterns and the blocks that could be corrected. The count is
    /// of modules in such blocks.
    Partly(Vec<Option<bool>>, usize),
    /// No such code.
    Nothing,
}

/// Reads the modules of a symbol.
pub(super) fn decode(modules: &Modules, thorough: bool) -> Decoded {
    let version = modules.side.saturating_sub(17) / 4;
    if !(1..=40).contains(&version) || modules.side != side(version) {
        return Decoded::Nothing;
    }
    let (level, mask, fit) = format(modules);
    if fit < 0.45 {
        return Decoded::Nothing;
    }
    let Layout { function, data: places } = Layout::of(version);
    let mut known = if thorough { function.clone() } else { Vec::new() };
    let words: Vec<(u8, f32)> = places
        .chunks_exact(8)
        .map(|bits| {
            bits.iter().fold((0, f32::MAX), |(word, sure), &(x, y)| {
                let soft = modules.at(x, y);
                (word << 1 | u8::from((soft > 0.0) != masked(mask, x, y)), soft.abs().min(sure))
            })
        })
        .collect();
    let check = usize::from(CHECK[level][version - 1]);
    let count = usize::from(BLOCKS[level][version - 1]);
    let order = interleaving(words.len(), count, check);
    let mut data = Vec::new();
    let (mut evidence, mut whole, mut sure_modules) = (f32::MAX, true, 0);
    for block in &order {
        let mut bytes: Vec<u8> = block.iter().map(|&i| words[i].0).collect();
        let sure: Vec<f32> = block.iter().map(|&i| words[i].1).collect();
        let Some(bits) = correct_softly(&mut bytes, &sure, check, thorough) else {
            whole = false;
            if !thorough {
                return Decoded::Nothing;
            }
            continue;
        };
        evidence = bits.min(evidence);
        sure_modules += block.len() * 8;
        if thorough {
            for (&word, byte) in block.iter().zip(&bytes) {
                for (bit, &(x, y)) in places.iter().skip(word * 8).take(8).enumerate() {
                    known[y * modules.side + x] =
                        Some((byte >> (7 - bit) & 1 == 1) != masked(mask, x, y));
                }
            }
        }
        data.extend(bytes.iter().take(block.len() - check));
    }
    if !whole {
        return Decoded::Partly(known, sure_modules);
    }
    match content(&data, version) {
        Some(content) if evidence >= EVIDENCE => Decoded::Content(content),
        _ => Decoded::Nothing,
    }
}

/// For each block the places of its codewords in the symbol's order (section 7.6).
fn interleaving(words: usize, blocks: usize, check: usize) -> Vec<Vec<usize>> {
    let short = words / blocks - check;
    let long = words % blocks;
    let data = words - check * blocks;
    (0..blocks)
        .map(|block| {
            let extra = (block + long >= blocks).then(|| short * blocks + block + long - blocks);
            let own = (0..short).map(|i| i * blocks + block).chain(extra);
            own.chain((0..check).map(|i| data + i * blocks + block)).collect()
        })
        .collect()
}

/// Corrects a block, giving up ever more of its least sure words; the bits of evidence left over.
fn correct_softly(block: &mut [u8], sure: &[f32], check: usize, thorough: bool) -> Option<f32> {
    let mut doubtful: Vec<usize> = (0..block.len()).collect();
    doubtful.sort_by(|&a, &b| sure[a].total_cmp(&sure[b]));
    let most = if thorough { check * 3 / 4 } else { 0 };
    for erasures in (0..=most).step_by(2) {
        let mut tried = block.to_vec();
        if let Some(errors) = correct(&mut tried, check, &doubtful[..erasures]) {
            let left = check - erasures - errors;
            let evidence = 8.0 * left as f32 - choices(block.len() - erasures, errors);
            block.copy_from_slice(&tried);
            return Some(evidence);
        }
    }
    None
}

/// The logarithm of how many ways there are to choose `k` of `n`, in bits.
fn choices(n: usize, k: usize) -> f32 {
    (0..k).map(|i| ((n - i) as f32 / (i + 1) as f32).log2()).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use qrcode::{Color, EcLevel, QrCode, Version};

    #[test]
    fn every_version_and_level_is_read() {
        for version in 1..=40 {
            for level in [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H] {
                let text = "7 chữ".as_bytes();
                let code = QrCode::with_version(text, Version::Normal(version), level).unwrap();
                let dark = code.to_colors().into_iter().map(|c| c == Color::Dark);
                let values = dark.map(|dark| if dark { 1.0 } else { -1.0 }).collect();
                let modules = Modules { side: code.width(), values };
                let Decoded::Content(content) = decode(&modules, false) else {
                    unreachable!("{version} {level:?}");
                };
                assert_eq!(content, text, "{version} {level:?}");
            }
        }
    }
}
