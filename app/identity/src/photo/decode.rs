//! From scores to a zone whose check digits agree.
//!
//! Each place takes its best character of those that ICAO 9303 allows there. Where that is doubtful, the
//! characters that look like it are tried, but a zone counts only if it is the one whose check digits
//! all agree: with two such zones, or with a doubt that no check digit can see (`6` and `G`, `8` and `S`
//! are equal modulo ten), nothing is read. Names have no check digit, so their doubts are told.

use super::{
    Place,
    glyph::{ALPHABET, Scores},
};
use crate::mrz::Mrz;

/// A cell whose best allowed character correlates less is unreadable.
const LEAST_SCORE: f32 = 0.5;
/// A zone whose cells correlate less on average is no OCR-B.
const LEAST_MEAN: f32 = 0.68;
/// What every shape leaves unexplained at least, by print and blur, in [`cost`].
const LEAST_REST: f32 = 0.08;
/// What a second reading may cost more to be tried or told; see [`cost`].
const DOUBT: f32 = 0.3;
/// The same where no check digit watches.
const NAME_DOUBT: f32 = 0.6;
/// An allowed character that costs more than the best of all is not what is printed.
const MAX_COST: f32 = 1.0;
/// Doubtful places that are resolved, and characters that may be exchanged in all.
const MAX_DOUBTS: usize = 6;
const MAX_CHANGES: usize = 2;
/// Characters that blur and dirt make alike.
const ALIKE: [&str; 13] = [
    "0ODQCU", "1IJTL7", "2Z7", "56S", "8B3S", "83690", "6GC", "4A", "CG<", "UV", "VY", "KX", "EFPR",
];

/// What may stand in a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Letter,
    LetterOrFiller,
    Digit,
    DigitOrFiller,
    Any,
    Filler,
    Sex,
}

impl Allowed {
    fn has(self, c: u8) -> bool {
        match self {
            Self::Letter => c.is_ascii_uppercase(),
            Self::LetterOrFiller => c.is_ascii_uppercase() || c == b'<',
            Self::Digit => c.is_ascii_digit(),
            Self::DigitOrFiller => c.is_ascii_digit() || c == b'<',
            Self::Any => true,
            Self::Filler => c == b'<',
            Self::Sex => b"MF<".contains(&c),
        }
    }
}

/// The places of a zone: `(what may stand there, how many, under a check digit)`.
type Plan = &'static [(Allowed, usize, bool)];

const TD1: Plan = &[
    (Allowed::Letter, 1, false),
    (Allowed::LetterOrFiller, 4, false),
    (Allowed::Any, 9, true),
    (Allowed::DigitOrFiller, 1, true),
    (Allowed::Any, 15, true),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::Sex, 1, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::LetterOrFiller, 3, false),
    (Allowed::Any, 11, true),
    (Allowed::Digit, 1, true),
    (Allowed::LetterOrFiller, 30, false),
];
/// Vietnamese passports: a letter and seven or eight digits; the personal number, if any, in digits.
const VIETNAMESE_PASSPORT: Plan = &[
    (Allowed::Letter, 1, false),
    (Allowed::LetterOrFiller, 43, false),
    (Allowed::Letter, 1, true),
    (Allowed::Digit, 7, true),
    (Allowed::DigitOrFiller, 1, true),
    (Allowed::Digit, 1, true),
    (Allowed::LetterOrFiller, 3, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::Sex, 1, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::DigitOrFiller, 15, true),
    (Allowed::Digit, 1, true),
];
/// Vietnamese cards: the last nine digits of the number, then all twelve.
const VIETNAMESE_CARD: Plan = &[
    (Allowed::Letter, 5, false),
    (Allowed::Digit, 22, true),
    (Allowed::Filler, 2, true),
    (Allowed::DigitOrFiller, 1, true),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::Sex, 1, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::LetterOrFiller, 3, false),
    (Allowed::Any, 11, true),
    (Allowed::Digit, 1, true),
    (Allowed::LetterOrFiller, 30, false),
];
const TD2: Plan = &[
    (Allowed::Letter, 1, false),
    (Allowed::LetterOrFiller, 35, false),
    (Allowed::Any, 9, true),
    (Allowed::DigitOrFiller, 1, true),
    (Allowed::LetterOrFiller, 3, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::Sex, 1, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::Any, 7, true),
    (Allowed::Digit, 1, true),
];
const TD3: Plan = &[
    (Allowed::Letter, 1, false),
    (Allowed::LetterOrFiller, 43, false),
    (Allowed::Any, 9, true),
    (Allowed::Digit, 1, true),
    (Allowed::LetterOrFiller, 3, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::Sex, 1, false),
    (Allowed::DigitOrFiller, 6, true),
    (Allowed::Digit, 1, true),
    (Allowed::Any, 14, true),
    (Allowed::DigitOrFiller, 1, true),
    (Allowed::Digit, 1, true),
];

/// How far cells are from being a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Miss {
    /// The cells hold no OCR-B in a zone's order.
    NoZone,
    /// A zone, but characters are unreadable or more than one reading would do.
    Unclear,
    /// A clear zone whose check digits disagree.
    CheckDigit,
}

/// A zone that is read.
pub(super) struct Decoded {
    pub mrz: Mrz,
    pub text: String,
    pub doubtful: Vec<Place>,
}

/// Reads the cells of all lines, one line after the other; `width` is the length of a line.
pub(super) fn decode(cells: &[Scores], width: usize) -> Result<Decoded, Miss> {
    let plan = match width {
        30 => TD1,
        36 => TD2,
        _ => TD3,
    };
    let reading = read(cells, plan)?;
    if reading.text.get(2..5) != Some(b"VNM") {
        return reading.check(width);
    }
    match width {
        30 => {
            let card = read(cells, VIETNAMESE_CARD)?.check(width)?;
            // The number stands there twice, and both must be the same.
            let twice = card.text.get(5..14) == card.text.get(18..27);
            if twice { Ok(card) } else { Err(Miss::CheckDigit) }
        }
        44 => read(cells, VIETNAMESE_PASSPORT)?.check(width),
        _ => reading.check(width),
    }
}

/// The best allowed characters and what else they may be.
#[derive(Default)]
struct Reading {
    text: Vec<u8>,
    /// Where a check digit watches: other readings.
    others: Vec<(usize, Vec<u8>)>,
    /// Doubtful places that no check digit watches.
    unwatched: Vec<usize>,
    /// Zeros that look like the letter O.
    round: Vec<usize>,
    unclear: bool,
}

fn read(cells: &[Scores], plan: Plan) -> Result<Reading, Miss> {
    let places = plan
        .iter()
        .flat_map(|&(allowed, count, watched)| std::iter::repeat_n((allowed, watched), count));
    let mut reading = Reading::default();
    let (mut sum, mut strange) = (0.0, 0);
    for (at, (scores, (allowed, watched))) in cells.iter().zip(places).enumerate() {
        let mut ranked: Vec<(u8, f32)> =
            ALPHABET.iter().copied().zip(scores.iter().copied()).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let top = ranked.first().map_or(0.0, |r| r.1);
        ranked.retain(|(c, _)| allowed.has(*c));
        // Designs differ in how O and 0 differ. Numbers hardly ever have an O, and one that is taken for a
        // zero disturbs the check digit.
        let zero = ranked.iter().position(|(c, score)| *c == b'0' && cost(*score, top) < MAX_COST);
        if let Some(zero) =
            zero.filter(|_| allowed == Allowed::Any && ranked.first().is_some_and(|r| r.0 == b'O'))
        {
            ranked.drain(..zero);
            reading.round.push(at);
        }
        let Some(&(best, score)) = ranked.first() else { return Err(Miss::NoZone) };
        sum += score;
        reading.text.push(best);
        if score < LEAST_SCORE || cost(score, top) > MAX_COST {
            strange += 1;
            reading.unclear |= watched;
            reading.unwatched.push(at);
            continue;
        }
        let close: Vec<(u8, f32)> = ranked
            .iter()
            .skip(1)
            .map(|(c, other)| (*c, cost(*other, score)))
            .take_while(|(_, cost)| *cost < if watched { DOUBT } else { NAME_DOUBT })
            .collect();
        if close.is_empty() {
            continue;
        }
        if !watched {
            reading.unwatched.push(at);
            continue;
        }
        // A doubt that no check digit sees.
        reading.unclear |= close.iter().any(|(c, _)| value(*c) % 10 == value(best) % 10);
        let close: Vec<u8> =
            close.into_iter().map(|(c, _)| c).filter(|c| alike(*c, best)).collect();
        if !close.is_empty() {
            reading.others.push((at, close));
        }
    }
    if reading.text.len() != cells.len()
        || strange * 8 > cells.len()
        || sum < LEAST_MEAN * cells.len() as f32
    {
        return Err(Miss::NoZone);
    }
    Ok(reading)
}

impl Reading {
    /// The one text whose check digits all agree.
    fn check(self, width: usize) -> Result<Decoded, Miss> {
        if self.unclear || self.others.len() > MAX_DOUBTS {
            return Err(Miss::Unclear);
        }
        let mut zones = Vec::new();
        self.exchange(0, MAX_CHANGES, &mut self.text.clone(), &mut zones);
        if zones.is_empty() {
            for round in &self.round {
                let mut text = self.text.clone();
                text.splice(*round..=*round, [b'O']);
                self.exchange(0, 0, &mut text, &mut zones);
            }
        }
        match zones.len() {
            0 if self.others.is_empty() && self.round.is_empty() => Err(Miss::CheckDigit),
            1 => {
                let (text, mrz) = zones.swap_remove(0);
                let exchanged = text.bytes().zip(&self.text).zip(0..);
                let mut doubtful: Vec<usize> =
                    exchanged.filter(|((now, best), _)| now != *best).map(|(_, at)| at).collect();
                doubtful.extend(self.unwatched);
                doubtful.sort_unstable();
                let place = |at: usize| Place { line: at / width, column: at % width };
                Ok(Decoded { mrz, text, doubtful: doubtful.into_iter().map(place).collect() })
            }
            _ => Err(Miss::Unclear),
        }
    }

    /// Gathers every agreeing text with up to `changes` exchanged characters from `from` on.
    fn exchange(
        &self,
        from: usize,
        changes: usize,
        text: &mut Vec<u8>,
        zones: &mut Vec<(String, Mrz)>,
    ) {
        let zone = String::from_utf8_lossy(text).into_owned();
        if let Ok(mrz) = Mrz::parse_typed(&zone) {
            zones.push((zone, mrz));
        }
        if changes == 0 {
            return;
        }
        for (next, (at, others)) in self.others.iter().enumerate().skip(from) {
            for other in others {
                let Some(place) = text.get_mut(*at) else { continue };
                let best = std::mem::replace(place, *other);
                self.exchange(next + 1, changes - 1, text, zones);
                if let Some(place) = text.get_mut(*at) {
                    *place = best;
                }
            }
        }
    }
}

/// How much more of the cell's ink a character leaves unexplained than a better one does, in parts of
/// what that one leaves: the logarithm of their likelihoods' ratio but for a factor.
fn cost(score: f32, better: f32) -> f32 {
    (better * better - score * score) / (1.0 - better * better).max(LEAST_REST)
}

fn alike(one: u8, other: u8) -> bool {
    let both = |group: &&str| group.bytes().any(|c| c == one) && group.bytes().any(|c| c == other);
    ALIKE.iter().any(both)
}

/// A character's worth in check digits.
fn value(c: u8) -> u32 {
    char::from(c).to_digit(36).unwrap_or(0)
}
