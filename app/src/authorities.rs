//! Certificates of authorities for document signatures on their way into the ledger. Which roots there are the
//! program does not know: none comes with it, and one that somebody lays into a folder is believed by nobody.
//! A person takes a file, sees what is in it and says how it was compared.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use ledger::{Ledger, LedgerError, content_hash};
use office::{
    Explain,
    entry::ContentHash,
    trust::{TrustItem, TrustKind, TrustSource, Voucher},
};
use reports::verify::{VerifyError, certificates};

use crate::failure::AppError;

/// Largest file: a bundle of certificates has some tens of KB.
const MAX_BYTES: u64 = 1 << 20;

/// Why nothing can be taken from a file.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] AppError),
    /// No certificate in it.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// Only certificates that may not issue others.
    #[error(
        "Tệp chỉ có chứng thư của người ký, không có chứng thư của nơi cấp. Chưa thêm gì. Hãy dùng chứng thư gốc (Root CA) hoặc chứng thư của tổ chức cấp (Sub CA)."
    )]
    NoAuthority,
}

impl Explain for AuthorityError {
    fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Verify(error) => error.code(),
            Self::NoAuthority => "VER-66",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::File(error) => error.english(),
            Self::Verify(error) => error.english(),
            Self::NoAuthority => "The file holds certificates of signers only, none of an authority. Nothing was added. Use the root's or the issuing authority's certificate.".into(),
        }
    }
}

/// A certificate that a file offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// What the ledger would keep of it.
    pub item: TrustItem,
    /// Who issued it, as people call them; itself for a root.
    pub issuer: String,
    /// Its bytes.
    pub der: Vec<u8>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Name without folders.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: ContentHash,
    /// The authorities in it.
    pub authorities: Vec<Offered>,
    /// Certificates that are left out: of signers.
    pub left_out: usize,
}

impl Offer {
    /// Reads a file in DER, PEM or P7B.
    pub fn read(path: &PathBuf) -> Result<Self, AuthorityError> {
        let failed = |source| AppError::Read { path: path.display().to_string(), source };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(failed)?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        Self::of(path, &bytes)
    }

    fn of(path: &Path, bytes: &[u8]) -> Result<Self, AuthorityError> {
        let all = if bytes.len() as u64 > MAX_BYTES { Vec::new() } else { certificates(bytes) };
        if all.is_empty() {
            return Err(VerifyError::Trust.into());
        }
        let count = all.len();
        let mut authorities: Vec<Offered> = Vec::new();
        for certificate in all.into_iter().filter(|one| one.may_sign_certificates()) {
            let fingerprint = ContentHash(certificate.fingerprint().to_string());
            if authorities.iter().any(|one| one.item.fingerprint == fingerprint) {
                continue;
            }
            authorities.push(Offered {
                item: TrustItem {
                    kind: TrustKind::SignatureAuthority,
                    fingerprint,
                    country: certificate.country.clone().unwrap_or_default(),
                    name: certificate.subject_text.clone(),
                    serial: certificate.serial.iter().map(|byte| format!("{byte:02x}")).collect(),
                    from: certificate.not_before,
                    until: certificate.not_after,
                },
                issuer: certificate.issuer_title().to_owned(),
                der: certificate.der,
            });
        }
        if authorities.is_empty() {
            return Err(AuthorityError::NoAuthority);
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let left_out = count - authorities.len();
        Ok(Self { file, sha256: content_hash(bytes), authorities, left_out })
    }

    /// Writes what is new into the ledger; gives how many are.
    ///
    /// # Errors
    /// Those of [`Ledger::add_trust`].
    pub fn take(
        &self,
        ledger: &mut Ledger,
        at: Timestamp,
        words: &str,
    ) -> Result<usize, LedgerError> {
        let source = TrustSource {
            file: self.file.clone(),
            sha256: self.sha256.clone(),
            voucher: Voucher::Person,
            words: words.to_owned(),
        };
        let items: Vec<(TrustItem, &[u8])> =
            self.authorities.iter().map(|one| (one.item.clone(), one.der.as_slice())).collect();
        ledger.add_trust(at, &source, &items)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ROOT: &[u8] = include_bytes!("../../reports/tests/signed/root.crt");

    #[test]
    fn a_file_offers_authorities_and_nothing_else() {
        let offer = Offer::of(Path::new("/usb/root.crt"), ROOT).unwrap();
        let [root] = &offer.authorities[..] else { unreachable!("{offer:?}") };
        assert_eq!((offer.file.as_str(), offer.left_out), ("root.crt", 0));
        assert_eq!(root.item.fingerprint, content_hash(&root.der));
        assert_eq!(root.item.kind, TrustKind::SignatureAuthority);
        for bytes in [&b"no certificate"[..], &[0; 2 << 20]] {
            assert_eq!(Offer::of(Path::new("a"), bytes).unwrap_err().code(), "VER-05");
        }
    }
}
