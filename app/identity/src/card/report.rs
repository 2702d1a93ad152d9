//! What the PC/SC service tells of its readers without touching a card: for diagnostics.

use std::time::Duration;

use pcsc::{Error, ReaderState, State};

use super::pcsc::{context, reader_names};
use crate::error::ReadError;

/// A reader that is plugged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Its name with the service.
    pub name: String,
    /// The answer to reset of the card on it: the card's kind, nothing of its holder.
    pub atr: Option<Vec<u8>>,
}

/// The readers with the cards on them.
///
/// # Errors
/// [`ReadError::NoService`] and others where the service does not answer.
pub fn report() -> Result<Vec<Reader>, ReadError> {
    let context = match context() {
        // A service that sleeps without readers.
        Err(ReadError::NoReader) => return Ok(Vec::new()),
        context => context?,
    };
    let names = reader_names(&context)?;
    let mut states: Vec<ReaderState> =
        names.into_iter().map(|name| ReaderState::new(name, State::UNAWARE)).collect();
    if states.is_empty() {
        return Ok(Vec::new());
    }
    match context.get_status_change(Duration::ZERO, &mut states) {
        Ok(()) | Err(Error::Timeout) => {}
        Err(error) => return Err(error.into()),
    }
    let reader = |state: &ReaderState| Reader {
        name: state.name().to_string_lossy().into_owned(),
        atr: state.event_state().contains(State::PRESENT).then(|| state.atr().to_vec()),
    };
    Ok(states.iter().map(reader).collect())
}
