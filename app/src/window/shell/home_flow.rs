//! The home screen: what waits there, and whoever comes by a card, a code or a number.

use iced::Task;
use identity::{ReadError, access::Keys};
use widgets::travel;

use super::{Action, Counter, Message, Screen, Shell};
use crate::{
    clock,
    keys::{self, Handed},
    window::{
        notice::Notice,
        papers,
        scans::Scan,
        screen::{dossiers, home},
    },
};

/// Drafts shown at once on the home screen.
const DRAFTS: usize = 4;

impl Shell {
    /// Opens the home screen.
    pub(super) fn go_home(&mut self, counter: &Counter) -> Task<Message> {
        self.go_home_telling(counter, None)
    }

    /// The same with a sentence to read.
    pub(super) fn go_home_telling(
        &mut self,
        counter: &Counter,
        notice: Option<Notice>,
    ) -> Task<Message> {
        self.leave_counter();
        self.over = None;
        self.unread.take();
        self.screen = home::State::telling(notice).into();
        self.refresh_home(counter);
        travel::focus(home::ENTRY)
    }

    /// Turns away from the counter: no chip is awaited or read any longer.
    pub(super) fn leave_counter(&mut self) {
        self.stop_reading();
        self.newcomer = None;
        self.left = None;
        self.begun = None;
    }

    /// What the devices are has changed, or may have while nobody was told.
    pub fn counter_changed(&mut self, counter: &Counter) {
        self.refresh_home(counter);
    }

    pub(super) fn refresh_home(&mut self, counter: &Counter) {
        let now = clock::local(clock::now());
        let drafts = self.begun().take(DRAFTS).map(|draft| home::Line {
            opens: home::Opens::Begun(draft.key),
            code: String::new(),
            name: draft.words,
            procedure: String::new(),
            badge: None,
        });
        let drafts = drafts.collect();
        let thrown_away = self.thrown_away().map(|draft| draft.words);
        let day = self.desk.ledger.sees_people().then(|| papers::day(&self.desk, now));
        let arrivals = self.waiting_arrivals(now);
        let signatures = self.waiting_signatures();
        let telephone = self.telephone_words();
        self.waiting = self.known(papers::waiting(&self.desk));
        self.key_is_due = self.known(self.desk.ledger.key_is_due());
        let Screen::Home(state) = &mut self.screen else { return };
        state.cards = counter.cards.clone();
        state.problem = counter.problem();
        state.drafts = drafts;
        state.thrown_away = thrown_away;
        state.arrivals = arrivals;
        state.signatures = signatures;
        state.telephone = telephone;
        match day.transpose() {
            Ok(day) => state.day = day,
            Err(error) => state.notice = Some(Notice::error(&error)),
        }
        if self.running.is_none() {
            state.reading = None;
        }
    }

    pub(super) fn home(&mut self, message: home::Message, counter: &Counter) -> Action {
        if matches!(message, home::Message::NextReader) {
            return Action::NextReader;
        }
        let Screen::Home(state) = &mut self.screen else { return Task::none().into() };
        Action::Run(match state.update(message) {
            home::Action::None => Task::none(),
            home::Action::Entered(text) => self.entered(text.into(), counter),
            home::Action::Open(id) => self.open_dossier(&id, counter),
            home::Action::List => self.go_dossiers(counter),
            home::Action::Arrivals => self.go_arrivals(counter),
            home::Action::Signatures => self.go_pending(counter),
            home::Action::Telephone => self.open_telephone(),
            home::Action::Camera => self.open_camera(counter),
            home::Action::AskKey => self.ask_key(None, None),
            home::Action::StopReading => {
                self.stop_reading();
                self.refresh_home(counter);
                self.tell_home(Some(Notice::caution(ReadError::Cancelled.to_string())));
                Task::none()
            }
            home::Action::ResumeDraft(home::Begun::Reception(id)) => {
                self.resume_draft(&id, counter)
            }
            home::Action::ResumeDraft(home::Begun::Line(id)) => self.resume_line(&id, counter),
            home::Action::DropDraft(key) => {
                self.put_aside(&key, Some(clock::local(clock::now())));
                self.refresh_home(counter);
                Task::none()
            }
            home::Action::UndoDrop => {
                if let Some(key) = self.thrown_away().map(|draft| draft.key) {
                    self.put_aside(&key, None);
                    self.refresh_home(counter);
                }
                Task::none()
            }
        })
    }

    pub(super) fn tell_home(&mut self, notice: Option<Notice>) {
        if let (Screen::Home(state), Some(notice)) = (&mut self.screen, notice) {
            state.notice = Some(notice);
        }
    }

    pub(super) fn entered(&mut self, scan: Scan, counter: &Counter) -> Task<Message> {
        let handed = match Handed::read(&scan.text) {
            Ok(handed) => handed,
            Err(error) => {
                self.tell_home(Some(Notice::error(&*error)));
                return Task::none();
            }
        };
        match handed {
            Handed::Code(code) => {
                let mut identity = code.identity;
                identity.reasons.splice(0..0, scan.remarks);
                match identity.person.number.clone() {
                    Some(number) => self.approach(Keys::number(&number), Some(identity), counter),
                    None => self.show_declared(identity, None, counter),
                }
            }
            Handed::Number(number) => {
                self.approach(Keys::number(&number), Some(keys::typed(number)), counter)
            }
            Handed::Zone(mrz) => self.approach_by_zone(&mrz, None, scan.remarks, counter),
            Handed::ChipKey(keys) => self.approach(*keys, None, counter),
            Handed::Opaque => {
                self.tell_home(Some(Notice::caution(identity::code::VNEID_OPAQUE)));
                Task::none()
            }
            Handed::Certificate(code) => self.look_up(code, counter),
            Handed::Receipt(words) | Handed::Words(words) => {
                let task = self.go_dossiers(counter);
                Task::batch([task, self.dossiers(dossiers::Message::QueryTyped(words), counter)])
            }
        }
    }
}
