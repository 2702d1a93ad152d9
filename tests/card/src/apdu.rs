//! Command APDUs (ISO 7816-4), all cases, short and extended.

/// A parsed command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Class byte.
    pub class: u8,
    /// Instruction byte.
    pub instruction: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Command data, empty if there is none.
    pub data: Vec<u8>,
    /// Octets the terminal expects at most (1 to 65,536), if it expects any.
    pub expected: Option<usize>,
    /// Whether the lengths were written in extended form.
    pub extended: bool,
}

impl Command {
    /// `None` if the lengths do not add up.
    pub fn parse(bytes: &[u8]) -> Option<Command> {
        let (&[class, instruction, p1, p2], body) = bytes.split_first_chunk::<4>()?;
        let command = |data: &[u8], expected, extended| Command {
            class,
            instruction,
            p1,
            p2,
            data: data.to_vec(),
            expected,
            extended,
        };
        let short = |le: u8| if le == 0 { 256 } else { usize::from(le) };
        let long = |high: u8, low: u8| match u16::from_be_bytes([high, low]) {
            0 => 65_536,
            n => usize::from(n),
        };
        Some(match *body {
            [] => command(&[], None, false),
            [le] => command(&[], Some(short(le)), false),
            [0, high, low] => command(&[], Some(long(high, low)), true),
            [0, high, low, ref rest @ ..] => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                match rest.get(length..)? {
                    [] => command(&rest[..length], None, true),
                    [high, low] => command(&rest[..length], Some(long(*high, *low)), true),
                    _ => return None,
                }
            }
            [length, ref rest @ ..] => {
                let length = usize::from(length);
                match rest.get(length..)? {
                    [] => command(&rest[..length], None, false),
                    [le] => command(&rest[..length], Some(short(*le)), false),
                    _ => return None,
                }
            }
        })
    }
}

/// An answer before it is written out: data and status word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Answer data.
    pub data: Vec<u8>,
    /// Status word.
    pub status: u16,
}

impl Answer {
    /// Data with status 9000.
    pub fn data(data: Vec<u8>) -> Answer {
        Answer { data, status: 0x9000 }
    }

    /// A bare status word.
    pub fn status(status: u16) -> Answer {
        Answer { data: Vec::new(), status }
    }

    /// Data followed by the status word.
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.data[..], &self.status.to_be_bytes()].concat()
    }
}
