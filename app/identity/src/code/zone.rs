//! Lines of a machine readable zone that a document reader sends one by one, joined into a zone.
//!
//! Lines of two documents must never become one person. A document's first line says so itself: a letter for
//! the document's kind and a state, and where it holds the name no digit. A line that comes again is a
//! repeat. What comes in between (a code, another screen: [`Zone::drop_line`]) or too late ends the waiting. A
//! passport's two lines have no check digit in common, so there the states that they name are compared.

use super::{bare, is_zone};
use crate::mrz::{Layout, Mrz, typed::Typed};

/// Lines further apart do not belong together, in milliseconds.
const TOGETHER: u64 = 3_000;

/// The width of a card's line.
const CARD: usize = 30;

/// Lines that came so far.
#[derive(Default)]
pub struct Zone {
    lines: Vec<String>,
    at: u64,
}

/// A scan that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The code, or the lines of the zone.
    pub text: String,
    /// What the clerk must know of it.
    pub remark: Option<&'static str>,
}

/// Two lines that cannot be one document's.
const TWO_DOCUMENTS: &str = "Hai dòng MRZ vừa quét ghi hai nước khác nhau nên không được ghép: chỉ dùng dòng sau, chưa có họ tên. Hãy quét lại cả hai dòng của một hộ chiếu.";

impl Zone {
    /// Takes a scan at a time of any steady clock, in milliseconds; gives it back, with the lines before it,
    /// when it is whole.
    pub fn join(&mut self, scan: &str, at: u64) -> Option<Whole> {
        let scan = bare(scan);
        let late = at.saturating_sub(self.at) > TOGETHER;
        let mut waiting = std::mem::take(&mut self.lines);
        if !is_zone(scan) || is_whole(scan) {
            return whole(scan);
        }
        self.at = at;
        if late {
            waiting.clear();
        }
        if waiting.last().is_some_and(|line| line == scan) {
            // A line that suffices alone was scanned again because nothing had happened yet.
            if waiting.len() == 1 && suffices(scan) {
                return whole(scan);
            }
            self.lines = waiting;
            return None;
        }
        let kinds: Vec<Kind> = waiting.iter().map(|line| Kind::of(line)).collect();
        match (kinds.as_slice(), Kind::of(scan)) {
            ([Kind::Name], Kind::Numbers) => {
                let zone = format!("{}\n{scan}", waiting.concat());
                if names_two_states(&zone) && suffices(scan) {
                    return Some(Whole { text: scan.into(), remark: Some(TWO_DOCUMENTS) });
                }
                whole(&zone)
            }
            ([Kind::Card, Kind::Numbers], Kind::Name) => {
                whole(&format!("{}\n{scan}", waiting.join("\n")))
            }
            ([Kind::Card], Kind::Numbers) if scan.len() <= CARD => {
                waiting.push(scan.into());
                self.lines = waiting;
                None
            }
            // Another document begins.
            _ => {
                self.lines = vec![scan.into()];
                None
            }
        }
    }

    /// The line that waits is not wanted any more: another screen is open.
    pub fn drop_line(&mut self) {
        self.lines.clear();
    }

    /// Whether a line waits for another.
    pub fn is_waiting(&self) -> bool {
        !self.lines.is_empty()
    }

    /// What waited too long for a further line.
    pub fn left_over(&mut self, now: u64) -> Option<String> {
        let late = self.is_waiting() && now.saturating_sub(self.at) > TOGETHER;
        late.then(|| std::mem::take(&mut self.lines).join("\n"))
    }
}

fn whole(text: &str) -> Option<Whole> {
    Some(Whole { text: text.into(), remark: None })
}

/// What a line is by its look.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Without a digit: a passport's or larger card's first line, a card's third.
    Name,
    /// A card's first line.
    Card,
    /// Any other: a passport's or larger card's second line, a card's second.
    Numbers,
}

impl Kind {
    fn of(line: &str) -> Self {
        let line = line.to_ascii_uppercase();
        let letters = |part: Option<&str>| {
            part.is_some_and(|part| part.bytes().all(|b| b.is_ascii_uppercase() || b == b'<'))
        };
        if !line.contains(|c: char| c.is_ascii_digit()) {
            return Self::Name;
        }
        // A card's line has no more than 30 characters; a passport's number may begin with I, A or C too.
        let is_card =
            line.len() <= CARD && line.starts_with(['I', 'A', 'C']) && letters(line.get(1..5));
        if is_card { Self::Card } else { Self::Numbers }
    }
}

/// Whether the text is a whole zone that begins as a document does.
fn is_whole(text: &str) -> bool {
    let first = text.trim_start().get(..5).unwrap_or_default();
    let begins = first.starts_with(['P', 'I', 'A', 'C', 'V', 'p', 'i', 'a', 'c', 'v'])
        && !first.contains(|c: char| c.is_ascii_digit());
    begins && Mrz::parse(text).is_ok()
}

/// Whether a line opens a document without any other.
fn suffices(line: &str) -> bool {
    Typed::new(line).mrz().is_ok()
}

/// Whether the two lines of a passport were issued to and by different states. Documents of organisations
/// and of stateless people (codes beginning with X, U, E) do so rightly, as do the nationalities that the
/// United Kingdom knows (GBD, GBN, …).
fn names_two_states(zone: &str) -> bool {
    Mrz::parse(zone).is_ok_and(|mrz| {
        let (issuer, holder) = (mrz.issuer.as_str(), mrz.nationality.as_str());
        let is_british = issuer == "GBR" && holder.starts_with("GB");
        let is_for_others = ["UNO", "UNA", "UNK", "EUE"].contains(&issuer)
            || issuer.starts_with('X')
            || holder.starts_with('X');
        mrz.layout == Layout::Td3 && issuer != holder && !is_british && !is_for_others
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// ICAO 9303-4 appendix B, another passport, and a synthetic card.
    const ONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    const TWO: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const OTHER_ONE: &str = "P<FRADUPONT<<MARIE<<<<<<<<<<<<<<<<<<<<<<<<<<";
    const OTHER_TWO: &str = "2400000198FRA8503105F3001019<<<<<<<<<<<<<<<4";
    const LINES: [&str; 3] = [
        "IDVNM0990001232001099000123<<3",
        "9901029M3901027VNM<<<<<<<<<<<2",
        "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<",
    ];

    /// What comes of scans half a second apart, each as its text, with `!` where something is remarked.
    fn joined(scans: &[&str]) -> Vec<String> {
        let mut zone = Zone::default();
        let mut told = Vec::new();
        for (n, scan) in scans.iter().enumerate() {
            if let Some(whole) = zone.join(scan, 500 * n as u64) {
                let mark = if whole.remark.is_some() { "!" } else { "" };
                told.push(format!("{}{mark}", whole.text));
            }
        }
        told.extend(zone.left_over(1_000_000));
        told
    }

    #[test]
    fn lines_of_one_document_are_joined_and_of_two_never() {
        let passport = format!("{ONE}\n{TWO}");
        let card = LINES.join("\n");
        for (scans, expected) in [
            (vec!["099099000123"], vec!["099099000123"]),
            (vec![ONE, TWO], vec![&*passport]),
            (vec![&*format!("]o0{ONE}\r"), &*format!("\u{2}{TWO}\u{3}")], vec![&*passport]),
            // In the wrong order: it might be another one's.
            (vec![TWO, ONE], vec![ONE]),
            (vec![&*format!("{ONE}{TWO}")], vec![&*format!("{ONE}{TWO}")]),
            (LINES.to_vec(), vec![&*card]),
            (vec![ONE], vec![ONE]),
            (vec![TWO], vec![TWO]),
            // Repeats.
            (vec![TWO, TWO], vec![TWO]),
            (vec![ONE, ONE, TWO], vec![&*passport]),
            (vec![LINES[0], LINES[0], LINES[1], LINES[1], LINES[2]], vec![&*card]),
            // Two documents.
            (vec![ONE, OTHER_TWO], vec![&*format!("{OTHER_TWO}!")]),
            (vec![ONE, OTHER_ONE, OTHER_TWO], vec![&*format!("{OTHER_ONE}\n{OTHER_TWO}")]),
            (vec![TWO, OTHER_TWO], vec![OTHER_TWO]),
            (vec![TWO, OTHER_ONE, OTHER_TWO], vec![&*format!("{OTHER_ONE}\n{OTHER_TWO}")]),
            (vec![LINES[0], ONE, TWO], vec![&*passport]),
            (vec![LINES[0], OTHER_TWO, ONE], vec![ONE]),
            (vec![ONE, LINES[0], LINES[1], LINES[2]], vec![&*card]),
            (
                vec![ONE, &*format!("{OTHER_ONE}{OTHER_TWO}")],
                vec![&*format!("{OTHER_ONE}{OTHER_TWO}")],
            ),
            // A code in between.
            (vec![ONE, "099099000123", TWO], vec!["099099000123", TWO]),
        ] {
            assert_eq!(joined(&scans), expected, "{scans:?}");
        }
    }

    /// A card's lines hang together by the last check digit: of two cards they are told as wrong, not read.
    #[test]
    fn lines_of_two_cards_are_refused() {
        let other = "IDVNM0990001247001099000124<<6";
        let told = joined(&[other, LINES[1], LINES[2]]);
        assert_eq!(told.len(), 1);
        assert!(Typed::new(&told[0]).mrz().is_err(), "{told:?}");
    }

    #[test]
    fn a_line_waits_three_seconds_and_not_over_another_screen() {
        let mut zone = Zone::default();
        assert_eq!(zone.join(ONE, 1_000), None);
        assert!(zone.is_waiting());
        assert_eq!(zone.left_over(2_000), None);
        assert_eq!(zone.join(TWO, 1_100).unwrap().text, format!("{ONE}\n{TWO}"));
        // A first line long ago is no part of this zone.
        assert_eq!(zone.join(OTHER_ONE, 9_000), None);
        assert_eq!(zone.join(ONE, 20_000), None);
        assert_eq!(zone.join(TWO, 20_100).unwrap().text, format!("{ONE}\n{TWO}"));
        // A line alone is told late, as it is.
        assert_eq!(zone.join(ONE, 30_000), None);
        assert_eq!(zone.left_over(34_000).as_deref(), Some(ONE));
        assert_eq!(zone.left_over(40_000), None);
        // Another screen.
        assert_eq!(zone.join(ONE, 50_000), None);
        zone.drop_line();
        assert!(!zone.is_waiting());
        assert_eq!(zone.join(OTHER_TWO, 50_500), None);
        assert_eq!(zone.left_over(60_000).as_deref(), Some(OTHER_TWO));
    }
}
