//! Another person's card for the open form, where it says that it awaits one ([`Shown::awaits`]): the mother's for a
//! section of a birth, one more who asks for an act. The form stays; the reading is recorded as any other and fills
//! only what it was awaited for.
//!
//! [`Shown::awaits`]: crate::window::screen::Shown::awaits

use iced::Task;
use identity::{access::Keys, reading::Reading};
use office::{evidence::Evidence, person::Identity};

use super::{Awaited, Counter, Message, Screen, Shell};
use crate::{
    clock,
    keys::Handed,
    window::{
        chip::{self, Told},
        notice::Notice,
        scans::Scan,
    },
};

/// What a bare number is good for here.
const NEEDS_CARD: &str = "Chỉ có số định danh, chưa có thông tin. Hãy đặt thẻ của người này lên đầu đọc rồi quét lại, hoặc quét mã QR trên thẻ.";

impl Shell {
    /// The form, if it waits for another person.
    pub(super) fn waiting_form(&mut self) -> Option<&mut Screen> {
        (self.screen.awaits() && !self.screen.asks()).then_some(&mut self.screen)
    }

    /// A scan while the form waits for another person.
    pub(super) fn second_scanned(&mut self, scan: &Scan, counter: &Counter) -> Task<Message> {
        let mut warnings = scan.remarks.clone();
        let (keys, known) = match Handed::read(&scan.text) {
            Ok(Handed::Code(code)) => {
                let number = code.identity.person.number.clone();
                warnings = code.warnings;
                (number.map(|number| Keys::number(&number)), Some(code.identity))
            }
            Ok(Handed::Number(number)) => (Some(Keys::number(&number)), None),
            Ok(Handed::Zone(mrz)) => {
                let today = clock::local(clock::now()).date();
                (Some(Keys::zone(&mrz)), Some(mrz.identity(today)))
            }
            Ok(Handed::ChipKey(keys)) => (Some(*keys), None),
            Ok(Handed::Opaque) => {
                self.tell(Some(Notice::caution(identity::code::VNEID_OPAQUE)));
                return Task::none();
            }
            Ok(Handed::Receipt(_) | Handed::Certificate(_) | Handed::Words(_)) => {
                self.tell(Some(Notice::caution(NEEDS_CARD)));
                return Task::none();
            }
            Err(error) => {
                self.tell(Some(Notice::error(&*error)));
                return Task::none();
            }
        };
        match (keys, counter.card(), known) {
            (Some(keys), Some(reader), known) => {
                let (running, task) =
                    chip::read(reader.clone(), keys.clone(), self.desk.trust.clone());
                self.second = true;
                self.running = Some(running);
                self.awaited = Some(Awaited { keys, declared: known });
                if let Some(form) = self.waiting_form() {
                    form.reading("Đang mở chip của người này…".into());
                }
                task.map(Message::Chip)
            }
            (_, None, Some(known)) | (None, Some(_), Some(known)) => {
                self.second_known(&known);
                // Beside a refusal they would be one cause too many.
                if self.waiting_form().is_none() && !warnings.is_empty() {
                    self.tell(Some(Notice::caution(warnings.join(" "))));
                }
                Task::none()
            }
            (_, _, None) => {
                self.tell(Some(Notice::caution(NEEDS_CARD)));
                Task::none()
            }
        }
    }

    /// The other person's chip tells something.
    pub(super) fn second_told(&mut self, told: Told) -> Task<Message> {
        match told {
            Told::Progress(words, done, total) => {
                let percent = (done * 100).checked_div(total).unwrap_or(0);
                if let Some(form) = self.waiting_form() {
                    form.reading(format!("{words} – {percent}%"));
                }
            }
            Told::Facts(_) => {}
            Told::Done(result) => {
                let declared = self.awaited.take().and_then(|awaited| awaited.declared);
                self.stop_reading();
                match &*result {
                    Ok(reading) => self.second_read(reading),
                    Err(error) => {
                        let notice = Notice::error(error);
                        if let Some(declared) = declared {
                            self.second_known(&declared);
                        }
                        self.tell(Some(notice));
                    }
                }
            }
        }
        Task::none()
    }

    /// A reading that cannot be recorded is not used.
    fn second_read(&mut self, reading: &Reading) {
        match self.desk.record_chip(clock::now(), reading) {
            Ok((identity, _)) => self.second_fills(&identity),
            Err(error) => self.tell(Some(Notice::error(&error))),
        }
    }

    /// Whom a code or a zone names. A code is recorded as a chip is.
    fn second_known(&mut self, who: &Identity) {
        let mut who = who.clone();
        if who.evidence == Evidence::Declared
            && let Err(error) = self.desk.record_reading(clock::now(), &mut who)
        {
            self.tell(Some(Notice::error(&error)));
            return;
        }
        self.second_fills(&who);
    }

    fn second_fills(&mut self, who: &Identity) {
        if let Some(form) = self.waiting_form() {
            form.other_read(who);
        }
        let warnings = who.warnings();
        if who.evidence.usable() && !warnings.is_empty() {
            self.tell(Some(Notice::caution(warnings.join(" "))));
        }
        self.keep_draft();
    }
}
