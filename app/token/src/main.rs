//! The process that loads a vendor's PKCS#11 module, and nothing else.
//!
//! It reads one request a line and writes one reply a line ([`token::wire`]). It has no arguments, so that
//! nothing can be seen of it in a list of processes; a PIN comes through the pipe and is wiped. It may die
//! at any time: whoever started it says so and starts another.

mod host;
mod raw;

use std::{
    fs::File,
    io::{self, Read, Write},
    process::ExitCode,
};

use token::wire::{Fault, MAX_REQUEST, Reply, Request};
use zeroize::{Zeroize, Zeroizing};

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Answers until the pipe is closed.
fn serve() -> io::Result<()> {
    let mut input =
        Lines { from: input()?, held: Zeroizing::new(Vec::with_capacity(2 * MAX_REQUEST)) };
    let mut host = host::Host::default();
    while let Some(line) = input.next()? {
        let Ok(request) = serde_json::from_slice::<Request>(&line) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let number = request.number;
        let reply = Reply { number, answer: host.answer(request.ask) };
        let reply = serde_json::to_vec(&reply)
            .or_else(|_| serde_json::to_vec(&Reply { number, answer: Err(Fault::Nonsense) }))?;
        // A module may have begun a line of its own.
        let mut out = io::stdout().lock();
        out.write_all(b"\n")?;
        out.write_all(&reply)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

/// Standard input without the standard library's own buffer, which would keep the PIN.
#[cfg(unix)]
fn input() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

/// The same on Windows, where it was not tried.
#[cfg(windows)]
fn input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

/// Lines of at most [`MAX_REQUEST`] bytes, in memory that is wiped.
struct Lines {
    from: File,
    held: Zeroizing<Vec<u8>>,
}

impl Lines {
    fn next(&mut self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        loop {
            if let Some(end) = self.held.iter().position(|byte| *byte == b'\n') {
                let line = Zeroizing::new(self.held[..end].to_vec());
                let rest = self.held.len() - end - 1;
                self.held.copy_within(end + 1.., 0);
                self.held[rest..].zeroize();
                self.held.truncate(rest);
                return Ok(Some(line));
            }
            if self.held.len() > MAX_REQUEST {
                return Err(io::ErrorKind::InvalidData.into());
            }
            let mut part = Zeroizing::new([0; 4096]);
            match self.from.read(&mut part[..])? {
                0 => return Ok(None),
                read => self.held.extend_from_slice(&part[..read]),
            }
        }
    }
}
