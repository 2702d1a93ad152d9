//! Electronic copies that wait to be signed: listed, looked at, returned, and signed as a batch.
//!
//! A batch goes copy by copy: made ready here, made and signed on a worker, written here with its number; then the
//! next. The token stays logged in from the first to the last. The PIN goes to the token's process with the login and
//! is kept there alone, for keys that want it before each signature, until the logout; here it is gone at once. What
//! concerns the token ends the batch; what concerns one copy leaves that copy waiting.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use iced::Task;
use ledger::{LedgerError, PreparedRecord};
use office::{
    Explain,
    act::{ActId, Medium},
    text::in_one_line,
};
use token::{TokenError, wire::Pin};
use tokio::task::spawn_blocking;
use widgets::travel;

use super::{
    Counter, Message, Screen, Shell,
    sign_flow::{NotSigned, Signed, sign_document},
};
use crate::{
    clock,
    desk::electronic::Unsigned,
    scan::Scan,
    signing::{Choice, Signer, SigningError},
    window::{
        notice::Notice,
        papers,
        screen::{
            Shown,
            pending::{self, Pages, Row, Stand},
            sign,
        },
    },
};

/// Most of what came back that is listed.
const RETURNED: usize = 20;

/// Copies that are signed under one login.
pub(super) struct Batch {
    signer: Signer,
    choice: Arc<Choice>,
    waiting: VecDeque<ActId>,
    /// The one that is being signed.
    unsigned: Option<Unsigned>,
    all: usize,
    done: usize,
    /// Copies that were passed over, and why the first of them.
    passed: usize,
    why: Option<String>,
    stopping: bool,
    /// Nobody waits for it any more: a login that comes after this is ended at once.
    over: Arc<AtomicBool>,
}

impl Shell {
    fn pending_rows(&self) -> Result<Vec<Row>, LedgerError> {
        let names = self.desk.names()?;
        let (user, office) = (self.desk.ledger.user().clone(), self.desk.certifying()?);
        let today = clock::local(clock::now()).date();
        let row = |record: PreparedRecord| {
            let prepared = &record.prepared;
            let day = clock::local(record.at).date();
            let kind = self.desk.law.acts.find(&prepared.act.kind, day);
            let certifies = kind.is_some_and(|kind| office.may(&user, kind, today));
            let name = |user: &office::entry::UserName| {
                names.get(user).cloned().unwrap_or_else(|| user.0.clone())
            };
            let stand = match &record.returned {
                Some(returned) => Stand::Returned(format!(
                    "{} trả lại lúc {}. Lý do: {}",
                    name(&returned.by),
                    moment(returned.at),
                    in_one_line(&returned.reason)
                )),
                None if certifies && prepared.asks(&user.name) => Stand::Mine,
                None => Stand::Others,
            };
            let askers = prepared.act.requesters().map(|who| who.person.name.as_str());
            let what = prepared.act.form.value("original");
            Row {
                id: prepared.act.id.clone(),
                label: prepared.act.label.clone(),
                what: if what.is_empty() { prepared.act.label.clone() } else { what.to_owned() },
                askers: askers.collect::<Vec<_>>().join(", "),
                pages: prepared.pages.len(),
                by: name(&record.by),
                at: moment(record.at),
                asked: prepared.asked.as_ref().map_or("người có thẩm quyền".to_owned(), name),
                returnable: record.returned.is_none()
                    && prepared.is_returnable_by(&user.name, &user.roles),
                stand,
            }
        };
        let waiting = self.desk.ledger.prepared()?;
        let returned = self.desk.ledger.returned_to_user(RETURNED)?;
        Ok(waiting.into_iter().chain(returned).map(row).collect())
    }

    /// How many copies wait for the logged-in user's signature; none where they certify nothing electronic.
    pub(super) fn waiting_signatures(&self) -> u64 {
        let (user, day) = (self.desk.ledger.user(), clock::local(clock::now()).date());
        let office = self.known(self.desk.certifying());
        let certifies = self
            .desk
            .law
            .acts
            .in_force(day)
            .any(|kind| kind.medium == Medium::Electronic && office.may(user, kind, day));
        if certifies { self.known(self.desk.ledger.prepared_for_user()) } else { 0 }
    }

    /// Opens the list.
    pub fn go_pending(&mut self, counter: &Counter) -> Task<Message> {
        let state = self.pending_rows().map(|rows| {
            let mut state = pending::State::new(rows);
            // A batch goes on while other screens are open.
            if let Some(batch) = &self.batch {
                state.begin(batch.done, batch.all);
            }
            state
        });
        self.enter(state, counter)
    }

    pub(super) fn list_of_pending(&mut self) -> Option<&mut pending::State> {
        match &mut self.screen {
            Screen::Pending(state) => Some(state),
            _ => None,
        }
    }

    pub(super) fn pending(
        &mut self,
        message: pending::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Some(state) = self.list_of_pending() else { return Task::none() };
        match state.update(message) {
            pending::Action::None => Task::none(),
            pending::Action::Focus(field) => travel::focus(field),
            pending::Action::Close => self.go_home(counter),
            pending::Action::Look(id) => self.look_at_pending(id),
            pending::Action::Reread(id) => self.reread_pending(id),
            pending::Action::Redo(id, pages) => self.redo(&id, &pages, counter),
            pending::Action::Return(id, reason) => self.return_pending(&id, &reason),
            pending::Action::Ask(ids) => self.ask_batch(ids, counter),
            pending::Action::Stop => {
                if let Some(batch) = &mut self.batch {
                    batch.stopping = true;
                }
                Task::none()
            }
            pending::Action::Sign(action) => self.pending_signs(action, counter),
        }
    }

    fn pending_signs(&mut self, action: sign::Action, counter: &Counter) -> Task<Message> {
        match action {
            sign::Action::None => Task::none(),
            sign::Action::Focus(field) => travel::focus(field),
            sign::Action::Search => self.find_certificates(counter, in_dialog),
            sign::Action::Sign(choice, pin) => self.begin_batch(*choice, pin, counter),
            sign::Action::AskProvider(user, secret) => {
                self.ask_provider((user, secret), counter, in_dialog)
            }
            sign::Action::AskTelephone(offered, user, secret) => {
                self.ask_telephone_for_copy((*offered, user, secret), counter)
            }
            sign::Action::Close => {
                self.to_sign = Vec::new();
                self.pending(pending::Message::Dismissed, counter)
            }
        }
    }

    /// Draws the pages as they would be signed now, on a worker.
    fn look_at_pending(&mut self, id: ActId) -> Task<Message> {
        let drawn = |id: ActId, drawn| -> Message { pending::Message::Drawn(id, drawn).into() };
        let unsigned = match self.desk.ready(clock::now(), &id) {
            Ok(unsigned) => unsigned,
            Err(error) => return Task::done(drawn(id, Err(Notice::error(&error)))),
        };
        let stamp = unsigned.stamp.clone();
        let work = async move {
            spawn_blocking(move || {
                let pdf = unsigned.document().map_err(|error| Notice::error(&error))?;
                let pages = papers::pdf_pages(&pdf).map_err(|error| Notice::error(&error))?;
                Ok(Pages { pages, stamp })
            })
            .await
        };
        Task::future(work).then(move |result| {
            let words = "Không mở được các trang của bản này. Bản vẫn chờ ký. Hãy thử mở lại.";
            let lost = || Err(Notice::caution(words));
            Task::done(drawn(id.clone(), result.unwrap_or_else(|_| lost())))
        })
    }

    /// Reads the pages of what was returned, on a worker.
    fn reread_pending(&mut self, id: ActId) -> Task<Message> {
        let read = |id: ActId, read| -> Message { pending::Message::Reread(id, read).into() };
        let kept = match self.desk.preparation(&id).and_then(|one| self.desk.kept(&one)) {
            Ok(kept) => kept,
            Err(error) => return Task::done(read(id, Err(Notice::error(&error)))),
        };
        let work = async move {
            spawn_blocking(move || {
                let page = |kept: &ledger::Kept| {
                    let bytes = kept.read().map_err(|error| Notice::error(&error))?;
                    Scan::of(String::new(), bytes).map_err(|error| Notice::error(&error))
                };
                kept.iter().map(page).collect::<Result<_, _>>().map(pending::Reread)
            })
            .await
        };
        Task::future(work).then(move |result| {
            let words = "Không mở được các trang của bản này. Bản bị trả lại vẫn còn trong danh sách. Hãy thử lại.";
            let lost = || Err(Notice::caution(words));
            Task::done(read(id.clone(), result.unwrap_or_else(|_| lost())))
        })
    }

    fn return_pending(&mut self, id: &ActId, reason: &str) -> Task<Message> {
        let returned = self.desk.ledger.return_prepared(clock::now(), id, reason);
        let rows = returned.and_then(|()| self.pending_rows());
        let Some(state) = self.list_of_pending() else { return Task::none() };
        match rows {
            Ok(rows) => state.returned(rows),
            Err(error) => state.tell(Notice::error(&error)),
        }
        Task::none()
    }

    fn ask_batch(&mut self, ids: Vec<ActId>, counter: &Counter) -> Task<Message> {
        if self.shows_waiting() {
            return Task::none();
        }
        let certifier = self.desk.ledger.user().full_name.clone();
        self.to_sign.clone_from(&ids);
        // A telephone confirms one at a time.
        let offer = self.remote_offer(counter).filter(|_| ids.len() == 1);
        let Some(state) = self.list_of_pending() else { return Task::none() };
        let first = state.sign(&ids, certifier, offer);
        self.pending_signs(first, counter)
    }

    /// Logs in to the token once for all of them.
    fn begin_batch(
        &mut self,
        choice: Choice,
        pin: Option<Pin>,
        counter: &Counter,
    ) -> Task<Message> {
        self.uses_token(counter);
        let waiting: VecDeque<ActId> = std::mem::take(&mut self.to_sign).into();
        let signer = match self.signer(counter) {
            Ok(signer) => signer,
            Err(error) => return Task::done(Message::BatchBegun(Err(error.into()))),
        };
        let (all, choice) = (waiting.len(), Arc::new(choice));
        let (token, card) = (signer.clone(), choice.clone());
        let over = Arc::new(AtomicBool::new(false));
        self.batch = Some(Batch {
            signer,
            choice,
            waiting,
            unsigned: None,
            all,
            done: 0,
            passed: 0,
            why: None,
            stopping: false,
            over: over.clone(),
        });
        let work = async move {
            spawn_blocking(move || {
                let begun = token.begin(&card, pin, all);
                if over.load(Ordering::SeqCst) {
                    token.end(&card);
                }
                begun
            })
            .await
        };
        Task::future(work).then(|begun| {
            let crashed = || Err(TokenError::Crashed.into());
            Task::done(Message::BatchBegun(begun.unwrap_or_else(|_| crashed())))
        })
    }

    /// The token took the PIN, or did not.
    pub(super) fn batch_begun(&mut self, begun: Result<(), SigningError>) -> Task<Message> {
        let Some(all) = self.batch.as_ref().map(|batch| batch.all) else { return Task::none() };
        match begun {
            Ok(()) => {
                if let Some(state) = self.list_of_pending() {
                    state.begin(0, all);
                }
                self.next_of_batch()
            }
            Err(error) => {
                // What was chosen stays chosen for the next try.
                self.to_sign =
                    self.batch.take().map(|batch| batch.waiting.into()).unwrap_or_default();
                let error = NotSigned::Signing(error);
                if let Some(dialog) = self.list_of_pending().and_then(|state| state.signing()) {
                    dialog.failed(error.explain(), error.pin());
                }
                travel::focus(sign::PIN)
            }
        }
    }

    /// Goes on with the next copy, or ends.
    fn next_of_batch(&mut self) -> Task<Message> {
        loop {
            let Some(batch) = &mut self.batch else { return Task::none() };
            let next = if batch.stopping { None } else { batch.waiting.pop_front() };
            let Some(id) = next else { return self.end_batch(None) };
            match self.desk.ready(clock::now(), &id) {
                Ok(unsigned) => return self.sign_of_batch(unsigned),
                Err(error) => self.pass(&error),
            }
        }
    }

    /// A copy stays waiting; the others go on.
    fn pass(&mut self, error: &dyn Explain) {
        if let Some(batch) = &mut self.batch {
            batch.passed += 1;
            batch.why.get_or_insert_with(|| error.to_string());
        }
    }

    fn sign_of_batch(&mut self, unsigned: Unsigned) -> Task<Message> {
        let Some(batch) = &mut self.batch else { return Task::none() };
        batch.unsigned = Some(unsigned.clone());
        let (id, signer, choice) = (unsigned.id(), batch.signer.clone(), batch.choice.clone());
        let work = async move {
            spawn_blocking(move || -> Signed {
                sign_document(&unsigned, &choice, |document| signer.go_on(&choice, document))
            })
            .await
        };
        Task::future(work).then(move |signed| {
            let crashed = || Err(NotSigned::Signing(TokenError::Crashed.into()));
            let signed = signed.unwrap_or_else(|_| crashed());
            Task::done(Message::BatchSigned(id.clone(), signed))
        })
    }

    /// One of the batch was signed, or was not. What comes when nobody waits for it any more is not used.
    pub(super) fn batch_signed(&mut self, id: &ActId, signed: Signed) -> Task<Message> {
        let Some(batch) = &mut self.batch else { return Task::none() };
        let Some(unsigned) = batch.unsigned.take_if(|one| one.id() == *id) else {
            return Task::none();
        };
        let signed = match signed {
            Ok(signed) => signed,
            Err(error) if error.is_of_the_token() => return self.end_batch(Some(error.explain())),
            Err(error) => {
                self.pass(error.explain());
                return self.next_of_batch();
            }
        };
        match self.desk.finish_copy(unsigned, &signed) {
            Ok(_) => {
                if let Some(batch) = &mut self.batch {
                    batch.done += 1;
                }
                let rows = self.pending_rows();
                if let (Some(state), Ok(rows)) = (self.list_of_pending(), rows) {
                    state.went_on(rows);
                }
                self.next_of_batch()
            }
            // Somebody returned or signed it meanwhile, or took its number.
            Err(
                error @ (LedgerError::ReturnedAlready
                | LedgerError::ActDoneAlready
                | LedgerError::Refused(_)),
            ) => {
                self.pass(&error);
                self.next_of_batch()
            }
            // A full disk, a clock that went back: it would be the same for the next.
            Err(error) => self.end_batch(Some(&error)),
        }
    }

    /// Logs out and says what is done, what waits, and why.
    fn end_batch(&mut self, why: Option<&dyn Explain>) -> Task<Message> {
        let Some(batch) = self.batch.take() else { return Task::none() };
        let Batch { all, done, stopping, .. } = batch;
        let words = match (why, &batch.why) {
            (Some(error), _) => pending::stopped(done, all, "đang ký", &error.to_string()),
            (None, Some(first)) => pending::stopped(done, all, "đầu tiên không ký được", first),
            (None, None) if stopping && done < all => {
                format!("Đã dừng theo yêu cầu. {}", pending::stands(done, all))
            }
            (None, None) => format!("Đã ký và ghi vào sổ {done} bản."),
        };
        let notice = if done == all { Notice::done(words) } else { Notice::caution(words) };
        let rows = self.pending_rows();
        if let Some(state) = self.list_of_pending() {
            if let Ok(rows) = rows {
                state.renew(rows);
            }
            state.ended(notice);
        } else {
            self.tell(Some(notice));
        }
        log_out(batch.signer, batch.choice)
    }

    /// The window is being locked: what is done stays done, the rest waits.
    pub(super) fn stop_batch(&mut self) {
        self.to_sign = Vec::new();
        if let Some(state) = self.list_of_pending() {
            state.stop_waiting();
        }
        if let Some(batch) = self.batch.take() {
            // No task of the window is run any more for a locked one.
            batch.over.store(true, Ordering::SeqCst);
            let (signer, choice) = (batch.signer, batch.choice);
            std::thread::spawn(move || signer.end(&choice));
        }
    }
}

/// Ends the login of a batch on a worker: a token may take its time.
fn log_out(signer: Signer, choice: Arc<Choice>) -> Task<Message> {
    let work = async move { spawn_blocking(move || signer.end(&choice)).await };
    Task::future(work).then(|_| Task::none())
}

/// The dialog that signs is closed.
pub(super) fn dismissed() -> pending::Message {
    pending::Message::Dismissed
}

fn in_dialog(message: sign::Message) -> Message {
    pending::Message::Sign(message).into()
}

fn moment(at: jiff::Timestamp) -> String {
    clock::local(at).strftime("%H:%M %d/%m/%Y").to_string()
}
