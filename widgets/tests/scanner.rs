//! A scanner that plays a keyboard, whatever has the focus.
#![allow(clippy::unwrap_used)]

mod stage;

use std::cell::Cell;

use iced::advanced::input_method;
use iced::keyboard::{Key, key::Named};
use iced::{Event, window};
use stage::Stage;
use widgets::{Element, button, column, field, pick, scanner::Finder, swallowed};

thread_local! {
    /// Whether nobody types: time as the test wants it.
    static QUIET: Cell<bool> = const { Cell::new(true) };
    static REST: Cell<u64> = const { Cell::new(0) };
}

/// Whatever is typed in a run is quick; a code has a bar in it.
#[derive(Default)]
struct Quick(String);

impl Finder for Quick {
    fn is_quiet(&self, _: u64) -> bool {
        QUIET.get()
    }
    fn typed(&mut self, c: char, _: u64) {
        QUIET.set(false);
        self.0.push(c);
    }
    fn is_quick(&self) -> bool {
        self.0.len() > 2
    }
    fn ended(&mut self, _: u64) -> Option<String> {
        QUIET.set(true);
        let run = std::mem::take(&mut self.0);
        (run.len() > 4).then_some(run)
    }
    fn rest(&self) -> u64 {
        REST.get()
    }
    fn goes_on(&self, _: &str, rest: &str) -> bool {
        rest.contains('|')
    }
    fn is_code(&self, text: &str) -> bool {
        text.contains('|')
    }
}

#[derive(Default)]
struct Form {
    name: String,
    password: String,
    zone: String,
    place: Option<u8>,
    pressed: u8,
    submitted: Vec<String>,
    scans: Vec<String>,
}

#[derive(Debug, Clone)]
enum Message {
    Name(String),
    Password(String),
    Zone(String),
    Place(u8),
    Pressed,
    Submitted,
    Scanned(String),
    Key,
}

fn view(form: &Form) -> Element<'_, Message> {
    let places = [(1, "Lào Cai"), (2, "Sa Pa")];
    let screen = column([
        field("Tên", &form.name)
            .id("name")
            .on_change(Message::Name)
            .on_submit(Message::Submitted)
            .into(),
        field("Mật khẩu", &form.password)
            .id("password")
            .secure()
            .on_change(Message::Password)
            .into(),
        field("Mã", &form.zone).id("zone").plain().on_change(Message::Zone).into(),
        pick("Nơi", places, form.place.as_ref()).id("place").on_pick(Message::Place).into(),
        button("Ghi").id("button").on_press(Message::Pressed).into(),
    ]);
    swallowed::keys(screen, |_| Message::Key)
        .scans(|| Box::new(Quick::default()), Message::Scanned)
        .into()
}

fn update(form: &mut Form, message: Message) {
    match message {
        Message::Name(name) => form.name = name,
        Message::Password(password) => form.password = password,
        Message::Zone(zone) => form.zone = zone,
        Message::Place(place) => form.place = Some(place),
        Message::Pressed => form.pressed += 1,
        Message::Submitted => form.submitted.push(form.name.clone()),
        Message::Scanned(scan) => form.scans.push(scan),
        Message::Key => {}
    }
}

fn open(focus: &'static str) -> Stage<Form, Message> {
    QUIET.set(true);
    let mut screen = Stage::new(Form::default(), view, update);
    screen.focus(focus);
    screen
}

/// The keys of a scan, with the space that would press a button.
fn scan(screen: &mut Stage<Form, Message>, text: &str) {
    for c in text.chars() {
        if c == ' ' {
            screen.key(Named::Space);
        } else {
            screen.write(&c.to_string());
        }
    }
}

const CODE: &str = "099||NGUYEN VAN A|0101";

#[test]
fn a_scan_leaves_no_letter_where_the_focus_is() {
    for (focus, ends) in [
        ("name", Named::Enter),
        ("name", Named::Tab),
        ("password", Named::Enter),
        ("place", Named::Enter),
        ("button", Named::Enter),
        ("button", Named::Tab),
    ] {
        let mut screen = open(focus);
        scan(&mut screen, CODE);
        screen.key(ends);
        assert_eq!(screen.state.scans, [CODE], "{focus}");
        assert_eq!(screen.state.name, "", "{focus}");
        assert_eq!(screen.state.password, "", "{focus}");
        assert_eq!(screen.state.place, None, "{focus}");
        assert_eq!(screen.state.pressed, 0, "{focus}");
        assert!(screen.state.submitted.is_empty(), "{focus}");
        assert_eq!(screen.focused(), Some(focus.into()));
        assert!(!screen.sees("Sa Pa"), "the list is closed");
    }
}

#[test]
fn what_was_typed_before_stays_and_goes_on() {
    let mut screen = open("name");
    screen.write("Lò");
    QUIET.set(true);
    scan(&mut screen, CODE);
    // The scanner sends no key at its end: the pause is noticed with a frame.
    QUIET.set(true);
    screen.frame();
    assert_eq!((screen.state.name.as_str(), screen.state.scans.len()), ("Lò", 1));
    screen.write(" A");
    assert_eq!(screen.state.name, "Lò A");
    screen.key(Named::Enter);
    assert_eq!(screen.state.submitted, ["Lò A"]);
}

/// An input method may hold back a part of a scan so long that the first part has ended by then.
#[test]
fn the_rest_of_a_scan_that_was_torn_apart_falls() {
    REST.set(60_000);
    let mut screen = open("name");
    screen.write("Lò");
    QUIET.set(true);
    screen.write("099||NG");
    QUIET.set(true);
    screen.frame();
    screen.preedit("A");
    screen.commit("A");
    screen.write("|0");
    screen.key(Named::Enter);
    screen.key(Named::Tab);
    assert_eq!(
        (screen.state.name.as_str(), screen.state.scans.as_slice()),
        ("Lò", &["099||NG".to_owned()][..])
    );
    assert!(screen.state.submitted.is_empty());
    assert_eq!(screen.focused(), Some("name".into()));
}

/// A scan that ended with no key, and a hand that types on at once: every letter stands, and Enter is the
/// hand's. So it is for letters that come as quickly as a scanner's, but are none of its code.
#[test]
fn what_a_hand_types_after_a_scan_stands() {
    for quickly in [false, true] {
        REST.set(60_000);
        let mut screen = open("name");
        scan(&mut screen, CODE);
        QUIET.set(true);
        screen.frame();
        assert_eq!(screen.state.scans.len(), 1);
        for letter in ["k", "h", "a", "i", " ", "s", "i", "n", "h"] {
            if !quickly {
                QUIET.set(true);
            }
            screen.write(letter);
        }
        screen.key(Named::Enter);
        assert_eq!(screen.state.name, "khai sinh", "{quickly}");
        assert_eq!(screen.state.submitted, ["khai sinh"], "{quickly}");
        assert_eq!(screen.state.scans.len(), 1, "{quickly}");
    }
}

/// The Enter of a scanner that sends it late is nobody's, unless a hand was at the keys meanwhile.
#[test]
fn a_late_enter_of_a_scanner_does_nothing() {
    REST.set(60_000);
    for (hand, pressed) in [(None, 0), (Some(Named::F5), 1), (Some(Named::ArrowDown), 1)] {
        let mut screen = open("button");
        scan(&mut screen, CODE);
        QUIET.set(true);
        screen.frame();
        if let Some(key) = hand {
            screen.key(key);
        }
        screen.key(Named::Enter);
        assert_eq!((screen.state.pressed, screen.state.scans.len()), (pressed, 1), "{hand:?}");
    }
}

/// A list is searched by typing, however quickly.
#[test]
fn quick_typing_searches_a_list() {
    let mut screen = open("place");
    screen.write("sa pa");
    screen.key(Named::Enter);
    assert_eq!((screen.state.place, screen.state.scans.len()), (Some(2), 0));
}

#[test]
fn a_scan_in_the_middle_of_a_line_is_taken_out_of_it() {
    let mut screen = open("name");
    screen.write("ab");
    screen.key(Named::ArrowLeft);
    QUIET.set(true);
    scan(&mut screen, CODE);
    screen.key(Named::Enter);
    screen.write("x");
    assert_eq!((screen.state.name.as_str(), screen.state.scans.len()), ("axb", 1));
}

#[test]
fn a_scan_over_a_selection_gives_it_back() {
    let mut screen = open("name");
    screen.write("Lò A");
    screen.focus("button");
    screen.focus("name");
    QUIET.set(true);
    scan(&mut screen, CODE);
    screen.key(Named::Enter);
    assert_eq!((screen.state.name.as_str(), screen.state.scans.len()), ("Lò A", 1));
}

#[test]
fn a_field_for_codes_keeps_them() {
    let mut screen = open("zone");
    screen.write(CODE);
    screen.key(Named::Enter);
    assert_eq!((screen.state.zone.as_str(), screen.state.scans.len()), (CODE, 0));
}

/// Letters that come before a new screen has given its field the focus were meant for it.
#[test]
fn the_focus_may_come_in_the_middle_of_quick_keys() {
    let mut screen = open("button");
    screen.write("abcd");
    screen.focus("name");
    screen.write("efgh");
    assert_eq!(screen.state.name, "abcdefgh");
    screen.key(Named::Enter);
    assert_eq!(screen.state.submitted, ["abcdefgh"]);

    let mut screen = open("button");
    screen.write("099|");
    screen.focus("name");
    screen.write("|NG");
    screen.key(Named::Enter);
    assert_eq!(
        (screen.state.name.as_str(), screen.state.scans.as_slice()),
        ("", &["099||NG".to_owned()][..])
    );
}

#[test]
fn quick_typing_that_is_no_code_stays() {
    let mut screen = open("name");
    screen.write("099099000123");
    screen.key(Named::Enter);
    assert_eq!(screen.state.submitted, ["099099000123"]);
    assert!(screen.state.scans.is_empty());
}

#[test]
fn a_button_still_takes_its_keys() {
    let mut screen = open("button");
    screen.key(Named::Space);
    QUIET.set(true);
    screen.key(Named::Enter);
    assert_eq!((screen.state.pressed, screen.state.scans.len()), (2, 0));
}

/// The same key pressed twice: the second press would answer the dialog that the first one opened.
#[test]
fn a_key_that_opened_something_is_not_taken_again_at_once() {
    fn steps(form: &Form) -> Element<'_, Message> {
        let screen = column([button("Ghi").id("button").on_press(Message::Pressed).into()]);
        swallowed::keys(screen, |_| Message::Key).place(u64::from(form.pressed)).into()
    }
    let mut screen = Stage::new(Form::default(), steps, update);
    screen.focus("button");
    for _ in 0..3 {
        screen.key(Named::Enter);
    }
    assert_eq!(screen.state.pressed, 1);
    screen.key(Named::ArrowDown);
    screen.key(Named::Enter);
    assert_eq!(screen.state.pressed, 2, "another key was pressed between");
}

/// An input method composes the letters of a scan; what it made of them is told, so that it can be
/// refused, and no letter of it stays.
#[test]
fn a_scan_through_an_input_method_is_told_as_it_came_out() {
    let mut screen = open("name");
    screen.write("Lò ");
    QUIET.set(true);
    screen.write("099||");
    for word in ["N", "NG", "NGU"] {
        screen.preedit(word);
    }
    screen.commit("NGŨ");
    screen.write("|0");
    screen.preedit("x");
    screen.key(Named::Enter);
    assert_eq!(screen.state.scans, ["099||NGŨ|0x"]);
    assert_eq!(screen.state.name, "Lò ");
    // The input method may still hand over the word that it was composing.
    screen.commit("x");
    assert_eq!(screen.state.name, "Lò ");
    screen.write("A");
    assert_eq!(screen.state.name, "Lò A");
}

/// The first key of a scan ends the word that was in composition.
#[test]
fn a_word_in_composition_before_a_scan_stays() {
    let mut screen = open("name");
    screen.preedit("Pá");
    screen.preedit("Páu");
    QUIET.set(true);
    screen.commit("Páu");
    scan(&mut screen, CODE);
    screen.key(Named::Enter);
    assert_eq!((screen.state.name.as_str(), screen.state.scans.len()), ("Páu", 1));
}

/// The key that ends the scan comes before its last word.
#[test]
fn a_scan_whose_enter_comes_before_its_word() {
    let mut screen = open("name");
    screen.write("099||");
    screen.preedit("NG");
    screen.commit("\r");
    screen.commit("NG");
    assert_eq!(screen.state.scans, ["099||NG"]);
    assert_eq!(screen.state.name, "");
    assert!(screen.state.submitted.is_empty());
}

#[test]
fn everything_of_a_scan_may_come_in_one_frame() {
    let mut screen = open("name");
    let key = |c: char| {
        let text = c.to_string();
        Stage::<Form, Message>::pressing(Key::Character(text.as_str().into()), Some(&text))
    };
    let mut events: Vec<Event> = CODE.chars().map(key).collect();
    events.push(Stage::<Form, Message>::pressing(Key::Named(Named::Enter), None));
    events.push(Event::InputMethod(input_method::Event::Closed));
    events.push(Event::Window(window::Event::Focused));
    events.push(key('x'));
    screen.send_all(&events);
    assert_eq!(
        (screen.state.name.as_str(), screen.state.scans.as_slice()),
        ("x", &[CODE.to_owned()][..])
    );
}
