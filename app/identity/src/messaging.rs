//! Secure messaging (ICAO 9303-11, 9.8) with 3DES or AES.
//!
//! Strict: after the keys are agreed, an answer that is not protected, whose MAC is wrong or whose
//! status does not match the protected one ends the session. A session that failed once is out of step
//! with the chip's counter; it is dropped, and the chip must be opened again.

use pki::tlv;

use crate::{
    apdu::{Command, Response, Status},
    cipher::{Cipher, Misfit, Secret, unpad},
    error::{Fault, ReadError},
};

/// The keys and the counter of one protected channel.
pub struct SecureMessaging {
    cipher: Cipher,
    encryption: Secret,
    mac: Secret,
    /// Send sequence counter, one block long.
    counter: Vec<u8>,
}

impl From<Misfit> for Fault {
    fn from(_: Misfit) -> Self {
        Fault::Format
    }
}

impl From<Misfit> for ReadError {
    fn from(misfit: Misfit) -> Self {
        Fault::from(misfit).into()
    }
}

impl SecureMessaging {
    /// Starts a session. `counter` is the initial send sequence counter, one block long: zero after
    /// PACE, made of both random numbers after BAC.
    pub fn new(cipher: Cipher, encryption: Secret, mac: Secret, counter: Vec<u8>) -> Self {
        Self { cipher, encryption, mac, counter }
    }

    /// The most plain bytes that an answer of `whole` bytes can carry: beside the cryptogram it holds
    /// `87 L 01`, `99 02 sw` and `8E 08 mac`.
    pub fn largest_payload(&self, whole: u32) -> u32 {
        let length_bytes = if whole > 256 { 3 } else { 2 };
        let room = whole - (1 + length_bytes + 1) - 4 - 10;
        room / self.cipher.block() as u32 * self.cipher.block() as u32 - 1
    }

    fn step(&mut self) {
        for byte in self.counter.iter_mut().rev() {
            *byte = byte.wrapping_add(1);
            if *byte != 0 {
                break;
            }
        }
    }

    /// 3DES starts from zero, AES from the enciphered counter.
    fn initial_vector(&self) -> Result<Vec<u8>, Misfit> {
        let zero = vec![0; self.cipher.block()];
        match self.cipher {
            Cipher::TripleDes => Ok(zero),
            _ => self.cipher.encrypt(&self.encryption, &zero, self.counter.clone()),
        }
    }

    /// Wraps a command; `answer` is the largest response the transport takes.
    pub fn protect(&mut self, command: &Command, answer: u32) -> Result<Command, ReadError> {
        self.step();
        let header = [command.cla | 0x0C, command.ins, command.p1, command.p2];
        let mut objects = Vec::new();
        if !command.data.is_empty() {
            let iv = self.initial_vector()?;
            let padded = self.cipher.pad(command.data.clone());
            let cryptogram = self.cipher.encrypt(&self.encryption, &iv, padded)?;
            // Odd instructions carry BER-TLV data and no padding indicator (ISO 7816-4, 10.2).
            if command.ins & 1 == 1 {
                objects.extend(tlv::encode(0x85, &cryptogram));
            } else {
                objects.extend(tlv::encode(0x87, &[&[1], &cryptogram[..]].concat()));
            }
        }
        if let Some(expected) = command.expected {
            let le = expected as u16;
            let le = if expected > 256 { le.to_be_bytes().to_vec() } else { vec![le as u8] };
            objects.extend(tlv::encode(0x97, &le));
        }
        let mut input = self.counter.clone();
        input.extend(self.cipher.pad(header.to_vec()));
        if !objects.is_empty() {
            input.extend(&objects);
            input = self.cipher.pad(input);
        }
        objects.extend(tlv::encode(0x8E, &self.cipher.mac(&self.mac, &input)?));
        let wide = objects.len() > 255
            || (answer > 256 && command.expected.is_some_and(|n| n > self.largest_payload(256)));
        Ok(Command::new(header[0], command.ins, command.p1, command.p2)
            .with(objects)
            .expect(if wide { answer } else { 256 }))
    }

    /// Checks and unwraps an answer.
    pub fn unprotect(&mut self, answer: Response) -> Result<Response, ReadError> {
        self.step();
        let mut covered = self.counter.clone();
        let (mut cryptogram, mut status, mut mac) = (None, None, None);
        for object in tlv::elements(&answer.data) {
            let object = object.map_err(|_| Fault::Unprotected(answer.status.0))?;
            let slot = match object.tag {
                0x85 | 0x87 => &mut cryptogram,
                0x99 => &mut status,
                0x8E => &mut mac,
                _ => return Err(Fault::Format.into()),
            };
            if slot.replace(object).is_some() {
                return Err(Fault::Format.into());
            }
            if object.tag != 0x8E {
                covered.extend(object.whole);
            }
        }
        let Some(mac) = mac else { return Err(Fault::Unprotected(answer.status.0).into()) };
        if !self.cipher.mac_matches(&self.mac, &self.cipher.pad(covered), mac.value) {
            return Err(Fault::Mac.into());
        }
        let status = status.and_then(|s| s.value.try_into().ok()).map(u16::from_be_bytes);
        if status != Some(answer.status.0) {
            return Err(Fault::Format.into());
        }
        let data = match cryptogram {
            None => Vec::new(),
            Some(object) => {
                let bytes = match (object.tag, object.value.split_first()) {
                    (0x85, _) => object.value,
                    (_, Some((1, bytes))) => bytes,
                    _ => return Err(Fault::Format.into()),
                };
                let iv = self.initial_vector()?;
                unpad(self.cipher.decrypt(&self.encryption, &iv, bytes.to_vec())?)?
            }
        };
        Ok(Response { data, status: Status(answer.status.0) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// ICAO 9303-11 appendix D.4.
    fn icao() -> SecureMessaging {
        let key = |h| Secret::new(hex::decode(h).unwrap());
        SecureMessaging::new(
            Cipher::TripleDes,
            key("979EC13B1CBFE9DCD01AB0FED307EAE5"),
            key("F1CB1F1FB5ADF208806B89DC579DC1F8"),
            hex::decode("887022120C06C226").unwrap(),
        )
    }

    fn answer(hex: &str) -> Response {
        Response { data: hex::decode(hex).unwrap(), status: Status::OK }
    }

    #[test]
    fn the_icao_exchange_byte_for_byte() {
        let mut session = icao();
        for (command, protected, response, plain) in [
            (
                Command::new(0, 0xA4, 0x02, 0x0C).with([0x01, 0x1E]),
                "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
                "990290008E08FA855A5D4C50A8ED",
                "",
            ),
            (
                Command::new(0, 0xB0, 0, 0).expect(4),
                "0CB000000D9701048E08ED6705417E96BA5500",
                "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED",
                "60145F01",
            ),
            (
                Command::new(0, 0xB0, 0, 4).expect(0x12),
                "0CB000040D9701128E082EA28A70F3C7B53500",
                "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D74",
                "04303130365F36063034303030305C026175",
            ),
        ] {
            let sent = session.protect(&command, 256).unwrap();
            assert_eq!(hex::encode_upper(sent.to_bytes()), protected);
            let received = session.unprotect(answer(response)).unwrap();
            assert_eq!(hex::encode_upper(received.data), plain);
        }
    }

    #[test]
    fn anything_but_the_right_answer_is_refused() {
        let good = "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED";
        let first = "990290008E08FA855A5D4C50A8ED";
        for (bytes, status, error) in [
            (good.replace("26519", "26529"), 0x9000, Fault::Mac),
            (good.replace("AD55", "AD54"), 0x9000, Fault::Mac),
            (good.replace("8E08AD55CC17140B2DED", "8E04AD55CC17"), 0x9000, Fault::Mac),
            (first.into(), 0x9000, Fault::Mac),
            (good.into(), 0x6282, Fault::Format),
            (String::new(), 0x9000, Fault::Unprotected(0x9000)),
            (String::new(), 0x6988, Fault::Unprotected(0x6988)),
            ("60145F01".into(), 0x9000, Fault::Unprotected(0x9000)),
            (good[..22].into(), 0x9000, Fault::Unprotected(0x9000)),
            (format!("{good}99029000"), 0x9000, Fault::Format),
        ] {
            let mut session = icao();
            for _ in 0..3 {
                session.step();
            }
            let response = Response { data: hex::decode(&bytes).unwrap(), status: Status(status) };
            assert_eq!(
                session.unprotect(response).err(),
                Some(error.into()),
                "{bytes} {status:04X}"
            );
        }
    }

    #[test]
    fn payloads_fill_one_short_answer() {
        let with =
            |cipher| SecureMessaging::new(cipher, Secret::default(), Secret::default(), vec![]);
        assert_eq!(with(Cipher::TripleDes).largest_payload(256), 231);
        assert_eq!(with(Cipher::Aes256).largest_payload(256), 223);
    }
}
