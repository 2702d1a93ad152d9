//! A dialog keeps the focus and the events to itself.
#![allow(clippy::unwrap_used)]

mod stage;

use iced::advanced::widget::Id;
use iced::keyboard::key::Named;
use stage::Stage;
use widgets::{Dialog, Element, button, column, field, modal, primary, text};

#[derive(Default)]
struct Screen {
    open: bool,
    name: String,
    answer: String,
    below: usize,
}

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Name(String),
    Answer(String),
    Below,
    Yes,
    Close,
}
use Message::*;

fn view(screen: &Screen) -> Element<'_, Message> {
    let base = column([
        field("Tên", &screen.name).id("name").on_change(Name).into(),
        button("Dưới").id("below").on_press(Below).into(),
    ]);
    let dialog = screen.open.then(|| {
        Dialog::new(
            "Thay dữ liệu?",
            column([
                text::body("Biểu mẫu chưa được lưu.").into(),
                field("Lý do", &screen.answer).id("reason").on_change(Answer).into(),
            ]),
        )
        .action(button("Giữ").id("keep").on_press(Close))
        .action(primary("Thay").id("yes").on_press(Yes))
        .on_close(Close)
    });
    modal(base, dialog)
}

fn update(screen: &mut Screen, message: Message) {
    match message {
        Name(text) => screen.name = text,
        Answer(text) => screen.answer = text,
        Below => screen.below += 1,
        Yes | Close => screen.open = false,
    }
}

fn stage() -> Stage<Screen, Message> {
    let mut stage = Stage::new(Screen::default(), view, update);
    stage.focus("name");
    stage.write("An");
    stage.state.open = true;
    stage.frame();
    stage
}

#[test]
fn the_focus_starts_in_the_dialog_and_goes_round_in_it() {
    let mut stage = stage();
    for id in ["reason", "keep", "yes"] {
        assert_eq!(stage.focused(), Some(Id::new(id)));
        stage.tab();
    }
    assert_eq!(stage.focused(), Some(Id::new("reason")));
    stage.back_tab();
    assert_eq!(stage.focused(), Some(Id::new("yes")));
}

#[test]
fn the_screen_behind_takes_nothing() {
    let mut stage = stage();
    stage.write("vì");
    assert_eq!(stage.state.answer, "vì");
    assert_eq!(stage.state.name, "An");
    stage.click_at(iced::Point::new(20.0, 80.0));
    stage.key(Named::Space);
    assert_eq!(stage.state.below, 0);
    assert!(!stage.sees("Dưới"), "hidden from readers too");
    assert!(stage.sees("Thay dữ liệu?"));
}

#[test]
fn a_dialog_that_comes_in_mid_word_keeps_the_word() {
    let mut stage = Stage::new(Screen::default(), view, update);
    stage.focus("name");
    stage.write("Trần ");
    stage.preedit("An");
    stage.state.open = true;
    stage.frame();
    assert_eq!(stage.state.name, "Trần An");
    assert!(!stage.wants_input_method, "off for a frame");
    stage.commit("An");
    assert_eq!(stage.state.answer, "", "the word is not the dialog's");
    stage.preedit("vì");
    stage.commit("vì");
    assert_eq!(stage.state.answer, "vì");
    stage.key(Named::Escape);
    assert_eq!(stage.state.name, "Trần An");
}

#[test]
fn escape_closes_and_the_focus_returns() {
    let mut stage = stage();
    assert!(stage.key(Named::Escape));
    assert_eq!(*stage.heard.last().unwrap(), Close);
    assert_eq!(stage.focused(), Some(Id::new("name")));
    assert!(!stage.key(Named::Escape), "closed: Escape is the screen's");
    stage.click(Id::new("below"));
    assert_eq!(stage.state.below, 1);
    // Opened again it starts at its first control again.
    stage.state.open = true;
    stage.frame();
    assert_eq!(stage.focused(), Some(Id::new("reason")));
}

/// A question whose main button shows the key that stands in the answer.
fn ask(screen: &Screen) -> Element<'_, Message> {
    let dialog = Dialog::new("Thay dữ liệu?", text::body("Biểu mẫu chưa được lưu."))
        .action(button("Giữ").id("keep").on_press(Close))
        .action(primary("Thay").id("yes").key(&screen.answer).on_press(Yes));
    modal(column([]), Some(dialog))
}

#[test]
fn a_question_with_nothing_to_fill_in_starts_at_the_button_that_shows_enter() {
    for (key, begins) in [("Enter", "yes"), ("F2", "keep")] {
        let screen = Screen { answer: key.into(), ..Screen::default() };
        let mut stage = Stage::new(screen, ask, update);
        stage.frame();
        assert_eq!(stage.focused(), Some(Id::new(begins)), "{key}");
    }
}
