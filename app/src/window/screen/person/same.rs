//! Whether two are one person: merging with somebody else, taking a merge back, splitting off what is not
//! theirs. Both stand beside each other, and the reason goes into the ledger.

use iced::Length;
use ledger::{Merge, Reading, Telling};
use office::{
    entry::Event,
    person::{Identity, PersonId},
    text::clean_lines,
};
use widgets::{
    Dialog, Element, Tone, column, field, flow, keys::Pressed, pressable, primary, row, space, text,
};

use super::view::facts;
use crate::{
    clock,
    window::{layout, notice::Notice},
};

/// The search's field.
pub const QUERY: &str = "same-query";
/// The reason's field.
pub const REASON: &str = "same-reason";

/// Its title.
pub const TITLE: &str = "Gộp, tách thông tin công dân";
const WIDTH: f32 = 1040.0;
const HEIGHT: f32 = 440.0;
const NAME_WIDTH: f32 = 120.0;

/// The dialog's state.
pub struct State {
    shown: Identity,
    who: PersonId,
    /// Who may be the same, and what can be split off or parted.
    own: Vec<Row>,
    /// Who was searched for.
    found: Vec<Row>,
    query: String,
    marked: usize,
    chosen: Option<Chosen>,
    reason: String,
    notice: Option<Notice>,
}

/// What a row offers.
#[derive(Clone, Debug, PartialEq)]
enum Offer {
    /// Another person: merge.
    Person(PersonId),
    /// What tells of this one: split off.
    Telling(PersonId, Box<Identity>),
    /// A merge that holds: part.
    Merge(PersonId, PersonId),
}

struct Row {
    name: String,
    detail: String,
    offer: Offer,
}

struct Chosen {
    offer: Offer,
    /// What stands beside the person.
    beside: Option<Identity>,
}

/// What happened in the dialog.
#[derive(Clone, Debug)]
pub enum Message {
    /// The query changed.
    Typed(String),
    /// Arrow keys.
    Moved(i8),
    /// Enter: choose the marked row, or do what was chosen.
    Entered,
    /// A row was chosen.
    Chosen(usize),
    /// The reason.
    ReasonTyped(String),
    /// Do it.
    Confirmed,
    /// Rather not.
    Dropped,
}

/// What a key does in the dialog.
pub fn key(key: Pressed) -> Option<Message> {
    match key {
        Pressed::Up => Some(Message::Moved(-1)),
        Pressed::Down => Some(Message::Moved(1)),
        Pressed::Enter => Some(Message::Entered),
        Pressed::Escape => Some(Message::Dropped),
        _ => None,
    }
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Search for people.
    Search(String),
    /// Show another person beside; the look is written down.
    Look(PersonId),
    /// Move the keyboard there.
    Focus(&'static str),
    /// Write it, then show this person.
    Write(Box<Event>, PersonId),
    /// Back to the person.
    Close,
}

impl State {
    /// Of a person: who looks alike, what tells of them, by which merges they are one.
    pub fn new(
        shown: Identity,
        who: PersonId,
        alike: &[Reading],
        tellings: Vec<Telling>,
        merges: Vec<Merge>,
    ) -> Self {
        let alike = alike.iter().map(|one| Row {
            detail: format!("Có thể là cùng một người – {}", describe(&one.identity)),
            ..person(one.who, &one.identity)
        });
        let merges = merges.into_iter().map(|merge| Row {
            name: format!("Bỏ gộp ngày {}", clock::local(merge.at).strftime("%d/%m/%Y %H:%M")),
            detail: format!("{} gộp. Lý do: {}", merge.by.0, merge.reason),
            offer: Offer::Merge(merge.one, merge.other),
        });
        // What alone tells of a person cannot leave them.
        let several = tellings.len() > 1;
        let tellings = tellings.into_iter().filter(|_| several).map(|told| {
            let Telling { kind, reading } = told;
            let at = clock::local(reading.at).strftime("%d/%m/%Y %H:%M");
            Row {
                name: format!("Tách: {}, {at}", kind.facts().label),
                detail: format!(
                    "{} – {}",
                    reading.identity.person.name,
                    describe(&reading.identity)
                ),
                offer: Offer::Telling(reading.who, Box::new(reading.identity)),
            }
        });
        Self {
            own: alike.chain(merges).chain(tellings).collect(),
            shown,
            who,
            found: Vec::new(),
            query: String::new(),
            marked: 0,
            chosen: None,
            reason: String::new(),
            notice: None,
        }
    }

    /// Who was found.
    pub fn found(&mut self, people: Vec<(PersonId, Identity)>) {
        self.marked = 0;
        self.notice = None;
        self.found = people
            .iter()
            .filter(|(who, _)| *who != self.who)
            .map(|(who, one)| person(*who, one))
            .collect();
    }

    /// The other person, to stand beside.
    pub fn beside(&mut self, identity: Identity) {
        if let Some(chosen) = &mut self.chosen {
            chosen.beside = Some(identity);
        }
    }

    /// Something did not work: what was typed stays.
    pub fn refused(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    /// The field to focus.
    pub fn field(&self) -> &'static str {
        if self.chosen.is_some() { REASON } else { QUERY }
    }

    fn rows(&self) -> &[Row] {
        if self.query.trim().is_empty() { &self.own } else { &self.found }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Typed(query) => {
                self.query = query;
                self.chosen = None;
                if self.query.trim().is_empty() {
                    self.marked = 0;
                    return Action::None;
                }
                Action::Search(self.query.clone())
            }
            Message::Moved(by) => {
                let last = self.rows().len().saturating_sub(1);
                self.marked = self.marked.saturating_add_signed(by.into()).min(last);
                Action::None
            }
            Message::Entered if self.chosen.is_some() => self.update(Message::Confirmed),
            Message::Entered => self.update(Message::Chosen(self.marked)),
            Message::Chosen(n) => {
                let Some(offer) = self.rows().get(n).map(|row| row.offer.clone()) else {
                    return Action::None;
                };
                self.marked = n;
                self.notice = None;
                let beside = match &offer {
                    Offer::Telling(_, identity) => Some((**identity).clone()),
                    Offer::Person(_) | Offer::Merge(..) => None,
                };
                let look = match &offer {
                    Offer::Person(who) => Some(*who),
                    Offer::Telling(..) | Offer::Merge(..) => None,
                };
                self.chosen = Some(Chosen { offer, beside });
                look.map_or(Action::Focus(REASON), Action::Look)
            }
            Message::ReasonTyped(words) => {
                self.reason = words;
                Action::None
            }
            Message::Confirmed => match self.event() {
                Some((event, then)) => Action::Write(Box::new(event), then),
                None => Action::None,
            },
            Message::Dropped => Action::Close,
        }
    }

    /// What is to be written, and who is shown then; `None` as long as something is missing.
    fn event(&self) -> Option<(Event, PersonId)> {
        let chosen = self.chosen.as_ref()?;
        let reason = clean_lines(&self.reason);
        if reason.is_empty() {
            return None;
        }
        Some(match &chosen.offer {
            // Whoever stands beside was looked at.
            Offer::Person(_) if chosen.beside.is_none() => return None,
            Offer::Person(other) => {
                (Event::PeopleMerged { one: self.who, other: *other, reason }, self.who)
            }
            Offer::Telling(who, _) => {
                let others = self.own.iter().filter_map(|row| match &row.offer {
                    Offer::Telling(other, _) if other != who => Some(*other),
                    _ => None,
                });
                let then = others.into_iter().next().unwrap_or(self.who);
                (Event::PersonSplit { who: *who, reason }, then)
            }
            Offer::Merge(one, other) => {
                (Event::PeopleParted { one: *one, other: *other, reason }, self.who)
            }
        })
    }

    /// Draws the dialog.
    pub fn view(&self) -> Dialog<'_, Message> {
        let search = field("Tìm người để gộp", &self.query)
            .id(QUERY)
            .placeholder("Họ tên, số định danh, số hộ chiếu")
            .on_change(Message::Typed)
            .on_submit(Message::Entered);
        let mut list = column([search.into()]).spacing(space::S);
        if self.rows().is_empty() {
            list = list.push(text::body(if self.query.trim().is_empty() {
                "Không có gì để tách. Tìm người khác để gộp."
            } else {
                "Không tìm thấy. Hãy gõ ít chữ hơn."
            }));
        }
        let rows = self.rows().iter().enumerate().map(|(n, line)| {
            pressable(
                column([
                    text::strong(line.name.as_str()).into(),
                    text::small(line.detail.as_str()).into(),
                ])
                .spacing(0.0),
            )
            .chosen(n == self.marked)
            .on_press(Message::Chosen(n))
            .into()
        });
        list = list.push(column(rows).spacing(space::XS));
        let sides = iced::widget::Row::new()
            .push(side(flow::scroll(list), 2))
            .push(side(flow::scroll(self.right()), 3))
            .spacing(space::L)
            .height(HEIGHT);
        let ready = self.event().is_some().then_some(Message::Confirmed);
        let words = match self.chosen.as_ref().map(|chosen| &chosen.offer) {
            Some(Offer::Telling(..)) => "Tách khỏi người này",
            Some(Offer::Merge(..)) => "Bỏ gộp",
            Some(Offer::Person(_)) | None => "Gộp làm một người",
        };
        Dialog::new(TITLE, sides)
            .width(WIDTH)
            .action(layout::cancel(Message::Dropped))
            .action(primary(words).key("Enter").on_press_maybe(ready))
            .on_close(Message::Dropped)
    }

    fn right(&self) -> Element<'_, Message> {
        let mut content = column([]).push(self.notice.as_ref().map(Notice::view));
        let Some(chosen) = &self.chosen else {
            let words = "Chọn một dòng bên trái (↑ ↓, Enter) để so hai bên trước khi quyết định.";
            return content.push(text::body(words)).into();
        };
        let (what, other) = match &chosen.offer {
            Offer::Person(_) => (
                "Hồ sơ, lịch sử và kho giấy tờ của hai bên thành của một người. Bỏ gộp được sau này.",
                "Người kia",
            ),
            Offer::Telling(..) => (
                "Mục này và những gì đi cùng nó (hồ sơ, giấy tờ lưu theo nó) thành của một người riêng.",
                "Mục được tách",
            ),
            Offer::Merge(..) => ("Hai bên lại là hai người như trước khi gộp.", ""),
        };
        content = content.push(text::body(what));
        if let Some(beside) = &chosen.beside {
            content = content.push(compared(&self.shown, beside, other));
        }
        content
            .push(
                field("Lý do", &self.reason)
                    .id(REASON)
                    .lines(layout::REASON_LINES)
                    .required()
                    .placeholder("Đổi hộ chiếu; gõ nhầm số; trùng họ tên …")
                    .on_change(Message::ReasonTyped)
                    .on_submit(Message::Confirmed),
            )
            .into()
    }
}

fn person(who: PersonId, identity: &Identity) -> Row {
    Row {
        name: identity.person.name.clone(),
        detail: describe(identity),
        offer: Offer::Person(who),
    }
}

/// Number, birth and proof, in one line.
fn describe(identity: &Identity) -> String {
    let born = identity.person.birth_date.map(|born| format!(", sinh {born}"));
    format!("{}{} – {}", identity.claim_label(), born.unwrap_or_default(), identity.proof())
}

/// Facts of both, line by line; where they differ the other's is marked.
fn compared<'a>(shown: &Identity, beside: &Identity, other: &'a str) -> Element<'a, Message> {
    let whole = |identity: &Identity| {
        let number = identity.person.number.as_ref().map(|number| number.grouped());
        let mut whole = vec![
            ("Họ và tên", identity.person.name.clone()),
            ("Số định danh", number.unwrap_or_default()),
        ];
        whole.extend(facts(identity));
        whole.push(("Chứng cứ", identity.proof()));
        whole
    };
    let line = |name: &'static str, one: Element<'a, Message>, two: Element<'a, Message>| {
        row([text::small(name).width(NAME_WIDTH).into(), side(one, 1), side(two, 1)])
    };
    let head = line("", text::label("Người đang mở").into(), text::label(other).into());
    let lines =
        whole(shown).into_iter().zip(whole(beside)).filter_map(|((name, one), (_, two))| {
            if one.is_empty() && two.is_empty() {
                return None;
            }
            let apart = !one.is_empty() && !two.is_empty() && one != two;
            let two: Element<'a, Message> =
                if apart { text::toned(two, Tone::Caution).into() } else { text::body(two).into() };
            Some(line(name, text::body(one).into(), two).into())
        });
    column([head.into()]).extend(lines).spacing(space::XS).into()
}

fn side<'a>(content: impl Into<Element<'a, Message>>, width: u16) -> Element<'a, Message> {
    iced::widget::container(content).width(Length::FillPortion(width)).into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::Timestamp;
    use ledger::EventKind;
    use office::{entry::UserName, evidence::Evidence};

    use super::*;
    use crate::demo;

    fn telling(place: u64) -> Telling {
        let mut identity = demo::people()[0].identity();
        identity.evidence = Evidence::Typed;
        let reading = Reading {
            who: PersonId(place),
            at: Timestamp::UNIX_EPOCH,
            by: UserName("chi".into()),
            identity,
            face: None,
        };
        Telling { kind: EventKind::IdentityRead, reading }
    }

    fn opened(tellings: Vec<Telling>) -> State {
        let shown = demo::people()[0].identity();
        let merge = Merge {
            one: PersonId(7),
            other: PersonId(9),
            at: Timestamp::UNIX_EPOCH,
            by: UserName("chi".into()),
            reason: "đổi hộ chiếu".into(),
        };
        State::new(shown, PersonId(7), &[], tellings, vec![merge])
    }

    /// What is written once `n` is chosen and a reason given.
    fn written(state: &mut State, n: usize) -> Option<(Event, PersonId)> {
        let chosen = state.update(Message::Chosen(n));
        if let Action::Look(_) = chosen {
            state.update(Message::ReasonTyped("lý do".into()));
            assert!(matches!(state.update(Message::Confirmed), Action::None), "not compared yet");
            state.beside(demo::people()[1].identity());
        }
        state.update(Message::ReasonTyped(" ".into()));
        assert!(matches!(state.update(Message::Confirmed), Action::None), "no reason");
        state.update(Message::ReasonTyped("lý do".into()));
        match state.update(Message::Entered) {
            Action::Write(event, then) => Some((*event, then)),
            _ => None,
        }
    }

    #[test]
    fn each_row_writes_what_it_says_once_both_were_compared_and_a_reason_given() {
        let reason = String::from("lý do");
        let mut state = opened(vec![telling(7), telling(5)]);
        let (one, other) = (PersonId(7), PersonId(9));
        let parted = Event::PeopleParted { one, other, reason: reason.clone() };
        assert_eq!(written(&mut state, 0), Some((parted, one)));
        // Then the person is shown by what is left.
        let split = Event::PersonSplit { who: PersonId(7), reason: reason.clone() };
        assert_eq!(written(&mut state, 1), Some((split, PersonId(5))));
        assert!(matches!(state.update(Message::Typed("ba".into())), Action::Search(_)));
        state.found(vec![(one, telling(7).reading.identity), (other, telling(9).reading.identity)]);
        let merged = Event::PeopleMerged { one, other, reason };
        assert_eq!(written(&mut state, 0), Some((merged, one)), "nobody is merged with themselves");
    }

    #[test]
    fn the_only_telling_of_a_person_is_not_offered() {
        let state = opened(vec![telling(7)]);
        assert!(state.rows().iter().all(|row| !matches!(row.offer, Offer::Telling(..))));
    }
}
