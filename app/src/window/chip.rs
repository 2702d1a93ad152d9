//! Reading a chip while the window goes on, and watching the readers.

use std::{
    ops::ControlFlow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
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
    card::{Change, Watcher},
    reading::{Progress, Reading},
};

use crate::reader::{self, Request};

/// How long a card that was just placed may take until it answers.
const SETTLE: Duration = Duration::from_secs(3);

/// What a running reading tells.
#[derive(Clone)]
pub enum Told {
    /// How far it is: what is read now, steps done, steps in all.
    Progress(String, u64, u64),
    /// It ended.
    Done {
        /// How.
        result: Arc<Result<Reading, ReadError>>,
        /// Why the trusted issuers could not be used, if so.
        trust_problem: Option<String>,
    },
}

/// A reading that runs; dropping it stops the reading. What it still says afterwards is known by its
/// number.
pub struct Running {
    /// Tells this reading's words from those of one that was given up.
    pub number: u64,
    stop: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Starts reading the card on `reader`. Each word comes with the reading's number.
pub fn read(reader: String, keys: Keys, trust_folder: PathBuf) -> (Running, Task<(u64, Told)>) {
    static READINGS: AtomicU64 = AtomicU64::new(0);
    let number = READINGS.fetch_add(1, Ordering::Relaxed);
    let stop = Arc::new(AtomicBool::new(false));
    let seen = stop.clone();
    let told = stream::channel(64, async move |mut sender: mpsc::Sender<(u64, Told)>| {
        let mut progress = sender.clone();
        let work = tokio::task::spawn_blocking(move || {
            let (trust, trust_problem) = reader::trust(&trust_folder);
            let request = Request { reader: Some(reader), keys, trust, patience: SETTLE };
            let result = reader::read(request, move |step| {
                if let Some((words, done, total)) = words(&step) {
                    // A full channel only skips a step of the bar.
                    let _ = progress.try_send((number, Told::Progress(words, done, total)));
                }
                if seen.load(Ordering::Relaxed) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            (result, trust_problem)
        });
        let (result, trust_problem) = work.await.unwrap_or((Err(ReadError::Cancelled), None));
        let _ = sender.send((number, Told::Done { result: Arc::new(result), trust_problem })).await;
    });
    (Running { number, stop }, Task::stream(told))
}

fn words(step: &Progress) -> Option<(String, u64, u64)> {
    match step {
        Progress::Opening => Some(("Đang mở chip".into(), 0, 1)),
        Progress::Reading { group, read, total } => Some((
            format!("Đang đọc {} ({group})", group.label()),
            *read as u64,
            (*total).max(1) as u64,
        )),
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
