//! How long nobody touched the window, and whether a digit was typed alone.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Without a touch for so long the window locks.
const IDLE: Duration = Duration::from_secs(600);

/// The office's own limit in seconds (`MOTCUA_IDLE_SECONDS`), if it is stricter.
pub fn idle_limit() -> Duration {
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

static LAST_TOUCH: AtomicU64 = AtomicU64::new(0);

/// Somebody is there.
pub fn touched() {
    LAST_TOUCH.store(moment(), Ordering::Relaxed);
}

/// How long nobody was.
pub fn idle() -> Duration {
    Duration::from_millis(moment().saturating_sub(LAST_TOUCH.load(Ordering::Relaxed)))
}
