//! Start to first frame, against iced's smallest window: the time from the start of the process until
//! its pixels stand on a real X screen (Xvfb, tiny-skia), read from the screen itself. Runs alternate;
//! the ratio of the medians counts, absolute times are the machine's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use journeys::{motcua, program, screen::Screen};
use x11rb::{
    connection::Connection,
    protocol::xproto::{ConnectionExt, ImageFormat},
    rust_connection::RustConnection,
};

const RUNS: usize = 21;
const PATIENCE: Duration = Duration::from_secs(30);

/// A patch of the screen that both windows cover.
fn is_drawn(x: &RustConnection, screen: usize) -> bool {
    let root = x.setup().roots[screen].root;
    let image =
        x.get_image(ImageFormat::Z_PIXMAP, root, 200, 200, 16, 16, !0).unwrap().reply().unwrap();
    image.data.chunks_exact(4).any(|pixel| pixel[..3] != [0, 0, 0])
}

fn until(what: &str, mut seen: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !seen() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::park_timeout(Duration::from_micros(500));
    }
}

fn start(path: &Path, data: &Path, display: &str, x: &RustConnection, screen: usize) -> Duration {
    until("an empty screen", || !is_drawn(x, screen));
    let begin = Instant::now();
    let mut child = Command::new(path)
        .env("DISPLAY", display)
        .env("MOTCUA_DATA", data)
        .env("ICED_BACKEND", "tiny-skia")
        .env("XDG_RUNTIME_DIR", data)
        .env("PCSCLITE_CSOCK_NAME", data.join("no-service"))
        .env_remove("WAYLAND_DISPLAY")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("a first frame", || is_drawn(x, screen));
    let took = begin.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    took
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let screen = Screen::bare();
    let (x, number) = x11rb::connect(Some(&screen.display)).unwrap();
    let data = tempfile::tempdir().unwrap();
    assert!(motcua(data.path(), &["demo"]).status.success());
    let (suite, smallest) = (program("motcua"), program("bench-smallest"));
    let mut ours = Vec::new();
    let mut theirs = Vec::new();
    for _ in 0..RUNS {
        ours.push(start(&suite, data.path(), &screen.display, &x, number));
        theirs.push(start(&smallest, data.path(), &screen.display, &x, number));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!(
        "start to first frame: motcua {:.1} ms, iced's smallest window {:.1} ms, ratio {:.2} (goal <= 1.5; n = {RUNS}, medians)",
        ours.as_secs_f64() * 1e3,
        theirs.as_secs_f64() * 1e3,
        ours.as_secs_f64() / theirs.as_secs_f64()
    );
}
