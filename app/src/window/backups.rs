//! Backups that are made while the window goes on: asked for, or by the office's plan. They run on a thread
//! of their own and go on behind a locked window.

use std::{
    cell::Cell,
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use iced::{
    Task,
    futures::{SinkExt, channel::mpsc},
    stream,
};
use jiff::civil::DateTime;
use ledger::{BackupJob, BackupProgress, LedgerError, Manifest};

/// It is told how far a backup is so often; each time costs a frame.
const TOLD_EVERY: Duration = Duration::from_millis(200);

/// What a running backup tells.
pub enum Told {
    /// How far it is.
    Progress(BackupProgress),
    /// It ended.
    Done(Box<Result<Manifest, LedgerError>>),
}

/// A running backup; dropping it stops it.
pub struct Running {
    stop: Arc<AtomicBool>,
    /// How far it is.
    pub progress: BackupProgress,
    /// Asked for by the plan and not by hand.
    pub planned: bool,
}

impl Running {
    /// So far, for pictures.
    pub fn at(progress: BackupProgress) -> Self {
        Self { stop: Arc::default(), progress, planned: false }
    }

    /// Ends it; what is half made is removed.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where a backup of now goes: `motcua-H38.12-20261123-113000` in `folder`.
pub fn target(folder: &Path, office: &str, now: DateTime) -> PathBuf {
    folder.join(format!("{}{}", beginning(office), now.strftime("%Y%m%d-%H%M%S")))
}

fn beginning(office: &str) -> String {
    format!("motcua-{office}-")
}

/// How a plan's older backups are cleared away after a new one.
#[derive(Clone)]
pub struct Clearing {
    /// Office code.
    pub office: String,
    /// How many are kept.
    pub keep: u16,
}

/// Runs a backup; `clearing`: only for those of the plan.
pub fn start(job: BackupJob, folder: PathBuf, clearing: Option<Clearing>) -> (Running, Task<Told>) {
    let stop = Arc::new(AtomicBool::new(false));
    let (stopped, planned) = (stop.clone(), clearing.is_some());
    let words = stream::channel(4, async move |mut sender: mpsc::Sender<Told>| {
        let progress = sender.clone();
        let work = tokio::task::spawn_blocking(move || {
            let last = Cell::new(None::<Instant>);
            let made = job.run(&|step| {
                if last.get().is_none_or(|last| last.elapsed() >= TOLD_EVERY) {
                    last.set(Some(Instant::now()));
                    // A full channel only skips a step of the bar.
                    let _ = progress.clone().try_send(Told::Progress(step));
                }
                match stopped.load(Ordering::Relaxed) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            });
            if let (Ok(_), Some(clearing)) = (&made, clearing) {
                clear(&folder, &clearing);
            }
            made
        });
        let made = work.await.unwrap_or(Err(LedgerError::Stopped));
        let _ = sender.send(Told::Done(Box::new(made))).await;
    });
    (Running { stop, progress: BackupProgress::Copying(0, 0), planned }, Task::stream(words))
}

/// Removes this office's oldest backups beyond those that are kept, and halves that a power cut left. Only
/// what has the name that the plan gives is touched; what cannot be removed is left for the next time.
fn clear(folder: &Path, clearing: &Clearing) {
    let begin = beginning(&clearing.office);
    let moment = |name: &str| {
        let moment = name.strip_prefix(&begin)?;
        let whole = moment.strip_suffix(".part").unwrap_or(moment);
        let is_moment = whole.len() == 15 && whole.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        is_moment.then_some(whole.len() == moment.len())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let (mut whole, halves): (Vec<_>, Vec<_>) = entries
        .filter_map(|entry| Some((entry.path(), moment(entry.file_name().to_str()?)?)))
        .filter(|(path, is_whole)| !is_whole || path.join("manifest.json").is_file())
        .partition(|(_, is_whole)| *is_whole);
    whole.sort_unstable();
    let beyond = whole.len().saturating_sub(usize::from(clearing.keep));
    for (old, _) in whole.iter().take(beyond).chain(&halves) {
        let _ = fs::remove_dir_all(old);
    }
}

/// The backup that `folder` is, or else the newest that it holds.
pub fn find(folder: &Path) -> PathBuf {
    if folder.join("manifest.json").is_file() {
        return folder.to_path_buf();
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let whole = entries.map(|entry| entry.path()).filter(|path| {
        path.join("manifest.json").is_file()
            && path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("motcua-"))
    });
    let moment = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.get(name.len().saturating_sub("20261123-113000".len())..).map(str::to_owned)
    };
    whole.max_by_key(moment).unwrap_or_else(|| folder.to_path_buf())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use iced::keyboard::{Key, key::Named};
    use jiff::civil::date;
    use office::{backup::BackupPlan, entry::Event};
    use widgets::{Mode, hand::Hand};

    use super::*;
    use crate::{
        clock,
        desk::tests::desk,
        window::{App, Message, Stage, counter::Counter, shell::Shell},
    };

    fn backup(folder: &Path, name: &str) {
        fs::create_dir(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("manifest.json"), b"{}").unwrap();
    }

    #[test]
    fn only_the_offices_own_oldest_backups_are_cleared_away() {
        let folder = tempfile::tempdir().unwrap();
        let mut made = Vec::new();
        for day in 20..25 {
            let path = target(folder.path(), "H38.12", date(2026, 11, day).at(11, 30, 0, 0));
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            backup(folder.path(), &name);
            made.push(name);
        }
        let others = [
            "motcua-H38.13-20261101-113000",
            "motcua-H38.12-trước khi nâng cấp",
            "motcua-H38.13-20261101-113000.part",
            "ảnh",
        ];
        backup(folder.path(), "motcua-H38.12-20261101-113000.part");
        others.iter().for_each(|name| backup(folder.path(), name));
        fs::create_dir(folder.path().join("motcua-H38.12-20261102-113000")).unwrap();
        clear(folder.path(), &Clearing { office: "H38.12".into(), keep: 2 });
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort_unstable();
        let mut expected: Vec<&str> = others.to_vec();
        expected.extend(["motcua-H38.12-20261102-113000", &made[3], &made[4]]);
        expected.sort_unstable();
        assert_eq!(left, expected);
    }

    /// Before the window closes the plan's backup of the day is made, whatever the hour; a second wish does not
    /// wait, and neither does an office without a plan.
    #[test]
    fn a_window_that_is_closed_makes_the_backup_of_the_day_first() {
        for planned in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let mut desk = desk(&folder.path().join("a"));
            let law = desk.law.clone();
            if planned {
                let plan = BackupPlan {
                    folder: folder.path().display().to_string(),
                    at: jiff::civil::time(23, 59, 0, 0),
                    ..BackupPlan::default()
                };
                let event = Event::BackupPlanned { plan: Box::new(plan) };
                desk.ledger.record(clock::now(), event, &[]).unwrap();
            }
            let counter = Counter::default();
            let (shell, _) = Shell::new(desk, &counter);
            let mut app = App::at(Stage::Desk(Box::new(shell)), law, counter, Mode::Light);
            drop(app.close());
            assert_eq!(app.closing, planned);
            let running = app.shell().unwrap().backups.running.is_some();
            assert_eq!(running, planned);
            if planned {
                let mut hand = Hand::new(iced::Size::new(1366.0, 768.0));
                let said = hand.press(app.view(), Key::Named(Named::Enter), None);
                let stays = matches!(said.as_slice(), [Message::CloseDropped]);
                assert!(stays, "Enter gives no backup up");
            }
            drop(app.update(Message::CloseDropped));
            assert!(!app.closing, "who goes on working stays");
        }
    }

    #[test]
    fn a_folder_of_backups_gives_its_newest() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find(folder.path()), folder.path(), "nothing there: the ledger says so");
        for name in ["motcua-H38.12-20261123-113000", "motcua-H38.12-20261124-080000", "zzz"] {
            backup(folder.path(), name);
        }
        let newest = folder.path().join("motcua-H38.12-20261124-080000");
        assert_eq!(find(folder.path()), newest);
        assert_eq!(find(&newest), newest);
    }
}
