//! A line of text being edited, or several: caret, selection, undo. Pure, so that the ways of Vietnamese
//! typing can be tested without a window.
//!
//! Text is never filtered or rewritten while it is typed: hook keyboards (Unikey, EVKey,
//! OpenKey) erase and retype letters by fake Backspaces, and refusing one of their characters
//! makes them erase a wrong one. For the same reason Backspace takes one character, not one
//! grapheme: they count characters when they send decomposed letters.

use std::ops::Range;

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The longest text of one line, in bytes; a paste is cut to it.
const LIMIT: usize = 16 * 1024;

/// How many steps back are kept.
const HISTORY: usize = 100;

/// Where the caret goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One grapheme back.
    Left,
    /// One grapheme on.
    Right,
    /// To the start of this or the last word.
    WordLeft,
    /// To the end of this or the next word.
    WordRight,
    /// To the start of this line.
    Start,
    /// To the end of this line.
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// One key after the other; undone word by word.
    Typing,
    /// Undone alone.
    Block,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Moment {
    text: String,
    anchor: usize,
    caret: usize,
}

/// One line of text with its caret. Positions are byte offsets on character boundaries.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    now: Moment,
    past: Vec<Moment>,
    future: Vec<Moment>,
    last: Option<Change>,
}

impl Edit {
    /// A line with its caret at the end and no history.
    pub fn new(text: &str) -> Self {
        Self {
            now: Moment { text: text.to_owned(), anchor: text.len(), caret: text.len() },
            ..Self::default()
        }
    }

    /// The text as it stands.
    pub fn text(&self) -> &str {
        &self.now.text
    }

    /// The caret's place.
    pub fn caret(&self) -> usize {
        self.now.caret
    }

    /// The selected range; empty at the caret when nothing is selected.
    pub fn selection(&self) -> Range<usize> {
        let Moment { anchor, caret, .. } = self.now;
        anchor.min(caret)..anchor.max(caret)
    }

    /// The selected text.
    pub fn selected(&self) -> &str {
        self.now.text.get(self.selection()).unwrap_or_default()
    }

    /// Puts the caret to a byte offset, rounded down to a character.
    pub fn put(&mut self, offset: usize, select: bool) {
        let text = &self.now.text;
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        self.now.caret = offset;
        if !select {
            self.now.anchor = offset;
        }
        self.last = None;
    }

    /// Moves the caret. Without `select`, Left and Right first collapse a selection.
    pub fn go(&mut self, motion: Motion, select: bool) {
        let selection = self.selection();
        let target = match motion {
            Motion::Left if !select && !selection.is_empty() => selection.start,
            Motion::Right if !select && !selection.is_empty() => selection.end,
            _ => self.target(motion),
        };
        self.put(target, select);
    }

    fn target(&self, motion: Motion) -> usize {
        let Moment { text, caret, .. } = &self.now;
        let mut cursor = GraphemeCursor::new(*caret, text.len(), true);
        match motion {
            Motion::Left => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
            Motion::Right => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
            Motion::WordLeft => words(text)
                .map(|word| word.start)
                .take_while(|start| start < caret)
                .last()
                .unwrap_or(0),
            Motion::WordRight => {
                words(text).map(|word| word.end).find(|end| end > caret).unwrap_or(text.len())
            }
            Motion::Start => {
                text.get(..*caret).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
            }
            Motion::End => {
                let after = text.get(*caret..).and_then(|after| after.find('\n'));
                after.map_or(text.len(), |end| caret + end)
            }
        }
    }

    /// Selects everything.
    pub fn select_all(&mut self) {
        self.put(0, false);
        self.put(self.now.text.len(), true);
    }

    /// Selects the word at a byte offset.
    pub fn select_word(&mut self, offset: usize) {
        let word = words(&self.now.text).find(|word| word.start <= offset && offset <= word.end);
        let word = word.unwrap_or(offset..offset);
        self.put(word.start, false);
        self.put(word.end, true);
    }

    /// Types `text`, all of it, in place of the selection. Control characters fall away.
    pub fn type_in(&mut self, text: &str) {
        let clean: String = text.chars().filter(|c| !c.is_control()).collect();
        if clean.is_empty() {
            return;
        }
        self.remember(Change::Typing);
        self.replace(self.selection(), &clean);
        if clean.ends_with(char::is_whitespace) {
            self.last = None;
        }
    }

    /// Begins a new line in place of the selection.
    pub fn break_line(&mut self) {
        self.remember(Change::Block);
        self.replace(self.selection(), "\n");
    }

    /// Pastes `text` in place of the selection; tabs become spaces, and line ends too unless they are kept, and
    /// signs that nobody sees fall away. (What is typed keeps them: hook keyboards type and erase them, see above.)
    pub fn paste(&mut self, text: &str, lines: bool) {
        let text = text.trim_end_matches(['\r', '\n']).replace("\r\n", "\n");
        let flat: String = office::text::visible(&text)
            .map(|c| match c {
                '\n' | '\r' if lines => '\n',
                '\n' | '\r' | '\t' => ' ',
                c => c,
            })
            .filter(|c| *c == '\n' || !c.is_control())
            .collect();
        if flat.is_empty() {
            return;
        }
        self.remember(Change::Block);
        self.replace(self.selection(), &flat);
    }

    /// Removes the selection. Returns whether there was one.
    pub fn erase_selection(&mut self) -> bool {
        let selection = self.selection();
        if selection.is_empty() {
            return false;
        }
        self.remember(Change::Block);
        self.replace(selection, "");
        true
    }

    /// Backspace: the selection, or one character, or back to the start of a word.
    pub fn backspace(&mut self, word: bool) {
        if self.erase_selection() {
            return;
        }
        let caret = self.now.caret;
        let start = if word {
            self.target(Motion::WordLeft)
        } else {
            self.now
                .text
                .get(..caret)
                .and_then(|before| before.char_indices().next_back())
                .map_or(0, |(start, _)| start)
        };
        if start < caret {
            self.remember(if word { Change::Block } else { Change::Typing });
            self.replace(start..caret, "");
        }
    }

    /// Delete: the selection, or one grapheme, or on to the end of a word.
    pub fn delete(&mut self, word: bool) {
        if self.erase_selection() {
            return;
        }
        let caret = self.now.caret;
        let end = self.target(if word { Motion::WordRight } else { Motion::Right });
        if end > caret {
            self.remember(Change::Block);
            self.replace(caret..end, "");
        }
    }

    /// Takes back the last step. Returns whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(then) = self.past.pop() else {
            return false;
        };
        self.future.push(std::mem::replace(&mut self.now, then));
        self.last = None;
        true
    }

    /// Does again what was taken back. Returns whether there was anything.
    pub fn redo(&mut self) -> bool {
        let Some(then) = self.future.pop() else {
            return false;
        };
        self.past.push(std::mem::replace(&mut self.now, then));
        self.last = None;
        true
    }

    /// Drops all history, as a password field must.
    pub fn forget(&mut self) {
        self.past.clear();
        self.future.clear();
    }

    fn remember(&mut self, change: Change) {
        let continues = change == Change::Typing && self.last == Some(Change::Typing);
        if !continues {
            if self.past.len() == HISTORY {
                self.past.remove(0);
            }
            self.past.push(self.now.clone());
        }
        self.future.clear();
        self.last = Some(change);
    }

    fn replace(&mut self, range: Range<usize>, with: &str) {
        let room = LIMIT.saturating_sub(self.now.text.len() - range.len());
        let mut end = with.len().min(room);
        while !with.is_char_boundary(end) {
            end -= 1;
        }
        self.now.text.replace_range(range.clone(), &with[..end]);
        self.now.caret = range.start + end;
        self.now.anchor = self.now.caret;
    }
}

fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_word_bound_indices()
        .filter(|(_, word)| !word.trim().is_empty())
        .map(|(start, word)| start..start + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Do {
        Type(&'static str),
        Paste(&'static str),
        PasteLines(&'static str),
        Break,
        Back,
        BackWord,
        Delete,
        DeleteWord,
        Go(Motion),
        Select(Motion),
        All,
        Undo,
        Redo,
    }
    use Do::*;

    fn run(edit: &mut Edit, step: &Do) {
        match step {
            Type(text) => edit.type_in(text),
            Paste(text) => edit.paste(text, false),
            PasteLines(text) => edit.paste(text, true),
            Break => edit.break_line(),
            Back => edit.backspace(false),
            BackWord => edit.backspace(true),
            Delete => edit.delete(false),
            DeleteWord => edit.delete(true),
            Go(motion) => edit.go(*motion, false),
            Select(motion) => edit.go(*motion, true),
            All => edit.select_all(),
            Undo => drop(edit.undo()),
            Redo => drop(edit.redo()),
        }
    }

    #[test]
    fn each_way_of_typing_ends_in_the_text_that_was_meant() {
        use Motion::*;
        let cases: &[(&str, &[Do], &str)] = &[
            ("plain keys", &[Type("a"), Type("b")], "ab"),
            ("a base and its mark in one event", &[Type("e\u{302}\u{301}")], "e\u{302}\u{301}"),
            ("hook keyboard retypes", &[Type("tie"), Back, Type("ê"), Type("n")], "tiên"),
            ("narrow space guard", &[Type("vie"), Type("\u{202f}"), Back, Back, Type("ê")], "viê"),
            (
                "decomposed retyping counts characters",
                &[Type("e\u{302}"), Back, Type("\u{302}\u{301}")],
                "e\u{302}\u{301}",
            ),
            ("control characters", &[Type("a\u{8}\u{1b}b")], "ab"),
            ("typing over a selection", &[Type("An"), All, Type("B")], "B"),
            (
                "hidden signs are not pasted",
                &[Paste("\u{202d}0912\u{200b}345678\u{202c}")],
                "0912345678",
            ),
            ("lines are kept", &[PasteLines("Tổ 1\r\nPhường\tLào Cai\n")], "Tổ 1\nPhường Lào Cai"),
            ("a new line", &[Type("An"), Break, Type("Ba")], "An\nBa"),
            ("a new line for what is selected", &[Type("An"), All, Break, Type("Ba")], "\nBa"),
            ("undo of a new line", &[Type("An"), Break, Undo], "An"),
            ("lines are pasted flat", &[Paste("Tổ 1\r\nPhường\tLào Cai\n")], "Tổ 1 Phường Lào Cai"),
            ("delete takes a whole letter", &[Type("e\u{302}x"), Go(Start), Delete], "x"),
            ("word by word", &[Type("Trần Thị  Mai"), BackWord, BackWord], "Trần "),
            ("word on", &[Type("Trần Thị"), Go(Start), DeleteWord], " Thị"),
            ("select and cut back", &[Type("abc"), Select(Left), Select(Left), Back], "a"),
            ("collapse to the left", &[Type("abc"), All, Go(Left), Type("x")], "xabc"),
            ("collapse to the right", &[Type("abc"), All, Go(Right), Type("x")], "abcx"),
            ("undo a word", &[Type("a"), Type("b"), Type(" "), Type("c"), Undo], "ab "),
            ("undo two words", &[Type("a "), Type("b"), Undo, Undo], ""),
            ("redo", &[Type("a "), Type("b"), Undo, Undo, Redo], "a "),
            ("new typing ends redo", &[Type("a "), Type("b"), Undo, Type("c"), Redo], "a c"),
            ("undo of replaced selection", &[Type("An"), All, Paste("B"), Undo], "An"),
            ("retyped letters are one step", &[Type("tie"), Back, Type("ê"), Undo], ""),
        ];
        for (name, steps, expected) in cases {
            let mut edit = Edit::default();
            steps.iter().for_each(|step| run(&mut edit, step));
            assert_eq!(edit.text(), *expected, "{name}");
        }
    }

    #[test]
    fn a_paste_is_cut_at_the_limit_between_characters() {
        let mut edit = Edit::default();
        edit.paste(&"ế".repeat(LIMIT), false);
        assert!(edit.text().len() <= LIMIT && edit.text().len() > LIMIT - 3);
        edit.type_in("x");
        assert!(edit.text().len() <= LIMIT);
    }

    fn step() -> impl Strategy<Value = Do> {
        use Motion::*;
        let motion = prop_oneof![
            Just(Left),
            Just(Right),
            Just(WordLeft),
            Just(WordRight),
            Just(Start),
            Just(End)
        ];
        prop_oneof![
            prop::sample::select(vec!["a", " ", "ế", "e\u{302}", "\u{301}", "👨‍👩‍👧", "\u{202f}"])
                .prop_map(Type),
            prop::sample::select(vec!["x y", "ờ\nđ", ""]).prop_map(Paste),
            motion.clone().prop_map(Go),
            motion.prop_map(Select),
            prop::sample::select(vec![Back, BackWord, Delete, DeleteWord, All, Undo, Redo]),
        ]
    }

    proptest! {
        #[test]
        fn no_sequence_breaks_the_line(steps in prop::collection::vec(step(), 0..60)) {
            let mut edit = Edit::default();
            for step in &steps {
                run(&mut edit, step);
                let selection = edit.selection();
                prop_assert!(edit.text().is_char_boundary(selection.start));
                prop_assert!(edit.text().is_char_boundary(selection.end));
            }
            while edit.redo() {}
            let end = edit.text().to_owned();
            while edit.undo() {}
            prop_assert_eq!(edit.text(), "");
            while edit.redo() {}
            prop_assert_eq!(edit.text(), end);
        }
    }
}
