//! Opening the chip: basic access control and PACE, the chip's half (ICAO 9303-11, 4.3 and 4.4).

use crate::cipher::Cipher;
use crate::curve::Curve;
use crate::domain::{Domain, Mapping, Suite, mapping_proof, seal_proof};
use crate::fault::Fault;
use crate::messaging::Channel;
use crate::pki::Hash;
use crate::tlv::{find, tlv};

/// Random octets: the system's, or given in advance to replay a published example.
#[derive(Clone, Debug, Default)]
pub struct Random {
    given: std::collections::VecDeque<Vec<u8>>,
}

impl Random {
    /// Hands out `given` piece by piece, then the system's randomness.
    pub fn scripted(given: &[&[u8]]) -> Random {
        Random { given: given.iter().map(|piece| piece.to_vec()).collect() }
    }

    /// The next `length` octets. A given piece must have that very length.
    pub fn next(&mut self, length: usize) -> Vec<u8> {
        let octets = self.given.pop_front().unwrap_or_else(|| {
            let mut octets = vec![0; length];
            getrandom::fill(&mut octets).expect("the system's randomness");
            octets
        });
        assert_eq!(octets.len(), length, "scripted randomness of another length");
        octets
    }

    /// The next secret: of `length` octets, or as given.
    pub fn secret(&mut self, length: usize) -> Vec<u8> {
        let length = self.given.front().map_or(length, Vec::len);
        self.next(length)
    }
}

/// What a protocol step found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The terminal does not know the access key.
    WrongKey,
    /// The data are malformed.
    BadData,
    /// The step does not follow from the one before.
    OutOfOrder,
}

impl Refusal {
    /// Status word of the refusal.
    pub fn status(self) -> u16 {
        match self {
            Refusal::WrongKey => 0x6300,
            Refusal::BadData => 0x6A80,
            Refusal::OutOfOrder => 0x6985,
        }
    }
}

/// Checks a terminal's EXTERNAL AUTHENTICATE data; gives the answer data and the opened channel.
pub fn basic_access(
    mrz_information: &str,
    challenge: &[u8],
    data: &[u8],
    random: &mut Random,
) -> Result<(Vec<u8>, Channel), Refusal> {
    const TDES: Cipher = Cipher::Tdes;
    let seed = &Hash::Sha1.digest(mrz_information.as_bytes())[..16];
    let (encryption, mac) = (TDES.derive(seed, 1), TDES.derive(seed, 2));
    let (cryptogram, tag) = data.split_at_checked(32).ok_or(Refusal::BadData)?;
    if TDES.mac(&mac, &TDES.pad(cryptogram)) != tag {
        return Err(Refusal::WrongKey);
    }
    let plain = TDES.decrypt(&encryption, &[0; 8], cryptogram).ok_or(Refusal::BadData)?;
    let (terminal_random, rest) = plain.split_at(8);
    let (returned, terminal_key) = rest.split_at(8);
    if returned != challenge {
        return Err(Refusal::WrongKey);
    }
    let chip_key = random.next(16);
    let answer =
        TDES.encrypt(&encryption, &[0; 8], &[challenge, terminal_random, &chip_key].concat());
    let tag = TDES.mac(&mac, &TDES.pad(&answer));
    let secret: Vec<u8> = terminal_key.iter().zip(&chip_key).map(|(a, b)| a ^ b).collect();
    let counter = [&challenge[4..], &terminal_random[4..]].concat();
    Ok(([answer, tag].concat(), Channel::new(TDES, &secret, counter)))
}

/// One run of PACE from MSE:Set AT to the token.
#[derive(Clone)]
pub struct PaceRun {
    suite: Suite,
    key: Vec<u8>,
    /// Secret of the static key that chip authentication mapping proves.
    chip: Vec<u8>,
    fault: Option<Fault>,
    step: Step,
}

#[derive(Clone)]
enum Step {
    Start,
    Nonce(Vec<u8>),
    Mapped { generator: Vec<u8>, mapping: Vec<u8> },
    Agreed { secret: Vec<u8>, mapping: Vec<u8>, chip: Vec<u8>, terminal: Vec<u8> },
}

/// What a PACE step leads to.
pub enum Outcome {
    /// Answer data; the run goes on.
    Continue(Vec<u8>),
    /// Answer data; the channel is open.
    Open(Vec<u8>, Channel),
}

impl PaceRun {
    /// Starts with a password: the hashed MRZ information or the CAN's digits (ICAO 9303-11, 9.7.3).
    pub fn new(suite: Suite, password: &[u8], chip: Vec<u8>, fault: Option<Fault>) -> PaceRun {
        let key = suite.cipher.derive(password, 3);
        PaceRun { suite, key, chip, fault, step: Step::Start }
    }

    /// One GENERAL AUTHENTICATE: `data` is the dynamic authentication data with its `7C` wrapper.
    pub fn step(&mut self, data: &[u8], random: &mut Random) -> Result<Outcome, Refusal> {
        let fields = find(data, 0x7C).ok_or(Refusal::BadData)?;
        let field = |tag: u32| find(fields, tag).ok_or(Refusal::BadData);
        let Suite { mapping, domain, cipher } = self.suite;
        let (next, answer) = match &self.step {
            Step::Start if fields.is_empty() => {
                let nonce = random.next(self.suite.nonce_length());
                let sealed = cipher.encrypt(&self.key, &vec![0; cipher.block_length()], &nonce);
                (Step::Nonce(nonce), tlv(0x80, &sealed))
            }
            Step::Nonce(nonce) if mapping == Mapping::Integrated => {
                let generator = domain.integrate(cipher, nonce, field(0x81)?);
                let generator = generator.ok_or(Refusal::BadData)?;
                (Step::Mapped { generator, mapping: Vec::new() }, tlv(0x82, &[]))
            }
            Step::Nonce(nonce) => {
                let terminal = field(0x81)?;
                let mapping = random.secret(domain.secret_length());
                let shared = domain.multiply(&mapping, terminal).ok_or(Refusal::BadData)?;
                let generator = domain.map(nonce, &shared).ok_or(Refusal::BadData)?;
                let answer = tlv(0x82, &domain.public_key(&mapping));
                (Step::Mapped { generator, mapping }, answer)
            }
            Step::Mapped { generator, mapping } => {
                let terminal = field(0x83)?.to_vec();
                let secret = random.secret(domain.secret_length());
                let chip = domain.multiply(&secret, generator).ok_or(Refusal::BadData)?;
                let shared = domain.multiply(&secret, &terminal).ok_or(Refusal::BadData)?;
                // ICAO 9303-11, 4.4.3: equal keys would mean a reflection.
                if terminal == chip {
                    return Err(Refusal::BadData);
                }
                let answer = tlv(0x84, &self.spoilt(&chip, &terminal));
                let secret = domain.shared_secret(&shared);
                (Step::Agreed { secret, mapping: mapping.clone(), chip, terminal }, answer)
            }
            Step::Agreed { secret, mapping, chip, terminal } => {
                let tokens = [chip, terminal].map(|point| self.token(secret, point));
                if field(0x85)? != tokens[0] {
                    return Err(Refusal::WrongKey);
                }
                let mut answer = tlv(0x86, &tokens[1]);
                if let (Mapping::ChipAuthentication, Domain::Curve(curve)) =
                    (self.suite.mapping, domain)
                {
                    let proof = mapping_proof(curve, &self.chip, mapping);
                    answer.extend(tlv(0x8A, &seal_proof(cipher, secret, &proof)));
                }
                return Ok(Outcome::Open(tlv(0x7C, &answer), Channel::fresh(cipher, secret)));
            }
            Step::Start => return Err(Refusal::OutOfOrder),
        };
        self.step = next;
        Ok(Outcome::Continue(tlv(0x7C, &answer)))
    }

    /// The chip's ephemeral key, or what a false chip sends in its place.
    fn spoilt(&self, chip: &[u8], terminal: &[u8]) -> Vec<u8> {
        match self.fault {
            Some(Fault::OffGroupKey) => {
                [&chip[..chip.len() - 1], &[!chip[chip.len() - 1]]].concat()
            }
            Some(Fault::SmallGroupKey) => self.suite.domain.small_element(),
            Some(Fault::EchoedKey) => terminal.to_vec(),
            _ => chip.to_vec(),
        }
    }

    /// Authentication token over the other side's public key (ICAO 9303-11, 4.4.3.4).
    fn token(&self, secret: &[u8], element: &[u8]) -> Vec<u8> {
        let cipher = self.suite.cipher;
        let key = tlv(0x06, &self.suite.object_identifier());
        let public = tlv(self.suite.domain.token_tag(), element);
        let object = tlv(0x7F49, &[key, public].concat());
        let message = if cipher == Cipher::Tdes { cipher.pad(&object) } else { object };
        cipher.mac(&cipher.derive(secret, 2), &message)
    }
}

/// Shared secret of a key agreement: the x coordinate, all its octets.
pub fn abscissa(curve: Curve, point: &[u8]) -> Vec<u8> {
    Domain::Curve(curve).shared_secret(point)
}
