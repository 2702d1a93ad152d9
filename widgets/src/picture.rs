//! A person's photo, or the place where it will be.

use iced::widget::container;
use iced::widget::image::{self, Handle};
use iced::{Border, ContentFit, Length, Theme};

use crate::theme::{Tokens, Tone, measure};
use crate::{Element, Icon};

/// The width of a photo 3 by 4, in px.
const WIDTH: f32 = 120.0;

/// A photo of 3 by 4 in a frame. Keep the handle with the screen's state: a handle made anew
/// for each frame is decoded anew.
pub fn photo<'a, Message: 'a>(handle: Option<Handle>) -> Element<'a, Message> {
    let (width, height) = (WIDTH, WIDTH / 3.0 * 4.0);
    let content: Element<'a, Message> = match handle {
        Some(handle) => image::Image::new(handle)
            .width(Length::Fill)
            .height(Length::Fill)
            .content_fit(ContentFit::Cover)
            .into(),
        None => container(crate::icon::sized(Icon::Person, width / 2.0, Tone::Plain))
            .center(Length::Fill)
            .into(),
    };
    container(content)
        .width(width)
        .height(height)
        .padding(1.0)
        .clip(true)
        .style(|theme: &Theme| {
            let tokens = Tokens::of(theme);
            container::Style {
                background: Some(tokens.sunken.into()),
                border: Border { color: tokens.line, width: 1.0, radius: measure::RADIUS.into() },
                ..container::Style::default()
            }
        })
        .into()
}
