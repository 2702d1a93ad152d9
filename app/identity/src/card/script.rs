//! A chip that answers from a list, for tests.
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;

use super::{Channel, Limits, Protocol, Transport};
use crate::error::ReadError;

/// Answers, and the commands it was sent.
#[derive(Default)]
pub struct Script {
    pub answers: VecDeque<Result<Vec<u8>, ReadError>>,
    pub sent: Vec<String>,
    pub protocol: Protocol,
    pub extended: bool,
}

impl Script {
    /// Answers in hexadecimal.
    pub fn new(answers: &[&str]) -> Self {
        Self::with(answers.iter().map(|a| Ok(hex::decode(a).unwrap())).collect())
    }

    pub fn with(answers: Vec<Result<Vec<u8>, ReadError>>) -> Self {
        Self { answers: answers.into(), ..Self::default() }
    }

    pub fn channel(&mut self) -> Channel<'_> {
        Channel::new(self, Limits::default())
    }
}

impl Transport for Script {
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, ReadError> {
        self.sent.push(hex::encode_upper(apdu));
        self.answers.pop_front().unwrap_or(Err(ReadError::CardLost))
    }

    fn protocol(&self) -> Protocol {
        self.protocol
    }

    fn extended_length(&self) -> bool {
        self.extended
    }
}
