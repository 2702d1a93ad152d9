//! What ICAO asks of the certificates of travel documents beyond X.509 (ICAO 9303-12, 7.1): who may sign
//! documents or master lists, and that each is of one country.

use office::evidence::DocumentSigner;
use pki::{
    certificate::{Certificate, KeyUsages},
    tlv,
};

/// `id-icao-mrtd-security-extensions-nameChange`
const NAME_CHANGE: &str = "2.23.136.1.1.6.1";
/// `id-icao-mrtd-security-extensions-documentTypeList`
const DOCUMENT_TYPES: &str = "2.23.136.1.1.6.2";
/// `id-icao-cscaMasterListSigningKey`
const LIST_SIGNING: &str = "2.23.136.1.1.3";

/// Whether all critical extensions are understood, those of travel documents among them.
pub fn is_understood(certificate: &Certificate) -> bool {
    certificate.is_understood(&[NAME_CHANGE, DOCUMENT_TYPES])
}

/// Whether the key may sign documents, and this kind of document: a signer's certificate must say
/// so (ICAO 9303-12, 7.1.1), and be no authority's and for nothing else. `code` is the MRZ's document
/// code; a listed type stands for every code that begins with it.
pub fn may_sign_document(certificate: &Certificate, code: &str) -> bool {
    let listed = |types: Vec<String>| types.iter().any(|kind| code.starts_with(kind.as_str()));
    is_document_signer(certificate) && document_types(certificate).is_none_or(listed)
}

/// Whether the key may sign documents of some kind.
pub fn is_document_signer(certificate: &Certificate) -> bool {
    certificate.is_for(KeyUsages::DigitalSignature) == Some(true)
        && !certificate.is_authority
        && certificate.extended_usage.is_none()
}

/// Whether the key may sign master lists (ICAO 9303-12, 7.1).
pub fn may_sign_lists(certificate: &Certificate) -> bool {
    let for_lists = |usages: &Vec<String>| usages.iter().any(|usage| usage == LIST_SIGNING);
    certificate.is_for(KeyUsages::DigitalSignature) != Some(false)
        && !certificate.is_authority
        && certificate.extended_usage.as_ref().is_some_and(for_lists)
}

/// Whether issuer and subject name one and the same country.
pub fn is_of_one_country(certificate: &Certificate) -> bool {
    let countries = certificate.country.as_ref().zip(certificate.issuer_country.as_ref());
    countries.is_some_and(|(subject, issuer)| subject.eq_ignore_ascii_case(issuer))
}

/// The key and its state, to know the signer again.
pub fn as_signer(certificate: &Certificate) -> DocumentSigner {
    DocumentSigner {
        state: certificate.country.clone().unwrap_or_default().to_uppercase(),
        key: certificate.key_fingerprint().to_string(),
    }
}

/// The document codes that the signer may sign, where its certificate lists them (ICAO 9303-12, 7.1.1):
/// a version and a SET OF PrintableString. A list that cannot be read allows none.
fn document_types(certificate: &Certificate) -> Option<Vec<String>> {
    let types = |list: &[u8]| {
        let list = tlv::single(list).ok()?;
        let types = tlv::find(list.value, 0x31).ok()?;
        let texts = types.children().map_while(Result::ok).filter(|kind| !kind.value.is_empty());
        Some(texts.map(|kind| String::from_utf8_lossy(kind.value).into_owned()).collect())
    };
    certificate.extension(DOCUMENT_TYPES).map(|list| types(list).unwrap_or_default())
}
