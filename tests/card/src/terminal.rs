//! The smallest terminal that opens the virtual card: for this crate's own tests, and to try a reader
//! and its driver without the suite. It trusts the card and panics at the first wrong answer.

use crate::access::{Random, abscissa};
use crate::apdu::Answer;
use crate::cipher::{Cipher, unpad};
use crate::curve::Curve;
use crate::domain::Suite;
use crate::files::protocol;
use crate::options::Pace;
use crate::pki::Hash;
use crate::tlv::{find, objects, oid_content, tlv};

/// Password of PACE.
#[derive(Clone, Copy, Debug)]
pub enum Password<'a> {
    /// MRZ information as for BAC.
    Mrz(&'a str),
    /// Card access number.
    Can(&'a str),
}

/// A terminal on a way to send commands.
pub struct Terminal<T> {
    transmit: T,
    random: Random,
    keys: Option<Keys>,
}

struct Keys {
    cipher: Cipher,
    encryption: Vec<u8>,
    mac: Vec<u8>,
    counter: u128,
}

impl Keys {
    fn new(cipher: Cipher, secret: &[u8], counter: u128) -> Keys {
        Keys {
            cipher,
            encryption: cipher.derive(secret, 1),
            mac: cipher.derive(secret, 2),
            counter,
        }
    }

    fn counter_octets(&self) -> Vec<u8> {
        self.counter.to_be_bytes()[16 - self.cipher.block_length()..].to_vec()
    }

    fn iv(&self) -> Vec<u8> {
        match self.cipher {
            Cipher::Tdes => vec![0; 8],
            aes => aes.encrypt(&self.encryption, &[0; 16], &self.counter_octets()),
        }
    }

    fn tag(&self, message: &[u8]) -> Vec<u8> {
        self.cipher.mac(&self.mac, &self.cipher.pad(&[&self.counter_octets(), message].concat()))
    }
}

impl<T: FnMut(&[u8]) -> Vec<u8>> Terminal<T> {
    /// A terminal that sends by `transmit`.
    pub fn new(transmit: T) -> Terminal<T> {
        Terminal::with_random(transmit, Random::default())
    }

    /// A terminal with given random numbers.
    pub fn with_random(transmit: T, random: Random) -> Terminal<T> {
        Terminal { transmit, random, keys: None }
    }

    /// Sends a command as it stands and takes data and status word apart.
    pub fn raw(&mut self, command: &[u8]) -> (Vec<u8>, u16) {
        let answer = (self.transmit)(command);
        let (data, status) = answer.split_last_chunk::<2>().expect("a status word");
        (data.to_vec(), u16::from_be_bytes(*status))
    }

    fn good(&mut self, command: &[u8]) -> Vec<u8> {
        let (data, status) = self.raw(command);
        assert_eq!(status, 0x9000, "status of {command:02X?}");
        data
    }

    /// Selects the identity application.
    pub fn select_application(&mut self) {
        let command = [&[0x00, 0xA4, 0x04, 0x0C, 0x07][..], &crate::APPLICATION].concat();
        match self.keys {
            Some(_) => {
                assert_eq!(self.secure(&command[..4], &crate::APPLICATION, None).status, 0x9000)
            }
            None => drop(self.good(&command)),
        }
    }

    /// Basic access control with `mrz_information`; the application must be selected. Gives the status
    /// word when the card refuses.
    pub fn basic_access(&mut self, mrz_information: &str) -> Result<(), u16> {
        const TDES: Cipher = Cipher::Tdes;
        let challenge = self.good(&[0, 0x84, 0, 0, 8]);
        let (own, key) = (self.random.next(8), self.random.next(16));
        let seed = &Hash::Sha1.digest(mrz_information.as_bytes())[..16];
        let (encryption, mac) = (TDES.derive(seed, 1), TDES.derive(seed, 2));
        let sealed = TDES.encrypt(&encryption, &[0; 8], &[&own[..], &challenge, &key].concat());
        let tag = TDES.mac(&mac, &TDES.pad(&sealed));
        let command = [&[0, 0x82, 0, 0, 0x28][..], &sealed, &tag, &[0x28]].concat();
        let (answer, status) = self.raw(&command);
        if status != 0x9000 {
            return Err(status);
        }
        let (sealed, tag) = answer.split_at(32);
        assert_eq!(TDES.mac(&mac, &TDES.pad(sealed)), tag, "the card's MAC");
        let plain = TDES.decrypt(&encryption, &[0; 8], sealed).expect("whole blocks");
        assert_eq!(plain[..16], [challenge.clone(), own.clone()].concat());
        let secret: Vec<u8> = key.iter().zip(&plain[16..]).map(|(a, b)| a ^ b).collect();
        let counter =
            [&challenge[4..], &own[4..]].concat().iter().fold(0, |n, &b| n << 8 | u128::from(b));
        self.keys = Some(Keys::new(TDES, &secret, counter));
        Ok(())
    }

    /// PACE with generic mapping. Gives the status word when the card refuses.
    pub fn pace(&mut self, suite: Pace, password: Password) -> Result<(), u16> {
        let Pace { curve, cipher } = suite;
        let (reference, secret) = match password {
            Password::Mrz(text) => (1, Hash::Sha1.digest(text.as_bytes())),
            Password::Can(digits) => (2, digits.into()),
        };
        let name = Suite::from(suite).object_identifier();
        let set = [tlv(0x80, &name), tlv(0x83, &[reference]), tlv(0x84, &[curve.parameter_id()])]
            .concat();
        self.good(&[&[0, 0x22, 0xC1, 0xA4, set.len() as u8][..], &set].concat());
        let sealed = self.authenticate(0x10, &[], 0x80)?;
        let nonce = cipher
            .decrypt(&cipher.derive(&secret, 3), &vec![0; cipher.block_length()], &sealed)
            .expect("blocks");
        let own = self.random.next(curve.field_length());
        let chip = self.authenticate(0x10, &tlv(0x81, &curve.public_key(&own)), 0x82)?;
        let shared = curve.multiply(&own, &chip).expect("a point");
        let generator = curve.map(&nonce, &shared).expect("a point");
        let own = self.random.next(curve.field_length());
        let public = curve.multiply(&own, &generator).expect("a point");
        let chip = self.authenticate(0x10, &tlv(0x83, &public), 0x84)?;
        let secret = abscissa(curve, &curve.multiply(&own, &chip).expect("a point"));
        let keys = Keys::new(cipher, &secret, 0);
        let token = |point: &[u8]| {
            let object = tlv(0x7F49, &[tlv(0x06, &name), tlv(0x86, point)].concat());
            cipher
                .mac(&keys.mac, &if cipher == Cipher::Tdes { cipher.pad(&object) } else { object })
        };
        let answer = self.authenticate(0x00, &tlv(0x85, &token(&chip)), 0x86)?;
        assert_eq!(answer, token(&public), "the card's token");
        self.keys = Some(keys);
        Ok(())
    }

    fn authenticate(&mut self, class: u8, field: &[u8], wanted: u32) -> Result<Vec<u8>, u16> {
        let data = tlv(0x7C, field);
        let (answer, status) =
            self.raw(&[&[class, 0x86, 0, 0, data.len() as u8][..], &data, &[0]].concat());
        if status != 0x9000 {
            return Err(status);
        }
        let fields = find(&answer, 0x7C).expect("dynamic authentication data");
        Ok(find(fields, wanted).expect("the step's object").to_vec())
    }

    /// Chip authentication against the chip's public `point`; later commands use the new keys.
    pub fn chip_authentication(&mut self, suite: Pace, point: &[u8]) {
        let own = self.random.next(suite.curve.field_length());
        let public = suite.curve.public_key(&own);
        if suite.cipher == Cipher::Tdes {
            let answer = self.secure(&[0, 0x22, 0x41, 0xA6], &tlv(0x91, &public), None);
            assert_eq!(answer.status, 0x9000);
        } else {
            let name = oid_content(&format!(
                "{}.{}",
                protocol::CHIP_AUTHENTICATION_ECDH,
                suite.cipher.arc()
            ));
            assert_eq!(self.secure(&[0, 0x22, 0x41, 0xA4], &tlv(0x80, &name), None).status, 0x9000);
            let answer = self.secure(&[0, 0x86, 0, 0], &tlv(0x7C, &tlv(0x80, &public)), Some(256));
            assert_eq!(answer, Answer::data(vec![0x7C, 0]));
        }
        let secret = abscissa(suite.curve, &suite.curve.multiply(&own, point).expect("a point"));
        self.keys = Some(Keys::new(suite.cipher, &secret, 0));
    }

    /// One command through secure messaging. Panics on a wrong MAC.
    pub fn secure(&mut self, header: &[u8], data: &[u8], expected: Option<usize>) -> Answer {
        let command = self.protect(header, data, expected);
        let (body, status) = self.raw(&command);
        self.open(&body, status)
    }

    fn protect(&mut self, header: &[u8], data: &[u8], expected: Option<usize>) -> Vec<u8> {
        let keys = self.keys.as_mut().expect("an open chip");
        keys.counter += 1;
        let mut header = header.to_vec();
        header[0] |= 0x0C;
        let mut body = Vec::new();
        if !data.is_empty() {
            let sealed = keys.cipher.encrypt(&keys.encryption, &keys.iv(), &keys.cipher.pad(data));
            let odd = header[1] % 2 == 1;
            body = if odd { tlv(0x85, &sealed) } else { tlv(0x87, &[&[1], &sealed[..]].concat()) };
        }
        if let Some(length) = expected {
            let octets = (length as u16).to_be_bytes();
            body.extend(tlv(0x97, if length > 256 { &octets } else { &octets[1..] }));
        }
        let message = if body.is_empty() {
            header.clone()
        } else {
            [keys.cipher.pad(&header), body.clone()].concat()
        };
        body.extend(tlv(0x8E, &keys.tag(&message)));
        if expected.is_some_and(|length| length > 256) {
            let length = (body.len() as u16).to_be_bytes();
            [&header[..], &[0], &length, &body, &[0, 0]].concat()
        } else {
            [&header[..], &[body.len() as u8], &body, &[0]].concat()
        }
    }

    fn open(&mut self, body: &[u8], status: u16) -> Answer {
        let keys = self.keys.as_mut().expect("an open chip");
        if body.is_empty() {
            return Answer::status(status);
        }
        keys.counter += 1;
        let (signed, tag) = body.split_at(body.len() - 10);
        assert_eq!(tlv(0x8E, &keys.tag(signed)), tag, "the card's MAC");
        let mut data = Vec::new();
        for (kind, value) in objects(signed).expect("objects") {
            let sealed = match kind {
                0x87 => &value[1..],
                0x85 => value,
                _ => continue,
            };
            let padded =
                keys.cipher.decrypt(&keys.encryption, &keys.iv(), sealed).expect("whole blocks");
            data = unpad(&padded).expect("padding").to_vec();
        }
        Answer { data, status }
    }

    /// Reads a whole file by blocks of `block` octets at most.
    pub fn read(&mut self, identifier: u16, block: usize) -> Result<Vec<u8>, u16> {
        let status = self.secure(&[0, 0xA4, 0x02, 0x0C], &identifier.to_be_bytes(), None).status;
        if status != 0x9000 {
            return Err(status);
        }
        let mut file = Vec::new();
        loop {
            let [high, low] = (file.len() as u16).to_be_bytes();
            let answer = self.secure(&[0, 0xB0, high, low], &[], Some(block));
            match answer.status {
                0x9000 | 0x6282 if !answer.data.is_empty() => file.extend(answer.data),
                0x6B00 => return Ok(file),
                status => return Err(status),
            }
        }
    }

    /// Active authentication: the signature over an eight-octet challenge.
    pub fn active_authentication(&mut self, challenge: [u8; 8], expected: usize) -> Answer {
        self.secure(&[0, 0x88, 0, 0], &challenge, Some(expected))
    }
}

/// Public point of a curve key given as DER SubjectPublicKeyInfo.
pub fn point_of(curve: Curve, public_key_info: &[u8]) -> Vec<u8> {
    let length = 1 + 2 * curve.field_length();
    public_key_info[public_key_info.len() - length..].to_vec()
}
