//! Verifying the signatures of a PDF (ISO 32000-2, 12.8; ETSI EN 319 142-1 and 319 102-1; Thông tư
//! 15/2025/TT-BKHCN): clerks decide by it, so what is not proven is not called valid.
//!
//! # How it decides
//! 1. The bytes are read strictly and never repaired (the private modules `object` and `file`). What two
//!    readers could read differently, such as a key that stands twice in a dictionary, an object that two
//!    tables place elsewhere, a loop of revisions, a later table that points back into signed bytes, makes
//!    every signature of the file invalid.
//! 2. Signatures are what fields name in any revision. A signature covers everything from the first byte to
//!    the end of the revision that wrote it, but for exactly its own `Contents` in hex digits.
//! 3. The CMS signature is detached, strict DER, with one signer and signed attributes; CAdES must name its
//!    certificate under the signature. SHA-1, RSA below 2048 bits and curves below 256 are refused.
//! 4. Certificates are judged at a trusted time: by a time stamp of a trusted authority, over the signature or
//!    over the document; where there is none, at `now`, as the signer's own time is only claimed. Time stamps
//!    themselves are judged from the outermost inwards, each at the time that the next one proves.
//! 5. Revocation is told from lists and answers that the document carries and that verify. Nothing is asked
//!    of a network; what is not known is said.
//! 6. Later revisions are compared with the signed one (the private module `changes`). Proof, time stamps,
//!    sound further signatures and fields that a certifying signer left open do no harm; everything else makes
//!    it "valid, changed later", or invalid where the certifying signer forbade it.
//!
//! # What it cannot know
//! A further signature has a picture, and a picture may say anything: one that takes more than a quarter of
//! its page is told as a change. What a font or a page draws is not looked at.

mod chain;
mod changes;
mod field;
mod file;
mod object;
mod reason;

use std::{ops::Range, rc::Rc};

use jiff::Timestamp;
use pki::{
    certificate::Certificate,
    cms::{SignedData, SignerInfo},
    hash::Hash,
    ocsp::{Answer, Archive},
    revocation::RevocationList,
    stamp::Token,
};
use serde::Serialize;

pub use chain::Trust;
pub use changes::Change;
pub use reason::{Effect, Reason, VerifyError};

use chain::{At, Evidence, Purpose};
use changes::{Known, Later};
use field::{Coverage, Found, Kind};
use file::File;
use object::{Dictionary, Flaw, Object, Stream, Text};

/// Largest file.
const MAX_FILE: usize = 2 << 30;
/// Most certificates, lists and answers that a document may carry.
const MAX_EVIDENCE: usize = 64;
/// Most bytes of them.
const MAX_EVIDENCE_BYTES: usize = 32 << 20;

/// What the whole file is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Overall {
    /// Every signature is valid and nothing was changed.
    Valid,
    /// Every signature is valid, and the file was changed after one of them.
    ValidChangedLater,
    /// A signature is not valid, or the file cannot be trusted to show what was signed.
    Invalid,
    /// No signature.
    Unsigned,
}

/// What one signature is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Valid, and what the file shows is what was signed.
    Valid,
    /// Valid for its revision; the file shows more or something else.
    ValidChangedLater,
    /// Not valid.
    Invalid,
}

/// How much proof a signature carries (ETSI EN 319 142-1, 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Level {
    /// The signature.
    #[serde(rename = "B-B")]
    Basic,
    /// With a trusted time.
    #[serde(rename = "B-T")]
    Time,
    /// With proof that nothing was revoked.
    #[serde(rename = "B-LT")]
    LongTerm,
    /// With a time stamp over that proof.
    #[serde(rename = "B-LTA")]
    Archive,
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Basic => "B-B",
            Self::Time => "B-T",
            Self::LongTerm => "B-LT",
            Self::Archive => "B-LTA",
        })
    }
}

/// Who says when it was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// A trusted time stamp.
    Timestamp,
    /// The signer's own machine.
    Signer,
}

/// One signature and what was found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Name of its field.
    pub field: String,
    /// Whose certificate it is, where one was read.
    pub signer: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// How much proof there is.
    pub level: Level,
    /// When it was signed, and who says so.
    pub time: Option<(Timestamp, TimeSource)>,
    /// Nothing follows it in the file.
    pub covers_whole_file: bool,
    /// Which save it covers, from 1; `None` where its range is wrong.
    pub revision: Option<usize>,
    /// What it is worth.
    pub status: Status,
    /// Why: the gravest first.
    pub reasons: Vec<Reason>,
}

/// What was found in a file.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What the file is worth.
    pub overall: Overall,
    /// Its signatures in the order in which they were written; time stamps are no signatures.
    pub signatures: Vec<Checked>,
    /// What concerns the file and no single signature.
    pub reasons: Vec<Reason>,
    /// Saves of the file.
    pub revisions: usize,
}

/// Verifies the signatures of a PDF.
///
/// # Errors
/// Where nothing can be said: no PDF, encrypted, beyond the limits, or damaged without a trace of a signature.
pub fn verify(bytes: &[u8], trust: &Trust, now: Timestamp) -> Result<Verdict, VerifyError> {
    if bytes.len() > MAX_FILE {
        return Err(VerifyError::TooLarge);
    }
    let head = &bytes[..bytes.len().min(1024)];
    let start = find(head, b"%PDF-").ok_or(VerifyError::NotPdf)?;
    // Whoever writes bytes before the header counts places from the header (annex H.3) or from the file.
    let read = |from: usize| {
        let (file, rest) = File::read(&bytes[from..])?;
        let signatures = field::find(&file)?;
        Ok::<_, Flaw>((file, rest, signatures))
    };
    let attempt = match read(0) {
        Err(flaw) if start > 0 && flaw != Flaw::Limit => read(start),
        other => other,
    };
    let (file, rest, found) = match attempt {
        Ok(all) => all,
        Err(flaw) => return broken(bytes, flaw),
    };
    if file.revisions.iter().any(|revision| revision.trailer.get(b"Encrypt").is_some()) {
        return Err(VerifyError::Encrypted);
    }
    let mut verdict =
        Check { file: &file, trust, now, evidence: Evidence::default(), pool: Vec::new() }
            .run(&found);
    if !verdict.signatures.is_empty() {
        if start > 0 {
            verdict.reasons.push(Reason::LeadingBytes);
        }
        let signed = found.iter().filter_map(|one| field::coverage(&file, one).ok());
        let signed = signed.map(|coverage| coverage.parts[1].end).max().unwrap_or_default();
        let loose = rest.start.max(signed)..file.bytes.len();
        if !loose.is_empty() {
            verdict.reasons.push(Reason::TrailingBytes(loose.len()));
        }
    }
    if found.is_empty() && hides_signature(&file) {
        verdict.reasons.push(Reason::Hidden);
    }
    verdict.conclude();
    Ok(verdict)
}

/// Whether a signature's range stands in bytes that no attached file explains: its revision was cut off or
/// is passed over by the tables.
fn hides_signature(file: &File<'_>) -> bool {
    let mut from = 0;
    let mut streams = None;
    while let Some(at) = find(&file.bytes[from..], b"/ByteRange") {
        let at = from + at;
        let streams: &Vec<Range<usize>> = streams.get_or_insert_with(|| file.streams());
        if !streams.iter().any(|data| data.contains(&at)) {
            return true;
        }
        from = at + 1;
    }
    false
}

/// A file that cannot be read as it stands: somebody who sees a signature in it must be told not to trust it.
fn broken(bytes: &[u8], flaw: Flaw) -> Result<Verdict, VerifyError> {
    if find(bytes, b"/Encrypt").is_some() && find(bytes, b"/ByteRange").is_none() {
        return Err(VerifyError::Encrypted);
    }
    if find(bytes, b"/ByteRange").is_none() {
        return Err(if flaw == Flaw::Limit { VerifyError::TooLarge } else { VerifyError::Broken });
    }
    Ok(Verdict {
        overall: Overall::Invalid,
        signatures: Vec::new(),
        reasons: vec![Reason::Structure],
        revisions: 0,
    })
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == word[0]) {
        if bytes[from + at..].starts_with(word) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

impl Verdict {
    fn conclude(&mut self) {
        let gravest = self.reasons.iter().map(Reason::effect).max().unwrap_or(Effect::Note);
        for one in &mut self.signatures {
            one.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.effect()));
            let own = one.reasons.iter().map(Reason::effect).max().unwrap_or(Effect::Note);
            one.status = match own.max(gravest) {
                Effect::Note => Status::Valid,
                Effect::Changed => Status::ValidChangedLater,
                Effect::Invalid => Status::Invalid,
            };
        }
        let worst = |status| self.signatures.iter().any(|one| one.status == status);
        self.overall = if self.signatures.is_empty() && gravest != Effect::Invalid {
            Overall::Unsigned
        } else if gravest == Effect::Invalid || worst(Status::Invalid) {
            Overall::Invalid
        } else if worst(Status::ValidChangedLater) {
            Overall::ValidChangedLater
        } else {
            Overall::Valid
        };
    }
}

/// A signature as far as its own bytes tell.
struct Opened {
    coverage: Coverage,
    info: SignerInfo,
    certificate: Certificate,
    pool: Vec<Certificate>,
}

/// A document time stamp that is whole.
struct Stamped {
    coverage: Coverage,
    token: Token,
}

/// A document time stamp of a trusted authority.
#[derive(Clone, Copy)]
struct Proof {
    revision: usize,
    time: Timestamp,
}

struct Check<'a, 'f> {
    file: &'a File<'f>,
    trust: &'a Trust,
    now: Timestamp,
    evidence: Evidence,
    pool: Vec<Certificate>,
}

impl Check<'_, '_> {
    fn run(mut self, found: &[Found]) -> Verdict {
        let last = self.file.revisions.len() - 1;
        let mut verdict = Verdict {
            overall: Overall::Unsigned,
            signatures: Vec::new(),
            reasons: Vec::new(),
            revisions: last + 1,
        };
        self.notes(last, &mut verdict);
        if self.read_evidence(last).is_err() {
            verdict.reasons.push(Reason::Structure);
        }
        let mut known = Known::new();
        let mut stamps = Vec::new();
        let mut opened = Vec::new();
        for one in found {
            let later = if one.kind == Kind::TimeStamp {
                match self.open_stamp(one) {
                    Ok(stamp) => {
                        stamps.push(stamp);
                        Later::SoundTimeStamp
                    }
                    Err(reason) => {
                        verdict.reasons.push(reason);
                        Later::Broken
                    }
                }
            } else {
                let result = self.open(one);
                let later = if result.is_ok() { Later::Sound } else { Later::Broken };
                opened.push((one, result));
                later
            };
            known.insert(one.place, later);
        }
        let proofs = self.prove(&stamps);
        for (one, result) in opened {
            let mut checked = self.judge(one, result, &proofs, found, &known);
            if one.last < last {
                checked.reasons.push(Reason::Removed);
            }
            verdict.signatures.push(checked);
        }
        if verdict.signatures.is_empty()
            && let Some(proof) = proofs.first()
        {
            verdict.reasons.push(Reason::OnlyTimeStamp(proof.time));
        }
        verdict
    }

    /// Digest of the signed bytes, which are not copied.
    fn digest(&self, coverage: &Coverage, hash: Hash) -> Vec<u8> {
        let parts = coverage.parts.clone().map(|part| &self.file.bytes[part]);
        hash.digest_of(&parts)
    }

    /// Opens a signature whose bytes are whole: coverage, CMS, digest, signature.
    fn open(&self, found: &Found) -> Result<Opened, Box<Unopened>> {
        let fail =
            |reason: Reason| Box::new(Unopened { reason, coverage: None, certificate: None });
        if let Kind::Other(name) = &found.kind {
            return Err(fail(Reason::Kind(name.clone())));
        }
        let coverage = field::coverage(self.file, found).map_err(fail)?;
        let digest = |hash| self.digest(&coverage, hash);
        let read = SignedData::read_detached(&coverage.contents, &digest);
        let data = read.map_err(|error| {
            fail(match error {
                pki::asn1::Asn1Error::Malformed => Reason::Cms,
                pki::asn1::Asn1Error::UnknownHash => Reason::UnknownAlgorithm,
            })
        })?;
        let certificate = match &data.signers[..] {
            [info] if data.content_type == "1.2.840.113549.1.7.1" => {
                data.certificate(info).map_err(|_| fail(Reason::Cms))?
            }
            _ => return Err(fail(Reason::Cms)),
        };
        let certificate = certificate.ok_or_else(|| fail(Reason::NoCertificate))?;
        let (info, pool) = (data.signers[0].clone(), data.pool());
        let named = info.names_under_signature(&certificate);
        let wrong = if !info.fits_content() {
            Some(Reason::Digest)
        } else if info.holds(&certificate).is_none() {
            Some(Reason::UnknownAlgorithm)
        } else if named == Some(false) {
            Some(Reason::OtherCertificate)
        } else if info.holds(&certificate) == Some(false) {
            Some(Reason::Signature)
        } else if named.is_none() && found.kind == Kind::Cades {
            Some(Reason::NoCertificateName)
        } else {
            None
        };
        match wrong {
            Some(reason) => Err(Box::new(Unopened {
                reason,
                coverage: Some(coverage),
                certificate: Some(certificate),
            })),
            None => Ok(Opened { coverage, info, certificate, pool }),
        }
    }

    /// Opens a time stamp over the document.
    fn open_stamp(&self, found: &Found) -> Result<Stamped, Reason> {
        let coverage = field::coverage(self.file, found)?;
        let token = Token::read(&coverage.contents).map_err(|_| Reason::DocumentTimeStamp)?;
        let whole = token.imprint == self.digest(&coverage, token.hash)
            && token.holds() == Some(true)
            && !token.uses_sha1();
        if whole { Ok(Stamped { coverage, token }) } else { Err(Reason::DocumentTimeStamp) }
    }

    /// The time stamps that count, the outermost first: each judged at the time that the one after it proves.
    fn prove(&self, stamps: &[Stamped]) -> Vec<Proof> {
        let mut stamps: Vec<&Stamped> = stamps.iter().collect();
        stamps.sort_by_key(|stamp| std::cmp::Reverse(stamp.coverage.revision));
        let mut proofs: Vec<Proof> = Vec::new();
        for stamp in stamps {
            let at = proofs.last().map_or(At::Now(self.now), |proof| At::Proven(proof.time));
            if self.is_trusted(&stamp.token, at) && stamp.token.time <= at.time() {
                proofs.push(Proof { revision: stamp.coverage.revision, time: stamp.token.time });
            }
        }
        proofs
    }

    fn is_trusted(&self, token: &Token, at: At) -> bool {
        let pool: Vec<Certificate> = token.pool.iter().chain(&self.pool).cloned().collect();
        let signer = &token.certificate;
        let judged =
            chain::judge(signer, &pool, self.trust, &self.evidence, at, Purpose::TimeStamp);
        let sound = judged.reasons.iter().all(|reason| reason.effect() == Effect::Note);
        // Nobody stamps before the certificate is valid.
        sound && signer.valid.0 <= token.time && token.time <= signer.valid.1
    }

    fn judge(
        &self,
        found: &Found,
        result: Result<Opened, Box<Unopened>>,
        proofs: &[Proof],
        all: &[Found],
        known: &Known,
    ) -> Checked {
        let mut checked = Checked {
            field: found.field.clone(),
            signer: None,
            issuer: None,
            level: Level::Basic,
            time: claimed(found).map(|time| (time, TimeSource::Signer)),
            covers_whole_file: false,
            revision: None,
            status: Status::Invalid,
            reasons: Vec::new(),
        };
        let opened = match result {
            Ok(opened) => opened,
            Err(unopened) => {
                if let Some(certificate) = &unopened.certificate {
                    checked.signer = Some(certificate.title().to_owned());
                    checked.issuer = Some(certificate.issuer_text.clone());
                }
                checked.revision = unopened.coverage.map(|coverage| coverage.revision + 1);
                checked.reasons.push(unopened.reason);
                return checked;
            }
        };
        let Opened { coverage, info, certificate, pool } = opened;
        checked.signer = Some(certificate.title().to_owned());
        checked.issuer = Some(certificate.issuer_text.clone());
        checked.revision = Some(coverage.revision + 1);
        checked.covers_whole_file = self.covers_all(&coverage);
        if checked.time.is_none() {
            checked.time = info.signing_time.map(|time| (time, TimeSource::Signer));
        }
        if info.uses_sha1() {
            checked.reasons.push(Reason::WeakHash);
        }
        // The innermost document time stamp over the signature proves the earliest time.
        let over: Vec<&Proof> =
            proofs.iter().filter(|proof| proof.revision >= coverage.revision).collect();
        let outer = over.last().map_or(At::Now(self.now), |proof| At::Proven(proof.time));
        let at = match self.signature_stamp(&info, outer, &mut checked.reasons) {
            Some(time) => At::Proven(time),
            None => outer,
        };
        let evidence = self.evidence_of(&info);
        let pool: Vec<Certificate> = pool.into_iter().chain(self.pool.iter().cloned()).collect();
        let judged =
            chain::judge(&certificate, &pool, self.trust, &evidence, at, Purpose::Document);
        checked.reasons.extend(judged.reasons);
        if let At::Proven(time) = at {
            checked.time = Some((time, TimeSource::Timestamp));
            checked.level = Level::Time;
            if judged.revocation_known {
                checked.level = Level::LongTerm;
                let archived = over.iter().any(|proof| self.has_evidence(proof.revision));
                if archived {
                    checked.level = Level::Archive;
                }
            }
        } else {
            checked.reasons.push(Reason::ClaimedTime);
        }
        if !judged.revocation_known {
            checked.reasons.push(Reason::RevocationUnknown);
        }
        self.later(&coverage, all, known, &mut checked);
        checked
    }

    /// The time of the signature's own time stamp, where it counts.
    fn signature_stamp(
        &self,
        info: &SignerInfo,
        outer: At,
        reasons: &mut Vec<Reason>,
    ) -> Option<Timestamp> {
        let token = match Token::read(info.time_stamp.as_ref()?) {
            Ok(token) => token,
            Err(_) => {
                reasons.push(Reason::TimeStamp);
                return None;
            }
        };
        let whole =
            token.imprint == token.hash.digest(info.signature()) && token.holds() == Some(true);
        if !whole {
            reasons.push(Reason::TimeStamp);
            return None;
        }
        if token.uses_sha1() || !self.is_trusted(&token, outer) || token.time > outer.time() {
            reasons.push(Reason::UntrustedTimeStamp);
            return None;
        }
        Some(token.time)
    }

    fn covers_all(&self, coverage: &Coverage) -> bool {
        let rest = &self.file.bytes[coverage.parts[1].end..];
        matches!(rest, [] | b"\n" | b"\r" | b"\r\n")
    }

    /// What happened to the file after the signature.
    fn later(&self, coverage: &Coverage, all: &[Found], known: &Known, checked: &mut Checked) {
        let last = self.file.revisions.len() - 1;
        let signed = coverage.revision;
        if signed == last {
            return;
        }
        if (signed + 1..=last).any(|revision| self.file.is_tiled(revision).is_err()) {
            checked.reasons.push(Reason::Structure);
            return;
        }
        checked.reasons.push(Reason::Covers { signed: signed + 1, all: last + 1 });
        let rules = self.rules(signed, all);
        match changes::between(self.file, signed, last, known) {
            Ok(changes) => {
                checked.reasons.extend(changes.into_iter().map(|change| rules.judge(change)));
            }
            Err(_) => checked.reasons.push(Reason::Structure),
        }
    }

    /// What signers up to a revision allowed.
    fn rules(&self, signed: usize, all: &[Found]) -> Rules {
        let mut rules = Rules { permission: None, locks: Vec::new() };
        for one in all.iter().filter(|one| one.owner <= signed) {
            let Some(entries) = one.object.dictionary() else { continue };
            let value = self.file.value(entries, b"Reference", one.owner);
            let list = value.map(|value| value.array().map(<[_]>::to_vec)).ok().flatten();
            for item in list.unwrap_or_default() {
                let Ok(item) = self.file.follow(&item, one.owner) else { continue };
                let Some(item) = item.dictionary() else { continue };
                let parameters = self.file.value(item, b"TransformParams", one.owner);
                let parameters =
                    parameters.ok().and_then(|all| all.dictionary().cloned()).unwrap_or_default();
                match item.name(b"TransformMethod") {
                    Some(b"DocMDP") => rules.allow(match parameters.get(b"P") {
                        Some(Object::Integer(permission)) => *permission,
                        Some(_) => 1,
                        // Without a number: filling in and signing (12.8.2.2).
                        None => 2,
                    }),
                    Some(b"FieldMDP") => rules.locks.push(parameters),
                    _ => {}
                }
            }
            if let Some(lock) = &one.lock {
                rules.locks.push(lock.clone());
                if let Some(permission) = lock.integer(b"P") {
                    rules.allow(permission);
                }
            }
        }
        rules
    }

    fn has_evidence(&self, revision: usize) -> bool {
        let root = field::catalog(self.file, revision);
        root.is_ok_and(|(_, root)| root.dictionary().is_some_and(|all| all.get(b"DSS").is_some()))
    }

    /// Notes on what may run when the file is opened.
    fn notes(&self, last: usize, verdict: &mut Verdict) {
        let Ok((_, root)) = field::catalog(self.file, last) else { return };
        let Some(root) = root.dictionary() else { return };
        let value = |of: &Dictionary, key: &[u8]| self.file.value(of, key, last);
        let form = value(root, b"AcroForm").ok();
        let form = form.as_deref().and_then(Object::dictionary);
        if form.is_some_and(|form| form.get(b"XFA").is_some()) {
            verdict.reasons.push(Reason::Xfa);
        }
        let names = value(root, b"Names").ok();
        let names = names.as_deref().and_then(Object::dictionary);
        let opens = value(root, b"OpenAction").ok();
        let opens = opens.as_deref().and_then(Object::dictionary);
        // Going to a page when the file is opened runs nothing.
        let acts = opens.is_some_and(|action| action.name(b"S") != Some(b"GoTo"));
        let scripts = names.is_some_and(|names| names.get(b"JavaScript").is_some());
        if acts || scripts || root.get(b"AA").is_some() {
            verdict.reasons.push(Reason::Script);
        }
    }

    /// Reads the certificates, lists and answers of the document's DSS (12.8.4.3).
    fn read_evidence(&mut self, last: usize) -> Result<(), Flaw> {
        let (_, root) = field::catalog(self.file, last)?;
        let Some(root) = root.dictionary() else { return Ok(()) };
        let store = self.file.value(root, b"DSS", last)?;
        let Some(store) = store.dictionary() else { return Ok(()) };
        let mut room = MAX_EVIDENCE_BYTES;
        let mut read = |key: &[u8]| -> Result<Vec<Vec<u8>>, Flaw> {
            let list = self.file.value(store, key, last)?;
            let mut out = Vec::new();
            for item in list.array().unwrap_or_default().iter().take(MAX_EVIDENCE) {
                let item: Rc<Object> = self.file.follow(item, last)?;
                let Object::Stream(stream) = &*item else { continue };
                let stream: &Stream = stream;
                let Ok(data) = file::unpacked(self.file.bytes, stream) else { continue };
                room = room.checked_sub(data.len()).ok_or(Flaw::Limit)?;
                out.push(data);
            }
            Ok(out)
        };
        let (certificates, lists, answers) = (read(b"Certs")?, read(b"CRLs")?, read(b"OCSPs")?);
        self.pool = certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect();
        self.evidence = Evidence {
            lists: lists
                .iter()
                .filter_map(|der| RevocationList::parse_of_point(der).ok())
                .collect(),
            answers: answers.iter().filter_map(|der| Answer::read(der).ok()).collect(),
        };
        Ok(())
    }

    /// The document's evidence and that under the signature.
    fn evidence_of(&self, info: &SignerInfo) -> Evidence {
        let mut evidence = self.evidence.clone();
        let archive = info.revocation_archive.as_ref().map(|bytes| Archive::read(bytes));
        if let Some(Ok(Archive { lists, answers })) = archive {
            evidence
                .lists
                .extend(lists.iter().filter_map(|der| RevocationList::parse_of_point(der).ok()));
            evidence.answers.extend(answers.iter().filter_map(|der| Answer::read(der).ok()));
        }
        evidence
    }
}

/// Why a signature was not opened, and what was read before.
struct Unopened {
    reason: Reason,
    coverage: Option<Coverage>,
    certificate: Option<Certificate>,
}

/// What certifying signers allowed after them.
struct Rules {
    /// 1 nothing, 2 fields and signatures, 3 annotations too.
    permission: Option<i64>,
    locks: Vec<Dictionary>,
}

impl Rules {
    fn allow(&mut self, permission: i64) {
        // What is no permission of the standard permits nothing.
        let permission = if (1..=3).contains(&permission) { permission } else { 1 };
        self.permission = Some(self.permission.map_or(permission, |known| known.min(permission)));
    }

    fn judge(&self, change: Change) -> Reason {
        match (&change, self.permission) {
            (Change::Proof | Change::TimeStamp, _) => Reason::Added(change),
            (Change::Filled(name), _)
                if self.locks.iter().any(|lock| changes::is_locked(lock, name)) =>
            {
                Reason::Locked(name.clone())
            }
            (Change::Signature(_), None | Some(2..)) => Reason::Added(change),
            (Change::Filled(_), Some(2..)) => Reason::Added(change),
            (Change::Annotation(_), Some(3)) => Reason::Changed(change),
            // Programs draw fields anew; what they show now was not signed.
            (Change::Appearance(_), Some(2..)) => Reason::Changed(change),
            (_, Some(_)) => Reason::Forbidden(change),
            (_, None) => Reason::Changed(change),
        }
    }
}

/// The time that the signature dictionary claims (7.9.4).
fn claimed(found: &Found) -> Option<Timestamp> {
    let Some(Object::Text(Text { bytes, .. })) = found.object.dictionary()?.get(b"M") else {
        return None;
    };
    let text = field::text(bytes);
    let digits = text.strip_prefix("D:").unwrap_or(&text);
    let number = |from: usize, to: usize, least: i16| -> Option<i16> {
        digits.get(from..to).map_or(Some(least), |part| part.parse().ok())
    };
    let small = |from, to, least| number(from, to, least).and_then(|n| i8::try_from(n).ok());
    let date = jiff::civil::Date::new(number(0, 4, 1)?, small(4, 6, 1)?, small(6, 8, 1)?).ok()?;
    let time =
        jiff::civil::Time::new(small(8, 10, 0)?, small(10, 12, 0)?, small(12, 14, 0)?, 0).ok()?;
    let zone = digits.get(14..).unwrap_or_default().replace('\'', "");
    let seconds = match zone.split_at_checked(1) {
        Some((sign @ ("+" | "-"), rest)) => {
            let hours: i32 = rest.get(..2)?.parse().ok()?;
            let minutes: i32 = rest.get(2..4).map_or(Ok(0), str::parse).ok()?;
            (hours * 3600 + minutes * 60) * if sign == "+" { 1 } else { -1 }
        }
        _ => 0,
    };
    let offset = jiff::tz::Offset::from_seconds(seconds).ok()?;
    offset.to_timestamp(date.to_datetime(time)).ok()
}
