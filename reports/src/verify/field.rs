//! The signature fields of a file (ISO 32000-2, 12.7.5.5) and the bytes that each signature covers.
//!
//! A signature is what a field's `V` names in any revision: one that a later revision drops is found too.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    rc::Rc,
};

use super::{
    file::{File, Place},
    object::{Dictionary, Flaw, Id, Notation, Object, Text},
    reason::Reason,
};

/// Most fields of a form.
const MAX_FIELDS: usize = 50_000;
/// Deepest nesting of fields.
const MAX_DEPTH: usize = 32;
/// Most signatures of a file.
pub(super) const MAX_SIGNATURES: usize = 128;

/// A field of a revision's form.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub id: Id,
    /// Full name: partial names joined by full stops.
    pub name: String,
    /// `FT`, inherited.
    pub kind: Vec<u8>,
    /// What `V` names, if it is a reference.
    pub value: Option<Id>,
    pub object: Rc<Object>,
}

/// What sort of signature it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `ETSI.CAdES.detached`
    Cades,
    /// `adbe.pkcs7.detached`
    Pkcs7,
    /// `ETSI.RFC3161`
    TimeStamp,
    Other(String),
}

/// A signature dictionary that a field names.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub field: String,
    pub field_id: Id,
    pub id: Id,
    /// Where the dictionary lies.
    pub place: Place,
    /// The revision that wrote it.
    pub owner: usize,
    /// The last revision whose form shows it.
    pub last: usize,
    pub object: Rc<Object>,
    pub kind: Kind,
    /// The field's lock in the revision that wrote the signature.
    pub lock: Option<Dictionary>,
}

/// The bytes that a signature covers.
#[derive(Clone, Debug)]
pub(super) struct Coverage {
    pub revision: usize,
    pub parts: [Range<usize>; 2],
    pub contents: Vec<u8>,
}

/// The document's catalog as of a revision.
pub(super) fn catalog(file: &File<'_>, revision: usize) -> Result<(Id, Rc<Object>), Flaw> {
    let trailer = &file.revisions.get(revision).ok_or(Flaw::Syntax)?.trailer;
    let Some(Object::Reference(id)) = trailer.get(b"Root") else { return Err(Flaw::Syntax) };
    let root = file.resolve(*id, revision)?;
    if !matches!(*root, Object::Dictionary(_)) {
        return Err(Flaw::Syntax);
    }
    Ok((*id, root))
}

/// Text of a PDF string: UTF-16 with its mark, else Latin-1.
pub(super) fn text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// All terminal and inner fields of a revision's form.
pub(super) fn fields(file: &File<'_>, revision: usize) -> Result<Vec<Field>, Flaw> {
    let (_, root) = catalog(file, revision)?;
    let Some(root) = root.dictionary() else { return Ok(Vec::new()) };
    let form = file.value(root, b"AcroForm", revision)?;
    let Some(form) = form.dictionary() else { return Ok(Vec::new()) };
    let list = file.value(form, b"Fields", revision)?;
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    let roots = list.array().unwrap_or_default();
    let mut open: Vec<(Id, String, Vec<u8>, usize)> = Vec::new();
    let push = |open: &mut Vec<_>, items: &[Object], name: &str, kind: &[u8], depth: usize| {
        for item in items.iter().rev() {
            if let Object::Reference(id) = item {
                open.push((*id, name.to_owned(), kind.to_owned(), depth));
            }
        }
    };
    push(&mut open, roots, "", b"", 0);
    while let Some((id, above, inherited, depth)) = open.pop() {
        if depth > MAX_DEPTH || out.len() > MAX_FIELDS {
            return Err(Flaw::Limit);
        }
        // A field in two places of the tree has two names and two inheritances.
        if !seen.insert(id.number) {
            return Err(Flaw::Ambiguous);
        }
        let object = file.resolve(id, revision)?;
        let Some(entries) = object.dictionary() else { continue };
        let partial = file.value(entries, b"T", revision)?;
        let name = match &*partial {
            Object::Text(Text { bytes, .. }) if above.is_empty() => text(bytes),
            Object::Text(Text { bytes, .. }) => format!("{above}.{}", text(bytes)),
            _ => above,
        };
        let kind = match &*file.value(entries, b"FT", revision)? {
            Object::Name(kind) => kind.clone(),
            _ => inherited,
        };
        let kids = file.value(entries, b"Kids", revision)?;
        push(&mut open, kids.array().unwrap_or_default(), &name, &kind, depth + 1);
        let value = match entries.get(b"V") {
            Some(Object::Reference(value)) => Some(*value),
            _ => None,
        };
        out.push(Field { id, name, kind, value, object: Rc::clone(&object) });
    }
    Ok(out)
}

/// The signatures that any revision's form shows, in the order in which they were written.
pub(super) fn find(file: &File<'_>) -> Result<Vec<Found>, Flaw> {
    let mut found: HashMap<(Place, usize), Found> = HashMap::new();
    for revision in 0..file.revisions.len() {
        for field in fields(file, revision)? {
            if field.kind != b"Sig" {
                continue;
            }
            let has_value = field.object.dictionary().is_some_and(|all| all.get(b"V").is_some());
            let Some(id) = field.value else {
                // A signature inside its field has no place of its own that a range could leave out.
                if has_value {
                    return Err(Flaw::Ambiguous);
                }
                continue;
            };
            let object = file.resolve(id, revision)?;
            let Some(entries) = object.dictionary() else { continue };
            let key = file.place(id.number, revision);
            if let Some(known) = found.get_mut(&key) {
                // One signature shown by two fields of one revision.
                if known.field_id != field.id && known.last == revision {
                    return Err(Flaw::Ambiguous);
                }
                known.last = revision;
                continue;
            }
            if found.len() >= MAX_SIGNATURES {
                return Err(Flaw::Limit);
            }
            let kind = match entries.name(b"SubFilter") {
                Some(b"ETSI.CAdES.detached") => Kind::Cades,
                Some(b"adbe.pkcs7.detached") => Kind::Pkcs7,
                Some(b"ETSI.RFC3161") => Kind::TimeStamp,
                other => Kind::Other(text(other.unwrap_or(b"?"))),
            };
            let lock = match field.object.dictionary() {
                Some(entries) => file.value(entries, b"Lock", revision)?.dictionary().cloned(),
                None => None,
            };
            let one = Found {
                field: field.name,
                field_id: field.id,
                id,
                place: key.0,
                owner: key.1,
                last: revision,
                object: Rc::clone(&object),
                kind,
                lock,
            };
            found.insert(key, one);
        }
    }
    let mut found: Vec<Found> = found.into_values().collect();
    found.sort_by_key(|one| (one.owner, one.id));
    Ok(found)
}

/// Checks a signature's ByteRange and Contents against the file's bytes.
pub(super) fn coverage(file: &File<'_>, found: &Found) -> Result<Coverage, Reason> {
    let Object::Dictionary(entries) = &*found.object else { return Err(Reason::Structure) };
    let range = entries.get(b"ByteRange").and_then(Object::array).ok_or(Reason::ByteRange)?;
    let number = |object: &Object| match object {
        Object::Integer(number) => usize::try_from(*number).ok(),
        _ => None,
    };
    let numbers: Option<Vec<usize>> = range.iter().map(number).collect();
    let Some([0, first, second, rest]) = numbers.as_deref() else { return Err(Reason::ByteRange) };
    let (first, second) = (*first, *second);
    let end = second.checked_add(*rest).filter(|end| *end <= file.bytes.len());
    let end = end.filter(|_| first < second && first > 0).ok_or(Reason::ByteRange)?;
    let Some(Object::Text(contents)) = entries.get(b"Contents") else {
        return Err(Reason::Contents);
    };
    // Inside an object stream a dictionary has no place in the file.
    let at = match found.place {
        Place::At(at, _) => at,
        Place::Free | Place::Packed(..) => return Err(Reason::Gap),
    };
    if contents.notation != Notation::Hex || contents.span != (first..second) || at > first {
        return Err(Reason::Gap);
    }
    let revision = file.revisions.get(found.owner).ok_or(Reason::Coverage)?;
    let ends = end >= revision.mark
        && file.bytes[revision.mark..end].iter().all(|byte| byte.is_ascii_whitespace());
    if !ends || !revision.bytes.contains(&at) {
        return Err(Reason::Coverage);
    }
    let contents = whole(&contents.bytes).ok_or(Reason::Contents)?.to_vec();
    Ok(Coverage { revision: found.owner, parts: [0..first, second..end], contents })
}

/// The one DER element at the start, with nothing but zeros behind it.
fn whole(bytes: &[u8]) -> Option<&[u8]> {
    let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
    let count = usize::from(first & 0x7F);
    let (header, length) = match first {
        _ if tag != 0x30 => return None,
        0..=0x7F => (2, usize::from(first)),
        0x81..=0x84 => {
            let digits = bytes.get(2..2 + count)?;
            (2 + count, digits.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        }
        _ => return None,
    };
    let (own, rest) = bytes.split_at_checked(header + length)?;
    rest.iter().all(|byte| *byte == 0).then_some(own)
}
