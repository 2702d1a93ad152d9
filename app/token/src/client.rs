//! The suite's side: starts the helper, waits as long as it was told, ends a helper that hangs.
//!
//! What a vendor's module does to its process touches nobody else. After any failure of the module or the
//! connection the process is ended, and the next question starts another: a token that was pulled and put
//! back is found again. A login is never repeated here: whoever calls asks the person again.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    time::{Duration, Instant},
};

use zeroize::Zeroizing;

use crate::{
    error::TokenError,
    wire::{
        Answer, Ask, Bytes, Fault, Found, MAX_REPLY, Mechanism, Pin, PinState, Reply, Request,
        Token,
    },
};

/// Lines that are no reply before a module counts as broken.
const MAX_NOISE: usize = 1000;
/// How long a helper may take to end by itself.
const FAREWELL: Duration = Duration::from_secs(1);
/// Name of the helper program; the one for 32-bit modules has `32` behind it.
const PROGRAM: &str = "motcua-token";

/// Who stands behind a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// A person typed the PIN for this one document.
    Person,
    /// A batch goes on by itself: it never uses the last try.
    Batch,
}

/// A vendor's module, in a process of its own.
pub struct Module {
    program: PathBuf,
    module: PathBuf,
    patience: Duration,
    running: Option<Running>,
}

struct Running {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Vec<u8>>,
    next: u64,
}

impl Module {
    /// The module at `module`, whose helper lies in `folder`; no answer may take longer than `patience`.
    /// Nothing is started yet.
    ///
    /// # Errors
    /// [`TokenError::NoModule`], [`TokenError::NotAModule`], [`TokenError::NoHelper`].
    pub fn new(folder: &Path, module: &Path, patience: Duration) -> Result<Self, TokenError> {
        let bits = Bits::of(module)?;
        let name = match bits {
            Bits::Own => PROGRAM.to_owned(),
            Bits::ThirtyTwo => format!("{PROGRAM}32"),
        };
        let program = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
        if !program.is_file() {
            return Err(TokenError::NoHelper(program));
        }
        Ok(Self { program, module: module.to_owned(), patience, running: None })
    }

    /// The tokens that are plugged in.
    ///
    /// # Errors
    /// [`TokenError::NoToken`], and what a module may do.
    pub fn tokens(&mut self) -> Result<Vec<Token>, TokenError> {
        for fresh in [false, true] {
            // Some modules see what is plugged in later only when they are loaded anew.
            if fresh {
                self.stop();
            }
            let was_running = self.running.is_some();
            match self.ask(Ask::Tokens)? {
                Answer::Tokens(tokens) if tokens.is_empty() && was_running => {}
                Answer::Tokens(tokens) if tokens.is_empty() => return Err(TokenError::NoToken),
                Answer::Tokens(tokens) => return Ok(tokens),
                _ => return Err(self.nonsense()),
            }
        }
        Err(TokenError::NoToken)
    }

    /// The certificates on a token.
    ///
    /// # Errors
    /// What a module may do.
    pub fn certificates(&mut self, token: &Token) -> Result<Vec<Found>, TokenError> {
        match self.ask(Ask::Certificates { slot: token.slot })? {
            Answer::Certificates(found) => Ok(found),
            _ => Err(self.nonsense()),
        }
    }

    /// Logs in once. The same PIN is never tried a second time by itself.
    ///
    /// # Errors
    /// [`TokenError::WrongPin`], [`TokenError::Locked`], [`TokenError::LastTry`], [`TokenError::PinForm`],
    /// [`TokenError::NoPin`], and what a module may do.
    pub fn login(&mut self, token: &Token, pin: Option<Pin>, hand: Hand) -> Result<(), TokenError> {
        // The state may have changed since the token was listed.
        let state = self.tokens()?.into_iter().find(|one| one.serial == token.serial);
        match (state.ok_or(TokenError::Gone)?.pin, hand) {
            (PinState::Locked, _) => return Err(TokenError::Locked),
            (PinState::Missing, _) => return Err(TokenError::NoPin),
            (PinState::LastTry, Hand::Batch) => return Err(TokenError::LastTry),
            (PinState::LastTry, Hand::Person) | (PinState::Fine | PinState::Low, _) => {}
        }
        match self.ask(Ask::Login { slot: token.slot, pin })? {
            Answer::LoggedIn => Ok(()),
            _ => Err(self.nonsense()),
        }
    }

    /// Ends the login: the next signature wants the PIN again. A module that does not let go is ended.
    pub fn logout(&mut self, token: &Token) {
        if self.running.is_some()
            && !matches!(self.ask(Ask::Logout { slot: token.slot }), Ok(Answer::LoggedOut))
        {
            self.stop();
        }
    }

    /// A signature over `message` by the key of `certificate` (DER). The caller checks it against the
    /// certificate before using it.
    ///
    /// # Errors
    /// [`TokenError::NotLoggedIn`], [`TokenError::NoKey`], and what a module may do.
    pub fn sign(
        &mut self,
        token: &Token,
        certificate: &[u8],
        mechanism: Mechanism,
        message: &[u8],
    ) -> Result<Vec<u8>, TokenError> {
        let ask = Ask::Sign {
            slot: token.slot,
            certificate: Bytes(certificate.to_vec()),
            mechanism,
            message: Bytes(message.to_vec()),
        };
        match self.ask(ask)? {
            Answer::Signature(signature) => Ok(signature.0),
            _ => Err(self.nonsense()),
        }
    }

    fn nonsense(&mut self) -> TokenError {
        self.stop();
        TokenError::Nonsense
    }

    /// Asks a running helper, starting one where none runs.
    fn ask(&mut self, ask: Ask) -> Result<Answer, TokenError> {
        if self.running.is_none() {
            self.running = Some(Running::start(&self.program)?);
            let opened = self.exchange(Ask::Open { module: self.module.clone() })?;
            if !matches!(opened, Answer::Opened) {
                return Err(self.nonsense());
            }
        }
        self.exchange(ask)
    }

    fn exchange(&mut self, ask: Ask) -> Result<Answer, TokenError> {
        let running = self.running.as_mut().ok_or(TokenError::Crashed)?;
        let reply = running.exchange(ask, self.patience);
        let answer = match reply {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(fault)) => self.told(fault),
            Err(Broken::Silent) => TokenError::Hung(self.patience.as_secs()),
            Err(Broken::Ended) => TokenError::Crashed,
            Err(Broken::Noise) => TokenError::Nonsense,
        };
        // After these the session is still what it was.
        let is_sound = matches!(
            answer,
            TokenError::WrongPin(_)
                | TokenError::Locked
                | TokenError::PinForm
                | TokenError::NotLoggedIn
                | TokenError::NoKey
        );
        if !is_sound {
            self.stop();
        }
        Err(answer)
    }

    fn told(&self, fault: Fault) -> TokenError {
        match fault {
            Fault::NotAModule => TokenError::NotAModule(self.module.clone()),
            Fault::Gone => TokenError::Gone,
            Fault::WrongPin(state) => TokenError::WrongPin(state),
            Fault::Locked => TokenError::Locked,
            Fault::PinForm => TokenError::PinForm,
            Fault::NotLoggedIn => TokenError::NotLoggedIn,
            Fault::NoKey => TokenError::NoKey,
            Fault::Nonsense => TokenError::Nonsense,
            Fault::Module(what) => TokenError::Module(what),
        }
    }

    /// Ends the helper; the session with its PIN is over.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop();
        }
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        self.stop();
    }
}

/// How a helper fails to answer.
enum Broken {
    Silent,
    Ended,
    Noise,
}

impl Running {
    fn start(program: &Path) -> Result<Self, TokenError> {
        let mut command = Command::new(program);
        // What modules write to standard error may hold anything; nobody keeps it.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let missing = |_| TokenError::NoHelper(program.to_owned());
        let mut child = command.spawn().map_err(missing)?;
        let input = child.stdin.take();
        let output = child.stdout.take().ok_or(TokenError::Crashed)?;
        let (sender, lines) = sync_channel(16);
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let mut line = Vec::new();
                let read = output.by_ref().take(MAX_REPLY as u64).read_until(b'\n', &mut line);
                let whole = matches!(read, Ok(length) if length > 0) && line.ends_with(b"\n");
                if !whole || sender.send(line).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, input, lines, next: 0 })
    }

    fn exchange(&mut self, ask: Ask, patience: Duration) -> Result<Result<Answer, Fault>, Broken> {
        self.next += 1;
        // Room beforehand: a buffer that grows leaves a copy of the PIN behind.
        let mut line = Zeroizing::new(Vec::with_capacity(64 << 10));
        serde_json::to_writer(&mut *line, &Request { number: self.next, ask })
            .map_err(|_| Broken::Noise)?;
        line.push(b'\n');
        let input = self.input.as_mut().ok_or(Broken::Ended)?;
        input.write_all(&line).and_then(|()| input.flush()).map_err(|_| Broken::Ended)?;
        let end = Instant::now() + patience;
        for _ in 0..MAX_NOISE {
            let left = end.saturating_duration_since(Instant::now());
            let line = match self.lines.recv_timeout(left) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => return Err(Broken::Silent),
                Err(RecvTimeoutError::Disconnected) => return Err(Broken::Ended),
            };
            if let Ok(reply) = serde_json::from_slice::<Reply>(&line)
                && reply.number == self.next
            {
                return Ok(reply.answer);
            }
        }
        Err(Broken::Noise)
    }

    fn stop(mut self) {
        // A closed pipe asks it to end; a module that hangs does not hear.
        self.input = None;
        let end = Instant::now() + FAREWELL;
        let mut left = FAREWELL;
        while self.lines.recv_timeout(left).is_ok() {
            left = end.saturating_duration_since(Instant::now());
        }
        // It has gone already, or is ended now; neither can be told to anybody.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// For which kind of process a library is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bits {
    Own,
    ThirtyTwo,
}

impl Bits {
    /// From the head of an ELF or PE file: a library of the other kind cannot be loaded at all.
    fn of(module: &Path) -> Result<Self, TokenError> {
        let missing = |_| TokenError::NoModule(module.to_owned());
        let mut head = Vec::new();
        let file = std::fs::File::open(module).map_err(missing)?;
        file.take(4096).read_to_end(&mut head).map_err(missing)?;
        let wrong = || TokenError::NotAModule(module.to_owned());
        let is_narrow = match head.get(..5).ok_or_else(wrong)? {
            b"\x7fELF\x01" => true,
            [b'M', b'Z', ..] => {
                let at = head.get(0x3C..0x40).and_then(|at| at.try_into().ok());
                let at = u32::from_le_bytes(at.ok_or_else(wrong)?) as usize;
                // IMAGE_FILE_MACHINE_I386
                head.get(at + 4..at + 6).ok_or_else(wrong)? == [0x4C, 0x01]
            }
            _ => false,
        };
        let own = cfg!(target_pointer_width = "32");
        Ok(if is_narrow && !own { Self::ThirtyTwo } else { Self::Own })
    }
}
