//! Files of trusted issuers on their way into the ledger, for the command and the window alike.
//!
//! Only the ledger says who is trusted, with who took it, when and from which file: a certificate that
//! somebody lays into a folder is trusted by nobody. All files that are handed over together are read
//! first and shown; then an administrator takes them whole.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use identity::trust::{Fingerprint, Kind, Offer, Trust, TrustError, read_file};
use jiff::Timestamp;
use ledger::{Ledger, LedgerError, content_hash};
use office::{
    entry::ContentHash,
    trust::{TrustItem, TrustSource, Voucher},
};

/// Most files taken together.
const MOST_FILES: usize = 256;
/// Why a revocation list is removed when a newer one comes.
const SUPERSEDED: &str = "đã có danh sách thu hồi mới hơn của cùng nơi cấp";

/// Whom the ledger trusts.
pub fn of(ledger: &Ledger) -> Result<Trust, LedgerError> {
    let held = ledger.trusted()?;
    Ok(Trust::from_der(
        held.certificates.iter().map(Vec::as_slice),
        held.revocations.iter().map(Vec::as_slice),
    ))
}

/// One file and what it offers.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Name without folders.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: ContentHash,
    /// What is in it.
    pub offer: Offer,
}

/// Files handed over together.
#[derive(Debug, Default)]
pub struct Parcels {
    /// Those that can be taken.
    pub parcels: Vec<Parcel>,
    /// Those that are refused whole.
    pub refused: Vec<TrustError>,
}

/// What was done with what was handed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// New ones.
    pub added: usize,
    /// Trusted already.
    pub known: usize,
    /// Revocation lists that a newer one replaced.
    pub replaced: usize,
}

impl Parcels {
    /// Reads files and, one level deep, folders; `trust` is what is trusted already. A later file is
    /// judged as if the earlier ones had been taken, as they will be.
    pub fn read(paths: &[PathBuf], trust: &Trust) -> Self {
        let mut all = Self::default();
        let mut with = trust.clone();
        for path in paths.iter().flat_map(|path| files(path)).take(MOST_FILES) {
            match Parcel::read(&path, &with) {
                Ok(parcel) => {
                    with.accept(&parcel.offer);
                    all.parcels.push(parcel);
                }
                Err(error) => all.refused.push(error),
            }
        }
        all
    }

    /// Whether somebody must say where the files came from: no signer that was trusted before vouches.
    pub fn needs_words(&self, signers: bool) -> bool {
        self.parcels.iter().map(|parcel| parcel.wanted(signers)).any(|offer| {
            !matches!(offer.voucher(), Voucher::KnownListSigner { .. }) && !offer.is_known()
        })
    }

    /// Document signers among what is offered and not known yet: some 30,000 in the world's directory,
    /// and seldom needed, as chips carry theirs.
    pub fn signers(&self) -> usize {
        let offered = self.parcels.iter().flat_map(|parcel| &parcel.offer.certificates);
        offered.filter(|one| one.kind == Kind::DocumentSigner && !one.known).count()
    }

    /// Writes what is new into the ledger; document signers only if they are wanted. Revocation lists
    /// that say nothing beside a newer one are not taken, or removed.
    ///
    /// # Errors
    /// Those of [`Ledger::add_trust`]; what earlier files brought stays.
    pub fn take(
        &self,
        ledger: &mut Ledger,
        at: Timestamp,
        words: &str,
        signers: bool,
    ) -> Result<Taken, LedgerError> {
        let mut trust = of(ledger)?;
        let mut taken = Taken::default();
        for parcel in &self.parcels {
            let offer = parcel.wanted(signers);
            let mut with = trust.clone();
            with.accept(&offer);
            let old: HashSet<Fingerprint> = with.superseded().into_iter().collect();
            let source = TrustSource {
                file: parcel.file.clone(),
                sha256: parcel.sha256.clone(),
                voucher: offer.voucher(),
                words: words.to_owned(),
            };
            let certificates = offer
                .certificates
                .iter()
                .map(|one| (one.fingerprint, one.item(), one.certificate.der.as_slice()));
            let lists = offer.revocations.iter();
            let lists = lists.map(|one| (one.fingerprint, one.item(), one.list.der.as_slice()));
            let (known, new): (Vec<_>, Vec<_>) = certificates
                .chain(lists)
                .filter(|(fingerprint, ..)| !old.contains(fingerprint))
                .partition(|(fingerprint, ..)| trust.knows(fingerprint));
            taken.known += known.len();
            if !new.is_empty() {
                let items: Vec<(TrustItem, &[u8])> =
                    new.into_iter().map(|(_, item, der)| (item, der)).collect();
                taken.added += ledger.add_trust(at, &source, &items)?;
            }
            let replaced: Vec<ContentHash> = old
                .iter()
                .filter(|fingerprint| trust.knows(fingerprint))
                .map(|fingerprint| ContentHash(fingerprint.to_string()))
                .collect();
            if !replaced.is_empty() {
                ledger.remove_trust(at, &replaced, SUPERSEDED)?;
            }
            taken.replaced += replaced.len();
            trust = of(ledger)?;
        }
        Ok(taken)
    }
}

impl Parcel {
    fn read(path: &Path, trust: &Trust) -> Result<Self, TrustError> {
        let bytes = read_file(path)?;
        let offer = Offer::read(&bytes, trust)
            .map_err(|error| TrustError::Refused { path: path.into(), error })?;
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(Self { file: file.unwrap_or_default(), sha256: content_hash(&bytes), offer })
    }

    /// What is taken of the file: all of it, or all but document signers.
    fn wanted(&self, signers: bool) -> Offer {
        let mut offer = self.offer.clone();
        offer.certificates.retain(|one| signers || one.kind != Kind::DocumentSigner);
        offer
    }
}

/// Files of a folder by name, or the file itself. A folder that cannot be listed is told as a file that
/// cannot be read.
fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.into()] };
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}
