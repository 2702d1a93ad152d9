//! The screens. Each owns its state, takes messages that say what happened, and answers with an action
//! for the shell.
//!
//! A new screen of the desk is one file (or folder) here, whose state is [`Shown`]; one file of the shell with
//! its flow, which fetches what it shows and carries out what it asks; and one line in the table of
//! `shell::screens`. Title, keys, help, menu, files, columns and pictures follow from what the state says of
//! itself. What screens share lies below them (`grid`, `paged`, `period`, `outlet`, `menu`, `help`): no screen
//! imports the shell. A list of rows is a [`list::Content`] in the frame of `list`: what every list does, and what
//! the shell does for it, is there already.

pub mod arrivals;
pub mod authorities;
pub mod backup;
pub mod books;
pub mod calendar;
pub mod camera;
pub mod cash;
pub mod catalogue;
pub mod chip_key;
pub mod chooser;
pub mod codes;
pub mod devices;
pub mod diagnostics;
pub mod dossier;
pub mod dossiers;
pub mod find;
pub mod grid;
pub mod hall;
pub mod help;
pub mod home;
pub mod issued;
pub mod join;
pub mod line_form;
pub mod list;
pub mod log;
pub mod login;
pub mod menu;
pub mod notice_form;
pub mod numbers;
pub mod outlet;
pub mod paged;
pub mod paper;
pub mod password;
pub mod pay;
pub mod pending;
pub mod period;
pub mod person;
pub mod queue;
pub mod reception;
pub mod recovery;
pub mod register;
pub mod restore;
pub mod seats;
pub mod settings;
pub mod setup;
pub mod sign;
pub mod statement;
pub mod statistics;
pub mod store;
pub mod telephone;
pub mod trust;
pub mod users;
pub mod verify;
pub mod written;

use std::path::PathBuf;

use jiff::civil::DateTime;
use ledger::Ledger;
use office::{entry::ContentHash, person::Identity};
use widgets::{Element, keys::Pressed};

use super::notice::Notice;
use crate::browse::Wanted;
use grid::Grid;
use help::Help;
use menu::Row;

/// What a screen of the desk says of itself.
pub trait Shown {
    /// What happens on it.
    type Message;

    /// Its page of the help.
    const HELP: Help;
    /// Its row in the menu, if it has one.
    const MENU: Option<Row> = None;
    /// Whether the desk's bars stand around it.
    const BARS: bool = true;

    /// Whether the logged-in user may open it: what would only refuse them is not offered.
    fn may_open(_ledger: &Ledger) -> bool {
        true
    }

    /// The window's title; it names no person.
    fn title(&self) -> &'static str;

    /// Whom or what it shows, where it can show several: another one begins at its top.
    fn subject(&self) -> String {
        String::new()
    }

    /// Whether a question stands over it and must be answered first.
    fn asks(&self) -> bool {
        false
    }

    /// What becomes of what was entered and is not written yet, where somebody new is opened; `None` where
    /// nothing was entered.
    fn unfinished(&self) -> Option<&'static str> {
        None
    }

    /// Whose card may lie on the reader while it is open.
    fn card_of(&self) -> Option<&Identity> {
        None
    }

    /// Whether the next person whose paper is read belongs into it, and opens no screen of their own.
    fn awaits(&self) -> bool {
        false
    }

    /// How far the reading of the awaited person is.
    fn reading(&mut self, _words: String) {}

    /// The awaited person was read.
    fn other_read(&mut self, _who: &Identity) {}

    /// Whether a list of steps is open on it, as the menu would be over it.
    fn chooses(&self) -> bool {
        false
    }

    /// The clock moved on; local time.
    fn tick(&mut self, _now: DateTime) {}

    /// The card of [`Shown::card_of`] was read, and may be used; with its photo's hash.
    fn card_read(&mut self, identity: Identity, _face: Option<ContentHash>) {
        let words = format!("Thẻ trên đầu đọc đúng là của người này ({}).", identity.proof());
        self.tell(Notice::done(words));
    }

    /// The control that has the keyboard when nothing else does.
    fn main_field(&self) -> Option<String> {
        None
    }

    /// Its table, if it has one whose columns can be chosen.
    fn grid(&self) -> Option<&Grid> {
        None
    }

    /// The same, to change it.
    fn grid_mut(&mut self) -> Option<&mut Grid> {
        None
    }

    /// What a key means that no control took.
    fn key(&self, key: Pressed) -> Option<Self::Message>;

    /// The files that its open dialog waits for.
    fn waits_for(&self) -> Option<Wanted> {
        None
    }

    /// Whether a file that is dropped now is one for it.
    fn takes_drop(&self) -> bool {
        self.waits_for().is_some()
    }

    /// Whether it takes several files one after the other.
    fn takes_several(&self) -> bool {
        false
    }

    /// What a file means to it that was chosen or dropped.
    fn given(&self, _path: PathBuf) -> Option<Self::Message> {
        None
    }

    /// Whether a dialog asks for the choice of a file.
    fn asks_for_file(_message: &Self::Message) -> bool {
        false
    }

    /// Says something that came up outside it.
    fn tell(&mut self, notice: Notice);

    /// Draws it.
    fn view(&self) -> Element<'_, Self::Message>;
}
