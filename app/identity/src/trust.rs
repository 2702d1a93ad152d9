//! The country signers (CSCA) that this office trusts: certificates and master lists from files that an
//! administrator chose. Choosing the file is the act of trust; a master list's own signature is not
//! checked here.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use der::Decode;
use office::Explain;

use crate::authenticity::{certificate::Certificate, sod::SignedData};

/// Largest file; the world's master lists have some 2 MB.
const MAX_FILE: u64 = 32 * 1024 * 1024;
/// Most files of one folder.
const MAX_FILES: usize = 4096;
/// Most certificates in all.
const MAX_CERTIFICATES: usize = 8192;
/// `id-icao-cscaMasterList`
const MASTER_LIST: &str = "2.23.136.1.1.2";

/// The trusted country signers.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    certificates: Vec<Certificate>,
}

/// Why trust could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The file or folder cannot be read.
    #[error("Không đọc được {path}: {error}. Hãy kiểm tra đường dẫn và quyền đọc.")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Nothing in the file is a certificate.
    #[error(
        "{0} không có chứng thư CSCA nào đọc được. Hãy dùng tệp DER, PEM hoặc danh sách gốc (.ml)."
    )]
    Nothing(PathBuf),
    /// Too large or too many.
    #[error("{0} quá lớn hoặc có quá nhiều chứng thư.")]
    TooLarge(PathBuf),
}

impl Explain for TrustError {
    fn code(&self) -> &'static str {
        match self {
            TrustError::File { .. } => "IDN-31",
            TrustError::Nothing(_) => "IDN-32",
            TrustError::TooLarge(_) => "IDN-33",
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
        }
    }
}

impl Trust {
    /// Trusts nobody: every issuer is unknown.
    pub fn none() -> Self {
        Self::default()
    }

    /// Loads certificates (DER, PEM) and master lists from files and, one level deep, from folders. A
    /// file named directly must hold a certificate; others in a folder are passed over.
    pub fn load<P: AsRef<Path>>(paths: &[P]) -> Result<Self, TrustError> {
        let mut trust = Self::none();
        for path in paths.iter().map(AsRef::as_ref) {
            if !path.is_dir() {
                if trust.add_file(path)? == 0 {
                    return Err(TrustError::Nothing(path.into()));
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
                trust.add_file(&file)?;
            }
        }
        Ok(trust)
    }

    /// The certificates.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    fn add_file(&mut self, path: &Path) -> Result<usize, TrustError> {
        let size = fs::metadata(path).map_err(|error| file_error(path, error))?.len();
        if size > MAX_FILE {
            return Err(TrustError::TooLarge(path.into()));
        }
        let bytes = fs::read(path).map_err(|error| file_error(path, error))?;
        let added = self.add(&bytes);
        if self.certificates.len() > MAX_CERTIFICATES {
            return Err(TrustError::TooLarge(path.into()));
        }
        Ok(added)
    }

    /// Adds what the bytes hold: one DER certificate, PEM certificates, or a master list. Returns how
    /// many certificates were found.
    pub fn add(&mut self, bytes: &[u8]) -> usize {
        let found = match Certificate::parse(bytes) {
            Ok(certificate) => vec![certificate],
            Err(_) if bytes.first() == Some(&0x30) => master_list(bytes).unwrap_or_default(),
            Err(_) => pem(bytes),
        };
        let count = found.len();
        for certificate in found {
            if !self.certificates.iter().any(|c| c.der == certificate.der) {
                self.certificates.push(certificate);
            }
        }
        count
    }
}

fn file_error(path: &Path, error: io::Error) -> TrustError {
    TrustError::File { path: path.into(), error }
}

fn pem(bytes: &[u8]) -> Vec<Certificate> {
    use base64ct::{Base64, Encoding};
    let text = String::from_utf8_lossy(bytes);
    text.split("-----BEGIN CERTIFICATE-----")
        .skip(1)
        .filter_map(|rest| {
            let body = rest.split("-----END CERTIFICATE-----").next()?;
            let compact: String = body.split_whitespace().collect();
            Certificate::parse(&Base64::decode_vec(&compact).ok()?).ok()
        })
        .collect()
}

/// `CscaMasterList` (ICAO 9303-12, 9): certificates that cannot be parsed are passed over, as one odd
/// country must not hide the others.
fn master_list(bytes: &[u8]) -> Option<Vec<Certificate>> {
    let data = SignedData::read(bytes).ok()?;
    if data.content_type != MASTER_LIST {
        return None;
    }
    let list = der::AnyRef::from_der(data.content).ok()?;
    let mut elements = crate::tlv::elements(list.value());
    elements.next()?.ok()?;
    let set = elements.next()?.ok()?;
    Some(
        set.children()
            .take(MAX_CERTIFICATES)
            .map_while(Result::ok)
            .filter_map(|c| Certificate::parse(c.whole).ok())
            .collect(),
    )
}
