//! Ctrl+K: finds people, dossiers and procedures by any words, without diacritics.

use ledger::Hit;
use office::dossier::DossierId;
use widgets::{Element, Icon, column, field, icon, pressable, row, space, text};

/// The search's field.
pub const QUERY: &str = "find-query";

/// The dialog's state.
#[derive(Default)]
pub struct State {
    query: String,
    hits: Vec<Found>,
    highlighted: usize,
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
    Person(office::person::PersonalNumber),
}

impl Found {
    /// A row of the ledger's answer; people without a number have no record to open.
    pub fn of(hit: Hit) -> Option<Self> {
        match hit {
            Hit::Dossier(record) => {
                let dossier = record.dossier;
                Some(Self {
                    kind: Icon::Folder,
                    name: format!("{} – {}", dossier.code_label(), dossier.applicant.person.name),
                    detail: dossier.procedure.name,
                    target: Target::Dossier(dossier.id),
                })
            }
            Hit::Person { identity, .. } => {
                let number = identity.person.number.clone()?;
                Some(Self {
                    kind: Icon::Person,
                    name: identity.person.name.clone(),
                    detail: number.grouped(),
                    target: Target::Person(number),
                })
            }
        }
    }
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The query changed.
    Typed(String),
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
    /// Search for the query.
    Search(String),
    /// Go there.
    Go(Target),
    /// Close.
    Close,
}

impl State {
    /// Shows an answer.
    pub fn show(&mut self, hits: Vec<Found>) {
        self.hits = hits;
        self.highlighted = 0;
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(query) => {
                self.query = query;
                Action::Search(self.query.clone())
            }
            Message::Moved(by) => {
                let last = self.hits.len().saturating_sub(1);
                self.highlighted = self.highlighted.saturating_add_signed(by.into()).min(last);
                Action::None
            }
            Message::Entered => match self.hits.get(self.highlighted) {
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
            .placeholder("Tên, số định danh, mã hồ sơ, điện thoại – không cần gõ dấu")
            .on_change(Message::Typed)
            .on_submit(Message::Entered)
            .into()]);
        if self.hits.is_empty() && !self.query.trim().is_empty() {
            content = content.push(text::body("Không tìm thấy. Hãy gõ ít chữ hơn."));
        }
        let hits = self.hits.iter().enumerate().map(|(i, found)| -> Element<'_, Message> {
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
