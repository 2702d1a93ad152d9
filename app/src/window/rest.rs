//! How long nobody touched the window, and whether a digit was typed alone.
//!
//! The window locks after ten minutes without a touch, and time that the machine slept counts: who opens the
//! lid in the evening is not who closed it. The first touch after that only shows the locked window.

use std::{
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use iced::{
    futures::{SinkExt, Stream, channel::mpsc},
    stream,
};
use jiff::{SignedDuration, Timestamp};

use crate::clock;

/// Without a touch for so long the window locks.
const IDLE: Duration = Duration::from_secs(600);

/// The office's own limit in seconds (`MOTCUA_IDLE_SECONDS`), if it is stricter.
fn idle_limit() -> Duration {
    let own = std::env::var("MOTCUA_IDLE_SECONDS").ok().and_then(|text| text.parse().ok());
    own.map_or(IDLE, |seconds| IDLE.min(Duration::from_secs(seconds)))
}

/// Milliseconds since the program started.
pub fn moment() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_millis() as u64
}

/// How long a digit has to stay alone.
pub const ALONE: Duration = Duration::from_millis(160);
/// What of that the clocks of two listeners may differ.
const SLACK: Duration = Duration::from_millis(40);

static LAST_KEY: AtomicU64 = AtomicU64::new(0);

/// A key is pressed.
pub fn key_pressed() {
    LAST_KEY.store(moment(), Ordering::Relaxed);
}

/// Whether no key was pressed since a digit that was pressed [`ALONE`] ago.
pub fn keys_rest() -> bool {
    let since = moment().saturating_sub(LAST_KEY.load(Ordering::Relaxed));
    Duration::from_millis(since) >= ALONE.saturating_sub(SLACK)
}

/// A moment by both clocks. A machine that sleeps stops the first, and anybody can set the second.
#[derive(Clone, Copy)]
struct Moment {
    /// Since the program started, without the time asleep.
    awake: Duration,
    /// By the machine's clock.
    wall: Timestamp,
}

/// The clock is set over the network by less than this.
const SET_BACK: SignedDuration = SignedDuration::from_secs(60);

impl Moment {
    fn now() -> Self {
        Self { awake: Duration::from_millis(moment()), wall: clock::now() }
    }

    /// Whether at `now` nobody has been there since this moment for as long as `limit`. A clock that was set
    /// back tells nothing of a sleep: then too.
    fn is_long_ago(self, now: Self, limit: Duration) -> bool {
        let awake = now.awake.saturating_sub(self.awake);
        let wall = now.wall.duration_since(self.wall);
        let signed = |time| SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        awake >= limit || wall >= signed(limit) || wall + SET_BACK < signed(awake)
    }
}

static LAST_TOUCH: Mutex<Option<Moment>> = Mutex::new(None);

fn last_touch() -> MutexGuard<'static, Option<Moment>> {
    LAST_TOUCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody is there, whose right to be there is known: the rest begins anew.
pub fn begin() {
    *last_touch() = Some(Moment::now());
}

/// Somebody is there. False where nobody was for too long: the touch counts only after the window locked.
pub fn touched() -> bool {
    if overdue() {
        return false;
    }
    begin();
    true
}

/// Whether nobody was there for so long that the window locks.
pub fn overdue() -> bool {
    let last = *last_touch().get_or_insert_with(Moment::now);
    last.is_long_ago(Moment::now(), idle_limit())
}

/// How often it is looked whether the window locks.
const LOOK: Duration = Duration::from_secs(5);
/// While somebody works the window's own figures keep up with every look, afterwards with every so manieth.
const SLOW: u32 = 6;

/// Whether somebody touched the window a moment ago.
pub fn somebody_works() -> bool {
    let last = *last_touch().get_or_insert_with(Moment::now);
    !last.is_long_ago(Moment::now(), LOOK * SLOW)
}

/// Beats by which the window looks at the time. Each costs a frame, so a window that nobody uses gets few.
pub fn beats() -> impl Stream<Item = ()> {
    stream::channel(1, async move |mut sender: mpsc::Sender<()>| {
        let (mut quiet, mut was_overdue) = (0, false);
        loop {
            tokio::time::sleep(LOOK).await;
            let overdue = overdue();
            quiet += 1;
            if somebody_works() || overdue != was_overdue || quiet >= SLOW {
                quiet = 0;
                if sender.send(()).await.is_err() {
                    return;
                }
            }
            was_overdue = overdue;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds awake and by the machine's clock since the last touch.
    #[test]
    fn sleep_and_moved_clocks_count() {
        let limit = Duration::from_secs(600);
        for (awake, wall, locks, why) in [
            (0, 0, false, "just touched"),
            (599, 599, false, "not yet"),
            (600, 600, true, "nobody for ten minutes"),
            (2, 3_602, true, "an hour asleep"),
            (2, 599, false, "a short sleep"),
            (2, 600, true, "asleep for the rest"),
            (700, 0, true, "a clock that stands still keeps nothing open"),
            (100, 41, false, "a small step back over the network"),
            (100, 39, true, "the clock was set back"),
            (2, -3_600, true, "asleep, and the clock was set back"),
            (1, 7_200, true, "the clock was set ahead"),
        ] {
            let wall = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(wall);
            let last = Moment { awake: Duration::ZERO, wall: Timestamp::UNIX_EPOCH };
            let now = Moment { awake: Duration::from_secs(awake), wall };
            assert_eq!(last.is_long_ago(now, limit), locks, "{why}");
        }
    }
}
