//! A person's store: opened from the person, each look written before anything is shown.

use iced::Task;
use ledger::{EventKind, LedgerError};
use office::{
    act::ActId,
    document::{DocumentId, Media},
    person::{Identity, PersonId},
};
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock, scan,
    window::{notice::Notice, papers, screen::store},
};

impl Shell {
    /// Opens the store of the shown person.
    pub fn open_store(&mut self) -> Task<Message> {
        let Screen::Person(person) = &self.screen else { return Task::none() };
        let Some(owner) = person.who() else { return Task::none() };
        let identity = person.identity.clone();
        match self.store_of(owner, &identity) {
            Ok(state) => {
                let store = Screen::from(state);
                if let Screen::Person(person) = std::mem::replace(&mut self.screen, store) {
                    self.left = Some(person);
                }
            }
            Err(error) => self.screen.tell(Notice::error(&error)),
        }
        Task::none()
    }

    fn store_of(&self, owner: PersonId, whose: &Identity) -> Result<store::State, LedgerError> {
        let documents = self.desk.stored(owner)?;
        let ledger = &self.desk.ledger;
        let rights = store::Rights {
            keep: ledger.may(EventKind::DocumentKept),
            remove: ledger.may(EventKind::DocumentRemoved),
        };
        let today = clock::local(clock::now()).date();
        let bases = self.desk.law.legal_basis.clone();
        let whose = (whose.person.name.clone(), whose.claim_label());
        Ok(store::State::new(owner, whose, documents, bases, rights, today))
    }

    /// Offers the signed file of an electronic copy to the store of whoever asked for it. Kept it is only when the
    /// clerk says on what basis (Luật 91/2025): that is never presumed.
    pub(super) fn store_copy(&mut self, id: &ActId) -> Task<Message> {
        match self.offered_copy(id) {
            Ok(store) => {
                self.screen = store.into();
                travel::focus(store::PATH)
            }
            Err(error) => {
                self.screen.tell(Notice::error(&error));
                Task::none()
            }
        }
    }

    fn offered_copy(&self, id: &ActId) -> Result<store::State, LedgerError> {
        let act = self.desk.act(id)?.act;
        let whose = act.requesters().next().ok_or(LedgerError::Missing)?;
        let owner = self.desk.ledger.whose(whose)?.ok_or(LedgerError::Missing)?;
        let mut store = self.store_of(owner, whose)?;
        let original = act.form.fields.iter().find(|field| !field.value.is_empty());
        let file = scan::Scan {
            name: String::new(),
            media: Media::Pdf,
            bytes: self.desk.signed_file(id)?,
            restricted: false,
        };
        store.offer(store::Copy {
            file,
            title: original.map_or_else(|| act.label.clone(), |field| field.value.clone()),
            number: self.desk.numbered(&act.number)?.number,
            issuer: self.desk.office.name.clone(),
            issued_on: act.at.date(),
        });
        Ok(store)
    }

    pub(super) fn store(&mut self, message: store::Message, counter: &Counter) -> Task<Message> {
        let Screen::Store(state) = &mut self.screen else { return Task::none() };
        let owner = state.owner;
        let (done, words) = match state.update(message) {
            store::Action::None => return Task::none(),
            store::Action::Focus(field) => return travel::focus(field),
            store::Action::Close => {
                let kept = state.count();
                if let Some(mut person) = self.left.take() {
                    person.count_kept(kept.0, kept.1);
                    self.screen = Screen::Person(person);
                    return Task::none();
                }
                return self.go_home(counter);
            }
            store::Action::Read(path) => return self.read_scan(path, read),
            store::Action::Flatbed => return self.off_thread(scan::flatbed, read),
            store::Action::Open(id) => return self.look(id),
            store::Action::Keep(kept) => {
                let (document, scan) = *kept;
                let words = "Đã lưu vào kho. Hồ sơ sau của công dân dùng lại được giấy này.";
                (self.desk.store(clock::now(), document, &scan).map(drop), words)
            }
            store::Action::Remove(id, reason) => {
                let words = "Đã xóa khỏi kho. Lý do được ghi vào nhật ký.";
                (self.desk.discard(clock::now(), &id, reason), words)
            }
        };
        let list = done.and_then(|()| self.desk.stored(owner));
        let Screen::Store(state) = &mut self.screen else { return Task::none() };
        match list {
            Ok(list) => state.done(list, words),
            Err(error) => state.refused(Notice::error(&error)),
        }
        Task::none()
    }

    /// Writes the look, then draws the pages off the window's thread.
    fn look(&mut self, id: DocumentId) -> Task<Message> {
        let looked = self.look_at(&id);
        let Screen::Store(state) = &mut self.screen else { return Task::none() };
        let (bytes, media) = match looked {
            Ok(found) => found,
            Err(error) => {
                state.refused(Notice::error(&error));
                return Task::none();
            }
        };
        let work = tokio::task::spawn_blocking(move || papers::document_pages(&bytes, media));
        Task::future(work).then(move |drawn| match drawn {
            Ok(drawn) => Task::done(store::Message::Drawn(id.clone(), drawn).into()),
            Err(_) => Task::none(),
        })
    }

    fn look_at(&mut self, id: &DocumentId) -> Result<(Vec<u8>, Media), LedgerError> {
        let record = self.desk.ledger.document(id)?.ok_or(LedgerError::Missing)?;
        Ok((self.desk.look(clock::now(), id)?, record.document.media))
    }
}

fn read(read: Result<scan::Scan, Notice>) -> Message {
    store::Message::Form(store::FormMessage::Read(read)).into()
}
