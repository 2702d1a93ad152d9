//! What those who wait see: the number that is called and where to. No menus, no person's name.

use iced::{
    Alignment, Length,
    widget::{Space, container},
};
use widgets::{Element, card, column, flow, keys::Pressed, row, space, text};

use super::{
    Shown,
    help::{Help, help},
    queue::Called,
};
use crate::window::notice::Notice;

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
    /// Why the line could not be read: what stands here may be old.
    notice: Option<Notice>,
}

/// What happened on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The clerk calls the next number.
    NextCalled,
    /// The clerk goes back to the line.
    Left,
}

impl State {
    /// The screen of an office's hall.
    pub fn new(office: String) -> Self {
        Self { office, ..Self::default() }
    }

    /// What is called now, the latest first.
    pub fn show(&mut self, called: Vec<Called>, waiting: usize, clock: String) {
        (self.called, self.waiting, self.clock) = (called, waiting, clock);
        self.notice = None;
    }

    /// Says why the line is not shown as it stands now.
    pub fn tell(&mut self, notice: Notice) {
        self.notice = Some(notice);
    }

    fn draw(&self) -> Element<'_, Message> {
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
        let now: Element<'_, Message> = match self.called.first() {
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
            iced::widget::Column::new()
                .push(head)
                .push(self.notice.as_ref().map(Notice::view))
                .push(body.spacing(space::L).height(Length::Fill))
                .push(foot)
                .spacing(space::L),
        )
        .padding(space::XL)
        .height(Length::Fill)
        .into()
    }
}

impl Shown for State {
    type Message = Message;

    const HELP: Help = help!("hall");
    const BARS: bool = false;

    fn title(&self) -> &'static str {
        "Màn hình gọi số"
    }

    /// Nothing else is let in.
    fn asks(&self) -> bool {
        true
    }

    fn key(&self, key: Pressed) -> Option<Message> {
        Some(match key {
            Pressed::Escape => Message::Left,
            Pressed::F(2) => Message::NextCalled,
            _ => return None,
        })
    }

    /// Those who wait are told nothing but numbers.
    fn tell(&mut self, _: Notice) {}

    fn view(&self) -> Element<'_, Message> {
        self.draw()
    }
}
