//! Draws every widget by day and by night to PNG files: `gallery [FOLDER]`.

use std::path::{Path, PathBuf};

use iced::advanced::input_method;
use iced::advanced::widget::operation::{Operation, Outcome};
use iced::keyboard::key::{Named, NativeCode, Physical};
use iced::keyboard::{self, Key};
use iced::widget::image::Handle;
use iced::{Event, Length, Size};
use iced_runtime::UserInterface;
use iced_runtime::user_interface::Cache;
use widgets::banner::toasts;
use widgets::date::Century;
use widgets::preview::{Page, Zoom};
use widgets::table::{Cell, Column, Order};
use widgets::{
    DateInput, Dialog, Element, Icon, Mode, Tone, badge, banner, button, card, check, column,
    danger, date_field, empty_state, field, flow, icon, modal, photo, pick, pressable, preview,
    primary, progress, quiet, row, section, shot, space, status, stepper, table, tabs, text,
    travel,
};

const SIZE: Size = Size::new(1366.0, 768.0);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder =
        std::env::args().nth(1).map_or_else(|| PathBuf::from("target/gallery"), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    for (suffix, mode) in [("light", Mode::Light), ("dark", Mode::Dark)] {
        let sheet = sheet();
        let dates =
            [None, Some(jiff::civil::date(1990, 9, 5))].map(|d| DateInput::new(d, Century::This));
        let pages: [(&str, Element<'_, ()>, usize, Vec<Event>); 6] = [
            ("controls", controls(), 2, vec![]),
            ("fields", fields(&dates), 1, vec![]),
            ("composing", fields(&dates), 1, vec![press(Named::Home), preedit("Hồ Ngọc")]),
            ("open-list", fields(&dates), 6, vec![press(Named::Enter), press(Named::ArrowDown)]),
            ("table", rows(&sheet), 1, vec![press(Named::ArrowDown); 2]),
            ("dialog", dialog(), 0, vec![]),
        ];
        for (name, view, tabs, events) in pages {
            let path = folder.join(format!("{name}-{suffix}.png"));
            save(view, tabs, &events, mode, &path)?;
        }
    }
    Ok(())
}

/// Draws a view after `tabs` presses of Tab and some events.
fn save(
    view: Element<'_, ()>,
    tabs: usize,
    events: &[Event],
    mode: Mode,
    path: &Path,
) -> image::ImageResult<()> {
    let mut renderer = shot::renderer();
    let mut ui = UserInterface::build(view, SIZE, Cache::default(), &mut renderer);
    for _ in 0..tabs {
        let mut next: Option<Box<dyn Operation>> = Some(Box::new(travel::next()));
        while let Some(mut operation) = next.take() {
            ui.operate(&renderer, operation.as_mut());
            if let Outcome::Chain(following) = operation.finish() {
                next = Some(following);
            }
        }
    }
    let _ = ui.update(
        events,
        iced::mouse::Cursor::Unavailable,
        &mut renderer,
        &mut iced::advanced::clipboard::Null,
        &mut Vec::new(),
    );
    let picture = shot::paint(&mut ui, &mut renderer, &mode.theme(), SIZE, 1.0);
    image::save_buffer(path, &picture.rgba, picture.width, picture.height, image::ColorType::Rgba8)
}

fn press(named: Named) -> Event {
    let key = Key::Named(named);
    Event::Keyboard(keyboard::Event::KeyPressed {
        key: key.clone(),
        modified_key: key,
        physical_key: Physical::Unidentified(NativeCode::Unidentified),
        location: keyboard::Location::Standard,
        modifiers: keyboard::Modifiers::NONE,
        text: None,
        repeat: false,
    })
}

fn preedit(text: &str) -> Event {
    let caret = Some(text.len()..text.len());
    Event::InputMethod(input_method::Event::Preedit(text.to_owned(), caret))
}

/// A page with a few grey lines on it.
fn sheet() -> Vec<Page> {
    let (width, height) = (210_u32, 297_u32);
    let pixels = (0..width * height).flat_map(|at| {
        let (x, y) = (at % width, at / width);
        let line = y % 12 < 2 && (20..190).contains(&x) && (30..260).contains(&y);
        if line { [90, 90, 90, 255] } else { [255; 4] }
    });
    let handle = Handle::from_rgba(width, height, pixels.collect::<Vec<u8>>());
    vec![Page { handle, size: Size::new(210.0, 297.0) }; 2]
}

fn fields(dates: &[DateInput; 2]) -> Element<'_, ()> {
    let wards = ["Phường Lào Cai", "Phường Cam Đường", "Xã Bát Xát", "Xã Đồng Tuyển", "Xã Sa Pa"];
    let wards = || (0..40).map(move |n| (n, format!("{} {n}", wards[n % 5])));
    let ward = pick("Nơi thường trú", wards(), Some(&7)).on_pick(|_| ());
    let person = row([
        photo(None),
        column([
            text::title("NGUYỄN THỊ ÁNH NGUYỆT").into(),
            text::display("010 190 000 123").into(),
            row([
                badge("Chip đã ký, chưa chứng minh là bản gốc", Tone::Caution)
                    .icon(Icon::Warning)
                    .into(),
                badge("Còn hạn", Tone::Good).icon(Icon::Check).into(),
            ])
            .into(),
            text::small("Quét lúc 08:15; thẻ cấp ngày 05/09/2021.").into(),
        ])
        .into(),
    ]);
    let first = flow::fields([
        field("Họ, chữ đệm và tên", "Một tên rất dài không vừa trong ô này, Nguyễn Thị Ánh Nguyệt")
            .width(260)
            .on_change(|_| ())
            .into(),
        date_field("Ngày sinh", &dates[1]).width(160).on_change(|_| ()).into(),
        date_field("Ngày cấp", &dates[0]).width(160).on_change(|_| ()).into(),
        field("Mật khẩu", "matkhau").secure().width(160).on_change(|_| ()).into(),
    ]);
    let second = flow::fields([
        pick("Giới tính", [(1, "Nam"), (2, "Nữ")], None)
            .width(160)
            .on_pick(|_: i32| ())
            .error(Some("Chọn giới tính."))
            .into(),
        pick("Khoá", [(1, "Đã chọn")], Some(&1)).width(160).into(),
        ward.width(300).into(),
    ]);
    let base = column([
        stepper(["Hồ sơ", "Cơ quan", "Người dùng", "Thiết bị"], 1),
        card(person).into(),
        first.into(),
        second.into(),
        progress("Đang nhập danh sách", 17, 40),
        flow::divider(),
    ]);
    let status_bar = flow::bar(row([
        status("Ngoại tuyến – 12 mục chờ gửi, lâu nhất 3 giờ", Tone::Caution),
        flow::spring().into(),
        status("Đầu đọc thẻ sẵn sàng", Tone::Good),
        status("Máy in: hết giấy", Tone::Bad),
    ]));
    column([flow::page(base), status_bar.into()]).spacing(0).into()
}

fn rows(sheet: &[Page]) -> Element<'_, ()> {
    let list = table(
        [
            Column::fixed("Số", 90.0).end().sortable(),
            Column::share("Họ và tên", 2).sortable(),
            Column::share("Nơi thường trú", 2),
            Column::fixed("Hạn", 110.0),
        ],
        10_000_000,
        |row, column| match column {
            _ if row == 9 => None,
            0 => Some((9_999_999 - row).to_string().into()),
            1 => Some("NGUYỄN THỊ ÁNH NGUYỆT".into()),
            2 => Some("Tổ 14, Phường Cam Đường, tỉnh Lào Cai, Việt Nam".into()),
            _ if row % 4 == 3 => Some(Cell::toned("Quá hạn", Tone::Bad)),
            _ => Some(Cell::toned("Còn 2 ngày", Tone::Good)),
        },
    )
    .sorted(0, Order::Falling)
    .on_sort(|_| ())
    .on_select(|_| ());
    let page = preview(sheet, Zoom::Width);
    iced::widget::container(
        iced::widget::row![
            iced::widget::container(Element::from(list)).width(Length::FillPortion(2)),
            iced::widget::container(Element::from(page)).width(Length::FillPortion(1)),
        ]
        .spacing(space::M),
    )
    .padding(space::L)
    .into()
}

fn controls<'a>() -> Element<'a, ()> {
    let buttons = row([
        primary("Tiếp nhận").key("F2").icon(Icon::Check).on_press(()).into(),
        button("In giấy tiếp nhận").icon(Icon::Printer).on_press(()).into(),
        quiet("Bỏ qua").key("Esc").on_press(()).into(),
        danger("Huỷ hồ sơ").on_press(()).into(),
        primary("Tiếp nhận").key("F2").into(),
        button("In").icon(Icon::Printer).into(),
        quiet("Bỏ qua").into(),
    ]);
    let badges = row(Tone::ALL
        .into_iter()
        .zip(["Khai báo", "Đọc từ mã QR", "Chip xác thực", "Còn 2 ngày", "Quá hạn"])
        .map(|(tone, words)| badge(words, tone).icon(Icon::Card).into()));
    let icons = row(Icon::ALL.map(icon));
    let fields = flow::fields([
        field("Họ, chữ đệm và tên", "Nguyễn Thị Hường Ế").required().on_change(|_| ()).into(),
        field("Số định danh", "")
            .placeholder("12 chữ số")
            .hint("Quét thẻ hoặc gõ số")
            .icon(Icon::Search)
            .on_change(|_| ())
            .into(),
        field("Ngày sinh", "31/02/1990")
            .error(Some("Tháng 2 không có ngày 31."))
            .on_change(|_| ())
            .into(),
        field("Mật khẩu", "bí mật").secure().on_change(|_| ()).into(),
        field("Khoá", "Không sửa được").into(),
    ]);
    let left = column([
        text::title("Tiếp nhận hồ sơ Ặ Ễ Ỡ").into(),
        buttons.into(),
        tabs("view", ["Hồ sơ", "Công dân", "Sổ"], 1, |_| ()),
        badges.into(),
        icons.into(),
        fields.into(),
        row([
            check("Đã đối chiếu bản chính", true).on_toggle(|_| ()).into(),
            check("Nộp lệ phí", false).on_toggle(|_| ()).into(),
            check("Không dùng", true).into(),
        ]).into(),
        banner(Tone::Bad, "Không đọc được chip. Giữ thẻ nằm yên trên đầu đọc rồi thử lại; hồ sơ chưa bị thay đổi.").code("IDN-03").action(button("Thử lại").on_press(())).into(),
        banner(Tone::Caution, "Ngoại tuyến – 12 mục chờ gửi.").into(),
        row([
            pressable(column([text::strong("Cấp bản sao trích lục").into(), text::small("1.000656 – Hộ tịch").into()]).spacing(space::XS)).chosen(true).on_press(()).into(),
            pressable(column([text::strong("Đăng ký khai sinh").into(), text::small("1.001193 – Hộ tịch").into()]).spacing(space::XS)).on_press(()).into(),
        ]).into(),
        section("Công dân", Some(badge("Chip xác thực", Tone::Good).into()), row([
            text::labelled("Họ tên", "NGUYỄN VĂN AN"), text::labelled("Số định danh", "010 090 000 123"),
            text::number("0123456789 1111111111").into(),
        ]).spacing(space::XL)).into(),
    ]);
    let base = flow::page(left);
    toasts(base, [banner(Tone::Good, "Đã lưu hồ sơ."), banner(Tone::Info, "Đã in 1 bản.")])
}

fn dialog<'a>() -> Element<'a, ()> {
    let base = container(card(empty_state(
        Icon::Folder,
        "Chưa có hồ sơ nào",
        "Đặt thẻ lên đầu đọc hoặc gõ số định danh để bắt đầu.",
        Some(primary("Hồ sơ mới").key("F2").on_press(()).into()),
    )));
    modal(
        base,
        Some(
            Dialog::new(
                "Thay dữ liệu đang nhập?",
                text::body("Thẻ vừa đọc là của NGUYỄN VĂN AN. Biểu mẫu đang có dữ liệu của người khác và chưa được lưu."),
            )
            .action(quiet("Giữ biểu mẫu").key("Esc").on_press(()))
            .action(primary("Thay bằng người mới").on_press(()))
            .on_close(()),
        ),
    )
}

fn container<'a>(content: impl Into<Element<'a, ()>>) -> Element<'a, ()> {
    iced::widget::container(content).padding(space::XL).height(Length::Fill).into()
}
