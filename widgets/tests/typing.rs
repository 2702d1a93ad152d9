//! The text field and the ways Vietnamese is typed into it.
#![allow(clippy::unwrap_used)]

mod stage;

use iced::Event;
use iced::advanced::input_method;
use iced::advanced::widget::Id;
use iced::keyboard::{Key, Modifiers, key::Named};
use jiff::civil::date;
use stage::Stage;
use widgets::date::{Century, DateInput};
use widgets::{Element, button, column, date_field, field};

#[derive(Default)]
struct Form {
    name: String,
    place: String,
    password: String,
    date: DateInput,
    saved: Option<String>,
    submitted: bool,
    left: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Name(String),
    NameLeft(String),
    Place(String),
    Password(String),
    Date(DateInput),
    Save,
    Submit,
}
use Message::*;

fn view(form: &Form) -> Element<'_, Message> {
    column([
        field("Tên", &form.name)
            .id("name")
            .on_change(Name)
            .on_leave(NameLeft)
            .on_submit(Submit)
            .into(),
        field("Nơi", &form.place).id("place").on_change(Place).into(),
        field("Mật khẩu", &form.password).id("password").secure().on_change(Password).into(),
        date_field("Ngày", &form.date).id("date").on_change(Date).into(),
        button("Lưu").id("save").on_press(Save).into(),
    ])
    .into()
}

fn update(form: &mut Form, message: Message) {
    match message {
        Name(text) => form.name = text,
        NameLeft(text) => form.left.push(text),
        Place(text) => form.place = text,
        Password(text) => form.password = text,
        Date(input) => form.date = input,
        Save => form.saved = Some(form.name.clone()),
        Submit => {
            form.submitted = true;
            form.saved = Some(form.name.clone());
        }
    }
}

type Screen = Stage<Form, Message>;
type Act = fn(&mut Screen);

fn screen() -> Screen {
    let mut screen = Stage::new(Form::default(), view, update);
    screen.focus("name");
    screen
}

fn closed(screen: &mut Screen) {
    screen.send(Event::InputMethod(input_method::Event::Closed));
}

#[test]
fn each_keyboard_ends_in_the_word_that_was_meant() {
    let cases: &[(&str, Act, &str)] = &[
        ("plain keys", |s| s.write("Nguyen"), "Nguyen"),
        ("base and mark in one key event", |s| s.burst("e\u{302}\u{301}"), "e\u{302}\u{301}"),
        ("a whole word in one key event", |s| s.burst("Hường"), "Hường"),
        (
            "hook keyboard: backspaces and retyping",
            |s| {
                s.write("tie");
                s.key(Named::Backspace);
                s.burst("ê");
                s.write("n");
            },
            "tiên",
        ),
        (
            "narrow space and backspace before retyping",
            |s| {
                s.write("vie");
                s.burst("\u{202f}");
                s.key(Named::Backspace);
                s.key(Named::Backspace);
                s.burst("ệ");
                s.write("t");
            },
            "việt",
        ),
        (
            "retyping through the clipboard",
            |s| {
                s.write("duo");
                s.clipboard.0 = Some("đượ".into());
                for _ in 0..3 {
                    s.key(Named::Backspace);
                }
                s.press(Key::Named(Named::Insert), None, Modifiers::SHIFT);
                s.write("c");
            },
            "được",
        ),
        (
            "preedit and commit",
            |s| {
                s.preedit("t");
                s.preedit("tiê");
                s.preedit("tiên");
                s.commit("tiên ");
                s.preedit("h");
                s.commit("học");
            },
            "tiên học",
        ),
        (
            "commit without preedit",
            |s| {
                s.commit("Lào");
                s.commit(" Cai");
            },
            "Lào Cai",
        ),
        (
            "the same word twice",
            |s| {
                s.preedit("xa");
                s.commit("xa");
                s.preedit("xa");
                s.commit("xa");
            },
            "xaxa",
        ),
        (
            "a composition that is given up",
            |s| {
                s.write("a");
                s.preedit("bc");
                s.preedit("");
            },
            "a",
        ),
        (
            "an input method that goes away takes nothing with it",
            |s| {
                s.preedit("mai");
                closed(s);
            },
            "mai",
        ),
        (
            "composition in the middle",
            |s| {
                s.write("ab");
                s.key(Named::ArrowLeft);
                s.preedit("x");
                s.commit("x");
            },
            "axb",
        ),
        (
            "altgr letters",
            |s| {
                let altgr = Modifiers::CTRL | Modifiers::ALT;
                s.press(Key::Character("q".into()), Some("@"), altgr);
            },
            "@",
        ),
        (
            "shortcuts do not type",
            |s| {
                s.press(Key::Character("k".into()), Some("k"), Modifiers::CTRL);
                s.press(Key::Character("f".into()), Some("f"), Modifiers::ALT);
            },
            "",
        ),
    ];
    for (name, typing, expected) in cases {
        let mut screen = screen();
        typing(&mut screen);
        assert_eq!(screen.state.name, *expected, "{name}");
    }
}

#[test]
fn leaving_in_mid_word_keeps_the_word_and_only_here() {
    let ways: &[(&str, Act, Option<&str>)] = &[
        ("click on save", |s| s.click(Id::new("save")), Some("Trần An")),
        ("tab", |s| s.tab(), None),
        ("back tab", |s| s.back_tab(), None),
        (
            "enter",
            |s| {
                s.key(Named::Enter);
            },
            Some("Trần An"),
        ),
        ("click into the next field", |s| s.click(Id::new("place")), None),
        (
            "a function key",
            |s| {
                s.key(Named::F10);
            },
            None,
        ),
        (
            "ctrl+s",
            |s| {
                s.chord(Modifiers::CTRL, "s");
            },
            None,
        ),
        ("the screen moves the focus", |s| s.focus("place"), None),
    ];
    for (name, leave, saved) in ways {
        let mut screen = screen();
        screen.write("Trần ");
        screen.preedit("An");
        leave(&mut screen);
        assert_eq!(screen.state.name, "Trần An", "{name}");
        assert_eq!(screen.state.saved.as_deref(), *saved, "{name}");
        // The input method still commits its word, to whatever has the focus now.
        screen.focus("place");
        screen.commit("An");
        assert_eq!(screen.state.name, "Trần An", "{name}: twice");
        assert_eq!(screen.state.place, "", "{name}: in the next field");
        // From then on it is trusted again.
        screen.preedit("An");
        screen.commit("An");
        assert_eq!(screen.state.place, "An", "{name}: next word");
    }
}

#[test]
fn the_input_method_is_switched_off_for_one_frame_after_a_taken_word() {
    let mut screen = screen();
    assert!(screen.wants_input_method);
    screen.preedit("An");
    assert!(screen.wants_input_method);
    screen.click(Id::new("place"));
    // Press and release were two frames; the switch happened in the first.
    screen.focus("name");
    screen.preedit("B");
    let centre = screen.bounds(Id::new("place")).unwrap().center();
    screen.point(centre);
    screen.mouse_down();
    assert!(!screen.wants_input_method);
    screen.frame();
    assert!(screen.wants_input_method);
    screen.focus("save");
    assert!(!screen.wants_input_method);
}

#[test]
fn a_password_is_typed_without_an_input_method() {
    let mut screen = screen();
    for (id, wanted) in [("password", false), ("place", true)] {
        screen.focus(id);
        assert_eq!(screen.wants_input_method, wanted, "{id}");
    }
    // A word taken on the way here does not leave the switch lying.
    screen.preedit("An");
    screen.focus("password");
    screen.frame();
    screen.focus("name");
    assert!(screen.wants_input_method);
}

#[test]
fn clipboard_undo_and_selection() {
    const CTRL: Modifiers = Modifiers::CTRL;
    const SHIFT: Modifiers = Modifiers::SHIFT;
    let cases: &[(&str, Act, &str, Option<&str>)] = &[
        (
            "copy all and paste twice",
            |s| {
                s.write("An");
                s.chord(CTRL, "a");
                s.chord(CTRL, "c");
                s.key(Named::End);
                s.chord(CTRL, "v");
            },
            "AnAn",
            Some("An"),
        ),
        (
            "cut a word",
            |s| {
                s.write("Trần An");
                s.press(Key::Named(Named::ArrowLeft), None, CTRL | SHIFT);
                s.chord(CTRL, "x");
            },
            "Trần ",
            Some("An"),
        ),
        (
            "shift+delete cuts, ctrl+insert copies",
            |s| {
                s.write("ab");
                s.press(Key::Named(Named::ArrowLeft), None, SHIFT);
                s.press(Key::Named(Named::Insert), None, CTRL);
                s.press(Key::Named(Named::Delete), None, SHIFT);
            },
            "a",
            Some("b"),
        ),
        (
            "copy without a selection keeps the clipboard",
            |s| {
                s.clipboard.0 = Some("x".into());
                s.write("a");
                s.chord(CTRL, "c");
            },
            "a",
            Some("x"),
        ),
        (
            "undo and redo",
            |s| {
                s.write("Trần An");
                s.chord(CTRL, "z");
                s.chord(CTRL, "z");
                s.chord(CTRL, "y");
            },
            "Trần ",
            None,
        ),
        (
            "shift+ctrl+z is redo",
            |s| {
                s.write("Trần An");
                s.chord(CTRL, "z");
                s.chord(CTRL | SHIFT, "z");
            },
            "Trần An",
            None,
        ),
        (
            "home, shift+end, type over",
            |s| {
                s.write("abc");
                s.key(Named::Home);
                s.press(Key::Named(Named::End), None, SHIFT);
                s.write("x");
            },
            "x",
            None,
        ),
        (
            "tab into a filled field selects it",
            |s| {
                s.write("cũ");
                s.tab();
                s.back_tab();
                s.write("mới");
            },
            "mới",
            None,
        ),
    ];
    for (name, act, expected, clipboard) in cases {
        let mut screen = screen();
        act(&mut screen);
        assert_eq!(screen.state.name, *expected, "{name}");
        assert_eq!(screen.clipboard.0.as_deref(), *clipboard, "{name}");
    }
}

#[test]
fn the_pointer_selects() {
    let mut screen = screen();
    screen.write("Tran Van An");
    let bounds = screen.bounds(Id::new("name")).unwrap();
    let middle = bounds.center_y();
    // From the far right to the far left: everything.
    screen.point(iced::Point::new(bounds.x + 300.0, middle));
    screen.mouse_down();
    screen.point(iced::Point::new(bounds.x + 1.0, middle));
    screen.mouse_up();
    screen.chord(Modifiers::CTRL, "c");
    assert_eq!(screen.clipboard.0.as_deref(), Some("Tran Van An"));
    // A double click: the word under it.
    let start = iced::Point::new(bounds.x + 20.0, middle);
    screen.click_at(start);
    screen.click_at(start);
    screen.chord(Modifiers::CTRL, "c");
    assert_eq!(screen.clipboard.0.as_deref(), Some("Tran"));
}

#[test]
fn a_password_is_not_shown_copied_or_undone() {
    let mut screen = screen();
    screen.focus("password");
    screen.write("bí mật");
    screen.chord(Modifiers::CTRL, "a");
    screen.chord(Modifiers::CTRL, "c");
    screen.chord(Modifiers::CTRL, "x");
    assert_eq!(screen.clipboard.0, None);
    assert_eq!(screen.state.password, "bí mật");
    assert!(!screen.sees("bí mật"));
    let shown = screen.look();
    screen.state.password = "khác đi".chars().take(6).collect();
    screen.frame();
    let mut other = Stage::new(Form::default(), view, update);
    other.focus("password");
    other.write("xxxxxx");
    other.chord(Modifiers::CTRL, "a");
    assert_eq!(shown.rgba, other.look().rgba, "length alone may be seen");
    other.write("y");
    other.chord(Modifiers::CTRL, "z");
    assert_eq!(other.state.password, "y");
}

#[test]
fn enter_submits_once_and_other_keys_are_left_to_the_screen() {
    let mut screen = screen();
    assert!(screen.key(Named::Enter));
    assert!(screen.state.submitted);
    for key in [Named::Escape, Named::F2, Named::ArrowUp, Named::ArrowDown, Named::PageUp] {
        assert!(!screen.key(key), "{key:?}");
    }
    assert!(!screen.chord(Modifiers::CTRL, "k"));
    screen.focus("place");
    assert!(!screen.key(Named::Enter), "no submit: the screen goes on");
}

#[test]
fn leaving_is_told_with_the_text() {
    let mut screen = screen();
    screen.write("An");
    screen.tab();
    screen.back_tab();
    screen.click(Id::new("place"));
    assert_eq!(screen.state.left, ["An", "An"]);
}

#[test]
fn the_screen_can_fill_and_empty_a_field() {
    let mut screen = screen();
    screen.write("An");
    screen.state.name = "Bình".into();
    screen.frame();
    screen.key(Named::End);
    screen.write("!");
    assert_eq!(screen.state.name, "Bình!");
}

#[test]
fn a_date_is_masked_and_judged_only_on_leaving() {
    for (typed, text, day, wrong) in [
        ("5/9/1990", "05/09/1990", Some(date(1990, 9, 5)), false),
        ("05091990", "05/09/1990", Some(date(1990, 9, 5)), false),
        ("5.9.90", "05/09/1990", Some(date(1990, 9, 5)), false),
        ("31/2/1990", "31/2/1990", None, true),
        ("hôm nay", "hôm nay", None, true),
        ("", "", None, false),
    ] {
        let mut screen = screen();
        screen.state.date = DateInput::new(None, Century::Before(date(2025, 1, 1)));
        screen.focus("date");
        screen.write(typed);
        assert_eq!(screen.state.date.text(), typed);
        assert_eq!(screen.state.date.error(), None, "{typed}: too early");
        screen.tab();
        assert_eq!(screen.state.date.text(), text);
        assert_eq!(screen.state.date.date(), day, "{typed}");
        assert_eq!(screen.state.date.error().is_some(), wrong, "{typed}");
        if let Some(error) = screen.state.date.error() {
            assert!(screen.sees(&error.to_string()), "{typed}: error on the screen");
        }
    }
}

#[derive(Default)]
struct Reason {
    text: String,
    sent: u32,
}

#[derive(Debug, Clone, PartialEq)]
enum Told {
    Typed(String),
    Sent,
}

fn reason_view(reason: &Reason) -> Element<'_, Told> {
    field("Lý do", &reason.text)
        .id("reason")
        .lines(3)
        .width(220)
        .on_change(Told::Typed)
        .on_submit(Told::Sent)
        .into()
}

fn reason() -> Stage<Reason, Told> {
    let update = |reason: &mut Reason, told| match told {
        Told::Typed(text) => reason.text = text,
        Told::Sent => reason.sent += 1,
    };
    let mut screen = Stage::new(Reason::default(), reason_view, update);
    screen.focus("reason");
    screen
}

#[test]
fn a_reason_has_lines_and_says_which_key_begins_one() {
    let mut screen = reason();
    assert!(screen.sees("Enter: xong · Ctrl+Enter: xuống dòng"));
    screen.write("Thiếu:");
    screen.press(Key::Named(Named::Enter), None, Modifiers::CTRL);
    screen.write("ảnh");
    screen.press(Key::Named(Named::Enter), None, Modifiers::SHIFT);
    screen.write("đơn");
    assert_eq!((screen.state.text.as_str(), screen.state.sent), ("Thiếu:\nảnh\nđơn", 0));
    // Up and Down lead from line to line, Home and End within one.
    screen.key(Named::ArrowUp);
    screen.key(Named::Home);
    screen.write("2 ");
    screen.key(Named::ArrowDown);
    screen.key(Named::End);
    screen.write(".");
    assert_eq!(screen.state.text, "Thiếu:\n2 ảnh\nđơn.");
    assert!(!screen.key(Named::ArrowDown), "below the last line the key is the screen's");
    screen.key(Named::Enter);
    assert_eq!((screen.state.text.as_str(), screen.state.sent), ("Thiếu:\n2 ảnh\nđơn.", 1));
    let height = screen.bounds(Id::new("reason")).unwrap().height;
    assert!(height > 70.0, "three lines are in sight: {height}");
}

#[test]
fn a_long_reason_goes_on_in_the_next_row_and_a_click_finds_its_letter() {
    let mut screen = reason();
    screen.write("một hai ba bốn năm sáu bảy tám chín mười mười một mười hai");
    screen.key(Named::ArrowUp);
    screen.write("X");
    let place = screen.state.text.find('X').unwrap();
    assert!(place > 10 && place < screen.state.text.len() - 12, "{}", screen.state.text);
    assert!(!screen.state.text.contains('\n'), "rows are no lines");
    screen.commit("ế");
    assert!(screen.state.text.contains("Xế"), "{}", screen.state.text);
}
