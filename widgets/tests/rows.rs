//! The table over any number of rows.
#![allow(clippy::unwrap_used)]

mod stage;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use iced::advanced::widget::Id;
use iced::keyboard::{Modifiers, key::Named};
use iced::{Event, Point, mouse};
use stage::Stage;
use widgets::table::{Column, Layout, Order};
use widgets::{Element, shot, table};

struct Screen {
    total: u64,
    selected: Option<u64>,
    opened: Vec<u64>,
    sorted: Vec<usize>,
    sight: Range<u64>,
    layout: Layout,
    asked: RefCell<BTreeSet<u64>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Selected(u64),
    Opened(u64),
    Sight(Range<u64>),
    Sorted(usize),
    Pulled(usize, f32),
}
use Message::*;

fn view(screen: &Screen) -> Element<'_, Message> {
    table(
        [
            Column::fixed("Số", 100.0).end(),
            Column::share("Họ tên", 2).sortable(),
            Column::share("Nơi cư trú", 1).spare(),
        ],
        screen.total,
        |row, column| {
            screen.asked.borrow_mut().insert(row);
            match column {
                0 => Some(format!("{row}").into()),
                1 if row % 10 == 9 => None,
                1 => Some(format!("Người {row}").into()),
                _ => Some("Phường Lào Cai, tỉnh Lào Cai, một địa chỉ rất dài".into()),
            }
        },
    )
    .id("table")
    .selected(screen.selected)
    .sorted(1, Order::Rising)
    .on_select(Selected)
    .on_open(Opened)
    .on_range(Sight)
    .on_sort(Sorted)
    .layout(&screen.layout)
    .on_pull(Pulled)
    .into()
}

fn update(screen: &mut Screen, message: Message) {
    match message {
        Selected(row) => screen.selected = Some(row),
        Opened(row) => screen.opened.push(row),
        Sight(range) => screen.sight = range,
        Sorted(column) => screen.sorted.push(column),
        Pulled(column, width) => {
            let head = ["Số", "Họ tên", "Nơi cư trú"][column];
            screen.layout.widths.insert(head.into(), width);
        }
    }
}

fn stage(total: u64) -> Stage<Screen, Message> {
    let screen = Screen {
        total,
        selected: None,
        opened: Vec::new(),
        sorted: Vec::new(),
        sight: 0..0,
        layout: Layout::default(),
        asked: RefCell::default(),
    };
    let mut stage = Stage::new(screen, view, update);
    stage.focus("table");
    stage
}

const MANY: u64 = 10_000_000;

#[test]
fn keys_go_through_ten_million_rows() {
    // 600 px: a head of 32 and 17 whole rows.
    let page = 17;
    let mut stage = stage(MANY);
    for (key, row) in [
        (Named::ArrowDown, 0),
        (Named::ArrowDown, 1),
        (Named::PageDown, 1 + page),
        (Named::ArrowUp, page),
        (Named::End, MANY - 1),
        (Named::ArrowDown, MANY - 1),
        (Named::ArrowUp, MANY - 2),
        (Named::PageUp, MANY - 2 - page),
        (Named::Home, 0),
        (Named::ArrowUp, 0),
        (Named::PageUp, 0),
    ] {
        assert!(stage.key(key));
        assert_eq!(stage.state.selected, Some(row), "{key:?}");
        assert!(stage.state.sight.contains(&row), "{key:?}: out of sight");
        assert!(stage.sees(&row.to_string()), "{key:?}: not drawn");
    }
    stage.key(Named::Enter);
    assert_eq!(stage.state.opened, [0]);
}

#[test]
fn only_rows_in_sight_are_asked_for() {
    let mut stage = stage(MANY);
    stage.key(Named::End);
    stage.look();
    let asked = stage.state.asked.borrow();
    assert!(asked.len() <= 40, "{} rows asked for", asked.len());
    assert!(asked.contains(&(MANY - 1)));
}

#[test]
fn neighbours_are_told_apart_deep_down() {
    // Far beyond the whole numbers that an f32 can count.
    let deep = 1 << 40;
    let mut stage = stage(deep);
    stage.state.selected = Some(deep - 10);
    stage.frame();
    let bounds = stage.bounds((deep - 10).to_string()).unwrap();
    let next = stage.bounds((deep - 9).to_string()).unwrap();
    assert_eq!(next.y - bounds.y, 32.0);
    stage.click((deep - 9).to_string());
    assert_eq!(stage.state.selected, Some(deep - 9));
}

#[test]
fn the_wheel_goes_by_rows_and_the_thumb_to_the_end() {
    let mut stage = stage(MANY);
    stage.point(Point::new(400.0, 300.0));
    stage.send(Event::Mouse(mouse::Event::WheelScrolled {
        delta: mouse::ScrollDelta::Lines { x: 0.0, y: -2.0 },
    }));
    assert_eq!(stage.state.sight.start, 6);
    for _ in 0..4 {
        stage.send(Event::Mouse(mouse::Event::WheelScrolled {
            delta: mouse::ScrollDelta::Pixels { x: 0.0, y: -8.0 },
        }));
    }
    assert_eq!(stage.state.sight.start, 7, "small movements add up");
    stage.point(Point::new(794.0, 40.0));
    stage.mouse_down();
    stage.point(Point::new(794.0, 900.0));
    stage.mouse_up();
    assert_eq!(stage.state.sight.end, MANY);
    assert_eq!(stage.state.selected, None, "scrolling selects nothing");
}

#[test]
fn clicks_select_open_and_sort() {
    let mut stage = stage(100);
    stage.click("Người 3");
    assert_eq!(stage.state.selected, Some(3));
    assert!(stage.state.opened.is_empty());
    stage.click("Người 3");
    assert_eq!(stage.state.opened, [3]);
    stage.click("Họ tên");
    stage.click("Số");
    assert_eq!(stage.state.sorted, [1], "only where it is offered");
    stage.chord(Modifiers::CTRL, "2");
    assert_eq!(stage.state.sorted, [1, 1]);
}

#[test]
fn a_column_can_be_pulled_wider() {
    let mut stage = stage(10);
    let before = stage.bounds("Số").unwrap();
    stage.point(Point::new(before.x + before.width, before.center_y()));
    stage.mouse_down();
    stage.point(Point::new(before.x + 180.0, before.center_y()));
    stage.mouse_up();
    assert_eq!(stage.bounds("Số").unwrap().width, 180.0);
    assert!(stage.state.sorted.is_empty());
}

#[test]
fn a_pulled_width_is_told_once_and_holds_in_another_window() {
    let mut stage = stage(10);
    let before = stage.bounds("Số").unwrap();
    stage.point(Point::new(before.x + before.width, before.center_y()));
    stage.mouse_down();
    for by in [120.0, 150.0, 180.0] {
        stage.point(Point::new(before.x + by, before.center_y()));
    }
    stage.mouse_up();
    let told = stage.heard.iter().filter(|m| matches!(m, Pulled(..))).collect::<Vec<_>>();
    assert_eq!(told, [&Pulled(0, 180.0)]);
    let mut other = self::stage(10);
    other.state.layout = stage.state.layout.clone();
    other.frame();
    assert_eq!(other.bounds("Số").unwrap().width, 180.0);
}

#[test]
fn columns_that_nobody_wants_leave_their_room_to_the_others() {
    let mut stage = stage(10);
    let before = stage.bounds("Họ tên").unwrap();
    stage.state.layout.hidden.insert("Số".into());
    stage.frame();
    assert!(stage.bounds("Số").is_none());
    let name = stage.bounds("Họ tên").unwrap();
    assert!(name.x < before.x && name.width > before.width);
    stage.chord(Modifiers::CTRL, "1");
    assert_eq!(stage.state.sorted, [1], "the number is that of the columns in sight");
    // Whatever a file says, something is shown.
    for head in ["Họ tên", "Nơi cư trú"] {
        stage.state.layout.hidden.insert(head.into());
    }
    stage.frame();
    assert!(stage.bounds("Họ tên").is_some());
}

#[test]
fn a_spare_column_waits_for_room() {
    let mut stage = stage(10);
    assert!(stage.bounds("Nơi cư trú").is_some());
    stage.state.layout.widths.insert("Họ tên".into(), 660.0);
    stage.frame();
    assert!(stage.bounds("Nơi cư trú").is_none());
    assert_eq!(stage.bounds("Họ tên").unwrap().width, 660.0);
    stage.state.layout.widths.insert("Họ tên".into(), 600.0);
    stage.frame();
    assert!(stage.bounds("Nơi cư trú").is_some());
}

#[test]
fn sums_stand_out() {
    fn list<const SUMS: u64>(_: &()) -> Element<'_, ()> {
        table([Column::share("Số", 1)], 3, |row, _| Some(row.to_string().into())).sums(SUMS).into()
    }
    let plain = Stage::new((), list::<3>, |(), ()| {}).look();
    let summed = Stage::new((), list::<2>, |(), ()| {}).look();
    let row = |picture: &shot::Picture, n: usize| {
        let width = picture.width as usize * 4;
        picture.rgba[32 * (n + 1) * width..32 * (n + 2) * width].to_vec()
    };
    assert_eq!(row(&plain, 1), row(&summed, 1));
    assert_ne!(row(&plain, 2), row(&summed, 2));
}

#[test]
fn few_rows_none_and_fewer_than_before() {
    let mut stage = stage(0);
    for key in [Named::ArrowDown, Named::End, Named::PageDown, Named::Home] {
        stage.key(key);
    }
    assert_eq!(stage.state.selected, None);
    stage.look();
    stage.state.total = 50;
    stage.frame();
    stage.key(Named::End);
    assert_eq!(stage.state.selected, Some(49));
    stage.state.total = 3;
    stage.state.selected = None;
    stage.frame();
    assert_eq!(stage.state.sight, 0..3);
    stage.key(Named::End);
    assert_eq!(stage.state.selected, Some(2));
}

#[test]
fn nothing_is_drawn_outside_the_table() {
    fn low(_: &()) -> Element<'_, ()> {
        // The last row is in sight only by a few px.
        table([Column::share("Số", 1)], 100, |row, _| Some(row.to_string().into()))
            .height(32.0 * 3.0 + 14.0)
            .into()
    }
    let mut stage = Stage::new((), low, |(), ()| {});
    let picture = stage.look();
    let below = (32 * 3 + 16) * picture.width as usize * 4;
    let ground = &picture.rgba[picture.rgba.len() - 4..];
    assert!(picture.rgba[below..].chunks(4).all(|pixel| pixel == ground));
}

#[test]
fn the_table_is_one_stop_of_tab() {
    let mut stage = stage(5);
    assert_eq!(stage.focused(), Some(Id::new("table")));
    stage.tab();
    assert_eq!(stage.focused(), Some(Id::new("table")));
}
