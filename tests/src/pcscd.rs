//! A real PC/SC service with a virtual reader, private to one test.
//!
//! Debian's `pcscd` keeps its socket in `/run/pcscd`, one for the machine. Here it runs in a mount
//! namespace of its own whose `/run` is a temporary folder, with its own reader configuration and
//! port: tests run side by side and leave the machine's service alone. Where the kernel forbids
//! namespaces the machine's `/run/pcscd` is used under a lock, one test at a time.
//!
//! The client library reads `PCSCLITE_CSOCK_NAME` once in a process, so a program under test gets it
//! as environment ([`Pcscd::environment`]); a test that is itself a client runs in a child process
//! ([`with_reader`]).

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use virtual_card::Card;
use virtual_card::vpcd::InsertedCard;

use crate::wait_until;

const DRIVER: &str = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const SOCKET: &str = "PCSCLITE_CSOCK_NAME";
const PORT: &str = "MOTCUA_TEST_READER_PORT";

/// The reader's name as PC/SC lists it.
pub const READER: &str = "Virtual PCD 00 00";
/// Its second slot, empty unless a test fills it.
pub const SECOND: &str = "Virtual PCD 00 01";

/// A virtual reader that takes cards.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    port: u16,
}

impl Reader {
    /// Lays `card` on the reader; it is taken away when the result is dropped. The service notices a
    /// card coming or going within half a second.
    pub fn insert(&self, card: Card) -> InsertedCard {
        InsertedCard::insert(card, SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))
            .expect("the reader listens")
    }

    /// Port the reader listens on, for the program `virtual-card --port`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The second slot, [`SECOND`].
    pub fn second(&self) -> Reader {
        Reader { port: self.port + 1 }
    }
}

/// A running service; stopped on drop.
pub struct Pcscd {
    service: Child,
    socket: PathBuf,
    reader: Reader,
    folder: TempDir,
    run: PathBuf,
    /// Held while the machine's own socket folder is in use.
    _lock: Option<File>,
}

impl Pcscd {
    /// Starts a service with one virtual reader and waits until it is ready.
    pub fn start() -> Pcscd {
        assert!(Path::new(DRIVER).exists(), "install pcscd and vsmartcard-vpcd");
        let folder = TempDir::new().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let port = free_port_pair();
        let private = namespaces_allowed();
        let (run, lock) =
            if private { (path("run"), None) } else { ("/run".into(), Some(machine_lock())) };
        std::fs::create_dir_all(path("run")).expect("a folder");
        std::fs::create_dir_all(path("readers")).expect("a folder");
        configure(folder.path(), port);
        let service = launch(folder.path(), &run, private);
        let socket = run.join("pcscd/pcscd.comm");
        let mut pcscd =
            Pcscd { service, socket, reader: Reader { port }, folder, run, _lock: lock };
        pcscd.wait_until_ready();
        pcscd
    }

    /// Ends the service as a crash does.
    pub fn stop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
        // A killed service leaves these, and the next one would refuse to start.
        let _ = std::fs::remove_file(self.run.join("pcscd/pcscd.comm"));
        let _ = std::fs::remove_file(self.run.join("pcscd/pcscd.pid"));
    }

    /// Starts the service again, with the same reader or, unplugged, without one.
    pub fn start_again(&mut self, plugged: bool) {
        if plugged {
            configure(self.folder.path(), self.reader.port);
        } else {
            std::fs::remove_file(self.folder.path().join("readers/vpcd")).expect("a configuration");
        }
        self.service = launch(self.folder.path(), &self.run, self._lock.is_none());
        self.wait_until_ready();
    }

    fn wait_until_ready(&mut self) {
        let log = self.folder.path().join("log");
        wait_until(Duration::from_secs(10), "pcscd to be ready", || {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            let ended = self.service.try_wait().expect("its state");
            assert!(ended.is_none(), "pcscd ended with {ended:?}:\n{text}");
            (text.contains("daemon ready") && self.socket.exists()).then_some(())
        });
    }

    /// The environment variable by which a client finds this service.
    pub fn environment(&self) -> (&'static str, &Path) {
        (SOCKET, &self.socket)
    }

    /// The virtual reader.
    pub fn reader(&self) -> Reader {
        self.reader
    }

    /// Lays `card` on the reader.
    pub fn insert(&self, card: Card) -> InsertedCard {
        self.reader.insert(card)
    }
}

impl Drop for Pcscd {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs `body` as a PC/SC client of a private service. `test` is the test's full name: the test runs
/// itself again in a child process that has the service's socket in its environment.
pub fn with_reader(test: &str, body: impl FnOnce(Reader)) {
    if let Ok(port) = std::env::var(PORT) {
        return body(Reader { port: port.parse().expect("a port") });
    }
    let pcscd = Pcscd::start();
    let (name, socket) = pcscd.environment();
    let output = Command::new(std::env::current_exe().expect("own path"))
        .args([test, "--exact", "--nocapture"])
        .env(name, socket)
        .env(PORT, pcscd.reader.port.to_string())
        .output()
        .expect("the test runs again");
    let text = [output.stdout, output.stderr]
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .concat();
    print!("{text}");
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{test} failed as a PC/SC client"
    );
}

/// Puts the virtual reader's two slots into the service's configuration.
fn configure(folder: &Path, port: u16) {
    let configuration = format!(
        "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port:#06X}\nLIBPATH {DRIVER}\nCHANNELID {port:#06X}\n"
    );
    std::fs::write(folder.join("readers/vpcd"), configuration.replace("0X", "0x"))
        .expect("a configuration");
}

fn launch(folder: &Path, run: &Path, private: bool) -> Child {
    let log = File::create(folder.join("log")).expect("a log");
    command(private, run)
        .args(["--foreground", "--info", "--config"])
        .arg(folder.join("readers"))
        .args(authorisation_switch())
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .spawn()
        .expect("pcscd starts")
}

fn command(private: bool, run: &Path) -> Command {
    let pcscd = if Path::new("/usr/sbin/pcscd").exists() { "/usr/sbin/pcscd" } else { "pcscd" };
    if !private {
        return Command::new(pcscd);
    }
    let mut command = Command::new("unshare");
    let script = "mount --bind \"$1\" /run && shift && exec \"$@\"";
    command.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]).arg(run).arg(pcscd);
    command
}

fn namespaces_allowed() -> bool {
    let probe = Command::new("unshare")
        .args(["--map-root-user", "--mount", "true"])
        .stderr(Stdio::null())
        .status();
    probe.is_ok_and(|status| status.success())
}

/// Newer services ask polkit about each client, which a test machine need not have.
fn authorisation_switch() -> Option<&'static str> {
    const SWITCH: &str = "--disable-polkit";
    let help = Command::new("/usr/sbin/pcscd").arg("--help").output().ok()?;
    String::from_utf8_lossy(&help.stdout).contains(SWITCH).then_some(SWITCH)
}

fn machine_lock() -> File {
    let file =
        File::create(std::env::temp_dir().join("motcua-test-pcscd.lock")).expect("a lock file");
    file.lock().expect("the lock");
    file
}

/// The driver's two slots listen on a port and the one after it.
fn free_port_pair() -> u16 {
    let listen = |port: u16| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
    wait_until(Duration::from_secs(5), "two free ports in a row", || {
        let first = listen(0).ok()?;
        let port = first.local_addr().ok()?.port();
        let second = port.checked_add(1)?;
        listen(second).ok().map(|_| port)
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::time::Instant;

    use pcsc::{
        Context, MAX_BUFFER_SIZE_EXTENDED, Protocols, ReaderState, Scope, ShareMode, State,
    };
    use virtual_card::terminal::{Password, Terminal};
    use virtual_card::{Access, Card, Cipher, Curve, Fault, Options, Pace, SOD};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// Waits until the reader is in `wanted`.
    fn wait_for(context: &Context, wanted: State) {
        let mut states = [ReaderState::new(CString::new(READER).unwrap(), State::UNAWARE)];
        loop {
            context.get_status_change(PATIENCE, &mut states).expect("a change of state");
            if states[0].event_state().contains(wanted) {
                return;
            }
            states[0].sync_current_state();
        }
    }

    fn connect(context: &Context) -> pcsc::Card {
        wait_for(context, State::PRESENT);
        let name = CString::new(READER).unwrap();
        // The service may still say "no card" just after it announced one.
        wait_until(PATIENCE, "the card to answer", || {
            context.connect(&name, ShareMode::Shared, Protocols::ANY).ok()
        })
    }

    fn terminal(card: &pcsc::Card) -> Terminal<impl FnMut(&[u8]) -> Vec<u8>> {
        let mut buffer = vec![0; MAX_BUFFER_SIZE_EXTENDED];
        Terminal::new(move |command: &[u8]| {
            card.transmit(command, &mut buffer).expect("an answer").to_vec()
        })
    }

    #[test]
    fn a_card_opens_in_a_real_reader() {
        with_reader("pcscd::tests::a_card_opens_in_a_real_reader", |reader| {
            let context = Context::establish(Scope::User).expect("the service");
            let suite = Pace { curve: Curve::Brainpool256, cipher: Cipher::Aes256 };
            for access in [Access::Bac, Access::Both(suite)] {
                let options = Options { access, ..Options::default() };
                let card = Card::new(options.clone());
                let sod = card.file(SOD).unwrap().to_vec();
                let start = Instant::now();
                let inserted = reader.insert(card);
                let connection = connect(&context);
                println!("{access:?}: seen after {:?}", start.elapsed());
                let mut terminal = terminal(&connection);
                let person = options.person;
                if access == Access::Bac {
                    terminal.select_application();
                    terminal
                        .basic_access(&person.mrz_information(person.document_number()))
                        .expect("the key opens");
                } else {
                    terminal.pace(suite, Password::Can(person.can())).expect("the number opens");
                    terminal.select_application();
                }
                let before = (Instant::now(), inserted.card().log().commands);
                assert_eq!(terminal.read(SOD, 256), Ok(sod.clone()));
                let commands = inserted.card().log().commands - before.1;
                println!("{:?} a short command ({commands})", before.0.elapsed() / commands);
                let before = Instant::now();
                assert_eq!(terminal.read(SOD, 60_000), Ok(sod));
                println!("{:?} for one extended read", before.elapsed());
                drop(terminal);
                drop(connection);
                inserted.remove();
                wait_for(&context, State::EMPTY);
            }
        });
    }

    #[test]
    fn a_pulled_card_is_an_error_not_a_wait() {
        with_reader("pcscd::tests::a_pulled_card_is_an_error_not_a_wait", |reader| {
            let context = Context::establish(Scope::User).expect("the service");
            let options = Options { pulled_after: 2, ..Options::with_fault(Fault::Pulled) };
            let _inserted = reader.insert(Card::new(options));
            let connection = connect(&context);
            let mut buffer = [0; 300];
            let challenge = [0, 0x84, 0, 0, 8];
            // vpcd reports a lost card as an empty answer, not as an error.
            let answered: Vec<bool> = (0..3)
                .map(|_| {
                    connection
                        .transmit(&challenge, &mut buffer)
                        .is_ok_and(|answer| answer.len() >= 2)
                })
                .collect();
            assert_eq!(answered, [true, true, false]);
            wait_for(&context, State::EMPTY);
        });
    }
}
