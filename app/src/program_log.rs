//! The program's own log: `log/motcua-2026-11-29.log` in the data folder, a file a day.
//!
//! It tells support what happened in which order: starts, locks, codes of errors, readings, panics. No name,
//! number or sentence of a user ever comes in: only what this program's own events say, and they say codes
//! and counts. Files older than [`DAYS`] go, and a day's file ends at [`DAY_LIMIT`], so that all of them stay
//! below 10 MB; tracing-appender has no such limit, hence the few lines of our own. Nothing here may hinder
//! the counter's work: what cannot be written is not written.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use jiff::civil::Date;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::Targets,
    fmt::{self, MakeWriter, format::Writer, time::FormatTime},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::clock;

/// Files of so many days are kept.
pub const DAYS: usize = 14;
/// Bytes of a day's file; 14 of them are below 10 MB.
pub const DAY_LIMIT: u64 = 700_000;

/// The folder of the files, in the data folder.
pub fn folder(data: &Path) -> PathBuf {
    data.join("log")
}

/// Begins the log: own events into the file of the day, warnings of all crates (or what `MOTCUA_LOG` asks
/// for) to standard error.
pub fn start(data: &Path) {
    let asked = EnvFilter::try_from_env("MOTCUA_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    let screen = fmt::layer().with_writer(io::stderr).with_filter(asked);
    let own = Targets::new().with_target("motcua", tracing::Level::INFO);
    let file = fmt::layer()
        .with_ansi(false)
        .with_timer(CounterTime)
        .with_writer(Files::new(folder(data)))
        .with_filter(own);
    // A second start in one process (tests) keeps the first.
    let _ = tracing_subscriber::registry().with(screen).with(file).try_init();
}

/// The first line. The window writes it beside its first frame: making the file and its words takes a millisecond.
pub fn begun() {
    tracing::info!(version = env!("CARGO_PKG_VERSION"), os = std::env::consts::OS, "start");
}

/// Times as at the counter.
struct CounterTime;

impl FormatTime for CounterTime {
    fn format_time(&self, w: &mut Writer<'_>) -> std::fmt::Result {
        write!(w, "{}", clock::local(clock::now()).strftime("%Y-%m-%d %H:%M:%S"))
    }
}

/// The files of the days.
pub struct Files {
    folder: PathBuf,
    open: Mutex<Option<Day>>,
}

struct Day {
    day: Date,
    file: File,
    size: u64,
}

impl Files {
    /// In this folder; it is made with the first line, where the folder above it is there by then.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, open: Mutex::new(None) }
    }

    fn write(&self, day: Date, bytes: &[u8]) -> io::Result<()> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.as_ref().is_none_or(|open| open.day != day) {
            *open = Some(self.open_day(day)?);
            let _ = prune(&self.folder);
        }
        match open.as_mut() {
            Some(open) if open.size + bytes.len() as u64 <= DAY_LIMIT => {
                open.size += bytes.len() as u64;
                open.file.write_all(bytes)
            }
            _ => Ok(()),
        }
    }

    fn open_day(&self, day: Date) -> io::Result<Day> {
        // Commands that need no data folder do not make one.
        match fs::create_dir(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(self.folder.join(format!("motcua-{day}.log")))?;
        Ok(Day { day, size: file.metadata()?.len(), file })
    }
}

/// Removes the oldest files until [`DAYS`] are left.
fn prune(folder: &Path) -> io::Result<()> {
    let mut days = days(folder);
    let old = days.len().saturating_sub(DAYS);
    days.drain(..old).try_for_each(fs::remove_file)
}

/// The files, oldest first.
fn days(folder: &Path) -> Vec<PathBuf> {
    let is_day = |name: &str| {
        name.strip_prefix("motcua-")
            .and_then(|rest| rest.strip_suffix(".log"))
            .is_some_and(|day| day.parse::<Date>().is_ok())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut days: Vec<PathBuf> =
        entries.filter(|e| e.file_name().to_str().is_some_and(is_day)).map(|e| e.path()).collect();
    days.sort();
    days
}

/// The last lines of the log, at most `most`, oldest first.
pub fn last_lines(data: &Path, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for file in days(&folder(data)).iter().rev().take(2) {
        let text = fs::read(file).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        lines.splice(0..0, text.lines().map(str::to_owned));
    }
    let skip = lines.len().saturating_sub(most);
    lines.split_off(skip)
}

impl<'a> MakeWriter<'a> for Files {
    type Writer = &'a Files;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &Files {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full disk or a missing folder silences the log, never the program.
        let _ = Files::write(self, clock::local(clock::now()).date(), bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::{ToSpan, civil::date};

    use super::*;

    #[test]
    fn a_file_a_day_is_kept_for_fourteen_days_and_none_grows_for_ever() {
        let data = tempfile::tempdir().unwrap();
        let files = Files::new(folder(data.path()));
        let first = date(2026, 11, 1);
        std::fs::create_dir(folder(data.path())).unwrap();
        let strange = folder(data.path()).join("motcua-ghi-chu.log");
        std::fs::write(&strange, "của người dùng").unwrap();
        for n in 0..20i64 {
            files.write(first.saturating_add(n.days()), format!("day {n}\n").as_bytes()).unwrap();
        }
        let kept = days(&folder(data.path()));
        assert_eq!(kept.len(), DAYS);
        assert!(kept[0].ends_with("motcua-2026-11-07.log"), "{kept:?}");
        assert!(strange.exists(), "what is no log of ours stays");
        assert_eq!(last_lines(data.path(), 1), ["day 19"]);
        assert_eq!(last_lines(data.path(), 5), ["day 18", "day 19"], "two days at most");

        let line = [b'x'; 1_000];
        for _ in 0..1_000 {
            files.write(first.saturating_add(20.days()), &line).unwrap();
        }
        let size = |n: i64| {
            let name = format!("motcua-{}.log", first.saturating_add(n.days()));
            std::fs::metadata(folder(data.path()).join(name)).unwrap().len()
        };
        assert_eq!(size(20), DAY_LIMIT);
        // Opened again, it stays full.
        Files::new(folder(data.path())).write(first.saturating_add(20.days()), &line).unwrap();
        assert_eq!(size(20), DAY_LIMIT);
        assert!(DAY_LIMIT * DAYS as u64 <= 10_000_000);
    }

    #[test]
    fn without_a_data_folder_there_is_no_log_and_no_folder() {
        let data = tempfile::tempdir().unwrap();
        let none = data.path().join("none");
        let files = Files::new(folder(&none));
        assert!(files.write(date(2026, 11, 1), b"x").is_err());
        assert_eq!(Write::write(&mut &files, b"x").unwrap(), 1, "the program hears nothing of it");
        assert!(!none.exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_the_log() {
        use std::os::unix::fs::PermissionsExt;
        let data = tempfile::tempdir().unwrap();
        Files::new(folder(data.path())).write(date(2026, 11, 1), b"x").unwrap();
        let file = folder(data.path()).join("motcua-2026-11-01.log");
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
