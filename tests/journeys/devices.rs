//! Scanners, camera, dropped pictures and a passport, at the real window.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

use journeys::{
    drop, motcua,
    pcscd::{Pcscd, READER, SECOND},
    pdf_text,
    readers::{Watching, placed, plugged, removed},
    wait_until,
    window::{Window, administrator, assert_clean, demo},
};
use ledger::Dossiers;
use office::{document::Media, dossier::Proof};
use virtual_card::{Access, Card, Document, Fault, Options, PEOPLE};

/// The code of a synthetic person, in plain letters: a keyboard has no others.
const CODE: &str = "001099000123||NGUYEN VAN A|02011999|Nam|Xa Hop Thanh, tinh Lao Cai|10052022";

/// A scanner in keyboard mode reads a code.
fn scan(window: &Window) {
    window.screen.write(CODE);
    window.screen.press(&["Return"]);
}

/// Opens the form for someone known by number alone and types a telephone number into it.
fn begin_a_form(window: &Window) {
    window.screen.write("099099000777");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.write("Lo A Phu");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("khai sinh");
    window.screen.press(&["Return", "F6"]);
    window.wait_until_still("devices-chosen");
    window.screen.write("0912345678");
    window.wait_until_still("devices-form");
}

/// A scan into the middle of a form: no letter of it stays, the form asks, the draft is whole.
#[test]
fn a_scan_into_a_form_asks_and_leaves_no_letter() {
    let data = demo();
    let mut window = Window::open(data.path(), None);
    window.log_in();
    begin_a_form(&window);
    scan(&window);
    window.wait_until_still("devices-scan-into-form");
    assert!(window.screen.title().contains("Tiếp nhận hồ sơ"));
    window.screen.press(&["F5"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F12"]);
    window.screen.wait_for_title("Trang chính");
    window.screen.press(&["F4"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.screen.press(&["F8"]);
    let receipt = pdf_text(&window.saved());
    assert!(receipt.contains("0912345678") && receipt.contains("Lo A Phu"), "{receipt}");
    assert!(!receipt.contains("001099000123") && !receipt.contains("||"), "{receipt}");
    window.kill();
    assert_clean(data.path());
}

/// A scan at a locked window does nothing and leaves nothing in the password's field.
#[test]
fn a_scan_at_a_locked_window_falls() {
    let data = demo();
    let window = Window::open(data.path(), None);
    window.log_in();
    window.screen.press(&["ctrl+l"]);
    window.screen.wait_for_title("Đã khóa");
    scan(&window);
    window.wait_until_still("devices-scan-locked");
    assert!(window.screen.title().contains("Đã khóa"));
    window.screen.write("Ruong-bac-thang-26");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Trang chính");
}

/// Two ends of a serial line.
struct Line {
    socat: Child,
    scanner: PathBuf,
}

impl Line {
    fn plug(folder: &Path) -> Self {
        let (scanner, port) = (folder.join("scanner"), folder.join("port"));
        let end = |path: &Path| format!("pty,raw,echo=0,link={}", path.display());
        let socat = Command::new("socat")
            .args([end(&scanner), end(&port)])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("socat is installed");
        wait_until(Duration::from_secs(10), "the serial line", || {
            (scanner.exists() && port.exists()).then_some(())
        });
        Self { socat, scanner }
    }

    fn send(&self, bytes: &[u8]) {
        std::fs::OpenOptions::new()
            .write(true)
            .open(&self.scanner)
            .unwrap()
            .write_all(bytes)
            .unwrap();
    }

    fn unplug(mut self) {
        self.socat.kill().unwrap();
        self.socat.wait().unwrap();
    }
}

/// A serial scanner sends real Vietnamese letters; it is unplugged and found again.
#[test]
fn a_serial_scanner_opens_the_person_and_survives_its_plug() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let port = folder.path().join("port");
    let chosen = serde_json::json!({ "scanner": { "name": port, "speed": "B115200" } });
    std::fs::write(data.path().join("devices.json"), chosen.to_string()).unwrap();
    let line = Line::plug(folder.path());
    let window = Window::open(data.path(), None);
    window.log_in();
    let code = "001099000123||NGUYỄN VĂN A|02011999|Nam|Xã Hợp Thành, tỉnh Lào Cai|10052022";
    // The port is opened a moment after the window; what is sent before is lost, as with any scanner.
    wait_until(Duration::from_secs(20), "the person", || {
        line.send(format!("\u{feff}{code}\r\n").as_bytes());
        window.screen.title().contains("Công dân").then_some(())
    });
    window.picture("devices-serial");
    window.screen.press(&["F12"]);
    window.screen.wait_for_title("Trang chính");
    line.send(b"\xff\xfe\x80garbage\r\n");
    window.wait_until_still("devices-serial-garbage");
    assert!(window.screen.title().contains("Trang chính"));
    line.unplug();
    window.wait_until_still("devices-serial-unplugged");
    let line = Line::plug(folder.path());
    wait_until(Duration::from_secs(30), "the person again", || {
        line.send(format!("{code}\r\n").as_bytes());
        window.screen.title().contains("Công dân").then_some(())
    });
    line.unplug();
}

/// A picture of a code, as the demo day makes one.
fn picture_of_code(folder: &Path) -> PathBuf {
    let made =
        motcua(&folder.join("day"), &["day", "--out", &folder.join("papers").to_string_lossy()]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let files = std::fs::read_dir(folder.join("papers")).unwrap().flatten();
    let picture = files.map(|file| file.path()).find(|p| p.extension().is_some_and(|e| e == "png"));
    picture.expect("a picture of a code")
}

/// The camera is opened by a key, finds the code and closes.
#[test]
fn the_camera_finds_the_code() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let camera = folder.path().join("camera");
    std::fs::create_dir(&camera).unwrap();
    let window =
        Window::open_with(data.path(), None, &[("MOTCUA_CAMERA", &camera.to_string_lossy())]);
    window.log_in();
    // No picture comes: the words say so and the key closes.
    window.screen.press(&["F7"]);
    window.screen.wait_for_title("Camera");
    window.wait_until_still("devices-camera-lost");
    window.screen.press(&["Escape"]);
    window.screen.wait_for_title("Trang chính");
    std::fs::copy(picture_of_code(folder.path()), camera.join("1.png")).unwrap();
    window.screen.press(&["F7"]);
    window.screen.wait_for_title("Công dân");
    window.picture("devices-camera-found");
}

/// Pictures dropped on the window: one that is none, one with a code.
#[test]
fn a_dropped_picture_opens_the_person() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("note.txt");
    std::fs::write(&none, "no picture").unwrap();
    let picture = picture_of_code(folder.path());
    let window = Window::open(data.path(), None);
    window.log_in();
    drop::files(&window.screen.display, &[&none]);
    window.wait_until_still("devices-drop-none");
    assert!(window.screen.title().contains("Trang chính"));
    drop::files(&window.screen.display, &[&none, &picture]);
    window.screen.wait_for_title("Công dân");
    window.picture("devices-drop-person");
}

/// The foot of a passport's page, as a camera or scanner sees it.
fn picture_of_zone(path: &Path, zone: &str) {
    let font = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/fonts/ocr-b/OCRB.otf");
    let (first, second) = zone.split_at(44);
    let made = Command::new("convert")
        .args(["-size", "1400x900", "xc:white", "-font", font, "-pointsize", "40"])
        .args(["-annotate", "+60+720", first, "-annotate", "+60+792", second])
        .arg(path)
        .status();
    assert!(made.expect("convert (imagemagick) is installed").success());
}

/// A passport held before the camera names its holder at once; the chip, placed afterwards, takes over.
/// The key is good for that one reading.
#[test]
fn a_photographed_zone_names_the_holder_and_opens_the_chip() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let camera = folder.path().join("camera");
    std::fs::create_dir(&camera).unwrap();
    picture_of_zone(&camera.join("1.png"), &PEOPLE[0].passport_mrz());
    let service = Pcscd::start();
    let mut window = Window::open_with(
        data.path(),
        Some(&service),
        &[("MOTCUA_CAMERA", &camera.to_string_lossy())],
    );
    window.log_in();
    window.screen.press(&["F7"]);
    window.screen.wait_for_title("Công dân");
    window.wait_until_still("devices-zone-camera");
    let watching = Watching::of(&service);
    watching.tells(&[plugged(&[READER, SECOND])]);
    // Slow enough for the window's title to be seen while it reads; DG11 has the name with its accents.
    let options = Options {
        document: Document::Passport,
        access: Access::Bac,
        details: true,
        delay: Duration::from_millis(20),
        ..Options::with_fault(Fault::Slow)
    };
    let card = service.insert(Card::new(options.clone()));
    window.screen.wait_for_title("Trang chính");
    window.screen.wait_for_title("Công dân");
    window.wait_until_still("devices-zone-chip");
    // Placed once more it stays closed: the key was good for one reading. A card that is exchanged
    // between two looks of the service is no event.
    card.remove();
    watching.tells(&[placed(READER), removed(READER)]);
    let again = service.insert(Card::new(options));
    watching.tells(&[placed(READER)]);
    window.wait_until_still("devices-zone-forgotten");
    assert_eq!(again.card().log().commands, 0);
    assert!(window.screen.title().contains("Công dân"));
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("khai sinh");
    window.screen.press(&["Return", "F6"]);
    window.wait_until_still("devices-zone-chosen");
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.screen.press(&["F8"]);
    let receipt = pdf_text(&window.saved()).to_uppercase();
    assert!(receipt.contains(&PEOPLE[0].name.to_uppercase()), "{receipt}");
    window.kill();
    assert_clean(data.path());
}

/// A picture of a foreign passport's zone: no number of twelve digits, and still a person to work for.
#[test]
fn a_dropped_picture_of_a_foreign_passport_opens_its_holder() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("passport.png");
    // ICAO 9303-4, appendix B.
    let zone =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    picture_of_zone(&picture, zone);
    let mut window = Window::open(data.path(), None);
    window.log_in();
    drop::files(&window.screen.display, &[&picture]);
    window.screen.wait_for_title("Công dân");
    window.picture("devices-zone-dropped");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("khai sinh");
    window.screen.press(&["Return", "F6"]);
    window.wait_until_still("devices-zone-form");
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.screen.press(&["F8"]);
    let receipt = pdf_text(&window.saved());
    assert!(receipt.to_uppercase().contains("ERIKSSON ANNA MARIA"), "{receipt}");
    window.kill();
    assert_clean(data.path());
}

/// A passport: the second line of its zone is typed once, and the chip is read.
#[test]
fn a_passport_is_opened_by_the_typed_zone() {
    let data = demo();
    let service = Pcscd::start();
    let holder = PEOPLE[0];
    let options =
        Options { document: Document::Passport, access: Access::Bac, ..Options::default() };
    let _card = service.insert(Card::new(options));
    let mut window = Window::open(data.path(), Some(&service));
    window.log_in();
    // The CAN cannot open it: the window asks for the zone by itself.
    window.screen.write("123456");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Khóa mở chip");
    let zone = holder.passport_mrz();
    window.screen.write_slowly(&zone[44..60]);
    window.wait_until_still("devices-zone-half");
    window.screen.write_slowly(&zone[60..]);
    window.wait_until_still("devices-zone-whole");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.picture("devices-passport");
    window.kill();
    assert_clean(data.path());
}

/// Receives a dossier with one attached file, which `take` gets into the open dialog; gives its bytes as the
/// ledger has them.
fn attached(data: &Path, setting: (&str, &Path), take: impl Fn(&Window)) -> Vec<u8> {
    let settings = [(setting.0, &*setting.1.to_string_lossy())];
    let mut window = Window::open_with(data, None, &settings);
    window.log_in();
    scan(&window);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    // Đăng ký giám hộ: papers only.
    window.screen.write("1.004837");
    window.screen.press(&["Return"]);
    window.wait_until_still("devices-attach-form");
    window.screen.press(&["F8"]);
    window.screen.wait_for_title("Đính kèm giấy tờ");
    take(&window);
    // The first of the components.
    window.screen.press(&["shift+Tab", "Return", "Return"]);
    window.wait_until_still("devices-attach-component");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.kill();
    assert_clean(data);
    let ledger = administrator(data);
    let newest = ledger.dossiers(&Dossiers::All, None, 1).unwrap().items.remove(0).dossier;
    let scans: Vec<_> = newest.components.iter().filter_map(|part| part.proof.as_ref()).collect();
    let [Proof::Scan(content)] = scans.as_slice() else { panic!("{scans:?}") };
    ledger.blob(content).unwrap()
}

/// A page from SANE's own test device, by keys: attached to a component, it is in the ledger afterwards.
#[test]
fn a_page_from_the_flatbed_stands_for_a_paper() {
    let data = demo();
    let sane = tempfile::tempdir().unwrap();
    std::fs::write(sane.path().join("dll.conf"), "test\n").unwrap();
    let page = attached(data.path(), ("SANE_CONFIG_DIR", sane.path()), |window| {
        window.screen.press(&["F8"]);
        window.wait_until_still("devices-flatbed-page");
    });
    assert_eq!(Media::detect(&page), Some(Media::Jpeg));
}

/// The newest file of the clerk's folder is marked when the choice opens: F4 and Enter take it.
#[test]
fn the_newest_file_is_chosen_with_two_keys() {
    let data = demo();
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, book: &str| {
        let path = home.path().join(name);
        let made = motcua(data.path(), &["export", book, "--out", &path.to_string_lossy()]);
        assert!(made.status.success());
        path
    };
    let older = write("a-cu.pdf", "register");
    let newest = write("b-moi.pdf", "cash");
    let day = Duration::from_secs(86_400);
    let file = std::fs::File::options().write(true).open(&older).unwrap();
    file.set_modified(SystemTime::now() - day).unwrap();
    let page = attached(data.path(), ("HOME", home.path()), |window| {
        window.screen.press(&["F4"]);
        window.screen.wait_for_title("Chọn tệp");
        window.wait_until_still("devices-choose-file");
        window.screen.press(&["Return"]);
        window.screen.wait_for_title("Đính kèm giấy tờ");
        window.wait_until_still("devices-chosen-file");
    });
    assert_eq!(page, std::fs::read(&newest).unwrap());
}
