//! A file or folder in the program that the system has for it.

use std::{path::Path, process::Command};

use crate::failure::AppError;

/// Shows a file or folder. Blocks until the other program has started, so it wants a thread of its own.
///
/// # Errors
/// [`AppError::NoOpener`].
pub fn open(path: &Path) -> Result<(), AppError> {
    let failed = || AppError::NoOpener { path: path.display().to_string() };
    let mut started = opener().arg(path).spawn().map_err(|_| failed())?;
    // It ends soon where it hands over to a program that runs already, and else with the program itself:
    // nobody waits for it then.
    for _ in 0..PATIENCE {
        match started.try_wait() {
            Ok(Some(status)) if status.success() || cfg!(windows) => return Ok(()),
            Ok(Some(_)) | Err(_) => return Err(failed()),
            Ok(None) => std::thread::park_timeout(LOOK),
        }
    }
    std::thread::spawn(move || started.wait());
    Ok(())
}

/// How often it is looked whether the program has ended.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);
/// Looks before it is taken to be running.
const PATIENCE: usize = 40;

#[cfg(not(windows))]
fn opener() -> Command {
    let mut command = Command::new("xdg-open");
    command
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    command
}

/// Untested: written for the offices' Windows computers. Explorer's exit code says nothing.
#[cfg(windows)]
fn opener() -> Command {
    Command::new("explorer")
}
