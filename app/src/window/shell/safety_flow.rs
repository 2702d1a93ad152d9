//! Backups, the numbers after a restore, and what the bar at the window's foot says of both.

use std::path::PathBuf;

use iced::Task;
use jiff::{ToSpan, civil::DateTime};
use ledger::{BackupProgress, EventKind, Ledger, LedgerError, Manifest};
use office::{backup::BackupPlan, entry::Event};
use widgets::{Tone, travel};

use super::{Action, Counter, Message, Screen, Shell};
use crate::{
    browse, clock,
    window::{
        backups::Running,
        notice::Notice,
        screen::{Shown, backup, numbers},
    },
};

/// After a planned backup that failed the next is tried so much later.
const RETRY_MINUTES: i64 = 10;

/// What the shell knows of backups, read from the ledger now and then and not at every frame.
#[derive(Default)]
pub struct Backups {
    /// The office's plan.
    pub plan: BackupPlan,
    /// The backup that runs.
    pub running: Option<Running>,
    /// When the last one was made.
    last: Option<DateTime>,
    /// When the plan's failed last.
    failed: Option<DateTime>,
    /// How many books wait for their last number on paper.
    waiting: usize,
    /// A demo office is not reminded.
    demo: bool,
    /// Something of it could not be read.
    unread: bool,
}

impl Backups {
    /// As the ledger knows it.
    pub fn of(ledger: &Ledger, demo: bool) -> Self {
        let mut backups = Self { demo, ..Self::default() };
        backups.read(ledger);
        backups
    }

    /// Where something cannot be read the last that was known stands, and the foot says so.
    fn read(&mut self, ledger: &Ledger) {
        self.unread = self.read_anew(ledger).is_err();
    }

    fn read_anew(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        self.waiting = ledger.waiting_books(clock::now())?.len();
        self.last = ledger.last_backup()?.map(clock::local);
        self.plan = ledger.backup_plan()?;
        Ok(())
    }

    /// The folder for the plan's backup, if it is time for one.
    pub fn due(&self, now: DateTime) -> Option<PathBuf> {
        let again = |failed: DateTime| now >= failed.saturating_add(RETRY_MINUTES.minutes());
        let ready = self.running.is_none() && self.failed.is_none_or(again);
        (ready && self.plan.due(self.last, now)).then(|| PathBuf::from(&self.plan.folder))
    }

    /// The same before the window closes: at whatever hour, if none was made for today yet.
    pub fn due_today(&self, now: DateTime) -> Option<PathBuf> {
        self.due(now.max(now.date().to_datetime(self.plan.at)))
    }

    fn known(&self) -> backup::Known {
        let running = self.running.as_ref().map(|running| running.progress);
        backup::Known { last: self.last, running }
    }

    /// What the bar at the window's foot says, the most pressing alone.
    pub fn status(&self) -> Option<(String, Tone)> {
        let now = clock::local(clock::now());
        if self.unread {
            return Some(("Không đọc được lịch sao lưu, số chờ xác nhận".into(), Tone::Bad));
        }
        if self.waiting > 0 {
            return Some((format!("{} sổ chờ xác nhận số", self.waiting), Tone::Bad));
        }
        if let Some(running) = &self.running {
            return Some((percent(running.progress), Tone::Plain));
        }
        if self.failed.is_some() {
            return Some(("Chưa tự sao lưu được".into(), Tone::Caution));
        }
        if self.demo || !self.plan.reminds(self.last, now) {
            return None;
        }
        Some(match self.last {
            None => ("Chưa sao lưu lần nào".into(), Tone::Caution),
            Some(last) => {
                let days = now.date().duration_since(last.date()).as_hours() / 24;
                (format!("{days} ngày chưa sao lưu"), Tone::Caution)
            }
        })
    }
}

fn percent(progress: BackupProgress) -> String {
    let (words, done, all) = match progress {
        BackupProgress::Copying(done, all) => ("Đang sao lưu", done, all),
        BackupProgress::Trying(done, all) => ("Đang thử bản sao", done, all),
    };
    format!("{words} {}%", done.saturating_mul(100).checked_div(all).unwrap_or(0).min(100))
}

impl Shell {
    /// Opens the backups.
    pub(super) fn go_backup(&mut self, counter: &Counter) -> Task<Message> {
        let state = Ok(self.backup_room());
        self.enter(state, counter)
    }

    fn backup_room(&self) -> backup::State {
        let may = self.desk.ledger.may(EventKind::BackupMade);
        let (plan, known) = (&self.backups.plan, self.backups.known());
        backup::State::new(plan, browse::places(), may, known, clock::local(clock::now()))
    }

    /// Opens the last numbers on paper.
    pub(super) fn go_numbers(&mut self, counter: &Counter) -> Task<Message> {
        let state = self.numbers_room();
        self.enter(state, counter)
    }

    fn numbers_room(&self) -> Result<numbers::State, LedgerError> {
        let waiting = self.desk.ledger.waiting_books(clock::now())?;
        Ok(numbers::State::new(waiting, self.desk.ledger.may_confirm_numbers()))
    }

    /// Whether books wait and this user may tell their numbers.
    pub fn asks_numbers(&self) -> bool {
        self.backups.waiting > 0 && self.desk.ledger.may_confirm_numbers()
    }

    pub(super) fn numbers(
        &mut self,
        message: numbers::Message,
        counter: &Counter,
    ) -> Task<Message> {
        let Screen::Numbers(state) = &mut self.screen else { return Task::none() };
        let (book, last, far) = match state.update(message) {
            numbers::Action::None => return Task::none(),
            numbers::Action::Close => return self.go_home(counter),
            numbers::Action::Confirm { book, last, far } => (book, last, far),
        };
        let now = clock::now();
        let ledger = &mut self.desk.ledger;
        let told = ledger
            .continue_after(now, book, last, far)
            .and_then(|()| ledger.last_number(book, clock::local(now).date()));
        self.backups.read(&self.desk.ledger);
        let Screen::Numbers(state) = &mut self.screen else { return Task::none() };
        match told {
            Ok(known) => {
                state.confirmed(known);
                travel::focus(state.first_field())
            }
            Err(error) => {
                state.refused(book, &error);
                travel::focus(state.first_field())
            }
        }
    }

    pub(super) fn backup(&mut self, message: backup::Message, counter: &Counter) -> Action {
        let Screen::Backup(state) = &mut self.screen else { return Action::Run(Task::none()) };
        match state.update(message) {
            backup::Action::None => {}
            backup::Action::Close => return Action::Run(self.go_home(counter)),
            backup::Action::BackUp(folder) => return Action::BackUp(folder),
            backup::Action::Restore => return Action::Restore,
            backup::Action::Stop => {
                if let Some(running) = &self.backups.running {
                    running.stop();
                }
            }
            backup::Action::Plan(plan) => {
                let event = Event::BackupPlanned { plan: Box::new(plan) };
                let notice = match self.desk.ledger.record(clock::now(), event, &[]) {
                    Ok(_) => Notice::done("Đã ghi lịch sao lưu vào sổ. Có hiệu lực ngay."),
                    Err(error) => Notice::error(&error),
                };
                self.backups.failed = None;
                self.backups.read(&self.desk.ledger);
                state_of(self, |state| state.tell(notice));
            }
        }
        Action::Run(Task::none())
    }

    /// A backup runs.
    pub fn backup_begun(&mut self, running: Running) {
        self.backups.running = Some(running);
        self.show_backups();
    }

    /// How far it is.
    pub fn backup_progressed(&mut self, progress: BackupProgress) {
        if let Some(running) = &mut self.backups.running {
            running.progress = progress;
        }
        self.show_backups();
    }

    /// It ended. What the plan made, or could not, is told quietly at the window's foot.
    pub fn backup_ended(&mut self, made: Result<Manifest, LedgerError>, planned: bool) {
        self.backups.read(&self.desk.ledger);
        if planned {
            self.backups.failed = made.is_err().then(|| clock::local(clock::now()));
        }
        let notice = match &made {
            Ok(manifest) if manifest.findings.is_empty() => Notice::done(format!(
                "Đã sao lưu {} mục ghi và đã thử mở lại bản sao.",
                manifest.entries
            )),
            Ok(manifest) => Notice::caution(format!(
                "Đã sao lưu, nhưng sổ cái đang dùng có {} điểm không đúng. Hãy giữ bản sao này và các bản cũ hơn, kiểm tra sổ (motcua check) và báo bộ phận hỗ trợ.",
                manifest.finding_count()
            )),
            Err(error) => Notice::error(error),
        };
        self.show_backups();
        state_of(self, |state| state.tell(notice));
        if !planned {
            self.seat_copied(&made);
        }
    }

    fn show_backups(&mut self) {
        let (known, now) = (self.backups.known(), clock::local(clock::now()));
        state_of(self, |state| state.know(known, now));
    }
}

/// Tells the room of backups something, if it is open.
fn state_of(shell: &mut Shell, tell: impl FnOnce(&mut backup::State)) {
    if let Screen::Backup(state) = &mut shell.screen {
        tell(state);
    }
}
