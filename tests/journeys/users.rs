//! Who works here: the administrator lets a new clerk in, by keys alone.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use journeys::window::{ROOMS, Window, assert_clean, demo};

const NEW_CLERK: &str = "lomau";
const NEW_PASSWORD: &str = "Suoi-trong-2026";
const CHANGED: &str = "Rung-que-2027";

/// Opens the menu and takes row `n` of its second column.
fn choose(window: &Window, n: usize, title: &str) {
    window.screen.press(&["F10"]);
    window.screen.wait_for_title("Khác");
    window.screen.press(&vec!["Down"; ROOMS + n]);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title(title);
}

/// The administrator adds a clerk and locks; the clerk logs in at the locked window, sees no log, and
/// changes the first password into one that the next login takes.
#[test]
fn a_new_clerk_is_added_and_logs_in() {
    let data = demo();
    let mut window = Window::open(data.path(), None);
    window.log_in_as("quantri", "Hoa-ban-trang-26");
    choose(&window, 0, "Người dùng");
    window.screen.press(&["F2"]);
    window.screen.wait_for_title("Thêm người dùng");
    window.screen.write("Lo Thi Mau");
    window.screen.press(&["Tab"]);
    window.screen.write("Cong chuc");
    window.screen.press(&["Tab"]);
    window.screen.write(NEW_CLERK);
    // Past the five roles, of which the clerk's is ticked.
    window.screen.press(&["Tab"; 6]);
    window.screen.write(NEW_PASSWORD);
    window.screen.press(&["Tab"]);
    window.screen.write(NEW_PASSWORD);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Người dùng");
    window.wait_until_still("users-added");

    window.screen.press(&["ctrl+l"]);
    window.screen.wait_for_title("Đã khóa");
    window.screen.press(&["shift+Tab", "ctrl+a"]);
    window.screen.write(NEW_CLERK);
    window.screen.press(&["Tab"]);
    window.screen.write(NEW_PASSWORD);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Trang chính");

    choose(&window, 1, "Nhật ký");
    window.wait_until_still("users-no-log");

    choose(&window, 3, "Đổi mật khẩu");
    window.screen.write(NEW_PASSWORD);
    window.screen.press(&["Tab"]);
    window.screen.write(CHANGED);
    window.screen.press(&["Tab"]);
    window.screen.write(CHANGED);
    window.screen.press(&["Return"]);
    window.wait_until_still("users-password-changed");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Nhật ký");
    window.kill();
    assert_clean(data.path());
    window.start_again(data.path());
    window.log_in_as(NEW_CLERK, CHANGED);
}
