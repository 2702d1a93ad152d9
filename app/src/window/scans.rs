//! What scanners send, by keyboard or by serial port, on its way to the open screen.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use iced::{
    futures::{SinkExt, Stream, channel::mpsc, executor::block_on},
    stream,
};
use identity::code::{self, port, wedge::Wedge, zone::Whole};
use widgets::scanner::Finder;

/// Finds the scans of a keyboard scanner.
pub fn finder() -> Box<dyn Finder> {
    Box::new(ByPace(Wedge::default()))
}

struct ByPace(Wedge);

impl Finder for ByPace {
    fn is_quiet(&self, now: u64) -> bool {
        self.0.is_quiet(now)
    }

    fn typed(&mut self, c: char, at: u64) {
        // The net ends a run before the next begins.
        let _ = self.0.typed(c, at);
    }

    fn is_quick(&self) -> bool {
        self.0.is_quick()
    }

    fn ended(&mut self, at: u64) -> Option<String> {
        self.0.entered(at)
    }

    fn rest(&self) -> u64 {
        600
    }

    fn goes_on(&self, scan: &str, rest: &str) -> bool {
        code::goes_on(scan, rest)
    }

    fn is_code(&self, text: &str) -> bool {
        code::is_code(text)
    }
}

/// What a device read.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    /// The text of a code, or the lines of a zone.
    pub text: String,
    /// What the clerk must know of it, as sentences.
    pub remarks: Vec<String>,
}

impl From<Whole> for Scan {
    fn from(whole: Whole) -> Self {
        Self { text: whole.text, remarks: whole.remark.into_iter().map(Into::into).collect() }
    }
}

impl From<String> for Scan {
    fn from(text: String) -> Self {
        Self { text, remarks: Vec::new() }
    }
}

/// What is heard from the serial scanner.
#[derive(Clone)]
pub enum Serial {
    /// It is there.
    Ready,
    /// It is not.
    Lost(port::PortError),
    /// A code, or why it is none.
    Code(Result<String, Arc<code::CodeError>>),
}

/// Listens at a port until the window does not want to hear any more.
pub fn listen(port: &port::Port) -> impl Stream<Item = Serial> + use<> {
    let port = port.clone();
    stream::channel(16, async move |sender: mpsc::Sender<Serial>| {
        // Dropped together with the stream.
        let wanted = Wanted::default();
        let ended = wanted.0.clone();
        std::thread::spawn(move || {
            let mut sender = sender;
            let ended = || ended.load(Ordering::Relaxed);
            port::listen(&port, &ended, &mut |heard| {
                let told = match heard {
                    port::Heard::Ready => Serial::Ready,
                    port::Heard::Lost(error) => Serial::Lost(error),
                    port::Heard::Code(code) => Serial::Code(code.map_err(Arc::new)),
                };
                // A window that is gone hears nothing, and the stream's end stops the listening.
                let _ = block_on(sender.send(told));
            });
        });
        std::future::pending::<()>().await;
        drop(wanted);
    })
}

/// Says when it is dropped that nobody listens any more.
#[derive(Default)]
pub struct Wanted(pub Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How often a waiting line is looked at.
pub const LOOK: Duration = Duration::from_secs(1);
