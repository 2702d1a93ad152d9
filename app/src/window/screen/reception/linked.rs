//! Linked procedures (liên thông): one dossier goes on to further agencies. Each part has its own time
//! limit, counted from the end of the part before, so that the citizen is told both days.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use office::{
    calendar::Deadline,
    catalogue::Catalogue,
    dossier::{Channel, LinkedPart},
    linked::Part,
    text::clean,
};
use serde::{Deserialize, Serialize};
use widgets::{Element, Icon, column, field, pressable, quiet, row, section, space, text};

use crate::{assets::Law, window::layout};

/// The search for a further procedure.
pub const SEARCH: &str = "linked-procedure";
/// Most parts of a dossier.
const MOST: usize = 5;
/// Procedures shown at once.
const SHOWN: usize = 5;

/// A further procedure that was chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Its code.
    pub code: String,
    /// Who carries it out, as typed.
    pub agency: String,
}

/// What happened in the part.
#[derive(Clone, Debug)]
pub enum Message {
    /// A further procedure is wanted.
    Asked,
    /// The search changed.
    QueryTyped(String),
    /// A procedure was chosen.
    Chosen(String),
    /// The first found is meant.
    FirstChosen,
    /// The agency of a part.
    AgencyTyped(usize, String),
    /// A part is not wanted.
    Dropped(usize),
}

/// What the search for a further procedure holds; nothing of it is kept.
#[derive(Default)]
pub struct Search {
    open: bool,
    query: String,
    /// Agencies to choose from: those to which this office hands dossiers over.
    units: Vec<String>,
    /// The same after the agency that carries out a procedure by law, by the procedure's code.
    by_law: BTreeMap<String, Vec<String>>,
}

/// The agency's field of a part.
pub fn agency(part: usize) -> String {
    format!("linked-agency-{part}")
}

impl Search {
    /// A search with agencies to choose from. `by_law`: codes of procedures with who carries them out here.
    pub fn among<'a>(units: Vec<String>, by_law: impl Iterator<Item = (&'a str, String)>) -> Self {
        let first = |(code, agency): (&str, String)| {
            let others = units.iter().filter(|unit| **unit != agency).cloned();
            (code.to_owned(), std::iter::once(agency.clone()).chain(others).collect())
        };
        let by_law = by_law.map(first).collect();
        Self { units, by_law, ..Self::default() }
    }

    /// Who may carry out a procedure, the agency that does by law first.
    fn agencies(&self, code: &str) -> &[String] {
        self.by_law.get(code).unwrap_or(&self.units)
    }

    /// Takes a message in; gives the field that the keyboard moves to.
    pub fn update(
        &mut self,
        links: &mut Vec<Link>,
        message: Message,
        catalogue: &Catalogue,
        day: Date,
    ) -> Option<String> {
        match message {
            Message::Asked => {
                self.open = links.len() < MOST;
                self.query.clear();
                return Some(SEARCH.to_owned());
            }
            Message::QueryTyped(query) => self.query = query,
            Message::FirstChosen => {
                let first = catalogue.search(&self.query, day, &[]).first().map(|p| p.code.clone());
                return first.map(|code| self.take(links, code));
            }
            Message::Chosen(code) => return Some(self.take(links, code)),
            Message::AgencyTyped(part, words) => {
                if let Some(link) = links.get_mut(part) {
                    link.agency = words;
                }
            }
            Message::Dropped(part) if part < links.len() => {
                links.remove(part);
            }
            Message::Dropped(_) => {}
        }
        None
    }

    fn take(&mut self, links: &mut Vec<Link>, code: String) -> String {
        self.open = false;
        let known = links.iter().position(|link| link.code == code);
        let place = known.unwrap_or_else(|| {
            links.push(Link { code, agency: String::new() });
            links.len() - 1
        });
        agency(place)
    }

    /// Draws the parts, each with its day. `due`: when the first part is due.
    pub fn view<'a>(
        &'a self,
        links: &'a [Link],
        law: &'a Law,
        due: Option<Deadline>,
        now: DateTime,
    ) -> Element<'a, Message> {
        let day = now.date();
        let mut content = column([]);
        let parts = parts(links, law, due.as_ref(), day);
        for (n, link) in links.iter().enumerate() {
            let (name, when) = match parts.iter().find(|p| p.procedure.code == link.code) {
                Some(part) => (part.procedure.name.clone(), words(part)),
                None => (link.code.clone(), "Danh mục không còn thủ tục này.".to_owned()),
            };
            content = content.push(
                column([
                    row([
                        text::strong(name).width(iced::Length::Fill).into(),
                        quiet("Bỏ").on_press(Message::Dropped(n)).into(),
                    ])
                    .into(),
                    layout::paper_field("Cơ quan thực hiện", &link.agency)
                        .id(agency(n))
                        .required()
                        .placeholder("Bảo hiểm xã hội, Công an xã …")
                        .suggest(self.agencies(&link.code))
                        .on_change(move |words| Message::AgencyTyped(n, words))
                        .into(),
                    layout::facts([layout::fact("Hẹn trả phần này", when)]),
                ])
                .spacing(space::S),
            );
        }
        if self.open {
            content = content.push(
                field("Tên hoặc mã thủ tục liên thông", &self.query)
                    .id(SEARCH)
                    .icon(Icon::Search)
                    .on_change(Message::QueryTyped)
                    .on_submit(Message::FirstChosen),
            );
            for procedure in law.catalogue.search(&self.query, day, &[]).into_iter().take(SHOWN) {
                content = content.push(
                    pressable(text::body(procedure.short_name()))
                        .width(iced::Length::Fill)
                        .on_press(Message::Chosen(procedure.code.clone())),
                );
            }
        } else if links.is_empty() {
            content = content.push(text::small(
                "Hồ sơ còn do cơ quan khác giải quyết tiếp: thêm từng thủ tục, mỗi phần có ngày hẹn riêng.",
            ));
        }
        let more = (!self.open && links.len() < MOST)
            .then(|| quiet("Thêm thủ tục").icon(Icon::Plus).on_press(Message::Asked).into());
        section("Liên thông", more, content).into()
    }
}

fn words(part: &LinkedPart) -> String {
    match &part.deadline {
        Some(deadline) => {
            format!("{} ({})", deadline.at.strftime("%H giờ %M, ngày %d/%m/%Y"), part.time_limit)
        }
        None => "chưa tính được vì danh mục không ghi rõ thời hạn".to_owned(),
    }
}

/// The parts as the dossier keeps them, one after the other; those whose procedure the catalogue has.
pub fn parts(links: &[Link], law: &Law, due: Option<&Deadline>, day: Date) -> Vec<LinkedPart> {
    let part = |link: &Link| {
        let procedure = law.catalogue.find(&link.code, day)?;
        Some(Part {
            procedure: law.catalogue.stamp(procedure),
            agency: clean(&link.agency),
            time_limit: procedure.time_limit(Channel::Counter),
        })
    };
    office::linked::link(&law.calendar, due, links.iter().filter_map(part))
}
