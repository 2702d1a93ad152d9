//! Readers and cards that come and go, as a real service tells of them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver},
    time::Duration,
};

use journeys::{
    pcscd::{Pcscd, READER, SECOND},
    program,
};
use virtual_card::{Card, Options, PEOPLE};

/// The watching program and its lines.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn of(service: &Pcscd) -> Watching {
        let (name, socket) = service.environment();
        let mut child = Command::new(program("changes"))
            .env(name, socket)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).all(|line| sender.send(line).is_ok())
        });
        Watching { child, lines }
    }

    /// The next changes are these, in this order.
    fn tells(&self, expected: &[String]) {
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

fn card(holder: usize) -> Card {
    Card::new(Options { person: PEOPLE[holder], ..Options::default() })
}

fn placed(reader: &str) -> String {
    format!("CardPlaced({reader:?})")
}

fn removed(reader: &str) -> String {
    format!("CardRemoved({reader:?})")
}

fn readers(names: &[&str]) -> String {
    format!("Readers({names:?})")
}

#[test]
fn cards_on_several_readers_are_told_apart() {
    let service = Pcscd::start();
    let watching = Watching::of(&service);
    watching.tells(&[readers(&[READER, SECOND])]);
    let first = service.insert(card(0));
    watching.tells(&[placed(READER)]);
    let second = service.reader().second().insert(card(1));
    watching.tells(&[placed(SECOND)]);
    drop(first);
    watching.tells(&[removed(READER)]);
    drop(second);
    watching.tells(&[removed(SECOND)]);
}

#[test]
fn a_restarted_service_and_a_reader_unplugged_and_back_are_followed() {
    let mut service = Pcscd::start();
    let watching = Watching::of(&service);
    watching.tells(&[readers(&[READER, SECOND])]);
    let lost = service.insert(card(0));
    watching.tells(&[placed(READER)]);
    service.stop();
    watching.tells(&["ServiceLost".into()]);
    drop(lost);
    service.start_again(false);
    watching.tells(&[readers(&[])]);
    service.stop();
    watching.tells(&["ServiceLost".into()]);
    service.start_again(true);
    watching.tells(&[readers(&[READER, SECOND])]);
    let _back = service.insert(card(0));
    watching.tells(&[placed(READER)]);
}
