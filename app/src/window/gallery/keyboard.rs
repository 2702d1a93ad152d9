//! After a dialog the keyboard is somebody's: what is typed next arrives, whichever way the dialog was closed.
#![allow(clippy::unwrap_used)]

use std::{path::Path, sync::Arc};

use iced::{
    Size, Task,
    keyboard::{Key, key::Named},
};
use widgets::{
    Mode,
    hand::{Hand, Keyboard, key_press},
};

use super::{screens, stage};
use crate::{
    assets::Law,
    clock, demo,
    window::{App, Message, counter::Counter},
};

/// A dialog of the window itself, over the main page.
const CLOSING: &str = "closing";

/// Screens with no field or table to type at, by the window's title, and why. Their keys work wherever the keyboard
/// is.
const NO_FIELD: [(&str, &str); 7] = [
    ("Một Cửa – Công dân", "a person whose name is known: keys and digits choose what is done"),
    (
        "Một Cửa – Chi tiết hồ sơ",
        "steps by keys; the one field is the number of copies, never typed by chance",
    ),
    ("Một Cửa – Kho giấy tờ", "pictures of papers, chosen by keys"),
    ("Một Cửa – Sổ và quyển sổ", "volumes, each with its button"),
    ("Một Cửa – Đã ghi vào sổ", "what was written; keys choose what comes next"),
    ("Một Cửa – Chờ ký số", "copies that wait, chosen by arrows and keys"),
    ("Một Cửa – Hồ sơ trực tuyến", "dossiers that wait, chosen by arrows"),
];

/// Dialogs that stand over another one, which Escape leads back to.
const OVER_ANOTHER: [&str; 4] = ["pay-cancel", "queue-slip", "reception-choose-file", "telephone"];

/// How a hand closes a dialog.
#[derive(Clone, Copy, Debug)]
enum Way {
    Key(Named),
    Button(&'static str),
}

const WAYS: [Way; 4] =
    [Way::Key(Named::Escape), Way::Button("Esc"), Way::Key(Named::Enter), Way::Button("Enter")];

struct At {
    app: App,
    hand: Hand,
    taken: u64,
}

impl At {
    fn open(folder: &Path, screen: &str, law: &Arc<Law>) -> Option<Self> {
        let counter = Counter::default();
        let stage = stage(folder, screen, law, &counter).ok()?;
        let mut app = App::at(stage, law.clone(), counter, Mode::Light);
        app.folder = folder.into();
        match screen {
            "help" => drop(app.open_help()),
            CLOSING => app.closing = true,
            _ => {}
        }
        Some(Self { app, hand: Hand::new(Size::new(1366.0, 768.0)), taken: 0 })
    }

    /// As the window takes messages in, until nothing is ready any more.
    fn hear(&mut self, said: Vec<Message>) {
        let mut tasks: Vec<Task<Message>> =
            said.into_iter().map(|said| self.app.update(said)).collect();
        while let Some(task) = tasks.pop() {
            let app = &self.app;
            let said = self.hand.run(|| app.view(), task);
            tasks.extend(said.into_iter().map(|said| self.app.update(said)));
        }
    }

    fn press(&mut self, key: Key, text: Option<char>) {
        let mut said = self.hand.press(self.app.view(), key.clone(), text);
        match self.hand.taken() {
            true => self.taken += 1,
            false => said.push(Message::Keyboard(key_press(key, text), self.taken)),
        }
        self.hear(said);
    }

    fn go(&mut self, way: Way) {
        match way {
            Way::Key(named) => self.press(Key::Named(named), None),
            Way::Button(words) => {
                let app = &self.app;
                let said = self.hand.click(|| app.view(), words);
                self.hear(said.unwrap_or_default());
            }
        }
    }

    /// Whether what is typed arrives: in a field, or at the rows of a table.
    fn takes_typing(&mut self) -> bool {
        match self.hand.keyboard(self.app.view()) {
            Keyboard::Table => true,
            Keyboard::Nobody | Keyboard::Control => false,
            Keyboard::Field => {
                let before = self.hand.fields(self.app.view());
                self.press(Key::Character("7".into()), Some('7'));
                self.hand.fields(self.app.view()) != before
            }
        }
    }

    /// Whether the screen hears its keys: Esc leads away from it.
    fn hears_escape(&mut self) -> bool {
        let place = self.app.place();
        self.press(Key::Named(Named::Escape), None);
        self.app.place() != place
    }
}

#[test]
fn after_a_dialog_what_is_typed_arrives() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    let (mut closed, mut below, mut lost) = (0, Vec::new(), Vec::new());
    for screen in screens().chain([CLOSING]) {
        for way in WAYS {
            let Some(mut at) = At::open(folder.path(), screen, &law) else { continue };
            if !at.app.is_covered() {
                break;
            }
            at.go(way);
            let (title, escape) = (at.app.title(), matches!(way, Way::Key(Named::Escape)));
            let good = if !at.app.is_covered() {
                closed += 1;
                match NO_FIELD.iter().any(|(name, _)| *name == title) {
                    true => at.hears_escape(),
                    false => at.takes_typing(),
                }
            } else if escape {
                below.push(screen);
                // The dialog below takes the keyboard with the next event.
                at.press(Key::Named(Named::Shift), None);
                at.hand.keyboard(at.app.view()) != Keyboard::Nobody
            } else {
                true
            };
            if !good {
                lost.push(format!(
                    "{screen} {way:?}: {title} {:?}",
                    at.hand.keyboard(at.app.view())
                ));
            }
        }
    }
    assert!(lost.is_empty(), "{closed} closed, lost {}: {lost:#?}", lost.len());
    assert_eq!(below, OVER_ANOTHER);
    assert!(closed > 100, "{closed}");
}

/// Where nothing is to be filled in or chosen, the button that shows Enter has the keyboard.
#[test]
fn enter_does_what_the_main_button_of_a_dialog_says() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for screen in screens().chain([CLOSING]) {
        let Some(mut at) = At::open(folder.path(), screen, &law) else { continue };
        if !at.app.is_covered() {
            continue;
        }
        // The dialog takes the keyboard with the first event.
        at.press(Key::Named(Named::Shift), None);
        match at.hand.is_at(at.app.view(), "Enter") {
            Some(true) => right.push(screen),
            Some(false) => wrong.push(screen),
            None => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(right.len() >= 4, "{right:#?}");
}

/// A quick hand: from the list to a dossier and back to the list, faster than a key may be pressed twice.
#[test]
fn a_key_that_was_pressed_before_a_field_took_others_is_meant() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _entered = runtime.enter();
    let folder = tempfile::tempdir().unwrap();
    let law = Arc::new(Law::load().unwrap());
    drop(demo::make(folder.path(), &law, clock::now()).unwrap());
    let mut at = At::open(folder.path(), "home", &law).unwrap();
    let f3 = || Key::Named(Named::F3);
    at.press(f3(), None);
    assert_eq!(at.app.title(), "Một Cửa – Hồ sơ");
    at.press(Key::Named(Named::Enter), None);
    assert_eq!(at.app.title(), "Một Cửa – Chi tiết hồ sơ");
    at.press(f3(), None);
    assert_eq!(at.app.title(), "Một Cửa – Hồ sơ");
}
