//! What the issuing state publishes about its keys (ICAO 9303-12): country signers and their link
//! certificates, revocation lists, master lists, and all of them as a directory's LDIF; each also with
//! what can be wrong with it.

use crate::options::Options;
use crate::pki::{Authority, Key, KeyKind, Profile, Years};
use crate::sod::{self, Signer, Statement};
use crate::tlv::{bit_string, group, integer, oid, sequence, set, tlv};

/// The country signer's keys, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Era {
    /// The first key.
    First,
    /// A new key under the same name.
    NewKey,
    /// A new key under a new name.
    NewName,
}

impl Era {
    /// The country signer of that time.
    pub fn authority(self, kind: KeyKind) -> Authority {
        match self {
            Era::First => Authority::csca(kind),
            Era::NewKey => Authority::named("Virtual CSCA Viet Nam", "csca 2", kind),
            Era::NewName => Authority::named("Virtual CSCA Viet Nam 3", "csca 3", kind),
        }
    }

    /// Its self-signed certificate, DER.
    pub fn certificate(self, kind: KeyKind) -> Vec<u8> {
        self.authority(kind).certificate()
    }
}

/// The first country signer's certificate (DER) without the right to sign revocation lists.
pub fn csca_without_revocations(kind: KeyKind) -> Vec<u8> {
    let authority = Era::First.authority(kind);
    authority.issue(&authority, (2020, 2039), Profile::CertificatesAlone)
}

/// Link certificate (DER): the key of `from` vouches for the one of `to`.
pub fn link(from: Era, to: Era, kind: KeyKind) -> Vec<u8> {
    link_in((2021, 2039), from, to, kind)
}

/// The same, valid in other years.
pub fn link_in(years: Years, from: Era, to: Era, kind: KeyKind) -> Vec<u8> {
    from.authority(kind).issue(&to.authority(kind), years, Profile::Authority)
}

/// Link certificate (DER) by which another country's key vouches for this one's.
pub fn foreign_link(country: &'static str, kind: KeyKind) -> Vec<u8> {
    let stranger = Authority::csca(kind).of(country);
    stranger.issue(&Era::NewName.authority(kind), (2021, 2039), Profile::Authority)
}

/// The certificate (DER) of a card's document signer.
pub fn signer_der(options: &Options) -> Vec<u8> {
    sod::signer(options).certificate
}

/// What is wrong with a revocation list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationFlaw {
    /// One bit of the signature is flipped.
    Signature,
    /// Signed by another key under the issuer's name, with the issuer's key identifier.
    Stranger,
    /// Signed by a document signer.
    BySigner,
    /// An entry names another issuer.
    Indirect,
    /// It only tells what is new.
    Delta,
    /// It has a critical extension that nobody knows.
    UnknownCritical,
    /// It does not say when the next one comes.
    NoNextUpdate,
}

/// A revocation list to be made.
#[derive(Clone, Debug)]
pub struct Revocations {
    /// Whose name and key.
    pub era: Era,
    /// The name on the list, where it is not the key's: after a change of name.
    pub name: Era,
    /// Kind of the key.
    pub kind: KeyKind,
    /// First day and day of the next list, `yymmdd`.
    pub days: (&'static str, &'static str),
    /// Revoked serial numbers.
    pub serials: Vec<Vec<u8>>,
    /// Reason code (RFC 5280, 5.3.1).
    pub reason: Option<u8>,
    /// What is wrong.
    pub flaw: Option<RevocationFlaw>,
}

impl Revocations {
    /// The list of the first country signer that revokes the signer of
    /// [`Fault::RevokedSigner`](crate::Fault::RevokedSigner).
    pub fn usual(kind: KeyKind, signer: KeyKind) -> Revocations {
        Revocations {
            era: Era::First,
            name: Era::First,
            kind,
            days: ("260901", "270901"),
            serials: vec![sod::revoked_signer(signer).serial()],
            reason: Some(1),
            flaw: None,
        }
    }

    /// DER CertificateList.
    pub fn der(&self) -> Vec<u8> {
        let issuer = self.era.authority(self.kind);
        let time = |day: &str| tlv(0x17, format!("{day}000000Z").as_bytes());
        let extension = |id: &str, critical: bool, value: Vec<u8>| {
            let critical = if critical { tlv(0x01, &[0xFF]) } else { Vec::new() };
            sequence(&[oid(id), critical, tlv(0x04, &value)])
        };
        let entry = |serial: &Vec<u8>| {
            let mut extensions: Vec<Vec<u8>> = Vec::new();
            if let Some(code) = self.reason {
                extensions.push(extension("2.5.29.21", false, tlv(0x0A, &[code])));
            }
            if self.flaw == Some(RevocationFlaw::Indirect) {
                let name = group(0xA4, &[issuer.distinguished_name()]);
                extensions.push(extension("2.5.29.29", true, sequence(&[name])));
            }
            let extensions = if extensions.is_empty() { Vec::new() } else { sequence(&extensions) };
            sequence(&[tlv(0x02, serial), time("260801"), extensions])
        };
        let key_id = sequence(&[tlv(0x80, &issuer.key_identifier())]);
        let mut extensions = vec![
            extension("2.5.29.35", false, key_id),
            extension("2.5.29.20", false, integer(&[7])),
        ];
        match self.flaw {
            Some(RevocationFlaw::Delta) => {
                extensions.push(extension("2.5.29.27", true, integer(&[6])));
            }
            Some(RevocationFlaw::UnknownCritical) => {
                extensions.push(extension("1.3.6.1.4.1.99999.1", true, integer(&[1])));
            }
            _ => {}
        }
        let entries: Vec<Vec<u8>> = self.serials.iter().map(entry).collect();
        let next = match self.flaw {
            Some(RevocationFlaw::NoNextUpdate) => Vec::new(),
            _ => time(self.days.1),
        };
        let body = sequence(&[
            integer(&[1]),
            issuer.key.signature_algorithm(issuer.hash),
            self.name.authority(self.kind).distinguished_name(),
            time(self.days.0),
            next,
            if entries.is_empty() { Vec::new() } else { sequence(&entries) },
            group(0xA0, &[sequence(&extensions)]),
        ]);
        let key = match self.flaw {
            Some(RevocationFlaw::Stranger) => Key::of("stranger", self.kind),
            Some(RevocationFlaw::BySigner) => Key::of("document signer", self.kind),
            _ => issuer.key.clone(),
        };
        let mut signature = key.sign(issuer.hash, &body);
        if self.flaw == Some(RevocationFlaw::Signature) {
            *signature.last_mut().expect("a signature") ^= 1;
        }
        sequence(&[body, issuer.key.signature_algorithm(issuer.hash), bit_string(&signature)])
    }
}

/// What is wrong with a master list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFlaw {
    /// One bit of the signature is flipped.
    Signature,
    /// A certificate was added after signing.
    Added,
    /// Signed by a document signer.
    OtherUse,
    /// Its signer was issued by an authority nobody knows.
    UnknownIssuer,
    /// Its signer had expired when the list was signed.
    Expired,
    /// Nobody signed it.
    Unsigned,
    /// The signer's certificate is left out.
    NoCertificate,
}

/// DER master list (ICAO 9303-12, 9) of `certificates`, signed for the first country signer of `kind`.
pub fn master_list(certificates: &[Vec<u8>], kind: KeyKind, flaw: Option<ListFlaw>) -> Vec<u8> {
    let issuer = match flaw {
        Some(ListFlaw::UnknownIssuer) => {
            Authority::named("Virtual CSCA Nowhere", "unknown csca", kind)
        }
        _ => Authority::csca(kind),
    };
    let signer = Authority::named("Virtual Master List Signer", "list signer", kind);
    let profile = match flaw {
        Some(ListFlaw::OtherUse) => Profile::Signer,
        _ => Profile::ListSigner,
    };
    let years = if flaw == Some(ListFlaw::Expired) { (2021, 2024) } else { (2021, 2036) };
    let signer = Signer {
        serial: signer.serial(),
        certificate: issuer.issue(&signer, years, profile),
        key: signer.key,
        issuer,
    };
    let content = |certificates: &[Vec<u8>]| sequence(&[integer(&[0]), set(certificates.to_vec())]);
    let statement = Statement {
        content_type: "2.23.136.1.1.2",
        content: content(certificates),
        digest: signer.issuer.hash,
        named_digest: signer.issuer.hash,
        time: tlv(0x17, b"261015080000Z"),
        digest_flaw: false,
        signature_flaw: flaw == Some(ListFlaw::Signature),
    };
    let infos =
        if flaw == Some(ListFlaw::Unsigned) { vec![] } else { vec![statement.sign(&signer)] };
    let carried = match flaw {
        Some(ListFlaw::NoCertificate) => &[][..],
        _ => &signer.certificate,
    };
    let mut shown = certificates.to_vec();
    if flaw == Some(ListFlaw::Added) {
        shown.push(Authority::named("Virtual CSCA Intruder", "intruder", kind).certificate());
    }
    Statement { content: content(&shown), ..statement }.message(carried, infos)
}

/// One value of a directory entry.
pub enum DirectoryValue {
    /// A document signer's or country signer's certificate.
    Certificate(Vec<u8>),
    /// A master list.
    MasterList(Vec<u8>),
    /// A revocation list.
    Revocations(Vec<u8>),
}

/// LDIF (RFC 2849) as the public key directory writes it: base64, lines folded at 76 characters.
pub fn ldif(values: &[DirectoryValue]) -> String {
    let mut text = "version: 1\n# Virtual card, no real directory.\n".to_owned();
    for (number, value) in values.iter().enumerate() {
        let (attribute, class, der) = match value {
            DirectoryValue::Certificate(der) => ("userCertificate;binary", "inetOrgPerson", der),
            DirectoryValue::MasterList(der) => ("CscaMasterListData", "CscaMasterList", der),
            DirectoryValue::Revocations(der) => {
                ("certificateRevocationList;binary", "cRLDistributionPoint", der)
            }
        };
        text +=
            &format!("\ndn: cn={number},o=dsc,c=VN,dc=data,dc=download\nobjectClass: {class}\n");
        let line = format!("{attribute}:: {}", base64(der));
        for (at, part) in line.as_bytes().chunks(75).enumerate() {
            text += if at == 0 { "" } else { " " };
            text += std::str::from_utf8(part).expect("ASCII");
            text += "\n";
        }
    }
    text
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain(&[0, 0]).take(3).fold(0u32, |n, b| n << 8 | u32::from(*b));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) as usize & 63];
            out.push(if place <= chunk.len() { digit as char } else { '=' });
        }
    }
    out
}
