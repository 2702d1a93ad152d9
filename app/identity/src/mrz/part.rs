//! The parts of a zone that a check digit watches (ICAO 9303-3, 4.9). One list serves the whole zone and
//! the one that is still being typed, so that both always tell the same.

use std::ops::Range;

use super::Layout;

/// A part that is all there, and the check digit after it. Places count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// Its line.
    pub line: usize,
    /// Its first place.
    pub from: usize,
    /// The place of its check digit.
    pub to: usize,
    /// Whether they fit.
    pub fits: bool,
    /// A letter that, read as the digit it looks like, would make them fit.
    pub mistaken: Option<(char, char)>,
}

/// Letters that are taken for digits.
const ALIKE: [(char, char); 6] =
    [('O', '0'), ('I', '1'), ('S', '5'), ('B', '8'), ('Z', '2'), ('G', '6')];

/// The check digit of ICAO 9303-3, 4.9: weights 7, 3, 1; letters count from 10, `<` is 0.
pub fn check_digit(field: &str) -> char {
    let sum: u32 = field
        .chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(c, weight)| c.to_digit(36).unwrap_or(0) * weight)
        .sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

/// The parts of these lines that are all there.
pub(super) fn parts<S: AsRef<str>>(layout: Layout, lines: &[S]) -> Vec<Part> {
    let line = |n: usize| lines.get(n).map_or("", AsRef::as_ref);
    let number = |name, n, from, optional| number(name, line(n), n, from, optional);
    // A part that may be left open: then its digit may be a filler too.
    let open = |name, n, from: usize, to: usize| {
        let (field, digit) = (line(n).get(from..to)?, line(n).get(to..=to)?);
        let is_left_open = digit == "<" && field.bytes().all(|b| b == b'<');
        Some(part(name, n, from, to, field, if is_left_open { "0" } else { digit }))
    };
    let found = match layout {
        Layout::Td1 => {
            // Vietnamese cards write twelve digits, `<<` and their check digit into the optional field.
            let twelve = line(0).get(15..30).and_then(twelve_digits);
            let own = twelve.filter(|_| is_vietnamese(line(0)) && line(0).get(29..30) != Some("<"));
            [
                number("số thẻ", 0, 5, 15..30),
                own.and_then(|own| {
                    Some(part("số định danh", 0, 15, 29, own, line(0).get(29..30)?))
                }),
                open("ngày sinh", 1, 0, 6),
                open("ngày hết hạn", 1, 8, 14),
            ]
        }
        Layout::Td2 => [
            number("số giấy tờ", 1, 0, 28..35),
            open("ngày sinh", 1, 13, 19),
            open("ngày hết hạn", 1, 21, 27),
            None,
        ],
        Layout::Td3 => [
            // No field of a passport takes what nine characters cannot hold.
            number("số hộ chiếu", 1, 0, 0..0),
            open("ngày sinh", 1, 13, 19),
            open("ngày hết hạn", 1, 21, 27),
            open("số cá nhân", 1, 28, 42),
        ],
    };
    found.into_iter().flatten().collect()
}

/// Whether the last check digit fits all parts together; `None` while something is missing.
pub(super) fn whole_fits<S: AsRef<str>>(layout: Layout, lines: &[S]) -> Option<bool> {
    let line = |n: usize| lines.get(n).map_or("", AsRef::as_ref);
    let places: &[(usize, Range<usize>)] = match layout {
        Layout::Td1 => &[(0, 5..30), (1, 0..7), (1, 8..15), (1, 18..29)],
        Layout::Td2 => &[(1, 0..10), (1, 13..20), (1, 21..35)],
        Layout::Td3 => &[(1, 0..10), (1, 13..20), (1, 21..43)],
    };
    let all: Option<Vec<&str>> =
        places.iter().map(|(n, range)| line(*n).get(range.clone())).collect();
    let last = match layout {
        Layout::Td1 => 29,
        Layout::Td2 => 35,
        Layout::Td3 => 43,
    };
    Some(fits(&all?.concat(), line(1).get(last..=last)?))
}

fn part(name: &'static str, line: usize, from: usize, to: usize, field: &str, digit: &str) -> Part {
    let fits_as = |(letter, figure): &(char, char)| {
        field.contains(*letter) && fits(&field.replace(*letter, &figure.to_string()), digit)
    };
    let fits = fits(field, digit);
    let mistaken = ALIKE.into_iter().find(fits_as).filter(|_| !fits);
    Part { name, line, from, to, fits, mistaken }
}

/// The document's number with its check digit, which may stand at the end of the optional field.
fn number(
    name: &'static str,
    line: &str,
    n: usize,
    from: usize,
    optional: Range<usize>,
) -> Option<Part> {
    let (field, check) = (line.get(from..from + 9)?, line.get(from + 9..from + 10)?);
    let start = optional.start;
    if check == "<" && !field.contains('<') && !optional.is_empty() {
        // It can be told only when all of the optional field is there.
        let (whole, digit, _) = long_number(field, check, line.get(optional)?);
        let rest = whole.len() - field.len();
        let to = if rest == 0 { from + 9 } else { start + rest };
        return Some(part(name, n, from, to, &whole, digit));
    }
    Some(part(name, n, from, from + 9, field, check))
}

/// A number of more than nine characters goes on in the optional field, with its check digit last
/// (9303-5, 4.2.2, note j; 9303-6 the same). Returns number, check digit and what else is optional.
pub(super) fn long_number<'z>(
    field: &str,
    check: &'z str,
    optional: &'z str,
) -> (String, &'z str, &'z str) {
    let tail = optional.split('<').next().unwrap_or("");
    if check == "<" && !field.contains('<') && tail.len() > 1 {
        let (rest, check) = tail.split_at(tail.len() - 1);
        return (format!("{field}{rest}"), check, "");
    }
    (field.to_string(), check, optional)
}

fn fits(field: &str, digit: &str) -> bool {
    digit.chars().eq([check_digit(field)])
}

/// Whether Viet Nam issued the document of this first line.
pub(super) fn is_vietnamese(line: &str) -> bool {
    line.get(2..5) == Some("VNM")
}

/// Twelve digits with two fillers after them.
pub(super) fn twelve_digits(field: &str) -> Option<&str> {
    let (number, rest) = field.split_at_checked(12)?;
    (rest.starts_with("<<") && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}
