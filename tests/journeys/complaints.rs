//! What users of today's systems complain about, by its numbers, as far as it shows only in the window: by
//! keys, on a machine without any network. The office's rules and the exchange answer the others in their
//! own tests.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use journeys::window::{Window, administrator, assert_clean, demo};
use ledger::{DossierRecord, Dossiers, Ledger};
use office::{dossier::Status, entry::UserName};

/// The code of a synthetic person, in plain letters: a keyboard has no others.
const CODE: &str = "099161000123||LO THI MAU|02031961|Nu|Xa Hop Thanh, tinh Lao Cai|10052022";
const PHONE: &str = "0987654321";

/// At the desk of somebody whose form of đăng ký giám hộ, papers only, is open.
fn at_the_form(data: &Path) -> Window {
    let window = Window::open(data, None);
    window.log_in();
    window.screen.scan(CODE);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Công dân");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    window.screen.write("1.004837");
    window.screen.press(&["Return"]);
    window.wait_until_still("complaints-form");
    window
}

fn receive(window: &Window) {
    window.screen.press(&["F9", "F2"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
}

fn newest(ledger: &Ledger) -> DossierRecord {
    ledger.dossiers(&Dossiers::All, None, 1).unwrap().items.remove(0)
}

/// Complaint 10: nothing is sent on by one key; the question can be dropped, and then nothing was written.
#[test]
fn complaint_10_a_confirm_step_stands_before_a_dossier_is_sent_on() {
    let data = demo();
    let mut window = at_the_form(data.path());
    receive(&window);
    for (title, keys) in [("Chuyển xử lý", ["F2"]), ("Chọn bước", ["F4"])] {
        window.screen.press(&keys);
        window.screen.wait_for_title(title);
        window.screen.press(&["Escape"]);
        window.screen.wait_for_title("Chi tiết hồ sơ");
    }
    window.kill();
    let ledger = administrator(data.path());
    let dossier = newest(&ledger);
    assert_eq!((dossier.status(), dossier.course.steps), (Status::Received, 0));
    let code = dossier.dossier.code().unwrap();
    drop(ledger);

    window.start_again(data.path());
    window.log_in();
    window.screen.press(&["F3"]);
    window.screen.wait_for_title("Hồ sơ");
    window.screen.write(&code);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    for title in ["Chuyển xử lý", "Ghi kết quả", "Trả kết quả"] {
        window.screen.press(&["F2"]);
        window.screen.wait_for_title(title);
        window.screen.press(&["Return"]);
        window.screen.wait_for_title("Chi tiết hồ sơ");
    }
    window.kill();
    assert_eq!(newest(&administrator(data.path())).status(), Status::Returned);
    assert_clean(data.path());
}

/// Complaint 6: a file that was attached at the counter goes along; the next officer has the same bytes.
#[test]
fn complaint_6_files_of_components_go_along_to_the_next_officer() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    // Any PDF: a book of the demo office.
    let file = folder.path().join("giay-to.pdf");
    let path = file.to_string_lossy();
    assert!(journeys::motcua(data.path(), &["export", "cash", "--out", &path]).status.success());
    let mut window = at_the_form(data.path());
    window.screen.press(&["F8"]);
    window.screen.wait_for_title("Đính kèm giấy tờ");
    window.screen.write(&path);
    window.screen.press(&["Return"]);
    window.wait_until_still("complaints-file");
    // The first of the components.
    window.screen.press(&["shift+Tab", "Return", "Return"]);
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Tiếp nhận hồ sơ");
    receive(&window);
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Chuyển xử lý");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Chi tiết hồ sơ");
    window.wait_until_still("complaints-sent-on");
    window.kill();
    assert_clean(data.path());
    let next = UserName("chungthuc".into());
    let now = jiff::Timestamp::now();
    let ledger = Ledger::open(data.path(), &next, "Song-Chay-xanh-26", now).unwrap();
    let dossier = newest(&ledger);
    assert_eq!(dossier.status(), Status::Processing);
    let proofs = dossier.dossier.components.iter().filter_map(|part| part.proof.as_ref());
    let files: Vec<_> = proofs.filter_map(|proof| proof.content()).collect();
    assert_eq!(files.len(), 1);
    assert_eq!(ledger.blob(files[0]).unwrap(), std::fs::read(&file).unwrap());
}

/// Complaints 13 and 14: without any network everything that was done is found at once, by whatever the
/// clerk knows: name, number, telephone, code; complaint 11 asks for the last two.
#[test]
fn complaint_11_13_14_without_a_network_everything_is_found() {
    let data = demo();
    let mut window = at_the_form(data.path());
    window.screen.write(PHONE);
    window.wait_until_still("complaints-phone");
    receive(&window);
    window.kill();
    let code = newest(&administrator(data.path())).dossier.code().unwrap();
    let clean = |words: &str| words.replace('.', " ");
    // Again after a start: what is found is on the disk and in no memory.
    window.start_again(data.path());
    window.log_in();
    for words in ["lo thi mau giam ho", "099161000123", PHONE, "4321 mau", &code, &clean(&code)] {
        window.screen.press(&["F3"]);
        window.screen.wait_for_title("Hồ sơ");
        window.screen.write(words);
        window.screen.press(&["Return"]);
        window.screen.wait_for_title("Chi tiết hồ sơ");
        window.screen.press(&["F8"]);
        let receipt = window.saved_as("Giấy tiếp nhận", &code);
        std::fs::remove_file(receipt).unwrap();
        window.screen.press(&["F12"]);
        window.screen.wait_for_title("Trang chính");
    }
    window.kill();
    assert_clean(data.path());
}

/// Complaint 11: what was carried over, received, done in time and late goes to a workbook too, each column
/// by its name.
#[test]
fn complaint_11_the_figures_go_to_a_workbook() {
    let data = demo();
    let folder = tempfile::tempdir().unwrap();
    for (kind, words) in [
        ("statistics", ["Từ kỳ trước", "Đúng hạn", "Quá hạn"]),
        ("register", ["Mã hồ sơ", "Nhận hồ sơ", "Trả kết quả"]),
    ] {
        let path = folder.path().join(format!("{kind}.xlsx"));
        let out = path.to_string_lossy();
        let made =
            journeys::motcua(data.path(), &["export", kind, "--format", "xlsx", "--out", &out]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        // A workbook is a zip; its words lie in one part.
        let strings = std::process::Command::new("unzip")
            .args(["-p", &out, "xl/sharedStrings.xml"])
            .output()
            .unwrap();
        let text = String::from_utf8(strings.stdout).unwrap();
        for word in words {
            assert!(text.contains(word), "{kind}: {word:?} is not in {text}");
        }
    }
}
