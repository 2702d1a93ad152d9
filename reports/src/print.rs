//! The way to the system's printer. On Linux the document goes to CUPS through a pipe, so that no
//! file with personal data is left behind. Windows offers no such pipe and gets a temporary file that is
//! removed again.
//!
//! A print service may never answer: what takes longer than [`PATIENCE`] is stopped and told. Every call
//! blocks for up to that long and belongs on a thread of its own.

use std::time::Duration;

use office::Explain;

/// How long the print service may take to accept a document. A queue on this machine needs far less than a
/// second, a server in the house some seconds for a long register.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Most copies of one document.
pub const MOST_COPIES: u16 = 20;

/// Why nothing was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The print command is missing.
    #[error(
        "Máy này chưa cài dịch vụ in. Văn bản chưa được in nhưng vẫn còn nguyên. Hãy cài dịch vụ in (CUPS) hoặc lưu tệp PDF rồi in ở máy khác."
    )]
    NoService,
    /// The service has no printer, or none of this name.
    #[error(
        "Chưa có máy in nào sẵn sàng. Văn bản chưa được in nhưng vẫn còn nguyên. Hãy bật và thêm máy in trong phần cài đặt của hệ điều hành, rồi in lại."
    )]
    NoPrinter,
    /// The service refused the document.
    #[error(
        "Dịch vụ in không nhận văn bản. Văn bản chưa được in nhưng vẫn còn nguyên. Hãy xem hàng đợi của máy in, rồi in lại."
    )]
    Refused,
    /// The service did not answer.
    #[error(
        "Máy in không trả lời trong {} giây nên đã dừng gửi. Văn bản vẫn còn nguyên và in lại được. Hãy kiểm tra máy in và xem hàng đợi in đã có bản này chưa, rồi in lại.",
        .0.as_secs()
    )]
    TooSlow(Duration),
}

impl Explain for PrintError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoService => "REP-20",
            Self::NoPrinter => "REP-21",
            Self::Refused => "REP-22",
            Self::TooSlow(_) => "REP-23",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoService => "This computer has no print service. The document was not printed and is safe. Install CUPS, or save the PDF and print it elsewhere.",
            Self::NoPrinter => "No printer is ready. The document was not printed and is safe. Switch on and add a printer in the system's settings, then print again.",
            Self::Refused => "The print service refused the document. It was not printed and is safe. Look at the printer's queue, then print again.",
            Self::TooSlow(patience) => {
                return format!(
                    "The printer did not answer within {} seconds and sending was stopped. The document is safe and can be printed again. Check the printer and whether its queue already has the document, then print again.",
                    patience.as_secs()
                );
            }
        }
        .into()
    }
}

#[cfg(unix)]
pub use unix::print;
#[cfg(windows)]
pub use windows::print;

#[cfg(unix)]
mod unix {
    use std::{
        io::{ErrorKind, Read, Write},
        os::unix::process::CommandExt,
        process::{Child, Command, Stdio},
        sync::mpsc,
        thread,
        time::Duration,
    };

    use super::{PATIENCE, PrintError, wait};
    use crate::PaperSize;

    /// Most that `lp` has to say.
    const MOST_WORDS: u64 = 64 << 10;

    /// Sends `copies` of `pdf` to `printer`, or to the default printer, on sheets of `size`. Returns when
    /// the document is in the queue.
    ///
    /// # Errors
    /// [`PrintError`]; then nothing was queued, or after [`PrintError::TooSlow`] perhaps.
    pub fn print(
        pdf: &[u8],
        size: PaperSize,
        copies: u16,
        printer: Option<&str>,
    ) -> Result<(), PrintError> {
        send("lp", pdf, size, copies, printer, PATIENCE)
    }

    /// `lp` and what it started: none is left behind.
    struct Running(Child);

    impl Drop for Running {
        fn drop(&mut self) {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            // What `lp` started holds its pipes: the whole group goes. Both fail only where all have ended.
            let group = format!("-{}", self.0.id());
            let _ =
                Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    /// `print` through the given `lp`.
    pub(super) fn send(
        lp: &str,
        pdf: &[u8],
        size: PaperSize,
        copies: u16,
        printer: Option<&str>,
        patience: Duration,
    ) -> Result<(), PrintError> {
        let mut command = Command::new(lp);
        if let Some(name) = printer {
            command.args(["-d", name]);
        }
        command.args(match size {
            PaperSize::A5 => ["-o", "media=A5"],
            PaperSize::Roll80 => ["-o", "media=Custom.80x120mm"],
            // The pages are landscape themselves; CUPS turns them.
            PaperSize::A4 | PaperSize::A4Landscape => ["-o", "media=A4"],
        });
        // The job's title is shown in queues that others see: no name, no number.
        let child = command
            .args(["-n", &copies.to_string(), "-t", "Mot Cua", "-s", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .env("LC_ALL", "C")
            .process_group(0)
            .spawn()
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => PrintError::NoService,
                _ => PrintError::Refused,
            })?;
        let mut running = Running(child);
        let (pipe, words) = (running.0.stdin.take(), running.0.stderr.take());
        let document = pdf.to_vec();
        let (tell, told) = mpsc::channel();
        // Ends by itself when `lp` does. `lp` without a printer ends before it has read everything: its
        // words tell more than the broken pipe.
        thread::spawn(move || {
            let written = pipe.is_some_and(|mut pipe| pipe.write_all(&document).is_ok());
            let mut said = Vec::new();
            let _ = words.map(|words| words.take(MOST_WORDS).read_to_end(&mut said));
            let _ = tell.send((written, said));
        });
        let deadline = std::time::Instant::now() + patience;
        let slow = PrintError::TooSlow(patience);
        let (written, said) = told.recv_timeout(patience).map_err(|_| slow)?;
        let status = wait(&mut running.0, deadline).map_err(|_| PrintError::Refused)?;
        if status.ok_or(slow)?.success() && written {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&said).to_lowercase();
        let lacks_printer = ["no default destination", "does not exist", "scheduler"]
            .iter()
            .any(|words| said.contains(words));
        Err(if lacks_printer { PrintError::NoPrinter } else { PrintError::Refused })
    }
}

/// Waits for a program until `deadline`; `None` if it still runs then.
fn wait(
    program: &mut std::process::Child,
    deadline: std::time::Instant,
) -> std::io::Result<Option<std::process::ExitStatus>> {
    loop {
        let left = deadline.saturating_duration_since(std::time::Instant::now());
        match program.try_wait()? {
            Some(status) => return Ok(Some(status)),
            None if left.is_zero() => return Ok(None),
            None => std::thread::park_timeout(left.min(Duration::from_millis(10))),
        }
    }
}

/// Untested: written for the offices' Windows computers.
#[cfg(windows)]
mod windows {
    use std::{
        process::Command,
        sync::atomic::{AtomicU32, Ordering},
        time::Instant,
    };

    use super::{PATIENCE, PrintError, wait};
    use crate::PaperSize;

    static JOBS: AtomicU32 = AtomicU32::new(0);

    /// Sends `copies` of `pdf` to `printer`, or to the default printer, through the program that Windows
    /// has registered for PDF; that program chooses the sheet. Returns when it has taken the document.
    ///
    /// # Errors
    /// [`PrintError`]; then nothing was queued, or after [`PrintError::TooSlow`] perhaps.
    pub fn print(
        pdf: &[u8],
        _size: PaperSize,
        copies: u16,
        printer: Option<&str>,
    ) -> Result<(), PrintError> {
        let job = JOBS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("motcua-{}-{job}.pdf", std::process::id()));
        std::fs::write(&path, pdf).map_err(|_| PrintError::Refused)?;
        // Path and printer travel as environment variables: nothing in them is taken for a command.
        let script = "$p = @{ FilePath = $env:MOTCUA_PDF; Verb = 'Print'; WindowStyle = 'Hidden'; PassThru = $true }; \
            if ($env:MOTCUA_PRINTER) { $p.Verb = 'PrintTo'; $p.ArgumentList = '\"' + $env:MOTCUA_PRINTER + '\"' }; \
            1..[int]$env:MOTCUA_COPIES | ForEach-Object { $done = Start-Process @p -ErrorAction Stop; if ($done) { $null = $done.WaitForExit(10000) } }";
        let ran = Command::new("powershell")
            .args(["-NoProfile", "-NonInteractive", "-Command", script])
            .env("MOTCUA_PDF", &path)
            .env("MOTCUA_PRINTER", printer.unwrap_or_default())
            .env("MOTCUA_COPIES", copies.to_string())
            .spawn();
        let ended = ran.map(|mut program| {
            // The viewer starts anew for each copy.
            let patience = PATIENCE * u32::from(copies.max(1));
            let ended = wait(&mut program, Instant::now() + patience);
            // Fails only where it has ended already.
            let _ = program.kill();
            (ended, patience)
        });
        // A viewer that still holds the file keeps it until Windows clears the folder of temporary files.
        let _ = std::fs::remove_file(&path);
        match ended {
            Ok((Ok(Some(status)), _)) if status.success() => Ok(()),
            Ok((Ok(Some(_)), _)) => Err(PrintError::NoPrinter),
            Ok((Ok(None), patience)) => Err(PrintError::TooSlow(patience)),
            Ok((Err(_), _)) => Err(PrintError::Refused),
            Err(_) => Err(PrintError::NoService),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{
        fs,
        os::unix::fs::PermissionsExt,
        time::{Duration, Instant},
    };

    use super::{PrintError, unix::send};
    use crate::PaperSize;

    const LONG: Duration = Duration::from_secs(60);

    /// Prints through a script in `lp`'s place.
    fn played(script: &str, patience: Duration) -> Result<(), PrintError> {
        let folder = tempfile::tempdir().unwrap();
        let lp = folder.path().join("lp");
        fs::write(&lp, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&lp, fs::Permissions::from_mode(0o755)).unwrap();
        let large = vec![7u8; 1 << 20];
        send(lp.to_str().unwrap(), &large, PaperSize::A5, 2, Some("quầy 1"), patience)
    }

    #[test]
    fn the_print_service_gets_the_bytes_and_its_refusals_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let got = folder.path().join("got");
        for (script, expected) in [
            (format!("echo \"$*\" > {0}.args; cat > {0}", got.display()), Ok(())),
            (
                "echo 'lp: Error - no default destination available.' >&2; exit 1".into(),
                Err(PrintError::NoPrinter),
            ),
            (
                "echo 'lp: The printer or class does not exist.' >&2; exit 1".into(),
                Err(PrintError::NoPrinter),
            ),
            ("cat > /dev/null; echo 'lp: Forbidden' >&2; exit 1".into(), Err(PrintError::Refused)),
        ] {
            assert_eq!(played(&script, LONG), expected, "{script}");
        }
        assert_eq!(fs::read(&got).unwrap(), vec![7u8; 1 << 20]);
        assert_eq!(
            fs::read_to_string(folder.path().join("got.args")).unwrap(),
            "-d quầy 1 -o media=A5 -n 2 -t Mot Cua -s -\n"
        );
        let none = send("/nowhere/lp", b"x", PaperSize::A4, 1, None, LONG);
        assert_eq!(none, Err(PrintError::NoService));
    }

    /// Whether it reads nothing, reads all and stays, or leaves a program of its own that stays.
    #[test]
    fn a_print_service_that_hangs_is_stopped_with_all_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let alive = folder.path().join("alive");
        let begun = Instant::now();
        let short = Duration::from_millis(300);
        for script in [
            "exec sleep 600",
            "cat > /dev/null; exec sleep 600",
            "cat > /dev/null; exec sleep 600 2>&-",
            &format!("sleep 600 & echo $! > {}; wait", alive.display()),
        ] {
            assert_eq!(played(script, short), Err(PrintError::TooSlow(short)), "{script}");
        }
        assert!(begun.elapsed() < LONG);
        let started = fs::read_to_string(&alive).unwrap();
        let stat = fs::read_to_string(format!("/proc/{}/stat", started.trim())).unwrap_or_default();
        let gone = stat.is_empty() || stat.contains(") Z ");
        assert!(gone, "what the service started still runs: {stat}");
    }
}
