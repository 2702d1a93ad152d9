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
use identity::{
    code::{self, port, wedge::Wedge},
    mrz::Mrz,
};
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

impl From<String> for Scan {
    fn from(text: String) -> Self {
        Self { text, remarks: Vec::new() }
    }
}

/// Lines of a machine readable zone that a document reader sends one by one.
#[derive(Default)]
pub struct Zone {
    lines: String,
    at: u64,
}

/// Lines further apart do not belong together, in milliseconds.
const TOGETHER: u64 = 3_000;

impl Zone {
    /// Takes a scan; gives it back, with the lines before it, when it is whole.
    pub fn join(&mut self, scan: String, at: u64) -> Option<String> {
        if !code::is_zone(&scan) {
            return Some(scan);
        }
        if at.saturating_sub(self.at) > TOGETHER {
            self.lines.clear();
        }
        self.at = at;
        if !self.lines.is_empty() {
            self.lines.push('\n');
        }
        self.lines.push_str(&scan);
        let whole = Mrz::parse(&self.lines).is_ok() || self.lines.lines().count() > 2;
        whole.then(|| std::mem::take(&mut self.lines))
    }

    /// Whether a line waits for another.
    pub fn is_waiting(&self) -> bool {
        !self.lines.is_empty()
    }

    /// What waited too long for a further line.
    pub fn left_over(&mut self, now: u64) -> Option<String> {
        let late = !self.lines.is_empty() && now.saturating_sub(self.at) > TOGETHER;
        late.then(|| std::mem::take(&mut self.lines))
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

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
    const TWO: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

    #[test]
    fn lines_of_a_zone_are_joined() {
        let mut zone = Zone::default();
        assert_eq!(zone.join("099099000123".into(), 0).as_deref(), Some("099099000123"));
        assert_eq!(zone.join(ONE.into(), 1_000), None);
        assert_eq!(zone.left_over(2_000), None);
        assert_eq!(zone.join(TWO.into(), 1_100), Some(format!("{ONE}\n{TWO}")));
        assert_eq!(zone.join(format!("{ONE}{TWO}"), 1_200), Some(format!("{ONE}{TWO}")));
        // A first line long ago is no part of this zone.
        assert_eq!(zone.join(ONE.into(), 9_000), None);
        assert_eq!(zone.join(ONE.into(), 20_000), None);
        assert_eq!(zone.join(TWO.into(), 20_100), Some(format!("{ONE}\n{TWO}")));
        // A line alone is told late, as it is.
        assert_eq!(zone.join(ONE.into(), 30_000), None);
        assert_eq!(zone.left_over(34_000).as_deref(), Some(ONE));
        assert_eq!(zone.left_over(40_000), None);
    }
}
