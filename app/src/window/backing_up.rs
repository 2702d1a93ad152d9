//! When the window makes a backup: asked for, by the plan, and before it closes.

use std::path::PathBuf;

use iced::Task;

use super::{
    App, Message, Stage,
    backups::{Clearing, Told, start, target},
    entrance::Inside,
    shell::Shell,
};
use crate::clock;

impl App {
    /// The desk's shell, behind a locked window too.
    pub(super) fn shell(&mut self) -> Option<&mut Shell> {
        match &mut self.stage {
            Stage::Desk(shell) | Stage::Locked(Inside::Desk(shell), _) => Some(shell),
            _ => None,
        }
    }

    /// Begins a backup in `folder`.
    pub(super) fn back_up(&mut self, folder: PathBuf, planned: bool) -> Task<Message> {
        let Some(shell) = self.shell() else { return Task::none() };
        let now = clock::now();
        let office = shell.desk.office.code.to_string();
        let target = target(&folder, &office, clock::local(now));
        let keep = shell.backups.plan.keep;
        match shell.desk.ledger.begin_backup(&target, now) {
            Ok(job) => {
                let clearing = planned.then_some(Clearing { office, keep });
                let (running, told) = start(job, folder, clearing);
                shell.backup_begun(running);
                told.map(Message::Backup)
            }
            Err(error) => {
                shell.backup_ended(Err(error), planned);
                Task::none()
            }
        }
    }

    pub(super) fn backup_told(&mut self, told: Told) -> Task<Message> {
        let Some(shell) = self.shell() else { return Task::none() };
        match told {
            Told::Progress(progress) => shell.backup_progressed(progress),
            Told::Done(made) => {
                let planned = shell.backups.running.take().is_some_and(|running| running.planned);
                let noted = shell.desk.ledger.end_backup(clock::now(), &made);
                shell.backup_ended(made.and_then(|manifest| noted.map(|()| manifest)), planned);
                if self.closing {
                    return iced::exit();
                }
            }
        }
        Task::none()
    }

    /// The window is to be closed. Where the plan's backup of today was not made yet it is made first, and who asks
    /// again does not wait; without one the window closes.
    pub(super) fn close(&mut self) -> Task<Message> {
        let now = clock::local(clock::now());
        let waits = self.closing;
        let Some(shell) = self.shell().filter(|_| !waits) else { return iced::exit() };
        let task = match shell.backups.due_today(now) {
            Some(folder) => self.back_up(folder, true),
            None => Task::none(),
        };
        self.closing = self.shell().is_some_and(|shell| shell.backups.running.is_some());
        if self.closing { task } else { iced::exit() }
    }

    /// Begins the backup of the plan where it is time for it.
    pub(super) fn back_up_by_plan(&mut self) -> Task<Message> {
        let now = clock::local(clock::now());
        match self.shell().and_then(|shell| shell.backups.due(now)) {
            Some(folder) => self.back_up(folder, true),
            None => Task::none(),
        }
    }
}
