//! Raising a signature: adding what proves it when the signer's certificate is long over (ETSI EN 319 142-1, 6).
//!
//! - B-T: a time stamp. While signing it goes into the signature ([`time_stamp`]). In a file that is finished
//!   the signature is not touched, as somebody may have that file already: there it is a time stamp over the
//!   document, in an incremental update (ISO 32000-2, 12.8.5).
//! - B-LT: certificates, OCSP answers and revocation lists for the signer's chain and those of its time stamps.
//! - B-LTA: a time stamp over all of it.
//!
//! Bytes go in and bytes come out: a worker can raise what was signed offline. Services are asked through
//! [`Ask`]; nothing here knows a network, a clock or chance. What is reached is not what was done but what
//! [`crate::verify`] finds in the new file, with the roots that the chains end in: a file is never called more
//! than a reader will find. Whether these roots are to be trusted is for whoever verifies.

mod error;
mod gather;
mod held;
mod store;

use jiff::Timestamp;
use lopdf::Dictionary;
use pki::{certificate::Certificate, hash::Hash, stamp::Request};

pub use error::{Again, Service, Shortfall, Silence, Why};

use super::{MAX_ROOM, SignError, USUAL_ROOM, add_room, append::Update, first_page};
use crate::verify::{Level, Status, TimeSource, Trust, verify};
use gather::{Gathering, is_rooted};
use held::Held;
use store::Proof;

/// How often room is made anew for what comes back longer.
const TRIES: usize = 3;

/// Who carries questions to the services, and throws the dice. What comes back is judged here.
pub trait Ask {
    /// Random bytes.
    fn nonce(&mut self) -> [u8; 16];
    /// Asks the time-stamping authority (`application/timestamp-query`).
    fn time_stamp(&mut self, request: &[u8]) -> Result<Vec<u8>, Silence>;
    /// Asks an OCSP responder (`application/ocsp-request`).
    fn status(&mut self, url: &str, request: &[u8]) -> Result<Vec<u8>, Silence>;
    /// Brings a certificate or revocation list of at most so many bytes.
    fn fetch(&mut self, url: &str, most: usize) -> Result<Vec<u8>, Silence>;
}

/// What shall become of a file.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// At least this level.
    pub level: Level,
    /// A file of level B-LTA gets fresh proof and another time stamp (before the last one's certificate or
    /// algorithm is over); else what has the level already is left as it is.
    pub renew: bool,
    /// Certificates of issuers that are at hand, for files and services that do not give them.
    pub issuers: &'a [Certificate],
    /// Now.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Raised {
    /// The file: raised, in part, or as it was.
    pub bytes: Vec<u8>,
    /// Something was added.
    pub changed: bool,
    /// What its last signature is now.
    pub level: Level,
    /// Why that is less than was wished.
    pub short: Option<Shortfall>,
}

/// Debug output may reach a log: it never shows the document.
impl std::fmt::Debug for Raised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raised({}, changed: {}, short: {:?})", self.level, self.changed, self.short)
    }
}

/// A time-stamp token, in DER, for bytes whose SHA-256 is `digest`: for a signature, its value.
///
/// # Errors
/// [`Why::Silent`], or [`Why::Stamp`] for an answer that is not one.
pub fn time_stamp(digest: Vec<u8>, ask: &mut dyn Ask) -> Result<Vec<u8>, Why> {
    let request = Request::new(digest, ask.nonce());
    let answer = ask.time_stamp(&request.der());
    let answer = answer.map_err(|why| Why::Silent(Service::TimeStamp, why))?;
    Ok(request.accept(&answer)?.0)
}

/// Raises the last signature of a file. Signatures before it get what can be had for them.
///
/// # Errors
/// [`Shortfall`] without a level for a file that cannot be raised: unsigned, not valid, damaged. Where a service
/// fails there is a file all the same, at the level that it came to, and [`Raised::short`] tells why.
pub fn raise(pdf: Vec<u8>, wish: &Wish<'_>, ask: &mut dyn Ask) -> Result<Raised, Shortfall> {
    let wished = wish.level;
    let mut work = Work::of(pdf, wish.issuers, wish.now).map_err(|why| Shortfall {
        wished,
        reached: None,
        why,
    })?;
    let renews = wish.renew && wished == Level::Archive;
    let before = work.bytes.len();
    let done = work.level >= wished && !renews;
    let outcome = if done { Ok(()) } else { steps(&mut work, wish, ask) };
    let level = work.level;
    let short = outcome.err().map(|why| Shortfall { wished, reached: Some(level), why });
    Ok(Raised { changed: work.bytes.len() != before, bytes: work.bytes, level, short })
}

/// Goes as far as it can; `work` is what was come to.
fn steps(work: &mut Work, wish: &Wish<'_>, ask: &mut dyn Ask) -> Result<(), Why> {
    let pool: Vec<Certificate> = wish.issuers.iter().chain(&work.held.pool).cloned().collect();
    let mut gathering = Gathering::new(ask, pool, wish.now);
    // Before anything is written: nothing is stamped for a signer who is known to be revoked.
    let signer = if wish.level > Level::Time { work.prove_signers(&mut gathering) } else { Ok(()) };
    if matches!(signer, Err(Why::Revoked(_))) {
        return signer;
    }
    if work.level < Level::Time {
        let stamped = work.stamped(&Proof::default(), gathering.ask)?;
        *work = Work::of(stamped, &gathering.pool, wish.now)?;
    }
    if wish.level > Level::Time {
        signer?;
        work.prove_stamps(&mut gathering)?;
        let (stamped, silent) = match wish.level {
            Level::Archive => match work.stamped(&gathering.proof, gathering.ask) {
                Ok(bytes) => (bytes, None),
                // What was gathered is worth keeping.
                Err(why) => (work.with_store(&gathering.proof)?, Some(why)),
            },
            Level::Basic | Level::Time | Level::LongTerm => {
                (work.with_store(&gathering.proof)?, None)
            }
        };
        *work = Work::of(stamped, &gathering.pool, wish.now)?;
        if let Some(why) = silent {
            return Err(why);
        }
    }
    if work.level < wish.level { Err(Why::NotReached) } else { Ok(()) }
}

/// A file and what it is worth.
struct Work {
    bytes: Vec<u8>,
    held: Held,
    /// Of the last signature.
    level: Level,
    /// By when the last signature is known to have stood.
    proven: Option<Timestamp>,
}

impl Work {
    fn of(pdf: Vec<u8>, known: &[Certificate], now: Timestamp) -> Result<Self, Why> {
        let update = Update::of(pdf)?;
        let held = Held::of(&update.document);
        let bytes = update.into_original();
        let Some(last) = held.signatures.last() else { return Err(Why::Unsigned) };
        let pool: Vec<Certificate> = held.pool.iter().chain(known).cloned().collect();
        // Whatever the file's own chains end in: what is asked is whether the file is whole.
        let trust = Trust::read(pool.iter().map(|one| one.der.as_slice()));
        let trust = trust.map_err(|_| Why::Unsigned)?;
        // This machine's clock may be slower than the authority's.
        let inner = held.signatures.iter().filter_map(|one| one.stamp.as_ref());
        let newest = inner.chain(&held.stamps).map(|token| token.time).max();
        let now = newest.map_or(now, |newest| now.max(newest));
        let verdict = verify(&bytes, &trust, now).map_err(|why| Why::NotSound(why.to_string()))?;
        let checked = verdict.signatures.last().ok_or(Why::Unsigned)?;
        if checked.status != Status::Valid {
            let mut reasons = checked.reasons.iter().chain(&verdict.reasons);
            return Err(Why::NotSound(reasons.next().map(ToString::to_string).unwrap_or_default()));
        }
        // Without its root a chain is proven in part only.
        let whole = is_rooted(&last.certificate, &pool);
        let level = if whole { checked.level } else { checked.level.min(Level::Time) };
        let proven = checked.time.filter(|(_, source)| *source == TimeSource::Timestamp);
        Ok(Self { level, proven: proven.map(|(time, _)| time), bytes, held })
    }

    /// Gathers what proves the signers' chains: the last one's, and the others' where it can be had.
    fn prove_signers(&self, gathering: &mut Gathering<'_>) -> Result<(), Why> {
        let Some((last, others)) = self.held.signatures.split_last() else { return Ok(()) };
        gathering.prove(&last.certificate, self.proven)?;
        for other in others {
            // Their owners may have been revoked since; that is told when they are verified.
            let _ = gathering.prove(&other.certificate, None);
        }
        Ok(())
    }

    /// The same for the time stamps: the last signature's own and the newest over the document.
    fn prove_stamps(&self, gathering: &mut Gathering<'_>) -> Result<(), Why> {
        let own = self.held.signatures.last().and_then(|one| one.stamp.as_ref());
        for token in own.into_iter().chain(self.held.stamps.last()) {
            gathering.prove(&token.certificate, None)?;
        }
        let others = self.held.signatures.iter().filter_map(|one| one.stamp.as_ref());
        for token in others.chain(&self.held.stamps) {
            let _ = gathering.prove(&token.certificate, Some(token.time));
        }
        Ok(())
    }

    /// The file with proof and a time stamp over all of it in one update.
    fn stamped(&self, proof: &Proof, ask: &mut dyn Ask) -> Result<Vec<u8>, Why> {
        let mut room = USUAL_ROOM;
        for _ in 0..TRIES {
            let mut update = Update::of(self.bytes.clone())?;
            if *proof != Proof::default() {
                store::put(&mut update, proof)?;
            }
            let page = first_page(&update)?;
            let head = b"<</Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161".to_vec();
            let prepared = add_room(update, page, Dictionary::new(), "DocTimeStamp", head, room)?;
            let token = time_stamp(prepared.digest(Hash::Sha256), ask)?;
            if token.len() <= prepared.room() {
                return Ok(prepared.embed(&token)?);
            }
            if token.len() > MAX_ROOM {
                break;
            }
            room = (2 * token.len()).min(MAX_ROOM);
        }
        Err(Why::Document(SignError::TooMuch))
    }

    /// The file with proof in an update.
    fn with_store(&self, proof: &Proof) -> Result<Vec<u8>, Why> {
        let mut update = Update::of(self.bytes.clone())?;
        store::put(&mut update, proof)?;
        Ok(update.finish()?)
    }
}

#[cfg(test)]
mod tests;
