//! Single lines of text that widgets draw in large and changing numbers: shaped once, cut with
//! "…" where they are too long, and kept.
//!
//! They are paragraphs and not loose text (`fill_text`), because tiny-skia neither clips loose
//! text nor knows which pixels it stands on when a frame is drawn only in part. A renderer
//! holds a paragraph weakly until the frame is presented, so those of the last frames are kept.

use std::cell::RefCell;
use std::collections::HashMap;

use iced::advanced::text::{Paragraph as _, Renderer as _};
use iced::{Color, Font, Point, Rectangle, Renderer};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::line;

/// How many lines make a generation; the last two are kept.
const GENERATION: usize = 1024;

type Paragraph = <Renderer as iced::advanced::text::Renderer>::Paragraph;

/// How a line looks and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) font: Font,
    pub(crate) size: f32,
    pub(crate) ink: Color,
    /// The line stands in the middle of its height.
    pub(crate) room: Rectangle,
    /// Whether the line ends at the right edge of the room.
    pub(crate) end: bool,
    pub(crate) clip: Rectangle,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    words: String,
    font: Font,
    size: u32,
    room: u32,
}

/// The lines of one widget.
#[derive(Default)]
pub(crate) struct Lines {
    now: RefCell<HashMap<Key, Paragraph>>,
    before: RefCell<HashMap<Key, Paragraph>>,
}

impl Lines {
    /// Makes room for new lines; called before the first line of a frame.
    pub(crate) fn begin(&self) {
        if self.now.borrow().len() > GENERATION {
            self.before.replace(self.now.take());
        }
    }

    /// Draws `words`, cut if they are too long for their room.
    pub(crate) fn draw(&self, renderer: &mut Renderer, words: String, place: Place) {
        let Place { font, size, ink, room, end, clip } = place;
        let Some(clip) = room.intersection(&clip) else {
            return;
        };
        let paragraph = self.shape(words, font, size, room.width);
        let indent = if end { (room.width - paragraph.min_width()).max(0.0) } else { 0.0 };
        let top = room.center_y() - paragraph.min_height() / 2.0;
        renderer.fill_paragraph(&paragraph, Point::new(room.x + indent, top), ink, clip);
    }

    fn shape(&self, words: String, font: Font, size: f32, room: f32) -> Paragraph {
        let key = Key { words, font, size: size.to_bits(), room: room.to_bits() };
        if let Some(kept) = self.now.borrow().get(&key) {
            return kept.clone();
        }
        let kept = self.before.borrow_mut().remove(&key);
        let paragraph = kept.unwrap_or_else(|| {
            let shape = |words: &str| Paragraph::with_text(line(words, font, size));
            let cut = fit(&key.words, room, |part| shape(part).min_width());
            shape(&cut)
        });
        self.now.borrow_mut().insert(key, paragraph.clone());
        paragraph
    }
}

/// The longest start of `words` that fits with "…" behind it, or all of it.
fn fit(words: &str, room: f32, width: impl Fn(&str) -> f32) -> String {
    if width(words) <= room {
        return words.to_owned();
    }
    let ends: Vec<usize> = words.grapheme_indices(true).map(|(at, _)| at).collect();
    let cut = |end: usize| format!("{}…", words.get(..end).unwrap_or_default().trim_end());
    let fitting = ends.partition_point(|end| width(&cut(*end)) <= room);
    cut(fitting.checked_sub(1).and_then(|n| ends.get(n).copied()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_between_letters_and_never_too_long() {
        let width = |words: &str| words.graphemes(true).count() as f32;
        for (words, room, expected) in [
            ("Lào Cai", 7.0, "Lào Cai"),
            ("Lào Cai", 6.0, "Lào C…"),
            ("Lào Cai", 5.0, "Lào…"),
            ("e\u{302}\u{301}xy", 2.0, "e\u{302}\u{301}…"),
            ("abc", 1.0, "…"),
            ("abc", 0.0, "…"),
            ("", 0.0, ""),
        ] {
            assert_eq!(fit(words, room, width), expected, "{words} in {room}");
        }
    }
}
