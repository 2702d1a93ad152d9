//! Services of a small hierarchy on 127.0.0.1, by certomancer: time stamps, OCSP, revocation lists; and some that behave
//! badly. See `tests/signing/services.py`.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Running services; they end with it.
pub struct Services {
    /// Where they are.
    pub address: String,
    folder: PathBuf,
    program: Child,
}

impl Services {
    /// Starts them with their keys and certificates in `folder`: `root.pem`, `signer.key` and more.
    pub fn start(folder: &Path) -> Self {
        let signing = Path::new(env!("CARGO_MANIFEST_DIR")).join("signing");
        let found = Command::new(signing.join("venv")).stderr(Stdio::inherit()).output().unwrap();
        assert!(found.status.success(), "tests/signing/venv");
        let programs = String::from_utf8(found.stdout).unwrap();
        let mut program = Command::new(Path::new(programs.trim()).join("python"))
            .arg(signing.join("services.py"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().next().expect("the services start").to_owned();
        Self { address, folder: folder.to_owned(), program }
    }

    /// How often something was asked for at addresses that end so.
    pub fn asked(&self, end: &str) -> usize {
        let asked = std::fs::read_to_string(self.folder.join("asked")).unwrap_or_default();
        asked.lines().filter(|line| line.ends_with(end)).count()
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
