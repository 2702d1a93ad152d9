//! A signing token is tried off the window's thread: its module may take ten seconds to open.

use std::path::PathBuf;

use iced::Task;
use token::TokenError;
use tokio::task::spawn_blocking;

use super::{notice::Notice, screen::devices};
use crate::signing::Signer;

/// Looks through the tokens of a module, or of the usual one.
pub fn try_token(module: Option<PathBuf>) -> Task<devices::Message> {
    let look = move || -> Result<Vec<String>, TokenError> {
        let found = Signer::new(module)?.choices()?;
        Ok(found.iter().map(|choice| format!("{}. {}", choice.name(), choice.detail())).collect())
    };
    Task::future(async move { spawn_blocking(look).await }).map(|found| {
        let found = found.unwrap_or(Err(TokenError::Crashed));
        devices::Message::TokenFound(found.map_err(|error| Notice::error(&error)))
    })
}
