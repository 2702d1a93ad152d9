//! A paper as a file on its way into a dossier or a person's store: from a file, a camera's still, a
//! flatbed scanner or a feeder. What it is is told by its bytes, never by its name; only PDF, JPEG and PNG come in.

pub mod feeder;

use std::{fmt, fs::File, io::Read, path::Path, time::Duration};

use office::{Explain, document::Media};
use reports::preview::Lock;

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
    /// A PDF that may be read but not changed, so never signed.
    pub restricted: bool,
}

/// Debug output may reach a log: it never shows content.
impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scan({:?}, {} bytes)", self.media, self.bytes.len())
    }
}

/// Why a paper cannot be taken as a file. It may be meant for a form, a store or a result: what is safe is
/// said so that it is true in all of them.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The file cannot be opened or read.
    #[error(
        "Không đọc được tệp: {}. Nội dung đã nhập vẫn còn nguyên. Hãy kiểm tra đường dẫn rồi làm lại.",
        office::explain::trouble(.0.kind())
    )]
    File(std::io::Error),
    /// Neither PDF nor JPEG nor PNG.
    #[error(
        "Tệp không phải PDF, JPEG hay PNG nên không nhận được. Nội dung đã nhập vẫn còn nguyên. Hãy quét hoặc chụp lại giấy tờ theo một trong ba dạng này."
    )]
    Kind,
    /// A PDF that opens with a password only.
    #[error(
        "Tệp PDF có mật khẩu mở nên về sau không ai xem lại được. Chưa nhận tệp; nội dung đã nhập vẫn còn nguyên. Hãy xin bản không có mật khẩu, hoặc in ra rồi quét lại."
    )]
    Locked,
    /// Too large.
    #[error(
        "Tệp lớn hơn {} MB nên không nhận được. Nội dung đã nhập vẫn còn nguyên. Hãy quét với độ phân giải 200–300 dpi rồi làm lại.",
        MOST_BYTES >> 20
    )]
    TooLarge,
    /// No scanner program.
    #[error(
        "Máy này chưa có chương trình quét (scanimage của gói sane-utils). Nội dung đã nhập vẫn còn nguyên. Hãy cài đặt, hoặc dùng camera hay tệp đã quét."
    )]
    NoProgram,
    /// No scanner.
    #[error(
        "Không thấy máy quét nào. Nội dung đã nhập vẫn còn nguyên. Hãy kiểm tra máy quét đã bật và đã cắm dây, rồi quét lại."
    )]
    NoScanner,
    /// Another program holds the scanner.
    #[error(
        "Máy quét đang bận. Nội dung đã nhập vẫn còn nguyên. Hãy đóng chương trình khác đang dùng máy quét, hoặc chờ nó quét xong, rồi quét lại."
    )]
    Busy,
    /// The scanner was not done in time.
    #[error(
        "Máy quét không trả lời trong {} giây nên đã dừng quét. Nội dung đã nhập vẫn còn nguyên. Hãy tắt máy quét, bật lại rồi quét lại.",
        .0.as_secs()
    )]
    TooSlow(Duration),
    /// The scanner gave nothing.
    #[error(
        "Máy quét không trả về ảnh. Nội dung đã nhập vẫn còn nguyên. Hãy kiểm tra máy quét đã bật, nắp đã đóng, rồi quét lại."
    )]
    NoPicture,
    /// The scanner has no feeder.
    #[error(
        "Máy quét không báo có khay nạp giấy. Nội dung đã nhập vẫn còn nguyên. Hãy quét từng trang trên mặt kính."
    )]
    NoFeeder,
    /// Nothing lies in the feeder.
    #[error(
        "Khay nạp chưa có giấy. Nội dung đã nhập vẫn còn nguyên. Hãy đặt giấy vào khay theo hình vẽ trên máy quét rồi quét lại."
    )]
    FeederEmpty,
    /// A sheet is stuck; so many pages came before.
    #[error(
        "Kẹt giấy trong khay nạp. {}. Hãy mở nắp, gỡ tờ bị kẹt, đặt lại những tờ chưa quét rồi quét tiếp.",
        came(*.0)
    )]
    Jam(usize),
    /// The scanner stopped for another reason; so many pages came before.
    #[error(
        "Máy quét dừng giữa chừng. {}. Hãy kiểm tra nắp và dây của máy quét, đặt lại những tờ chưa quét rồi quét tiếp.",
        came(*.0)
    )]
    BrokenOff(usize),
    /// No folder that lies in memory.
    #[error(
        "Máy này không có thư mục nằm trong bộ nhớ (XDG_RUNTIME_DIR, /dev/shm) nên không nạp nhiều tờ một lần: trang quét không được nằm trên ổ đĩa bên ngoài sổ cái. Nội dung đã nhập vẫn còn nguyên. Hãy quét từng trang trên mặt kính, hoặc báo người quản trị máy."
    )]
    NoMemoryFolder,
    /// A picture that cannot become a page of an electronic copy.
    #[error(transparent)]
    Page(#[from] reports::ReportError),
}

impl Explain for ScanError {
    fn code(&self) -> &'static str {
        match self {
            Self::File(_) => "APP-60",
            Self::Kind => "APP-61",
            Self::Locked => "APP-69",
            Self::TooLarge => "APP-62",
            Self::NoProgram => "APP-63",
            Self::NoPicture => "APP-64",
            Self::NoScanner => "APP-70",
            Self::Busy => "APP-71",
            Self::TooSlow(_) => "APP-72",
            Self::NoFeeder => "APP-130",
            Self::FeederEmpty => "APP-131",
            Self::Jam(_) => "APP-132",
            Self::BrokenOff(_) => "APP-133",
            Self::NoMemoryFolder => "APP-134",
            Self::Page(error) => error.code(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::File(error) => format!("The file cannot be read: {error}. What was entered is kept. Check the path and try again."),
            Self::Kind => "The file is neither PDF nor JPEG nor PNG. What was entered is kept. Scan or photograph the paper as one of these.".into(),
            Self::Locked => "The PDF opens with a password only, so nobody could read it later. It was not taken; what was entered is kept. Ask for one without a password, or print and scan it.".into(),
            Self::TooLarge => format!("The file is larger than {} MB. What was entered is kept. Scan at 200 to 300 dpi.", MOST_BYTES >> 20),
            Self::NoProgram => "No scanning program (scanimage of sane-utils) is installed. What was entered is kept. Install it, or use the camera or a file.".into(),
            Self::NoScanner => "No scanner was found. What was entered is kept. Check that it is on and plugged in, then scan again.".into(),
            Self::Busy => "The scanner is busy. What was entered is kept. Close the other program that uses it, then scan again.".into(),
            Self::TooSlow(patience) => format!("The scanner did not answer within {} seconds and was stopped. What was entered is kept. Switch it off and on, then scan again.", patience.as_secs()),
            Self::NoPicture => "The scanner gave no picture. What was entered is kept. Check that it is on and closed, then scan again.".into(),
            Self::NoFeeder => "The scanner tells of no feeder. What was entered is kept. Scan page by page on the glass.".into(),
            Self::FeederEmpty => "Nothing lies in the feeder. What was entered is kept. Put the sheets in and scan again.".into(),
            Self::Jam(pages) => format!("A sheet is stuck in the feeder. {pages} pages that came before are kept. Free it, put the rest back and go on."),
            Self::BrokenOff(pages) => format!("The scanner stopped half-way. {pages} pages that came before are kept. Check it, put the rest back and go on."),
            Self::NoMemoryFolder => "No folder lies in memory (XDG_RUNTIME_DIR, /dev/shm), and pages must not lie on a disk outside the ledger. What was entered is kept. Scan page by page on the glass, or tell whoever looks after the machine.".into(),
            Self::Page(error) => error.english(),
        }
    }
}

/// What is safe when a stack ends too early.
fn came(pages: usize) -> String {
    match pages {
        0 => "Chưa lấy được trang nào; nội dung đã nhập vẫn còn nguyên".to_owned(),
        pages => format!("{pages} trang đã lấy trước đó vẫn còn nguyên"),
    }
}

impl Scan {
    /// Looks at the bytes.
    pub fn of(name: String, bytes: Vec<u8>) -> Result<Self, ScanError> {
        if bytes.len() > MOST_BYTES {
            return Err(ScanError::TooLarge);
        }
        let media = Media::detect(&bytes).ok_or(ScanError::Kind)?;
        let restricted = media == Media::Pdf
            && match reports::preview::lock(&bytes) {
                Lock::Open => false,
                Lock::Restricted => true,
                Lock::Password => return Err(ScanError::Locked),
            };
        Ok(Self { name, media, bytes, restricted })
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

/// Said of a file that may be read but not changed.
pub const RESTRICTED: &str =
    "Tệp PDF bị khóa quyền sửa: xem và lưu được, nhưng không ký số lên tệp này được.";

/// How large, in words.
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{},{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Scans one page on the flatbed: SANE's default device (`SANE_DEFAULT_DEVICE`), else the first it finds.
/// Blocks as long as the scanner takes, so it wants a thread of its own.
pub fn flatbed() -> Result<Scan, ScanError> {
    Scan::of(String::new(), driver::page(driver::scanimage, driver::PATIENCE)?)
}

/// Through SANE's own program: no library is linked, and what hangs is another process.
#[cfg(unix)]
mod driver {
    use std::{
        io::{ErrorKind, Read},
        process::{Child, Command, Stdio},
        sync::mpsc,
        thread,
        time::{Duration, Instant},
    };

    use super::{MOST_BYTES, ScanError};

    /// A cold flatbed warms its lamp for up to a minute before it scans a page.
    pub const PATIENCE: Duration = Duration::from_secs(120);

    /// What every scanner understands.
    const PLAIN: &[&str] = &["--format=jpeg"];
    /// What most do.
    const WELL: &[&str] = &["--format=jpeg", "--resolution=200", "--mode=Color"];
    /// Most that the program has to say.
    const MOST_WORDS: u64 = 64 << 10;

    /// SANE's program.
    pub fn scanimage() -> Command {
        Command::new("scanimage")
    }

    /// One page as the program writes it. What takes longer than `patience` is killed.
    pub fn page(program: impl Fn() -> Command, patience: Duration) -> Result<Vec<u8>, ScanError> {
        let deadline = Instant::now() + patience;
        let run = |options| run(program(), options, deadline).map_err(|end| end.or_slow(patience));
        match run(WELL)? {
            Said { page: Some(page), .. } => Ok(page),
            // An option that this scanner does not have.
            Said { words, .. } if words.contains("option") => {
                let Said { page, words } = run(PLAIN)?;
                page.ok_or_else(|| meaning(&words))
            }
            Said { words, .. } => Err(meaning(&words)),
        }
    }

    /// What came of one run.
    struct Said {
        page: Option<Vec<u8>>,
        words: String,
    }

    enum End {
        Slow,
        Other(ScanError),
    }

    impl End {
        fn or_slow(self, patience: Duration) -> ScanError {
            match self {
                End::Slow => ScanError::TooSlow(patience),
                End::Other(error) => error,
            }
        }
    }

    /// A scanner's program that is never left behind.
    pub struct Running(pub Child);

    impl Drop for Running {
        fn drop(&mut self) {
            // Both fail only where it has ended already.
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    impl Running {
        /// Whether it has ended.
        pub fn is_over(&mut self) -> bool {
            !matches!(self.0.try_wait(), Ok(None))
        }
    }

    /// Starts the program.
    pub fn start(
        mut program: Command,
        options: impl IntoIterator<Item: AsRef<std::ffi::OsStr>>,
    ) -> Result<Running, ScanError> {
        let child = program
            .args(options)
            // Its words are told apart below.
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        child.map(Running).map_err(|error| match error.kind() {
            ErrorKind::NotFound => ScanError::NoProgram,
            _ => ScanError::NoPicture,
        })
    }

    fn run(program: Command, options: &[&str], deadline: Instant) -> Result<Said, End> {
        let mut running = start(program, options).map_err(End::Other)?;
        let (out, err) = (running.0.stdout.take(), running.0.stderr.take());
        let (tell, told) = mpsc::channel();
        // Ends by itself when the program does.
        thread::spawn(move || {
            let (mut page, mut words) = (Vec::new(), Vec::new());
            let read = out.map(|out| out.take(MOST_BYTES as u64 + 1).read_to_end(&mut page));
            if page.len() <= MOST_BYTES {
                let _ = err.map(|err| err.take(MOST_WORDS).read_to_end(&mut words));
            }
            let _ = tell.send((read.is_some_and(|read| read.is_ok()), page, words));
        });
        let left = || deadline.saturating_duration_since(Instant::now());
        let (whole, page, words) = told.recv_timeout(left()).map_err(|_| End::Slow)?;
        if page.len() > MOST_BYTES {
            return Err(End::Other(ScanError::TooLarge));
        }
        // It has closed both its ends, so it is about to leave; a page that was broken off is none.
        let status = loop {
            match running.0.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if left().is_zero() => return Err(End::Slow),
                Ok(None) => thread::park_timeout(left().min(Duration::from_millis(10))),
                Err(_) => return Err(End::Other(ScanError::NoPicture)),
            }
        };
        let page = (status.success() && whole && !page.is_empty()).then_some(page);
        Ok(Said { page, words: String::from_utf8_lossy(&words).into_owned() })
    }

    /// What the program's words say to a clerk. They are SANE's own status strings and `scanimage`'s.
    pub fn meaning(words: &str) -> ScanError {
        let gone = words.contains("open of device") && words.contains("Invalid argument");
        if gone || words.contains("no SANE devices found") {
            ScanError::NoScanner
        } else if words.contains("Device busy") {
            ScanError::Busy
        } else {
            ScanError::NoPicture
        }
    }
}

/// Windows has WIA, which wants its own COM binding: not written, so it says that there is none.
#[cfg(not(unix))]
mod driver {
    use std::{process::Command, time::Duration};

    use super::ScanError;

    pub const PATIENCE: Duration = Duration::ZERO;

    pub fn scanimage() -> Command {
        Command::new("scanimage")
    }

    pub fn page(_: impl Fn() -> Command, _: Duration) -> Result<Vec<u8>, ScanError> {
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

    /// Files as mail programs, web forms and other makers' programs leave them.
    #[test]
    fn pdfs_of_every_make_are_taken_and_a_locked_one_is_told() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pdf");
        for (name, restricted, taken) in [
            ("plain", false, true),
            ("mark_before_header", false, true),
            ("newline_before_header", false, true),
            ("form_part_before_header", false, true),
            ("junk_after_end", false, true),
            ("changed_later", false, true),
            ("certified", false, true),
            ("linearized", false, true),
            ("object_streams", false, true),
            ("owner_password", true, true),
            ("user_password", false, false),
        ] {
            match Scan::read(&folder.join(format!("{name}.pdf"))) {
                Ok(scan) => {
                    assert!(taken && scan.media == Media::Pdf, "{name}");
                    assert_eq!(scan.restricted, restricted, "{name}");
                    let pages = reports::preview::render(&scan.bytes, 1.0);
                    assert!(pages.is_ok_and(|pages| pages.len() == 1), "{name} is shown");
                }
                Err(error) => {
                    assert!(!taken, "{name}: {error}");
                    assert_eq!(error.code(), "APP-69");
                }
            }
        }
    }

    /// The header may come late, but not anywhere.
    #[test]
    fn a_pdf_is_told_by_its_header_within_the_first_bytes() {
        for (before, taken) in [(0, true), (1_019, true), (1_020, false)] {
            let mut bytes = vec![b' '; before];
            bytes.extend(b"%PDF-1.7");
            assert_eq!(Media::detect(&bytes).is_some(), taken, "{before}");
        }
    }

    #[test]
    fn sizes_are_told_as_people_read_them() {
        for (bytes, words) in [(1, "1 kB"), (999_000, "999 kB"), (1_250_000, "1,2 MB")] {
            assert_eq!(size(bytes), words);
        }
    }
    /// A shell script in `scanimage`'s place.
    #[cfg(unix)]
    fn played(script: &str, patience: Duration) -> Result<Vec<u8>, ScanError> {
        let shell = || {
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", script, "scanimage"]);
            shell
        };
        driver::page(shell, patience)
    }

    #[cfg(unix)]
    const LONG: Duration = Duration::from_secs(60);

    #[cfg(unix)]
    #[test]
    fn a_scanner_that_hangs_is_killed() {
        let begun = std::time::Instant::now();
        let short = Duration::from_millis(300);
        for script in ["exec sleep 600", "exec sleep 600 >&- 2>&-"] {
            let refused = played(script, short).unwrap_err();
            assert!(matches!(refused, ScanError::TooSlow(limit) if limit == short), "{script}");
        }
        assert!(begun.elapsed() < LONG);
    }

    #[cfg(unix)]
    #[test]
    fn an_endless_page_does_not_fill_the_memory() {
        assert!(matches!(played("exec cat /dev/zero", LONG), Err(ScanError::TooLarge)));
    }

    #[cfg(unix)]
    #[test]
    fn what_the_program_says_is_told_in_sentences() {
        let broken =
            "printf 'half a page'; echo 'scanimage: sane_read: Error during device I/O' >&2";
        for (script, code) in [
            ("echo 'scanimage: no SANE devices found' >&2; exit 1", "APP-70"),
            (
                "echo 'scanimage: open of device epson2:net failed: Device busy' >&2; exit 1",
                "APP-71",
            ),
            ("echo 'scanimage: sane_start: Device busy' >&2; exit 9", "APP-71"),
            ("echo 'scanimage: sane_start: Scanner cover is open' >&2; exit 7", "APP-64"),
            (&format!("{broken}; exit 9"), "APP-64"),
            ("exit 0", "APP-64"),
        ] {
            assert_eq!(played(script, LONG).unwrap_err().code(), code, "{script}");
        }
        let none = driver::page(|| std::process::Command::new("/nowhere/scanimage"), LONG);
        let none = none.unwrap_err();
        assert_eq!(none.code(), "APP-63");
    }

    /// A scanner without a choice of colours, say, still scans.
    #[cfg(unix)]
    #[test]
    fn an_option_that_a_scanner_lacks_is_left_out() {
        let script = r#"case "$*" in
            *--mode*) echo "scanimage: unrecognized option '--mode=Color'" >&2; exit 1 ;;
            *) printf 'a page' ;;
        esac"#;
        assert_eq!(played(script, LONG).unwrap(), b"a page");
    }

    /// SANE's own test device through the real program: a page becomes a JPEG.
    #[cfg(unix)]
    #[test]
    fn sanes_test_device_gives_a_page() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("dll.conf"), "test\n").unwrap();
        let script = |settings: &str| {
            let folder = folder.path().display();
            played(&format!("SANE_CONFIG_DIR={folder} {settings} exec scanimage \"$@\""), LONG)
        };
        for device in ["", "SANE_DEFAULT_DEVICE=test:1"] {
            let scan = Scan::of(String::new(), script(device).unwrap()).unwrap();
            assert_eq!(scan.media, Media::Jpeg);
            assert!(image::load_from_memory(&scan.bytes).is_ok());
        }
        // Scanned at 200 dpi, and not at the device's own 50.
        let page = image::load_from_memory(&script("").unwrap()).unwrap();
        assert!(page.width() > 600, "{}", page.width());
        assert_eq!(script("SANE_DEFAULT_DEVICE=test:7").unwrap_err().code(), "APP-70");
        std::fs::write(folder.path().join("dll.conf"), "").unwrap();
        assert_eq!(script("").unwrap_err().code(), "APP-70");
    }
}
