//! Signing a PDF: PAdES baseline (ETSI EN 319 142-1), as an incremental update.
//!
//! Two steps with data between them, because the signature is made elsewhere and may take minutes (a token
//! asks for its PIN, a remote service for the signer's telephone): [`prepare`] makes the file with room for
//! the signature, [`Prepared::embed`] fills the room. What lies between is bytes and a range: it can be kept
//! on disk, and a crash in between leaves no half-signed file. Time and certificate come in as values.
//!
//! Refused before anything is asked of a token: what is encrypted, certified against changes, a dynamic form
//! (XFA), broken, without pages or too large.
//!
//! A signature of level B-B is complete and needs no network. What proves more (time stamps, answers on
//! revocation) is added by [`raise`], at once or later.

mod append;
mod error;
pub mod raise;
mod stamp;

use std::ops::Range;

use jiff::civil::DateTime;
use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};
use pki::{certificate::Certificate, hash::Hash, signature::Algorithm, signing};
use sha2::{Digest, Sha256, Sha384, Sha512};

use append::{Update, hex_digits};
pub use error::SignError;

/// Largest file that is signed.
pub const MAX_BYTES: usize = 300 << 20;
/// Room for a signature with its certificates: a CMS of level B-B has 2.4 KB, with a time stamp 4.2 KB.
pub const USUAL_ROOM: usize = 16 << 10;
/// Most room: the longest string of an archive document (ISO 19005-2, 6.1.13).
pub const MAX_ROOM: usize = 32_767;
/// Digits of a number in `/ByteRange`: more than any file has bytes.
const SLOT: usize = 12;
/// Most signature fields that are looked through.
const MAX_FIELDS: usize = 4096;

/// How a document shall be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The time of signing as the signer's clock has it, Asia/Ho_Chi_Minh.
    pub at: DateTime,
    /// The signer as the certificate calls him.
    pub name: String,
    /// Bytes set aside for the signature.
    pub room: usize,
    /// What is seen of it.
    pub look: Look,
}

/// What a reader sees of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing on the pages.
    Invisible,
    /// A text at the top right of page 1 (NĐ 30/2020/NĐ-CP, annex I, for electronic copies): what it is or
    /// who signs in which capacity, the signer's name, and the time to the second with its zone.
    Text(String),
}

/// A document that waits for its signature.
#[derive(Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The whole file with empty room.
    pub bytes: Vec<u8>,
    /// The room in it, with the angle brackets: what is not signed.
    pub gap: Range<usize>,
}

/// Debug output may reach a log: it never shows the document.
impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prepared({} bytes, {:?})", self.bytes.len(), self.gap)
    }
}

/// Makes the file with room for a signature.
///
/// # Errors
/// [`SignError`]: what forbids signing this file.
pub fn prepare(pdf: Vec<u8>, plan: &Plan) -> Result<Prepared, SignError> {
    if plan.room > MAX_ROOM {
        return Err(SignError::TooMuch);
    }
    let mut update = Update::of(pdf)?;
    refuse(&update.document)?;
    let page = first_page(&update)?;
    let mut look = Dictionary::new();
    if let Look::Text(text) = &plan.look {
        let (rectangle, appearance) = stamp::put(&mut update, page, text, plan)?;
        look.set("Rect", rectangle);
        look.set("AP", dictionary! { "N" => appearance });
    }
    let mut head = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached\n/M".to_vec();
    append::write(&mut head, &Object::string_literal(crate::pdfa::pdf_date(plan.at)));
    head.extend_from_slice(b"\n/Name");
    append::write(&mut head, &crate::pdfa::utf16(&plan.name));
    add_room(update, page, look, "Signature", head, plan.room)
}

/// The page whose list of annotations names the fields: every file has one.
fn first_page(update: &Update) -> Result<ObjectId, SignError> {
    update.document.page_iter().next().ok_or(SignError::NoPages)
}

/// Puts a field and its dictionary, which begins with `head`, into the update; the file with empty room.
fn add_room(
    mut update: Update,
    page: ObjectId,
    look: Dictionary,
    stem: &str,
    head: Vec<u8>,
    room: usize,
) -> Result<Prepared, SignError> {
    let catalog = catalog(&update.document)?;
    let (signature, field) = (update.reserve(), update.reserve());
    let mut widget = dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => Object::string_literal(field_name(&update.document, &catalog, stem)),
        "V" => signature,
        "P" => page,
        // Printed and locked (ISO 32000-2, table 167).
        "F" => 132,
        "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()],
    };
    for (key, value) in &look {
        widget.set(key.clone(), value.clone());
    }
    update.put(field, Object::Dictionary(widget));
    add_annotation(&mut update, page, field)?;
    add_field(&mut update, catalog, field)?;
    let (body, places) = with_room(head, room);
    update.put_raw(signature, body);
    let (mut bytes, start) = update.finish_marked(signature)?;
    let gap = start + places.contents.start..start + places.contents.end;
    let numbers = [0, gap.start, gap.end, bytes.len() - gap.end];
    let range: Vec<u8> =
        numbers.iter().flat_map(|number| format!("{number:<SLOT$} ").into_bytes()).collect();
    bytes[start + places.range..][..range.len()].copy_from_slice(&range);
    Ok(Prepared { bytes, gap })
}

impl Prepared {
    /// What was kept on disk between the two steps.
    ///
    /// # Errors
    /// [`SignError::Altered`] if there is no empty room at that place.
    pub fn resume(bytes: Vec<u8>, gap: Range<usize>) -> Result<Self, SignError> {
        let room = bytes.get(gap.clone()).ok_or(SignError::Altered)?;
        let whole = match room {
            [b'<', digits @ .., b'>'] => digits.iter().all(|digit| *digit == b'0'),
            _ => false,
        };
        if whole { Ok(Self { bytes, gap }) } else { Err(SignError::Altered) }
    }

    /// Most bytes that the room takes.
    pub fn room(&self) -> usize {
        (self.gap.len() - 2) / 2
    }

    /// The digest of everything but the room.
    pub fn digest(&self, hash: Hash) -> Vec<u8> {
        let parts = [&self.bytes[..self.gap.start], &self.bytes[self.gap.end..]];
        match hash {
            Hash::Sha384 => digest_of::<Sha384>(parts),
            Hash::Sha512 => digest_of::<Sha512>(parts),
            // Nothing weaker is written ([`signing::algorithm`]).
            Hash::Sha1 | Hash::Sha224 | Hash::Sha256 => digest_of::<Sha256>(parts),
        }
    }

    /// What the signer's key signs.
    pub fn attributes(&self, certificate: &Certificate, algorithm: Algorithm) -> Vec<u8> {
        signing::attributes(&self.digest(algorithm.hash), certificate)
    }

    /// The signed file.
    ///
    /// # Errors
    /// [`SignError::NoRoom`] if the CMS is longer than the room.
    pub fn embed(mut self, cms: &[u8]) -> Result<Vec<u8>, SignError> {
        if cms.len() > self.room() {
            return Err(SignError::NoRoom(cms.len()));
        }
        let digits = cms.iter().flat_map(|byte| hex_digits(*byte));
        for (place, digit) in self.bytes[self.gap.start + 1..].iter_mut().zip(digits) {
            *place = digit;
        }
        Ok(self.bytes)
    }
}

fn digest_of<D: Digest>(parts: [&[u8]; 2]) -> Vec<u8> {
    let mut hash = D::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().to_vec()
}

fn catalog(document: &Document) -> Result<Dictionary, SignError> {
    document.catalog().cloned().map_err(|_| SignError::Broken)
}

/// Follows a reference.
fn follow<'a>(document: &'a Document, object: &'a Object) -> &'a Object {
    document.dereference(object).map_or(object, |(_, found)| found)
}

fn entry<'a>(document: &'a Document, of: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    of.get(key).ok().map(|object| follow(document, object))
}

fn dictionary_at<'a>(
    document: &'a Document,
    of: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Dictionary> {
    entry(document, of, key)?.as_dict().ok()
}

/// What a file says of itself that forbids signing it.
fn refuse(document: &Document) -> Result<(), SignError> {
    let catalog = &catalog(document)?;
    if dictionary_at(document, catalog, b"AcroForm").is_some_and(|form| form.has(b"XFA")) {
        return Err(SignError::DynamicForm);
    }
    let certified = dictionary_at(document, catalog, b"Perms")
        .and_then(|permissions| dictionary_at(document, permissions, b"DocMDP"));
    let references = certified
        .and_then(|signature| entry(document, signature, b"Reference"))
        .and_then(|references| references.as_array().ok());
    for reference in references.into_iter().flatten() {
        let parameters = follow(document, reference)
            .as_dict()
            .ok()
            .and_then(|reference| dictionary_at(document, reference, b"TransformParams"));
        let allowed = parameters.and_then(|parameters| entry(document, parameters, b"P"));
        if allowed.and_then(|allowed| allowed.as_i64().ok()) == Some(1) {
            return Err(SignError::Certified);
        }
    }
    Ok(())
}

/// A name that no field has.
fn field_name(document: &Document, catalog: &Dictionary, stem: &str) -> String {
    let form = dictionary_at(document, catalog, b"AcroForm");
    let fields = form
        .and_then(|form| entry(document, form, b"Fields"))
        .and_then(|fields| fields.as_array().ok());
    let taken: Vec<&[u8]> = fields
        .into_iter()
        .flatten()
        .take(MAX_FIELDS)
        .filter_map(|field| entry(document, follow(document, field).as_dict().ok()?, b"T"))
        .filter_map(|name| name.as_str().ok())
        .collect();
    (1..)
        .map(|n| format!("{stem}{n}"))
        .find(|name| !taken.contains(&name.as_bytes()))
        .unwrap_or_default()
}

/// Puts the widget on the page: the list of annotations may stand in the page or be an object of its own.
fn add_annotation(update: &mut Update, page: ObjectId, field: ObjectId) -> Result<(), SignError> {
    let mut dictionary =
        update.document.get_dictionary(page).cloned().map_err(|_| SignError::Broken)?;
    match list(&update.document, dictionary.get(b"Annots").ok())? {
        (Some(own), mut members) => {
            members.push(field.into());
            update.put(own, Object::Array(members));
        }
        (None, mut members) => {
            members.push(field.into());
            dictionary.set("Annots", members);
            update.put(page, Object::Dictionary(dictionary));
        }
    }
    Ok(())
}

/// Puts the field into the form, and the form into the catalogue where there is none.
fn add_field(
    update: &mut Update,
    mut catalog: Dictionary,
    field: ObjectId,
) -> Result<(), SignError> {
    let own = catalog.get(b"AcroForm").and_then(Object::as_reference).ok();
    let mut form =
        dictionary_at(&update.document, &catalog, b"AcroForm").cloned().unwrap_or_default();
    let (list, mut fields) = list(&update.document, form.get(b"Fields").ok())?;
    fields.push(field.into());
    match list {
        Some(list) => update.put(list, Object::Array(fields)),
        None => form.set("Fields", fields),
    }
    // Signatures exist, and the file may only be appended to (ISO 32000-2, table 225).
    form.set("SigFlags", 3);
    match own {
        Some(own) => update.put(own, Object::Dictionary(form)),
        None => {
            catalog.set("AcroForm", form);
            let root = update.document.trailer.get(b"Root").and_then(Object::as_reference);
            update.put(root.map_err(|_| SignError::Broken)?, Object::Dictionary(catalog));
        }
    }
    Ok(())
}

/// A list and, where it is an object of its own, its number.
fn list(
    document: &Document,
    object: Option<&Object>,
) -> Result<(Option<ObjectId>, Vec<Object>), SignError> {
    match object {
        None | Some(Object::Null) => Ok((None, Vec::new())),
        Some(object) => {
            let (own, found) = document.dereference(object).map_err(|_| SignError::Broken)?;
            Ok((own, found.as_array().map_err(|_| SignError::Broken)?.clone()))
        }
    }
}

/// Places in the signature dictionary's bytes.
struct Places {
    /// Where the four numbers stand.
    range: usize,
    /// The room with its angle brackets.
    contents: Range<usize>,
}

/// A signature dictionary that begins with `body`, with empty room.
fn with_room(mut body: Vec<u8>, room: usize) -> (Vec<u8>, Places) {
    body.extend_from_slice(b"\n/ByteRange[");
    let range = body.len();
    body.resize(range + 4 * (SLOT + 1), b' ');
    body.extend_from_slice(b"]\n/Contents");
    let start = body.len();
    body.push(b'<');
    body.resize(body.len() + 2 * room, b'0');
    body.push(b'>');
    let contents = start..body.len();
    body.extend_from_slice(b">>");
    (body, Places { range, contents })
}

#[cfg(test)]
mod tests;
