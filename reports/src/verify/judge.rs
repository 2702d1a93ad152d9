//! What each signature is worth: its bytes opened, its certificate judged at the time that a stamp proves, and
//! what came after it measured by what the signers allowed.

use std::rc::Rc;

use jiff::Timestamp;
use pki::{
    certificate::Certificate,
    cms::{SignedData, SignerInfo},
    hash::Hash,
    ocsp::{Answer, Archive},
    revocation::RevocationList,
    stamp::Token,
};

use super::{
    Checked, Level, Overall, Status, TimeSource, Trust, Verdict,
    chain::{self, At, Evidence, Purpose},
    change::Change,
    changes::{self, Known, Later},
    field::{self, Coverage, Found, Kind},
    file::File,
    object::{Dictionary, Flaw, Object, Stream, Text},
    reason::{Effect, Reason},
    stream::unpacked,
};

/// Most certificates, lists and answers that a document may carry.
const MAX_EVIDENCE: usize = 64;
/// Most bytes of them.
const MAX_EVIDENCE_BYTES: usize = 32 << 20;

/// Judges the signatures that were found in a file; the verdict is not concluded yet.
pub(super) fn judge(file: &File<'_>, trust: &Trust, now: Timestamp, found: &[Found]) -> Verdict {
    Check { file, trust, now, evidence: Evidence::default(), pool: Vec::new() }.run(found)
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
            organisation: None,
            issuer: None,
            issuer_title: None,
            level: Level::Basic,
            time: claimed(found).map(|time| (time, TimeSource::Signer)),
            intact: false,
            signed_bytes: None,
            covers_whole_file: false,
            revision: None,
            status: Status::Invalid,
            reasons: Vec::new(),
        };
        let opened = match result {
            Ok(opened) => opened,
            Err(unopened) => {
                if let Some(certificate) = &unopened.certificate {
                    checked.names(certificate);
                }
                checked.revision = unopened.coverage.map(|coverage| coverage.revision + 1);
                checked.reasons.push(unopened.reason);
                return checked;
            }
        };
        let Opened { coverage, info, certificate, pool } = opened;
        checked.names(&certificate);
        checked.intact = true;
        checked.revision = Some(coverage.revision + 1);
        checked.signed_bytes = Some(coverage.parts[1].end);
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
                let Ok(data) = unpacked(self.file.bytes, stream) else { continue };
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

impl Checked {
    fn names(&mut self, certificate: &Certificate) {
        self.signer = Some(certificate.title().to_owned());
        self.organisation = certificate.organisation().map(str::to_owned);
        self.issuer = Some(certificate.issuer_text.clone());
        self.issuer_title = Some(certificate.issuer_title().to_owned());
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
