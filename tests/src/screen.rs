//! A real screen for the journeys: Xvfb with a small window manager, keys by XTEST, pictures.
//!
//! Everything waits by looking again until a deadline; nothing sleeps for a guessed time.

use std::{
    cell::RefCell,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::wait_until;

/// A running X server with a window manager. Both end with it.
pub struct Screen {
    server: Child,
    manager: Option<Child>,
    /// Value for `DISPLAY`.
    pub display: String,
    struck: RefCell<Vec<String>>,
}

impl Screen {
    /// Starts a screen of 1366×768 with a window manager.
    pub fn start() -> Self {
        let mut screen = Self::bare();
        // Openbox names itself on the screen before it looks after windows, and loses one that opens in
        // between; the command it runs at the end of its start tells that it is ready.
        let folder = tempfile::tempdir().expect("scratch folder");
        let ready = folder.path().join("ready");
        let manager = Command::new("openbox")
            .args(["--startup", &format!("touch {}", ready.display())])
            .env("DISPLAY", &screen.display)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openbox starts");
        screen.manager = Some(manager);
        wait_until(Duration::from_secs(20), "openbox", || ready.exists().then_some(()));
        screen
    }

    /// Starts a screen of 1366×768 alone.
    pub fn bare() -> Self {
        let folder = tempfile::tempdir().expect("scratch folder");
        let number = folder.path().join("display");
        let file = std::fs::File::create(&number).expect("display file");
        // With -r a key that is held while the machine is busy does not repeat itself.
        // Without -noreset the server starts anew when a probe is its only client and leaves, and takes
        // whoever connects at that moment with it. Xvfb chooses a free display itself and writes its
        // number to standard output.
        let server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1366x768x24",
                "-nolisten",
                "tcp",
                "-noreset",
                "-r",
            ])
            .stdout(file)
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let display = wait_until(Duration::from_secs(20), "Xvfb", || {
            let text = std::fs::read_to_string(&number).ok()?;
            text.ends_with('\n').then(|| format!(":{}", text.trim()))
        });
        Self { server, manager: None, display, struck: RefCell::default() }
    }

    fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let output = Command::new(program)
            .args(arguments)
            .env("DISPLAY", &self.display)
            .output()
            .unwrap_or_else(|error| panic!("{program}: {error}"));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Title of the window that has the keyboard.
    pub fn title(&self) -> String {
        self.tool("xdotool", &["getactivewindow", "getwindowname"])
    }

    /// Waits until the active window's title contains `part`.
    pub fn wait_for_title(&self, part: &str) {
        let deadline = Instant::now() + Duration::from_secs(40);
        while !self.title().contains(part) {
            if Instant::now() > deadline {
                let windows = self.tool("xwininfo", &["-root", "-children"]);
                self.picture(&std::env::temp_dir().join("motcua-no-title.png"));
                panic!("waited for the title {part:?}, it is {:?} among {windows}", self.title());
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// Presses keys by name, `ctrl+k` and the like. A key that is meant once more comes after the moment in
    /// which the window takes it for the same press.
    pub fn press(&self, keys: &[&str]) {
        let acts = |key: &str| key == "Return" || key.starts_with('F');
        let again = |last: &String| keys.first().is_some_and(|key| acts(key) && key == last);
        if self.struck.borrow().last().is_some_and(again) {
            std::thread::park_timeout(Duration::from_millis(500));
        }
        self.struck.borrow_mut().extend(keys.iter().map(|key| (*key).to_owned()));
        let mut arguments = vec!["key", "--delay", "20"];
        arguments.extend(keys);
        self.tool("xdotool", &arguments);
    }

    /// Types ASCII text as a keyboard would.
    pub fn write(&self, text: &str) {
        self.struck.borrow_mut().extend(text.chars().map(String::from));
        self.tool("xdotool", &["type", "--delay", "8", text]);
    }

    /// Types ASCII text as a scanner in keyboard mode does.
    pub fn scan(&self, text: &str) {
        self.tool("xdotool", &["type", "--delay", "2", text]);
    }

    /// Types ASCII text as a hand would.
    pub fn write_slowly(&self, text: &str) {
        self.struck.borrow_mut().extend(text.chars().map(String::from));
        self.tool("xdotool", &["type", "--delay", "120", text]);
    }

    /// The keys that were struck so far, each typed character one of them; what a scanner types is none.
    pub fn struck(&self) -> Vec<String> {
        self.struck.borrow().clone()
    }

    /// What the whole screen shows, as pixels.
    pub fn look(&self) -> Vec<u8> {
        let look = Command::new("import")
            .args(["-silent", "-window", "root", "rgb:-"])
            .env("DISPLAY", &self.display)
            .output();
        look.expect("import (imagemagick) is installed").stdout
    }

    /// Keeps a picture of the whole screen.
    pub fn picture(&self, path: &Path) {
        self.tool("import", &["-silent", "-window", "root", &path.to_string_lossy()]);
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for child in self.manager.iter_mut().chain([&mut self.server]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
