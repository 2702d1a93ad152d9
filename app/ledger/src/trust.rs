//! Whom the office trusts to sign identity documents, and whom to issue certificates for signing documents:
//! taken from files by an administrator, each certificate and revocation list an entry with its file and who
//! vouched, its DER bytes a blob. Authorities of document signatures vouch for no chip, and the other way round.
//!
//! What the bytes mean is for whoever reads chips; here they are kept, listed and given back. Removing is
//! an entry too, and keeps the bytes: what a reading of last year rested on can still be shown.

use std::collections::HashSet;

use jiff::Timestamp;
use office::{
    entry::{ContentHash, Entry, Envelope, Event, EventKind, LOG_READERS, UserName},
    text::clean,
    trust::{TrustItem, TrustKind, TrustSource, Voucher},
};
use rusqlite::{Connection, params};

use crate::{
    Ledger, LedgerError, Result,
    blob::{self, blob_key},
    content_hash,
    entitled::require_remover,
    project::{entry::entry_at, trust_kind_key},
    roles::require,
    rows::{LARGEST_PAGE, Page, page, page_size, rows, signed, unsigned},
    session::Writing,
};

/// DER bytes of everything that is trusted, in the order in which it was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    /// Country signers, links and document signers.
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists.
    pub revocations: Vec<Vec<u8>>,
}

/// One trusted certificate or revocation list, for a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct TrustRecord {
    /// Place of its entry in the ledger.
    pub place: u64,
    /// When it was taken.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// What it is.
    pub item: TrustItem,
    /// From which file, and who vouched.
    pub source: TrustSource,
}

impl Ledger {
    /// Trusts what a file offered: each item with its DER bytes. What is trusted already is passed over,
    /// so the same file twice adds nothing. Returns how many are new; all or none are written.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`]; [`LedgerError::NoReason`] where nobody but the person vouches and they
    /// say nothing; [`LedgerError::Missing`] where bytes are not the ones that an item names;
    /// [`LedgerError::TooLarge`], [`LedgerError::DiskFull`].
    pub fn add_trust(
        &mut self,
        at: Timestamp,
        source: &TrustSource,
        items: &[(TrustItem, &[u8])],
    ) -> Result<usize> {
        require(&self.user.roles, EventKind::TrustAdded.roles())?;
        let source = TrustSource {
            file: clean(&source.file),
            words: clean(&source.words),
            ..source.clone()
        };
        let vouched = matches!(source.voucher, Voucher::KnownListSigner { .. });
        if source.words.is_empty() && !vouched {
            return Err(LedgerError::NoReason);
        }
        let held = fingerprints(&self.db)?;
        let mut new = HashSet::new();
        self.transact(|writing| {
            for (item, bytes) in items {
                if !held.contains(&item.fingerprint) && new.insert(&item.fingerprint) {
                    writing.add_trust(at, item, &source, bytes)?;
                }
            }
            Ok(new.len())
        })
    }

    /// Trusts something no longer, with the reason. What it vouched for before stays as it was judged. An
    /// authority of document signatures is removed by the head alone.
    ///
    /// # Errors
    /// [`LedgerError::NotAllowed`], [`LedgerError::NoReason`], [`LedgerError::Missing`] where it is not
    /// trusted; then nothing is removed.
    pub fn remove_trust(
        &mut self,
        at: Timestamp,
        fingerprints: &[ContentHash],
        reason: &str,
    ) -> Result<()> {
        require(&self.user.roles, EventKind::TrustRemoved.roles())?;
        let reason = clean(reason);
        if reason.is_empty() {
            return Err(LedgerError::NoReason);
        }
        for fingerprint in fingerprints {
            require_remover(&self.db, &self.user.roles, fingerprint)?;
        }
        self.transact(|writing| {
            for fingerprint in fingerprints {
                let held = "SELECT 1 FROM trust WHERE fingerprint = ?1 AND NOT removed";
                if !writing.db.prepare_cached(held)?.exists([blob_key(fingerprint)?])? {
                    return Err(LedgerError::Missing);
                }
                let (fingerprint, reason) = (fingerprint.clone(), reason.clone());
                writing.write(at, Event::TrustRemoved { fingerprint, reason })?;
            }
            Ok(())
        })
    }

    /// Everything that is trusted, for whoever reads chips: certificates are no secret, so every user's
    /// readings use them.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] where a blob is not what its entry names.
    pub fn trusted(&self) -> Result<Trusted> {
        let held: Vec<(Vec<u8>, String)> = rows(
            &self.db,
            "SELECT fingerprint, kind FROM trust WHERE NOT removed AND kind <> ?1 ORDER BY n",
            [trust_kind_key(TrustKind::SignatureAuthority)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let list = trust_kind_key(TrustKind::RevocationList);
        let mut trusted = Trusted::default();
        for (fingerprint, kind) in held {
            let bytes = self.trusted_bytes(&fingerprint)?;
            if kind == list {
                trusted.revocations.push(bytes);
            } else {
                trusted.certificates.push(bytes);
            }
        }
        Ok(trusted)
    }

    /// The authorities whose certificates may sign documents, in DER and in the order in which they were
    /// taken; for whoever verifies a document.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] where a blob is not what its entry names.
    pub fn signature_authorities(&self) -> Result<Vec<Vec<u8>>> {
        let held: Vec<Vec<u8>> = rows(
            &self.db,
            "SELECT fingerprint FROM trust WHERE NOT removed AND kind = ?1 ORDER BY n",
            [trust_kind_key(TrustKind::SignatureAuthority)],
            |row| row.get(0),
        )?;
        held.iter().map(|fingerprint| self.trusted_bytes(fingerprint)).collect()
    }

    fn trusted_bytes(&self, fingerprint: &[u8]) -> Result<Vec<u8>> {
        let fingerprint = ContentHash(hex::encode(fingerprint));
        blob::read(&self.db, &self.contents, &fingerprint).map_err(|error| match error {
            LedgerError::Missing | LedgerError::ContentLost => {
                LedgerError::Damaged { place: "chứng thư tin cậy" }
            }
            error => error,
        })
    }

    /// What is trusted, with who took it and why, newest first; `kind` narrows to one kind.
    pub fn trust_page(
        &self,
        kind: Option<TrustKind>,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Page<TrustRecord>> {
        require(&self.user.roles, LOG_READERS)?;
        let limit = limit.clamp(1, LARGEST_PAGE);
        let places: Vec<i64> = rows(
            &self.db,
            "SELECT n FROM trust WHERE n < ?1 AND NOT removed AND kind = coalesce(?3, kind) ORDER BY n DESC LIMIT ?2",
            params![
                before.map_or(Ok(i64::MAX), signed)?,
                page_size(limit),
                kind.map(trust_kind_key)
            ],
            |row| row.get(0),
        )?;
        page(&places, limit, |n| match entry_at(&self.db, n)? {
            Entry {
                envelope: Envelope { at, user: by, .. },
                what: Event::TrustAdded { item, source },
            } => Ok(TrustRecord { place: unsigned(n)?, at, by, item, source: *source }),
            _ => Err(LedgerError::Damaged { place: "bảng chứng thư tin cậy" }),
        })
    }
}

impl Writing<'_> {
    fn add_trust(
        &mut self,
        at: Timestamp,
        item: &TrustItem,
        source: &TrustSource,
        bytes: &[u8],
    ) -> Result<()> {
        if content_hash(bytes) != item.fingerprint {
            return Err(LedgerError::Missing);
        }
        let event = Event::TrustAdded { item: item.clone(), source: Box::new(source.clone()) };
        self.keep_blobs(&event, &[bytes])?;
        self.write(at, event)?;
        Ok(())
    }
}

fn fingerprints(db: &Connection) -> Result<HashSet<ContentHash>> {
    let held: Vec<Vec<u8>> =
        rows(db, "SELECT fingerprint FROM trust WHERE NOT removed", [], |row| row.get(0))?;
    Ok(held.iter().map(|hash| ContentHash(hex::encode(hash))).collect())
}
