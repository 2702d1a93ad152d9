//! The whole window around a desk: what scanners and quick hands type, and keys that are pressed too often.

use std::time::Duration;

use iced::keyboard::{
    self, Key, Location, Modifiers,
    key::{Named, NativeCode, Physical},
};
use widgets::keys::Pressed;

use super::*;
use crate::window::{App, Message as Told, Stage, rest, screen::reception};

/// The whole window around a desk.
struct Whole {
    app: App,
    _folder: tempfile::TempDir,
}

impl Whole {
    fn around(at: Counted) -> Self {
        let Counted { shell, counter, _folder, .. } = at;
        let law = shell.desk.law.clone();
        let mode = widgets::Mode::Light;
        Self { app: App::at(Stage::Desk(Box::new(shell)), law, counter, mode), _folder }
    }

    fn at_home() -> Self {
        let mut whole = Self::around(Counted::at_person("1.010028"));
        whole.tell(Told::Desk(Message::Bar(Bar::Open(Door::Home))));
        whole
    }

    fn tell(&mut self, message: Told) {
        drop(self.app.update(message));
    }

    /// A scanner in keyboard mode typed this.
    fn scan(&mut self, text: &str) {
        self.tell(Told::Scanned(text.into()));
    }

    fn shell(&mut self) -> &mut Shell {
        match &mut self.app.stage {
            Stage::Desk(shell) => shell,
            _ => panic!("no desk"),
        }
    }

    fn screen(&mut self) -> &'static str {
        self.shell().title()
    }

    /// Who is shown: name and document.
    fn shown(&mut self) -> (String, String) {
        match &self.shell().screen {
            Screen::Person(state) => {
                let document = state.identity.document.as_ref();
                let number = document.map(|document| document.number.clone()).unwrap_or_default();
                (state.identity.person.name.clone(), number)
            }
            _ => panic!("no person is shown"),
        }
    }
}

/// ICAO 9303-4 appendix B, and a passport of another state.
const ONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const TWO: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
const OTHER_TWO: &str = "2400000198FRA8503105F3001019<<<<<<<<<<<<<<<4";

#[test]
fn a_passports_second_line_scanned_twice_is_one_line() {
    let mut at = Whole::at_home();
    at.scan(TWO);
    assert_eq!(at.screen(), "Trang chính");
    at.scan(TWO);
    assert_eq!(at.shown(), (String::new(), "L898902C3".into()));
    // Both lines name the holder.
    at.tell(Told::Desk(Message::Bar(Bar::Open(Door::Home))));
    at.scan(ONE);
    at.scan(TWO);
    assert_eq!(at.shown(), ("ERIKSSON ANNA MARIA".into(), "L898902C3".into()));
}

#[test]
fn a_waiting_line_goes_with_the_screen_and_never_joins_another_document() {
    for turn in [Bar::Open(Door::Home), Bar::Open(Door::Dossiers), Bar::Find] {
        let mut at = Whole::at_home();
        at.scan(ONE);
        assert!(at.app.zone.is_waiting());
        at.tell(Told::Desk(Message::Bar(turn)));
        assert!(!at.app.zone.is_waiting());
        at.tell(Told::Desk(Message::Bar(Bar::Open(Door::Home))));
        at.scan(OTHER_TWO);
        assert_eq!(at.screen(), "Trang chính", "it waits alone");
        at.scan(OTHER_TWO);
        assert_eq!(at.shown().0, "");
    }
    // Without leaving the screen, too.
    let mut at = Whole::at_home();
    at.scan(ONE);
    at.scan(OTHER_TWO);
    assert_eq!(at.shown().0, "", "no name of one with the number of another");
    let Screen::Person(state) = &at.shell().screen else { panic!() };
    assert!(state.identity.reasons.iter().any(|why| why.contains("hai nước khác nhau")));
}

/// What the command line warns of, the window says too.
#[test]
fn the_warnings_of_a_code_are_shown_and_kept_with_the_reading() {
    for (code, words) in [
        ("062095000123||A THUẬN|01011995|Nam|Kroong Klah, Kroong, Kon Tum|10052022", "01/7/2025"),
        ("062095000123||nGUYỄN vĂN a|01011995|nAM|kON tUM|15082025", "CapsLock"),
        ("062095000123||NGUYỄN VĂN A|01011995|Nam", "đọc được 5 trong 7"),
        ("]Q1062195000123||TRAN THI B|01011995|Nu|Kon Tum|15082025\r", "bỏ dấu"),
    ] {
        let mut at = Whole::at_home();
        at.scan(code);
        let Screen::Person(state) = &at.shell().screen else { panic!("{code}") };
        let reasons = &state.identity.reasons;
        assert!(reasons.iter().any(|why| why.contains(words)), "{code}: {reasons:?}");
    }
}

#[test]
fn words_of_a_quick_hand_go_into_the_field_for_words() {
    let mut at = Whole::at_home();
    at.scan("đăng ký khai sinh");
    assert_eq!(at.screen(), "Trang chính");
    let Screen::Home(state) = &at.shell().screen else { panic!() };
    assert!(format!("{:?}", state.notice).contains("gõ rất nhanh"));

    let mut at = Whole::around(Counted::at_person("1.010028"));
    at.scan("dang ky khai sinh");
    assert_eq!(at.screen(), "Công dân", "nothing is opened over the person");
    let key = |at: &mut Whole, key| {
        let counter = Counter::default();
        drop(at.shell().key(key, &counter));
    };
    key(&mut at, Pressed::F(2));
    at.scan("đăng ký khai tử");
    assert_eq!(at.screen(), "Tiếp nhận hồ sơ");
    let Screen::Reception(form) = &mut at.shell().screen else { panic!() };
    drop(form.update(reception::Message::FirstChosen));
    assert_eq!(form.draft().procedure.as_deref(), Some("1.000656"), "its words were searched");
    // A label with a number is still a scan.
    let mut at = Whole::at_home();
    at.scan("H38.99-261123-0002");
    assert_eq!(at.screen(), "Hồ sơ");
}

/// Pressed in a hurry, even within one frame: one dossier, one number, one paper, and no step of it.
#[test]
fn a_key_that_is_pressed_thrice_acts_once() {
    let (f2, enter) = (Named::F2, Named::Enter);
    for (before, named, title) in [
        (&[][..], f2, "Tiếp nhận hồ sơ"),
        (&[][..], enter, "Tiếp nhận hồ sơ"),
        (&[Pressed::Digit(1)][..], f2, "Chi tiết hồ sơ"),
        (&[Pressed::Digit(1), Pressed::F(2)][..], f2, "Chuyển xử lý"),
        (&[Pressed::Digit(1), Pressed::F(2)][..], enter, "Trang chính"),
    ] {
        let pressed = |times: usize| {
            let mut at = Counted::at_person("1.010028");
            before.iter().for_each(|key| at.press(*key));
            let mut at = Whole::around(at);
            for _ in 0..times {
                let key = Key::Named(named);
                at.tell(Told::Keyboard(
                    keyboard::Event::KeyPressed {
                        key: key.clone(),
                        modified_key: key,
                        physical_key: Physical::Unidentified(NativeCode::Unidentified),
                        location: Location::Standard,
                        modifiers: Modifiers::NONE,
                        text: None,
                        repeat: false,
                    },
                    0,
                ));
            }
            assert_eq!(at.screen(), title, "{named:?} {times} times");
            let ledger = &at.shell().desk.ledger;
            assert!(ledger.check().unwrap().findings.is_empty());
            ledger.head().sequence
        };
        assert_eq!(pressed(1), pressed(3), "{named:?} leads to {title:?}");
    }
}

/// Each act of a key opens another place, so that the same key is not taken again at once.
#[test]
fn every_screen_and_dialog_is_a_place_of_its_own() {
    let mut at = Whole::around(Counted::at_person("1.010028"));
    let key = |at: &mut Whole, key| {
        let counter = Counter::default();
        drop(at.shell().key(key, &counter));
        at.app.place()
    };
    let mut places = vec![at.app.place()];
    places.push(key(&mut at, Pressed::Digit(1)));
    places.push(key(&mut at, Pressed::F(8)));
    key(&mut at, Pressed::Escape);
    assert_eq!(at.app.place(), places[1], "back in the form");
    places.push(key(&mut at, Pressed::F(2)));
    places.push(key(&mut at, Pressed::F(2)));
    key(&mut at, Pressed::Escape);
    places.push(key(&mut at, Pressed::Ctrl('k')));
    key(&mut at, Pressed::Escape);
    places.push(key(&mut at, Pressed::F(10)));
    let mut sorted = places.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), places.len());
}

/// The last digit of a code may stand alone for a while when the scanner's Enter comes late.
#[test]
fn a_digit_that_a_scanner_typed_chooses_no_procedure() {
    let mut at = Whole::around(Counted::at_person("1.010028"));
    while !rest::keys_rest() {
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let code = "099199000321||GIANG THI MAU|02031979|Nu|Xa Hop Thanh, tinh Lao Cai|10052021";
    at.scan(code);
    assert_eq!(at.screen(), "Công dân");
    // Pressed before the code was known to be one, then by a hand.
    at.tell(Told::Digit(1, 0));
    assert_eq!(at.screen(), "Công dân");
    at.tell(Told::Digit(1, 1));
    assert_eq!(at.screen(), "Tiếp nhận hồ sơ");
}

/// The folder is looked at elsewhere than on the window's thread: what comes back late, of another folder or never
/// disturbs nobody.
#[test]
fn a_folder_that_never_answers_is_told_once_and_what_comes_of_another_is_not_shown() {
    use crate::watched::{Arrived, Folder, News};
    let told = |whole: &mut Whole| {
        let view = whole.app.view();
        widgets::shot::words(view, iced::Size::new(1366.0, 768.0)).join("\n")
    };
    let news = || {
        let path = std::path::PathBuf::from("/scan/a.jpg");
        News { arrived: vec![Arrived { path, name: "a.jpg".into() }], ..News::default() }
    };
    let mut whole = Whole::at_home();
    let folder = tempfile::tempdir().unwrap();
    let chosen = folder.path().to_owned();
    whole.app.counter.devices.watched = Some(chosen.clone());
    for _ in 0..7 {
        rest::begin();
        drop(whole.app.watch());
    }
    let shown = told(&mut whole);
    assert_eq!(shown.matches("APP-138").count(), 1, "{shown}");
    let other = Folder::new("/elsewhere".into());
    whole.tell(Told::Watched(Box::new((other, news()))));
    assert!(!told(&mut whole).contains("a.jpg"));
    whole.tell(Told::Watched(Box::new((Folder::new(chosen), news()))));
    assert!(told(&mut whole).contains("Tệp mới trong thư mục máy quét: a.jpg."));
}
