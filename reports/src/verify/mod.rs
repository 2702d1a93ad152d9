//! Verifying the signatures of a PDF (ISO 32000-2, 12.8; ETSI EN 319 142-1 and 319 102-1; Thông tư
//! 15/2025/TT-BKHCN): clerks decide by it, so what is not proven is not called valid.
//!
//! # How it decides
//! 1. The bytes are read strictly and never repaired (the private modules `object`, `stream`, `section` and `file`). What two
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
mod change;
mod changes;
mod field;
mod file;
mod judge;
mod object;
mod reason;
mod section;
mod stream;

use std::ops::Range;

use jiff::Timestamp;
use serde::Serialize;

pub use chain::{Trust, certificates};
pub use change::Change;
pub use reason::{Effect, Reason, VerifyError};

use file::File;
use object::Flaw;

/// Largest file.
const MAX_FILE: usize = 2 << 30;

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
    /// The organisation that the certificate names.
    pub organisation: Option<String>,
    /// Who issued it: the whole name.
    pub issuer: Option<String>,
    /// Who issued it, as people call it.
    pub issuer_title: Option<String>,
    /// How much proof there is.
    pub level: Level,
    /// When it was signed, and who says so.
    pub time: Option<(Timestamp, TimeSource)>,
    /// The signed bytes are those that the certificate's key signed, whatever the certificate is worth.
    pub intact: bool,
    /// The file up to here is what was signed: bytes from its start; `None` where its range is wrong.
    pub signed_bytes: Option<usize>,
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
    let mut verdict = judge::judge(&file, trust, now, &found);
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
