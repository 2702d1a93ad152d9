//! Readings of a virtual chip in process, for every test of this crate.
#![allow(dead_code, clippy::unwrap_used)]

use std::ops::ControlFlow;

use identity::{
    ReadError,
    access::Keys,
    card::Transport,
    reading::{self, Progress, Reading},
    trust::Trust,
};
use jiff::civil::{Date, date};
use office::person::PersonalNumber;
use virtual_card::{
    Access, Card, Cipher, Curve, Options, Pace, Person, csca_der, publish::Revocations,
};

pub const TODAY: Date = date(2026, 11, 23);

/// What a test does to one APDU on its way: gives its own answer, or lets the card answer.
pub type Tamper = Box<dyn FnMut(&[u8]) -> Option<Result<Vec<u8>, ReadError>>>;

pub struct InProcess {
    pub card: Card,
    pub extended: bool,
    pub tamper: Tamper,
}

impl InProcess {
    pub fn new(card: Card, extended: bool) -> Self {
        Self { card, extended, tamper: Box::new(|_| None) }
    }

    pub fn read(&mut self, keys: &Keys, trust: &Trust) -> Result<Reading, ReadError> {
        let mut go_on = |_: Progress| ControlFlow::Continue(());
        reading::read(self, keys, trust, TODAY, &mut go_on)
    }
}

impl Transport for InProcess {
    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, ReadError> {
        if let Some(answer) = (self.tamper)(apdu) {
            return answer;
        }
        let answer = self.card.respond(apdu);
        if self.card.present() { Ok(answer) } else { Err(ReadError::CardLost) }
    }

    fn extended_length(&self) -> bool {
        self.extended
    }
}

pub fn number(person: &Person) -> PersonalNumber {
    PersonalNumber::parse(person.number).unwrap()
}

pub fn mrz_keys(options: &Options) -> Keys {
    Keys::mrz(&options.mrz()).unwrap()
}

/// The card's country signer and its newest revocation list.
pub fn trust(options: &Options) -> Trust {
    let mut trust = Trust::none();
    assert_eq!(trust.add(&csca_der(options.signing.issuer)), 1);
    let revocations = Revocations::usual(options.signing.issuer, options.signing.signer);
    assert_eq!(trust.add(&revocations.der()), 1);
    trust
}

/// Reads the card and gives it back with its log.
pub fn read_with(
    options: Options,
    keys: &Keys,
    trust: &Trust,
    extended: bool,
) -> (Result<Reading, ReadError>, Card) {
    read_on(TODAY, options, keys, trust, extended)
}

pub fn read_on(
    today: Date,
    options: Options,
    keys: &Keys,
    trust: &Trust,
    extended: bool,
) -> (Result<Reading, ReadError>, Card) {
    let mut transport = InProcess::new(Card::new(options), extended);
    let mut go_on = |_: Progress| ControlFlow::Continue(());
    let result = reading::read(&mut transport, keys, trust, today, &mut go_on);
    (result, transport.card)
}

pub fn read(options: Options) -> Result<Reading, ReadError> {
    let (keys, trust) = (mrz_keys(&options), trust(&options));
    read_with(options, &keys, &trust, false).0
}

pub fn pace(curve: Curve, cipher: Cipher) -> Pace {
    Pace { curve, cipher }
}

pub fn both() -> Access {
    Access::Both(pace(Curve::P256, Cipher::Aes128))
}
