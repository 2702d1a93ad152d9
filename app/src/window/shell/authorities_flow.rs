//! Whom the office trusts to issue certificates for signing documents: files are read off the window's thread,
//! and what was taken holds for the next file that is verified.

use std::path::PathBuf;

use iced::Task;
use ledger::{EventKind, LedgerError};
use office::{entry::Role, trust::TrustKind};
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    authorities::Offer,
    clock,
    window::{
        notice::Notice,
        screen::{
            authorities::{self, Action, Rights},
            trust::Row,
        },
    },
};

/// Most rows of the screen; a country has some dozens of authorities.
const MOST_ROWS: usize = 500;

impl Shell {
    /// Opens the list.
    pub fn go_authorities(&mut self, counter: &Counter) -> Task<Message> {
        self.go_authorities_from(Vec::new(), counter)
    }

    /// The same from the verifying of these files, which goes on with them.
    pub(super) fn go_authorities_from(
        &mut self,
        back: Vec<PathBuf>,
        counter: &Counter,
    ) -> Task<Message> {
        let ledger = &self.desk.ledger;
        let rights = Rights {
            add: ledger.may(EventKind::TrustAdded),
            remove: ledger.roles().contains(&Role::Head),
        };
        let today = clock::local(clock::now()).date();
        let mut state = authorities::State::new(today, rights, back);
        match self.authority_rows() {
            Ok(rows) => state.show(rows),
            Err(error) => state.closed_to(&error),
        }
        self.enter(Ok(state), counter)
    }

    pub(super) fn authorities(
        &mut self,
        message: authorities::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Authorities(state) = &mut self.screen else { return Task::none() };
        let now = clock::now();
        let done = match state.update(message) {
            Action::None => return Task::none(),
            Action::Focus(field) => return travel::focus(field),
            Action::Read(path) => return read(path),
            Action::Close(back) if back.is_empty() => return self.go_home(counter),
            Action::Close(back) => return self.go_verify_again(back, counter),
            Action::Take { offer, words } => {
                offer.take(&mut self.desk.ledger, now, &words).map(told)
            }
            Action::Remove { fingerprint, reason } => self
                .desk
                .ledger
                .remove_trust(now, &[fingerprint], &reason)
                .map(|()| Notice::done("Đã bỏ. Lý do được ghi vào nhật ký.")),
        };
        let rows = self.authority_rows();
        let Screen::Authorities(state) = &mut self.screen else { return Task::none() };
        if let Ok(rows) = rows {
            state.show(rows);
        }
        match done {
            Ok(notice) => {
                state.done(notice);
                travel::focus(authorities::TABLE)
            }
            Err(error) => travel::focus(state.refused(Notice::error(&error))),
        }
    }

    fn authority_rows(&self) -> Result<Vec<Row>, LedgerError> {
        let names = self.desk.names()?;
        let mut rows = Vec::new();
        let mut before = None;
        while rows.len() < MOST_ROWS {
            let kind = Some(TrustKind::SignatureAuthority);
            let page = self.desk.ledger.trust_page(kind, before, MOST_ROWS)?;
            rows.extend(page.items.into_iter().map(|record| {
                let by = names.get(&record.by).unwrap_or(&record.by.0).clone();
                Row { record, by }
            }));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        Ok(rows)
    }
}

fn told(added: usize) -> Notice {
    match added {
        0 => Notice::caution(
            "Không có gì mới: chứng thư đã ở danh sách này, hoặc ở danh sách chứng thư tin cậy của chip.",
        ),
        added => Notice::done(format!("Đã tin cậy {added} nơi cấp chữ ký số.")),
    }
}

fn read(path: PathBuf) -> Task<Message> {
    let work = tokio::task::spawn_blocking(move || {
        let offer = Offer::read(&path).map_err(|error| Notice::error(&error));
        authorities::Message::Read(path, offer)
    });
    Task::future(work).then(|read| match read {
        Ok(read) => Task::done(read.into()),
        Err(_) => Task::none(),
    })
}
