//! Scanners that play a keyboard.
//!
//! Such a scanner types a code into whatever field has the focus. Its only mark is speed: no hand keeps
//! keys 80 ms apart over a dozen letters. The window feeds every typed character with its time; a burst
//! that ends, by Enter or by a pause, is a scan. Times come in as values, so this holds no clock.

use super::MAX_TEXT;

/// Finds scans in what is typed. Feed characters in order; times are milliseconds of any steady clock.
pub struct Wedge {
    max_gap: u64,
    min_length: usize,
    burst: String,
    length: usize,
    last: Option<u64>,
    too_long: bool,
}

impl Default for Wedge {
    /// 80 ms between keys, 12 characters: the slowest scanners seen, and a bare personal number.
    fn default() -> Self {
        Self::new(80, 12)
    }
}

impl Wedge {
    /// A finder for scanners whose keys come at most `max_gap` milliseconds apart, and codes of at least
    /// `min_length` characters.
    pub fn new(max_gap: u64, min_length: usize) -> Self {
        Self { max_gap, min_length, burst: String::new(), length: 0, last: None, too_long: false }
    }

    /// A character was typed at `at`. Returns the scan that a pause before it ended.
    pub fn typed(&mut self, c: char, at: u64) -> Option<String> {
        let ended = self.pause(at);
        self.last = Some(at);
        if self.burst.len() + c.len_utf8() > MAX_TEXT {
            self.too_long = true;
        } else {
            self.burst.push(c);
            self.length += 1;
        }
        ended
    }

    /// Enter was pressed at `at`. Returns the scan that it ended; `None`: the key is the clerk's.
    pub fn entered(&mut self, at: u64) -> Option<String> {
        self.pause(at).or_else(|| self.take())
    }

    /// The time is `now`. Returns the scan that ended in a pause, for scanners that send no Enter.
    pub fn pause(&mut self, now: u64) -> Option<String> {
        if self.last.is_some() && self.is_quiet(now) { self.take() } else { None }
    }

    /// Whether what is coming in can only be a scanner: the field with the focus should not take it.
    pub fn is_scanning(&self) -> bool {
        self.length >= self.min_length && !self.is_held_key()
    }

    /// A key that is held repeats as fast as a scanner types.
    fn is_held_key(&self) -> bool {
        let mut chars = self.burst.chars();
        let first = chars.next();
        chars.all(|c| Some(c) == first)
    }

    /// Whether a character typed at `now` begins a new burst.
    pub fn is_quiet(&self, now: u64) -> bool {
        self.last.is_none_or(|last| now.saturating_sub(last) > self.max_gap)
    }

    /// Whether already so many keys came that no hand has typed them: three letters within two gaps.
    pub fn is_quick(&self) -> bool {
        self.length > 2 && !self.is_held_key()
    }

    /// Ends the burst; too short, too long or one held key is no scan.
    fn take(&mut self) -> Option<String> {
        let scan = self.is_scanning() && !self.too_long;
        self.last = None;
        self.length = 0;
        self.too_long = false;
        let burst = std::mem::take(&mut self.burst);
        scan.then_some(burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CODE: &str = "099099000123||NGUYỄN VĂN A|01011999|Nam|Hà Nội|15082025";

    /// Types `text` with `gap` between keys and returns every scan seen, the time after the last key.
    fn type_in(wedge: &mut Wedge, text: &str, start: u64, gap: u64) -> (Vec<String>, u64) {
        let mut scans = Vec::new();
        let mut now = start;
        for c in text.chars() {
            scans.extend(wedge.typed(c, now));
            now += gap;
        }
        (scans, now)
    }

    #[test]
    fn speed_tells_a_scanner_from_a_hand() {
        for (text, gap, scanned) in [
            (CODE, 1, true),
            (CODE, 30, true),
            (CODE, 80, true),
            (CODE, 81, false),
            (CODE, 150, false),
            ("099099000123", 20, true),
            ("09909900012", 20, false),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaa", 30, false),
            ("đăng ký khai sinh", 140, false),
        ] {
            let mut wedge = Wedge::default();
            let (scans, now) = type_in(&mut wedge, text, 1_000, gap);
            assert_eq!(scans, Vec::<String>::new());
            let found = wedge.entered(now - gap + gap.min(80));
            assert_eq!(found.as_deref(), scanned.then_some(text), "{text} at {gap} ms");
        }
    }

    #[test]
    fn a_scan_ends_by_enter_by_a_pause_or_by_the_next_key() {
        let mut wedge = Wedge::default();
        let (_, now) = type_in(&mut wedge, CODE, 0, 10);
        assert!(wedge.is_scanning());
        assert_eq!(wedge.pause(now), None);
        assert_eq!(wedge.pause(now + 100).as_deref(), Some(CODE));
        assert_eq!(wedge.pause(now + 200), None);
        assert!(!wedge.is_scanning());

        let (_, now) = type_in(&mut wedge, CODE, 1_000, 10);
        assert_eq!(wedge.typed('x', now + 500).as_deref(), Some(CODE));
        assert_eq!(wedge.entered(now + 510), None);

        let (_, now) = type_in(&mut wedge, CODE, 5_000, 10);
        assert_eq!(wedge.entered(now).as_deref(), Some(CODE));
        let (_, now) = type_in(&mut wedge, CODE, now + 10, 10);
        assert_eq!(wedge.entered(now).as_deref(), Some(CODE));
    }

    #[test]
    fn what_was_typed_before_a_scan_is_not_part_of_it() {
        let mut wedge = Wedge::default();
        type_in(&mut wedge, "ghi chú", 0, 200);
        let (scans, now) = type_in(&mut wedge, CODE, 3_000, 5);
        assert!(scans.is_empty());
        assert_eq!(wedge.entered(now).as_deref(), Some(CODE));
    }

    #[test]
    fn a_flood_is_dropped_whole() {
        let mut wedge = Wedge::default();
        let (scans, now) = type_in(&mut wedge, &CODE.repeat(200), 0, 1);
        assert!(scans.is_empty());
        assert_eq!(wedge.entered(now), None);
        let (_, now) = type_in(&mut wedge, CODE, now + 1_000, 1);
        assert_eq!(wedge.entered(now).as_deref(), Some(CODE));
    }

    proptest! {
        #[test]
        fn slow_typing_never_scans(keys in proptest::collection::vec((any::<char>(), 81u64..2_000), 0..60)) {
            let mut wedge = Wedge::default();
            let mut now = 0;
            for (c, gap) in keys {
                prop_assert_eq!(wedge.typed(c, now), None);
                now += gap;
            }
            prop_assert_eq!(wedge.entered(now), None);
        }

        #[test]
        fn any_times_are_survived(keys in proptest::collection::vec((any::<char>(), any::<u64>()), 0..60)) {
            let mut wedge = Wedge::default();
            for (c, at) in keys {
                let _ = wedge.typed(c, at);
            }
        }
    }
}
