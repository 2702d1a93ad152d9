//! An incremental update (ISO 32000-2, 7.5.6): new and changed objects behind the last byte of a PDF, with a
//! cross-reference section in the form that the file has. Not one of the file's own bytes changes, so
//! signatures in it stay what they were.
//!
//! lopdf's own incremental writer is not used: version 0.44 writes a second `%PDF` header into the middle.

use std::{collections::BTreeMap, io::Write};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, StringFormat, xref::XrefEntry};
use sha2::{Digest, Sha256};

use super::{MAX_BYTES, SignError};

/// No file that is signed unpacks one of its object streams to more.
const MAX_UNPACKED: usize = 256 << 20;
/// Most bytes around an object's body, with its line in the section.
const PER_OBJECT: usize = 96;
/// What a section has besides: trailer and end.
const FOR_SECTION: usize = 2048;
/// Where `startxref` is looked for, from the end.
const TAIL: usize = 2048;

/// The form of the last cross-reference section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Table,
    Stream,
}

/// A file and what shall be written behind it.
pub(super) struct Update {
    /// The file with the objects as they shall be; its pictures have no bytes ([`without_picture`]).
    pub document: Document,
    original: Vec<u8>,
    form: Form,
    previous: usize,
    next: u32,
    changed: BTreeMap<ObjectId, Vec<u8>>,
}

impl Update {
    /// Reads a file that can be signed.
    pub fn of(original: Vec<u8>) -> Result<Self, SignError> {
        if original.len() > MAX_BYTES {
            return Err(SignError::TooLarge);
        }
        if !original.starts_with(b"%PDF-") {
            let head = &original[..original.len().min(1024)];
            let leading = head.windows(5).any(|window| window == b"%PDF-");
            return Err(if leading { SignError::Leading } else { SignError::NoPdf });
        }
        let previous = last_section(&original).ok_or(SignError::Broken)?;
        let section = original.get(previous..).unwrap_or_default();
        let form = if section.starts_with(b"xref") { Form::Table } else { Form::Stream };
        let options = LoadOptions {
            max_decompressed_size: Some(MAX_UNPACKED),
            filter: Some(without_picture),
            ..LoadOptions::default()
        };
        let document =
            Document::load_mem_with_options(&original, options).map_err(|_| SignError::Broken)?;
        if document.trailer.has(b"Encrypt") || document.encryption_state.is_some() {
            return Err(SignError::Encrypted);
        }
        if document.xref_start != previous {
            return Err(SignError::Broken);
        }
        // lopdf passes over what it does not find where the file says it is. Readers that repair such files
        // do it in different ways.
        for (number, entry) in &document.reference_table.entries {
            if let XrefEntry::Normal { offset, generation } = *entry
                && !stands_at(&original, offset as usize, *number, generation)
            {
                return Err(SignError::Broken);
            }
        }
        let declared = document.trailer.get(b"Size").and_then(Object::as_i64).unwrap_or(0);
        let declared = u32::try_from(declared).map_err(|_| SignError::Broken)?;
        let next = declared.max(document.max_id.saturating_add(1));
        Ok(Self { document, original, form, previous, next, changed: BTreeMap::new() })
    }

    /// A number for a new object.
    pub fn reserve(&mut self) -> ObjectId {
        let id = (self.next, 0);
        self.next += 1;
        id
    }

    /// Writes an object anew, in place of the one of that number if there is one.
    pub fn put(&mut self, id: ObjectId, object: Object) {
        let mut bytes = Vec::new();
        write(&mut bytes, &object);
        self.changed.insert(id, bytes);
        self.document.objects.insert(id, object);
    }

    /// Writes a new object from bytes that are its body already.
    pub fn put_raw(&mut self, id: ObjectId, body: Vec<u8>) {
        self.changed.insert(id, body);
    }

    /// The file as it is.
    pub fn into_original(self) -> Vec<u8> {
        self.original
    }

    /// The file with the update behind it.
    pub fn finish(self) -> Result<Vec<u8>, SignError> {
        Ok(self.finish_with(None)?.0)
    }

    /// The same, and where the body of `marked` begins.
    pub fn finish_marked(self, marked: ObjectId) -> Result<(Vec<u8>, usize), SignError> {
        self.finish_with(Some(marked))
    }

    fn finish_with(mut self, marked: Option<ObjectId>) -> Result<(Vec<u8>, usize), SignError> {
        let mut out = std::mem::take(&mut self.original);
        // The file is moved at most once, and no room for as much again is asked for.
        let added: usize = self.changed.values().map(|body| body.len() + PER_OBJECT).sum();
        out.reserve_exact(added + FOR_SECTION);
        // An object must begin on a line of its own (PDF/A: ISO 19005-2, 6.1.9).
        if !matches!(out.last(), Some(b'\n' | b'\r')) {
            out.push(b'\n');
        }
        let mut places: BTreeMap<ObjectId, usize> = BTreeMap::new();
        let mut body = 0;
        for (id, object) in &self.changed {
            places.insert(*id, out.len());
            out.extend(format!("{} {} obj\n", id.0, id.1).bytes());
            if Some(*id) == marked {
                body = out.len();
            }
            out.extend_from_slice(object);
            out.extend_from_slice(b"\nendobj\n");
        }
        let section = out.len();
        if u32::try_from(section).is_err() {
            return Err(SignError::TooLarge);
        }
        let mut trailer = self.trailer(&out);
        match self.form {
            Form::Table => {
                trailer.set("Size", i64::from(self.next));
                out.extend_from_slice(b"xref\n");
                for run in runs(&places) {
                    out.extend(format!("{} {}\n", run[0].0.0, run.len()).bytes());
                    for (id, place) in run {
                        out.extend(format!("{place:010} {:05} n\r\n", id.1).bytes());
                    }
                }
                out.extend_from_slice(b"trailer\n");
                write(&mut out, &Object::Dictionary(trailer));
            }
            Form::Stream => {
                let own = self.reserve();
                places.insert(own, section);
                let mut index = Vec::new();
                let mut data = Vec::new();
                for run in runs(&places) {
                    index.push(Object::Integer(i64::from(run[0].0.0)));
                    index.push(Object::Integer(run.len() as i64));
                    for (id, place) in run {
                        data.push(1);
                        data.extend((place as u32).to_be_bytes());
                        data.extend(id.1.to_be_bytes());
                    }
                }
                trailer.set("Size", i64::from(self.next));
                trailer.set("Type", "XRef");
                trailer.set("W", vec![1.into(), 4.into(), 2.into()]);
                trailer.set("Index", index);
                trailer.set("Length", data.len() as i64);
                out.extend(format!("{} {} obj\n", own.0, own.1).bytes());
                write(&mut out, &Object::Dictionary(trailer));
                out.extend_from_slice(b"\nstream\n");
                out.extend(data);
                out.extend_from_slice(b"\nendstream\nendobj");
            }
        }
        out.extend(format!("\nstartxref\n{section}\n%%EOF\n").bytes());
        Ok((out, body))
    }

    /// What the new section's trailer says besides its form.
    fn trailer(&self, so_far: &[u8]) -> Dictionary {
        let mut trailer = Dictionary::new();
        for key in [&b"Root"[..], b"Info"] {
            if let Ok(value) = self.document.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        trailer.set("Prev", self.previous as i64);
        // The first half names the document for ever, the second half this state of it.
        let hash = Sha256::digest(so_far.get(self.previous..).unwrap_or_default());
        let state = Object::String(hash[..16].to_vec(), StringFormat::Hexadecimal);
        let first = match self.document.trailer.get(b"ID").and_then(Object::as_array) {
            Ok(halves) => halves.first().cloned(),
            Err(_) => None,
        };
        trailer.set("ID", vec![first.unwrap_or_else(|| state.clone()), state]);
        trailer
    }
}

/// lopdf copies each stream that it reads. Nothing that is written is made of pictures, which are most of a scanned
/// file: their bytes are let go of at once, so that a file of 15 MB does not take 15 MB more.
fn without_picture(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object {
        let is_picture =
            matches!(stream.dict.get(b"Subtype"), Ok(Object::Name(name)) if name == b"Image");
        // Its objects are read after this.
        if is_picture && !stream.dict.has_type(b"ObjStm") {
            stream.content = Vec::new();
        }
    }
    // lopdf takes what comes back for objects in object streams only, and what was handed over for all others.
    Some((id, object.clone()))
}

/// Where the last cross-reference section begins, as the file's end says. What follows `%%EOF` may be
/// anything.
fn last_section(bytes: &[u8]) -> Option<usize> {
    const WORD: &[u8] = b"startxref";
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    let at = tail.windows(WORD.len()).rposition(|window| window == WORD)?;
    let rest = tail.get(at + WORD.len()..)?.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = rest.split_at(digits);
    let place = std::str::from_utf8(number).ok()?.parse().ok()?;
    (rest.trim_ascii_start().starts_with(b"%%EOF") && place < bytes.len()).then_some(place)
}

/// Whether `number generation obj` stands there. Offset 0 is what some writers give to numbers they left out.
fn stands_at(bytes: &[u8], offset: usize, number: u32, generation: u16) -> bool {
    let Some(text) = bytes.get(offset..) else { return false };
    let head = &text[..text.len().min(40)];
    let head = String::from_utf8_lossy(head);
    let mut words = head.split_ascii_whitespace();
    let stands = words.next() == Some(&number.to_string())
        && words.next() == Some(&generation.to_string())
        && words.next().is_some_and(|word| word.starts_with("obj"));
    stands || offset == 0
}

/// Neighbouring numbers together.
fn runs(places: &BTreeMap<ObjectId, usize>) -> Vec<Vec<(ObjectId, usize)>> {
    let mut runs: Vec<Vec<(ObjectId, usize)>> = Vec::new();
    for (id, place) in places {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(last, _)| last.0 + 1 == id.0) => {
                run.push((*id, *place));
            }
            _ => runs.push(vec![(*id, *place)]),
        }
    }
    runs
}

/// Writes an object's body (ISO 32000-2, 7.3). Strings are written in hexadecimal, whatever they were.
pub(super) fn write(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend(value.to_string().bytes()),
        Object::Integer(value) => out.extend(value.to_string().bytes()),
        Object::Real(value) => out.extend(value.to_string().bytes()),
        Object::Name(name) => write_name(out, name),
        Object::String(bytes, _) => {
            out.push(b'<');
            out.extend(bytes.iter().flat_map(|byte| hex_digits(*byte)));
            out.push(b'>');
        }
        Object::Array(members) => {
            out.push(b'[');
            for (n, member) in members.iter().enumerate() {
                if n > 0 {
                    out.push(b' ');
                }
                write(out, member);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary),
        Object::Stream(stream) => {
            let mut dictionary = stream.dict.clone();
            dictionary.set("Length", stream.content.len() as i64);
            write_dictionary(out, &dictionary);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((number, generation)) => {
            // Writing to a vector does not fail.
            let _ = write!(out, "{number} {generation} R");
        }
    }
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        write_name(out, key);
        out.push(b' ');
        write(out, value);
        out.push(b'\n');
    }
    out.extend_from_slice(b">>");
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric() || b"-_.+*:@".contains(byte) {
            out.push(*byte);
        } else {
            out.push(b'#');
            out.extend(hex_digits(*byte));
        }
    }
}

/// Two digits.
pub(super) fn hex_digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
}
