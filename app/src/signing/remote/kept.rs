//! A document that waits for the telephone, as it is written down: a line of facts and the PDF with its empty room.
//! It holds no secret. Who wrote it may not be asked any more: it is read like a stranger's.

use base64ct::{Base64, Encoding};
use jiff::Timestamp;
use pki::{
    certificate::Certificate,
    hash::Hash,
    signature::{Algorithm, Scheme},
    signing as cms,
};
use reports::sign::{
    Look, MAX_BYTES, Prepared, SignError,
    raise::{Ask, Why},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Asked, Filled, Signatory, fill, hex, prepare_for},
    Contract, Offered, RemoteError, certificate_of,
};

/// The first line.
const MAGIC: &[u8] = b"motcua-waits-1\n";
/// Longest line of facts.
const LONGEST: usize = 256 << 10;

/// A document that waits.
pub struct Kept {
    /// By which contract.
    pub contract: Contract,
    /// The signer's name at the provider.
    pub user: String,
    /// When the telephone was asked.
    pub asked_at: Timestamp,
    /// What the telephone shows, to be compared with the screen.
    pub name: String,
    /// Whose signature is awaited.
    pub certificate: Certificate,
    pub(super) credential: String,
    pub(super) transaction: String,
    chain: Vec<Certificate>,
    algorithm: Algorithm,
    prepared: Prepared,
}

/// Debug output may reach a log: it never shows the document or the signer.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kept({})", self.name)
    }
}

/// The line of facts.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    contract: Contract,
    user: String,
    credential: String,
    transaction: String,
    asked_at: Timestamp,
    /// The certificate and its issuers, DER in base64.
    certificates: Vec<String>,
    gap: (usize, usize),
    /// SHA-256 of the PDF as it stands here.
    sha256: String,
}

/// A name for a new request: a UUID (RFC 9562, version 4).
pub(super) fn transaction_name() -> Result<String, RemoteError> {
    let mut bytes = [0; 16];
    // Without chance two requests could have one name.
    getrandom::fill(&mut bytes).map_err(|_| RemoteError::Failed)?;
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let all = hex(&bytes);
    let parts = [&all[..8], &all[8..12], &all[12..16], &all[16..20], &all[20..]];
    Ok(parts.join("-"))
}

fn is_transaction_name(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// How it is signed remotely.
fn algorithm(certificate: &Certificate, at: Timestamp) -> Result<Algorithm, RemoteError> {
    let algorithm = cms::algorithm(certificate, at).map_err(SignError::from)?;
    match (algorithm.hash, algorithm.scheme) {
        (Hash::Sha256, Scheme::Pkcs1) => Ok(algorithm),
        _ => Err(RemoteError::Unfit),
    }
}

impl Kept {
    /// Makes a document ready for the telephone: the time that its signature tells, and when it is asked for.
    ///
    /// # Errors
    /// What forbids signing it, or signing by this certificate.
    pub fn prepare(
        pdf: Vec<u8>,
        contract: Contract,
        user: String,
        offered: Offered,
        look: Look,
        (signed_at, now): (Timestamp, Timestamp),
    ) -> Result<Self, RemoteError> {
        let Offered { credential, certificate, chain } = offered;
        let algorithm = algorithm(&certificate, now)?;
        let who = Signatory { certificate: &certificate, chain: &chain };
        let prepared = prepare_for(pdf, who, look, signed_at)?.prepared;
        let transaction = transaction_name()?;
        let name = String::new();
        let mut kept = Self {
            contract,
            user,
            asked_at: now,
            name,
            certificate,
            credential,
            transaction,
            chain,
            algorithm,
            prepared,
        };
        kept.name = kept.shown();
        Ok(kept)
    }

    /// The same document for a new request: the one before was refused or ran out.
    ///
    /// # Errors
    /// What forbids signing by this certificate now.
    pub fn renewed(self, now: Timestamp) -> Result<Self, RemoteError> {
        algorithm(&self.certificate, now)?;
        Ok(Self { transaction: transaction_name()?, asked_at: now, ..self })
    }

    /// What the telephone shows: the beginning of what it signs.
    fn shown(&self) -> String {
        format!("MC-{}", hex(&self.digest()[..4]).to_uppercase())
    }

    /// What the key signs: SHA-256 of the signed attributes.
    pub(super) fn digest(&self) -> Vec<u8> {
        Hash::Sha256.digest(&self.prepared.attributes(&self.certificate, self.algorithm))
    }

    /// The bytes to be written down.
    ///
    /// # Errors
    /// None that is to be expected.
    pub fn write(&self) -> Result<Vec<u8>, RemoteError> {
        let certificates = std::iter::once(&self.certificate).chain(&self.chain);
        let facts = Facts {
            contract: self.contract.clone(),
            user: self.user.clone(),
            credential: self.credential.clone(),
            transaction: self.transaction.clone(),
            asked_at: self.asked_at,
            certificates: certificates.map(|one| Base64::encode_string(&one.der)).collect(),
            gap: (self.prepared.gap.start, self.prepared.gap.end),
            sha256: hex(&Hash::Sha256.digest(&self.prepared.bytes)),
        };
        let facts = serde_json::to_vec(&facts).map_err(|_| RemoteError::Damaged)?;
        Ok([MAGIC, &facts, b"\n", &self.prepared.bytes].concat())
    }

    /// Reads what was written down.
    ///
    /// # Errors
    /// [`RemoteError::Damaged`].
    pub fn read(bytes: &[u8]) -> Result<Self, RemoteError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(RemoteError::Damaged)?;
        let head = &rest[..rest.len().min(LONGEST)];
        let end = head.iter().position(|byte| *byte == b'\n').ok_or(RemoteError::Damaged)?;
        let (facts, pdf) = (&rest[..end], &rest[end + 1..]);
        let facts: Facts = serde_json::from_slice(facts).map_err(|_| RemoteError::Damaged)?;
        let whole = pdf.len() <= MAX_BYTES
            && hex(&Hash::Sha256.digest(pdf)) == facts.sha256
            && is_transaction_name(&facts.transaction)
            && facts.contract.is_usable();
        if !whole {
            return Err(RemoteError::Damaged);
        }
        let prepared = Prepared::resume(pdf.to_vec(), facts.gap.0..facts.gap.1);
        let prepared = prepared.map_err(|_| RemoteError::Damaged)?;
        let certificates: Result<Vec<_>, _> =
            facts.certificates.iter().map(|one| certificate_of(one)).collect();
        let mut certificates = certificates.map_err(|_| RemoteError::Damaged)?.into_iter();
        let certificate = certificates.next().ok_or(RemoteError::Damaged)?;
        let algorithm =
            algorithm(&certificate, facts.asked_at).map_err(|_| RemoteError::Damaged)?;
        let mut kept = Self {
            contract: facts.contract,
            user: facts.user,
            asked_at: facts.asked_at,
            name: String::new(),
            chain: certificates.collect(),
            certificate,
            credential: facts.credential,
            transaction: facts.transaction,
            algorithm,
            prepared,
        };
        kept.name = kept.shown();
        Ok(kept)
    }

    /// When the provider gives it up.
    pub fn expires_at(&self) -> Timestamp {
        let length = std::time::Duration::from_secs(self.contract.expires_seconds);
        self.asked_at.checked_add(length).unwrap_or(self.asked_at)
    }

    /// The issuers that came with the certificate.
    pub fn issuers(&self) -> &[Certificate] {
        &self.chain
    }

    /// Whether a file is this document with a signature in it, whatever was added behind.
    pub fn became(&self, signed: &[u8]) -> bool {
        let Prepared { bytes, gap } = &self.prepared;
        let Some(signed) = signed.get(..bytes.len()) else { return false };
        signed[..gap.start] == bytes[..gap.start]
            && signed[gap.end..] == bytes[gap.end..]
            && signed[gap.clone()] != bytes[gap.clone()]
    }

    /// Puts the signature in, with a time stamp where somebody is to be asked for one. Why there is none comes with
    /// the document, which then stands at level B-B.
    ///
    /// # Errors
    /// [`RemoteError::NotTheSigners`].
    pub fn complete(
        self,
        signature: &[u8],
        ask: Option<&mut dyn Ask>,
    ) -> Result<(Vec<u8>, Option<Why>), RemoteError> {
        let Self { certificate, chain, algorithm, prepared, .. } = self;
        let who = Signatory { certificate: &certificate, chain: &chain };
        let asked = Asked::of(prepared, &certificate, algorithm);
        match fill(asked, who, algorithm, signature, ask)? {
            Filled::Done(bytes, missing) => Ok((bytes, missing)),
            // Nobody's telephone is asked a second time for more room: the stamp goes behind.
            Filled::Short(asked, _) => match fill(asked, who, algorithm, signature, None)? {
                Filled::Done(bytes, _) => Ok((bytes, Some(SignError::TooMuch.into()))),
                Filled::Short(..) => Err(SignError::TooMuch.into()),
            },
        }
    }
}
