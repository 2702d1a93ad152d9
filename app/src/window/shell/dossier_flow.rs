//! A dossier's way: shown with its receipt, taken step by step.

use std::path::Path;

use iced::Task;
use office::{
    document::Media,
    dossier::DossierId,
    entry::{ContentHash, PaperKind, Purpose},
    workflow::Step,
};
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    desk::steps,
    scan::{Scan, ScanError},
    window::{
        notice::Notice,
        papers,
        screen::{dossier, home},
    },
};

impl Shell {
    /// Opens a dossier; the look at its person is written down first.
    pub fn open_dossier(&mut self, id: &DossierId, counter: &Counter) -> Task<Message> {
        self.leave_counter();
        let looked = self.desk.dossier(id).and_then(|record| {
            let who = record.dossier.applicant.key();
            self.desk.ledger.view_person(clock::now(), &who, Purpose::Reprint).map(drop)
        });
        match looked {
            Ok(()) => self.show_dossier(id, None, None),
            Err(error) => self.go_home(counter, Some(Notice::error(&error))),
        }
    }

    /// Shows a dossier as it stands now, with `paper` or else its receipt in the preview.
    pub fn show_dossier(
        &mut self,
        id: &DossierId,
        paper: Option<ContentHash>,
        notice: Option<Notice>,
    ) -> Task<Message> {
        let at = clock::now();
        let (record, notice) = match papers::dossier(&mut self.desk, id, at) {
            Ok((record, problem)) => (record, problem.or(notice)),
            Err(error) => {
                self.screen = Screen::Home(home::State::telling(Some(Notice::error(&error))));
                return Task::none();
            }
        };
        let first = record.papers.iter().find(|made| made.kind == PaperKind::Receipt);
        let shown = paper.or_else(|| first.map(|made| made.content.clone()));
        let rights = dossier::Rights {
            annul: self.desk.ledger.may(ledger::EventKind::DossierAnnulled),
            step: self.desk.ledger.may(ledger::EventKind::DossierMoved),
        };
        let units = self.desk.settings.units.clone();
        let state = dossier::State::new(record, rights, units, clock::local(at), notice);
        self.screen = Screen::Dossier(Box::new(state));
        if let Some(content) = shown {
            self.show_paper(&content);
        }
        Task::none()
    }

    fn show_paper(&mut self, content: &ContentHash) {
        let Screen::Dossier(state) = &mut self.screen else { return };
        match papers::pages(&self.desk, content) {
            Ok(pages) => state.show(Some(content.clone()), pages),
            Err(error) => state.tell(Notice::error(&error)),
        }
    }

    /// Draws a file that came with the dossier, off the window's thread.
    fn draw_file(&mut self, content: ContentHash) -> Task<Message> {
        let Screen::Dossier(state) = &mut self.screen else { return Task::none() };
        let bytes = match self.desk.ledger.blob(&content) {
            Ok(bytes) => bytes,
            Err(error) => {
                state.tell(Notice::error(&error));
                return Task::none();
            }
        };
        let work = tokio::task::spawn_blocking(move || {
            let media = Media::detect(&bytes).ok_or_else(|| Notice::error(&ScanError::Kind))?;
            papers::document_pages(&bytes, media)
        });
        Task::future(work).then(move |drawn| match drawn {
            Ok(drawn) => {
                let drawn = dossier::Message::FileDrawn(content.clone(), drawn);
                Task::done(Message::Dossier(drawn))
            }
            Err(_) => Task::none(),
        })
    }

    pub(super) fn dossier(
        &mut self,
        message: dossier::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Dossier(state) = &mut self.screen else { return Task::none() };
        let id = state.record.dossier.id.clone();
        match state.update(message) {
            dossier::Action::None => {}
            dossier::Action::Close => return self.go_home(counter, None),
            dossier::Action::Focus(field) => return travel::focus(field),
            dossier::Action::Print => {
                let notice = papers::print(&self.desk, state.shown());
                state.tell(notice);
            }
            dossier::Action::Save => {
                let notice = papers::save(&self.desk, &state.record.dossier, state.shown());
                state.tell(notice);
            }
            dossier::Action::Show(content) => self.show_paper(&content),
            dossier::Action::Draw(content) => return self.draw_file(content),
            dossier::Action::Make(kind) => {
                return match self.desk.make_paper(clock::now(), &id, kind) {
                    Ok(content) => self.show_dossier(&id, Some(content), None),
                    Err(error) => {
                        state.tell(Notice::error(&error));
                        Task::none()
                    }
                };
            }
            dossier::Action::Step => return self.take_step(&id),
            dossier::Action::Pay => return self.open_pay(&id),
            dossier::Action::Annul(reason) => {
                return match self.desk.annul(clock::now(), &id, reason) {
                    Ok(()) => {
                        let words = "Đã hủy tiếp nhận. Mã hồ sơ và số trong sổ vẫn giữ nguyên.";
                        self.show_dossier(&id, None, Some(Notice::done(words)))
                    }
                    Err(error) => {
                        state.tell(Notice::error(&error));
                        Task::none()
                    }
                };
            }
        }
        Task::none()
    }

    /// Writes the step that stands in the open form, then its paper.
    fn take_step(&mut self, id: &DossierId) -> Task<Message> {
        let at = clock::now();
        let Screen::Dossier(state) = &mut self.screen else { return Task::none() };
        let seen = state.record.course.steps;
        let Some(form) = state.form() else { return Task::none() };
        let Some(mut step) = form.step(&self.desk.law.calendar, clock::local(at)) else {
            return Task::none();
        };
        let file = match form.result_file().map(|path| Scan::read(Path::new(path))).transpose() {
            Ok(file) => file,
            Err(error) => {
                state.refused(Notice::error(&error));
                return Task::none();
            }
        };
        let (label, paper) = (step.label(), steps::paper_of(&step));
        let bytes = file.as_ref().map(|file| file.bytes.as_slice());
        if let (Some(bytes), Step::Resolved(outcome)) = (bytes, &mut step) {
            outcome.content = Some(ledger::content_hash(bytes));
        }
        if let Err(error) = self.desk.step(at, id, seen, step, bytes) {
            state.refused(Notice::error(&error));
            return Task::none();
        }
        let done = Notice::done(format!("Đã ghi vào sổ: {label}."));
        match paper.map(|kind| self.desk.make_paper(at, id, kind)) {
            None => self.show_dossier(id, None, Some(done)),
            Some(Ok(content)) => self.show_dossier(id, Some(content), Some(done)),
            Some(Err(error)) => self.show_dossier(id, None, Some(Notice::error(&error))),
        }
    }
}
