//! A dossier's way: shown with its receipt, taken step by step.

use std::path::Path;

use iced::Task;
use office::{
    document::Media,
    dossier::DossierId,
    entry::{ContentHash, Purpose},
    lists::ListName,
    person::PersonId,
    subject::Subject,
    workflow::Step,
};
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    desk::{papers::Paper, steps},
    scan::{Scan, ScanError},
    window::{
        notice::Notice,
        papers,
        screen::{
            Shown,
            dossier::{
                self,
                erase::{Erasing, Grounds},
                notes::Note,
            },
            home,
        },
    },
};

const ERASED: &str = "Đã xóa nội dung ghi chú. Việc xóa được ghi vào sổ; các máy khác xóa ở lần trao đổi dữ liệu tới.";

impl Shell {
    /// Opens a dossier; the look at its person is written down first.
    pub fn open_dossier(&mut self, id: &DossierId, counter: &Counter) -> Task<Message> {
        self.leave_counter();
        let looked = self.desk.dossier(id).and_then(|record| {
            let who = PersonId(record.place);
            self.desk.ledger.view_person(clock::now(), who, Purpose::Reprint).map(drop)
        });
        match looked {
            Ok(()) => self.show_dossier(id, None, None),
            Err(error) => self.go_home_telling(counter, Some(Notice::error(&error))),
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
                self.screen = home::State::telling(Some(Notice::error(&error))).into();
                return Task::none();
            }
        };
        let first = record.papers.iter().find(|made| made.paper == Paper::RECEIPT);
        let shown = paper.or_else(|| first.map(|made| made.content.clone()));
        let rights = dossier::Rights {
            annul: self.desk.ledger.may(ledger::EventKind::DossierAnnulled),
            step: self.desk.ledger.may(ledger::EventKind::DossierMoved),
            remark: self.desk.ledger.may(ledger::EventKind::RemarkMade),
            attach: self.desk.ledger.may(ledger::EventKind::AttachmentAdded),
            erase: self.desk.ledger.may(ledger::EventKind::Erased),
        };
        let units = self.desk.settings.units.clone();
        let (lists, grounds) = (&self.desk.law.lists, ListName::ErasureGrounds);
        let grounds = Grounds {
            choices: lists.entries(grounds).to_vec(),
            checked: lists.header(grounds).is_some_and(|header| header.checked),
        };
        let state = dossier::State::new(record, rights, units, grounds, clock::local(at), notice);
        self.screen = state.into();
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
                Task::done(drawn.into())
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
            dossier::Action::Close => return self.go_home(counter),
            dossier::Action::Focus(field) => return travel::focus(field),
            dossier::Action::Print(copies) => return self.shown_out(Some(copies)),
            dossier::Action::Save => return self.shown_out(None),
            dossier::Action::Show(content) => self.show_paper(&content),
            dossier::Action::Draw(content) => return self.draw_file(content),
            dossier::Action::Make(paper) => {
                return match self.desk.paper(clock::now(), &id, &paper) {
                    Ok(content) => self.show_dossier(&id, Some(content), None),
                    Err(error) => {
                        state.tell(Notice::error(&error));
                        Task::none()
                    }
                };
            }
            dossier::Action::Step => return self.take_step(&id),
            dossier::Action::Note(note) => return self.write_note(&id, note),
            dossier::Action::Erase(erasing) => return self.erase_remark(&id, &erasing),
            dossier::Action::Pay => return self.open_pay(&Subject::from(&id)),
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
        let label = step.label();
        let bytes = file.as_ref().map(|file| file.bytes.as_slice());
        if let (Some(bytes), Step::Resolved(outcome)) = (bytes, &mut step) {
            outcome.content = Some(ledger::content_hash(bytes));
        }
        let movement = match self.desk.step(at, id, seen, step, bytes) {
            Ok(movement) => movement,
            Err(error) => {
                state.refused(Notice::error(&error));
                return Task::none();
            }
        };
        let paper = steps::paper_of(&movement);
        let keys =
            if paper.is_some() { " Nhấn F9 để in, F8 để lưu tệp PDF." } else { "" };
        let done = Notice::done(format!("Đã ghi vào sổ: {label}.{keys}"));
        self.show_paper_of(id, paper, done)
    }

    /// Writes a note, or puts a file to the dossier or takes one away.
    fn write_note(&mut self, id: &DossierId, note: Note) -> Task<Message> {
        let at = clock::now();
        let written = match note {
            Note::Remark(text) => self
                .desk
                .remark(at, id.into(), &text)
                .map(|()| "Đã ghi chú.")
                .map_err(|error| Notice::error(&error)),
            Note::Detach(file, reason) => self
                .desk
                .ledger
                .remove_attachment(at, &file, &reason)
                .map(|()| "Đã bỏ tệp khỏi hồ sơ. Việc bỏ tệp đã được ghi vào sổ.")
                .map_err(|error| Notice::error(&error)),
            Note::Attach { name, path } => Scan::read(Path::new(&path))
                .map_err(|error| Notice::error(&error))
                .and_then(|scan| {
                    let name = if name.is_empty() { &scan.name } else { &name };
                    self.desk
                        .attach(at, id.into(), name, &scan)
                        .map_err(|error| Notice::error(&error))
                })
                .map(|()| "Đã đính kèm tệp vào hồ sơ."),
        };
        match written {
            Ok(done) => self.show_dossier(id, None, Some(Notice::done(done))),
            Err(notice) => {
                if let Screen::Dossier(state) = &mut self.screen {
                    state.refused(notice);
                }
                Task::none()
            }
        }
    }

    /// Erases what a remark says.
    fn erase_remark(&mut self, id: &DossierId, erasing: &Erasing) -> Task<Message> {
        let Erasing { place, legal_basis, reason } = erasing;
        match self.desk.ledger.erase(clock::now(), &[*place], legal_basis, reason) {
            Ok(()) => self.show_dossier(id, None, Some(Notice::done(ERASED))),
            Err(error) => {
                if let Screen::Dossier(state) = &mut self.screen {
                    state.refused(Notice::error(&error));
                }
                Task::none()
            }
        }
    }

    /// Shows a dossier with the paper of the act that was just written.
    pub(super) fn show_paper_of(
        &mut self,
        id: &DossierId,
        paper: Option<Paper>,
        done: Notice,
    ) -> Task<Message> {
        match paper.map(|paper| self.desk.paper(clock::now(), id, &paper)) {
            None => self.show_dossier(id, None, Some(done)),
            Some(Ok(content)) => self.show_dossier(id, Some(content), Some(done)),
            Some(Err(error)) => self.show_dossier(id, None, Some(Notice::error(&error))),
        }
    }

    /// Prints the paper that is shown, or saves it.
    fn shown_out(&mut self, copies: Option<u16>) -> Task<Message> {
        let Screen::Dossier(state) = &self.screen else { return Task::none() };
        let Some(shown) = state.shown() else { return Task::none() };
        match (papers::document(&self.desk, &state.record.dossier, shown), copies) {
            (Ok(document), Some(copies)) => self.print(document, copies),
            (Ok(document), None) => self.save(document),
            (Err(notice), _) => {
                self.outgoing.failed(notice);
                Task::none()
            }
        }
    }
}
