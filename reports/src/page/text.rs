//! Running text: cleaning, measuring and breaking into lines.

use office::text;
use unicode_normalization::UnicodeNormalization;

use super::{
    font::Cut,
    paper::{Mm, Pt},
};
use crate::ReportError;

/// Holds words together over a line's end; drawn as a plain space.
const GLUE: char = '\u{A0}';

/// A stretch of text in one cut and size.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// The text, clean.
    pub text: String,
    /// The cut.
    pub cut: Cut,
    /// The size.
    pub size: Pt,
}

impl Span {
    /// Text that may break at its spaces.
    pub fn new(text: &str, cut: Cut, size: Pt) -> Self {
        Self { text: clean(text), cut, size }
    }

    /// Text that stays on one line where it can: numbers written in groups.
    pub fn unbroken(text: &str, cut: Cut, size: Pt) -> Self {
        Self { text: clean(text).trim().replace(' ', &GLUE.to_string()), cut, size }
    }
}

/// One line: spans side by side.
pub type Line = Vec<Span>;

/// The text as paper shows it: NFC, every blank a plain space, characters that show nothing left out. Line ends
/// stay: what a clerk wrote in lines is printed in lines.
pub(super) fn clean(text: &str) -> String {
    let plain = |c: char| if c.is_whitespace() && c != '\n' { ' ' } else { c };
    text::visible(text).nfc().map(plain).collect()
}

/// Width of a line.
///
/// # Errors
/// [`ReportError::MissingGlyph`].
pub fn width(line: &[Span]) -> Result<Mm, ReportError> {
    line.iter().try_fold(Mm(0.0), |sum, span| Ok(sum + span.cut.width(&span.text, span.size)?))
}

/// Breaks `spans` into lines no wider than `room`, at line ends and at spaces; a word that is wider than a whole line
/// (an email address, a joined-up name) is broken between letters. No spans: no lines.
///
/// # Errors
/// [`ReportError::MissingGlyph`].
pub fn wrap(spans: &[Span], room: Mm) -> Result<Vec<Line>, ReportError> {
    let mut lines: Vec<Line> = Vec::new();
    let mut line: Line = Vec::new();
    let mut used = Mm(0.0);
    for (begins, word) in words(spans) {
        if begins && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = Mm(0.0);
        }
        let length = width(&word)?;
        let space = match line.last() {
            Some(last) => last.cut.width(" ", last.size)?,
            None => Mm(0.0),
        };
        if used + space + length <= room {
            used += space + length;
            push_word(&mut line, word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        if length <= room {
            used = length;
            line = word;
            continue;
        }
        let mut pieces = letters(&word, room)?;
        line = pieces.pop().unwrap_or_default();
        used = width(&line)?;
        lines.append(&mut pieces);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    Ok(lines)
}

/// Breaks like [`wrap`], then evens the lines out: no longer line than needed for as many lines. For
/// centred headings, where a last word alone looks like a mistake.
///
/// # Errors
/// [`ReportError::MissingGlyph`].
pub fn balance(spans: &[Span], room: Mm) -> Result<Vec<Line>, ReportError> {
    let mut best = wrap(spans, room)?;
    for step in 1..20 {
        let tighter = wrap(spans, room * (1.0 - step as f32 / 20.0))?;
        if tighter.len() != best.len() {
            break;
        }
        best = tighter;
    }
    Ok(best)
}

/// Words, and whether each begins a line; a word may run over spans of several cuts (`Điện thoại:` in bold, then
/// a comma).
fn words(spans: &[Span]) -> Vec<(bool, Line)> {
    let mut words: Vec<(bool, Line)> = Vec::new();
    let (mut open, mut begins) = (false, false);
    for span in spans {
        for (n, line) in span.text.split('\n').enumerate() {
            begins |= n > 0;
            for (i, part) in line.split(' ').enumerate() {
                if i > 0 || n > 0 {
                    open = false;
                }
                if part.is_empty() {
                    continue;
                }
                let piece = Span { text: part.replace(GLUE, " "), ..span.clone() };
                match words.last_mut() {
                    Some((_, word)) if open => word.push(piece),
                    _ => words.push((std::mem::take(&mut begins), vec![piece])),
                }
                open = true;
            }
        }
    }
    words
}

/// Adds a word to a line, joining it to the last span where cut and size agree.
fn push_word(line: &mut Line, word: Line) {
    for (i, piece) in word.into_iter().enumerate() {
        match line.last_mut() {
            None => line.push(piece),
            Some(last) => {
                if i == 0 {
                    last.text.push(' ');
                }
                if last.cut == piece.cut && last.size == piece.size {
                    last.text.push_str(&piece.text);
                } else {
                    line.push(piece);
                }
            }
        }
    }
}

/// Breaks one word between letters. Each line takes at least one letter.
fn letters(word: &[Span], room: Mm) -> Result<Vec<Line>, ReportError> {
    let mut lines: Vec<Line> = Vec::new();
    let mut used = room;
    for span in word {
        for c in span.text.chars() {
            let advance = span.cut.width(c.encode_utf8(&mut [0; 4]), span.size)?;
            if used + advance > room {
                lines.push(Vec::new());
                used = Mm(0.0);
            }
            used += advance;
            if let Some(line) = lines.last_mut() {
                match line.last_mut() {
                    Some(last) if last.cut == span.cut && last.size == span.size => {
                        last.text.push(c);
                    }
                    _ => line.push(Span { text: c.into(), ..span.clone() }),
                }
            }
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn span(text: &str, cut: Cut) -> Span {
        Span::new(text, cut, Pt(10.0))
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.iter().map(|span| span.text.as_str()).collect()).collect()
    }

    #[test]
    fn words_stay_whole_and_punctuation_stays_with_its_word() {
        let spans = [
            span("Họ và tên:  ", Cut::Regular),
            span("Nguyễn\u{A0}Văn\tMẫu", Cut::Bold),
            span("; nam", Cut::Regular),
        ];
        let lines = wrap(&spans, Mm(100.0)).unwrap();
        assert_eq!(texts(&lines), ["Họ và tên: Nguyễn Văn Mẫu; nam"]);
        let lines = wrap(&spans, Mm(24.0)).unwrap();
        assert_eq!(texts(&lines), ["Họ và tên:", "Nguyễn Văn", "Mẫu; nam"]);
        assert!(wrap(&[span(" \t ", Cut::Bold)], Mm(24.0)).unwrap().is_empty());
    }

    #[test]
    fn what_was_written_in_lines_is_printed_in_lines() {
        let spans = [
            span("Lý do: ", Cut::Regular),
            span("Thiếu giấy tờ:\n- Giấy khai sinh\n\n- Ảnh", Cut::Bold),
            span(".", Cut::Regular),
        ];
        let lines = wrap(&spans, Mm(100.0)).unwrap();
        assert_eq!(texts(&lines), ["Lý do: Thiếu giấy tờ:", "- Giấy khai sinh", "- Ảnh."]);
        let lines = wrap(&spans, Mm(24.0)).unwrap();
        assert_eq!(texts(&lines), ["Lý do: Thiếu", "giấy tờ:", "- Giấy khai", "sinh", "- Ảnh."]);
    }

    #[test]
    fn headings_are_evened_out() {
        let heading = [span("ỦY BAN NHÂN DÂN XÃ HỢP THÀNH", Cut::Regular)];
        let lines = balance(&heading, Mm(52.0)).unwrap();
        assert_eq!(texts(&lines), ["ỦY BAN NHÂN DÂN", "XÃ HỢP THÀNH"]);
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_no_letter_is_lost(
            parts in prop::collection::vec(("[a-zA-Z0-9 .,@ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđĐÁÀÃÂĂÊÔƠƯ]{0,60}", prop::bool::ANY), 0..6),
            room in 6.0f32..120.0,
        ) {
            let spans: Vec<Span> = parts
                .iter()
                .map(|(text, bold)| span(text, if *bold { Cut::Bold } else { Cut::Italic }))
                .collect();
            let lines = wrap(&spans, Mm(room)).unwrap();
            for line in &lines {
                prop_assert!(width(line).unwrap().0 <= room + 0.01);
            }
            let letters = |text: String| -> String { text.chars().filter(|c| *c != ' ').collect() };
            let given: String = spans.iter().map(|span| span.text.as_str()).collect();
            prop_assert_eq!(letters(texts(&lines).concat()), letters(given));
        }
    }
}
