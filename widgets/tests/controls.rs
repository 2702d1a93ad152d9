//! Buttons, ticks, tabs and cards: reached by Tab, activated by Enter, Space and pointer.
#![allow(clippy::unwrap_used)]

mod stage;

use iced::advanced::widget::Id;
use iced::keyboard::{Key, Modifiers, key::Named};
use iced::{Event, Point, keyboard, mouse};
use stage::Stage;
use widgets::{
    Element, button, check, column, danger, field, flow, pick, pressable, primary, quiet, tabs,
    text, travel,
};

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Pressed(&'static str),
    Ticked(bool),
    Tab(usize),
    Typed(String),
}
use Message::*;

fn view(_: &()) -> Element<'_, Message> {
    column([
        text::title("Hồ sơ").into(),
        primary("Tiếp nhận").key("F2").id("primary").on_press(Pressed("primary")).into(),
        button("In").id("off").into(),
        quiet("Bỏ qua").id("quiet").on_press(Pressed("quiet")).into(),
        danger("Huỷ").id("danger").on_press(Pressed("danger")).into(),
        check("Bản chính", false).id("check").on_toggle(Ticked).into(),
        check("Khoá", true).id("check-off").into(),
        tabs("tab", ["Một", "Hai"], 0, Tab),
        field("Tên", "An").id("name").on_change(Typed).into(),
        field("Khoá", "").id("name-off").into(),
        pressable(text::body("Thủ tục")).id("card").on_press(Pressed("card")).into(),
        pick("Xã", [(1, "Một"), (2, "Hai")], None).id("pick").on_pick(|_| Pressed("pick")).into(),
    ])
    .into()
}

fn stage() -> Stage<(), Message> {
    Stage::new((), view, |(), _| {})
}

/// The controls that are not disabled, in their order on the screen.
const ORDER: [&str; 9] =
    ["primary", "quiet", "danger", "check", "tab-0", "tab-1", "name", "card", "pick"];

#[test]
fn tab_visits_every_enabled_control_in_order_and_back() {
    let mut stage = stage();
    for id in ORDER {
        stage.tab();
        assert_eq!(stage.focused(), Some(Id::new(id)));
    }
    for id in ORDER.into_iter().rev().skip(1) {
        stage.back_tab();
        assert_eq!(stage.focused(), Some(Id::new(id)));
    }
    stage.back_tab();
    assert_eq!(stage.focused(), Some(Id::new("pick")), "round the first");
    stage.tab();
    assert_eq!(stage.focused(), Some(Id::new("primary")), "round the last");
}

#[test]
fn tab_scrolls_the_focused_control_into_sight() {
    const NAMES: [&str; 40] = {
        let mut names = ["row"; 40];
        names[39] = "last";
        names
    };
    fn long(_: &()) -> Element<'_, Message> {
        let row = |name: &'static str| button(name).id(name).on_press(Pressed(name)).into();
        flow::page(column(NAMES.map(row)))
    }
    let mut stage = Stage::new((), long, |(), _| {});
    let visible = |stage: &mut Stage<(), Message>, id| {
        let top = stage.look();
        stage.focus(id);
        assert_eq!(stage.focused(), Some(Id::new(id)));
        top != stage.look()
    };
    // The last of 40 buttons is far below the window.
    assert!(visible(&mut stage, "last"));
    stage.click_at(Point::new(40.0, 560.0));
    assert_eq!(stage.heard, [Pressed("last")]);
    // From the last, Tab goes round to the first, at the top again.
    stage.tab();
    stage.click_at(Point::new(40.0, 40.0));
    assert_eq!(stage.heard, [Pressed("last"), Pressed("row")]);
}

/// What one screen scrolled stays for as long as its content does, and no longer.
#[test]
fn another_content_begins_at_its_top() {
    fn long(key: &u32) -> Element<'_, Message> {
        const NAMES: [&str; 40] = ["row"; 40];
        let row = |name: &'static str| button(name).on_press(Pressed(name)).into();
        widgets::fresh(key, flow::page(column(NAMES.map(row))))
    }
    let mut stage = Stage::new(1, long, |_, _| {});
    let top = stage.look();
    stage.point(Point::new(400.0, 300.0));
    let delta = mouse::ScrollDelta::Lines { x: 0.0, y: -9.0 };
    stage.send(Event::Mouse(mouse::Event::WheelScrolled { delta }));
    let scrolled = stage.look();
    assert_ne!(top, scrolled);
    stage.state = 1;
    stage.frame();
    assert_eq!(stage.look(), scrolled, "the same content keeps its place");
    stage.state = 2;
    stage.frame();
    stage.cursor = mouse::Cursor::Unavailable;
    assert_eq!(stage.look(), top, "another one begins at its top");
}

#[test]
fn focus_is_visible_on_every_control() {
    let mut stage = stage();
    let plain = stage.look();
    let mut seen = vec![plain];
    for id in ORDER {
        stage.tab();
        let picture = stage.look();
        assert!(!seen.contains(&picture), "{id} looks the same focused");
        seen.push(picture);
    }
}

#[test]
fn enter_space_and_pointer_activate() {
    for (id, message) in [
        ("primary", Pressed("primary")),
        ("quiet", Pressed("quiet")),
        ("danger", Pressed("danger")),
        ("check", Ticked(true)),
        ("tab-1", Tab(1)),
        ("card", Pressed("card")),
    ] {
        for key in [Named::Enter, Named::Space] {
            let mut stage = stage();
            stage.focus(id);
            // A tick box leaves Enter to the form: it means "go on".
            let taken = id != "check" || key == Named::Space;
            assert_eq!(stage.key(key), taken, "{id} {key:?}");
            assert_eq!(
                stage.heard,
                if taken { vec![message.clone()] } else { vec![] },
                "{id} {key:?}"
            );
        }
        let mut stage = stage();
        stage.click(Id::new(id));
        assert_eq!(stage.heard, [message], "{id} by pointer");
        assert_eq!(stage.focused(), Some(Id::new(id)));
    }
}

#[test]
fn what_is_no_activation_is_left_alone() {
    let mut stage = stage();
    stage.focus("primary");
    for (name, key, modifiers) in [
        ("ctrl+enter", Named::Enter, Modifiers::CTRL),
        ("alt+space", Named::Space, Modifiers::ALT),
        ("escape", Named::Escape, Modifiers::NONE),
        ("F2", Named::F2, Modifiers::NONE),
    ] {
        assert!(!stage.press(Key::Named(key), None, modifiers), "{name} taken");
    }
    // A held Enter must not press a button twenty times a second.
    let held = keyboard::Event::KeyPressed {
        key: Key::Named(Named::Enter),
        modified_key: Key::Named(Named::Enter),
        physical_key: keyboard::key::Physical::Code(keyboard::key::Code::Enter),
        location: keyboard::Location::Standard,
        modifiers: Modifiers::NONE,
        text: None,
        repeat: true,
    };
    stage.send(Event::Keyboard(held));
    // Pressed on the button, released elsewhere.
    let centre = stage.bounds(Id::new("danger")).unwrap().center();
    stage.point(centre);
    stage.mouse_down();
    stage.point(Point::new(790.0, 10.0));
    stage.mouse_up();
    stage.click(Id::new("off"));
    stage.click(Id::new("check-off"));
    assert_eq!(stage.heard, []);
}

#[test]
fn a_press_elsewhere_takes_the_focus_away() {
    let mut stage = stage();
    stage.focus("primary");
    stage.click_at(Point::new(790.0, 10.0));
    assert_eq!(stage.focused(), None);
}

#[test]
fn labels_are_told_to_operations() {
    let mut simulator = iced_test::Simulator::with_settings(widgets::settings(), view(&()));
    for label in ["Hồ sơ", "Tiếp nhận", "F2", "In", "Bản chính", "Hai", "Tên", "Thủ tục", "Xã"]
    {
        assert!(simulator.find(label).is_ok(), "{label}");
    }
    simulator.click("Huỷ").unwrap();
    let messages: Vec<_> = simulator.into_messages().collect();
    assert_eq!(messages, [Pressed("danger")]);
}

/// Two columns of rows, of which the first is longer: what a menu has.
fn menu(_: &()) -> Element<'_, ()> {
    let rows = |ids: &'static [&'static str]| {
        column(ids.iter().map(|id| button(*id).id(*id).on_press(()).into()))
            .width(iced::Length::Fill)
            .into()
    };
    iced::widget::Row::with_children([rows(&["a1", "a2", "a3", "a4"]), rows(&["b1", "b2", "b3"])])
        .into()
}

#[test]
fn arrows_lead_through_a_menu_of_two_columns() {
    use travel::Toward::{Down, Left, Right, Up};
    let mut screen = Stage::new((), menu, |(), ()| {});
    for (toward, expected) in [
        (Down, "a1"),
        (Left, "a1"),
        (Down, "a2"),
        (Right, "b2"),
        (Right, "b2"),
        (Up, "b1"),
        (Down, "b2"),
        (Down, "b3"),
        (Left, "a3"),
        (Down, "a4"),
        (Right, "b3"),
        // From the end of the last column to the first, and back.
        (Down, "a1"),
        (Up, "b3"),
        (Left, "a3"),
        (Down, "a4"),
        (Down, "b1"),
        (Up, "a4"),
    ] {
        screen.operate(travel::toward(toward));
        assert_eq!(screen.focused(), Some(Id::new(expected)), "{toward:?}");
    }
}
