//! The rooms of a screen: cards, sections with a head, and what an empty list says.

use iced::widget::text::IntoFragment;
use iced::widget::{Column, Container, Row, container};
use iced::{Alignment, Border, Length, Theme};

use crate::flow::spring;
use crate::theme::{Tokens, Tone, measure, space};
use crate::{Element, Icon, text};

/// A surface for things that belong together.
pub fn card<'a, Message: 'a>(content: impl Into<Element<'a, Message>>) -> Container<'a, Message> {
    container(content).padding(space::L).width(Length::Fill).style(|theme: &Theme| {
        let tokens = Tokens::of(theme);
        container::Style {
            text_color: Some(tokens.text),
            background: Some(tokens.surface.into()),
            border: Border { color: tokens.line, width: 1.0, radius: measure::RADIUS_CARD.into() },
            ..container::Style::default()
        }
    })
}

/// A card with a head, and perhaps a control at the head's far end.
pub fn section<'a, Message: 'a>(
    head: impl IntoFragment<'a>,
    aside: Option<Element<'a, Message>>,
    content: impl Into<Element<'a, Message>>,
) -> Container<'a, Message> {
    let head =
        Row::new().push(text::heading(head)).push(spring()).push(aside).align_y(Alignment::Center);
    card(Column::new().push(head).push(content).spacing(space::M))
}

/// What stands where there is nothing yet: what it is, and what to do.
pub fn empty_state<'a, Message: 'a>(
    icon: Icon,
    head: impl IntoFragment<'a>,
    advice: impl IntoFragment<'a>,
    action: Option<Element<'a, Message>>,
) -> Element<'a, Message> {
    let content = Column::new()
        .push(crate::icon::sized(icon, 2.0 * space::L, Tone::Plain))
        .push(text::heading(head).align_x(Alignment::Center))
        .push(text::small(advice).align_x(Alignment::Center))
        .push(action)
        .spacing(space::S)
        .align_x(Alignment::Center);
    container(content).center_x(Length::Fill).padding(space::XL).into()
}
