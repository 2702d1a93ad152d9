//! A field that suggests: entries are found without marks, another text stays possible, and Enter goes on
//! from field to field.
#![allow(clippy::unwrap_used)]

mod stage;

use iced::advanced::widget::Id;
use iced::keyboard::key::Named;
use stage::Stage;
use widgets::{Element, button, column, field, pick, row, table};

#[derive(Default)]
struct Form {
    entries: Vec<String>,
    relation: String,
    name: String,
    sex: Option<usize>,
    row: Option<u64>,
}

#[derive(Debug, Clone, PartialEq)]
enum Message {
    Relation(String),
    Chosen,
    Name(String),
    Sex(usize),
    Pressed,
    Row(u64),
}

fn view(form: &Form) -> Element<'_, Message> {
    let cell = |row: u64, _| Some(format!("{row}").into());
    column([
        field("Quan hệ", &form.relation)
            .id("relation")
            .suggest(&form.entries)
            .on_change(Message::Relation)
            .on_choose(Message::Chosen)
            .into(),
        row([
            button("Đọc giấy tờ").id("read").on_press(Message::Pressed).into(),
            field("Họ tên", &form.name).id("name").on_change(Message::Name).into(),
        ])
        .into(),
        pick("Giới tính", ["Nam", "Nữ"].into_iter().enumerate(), form.sex.as_ref())
            .id("sex")
            .on_pick(Message::Sex)
            .into(),
        table([table::Column::fixed("Số", 80.0)], 5, cell)
            .id("rows")
            .height(160)
            .selected(form.row)
            .on_select(Message::Row)
            .into(),
    ])
    .into()
}

fn update(form: &mut Form, message: Message) {
    match message {
        Message::Relation(text) => form.relation = text,
        Message::Name(text) => form.name = text,
        Message::Sex(sex) => form.sex = Some(sex),
        Message::Row(row) => form.row = Some(row),
        Message::Chosen | Message::Pressed => {}
    }
}

type Screen = Stage<Form, Message>;

fn screen() -> Screen {
    let entries = ["Mẹ", "Mẹ nuôi", "Cha", "Người giám hộ"].map(String::from).to_vec();
    let mut screen = Stage::new(Form { entries, ..Form::default() }, view, update);
    screen.focus("relation");
    screen
}

#[test]
fn keys_end_in_the_entry_or_the_text_that_was_meant() {
    use Named::{ArrowDown, ArrowUp, Enter, Escape, Tab};
    let cases: &[(&str, &str, &[Named], &str)] = &[
        ("the whole entry comes first", "me", &[Enter], "Mẹ"),
        ("the next one by an arrow", "me", &[ArrowDown, Enter], "Mẹ nuôi"),
        ("by a word in the middle", "giam", &[Enter], "Người giám hộ"),
        ("the whole list", "", &[ArrowDown, ArrowDown, ArrowDown, Enter], "Cha"),
        ("the ends hold", "", &[ArrowDown, ArrowUp, Enter], "Mẹ"),
        ("Tab keeps what was typed", "m", &[Tab], "m"),
        ("and gives it its marks", "me", &[Tab], "Mẹ"),
        ("Escape puts the list away", "cha", &[Escape, Enter], "cha"),
        ("another text stays", "Bác họ", &[Enter], "Bác họ"),
        ("another text stays after Tab", "Bác họ", &[Tab], "Bác họ"),
    ];
    for (name, typed, keys, expected) in cases {
        let mut screen = screen();
        screen.write(typed);
        for key in *keys {
            match key {
                Tab => screen.tab(),
                key => drop(screen.key(*key)),
            }
        }
        screen.frame();
        assert_eq!(screen.state.relation, *expected, "{name}");
    }
}

#[test]
fn a_chosen_entry_is_told_once_and_a_closed_list_leaves_keys_to_the_screen() {
    let mut screen = screen();
    screen.write("cha");
    assert!(screen.key(Named::Enter), "for the list");
    assert_eq!(screen.heard.iter().filter(|m| **m == Message::Chosen).count(), 1);
    assert!(!screen.key(Named::Enter), "for the form");
    assert!(!screen.key(Named::Escape), "for the screen");
}

#[test]
fn the_list_is_seen_while_it_is_open() {
    let mut screen = screen();
    assert!(!screen.sees("Người giám hộ"));
    screen.key(Named::ArrowDown);
    assert!(screen.sees("Người giám hộ") && screen.sees("Cha"));
    screen.key(Named::Escape);
    assert!(!screen.sees("Cha"));
    screen.write("mẹ n");
    assert!(screen.sees("Mẹ nuôi") && !screen.sees("Cha"));
}

#[test]
fn enter_goes_from_field_to_field_past_buttons() {
    let mut screen = screen();
    for expected in ["name", "sex", "sex"] {
        screen.operate(widgets::travel::next_field());
        assert_eq!(screen.focused(), Some(Id::new(expected)));
    }
    screen.focus("read");
    screen.operate(widgets::travel::next_field());
    assert_eq!(screen.focused(), Some(Id::new("name")), "from a button to the field after it");
}

#[test]
fn down_leads_from_a_search_into_its_table() {
    let mut screen = Stage::new(Form::default(), netted, update);
    screen.focus("name");
    for row in [0, 1] {
        screen.key(Named::ArrowDown);
        assert_eq!((screen.focused(), screen.state.row), (Some(Id::new("rows")), Some(row)));
    }
    // A field that suggests has a use for the arrow itself.
    let mut screen =
        Stage::new(Form { entries: vec!["Mẹ".into()], ..Form::default() }, netted, update);
    screen.focus("relation");
    screen.key(Named::ArrowDown);
    assert_eq!((screen.focused(), screen.state.row), (Some(Id::new("relation")), None));
}

fn netted(form: &Form) -> Element<'_, Message> {
    widgets::swallowed::keys(view(form), |_| Message::Pressed).into()
}
