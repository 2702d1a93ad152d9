//! What is only looked at: badges, banners, progress, photos, previews; and pictures of it.
#![allow(clippy::unwrap_used)]

mod stage;

use iced::Size;
use iced::advanced::widget::Id;
use iced::keyboard::{self, Key, Modifiers, key::Named};
use iced::widget::image::Handle;
use stage::Stage;
use widgets::banner::toasts;
use widgets::keys::Pressed;
use widgets::preview::{Page, Zoom};
use widgets::{
    Element, Icon, Mode, Tone, badge, banner, button, card, column, empty_state, photo, preview,
    progress, section, shot, status, stepper, text,
};

fn calm<'a>() -> Element<'a, ()> {
    let red = Handle::from_rgba(1, 1, vec![255, 0, 0, 255]);
    column([
        badge("Quá hạn", Tone::Bad).icon(Icon::Clock).into(),
        banner(Tone::Bad, "Không đọc được chip.").code("IDN-03").into(),
        status("Ngoại tuyến", Tone::Caution),
        progress("Đang nhập", 17, 40),
        progress("Không có gì", 0, 0),
        stepper(["Cơ quan", "Thiết bị"], 1),
        section("Công dân", Some(badge("Chip", Tone::Good).into()), text::body("An")).into(),
        card(empty_state(Icon::Folder, "Chưa có hồ sơ", "Đặt thẻ lên đầu đọc.", None)).into(),
        iced::widget::row![photo(None), photo(Some(red))].into(),
    ])
    .into()
}

#[test]
fn every_word_is_told_to_operations() {
    let mut stage = Stage::new((), |()| calm(), |(), ()| {});
    let texts = stage.texts();
    for word in [
        "Quá hạn",
        "Không đọc được chip.",
        "IDN-03",
        "Ngoại tuyến",
        "17 / 40",
        "0 / 0",
        "Cơ quan",
        "2",
        "Công dân",
        "Chip",
        "Chưa có hồ sơ",
        "Đặt thẻ lên đầu đọc.",
    ] {
        assert!(texts.iter().any(|text| text == word), "{word}");
    }
}

/// How many pixels are near a colour.
fn count(picture: &shot::Picture, color: [u8; 3]) -> usize {
    let near = |pixel: &&[u8]| pixel.iter().zip(color).all(|(a, b)| a.abs_diff(b) < 8);
    picture.rgba.chunks(4).map(|pixel| &pixel[..3]).filter(near).count()
}

#[test]
fn a_shot_has_the_size_and_mode_asked_for_and_is_the_same_each_time() {
    let size = Size::new(400.0, 300.0);
    let draw = |mode: Mode, scale| shot::draw(calm(), &mode.theme(), size, scale);
    let light = draw(Mode::Light, 1.0);
    assert_eq!((light.width, light.height, light.rgba.len()), (400, 300, 480_000));
    assert_eq!(light, draw(Mode::Light, 1.0));
    let double = draw(Mode::Light, 2.0);
    assert_eq!((double.width, double.height), (800, 600));
    let dark = draw(Mode::Dark, 1.0);
    let [r, g, b, _] = Mode::Dark.tokens().background.into_rgba8();
    assert!(count(&dark, [r, g, b]) > 10_000);
    assert!(count(&light, [r, g, b]) < 1_000);
}

#[test]
fn a_photo_is_drawn_in_its_frame() {
    let red = Handle::from_rgba(1, 1, vec![255, 0, 0, 255]);
    let size = Size::new(120.0, 160.0);
    let shown = shot::draw::<()>(photo(Some(red)), &Mode::Light.theme(), size, 1.0);
    assert!(count(&shown, [255, 0, 0]) > 118 * 158 - 200);
    let empty = shot::draw::<()>(photo(None), &Mode::Light.theme(), size, 1.0);
    assert_eq!(count(&empty, [255, 0, 0]), 0);
}

#[test]
fn toasts_do_not_stand_in_the_way() {
    fn view(_: &()) -> Element<'_, u8> {
        let base = column([button("Lưu").id("save").on_press(1).into()]).height(600);
        toasts(base, [banner(Tone::Good, "Đã lưu.").action(button("Đóng").on_press(2))])
    }
    let mut stage = Stage::new((), view, |(), _| {});
    stage.click(Id::new("save"));
    stage.click("Đóng");
    assert_eq!(stage.heard, [1, 2]);
    let toast = stage.bounds("Đã lưu.").unwrap();
    assert!(toast.x > 400.0 && toast.y > 500.0, "in the lower right corner");
}

struct Reader {
    pages: Vec<Page>,
    zoom: Zoom,
}

fn reader() -> Stage<Reader, Zoom> {
    // One red, then white pages: it can be seen where the reader is.
    let page = |color: [u8; 4]| Page {
        handle: Handle::from_rgba(1, 1, color.to_vec()),
        size: Size::new(210.0, 297.0),
    };
    let mut pages = vec![page([255, 255, 255, 255]); 3];
    pages[0] = page([255, 0, 0, 255]);
    fn view(reader: &Reader) -> Element<'_, Zoom> {
        preview(&reader.pages, reader.zoom).id("pages").on_zoom(|zoom| zoom).into()
    }
    let reader = Reader { pages, zoom: Zoom::Width };
    let mut stage = Stage::new(reader, view, |reader, zoom| reader.zoom = zoom);
    stage.focus("pages");
    stage
}

#[test]
fn a_document_is_turned_by_keys() {
    let mut reader = reader();
    let red = |reader: &mut Stage<Reader, Zoom>| count(&reader.look(), [255, 0, 0]);
    let top = red(&mut reader);
    assert!(top > 300_000);
    assert!(reader.key(Named::ArrowDown));
    let lower = red(&mut reader);
    reader.key(Named::PageDown);
    reader.key(Named::PageDown);
    assert_eq!(red(&mut reader), 0);
    reader.key(Named::Home);
    assert_eq!(red(&mut reader), top);
    reader.key(Named::End);
    assert_eq!(red(&mut reader), 0);
    assert!(lower > 0);
}

#[test]
fn a_document_is_zoomed_between_limits() {
    let mut reader = reader();
    reader.chord(Modifiers::CTRL, "+");
    assert_eq!(reader.state.zoom, Zoom::Percent(125));
    for _ in 0..20 {
        reader.chord(Modifiers::CTRL, "-");
    }
    assert_eq!(reader.state.zoom, Zoom::Percent(25));
    for _ in 0..20 {
        reader.chord(Modifiers::CTRL, "=");
    }
    assert_eq!(reader.state.zoom, Zoom::Percent(400));
    reader.look();
    assert!(!reader.key(Named::Escape), "left to the screen");
}

#[test]
fn keys_of_the_window_are_told_apart() {
    let press = |key: Key, modifiers| keyboard::Event::KeyPressed {
        modified_key: key.clone(),
        key,
        physical_key: keyboard::key::Physical::Code(keyboard::key::Code::KeyK),
        location: keyboard::Location::Standard,
        modifiers,
        text: None,
        repeat: false,
    };
    let named = |named| Key::Named(named);
    let letter = |letter: &str| Key::Character(letter.into());
    const NONE: Modifiers = Modifiers::NONE;
    for (key, modifiers, expected) in [
        (named(Named::Tab), NONE, Some(Pressed::Next)),
        (named(Named::Tab), Modifiers::SHIFT, Some(Pressed::Previous)),
        (named(Named::Tab), Modifiers::ALT, None),
        (named(Named::Tab), Modifiers::CTRL, None),
        (named(Named::Enter), NONE, Some(Pressed::Enter)),
        (named(Named::Escape), NONE, Some(Pressed::Escape)),
        (named(Named::F1), NONE, Some(Pressed::F(1))),
        (named(Named::F12), NONE, Some(Pressed::F(12))),
        (named(Named::Space), NONE, None),
        (letter("k"), Modifiers::CTRL, Some(Pressed::Ctrl('k'))),
        (letter("K"), Modifiers::CTRL, Some(Pressed::Ctrl('k'))),
        (letter("к"), Modifiers::CTRL, Some(Pressed::Ctrl('k'))),
        (letter("k"), NONE, None),
        (letter("k"), Modifiers::CTRL | Modifiers::ALT, None),
    ] {
        assert_eq!(Pressed::of(&press(key.clone(), modifiers)), expected, "{key:?} {modifiers:?}");
    }
}
