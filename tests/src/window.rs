//! The program's window on a screen of its own, with a home folder of its own.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use ledger::Ledger;
use office::entry::UserName;

use crate::{motcua, pcscd::Pcscd, program, screen::Screen, wait_until};

/// Rows of the menu's first column for the head of the office: the keyboard passes them before the second
/// one's.
pub const ROOMS: usize = 15;

const CLERK: &str = "tiepnhan";
const PASSWORD: &str = "Ruong-bac-thang-26";

/// A running window. The program and its screen end with it.
pub struct Window {
    program: Child,
    /// Its screen.
    pub screen: Screen,
    home: tempfile::TempDir,
}

impl Window {
    /// Opens the window on a data folder, with a card service or none.
    pub fn open(data: &Path, service: Option<&Pcscd>) -> Self {
        Self::open_with(data, service, &[])
    }

    /// Opens the window with further environment variables.
    pub fn open_with(data: &Path, service: Option<&Pcscd>, environment: &[(&str, &str)]) -> Self {
        let screen = Screen::start();
        let home = tempfile::tempdir().unwrap();
        let program = launch(data, service, &screen, home.path(), environment);
        Self { program, screen, home }
    }

    /// Starts the program again, without a card service, after [`Self::kill`].
    pub fn start_again(&mut self, data: &Path) {
        self.program = launch(data, None, &self.screen, self.home.path(), &[]);
    }

    /// Logs in as the demo office's clerk.
    pub fn log_in(&self) {
        self.log_in_as(CLERK, PASSWORD);
    }

    /// Logs in at a window that knows several users.
    pub fn log_in_as(&self, user: &str, password: &str) {
        self.screen.wait_for_title("Đăng nhập");
        // The title is there before the keyboard is: what is typed in between is nobody's.
        self.wait_until_still("login");
        self.screen.write(user);
        self.screen.press(&["Tab"]);
        self.screen.write(password);
        self.screen.press(&["Return"]);
        self.screen.wait_for_title("Trang chính");
    }

    /// Keeps a picture of the step.
    pub fn picture(&self, name: &str) {
        let folder = program("motcua").parent().unwrap().join("../pictures");
        std::fs::create_dir_all(&folder).unwrap();
        self.screen.picture(&folder.join(format!("{name}.png")));
    }

    /// Waits until two pictures in a row are the same: all keys are taken in. The caret must not blink
    /// in between, so both are tried until they agree. The picture is kept.
    pub fn wait_until_still(&self, name: &str) {
        self.settle();
        self.picture(name);
    }

    /// Waits as [`Self::wait_until_still`] does and keeps nothing.
    pub fn settle(&self) {
        self.settle_from(Vec::new());
    }

    /// Waits until the window looks otherwise than `before`, then until it is still: a title is there before
    /// its screen is drawn.
    pub fn settle_from(&self, before: Vec<u8>) {
        wait_until(Duration::from_secs(20), "another look", || {
            (self.screen.look() != before).then_some(())
        });
        let mut last = before;
        wait_until(Duration::from_secs(20), "a still window", || {
            let now = self.screen.look();
            let still = now == last;
            last = now;
            still.then_some(())
        });
    }

    /// The PDF that was saved among the user's documents.
    pub fn saved(&self) -> PathBuf {
        self.saved_as("", "")
    }

    /// The PDF among the user's documents whose name begins with `kind` and ends with `code`.
    pub fn saved_as(&self, kind: &str, code: &str) -> PathBuf {
        wait_until(Duration::from_secs(20), &format!("the PDF {kind:?} {code:?}"), || {
            self.all_saved().into_iter().find(|path| {
                path.file_stem().is_some_and(|name| {
                    let name = name.to_string_lossy();
                    name.starts_with(kind) && name.ends_with(code)
                })
            })
        })
    }

    /// The PDFs among the user's documents that are whole.
    pub fn all_saved(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.home.path().join("Một Cửa"));
        let files = files.into_iter().flatten().flatten().map(|file| file.path());
        let is_whole = |path: &PathBuf| {
            path.extension().is_some_and(|ending| ending == "pdf")
                && std::fs::read(path).is_ok_and(|bytes| bytes.trim_ascii_end().ends_with(b"%%EOF"))
        };
        files.filter(is_whole).collect()
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn launch(
    data: &Path,
    service: Option<&Pcscd>,
    screen: &Screen,
    home: &Path,
    environment: &[(&str, &str)],
) -> Child {
    let mut command = Command::new(program("motcua"));
    command
        .env("MOTCUA_DATA", data)
        .env("MOTCUA_STATE", data.join("state"))
        .env("DISPLAY", &screen.display)
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("LANG", "C.UTF-8")
        .envs(environment.iter().copied())
        .env("ICED_BACKEND", "tiny-skia")
        .env_remove("WAYLAND_DISPLAY")
        .stdout(Stdio::null());
    // Without a service of its own the program must not find the machine's.
    match service.map(Pcscd::environment) {
        Some((name, socket)) => command.env(name, socket),
        None => command.env("PCSCLITE_CSOCK_NAME", home.join("no-service")),
    };
    command.spawn().unwrap()
}

/// A data folder with a demo office.
pub fn demo() -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    let made = motcua(data.path(), &["demo"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    data
}

/// The demo office's ledger as its administrator sees it; the window must be closed.
pub fn administrator(data: &Path) -> Ledger {
    let user = UserName("quantri".into());
    Ledger::open(data, &user, "Hoa-ban-trang-26", jiff::Timestamp::now()).unwrap()
}

/// The ledger's own check finds nothing.
pub fn assert_clean(data: &Path) {
    let check = motcua(data, &["check"]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}
