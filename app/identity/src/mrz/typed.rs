//! A machine readable zone while it is typed: which place of which line is wrong, as soon as it can be
//! known. A passport's second line is enough: everything that opens the chip stands in it.

use super::{Mrz, MrzError, fits};

/// What has been typed so far. Holds the zone, so it is secret and never shown in a log.
pub struct Typed {
    lines: Vec<String>,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Three lines of 30.
    Card,
    /// Two lines of 44.
    Passport,
    /// The second of them alone.
    SecondLine,
}

/// What there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Nothing was typed.
    Empty,
    /// So far nothing is wrong; the line that is being typed, counted from 1, and how long it is.
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
        /// The line, from 1.
        line: usize,
        /// The place, from 1.
        place: usize,
    },
    /// A line is longer or, with another after it, shorter than it must be.
    Length {
        /// The line, from 1.
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
        /// The line, from 1.
        line: usize,
        /// Its first place, from 1.
        from: usize,
        /// The place of its check digit.
        to: usize,
    },
    /// Each part fits, but the last check digit does not fit them all.
    Whole,
    /// All of it is there and right.
    Right,
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
            Remark::Length { line, have, of } => {
                write!(f, "Dòng {line} có {have} ký tự, cần {of}: hãy đếm lại các dấu <.")
            }
            Remark::Part { name, line, from, to } => write!(
                f,
                "Dòng {line}, ký tự {from} đến {to}: {name} và số kiểm tra không khớp, có ký tự sai."
            ),
            Remark::Whole => {
                write!(f, "Số kiểm tra cuối không khớp: hãy so từng ký tự với giấy tờ.")
            }
            Remark::Right => write!(f, "Đủ và đúng mọi số kiểm tra."),
        }
    }
}

/// A part with a check digit after it: name, line, first place and place of the digit, from 0.
type Part = (&'static str, usize, usize, usize);

const CARD: [Part; 3] = [("số thẻ", 0, 5, 14), ("ngày sinh", 1, 0, 6), ("ngày hết hạn", 1, 8, 14)];
const PASSPORT: [Part; 3] =
    [("số hộ chiếu", 1, 0, 9), ("ngày sinh", 1, 13, 19), ("ngày hết hạn", 1, 21, 27)];

/// More than any zone; what comes after is not looked at.
const MOST: usize = 200;

impl Typed {
    /// Takes what stands in the field. Line breaks and spaces part the lines; without any, their length
    /// does.
    pub fn new(text: &str) -> Self {
        let text: String = text.chars().take(MOST).collect::<String>().to_uppercase();
        let mut lines: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let form = form(lines.first().map_or("", String::as_str));
        if let [one] = lines.as_slice() {
            let letters: Vec<char> = one.chars().collect();
            lines = letters.chunks(form.width()).map(|line| line.iter().collect()).collect();
        }
        Self { lines, form }
    }

    /// The lines as they are understood.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// What there is to say: the first thing that is wrong, else how far it is.
    pub fn remark(&self) -> Remark {
        let width = self.form.width();
        // The second line alone is line 2 all the same: so it is printed.
        let first = usize::from(self.form == Form::SecondLine);
        for (n, line) in self.lines.iter().enumerate() {
            let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '<';
            if let Some(place) = line.chars().position(|c| !allowed(c)) {
                return Remark::Character { line: n + first + 1, place: place + 1 };
            }
        }
        for (name, line, from, to) in self.parts() {
            let text = line.checked_sub(first).and_then(|line| self.lines.get(line));
            let part = text.and_then(|text| Some((text.get(from..to)?, text.get(to..=to)?)));
            if part.is_some_and(|(part, digit)| !fits(part, digit)) {
                return Remark::Part { name, line: line + 1, from: from + 1, to: to + 1 };
            }
        }
        let count = self.form.count();
        for (n, line) in self.lines.iter().enumerate() {
            let have = line.len();
            if have > width || (have < width && n + 1 < self.lines.len()) || n >= count {
                return Remark::Length { line: n + first + 1, have, of: width };
            }
        }
        match self.lines.last() {
            None => Remark::Empty,
            Some(last) if self.lines.len() < count || last.len() < width => {
                Remark::Going { line: self.lines.len() + first, have: last.len(), of: width }
            }
            Some(_) if self.mrz().is_ok() => Remark::Right,
            Some(_) => Remark::Whole,
        }
    }

    fn parts(&self) -> [Part; 3] {
        if self.form == Form::Card { CARD } else { PASSPORT }
    }

    /// The zone. Without its first line nobody knows the holder's name.
    pub fn mrz(&self) -> Result<Mrz, MrzError> {
        let zone = self.lines.concat();
        if self.form == Form::SecondLine && zone.len() == Form::SecondLine.width() {
            // No part of the first line is a key or has a check digit.
            let state = zone.get(10..13).filter(|state| *state == "VNM").unwrap_or("XXX");
            return Mrz::parse_typed(&format!("{:<<44}{zone}", format!("P<{state}")));
        }
        Mrz::parse_typed(&zone)
    }
}

impl Form {
    fn width(self) -> usize {
        if self == Form::Card { 30 } else { 44 }
    }

    fn count(self) -> usize {
        match self {
            Form::Card => 3,
            Form::Passport => 2,
            Form::SecondLine => 1,
        }
    }
}

/// A first line begins with the document's kind and letters, a passport's second with its number.
fn form(first: &str) -> Form {
    match (first.as_bytes().first(), first.as_bytes().get(2)) {
        (_, Some(third)) if third.is_ascii_digit() => Form::SecondLine,
        (Some(b'I' | b'A' | b'C'), Some(_)) => Form::Card,
        _ => Form::Passport,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// ICAO 9303-4 appendix B, and a synthetic card.
    const ONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    const TWO: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const CARD: &str = "IDVNM0990001232001099000123<<3\n9901029M3901027VNM<<<<<<<<<<<2\nNGUYEN<<VAN<A<<<<<<<<<<<<<<<<<";

    #[test]
    fn what_is_wrong_is_said_as_soon_as_it_is_known() {
        for (text, words) in [
            ("", "dòng thứ hai"),
            ("P<UTO", "Dòng 1: 5 trong 44"),
            (&format!("{ONE}L898"), "Dòng 2: 4 trong 44"),
            (&format!("{ONE} {TWO}"), "Đủ và đúng"),
            (&format!("{ONE}{TWO}").to_lowercase(), "Đủ và đúng"),
            (&format!("{}\n{TWO}", &ONE[..43]), "Dòng 1 có 43 ký tự, cần 44"),
            (&format!("{ONE}<\n{TWO}"), "Dòng 1 có 45 ký tự, cần 44"),
            (&format!("{ONE} L898902C37"), "Dòng 2, ký tự 1 đến 10: số hộ chiếu"),
            (&format!("{ONE} {}", TWO.replace("740812", "740813")), "ký tự 14 đến 20: ngày sinh"),
            (&format!("{ONE} {}", TWO.replace("120415", "120416")), "ngày hết hạn"),
            (&format!("{ONE} {}", TWO.replace("B<<<<<10", "B<<<<<11")), "Số kiểm tra cuối"),
            ("P<UTÔ", "Dòng 1, ký tự 5"),
            // The second line alone.
            (TWO, "Đủ và đúng"),
            ("L898902", "Dòng 2: 7 trong 44"),
            ("L898902C37", "Dòng 2, ký tự 1 đến 10"),
            (&format!("{TWO}<"), "Dòng 3 có 1 ký tự"),
            (CARD, "Đủ và đúng"),
            (&CARD.replace('\n', ""), "Đủ và đúng"),
            (&CARD.replace("9901029M", "9901028M"), "Dòng 2, ký tự 1 đến 7: ngày sinh"),
            ("IDVNM0990001233", "Dòng 1, ký tự 6 đến 15: số thẻ"),
        ] {
            let said = Typed::new(text).remark().to_string();
            assert!(said.contains(words), "{text}: {said}");
        }
    }

    #[test]
    fn the_second_line_gives_the_key_of_the_whole_zone() {
        let whole = Mrz::parse_typed(&format!("{ONE}{TWO}")).unwrap();
        let second = Typed::new(TWO).mrz().unwrap();
        assert_eq!(second.key_information(), whole.key_information());
        assert_eq!(second.name, "");
    }

    proptest! {
        #[test]
        fn any_text_is_survived_and_only_right_zones_are_called_right(text in "[A-Z0-9< \nếă]{0,120}") {
            let typed = Typed::new(&text);
            prop_assert_eq!(typed.remark() == Remark::Right, typed.mrz().is_ok());
        }
    }
}
