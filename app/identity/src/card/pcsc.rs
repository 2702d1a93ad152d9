//! Readers and cards of the operating system's PC/SC service (pcscd, WinSCard).

use std::{
    ffi::{CStr, CString},
    ops::ControlFlow,
    time::{Duration, Instant},
};

use pcsc::{Card, Context, Error, Protocols, ReaderState, Scope, ShareMode, State};

use super::{BUSY_LIMIT, Protocol, Transport};
use crate::error::{Fault, ReadError};

/// Whether the system stops the service when the last reader is unplugged, and starts it with the next
/// one: Windows does since version 8. A service that is not there then is no fault to be mended.
const SLEEPS_WITHOUT_READERS: bool = cfg!(windows);

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        told(error, SLEEPS_WITHOUT_READERS)
    }
}

fn told(error: Error, sleeps_without_readers: bool) -> ReadError {
    match error {
        Error::NoService | Error::ServiceStopped if sleeps_without_readers => ReadError::NoReader,
        Error::NoService | Error::ServiceStopped => ReadError::NoService,
        Error::NoReadersAvailable | Error::UnknownReader => ReadError::NoReader,
        Error::NoSmartcard | Error::UnpoweredCard | Error::UnresponsiveCard => ReadError::NoCard,
        Error::SharingViolation => ReadError::ReaderBusy,
        Error::RemovedCard | Error::ResetCard | Error::ReaderUnavailable | Error::InvalidHandle => {
            ReadError::CardLost
        }
        Error::Cancelled => ReadError::Cancelled,
        _ => ReadError::Unreadable(Fault::Reader),
    }
}

/// A service may report a card before it answers: how long to wait before another try.
const POWER_UP: Duration = Duration::from_millis(200);

/// A connection to the service; each thread takes its own.
pub(super) fn context() -> Result<Context, ReadError> {
    Context::establish(Scope::User).map_err(ReadError::from)
}

pub(super) fn reader_names(context: &Context) -> Result<Vec<CString>, ReadError> {
    match context.list_readers_owned() {
        Err(Error::NoReadersAvailable) => Ok(Vec::new()),
        other => Ok(other?),
    }
}

/// The names of the readers that are plugged in; empty when there is none.
pub fn readers() -> Result<Vec<String>, ReadError> {
    let names = match context().and_then(|context| reader_names(&context)) {
        Err(ReadError::NoReader) => Vec::new(),
        names => names?,
    };
    Ok(names.iter().map(|n| n.to_string_lossy().into_owned()).collect())
}

/// Waits until a card lies on a reader and connects to it. `reader` names one reader, exactly or by a
/// part of its name; otherwise the first reader that holds a card is taken. A card that another program
/// holds is waited for; `held` is told of it time and again, and may end the wait.
///
/// Errors: [`ReadError::NoReader`] at once when no such reader exists, [`ReadError::NoCard`] after
/// `timeout`, [`ReadError::ReaderBusy`] after [`BUSY_LIMIT`], [`ReadError::Cancelled`],
/// [`ReadError::NoService`].
pub fn wait_for_card(
    reader: Option<&str>,
    timeout: Duration,
    held: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<PcscCard, ReadError> {
    let context = context()?;
    let mut names = reader_names(&context)?;
    if let Some(wanted) = reader {
        names.retain(|n| n.to_string_lossy().contains(wanted));
    }
    if names.is_empty() {
        return Err(ReadError::NoReader);
    }
    let mut patience = Patience::new(Instant::now(), timeout);
    let mut states: Vec<_> =
        names.into_iter().map(|n| ReaderState::new(n, State::UNAWARE)).collect();
    loop {
        match context.get_status_change(patience.next_wait(Instant::now()), &mut states) {
            Ok(()) | Err(Error::Timeout) => {}
            Err(error) => return Err(error.into()),
        }
        patience.refused = None;
        for state in &mut states {
            if state.event_state().contains(State::PRESENT)
                && !state.event_state().contains(State::MUTE)
            {
                match open(&context, state.name()) {
                    Err(
                        error @ (ReadError::NoCard | ReadError::CardLost | ReadError::ReaderBusy),
                    ) => patience.note(error, Instant::now()),
                    other => return other,
                }
            }
            state.sync_current_state();
        }
        if patience.refused == Some(ReadError::ReaderBusy) && held().is_break() {
            return Err(ReadError::Cancelled);
        }
        if let Some(error) = patience.end(Instant::now()) {
            return Err(error);
        }
    }
}

/// How long a card is waited for.
struct Patience {
    deadline: Instant,
    /// When another program was first seen to hold the card.
    held_since: Option<Instant>,
    /// Why the last look gave no card though one is there.
    refused: Option<ReadError>,
}

impl Patience {
    fn new(now: Instant, timeout: Duration) -> Self {
        Self { deadline: now + timeout, held_since: None, refused: None }
    }

    /// Notes why the card that is there cannot be had. A held card outweighs one that is not ready.
    fn note(&mut self, error: ReadError, now: Instant) {
        if error == ReadError::ReaderBusy {
            let since = *self.held_since.get_or_insert(now);
            self.deadline = self.deadline.max(since + BUSY_LIMIT);
        }
        if self.refused != Some(ReadError::ReaderBusy) {
            self.refused = Some(error);
        }
    }

    /// How long to wait for the next event: a refusal is none, so the card is looked at again soon.
    fn next_wait(&self, now: Instant) -> Duration {
        let left = self.deadline.saturating_duration_since(now);
        if self.refused.is_some() { left.min(POWER_UP) } else { left }
    }

    /// Why the wait is over, if it is.
    fn end(&self, now: Instant) -> Option<ReadError> {
        let busy = self.refused == Some(ReadError::ReaderBusy);
        let error = if busy { ReadError::ReaderBusy } else { ReadError::NoCard };
        (now >= self.deadline).then_some(error)
    }
}

fn open(context: &Context, reader: &CStr) -> Result<PcscCard, ReadError> {
    let card = context.connect(reader, ShareMode::Shared, Protocols::T0 | Protocols::T1)?;
    let status = card.status2_owned().ok();
    let atr = status.as_ref().map(|s| s.atr().to_vec()).unwrap_or_default();
    let protocol = match status.and_then(|s| s.protocol2()) {
        Some(pcsc::Protocol::T0) => Protocol::T0,
        _ => Protocol::T1,
    };
    let extended = card_takes_extended_length(&atr).unwrap_or(true)
        && largest_apdu(&card).is_some_and(|size| size >= 65_536);
    Ok(PcscCard {
        card,
        reader: reader.to_string_lossy().into_owned(),
        protocol,
        extended,
        buffer: vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED],
    })
}

/// A card on a reader. Dropping it resets the card, which ends its protected channel.
pub struct PcscCard {
    card: Card,
    reader: String,
    protocol: Protocol,
    extended: bool,
    buffer: Vec<u8>,
}

impl PcscCard {
    /// The reader's name.
    pub fn reader(&self) -> &str {
        &self.reader
    }

    /// Whether the service still knows the card.
    fn is_there(&self) -> bool {
        self.card.status2_owned().is_ok()
    }
}

impl Transport for PcscCard {
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, ReadError> {
        match self.card.transmit(apdu, &mut self.buffer).map(<[u8]>::to_vec) {
            // No chip answers nothing: the driver had nobody left to ask.
            Ok(answer) if answer.is_empty() => Err(ReadError::CardLost),
            Ok(answer) => Ok(answer),
            // Drivers report a card that was pulled as any of these, and some a command that they do not
            // carry as the first two.
            Err(Error::CommError | Error::NotTransacted) if self.is_there() => {
                Err(Fault::NotTransacted.into())
            }
            Err(
                Error::NoSmartcard | Error::CommError | Error::NotTransacted | Error::UnpoweredCard,
            ) => Err(ReadError::CardLost),
            Err(error) => Err(error.into()),
        }
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn extended_length(&self) -> bool {
        self.extended
    }
}

/// The reader's largest APDU (PC/SC part 10, 2.6.14: the feature "TLV properties" and its property
/// `dwMaxAPDUDataSize`); `None` if the driver does not tell.
fn largest_apdu(card: &Card) -> Option<u32> {
    const GET_FEATURES: u32 = 3400;
    const TLV_PROPERTIES: u8 = 0x12;
    const MAX_APDU_DATA_SIZE: u8 = 0x0A;
    let mut buffer = [0; 1024];
    let features = card.control(pcsc::ctl_code(GET_FEATURES.into()), &[], &mut buffer).ok()?;
    let code = u32::from_be_bytes(*property(features, TLV_PROPERTIES)?.first_chunk()?);
    let properties = card.control(code.into(), &[], &mut buffer).ok()?;
    Some(u32::from_le_bytes(*property(properties, MAX_APDU_DATA_SIZE)?.first_chunk()?))
}

/// One value of a list of tag, length and value with one byte each for tag and length.
fn property(mut list: &[u8], wanted: u8) -> Option<&[u8]> {
    while let [tag, length, rest @ ..] = list {
        let (value, next) = rest.split_at_checked(usize::from(*length))?;
        if *tag == wanted {
            return Some(value);
        }
        list = next;
    }
    None
}

/// Whether the card capabilities in the historical bytes of the ATR (compact TLV 73) say "extended Lc
/// and Le fields" (ISO 7816-4, 12.1.1.9); `None` if the ATR does not tell.
fn card_takes_extended_length(atr: &[u8]) -> Option<bool> {
    historical_bytes(atr).and_then(card_capabilities).map(|third| third & 0x40 != 0)
}

/// ISO 7816-3, 8.2: T0 counts the historical bytes; each TD says which interface bytes follow.
fn historical_bytes(atr: &[u8]) -> Option<&[u8]> {
    let mut indicator = *atr.get(1)?;
    let count = usize::from(indicator & 0x0F);
    let mut at = 2;
    loop {
        let groups = indicator >> 4;
        at += groups.count_ones() as usize;
        if groups & 0x8 == 0 {
            return atr.get(at..at + count);
        }
        indicator = *atr.get(at - 1)?;
    }
}

fn card_capabilities(historical: &[u8]) -> Option<u8> {
    let (category, mut rest) = historical.split_first()?;
    if !matches!(category, 0x00 | 0x80) {
        return None;
    }
    while let Some((&head, tail)) = rest.split_first() {
        let value = tail.get(..usize::from(head & 0x0F))?;
        if head == 0x73 {
            return value.last().copied();
        }
        rest = &tail[value.len()..];
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn extended_length_is_read_from_the_atr() {
        for (atr, extended) in [
            ("3B88800180318065B0850300EF", None),
            ("3B8580018073C821405A", Some(true)),
            ("3B8580018073C821001A", Some(false)),
            ("3B8A80018031B8730000C0000000", Some(true)),
            ("3B", None),
            ("", None),
            ("3BFF", None),
            ("3B0F", None),
        ] {
            let bytes = hex::decode(atr).unwrap();
            assert_eq!(card_takes_extended_length(&bytes), extended, "{atr}");
        }
    }

    /// Windows ends the service with the last reader; elsewhere a missing service is a fault.
    #[test]
    fn a_service_that_sleeps_is_no_reader() {
        for error in [Error::NoService, Error::ServiceStopped] {
            assert_eq!(told(error, true), ReadError::NoReader);
            assert_eq!(told(error, false), ReadError::NoService);
        }
        assert_eq!(told(Error::SharingViolation, true), ReadError::ReaderBusy);
    }

    #[test]
    fn a_held_card_is_waited_for_longer_than_a_missing_one() {
        let start = Instant::now();
        let at = |millis: u64| start + Duration::from_millis(millis);
        let mut patience = Patience::new(start, Duration::from_secs(1));
        assert_eq!(patience.next_wait(start), Duration::from_secs(1));
        assert_eq!(
            (patience.end(at(999)), patience.end(at(1000))),
            (None, Some(ReadError::NoCard))
        );
        patience.note(ReadError::NoCard, at(500));
        assert_eq!(patience.next_wait(at(500)), POWER_UP);
        patience.note(ReadError::ReaderBusy, at(600));
        patience.note(ReadError::CardLost, at(700));
        assert_eq!(patience.next_wait(at(700)), POWER_UP);
        assert_eq!(patience.end(at(5599)), None, "held since 600 ms");
        assert_eq!(patience.end(at(5600)), Some(ReadError::ReaderBusy));
    }

    #[test]
    fn properties_are_found() {
        let list = [0x12, 4, 0x42, 0x33, 0, 0x12, 0x0A, 4, 0, 0, 1, 0, 7, 9];
        assert_eq!(property(&list, 0x0A), Some(&[0, 0, 1, 0][..]));
        assert_eq!(property(&list, 0x12), Some(&[0x42, 0x33, 0, 0x12][..]));
        assert_eq!(property(&list, 0x07), None);
    }

    proptest::proptest! {
        #[test]
        fn any_atr_is_survived(atr in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..40)) {
            card_takes_extended_length(&atr);
        }
    }
}
