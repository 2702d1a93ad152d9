//! F1: what the open screen is for, its keys and its words.
//!
//! A page is a file of `assets/help`: its title, then a line each: `KEY | what it does`,
//! `? TERM | what it means`, or a sentence. The page of what is open comes first; the others stand
//! beside it, and a search over all of them ignores diacritics. Help lies over everything, also over a
//! question, and leaves all as it was.

use iced::Length;
use office::text::fold;
use widgets::{
    Dialog, Element, Icon, column, field, flow::scroll, keys::Pressed, pressable, quiet, row,
    space, text,
};

use super::{
    screen::help::{Help, KEYS, Line, TERMS, help},
    shell,
};

/// The search's field.
pub const QUERY: &str = "help-query";

const WIDTH: f32 = 860.0;
const HEIGHT: f32 = 440.0;
const PAGES_WIDTH: f32 = 248.0;
const KEY_WIDTH: f32 = 152.0;

/// The pages of what stands before the desk.
pub const SETUP: Help = help!("setup");
/// See [`SETUP`].
pub const LOGIN: Help = help!("login");
/// See [`SETUP`].
pub const RESTORE: Help = help!("restore");
/// See [`SETUP`].
pub const JOIN: Help = help!("join");

/// All pages, in the order of the list.
pub fn all() -> impl Iterator<Item = Help> {
    let desk = shell::help();
    [KEYS, TERMS].into_iter().chain(desk).chain([RESTORE, JOIN, LOGIN, SETUP])
}

/// The open help.
#[derive(Clone, Debug)]
pub struct State {
    /// Of what is open behind.
    first: Help,
    shown: Help,
    query: String,
}

/// What happened in the help.
#[derive(Clone, Debug)]
pub enum Message {
    /// The search changed.
    Typed(String),
    /// A page was chosen.
    Chosen(Help),
    /// The page after or before in the list.
    Moved(i8),
    /// Closed.
    Closed,
}

impl State {
    /// At the page of what is open.
    pub fn at(page: Help) -> Self {
        Self { first: page, shown: page, query: String::new() }
    }

    /// What a key means here; no other key passes.
    pub fn key(&self, key: Pressed) -> Option<Message> {
        match key {
            Pressed::Escape | Pressed::F(1) => Some(Message::Closed),
            Pressed::Down => Some(Message::Moved(1)),
            Pressed::Up => Some(Message::Moved(-1)),
            _ => None,
        }
    }

    /// The pages of the list: that of what is open, keys and words of everywhere, then the others.
    fn pages(&self) -> Vec<Help> {
        let query = fold(&self.query);
        let others = all().filter(|page| *page != self.first);
        std::iter::once(self.first).chain(others).filter(|page| page.holds(&query)).collect()
    }

    /// Takes a message in; `false` closes the help.
    pub fn update(&mut self, message: Message) -> bool {
        match message {
            Message::Typed(query) => {
                self.query = query;
                self.shown = self.pages().first().copied().unwrap_or(self.shown);
            }
            Message::Chosen(page) => self.shown = page,
            Message::Moved(by) => {
                let pages = self.pages();
                let at = pages.iter().position(|page| *page == self.shown).unwrap_or(0);
                let to = at.saturating_add_signed(by.into()).min(pages.len().saturating_sub(1));
                self.shown = pages.get(to).copied().unwrap_or(self.shown);
            }
            Message::Closed => return false,
        }
        true
    }

    /// Draws the help.
    pub fn dialog(&self) -> Dialog<'_, Message> {
        let search = field("", &self.query)
            .id(QUERY)
            .icon(Icon::Search)
            .placeholder("Tìm trong trợ giúp – không cần gõ dấu")
            .on_change(Message::Typed);
        let pages = self.pages();
        let none = pages.is_empty();
        let list = column(pages.into_iter().map(|page| {
            pressable(text::body(page.title()))
                .chosen(page == self.shown)
                .width(Length::Fill)
                .on_press(Message::Chosen(page))
                .into()
        }))
        .spacing(0.0);
        let page: Element<'_, Message> = if none {
            text::body("Không có trang nào chứa các chữ này. Hãy gõ ít chữ hơn.").into()
        } else {
            column([text::title(self.shown.title()).into()])
                .extend(self.shown.lines().map(line))
                .into()
        };
        let body = iced::widget::Row::new()
            .push(iced::widget::container(scroll(list)).width(PAGES_WIDTH))
            .push(iced::widget::container(scroll(page)).width(Length::Fill))
            .spacing(space::L)
            .height(HEIGHT);
        Dialog::new("Trợ giúp", column([search.into(), body.into()]))
            .width(WIDTH)
            .action(quiet("Đóng").key("Esc").on_press(Message::Closed))
            .on_close(Message::Closed)
    }
}

fn line<'a>(line: Line) -> Element<'a, Message> {
    match line {
        Line::Words(words) => text::body(words).into(),
        Line::Term(term, words) => {
            column([text::strong(term).into(), text::body(words).into()]).spacing(0.0).into()
        }
        Line::Key(key, words) => row([
            text::strong(key).width(KEY_WIDTH).into(),
            text::body(words).width(Length::Fill).into(),
        ])
        .align_y(iced::Alignment::Start)
        .into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    const CASH: Help = help!("cash");
    const PAY: Help = help!("pay");
    const USERS: Help = help!("users");

    #[test]
    fn every_page_says_what_its_screen_is_for_and_names_its_keys() {
        for page in all() {
            let lines: Vec<_> = page.lines().collect();
            let words = |line: &&Line| matches!(line, Line::Words(_));
            assert!(!page.title().is_empty() && lines.iter().any(|line| words(&line)), "{page:?}");
            let keys = lines.iter().filter(|line| matches!(line, Line::Key(..))).count();
            assert_eq!(keys == 0, page == TERMS, "{page:?}");
            for line in lines {
                let parts = match line {
                    Line::Key(one, other) | Line::Term(one, other) => [one, other],
                    Line::Words(one) => [one, one],
                };
                assert!(parts.iter().all(|part| !part.contains('|') && part.trim() == *part));
            }
        }
        let titles: BTreeSet<_> = all().map(Help::title).collect();
        assert_eq!(titles.len(), all().count());
    }

    #[test]
    fn no_page_lies_in_its_folder_unread() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/help");
        let file = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()
        };
        let files: BTreeSet<String> = std::fs::read_dir(folder).unwrap().map(file).collect();
        assert_eq!(files, all().map(|page| page.name.to_owned()).collect());
    }

    #[test]
    fn a_search_without_diacritics_leads_to_its_page_and_back() {
        for (query, page) in [
            ("muc ghi", TERMS),
            ("MRZ hộ chiếu", TERMS),
            ("bien lai thu nham", PAY),
            ("xyz", USERS),
        ] {
            let mut state = State::at(USERS);
            assert!(state.update(Message::Typed(query.into())));
            assert_eq!(state.shown, page, "{query}");
            assert_eq!(state.pages().is_empty(), page == USERS, "{query}");
            assert!(state.update(Message::Typed(String::new())));
            assert_eq!(state.shown, USERS, "{query}");
        }
        let mut state = State::at(CASH);
        assert_eq!(state.pages().first(), Some(&CASH));
        assert!(state.update(Message::Moved(1)));
        assert_eq!(state.shown, KEYS);
        assert!(state.update(Message::Moved(-1)) && state.update(Message::Moved(-1)));
        assert_eq!(state.shown, CASH);
        assert!(!state.update(Message::Closed));
    }
}
