//! What a real service tells of its readers, for journeys that must wait until it is known.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use crate::{pcscd::Pcscd, program};

/// The program that prints every change, and its lines.
pub struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    /// Watches the readers of this service.
    pub fn of(service: &Pcscd) -> Watching {
        let (name, socket) = service.environment();
        let mut child = Command::new(program("changes"))
            .env(name, socket)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the watching program");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
        });
        Watching { child, lines }
    }

    /// The next changes are these, in this order.
    pub fn tells(&self, expected: &[String]) {
        for line in expected {
            let told = self.lines.recv_timeout(Duration::from_secs(15));
            assert_eq!(told.as_deref(), Ok(line.as_str()));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A card was put on this reader.
pub fn placed(reader: &str) -> String {
    format!("CardPlaced({reader:?})")
}

/// The card of this reader was taken away.
pub fn removed(reader: &str) -> String {
    format!("CardRemoved({reader:?})")
}

/// These readers are plugged in.
pub fn plugged(names: &[&str]) -> String {
    format!("Readers({names:?})")
}
