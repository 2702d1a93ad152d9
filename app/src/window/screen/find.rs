//! Ctrl+K: finds people, dossiers, lines of books, procedures and the rows of the menu by any words, without diacritics.

use ledger::{Hit, LineRecord};
use office::{
    book::{BookId, Number},
    catalogue::Procedure,
    date,
    dossier::DossierId,
    entry::Event,
    person::PersonId,
    register::Value,
};
use widgets::{Element, Icon, column, field, icon, pressable, row, space, text};

use super::menu::Row;
use crate::window::notice::Notice;

/// The search's field.
pub const QUERY: &str = "find-query";

/// Rows shown at once.
const MOST_SHOWN: usize = 12;

/// The dialog's state.
#[derive(Default)]
pub struct State {
    query: String,
    /// People, dossiers and lines of books.
    hits: Vec<Found>,
    /// Procedures and rows of the menu.
    others: Vec<Found>,
    /// Where the search goes on: a large ledger answers in short pages.
    next: Option<u64>,
    highlighted: usize,
    notice: Option<Notice>,
}

/// Something found.
#[derive(Clone, Debug)]
pub struct Found {
    kind: Icon,
    name: String,
    detail: String,
    target: Target,
}

/// Where a find leads.
#[derive(Clone, Debug)]
pub enum Target {
    /// To a dossier.
    Dossier(DossierId),
    /// To a person.
    Person(PersonId),
    /// To a line of a book.
    Line(Box<LineRecord>),
    /// To a procedure of the catalogue, by its code.
    Procedure(String),
    /// To a row of the menu.
    Menu(Row),
}

impl Found {
    /// A procedure in force.
    pub fn procedure(procedure: &Procedure) -> Self {
        Self {
            kind: Icon::Document,
            name: procedure.name.clone(),
            detail: format!("Thủ tục {} – {}", procedure.code, procedure.field),
            target: Target::Procedure(procedure.code.clone()),
        }
    }

    /// A row of the menu.
    pub fn menu(row: Row) -> Self {
        Self {
            kind: row.icon,
            name: row.words.into(),
            detail: "Mở trong chương trình (F10)".into(),
            target: Target::Menu(row),
        }
    }

    /// A row of the ledger's answer. `book`: what a book is called.
    pub fn of(hit: Hit, book: &dyn Fn(BookId) -> String) -> Self {
        match hit {
            Hit::Line(record) => Self::line(record, book),
            Hit::Dossier(record) => {
                let dossier = record.dossier;
                Self {
                    kind: Icon::Folder,
                    name: format!("{} – {}", dossier.code_label(), dossier.applicant.person.name),
                    detail: dossier.procedure.name,
                    target: Target::Dossier(dossier.id),
                }
            }
            Hit::Person { who, identity, .. } => {
                let born = identity.person.birth_date;
                let born = born.map(|born| format!(", sinh {born}"));
                Self {
                    kind: Icon::Person,
                    detail: format!(
                        "{}{} – {}",
                        identity.claim_label(),
                        born.unwrap_or_default(),
                        identity.proof()
                    ),
                    name: identity.person.name,
                    target: Target::Person(who),
                }
            }
        }
    }
}

/// Words of a written line that are shown of it, at most.
const MOST_WORDS: usize = 3;

impl Found {
    /// An act by its name, another line by its number; whose it is, and when.
    fn line(record: Box<LineRecord>, book: &dyn Fn(BookId) -> String) -> Self {
        let about = record.event.about();
        let whose: Vec<&str> = about.asked_by().map(|who| who.person.name.as_str()).collect();
        let (kept, day) = about
            .line
            .map_or_else(Default::default, |(id, at)| (book(id), date::format(at.date())));
        let (what, mut detail) = match &record.event {
            Event::ActDone { act } => (act.name(), vec![kept]),
            Event::LineWritten { line } => {
                let number = match line.number {
                    Number::Issued(issued) => {
                        format!("{kept} số {}/{}", issued.value, issued.series.year)
                    }
                    Number::Pending { .. } => format!("{kept}, chờ cấp số"),
                };
                let words = line.values.values().filter_map(|value| match value {
                    Value::Text(words) => Some(words.clone()),
                    _ => None,
                });
                (number, words.take(MOST_WORDS).collect())
            }
            event => (event.label().into(), vec![kept]),
        };
        detail.insert(0, day);
        if record.annulled.is_some() {
            detail.insert(0, "Đã hủy".into());
        }
        let name = match whose.as_slice() {
            [] => what,
            whose => format!("{what} – {}", whose.join(", ")),
        };
        let detail = detail.join(" · ");
        Self { kind: Icon::Book, name, detail, target: Target::Line(record) }
    }
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The query changed.
    Typed(String),
    /// The window was drawn: the search goes on.
    WentOn,
    /// Arrow keys.
    Moved(i8),
    /// Enter.
    Entered,
    /// A row was chosen.
    Chosen(Target),
    /// Closed without choosing.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Search for the query, from the newest.
    Search(String),
    /// Go on with the search.
    GoOn(String, u64),
    /// Go there.
    Go(Target),
    /// Close.
    Close,
}

impl State {
    /// A new query: what is found beside the ledger.
    pub fn begin(&mut self, others: Vec<Found>) {
        *self = Self { query: std::mem::take(&mut self.query), others, ..Self::default() };
    }

    /// What the ledger has found, and where its search goes on.
    pub fn extend(&mut self, hits: impl IntoIterator<Item = Found>, next: Option<u64>) {
        let before = self.hits.len();
        self.hits.extend(hits);
        // A row that the clerk went to stays highlighted when hits come in above it.
        if self.highlighted > 0 && self.highlighted >= before {
            self.highlighted += self.hits.len() - before;
        }
        self.next = next.filter(|_| self.room() > 0);
    }

    /// The ledger could not be searched: that is not the same as nothing found.
    pub fn failed(&mut self, notice: Notice) {
        (self.next, self.notice) = (None, Some(notice));
    }

    /// How many more of the ledger's hits are shown.
    pub fn room(&self) -> usize {
        MOST_SHOWN.saturating_sub(self.hits.len() + self.others.len())
    }

    /// Where the search goes on, if it does.
    pub fn next(&self) -> Option<u64> {
        self.next
    }

    fn shown(&self) -> impl Iterator<Item = &Found> {
        self.hits.iter().chain(&self.others)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(query) => {
                self.query = query;
                Action::Search(self.query.clone())
            }
            Message::WentOn => match self.next {
                Some(next) => Action::GoOn(self.query.clone(), next),
                None => Action::None,
            },
            Message::Moved(by) => {
                let last = self.shown().count().saturating_sub(1);
                self.highlighted = self.highlighted.saturating_add_signed(by.into()).min(last);
                Action::None
            }
            Message::Entered => match self.shown().nth(self.highlighted) {
                Some(found) => Action::Go(found.target.clone()),
                None => Action::None,
            },
            Message::Chosen(target) => Action::Go(target),
            Message::Closed => Action::Close,
        }
    }

    /// Draws what stands in the dialog.
    pub fn view(&self) -> Element<'_, Message> {
        let mut content = column([field("", &self.query)
            .id(QUERY)
            .icon(Icon::Search)
            .placeholder(
                "Tên, số định danh, mã hồ sơ, số trong sổ, điện thoại, thủ tục, chức năng – không cần gõ dấu",
            )
            .on_change(Message::Typed)
            .on_submit(Message::Entered)
            .into()]);
        if let Some(notice) = &self.notice {
            content = content.push(notice.view());
        } else if self.next.is_some() {
            content = content.push(text::small("Đang tìm trong các mục cũ hơn…"));
        } else if self.shown().next().is_none() && !self.query.trim().is_empty() {
            content = content.push(text::body("Không tìm thấy. Hãy gõ ít chữ hơn."));
        }
        let hits = self.shown().enumerate().map(|(i, found)| -> Element<'_, Message> {
            pressable(
                row([
                    icon(found.kind),
                    column([
                        text::strong(found.name.as_str()).into(),
                        text::small(found.detail.as_str()).into(),
                    ])
                    .spacing(0.0)
                    .into(),
                ])
                .spacing(space::M),
            )
            .chosen(i == self.highlighted)
            .on_press(Message::Chosen(found.target.clone()))
            .into()
        });
        content.push(column(hits).spacing(space::XS)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> Found {
        Found {
            kind: Icon::Document,
            name: name.into(),
            detail: String::new(),
            target: Target::Procedure(name.into()),
        }
    }

    fn names(state: &State) -> Vec<&str> {
        state.shown().map(|found| found.name.as_str()).collect()
    }

    #[test]
    fn short_pages_are_gone_through_and_a_changed_query_ends_its_search() {
        let mut state = State::default();
        assert!(
            matches!(state.update(Message::Typed("an".into())), Action::Search(q) if q == "an")
        );
        state.begin(vec![found("thủ tục")]);
        state.extend([], Some(7));
        let on = state.update(Message::WentOn);
        assert!(matches!(on, Action::GoOn(query, 7) if query == "an"));
        state.extend([found("An")], Some(3));
        state.update(Message::Moved(1));
        state.extend([found("Ân")], None);
        assert_eq!(names(&state), ["An", "Ân", "thủ tục"]);
        let entered = state.update(Message::Entered);
        assert!(matches!(entered, Action::Go(Target::Procedure(name)) if name == "thủ tục"));
        assert!(matches!(state.update(Message::WentOn), Action::None), "there is no more");
        state.update(Message::Typed("ba".into()));
        state.begin(Vec::new());
        assert_eq!(names(&state), [""; 0], "nothing of the former query");
        state.extend((0..MOST_SHOWN).map(|n| found(&n.to_string())), Some(3));
        assert_eq!(state.next(), None, "the page is full");
    }
}
