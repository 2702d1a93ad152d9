//! A person's photo, or the place where it will be; the picture of a camera.

use iced::widget::container;
use iced::widget::image::{self, Handle};
use iced::{Border, ContentFit, Length, Theme};

use crate::theme::{Tokens, Tone, measure, space};
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

/// The height of a camera's picture, in px.
const LIVE: f32 = 300.0;
/// The height of a page, in px: two stand beside each other in a dialog of a small screen.
const PAGE: f32 = 400.0;
/// The side of the square in which a code is searched by eye, in px.
const AIM: f32 = 220.0;

/// A whole picture in a frame of fixed height: a camera's newest one, or a scan.
pub fn framed<'a, Message: 'a>(handle: Option<Handle>) -> Element<'a, Message> {
    frame(whole(handle), LIVE)
}

/// A page of a document in a frame, as tall as a dialog has room for.
pub fn page<'a, Message: 'a>(handle: Option<Handle>) -> Element<'a, Message> {
    frame(whole(handle), PAGE)
}

/// A camera's newest picture, with a square to hold a code into.
pub fn live<'a, Message: 'a>(handle: Option<Handle>) -> Element<'a, Message> {
    let aim =
        container(container("").width(AIM).height(AIM).style(|theme: &Theme| container::Style {
            border: Border {
                color: Tokens::of(theme).accent,
                width: 3.0,
                radius: measure::RADIUS.into(),
            },
            ..container::Style::default()
        }))
        .center(Length::Fill);
    let picture: Element<'a, Message> = whole(handle);
    frame(iced::widget::stack([picture, aim.into()]), LIVE)
}

fn whole<'a, Message: 'a>(handle: Option<Handle>) -> Element<'a, Message> {
    match handle {
        Some(handle) => image::Image::new(handle)
            .width(Length::Fill)
            .height(Length::Fill)
            .content_fit(ContentFit::Contain)
            .into(),
        None => container("").center(Length::Fill).into(),
    }
}

fn frame<'a, Message: 'a>(
    content: impl Into<Element<'a, Message>>,
    height: f32,
) -> Element<'a, Message> {
    container(content)
        .width(Length::Fill)
        .height(height)
        .clip(true)
        .style(|theme: &Theme| container::Style {
            background: Some(Tokens::of(theme).sunken.into()),
            ..container::Style::default()
        })
        .into()
}

/// A code of black and white modules, on white whatever the theme, drawn pixel by pixel.
pub fn code<'a, Message: 'a>(handle: Handle, side: f32) -> Element<'a, Message> {
    container(
        image::Image::new(handle)
            .width(side)
            .height(side)
            .content_fit(ContentFit::Fill)
            .filter_method(image::FilterMethod::Nearest),
    )
    .padding(space::XS)
    .style(|_: &Theme| container::Style {
        background: Some(iced::Color::WHITE.into()),
        ..container::Style::default()
    })
    .into()
}
