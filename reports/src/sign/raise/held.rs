//! What a signed file holds: its signatures and time stamps with their certificates, and its store of proof.

use lopdf::{Dictionary, Document, Object};
use pki::{asn1, certificate::Certificate, cms::SignedData, hash::Hash, stamp::Token};

use crate::sign::{MAX_FIELDS, dictionary_at, entry, follow};

/// Most certificates of a store that are looked at.
const MAX_STORE: usize = 256;
/// Longest of them, unpacked.
const MAX_CERTIFICATE: usize = 64 << 10;

/// A signature of a person.
pub(super) struct Signature {
    pub certificate: Certificate,
    /// The time stamp over it, inside it.
    pub stamp: Option<Token>,
}

/// What was found, in the order in which it was written. What cannot be read is left out: verifying tells it.
#[derive(Default)]
pub(super) struct Held {
    pub signatures: Vec<Signature>,
    /// Time stamps over the document.
    pub stamps: Vec<Token>,
    /// All certificates in them and in the store.
    pub pool: Vec<Certificate>,
}

impl Held {
    pub fn of(document: &Document) -> Self {
        let mut held = Self::default();
        let Ok(catalog) = document.catalog() else { return held };
        let fields = dictionary_at(document, catalog, b"AcroForm")
            .and_then(|form| entry(document, form, b"Fields"));
        let mut found = fields.map(|fields| collect(document, fields)).unwrap_or_default();
        // A signature covers everything before it, so that the longest was written last.
        found.sort_by_key(|(end, ..)| *end);
        for (_, is_stamp, contents) in found {
            let Ok(der) = asn1::first(&contents) else { continue };
            if is_stamp {
                held.add_stamp(der);
            } else {
                held.add_signature(der);
            }
        }
        held.pool.extend(store(document, catalog));
        held
    }

    fn add_stamp(&mut self, der: &[u8]) {
        if let Ok(token) = Token::read(der) {
            self.pool.extend(token.pool.iter().cloned());
            self.stamps.push(token);
        }
    }

    fn add_signature(&mut self, der: &[u8]) {
        // Whether the digest fits is not asked here.
        let none = |_: Hash| Vec::new();
        let Ok(data) = SignedData::read_detached(der, &none) else { return };
        let [info] = &data.signers[..] else { return };
        let Ok(Some(certificate)) = data.certificate(info) else { return };
        let stamp = info.time_stamp.as_ref().and_then(|token| Token::read(token).ok());
        self.pool.extend(data.pool());
        self.pool.extend(stamp.iter().flat_map(|token| token.pool.iter().cloned()));
        self.signatures.push(Signature { certificate, stamp });
    }
}

/// A signature as it stands in the file: where its range ends, whether it is a time stamp, and its contents with
/// the rest of the room.
type Raw = (i64, bool, Vec<u8>);

/// The signatures of fields and of those below them; a form of many more fields, or one that is its own kid, is
/// not walked to its end.
fn collect(document: &Document, fields: &Object) -> Vec<Raw> {
    let mut found = Vec::new();
    let mut open = vec![fields];
    let mut left = MAX_FIELDS;
    while let Some(fields) = open.pop() {
        for field in fields.as_array().map(Vec::as_slice).unwrap_or_default() {
            left = match left.checked_sub(1) {
                Some(left) => left,
                None => return found,
            };
            let Ok(field) = follow(document, field).as_dict() else { continue };
            open.extend(entry(document, field, b"Kids"));
            found.extend(
                dictionary_at(document, field, b"V").and_then(|value| one(document, value)),
            );
        }
    }
    found
}

fn one(document: &Document, value: &Dictionary) -> Option<Raw> {
    let range = entry(document, value, b"ByteRange")?.as_array().ok()?;
    let [_, _, start, length] = &range[..] else { return None };
    let end = start.as_i64().ok()?.checked_add(length.as_i64().ok()?)?;
    let contents = entry(document, value, b"Contents")?.as_str().ok()?.to_vec();
    let kind = entry(document, value, b"SubFilter")?.as_name().ok()?;
    Some((end, kind == b"ETSI.RFC3161", contents))
}

/// The certificates of the document's store (DSS; ISO 32000-2, 12.8.4.3).
fn store(document: &Document, catalog: &Dictionary) -> Vec<Certificate> {
    let list = dictionary_at(document, catalog, b"DSS")
        .and_then(|store| entry(document, store, b"Certs"))
        .and_then(|list| list.as_array().ok());
    let streams = list.into_iter().flatten().take(MAX_STORE);
    streams
        .filter_map(|stream| follow(document, stream).as_stream().ok())
        .filter_map(|stream| stream.get_plain_content_with_limit(MAX_CERTIFICATE).ok())
        .filter_map(|der| Certificate::parse(&der).ok())
        .collect()
}
