//! A machine readable zone while it is typed: which place of which line is wrong, as soon as it can be
//! known. A passport's second line is enough: everything that opens the chip stands in it.
//!
//! What is called right is what is taken, and nothing else: the remark and [`Typed::mrz`] are one.

use std::ops::Range;

use super::{
    Layout, Mrz, MrzError,
    part::{Part, parts},
};

/// What has been typed so far. Holds the zone, so it is secret and never shown in a log.
pub struct Typed {
    /// All lines of the zone from its first; that one is empty where the second is typed alone.
    lines: Vec<String>,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Three lines of 30.
    Card,
    /// Two lines of 36.
    Larger,
    /// Two lines of 44.
    Passport,
    /// The second of them alone.
    SecondLine,
}

/// What there is to say. Lines and places count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Nothing was typed.
    Empty,
    /// So far nothing is wrong; the line that is being typed, and how long it is.
    Going {
        /// The line.
        line: usize,
        /// Characters so far.
        have: usize,
        /// Characters of a whole line.
        of: usize,
    },
    /// A character that no zone has.
    Character {
        /// The line.
        line: usize,
        /// The place.
        place: usize,
    },
    /// A character of another kind than its place has, such as the letter O for a zero.
    Kind {
        /// The line.
        line: usize,
        /// The place.
        place: usize,
        /// What stands there.
        found: char,
        /// What the place is for.
        wanted: Kind,
    },
    /// A line is longer or, with another after it, shorter than it must be.
    Length {
        /// The line.
        line: usize,
        /// Its characters.
        have: usize,
        /// As many it must have.
        of: usize,
    },
    /// A part and its check digit do not fit.
    Part {
        /// What it is.
        name: &'static str,
        /// The line.
        line: usize,
        /// Its first place.
        from: usize,
        /// The place of its check digit.
        to: usize,
        /// A letter, and the digit that it looks like and must be.
        mistaken: Option<(char, char)>,
    },
    /// Each part fits, but the last check digit does not fit them all.
    Whole,
    /// All of it is there and right.
    Right,
}

/// What a place of the zone is for; fillers may stand in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Digits.
    Digit,
    /// Letters.
    Letter,
    /// `M`, `F` or `X`.
    Sex,
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Remark::Empty => write!(
                f,
                "Hộ chiếu: gõ dòng thứ hai ở cuối trang ảnh là đủ. Thẻ: gõ cả ba dòng ở mặt sau."
            ),
            Remark::Going { line, have, of } => write!(f, "Dòng {line}: {have} trong {of} ký tự."),
            Remark::Character { line, place } => {
                write!(f, "Dòng {line}, ký tự {place}: chỉ có chữ cái không dấu, chữ số và dấu <.")
            }
            Remark::Kind { line, place, found, wanted } => {
                let wanted = match wanted {
                    Kind::Digit => "phải là chữ số hoặc dấu <",
                    Kind::Letter => "phải là chữ cái hoặc dấu <",
                    Kind::Sex => "phải là M, F, X hoặc dấu <",
                };
                let what = if found.is_ascii_digit() { "số" } else { "chữ" };
                write!(f, "Dòng {line}, ký tự {place}: chỗ này {wanted}, ở đây là {what} {found}.")
            }
            Remark::Length { line, have, of } => {
                write!(f, "Dòng {line} có {have} ký tự, cần {of}: hãy đếm lại các dấu <.")
            }
            Remark::Part { name, line, from, to, mistaken } => {
                write!(
                    f,
                    "Dòng {line}, ký tự {from} đến {to}: {name} và số kiểm tra không khớp, có ký tự sai"
                )?;
                match mistaken {
                    Some((letter, digit)) => write!(f, " (có lẽ chữ {letter} là số {digit})."),
                    None => write!(f, "."),
                }
            }
            Remark::Whole => {
                write!(f, "Số kiểm tra cuối không khớp: hãy so từng ký tự với giấy tờ.")
            }
            Remark::Right => write!(f, "Đủ và đúng mọi số kiểm tra."),
        }
    }
}

/// More than any zone; what comes after is not looked at.
const MOST: usize = 200;

impl Typed {
    /// Takes what stands in the field. Line breaks and spaces part the lines; without any, their length
    /// does.
    pub fn new(text: &str) -> Self {
        let text: String = text.chars().take(MOST).collect::<String>().to_uppercase();
        let lines: Vec<&str> = text.split_whitespace().collect();
        // What is a whole zone in one form is none in the others: their lengths differ.
        Form::ALL
            .into_iter()
            .map(|form| Self::as_form(&lines, form))
            .find(|typed| typed.progress() == Remark::Right)
            .unwrap_or_else(|| Self::as_form(&lines, likely_form(&lines)))
    }

    fn as_form(lines: &[&str], form: Form) -> Self {
        let mut lines: Vec<String> = match lines {
            [one] => {
                let letters: Vec<char> = one.chars().collect();
                letters.chunks(form.width()).map(|line| line.iter().collect()).collect()
            }
            lines => lines.iter().map(|line| (*line).to_owned()).collect(),
        };
        if form == Form::SecondLine {
            lines.insert(0, String::new());
        }
        Self { lines, form }
    }

    /// The lines as they are understood.
    pub fn lines(&self) -> &[String] {
        &self.lines[self.form.first().min(self.lines.len())..]
    }

    /// What there is to say: the first thing that is wrong, else how far it is.
    pub fn remark(&self) -> Remark {
        self.wrong_character().or_else(|| self.wrong_part()).unwrap_or_else(|| self.progress())
    }

    fn wrong_character(&self) -> Option<Remark> {
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '<';
        self.lines.iter().enumerate().find_map(|(n, line)| {
            let place = line.chars().position(|c| !allowed(c))?;
            Some(Remark::Character { line: n + 1, place: place + 1 })
        })
    }

    fn wrong_part(&self) -> Option<Remark> {
        let kinds = self.form.kinds().iter().find_map(|(line, range, wanted)| {
            let fits = |c: char| match wanted {
                Kind::Digit => c.is_ascii_digit() || c == '<',
                Kind::Letter => !c.is_ascii_digit(),
                Kind::Sex => matches!(c, 'M' | 'F' | 'X' | '<'),
            };
            let text = self.lines.get(*line)?;
            let mut places = text.char_indices().filter(|(at, _)| range.contains(at));
            let (at, found) = places.find(|(_, c)| !fits(*c))?;
            Some(Remark::Kind { line: line + 1, place: at + 1, found, wanted: *wanted })
        });
        kinds.or_else(|| {
            let wrong =
                parts(self.form.layout(), &self.lines).into_iter().find(|part| !part.fits)?;
            Some(Remark::Part {
                name: wrong.name,
                line: wrong.line + 1,
                from: wrong.from + 1,
                to: wrong.to + 1,
                mistaken: wrong.mistaken,
            })
        })
    }

    fn progress(&self) -> Remark {
        let (width, count) = (self.form.width(), self.form.count());
        for (n, line) in self.lines.iter().enumerate().skip(self.form.first()) {
            let have = line.len();
            if have > width || (have < width && n + 1 < self.lines.len()) || n >= count {
                return Remark::Length { line: n + 1, have, of: width };
            }
        }
        match self.lines.last() {
            None => Remark::Empty,
            Some(last) if self.lines.len() < count || last.len() < width => {
                Remark::Going { line: self.lines.len(), have: last.len(), of: width }
            }
            Some(_) if self.whole().is_ok() => Remark::Right,
            Some(_) => Remark::Whole,
        }
    }

    /// The zone. Without its first line nobody knows the holder's name.
    pub fn mrz(&self) -> Result<Mrz, MrzError> {
        match self.remark() {
            Remark::Right | Remark::Whole => self.whole(),
            Remark::Empty | Remark::Going { .. } => {
                Err(MrzError::Length(self.lines.iter().map(String::len).sum()))
            }
            wrong @ (Remark::Character { .. }
            | Remark::Kind { .. }
            | Remark::Length { .. }
            | Remark::Part { .. }) => Err(MrzError::Place(wrong)),
        }
    }

    fn whole(&self) -> Result<Mrz, MrzError> {
        let zone = self.lines.concat();
        if self.form == Form::SecondLine {
            // No part of the first line is a key or has a check digit.
            let state = zone.get(10..13).filter(|state| *state == "VNM").unwrap_or("XXX");
            return Mrz::parse_typed(&format!("{:<<44}{zone}", format!("P<{state}")));
        }
        Mrz::parse_typed(&zone)
    }
}

impl Form {
    const ALL: [Form; 4] = [Form::Card, Form::Larger, Form::Passport, Form::SecondLine];

    fn layout(self) -> Layout {
        match self {
            Form::Card => Layout::Td1,
            Form::Larger => Layout::Td2,
            Form::Passport | Form::SecondLine => Layout::Td3,
        }
    }

    fn width(self) -> usize {
        match self {
            Form::Card => 30,
            Form::Larger => 36,
            Form::Passport | Form::SecondLine => 44,
        }
    }

    /// Lines of a whole zone.
    fn count(self) -> usize {
        if self == Form::Card { 3 } else { 2 }
    }

    /// The first line that is typed.
    fn first(self) -> usize {
        usize::from(self == Form::SecondLine)
    }

    /// The places that are for one kind of characters: line, places, kind.
    fn kinds(self) -> &'static [(usize, Range<usize>, Kind)] {
        match self {
            Form::Card => &[
                (0, 0..5, Kind::Letter),
                (0, 14..15, Kind::Digit),
                (1, 0..7, Kind::Digit),
                (1, 7..8, Kind::Sex),
                (1, 8..15, Kind::Digit),
                (1, 15..18, Kind::Letter),
                (1, 29..30, Kind::Digit),
                (2, 0..30, Kind::Letter),
            ],
            Form::Larger => &[
                (0, 0..36, Kind::Letter),
                (1, 9..10, Kind::Digit),
                (1, 10..13, Kind::Letter),
                (1, 13..20, Kind::Digit),
                (1, 20..21, Kind::Sex),
                (1, 21..28, Kind::Digit),
                (1, 35..36, Kind::Digit),
            ],
            Form::Passport | Form::SecondLine => &[
                (0, 0..44, Kind::Letter),
                (1, 9..10, Kind::Digit),
                (1, 10..13, Kind::Letter),
                (1, 13..20, Kind::Digit),
                (1, 20..21, Kind::Sex),
                (1, 21..28, Kind::Digit),
                (1, 42..44, Kind::Digit),
            ],
        }
    }
}

/// What a zone that is not whole seems to become.
fn likely_form(lines: &[&str]) -> Form {
    let first = lines.first().copied().unwrap_or_default();
    if is_second_line(first) {
        Form::SecondLine
    } else if !matches!(first.as_bytes(), [b'I' | b'A' | b'C', _, _, ..]) {
        Form::Passport
    } else if lines.len() > 1 && first.len() == Form::Larger.width() {
        Form::Larger
    } else {
        Form::Card
    }
}

/// How many parts have digits and fit their check digits.
fn fitting(layout: Layout, lines: &[&str]) -> usize {
    let has_digits = |part: &Part| {
        let text = lines.get(part.line).and_then(|line| line.get(part.from..part.to));
        text.is_some_and(|text| text.contains(|c: char| c.is_ascii_digit()))
    };
    parts(layout, lines).iter().filter(|part| part.fits && has_digits(part)).count()
}

/// Whether this is a passport's second line, or its beginning, and no zone's first. A first line begins with
/// the document's kind and its state, which are letters; a second line with a number, its check digit, a
/// state, and dates.
fn is_second_line(line: &str) -> bool {
    let bytes = if line.is_ascii() { line.as_bytes() } else { &[] };
    let head = &bytes[..bytes.len().min(5)];
    // A number fills its field from the left.
    let number = &bytes[..bytes.len().min(9)];
    let end = number.iter().position(|b| *b == b'<').unwrap_or(number.len());
    if number[end..].iter().any(|b| *b != b'<') || end < number.len().min(3) {
        return false;
    }
    if head.iter().any(u8::is_ascii_digit) {
        return true;
    }
    match bytes.first() {
        // A passport's first line has no digits at all.
        Some(b'P') => bytes.iter().take(Form::Passport.width()).any(u8::is_ascii_digit),
        Some(b'I' | b'A' | b'C') => {
            let is_state = bytes.get(10..13).is_some_and(|state| {
                state[0].is_ascii_uppercase() && !state.iter().any(u8::is_ascii_digit)
            });
            is_state && fitting(Layout::Td3, &["", line]) > fitting(Layout::Td1, &[line])
        }
        Some(first) => first.is_ascii_uppercase(),
        None => false,
    }
}

#[cfg(test)]
mod tests;
