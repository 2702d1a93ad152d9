//! Several offices opened in the same moment by one program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixture;

use std::{
    path::Path,
    process::{Command, Stdio},
    sync::Barrier,
    thread,
};

use ledger::Ledger;
use office::entry::Role;
use tempfile::tempdir;

/// The folder of the offices, set in the child, where the engine has not been used yet.
const CHILD: &str = "LEDGER_TEST_TOGETHER";
const CHILDREN: usize = 400;
const THREADS: usize = 4;

/// The engine is made ready once per process, so each try needs a process of its own: left to
/// itself about one in a hundred fails.
#[test]
fn the_engine_is_ready_before_the_second_thread_uses_it() {
    if let Some(offices) = std::env::var_os(CHILD) {
        return open_at_once(Path::new(&offices));
    }
    let offices = tempdir().unwrap();
    for office in 0..THREADS {
        let mut founding = fixture::founding(&Role::ALL);
        founding.office.demo = true;
        Ledger::create(&offices.path().join(office.to_string()), founding).unwrap();
    }
    let failed = (0..CHILDREN)
        .filter(|_| {
            let child = Command::new(std::env::current_exe().unwrap())
                .env(CHILD, offices.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            !child.unwrap().success()
        })
        .count();
    assert_eq!(failed, 0, "of {CHILDREN} processes");
}

fn open_at_once(offices: &Path) {
    let barrier = Barrier::new(THREADS);
    thread::scope(|scope| {
        for office in 0..THREADS {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                Ledger::open_demo(&offices.join(office.to_string())).unwrap();
            });
        }
    });
}
