//! How commands reach a chip.
//!
//! A [`Transport`] moves bytes; [`Channel`] adds what every protocol above needs: the T=0 status words
//! 61xx and 6Cxx, secure messaging once it is agreed, the counters for the reading's report, and the
//! limits of time and the user's stop, which are checked between any two APDUs.
//!
//! Time is limited by progress, not by the whole: a slow reader with a large photo is waited for, a chip
//! that stands still or gives crumbs is not.
//!
//! Two things of the reader are taken in here so that nobody above sees them: another program that holds
//! the card is waited for, and a command of extended length that the reader does not carry is tried once
//! more. If that fails too the channel says [`Fault::LongRefused`], and short lengths are to be used.

pub mod file;
mod pcsc;
mod report;
#[cfg(test)]
pub(crate) mod script;
mod watch;

use std::time::{Duration, Instant};

use crate::{
    apdu::{Command, Response},
    error::{Fault, ReadError},
    messaging::SecureMessaging,
};

pub use pcsc::{PcscCard, readers, wait_for_card};
pub use report::{Reader, report};
pub use watch::{Change, Stop, Watcher};

/// Most bytes that one answer may have after all its parts are joined.
const MAX_ANSWER: usize = 66_000;
/// Most GET RESPONSE rounds of one command.
const MAX_ROUNDS: usize = 300;
/// Largest answer that is asked for in extended length. Chips take up to 65,536; drivers keep frames of
/// that size for answer and header together, so a little less is asked.
const LARGEST_EXTENDED: u32 = 65_000;

/// How long another program may hold the card.
pub const BUSY_LIMIT: Duration = Duration::from_secs(5);
/// Between two looks at a card that another program holds.
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// How a reading's time is limited.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest time without progress.
    pub stall: Duration,
    /// Longest time in all, however well it goes on: whoever made the chip decides over the rest.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { stall: Duration::from_secs(20), whole: Duration::from_secs(180) }
    }
}

/// Transmission protocol between reader and chip (ISO 7816-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// Octets: data go one way in one exchange, and no length is extended.
    T0,
    /// Blocks, contact or contactless.
    #[default]
    T1,
}

/// Carries APDUs to one chip.
pub trait Transport {
    /// Sends a command APDU and returns the whole response APDU, status word included.
    ///
    /// Errors: [`ReadError::CardLost`] when the chip or reader is gone, [`ReadError::ReaderBusy`] while
    /// another program holds the card, [`ReadError::Unreadable`] with [`Fault::NotTransacted`] for a
    /// command that did not reach a card that is still there, with [`Fault::Reader`] for other failures
    /// of the reader.
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, ReadError>;

    /// The protocol in use.
    fn protocol(&self) -> Protocol {
        Protocol::T1
    }

    /// Whether chip and reader take extended lengths (ISO 7816-4, 5.1).
    fn extended_length(&self) -> bool {
        false
    }
}

/// What a reading cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Command APDUs sent.
    pub apdus: u32,
    /// Bytes of commands and responses together.
    pub bytes: u64,
}

/// State of the protected channel.
enum Protection {
    /// Not agreed yet.
    Plain,
    On(Box<SecureMessaging>),
    /// Broken: nothing may be sent, above all not in plain, until the chip is opened again.
    Lost,
}

/// Tells the time.
type Clock<'t> = &'t dyn Fn() -> Instant;

/// One chip under one reading.
pub struct Channel<'t> {
    transport: &'t mut dyn Transport,
    protection: Protection,
    counters: Counters,
    limits: Limits,
    clock: Clock<'t>,
    begun: Instant,
    progressed: Instant,
    /// Asked before each APDU.
    stopped: Option<&'t dyn Fn() -> bool>,
    extended: bool,
    protocol: Protocol,
    /// The chip has answered under the present keys.
    answered: bool,
}

impl<'t> Channel<'t> {
    /// A plain channel whose time begins now.
    pub fn new(transport: &'t mut dyn Transport, limits: Limits) -> Self {
        Self::timed(transport, limits, &Instant::now)
    }

    /// The same by another clock.
    pub(crate) fn timed(
        transport: &'t mut dyn Transport,
        limits: Limits,
        clock: Clock<'t>,
    ) -> Self {
        let (protocol, now) = (transport.protocol(), clock());
        let extended = transport.extended_length() && protocol == Protocol::T1;
        Self {
            transport,
            protection: Protection::Plain,
            counters: Counters::default(),
            limits,
            clock,
            begun: now,
            progressed: now,
            stopped: None,
            extended,
            protocol,
            answered: false,
        }
    }

    /// Something worth its time was done: the time without progress begins anew.
    pub fn progress(&mut self) {
        self.progressed = (self.clock)();
    }

    /// Sends nothing more once `stopped` says so.
    pub fn stop_when(&mut self, stopped: &'t dyn Fn() -> bool) {
        self.stopped = Some(stopped);
    }

    /// From here on everything is protected.
    pub fn protect(&mut self, secure: SecureMessaging) {
        self.protection = Protection::On(Box::new(secure));
        self.answered = false;
    }

    /// Whether the chip has given a right answer under the keys of the last [`Channel::protect`].
    pub fn has_answered(&self) -> bool {
        self.answered
    }

    /// Forgets the protected channel, to open the chip anew.
    pub fn unprotect(&mut self) {
        self.protection = Protection::Plain;
    }

    /// Whether secure messaging is on.
    pub fn is_protected(&self) -> bool {
        matches!(self.protection, Protection::On(_))
    }

    /// The costs so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// The largest useful response length: what fits one answer with its protection around it.
    pub fn largest_response(&self) -> u32 {
        match &self.protection {
            Protection::On(secure) => secure.largest_payload(self.largest_answer()),
            _ => self.largest_answer(),
        }
    }

    /// The largest answer of the transport, protection included.
    fn largest_answer(&self) -> u32 {
        if self.extended { LARGEST_EXTENDED } else { 256 }
    }

    /// Whether extended lengths are in use.
    pub fn takes_extended_length(&self) -> bool {
        self.extended
    }

    /// Uses short lengths from here on; false if it did already.
    pub fn give_up_extended_length(&mut self) -> bool {
        std::mem::replace(&mut self.extended, false)
    }

    /// Sends one command, protected if secure messaging is on, and returns the plain response. After a
    /// false answer the channel is lost and refuses to send.
    pub fn send(&mut self, command: &Command) -> Result<Response, ReadError> {
        match std::mem::replace(&mut self.protection, Protection::Lost) {
            Protection::Plain => {
                self.protection = Protection::Plain;
                self.exchange(command)
            }
            Protection::On(mut secure) => {
                let protected = secure.protect(command, self.largest_answer())?;
                let answer = self.exchange(&protected)?;
                let plain = secure.unprotect(answer)?;
                self.answered = true;
                self.protection = Protection::On(secure);
                Ok(plain)
            }
            Protection::Lost => Err(Fault::Mac.into()),
        }
    }

    /// One command at the transport's level, with its rounds: 6Cxx asks for another length once, 61xx
    /// announces more. Over T=0 a command that carries data has no Le, and its answer is asked for apart
    /// (ISO 7816-3, 12.2.1).
    fn exchange(&mut self, command: &Command) -> Result<Response, ReadError> {
        let one_way = self.protocol == Protocol::T0 && !command.data.is_empty();
        let mut next = command.clone();
        if one_way {
            next.expected = None;
        }
        let mut data = Vec::new();
        for _ in 0..=MAX_ROUNDS {
            let mut part = self.transmit(&next)?;
            if let (0x6C, exact, []) = (part.status.0 >> 8, part.status.length(), &part.data[..]) {
                let again = if next.data.is_empty() || !one_way {
                    next.expect(exact)
                } else {
                    get_response(exact)
                };
                part = self.transmit(&again)?;
            }
            data.extend(part.data);
            if part.status.0 >> 8 != 0x61 {
                return Ok(Response { data, status: part.status });
            }
            if data.len() > MAX_ANSWER {
                break;
            }
            next = get_response(part.status.length());
        }
        Err(Fault::TooLarge.into())
    }

    fn transmit(&mut self, command: &Command) -> Result<Response, ReadError> {
        let (apdu, is_long) = (command.to_bytes(), command.is_extended());
        let mut repeated = false;
        let mut busy_until = None;
        loop {
            self.may_go_on()?;
            match self.transport.transmit(&apdu) {
                Ok(answer) => {
                    self.counters.apdus += 1;
                    self.counters.bytes += (apdu.len() + answer.len()) as u64;
                    return Response::parse(answer);
                }
                Err(ReadError::ReaderBusy) => {
                    let now = (self.clock)();
                    if now >= *busy_until.get_or_insert(now + BUSY_LIMIT) {
                        return Err(ReadError::ReaderBusy);
                    }
                    std::thread::sleep(BUSY_PAUSE);
                }
                Err(ReadError::Unreadable(Fault::NotTransacted | Fault::Reader)) if is_long => {
                    if std::mem::replace(&mut repeated, true) {
                        return Err(Fault::LongRefused.into());
                    }
                }
                // Drivers report a card that was pulled so.
                Err(ReadError::Unreadable(Fault::NotTransacted)) => {
                    return Err(ReadError::CardLost);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn may_go_on(&self) -> Result<(), ReadError> {
        let now = (self.clock)();
        let stalled = now.saturating_duration_since(self.progressed) >= self.limits.stall;
        if stalled || now.saturating_duration_since(self.begun) >= self.limits.whole {
            return Err(ReadError::Timeout);
        }
        if self.stopped.is_some_and(|stopped| stopped()) {
            return Err(ReadError::Cancelled);
        }
        Ok(())
    }
}

fn get_response(length: u32) -> Command {
    Command::new(0, 0xC0, 0, 0).expect(length)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{script::Script, *};
    use crate::cipher::Cipher;

    fn run(answers: &[&str], command: Command) -> (Result<Response, ReadError>, Vec<String>) {
        let mut script = Script::new(answers);
        let result = script.channel().send(&command);
        (result, script.sent)
    }

    #[test]
    fn t0_status_words_are_followed() {
        let (result, sent) =
            run(&["6C05", "01020304059000"], Command::new(0, 0xB0, 0, 0).expect(256));
        assert_eq!(result.unwrap().ok().unwrap(), [1, 2, 3, 4, 5]);
        assert_eq!(sent, ["00B0000000", "00B0000005"]);
        let (result, sent) = run(&["6102", "01026101", "039000"], Command::new(0, 0xB0, 0, 0));
        assert_eq!(result.unwrap().ok().unwrap(), [1, 2, 3]);
        assert_eq!(sent[1..], ["00C0000002", "00C0000001"]);
    }

    #[test]
    fn a_card_that_never_ends_is_left() {
        let endless = vec!["6101"; 1000];
        let (result, sent) = run(&endless, Command::new(0, 0xB0, 0, 0));
        assert_eq!(result.err(), Some(Fault::TooLarge.into()));
        assert!(sent.len() < 400);
        let (result, _) = run(&["6C05", "6C06"], Command::new(0, 0xB0, 0, 0).expect(1));
        assert_eq!(result.unwrap().ok(), Err(Fault::Status(0x6C06).into()));
        for short in ["", "90"] {
            let (result, _) = run(&[short], Command::new(0, 0xB0, 0, 0));
            assert_eq!(result.err(), Some(Fault::Format.into()));
        }
    }

    const SECOND: Duration = Duration::from_secs(1);

    /// A chip that takes a second for each answer, on a clock of its own.
    fn slow(answers: usize, progress: bool, limits: Limits) -> (usize, Option<ReadError>) {
        let mut script = Script::new(&vec!["9000"; answers]);
        let (start, asked) = (Instant::now(), std::cell::Cell::new(0));
        let clock = || start + SECOND * asked.get();
        let mut channel = Channel::timed(&mut script, limits, &clock);
        for _ in 0..answers {
            if let Err(error) = channel.send(&Command::new(0, 0x84, 0, 0)) {
                drop(channel);
                return (script.sent.len(), Some(error));
            }
            asked.set(asked.get() + 1);
            if progress {
                channel.progress();
            }
        }
        drop(channel);
        (script.sent.len(), None)
    }

    #[test]
    fn time_is_limited_by_progress() {
        let limits = Limits { stall: 20 * SECOND, whole: 180 * SECOND };
        assert_eq!(slow(150, true, limits), (150, None), "always going on");
        assert_eq!(slow(150, false, limits), (20, Some(ReadError::Timeout)), "standing still");
        assert_eq!(slow(500, true, limits), (180, Some(ReadError::Timeout)), "without an end");
        let none = Limits { stall: Duration::ZERO, ..limits };
        assert_eq!(slow(1, true, none), (0, Some(ReadError::Timeout)));
    }

    /// ISO 7816-3: a command with data goes without Le, and the answer is fetched.
    #[test]
    fn over_t0_answers_are_fetched() {
        let both = || Command::new(0, 0x88, 0, 0).with([7, 7]).expect(256);
        let read = || Command::new(0, 0xB0, 0, 0).expect(256);
        for (command, answers, sent, data) in [
            (
                both(),
                &["6103", "0102039000"][..],
                &["00880000020707", "00C0000003"][..],
                &[1, 2, 3][..],
            ),
            (both(), &["6C02", "01029000"], &["00880000020707", "00C0000002"], &[1, 2]),
            (
                both(),
                &["6100", "6C02", "01029000"],
                &["00880000020707", "00C0000000", "00C0000002"],
                &[1, 2],
            ),
            (
                both(),
                &["6102", "01026101", "039000"],
                &["00880000020707", "00C0000002", "00C0000001"],
                &[1, 2, 3],
            ),
            (both(), &["9000"], &["00880000020707"], &[]),
            (read(), &["6C02", "01029000"], &["00B0000000", "00B0000002"], &[1, 2]),
        ] {
            let mut script = Script { protocol: Protocol::T0, ..Script::new(answers) };
            let read = script.channel().send(&command).unwrap().ok().unwrap();
            assert_eq!(
                (&read[..], &script.sent[..]),
                (data, &sent.iter().map(|apdu| (*apdu).to_owned()).collect::<Vec<_>>()[..])
            );
        }
        // No extended length fits T=0, whatever the reader says.
        let mut script =
            Script { protocol: Protocol::T0, extended: true, ..Script::new(&["9000"]) };
        assert!(!script.channel().takes_extended_length());
    }

    #[test]
    fn a_reader_that_carries_no_long_command() {
        let long = || Command::new(0, 0xB0, 0, 0).expect(1000);
        let short = || Command::new(0, 0xB0, 0, 0).expect(100);
        let refuses = |fault: Fault| Err(fault.into());
        let good = || Ok(vec![0x90, 0]);
        for (command, answers, expected) in [
            (long(), vec![refuses(Fault::NotTransacted), good()], Ok(())),
            (
                long(),
                vec![refuses(Fault::NotTransacted), refuses(Fault::NotTransacted)],
                Err(Fault::LongRefused.into()),
            ),
            (
                long(),
                vec![refuses(Fault::Reader), refuses(Fault::Reader)],
                Err(Fault::LongRefused.into()),
            ),
            (
                long(),
                vec![refuses(Fault::Reader), Err(ReadError::CardLost)],
                Err(ReadError::CardLost),
            ),
            // A short command that does not arrive is a card that went.
            (short(), vec![refuses(Fault::NotTransacted)], Err(ReadError::CardLost)),
            (short(), vec![refuses(Fault::Reader)], Err(Fault::Reader.into())),
        ] {
            let mut script = Script::with(answers);
            script.extended = true;
            let result = script.channel().send(&command).map(drop);
            assert_eq!(result, expected, "{:?}", script.sent);
            assert!(script.answers.is_empty());
        }
    }

    /// Another program lets go after a while, or does not; the clerk may stop the wait.
    #[test]
    fn a_card_that_is_held_by_another_program_is_waited_for() {
        let busy = |times: usize| vec![Err(ReadError::ReaderBusy); times];
        for (answers, stops, expected) in [
            (2, false, Ok(())),
            (40, false, Err(ReadError::ReaderBusy)),
            (40, true, Err(ReadError::Cancelled)),
        ] {
            let mut script = Script::with([busy(answers), vec![Ok(vec![0x90, 0])]].concat());
            let (start, asked) = (Instant::now(), std::cell::Cell::new(0));
            let clock = || {
                asked.set(asked.get() + 1);
                start + SECOND * asked.get() / 2
            };
            let stopped = || stops && asked.get() > 4;
            let mut channel = Channel::timed(&mut script, Limits::default(), &clock);
            channel.stop_when(&stopped);
            assert_eq!(channel.send(&Command::new(0, 0x84, 0, 0)).map(drop), expected);
        }
    }

    #[test]
    fn a_broken_channel_sends_nothing_more() {
        let key = || zeroize::Zeroizing::new(vec![1; 16]);
        let mut script = Script::new(&["9000", "9000"]);
        let mut channel = script.channel();
        channel.protect(SecureMessaging::new(Cipher::Aes128, key(), key(), vec![0; 16]));
        let command = Command::new(0, 0xB0, 0, 0).expect(4);
        assert_eq!(channel.send(&command).err(), Some(Fault::Unprotected(0x9000).into()));
        assert_eq!(channel.send(&command).err(), Some(Fault::Mac.into()));
        channel.unprotect();
        assert!(channel.send(&command).is_ok());
        assert_eq!(script.sent.len(), 2);
    }
}
