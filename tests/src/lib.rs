//! What the journeys stand on: a real card reader service, a real screen, the built programs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod drop;
pub mod imports;
pub mod pcscd;
pub mod provider;
pub mod readers;
pub mod screen;
pub mod services;
pub mod window;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

/// Looks again and again until `look` finds something; fails after `patience`.
pub fn wait_until<T>(patience: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {patience:?} for {what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// A built program of the workspace.
pub fn program(name: &str) -> PathBuf {
    // Tests run from target/PROFILE/deps, programs from target/PROFILE.
    let me = std::env::current_exe().expect("own path");
    let found =
        me.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.exists());
    found.unwrap_or_else(|| panic!("{name} is not built: cargo build --workspace --bins"))
}

/// Runs `motcua` on a data folder and gives its output.
pub fn motcua(data: &Path, arguments: &[&str]) -> Output {
    Command::new(program("motcua"))
        .args(arguments)
        .env("MOTCUA_DATA", data)
        .env("MOTCUA_STATE", data.join("state"))
        .output()
        .expect("motcua runs")
}

/// Text of a PDF by poppler.
pub fn pdf_text(path: &Path) -> String {
    let output = Command::new("pdftotext")
        .args(["-layout", &path.to_string_lossy(), "-"])
        .output()
        .expect("pdftotext (poppler-utils) is installed");
    assert!(output.status.success(), "pdftotext reads {}", path.display());
    String::from_utf8(output.stdout).expect("UTF-8 text")
}
