//! Reading a chip while the window goes on, and watching the readers.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use iced::{
    Task,
    futures::{SinkExt, Stream, channel::mpsc},
    stream,
};
use identity::{
    ReadError,
    access::Keys,
    card::{self, Change, Watcher},
    reading::{self, Progress, Reading},
    trust::Trust,
};

use crate::clock;

/// How long a card that was just placed may take until it answers.
const SETTLE: Duration = Duration::from_secs(3);

/// What a running reading tells.
pub enum Told {
    /// How far it is: what is read now, steps done, steps in all.
    Progress(String, u64, u64),
    /// It ended.
    Done(Box<Result<Reading, ReadError>>),
}

/// A reading that runs; dropping it stops the reading.
pub struct Running(Arc<AtomicBool>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Starts reading the card on `reader`.
pub fn read(reader: String, keys: Keys, trust_folder: PathBuf) -> (Running, Task<Told>) {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = stop.clone();
    let told = stream::channel(64, async move |mut sender: mpsc::Sender<Told>| {
        let mut progress = sender.clone();
        let work = tokio::task::spawn_blocking(move || {
            let trust = trust(&trust_folder);
            let mut card = card::wait_for_card(Some(&reader), SETTLE)?;
            let today = clock::local(clock::now()).date();
            reading::read(&mut card, &keys, &trust, today, &mut |step| {
                if let Some((words, done, total)) = words(&step) {
                    // A full channel only skips a step of the bar.
                    let _ = progress.try_send(Told::Progress(words, done, total));
                }
                if seen.load(Ordering::Relaxed) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
        });
        let result = work.await.unwrap_or(Err(ReadError::Cancelled));
        let _ = sender.send(Told::Done(Box::new(result))).await;
    });
    (Running(stop), Task::stream(told))
}

/// The issuers that the office trusts; a folder that is not there trusts nobody.
fn trust(folder: &std::path::Path) -> Trust {
    if folder.is_dir() { Trust::load(&[folder]).unwrap_or_default() } else { Trust::none() }
}

fn words(step: &Progress) -> Option<(String, u64, u64)> {
    match step {
        Progress::Opening => Some(("Đang mở chip".into(), 0, 1)),
        Progress::Reading { group, read, total } => {
            Some((format!("Đang đọc {group}"), *read as u64, (*total).max(1) as u64))
        }
        Progress::Facts(_) => None,
        Progress::Checking => Some(("Đang kiểm tra chữ ký".into(), 1, 1)),
    }
}

/// What happens at the readers, for as long as the window lives.
pub fn watch() -> impl Stream<Item = Change> {
    stream::channel(16, async move |sender: mpsc::Sender<Change>| {
        std::thread::spawn(move || {
            let mut watcher = Watcher::new();
            let mut sender = sender;
            while let Some(change) = watcher.wait_for_change() {
                // The window takes changes faster than hands move cards; an ended window ends the watch.
                if iced::futures::executor::block_on(sender.send(change)).is_err() {
                    return;
                }
            }
        });
        std::future::pending::<()>().await;
    })
}
