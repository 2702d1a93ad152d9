//! Signed PDFs between the disk and a verdict: read within limits, verified, cut to what was signed. All of it
//! takes long for a large file, so it is called on a thread of its own.
//!
//! A clerk decides by the verdict, and may save what was signed a minute later: the file is known by its
//! SHA-256, and one that was changed meanwhile is not taken for the one that was verified.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use jiff::Timestamp;
use ledger::content_hash;
use office::{Explain, entry::ContentHash};
use reports::verify::{Overall, Reason, Trust, Verdict, VerifyError, verify};

use crate::failure::AppError;

/// Largest file that the window reads: the whole of it lies in memory.
pub const MAX_BYTES: u64 = 256 << 20;
/// Most files that are verified together.
pub const MOST_FILES: usize = 100;

/// Why nothing can be said of a file, or what was signed cannot be saved.
#[derive(Debug, thiserror::Error)]
pub enum VerifyingError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] AppError),
    /// It is no PDF, or cannot be judged.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// More than [`MAX_BYTES`].
    #[error(
        "Tệp lớn hơn {} MB nên cửa sổ không đọc. Chưa kiểm tra chữ ký. Hãy kiểm tra tệp này bằng lệnh motcua verify.",
        MAX_BYTES >> 20
    )]
    TooLarge,
    /// Another file lies there now.
    #[error("Tệp đã bị thay đổi từ lúc kiểm tra. Chưa lưu gì. Hãy kiểm tra lại tệp (F5) rồi lưu.")]
    Changed,
}

impl Explain for VerifyingError {
    fn code(&self) -> &'static str {
        match self {
            Self::File(error) => error.code(),
            Self::Verify(error) => error.code(),
            Self::TooLarge => "APP-97",
            Self::Changed => "APP-98",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::File(error) => error.english(),
            Self::Verify(error) => error.english(),
            Self::TooLarge => "The file is larger than the window reads. No signature was checked. Check it with motcua verify.".into(),
            Self::Changed => "The file was changed since it was checked. Nothing was saved. Check it again (F5), then save.".into(),
        }
    }
}

/// A file and what was found.
#[derive(Clone, Debug)]
pub struct Examined {
    /// SHA-256 of the file as it was read; none where it was not.
    pub sha256: Option<ContentHash>,
    /// When.
    pub at: Timestamp,
    /// The verdict, or why there is none.
    pub verdict: Result<Arc<Verdict>, Arc<VerifyingError>>,
}

impl Examined {
    /// Reads and verifies a file.
    pub fn of(path: &Path, trust: &Trust, now: Timestamp) -> Self {
        let (sha256, verdict) = match read(path) {
            Ok(bytes) => {
                let verdict = verify(&bytes, trust, now).map_err(VerifyingError::from);
                (Some(content_hash(&bytes)), verdict)
            }
            Err(error) => (None, Err(error)),
        };
        Self { sha256, at: now, verdict: verdict.map(Arc::new).map_err(Arc::new) }
    }
}

/// The version that somebody signed: the first `length` bytes of a file that is still the one that was
/// verified.
pub fn signed_version(
    path: &Path,
    sha256: &ContentHash,
    length: usize,
) -> Result<Vec<u8>, VerifyingError> {
    let mut bytes = read(path)?;
    if content_hash(&bytes) != *sha256 || length > bytes.len() {
        return Err(VerifyingError::Changed);
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Whether all that stands against the signatures is that nobody here trusts who issued their certificates.
pub fn lacks_only_trust(verdict: &Verdict) -> bool {
    let unknown = |reason: &Reason| matches!(reason, Reason::UnknownIssuer(_));
    let against = |reason: &Reason| reason.effect() == reports::verify::Effect::Invalid;
    let of_signatures = || verdict.signatures.iter().flat_map(|one| &one.reasons);
    verdict.overall == Overall::Invalid
        && of_signatures().any(unknown)
        && of_signatures().chain(&verdict.reasons).all(|one| unknown(one) || !against(one))
}

/// Reads a file: what grows while it is read, or gives without end, is refused at the limit.
fn read(path: &Path) -> Result<Vec<u8>, VerifyingError> {
    let failed = |source: io::Error| AppError::Read { path: path.display().to_string(), source };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()).into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES { Err(VerifyingError::TooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ROOT: &[u8] = include_bytes!("../../reports/tests/signed/root.crt");
    const SIGNED: &[u8] = include_bytes!("../../reports/tests/signed/certified-two.pdf");

    #[test]
    fn what_was_signed_is_cut_from_the_very_file_that_was_verified() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        std::fs::write(&path, SIGNED).unwrap();
        let now: Timestamp = "2027-06-01T00:00:00Z".parse().unwrap();
        let trust = Trust::read([ROOT]).unwrap();
        let examined = Examined::of(&path, &trust, now);
        let verdict = examined.verdict.unwrap();
        assert_eq!(verdict.overall, Overall::Valid);
        let (hash, first) = (examined.sha256.unwrap(), verdict.signatures[0].signed_bytes.unwrap());
        let cut = signed_version(&path, &hash, first).unwrap();
        assert!(SIGNED.starts_with(&cut) && cut.len() < SIGNED.len());
        let again = verify(&cut, &trust, now).unwrap();
        assert_eq!((again.overall, again.signatures.len()), (Overall::Valid, 1));
        std::fs::write(&path, &cut).unwrap();
        let refused = signed_version(&path, &hash, first).unwrap_err();
        assert!(matches!(refused, VerifyingError::Changed));
    }

    #[test]
    fn a_missing_root_is_told_apart_from_a_bad_signature() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        let mut bad = SIGNED.to_vec();
        let now: Timestamp = "2027-06-01T00:00:00Z".parse().unwrap();
        for (bytes, lacks) in [
            (SIGNED.to_vec(), true),
            (
                {
                    bad[200] ^= 1;
                    bad
                },
                false,
            ),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let verdict = Examined::of(&path, &Trust::default(), now).verdict.unwrap();
            assert_eq!((verdict.overall, lacks_only_trust(&verdict)), (Overall::Invalid, lacks));
        }
        let missing = Examined::of(&folder.path().join("none.pdf"), &Trust::default(), now);
        assert_eq!(missing.verdict.unwrap_err().code(), "APP-01");
    }
}
