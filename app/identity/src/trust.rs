//! Whom this office trusts: country signers (CSCA), their link certificates and revocation lists, and
//! document signers that some chips leave out.
//!
//! Three kinds of certificates, never mixed. What each may do is in [`profile`]. A self-signed country
//! signer is trusted because an administrator chose it. A link certificate (ICAO 9303-12, 4.2) is an old
//! key's word for a new one and trusts nothing by itself: it is followed to a country signer each time. A
//! document signer is only looked up where a chip does not carry it, and needs its issuer like any other.
//!
//! A revoked document signer is refused whatever the reason and whenever the document was signed. The
//! only date of signing is the one that the signer wrote itself, and whoever holds a stolen key writes
//! any date; and ICAO's profile (9303-12, 7.1.4) gives a reader no reason to weigh: a country revokes a
//! document signer when its documents are no longer to be accepted, and just lets a superseded one expire.
//! The reason, where a list tells it, goes into the sentence.
//!
//! An office that has no list of a country learns nothing from that: most countries' lists are empty,
//! none reaches an office by itself, and a remark on every card would be one that nobody reads. A list
//! that is there and out of date is said.
//!
//! Hundreds of certificates are held for the whole day and a reading needs two: keys are decoded and
//! self-signatures and lists verified when they are first asked for, and remembered.

mod ldif;
mod offer;
pub mod profile;
pub(crate) mod search;

use std::{
    collections::HashSet,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use office::Explain;
use pki::{
    certificate::Certificate,
    cms::SignerInfo,
    revocation::{RevocationList, Revoked},
};

pub use offer::{
    Kind, ListProof, ListVoucher, Offer, OfferError, OfferedCertificate, OfferedRevocations,
    SkipReason, Skipped,
};
pub use pki::certificate::Fingerprint;
use search::Search;

/// Largest file: the directory of all countries' document signers has some 100 MB.
const MAX_FILE: u64 = 192 * 1024 * 1024;
/// Most files of one folder.
const MAX_FILES: usize = 4096;
/// Most certificates in all; the world has some 800 country signers and 30,000 document signers.
const MAX_CERTIFICATES: usize = 65_536;
/// Most revocation lists in all.
const MAX_LISTS: usize = 4096;

/// Certificates and revocation lists. A clone shares them.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    authorities: Vec<Authority>,
    signers: Vec<Arc<Certificate>>,
    lists: Vec<List>,
    /// Everything that is held.
    known: HashSet<Fingerprint>,
}

/// A country signer or link certificate.
#[derive(Clone, Debug)]
struct Authority {
    certificate: Arc<Certificate>,
    is_root: OnceLock<bool>,
}

/// A revocation list and who signed it, once that is known.
#[derive(Clone, Debug)]
struct List {
    list: Arc<RevocationList>,
    signer: OnceLock<Option<Fingerprint>>,
}

/// What the newest lists say of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No list of its issuer here.
    NoList,
    /// Not revoked.
    Good,
    /// Not revoked, but a newer list was due.
    Stale,
    /// Revoked.
    Revoked(Revoked),
}

/// Why trust could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file or folder cannot be read.
    #[error(
        "Không đọc được {path}: {}. Hãy kiểm tra đường dẫn và quyền đọc.",
        office::explain::trouble(error.kind())
    )]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Nothing in the file is a certificate.
    #[error(
        "{0} không có chứng thư CSCA nào đọc được. Hãy dùng tệp DER, PEM, LDIF hoặc danh sách gốc (.ml)."
    )]
    Nothing(PathBuf),
    /// Too large or too many.
    #[error("{0} quá lớn hoặc có quá nhiều chứng thư.")]
    TooLarge(PathBuf),
    /// The file's own signature does not hold.
    #[error("{path}: {error}")]
    Refused {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: OfferError,
    },
}

impl Explain for TrustError {
    fn code(&self) -> &'static str {
        match self {
            TrustError::File { .. } => "IDN-31",
            TrustError::Nothing(_) => "IDN-32",
            TrustError::TooLarge(_) => "IDN-33",
            TrustError::Refused { error, .. } => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            TrustError::File { path, error } => {
                format!("{} cannot be read: {error}.", path.display())
            }
            TrustError::Nothing(path) => {
                format!("{} holds no readable CSCA certificate.", path.display())
            }
            TrustError::TooLarge(path) => {
                format!("{} is too large or holds too many certificates.", path.display())
            }
            TrustError::Refused { path, error } => {
                format!("{}: {}", path.display(), error.english())
            }
        }
    }
}

impl Trust {
    /// Trusts nobody: every issuer is unknown.
    pub fn none() -> Self {
        Self::default()
    }

    /// Trust as it was kept: the DER bytes of certificates and revocation lists that an [`Offer`] once
    /// gave. What cannot be parsed is passed over, so that one odd certificate does not hide the others.
    pub fn from_der<'a>(
        certificates: impl IntoIterator<Item = &'a [u8]>,
        lists: impl IntoIterator<Item = &'a [u8]>,
    ) -> Self {
        let mut trust = Self::none();
        for certificate in certificates.into_iter().take(MAX_CERTIFICATES) {
            if let Ok(certificate) = Certificate::parse(certificate) {
                trust.hold(Arc::new(certificate));
            }
        }
        for list in lists.into_iter().take(MAX_LISTS) {
            if let Ok(list) = RevocationList::parse(list) {
                trust.hold_list(Arc::new(list));
            }
        }
        trust
    }

    /// Loads what [`Offer::read`] reads from files and, one level deep, from folders. A file named
    /// directly must hold a certificate or revocation list; others in a folder are passed over.
    pub fn load<P: AsRef<Path>>(paths: &[P]) -> Result<Self, TrustError> {
        Self::none().with_files(paths)
    }

    /// What is trusted already, and what the files and folders hold as [`Trust::load`] loads them.
    pub fn with_files<P: AsRef<Path>>(self, paths: &[P]) -> Result<Self, TrustError> {
        let mut trust = self;
        // A master list may be vouched for by a country signer in a later file.
        let mut waiting = Vec::new();
        for path in paths.iter().map(AsRef::as_ref) {
            if !path.is_dir() {
                if let Err(error) = trust.add_file(path)? {
                    waiting.push((path.to_path_buf(), error));
                }
                continue;
            }
            let entries = fs::read_dir(path).map_err(|error| file_error(path, error))?;
            let mut files: Vec<PathBuf> =
                entries.flatten().map(|e| e.path()).filter(|p| p.is_file()).collect();
            if files.len() > MAX_FILES {
                return Err(TrustError::TooLarge(path.into()));
            }
            files.sort();
            for file in files {
                match trust.add_file(&file)? {
                    Ok(()) | Err(OfferError::Nothing) => {}
                    Err(error) => waiting.push((file, error)),
                }
            }
        }
        for (path, error) in waiting {
            let error = match error {
                OfferError::ListUnvouched => trust.add_file(&path)?.err(),
                error => Some(error),
            };
            match error {
                None => {}
                Some(OfferError::Nothing) => return Err(TrustError::Nothing(path)),
                Some(OfferError::TooLarge) => return Err(TrustError::TooLarge(path)),
                Some(error) => return Err(TrustError::Refused { path, error }),
            }
        }
        Ok(trust)
    }

    fn add_file(&mut self, path: &Path) -> Result<Result<(), OfferError>, TrustError> {
        let bytes = read_file(path)?;
        let added = Offer::read(&bytes, self).map(|offer| self.accept(&offer));
        if self.len() > MAX_CERTIFICATES || self.lists.len() > MAX_LISTS {
            return Err(TrustError::TooLarge(path.into()));
        }
        Ok(added)
    }

    /// Adds what the bytes hold, as [`Offer::read`] reads them. Returns how many certificates and
    /// revocation lists were found; 0 if the offer is refused.
    pub fn add(&mut self, bytes: &[u8]) -> usize {
        let Ok(offer) = Offer::read(bytes, self) else { return 0 };
        self.accept(&offer);
        offer.certificates.len() + offer.revocations.len()
    }

    /// Takes everything that a file offers; what is known already is not taken twice.
    pub fn accept(&mut self, offer: &Offer) {
        for offered in &offer.certificates {
            if !self.knows(&offered.fingerprint) {
                self.hold(Arc::clone(&offered.certificate));
            }
        }
        for offered in &offer.revocations {
            if !self.knows(&offered.fingerprint) {
                self.hold_list(Arc::clone(&offered.list));
            }
        }
    }

    fn hold(&mut self, certificate: Arc<Certificate>) {
        self.known.insert(certificate.fingerprint());
        if certificate.is_authority {
            self.authorities.push(Authority { certificate, is_root: OnceLock::new() });
            // A new key may be the one that signed a list.
            self.lists.iter_mut().for_each(|held| held.signer = OnceLock::new());
        } else {
            self.signers.push(certificate);
        }
    }

    fn hold_list(&mut self, list: Arc<RevocationList>) {
        self.known.insert(list.fingerprint());
        self.lists.push(List { list, signer: OnceLock::new() });
    }

    /// How many certificates are held.
    pub fn len(&self) -> usize {
        self.authorities.len() + self.signers.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.lists.is_empty()
    }

    /// The certificates: country signers, links, document signers.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.authorities().chain(self.signers.iter().map(AsRef::as_ref))
    }

    /// The revocation lists, verified or not.
    pub fn lists(&self) -> impl Iterator<Item = &RevocationList> {
        self.lists.iter().map(|held| held.list.as_ref())
    }

    /// Whether the certificate or revocation list with that fingerprint is held.
    pub fn knows(&self, fingerprint: &Fingerprint) -> bool {
        self.known.contains(fingerprint)
    }

    /// Country signers and link certificates.
    pub(crate) fn authorities(&self) -> impl Iterator<Item = &Certificate> {
        self.authorities.iter().map(|held| held.certificate.as_ref())
    }

    /// Whether a held certificate is a self-signed country signer. One whose own algorithm is not
    /// supported counts as one: its key cannot vouch for anything.
    pub(crate) fn is_root(&self, certificate: &Certificate) -> bool {
        let held = self.authorities.iter().find(|held| held.certificate.der == certificate.der);
        held.is_some_and(|held| {
            *held.is_root.get_or_init(|| held.certificate.is_self_signed() != Some(false))
        })
    }

    /// The document signer that a chip names without carrying its certificate.
    pub(crate) fn named_signer(&self, info: &SignerInfo) -> Option<&Certificate> {
        self.signers.iter().map(AsRef::as_ref).find(|certificate| info.names(certificate))
    }

    /// What the revocation lists say of a certificate: of each key that signs for its issuer the newest
    /// list, as one key's list may not undo another's.
    pub fn standing(&self, certificate: &Certificate, today: jiff::civil::Date) -> Standing {
        let mut lists: Vec<(&RevocationList, Fingerprint)> = self
            .lists
            .iter()
            .filter(|held| held.list.covers(certificate))
            .filter_map(|held| Some((held.list.as_ref(), self.signer_of(held)?)))
            .collect();
        lists.sort_by_key(|(list, _)| std::cmp::Reverse(list.this_update));
        let newest = lists.first().map(|(list, _)| list.next_update);
        let mut keys = Vec::new();
        for (list, key) in lists {
            if keys.contains(&key) {
                continue;
            }
            keys.push(key);
            if let Some(revoked) = list.find(certificate) {
                return Standing::Revoked(revoked);
            }
        }
        match newest {
            None => Standing::NoList,
            Some(due) if due < today => Standing::Stale,
            Some(_) => Standing::Good,
        }
    }

    /// Lists that say nothing any more, because a newer one of the same issuer and key is held: they may
    /// be removed.
    pub fn superseded(&self) -> Vec<Fingerprint> {
        let verified: Vec<(&RevocationList, Fingerprint)> = self
            .lists
            .iter()
            .filter_map(|held| Some((held.list.as_ref(), self.signer_of(held)?)))
            .collect();
        let newer = |(list, key): &&(&RevocationList, Fingerprint)| {
            verified.iter().any(|(other, signed)| {
                signed == key
                    && other.issuer_text == list.issuer_text
                    && other.this_update > list.this_update
            })
        };
        verified.iter().filter(newer).map(|(list, _)| list.fingerprint()).collect()
    }

    /// The country signer that signed a list; `None` while nobody trusted did.
    fn signer_of(&self, held: &List) -> Option<Fingerprint> {
        *held.signer.get_or_init(|| self.voucher_of(&held.list).map(Certificate::fingerprint))
    }

    /// The trusted country signer, or one that a link leads to, that signed a list.
    pub(crate) fn voucher_of(&self, list: &RevocationList) -> Option<&Certificate> {
        self.authorities().find(|authority| {
            is_named(list, authority)
                && is_signed(list, authority) == Some(true)
                && (self.is_root(authority) || Search::new(self).ways(authority).is_ok())
        })
    }
}

/// Whether `authority` is named as the list's issuer. After a change of key or name the new key signs
/// for the certificates of the old one too, so the key may be named instead, within one country.
fn is_named(list: &RevocationList, authority: &Certificate) -> bool {
    let name = list.names_as_issuer(authority);
    let country = |code: &Option<String>| code.as_ref().map(|code| code.to_ascii_uppercase());
    match list.names_key_of(authority) {
        Some(same) => same && (name || country(&list.country) == country(&authority.country)),
        None => name,
    }
}

/// Whether the key of `authority` signed the list and may sign such lists; `None` if the algorithm or
/// key is not supported.
fn is_signed(list: &RevocationList, authority: &Certificate) -> Option<bool> {
    Some(list.is_signed_by(authority)? && profile::is_understood(authority))
}

/// Bytes of a file that may be offered, if it is no larger than such files are.
pub fn read_file(path: &Path) -> Result<Vec<u8>, TrustError> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| file_error(path, error))?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| file_error(path, error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(TrustError::TooLarge(path.into()));
    }
    Ok(bytes)
}

fn file_error(path: &Path, error: io::Error) -> TrustError {
    TrustError::File { path: path.into(), error }
}
