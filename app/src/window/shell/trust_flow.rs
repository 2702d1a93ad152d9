//! Whom the office trusts: files are read off the window's thread, and what was taken holds from the
//! next reading on.

use std::{path::PathBuf, sync::Arc};

use iced::Task;
use ledger::{EventKind, LedgerError};
use office::trust::TrustKind;
use widgets::travel;

use super::{Counter, Message, Screen, Shell};
use crate::{
    clock,
    trust::{Parcels, Taken},
    window::{notice::Notice, screen::trust},
};

/// Most rows of the screen; the world has some 1,000 country signers, links and revocation lists.
const MOST_ROWS: usize = 4000;
/// Rows fetched at once.
const PAGE: usize = 500;

impl Shell {
    /// Opens the list of what is trusted.
    pub fn go_trust(&mut self, counter: &Counter) -> Task<Message> {
        let today = clock::local(clock::now()).date();
        let may_change = self.desk.ledger.may(EventKind::TrustAdded);
        let holds_files =
            |folder: &PathBuf| std::fs::read_dir(folder).is_ok_and(|mut all| all.next().is_some());
        let legacy = self.legacy_trust.clone().filter(holds_files);
        let mut state = trust::State::new(today, may_change, legacy);
        match self.trust_rows() {
            Ok((rows, more)) => state.show(rows, more),
            Err(error) => state.closed_to(&error),
        }
        self.enter(Ok(state), counter)
    }

    pub(super) fn trust(&mut self, message: trust::Message, counter: &Counter) -> Task<Message> {
        let Screen::Trust(state) = &mut self.screen else { return Task::none() };
        let now = clock::now();
        let done = match state.update(message) {
            trust::Action::None => return Task::none(),
            trust::Action::Close => return self.go_home(counter),
            trust::Action::Focus(field) => return travel::focus(field),
            trust::Action::Read(paths) => return self.read_files(paths),
            trust::Action::Take { parcels, words, signers } => {
                parcels.take(&mut self.desk.ledger, now, &words, signers).map(told)
            }
            trust::Action::Remove { fingerprint, reason } => self
                .desk
                .ledger
                .remove_trust(now, &[fingerprint], &reason)
                .map(|()| "Đã bỏ. Lý do được ghi vào nhật ký.".into()),
        };
        // Of several files the first may have been taken before one failed.
        self.desk.load_trust();
        let rows = self.trust_rows();
        let Screen::Trust(state) = &mut self.screen else { return Task::none() };
        if let Ok((rows, more)) = rows {
            state.show(rows, more);
        }
        match done {
            Ok(words) => {
                state.done(Notice::done(words));
                travel::focus(trust::TABLE)
            }
            Err(error) => travel::focus(state.refused(Notice::error(&error))),
        }
    }

    fn read_files(&self, paths: Vec<PathBuf>) -> Task<Message> {
        let trust = self.desk.trust.clone();
        let work = tokio::task::spawn_blocking(move || {
            let parcels = Parcels::read(&paths, &trust);
            trust::Message::Read(paths, Arc::new(parcels))
        });
        Task::future(work).then(|read| match read {
            Ok(read) => Task::done(read.into()),
            Err(_) => Task::none(),
        })
    }

    /// Everything that is trusted, document signers last; and whether there is more.
    fn trust_rows(&self) -> Result<(Vec<trust::Row>, bool), LedgerError> {
        let names = self.desk.names()?;
        let mut rows = Vec::new();
        for kind in [
            TrustKind::CountrySigner,
            TrustKind::Link,
            TrustKind::RevocationList,
            TrustKind::DocumentSigner,
        ] {
            let mut before = None;
            loop {
                let page = self.desk.ledger.trust_page(Some(kind), before, PAGE)?;
                rows.extend(page.items.into_iter().map(|record| {
                    let by = names.get(&record.by).unwrap_or(&record.by.0).clone();
                    trust::Row { record, by }
                }));
                before = page.next;
                if rows.len() >= MOST_ROWS {
                    return Ok((rows, true));
                }
                if before.is_none() {
                    break;
                }
            }
        }
        Ok((rows, false))
    }
}

fn told(taken: Taken) -> String {
    let mut words = format!("Đã thêm {} mục; {} mục đã có từ trước.", taken.added, taken.known);
    if taken.replaced > 0 {
        words += &format!(" Đã bỏ {} danh sách thu hồi cũ, vì đã có bản mới hơn.", taken.replaced);
    }
    words
}
