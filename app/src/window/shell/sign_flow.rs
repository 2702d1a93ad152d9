//! An electronic act is signed: its document is made and signed on a worker, and written when it is. The module stays
//! open from one signing to the next, logged out in between. Many under one login: `pending_flow`.

use std::sync::Arc;

use iced::Task;
use office::{
    Explain,
    entry::{ContentHash, UserName},
};
use reports::sign::Look;
use token::{
    TokenError,
    wire::{Pin, PinState},
};
use tokio::task::spawn_blocking;
use widgets::travel;

use super::{Counter, Message, Shell};
use crate::{
    clock,
    desk::{
        DeskError,
        electronic::Unsigned,
        lines::{DraftId, ToDo, Work},
    },
    signing::{self, Choice, Signer, SigningError, Waiting},
    window::{
        notice::Notice,
        screen::{line_form, sign},
    },
};

/// Seconds after which a prepared act is prepared anew: its time is the one that the signature tells.
pub(super) const FRESH: i64 = 300;
/// The same, told.
pub(super) const TOO_OLD: &str = "Đã chờ quá lâu nên giờ ghi trên bản điện tử không còn đúng. Chưa ký gì. Hãy nhấn F2 để lập lại.";

/// Why nothing was signed.
#[derive(Clone, Debug)]
pub enum NotSigned {
    /// The document could not be made.
    Document(Arc<DeskError>),
    /// The token, or what it was to sign.
    Signing(SigningError),
}

impl NotSigned {
    /// Whether the next document would fare no better: the token, or the certificate.
    pub(super) fn is_of_the_token(&self) -> bool {
        matches!(self, Self::Signing(_))
    }

    /// What a token said of its PIN.
    pub(super) fn pin(&self) -> Option<PinState> {
        match self {
            Self::Signing(SigningError::Token(TokenError::WrongPin(state))) => Some(*state),
            _ => None,
        }
    }

    pub(super) fn explain(&self) -> &dyn Explain {
        match self {
            Self::Document(error) => &**error,
            Self::Signing(error) => error,
        }
    }
}

/// A signed file, or why there is none.
pub type Signed = Result<Arc<Vec<u8>>, NotSigned>;

/// Makes the document of an act and has it signed. It may take as long as a token does: workers alone do it.
pub(super) fn sign_document(
    unsigned: &Unsigned,
    choice: &Choice,
    sign: impl FnOnce(Waiting) -> Result<Vec<u8>, SigningError>,
) -> Signed {
    let pdf = unsigned.document().map_err(|error| NotSigned::Document(Arc::new(error)))?;
    let look = Look::Text(unsigned.stamp.clone());
    let waiting = signing::prepare(pdf, choice, look, unsigned.at());
    waiting.and_then(sign).map(Arc::new).map_err(NotSigned::Signing)
}

fn in_form(message: sign::Message) -> Message {
    line_form::Message::Sign(message).into()
}

impl Shell {
    /// Makes an electronic act ready and asks for its signature.
    pub(super) fn ask_signature(
        &mut self,
        asked: ToDo,
        draft: &DraftId,
        pages: &[ContentHash],
        counter: &Counter,
    ) -> Task<Message> {
        if self.shows_waiting() {
            return Task::none();
        }
        let prepared = self.desk.prepare_copy(clock::now(), asked, draft, pages);
        let offer = self.remote_offer(counter);
        let Some(form) = self.act_form() else { return Task::none() };
        match prepared {
            Ok(unsigned) => {
                let first = form.sign(unsigned.stamp.clone(), offer);
                self.unsigned = Some(unsigned);
                self.signs(first, counter)
            }
            Err(error) => {
                form.unsigned(Some(Notice::error(&error)));
                Task::none()
            }
        }
    }

    /// Hands an electronic act on to whoever is to sign it.
    pub(super) fn hand_on(
        &mut self,
        asked: ToDo,
        draft: &DraftId,
        pages: &[ContentHash],
        whom: Option<UserName>,
        counter: &Counter,
    ) -> Task<Message> {
        if self.shows_request_of(draft) {
            return Task::none();
        }
        match self.desk.hand_on(clock::now(), asked, draft, pages, whom) {
            Ok(prepared) => {
                self.begun = None;
                self.left = None;
                let words = format!(
                    "Đã chuyển ký số: {}. Chưa có số; số được cấp khi người có thẩm quyền ký.",
                    prepared.act.label
                );
                self.go_home_telling(counter, Some(Notice::done(words)))
            }
            Err(error) => {
                self.tell(Some(Notice::error(&error)));
                Task::none()
            }
        }
    }

    pub(super) fn signs(&mut self, action: sign::Action, counter: &Counter) -> Task<Message> {
        match action {
            sign::Action::None => Task::none(),
            sign::Action::Focus(field) => travel::focus(field),
            sign::Action::Search => self.find_certificates(counter, in_form),
            sign::Action::Sign(choice, pin) => self.sign_now(*choice, pin, counter),
            sign::Action::AskProvider(user, secret) => {
                self.ask_provider((user, secret), counter, in_form)
            }
            sign::Action::AskTelephone(offered, user, secret) => {
                self.ask_telephone_for_form((*offered, user, secret), counter)
            }
            sign::Action::Close => {
                self.unsigned = None;
                if let Some(form) = self.act_form() {
                    form.unsigned(None);
                }
                Task::none()
            }
        }
    }

    /// The module of this machine, opened once.
    pub(super) fn signer(&mut self, counter: &Counter) -> Result<Signer, TokenError> {
        let module = counter.devices.token.clone();
        match &self.signer {
            Some((of, signer)) if *of == module => Ok(signer.clone()),
            _ => {
                let signer = Signer::new(module.clone())?;
                self.signer = Some((module, signer.clone()));
                Ok(signer)
            }
        }
    }

    /// Looks for certificates on a worker; `dialog`: to whose dialog that signs they go.
    pub(super) fn find_certificates(
        &mut self,
        counter: &Counter,
        dialog: fn(sign::Message) -> Message,
    ) -> Task<Message> {
        let found = move |found| dialog(sign::Message::Found(found));
        let signer = match self.signer(counter) {
            Ok(signer) => signer,
            Err(error) => return Task::done(found(Err(Notice::error(&error)))),
        };
        let work = async move { spawn_blocking(move || signer.choices()).await };
        Task::future(work).then(move |result| match result {
            Ok(result) => {
                let message = found(result.map_err(|error| Notice::error(&error)));
                Task::done(message)
            }
            Err(_) => Task::done(found(Err(Notice::error(&TokenError::Crashed)))),
        })
    }

    fn sign_now(&mut self, choice: Choice, pin: Option<Pin>, counter: &Counter) -> Task<Message> {
        let Some(unsigned) = self.unsigned.clone() else { return Task::none() };
        if clock::now().duration_since(unsigned.at()).as_secs().abs() > FRESH {
            self.unsigned = None;
            if let Some(form) = self.act_form() {
                form.unsigned(Some(Notice::caution(TOO_OLD)));
            }
            return Task::none();
        }
        let signer = match self.signer(counter) {
            Ok(signer) => signer,
            Err(error) => {
                let error = NotSigned::Signing(error.into());
                return Task::done(Message::Signed(unsigned.id(), Err(error)));
            }
        };
        self.uses_token(counter);
        let id = unsigned.id();
        let work = async move {
            spawn_blocking(move || -> Signed {
                sign_document(&unsigned, &choice, |waiting| signer.sign(&choice, pin, waiting))
            })
            .await
        };
        Task::future(work).then(move |signed| match signed {
            Ok(signed) => Task::done(Message::Signed(id.clone(), signed)),
            Err(_) => {
                let error = NotSigned::Signing(TokenError::Crashed.into());
                Task::done(Message::Signed(id.clone(), Err(error)))
            }
        })
    }

    /// It was signed, or was not. What was signed for an act that nobody waits for any more is not used.
    pub(super) fn signed(
        &mut self,
        id: &office::act::ActId,
        signed: Signed,
        counter: &Counter,
    ) -> Task<Message> {
        let waits = self.unsigned.as_ref().is_some_and(|unsigned| unsigned.id() == *id);
        let dialog = self.act_form().and_then(|form| form.signing());
        let Some(dialog) = dialog.filter(|_| waits) else { return Task::none() };
        let signed = match signed {
            Ok(signed) => signed,
            Err(error) => {
                dialog.failed(error.explain(), error.pin());
                return travel::focus(sign::PIN);
            }
        };
        let Some(unsigned) = self.unsigned.take() else { return Task::none() };
        match self.desk.finish_copy(unsigned, &signed) {
            Ok(act) => {
                self.begun = None;
                let again = self.again(act.requesters().next(), Work::Act(act.kind.clone()));
                let words = "Đã ký số và ghi vào sổ. Nhấn F8 để xem, in hoặc lưu bản điện tử.";
                self.show_act(&act.id, again, Some(Notice::done(words)), counter)
            }
            Err(error) => {
                if let Some(form) = self.act_form() {
                    form.unsigned(Some(Notice::error(&error)));
                }
                Task::none()
            }
        }
    }
}
