//! From a signer's certificate to one that this machine trusts (RFC 5280, 6), and what is known of
//! revocation. The trust of documents is apart from the trust of chips: other authorities, other rules.

use base64ct::{Base64, Encoding};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use pki::{
    certificate::{Certificate, KeyUsages},
    cms,
    hash::Hash,
    ocsp::{Answer, Standing},
    revocation::RevocationList,
};

use super::reason::{Reason, VerifyError};

/// Longest chain, signer and anchor included.
const MAX_CHAIN: usize = 8;
/// Most signatures that are tried for one chain: certificates of one name could multiply the ways.
const MAX_TRIED: usize = 256;
/// Shortest keys (Thông tư 15/2025/TT-BKHCN).
const RSA_BITS: u32 = 2048;
const CURVE_BITS: u32 = 256;

/// Extended key usages that say "not for documents" when nothing else stands beside them: TLS servers, code,
/// time stamps, OCSP.
const OTHER_USES: [&str; 4] =
    ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"];

/// Whom documents' signatures are believed.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    anchors: Vec<Certificate>,
    /// Given with them: issuers that an anchor among them issued.
    between: Vec<Certificate>,
}

impl Trust {
    /// From files: DER or PEM certificates, or P7B bundles. A certificate whose issuer is among those given
    /// is no anchor of its own: it is believed as far as its issuer goes.
    ///
    /// # Errors
    /// [`VerifyError::Trust`] for a file without a certificate.
    pub fn read<'a>(files: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, VerifyError> {
        let mut all = Vec::new();
        for file in files {
            let found = certificates(file);
            if found.is_empty() {
                return Err(VerifyError::Trust);
            }
            all.extend(found);
        }
        Ok(Self::of(all))
    }

    /// From certificates that were read before.
    pub fn of(certificates: impl IntoIterator<Item = Certificate>) -> Self {
        let mut all: Vec<Certificate> = Vec::new();
        for certificate in certificates {
            if !all.iter().any(|one| one.der == certificate.der) {
                all.push(certificate);
            }
        }
        let is_issued = |certificate: &Certificate| {
            all.iter().any(|issuer| {
                issuer.der != certificate.der
                    && !certificate.is_self_issued()
                    && certificate.names_as_issuer(issuer)
                    && certificate.is_signed_by(issuer) == Some(true)
            })
        };
        let (between, anchors) = all.iter().cloned().partition(is_issued);
        Self { anchors, between }
    }

    /// All certificates that were given.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.anchors.iter().chain(&self.between)
    }

    /// Certificates that are believed by themselves.
    pub fn anchors(&self) -> usize {
        self.anchors.len()
    }

    fn is_anchor(&self, certificate: &Certificate) -> bool {
        self.anchors.iter().any(|anchor| anchor.der == certificate.der)
    }
}

/// The certificates of one file in DER, PEM or P7B; none where it has none.
pub fn certificates(file: &[u8]) -> Vec<Certificate> {
    let one = |der: &[u8]| match Certificate::parse(der) {
        Ok(certificate) => vec![certificate],
        Err(_) => cms::bundle(der).unwrap_or_default(),
    };
    let Ok(text) = std::str::from_utf8(file) else { return one(file) };
    let mut found = Vec::new();
    for block in text.split("-----BEGIN ").skip(1) {
        let body = block.split_once("-----").map_or("", |(_, rest)| rest);
        let body: String =
            body.split("-----END").next().unwrap_or_default().split_whitespace().collect();
        found.extend(Base64::decode_vec(&body).iter().flat_map(|der| one(der)));
    }
    if found.is_empty() { one(file) } else { found }
}

/// Revocation lists and answers that a document carries. Nothing in them is believed unseen.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    pub lists: Vec<RevocationList>,
    pub answers: Vec<Answer>,
}

/// What evidence says of one certificate at a time.
enum Word {
    Good,
    Revoked(Date),
    RevokedLater(Date),
    Silent,
}

impl Evidence {
    fn about(&self, certificate: &Certificate, issuer: &Certificate, at: Timestamp) -> Word {
        let today = TimeZone::UTC.to_datetime(at).date();
        let mut word = Word::Silent;
        for list in &self.lists {
            let speaks = list.covers(certificate)
                && list.names_as_issuer(issuer)
                && list.names_key_of(issuer) != Some(false)
                && list.is_signed_by(issuer) == Some(true);
            if !speaks {
                continue;
            }
            match list.find(certificate) {
                Some(revoked) if revoked.day <= today => return Word::Revoked(revoked.day),
                Some(revoked) => word = Word::RevokedLater(revoked.day),
                None if list.next_update >= today && matches!(word, Word::Silent) => {
                    word = Word::Good;
                }
                None => {}
            }
        }
        for answer in &self.answers {
            let Some(said) = answer.about(certificate, issuer) else { continue };
            let sound = said.responder.as_ref().is_none_or(|responder| {
                responder.valid.0 <= said.this_update && said.this_update <= responder.valid.1
            });
            if !sound {
                continue;
            }
            match said.standing {
                Standing::Revoked(when) => {
                    let day = TimeZone::UTC.to_datetime(when).date();
                    if when <= at {
                        return Word::Revoked(day);
                    }
                    word = Word::RevokedLater(day);
                }
                Standing::Good => {
                    let until = said.next_update.unwrap_or(said.this_update + 24.hours());
                    if until >= at && matches!(word, Word::Silent) {
                        word = Word::Good;
                    }
                }
                Standing::Unknown => {}
            }
        }
        word
    }
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Document,
    TimeStamp,
}

/// The time by which certificates are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// A trusted time stamp proves that it was signed by then.
    Proven(Timestamp),
    /// Now: nothing is proven.
    Now(Timestamp),
}

impl At {
    pub fn time(self) -> Timestamp {
        match self {
            At::Proven(time) | At::Now(time) => time,
        }
    }
}

/// What a chain is worth.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    pub reasons: Vec<Reason>,
    /// Every certificate below the anchor is known not to be revoked.
    pub revocation_known: bool,
}

/// Judges the chain of `signer`. `pool` are certificates that came with the document.
pub(super) fn judge(
    signer: &Certificate,
    pool: &[Certificate],
    trust: &Trust,
    evidence: &Evidence,
    at: At,
    purpose: Purpose,
) -> Judged {
    let mut search = Search { pool, trust, tried: 0, chains: Vec::new() };
    search.extend(&mut vec![signer]);
    let judged = search.chains.iter().map(|chain| of_chain(chain, trust, evidence, at, purpose));
    // Of several chains the best one: a cross certificate that expired does no harm to the other way.
    let best = judged.min_by_key(|judged| {
        judged.reasons.iter().filter(|reason| reason.effect() > super::Effect::Note).count()
    });
    best.unwrap_or_else(|| {
        let mut reasons = own(signer, purpose);
        reasons.push(Reason::UnknownIssuer(signer.issuer_text.clone()));
        Judged { reasons, revocation_known: false }
    })
}

struct Search<'a> {
    pool: &'a [Certificate],
    trust: &'a Trust,
    tried: usize,
    chains: Vec<Vec<&'a Certificate>>,
}

impl<'a> Search<'a> {
    fn extend(&mut self, chain: &mut Vec<&'a Certificate>) {
        let Some(last) = chain.last().copied() else { return };
        if self.trust.is_anchor(last) {
            self.chains.push(chain.clone());
            return;
        }
        if chain.len() >= MAX_CHAIN {
            return;
        }
        let trust = self.trust;
        for issuer in trust.anchors.iter().chain(&trust.between).chain(self.pool) {
            let names = last.names_as_issuer(issuer) && last.names_key_of(issuer) != Some(false);
            if !names || chain.iter().any(|one| one.der == issuer.der) {
                continue;
            }
            self.tried += 1;
            if self.tried > MAX_TRIED {
                return;
            }
            if last.is_signed_by(issuer) == Some(true) {
                chain.push(issuer);
                self.extend(chain);
                chain.pop();
            }
        }
    }
}

/// What the signer's own certificate must be.
fn own(signer: &Certificate, purpose: Purpose) -> Vec<Reason> {
    let mut reasons = strength(signer);
    let allowed = [KeyUsages::DigitalSignature, KeyUsages::NonRepudiation]
        .into_iter()
        .any(|usage| signer.is_for(usage) != Some(false));
    let elsewhere = purpose == Purpose::Document
        && signer
            .extended_usage
            .as_ref()
            .is_some_and(|usage| usage.iter().all(|one| OTHER_USES.contains(&one.as_str())));
    if !allowed || elsewhere {
        reasons.push(Reason::Usage);
    }
    if !signer.is_understood(&[]) {
        reasons.push(Reason::NotUnderstood);
    }
    reasons
}

fn strength(certificate: &Certificate) -> Vec<Reason> {
    match certificate.key() {
        None => vec![Reason::UnknownAlgorithm],
        Some(key) => {
            let least = match key {
                pki::signature::PublicKey::Rsa(_) => RSA_BITS,
                pki::signature::PublicKey::Ec(..) => CURVE_BITS,
            };
            if key.bits() < least { vec![Reason::WeakKey(key.bits())] } else { Vec::new() }
        }
    }
}

fn of_chain(
    chain: &[&Certificate],
    trust: &Trust,
    evidence: &Evidence,
    at: At,
    purpose: Purpose,
) -> Judged {
    let mut reasons = chain.first().map(|signer| own(signer, purpose)).unwrap_or_default();
    let time = at.time();
    let mut add = |reason: Reason| {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    };
    let mut revocation_known = true;
    for (place, certificate) in chain.iter().enumerate() {
        let who = certificate.title().to_owned();
        if time < certificate.valid.0 {
            add(Reason::NotYet(who.clone()));
        } else if time > certificate.valid.1 {
            add(match at {
                At::Proven(_) => Reason::Expired(who.clone()),
                At::Now(_) => Reason::ExpiredSince(who.clone()),
            });
        }
        if place > 0 {
            let between = chain[1..place].iter().filter(|one| !one.is_self_issued()).count();
            let long = certificate.path_length.is_some_and(|most| between > usize::from(most));
            if !certificate.may_sign_certificates() || long {
                add(Reason::Chain(who.clone()));
            }
            if !certificate.is_understood(&[]) {
                add(Reason::NotUnderstood);
            }
            strength(certificate).into_iter().for_each(&mut add);
        }
        let is_anchor = place + 1 == chain.len() && trust.is_anchor(certificate);
        // An anchor is believed for itself, whatever its own signature is worth.
        if is_anchor {
            continue;
        }
        if certificate.hash() == Some(Hash::Sha1) {
            add(Reason::WeakHash);
        }
        let Some(issuer) = chain.get(place + 1) else { continue };
        match evidence.about(certificate, issuer, time) {
            Word::Good => {}
            Word::Revoked(day) => add(Reason::Revoked { who, day }),
            // Without a proven time nobody knows that it was signed before.
            Word::RevokedLater(day) if matches!(at, At::Now(_)) => {
                add(Reason::Revoked { who, day });
            }
            Word::RevokedLater(day) => add(Reason::RevokedLater { who, day }),
            Word::Silent => revocation_known = false,
        }
    }
    Judged { reasons, revocation_known }
}
