//! Objects of a PDF as they stand in the bytes (ISO 32000-2, 7.2 and 7.3), read strictly: what two readers
//! could read differently is an error, never a guess.

use std::ops::Range;

/// Deepest nesting of arrays and dictionaries.
const MAX_DEPTH: usize = 64;
/// Most objects inside one.
const MAX_NODES: usize = 2_000_000;

/// An object's number and generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id {
    pub number: u32,
    pub generation: u16,
}

/// What is wrong with the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// No PDF syntax, or the end came too early.
    Syntax,
    /// A dictionary names one key twice.
    DuplicateKey,
    /// An object or its place is told in two ways.
    Ambiguous,
    /// Deeper, larger or more than is read.
    Limit,
    /// A way of packing that is not read.
    Filter,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Text(Text),
    Name(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Stream(Stream),
    Reference(Id),
}

/// A string and where it stands, brackets included.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub bytes: Vec<u8>,
    pub span: Range<usize>,
    pub notation: Notation,
}

/// Where a string stands makes no other string.
impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// `(…)`
    Literal,
    /// `<…>` of pairs of digits and nothing else.
    Hex,
    /// `<…>` with spaces or an odd number of digits.
    LooseHex,
}

/// A stream's dictionary and the place of its data, still packed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stream {
    pub dictionary: Dictionary,
    pub data: Range<usize>,
}

/// A dictionary that has no key twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Object)>);

impl Dictionary {
    /// The value of a key; `null` means that it is not there (7.3.7).
    pub fn get(&self, key: &[u8]) -> Option<&Object> {
        let place = self.0.binary_search_by(|(name, _)| name.as_slice().cmp(key)).ok()?;
        let (_, value) = self.0.get(place)?;
        (*value != Object::Null).then_some(value)
    }

    /// Keys in their order.
    pub fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|(key, _)| key.as_slice())
    }

    pub fn values(&self) -> impl Iterator<Item = &Object> {
        self.0.iter().map(|(_, value)| value)
    }

    pub fn name(&self, key: &[u8]) -> Option<&[u8]> {
        match self.get(key)? {
            Object::Name(name) => Some(name),
            _ => None,
        }
    }

    pub fn integer(&self, key: &[u8]) -> Option<i64> {
        match self.get(key)? {
            Object::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl Object {
    /// The dictionary of a dictionary or stream.
    pub fn dictionary(&self) -> Option<&Dictionary> {
        match self {
            Object::Dictionary(dictionary) | Object::Stream(Stream { dictionary, .. }) => {
                Some(dictionary)
            }
            _ => None,
        }
    }

    pub fn array(&self) -> Option<&[Object]> {
        match self {
            Object::Array(items) => Some(items),
            _ => None,
        }
    }

    pub fn number(&self) -> Option<f64> {
        match self {
            Object::Integer(number) => Some(*number as f64),
            Object::Real(number) => Some(*number),
            _ => None,
        }
    }
}

/// Reads tokens and objects from a place on.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    nodes: usize,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0C | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, nodes: 0 }
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Passes spaces and comments.
    pub fn space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Passes spaces alone.
    pub fn blank(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Takes exactly these bytes, or nothing.
    pub fn takes(&mut self, word: &[u8]) -> bool {
        let is = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        if is {
            self.at += word.len();
        }
        is
    }

    /// Takes a keyword, which must end there.
    pub fn keyword(&mut self, word: &[u8]) -> Result<(), Flaw> {
        let ends =
            |next: Option<&u8>| next.is_none_or(|byte| is_space(*byte) || is_delimiter(*byte));
        let is = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word))
            && ends(self.bytes.get(self.at + word.len()));
        if !is {
            return Err(Flaw::Syntax);
        }
        self.at += word.len();
        Ok(())
    }

    /// One end of line, if it is there.
    pub fn end_of_line(&mut self) -> bool {
        self.takes(b"\r\n") || self.takes(b"\n") || self.takes(b"\r")
    }

    /// Digits without a sign.
    pub fn unsigned(&mut self) -> Result<u64, Flaw> {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = &self.bytes[from..self.at];
        if digits.is_empty() || digits.len() > 18 {
            return Err(Flaw::Syntax);
        }
        Ok(digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
    }

    /// `12 0 obj`.
    pub fn header(&mut self) -> Result<Id, Flaw> {
        let number = u32::try_from(self.unsigned()?).map_err(|_| Flaw::Limit)?;
        self.blank();
        let generation = u16::try_from(self.unsigned()?).map_err(|_| Flaw::Limit)?;
        self.blank();
        self.keyword(b"obj")?;
        Ok(Id { number, generation })
    }

    /// Any object but a stream.
    pub fn object(&mut self) -> Result<Object, Flaw> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Result<Object, Flaw> {
        self.nodes += 1;
        if depth > MAX_DEPTH || self.nodes > MAX_NODES {
            return Err(Flaw::Limit);
        }
        self.space();
        match self.peek().ok_or(Flaw::Syntax)? {
            b'/' => self.name().map(Object::Name),
            b'(' => self.literal(),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.space();
                    if self.takes(b"]") {
                        return Ok(Object::Array(items));
                    }
                    items.push(self.nested(depth + 1)?);
                }
            }
            b'<' if self.takes(b"<<") => self.entries(depth),
            b'<' => self.hex(),
            b'0'..=b'9' | b'+' | b'-' | b'.' => self.numeric(),
            b't' => self.keyword(b"true").map(|()| Object::Boolean(true)),
            b'f' => self.keyword(b"false").map(|()| Object::Boolean(false)),
            b'n' => self.keyword(b"null").map(|()| Object::Null),
            _ => Err(Flaw::Syntax),
        }
    }

    fn entries(&mut self, depth: usize) -> Result<Object, Flaw> {
        let mut entries = Vec::new();
        loop {
            self.space();
            if self.takes(b">>") {
                break;
            }
            if self.peek() != Some(b'/') {
                return Err(Flaw::Syntax);
            }
            let key = self.name()?;
            entries.push((key, self.nested(depth + 1)?));
        }
        entries.sort_by(|(left, _), (right, _)| left.cmp(right));
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Flaw::DuplicateKey);
        }
        Ok(Object::Dictionary(Dictionary(entries)))
    }

    fn name(&mut self) -> Result<Vec<u8>, Flaw> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| !is_space(*byte) && !is_delimiter(*byte)) {
            self.at += 1;
            if byte != b'#' {
                name.push(byte);
                continue;
            }
            let pair = self.bytes.get(self.at..self.at + 2).ok_or(Flaw::Syntax)?;
            let value = digit(pair[0]).zip(digit(pair[1])).ok_or(Flaw::Syntax)?;
            name.push(value.0 << 4 | value.1);
            self.at += 2;
        }
        Ok(name)
    }

    fn literal(&mut self) -> Result<Object, Flaw> {
        let from = self.at;
        let mut bytes = Vec::new();
        let mut open = 0;
        loop {
            let byte = self.peek().ok_or(Flaw::Syntax)?;
            self.at += 1;
            match byte {
                b'(' => {
                    open += 1;
                    if open > 1 {
                        bytes.push(byte);
                    }
                }
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                    bytes.push(byte);
                }
                b'\\' => self.escape(&mut bytes)?,
                b'\r' => {
                    self.takes(b"\n");
                    bytes.push(b'\n');
                }
                _ => bytes.push(byte),
            }
        }
        Ok(Object::Text(Text { bytes, span: from..self.at, notation: Notation::Literal }))
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), Flaw> {
        let byte = self.peek().ok_or(Flaw::Syntax)?;
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\r' => {
                self.takes(b"\n");
            }
            b'\n' => {}
            b'0'..=b'7' => {
                let mut value = u16::from(byte - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u16::from(next - b'0');
                    self.at += 1;
                }
                // High-order overflow is ignored (7.3.4.2).
                out.push((value & 0xFF) as u8);
            }
            other => out.push(other),
        }
        Ok(())
    }

    fn hex(&mut self) -> Result<Object, Flaw> {
        let from = self.at;
        self.at += 1;
        let mut bytes = Vec::new();
        let mut half = None;
        let mut notation = Notation::Hex;
        loop {
            let byte = self.peek().ok_or(Flaw::Syntax)?;
            self.at += 1;
            if byte == b'>' {
                break;
            }
            match (digit(byte), half) {
                (Some(low), Some(high)) => {
                    bytes.push(high << 4 | low);
                    half = None;
                }
                (Some(high), None) => half = Some(high),
                (None, _) if is_space(byte) => notation = Notation::LooseHex,
                (None, _) => return Err(Flaw::Syntax),
            }
        }
        if let Some(high) = half {
            bytes.push(high << 4);
            notation = Notation::LooseHex;
        }
        Ok(Object::Text(Text { bytes, span: from..self.at, notation }))
    }

    fn numeric(&mut self) -> Result<Object, Flaw> {
        let from = self.at;
        while self.peek().is_some_and(|byte| !is_space(byte) && !is_delimiter(byte)) {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.bytes[from..self.at]).map_err(|_| Flaw::Syntax)?;
        let unsigned = word.bytes().all(|byte| byte.is_ascii_digit());
        if unsigned && let Some(id) = self.reference(word) {
            return Ok(Object::Reference(id));
        }
        if let Ok(number) = word.parse() {
            return Ok(Object::Integer(number));
        }
        let plain = word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-'));
        match word.parse::<f64>() {
            Ok(number) if plain && number.is_finite() => Ok(Object::Real(number)),
            _ => Err(Flaw::Syntax),
        }
    }

    /// `12 0 R`, whose first number has been read.
    fn reference(&mut self, number: &str) -> Option<Id> {
        let mut ahead = self.clone();
        let number = number.parse().ok()?;
        ahead.blank();
        let generation = u16::try_from(ahead.unsigned().ok()?).ok()?;
        ahead.blank();
        ahead.keyword(b"R").ok()?;
        self.at = ahead.at;
        Some(Id { number, generation })
    }
}
