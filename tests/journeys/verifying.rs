//! Signed files verified in the window by keys: the root is taken first, then a genuine file, a forged one and one
//! that was added to after signing are dropped, and each outcome is read.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use journeys::{
    drop,
    window::{ROOMS, Window, assert_clean, demo},
};

const ROOT: &[u8] = include_bytes!("../../reports/tests/signed/root.crt");
const SIGNED: &[u8] = include_bytes!("../../reports/tests/signed/classic-B-LTA.pdf");

/// The file with one more save behind what was signed: a note that nobody signed.
fn added_to(signed: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(signed);
    let number = |word: &str| -> usize {
        let rest = &text[text.rfind(word).unwrap() + word.len()..];
        rest.split_whitespace().next().unwrap().parse().unwrap()
    };
    let (size, root, previous) = (number("/Size "), number("/Root "), number("startxref"));
    let object = signed.len();
    let mut all = signed.to_vec();
    all.extend(format!("{size} 0 obj\n(Them sau khi ky)\nendobj\n").bytes());
    let table = all.len();
    all.extend(
        format!(
            "xref\n{size} 1\n{object:010} 00000 n \ntrailer\n<< /Size {} /Root {root} 0 R /Prev {previous} >>\nstartxref\n{table}\n%%EOF\n",
            size + 1
        )
        .bytes(),
    );
    all
}

#[test]
fn signed_files_are_verified_by_whom_the_office_trusts() {
    let (data, files) = (demo(), tempfile::tempdir().unwrap());
    let write = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let root = write("root.crt", ROOT);
    let genuine = write("1 nguyen ven.pdf", SIGNED);
    let mut turned = SIGNED.to_vec();
    turned[20] ^= 1;
    let forged = write("2 bi sua.pdf", &turned);
    let added = write("3 them.pdf", &added_to(SIGNED));

    let mut window = Window::open(data.path(), None);
    let screen = &window.screen;
    window.log_in_as("quantri", "Hoa-ban-trang-26");
    let open = |words: &str, title: &str| {
        screen.press(&["ctrl+k"]);
        screen.wait_for_title("Tìm");
        screen.write(words);
        window.settle();
        screen.press(&["Return"]);
        screen.wait_for_title(title);
    };

    // While nobody is trusted the genuine file is not called valid either.
    open("kiem tra chu ky so", "Một Cửa – Kiểm tra chữ ký số");
    window.settle();
    drop::files(&screen.display, &[&genuine]);
    window.wait_until_still("verify-untrusted");
    screen.press(&["Return"]);
    screen.wait_for_title("Chữ ký không hợp lệ");
    screen.press(&["Escape"]);
    screen.wait_for_title("Một Cửa – Kiểm tra chữ ký số");
    screen.press(&["F8"]);
    screen.wait_for_title("Nơi cấp chữ ký số");

    screen.press(&["F2"]);
    screen.wait_for_title("Thêm nơi cấp chữ ký số");
    screen.write(&root.to_string_lossy());
    screen.press(&["Return"]);
    window.wait_until_still("authority-offered");
    screen.write("Noi cap trao tan tay");
    screen.press(&["Return"]);
    screen.wait_for_title("Một Cửa – Nơi cấp chữ ký số");
    window.wait_until_still("authority-taken");

    // Back at the file, which is verified anew.
    screen.press(&["Escape"]);
    screen.wait_for_title("Một Cửa – Kiểm tra chữ ký số");
    let others: [&Path; 2] = [&forged, &added];
    drop::files(&screen.display, &others);
    window.wait_until_still("verify-outcomes");
    for title in ["Chữ ký hợp lệ", "Chữ ký không hợp lệ", "tệp đã sửa thêm"] {
        screen.press(&["Return"]);
        screen.wait_for_title(title);
        window.settle();
        if title != "tệp đã sửa thêm" {
            screen.press(&["Escape"]);
            screen.wait_for_title("Một Cửa – Kiểm tra chữ ký số");
            screen.press(&["Down"]);
            window.settle();
        }
    }
    window.picture("verify-added");
    screen.press(&["F6"]);
    let saved = window.saved_as("3 them", "bản đã ký");
    // What was signed ends where the signature's own save does: before proof and time stamp were added.
    let saved = std::fs::read(saved).unwrap();
    assert!(SIGNED.starts_with(&saved) && saved.len() < SIGNED.len());
    assert!(saved.trim_ascii_end().ends_with(b"%%EOF"));

    screen.press(&["F8"]);
    let sheet = window.saved_as("Kết quả kiểm tra chữ ký", "3 them");
    let sheet = std::fs::read(sheet).unwrap();
    assert!(sheet.starts_with(b"%PDF-"), "the sheet of what was found");

    // The head takes the root away again by the menu.
    screen.press(&["Escape"]);
    screen.wait_for_title("Một Cửa – Kiểm tra chữ ký số");
    screen.press(&["F10"]);
    screen.wait_for_title("Khác");
    screen.press(&["Down"; ROOMS + 4]);
    screen.press(&["Return"]);
    screen.wait_for_title("Một Cửa – Nơi cấp chữ ký số");
    screen.press(&["F9"]);
    screen.wait_for_title("Bỏ nơi cấp chữ ký số");
    screen.write("Het dung");
    screen.press(&["Return"]);
    screen.wait_for_title("Một Cửa – Nơi cấp chữ ký số");
    window.wait_until_still("authority-removed");
    window.kill();
    assert_clean(data.path());
}
