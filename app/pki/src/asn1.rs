//! Structures in strict DER, part by part.
//!
//! Lengths that are indefinite or longer than needed are refused: two readers could see two different
//! objects in the same bytes. Cards, which write BER, are read by [`crate::tlv`].

pub use der::Tag;
use der::{AnyRef, Decode, Reader, SliceReader, TagNumber, Tagged, asn1};

/// Why a structure is not read. A reader that shows it to people says it in words of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Asn1Error {
    /// No strict DER, another structure than was asked for, or beyond a limit.
    #[error("dữ liệu không đúng cấu trúc")]
    Malformed,
    /// A hash that is not known here: nothing over which it was made can be checked.
    #[error("thuật toán băm không được hỗ trợ")]
    UnknownHash,
}

impl From<der::Error> for Asn1Error {
    fn from(_: der::Error) -> Self {
        Self::Malformed
    }
}

/// One element.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// What it is.
    pub tag: Tag,
    /// The value.
    pub value: &'a [u8],
    /// Header and value.
    pub whole: &'a [u8],
}

/// Elements that follow each other, in order.
#[derive(Clone, Debug)]
pub struct Parts<'a>(std::vec::IntoIter<Part<'a>>);

impl<'a> Parts<'a> {
    /// Every element of `bytes`.
    pub fn of(bytes: &'a [u8]) -> Result<Self, Asn1Error> {
        let mut reader = SliceReader::new(bytes)?;
        let mut out = Vec::new();
        while !reader.is_finished() {
            let whole = reader.tlv_bytes()?;
            let any = AnyRef::from_der(whole)?;
            out.push(Part { tag: any.tag(), value: any.value(), whole });
        }
        Ok(Self(out.into_iter()))
    }

    /// The elements inside the one element that `bytes` are.
    pub fn inside(bytes: &'a [u8]) -> Result<Self, Asn1Error> {
        Self::of(value(bytes)?)
    }

    /// The next element, which must have that tag.
    pub fn required(&mut self, tag: Tag) -> Result<Part<'a>, Asn1Error> {
        self.next().filter(|part| part.tag == tag).ok_or(Asn1Error::Malformed)
    }

    /// The next element if it has that tag.
    pub fn optional(&mut self, tag: Tag) -> Option<Part<'a>> {
        let is_next = self.0.as_slice().first().is_some_and(|part| part.tag == tag);
        if is_next { self.next() } else { None }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Parts<'_> {}

/// The tag `[number]`.
pub(crate) fn context(number: u32, constructed: bool) -> Tag {
    Tag::ContextSpecific { constructed, number: TagNumber(number) }
}

/// The one element that stands first, whatever follows it: room that was not filled, as in a PDF's `/Contents`.
pub fn first(bytes: &[u8]) -> Result<&[u8], Asn1Error> {
    Ok(SliceReader::new(bytes)?.tlv_bytes()?)
}

/// The value of the one element that `bytes` are.
pub fn value(bytes: &[u8]) -> Result<&[u8], Asn1Error> {
    Ok(AnyRef::from_der(bytes)?.value())
}

/// An OBJECT IDENTIFIER, dotted.
pub fn oid(bytes: &[u8]) -> Result<String, Asn1Error> {
    let oid: asn1::ObjectIdentifier = Decode::from_der(bytes)?;
    Ok(oid.to_string())
}

/// An INTEGER from 0 to 255.
pub fn small(bytes: &[u8]) -> Result<u8, Asn1Error> {
    Ok(u8::from_der(bytes)?)
}

/// An INTEGER that is not negative, big-endian without leading zeros.
pub fn unsigned(bytes: &[u8]) -> Result<&[u8], Asn1Error> {
    Ok(asn1::UintRef::from_der(bytes)?.as_bytes())
}

/// The first `N` elements of `bytes` as such INTEGERs; what follows them is not looked at.
pub fn first_unsigned<const N: usize>(bytes: &[u8]) -> Result<[&[u8]; N], Asn1Error> {
    let mut reader = SliceReader::new(bytes)?;
    let mut numbers = [&[][..]; N];
    for number in &mut numbers {
        *number = asn1::UintRef::decode(&mut reader)?.as_bytes();
    }
    Ok(numbers)
}
