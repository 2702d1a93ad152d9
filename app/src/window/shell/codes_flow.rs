//! The national portal's codes: looked at, typed, read from a file.

#[cfg(test)]
mod tests;

use iced::Task;
use ledger::EventKind;
use office::portal_code::{
    PortalCode,
    import::{Fate, Judged},
};
use reports::PaperSize;
use widgets::travel;

use super::{
    Counter, Message, Screen, Shell,
    file_read::{self, Asked},
};
use crate::{
    clock,
    desk::exchange::ExchangeError,
    window::{
        notice::Notice,
        outgoing::Document,
        screen::codes::{self, About, Readiness, Waiting, form, import},
    },
};

impl Shell {
    /// Opens the portal's codes.
    pub(super) fn go_codes(&mut self, counter: &Counter) -> Task<Message> {
        let state = Ok(self.codes_room());
        self.enter(state, counter)
    }

    fn codes_room(&self) -> codes::State {
        let users = self.known(self.desk.ledger.all_users()).into_iter();
        let about = About {
            law: self.desk.law.clone(),
            names: self.desk.code_names(),
            codes: self.desk.codes.clone(),
            users: users.map(|known| (known.user.name, known.user.full_name)).collect(),
            today: clock::local(clock::now()).date(),
            may: self.desk.ledger.may(EventKind::PortalCodesEntered),
        };
        match self.readiness() {
            Ok(readiness) => codes::State::new(about, readiness),
            Err(error) => {
                let mut state = codes::State::new(about, None);
                state.refused(Notice::error(&error));
                state
            }
        }
    }

    /// How the latest dossiers stand; none for those who see no dossiers.
    fn readiness(&self) -> Result<Option<Readiness>, ExchangeError> {
        if !self.desk.ledger.sees_people() {
            return Ok(None);
        }
        let out = self.desk.latest_outgoing()?;
        let waiting = out.lacking.into_iter().map(|lacking| Waiting {
            code: lacking.code,
            procedure: lacking.procedure,
            missing: lacking.gaps.into_iter().map(|gap| (gap.sentence, gap.code)).collect(),
        });
        Ok(Some(Readiness { all: out.all, waiting: waiting.collect() }))
    }

    pub(super) fn codes(&mut self, message: codes::Message, counter: &Counter) -> Task<Message> {
        let Screen::Codes(state) = &mut self.screen else { return Task::none() };
        match state.update(message) {
            codes::Action::None => Task::none(),
            codes::Action::Focus(field) => travel::focus(field),
            codes::Action::Close => self.go_home(counter),
            codes::Action::Read(handed) => file_read::read(Asked::Codes(handed)),
            codes::Action::Take(taken) => {
                let import::Taken { codes, path, words } = taken;
                self.take_codes(&codes, &file_read::name(&path), &words)
            }
            codes::Action::Write(typed) => self.write_code(typed),
            codes::Action::Save(bytes) => {
                let day = clock::local(clock::now()).date();
                let name = format!("Mã còn thiếu trên Cổng {day}");
                self.save(Document { name, ending: "csv", bytes, size: PaperSize::A4 })
            }
        }
    }

    /// A table's file was read, or not.
    pub(super) fn codes_read(
        &mut self,
        handed: &import::Handed,
        read: Result<Vec<u8>, Notice>,
    ) -> Task<Message> {
        let today = clock::local(clock::now()).date();
        let read = read.and_then(|bytes| {
            let read = self.desk.read_codes(&bytes, handed.from, today);
            read.map_err(|error| Notice::error(&error))
        });
        let Screen::Codes(state) = &mut self.screen else { return Task::none() };
        match read {
            Ok(reading) => {
                state.read(reading);
                travel::focus(import::WORDS)
            }
            Err(notice) => {
                state.refused(notice);
                Task::none()
            }
        }
    }

    fn write_code(&mut self, typed: form::Typed) -> Task<Message> {
        let today = clock::local(clock::now()).date();
        let refused = match self.desk.judge_code(typed.line, today).map(|Judged { fate, .. }| fate)
        {
            Some(Fate::New(code) | Fate::Corrected { code, .. }) => {
                return self.take_codes(&[code], "", &typed.words);
            }
            Some(Fate::Refused(why)) => format!("Không nhận: {why}. Chưa ghi gì vào sổ."),
            Some(Fate::Unchanged) | None => "Mã này đang dùng rồi. Chưa ghi gì vào sổ.".into(),
        };
        if let Screen::Codes(state) = &mut self.screen {
            state.refused(Notice::caution(refused));
        }
        travel::focus(form::CODE)
    }

    fn take_codes(&mut self, codes: &[PortalCode], file: &str, words: &str) -> Task<Message> {
        let done = self.desk.take_codes(clock::now(), codes, file, words);
        let (table, readiness) = (self.desk.codes.clone(), self.readiness());
        let Screen::Codes(state) = &mut self.screen else { return Task::none() };
        if let Err(error) = done {
            state.refused(Notice::error(&error));
            return Task::none();
        }
        let said = match codes {
            [one] => format!("Đã ghi mã {} – {}.", one.code, one.subject.label()),
            many => format!("Đã ghi {} mã.", many.len()),
        };
        let readiness = readiness.ok().flatten();
        let ready = readiness.as_ref().map(|known| {
            let ready = known.all - known.waiting.len();
            format!(" {ready} trong {} hồ sơ nhận gần nhất gửi được lên Cổng.", known.all)
        });
        state.taken(table, readiness, Notice::done(said + &ready.unwrap_or_default()));
        travel::focus(state.field())
    }
}
