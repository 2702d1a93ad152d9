//! The national portal's codes: which the office has, which are missing, and which dossiers wait for one.
//! Codes are typed one by one or come from a file that is seen line by line first; a correction is another
//! entry, and what was told of earlier days stays.

pub mod form;
pub mod import;
mod rows;
#[cfg(test)]
mod tests;
mod view;

use std::path::PathBuf;

use office::portal_code::{Coded, Table, import::Reading};
use widgets::{Element, Icon, keys::Pressed};

use super::{
    Shown,
    help::{Help, help},
    menu,
};

pub use rows::{About, Kind};
use rows::{HEADS, Row, WAITING_HEADS};

use super::grid::{self, Grid, Key};
use crate::{browse::Wanted, window::notice::Notice};

/// The search's field.
pub const SEARCH: &str = "codes-search";
/// The list of codes.
pub const TABLE: &str = "codes-table";
/// The list of dossiers that wait.
pub const WAITING: &str = "codes-waiting";

/// A dossier that does not go out yet.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Mã hồ sơ.
    pub code: String,
    /// Procedure.
    pub procedure: String,
    /// What is missing, each with the code that would mend it.
    pub missing: Vec<(String, Option<Coded>)>,
}

impl Waiting {
    fn cell(&self, column: usize) -> String {
        match column {
            0 => self.code.clone(),
            1 => self.procedure.clone(),
            _ => {
                let named = self.missing.iter().map(|(words, subject)| match subject {
                    Some(subject) => subject.label(),
                    None => words.clone(),
                });
                named.collect::<Vec<_>>().join("; ")
            }
        }
    }
}

/// How the latest dossiers stand.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    /// How many were looked at.
    pub all: usize,
    /// Those that do not go out yet.
    pub waiting: Vec<Waiting>,
}

/// The screen's state.
pub struct State {
    about: About,
    rows: Vec<Row>,
    /// Places in `rows` of what is shown.
    shown: Vec<usize>,
    /// Places of the dossiers that wait, as they are shown.
    listed: Vec<usize>,
    grids: [Grid; 2],
    open: usize,
    readiness: Option<Readiness>,
    dossiers: bool,
    query: String,
    kind: Option<Kind>,
    missing_only: bool,
    selected: Option<u64>,
    chosen_dossier: Option<u64>,
    asked: Option<Asked>,
    /// Where the codes come from, as last said: it is mostly the same for the next one.
    words: String,
    notice: Option<Notice>,
}

enum Asked {
    Code(form::State),
    File(import::State),
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Codes, or dossiers that wait for one.
    Viewed(usize),
    /// The search changed.
    QueryTyped(String),
    /// Enter in the search.
    Searched,
    /// One kind, or all.
    KindChosen(Option<Kind>),
    /// Only what is missing.
    MissingTicked(bool),
    /// The same by its key.
    MissingToggled,
    /// With the list that is seen.
    Grid(grid::Message),
    /// A row was selected.
    Selected(u64),
    /// The code of the selected row is to be written.
    CodeAsked,
    /// Read a file in.
    ImportAsked,
    /// What is missing is wanted as a table to be filled in.
    ListSaved,
    /// In the dialog of one code.
    Form(form::Message),
    /// In the dialog of a file.
    Import(import::Message),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Move the keyboard to this field.
    Focus(&'static str),
    /// Read this file and show what it changes.
    Read(import::Handed),
    /// Write what is shown of a file.
    Take(import::Taken),
    /// Write one code, if it is right.
    Write(form::Typed),
    /// Save this table.
    Save(Vec<u8>),
    /// Back.
    Close,
}

impl State {
    /// All codes; `readiness`: none for those who see no dossiers.
    pub fn new(about: About, readiness: Option<Readiness>) -> Self {
        let mut state = Self {
            rows: Vec::new(),
            shown: Vec::new(),
            listed: Vec::new(),
            grids: [Grid::new(TABLE, &HEADS), Grid::new(WAITING, &WAITING_HEADS)],
            open: 0,
            about,
            readiness,
            dossiers: false,
            query: String::new(),
            kind: None,
            missing_only: false,
            selected: None,
            chosen_dossier: Some(0),
            asked: None,
            words: String::new(),
            notice: None,
        };
        state.refresh();
        state
    }

    /// Whether a file is asked for.
    pub fn takes_file(&self) -> bool {
        matches!(self.asked, Some(Asked::File(_)))
    }

    /// What a file holds.
    pub fn read(&mut self, reading: Reading) {
        if let Some(Asked::File(dialog)) = &mut self.asked {
            dialog.show(reading);
        }
    }

    /// What was asked for was not done.
    pub fn refused(&mut self, notice: Notice) {
        match &mut self.asked {
            Some(Asked::Code(form)) => form.refused(notice),
            Some(Asked::File(dialog)) => dialog.refused(notice),
            None => self.notice = Some(notice),
        }
    }

    /// Codes were written.
    pub fn taken(&mut self, codes: Table, readiness: Option<Readiness>, notice: Notice) {
        (self.about.codes, self.readiness) = (codes, readiness);
        (self.asked, self.notice) = (None, Some(notice));
        self.refresh();
    }

    /// Where the keyboard goes back to from a question.
    pub fn field(&self) -> &'static str {
        if self.dossiers { WAITING } else { TABLE }
    }

    fn refresh(&mut self) {
        self.rows = rows::rows(&self.about);
        self.open = self.rows.iter().filter(|row| row.is_open()).count();
        self.arrange();
    }

    /// Which rows are shown, in which order.
    fn arrange(&mut self) {
        let query = office::text::fold(&self.query);
        let fits = |row: &Row| {
            query.split(' ').all(|word| row.folded.contains(word))
                && self.kind.is_none_or(|kind| kind == Kind::of(&row.subject))
                && (row.is_open() || !self.missing_only)
        };
        let found: Vec<(usize, &Row)> =
            self.rows.iter().enumerate().filter(|(_, row)| fits(row)).collect();
        let [codes, waiting] = &self.grids;
        let key = |(_, row): &(usize, &Row), column| row.key(column);
        let order = codes.order(&found, key, |_| String::new());
        self.shown = order.into_iter().map(|n| found[n].0).collect();
        self.selected = within(self.selected, self.shown.len());
        let dossiers = self.readiness.as_ref().map_or(&[][..], |known| &known.waiting);
        let key = |dossier: &Waiting, column| Key::words(&dossier.cell(column));
        self.listed = waiting.order(dossiers, key, |_| String::new());
        self.chosen_dossier = within(self.chosen_dossier, self.listed.len());
    }

    fn row(&self, place: u64) -> Option<&Row> {
        self.rows.get(*self.shown.get(usize::try_from(place).ok()?)?)
    }

    fn dossier(&self, place: u64) -> Option<&Waiting> {
        let place = self.listed.get(usize::try_from(place).ok()?)?;
        self.readiness.as_ref()?.waiting.get(*place)
    }

    /// What the code is asked for: that of the selected row, or the first that the selected dossier lacks.
    fn wanted(&self) -> Option<Coded> {
        match self.dossiers {
            false => Some(self.row(self.selected?)?.subject.clone()),
            true => {
                let dossier = self.dossier(self.chosen_dossier?)?;
                let subject = dossier.missing.iter().find_map(|(_, subject)| subject.clone())?;
                Some(match subject {
                    // Lines of receipts are worded by hand: one code for the procedure serves them all.
                    Coded::Fee { procedure, .. } => Coded::Fee { procedure, line: String::new() },
                    other => other,
                })
            }
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Viewed(n) => {
                self.dossiers = n == 1 && self.readiness.is_some();
                return Action::Focus(self.field());
            }
            Message::QueryTyped(query) => {
                (self.query, self.selected) = (query, None);
                self.arrange();
            }
            Message::Searched => return Action::Focus(TABLE),
            Message::KindChosen(kind) => {
                (self.kind, self.selected) = (kind, None);
                self.arrange();
            }
            Message::MissingTicked(only) => {
                (self.missing_only, self.selected) = (only, None);
                self.arrange();
            }
            Message::MissingToggled => {
                return self.update(Message::MissingTicked(!self.missing_only));
            }
            Message::Grid(message) => {
                if self.grids[usize::from(self.dossiers)].update(message) {
                    self.arrange();
                }
            }
            Message::Selected(place) if self.dossiers => self.chosen_dossier = Some(place),
            Message::Selected(place) => self.selected = Some(place),
            Message::CodeAsked if self.about.may => {
                if let Some(subject) = self.wanted() {
                    let held = self.about.codes.history(&subject).last();
                    let proposal = rows::proposal(&self.about, &subject);
                    let kind = rows::Kind::of(&subject).label();
                    let name = format!("{kind}: {}", self.about.name(&subject));
                    let form = form::State::new(subject, name, held, proposal, &self.words);
                    let form = form.today(self.about.today);
                    (self.asked, self.notice) = (Some(Asked::Code(form)), None);
                    return Action::Focus(form::CODE);
                }
            }
            Message::ImportAsked if self.about.may => {
                (self.asked, self.notice) = (Some(Asked::File(import::State::default())), None);
                return Action::Focus(import::PATH);
            }
            Message::CodeAsked | Message::ImportAsked => {}
            Message::ListSaved => {
                let open = self.rows.iter().filter(|row| row.is_open());
                return Action::Save(rows::list(open));
            }
            Message::Form(message) => {
                let Some(Asked::Code(form)) = &mut self.asked else { return Action::None };
                match form.update(message) {
                    form::Action::None => {}
                    form::Action::Focus(field) => return Action::Focus(field),
                    form::Action::Write(typed) => {
                        self.words.clone_from(&typed.words);
                        return Action::Write(typed);
                    }
                    form::Action::Close => return self.close_question(),
                }
            }
            Message::Import(message) => {
                let Some(Asked::File(dialog)) = &mut self.asked else { return Action::None };
                match dialog.update(message) {
                    import::Action::None => {}
                    import::Action::Read(handed) => return Action::Read(handed),
                    import::Action::Take(taken) => return Action::Take(taken),
                    import::Action::Close => return self.close_question(),
                }
            }
            Message::Closed => return Action::Close,
        }
        Action::None
    }

    fn close_question(&mut self) -> Action {
        self.asked = None;
        Action::Focus(self.field())
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("codes");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Sync, "Mã trên Cổng Dịch vụ công"));

    fn title(&self) -> &'static str {
        match self.asked {
            None => "Mã trên Cổng Dịch vụ công",
            Some(Asked::Code(_)) => "Ghi mã",
            Some(Asked::File(_)) => "Nhập mã từ tệp",
        }
    }

    fn asks(&self) -> bool {
        self.asked.is_some()
    }

    fn main_field(&self) -> Option<String> {
        Some(if self.dossiers { WAITING } else { SEARCH }.into())
    }

    fn grid(&self) -> Option<&Grid> {
        Some(&self.grids[usize::from(self.dossiers)])
    }

    fn grid_mut(&mut self) -> Option<&mut Grid> {
        Some(&mut self.grids[usize::from(self.dossiers)])
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match (key, &self.asked) {
            (Pressed::Escape, Some(Asked::Code(_))) => Message::Form(form::Message::Dropped),
            (Pressed::Enter, Some(Asked::Code(_))) => Message::Form(form::Message::Confirmed),
            (Pressed::Escape, Some(Asked::File(_))) => Message::Import(import::Message::Dropped),
            (Pressed::Enter, Some(Asked::File(_))) => Message::Import(import::Message::Confirmed),
            (_, Some(_)) => return None,
            (Pressed::F(2), None) => Message::ImportAsked,
            (Pressed::F(4), None) => Message::CodeAsked,
            (Pressed::F(7), None) => Message::MissingToggled,
            (Pressed::F(8), None) => Message::ListSaved,
            (Pressed::Escape, None) => Message::Closed,
            _ => return None,
        })
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.takes_file().then_some(Wanted::Catalogue)
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::Import(import::Message::FileGiven(path)))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::Import(import::Message::FileAsked))
    }

    fn tell(&mut self, notice: Notice) {
        self.refused(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        self.draw()
    }
}

/// The selection in a list of so many rows.
fn within(selected: Option<u64>, rows: usize) -> Option<u64> {
    let last = (rows as u64).checked_sub(1)?;
    Some(selected.unwrap_or(0).min(last))
}
