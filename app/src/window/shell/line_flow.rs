//! Acts and lines of books: chosen for the open person or for nobody, typed, written. Every change is kept as it is
//! made.

use std::sync::Arc;

use iced::Task;
use ledger::LedgerError;
use office::{
    act::{ActError, ActId, Part},
    entry::UserName,
    person::Identity,
};
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    desk::{
        intake::ToTell,
        lines::{DraftId, ToDo, ToWrite, Work},
    },
    page::{After, Opened, Taken},
    scan::{self, Scan, ScanError, feeder::Sides},
    window::{
        feeding,
        notice::Notice,
        screen::{
            Shown,
            home::Begun,
            line_form::{self, About, Asked, Draft, LookMessage},
            written::Again,
        },
    },
};

impl Shell {
    /// Opens the choice for nobody.
    pub(super) fn go_line_form(&mut self, counter: &Counter) -> Task<Message> {
        self.leave_counter();
        self.open_line_form(None, None, counter)
    }

    /// Opens the choice, or the form of `work`, for a person or nobody.
    pub fn open_line_form(
        &mut self,
        person: Option<Identity>,
        work: Option<Work>,
        counter: &Counter,
    ) -> Task<Message> {
        self.awaited = None;
        if let Some(draft) = person.as_ref().and_then(|who| self.begun_line(who)) {
            return self.resume_line(&draft.id, counter);
        }
        let opened = ledger::random_id().and_then(|id| Ok((DraftId(id), self.about_lines()?)));
        let (id, about) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.go_home_telling(counter, Some(Notice::error(&error))),
        };
        let (law, now) = (self.desk.law.clone(), clock::local(clock::now()));
        let mut form = line_form::State::new(law, id, person, about, now);
        if let Some(work) = work {
            drop(form.update(line_form::Message::Chosen(work)));
        }
        self.show_line_form(form)
    }

    /// Fills in again what was returned: what it said and its pages are a new draft.
    pub(super) fn redo(&mut self, id: &ActId, pages: &[Scan], counter: &Counter) -> Task<Message> {
        // One that was begun goes on: there is one draft of each.
        let id_of_draft = DraftId(id.0.clone());
        if self.line_drafts().iter().any(|draft| draft.id == id_of_draft) {
            return self.resume_line(&id_of_draft, counter);
        }
        self.leave_counter();
        let (law, now) = (self.desk.law.clone(), clock::local(clock::now()));
        let opened =
            self.desk.preparation(id).and_then(|prepared| Ok((prepared, self.about_lines()?)));
        let (prepared, about) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.go_home_telling(counter, Some(Notice::error(&error))),
        };
        let Some(draft) = Draft::again(id_of_draft, &prepared, pages, &law, now) else {
            let error = ActError::NotInForce(now.date());
            return self.go_home_telling(counter, Some(Notice::error(&error)));
        };
        for page in pages {
            if let Err(error) = self.desk.keep_page(&draft.id, page) {
                return self.go_home_telling(counter, Some(Notice::error(&error)));
            }
        }
        let form = self.show_line_form(line_form::State::resume(law, draft, about, now));
        self.keep_draft();
        form
    }

    /// Goes on with one that was left.
    pub(super) fn resume_line(&mut self, id: &DraftId, counter: &Counter) -> Task<Message> {
        // It is on its way to be signed as it is.
        if self.waiting_draft() == Some(id) {
            return self.open_telephone();
        }
        let Some(draft) = self.line_drafts().into_iter().find(|draft| draft.id == *id) else {
            return Task::none();
        };
        let about = match self.about_lines() {
            Ok(about) => about,
            Err(error) => return self.go_home_telling(counter, Some(Notice::error(&error))),
        };
        let (law, now) = (self.desk.law.clone(), clock::local(clock::now()));
        let form = self.show_line_form(line_form::State::resume(law, draft, about, now));
        Task::batch([form, self.read_anew(counter)])
    }

    fn show_line_form(&mut self, form: line_form::State) -> Task<Message> {
        let (field, for_person) = (form.first_field(), !form.draft().people.is_empty());
        let before = std::mem::replace(&mut self.screen, form.into());
        if let Screen::Person(person) = before
            && for_person
        {
            self.left = Some(person);
        }
        travel::focus(field)
    }

    /// The form of an act or a line, if it is open.
    pub(super) fn act_form(&mut self) -> Option<&mut line_form::State> {
        match &mut self.screen {
            Screen::LineForm(form) => Some(form),
            _ => None,
        }
    }

    fn about_lines(&self) -> Result<About, LedgerError> {
        let day = clock::local(clock::now()).date();
        let newest = self.desk.ledger.acts(None, 1)?.items.into_iter().next();
        let mut offers = self.desk.offers(day)?;
        // A counter does the same all day: what was done last stands first.
        let last = newest.as_ref().map(|record| Work::Act(record.act.kind.clone()));
        offers.all.sort_by_key(|offer| Some(&offer.work) != last.as_ref());
        let certified = newest.and_then(|record| {
            let mut signers = record.act.signers.into_iter();
            signers.find(|signer| signer.part == Part::Certifies)
        });
        let last: Option<UserName> = certified.map(|signer| signer.user);
        Ok(About {
            offers,
            office: self.desk.certifying()?,
            own: self.desk.ledger.user().name.clone(),
            last,
        })
    }

    /// The draft that was just left for the person, if this is the same reading of them.
    fn begun_line(&self, who: &Identity) -> Option<Draft> {
        let Some(Begun::Line(id)) = &self.begun else { return None };
        let draft = self.line_drafts().into_iter().find(|draft| draft.id == *id)?;
        (draft.people.first().map(|one| &one.who) == Some(who)).then_some(draft)
    }

    pub(super) fn line_form(
        &mut self,
        message: line_form::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::LineForm(form) = &mut self.screen else { return Task::none() };
        let action = form.update(message);
        let (id, waits) = (form.draft().id.clone(), form.awaits());
        if self.second && !waits {
            self.stop_reading();
        }
        let next = match action {
            line_form::Action::None => return Task::none(),
            line_form::Action::Close => return self.leave_line_form(counter),
            line_form::Action::Act(asked) => return self.do_act(*asked, &id, counter),
            line_form::Action::Line(asked) => return self.write_line(*asked, &id, counter),
            line_form::Action::Prepare(asked, pages) => {
                return self.ask_signature(*asked, &id, &pages, counter);
            }
            line_form::Action::Refuse(what) => return self.refuse_act(*what, &id, counter),
            line_form::Action::HandOn(asked, pages, whom) => {
                return self.hand_on(*asked, &id, &pages, whom, counter);
            }
            line_form::Action::Sign(action) => return self.signs(action, counter),
            line_form::Action::Scan(place) => return self.take_page(scan::flatbed, place),
            line_form::Action::Read(path, place) => {
                return self.take_page(move || Scan::read(&path), place);
            }
            line_form::Action::Feed(sides, place) => return self.feed(sides, place),
            line_form::Action::KeepPage(taken) => return self.keep_page(&id, &taken),
            line_form::Action::Look(asked) => self.look_at_page(&id, asked),
            line_form::Action::Changed => Task::none(),
            line_form::Action::Focus(field) => travel::focus(field),
            line_form::Action::GoOn => travel::go_on(),
        };
        self.keep_draft();
        next
    }

    /// One step back: to the person for whom it was opened, or home. What was typed is kept.
    fn leave_line_form(&mut self, counter: &Counter) -> Task<Message> {
        let Screen::LineForm(form) = &self.screen else { return Task::none() };
        let (begun, touched) = (form.draft().id.clone(), form.is_touched());
        let Some(mut person) = self.left.take() else { return self.go_home(counter) };
        if touched {
            self.begun = Some(Begun::Line(begun));
            person.tell(Notice::done("Đã giữ việc đang nhập. Nhấn F5 để nhập tiếp."));
        }
        self.back_to(*person)
    }

    fn do_act(&mut self, asked: ToDo, draft: &DraftId, counter: &Counter) -> Task<Message> {
        if self.shows_request_of(draft) {
            return Task::none();
        }
        let kind = asked.kind.clone();
        let about = match self.desk.ledger.acts_of_assets(&asked.data, &[]) {
            Ok(about) => about,
            Err(error) => return self.line_refused(Notice::error(&error)),
        };
        let (seen, unseen): (Vec<_>, Vec<_>) =
            about.into_iter().partition(|act| asked.seen.contains(&act.id));
        if !unseen.is_empty() {
            if let Some(form) = self.act_form() {
                form.earlier(&unseen);
            }
            self.keep_draft();
            return Task::none();
        }
        // What was seen of another asset that was typed before is not kept.
        let asked = ToDo { seen: seen.into_iter().map(|act| act.id).collect(), ..asked };
        match self.desk.do_act(clock::now(), asked, draft) {
            Ok(act) => {
                self.begun = None;
                let again = self.again(act.requesters().next(), Work::Act(kind));
                self.show_act(&act.id, again, Some(written(act.number.issued().is_some())), counter)
            }
            Err(error) => self.line_refused(Notice::error(&error)),
        }
    }

    /// Tells in writing that an act is refused; its draft ends.
    fn refuse_act(&mut self, what: ToTell, draft: &DraftId, counter: &Counter) -> Task<Message> {
        if self.shows_request_of(draft) {
            return Task::none();
        }
        let told = self.desk.tell(clock::now(), what, None);
        match told.and_then(|notice| self.desk.drop_line(draft).map(|()| notice)) {
            Ok(notice) => {
                self.begun = None;
                let words = "Đã lập phiếu từ chối và ghi vào sổ phiếu. Việc không được ghi vào sổ chứng thực.";
                let home = self.go_home_telling(counter, Some(Notice::done(words)));
                self.show_notice(&notice);
                home
            }
            Err(error) => self.line_refused(Notice::error(&error)),
        }
    }

    fn write_line(&mut self, asked: ToWrite, draft: &DraftId, counter: &Counter) -> Task<Message> {
        let book = asked.book;
        match self.desk.write_line(clock::now(), asked, draft) {
            Ok(line) => {
                self.begun = None;
                let again = self.again(line.people.first(), Work::Line(book));
                let notice = written(line.number.issued().is_some());
                self.show_line(line, again, Some(notice), counter)
            }
            Err(error) => self.line_refused(Notice::error(&error)),
        }
    }

    /// Gets a page and makes it straight, off the window's thread.
    fn take_page(
        &mut self,
        get: impl FnOnce() -> Result<Scan, ScanError> + Send + 'static,
        place: usize,
    ) -> Task<Message> {
        let work = move || Ok(Box::new(Taken::of(get()?, place)?));
        self.off_thread(work, |read| line_form::Message::PageRead(read).into())
    }

    /// Scans what lies in the feeder. What comes for a form that was left is dropped, as every scan is.
    fn feed(&mut self, sides: Sides, place: usize) -> Task<Message> {
        self.scans += 1;
        let scan = self.scans;
        let Screen::LineForm(form) = &mut self.screen else { return Task::none() };
        let (wanted, told) = feeding::start(sides, place);
        form.feeds(wanted);
        told.map(move |told| {
            Message::ScanCame(scan, Box::new(line_form::Message::Fed(told).into()))
        })
    }

    /// Keeps a page beside the draft, as it came and as it will be; the next of several files follows.
    fn keep_page(&mut self, draft: &DraftId, taken: &Taken) -> Task<Message> {
        let kept = self.take_in(draft, taken);
        let Screen::LineForm(form) = &mut self.screen else { return Task::none() };
        if let Err(error) = kept {
            form.not_kept(&error);
        }
        match form.next_page() {
            Some((path, place)) => self.take_page(move || Scan::read(&path), place),
            None => Task::none(),
        }
    }

    fn take_in(&mut self, draft: &DraftId, taken: &Taken) -> Result<(), LedgerError> {
        let came = self.desk.keep_page(draft, &taken.scan)?;
        let treated = taken.treated.as_ref().map(|scan| self.desk.keep_page(draft, scan));
        let treated = treated.transpose()?;
        if let Screen::LineForm(form) = &mut self.screen {
            form.got_page(came, treated, taken);
        }
        self.save_form()
    }

    /// Keeps the page at a place as it is now. The draft is saved before the bytes that it named go.
    fn keep_look(
        &mut self,
        draft: &DraftId,
        place: usize,
        after: &After,
    ) -> Result<(), LedgerError> {
        let kept = after.treated.as_ref().map(|scan| self.desk.keep_page(draft, scan));
        let content = kept.transpose()?;
        let Screen::LineForm(form) = &mut self.screen else { return Ok(()) };
        let orphan = form.page_changed(place, after, content);
        self.save_form()?;
        match orphan {
            Some(orphan) => self.desk.drop_page(draft, &orphan),
            None => Ok(()),
        }
    }

    /// What the dialog with a page asks for. Nothing is scanned for it, so a page that is on its way stays wanted.
    fn look_at_page(&mut self, draft: &DraftId, asked: Asked) -> Task<Message> {
        match asked {
            Asked::Open(content, place, name) => {
                let bytes = match self.desk.waiting_page(draft, &content) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        let told = LookMessage::Opened(content, Err(Notice::error(&error)));
                        return Task::done(line_form::Message::Look(told).into());
                    }
                };
                let work = move || Opened::of(&bytes, name, place).map(Arc::new);
                looked(work, move |opened| LookMessage::Opened(content.clone(), opened))
            }
            Asked::Draw(content, opened, treatment) => {
                let work = move || opened.after(treatment);
                looked(work, move |after| LookMessage::Drawn(content.clone(), treatment, after))
            }
            Asked::Keep(place, after) => {
                if let Err(error) = self.keep_look(draft, place, &after) {
                    self.screen.tell(Notice::error(&error));
                }
                Task::none()
            }
        }
    }

    /// The same again for whoever is here, as they were written down.
    pub(super) fn again(&self, who: Option<&Identity>, work: Work) -> Option<Again> {
        let who = who.filter(|_| self.left.is_some())?;
        Some(Again { work, who: who.clone() })
    }

    fn line_refused(&mut self, notice: Notice) -> Task<Message> {
        self.screen.tell(notice);
        Task::none()
    }
}

/// Works on a page that is looked at, off the window's thread.
fn looked<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ScanError> + Send + 'static,
    then: impl Fn(Result<T, Notice>) -> LookMessage + Send + 'static,
) -> Task<Message> {
    let work = async move { tokio::task::spawn_blocking(work).await };
    Task::future(work).then(move |done| {
        let done = done.unwrap_or(Err(ScanError::NoPicture));
        let told = then(done.map_err(|error| Notice::error(&error)));
        Task::done(line_form::Message::Look(told).into())
    })
}

/// That it was written, and what its number is worth.
fn written(issued: bool) -> Notice {
    match issued {
        true => Notice::done("Đã ghi vào sổ. Hãy ghi số này lên giấy tờ."),
        false => Notice::caution(
            "Đã ghi vào sổ nhưng máy này không giữ quyền cấp số của sổ: số sẽ có khi trao đổi mục ghi với máy giữ sổ.",
        ),
    }
}
