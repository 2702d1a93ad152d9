//! Scanners on a serial port (USB-COM): bytes come in as they like, lines go out.
//!
//! The port itself is opened by [`super::port`]. This is the mode to recommend: no input method touches the
//! text.

use super::{CodeError, MAX_TEXT};

/// End of text, where a scanner frames codes with STX and ETX.
const ETX: u8 = 3;

/// Cuts a stream of bytes into the texts of codes. A text ends with CR, LF, both, or ETX; scanners that
/// send none of them are ended by [`Lines::pause`].
#[derive(Default)]
pub struct Lines {
    buffer: Vec<u8>,
    too_long: bool,
}

impl Lines {
    /// Takes bytes as they arrived and returns the codes they complete: text without BOM and line end,
    /// or why it is none.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Result<String, CodeError>> {
        let mut codes = Vec::new();
        for &byte in bytes {
            if matches!(byte, b'\r' | b'\n' | ETX) {
                codes.extend(self.pause());
            } else if self.buffer.len() < MAX_TEXT {
                self.buffer.push(byte);
            } else {
                self.too_long = true;
            }
        }
        codes
    }

    /// The line is quiet: ends what has come in so far, if anything.
    pub fn pause(&mut self) -> Option<Result<String, CodeError>> {
        let bytes = std::mem::take(&mut self.buffer);
        if std::mem::take(&mut self.too_long) {
            return Some(Err(CodeError::TooLong));
        }
        let text = String::from_utf8(bytes).map_err(|_| CodeError::NotUtf8);
        match text.map(|text| super::bare(&text).to_owned()) {
            Ok(text) if text.is_empty() => None,
            code => Some(code),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use office::Explain;
    use proptest::prelude::*;

    fn shown(codes: Vec<Result<String, CodeError>>) -> Vec<String> {
        codes.into_iter().map(|code| code.unwrap_or_else(|e| e.code().to_owned())).collect()
    }

    #[test]
    fn bytes_become_codes() {
        for (bytes, codes) in [
            (&b"099|A\r\n"[..], &["099|A"][..]),
            (b"099|A\r099|B\n", &["099|A", "099|B"]),
            (b"\xef\xbb\xbf099|A\r\n\r\n\n", &["099|A"]),
            ("NGUYỄN\r".as_bytes(), &["NGUYỄN"]),
            (b"\r\n\0\n \n", &[]),
            (b"099|A", &[]),
            (b"\x02099|A\x03\r\x02099|B\x03\x02099|C\x03", &["099|A", "099|B", "099|C"]),
            (b"]Q1099|A\r]Q3099|B\r", &["099|A", "099|B"]),
            (b"NGUY\xcaN\r\n099|A\n", &["IDN-54", "099|A"]),
        ] {
            assert_eq!(shown(Lines::default().push(bytes)), codes);
        }
    }

    #[test]
    fn a_scanner_without_line_end_is_ended_by_a_pause() {
        let mut lines = Lines::default();
        assert!(lines.push(b"099|").is_empty());
        assert!(lines.push(b"A").is_empty());
        assert_eq!(lines.pause().unwrap().unwrap(), "099|A");
        assert!(lines.pause().is_none());
    }

    #[test]
    fn a_line_without_end_is_refused_once() {
        let mut lines = Lines::default();
        for _ in 0..100 {
            assert!(lines.push(&[b'1'; 1_000]).is_empty());
        }
        assert_eq!(shown(lines.push(b"\r\n099|A\r\n")), ["IDN-53", "099|A"]);
    }

    proptest! {
        #[test]
        fn the_cut_of_the_stream_does_not_matter(
            codes in proptest::collection::vec("[0-9|A-ZĐỄ]{1,40}", 0..8),
            cuts in proptest::collection::vec(1usize..20, 1..40),
        ) {
            let stream: Vec<u8> = codes.iter().flat_map(|c| format!("{c}\r\n").into_bytes()).collect();
            let mut lines = Lines::default();
            let mut found = Vec::new();
            let mut rest = stream.as_slice();
            for cut in cuts.into_iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (now, later) = rest.split_at(cut.min(rest.len()));
                found.extend(shown(lines.push(now)));
                rest = later;
            }
            prop_assert_eq!(found, codes);
        }

        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let mut lines = Lines::default();
            let _ = lines.push(&bytes);
            let _ = lines.pause();
        }
    }
}
