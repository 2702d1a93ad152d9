//! The table of the desk's screens: from it come the kinds of screen, their messages, the doors by which they
//! open from anywhere, and who takes which message. A screen that is missing somewhere does not compile.
//!
//! A line is `Name module`, where `Shell::module` is its flow, and behind `from` what opens it from the menu, a bar or
//! a key: a screen without such a door opens from another screen only. The lines stand as their pages do in the help, and as their rows
//! do in the menu. What a screen says of itself is asked of its state, see [`Shown`].

use std::path::PathBuf;

use iced::Task;
use jiff::civil::DateTime;
use ledger::Ledger;
use office::{entry::ContentHash, person::Identity};
use widgets::{Element, keys::Pressed};

use super::{Action, Counter, Message, Shell};
use crate::{
    browse::Wanted,
    window::{
        notice::Notice,
        screen::{self, Shown, grid::Grid, help::Help, menu},
    },
};

/// A screen's state, where it is the open one.
pub trait Open: Sized {
    /// It, if it is open.
    fn of(screen: &mut Screen) -> Option<&mut Self>;
}

macro_rules! screens {
    // What stands for a screen that `$open` opens.
    (@of $open:ident $what:expr) => {
        $what
    };
    ($($(#[$doc:meta])* $name:ident $module:ident $(from $open:ident)?;)*) => {
        /// What is open.
        pub enum Screen {
            $($(#[$doc])* $name(Box<screen::$module::State>),)*
        }

        /// What happened on a screen.
        #[derive(Clone)]
        pub enum On {
            $($(#[$doc])* $name(screen::$module::Message),)*
        }

        /// The way to a screen that opens from anywhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Door {
            $($(#[doc = concat!("See [`Shell::", stringify!($open), "`].")] $name,)?)*
        }

        $(impl From<screen::$module::State> for Screen {
            fn from(state: screen::$module::State) -> Self {
                Self::$name(Box::new(state))
            }
        }

        impl Open for screen::$module::State {
            fn of(screen: &mut Screen) -> Option<&mut Self> {
                match screen {
                    Screen::$name(state) => Some(state),
                    _ => None,
                }
            }
        }

        impl From<screen::$module::Message> for Message {
            fn from(message: screen::$module::Message) -> Self {
                Self::On(On::$name(message))
            }
        })*

        impl Screen {
            /// The pages of the help.
            pub const HELP: &[Help] = &[$(screen::$module::State::HELP,)*];

            /// See [`Shown::BARS`].
            pub fn has_bars(&self) -> bool {
                match self {
                    $(Self::$name(_) => screen::$module::State::BARS,)*
                }
            }

            /// See [`Shown::HELP`].
            pub fn page(&self) -> Help {
                match self {
                    $(Self::$name(_) => screen::$module::State::HELP,)*
                }
            }

            /// See [`Shown::title`].
            pub fn title(&self) -> &'static str {
                match self {
                    $(Self::$name(state) => state.title(),)*
                }
            }

            /// The screen and its [`Shown::subject`].
            pub fn subject(&self) -> (&'static str, String) {
                match self {
                    $(Self::$name(state) => (stringify!($name), state.subject()),)*
                }
            }

            /// See [`Shown::asks`].
            pub fn asks(&self) -> bool {
                match self {
                    $(Self::$name(state) => state.asks(),)*
                }
            }

            /// See [`Shown::unfinished`].
            pub fn unfinished(&self) -> Option<&'static str> {
                match self {
                    $(Self::$name(state) => state.unfinished(),)*
                }
            }

            /// See [`Shown::card_of`].
            pub fn card_of(&self) -> Option<&Identity> {
                match self {
                    $(Self::$name(state) => state.card_of(),)*
                }
            }

            /// See [`Shown::awaits`].
            pub fn awaits(&self) -> bool {
                match self {
                    $(Self::$name(state) => state.awaits(),)*
                }
            }

            /// See [`Shown::reading`].
            pub fn reading(&mut self, words: String) {
                match self {
                    $(Self::$name(state) => state.reading(words),)*
                }
            }

            /// See [`Shown::other_read`].
            pub fn other_read(&mut self, who: &Identity) {
                match self {
                    $(Self::$name(state) => state.other_read(who),)*
                }
            }

            /// See [`Shown::chooses`].
            pub fn chooses(&self) -> bool {
                match self {
                    $(Self::$name(state) => state.chooses(),)*
                }
            }

            /// See [`Shown::tick`].
            pub fn tick(&mut self, now: DateTime) {
                match self {
                    $(Self::$name(state) => state.tick(now),)*
                }
            }

            /// See [`Shown::card_read`].
            pub fn card_read(&mut self, identity: Identity, face: Option<ContentHash>) {
                match self {
                    $(Self::$name(state) => state.card_read(identity, face),)*
                }
            }

            /// See [`Shown::main_field`].
            pub fn main_field(&self) -> Option<String> {
                match self {
                    $(Self::$name(state) => state.main_field(),)*
                }
            }

            /// See [`Shown::grid`].
            pub fn grid(&self) -> Option<&Grid> {
                match self {
                    $(Self::$name(state) => state.grid(),)*
                }
            }

            /// See [`Shown::grid_mut`].
            pub fn grid_mut(&mut self) -> Option<&mut Grid> {
                match self {
                    $(Self::$name(state) => state.grid_mut(),)*
                }
            }

            /// See [`Shown::key`].
            pub fn key(&self, key: Pressed) -> Option<Message> {
                match self {
                    $(Self::$name(state) => state.key(key).map(Message::from),)*
                }
            }

            /// See [`Shown::waits_for`].
            pub fn waits_for(&self) -> Option<Wanted> {
                match self {
                    $(Self::$name(state) => state.waits_for(),)*
                }
            }

            /// See [`Shown::takes_drop`].
            pub fn takes_drop(&self) -> bool {
                match self {
                    $(Self::$name(state) => state.takes_drop(),)*
                }
            }

            /// See [`Shown::takes_several`].
            pub fn takes_several(&self) -> bool {
                match self {
                    $(Self::$name(state) => state.takes_several(),)*
                }
            }

            /// See [`Shown::given`].
            pub fn given(&self, path: PathBuf) -> Option<Message> {
                match self {
                    $(Self::$name(state) => state.given(path).map(Message::from),)*
                }
            }

            /// See [`Shown::tell`].
            pub fn tell(&mut self, notice: Notice) {
                match self {
                    $(Self::$name(state) => state.tell(notice),)*
                }
            }

            /// See [`Shown::view`].
            pub fn view(&self) -> Element<'_, Message> {
                match self {
                    $(Self::$name(state) => state.view().map(Message::from),)*
                }
            }
        }

        impl On {
            /// See [`Shown::asks_for_file`].
            pub fn asks_for_file(&self) -> bool {
                match self {
                    $(Self::$name(message) => screen::$module::State::asks_for_file(message),)*
                }
            }
        }

        impl Door {
            /// All doors, in the order of the table.
            pub const ALL: &[Self] = &[$($(screens!(@of $open Self::$name),)?)*];

            /// Its module's name.
            pub fn name(self) -> &'static str {
                match self {
                    $($(Self::$name => screens!(@of $open stringify!($module)),)?)*
                }
            }

            /// See [`Shown::MENU`].
            pub fn row(self) -> Option<menu::Row> {
                match self {
                    $($(Self::$name => screens!(@of $open screen::$module::State::MENU),)?)*
                }
            }

            /// See [`Shown::may_open`].
            pub fn may_open(self, ledger: &Ledger) -> bool {
                match self {
                    $($(Self::$name => screens!(@of $open screen::$module::State::may_open(ledger)),)?)*
                }
            }
        }

        impl Shell {
            /// Opens a screen.
            pub fn go(&mut self, door: Door, counter: &Counter) -> Task<Message> {
                match door {
                    $($(Door::$name => self.$open(counter),)?)*
                }
            }

            /// Hands what happened to the flow of its screen.
            pub(super) fn on(&mut self, on: On, counter: &Counter) -> Action {
                match on {
                    $(On::$name(message) => self.$module(message, counter).into(),)*
                }
            }
        }
    };
}

screens! {
    /// Waiting for a person.
    Home home from go_home;
    /// A person.
    Person person;
    /// Receiving.
    Reception reception;
    /// An act, or a line of a book, as it is typed.
    LineForm line_form from go_line_form;
    /// An act, or a line of a book, as it was written.
    Written written;
    /// Electronic copies that wait to be signed.
    Pending pending from go_pending;
    /// A dossier, its way and its papers.
    Dossier dossier;
    /// The list.
    Dossiers dossiers from go_dossiers;
    /// Online dossiers that wait.
    Arrivals arrivals from go_arrivals;
    /// The waiting line.
    Queue queue from go_queue;
    /// What the hall sees.
    Hall hall;
    /// Receipts of days.
    Cash cash from go_cash;
    /// The tracking book.
    Register register from go_register;
    /// The books of the office and their volumes.
    Books books from go_books;
    /// Figures.
    Statistics statistics from go_statistics;
    /// Procedures and essential services.
    Catalogue catalogue from go_catalogue;
    /// The portal's codes.
    Codes codes from go_codes;
    /// Working days.
    Calendar calendar from go_calendar;
    /// What the office set.
    Settings settings from go_settings;
    /// Papers that were made.
    Issued issued from go_issued;
    /// Signed files.
    Verify verify from go_verify;
    /// A person's kept documents.
    Store store;
    /// Backups and their plan.
    Backup backup from go_backup;
    /// Last numbers on paper after a restore.
    Numbers numbers from go_numbers;
    /// Who works here.
    Users users from go_users;
    /// Everything that happened.
    Log log from go_log;
    /// Whom the office trusts.
    Trust trust from go_trust;
    /// Whom the office trusts to issue signatures of documents.
    Authorities authorities from go_authorities;
    /// The machines of the office.
    Seats seats from go_seats;
    /// The page for support.
    Diagnostics diagnostics from go_diagnostics;
}
