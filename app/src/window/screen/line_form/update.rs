//! What happens on the form: keys, and what each message changes.

use office::{
    act::{ActError, Definition, Medium, Participant, Standing},
    person::Identity,
    text::lower_first,
};
use widgets::keys::Pressed;

use super::{
    Action, Awaited, CERTIFIER, COPIES, Message, PAGES, PEOPLE, SCANS, State, Work, refusal,
    submit::Signing,
};
use crate::{
    desk::lines::Known,
    scan::feeder::Sides,
    window::{
        eform::{self, Outcome},
        layout,
        notice::Notice,
    },
};

const PLACE: &str =
    "Hãy quét mã QR trên thẻ của người này, hoặc đặt thẻ lên đầu đọc rồi quét mã. Esc để thôi.";

impl State {
    /// What a key says here.
    pub(super) fn pressed(&self, key: Pressed) -> Option<Message> {
        if let Some(dialog) = &self.signing {
            return dialog.key(key).map(Message::Sign);
        }
        if self.refusing.is_some() {
            return refusal::State::key(key).map(Message::Refusal);
        }
        if let Some(dialog) = &self.look {
            return dialog.key(key).map(Message::Look);
        }
        let chosen = self.filled().is_some();
        Some(match key {
            Pressed::Ctrl('r') if self.refuses() => Message::RefusalAsked,
            Pressed::F(8) if self.takes_pages() => Message::ScanAsked,
            Pressed::F(4) if self.takes_pages() => Message::FileAsked,
            Pressed::F(9) if self.takes_pages() => Message::HandOnAsked,
            Pressed::F(2) => Message::Submitted,
            Pressed::F(5) => {
                let (known, data) = self.filled()?;
                let sex = self.draft.people.first().and_then(|one| one.who.person.sex);
                let section = data.next_person(known.form(), sex)?;
                Message::Form(eform::Message::IsApplicant(section.id.clone()))
            }
            Pressed::F(6) if chosen => Message::ChoiceAsked,
            Pressed::F(7) if chosen => Message::PersonAsked,
            Pressed::Enter => Message::GoneOn,
            Pressed::Ctrl('n') if self.takes_pages() => Message::FeedAsked,
            Pressed::Ctrl('b') if self.takes_pages() => Message::BlanksDropped,
            Pressed::Ctrl('e') if self.takes_pages() => Message::LastLookAsked,
            Pressed::Ctrl('t') => Message::StandingTurned,
            Pressed::Ctrl(c) => {
                let part = c.to_digit(10).and_then(|n| u8::try_from(n).ok())?;
                Message::PartAsked(part)
            }
            Pressed::Escape => Message::Closed,
            Pressed::Up => Message::Moved(-1),
            Pressed::Down => Message::Moved(1),
            _ => return None,
        })
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::QueryTyped(query) => {
                (self.query, self.marked) = (query, 0);
                return Action::None;
            }
            Message::Moved(by) => {
                let last = self.matches().len().saturating_sub(1);
                self.marked = self.marked.saturating_add_signed(by.into()).min(last);
                return Action::None;
            }
            Message::FirstChosen => {
                let first = self.matches().get(self.marked).map(|offer| offer.work.clone());
                return first.map_or(Action::None, |work| self.begin(work));
            }
            Message::Chosen(work) => return self.begin(work),
            Message::ChoiceAsked => {
                self.choosing = true;
                (self.awaited, self.notice) = (None, None);
                return Action::Focus(super::QUERY.to_owned());
            }
            Message::GoneOn => return Action::GoOn,
            Message::PartAsked(part) => return self.part(part),
            Message::Form(message) => return self.in_form(message),
            Message::PersonAsked => {
                self.awaited = Some((Awaited::Person, PLACE.to_owned()));
                return Action::None;
            }
            Message::PersonDropped(place) => {
                if place > 0 && place < self.draft.people.len() {
                    self.draft.people.remove(place);
                }
            }
            Message::StandingChosen(place, standing) => self.stand(place, |_, _| Some(standing)),
            Message::StandingTurned => {
                let last = self.draft.people.len().saturating_sub(1);
                self.stand(last, |kind, now| {
                    let standings = kind.standings();
                    let at = standings.iter().position(|one| one == now);
                    let next = at.map_or(0, |at| at + 1) % standings.len().max(1);
                    standings.into_iter().nth(next)
                });
            }
            Message::HindranceChosen(place, hindrance) => {
                if let Some(one) = self.draft.people.get_mut(place) {
                    one.hindrance = hindrance;
                }
            }
            Message::ActsForTyped(place, whom) => {
                if let Some(one) = self.draft.people.get_mut(place) {
                    one.acts_for = whom;
                }
            }
            Message::PagesTyped(text) => self.draft.pages = text,
            Message::CopiesTyped(text) => self.draft.copies = text,
            Message::AmountTyped(text) => self.draft.amount = text,
            Message::CertifierChosen(user) => {
                (self.draft.certifier, self.draft.anyone) = (Some(user), false);
            }
            Message::WordingChosen(place) => {
                let chosen = self.filled().and_then(|(known, _)| match known {
                    Known::Act(kind, _) => {
                        self.wordings(kind).get(place).map(|wording| wording.id.clone())
                    }
                    Known::Line(..) => None,
                });
                self.draft.wording = chosen;
            }
            Message::BasisChosen(basis) => self.draft.basis = basis,
            Message::ScanAsked => return self.scan(),
            // The shell opens the choice.
            Message::FileAsked => return Action::None,
            Message::FileGiven(path) => return self.read(path),
            Message::PageRead(read) => return self.page_read(read),
            Message::PageDropped(place) => self.drop_page(place),
            Message::FeedAsked => return self.feed(),
            Message::SidesChosen(both) => {
                self.draft.sides = if both { Sides::Both } else { Sides::One };
            }
            Message::Fed(told) => return self.fed(told),
            Message::BlanksDropped => self.drop_blanks(),
            Message::LookAsked(place) => return self.look_at(place),
            Message::LastLookAsked => {
                return self.look_at(self.draft.scans.len().saturating_sub(1));
            }
            Message::Look(message) => return self.looked(message),
            Message::Sign(message) => {
                let Some(dialog) = &mut self.signing else { return Action::None };
                return Action::Sign(dialog.update(message));
            }
            Message::AnyoneAsked(anyone) => self.draft.anyone = anyone,
            Message::RefusalAsked => return self.ask_refusal(),
            Message::Refusal(message) => return self.refuse(message),
            Message::HandOnAsked => return self.submit(Signing::Later),
            Message::Submitted => return self.submit(Signing::Now),
            Message::Closed if self.awaited.is_some() => {
                self.awaited = None;
                return Action::None;
            }
            Message::Closed if self.feeding.is_some() => {
                self.stop_feeding();
                return Action::None;
            }
            Message::Closed if self.choosing => {
                self.choosing = false;
                return Action::Focus(self.first_field());
            }
            Message::Closed => return Action::Close,
        }
        self.draft.touched = true;
        Action::Changed
    }

    /// Goes to the form of what was chosen. An act that nobody asked for yet waits for whoever does.
    fn begin(&mut self, work: Work) -> Action {
        let is_act = matches!(work, Work::Act(_));
        self.choosing = false;
        let is_same = self.draft.work.as_ref() == Some(&work);
        if !is_same || !self.filled().is_some_and(|(known, data)| data.is_of(known.form())) {
            self.choose(work);
        }
        if is_act && self.draft.people.is_empty() {
            self.awaited = Some((Awaited::Person, PLACE.to_owned()));
        }
        Action::Focus(self.first_field())
    }

    /// Somebody takes part as something else.
    fn stand(
        &mut self,
        place: usize,
        choose: impl FnOnce(&Definition, &Standing) -> Option<Standing>,
    ) {
        let law = self.law.clone();
        let known = self.draft.work.as_ref().and_then(|work| work.known(&law, self.today()));
        let (Some(Known::Act(kind, _)), Some(one)) = (known, self.draft.people.get_mut(place))
        else {
            return;
        };
        if let Some(standing) = choose(kind, &one.standing) {
            one.standing = standing;
            one.settle(kind);
        }
    }

    /// One more person.
    pub(super) fn add_person(&mut self, who: &Identity) {
        if !who.evidence.usable() {
            self.notice = Some(Notice::error(&ActError::ForgedIdentity));
            return;
        }
        let claim = who.claim();
        if claim.is_some() && self.draft.people.iter().any(|known| known.who.claim() == claim) {
            self.notice = Some(Notice::caution("Người này đã có trong việc đang nhập."));
            return;
        }
        if self.draft.people.is_empty() {
            let (law, named) = (self.law.clone(), self.named(who));
            let known = self.draft.work.as_ref().and_then(|work| work.known(&law, self.today()));
            let today = self.today();
            if let Some((known, data)) = known.zip(self.draft.filling.as_mut()) {
                data.reread(known.form(), &named, today);
            }
        }
        let (law, mut one) = (self.law.clone(), Participant::from(who.clone()));
        let known = self.draft.work.as_ref().and_then(|work| work.known(&law, self.today()));
        if let Some(Known::Act(kind, _)) = known {
            one.standing = kind.usual(&self.draft.people);
        }
        let standing = match one.standing {
            Standing::Asks => String::new(),
            ref other => format!(", {}", lower_first(other.label())),
        };
        self.draft.people.push(one);
        self.draft.touched = true;
        let words = format!("Đã thêm {}{standing} ({}).", who.person.name, who.proof());
        self.notice = Some(Notice::done(words));
    }

    /// Fills a section of the form from somebody's paper.
    pub(super) fn fill(&mut self, section: &str, who: &Identity) {
        let (law, named, today) = (self.law.clone(), self.named(who), self.today());
        let known = self.draft.work.as_ref().and_then(|work| work.known(&law, today));
        if let Some((known, data)) = known.zip(self.draft.filling.as_mut()) {
            let filled = data.fill(known.form(), section, &named, today);
            self.notice = filled.err().map(|error| Notice::error(&error));
            self.draft.touched = true;
        }
    }

    fn in_form(&mut self, message: eform::Message) -> Action {
        let (law, today) = (self.law.clone(), self.today());
        let first = self.draft.people.first().map(|one| self.named(&one.who));
        let known = self.draft.work.as_ref().and_then(|work| work.known(&law, today));
        let Some((known, data)) = known.zip(self.draft.filling.as_mut()) else {
            return Action::None;
        };
        // Where nobody's paper was read no section is theirs.
        let nobody = Identity::nobody();
        let applicant = first.as_ref().unwrap_or(&nobody);
        let outcome = eform::update(data, known.form(), message, applicant, today);
        match outcome {
            Ok(Outcome::IsApplicant(section)) => {
                if let Some(who) = first {
                    self.fill(&section, &who);
                }
                return Action::Focus(self.first_field());
            }
            Ok(Outcome::Await(section)) => {
                self.awaited = Some((Awaited::Section(section), PLACE.to_owned()));
                return Action::None;
            }
            Ok(Outcome::Changed | Outcome::GoOn) => {}
            Err(ref error) => self.notice = Some(Notice::error(error)),
        }
        self.draft.touched = true;
        match outcome {
            Ok(Outcome::GoOn) => Action::GoOn,
            _ => Action::Changed,
        }
    }

    /// The first control of each part, in order: those of the form, what is counted, who signs, whom it is for.
    pub(super) fn parts(&self) -> Vec<String> {
        let Some((known, data)) = self.filled() else { return Vec::new() };
        let mut parts = eform::parts(data, known.form());
        if let Known::Act(kind, _) = known {
            let first = self.first_count(kind);
            parts.extend([first, CERTIFIER].map(str::to_owned));
        }
        parts.push(PEOPLE.to_owned());
        parts
    }

    /// The first control of what is counted.
    pub(super) fn first_count(&self, kind: &Definition) -> &'static str {
        match kind.medium {
            Medium::Electronic => SCANS,
            Medium::Paper if self.counts_pages(kind) => PAGES,
            Medium::Paper => COPIES,
        }
    }

    fn part(&self, part: u8) -> Action {
        layout::part_at(self.parts(), part).map_or(Action::None, Action::Focus)
    }
}
