//! One person: who they are, how strong the proof is and why, what the office can do for them, and all
//! that happened with them here.
//!
//! Every fact on the screen belongs to one reading, whose level and day stand above it. What an earlier,
//! stronger reading told besides stands below with its own: the two are never mixed.

pub mod same;
mod view;

use iced::widget::image::Handle;
use jiff::civil::{Date, DateTime};
use ledger::{Part, PersonRecord};
use office::{
    evidence::Evidence,
    partial_date::PartialDate,
    person::{Century, Contact, Identity, PersonId},
    subject::Subject,
    text::{clean, not_in_names},
};
use widgets::{Element, keys::Pressed};

use super::{
    Shown,
    help::{Help, help},
};
use crate::window::{advice, layout, notice::Notice};

/// The name's field, for a person known by number only.
pub const NAME: &str = "person-name";

/// Usual procedures that digits reach.
const USUAL: usize = 9;

/// The parts of a history that are shown one at a time, as F9 goes through them.
const PARTS: [(&str, &[Part]); 6] = [
    ("Tất cả", &[Part::Dossier, Part::Work, Part::Act, Part::Reading, Part::Store]),
    ("Hồ sơ", &[Part::Dossier]),
    ("Chứng thực, ghi sổ", &[Part::Act]),
    ("Giấy tờ, phí", &[Part::Work, Part::Store]),
    ("Lần đọc", &[Part::Reading]),
    ("Lượt xem", &[Part::Look]),
];

/// Something that happened with the person.
#[derive(Clone, Debug)]
pub struct Happened {
    /// When, local.
    pub at: DateTime,
    /// Login name of who did it.
    pub by: String,
    /// What, in words.
    pub label: &'static str,
    /// About what.
    pub detail: String,
    /// What it is about, where that can be opened.
    pub opens: Option<Subject>,
}

/// The screen's state.
pub struct State {
    /// The reading.
    pub identity: Identity,
    face: Option<Handle>,
    /// Content hash of the face in the ledger.
    pub face_blob: Option<office::entry::ContentHash>,
    today: Date,
    /// Whose record was looked at.
    who: Option<PersonId>,
    /// An earlier reading that is stronger, and its day.
    stronger: Option<(Identity, Date)>,
    /// How to reach them, typed at an earlier dossier.
    contact: Contact,
    history: Vec<Happened>,
    next: Option<u64>,
    part: usize,
    selected: Option<usize>,
    warnings: Vec<String>,
    /// What else the clerk must know: the document is over, readings before or since.
    remarks: Vec<String>,
    steps: Vec<&'static str>,
    awaits_chip: bool,
    name: String,
    notice: Option<Notice>,
    /// Procedures that this office receives most: codes and names, the most usual first.
    usual: Vec<(String, String)>,
    /// Documents in the person's store, and how many of them have to go.
    kept: Option<(usize, usize)>,
    /// Merging and splitting: whether the user may, and the open dialog.
    may_merge: bool,
    /// Whether the user may do acts or write lines.
    may_write: bool,
    pub same: Option<Box<same::State>>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// A name typed for a number without data.
    NameTyped(String),
    /// The earlier of two births that the document leaves open.
    EarlierBirth,
    /// The later of them.
    LaterBirth,
    /// Receive a dossier for this person.
    ReceptionAsked,
    /// Enter: what is selected in the history, else a reception.
    Entered,
    /// Receive a dossier of a usual procedure, counted from 1.
    UsualChosen(u8),
    /// Something else than a reception.
    OtherAsked,
    /// The person's store.
    StoreOpened,
    /// Merge with somebody, or split something off.
    SameAsked,
    /// In that dialog.
    Same(same::Message),
    /// The next part of the history.
    NextPart,
    /// A line of it was selected.
    Selected(usize),
    /// Arrow keys in the history.
    Moved(i8),
    /// Older lines are wanted.
    MoreAsked,
    /// What a line is about was chosen.
    LineOpened(Subject),
    /// Back.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Open the reception form.
    Receive(Box<Identity>),
    /// Open the reception form with this procedure.
    ReceiveUsual(Box<Identity>, String),
    /// Choose an act or a line for this person.
    Other(Box<Identity>),
    /// Open the person's store.
    Store,
    /// Open the dialog of merging and splitting.
    AskSame,
    /// What that dialog wants.
    Same(same::Action),
    /// Open what a line is about.
    Open(Subject),
    /// Fetch the history, from its beginning or from where it goes on.
    History(Option<u64>),
    /// Back to the home screen.
    Close,
}

impl State {
    /// Shows a reading.
    pub fn new(
        identity: Identity,
        face_blob: Option<office::entry::ContentHash>,
        today: Date,
        notice: Option<Notice>,
    ) -> Self {
        let mut remarks = Vec::new();
        if let Some(last) = identity.expired(today) {
            let last = last.strftime("%d/%m/%Y");
            remarks.push(format!(
                "Giấy tờ đã hết hạn ngày {last}: không thay được việc xuất trình giấy tờ tùy thân."
            ));
        }
        Self {
            warnings: identity.warnings(),
            remarks,
            steps: advice::next_steps(identity.evidence, &[]),
            awaits_chip: false,
            identity,
            face: None,
            face_blob,
            today,
            who: None,
            stronger: None,
            contact: Contact::default(),
            history: Vec::new(),
            next: None,
            part: 0,
            selected: None,
            name: String::new(),
            notice,
            usual: Vec::new(),
            kept: None,
            may_merge: false,
            may_write: false,
            same: None,
        }
    }

    /// Offers the usual procedures, as many as there are digits.
    pub fn offer(&mut self, usual: Vec<(String, String)>) {
        self.usual = usual;
        self.usual.truncate(USUAL);
    }

    /// What the person's store holds: documents, and those that have to go.
    pub fn count_kept(&mut self, kept: usize, over: usize) {
        self.kept = Some((kept, over));
    }

    /// Offers to merge and split.
    pub fn offer_merging(&mut self) {
        self.may_merge = true;
    }

    /// Offers acts and lines.
    pub fn offer_writing(&mut self) {
        self.may_write = true;
    }

    /// Takes the steps that this reading asks for.
    pub fn advise(&mut self, steps: Vec<&'static str>) {
        self.steps = steps;
    }

    /// What the clerk must know of readings before or since.
    pub fn remark(&mut self, remarks: Vec<String>) {
        self.remarks.extend(remarks);
    }

    /// What the ledger knows of the person.
    pub fn know(&mut self, record: PersonRecord) {
        self.who = Some(record.who());
        let best = record.best;
        if best.identity.evidence.rank() < self.identity.evidence.rank()
            && self.identity.as_of(self.today) != best.identity.as_of(self.today)
        {
            let day = ledger::local_day(best.at);
            self.stronger = Some((best.identity, day));
        }
        self.contact = record.contact;
    }

    /// Whose history is shown.
    pub fn who(&self) -> Option<PersonId> {
        self.who
    }

    /// The parts of the history that are shown.
    pub fn parts(&self) -> &'static [Part] {
        PARTS.get(self.part).map_or(&[], |(_, parts)| parts)
    }

    /// Takes a page of the history; `more`: it goes on from the page before.
    pub fn tell_history(&mut self, rows: Vec<Happened>, next: Option<u64>, more: bool) {
        if !more {
            self.history.clear();
            self.selected = None;
        }
        self.history.extend(rows);
        self.next = next;
    }

    /// The next card that is placed is read for this person.
    pub fn await_chip(&mut self) {
        self.awaits_chip = true;
    }

    /// The photo that was decoded.
    pub fn show_photo(&mut self, picture: Option<Handle>) {
        self.face = picture;
    }

    fn needs_name(&self) -> bool {
        self.identity.evidence == Evidence::Typed && self.identity.person.name.is_empty()
    }

    fn whole(&self) -> Option<Identity> {
        let mut identity = self.identity.clone();
        if self.needs_name() {
            identity.person.name = clean(&self.name);
        }
        let whole = !identity.person.name.is_empty() && self.name_problem().is_none();
        (identity.evidence.usable() && whole).then_some(identity)
    }

    /// What is wrong with the typed name, in a sentence.
    fn name_problem(&self) -> Option<String> {
        let sign = || {
            let c = not_in_names(&self.name)?;
            Some(format!(
                "Họ và tên không thể có “{c}”: chỉ có chữ, dấu cách, dấu nháy, gạch nối, dấu chấm, dấu phẩy. Hãy gõ đúng như trên giấy tờ."
            ))
        };
        layout::unprintable(&self.name).or_else(sign)
    }

    /// The field to focus, if the screen needs typing.
    pub fn first_field(&self) -> Option<&'static str> {
        match &self.same {
            Some(same) => Some(same.field()),
            None => self.needs_name().then_some(NAME),
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::NameTyped(name) => {
                self.name = name;
                Action::None
            }
            Message::EarlierBirth => self.choose_birth(|earlier, _| earlier),
            Message::LaterBirth => self.choose_birth(|_, later| later),
            Message::Entered => match self.selected.and_then(|n| self.history.get(n)) {
                Some(Happened { opens: Some(id), .. }) => Action::Open(id.clone()),
                _ => self.update(Message::ReceptionAsked),
            },
            Message::ReceptionAsked => match self.whole() {
                Some(identity) => Action::Receive(Box::new(identity)),
                None => Action::None,
            },
            Message::UsualChosen(digit) => {
                let chosen = usize::from(digit).checked_sub(1).and_then(|n| self.usual.get(n));
                match self.whole().zip(chosen) {
                    Some((identity, (code, _))) => {
                        Action::ReceiveUsual(Box::new(identity), code.clone())
                    }
                    None => Action::None,
                }
            }
            Message::OtherAsked => match self.whole().filter(|_| self.may_write) {
                Some(identity) => Action::Other(Box::new(identity)),
                None => Action::None,
            },
            Message::StoreOpened if self.kept.is_some() => Action::Store,
            Message::StoreOpened => Action::None,
            Message::SameAsked if self.may_merge && self.who.is_some() => Action::AskSame,
            Message::SameAsked => Action::None,
            Message::Same(message) => match &mut self.same {
                Some(same) => Action::Same(same.update(message)),
                None => Action::None,
            },
            Message::NextPart => {
                self.part = (self.part + 1) % PARTS.len();
                Action::History(None)
            }
            Message::Selected(n) => {
                self.selected = Some(n);
                Action::None
            }
            Message::Moved(by) => {
                let last = self.history.len().saturating_sub(1);
                self.selected = match (self.selected, by) {
                    _ if self.history.is_empty() => None,
                    (None, by) => (by > 0).then_some(0),
                    (Some(0), by) if by < 0 => None,
                    (Some(n), by) => Some(n.saturating_add_signed(by.into()).min(last)),
                };
                match self.next {
                    Some(_) if self.selected == Some(last) => Action::History(self.next),
                    _ => Action::None,
                }
            }
            Message::MoreAsked => match self.next {
                Some(next) => Action::History(Some(next)),
                None => Action::None,
            },
            Message::LineOpened(id) => Action::Open(id),
            Message::Closed => Action::Close,
        }
    }

    fn choose_birth(&mut self, which: fn(PartialDate, PartialDate) -> PartialDate) -> Action {
        if let Century::Open { earlier, later } = self.identity.person.birth_century {
            self.identity.person.choose_birth(which(earlier, later));
            self.warnings = self.identity.warnings();
        }
        Action::None
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("person");

    fn unfinished(&self) -> Option<&'static str> {
        (!self.name.trim().is_empty()).then_some("Họ tên đang gõ sẽ không được giữ.")
    }

    fn card_of(&self) -> Option<&Identity> {
        Some(&self.identity)
    }

    fn title(&self) -> &'static str {
        if self.asks() { same::TITLE } else { "Công dân" }
    }

    fn asks(&self) -> bool {
        self.same.is_some()
    }

    fn subject(&self) -> String {
        let person = &self.identity.person;
        person.number.as_ref().map_or(&*person.name, |number| number.as_str()).to_owned()
    }

    fn main_field(&self) -> Option<String> {
        self.first_field().map(Into::into)
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        if self.asks() {
            return same::key(key).map(Message::Same);
        }
        Some(match key {
            Pressed::F(6) => Message::SameAsked,
            Pressed::F(2) => Message::ReceptionAsked,
            Pressed::Enter => Message::Entered,
            Pressed::F(9) => Message::NextPart,
            Pressed::Up => Message::Moved(-1),
            Pressed::Down => Message::Moved(1),
            Pressed::Digit(digit) => Message::UsualChosen(digit),
            Pressed::F(7) => Message::EarlierBirth,
            Pressed::F(8) => Message::LaterBirth,
            Pressed::F(4) => Message::StoreOpened,
            Pressed::F(5) => Message::OtherAsked,
            Pressed::Escape => Message::Closed,
            _ => return None,
        })
    }

    fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn view(&self) -> Element<'_, Message> {
        self.draw()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use office::person::PersonalNumber;

    use super::*;
    use crate::keys;

    #[test]
    fn a_typed_name_has_what_names_have() {
        for (name, refused) in [
            ("Vàng Thị Thử", None),
            ("Y Bli Ê-ban", None),
            ("H’Hen Niê", None),
            ("Nguyễn Văn A, Jr.", None),
            ("François d'Orléans", None),
            ("Þórður Ægisson", None),
            ("Zoë Müller-Đặng", None),
            ("Łukasz Žižka", None),
            ("Gražina Šešelgytė", None),
            // Typed in parts: a letter, then its sign.
            ("Nguye\u{302}\u{303}n Va\u{306}n An", None),
            ("099099000123", Some('0')),
            ("Vàng Thị Thử 2", Some('2')),
            ("Vàng Thị Thử 02/01/1999", Some('0')),
            ("Vàng Thị Thử (Mẫu)", Some('(')),
            ("Vang<<Thi<Thu", Some('<')),
            ("Vàng/Thử", Some('/')),
            ("Vàng Thị Thử;", Some(';')),
            ("vang@thu.vn", Some('@')),
            ("Vàng_Thử", Some('_')),
            ("Henry Ⅷ", Some('Ⅷ')),
        ] {
            let number = PersonalNumber::parse("015199000123").unwrap();
            let today = Date::constant(2026, 11, 30);
            let mut state = State::new(keys::typed(number), None, today, None);
            let _ = state.update(Message::NameTyped(name.into()));
            let told = state.name_problem();
            match refused {
                Some(c) => assert!(told.unwrap().contains(&format!("“{c}”")), "{name}"),
                None => assert_eq!(told, None, "{name}"),
            }
            for message in [Message::ReceptionAsked, Message::Entered] {
                let received = matches!(state.update(message), Action::Receive(who)
                    if who.person.name == clean(name));
                assert_eq!(received, refused.is_none(), "{name}");
            }
        }
    }
}
