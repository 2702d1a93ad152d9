//! What those who wait see: the number that is called and where to. No menus, no person's name.

use iced::{
    Alignment, Length,
    widget::{Space, container},
};
use widgets::{Element, card, column, flow, row, space, text};

use super::queue::Called;

/// Earlier calls that stay in sight.
const EARLIER: usize = 5;

/// The screen's state.
#[derive(Default)]
pub struct State {
    /// Nobody was at the machine for long: leaving the screen asks for a login.
    pub left_alone: bool,
    office: String,
    called: Vec<Called>,
    waiting: usize,
    clock: String,
}

impl State {
    /// The screen of an office's hall.
    pub fn new(office: String) -> Self {
        Self { office, ..Self::default() }
    }

    /// What is called now, the latest first.
    pub fn show(&mut self, called: Vec<Called>, waiting: usize, clock: String) {
        (self.called, self.waiting, self.clock) = (called, waiting, clock);
    }

    /// Draws the screen.
    pub fn view<'a, Message: 'a>(&'a self) -> Element<'a, Message> {
        let head = row([
            text::heading(self.office.as_str()).into(),
            flow::spring().into(),
            text::large(self.clock.as_str()).into(),
        ]);
        let foot = row([
            text::heading(format!("{} người đang chờ", self.waiting)).into(),
            flow::spring().into(),
            text::small("Esc: trở lại quầy").into(),
        ]);
        let now: Element<'a, Message> = match self.called.first() {
            None => container(text::display("Xin mời lấy số và chờ được gọi"))
                .center(Length::Fill)
                .into(),
            Some(call) => container(
                column([
                    text::display("Mời số").into(),
                    text::huge(call.number.as_str()).into(),
                    text::large(format!("đến {}", call.counter)).into(),
                ])
                .align_x(Alignment::Center),
            )
            .center(Length::Fill)
            .into(),
        };
        let mut body = iced::widget::Row::new()
            .push(card(now).height(Length::Fill).width(Length::FillPortion(3)));
        if self.called.len() > 1 {
            let earlier = self.called.iter().skip(1).take(EARLIER).map(|call| {
                row([
                    text::large(call.number.as_str()).into(),
                    Space::new().width(space::L).into(),
                    text::display(call.counter.as_str()).into(),
                ])
                .into()
            });
            let earlier = column([text::heading("Đang phục vụ").into()]).extend(earlier);
            body = body.push(
                card(earlier.spacing(space::L)).height(Length::Fill).width(Length::FillPortion(2)),
            );
        }
        container(
            column([head.into(), body.spacing(space::L).height(Length::Fill).into(), foot.into()])
                .spacing(space::L),
        )
        .padding(space::XL)
        .height(Length::Fill)
        .into()
    }
}
