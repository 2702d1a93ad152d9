//! What has a code at the portal, and how each stands today.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::civil::{Date, Time};
use office::{
    catalogue::FeeRule,
    collate, date,
    entry::UserName,
    portal_code::{Code, Coded, Collection, Names, Table, import},
    text::fold,
};

use widgets::Tone;

use crate::{assets::Law, window::screen::grid::Key};

/// Heads of the list of codes.
pub const HEADS: [&str; 5] = ["Loại mã", "Tên", "Mã đang dùng", "Hồ sơ nhận từ", "Nguồn"];
/// Heads of the list of dossiers that wait.
pub const WAITING_HEADS: [&str; 3] = ["Mã hồ sơ", "Thủ tục", "Còn thiếu"];

/// What the screen is about.
pub struct About {
    /// The office's law.
    pub law: Arc<Law>,
    /// The names of its catalogue.
    pub names: Names,
    /// What was entered.
    pub codes: Table,
    /// Users' full names.
    pub users: HashMap<UserName, String>,
    /// Today.
    pub today: Date,
    /// Whether the user may enter codes.
    pub may: bool,
}

impl About {
    /// Who somebody is.
    pub fn user(&self, name: &UserName) -> String {
        self.users.get(name).cloned().unwrap_or_else(|| name.0.clone())
    }

    /// What a code is of, as the list names it.
    pub fn name(&self, subject: &Coded) -> String {
        match subject {
            Coded::Field { name } => name.clone(),
            Coded::Fee { procedure, line } => {
                let name = self.names.procedure(procedure).unwrap_or_default();
                let line = if line.is_empty() { String::new() } else { format!(" – {line}") };
                format!("{procedure} {name}{line}")
            }
            Coded::Collection { way } => way.label().to_owned(),
        }
    }
}

/// Kinds of codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Mã lĩnh vực.
    Field,
    /// Mã phí, lệ phí.
    Fee,
    /// Mã hình thức thu.
    Collection,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 3] = [Kind::Field, Kind::Fee, Kind::Collection];

    /// The kind of a subject.
    pub fn of(subject: &Coded) -> Self {
        match subject {
            Coded::Field { .. } => Self::Field,
            Coded::Fee { .. } => Self::Fee,
            Coded::Collection { .. } => Self::Collection,
        }
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Field => "Lĩnh vực",
            Self::Fee => "Phí, lệ phí",
            Self::Collection => "Hình thức thu",
        }
    }
}

/// How a subject stands today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The office entered a code.
    Entered {
        /// The code.
        code: Code,
        /// From when.
        from: Option<Date>,
        /// Where it comes from.
        words: String,
    },
    /// The catalogue has it.
    Catalogue(Code),
    /// Nobody has it.
    Missing,
}

/// One line of the list.
pub struct Row {
    /// Of what.
    pub subject: Coded,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// What a search looks through.
    pub folded: String,
}

impl Row {
    /// What stands in a column, and what it means.
    pub fn cell(&self, column: usize) -> (String, Option<Tone>) {
        let plain = match (column, &self.standing) {
            (0, _) => Kind::of(&self.subject).label().to_owned(),
            (1, _) => self.name.clone(),
            (2, Standing::Missing) => return ("còn thiếu".into(), Some(Tone::Caution)),
            (2, Standing::Entered { code, .. } | Standing::Catalogue(code)) => code.to_string(),
            (3, Standing::Entered { from, .. }) => from.map_or("từ đầu".into(), date::format),
            (_, Standing::Entered { words, .. }) => words.clone(),
            (4, Standing::Catalogue(_)) => "Danh mục thủ tục".into(),
            (_, Standing::Catalogue(_) | Standing::Missing) => String::new(),
        };
        (plain, None)
    }

    /// What a column is sorted by.
    pub fn key(&self, column: usize) -> Key {
        match (column, &self.standing) {
            (3, Standing::Entered { from, .. }) => {
                Key::time(from.map(|day| day.to_datetime(Time::midnight())))
            }
            _ => Key::words(&self.cell(column).0),
        }
    }

    /// What it is, with its kind.
    pub fn words(&self) -> String {
        format!("{}: {}", Kind::of(&self.subject).label(), self.name)
    }

    /// Whether its code is missing.
    pub fn is_open(&self) -> bool {
        self.standing == Standing::Missing
    }
}

/// Everything that needs a code: the fields of the catalogue, the procedures that may cost something, the
/// ways of collecting, and what codes were entered for besides.
pub fn rows(about: &About) -> Vec<Row> {
    let mut subjects: Vec<Coded> = Vec::new();
    let in_force = || about.law.catalogue.in_force(about.today);
    let fields: BTreeMap<_, &String> = in_force()
        .filter(|procedure| !procedure.field.is_empty())
        .map(|procedure| (collate::words(&procedure.field), &procedure.field))
        .collect();
    subjects.extend(fields.into_values().map(|name| Coded::Field { name: name.clone() }));
    subjects.extend(Collection::ALL.map(|way| Coded::Collection { way }));
    let fees = in_force().filter(|procedure| {
        let fees = procedure.channels.iter().flat_map(|rule| &rule.fees);
        fees.into_iter().any(|fee| *fee != FeeRule::Free)
    });
    let fees: BTreeSet<&String> = fees.map(|procedure| &procedure.code).collect();
    let fee = |code: &String| Coded::Fee { procedure: code.clone(), line: String::new() };
    subjects.extend(fees.into_iter().map(fee));
    let known: BTreeSet<String> = subjects.iter().map(Coded::key).collect();
    let others = about.codes.subjects().filter(|subject| !known.contains(&subject.key()));
    subjects.extend(others.cloned());
    subjects.into_iter().map(|subject| row(about, subject)).collect()
}

fn row(about: &About, subject: Coded) -> Row {
    let name = about.name(&subject);
    let standing = match about.codes.on(&subject, about.today) {
        Some(held) => Standing::Entered {
            code: held.code.code.clone(),
            from: held.code.from,
            words: held.entered.words.clone(),
        },
        None => match of_catalogue(about, &subject) {
            (Some(code), true) => Standing::Catalogue(code),
            _ => Standing::Missing,
        },
    };
    let code = match &standing {
        Standing::Entered { code, .. } | Standing::Catalogue(code) => code.as_str(),
        Standing::Missing => "",
    };
    let folded = fold(&format!("{} {name} {code}", Kind::of(&subject).label()));
    Row { subject, name, standing, folded }
}

/// The code that the catalogue has for a field, if it has one only, and whether every procedure of the field
/// has it.
fn of_catalogue(about: &About, subject: &Coded) -> (Option<Code>, bool) {
    let Coded::Field { name } = subject else { return (None, false) };
    let field = fold(name);
    let of = about.law.catalogue.in_force(about.today).filter(|one| fold(&one.field) == field);
    let codes: BTreeSet<&str> = of.map(|one| one.field_code.as_str()).collect();
    let mut said = codes.iter().filter(|code| !code.is_empty());
    match (said.next(), said.next()) {
        (Some(code), None) => (Code::parse(code).ok(), codes.len() == 1),
        _ => (None, false),
    }
}

/// A code that the catalogue has for some procedures of a field: offered, never taken by itself.
pub fn proposal(about: &About, subject: &Coded) -> Option<Code> {
    of_catalogue(about, subject).0
}

/// What is missing as a table for whoever knows the codes.
pub fn list<'a>(open: impl Iterator<Item = &'a Row>) -> Vec<u8> {
    import::to_fill_in(open.map(|row| (&row.subject, row.name.as_str())))
}
