//! A chip that answers from a list, for tests.
#![allow(clippy::unwrap_used)]

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{Channel, Transport};
use crate::error::ReadError;

/// Answers in hexadecimal, and the commands it was sent.
pub struct Script {
    answers: VecDeque<Vec<u8>>,
    pub sent: Vec<String>,
}

impl Script {
    pub fn new(answers: &[&str]) -> Self {
        Self { answers: answers.iter().map(|a| hex::decode(a).unwrap()).collect(), sent: vec![] }
    }

    pub fn channel(&mut self) -> Channel<'_> {
        Channel::new(self, Instant::now() + Duration::from_secs(5))
    }
}

impl Transport for Script {
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, ReadError> {
        self.sent.push(hex::encode_upper(apdu));
        self.answers.pop_front().ok_or(ReadError::CardLost)
    }
}
