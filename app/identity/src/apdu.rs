//! Commands and responses of a chip (ISO 7816-4, 5).

use crate::error::{Fault, ReadError};

/// A status word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u16);

impl Status {
    /// Normal end.
    pub const OK: Status = Status(0x9000);
    /// The file ended before the requested length; the data up to there is good.
    pub const END_OF_FILE: Status = Status(0x6282);
    /// Security status not satisfied.
    pub const NOT_ALLOWED: Status = Status(0x6982);
    /// Authentication method blocked.
    pub const BLOCKED: Status = Status(0x6983);
    /// File or application not found.
    pub const NOT_FOUND: Status = Status(0x6A82);

    /// The length in the second byte of 61xx and 6Cxx.
    pub(crate) fn length(self) -> u32 {
        match self.0 & 0xFF {
            0 => 256,
            n => u32::from(n),
        }
    }

    /// 9000.
    pub fn is_ok(self) -> bool {
        self == Status::OK
    }
}

/// A command APDU.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    /// Class without the secure messaging bits.
    pub cla: u8,
    /// Instruction.
    pub ins: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Command data, at most 65,535 bytes.
    pub data: Vec<u8>,
    /// Expected response length, 1 to 65,536; `None` for no response data.
    pub expected: Option<u32>,
}

impl Command {
    /// A command without data and without response data.
    pub fn new(cla: u8, ins: u8, p1: u8, p2: u8) -> Self {
        Self { cla, ins, p1, p2, data: Vec::new(), expected: None }
    }

    /// With command data.
    pub fn with(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = data.into();
        self
    }

    /// With an expected response length; 256 means "up to 256" in short form.
    pub fn expect(mut self, length: u32) -> Self {
        self.expected = Some(length);
        self
    }

    /// Whether the lengths need the extended form.
    pub(crate) fn is_extended(&self) -> bool {
        self.data.len() > 255 || self.expected.is_some_and(|n| n > 256)
    }

    /// The encoded APDU, short where possible.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![self.cla, self.ins, self.p1, self.p2];
        let length = self.data.len() as u16;
        let extended = self.is_extended();
        if extended {
            out.push(0);
        }
        match (extended, self.data.is_empty()) {
            (_, true) => {}
            (false, false) => out.push(length as u8),
            (true, false) => out.extend(length.to_be_bytes()),
        }
        out.extend(&self.data);
        // 256 and 65,536 are written as zero.
        match self.expected {
            Some(n) if extended => out.extend((n as u16).to_be_bytes()),
            Some(n) => out.push(n as u8),
            None => {}
        }
        out
    }
}

/// A response APDU.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// Response data.
    pub data: Vec<u8>,
    /// Status word.
    pub status: Status,
}

impl Response {
    /// Data and the two bytes of the status word after them.
    pub(crate) fn parse(mut bytes: Vec<u8>) -> Result<Self, ReadError> {
        match (bytes.pop(), bytes.pop()) {
            (Some(low), Some(high)) => {
                Ok(Self { data: bytes, status: Status(u16::from_be_bytes([high, low])) })
            }
            _ => Err(Fault::Format.into()),
        }
    }

    /// The data of a normal end, else the status as an error.
    pub fn ok(self) -> Result<Vec<u8>, ReadError> {
        if self.status.is_ok() { Ok(self.data) } else { Err(Fault::Status(self.status.0).into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apdus_are_encoded_in_all_cases() {
        let c = |data: usize, expected| {
            let mut command = Command::new(0, 0xB0, 1, 2).with(vec![9; data]);
            command.expected = expected;
            hex::encode_upper(&command.to_bytes()[..]).replace(&"09".repeat(data.max(1)), "..")
        };
        assert_eq!(c(0, None), "00B00102");
        assert_eq!(c(0, Some(256)), "00B0010200");
        assert_eq!(c(3, None), "00B0010203..");
        assert_eq!(c(3, Some(8)), "00B0010203..08");
        assert_eq!(c(0, Some(65_536)), "00B00102000000");
        assert_eq!(c(300, None), "00B0010200012C..");
        assert_eq!(c(3, Some(1000)), "00B00102000003..03E8");
    }
}
