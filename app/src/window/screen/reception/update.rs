//! What happens on the reception form: keys, and what each message changes.

use office::{dossier::PaperForm, person::Contact};
use widgets::keys::Pressed;

use super::{
    Action, Asked, Message, PAPERS, PHONE, SETS, State, attach,
    attach::PATH,
    draft::{Paper, Stands},
    papers,
};
use crate::window::{
    eform::{self, Outcome},
    layout,
    notice::Notice,
    screen::notice_form,
};

impl State {
    /// What a key says here. What attaches a file has its own keys.
    pub(super) fn pressed(&self, key: Pressed) -> Option<Message> {
        let attach = |message| Some(Message::Attach(message));
        let notice = |message| Some(Message::Incomplete(message));
        match (key, &self.asked) {
            (Pressed::Escape, Some(Asked::Attach(_))) => attach(attach::Message::Closed),
            (Pressed::F(2), Some(Asked::Attach(dialog))) if dialog.shows_camera() => {
                attach(attach::Message::Still)
            }
            (Pressed::F(2) | Pressed::Enter, Some(Asked::Attach(_))) => {
                attach(attach::Message::Confirmed)
            }
            (Pressed::F(7), Some(Asked::Attach(_))) => attach(attach::Message::CameraAsked),
            (Pressed::F(8), Some(Asked::Attach(_))) => attach(attach::Message::FlatbedAsked),
            (Pressed::Escape, Some(Asked::Incomplete(_))) => notice(notice_form::Message::Closed),
            (Pressed::F(2) | Pressed::Enter, Some(Asked::Incomplete(_))) => {
                notice(notice_form::Message::Submitted)
            }
            (_, Some(_)) => None,
            (Pressed::F(2), None) => Some(Message::Submitted),
            (Pressed::F(4), None) => Some(Message::AllStoredUsed),
            (Pressed::F(5), None) => {
                let (form, data) = self.used_form()?;
                let section = data.next_person(form, self.draft.identity.person.sex)?;
                Some(Message::Form(eform::Message::IsApplicant(section.id.clone())))
            }
            (Pressed::F(6), None) if self.draft.form.is_some() => {
                Some(Message::FormRested(!self.draft.form_rests))
            }
            (Pressed::F(7), None) => Some(Message::IncompleteAsked),
            (Pressed::F(8), None) => Some(Message::AttachAsked(None)),
            (Pressed::F(9), None) => Some(Message::AllTaken),
            (Pressed::Enter, None) => Some(Message::GoneOn),
            (Pressed::Ctrl(c), None) => {
                let part = c.to_digit(10).and_then(|n| u8::try_from(n).ok())?;
                Some(Message::PartAsked(part))
            }
            (Pressed::Escape, None) => Some(Message::Closed),
            (Pressed::Up, None) => Some(Message::Moved(-1)),
            (Pressed::Down, None) => Some(Message::Moved(1)),
            _ => None,
        }
    }

    /// Takes a message in.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::QueryTyped(query) => {
                self.query = query;
                let tells = !self.query.trim().is_empty() || !self.usual.is_empty();
                self.marked = tells.then_some(0);
                return Action::None;
            }
            Message::Moved(by) => {
                let last = self.matches().len().saturating_sub(1);
                let by = isize::from(by);
                self.marked = Some(match self.marked {
                    Some(line) => line.saturating_add_signed(by).min(last),
                    None => 0,
                });
                return Action::None;
            }
            Message::FirstChosen => {
                let chosen =
                    self.marked.and_then(|line| Some(self.matches().get(line)?.code.clone()));
                let Some(code) = chosen else { return Action::None };
                self.choose(&code);
                return Action::Chosen;
            }
            Message::ProcedureChosen(code) => {
                self.choose(&code);
                return Action::Chosen;
            }
            Message::ProcedureDropped => {
                self.draft.procedure = None;
                self.draft.papers.clear();
                self.draft.form = None;
                return Action::Search;
            }
            Message::GoneOn => return Action::GoOn,
            Message::PartAsked(part) => return self.part(part),
            Message::AllTaken => {
                let awaited = self.draft.papers.iter_mut().filter(|paper| paper.is_awaited());
                awaited.for_each(Paper::take_as_asked);
            }
            Message::PaperTaken(i, taken) => {
                self.paper(i, |p| p.tick(taken));
                let undecided = |paper: &Paper| paper.taken && paper.form.is_none();
                if self.draft.papers.get(i).is_some_and(undecided) {
                    return Action::Focus(papers::form_id(i));
                }
            }
            Message::PaperNaming(name) => self.draft.naming = name,
            Message::PaperNamed => {
                if let Some(i) = self.draft.named() {
                    return Action::Focus(papers::form_id(i));
                }
            }
            Message::PaperFormChosen(i, form) => self.paper(i, |p| p.form = Some(form)),
            Message::QuantityTyped(i, quantity) => self.paper(i, |p| p.quantity = quantity),
            Message::StoredUsed(i) => self.use_stored(i),
            Message::AllStoredUsed => {
                (0..self.draft.papers.len()).for_each(|i| self.use_stored(i));
            }
            Message::AttachAsked(paper) => {
                let dialog = attach::State::new(paper, &self.draft.papers);
                self.asked = Some(Asked::Attach(Box::new(dialog)));
                return Action::Focus(PATH.to_owned());
            }
            Message::Attach(message) => return self.attach(message),
            Message::ProofDropped(i) => self.paper(i, |p| {
                if p.stands.take().is_some_and(|s| matches!(s, Stands::Stored(..))) {
                    p.form = None;
                }
            }),
            Message::Form(message) => return self.in_form(message),
            Message::FormRested(rests) => {
                self.draft.rest_form(rests);
                return Action::Focus(self.first_field());
            }
            Message::Linked(message) => {
                let day = self.now.date();
                let links = &mut self.draft.linked;
                let next = self.linked.update(links, message, &self.law.catalogue, day);
                return next.map_or(Action::Changed, Action::Focus);
            }
            Message::IncompleteAsked => return self.ask_incomplete(),
            Message::Incomplete(message) => return self.incomplete(message),
            Message::PhoneTyped(text) => self.contact(|contact| contact.phone = text),
            Message::EmailTyped(text) => self.contact(|contact| contact.email = text),
            Message::AddressTyped(text) => self.contact(|contact| contact.address = text),
            Message::SetsTyped(text) => self.draft.sets = text,
            Message::BasisChosen(basis) => self.draft.basis = basis,
            Message::NoteTyped(text) => self.draft.note = text,
            Message::DueTyped(due) => {
                self.draft.terms.due = due.date();
                self.due = due;
            }
            Message::PagesTyped(text) => self.draft.terms.pages = text,
            Message::CopiesTyped(text) => self.draft.terms.copies = text,
            Message::AmountTyped(text) => self.draft.terms.amount = text,
            Message::Submitted => return self.submit(),
            Message::Closed if self.awaited.is_some() => self.stop_waiting(),
            Message::Closed => return Action::Close,
        }
        Action::Changed
    }

    fn contact(&mut self, change: impl FnOnce(&mut Contact)) {
        let old = self.draft.contact.clone();
        change(&mut self.draft.contact);
        let law = self.law.clone();
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        if let Some((form, data)) = form.zip(self.draft.form.as_mut()) {
            data.follow(form, &old, &self.draft.contact);
        }
    }

    fn paper(&mut self, i: usize, change: impl FnOnce(&mut Paper)) {
        if let Some(paper) = self.draft.papers.get_mut(i) {
            change(paper);
        }
    }

    fn use_stored(&mut self, i: usize) {
        let Some(paper) = self.draft.papers.get_mut(i) else { return };
        if let Some(document) = papers::offered(paper, &self.store) {
            paper.stands = Some(Stands::Stored(document.content.clone(), document.title.clone()));
            paper.taken = true;
            paper.form = Some(PaperForm::Data);
        }
    }

    fn attach(&mut self, message: attach::Message) -> Action {
        let Some(Asked::Attach(dialog)) = &mut self.asked else {
            // A file that was dropped on the form.
            return match message {
                attach::Message::FileGiven(_) => {
                    let dialog = attach::State::new(None, &self.draft.papers);
                    self.asked = Some(Asked::Attach(Box::new(dialog)));
                    self.attach(message)
                }
                _ => Action::None,
            };
        };
        match dialog.update(message, &self.draft.papers, &self.law.legal_basis) {
            attach::Action::None => Action::None,
            attach::Action::Read(path) => Action::Read(path),
            attach::Action::OpenCamera => Action::OpenCamera,
            attach::Action::Camera(action) => Action::Camera(action),
            attach::Action::Flatbed => Action::Flatbed,
            attach::Action::Keep(scan) => Action::KeepScan(scan),
            attach::Action::Close => {
                self.asked = None;
                Action::None
            }
            attach::Action::Attach(i, scan) => {
                self.asked = None;
                self.paper(i, |paper| {
                    paper.stands = Some(Stands::Scan(scan));
                    paper.taken = true;
                });
                Action::Changed
            }
        }
    }

    fn in_form(&mut self, message: eform::Message) -> Action {
        let (law, applicant) = (self.law.clone(), self.named(&self.draft.identity));
        let form = self.draft.procedure.as_deref().and_then(|code| law.forms.of(code));
        let Some((form, data)) = form.zip(self.draft.form.as_mut()) else { return Action::None };
        match eform::update(data, form, message, &applicant, self.now.date()) {
            Ok(Outcome::Changed) => Action::Changed,
            Ok(Outcome::GoOn) => Action::GoOn,
            Ok(Outcome::IsApplicant(section)) => {
                self.fill(&section, &self.draft.identity.clone());
                Action::Focus(self.first_field())
            }
            Ok(Outcome::Await(section)) => {
                let words = "Hãy quét mã QR trên thẻ của người này, hoặc đặt thẻ lên đầu đọc rồi quét mã. Esc để thôi.";
                self.awaited = Some((section, words.to_owned()));
                Action::None
            }
            Err(error) => {
                self.notice = Some(Notice::error(&error));
                Action::Changed
            }
        }
    }

    /// The first control of each part, in order: those of the form, the papers, person, terms.
    pub fn parts(&self) -> Vec<String> {
        if self.procedure().is_none() {
            return Vec::new();
        }
        let form = self.used_form();
        let mut parts: Vec<String> =
            form.map(|(form, data)| eform::parts(data, form)).unwrap_or_default();
        parts.extend([PAPERS, PHONE, SETS].map(str::to_owned));
        parts
    }

    fn part(&self, part: u8) -> Action {
        layout::part_at(self.parts(), part).map_or(Action::None, Action::Focus)
    }
}
