//! Reading a chip while the window goes on, and watching the readers.

use std::{
    ops::ControlFlow,
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
    trust::Trust,
};

use crate::reader::{self, Request};

/// How long a card that was just placed may take until it answers.
const SETTLE: Duration = Duration::from_secs(3);

/// What a running reading tells.
#[derive(Clone)]
pub enum Told {
    /// How far it is: what is read now, steps done, steps in all.
    Progress(String, u64, u64),
    /// What the chip says of its holder, not checked yet.
    Facts(String),
    /// It ended.
    Done(Arc<Result<Reading, ReadError>>),
}

/// A reading that runs; dropping it stops the reading. What it still says afterwards is known by its
/// number.
pub struct Running {
    /// Tells this reading's words from those of one that was given up.
    pub number: u64,
    /// Where the card lies.
    pub reader: String,
    stop: Arc<AtomicBool>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Starts reading the card on `reader`. Each word comes with the reading's number.
pub fn read(reader: String, keys: Keys, trust: Trust) -> (Running, Task<(u64, Told)>) {
    static READINGS: AtomicU64 = AtomicU64::new(0);
    let number = READINGS.fetch_add(1, Ordering::Relaxed);
    let stop = Arc::new(AtomicBool::new(false));
    let seen = stop.clone();
    let place = reader.clone();
    let words = stream::channel(64, async move |mut sender: mpsc::Sender<(u64, Told)>| {
        let mut progress = sender.clone();
        let work = tokio::task::spawn_blocking(move || {
            let request = Request { reader: Some(place), keys, trust, patience: SETTLE };
            reader::read(request, move |step| {
                // A full channel only skips a step of the bar.
                let _ = progress.try_send((number, told(&step)));
                if seen.load(Ordering::Relaxed) {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            })
        });
        let result = work.await.unwrap_or(Err(ReadError::Cancelled));
        let _ = sender.send((number, Told::Done(Arc::new(result)))).await;
    });
    (Running { number, reader, stop }, Task::stream(words))
}

fn told(step: &Progress) -> Told {
    match step {
        Progress::Held => Told::Progress("Chương trình khác đang dùng thẻ, đang chờ".into(), 0, 1),
        Progress::Opening => Told::Progress("Đang mở chip".into(), 0, 1),
        Progress::Reading { group, read, total } => Told::Progress(
            format!("Đang đọc {} ({group})", group.label()),
            *read as u64,
            (*total).max(1) as u64,
        ),
        Progress::Facts(person) => {
            let number = person.number.as_ref().map(|number| format!(", {}", number.grouped()));
            Told::Facts(format!(
                "Chip tự khai, chưa kiểm tra: {}{}",
                person.name,
                number.unwrap_or_default()
            ))
        }
        Progress::Checking => Told::Progress("Đang kiểm tra chữ ký".into(), 1, 1),
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
