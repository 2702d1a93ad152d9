//! The folder into which an office's scanner lays its files, often a share of another machine.
//!
//! Shares tell nobody of new files, so the folder is looked through now and then, off the window's thread. A file counts
//! when it rested between two looks and is whole to its last byte; then it is offered, and taken when the clerk says
//! so. The folder is the office's: nothing in it is moved, changed or erased. What lay there before this program began
//! to look may be anybody's and is not offered. A file that cannot be taken is told of once.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use office::{Explain, document::Media, text};

use crate::scan::{Scan, ScanError};

/// Entries of the folder that are looked at.
const MOST: usize = 20_000;
/// Looks after which a file that rests and is not whole is broken.
const PATIENCE: u8 = 12;
/// Endings of names that scanners write, in small letters; TIFF to say that it is not taken.
const ENDINGS: [&str; 6] = ["jpg", "jpeg", "png", "pdf", "tif", "tiff"];

/// A watched folder, and what is known of it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    /// Nothing was seen yet.
    is_new: bool,
    is_gone: bool,
    files: HashMap<OsString, Known>,
}

/// By what one state of a file is told from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    changed: Option<SystemTime>,
}

#[derive(Clone, Copy, Debug)]
enum Known {
    /// It may still grow: how many looks it rested and was not whole.
    Growing(Stamp, u8),
    /// It was there before, was offered, or was told of.
    Done(Stamp),
}

/// A file that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// Where it lies.
    pub path: PathBuf,
    /// Its name as it can be shown.
    pub name: String,
}

/// Why something of a watched folder is not taken.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The folder cannot be read.
    #[error(
        "Không đọc được thư mục máy quét {}: {}. Công việc đang làm không bị ảnh hưởng. Chương trình tự xem lại; hãy kiểm tra mạng hoặc ổ đĩa, hoặc đổi thư mục trong F10 → Thiết bị.",
        .folder.display(), office::explain::trouble(.source.kind())
    )]
    Gone {
        /// Which.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder does not answer.
    #[error(
        "Thư mục máy quét {} không trả lời. Công việc đang làm không bị ảnh hưởng. Chương trình vẫn chờ; hãy kiểm tra mạng, hoặc đổi thư mục trong F10 → Thiết bị.",
        .0.display()
    )]
    Silent(PathBuf),
    /// A file that is not whole and does not grow any more.
    #[error(
        "Tệp “{0}” trong thư mục máy quét không đầy đủ nên không lấy được. Tệp vẫn nằm nguyên ở đó. Hãy quét lại giấy này."
    )]
    Broken(String),
    /// A file that is whole and cannot be taken.
    #[error("Tệp “{name}” trong thư mục máy quét: {error}")]
    Refused {
        /// Its name.
        name: String,
        /// Why.
        error: ScanError,
    },
    /// So many entries that nobody looks through them.
    #[error(
        "Thư mục máy quét có hơn {MOST} tệp nên không theo dõi được. Các tệp vẫn nằm nguyên ở đó. Hãy dọn bớt, hoặc chọn thư mục khác trong F10 → Thiết bị."
    )]
    TooMany,
}

impl Explain for WatchError {
    fn code(&self) -> &'static str {
        match self {
            Self::Gone { .. } => "APP-135",
            Self::Broken(_) => "APP-136",
            Self::Refused { error, .. } => error.code(),
            Self::TooMany => "APP-137",
            Self::Silent(_) => "APP-138",
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Gone { folder, source } => format!(
                "The scanner's folder {} cannot be read: {source}. What is being done is not concerned. It is looked at again; check the network or the disk, or choose another folder.",
                folder.display()
            ),
            Self::Silent(folder) => format!(
                "The scanner's folder {} does not answer. What is being done is not concerned. It is waited for; check the network or choose another folder.",
                folder.display()
            ),
            Self::Broken(name) => format!(
                "The file “{name}” in the scanner's folder is not whole. It lies there unchanged. Scan the paper again."
            ),
            Self::Refused { name, error } => {
                format!("The file “{name}” in the scanner's folder: {}", error.english())
            }
            Self::TooMany => format!(
                "The scanner's folder has more than {MOST} files. They lie there unchanged. Clear it, or choose another folder."
            ),
        }
    }
}

/// What a look brought.
#[derive(Debug, Default)]
pub struct News {
    /// Files that can be taken, the oldest first.
    pub arrived: Vec<Arrived>,
    /// What is told of.
    pub troubles: Vec<WatchError>,
    /// The folder was looked at for the first time: what lies there now is offered to nobody.
    pub is_first: bool,
}

impl Folder {
    /// A folder at which nobody looked yet.
    pub fn new(path: PathBuf) -> Self {
        Self { path, is_new: true, is_gone: false, files: HashMap::new() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks at it. It may lie on a share that does not answer, so this wants a thread of its own.
    pub fn look(&mut self) -> News {
        let mut news = News::default();
        let seen = match list(&self.path) {
            Ok(seen) => seen,
            Err(error) => {
                // Told once; what was known stays known, as the share comes back with the same files.
                if !std::mem::replace(&mut self.is_gone, true) {
                    news.troubles.push(error);
                }
                return news;
            }
        };
        self.is_gone = false;
        // What vanished is forgotten: the same name is another file later.
        self.files.retain(|name, _| seen.iter().any(|(seen, _)| seen == name));
        let is_first = std::mem::replace(&mut self.is_new, false);
        news.is_first = is_first;
        let mut ready = Vec::new();
        for (name, stamp) in seen {
            let known = match self.files.get(&name).copied() {
                _ if is_first => Known::Done(stamp),
                Some(Known::Done(before)) if before == stamp => Known::Done(stamp),
                Some(Known::Growing(before, rested)) if before == stamp => {
                    match self.examine(&name, rested) {
                        Examined::Whole => {
                            ready.push((stamp.changed, name.clone()));
                            Known::Done(stamp)
                        }
                        Examined::Refused(error) => {
                            news.troubles.push(error);
                            Known::Done(stamp)
                        }
                        Examined::Waits => Known::Growing(stamp, rested + 1),
                    }
                }
                _ => Known::Growing(stamp, 0),
            };
            self.files.insert(name, known);
        }
        ready.sort();
        news.arrived = ready.into_iter().map(|(_, name)| self.arrived(&name)).collect();
        news
    }

    fn arrived(&self, name: &OsString) -> Arrived {
        Arrived { path: self.path.join(name), name: shown(name) }
    }

    /// A file that rested since the last look.
    fn examine(&self, name: &OsString, rested: u8) -> Examined {
        let refused = |error| Examined::Refused(WatchError::Refused { name: shown(name), error });
        let unfinished = |error| match rested {
            PATIENCE.. => Examined::Refused(error),
            _ => Examined::Waits,
        };
        match Scan::read(&self.path.join(name)) {
            Ok(scan) if is_whole(scan.media, &scan.bytes) => Examined::Whole,
            Ok(_) => unfinished(WatchError::Broken(shown(name))),
            // It has no size yet, or its beginning is written last.
            Err(error @ ScanError::Kind) => {
                unfinished(WatchError::Refused { name: shown(name), error })
            }
            // Still held by who writes it, or gone again.
            Err(error @ ScanError::File(_)) => {
                unfinished(WatchError::Refused { name: shown(name), error })
            }
            Err(error) => refused(error),
        }
    }
}

enum Examined {
    Whole,
    Waits,
    Refused(WatchError),
}

fn shown(name: &OsString) -> String {
    text::clean(&name.to_string_lossy())
}

/// The files of a folder that may be scans.
fn list(folder: &Path) -> Result<Vec<(OsString, Stamp)>, WatchError> {
    let gone = |source| WatchError::Gone { folder: folder.to_owned(), source };
    let mut files = Vec::new();
    for (n, entry) in fs::read_dir(folder).map_err(gone)?.enumerate() {
        if n >= MOST {
            return Err(WatchError::TooMany);
        }
        let entry = entry.map_err(gone)?;
        let name = entry.file_name();
        let ending = Path::new(&name).extension().and_then(|ending| ending.to_str());
        let is_scan =
            ending.is_some_and(|it| ENDINGS.iter().any(|one| it.eq_ignore_ascii_case(one)));
        let is_hidden = name.to_string_lossy().starts_with(['.', '~']);
        if !is_scan || is_hidden {
            continue;
        }
        // It may be gone since it was listed; what only points elsewhere is no scan.
        let Ok(about) = entry.metadata().map(|about| (about.is_file(), about)) else { continue };
        if let (true, about) = about {
            files.push((name, Stamp { bytes: about.len(), changed: about.modified().ok() }));
        }
    }
    Ok(files)
}

/// Whether a file ends as its kind ends.
fn is_whole(media: Media, bytes: &[u8]) -> bool {
    let last = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let written = bytes.get(..last).unwrap_or_default();
    let tail = written.get(written.len().saturating_sub(1_024)..).unwrap_or_default();
    let ends = |mark: &[u8]| tail.windows(mark.len()).any(|part| part == mark);
    match media {
        Media::Jpeg => written.ends_with(&[0xFF, 0xD9]),
        Media::Png => ends(b"IEND"),
        Media::Pdf => ends(b"%%EOF"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];
    const PDF: &[u8] = b"%PDF-1.7\nsome\n%%EOF\n";

    struct Share {
        folder: tempfile::TempDir,
        watched: Folder,
    }

    impl Share {
        /// Looked at once.
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let mut watched = Folder::new(folder.path().to_owned());
            assert!(watched.look().arrived.is_empty());
            Self { folder, watched }
        }

        fn write(&self, name: &str, bytes: &[u8]) {
            fs::write(self.folder.path().join(name), bytes).unwrap();
        }

        /// The names that arrived and the codes of what was told.
        fn look(&mut self) -> (Vec<String>, Vec<&'static str>) {
            let News { arrived, troubles, .. } = self.watched.look();
            let names = arrived.into_iter().map(|one| one.name).collect();
            (names, troubles.iter().map(Explain::code).collect())
        }

        /// Looks until something is said.
        fn look_long(&mut self) -> (Vec<String>, Vec<&'static str>) {
            for _ in 0..=PATIENCE {
                let (names, told) = self.look();
                if !names.is_empty() || !told.is_empty() {
                    return (names, told);
                }
            }
            self.look()
        }
    }

    const NOTHING: (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());

    fn came(name: &str) -> (Vec<String>, Vec<&'static str>) {
        (vec![name.into()], Vec::new())
    }

    #[test]
    fn a_file_is_offered_once_when_it_rests_and_is_whole() {
        let mut share = Share::new();
        share.write("a.jpg", JPEG);
        assert_eq!(share.look(), NOTHING, "it may still grow");
        assert_eq!(share.look(), came("a.jpg"));
        assert_eq!(share.look(), NOTHING);
        share.write("B.PDF", PDF);
        share.write("ảnh.png", b"\x89PNG\r\n\x1a\n....IEND\xAE\x42\x60\x82");
        share.look();
        let (mut names, told) = share.look();
        names.sort();
        assert_eq!((names, told), (vec!["B.PDF".to_owned(), "ảnh.png".into()], vec![]));
        assert_eq!(
            fs::read_dir(share.folder.path()).unwrap().count(),
            3,
            "all stay where they are"
        );
    }

    #[test]
    fn a_file_that_grows_is_waited_for() {
        let mut share = Share::new();
        for part in [4, 6, 8] {
            share.write("a.jpg", &JPEG[..part]);
            assert_eq!(share.look(), NOTHING, "{part}");
        }
        // A slow scanner rests in the middle of a page.
        assert_eq!(share.look(), NOTHING);
        assert_eq!(share.look(), NOTHING);
        share.write("a.jpg", JPEG);
        assert_eq!(share.look(), NOTHING);
        assert_eq!(share.look(), came("a.jpg"));
    }

    #[test]
    fn what_lay_there_before_is_nobodys_business() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old.jpg"), JPEG).unwrap();
        let mut share = Share { watched: Folder::new(folder.path().to_owned()), folder };
        assert_eq!(share.look_long(), NOTHING);
        // Written anew it is another.
        share.write("old.jpg", &[JPEG, &[0]].concat());
        assert_eq!(share.look_long(), came("old.jpg"));
    }

    #[test]
    fn what_is_broken_or_no_scan_is_told_of_once() {
        let mut share = Share::new();
        share.write("half.jpg", &JPEG[..6]);
        assert_eq!(share.look_long(), (vec![], vec!["APP-136"]));
        assert_eq!(share.look_long(), NOTHING);
        for (name, bytes, code) in [
            ("garbage.pdf", &b"MZ garbage"[..], "APP-61"),
            ("empty.png", b"", "APP-61"),
            ("scan.tif", b"II*\0 some picture", "APP-61"),
            ("half.pdf", b"%PDF-1.7 half", "APP-136"),
        ] {
            share.write(name, bytes);
            assert_eq!(share.look_long(), (vec![], vec![code]), "{name}");
            assert_eq!(share.look_long(), NOTHING, "{name}");
        }
        let mut large = JPEG.to_vec();
        large.resize(crate::scan::MOST_BYTES + 1, 7);
        share.write("large.jpg", &large);
        share.look();
        assert_eq!(share.look(), (vec![], vec!["APP-62"]));
        assert_eq!(share.look_long(), NOTHING);
        // Repaired, it is taken.
        share.write("half.jpg", JPEG);
        assert_eq!(share.look_long(), came("half.jpg"));
        // What is none of ours is not spoken of.
        for name in ["Thumbs.db", "~lock.pdf", ".hidden.jpg", "list.xlsx", "a.jpg.part"] {
            share.write(name, b"x");
        }
        fs::create_dir(share.folder.path().join("folder.pdf")).unwrap();
        assert_eq!(share.look_long(), NOTHING);
    }

    #[test]
    fn a_file_may_vanish_and_come_again() {
        let mut share = Share::new();
        let path = share.folder.path().join("a.jpg");
        share.write("a.jpg", JPEG);
        share.look();
        fs::remove_file(&path).unwrap();
        assert_eq!(share.look_long(), NOTHING);
        share.write("a.jpg", JPEG);
        assert_eq!(share.look_long(), came("a.jpg"));
        // Some scanners begin with the same name every day.
        fs::remove_file(&path).unwrap();
        share.look();
        share.write("a.jpg", JPEG);
        assert_eq!(share.look_long(), came("a.jpg"));
        // And some write over it.
        share.write("a.jpg", &[JPEG, &[0, 0]].concat());
        assert_eq!(share.look_long(), came("a.jpg"));
    }

    #[test]
    fn a_share_that_is_gone_is_told_of_once_and_comes_back_as_it_was() {
        let mut share = Share::new();
        share.write("a.jpg", JPEG);
        assert_eq!(share.look_long(), came("a.jpg"));
        let (here, away) =
            (share.folder.path().to_owned(), share.folder.path().with_extension("away"));
        fs::rename(&here, &away).unwrap();
        assert_eq!(share.look(), (vec![], vec!["APP-135"]));
        assert_eq!(share.look_long(), NOTHING);
        fs::write(away.join("b.jpg"), JPEG).unwrap();
        fs::rename(&away, &here).unwrap();
        assert_eq!(share.look_long(), came("b.jpg"));
        fs::rename(&here, &away).unwrap();
        assert_eq!(share.look(), (vec![], vec!["APP-135"]), "gone anew, told anew");
        fs::rename(&away, &here).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_only_points_to_a_file_is_none() {
        let mut share = Share::new();
        let other = tempfile::tempdir().unwrap();
        fs::write(other.path().join("secret.pdf"), PDF).unwrap();
        let link = share.folder.path().join("a.pdf");
        std::os::unix::fs::symlink(other.path().join("secret.pdf"), link).unwrap();
        assert_eq!(share.look_long(), NOTHING);
    }
}
