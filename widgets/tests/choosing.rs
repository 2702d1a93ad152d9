//! The drop-down: keyboard, search without diacritics, pointer.
#![allow(clippy::unwrap_used)]

mod stage;

use iced::Point;
use iced::advanced::widget::Id;
use iced::keyboard::key::Named;
use stage::Stage;
use widgets::{Element, button, column, pick};

const WARDS: [&str; 5] =
    ["Phường Lào Cai", "Phường Cam Đường", "Xã Bát Xát", "Xã Đồng Tuyển", "Xã Sa Pa"];

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Picked(usize),
    Pressed,
}

fn view(picked: &Option<usize>) -> Element<'_, Message> {
    column([
        pick("Xã, phường", WARDS.into_iter().enumerate(), picked.as_ref())
            .id("ward")
            .on_pick(Message::Picked)
            .into(),
        button("Lưu").id("save").on_press(Message::Pressed).into(),
    ])
    .into()
}

fn update(picked: &mut Option<usize>, message: Message) {
    if let Message::Picked(ward) = message {
        *picked = Some(ward);
    }
}

type Screen = Stage<Option<usize>, Message>;
type Act = fn(&mut Screen);

fn screen(picked: Option<usize>) -> Screen {
    let mut screen = Stage::new(picked, view, update);
    screen.focus("ward");
    screen
}

#[test]
fn keys_find_the_line_that_was_meant() {
    let cases: &[(&str, Option<usize>, Act, Option<usize>)] = &[
        (
            "open, down, enter",
            None,
            |s| {
                s.key(Named::Enter);
                s.key(Named::ArrowDown);
                s.key(Named::Enter);
            },
            Some(1),
        ),
        (
            "opens at the choice",
            Some(2),
            |s| {
                s.key(Named::Space);
                s.key(Named::ArrowDown);
                s.key(Named::Space);
            },
            Some(3),
        ),
        (
            "arrow opens without moving",
            Some(2),
            |s| {
                s.key(Named::ArrowDown);
                s.key(Named::Enter);
            },
            Some(2),
        ),
        (
            "end and home",
            Some(2),
            |s| {
                s.key(Named::Enter);
                s.key(Named::End);
                s.key(Named::Enter);
            },
            Some(4),
        ),
        (
            "the ends hold",
            Some(4),
            |s| {
                s.key(Named::Enter);
                s.key(Named::ArrowDown);
                s.key(Named::Enter);
            },
            Some(4),
        ),
        (
            "typing without marks",
            None,
            |s| {
                s.write("dong");
                s.key(Named::Enter);
            },
            Some(3),
        ),
        (
            "typing with marks",
            None,
            |s| {
                s.write("Đồng");
                s.key(Named::Enter);
            },
            Some(3),
        ),
        (
            "typing two words",
            None,
            |s| {
                s.write("sa");
                s.key(Named::Space);
                s.write("pa");
                s.key(Named::Enter);
            },
            Some(4),
        ),
        (
            "hook keyboard",
            None,
            |s| {
                s.write("bat");
                s.key(Named::Backspace);
                s.key(Named::Backspace);
                s.burst("át");
                s.key(Named::Enter);
            },
            Some(2),
        ),
        (
            "input method",
            None,
            |s| {
                s.preedit("cam");
                s.commit("cam");
                s.key(Named::Enter);
            },
            Some(1),
        ),
        (
            "tab takes what was typed",
            None,
            |s| {
                s.write("xat");
                s.tab();
            },
            Some(2),
        ),
        (
            "tab without typing takes nothing",
            None,
            |s| {
                s.key(Named::Enter);
                s.tab();
            },
            None,
        ),
        (
            "escape",
            None,
            |s| {
                s.write("xat");
                s.key(Named::Escape);
            },
            None,
        ),
        (
            "nothing found, nothing taken",
            Some(1),
            |s| {
                s.write("zzz");
                s.key(Named::Enter);
            },
            Some(1),
        ),
    ];
    for (name, before, act, after) in cases {
        let mut screen = screen(*before);
        act(&mut screen);
        screen.frame();
        assert_eq!(screen.state, *after, "{name}");
        assert!(!screen.sees("Phường Cam Đường") || *after == Some(1), "{name}: still open");
    }
}

#[test]
fn typing_narrows_the_list() {
    let mut screen = screen(None);
    screen.write("ph");
    let texts = screen.texts();
    assert!(texts.contains(&WARDS[0].to_owned()) && texts.contains(&WARDS[1].to_owned()));
    assert!(!texts.contains(&WARDS[2].to_owned()));
}

#[test]
fn the_pointer_opens_takes_and_closes() {
    let mut screen = screen(None);
    screen.click(Id::new("ward"));
    screen.click(WARDS[3]);
    assert_eq!(screen.state, Some(3));
    screen.click(Id::new("ward"));
    assert!(screen.sees(WARDS[0]));
    screen.click(Id::new("ward"));
    assert!(!screen.sees(WARDS[0]), "a second click closes");
    screen.click(Id::new("ward"));
    screen.click_at(Point::new(790.0, 590.0));
    assert!(!screen.sees(WARDS[0]), "a click elsewhere closes");
}

#[test]
fn escape_is_taken_only_while_open() {
    let mut screen = screen(None);
    assert!(!screen.key(Named::Escape));
    screen.key(Named::Enter);
    assert!(screen.key(Named::Escape));
}
