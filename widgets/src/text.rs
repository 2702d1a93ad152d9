//! Words on the screen, named by their part in it.

use iced::advanced::text as advanced;
use iced::widget::Text;
use iced::widget::text::{IntoFragment, Style};
use iced::{Font, Size, Theme, alignment};

use crate::font::{BOLD, SEMIBOLD};
use crate::theme::{Tokens, Tone, size};

/// Between lines; stacked marks (Ễ, Ậ) need more room than Latin letters.
const LEADING: f32 = 1.4;

fn words<'a>(content: impl IntoFragment<'a>, font: Font, size: f32) -> Text<'a> {
    iced::widget::text(content).font(font).size(size).line_height(LEADING)
}

fn muted_ink(theme: &Theme) -> Style {
    Style { color: Some(Tokens::of(theme).muted) }
}

/// A number or name to be seen from across the counter.
pub fn display<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, BOLD, size::DISPLAY)
}

/// A number to be seen from across a hall.
pub fn huge<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    iced::widget::text(content).font(BOLD).size(size::HUGE).line_height(1.1)
}

/// A number or word to be read from some metres away.
pub fn large<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, SEMIBOLD, size::LARGE)
}

/// The title of a screen.
pub fn title<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, BOLD, size::TITLE)
}

/// The head of a card or section.
pub fn heading<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, SEMIBOLD, size::HEADING)
}

/// Running text.
pub fn body<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, crate::FONT, size::BODY)
}

/// Running text that stands out.
pub fn strong<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, SEMIBOLD, size::BODY)
}

/// A hint or second line.
pub fn small<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, crate::FONT, size::SMALL).style(muted_ink)
}

/// The name of a field or value.
pub fn label<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, SEMIBOLD, size::SMALL).style(muted_ink)
}

/// A number that is compared or read aloud. It never breaks over lines.
pub fn number<'a>(content: impl IntoFragment<'a>) -> Text<'a> {
    words(content, SEMIBOLD, size::BODY).wrapping(iced::widget::text::Wrapping::None)
}

/// Running text in the colour of its meaning.
pub fn toned<'a>(content: impl IntoFragment<'a>, tone: Tone) -> Text<'a> {
    body(content)
        .style(move |theme: &Theme| Style { color: Some(Tokens::of(theme).tone(tone).ink) })
}

/// One line of text as widgets draw it: it never breaks, and its position is the middle of its
/// height.
pub(crate) fn line<C>(content: C, font: Font, size: f32) -> advanced::Text<C> {
    advanced::Text {
        content,
        bounds: Size::new(f32::INFINITY, size * 2.0),
        size: size.into(),
        line_height: advanced::LineHeight::default(),
        font,
        // Any other alignment needs a finite width.
        align_x: advanced::Alignment::Default,
        align_y: alignment::Vertical::Center,
        shaping: advanced::Shaping::Advanced,
        wrapping: advanced::Wrapping::None,
    }
}

/// A name of a value above the value itself, as on a form.
pub fn labelled<'a, Message: 'a>(
    name: impl IntoFragment<'a>,
    value: impl IntoFragment<'a>,
) -> crate::Element<'a, Message> {
    iced::widget::column![label(name), body(value)].spacing(crate::space::XS).into()
}
