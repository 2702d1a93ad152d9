//! A dossier's way: received from the form, written, shown with its receipt, perhaps annulled.

use iced::{Task, widget::operation};
use ledger::Dossiers;
use office::{
    dossier::DossierId,
    entry::{ContentHash, Purpose},
    person::{Contact, Identity, PersonalNumber},
};

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    desk::draft_key,
    window::{
        notice::Notice,
        papers,
        screen::{home, receipt, reception},
    },
};

impl Shell {
    /// Opens the form for a person.
    pub fn open_reception(
        &mut self,
        identity: Identity,
        face: Option<ContentHash>,
    ) -> Task<Message> {
        self.awaited = None;
        let contact = identity
            .person
            .number
            .as_ref()
            .map_or_else(Contact::default, |number| self.contact(number));
        let now = clock::local(clock::now());
        let id = match ledger::random_id() {
            Ok(id) => DossierId(id),
            Err(error) => {
                self.screen = Screen::Home(home::State::telling(Some(Notice::error(&error))));
                return Task::none();
            }
        };
        let form = reception::State::new(self.desk.law.clone(), id, identity, face, contact, now);
        let field = form.first_field();
        self.screen = Screen::Reception(Box::new(form));
        operation::focus(field)
    }

    /// Contact data of the person's newest dossier here.
    fn contact(&self, number: &PersonalNumber) -> Contact {
        let newest = self.desk.ledger.dossiers(&Dossiers::Of(number.clone()), None, 1);
        newest
            .ok()
            .and_then(|page| page.items.into_iter().next())
            .map(|record| record.dossier.contact)
            .unwrap_or_default()
    }

    pub(super) fn reception(
        &mut self,
        message: reception::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Reception(form) = &mut self.screen else { return Task::none() };
        let next = match form.update(message) {
            reception::Action::None => return Task::none(),
            reception::Action::Close => return self.go_home(counter, None),
            reception::Action::Receive(dossier) => return self.receive(*dossier),
            reception::Action::Changed => Task::none(),
            reception::Action::Chosen => operation::focus(reception::PHONE),
            reception::Action::Search => operation::focus(reception::PROCEDURE),
        };
        let kept = serde_json::to_vec(form.draft())
            .map(|bytes| self.desk.ledger.save_draft(&draft_key(&form.draft().id), &bytes));
        if let Ok(Err(error)) = kept {
            form.refused(Notice::error(&error));
        }
        next
    }

    fn receive(&mut self, reception: office::dossier::Reception) -> Task<Message> {
        let at = clock::now();
        match self.desk.receive(at, reception) {
            Ok(dossier) => {
                let notice = Notice::done("Đã ghi vào sổ. Hãy in hoặc lưu giấy tiếp nhận.");
                self.show_receipt(dossier, office::dossier::Status::Received, Some(notice))
            }
            Err(error) => {
                if let Screen::Reception(form) = &mut self.screen {
                    form.refused(Notice::error(&error));
                }
                Task::none()
            }
        }
    }

    /// Shows a dossier; the look at its person is written down first.
    pub fn open_dossier(&mut self, id: &DossierId, counter: &Counter) -> Task<Message> {
        self.leave_counter();
        let record = match self.desk.dossier(id) {
            Ok(record) => record,
            Err(error) => return self.go_home(counter, Some(Notice::error(&error))),
        };
        let status = record.status();
        if let Some(number) = &record.dossier.applicant.person.number
            && let Err(error) = self.desk.ledger.view_person(clock::now(), number, Purpose::Reprint)
        {
            return self.go_home(counter, Some(Notice::error(&error)));
        }
        self.show_receipt(record.dossier, status, None)
    }

    fn show_receipt(
        &mut self,
        dossier: office::dossier::Dossier,
        status: office::dossier::Status,
        mut notice: Option<Notice>,
    ) -> Task<Message> {
        let pages = match papers::pages(&mut self.desk, &dossier) {
            Ok(pages) => pages,
            Err(error) => {
                notice = Some(Notice::error(&error));
                Vec::new()
            }
        };
        let may_annul = self.desk.ledger.may(ledger::EventKind::DossierAnnulled);
        let now = clock::local(clock::now());
        self.screen = Screen::Receipt(Box::new(receipt::State::new(
            dossier, status, may_annul, pages, now, notice,
        )));
        Task::none()
    }

    pub(super) fn receipt(
        &mut self,
        message: receipt::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Receipt(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            receipt::Action::None => {}
            receipt::Action::Close => return self.go_home(counter, None),
            receipt::Action::AskReason => return operation::focus(receipt::REASON),
            receipt::Action::Print => {
                let notice = papers::print(&mut self.desk, &state.dossier);
                state.tell(notice);
            }
            receipt::Action::Save => {
                let notice = papers::save(&mut self.desk, &state.dossier);
                state.tell(notice);
            }
            receipt::Action::Annul(reason) => {
                match self.desk.annul(clock::now(), &state.dossier.id, reason) {
                    Ok(()) => {
                        state.annulled();
                        state.tell(Notice::done(
                            "Đã hủy tiếp nhận. Mã hồ sơ và số trong sổ vẫn giữ nguyên.",
                        ));
                    }
                    Err(error) => state.tell(Notice::error(&error)),
                }
            }
        }
        Task::none()
    }
}
