//! iced's smallest window: what the suite's start is measured against.

fn main() -> iced::Result {
    iced::run(update, view)
}

fn update(_: &mut (), (): ()) {}

fn view(_: &()) -> iced::Element<'_, ()> {
    iced::widget::text(".").into()
}
