//! The chip as a state machine: one command in, one answer out.

use std::time::Duration;

use crate::access::{Outcome, PaceRun, Random, Refusal, basic_access};
use crate::apdu::{Answer, Command};
use crate::cipher::Cipher;
use crate::curve::der_signature;
use crate::domain::Suite;
use crate::fault::Fault;
use crate::files::{self, Files, chip_key, chip_protocol};
use crate::messaging::Channel;
use crate::options::{Access, ActiveKey, Document, Options, Pace};
use crate::person::OTHER_DOCUMENT;
use crate::pki::{Hash, Key, KeyKind};
use crate::tlv::{find, oid_content, tlv};

/// Application identifier of the eMRTD application.
pub const APPLICATION: [u8; 7] = [0xA0, 0, 0, 2, 0x47, 0x10, 0x01];

/// Reads up to this length pass on a card with one of the small-read faults.
pub const SMALL_READ: usize = 192;

/// What happened at the chip, for tests that watch a reader's manners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Commands received since the card was made.
    pub commands: u32,
    /// Answer and command octets together.
    pub octets: usize,
    /// How often a terminal came with a wrong access key.
    pub wrong_keys: u32,
    /// How often the chip was opened, by protocol.
    pub opened_by_bac: u32,
    /// How often the chip was opened by PACE.
    pub opened_by_pace: u32,
    /// Times a secured command failed its check.
    pub broken_commands: u32,
    /// How often a terminal asked for chip authentication.
    pub agreements: u32,
}

#[derive(Default)]
struct State {
    in_application: bool,
    file: Option<u16>,
    challenge: Option<Vec<u8>>,
    agreement: Option<Agreement>,
    channel: Option<Channel>,
    /// Channel that takes over after the present answer.
    next_channel: Option<Channel>,
    previous: Option<Answer>,
    /// The rest of an answer that comes in parts.
    rest: Vec<u8>,
    /// READ BINARY commands since chip authentication, if there was one.
    reads_since_agreement: Option<u32>,
}

enum Agreement {
    Pace(Box<PaceRun>),
    ChipAuthentication,
}

/// A virtual card.
pub struct Card {
    options: Options,
    files: Files,
    random: Random,
    state: State,
    log: Log,
    present: bool,
    /// A fault that strikes once has struck.
    struck: bool,
}

impl Card {
    /// Makes and personalises a card.
    pub fn new(options: Options) -> Card {
        Card::with_random(options, Random::default())
    }

    /// A card whose nonces and ephemeral keys are given, to replay published examples.
    pub fn with_random(options: Options, random: Random) -> Card {
        let files = files::build(&options);
        Card {
            options,
            files,
            random,
            state: State::default(),
            log: Log::default(),
            present: true,
            struck: false,
        }
    }

    /// Puts `content` in the place of a file of the application.
    pub fn replace_file(&mut self, identifier: u16, content: Vec<u8>) {
        self.files.application.insert(identifier, content);
    }

    /// A file of the application as it stands on the chip.
    pub fn file(&self, identifier: u16) -> Option<&[u8]> {
        self.files.application.get(&identifier).map(Vec::as_slice)
    }

    /// What the card was made from.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// What happened so far.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Whether the card still is in the field.
    pub fn present(&self) -> bool {
        self.present
    }

    /// How long the chip takes for one answer. The caller waits: the card itself never does.
    pub fn delay(&self) -> Duration {
        if self.is(Fault::Slow) { self.options.delay } else { Duration::ZERO }
    }

    /// Power on or warm reset: every session is gone, the files and the log stay.
    pub fn reset(&mut self) {
        self.state = State::default();
    }

    /// Answer to reset of a contactless card as PC/SC shows it.
    pub fn atr(&self) -> &'static [u8] {
        if self.is(Fault::DeniedLengths) {
            // Card capabilities: no extended Lc and Le.
            return &[0x3B, 0x85, 0x80, 0x01, 0x80, 0x73, 0xC8, 0x21, 0x00, 0x1A];
        }
        &[0x3B, 0x80, 0x80, 0x01, 0x01]
    }

    /// Answers one command. Empty if the card has left the field.
    pub fn respond(&mut self, command: &[u8]) -> Vec<u8> {
        self.log.commands += 1;
        if self.is(Fault::Pulled) && self.log.commands > self.options.pulled_after {
            self.present = false;
        }
        if !self.present {
            return Vec::new();
        }
        let answer = self.answer(command);
        self.log.octets += command.len() + answer.len();
        answer
    }

    fn is(&self, fault: Fault) -> bool {
        self.options.fault == Some(fault)
    }

    fn answer(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(command) = Command::parse(bytes) else { return Answer::status(0x6700).to_bytes() };
        if command.extended && self.is(Fault::ShortOnly) {
            return Answer::status(0x6700).to_bytes();
        }
        if self.is(Fault::Endless6C) && matches!(command.instruction, 0xB0 | 0xB1) {
            return Answer::status(0x6C10).to_bytes();
        }
        if self.is(Fault::Endless61) {
            match command.instruction {
                0xB0 | 0xB1 => return Answer::status(0x6110).to_bytes(),
                0xC0 => return Answer { data: vec![0], status: 0x6110 }.to_bytes(),
                _ => {}
            }
        }
        if self.is(Fault::AnswersInParts) && !command.extended {
            if command.instruction == 0xC0 {
                return self.next_part();
            }
            let whole = self.whole_answer(&command);
            let (data, status) = whole.split_at(whole.len() - 2);
            if data.len() <= 256 {
                return whole;
            }
            assert_eq!(status, [0x90, 0]);
            self.state.rest = data.to_vec();
            return self.next_part();
        }
        self.whole_answer(&command)
    }

    /// Up to 256 octets of the answer, and how many follow.
    fn next_part(&mut self) -> Vec<u8> {
        let after = self.state.rest.split_off(self.state.rest.len().min(256));
        let data = std::mem::replace(&mut self.state.rest, after);
        let status = match self.state.rest.len() {
            0 => 0x9000,
            1..256 => 0x6100 | self.state.rest.len() as u16,
            _ => 0x6100,
        };
        Answer { data, status }.to_bytes()
    }

    /// Strikes the first time only.
    fn strikes_once(&mut self, fault: Fault) -> bool {
        let strikes = self.is(fault) && !self.struck;
        self.struck |= strikes;
        strikes
    }

    fn whole_answer(&mut self, command: &Command) -> Vec<u8> {
        if command.class & 0x0C == 0x0C {
            return self.secured(command);
        }
        // A plain command ends a secure session (ICAO 9303-11, 9.8.1).
        self.state.channel = None;
        self.state.reads_since_agreement = None;
        let answer = self.execute(command, false);
        self.state.channel = self.state.next_channel.take();
        answer.to_bytes()
    }

    fn secured(&mut self, command: &Command) -> Vec<u8> {
        let Some(mut channel) = self.state.channel.take() else {
            return Answer::status(0x6988).to_bytes();
        };
        let Some(plain) = channel.open(command) else {
            self.log.broken_commands += 1;
            return Answer::status(0x6988).to_bytes();
        };
        let reading = matches!(plain.instruction, 0xB0 | 0xB1);
        if self.is(Fault::SmallReads6988)
            && reading
            && plain.expected.is_some_and(|n| n > SMALL_READ)
        {
            return Answer::status(0x6988).to_bytes();
        }
        if let Some(reads) = self.state.reads_since_agreement.as_mut().filter(|_| reading) {
            *reads += 1;
            let lost = match *reads {
                1 => self.strikes_once(Fault::AgreementLost),
                _ => self.strikes_once(Fault::SodStumbles),
            };
            if lost {
                return Answer::status(0x6988).to_bytes();
            }
        }
        self.state.channel = Some(channel.clone());
        let answer = self.execute(&plain, true);
        if reading && self.strikes_once(Fault::SwappedAnswers) {
            // The answer as it would be one exchange later.
            channel.skip_exchange();
        }
        let protected = if self.is(Fault::StatusLeftOut) {
            channel.protect_with(&answer, plain.instruction, &[])
        } else {
            channel.protect(&answer, plain.instruction)
        };
        self.state.channel = Some(self.state.next_channel.take().unwrap_or(channel));
        self.spoil(answer, protected)
    }

    /// Faults of the secured answer as it goes out.
    fn spoil(&mut self, plain: Answer, mut protected: Answer) -> Vec<u8> {
        match self.options.fault {
            Some(Fault::WrongMac) => *protected.data.last_mut().expect("a MAC") ^= 1,
            Some(Fault::PlainAnswer) => return plain.to_bytes(),
            Some(Fault::OuterStatusDiffers) => protected.status = 0x6282,
            Some(Fault::UnsignedAnswer) => protected.data.truncate(protected.data.len() - 10),
            Some(Fault::ReplayedAnswer) => {
                protected = self.state.previous.get_or_insert(protected).clone();
            }
            Some(Fault::GarbageAnswer) => {
                return (0..37u8).map(|n| n.wrapping_mul(151) ^ 0x5A).collect();
            }
            Some(Fault::OneByteAnswer) => return vec![0x90],
            _ => {}
        }
        protected.to_bytes()
    }

    fn execute(&mut self, command: &Command, secured: bool) -> Answer {
        let result = match (command.instruction, command.p1, command.p2) {
            (0xA4, 0x04, _) => self.select_application(&command.data),
            (0xA4, 0x00, _) if matches!(command.data[..], [] | [0x3F, 0x00]) => {
                self.select_master_file(secured)
            }
            (0xA4, 0x00 | 0x02, _) => self.select_file(&command.data, secured),
            (0xB0, ..) | (0xB1, ..) => self.read_binary(command, secured),
            (0x84, 0, 0) => self.get_challenge(),
            (0x82, 0, 0) => self.external_authenticate(&command.data),
            (0x22, 0xC1, 0xA4) => self.set_pace(&command.data),
            (0x22, 0x41, 0xA4) => self.set_chip_authentication(&command.data, secured),
            (0x22, 0x41, 0xA6) => self.key_agreement_template(&command.data, secured),
            (0x86, 0, 0) => self.general_authenticate(&command.data),
            (0x88, 0, 0) => self.internal_authenticate(command, secured),
            (0xA4 | 0x84 | 0x82 | 0x22 | 0x86 | 0x88, ..) => Err(0x6A86),
            _ => Err(0x6D00),
        };
        result.unwrap_or_else(Answer::status)
    }

    fn select_application(&mut self, name: &[u8]) -> Result<Answer, u16> {
        if name != APPLICATION || self.is(Fault::NotAnId) {
            return Err(0x6A82);
        }
        self.state.in_application = true;
        self.state.file = None;
        Ok(Answer::status(0x9000))
    }

    fn select_master_file(&mut self, secured: bool) -> Result<Answer, u16> {
        if self.is(Fault::NoMasterFile) || self.is(Fault::CardSecurityClosed) && secured {
            return Err(0x6D00);
        }
        self.state.in_application = false;
        self.state.file = None;
        Ok(Answer::status(0x9000))
    }

    fn select_file(&mut self, identifier: &[u8], secured: bool) -> Result<Answer, u16> {
        let &[high, low] = identifier else { return Err(0x6A80) };
        let identifier = u16::from_be_bytes([high, low]);
        self.state.file = None;
        self.permitted(identifier, secured)?;
        self.state.file = Some(identifier);
        Ok(Answer::status(0x9000))
    }

    /// Whether the file is there and may be read now; otherwise the status word saying no.
    fn permitted(&self, identifier: u16, secured: bool) -> Result<&Vec<u8>, u16> {
        if !self.state.in_application {
            let file = self.files.master.get(&identifier).ok_or(0x6A82u16)?;
            let closed = identifier == files::CARD_SECURITY && !secured;
            return if closed { Err(0x6982) } else { Ok(file) };
        }
        match self.files.application.get(&identifier) {
            _ if !secured => Err(0x6982),
            // DG3 opens after terminal authentication only.
            _ if identifier == files::data_group(11) && self.is(Fault::Dg11Withheld) => Err(0x6982),
            _ if identifier == files::data_group(3) => Err(0x6982),
            Some(file) => Ok(file),
            None => Err(0x6A82),
        }
    }

    fn read_binary(&mut self, command: &Command, secured: bool) -> Result<Answer, u16> {
        let odd = command.instruction == 0xB1;
        let short_identifier = if odd { command.p2 & 0x1F } else { command.p1 & 0x1F };
        let by_short_identifier = if odd { short_identifier != 0 } else { command.p1 & 0x80 != 0 };
        if by_short_identifier {
            if self.is(Fault::NoShortIds) {
                return Err(0x6A86);
            }
            let identifier = 0x0100 | u16::from(short_identifier);
            self.permitted(identifier, secured)?;
            self.state.file = Some(identifier);
        }
        let offset = if odd {
            let octets = find(&command.data, 0x54).ok_or(0x6A80u16)?;
            octets.iter().fold(0, |n, &b| n << 8 | usize::from(b))
        } else if by_short_identifier {
            usize::from(command.p2)
        } else {
            usize::from(u16::from_be_bytes([command.p1, command.p2]))
        };
        let wanted = command.expected.ok_or(0x6700u16)?;
        if wanted > SMALL_READ {
            match self.options.fault {
                Some(Fault::SmallReads6282) => return Err(0x6282),
                Some(Fault::SmallReads6700) => return Err(0x6700),
                Some(Fault::SmallReads6B00) => return Err(0x6B00),
                _ => {}
            }
        }
        if self.is(Fault::EmptyAnswer) {
            return Ok(Answer::status(0x9000));
        }
        let identifier = self.state.file.ok_or(0x6986u16)?;
        let file = self.permitted(identifier, secured)?;
        let rest = file.get(offset..).filter(|rest| !rest.is_empty()).ok_or(0x6B00u16)?;
        let overhead = if odd { 4 } else { 0 };
        let room = self.room(command.extended, secured) - overhead;
        let endless = self.is(Fault::EndlessFile) && identifier == files::data_group(13);
        let length = if endless { 1 } else { wanted.min(room) };
        let data = &rest[..length.min(rest.len())];
        let everything = matches!(wanted, 256 | 65_536);
        let status = if length > rest.len() && !everything { 0x6282 } else { 0x9000 };
        Ok(Answer { data: if odd { tlv(0x53, data) } else { data.to_vec() }, status })
    }

    /// Octets of plain data that fit an answer: 256 octets short, 65,533 of vpcd's frame extended.
    fn room(&self, extended: bool, secured: bool) -> usize {
        match (&self.state.channel, extended) {
            (Some(channel), false) if secured && channel.cipher() == Cipher::Tdes => 231,
            (Some(_), false) if secured => 223,
            (_, false) => 256,
            (_, true) => 65_000,
        }
    }

    fn mrz_information(&self) -> String {
        let person = &self.options.person;
        match (&self.options.mrz_information, self.options.document) {
            _ if self.is(Fault::WrongKey) => "000000000000101010010101".into(),
            (Some(text), _) => text.clone(),
            (None, Document::IdCard) if self.is(Fault::TwoNumbers) => {
                person.mrz_information(OTHER_DOCUMENT)
            }
            (None, Document::IdCard) => person.mrz_information(person.document_number()),
            (None, Document::Passport | Document::LargeCard) => {
                person.mrz_information(&person.passport_number())
            }
        }
    }

    fn get_challenge(&mut self) -> Result<Answer, u16> {
        if matches!(self.options.access, Access::Pace(_)) {
            return Err(0x6D00);
        }
        if !self.state.in_application {
            return Err(0x6985);
        }
        let challenge = self.random.next(8);
        self.state.challenge = Some(challenge.clone());
        Ok(Answer::data(challenge))
    }

    fn external_authenticate(&mut self, data: &[u8]) -> Result<Answer, u16> {
        let challenge = self.state.challenge.take().ok_or(0x6985u16)?;
        let (answer, channel) =
            basic_access(&self.mrz_information(), &challenge, data, &mut self.random)
                .map_err(|refusal| self.refuse(refusal))?;
        self.state.next_channel = Some(channel);
        self.log.opened_by_bac += 1;
        Ok(Answer::data(answer))
    }

    fn refuse(&mut self, refusal: Refusal) -> u16 {
        if refusal == Refusal::WrongKey {
            self.log.wrong_keys += 1;
        }
        refusal.status()
    }

    fn set_pace(&mut self, data: &[u8]) -> Result<Answer, u16> {
        self.state.agreement = None;
        let mut offered = self.options.suites();
        if self.is(Fault::CardAccessDiffers) {
            offered.iter_mut().for_each(|suite| suite.cipher = Cipher::Tdes);
        }
        let name = find(data, 0x80).ok_or(0x6A80u16)?;
        let named = |suite: &Suite| suite.object_identifier() == name;
        let suite = offered.into_iter().find(named).ok_or(0x6A80u16)?;
        match find(data, 0x84) {
            Some(id) if id != [suite.domain.parameter_id()] => return Err(0x6A88),
            None if self.is(Fault::ParameterWanted) => return Err(0x6A88),
            _ => {}
        }
        let password = match find(data, 0x83) {
            Some([1]) => Hash::Sha1.digest(self.mrz_information().as_bytes()),
            Some([2]) if self.is(Fault::WrongKey) => b"000000".to_vec(),
            Some([2]) if self.options.document == Document::IdCard => {
                self.options.person.can().into()
            }
            _ => return Err(0x6A88),
        };
        let chip = self.secret("chip authentication");
        let run = PaceRun::new(suite, &password, chip, self.options.fault);
        self.state.agreement = Some(Agreement::Pace(Box::new(run)));
        Ok(Answer::status(0x9000))
    }

    fn general_authenticate(&mut self, data: &[u8]) -> Result<Answer, u16> {
        match self.state.agreement.take().ok_or(0x6985u16)? {
            Agreement::ChipAuthentication => {
                let terminal =
                    find(data, 0x7C).and_then(|fields| find(fields, 0x80)).ok_or(0x6A80u16)?;
                self.agree(terminal)?;
                Ok(Answer::data(tlv(0x7C, &[])))
            }
            Agreement::Pace(mut run) => {
                let outcome =
                    run.step(data, &mut self.random).map_err(|refusal| self.refuse(refusal))?;
                match outcome {
                    Outcome::Continue(answer) => {
                        self.state.agreement = Some(Agreement::Pace(run));
                        Ok(Answer::data(answer))
                    }
                    Outcome::Open(..) if self.is(Fault::PaceFails) => Err(0x6300),
                    Outcome::Open(answer, channel) => {
                        self.state.next_channel = Some(channel);
                        self.log.opened_by_pace += 1;
                        Ok(Answer::data(answer))
                    }
                }
            }
        }
    }

    /// The chip's key for `purpose`. A clone has the public half alone, and guesses.
    fn secret(&self, purpose: &str) -> Vec<u8> {
        let clone = matches!(
            self.options.fault,
            Some(
                Fault::Clone
                    | Fault::MuteClone
                    | Fault::StrippedClone
                    | Fault::FalseMappingProof
                    | Fault::CardSecurityAltered
                    | Fault::CardSecurityMissing
                    | Fault::CardSecurityClosed
                    | Fault::SelfVouchingClone
            )
        );
        let purpose = if clone { "a guess" } else { purpose };
        chip_key(&self.options.person, purpose)
    }

    fn chip_suite(&self, secured: bool) -> Result<Pace, u16> {
        let refused = matches!(
            self.options.fault,
            Some(Fault::MuteClone | Fault::NoChipKeys | Fault::StrippedClone)
        );
        let suite = self.options.chip_authentication.filter(|_| !refused).ok_or(0x6A80u16)?;
        if secured { Ok(suite) } else { Err(0x6982) }
    }

    fn set_chip_authentication(&mut self, data: &[u8], secured: bool) -> Result<Answer, u16> {
        let suite = self.chip_suite(secured)?;
        let name = oid_content(&chip_protocol(self.options.chip_domain(suite), suite.cipher));
        if find(data, 0x80) != Some(&name[..]) {
            return Err(0x6A80);
        }
        if self.is(Fault::TwoChipKeys) && find(data, 0x84) != Some(&[2]) {
            return Err(0x6A88);
        }
        self.state.agreement = Some(Agreement::ChipAuthentication);
        Ok(Answer::status(0x9000))
    }

    /// MSE:Set KAT, the form of chip authentication for triple DES (ICAO 9303-11, 6.2.4.1).
    fn key_agreement_template(&mut self, data: &[u8], secured: bool) -> Result<Answer, u16> {
        if self.chip_suite(secured)?.cipher != Cipher::Tdes {
            return Err(0x6A80);
        }
        self.agree(find(data, 0x91).ok_or(0x6A80u16)?)?;
        Ok(Answer::status(0x9000))
    }

    fn agree(&mut self, terminal: &[u8]) -> Result<(), u16> {
        self.log.agreements += 1;
        if self.strikes_once(Fault::AgreementStumbles) {
            return Err(0x6F00);
        }
        let suite = self.chip_suite(true)?;
        let key = self.secret("chip authentication");
        let domain = self.options.chip_domain(suite);
        let shared = domain.multiply(&key, terminal).ok_or(0x6A80u16)?;
        let shared = domain.shared_secret(&shared);
        self.state.next_channel = Some(Channel::fresh(suite.cipher, &shared));
        self.state.reads_since_agreement = Some(0);
        Ok(())
    }

    fn internal_authenticate(&mut self, command: &Command, secured: bool) -> Result<Answer, u16> {
        let refused = matches!(
            self.options.fault,
            Some(Fault::MuteClone | Fault::NoChipKeys | Fault::StrippedClone)
        );
        let kind = self.options.active_authentication.filter(|_| !refused).ok_or(0x6D00u16)?;
        let challenge = &command.data;
        if !secured {
            return Err(0x6982);
        }
        if challenge.len() != 8 {
            return Err(0x6700);
        }
        let signature = match kind {
            ActiveKey::Curve(curve) => {
                let key = self.secret("active authentication");
                let plain = curve.sign(&key, &Hash::Sha256.digest(challenge));
                if self.is(Fault::DerSignature) { der_signature(&plain) } else { plain }
            }
            ActiveKey::Unknown => return Err(0x6985),
            ActiveKey::Rsa(_) if self.is(Fault::DeniedLengths) => return Err(0x6700),
            ActiveKey::Rsa(hash) => {
                let label = if self.is(Fault::Clone) { "a guess" } else { "chip" };
                Key::of(label, KeyKind::RsaPkcs1).sign_recoverable(hash, challenge)
            }
        };
        let room = self.room(command.extended, secured).min(command.expected.unwrap_or(0));
        let in_parts = self.is(Fault::AnswersInParts);
        if signature.len() > room && !in_parts { Err(0x6700) } else { Ok(Answer::data(signature)) }
    }
}
