//! Reed–Solomon decoding over GF(256) as ISO/IEC 18004 section 7.5.2 uses it: polynomial 0x11d, first
//! root α⁰, with errors and erasures.
//!
//! An erasure is a codeword whose place is doubtful and known; it costs half of what an error costs.

/// Powers of α, twice over so that sums of two logarithms need no modulo.
const EXP: [u8; 512] = {
    let mut exp = [0; 512];
    let (mut i, mut x) = (0, 1_u16);
    while i < 512 {
        exp[i] = x as u8;
        x <<= 1;
        if x & 0x100 != 0 {
            x ^= 0x11d;
        }
        i += 1;
    }
    exp
};

const LOG: [u8; 256] = {
    let mut log = [0; 256];
    let mut i = 0;
    while i < 255 {
        log[EXP[i] as usize] = i as u8;
        i += 1;
    }
    log
};

fn mul(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    EXP[usize::from(LOG[usize::from(a)]) + usize::from(LOG[usize::from(b)])]
}

/// α to a power, which may be negative.
fn alpha(power: isize) -> u8 {
    EXP[power.rem_euclid(255) as usize]
}

fn inverse(a: u8) -> u8 {
    EXP[255 - usize::from(LOG[usize::from(a)])]
}

/// The value of a polynomial, lowest coefficient first.
fn value(polynomial: &[u8], x: u8) -> u8 {
    polynomial.iter().rev().fold(0, |sum, &coefficient| mul(sum, x) ^ coefficient)
}

fn product(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut out = vec![0; a.len() + b.len() - 1];
    for (i, &x) in a.iter().enumerate() {
        for (out, &y) in out.iter_mut().skip(i).zip(b) {
            *out ^= mul(x, y);
        }
    }
    out
}

fn syndromes(block: &[u8], check: usize) -> Vec<u8> {
    (0..check)
        .map(|i| block.iter().fold(0, |sum, &word| mul(sum, alpha(i as isize)) ^ word))
        .collect()
}

/// Corrects a block of at most 255 codewords of which the last `check` are check words; `erased` are
/// doubtful places. Returns the number of errors found besides the erasures.
pub(super) fn correct(block: &mut [u8], check: usize, erased: &[usize]) -> Option<usize> {
    let length = block.len();
    if length > 255 || check >= length || erased.len() > check {
        return None;
    }
    let syndromes = syndromes(block, check);
    if syndromes.iter().all(|&s| s == 0) {
        return Some(0);
    }
    // Berlekamp–Massey, begun with the erasures' locator.
    let power = |place: usize| (length - 1 - place) as isize;
    let mut locator =
        erased.iter().fold(vec![1], |all, &place| product(&all, &[1, alpha(power(place))]));
    let mut before = locator.clone();
    let mut size = erased.len();
    for n in erased.len()..check {
        let difference =
            (0..locator.len().min(n + 1)).fold(0, |sum, i| sum ^ mul(locator[i], syndromes[n - i]));
        before.insert(0, 0);
        if difference == 0 {
            continue;
        }
        let mut next = locator.clone();
        next.resize(next.len().max(before.len()), 0);
        for (next, &b) in next.iter_mut().zip(&before) {
            *next ^= mul(difference, b);
        }
        if 2 * size <= n + erased.len() {
            size = n + 1 + erased.len() - size;
            let scale = inverse(difference);
            before = locator.iter().map(|&c| mul(c, scale)).collect();
        }
        locator = next;
    }
    while locator.last() == Some(&0) {
        locator.pop();
    }
    let found = locator.len().checked_sub(1)?;
    if found < erased.len() || found != size {
        return None;
    }
    let errors = found - erased.len();
    if 2 * errors + erased.len() > check {
        return None;
    }
    // Chien search and Forney's formula for the first root α⁰.
    let mut evaluator = product(&syndromes, &locator);
    evaluator.truncate(check);
    let derivative: Vec<u8> =
        (1..locator.len()).map(|i| if i % 2 == 1 { locator[i] } else { 0 }).collect();
    let mut roots = 0;
    for (place, word) in block.iter_mut().enumerate() {
        let inverse_x = alpha(-power(place));
        if value(&locator, inverse_x) != 0 {
            continue;
        }
        roots += 1;
        let slope = value(&derivative, inverse_x);
        if slope == 0 {
            return None;
        }
        let size = mul(value(&evaluator, inverse_x), inverse(slope));
        *word ^= mul(size, alpha(power(place)));
    }
    (roots == found && self::syndromes(block, check).iter().all(|&s| s == 0)).then_some(errors)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// ISO/IEC 18004:2015, annex I: "01234567" in version 1-M.
    const EXAMPLE: [u8; 26] = [
        0x10, 0x20, 0x0c, 0x56, 0x61, 0x80, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec, 0x11, 0xec,
        0x11, 0xa5, 0x24, 0xd4, 0xc1, 0xed, 0x36, 0xc7, 0x87, 0x2c, 0x55,
    ];

    #[test]
    fn the_standards_example_is_whole() {
        assert_eq!(correct(&mut EXAMPLE.clone(), 10, &[]), Some(0));
    }

    proptest! {
        #[test]
        fn errors_and_erasures_within_the_bound_are_corrected(
            places in Just((0..26_usize).collect::<Vec<_>>()).prop_shuffle(),
            flips in proptest::collection::vec(1_u8.., 10),
            errors in 0..=5_usize,
        ) {
            let erased = &places[errors..10 - errors];
            let mut block = EXAMPLE;
            for (place, flip) in places[..10 - errors].iter().zip(&flips) {
                block[*place] ^= flip;
            }
            prop_assert_eq!(correct(&mut block, 10, erased), Some(errors));
            prop_assert_eq!(block, EXAMPLE);
        }

        #[test]
        fn any_block_ends(mut block in proptest::collection::vec(any::<u8>(), 0..300), check in 0..40_usize) {
            let _ = correct(&mut block, check, &[]);
        }
    }
}
