//! The document security object: hashes of the data groups, signed (ICAO 9303-10, 4.6.2; RFC 5652).

use std::collections::BTreeMap;

use crate::fault::Fault;
use crate::options::Options;
use crate::pki::{Authority, Hash, Key, KeyKind, Profile};
use crate::tlv::{group, integer, oid, sequence, set, tlv};

/// How the issuer signs.
#[derive(Clone, Copy, Debug)]
pub struct Signing {
    /// Hash over the data groups.
    pub digest: Hash,
    /// Hash of the document signer's signature.
    pub signature_digest: Hash,
    /// Key of the document signer.
    pub signer: KeyKind,
    /// Key of the country signing authority.
    pub issuer: KeyKind,
    /// Whether the file keeps its `77` wrapper, which some cards leave out.
    pub wrapped: bool,
}

/// EF.SOD over `groups` (data group number to content), falsified if the fault is about signing.
pub fn build(options: &Options, groups: &BTreeMap<u8, Vec<u8>>) -> Vec<u8> {
    let content = security_object(options.signing.digest, groups);
    let message = signed_data(options, LDS_SECURITY_OBJECT, &content, &content);
    if options.signing.wrapped { tlv(0x77, &message) } else { message }
}

/// EF.CardSecurity: the signature is over `signed`, the file carries `infos`.
pub fn card_security(options: &Options, signed: &[u8], infos: &[u8]) -> Vec<u8> {
    signed_data(options, SECURITY_INFOS, signed, infos)
}

/// CMS SignedData that carries `content` and is signed over `signed`, which differs in a forgery.
fn signed_data(options: &Options, kind: &str, signed: &[u8], content: &[u8]) -> Vec<u8> {
    let (signing, fault) = (&options.signing, options.fault);
    let (signer, certificate, issuer) = chain(options);
    let mut digest = signing.signature_digest.digest(signed);
    if fault == Some(Fault::SodDigestMismatch) {
        digest[0] ^= 1;
    }
    let attribute = |id: &str, value: Vec<u8>| sequence(&[oid(id), set(vec![value])]);
    let attributes = vec![
        attribute("1.2.840.113549.1.9.3", oid(kind)),
        attribute("1.2.840.113549.1.9.5", signing_time(options.person.issued)),
        attribute("1.2.840.113549.1.9.4", tlv(0x04, &digest)),
    ];
    let attributes = set(attributes);
    let mut signature = signer.sign(signing.signature_digest, &attributes);
    if fault == Some(Fault::SodSignatureBroken) {
        *signature.last_mut().expect("a signature") ^= 1;
    }
    // RFC 5652, 5.4: signed as a SET OF, carried under an implicit [0].
    let carried = [&[0xA0], &attributes[1..]].concat();
    let info = sequence(&[
        integer(&[1]),
        sequence(&[issuer.distinguished_name(), tlv(0x02, &certificate.0)]),
        signing.signature_digest.algorithm(),
        carried,
        signer.signature_algorithm(signing.signature_digest),
        tlv(0x04, &signature),
    ]);
    let data = sequence(&[
        integer(&[3]),
        set(vec![signing.signature_digest.algorithm()]),
        sequence(&[oid(kind), group(0xA0, &[tlv(0x04, content)])]),
        tlv(0xA0, &certificate.1),
        set(vec![info]),
    ]);
    sequence(&[oid("1.2.840.113549.1.7.2"), group(0xA0, &[data])])
}

const LDS_SECURITY_OBJECT: &str = "2.23.136.1.1.1";
/// id-SecurityObject (BSI TR-03110-3, A.1.2.5).
const SECURITY_INFOS: &str = "0.4.0.127.0.7.3.2.1";

fn security_object(hash: Hash, groups: &BTreeMap<u8, Vec<u8>>) -> Vec<u8> {
    let entries: Vec<Vec<u8>> = groups
        .iter()
        .map(|(number, file)| sequence(&[integer(&[*number]), tlv(0x04, &hash.digest(file))]))
        .collect();
    sequence(&[integer(&[0]), hash.algorithm(), sequence(&entries)])
}

/// The signer's key, its certificate (serial and DER) and who issued it.
fn chain(options: &Options) -> (Key, (Vec<u8>, Vec<u8>), Authority) {
    let (signing, fault) = (&options.signing, options.fault);
    let country = if fault == Some(Fault::ForeignSigner) { "UT" } else { options.state.1 };
    let signer = Authority::named("Virtual Document Signer 01", "document signer", signing.signer)
        .of(country);
    let issuer = match fault {
        Some(Fault::UnknownIssuer) => {
            Authority::named("Virtual CSCA Nowhere", "unknown csca", signing.issuer)
        }
        Some(Fault::ImpostorIssuer) => {
            Authority::named("Virtual CSCA Viet Nam", "impostor csca", signing.issuer)
        }
        Some(Fault::SelfSignedSigner) => signer.clone(),
        Some(Fault::RenamedIssuer) => {
            Authority { name: "Virtual CSCA Old Name".into(), ..Authority::csca(signing.issuer) }
        }
        _ => Authority::csca(signing.issuer),
    };
    let issuer = issuer.of(country);
    let years = match fault {
        Some(Fault::ExpiredSigner) => (2015, 2018),
        Some(Fault::FutureSigner) => (2036, 2039),
        _ => (2021, 2036),
    };
    let profile = match fault {
        Some(Fault::SignerIsAuthority) => Profile::Authority,
        Some(Fault::SignerFlaggedAuthority) => Profile::FlaggedSigner,
        Some(Fault::SignerWithoutUsage) => Profile::SignerWithoutUsage,
        Some(Fault::SignerForOtherUse) => Profile::SignerForOtherUse,
        Some(Fault::SignerForOtherDocuments) => Profile::VisaSigner,
        Some(Fault::SignerKeyRetired) => Profile::RetiredSigner,
        _ => Profile::Signer,
    };
    let certificate = issuer.issue(&signer, years, profile);
    let key = match fault {
        Some(Fault::SignedByStranger) => Key::of("stranger", signing.signer),
        _ => signer.key.clone(),
    };
    (key, (signer.serial(), certificate), issuer)
}

/// UTCTime of `dd/mm/yyyy` at noon.
fn signing_time(date: &str) -> Vec<u8> {
    tlv(0x17, format!("{}{}{}050000Z", &date[8..], &date[3..5], &date[..2]).as_bytes())
}
