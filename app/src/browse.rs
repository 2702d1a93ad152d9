//! The folders of this machine as a clerk looks through them for one file: the newest first, because what
//! was just scanned or downloaded is what is wanted. The window draws this itself: the system's own dialog
//! is missing or hangs on many small desktops, and knows no Telex, no preview and no keys of ours.
//!
//! Folders are foreign: they may be huge, gone, or on a stick that is being pulled out.

use std::{
    cmp::Reverse,
    fs, io,
    path::{Path, PathBuf},
};

use directories::UserDirs;
use jiff::Timestamp;
use office::{Explain, text};

/// Entries of a folder that are looked at.
const MOST_READ: usize = 20_000;
/// Rows that are shown; the oldest files fall away.
const MOST_SHOWN: usize = 2_000;
/// Sticks and shares that are offered.
const MOST_DRIVES: usize = 6;

/// What kind of file is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A scanned paper or an electronic result.
    Paper,
    /// A bank's statement.
    Statement,
    /// A catalogue of procedures or services, or a list of the portal's codes.
    Catalogue,
    /// Certificates and revocation lists.
    Trust,
    /// Signed documents.
    Signed,
    /// Certificates of authorities.
    Authority,
    /// Online dossiers.
    Arrivals,
    /// What a machine asks to be let in with.
    Request,
}

impl Wanted {
    /// Endings of their names, in small letters.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Paper => &["pdf", "jpg", "jpeg", "png"],
            Self::Statement => &["csv"],
            Self::Catalogue => &["json", "csv"],
            Self::Trust => &["cer", "crt", "der", "pem", "ml", "ldif", "crl"],
            Self::Signed => &["pdf"],
            Self::Authority => &["cer", "crt", "der", "pem", "p7b", "p7c"],
            Self::Arrivals | Self::Request => &["json"],
        }
    }

    /// Whether several are taken at once.
    pub fn is_several(self) -> bool {
        self == Self::Signed
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Paper => "PDF, JPEG, PNG",
            Self::Statement => "CSV",
            Self::Catalogue => "JSON, CSV",
            Self::Trust => "CER, CRT, DER, PEM, ML, LDIF, CRL",
            Self::Signed => "PDF",
            Self::Authority => "CER, CRT, DER, PEM, P7B",
            Self::Arrivals | Self::Request => "JSON",
        }
    }

    fn fits(self, path: &Path) -> bool {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        self.endings().iter().any(|one| ending.eq_ignore_ascii_case(one))
    }
}

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, as far as it can be shown.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Of a file: its bytes. `None` for a folder.
    pub bytes: Option<u64>,
    /// When it was last written, where the machine knows.
    pub at: Option<Timestamp>,
}

impl Entry {
    /// Whether it leads to more.
    pub fn is_folder(&self) -> bool {
        self.bytes.is_none()
    }
}

/// What a folder holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Folders by name, then files of the wanted kind from the newest.
    pub entries: Vec<Entry>,
    /// Whether there is more than is shown.
    pub cut: bool,
}

/// Why a folder cannot be shown.
#[derive(Debug, thiserror::Error)]
#[error(
    "Không mở được thư mục: {}. Nội dung đã nhập vẫn còn nguyên. Hãy kiểm tra ổ đĩa còn cắm và quyền đọc, hoặc chọn thư mục khác.",
    office::explain::trouble(.0.kind())
)]
pub struct BrowseError(#[from] io::Error);

impl Explain for BrowseError {
    fn code(&self) -> &'static str {
        "APP-73"
    }

    fn english(&self) -> String {
        format!(
            "The folder cannot be opened: {}. What was entered is kept. Check that the drive is still there and readable, or choose another folder.",
            self.0
        )
    }
}

/// Reads a folder. Hidden entries and what is neither file nor folder are left out.
pub fn list(folder: &Path, wanted: Wanted) -> Result<Listing, BrowseError> {
    let mut all = fs::read_dir(folder)?;
    let read: Vec<_> = all.by_ref().take(MOST_READ).flatten().collect();
    let mut cut = all.next().is_some();
    let entries = read.into_iter().filter_map(|entry| look_at(&entry.path(), wanted));
    let (mut folders, mut files): (Vec<_>, Vec<_>) = entries.partition(Entry::is_folder);
    folders.sort_by_cached_key(|folder| text::fold(&folder.name));
    files.sort_by_cached_key(|file| (Reverse(file.at), text::fold(&file.name)));
    cut |= folders.len() > MOST_SHOWN || files.len() > MOST_SHOWN;
    folders.truncate(MOST_SHOWN);
    files.truncate(MOST_SHOWN);
    folders.extend(files);
    Ok(Listing { entries: folders, cut })
}

fn look_at(path: &Path, wanted: Wanted) -> Option<Entry> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    // Follows links: a shared folder is often one.
    let about = fs::metadata(path).ok()?;
    let fits = about.is_dir() || (about.is_file() && wanted.fits(path));
    let at = about.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
    (fits && !name.starts_with('.')).then(|| Entry {
        name,
        path: path.to_path_buf(),
        bytes: about.is_file().then_some(about.len()),
        at,
    })
}

/// A folder that is one press away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// In words.
    pub label: String,
    /// Where it is.
    pub folder: PathBuf,
}

/// The user's folders, then the drives that are plugged in.
pub fn places() -> Vec<Place> {
    let mut places = Vec::new();
    if let Some(dirs) = UserDirs::new() {
        let own = [
            ("Tải về", dirs.download_dir()),
            ("Tài liệu", dirs.document_dir()),
            ("Hình ảnh", dirs.picture_dir()),
            ("Màn hình nền", dirs.desktop_dir()),
            ("Thư mục của tôi", Some(dirs.home_dir())),
        ];
        places.extend(own.into_iter().filter_map(|(label, folder)| {
            let folder = folder.filter(|folder| folder.is_dir())?.to_path_buf();
            Some(Place { label: label.into(), folder })
        }));
    }
    places.extend(drives());
    places
}

/// Where sticks and shares are found: `/media/USER/NAME` and the like.
#[cfg(not(windows))]
fn drives() -> Vec<Place> {
    let user = std::env::var("USER").unwrap_or_default();
    let roots = [Path::new("/run/media").join(&user), Path::new("/media").join(&user)];
    drives_under(&roots)
}

#[cfg(not(windows))]
fn drives_under(roots: &[PathBuf]) -> Vec<Place> {
    let inside = |root: &PathBuf| fs::read_dir(root).into_iter().flatten().flatten();
    // What kind it is the folder itself says: a share that does not answer is not asked.
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    let folders = roots.iter().flat_map(inside).filter(is_folder).map(|entry| entry.path());
    let place = |folder: PathBuf| {
        let name = folder.file_name()?.to_string_lossy().into_owned();
        Some(Place { label: format!("Ổ {name}"), folder })
    };
    folders.filter_map(place).take(MOST_DRIVES).collect()
}

/// `D:\` and on; not `A:` and `B:`, where old machines wait for a diskette.
#[cfg(windows)]
fn drives() -> Vec<Place> {
    let roots = ('C'..='Z').map(|letter| (letter, PathBuf::from(format!("{letter}:\\"))));
    let there = roots.filter(|(_, root)| root.is_dir());
    there
        .map(|(letter, folder)| Place { label: format!("Ổ {letter}:"), folder })
        .take(MOST_DRIVES)
        .collect()
}

/// A path as it was typed or copied: a file manager may put it into quotes.
pub fn unquoted(path: &str) -> &str {
    path.trim().trim_matches(['"', '\''])
}

/// The path that a clerk typed instead of a name: `~/x`, `/x`, `D:\x`, or below `folder` where it holds a
/// separator. `None` for plain words.
pub fn typed_path(typed: &str, folder: &Path) -> Option<PathBuf> {
    let typed = unquoted(typed);
    if typed == "~" || typed.starts_with("~/") {
        let home = UserDirs::new()?.home_dir().to_path_buf();
        return Some(home.join(typed.trim_start_matches(['~', '/'])));
    }
    let separated = typed.contains(std::path::is_separator);
    separated.then(|| folder.join(typed))
}

/// The places of the entries whose names hold every word, without diacritics.
pub fn matching(entries: &[Entry], query: &str) -> Vec<usize> {
    let query = text::fold(query);
    let words: Vec<&str> = query.split_whitespace().collect();
    let holds = |entry: &Entry| {
        let name = text::fold(&entry.name);
        words.iter().all(|word| name.contains(word))
    };
    (0..entries.len()).filter(|&n| holds(&entries[n])).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::{Duration, SystemTime};

    use super::*;

    fn names(listing: &Listing) -> Vec<&str> {
        listing.entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    fn write(folder: &Path, name: &str, age: u64) {
        let file = fs::File::create(folder.join(name)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000 - age)).unwrap();
    }

    #[test]
    fn the_newest_paper_stands_first_below_the_folders() {
        let folder = tempfile::tempdir().unwrap();
        for (name, age) in [
            ("cũ.pdf", 500),
            ("Scan0002.JPG", 10),
            ("Scan0001.jpeg", 20),
            ("ghi chú.txt", 1),
            (".ẩn.pdf", 1),
            ("sao kê.csv", 1),
            ("không đuôi", 1),
        ] {
            write(folder.path(), name, age);
        }
        for name in ["Đất đai", "an sinh", ".cache"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let listing = list(folder.path(), Wanted::Paper).unwrap();
        assert_eq!(
            names(&listing),
            ["an sinh", "Đất đai", "Scan0002.JPG", "Scan0001.jpeg", "cũ.pdf"]
        );
        assert!(!listing.cut);
        let statements = list(folder.path(), Wanted::Statement).unwrap();
        assert_eq!(names(&statements), ["an sinh", "Đất đai", "sao kê.csv"]);
    }

    #[test]
    fn a_folder_of_thousands_shows_its_newest_and_says_that_there_are_more() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..MOST_SHOWN as u64 + 5 {
            write(folder.path(), &format!("{n}.pdf"), n);
        }
        let listing = list(folder.path(), Wanted::Paper).unwrap();
        assert_eq!(listing.entries.len(), MOST_SHOWN);
        assert_eq!(listing.entries[0].name, "0.pdf");
        assert!(listing.cut);
    }

    #[test]
    fn a_folder_that_is_gone_is_told_and_a_broken_link_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(list(&folder.path().join("x"), Wanted::Paper).unwrap_err().code(), "APP-73");
        #[cfg(unix)]
        std::os::unix::fs::symlink("/nowhere", folder.path().join("link.pdf")).unwrap();
        assert_eq!(list(folder.path(), Wanted::Paper).unwrap(), Listing::default());
    }

    #[test]
    fn names_are_found_without_diacritics_and_paths_are_told_from_names() {
        let entry =
            |name: &str| Entry { name: name.into(), path: name.into(), bytes: Some(1), at: None };
        let entries = [entry("Giấy khai sinh Đỗ Văn A.pdf"), entry("giay to khac.pdf")];
        for (query, found) in [
            ("", &[0, 1][..]),
            ("khai sinh do", &[0]),
            ("GIẤY", &[0, 1]),
            ("pdf khac", &[1]),
            ("không có", &[]),
        ] {
            assert_eq!(matching(&entries, query), found, "{query}");
        }
        let folder = Path::new("/scan");
        for (typed, path) in [
            ("khai sinh", None),
            ("/tmp/a.pdf", Some("/tmp/a.pdf")),
            ("\"/tmp/a b.pdf\"", Some("/tmp/a b.pdf")),
            ("2026/a.pdf", Some("/scan/2026/a.pdf")),
        ] {
            assert_eq!(typed_path(typed, folder), path.map(PathBuf::from), "{typed}");
        }
        assert!(typed_path("~/a.pdf", folder).unwrap().ends_with("a.pdf"));
    }

    #[cfg(not(windows))]
    #[test]
    fn sticks_are_offered_by_their_names() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("USB-BA-CHI")).unwrap();
        write(root.path(), "tệp", 0);
        let roots = [root.path().join("không có"), root.path().to_path_buf()];
        let drives = drives_under(&roots);
        assert_eq!(drives.len(), 1);
        assert_eq!(drives[0].label, "Ổ USB-BA-CHI");
    }
}
