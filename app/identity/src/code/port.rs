//! A scanner on a serial port (USB-COM): the port that the office chose, kept open for as long as the
//! program runs.
//!
//! A scanner is unplugged and plugged in again as a matter of course, so a port that is lost is tried
//! again, ever more slowly. Half a line that was under way is dropped then: a cut code would look like a
//! person with half an address. Other ports are never opened: a modem or a scale may hang there.

use std::{
    io::{ErrorKind, Read},
    path::Path,
    time::Duration,
};

use office::Explain;
use serde::{Deserialize, Serialize};

use super::{CodeError, serial::Lines};

/// Bits a second; the line is always 8N1. A scanner that is USB through and through takes any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Speed {
    /// The usual factory setting.
    #[default]
    B9600,
    /// The other usual one.
    B115200,
}

impl Speed {
    /// Bits a second.
    pub fn bits(self) -> u32 {
        match self {
            Speed::B9600 => 9_600,
            Speed::B115200 => 115_200,
        }
    }
}

/// The port of the office's scanner.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Port {
    /// As the system names it: `/dev/ttyACM0`, `COM3`.
    pub name: String,
    /// Its speed.
    #[serde(default)]
    pub speed: Speed,
}

/// Why a port cannot be used. The program goes on trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Nothing is plugged in there.
    #[error(
        "Không thấy máy quét ở cổng đã chọn. Hãy cắm lại dây USB; chương trình tự nối lại khi thấy máy."
    )]
    Absent,
    /// Another program has it.
    #[error(
        "Cổng của máy quét đang được chương trình khác dùng. Hãy đóng chương trình đó; ở đây sẽ tự nối lại."
    )]
    Busy,
    /// The user may not open it.
    #[error(
        "Tài khoản Windows hoặc Linux này không được mở cổng của máy quét. Hãy nhờ người quản trị máy cấp quyền (trên Linux: nhóm dialout)."
    )]
    Denied,
    /// It was there and is no longer.
    #[error("Mất liên lạc với máy quét. Mã quét dở đã bỏ. Hãy cắm lại dây USB rồi quét lại.")]
    Lost,
}

impl Explain for PortError {
    fn code(&self) -> &'static str {
        match self {
            PortError::Absent => "IDN-60",
            PortError::Busy => "IDN-61",
            PortError::Denied => "IDN-62",
            PortError::Lost => "IDN-63",
        }
    }

    fn english(&self) -> String {
        match self {
            PortError::Absent => "No scanner at the chosen port. Plug it in again.",
            PortError::Busy => "Another program uses the scanner's port. Close it.",
            PortError::Denied => {
                "This user may not open the scanner's port (Linux: group dialout)."
            }
            PortError::Lost => {
                "The scanner went away; a scan under way was dropped. Plug it in and scan again."
            }
        }
        .into()
    }
}

impl From<serialport::Error> for PortError {
    fn from(error: serialport::Error) -> Self {
        match error.kind {
            serialport::ErrorKind::Io(ErrorKind::PermissionDenied) => PortError::Denied,
            serialport::ErrorKind::Io(ErrorKind::ResourceBusy) => PortError::Busy,
            // An open port of another program is told as a missing device.
            serialport::ErrorKind::NoDevice if error.description.contains("busy") => {
                PortError::Busy
            }
            _ => PortError::Absent,
        }
    }
}

/// What is heard at the port.
#[derive(Debug)]
pub enum Heard {
    /// The port is open.
    Ready,
    /// It cannot be used now; told once for each reason.
    Lost(PortError),
    /// A code, or why it is none.
    Code(Result<String, CodeError>),
}

/// The serial ports of this machine, in order of their names.
pub fn ports() -> Vec<String> {
    // The library panics on a Linux without /sys.
    if cfg!(target_os = "linux") && !Path::new("/sys/class/tty").is_dir() {
        return Vec::new();
    }
    let mut names: Vec<String> = serialport::available_ports()
        .unwrap_or_default()
        .into_iter()
        .map(|port| port.port_name)
        .collect();
    names.sort();
    names
}

/// How long one read waits; no longer does it take to notice that nobody listens any more.
const READ: Duration = Duration::from_millis(100);
/// Reads without a byte after which a code without line end is over.
const QUIET: u32 = 2;
/// The first pause before a port is tried again, and the longest.
const RETRY: [Duration; 2] = [Duration::from_millis(400), Duration::from_millis(3_200)];

/// Listens until `stopped`; blocks, so it wants a thread of its own.
pub fn listen(port: &Port, stopped: &dyn Fn() -> bool, tell: &mut dyn FnMut(Heard)) {
    let mut pause = RETRY[0];
    let mut told = None;
    while !stopped() {
        let opened = serialport::new(&port.name, port.speed.bits()).timeout(READ).open();
        let problem = match opened {
            Ok(mut line) => {
                tell(Heard::Ready);
                pause = RETRY[0];
                told = None;
                read(line.as_mut(), stopped, tell);
                PortError::Lost
            }
            Err(error) => error.into(),
        };
        if stopped() {
            return;
        }
        // A line that was lost is soon absent; the clerk needs to hear that once.
        if told.is_none() || (told != Some(problem) && problem != PortError::Absent) {
            tell(Heard::Lost(problem));
        }
        told = Some(problem);
        let mut waited = Duration::ZERO;
        while waited < pause && !stopped() {
            std::thread::park_timeout(READ);
            waited += READ;
        }
        pause = (pause * 2).min(RETRY[1]);
    }
}

/// Reads until the port is lost or nobody listens.
fn read(line: &mut dyn Read, stopped: &dyn Fn() -> bool, tell: &mut dyn FnMut(Heard)) {
    let mut lines = Lines::default();
    let mut bytes = [0; 1024];
    let mut quiet = 0;
    while !stopped() {
        match line.read(&mut bytes) {
            Ok(0) => return,
            Ok(count) => {
                quiet = 0;
                let codes = lines.push(bytes.get(..count).unwrap_or_default());
                codes.into_iter().for_each(|code| tell(Heard::Code(code)));
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => {
                quiet += 1;
                if quiet == QUIET {
                    lines.pause().into_iter().for_each(|code| tell(Heard::Code(code)));
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::{
        io::Write,
        os::unix::fs::symlink,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
            mpsc,
        },
    };

    use serialport::{SerialPort, TTYPort};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// Listens at `name`, until dropped.
    struct Listener {
        stop: Arc<AtomicBool>,
        heard: mpsc::Receiver<Heard>,
    }

    impl Listener {
        fn at(name: &str) -> Self {
            let stop = Arc::new(AtomicBool::new(false));
            let (sender, heard) = mpsc::channel();
            let port = Port { name: name.into(), speed: Speed::B115200 };
            let stopped = stop.clone();
            std::thread::spawn(move || {
                listen(&port, &|| stopped.load(Ordering::Relaxed), &mut |heard| {
                    let _ = sender.send(heard);
                });
            });
            Self { stop, heard }
        }

        fn next(&self) -> String {
            match self.heard.recv_timeout(PATIENCE).unwrap() {
                Heard::Ready => "ready".into(),
                Heard::Lost(error) => error.code().into(),
                Heard::Code(code) => code.unwrap_or_else(|error| error.code().into()),
            }
        }
    }

    impl Drop for Listener {
        fn drop(&mut self) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    /// A scanner and the name of the port that it is plugged into.
    fn plug() -> (TTYPort, String) {
        let (scanner, port) = TTYPort::pair().unwrap();
        let name = port.name().unwrap();
        (scanner, name)
    }

    #[test]
    fn what_a_scanner_sends_becomes_codes() {
        let (mut scanner, name) = plug();
        let heard = Listener::at(&name);
        assert_eq!(heard.next(), "ready");
        for (sent, codes) in [
            (&b"099|A\r\n"[..], &["099|A"][..]),
            (b"\xef\xbb\xbf099|B\r", &["099|B"]),
            (b"\x00\xff\xfe\x80\n099|C\n", &["IDN-54", "099|C"]),
            ("NGUYỄN\r\nTRẦN\r\n".as_bytes(), &["NGUYỄN", "TRẦN"]),
            // Neither line end nor anything more: the pause ends it.
            (b"099|D", &["099|D"]),
        ] {
            scanner.write_all(sent).unwrap();
            for code in codes {
                assert_eq!(heard.next(), *code);
            }
        }
    }

    #[test]
    fn a_scanner_that_is_unplugged_is_found_again_and_its_half_line_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("scanner");
        let heard = Listener::at(&link.to_string_lossy());
        assert_eq!(heard.next(), "IDN-60", "nothing is plugged in");

        let (mut scanner, name) = plug();
        symlink(&name, &link).unwrap();
        assert_eq!(heard.next(), "ready");
        scanner.write_all(b"099|A\r\n099099000123||NGUYEN").unwrap();
        assert_eq!(heard.next(), "099|A");
        std::fs::remove_file(&link).unwrap();
        drop(scanner);
        assert_eq!(heard.next(), "IDN-63");

        let (mut scanner, name) = plug();
        symlink(&name, &link).unwrap();
        assert_eq!(heard.next(), "ready");
        scanner.write_all(b"099|B\r\n").unwrap();
        assert_eq!(heard.next(), "099|B");
    }
}
