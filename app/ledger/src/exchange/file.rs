//! The file on a stick: entries and contents, encrypted for the office, readable as far as it was written.
//!
//! ```text
//! head    "MOTCUA-ENTRIES 1\n" office (32 hex digits) "\n" salt (32 bytes)
//! frame   length (u32 BE) · AES-256-GCM of the frame's bytes; nonce = frame's number (u96 BE), the last one's
//!         with its first bit set
//! bytes   entries (u32), each: envelope, payload (u32 length and bytes), signature (64 bytes)
//!         contents (u32), each: u32 length and bytes
//! ```
//!
//! The key is HKDF-SHA256 of the office's exchange key and the salt, so no nonce is ever used twice under one
//! key. A frame that was cut off or changed ends the reading; what came before it holds. That the last frame is
//! marked tells a file that was cut between two frames.

use std::io::{Read, Write};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hkdf::Hkdf;
use office::entry::{ENVELOPE_LIMIT, OfficeId, Sealed};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{BLOB_LIMIT, ENTRY_LIMIT, LedgerError, Result, key::random};

const MAGIC: &[u8] = b"MOTCUA-ENTRIES 1\n";

/// Bytes of entries after which a frame ends.
pub(crate) const FRAME: usize = 256 * 1024;

/// Largest frame that is read: entries, and one content at the most beyond [`FRAME`].
const LARGEST: usize = 2 * FRAME + ENTRY_LIMIT + ENVELOPE_LIMIT + BLOB_LIMIT;

/// A part of a file: entries, with contents that they name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    pub(crate) entries: Vec<Sealed>,
    pub(crate) blobs: Vec<Vec<u8>>,
}

/// A file being written.
pub(crate) struct Writer<W> {
    out: W,
    cipher: Aes256Gcm,
    head: Vec<u8>,
    frames: u64,
}

/// A file being read.
pub(crate) struct Reader<R> {
    source: R,
    cipher: Aes256Gcm,
    head: Vec<u8>,
    frames: u64,
    ended: bool,
}

/// Whose a file is.
pub(crate) enum Opening<R> {
    Ours(Box<Reader<R>>),
    /// Of another office.
    Foreign,
    /// It has no whole head.
    Broken,
}

/// What the next part of a file is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Frame(Frame),
    /// The file is whole.
    End,
    /// It was cut off or changed here.
    Broken,
}

fn cipher(key: &[u8; 32], salt: &[u8]) -> Aes256Gcm {
    let mut derived = Zeroizing::new([0; 32]);
    // 32 bytes are within what HKDF-SHA256 gives: no other length fails.
    let _ = Hkdf::<Sha256>::new(Some(salt), key).expand(b"motcua exchange file 1", &mut *derived);
    Aes256Gcm::new((&*derived).into())
}

fn nonce(frame: u64, last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&frame.to_be_bytes());
    nonce[0] = u8::from(last) << 7;
    nonce
}

impl<W: Write> Writer<W> {
    pub(crate) fn begin(mut out: W, office: &OfficeId, key: &[u8; 32]) -> Result<Self> {
        let salt: [u8; 32] = random()?;
        let head = [MAGIC, office.0.as_bytes(), b"\n", &salt].concat();
        out.write_all(&head)?;
        Ok(Self { out, cipher: cipher(key, &salt), head, frames: 0 })
    }

    pub(crate) fn frame(&mut self, frame: &Frame) -> Result<()> {
        self.write(frame, false)
    }

    /// Writes the mark of the end.
    pub(crate) fn end(mut self) -> Result<W> {
        self.write(&Frame::default(), true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn write(&mut self, frame: &Frame, last: bool) -> Result<()> {
        let bytes = Zeroizing::new(frame.bytes()?);
        let payload = Payload { msg: &bytes, aad: &self.head };
        let sealed = self
            .cipher
            .encrypt(&nonce(self.frames, last).into(), payload)
            .map_err(|_| LedgerError::NoRandomness)?;
        self.out.write_all(&length(sealed.len())?)?;
        self.out.write_all(&sealed)?;
        self.frames += 1;
        Ok(())
    }
}

impl<R: Read> Reader<R> {
    /// Reads a file's head.
    pub(crate) fn begin(mut source: R, office: &OfficeId, key: &[u8; 32]) -> Opening<R> {
        let mut head = vec![0; MAGIC.len() + 32 + 1 + 32];
        if source.read_exact(&mut head).is_err() {
            return Opening::Broken;
        }
        let Some((told, salt)) =
            head.strip_prefix(MAGIC).and_then(|rest| rest.split_at_checked(32))
        else {
            return Opening::Broken;
        };
        if told != office.0.as_bytes() {
            return Opening::Foreign;
        }
        let cipher = cipher(key, salt.get(1..).unwrap_or_default());
        Opening::Ours(Box::new(Self { source, cipher, head, frames: 0, ended: false }))
    }

    pub(crate) fn next(&mut self) -> Part {
        if self.ended {
            return Part::End;
        }
        let mut length = [0; 4];
        if self.source.read_exact(&mut length).is_err() {
            return Part::Broken;
        }
        let Ok(length) = usize::try_from(u32::from_be_bytes(length)) else { return Part::Broken };
        if length > LARGEST {
            return Part::Broken;
        }
        let mut sealed = Vec::new();
        let taken = (&mut self.source).take(length as u64).read_to_end(&mut sealed);
        if taken.ok() != Some(length) {
            return Part::Broken;
        }
        for last in [false, true] {
            let payload = Payload { msg: &sealed, aad: &self.head };
            if let Ok(bytes) = self.cipher.decrypt(&nonce(self.frames, last).into(), payload) {
                self.frames += 1;
                self.ended = last;
                return match Frame::parse(&Zeroizing::new(bytes)) {
                    Some(_) if last => Part::End,
                    Some(frame) => Part::Frame(frame),
                    None => Part::Broken,
                };
            }
        }
        Part::Broken
    }
}

fn length(bytes: usize) -> Result<[u8; 4]> {
    let length = u32::try_from(bytes).map_err(|_| LedgerError::TooLarge { limit: LARGEST })?;
    Ok(length.to_be_bytes())
}

impl Frame {
    fn bytes(&self) -> Result<Vec<u8>> {
        let mut out = Vec::with_capacity(FRAME + 1024);
        out.extend(length(self.entries.len())?);
        for entry in &self.entries {
            for part in [&entry.envelope, &entry.payload] {
                out.extend(length(part.len())?);
                out.extend_from_slice(part);
            }
            out.extend_from_slice(&entry.signature);
        }
        out.extend(length(self.blobs.len())?);
        for blob in &self.blobs {
            out.extend(length(blob.len())?);
            out.extend_from_slice(blob);
        }
        Ok(out)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut frame = Frame::default();
        for _ in 0..number(&mut rest)? {
            let (envelope, payload) = (part(&mut rest)?, part(&mut rest)?);
            let (signature, after) = rest.split_first_chunk::<64>()?;
            rest = after;
            let signature = *signature;
            frame.entries.push(Sealed { envelope, payload, signature });
        }
        for _ in 0..number(&mut rest)? {
            frame.blobs.push(part(&mut rest)?);
        }
        rest.is_empty().then_some(frame)
    }
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (number, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*number))
}

fn part(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let length = usize::try_from(number(rest)?).ok()?;
    let (part, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(part.to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    const KEY: [u8; 32] = [7; 32];

    fn office() -> OfficeId {
        OfficeId("ab".repeat(16))
    }

    fn frame(i: u8) -> Frame {
        let entry = |n: u8| Sealed {
            envelope: vec![i; usize::from(n) * 40],
            payload: vec![n; 300],
            signature: [i ^ n; 64],
        };
        Frame { entries: (0..3).map(entry).collect(), blobs: vec![vec![i; 9], Vec::new()] }
    }

    /// A file of three frames, and where each of them ends.
    fn file() -> (Vec<u8>, Vec<usize>) {
        let mut writer = Writer::begin(Vec::new(), &office(), &KEY).unwrap();
        let mut ends = Vec::new();
        for i in 0..3 {
            writer.frame(&frame(i)).unwrap();
            ends.push(writer.out.len());
        }
        (writer.end().unwrap(), ends)
    }

    /// What can be read: how many frames, and whether the file is whole.
    fn read(bytes: &[u8], key: &[u8; 32]) -> (u8, bool) {
        let Opening::Ours(mut reader) = Reader::begin(bytes, &office(), key) else {
            return (0, false);
        };
        let mut frames = 0;
        loop {
            match reader.next() {
                Part::Frame(found) => assert_eq!(found, frame(frames)),
                Part::End => return (frames, true),
                Part::Broken => return (frames, false),
            }
            frames += 1;
        }
    }

    #[test]
    fn a_file_cut_at_any_byte_gives_the_frames_before() {
        let (whole, ends) = file();
        assert_eq!(read(&whole, &KEY), (3, true));
        for cut in 0..whole.len() {
            let before = ends.iter().filter(|end| **end <= cut).count() as u8;
            assert_eq!(read(&whole[..cut], &KEY), (before, false), "{cut}");
        }
    }

    #[test]
    fn no_byte_can_be_changed() {
        let (whole, ends) = file();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            let (frames, is_whole) = read(&changed, &KEY);
            let before = ends.iter().filter(|end| **end <= at).count() as u8;
            assert!(!is_whole && frames <= before, "{at}");
        }
    }

    #[test]
    fn frames_stand_in_their_order_and_under_their_key() {
        let (whole, ends) = file();
        let head = MAGIC.len() + 32 + 1 + 32;
        let (first, second) = (&whole[head..ends[0]], &whole[ends[0]..ends[1]]);
        let rest = &whole[ends[1]..];
        for mixed in [
            [&whole[..head], second, first, rest].concat(),
            [&whole[..head], first, first, rest].concat(),
            [&whole[..head], first, rest].concat(),
        ] {
            assert!(!read(&mixed, &KEY).1);
        }
        assert_eq!(read(&whole, &[8; 32]), (0, false), "another office's key opens nothing");
        let other = OfficeId("cd".repeat(16));
        assert!(matches!(Reader::begin(&*whole, &other, &KEY), Opening::Foreign));
    }

    #[test]
    fn a_length_beyond_all_limits_is_not_waited_for() {
        let (whole, _) = file();
        let head = MAGIC.len() + 32 + 1 + 32;
        let long = [&whole[..head], &u32::MAX.to_be_bytes(), &whole[head..]].concat();
        assert_eq!(read(&long, &KEY), (0, false));
    }
}
