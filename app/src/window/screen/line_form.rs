//! Doing an act (việc chứng thực), or writing a line of a logbook, from what their data files say: what can be
//! written is chosen, its form is filled from whoever is at the counter, and only what no paper tells is typed.
//!
//! It is the reception's grammar with fewer parts: F2 writes, Esc leaves and keeps what was typed as a draft, F7 reads
//! the paper of one more person, Ctrl and a digit go to a part. What an act has beyond its form (pages, copies, fee,
//! who certifies, wording) stands below it; a line has none of it. The fee is counted by law data as the numbers are
//! typed, and is typed only where the catalogue does not know it. What is refused is told in the sentence of the
//! office's own rule, and the keyboard goes to the field where it is put right. An electronic act is signed by its
//! certifier here and now, or handed on to be signed later: F2 does what can be done, F9 always hands on. Where the law
//! names cases in which nobody may do the act, they stand in the form, writing it confirms that none of them is given
//! (the foot says so, and the act keeps it), and Ctrl+R refuses it in writing.

mod draft;
mod feed;
mod look;
mod pages;
mod refusal;
mod submit;
mod update;
mod view;

use std::{collections::VecDeque, path::PathBuf, sync::Arc};

use jiff::civil::{Date, DateTime};
use office::{
    act::{
        ActError, Circumstances, Definition, Exclusion, Hindrance, MOST_COUNTED, Medium, Place,
        Standing, Wording,
    },
    catalogue::Procedure,
    dossier::{Channel, Fee},
    entry::{ContentHash, User, UserName},
    money::Dong,
    person::{Identity, ReadOn},
    text::fold,
};
use widgets::{Element, Icon, keys::Pressed};

use super::{
    Shown,
    help::{Help, help},
    menu, sign,
};
use crate::{
    assets::Law,
    browse::Wanted,
    desk::{
        intake::ToTell,
        lines::{self, Certifying, DraftId, Known, Offer, Offers, ToDo, ToWrite, Work},
    },
    page::Taken,
    scan::feeder::Sides,
    window::{eform, feeding, notice::Notice},
};
pub use draft::Draft;
pub use eform::Message as FormMessage;
pub use look::{Asked, Message as LookMessage};
#[cfg(test)]
pub use refusal::Message as RefusalMessage;

/// The search for what is to be done.
pub const QUERY: &str = "line-query";
/// Pages that the fee counts.
const PAGES: &str = "line-pages";
/// Copies.
const COPIES: &str = "line-copies";
/// What it costs, where nothing tells.
const AMOUNT: &str = "line-amount";
/// Who certifies.
const CERTIFIER: &str = "line-certifier";
/// The original's pages.
const SCANS: &str = "line-scans";
/// Whom it speaks of.
const PEOPLE: &str = "line-people";

/// Whom the next paper is of that is read.
enum Awaited {
    /// One more person.
    Person,
    /// The person of a section of the form.
    Section(String),
}

/// The screen's state.
pub struct State {
    law: Arc<Law>,
    draft: Draft,
    now: DateTime,
    offers: Offers,
    query: String,
    marked: usize,
    /// Another work may be chosen; what was typed stays as long as none is.
    choosing: bool,
    /// Who works here and certifies.
    office: Certifying,
    /// Who is logged in.
    own: UserName,
    /// It was tried to write it: what is only missing is told too.
    tried: bool,
    /// The unusual fee that was asked about: the same once more is meant.
    asked_amount: Option<Dong>,
    /// The certifier of whom it was asked whether they are kin.
    asked_kin: Option<UserName>,
    /// It is being refused in writing.
    refusing: Option<refusal::State>,
    /// Whose paper is waited for, and how far its reading is.
    awaited: Option<(Awaited, String)>,
    /// A page is on its way: what is done for it, in words.
    scanning: Option<&'static str>,
    /// Files that are read after it.
    queued: VecDeque<PathBuf>,
    /// A stack of pages comes from the feeder.
    feeding: Option<feed::Feeding>,
    /// A page is looked at.
    look: Option<look::Look>,
    /// It is being signed.
    signing: Option<sign::State>,
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Debug)]
pub enum Message {
    /// The search changed.
    QueryTyped(String),
    /// Arrow keys in the list.
    Moved(i8),
    /// Enter in the search.
    FirstChosen,
    /// What is to be done was chosen.
    Chosen(Work),
    /// Something else is wanted.
    ChoiceAsked,
    /// Enter in a field: to the next.
    GoneOn,
    /// To the part of this number, counted from 1.
    PartAsked(u8),
    /// In the form.
    Form(FormMessage),
    /// One more person's paper is to be read.
    PersonAsked,
    /// A person is not meant.
    PersonDropped(usize),
    /// As what somebody takes part.
    StandingChosen(usize, Standing),
    /// Who was read last takes part as the next thing there is.
    StandingTurned,
    /// What somebody cannot do.
    HindranceChosen(usize, Option<Hindrance>),
    /// For whom somebody takes part.
    ActsForTyped(usize, String),
    /// Pages.
    PagesTyped(String),
    /// Copies.
    CopiesTyped(String),
    /// What it costs.
    AmountTyped(String),
    /// Who certifies.
    CertifierChosen(UserName),
    /// The wording, by its place among those that fit.
    WordingChosen(usize),
    /// Legal basis.
    BasisChosen(usize),
    /// A page lies on the scanner.
    ScanAsked,
    /// A page's file is to be chosen.
    FileAsked,
    /// A page's file was chosen or dropped.
    FileGiven(PathBuf),
    /// A page was read, or why not.
    PageRead(Result<Box<Taken>, Notice>),
    /// A page is not meant.
    PageDropped(usize),
    /// A stack lies in the feeder.
    FeedAsked,
    /// Whether both sides of a stack are scanned.
    SidesChosen(bool),
    /// From the feeder.
    Fed(feeding::Told),
    /// The pages on which nothing seems to stand are not meant.
    BlanksDropped,
    /// A page is to be seen.
    LookAsked(usize),
    /// The page that came last is to be seen.
    LastLookAsked,
    /// With a page that is looked at.
    Look(LookMessage),
    /// In the dialog that signs.
    Sign(sign::Message),
    /// Whether whoever may sign it is asked.
    AnyoneAsked(bool),
    /// Hand it on to be signed.
    HandOnAsked,
    /// Refuse it in writing.
    RefusalAsked,
    /// In the dialog that refuses.
    Refusal(refusal::Message),
    /// Write it.
    Submitted,
    /// Back; the draft stays.
    Closed,
}

/// What the shell has to do.
pub enum Action {
    /// Nothing.
    None,
    /// Something changed: keep the draft.
    Changed,
    /// Something changed: keep the draft and move the keyboard there.
    Focus(String),
    /// Something changed: keep the draft and move the keyboard to the next field.
    GoOn,
    /// Do the act.
    Act(Box<ToDo>),
    /// Make the electronic act ready and ask for its signature.
    Prepare(Box<ToDo>, Vec<ContentHash>),
    /// Hand the electronic act on to this certifier, or to whoever may sign it.
    HandOn(Box<ToDo>, Vec<ContentHash>, Option<UserName>),
    /// What the dialog that signs asks for.
    Sign(sign::Action),
    /// Scan a page, the how manieth it will be.
    Scan(usize),
    /// Read a page's file, the how manieth it will be.
    Read(PathBuf, usize),
    /// Scan what lies in the feeder, the first of it as the how manieth page.
    Feed(Sides, usize),
    /// Keep a page beside the draft.
    KeepPage(Box<Taken>),
    /// What the dialog with a page asks for.
    Look(Asked),
    /// Write the line.
    Line(Box<ToWrite>),
    /// Refuse the act in writing; the draft ends.
    Refuse(Box<ToTell>),
    /// Back.
    Close,
}

/// What the shell knows of the office.
pub struct About {
    /// What the user may write today.
    pub offers: Offers,
    /// Who works here and certifies.
    pub office: Certifying,
    /// Who is logged in.
    pub own: UserName,
    /// Who certified last, if anybody did.
    pub last: Option<UserName>,
}

impl State {
    /// Nothing chosen yet, for a person or nobody.
    pub fn new(
        law: Arc<Law>,
        id: DraftId,
        person: Option<Identity>,
        about: About,
        now: DateTime,
    ) -> Self {
        let mut draft = Draft::new(id, person, now);
        draft.certifier = about.last.clone();
        Self::resume(law, draft, about, now)
    }

    /// As it was left.
    pub fn resume(law: Arc<Law>, mut draft: Draft, about: About, now: DateTime) -> Self {
        draft.age(now.date());
        let mut state = Self {
            law,
            draft,
            now,
            offers: about.offers,
            query: String::new(),
            marked: 0,
            choosing: false,
            office: about.office,
            own: about.own,
            tried: false,
            asked_amount: None,
            asked_kin: None,
            refusing: None,
            awaited: None,
            scanning: None,
            queued: VecDeque::new(),
            feeding: None,
            look: None,
            signing: None,
            notice: None,
        };
        // What is not done any more is chosen anew; a form whose definition changed is filled anew.
        let known = state.draft.work.clone().map(|work| (state.may(&work), work));
        match known {
            Some((true, work)) => {
                let fits = state.filled().is_some_and(|(known, data)| data.is_of(known.form()));
                if !fits {
                    state.choose(work);
                }
            }
            Some((false, _)) => {
                state.draft.work = None;
                state.notice = Some(Notice::error(&ActError::NotInForce(now.date())));
            }
            None => {}
        }
        state
    }

    /// What to keep.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Whether anything was entered that would be lost.
    pub fn is_touched(&self) -> bool {
        self.draft.touched && self.draft.work.is_some()
    }

    /// Whether the first person's data were read on an earlier day.
    pub fn is_kept(&self) -> bool {
        let first = self.draft.people.first();
        first.is_some_and(|who| matches!(who.who.read, ReadOn::Earlier { .. }))
    }

    /// What was said last.
    #[cfg(test)]
    pub fn notice(&self) -> Option<&Notice> {
        self.notice.as_ref()
    }

    /// The field to focus: the first that must be filled and is not.
    pub fn first_field(&self) -> String {
        let Some((known, data)) = self.filled() else { return QUERY.to_owned() };
        if let Some(missing) = data.first_missing(known.form()) {
            return eform::id(&missing.key);
        }
        match known {
            Known::Act(kind, _) if kind.medium == Medium::Electronic => SCANS.to_owned(),
            Known::Act(kind, _) if self.counts_pages(kind) => PAGES.to_owned(),
            Known::Act(..) => COPIES.to_owned(),
            Known::Line(_, form) => eform::parts(data, form).into_iter().next().unwrap_or_default(),
        }
    }

    fn today(&self) -> Date {
        self.now.date()
    }

    fn may(&self, work: &Work) -> bool {
        self.offers.all.iter().any(|offer| offer.work == *work)
    }

    /// What is being done, with what stands in its form; nothing while it is chosen.
    fn filled(&self) -> Option<(Known<'_>, &office::eform::Filling)> {
        let work = self.draft.work.as_ref().filter(|_| !self.choosing)?;
        Some((work.known(&self.law, self.now.date())?, self.draft.filling.as_ref()?))
    }

    /// The offers that the search leaves.
    fn matches(&self) -> Vec<&Offer> {
        let query = fold(&self.query);
        let holds = |offer: &&Offer| {
            let words = format!(" {}", fold(&format!("{} {}", offer.label, offer.detail)));
            query.split_whitespace().all(|word| words.contains(&format!(" {word}")))
        };
        self.offers.all.iter().filter(holds).collect()
    }

    /// The users who may certify an act of this kind. An electronic one is signed here and now by whoever is here, or
    /// handed on to another.
    fn competent<'a>(&'a self, kind: &Definition) -> Vec<&'a User> {
        self.office.competent(kind, self.now.date())
    }

    /// Who is to certify: the chosen one; where whoever may sign is asked and nobody was chosen, any of them.
    fn certifier(&self, kind: &Definition) -> Option<&User> {
        let competent = self.competent(kind);
        let chosen = self.draft.certifier.as_ref();
        let found = competent.iter().find(|user| Some(&user.name) == chosen).copied();
        let anyone = kind.medium == Medium::Electronic && self.draft.anyone && chosen.is_none();
        found.or_else(|| competent.first().copied().filter(|_| anyone))
    }

    /// The wordings for an act of a kind today, by who signs and what stands in the form; the usual one first.
    fn wordings(&self, kind: &Definition) -> Vec<&Wording> {
        let alone = self.draft.certifier.as_ref() == Some(&self.own);
        let place = if alone { Place::Office } else { Place::OneStop };
        let value = |key: &str| self.draft.filling.as_ref().map_or("", |data| data.text(key));
        let circumstances = Circumstances::of(place, &self.draft.people);
        self.law.wordings.fitting(&kind.id, self.now.date(), circumstances, value)
    }

    /// The wording: the chosen one where it fits, else the usual one.
    fn wording(&self, kind: &Definition) -> Option<&Wording> {
        let fitting = self.wordings(kind);
        let chosen = fitting.iter().find(|known| Some(&known.id) == self.draft.wording.as_ref());
        chosen.or(fitting.first()).copied()
    }

    /// The procedure from which a kind has its fee.
    fn procedure(&self, kind: &Definition) -> Option<&Procedure> {
        self.law.catalogue.find(kind.procedure.as_deref()?, self.now.date())
    }

    /// Whether the fee of a kind goes by pages.
    fn counts_pages(&self, kind: &Definition) -> bool {
        let day = self.now.date();
        self.procedure(kind).is_some_and(|one| one.per_page(Channel::Counter, day).is_some())
    }

    /// The cases in which a kind may not be done today.
    fn excluded(&self, kind: &Definition) -> Option<&Exclusion> {
        self.law.acts.excluded(kind, self.now.date())
    }

    /// Whether it can be refused in writing here: what may be refused, and in which procedure, is known.
    fn refuses(&self) -> bool {
        let known = self.filled().map(|(known, _)| known);
        matches!(known, Some(Known::Act(kind, _))
            if self.excluded(kind).is_some() && self.procedure(kind).is_some())
    }

    /// The text of law that the fee of a kind was taken from, where the catalogue names it.
    fn fee_source<'a>(&'a self, kind: &'a Definition) -> Option<&'a str> {
        if let Some(rule) = self.law.acts.by_value(kind) {
            return Some(&rule.law);
        }
        let rule = self.procedure(kind)?.cases(Channel::Counter).next()?;
        rule.rates(self.now.date()).source.map(|source| source.source.as_str())
    }

    /// Pages and copies as they are typed; `None` where one is no number that can be counted.
    fn counts(&self, kind: &Definition) -> Option<(u32, u32)> {
        if kind.medium == Medium::Electronic {
            let pages = u32::try_from(self.draft.scans.len()).ok()?;
            return Some((pages.max(1), 1));
        }
        let count = |typed: &str| {
            typed.trim().parse().ok().filter(|count| (1..=MOST_COUNTED).contains(count))
        };
        let pages = if self.counts_pages(kind) { count(&self.draft.pages)? } else { 1 };
        Some((pages, count(&self.draft.copies)?))
    }

    /// The value by which a kind's fee goes, as it is typed.
    fn value(&self, kind: &Definition) -> Option<Dong> {
        let rule = self.law.acts.by_value(kind)?;
        Dong::parse(self.draft.filling.as_ref()?.text(&rule.field))
    }

    /// What it costs: by the law, or as typed where it does not tell.
    fn fee(&self, kind: &Definition) -> Result<Fee, ActError> {
        let (pages, copies) = self.counts(kind).ok_or(ActError::Counts)?;
        let fee = lines::fee(&self.law, kind, self.now.date(), (pages, copies), self.value(kind))?;
        let typed = Dong::parse(&self.draft.amount).filter(|_| matches!(fee, Fee::Unknown(_)));
        Ok(typed.map_or(fee, Fee::Amount))
    }

    /// Chooses what is done: its form is filled with what is known.
    fn choose(&mut self, work: Work) {
        let law = self.law.clone();
        let Some(known) = work.known(&law, self.now.date()) else { return };
        let first = self.draft.people.first().map(|one| self.named(&one.who));
        self.draft.choose(work, known, first.as_ref());
        if let Known::Act(kind, _) = known {
            // Who stands nowhere in this kind of act stands where it is likely.
            let people = std::mem::take(&mut self.draft.people);
            for mut one in people {
                if !kind.standings().contains(&one.standing) {
                    one.standing = kind.usual(&self.draft.people);
                }
                one.settle(kind);
                self.draft.people.push(one);
            }
            let competent: Vec<UserName> =
                self.competent(kind).into_iter().map(|user| user.name.clone()).collect();
            let chosen = [Some(self.own.clone()), self.draft.certifier.take()];
            let chosen = chosen.into_iter().flatten().find(|name| competent.contains(name));
            self.draft.certifier = match competent.as_slice() {
                [only] => Some(only.clone()),
                _ => chosen,
            };
        }
        (self.tried, self.notice) = (false, None);
    }

    /// Somebody as a form names them: a passport's code of a nation becomes its name.
    fn named(&self, who: &Identity) -> Identity {
        let mut who = who.clone();
        who.person.nationality = self.law.lists.nation(&who.person.nationality).to_owned();
        who
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("line_form");
    const MENU: Option<menu::Row> = Some(menu::Row::work(Icon::Document, "Chứng thực, ghi sổ"));

    fn may_open(ledger: &ledger::Ledger) -> bool {
        ledger.may(ledger::EventKind::LineWritten)
    }

    fn title(&self) -> &'static str {
        if self.signing.is_some() {
            return sign::TITLE;
        }
        if self.refusing.is_some() {
            return refusal::TITLE;
        }
        if self.look.is_some() {
            return look::TITLE;
        }
        if self.feeding.is_some() {
            return feed::TITLE;
        }
        match self.draft.work.as_ref().filter(|_| !self.choosing) {
            None => "Chọn việc",
            Some(Work::Act(_)) => "Chứng thực",
            Some(Work::Line(_)) => "Ghi sổ",
        }
    }

    fn subject(&self) -> String {
        let work = self.filled().map(|(known, _)| known.label()).unwrap_or_default();
        format!("{} {work}", self.draft.id.0)
    }

    fn unfinished(&self) -> Option<&'static str> {
        self.is_touched().then_some("Việc đang nhập vẫn được giữ làm bản nháp.")
    }

    fn card_of(&self) -> Option<&Identity> {
        self.draft.people.first().map(|one| &one.who).filter(|_| self.awaited.is_none())
    }

    fn card_read(&mut self, identity: Identity, _face: Option<ContentHash>) {
        let words = format!("Đã đọc lại giấy tờ: {}.", identity.proof());
        self.notice = Some(Notice::done(words));
        let law = self.law.clone();
        let known = self.draft.work.as_ref().and_then(|work| work.known(&law, self.now.date()));
        let named = self.named(&identity);
        if let Some((known, data)) = known.zip(self.draft.filling.as_mut()) {
            data.reread(known.form(), &named, self.now.date());
        }
        if let Some(first) = self.draft.people.first_mut() {
            first.who = identity;
        }
    }

    fn asks(&self) -> bool {
        self.signing.is_some() || self.refusing.is_some() || self.look.is_some()
    }

    fn waits_for(&self) -> Option<Wanted> {
        self.takes_pages().then_some(Wanted::Paper)
    }

    fn takes_several(&self) -> bool {
        true
    }

    fn given(&self, path: PathBuf) -> Option<Message> {
        Some(Message::FileGiven(path))
    }

    fn asks_for_file(message: &Message) -> bool {
        matches!(message, Message::FileAsked)
    }

    fn awaits(&self) -> bool {
        self.awaited.is_some()
    }

    fn reading(&mut self, words: String) {
        if let Some((_, told)) = &mut self.awaited {
            *told = words;
        }
    }

    fn other_read(&mut self, who: &Identity) {
        match self.awaited.take() {
            Some((Awaited::Person, _)) => self.add_person(who),
            Some((Awaited::Section(section), _)) => self.fill(&section, who),
            None => {}
        }
    }

    fn tick(&mut self, now: DateTime) {
        self.now = now;
        self.draft.age(now.date());
    }

    fn main_field(&self) -> Option<String> {
        Some(self.first_field())
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        self.pressed(key)
    }

    fn tell(&mut self, notice: Notice) {
        match &mut self.refusing {
            Some(dialog) => dialog.tell(notice),
            None => self.notice = Some(notice),
        }
    }

    fn view(&self) -> Element<'_, Message> {
        self.draw()
    }
}
