//! The way to the system's printer. On Linux the document goes to CUPS through a pipe, so that no
//! file with personal data is left behind. Windows offers no such pipe and gets a temporary file that is
//! removed again.

use office::Explain;

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
}

impl Explain for PrintError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoService => "REP-20",
            Self::NoPrinter => "REP-21",
            Self::Refused => "REP-22",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoService => "This computer has no print service. The document was not printed and is safe. Install CUPS, or save the PDF and print it elsewhere.",
            Self::NoPrinter => "No printer is ready. The document was not printed and is safe. Switch on and add a printer in the system's settings, then print again.",
            Self::Refused => "The print service refused the document. It was not printed and is safe. Look at the printer's queue, then print again.",
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
        io::{ErrorKind, Write},
        process::{Command, Stdio},
    };

    use super::PrintError;
    use crate::PaperSize;

    /// Sends `pdf` to `printer`, or to the default printer, on sheets of `size`. Returns when the
    /// document is in the queue; a print server far away may take its time, so call it off the window's
    /// thread.
    ///
    /// # Errors
    /// [`PrintError`]; then nothing was queued.
    pub fn print(pdf: &[u8], size: PaperSize, printer: Option<&str>) -> Result<(), PrintError> {
        send("lp", pdf, size, printer)
    }

    /// `print` through the given `lp`.
    pub(super) fn send(
        lp: &str,
        pdf: &[u8],
        size: PaperSize,
        printer: Option<&str>,
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
        let mut child = command
            .args(["-t", "Mot Cua", "-s", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .env("LC_ALL", "C")
            .spawn()
            .map_err(|error| match error.kind() {
                ErrorKind::NotFound => PrintError::NoService,
                _ => PrintError::Refused,
            })?;
        // `lp` without a printer ends before it has read everything: its words tell more than the
        // broken pipe.
        let written = child.stdin.take().map(|mut pipe| pipe.write_all(pdf));
        let output = child.wait_with_output().map_err(|_| PrintError::Refused)?;
        if output.status.success() && matches!(written, Some(Ok(()))) {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).to_lowercase();
        let lacks_printer = ["no default destination", "does not exist", "scheduler"]
            .iter()
            .any(|words| said.contains(words));
        Err(if lacks_printer { PrintError::NoPrinter } else { PrintError::Refused })
    }
}

/// Untested: written for the offices' Windows computers.
#[cfg(windows)]
mod windows {
    use std::{
        process::Command,
        sync::atomic::{AtomicU32, Ordering},
    };

    use super::PrintError;
    use crate::PaperSize;

    static JOBS: AtomicU32 = AtomicU32::new(0);

    /// Sends `pdf` to `printer`, or to the default printer, through the program that Windows has
    /// registered for PDF; that program chooses the sheet. Returns when it has taken the document.
    ///
    /// # Errors
    /// [`PrintError`]; then nothing was queued.
    pub fn print(pdf: &[u8], _size: PaperSize, printer: Option<&str>) -> Result<(), PrintError> {
        let job = JOBS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("motcua-{}-{job}.pdf", std::process::id()));
        std::fs::write(&path, pdf).map_err(|_| PrintError::Refused)?;
        // Path and printer travel as environment variables: nothing in them is taken for a command.
        let script = "$p = @{ FilePath = $env:MOTCUA_PDF; Verb = 'Print'; WindowStyle = 'Hidden'; PassThru = $true }; \
            if ($env:MOTCUA_PRINTER) { $p.Verb = 'PrintTo'; $p.ArgumentList = '\"' + $env:MOTCUA_PRINTER + '\"' }; \
            $done = Start-Process @p -ErrorAction Stop; if ($done) { $null = $done.WaitForExit(30000) }";
        let ran = Command::new("powershell")
            .args(["-NoProfile", "-NonInteractive", "-Command", script])
            .env("MOTCUA_PDF", &path)
            .env("MOTCUA_PRINTER", printer.unwrap_or_default())
            .status();
        // A viewer that still holds the file keeps it until Windows clears the folder of temporary files.
        let _ = std::fs::remove_file(&path);
        match ran {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(PrintError::NoPrinter),
            Err(_) => Err(PrintError::NoService),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{fs, os::unix::fs::PermissionsExt};

    use super::{PrintError, unix::send};
    use crate::PaperSize;

    #[test]
    fn the_print_service_gets_the_bytes_and_its_refusals_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let got = folder.path().join("got");
        let large = vec![7u8; 1 << 20];
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
            let lp = folder.path().join("lp");
            fs::write(&lp, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&lp, fs::Permissions::from_mode(0o755)).unwrap();
            assert_eq!(
                send(lp.to_str().unwrap(), &large, PaperSize::A5, Some("quầy 1")),
                expected,
                "{script}"
            );
        }
        assert_eq!(fs::read(&got).unwrap(), large);
        assert_eq!(
            fs::read_to_string(folder.path().join("got.args")).unwrap(),
            "-d quầy 1 -o media=A5 -t Mot Cua -s -\n"
        );
        assert_eq!(send("/nowhere/lp", &large, PaperSize::A4, None), Err(PrintError::NoService));
    }
}
