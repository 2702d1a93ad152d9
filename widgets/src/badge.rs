//! A short judgement in a word or two: colour, icon and words say the same, so that nobody
//! depends on colour.

use iced::widget::text::{Fragment, IntoFragment, Wrapping};
use iced::widget::{Row, container};
use iced::{Alignment, Border, Theme};

use crate::theme::{Tokens, Tone, size, space};
use crate::{Element, Icon, font};

/// A short judgement with its tone.
pub struct Badge<'a> {
    words: Fragment<'a>,
    tone: Tone,
    icon: Option<Icon>,
}

/// A short judgement with its tone.
pub fn badge<'a>(words: impl IntoFragment<'a>, tone: Tone) -> Badge<'a> {
    Badge { words: words.into_fragment(), tone, icon: None }
}

impl Badge<'_> {
    /// Puts an icon before the words.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }
}

impl<'a, Message: 'a> From<Badge<'a>> for Element<'a, Message> {
    fn from(badge: Badge<'a>) -> Self {
        let tone = badge.tone;
        let words = iced::widget::text(badge.words)
            .font(font::SEMIBOLD)
            .size(size::SMALL)
            .wrapping(Wrapping::None);
        let icon = badge.icon.map(|icon| crate::icon::small(icon));
        container(Row::new().push(icon).push(words).spacing(space::XS).align_y(Alignment::Center))
            .padding([2.0, space::S])
            .style(move |theme: &Theme| {
                let paint = Tokens::of(theme).tone(tone);
                container::Style {
                    text_color: Some(paint.ink),
                    background: Some(paint.soft.into()),
                    border: Border { radius: space::M.into(), ..Border::default() },
                    ..container::Style::default()
                }
            })
            .into()
    }
}
