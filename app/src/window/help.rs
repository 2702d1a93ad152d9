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

/// The search's field.
pub const QUERY: &str = "help-query";

const WIDTH: f32 = 860.0;
const HEIGHT: f32 = 440.0;
const PAGES_WIDTH: f32 = 248.0;
const KEY_WIDTH: f32 = 152.0;

/// Pages, named by what they are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Keys,
    Terms,
    Home,
    Person,
    Reception,
    Dossier,
    Dossiers,
    Arrivals,
    Queue,
    Hall,
    Cash,
    Pay,
    Register,
    Statistics,
    Catalogue,
    Codes,
    Calendar,
    Issued,
    Paper,
    Store,
    Find,
    Menu,
    Chooser,
    Camera,
    ChipKey,
    Devices,
    Users,
    Password,
    Recovery,
    Log,
    Trust,
    Settings,
    Backup,
    Restore,
    Join,
    Numbers,
    Seats,
    Diagnostics,
    Login,
    Setup,
}

/// One line of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A key and what it does.
    Key(&'static str, &'static str),
    /// A word and what it means.
    Term(&'static str, &'static str),
    /// A sentence.
    Words(&'static str),
}

macro_rules! page {
    ($name:literal) => {
        include_str!(concat!("../../../assets/help/", $name, ".txt"))
    };
}

impl Page {
    /// All pages, in the order of the list.
    pub const ALL: [Page; 40] = [
        Page::Keys,
        Page::Terms,
        Page::Home,
        Page::Person,
        Page::Reception,
        Page::Dossier,
        Page::Dossiers,
        Page::Arrivals,
        Page::Queue,
        Page::Hall,
        Page::Cash,
        Page::Pay,
        Page::Register,
        Page::Statistics,
        Page::Catalogue,
        Page::Codes,
        Page::Calendar,
        Page::Issued,
        Page::Paper,
        Page::Store,
        Page::Find,
        Page::Menu,
        Page::Chooser,
        Page::Camera,
        Page::ChipKey,
        Page::Devices,
        Page::Users,
        Page::Password,
        Page::Recovery,
        Page::Log,
        Page::Trust,
        Page::Settings,
        Page::Backup,
        Page::Restore,
        Page::Join,
        Page::Numbers,
        Page::Seats,
        Page::Diagnostics,
        Page::Login,
        Page::Setup,
    ];

    fn source(self) -> &'static str {
        match self {
            Page::Keys => page!("keys"),
            Page::Terms => page!("terms"),
            Page::Home => page!("home"),
            Page::Person => page!("person"),
            Page::Reception => page!("reception"),
            Page::Dossier => page!("dossier"),
            Page::Dossiers => page!("dossiers"),
            Page::Arrivals => page!("arrivals"),
            Page::Queue => page!("queue"),
            Page::Hall => page!("hall"),
            Page::Cash => page!("cash"),
            Page::Pay => page!("pay"),
            Page::Register => page!("register"),
            Page::Statistics => page!("statistics"),
            Page::Catalogue => page!("catalogue"),
            Page::Codes => page!("codes"),
            Page::Calendar => page!("calendar"),
            Page::Issued => page!("issued"),
            Page::Paper => page!("paper"),
            Page::Store => page!("store"),
            Page::Find => page!("find"),
            Page::Menu => page!("menu"),
            Page::Chooser => page!("chooser"),
            Page::Camera => page!("camera"),
            Page::ChipKey => page!("chip_key"),
            Page::Devices => page!("devices"),
            Page::Users => page!("users"),
            Page::Password => page!("password"),
            Page::Recovery => page!("recovery"),
            Page::Log => page!("log"),
            Page::Trust => page!("trust"),
            Page::Settings => page!("settings"),
            Page::Backup => page!("backup"),
            Page::Restore => page!("restore"),
            Page::Join => page!("join"),
            Page::Numbers => page!("numbers"),
            Page::Seats => page!("seats"),
            Page::Diagnostics => page!("diagnostics"),
            Page::Login => page!("login"),
            Page::Setup => page!("setup"),
        }
    }

    /// What it is called.
    pub fn title(self) -> &'static str {
        self.source().lines().next().unwrap_or_default()
    }

    /// What stands on it.
    pub fn lines(self) -> impl Iterator<Item = Line> {
        self.source().lines().skip(1).filter(|line| !line.is_empty()).map(|line| {
            match (line.strip_prefix("? "), line.split_once(" | ")) {
                (Some(term), _) => match term.split_once(" | ") {
                    Some((term, words)) => Line::Term(term, words),
                    None => Line::Words(term),
                },
                (None, Some((key, words))) => Line::Key(key, words),
                (None, None) => Line::Words(line),
            }
        })
    }

    /// Whether every word of the query begins a word of the page.
    fn holds(self, query: &str) -> bool {
        let words = format!(" {}", fold(self.source()));
        query.split_whitespace().all(|word| words.contains(&format!(" {word}")))
    }
}

/// The open help.
#[derive(Clone, Debug)]
pub struct State {
    /// Of what is open behind.
    first: Page,
    shown: Page,
    query: String,
}

/// What happened in the help.
#[derive(Clone, Debug)]
pub enum Message {
    /// The search changed.
    Typed(String),
    /// A page was chosen.
    Chosen(Page),
    /// The page after or before in the list.
    Moved(i8),
    /// Closed.
    Closed,
}

impl State {
    /// At the page of what is open.
    pub fn at(page: Page) -> Self {
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
    fn pages(&self) -> Vec<Page> {
        let query = fold(&self.query);
        let others = Page::ALL.into_iter().filter(|page| *page != self.first);
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
    use super::*;

    #[test]
    fn every_page_says_what_its_screen_is_for_and_names_its_keys() {
        for page in Page::ALL {
            let lines: Vec<_> = page.lines().collect();
            let words = |line: &&Line| matches!(line, Line::Words(_));
            assert!(!page.title().is_empty() && lines.iter().any(|line| words(&line)), "{page:?}");
            let keys = lines.iter().filter(|line| matches!(line, Line::Key(..))).count();
            assert_eq!(keys == 0, page == Page::Terms, "{page:?}");
            for line in lines {
                let parts = match line {
                    Line::Key(one, other) | Line::Term(one, other) => [one, other],
                    Line::Words(one) => [one, one],
                };
                assert!(parts.iter().all(|part| !part.contains('|') && part.trim() == *part));
            }
        }
        let titles: std::collections::BTreeSet<_> = Page::ALL.map(Page::title).into();
        assert_eq!(titles.len(), Page::ALL.len());
    }

    #[test]
    fn a_search_without_diacritics_leads_to_its_page_and_back() {
        for (query, page) in [
            ("muc ghi", Page::Terms),
            ("MRZ hộ chiếu", Page::Terms),
            ("bien lai thu nham", Page::Pay),
            ("xyz", Page::Users),
        ] {
            let mut state = State::at(Page::Users);
            assert!(state.update(Message::Typed(query.into())));
            assert_eq!(state.shown, page, "{query}");
            assert_eq!(state.pages().is_empty(), page == Page::Users, "{query}");
            assert!(state.update(Message::Typed(String::new())));
            assert_eq!(state.shown, Page::Users, "{query}");
        }
        let mut state = State::at(Page::Cash);
        assert_eq!(state.pages().first(), Some(&Page::Cash));
        assert!(state.update(Message::Moved(1)));
        assert_eq!(state.shown, Page::Keys);
        assert!(state.update(Message::Moved(-1)) && state.update(Message::Moved(-1)));
        assert_eq!(state.shown, Page::Cash);
        assert!(!state.update(Message::Closed));
    }
}
