//! A paper as a file on its way into a dossier or a person's store: from a file, a camera's still or a
//! flatbed scanner. What it is is told by its bytes, never by its name; only PDF, JPEG and PNG come in.

use std::{fmt, fs::File, io::Read, path::Path};

use office::{Explain, document::Media};

/// Largest file: a page scanned at 300 dpi in colour takes some 3 MB.
pub const MOST_BYTES: usize = 12 << 20;

/// A file that was looked at.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    /// Its name, without its folder; empty where it comes from a device.
    pub name: String,
    /// What it is.
    pub media: Media,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Debug output may reach a log: it never shows content.
impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scan({:?}, {} bytes)", self.media, self.bytes.len())
    }
}

/// Why a paper cannot be taken as a file.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The file cannot be opened or read.
    #[error(
        "Không đọc được tệp: {0}. Hồ sơ đang nhập vẫn còn nguyên. Hãy kiểm tra đường dẫn rồi làm lại."
    )]
    File(std::io::Error),
    /// Neither PDF nor JPEG nor PNG.
    #[error(
        "Tệp không phải PDF, JPEG hay PNG nên không đính kèm được. Hồ sơ đang nhập vẫn còn nguyên. Hãy quét hoặc chụp lại giấy tờ theo một trong ba dạng này."
    )]
    Kind,
    /// Too large.
    #[error(
        "Tệp lớn hơn {} MB nên không đính kèm được. Hồ sơ đang nhập vẫn còn nguyên. Hãy quét với độ phân giải 200–300 dpi rồi làm lại.",
        MOST_BYTES >> 20
    )]
    TooLarge,
    /// No scanner program.
    #[error(
        "Máy này chưa có chương trình quét (scanimage của gói sane-utils). Hồ sơ đang nhập vẫn còn nguyên. Hãy cài đặt, hoặc dùng camera hay tệp đã quét."
    )]
    NoProgram,
    /// The scanner gave nothing.
    #[error(
        "Máy quét không trả về ảnh. Hồ sơ đang nhập vẫn còn nguyên. Hãy kiểm tra máy quét đã bật, nắp đã đóng, rồi quét lại."
    )]
    NoPicture,
}

impl Explain for ScanError {
    fn code(&self) -> &'static str {
        match self {
            Self::File(_) => "APP-60",
            Self::Kind => "APP-61",
            Self::TooLarge => "APP-62",
            Self::NoProgram => "APP-63",
            Self::NoPicture => "APP-64",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::File(error) => format!("The file cannot be read: {error}. The form is kept. Check the path and try again."),
            Self::Kind => "The file is neither PDF nor JPEG nor PNG. The form is kept. Scan or photograph the paper as one of these.".into(),
            Self::TooLarge => format!("The file is larger than {} MB. The form is kept. Scan at 200 to 300 dpi.", MOST_BYTES >> 20),
            Self::NoProgram => "No scanning program (scanimage of sane-utils) is installed. The form is kept. Install it, or use the camera or a file.".into(),
            Self::NoPicture => "The scanner gave no picture. The form is kept. Check that it is on and closed, then scan again.".into(),
        }
    }
}

impl Scan {
    /// Looks at the bytes.
    pub fn of(name: String, bytes: Vec<u8>) -> Result<Self, ScanError> {
        if bytes.len() > MOST_BYTES {
            return Err(ScanError::TooLarge);
        }
        let media = Media::detect(&bytes).ok_or(ScanError::Kind)?;
        Ok(Self { name, media, bytes })
    }

    /// Reads a file, at most one byte more than may come in.
    pub fn read(path: &Path) -> Result<Self, ScanError> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes))
            .map_err(ScanError::File)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        Self::of(office::text::clean(&name.unwrap_or_default()), bytes)
    }
}

/// How large, in words.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{},{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Scans one page on the flatbed. Blocks as long as the scanner takes, so it wants a thread of its own.
pub fn flatbed() -> Result<Scan, ScanError> {
    Scan::of(String::new(), driver::page()?)
}

/// Through SANE's own program: no library is linked, and what hangs is another process.
#[cfg(unix)]
mod driver {
    use std::process::{Command, Stdio};

    use super::ScanError;

    pub fn page() -> Result<Vec<u8>, ScanError> {
        let output = Command::new("scanimage")
            .args(["--format=jpeg", "--resolution=200", "--mode=Color"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .map_err(|_| ScanError::NoProgram)?;
        if output.status.success() && !output.stdout.is_empty() {
            Ok(output.stdout)
        } else {
            Err(ScanError::NoPicture)
        }
    }
}

/// Windows has WIA, which wants its own COM binding: not written, so it says that there is none.
#[cfg(not(unix))]
mod driver {
    use super::ScanError;

    pub fn page() -> Result<Vec<u8>, ScanError> {
        Err(ScanError::NoProgram)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_documents_come_in_and_their_bytes_tell_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes, expected) in [
            ("a.jpg", &b"%PDF-1.7"[..], Some(Media::Pdf)),
            ("b.pdf", &[0xFF, 0xD8, 0xFF, 0xE0], Some(Media::Jpeg)),
            ("c.png", b"\x89PNG\r\n", Some(Media::Png)),
            ("d.pdf", b"MZ", None),
            ("e.pdf", b"", None),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let scan = Scan::read(&path).ok();
            assert_eq!(scan.as_ref().map(|scan| scan.media), expected, "{name}");
            assert!(scan.is_none_or(|scan| scan.name == name && scan.bytes == bytes));
        }
        assert!(matches!(Scan::read(&folder.path().join("none.pdf")), Err(ScanError::File(_))));
        let mut large = b"%PDF-".to_vec();
        large.resize(MOST_BYTES + 1, 0);
        assert!(matches!(Scan::of(String::new(), large), Err(ScanError::TooLarge)));
    }

    #[test]
    fn sizes_are_told_as_people_read_them() {
        for (bytes, words) in [(1, "1 kB"), (999_000, "999 kB"), (1_250_000, "1,2 MB")] {
            assert_eq!(size(bytes), words);
        }
    }
}
