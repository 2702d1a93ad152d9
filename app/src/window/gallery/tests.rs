//! Each screen's keys stand in its help, each has somewhere for the keyboard, and nobody is offered what they may
//! not open.
#![allow(clippy::unwrap_used, clippy::panic)]

use office::entry::{Role, User, UserName};

use super::{
    super::screen::help::{Help, KEYS, Line},
    *,
};

/// The screens, each with its page.
const PAGES: [(&str, &str); 76] = [
    ("setup-recovery", "setup"),
    ("setup-devices", "setup"),
    ("login", "login"),
    ("locked", "login"),
    ("home", "home"),
    ("home-two-readers", "home"),
    ("camera-busy", "camera"),
    ("chip-key", "chip_key"),
    ("devices", "devices"),
    ("person-number", "person"),
    ("person-merge", "person"),
    ("reception", "reception"),
    ("act-electronic", "line_form"),
    ("act-page", "line_form"),
    ("act-choice", "line_form"),
    ("act-filled", "line_form"),
    ("act-problems", "line_form"),
    ("act-nobody", "line_form"),
    ("act-refuse", "line_form"),
    ("visitors", "line_form"),
    ("act-done", "written"),
    ("act-pay", "pay"),
    ("receipt", "dossier"),
    ("remark-erase", "dossier"),
    ("remark-erase-sure", "dossier"),
    ("dossiers", "dossiers"),
    ("columns", "keys"),
    ("users", "users"),
    ("user-form", "users"),
    ("user-delegate", "users"),
    ("users-delegated", "users"),
    ("log", "log"),
    ("trust", "trust"),
    ("trust-import", "trust"),
    ("authorities", "authorities"),
    ("authorities-add", "authorities"),
    ("verify", "verify"),
    ("verify-running", "verify"),
    ("verify-list", "verify"),
    ("verify-changed", "verify"),
    ("verify-invalid", "verify"),
    ("pending-remote", "pending"),
    ("telephone", "telephone"),
    ("telephone-kept", "telephone"),
    ("menu", "menu"),
    ("new-key", "new_key"),
    ("find", "find"),
    ("password", "password"),
    ("pay", "pay"),
    ("cash", "cash"),
    ("statement", "cash"),
    ("queue", "queue"),
    ("queue-ticket", "queue"),
    ("hall", "hall"),
    ("issued", "issued"),
    ("issued-paper", "paper"),
    ("register", "register"),
    ("books", "books"),
    ("statistics", "statistics"),
    ("catalogue", "catalogue"),
    ("codes", "codes"),
    ("codes-form", "codes"),
    ("codes-import", "codes"),
    ("codes-waiting", "codes"),
    ("calendar", "calendar"),
    ("settings", "settings"),
    ("backup", "backup"),
    ("numbers", "numbers"),
    ("seats", "seats"),
    ("seats-conflict", "seats"),
    ("seats-admit", "seats"),
    ("restore", "restore"),
    ("join", "join"),
    ("join-code", "join"),
    ("join-asked", "join"),
    ("diagnostics", "diagnostics"),
];

fn is_key(words: &str) -> bool {
    let function = |rest: &str| rest.parse::<u8>().is_ok_and(|n| (1..=12).contains(&n));
    matches!(words, "Esc" | "Enter")
        || words.strip_prefix('F').is_some_and(function)
        || words.strip_prefix("Ctrl+").is_some_and(|rest| rest.chars().count() == 1)
}

/// Every key that a screen prints on its buttons is explained by F1 there.
#[test]
fn f1_opens_the_page_that_names_every_key_of_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    let keys = |page: Help| {
        page.lines().filter_map(|line| match line {
            Line::Key(key, _) => Some(key),
            Line::Term(..) | Line::Words(_) => None,
        })
    };
    // `Ctrl+1 đến Ctrl+9` stands for nine keys.
    let covers = |known: &str, key: &str| {
        let range = known.split_once(" đến ");
        known == key || range.is_some_and(|(first, last)| (first..=last).contains(&key))
    };
    let mut unexplained = Vec::new();
    let pages = PAGES.into_iter().map(|(screen, page)| (screen, Some(page)));
    for (screen, page) in pages.chain(unlisted().map(|door| (door.name(), None))) {
        let readers = ["Đầu đọc 1", "Đầu đọc 2"].map(String::from).to_vec();
        let mut counter = Counter { readers, ..Counter::default() };
        if screen.contains("two-readers") {
            counter.cards.clone_from(&counter.readers);
        }
        let stage = stage(folder.path(), screen, &law, &counter).unwrap();
        let app = App::at(stage, law.clone(), counter, Mode::Light);
        assert!(page.is_none_or(|page| app.page().name == page), "{screen}");
        let page = app.page();
        let words = widgets::shot::words(app.view(), Size::new(1366.0, 768.0));
        let printed: Vec<_> = words.iter().filter(|words| is_key(words)).collect();
        let missing: Vec<_> = printed
            .iter()
            .filter(|key| !keys(page).chain(keys(KEYS)).any(|known| covers(known, key)))
            .collect();
        if !missing.is_empty() {
            unexplained.push(format!("{screen}: {missing:?}"));
        }
        let bare = matches!(screen, "hall" | "find" | "menu");
        assert!(bare || !printed.is_empty(), "{screen} prints no key");
    }
    assert!(unexplained.is_empty(), "{unexplained:#?}");
}

/// After a dialog and after the lock the keyboard goes to a control that is there: on each screen of the desk
/// that has a field or a list.
#[test]
fn no_screen_is_left_without_the_keyboard() {
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    for screen in [
        "home",
        "person-number",
        "person-merge",
        "reception",
        "act-filled",
        "act-problems",
        "visitors",
        "dossiers",
        "users",
        "log",
        "trust",
        "authorities",
        "verify-list",
        "cash",
        "queue",
        "issued",
        "register",
        "books",
        "statistics",
        "catalogue",
        "catalogue-search",
        "catalogue-essential",
        "calendar",
        "settings",
        "backup",
        "numbers",
        "seats",
    ]
    .into_iter()
    .chain(unlisted().map(Door::name))
    {
        let counter = Counter::default();
        let stage = stage(folder.path(), screen, &law, &counter).unwrap();
        let Stage::Desk(shell) = &stage else { panic!("{screen}") };
        let field = shell.main_field().unwrap_or_else(|| panic!("{screen} has no field"));
        let view = shell.view(&counter, sync::Link::Offline);
        let size = Size::new(1366.0, 768.0);
        assert!(widgets::shot::can_focus(view, size, field.clone()), "{screen}: {field}");
    }
}

/// What only refuses somebody is not offered to them: in the menu, in the bar, in the search.
#[test]
fn nobody_is_offered_what_they_may_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    let mut ledger = Ledger::open_demo(folder.path()).unwrap();
    let keeper = User {
        name: UserName("antoan".into()),
        full_name: "Giàng Văn Mẫu".into(),
        title: String::new(),
        roles: vec![Role::SecurityAdministrator],
    };
    ledger.add_user(clock::now(), keeper, "Suoi-trong-2026").unwrap();
    drop(ledger);
    let [head, clerk, ..] = &demo::LOGINS;
    for (user, password, offered, not_offered) in [
        (
            clerk.user,
            clerk.password,
            &["Hàng chờ", "Thống kê", "Hồ sơ"][..],
            &[
                "Nhật ký",
                "Chứng thư tin cậy",
                "Lập phiếu khôi phục mới",
                "Xác nhận giờ máy đúng",
                "Các máy",
            ][..],
        ),
        (head.user, head.password, &["Hàng chờ", "Nhật ký", "Chứng thư tin cậy", "Các máy"], &[]),
        (
            "antoan",
            "Suoi-trong-2026",
            &["Nhật ký", "Lập phiếu khôi phục mới"],
            &[
                "Hàng chờ",
                "Thu phí, lệ phí",
                "Sổ theo dõi hồ sơ",
                "Thống kê",
                "Chứng thực, ghi sổ",
                "Hồ sơ trực tuyến",
                "Hồ sơ",
            ],
        ),
    ] {
        let name = UserName(user.into());
        let ledger = Ledger::open(folder.path(), &name, password, clock::now()).unwrap();
        let desk = Desk::new(ledger, law.clone()).unwrap();
        let counter = Counter::default();
        let (mut shell, _) = Shell::new(desk, &counter);
        let seen = |shell: &Shell| {
            let view = shell.view(&counter, sync::Link::Offline);
            widgets::shot::words(view, Size::new(1366.0, 768.0))
        };
        // The dialog covers the bars for whoever cannot see.
        let mut all = seen(&shell);
        assert!(!all.iter().any(|words| words.contains("LED-")), "{user}: {all:?}");
        drop(shell.update(Message::Bar(Bar::Menu), &counter));
        all.extend(seen(&shell));
        for words in offered {
            assert!(all.iter().any(|shown| shown == words), "{user}: {words}");
        }
        for words in not_offered {
            assert!(!all.iter().any(|shown| shown == words), "{user}: {words}");
            drop(shell.update(Message::Bar(Bar::Find), &counter));
            let typed = find::Message::Typed((*words).into());
            drop(shell.update(Message::Find(typed), &counter));
            assert!(!seen(&shell).iter().any(|shown| shown == words), "{user} finds {words}");
        }
    }
}

/// A whole number finds its dossier however a hand or a scanner writes it: with Ctrl+K and in the list.
#[test]
fn a_dossier_is_found_by_its_code_without_the_signs_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    let ledger = Ledger::open_demo(folder.path()).unwrap();
    let latest = ledger.dossiers(&ledger::Dossiers::All, None, 1).unwrap().items;
    let code = latest[0].dossier.code().unwrap();
    let name = &latest[0].dossier.applicant.person.name;
    let written: String = code.chars().filter(|c| c.is_alphanumeric()).collect();
    let desk = Desk::new(ledger, law).unwrap();
    let counter = Counter::default();
    let (mut shell, _) = Shell::new(desk, &counter);
    let seen = |shell: &Shell| {
        let view = shell.view(&counter, sync::Link::Offline);
        widgets::shot::words(view, Size::new(1366.0, 768.0)).join("\n")
    };
    drop(shell.go_users(&counter));
    assert!(!seen(&shell).contains(&code));
    drop(shell.update(Message::Bar(Bar::Find), &counter));
    let typed = find::Message::Typed(written.to_lowercase());
    drop(shell.update(Message::Find(typed), &counter));
    assert!(seen(&shell).contains(&format!("{code} – {name}")));
    drop(shell.update(Message::Find(find::Message::Closed), &counter));
    drop(shell.go_dossiers(&counter));
    drop(shell.update(dossiers::Message::QueryTyped(written).into(), &counter));
    let Screen::Dossiers(list) = &shell.screen else { panic!("no list") };
    assert!(seen(&shell).contains(&code) && list.next().is_some());
}
