//! Who works here: the administrator lets a new clerk in, and changes what they may do, by keys alone.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use journeys::window::{ROOMS, Window, assert_clean, demo};
use ledger::{Founding, Ledger, Security};
use office::{
    book::BookShelf,
    entry::{Role, User, UserName},
    unit::{Office, OfficeCode, Profile},
};

const NEW_CLERK: &str = "lomau";
const NEW_PASSWORD: &str = "Suoi-trong-2026";
const CHANGED: &str = "Rung-que-2027";

/// Rows of the menu's first column for a clerk, who makes no backups.
const CLERKS_ROOMS: usize = ROOMS - 1;

/// Opens the menu and takes its row `n`, counted over both columns.
fn choose(window: &Window, n: usize, title: &str) {
    window.screen.press(&["F10"]);
    window.screen.wait_for_title("Khác");
    window.screen.press(&vec!["Down"; n]);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title(title);
}

/// The administrator adds a clerk and locks; the clerk logs in at the locked window, is offered no log in
/// the menu, and changes the first password into one that the next login takes.
#[test]
fn a_new_clerk_is_added_and_logs_in() {
    let data = demo();
    let mut window = Window::open(data.path(), None);
    window.log_in_as("quantri", "Hoa-ban-trang-26");
    choose(&window, ROOMS + 1, "Người dùng");
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

    // The log's row, which stands between for the administrator, is not there, nor is that of the trust.
    choose(&window, CLERKS_ROOMS + 2, "Đổi mật khẩu");
    window.screen.write(NEW_PASSWORD);
    window.screen.press(&["Tab"]);
    window.screen.write(CHANGED);
    window.screen.press(&["Tab"]);
    window.screen.write(CHANGED);
    window.screen.press(&["Return"]);
    window.wait_until_still("users-password-changed");
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Trang chính");
    window.kill();
    assert_clean(data.path());
    window.start_again(data.path());
    window.log_in_as(NEW_CLERK, CHANGED);
}

/// In a real office the password that the head gave opens nothing but the form for an own one; help is at
/// hand there too, and the way back leaves everything as it was.
#[test]
fn a_password_that_another_gave_is_changed_before_any_work() {
    let data = tempfile::tempdir().unwrap();
    let now = jiff::Timestamp::now();
    let head = user("truong", "Giàng Thị Mẫu", Role::Head);
    let (mut ledger, _) = Ledger::create(data.path(), founding(now, head)).unwrap();
    ledger.add_user(now, user(NEW_CLERK, "Lò Thị Mẫu", Role::Clerk), NEW_PASSWORD).unwrap();
    drop(ledger);
    let log_in = |window: &Window, password: &str, title: &str| {
        window.screen.wait_for_title("Đăng nhập");
        window.wait_until_still("users-first-login");
        window.screen.write(password);
        window.screen.press(&["Return"]);
        window.screen.wait_for_title(title);
    };
    let mut window = Window::open(data.path(), None);
    window.screen.wait_for_title("Đăng nhập");
    window.wait_until_still("users-first");
    window.screen.write(NEW_CLERK);
    window.screen.press(&["Tab"]);
    log_in(&window, NEW_PASSWORD, "Đặt mật khẩu");
    window.screen.press(&["F12", "F3", "ctrl+k"]);
    window.screen.press(&["F1"]);
    window.screen.wait_for_title("Trợ giúp");
    window.wait_until_still("users-first-help");
    window.screen.press(&["Escape"]);
    window.screen.wait_for_title("Đặt mật khẩu");
    window.screen.press(&["Escape"]);
    log_in(&window, NEW_PASSWORD, "Đặt mật khẩu");
    window.wait_until_still("users-first-password");
    window.screen.write(CHANGED);
    window.screen.press(&["Tab"]);
    window.screen.write(CHANGED);
    window.screen.press(&["Return"]);
    window.screen.wait_for_title("Trang chính");
    window.kill();
    window.start_again(data.path());
    window.log_in_as(NEW_CLERK, CHANGED);
}

fn user(name: &str, full_name: &str, role: Role) -> User {
    User {
        name: UserName(name.into()),
        full_name: full_name.into(),
        title: String::new(),
        roles: vec![role],
    }
}

fn founding(at: jiff::Timestamp, first_user: User) -> Founding {
    let office = Office {
        code: OfficeCode::parse("H38.99").unwrap(),
        name: "ỦY BAN NHÂN DÂN XÃ HỢP THÀNH".into(),
        counter: "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG".into(),
        unit_code: "03079".into(),
        place: "Hợp Thành".into(),
        phone: String::new(),
        profile: Profile::OneStop,
        demo: false,
    };
    Founding {
        office,
        device_label: "Máy quầy 1".into(),
        first_user,
        password: "Hoa-ban-trang-26".to_owned().into(),
        security: Security::default(),
        books: BookShelf::parse_all(&[
            include_bytes!("../../assets/books/dossier_code.json"),
            include_bytes!("../../assets/books/tracking.json"),
        ])
        .unwrap()
        .of(Profile::OneStop),
        at,
    }
}
