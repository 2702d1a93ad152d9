//! An act or a line as it was written: its number first, to be put on the paper at once, then what it says, its money,
//! and what comes next: pay, see it in its book, the same again for this person, back. An act is opened here from
//! wherever it is met, too, and annulled with a reason: its number stays used.

use jiff::civil::Date;
use office::{
    act::ActId,
    book::BookId,
    person::Identity,
    subject::Subject,
    text::{clean_lines, lower_first},
};
use widgets::{
    Dialog, Element, Icon, Tone, badge, card, column, keys::Pressed, modal, primary, quiet, row,
    secondary, section, text,
};

use super::{
    Shown,
    help::{Help, help},
};
use crate::{
    desk::{amended::Related, lines::Work},
    window::{layout, notice::Notice},
};

/// The reason for an annulment.
const REASON: &str = "written-reason";

/// What the shell knows of it.
pub struct About {
    /// What it is.
    pub label: String,
    /// Its number as the book writes it, or that it is awaited.
    pub number: String,
    /// Whether the number is there.
    pub issued: bool,
    /// The book that it stands in, and its name.
    pub book: (BookId, String),
    /// Its day.
    pub day: Date,
    /// Whom it speaks of: name, number, proof.
    pub people: Vec<(String, String, String)>,
    /// What else it says, by its names.
    pub facts: Vec<(String, String)>,
    /// How it stands with its money, where it has any, and whether something is owed.
    pub money: Option<(String, bool)>,
    /// What money hangs on.
    pub subject: Option<Subject>,
    /// Whether the user may take money for it.
    pub may_pay: bool,
    /// The act whose wording (lời chứng) the user may print.
    pub wording: Option<ActId>,
    /// The act, where it has a signed file.
    pub document: Option<ActId>,
    /// The electronic copy, where the user may put it into the store of whoever asked for it.
    pub keepable: Option<ActId>,
    /// Why it was annulled, if it was.
    pub annulled: Option<String>,
    /// Acts that it amends or cancels, or that amend or cancel it.
    pub related: Vec<Related>,
    /// The act, where the user may annul it.
    pub annullable: Option<ActId>,
}

/// The same work for the same person.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// What.
    pub work: Work,
    /// Whom it was written for, as it says.
    pub who: Identity,
}

/// The screen's state.
pub struct State {
    about: About,
    /// What it is the next of, where the person for whom it was written is still there.
    again: Option<Again>,
    /// It is asked whether to annul it, for this reason.
    annulling: Option<String>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// Money is to be taken.
    PaymentAsked,
    /// The same again for the same person.
    AgainAsked,
    /// Its wording is to be seen and printed.
    WordingAsked,
    /// It is to be put into the store of whoever asked for it.
    StoreAsked,
    /// It is to be seen in its book.
    BookAsked,
    /// The act that stands to it is to be seen: the newest, or this one of several.
    RelatedAsked(Option<usize>),
    /// It is to be annulled.
    AnnulAsked,
    /// The reason.
    ReasonTyped(String),
    /// Annul it now.
    AnnulConfirmed,
    /// Do not.
    Dropped,
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Take money for this.
    Pay(Subject),
    /// Begin the same work again.
    Again(Box<Again>),
    /// Show the wording of this act.
    Wording(ActId),
    /// Show the signed file of this act, under this name; saved, it is the same bytes.
    Document(String, ActId),
    /// Offer the signed file of this act to the store of whoever asked for it.
    Store(ActId),
    /// Show this book around this day.
    Book(BookId, Date),
    /// Show this act.
    Open(ActId),
    /// Move the keyboard to the reason.
    Focus(&'static str),
    /// Annul this act for this reason.
    Annul(ActId, String),
    /// Back.
    Close,
}

impl State {
    /// Shows what was written; `again`: it may be done once more for the person who is here.
    pub fn new(about: About, again: Option<Again>, notice: Option<Notice>) -> Self {
        Self { about, again, annulling: None, notice }
    }

    /// What it is the next of.
    pub fn again(&self) -> Option<&Again> {
        self.again.as_ref()
    }

    fn owes(&self) -> bool {
        self.about.may_pay && self.about.money.as_ref().is_some_and(|(_, owed)| *owed)
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::PaymentAsked => {
                let subject = self.about.subject.clone().filter(|_| self.about.may_pay);
                subject.map_or(Action::None, Action::Pay)
            }
            Message::AgainAsked => {
                self.again.clone().map_or(Action::None, |again| Action::Again(Box::new(again)))
            }
            Message::WordingAsked => {
                if let Some(document) = &self.about.document {
                    let name = format!("{}, {}", self.about.label, lower_first(&self.about.number));
                    return Action::Document(name, document.clone());
                }
                self.about.wording.clone().map_or(Action::None, Action::Wording)
            }
            Message::StoreAsked => self.about.keepable.clone().map_or(Action::None, Action::Store),
            Message::BookAsked => Action::Book(self.about.book.0, self.about.day),
            Message::RelatedAsked(which) => {
                let all = &self.about.related;
                let one = which.map_or(all.last(), |place| all.get(place));
                one.map_or(Action::None, |one| Action::Open(one.id.clone()))
            }
            Message::AnnulAsked if self.about.annullable.is_none() => Action::None,
            Message::AnnulAsked => {
                (self.annulling, self.notice) = (Some(String::new()), None);
                Action::Focus(REASON)
            }
            Message::ReasonTyped(reason) => {
                self.annulling = Some(reason);
                Action::None
            }
            Message::AnnulConfirmed => {
                let reason = self.annulling.as_deref().map(clean_lines).unwrap_or_default();
                match self.about.annullable.clone().filter(|_| !reason.is_empty()) {
                    Some(id) => {
                        self.annulling = None;
                        Action::Annul(id, reason)
                    }
                    None => Action::Focus(REASON),
                }
            }
            Message::Dropped => {
                self.annulling = None;
                Action::None
            }
            Message::Closed => Action::Close,
        }
    }

    fn main(&self) -> Element<'_, Message> {
        let about = &self.about;
        let tone = if about.issued { Tone::Good } else { Tone::Caution };
        let words = if about.issued { "Đã cấp số" } else { "Chờ cấp số" };
        let mut head = column([
            text::label(about.label.as_str()).into(),
            text::title(about.number.as_str()).into(),
            row([badge(words, tone).into(), text::small(about.book.1.as_str()).into()]).into(),
        ]);
        if let Some(why) = &about.annulled {
            head = head.push(badge(format!("Đã hủy: {why}"), Tone::Bad));
        }
        for (place, one) in about.related.iter().enumerate() {
            let open = Message::RelatedAsked(Some(place));
            let last = place + 1 == about.related.len();
            let see = quiet("Xem").on_press(open);
            let see = if last { see.key("F4") } else { see };
            head = head.push(row([badge(one.words.as_str(), Tone::Info).into(), see.into()]));
        }
        if let Some(notice) = &self.notice {
            head = head.push(notice.view());
        }
        let facts = about.facts.iter().map(|(name, value)| layout::fact(name, value.as_str()));
        column([card(head).into(), section("Nội dung", None, layout::facts(facts)).into()]).into()
    }

    fn side(&self) -> Element<'_, Message> {
        let mut people = column([]);
        if self.about.people.is_empty() {
            people = people.push(text::body("Không gắn với giấy tờ của ai."));
        }
        for (name, number, proof) in &self.about.people {
            people = people.push(
                column([
                    text::strong(name.as_str()).into(),
                    text::number(number.as_str()).into(),
                    text::small(proof.as_str()).into(),
                ])
                .spacing(0.0),
            );
        }
        let money = self.about.money.as_ref().map(|(words, owed)| {
            let tone = if *owed { Tone::Caution } else { Tone::Good };
            section("Phí", None, text::toned(words.as_str(), tone))
        });
        column([section("Người", None, people).into()]).push(money).into()
    }

    fn foot(&self) -> Element<'_, Message> {
        let pays = self.about.subject.is_some() && self.about.may_pay;
        let pay = pays.then(|| {
            let pay = if self.owes() { primary("Thu phí") } else { secondary("Thu phí") };
            pay.key("F6").on_press(Message::PaymentAsked)
        });
        let again = self.again.is_some().then(|| {
            secondary("Việc tiếp theo cho người này").key("F2").on_press(Message::AgainAsked)
        });
        let papers = match (&self.about.document, &self.about.wording) {
            (Some(_), _) => Some("Bản điện tử"),
            (None, Some(_)) => Some("Lời chứng"),
            (None, None) => None,
        };
        let wording = papers.map(|words| {
            secondary(words).icon(Icon::Document).key("F8").on_press(Message::WordingAsked)
        });
        let store = self.about.keepable.is_some().then(|| {
            secondary("Lưu vào kho giấy tờ")
                .icon(Icon::Folder)
                .key("F5")
                .on_press(Message::StoreAsked)
        });
        let keys = row([])
            .push(pay)
            .push(again)
            .push(wording)
            .push(store)
            .push(secondary("Xem trong sổ").key("F9").on_press(Message::BookAsked))
            .push(
                self.about
                    .annullable
                    .is_some()
                    .then(|| quiet("Hủy việc này").key("F7").on_press(Message::AnnulAsked)),
            )
            .push(quiet("Xong").icon(Icon::Check).key("Esc").on_press(Message::Closed));
        card(keys.wrap()).into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("written");

    fn title(&self) -> &'static str {
        if self.annulling.is_some() { "Hủy việc" } else { "Đã ghi vào sổ" }
    }

    fn asks(&self) -> bool {
        self.annulling.is_some()
    }

    fn subject(&self) -> String {
        format!("{} {}", self.about.book.0, self.about.number)
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.annulling.is_some() {
            return match key {
                Pressed::Enter => Some(Message::AnnulConfirmed),
                Pressed::Escape => Some(Message::Dropped),
                _ => None,
            };
        }
        Some(match key {
            Pressed::F(4) => Message::RelatedAsked(None),
            Pressed::F(7) => Message::AnnulAsked,
            Pressed::F(6) => Message::PaymentAsked,
            Pressed::F(2) => Message::AgainAsked,
            Pressed::F(8) => Message::WordingAsked,
            Pressed::F(5) => Message::StoreAsked,
            Pressed::F(9) => Message::BookAsked,
            Pressed::Escape | Pressed::Enter => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        let screen = layout::two_columns_with_foot(self.main(), self.side(), self.foot());
        modal(screen, self.annulling.as_deref().map(annulment))
    }
}

fn annulment(reason: &str) -> Dialog<'_, Message> {
    layout::Reasoned {
        title: "Hủy việc này?",
        words: "Số trong sổ vẫn giữ nguyên, không cấp lại cho việc khác. Việc hủy được ghi thành một mục mới, và dòng trong sổ ghi rõ đã hủy.",
        id: REASON,
        example: "",
        reason,
        verb: "Hủy việc",
        typed: Message::ReasonTyped,
        confirmed: Message::AnnulConfirmed,
        dropped: Message::Dropped,
    }
    .view()
}
