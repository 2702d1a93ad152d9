//! Secure messaging, the chip's half (ICAO 9303-11, 9.8).

use crate::apdu::{Answer, Command};
use crate::cipher::{Cipher, unpad};
use crate::tlv::{objects, tlv};

/// A secure channel: session keys and the send sequence counter.
#[derive(Clone)]
pub struct Channel {
    cipher: Cipher,
    encryption: Vec<u8>,
    mac: Vec<u8>,
    counter: Vec<u8>,
}

impl Channel {
    /// A channel from the shared secret of BAC, PACE or chip authentication. `counter` is all zero
    /// except after BAC; it is as long as the cipher's block.
    pub fn new(cipher: Cipher, secret: &[u8], counter: Vec<u8>) -> Channel {
        Channel {
            cipher,
            encryption: cipher.derive(secret, 1),
            mac: cipher.derive(secret, 2),
            counter,
        }
    }

    /// A channel with its counter at zero, as PACE and chip authentication leave it.
    pub fn fresh(cipher: Cipher, secret: &[u8]) -> Channel {
        Channel::new(cipher, secret, vec![0; cipher.block_length()])
    }

    /// The cipher in use.
    pub fn cipher(&self) -> Cipher {
        self.cipher
    }

    fn advance(&mut self) {
        for octet in self.counter.iter_mut().rev() {
            *octet = octet.wrapping_add(1);
            if *octet != 0 {
                break;
            }
        }
    }

    /// Goes on by one exchange, as if a command had come and its answer had gone.
    pub fn skip_exchange(&mut self) {
        self.advance();
        self.advance();
    }

    fn iv(&self) -> Vec<u8> {
        match self.cipher {
            Cipher::Tdes => vec![0; 8],
            aes => aes.encrypt(&self.encryption, &[0; 16], &self.counter),
        }
    }

    fn tag(&self, message: &[u8]) -> Vec<u8> {
        self.cipher.mac(&self.mac, &self.cipher.pad(&[&self.counter[..], message].concat()))
    }

    /// Checks and opens a protected command; `None` if its MAC or its form is wrong.
    pub fn open(&mut self, command: &Command) -> Option<Command> {
        self.advance();
        let header = [command.class, command.instruction, command.p1, command.p2];
        let mut message = self.cipher.pad(&header);
        let (mut data, mut expected, mut tag) = (Vec::new(), None, None);
        let fields = objects(&command.data)?;
        for &(kind, value) in &fields {
            match kind {
                0x87 => data = self.decrypt(value.strip_prefix(&[1])?)?,
                0x85 => data = self.decrypt(value)?,
                0x97 => {
                    expected = Some(match *value {
                        [0] => 256,
                        [n] => usize::from(n),
                        [0, 0] => 65_536,
                        [high, low] => usize::from(u16::from_be_bytes([high, low])),
                        _ => return None,
                    });
                }
                0x8E => tag = Some(value),
                _ => return None,
            }
            if kind != 0x8E {
                message.extend(tlv(kind, value));
            }
        }
        let signed = if fields.len() > 1 { message } else { header.to_vec() };
        (self.tag(&signed) == tag?).then(|| Command {
            class: command.class & !0x0C,
            data,
            expected,
            ..command.clone()
        })
    }

    fn decrypt(&self, data: &[u8]) -> Option<Vec<u8>> {
        Some(unpad(&self.cipher.decrypt(&self.encryption, &self.iv(), data)?)?.to_vec())
    }

    /// Protects an answer to a command with `instruction`.
    pub fn protect(&mut self, answer: &Answer, instruction: u8) -> Answer {
        let status = tlv(0x99, &answer.status.to_be_bytes());
        self.protect_with(answer, instruction, &status)
    }

    /// The same with `status` in the place of the protected status word.
    pub fn protect_with(&mut self, answer: &Answer, instruction: u8, status: &[u8]) -> Answer {
        self.advance();
        let mut body = Vec::new();
        if !answer.data.is_empty() {
            let secret =
                self.cipher.encrypt(&self.encryption, &self.iv(), &self.cipher.pad(&answer.data));
            body = match instruction % 2 {
                0 => tlv(0x87, &[&[1], &secret[..]].concat()),
                _ => tlv(0x85, &secret),
            };
        }
        body.extend(status);
        let tag = self.tag(&body);
        body.extend(tlv(0x8E, &tag));
        Answer { data: body, status: answer.status }
    }
}
