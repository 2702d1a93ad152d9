//! A sentence about what happened, what is safe and what to do: a banner stays in its place on
//! the screen, toasts lie over a corner of it. The code is for support.

use iced::widget::text::{Fragment, IntoFragment};
use iced::widget::{Column, Row, Stack, container};
use iced::{Alignment, Border, Length, Theme};

use crate::theme::{Tokens, Tone, measure, space};
use crate::{Element, Icon, text};

/// How wide a toast is, in px.
const TOAST_WIDTH: f32 = 400.0;

/// A sentence with its tone.
pub struct Banner<'a, Message> {
    tone: Tone,
    words: Fragment<'a>,
    code: Option<Fragment<'a>>,
    action: Option<Element<'a, Message>>,
}

/// A sentence about what happened, what is safe and what to do.
pub fn banner<'a, Message>(tone: Tone, words: impl IntoFragment<'a>) -> Banner<'a, Message> {
    Banner { tone, words: words.into_fragment(), code: None, action: None }
}

impl<'a, Message> Banner<'a, Message> {
    /// The stable code of an error, like "IDN-03".
    pub fn code(mut self, code: impl IntoFragment<'a>) -> Self {
        self.code = Some(code.into_fragment());
        self
    }

    /// A control at the end, like a button that tries again or closes.
    pub fn action(mut self, action: impl Into<Element<'a, Message>>) -> Self {
        self.action = Some(action.into());
        self
    }
}

fn sign(tone: Tone) -> Icon {
    match tone {
        Tone::Plain | Tone::Info => Icon::Info,
        Tone::Good => Icon::Check,
        Tone::Caution | Tone::Bad => Icon::Warning,
    }
}

impl<'a, Message: 'a> From<Banner<'a, Message>> for Element<'a, Message> {
    fn from(banner: Banner<'a, Message>) -> Self {
        let tone = banner.tone;
        let words = Column::new()
            .push(text::body(banner.words))
            .push(banner.code.map(text::small))
            .width(Length::Fill);
        container(
            Row::new()
                .push(crate::icon::sized(sign(tone), measure::ICON, tone))
                .push(words)
                .push(banner.action)
                .spacing(space::M)
                .align_y(Alignment::Center),
        )
        .width(Length::Fill)
        .padding([space::S, space::M])
        .style(move |theme: &Theme| {
            let tokens = Tokens::of(theme);
            let paint = tokens.tone(tone);
            container::Style {
                text_color: Some(tokens.text),
                background: Some(paint.soft.into()),
                border: Border {
                    color: paint.ink.scale_alpha(0.4),
                    width: 1.0,
                    radius: measure::RADIUS.into(),
                },
                ..container::Style::default()
            }
        })
        .into()
    }
}

/// Lays banners over the lower right corner of a screen, the newest at the bottom. When they
/// go is the screen's affair.
pub fn toasts<'a, Message: 'a>(
    base: impl Into<Element<'a, Message>>,
    toasts: impl IntoIterator<Item = Banner<'a, Message>>,
) -> Element<'a, Message> {
    let toasts = toasts.into_iter().map(|toast| {
        container(Element::from(toast))
            .width(TOAST_WIDTH)
            .style(|theme: &Theme| {
                // The tone's ground is laid over the surface, so nothing shines through.
                container::Style {
                    background: Some(Tokens::of(theme).surface.into()),
                    border: iced::border::rounded(measure::RADIUS),
                    ..container::Style::default()
                }
            })
            .into()
    });
    let corner = container(Column::with_children(toasts).spacing(space::S))
        .align_right(Length::Fill)
        .align_bottom(Length::Fill)
        .padding(space::L);
    let stack = Stack::new().push(base).push(corner);
    stack.width(Length::Fill).height(Length::Fill).into()
}
