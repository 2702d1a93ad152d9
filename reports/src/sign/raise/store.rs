//! The document's store of proof (DSS; ISO 32000-2, 12.8.4.3; ETSI EN 319 142-1, 5.4): certificates,
//! revocation lists and OCSP answers, for all signatures together. What stands there stays: a store only grows.

use lopdf::{Dictionary, Object, Stream};

use crate::sign::{SignError, append::Update, catalog, dictionary_at, follow, list};

/// Largest stream of a store that is compared.
const MAX_STREAM: usize = 32 << 20;

/// What goes into the store, each in DER.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Proof {
    pub certificates: Vec<Vec<u8>>,
    pub lists: Vec<Vec<u8>>,
    /// Whole `OCSPResponse`s.
    pub answers: Vec<Vec<u8>>,
}

/// Puts proof into the update.
pub(super) fn put(update: &mut Update, proof: &Proof) -> Result<(), SignError> {
    let mut catalog = catalog(&update.document)?;
    let own = catalog.get(b"DSS").and_then(Object::as_reference).ok();
    let mut store = dictionary_at(&update.document, &catalog, b"DSS").cloned().unwrap_or_default();
    store.set("Type", "DSS");
    let kinds = [("Certs", &proof.certificates), ("CRLs", &proof.lists), ("OCSPs", &proof.answers)];
    for (key, new) in kinds {
        let (_, mut members) = list(&update.document, store.get(key.as_bytes()).ok())?;
        let mut held: Vec<Vec<u8>> = members
            .iter()
            .filter_map(|member| follow(&update.document, member).as_stream().ok())
            .filter_map(|stream| stream.get_plain_content_with_limit(MAX_STREAM).ok())
            .collect();
        for der in new {
            if held.contains(der) {
                continue;
            }
            let id = update.reserve();
            let stream = Stream::new(Dictionary::new(), der.clone());
            update.put(id, Object::Stream(stream));
            members.push(id.into());
            held.push(der.clone());
        }
        if !members.is_empty() {
            store.set(key, members);
        }
    }
    match own {
        Some(own) => update.put(own, Object::Dictionary(store)),
        None => {
            let id = update.reserve();
            update.put(id, Object::Dictionary(store));
            catalog.set("DSS", id);
            let root = update.document.trailer.get(b"Root").and_then(Object::as_reference);
            update.put(root.map_err(|_| SignError::Broken)?, Object::Dictionary(catalog));
        }
    }
    Ok(())
}
