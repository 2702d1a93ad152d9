//! Several sheets in one go from a scanner's feeder, with both sides where the scanner can.
//!
//! SANE's program must run once for the whole stack: run for each page, many scanners throw the rest of the stack out,
//! and the back of a sheet is lost. So it writes a file a page, into a folder that lies in memory and that only this
//! login may read; each is taken and erased as soon as it is whole. Nothing of a page comes to a disk but inside the
//! ledger: where there is no such folder the feeder is not used.
//!
//! Pages that came are kept whatever becomes of the next: an empty feeder ends the stack, a jam is told.

use serde::{Deserialize, Serialize};

use super::{Scan, ScanError};

/// Sides of a sheet that are scanned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sides {
    /// The front.
    #[default]
    One,
    /// Front and back.
    Both,
}

/// How a feeding ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// Both sides were asked for, and the scanner told of no way to scan them.
    pub one_sided: bool,
    /// Why it did not end with an empty feeder.
    pub trouble: Option<ScanError>,
}

/// Scans what lies in the feeder of SANE's default device. Each page goes to `each`; false from it, or from `wanted`
/// between pages, stops the scanner. Blocks, so it wants a thread of its own.
pub fn feed(
    sides: Sides,
    wanted: &dyn Fn() -> bool,
    each: &mut dyn FnMut(Result<Scan, ScanError>) -> bool,
) -> Ended {
    match driver::memory() {
        Some(memory) => {
            let job = driver::Job { sides, patience: super::driver::PATIENCE, memory: &memory };
            driver::feed(&super::driver::scanimage, &job, wanted, each)
        }
        None => Ended { trouble: Some(ScanError::NoMemoryFolder), ..Ended::default() },
    }
}

#[cfg(unix)]
mod driver {
    use std::{
        fs::{self, File},
        io::Read,
        path::{Path, PathBuf},
        process::Command,
        sync::mpsc,
        thread,
        time::{Duration, Instant},
    };

    use super::{
        super::{
            MOST_BYTES, Scan, ScanError,
            driver::{Running, meaning, start},
        },
        Ended, Sides,
    };

    /// How often it is looked whether a page is there.
    const LOOK: Duration = Duration::from_millis(50);
    /// A scanner that is told to stop lets the sheet out.
    const STOPPING: Duration = Duration::from_secs(10);
    /// The last words of a program that has ended are there at once; a helper that it left may hold them open.
    const LAST_WORDS: Duration = Duration::from_secs(2);
    /// Most that the program has to say.
    const MOST_WORDS: u64 = 256 << 10;
    /// What the names of our folders begin with.
    const PREFIX: &str = "motcua-scan-";
    /// A folder that nobody wrote to for so long is nobody's.
    const LEFT_BEHIND: Duration = Duration::from_secs(3_600);

    /// What is to be done.
    pub struct Job<'a> {
        pub sides: Sides,
        /// How long a page may take.
        pub patience: Duration,
        /// A folder in memory.
        pub memory: &'a Path,
    }

    /// A folder that lies in memory: that of the login (systemd), or of the machine.
    pub fn memory() -> Option<PathBuf> {
        let own = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let places = own.into_iter().chain([PathBuf::from("/dev/shm")]);
        places.into_iter().find(|place| place.is_absolute() && is_in_memory(place))
    }

    /// Whether a folder lies in a file system of memory, by the table of what is mounted.
    fn is_in_memory(folder: &Path) -> bool {
        let Ok(table) = fs::read_to_string("/proc/self/mounts") else { return false };
        let mounted = table.lines().filter_map(|line| {
            let mut parts = line.split(' ').skip(1);
            Some((Path::new(parts.next()?), parts.next()?))
        });
        let holding = mounted.filter(|(place, _)| folder.starts_with(place));
        // Of several at one place the last counts.
        let nearest = holding.max_by_key(|(place, _)| place.components().count());
        nearest.is_some_and(|(_, kind)| matches!(kind, "tmpfs" | "ramfs"))
    }

    /// See [`super::feed`].
    pub fn feed(
        program: &dyn Fn() -> Command,
        job: &Job<'_>,
        wanted: &dyn Fn() -> bool,
        each: &mut dyn FnMut(Result<Scan, ScanError>) -> bool,
    ) -> Ended {
        let failed = |trouble| Ended { trouble: Some(trouble), ..Ended::default() };
        let options = match options(program, job.patience) {
            Ok(options) => options,
            Err(error) => return failed(error),
        };
        let Some((source, both)) = source(&options, job.sides) else {
            return failed(ScanError::NoFeeder);
        };
        let one_sided = job.sides == Sides::Both && !both;
        let well: Vec<String> = source
            .iter()
            .cloned()
            .chain(["--resolution=200", "--mode=Color"].map(String::from))
            .collect();
        let mut ended = run(program, &well, job, wanted, each);
        // An option that this scanner does not have: nothing was scanned.
        if let Err(words) = &ended
            && words.contains("option")
        {
            ended = run(program, &source, job, wanted, each);
        }
        let ended = ended.unwrap_or_else(|_| failed(ScanError::NoPicture));
        Ended { one_sided, ..ended }
    }

    /// What the scanner can, in SANE's words.
    fn options(program: &dyn Fn() -> Command, patience: Duration) -> Result<String, ScanError> {
        let mut running = start(program(), ["--all-options"])?;
        let (out, err) = (running.0.stdout.take(), running.0.stderr.take());
        let (tell, told) = mpsc::channel();
        // Ends by itself when the program does.
        thread::spawn(move || {
            let (mut options, mut words) = (String::new(), String::new());
            let _ = out.map(|out| out.take(MOST_WORDS).read_to_string(&mut options));
            let _ = err.map(|err| err.take(MOST_WORDS).read_to_string(&mut words));
            let _ = tell.send((options, words));
        });
        let (options, words) =
            told.recv_timeout(patience).map_err(|_| ScanError::TooSlow(patience))?;
        // Without a device the program tells of its own options only.
        match options.contains("specific to device") {
            true => Ok(options),
            false => Err(meaning(&words)),
        }
    }

    /// The options for the feeder, and whether they give both sides; `None` where it has none.
    pub fn source(options: &str, sides: Sides) -> Option<(Vec<String>, bool)> {
        let values = |name: &str| {
            let line =
                options.lines().map(str::trim_start).find_map(|line| line.strip_prefix(name));
            let line = line.map(|line| line.split(" [").next().unwrap_or(line));
            line.map(|line| line.trim().split('|').map(str::to_owned).collect::<Vec<_>>())
        };
        let sources = values("--source ")?;
        let is = |source: &str, word: &str| source.to_lowercase().contains(word);
        let feeders: Vec<&String> = sources
            .iter()
            .filter(|source| is(source, "adf") || is(source, "feeder") || is(source, "duplex"))
            // The clerk would have to turn the stack; the back alone is no page.
            .filter(|source| !is(source, "manual") && !is(source, "back"))
            .collect();
        let find = |duplex: bool| feeders.iter().find(|source| is(source, "duplex") == duplex);
        let option = |source: &str| format!("--source={source}");
        if sides == Sides::One {
            return Some((vec![option(find(false).or_else(|| find(true))?)], false));
        }
        if let Some(duplex) = find(true) {
            return Some((vec![option(duplex)], true));
        }
        let plain = option(find(false)?);
        // Epson's way.
        let modes = values("--adf-mode ").unwrap_or_default();
        match modes.iter().find(|mode| is(mode, "duplex")) {
            Some(mode) => Some((vec![plain, format!("--adf-mode={mode}")], true)),
            None => Some((vec![plain], false)),
        }
    }

    /// Asks the program to stop, as a scanner that is cut off may keep its sheet.
    fn stop(mut running: Running) {
        let asked = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status();
        let deadline = Instant::now() + STOPPING;
        while asked.is_ok() && !running.is_over() && Instant::now() < deadline {
            thread::park_timeout(LOOK);
        }
    }

    /// Runs the program once. `Err`: its words, where it ended without a page and without a reason that is known.
    fn run(
        program: &dyn Fn() -> Command,
        options: &[String],
        job: &Job<'_>,
        wanted: &dyn Fn() -> bool,
        each: &mut dyn FnMut(Result<Scan, ScanError>) -> bool,
    ) -> Result<Ended, String> {
        let failed = |trouble| Ok(Ended { trouble: Some(trouble), ..Ended::default() });
        // Made for this login alone, and gone with what is in it.
        sweep(job.memory);
        let Ok(folder) = tempfile::Builder::new().prefix(PREFIX).tempdir_in(job.memory) else {
            return failed(ScanError::NoMemoryFolder);
        };
        let mut all: Vec<String> = vec!["--format=jpeg".into()];
        all.extend_from_slice(options);
        all.push(format!("--batch={}", folder.path().join("%d.jpg").display()));
        let mut running = match start(program(), all) {
            Ok(running) => running,
            Err(error) => return failed(error),
        };
        let (out, err) = (running.0.stdout.take(), running.0.stderr.take());
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            let mut part = [0; 4096];
            let mut err = err.map(|err| err.take(MOST_WORDS));
            while let Some(err) = &mut err
                && let Ok(read @ 1..) = err.read(&mut part)
                && tell.send(part[..read].to_vec()).is_ok()
            {}
        });
        thread::spawn(move || out.map(|mut out| std::io::copy(&mut out, &mut std::io::sink())));
        let (mut pages, mut deadline) = (0, Instant::now() + job.patience);
        loop {
            // Looked at before its pages: what it wrote before it ended is not missed.
            let over = running.is_over();
            while let Some(page) = take(folder.path(), pages + 1) {
                pages += 1;
                deadline = Instant::now() + job.patience;
                if !each(page) {
                    stop(running);
                    return Ok(Ended::default());
                }
            }
            if over {
                break;
            }
            if !wanted() {
                stop(running);
                return Ok(Ended::default());
            }
            if Instant::now() >= deadline {
                let trouble = Some(ScanError::TooSlow(job.patience));
                return Ok(Ended { trouble, ..Ended::default() });
            }
            thread::park_timeout(LOOK);
        }
        let words = all_of(&told);
        let is_empty = words.contains("out of documents");
        let trouble = if words.contains("jammed") {
            Some(ScanError::Jam(pages))
        } else if pages > 0 {
            (!is_empty).then_some(ScanError::BrokenOff(pages))
        } else if is_empty {
            Some(ScanError::FeederEmpty)
        } else if words.contains("option") {
            return Err(words);
        } else {
            Some(meaning(&words))
        };
        Ok(Ended { trouble, ..Ended::default() })
    }

    /// What was said, to its end or as far as it came.
    fn all_of(told: &mpsc::Receiver<Vec<u8>>) -> String {
        let deadline = Instant::now() + LAST_WORDS;
        let mut words = Vec::new();
        while let Ok(part) = told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            words.extend(part);
        }
        String::from_utf8_lossy(&words).into_owned()
    }

    /// Clears away what a program that was killed left behind. Another that runs writes to its own within minutes.
    fn sweep(memory: &Path) {
        let entries = fs::read_dir(memory).into_iter().flatten().flatten();
        let ours = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
        for entry in ours {
            let changed = entry.metadata().and_then(|about| about.modified());
            let age = changed.ok().and_then(|changed| changed.elapsed().ok());
            if age.is_some_and(|age| age > LEFT_BEHIND) {
                // Another login's cannot be erased, and is theirs.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// The page of this number, if it is whole: the program gives a file its name when it has written it.
    fn take(folder: &Path, page: usize) -> Option<Result<Scan, ScanError>> {
        let path = folder.join(format!("{page}.jpg"));
        let mut bytes = Vec::new();
        let file = File::open(&path).ok()?;
        let read = file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes);
        let erased = fs::remove_file(&path);
        Some(match read.and(erased) {
            Ok(()) => Scan::of(String::new(), bytes),
            Err(error) => Err(ScanError::File(error)),
        })
    }
}

/// See [`super::driver`]: not written for Windows.
#[cfg(not(unix))]
mod driver {
    use std::{
        path::{Path, PathBuf},
        process::Command,
        time::Duration,
    };

    use super::{
        super::{Scan, ScanError},
        Ended, Sides,
    };

    pub struct Job<'a> {
        pub sides: Sides,
        pub patience: Duration,
        pub memory: &'a Path,
    }

    pub fn memory() -> Option<PathBuf> {
        Some(PathBuf::new())
    }

    pub fn feed(
        _: &dyn Fn() -> Command,
        _: &Job<'_>,
        _: &dyn Fn() -> bool,
        _: &mut dyn FnMut(Result<Scan, ScanError>) -> bool,
    ) -> Ended {
        Ended { trouble: Some(ScanError::NoProgram), ..Ended::default() }
    }
}

#[cfg(all(test, unix))]
mod tests;
