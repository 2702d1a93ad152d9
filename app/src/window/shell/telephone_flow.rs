//! An electronic act is signed remotely: its document is made and prepared on a thread of its own, kept in the ledger piece by
//! piece, and only then the signer's telephone is asked, on another thread, with a flag that stops it. What comes back is
//! checked there against the certificate; here it is written, or told.
//!
//! One document waits at a time: two would tell the same number. It waits behind other screens and behind a locked window
//! too. Whoever logs in next as the same user finds it again. An answer belongs to the request of its number; what comes
//! for another one, or a second time, is nobody's.

mod worker;

use std::sync::Arc;

use iced::Task;
use office::{Explain, act::Act};
use tokio::task::spawn_blocking;
use widgets::travel;

use super::{Counter, Message, Over, Shell, sign_flow::FRESH};
use crate::{
    clock,
    desk::{
        electronic::Unsigned,
        lines::{DraftId, Work},
        telephone::{Awaited, Usual, is_void},
    },
    signing::{
        Way,
        remote::{Offered, Remote, RemoteError, Secret, Stop},
    },
    window::{
        notice::Notice,
        screen::{
            sign,
            telephone::{self, Action, Stand, State},
        },
    },
};

pub use worker::Ready;
use worker::{Asking, ask, elsewhere, number, prepare, renew};

/// Seconds after which a document is made anew before a telephone is asked for it: its time is the one that the
/// signature tells.
const STALE: i64 = 900;

/// What worker threads bring, with the number of the request that they worked for.
#[derive(Clone)]
pub enum Told {
    /// The document was prepared.
    Prepared(u64, Result<Arc<Ready>, Notice>),
    /// The next slice of keeping or reading it.
    Next(u64),
    /// What the telephone's answer came to.
    Answered(u64, Result<Arc<Vec<u8>>, RemoteError>),
}

/// How far it is.
enum Step {
    /// A worker prepares it.
    Preparing,
    /// So many of its pieces are kept.
    Keeping(usize),
    /// So many of its pieces are read; then the telephone is asked in this way.
    Reading(Vec<u8>, usize),
    /// The telephone is asked.
    Asking,
    /// Nobody does anything for it.
    Resting,
}

/// The request of the logged-in user. Dropping it stops the thread that waits.
pub(super) struct Waiting {
    number: u64,
    dialog: State,
    step: Step,
    /// The act, as soon as it is prepared.
    awaited: Option<Awaited>,
    /// The prepared document, as it is kept.
    bytes: Option<Arc<Vec<u8>>>,
    /// What was signed and could not be written yet.
    signed: Option<Arc<Vec<u8>>>,
    secret: Option<Secret>,
    stop: Stop,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.stop.set();
    }
}

impl Waiting {
    fn new(dialog: State, awaited: Option<Awaited>, secret: Option<Secret>) -> Self {
        Self {
            number: number(),
            dialog,
            step: Step::Resting,
            awaited,
            bytes: None,
            signed: None,
            secret,
            stop: Stop::default(),
        }
    }

    /// Whether it ended without a signature: only its sentence is left.
    fn is_over(&self) -> bool {
        matches!(self.dialog.stand(), Stand::Ended | Stand::Stale)
    }

    /// Whoever worked for it works for nobody any more.
    fn turn(&mut self) {
        self.stop.set();
        (self.number, self.stop) = (number(), Stop::default());
    }
}

impl Shell {
    /// What can be chosen in the dialog that signs, where the office has a contract with a provider.
    pub(super) fn remote_offer(&self, counter: &Counter) -> Option<sign::Offer> {
        let contract = counter.devices.remote.as_ref()?;
        let Usual { way, user } = self.known(self.desk.usual_signing());
        Some(sign::Offer { provider: contract.api.label().to_owned(), user, way })
    }

    /// It is signed by a token: that is offered the next time.
    pub(super) fn uses_token(&mut self, counter: &Counter) {
        if counter.devices.remote.is_some() {
            let usual = Usual { way: Way::Token, ..self.known(self.desk.usual_signing()) };
            // Who has to choose again next time has lost nothing else.
            let _ = self.desk.keep_usual_signing(&usual);
        }
    }

    /// Asks the provider for a user's certificates, on a worker.
    pub(super) fn ask_provider(
        &self,
        (user, secret): (String, Secret),
        counter: &Counter,
        dialog: fn(sign::Message) -> Message,
    ) -> Task<Message> {
        let Some(contract) = counter.devices.remote.clone() else { return Task::none() };
        let remote = Remote::new(contract, user.clone(), secret);
        let work = async move { spawn_blocking(move || remote.certificates()).await };
        Task::future(work).then(move |found| {
            let found = found.unwrap_or(Err(RemoteError::Failed));
            let found = found.map_err(|error| telephone::told(&error));
            let came = sign::remote::Message::Came(user.clone(), found);
            Task::done(dialog(sign::Message::Remote(came)))
        })
    }

    /// Whether a request waits already, which then is shown: the number of another document would be the same.
    pub(super) fn shows_waiting(&mut self) -> bool {
        self.waiting_telephone.take_if(|waiting| waiting.is_over());
        let Some(waiting) = &mut self.waiting_telephone else { return false };
        let words = "Một bản khác đang chờ điện thoại xác nhận. Hãy chờ xong, hoặc bỏ yêu cầu ấy, rồi ký bản mới: hai bản ký cùng lúc sẽ mang cùng một số.";
        waiting.dialog.tell(Notice::caution(words));
        self.over = Some(Over::Telephone);
        true
    }

    /// Begins: the document is made and prepared.
    pub(super) fn ask_telephone(
        &mut self,
        unsigned: Unsigned,
        (offered, user, secret): (Offered, String, Secret),
        counter: &Counter,
    ) -> Task<Message> {
        let Some(contract) = counter.devices.remote.clone() else { return Task::none() };
        let usual = Usual { way: Way::Remote, user: user.clone() };
        // Who has to type it again next time has lost nothing else.
        let _ = self.desk.keep_usual_signing(&usual);
        let dialog = State::new(unsigned.name(), contract.api.label().to_owned());
        let mut waiting = Waiting::new(dialog, None, Some(secret));
        waiting.step = Step::Preparing;
        let number = waiting.number;
        self.waiting_telephone = Some(waiting);
        self.over = Some(Over::Telephone);
        let work = move || prepare(unsigned, contract, user, offered);
        elsewhere("remote document", work).map(move |prepared| {
            let fell = || Err(telephone::told(&RemoteError::Failed));
            Message::Remote(Told::Prepared(number, prepared.unwrap_or_else(fell)))
        })
    }

    /// What a thread brought, behind a locked window too.
    pub fn told_remote(&mut self, told: Told, counter: &Counter) -> Task<Message> {
        let (Told::Prepared(number, _) | Told::Next(number) | Told::Answered(number, _)) = &told;
        let Some(waiting) =
            self.waiting_telephone.as_mut().filter(|waiting| waiting.number == *number)
        else {
            return Task::none();
        };
        match (told, &waiting.step) {
            (Told::Prepared(_, Ok(ready)), Step::Preparing) => {
                waiting.dialog.tells(&ready.awaited);
                waiting.awaited = Some(ready.awaited.clone());
                waiting.bytes = Some(ready.bytes.clone());
                waiting.step = Step::Keeping(0);
                self.next_slice()
            }
            (Told::Prepared(_, Err(notice)), Step::Preparing) => {
                waiting.step = Step::Resting;
                waiting.dialog.ended(Stand::Stale, notice);
                Task::none()
            }
            (Told::Next(_), Step::Keeping(_) | Step::Reading(..)) => self.next_slice(),
            (Told::Answered(_, answer), Step::Asking) => {
                waiting.step = Step::Resting;
                match answer {
                    Ok(signed) => {
                        waiting.signed = Some(signed);
                        self.write_signed(counter)
                    }
                    Err(error) => {
                        self.not_answered(&error);
                        Task::none()
                    }
                }
            }
            // A second answer, or one that came too late.
            (Told::Prepared(..) | Told::Next(_) | Told::Answered(..), _) => Task::none(),
        }
    }

    /// Keeps or reads one piece: a document of many megabytes stops no key.
    fn next_slice(&mut self) -> Task<Message> {
        let Some(waiting) = &mut self.waiting_telephone else { return Task::none() };
        let Some(awaited) = waiting.awaited.clone() else { return Task::none() };
        let next = Task::done(Message::Remote(Told::Next(waiting.number)));
        let done = match &mut waiting.step {
            Step::Keeping(kept) if *kept < awaited.pieces => {
                let bytes = waiting.bytes.clone().unwrap_or_default();
                *kept += 1;
                self.desk.keep_piece(awaited.id(), *kept - 1, &bytes).map(|()| next)
            }
            Step::Keeping(_) => self
                .desk
                .rehearse_awaited(clock::now(), &awaited)
                .and_then(|()| self.desk.keep_awaited(&awaited))
                .map(|()| self.begin_asking(Asking::First)),
            Step::Reading(bytes, read) if *read < awaited.pieces => {
                *read += 1;
                self.desk.piece(awaited.id(), *read - 1).map(|piece| {
                    bytes.extend(piece);
                    next
                })
            }
            Step::Reading(bytes, _) => {
                waiting.bytes = Some(Arc::new(std::mem::take(bytes)));
                // Nobody is asked for a number that is another act's by now.
                self.desk
                    .rehearse_awaited(clock::now(), &awaited)
                    .map(|()| self.begin_asking(Asking::Resumed))
            }
            Step::Preparing | Step::Asking | Step::Resting => Ok(Task::none()),
        };
        done.unwrap_or_else(|error| {
            let keeping = self.waiting_telephone.as_ref();
            let keeping = keeping.is_some_and(|w| matches!(w.step, Step::Keeping(_)));
            let over = keeping || is_void(&error);
            if over {
                // Nobody was asked, or in vain: what was kept of it goes.
                let _ = self.desk.drop_awaited(awaited.id());
            }
            if let Some(waiting) = &mut self.waiting_telephone {
                waiting.step = Step::Resting;
                let stand = if over { Stand::Stale } else { Stand::Kept };
                waiting.dialog.ended(stand, Notice::error(&error));
            }
            Task::none()
        })
    }

    /// The document is kept: the telephone may be asked.
    fn begin_asking(&mut self, asking: Asking) -> Task<Message> {
        let Some(waiting) = &mut self.waiting_telephone else { return Task::none() };
        let Some(bytes) = waiting.bytes.clone() else { return Task::none() };
        waiting.turn();
        waiting.step = Step::Asking;
        waiting.dialog.stands(Stand::Asked);
        waiting.dialog.tick(clock::now());
        let (number, stop) = (waiting.number, waiting.stop.clone());
        let secret = waiting.secret.clone().unwrap_or_default();
        let work = move || ask(&bytes, secret, asking, &stop);
        elsewhere("remote signing", work).map(move |answer| {
            // A thread that fell tells nothing of the telephone: the request is kept.
            let answer = answer.unwrap_or(Err(RemoteError::Stopped));
            Message::Remote(Told::Answered(number, answer))
        })
    }

    /// It was not signed. Where the provider may still answer the request is kept; else nothing is.
    fn not_answered(&mut self, error: &RemoteError) {
        let Some(waiting) = &mut self.waiting_telephone else { return };
        let notice = telephone::told(error);
        if *error == RemoteError::NotKnown {
            // It was wrong: it is typed anew.
            waiting.secret = None;
        }
        // Each request takes it; only some are asked after without.
        let again = !error.goes_on() || waiting.awaited.as_ref().is_some_and(|a| a.takes_secret);
        waiting.dialog.asks_secret(again && waiting.secret.is_none());
        if error.goes_on() {
            waiting.dialog.ended(Stand::Kept, notice.clone());
        } else {
            waiting.dialog.ended(stand_of(waiting.awaited.as_ref()), notice.clone());
            let forgotten = waiting.awaited.as_ref().map(|one| self.desk.drop_awaited(one.id()));
            // What could not be forgotten is offered again, and ends in the same way.
            if let Some(Err(error)) = forgotten {
                self.tell(Some(Notice::error(&error)));
            }
        }
        self.tell_elsewhere(notice);
    }

    /// Tells on the open screen what became of a request whose dialog is not open.
    fn tell_elsewhere(&mut self, notice: Notice) {
        if !matches!(self.over, Some(Over::Telephone)) {
            self.tell(Some(notice));
        }
    }

    /// Writes the act by its signed file. A number that was taken meanwhile makes the signature worth nothing; whatever
    /// may pass leaves it to be written later.
    fn write_signed(&mut self, counter: &Counter) -> Task<Message> {
        let Some(waiting) = &mut self.waiting_telephone else { return Task::none() };
        let (Some(awaited), Some(signed)) = (waiting.awaited.clone(), waiting.signed.clone())
        else {
            return Task::none();
        };
        match self.desk.finish_awaited(clock::now(), &awaited, &signed) {
            Ok(act) => self.remotely_done(&act, counter),
            Err(error) if is_void(&error) => {
                let notice = Notice::error(&error);
                (waiting.signed, waiting.bytes) = (None, None);
                waiting.dialog.ended(Stand::Stale, notice.clone());
                let _ = self.desk.drop_awaited(awaited.id());
                self.tell_elsewhere(notice);
                Task::none()
            }
            Err(error) => {
                let notice = Notice::error(&error);
                waiting.dialog.ended(Stand::Unwritten, notice.clone());
                self.tell_elsewhere(notice);
                Task::none()
            }
        }
    }

    fn remotely_done(&mut self, act: &Act, counter: &Counter) -> Task<Message> {
        self.waiting_telephone = None;
        let seen = matches!(self.over, Some(Over::Telephone));
        if !seen {
            let words = format!("Điện thoại đã xác nhận: {} đã ký số và ghi vào sổ.", act.name());
            self.tell(Some(Notice::done(words)));
            self.refresh_home(counter);
            return Task::none();
        }
        (self.over, self.begun) = (None, None);
        let again = self.again(act.requesters().next(), Work::Act(act.kind.clone()));
        let words = "Đã ký số và ghi vào sổ. Nhấn F8 để xem, in hoặc lưu bản điện tử.";
        self.show_act(&act.id, again, Some(Notice::done(words)), counter)
    }

    /// What the user does in the dialog.
    pub(super) fn telephone(
        &mut self,
        message: telephone::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Some(waiting) = &mut self.waiting_telephone else {
            self.over.take_if(|over| matches!(over, Over::Telephone));
            return Task::none();
        };
        waiting.dialog.tick(clock::now());
        let action = waiting.dialog.update(message);
        if let Some(secret) = matches!(action, Action::GoOn(_) | Action::Again)
            .then(|| waiting.dialog.secret())
            .flatten()
        {
            waiting.secret = Some(secret);
        }
        match action {
            Action::None => Task::none(),
            Action::Focus => travel::focus(telephone::SECRET),
            Action::Stop => {
                waiting.turn();
                waiting.step = Step::Resting;
                waiting.dialog.asks_secret(
                    waiting
                        .awaited
                        .as_ref()
                        .is_some_and(|awaited| awaited.takes_secret && waiting.secret.is_none()),
                );
                waiting.dialog.ended(Stand::Kept, telephone::told(&RemoteError::Stopped));
                Task::none()
            }
            Action::Again => self.ask_again(),
            Action::GoOn(Stand::Kept) => self.go_on_waiting(),
            Action::GoOn(Stand::Unwritten) => self.write_signed(counter),
            Action::GoOn(Stand::Ended) => self.ask_again(),
            Action::GoOn(Stand::Stale) => self.begin_anew(counter),
            Action::GoOn(Stand::Preparing | Stand::Asked) => Task::none(),
            Action::GiveUp => self.give_up(counter),
            Action::Close => {
                self.over = None;
                if waiting.is_over() {
                    self.waiting_telephone = None;
                    self.refresh_home(counter);
                    return Task::none();
                }
                // The form is open beneath it no longer: it would be another act by now.
                self.go_home(counter)
            }
        }
    }

    /// Goes on with a request that is kept. One that cannot be asked after rings the telephone again.
    fn go_on_waiting(&mut self) -> Task<Message> {
        let Some(waiting) = &mut self.waiting_telephone else { return Task::none() };
        let Some(awaited) = &waiting.awaited else { return Task::none() };
        if awaited.takes_secret && is_stale(awaited) {
            let words = "Đã quá lâu nên giờ ghi trên bản điện tử không còn đúng. Chưa ký gì, chưa mất số nào. Hãy bỏ yêu cầu này rồi ký lại từ việc đang nhập.";
            waiting.dialog.ended(Stand::Kept, Notice::caution(words));
            return Task::none();
        }
        waiting.turn();
        waiting.step = Step::Reading(Vec::new(), 0);
        waiting.dialog.stands(Stand::Preparing);
        self.next_slice()
    }

    /// Asks for the same document by a new request: the one before is left to run out, and its answer is nobody's.
    fn ask_again(&mut self) -> Task<Message> {
        let Some(waiting) = &mut self.waiting_telephone else { return Task::none() };
        let (Some(awaited), Some(bytes)) = (waiting.awaited.clone(), waiting.bytes.clone()) else {
            return Task::none();
        };
        // Pieces of two requests never lie beside each other, whenever the power goes.
        if let Err(error) = self.desk.drop_awaited(awaited.id()) {
            waiting.dialog.tell(Notice::error(&error));
            return Task::none();
        }
        waiting.turn();
        waiting.step = Step::Resting;
        if is_stale(&awaited) {
            let words = "Đã quá lâu nên giờ ghi trên bản điện tử không còn đúng. Chưa ký gì, chưa mất số nào. Hãy lập lại bản điện tử để ký.";
            waiting.dialog.ended(Stand::Stale, Notice::caution(words));
            return Task::none();
        }
        if waiting.secret.is_none() {
            let words = "Yêu cầu trước đã bỏ, chưa ký gì. Hãy nhập mật khẩu kết nối rồi nhấn F2 để hỏi lại điện thoại.";
            waiting.dialog.asks_secret(true);
            waiting.dialog.ended(Stand::Ended, Notice::caution(words));
            return travel::focus(telephone::SECRET);
        }
        waiting.step = Step::Preparing;
        waiting.dialog.stands(Stand::Preparing);
        let number = waiting.number;
        elsewhere("remote document", move || renew(&bytes, awaited)).map(move |renewed| {
            let fell = || Err(telephone::told(&RemoteError::Failed));
            Message::Remote(Told::Prepared(number, renewed.unwrap_or_else(fell)))
        })
    }

    /// The request is not wanted: what it came from stands as before.
    fn give_up(&mut self, counter: &Counter) -> Task<Message> {
        let Some(waiting) = &mut self.waiting_telephone else { return Task::none() };
        let id = waiting.awaited.as_ref().map(|awaited| awaited.id().clone());
        if let Some(Err(error)) = id.map(|id| self.desk.drop_awaited(&id)) {
            waiting.dialog.tell(Notice::error(&error));
            return Task::none();
        }
        let task = self.begin_anew(counter);
        let words = "Đã bỏ yêu cầu ký. Chưa ghi gì vào sổ, chưa mất số nào. Nếu điện thoại còn hỏi, hãy từ chối.";
        self.tell(Some(Notice::done(words)));
        task
    }

    /// Opens what the request came from: the form of the act, or the list of what waits.
    fn begin_anew(&mut self, counter: &Counter) -> Task<Message> {
        self.over = None;
        let Some(waiting) = self.waiting_telephone.take() else { return Task::none() };
        match waiting.awaited.as_ref().map(|awaited| awaited.draft().cloned()) {
            Some(Some(draft)) => {
                let open = self.act_form().is_some_and(|form| form.draft().id == draft);
                if open { Task::none() } else { self.resume_line(&draft, counter) }
            }
            Some(None) => self.go_pending(counter),
            // The document was never prepared: what asked for it is still open.
            None => Task::none(),
        }
    }

    /// Finds the request of an earlier session, and offers it.
    pub(super) fn find_waiting(&mut self) {
        match self.desk.awaited() {
            Ok(Some(awaited)) => {
                let dialog = State::of(&awaited);
                self.waiting_telephone = Some(Waiting::new(dialog, Some(awaited), None));
                self.over = Some(Over::Telephone);
            }
            Ok(None) => {
                // What is left of a document that was never kept whole may stay until the next login.
                let _ = self.desk.clear_pieces();
            }
            Err(error) => self.tell(Some(Notice::error(&error))),
        }
    }

    /// What waits, in the words of the home screen.
    pub(super) fn telephone_words(&self) -> Option<String> {
        let waiting = self.waiting_telephone.as_ref()?;
        Some(match waiting.dialog.stand() {
            Stand::Preparing | Stand::Asked => {
                "1 bản điện tử đang chờ điện thoại xác nhận".to_owned()
            }
            Stand::Kept => "1 bản điện tử chờ điện thoại: tiếp tục hay bỏ?".to_owned(),
            Stand::Unwritten => "1 bản điện tử đã ký, chưa ghi được vào sổ".to_owned(),
            Stand::Ended | Stand::Stale => return None,
        })
    }

    /// The draft whose document waits: it is gone on with there, and not typed any further.
    pub(super) fn waiting_draft(&self) -> Option<&DraftId> {
        self.waiting_telephone.as_ref()?.awaited.as_ref()?.draft()
    }

    /// Opens the dialog of what waits.
    pub(super) fn open_telephone(&mut self) -> Task<Message> {
        if let Some(waiting) = &mut self.waiting_telephone {
            waiting.dialog.tick(clock::now());
            self.over = Some(Over::Telephone);
        }
        match self.telephone_dialog().is_some_and(State::shows_secret) {
            true => travel::focus(telephone::SECRET),
            false => Task::none(),
        }
    }

    /// Whether seconds are shown that pass.
    pub fn counts_seconds(&self) -> bool {
        let asked = |waiting: &Waiting| waiting.dialog.stand() == Stand::Asked;
        matches!(self.over, Some(Over::Telephone))
            && self.waiting_telephone.as_ref().is_some_and(asked)
    }

    /// Whether a draft is on its way to be signed as it is; then its request is shown, and nothing else is done with it.
    pub(super) fn shows_request_of(&mut self, draft: &DraftId) -> bool {
        let waits = self.waiting_draft() == Some(draft);
        if waits && let Some(waiting) = &mut self.waiting_telephone {
            let words = "Bản này đang chờ điện thoại xác nhận nên chưa làm việc khác với nó được. Hãy chờ xong, hoặc bỏ yêu cầu ký rồi làm lại.";
            waiting.dialog.tell(Notice::caution(words));
            self.over = Some(Over::Telephone);
        }
        waits
    }

    /// The window is being locked. The telephone is still waited for; nothing typed stays.
    pub(super) fn hide_telephone(&mut self, counter: &Counter) {
        self.over.take_if(|over| matches!(over, Over::Telephone));
        if let Some(ended) = self.waiting_telephone.take_if(|waiting| waiting.is_over()) {
            self.tell(ended.dialog.notice().cloned());
        }
        self.rest_behind_lock();
        // The form would be open to be typed in, but what is signed is what it was.
        let waiting = self.waiting_draft().cloned();
        if waiting.is_some() && self.act_form().map(|form| form.draft().id.clone()) == waiting {
            drop(self.go_home(counter));
        }
    }

    fn rest_behind_lock(&mut self) {
        let Some(waiting) = &mut self.waiting_telephone else { return };
        waiting.secret = None;
        drop(waiting.dialog.secret());
        match (&waiting.step, &waiting.awaited) {
            // Nobody was asked yet: it is made anew.
            (Step::Preparing | Step::Keeping(_), awaited) => {
                if let Some(awaited) = awaited {
                    let _ = self.desk.drop_awaited(awaited.id());
                }
                self.waiting_telephone = None;
            }
            (Step::Reading(..), _) => {
                waiting.turn();
                waiting.step = Step::Resting;
                waiting.dialog.stands(Stand::Kept);
            }
            (Step::Asking | Step::Resting, Some(awaited)) => {
                waiting.dialog.asks_secret(awaited.takes_secret);
            }
            (Step::Asking | Step::Resting, None) => self.waiting_telephone = None,
        }
    }

    /// A remote signature is asked for in the form of an act.
    pub(super) fn ask_telephone_for_form(
        &mut self,
        asked: (Offered, String, Secret),
        counter: &Counter,
    ) -> Task<Message> {
        let Some(unsigned) = self.unsigned.take() else { return Task::none() };
        let old = clock::now().duration_since(unsigned.at()).as_secs().abs() > FRESH;
        if let Some(form) = self.act_form() {
            form.unsigned(old.then(|| Notice::caution(super::sign_flow::TOO_OLD)));
        }
        if old { Task::none() } else { self.ask_telephone(unsigned, asked, counter) }
    }

    /// The same for a copy of the list of what waits.
    pub(super) fn ask_telephone_for_copy(
        &mut self,
        asked: (Offered, String, Secret),
        counter: &Counter,
    ) -> Task<Message> {
        let ids = std::mem::take(&mut self.to_sign);
        let [id] = ids.as_slice() else { return Task::none() };
        match self.desk.ready(clock::now(), id) {
            Ok(unsigned) => {
                let dismissed = super::pending_flow::dismissed();
                let closed = self.pending(dismissed, counter);
                Task::batch([closed, self.ask_telephone(unsigned, asked, counter)])
            }
            Err(error) => {
                let why: &dyn Explain = &error;
                if let Some(dialog) = self.list_of_pending().and_then(|state| state.signing()) {
                    dialog.failed(why, None);
                }
                self.to_sign = ids;
                Task::none()
            }
        }
    }
}

fn is_stale(awaited: &Awaited) -> bool {
    clock::now().duration_since(awaited.drawn_at).as_secs().abs() > STALE
}

fn stand_of(awaited: Option<&Awaited>) -> Stand {
    if awaited.is_some_and(|awaited| !is_stale(awaited)) { Stand::Ended } else { Stand::Stale }
}

impl Shell {
    /// The dialog of what waits, for drawing.
    pub(super) fn telephone_dialog(&self) -> Option<&State> {
        self.waiting_telephone.as_ref().map(|waiting| &waiting.dialog)
    }

    /// Shows the dialog in some state, for pictures of the window.
    pub fn show_telephone(&mut self, dialog: State) {
        self.waiting_telephone = Some(Waiting::new(dialog, None, None));
        self.over = Some(Over::Telephone);
    }
}
