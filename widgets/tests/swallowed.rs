//! Keys that end a word, in the orders in which input methods and winit tell word and key.
#![allow(clippy::unwrap_used)]

mod stage;

use iced::Event;
use iced::keyboard::{Key, Modifiers, key::Named};
use iced::window;
use stage::Stage;
use widgets::{Element, column, field, keys::Pressed, swallowed};

#[derive(Default)]
struct Form {
    name: String,
    note: String,
    /// What the name was when each thing happened.
    happened: Vec<(&'static str, String)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Name(String),
    Note(String),
    Submit,
    Key(Option<Pressed>),
}

fn view(form: &Form) -> Element<'_, Message> {
    let screen = column([
        field("Tên", &form.name)
            .id("name")
            .on_change(Message::Name)
            .on_submit(Message::Submit)
            .into(),
        field("Ghi chú", &form.note).id("note").on_change(Message::Note).into(),
    ]);
    swallowed::keys(screen, |event| Message::Key(Pressed::of(&event))).into()
}

fn update(form: &mut Form, message: Message) {
    let what = match message {
        Message::Name(name) => return form.name = name,
        Message::Note(note) => return form.note = note,
        Message::Submit => "submit",
        Message::Key(Some(Pressed::Escape)) => "escape",
        Message::Key(Some(Pressed::F(2))) => "F2",
        Message::Key(_) => "another key",
    };
    form.happened.push((what, form.name.clone()));
}

type Act = fn(&mut Stage<Form, Message>);

/// The word is shown and not yet committed.
fn compose(s: &mut Stage<Form, Message>) {
    s.preedit("h");
    s.preedit("hà");
}

#[test]
fn a_key_in_mid_word_counts_once_and_after_its_word() {
    let cases: &[(&str, Act, &[&str])] = &[
        (
            "tab, told before the word",
            |s| {
                s.commit("\t");
                s.commit("hà");
                s.release(Named::Tab);
            },
            &["moved"],
        ),
        (
            "enter, told before the word",
            |s| {
                s.commit("\r");
                s.commit("hà");
                s.release(Named::Enter);
            },
            &["submit"],
        ),
        (
            "escape, released before the word has come",
            |s| {
                s.commit("\u{1b}");
                s.release(Named::Escape);
                s.commit("hà");
            },
            &["escape"],
        ),
        (
            "F2, of which only the release comes",
            |s| {
                s.commit("hà");
                s.release(Named::F2);
                s.release(Named::F2);
            },
            &["F2"],
        ),
        (
            "shift+tab, the shift let go first",
            |s| {
                s.commit("hà");
                s.release(Named::Shift);
                s.release(Named::Tab);
            },
            &["moved"],
        ),
        (
            "a letter let go late",
            |s| {
                s.commit("hà");
                s.release(Named::Shift);
                s.release(Named::F2);
            },
            &["F2"],
        ),
        (
            "home is for the field",
            |s| {
                s.commit("hà");
                s.release(Named::Home);
            },
            &[],
        ),
        // What is told in order is left alone; the window hears it by itself.
        (
            "tab after the word",
            |s| {
                s.commit("hà");
                s.key(Named::Tab);
                s.release(Named::Tab);
            },
            &["moved"],
        ),
        (
            "enter after the word",
            |s| {
                s.commit("hà");
                s.key(Named::Enter);
                s.release(Named::Enter);
            },
            &["submit"],
        ),
        (
            "enter kept by the input method",
            |s| {
                s.commit("hà");
                s.release(Named::Enter);
            },
            &[],
        ),
        (
            "a key let go that was pressed in another window",
            |s| {
                s.commit("hà");
                s.send(Event::Window(window::Event::Unfocused));
                s.send(Event::Window(window::Event::Focused));
                s.release(Named::Tab);
            },
            &[],
        ),
    ];
    for (name, end, expected) in cases {
        let mut screen = Stage::new(Form::default(), view, update);
        screen.focus("name");
        compose(&mut screen);
        end(&mut screen);
        if screen.focused() == Some("note".into()) {
            let name = screen.state.name.clone();
            screen.state.happened.push(("moved", name));
        }
        assert_eq!(screen.state.name, "hà", "{name}");
        let expected: Vec<_> = expected.iter().map(|what| (*what, "hà".to_owned())).collect();
        assert_eq!(screen.state.happened, expected, "{name}");
    }
}

#[test]
fn a_quick_backspace_takes_from_the_word_before() {
    let mut screen = Stage::new(Form::default(), view, update);
    screen.focus("name");
    compose(&mut screen);
    screen.commit("\u{8}");
    screen.commit("hà ");
    screen.release(Named::Backspace);
    assert_eq!(screen.state.name, "hà");
}

#[test]
fn a_key_that_was_heard_does_not_count_again_when_the_word_is_late() {
    let mut screen = Stage::new(Form::default(), view, update);
    screen.focus("name");
    screen.key(Named::Tab);
    compose(&mut screen);
    screen.commit("hà");
    screen.release(Named::Tab);
    assert_eq!(screen.state.note, "hà");
    assert_eq!(screen.focused(), Some("note".into()));
}

#[test]
fn home_moves_the_caret_and_typing_goes_on() {
    let mut screen = Stage::new(Form::default(), view, update);
    screen.focus("name");
    compose(&mut screen);
    screen.commit("hà");
    screen.release(Named::Home);
    screen.preedit("x");
    screen.commit("x");
    screen.press(Key::Character("y".into()), Some("y"), Modifiers::NONE);
    assert_eq!(screen.state.name, "xyhà");
}

#[test]
fn letters_right_after_tab_go_to_the_next_field() {
    let mut screen = Stage::new(Form::default(), view, update);
    screen.focus("name");
    let key = |key: Key, text: Option<&str>| Stage::<Form, Message>::pressing(key, text);
    screen.send_all(&[
        key(Key::Character("a".into()), Some("a")),
        key(Key::Named(Named::Tab), None),
        key(Key::Character("b".into()), Some("b")),
        key(Key::Named(Named::Tab), None),
        key(Key::Character("c".into()), Some("c")),
    ]);
    assert_eq!((screen.state.name.as_str(), screen.state.note.as_str()), ("c", "b"));
}
