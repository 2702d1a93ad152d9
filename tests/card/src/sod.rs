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
    let content = security_object(options, groups);
    let message = signed_data(options, LDS_SECURITY_OBJECT, &content, &content);
    if options.signing.wrapped { tlv(0x77, &message) } else { message }
}

/// EF.CardSecurity: the signature is over `signed`, the file carries `infos`.
pub fn card_security(options: &Options, signed: &[u8], infos: &[u8]) -> Vec<u8> {
    signed_data(options, SECURITY_INFOS, signed, infos)
}

/// CMS SignedData that carries `content` and is signed over `signed`, which differs in a forgery.
fn signed_data(options: &Options, kind: &'static str, signed: &[u8], content: &[u8]) -> Vec<u8> {
    let (signing, fault) = (&options.signing, options.fault);
    let signer = signer(options);
    let mut statement = Statement {
        content_type: kind,
        content: signed.to_vec(),
        digest: signing.signature_digest,
        named_digest: signing.signature_digest,
        time: if options.dated { signing_time(options.person.issued) } else { Vec::new() },
        digest_flaw: fault == Some(Fault::SodDigestMismatch),
        signature_flaw: fault == Some(Fault::SodSignatureBroken),
    };
    if fault == Some(Fault::SignerDigestMismatch) {
        statement.named_digest = match signing.signature_digest {
            Hash::Sha512 => Hash::Sha256,
            _ => Hash::Sha512,
        };
    }
    let mut infos = vec![statement.sign(&signer)];
    if matches!(fault, Some(Fault::TwoSigners | Fault::SecondSignerFalse)) {
        let falsified = fault == Some(Fault::SecondSignerFalse);
        let time = signing_time("31/12/2025");
        let second = Statement { signature_flaw: falsified, time, ..statement.clone() };
        infos.push(second.sign(&signer));
    }
    let mut certificates = Vec::new();
    if fault == Some(Fault::DeepCertificate) {
        certificates.extend((0..4000).fold(integer(&[1]), |inner, _| tlv(0x30, &inner)));
    }
    if fault == Some(Fault::OtherCertificates) {
        let stranger = Authority::named("Virtual Stranger", "stranger", signing.signer);
        certificates.extend(sequence(&[integer(&[1]), tlv(0x04, b"no certificate")]));
        certificates.extend(stranger.certificate());
    }
    if options.encloses_signer {
        certificates.extend(&signer.certificate);
    }
    let message =
        Statement { content: content.to_vec(), ..statement }.message(&certificates, infos);
    match fault {
        Some(Fault::IndefiniteSod) => {
            let (_, value, _) = crate::tlv::take(&message).expect("its own encoding");
            [&[0x30, 0x80], value, &[0, 0]].concat()
        }
        _ => message,
    }
}

/// Something to be signed in a CMS SignedData (RFC 5652), with what is to be wrong about it.
#[derive(Clone)]
pub struct Statement {
    /// Object identifier of the content's type.
    pub content_type: &'static str,
    /// The content.
    pub content: Vec<u8>,
    /// Hash of content and signature.
    pub digest: Hash,
    /// Hash that the signer names.
    pub named_digest: Hash,
    /// DER of the signing time; empty to leave it out.
    pub time: Vec<u8>,
    /// The signed digest is not the content's.
    pub digest_flaw: bool,
    /// One bit of the signature is flipped.
    pub signature_flaw: bool,
}

/// Who signs: a key, the certificate that is said to be its own, and how that is named.
pub struct Signer {
    /// The key.
    pub key: Key,
    /// The certificate's serial number.
    pub serial: Vec<u8>,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// Who issued the certificate.
    pub issuer: Authority,
}

impl Statement {
    /// DER SignerInfo.
    pub fn sign(&self, signer: &Signer) -> Vec<u8> {
        let mut digest = self.digest.digest(&self.content);
        if self.digest_flaw {
            digest[0] ^= 1;
        }
        let attribute = |id: &str, value: Vec<u8>| sequence(&[oid(id), set(vec![value])]);
        let mut attributes = vec![
            attribute("1.2.840.113549.1.9.3", oid(self.content_type)),
            attribute("1.2.840.113549.1.9.4", tlv(0x04, &digest)),
        ];
        if !self.time.is_empty() {
            attributes.push(attribute("1.2.840.113549.1.9.5", self.time.clone()));
        }
        let attributes = set(attributes);
        let mut signature = signer.key.sign(self.digest, &attributes);
        if self.signature_flaw {
            *signature.last_mut().expect("a signature") ^= 1;
        }
        // RFC 5652, 5.4: signed as a SET OF, carried under an implicit [0].
        let carried = [&[0xA0], &attributes[1..]].concat();
        sequence(&[
            integer(&[1]),
            sequence(&[signer.issuer.distinguished_name(), tlv(0x02, &signer.serial)]),
            self.named_digest.algorithm(),
            carried,
            signer.key.signature_algorithm(self.digest),
            tlv(0x04, &signature),
        ])
    }

    /// DER ContentInfo with these certificates and signer infos.
    pub fn message(&self, certificates: &[u8], infos: Vec<Vec<u8>>) -> Vec<u8> {
        let certificates =
            if certificates.is_empty() { Vec::new() } else { tlv(0xA0, certificates) };
        let data = sequence(&[
            integer(&[3]),
            set(vec![self.named_digest.algorithm()]),
            sequence(&[oid(self.content_type), group(0xA0, &[tlv(0x04, &self.content)])]),
            certificates,
            set(infos),
        ]);
        sequence(&[oid("1.2.840.113549.1.7.2"), group(0xA0, &[data])])
    }
}

const LDS_SECURITY_OBJECT: &str = "2.23.136.1.1.1";
/// id-SecurityObject (BSI TR-03110-3, A.1.2.5).
const SECURITY_INFOS: &str = "0.4.0.127.0.7.3.2.1";

fn security_object(options: &Options, groups: &BTreeMap<u8, Vec<u8>>) -> Vec<u8> {
    let (hash, fault) = (options.signing.digest, options.fault);
    let used = match fault {
        Some(Fault::SodHashMismatch) if hash == Hash::Sha384 => Hash::Sha512,
        Some(Fault::SodHashMismatch) => Hash::Sha384,
        _ => hash,
    };
    let entry = |number: u8, digest: &[u8]| sequence(&[integer(&[number]), tlv(0x04, digest)]);
    let mut entries: Vec<Vec<u8>> =
        groups.iter().map(|(number, file)| entry(*number, &used.digest(file))).collect();
    if fault == Some(Fault::ShortGroupHash) {
        entries[0] = entry(1, &used.digest(&groups[&1])[..20]);
    }
    if fault == Some(Fault::GroupHashedTwice) {
        entries.push(entry(13, &used.digest(&crate::files::altered_dg13(options))));
    }
    let versions = sequence(&[tlv(0x13, b"0108"), tlv(0x13, b"040000")]);
    match fault {
        Some(Fault::LdsVersion1 | Fault::LdsVersionDiffers) => {
            sequence(&[integer(&[1]), hash.algorithm(), sequence(&entries), versions])
        }
        _ => sequence(&[integer(&[0]), hash.algorithm(), sequence(&entries)]),
    }
}

/// The document signer that `virtual-card crl` revokes.
pub fn revoked_signer(kind: KeyKind) -> Authority {
    Authority::named("Virtual Document Signer 66", "revoked document signer", kind)
}

/// Who signs the card.
pub fn signer(options: &Options) -> Signer {
    let (signing, fault) = (&options.signing, options.fault);
    let country = if fault == Some(Fault::ForeignSigner) { "UT" } else { options.state.1 };
    let kind = if fault == Some(Fault::WeakSigner) { KeyKind::RsaShort } else { signing.signer };
    let signer = match fault {
        Some(Fault::RevokedSigner) => revoked_signer(kind),
        _ => Authority::named("Virtual Document Signer 01", "document signer", kind),
    };
    let signer = Authority { long_serial: fault == Some(Fault::LongSerial), ..signer.of(country) };
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
        _ => options.era.authority(signing.issuer),
    };
    let issuer = issuer.of(country);
    let years = match fault {
        Some(Fault::ExpiredSigner) => (2015, 2018),
        Some(Fault::FutureSigner) => (2036, 2039),
        _ => options.signer_years,
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
    Signer { key, serial: signer.serial(), certificate, issuer }
}

/// UTCTime of `dd/mm/yyyy` at noon.
fn signing_time(date: &str) -> Vec<u8> {
    tlv(0x17, format!("{}{}{}050000Z", &date[8..], &date[3..5], &date[..2]).as_bytes())
}
