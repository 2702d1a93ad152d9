//! Whose card lies on the reader while a person, a form or a dossier is open.
//!
//! The open person's own key is tried on it. A card that refuses the key, or tells another number, is
//! somebody else's: that is said, and nothing of it is shown or recorded. A card that opens and has the
//! person's number is a reading of this person like any other: it is recorded, it stands on the person's
//! screen, and it makes a form that was filled on an earlier day one of today.

use iced::Task;
use identity::{ReadError, access::Keys, reading::Reading};
use office::person::{DocumentKind, PersonalNumber};

use super::{Counter, Message, Newcomer, Screen, Shell};
use crate::{
    clock,
    window::{
        chip::{self, Told},
        notice::Notice,
    },
};

/// Another person's card.
pub(super) const NOT_THEIRS: &str = "Thẻ trên đầu đọc không phải của người này.";
const COMPARING: &str = "Đang đối chiếu thẻ trên đầu đọc với người này…";
const FORGED: &str = "Thẻ trên đầu đọc mang số của người này nhưng chip không vượt qua kiểm tra: không dùng được làm căn cứ. Lần đọc này đã ghi vào sổ.";

impl Shell {
    /// The number of whoever is open: their card is told from another's.
    fn open_number(&self) -> Option<PersonalNumber> {
        let identity = self.screen.card_of()?;
        // A passport does not open by its holder's number: it would be called somebody else's.
        let passport = identity.document.as_ref().is_some_and(|d| d.kind == DocumentKind::Passport);
        identity.person.number.clone().filter(|_| identity.evidence.usable() && !passport)
    }

    /// Tries the open person's key on the card; `None` where nobody with a number is open.
    pub(super) fn compare_card(&mut self, reader: &str) -> Option<Task<Message>> {
        if self.over.is_some() || self.screen.asks() {
            return None;
        }
        let number = self.open_number()?;
        let keys = Keys::number(&number);
        let (running, task) = chip::read(reader.to_owned(), keys, self.desk.trust.clone());
        self.running = Some(running);
        self.compared = Some(number);
        self.tell(Some(Notice::caution(COMPARING)));
        Some(task.map(Message::Chip))
    }

    /// A form that was filled on an earlier day asks for the card: one that lies there is read.
    pub(super) fn read_anew(&mut self, counter: &Counter) -> Task<Message> {
        let earlier = match &self.screen {
            Screen::Reception(form) => form.is_kept(),
            Screen::LineForm(form) => form.is_kept(),
            _ => false,
        };
        match counter.card().cloned().filter(|_| earlier) {
            Some(reader) => self.compare_card(&reader).unwrap_or_else(Task::none),
            None => Task::none(),
        }
    }

    /// The card that is compared tells something.
    pub(super) fn compared_told(&mut self, told: Told) -> Task<Message> {
        let Told::Done(result) = told else { return Task::none() };
        let number = self.compared.take();
        self.running = None;
        // Whoever was open may have been left meanwhile.
        let Some(number) = number.filter(|number| self.open_number().as_ref() == Some(number))
        else {
            return Task::none();
        };
        match &*result {
            Ok(reading) if reading.identity.person.number.as_ref() == Some(&number) => {
                self.compared_read(reading)
            }
            Ok(_) | Err(ReadError::AccessDenied) => {
                self.say_not_theirs();
                Task::none()
            }
            Err(ReadError::Cancelled) => Task::none(),
            Err(error) => {
                self.tell(Some(Notice::error(error)));
                Task::none()
            }
        }
    }

    fn say_not_theirs(&mut self) {
        self.tell(Some(Notice::caution(NOT_THEIRS)));
        self.newcomer = Some(Newcomer { words: NOT_THEIRS, scan: None });
    }

    /// A reading that cannot be recorded is not used.
    fn compared_read(&mut self, reading: &Reading) -> Task<Message> {
        let face = reading.face.as_ref().map(|face| face.bytes.clone());
        let (identity, hash) = match self.desk.record_chip(clock::now(), reading) {
            Ok(recorded) => recorded,
            Err(error) => {
                self.tell(Some(Notice::error(&error)));
                return Task::none();
            }
        };
        if let Screen::Person(_) = &self.screen {
            return self.open_read(identity, &reading.findings, face.zip(hash), None);
        }
        match identity.evidence.usable() {
            true => self.screen.card_read(identity, hash),
            false => self.tell(Some(Notice::caution(FORGED))),
        }
        self.keep_draft();
        Task::none()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::Arc;

    use identity::authenticity::Chain;
    use office::{
        evidence::{DocumentSigner, Evidence},
        person::Identity,
    };
    use widgets::keys::Pressed;

    use super::{
        super::tests::{Counted, chip},
        *,
    };
    use crate::{demo, desk::tests::reading};

    fn other() -> Identity {
        let mut other = chip();
        other.person = demo::people()[2].identity().person;
        other
    }

    fn forged() -> Identity {
        Identity { evidence: Evidence::ChipNotAuthentic, ..chip() }
    }

    /// The card on the reader ends its comparison so; what the screen says of it.
    fn compared(at: &mut Counted, told: Result<Identity, ReadError>) -> String {
        at.shell.compared = at.shell.open_number();
        let signer = DocumentSigner { state: "VN".into(), key: "a".repeat(64) };
        let told = told.map(|identity| reading(identity, Chain::Ok, signer));
        drop(at.shell.compared_told(Told::Done(Arc::new(told))));
        said(at)
    }

    fn said(at: &Counted) -> String {
        let view = at.shell.view(&at.counter, sync::Link::Offline);
        widgets::shot::words(view, iced::Size::new(1366.0, 768.0)).join(" ")
    }

    #[test]
    fn another_persons_card_is_said_and_nothing_of_it_is_shown_or_written() {
        for is_form in [false, true] {
            for told in [Err(ReadError::AccessDenied), Ok(other())] {
                let mut at = Counted::at_person("1.010028");
                if is_form {
                    at.press(Pressed::Digit(1));
                }
                let number = at.shell.open_number().unwrap();
                let entries = at.shell.desk.ledger.head().entries;
                let said = compared(&mut at, told);
                assert!(said.contains(NOT_THEIRS), "{is_form} {said}");
                assert_eq!(at.shell.open_number(), Some(number));
                assert_eq!(at.shell.desk.ledger.head().entries, entries);
            }
        }
    }

    #[test]
    fn their_own_card_is_a_reading_and_a_forged_one_is_written_and_refused() {
        for (told, says) in [(chip(), None), (forged(), Some(FORGED))] {
            let mut at = Counted::at_person("1.010028");
            at.press(Pressed::Digit(1));
            let entries = at.shell.desk.ledger.head().entries;
            let said = compared(&mut at, Ok(told));
            assert_eq!(said.contains(FORGED), says.is_some(), "{said}");
            assert!(!said.contains(NOT_THEIRS), "{said}");
            // The reading; the open form's draft is no entry.
            assert_eq!(at.shell.desk.ledger.head().entries, entries + 1);
            let Screen::Reception(form) = &at.shell.screen else { panic!() };
            assert!(form.draft().identity.evidence.usable(), "the form keeps what was proven");
        }
    }

    #[test]
    fn who_was_left_meanwhile_hears_nothing_of_the_card() {
        let mut at = Counted::at_person("1.010028");
        at.shell.compared = Some(demo::people()[2].number.clone());
        let denied = Told::Done(Arc::new(Err(ReadError::AccessDenied)));
        drop(at.shell.compared_told(denied));
        assert!(!said(&at).contains(NOT_THEIRS));
    }
}
